/* SPDX-License-Identifier: GPL-3.0-or-later */
/* support: the helpers that other tests lean on. */
#include "unit/support.h"

static void test_hex(void **state)
{
	(void)state;
	assert_octets_equal(OCTETS("00 fF\t0a\nB1"), str_n("\x00\xff\x0a\xb1", 4));
	assert_string_equal(hex_of(str_n("\x00\xff\x0a", 3)), "00 ff 0a");
	assert_string_equal(hex_of(str_n(NULL, 0)), "");
	assert_int_equal(OCTETS("").len, 0);
}

static void test_results_last_for_an_assertion(void **state)
{
	struct str a = OCTETS("01"), b = OCTETS("02");
	const char *ha = hex_of(a), *hb = hex_of(b);

	(void)state;
	assert_string_equal(ha, "01");
	assert_string_equal(hb, "02");
}

struct counted {
	int runs, complete;
};

static void three_allocations(void *ctx)
{
	struct counted *c = ctx;
	struct mem *m = mem_root("test");

	c->runs++;
	if (m && mem_alloc(m, 1) && mem_keep(m, STR("x")).p)
		c->complete++;
	mem_free(m);
}

static void no_allocation(void *ctx)
{
	(void)ctx;
}

static void test_walk_ends_with_a_complete_run(void **state)
{
	struct counted c = { 0, 0 };

	(void)state;
	assert_int_equal(walk_allocations(three_allocations, &c), 3);
	assert_int_equal(c.runs, 4);
	assert_int_equal(c.complete, 1);
	assert_int_equal(walk_allocations(no_allocation, NULL), 0);
}

static void test_capture_starts_empty(void **state)
{
	(void)state;
	log_capture_start();
	log_info(LOG_SIP, NULL, "first");
	log_capture_start();
	log_info(LOG_SIP, NULL, "second");
	log_capture_stop();
	log_info(LOG_SIP, NULL, "third");
	assert_string_equal(log_capture_text(), "sip info: second\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_results_last_for_an_assertion),
		cmocka_unit_test(test_walk_ends_with_a_complete_run),
		cmocka_unit_test(test_capture_starts_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
