/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/params: the parameters of an IAM that are neither numbers nor redirections, to the URI
 * parameters and headers of an INVITE and back: category and originating line, carrier, hop counter,
 * user-to-user information, sub-addresses, priority (doc/interwork.md has them with their clauses).
 * Under iw_invite_to_iam and iw_iam_to_invite (setup.h).
 *
 *	iw_params_of_called(&x, iam, plan, buf, sizeof(buf));	(";cic=+1-5062;isub=22")
 *	iw_params_to_sip(&x, iam, &headers, &max_forwards);
 */
#ifndef TRUNKGATE_INTERWORK_PARAMS_H
#define TRUNKGATE_INTERWORK_PARAMS_H

#include <trunkgate/sip/msg.h>

#include "interwork/explain.h"
#include "interwork/headers.h"
#include "interwork/number.h"

#define IW_PARAMS_MAX 160

/* The parameters behind the called and the calling number; "" when there are none. */
void iw_params_of_called(const struct iw_ctx *x, const struct isup_msg *iam,
			 const struct iw_numbering *plan, char buf[IW_PARAMS_MAX]);
void iw_params_of_calling(const struct iw_ctx *x, const struct isup_msg *iam,
			  const struct iw_numbering *plan, char buf[IW_PARAMS_MAX]);
/* Headers of their own; `max_forwards` 0: the stack's. */
void iw_params_to_sip(const struct iw_ctx *x, const struct isup_msg *iam, struct iw_headers *h,
		      uint32_t *max_forwards);
/* What an IAM asks for: audio; 64 kbit/s as they are (RFC 4040), when `can_clear`; these if they can be
 * had, else audio. TG_ENOTSUP: none of the media that RTP carries here (Q.763 3.54). */
enum iw_medium { IW_MEDIUM_AUDIO, IW_MEDIUM_CLEAR, IW_MEDIUM_EITHER };
int iw_params_medium(const struct iw_ctx *x, const struct isup_msg *iam, bool can_clear);
/* What the caller of such an IAM falls back to (Q.763 3.55), and that it was used (3.56) in CON or ANM. */
#define IW_NO_FALLBACK 0xff
uint8_t iw_medium_fallback(const struct isup_msg *iam);
int iw_medium_used(const struct iw_ctx *x, uint8_t fallback, bool clear, struct isup_msg *m);
/* What has been agreed on with SIP: transmission medium and user service information. */
int iw_medium_to_isup(const struct iw_ctx *x, bool clear, struct isup_msg *iam);

/* `caller`: whose parameters count, when the peer is believed; NULL: nobody's. TG_ELIMIT. */
int iw_params_to_isup(const struct iw_ctx *x, const struct sip_msg *invite,
		      const struct iw_numbering *plan, const struct sip_uri *caller, bool trusted,
		      struct isup_msg *iam);

/* charge.c: the caller's line, as T1.113 has it. */
void iw_charge_to_sip(const struct iw_ctx *x, const struct isup_msg *iam,
		      const struct iw_numbering *plan, const char *host, struct iw_headers *h);
int iw_charge_to_isup(const struct iw_ctx *x, const struct sip_msg *invite,
		      const struct iw_numbering *plan, struct isup_msg *iam);
void iw_jurisdiction_to_sip(const struct iw_ctx *x, const struct isup_msg *iam,
			    const struct iw_numbering *plan, char buf[IW_PARAMS_MAX]);
int iw_jurisdiction_to_isup(const struct iw_ctx *x, const struct sip_phone *caller,
			    const struct iw_numbering *plan, struct isup_msg *iam);

#endif
