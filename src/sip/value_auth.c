/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/value: challenges and credentials (RFC 3261 20.6, 20.7, 20.27, 20.28, 20.44; RFC 7616 3.3-3.5,
 * RFC 8760). A parameter that is there twice makes the whole bad (RFC 7235 2.1). */
#include "sip/value.h"

static bool set(struct str *slot, struct str value)
{
	if (slot->p)
		return false;
	*slot = sip_unquote(value);
	return true;
}

/* nc-value: 8LHEX */
static bool set_nc(struct sip_auth *a, struct str value)
{
	uint32_t nc = 0;

	if (a->has_nc || value.len != 8)
		return false;
	for (size_t i = 0; i < 8; i++) {
		if (sip_hex(value.p[i]) < 0)
			return false;
		nc = nc << 4 | (uint32_t)sip_hex(value.p[i]);
	}
	a->has_nc = true;
	a->nc = nc;
	return true;
}

static bool set_qop(struct sip_auth *a, struct str value)
{
	if (a->has_qop)
		return false;
	a->has_qop = true;
	value = sip_unquote(value);
	while (value.len) {
		struct str one;

		value = str_split(value, ',', &one);
		one = str_trim(one);
		a->qop_auth |= str_caseeq(one, STR("auth"));
		a->qop_auth_int |= str_caseeq(one, STR("auth-int"));
	}
	return true;
}

static bool set_algorithm(struct sip_auth *a, struct str value)
{
	if (!set(&a->algorithm_name, value))
		return false;
	a->algorithm = str_caseeq(a->algorithm_name, STR("MD5"))       ? SIP_DIGEST_MD5
		       : str_caseeq(a->algorithm_name, STR("SHA-256")) ? SIP_DIGEST_SHA256
								       : SIP_DIGEST_OTHER;
	return true;
}

#define SLOT(lit, field)                                        \
	{                                                       \
		STR_INIT(lit), offsetof(struct sip_auth, field) \
	}

static const struct {
	struct str name;
	size_t at;
} slots[] = {
	SLOT("realm", realm),	      SLOT("nonce", nonce),	  SLOT("opaque", opaque),
	SLOT("domain", domain),	      SLOT("username", username), SLOT("uri", uri),
	SLOT("response", response),   SLOT("cnonce", cnonce),	  SLOT("rspauth", rspauth),
	SLOT("nextnonce", nextnonce),
};

static bool take(struct sip_auth *a, const struct sip_param *p)
{
	if (SIP_WORD_IS(p->name, "nc"))
		return set_nc(a, p->value);
	if (SIP_WORD_IS(p->name, "qop"))
		return set_qop(a, p->value);
	if (SIP_WORD_IS(p->name, "algorithm"))
		return set_algorithm(a, p->value);
	if (SIP_WORD_IS(p->name, "stale"))
		a->stale = str_caseeq(sip_unquote(p->value), STR("true"));
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		if (str_caseeq(p->name, slots[i].name))
			return set((struct str *)(void *)((char *)a + slots[i].at), p->value);
	return true;
}

/* name=value with commas between; an empty element is passed over (RFC 7230 7). */
static bool take_all(struct sip_auth *a, struct sip_scan *s)
{
	struct sip_param p;

	a->params = str_n(s->p, (size_t)(s->end - s->p));
	for (;;) {
		do
			sip_scan_lws(s);
		while (sip_scan_char(s, ','));
		if (sip_scan_end(s))
			return true;
		if (!sip_scan_param(s, &p) || !p.has_value || !take(a, &p))
			return false;
		sip_scan_lws(s);
		if (!sip_scan_end(s) && *s->p != ',')
			return false;
	}
}

bool sip_value_auth(struct sip_value *v, struct sip_scan *s)
{
	struct sip_auth *a = &v->auth;

	if (!sip_value_token(s, &a->scheme) || sip_scan_end(s) || !sip_is_lws(*s->p))
		return false;
	sip_scan_lws(s);
	a->is_digest = str_caseeq(a->scheme, STR("Digest"));
	if (a->is_digest)
		return take_all(a, s);
	a->params = str_n(s->p, (size_t)(s->end - s->p));
	s->p = s->end;
	return true;
}

bool sip_value_auth_info(struct sip_value *v, struct sip_scan *s)
{
	return take_all(&v->auth, s);
}
