/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reliable provisional responses (RFC 3262), both roles. Events: '?' a PRACK is due, '!' an offer. */
#include <stdio.h>

#include "unit/sip/wire.h"

static struct wire *w;

#define B_(fn, ...) sip_call_##fn(w->b.stack, w->now, w->b.call, __VA_ARGS__)
#define A_(fn, ...) sip_call_##fn(w->a.stack, w->now, w->a.call, __VA_ARGS__)

static int setup(void **state)
{
	struct sip_cfg cfg = { .max_calls = 4,
			       .features = { .rel100 = SIP_REL100_USED, .update = true } };

	(void)state;
	w = wire_try_new(&cfg);
	assert_non_null(w);
	w->a.features.rel100 = SIP_REL100_SUPPORTED;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	wire_free(w);
	return 0;
}

static void finish(const char *a, const char *b)
{
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_run_ms(w, 30);
	assert_int_equal(A_(ack, NULL), 0);
	wire_run_ms(w, 50);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 50);
	assert_events(&w->a, a);
	assert_events(&w->b, b);
}

/* RFC 3262 section 3 and 4, the usual call. */
static void test_ringing(void **state)
{
	(void)state;
	wire_call(w);
	assert_int_equal(B_(progress, 180, NULL), 0);
	wire_drain(&w->b);
	assert_true(wire_last_has(&w->b, "\r\nRequire: 100rel\r\nRSeq: "));
	assert_int_equal(B_(progress, 183, NULL), TG_ESTATE); /* one at a time */
	wire_run_ms(w, 50);
	assert_int_equal(wire_count(&w->a, "PRACK"), 1);
	assert_int_equal(wire_count(&w->b, "200 PRACK"), 1);
	assert_int_equal(B_(progress, 183, NULL), 0);
	wire_run_ms(w, 50);
	finish("PROGRESS:180 PROGRESS:183 ANSWERED:200 ENDED",
	       "INVITE PRACK:180 PRACK:183 ACKED BYE ENDED");
	assert_int_equal(wire_count(&w->b, "180 INVITE"), 1);
}

/* Section 5: the answer goes in it once, and the 200 has none. */
static void test_answer_in_progress(void **state)
{
	(void)state;
	wire_call(w);
	assert_int_equal(B_(progress, 183, &wire_answer), 0);
	assert_int_equal(B_(answer, &wire_answer), 0); /* held until the PRACK */
	wire_drain(&w->b);
	assert_int_equal(wire_count(&w->b, "200 INVITE"), 0);
	assert_int_equal(B_(answer, &wire_answer), TG_ESTATE);
	wire_run_ms(w, 15);
	assert_string_equal(w->a.body, "v=0 answer");
	wire_run_ms(w, 30);
	assert_int_equal(wire_count(&w->b, "200 INVITE"), 1);
	assert_events(&w->a, "PROGRESS:183 ANSWERED:200");
	assert_string_equal(w->a.body, "");
	assert_int_equal(A_(ack, NULL), 0);
	wire_run_ms(w, 50);
	assert_events(&w->b, "INVITE PRACK:183 ACKED");
	assert_int_equal(B_(hangup, 0, NULL), 0);
}

/* A response is repeated from T1, doubling; a PRACK like any request. */
static void test_loss(void **state)
{
	(void)state;
	wire_lose(&w->b, "180 INVITE", 3);
	wire_lose(&w->a, "PRACK", 2);
	wire_lose(&w->b, "200 PRACK", 2);
	wire_call(w);
	assert_int_equal(B_(progress, 180, NULL), 0);
	wire_run_ms(w, 20000);
	for (unsigned i = 1; i <= 3; i++)
		assert_int_equal(wire_sent_ms(&w->b, "180 INVITE", i) -
					 wire_sent_ms(&w->b, "180 INVITE", 0),
				 500 * ((1 << i) - 1));
	assert_events(&w->a, "PROGRESS:180");
	assert_events(&w->b, "INVITE PRACK:180");
	finish("PROGRESS:180 ANSWERED:200 ENDED", "INVITE PRACK:180 ACKED BYE ENDED");
}

