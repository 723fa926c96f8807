/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The whole SIP stack under any order of datagrams, user actions, time and failing allocations. The
 * input is a program; each step is an octet, most with an octet behind it:
 *
 *	R datagram 0xfe	  receive; 1 to 4 in it stand for the branch, our tag, the Call-ID and the
 *			  CSeq number of the last message that was sent
 *	E		  receive what was sent last
 *	d D		  start a call, send OPTIONS to a host name
 *	A n		  the DNS answers its oldest question: n & 3: none, fails, with n / 4 % 4 records
 *	s S o F		  start a call, one with all extensions, send OPTIONS, sending has failed
 *	p a j k i h n	  progress, answer, reject, ack, reinvite, hangup of the n-th call known
 *	P U r I n	  PRACK, UPDATE, respond, INFO, of the same
 *	f n		  REFER in the same
 *	b		  subscribe
 *	y z n		  notify or say how a transfer goes, end, of the n-th subscription known
 *	t n		  2 * n * n ms pass
 *	u n		  what the user does at once about events: 1 answers, 2 acknowledges, 4 rings,
 *			  8 hangs up, 16 accepts SUBSCRIBE and REFER
 *	m n		  the n-th allocation from here fails
 *	N n		  new calls are refused, or not
 *
 * What must hold: each message that is sent can be read; and when the users have hung up and time
 * has passed there is no call, no transaction and no timer left.
 */
#include <string.h>

#include <trunkgate/sip/request.h>
#include <trunkgate/sip/subscription.h>

#include "fuzz/fuzz.h"

#define MAX_CALLS    4
#define STOP	     0xfe
#define DATAGRAM_MAX 8192
#define QUESTIONS    8

struct run {
	struct sip_stack *stack;
	tick_t now;
	struct addr peer;
	sip_call_id id[MAX_CALLS];		     /* alive; 0: free */
	sip_subscription_id subscription[MAX_CALLS]; /* as last made: may be over */
	unsigned nr_subscriptions;
	unsigned reflexes;
	char sent[DATAGRAM_MAX];
	size_t sent_len;
	struct sip_msg last; /* views into sent */
	bool has_last;
	struct sip_out question[QUESTIONS]; /* that are open */
	unsigned nr_questions;
	const uint8_t *p, *end;
};

static const struct sip_body sdp = { .content_type = STR_INIT("application/sdp"),
				     .octets = STR_INIT("v=0\r\n") };

static uint8_t next(struct run *r)
{
	return r->p < r->end ? *r->p++ : 0;
}

/* `was` becomes `is` among the calls; there are never more than the stack may have. */
static void know(struct run *r, sip_call_id was, sip_call_id is)
{
	unsigned n = 0;

	while (n < MAX_CALLS && r->id[n] != was)
		n++;
	fuzz_check(n < MAX_CALLS);
	r->id[n] = is;
}

/* What was sent is read back. Copied headers can make a message of ours one that is too large for
 * our own parser; only then may it fail. */
static void take_send(struct run *r, struct str octets)
{
	struct tg_diag d = TG_DIAG_NONE;

	r->has_last = false;
	if (octets.len > sizeof(r->sent))
		return;
	memcpy(r->sent, octets.p, octets.len);
	r->sent_len = octets.len;
	r->has_last = sip_msg_parse(&r->last, str_n(r->sent, r->sent_len), &d) == 0;
	if (!r->has_last && str_starts(octets, STR("SIP/2.0 ")))
		return; /* an answer to something wrong may be wrong */
	fuzz_check(r->has_last || r->last.nr_headers == SIP_MAX_HEADERS);
}

static void know_subscription(struct run *r, int err, sip_subscription_id id)
{
	if (err == 0)
		r->subscription[r->nr_subscriptions++ % MAX_CALLS] = id;
}

