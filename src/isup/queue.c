/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The queue of what is to be said about circuits: one list for each destination, by when it became
 * due. Neighbours with the same due become one message (Q.763 3.43: 32 circuits at most, never
 * across a CIC that we don't have); few messages go at a time, and few wait for their answer, so
 * that 500 circuits that are lost and back at once are some twenty messages, not a thousand.
 */
#include "isup/circuit_steps.h"
#include "isup/supervision.h"

#define GAP_MS	    20 /* between bursts; what becomes due together is merged */
#define BURST	    4  /* messages in one go to one destination */
#define OUTSTANDING 8  /* messages to one destination that wait for an answer */

enum due { DUE_NOTHING, DUE_RESET, DUE_BLOCK_M, DUE_BLOCK_H, DUE_UNBLOCK_M, DUE_UNBLOCK_H };

void isup_queue_wake(struct isup *x, struct isup_destination *to)
{
	if (list_empty(&to->work) || !to->available || timer_armed(&x->queue_timer))
		return;
	x->queue_timer.kind = ISUP_NR_TIMERS;
	timerq_arm(&x->timers, &x->queue_timer, tick_add_ms(x->now, GAP_MS));
}

void isup_queue_add(struct isup_circuit *c)
{
	if (!list_linked(&c->work))
		list_add_tail(&c->to->work, &c->work);
	isup_queue_wake(c->x, c->to);
}

/* A GRS that is not answered yet goes on being repeated, until RSC of each circuit take its place: there
 * is never a second one beside it. */
static bool reset_due(const struct isup_circuit *c)
{
	return (c->reset == ISUP_RESET_SURE &&
		(c->fsm.state != ISUP_GROUP_RESETTING || !isup_is_reset_in_group(c))) ||
	       (c->reset == ISUP_RESET_DOUBT &&
		(c->fsm.state == ISUP_RELEASING || c->fsm.state == ISUP_RESETTING));
}

static enum due due_of(const struct isup_circuit *c)
{
	if (reset_due(c))
		return DUE_RESET;
	for (int kind = 0; kind < ISUP_NR_KINDS; kind++) {
		if (c->block[kind] == ISUP_B_BLOCK_DUE)
			return DUE_BLOCK_M + kind;
		if (c->block[kind] == ISUP_B_UNBLOCK_DUE)
			return DUE_UNBLOCK_M + kind;
	}
	return DUE_NOTHING;
}

static struct isup_circuit *neighbour(const struct isup_circuit *c, int by)
{
	int cic = c->cic + by;

	return cic < 0 ? NULL : isup_find(c->x, c->to->dpc, (uint16_t)cic);
}

/* What the peer does not have, or has not answered for in a group, is in none. An IAM may be on its way, and unblocks (2.8.2.3); a GRS
 * before it leaves the peer with a call that is none here: only what has the same SLS, and so a message
 * for this circuit alone, cannot overtake it. */
static bool alone(const struct isup_circuit *c, enum due due)
{
	return c->unequipped || c->single || (due == DUE_RESET && isup_is_iam_away(c, NULL)) ||
	       ((due == DUE_BLOCK_M || due == DUE_UNBLOCK_M) &&
		(c->fsm.state == ISUP_OUT_SEIZED || c->fsm.state == ISUP_OUT_OVERLOADED ||
		 c->fsm.state == ISUP_OUT_CHECK_FAILED || c->fsm.state == ISUP_OUT_RECHECKING ||
		 c->fsm.state == ISUP_RELEASING || c->fsm.state == ISUP_RESETTING ||
		 c->fsm.state == ISUP_GROUP_RESETTING));
}

static bool joins(const struct isup_circuit *c, enum due due)
{
	return c && due_of(c) == due && !alone(c, due);
}

/* The run of neighbours with the same due around `c`: its first, and how many. */
static struct isup_circuit *run_of(struct isup_circuit *c, enum due due, unsigned *nr)
{
	struct isup_circuit *first = c, *n, *last = c;

	*nr = 1;
	if (alone(c, due))
		return c;
	while (*nr < ISUP_MAX_RANGE && joins(n = neighbour(first, -1), due)) {
		first = n;
		(*nr)++;
	}
	while (*nr < ISUP_MAX_RANGE && joins(n = neighbour(last, 1), due)) {
		last = n;
		(*nr)++;
	}
	return first;
}

/* What is still due of the circuit goes behind the others. */
static void take_out(struct isup_circuit *c)
{
	list_del(&c->work);
	if (due_of(c) != DUE_NOTHING)
		list_add_tail(&c->to->work, &c->work);
}

static void sent(struct isup_circuit *c, enum due due)
{
	if (due == DUE_RESET)
		c->reset = ISUP_RESET_NONE;
	else
		isup_block_feed(c, (due - DUE_BLOCK_M) % ISUP_NR_KINDS, ISUP_B_SENT);
	take_out(c);
}

static enum isup_request_type type_of(enum due due, bool single)
{
	if (due == DUE_RESET)
		return ISUP_Q_GRS;
	if (due < DUE_UNBLOCK_M)
		return single ? ISUP_Q_BLO : ISUP_Q_CGB;
	return single ? ISUP_Q_UBL : ISUP_Q_CGU;
}

/* Hardware is for groups alone: one circuit is shown by the status bits of a group of two. */
static void widen(struct isup_request *q, struct isup_circuit *only)
{
	struct isup_circuit *behind = neighbour(only, 1), *before = neighbour(only, -1);

	q->range = 1;
	if (behind && (!before || (!behind->unequipped && only->single != ISUP_ALONE_BEFORE)))
		return;
	q->cic--;
	q->bits = 2;
}

static bool send_group(struct isup_circuit *first, unsigned nr, enum due due)
{
	struct isup *x = first->x;
	bool hardware = due == DUE_BLOCK_H || due == DUE_UNBLOCK_H;
	bool single = nr == 1 && !hardware;
	struct isup_request *q = isup_request_new(x, first->to, first->cic, type_of(due, single));
	struct isup_circuit *c = first;

	if (!q)
		return false;
	if (first->single) { /* those that the peer does not have keep no place from the others */
		q->uncounted = true;
		q->to->outstanding--;
	}
	q->kind = hardware ? ISUP_KIND_H : ISUP_KIND_M;
	q->range = (uint8_t)(nr - 1);
	q->bits = nr == 32 ? UINT32_MAX : (1u << nr) - 1;
	if (nr == 1 && hardware)
		widen(q, first);
	for (unsigned i = 0; i < nr; i++) {
		struct isup_circuit *next = neighbour(c, 1);
		sent(c, due);
		if (due == DUE_RESET)
			isup_circuit_feed(c, ISUP_RESET_GROUP, NULL);
		c = next;
	}
	isup_request_send(q);
	return true;
}

/* One message; false: there is no place for one more. */
static bool send_one(struct isup_circuit *c)
{
	enum due due = due_of(c);
	unsigned nr;
	struct isup_circuit *first;

	if (due == DUE_NOTHING) {
		c->reset = ISUP_RESET_NONE;
		take_out(c);
		return true;
	}
	first = run_of(c, due, &nr);
	if (due != DUE_RESET || nr > 1)
		return send_group(first, nr, due);
	sent(c, due);
	isup_circuit_feed(c, ISUP_RESET, NULL);
	return true;
}

static void run_destination(struct isup *x, struct isup_destination *to)
{
	for (int i = 0; i < BURST && to->available && to->outstanding < OUTSTANDING; i++) {
		struct isup_circuit *c = list_first(&to->work, struct isup_circuit, work);
		if (!c || !isup_out_room(x, ISUP_OUT_PER_INPUT * ISUP_MAX_RANGE) || !send_one(c))
			break;
	}
	if (to->outstanding < OUTSTANDING)
		isup_queue_wake(x, to);
}

void isup_queue_run(struct isup *x)
{
	struct isup_destination *to;

	list_for_each(to, &x->destinations, link)
		run_destination(x, to);
}