/* 64*T1 without a PRACK: 5xx. */
static void test_no_prack(void **state)
{
	(void)state;
	wire_lose(&w->a, "PRACK", 1000);
	wire_call(w);
	assert_int_equal(B_(progress, 180, NULL), 0);
	assert_int_equal(B_(answer, &wire_answer), 0); /* no description in it: it need not wait */
	wire_run_ms(w, 50);
	assert_int_equal(A_(ack, NULL), 0);
	wire_run_ms(w, 40000);
	assert_events(&w->b, "INVITE ACKED");
	assert_int_equal(wire_count(&w->b, "180 INVITE"), 1);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 40000);
	wire_clear(w);
	wire_call(w);
	assert_int_equal(B_(progress, 183, &wire_answer), 0);
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_run_ms(w, 31900);
	assert_events(&w->b, "INVITE");
	wire_run_ms(w, 200);
	assert_events(&w->b, "INVITE NO_PRACK ENDED");
	assert_int_equal(wire_count(&w->b, "504 INVITE"), 1);
	assert_events(&w->a, "PROGRESS:183 REJECTED:504 ENDED");
}

/* Section 5: an INVITE without an offer: the offer comes in the 183, the answer goes in the PRACK. */
static void test_offer_in_progress(void **state)
{
	(void)state;
	assert_int_equal(wire_start(w, &w->a, &wire_empty), 0);
	wire_run_ms(w, 25);
	assert_int_equal(B_(progress, 183, &wire_offer), 0);
	wire_run_ms(w, 15);
	assert_events(&w->a, "PROGRESS:183?!");
	assert_int_equal(wire_count(&w->a, "PRACK"), 0);
	assert_int_equal(A_(prack, NULL), TG_ESTATE); /* the answer is due */
	assert_int_equal(A_(prack, &wire_answer), 0);
	assert_int_equal(A_(prack, &wire_answer), TG_ESTATE);
	wire_run_ms(w, 15);
	assert_events(&w->b, "INVITE PRACK:183");
	assert_string_equal(w->b.body, "v=0 answer");
	wire_clear(w);
	finish("DONE/PRACK:200 ANSWERED:200 ENDED", "ACKED BYE ENDED");
}

