/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Restart (Q.704 clause 9; T1.111.4 clause 9): of our own MTP after it was isolated, and of a
 * neighbour behind a link set. Two machines: one for ourselves, one for each link set. While we
 * restart, neighbours say what they cannot reach (TFP, TFR), then TRA; users hear RESUME only when
 * that is over, so that no message takes a route that is known to be closed. We pass nothing on, so
 * all that we say is TRA (in ANSI TRW before it). Not checked against the ITU text.
 *
 * Two neighbours that restart together wait for each other's TRA: T18 ends that. In ANSI one that
 * has said TRW is not waited for.
 */
#include "base/list.h"
#include "base/log.h"
#include "ss7/mtp3_internal.h"

#define DO(step, arg) MTP3_DO(step, arg)
/* clang-format off */
#define NOTHING(state, event, why) { state, event, NULL, FSM_SAME, {{0}}, IGNORE(why) }
/* clang-format on */

static void set_timer(struct mtp3 *t, struct timer *timer, enum mtp3_timer which, bool run)
{
	if (run)
		timerq_arm(&t->timers, timer, tick_add_ms(t->now, t->cfg.timer_ms[which]));
	else
		timerq_cancel(&t->timers, timer);
}

/* A neighbour. ---------------------------------------------------------------------------------- */

static bool is_ansi(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct mtp3_set *)self)->t->cfg.variant == MTP3_ANSI;
}

static bool is_gathering(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct mtp3_set *)self)->t->restart.state == RESTART_GATHERING;
}

static bool is_waiting(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct mtp3_set *)self)->t->restart.state == RESTART_WAITING;
}

static bool is_tra(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct mtp3_set *)self)->heard == HEARD_TRA;
}

static bool is_trw(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct mtp3_set *)self)->heard == HEARD_TRW;
}

/* It was reached over others all the time: it has not restarted. */
static bool is_reached(const void *self, const void *ev)
{
	(void)ev;
	return mtp3_reached_otherwise(self);
}

static bool is_t19(const void *self, const void *ev)
{
	(void)ev;
	return timer_armed(&((const struct mtp3_set *)self)->t19);
}

MTP3_STEP(tra)
{
	(void)ev;
	(void)arg;
	mtp3_snm_tx(self, NULL, MTP3_TRA, 0, (struct str){ 0 });
}

MTP3_STEP(trw)
{
	struct mtp3_set *s = self;

	(void)ev;
	(void)arg;
	if (s->t->cfg.variant == MTP3_ANSI)
		mtp3_snm_tx(s, NULL, MTP3_TRW, 0, (struct str){ 0 });
}

MTP3_STEP(t19)
{
	struct mtp3_set *s = self;

	(void)ev;
	set_timer(s->t, &s->t19, MTP3_T19, arg);
}

MTP3_STEP(t21)
{
	struct mtp3_set *s = self;

	(void)ev;
	set_timer(s->t, &s->t21, MTP3_T21, arg);
}

MTP3_STEP(t28)
{
	struct mtp3_set *s = self;

	(void)ev;
	set_timer(s->t, &s->t28, MTP3_T28, arg);
}

MTP3_STEP(heard)
{
	struct mtp3_set *s = self;

	(void)ev;
	s->heard = (uint8_t)arg;
}

MTP3_STEP(down)
{
	struct mtp3_set *s = self;

	(void)ev;
	set_timer(s->t, &s->t19, MTP3_T19, false);
	set_timer(s->t, &s->t21, MTP3_T21, false);
	set_timer(s->t, &s->t28, MTP3_T28, false);
	s->heard = HEARD_NOTHING;
	mtp3_routes_forgotten(s);
	if (arg)
		log_notice(LOG_SS7, NULL, "link set %s is down", s->cfg->name);
}

MTP3_STEP(up)
{
	struct mtp3_set *s = self;

	(void)ev;
	(void)arg;
	set_timer(s->t, &s->t19, MTP3_T19, true);
	log_notice(LOG_SS7, NULL, "link set %s is up", s->cfg->name);
	s->t->look = true;
}

MTP3_STEP(tell)
{
	struct mtp3_set *s = self;

	(void)ev;
	mtp3_post(s->t, &s->t->restart, (uint8_t)arg);
}