static void react_outside(struct run *r, const struct sip_event *e)
{
	const struct sip_subscription_accept a = { .expires_s = 100,
						   .state = &sdp,
						   .guarded = r->reflexes & 32 };
	sip_subscription_id id;

	if (!(r->reflexes & 16))
		return;
	if (e->type == SIP_EV_SUBSCRIBE)
		know_subscription(r, sip_subscription_accept(r->stack, r->now, &a, &id), id);
	else if (e->type == SIP_EV_REFRESH && r->reflexes & 64)
		sip_request_answer(r->stack, r->now, 401, NULL);
	else if (e->type == SIP_EV_REFRESH)
		sip_subscription_refresh(r->stack, r->now);
	else if (e->type == SIP_EV_REFER)
		know_subscription(r, sip_refer_accept(r->stack, r->now, NULL, &id), id);
}

static void react(struct run *r, const struct sip_event *e)
{
	react_outside(r, e);
	if (e->type == SIP_EV_INVITE)
		know(r, 0, e->call);
	if (e->type == SIP_EV_ENDED)
		know(r, e->call, 0);
	if (e->type == SIP_EV_INVITE && r->reflexes & 4)
		sip_call_progress(r->stack, r->now, e->call, 180, NULL);
	if ((e->type == SIP_EV_INVITE || e->type == SIP_EV_REINVITE) && r->reflexes & 1)
		sip_call_answer(r->stack, r->now, e->call, &sdp);
	if (e->type == SIP_EV_ANSWERED && r->reflexes & 2)
		sip_call_ack(r->stack, r->now, e->call, NULL);
	if (e->call && e->type != SIP_EV_ENDED && r->reflexes & 8)
		sip_call_hangup(r->stack, r->now, e->call, 0, NULL);
}

/* One too many is never answered. */
static void take_question(struct run *r, const struct sip_out *out)
{
	fuzz_check(out->resolve.name.len < SIP_NAME_MAX);
	if (r->nr_questions < QUESTIONS)
		r->question[r->nr_questions++] = *out;
}

static void answer_question(struct run *r, uint8_t n)
{
	struct sip_dns_record rec[3] = {
		{ .order = n, .flags = STR("s"), .service = STR("SIP+D2U"), .port = 5060 },
		{ .order = 2,
		  .flags = STR("s"),
		  .service = STR("SIPS+D2T"),
		  .port = n,
		  .priority = 1 },
		{ .order = 3,
		  .flags = STR("u"),
		  .service = STR("SIP+D2T"),
		  .port = 5061,
		  .weight = n },
	};
	struct sip_dns_answer a = {
		.result = (enum sip_dns_result)(n % 4 % 3), .ttl_s = n, .rec = rec, .nr = n / 4 % 4
	};

	if (!r->nr_questions)
		return;
	for (int i = 0; i < 3; i++) {
		rec[i].name = i == n % 3 ? STR("a.example") : STR("b.example");
		rec[i].addr = r->peer;
		rec[i].addr.ip[3] = (uint8_t)(i + n);
	}
	sip_stack_resolved(r->stack, r->now, r->question[0].resolve.id, &a);
	r->nr_questions--;
	memmove(r->question, r->question + 1, r->nr_questions * sizeof(r->question[0]));
}

static void drain(struct run *r)
{
	struct sip_out out;

	while (sip_stack_next_out(r->stack, &out)) {
		if (out.type == SIP_OUT_SEND)
			take_send(r, out.send.octets);
		else if (out.type == SIP_OUT_RESOLVE)
			take_question(r, &out);
		else
			react(r, &out.event);
	}
}

static size_t put(char *buf, size_t at, struct str s)
{
	if (s.len > DATAGRAM_MAX - at)
		return at;
	if (s.len)
		memcpy(buf + at, s.p, s.len);
	return at + s.len;
}

/* A name of the last message instead of one of the octets 1 to 4. */
static size_t put_name(const struct run *r, char *buf, size_t at, uint8_t which)
{
	char cseq[16];

	if (!r->has_last)
		return at;
	switch (which) {
	case 1:
		return put(buf, at, r->last.via.branch);
	case 2:
		return put(buf, at, r->last.is_request ? r->last.from.tag : r->last.to.tag);
	case 3:
		return put(buf, at, r->last.call_id);
	default:
		snprintf(cseq, sizeof(cseq), "%u", r->last.cseq);
		return put(buf, at, str_of(cseq));
	}
}

