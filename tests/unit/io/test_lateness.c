/* SPDX-License-Identifier: GPL-3.0-or-later */
/* io/lateness: what is counted, which tick is the 999th of 1000, when overload begins and ends. */
#include "unit/support.h"
#include "io/lateness.h"

static void legs_second(struct io_lateness *l, unsigned late, uint64_t cpu_us, unsigned nr_legs)
{
	for (unsigned i = 1; i <= IO_LATENESS_WINDOW; i++)
		assert_int_equal(io_lateness_tick(l, i <= late ? IO_LATE_US : 100, 1),
				 i == IO_LATENESS_WINDOW);
	io_lateness_judge(l, l->cpu_us + cpu_us, nr_legs);
}

static void busy_second(struct io_lateness *l, unsigned late, uint64_t cpu_us)
{
	legs_second(l, late, cpu_us, IO_BUSY_LEGS);
}

static void second(struct io_lateness *l, unsigned late)
{
	busy_second(l, late, IO_BUSY_BEGINS_US);
}

static void test_permille(void **state)
{
	struct io_lateness l = { 0 };

	(void)state;
	assert_int_equal(io_lateness_us(&l, 999), 0);
	for (unsigned i = 0; i < 10000; i++)
		io_lateness_tick(&l, i < 10 ? 3100 : i < 100 ? 1300 : 80, 1);
	assert_int_equal(io_lateness_us(&l, 500), 250);
	assert_int_equal(io_lateness_us(&l, 990), 250);
	assert_int_equal(io_lateness_us(&l, 991), 1500);
	assert_int_equal(io_lateness_us(&l, 999), 1500);
	assert_int_equal(io_lateness_us(&l, 1000), 3250);
	assert_int_equal(l.late, 10);
}

static void test_ticks_made_up(void **state)
{
	struct io_lateness l = { 0 };

	(void)state;
	io_lateness_tick(&l, 5600, 6); /* 5.6 4.6 3.6 2.6 1.6 0.6 */
	assert_int_equal(l.late, 4);
	assert_int_equal(l.in_window, 6);
	io_lateness_tick(&l, 100000000, 1);
	assert_int_equal(l.ticks[IO_LATENESS_STEPS - 1], 1);
}

static void test_overload(void **state)
{
	struct io_lateness l = { 0 };

	(void)state;
	second(&l, IO_OVERLOAD_BEGINS - 1);
	assert_false(io_lateness_overloaded(&l));
	second(&l, IO_OVERLOAD_BEGINS);
	assert_true(io_lateness_overloaded(&l));
	second(&l, IO_OVERLOAD_ENDS);
	assert_true(io_lateness_overloaded(&l)); /* not well enough yet */
	second(&l, IO_OVERLOAD_ENDS - 1);
	assert_false(io_lateness_overloaded(&l));
	assert_int_equal(l.overloads, 1);
}

/* The host had no time for it; new calls would cost next to nothing. */
static void test_kept_waiting(void **state)
{
	struct io_lateness l = { 0 };

	(void)state;
	busy_second(&l, IO_LATENESS_WINDOW, IO_BUSY_BEGINS_US - 1);
	assert_false(io_lateness_overloaded(&l));
	busy_second(&l, IO_LATENESS_WINDOW, IO_BUSY_BEGINS_US);
	assert_true(io_lateness_overloaded(&l));
	busy_second(&l, IO_LATENESS_WINDOW, IO_BUSY_ENDS_US);
	assert_true(io_lateness_overloaded(&l));
	busy_second(&l, IO_LATENESS_WINDOW, IO_BUSY_ENDS_US - 1);
	assert_false(io_lateness_overloaded(&l));
	legs_second(&l, IO_LATENESS_WINDOW, 1000000, IO_BUSY_LEGS - 1);
	assert_false(io_lateness_overloaded(&l));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_permille),
		cmocka_unit_test(test_ticks_made_up),
		cmocka_unit_test(test_overload),
		cmocka_unit_test(test_kept_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
