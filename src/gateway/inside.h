/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/inside: pairs of timeslots on the spans that nobody has outside (media/engine.h, RTP to
 * RTP), for calls between two SIP legs: who called has the first timeslot, who is called the second.
 * A pair that was free for longest is taken.
 *
 *	if (gw_inside_get(&g->inside, mu_law, &pair)) ... pair.span, pair.timeslot and the next one
 *	gw_inside_put(&g->inside, &pair);		(nothing, when there is none)
 */
#ifndef TRUNKGATE_GATEWAY_INSIDE_H
#define TRUNKGATE_GATEWAY_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/mem.h>

struct gw_pair {
	uint8_t span, timeslot; /* timeslot 0: there is none */
};

/* Spans are A-law and mu-law in turn. */
struct gw_inside {
	unsigned first_span;
	unsigned nr[2], get[2], free[2]; /* by law: rings of free pairs */
	struct gw_pair *pair[2];
};

int gw_inside_init(struct gw_inside *in, struct mem *m, unsigned first_span, unsigned nr_spans);
/* Were there some at the start? */
bool gw_inside_any(const struct gw_inside *in);
bool gw_inside_get(struct gw_inside *in, bool mu_law, struct gw_pair *out);
void gw_inside_put(struct gw_inside *in, struct gw_pair *pair);

#endif
