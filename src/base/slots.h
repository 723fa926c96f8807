/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * slots: a queue of octet strings, each up to a size of choice, between exactly one producing and
 * one consuming thread; no lock, no allocation after the start. As ring.h, for what does not fit
 * into its records.
 *
 *	struct slots *s = slots_new(mem, 64, 280);
 *	if (!slots_put(s, octets)) ... full
 *	while (slots_peek(s, &octets)) { ...; slots_drop(s); }
 */
#ifndef TRUNKGATE_SLOTS_H
#define TRUNKGATE_SLOTS_H

#include <stdbool.h>
#include <stddef.h>

#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>

struct slots;

/* Room for `nr`, rounded up to a power of two. NULL when out of memory. */
struct slots *slots_new(struct mem *m, size_t nr, size_t size);
/* Producer: false when full, or longer than a slot, and nothing was changed. */
bool slots_put(struct slots *s, struct str octets);
/* Consumer: the oldest, in place until it is dropped; false when empty. */
bool slots_peek(const struct slots *s, struct str *octets);
void slots_drop(struct slots *s);
/* Either side; a snapshot. */
size_t slots_used(const struct slots *s);

#endif
