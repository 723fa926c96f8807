/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/cause: Q.850 causes and SIP statuses, each made from the other by the tables of the
 * peer's profile, and the Reason header between them (RFC 3326, RFC 6432, RFC 8606). Pure functions;
 * nothing is owned.
 *
 *	struct iw_source source;
 *	unsigned status = iw_status_of_cause(&x, &cause, &source);	(17: 486, "RFC 3398 7.2.4.1")
 *	char reason[IW_REASON_MAX];
 *	iw_reason_print(&cause, reason);	(Q.850;cause=17;text="user busy";location=U)
 *
 * Adding a cause: a row in profile_cause.c, with its clause.
 */
#ifndef TRUNKGATE_INTERWORK_CAUSE_H
#define TRUNKGATE_INTERWORK_CAUSE_H

#include <stddef.h>
#include <stdint.h>

#include <trunkgate/sip/msg.h>
#include "interwork/explain.h"
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
	IW_CAUSE_EXCHANGE_ROUTING = 25, /* exchange routing error: the hop counter */
	IW_CAUSE_ADDRESS_INCOMPLETE = 28,
	IW_CAUSE_UNSPECIFIED = 31,
	IW_CAUSE_NO_CIRCUIT = 34,
	IW_CAUSE_NETWORK_OUT_OF_ORDER = 38,
	IW_CAUSE_TEMPORARY_FAILURE = 41,
	IW_CAUSE_CONGESTION = 42,
	IW_CAUSE_CIRCUIT_NOT_AVAILABLE = 44,
	IW_CAUSE_RESOURCE_UNAVAILABLE = 47,
	IW_CAUSE_BEARER_NOT_IMPLEMENTED = 65,
	IW_CAUSE_TIMER_EXPIRY = 102,
	IW_CAUSE_PROTOCOL_ERROR = 111,
	IW_CAUSE_INTERWORKING = 127,
};

/* The final response for a REL before the answer; 300-699. `source` may be NULL. */
unsigned iw_status_of_cause(const struct iw_ctx *x, const struct isup_cause *c,
			    struct iw_source *source);
/* The cause for a final response 300-699. `msg` is the response, for its Reason and Warning, or NULL;
 * `local` says that the stack made it: nobody has answered. `source` may be NULL. */
struct isup_cause iw_cause_of_status(const struct iw_ctx *x, unsigned status,
				     const struct sip_msg *msg, bool local,
				     struct iw_source *source);
/* The first Reason of Q.850 whose cause can be used, 1-127, and its location (RFC 8606) when it has
 * one; else `c` keeps its own. False: none, or the profile does not look at it. */
bool iw_reason_cause(const struct iw_ctx *x, const struct sip_msg *msg, struct isup_cause *c);

/* RFC 8606 4: "U", "TN", ... */
const char *iw_cause_location(uint8_t location);

#define IW_REASON_MAX 140
/* The value of a Reason header; returns buf, which has IW_REASON_MAX octets. */
char *iw_reason_print(const struct isup_cause *c, char *buf);

#endif
