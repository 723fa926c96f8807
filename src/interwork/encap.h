/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/encap: ISUP in bodies of SIP: application/isup (RFC 3204), as in SIP-T (RFC 3372) and
 * SIP-I (Q.1912.5 profile C), and which value counts when header and body both have one. Pure functions;
 * a profile without encapsulation makes no such bodies, and understands none.
 *
 *	struct iw_encap e;
 *	if (iw_encap(&x, &iam, true, sdp, NULL, &e) > 0) ... e.content_type, e.body, e.disposition
 *
 *	struct isup_msg in_body;
 *	int found = iw_decap(&x, invite, &in_body, &diag);	(< 0: 415, diag says why)
 *	if (found) iw_merge_iam(&x, &in_body, &iam);
 */
#ifndef TRUNKGATE_INTERWORK_ENCAP_H
#define TRUNKGATE_INTERWORK_ENCAP_H

#include <trunkgate/sip/msg.h>

#include "interwork/explain.h"
#include "interwork/location.h"
#include "isup/msg.h"

/* A session description, an ISUP message, a location and what multipart puts around them. */
#define IW_ENCAP_MAX (2700 + IW_LOCATION_MAX + IW_LOCATION_ID_MAX)

struct iw_encap {
	char text[IW_ENCAP_MAX], type[48];
	struct str content_type, body; /* views into text and type: not to be copied */
	const char *disposition;       /* Content-Disposition of the message; NULL: none */
};

/* 1; 0: nothing to do, the message goes without; TG_ELIMIT: no room. `sdp` may be empty; it comes
 * first. `where`: its body goes along, whatever the profile says of ISUP; NULL: none. */
int iw_encap(const struct iw_ctx *x, const struct isup_msg *m, bool invite, struct str sdp,
	     const struct iw_location *where, struct iw_encap *out);
/* 1 and the message (CIC 0); 0: none, or one that need not be understood and was not; TG_ENOTSUP: one
 * that has to be (RFC 5621 3.2): 415. */
int iw_decap(const struct iw_ctx *x, const struct sip_msg *m, struct isup_msg *out,
	     struct tg_diag *diag);

enum iw_winner { IW_WINS_BODY, IW_WINS_HEADER, IW_WINS_HERE };
/* Which value counts, by parameter; a parameter without a row is the body's. */
struct iw_precedence_row {
	uint8_t code;	/* enum isup_param_code */
	uint8_t winner; /* HEADER: when there is a header for it. HERE: made anew. */
	struct iw_source source;
};
extern const struct iw_precedence_row iw_precedence_rows[];
extern const size_t iw_nr_precedence_rows;

/* *iam is what the headers gave and becomes what goes out. TG_ELIMIT: it does not fit together; *iam
 * is unchanged then. */
int iw_merge_iam(const struct iw_ctx *x, const struct isup_msg *body, struct isup_msg *iam);
/* The same for a backward message of the same type: the body counts; the cause of a REL is that of
 * *m when `reason` says that a Reason header gave it. False: another type, *m stays. */
bool iw_merge_backward(const struct iw_ctx *x, const struct isup_msg *body, bool reason,
		       struct isup_msg *m);
/* May a body of this type go into a trunk within a call (INFO)? */
bool iw_encap_in_call(uint8_t type);

#endif