/* RFC 6337 pattern 5: a second offer in the PRACK, its answer in the 200 of that. */
static void test_offer_in_prack(void **state)
{
	(void)state;
	w->a.features.user_pracks = true;
	wire_call(w);
	assert_int_equal(B_(progress, 183, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_events(&w->a, "PROGRESS:183?");
	assert_int_equal(A_(prack, &wire_offer), 0);
	assert_int_equal(A_(update, &wire_offer), TG_ESTATE);
	wire_run_ms(w, 15);
	assert_events(&w->b, "INVITE PRACK:183!");
	assert_int_equal(B_(respond, 200, NULL), TG_EINVAL);
	assert_int_equal(B_(respond, 200, &wire_answer), 0);
	assert_int_equal(B_(respond, 200, &wire_answer), TG_ESTATE);
	wire_run_ms(w, 15);
	assert_string_equal(w->a.body, "v=0 answer");
	finish("PROGRESS:183? DONE/PRACK:200 ANSWERED:200 ENDED",
	       "INVITE PRACK:183! ACKED BYE ENDED");
}

/* An offer in a PRACK that nobody answers is refused in time. */
static void test_offer_in_prack_ignored(void **state)
{
	(void)state;
	w->a.features.user_pracks = true;
	wire_call(w);
	assert_int_equal(B_(progress, 183, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(A_(prack, &wire_offer), 0);
	wire_run_ms(w, 9000);
	assert_events(&w->a, "PROGRESS:183? DONE/PRACK:504");
	finish("PROGRESS:183? DONE/PRACK:504 ANSWERED:200 ENDED",
	       "INVITE PRACK:183! ACKED BYE ENDED");
}

/* Section 3: what does not match gets 481 and stops nothing. */
static void test_wrong_rack(void **state)
{
	static char text[2048], last[1024];
	static struct sip_msg m;
	char *at;

	(void)state;
	wire_lose(&w->a, "PRACK", 1);
	wire_call(w);
	assert_int_equal(B_(progress, 180, NULL), 0);
	wire_run_ms(w, 15);
	assert_int_equal(sip_msg_parse(&m, str_n(w->a.last, w->a.last_len), NULL), 0);
	assert_int_equal(m.method, SIP_PRACK);
	str_copyz(last, sizeof(last), m.octets);
	for (unsigned i = 0; i < 3; i++) {
		strcpy(text, last);
		at = strstr(text, "\r\nRAck: ") + 8;
		if (i == 0)
			*at = *at == '9' ? '8' : '9';
		else if (i == 1)
			*strstr(at, " 1 INVITE") = '7';
		else
			memcpy(strstr(at, "INVITE"), "UPDATE", 6);
		memcpy(strstr(text, "z9hG4bK") + 7, "abc", 3);
		text[strlen(text)] = '\0';
		wire_inject(w, &w->b, &w->a.addr, text);
		assert_string_equal(w->b.sent[w->b.nr_sent - 1].name, "481 PRACK");
	}
	wire_run_ms(w, 600);
	assert_events(&w->b, "INVITE PRACK:180");
	assert_int_equal(B_(reject, 486, NULL), 0);
}

/* Each minute once more, as a new one (section 3, RFC 3261 13.3.1.1). */
static void test_long_ringing(void **state)
{
	(void)state;
	wire_call(w);
	assert_int_equal(B_(progress, 180, NULL), 0);
	wire_run_ms(w, 130 * 1000);
	assert_events(&w->a, "PROGRESS:180 PROGRESS:180 PROGRESS:180");
	assert_int_equal(wire_count(&w->b, "180 INVITE"), 3);
	assert_int_equal(wire_count(&w->a, "PRACK"), 3);
	assert_int_equal(A_(hangup, 0, NULL), 0);
}

static void test_cancelled(void **state)
{
	(void)state;
	wire_lose(&w->b, "183 INVITE", 1);
	wire_call(w);
	assert_int_equal(B_(progress, 183, &wire_answer), 0);
	assert_int_equal(B_(answer, &wire_answer), 0);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "ENDED:487");
	assert_events(&w->b, "INVITE CANCELLED ENDED");
}

/* Required by either side, and not known to the other. */
static void test_required(void **state)
{
	struct sip_cfg none = { .max_calls = 4 };

	(void)state;
	w->a.features.rel100 = SIP_REL100_REQUIRED;
	wire_call(w);
	assert_int_equal(B_(progress, 180, NULL), 0);
	wire_run_ms(w, 50);
	assert_events(&w->b, "INVITE PRACK:180");
	assert_int_equal(B_(reject, 486, NULL), 0);
	wire_free(w);
	w = wire_try_new(&none);
	w->a.features.rel100 = SIP_REL100_REQUIRED;
	wire_call(w);
	assert_events(&w->a, "REJECTED:420 ENDED");
	wire_free(w);
	none.features.rel100 = SIP_REL100_REQUIRED;
	w = wire_try_new(&none);
	wire_call(w);
	assert_events(&w->a, "REJECTED:421 ENDED");
}

/* Two forks ring reliably: each has its own PRACK and numbers; the third copy is nothing. */
static void inject_183(const char *tag, unsigned rseq)
{
	static struct sip_msg m;
	static char invite[4096], text[2048];
	static size_t len;

	if (w->a.nr_sent == 1) {
		memcpy(invite, w->a.last, w->a.last_len);
		len = w->a.last_len;
	}
	assert_int_equal(sip_msg_parse(&m, str_n(invite, len), NULL), 0);
	snprintf(text, sizeof(text),
		 "SIP/2.0 183 X\r\nVia: " STR_FMT "\r\nFrom: " STR_FMT "\r\nTo: " STR_FMT
		 "%s%s\r\nCall-ID: " STR_FMT "\r\nCSeq: 1 INVITE\r\nContact: <sip:192.0.2.2>\r\n"
		 "Require: 100rel\r\nRSeq: %u\r\nContent-Length: 0\r\n\r\n",
		 STR_ARG(m.via.text), STR_ARG(m.from.text), STR_ARG(m.to.text), tag ? ";tag=" : "",
		 tag ? tag : "", STR_ARG(m.call_id), rseq);
	wire_inject(w, &w->a, &w->b.addr, text);
}

static void test_forks(void **state)
{
	(void)state;
	w->b.deaf = true;
	assert_int_equal(wire_start(w, &w->a, &wire_offer), 0);
	wire_drain(&w->a);
	inject_183("f1", 10);
	inject_183("f2", 77);
	inject_183("f1", 10); /* repeated */
	inject_183("f1", 12); /* out of order */
	assert_events(&w->a, "PROGRESS:183 PROGRESS:183");
	inject_183("f1", 11);
	assert_events(&w->a, "PROGRESS:183 PROGRESS:183 PROGRESS:183");
	assert_int_equal(wire_count(&w->a, "PRACK"), 3);
	assert_true(wire_last_has(&w->a, "\r\nRAck: 11 1 INVITE\r\n"));
	assert_true(wire_last_has(&w->a, "\r\nCSeq: 3 PRACK\r\n"));
	for (unsigned i = 0; i < 30; i++) {
		char tag[8];

		snprintf(tag, sizeof(tag), "g%u", i);
		inject_183(tag, 5);
	}
	assert_int_equal(wire_count(&w->a, "PRACK"), 3 + 14); /* 16 early dialogs (C09) */
	assert_int_equal(A_(hangup, 0, NULL), 0);
}

/* A reliable response that cannot be taken, for it makes no dialog, is a sign of life all the same:
 * the CANCEL may go (RFC 3261 9.1), and the silence has its bound. */
static void test_without_dialog(void **state)
{
	(void)state;
	w->b.deaf = true;
	assert_int_equal(wire_start(w, &w->a, &wire_offer), 0);
	wire_drain(&w->a);
	inject_183(NULL, 10);
	assert_events(&w->a, "");
	assert_int_equal(wire_count(&w->a, "PRACK"), 0);
	wire_run_ms(w, 202 * 1000);
	assert_events(&w->a, "REJECTED:408");
	wire_run_ms(w, 40 * 1000);
	wire_clear(w);
	assert_int_equal(wire_start(w, &w->a, &wire_offer), 0);
	wire_drain(&w->a);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	inject_183(NULL, 10);
	assert_int_equal(wire_count(&w->a, "CANCEL"), 1);
	wire_run_ms(w, 40 * 1000);
	assert_events(&w->a, "ENDED");
}

static void b_acts(struct wire_end *e, const struct sip_event *ev)
{
	if (ev->type == SIP_EV_INVITE)
		sip_call_progress(e->stack, e->wire->now, ev->call, 183, &wire_answer);
	if (ev->type == SIP_EV_PRACK && ev->offer)
		sip_call_respond(e->stack, e->wire->now, ev->call, 200, &wire_answer);
	if (ev->type == SIP_EV_PRACK)
		sip_call_answer(e->stack, e->wire->now, ev->call, &wire_answer);
}

static void a_acts(struct wire_end *e, const struct sip_event *ev)
{
	if (ev->type == SIP_EV_PROGRESS && ev->prack)
		sip_call_prack(e->stack, e->wire->now, ev->call, &wire_offer);
	if (ev->type == SIP_EV_ANSWERED)
		sip_call_ack(e->stack, e->wire->now, ev->call, NULL);
}

static void one_call(void *ctx)
{
	struct sip_cfg cfg = { .max_calls = 4, .features = { .rel100 = SIP_REL100_USED } };
	struct sip_stats a, b;
	struct wire *v = wire_try_new(&cfg);

	(void)ctx;
	if (!v)
		return;
	v->a.on_event = a_acts;
	v->b.on_event = b_acts;
	v->a.features =
		(struct sip_features){ .rel100 = SIP_REL100_SUPPORTED, .user_pracks = true };
	if (wire_start(v, &v->a, &wire_offer) == 0)
		wire_run_ms(v, 2000);
	for (int i = 0; i < 50; i++) {
		sip_call_hangup(v->a.stack, v->now, v->a.call, 0, NULL);
		sip_call_hangup(v->b.stack, v->now, v->b.call, 0, NULL);
		wire_run_ms(v, 10000);
		sip_stack_stats(v->a.stack, &a);
		sip_stack_stats(v->b.stack, &b);
		if (a.calls + b.calls == 0)
			break;
	}
	wire_free(v);
}

static void test_no_memory(void **state)
{
	(void)state;
	assert_true(walk_allocations(one_call, NULL) > 40);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ringing),
		TEST(test_answer_in_progress),
		TEST(test_loss),
		TEST(test_no_prack),
		TEST(test_offer_in_progress),
		TEST(test_offer_in_prack),
		TEST(test_offer_in_prack_ignored),
		TEST(test_wrong_rack),
		TEST(test_long_ringing),
		TEST(test_cancelled),
		TEST(test_required),
		TEST(test_forks),
		TEST(test_without_dialog),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
