/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the machine of a circuit (circuit.c) does and asks: messages up and down, timers, releases.
 * Steps about the continuity check stand in circuit_cont.c, about overlap in circuit_overlap.c.
 */
#include <assert.h>
#include <string.h>

#include "isup/circuit_steps.h"

#define CPC_TEST 0x0d /* Q.763 3.11 */

bool isup_timer_is_slow(int which)
{
	return which == ISUP_T5 || which == ISUP_T17 || which == ISUP_T24 || which == ISUP_T33;
}

static struct timer *slot(struct isup_circuit *c, int which)
{
	return isup_timer_is_slow(which) ? &c->slow : &c->fast;
}

void isup_do_send(void *self, int type, const void *ev)
{
	(void)ev;
	isup_out_send(self, (uint8_t)type, 0, 0);
}

/* The user's message goes out. */
void isup_do_forward(void *self, int arg, const void *ev)
{
	const struct isup_input *in = ev;

	(void)arg;
	isup_out_send_msg(self, in->msg, in->octets);
	if (in->sgm)
		isup_out_send_msg(self, in->sgm, in->sgm_octets);
}

/* The peer's message goes up. */
void isup_do_present(void *self, int arg, const void *ev)
{
	const struct isup_input *in = ev;

	(void)arg;
	isup_out_present(self, in->msg);
}

/* A REL that nobody sent goes up. */
void isup_do_tell(void *self, int cause, const void *ev)
{
	(void)ev;
	struct isup_circuit *c = self;

	isup_out_present_rel(c, cause ? (uint8_t)cause : c->x->cause);
}

void isup_forget_rel(struct isup_circuit *c)
{
	mem_drop(c->rel);
	c->rel = NULL;
}

void isup_do_release(void *self, int cause, const void *ev)
{
	struct isup_circuit *c = self;

	(void)ev;
	c->rel_cause = cause ? (uint8_t)cause : c->x->cause;
	isup_out_send(c, ISUP_REL, c->rel_cause, cause ? 0 : c->x->diagnostic);
}

/* Keeps the user's REL for repetition. */
void isup_do_keep(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;
	const struct isup_input *in = ev;
	struct isup_cause cause = { .value = ISUP_CAUSE_NORMAL };

	(void)arg;
	isup_out_take_back(c);
	isup_get_cause(in->msg, &cause);
	c->rel_cause = cause.value ? cause.value : ISUP_CAUSE_NORMAL;
	c->rel_len = (uint16_t)in->octets.len;
	c->rel = mem_alloc(c->x->mem, in->octets.len);
	if (c->rel)
		memcpy(c->rel, in->octets.p, in->octets.len);
}

void isup_do_repeat(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;

	(void)arg;
	(void)ev;
	if (c->rel)
		isup_out_send_msg(c, NULL, str_n(c->rel, c->rel_len));
	else
		isup_out_send(c, ISUP_REL, c->rel_cause, 0);
}

void isup_do_start(void *self, int which, const void *ev)
{
	struct isup_circuit *c = self;
	struct timer *t = slot(c, which);

	(void)ev;
	if (which == ISUP_T9 && isup_is_transit(c->role))
		return;
	assert(!timer_armed(t) || t->kind == which);
	t->kind = (uint16_t)which;
	timerq_arm(&c->x->timers, t, tick_add_ms(c->x->now, c->x->timer_ms[which]));
}

void isup_do_stop(void *self, int which, const void *ev)
{
	struct isup_circuit *c = self;
	struct timer *t = slot(c, which);

	(void)ev;
	if (timer_armed(t) && t->kind == which)
		timerq_cancel(&c->x->timers, t);
}

/* 2.4: who controls the call waits for RES: T2 for the subscriber's, T6 for the network's; the
 * exchange where a call comes into the country for that of its own network: T38. */
void isup_do_suspend(void *self, int sent, const void *ev)
{
	struct isup_circuit *c = self;
	const struct isup_input *in = ev;
	uint8_t by = 0;
	int which;

	isup_get_u8(in->msg, ISUP_P_SUSPEND_RESUME, &by);
	which = sent ? ISUP_T38 : by & 1 ? ISUP_T6 : ISUP_T2;
	if (sent && (!(by & 1) || (c->role != ISUP_INCOMING_INTERNATIONAL &&
				   c->role != ISUP_TRANSIT_INTERNATIONAL)))
		return;
	if (in->msg->type == ISUP_RES)
		isup_do_stop(self, which, ev);
	else if (!timer_armed(&c->fast) && (sent || !isup_is_transit(c->role)))
		isup_do_start(self, which, ev);
}

