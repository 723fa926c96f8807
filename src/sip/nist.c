/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/nist: the non-INVITE server transaction, RFC 3261 17.2.2 figure 8 with RFC 4320: the TU
 * answers at once, so that no 100 is ever due (4.1) and no 408 exists (4.2).
 */
#include "sip/trans.h"

static const struct fsm_state states[NIST_NR_STATES] = {
	[NIST_TRYING] = { .name = "Trying", .bound = "the TU" },
	[NIST_PROCEEDING] = { .name = "Proceeding", .bound = "the TU" },
	[NIST_COMPLETED] = { .name = "Completed", .bound = "timer J" },
	[NIST_TERMINATED] = { .name = "Terminated", .rest = true },
};

static const char *const events[NIST_NR_EVENTS] = {
	[NIST_REQUEST] = "Request",
	[NIST_TU_1XX] = "1xx from TU",
	[NIST_TU_200_699] = "200-699 from TU",
	[NIST_TU_GONE] = "TU gone",
	[NIST_TRANSPORT_ERR] = "Transport Err.",
	[NIST_TM_J] = "Timer J",
};

/* clang-format off */
static const struct fsm_row rows[] = {
	{ NIST_TRYING, NIST_TU_1XX, NULL, NIST_PROCEEDING, { SIP_DO(send, 0) } },
	{ NIST_TRYING, NIST_TU_200_699, NULL, NIST_COMPLETED,
	  { SIP_DO(send, 0), SIP_DO(arm, SIP_TM_J) } },
	{ NIST_TRYING, NIST_TU_GONE, NULL, NIST_TERMINATED, { SIP_DO(end, 0) } },

	{ NIST_PROCEEDING, NIST_REQUEST, NULL, NIST_PROCEEDING, { SIP_DO(resend, 0) } },
	{ NIST_PROCEEDING, NIST_TU_1XX, NULL, NIST_PROCEEDING, { SIP_DO(send, 0) } },
	{ NIST_PROCEEDING, NIST_TU_200_699, NULL, NIST_COMPLETED,
	  { SIP_DO(send, 0), SIP_DO(arm, SIP_TM_J) } },
	{ NIST_PROCEEDING, NIST_TRANSPORT_ERR, NULL, NIST_TERMINATED,
	  { SIP_DO(tell, SIP_TELL_TRANSPORT), SIP_DO(end, 0) } },
	{ NIST_PROCEEDING, NIST_TU_GONE, NULL, NIST_TERMINATED, { SIP_DO(end, 0) } },

	{ NIST_COMPLETED, NIST_REQUEST, NULL, NIST_COMPLETED, { SIP_DO(resend, 0) } },
	{ NIST_COMPLETED, NIST_TRANSPORT_ERR, NULL, NIST_TERMINATED,
	  { SIP_DO(tell, SIP_TELL_TRANSPORT), SIP_DO(end, 0) } },
	{ NIST_COMPLETED, NIST_TM_J, NULL, NIST_TERMINATED, { SIP_DO(end, 0) } },

	{ NIST_TRYING, NIST_REQUEST, NULL, FSM_SAME, {}, IGNORE("17.2.2: discarded in Trying") },
	{ NIST_COMPLETED, FSM_ANY, NULL, FSM_SAME, {},
	  IGNORE("17.2.2: other final responses are discarded") },
	{ FSM_ANY, FSM_ANY, NULL, FSM_SAME, {}, IGNORE("nothing is sent yet, or it has ended") },
};
/* clang-format on */

static const struct fsm_def def = {
	.name = "non-INVITE server transaction",
	.clause = "RFC 3261 figure 8",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = NIST_NR_STATES,
	.nr_events = NIST_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = NIST_TRYING,
};

const struct sip_trans_class sip_nist = {
	.def = &def,
	.server = true,
	.timer_event = { [SIP_TM_J] = NIST_TM_J + 1 },
	.transport_event = NIST_TRANSPORT_ERR,
};
