/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * timerq: a pairing heap (Fredman, Sedgewick, Sleator, Tarjan 1986). A node's children hang from
 * `child` through `sibling`; `link` is the pointer that points to the node, so cutting it out of
 * the middle needs no search.
 */
#include "base/timerq.h"

static bool before(const struct timer *a, const struct timer *b)
{
	if (a->at.us != b->at.us)
		return a->at.us < b->at.us;
	return a->order < b->order;
}

static void hang(struct timer **where, struct timer *t)
{
	*where = t;
	if (t)
		t->link = where;
}

/* Two heaps made one; neither top has siblings. Either may be NULL. */
static struct timer *meld(struct timer *a, struct timer *b)
{
	if (!a || !b)
		return a ? a : b;
	if (before(b, a)) {
		struct timer *t = a;
		a = b;
		b = t;
	}
	hang(&b->sibling, a->child);
	hang(&a->child, b);
	return a;
}

/* Takes the first node off a list of siblings. */
static struct timer *shift(struct timer **list)
{
	struct timer *t = *list;

	if (t) {
		*list = t->sibling;
		t->sibling = NULL;
	}
	return t;
}

/* The children of a removed node made one heap: melded in pairs, then the pairs from the last to
 * the first; that gives the amortised O(log n). */
static struct timer *meld_children(struct timer *list)
{
	struct timer *pairs = NULL, *top = NULL;

	while (list) {
		struct timer *a = shift(&list);
		struct timer *pair = meld(a, shift(&list));
		pair->sibling = pairs;
		pairs = pair;
	}
	while (pairs)
		top = meld(top, shift(&pairs));
	return top;
}

void timerq_init(struct timerq *q)
{
	*q = (struct timerq){ NULL, 0, 0 };
}

void timerq_arm(struct timerq *q, struct timer *t, tick_t at)
{
	timerq_cancel(q, t);
	t->at = at;
	t->order = q->order++;
	t->child = t->sibling = NULL;
	hang(&q->top, meld(q->top, t));
	q->nr++;
}

void timerq_cancel(struct timerq *q, struct timer *t)
{
	struct timer *below;

	if (!timer_armed(t))
		return;
	hang(t->link, t->sibling);
	below = meld_children(t->child);
	t->child = t->sibling = NULL;
	t->link = NULL;
	hang(&q->top, meld(q->top, below));
	q->nr--;
}

tick_t timerq_deadline(const struct timerq *q)
{
	return q->top ? q->top->at : TICK_NEVER;
}

struct timer *timerq_pop_due(struct timerq *q, tick_t now)
{
	struct timer *t = q->top;

	if (!t || !tick_due(t->at, now))
		return NULL;
	timerq_cancel(q, t);
	return t;
}
