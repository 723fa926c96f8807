/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inside: see the header. */
#include <trunkgate/base/err.h>

#include "gateway/inside.h"
#include "media/engine.h"

int gw_inside_init(struct gw_inside *in, struct mem *m, unsigned first_span, unsigned nr_spans)
{
	in->first_span = first_span;
	for (unsigned law = 0; law < 2; law++) {
		in->pair[law] = MEM_ARRAY(m, nr_spans * MED_INSIDE_PAIRS + 1, struct gw_pair);
		if (!in->pair[law])
			return TG_ENOMEM;
	}
	for (unsigned i = 0; i < nr_spans * MED_INSIDE_PAIRS; i++) {
		unsigned span = i / MED_INSIDE_PAIRS, law = span % 2;

		in->pair[law][in->nr[law]++] =
			(struct gw_pair){ (uint8_t)(first_span + span),
					  (uint8_t)(1 + 2 * (i % MED_INSIDE_PAIRS)) };
		in->free[law]++;
	}
	return TG_OK;
}

bool gw_inside_any(const struct gw_inside *in)
{
	return in->nr[0] + in->nr[1] > 0;
}

bool gw_inside_get(struct gw_inside *in, bool mu_law, struct gw_pair *out)
{
	if (!in->free[mu_law])
		return false;
	*out = in->pair[mu_law][in->get[mu_law]];
	in->get[mu_law] = (in->get[mu_law] + 1) % in->nr[mu_law];
	in->free[mu_law]--;
	return true;
}

void gw_inside_put(struct gw_inside *in, struct gw_pair *pair)
{
	unsigned law = (pair->span - in->first_span) % 2;

	if (!pair->timeslot)
		return;
	in->pair[law][(in->get[law] + in->free[law]) % in->nr[law]] = *pair;
	in->free[law]++;
	pair->timeslot = 0;
}
