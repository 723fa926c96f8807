/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UPDATE (RFC 3311) and INFO (RFC 6086) within a dialog, and what of offer and answer is refused. */
#include <stdio.h>

#include "unit/sip/wire.h"

static struct wire *w;

#define B_(fn, ...) sip_call_##fn(w->b.stack, w->now, w->b.call, __VA_ARGS__)
#define A_(fn, ...) sip_call_##fn(w->a.stack, w->now, w->a.call, __VA_ARGS__)

static int setup(void **state)
{
	struct sip_cfg cfg = { .max_calls = 4,
			       .features = {
				       .rel100 = SIP_REL100_USED, .update = true, .info = true } };

	(void)state;
	w = wire_try_new(&cfg);
	assert_non_null(w);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sip_call_hangup(w->a.stack, w->now, w->a.call, 0, NULL);
	wire_free(w);
	return 0;
}

static void test_offer(void **state)
{
	(void)state;
	wire_establish(w);
	assert_int_equal(A_(update, &wire_offer), 0);
	wire_drain(&w->a);
	assert_true(wire_last_has(&w->a, "\r\nAllow: INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, "
					 "UPDATE, INFO\r\n"));
	assert_true(wire_last_has(&w->a, "\r\nContact: "));
	assert_int_equal(A_(update, NULL), TG_ESTATE); /* one at a time */
	assert_int_equal(A_(reinvite, &wire_offer), TG_ESTATE);
	wire_run_ms(w, 15);
	assert_events(&w->b, "UPDATE!");
	assert_int_equal(B_(update, &wire_offer), TG_ESTATE);
	assert_int_equal(B_(reinvite, &wire_offer), TG_ESTATE);
	assert_int_equal(B_(respond, 200, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_events(&w->a, "DONE/UPDATE:200");
	assert_string_equal(w->a.body, "v=0 answer");
	assert_int_equal(B_(update, &wire_offer), 0); /* and the other way */
	wire_run_ms(w, 15);
	assert_int_equal(A_(respond, 488, NULL), 0);
	wire_run_ms(w, 15);
	assert_events(&w->b, "UPDATE! DONE/UPDATE:488");
	assert_int_equal(B_(reinvite, &wire_offer), 0);
}

static void test_empty(void **state)
{
	(void)state;
	wire_establish(w);
	assert_int_equal(A_(update, NULL), 0);
	wire_run_ms(w, 25);
	assert_events(&w->a, "DONE/UPDATE:200");
	assert_events(&w->b, "");
}

/* RFC 3311 5.2: both offer at once. */
static void test_glare(void **state)
{
	(void)state;
	wire_establish(w);
	assert_int_equal(A_(update, &wire_offer), 0);
	assert_int_equal(B_(update, &wire_offer), 0);
	wire_run_ms(w, 50);
	assert_events(&w->a, "DONE/UPDATE:491");
	assert_events(&w->b, "DONE/UPDATE:491");
	wire_clear(w);
	assert_int_equal(A_(reinvite, &wire_offer), 0);
	assert_int_equal(B_(update, &wire_offer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(wire_count(&w->a, "491 UPDATE"), 1);
	assert_int_equal(wire_count(&w->b, "491 INVITE"), 1);
	wire_run_ms(w, 50);
	assert_events(&w->a, "REINVITE_FAILED:491");
	assert_events(&w->b, "DONE/UPDATE:491");
	wire_clear(w);
	assert_int_equal(A_(update, &wire_offer), 0); /* nothing is left open */
	wire_run_ms(w, 15);
	assert_int_equal(B_(respond, 200, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_events(&w->a, "DONE/UPDATE:200");
}

static void inject_update(unsigned cseq, const char *body)
{
	static struct sip_msg m;
	static char text[2048], first[2048];

	if (cseq == 10)
		str_copyz(first, sizeof(first), str_n(w->a.last, w->a.last_len));
	assert_int_equal(sip_msg_parse(&m, str_of(first), NULL), 0);
	snprintf(text, sizeof(text),
		 "UPDATE sip:192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKu%u\r\n"
		 "From: " STR_FMT "\r\nTo: " STR_FMT "\r\nCall-ID: " STR_FMT
		 "\r\nCSeq: %u UPDATE\r\nMax-Forwards: 70\r\nContact: <sip:192.0.2.1>\r\n"
		 "Content-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%s",
		 cseq, STR_ARG(m.from.text), STR_ARG(m.to.text), STR_ARG(m.call_id), cseq,
		 strlen(body), body);
	wire_inject(w, &w->b, &w->a.addr, text);
}

/* 5.2: a second one before the first has its response: 500 with Retry-After. */
static void test_two(void **state)
{
	(void)state;
	wire_establish(w);
	assert_int_equal(A_(info, NULL), 0);
	wire_run_ms(w, 30);
	assert_events(&w->b, "INFO");
	inject_update(10, "v=0");
	inject_update(11, "v=0");
	assert_string_equal(w->b.sent[w->b.nr_sent - 1].name, "500 UPDATE");
	assert_true(wire_last_has(&w->b, "\r\nRetry-After: "));
	inject_update(12, "");
	assert_string_equal(w->b.sent[w->b.nr_sent - 1].name, "500 UPDATE");
	inject_update(10, "v=0"); /* repeated: 17.2.2 */
	assert_events(&w->b, "INFO UPDATE!");
	wire_run_ms(w, 9000); /* and nobody answers */
	assert_int_equal(wire_count(&w->b, "504 UPDATE"), 1);
	assert_int_equal(B_(respond, 200, &wire_answer), TG_ESTATE);
	assert_int_equal(B_(hangup, 0, NULL), 0);
	wire_run_ms(w, 100);
}

/* In an early dialog: once the first exchange is over (5.1), from both sides. */
static void test_early(void **state)
{
	(void)state;
	w->a.features.rel100 = SIP_REL100_SUPPORTED;
	wire_call(w);
	assert_int_equal(A_(update, NULL), TG_ESTATE);
	assert_int_equal(B_(update, NULL), TG_ESTATE);
	assert_int_equal(B_(progress, 183, &wire_answer), 0);
	wire_run_ms(w, 50);
	assert_int_equal(B_(update, &wire_offer), 0);
	wire_run_ms(w, 15);
	assert_events(&w->a, "PROGRESS:183 UPDATE!");
	assert_int_equal(A_(respond, 200, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(A_(update, &wire_offer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(B_(answer, NULL), 0); /* the exchange goes on in the confirmed dialog */
	wire_run_ms(w, 15);
	assert_int_equal(A_(ack, NULL), 0);
	wire_run_ms(w, 15);
	assert_int_equal(B_(respond, 200, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_events(&w->a, "PROGRESS:183 UPDATE! ANSWERED:200 DONE/UPDATE:200");
	assert_events(&w->b, "INVITE PRACK:183 DONE/UPDATE:200 UPDATE! ACKED");
}

/* An unreliable response settles nothing: no UPDATE with an offer (RFC 6337 2.1). */
static void test_early_unreliable(void **state)
{
	(void)state;
	wire_call(w);
	assert_int_equal(B_(progress, 183, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(A_(update, &wire_offer), TG_ESTATE);
	assert_int_equal(A_(update, NULL), 0);
	wire_run_ms(w, 25);
	assert_events(&w->a, "PROGRESS:183 DONE/UPDATE:200");
}

/* 15.1.2: what waits when the BYE comes gets 487. */
static void test_bye_before_answer(void **state)
{
	(void)state;
	wire_establish(w);
	assert_int_equal(A_(update, &wire_offer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 50);
	assert_events(&w->b, "UPDATE! BYE ENDED");
	assert_int_equal(wire_count(&w->b, "487 UPDATE"), 1);
}

/* 12.2.1.2: a peer that knows nothing of the call ends it. */
static void test_peer_restarted(void **state)
{
	(void)state;
	wire_establish(w);
	assert_int_equal(B_(hangup, 0, NULL), 0);
	wire_lose(&w->b, "BYE", 1000);
	wire_run_ms(w, 33000);
	assert_int_equal(A_(info, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "DONE/INFO:481 EXPIRED ENDED");
}

static void test_info(void **state)
{
	static const struct sip_extra package = { STR_INIT("Info-Package"), STR_INIT("x") };
	const struct sip_body dtmf = { .content_type = STR("application/dtmf-relay"),
				       .octets = STR("Signal=5\r\nDuration=160\r\n"),
				       .extra = &package,
				       .nr_extra = 1 };

	(void)state;
	wire_call(w);
	assert_int_equal(A_(info, &dtmf), TG_ESTATE);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 1000);
	wire_clear(w);
	wire_establish(w);
	assert_int_equal(B_(info, &dtmf), 0);
	wire_run_ms(w, 15);
	assert_events(&w->a, "INFO");
	assert_string_equal(w->a.body, "Signal=5\r\nDuration=160\r\n");
	wire_run_ms(w, 15);
	assert_events(&w->b, "DONE/INFO:200");
}

/* 14.2 with 12.2.2: a re-INVITE moves the target when it is accepted, not before. */
static void test_target(void **state)
{
	static struct sip_msg m;
	static char invite[2048], text[2048];

	(void)state;
	wire_establish(w);
	assert_int_equal(A_(reinvite, &wire_offer), 0);
	w->b.deaf = true;
	wire_drain(&w->a);
	str_copyz(invite, sizeof(invite), str_n(w->a.last, w->a.last_len));
	assert_int_equal(sip_msg_parse(&m, str_of(invite), NULL), 0);
	snprintf(text, sizeof(text), "%.*s<sip:new@192.0.2.1:5060>%s",
		 (int)(m.contact.text.p - invite), invite, m.contact.text.p + m.contact.text.len);
	w->b.deaf = false;
	wire_inject(w, &w->b, &w->a.addr, text);
	assert_events(&w->b, "REINVITE");
	assert_int_equal(B_(info, NULL), 0);
	wire_drain(&w->b);
	assert_true(wire_last_has(&w->b, "INFO sip:192.0.2.1:5060 "));
	assert_int_equal(B_(answer, &wire_answer), 0);
	assert_int_equal(B_(info, NULL), 0);
	wire_drain(&w->b);
	assert_true(wire_last_has(&w->b, "INFO sip:new@192.0.2.1:5060 "));
	wire_run_ms(w, 30);
	assert_int_equal(A_(ack, NULL), 0);
	wire_run_ms(w, 30);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_offer),
		TEST(test_empty),
		TEST(test_glare),
		TEST(test_two),
		TEST(test_early),
		TEST(test_early_unreliable),
		TEST(test_bye_before_answer),
		TEST(test_peer_restarted),
		TEST(test_info),
		TEST(test_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
