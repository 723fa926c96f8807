/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state machine of a circuit, beside Q.764: 2.1 to 2.3 (basic call, release), 2.8.2 (blocking),
 * 2.9.1.4 (dual seizure), 2.9.3.1 (reset), 2.9.5.1 (unexpected messages), 2.9.6 (no RLC), 2.12
 * (unequipped circuit) and RFC 3398 7.2 (causes of T7 and T9; ANM without ACM).
 */
#include <assert.h>
#include <string.h>

#include "isup/supervision.h"

#define CAUSE_NO_ANSWER	    19
#define CAUSE_NORMAL	    31
#define CAUSE_TEMPORARY	    41
#define CAUSE_NOT_AVAILABLE 44
#define CAUSE_NOT_IN_STATE  101
#define CAUSE_TIMER	    102
#define CAUSE_PROTOCOL	    111
#define CPC_TEST	    0x0d /* Q.763 3.11 */
#define DO(step, arg)            \
	{                        \
		do_##step, (arg) \
	}
#define TM(t) (ISUP_TM + ISUP_##t)

static struct timer *slot(struct isup_circuit *c, int which)
{
	return which == ISUP_T5 || which == ISUP_T17 || which == ISUP_T33 ? &c->slow : &c->fast;
}

/* Steps. ------------------------------------------------------------------------------------- */
static void do_send(void *self, int type, const void *ev)
{
	(void)ev;
	isup_out_send(self, (uint8_t)type, 0, 0);
}

/* The user's message goes out. */
static void do_forward(void *self, int arg, const void *ev)
{
	const struct isup_input *in = ev;

	(void)arg;
	isup_out_send_msg(self, in->msg, in->octets);
}

/* The peer's message goes up. */
static void do_present(void *self, int arg, const void *ev)
{
	const struct isup_input *in = ev;

	(void)arg;
	isup_out_present(self, in->msg);
}

/* A REL that nobody sent goes up. */
static void do_tell(void *self, int cause, const void *ev)
{
	(void)ev;
	struct isup_circuit *c = self;

	isup_out_present_rel(c, cause ? (uint8_t)cause : c->x->cause);
}

static void forget_rel(struct isup_circuit *c)
{
	mem_drop(c->rel);
	c->rel = NULL;
}

static void do_release(void *self, int cause, const void *ev)
{
	struct isup_circuit *c = self;

	(void)ev;
	c->rel_cause = cause ? (uint8_t)cause : c->x->cause;
	isup_out_send(c, ISUP_REL, c->rel_cause, 0);
}

/* Keeps the user's REL for repetition. */
static void do_keep(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;
	const struct isup_input *in = ev;
	struct isup_cause cause = { .value = CAUSE_NORMAL };

	(void)arg;
	isup_get_cause(in->msg, &cause);
	c->rel_cause = cause.value ? cause.value : CAUSE_NORMAL;
	c->rel_len = (uint16_t)in->octets.len;
	c->rel = mem_alloc(c->x->mem, in->octets.len);
	if (c->rel)
		memcpy(c->rel, in->octets.p, in->octets.len);
}

static void do_repeat(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;

	(void)arg;
	(void)ev;
	if (c->rel)
		isup_out_send_msg(c, NULL, str_n(c->rel, c->rel_len));
	else
		isup_out_send(c, ISUP_REL, c->rel_cause, 0);
}

static void do_start(void *self, int which, const void *ev)
{
	struct isup_circuit *c = self;
	struct timer *t = slot(c, which);

	(void)ev;
	if (which == ISUP_T9 && c->x->transit)
		return;
	assert(!timer_armed(t) || t->kind == which);
	t->kind = (uint16_t)which;
	timerq_arm(&c->x->timers, t, tick_add_ms(c->x->now, c->x->timer_ms[which]));
}

static void do_stop(void *self, int which, const void *ev)
{
	struct isup_circuit *c = self;
	struct timer *t = slot(c, which);

	(void)ev;
	if (timer_armed(t) && t->kind == which)
		timerq_cancel(&c->x->timers, t);
}

/* 2.4: who controls the call waits for RES: T2 for the subscriber's, T6 for the network's. */
static void do_suspend(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;
	const struct isup_input *in = ev;
	uint8_t by = 0;

	(void)arg;
	isup_get_u8(in->msg, ISUP_P_SUSPEND_RESUME, &by);
	if (in->msg->type == ISUP_RES)
		do_stop(self, by & 1 ? ISUP_T6 : ISUP_T2, ev);
	else if (!timer_armed(&c->fast) && !c->x->transit)
		do_start(self, by & 1 ? ISUP_T6 : ISUP_T2, ev);
}

