/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pool: a free chunk's first octets hold the link to the next free one. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/pool.h"

#define ALIGN _Alignof(max_align_t)

struct free_chunk {
	struct free_chunk *next;
};

struct pool {
	struct free_chunk *free;
	uint8_t *chunks;
	size_t size, nr, left;
};

static void give(struct pool *p, void *chunk)
{
	struct free_chunk *f = chunk;

	f->next = p->free;
	p->free = f;
	p->left++;
}

struct pool *pool_new(struct mem *m, size_t size, size_t nr)
{
	struct pool *p;

	if (size == 0 || size > SIZE_MAX - ALIGN)
		return NULL;
	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	p = MEM_NEW(m, struct pool);
	if (!p)
		return NULL;
	p->size = size;
	p->nr = nr;
	p->chunks = mem_array(m, nr, size);
	if (!p->chunks) {
		mem_drop(p);
		return NULL;
	}
	for (size_t i = nr; i-- > 0;)
		give(p, p->chunks + i * size);
	return p;
}

void *pool_get(struct pool *p)
{
	struct free_chunk *f = p->free;

	if (!f)
		return NULL;
	p->free = f->next;
	p->left--;
	return memset(f, 0, p->size);
}

void pool_put(struct pool *p, void *chunk)
{
	size_t at = (size_t)((uint8_t *)chunk - p->chunks);

	assert(at % p->size == 0 && at / p->size < p->nr && p->left < p->nr);
	give(p, chunk);
}

size_t pool_left(const struct pool *p)
{
	return p->left;
}
