/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SUBSCRIBE and NOTIFY in both roles: RFC 6665 4.1, 4.2, 4.4. */
#include <stdio.h>

#include <trunkgate/sip/digest.h>
#include <trunkgate/sip/request.h>

#include "sip/subscription.h"
#include "unit/sip/wire.h"

static struct wire *w;
static sip_subscription_id ours, theirs; /* A's and B's */
static unsigned refuse_with, nr_notified;
static uint32_t grant_s;
static char told[64], state_line[128];
static int token_a, token_b;

static const struct sip_body open_state = { .content_type = STR_INIT("application/pidf+xml"),
					    .octets = STR_INIT("open") };
static const struct sip_body closed_state = { .content_type = STR_INIT("application/pidf+xml"),
					      .octets = STR_INIT("closed") };

static bool guards; /* B asks again at each refresh */

static void accept_one(struct wire_end *e)
{
	const struct sip_subscription_accept a = {
		.expires_s = grant_s, .state = &open_state, .user = &token_b, .guarded = guards
	};

	if (refuse_with)
		assert_int_equal(sip_request_answer(e->stack, w->now, refuse_with, NULL), 0);
	else
		assert_int_equal(sip_subscription_accept(e->stack, w->now, &a, &theirs), 0);
	assert_int_equal(sip_subscription_accept(e->stack, w->now, &a, &theirs), TG_ESTATE);
}

/* Digest at B: RFC 3261 22. */
static bool guarded;
static struct sip_digest_server server;
static struct sip_digest_user user;
static unsigned nr_good;

static bool is_proved(struct wire_end *e, const struct sip_msg *m)
{
	char text[300];
	struct sip_extra extra = { STR_INIT("WWW-Authenticate"), { 0 } };
	struct sip_body body = { .extra = &extra, .nr_extra = 1 };
	enum sip_digest_verdict verdict = SIP_DIGEST_WRONG;
	struct sip_auth auth;

	if (sip_digest_find(m, SIP_HDR_AUTHORIZATION, server.realm, &auth, NULL) == 0)
		verdict = sip_digest_check(&server, &auth, m->method_name, &user.ha1, w->now);
	if (verdict == SIP_DIGEST_GOOD) {
		nr_good++;
		return true;
	}
	assert_int_equal(sip_digest_challenge(&server, SIP_DIGEST_SHA256,
					      verdict == SIP_DIGEST_STALE, w->now, text,
					      sizeof(text), &extra.value),
			 0);
	assert_int_equal(sip_request_answer(e->stack, w->now, 401, &body), 0);
	return false;
}

static void on_event(struct wire_end *e, const struct sip_event *ev)
{
	const struct sip_header *h;

	if (ev->type == SIP_EV_SUBSCRIBE && (!guarded || is_proved(e, ev->msg)))
		accept_one(e);
	if (ev->type == SIP_EV_REFRESH && is_proved(e, ev->msg)) {
		assert_int_equal(ev->subscription, theirs);
		assert_ptr_equal(ev->user, &token_b);
		assert_int_equal(sip_subscription_refresh(e->stack, w->now), 0);
		assert_int_equal(sip_subscription_refresh(e->stack, w->now), TG_ESTATE);
	}
	if (ev->type == SIP_EV_UNSUBSCRIBED)
		assert_ptr_equal(ev->user, e == &w->a ? &token_a : &token_b);
	if (ev->type != SIP_EV_NOTIFY)
		return;
	assert_int_equal(ev->subscription, ours);
	assert_ptr_equal(ev->user, &token_a);
	nr_notified++;
	str_copyz(told, sizeof(told), ev->msg->body);
	h = sip_msg_header(ev->msg, SIP_HDR_SUBSCRIPTION_STATE, 0);
	str_copyz(state_line, sizeof(state_line), h->value);
}

static const struct sip_cfg cfg = { .max_subscriptions = 4, .events = STR_INIT("presence, x") };

