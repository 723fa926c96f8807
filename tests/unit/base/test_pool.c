/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pool: all chunks out, aligned, zeroed, apart from each other; and back again. */
#include "base/pool.h"
#include "unit/support.h"

static void test_all_out_and_back(void **state)
{
	struct mem *m = mem_root("test");
	struct pool *p = pool_new(m, 17, 4);
	uint8_t *chunk[4];

	(void)state;
	assert_int_equal(pool_left(p), 4);
	for (int i = 0; i < 4; i++) {
		chunk[i] = pool_get(p);
		assert_non_null(chunk[i]);
		assert_int_equal((uintptr_t)chunk[i] % _Alignof(max_align_t), 0);
		memset(chunk[i], i + 1, 17);
	}
	assert_null(pool_get(p));
	assert_int_equal(pool_left(p), 0);
	for (int i = 0; i < 4; i++)
		assert_true(chunk[i][0] == i + 1 && chunk[i][16] == i + 1);
	for (int i = 0; i < 4; i++)
		pool_put(p, chunk[i]);
	assert_int_equal(pool_left(p), 4);
	mem_free(m);
}

static void test_comes_back_zeroed(void **state)
{
	static const uint8_t zero[24];
	struct mem *m = mem_root("test");
	struct pool *p = pool_new(m, sizeof(zero), 1);
	uint8_t *chunk = pool_get(p);

	(void)state;
	memset(chunk, 0xff, sizeof(zero));
	pool_put(p, chunk);
	chunk = pool_get(p);
	assert_memory_equal(chunk, zero, sizeof(zero));
	mem_free(m);
}

static void test_nothing_to_give(void **state)
{
	struct mem *m = mem_root("test");

	(void)state;
	assert_null(pool_new(m, 0, 4));
	assert_null(pool_new(m, SIZE_MAX, 4));
	assert_null(pool_new(m, SIZE_MAX / 4, 8));
	assert_null(pool_new(m, 8, 0));
	assert_int_equal(mem_used(m), 0);
	mem_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_out_and_back),
		cmocka_unit_test(test_comes_back_zeroed),
		cmocka_unit_test(test_nothing_to_give),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
