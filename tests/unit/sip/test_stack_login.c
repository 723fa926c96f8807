/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A call that is asked for a password: RFC 3261 22.1 to 22.3, RFC 7616, RFC 8760. */
#include <stdio.h>

#include <trunkgate/sip/digest.h>

#include "unit/sip/wire.h"

static struct wire *w;
static struct sip_digest_server server;
static struct sip_digest_user user;
static bool proxy, forget_challenge;
static char text[512];
static unsigned nr_challenges, nr_good;
static enum sip_digest_alg algorithm;

static void challenge(struct wire_end *e, const struct sip_event *ev, bool stale)
{
	struct sip_extra extra = { proxy ? STR("Proxy-Authenticate") : STR("WWW-Authenticate"),
				   STR("Basic realm=\"x\"") };
	struct sip_body body = { .extra = &extra, .nr_extra = 1 };

	if (!forget_challenge)
		assert_int_equal(sip_digest_challenge(&server, algorithm, stale, w->now, text,
						      sizeof(text), &extra.value),
				 0);
	nr_challenges++;
	assert_int_equal(sip_call_reject(e->stack, w->now, ev->call, proxy ? 407 : 401, &body), 0);
}

static enum sip_digest_verdict verdict_of(const struct sip_msg *m, const char *method)
{
	enum sip_hdr id = proxy ? SIP_HDR_PROXY_AUTHORIZATION : SIP_HDR_AUTHORIZATION;
	struct sip_auth auth;

	if (sip_digest_find(m, id, server.realm, &auth, NULL) < 0)
		return SIP_DIGEST_WRONG;
	return sip_digest_check(&server, &auth, str_of(method), &user.ha1, w->now);
}

static void on_event(struct wire_end *e, const struct sip_event *ev)
{
	enum sip_digest_verdict v;

	if (ev->type == SIP_EV_BYE)
		nr_good += verdict_of(ev->msg, "BYE") == SIP_DIGEST_GOOD;
	/* 22.1: what was good for the INVITE, so it is used up */
	if (ev->type == SIP_EV_ACKED)
		nr_good += verdict_of(ev->msg, "INVITE") == SIP_DIGEST_STALE;
	if (ev->type != SIP_EV_INVITE)
		return;
	v = verdict_of(ev->msg, "INVITE");
	if (v == SIP_DIGEST_GOOD)
		nr_good++;
	else
		challenge(e, ev, v == SIP_DIGEST_STALE);
}

static int setup(void **state)
{
	(void)state;
	w = wire_new();
	w->b.on_event = on_event;
	server = (struct sip_digest_server){ .realm = STR("gw"), .lifetime_us = S_US(60) };
	user = (struct sip_digest_user){ .name = STR("bob"), .realm = STR("gw") };
	assert_int_equal(sip_digest_ha1_init(&user.ha1, user.name, user.realm, STR("zanzibar")), 0);
	w->a.login = &user;
	proxy = forget_challenge = false;
	algorithm = SIP_DIGEST_SHA256;
	nr_challenges = nr_good = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	wire_free(w);
	return 0;
}

/* INVITE, ACK and BYE carry it, each with a count of its own but the ACK. */
static void whole_call(void)
{
	wire_call(w);
	wire_run_ms(w, 100);
	assert_int_equal(nr_challenges, 1);
	assert_int_equal(nr_good, 1);
	assert_int_equal(sip_call_answer(w->b.stack, w->now, w->b.call, &wire_answer), 0);
	wire_run_ms(w, 100);
	assert_int_equal(sip_call_ack(w->a.stack, w->now, w->a.call, NULL), 0);
	wire_run_ms(w, 100);
	assert_int_equal(sip_call_hangup(w->a.stack, w->now, w->a.call, 0, NULL), 0);
	wire_run_ms(w, 100);
	assert_int_equal(nr_good, 3);
	assert_events(&w->a, "ANSWERED:200 ENDED");
}

static void test_call(void **state)
{
	(void)state;
	whole_call();
}

