/* SPDX-License-Identifier: GPL-3.0-or-later */
/* REFER within a call (RFC 3515 2.4) and INVITE with Replaces (RFC 3891 3). */
#include <stdio.h>

#include <trunkgate/sip/request.h>
#include <trunkgate/sip/subscription.h>

#include "unit/sip/wire.h"

static struct wire *w;
static sip_subscription_id ours, theirs;
static char told[256];
static unsigned refuse_with;
static sip_call_id replaced;

static void on_event(struct wire_end *e, const struct sip_event *ev)
{
	size_t n = strlen(told);

	if (ev->type == SIP_EV_NOTIFY) {
		assert_int_equal(ev->subscription, ours);
		snprintf(told + n, sizeof(told) - n, STR_FMT "|", (int)ev->msg->body.len - 2,
			 ev->msg->body.p);
	}
	if (ev->type == SIP_EV_INVITE)
		replaced = ev->replaces;
	if (ev->type != SIP_EV_REFER)
		return;
	assert_int_equal(ev->call, w->b.call);
	if (refuse_with)
		assert_int_equal(sip_request_answer(e->stack, w->now, refuse_with, NULL), 0);
	else
		assert_int_equal(sip_refer_accept(e->stack, w->now, NULL, &theirs), 0);
}

static int setup(void **state)
{
	const struct sip_cfg cfg = { .max_subscriptions = 4,
				     .features = { .refer = true, .replaces = true } };

	(void)state;
	w = wire_try_new(&cfg);
	assert_non_null(w);
	w->a.on_event = w->b.on_event = on_event;
	told[0] = '\0';
	refuse_with = 0;
	replaced = 99;
	wire_establish(w);
	return 0;
}

static int teardown(void **state)
{
	struct sip_stats a, b;

	(void)state;
	sip_call_hangup(w->a.stack, w->now, w->a.call, 0, NULL);
	wire_drain(&w->a);
	wire_run_ms(w, 300000);
	sip_stack_stats(w->a.stack, &a);
	sip_stack_stats(w->b.stack, &b);
	assert_int_equal(a.subscriptions + b.subscriptions, 0);
	wire_free(w);
	return 0;
}

static void refer(void)
{
	assert_int_equal(sip_call_refer(w->a.stack, w->now, w->a.call, STR("<sip:c@192.0.2.3>"),
					NULL, NULL, &ours),
			 0);
	wire_drain(&w->a);
	wire_run_ms(w, 100);
}

static void progress(unsigned status)
{
	assert_int_equal(sip_refer_progress(w->b.stack, w->now, theirs, status), 0);
	wire_drain(&w->b);
	wire_run_ms(w, 100);
}

static void test_progress(void **state)
{
	(void)state;
	refer();
	assert_true(wire_last_has(&w->b, "\r\nEvent: refer;id="));
	assert_true(wire_last_has(&w->b, "\r\nContent-Type: message/sipfrag;version=2.0\r\n"));
	progress(180);
	progress(200);
	assert_string_equal(told, "SIP/2.0 100 Trying|SIP/2.0 180 Ringing|SIP/2.0 200 OK|");
	assert_true(strstr(w->a.events, "UNSUBSCRIBED") != NULL);
	assert_events(&w->b, "REFER UNSUBSCRIBED:200");
	assert_int_equal(sip_refer_progress(w->b.stack, w->now, theirs, 200), TG_ENOENT);
}

static void test_refused(void **state)
{
	(void)state;
	refuse_with = 603;
	refer();
	assert_events(&w->a, "UNSUBSCRIBED:603");
	/* the call goes on */
	assert_int_equal(sip_call_info(w->a.stack, w->now, w->a.call, NULL), 0);
}

/* RFC 5057 4.2: the call ends before what the REFER has begun. */
static void test_outlasts_the_call(void **state)
{
	(void)state;
	refer();
	assert_int_equal(sip_call_hangup(w->a.stack, w->now, w->a.call, 0, NULL), 0);
	wire_drain(&w->a);
	wire_run_ms(w, 1000);
	assert_non_null(strstr(w->b.events, "BYE ENDED"));
	progress(486);
	assert_string_equal(told, "SIP/2.0 100 Trying|SIP/2.0 486 Busy Here|");
}

