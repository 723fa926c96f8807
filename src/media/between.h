/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * media/between: octets of timeslots from one engine to another, each in a thread of its own: a
 * queue of milliseconds for each timeslot, written by the engine that serves its span, read by the
 * one that serves the span it is joined with. No lock; a reader that has fallen behind, or has
 * caught up, slips by whole milliseconds (G.822). Each time that one has caught up and goes on, twice as
 * much is kept in hand from then on, up to MED_BETWEEN_GROWS: one of the two is held up that long.
 *
 *	struct med_between *b = med_between_new(mem, nr_spans);		(in each engine's med_cfg)
 *	med_between_put(b, key, rx);					(its span's thread)
 *	if (!med_between_get(b, key, &reader, tx)) ... silence		(the other's)
 *
 * Lives as long as the longest of the engines. A key is span * TDM_MAX_TS + timeslot.
 */
#ifndef TRUNKGATE_MEDIA_BETWEEN_H
#define TRUNKGATE_MEDIA_BETWEEN_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/mem.h>

#include "tdm/span.h"

#define MED_BETWEEN_MS	  64 /* a power of two: the queue */
#define MED_BETWEEN_BEGIN 6  /* milliseconds that are kept in hand at first */
#define MED_BETWEEN_GROWS 24 /* and at most */
#define MED_BETWEEN_MOST  40 /* more in hand than this is left out */

struct med_between;

/* Where a reader is; { 0 } at the begin of a call. */
struct med_between_reader {
	uint32_t next, in_hand;
	uint8_t state; /* it is new, waits until there is enough, reads, has caught up */
};

/* NULL: no memory. */
struct med_between *med_between_new(struct mem *m, unsigned nr_spans);
void med_between_put(struct med_between *b, unsigned key, const uint8_t octets[TDM_BLOCK]);
/* False: there is nothing now. */
bool med_between_get(struct med_between *b, unsigned key, struct med_between_reader *r,
		     uint8_t octets[TDM_BLOCK]);

#endif
