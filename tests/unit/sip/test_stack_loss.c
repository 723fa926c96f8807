/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls on a bad wire: lost and doubled messages of each kind, and how often each is repeated
 * (RFC 3261 17 and 13.3.1.4). */
#include "unit/sip/wire.h"

static struct wire *w;

static int setup(void **state)
{
	(void)state;
	w = wire_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	wire_free(w);
	return 0;
}

#define B_(fn, ...) sip_call_##fn(w->b.stack, w->now, w->b.call, __VA_ARGS__)
#define A_(fn, ...) sip_call_##fn(w->a.stack, w->now, w->a.call, __VA_ARGS__)
#define ALL	    1000

static void assert_times(const struct wire_end *e, const char *name, const int64_t *ms, unsigned nr)
{
	assert_int_equal(wire_count(e, name), nr);
	for (unsigned i = 1; i < nr; i++)
		assert_int_equal(wire_sent_ms(e, name, i) - wire_sent_ms(e, name, 0), ms[i]);
}

static const int64_t doubling[] = { 0, 500, 1500, 3500, 7500, 15500, 31500 };
static const int64_t to_t2[] = {
	0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500
};

/* 17.1.1.2: seven INVITEs in 32 s. */
static void test_nobody_there(void **state)
{
	(void)state;
	w->b.deaf = true;
	wire_call(w);
	wire_run_ms(w, 31900);
	assert_events(&w->a, "");
	wire_run_ms(w, 200);
	assert_events(&w->a, "REJECTED:408 ENDED");
	assert_times(&w->a, "INVITE", doubling, NR_OF(doubling));
}

/* Cancelled before anything came: no CANCEL may be sent (9.1), and the end is the same. */
static void test_nobody_there_hangup(void **state)
{
	(void)state;
	w->b.deaf = true;
	wire_call(w);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 32100);
	assert_events(&w->a, "ENDED");
	assert_int_equal(wire_count(&w->a, "CANCEL"), 0);
}

static void test_invite_lost(void **state)
{
	(void)state;
	wire_lose(&w->a, "INVITE", 2);
	wire_call(w);
	assert_events(&w->b, "");
	wire_run_ms(w, 1600);
	assert_events(&w->b, "INVITE");
	assert_int_equal(wire_count(&w->a, "INVITE"), 3);
	assert_int_equal(B_(reject, 603, NULL), 0);
}

static void test_trying_lost(void **state)
{
	(void)state;
	wire_lose(&w->b, "100 INVITE", 2);
	wire_call(w);
	wire_run_ms(w, 10000);
	assert_int_equal(wire_count(&w->a, "INVITE"), 3);
	assert_int_equal(wire_count(&w->b, "100 INVITE"), 3);
	assert_events(&w->b, "INVITE");
	assert_int_equal(B_(reject, 603, NULL), 0);
}

/* A repeated INVITE gets the last provisional response again. */
static void test_ringing_repeated(void **state)
{
	(void)state;
	wire_lose(&w->b, "100 INVITE", 1);
	wire_lose(&w->b, "180 INVITE", 1);
	wire_call(w);
	assert_int_equal(B_(progress, 180, NULL), 0);
	wire_run_ms(w, 1000);
	assert_events(&w->a, "PROGRESS:180");
	/* 13.3.1.1: and by itself every minute */
	wire_run_ms(w, 60000);
	assert_events(&w->a, "PROGRESS:180 PROGRESS:180");
	assert_int_equal(A_(hangup, 0, NULL), 0);
}

