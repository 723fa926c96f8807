/* SPDX-License-Identifier: GPL-3.0-or-later */
/* htab: the hash by its published vectors, and chains. */
#include <stdio.h>

#include <trunkgate/base/err.h>

#include "base/htab.h"
#include "base/list.h"
#include "unit/support.h"

struct thing {
	struct htab_link link;
	char name[12];
};

static struct htab make(struct mem **m, size_t nr)
{
	struct rng_seeded src;
	struct rng rng = rng_seeded_init(&src, 1);
	struct htab t;

	*m = mem_root("test");
	assert_int_equal(htab_init(&t, *m, nr, &rng), 0);
	return t;
}

/* SipHash-2-4 paper, appendix A, and its reference code's vectors: key 00..0f, message 00, 01.. */
static void test_siphash_vectors(void **state)
{
	const struct htab t = { .key = { 0x0706050403020100u, 0x0f0e0d0c0b0a0908u } };
	const char octets[15] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 };

	(void)state;
	assert_true(htab_hash(&t, str_n(NULL, 0)) == 0x726fdb47dd0e0e31u);
	assert_true(htab_hash(&t, str_n(octets, 1)) == 0x74f839c593dc67fdu);
	assert_true(htab_hash(&t, str_n(octets, 8)) == 0x93f5f5799a932462u);
	assert_true(htab_hash(&t, str_n(octets, 15)) == 0xa129ca6149be45e5u);
	/* A mixed hash is the hash of both, one behind the other. */
	assert_true(htab_mix(&t, 0x0706050403020100u, str_n(octets + 8, 7)) == 0xa129ca6149be45e5u);
}

static void test_the_key_is_random(void **state)
{
	struct mem *m = mem_root("test");
	struct rng_seeded a, b;
	struct rng ra = rng_seeded_init(&a, 1), rb = rng_seeded_init(&b, 2);
	struct htab ta, tb;

	(void)state;
	assert_int_equal(htab_init(&ta, m, 4, &ra), 0);
	assert_int_equal(htab_init(&tb, m, 4, &rb), 0);
	assert_true(htab_hash(&ta, STR("x")) != htab_hash(&tb, STR("x")));
	mem_free(m);
}

static struct thing *find(struct htab *t, struct str name)
{
	struct htab_link *l;
	uint64_t h = htab_hash(t, name);

	htab_for_each(l, t, h) {
		struct thing *x = container_of(l, struct thing, link);
		if (str_eq(str_of(x->name), name))
			return x;
	}
	return NULL;
}

static void add_numbers(struct htab *t, struct thing *things, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		snprintf(things[i].name, sizeof(things[i].name), "%zu", i);
		htab_add(t, &things[i].link, htab_hash(t, str_of(things[i].name)));
	}
}

static void test_add_find_del(void **state)
{
	enum { NR = 500 };
	struct mem *m;
	struct htab t = make(&m, 33);
	struct thing *things = MEM_ARRAY(m, NR, struct thing);

	(void)state;
	assert_int_equal(t.mask, 63);
	add_numbers(&t, things, NR);
	assert_int_equal(t.nr, NR);
	for (size_t i = 0; i < NR; i += 2)
		htab_del(&t, &things[i].link);
	for (size_t i = 0; i < NR; i++)
		assert_ptr_equal(find(&t, str_of(things[i].name)), i % 2 ? &things[i] : NULL);
	assert_int_equal(t.nr, NR / 2);
	htab_del(&t, &things[0].link);
	assert_int_equal(t.nr, NR / 2);
	mem_free(m);
}

/* One bucket, two hashes: only those of the same hash are seen, and they may be taken out. */
static void test_equal_hashes_in_one_bucket(void **state)
{
	struct mem *m;
	struct htab t = make(&m, 0);
	struct thing things[6] = { 0 };
	struct htab_link *l;
	int seen = 0;

	(void)state;
	assert_int_equal(t.mask, 0);
	for (size_t i = 0; i < 6; i++)
		htab_add(&t, &things[i].link, 7 + i % 2);
	htab_for_each(l, &t, 7) {
		assert_true(l->hash == 7);
		htab_del(&t, l);
		seen++;
	}
	assert_int_equal(seen, 3);
	assert_null(htab_first(&t, 7));
	assert_non_null(htab_first(&t, 8));
	assert_int_equal(t.nr, 3);
	mem_free(m);
}

static void test_absurd_size(void **state)
{
	struct mem *m = mem_root("test");
	struct rng_seeded src;
	struct rng rng = rng_seeded_init(&src, 1);
	struct htab t;

	(void)state;
	assert_int_equal(htab_init(&t, m, SIZE_MAX, &rng), TG_ENOMEM);
	mem_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_siphash_vectors),
		cmocka_unit_test(test_the_key_is_random),
		cmocka_unit_test(test_add_find_del),
		cmocka_unit_test(test_equal_hashes_in_one_bucket),
		cmocka_unit_test(test_absurd_size),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
