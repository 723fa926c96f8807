/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mem: the tree, copies, the hook that makes an allocation fail; and that hook walked over all
 * that base allocates. */
#include <trunkgate/base/err.h>
#include <trunkgate/base/rng.h>

#include "base/htab.h"
#include "base/ids.h"
#include "base/pool.h"
#include "base/ring.h"
#include "unit/support.h"

static void test_tree(void **state)
{
	size_t roots = mem_roots();
	struct mem *root = mem_root("root"), *sub = mem_sub(root, "sub");

	(void)state;
	assert_int_equal(mem_roots(), roots + 1);
	assert_int_equal(mem_used(root), 0);
	assert_non_null(mem_alloc(root, 10));
	assert_non_null(mem_alloc(sub, 100));
	assert_int_equal(mem_used(root), 110);
	assert_int_equal(mem_used(sub), 100);
	mem_free(sub);
	assert_int_equal(mem_used(root), 10);
	mem_free(root);
	mem_free(NULL);
	assert_int_equal(mem_roots(), roots);
}

static void test_alloc_is_zeroed(void **state)
{
	static const uint8_t zero[64];
	struct mem *m = mem_root("test");

	(void)state;
	for (int i = 0; i < 100; i++) {
		uint8_t *p = mem_alloc(m, sizeof(zero));
		assert_memory_equal(p, zero, sizeof(zero));
		memset(p, 0xff, sizeof(zero));
		mem_drop(p);
	}
	assert_null(mem_alloc(m, 0));
	mem_drop(NULL);
	assert_int_equal(mem_used(m), 0);
	mem_free(m);
}

static void test_array(void **state)
{
	struct mem *m = mem_root("test");

	(void)state;
	assert_null(mem_array(m, SIZE_MAX / 2, 4));
	assert_null(mem_array(m, 0, 4));
	assert_null(mem_array(m, 4, 0));
	assert_non_null(MEM_ARRAY(m, 3, uint32_t));
	assert_int_equal(mem_used(m), 12);
	mem_free(m);
}

static void test_grow(void **state)
{
	struct mem *m = mem_root("test");
	char *p = mem_grow(m, NULL, 4);

	(void)state;
	memcpy(p, "abc", 4);
	p = mem_grow(m, p, 4000);
	assert_string_equal(p, "abc");
	assert_int_equal(mem_used(m), 4000);
	assert_null(mem_grow(m, p, 0));
	assert_null(mem_grow(m, p, SIZE_MAX));
	assert_string_equal(p, "abc");
	mem_fail_after(1);
	assert_null(mem_grow(m, p, 8000));
	assert_string_equal(p, "abc");
	p = mem_grow(m, p, 2);
	assert_int_equal(mem_used(m), 2);
	mem_free(m);
}

static void test_keep(void **state)
{
	struct mem *m = mem_root("test");
	char text[] = "branch";
	struct str kept = mem_keep(m, str_of(text)), empty = mem_keep(m, str_n(NULL, 0));

	(void)state;
	text[0] = 'X';
	assert_str_equal(kept, STR("branch"));
	assert_int_equal(kept.p[kept.len], '\0');
	assert_non_null(empty.p);
	assert_int_equal(empty.len, 0);
	assert_int_equal(empty.p[0], '\0');
	assert_null(mem_keep(m, str_n(text, SIZE_MAX)).p);
	mem_free(m);
}

static void test_the_nth_allocation_fails_once(void **state)
{
	struct mem *m = mem_root("test");

	(void)state;
	mem_fail_after(3);
	assert_non_null(mem_alloc(m, 1));
	assert_non_null(mem_sub(m, "sub"));
	assert_false(mem_fail_hit());
	assert_null(mem_keep(m, STR("x")).p);
	assert_true(mem_fail_hit());
	assert_non_null(mem_alloc(m, 1));
	mem_fail_after(0);
	assert_false(mem_fail_hit());
	assert_non_null(mem_alloc(m, 1));
	mem_fail_after(1);
	assert_null(mem_root("root"));
	assert_int_equal(mem_used(m), 3);
	mem_free(m);
}

static void build_everything(struct mem *m, struct rng *rng, int *made)
{
	struct htab t;
	struct mem *sub = mem_sub(m, "sub");

	if (!sub)
		return;
	made[0] += ids_new(sub, 100) != NULL;
	made[1] += pool_new(sub, 40, 10) != NULL;
	made[2] += ring_new(sub, 8) != NULL;
	made[3] += htab_init(&t, sub, 16, rng) == 0;
	made[4] += mem_keep(sub, STR("text")).p != NULL;
	made[5] += mem_grow(sub, NULL, 10) != NULL;
}

static void use_everything(void *ctx)
{
	struct rng_seeded src;
	struct rng rng = rng_seeded_init(&src, 1);
	struct mem *m = mem_root("walk");

	if (!m)
		return;
	build_everything(m, &rng, ctx);
	mem_free(m);
}

/* root, sub, ids, pool twice, ring twice, htab, keep, grow: ten allocations, eleven runs. The two
 * of pool and ring each lose one run more. */
static void test_walk_over_base(void **state)
{
	static const int want[6] = { 8, 7, 7, 8, 8, 8 };
	int made[6] = { 0 };

	(void)state;
	assert_int_equal(walk_allocations(use_everything, made), 10);
	assert_memory_equal(made, want, sizeof(want));
}

static void fail_one(struct mem *m, uint64_t n)
{
	mem_fail_after(n);
	assert_null(pool_new(m, 8, 8));
	mem_fail_after(n);
	assert_null(ring_new(m, 8));
	mem_fail_after(0);
}

/* What fails half-way leaves nothing in a context that lives on. */
static void test_half_made_things_are_dropped(void **state)
{
	struct mem *m = mem_root("test");

	(void)state;
	fail_one(m, 1);
	fail_one(m, 2);
	assert_int_equal(mem_used(m), 0);
	mem_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_alloc_is_zeroed),
		cmocka_unit_test(test_array),
		cmocka_unit_test(test_grow),
		cmocka_unit_test(test_keep),
		cmocka_unit_test(test_the_nth_allocation_fails_once),
		cmocka_unit_test(test_walk_over_base),
		cmocka_unit_test(test_half_made_things_are_dropped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