static int setup(void **state)
{
	(void)state;
	w = wire_try_new(&cfg);
	assert_non_null(w);
	w->a.on_event = w->b.on_event = on_event;
	refuse_with = nr_notified = 0;
	grant_s = 600;
	told[0] = state_line[0] = '\0';
	return 0;
}

static int teardown(void **state)
{
	struct sip_stats a, b;

	(void)state;
	wire_run_ms(w, 4000000);
	sip_stack_stats(w->a.stack, &a);
	sip_stack_stats(w->b.stack, &b);
	assert_int_equal(a.subscriptions + b.subscriptions, 0);
	wire_free(w);
	return 0;
}

static int subscribe_as(const struct sip_digest_user *login, const char *event, uint32_t expires_s)
{
	const struct sip_subscribe want = { .path = WIRE_PATH,
					    .target = w->b.addr,
					    .uri = STR("sip:trunk@192.0.2.2"),
					    .from = STR("<sip:a@192.0.2.1>"),
					    .to = STR("<sip:trunk@192.0.2.2>"),
					    .event = str_of(event),
					    .accept = STR("application/pidf+xml"),
					    .expires_s = expires_s,
					    .login = login,
					    .user = &token_a };
	int err = sip_subscribe(w->a.stack, w->now, &want, &ours);

	wire_drain(&w->a);
	return err;
}

static int subscribe_to(const char *event, uint32_t expires_s)
{
	return subscribe_as(NULL, event, expires_s);
}

static void leave(void)
{
	assert_int_equal(sip_subscription_end(w->a.stack, w->now, ours, NULL, 0, NULL), 0);
	wire_drain(&w->a);
	wire_run_ms(w, 200);
}

static void digest_at_b(void)
{
	memset(&server, 0, sizeof(server));
	server.realm = STR("b");
	server.lifetime_us = 60000000;
	user.name = STR("alice");
	user.realm = STR("b");
	assert_int_equal(sip_digest_ha1_init(&user.ha1, user.name, user.realm, STR("secret")), 0);
	nr_good = 0;
}

/* A guarded one: each refresh, and the end, with what proves who it is. */
static void test_refresh_challenged(void **state)
{
	(void)state;
	digest_at_b();
	guarded = guards = true;
	assert_int_equal(subscribe_as(&user, "presence", 600), 0);
	wire_run_ms(w, 500);
	assert_int_equal(nr_good, 1);
	wire_run_ms(w, 1500000);
	assert_true(nr_good >= 3);
	assert_int_equal(nr_notified, nr_good);
	leave();
	assert_string_equal(state_line, "terminated;reason=timeout");
	assert_int_equal(sip_subscription_refresh(w->b.stack, w->now), TG_ESTATE);
	/* who cannot prove it: the time that was granted runs out */
	guarded = false;
	nr_good = nr_notified = 0;
	assert_int_equal(subscribe_to("presence", 600), 0);
	wire_run_ms(w, 500);
	assert_int_equal(nr_notified, 1);
	wire_run_ms(w, 590000);
	assert_int_equal(nr_notified, 1);
	wire_run_ms(w, 20000);
	assert_string_equal(state_line, "terminated;reason=timeout");
	assert_int_equal(nr_good, 0);
	guards = false;
}

/* RFC 3261 22.2: the first SUBSCRIBE goes again with credentials, once; without them it is refused. */
static void test_challenged(void **state)
{
	struct sip_digest_user wrong;

	(void)state;
	digest_at_b();
	guarded = true;
	assert_int_equal(subscribe_as(&user, "presence", 600), 0);
	wire_run_ms(w, 500);
	assert_int_equal(nr_good, 1);
	assert_int_equal(nr_notified, 1);
	assert_string_equal(told, "open");
	leave();
	assert_string_equal(state_line, "terminated;reason=timeout");
	/* nobody to prove it; the wrong password is tried once */
	assert_int_equal(subscribe_to("presence", 600), 0);
	wire_run_ms(w, 500);
	wrong = user;
	assert_int_equal(sip_digest_ha1_init(&wrong.ha1, user.name, user.realm, STR("guess")), 0);
	assert_int_equal(subscribe_as(&wrong, "presence", 600), 0);
	wire_run_ms(w, 500);
	assert_int_equal(nr_good, 1);
	assert_int_equal(nr_notified, 2);
	guarded = false;
}

