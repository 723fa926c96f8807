/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/progress: between provisional and positive responses of SIP and ACM, CPG, ANM and CON
 * of ISUP (RFC 3398 7.2.5-7.2.9 and 8.2.3-8.2.4). Pure functions.
 *
 *	unsigned status = iw_progress_status(&x, &acm);	(180, 181, 183; 0: no such message)
 *
 *	struct isup_msg m[IW_PROGRESS_MAX];
 *	int nr = iw_progress_isup(&x, 183, acm_sent, has_sdp, m);	(ACM, or CPG, or both)
 *	iw_answer_isup(&x, acm_sent, &m[0]);			(ANM or CON)
 */
#ifndef TRUNKGATE_INTERWORK_PROGRESS_H
#define TRUNKGATE_INTERWORK_PROGRESS_H

#include <stdbool.h>

#include <trunkgate/sip/msg.h>

#include "interwork/explain.h"
#include "isup/msg.h"

/* ACM or CPG to the status of a provisional response; 0 for other messages. A free subscriber is
 * told as 180 even with in-band information: early media does not depend on the status. */
unsigned iw_progress_status(const struct iw_ctx *x, const struct isup_msg *m);
/* Has the network said that something is to be heard: interworking, in-band information? */
bool iw_progress_in_band(const struct isup_msg *m);
/* Has the called user been alerted: 'subscriber free' of an ACM or CON, 'alerting' of a CPG? */
bool iw_progress_alerting(const struct isup_msg *m);

/* May the caller hear the media of this provisional response? With the rule `early-media authorised`
 * its P-Early-Media has to have sendrecv or sendonly (RFC 5009 8). */
bool iw_early_media(const struct iw_ctx *x, const struct sip_msg *response);

#define IW_PROGRESS_MAX 2
/* A 101-199 to what is sent into the trunk: how many messages, 0 to IW_PROGRESS_MAX, or TG_E*.
 * `in_band`: the response has SDP, its media go to the caller. */
int iw_progress_isup(const struct iw_ctx *x, unsigned status, bool acm_sent, bool in_band,
		     struct isup_msg m[IW_PROGRESS_MAX]);
/* A 2xx: ANM, or CON when no ACM was sent. */
int iw_answer_isup(const struct iw_ctx *x, bool acm_sent, struct isup_msg *m);

#endif
