/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/backward: what messages after the IAM carry beside their own meaning: user-to-user
 * information (Q.763 3.61; RFC 7433, RFC 7434) in each of them, and where a call was diverted to
 * (Q.763 3.46, 3.6; History-Info of responses, RFC 7044 10.3). Pure functions.
 *
 *	iw_backward_to_sip(&x, &acm, &plan, host, called, &headers);	(18x, 2xx, 3xx-6xx, BYE)
 *	iw_backward_to_isup(&x, response, &plan, &cpg);
 */
#ifndef TRUNKGATE_INTERWORK_BACKWARD_H
#define TRUNKGATE_INTERWORK_BACKWARD_H

#include <trunkgate/sip/msg.h>

#include "interwork/explain.h"
#include "interwork/headers.h"
#include "interwork/number.h"

/* `called`: the text of the number that was called; "": no History-Info. */
void iw_backward_to_sip(const struct iw_ctx *x, const struct isup_msg *m,
			const struct iw_numbering *plan, const char *host, const char *called,
			struct iw_headers *h);
/* Of ACM, CPG, ANM and CON, and the user-to-user information of REL. What has no room is left out. */
void iw_backward_to_isup(const struct iw_ctx *x, const struct sip_msg *msg,
			 const struct iw_numbering *plan, struct isup_msg *m);

/* uui.c. TG_ELIMIT: no room in the message. */
void iw_uui_to_sip(const struct iw_ctx *x, const struct isup_msg *m, struct iw_headers *h);
int iw_uui_to_isup(const struct iw_ctx *x, const struct sip_msg *msg, struct isup_msg *m);

#endif
