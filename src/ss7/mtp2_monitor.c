/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Error rate monitors, processor outage control and congestion control, beside Q.703 figures 17,
 * 18, 10 and 19 (not checked against the ITU text).
 */
#include "ss7/mtp2_internal.h"

#define DO(step, arg) MTP2_DO(step, arg)
#define NR(array)     (sizeof(array) / sizeof((array)[0]))

/* AERM and SUERM. ------------------------------------------------------------------------------- */
MTP2_STEP(aerm_start)
{
	struct mtp2 *l = self;

	(void)arg;
	(void)ev;
	l->aerm_errors = 0;
}

MTP2_STEP(aerm_error)
{
	struct mtp2 *l = self;

	(void)arg;
	(void)ev;
	l->aerm_errors++;
}

MTP2_STEP(abort)
{
	(void)arg;
	(void)ev;
	mtp2_post(self, MTP2_M_IAC, IAC_ABORT);
}

static bool is_aerm_limit(const void *self, const void *ev)
{
	const struct mtp2 *l = self;

	(void)ev;
	return l->aerm_errors + 1 >= l->aerm_limit;
}

MTP2_STEP(suerm_start)
{
	struct mtp2 *l = self;

	(void)arg;
	(void)ev;
	l->suerm_errors = l->suerm_units = 0;
	l->good = 0;
}

/* N units pass, and one error is forgiven for each D of them. */
static void suerm_units(struct mtp2 *l, uint64_t nr)
{
	uint64_t units = l->suerm_units + nr;
	uint64_t forgiven = units / MTP2_SUERM_T;

	l->suerm_units = units % MTP2_SUERM_T;
	l->suerm_errors -= forgiven < l->suerm_errors ? (unsigned)forgiven : l->suerm_errors;
}

void mtp2_suerm_settle(struct mtp2 *l)
{
	suerm_units(l, l->good);
	l->good = 0;
}

MTP2_STEP(suerm_error)
{
	struct mtp2 *l = self;

	(void)arg;
	(void)ev;
	l->suerm_errors++;
	suerm_units(l, 1);
}

MTP2_STEP(suerm_fail)
{
	(void)arg;
	(void)ev;
	mtp2_fail(self, MTP2_M_LSC, LSC_FAILURE, MTP2_R_SUERM);
}

static bool is_suerm_limit(const void *self, const void *ev)
{
	const struct mtp2 *l = self;

	(void)ev;
	return l->suerm_errors + 1 >= MTP2_SUERM_LIMIT;
}

/* clang-format off */
static const struct fsm_row aerm_rows[] = {
	{ ERM_IDLE, ERM_START, NULL, ERM_MONITORING, { DO(aerm_start, 0) } },
	{ ERM_IDLE, FSM_ANY, NULL, FSM_SAME, {{0}}, IGNORE("nothing is monitored") },
	{ ERM_MONITORING, ERM_START, NULL, FSM_SAME, { DO(aerm_start, 0) } },
	{ ERM_MONITORING, ERM_ERROR, is_aerm_limit, ERM_IDLE, { DO(abort, 0) } },
	{ ERM_MONITORING, ERM_ERROR, NULL, FSM_SAME, { DO(aerm_error, 0) } },
	{ ERM_MONITORING, ERM_STOP, NULL, ERM_IDLE, {{0}} },
};

static const struct fsm_row suerm_rows[] = {
	{ ERM_IDLE, ERM_START, NULL, ERM_MONITORING, { DO(suerm_start, 0) } },
	{ ERM_IDLE, FSM_ANY, NULL, FSM_SAME, {{0}}, IGNORE("nothing is monitored") },
	{ ERM_MONITORING, ERM_START, NULL, FSM_SAME, { DO(suerm_start, 0) } },
	{ ERM_MONITORING, ERM_ERROR, is_suerm_limit, ERM_IDLE, { DO(suerm_fail, 0) } },
	{ ERM_MONITORING, ERM_ERROR, NULL, FSM_SAME, { DO(suerm_error, 0) } },
	{ ERM_MONITORING, ERM_STOP, NULL, ERM_IDLE, {{0}} },
};
/* clang-format on */

