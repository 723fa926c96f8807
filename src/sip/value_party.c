/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/value: who is meant and who was before: Contact (RFC 3261 20.10), Privacy (3323), Diversion
 * (5806), History-Info (7044), User-to-User (7433), Identity (8224). */
#include "sip/value.h"

/* Over the parameters of an address that has been read. */
static bool next_of(struct sip_scan *s, struct sip_param *p)
{
	sip_scan_lws(s);
	if (sip_scan_end(s) || !sip_scan_param(s, p))
		return false;
	sip_scan_char(s, ';');
	return true;
}

static bool contact_param(struct sip_contact *c, const struct sip_param *p)
{
	if (SIP_WORD_IS(p->name, "q"))
		return sip_value_q(p->value, &c->q_milli);
	if (SIP_WORD_IS(p->name, "expires") && !c->has_expires) {
		c->has_expires = true;
		return str_to_u32(p->value, &c->expires_s);
	}
	if (str_caseeq(p->name, STR("+sip.instance")))
		sip_first(&c->instance, p->value);
	else if (SIP_WORD_IS(p->name, "reg-id"))
		return str_to_u32(p->value, &c->reg_id);
	return true;
}

bool sip_value_contact(struct sip_value *v, struct sip_scan *s)
{
	struct sip_contact *c = &v->contact;
	struct sip_scan params;
	struct sip_param p;

	c->q_milli = 1000;
	if (sip_nameaddr_scan(&c->address, s, NULL) < 0)
		return false;
	params = sip_scan_init(c->address.params);
	while (next_of(&params, &p))
		if (!contact_param(c, &p))
			return false;
	return true;
}

static unsigned privacy_of(struct str token)
{
	static const struct {
		struct str name;
		unsigned bit;
	} names[] = {
		{ STR_INIT("none"), SIP_PRIVACY_NONE },
		{ STR_INIT("user"), SIP_PRIVACY_USER },
		{ STR_INIT("header"), SIP_PRIVACY_HEADER },
		{ STR_INIT("session"), SIP_PRIVACY_SESSION },
		{ STR_INIT("critical"), SIP_PRIVACY_CRITICAL },
		{ STR_INIT("id"), SIP_PRIVACY_ID },
		{ STR_INIT("history"), SIP_PRIVACY_HISTORY },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_caseeq(token, names[i].name))
			return names[i].bit;
	return SIP_PRIVACY_OTHER;
}

/* Semicolons; commas are taken too, as some send them. */
bool sip_value_privacy(struct sip_value *v, struct sip_scan *s)
{
	struct str token;

	do {
		sip_scan_lws(s);
		if (!sip_value_token(s, &token))
			return false;
		v->privacy |= privacy_of(token);
		sip_scan_lws(s);
	} while (sip_scan_char(s, ';') || sip_scan_char(s, ','));
	return true;
}

static bool count(struct str text, bool *has, uint32_t *out)
{
	if (*has)
		return true;
	*has = true;
	return str_to_u32(sip_unquote(text), out);
}

static bool diversion_param(struct sip_diversion *x, const struct sip_param *p)
{
	if (SIP_WORD_IS(p->name, "reason"))
		sip_first(&x->reason, sip_unquote(p->value));
	else if (SIP_WORD_IS(p->name, "privacy"))
		sip_first(&x->privacy, sip_unquote(p->value));
	else if (SIP_WORD_IS(p->name, "screen"))
		sip_first(&x->screen, sip_unquote(p->value));
	else if (SIP_WORD_IS(p->name, "extension"))
		sip_first(&x->extension, sip_unquote(p->value));
	else if (SIP_WORD_IS(p->name, "counter"))
		return count(p->value, &x->has_counter, &x->counter);
	else if (SIP_WORD_IS(p->name, "limit"))
		return count(p->value, &x->has_limit, &x->limit);
	return true;
}

