/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/msg: the headers that every message is handled by (RFC 3261 8.1.1, 8.2.6.2, 18.3). */
#include <trunkgate/sip/msg.h>

#include "sip/msg_parse.h"
#include "sip/scan.h"

static bool has_seen(const struct sip_parse *ps, enum sip_hdr id)
{
	return ps->seen[id / 64] >> id % 64 & 1;
}

/* How many values that are not empty begin at the scan. */
static unsigned count_values(struct sip_scan s)
{
	unsigned n = 0;

	if (!memchr(s.p, ',', (size_t)(s.end - s.p)))
		return s.p < s.end;
	while (!sip_scan_end(&s)) {
		const char *p;

		sip_scan_lws(&s);
		p = s.p;
		sip_scan_to(&s, ',');
		n += s.p > p;
		sip_scan_char(&s, ',');
	}
	return n;
}

/* Empty list elements in front are passed over. */
static void skip_empty(struct sip_scan *s)
{
	do
		sip_scan_lws(s);
	while (sip_scan_char(s, ','));
}

static struct sip_scan scan_of(const struct sip_parse *ps, struct str value)
{
	return (struct sip_scan){ ps->m->octets.p, value.p, value.p + value.len };
}

static void typed_via(struct sip_parse *ps, struct str value)
{
	struct sip_scan s = scan_of(ps, value);
	struct sip_msg *m = ps->m;
	int r;

	if (has_seen(ps, SIP_HDR_VIA)) {
		m->nr_via += count_values(s);
		return;
	}
	skip_empty(&s);
	r = sip_via_scan(&m->via, &s, ps->diag);
	m->nr_via = r == 0 && sip_scan_end(&s) ? 1 : count_values(scan_of(ps, value));
	if (r < 0)
		sip_parse_note(ps, 400, r);
	else if (!sip_scan_end(&s) && *s.p != ',')
		sip_parse_bad(ps, 400, s.p, "RFC 3261 20.42", "unexpected octet behind a Via");
	else
		ps->via_ok = true;
}

static void typed_nameaddr(struct sip_parse *ps, struct sip_nameaddr *a, struct str value,
			   bool list)
{
	struct sip_scan s = scan_of(ps, value);
	int r;

	if (list)
		skip_empty(&s);
	r = sip_nameaddr_scan(a, &s, ps->diag);
	if (r < 0)
		sip_parse_note(ps, 400, r);
	else if (!sip_scan_end(&s) && (!list || *s.p != ','))
		sip_parse_bad(ps, 400, s.p, "RFC 3261 20.10", "unexpected octet behind an address");
	else if (a->star && !list)
		sip_parse_bad(ps, 400, value.p, "RFC 3261 20.10", "'*' is for Contact alone");
}

static void typed_call_id(struct sip_parse *ps, struct str value)
{
	struct sip_scan s = scan_of(ps, value);

	ps->m->call_id = sip_scan_class(&s, SIP_C_WORD);
	if (value.len == 0 || !sip_scan_end(&s))
		sip_parse_bad(ps, 400, s.p, "RFC 3261 20.8", "bad octet in Call-ID");
}

/* 8.1.1.5: the number is below 2^31, the method that of the request. */
static void typed_cseq(struct sip_parse *ps, struct str value)
{
	struct sip_scan s = scan_of(ps, value);
	struct sip_msg *m = ps->m;
	struct str number = sip_scan_class(&s, SIP_C_TOKEN);
	uint32_t n;

	sip_scan_lws(&s);
	m->cseq_method_name = sip_scan_class(&s, SIP_C_TOKEN);
	if (m->cseq_method_name.len == 0 || !sip_scan_end(&s)) {
		sip_parse_bad(ps, 400, s.p, "RFC 3261 20.16", "CSeq is not a number and a method");
		return;
	}
	if (!str_to_u32(number, &n) || n > INT32_MAX)
		sip_parse_bad(ps, 400, number.p, "RFC 3261 8.1.1.5", "CSeq is not below 2^31");
	else
		m->cseq = n;
	if (m->is_request && str_eq(m->cseq_method_name, m->method_name)) {
		m->cseq_method = m->method;
		return;
	}
	m->cseq_method = sip_method_of(m->cseq_method_name);
	if (m->is_request) /* RFC 4475 3.1.2.18 has 501 for a method that nobody knows */
		sip_parse_bad(ps, m->method == SIP_METHOD_OTHER ? 501 : 400, m->cseq_method_name.p,
			      "RFC 3261 8.1.1.5", "CSeq has another method than the request line");
	else
		m->method = m->cseq_method;
}

