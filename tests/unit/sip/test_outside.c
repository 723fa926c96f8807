/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests outside dialogs that are the user's: RFC 3261 8.1, 8.2, 17.1.2, 17.2.2. */
#include <trunkgate/sip/request.h>

#include "unit/sip/wire.h"

static struct wire *w;
static unsigned answer_with;
static int token;

static void on_request(struct wire_end *e, const struct sip_event *ev)
{
	static const struct sip_extra extra = { STR_INIT("Contact"),
						STR_INIT("<sip:me@192.0.2.7>") };
	static const struct sip_body body = { .content_type = STR_INIT("text/plain"),
					      .octets = STR_INIT("hello"),
					      .extra = &extra,
					      .nr_extra = 1 };

	if (ev->type == SIP_EV_RESPONSE)
		assert_ptr_equal(ev->user, &token);
	if (ev->type != SIP_EV_REQUEST || !answer_with)
		return;
	assert_int_equal(sip_request_answer(e->stack, w->now, 180, NULL), TG_EINVAL);
	assert_int_equal(sip_request_answer(e->stack, w->now, answer_with, &body), 0);
	assert_int_equal(sip_request_answer(e->stack, w->now, 200, NULL), TG_ESTATE);
}

static int setup(void **state)
{
	struct sip_cfg cfg = { .methods = 1u << SIP_REGISTER | 1u << SIP_MESSAGE };

	(void)state;
	answer_with = 200;
	w = wire_try_new(&cfg);
	assert_non_null(w);
	w->a.on_event = w->b.on_event = on_request;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	wire_free(w);
	return 0;
}

static int ask(enum sip_method method)
{
	struct sip_out_request r = { .path = WIRE_PATH,
				     .target = w->b.addr,
				     .method = method,
				     .uri = STR("sip:192.0.2.2"),
				     .from = STR("<sip:201@192.0.2.2>"),
				     .to = STR("<sip:201@192.0.2.2>"),
				     .call_id = STR("mine"),
				     .cseq = 9,
				     .user = &token };
	int err = sip_request_send(w->a.stack, w->now, &r);

	wire_drain(&w->a);
	return err;
}

static void test_asked(void **state)
{
	(void)state;
	assert_int_equal(ask(SIP_REGISTER), 0);
	assert_true(wire_last_has(&w->a, "Call-ID: mine\r\nCSeq: 9 REGISTER\r\n"));
	wire_run_ms(w, 100);
	assert_events(&w->b, "REQUEST");
	assert_true(wire_last_has(&w->b, "Contact: <sip:me@192.0.2.7>\r\n"));
	assert_true(wire_last_has(&w->b, "Content-Length: 5\r\n\r\nhello"));
	assert_int_equal(w->a.status, 200);
	assert_int_equal(w->b.nr_sent, 1);
}

/* The transaction answers what comes again (17.2.2). */
static void test_repeated(void **state)
{
	(void)state;
	wire_lose(&w->b, "200 REGISTER", 2);
	assert_int_equal(ask(SIP_REGISTER), 0);
	wire_run_ms(w, 5000);
	assert_events(&w->b, "REQUEST");
	assert_int_equal(wire_count(&w->b, "200 REGISTER"), 3);
	assert_int_equal(w->a.status, 200);
}

static void test_unanswered(void **state)
{
	(void)state;
	answer_with = 0;
	assert_int_equal(ask(SIP_MESSAGE), 0);
	wire_run_ms(w, 700);
	assert_events(&w->b, "REQUEST REQUEST");
	assert_int_equal(sip_request_answer(w->b.stack, w->now, 200, NULL), TG_ESTATE);
	answer_with = 404;
	wire_run_ms(w, 2000);
	assert_int_equal(w->a.status, 404);
}

static void test_nobody(void **state)
{
	(void)state;
	w->b.deaf = true;
	assert_int_equal(ask(SIP_REGISTER), 0);
	wire_run_ms(w, 33000);
	assert_int_equal(w->a.status, 408);
}

/* What the user has not named is refused as ever, and nothing of it within a dialog is new. */
static void test_not_asked(void **state)
{
	(void)state;
	assert_int_equal(ask(SIP_SUBSCRIBE), 0);
	wire_run_ms(w, 100);
	assert_events(&w->b, "");
	assert_int_equal(w->a.status, 405);
	/* 20.5: what may come is named, with what the user has asked for */
	assert_true(wire_last_has(&w->b, "\r\nAllow: INVITE, ACK, BYE, CANCEL, OPTIONS, REGISTER, "
					 "MESSAGE\r\n"));
}

static void test_bad(void **state)
{
	struct sip_out_request r = { .path = WIRE_PATH,
				     .target = w->b.addr,
				     .method = SIP_INVITE,
				     .uri = STR("sip:192.0.2.2"),
				     .from = STR("<sip:a@192.0.2.2>"),
				     .to = STR("<sip:a@192.0.2.2>") };

	(void)state;
	assert_int_equal(sip_request_send(w->a.stack, w->now, &r), TG_EINVAL);
	r.method = SIP_REGISTER;
	r.path = 7;
	assert_int_equal(sip_request_send(w->a.stack, w->now, &r), TG_ENOENT);
	r.path = WIRE_PATH;
	r.from = STR("<sip:a@192.0.2.2>;tag=mine");
	assert_int_equal(sip_request_send(w->a.stack, w->now, &r), TG_EINVAL);
	r.from = r.to;
	r.call_id = STR("a\r\nb");
	assert_int_equal(sip_request_send(w->a.stack, w->now, &r), TG_EINVAL);
	r.call_id = STR("");
	r.uri = STR("http://192.0.2.2");
	assert_int_equal(sip_request_send(w->a.stack, w->now, &r), TG_EINVAL);
}

static void ask_once(void *ctx)
{
	struct sip_cfg cfg = { .methods = 1u << SIP_REGISTER };

	(void)ctx;
	w = wire_try_new(&cfg);
	if (!w)
		return;
	ask(SIP_REGISTER);
	wire_run_ms(w, 100);
	wire_free(w);
}

static void test_memory(void **state)
{
	(void)state;
	assert_true(walk_allocations(ask_once, NULL) > 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_repeated, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unanswered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nobody, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad, setup, teardown),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
