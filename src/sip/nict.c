/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/nict: the non-INVITE client transaction, RFC 3261 17.1.2 figure 6. The figure begins with the
 * arrow "Request from TU": Start is its tail.
 */
#include "sip/trans.h"

static const struct fsm_state states[NICT_NR_STATES] = {
	[NICT_START] = { .name = "Start", .rest = true },
	[NICT_TRYING] = { .name = "Trying", .bound = "timer F" },
	[NICT_PROCEEDING] = { .name = "Proceeding", .bound = "timer F" },
	[NICT_COMPLETED] = { .name = "Completed", .bound = "timer K" },
	[NICT_TERMINATED] = { .name = "Terminated", .rest = true },
};

static const char *const events[NICT_NR_EVENTS] = {
	[NICT_REQUEST] = "Request from TU",
	[NICT_1XX] = "1xx",
	[NICT_200_699] = "200-699",
	[NICT_TRANSPORT_ERR] = "Transport Err.",
	[NICT_TM_E] = "Timer E",
	[NICT_TM_F] = "Timer F",
	[NICT_TM_K] = "Timer K",
};

/* clang-format off */
static const struct fsm_row rows[] = {
	{ NICT_START, NICT_REQUEST, NULL, NICT_TRYING,
	  { SIP_DO(send, 0), SIP_DO(arm, SIP_TM_E), SIP_DO(arm, SIP_TM_F) } },

	{ NICT_TRYING, NICT_TM_E, NULL, NICT_TRYING,
	  { SIP_DO(resend, 0), SIP_DO(backoff, SIP_TM_E) } },
	{ NICT_TRYING, NICT_TM_F, NULL, NICT_TERMINATED,
	  { SIP_DO(tell, SIP_TELL_TIMEOUT), SIP_DO(end, 0) } },
	/* 18.1.1: over 1300 octets, and refused by TCP */
	{ NICT_TRYING, NICT_TRANSPORT_ERR, sip_trans_has_spare, NICT_TRYING,
	  { SIP_DO(by_udp, 0), SIP_DO(arm, SIP_TM_E), SIP_DO(arm, SIP_TM_F) } },
	{ NICT_TRYING, NICT_TRANSPORT_ERR, NULL, NICT_TERMINATED,
	  { SIP_DO(tell, SIP_TELL_TRANSPORT), SIP_DO(end, 0) } },
	{ NICT_TRYING, NICT_1XX, NULL, NICT_PROCEEDING, { SIP_DO(tell, SIP_TELL_RESPONSE) } },
	{ NICT_TRYING, NICT_200_699, NULL, NICT_COMPLETED,
	  { SIP_DO(stop, SIP_TM_E), SIP_DO(forget, 0), SIP_DO(arm, SIP_TM_K),
	    SIP_DO(tell, SIP_TELL_RESPONSE) } },

	{ NICT_PROCEEDING, NICT_TM_E, NULL, NICT_PROCEEDING,
	  { SIP_DO(resend, 0), SIP_DO(at_t2, SIP_TM_E) } },
	{ NICT_PROCEEDING, NICT_TM_F, NULL, NICT_TERMINATED,
	  { SIP_DO(tell, SIP_TELL_TIMEOUT), SIP_DO(end, 0) } },
	{ NICT_PROCEEDING, NICT_TRANSPORT_ERR, NULL, NICT_TERMINATED,
	  { SIP_DO(tell, SIP_TELL_TRANSPORT), SIP_DO(end, 0) } },
	{ NICT_PROCEEDING, NICT_1XX, NULL, NICT_PROCEEDING, { SIP_DO(tell, SIP_TELL_RESPONSE) } },
	{ NICT_PROCEEDING, NICT_200_699, NULL, NICT_COMPLETED,
	  { SIP_DO(stop, SIP_TM_E), SIP_DO(forget, 0), SIP_DO(arm, SIP_TM_K),
	    SIP_DO(tell, SIP_TELL_RESPONSE) } },

	{ NICT_COMPLETED, NICT_TM_K, NULL, NICT_TERMINATED, { SIP_DO(end, 0) } },

	{ NICT_COMPLETED, FSM_ANY, NULL, FSM_SAME, {},
	  IGNORE("17.1.2.2: repeated responses are absorbed") },
	{ FSM_ANY, NICT_REQUEST, NULL, FSM_SAME, {}, IGNORE("it has begun") },
	{ FSM_ANY, FSM_ANY, NULL, FSM_SAME, {}, IGNORE("its timer does not run, or it has ended") },
};
/* clang-format on */

static const struct fsm_def def = {
	.name = "non-INVITE client transaction",
	.clause = "RFC 3261 figure 6",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = NICT_NR_STATES,
	.nr_events = NICT_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = NICT_START,
};

const struct sip_trans_class sip_nict = {
	.def = &def,
	.timer_event = { [SIP_TM_E] = NICT_TM_E + 1,
			 [SIP_TM_F] = NICT_TM_F + 1,
			 [SIP_TM_K] = NICT_TM_K + 1 },
	.transport_event = NICT_TRANSPORT_ERR,
};
