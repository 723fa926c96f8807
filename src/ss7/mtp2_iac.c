/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Initial alignment control, beside Q.703 figure 9 (not checked against the ITU text). */
#include "ss7/mtp2_internal.h"

MTP2_POST_STEP(lsc, MTP2_M_LSC)
MTP2_POST_STEP(txc, MTP2_M_TXC)

MTP2_STEP(arm)
{
	(void)ev;
	mtp2_arm(self, (enum mtp2_timer)arg);
}

MTP2_STEP(cancel)
{
	(void)ev;
	mtp2_cancel(self, (enum mtp2_timer)arg);
}

MTP2_STEP(mark_emergency)
{
	struct mtp2 *l = self;

	(void)ev;
	l->iac_emergency = arg;
}

/* SIO, SIN or SIE came: which proving period, and SIN or SIE to the peer. */
MTP2_STEP(choose)
{
	struct mtp2 *l = self;

	(void)ev;
	l->t4_emergency = arg || l->iac_emergency;
	mtp2_post(l, MTP2_M_TXC, l->iac_emergency ? TXC_SIE : TXC_SIN);
}

MTP2_STEP(short_period)
{
	struct mtp2 *l = self;

	(void)arg;
	(void)ev;
	l->t4_emergency = true;
}

/* AERM and T4 from the beginning; the first time with Cp = 0. */
MTP2_STEP(prove)
{
	struct mtp2 *l = self;

	(void)ev;
	l->aerm_limit = l->t4_emergency ? MTP2_AERM_EMERGENCY : MTP2_AERM_NORMAL;
	if (arg)
		l->provings = 0;
	l->further_proving = false;
	mtp2_cancel(l, MTP2_T4N);
	mtp2_cancel(l, MTP2_T4E);
	mtp2_arm(l, l->t4_emergency ? MTP2_T4E : MTP2_T4N);
	mtp2_post(l, MTP2_M_AERM, ERM_STOP);
	mtp2_post(l, MTP2_M_AERM, ERM_START);
}

MTP2_STEP(further)
{
	struct mtp2 *l = self;

	(void)arg;
	(void)ev;
	l->provings++;
	l->further_proving = true;
}

MTP2_STEP(end)
{
	struct mtp2 *l = self;

	(void)ev;
	(void)arg;
	mtp2_cancel(l, MTP2_T2);
	mtp2_cancel(l, MTP2_T3);
	mtp2_cancel(l, MTP2_T4N);
	mtp2_cancel(l, MTP2_T4E);
	mtp2_post(l, MTP2_M_AERM, ERM_STOP);
	l->iac_emergency = l->further_proving = false;
}

MTP2_STEP(fail)
{
	(void)ev;
	mtp2_fail(self, MTP2_M_LSC, LSC_NOT_POSSIBLE, (enum mtp2_reason)arg);
}

MTP2_STEP(hear_again)
{
	(void)arg;
	(void)ev;
	mtp2_rc_hear_again(self);
}

static bool is_last_proving(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct mtp2 *)self)->provings + 1 >= MTP2_PROVINGS;
}

static bool is_further(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct mtp2 *)self)->further_proving;
}

static bool is_short(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct mtp2 *)self)->t4_emergency;
}

/* clang-format off */
#define DO(step, arg)		   MTP2_DO(step, arg)
#define NOTHING(state, event, why) { state, event, NULL, FSM_SAME, {{0}}, IGNORE(why) }
#define FAILS(state, event, reason) \
	{ state, event, NULL, IAC_IDLE, { DO(end, 0), DO(fail, reason) } }

