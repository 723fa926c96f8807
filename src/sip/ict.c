/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/ict: the INVITE client transaction, RFC 3261 17.1.1 figure 5 as changed by RFC 6026 figure 5
 * (state Accepted, timer M). The figure begins with the arrow "INVITE from TU": Start is its tail.
 */
#include "sip/trans.h"

static const struct fsm_state states[ICT_NR_STATES] = {
	[ICT_START] = { .name = "Start", .rest = true },
	[ICT_CALLING] = { .name = "Calling", .bound = "timer B" },
	[ICT_PROCEEDING] = { .name = "Proceeding", .bound = "the TU; timer B once it cancels" },
	[ICT_COMPLETED] = { .name = "Completed", .bound = "timer D" },
	[ICT_ACCEPTED] = { .name = "Accepted", .bound = "timer M" },
	[ICT_TERMINATED] = { .name = "Terminated", .rest = true },
};

static const char *const events[ICT_NR_EVENTS] = {
	[ICT_INVITE] = "INVITE from TU",
	[ICT_1XX] = "1xx",
	[ICT_2XX] = "2xx",
	[ICT_300_699] = "300-699",
	[ICT_TRANSPORT_ERR] = "Transport Err.",
	[ICT_CANCELLED] = "cancelled by TU",
	[ICT_TM_A] = "Timer A",
	[ICT_TM_B] = "Timer B",
	[ICT_TM_D] = "Timer D",
	[ICT_TM_M] = "Timer M",
};

static bool is_orphan(const void *self, const void *ev)
{
	const struct sip_trans *t = self;

	(void)ev;
	return t->orphan;
}

