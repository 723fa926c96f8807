/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtp/packet: the RTP data packet of RFC 3550 5.1: fixed header, CSRC list, header extension and
 * padding. Decoding takes nothing on trust: every length is checked against the datagram, and all
 * views of the result lie within it. Nothing is copied or owned.
 *
 *	struct rtp_packet p;
 *	if (rtp_packet_dec(&p, datagram, NULL) == 0 && p.pt == 8)
 *		play(p.timestamp, p.payload);
 *
 *	uint8_t out[RTP_HEADER_LEN + 160];
 *	struct wr w = wr_init(out, sizeof(out));
 *	rtp_packet_enc(&w, &p);
 */
#ifndef TRUNKGATE_RTP_PACKET_H
#define TRUNKGATE_RTP_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/str.h>
#include "base/cursor.h"

#define RTP_VERSION    2
#define RTP_HEADER_LEN 12 /* without CSRC list and extension */
#define RTP_CSRC_MAX   15
#define RTP_PT_MAX     127

struct rtp_packet {
	uint32_t timestamp, ssrc;
	uint16_t seq;
	uint8_t pt;
	bool marker;
	bool has_ext;
	uint16_t ext_profile; /* "defined by profile", when has_ext */
	struct str csrc;      /* 4 octets each */
	struct str ext;	      /* what follows the length word; a multiple of 4 octets */
	struct str payload;   /* without padding; may be empty */
};

/* TG_EPROTO: not version 2; TG_ETRUNC: a length points behind the end; TG_EINVAL: a padding count
 * of 0 or longer than what is behind the header (RFC 3550 5.1, A.1). `d` may be NULL. */
int rtp_packet_dec(struct rtp_packet *p, struct str octets, struct tg_diag *d);
/* The whole packet, without padding. Lengths of csrc and ext that are no multiple of 4 or too
 * long are an error of the writer. */
void rtp_packet_enc(struct wr *w, const struct rtp_packet *p);
/* The fixed header alone, for senders that have the payload in place: RTP_HEADER_LEN octets. Inline:
 * a sender that names its fields on the spot then writes 12 octets and no struct. */
static inline void rtp_header_enc(uint8_t *out, const struct rtp_packet *p)
{
	out[0] = (uint8_t)(RTP_VERSION << 6 | (p->has_ext ? 0x10 : 0) |
			   ((p->csrc.len / 4) & RTP_CSRC_MAX));
	out[1] = (uint8_t)((p->marker ? 0x80 : 0) | (p->pt & RTP_PT_MAX));
	out[2] = (uint8_t)(p->seq >> 8);
	out[3] = (uint8_t)p->seq;
	for (int i = 0; i < 4; i++) {
		out[4 + i] = (uint8_t)(p->timestamp >> (24 - 8 * i));
		out[8 + i] = (uint8_t)(p->ssrc >> (24 - 8 * i));
	}
}

#endif
