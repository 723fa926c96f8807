/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The non-INVITE server transaction, row by row: RFC 3261 figure 8. */
#include "unit/sip/bench.h"

#define NOTHING	  SIP_TELL_NOTHING
#define TRANSPORT SIP_TELL_TRANSPORT

static struct bench b;

static int setup(void **state)
{
	(void)state;
	bench_open_server(&b, "BYE sip:b@192.0.2.1 SIP/2.0\r\n"
			      "Max-Forwards: 70\r\n" BENCH_HEADERS("BYE"));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	bench_close(&b);
	return 0;
}

static void test_table(void **state)
{
	(void)state;
	check_fsm(sip_nist.def, "sip_nist");
}

static void test_trying(void **state)
{
	(void)state;
	check(&b, NIST_REQUEST, NIST_TRYING, 0, NOTHING, "");
	check(&b, NIST_TRANSPORT_ERR, NIST_TRYING, 0, NOTHING, "");
	check_respond(&b, 200, NIST_COMPLETED, 1, "J");
}

static void test_trying_gone(void **state)
{
	(void)state;
	check(&b, NIST_TU_GONE, NIST_TERMINATED, 0, NOTHING, "");
	assert_true(b.t->ended);
}

static void test_proceeding(void **state)
{
	(void)state;
	check_respond(&b, 100, NIST_PROCEEDING, 1, "");
	check(&b, NIST_REQUEST, NIST_PROCEEDING, 1, NOTHING, "");
	check_respond(&b, 100, NIST_PROCEEDING, 1, "");
	check_respond(&b, 486, NIST_COMPLETED, 1, "J");
}

static void test_proceeding_transport(void **state)
{
	(void)state;
	check_respond(&b, 100, NIST_PROCEEDING, 1, "");
	check(&b, NIST_TRANSPORT_ERR, NIST_TERMINATED, 0, TRANSPORT, "");
	assert_true(b.t->ended);
}

static void test_proceeding_gone(void **state)
{
	(void)state;
	check_respond(&b, 100, NIST_PROCEEDING, 1, "");
	check(&b, NIST_TU_GONE, NIST_TERMINATED, 0, NOTHING, "");
	assert_true(b.t->ended);
}

static void test_completed(void **state)
{
	(void)state;
	check_respond(&b, 200, NIST_COMPLETED, 1, "J");
	check(&b, NIST_REQUEST, NIST_COMPLETED, 1, NOTHING, "J");
	check_respond(&b, 500, NIST_COMPLETED, 0, "J");
	check_timer(&b, 31999, NIST_COMPLETED, 0, NOTHING, "J");
	check_timer(&b, 1, NIST_TERMINATED, 0, NOTHING, "");
	assert_true(b.t->ended);
	check(&b, NIST_REQUEST, NIST_TERMINATED, 0, NOTHING, "");
}

static void test_completed_transport(void **state)
{
	(void)state;
	check_respond(&b, 200, NIST_COMPLETED, 1, "J");
	check(&b, NIST_TRANSPORT_ERR, NIST_TERMINATED, 0, TRANSPORT, "J");
	assert_true(b.t->ended);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		TEST(test_trying),
		TEST(test_trying_gone),
		TEST(test_proceeding),
		TEST(test_proceeding_transport),
		TEST(test_proceeding_gone),
		TEST(test_completed),
		TEST(test_completed_transport),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