/* clang-format off */
static const struct fsm_row rows[] = {
	{ ICT_START, ICT_INVITE, NULL, ICT_CALLING,
	  { SIP_DO(send, 0), SIP_DO(arm, SIP_TM_A), SIP_DO(arm, SIP_TM_B) } },

	{ ICT_CALLING, ICT_TM_A, NULL, ICT_CALLING,
	  { SIP_DO(resend, 0), SIP_DO(backoff, SIP_TM_A) } },
	{ ICT_CALLING, ICT_TM_B, NULL, ICT_TERMINATED,
	  { SIP_DO(tell, SIP_TELL_TIMEOUT), SIP_DO(end, 0) } },
	/* 18.1.1: over 1300 octets, and refused by TCP */
	{ ICT_CALLING, ICT_TRANSPORT_ERR, sip_trans_has_spare, ICT_CALLING,
	  { SIP_DO(by_udp, 0), SIP_DO(arm, SIP_TM_A), SIP_DO(arm, SIP_TM_B) } },
	{ ICT_CALLING, ICT_TRANSPORT_ERR, NULL, ICT_TERMINATED,
	  { SIP_DO(tell, SIP_TELL_TRANSPORT), SIP_DO(end, 0) } },
	/* a re-INVITE whose call has ended: no TU bounds it any more, timer B goes on */
	{ ICT_CALLING, ICT_1XX, is_orphan, ICT_PROCEEDING,
	  { SIP_DO(stop, SIP_TM_A), SIP_DO(tell, SIP_TELL_RESPONSE) } },
	{ ICT_CALLING, ICT_1XX, NULL, ICT_PROCEEDING,
	  { SIP_DO(stop, SIP_TM_A), SIP_DO(stop, SIP_TM_B), SIP_DO(tell, SIP_TELL_RESPONSE) } },
	{ ICT_CALLING, ICT_2XX, NULL, ICT_ACCEPTED,
	  { SIP_DO(stop, SIP_TM_A), SIP_DO(forget, 0), SIP_DO(arm, SIP_TM_M),
	    SIP_DO(tell, SIP_TELL_RESPONSE) } },
	{ ICT_CALLING, ICT_300_699, NULL, ICT_COMPLETED,
	  { SIP_DO(stop, SIP_TM_A), SIP_DO(ack, 0), SIP_DO(arm, SIP_TM_D),
	    SIP_DO(tell, SIP_TELL_RESPONSE) } },

	{ ICT_PROCEEDING, ICT_1XX, NULL, ICT_PROCEEDING, { SIP_DO(tell, SIP_TELL_RESPONSE) } },
	{ ICT_PROCEEDING, ICT_2XX, NULL, ICT_ACCEPTED,
	  { SIP_DO(forget, 0), SIP_DO(arm, SIP_TM_M), SIP_DO(tell, SIP_TELL_RESPONSE) } },
	{ ICT_PROCEEDING, ICT_300_699, NULL, ICT_COMPLETED,
	  { SIP_DO(ack, 0), SIP_DO(arm, SIP_TM_D), SIP_DO(tell, SIP_TELL_RESPONSE) } },
	/* 9.1: no final response within 64*T1 of the CANCEL ends it. */
	{ ICT_PROCEEDING, ICT_CANCELLED, NULL, ICT_PROCEEDING, { SIP_DO(arm, SIP_TM_B) } },
	{ ICT_PROCEEDING, ICT_TM_B, NULL, ICT_TERMINATED,
	  { SIP_DO(tell, SIP_TELL_TIMEOUT), SIP_DO(end, 0) } },

	{ ICT_COMPLETED, ICT_300_699, NULL, ICT_COMPLETED, { SIP_DO(ack, 0) } },
	{ ICT_COMPLETED, ICT_TM_D, NULL, ICT_TERMINATED, { SIP_DO(end, 0) } },
	{ ICT_COMPLETED, ICT_TRANSPORT_ERR, NULL, ICT_TERMINATED,
	  { SIP_DO(tell, SIP_TELL_TRANSPORT), SIP_DO(end, 0) } },

	{ ICT_ACCEPTED, ICT_2XX, NULL, ICT_ACCEPTED, { SIP_DO(tell, SIP_TELL_RESPONSE) } },
	{ ICT_ACCEPTED, ICT_TM_M, NULL, ICT_TERMINATED, { SIP_DO(end, 0) } },

	{ ICT_PROCEEDING, ICT_TRANSPORT_ERR, NULL, FSM_SAME, {},
	  IGNORE("no arrow in the figure: the peer has answered already") },
	{ ICT_ACCEPTED, ICT_TRANSPORT_ERR, NULL, FSM_SAME, {},
	  IGNORE("nothing is sent in Accepted: the ACK is the TU's") },
	{ ICT_CALLING, ICT_CANCELLED, NULL, FSM_SAME, {}, IGNORE("timer B runs already") },
	{ ICT_COMPLETED, FSM_ANY, NULL, FSM_SAME, {},
	  IGNORE("a final response has come; only its repetition counts") },
	{ ICT_ACCEPTED, FSM_ANY, NULL, FSM_SAME, {}, IGNORE("RFC 6026 7.2: only 2xx count") },
	{ FSM_ANY, ICT_INVITE, NULL, FSM_SAME, {}, IGNORE("it has begun") },
	{ FSM_ANY, FSM_ANY, NULL, FSM_SAME, {}, IGNORE("its timer does not run, or it has ended") },
};
/* clang-format on */

static const struct fsm_def def = {
	.name = "INVITE client transaction",
	.clause = "RFC 3261 figure 5, RFC 6026 figure 5",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = ICT_NR_STATES,
	.nr_events = ICT_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = ICT_START,
};

const struct sip_trans_class sip_ict = {
	.def = &def,
	.invite = true,
	.timer_event = { [SIP_TM_A] = ICT_TM_A + 1,
			 [SIP_TM_B] = ICT_TM_B + 1,
			 [SIP_TM_D] = ICT_TM_D + 1,
			 [SIP_TM_M] = ICT_TM_M + 1 },
	.transport_event = ICT_TRANSPORT_ERR,
};
