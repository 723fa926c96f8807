/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/value: what describes bodies: media types, dispositions, weights (RFC 3261 20.1-20.3, 20.11,
 * 20.15; RFC 2045; RFC 3204). */
#include "sip/value.h"

/* A boundary is never a quoted-pair (RFC 2046 5.1.1: bchars). */
static bool media_param(struct sip_media *m, const struct sip_param *p)
{
	if (SIP_WORD_IS(p->name, "boundary")) {
		sip_first(&m->boundary, sip_unquote(p->value));
		return m->boundary.len && str_chr(m->boundary, '\\') == m->boundary.len;
	}
	if (SIP_WORD_IS(p->name, "version"))
		sip_first(&m->version, sip_unquote(p->value));
	else if (SIP_WORD_IS(p->name, "base"))
		sip_first(&m->base, sip_unquote(p->value));
	else if (SIP_WORD_IS(p->name, "q"))
		return sip_value_q(p->value, &m->q_milli);
	return true;
}

bool sip_value_media(struct sip_value *v, struct sip_scan *s)
{
	struct sip_media *m = &v->media;
	struct sip_param p;
	const char *start;
	int r;

	m->q_milli = 1000;
	if (!sip_value_token(s, &m->type) || !sip_scan_sep(s, '/') ||
	    !sip_value_token(s, &m->subtype))
		return false;
	sip_scan_lws(s);
	start = s->p;
	while ((r = sip_value_param(s, &p)) > 0)
		if (!media_param(m, &p))
			return false;
	if (s->p > start)
		m->params = str_n(start + 1, (size_t)(s->p - start - 1));
	return r == 0;
}

bool sip_value_weighted(struct sip_value *v, struct sip_scan *s)
{
	struct sip_weighted *w = &v->weighted;
	struct sip_param p;
	int r;

	w->q_milli = 1000;
	if (!sip_value_token(s, &w->token))
		return false;
	while ((r = sip_value_param(s, &p)) > 0)
		if (SIP_WORD_IS(p.name, "q") && !sip_value_q(p.value, &w->q_milli))
			return false;
	return r == 0;
}

bool sip_value_disposition(struct sip_value *v, struct sip_scan *s)
{
	struct sip_disposition *d = &v->disposition;
	bool seen = false;
	struct sip_param p;
	const char *start;
	int r;

	if (!sip_value_token(s, &d->type))
		return false;
	sip_scan_lws(s);
	start = s->p;
	while ((r = sip_value_param(s, &p)) > 0) {
		if (seen || !SIP_WORD_IS(p.name, "handling"))
			continue;
		d->optional = str_caseeq(p.value, STR("optional"));
		seen = true;
	}
	if (s->p > start)
		d->params = str_n(start + 1, (size_t)(s->p - start - 1));
	return r == 0;
}
