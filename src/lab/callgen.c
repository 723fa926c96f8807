/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/callgen: see the header. */
#include "lab/callgen.h"

#define NS_1000_S 1000000000000u

bool lab_callgen_next(struct lab_callgen *g, tick_t now)
{
	uint64_t step_ns;
	int64_t late_us = tick_diff_us(now, g->next);

	if (!g->left || late_us < 0)
		return false;
	if (g->left != UINT64_MAX)
		g->left--;
	if (!g->per_1000_s)
		return true;
	step_ns = NS_1000_S / g->per_1000_s;
	if (late_us > (int64_t)(step_ns / 1000 * LAB_CALLGEN_BURST))
		g->next = tick_add_us(now, -(int64_t)(step_ns / 1000 * LAB_CALLGEN_BURST));
	step_ns += g->ns_rest;
	g->next = tick_add_us(g->next, (int64_t)(step_ns / 1000));
	g->ns_rest = (uint32_t)(step_ns % 1000);
	return true;
}

tick_t lab_callgen_deadline(const struct lab_callgen *g)
{
	return g->left ? g->next : TICK_NEVER;
}