/* The 2xx grants less; a NOTIFY follows at once; each change is told; then it is ended. */
static void test_whole(void **state)
{
	(void)state;
	assert_int_equal(subscribe_to("presence", 3600), 0);
	assert_true(wire_last_has(&w->a, "\r\nEvent: presence\r\nExpires: 3600\r\n"));
	assert_true(wire_last_has(&w->a, "\r\nContact: <sip:192.0.2.1:5060>\r\n"));
	wire_run_ms(w, 100);
	assert_int_equal(nr_notified, 1);
	assert_string_equal(told, "open");
	assert_string_equal(state_line, "active;expires=600");
	assert_int_equal(sip_subscription_notify(w->b.stack, w->now, theirs, &closed_state), 0);
	wire_drain(&w->b);
	wire_run_ms(w, 100);
	assert_int_equal(nr_notified, 2);
	assert_string_equal(told, "closed");
	leave();
	assert_string_equal(state_line, "terminated;reason=timeout");
	assert_events(&w->a, "NOTIFY NOTIFY NOTIFY UNSUBSCRIBED:200");
	assert_events(&w->b, "SUBSCRIBE UNSUBSCRIBED:200");
}

/* It is refreshed before its end, with the state as it is (4.2.1.4), as long as somebody wants it. */
static void test_refresh(void **state)
{
	(void)state;
	assert_int_equal(subscribe_to("presence", 3600), 0);
	wire_run_ms(w, 100);
	wire_run_ms(w, 1790000);
	assert_int_equal(wire_count(&w->a, "SUBSCRIBE"), 2);
	assert_int_equal(nr_notified, 2);
	assert_true(wire_sent_ms(&w->a, "SUBSCRIBE", 1) < 600000);
	leave();
}

/* Nobody refreshes: the notifier ends it when its time is over. */
static void test_expires(void **state)
{
	(void)state;
	assert_int_equal(subscribe_to("presence", 3600), 0);
	wire_run_ms(w, 100);
	wire_lose(&w->a, "SUBSCRIBE", 1000);
	wire_run_ms(w, 700000);
	assert_string_equal(state_line, "terminated;reason=timeout");
	assert_events(&w->b, "SUBSCRIBE UNSUBSCRIBED:200");
	w->a.lose[0].nr = 0;
}

/* 4.4.3: a question. */
static void test_fetch(void **state)
{
	(void)state;
	grant_s = 0;
	assert_int_equal(subscribe_to("presence", 60), 0);
	wire_run_ms(w, 100);
	assert_int_equal(nr_notified, 1);
	assert_string_equal(told, "open");
	assert_string_equal(state_line, "terminated;reason=timeout");
}

/* 4.1.2.4: the NOTIFY overtakes the 200. */
static void test_early_notify(void **state)
{
	(void)state;
	wire_lose(&w->b, "200 SUBSCRIBE", 1);
	assert_int_equal(subscribe_to("presence", 60), 0);
	wire_run_ms(w, 100);
	assert_int_equal(nr_notified, 1);
	wire_run_ms(w, 1000);
	assert_int_equal(wire_count(&w->b, "200 SUBSCRIBE"), 2);
	leave();
	assert_events(&w->b, "SUBSCRIBE UNSUBSCRIBED:200");
}

/* One NOTIFY at a time; what changes meanwhile goes with the next, and only the latest of it. */
static void test_latest(void **state)
{
	(void)state;
	assert_int_equal(subscribe_to("presence", 60), 0);
	wire_run_ms(w, 15);
	wire_lose(&w->b, "NOTIFY", 1);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(sip_subscription_notify(w->b.stack, w->now, theirs,
							 i % 2 ? &open_state : &closed_state),
				 0);
		wire_drain(&w->b);
	}
	wire_run_ms(w, 2000);
	assert_true(nr_notified <= 2);
	assert_string_equal(told, "closed");
	leave();
}

