/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtp/burst: how what was lost or came too late lies in time (RFC 3611 4.7.2): a burst begins and ends
 * with such a packet and has no RTP_BURST_GMIN good ones in a row; all else is gap. Counted exactly,
 * not by the estimate of RFC 3611 A.2. What was lost is decided RTP_BURST_HOLD packets later, as it may
 * come out of order.
 *
 *	struct rtp_burst b = { 0 };
 *	rtp_burst_packet(&b, p.seq, in_time);		(each packet, but those that came twice)
 *	rtp_burst_restart(&b, p.seq, in_time);		(one behind a jump, or of another source)
 *	rtp_burst_sum(&b, &sum);			(as if good ones followed)
 *
 * Nothing allocated, no pointer in it; a packet costs a few steps, whatever was lost.
 */
#ifndef TRUNKGATE_RTP_BURST_H
#define TRUNKGATE_RTP_BURST_H

#include <stdbool.h>
#include <stdint.h>

#define RTP_BURST_GMIN 16 /* RFC 3611 4.7.2: recommended */
#define RTP_BURST_HOLD 16 /* at most 64 */

struct rtp_burst {
	uint64_t good; /* bit n: max - n came in time */
	uint16_t max;
	uint8_t held; /* packets up to max that are not decided on */
	bool started, begins_bad;
	uint32_t packets;	     /* decided on */
	uint32_t run;		     /* good ones since the last bad one */
	uint32_t open_at;	     /* what may become a burst: where it began, */
	uint32_t open_nr, open_bad;  /* up to the last bad one; of these, bad */
	uint32_t bursts, nr, bad;    /* that have ended: packets, bad ones */
	uint32_t gap_bad, discarded; /* alone in a gap; of all, came too late */
};

struct rtp_burst_sum {
	uint32_t bursts, burst_packets, burst_bad;
	uint32_t gaps, gap_packets, gap_bad;
};

void rtp_burst_packet(struct rtp_burst *b, uint16_t seq, bool in_time);
void rtp_burst_restart(struct rtp_burst *b, uint16_t seq, bool in_time);
void rtp_burst_sum(const struct rtp_burst *b, struct rtp_burst_sum *out);

#endif
