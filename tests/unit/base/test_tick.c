/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tick: adding, comparing, and 'never', which stays never. */
#include <trunkgate/base/tick.h>

#include "unit/support.h"

static const tick_t noon = { 1000000 };

static void test_units(void **state)
{
	(void)state;
	assert_int_equal(MS_US(500), 500000);
	assert_true(S_US(86400) * 365 == INT64_C(31536000000000));
	assert_int_equal(tick_add_us(noon, -1).us, 999999);
	assert_int_equal(tick_add_ms(noon, 500).us, 1500000);
	assert_int_equal(tick_diff_us(tick_add_ms(noon, 20), noon), 20000);
	assert_int_equal(tick_diff_us(noon, tick_add_ms(noon, 20)), -20000);
}

static void test_never_stays_never(void **state)
{
	(void)state;
	assert_true(tick_is_never(TICK_NEVER));
	assert_true(tick_is_never(tick_add_ms(TICK_NEVER, 5)));
	assert_true(tick_is_never(tick_add_us(TICK_NEVER, -5)));
	assert_false(tick_is_never(noon));
	assert_false(tick_due(TICK_NEVER, noon));
	assert_true(tick_before(noon, TICK_NEVER));
	assert_int_equal(tick_min(TICK_NEVER, noon).us, noon.us);
	assert_int_equal(tick_min(noon, TICK_ZERO).us, 0);
}

static void test_due_is_at_or_after(void **state)
{
	(void)state;
	assert_false(tick_due(noon, tick_add_us(noon, -1)));
	assert_true(tick_due(noon, noon));
	assert_true(tick_due(noon, tick_add_us(noon, 1)));
	assert_false(tick_before(noon, noon));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_never_stays_never),
		cmocka_unit_test(test_due_is_at_or_after),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
