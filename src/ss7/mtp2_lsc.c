/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Link state control, beside Q.703 figure 8 (not checked against the ITU text). */
#include "ss7/mtp2_internal.h"

MTP2_POST_STEP(iac, MTP2_M_IAC)
MTP2_POST_STEP(poc, MTP2_M_POC)
MTP2_POST_STEP(txc, MTP2_M_TXC)
MTP2_POST_STEP(rc, MTP2_M_RC)
MTP2_POST_STEP(suerm, MTP2_M_SUERM)

MTP2_STEP(mark_emergency)
{
	struct mtp2 *l = self;

	(void)ev;
	l->emergency = arg;
}

MTP2_STEP(mark_outage)
{
	struct mtp2 *l = self;

	(void)ev;
	l->local_outage = arg;
}

MTP2_STEP(mark_level_3)
{
	struct mtp2 *l = self;

	(void)ev;
	l->level_3_indication = arg;
}

MTP2_STEP(mark_no_outage)
{
	struct mtp2 *l = self;

	(void)ev;
	l->no_outage = arg;
}

MTP2_STEP(t1)
{
	(void)ev;
	if (arg)
		mtp2_arm(self, MTP2_T1);
	else
		mtp2_cancel(self, MTP2_T1);
}

MTP2_STEP(say)
{
	(void)ev;
	mtp2_say(self, &(struct mtp2_out){ .type = (enum mtp2_out_type)arg });
}

MTP2_STEP(begin)
{
	struct mtp2 *l = self;

	(void)arg;
	(void)ev;
	l->stats.alignments++;
	l->level_3_indication = l->no_outage = false;
	mtp2_post(l, MTP2_M_RC, RC_START);
	mtp2_post(l, MTP2_M_TXC, TXC_START);
	if (l->emergency)
		mtp2_post(l, MTP2_M_IAC, IAC_EMERGENCY);
	mtp2_post(l, MTP2_M_IAC, IAC_START);
}

/* Out of service. The marks of level 3 hold for one alignment. */
MTP2_STEP(down)
{
	struct mtp2 *l = self;

	(void)ev;
	if (arg != MTP2_R_NONE)
		l->why = (enum mtp2_reason)arg;
	l->stats.last_reason = l->why;
	mtp2_cancel(l, MTP2_T1);
	mtp2_post(l, MTP2_M_SUERM, ERM_STOP);
	mtp2_post(l, MTP2_M_RC, RC_STOP);
	mtp2_post(l, MTP2_M_CC, CC_STOP);
	mtp2_post(l, MTP2_M_POC, POC_STOP);
	mtp2_post(l, MTP2_M_TXC, TXC_SIOS);
	l->emergency = l->local_outage = false;
}

MTP2_STEP(tell)
{
	struct mtp2 *l = self;

	(void)ev;
	(void)arg;
	mtp2_say(l, &(struct mtp2_out){ .type = MTP2_OUT_OUT_OF_SERVICE, .reason = l->why });
}

MTP2_STEP(count)
{
	struct mtp2 *l = self;

	(void)ev;
	(void)arg;
	l->stats.failures++;
}

MTP2_STEP(hear_again)
{
	(void)arg;
	(void)ev;
	mtp2_rc_hear_again(self);
}

static bool is_outage(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct mtp2 *)self)->local_outage;
}

static bool is_indicated(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct mtp2 *)self)->level_3_indication;
}

static bool is_over(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct mtp2 *)self)->no_outage;
}

/* clang-format off */
#define DO(step, arg)		   MTP2_DO(step, arg)
#define NOTHING(state, event, why) { state, event, NULL, FSM_SAME, {{0}}, IGNORE(why) }
#define FAILS(state, event, reason) \
	{ state, event, NULL, MTP2_OUT_OF_SERVICE, { DO(down, reason), DO(tell, 0) } }
#define BREAKS(state, event, reason) \
	{ state, event, NULL, MTP2_OUT_OF_SERVICE, { DO(count, 0), DO(down, reason), DO(tell, 0) } }
#define GOES_ON { DO(mark_level_3, 0), DO(mark_no_outage, 0), DO(mark_outage, 0), DO(txc, TXC_MSU), \
		  DO(rc, RC_ACCEPT) }