static void receive(struct run *r)
{
	static char buf[DATAGRAM_MAX];
	size_t len = 0;

	while (r->p < r->end && *r->p != STOP) {
		uint8_t c = *r->p++;
		if (c >= 1 && c <= 4)
			len = put_name(r, buf, len, c);
		else
			len = put(buf, len, str_n(&c, 1));
	}
	next(r);
	sip_stack_rx(r->stack, r->now, 1, &r->peer, str_n(buf, len));
}

static void receive_own(struct run *r)
{
	static char buf[DATAGRAM_MAX];

	memcpy(buf, r->sent, r->sent_len);
	sip_stack_rx(r->stack, r->now, 1, &r->peer, str_n(buf, r->sent_len));
}

static void start_by_name(struct run *r)
{
	struct sip_invite inv = { .path = 1,
				  .next = r->reflexes & 16 ? STR("sip:example;transport=udp")
							   : STR(""),
				  .uri = STR("sip:1@example"),
				  .from = STR("<sip:a@192.0.2.1>"),
				  .to = STR("<sip:1@example>"),
				  .body = sdp };
	sip_call_id id;

	if (sip_call_start(r->stack, r->now, &inv, &id) == 0)
		know(r, 0, id);
}

static void start(struct run *r, bool extended)
{
	struct sip_invite inv = { .path = 1,
				  .target = r->peer,
				  .uri = STR("sip:1@192.0.2.2"),
				  .from = STR("<sip:a@192.0.2.1>"),
				  .to = STR("<sip:1@192.0.2.2>"),
				  .body = sdp };
	sip_call_id id;

	if (extended) {
		inv.features = (struct sip_features){ .rel100 = SIP_REL100_SUPPORTED,
						      .user_pracks = r->reflexes & 1,
						      .session_expires_s = 90 };
		inv.expires_s = 60;
		inv.max_redirects = 3;
	}
	if (sip_call_start(r->stack, r->now, &inv, &id) == 0)
		know(r, 0, id);
}

static void subscribe(struct run *r)
{
	const struct sip_subscribe want = { .path = 1,
					    .target = r->peer,
					    .uri = STR("sip:1@192.0.2.2"),
					    .from = STR("<sip:a@192.0.2.1>"),
					    .to = STR("<sip:1@192.0.2.2>"),
					    .event = STR("x"),
					    .expires_s = 200 };
	sip_subscription_id id = 0;

	know_subscription(r, sip_subscribe(r->stack, r->now, &want, &id), id);
}

static void act_on_subscription(struct run *r, uint8_t op)
{
	uint8_t n = next(r);
	sip_subscription_id id = r->subscription[n % MAX_CALLS];

	if (op == 'z')
		sip_subscription_end(r->stack, r->now, id, "giveup", n / 16, NULL);
	else if (sip_refer_progress(r->stack, r->now, id, 100u + n) < 0)
		sip_subscription_notify(r->stack, r->now, id, &sdp);
}

static void refer(struct run *r, sip_call_id call)
{
	sip_subscription_id id = 0;

	know_subscription(r,
			  sip_call_refer(r->stack, r->now, call, STR("<sip:3@192.0.2.3>"), NULL,
					 NULL, &id),
			  id);
}

static void act(struct run *r, uint8_t op)
{
	uint8_t n = next(r);
	sip_call_id id = r->id[n % MAX_CALLS];

	switch (op) {
	case 'p':
		sip_call_progress(r->stack, r->now, id, 180 + n % 8, n & 1 ? &sdp : NULL);
		break;
	case 'a':
		sip_call_answer(r->stack, r->now, id, &sdp);
		break;
	case 'j':
		sip_call_reject(r->stack, r->now, id, 300u + n, NULL);
		break;
	case 'k':
		sip_call_ack(r->stack, r->now, id, n & 1 ? &sdp : NULL);
		break;
	case 'P':
		sip_call_prack(r->stack, r->now, id, n & 1 ? &sdp : NULL);
		break;
	case 'U':
		sip_call_update(r->stack, r->now, id, n & 1 ? &sdp : NULL);
		break;
	case 'r':
		sip_call_respond(r->stack, r->now, id, n & 1 ? 200 : 488, n & 1 ? &sdp : NULL);
		break;
	case 'I':
		sip_call_info(r->stack, r->now, id, n & 1 ? &sdp : NULL);
		break;
	case 'f':
		refer(r, id);
		break;
	case 'i':
		sip_call_reinvite(r->stack, r->now, id, &sdp);
		break;
	default:
		sip_call_hangup(r->stack, r->now, id, 0, NULL);
		break;
	}
}