/* An IAM that announces COT (Q.763 3.35). */
static void do_await_cot(void *self, int arg, const void *ev)
{
	const struct isup_input *in = ev;
	struct isup_nci nci;

	(void)arg;
	if (isup_get_nci(in->msg, &nci) == 0 && (nci.continuity == 1 || nci.continuity == 2))
		do_start(self, ISUP_T8, ev);
}

static void do_stop_all(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;

	(void)arg;
	(void)ev;
	timerq_cancel(&c->x->timers, &c->fast);
	timerq_cancel(&c->x->timers, &c->slow);
}

enum { FORGET, BAR, TAKEN };

/* The peer bars it from our calls; has forgotten all of that; seizes it itself (2.8.2.3: what it
 * blocks for maintenance it does not block any more; CGB for hardware may have overtaken the IAM). */
static void do_bar(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;

	(void)ev;
	isup_remote_feed(c, arg == BAR	   ? ISUP_R_BLOCK_M
			    : arg == TAKEN ? ISUP_R_UNBLOCK_M
					   : ISUP_R_CLEAR);
	if (arg == TAKEN)
		c->unequipped = false;
}

static void do_unequip(void *self, int arg, const void *ev)
{
	(void)arg;
	(void)ev;
	isup_unequipped(self);
}

/* What we do or have done to block it. */
static void do_block(void *self, int event, const void *ev)
{
	(void)ev;
	isup_block_feed_both(self, (enum isup_block_event)event);
}

static void do_out(void *self, int type, const void *ev)
{
	(void)ev;
	isup_out_tell(self, (enum isup_out_type)type);
}

static void do_refuse(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;

	(void)ev;
	(void)arg;
	c->x->result = TG_ESTATE;
}

/* Guards. ------------------------------------------------------------------------------------ */
bool isup_circuit_seizable(const struct isup_circuit *c, bool test_call)
{
	bool open = c->block[ISUP_KIND_M] == ISUP_B_UNBLOCKED &&
		    c->block[ISUP_KIND_H] == ISUP_B_UNBLOCKED && c->remote == ISUP_R_UNBLOCKED;

	return c->fsm.state == ISUP_IDLE && !c->news && !c->reserved && !c->unusable &&
	       !c->unequipped && c->to->available && !c->to->no_user &&
	       c->direction != ISUP_INCOMING_ONLY && (open || test_call);
}

/* 2.9.1.4: the exchange with the higher point code controls the even CICs. */
bool isup_circuit_controlled(const struct isup_circuit *c)
{
	if (c->direction != ISUP_BOTH_WAYS)
		return c->direction == ISUP_OUTGOING_ONLY;
	return (c->x->opc > c->to->dpc) == (c->cic % 2 == 0);
}

static bool is_test_call(const void *self, const void *ev)
{
	const struct isup_input *in = ev;
	uint8_t cpc;

	(void)self;
	return isup_get_u8(in->msg, ISUP_P_CPC, &cpc) == 0 && cpc == CPC_TEST;
}

/* asked before the state changes */
static bool seizable(const void *self, const void *ev)
{
	return isup_circuit_seizable(self, is_test_call(self, ev));
}

static bool blocked_here(const void *self, const void *ev)
{
	return (isup_blocks(self, ISUP_KIND_M) || isup_blocks(self, ISUP_KIND_H)) &&
	       !is_test_call(self, ev);
}

static bool unusable(const void *self, const void *ev)
{
	const struct isup_circuit *c = self;

	(void)ev;
	return c->unusable || c->direction == ISUP_OUTGOING_ONLY;
}

static bool we_control(const void *self, const void *ev)
{
	(void)ev;
	return isup_circuit_controlled(self);
}

/* Rows. -------------------------------------------------------------------------------------- */
/* clang-format off */
#define START_RELEASE DO(start, ISUP_T1), DO(start, ISUP_T5)			   /* 2.3 */
#define START_RESET   DO(send, ISUP_RSC), DO(start, ISUP_T16), DO(start, ISUP_T17) /* 2.9.3.1 */

/* What is the same in the six states of a call. `up` is how a reset by the peer is told: before a
 * backward message the call may try another circuit (2.8.1). */
