/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rng: a seed gives one sequence for ever, and results are even. */
#include <trunkgate/base/rng.h>

#include "unit/support.h"

/* The state 1, 2, 3, 4 gives the sequence that the authors' xoshiro256starstar.c gives. */
static void test_xoshiro_vector(void **state)
{
	static const uint64_t want[] = { 11520u, 0u, 1509978240u, 1215971899390074240u };
	struct rng_seeded s;
	struct rng r = rng_seeded_init(&s, 0);

	(void)state;
	s = (struct rng_seeded){ { 1, 2, 3, 4 } };
	for (size_t i = 0; i < NR_OF(want); i++)
		assert_true(rng_u64(&r) == want[i]);
}

/* splitmix64 from 0, as published: e220a8397b1dcdaf, 6e789e6aa1b965f4, ... */
static void test_seed_vector(void **state)
{
	struct rng_seeded s;

	(void)state;
	rng_seeded_init(&s, 0);
	assert_true(s.s[0] == 0xe220a8397b1dcdafu);
	assert_true(s.s[1] == 0x6e789e6aa1b965f4u);
	assert_true(s.s[2] == 0x06c45d188009454fu);
	assert_true(s.s[3] == 0xf88bb8a8724c81ecu);
}

static void test_a_seed_gives_one_sequence(void **state)
{
	struct rng_seeded a, b, c;
	struct rng ra = rng_seeded_init(&a, 42), rb = rng_seeded_init(&b, 42);
	struct rng rc = rng_seeded_init(&c, 43);
	char ha[33], hb[33], hc[33];

	(void)state;
	rng_hex(&ra, ha, 16);
	rng_hex(&rb, hb, 16);
	rng_hex(&rc, hc, 16);
	assert_string_equal(ha, hb);
	assert_string_not_equal(ha, hc);
	assert_int_equal(strlen(ha), 32);
	assert_int_equal(strspn(ha, "0123456789abcdef"), 32);
	assert_true(rng_u32(&ra) == rng_u32(&rb));
}

static void test_below_is_even(void **state)
{
	struct rng_seeded s;
	struct rng r = rng_seeded_init(&s, 1);
	unsigned int hits[7] = { 0 };

	(void)state;
	for (int i = 0; i < 70000; i++)
		hits[rng_below(&r, 7)]++;
	for (int i = 0; i < 7; i++)
		assert_in_range(hits[i], 9600, 10400);
	assert_int_equal(rng_below(&r, 1), 0);
	for (int i = 0; i < 1000; i++)
		assert_true(rng_below(&r, UINT32_MAX) < UINT32_MAX);
}

static void stuck(void *ctx, void *octets, size_t len)
{
	memset(octets, 0, len);
	++*(int *)ctx;
}

static void test_a_stuck_source_does_not_hold_us(void **state)
{
	int calls = 0;
	struct rng r = { stuck, &calls };

	(void)state;
	/* 2^32 mod 3 = 1, so 0 is drawn again. */
	assert_int_equal(rng_below(&r, 3), 0);
	assert_in_range(calls, 2, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_xoshiro_vector),
		cmocka_unit_test(test_seed_vector),
		cmocka_unit_test(test_a_seed_gives_one_sequence),
		cmocka_unit_test(test_below_is_even),
		cmocka_unit_test(test_a_stuck_source_does_not_hold_us),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
