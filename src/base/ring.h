/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ring: a queue of 64-byte records between exactly one producing and one consuming thread; no
 * lock, no allocation after the start. Records are copied in and out. What the record means is the
 * users' matter; keys and pointers never travel in one.
 *
 *	struct ring_rec r = { .kind = MED_CMD_OPEN };
 *	if (!ring_put(ring, &r)) ... full: keep it and try again
 */
#ifndef TRUNKGATE_RING_H
#define TRUNKGATE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <trunkgate/base/mem.h>

struct ring_rec {
	uint32_t kind;
	uint8_t body[60];
};

struct ring;

/* Room for `nr` records, rounded up to a power of two. NULL when out of memory. Freed with its
 * context only. */
struct ring *ring_new(struct mem *m, size_t nr);
/* Producer: false when full, and nothing was changed. */
bool ring_put(struct ring *r, const struct ring_rec *rec);
/* Consumer: false when empty. */
bool ring_get(struct ring *r, struct ring_rec *rec);
/* Either side; a snapshot. */
size_t ring_used(const struct ring *r);

#endif