bool sip_value_diversion(struct sip_value *v, struct sip_scan *s)
{
	struct sip_diversion *x = &v->diversion;
	struct sip_scan params;
	struct sip_param p;

	if (sip_nameaddr_scan(&x->address, s, NULL) < 0 || x->address.star)
		return false;
	params = sip_scan_init(x->address.params);
	while (next_of(&params, &p))
		if (!diversion_param(x, &p))
			return false;
	return true;
}

/* index-val: numbers with dots between. */
static bool is_index(struct str s)
{
	bool digit = false;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '.' ? !digit : s.p[i] < '0' || s.p[i] > '9')
			return false;
		digit = s.p[i] != '.';
	}
	return digit;
}

static bool history_param(struct sip_history *x, const struct sip_param *p)
{
	if (SIP_WORD_IS(p->name, "index")) {
		sip_first(&x->index, p->value);
		return is_index(x->index);
	}
	if (x->target || !(SIP_WORD_IS(p->name, "rc") || SIP_WORD_IS(p->name, "mp") ||
			   SIP_WORD_IS(p->name, "np")))
		return true;
	x->target = (char)(p->name.p[0] | 0x20);
	x->target_index = p->value;
	return is_index(p->value);
}

bool sip_value_history(struct sip_value *v, struct sip_scan *s)
{
	struct sip_history *x = &v->history;
	struct sip_scan params;
	struct sip_param p;

	if (sip_nameaddr_scan(&x->address, s, NULL) < 0 || x->address.star)
		return false;
	params = sip_scan_init(x->address.params);
	while (next_of(&params, &p))
		if (!history_param(x, &p))
			return false;
	return true;
}

bool sip_value_user_to_user(struct sip_value *v, struct sip_scan *s)
{
	struct sip_user_to_user *x = &v->user_to_user;
	bool quoted = sip_scan_peek(s) == '"';
	struct sip_param p;
	int r;

	if (quoted ? !sip_scan_quoted(s, &x->data) : !sip_value_token(s, &x->data))
		return false;
	while ((r = sip_value_param(s, &p)) > 0) {
		if (SIP_WORD_IS(p.name, "purpose"))
			sip_first(&x->purpose, p.value);
		else if (SIP_WORD_IS(p.name, "content"))
			sip_first(&x->content, p.value);
		else if (SIP_WORD_IS(p.name, "encoding"))
			sip_first(&x->encoding, p.value);
	}
	x->is_hex = x->encoding.p ? str_caseeq(x->encoding, STR("hex")) : !quoted;
	return r == 0;
}

/* 1*(base64-char / "."), the alphabet of URLs (RFC 7515) and padding too. */
static bool is_signature(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!sip_is(s.p[i], SIP_C_HOST) && !memchr("+/=", s.p[i], 3))
			return false;
	return s.len != 0;
}

/* info=<URI>: the one parameter whose value is in angle brackets. */
static bool take_info(struct sip_identity *x, struct sip_scan *s)
{
	const char *start = s->p, *close;

	if (!SIP_WORD_IS(sip_scan_class(s, SIP_C_TOKEN), "info") || !sip_scan_sep(s, '=') ||
	    !sip_scan_char(s, '<')) {
		s->p = start;
		return false;
	}
	close = memchr(s->p, '>', (size_t)(s->end - s->p));
	if (!close) {
		s->p = start;
		return false;
	}
	sip_first(&x->info, str_n(s->p, (size_t)(close - s->p)));
	s->p = close + 1;
	return true;
}

bool sip_value_identity(struct sip_value *v, struct sip_scan *s)
{
	struct sip_identity *x = &v->identity;
	struct sip_param p;

	x->digest = sip_scan_class(s, SIP_C_VALUE);
	if (!is_signature(x->digest))
		return false;
	while (sip_scan_sep(s, ';')) {
		if (take_info(x, s))
			continue;
		if (!sip_scan_param(s, &p))
			return false;
		if (SIP_WORD_IS(p.name, "alg"))
			sip_first(&x->alg, sip_unquote(p.value));
		else if (SIP_WORD_IS(p.name, "ppt"))
			sip_first(&x->ppt, sip_unquote(p.value));
	}
	return x->info.len != 0;
}
