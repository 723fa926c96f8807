/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/ist: the INVITE server transaction, RFC 3261 17.2.1 figure 7 as changed by RFC 6026 figure 7
 * (state Accepted, timer L, transport errors end nothing). The TU sends 100 at once, so the figure's
 * 200 ms are never waited for.
 */
#include "sip/trans.h"

static const struct fsm_state states[IST_NR_STATES] = {
	[IST_PROCEEDING] = { .name = "Proceeding", .bound = "the TU" },
	[IST_COMPLETED] = { .name = "Completed", .bound = "timer H" },
	[IST_CONFIRMED] = { .name = "Confirmed", .bound = "timer I" },
	[IST_ACCEPTED] = { .name = "Accepted", .bound = "timer L" },
	[IST_TERMINATED] = { .name = "Terminated", .rest = true },
};

static const char *const events[IST_NR_EVENTS] = {
	[IST_INVITE] = "INVITE",
	[IST_ACK] = "ACK",
	[IST_TU_1XX] = "1xx from TU",
	[IST_TU_2XX] = "2xx from TU",
	[IST_TU_300_699] = "300-699 from TU",
	[IST_TU_GONE] = "TU gone",
	[IST_TRANSPORT_ERR] = "Transport Err.",
	[IST_TM_G] = "Timer G",
	[IST_TM_H] = "Timer H",
	[IST_TM_I] = "Timer I",
	[IST_TM_L] = "Timer L",
};

/* clang-format off */
static const struct fsm_row rows[] = {
	{ IST_PROCEEDING, IST_INVITE, NULL, IST_PROCEEDING, { SIP_DO(resend, 0) } },
	{ IST_PROCEEDING, IST_TU_1XX, NULL, IST_PROCEEDING, { SIP_DO(send, 0) } },
	{ IST_PROCEEDING, IST_TU_2XX, NULL, IST_ACCEPTED,
	  { SIP_DO(pass, 0), SIP_DO(forget, 0), SIP_DO(arm, SIP_TM_L) } },
	{ IST_PROCEEDING, IST_TU_300_699, NULL, IST_COMPLETED,
	  { SIP_DO(send, 0), SIP_DO(arm, SIP_TM_G), SIP_DO(arm, SIP_TM_H) } },
	{ IST_PROCEEDING, IST_TRANSPORT_ERR, NULL, IST_PROCEEDING,
	  { SIP_DO(tell, SIP_TELL_TRANSPORT) } },
	{ IST_PROCEEDING, IST_TU_GONE, NULL, IST_TERMINATED, { SIP_DO(end, 0) } },

	{ IST_COMPLETED, IST_INVITE, NULL, IST_COMPLETED, { SIP_DO(resend, 0) } },
	{ IST_COMPLETED, IST_TM_G, NULL, IST_COMPLETED,
	  { SIP_DO(resend, 0), SIP_DO(backoff, SIP_TM_G) } },
	{ IST_COMPLETED, IST_ACK, NULL, IST_CONFIRMED,
	  { SIP_DO(stop, SIP_TM_G), SIP_DO(forget, 0), SIP_DO(arm, SIP_TM_I) } },
	{ IST_COMPLETED, IST_TM_H, NULL, IST_TERMINATED,
	  { SIP_DO(tell, SIP_TELL_TIMEOUT), SIP_DO(end, 0) } },
	{ IST_COMPLETED, IST_TRANSPORT_ERR, NULL, IST_COMPLETED,
	  { SIP_DO(tell, SIP_TELL_TRANSPORT) } },

	{ IST_CONFIRMED, IST_TM_I, NULL, IST_TERMINATED, { SIP_DO(end, 0) } },

	{ IST_ACCEPTED, IST_ACK, NULL, IST_ACCEPTED, { SIP_DO(tell, SIP_TELL_ACK) } },
	{ IST_ACCEPTED, IST_TU_2XX, NULL, IST_ACCEPTED, { SIP_DO(pass, 0) } },
	{ IST_ACCEPTED, IST_TRANSPORT_ERR, NULL, IST_ACCEPTED,
	  { SIP_DO(tell, SIP_TELL_TRANSPORT) } },
	{ IST_ACCEPTED, IST_TM_L, NULL, IST_TERMINATED, { SIP_DO(end, 0) } },

	{ IST_PROCEEDING, IST_ACK, NULL, FSM_SAME, {}, IGNORE("nothing to acknowledge yet") },
	{ IST_ACCEPTED, IST_INVITE, NULL, FSM_SAME, {},
	  IGNORE("RFC 6026 7.1: absorbed, the TU repeats the 2xx") },
	{ IST_COMPLETED, FSM_ANY, NULL, FSM_SAME, {}, IGNORE("one final response is given") },
	{ IST_CONFIRMED, FSM_ANY, NULL, FSM_SAME, {},
	  IGNORE("17.2.1: Confirmed absorbs what is repeated") },
	{ IST_ACCEPTED, FSM_ANY, NULL, FSM_SAME, {}, IGNORE("one final response is given") },
	{ FSM_ANY, FSM_ANY, NULL, FSM_SAME, {}, IGNORE("its timer does not run, or it has ended") },
};
/* clang-format on */

static const struct fsm_def def = {
	.name = "INVITE server transaction",
	.clause = "RFC 3261 figure 7, RFC 6026 figure 7",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = IST_NR_STATES,
	.nr_events = IST_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = IST_PROCEEDING,
};

const struct sip_trans_class sip_ist = {
	.def = &def,
	.server = true,
	.invite = true,
	.timer_event = { [SIP_TM_G] = IST_TM_G + 1,
			 [SIP_TM_H] = IST_TM_H + 1,
			 [SIP_TM_I] = IST_TM_I + 1,
			 [SIP_TM_L] = IST_TM_L + 1 },
	.transport_event = IST_TRANSPORT_ERR,
};
