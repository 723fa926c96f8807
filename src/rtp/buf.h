/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtp/buf: the octets between packets and a timeslot: a ring in which each octet has a place in
 * time and a bit that says whether it came. The reader takes 8 octets a millisecond and never
 * waits; places are counted in octets since the start (32 bits, wrapping).
 *
 *	rtp_buf_put(&b, b.play + 320, payload, NULL);	(to be played in 40 ms)
 *	uint8_t valid = rtp_buf_read(&b, out);		(bit n: out[n] came; 0xff: all)
 *
 * What is not valid is left as it was in `out`. The caller keeps places within the ring: at least
 * `play`, and at most play + RTP_BUF_SIZE behind the last octet.
 */
#ifndef TRUNKGATE_RTP_BUF_H
#define TRUNKGATE_RTP_BUF_H

#include <stdint.h>

#include <trunkgate/base/str.h>

#define RTP_BUF_SIZE  4096 /* octets: 512 ms; a power of two */
#define RTP_BUF_BLOCK 8	   /* octets: 1 ms */

struct rtp_buf {
	uint32_t play; /* place of the next octet to be read; a multiple of RTP_BUF_BLOCK */
	uint8_t valid[RTP_BUF_SIZE / 8];
	uint8_t octet[RTP_BUF_SIZE];
};

void rtp_buf_init(struct rtp_buf *b);
/* Lays octets at `place`, each through `table` unless that is NULL. */
void rtp_buf_put(struct rtp_buf *b, uint32_t place, struct str octets, const uint8_t *table);
/* Forgets what is laid at `place` and behind; returns how many octets had come. */
unsigned rtp_buf_cut(struct rtp_buf *b, uint32_t place);

static inline uint8_t rtp_buf_read(struct rtp_buf *b, uint8_t out[RTP_BUF_BLOCK])
{
	uint32_t at = b->play & (RTP_BUF_SIZE - 1);
	uint8_t valid = b->valid[at / 8];

	b->play += RTP_BUF_BLOCK;
	if (valid == 0)
		return 0;
	b->valid[at / 8] = 0;
	if (valid == 0xff) {
		memcpy(out, b->octet + at, RTP_BUF_BLOCK);
		return valid;
	}
	for (unsigned i = 0; i < RTP_BUF_BLOCK; i++)
		if (valid >> i & 1)
			out[i] = b->octet[at + i];
	return valid;
}

#endif
