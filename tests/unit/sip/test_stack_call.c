/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls between two stacks on a good wire: RFC 3261 9, 13, 14, 15. */
#include <stdio.h>

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

static void test_normal_call(void **state)
{
	(void)state;
	wire_call(w);
	assert_events(&w->b, "INVITE");
	assert_string_equal(w->b.body, "v=0 offer");
	assert_events(&w->a, "");
	assert_int_equal(B_(progress, 180, NULL), 0);
	wire_run_ms(w, 1000);
	assert_events(&w->a, "PROGRESS:180");
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_events(&w->a, "PROGRESS:180 ANSWERED:200");
	assert_string_equal(w->a.body, "v=0 answer");
	assert_int_equal(A_(ack, NULL), 0);
	wire_run_ms(w, 60000);
	assert_events(&w->b, "INVITE ACKED");
	assert_int_equal(wire_count(&w->a, "ACK"), 1);
	assert_int_equal(wire_count(&w->b, "200 INVITE"), 1);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "PROGRESS:180 ANSWERED:200 ENDED");
	assert_events(&w->b, "INVITE ACKED BYE ENDED");
}

static void test_answer_in_ack(void **state)
{
	(void)state;
	assert_int_equal(wire_start(w, &w->a, &wire_empty), 0);
	wire_run_ms(w, 25);
	assert_string_equal(w->b.body, "");
	assert_int_equal(B_(answer, &wire_offer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(A_(ack, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_string_equal(w->b.ack_body, "v=0 answer");
	assert_int_equal(B_(hangup, 0, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->b, "INVITE ACKED ENDED");
	assert_events(&w->a, "ANSWERED:200 BYE ENDED");
}

static void test_reject(void **state)
{
	(void)state;
	wire_call(w);
	assert_int_equal(B_(reject, 486, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->b, "INVITE ENDED");
	assert_events(&w->a, "REJECTED:486 ENDED");
	assert_int_equal(wire_count(&w->a, "ACK"), 1);
	assert_int_equal(wire_count(&w->b, "486 INVITE"), 1);
}

static void test_callee_hangs_up_before_answer(void **state)
{
	(void)state;
	wire_call(w);
	assert_int_equal(B_(hangup, 0, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "REJECTED:480 ENDED");
	assert_events(&w->b, "INVITE ENDED");
}

static void test_cancel(void **state)
{
	struct sip_extra reason = { STR("Reason"), STR("Q.850;cause=16") };
	struct sip_body body = { .extra = &reason, .nr_extra = 1 };

	(void)state;
	wire_call(w);
	assert_int_equal(A_(hangup, 0, &body), 0);
	wire_drain(&w->a);
	assert_true(wire_last_has(&w->a, "\r\nReason: Q.850;cause=16\r\n"));
	wire_run_ms(w, 100);
	assert_events(&w->a, "ENDED:487");
	assert_events(&w->b, "INVITE CANCELLED ENDED");
	assert_int_equal(wire_count(&w->b, "200 CANCEL"), 1);
	assert_int_equal(wire_count(&w->b, "487 INVITE"), 1);
	assert_int_equal(wire_count(&w->a, "ACK"), 1);
}

/* 9.1: held until a provisional response has come. */
static void test_cancel_held(void **state)
{
	(void)state;
	wire_lose(&w->b, "100 INVITE", 1);
	wire_call(w);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 400);
	assert_int_equal(wire_count(&w->a, "CANCEL"), 0);
	wire_run_ms(w, 200); /* the INVITE again, and its 100 */
	assert_int_equal(wire_count(&w->a, "CANCEL"), 1);
	assert_events(&w->a, "ENDED:487");
	assert_events(&w->b, "INVITE CANCELLED ENDED");
}

/* 15: a CANCEL that crosses the 2xx changes nothing; the call is acknowledged and hung up. */
static void test_cancel_crosses_answer(void **state)
{
	(void)state;
	wire_call(w);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_run_ms(w, 200);
	assert_events(&w->a, "ENDED");
	assert_events(&w->b, "INVITE ACKED BYE ENDED");
	assert_int_equal(wire_count(&w->b, "200 CANCEL"), 1);
	assert_int_equal(wire_count(&w->a, "BYE"), 1);
}

/* The 2xx comes while the CANCEL waits for a provisional response. */
static void test_answer_while_cancel_held(void **state)
{
	(void)state;
	wire_lose(&w->b, "100 INVITE", 1);
	wire_call(w);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_run_ms(w, 200);
	assert_int_equal(wire_count(&w->a, "CANCEL"), 0);
	assert_events(&w->a, "ENDED");
	assert_events(&w->b, "INVITE ACKED BYE ENDED");
}

static void test_hangup_instead_of_ack(void **state)
{
	(void)state;
	wire_call(w);
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "ANSWERED:200 ENDED");
	assert_events(&w->b, "INVITE ACKED BYE ENDED");
}

/* 15: the callee's BYE waits for the ACK of its 2xx. */
static void test_bye_held(void **state)
{
	(void)state;
	wire_call(w);
	assert_int_equal(B_(answer, &wire_answer), 0);
	assert_int_equal(B_(hangup, 0, NULL), 0);
	wire_run_ms(w, 100);
	assert_int_equal(wire_count(&w->b, "BYE"), 0);
	assert_int_equal(A_(ack, NULL), 0);
	wire_run_ms(w, 100);
	assert_int_equal(wire_count(&w->b, "BYE"), 1);
	assert_events(&w->b, "INVITE ENDED");
	assert_events(&w->a, "ANSWERED:200 BYE ENDED");
}

static void test_bye_crosses_bye(void **state)
{
	(void)state;
	wire_establish(w);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	assert_int_equal(B_(hangup, 0, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "ENDED");
	assert_events(&w->b, "ENDED");
	assert_int_equal(wire_count(&w->a, "200 BYE"), 1);
	assert_int_equal(wire_count(&w->b, "200 BYE"), 1);
}

static void test_reinvite_by_caller(void **state)
{
	(void)state;
	wire_establish(w);
	assert_int_equal(A_(reinvite, &wire_offer), 0);
	wire_run_ms(w, 15);
	assert_events(&w->b, "REINVITE");
	assert_int_equal(A_(reinvite, &wire_offer), TG_ESTATE);
	assert_int_equal(B_(reinvite, &wire_offer), TG_ESTATE);
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_events(&w->a, "ANSWERED:200");
	assert_int_equal(A_(ack, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->b, "REINVITE ACKED");
	assert_int_equal(B_(hangup, 0, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "ANSWERED:200 BYE ENDED");
}

static void test_reinvite_by_callee(void **state)
{
	(void)state;
	wire_establish(w);
	assert_int_equal(B_(reinvite, &wire_empty), 0);
	wire_run_ms(w, 15);
	assert_events(&w->a, "REINVITE");
	assert_int_equal(A_(answer, &wire_offer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(B_(ack, &wire_answer), 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "REINVITE ACKED");
	assert_string_equal(w->a.ack_body, "v=0 answer");
	assert_int_equal(A_(hangup, 0, NULL), 0);
}

static void test_reinvite_refused(void **state)
{
	(void)state;
	wire_establish(w);
	assert_int_equal(A_(reinvite, &wire_offer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(B_(reject, 488, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "REINVITE_FAILED:488");
	assert_events(&w->b, "REINVITE");
	assert_int_equal(wire_count(&w->a, "ACK"), 1);
	assert_int_equal(B_(hangup, 0, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "REINVITE_FAILED:488 BYE ENDED");
}

/* A 2xx of another dialog (its To tag is not the one that the re-INVITE has) is none to it: 12.2.1.2. */
static void test_reinvite_answered_by_another(void **state)
{
	static struct sip_msg m;
	static char text[2048];

	(void)state;
	wire_establish(w);
	assert_int_equal(A_(reinvite, &wire_offer), 0);
	wire_drain(&w->a);
	assert_int_equal(sip_msg_parse(&m, str_n(w->a.last, w->a.last_len), NULL), 0);
	snprintf(text, sizeof(text),
		 "SIP/2.0 200 OK\r\nVia: " STR_FMT "\r\nFrom: " STR_FMT "\r\n"
		 "To: <sip:100@192.0.2.2>;tag=another\r\nCall-ID: " STR_FMT "\r\n"
		 "CSeq: %u INVITE\r\nContact: <sip:192.0.2.2>\r\nContent-Length: 0\r\n\r\n",
		 STR_ARG(m.via.text), STR_ARG(m.from.text), STR_ARG(m.call_id), m.cseq);
	wire_inject(w, &w->a, &w->b.addr, text);
	assert_int_equal(w->a.nr_sent, 1);
	assert_events(&w->a, "");
	wire_run_ms(w, 15);
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_events(&w->a, "ANSWERED:200");
	assert_int_equal(A_(ack, NULL), 0);
	assert_int_equal(A_(hangup, 0, NULL), 0);
}

/* 14.1, 14.2: both get 491. */
static void test_glare(void **state)
{
	(void)state;
	wire_establish(w);
	assert_int_equal(A_(reinvite, &wire_offer), 0);
	assert_int_equal(B_(reinvite, &wire_offer), 0);
	wire_run_ms(w, 200);
	assert_events(&w->a, "REINVITE_FAILED:491");
	assert_events(&w->b, "REINVITE_FAILED:491");
	assert_int_equal(A_(hangup, 0, NULL), 0);
}

static void test_hangup_during_reinvite(void **state)
{
	(void)state;
	wire_establish(w);
	assert_int_equal(A_(reinvite, &wire_offer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "ENDED");
	assert_events(&w->b, "REINVITE BYE ENDED");
	assert_int_equal(wire_count(&w->b, "487 INVITE"), 1);
	assert_int_equal(wire_count(&w->a, "ACK"), 1);
}

static void test_hangup_of_reinvited(void **state)
{
	(void)state;
	wire_establish(w);
	assert_int_equal(A_(reinvite, &wire_offer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(B_(hangup, 0, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->b, "REINVITE ENDED");
	assert_events(&w->a, "REINVITE_FAILED:487 BYE ENDED");
}

/* Two re-INVITEs in a row; the second one's 2xx is not taken for the first one's. */
static void test_reinvite_twice(void **state)
{
	(void)state;
	wire_establish(w);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(A_(reinvite, &wire_offer), 0);
		wire_run_ms(w, 15);
		assert_int_equal(B_(answer, &wire_answer), 0);
		wire_run_ms(w, 15);
		assert_int_equal(A_(ack, NULL), 0);
		wire_run_ms(w, 100);
	}
	assert_events(&w->a, "ANSWERED:200 ANSWERED:200");
	assert_events(&w->b, "REINVITE ACKED REINVITE ACKED");
	assert_int_equal(A_(hangup, 0, NULL), 0);
}

static void test_options(void **state)
{
	(void)state;
	assert_int_equal(sip_options_send(w->a.stack, w->now, WIRE_PATH, &w->b.addr,
					  STR("sip:192.0.2.2"), w),
			 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "OPTIONS:200");
	assert_true(wire_last_has(&w->b, "\r\nAllow: INVITE, ACK, BYE"));
	assert_true(wire_last_has(&w->b, "\r\nAccept: application/sdp, multipart/mixed, "
					 "multipart/alternative\r\n"));
	sip_stack_refuse_new(w->b.stack, 503);
	assert_int_equal(sip_options_send(w->a.stack, w->now, WIRE_PATH, &w->b.addr,
					  STR("sip:192.0.2.2"), w),
			 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "OPTIONS:200 OPTIONS:503");
}

static void test_refuse_new(void **state)
{
	(void)state;
	sip_stack_refuse_new(w->b.stack, 503);
	wire_call(w);
	wire_run_ms(w, 100);
	assert_events(&w->b, "");
	assert_events(&w->a, "REJECTED:503 ENDED");
}

/* What the state does not allow changes nothing. */
static void test_wrong_actions(void **state)
{
	(void)state;
	assert_int_equal(A_(hangup, 0, NULL), TG_ENOENT);
	wire_call(w);
	assert_int_equal(A_(ack, NULL), TG_ESTATE);
	assert_int_equal(A_(answer, NULL), TG_ESTATE);
	assert_int_equal(A_(reinvite, NULL), TG_ESTATE);
	assert_int_equal(B_(ack, NULL), TG_ESTATE);
	assert_int_equal(B_(progress, 200, NULL), TG_EINVAL);
	assert_int_equal(B_(reject, 200, NULL), TG_EINVAL);
	assert_int_equal(A_(hangup, 0, NULL), 0);
	assert_int_equal(A_(hangup, 0, NULL), TG_ESTATE);
	wire_run_ms(w, 100);
	assert_int_equal(A_(hangup, 0, NULL), TG_ENOENT);
	assert_events(&w->b, "INVITE CANCELLED ENDED");
}

static void test_wrong_values(void **state)
{
	struct sip_extra bad = { STR("X-A"), STR("a\r\nVia: b") };
	struct sip_extra ours = { STR("via"), STR("x") };
	struct sip_body body = { .extra = &bad, .nr_extra = 1 };

	(void)state;
	assert_int_equal(wire_start(w, &w->a, &body), TG_EINVAL);
	body.extra = &ours;
	assert_int_equal(wire_start(w, &w->a, &body), TG_EINVAL);
	body = (struct sip_body){ .octets = STR("x") };
	assert_int_equal(wire_start(w, &w->a, &body), TG_EINVAL);
}

static void test_call_limit(void **state)
{
	sip_call_id first;

	(void)state;
	for (int i = 0; i < 4; i++) {
		assert_int_equal(wire_start(w, &w->a, &wire_offer), 0);
		first = i ? first : w->a.call;
	}
	assert_int_equal(wire_start(w, &w->a, &wire_offer), TG_ELIMIT);
	wire_run_ms(w, 100);
	/* B is full too: one more from elsewhere is refused without state. */
	assert_int_equal(sip_options_send(w->a.stack, w->now, WIRE_PATH, &w->b.addr,
					  STR("sip:192.0.2.2"), w),
			 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "OPTIONS:503");
	for (int i = 0; i < 4; i++, first++)
		assert_int_equal(sip_call_hangup(w->a.stack, w->now, first, 0, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "OPTIONS:503 ENDED:487 ENDED:487 ENDED:487 ENDED:487");
}

/* A scripted call: B rings and answers at set times, A acknowledges at once, both hang up. */
static void acks(struct wire_end *e, const struct sip_event *ev)
{
	if (ev->type == SIP_EV_ANSWERED)
		assert_int_equal(sip_call_ack(e->stack, e->wire->now, ev->call, NULL), 0);
}

/* Steps of 5 ms, which is half of the time a datagram takes: A hangs up at step `a`, B at `b`. */
static void call_with_hangups(int a, int b)
{
	w->a.on_event = acks;
	assert_int_equal(wire_start(w, &w->a, &wire_offer), 0);
	w->b.call = 0;
	for (int i = 0; i < 40; i++) {
		if (i == a)
			A_(hangup, 0, NULL);
		if (i >= b)
			B_(hangup, 0, NULL);
		if (i == 4 && w->b.call)
			B_(progress, 180, NULL);
		if (i == 9 && w->b.call)
			B_(answer, &wire_answer);
		wire_run_ms(w, 5);
	}
	wire_run_ms(w, 2000);
}

static unsigned count_of(const char *events, const char *name)
{
	unsigned n = 0;

	for (; (events = strstr(events, name)); events += strlen(name))
		n++;
	return n;
}

static void assert_ended_once(void)
{
	struct sip_stats st;

	assert_int_equal(count_of(w->a.events, "ENDED"), 1);
	assert_int_equal(count_of(w->b.events, "ENDED"), count_of(w->b.events, "INVITE"));
	sip_stack_stats(w->a.stack, &st);
	assert_int_equal(st.calls, 0);
	sip_stack_stats(w->b.stack, &st);
	assert_int_equal(st.calls, 0);
	wire_clear(w);
}

/* 9.1, 15: whenever the caller hangs up, both ends are over soon, and each is told once. */
static void test_caller_hangs_up_at_each_moment(void **state)
{
	(void)state;
	for (int a = 0; a < 30; a++) {
		call_with_hangups(a, 99);
		assert_ended_once();
		wire_run_ms(w, 40000);
	}
}

static void test_callee_hangs_up_at_each_moment(void **state)
{
	(void)state;
	for (int b = 2; b < 30; b++) {
		call_with_hangups(99, b);
		assert_ended_once();
		wire_run_ms(w, 40000);
	}
}

static void test_both_hang_up_at_each_moment(void **state)
{
	(void)state;
	for (int a = 0; a < 20; a++)
		for (int b = 2; b < 20; b++) {
			call_with_hangups(a, b);
			assert_ended_once();
			wire_run_ms(w, 40000);
		}
}

/* What belongs to a call says so, with the user's pointer as long as the call lives. */
static void test_owner(void **state)
{
	struct sip_out out;

	(void)state;
	assert_int_equal(wire_start(w, &w->a, &wire_offer), 0);
	assert_true(sip_stack_next_out(w->a.stack, &out));
	assert_int_equal(out.type, SIP_OUT_SEND);
	assert_int_equal(out.call, w->a.call);
	assert_ptr_equal(out.user, &w->a);
	assert_int_equal(out.send.path, WIRE_PATH);
	assert_false(sip_stack_next_out(w->a.stack, &out));
	sip_call_set_user(w->a.stack, w->a.call, w);
	sip_stack_tick(w->a.stack, tick_add_ms(w->now, 500));
	assert_true(sip_stack_next_out(w->a.stack, &out));
	assert_ptr_equal(out.user, w);
	sip_stack_tick(w->a.stack, tick_add_ms(w->now, 32000));
	while (sip_stack_next_out(w->a.stack, &out) && out.type == SIP_OUT_SEND)
		;
	assert_int_equal(out.event.type, SIP_EV_REJECTED);
	assert_ptr_equal(out.event.user, w);
	assert_true(sip_stack_next_out(w->a.stack, &out));
	assert_int_equal(out.event.type, SIP_EV_ENDED);
	assert_int_equal(out.event.call, w->a.call);
	assert_ptr_equal(out.event.user, w);
}

/* RFC 4904 5: the user part of Contact is the user's, as far as it can be one. */
static void test_contact_user(void **state)
{
	static const char *const bad[] = { "a@b", "a>", "a b", "a\r\n", "a\"", "a:b" };
	struct sip_invite inv = { .path = WIRE_PATH,
				  .target = w->b.addr,
				  .uri = STR("sip:1001@192.0.2.2"),
				  .from = STR("<sip:1000@192.0.2.1>"),
				  .to = STR("<sip:1001@192.0.2.2>"),
				  .user = &w->a,
				  .contact_user =
					  STR("+49301;tgrp=TG-1;trunk-context=example.com") };
	struct sip_msg m;

	(void)state;
	assert_int_equal(sip_call_start(w->a.stack, w->now, &inv, &w->a.call), 0);
	wire_drain(&w->a);
	assert_int_equal(sip_msg_parse(&m, str_n(w->a.last, w->a.last_len), NULL), 0);
	assert_true(str_eq(m.contact.uri.user, inv.contact_user));
	wire_run_ms(w, 25);
	assert_int_equal(sip_call_reject(w->b.stack, w->now, w->b.call, 486, NULL), 0);
	wire_run_ms(w, 60000);
	for (size_t i = 0; i < NR_OF(bad); i++) {
		inv.contact_user = str_of(bad[i]);
		assert_int_equal(sip_call_start(w->a.stack, w->now, &inv, &w->a.call), TG_EINVAL);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

/* RFC 3578 3.2: another INVITE of the same call, though the first is over. */
static void test_same_identity(void **state)
{
	struct sip_identity_of_call like;
	char call_id[80], from[120], tag[40];
	struct sip_invite inv = { .path = WIRE_PATH,
				  .target = w->b.addr,
				  .uri = STR("sip:1001@192.0.2.2"),
				  .to = STR("<sip:1001@192.0.2.2>"),
				  .user = &w->a,
				  .like = &like };
	struct sip_msg m;

	(void)state;
	assert_int_equal(sip_call_identity(w->a.stack, 12345, &like), TG_ENOENT);
	assert_int_equal(wire_start(w, &w->a, &wire_offer), 0);
	assert_int_equal(sip_call_identity(w->a.stack, w->a.call, &like), 0);
	str_copyz(call_id, sizeof(call_id), like.call_id);
	str_copyz(from, sizeof(from), like.from);
	str_copyz(tag, sizeof(tag), like.tag);
	like = (struct sip_identity_of_call){ str_of(call_id), str_of(from), str_of(tag), 2 };
	wire_run_ms(w, 25);
	assert_int_equal(sip_call_reject(w->b.stack, w->now, w->b.call, 484, NULL), 0);
	wire_run_ms(w, 100);
	assert_int_equal(sip_call_start(w->a.stack, w->now, &inv, &w->a.call), 0);
	wire_drain(&w->a);
	assert_int_equal(sip_msg_parse(&m, str_n(w->a.last, w->a.last_len), NULL), 0);
	assert_int_equal(m.cseq, 2);
	assert_true(str_eq(m.call_id, str_of(call_id)));
	assert_true(str_eq(m.from.tag, str_of(tag)));
	assert_int_equal(m.to.tag.len, 0);
	wire_run_ms(w, 25);
	assert_int_equal(sip_call_answer(w->b.stack, w->now, w->b.call, &wire_answer), 0);
	wire_run_ms(w, 50);
	like.tag = STR("another");
	assert_int_equal(sip_call_start(w->a.stack, w->now, &inv, &w->a.call), TG_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_normal_call),
		TEST(test_same_identity),
		TEST(test_contact_user),
		TEST(test_answer_in_ack),
		TEST(test_reject),
		TEST(test_callee_hangs_up_before_answer),
		TEST(test_cancel),
		TEST(test_cancel_held),
		TEST(test_cancel_crosses_answer),
		TEST(test_answer_while_cancel_held),
		TEST(test_hangup_instead_of_ack),
		TEST(test_bye_held),
		TEST(test_bye_crosses_bye),
		TEST(test_reinvite_by_caller),
		TEST(test_reinvite_by_callee),
		TEST(test_reinvite_refused),
		TEST(test_reinvite_answered_by_another),
		TEST(test_glare),
		TEST(test_hangup_during_reinvite),
		TEST(test_hangup_of_reinvited),
		TEST(test_reinvite_twice),
		TEST(test_options),
		TEST(test_refuse_new),
		TEST(test_wrong_actions),
		TEST(test_wrong_values),
		TEST(test_call_limit),
		TEST(test_caller_hangs_up_at_each_moment),
		TEST(test_callee_hangs_up_at_each_moment),
		TEST(test_both_hang_up_at_each_moment),
		TEST(test_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
