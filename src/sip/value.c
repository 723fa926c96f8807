/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/value: the typed values of headers by kind, and the kinds that are one word or number. */
#include "sip/value.h"

bool sip_value_number(struct sip_scan *s, uint32_t *n)
{
	return str_to_u32(sip_scan_class(s, SIP_C_TOKEN), n);
}

void sip_value_method(struct sip_scan *s, struct sip_method_value *m)
{
	m->name = sip_scan_class(s, SIP_C_TOKEN);
	m->id = sip_method_of(m->name);
}

bool sip_value_q(struct str text, uint16_t *milli)
{
	unsigned v = 0, digits = 0;

	if (text.len == 0 || text.len > 5 || (text.p[0] != '0' && text.p[0] != '1'))
		return false;
	if (text.len > 1 && text.p[1] != '.')
		return false;
	for (size_t i = 2; i < text.len; i++, digits++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		v = v * 10 + (unsigned)(text.p[i] - '0');
	}
	for (; digits < 3; digits++)
		v *= 10;
	v += (unsigned)(text.p[0] - '0') * 1000;
	*milli = (uint16_t)v;
	return v <= 1000;
}

static bool text(struct sip_value *v, struct sip_scan *s)
{
	v->token = str_n(s->p, (size_t)(s->end - s->p));
	s->p = s->end;
	return true;
}

static bool token(struct sip_value *v, struct sip_scan *s)
{
	return sip_value_token(s, &v->token);
}

static bool call_id(struct sip_value *v, struct sip_scan *s)
{
	v->token = sip_scan_class(s, SIP_C_WORD);
	return v->token.len != 0;
}

static bool method(struct sip_value *v, struct sip_scan *s)
{
	sip_value_method(s, &v->method);
	return v->method.name.len != 0;
}

static bool number(struct sip_value *v, struct sip_scan *s)
{
	return sip_value_number(s, &v->number);
}

static bool via(struct sip_value *v, struct sip_scan *s)
{
	return sip_via_scan(&v->via, s, NULL) == 0;
}

static bool address(struct sip_value *v, struct sip_scan *s)
{
	return sip_nameaddr_scan(&v->address, s, NULL) == 0 && !v->address.star;
}

/* RFC 3261 20.16, 8.1.1.5 */
static bool cseq(struct sip_value *v, struct sip_scan *s)
{
	if (!sip_value_number(s, &v->cseq.number) || v->cseq.number > INT32_MAX)
		return false;
	sip_scan_lws(s);
	sip_value_method(s, &v->cseq.method);
	return v->cseq.method.name.len != 0;
}

/* RFC 3262 7.2 */
static bool rack(struct sip_value *v, struct sip_scan *s)
{
	if (!sip_value_number(s, &v->rack.rseq))
		return false;
	sip_scan_lws(s);
	if (!sip_value_number(s, &v->rack.cseq))
		return false;
	sip_scan_lws(s);
	sip_value_method(s, &v->rack.method);
	return v->rack.method.name.len != 0;
}

/* A kind's parser, and how much of the value has to be empty when it begins: the others set all of
 * theirs (a Via or an address clears itself). */
#define CLEARED(field) sizeof(((struct sip_value *)0)->field)

