/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/exchange: its subscribers, called by the gateway (exchange_world.h).
 */
#include "unit/lab/exchange_world.h"
#include "lab/subscriber.h"

/* Called subscribers. -------------------------------------------------------------------------- */
static const struct {
	const char *number, *flow; /* play1 echo, 2 tone, 3 WAV, 4 ringback, 0 idle */
	bool released;		   /* by the exchange */
} subscribers[] = {
	{ "100F", "0:play0 0:ACM 200:play1 200:ANM" },
	{ "100", "0:play0 0:ACM 200:play1 200:ANM" },
	{ "101F", "0:play0 0:ACM 200:play2 200:ANM" },
	{ "102F", "0:meter 0:play0 0:REL17", true },
	{ "103F", "0:play0 0:ACM" },
	{ "104F", "0:meter 0:play0 0:REL1", true },
	{ "105F", "0:play0 0:ACM 200:play3 200:ANM" },
	{ "106F", "0:play0 0:ACM 200:play2 200:ANM 5200:meter 5200:play0 5200:REL16", true },
	{ "107F", "0:play4 0:ACM+inband 3000:play2 3000:ANM" },
	{ "108F", "0:meter 0:play0 0:REL34", true },
	{ "109F", "0:play2 0:CON" },
	{ "1001F", "0:meter 0:play0 0:REL1", true },
	{ "10F", "0:meter 0:play0 0:REL1", true },
	{ "F", "0:meter 0:play0 0:REL1", true },
};

static void test_subscribers(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NR_OF(subscribers); i++) {
		open_world(NULL);
		gw_iam(3, subscribers[i].number);
		settle();
		run_ms(60000);
		assert_string_equal(w.log, subscribers[i].flow);
		assert_int_equal(newest().state == LAB_CALL_ENDED, subscribers[i].released);
		assert_string_equal(newest().from, "5551");
		assert_memory_equal(newest().to, subscribers[i].number,
				    strcspn(subscribers[i].number, "F"));
		if (!subscribers[i].released) {
			gw_rel(3, 16);
			settle();
			run_ms(100);
			assert_int_equal(newest().cause, 16);
		}
		assert_all_idle();
		close_world(NULL);
	}
}

/* The caller hangs up at each moment of a call to each subscriber. */
static void test_caller_hangs_up(void **state)
{
	static const int64_t after_ms[] = { 0, 1, 199, 200, 201, 2999, 3001, 5199, 5201 };

	(void)state;
	open_world(NULL);
	for (unsigned s = 0; s < NR_OF(subscribers); s++)
		for (unsigned i = 0; i < NR_OF(after_ms); i++) {
			gw_iam(3, subscribers[s].number);
			if (after_ms[i])
				settle();
			run_ms(after_ms[i]);
			if (isup_circuit_state(w.gw, w.circuit[3]) != ISUP_IDLE)
				gw_rel(3, 31);
			settle();
			run_ms(10);
			assert_all_idle();
		}
	close_world(NULL);
}

/* What it heard is read when the call ends, and kept. */
static void test_heard(void **state)
{
	struct tdm_block rx, tx;
	struct tdm_user user;

	(void)state;
	gw_iam(7, "103F");
	settle();
	user = lab_line_user(w.line);
	memset(&rx, TDM_IDLE_A, sizeof(rx));
	for (int ms = 0; ms < 500; ms++) {
		for (int i = 0; i < TDM_BLOCK; i++)
			rx.octet[timeslot_of(7)][i] = i < 4 ? 0x35 : 0xb5; /* 1000 Hz, square */
		user.block(user.self, &rx, &tx);
	}
	assert_int_equal(newest().heard.ms, 0);
	gw_rel(7, 16);
	settle();
	assert_int_equal(newest().heard.ms, 500);
	assert_true(newest().heard.hz >= 999 && newest().heard.hz <= 1001);
	assert_int_equal(newest().heard.gaps, 0);
}

/* A refused call heard nothing, however long the timeslot was idle before. */
static void test_refused_heard_nothing(void **state)
{
	struct tdm_block rx, tx;
	struct tdm_user user = lab_line_user(w.line);

	(void)state;
	memset(&rx, TDM_IDLE_A, sizeof(rx));
	for (int ms = 0; ms < 500; ms++)
		user.block(user.self, &rx, &tx);
	gw_iam(7, "102F");
	settle();
	assert_int_equal(newest().state, LAB_CALL_ENDED);
	assert_int_equal(newest().heard.ms, 0);
}

/* The table of subscribers can be listed. */
static void test_table(void **state)
{
	const struct lab_subscriber *s;
	unsigned n;

	(void)state;
	for (n = 0; (s = lab_subscriber_walk(n)); n++)
		assert_ptr_equal(lab_subscriber_of(s->number), s);
	assert_int_equal(n, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subscribers),
		cmocka_unit_test(test_caller_hangs_up),
		TEST(test_heard),
		TEST(test_refused_heard_nothing),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