static const struct fsm_row rows[] = {
	{ MTP2_OUT_OF_SERVICE, LSC_START, NULL, MTP2_INITIAL_ALIGNMENT, { DO(begin, 0) } },
	NOTHING(MTP2_OUT_OF_SERVICE, LSC_STOP, "it is"),

	{ MTP2_INITIAL_ALIGNMENT, LSC_EMERGENCY, NULL, FSM_SAME,
	  { DO(mark_emergency, 1), DO(iac, IAC_EMERGENCY) } },
	{ MTP2_INITIAL_ALIGNMENT, LSC_ALIGNED, is_outage, MTP2_ALIGNED_NOT_READY,
	  { DO(suerm, ERM_START), DO(t1, 1), DO(poc, POC_LOCAL_OUTAGE), DO(txc, TXC_SIPO),
	    DO(rc, RC_REJECT), DO(hear_again, 0) } },
	{ MTP2_INITIAL_ALIGNMENT, LSC_ALIGNED, NULL, MTP2_ALIGNED_READY,
	  { DO(suerm, ERM_START), DO(t1, 1), DO(txc, TXC_FISU), DO(rc, RC_ACCEPT),
	    DO(hear_again, 0) } },
	FAILS(MTP2_INITIAL_ALIGNMENT, LSC_NOT_POSSIBLE, MTP2_R_NONE),
	{ MTP2_INITIAL_ALIGNMENT, LSC_FAILURE, NULL, MTP2_OUT_OF_SERVICE,
	  { DO(iac, IAC_STOP), DO(down, MTP2_R_NONE), DO(tell, 0) } },
	{ MTP2_INITIAL_ALIGNMENT, LSC_STOP, NULL, MTP2_OUT_OF_SERVICE,
	  { DO(iac, IAC_STOP), DO(down, MTP2_R_STOPPED) } },

	{ MTP2_ALIGNED_READY, LSC_RX_FISU, NULL, MTP2_IN_SERVICE,
	  { DO(t1, 0), DO(say, MTP2_OUT_IN_SERVICE), DO(txc, TXC_MSU) } },
	{ MTP2_ALIGNED_READY, LSC_RX_SIPO, NULL, MTP2_PROCESSOR_OUTAGE,
	  { DO(t1, 0), DO(say, MTP2_OUT_IN_SERVICE), DO(say, MTP2_OUT_REMOTE_OUTAGE),
	    DO(poc, POC_REMOTE_OUTAGE) } },
	{ MTP2_ALIGNED_READY, LSC_LOCAL_OUTAGE, NULL, MTP2_ALIGNED_NOT_READY,
	  { DO(mark_outage, 1), DO(poc, POC_LOCAL_OUTAGE), DO(txc, TXC_SIPO), DO(rc, RC_REJECT) } },
	NOTHING(MTP2_ALIGNED_READY, LSC_RX_SIN, "the peer is still proving"),
	NOTHING(MTP2_ALIGNED_READY, LSC_RX_SIE, "the peer is still proving"),

	{ MTP2_ALIGNED_NOT_READY, LSC_LOCAL_RECOVERED, NULL, MTP2_ALIGNED_READY,
	  { DO(mark_outage, 0), DO(poc, POC_LOCAL_RECOVERED), DO(txc, TXC_FISU),
	    DO(rc, RC_ACCEPT), DO(hear_again, 0) } },
	{ MTP2_ALIGNED_NOT_READY, LSC_RX_FISU, NULL, MTP2_PROCESSOR_OUTAGE,
	  { DO(t1, 0), DO(say, MTP2_OUT_IN_SERVICE) } },
	{ MTP2_ALIGNED_NOT_READY, LSC_RX_SIPO, NULL, MTP2_PROCESSOR_OUTAGE,
	  { DO(t1, 0), DO(say, MTP2_OUT_IN_SERVICE), DO(say, MTP2_OUT_REMOTE_OUTAGE),
	    DO(poc, POC_REMOTE_OUTAGE) } },
	NOTHING(MTP2_ALIGNED_NOT_READY, LSC_RX_SIN, "the peer is still proving"),
	NOTHING(MTP2_ALIGNED_NOT_READY, LSC_RX_SIE, "the peer is still proving"),

	NOTHING(MTP2_IN_SERVICE, LSC_RX_FISU, "as it should be"),
	{ MTP2_IN_SERVICE, LSC_LOCAL_OUTAGE, NULL, MTP2_PROCESSOR_OUTAGE,
	  { DO(mark_outage, 1), DO(poc, POC_LOCAL_OUTAGE), DO(txc, TXC_SIPO), DO(rc, RC_REJECT) } },
	{ MTP2_IN_SERVICE, LSC_RX_SIPO, NULL, MTP2_PROCESSOR_OUTAGE,
	  { DO(say, MTP2_OUT_REMOTE_OUTAGE), DO(txc, TXC_FISU), DO(poc, POC_REMOTE_OUTAGE) } },

	{ MTP2_PROCESSOR_OUTAGE, LSC_LOCAL_OUTAGE, NULL, FSM_SAME,
	  { DO(mark_outage, 1), DO(poc, POC_LOCAL_OUTAGE), DO(txc, TXC_SIPO), DO(rc, RC_REJECT) } },
	{ MTP2_PROCESSOR_OUTAGE, LSC_LOCAL_RECOVERED, NULL, FSM_SAME,
	  { DO(mark_outage, 0), DO(poc, POC_LOCAL_RECOVERED), DO(txc, TXC_FISU) } },
	{ MTP2_PROCESSOR_OUTAGE, LSC_RX_SIPO, NULL, FSM_SAME,
	  { DO(say, MTP2_OUT_REMOTE_OUTAGE), DO(poc, POC_REMOTE_OUTAGE) } },
	{ MTP2_PROCESSOR_OUTAGE, LSC_RX_FISU, NULL, FSM_SAME, { DO(poc, POC_REMOTE_RECOVERED) } },
	{ MTP2_PROCESSOR_OUTAGE, LSC_NO_OUTAGE, is_indicated, MTP2_IN_SERVICE, GOES_ON },
	{ MTP2_PROCESSOR_OUTAGE, LSC_NO_OUTAGE, NULL, FSM_SAME,
	  { DO(mark_no_outage, 1), DO(say, MTP2_OUT_OUTAGE_OVER) } },
	{ MTP2_PROCESSOR_OUTAGE, LSC_CONTINUE, is_over, MTP2_IN_SERVICE, GOES_ON },
	{ MTP2_PROCESSOR_OUTAGE, LSC_CONTINUE, NULL, FSM_SAME, { DO(mark_level_3, 1) } },
	{ MTP2_PROCESSOR_OUTAGE, LSC_FLUSH, is_over, MTP2_IN_SERVICE,
	  { DO(txc, TXC_FLUSH), DO(mark_level_3, 0), DO(mark_no_outage, 0), DO(mark_outage, 0),
	    DO(txc, TXC_MSU), DO(rc, RC_ACCEPT) } },
	{ MTP2_PROCESSOR_OUTAGE, LSC_FLUSH, NULL, FSM_SAME,
	  { DO(txc, TXC_FLUSH), DO(mark_level_3, 1) } },

	/* wherever the link is aligned */
	FAILS(MTP2_ALIGNED_READY, LSC_T1, MTP2_R_T1),
	FAILS(MTP2_ALIGNED_NOT_READY, LSC_T1, MTP2_R_T1),
	FAILS(MTP2_ALIGNED_READY, LSC_FAILURE, MTP2_R_NONE),
	FAILS(MTP2_ALIGNED_NOT_READY, LSC_FAILURE, MTP2_R_NONE),
	BREAKS(MTP2_IN_SERVICE, LSC_FAILURE, MTP2_R_NONE),
	BREAKS(MTP2_PROCESSOR_OUTAGE, LSC_FAILURE, MTP2_R_NONE),
	FAILS(MTP2_ALIGNED_READY, LSC_RX_SIO, MTP2_R_SIO),
	FAILS(MTP2_ALIGNED_NOT_READY, LSC_RX_SIO, MTP2_R_SIO),
	BREAKS(MTP2_IN_SERVICE, LSC_RX_SIO, MTP2_R_SIO),
	BREAKS(MTP2_PROCESSOR_OUTAGE, LSC_RX_SIO, MTP2_R_SIO),
	FAILS(MTP2_ALIGNED_READY, LSC_RX_SIOS, MTP2_R_SIOS),
	FAILS(MTP2_ALIGNED_NOT_READY, LSC_RX_SIOS, MTP2_R_SIOS),
	BREAKS(MTP2_IN_SERVICE, LSC_RX_SIOS, MTP2_R_SIOS),
	BREAKS(MTP2_PROCESSOR_OUTAGE, LSC_RX_SIOS, MTP2_R_SIOS),
	BREAKS(MTP2_IN_SERVICE, LSC_RX_SIN, MTP2_R_SIN),
	BREAKS(MTP2_PROCESSOR_OUTAGE, LSC_RX_SIN, MTP2_R_SIN),
	BREAKS(MTP2_IN_SERVICE, LSC_RX_SIE, MTP2_R_SIE),
	BREAKS(MTP2_PROCESSOR_OUTAGE, LSC_RX_SIE, MTP2_R_SIE),
	{ FSM_ANY, LSC_STOP, NULL, MTP2_OUT_OF_SERVICE, { DO(down, MTP2_R_STOPPED) } },

	/* marks, in any state */
	{ FSM_ANY, LSC_EMERGENCY, NULL, FSM_SAME, { DO(mark_emergency, 1) } },
	{ FSM_ANY, LSC_EMERGENCY_CEASES, NULL, FSM_SAME, { DO(mark_emergency, 0) } },
	{ FSM_ANY, LSC_LOCAL_OUTAGE, NULL, FSM_SAME, { DO(mark_outage, 1) } },
	{ FSM_ANY, LSC_LOCAL_RECOVERED, NULL, FSM_SAME, { DO(mark_outage, 0) } },

	NOTHING(FSM_ANY, LSC_START, "it is started"),
	NOTHING(FSM_ANY, LSC_FLUSH, "no outage"),
	NOTHING(FSM_ANY, LSC_CONTINUE, "no outage"),
	NOTHING(FSM_ANY, LSC_ALIGNED, "of an alignment that was stopped"),
	NOTHING(FSM_ANY, LSC_NOT_POSSIBLE, "of an alignment that was stopped"),
	NOTHING(FSM_ANY, LSC_FAILURE, "out of service"),
	NOTHING(FSM_ANY, LSC_NO_OUTAGE, "said when it stopped"),
	NOTHING(FSM_ANY, LSC_T1, "T1 runs while aligned"),
	NOTHING(FSM_ANY, LSC_RX_SIO, "the initial alignment's"),
	NOTHING(FSM_ANY, LSC_RX_SIN, "the initial alignment's"),
	NOTHING(FSM_ANY, LSC_RX_SIE, "the initial alignment's"),
	NOTHING(FSM_ANY, LSC_RX_SIOS, "the initial alignment's"),
	NOTHING(FSM_ANY, LSC_RX_SIPO, "we are not aligned yet"),
	NOTHING(FSM_ANY, LSC_RX_FISU, "we are not aligned yet"),
};
/* clang-format on */

