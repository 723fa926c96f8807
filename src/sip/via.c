/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/via: one Via value (RFC 3261 20.42 and 25.1, rport of RFC 3581). */
#include <trunkgate/sip/msg.h>

#include "sip/scan.h"

/* sent-protocol: name / version / transport, white space around the slashes. */
static bool scan_protocol(struct sip_via *v, struct sip_scan *s)
{
	struct str name = sip_scan_class(s, SIP_C_TOKEN), version;

	if (name.len == 0 || !sip_scan_sep(s, '/'))
		return false;
	version = sip_scan_class(s, SIP_C_TOKEN);
	if (version.len == 0 || !sip_scan_sep(s, '/'))
		return false;
	v->transport = sip_scan_class(s, SIP_C_TOKEN);
	return v->transport.len != 0;
}

static bool scan_sent_by(struct sip_via *v, struct sip_scan *s)
{
	const char *p = s->p;

	sip_scan_lws(s);
	if (s->p == p || !sip_scan_host(s, &v->host, &v->host_is_ip6))
		return false;
	return !sip_scan_sep(s, ':') || sip_scan_port(s, &v->port);
}

/* received of IPv6 with brackets is against the grammar and common (RFC 5118 4.5). */
static struct str unbracket(struct str s)
{
	if (s.len > 2 && s.p[0] == '[' && s.p[s.len - 1] == ']')
		return str_n(s.p + 1, s.len - 2);
	return s;
}

static bool take_rport(struct sip_via *v, const struct sip_param *p)
{
	uint32_t port;

	v->has_rport = true;
	if (!p->has_value)
		return true;
	if (!str_to_u32(p->value, &port) || port == 0 || port > 65535)
		return false;
	v->rport = (uint16_t)port;
	return true;
}

/* The parameters that the transaction layer needs; the first of each counts. */
static bool take_param(struct sip_via *v, const struct sip_param *p)
{
	if (!v->branch.p && SIP_WORD_IS(p->name, "branch"))
		v->branch = p->value;
	else if (!v->has_rport && SIP_WORD_IS(p->name, "rport"))
		return take_rport(v, p);
	else if (!v->received.p && SIP_WORD_IS(p->name, "received"))
		v->received = unbracket(p->value);
	else if (!v->maddr.p && SIP_WORD_IS(p->name, "maddr"))
		v->maddr = unbracket(p->value);
	return true;
}

static bool scan_params(struct sip_via *v, struct sip_scan *s)
{
	const char *start = NULL;
	struct sip_param p;

	while (sip_scan_char(s, ';')) {
		if (!start)
			start = s->p;
		sip_scan_lws(s);
		if (!sip_scan_param(s, &p) || !take_param(v, &p))
			return false;
	}
	if (start)
		v->params = sip_trim(str_n(start, (size_t)(s->p - start)));
	return true;
}

int sip_via_scan(struct sip_via *v, struct sip_scan *s, struct tg_diag *d)
{
	const char *start, *clause = "RFC 3261 20.42";

	memset(v, 0, sizeof(*v));
	sip_scan_lws(s);
	start = s->p;
	v->text = str_n(start, (size_t)(s->end - start));
	if (!scan_protocol(v, s))
		return tg_fail(d, TG_EINVAL, sip_scan_at(s), clause, "bad protocol in Via");
	if (!scan_sent_by(v, s))
		return tg_fail(d, TG_EINVAL, sip_scan_at(s), clause, "bad host or port in Via");
	sip_scan_lws(s);
	if (!scan_params(v, s))
		return tg_fail(d, TG_EINVAL, sip_scan_at(s), clause, "bad parameter in Via");
	v->text = sip_trim(str_n(start, (size_t)(s->p - start)));
	return 0;
}

int sip_via_parse(struct sip_via *v, struct str value, struct tg_diag *diag)
{
	struct sip_scan s = sip_scan_init(value);
	int r = sip_via_scan(v, &s, diag);

	if (r == 0 && !sip_scan_end(&s))
		return tg_fail(diag, TG_EINVAL, sip_scan_at(&s), "RFC 3261 20.42",
			       "unexpected octet behind a Via value");
	return r;
}
