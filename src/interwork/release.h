/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/release: REL to a final response, CANCEL or BYE, and these to REL (RFC 3398 7.2.3,
 * 7.2.4, 8.2.6, 8.2.7, 10). Pure functions.
 *
 *	struct iw_release r;
 *	iw_rel_to_sip(&rel, "192.0.2.1", &r);	(r.status, r.reason, r.contact)
 *	iw_response_to_rel(486, msg, false, &rel, &clause);
 *	iw_request_to_rel(bye, &rel, &clause);
 */
#ifndef TRUNKGATE_INTERWORK_RELEASE_H
#define TRUNKGATE_INTERWORK_RELEASE_H

#include "interwork/cause.h"
#include "interwork/number.h"

struct iw_release {
	unsigned status;	    /* before the answer: the final response */
	uint8_t cause;		    /* Q.850 */
	char reason[IW_REASON_MAX]; /* Reason value, for CANCEL, BYE and the response */
	char contact[160];	    /* with a 301: the new number's URI in <>; else "" */
	const char *clause;	    /* why this status */
};

/* `host`: of the URI that a changed number gets. A REL without a readable cause counts as 31. */
void iw_rel_to_sip(const struct isup_msg *rel, const struct iw_numbering *plan, const char *host,
		   struct iw_release *out);
/* A final response 300-699 to our INVITE; see iw_cause_of_status. */
void iw_response_to_rel(unsigned status, const struct sip_msg *msg, bool local,
			struct isup_msg *rel, const char **clause);
/* BYE or CANCEL (msg may be NULL): 16, unless its Reason says another. */
void iw_request_to_rel(const struct sip_msg *msg, struct isup_msg *rel, const char **clause);
/* A REL for a reason of our own. */
void iw_local_rel(uint8_t cause, struct isup_msg *rel);

#endif
