/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Activation, restoration and test of a signalling link (Q.704 12.2, Q.707), and inhibiting (Q.704
 * clause 10); not checked against the ITU text.
 */
#include "base/log.h"
#include "ss7/mtp3_internal.h"

#define DO(step, arg) MTP3_DO(step, arg)
/* clang-format off */
#define NOTHING(state, event, why) { state, event, NULL, FSM_SAME, {{0}}, IGNORE(why) }
/* clang-format on */

MTP3_STEP(arm)
{
	(void)ev;
	mtp3_arm(self, (enum mtp3_timer)arg);
}

MTP3_STEP(cancel)
{
	(void)ev;
	mtp3_cancel(self, (enum mtp3_timer)arg);
}

static bool set_is_available(const struct mtp3_set *s)
{
	for (unsigned i = 0; i < s->nr_links; i++)
		if (s->link[i]->available)
			return true;
	return false;
}

/* The emergency procedure (Q.703 7.3) where no link of the set carries anything: a short proving
 * period is better than none that is in service. */
MTP3_STEP(start)
{
	struct mtp3_link *k = self;

	(void)arg;
	(void)ev;
	k->l2.ops->emergency(k->l2.self, k->t->now, !set_is_available(k->set));
	k->l2.ops->start(k->l2.self, k->t->now);
}

MTP3_STEP(stop)
{
	struct mtp3_link *k = self;

	(void)ev;
	(void)arg;
	mtp3_note_bsnt(k);
	k->l2.ops->stop(k->l2.self, k->t->now);
	k->in_service = k->processor_outage = false;
}

MTP3_STEP(look)
{
	(void)ev;
	(void)arg;
	mtp3_availability(self);
}

MTP3_STEP(test)
{
	struct mtp3_link *k = self;

	(void)ev;
	k->second = arg;
	mtp3_test_tx(k);
	mtp3_arm(k, MTP3_SLT_T1);
}

MTP3_STEP(fail_test)
{
	struct mtp3_link *k = self;

	(void)ev;
	(void)arg;
	k->slt_failures++;
	log_notice(LOG_SS7, NULL, "link %u of %s: no SLTA for two tests: it is started again",
		   k->cfg->slc, k->set->cfg->name);
}

/* What ends all that went on with the link. */
MTP3_STEP(quiet)
{
	struct mtp3_link *k = self;

	(void)ev;
	(void)arg;
	mtp3_cancel(k, MTP3_SLT_T1);
	mtp3_cancel(k, MTP3_SLT_T2);
	mtp3_cancel(k, MTP3_T17);
	k->in_service = k->processor_outage = k->remote_inhibited = false;
}

static bool is_second(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct mtp3_link *)self)->second;
}

static bool is_untested(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct mtp3_link *)self)->cfg->no_test;
}

static bool is_changing(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct mtp3_link *)self)->change.state != CHANGE_IDLE;
}

/* clang-format off */
#define FAILS(state) \
	{ state, ACT_L2_DOWN, NULL, ACT_WAITING, { DO(quiet, 0), DO(arm, MTP3_T17), DO(look, 0) } }

