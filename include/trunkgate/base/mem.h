/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mem: one tree of memory contexts. A call's context holds all of that call; freeing the context
 * frees all that was made in it and below it. No reference counts.
 *
 *	struct mem *call_mem = mem_sub(gw->mem, "call");
 *	struct call *c = MEM_NEW(call_mem, struct call);	(zeroed; NULL when out of memory)
 *	...
 *	mem_free(call_mem);					(the call and all of it)
 *
 * Out of memory is an error return on every input path; tests make the n-th allocation fail, for
 * every n (mem_fail_after). Contexts are not thread-safe: the signalling thread only.
 */
#ifndef TRUNKGATE_BASE_MEM_H
#define TRUNKGATE_BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

#include <trunkgate/base/str.h>

struct mem;

/* A root, whose parent is nobody. `name` is a literal. NULL when out of memory. */
struct mem *mem_root(const char *name);
/* A context below `parent`. */
struct mem *mem_sub(struct mem *parent, const char *name);
/* Frees the context, all in it and all below it. NULL is allowed. */
void mem_free(struct mem *m);

/* Zeroed memory in context `m`; NULL when out of memory or size is 0. */
void *mem_alloc(struct mem *m, size_t size);
/* Zeroed array; NULL on overflow too. */
void *mem_array(struct mem *m, size_t nr, size_t size);
/* Grows or shrinks one chunk; new octets are NOT zeroed. NULL leaves the old chunk as it was. */
void *mem_grow(struct mem *m, void *chunk, size_t size);
/* The chunk belongs to `m` from now on. */
void mem_move(struct mem *m, void *chunk);
/* Frees one chunk early. NULL is allowed. */
void mem_drop(void *chunk);
/* A copy with a NUL behind it; the result's p is NULL when out of memory (len 0 copies too). */
struct str mem_keep(struct mem *m, struct str s);
/* Octets in use in the context and below it. */
size_t mem_used(const struct mem *m);

#define MEM_NEW(m, type)       ((type *)mem_alloc((m), sizeof(type)))
#define MEM_ARRAY(m, nr, type) ((type *)mem_array((m), (nr), sizeof(type)))

/* For tests: the n-th allocation from now on (1 = the next) fails, once; 0 switches it off.
 * mem_fail_hit() tells whether it has happened since. */
void mem_fail_after(uint64_t n);
int mem_fail_hit(void);
/* Roots that are not freed yet: a test that ends with more than it began with leaks. */
size_t mem_roots(void);

#endif
