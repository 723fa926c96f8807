/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The INVITE server transaction, row by row: RFC 3261 figure 7, RFC 6026 figure 7. */
#include "unit/sip/bench.h"

#define NOTHING	  SIP_TELL_NOTHING
#define TIMEOUT	  SIP_TELL_TIMEOUT
#define TRANSPORT SIP_TELL_TRANSPORT
#define ACK	  SIP_TELL_ACK

static struct bench b;

static int setup(void **state)
{
	(void)state;
	bench_open_server(&b, "INVITE sip:b@192.0.2.1 SIP/2.0\r\n"
			      "Max-Forwards: 70\r\n" BENCH_HEADERS("INVITE"));
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
	check_fsm(sip_ist.def, "sip_ist");
}

static void test_proceeding(void **state)
{
	(void)state;
	check(&b, IST_INVITE, IST_PROCEEDING, 0, NOTHING, ""); /* nothing to repeat yet */
	check_respond(&b, 100, IST_PROCEEDING, 1, "");
	check(&b, IST_INVITE, IST_PROCEEDING, 1, NOTHING, "");
	check_respond(&b, 180, IST_PROCEEDING, 1, "");
	check(&b, IST_INVITE, IST_PROCEEDING, 1, NOTHING, "");
	check(&b, IST_ACK, IST_PROCEEDING, 0, NOTHING, "");
	check(&b, IST_TRANSPORT_ERR, IST_PROCEEDING, 0, TRANSPORT, "");
	check(&b, IST_TM_G, IST_PROCEEDING, 0, NOTHING, "");
	check(&b, IST_TU_GONE, IST_TERMINATED, 0, NOTHING, "");
	assert_true(b.t->ended);
}

/* 17.2.1: G from T1 to T2, H at 64*T1: the response eleven times. */
static void test_completed_timers(void **state)
{
	static const int64_t gap_ms[] = {
		500, 1000, 2000, 4000, 4000, 4000, 4000, 4000, 4000, 4000
	};

	(void)state;
	check_respond(&b, 486, IST_COMPLETED, 1, "GH");
	for (unsigned i = 0; i < NR_OF(gap_ms); i++) {
		check_timer(&b, gap_ms[i] - 1, IST_COMPLETED, 0, NOTHING, "GH");
		check_timer(&b, 1, IST_COMPLETED, 1, NOTHING, "GH");
	}
	check_timer(&b, 500, IST_TERMINATED, 0, TIMEOUT, "G");
	assert_true(b.t->ended);
}

static void test_completed(void **state)
{
	(void)state;
	check_respond(&b, 486, IST_COMPLETED, 1, "GH");
	check(&b, IST_INVITE, IST_COMPLETED, 1, NOTHING, "GH");
	check_respond(&b, 487, IST_COMPLETED, 0, "GH");
	check_respond(&b, 180, IST_COMPLETED, 0, "GH");
	check(&b, IST_TRANSPORT_ERR, IST_COMPLETED, 0, TRANSPORT, "GH");
	check(&b, IST_TU_GONE, IST_COMPLETED, 0, NOTHING, "GH");
	check(&b, IST_ACK, IST_CONFIRMED, 0, NOTHING, "I");
	assert_null(b.t->last);
	check(&b, IST_ACK, IST_CONFIRMED, 0, NOTHING, "I");
	check(&b, IST_INVITE, IST_CONFIRMED, 0, NOTHING, "I");
	check_timer(&b, 4999, IST_CONFIRMED, 0, NOTHING, "I");
	check_timer(&b, 1, IST_TERMINATED, 0, NOTHING, "");
	assert_true(b.t->ended);
}

static void test_accepted(void **state)
{
	struct sip_buf *ok = bench_buf(&b, "200");

	(void)state;
	check_respond(&b, 180, IST_PROCEEDING, 1, "");
	sip_trans_respond(b.t, 200, ok);
	bench_check(&b, IST_ACCEPTED, 1, NOTHING, "L");
	assert_null(b.t->last);
	check(&b, IST_INVITE, IST_ACCEPTED, 0, NOTHING, "L");
	check(&b, IST_ACK, IST_ACCEPTED, 0, ACK, "L");
	sip_trans_respond(b.t, 200, ok);
	bench_check(&b, IST_ACCEPTED, 1, NOTHING, "L");
	check_respond(&b, 486, IST_ACCEPTED, 0, "L");
	check(&b, IST_TRANSPORT_ERR, IST_ACCEPTED, 0, TRANSPORT, "L");
	check_timer(&b, 31999, IST_ACCEPTED, 0, NOTHING, "L");
	check_timer(&b, 1, IST_TERMINATED, 0, NOTHING, "");
	assert_true(b.t->ended);
	check(&b, IST_INVITE, IST_TERMINATED, 0, NOTHING, "");
	sip_buf_retire(b.stack, ok);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table), TEST(test_proceeding), TEST(test_completed_timers),
		TEST(test_completed),	      TEST(test_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
