/* SPDX-License-Identifier: GPL-3.0-or-later */
/* between: see the header. A millisecond of a timeslot is one word, so none is ever half of one and
 * half of another call. */
#include <stdatomic.h>

#include "media/between.h"

enum { NEW, WAITS, READS, BROKE };

struct queue {
	_Atomic uint32_t put; /* milliseconds so far */
	_Atomic uint64_t octets[MED_BETWEEN_MS];
};

struct med_between {
	struct queue *queue;	  /* by key */
	_Atomic unsigned in_hand; /* milliseconds */
};

_Static_assert(sizeof(uint64_t) == TDM_BLOCK, "a millisecond is a word");

struct med_between *med_between_new(struct mem *m, unsigned nr_spans)
{
	struct med_between *b = MEM_NEW(m, struct med_between);

	if (b)
		b->queue = MEM_ARRAY(m, nr_spans * TDM_MAX_TS + 1, struct queue);
	if (!b || !b->queue)
		return NULL;
	atomic_store(&b->in_hand, MED_BETWEEN_BEGIN);
	return b;
}

void med_between_put(struct med_between *b, unsigned key, const uint8_t octets[TDM_BLOCK])
{
	struct queue *q = &b->queue[key];
	uint32_t put = atomic_load_explicit(&q->put, memory_order_relaxed);
	uint64_t word;

	memcpy(&word, octets, sizeof(word));
	atomic_store_explicit(&q->octets[put % MED_BETWEEN_MS], word, memory_order_relaxed);
	atomic_store_explicit(&q->put, put + 1, memory_order_release);
}

/* It has gone on behind a break: more is kept from now on. Two that see it at once count as one. */
static void grow(struct med_between *b, unsigned in_hand)
{
	atomic_store_explicit(&b->in_hand,
			      2 * in_hand < MED_BETWEEN_GROWS ? 2 * in_hand : MED_BETWEEN_GROWS,
			      memory_order_relaxed);
}

bool med_between_get(struct med_between *b, unsigned key, struct med_between_reader *r,
		     uint8_t octets[TDM_BLOCK])
{
	struct queue *q = &b->queue[key];
	uint32_t put = atomic_load_explicit(&q->put, memory_order_acquire);
	unsigned in_hand = atomic_load_explicit(&b->in_hand, memory_order_relaxed);
	uint64_t word;

	if (r->state == NEW)
		*r = (struct med_between_reader){ put, in_hand, WAITS };
	if (put == r->next) {
		r->state = r->state == READS ? BROKE : r->state;
		return false;
	}
	if (r->state == BROKE) {
		if (r->in_hand == in_hand)
			grow(b, in_hand);
		r->in_hand = atomic_load_explicit(&b->in_hand, memory_order_relaxed);
		r->state = WAITS;
	}
	if (r->state == WAITS && put - r->next < r->in_hand)
		return false;
	r->state = READS;
	if (put - r->next > MED_BETWEEN_MOST)
		r->next = put - r->in_hand;
	word = atomic_load_explicit(&q->octets[r->next++ % MED_BETWEEN_MS], memory_order_relaxed);
	memcpy(octets, &word, sizeof(word));
	return true;
}
