/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ids: handles that are stale, wrap round, or are nonsense. */
#include <trunkgate/base/err.h>
#include <trunkgate/base/rng.h>

#include "base/ids.h"
#include "unit/support.h"

static int things[8];

static struct ids *make(struct mem **m, size_t max)
{
	struct ids *t;

	*m = mem_root("test");
	t = ids_new(*m, max);
	assert_non_null(t);
	return t;
}

static uint32_t put(struct ids *t, void *thing)
{
	uint32_t id = 0;

	assert_int_equal(ids_put(t, thing, &id), 0);
	assert_int_not_equal(id, 0);
	return id;
}

static void test_bounds_of_max(void **state)
{
	struct mem *m = mem_root("test");

	(void)state;
	assert_null(ids_new(m, 0));
	assert_null(ids_new(m, (size_t)IDS_MAX + 1));
	assert_non_null(ids_new(m, 1));
	assert_int_equal(ids_max(ids_new(m, IDS_MAX)), IDS_MAX);
	mem_free(m);
}

static void test_put_find_del(void **state)
{
	struct mem *m;
	struct ids *t = make(&m, 2);
	uint32_t a = put(t, &things[0]), b = put(t, &things[1]), c = 99;

	(void)state;
	assert_int_equal(ids_put(t, &things[2], &c), TG_ELIMIT);
	assert_int_equal(c, 99);
	assert_ptr_equal(ids_find(t, a), &things[0]);
	assert_ptr_equal(ids_find(t, b), &things[1]);
	assert_int_equal(ids_nr(t), 2);
	ids_del(t, a);
	assert_int_equal(ids_nr(t), 1);
	assert_null(ids_find(t, a));
	assert_ptr_equal(ids_find(t, b), &things[1]);
	mem_free(m);
}

static void test_stale_and_nonsense_handles(void **state)
{
	struct mem *m;
	struct ids *t = make(&m, 1);
	uint32_t old = put(t, &things[0]), new;

	(void)state;
	ids_del(t, old);
	ids_del(t, old);
	new = put(t, &things[1]);
	assert_int_equal(IDS_INDEX(new), IDS_INDEX(old));
	assert_int_not_equal(new, old);
	assert_null(ids_find(t, old));
	ids_del(t, old);
	assert_ptr_equal(ids_find(t, new), &things[1]);
	assert_null(ids_find(t, 0));
	assert_null(ids_find(t, UINT32_MAX));
	assert_null(ids_find(t, new + 1));
	ids_del(t, 0);
	ids_del(t, UINT32_MAX);
	assert_int_equal(ids_nr(t), 1);
	mem_free(m);
}

/* A generation has 12 bits and is never 0: after 4095 rounds a handle comes again, none is 0. */
static void test_generation_wraps(void **state)
{
	struct mem *m;
	struct ids *t = make(&m, 1);
	uint32_t first = put(t, &things[0]), id = first;

	(void)state;
	for (int i = 1; i < 4095; i++) {
		ids_del(t, id);
		id = put(t, &things[0]);
		assert_int_not_equal(id, first);
	}
	ids_del(t, id);
	assert_int_equal(put(t, &things[0]), first);
	mem_free(m);
}

static void test_the_oldest_free_index_first(void **state)
{
	struct mem *m;
	struct ids *t = make(&m, 3);
	uint32_t a = put(t, &things[0]), b = put(t, &things[1]);

	(void)state;
	assert_int_equal(IDS_INDEX(a), 0);
	assert_int_equal(IDS_INDEX(b), 1);
	ids_del(t, b);
	ids_del(t, a);
	assert_int_equal(IDS_INDEX(put(t, &things[0])), 2);
	assert_int_equal(IDS_INDEX(put(t, &things[0])), 1);
	assert_int_equal(IDS_INDEX(put(t, &things[0])), 0);
	mem_free(m);
}

static void test_walk_while_deleting(void **state)
{
	struct mem *m;
	struct ids *t = make(&m, 8);
	uint32_t id[8];
	size_t pos = 0;
	int *thing, seen = 0;

	(void)state;
	for (int i = 0; i < 8; i++) {
		things[i] = i;
		id[i] = put(t, &things[i]);
	}
	ids_del(t, id[2]);
	while ((thing = ids_walk(t, &pos))) {
		assert_int_equal(*thing, seen < 2 ? seen : seen + 1);
		seen++;
		ids_del(t, id[*thing]);
	}
	assert_int_equal(seen, 7);
	assert_int_equal(ids_nr(t), 0);
	pos = 0;
	assert_null(ids_walk(t, &pos));
	mem_free(m);
}

/* Random puts and dels: each live handle finds its own thing, the count is right. */
static void test_random_use(void **state)
{
	struct mem *m;
	struct ids *t = make(&m, 8);
	struct rng_seeded src;
	struct rng rng = rng_seeded_init(&src, 3);
	uint32_t id[8] = { 0 };
	size_t nr = 0;

	(void)state;
	for (int step = 0; step < 50000; step++) {
		uint32_t i = rng_below(&rng, 8);

		if (id[i]) {
			assert_ptr_equal(ids_find(t, id[i]), &things[i]);
			ids_del(t, id[i]);
			assert_null(ids_find(t, id[i]));
			id[i] = 0;
			nr--;
		} else {
			id[i] = put(t, &things[i]);
			nr++;
		}
		assert_int_equal(ids_nr(t), nr);
	}
	mem_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds_of_max),
		cmocka_unit_test(test_put_find_del),
		cmocka_unit_test(test_stale_and_nonsense_handles),
		cmocka_unit_test(test_generation_wraps),
		cmocka_unit_test(test_the_oldest_free_index_first),
		cmocka_unit_test(test_walk_while_deleting),
		cmocka_unit_test(test_random_use),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
