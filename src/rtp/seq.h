/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtp/seq: sequence numbers of one source as RFC 3550 A.1 keeps them: extended to 32 bits, jumps
 * told from loss and disorder, and what was lost counted (A.3). The last 64 numbers are remembered
 * one by one, so a duplicate is known and does not hide a loss; that is also how far a packet may
 * be behind (A.1 proposes 100). There is no probation at the start: who may send is decided by
 * the source address; a jump needs two packets in a row (A.1: bad_seq).
 *
 *	struct rtp_seq s;
 *	rtp_seq_init(&s, p.seq);			(the first packet of a source counts here)
 *	switch (rtp_seq_update(&s, p.seq)) { ... }	(the following ones)
 */
#ifndef TRUNKGATE_RTP_SEQ_H
#define TRUNKGATE_RTP_SEQ_H

#include <stdbool.h>
#include <stdint.h>

#define RTP_SEQ_DROPOUT	 3000
#define RTP_SEQ_MISORDER 64

enum rtp_seq_verdict {
	RTP_SEQ_NEW,	   /* ahead of all so far */
	RTP_SEQ_OLD,	   /* behind, and here for the first time */
	RTP_SEQ_DUPLICATE, /* was here already */
	RTP_SEQ_JUMP,	   /* out of all bounds, once */
	RTP_SEQ_RESTART,   /* the second in a row behind a jump: counted anew from here */
};

struct rtp_seq {
	uint64_t window;   /* bit n: max - n was received */
	uint32_t cycles;   /* wraps so far, shifted left by 16 */
	uint32_t base;	   /* extended number of the first since the last restart */
	uint32_t received; /* different ones since then */
	uint32_t lost;	   /* before the last restart */
	uint32_t bad;	   /* what would confirm a jump; > 0xffff: none is open */
	uint16_t max;
};

void rtp_seq_init(struct rtp_seq *s, uint16_t seq);
/* A new source takes over: counted anew from `seq`, what was lost before is kept. */
void rtp_seq_restart(struct rtp_seq *s, uint16_t seq);
enum rtp_seq_verdict rtp_seq_update(struct rtp_seq *s, uint16_t seq);
/* Packets that were expected and never came (A.3). */
uint32_t rtp_seq_lost(const struct rtp_seq *s);
/* The highest so far with its wraps. */
static inline uint32_t rtp_seq_extended(const struct rtp_seq *s)
{
	return s->cycles + s->max;
}

#endif
