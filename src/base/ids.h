/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ids: handles of 32 bits for things that come and go. A handle is an index (low 20 bits) and a
 * generation (high 12 bits), so that a handle kept too long finds nothing, not somebody else's
 * thing. 0 is never a handle. The bound is given at the start and memory is taken then: put fails
 * with TG_ELIMIT only. Indexes are given out oldest-free first, so that one is reused as late as
 * possible.
 *
 *	struct ids *calls = ids_new(mem, 1000);
 *	uint32_t id;
 *	if (ids_put(calls, call, &id) < 0) ...
 *	struct call *c = ids_find(calls, id);
 */
#ifndef TRUNKGATE_IDS_H
#define TRUNKGATE_IDS_H

#include <stddef.h>
#include <stdint.h>

#include <trunkgate/base/mem.h>

#define IDS_MAX	      (1u << 20)
#define IDS_INDEX(id) ((id) & (IDS_MAX - 1))

struct ids;

/* NULL when out of memory or max is 0 or over IDS_MAX. */
struct ids *ids_new(struct mem *m, size_t max);
int ids_put(struct ids *t, void *thing, uint32_t *id);
/* The thing, or NULL when the handle is stale, 0 or nonsense. */
void *ids_find(const struct ids *t, uint32_t id);
/* Forgets it; harmless for a stale handle. */
void ids_del(struct ids *t, uint32_t id);
size_t ids_nr(const struct ids *t);
size_t ids_max(const struct ids *t);
/* Walks in order of index: start with *pos = 0; NULL at the end. The current one may be deleted. */
void *ids_walk(const struct ids *t, size_t *pos);

#endif
