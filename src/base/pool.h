/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pool: equal chunks taken once and given out from a free list: for paths on which nothing may be
 * allocated (media). Not thread-safe.
 *
 *	struct pool *p = pool_new(mem, sizeof(struct packet), 64);
 *	struct packet *k = pool_get(p);		(NULL when all are out)
 *	pool_put(p, k);
 */
#ifndef TRUNKGATE_POOL_H
#define TRUNKGATE_POOL_H

#include <stddef.h>

#include <trunkgate/base/mem.h>

struct pool;

struct pool *pool_new(struct mem *m, size_t size, size_t nr);
/* Zeroed; NULL when none is left. */
void *pool_get(struct pool *p);
void pool_put(struct pool *p, void *chunk);
size_t pool_left(const struct pool *p);

#endif
