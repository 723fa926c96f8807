/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sips: RFC 5630: which requests to sip and sips URIs are taken, and when our Contact and Route are
 * sips. See core.h.
 */
#include <stdio.h>

#include "sip/core.h"

static bool has_tls(const struct sip_stack *s)
{
	for (unsigned i = 0; i < s->nr_paths; i++)
		if (s->path[i].transport == SIP_TLS)
			return true;
	return false;
}

/* The scheme of the first value of a header, SIP_SCHEME_OTHER when there is none. */
static enum sip_scheme scheme_of(const struct sip_msg *m, enum sip_hdr id)
{
	struct sip_value_walk w = { 0 };
	struct sip_nameaddr a;
	struct str value;

	if (!sip_msg_next_value(m, id, &w, &value) || sip_nameaddr_parse(&a, value, NULL) < 0 ||
	    a.star)
		return SIP_SCHEME_OTHER;
	return a.uri.scheme;
}

unsigned sip_sips_refusal(const struct sip_stack *s, char *warning, size_t size)
{
	const struct sip_msg *m = &s->rx.msg;
	enum sip_scheme scheme = m->uri.scheme;
	const char *why;

	warning[0] = '\0';
	if (scheme == SIP_SCHEME_OTHER || (scheme == SIP_SCHEME_SIPS && !has_tls(s)))
		return 416; /* 8.2.2.1 */
	if (scheme == SIP_SCHEME_SIPS && s->rx.path->transport == SIP_TLS &&
	    s->cfg.sips != SIP_SIPS_NEVER)
		return scheme_of(m, SIP_HDR_CONTACT) == SIP_SCHEME_SIP ? 400 : 0; /* 5.1.2 */
	if (scheme != SIP_SCHEME_SIPS && (s->cfg.sips != SIP_SIPS_ALWAYS || m->to.tag.len))
		return 0;
	why = scheme == SIP_SCHEME_SIPS ? "380 %s \"SIPS Not Allowed\""
					: "381 %s \"SIPS Required\"";
	snprintf(warning, size, why, s->rx.path->sent_by);
	return 480;
}

/* RFC 3261 12.1.1, 8.1.1.8. */
bool sip_sips_contact(const struct sip_stack *s)
{
	const struct sip_msg *m = &s->rx.msg;
	enum sip_scheme route = scheme_of(m, SIP_HDR_RECORD_ROUTE);

	if (m->uri.scheme == SIP_SCHEME_SIPS)
		return true;
	if (s->rx.path->transport != SIP_TLS)
		return false;
	return (route == SIP_SCHEME_OTHER ? scheme_of(m, SIP_HDR_CONTACT) : route) ==
	       SIP_SCHEME_SIPS;
}

bool sip_is_sips(struct str uri)
{
	return uri.len > 5 && str_caseeq(str_n(uri.p, 5), STR("sips:"));
}

/* 5.1.1: "sip:" after `before` octets becomes "sips:". */
int sip_sips_route(struct str route, struct str *head, struct str *tail)
{
	struct str uri;
	size_t at = 0;

	while (at < route.len && route.p[at] != '<')
		at++;
	at += at < route.len;
	uri = str_from(route, at);
	if (uri.len < 4 || !str_caseeq(str_n(uri.p, 4), STR("sip:")))
		return TG_ENOENT;
	*head = str_n(route.p, at);
	*tail = str_from(uri, 4);
	return 0;
}
