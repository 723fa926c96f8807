/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The INVITE client transaction, row by row: RFC 3261 figure 5, RFC 6026 figure 5. */
#include "unit/sip/bench.h"

#define NOTHING	  SIP_TELL_NOTHING
#define RESPONSE  SIP_TELL_RESPONSE
#define TIMEOUT	  SIP_TELL_TIMEOUT
#define TRANSPORT SIP_TELL_TRANSPORT

static struct bench b;

static int setup(void **state)
{
	(void)state;
	bench_open(&b, SIP_INVITE);
	b.t->marks = (struct sip_marks){ .uri = { 0, 3 },
					 .via = { 0, 3 },
					 .from = { 0, 3 },
					 .to = { 0, 3 },
					 .call_id = { 0, 3 },
					 .cseq = 1 };
	check(&b, ICT_INVITE, ICT_CALLING, 1, NOTHING, "AB");
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
	check_fsm(sip_ict.def, "sip_ict");
}

/* 17.1.1.2: at 0, 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s, seven in all; over at 32 s. */
static void test_calling_timers(void **state)
{
	static const int64_t gap_ms[] = { 500, 1000, 2000, 4000, 8000, 16000 };

	(void)state;
	for (unsigned i = 0; i < NR_OF(gap_ms); i++) {
		check_timer(&b, gap_ms[i] - 1, ICT_CALLING, 0, NOTHING, "AB");
		check_timer(&b, 1, ICT_CALLING, 1, NOTHING, "AB");
	}
	check_timer(&b, 499, ICT_CALLING, 0, NOTHING, "AB");
	assert_false(b.t->ended);
	check_timer(&b, 1, ICT_TERMINATED, 0, TIMEOUT, "A");
	assert_true(b.t->ended);
}

static void test_calling(void **state)
{
	(void)state;
	check(&b, ICT_INVITE, ICT_CALLING, 0, NOTHING, "AB");
	check(&b, ICT_CANCELLED, ICT_CALLING, 0, NOTHING, "AB");
	check(&b, ICT_TM_D, ICT_CALLING, 0, NOTHING, "AB");
	check(&b, ICT_TRANSPORT_ERR, ICT_TERMINATED, 0, TRANSPORT, "AB");
	assert_true(b.t->ended);
}

/* The session of a re-INVITE ends before the first response has come. */
static void test_calling_orphan(void **state)
{
	(void)state;
	sip_trans_orphan(b.t);
	check(&b, ICT_1XX, ICT_PROCEEDING, 0, RESPONSE, "B");
	check_timer(&b, 32000, ICT_TERMINATED, 0, TIMEOUT, "");
	assert_true(b.t->ended);
}

static void test_calling_2xx(void **state)
{
	(void)state;
	check(&b, ICT_2XX, ICT_ACCEPTED, 0, RESPONSE, "M");
	assert_null(b.t->last);
}

static void test_calling_refused(void **state)
{
	(void)state;
	check(&b, ICT_300_699, ICT_COMPLETED, 1, RESPONSE, "D");
}

static void test_proceeding(void **state)
{
	(void)state;
	check(&b, ICT_1XX, ICT_PROCEEDING, 0, RESPONSE, "");
	check(&b, ICT_1XX, ICT_PROCEEDING, 0, RESPONSE, "");
	check(&b, ICT_TRANSPORT_ERR, ICT_PROCEEDING, 0, NOTHING, "");
	check_timer(&b, 600000, ICT_PROCEEDING, 0, NOTHING, "");
	check(&b, ICT_2XX, ICT_ACCEPTED, 0, RESPONSE, "M");
}

/* 9.1: a cancelled transaction has 64*T1 for its final response. */
static void test_proceeding_cancelled(void **state)
{
	(void)state;
	check(&b, ICT_1XX, ICT_PROCEEDING, 0, RESPONSE, "");
	check(&b, ICT_CANCELLED, ICT_PROCEEDING, 0, NOTHING, "B");
	check_timer(&b, 31999, ICT_PROCEEDING, 0, NOTHING, "B");
	check_timer(&b, 1, ICT_TERMINATED, 0, TIMEOUT, "");
	assert_true(b.t->ended);
}

static void test_completed(void **state)
{
	(void)state;
	check(&b, ICT_1XX, ICT_PROCEEDING, 0, RESPONSE, "");
	check(&b, ICT_300_699, ICT_COMPLETED, 1, RESPONSE, "D");
	check(&b, ICT_300_699, ICT_COMPLETED, 1, NOTHING, "D");
	check(&b, ICT_1XX, ICT_COMPLETED, 0, NOTHING, "D");
	check(&b, ICT_2XX, ICT_COMPLETED, 0, NOTHING, "D");
	check_timer(&b, 31999, ICT_COMPLETED, 0, NOTHING, "D");
	check_timer(&b, 1, ICT_TERMINATED, 0, NOTHING, "");
	assert_true(b.t->ended);
}

static void test_completed_transport(void **state)
{
	(void)state;
	check(&b, ICT_300_699, ICT_COMPLETED, 1, RESPONSE, "D");
	check(&b, ICT_TRANSPORT_ERR, ICT_TERMINATED, 0, TRANSPORT, "D");
	assert_true(b.t->ended);
}

static void test_accepted(void **state)
{
	(void)state;
	check(&b, ICT_2XX, ICT_ACCEPTED, 0, RESPONSE, "M");
	check(&b, ICT_2XX, ICT_ACCEPTED, 0, RESPONSE, "M");
	check(&b, ICT_1XX, ICT_ACCEPTED, 0, NOTHING, "M");
	check(&b, ICT_300_699, ICT_ACCEPTED, 0, NOTHING, "M");
	check(&b, ICT_TRANSPORT_ERR, ICT_ACCEPTED, 0, NOTHING, "M");
	check_timer(&b, 32000, ICT_TERMINATED, 0, NOTHING, "");
	assert_true(b.t->ended);
	check(&b, ICT_2XX, ICT_TERMINATED, 0, NOTHING, "");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table), TEST(test_calling_timers),
		TEST(test_calling),	      TEST(test_calling_orphan),
		TEST(test_calling_2xx),	      TEST(test_calling_refused),
		TEST(test_proceeding),	      TEST(test_proceeding_cancelled),
		TEST(test_completed),	      TEST(test_completed_transport),
		TEST(test_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
