/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state machine of a circuit, beside Q.764: 2.1 to 2.3 (basic call, release), 2.1.8 and 2.18
 * (continuity check), 2.8.2 (blocking), 2.9.1.4 (dual seizure), 2.9.3.1 (reset), 2.9.5.1 (unexpected
 * messages), 2.9.6 (no RLC), 2.11 (overload), 2.12 (unequipped circuit) and RFC 3398 7.2 (causes of
 * T7 and T9; ANM without ACM). The clauses of Q.764 are from memory, not checked against its text.
 */
#include "isup/circuit_steps.h"

#define DO(step, arg)                 \
	{                             \
		isup_do_##step, (arg) \
	}
#define TM(t) (ISUP_TM + ISUP_##t)

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
	  { DO(stop_all, 0), DO(tell, ISUP_CAUSE_NOT_IN_STATE), DO(release, ISUP_CAUSE_NOT_IN_STATE), \
	    START_RELEASE } }, \
	{ state, ISUP_RX_RSC, NULL, ISUP_IDLE, /* 2.9.3.1 a */ \
	  { DO(stop_all, 0), DO(bar, ISUP_FORGET), up, DO(send, ISUP_RLC), DO(block, ISUP_B_RESET), \
	    DO(out, ISUP_OUT_IDLE) } }, \
	{ state, ISUP_RX_GRS, NULL, ISUP_IDLE, /* 2.9.3.2 */ \
	  { DO(stop_all, 0), DO(rest, 0), DO(bar, ISUP_FORGET), up, DO(out, ISUP_OUT_IDLE) } }, \
	{ state, ISUP_RX_UNKNOWN, NULL, ISUP_RELEASING, /* 2.9.5.2, 2.9.5.3 */ \
	  { DO(stop_all, 0), DO(tell, 0), DO(release, 0), \
	    START_RELEASE } }, \
	{ state, ISUP_TX_REL, NULL, ISUP_RELEASING, /* 2.3 */ \
	  { DO(stop_all, 0), DO(forward, 0), DO(keep, 0), START_RELEASE } }, \
	{ state, ISUP_RX_CGB_H, NULL, ISUP_IDLE, /* 2.8.2.2: nothing is exchanged */ \
	  { DO(stop_all, 0), DO(rest, 0), up, DO(out, ISUP_OUT_IDLE) } }, \
	{ state, ISUP_RESET, NULL, ISUP_RESETTING, /* 2.9.3.1 */ \
	  { DO(stop_all, 0), DO(bar, ISUP_FORGET), DO(tell, ISUP_CAUSE_NORMAL), START_RESET } }, \
	{ state, ISUP_RESET_GROUP, NULL, ISUP_GROUP_RESETTING, /* 2.9.3.2 */ \
	  { DO(stop_all, 0), DO(bar, ISUP_FORGET), DO(tell, ISUP_CAUSE_NORMAL) } }, \
	{ state, ISUP_GONE, NULL, ISUP_RELEASING, \
	  { DO(stop_all, 0), DO(tell, ISUP_CAUSE_TEMPORARY), DO(release, ISUP_CAUSE_TEMPORARY), \
	    START_RELEASE } }, \
	{ state, ISUP_RX_OTHER, NULL, FSM_SAME, { DO(present, 0) } }, \
	{ state, ISUP_TX_OTHER, NULL, FSM_SAME, { DO(forward, 0) } }

/* ... in those in which the circuit is busy without a call that its user knows of. */
#define NO_CALL(state) \
	{ state, ISUP_RX_REL, NULL, ISUP_IDLE, \
	  { DO(stop_all, 0), DO(send, ISUP_RLC), DO(out, ISUP_OUT_IDLE) } }, \
	{ state, ISUP_RX_RLC, NULL, FSM_SAME, {{0}}, IGNORE("of an earlier release") }, \
	{ state, ISUP_RX_RSC, NULL, ISUP_IDLE, /* 2.9.3.1 a */ \
	  { DO(stop_all, 0), DO(bar, ISUP_FORGET), DO(send, ISUP_RLC), DO(block, ISUP_B_RESET), \
	    DO(out, ISUP_OUT_IDLE) } }, \
	{ state, ISUP_RX_GRS, NULL, ISUP_IDLE, /* 2.9.3.2 */ \
	  { DO(stop_all, 0), DO(bar, ISUP_FORGET), DO(out, ISUP_OUT_IDLE) } }, \
	{ state, ISUP_RX_CGB_H, NULL, ISUP_IDLE, /* 2.8.2.2 */ \
	  { DO(stop_all, 0), DO(out, ISUP_OUT_IDLE) } }, \
	{ state, ISUP_RESET, NULL, ISUP_RESETTING, /* 2.9.3.1 */ \
	  { DO(stop_all, 0), DO(bar, ISUP_FORGET), START_RESET } }, \
	{ state, ISUP_RESET_GROUP, NULL, ISUP_GROUP_RESETTING, /* 2.9.3.2 */ \
	  { DO(stop_all, 0), DO(bar, ISUP_FORGET) } }, \
	{ state, ISUP_GONE, NULL, ISUP_RELEASING, \
	  { DO(stop_all, 0), DO(release, ISUP_CAUSE_TEMPORARY), START_RELEASE } }

#define PRESENT(state, event, next) { state, event, NULL, next, { DO(present, 0) } }
#define FORWARD(state, event, next) { state, event, NULL, next, { DO(forward, 0) } }
#define INFORMATION(state) \
	PRESENT(state, ISUP_RX_INF, FSM_SAME), FORWARD(state, ISUP_TX_INR, FSM_SAME)
