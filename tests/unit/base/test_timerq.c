/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timerq: order, and random operations against a list that is searched from end to end. */
#include <trunkgate/base/rng.h>

#include "base/timerq.h"
#include "unit/support.h"

#define NR 64

static tick_t at_us(int64_t us)
{
	return (tick_t){ us };
}

static void test_empty(void **state)
{
	struct timerq q;
	struct timer t = { 0 };

	(void)state;
	timerq_init(&q);
	assert_true(tick_is_never(timerq_deadline(&q)));
	assert_null(timerq_pop_due(&q, at_us(INT64_MAX - 1)));
	timerq_cancel(&q, &t);
	assert_false(timer_armed(&t));
	assert_int_equal(q.nr, 0);
}

static void test_due_at_its_microsecond(void **state)
{
	struct timerq q;
	struct timer t = { 0 };

	(void)state;
	timerq_init(&q);
	timerq_arm(&q, &t, at_us(1000));
	assert_true(timer_armed(&t));
	assert_int_equal(timerq_deadline(&q).us, 1000);
	assert_null(timerq_pop_due(&q, at_us(999)));
	assert_ptr_equal(timerq_pop_due(&q, at_us(1000)), &t);
	assert_false(timer_armed(&t));
	assert_null(timerq_pop_due(&q, at_us(1000)));
}

static void test_equal_deadlines_fire_as_armed(void **state)
{
	struct timerq q;
	struct timer t[NR] = { 0 };

	(void)state;
	timerq_init(&q);
	for (size_t i = 0; i < NR; i++)
		timerq_arm(&q, &t[i], at_us(5));
	timerq_arm(&q, &t[3], at_us(5)); /* armed last now */
	for (size_t i = 0; i < NR; i++)
		if (i != 3)
			assert_ptr_equal(timerq_pop_due(&q, at_us(5)), &t[i]);
	assert_ptr_equal(timerq_pop_due(&q, at_us(5)), &t[3]);
	assert_int_equal(q.nr, 0);
}

static void test_moved_both_ways(void **state)
{
	struct timerq q;
	struct timer a = { 0 }, b = { 0 };

	(void)state;
	timerq_init(&q);
	timerq_arm(&q, &a, at_us(10));
	timerq_arm(&q, &b, at_us(20));
	timerq_arm(&q, &a, at_us(30));
	assert_int_equal(timerq_deadline(&q).us, 20);
	timerq_arm(&q, &a, at_us(1));
	assert_int_equal(timerq_deadline(&q).us, 1);
	assert_int_equal(q.nr, 2);
	timerq_arm(&q, &a, TICK_NEVER);
	assert_ptr_equal(timerq_pop_due(&q, at_us(100)), &b);
	assert_null(timerq_pop_due(&q, at_us(INT64_MAX - 1)));
	assert_true(timer_armed(&a));
}

static void test_armed_and_cancelled_while_popping(void **state)
{
	struct timerq q;
	struct timer t[3] = { 0 };

	(void)state;
	timerq_init(&q);
	for (size_t i = 0; i < 3; i++)
		timerq_arm(&q, &t[i], at_us(5));
	assert_ptr_equal(timerq_pop_due(&q, at_us(5)), &t[0]);
	timerq_cancel(&q, &t[1]);
	timerq_arm(&q, &t[0], at_us(5));
	assert_ptr_equal(timerq_pop_due(&q, at_us(5)), &t[2]);
	assert_ptr_equal(timerq_pop_due(&q, at_us(5)), &t[0]);
	assert_null(timerq_pop_due(&q, at_us(5)));
}

/* The reference: what is armed, searched whole. */
struct naive {
	bool armed[NR];
	int64_t at[NR];
	uint64_t order[NR], next;
};

static int naive_first(const struct naive *n)
{
	int best = -1;

	for (int i = 0; i < NR; i++) {
		if (!n->armed[i])
			continue;
		if (best < 0 || n->at[i] < n->at[best] ||
		    (n->at[i] == n->at[best] && n->order[i] < n->order[best]))
			best = i;
	}
	return best;
}

static void both_arm(struct timerq *q, struct timer *t, struct naive *n, uint32_t i, int64_t at)
{
	timerq_arm(q, &t[i], at_us(at));
	n->armed[i] = true;
	n->at[i] = at;
	n->order[i] = n->next++;
}

static void both_pop(struct timerq *q, struct timer *t, struct naive *n, int64_t now)
{
	int want = naive_first(n);
	struct timer *got = timerq_pop_due(q, at_us(now));

	if (want < 0 || n->at[want] > now) {
		assert_null(got);
		return;
	}
	assert_ptr_equal(got, &t[want]);
	n->armed[want] = false;
}

static void assert_same(const struct timerq *q, const struct timer *t, const struct naive *n)
{
	int first = naive_first(n);
	size_t nr = 0;

	assert_true(timerq_deadline(q).us == (first < 0 ? INT64_MAX : n->at[first]));
	for (int i = 0; i < NR; i++) {
		assert_int_equal(timer_armed(&t[i]), n->armed[i]);
		nr += n->armed[i];
	}
	assert_int_equal(q->nr, nr);
}

static void run_against_naive(uint64_t seed)
{
	struct rng_seeded src;
	struct rng rng = rng_seeded_init(&src, seed);
	struct timer t[NR] = { 0 };
	struct naive n = { .next = 0 };
	struct timerq q;
	int64_t now = 0;

	timerq_init(&q);
	for (int step = 0; step < 5000; step++) {
		uint32_t what = rng_below(&rng, 10), i = rng_below(&rng, NR);

		if (what < 5) {
			both_arm(&q, t, &n, i, now + rng_below(&rng, 40));
		} else if (what < 7) {
			timerq_cancel(&q, &t[i]);
			n.armed[i] = false;
		} else {
			now += rng_below(&rng, 3);
			both_pop(&q, t, &n, now);
		}
		assert_same(&q, t, &n);
	}
}

static void test_random_operations(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++)
		run_against_naive(seed);
}

/* 100,000 timers in falling order: a heap that recursed would end here. */
static void test_many(void **state)
{
	const size_t nr = 100000;
	struct mem *m = mem_root("test");
	struct timer *t = MEM_ARRAY(m, nr, struct timer);
	struct timerq q;

	(void)state;
	timerq_init(&q);
	for (size_t i = 0; i < nr; i++)
		timerq_arm(&q, &t[i], at_us((int64_t)(nr - i)));
	for (size_t i = 0; i < nr; i++)
		assert_ptr_equal(timerq_pop_due(&q, at_us((int64_t)nr)), &t[nr - 1 - i]);
	assert_int_equal(q.nr, 0);
	mem_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_due_at_its_microsecond),
		cmocka_unit_test(test_equal_deadlines_fire_as_armed),
		cmocka_unit_test(test_moved_both_ways),
		cmocka_unit_test(test_armed_and_cancelled_while_popping),
		cmocka_unit_test(test_random_operations),
		cmocka_unit_test(test_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