#define IN_CALL(state, up) \
	{ state, ISUP_RX_REL, NULL, ISUP_IDLE, \
	  { DO(stop_all, 0), DO(present, 0), DO(send, ISUP_RLC), DO(out, ISUP_OUT_IDLE) } }, \
	{ state, ISUP_RX_RLC, NULL, ISUP_RELEASING, /* 2.9.5.1 c */ \
	  { DO(stop_all, 0), DO(tell, CAUSE_NOT_IN_STATE), DO(release, CAUSE_NOT_IN_STATE), \
	    START_RELEASE } }, \
	{ state, ISUP_RX_RSC, NULL, ISUP_IDLE, /* 2.9.3.1 a */ \
	  { DO(stop_all, 0), DO(bar, FORGET), up, DO(send, ISUP_RLC), DO(block, ISUP_B_RESET), \
	    DO(out, ISUP_OUT_IDLE) } }, \
	{ state, ISUP_RX_GRS, NULL, ISUP_IDLE, /* 2.9.3.2 */ \
	  { DO(stop_all, 0), DO(bar, FORGET), up, DO(out, ISUP_OUT_IDLE) } }, \
	{ state, ISUP_RX_UNKNOWN, NULL, ISUP_RELEASING, /* 2.9.5.2, 2.9.5.3 */ \
	  { DO(stop_all, 0), DO(tell, 0), DO(release, 0), \
	    START_RELEASE } }, \
	{ state, ISUP_TX_REL, NULL, ISUP_RELEASING, /* 2.3 */ \
	  { DO(stop_all, 0), DO(forward, 0), DO(keep, 0), START_RELEASE } }, \
	{ state, ISUP_RX_CGB_H, NULL, ISUP_IDLE, /* 2.8.2.2: nothing is exchanged */ \
	  { DO(stop_all, 0), up, DO(out, ISUP_OUT_IDLE) } }, \
	{ state, ISUP_RESET, NULL, ISUP_RESETTING, /* 2.9.3.1 */ \
	  { DO(stop_all, 0), DO(bar, FORGET), DO(tell, CAUSE_NORMAL), START_RESET } }, \
	{ state, ISUP_RESET_GROUP, NULL, ISUP_GROUP_RESETTING, /* 2.9.3.2 */ \
	  { DO(stop_all, 0), DO(bar, FORGET), DO(tell, CAUSE_NORMAL) } }, \
	{ state, ISUP_GONE, NULL, ISUP_RELEASING, \
	  { DO(stop_all, 0), DO(tell, CAUSE_TEMPORARY), DO(release, CAUSE_TEMPORARY), \
	    START_RELEASE } }, \
	{ state, ISUP_RX_OTHER, NULL, FSM_SAME, { DO(present, 0) } }, \
	{ state, ISUP_TX_OTHER, NULL, FSM_SAME, { DO(forward, 0) } }

#define PRESENT(state, event, next) { state, event, NULL, next, { DO(present, 0) } }
#define FORWARD(state, event, next) { state, event, NULL, next, { DO(forward, 0) } }
#define INFORMATION(state) \
	PRESENT(state, ISUP_RX_INF, FSM_SAME), FORWARD(state, ISUP_TX_INR, FSM_SAME)
/* 2.9.5.1 e: unreasonable signalling information on an idle circuit ... */
#define UNREASONABLE_IDLE(event) { ISUP_IDLE, event, NULL, ISUP_RESETTING, { START_RESET } }
/* ... on one seized by us, before a backward message: another circuit may be tried ... */
#define UNREASONABLE_OUT(event) { ISUP_OUT_SEIZED, event, NULL, ISUP_RESETTING, \
	  { DO(stop_all, 0), DO(out, ISUP_OUT_LOST), START_RESET } }
/* ... on one seized by the peer: the call is released. Later than that it is discarded. */
#define UNREASONABLE_IN(event) { ISUP_IN_SEIZED, event, NULL, ISUP_RESETTING, \
	  { DO(stop_all, 0), DO(tell, CAUSE_NOT_IN_STATE), START_RESET } }
#define DISCARD(event) { FSM_ANY, event, NULL, FSM_SAME, {{0}}, IGNORE("2.9.5.1 e: discarded") }
#define REFUSE(event)  { FSM_ANY, event, NULL, FSM_SAME, { DO(refuse, 0) } }
#define NOT_RUNNING(t) { FSM_ANY, TM(t), NULL, FSM_SAME, {{0}}, IGNORE("does not run here") }

