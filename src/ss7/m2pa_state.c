/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The link's states: RFC 4165 clause 4.1, with those of Q.703 figures 8 and 9 in one table, for here
 * nothing repeats itself and nothing is in error. */
#include "ss7/m2pa_internal.h"

#define ALIGNMENT_MS 500 /* between two Alignments, two Readys (4.1.3: more MAY be sent) */

#define STEP(name) static void do_##name(void *self, int arg, const void *ev)
#define NOT_USED   (void)self, (void)arg, (void)ev

STEP(status)
{
	NOT_USED;
	m2pa_status(self, (enum m2pa_status)arg, 0);
}

/* Behind the messages, on their stream. */
STEP(status_1)
{
	NOT_USED;
	m2pa_status(self, (enum m2pa_status)arg, 1);
}

STEP(prove)
{
	struct m2pa *l = self;

	NOT_USED;
	m2pa_status(l, l->emergency ? M2PA_PROVING_EMERGENCY : M2PA_PROVING_NORMAL, 0);
	m2pa_arm(l, M2PA_TM_AGAIN, l->cfg.proving_ms);
}

STEP(again)
{
	NOT_USED;
	m2pa_arm(self, M2PA_TM_AGAIN, ALIGNMENT_MS);
}

STEP(arm)
{
	static const enum mtp2_timer as[] = { MTP2_T1, MTP2_T2, MTP2_T3 };
	struct m2pa *l = self;

	NOT_USED;
	m2pa_arm(l, (enum m2pa_timer)arg, l->cfg.timer_ms[as[arg]]);
}

STEP(arm_t4)
{
	struct m2pa *l = self;
	bool emergency = l->emergency || l->peer_emergency;

	NOT_USED;
	m2pa_arm(l, M2PA_TM_T4, l->cfg.timer_ms[emergency ? MTP2_T4E : MTP2_T4N]);
}

STEP(cancel)
{
	NOT_USED;
	m2pa_cancel(self, (enum m2pa_timer)arg);
}

STEP(begin)
{
	struct m2pa *l = self;

	NOT_USED;
	l->stats.alignments++;
	l->peer_ready = l->peer_emergency = l->peer_busy = l->ack_due = false;
	l->why = MTP2_R_NONE;
	m2pa_forget(l);
}

STEP(mark_ready)
{
	NOT_USED;
	((struct m2pa *)self)->peer_ready = true;
}

STEP(mark_emergency)
{
	NOT_USED;
	((struct m2pa *)self)->peer_emergency = arg;
}

STEP(down)
{
	struct m2pa *l = self;

	NOT_USED;
	l->why = (enum mtp2_reason)arg;
	l->stats.last_reason = l->why;
	for (unsigned t = 0; t < M2PA_NR_TIMERS; t++)
		m2pa_cancel(l, (enum m2pa_timer)t);
	l->emergency = l->ack_due = false;
	if (l->is_up)
		m2pa_status(l, M2PA_OOS, 0);
}

STEP(count)
{
	NOT_USED;
	((struct m2pa *)self)->stats.failures++;
}

STEP(say)
{
	NOT_USED;
	m2pa_say(self, (enum mtp2_out_type)arg, (struct str){ 0 });
}

STEP(resend)
{
	NOT_USED;
	m2pa_again(self);
}

static bool is_up(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct m2pa *)self)->is_up;
}

static bool is_peer_ready(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct m2pa *)self)->peer_ready;
}

static bool is_proven_shortly(const void *self, const void *ev)
{
	const struct m2pa *l = self;

	(void)ev;
	return l->emergency || l->peer_emergency;
}

/* clang-format off */
#define DO(step, arg)		 { do_##step, arg }
#define NOTHING(s, event, text) { M2PA_S_##s, event, NULL, FSM_SAME, {{0}}, IGNORE(text) }
#define NEVER(event, text)	 { FSM_ANY, event, NULL, FSM_SAME, {{0}}, IGNORE(text) }
#define FAILS(s, event, why) \
	{ M2PA_S_##s, event, NULL, M2PA_S_OUT_OF_SERVICE, \
	  { DO(down, why), DO(say, MTP2_OUT_OUT_OF_SERVICE) } }
#define BREAKS(s, event, why) \
	{ M2PA_S_##s, event, NULL, M2PA_S_OUT_OF_SERVICE, \
	  { DO(count, 0), DO(down, why), DO(say, MTP2_OUT_OUT_OF_SERVICE) } }
#define TO_ALIGNED(s, event, emergency) \
	{ M2PA_S_##s, event, NULL, M2PA_S_ALIGNED, \
	  { DO(mark_emergency, emergency), DO(cancel, M2PA_TM_T2), DO(cancel, M2PA_TM_T4), \
	    DO(arm, M2PA_TM_T3), DO(prove, 0) } }
#define TO_PROVING(event, emergency) \
	{ M2PA_S_ALIGNED, event, NULL, M2PA_S_PROVING, \
	  { DO(mark_emergency, emergency), DO(cancel, M2PA_TM_T3), DO(arm_t4, 0), DO(prove, 0) } }