/* clang-format off */
static const struct fsm_row set_rows[] = {
	{ SET_DOWN, SET_FIRST_LINK, is_gathering, SET_OUR_RESTART,
	  { DO(trw, 0), DO(tell, RESTART_HEARD) } },
	{ SET_DOWN, SET_FIRST_LINK, is_waiting, SET_OUR_RESTART,
	  { DO(tra, 0), DO(tell, RESTART_HEARD) } },
	{ SET_DOWN, SET_FIRST_LINK, is_tra, SET_UP, { DO(tra, 0), DO(up, 0) } },
	{ SET_DOWN, SET_FIRST_LINK, is_trw, SET_WAIT_TRA, { DO(tra, 0), DO(t21, 1) } },
	{ SET_DOWN, SET_FIRST_LINK, is_reached, SET_UP, { DO(tra, 0), DO(up, 0) } },
	{ SET_DOWN, SET_FIRST_LINK, is_ansi, SET_WAIT_TRW, { DO(tra, 0), DO(t28, 1) } },
	{ SET_DOWN, SET_FIRST_LINK, NULL, SET_WAIT_TRA, { DO(tra, 0), DO(t21, 1) } },
	/* its link was up before ours */
	{ SET_DOWN, SET_TRA, NULL, FSM_SAME, { DO(heard, HEARD_TRA) } },
	{ SET_DOWN, SET_TRW, NULL, FSM_SAME, { DO(heard, HEARD_TRW) } },
	{ SET_DOWN, SET_NO_LINK, NULL, FSM_SAME, { DO(heard, HEARD_NOTHING) } },

	{ SET_OUR_RESTART, SET_TRA, NULL, FSM_SAME,
	  { DO(heard, HEARD_TRA), DO(tell, RESTART_HEARD) } },
	{ SET_OUR_RESTART, SET_TRW, NULL, FSM_SAME,
	  { DO(heard, HEARD_TRW), DO(tell, RESTART_HEARD) } },
	{ SET_OUR_RESTART, SET_SAY_TRA, NULL, FSM_SAME, { DO(tra, 0) } },
	{ SET_OUR_RESTART, SET_SAY_TRW, NULL, FSM_SAME, { DO(trw, 0) } },
	{ SET_OUR_RESTART, SET_RESTARTED, is_trw, SET_WAIT_TRA, { DO(t21, 1) } },
	{ SET_OUR_RESTART, SET_RESTARTED, NULL, SET_UP, { DO(up, 0) } },
	{ SET_OUR_RESTART, SET_NO_LINK, NULL, SET_DOWN, { DO(down, 0), DO(tell, RESTART_HEARD) } },

	{ SET_WAIT_TRW, SET_TRA, NULL, SET_UP, { DO(t28, 0), DO(up, 0) } },
	{ SET_WAIT_TRW, SET_TRW, NULL, SET_WAIT_TRA, { DO(t28, 0), DO(t21, 1) } },
	{ SET_WAIT_TRW, SET_T28, NULL, SET_UP, { DO(up, 0) } },
	{ SET_WAIT_TRW, SET_NO_LINK, NULL, SET_DOWN, { DO(down, 0) } },

	{ SET_WAIT_TRA, SET_TRA, NULL, SET_UP, { DO(t21, 0), DO(up, 0) } },
	{ SET_WAIT_TRA, SET_TRW, NULL, FSM_SAME, { DO(t21, 1) } },
	{ SET_WAIT_TRA, SET_T21, NULL, SET_UP, { DO(up, 0) } },
	{ SET_WAIT_TRA, SET_NO_LINK, NULL, SET_DOWN, { DO(down, 0) } },

	{ SET_UP, SET_TRA, is_t19, FSM_SAME, {{0}}, IGNORE("it answers ours") },
	{ SET_UP, SET_TRW, is_t19, FSM_SAME, {{0}}, IGNORE("it was answered") },
	/* it has started again behind our back */
	{ SET_UP, SET_TRA, NULL, FSM_SAME, { DO(tra, 0), DO(t19, 1) } },
	{ SET_UP, SET_TRW, NULL, FSM_SAME, { DO(tra, 0), DO(t19, 1) } },
	{ SET_UP, SET_NO_LINK, NULL, SET_DOWN, { DO(down, 1) } },

	NOTHING(FSM_ANY, SET_FIRST_LINK, "it has one"),
	NOTHING(FSM_ANY, SET_T21, "T21 runs in WAIT FOR TRA"),
	NOTHING(FSM_ANY, SET_T28, "T28 runs in WAIT FOR TRW"),
	NOTHING(FSM_ANY, SET_SAY_TRA, "it had it with its first link, or has none"),
	NOTHING(FSM_ANY, SET_SAY_TRW, "it had TRA with its first link, or has none"),
	NOTHING(FSM_ANY, SET_RESTARTED, "it did not wait for that"),
};
/* clang-format on */

static const struct fsm_state set_states[SET_NR_STATES] = {
	[SET_DOWN] = { .name = "DOWN", .rest = true },
	[SET_OUR_RESTART] = { "OUR RESTART", "our own restart: T20", false },
	[SET_WAIT_TRW] = { "WAIT FOR TRW", "T28", false },
	[SET_WAIT_TRA] = { "WAIT FOR TRA", "T21", false },
	[SET_UP] = { .name = "UP", .rest = true },
};