/* Nobody says how it went: it ends by itself, on both sides. */
static void test_silence(void **state)
{
	(void)state;
	refer();
	wire_run_ms(w, 200000);
	assert_events(&w->b, "REFER UNSUBSCRIBED:200");
}

/* Two at a time have ids (2.4.6). */
static void test_two(void **state)
{
	sip_subscription_id first, first_of_b;

	(void)state;
	refer();
	first = ours;
	first_of_b = theirs;
	refer();
	assert_int_not_equal(first, ours);
	progress(200);
	ours = first;
	theirs = first_of_b;
	told[0] = '\0';
	progress(404);
	assert_string_equal(told, "SIP/2.0 404 Not Found|");
}

static void test_not_now(void **state)
{
	(void)state;
	assert_int_equal(sip_call_refer(w->a.stack, w->now, 12345, STR("<sip:c@192.0.2.3>"), NULL,
					NULL, &ours),
			 TG_ENOENT);
	assert_int_equal(sip_call_refer(w->a.stack, w->now, w->a.call, STR("<sip:"), NULL, NULL,
					&ours),
			 TG_EINVAL);
	assert_int_equal(sip_refer_accept(w->b.stack, w->now, NULL, &theirs), TG_ESTATE);
}

/* An INVITE from elsewhere that names the dialog of B's call. */
static const char *replace(const char *call_id, const char *to_tag, const char *from_tag,
			   const char *more)
{
	static char text[2048];
	static unsigned nr;

	snprintf(text, sizeof(text),
		 "INVITE sip:100@192.0.2.2 SIP/2.0\r\n"
		 "Via: SIP/2.0/UDP 192.0.2.9:7070;branch=z9hG4bKr%u\r\n"
		 "From: <sip:x@192.0.2.9>;tag=ft\r\nTo: <sip:100@192.0.2.2>\r\nCall-ID: r%u\r\n"
		 "CSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:x@192.0.2.9:7070>\r\n"
		 "Require: replaces\r\nReplaces: %s;to-tag=%s;from-tag=%s%s\r\n"
		 "Content-Length: 0\r\n\r\n",
		 nr, nr, call_id, to_tag, from_tag, more);
	nr++;
	return text;
}

static void test_replaces(void **state)
{
	static struct sip_msg m;
	char call_id[64], ours_tag[64], theirs_tag[64];
	sip_call_id old = w->b.call;
	struct addr peer;

	(void)state;
	assert_int_equal(addr_parse(&peer, STR("192.0.2.9:7070"), 0), 0);
	refer(); /* B's last datagram is in the dialog: a NOTIFY */
	assert_int_equal(sip_msg_parse(&m, str_n(w->b.last, w->b.last_len), NULL), 0);
	str_copyz(call_id, sizeof(call_id), m.call_id);
	str_copyz(ours_tag, sizeof(ours_tag), m.from.tag);
	str_copyz(theirs_tag, sizeof(theirs_tag), m.to.tag);
	progress(200);
	wire_clear(w);
	wire_inject(w, &w->b, &peer, replace("nobody", ours_tag, theirs_tag, ""));
	assert_string_equal(w->b.sent[0].name, "481 INVITE");
	wire_inject(w, &w->b, &peer, replace(call_id, ours_tag, theirs_tag, ";early-only"));
	assert_string_equal(w->b.sent[1].name, "486 INVITE");
	assert_events(&w->b, "");
	wire_inject(w, &w->b, &peer, replace(call_id, ours_tag, theirs_tag, ""));
	assert_events(&w->b, "INVITE");
	assert_int_equal(replaced, old);
	assert_int_equal(sip_call_reject(w->b.stack, w->now, w->b.call, 486, NULL), 0);
	wire_drain(&w->b);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_progress), TEST(test_refused), TEST(test_outlasts_the_call),
		TEST(test_silence),  TEST(test_two),	 TEST(test_not_now),
		TEST(test_replaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