static const struct fsm_row act_rows[] = {
	{ ACT_INACTIVE, ACT_ACTIVATE, NULL, ACT_ALIGNING, { DO(start, 0) } },
	NOTHING(ACT_INACTIVE, ACT_DEACTIVATE, "it is"),
	{ ACT_ALIGNING, ACT_L2_UP, is_untested, ACT_ACTIVE, { DO(look, 0) } },
	{ ACT_ALIGNING, ACT_L2_UP, NULL, ACT_TESTING, { DO(test, 0) } },
	FAILS(ACT_ALIGNING),
	{ ACT_WAITING, ACT_T17, is_changing, FSM_SAME, { DO(arm, MTP3_T17) } }, /* retrieval first */
	{ ACT_WAITING, ACT_T17, NULL, ACT_ALIGNING, { DO(start, 0) } },
	{ ACT_TESTING, ACT_SLTA, NULL, ACT_ACTIVE,
	  { DO(cancel, MTP3_SLT_T1), DO(arm, MTP3_SLT_T2), DO(look, 0) } },
	{ ACT_TESTING, ACT_SLT_T1, is_second, ACT_WAITING,
	  { DO(fail_test, 0), DO(stop, 0), DO(quiet, 0), DO(arm, MTP3_T17) } },
	{ ACT_TESTING, ACT_SLT_T1, NULL, FSM_SAME, { DO(test, 1) } },
	FAILS(ACT_TESTING),
	{ ACT_ACTIVE, ACT_SLT_T2, NULL, ACT_ACTIVE_TESTING, { DO(test, 0) } },
	FAILS(ACT_ACTIVE),
	{ ACT_ACTIVE, ACT_PEER_CHANGES, NULL, ACT_WAITING,
	  { DO(stop, 0), DO(quiet, 0), DO(arm, MTP3_T17), DO(look, 0) } },
	{ ACT_ACTIVE_TESTING, ACT_SLTA, NULL, ACT_ACTIVE,
	  { DO(cancel, MTP3_SLT_T1), DO(arm, MTP3_SLT_T2) } },
	{ ACT_ACTIVE_TESTING, ACT_SLT_T1, is_second, ACT_WAITING,
	  { DO(fail_test, 0), DO(stop, 0), DO(quiet, 0), DO(arm, MTP3_T17), DO(look, 0) } },
	{ ACT_ACTIVE_TESTING, ACT_SLT_T1, NULL, FSM_SAME, { DO(test, 1) } },
	FAILS(ACT_ACTIVE_TESTING),
	{ ACT_ACTIVE_TESTING, ACT_PEER_CHANGES, NULL, ACT_WAITING,
	  { DO(stop, 0), DO(quiet, 0), DO(arm, MTP3_T17), DO(look, 0) } },

	{ FSM_ANY, ACT_DEACTIVATE, NULL, ACT_INACTIVE, { DO(stop, 0), DO(quiet, 0), DO(look, 0) } },
	NOTHING(FSM_ANY, ACT_ACTIVATE, "it is"),
	NOTHING(FSM_ANY, ACT_L2_UP, "it was not started, or is up"),
	NOTHING(FSM_ANY, ACT_L2_DOWN, "known"),
	NOTHING(FSM_ANY, ACT_SLTA, "of no test of now"),
	NOTHING(FSM_ANY, ACT_SLT_T1, "no test runs"),
	NOTHING(FSM_ANY, ACT_SLT_T2, "a test runs, or the link is down"),
	NOTHING(FSM_ANY, ACT_T17, "the link is not waiting"),
	NOTHING(FSM_ANY, ACT_PEER_CHANGES, "the link carries nothing"),
};
/* clang-format on */

static const struct fsm_state act_states[ACT_NR_STATES] = {
	[ACT_INACTIVE] = { .name = "INACTIVE", .rest = true },
	[ACT_ALIGNING] = { "ALIGNING", "level 2", false },
	[ACT_TESTING] = { "TESTING", "T1 of Q.707", false },
	[ACT_ACTIVE] = { .name = "ACTIVE", .rest = true },
	[ACT_ACTIVE_TESTING] = { "ACTIVE, TESTING", "T1 of Q.707", false },
	[ACT_WAITING] = { "WAITING", "T17", false },
};

static const char *const act_events[ACT_NR_EVENTS] = {
	[ACT_ACTIVATE] = "activate",
	[ACT_DEACTIVATE] = "deactivate",
	[ACT_L2_UP] = "in service",
	[ACT_L2_DOWN] = "out of service",
	[ACT_SLTA] = "rx SLTA",
	[ACT_SLT_T1] = "T1 of Q.707",
	[ACT_SLT_T2] = "T2 of Q.707",
	[ACT_T17] = "T17",
	[ACT_PEER_CHANGES] = "rx COO, ECO",
};

const struct fsm_def mtp3_act_def = {
	.name = "MTP3 signalling link activity",
	.clause = "Q.704 12.2, Q.707 2",
	.states = act_states,
	.events = act_events,
	.rows = act_rows,
	.nr_states = ACT_NR_STATES,
	.nr_events = ACT_NR_EVENTS,
	.nr_rows = sizeof(act_rows) / sizeof(act_rows[0]),
	.start = ACT_INACTIVE,
};

/* Inhibiting. ----------------------------------------------------------------------------------- */

MTP3_STEP(ask)
{
	struct mtp3_link *k = self;

	(void)ev;
	mtp3_snm_tx(k->set, NULL, (uint8_t)arg, k->cfg->slc, (struct str){ 0 });
	mtp3_arm(k, arg == MTP3_LIN ? MTP3_T14 : MTP3_T12);
}

MTP3_STEP(once_more)
{
	struct mtp3_link *k = self;

	(void)ev;
	k->second = arg;
}