static const char *const set_events[SET_NR_EVENTS] = {
	[SET_FIRST_LINK] = "a link is available",
	[SET_NO_LINK] = "no link is available",
	[SET_TRA] = "rx TRA",
	[SET_TRW] = "rx TRW",
	[SET_T21] = "T21",
	[SET_T28] = "T28",
	[SET_SAY_TRA] = "T18 of our restart",
	[SET_SAY_TRW] = "T26 of our restart",
	[SET_RESTARTED] = "our restart is complete",
};

const struct fsm_def mtp3_set_def = {
	.name = "MTP3 restart of a neighbour",
	.clause = "Q.704 clause 9",
	.states = set_states,
	.events = set_events,
	.rows = set_rows,
	.nr_states = SET_NR_STATES,
	.nr_events = SET_NR_EVENTS,
	.nr_rows = sizeof(set_rows) / sizeof(set_rows[0]),
	.start = SET_DOWN,
};

/* Ourselves. ------------------------------------------------------------------------------------ */

/* Is a link set without a link worth waiting for? */
static bool may_come(const struct mtp3_set *s)
{
	for (unsigned i = 0; i < s->nr_links; i++)
		if (s->link[i]->act.state != ACT_INACTIVE)
			return true;
	return false;
}

/* All that have a link have spoken. */
static bool is_heard(const void *self, const void *ev)
{
	const struct mtp3 *t = self;

	(void)ev;
	for (unsigned i = 0; i < t->cfg.nr_linksets; i++)
		if (t->set[i].fsm.state == SET_OUR_RESTART && t->set[i].heard == HEARD_NOTHING)
			return false;
	return true;
}

static bool is_all_heard(const void *self, const void *ev)
{
	const struct mtp3 *t = self;

	for (unsigned i = 0; i < t->cfg.nr_linksets; i++)
		if (t->set[i].fsm.state == SET_DOWN && may_come(&t->set[i]))
			return false;
	return is_heard(self, ev);
}

MTP3_STEP(begin)
{
	struct mtp3 *t = self;

	(void)ev;
	(void)arg;
	log_notice(LOG_SS7, NULL, "MTP restart");
	set_timer(t, &t->t18, MTP3_T18, true);
	set_timer(t, &t->t20, MTP3_T20, true);
	set_timer(t, &t->t26, MTP3_T26, t->cfg.variant == MTP3_ANSI);
}

MTP3_STEP(t26)
{
	struct mtp3 *t = self;

	(void)ev;
	set_timer(t, &t->t26, MTP3_T26, arg);
}

MTP3_STEP(no_timers)
{
	struct mtp3 *t = self;

	(void)ev;
	(void)arg;
	set_timer(t, &t->t18, MTP3_T18, false);
	set_timer(t, &t->t20, MTP3_T20, false);
	set_timer(t, &t->t26, MTP3_T26, false);
}

MTP3_STEP(sets)
{
	struct mtp3 *t = self;

	(void)ev;
	for (unsigned i = 0; i < t->cfg.nr_linksets; i++)
		mtp3_post(t, &t->set[i].fsm, (uint8_t)arg);
}

MTP3_STEP(note)
{
	(void)self;
	(void)ev;
	log_notice(LOG_SS7, NULL, "MTP restart: %s",
		   arg ? "T20 is over, not all neighbours have said TRA" : "complete");
}

/* clang-format off */
#define COMPLETE(state, event, guard) \
	{ state, event, guard, RESTART_COMPLETE, \
	  { DO(no_timers, 0), DO(sets, SET_SAY_TRA), DO(sets, SET_RESTARTED), DO(note, 0) } }

static const struct fsm_row restart_rows[] = {
	{ RESTART_ISOLATED, RESTART_FIRST_LINK, NULL, RESTART_GATHERING, { DO(begin, 0) } },
	COMPLETE(RESTART_GATHERING, RESTART_HEARD, is_all_heard),
	NOTHING(RESTART_GATHERING, RESTART_HEARD, "others are to come, or to speak"),
	COMPLETE(RESTART_GATHERING, RESTART_T18, is_heard),
	{ RESTART_GATHERING, RESTART_T18, NULL, RESTART_WAITING,
	  { DO(t26, 0), DO(sets, SET_SAY_TRA) } },
	{ RESTART_GATHERING, RESTART_T26, NULL, FSM_SAME, { DO(t26, 1), DO(sets, SET_SAY_TRW) } },
	{ RESTART_WAITING, RESTART_HEARD, is_heard, RESTART_COMPLETE,
	  { DO(no_timers, 0), DO(sets, SET_RESTARTED), DO(note, 0) } },
	NOTHING(RESTART_WAITING, RESTART_HEARD, "others are to speak"),
	{ RESTART_WAITING, RESTART_T20, NULL, RESTART_COMPLETE,
	  { DO(sets, SET_RESTARTED), DO(note, 1) } },
	{ FSM_ANY, RESTART_NO_LINK, NULL, RESTART_ISOLATED, { DO(no_timers, 0) } },
	NOTHING(FSM_ANY, RESTART_FIRST_LINK, "there is one"),
	NOTHING(FSM_ANY, RESTART_HEARD, "nothing is awaited"),
	NOTHING(FSM_ANY, RESTART_T18, "T18 runs in GATHERING"),
	NOTHING(FSM_ANY, RESTART_T20, "T18 is the shorter one"),
	NOTHING(FSM_ANY, RESTART_T26, "T26 runs in GATHERING"),
};
/* clang-format on */

