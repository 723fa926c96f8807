/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/setup: INVITE and IAM (RFC 3398 7.2.1.1 and 8.2.1.1), with the caller's identity
 * (RFC 3325) and privacy (RFC 3323), portability, redirections (redirect.h) and the smaller
 * parameters (params.h). Pure functions; what no row of the profile names is not carried over.
 *
 *	err = iw_invite_to_iam(&x, &in, &plan, &iam, &diag);	(err < 0: answer in.status)
 *	err = iw_iam_to_invite(&x, &iam, &plan, &hosts, &inv);	(inv.uri, inv.from, inv.to, ...)
 *
 * The CIC of a built IAM is 0: the circuit puts its own.
 */
#ifndef TRUNKGATE_INTERWORK_SETUP_H
#define TRUNKGATE_INTERWORK_SETUP_H

#include <trunkgate/base/err.h>
#include <trunkgate/sip/msg.h>
#include "interwork/explain.h"
#include "interwork/headers.h"
#include "interwork/number.h"
#include "interwork/params.h"
#include "isup/msg.h"

struct iw_invite_in {
	const struct sip_msg *msg;
	bool trusted; /* the peer's P-Asserted-Identity, category and priority count (RFC 3325 5) */
	unsigned status; /* filled on an error: what to answer */
};

/* TG_E* of iw_number_of_uri for the Request-URI (status and diag say what to answer), TG_EINVAL
 * for Max-Forwards and the like never: those are the stack's. */
int iw_invite_to_iam(const struct iw_ctx *x, struct iw_invite_in *in,
		     const struct iw_numbering *plan, struct isup_msg *iam, struct tg_diag *diag);

/* Texts as URIs have them: "192.0.2.1:5060", "[2001:db8::1]". */
struct iw_hosts {
	const char *theirs; /* host of the Request-URI and To */
	const char *ours;   /* host of From and of the asserted identity */
	bool trusted;	    /* may see the number of a caller who hides it (RFC 3325 7) */
	bool can_clear;	    /* CLEARMODE is among the peer's codecs */
};

#define IW_URI_MAX 440

struct iw_invite_out {
	char uri[IW_URI_MAX];
	char from[IW_URI_MAX], to[IW_URI_MAX];
	char called[IW_NUMBER_TEXT_MAX], calling[IW_NUMBER_TEXT_MAX]; /* "" : none */
	uint32_t max_forwards;					      /* 0: the stack's */
	uint8_t medium;	  /* enum iw_medium: of the offer */
	uint8_t fallback; /* IW_NO_FALLBACK */
	uint8_t cause;	  /* on an error: what the call is released with */
	struct iw_headers headers;
};

/* TG_ENOENT or TG_EINVAL: no called number; TG_ETRUNC: it has no digits; TG_ENOTSUP: a bearer that RTP
 * cannot carry, or a closed user group. */
int iw_iam_to_invite(const struct iw_ctx *x, const struct isup_msg *iam,
		     const struct iw_numbering *plan, const struct iw_hosts *hosts,
		     struct iw_invite_out *out);

/* Who has answered: P-Asserted-Identity, and Privacy, of a 2xx for the connected number of an ANM or
 * CON (Q.763 3.16); and back, from a peer that is believed. */
void iw_connected_to_sip(const struct iw_ctx *x, const struct isup_msg *answer,
			 const struct iw_numbering *plan, const struct iw_hosts *hosts,
			 struct iw_headers *h);
int iw_connected_to_isup(const struct iw_ctx *x, const struct sip_msg *answer,
			 const struct iw_numbering *plan, struct isup_msg *anm);

#endif