static const struct fsm_state erm_states[ERM_NR_STATES] = {
	[ERM_IDLE] = { .name = "IDLE", .rest = true },
	[ERM_MONITORING] = { .name = "MONITORING", .rest = true },
};

static const char *const erm_events[ERM_NR_EVENTS] = {
	[ERM_START] = "start",
	[ERM_STOP] = "stop",
	[ERM_ERROR] = "unit in error",
};

const struct fsm_def mtp2_aerm_def = {
	.name = "MTP2 alignment error rate monitor",
	.clause = "Q.703 figure 17",
	.states = erm_states,
	.events = erm_events,
	.rows = aerm_rows,
	.nr_states = ERM_NR_STATES,
	.nr_events = ERM_NR_EVENTS,
	.nr_rows = NR(aerm_rows),
	.start = ERM_IDLE,
};

const struct fsm_def mtp2_suerm_def = {
	.name = "MTP2 signal unit error rate monitor",
	.clause = "Q.703 figure 18",
	.states = erm_states,
	.events = erm_events,
	.rows = suerm_rows,
	.nr_states = ERM_NR_STATES,
	.nr_events = ERM_NR_EVENTS,
	.nr_rows = NR(suerm_rows),
	.start = ERM_IDLE,
};

/* Processor outage control. --------------------------------------------------------------------- */
MTP2_POST_STEP(lsc, MTP2_M_LSC)

/* clang-format off */
#define NOTHING(state, event, why) { state, event, NULL, FSM_SAME, {{0}}, IGNORE(why) }

static const struct fsm_row poc_rows[] = {
	{ POC_IDLE, POC_LOCAL_OUTAGE, NULL, POC_LOCAL, {{0}} },
	{ POC_IDLE, POC_REMOTE_OUTAGE, NULL, POC_REMOTE, {{0}} },
	NOTHING(POC_IDLE, POC_STOP, "it is"),
	{ POC_LOCAL, POC_REMOTE_OUTAGE, NULL, POC_BOTH, {{0}} },
	{ POC_LOCAL, POC_LOCAL_RECOVERED, NULL, POC_IDLE, { DO(lsc, LSC_NO_OUTAGE) } },
	{ POC_REMOTE, POC_LOCAL_OUTAGE, NULL, POC_BOTH, {{0}} },
	{ POC_REMOTE, POC_REMOTE_RECOVERED, NULL, POC_IDLE, { DO(lsc, LSC_NO_OUTAGE) } },
	{ POC_BOTH, POC_LOCAL_RECOVERED, NULL, POC_REMOTE, {{0}} },
	{ POC_BOTH, POC_REMOTE_RECOVERED, NULL, POC_LOCAL, {{0}} },
	{ FSM_ANY, POC_STOP, NULL, POC_IDLE, {{0}} },
	NOTHING(FSM_ANY, POC_LOCAL_OUTAGE, "known"),
	NOTHING(FSM_ANY, POC_REMOTE_OUTAGE, "known"),
	NOTHING(FSM_ANY, POC_LOCAL_RECOVERED, "there was none"),
	NOTHING(FSM_ANY, POC_REMOTE_RECOVERED, "there was none"),
};
/* clang-format on */

static const struct fsm_state poc_states[POC_NR_STATES] = {
	[POC_IDLE] = { .name = "IDLE", .rest = true },
	[POC_LOCAL] = { "LOCAL PROCESSOR OUTAGE", "the operator", false },
	[POC_REMOTE] = { "REMOTE PROCESSOR OUTAGE", "the peer", false },
	[POC_BOTH] = { "BOTH PROCESSORS OUT", "the operator and the peer", false },
};

static const char *const poc_events[POC_NR_EVENTS] = {
	[POC_LOCAL_OUTAGE] = "local processor outage",
	[POC_REMOTE_OUTAGE] = "remote processor outage",
	[POC_LOCAL_RECOVERED] = "local processor recovered",
	[POC_REMOTE_RECOVERED] = "remote processor recovered",
	[POC_STOP] = "stop",
};

