/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * overload: the media side has too much to do on some spans: no new calls there, so that those that
 * there are do not suffer (Q.850 cause 42 to the trunk; RFC 3261 21.5.4 to SIP).
 */
#include "gateway/core.h"

void gw_media_overload(struct gw *g, tick_t now, unsigned span, bool overloaded)
{
	g->now = now;
	if (span >= GW_MAX_SPANS || g->span_overloaded[span] == overloaded)
		return;
	g->span_overloaded[span] = overloaded;
	for (unsigned i = 0; i < g->nr_trunks; i++)
		for (unsigned k = 0; k < g->trunk[i].nr_circuits; k++) {
			struct gw_circuit *c = &g->trunk[i].circuit[k];

			if (c->span == span)
				c->overloaded = overloaded;
		}
}

bool gw_overload_everywhere(struct gw *g)
{
	for (unsigned i = 0; i < g->cfg->nr_spans; i++)
		if (!g->span_overloaded[g->cfg->span[i].number])
			return false;
	return g->cfg->nr_spans > 0;
}

bool gw_overload_takes(struct gw *g, const struct gw_trunk *t)
{
	for (unsigned i = 0; i < t->nr_circuits; i++)
		if (t->circuit[i].overloaded) {
			g->media_refused++;
			return true;
		}
	return false;
}