static const struct fsm_row rows[] = {
	{ M2PA_S_OUT_OF_SERVICE, M2PA_START, is_up, M2PA_S_NOT_ALIGNED,
	  { DO(begin, 0), DO(status, M2PA_ALIGNMENT), DO(arm, M2PA_TM_T2), DO(again, 0) } },
	{ M2PA_S_OUT_OF_SERVICE, M2PA_START, NULL, FSM_SAME,
	  { DO(down, MTP2_R_ASSOCIATION), DO(say, MTP2_OUT_OUT_OF_SERVICE) } },
	{ M2PA_S_OUT_OF_SERVICE, M2PA_UP, NULL, FSM_SAME, { DO(status, M2PA_OOS) } },
	NOTHING(OUT_OF_SERVICE, M2PA_STOP, "it is"),
	NOTHING(OUT_OF_SERVICE, M2PA_DOWN, "it is"),

	TO_ALIGNED(NOT_ALIGNED, M2PA_RX_ALIGNMENT, 0),
	TO_ALIGNED(NOT_ALIGNED, M2PA_RX_NORMAL, 0),
	TO_ALIGNED(NOT_ALIGNED, M2PA_RX_EMERGENCY, 1),
	{ M2PA_S_NOT_ALIGNED, M2PA_AGAIN, NULL, FSM_SAME,
	  { DO(status, M2PA_ALIGNMENT), DO(again, 0) } },
	FAILS(NOT_ALIGNED, M2PA_T2, MTP2_R_T2),
	NOTHING(NOT_ALIGNED, M2PA_RX_OOS, "it was not started yet"),

	TO_PROVING(M2PA_RX_NORMAL, 0),
	TO_PROVING(M2PA_RX_EMERGENCY, 1),
	{ M2PA_S_ALIGNED, M2PA_AGAIN, NULL, FSM_SAME, { DO(prove, 0) } },
	FAILS(ALIGNED, M2PA_T3, MTP2_R_T3),
	FAILS(ALIGNED, M2PA_RX_OOS, MTP2_R_SIOS),

	TO_ALIGNED(PROVING, M2PA_RX_ALIGNMENT, 0),
	{ M2PA_S_PROVING, M2PA_RX_EMERGENCY, is_proven_shortly, FSM_SAME,
	  { DO(mark_emergency, 1) } },
	{ M2PA_S_PROVING, M2PA_RX_EMERGENCY, NULL, FSM_SAME,
	  { DO(mark_emergency, 1), DO(arm_t4, 0) } },
	{ M2PA_S_PROVING, M2PA_RX_READY, NULL, FSM_SAME, { DO(mark_ready, 0) } },
	{ M2PA_S_PROVING, M2PA_AGAIN, NULL, FSM_SAME, { DO(prove, 0) } },
	{ M2PA_S_PROVING, M2PA_T4, is_peer_ready, M2PA_S_IN_SERVICE,
	  { DO(cancel, M2PA_TM_AGAIN), DO(status, M2PA_READY), DO(say, MTP2_OUT_IN_SERVICE) } },
	{ M2PA_S_PROVING, M2PA_T4, NULL, M2PA_S_READY,
	  { DO(status, M2PA_READY), DO(arm, M2PA_TM_T1), DO(again, 0) } },
	FAILS(PROVING, M2PA_RX_OOS, MTP2_R_SIOS),

	{ M2PA_S_READY, M2PA_RX_READY, NULL, M2PA_S_IN_SERVICE,
	  { DO(cancel, M2PA_TM_T1), DO(cancel, M2PA_TM_AGAIN), DO(say, MTP2_OUT_IN_SERVICE) } },
	{ M2PA_S_READY, M2PA_RX_DATA, NULL, M2PA_S_IN_SERVICE,
	  { DO(cancel, M2PA_TM_T1), DO(cancel, M2PA_TM_AGAIN), DO(say, MTP2_OUT_IN_SERVICE) } },
	{ M2PA_S_READY, M2PA_RX_OUTAGE, NULL, M2PA_S_OUTAGE,
	  { DO(cancel, M2PA_TM_T1), DO(cancel, M2PA_TM_AGAIN), DO(say, MTP2_OUT_IN_SERVICE),
	    DO(say, MTP2_OUT_REMOTE_OUTAGE) } },
	{ M2PA_S_READY, M2PA_AGAIN, NULL, FSM_SAME, { DO(status, M2PA_READY), DO(again, 0) } },
	FAILS(READY, M2PA_T1, MTP2_R_T1),
	FAILS(READY, M2PA_RX_ALIGNMENT, MTP2_R_SIO),
	FAILS(READY, M2PA_RX_OOS, MTP2_R_SIOS),

	{ M2PA_S_IN_SERVICE, M2PA_RX_OUTAGE, NULL, M2PA_S_OUTAGE,
	  { DO(say, MTP2_OUT_REMOTE_OUTAGE) } },
	BREAKS(IN_SERVICE, M2PA_RX_ALIGNMENT, MTP2_R_SIO),
	BREAKS(IN_SERVICE, M2PA_RX_OOS, MTP2_R_SIOS),
	BREAKS(IN_SERVICE, M2PA_T6, MTP2_R_T6),
	BREAKS(IN_SERVICE, M2PA_T7, MTP2_R_T7),
	BREAKS(IN_SERVICE, M2PA_DOWN, MTP2_R_ASSOCIATION),

	/* 4.1.4 */
	{ M2PA_S_OUTAGE, M2PA_RX_RECOVERED, NULL, FSM_SAME,
	  { DO(resend, 0), DO(status_1, M2PA_READY), DO(say, MTP2_OUT_OUTAGE_OVER) } },
	{ M2PA_S_OUTAGE, M2PA_PROCEED, NULL, M2PA_S_IN_SERVICE, { {0} } },
	BREAKS(OUTAGE, M2PA_RX_ALIGNMENT, MTP2_R_SIO),
	BREAKS(OUTAGE, M2PA_RX_OOS, MTP2_R_SIOS),
	BREAKS(OUTAGE, M2PA_T6, MTP2_R_T6),
	BREAKS(OUTAGE, M2PA_T7, MTP2_R_T7),
	BREAKS(OUTAGE, M2PA_DOWN, MTP2_R_ASSOCIATION),

	{ FSM_ANY, M2PA_STOP, NULL, M2PA_S_OUT_OF_SERVICE, { DO(down, MTP2_R_STOPPED) } },
	{ FSM_ANY, M2PA_DOWN, NULL, M2PA_S_OUT_OF_SERVICE,
	  { DO(down, MTP2_R_ASSOCIATION), DO(say, MTP2_OUT_OUT_OF_SERVICE) } },
	NEVER(M2PA_START, "it is started"),
	NEVER(M2PA_UP, "it was not down"),
	NEVER(M2PA_RX_ALIGNMENT, "we are out of service, or say the same"),
	NEVER(M2PA_RX_NORMAL, "in service: it comes behind messages of the other stream"),
	NEVER(M2PA_RX_EMERGENCY, "in service: it comes behind messages of the other stream"),
	NEVER(M2PA_RX_READY, "the peer may say it again"),
	NEVER(M2PA_RX_DATA, "as it should be, or dropped"),
	NEVER(M2PA_RX_OUTAGE, "not aligned; or it is said again"),
	NEVER(M2PA_RX_RECOVERED, "there was no outage"),
	NEVER(M2PA_RX_OOS, "so are we"),
	NEVER(M2PA_PROCEED, "there was no outage"),
	NEVER(M2PA_T1, "it runs in READY"),
	NEVER(M2PA_T2, "it runs in NOT ALIGNED"),
	NEVER(M2PA_T3, "it runs in ALIGNED"),
	NEVER(M2PA_T4, "it runs in PROVING"),
	NEVER(M2PA_T6, "it runs in service"),
	NEVER(M2PA_T7, "it runs in service"),
	NEVER(M2PA_AGAIN, "it runs in an alignment"),
};
/* clang-format on */