static void test_proxy_md5(void **state)
{
	(void)state;
	proxy = true;
	algorithm = SIP_DIGEST_MD5;
	whole_call();
}

/* 22.2: a wrong password is said once. */
static void test_wrong(void **state)
{
	struct sip_digest_user guess = user;

	(void)state;
	assert_int_equal(sip_digest_ha1_init(&guess.ha1, user.name, user.realm, STR("guess")), 0);
	w->a.login = &guess;
	wire_call(w);
	wire_run_ms(w, 1000);
	assert_int_equal(nr_challenges, 2);
	assert_events(&w->a, "REJECTED:401 ENDED");
}

/* No realm, no scheme that is ours. */
static void test_elsewhere(void **state)
{
	struct sip_digest_user other = user;

	(void)state;
	other.realm = STR("elsewhere");
	w->a.login = &other;
	wire_call(w);
	wire_run_ms(w, 1000);
	assert_events(&w->a, "REJECTED:401 ENDED");
	wire_clear(w);
	forget_challenge = true;
	w->a.login = &user;
	wire_call(w);
	wire_run_ms(w, 1000);
	assert_events(&w->a, "REJECTED:401 ENDED");
	assert_int_equal(nr_challenges, 2);
}

/* The nonce is too old when the answer comes: once more with another. */
static void test_stale(void **state)
{
	(void)state;
	server.lifetime_us = 0;
	wire_call(w);
	wire_run_ms(w, 15);
	server.lifetime_us = S_US(60);
	wire_run_ms(w, 1000);
	assert_int_equal(nr_good, 1);
	assert_int_equal(nr_challenges, 2);
	assert_int_equal(sip_call_reject(w->b.stack, w->now, w->b.call, 486, NULL), 0);
	wire_run_ms(w, 1000);
	assert_events(&w->a, "REJECTED:486 ENDED");
}

/* However often the other side says so, it ends. */
static void test_always_stale(void **state)
{
	(void)state;
	server.lifetime_us = 0;
	wire_call(w);
	wire_run_ms(w, 1000);
	assert_int_equal(nr_challenges, 4);
	assert_events(&w->a, "REJECTED:401 ENDED");
}

/* RFC 3608 6.1: the routes of a registration, in order, before the target. */
static void test_route(void **state)
{
	static const struct str route[] = { STR_INIT("<sip:p1.example;lr>"),
					    STR_INIT("<sip:p2.example;lr>") };
	static const struct str bad = STR_INIT("<sip:p1.example>\r\nX: y");

	(void)state;
	w->a.route = &bad;
	w->a.nr_route = 1;
	assert_int_equal(wire_start(w, &w->a, &wire_offer), TG_EINVAL);
	w->a.route = route;
	w->a.nr_route = 2;
	wire_call(w);
	assert_true(wire_last_has(&w->a, "\r\nRoute: <sip:p1.example;lr>\r\n"
					 "Route: <sip:p2.example;lr>\r\n"));
	wire_run_ms(w, 100);
	assert_int_equal(nr_good, 1); /* the second INVITE has them, too */
	assert_int_equal(sip_call_reject(w->b.stack, w->now, w->b.call, 486, NULL), 0);
	wire_run_ms(w, 1000);
}

static void call_once(void *ctx)
{
	struct sip_cfg cfg = { 0 };

	(void)ctx;
	w = wire_try_new(&cfg);
	if (!w)
		return;
	w->b.on_event = NULL;
	w->a.login = &user;
	if (wire_start(w, &w->a, &wire_offer) == 0)
		wire_drain(&w->a);
	wire_free_unchecked(w);
}

static void test_memory(void **state)
{
	(void)state;
	user = (struct sip_digest_user){ .name = STR("bob"), .realm = STR("gw") };
	assert_true(walk_allocations(call_once, NULL) > 4);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_call),  TEST(test_proxy_md5),
		TEST(test_wrong), TEST(test_elsewhere),
		TEST(test_stale), TEST(test_always_stale),
		TEST(test_route), cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