/* 2.9.5.1 e: unreasonable signalling information on an idle circuit ... */
#define UNREASONABLE_IDLE(event) { ISUP_IDLE, event, NULL, ISUP_RESETTING, { START_RESET } }
/* ... on one seized by us, before a backward message: another circuit may be tried ... */
#define UNREASONABLE_OUT(event) { ISUP_OUT_SEIZED, event, NULL, ISUP_RESETTING, \
	  { DO(stop_all, 0), DO(out, ISUP_OUT_LOST), START_RESET } }
#define UNREASONABLE_CHECK(event) { ISUP_OUT_SEIZED, event, isup_awaits_any, ISUP_RESETTING, \
	  { DO(stop_all, 0), DO(out, ISUP_OUT_LOST), START_RESET } }
/* ... on one seized by the peer: the call is released. Later than that it is discarded. */
#define UNREASONABLE_IN(event) { ISUP_IN_SEIZED, event, NULL, ISUP_RESETTING, \
	  { DO(stop_all, 0), DO(tell, ISUP_CAUSE_NOT_IN_STATE), START_RESET } }
/* 2.1.8: the call may try another circuit, and this one is checked again. */
#define CHECK_FAILED DO(stop_all, 0), DO(cot, 0), DO(out, ISUP_OUT_LOST), DO(start, ISUP_T25)
#define RECHECK_FAILED DO(stop_all, 0), DO(cot, 0), DO(start, ISUP_T26), DO(out, ISUP_OUT_ALARM)
#define DISCARD(event) { FSM_ANY, event, NULL, FSM_SAME, {{0}}, IGNORE("2.9.5.1 e: discarded") }
#define REFUSE(event)  { FSM_ANY, event, NULL, FSM_SAME, { DO(refuse, 0) } }
#define NOT_RUNNING(t) { FSM_ANY, TM(t), NULL, FSM_SAME, {{0}}, IGNORE("does not run here") }

/* Outgoing, CRM sent: the peer knows of no call. */
#define RESERVING(event, next, ...) { ISUP_OUT_RESERVING, event, NULL, next, \
	  { DO(stop_all, 0), DO(out, ISUP_OUT_LOST), __VA_ARGS__ } }