static void typed_max_forwards(struct sip_parse *ps, struct str value)
{
	uint32_t n;

	if (!str_to_u32(value, &n) || n > 255)
		sip_parse_bad(ps, 400, value.p, "RFC 3261 20.22", "Max-Forwards is not 0 to 255");
	else
		ps->m->max_forwards = (int)n;
}

bool sip_content_length(struct sip_parse *ps, struct str value, uint32_t *n)
{
	if (str_to_u32(value, n))
		return true;
	sip_parse_bad(ps, 400, value.p, "RFC 3261 20.14", "Content-Length is no number");
	return false;
}

static void typed_content_length(struct sip_parse *ps, struct str value)
{
	uint32_t n;

	if (sip_content_length(ps, value, &n))
		ps->content_length = n;
}

static void typed_contact(struct sip_parse *ps, struct str value)
{
	if (ps->m->has_contact)
		return;
	ps->m->has_contact = true;
	typed_nameaddr(ps, &ps->m->contact, value, true);
}

/* The first of a kind that must be alone is what counts. */
static bool is_repeated(struct sip_parse *ps, const struct sip_header *h)
{
	if (sip_hdr_may_repeat(h->id) || !has_seen(ps, h->id))
		return false;
	sip_parse_note(ps, 400,
		       tg_fail(ps->diag, TG_EINVAL, sip_parse_at(ps, h->name.p), "RFC 3261 7.3.1",
			       "a second %s", sip_hdr_name(h->id)));
	return true;
}

static void typed(struct sip_parse *ps, const struct sip_header *h)
{
	struct sip_msg *m = ps->m;

	switch (h->id) {
	case SIP_HDR_VIA:
		return typed_via(ps, h->value);
	case SIP_HDR_FROM:
		return typed_nameaddr(ps, &m->from, h->value, false);
	case SIP_HDR_TO:
		return typed_nameaddr(ps, &m->to, h->value, false);
	case SIP_HDR_CALL_ID:
		return typed_call_id(ps, h->value);
	case SIP_HDR_CSEQ:
		return typed_cseq(ps, h->value);
	case SIP_HDR_MAX_FORWARDS:
		return typed_max_forwards(ps, h->value);
	case SIP_HDR_CONTENT_LENGTH:
		return typed_content_length(ps, h->value);
	case SIP_HDR_CONTACT:
		return typed_contact(ps, h->value);
	case SIP_HDR_CONTENT_TYPE:
		m->content_type = h->value;
		return;
	default:
		return;
	}
}

void sip_parse_typed(struct sip_parse *ps, const struct sip_header *h)
{
	if (h->id == SIP_HDR_OTHER || is_repeated(ps, h))
		return;
	typed(ps, h);
	ps->seen[h->id / 64] |= UINT64_C(1) << h->id % 64;
}

/* 8.1.1; Max-Forwards may be missing, as from RFC 2543's time (RFC 4475 3.4.1). */
void sip_parse_mandatory(struct sip_parse *ps)
{
	static const enum sip_hdr needed[] = { SIP_HDR_VIA, SIP_HDR_FROM, SIP_HDR_TO,
					       SIP_HDR_CALL_ID, SIP_HDR_CSEQ };

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!has_seen(ps, needed[i]))
			sip_parse_note(ps, 400,
				       tg_fail(ps->diag, TG_EINVAL, sip_parse_at(ps, ps->p),
					       "RFC 3261 8.1.1", "no %s", sip_hdr_name(needed[i])));
}