/* 13.3.1.4: the 2xx from T1 to T2. */
static void test_ok_lost(void **state)
{
	(void)state;
	wire_lose(&w->b, "200 INVITE", 5);
	wire_call(w);
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_run_ms(w, 11600);
	assert_times(&w->b, "200 INVITE", to_t2, 6);
	assert_events(&w->a, "ANSWERED:200");
	assert_int_equal(A_(ack, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->b, "INVITE ACKED");
	assert_int_equal(A_(hangup, 0, NULL), 0);
}

static void test_ack_lost(void **state)
{
	(void)state;
	wire_lose(&w->a, "ACK", 2);
	wire_call(w);
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(A_(ack, NULL), 0);
	wire_run_ms(w, 5000);
	assert_events(&w->a, "ANSWERED:200");
	assert_events(&w->b, "INVITE ACKED");
	assert_int_equal(wire_count(&w->b, "200 INVITE"), 3);
	assert_int_equal(wire_count(&w->a, "ACK"), 3);
	assert_int_equal(B_(hangup, 0, NULL), 0);
}

static void test_all_acks_lost(void **state)
{
	(void)state;
	wire_lose(&w->a, "ACK", ALL);
	wire_call(w);
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(A_(ack, NULL), 0);
	wire_run_ms(w, 32100);
	assert_times(&w->b, "200 INVITE", to_t2, NR_OF(to_t2));
	assert_events(&w->b, "INVITE NO_ACK ENDED");
	assert_events(&w->a, "ANSWERED:200 BYE ENDED");
}

/* The user never acknowledges: the callee gives up after 64*T1. */
static void test_user_never_acks(void **state)
{
	(void)state;
	wire_call(w);
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_run_ms(w, 32200);
	assert_events(&w->b, "INVITE NO_ACK ENDED");
	assert_events(&w->a, "ANSWERED:200 BYE ENDED");
	assert_int_equal(wire_count(&w->a, "ACK"), 0);
}

/* A BYE that waits for the ACK goes when none has come (15). */
static void test_bye_held_without_ack(void **state)
{
	(void)state;
	wire_lose(&w->a, "ACK", ALL);
	wire_call(w);
	assert_int_equal(B_(answer, &wire_answer), 0);
	assert_int_equal(B_(hangup, 0, NULL), 0);
	wire_run_ms(w, 31900);
	assert_int_equal(wire_count(&w->b, "BYE"), 0);
	wire_run_ms(w, 200);
	assert_int_equal(wire_count(&w->b, "BYE"), 1);
	assert_events(&w->b, "INVITE ENDED");
}

static void test_refusal_lost(void **state)
{
	(void)state;
	wire_lose(&w->b, "486 INVITE", 2);
	wire_call(w);
	assert_int_equal(B_(reject, 486, NULL), 0);
	wire_run_ms(w, 3000);
	assert_events(&w->a, "REJECTED:486 ENDED");
	assert_int_equal(wire_count(&w->b, "486 INVITE"), 3);
	assert_int_equal(wire_count(&w->a, "ACK"), 1);
}

/* 17.2.1: eleven times in 32 s; each is acknowledged. */
static void test_acks_of_refusal_lost(void **state)
{
	(void)state;
	wire_lose(&w->a, "ACK", ALL);
	wire_call(w);
	assert_int_equal(B_(reject, 486, NULL), 0);
	wire_run_ms(w, 40000);
	assert_times(&w->b, "486 INVITE", to_t2, NR_OF(to_t2));
	assert_int_equal(wire_count(&w->a, "ACK"), NR_OF(to_t2));
	assert_events(&w->a, "REJECTED:486 ENDED");
}

static void test_bye_lost(void **state)
{
	(void)state;
	wire_establish(w);
	wire_lose(&w->a, "BYE", 3);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 3600);
	assert_times(&w->a, "BYE", to_t2, 4);
	assert_events(&w->a, "ENDED");
	assert_events(&w->b, "BYE ENDED");
}

/* The call is over at the peer, its transaction still answers. */
static void test_ok_of_bye_lost(void **state)
{
	(void)state;
	wire_establish(w);
	wire_lose(&w->b, "200 BYE", 3);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 3600);
	assert_events(&w->b, "BYE ENDED");
	assert_events(&w->a, "ENDED");
	assert_int_equal(wire_count(&w->b, "200 BYE"), 4);
}

static void test_all_byes_lost(void **state)
{
	(void)state;
	wire_establish(w);
	wire_lose(&w->a, "BYE", ALL);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 31900);
	assert_events(&w->a, "");
	wire_run_ms(w, 200);
	assert_events(&w->a, "ENDED");
	assert_times(&w->a, "BYE", to_t2, NR_OF(to_t2));
	assert_events(&w->b, "");
	assert_int_equal(B_(hangup, 0, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->b, "ENDED"); /* 481 is as good as 200 (15.1.1) */
}

static void test_cancel_lost(void **state)
{
	(void)state;
	wire_call(w);
	wire_lose(&w->a, "CANCEL", 2);
	wire_lose(&w->b, "200 CANCEL", 1);
	wire_lose(&w->b, "487 INVITE", 2);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 10000);
	assert_events(&w->a, "ENDED:487");
	assert_events(&w->b, "INVITE CANCELLED ENDED");
	assert_int_equal(wire_count(&w->a, "CANCEL"), 4);
	assert_int_equal(wire_count(&w->b, "487 INVITE"), 3);
}

