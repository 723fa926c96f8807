/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire: two stacks back to back, with a virtual clock, for the tests of the stack. Datagrams take
 * 10 ms; a test may lose, count and look at each. What the stacks tell their users is recorded.
 *
 *	struct wire *w = wire_new();
 *	wire_call(w);				(A calls B; B is at its first event)
 *	wire_run_ms(w, 100);
 *	assert_int_equal(sip_call_answer(w->b.stack, w->now, w->b.call, &sdp), 0);
 *	wire_lose(w, &w->b, "200 INVITE", 2);	(the next two)
 *	wire_run_ms(w, 40000);
 *	assert_events(&w->b, "INVITE ACKED BYE ENDED");
 *	wire_free(w);				(asserts that nothing is left alive)
 *
 * Datagrams are named by what they are: "INVITE", "ACK", "180 INVITE".
 */
#ifndef TRUNKGATE_UNIT_SIP_WIRE_H
#define TRUNKGATE_UNIT_SIP_WIRE_H

#include <trunkgate/sip/stack.h>

#include "unit/support.h"

#define WIRE_LATENCY_US MS_US(10)
#define WIRE_NAME_MAX	32
#define WIRE_PATH	1

struct wire;

struct wire_end {
	struct wire *wire;
	struct sip_stack *stack;
	struct addr addr;
	struct sip_features features; /* of the calls it starts */
	uint32_t expires_s;
	unsigned max_redirects;
	const struct sip_digest_user *login;
	const struct str *route;
	unsigned nr_route;
	sip_call_id call;  /* of the last event INVITE, or of sip_call_start */
	char events[2048]; /* names in order, a blank between; a status behind ':' where it counts,
				* a method behind '/', '?' for a PRACK that is due, '!' for an offer */
	unsigned status;   /* of the last event */
	char ack_body[64]; /* of the last ACKED */
	char body[64];	   /* of the last event with a message */
	/* What was sent: names with time in ms. */
	struct {
		char name[WIRE_NAME_MAX];
		int64_t ms;
		bool lost;
	} sent[512];
	unsigned nr_sent;
	/* What is lost: the next n of this name. */
	struct {
		char name[WIRE_NAME_MAX];
		unsigned nr;
	} lose[4];
	bool deaf;	 /* all that is sent to it is lost */
	bool twice;	 /* all that is sent to it comes twice */
	char last[4096]; /* the last datagram it sent */
	size_t last_len;
	/* When set, is called at each event, and may act. */
	void (*on_event)(struct wire_end *e, const struct sip_event *ev);
};

struct wire_packet;

struct wire {
	struct mem *mem;
	tick_t now;
	struct rng_seeded seed;
	struct rng rng;
	struct wire_end a, b;
	struct wire_packet *head, **tail;
};

extern const struct sip_body wire_offer, wire_answer, wire_empty;

/* NULL only when out of memory. */
struct wire *wire_try_new(const struct sip_cfg *cfg);
struct wire *wire_new(void);
/* Time runs until nothing is alive in either stack, a minute after a test's end at most; then all
 * is freed. */
void wire_free(struct wire *w);
void wire_free_unchecked(struct wire *w);

int wire_start(struct wire *w, struct wire_end *from, const struct sip_body *body);
/* A calls B with an offer, and the first datagrams pass. */
void wire_call(struct wire *w);
/* To the established call. */
void wire_establish(struct wire *w);
void wire_run_ms(struct wire *w, int64_t ms);
/* Takes all outputs of a stack. */
void wire_drain(struct wire_end *e);
/* A datagram from nowhere, or from the other end, now. */
int wire_inject(struct wire *w, struct wire_end *to, const struct addr *from, const char *text);

void wire_lose(struct wire_end *from, const char *name, unsigned nr);
unsigned wire_count(const struct wire_end *from, const char *name);
/* When the n-th (from 0) of this name was sent, in ms; -1: never. */
int64_t wire_sent_ms(const struct wire_end *from, const char *name, unsigned n);
/* Is the text in the last datagram that it sent? */
bool wire_has(struct str octets, const char *text);
bool wire_last_has(const struct wire_end *from, const char *text);
void wire_clear(struct wire *w);

#define assert_events(end, text) assert_string_equal((end)->events, text)

#endif
