/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtp/adapt: how deep a receive buffer has to be, from how early packets come: the least time in
 * hand of the last seconds is kept near RTP_ADAPT_MARGIN. Single octets are dropped or doubled
 * where it is quiet, one a packet (eight when there is much too much): that is also what follows a
 * sender whose clock differs from ours. A packet that is late makes the buffer deeper at once; one that
 * another has overtaken does when it is not the only such within a window, as its own time has passed.
 *
 *	octets = rtp_adapt_packet(&a, ahead);		(each packet in order; > 0: too many)
 *	octets = rtp_adapt_late(&a, behind, depth);	(one that is late: how much deeper)
 *	rtp_adapt_overtaken(&a, ahead);			(one behind a later one)
 *	octets = rtp_adapt_missed(&a, behind, depth);	(one such that is late: how much deeper)
 *	rtp_adapt_done(&a, octets);			(they were dropped, or doubled: < 0)
 */
#ifndef TRUNKGATE_RTP_ADAPT_H
#define TRUNKGATE_RTP_ADAPT_H

#include <stdint.h>

#define RTP_ADAPT_MARGIN  80  /* octets in hand: 10 ms */
#define RTP_ADAPT_AT_ONCE 40  /* of it, when one is late: more would be a longer gap */
#define RTP_ADAPT_SLACK	  16  /* that much beside it is well */
#define RTP_ADAPT_WINDOW  64  /* packets */
#define RTP_ADAPT_WINDOWS 8   /* how far back it looks before the buffer shrinks */
#define RTP_ADAPT_MUCH	  160 /* octets: more than this too many go eight at a time */

struct rtp_adapt {
	int16_t low[RTP_ADAPT_WINDOWS]; /* least in hand, by window; the newest is [at] */
	uint8_t at, packets, windows;
	uint8_t missed; /* packets of this window that were overtaken and late */
	int16_t excess; /* octets to drop; < 0: to double */
};

void rtp_adapt_init(struct rtp_adapt *a);
/* Forgets what it saw: the buffer begins anew. */
void rtp_adapt_restart(struct rtp_adapt *a);
/* Octets that may go with this packet if it is quiet: 0, 1, 8, or -1 (one more). */
int rtp_adapt_packet(struct rtp_adapt *a, int32_t ahead);
/* The least in hand of late, octets; INT16_MAX: nothing is known. */
int rtp_adapt_low(const struct rtp_adapt *a);
/* A packet that was overtaken, so much before its time. */
void rtp_adapt_overtaken(struct rtp_adapt *a, int32_t ahead);
/* The same, and it is late: octets to deepen the buffer by. */
uint32_t rtp_adapt_missed(struct rtp_adapt *a, uint32_t behind, uint32_t depth, uint32_t max);
/* `behind` octets late, in a buffer of `depth` octets of at most `max`: octets to deepen it by. */
uint32_t rtp_adapt_late(struct rtp_adapt *a, uint32_t behind, uint32_t depth, uint32_t max);
void rtp_adapt_done(struct rtp_adapt *a, int octets);

#endif