static const struct fsm_row rows[] = {
	/* Idle */
	{ ISUP_IDLE, ISUP_RX_IAM, unusable, ISUP_RELEASING,
	  { DO(release, CAUSE_NOT_AVAILABLE), START_RELEASE } },
	{ ISUP_IDLE, ISUP_RX_IAM, blocked_here, FSM_SAME, { DO(block, ISUP_B_IAM) } }, /* 2.8.2.3 */
	{ ISUP_IDLE, ISUP_RX_IAM, is_test_call, ISUP_IN_SEIZED,
	  { DO(present, 0), DO(await_cot, 0) } }, /* 2.8.2 */
	{ ISUP_IDLE, ISUP_RX_IAM, NULL, ISUP_IN_SEIZED, 
	  { DO(bar, TAKEN), DO(present, 0), DO(await_cot, 0) } }, /* 2.1 */
	{ ISUP_IDLE, ISUP_RX_DAMAGED, NULL, ISUP_RELEASING, /* 2.9.5: not left to the peer's T7 */
	  { DO(release, CAUSE_PROTOCOL), START_RELEASE } },
	UNREASONABLE_IDLE(ISUP_RX_SAM),
	UNREASONABLE_IDLE(ISUP_RX_COT),
	UNREASONABLE_IDLE(ISUP_RX_ACM),
	UNREASONABLE_IDLE(ISUP_RX_CPG),
	UNREASONABLE_IDLE(ISUP_RX_CON),
	UNREASONABLE_IDLE(ISUP_RX_ANM),
	UNREASONABLE_IDLE(ISUP_RX_SUS_RES),
	UNREASONABLE_IDLE(ISUP_RX_INF),
	UNREASONABLE_IDLE(ISUP_RX_OTHER),
	{ ISUP_IDLE, ISUP_RX_REL, NULL, FSM_SAME, { DO(send, ISUP_RLC) } }, /* 2.9.5.1 a */
	{ ISUP_IDLE, ISUP_RX_RLC, NULL, FSM_SAME, {{0}}, IGNORE("2.9.5.1 b: discarded") },
	{ ISUP_IDLE, ISUP_RX_UCIC, NULL, FSM_SAME, /* 2.12: to BLO, UBL, CVT */
	  { DO(unequip, 0), DO(out, ISUP_OUT_ALARM) } },
	{ ISUP_IDLE, ISUP_TX_IAM, seizable, ISUP_OUT_SEIZED, { DO(forward, 0), DO(start, ISUP_T7) } },
	{ ISUP_IDLE, ISUP_TX_IAM, NULL, FSM_SAME, { DO(refuse, 0) } },
	{ ISUP_IDLE, ISUP_RESET, NULL, ISUP_RESETTING, { DO(bar, FORGET), START_RESET } }, /* 2.9.3.1 */
	{ ISUP_IDLE, ISUP_RESET_GROUP, NULL, ISUP_GROUP_RESETTING, { DO(bar, FORGET) } }, /* 2.9.3.2 */

	/* Outgoing, IAM sent: 2.1, T7 */
	IN_CALL(ISUP_OUT_SEIZED, DO(out, ISUP_OUT_LOST)),
	INFORMATION(ISUP_OUT_SEIZED),
	{ ISUP_OUT_SEIZED, ISUP_RX_IAM, we_control, FSM_SAME, {{0}},
	  IGNORE("2.9.1.4: we control the circuit, our IAM stands") },
	{ ISUP_OUT_SEIZED, ISUP_RX_IAM, NULL, ISUP_IN_SEIZED, /* 2.9.1.4: we back off */
	  { DO(stop, ISUP_T7), DO(bar, TAKEN), DO(out, ISUP_OUT_LOST), DO(present, 0),
	    DO(await_cot, 0) } },
	{ ISUP_OUT_SEIZED, ISUP_RX_ACM, NULL, ISUP_OUT_ADDRESSED,
	  { DO(stop, ISUP_T7), DO(present, 0), DO(start, ISUP_T9) } },
	{ ISUP_OUT_SEIZED, ISUP_RX_CON, NULL, ISUP_OUT_ANSWERED, { DO(stop, ISUP_T7), DO(present, 0) } },
	{ ISUP_OUT_SEIZED, ISUP_RX_ANM, NULL, ISUP_OUT_ANSWERED, /* RFC 3398 7.2.7 */
	  { DO(stop, ISUP_T7), DO(present, 0) } },
	UNREASONABLE_OUT(ISUP_RX_SAM),
	UNREASONABLE_OUT(ISUP_RX_COT),
	UNREASONABLE_OUT(ISUP_RX_CPG),
	UNREASONABLE_OUT(ISUP_RX_SUS_RES),
	{ ISUP_OUT_SEIZED, ISUP_RX_BLO, NULL, ISUP_RELEASING, /* 2.8.2, 2.8.1 */
	  { DO(stop, ISUP_T7), DO(bar, BAR), DO(send, ISUP_BLA), DO(out, ISUP_OUT_LOST),
	    DO(release, CAUSE_NORMAL), START_RELEASE } },
	{ ISUP_OUT_SEIZED, ISUP_RX_CGB_M, NULL, ISUP_RELEASING, /* 2.8.2, 2.8.1 */
	  { DO(stop, ISUP_T7), DO(out, ISUP_OUT_LOST), DO(release, CAUSE_NORMAL), START_RELEASE } },
	{ ISUP_OUT_SEIZED, ISUP_RX_UCIC, NULL, ISUP_IDLE, /* 2.12 */
	  { DO(stop, ISUP_T7), DO(unequip, 0), DO(out, ISUP_OUT_LOST), DO(out, ISUP_OUT_IDLE) } },
	{ ISUP_OUT_SEIZED, ISUP_TX_SAM, NULL, FSM_SAME, { DO(forward, 0), DO(start, ISUP_T7) } },
	FORWARD(ISUP_OUT_SEIZED, ISUP_TX_COT, FSM_SAME),
	{ ISUP_OUT_SEIZED, TM(T7), NULL, ISUP_RELEASING, /* RFC 3398 7.2.2 */
	  { DO(tell, CAUSE_TIMER), DO(release, CAUSE_TIMER), START_RELEASE } },

	/* Outgoing, ACM received: T9 */
	IN_CALL(ISUP_OUT_ADDRESSED, DO(tell, CAUSE_NORMAL)),
	INFORMATION(ISUP_OUT_ADDRESSED),
	PRESENT(ISUP_OUT_ADDRESSED, ISUP_RX_CPG, FSM_SAME),
	{ ISUP_OUT_ADDRESSED, ISUP_RX_ANM, NULL, ISUP_OUT_ANSWERED,
	  { DO(stop, ISUP_T9), DO(present, 0) } },
	{ ISUP_OUT_ADDRESSED, TM(T9), NULL, ISUP_RELEASING, /* RFC 3398 7.2.8 */
	  { DO(tell, CAUSE_NO_ANSWER), DO(release, CAUSE_NO_ANSWER), START_RELEASE } },

	/* Outgoing, answered */
	IN_CALL(ISUP_OUT_ANSWERED, DO(tell, CAUSE_NORMAL)),
	INFORMATION(ISUP_OUT_ANSWERED),
	PRESENT(ISUP_OUT_ANSWERED, ISUP_RX_CPG, FSM_SAME),
	{ ISUP_OUT_ANSWERED, ISUP_RX_SUS_RES, NULL, FSM_SAME, { DO(present, 0), DO(suspend, 0) } }, /* 2.4 */
	{ ISUP_OUT_ANSWERED, TM(T2), NULL, ISUP_RELEASING,
	  { DO(tell, CAUSE_TIMER), DO(release, CAUSE_TIMER), START_RELEASE } },
	{ ISUP_OUT_ANSWERED, TM(T6), NULL, ISUP_RELEASING,
	  { DO(tell, CAUSE_TIMER), DO(release, CAUSE_TIMER), START_RELEASE } },
	FORWARD(ISUP_OUT_ANSWERED, ISUP_TX_CPG, FSM_SAME),
	FORWARD(ISUP_OUT_ANSWERED, ISUP_TX_SUS_RES, FSM_SAME),

	/* Incoming, IAM received */
	IN_CALL(ISUP_IN_SEIZED, DO(tell, CAUSE_NORMAL)),
	PRESENT(ISUP_IN_SEIZED, ISUP_RX_SAM, FSM_SAME),
	{ ISUP_IN_SEIZED, ISUP_RX_COT, NULL, FSM_SAME, { DO(stop, ISUP_T8), DO(present, 0) } },
	{ ISUP_IN_SEIZED, TM(T8), NULL, ISUP_RELEASING, /* 2.1.8 */
	  { DO(stop_all, 0), DO(tell, CAUSE_TEMPORARY), DO(release, CAUSE_TEMPORARY), START_RELEASE } },
	{ ISUP_IN_SEIZED, ISUP_TX_INR, NULL, FSM_SAME, { DO(forward, 0), DO(start, ISUP_T33) } }, /* 2.1.6 */
	{ ISUP_IN_SEIZED, ISUP_RX_INF, NULL, FSM_SAME, { DO(stop, ISUP_T33), DO(present, 0) } },
	{ ISUP_IN_SEIZED, TM(T33), NULL, ISUP_RELEASING,
	  { DO(stop_all, 0), DO(tell, CAUSE_TEMPORARY), DO(release, CAUSE_TEMPORARY), START_RELEASE } },
	UNREASONABLE_IN(ISUP_RX_IAM),
	UNREASONABLE_IN(ISUP_RX_ACM),
	UNREASONABLE_IN(ISUP_RX_CPG),
	UNREASONABLE_IN(ISUP_RX_CON),
	UNREASONABLE_IN(ISUP_RX_ANM),
	UNREASONABLE_IN(ISUP_RX_SUS_RES),
	{ ISUP_IN_SEIZED, ISUP_TX_ACM, NULL, ISUP_IN_ADDRESSED, { DO(stop_all, 0), DO(forward, 0) } },
	{ ISUP_IN_SEIZED, ISUP_TX_CON, NULL, ISUP_IN_ANSWERED, { DO(stop_all, 0), DO(forward, 0) } },

	/* Incoming, ACM sent */
	IN_CALL(ISUP_IN_ADDRESSED, DO(tell, CAUSE_NORMAL)),
	INFORMATION(ISUP_IN_ADDRESSED),
	FORWARD(ISUP_IN_ADDRESSED, ISUP_TX_CPG, FSM_SAME),
	FORWARD(ISUP_IN_ADDRESSED, ISUP_TX_ANM, ISUP_IN_ANSWERED),

	/* Incoming, answered */
	IN_CALL(ISUP_IN_ANSWERED, DO(tell, CAUSE_NORMAL)),
	INFORMATION(ISUP_IN_ANSWERED),
	PRESENT(ISUP_IN_ANSWERED, ISUP_RX_CPG, FSM_SAME),
	PRESENT(ISUP_IN_ANSWERED, ISUP_RX_SUS_RES, FSM_SAME),
	FORWARD(ISUP_IN_ANSWERED, ISUP_TX_CPG, FSM_SAME),
	FORWARD(ISUP_IN_ANSWERED, ISUP_TX_SUS_RES, FSM_SAME),

	/* REL sent: 2.3, T1 and T5. Only our own RLC ends it, so that a late one cannot meet the next
	 * call: REL (2.3.1 e, collision) and RSC are answered, and REL is repeated. */
	{ ISUP_RELEASING, ISUP_RX_RLC, NULL, ISUP_IDLE, { DO(stop_all, 0), DO(out, ISUP_OUT_IDLE) } },
	{ ISUP_RELEASING, ISUP_RX_REL, NULL, FSM_SAME, { DO(send, ISUP_RLC) } },
	{ ISUP_RELEASING, ISUP_RESET, NULL, ISUP_RESETTING,
	  { DO(stop_all, 0), DO(bar, FORGET), START_RESET } },
	{ ISUP_RELEASING, ISUP_RESET_GROUP, NULL, ISUP_GROUP_RESETTING,
	  { DO(stop_all, 0), DO(bar, FORGET) } },
	{ ISUP_RELEASING, TM(T1), NULL, FSM_SAME, { DO(repeat, 0), DO(start, ISUP_T1) } },
	{ ISUP_RELEASING, TM(T5), NULL, ISUP_RESETTING, /* 2.9.6 */
	  { DO(stop, ISUP_T1), DO(send, ISUP_RSC), DO(start, ISUP_T17), DO(out, ISUP_OUT_ALARM) } },

	/* RSC sent: 2.9.3.1, T16 and T17 */
	{ ISUP_RESETTING, ISUP_RX_RLC, NULL, ISUP_IDLE,
	  { DO(stop_all, 0), DO(block, ISUP_B_RESET), DO(out, ISUP_OUT_IDLE) } },
	{ ISUP_RESETTING, ISUP_RX_UCIC, NULL, ISUP_IDLE, /* 2.12 */
	  { DO(stop_all, 0), DO(unequip, 0), DO(out, ISUP_OUT_ALARM), DO(out, ISUP_OUT_IDLE) } },
	{ ISUP_RESETTING, ISUP_RESET_GROUP, NULL, ISUP_GROUP_RESETTING,
	  { DO(stop_all, 0), DO(bar, FORGET) } },
	{ ISUP_RESETTING, ISUP_RX_REL, NULL, FSM_SAME, { DO(send, ISUP_RLC) } },
	{ ISUP_RESETTING, ISUP_RESET, NULL, FSM_SAME, { DO(bar, FORGET), START_RESET } },
	{ ISUP_RESETTING, TM(T16), NULL, FSM_SAME, { DO(send, ISUP_RSC), DO(start, ISUP_T16) } },
	{ ISUP_RESETTING, TM(T17), NULL, FSM_SAME,
	  { DO(stop, ISUP_T16), DO(send, ISUP_RSC), DO(start, ISUP_T17), DO(out, ISUP_OUT_ALARM) } },

	/* GRS sent: 2.9.3.2; T22 and T23 are the request's */
	{ ISUP_GROUP_RESETTING, ISUP_RX_GRA, NULL, ISUP_IDLE,
	  { DO(block, ISUP_B_RESET), DO(out, ISUP_OUT_IDLE) } },
	{ ISUP_GROUP_RESETTING, ISUP_RX_REL, NULL, FSM_SAME, { DO(send, ISUP_RLC) } },
	{ ISUP_GROUP_RESETTING, ISUP_RESET, NULL, FSM_SAME, {{0}}, IGNORE("GRS is repeated") },
	{ ISUP_GROUP_RESETTING, ISUP_RESET_GROUP, NULL, FSM_SAME, {{0}}, IGNORE("GRS is repeated") },
	{ ISUP_GROUP_RESETTING, ISUP_RX_RLC, NULL, FSM_SAME, {{0}}, IGNORE("of an earlier release") },

	/* Any other state */
	{ FSM_ANY, ISUP_RX_RSC, NULL, FSM_SAME, /* 2.9.3.1 b */
	  { DO(bar, FORGET), DO(send, ISUP_RLC), DO(block, ISUP_B_RESET) } },
	{ FSM_ANY, ISUP_RX_GRS, NULL, FSM_SAME, { DO(bar, FORGET) } },
	{ FSM_ANY, ISUP_RX_BLO, NULL, FSM_SAME, { DO(bar, BAR), DO(send, ISUP_BLA) } }, /* 2.8.2 */
	{ FSM_ANY, ISUP_RX_CGB_M, NULL, FSM_SAME, {{0}}, IGNORE("2.8.2.2: a call stays") },
	{ FSM_ANY, ISUP_RX_CGB_H, NULL, FSM_SAME, {{0}}, IGNORE("there is no call to drop") },
	{ FSM_ANY, ISUP_RX_GRA, NULL, FSM_SAME, {{0}}, IGNORE("no GRS waits for it") },
	{ FSM_ANY, ISUP_RX_UCIC, NULL, FSM_SAME, {{0}}, IGNORE("2.12: a call shows that there is one") },
	{ FSM_ANY, ISUP_RX_UNKNOWN, NULL, FSM_SAME, {{0}}, IGNORE("there is no call to release") },
	{ FSM_ANY, ISUP_RX_DAMAGED, NULL, FSM_SAME, {{0}}, IGNORE("2.9.5: discarded") },
	{ FSM_ANY, ISUP_GONE, NULL, FSM_SAME, {{0}}, IGNORE("there is no call to release") },
	DISCARD(ISUP_RX_IAM),
	DISCARD(ISUP_RX_SAM),
	DISCARD(ISUP_RX_COT),
	DISCARD(ISUP_RX_ACM),
	DISCARD(ISUP_RX_CPG),
	DISCARD(ISUP_RX_CON),
	DISCARD(ISUP_RX_ANM),
	DISCARD(ISUP_RX_SUS_RES),
	DISCARD(ISUP_RX_INF),
	DISCARD(ISUP_RX_OTHER),
	REFUSE(ISUP_TX_IAM),
	REFUSE(ISUP_TX_SAM),
	REFUSE(ISUP_TX_COT),
	REFUSE(ISUP_TX_ACM),
	REFUSE(ISUP_TX_CPG),
	REFUSE(ISUP_TX_CON),
	REFUSE(ISUP_TX_ANM),
	REFUSE(ISUP_TX_SUS_RES),
	REFUSE(ISUP_TX_INR),
	REFUSE(ISUP_TX_OTHER),
	REFUSE(ISUP_TX_REL),
	NOT_RUNNING(T1),
	NOT_RUNNING(T5),
	NOT_RUNNING(T7),
	NOT_RUNNING(T9),
	NOT_RUNNING(T16),
	NOT_RUNNING(T17),
	NOT_RUNNING(T2),
	NOT_RUNNING(T6),
	NOT_RUNNING(T8),
	NOT_RUNNING(T33),
};
/* clang-format on */

