/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Session timers (RFC 4028), and the bounds of a call that nobody answers (RFC 3261 13.2.1, 13.3.1). */
#include "unit/sip/wire.h"

static struct wire *w;

#define B_(fn, ...) sip_call_##fn(w->b.stack, w->now, w->b.call, __VA_ARGS__)
#define A_(fn, ...) sip_call_##fn(w->a.stack, w->now, w->a.call, __VA_ARGS__)
#define S(n)	    (1000 * (int64_t)(n))

static int setup(void **state)
{
	struct sip_cfg cfg = { .max_calls = 4, .features = { .update = true } };

	(void)state;
	w = wire_try_new(&cfg);
	assert_non_null(w);
	w->a.features.session_expires_s = 200;
	return 0;
}

static int setup_without_update(void **state)
{
	(void)state;
	w = wire_new();
	w->a.features.session_expires_s = 200;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sip_call_hangup(w->a.stack, w->now, w->a.call, 0, NULL);
	wire_run_ms(w, S(1));
	sip_call_hangup(w->b.stack, w->now, w->b.call, 0, NULL);
	wire_free(w);
	return 0;
}

static void test_caller_refreshes(void **state)
{
	(void)state;
	assert_int_equal(wire_start(w, &w->a, &wire_offer), 0);
	wire_drain(&w->a);
	assert_true(wire_last_has(&w->a, "\r\nSupported: timer\r\n"
					 "Session-Expires: 200;refresher=uac\r\n"));
	wire_run_ms(w, 25);
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_drain(&w->b);
	assert_true(wire_last_has(&w->b, "\r\nRequire: timer\r\n"
					 "Session-Expires: 200;refresher=uac\r\n"));
	wire_run_ms(w, 15);
	assert_int_equal(A_(ack, NULL), 0);
	wire_run_ms(w, S(95));
	assert_int_equal(wire_count(&w->a, "UPDATE"), 0);
	wire_run_ms(w, S(10));
	assert_int_equal(wire_count(&w->a, "UPDATE"), 1);
	wire_run_ms(w, S(900));
	assert_int_equal(wire_count(&w->a, "UPDATE"), 10);
	assert_int_equal(wire_count(&w->b, "UPDATE"), 0);
	assert_events(&w->a, "ANSWERED:200");
	assert_events(&w->b, "INVITE ACKED");
}

static void test_callee_refreshes(void **state)
{
	(void)state;
	w->a.features.refresh_by_peer = true;
	wire_establish(w);
	wire_run_ms(w, S(1000));
	assert_int_equal(wire_count(&w->b, "UPDATE"), 9);
	assert_int_equal(wire_count(&w->a, "UPDATE"), 0);
	assert_events(&w->a, "");
	assert_events(&w->b, "");
}

static void test_min_se_above(void **state)
{
	(void)state;
	w->a.features.session_expires_s = 60; /* below what the RFC allows: 90 */
	wire_establish(w);
	wire_run_ms(w, S(50));
	assert_int_equal(wire_count(&w->a, "UPDATE"), 1);
}

/* 422: the INVITE goes once more, with what the peer wants (7.3). */
static void test_422(void **state)
{
	struct sip_cfg cfg = { .max_calls = 4, .features = { .update = true, .min_se_s = 500 } };

	(void)state;
	wire_free(w);
	w = wire_try_new(&cfg);
	w->a.features.session_expires_s = 200;
	wire_call(w);
	wire_run_ms(w, 30);
	assert_int_equal(wire_count(&w->b, "422 INVITE"), 1);
	assert_int_equal(wire_count(&w->a, "INVITE"), 2);
	assert_events(&w->a, "");
	assert_events(&w->b, "INVITE");
	assert_string_equal(w->b.body, "v=0 offer");
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_drain(&w->b);
	assert_true(wire_last_has(&w->b, "\r\nSession-Expires: 500;refresher=uac\r\n"));
	assert_true(wire_last_has(&w->b, "\r\nCSeq: 2 INVITE\r\n"));
	wire_run_ms(w, 15);
	assert_int_equal(A_(ack, NULL), 0);
	wire_run_ms(w, S(260));
	assert_int_equal(wire_count(&w->a, "UPDATE"), 1);
}

/* I07: the peer dies. The one who waits ends a third or 32 s before the interval does; the one who
 * refreshes when his request has timed out. */
static void test_peer_dies(void **state)
{
	(void)state;
	wire_establish(w);
	w->a.deaf = w->b.deaf = true;
	wire_run_ms(w, S(131));
	assert_events(&w->a, "");
	wire_run_ms(w, S(2));
	assert_events(&w->a, "EXPIRED");
	wire_run_ms(w, S(35));
	assert_events(&w->a, "EXPIRED ENDED");
	assert_events(&w->b, "EXPIRED");
	wire_run_ms(w, S(32));
	assert_events(&w->b, "EXPIRED ENDED");
}

/* Without UPDATE: a re-INVITE with the description that was sent; its user answers as always, ours
 * hears nothing. */