static const struct fsm_state states[MTP2_NR_STATES] = {
	[MTP2_OUT_OF_SERVICE] = { .name = "OUT OF SERVICE", .rest = true },
	[MTP2_INITIAL_ALIGNMENT] = { "INITIAL ALIGNMENT", "T2, T3, T4", false },
	[MTP2_ALIGNED_READY] = { "ALIGNED READY", "T1", false },
	[MTP2_ALIGNED_NOT_READY] = { "ALIGNED NOT READY", "T1", false },
	[MTP2_IN_SERVICE] = { .name = "IN SERVICE", .rest = true },
	[MTP2_PROCESSOR_OUTAGE] = { "PROCESSOR OUTAGE", "the operator, or the peer's", false },
};

static const char *const events[LSC_NR_EVENTS] = {
	[LSC_START] = "start",
	[LSC_STOP] = "stop",
	[LSC_EMERGENCY] = "emergency",
	[LSC_EMERGENCY_CEASES] = "emergency ceases",
	[LSC_LOCAL_OUTAGE] = "local processor outage",
	[LSC_LOCAL_RECOVERED] = "local processor recovered",
	[LSC_FLUSH] = "flush buffers",
	[LSC_CONTINUE] = "continue",
	[LSC_ALIGNED] = "alignment complete",
	[LSC_NOT_POSSIBLE] = "alignment not possible",
	[LSC_FAILURE] = "link failure",
	[LSC_NO_OUTAGE] = "no processor outage",
	[LSC_T1] = "T1",
	[LSC_RX_SIO] = "rx SIO",
	[LSC_RX_SIN] = "rx SIN",
	[LSC_RX_SIE] = "rx SIE",
	[LSC_RX_SIOS] = "rx SIOS",
	[LSC_RX_SIPO] = "rx SIPO",
	[LSC_RX_FISU] = "rx FISU, MSU",
};

const struct fsm_def mtp2_lsc_def = {
	.name = "MTP2 link state control",
	.clause = "Q.703 figure 8",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = MTP2_NR_STATES,
	.nr_events = LSC_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = MTP2_OUT_OF_SERVICE,
};

const char *mtp2_state_name(enum mtp2_state s)
{
	return (unsigned)s < MTP2_NR_STATES ? states[s].name : "?";
}
