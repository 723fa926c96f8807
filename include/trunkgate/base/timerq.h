/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * timerq: timers ordered by deadline, then by order of arming (two timers of one deadline fire in
 * the order in which they were armed: a run can be replayed). An intrusive pairing heap: arming
 * allocates nothing and cannot fail; arm and next O(1), cancel and pop O(log n) amortised.
 *
 *	struct timer { struct timer_node node; ... } or embed it in the owner:
 *	timerq_arm(&q, &trans->timer_a, tick_add_us(now, t1_us));
 *	while ((t = timerq_pop_due(&q, now)))
 *		switch (t->kind) ... container_of(t, struct trans, timer_a)
 */
#ifndef TRUNKGATE_BASE_TIMERQ_H
#define TRUNKGATE_BASE_TIMERQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <trunkgate/base/tick.h>

struct timer {
	tick_t at;
	uint64_t order;
	struct timer *child, *sibling, **link; /* link: what points to us; NULL when not armed */
	uint16_t kind; /* the owner's: which timer this is, and so what struct holds it */
};

struct timerq {
	struct timer *top;
	uint64_t order;
	size_t nr;
};

void timerq_init(struct timerq *q);
/* Arms, or moves when armed already (it then counts as armed last). */
void timerq_arm(struct timerq *q, struct timer *t, tick_t at);
/* Harmless when it is not armed (a zeroed timer is not). */
void timerq_cancel(struct timerq *q, struct timer *t);
static inline bool timer_armed(const struct timer *t)
{
	return t->link != NULL;
}
/* The earliest deadline, or TICK_NEVER. */
tick_t timerq_deadline(const struct timerq *q);
/* The next due timer, no longer armed; NULL when none is due. */
struct timer *timerq_pop_due(struct timerq *q, tick_t now);

#endif
