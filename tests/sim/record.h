/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/record: what passed the gateway, in order, written as the figures of RFC 3398 draw it: SIP on
 * the left, the PSTN on the right, so ">" goes from SIP to the PSTN and "<" the other way, whoever
 * made the call.
 *
 *	record_start(w);
 *	...
 *	record_check(w, "sip>INVITE sip<100 isup>IAM isup<ACM sip<180+sdp");
 *	record_check_media(w, "OPEN:to_rtp MODIFY:both CLOSE");
 *	record_isup(w, "isup>IAM", &iam);	(the last of this name)
 *
 * Responses to other requests than INVITE name the method: "200:BYE". "+sdp" stands behind a
 * message with a body.
 */
#ifndef TRUNKGATE_SIM_RECORD_H
#define TRUNKGATE_SIM_RECORD_H

#include <trunkgate/sip/msg.h>
#include "isup/msg.h"
#include "ss7/mtp.h"

#define SIM_RECORDS 200

struct world;

struct sim_record {
	char name[32]; /* "sip>INVITE+sdp", "isup<ACM", "OPEN:both" */
	bool media;
	tick_t at;
	struct str octets; /* SIP, ISUP */
};

/* Forgets what was recorded and goes on recording. */
void record_start(struct world *w);
void record_check(struct world *w, const char *expected);
/* The names of all but the media's, or of the media's alone; returns buf. */
const char *record_print(const struct world *w, bool media, char *buf, size_t size);
void record_check_media(struct world *w, const char *expected);
/* The last message of this name, "+sdp" left out; fails the test when there is none. */
void record_sip(struct world *w, const char *name, struct sip_msg *m);
void record_isup(struct world *w, const char *name, struct isup_msg *m);
unsigned record_count(const struct world *w, const char *name);
/* The Q.850 cause in the Reason of a SIP message (-1: none), and of an ISUP message. */
int record_reason(struct world *w, const char *name);
struct isup_cause record_cause(struct world *w, const char *name);

/* For world.c. */
void record_add_sip(struct world *w, bool to_gateway, struct str octets);
void record_add_isup(struct world *w, bool to_gateway, const struct mtp_prim *p);
void record_add_media(struct world *w, const char *what, unsigned through);

#endif
