/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/outside: requests outside dialogs, see <trunkgate/sip/request.h>. */
#include <trunkgate/sip/request.h>

#include "sip/compose.h"

/* Client. --------------------------------------------------------------------------------------- */
static bool is_plain_address(struct str value)
{
	struct sip_nameaddr a;

	return sip_nameaddr_parse(&a, value, NULL) == 0 && !a.star && !a.tag.len;
}

static bool is_word(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((uint8_t)s.p[i] <= ' ' || (uint8_t)s.p[i] >= 0x7f)
			return false;
	return true;
}

static bool is_sendable(enum sip_method m)
{
	return m > SIP_METHOD_OTHER && m < SIP_NR_METHODS && m != SIP_INVITE && m != SIP_ACK &&
	       m != SIP_CANCEL && m != SIP_BYE;
}

static int check(const struct sip_stack *s, const struct sip_out_request *r)
{
	const struct sip_hop hop = { r->path, r->target, r->next };
	int err = sip_hop_check(s, &hop, r->uri);

	if (err < 0)
		return err;
	if (!is_sendable(r->method) || !is_word(r->call_id) || !is_plain_address(r->from) ||
	    !is_plain_address(r->to))
		return TG_EINVAL;
	if (sip_body_check(&r->body) < 0)
		return TG_EINVAL;
	return sip_out_room(s) && sip_trans_room(s, true) ? 0 : TG_ELIMIT;
}

/* A new tag each time: nothing is kept of what was before (8.1.1.3). */
static int build(struct sip_stack *s, const struct sip_out_request *r, char *branch,
		 struct sip_marks *marks, struct sip_buf **out)
{
	char call_id[33], tag[2 * SIP_TAG_OCTETS + 1];
	struct sip_build from;
	struct sip_request q = { .method = r->method,
				 .path = sip_path_find(s, r->path),
				 .hop = r->target,
				 .branch = sip_branch_new(s, branch),
				 .uri = r->uri,
				 .to = r->to,
				 .call_id = r->call_id,
				 .cseq = r->cseq ? r->cseq : 1,
				 .body = &r->body };
	size_t size = r->from.len + sizeof(tag) + 8;
	char *text = mem_alloc(s->mem, size);
	int err;

	if (!text)
		return TG_ENOMEM;
	rng_hex(&s->cfg.rng, call_id, 16);
	rng_hex(&s->cfg.rng, tag, SIP_TAG_OCTETS);
	if (!q.call_id.len)
		q.call_id = str_of(call_id);
	sip_build_init(&from, text, size);
	sip_put_raw(&from, r->from);
	sip_put_raw(&from, STR(";tag="));
	sip_put_raw(&from, str_of(tag));
	q.from = str_n(text, from.len);
	err = sip_request_build(s, &q, marks, out);
	mem_drop(text);
	return err;
}

int sip_request_send(struct sip_stack *s, tick_t now, const struct sip_out_request *r)
{
	char branch[SIP_BRANCH_MAX];
	struct sip_marks marks;
	struct sip_buf *b;
	int err = check(s, r);

	if (err < 0)
		return err;
	s->now = now;
	sip_out_begin(s, true);
	err = build(s, r, branch, &marks, &b);
	return err < 0 ? err : sip_send_alone(s, r->method, branch, b, &marks, r->next, r->user);
}

/* Server. --------------------------------------------------------------------------------------- */
bool sip_is_asked(const struct sip_stack *s, enum sip_method method)
{
	return method != SIP_METHOD_OTHER && is_sendable(method) && s->cfg.methods >> method & 1;
}

void sip_ask(struct sip_stack *s)
{
	s->asked = true;
	sip_out_event(s, &(struct sip_event){ .type = SIP_EV_REQUEST,
					      .msg = &s->rx.msg,
					      .from = s->rx.from,
					      .path = s->rx.path->id });
}

int sip_request_answer(struct sip_stack *s, tick_t now, unsigned status,
		       const struct sip_body *body)
{
	struct sip_reply r = { .status = status, .body = body };
	bool remembered;

	if (!s->asked || !s->rx.msg.is_request || s->drained)
		return TG_ESTATE;
	if (status < 200 || status > 699 || sip_body_check(body) < 0)
		return TG_EINVAL;
	if (!sip_out_room(s))
		return TG_ELIMIT;
	s->now = now;
	/* nearly all room is for calls, however many of these come (each is kept for 64*T1, so that a
	 * flood of them fills whatever there is): one that comes again is then
	 * asked about again */
	remembered = s->nr_transactions < s->cfg.max_transactions / 16;
	if (!(remembered ? sip_reply_stateful(s, &r, NULL) : sip_reply_stateless(s, &r)))
		return TG_ENOMEM;
	s->asked = false;
	return 0;
}