/* 8.2.1, 4.2.1.1 */
static void test_refused(void **state)
{
	(void)state;
	assert_int_equal(subscribe_to("winfo", 60), 0);
	wire_run_ms(w, 100);
	assert_true(wire_last_has(&w->b, "SIP/2.0 489 Bad Event\r\n"));
	assert_true(wire_last_has(&w->b, "\r\nAllow-Events: presence, x\r\n"));
	assert_events(&w->a, "UNSUBSCRIBED:489");
	assert_events(&w->b, "");
	wire_clear(w);
	refuse_with = 404;
	assert_int_equal(subscribe_to("presence", 60), 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "UNSUBSCRIBED:404");
	wire_clear(w);
	w->b.deaf = true;
	assert_int_equal(subscribe_to("presence", 60), 0);
	wire_run_ms(w, 40000);
	assert_events(&w->a, "UNSUBSCRIBED:408");
	w->b.deaf = false;
}

/* 4.2.2: the notifier says why, and when to come again. */
static void test_ended(void **state)
{
	(void)state;
	assert_int_equal(subscribe_to("presence", 60), 0);
	wire_run_ms(w, 100);
	assert_int_equal(sip_subscription_end(w->b.stack, w->now, theirs, "bad;reason", 0, NULL),
			 TG_EINVAL);
	assert_int_equal(sip_subscription_end(w->b.stack, w->now, theirs, "probation", 30,
					      &closed_state),
			 0);
	assert_int_equal(sip_subscription_end(w->b.stack, w->now, theirs, "giveup", 0, NULL),
			 TG_ESTATE);
	wire_drain(&w->b);
	wire_run_ms(w, 100);
	assert_string_equal(state_line, "terminated;reason=probation;retry-after=30");
	assert_string_equal(told, "closed");
	assert_int_equal(sip_subscription_notify(w->b.stack, w->now, theirs, NULL), TG_ENOENT);
}

/* 4.1.2.4, timer N: a 2xx and no NOTIFY. */
static void test_no_notify(void **state)
{
	(void)state;
	w->a.on_event = NULL;
	wire_lose(&w->b, "NOTIFY", 1000);
	assert_int_equal(subscribe_to("presence", 600), 0);
	wire_run_ms(w, 40000);
	assert_events(&w->a, "UNSUBSCRIBED:200");
	assert_events(&w->b, "SUBSCRIBE UNSUBSCRIBED:408");
	w->b.lose[0].nr = 0;
}

/* The subscriber has gone: 481 ends it (4.2.2). */
static void test_subscriber_gone(void **state)
{
	(void)state;
	wire_lose(&w->b, "200 SUBSCRIBE", 1000);
	wire_lose(&w->b, "NOTIFY", 1);
	assert_int_equal(subscribe_to("presence", 60), 0);
	wire_run_ms(w, 15);
	w->a.on_event = NULL;
	assert_int_equal(sip_subscription_end(w->a.stack, w->now, ours, NULL, 0, NULL), 0);
	wire_drain(&w->a);
	wire_run_ms(w, 40000);
	assert_events(&w->b, "SUBSCRIBE UNSUBSCRIBED:481");
	w->b.lose[0].nr = 0;
}

/* The other places are taken: 503, and nothing is left of it. */
static void test_limit(void **state)
{
	sip_subscription_id kept[8];
	unsigned nr = 0;

	(void)state;
	while (subscribe_to("presence", 60) == 0) {
		kept[nr++] = ours;
		assert_true(nr <= 4);
		wire_run_ms(w, 100);
	}
	assert_int_equal(nr, 4);
	for (unsigned i = 0; i < nr; i++) {
		ours = kept[i];
		leave();
	}
}

