/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/redirect: redirecting number, original called number and redirection information (Q.763
 * 3.39, 3.44, 3.45) to Diversion (RFC 5806 9.2) and History-Info (RFC 7044, RFC 4458), and back. Pure
 * functions.
 *
 *	iw_redirect_to_sip(&x, &iam, &plan, "192.0.2.1", called, &headers);
 *	err = iw_redirect_to_isup(&x, invite, &plan, &iam);
 */
#ifndef TRUNKGATE_INTERWORK_REDIRECT_H
#define TRUNKGATE_INTERWORK_REDIRECT_H

#include <trunkgate/sip/msg.h>

#include "interwork/explain.h"
#include "interwork/headers.h"
#include "interwork/number.h"

/* `host`: behind the @; `called`: the number that the call goes to now. */
void iw_redirect_to_sip(const struct iw_ctx *x, const struct isup_msg *iam,
			const struct iw_numbering *plan, const char *host, const char *called,
			struct iw_headers *h);
/* Entries without a telephone number count, and are no number. TG_ELIMIT: no room in the IAM. */
int iw_redirect_to_isup(const struct iw_ctx *x, const struct sip_msg *invite,
			const struct iw_numbering *plan, struct isup_msg *iam);
/* The called number has sent the call on (a 3xx): it is the redirecting number now, for a reason of Q.763
 * 3.45. TG_ELIMIT: the counter has its limit already; TG_ENOENT: no called number. */
int iw_redirect_again(struct isup_msg *iam, uint8_t reason);

/* The same backward (Q.763 3.46, 3.6): to which number ACM, CPG, ANM or CON say that the call was diverted,
 * as History-Info of the response, and back: the last entry that has a cause (RFC 4458 2). */
void iw_diverted_to_sip(const struct iw_ctx *x, const struct isup_msg *m,
			const struct iw_numbering *plan, const char *host, const char *called,
			struct iw_headers *h);
void iw_diverted_to_isup(const struct iw_ctx *x, const struct sip_msg *response,
			 const struct iw_numbering *plan, struct isup_msg *m);

#endif
