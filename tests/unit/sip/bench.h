/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench: one transaction by itself, fed event by event and looked at after each.
 *
 *	bench_open(&b, SIP_INVITE);
 *	check(&b, ICT_INVITE, ICT_CALLING, 1, SIP_TELL_NOTHING, "AB");
 *	check_timer(&b, 500, ICT_CALLING, 1, SIP_TELL_NOTHING, "AB");	(A has fired)
 *	bench_close(&b);
 *
 * A check says: the state after it, how many datagrams were sent, what the user was told, and which
 * timers run then.
 */
#ifndef TRUNKGATE_UNIT_SIP_BENCH_H
#define TRUNKGATE_UNIT_SIP_BENCH_H

#include "sip/trans.h"

#include "unit/support.h"

struct bench {
	struct mem *mem;
	struct sip_stack *stack;
	struct sip_trans *t;
	struct rng_seeded seed;
	struct rng rng;
	struct sip_msg msg;
	struct addr peer;
};

static inline const char *bench_timers(const struct sip_trans *t)
{
	static const char letter[] = "ABDEFGHIJKLM";
	static char text[4];
	unsigned n = 0;

	if (timer_armed(&t->repeat))
		text[n++] = letter[t->repeat.kind];
	if (timer_armed(&t->life))
		text[n++] = letter[t->life.kind];
	text[n] = '\0';
	return text;
}

static inline struct sip_buf *bench_buf(struct bench *b, const char *text)
{
	struct sip_buf *buf = sip_buf_new(b->stack, 1, &b->peer, str_of(text));

	assert_non_null(buf);
	return buf;
}

static inline void bench_rx(struct bench *b, const char *text)
{
	b->stack->rx.path = sip_path_find(b->stack, 1);
	b->stack->rx.from = b->stack->rx.reply_to = b->peer;
	assert_int_equal(sip_msg_parse(&b->stack->rx.msg, str_of(text), NULL), 0);
}

#define BENCH_HEADERS(cseq)                                                \
	"Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKbench\r\n"          \
	"From: <sip:a@192.0.2.1>;tag=1\r\nTo: <sip:b@192.0.2.2>;tag=2\r\n" \
	"Call-ID: bench\r\nCSeq: 1 " cseq "\r\nContent-Length: 0\r\n\r\n"

static inline void bench_open_stack(struct bench *b)
{
	struct sip_cfg cfg = { .max_calls = 4 };
	struct addr local;

	*b = (struct bench){ .mem = mem_root("bench") };
	b->rng = rng_seeded_init(&b->seed, 3);
	cfg.rng = b->rng;
	b->stack = sip_stack_new(b->mem, &cfg);
	assert_non_null(b->stack);
	assert_int_equal(addr_parse(&local, STR("192.0.2.1:5060"), 0), 0);
	assert_int_equal(addr_parse(&b->peer, STR("192.0.2.2:5060"), 0), 0);
	assert_int_equal(sip_stack_path_add(b->stack, 1, &local), 0);
	assert_int_equal(sip_msg_parse(&b->msg,
				       STR("SIP/2.0 404 Not Found\r\n" BENCH_HEADERS("INVITE")),
				       NULL),
			 0);
}

static inline void bench_open(struct bench *b, enum sip_method method)
{
	bench_open_stack(b);
	b->t = sip_trans_client(b->stack, method, "z9hG4bKbench", bench_buf(b, "request"));
	assert_non_null(b->t);
	b->t->depth = 1; /* it shall outlive its end */
}

static inline void bench_open_server(struct bench *b, const char *request)
{
	bench_open_stack(b);
	bench_rx(b, request);
	b->t = sip_trans_server(b->stack);
	assert_non_null(b->t);
	b->t->depth = 1;
}

static inline void bench_close(struct bench *b)
{
	struct sip_stats st;

	sip_trans_drop(b->t);
	sip_stack_stats(b->stack, &st);
	assert_int_equal(st.timers, 0);
	assert_int_equal(st.transactions, 0);
	mem_free(b->mem);
}

static inline unsigned bench_drain(struct bench *b)
{
	struct sip_out out;
	unsigned n = 0;

	while (sip_stack_next_out(b->stack, &out))
		n += out.type == SIP_OUT_SEND;
	return n;
}

static inline void bench_check(struct bench *b, uint8_t state, unsigned sends, enum sip_tell tell,
			       const char *timers)
{
	assert_int_equal(bench_drain(b), sends);
	assert_int_equal(b->t->fsm.state, state);
	assert_int_equal(b->t->tell, tell);
	assert_string_equal(bench_timers(b->t), timers);
	b->t->tell = SIP_TELL_NOTHING;
}

/* An event from the network or without a message. */
static inline void bench_feed(struct bench *b, uint8_t event)
{
	struct sip_trans_in in = { .msg = &b->msg };

	if (b->t->last && (b->t->class->invite ? event == ICT_INVITE : event == NICT_REQUEST) &&
	    !b->t->class->server && b->t->fsm.state == 0) {
		in.buf = b->t->last;
		b->t->last = NULL;
	}
	sip_trans_feed(b->t, event, &in);
}

static inline void bench_advance(struct bench *b, int64_t ms)
{
	sip_out_begin(b->stack, false);
	sip_stack_tick(b->stack, tick_add_ms(b->stack->now, ms));
}

#define check(b, event, state, sends, tell, timers)         \
	do {                                                \
		bench_feed(b, event);                       \
		bench_check(b, state, sends, tell, timers); \
	} while (0)
#define check_timer(b, ms, state, sends, tell, timers)      \
	do {                                                \
		bench_advance(b, ms);                       \
		bench_check(b, state, sends, tell, timers); \
	} while (0)
#define check_respond(b, status, state, sends, timers)                       \
	do {                                                                 \
		sip_trans_respond((b)->t, status, bench_buf(b, "response")); \
		bench_check(b, state, sends, SIP_TELL_NOTHING, timers);      \
	} while (0)

#endif
