/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as a SIP message. What must hold: a message that parses, written again from its
 * headers, parses to the same and is then written octet for octet the same; a response made for a
 * request that parses is one that parses; faults have a text and a status that can be answered.
 */
#include <string.h>

#include <trunkgate/sip/msg.h>

#include "fuzz/fuzz.h"

#define ROOM (4 * SIP_MAX_MESSAGE)

/* The builder knows no method that is OTHER, so start lines are put together here. */
static void start_line(struct sip_build *b, const struct sip_msg *m)
{
	int n;

	if (m->is_request)
		n = snprintf(b->buf, b->size, STR_FMT " " STR_FMT " SIP/2.0\r\n",
			     STR_ARG(m->method_name), STR_ARG(m->uri.text));
	else
		n = snprintf(b->buf, b->size, "SIP/2.0 %u " STR_FMT "\r\n", m->status,
			     STR_ARG(m->reason));
	fuzz_check(n > 0);
	b->len = (size_t)n;
}

static struct str print(const struct sip_msg *m, char *buf)
{
	struct sip_build b;
	struct str out = { 0 };

	sip_build_init(&b, buf, ROOM);
	start_line(&b, m);
	for (unsigned i = 0; i < m->nr_headers; i++)
		sip_build_copy(&b, &m->header[i], STR(""));
	fuzz_check(sip_build_done(&b, &out) == 0);
	memcpy(buf + out.len, "\r\n", 2);
	if (m->body.len)
		memcpy(buf + out.len + 2, m->body.p, m->body.len);
	return str_n(buf, out.len + 2 + m->body.len);
}

static void check_same(const struct sip_msg *a, const struct sip_msg *b)
{
	fuzz_check(a->is_request == b->is_request && a->method == b->method);
	fuzz_check(a->status == b->status && str_eq(a->reason, b->reason));
	fuzz_check(str_eq(a->uri.text, b->uri.text) && str_eq(a->uri.host, b->uri.host));
	fuzz_check(a->nr_headers == b->nr_headers && a->nr_via == b->nr_via);
	for (unsigned i = 0; i < a->nr_headers; i++)
		fuzz_check(a->header[i].id == b->header[i].id);
	fuzz_check(str_eq(a->via.host, b->via.host) && a->via.port == b->via.port);
	fuzz_check(str_eq(a->via.branch, b->via.branch) && a->via.rport == b->via.rport);
	fuzz_check(str_eq(a->from.uri.text, b->from.uri.text) && str_eq(a->from.tag, b->from.tag));
	fuzz_check(str_eq(a->to.uri.text, b->to.uri.text) && str_eq(a->to.tag, b->to.tag));
	fuzz_check(str_eq(a->call_id, b->call_id) && a->cseq == b->cseq);
	fuzz_check(a->cseq_method == b->cseq_method && a->max_forwards == b->max_forwards);
	fuzz_check(a->has_contact == b->has_contact && a->contact.star == b->contact.star);
	fuzz_check(str_eq(a->contact.uri.text, b->contact.uri.text));
	fuzz_check(str_eq(a->body, b->body));
}

static void check_again(const struct sip_msg *m)
{
	static char first[ROOM], second[ROOM];
	static struct sip_msg again;
	struct str out = print(m, first);

	if (out.len > SIP_MAX_MESSAGE)
		return; /* compact names have become long ones */
	fuzz_check(sip_msg_parse(&again, out, NULL) == 0);
	check_same(m, &again);
	fuzz_check(str_eq(print(&again, second), out));
}

static void copy_all(struct sip_build *b, const struct sip_msg *m, enum sip_hdr id)
{
	const struct sip_header *h = sip_msg_header(m, id, 0);

	if (h)
		sip_build_copy(b, h, STR(""));
}

/* What 8.2.6.2 has in a response; of a message with a fault it is what there is. */
static void check_response(const struct sip_msg *m, unsigned status)
{
	static char buf[ROOM];
	static struct sip_msg response;
	struct addr from = { .family = ADDR_IP4, .port = 5060, .ip = { 192, 0, 2, 1 } };
	struct sip_build b;
	struct str out;

	sip_build_init(&b, buf, sizeof(buf));
	sip_build_status(&b, status, STR(""));
	sip_build_vias(&b, m, &from);
	copy_all(&b, m, SIP_HDR_FROM);
	copy_all(&b, m, SIP_HDR_TO);
	copy_all(&b, m, SIP_HDR_CALL_ID);
	copy_all(&b, m, SIP_HDR_CSEQ);
	sip_build_body(&b, STR(""), STR(""));
	if (m->parse_status || sip_build_done(&b, &out) < 0) {
		fuzz_check(m->parse_status);
		return;
	}
	if (out.len > SIP_MAX_MESSAGE)
		return;
	if (sip_msg_parse(&response, out, NULL) < 0)
		fuzz_check(m->nr_via + 5 >
			   SIP_MAX_HEADERS); /* one line each now: more than there may be */
	else
		fuzz_check(str_eq(response.via.branch, m->via.branch));
}

static void check_lists(const struct sip_msg *m)
{
	for (unsigned id = 0; id < SIP_NR_HDRS; id++) {
		struct sip_value_walk w = { 0 };
		struct str v;

		while (sip_msg_next_value(m, (enum sip_hdr)id, &w, &v))
			fuzz_check(v.len && v.p >= m->octets.p &&
				   v.p + v.len <= m->octets.p + m->octets.len);
	}
	sip_msg_reason_cause(m, STR("Q.850"), NULL);
}

static void check_fault(const struct sip_msg *m, const struct tg_diag *d, size_t size)
{
	fuzz_check(d->text[0] && d->clause[0] && d->offset <= size);
	fuzz_check(m->parse_status == 0 || (m->is_request && m->method != SIP_ACK));
	if (m->parse_status)
		check_response(m, m->parse_status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sip_msg m;
	struct tg_diag d = TG_DIAG_NONE;

	if (size > SIP_MAX_MESSAGE)
		return 0;
	if (sip_msg_parse(&m, str_n(data, size), &d) < 0) {
		check_fault(&m, &d, size);
		return 0;
	}
	fuzz_check(m.parse_status == 0 && m.nr_via > 0);
	check_again(&m);
	check_lists(&m);
	if (m.is_request)
		check_response(&m, 200);
	return 0;
}
