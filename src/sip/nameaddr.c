/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/nameaddr: the value of From, To, Contact, Route and others: name-addr or addr-spec with its
 * parameters (RFC 3261 20.10, 25.1). */
#include <trunkgate/sip/msg.h>

#include "sip/scan.h"

#define CLAUSE "RFC 3261 20.10"

/* The display name, when there is one. The scan stands at the '<' afterwards (true), or where the
 * addr-spec begins (false). */
static int scan_display(struct sip_nameaddr *a, struct sip_scan *s, bool *angle, struct tg_diag *d)
{
	const char *p = s->p;

	*angle = true;
	if (sip_scan_peek(s) == '"') {
		if (!sip_scan_quoted(s, &a->display))
			return tg_fail(d, TG_EINVAL, sip_scan_at(s), "RFC 3261 25.1",
				       "quoted display name does not end");
		sip_scan_lws(s);
		if (sip_scan_peek(s) != '<')
			return tg_fail(d, TG_EINVAL, sip_scan_at(s), CLAUSE,
				       "no '<' behind a display name");
		return 0;
	}
	a->display = sip_trim(sip_scan_class(s, SIP_C_DISPLAY));
	if (sip_scan_peek(s) == '<')
		return 0;
	a->display = str_n(NULL, 0);
	*angle = false;
	s->p = p;
	return 0;
}

/* Between < and >. */
static int scan_enclosed(struct sip_nameaddr *a, struct sip_scan *s, struct tg_diag *d)
{
	const char *close = memchr(s->p, '>', (size_t)(s->end - s->p));
	const char *p = s->p + 1;

	if (!close)
		return tg_fail(d, TG_EINVAL, sip_scan_at(s), CLAUSE, "'<' without '>'");
	s->p = close + 1;
	return sip_uri_scan(&a->uri, str_n(p, (size_t)(close - p)), s->start, d);
}

/* Without < and >: what follows a ';' is the header's, and a '?' or ',' must not be in it. */
static int scan_bare(struct sip_nameaddr *a, struct sip_scan *s, struct tg_diag *d)
{
	const char *p = s->p;

	while (s->p < s->end && *s->p != ';' && *s->p != ',' && *s->p != '?' && !sip_is_lws(*s->p))
		s->p++;
	if (sip_scan_peek(s) == '?')
		return tg_fail(d, TG_EINVAL, sip_scan_at(s), CLAUSE,
			       "URI with '?' needs angle brackets");
	return sip_uri_scan(&a->uri, str_n(p, (size_t)(s->p - p)), s->start, d);
}

static int scan_params(struct sip_nameaddr *a, struct sip_scan *s, struct tg_diag *d)
{
	struct sip_param param;
	const char *start = NULL;

	while (sip_scan_char(s, ';')) {
		if (!start)
			start = s->p;
		sip_scan_lws(s);
		if (!sip_scan_param(s, &param))
			return tg_fail(d, TG_EINVAL, sip_scan_at(s), "RFC 3261 25.1",
				       "bad parameter behind an address");
		if (!a->tag.p && SIP_WORD_IS(param.name, "tag"))
			a->tag = param.value;
	}
	if (start)
		a->params = sip_trim(str_n(start, (size_t)(s->p - start)));
	return 0;
}

static bool scan_star(struct sip_scan *s)
{
	const char *p = s->p;

	if (!sip_scan_char(s, '*'))
		return false;
	sip_scan_lws(s);
	if (sip_scan_end(s))
		return true;
	s->p = p;
	return false;
}

int sip_nameaddr_scan(struct sip_nameaddr *a, struct sip_scan *s, struct tg_diag *d)
{
	const char *start;
	bool angle;
	int r;

	memset(a, 0, sizeof(*a));
	sip_scan_lws(s);
	start = s->p;
	a->text = str_n(start, (size_t)(s->end - start));
	a->star = scan_star(s);
	if (a->star)
		return 0;
	r = scan_display(a, s, &angle, d);
	if (r == 0)
		r = angle ? scan_enclosed(a, s, d) : scan_bare(a, s, d);
	sip_scan_lws(s);
	if (r == 0)
		r = scan_params(a, s, d);
	if (r == 0)
		a->text = sip_trim(str_n(start, (size_t)(s->p - start)));
	return r;
}

int sip_nameaddr_parse(struct sip_nameaddr *a, struct str value, struct tg_diag *diag)
{
	struct sip_scan s = sip_scan_init(value);
	int r = sip_nameaddr_scan(a, &s, diag);

	if (r == 0 && !sip_scan_end(&s))
		return tg_fail(diag, TG_EINVAL, sip_scan_at(&s), CLAUSE,
			       "unexpected octet behind an address");
	return r;
}

unsigned sip_nameaddr_q(const struct sip_nameaddr *a)
{
	unsigned q = 0, weight = 100;
	struct str value;

	if (!sip_params_find(a->params, STR("q"), &value) || !value.len || value.p[0] != '0')
		return 1000;
	for (size_t i = 2; i < value.len && value.p[i] >= '0' && value.p[i] <= '9'; i++) {
		q += weight * (unsigned)(value.p[i] - '0');
		weight /= 10;
	}
	return q;
}
