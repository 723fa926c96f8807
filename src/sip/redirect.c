/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/redirect: an INVITE that follows 3xx; see redirect.h. */
#include "sip/redirect.h"

#include "sip/session.h"

int sip_redirect_init(struct sip_session *ses, unsigned max)
{
	struct sip_redirect *r = MEM_NEW(ses->mem, struct sip_redirect);

	if (!r)
		return TG_ENOMEM;
	r->max = max < SIP_MAX_REDIRECTS ? max : SIP_MAX_REDIRECTS;
	r->seen[r->nr_seen++] = ses->target;
	ses->redirect = r;
	return 0;
}

static bool same(struct str a, struct str b)
{
	struct sip_uri x, y;

	return sip_uri_parse(&x, a, NULL) == 0 && sip_uri_parse(&y, b, NULL) == 0 &&
	       sip_uri_eq(&x, &y);
}

/* 8.1.3.4: a target set holds each once, or it could turn for ever. */
static bool is_known(const struct sip_redirect *r, struct str uri)
{
	for (unsigned i = 0; i < r->nr_seen; i++)
		if (same(r->seen[i], uri))
			return true;
	for (unsigned i = 0; i < r->nr_next; i++)
		if (same(r->next[i].uri, uri))
			return true;
	return false;
}

/* Family ADDR_NONE for a host name, when those are resolved. */
static bool hop_of(const struct sip_session *ses, const struct sip_uri *uri, struct addr *hop)
{
	if (sip_uri_addr(uri, hop) == 0)
		return !addr_is_any(hop) && hop->family == ses->path->local.family;
	*hop = (struct addr){ 0 };
	return ses->stack->cfg.resolve;
}

static void add(struct sip_session *ses, struct str value)
{
	struct sip_redirect *r = ses->redirect;
	/* RFC 5630 5.1.1: nothing turns sips into sip */
	enum sip_scheme scheme = sip_is_sips(ses->target) ? SIP_SCHEME_SIPS : SIP_SCHEME_SIP;
	struct sip_nameaddr a;
	struct addr hop;
	struct str uri;

	if (r->nr_seen + r->nr_next > r->max || sip_nameaddr_parse(&a, value, NULL) < 0 || a.star ||
	    a.uri.scheme != scheme || !hop_of(ses, &a.uri, &hop))
		return;
	uri = a.uri.text;
	if (a.uri.headers.len)
		str_split(a.uri.text, '?', &uri);
	if (is_known(r, uri))
		return;
	uri = mem_keep(ses->mem, uri);
	if (uri.p)
		r->next[r->nr_next++] = (struct sip_redirect_target){ uri, sip_nameaddr_q(&a) };
}

/* The best of what is left, the first of equals. */
static bool take_next(struct sip_session *ses)
{
	struct sip_redirect *r = ses->redirect;
	struct sip_uri uri;
	unsigned best = 0;

	if (!r->nr_next)
		return false;
	for (unsigned i = 1; i < r->nr_next; i++)
		if (r->next[i].q > r->next[best].q)
			best = i;
	ses->target = r->next[best].uri;
	r->seen[r->nr_seen++] = ses->target;
	r->nr_next--;
	for (unsigned i = best; i < r->nr_next; i++)
		r->next[i] = r->next[i + 1];
	ses->next = STR("");
	return sip_uri_parse(&uri, ses->target, NULL) == 0 && hop_of(ses, &uri, &ses->peer);
}

bool sip_redirect_follows(struct sip_session *ses, unsigned status, const struct sip_msg *msg)
{
	struct sip_value_walk w = { 0 };
	struct str value;

	if (!ses->redirect || status >= 600 || !sip_session_allows(ses, SES_AGAIN))
		return false;
	while (msg && status / 100 == 3 && sip_msg_next_value(msg, SIP_HDR_CONTACT, &w, &value))
		add(ses, value);
	while (take_next(ses))
		if (sip_session_again(ses) == 0)
			return true;
	return false;
}
