/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * htab: a hash table through a member of the things in it, with a keyed hash (SipHash-2-4), so
 * that a sender who chooses Call-IDs or branches cannot choose the chain they land in.
 *
 *	uint64_t h = htab_hash(&tab, branch);
 *	htab_add(&tab, &t->link, h);
 *	struct htab_link *l;
 *	htab_for_each(l, &tab, h)
 *		if (str_eq(container_of(l, struct trans, link)->branch, branch)) ...
 */
#ifndef TRUNKGATE_HTAB_H
#define TRUNKGATE_HTAB_H

#include <stddef.h>
#include <stdint.h>

#include <trunkgate/base/mem.h>
#include <trunkgate/base/rng.h>
#include <trunkgate/base/str.h>

struct htab_link {
	struct htab_link *next, **pprev;
	uint64_t hash;
};

struct htab {
	struct htab_link **bucket;
	size_t mask, nr;
	uint64_t key[2];
};

/* `nr_buckets` is rounded up to a power of two; the table never grows: size it by the configured
 * bound. TG_ENOMEM possible. */
int htab_init(struct htab *t, struct mem *m, size_t nr_buckets, const struct rng *rng);
uint64_t htab_hash(const struct htab *t, struct str key);
/* A second key mixed into a hash. */
uint64_t htab_mix(const struct htab *t, uint64_t hash, struct str key);
void htab_add(struct htab *t, struct htab_link *l, uint64_t hash);
/* Harmless when the link is in no table (a zeroed link is not). In htab_for_each the current entry
 * may be taken out, but not freed before the next step. */
void htab_del(struct htab *t, struct htab_link *l);
/* The first entry of this hash, and the next of the same; NULL at the end. */
struct htab_link *htab_first(const struct htab *t, uint64_t hash);
struct htab_link *htab_next(const struct htab_link *l);

#define htab_for_each(l, t, h) for (l = htab_first((t), (h)); l; l = htab_next(l))

#endif