static const struct fsm_state states[ISUP_NR_STATES] = {
	[ISUP_IDLE] = { .name = "IDLE", .rest = true },
	[ISUP_OUT_SEIZED] = { "OUT_SEIZED", "T7", false },
	[ISUP_OUT_ADDRESSED] = { "OUT_ADDRESSED", "T9", false },
	[ISUP_OUT_ANSWERED] = { "OUT_ANSWERED", "the call", false },
	[ISUP_IN_SEIZED] = { "IN_SEIZED", "who was presented the IAM", false },
	[ISUP_IN_ADDRESSED] = { "IN_ADDRESSED", "T9 of the peer", false },
	[ISUP_IN_ANSWERED] = { "IN_ANSWERED", "the call", false },
	[ISUP_RELEASING] = { "RELEASING", "T1, T5", false },
	[ISUP_RESETTING] = { "RESETTING", "T16, T17", false },
	[ISUP_GROUP_RESETTING] = { "GROUP_RESETTING", "T22, T23", false },
};

static const char *const events[ISUP_NR_EVENTS] = {
	[ISUP_RX_IAM] = "rx IAM",
	[ISUP_RX_SAM] = "rx SAM",
	[ISUP_RX_COT] = "rx COT",
	[ISUP_RX_ACM] = "rx ACM",
	[ISUP_RX_CPG] = "rx CPG",
	[ISUP_RX_CON] = "rx CON",
	[ISUP_RX_ANM] = "rx ANM",
	[ISUP_RX_SUS_RES] = "rx SUS, RES",
	[ISUP_RX_INF] = "rx INF",
	[ISUP_RX_OTHER] = "rx other",
	[ISUP_RX_REL] = "rx REL",
	[ISUP_RX_RLC] = "rx RLC",
	[ISUP_RX_RSC] = "rx RSC",
	[ISUP_RX_GRS] = "rx GRS",
	[ISUP_RX_BLO] = "rx BLO",
	[ISUP_RX_UCIC] = "rx UCIC",
	[ISUP_RX_CGB_M] = "rx CGB maintenance",
	[ISUP_RX_CGB_H] = "rx CGB hardware",
	[ISUP_RX_GRA] = "rx GRA",
	[ISUP_RX_UNKNOWN] = "rx unknown, release",
	[ISUP_RX_DAMAGED] = "rx damaged IAM",
	[ISUP_TX_IAM] = "tx IAM",
	[ISUP_TX_SAM] = "tx SAM",
	[ISUP_TX_COT] = "tx COT",
	[ISUP_TX_ACM] = "tx ACM",
	[ISUP_TX_CPG] = "tx CPG",
	[ISUP_TX_CON] = "tx CON",
	[ISUP_TX_ANM] = "tx ANM",
	[ISUP_TX_SUS_RES] = "tx SUS, RES",
	[ISUP_TX_INR] = "tx INR",
	[ISUP_TX_OTHER] = "tx other",
	[ISUP_TX_REL] = "tx REL",
	[ISUP_RESET] = "reset",
	[ISUP_RESET_GROUP] = "reset of the group",
	[ISUP_GONE] = "timeslot gone",
	[TM(T1)] = "T1",
	[TM(T5)] = "T5",
	[TM(T7)] = "T7",
	[TM(T9)] = "T9",
	[TM(T16)] = "T16",
	[TM(T17)] = "T17",
	[TM(T2)] = "T2",
	[TM(T6)] = "T6",
	[TM(T8)] = "T8",
	[TM(T33)] = "T33",
};