static void step(struct run *r)
{
	uint8_t op = next(r);

	if (op == 'R')
		receive(r);
	else if (op == 'E')
		receive_own(r);
	else if (op == 's' || op == 'S')
		start(r, op == 'S');
	else if (op == 'd')
		start_by_name(r);
	else if (op == 'D')
		sip_options_send_by(r->stack, r->now, 1, STR("sip:a.example:5060"),
				    STR("sip:example"), NULL);
	else if (op == 'A')
		answer_question(r, next(r));
	else if (op == 'o')
		sip_options_send(r->stack, r->now, 1, &r->peer, STR("sip:192.0.2.2"), NULL);
	else if (op == 'b')
		subscribe(r);
	else if (op == 'y' || op == 'z')
		act_on_subscription(r, op);
	else if (op == 'F')
		sip_stack_send_failed(r->stack, r->now, 1, &r->peer);
	else if (op == 'u')
		r->reflexes = next(r);
	else if (op == 'm')
		mem_fail_after(next(r));
	else if (op == 'N')
		sip_stack_refuse_new(r->stack, next(r) & 1 ? 503 : 0);
	else if (op && strchr("pajkihPUrIf", op))
		act(r, op);
	drain(r);
}

static void pass(struct run *r, int64_t ms)
{
	tick_t end = tick_add_ms(r->now, ms);

	while (tick_due(sip_stack_deadline(r->stack), end)) {
		if (tick_before(r->now, sip_stack_deadline(r->stack)))
			r->now = sip_stack_deadline(r->stack);
		sip_stack_tick(r->stack, r->now);
		drain(r);
	}
	r->now = end;
}

static void finish(struct run *r)
{
	struct sip_stats st;

	mem_fail_after(0);
	r->reflexes = 0;
	for (unsigned n = 0; n < MAX_CALLS; n++) {
		sip_subscription_end(r->stack, r->now, r->subscription[n], "giveup", 0, NULL);
		drain(r);
	}
	for (int i = 0; i < 4; i++) {
		for (unsigned n = 0; n < MAX_CALLS; n++) {
			sip_call_hangup(r->stack, r->now, r->id[n], 0, NULL);
			drain(r);
		}
		pass(r, 100 * 1000);
	}
	pass(r, 3700 * 1000); /* what peers have subscribed to */
	sip_stack_stats(r->stack, &st);
	fuzz_check(st.subscriptions == 0);
	fuzz_check(st.calls == 0);
	fuzz_check(st.transactions == 0);
	fuzz_check(st.timers == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct run r;
	struct rng_seeded seed;
	struct sip_cfg cfg = { .max_calls = MAX_CALLS,
			       .max_transactions = 24,
			       .max_out = 8,
			       .max_subscriptions = MAX_CALLS,
			       .events = STR("x") };
	const struct sip_features all = { .rel100 = SIP_REL100_USED,
					  .update = true,
					  .info = true,
					  .refer = true,
					  .replaces = true };
	struct mem *m = mem_root("fuzz");
	struct addr local;

	r = (struct run){ .p = data, .end = data + size };
	cfg.features = all;
	cfg.resolve = true;
	cfg.rng = rng_seeded_init(&seed, 1);
	r.stack = sip_stack_new(m, &cfg);
	fuzz_check(r.stack && addr_parse(&local, STR("192.0.2.1"), 5060) == 0);
	fuzz_check(addr_parse(&r.peer, STR("192.0.2.2"), 5060) == 0);
	fuzz_check(sip_stack_path_add(r.stack, 1, &local) == 0);
	while (r.p < r.end) {
		if (*r.p == 't') {
			next(&r);
			unsigned n = next(&r);
			pass(&r, 2 * (int64_t)(n * n));
		} else {
			step(&r);
		}
	}
	finish(&r);
	mem_free(m);
	return 0;
}