static const struct fsm_row rows[] = {
	/* Idle */
	{ ISUP_IDLE, ISUP_RX_IAM, isup_is_unusable, ISUP_RELEASING,
	  { DO(release, ISUP_CAUSE_NOT_AVAILABLE), START_RELEASE } },
	{ ISUP_IDLE, ISUP_RX_IAM, isup_is_blocked_here, FSM_SAME, { DO(block, ISUP_B_IAM) } }, /* 2.8.2.3 */
	{ ISUP_IDLE, ISUP_RX_IAM, isup_is_incomplete, ISUP_IN_COLLECTING, /* 2.1.2 */
	  { DO(bar, ISUP_TAKEN), DO(collect, 0), DO(await_cot, 0) } },
	{ ISUP_IDLE, ISUP_RX_IAM, isup_is_test_call, ISUP_IN_SEIZED,
	  { DO(await_cot, 0), DO(present, 0) } }, /* 2.8.2 */
	{ ISUP_IDLE, ISUP_RX_IAM, NULL, ISUP_IN_SEIZED, 
	  { DO(bar, ISUP_TAKEN), DO(await_cot, 0), DO(present, 0) } }, /* 2.1 */
	{ ISUP_IDLE, ISUP_RX_CCR, isup_is_unusable, FSM_SAME, {{0}}, IGNORE("the check shall fail") },
	{ ISUP_IDLE, ISUP_RX_CCR, NULL, ISUP_IN_RECHECKING, /* 2.1.8, 2.18 */
	  { DO(loop, 0), DO(start, ISUP_T36) } },
	{ ISUP_IDLE, ISUP_RX_OLM, NULL, FSM_SAME, {{0}}, IGNORE("2.11: of an IAM that is gone") },
	{ ISUP_IDLE, ISUP_RX_DAMAGED, NULL, ISUP_RELEASING, /* 2.9.5: not left to the peer's T7 */
	  { DO(release, ISUP_CAUSE_PROTOCOL), START_RELEASE } },
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
	{ ISUP_IDLE, ISUP_TX_IAM, isup_may_reserve, ISUP_OUT_RESERVING, /* T1.113.4 */
	  { DO(reserve, 0), DO(start, ISUP_TCRM) } },
	{ ISUP_IDLE, ISUP_TX_IAM, isup_may_seize, ISUP_OUT_SEIZED,
	  { DO(forward, 0), DO(start, ISUP_T7), DO(announce, 0) } },
	{ ISUP_IDLE, ISUP_TX_IAM, NULL, FSM_SAME, { DO(refuse, 0) } },
	{ ISUP_IDLE, ISUP_RESET, NULL, ISUP_RESETTING, { DO(bar, ISUP_FORGET), START_RESET } }, /* 2.9.3.1 */
	{ ISUP_IDLE, ISUP_RESET_GROUP, NULL, ISUP_GROUP_RESETTING, { DO(bar, ISUP_FORGET) } }, /* 2.9.3.2 */

	/* Outgoing, IAM sent: 2.1, T7. An IAM that is overtaken by GRA comes to a circuit that the peer
	 * thinks idle: only RSC, with the IAM's SLS, ends what it begins there. */
	{ ISUP_OUT_SEIZED, ISUP_RX_GRS, isup_is_iam_away, ISUP_RESETTING, /* 2.9.3.2 */
	  { DO(stop_all, 0), DO(bar, ISUP_FORGET), DO(out, ISUP_OUT_LOST), START_RESET } },
	IN_CALL(ISUP_OUT_SEIZED, DO(out, ISUP_OUT_LOST)),
	INFORMATION(ISUP_OUT_SEIZED),
	{ ISUP_OUT_SEIZED, ISUP_RX_IAM, isup_we_control, FSM_SAME, {{0}},
	  IGNORE("2.9.1.4: we control the circuit, our IAM stands") },
	{ ISUP_OUT_SEIZED, ISUP_RX_IAM, isup_is_incomplete, ISUP_IN_COLLECTING,
	  { DO(stop_all, 0), DO(bar, ISUP_TAKEN), DO(out, ISUP_OUT_LOST), DO(collect, 0),
	    DO(await_cot, 0) } },
	{ ISUP_OUT_SEIZED, ISUP_RX_IAM, NULL, ISUP_IN_SEIZED, /* 2.9.1.4: we back off */
	  { DO(stop_all, 0), DO(bar, ISUP_TAKEN), DO(out, ISUP_OUT_LOST), DO(await_cot, 0), DO(present, 0) } },
	UNREASONABLE_CHECK(ISUP_RX_ACM), /* 2.1.8: not before COT */
	UNREASONABLE_CHECK(ISUP_RX_CON),
	UNREASONABLE_CHECK(ISUP_RX_ANM),
	{ ISUP_OUT_SEIZED, ISUP_CHECK_GOOD, isup_awaits_check, FSM_SAME, { DO(passed, 0) } }, /* 2.1.8 */
	{ ISUP_OUT_SEIZED, ISUP_CHECK_BAD, isup_awaits_check, ISUP_OUT_CHECK_FAILED, { CHECK_FAILED } },
	{ ISUP_OUT_SEIZED, ISUP_CHECK_GOOD, NULL, FSM_SAME, {{0}}, IGNORE("no check waits for it") },
	{ ISUP_OUT_SEIZED, ISUP_CHECK_BAD, NULL, FSM_SAME, {{0}}, IGNORE("no check waits for it") },
	{ ISUP_OUT_SEIZED, TM(T24), NULL, ISUP_OUT_CHECK_FAILED, { CHECK_FAILED } },
	{ ISUP_OUT_SEIZED, ISUP_RX_OLM, NULL, ISUP_OUT_OVERLOADED, /* 2.11 */
	  { DO(stop_all, 0), DO(out, ISUP_OUT_LOST), DO(start, ISUP_T3) } },
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
	  { DO(stop_all, 0), DO(bar, ISUP_BAR), DO(send, ISUP_BLA), DO(out, ISUP_OUT_LOST),
	    DO(release, ISUP_CAUSE_NORMAL), START_RELEASE } },
	{ ISUP_OUT_SEIZED, ISUP_RX_CGB_M, NULL, ISUP_RELEASING, /* 2.8.2, 2.8.1 */
	  { DO(stop_all, 0), DO(out, ISUP_OUT_LOST), DO(release, ISUP_CAUSE_NORMAL), START_RELEASE } },
	{ ISUP_OUT_SEIZED, ISUP_RX_UCIC, NULL, ISUP_IDLE, /* 2.12 */
	  { DO(stop_all, 0), DO(out, ISUP_OUT_LOST), DO(unequip, 0), DO(out, ISUP_OUT_IDLE) } },
	{ ISUP_OUT_SEIZED, ISUP_TX_SAM, NULL, FSM_SAME, { DO(forward, 0), DO(start, ISUP_T7) } },
	{ ISUP_OUT_SEIZED, ISUP_TX_COT, isup_awaits_previous, FSM_SAME, { DO(previous, 0) } }, /* 2.1.8 */
	{ ISUP_OUT_SEIZED, ISUP_TX_COT, NULL, FSM_SAME, { DO(refuse, 0) } },
	{ ISUP_OUT_SEIZED, TM(T7), NULL, ISUP_RELEASING, /* RFC 3398 7.2.2 */
	  { DO(stop_all, 0), DO(tell, ISUP_CAUSE_TIMER), DO(release, ISUP_CAUSE_TIMER), START_RELEASE } },

	/* Outgoing, ACM received: T9 */
	IN_CALL(ISUP_OUT_ADDRESSED, DO(tell, ISUP_CAUSE_NORMAL)),
	INFORMATION(ISUP_OUT_ADDRESSED),
	PRESENT(ISUP_OUT_ADDRESSED, ISUP_RX_CPG, FSM_SAME),
	{ ISUP_OUT_ADDRESSED, ISUP_RX_ANM, NULL, ISUP_OUT_ANSWERED,
	  { DO(stop, ISUP_T9), DO(present, 0) } },
	{ ISUP_OUT_ADDRESSED, TM(T9), NULL, ISUP_RELEASING, /* RFC 3398 7.2.8 */
	  { DO(tell, ISUP_CAUSE_NO_ANSWER), DO(release, ISUP_CAUSE_NO_ANSWER), START_RELEASE } },

	/* Outgoing, answered */
	IN_CALL(ISUP_OUT_ANSWERED, DO(tell, ISUP_CAUSE_NORMAL)),
	INFORMATION(ISUP_OUT_ANSWERED),
	PRESENT(ISUP_OUT_ANSWERED, ISUP_RX_CPG, FSM_SAME),
	{ ISUP_OUT_ANSWERED, ISUP_RX_SUS_RES, NULL, FSM_SAME, { DO(present, 0), DO(suspend, 0) } }, /* 2.4 */
	{ ISUP_OUT_ANSWERED, TM(T2), NULL, ISUP_RELEASING,
	  { DO(tell, ISUP_CAUSE_TIMER), DO(release, ISUP_CAUSE_TIMER), START_RELEASE } },
	{ ISUP_OUT_ANSWERED, TM(T6), NULL, ISUP_RELEASING,
	  { DO(tell, ISUP_CAUSE_TIMER), DO(release, ISUP_CAUSE_TIMER), START_RELEASE } },
	FORWARD(ISUP_OUT_ANSWERED, ISUP_TX_CPG, FSM_SAME),
	FORWARD(ISUP_OUT_ANSWERED, ISUP_TX_SUS_RES, FSM_SAME),

	/* Incoming, IAM received */
	IN_CALL(ISUP_IN_SEIZED, DO(tell, ISUP_CAUSE_NORMAL)),
	PRESENT(ISUP_IN_SEIZED, ISUP_RX_SAM, FSM_SAME),
	{ ISUP_IN_SEIZED, ISUP_RX_COT, isup_is_cot_good, FSM_SAME, { DO(cot_came, 0), DO(present, 0) } },
	{ ISUP_IN_SEIZED, ISUP_RX_COT, isup_is_loop_bad, ISUP_IN_CHECK_FAILED, /* 2.1.8 */
	  { DO(stop_all, 0), DO(tell, ISUP_CAUSE_TEMPORARY), DO(start, ISUP_T27) } },
	{ ISUP_IN_SEIZED, ISUP_RX_COT, isup_awaits_cot, ISUP_RELEASING,
	  { DO(stop_all, 0), DO(tell, ISUP_CAUSE_TEMPORARY), DO(release, ISUP_CAUSE_TEMPORARY),
	    START_RELEASE } },
	{ ISUP_IN_SEIZED, ISUP_RX_COT, NULL, FSM_SAME, {{0}}, IGNORE("2.9.5.1 e: none is awaited") },
	{ ISUP_IN_SEIZED, TM(T8), NULL, ISUP_RELEASING, /* 2.1.8 */
	  { DO(stop_all, 0), DO(tell, ISUP_CAUSE_TEMPORARY), DO(release, ISUP_CAUSE_TEMPORARY), START_RELEASE } },
	{ ISUP_IN_SEIZED, ISUP_TX_INR, NULL, FSM_SAME, { DO(forward, 0), DO(start, ISUP_T33) } }, /* 2.1.6 */
	{ ISUP_IN_SEIZED, ISUP_RX_INF, NULL, FSM_SAME, { DO(stop, ISUP_T33), DO(present, 0) } },
	{ ISUP_IN_SEIZED, TM(T33), NULL, ISUP_RELEASING,
	  { DO(stop_all, 0), DO(tell, ISUP_CAUSE_TEMPORARY), DO(release, ISUP_CAUSE_TEMPORARY), START_RELEASE } },
	UNREASONABLE_IN(ISUP_RX_IAM),
	UNREASONABLE_IN(ISUP_RX_ACM),
	UNREASONABLE_IN(ISUP_RX_CPG),
	UNREASONABLE_IN(ISUP_RX_CON),
	UNREASONABLE_IN(ISUP_RX_ANM),
	UNREASONABLE_IN(ISUP_RX_SUS_RES),
	{ ISUP_IN_SEIZED, ISUP_TX_ACM, isup_awaits_cot, FSM_SAME, { DO(refuse, 0) } }, /* 2.1.8 */
	{ ISUP_IN_SEIZED, ISUP_TX_CON, isup_awaits_cot, FSM_SAME, { DO(refuse, 0) } },
	{ ISUP_IN_SEIZED, ISUP_TX_ACM, NULL, ISUP_IN_ADDRESSED, { DO(stop_all, 0), DO(forward, 0) } },
	{ ISUP_IN_SEIZED, ISUP_TX_CON, NULL, ISUP_IN_ANSWERED, { DO(stop_all, 0), DO(forward, 0) } },

	/* Incoming, ACM sent */
	IN_CALL(ISUP_IN_ADDRESSED, DO(tell, ISUP_CAUSE_NORMAL)),
	INFORMATION(ISUP_IN_ADDRESSED),
	FORWARD(ISUP_IN_ADDRESSED, ISUP_TX_CPG, FSM_SAME),
	FORWARD(ISUP_IN_ADDRESSED, ISUP_TX_ANM, ISUP_IN_ANSWERED),

	/* Incoming, answered */
	IN_CALL(ISUP_IN_ANSWERED, DO(tell, ISUP_CAUSE_NORMAL)),
	INFORMATION(ISUP_IN_ANSWERED),
	PRESENT(ISUP_IN_ANSWERED, ISUP_RX_CPG, FSM_SAME),
	PRESENT(ISUP_IN_ANSWERED, ISUP_RX_SUS_RES, FSM_SAME),
	FORWARD(ISUP_IN_ANSWERED, ISUP_TX_CPG, FSM_SAME),
	{ ISUP_IN_ANSWERED, ISUP_TX_SUS_RES, NULL, FSM_SAME, { DO(forward, 0), DO(suspend, 1) } }, /* 2.4 */
	{ ISUP_IN_ANSWERED, TM(T38), NULL, ISUP_RELEASING,
	  { DO(tell, ISUP_CAUSE_TIMER), DO(release, ISUP_CAUSE_TIMER), START_RELEASE } },

	/* Incoming, IAM with too few digits: 2.1.2, T35 */
	NO_CALL(ISUP_IN_COLLECTING),
	{ ISUP_IN_COLLECTING, ISUP_RX_SAM, isup_is_complete_now, ISUP_IN_SEIZED, { DO(present_collected, 0) } },
	{ ISUP_IN_COLLECTING, ISUP_RX_SAM, NULL, FSM_SAME, { DO(collect_more, 0) } },
	{ ISUP_IN_COLLECTING, ISUP_RX_COT, isup_is_cot_good, FSM_SAME, { DO(cot_came, 0) } },
	{ ISUP_IN_COLLECTING, ISUP_RX_COT, isup_is_loop_bad, ISUP_IN_CHECK_FAILED,
	  { DO(stop_all, 0), DO(start, ISUP_T27) } },
	{ ISUP_IN_COLLECTING, ISUP_RX_COT, isup_awaits_cot, ISUP_RELEASING,
	  { DO(stop_all, 0), DO(release, ISUP_CAUSE_TEMPORARY), START_RELEASE } },
	{ ISUP_IN_COLLECTING, ISUP_RX_COT, NULL, FSM_SAME, {{0}}, IGNORE("2.9.5.1 e: none is awaited") },
	{ ISUP_IN_COLLECTING, ISUP_RX_UNKNOWN, NULL, ISUP_RELEASING, /* 2.9.5.2, 2.9.5.3 */
	  { DO(stop_all, 0), DO(release, 0), START_RELEASE } },
	{ ISUP_IN_COLLECTING, TM(T35), NULL, ISUP_RELEASING,
	  { DO(stop_all, 0), DO(release, ISUP_CAUSE_INCOMPLETE), START_RELEASE } },
	{ ISUP_IN_COLLECTING, TM(T8), NULL, ISUP_RELEASING,
	  { DO(stop_all, 0), DO(release, ISUP_CAUSE_TEMPORARY), START_RELEASE } },

	/* Outgoing, CRM sent: TCRM (T1.113.4, from memory) */
	{ ISUP_OUT_RESERVING, ISUP_RX_CRA, NULL, ISUP_OUT_SEIZED,
	  { DO(stop_all, 0), DO(start, ISUP_T7), DO(forward_reserved, 0) } },
	{ ISUP_OUT_RESERVING, TM(TCRM), NULL, ISUP_RELEASING,
	  { DO(out, ISUP_OUT_ALARM), DO(out, ISUP_OUT_LOST), DO(release, ISUP_CAUSE_TEMPORARY),
	    START_RELEASE } },
	{ ISUP_OUT_RESERVING, ISUP_RX_CRM, isup_we_control, FSM_SAME, {{0}},
	  IGNORE("2.9.1.4: we control the circuit, our CRM stands") },
	{ ISUP_OUT_RESERVING, ISUP_RX_CRM, NULL, ISUP_IDLE, /* CRA follows */
	  { DO(stop_all, 0), DO(out, ISUP_OUT_LOST) } },
	{ ISUP_OUT_RESERVING, ISUP_RX_IAM, isup_we_control, FSM_SAME, {{0}},
	  IGNORE("2.9.1.4: we control the circuit, our CRM stands") },
	{ ISUP_OUT_RESERVING, ISUP_RX_IAM, isup_is_incomplete, ISUP_IN_COLLECTING,
	  { DO(stop_all, 0), DO(drop_reserved, 0), DO(bar, ISUP_TAKEN), DO(out, ISUP_OUT_LOST),
	    DO(collect, 0), DO(await_cot, 0) } },
	{ ISUP_OUT_RESERVING, ISUP_RX_IAM, NULL, ISUP_IN_SEIZED,
	  { DO(stop_all, 0), DO(drop_reserved, 0), DO(bar, ISUP_TAKEN), DO(out, ISUP_OUT_LOST),
	    DO(await_cot, 0), DO(present, 0) } },
	RESERVING(ISUP_RX_REL, ISUP_IDLE, DO(send, ISUP_RLC), DO(out, ISUP_OUT_IDLE)),
	{ ISUP_OUT_RESERVING, ISUP_RX_RLC, NULL, FSM_SAME, {{0}}, IGNORE("of an earlier release") },
	RESERVING(ISUP_RX_RSC, ISUP_IDLE, DO(bar, ISUP_FORGET), DO(send, ISUP_RLC),
		  DO(block, ISUP_B_RESET), DO(out, ISUP_OUT_IDLE)),
	RESERVING(ISUP_RX_GRS, ISUP_IDLE, DO(bar, ISUP_FORGET), DO(out, ISUP_OUT_IDLE)),
	RESERVING(ISUP_RX_CGB_H, ISUP_IDLE, DO(out, ISUP_OUT_IDLE)),
	RESERVING(ISUP_RX_CGB_M, ISUP_RELEASING, DO(release, ISUP_CAUSE_NORMAL), START_RELEASE),
	RESERVING(ISUP_RX_BLO, ISUP_RELEASING, DO(bar, ISUP_BAR), DO(send, ISUP_BLA),
		  DO(release, ISUP_CAUSE_NORMAL), START_RELEASE),
	RESERVING(ISUP_RX_UCIC, ISUP_IDLE, DO(unequip, 0), DO(out, ISUP_OUT_IDLE)),
	RESERVING(ISUP_RX_UNKNOWN, ISUP_RELEASING, DO(release, 0), START_RELEASE),
	RESERVING(ISUP_GONE, ISUP_RELEASING, DO(release, ISUP_CAUSE_TEMPORARY), START_RELEASE),
	{ ISUP_OUT_RESERVING, ISUP_TX_REL, NULL, ISUP_RELEASING,
	  { DO(stop_all, 0), DO(forward, 0), DO(keep, 0), START_RELEASE } },
	{ ISUP_OUT_RESERVING, ISUP_RESET, NULL, ISUP_RESETTING,
	  { DO(stop_all, 0), DO(bar, ISUP_FORGET), DO(tell, ISUP_CAUSE_NORMAL), START_RESET } },
	{ ISUP_OUT_RESERVING, ISUP_RESET_GROUP, NULL, ISUP_GROUP_RESETTING,
	  { DO(stop_all, 0), DO(bar, ISUP_FORGET), DO(tell, ISUP_CAUSE_NORMAL) } },

	/* Outgoing, the check has failed: 2.1.8, T25 and later T26; in ANSI the tone waits for LPA */
	NO_CALL(ISUP_OUT_CHECK_FAILED),
	{ ISUP_OUT_CHECK_FAILED, TM(T25), isup_has_lpa, ISUP_OUT_RECHECKING,
	  { DO(send, ISUP_CCR), DO(start, ISUP_TCCR) } },
	{ ISUP_OUT_CHECK_FAILED, TM(T26), isup_has_lpa, ISUP_OUT_RECHECKING,
	  { DO(send, ISUP_CCR), DO(start, ISUP_TCCR) } },
	{ ISUP_OUT_CHECK_FAILED, TM(T25), NULL, ISUP_OUT_RECHECKING, { DO(send, ISUP_CCR), DO(tone, 0) } },
	{ ISUP_OUT_CHECK_FAILED, TM(T26), NULL, ISUP_OUT_RECHECKING, { DO(send, ISUP_CCR), DO(tone, 0) } },

	/* Outgoing, CCR sent: T24 */
	NO_CALL(ISUP_OUT_RECHECKING),
	{ ISUP_OUT_RECHECKING, ISUP_CHECK_GOOD, NULL, ISUP_RELEASING, /* 2.1.8: it is free again */
	  { DO(stop_all, 0), DO(release, ISUP_CAUSE_NORMAL), START_RELEASE } },
	{ ISUP_OUT_RECHECKING, ISUP_CHECK_BAD, NULL, ISUP_OUT_CHECK_FAILED, { RECHECK_FAILED } },
	{ ISUP_OUT_RECHECKING, TM(T24), NULL, ISUP_OUT_CHECK_FAILED, { RECHECK_FAILED } },
	{ ISUP_OUT_RECHECKING, ISUP_RX_LPA, isup_awaits_lpa, FSM_SAME,
	  { DO(stop, ISUP_TCCR), DO(tone, 0) } },
	{ ISUP_OUT_RECHECKING, ISUP_RX_LPA, NULL, FSM_SAME, {{0}}, IGNORE("the tone is on already") },
	{ ISUP_OUT_RECHECKING, TM(TCCR), NULL, ISUP_OUT_CHECK_FAILED,
	  { DO(start, ISUP_T26), DO(out, ISUP_OUT_ALARM) } },
	{ ISUP_OUT_RECHECKING, ISUP_RX_UCIC, NULL, ISUP_IDLE, /* 2.12 */
	  { DO(stop_all, 0), DO(unequip, 0), DO(out, ISUP_OUT_ALARM), DO(out, ISUP_OUT_IDLE) } },

	/* Incoming, COT failed received: 2.1.8, T27 */
	NO_CALL(ISUP_IN_CHECK_FAILED),
	{ ISUP_IN_CHECK_FAILED, ISUP_RX_CCR, NULL, ISUP_IN_RECHECKING,
	  { DO(stop_all, 0), DO(loop, 0), DO(start, ISUP_T36) } },
	{ ISUP_IN_CHECK_FAILED, TM(T27), NULL, ISUP_RESETTING, { START_RESET, DO(out, ISUP_OUT_ALARM) } },

	/* Incoming, CCR received: T36 */
	NO_CALL(ISUP_IN_RECHECKING),
	{ ISUP_IN_RECHECKING, ISUP_RX_CCR, NULL, FSM_SAME, { DO(start, ISUP_T36) } },
	{ ISUP_IN_RECHECKING, ISUP_RX_COT, NULL, ISUP_IN_CHECK_FAILED, /* good: REL follows */
	  { DO(stop_all, 0), DO(start, ISUP_T27) } },
	{ ISUP_IN_RECHECKING, TM(T36), NULL, ISUP_RESETTING, { START_RESET } },

	/* Outgoing, OLM received: 2.11, T3 */
	NO_CALL(ISUP_OUT_OVERLOADED),
	{ ISUP_OUT_OVERLOADED, TM(T3), NULL, ISUP_RELEASING,
	  { DO(release, ISUP_CAUSE_CONGESTION), START_RELEASE } },

	/* REL sent: 2.3, T1 and T5. Only our own RLC ends it, so that a late one cannot meet the next
	 * call: REL (2.3.1 e, collision) and RSC are answered, and REL is repeated. */
	{ ISUP_RELEASING, ISUP_RX_RLC, NULL, ISUP_IDLE, { DO(stop_all, 0), DO(out, ISUP_OUT_IDLE) } },
	{ ISUP_RELEASING, ISUP_RX_REL, NULL, FSM_SAME, { DO(send, ISUP_RLC) } },
	{ ISUP_RELEASING, ISUP_RESET, NULL, ISUP_RESETTING,
	  { DO(stop_all, 0), DO(bar, ISUP_FORGET), START_RESET } },
	{ ISUP_RELEASING, ISUP_RESET_GROUP, NULL, ISUP_GROUP_RESETTING,
	  { DO(stop_all, 0), DO(bar, ISUP_FORGET) } },
	{ ISUP_RELEASING, TM(T1), NULL, FSM_SAME, { DO(repeat, 0), DO(start, ISUP_T1) } },
	{ ISUP_RELEASING, TM(T5), NULL, ISUP_RESETTING, /* 2.9.6 */
	  { DO(stop, ISUP_T1), DO(send, ISUP_RSC), DO(start, ISUP_T17), DO(out, ISUP_OUT_ALARM) } },

	/* RSC sent: 2.9.3.1, T16 and T17. The answer to a REL before it is no answer to it: what the peer
	 * seizes behind that would be reset. */
	{ ISUP_RESETTING, ISUP_RX_RLC, isup_is_rel_away, FSM_SAME, {{0}}, IGNORE("it answers to REL") },
	{ ISUP_RESETTING, ISUP_RX_RLC, NULL, ISUP_IDLE,
	  { DO(stop_all, 0), DO(block, ISUP_B_RESET), DO(out, ISUP_OUT_IDLE) } },
	{ ISUP_RESETTING, ISUP_RX_UCIC, NULL, ISUP_IDLE, /* 2.12 */
	  { DO(stop_all, 0), DO(unequip, 0), DO(out, ISUP_OUT_ALARM), DO(out, ISUP_OUT_IDLE) } },
	{ ISUP_RESETTING, ISUP_RESET_GROUP, NULL, ISUP_GROUP_RESETTING,
	  { DO(stop_all, 0), DO(bar, ISUP_FORGET) } },
	{ ISUP_RESETTING, ISUP_RX_REL, NULL, FSM_SAME, { DO(send, ISUP_RLC) } },
	{ ISUP_RESETTING, ISUP_RESET, NULL, FSM_SAME, { DO(bar, ISUP_FORGET), START_RESET } },
	{ ISUP_RESETTING, TM(T16), NULL, FSM_SAME, { DO(send, ISUP_RSC), DO(start, ISUP_T16) } },
	{ ISUP_RESETTING, TM(T17), NULL, FSM_SAME,
	  { DO(stop, ISUP_T16), DO(send, ISUP_RSC), DO(start, ISUP_T17), DO(out, ISUP_OUT_ALARM) } },

	/* GRS sent: 2.9.3.2; T22 and T23 are the request's */
	{ ISUP_GROUP_RESETTING, ISUP_RX_GRA, NULL, ISUP_IDLE,
	  { DO(rest, 0), DO(block, ISUP_B_RESET), DO(out, ISUP_OUT_IDLE) } },
	{ ISUP_GROUP_RESETTING, ISUP_RX_REL, NULL, FSM_SAME, { DO(send, ISUP_RLC) } },
	{ ISUP_GROUP_RESETTING, ISUP_RESET, isup_is_in_group, FSM_SAME, {{0}}, IGNORE("GRS is repeated") },
	{ ISUP_GROUP_RESETTING, ISUP_RESET, NULL, ISUP_RESETTING, { START_RESET } }, /* no GRA */
	{ ISUP_GROUP_RESETTING, ISUP_RESET_GROUP, NULL, FSM_SAME, {{0}}, IGNORE("GRS is repeated") },
	{ ISUP_GROUP_RESETTING, ISUP_RX_RLC, NULL, FSM_SAME, {{0}}, IGNORE("of an earlier release") },

	/* Any other state */
	{ FSM_ANY, ISUP_RX_RSC, NULL, FSM_SAME, /* 2.9.3.1 b */
	  { DO(bar, ISUP_FORGET), DO(send, ISUP_RLC), DO(block, ISUP_B_RESET) } },
	{ FSM_ANY, ISUP_RX_GRS, NULL, FSM_SAME, { DO(bar, ISUP_FORGET) } },
	{ FSM_ANY, ISUP_RX_BLO, NULL, FSM_SAME, { DO(bar, ISUP_BAR), DO(send, ISUP_BLA) } }, /* 2.8.2 */
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
	DISCARD(ISUP_RX_CCR),
	DISCARD(ISUP_RX_OLM),
	DISCARD(ISUP_RX_OTHER),
	DISCARD(ISUP_RX_CRA),
	DISCARD(ISUP_RX_CRM),
	DISCARD(ISUP_RX_LPA),
	{ FSM_ANY, ISUP_CHECK_GOOD, NULL, FSM_SAME, {{0}}, IGNORE("no check waits for it") },
	{ FSM_ANY, ISUP_CHECK_BAD, NULL, FSM_SAME, {{0}}, IGNORE("no check waits for it") },
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
	NOT_RUNNING(T3),
	NOT_RUNNING(T24),
	NOT_RUNNING(T25),
	NOT_RUNNING(T26),
	NOT_RUNNING(T27),
	NOT_RUNNING(T35),
	NOT_RUNNING(T36),
	NOT_RUNNING(T38),
	NOT_RUNNING(TCRM),
	NOT_RUNNING(TCCR),
};
/* clang-format on */

