/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/release: REL to a final response, CANCEL or BYE, and these to REL (RFC 3398 7.2.3,
 * 7.2.4, 8.2.6, 8.2.7, 10). Pure functions.
 *
 *	struct iw_release r;
 *	iw_rel_to_sip(&x, &rel, &plan, "192.0.2.1", &r);	(r.status, r.reason, r.contact)
 *	iw_response_to_rel(&x, 486, msg, false, &rel, &source);
 *	iw_request_to_rel(&x, bye, &rel, &source);
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
	struct iw_source source;    /* why this status */
};

/* `host`: of the URI that a changed number gets. A REL without a readable cause counts as 31. */
void iw_rel_to_sip(const struct iw_ctx *x, const struct isup_msg *rel,
		   const struct iw_numbering *plan, const char *host, struct iw_release *out);
/* A final response 300-699 to our INVITE; see iw_cause_of_status. */
void iw_response_to_rel(const struct iw_ctx *x, unsigned status, const struct sip_msg *msg,
			bool local, struct isup_msg *rel, struct iw_source *source);
/* BYE or CANCEL (msg may be NULL, which counts as CANCEL): what the profile has for it, unless its
 * Reason says another cause. */
void iw_request_to_rel(const struct iw_ctx *x, const struct sip_msg *msg, struct isup_msg *rel,
		       struct iw_source *source);
/* A REL for a reason of our own. */
void iw_local_rel(uint8_t cause, struct isup_msg *rel);

/* Is another route tried after this cause, by the list of an operator? Causes that say something
 * about the user and his number never are. */
#define IW_CAUSE_SET_WORDS 4
struct iw_cause_set {
	uint32_t bits[IW_CAUSE_SET_WORDS];
};
bool iw_cause_may_advance(uint8_t cause);
bool iw_cause_in(const struct iw_cause_set *set, uint8_t cause);
/* TG_EINVAL: one that may not. */
int iw_cause_add(struct iw_cause_set *set, uint8_t cause);

#endif
