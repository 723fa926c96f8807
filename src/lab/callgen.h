/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/callgen: when calls are to be made: so many a second, evenly, up to a number. No clock: it is
 * told the time. Who is late makes up for it, but not with more than a burst.
 *
 *	struct lab_callgen g = lab_callgen(2500, 1000, now);	(2.5 a second, 1000 in all)
 *	while (lab_callgen_next(&g, now)) make a call
 *	wake at lab_callgen_deadline(&g)
 */
#ifndef TRUNKGATE_LAB_CALLGEN_H
#define TRUNKGATE_LAB_CALLGEN_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/tick.h>

#define LAB_CALLGEN_BURST 50 /* calls that are made up for at once */

struct lab_callgen {
	uint32_t per_1000_s; /* calls in 1000 seconds; 0: all at once */
	uint64_t left;	     /* UINT64_MAX: without an end */
	tick_t next;
	uint32_t ns_rest;
};

/* `nr` 0: without an end. */
static inline struct lab_callgen lab_callgen(uint32_t per_1000_s, uint64_t nr, tick_t now)
{
	return (struct lab_callgen){ .per_1000_s = per_1000_s,
				     .left = nr ? nr : UINT64_MAX,
				     .next = now };
}

/* True when a call is to be made now. */
bool lab_callgen_next(struct lab_callgen *g, tick_t now);
/* TICK_NEVER when all are made. */
tick_t lab_callgen_deadline(const struct lab_callgen *g);

#endif