static bool is_call(uint8_t state)
{
	switch (state) {
	case ISUP_OUT_SEIZED:
	case ISUP_OUT_ADDRESSED:
	case ISUP_OUT_ANSWERED:
	case ISUP_IN_SEIZED:
	case ISUP_IN_ADDRESSED:
	case ISUP_IN_ANSWERED:
	case ISUP_OUT_RESERVING:
		return true;
	default:
		return false;
	}
}

bool isup_circuit_has_call(const struct isup *x, isup_circuit_id id)
{
	const struct isup_circuit *c = isup_get_circuit(x, id);

	return c && is_call(c->fsm.state);
}

/* Whatever ends a check takes tone and loop off, and a message kept for a call goes with it. */
static void entered(void *self, uint8_t from, uint8_t to)
{
	struct isup_circuit *c = self;

	if (from == ISUP_RELEASING)
		isup_forget_rel(c);
	if (from != ISUP_IN_COLLECTING || to != ISUP_IN_SEIZED)
		isup_check_over(c);
	if (!is_call(to) && to != ISUP_IN_COLLECTING)
		isup_held_drop(c);
	if (!is_call(to))
		timerq_cancel(&c->x->timers, &c->aside);
	if (to == ISUP_IDLE) {
		c->role = c->x->role;
		c->onward = ISUP_ONWARD_ISUP;
	}
	if (from == ISUP_IDLE)
		c->x->stats.busy++;
	else if (to == ISUP_IDLE)
		c->x->stats.busy--;
}

