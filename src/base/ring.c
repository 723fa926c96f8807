/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ring: `put` is written by the producer alone, `get` by the consumer alone; each publishes with a
 * release store what the other reads with an acquire load. Both only grow; the difference is what
 * is in the ring. They are kept a cache line apart, so that the threads do not fight over one.
 */
#include <stdatomic.h>

#include "base/ring.h"

#define LINE sizeof(struct ring_rec)

struct ring {
	size_t mask;
	struct ring_rec *rec;
	uint8_t pad1[LINE];
	_Atomic size_t put;
	uint8_t pad2[LINE];
	_Atomic size_t get;
	uint8_t pad3[LINE];
};

/* The context aligns to 16 octets only. */
static struct ring_rec *aligned_records(struct mem *m, size_t nr)
{
	uint8_t *p = mem_array(m, nr + 1, LINE);

	return p ? (struct ring_rec *)(p + (LINE - (uintptr_t)p % LINE) % LINE) : NULL;
}

struct ring *ring_new(struct mem *m, size_t nr)
{
	struct ring *r;
	size_t room = 1;

	if (nr > SIZE_MAX / LINE / 2 - 1)
		return NULL;
	while (room < nr)
		room *= 2;
	r = MEM_NEW(m, struct ring);
	if (!r)
		return NULL;
	r->mask = room - 1;
	r->rec = aligned_records(m, room);
	if (!r->rec) {
		mem_drop(r);
		return NULL;
	}
	return r;
}

bool ring_put(struct ring *r, const struct ring_rec *rec)
{
	size_t put = atomic_load_explicit(&r->put, memory_order_relaxed);
	size_t get = atomic_load_explicit(&r->get, memory_order_acquire);

	if (put - get > r->mask)
		return false;
	r->rec[put & r->mask] = *rec;
	atomic_store_explicit(&r->put, put + 1, memory_order_release);
	return true;
}

bool ring_get(struct ring *r, struct ring_rec *rec)
{
	size_t get = atomic_load_explicit(&r->get, memory_order_relaxed);
	size_t put = atomic_load_explicit(&r->put, memory_order_acquire);

	if (get == put)
		return false;
	*rec = r->rec[get & r->mask];
	atomic_store_explicit(&r->get, get + 1, memory_order_release);
	return true;
}

size_t ring_used(const struct ring *r)
{
	/* `get` first: it never passes a `put` that is read later. */
	size_t get = atomic_load_explicit(&r->get, memory_order_acquire);
	size_t used = atomic_load_explicit(&r->put, memory_order_acquire) - get;

	return used > r->mask + 1 ? r->mask + 1 : used;
}
