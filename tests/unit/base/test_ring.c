/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ring: full and empty, round the end, and two threads with a million records. */
#include <pthread.h>
#include <sched.h>

#include "base/ring.h"
#include "unit/support.h"

static struct ring_rec rec_of(uint32_t n)
{
	struct ring_rec r = { .kind = n };

	memset(r.body, (int)(n & 0xff), sizeof(r.body));
	return r;
}

static bool is_rec(const struct ring_rec *r, uint32_t n)
{
	struct ring_rec want = rec_of(n);

	return memcmp(r, &want, sizeof(want)) == 0;
}

static void test_record_is_64_octets(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct ring_rec), 64);
}

static void test_full_and_empty(void **state)
{
	struct mem *m = mem_root("test");
	struct ring *r = ring_new(m, 3);
	struct ring_rec in = rec_of(0), out = rec_of(77);

	(void)state;
	assert_false(ring_get(r, &out));
	assert_true(is_rec(&out, 77));
	for (uint32_t i = 0; i < 4; i++) {
		in = rec_of(i);
		assert_int_equal(ring_used(r), i);
		assert_true(ring_put(r, &in));
	}
	assert_false(ring_put(r, &in));
	assert_int_equal(ring_used(r), 4);
	for (uint32_t i = 0; i < 4; i++) {
		assert_true(ring_get(r, &out));
		assert_true(is_rec(&out, i));
	}
	assert_false(ring_get(r, &out));
	mem_free(m);
}

static void test_one_record(void **state)
{
	struct mem *m = mem_root("test");
	struct ring *r = ring_new(m, 0);
	struct ring_rec in, out;

	(void)state;
	for (uint32_t i = 0; i < 10; i++) {
		in = rec_of(i);
		assert_true(ring_put(r, &in));
		assert_false(ring_put(r, &in));
		assert_true(ring_get(r, &out) && is_rec(&out, i));
	}
	mem_free(m);
}

static void test_absurd_size(void **state)
{
	struct mem *m = mem_root("test");

	(void)state;
	assert_null(ring_new(m, SIZE_MAX));
	mem_free(m);
}

#define NR_RECORDS 1000000u

static void *produce(void *ring)
{
	for (uint32_t i = 0; i < NR_RECORDS;) {
		struct ring_rec r = rec_of(i);
		if (ring_put(ring, &r))
			i++;
		else
			sched_yield();
	}
	return NULL;
}

static void test_two_threads(void **state)
{
	struct mem *m = mem_root("test");
	struct ring *r = ring_new(m, 256);
	struct ring_rec rec;
	pthread_t producer;
	uint32_t wrong = 0;

	(void)state;
	assert_int_equal(pthread_create(&producer, NULL, produce, r), 0);
	for (uint32_t i = 0; i < NR_RECORDS;) {
		if (ring_get(r, &rec))
			wrong += !is_rec(&rec, i++);
		else
			sched_yield();
		wrong += ring_used(r) > 256;
	}
	assert_int_equal(pthread_join(producer, NULL), 0);
	assert_int_equal(wrong, 0);
	assert_int_equal(ring_used(r), 0);
	mem_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record_is_64_octets), cmocka_unit_test(test_full_and_empty),
		cmocka_unit_test(test_one_record),	    cmocka_unit_test(test_absurd_size),
		cmocka_unit_test(test_two_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