const struct fsm_def isup_circuit_def = {
	.name = "ISUP circuit",
	.clause = "Q.764 2.1-2.3, 2.9",
	.states = isup_circuit_states,
	.events = isup_circuit_events,
	.rows = rows,
	.nr_states = ISUP_NR_STATES,
	.nr_events = ISUP_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = ISUP_IDLE,
	.entered = entered,
};

void isup_circuit_init(struct isup_circuit *c)
{
	c->role = c->x->role;
	c->fresh = c->x->rests_after_start;
	fsm_init(&c->fsm, &isup_circuit_def, ISUP_IDLE, c);
}

/* Our IAM is under way until the peer has said something about it; REL and its RLC until that comes. */
static void note_sent(struct isup_circuit *c, enum isup_circuit_event event, uint8_t before)
{
	bool iam = (event == ISUP_TX_IAM || event == ISUP_RX_CRA) &&
		   c->fsm.state == ISUP_OUT_SEIZED;
	bool rel = c->fsm.state == ISUP_RELEASING && (before != ISUP_RELEASING || event == TM(T1));

	if (c->fsm.state == ISUP_OUT_ADDRESSED || c->fsm.state == ISUP_OUT_ANSWERED ||
	    event == ISUP_RX_REL || event == ISUP_RX_RLC)
		c->iam_away = false;
	if (event == ISUP_RX_RLC)
		c->rel_away = false;
	if (!iam && !rel)
		return;
	c->rests = false;
	c->iam_away = iam; /* REL goes behind it */
	c->rel_away = rel && c->to->available;
	c->settled = tick_add_ms(c->x->now, ISUP_UNDER_WAY_MS);
}

