/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/guess: see guess.h. */
#include "sip/guess.h"

#include <stdbool.h>

static tick_t end_of(const struct sip_guess *g, unsigned i)
{
	return tick_add_us(g->entry[i].since, S_US(SIP_GUESS_S));
}

static bool is_of(const struct sip_guess *g, unsigned i, tick_t now, const struct addr *from)
{
	return g->entry[i].host.family != ADDR_NONE && !tick_due(end_of(g, i), now) &&
	       addr_ip_eq(&g->entry[i].host, from);
}

uint32_t sip_guess_blocked(const struct sip_guess *g, tick_t now, const struct addr *from)
{
	for (unsigned i = 0; i < SIP_GUESS_HOSTS; i++)
		if (is_of(g, i, now, from) && g->entry[i].nr >= SIP_GUESSES)
			return (uint32_t)((tick_diff_us(end_of(g, i), now) + S_US(1) - 1) /
					  S_US(1));
	return 0;
}

void sip_guess_wrong(struct sip_guess *g, tick_t now, const struct addr *from)
{
	unsigned oldest = 0;

	for (unsigned i = 0; i < SIP_GUESS_HOSTS; i++) {
		if (is_of(g, i, now, from)) {
			g->entry[i].nr++;
			return;
		}
		if (g->entry[oldest].host.family != ADDR_NONE &&
		    (g->entry[i].host.family == ADDR_NONE ||
		     tick_before(g->entry[i].since, g->entry[oldest].since)))
			oldest = i;
	}
	g->entry[oldest].host = *from;
	g->entry[oldest].nr = 1;
	g->entry[oldest].since = now;
}
