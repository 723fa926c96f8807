/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/cause: Q.850 causes and SIP statuses, each made from the other by the two tables of
 * RFC 3398 (7.2.4.1 and 8.2.6.1), and the Reason header between them (RFC 3326, RFC 6432). Pure
 * functions; nothing is owned. The tables are open to the document generator and to the tests.
 *
 *	const char *clause;
 *	unsigned status = iw_status_of_cause(&cause, &clause);	(17: 486, "RFC 3398 7.2.4.1")
 *	char reason[IW_REASON_MAX];
 *	iw_reason_print(cause.value, reason);	(Q.850;cause=17;text="user busy")
 *
 * Adding a cause: a row, with its clause.
 */
#ifndef TRUNKGATE_INTERWORK_CAUSE_H
#define TRUNKGATE_INTERWORK_CAUSE_H

#include <stddef.h>
#include <stdint.h>

#include <trunkgate/sip/msg.h>
#include "isup/msg.h"

/* Q.850's numbers, as far as this gateway itself gives them as the reason. */
enum iw_cause {
	IW_CAUSE_UNALLOCATED = 1,
	IW_CAUSE_NO_ROUTE = 3,
	IW_CAUSE_NORMAL = 16,
	IW_CAUSE_NO_USER_RESPONDING = 18,
	IW_CAUSE_NO_ANSWER = 19,
	IW_CAUSE_REJECTED = 21,
	IW_CAUSE_NUMBER_CHANGED = 22,
	IW_CAUSE_REDIRECTION = 23,
	IW_CAUSE_ADDRESS_INCOMPLETE = 28,
	IW_CAUSE_UNSPECIFIED = 31,
	IW_CAUSE_NO_CIRCUIT = 34,
	IW_CAUSE_TEMPORARY_FAILURE = 41,
	IW_CAUSE_CONGESTION = 42,
	IW_CAUSE_CIRCUIT_NOT_AVAILABLE = 44,
	IW_CAUSE_RESOURCE_UNAVAILABLE = 47,
	IW_CAUSE_BEARER_NOT_IMPLEMENTED = 65,
	IW_CAUSE_TIMER_EXPIRY = 102,
	IW_CAUSE_PROTOCOL_ERROR = 111,
	IW_CAUSE_INTERWORKING = 127,
};

/* Cause to status. Status 0: the RFC gives none; status_if_none is what a caller that waits for
 * a final response gets nevertheless. */
struct iw_cause_row {
	uint8_t cause;
	uint16_t status;
	uint16_t status_if_none;
	uint16_t status_user;	    /* with the location 'user'; 0: the same */
	uint16_t status_diagnostic; /* with a new number in the diagnostics; 0: the same */
	const char *clause;
};

extern const struct iw_cause_row iw_cause_rows[];
extern const size_t iw_nr_cause_rows;

/* Status to cause. Cause 0: the RFC gives none, or it is the Warning that tells. */
struct iw_status_row {
	uint16_t status;
	uint8_t cause;
	const char *clause;
};

extern const struct iw_status_row iw_status_rows[];
extern const size_t iw_nr_status_rows;

/* The final response for a REL before the answer; 300-699. `clause` may be NULL. */
unsigned iw_status_of_cause(const struct isup_cause *c, const char **clause);
/* The cause for a final response 300-699. `msg` is the response, for its Warning, or NULL; `local`
 * says that the stack made it: nobody has answered. `clause` may be NULL. */
struct isup_cause iw_cause_of_status(unsigned status, const struct sip_msg *msg, bool local,
				     const char **clause);
/* The Q.850 value of a Reason header, 1-127, or 0: none that can be used. */
uint8_t iw_reason_cause(const struct sip_msg *msg);

#define IW_REASON_MAX 120
/* The value of a Reason header; returns buf, which has IW_REASON_MAX octets. */
char *iw_reason_print(uint8_t cause, char *buf);

#endif