static const struct fsm_row rows[] = {
	{ IAC_IDLE, IAC_START, NULL, IAC_NOT_ALIGNED, { DO(txc, TXC_SIO), DO(arm, MTP2_T2),
	  DO(hear_again, 0) } },
	{ IAC_IDLE, IAC_EMERGENCY, NULL, FSM_SAME, { DO(mark_emergency, 1) } },
	NOTHING(IAC_IDLE, IAC_STOP, "it is"),
	NOTHING(IAC_IDLE, FSM_ANY, "nothing is aligned"),

	{ IAC_NOT_ALIGNED, IAC_EMERGENCY, NULL, FSM_SAME, { DO(mark_emergency, 1) } },
	{ IAC_NOT_ALIGNED, IAC_RX_SIO, NULL, IAC_ALIGNED,
	  { DO(cancel, MTP2_T2), DO(choose, 0), DO(arm, MTP2_T3), DO(hear_again, 0) } },
	{ IAC_NOT_ALIGNED, IAC_RX_SIN, NULL, IAC_ALIGNED,
	  { DO(cancel, MTP2_T2), DO(choose, 0), DO(arm, MTP2_T3), DO(hear_again, 0) } },
	{ IAC_NOT_ALIGNED, IAC_RX_SIE, NULL, IAC_ALIGNED,
	  { DO(cancel, MTP2_T2), DO(choose, 1), DO(arm, MTP2_T3), DO(hear_again, 0) } },
	NOTHING(IAC_NOT_ALIGNED, IAC_RX_SIOS, "the peer has not started yet"),
	FAILS(IAC_NOT_ALIGNED, IAC_T2, MTP2_R_T2),

	{ IAC_ALIGNED, IAC_EMERGENCY, NULL, FSM_SAME,
	  { DO(mark_emergency, 1), DO(txc, TXC_SIE), DO(short_period, 0) } },
	{ IAC_ALIGNED, IAC_RX_SIN, NULL, IAC_PROVING, { DO(cancel, MTP2_T3), DO(prove, 1) } },
	{ IAC_ALIGNED, IAC_RX_SIE, NULL, IAC_PROVING,
	  { DO(cancel, MTP2_T3), DO(short_period, 0), DO(prove, 1) } },
	NOTHING(IAC_ALIGNED, IAC_RX_SIO, "the peer has not seen ours yet"),
	FAILS(IAC_ALIGNED, IAC_RX_SIOS, MTP2_R_SIOS),
	FAILS(IAC_ALIGNED, IAC_T3, MTP2_R_T3),

	{ IAC_PROVING, IAC_EMERGENCY, NULL, FSM_SAME,
	  { DO(mark_emergency, 1), DO(txc, TXC_SIE), DO(short_period, 0), DO(prove, 0) } },
	{ IAC_PROVING, IAC_RX_SIE, is_short, FSM_SAME, {{0}}, IGNORE("the period is short already") },
	{ IAC_PROVING, IAC_RX_SIE, NULL, FSM_SAME, { DO(short_period, 0), DO(prove, 0) } },
	NOTHING(IAC_PROVING, IAC_RX_SIN, "as it should be"),
	{ IAC_PROVING, IAC_RX_SIO, NULL, IAC_ALIGNED, { DO(end, 0), DO(arm, MTP2_T3) } },
	FAILS(IAC_PROVING, IAC_RX_SIOS, MTP2_R_SIOS),
	{ IAC_PROVING, IAC_ABORT, is_last_proving, IAC_IDLE,
	  { DO(end, 0), DO(fail, MTP2_R_PROVING) } },
	{ IAC_PROVING, IAC_ABORT, NULL, FSM_SAME, { DO(further, 0) } },
	{ IAC_PROVING, IAC_CORRECT_SU, is_further, FSM_SAME, { DO(prove, 0) } },
	{ IAC_PROVING, IAC_CORRECT_SU, NULL, FSM_SAME, {{0}}, IGNORE("as it should be") },
	{ IAC_PROVING, IAC_T4, is_further, FSM_SAME, { DO(prove, 0) } },
	{ IAC_PROVING, IAC_T4, NULL, IAC_IDLE, { DO(end, 0), DO(lsc, LSC_ALIGNED) } },

	{ FSM_ANY, IAC_STOP, NULL, IAC_IDLE, { DO(end, 0) } },
	NOTHING(FSM_ANY, IAC_START, "it is started"),
	NOTHING(FSM_ANY, IAC_ABORT, "no proving period runs"),
	NOTHING(FSM_ANY, IAC_CORRECT_SU, "no proving period runs"),
	NOTHING(FSM_ANY, IAC_T2, "T2 runs in NOT ALIGNED"),
	NOTHING(FSM_ANY, IAC_T3, "T3 runs in ALIGNED"),
	NOTHING(FSM_ANY, IAC_T4, "T4 runs in PROVING"),
};
/* clang-format on */

static const struct fsm_state states[IAC_NR_STATES] = {
	[IAC_IDLE] = { .name = "IDLE", .rest = true },
	[IAC_NOT_ALIGNED] = { "NOT ALIGNED", "T2", false },
	[IAC_ALIGNED] = { "ALIGNED", "T3", false },
	[IAC_PROVING] = { "PROVING", "T4", false },
};

static const char *const events[IAC_NR_EVENTS] = {
	[IAC_START] = "start",
	[IAC_STOP] = "stop",
	[IAC_EMERGENCY] = "emergency",
	[IAC_RX_SIO] = "rx SIO",
	[IAC_RX_SIN] = "rx SIN",
	[IAC_RX_SIE] = "rx SIE",
	[IAC_RX_SIOS] = "rx SIOS",
	[IAC_ABORT] = "abort proving",
	[IAC_CORRECT_SU] = "correct SU",
	[IAC_T2] = "T2",
	[IAC_T3] = "T3",
	[IAC_T4] = "T4",
};

const struct fsm_def mtp2_iac_def = {
	.name = "MTP2 initial alignment control",
	.clause = "Q.703 figure 9",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = IAC_NR_STATES,
	.nr_events = IAC_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = IAC_IDLE,
};