static void b_answers(struct wire_end *e, const struct sip_event *ev)
{
	if (ev->type == SIP_EV_REINVITE)
		sip_call_answer(e->stack, e->wire->now, ev->call, &wire_answer);
}

static void test_by_reinvite(void **state)
{
	(void)state;
	wire_establish(w);
	w->b.on_event = b_answers;
	wire_run_ms(w, S(350));
	assert_int_equal(wire_count(&w->a, "INVITE"), 3);
	assert_int_equal(wire_count(&w->a, "ACK"), 3);
	assert_string_equal(w->b.body, "");
	assert_events(&w->a, "");
	assert_events(&w->b, "REINVITE ACKED REINVITE ACKED REINVITE ACKED");
}

/* It is refused, again and again: the session is over when its interval is. */
static void b_refuses(struct wire_end *e, const struct sip_event *ev)
{
	if (ev->type == SIP_EV_REINVITE)
		sip_call_reject(e->stack, e->wire->now, ev->call, 500, NULL);
}

static void test_reinvite_refused(void **state)
{
	(void)state;
	wire_establish(w);
	w->b.on_event = b_refuses;
	wire_run_ms(w, S(170));
	assert_events(&w->a, "BYE ENDED"); /* B's end of it comes first by a moment */
	assert_true(wire_has(str_of(w->b.events), "EXPIRED ENDED"));
	assert_true(wire_count(&w->a, "INVITE") > 10);
}

/* A user who re-INVITEs refreshes too, and settles the description. */
static void test_users_reinvite(void **state)
{
	static const struct sip_body hold = { .content_type = STR_INIT("application/sdp"),
					      .octets = STR_INIT("v=0 hold") };

	(void)state;
	wire_establish(w);
	w->b.on_event = b_answers;
	wire_run_ms(w, S(90));
	assert_int_equal(A_(reinvite, &hold), 0);
	wire_run_ms(w, 30);
	assert_int_equal(A_(ack, NULL), 0);
	wire_run_ms(w, S(95));
	assert_int_equal(wire_count(&w->a, "INVITE"), 1);
	wire_run_ms(w, S(10));
	assert_int_equal(wire_count(&w->a, "INVITE"), 2);
	assert_true(w->a.nr_sent > 0);
}

/* A peer without the extension: the caller who asked refreshes by himself (7.2). Here the callee
 * does not know the header, for it is lost on the way. */
static void test_not_asked(void **state)
{
	(void)state;
	w->a.features.session_expires_s = 0;
	wire_establish(w);
	wire_run_ms(w, S(5000));
	assert_int_equal(w->a.nr_sent + w->b.nr_sent, 0);
}

static void test_by_callee_alone(void **state)
{
	struct sip_cfg cfg = { .max_calls = 4,
			       .features = { .session_expires_s = 300, .update = true } };

	(void)state;
	wire_free(w);
	w = wire_try_new(&cfg); /* what A is in its own calls is not asked for */
	wire_establish(w);
	wire_run_ms(w, S(1000));
	assert_int_equal(wire_count(&w->b, "UPDATE"), 6);
	w->a.deaf = w->b.deaf = true;
	wire_run_ms(w, S(300));
	assert_events(&w->b, "EXPIRED ENDED");
}

/* 13.3.1: the caller's Expires ends it at the callee; 13.2.1: at the caller by CANCEL. */
static void test_expires(void **state)
{
	(void)state;
	w->a.expires_s = 20;
	wire_call(w);
	assert_int_equal(B_(progress, 180, NULL), 0);
	wire_run_ms(w, S(19));
	assert_events(&w->b, "INVITE");
	wire_run_ms(w, S(2));
	assert_events(&w->b, "INVITE CANCELLED ENDED");
}

/* Nothing follows a provisional response. */
static void test_silence(void **state)
{
	(void)state;
	wire_call(w);
	assert_int_equal(B_(progress, 180, NULL), 0);
	wire_run_ms(w, 100);
	w->a.deaf = w->b.deaf = true;
	wire_run_ms(w, S(199));
	assert_events(&w->a, "PROGRESS:180");
	wire_run_ms(w, S(2));
	assert_events(&w->a, "PROGRESS:180 REJECTED:408");
	assert_int_equal(wire_count(&w->a, "CANCEL"), 2);
	wire_run_ms(w, S(33));
	assert_events(&w->a, "PROGRESS:180 REJECTED:408 ENDED");
}

#define TEST(fn)  cmocka_unit_test_setup_teardown(fn, setup, teardown)
#define PLAIN(fn) cmocka_unit_test_setup_teardown(fn, setup_without_update, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_caller_refreshes),  TEST(test_callee_refreshes),
		TEST(test_min_se_above),      TEST(test_422),
		TEST(test_peer_dies),	      PLAIN(test_by_reinvite),
		PLAIN(test_reinvite_refused), PLAIN(test_users_reinvite),
		TEST(test_not_asked),	      TEST(test_by_callee_alone),
		TEST(test_expires),	      TEST(test_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