static const struct fsm_state states[M2PA_NR_STATES] = {
	[M2PA_S_OUT_OF_SERVICE] = { .name = "OUT OF SERVICE", .rest = true },
	[M2PA_S_NOT_ALIGNED] = { "NOT ALIGNED", "T2", false },
	[M2PA_S_ALIGNED] = { "ALIGNED", "T3", false },
	[M2PA_S_PROVING] = { "PROVING", "T4", false },
	[M2PA_S_READY] = { "ALIGNED READY", "T1", false },
	[M2PA_S_IN_SERVICE] = { .name = "IN SERVICE", .rest = true },
	[M2PA_S_OUTAGE] = { "PROCESSOR OUTAGE", "the peer's operator", false },
};

static const char *const events[M2PA_NR_EVENTS] = {
	[M2PA_START] = "start",
	[M2PA_STOP] = "stop",
	[M2PA_UP] = "association up",
	[M2PA_DOWN] = "association lost",
	[M2PA_RX_ALIGNMENT] = "rx Alignment",
	[M2PA_RX_NORMAL] = "rx Proving Normal",
	[M2PA_RX_EMERGENCY] = "rx Proving Emergency",
	[M2PA_RX_READY] = "rx Ready",
	[M2PA_RX_DATA] = "rx User Data",
	[M2PA_RX_OUTAGE] = "rx Processor Outage",
	[M2PA_RX_RECOVERED] = "rx Processor Recovered",
	[M2PA_RX_OOS] = "rx Out of Service",
	[M2PA_PROCEED] = "continue",
	[M2PA_T1] = "T1",
	[M2PA_T2] = "T2",
	[M2PA_T3] = "T3",
	[M2PA_T4] = "T4",
	[M2PA_T6] = "T6",
	[M2PA_T7] = "T7",
	[M2PA_AGAIN] = "Proving interval",
};

const struct fsm_def m2pa_def = {
	.name = "M2PA link state",
	.clause = "RFC 4165 4.1",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = M2PA_NR_STATES,
	.nr_events = M2PA_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = M2PA_S_OUT_OF_SERVICE,
};