/* RESETTING and GROUP_RESETTING change nothing: there may have been one or not. */
static void note_call(struct isup_circuit *c)
{
	if (c->fsm.state == ISUP_IDLE)
		c->had_call = false;
	else if (c->fsm.state != ISUP_RESETTING && c->fsm.state != ISUP_GROUP_RESETTING)
		c->had_call = true;
}

/* After a start: a group reset has another SLS than an ANM of a call that we have forgotten, which may
 * come after it and would answer the next one. What has the circuit's own SLS has come after all that. */
static void note_start(struct isup_circuit *c, enum isup_circuit_event event, uint8_t before)
{
	if (event == ISUP_RX_REL || event == ISUP_RX_RSC ||
	    (event == ISUP_RX_RLC && before != ISUP_IDLE && c->fsm.state == ISUP_IDLE)) {
		c->fresh = false;
		c->rests = false;
	} else if (c->fresh && c->fsm.state == ISUP_IDLE &&
		   (event == ISUP_RX_GRA || event == ISUP_RX_GRS)) {
		c->fresh = false;
		c->rests = true;
		c->settled = tick_add_ms(c->x->now, ISUP_UNDER_WAY_MS);
	}
}

void isup_circuit_feed(struct isup_circuit *c, enum isup_circuit_event event,
		       const struct isup_input *in)
{
	uint8_t before = c->fsm.state;

	if (c->reserved && event != ISUP_TX_IAM)
		isup_unreserve(c);
	fsm_feed(&c->fsm, (uint8_t)event, in);
	note_call(c);
	note_sent(c, event, before);
	note_start(c, event, before);
	log_debug(LOG_ISUP, &((struct log_subject){ .cic = c->cic }), "%s: %s -> %s",
		  isup_circuit_events[event], isup_circuit_states[before].name,
		  isup_circuit_states[c->fsm.state].name);
}

static struct isup_circuit *circuit_of(struct timer *t)
{
	if (t->kind == ISUP_T35)
		return container_of(t, struct isup_held, timer)->circuit;
	return isup_timer_is_slow(t->kind) ? container_of(t, struct isup_circuit, slow)
					   : container_of(t, struct isup_circuit, fast);
}

bool isup_circuit_timeout(struct timer *t)
{
	const struct isup_timer_row *row;
	struct isup_circuit *c;
	int which = t->kind;

	if (which >= ISUP_NR_CIRCUIT_TIMERS)
		return false;
	c = circuit_of(t);
	row = isup_timer_row(c->x->v, (enum isup_timer)which);
	log_notice(LOG_ISUP, &((struct log_subject){ .cic = c->cic }), "%s: %s", row->name,
		   row->meaning);
	isup_circuit_feed(c, ISUP_TM + which, NULL);
	return true;
}

const char *isup_circuit_state_name(enum isup_circuit_state s)
{
	return s < ISUP_NR_STATES ? isup_circuit_states[s].name : "?";
}