/* 9.1: without a final response the INVITE is over 64*T1 after the CANCEL. */
static void test_final_after_cancel_lost(void **state)
{
	(void)state;
	wire_call(w);
	wire_lose(&w->b, "487 INVITE", ALL);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 31900);
	assert_events(&w->a, "");
	wire_run_ms(w, 200);
	assert_events(&w->a, "ENDED");
}

/* 14.1: a re-INVITE without any answer ends the call. */
static void test_reinvite_lost(void **state)
{
	(void)state;
	wire_establish(w);
	wire_lose(&w->a, "INVITE", ALL);
	assert_int_equal(A_(reinvite, &wire_offer), 0);
	wire_run_ms(w, 32200);
	assert_events(&w->a, "REINVITE_FAILED:408 ENDED");
	assert_events(&w->b, "BYE ENDED");
	assert_times(&w->a, "INVITE", doubling, NR_OF(doubling));
}

static void test_reinvite_ok_and_ack_lost(void **state)
{
	(void)state;
	wire_establish(w);
	wire_lose(&w->b, "200 INVITE", 1);
	wire_lose(&w->a, "ACK", 1);
	assert_int_equal(A_(reinvite, &wire_offer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_run_ms(w, 600);
	assert_events(&w->a, "ANSWERED:200");
	assert_int_equal(A_(ack, NULL), 0);
	wire_run_ms(w, 5000);
	assert_events(&w->b, "REINVITE ACKED");
	assert_int_equal(wire_count(&w->b, "200 INVITE"), 3);
	assert_int_equal(A_(hangup, 0, NULL), 0);
}

/* 12.2.1.2: the peer knows nothing of the call any more. */
static void test_reinvite_of_lost_call(void **state)
{
	(void)state;
	wire_establish(w);
	wire_lose(&w->b, "BYE", ALL);
	assert_int_equal(B_(hangup, 0, NULL), 0);
	wire_run_ms(w, 33000);
	assert_events(&w->b, "ENDED");
	assert_int_equal(A_(reinvite, &wire_offer), 0);
	wire_run_ms(w, 200);
	assert_events(&w->a, "REINVITE_FAILED:481 ENDED");
	assert_int_equal(wire_count(&w->b, "481 BYE"), 1);
}

static void test_bye_meets_reinvite(void **state)
{
	(void)state;
	wire_establish(w);
	wire_lose(&w->a, "INVITE", ALL);
	assert_int_equal(A_(reinvite, &wire_offer), 0);
	assert_int_equal(B_(hangup, 0, NULL), 0);
	wire_run_ms(w, 200);
	assert_events(&w->a, "BYE ENDED");
	assert_events(&w->b, "ENDED");
}

/* A 2xx to our re-INVITE is acknowledged, whatever has been decided meanwhile. */
static void test_hangup_meets_ok_of_reinvite(void **state)
{
	(void)state;
	wire_establish(w);
	assert_int_equal(A_(reinvite, &wire_offer), 0);
	wire_run_ms(w, 15);
	wire_lose(&w->a, "BYE", 1);
	wire_lose(&w->a, "ACK", 1);
	assert_int_equal(B_(answer, &wire_answer), 0);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 2000);
	assert_int_equal(wire_count(&w->b, "200 INVITE"), 2);
	assert_int_equal(wire_count(&w->a, "ACK"), 2);
	assert_events(&w->a, "ENDED");
	assert_events(&w->b, "REINVITE BYE ENDED");
}

static void test_options_lost(void **state)
{
	(void)state;
	w->b.deaf = true;
	assert_int_equal(sip_options_send(w->a.stack, w->now, WIRE_PATH, &w->b.addr,
					  STR("sip:192.0.2.2"), w),
			 0);
	wire_run_ms(w, 40000);
	assert_times(&w->a, "OPTIONS", to_t2, NR_OF(to_t2));
	assert_events(&w->a, "OPTIONS:408");
}

/* All datagrams twice: everything happens once. */
static void test_everything_twice(void **state)
{
	(void)state;
	w->a.twice = w->b.twice = true;
	wire_call(w);
	assert_int_equal(B_(progress, 180, NULL), 0);
	wire_run_ms(w, 15);
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(A_(ack, NULL), 0);
	wire_run_ms(w, 1000);
	assert_events(&w->a, "PROGRESS:180 PROGRESS:180 ANSWERED:200");
	assert_events(&w->b, "INVITE ACKED");
	assert_int_equal(B_(reinvite, &wire_offer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(A_(answer, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(B_(ack, NULL), 0);
	wire_run_ms(w, 15);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "PROGRESS:180 PROGRESS:180 ANSWERED:200 REINVITE ACKED ENDED");
	assert_events(&w->b, "INVITE ACKED ANSWERED:200 BYE ENDED");
}

static void test_cancel_twice(void **state)
{
	(void)state;
	w->a.twice = w->b.twice = true;
	wire_call(w);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 1000);
	assert_events(&w->a, "ENDED:487");
	assert_events(&w->b, "INVITE CANCELLED ENDED");
}

/* 8.1.3.1, 18.4: what cannot be sent is a 503 made here. */
static void test_send_failed(void **state)
{
	(void)state;
	w->b.deaf = true;
	assert_int_equal(wire_start(w, &w->a, &wire_offer), 0);
	assert_int_equal(sip_options_send(w->a.stack, w->now, WIRE_PATH, &w->b.addr,
					  STR("sip:192.0.2.2"), w),
			 0);
	wire_run_ms(w, 1);
	assert_int_equal(sip_stack_send_failed(w->a.stack, w->now, WIRE_PATH, &w->b.addr), 0);
	wire_drain(&w->a);
	assert_events(&w->a, "OPTIONS:503 REJECTED:503 ENDED");
	assert_int_equal(sip_stack_send_failed(w->a.stack, w->now, 99, &w->b.addr), TG_ENOENT);
}

static void test_send_failed_bye(void **state)
{
	(void)state;
	wire_establish(w);
	w->b.deaf = true;
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_drain(&w->a);
	assert_int_equal(sip_stack_send_failed(w->a.stack, w->now, WIRE_PATH, &w->b.addr), 0);
	wire_drain(&w->a);
	assert_events(&w->a, "ENDED");
	assert_int_equal(B_(hangup, 0, NULL), 0);
	w->b.deaf = false;
}

/* A tick puts out only what there is room for; the rest stays due. */
static void test_tick_is_bounded(void **state)
{
	struct sip_cfg cfg = { .max_calls = 20, .max_out = 8 };
	struct sip_out out;
	unsigned sends = 0, rounds = 0;

	(void)state;
	wire_free(w);
	w = wire_try_new(&cfg);
	assert_non_null(w);
	w->b.deaf = true;
	for (int i = 0; i < 20; i++) {
		assert_int_equal(wire_start(w, &w->a, &wire_offer), 0);
		wire_drain(&w->a);
	}
	w->now = tick_add_ms(w->now, 500);
	while (tick_due(sip_stack_deadline(w->a.stack), w->now)) {
		sip_stack_tick(w->a.stack, w->now);
		for (unsigned n = 0; sip_stack_next_out(w->a.stack, &out); n++, sends++)
			assert_true(n < 8);
		rounds++;
	}
	assert_int_equal(sends, 20);
	assert_true(rounds > 2);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nobody_there),
		TEST(test_nobody_there_hangup),
		TEST(test_invite_lost),
		TEST(test_trying_lost),
		TEST(test_ringing_repeated),
		TEST(test_ok_lost),
		TEST(test_ack_lost),
		TEST(test_all_acks_lost),
		TEST(test_user_never_acks),
		TEST(test_bye_held_without_ack),
		TEST(test_refusal_lost),
		TEST(test_acks_of_refusal_lost),
		TEST(test_bye_lost),
		TEST(test_ok_of_bye_lost),
		TEST(test_all_byes_lost),
		TEST(test_cancel_lost),
		TEST(test_final_after_cancel_lost),
		TEST(test_reinvite_lost),
		TEST(test_reinvite_ok_and_ack_lost),
		TEST(test_reinvite_of_lost_call),
		TEST(test_bye_meets_reinvite),
		TEST(test_hangup_meets_ok_of_reinvite),
		TEST(test_options_lost),
		TEST(test_everything_twice),
		TEST(test_cancel_twice),
		TEST(test_send_failed),
		TEST(test_send_failed_bye),
		TEST(test_tick_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