static void entered(void *self, uint8_t from, uint8_t to)
{
	struct isup_circuit *c = self;

	if (from == ISUP_RELEASING)
		forget_rel(c);
	if (from == ISUP_IDLE)
		c->x->stats.busy++;
	else if (to == ISUP_IDLE)
		c->x->stats.busy--;
}

const struct fsm_def isup_circuit_def = {
	.name = "ISUP circuit",
	.clause = "Q.764 2.1-2.3, 2.9",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = ISUP_NR_STATES,
	.nr_events = ISUP_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = ISUP_IDLE,
	.entered = entered,
};

void isup_circuit_init(struct isup_circuit *c)
{
	fsm_init(&c->fsm, &isup_circuit_def, ISUP_IDLE, c);
}

void isup_circuit_feed(struct isup_circuit *c, enum isup_circuit_event event,
		       const struct isup_input *in)
{
	uint8_t before = c->fsm.state;

	if (c->reserved && event != ISUP_TX_IAM)
		isup_unreserve(c);
	fsm_feed(&c->fsm, (uint8_t)event, in);
	log_debug(LOG_ISUP, &((struct log_subject){ .cic = c->cic }), "%s: %s -> %s", events[event],
		  states[before].name, states[c->fsm.state].name);
}

static struct isup_circuit *circuit_of(struct timer *t)
{
	return t->kind == ISUP_T5 || t->kind == ISUP_T17 || t->kind == ISUP_T33
		       ? container_of(t, struct isup_circuit, slow)
		       : container_of(t, struct isup_circuit, fast);
}

bool isup_circuit_timeout(struct timer *t)
{
	const struct isup_timer_row *row;
	int which = t->kind;

	if (which >= ISUP_NR_CIRCUIT_TIMERS)
		return false;
	row = isup_timer_row(circuit_of(t)->x->v, (enum isup_timer)which);
	log_notice(LOG_ISUP, &((struct log_subject){ .cic = circuit_of(t)->cic }), "%s: %s",
		   row->name, row->meaning);
	isup_circuit_feed(circuit_of(t), ISUP_TM + which, NULL);
	return true;
}

const char *isup_circuit_state_name(enum isup_circuit_state s)
{
	return s < ISUP_NR_STATES ? states[s].name : "?";
}