void isup_do_stop_all(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;

	(void)arg;
	(void)ev;
	timerq_cancel(&c->x->timers, &c->fast);
	timerq_cancel(&c->x->timers, &c->slow);
}

/* The peer bars it from our calls; has forgotten all of that; seizes it itself (2.8.2.3: what it
 * blocks for maintenance it does not block any more; CGB for hardware may have overtaken the IAM). */
void isup_do_bar(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;

	(void)ev;
	isup_remote_feed(c, arg == ISUP_BAR	? ISUP_R_BLOCK_M
			    : arg == ISUP_TAKEN ? ISUP_R_UNBLOCK_M
						: ISUP_R_CLEAR);
	if (arg == ISUP_TAKEN)
		c->unequipped = false;
}

/* A message about a group ends a call, and what is still on its way for that call has another SLS: it
 * may come later. Its circuit is not seized before that cannot be any more: an ANM would answer the
 * wrong call. Q.764 has nothing against it. A circuit that was idle has nothing on its way and does not
 * rest, or a trunk would stand still after each start. */
void isup_do_rest(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;

	(void)arg;
	(void)ev;
	if (!c->had_call)
		return;
	c->rests = true;
	c->settled = tick_add_ms(c->x->now, ISUP_UNDER_WAY_MS);
}

void isup_do_unequip(void *self, int arg, const void *ev)
{
	(void)arg;
	(void)ev;
	isup_unequipped(self);
}

/* What we do or have done to block it. */
void isup_do_block(void *self, int event, const void *ev)
{
	(void)ev;
	isup_block_feed_both(self, (enum isup_block_event)event);
}

void isup_do_out(void *self, int type, const void *ev)
{
	(void)ev;
	isup_out_tell(self, (enum isup_out_type)type);
}

void isup_do_refuse(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;

	(void)ev;
	(void)arg;
	c->x->result = TG_ESTATE;
}

/* Guards. ------------------------------------------------------------------------------------ */
static bool rests(const struct isup_circuit *c)
{
	return c->rests && tick_before(c->x->now, c->settled);
}

bool isup_circuit_seizable(const struct isup_circuit *c, bool test_call)
{
	bool open = c->block[ISUP_KIND_M] == ISUP_B_UNBLOCKED &&
		    c->block[ISUP_KIND_H] == ISUP_B_UNBLOCKED && c->remote == ISUP_R_UNBLOCKED;

	return c->fsm.state == ISUP_IDLE && !c->news && !rests(c) && !c->reserved && !c->held &&
	       !c->unusable && !c->unequipped && c->to->available && !c->to->no_user &&
	       c->direction != ISUP_INCOMING_ONLY && (open || test_call);
}

/* 2.9.1.4: the exchange with the higher point code controls the even CICs. */
bool isup_circuit_controlled(const struct isup_circuit *c)
{
	if (c->direction != ISUP_BOTH_WAYS)
		return c->direction == ISUP_OUTGOING_ONLY;
	return (c->x->opc > c->to->dpc) == (c->cic % 2 == 0);
}

bool isup_is_test_call(const void *self, const void *ev)
{
	const struct isup_input *in = ev;
	uint8_t cpc;

	(void)self;
	return isup_get_u8(in->msg, ISUP_P_CPC, &cpc) == 0 && cpc == CPC_TEST;
}

/* asked before the state changes */
bool isup_may_seize(const void *self, const void *ev)
{
	return isup_circuit_seizable(self, isup_is_test_call(self, ev));
}

bool isup_is_iam_away(const void *self, const void *ev)
{
	const struct isup_circuit *c = self;

	(void)ev;
	return c->iam_away && tick_before(c->x->now, c->settled);
}

bool isup_is_rel_away(const void *self, const void *ev)
{
	const struct isup_circuit *c = self;

	(void)ev;
	return c->rel_away && tick_before(c->x->now, c->settled);
}

bool isup_is_in_group(const void *self, const void *ev)
{
	(void)ev;
	return isup_is_reset_in_group(self);
}

bool isup_is_blocked_here(const void *self, const void *ev)
{
	return (isup_blocks(self, ISUP_KIND_M) || isup_blocks(self, ISUP_KIND_H)) &&
	       !isup_is_test_call(self, ev);
}

bool isup_is_unusable(const void *self, const void *ev)
{
	const struct isup_circuit *c = self;

	(void)ev;
	return c->unusable || c->direction == ISUP_OUTGOING_ONLY;
}

bool isup_we_control(const void *self, const void *ev)
{
	(void)ev;
	return isup_circuit_controlled(self);
}
