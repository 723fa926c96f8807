/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mem: contexts are empty talloc chunks, so that an empty context counts no octet. The only file
 * that knows talloc. All allocation passes through may_fail(), the tests' hook; its counters are
 * statics by intent: they belong to the test program, and production code never sets them.
 */
#include <talloc.h>

#include <trunkgate/base/mem.h>

static uint64_t fail_in; /* allocations until the one that fails; 0: off */
static int fail_hit;
static size_t nr_roots;

void mem_fail_after(uint64_t n)
{
	fail_in = n;
	fail_hit = 0;
}

int mem_fail_hit(void)
{
	return fail_hit;
}

static int may_fail(void)
{
	if (fail_in == 0 || --fail_in > 0)
		return 0;
	fail_hit = 1;
	return 1;
}

static struct mem *context(struct mem *parent, const char *name)
{
	return may_fail() ? NULL : talloc_named_const(parent, 0, name);
}

static int root_freed(struct mem *m)
{
	(void)m;
	nr_roots--;
	return 0;
}

struct mem *mem_root(const char *name)
{
	struct mem *m = context(NULL, name);

	if (!m)
		return NULL;
	nr_roots++;
	_talloc_set_destructor(m, (int (*)(void *))root_freed);
	return m;
}

struct mem *mem_sub(struct mem *parent, const char *name)
{
	return context(parent, name);
}

void mem_free(struct mem *m)
{
	talloc_free(m);
}

void *mem_alloc(struct mem *m, size_t size)
{
	return size == 0 || may_fail() ? NULL : talloc_zero_size(m, size);
}

void *mem_array(struct mem *m, size_t nr, size_t size)
{
	return size && nr > SIZE_MAX / size ? NULL : mem_alloc(m, nr * size);
}

void mem_move(struct mem *m, void *chunk)
{
	talloc_steal(m, chunk);
}

void *mem_grow(struct mem *m, void *chunk, size_t size)
{
	return size == 0 || may_fail() ? NULL : talloc_realloc_size(m, chunk, size);
}

void mem_drop(void *chunk)
{
	talloc_free(chunk);
}

struct str mem_keep(struct mem *m, struct str s)
{
	char *p = s.len == SIZE_MAX || may_fail() ? NULL : talloc_size(m, s.len + 1);

	if (!p)
		return (struct str){ NULL, 0 };
	str_copyz(p, s.len + 1, s);
	return (struct str){ p, s.len };
}

size_t mem_used(const struct mem *m)
{
	return talloc_total_size(m);
}

size_t mem_roots(void)
{
	return nr_roots;
}