static const struct fsm_state restart_states[RESTART_NR_STATES] = {
	[RESTART_ISOLATED] = { .name = "ISOLATED", .rest = true },
	[RESTART_GATHERING] = { "RESTART, LINKS COME", "T18", false },
	[RESTART_WAITING] = { "RESTART, WAIT FOR TRA", "T20", false },
	[RESTART_COMPLETE] = { .name = "RESTART COMPLETE", .rest = true },
};

static const char *const restart_events[RESTART_NR_EVENTS] = {
	[RESTART_FIRST_LINK] = "the first link is available",
	[RESTART_NO_LINK] = "no link is available",
	[RESTART_HEARD] = "a neighbour has spoken or gone",
	[RESTART_T18] = "T18",
	[RESTART_T20] = "T20",
	[RESTART_T26] = "T26",
};

const struct fsm_def mtp3_restart_def = {
	.name = "MTP3 restart of our own",
	.clause = "Q.704 9.2, 9.3",
	.states = restart_states,
	.events = restart_events,
	.rows = restart_rows,
	.nr_states = RESTART_NR_STATES,
	.nr_events = RESTART_NR_EVENTS,
	.nr_rows = sizeof(restart_rows) / sizeof(restart_rows[0]),
	.start = RESTART_ISOLATED,
};

/* Told. ----------------------------------------------------------------------------------------- */

void mtp3_restart_init(struct mtp3 *t)
{
	fsm_init(&t->restart, &mtp3_restart_def, RESTART_ISOLATED, t);
	t->t18.kind = MTP3_KIND_T18;
	t->t20.kind = MTP3_KIND_T20;
	t->t26.kind = MTP3_KIND_T26;
	for (unsigned i = 0; i < MTP3_MAX_LINKSETS; i++) {
		t->set[i].t19.kind = MTP3_KIND_T19;
		t->set[i].t21.kind = MTP3_KIND_T21;
		t->set[i].t28.kind = MTP3_KIND_T28;
	}
}

static bool has_link(const struct mtp3_set *s)
{
	for (unsigned i = 0; i < s->nr_links; i++)
		if (s->link[i]->available || s->link[i]->holding)
			return true;
	return false;
}

void mtp3_set_links(struct mtp3_set *s, bool any)
{
	struct mtp3 *t = s->t;
	bool others = any;

	for (unsigned i = 0; !others && i < t->cfg.nr_linksets; i++)
		others = has_link(&t->set[i]);
	if (any)
		mtp3_post(t, &t->restart, RESTART_FIRST_LINK);
	mtp3_post(t, &s->fsm, any ? SET_FIRST_LINK : SET_NO_LINK);
	if (!others)
		mtp3_post(t, &t->restart, RESTART_NO_LINK);
}

void mtp3_restart_heard(struct mtp3_set *s, uint8_t heading)
{
	mtp3_post(s->t, &s->fsm, heading == MTP3_TRA ? SET_TRA : SET_TRW);
}

void mtp3_restart_timeout(struct mtp3 *t, struct timer *timer)
{
	switch (timer->kind) {
	case MTP3_KIND_T18:
		mtp3_post(t, &t->restart, RESTART_T18);
		break;
	case MTP3_KIND_T20:
		mtp3_post(t, &t->restart, RESTART_T20);
		break;
	case MTP3_KIND_T26:
		mtp3_post(t, &t->restart, RESTART_T26);
		break;
	case MTP3_KIND_T21:
		mtp3_post(t, &container_of(timer, struct mtp3_set, t21)->fsm, SET_T21);
		break;
	case MTP3_KIND_T28:
		mtp3_post(t, &container_of(timer, struct mtp3_set, t28)->fsm, SET_T28);
		break;
	}
}

const char *mtp3_restart_state(const struct mtp3 *t)
{
	return restart_states[t->restart.state].name;
}
