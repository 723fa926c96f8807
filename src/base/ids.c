/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ids: one slot for each index. Free slots form a queue (taken at the head, given back at the
 * tail); a slot's generation moves on when its thing is forgotten, and skips 0, so that no handle
 * is 0.
 */
#include <assert.h>

#include <trunkgate/base/err.h>

#include "base/ids.h"

#define GENERATION_MAX 0xfffu

struct slot {
	void *thing; /* NULL: free */
	uint32_t next_free;
	uint32_t generation;
};

struct ids {
	size_t max, nr;
	uint32_t free_head, free_tail;
	struct slot slot[];
};

struct ids *ids_new(struct mem *m, size_t max)
{
	struct ids *t;

	if (max == 0 || max > IDS_MAX)
		return NULL;
	t = mem_alloc(m, sizeof(*t) + max * sizeof(t->slot[0]));
	if (!t)
		return NULL;
	t->max = max;
	t->free_tail = (uint32_t)max - 1;
	for (size_t i = 0; i < max; i++)
		t->slot[i] = (struct slot){ NULL, (uint32_t)i + 1, 1 };
	return t;
}

int ids_put(struct ids *t, void *thing, uint32_t *id)
{
	uint32_t i = t->free_head;

	assert(thing);
	if (t->nr == t->max)
		return TG_ELIMIT;
	t->free_head = t->slot[i].next_free;
	t->slot[i].thing = thing;
	t->nr++;
	*id = t->slot[i].generation << 20 | i;
	return 0;
}

void *ids_find(const struct ids *t, uint32_t id)
{
	uint32_t i = IDS_INDEX(id);

	return i < t->max && t->slot[i].generation == id >> 20 ? t->slot[i].thing : NULL;
}

void ids_del(struct ids *t, uint32_t id)
{
	uint32_t i = IDS_INDEX(id);
	struct slot *s = &t->slot[i];

	if (!ids_find(t, id))
		return;
	s->thing = NULL;
	s->generation = s->generation == GENERATION_MAX ? 1 : s->generation + 1;
	if (t->nr == t->max)
		t->free_head = i;
	else
		t->slot[t->free_tail].next_free = i;
	t->free_tail = i;
	t->nr--;
}

size_t ids_nr(const struct ids *t)
{
	return t->nr;
}

size_t ids_max(const struct ids *t)
{
	return t->max;
}

void *ids_walk(const struct ids *t, size_t *pos)
{
	while (*pos < t->max) {
		void *thing = t->slot[(*pos)++].thing;
		if (thing)
			return thing;
	}
	return NULL;
}
