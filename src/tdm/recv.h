/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tdm/recv: the receiving side of a span that comes in packets: a buffer of frames in the order of
 * their numbers, in which packets may be late, missing or out of order, and from which a block is
 * read each millisecond. What did not come is idle (RFC 5086 6.2.2).
 *
 * States (RFC 5086 6.2.2): filling: idle until `depth` frames are there; playing; filling again when
 * there is nothing left (an underrun, after which the depth grows). Nothing for los_ms, or not yet
 * 100 ms of speech without a break: LOS.
 *
 * Two clocks: when the mean fill has wandered by half of the depth, one frame is left out or said
 * twice: a controlled slip (G.822). A reader whose clock follows the writer's (`slave`) never slips;
 * tdm_recv_rate_ppb says how it follows.
 *
 * put and get are the media thread's; status may be read by another.
 *
 *	struct tdm_recv *r = tdm_recv_new(mem, &cfg);
 *	tdm_recv_put(r, number_of_first_frame, frames, 8);
 *	if (!tdm_recv_get(r, &block)) ... it is idle
 */
#ifndef TRUNKGATE_TDM_RECV_H
#define TRUNKGATE_TDM_RECV_H

#include "tdm/span.h"

struct tdm_recv;

#define TDM_RECV_FRAMES 4096 /* room: 512 ms */
#define TDM_RECV_GROWS	960  /* frames to which a buffer that runs empty grows by itself: 120 ms */

struct tdm_recv_cfg {
	unsigned nr_ts; /* octets of a frame: timeslots 1 .. nr_ts */
	uint8_t idle;
	unsigned depth, max_depth; /* frames, at most TDM_RECV_FRAMES / 2 */
	unsigned los_ms;	   /* 0: 250 */
	bool slave;
	bool raw; /* octets of a block from 0 on: what is there is no timeslots yet */
};

struct tdm_recv *tdm_recv_new(struct mem *m, const struct tdm_recv_cfg *cfg);
/* `nr` frames one behind the other, the first with the number `at` (which wraps). */
void tdm_recv_put(struct tdm_recv *r, uint32_t at, const uint8_t *frames, unsigned nr);
/* The same, of idle (the far end had nothing to send). */
void tdm_recv_put_idle(struct tdm_recv *r, uint32_t at, unsigned nr);
/* What the far end says about itself: TDM_AIS, TDM_RAI. */
void tdm_recv_far(struct tdm_recv *r, unsigned alarms);
/* A packet that is not what was agreed; it counts as none. */
void tdm_recv_malformed(struct tdm_recv *r);
bool tdm_recv_get(struct tdm_recv *r, struct tdm_block *b);
/* The connection is new, or gone: as at the start, but for the counters. */
void tdm_recv_reset(struct tdm_recv *r);
/* Room for one block more. */
bool tdm_recv_room(const struct tdm_recv *r);
/* Blocks that can be read one after the other now. */
unsigned tdm_recv_arrived(const struct tdm_recv *r);
int32_t tdm_recv_rate_ppb(const struct tdm_recv *r);
unsigned tdm_recv_alarms(const struct tdm_recv *r);
/* Fills in what it knows: all but what is sent. */
void tdm_recv_status(const struct tdm_recv *r, struct tdm_status *out);

#endif
