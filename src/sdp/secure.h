/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sdp/secure: which keys a stream has, out of an offer and an answer (RFC 4568 7.1, RFC 5763 5), and
 * the lines that say so.
 *
 *	if (sdp_secure_answer(caps, media, &choice, diag) < 0) refuse;
 *	sdp_secure_print_answer(&w, caps, &choice);
 */
#ifndef TRUNKGATE_SDP_SECURE_H
#define TRUNKGATE_SDP_SECURE_H

#include <trunkgate/sdp/sdp.h>

#include "base/cursor.h"

/* What we take of the stream they offer. TG_ENOTSUP: nothing that we may. */
int sdp_secure_answer(const struct sdp_caps *caps, const struct sdp_media *m,
		      struct sdp_choice *out, struct tg_diag *d);
/* What they took of our offer. TG_EPROTO: something that was not in it. */
int sdp_secure_accept(const struct sdp_caps *caps, const struct sdp_media *m,
		      struct sdp_choice *out, struct tg_diag *d);
/* How much we like a fingerprint (RFC 8122 5): 0, it is of a hash that we do not know (MD5 and MD2 are
 * of no use), or not of its length. */
unsigned sdp_fingerprint_rank(struct str hash, struct str fingerprint);
/* The protocol of our offer's m= line. */
const char *sdp_secure_proto(const struct sdp_caps *caps);
void sdp_secure_print_offer(struct wr *w, const struct sdp_caps *caps);
void sdp_secure_print_answer(struct wr *w, const struct sdp_caps *caps,
			     const struct sdp_choice *choice);

#endif