static const struct {
	sip_value_fn *parse;
	size_t cleared;
} parsers[SIP_NR_VALUE_KINDS] = {
	[SIP_VALUE_TEXT] = { text },
	[SIP_VALUE_TOKEN] = { token },
	[SIP_VALUE_CALL_ID] = { call_id },
	[SIP_VALUE_METHOD] = { method },
	[SIP_VALUE_NUMBER] = { number },
	[SIP_VALUE_VIA] = { via },
	[SIP_VALUE_ADDRESS] = { address },
	[SIP_VALUE_CONTACT] = { sip_value_contact, CLEARED(contact) },
	[SIP_VALUE_CSEQ] = { cseq },
	[SIP_VALUE_RACK] = { rack },
	[SIP_VALUE_MEDIA] = { sip_value_media, CLEARED(media) },
	[SIP_VALUE_WEIGHTED] = { sip_value_weighted, CLEARED(weighted) },
	[SIP_VALUE_DISPOSITION] = { sip_value_disposition, CLEARED(disposition) },
	[SIP_VALUE_RETRY_AFTER] = { sip_value_retry_after, CLEARED(retry_after) },
	[SIP_VALUE_WARNING] = { sip_value_warning, CLEARED(warning) },
	[SIP_VALUE_DATE] = { sip_value_date },
	[SIP_VALUE_TIMESTAMP] = { sip_value_timestamp, CLEARED(timestamp) },
	[SIP_VALUE_AUTH] = { sip_value_auth, CLEARED(auth) },
	[SIP_VALUE_AUTH_INFO] = { sip_value_auth_info, CLEARED(auth) },
	[SIP_VALUE_PRIVACY] = { sip_value_privacy, CLEARED(privacy) },
	[SIP_VALUE_REASON] = { sip_value_reason, CLEARED(reason) },
	[SIP_VALUE_REPLACES] = { sip_value_replaces, CLEARED(replaces) },
	[SIP_VALUE_SESSION_EXPIRES] = { sip_value_session_expires, CLEARED(session_expires) },
	[SIP_VALUE_DIVERSION] = { sip_value_diversion, CLEARED(diversion) },
	[SIP_VALUE_EVENT] = { sip_value_event, CLEARED(event) },
	[SIP_VALUE_SUBSCRIPTION_STATE] = { sip_value_subscription_state,
					   CLEARED(subscription_state) },
	[SIP_VALUE_HISTORY] = { sip_value_history, CLEARED(history) },
	[SIP_VALUE_USER_TO_USER] = { sip_value_user_to_user, CLEARED(user_to_user) },
	[SIP_VALUE_IDENTITY] = { sip_value_identity, CLEARED(identity) },
};

static bool parse_one(struct sip_value *v, enum sip_value_kind kind, struct sip_scan *s)
{
	v->kind = kind;
	if (parsers[kind].cleared)
		memset(&v->token, 0, parsers[kind].cleared);
	return parsers[kind].parse(v, s);
}

static int bad_value(const struct sip_scan *s, const char *what, const char *clause,
		     struct tg_diag *d)
{
	return tg_fail(d, TG_EINVAL, sip_scan_at(s), clause, "bad value of %s", what);
}

static int behind_value(const struct sip_scan *s, const char *what, const char *clause,
			struct tg_diag *d)
{
	return tg_fail(d, TG_EINVAL, sip_scan_at(s), clause,
		       "unexpected octet behind a value of %s", what);
}

static int parse(struct sip_value *v, enum sip_value_kind kind, struct str value, const char *what,
		 const char *clause, struct tg_diag *d)
{
	struct sip_scan s = sip_scan_init(value);

	v->text = value;
	sip_scan_lws(&s);
	if (!parse_one(v, kind, &s))
		return bad_value(&s, what, clause, d);
	sip_scan_lws(&s);
	return sip_scan_end(&s) ? 0 : behind_value(&s, what, clause, d);
}

int sip_header_next(const struct sip_header *h, size_t *at, struct sip_value *v,
		    struct tg_diag *diag)
{
	struct sip_scan s = sip_scan_init(h->value);
	bool list = sip_hdr_is_list(h->id);
	const char *start;

	s.p += *at;
	*at = h->value.len;
	do
		sip_scan_lws(&s);
	while (list && sip_scan_char(&s, ','));
	if (sip_scan_end(&s))
		return 0;
	start = s.p;
	if (!parse_one(v, sip_hdr_value(h->id), &s))
		return bad_value(&s, sip_hdr_name(h->id), sip_hdr_clause(h->id), diag);
	v->text = str_n(start, (size_t)(s.p - start));
	sip_scan_lws(&s);
	if (!sip_scan_end(&s) && !(list && *s.p == ','))
		return behind_value(&s, sip_hdr_name(h->id), sip_hdr_clause(h->id), diag);
	*at = sip_scan_at(&s);
	return 1;
}

int sip_value_parse(struct sip_value *v, enum sip_hdr id, struct str value, struct tg_diag *diag)
{
	return parse(v, sip_hdr_value(id), value, sip_hdr_name(id), sip_hdr_clause(id), diag);
}

int sip_value_parse_kind(struct sip_value *v, enum sip_value_kind kind, struct str value,
			 struct tg_diag *diag)
{
	return parse(v, kind, value, "a header", "RFC 3261 25.1", diag);
}

int sip_msg_value(const struct sip_msg *m, enum sip_hdr id, struct sip_value *v,
		  struct tg_diag *diag)
{
	struct sip_value_walk w = { 0 };
	struct str value;

	if (!sip_msg_next_value(m, id, &w, &value))
		return TG_ENOENT;
	return sip_value_parse(v, id, value, diag);
}