MTP3_STEP(denied)
{
	struct mtp3_link *k = self;

	(void)ev;
	(void)arg;
	log_notice(LOG_SS7, NULL, "link %u of %s is not inhibited: the neighbour %s", k->cfg->slc,
		   k->set->cfg->name, arg ? "refuses" : "does not answer");
}

/* The only link that is left is not given up. */
static bool is_needed(const void *self, const void *ev)
{
	const struct mtp3_link *k = self;
	unsigned others = 0;

	(void)ev;
	for (unsigned i = 0; i < k->set->nr_links; i++)
		others += k->set->link[i] != k && k->set->link[i]->available;
	return k->available && !others;
}

/* clang-format off */
static const struct fsm_row inhibit_rows[] = {
	{ INH_NONE, INH_INHIBIT, is_needed, FSM_SAME, { DO(denied, 1) } },
	{ INH_NONE, INH_INHIBIT, NULL, INH_WAIT_LIA, { DO(once_more, 0), DO(ask, MTP3_LIN) } },
	{ INH_WAIT_LIA, INH_LIA, NULL, INH_INHIBITED, { DO(cancel, MTP3_T14), DO(look, 0) } },
	{ INH_WAIT_LIA, INH_LID, NULL, INH_NONE, { DO(cancel, MTP3_T14), DO(denied, 1) } },
	{ INH_WAIT_LIA, INH_T14, is_second, INH_NONE, { DO(denied, 0) } },
	{ INH_WAIT_LIA, INH_T14, NULL, FSM_SAME, { DO(once_more, 1), DO(ask, MTP3_LIN) } },
	{ INH_WAIT_LIA, INH_UNINHIBIT, NULL, INH_WAIT_LUA,
	  { DO(cancel, MTP3_T14), DO(once_more, 0), DO(ask, MTP3_LUN) } },
	{ INH_INHIBITED, INH_UNINHIBIT, NULL, INH_WAIT_LUA, { DO(once_more, 0), DO(ask, MTP3_LUN) } },
	{ INH_INHIBITED, INH_LFU, NULL, INH_WAIT_LUA, { DO(once_more, 0), DO(ask, MTP3_LUN) } },
	{ INH_WAIT_LUA, INH_LUA, NULL, INH_NONE, { DO(cancel, MTP3_T12), DO(look, 0) } },
	{ INH_WAIT_LUA, INH_T12, is_second, INH_NONE, { DO(look, 0) } },
	{ INH_WAIT_LUA, INH_T12, NULL, FSM_SAME, { DO(once_more, 1), DO(ask, MTP3_LUN) } },
	NOTHING(FSM_ANY, INH_INHIBIT, "it is, or is going to be, or is being ended"),
	NOTHING(FSM_ANY, INH_UNINHIBIT, "it is not inhibited"),
	NOTHING(FSM_ANY, INH_LIA, "not asked for"),
	NOTHING(FSM_ANY, INH_LID, "not asked for"),
	NOTHING(FSM_ANY, INH_LUA, "not asked for"),
	NOTHING(FSM_ANY, INH_LFU, "it is not inhibited"),
	NOTHING(FSM_ANY, INH_T12, "T12 runs with LUN"),
	NOTHING(FSM_ANY, INH_T14, "T14 runs with LIN"),
};
/* clang-format on */

static const struct fsm_state inhibit_states[INH_NR_STATES] = {
	[INH_NONE] = { .name = "NOT INHIBITED", .rest = true },
	[INH_WAIT_LIA] = { "WAIT FOR LIA", "T14", false },
	[INH_INHIBITED] = { .name = "INHIBITED", .rest = true },
	[INH_WAIT_LUA] = { "WAIT FOR LUA", "T12", false },
};

static const char *const inhibit_events[INH_NR_EVENTS] = {
	[INH_INHIBIT] = "inhibit", [INH_UNINHIBIT] = "uninhibit",
	[INH_LIA] = "rx LIA",	   [INH_LID] = "rx LID",
	[INH_LUA] = "rx LUA",	   [INH_LFU] = "rx LFU",
	[INH_T12] = "T12",	   [INH_T14] = "T14",
};

const struct fsm_def mtp3_inhibit_def = {
	.name = "MTP3 link inhibiting",
	.clause = "Q.704 clause 10",
	.states = inhibit_states,
	.events = inhibit_events,
	.rows = inhibit_rows,
	.nr_states = INH_NR_STATES,
	.nr_events = INH_NR_EVENTS,
	.nr_rows = sizeof(inhibit_rows) / sizeof(inhibit_rows[0]),
	.start = INH_NONE,
};