static const struct sip_subscribe bad[] = {
	{ .uri = STR_INIT("http://x"), .event = STR_INIT("x") },
	{ .uri = STR_INIT("sip:b@192.0.2.2"), .event = STR_INIT("") },
	{ .uri = STR_INIT("sip:b@192.0.2.2"), .event = STR_INIT("a\r\nb") },
	{ .uri = STR_INIT("sip:b@192.0.2.2"), .event = STR_INIT("x"), .accept = STR_INIT("\r\n") },
};

static void test_bad(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NR_OF(bad); i++) {
		struct sip_subscribe want = bad[i];

		want.path = WIRE_PATH;
		want.target = w->b.addr;
		want.from = want.to = STR("<sip:a@192.0.2.1>");
		assert_int_equal(sip_subscribe(w->a.stack, w->now, &want, &ours), TG_EINVAL);
	}
	assert_int_equal(sip_subscription_notify(w->a.stack, w->now, 77, NULL), TG_ENOENT);
}

static const char *in_dialog(const char *method, const char *tags, const char *more)
{
	static char text[2048];
	static unsigned nr;

	snprintf(
		text, sizeof(text),
		"%s sip:100@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:7070;branch=z9hG4bK%u\r\n"
		"From: <sip:x@192.0.2.9>;tag=ft\r\nTo: <sip:100@192.0.2.2>%s\r\nCall-ID: sub\r\n"
		"CSeq: 1 %s\r\nMax-Forwards: 70\r\nContact: <sip:x@192.0.2.9:7070>\r\n"
		"%sContent-Length: 0\r\n\r\n",
		method, nr++, tags, method, more);
	return text;
}

static void check_answer(const char *text, const char *answer)
{
	struct addr peer;

	assert_int_equal(addr_parse(&peer, STR("192.0.2.9:7070"), 0), 0);
	wire_clear(w);
	wire_inject(w, &w->b, &peer, text);
	assert_int_equal(w->b.nr_sent, 1);
	assert_string_equal(w->b.sent[0].name, answer);
}

/* What belongs to nothing here. */
static void test_strays(void **state)
{
	(void)state;
	check_answer(in_dialog("NOTIFY", ";tag=no", "Event: presence\r\n"), "481 NOTIFY");
	check_answer(in_dialog("NOTIFY", "", "Event: presence\r\n"), "481 NOTIFY");
	check_answer(in_dialog("SUBSCRIBE", ";tag=no", "Event: presence\r\n"), "481 SUBSCRIBE");
	check_answer(in_dialog("SUBSCRIBE", "", ""), "489 SUBSCRIBE");
	check_answer(in_dialog("SUBSCRIBE", "", "Event: y\r\n"), "489 SUBSCRIBE");
	check_answer(in_dialog("REFER", "", "Refer-To: <sip:z@192.0.2.8>\r\n"), "405 REFER");
}

static void once(void *ctx)
{
	(void)ctx;
	nr_notified = 0;
	refuse_with = 0;
	w = wire_try_new(&cfg);
	if (!w)
		return;
	if (subscribe_to("presence", 60) == 0)
		wire_run_ms(w, 1);
	wire_free_unchecked(w);
}

static void test_memory(void **state)
{
	(void)state;
	assert_true(walk_allocations(once, NULL) > 4);
}

static void test_machines(void **state)
{
	(void)state;
	check_fsm(&sip_notifier_def, "sip_notifier");
	check_fsm(&sip_subscriber_def, "sip_subscriber");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_machines),
		TEST(test_whole),
		TEST(test_challenged),
		TEST(test_refresh_challenged),
		TEST(test_refresh),
		TEST(test_expires),
		TEST(test_fetch),
		TEST(test_early_notify),
		TEST(test_latest),
		TEST(test_refused),
		TEST(test_ended),
		TEST(test_no_notify),
		TEST(test_subscriber_gone),
		TEST(test_limit),
		TEST(test_bad),
		TEST(test_strays),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
