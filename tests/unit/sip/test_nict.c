/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The non-INVITE client transaction, row by row: RFC 3261 figure 6. */
#include "unit/sip/bench.h"

#define NOTHING	  SIP_TELL_NOTHING
#define RESPONSE  SIP_TELL_RESPONSE
#define TIMEOUT	  SIP_TELL_TIMEOUT
#define TRANSPORT SIP_TELL_TRANSPORT

static struct bench b;

static int setup(void **state)
{
	(void)state;
	bench_open(&b, SIP_BYE);
	check(&b, NICT_REQUEST, NICT_TRYING, 1, NOTHING, "EF");
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
	check_fsm(sip_nict.def, "sip_nict");
}

/* 17.1.2.2: 0.5, 1, 2, then 4 s: eleven requests in 32 s. */
static void test_trying_timers(void **state)
{
	static const int64_t gap_ms[] = {
		500, 1000, 2000, 4000, 4000, 4000, 4000, 4000, 4000, 4000
	};

	(void)state;
	for (unsigned i = 0; i < NR_OF(gap_ms); i++) {
		check_timer(&b, gap_ms[i] - 1, NICT_TRYING, 0, NOTHING, "EF");
		check_timer(&b, 1, NICT_TRYING, 1, NOTHING, "EF");
	}
	check_timer(&b, 499, NICT_TRYING, 0, NOTHING, "EF");
	check_timer(&b, 1, NICT_TERMINATED, 0, TIMEOUT, "E");
	assert_true(b.t->ended);
}

static void test_trying(void **state)
{
	(void)state;
	check(&b, NICT_REQUEST, NICT_TRYING, 0, NOTHING, "EF");
	check(&b, NICT_TM_K, NICT_TRYING, 0, NOTHING, "EF");
	check(&b, NICT_200_699, NICT_COMPLETED, 0, RESPONSE, "K");
	assert_null(b.t->last);
}

static void test_trying_transport(void **state)
{
	(void)state;
	check(&b, NICT_TRANSPORT_ERR, NICT_TERMINATED, 0, TRANSPORT, "EF");
	assert_true(b.t->ended);
}

/* In Proceeding timer E goes on, at T2. */
static void test_proceeding_timers(void **state)
{
	(void)state;
	check(&b, NICT_1XX, NICT_PROCEEDING, 0, RESPONSE, "EF");
	check(&b, NICT_1XX, NICT_PROCEEDING, 0, RESPONSE, "EF");
	check_timer(&b, 500, NICT_PROCEEDING, 1, NOTHING, "EF");
	check_timer(&b, 3999, NICT_PROCEEDING, 0, NOTHING, "EF");
	check_timer(&b, 1, NICT_PROCEEDING, 1, NOTHING, "EF");
	for (int i = 0; i < 6; i++)
		check_timer(&b, 4000, NICT_PROCEEDING, 1, NOTHING, "EF");
	check_timer(&b, 3500, NICT_TERMINATED, 0, TIMEOUT, "E");
	assert_true(b.t->ended);
}

static void test_proceeding(void **state)
{
	(void)state;
	check(&b, NICT_1XX, NICT_PROCEEDING, 0, RESPONSE, "EF");
	check(&b, NICT_200_699, NICT_COMPLETED, 0, RESPONSE, "K");
}

static void test_proceeding_transport(void **state)
{
	(void)state;
	check(&b, NICT_1XX, NICT_PROCEEDING, 0, RESPONSE, "EF");
	check(&b, NICT_TRANSPORT_ERR, NICT_TERMINATED, 0, TRANSPORT, "EF");
	assert_true(b.t->ended);
}

static void test_completed(void **state)
{
	(void)state;
	check(&b, NICT_200_699, NICT_COMPLETED, 0, RESPONSE, "K");
	check(&b, NICT_200_699, NICT_COMPLETED, 0, NOTHING, "K");
	check(&b, NICT_1XX, NICT_COMPLETED, 0, NOTHING, "K");
	check(&b, NICT_TRANSPORT_ERR, NICT_COMPLETED, 0, NOTHING, "K");
	check_timer(&b, 4999, NICT_COMPLETED, 0, NOTHING, "K");
	check_timer(&b, 1, NICT_TERMINATED, 0, NOTHING, "");
	assert_true(b.t->ended);
	check(&b, NICT_200_699, NICT_TERMINATED, 0, NOTHING, "");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		TEST(test_trying_timers),
		TEST(test_trying),
		TEST(test_trying_transport),
		TEST(test_proceeding_timers),
		TEST(test_proceeding),
		TEST(test_proceeding_transport),
		TEST(test_completed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