const struct fsm_def mtp2_poc_def = {
	.name = "MTP2 processor outage control",
	.clause = "Q.703 figure 10",
	.states = poc_states,
	.events = poc_events,
	.rows = poc_rows,
	.nr_states = POC_NR_STATES,
	.nr_events = POC_NR_EVENTS,
	.nr_rows = NR(poc_rows),
	.start = POC_IDLE,
};

/* Congestion control. --------------------------------------------------------------------------- */
MTP2_STEP(sib)
{
	(void)arg;
	(void)ev;
	mtp2_post(self, MTP2_M_TXC, TXC_SIB);
	mtp2_arm(self, MTP2_T5);
}

MTP2_STEP(free)
{
	(void)arg;
	(void)ev;
	mtp2_cancel(self, MTP2_T5);
}

/* What was dropped is asked for. */
MTP2_STEP(ask)
{
	struct mtp2 *l = self;

	(void)arg;
	(void)ev;
	if (l->discarding && !l->nacked)
		mtp2_post(l, MTP2_M_TXC, TXC_NACK);
	l->discarding = false;
}

/* clang-format off */
static const struct fsm_row cc_rows[] = {
	{ CC_IDLE, CC_BUSY_ACCEPT, NULL, CC_LEVEL_1, { DO(sib, 0) } },
	{ CC_IDLE, CC_BUSY_DISCARD, NULL, CC_LEVEL_2, { DO(sib, 0) } },
	NOTHING(CC_IDLE, CC_STOP, "it is"),
	{ CC_LEVEL_1, CC_BUSY_DISCARD, NULL, CC_LEVEL_2, {{0}} },
	{ CC_LEVEL_1, CC_T5, NULL, FSM_SAME, { DO(sib, 0) } },
	{ CC_LEVEL_1, CC_NORMAL, NULL, CC_IDLE, { DO(free, 0), DO(ask, 0) } },
	{ CC_LEVEL_2, CC_BUSY_ACCEPT, NULL, CC_LEVEL_1, { DO(ask, 0) } },
	{ CC_LEVEL_2, CC_T5, NULL, FSM_SAME, { DO(sib, 0) } },
	{ CC_LEVEL_2, CC_NORMAL, NULL, CC_IDLE, { DO(free, 0), DO(ask, 0) } },
	{ FSM_ANY, CC_STOP, NULL, CC_IDLE, { DO(free, 0) } },
	NOTHING(FSM_ANY, CC_BUSY_ACCEPT, "known"),
	NOTHING(FSM_ANY, CC_BUSY_DISCARD, "known"),
	NOTHING(FSM_ANY, CC_NORMAL, "it is"),
	NOTHING(FSM_ANY, CC_T5, "T5 runs while we are busy"),
};
/* clang-format on */

static const struct fsm_state cc_states[CC_NR_STATES] = {
	[CC_IDLE] = { .name = "IDLE", .rest = true },
	[CC_LEVEL_1] = { "LEVEL 1", "T5 repeats SIB; level 3 ends it", false },
	[CC_LEVEL_2] = { "LEVEL 2", "T5 repeats SIB; level 3 ends it", false },
};

static const char *const cc_events[CC_NR_EVENTS] = {
	[CC_BUSY_ACCEPT] = "congestion, accept",
	[CC_BUSY_DISCARD] = "congestion, discard",
	[CC_NORMAL] = "normal",
	[CC_STOP] = "stop",
	[CC_T5] = "T5",
};

const struct fsm_def mtp2_cc_def = {
	.name = "MTP2 congestion control",
	.clause = "Q.703 figure 19",
	.states = cc_states,
	.events = cc_events,
	.rows = cc_rows,
	.nr_states = CC_NR_STATES,
	.nr_events = CC_NR_EVENTS,
	.nr_rows = NR(cc_rows),
	.start = CC_IDLE,
};
