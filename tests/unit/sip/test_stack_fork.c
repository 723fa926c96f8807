/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An outgoing call whose INVITE was forked (RFC 3261 12.1.2, 13.2.2), and responses that are none
 * of ours (17.1.3, 18.1.2). The responses are written out, as proxies would send them to A. */
#include <stdio.h>

#include "unit/sip/wire.h"

static struct wire *w;
static char branch[64], call_id[64], from_tag[64];

/* What a response repeats of the INVITE. */
static int setup(void **state)
{
	static struct sip_msg m;

	(void)state;
	w = wire_new();
	w->b.deaf = true;
	assert_int_equal(wire_start(w, &w->a, &wire_offer), 0);
	wire_drain(&w->a);
	assert_int_equal(sip_msg_parse(&m, str_n(w->a.last, w->a.last_len), NULL), 0);
	str_copyz(branch, sizeof(branch), m.via.branch);
	str_copyz(call_id, sizeof(call_id), m.call_id);
	str_copyz(from_tag, sizeof(from_tag), m.from.tag);
	wire_clear(w);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	wire_free(w);
	return 0;
}

#define A_(fn, ...) sip_call_##fn(w->a.stack, w->now, w->a.call, __VA_ARGS__)
#define VIA	    "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=%s\r\n"
#define CONTACT	    "Contact: <sip:b@192.0.2.2:5060>\r\n"

static void respond_as(const char *via, unsigned status, const char *tag, const char *more)
{
	static char text[4096];
	int n = snprintf(text, sizeof(text), "SIP/2.0 %u X\r\n", status);

	n += snprintf(text + n, sizeof(text) - (size_t)n, via, branch);
	snprintf(text + n, sizeof(text) - (size_t)n,
		 "From: \"A\" <sip:a@192.0.2.1>;tag=%s\r\nTo: <sip:100@192.0.2.2>%s%s\r\n"
		 "Call-ID: %s\r\nCSeq: 1 INVITE\r\n%sContent-Length: 0\r\n\r\n",
		 from_tag, tag ? ";tag=" : "", tag ? tag : "", call_id, more);
	wire_inject(w, &w->a, &w->b.addr, text);
}

static void respond(unsigned status, const char *tag)
{
	respond_as(VIA, status, tag, CONTACT);
}

/* The peer's side of any request of A: 200. */
static void ok_bye(const char *tag, unsigned cseq)
{
	static struct sip_msg m;
	static char text[2048];

	assert_int_equal(sip_msg_parse(&m, str_n(w->a.last, w->a.last_len), NULL), 0);
	assert_int_equal(m.method, SIP_BYE);
	assert_int_equal(m.cseq, cseq);
	assert_true(str_eq(m.to.tag, str_of(tag)));
	snprintf(text, sizeof(text),
		 "SIP/2.0 200 OK\r\nVia: " STR_FMT "\r\nFrom: " STR_FMT "\r\nTo: " STR_FMT
		 "\r\nCall-ID: " STR_FMT "\r\nCSeq: %u BYE\r\nContent-Length: 0\r\n\r\n",
		 STR_ARG(m.via.text), STR_ARG(m.from.text), STR_ARG(m.to.text), STR_ARG(m.call_id),
		 cseq);
	wire_inject(w, &w->a, &w->b.addr, text);
}

static void test_second_answer(void **state)
{
	(void)state;
	respond(180, "f1");
	respond(183, "f2");
	assert_events(&w->a, "PROGRESS:180 PROGRESS:183");
	respond(200, "f2");
	assert_int_equal(A_(ack, NULL), 0);
	wire_drain(&w->a);
	assert_int_equal(wire_count(&w->a, "ACK"), 1);
	assert_true(wire_last_has(&w->a, "\r\nTo: <sip:100@192.0.2.2>;tag=f2\r\n"));
	/* another fork answers: acknowledged, hung up, and nobody is told */
	respond(200, "f1");
	assert_int_equal(wire_count(&w->a, "ACK"), 2);
	assert_int_equal(wire_count(&w->a, "BYE"), 1);
	ok_bye("f1", 2);
	respond(200, "f1"); /* our ACK was lost */
	assert_int_equal(wire_count(&w->a, "ACK"), 3);
	assert_int_equal(wire_count(&w->a, "BYE"), 1);
	respond(200, "f2");
	assert_int_equal(wire_count(&w->a, "ACK"), 4);
	assert_events(&w->a, "PROGRESS:180 PROGRESS:183 ANSWERED:200");
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_drain(&w->a);
	ok_bye("f2", 2);
	assert_events(&w->a, "PROGRESS:180 PROGRESS:183 ANSWERED:200 ENDED");
}

/* A fork answers when the call is over already. */
static void test_answer_after_end(void **state)
{
	(void)state;
	respond(200, "f1");
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_drain(&w->a);
	ok_bye("f1", 2);
	assert_events(&w->a, "ANSWERED:200 ENDED");
	wire_clear(w);
	respond(200, "f2");
	assert_int_equal(wire_count(&w->a, "ACK"), 1);
	assert_int_equal(wire_count(&w->a, "BYE"), 1);
	ok_bye("f2", 2);
	respond(200, "f1"); /* repeated: no second BYE */
	assert_int_equal(wire_count(&w->a, "ACK"), 2);
	assert_int_equal(wire_count(&w->a, "BYE"), 1);
	assert_events(&w->a, "");
}

/* Dialogs and hung up forks of one INVITE are bounded. */
static void test_too_many(void **state)
{
	struct sip_stats st;
	char tag[16];

	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		snprintf(tag, sizeof(tag), "e%u", i);
		respond(180, tag);
	}
	for (unsigned i = 0; i < 40; i++) {
		snprintf(tag, sizeof(tag), "e%u", i);
		respond(200, tag);
	}
	assert_int_equal(wire_count(&w->a, "BYE"), 15);
	assert_int_equal(wire_count(&w->a, "ACK"), 15); /* what is not hung up gives up by itself */
	sip_stack_stats(w->a.stack, &st);
	assert_int_equal(st.transactions, 16);
	assert_int_equal(A_(hangup, 0, NULL), 0);
}

static void request(const char *method, unsigned cseq)
{
	static char text[1024];

	snprintf(text, sizeof(text),
		 "%s sip:192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK%u\r\n"
		 "From: <sip:100@192.0.2.2>;tag=f1\r\nTo: <sip:a@192.0.2.1>;tag=%s\r\n"
		 "Call-ID: %s\r\nCSeq: %u %s\r\nMax-Forwards: 70\r\n" CONTACT
		 "Content-Length: 0\r\n\r\n",
		 method, cseq, from_tag, call_id, cseq, method);
	wire_inject(w, &w->a, &w->b.addr, text);
}

/* What the callee asks for before it has answered. */
static void test_requests_in_early_dialog(void **state)
{
	static const struct {
		const char *method, *sent;
	} rows[] = { { "OPTIONS", "200 OPTIONS" },
		     { "INFO", "405 INFO" },
		     { "INVITE", "491 INVITE" },
		     { "BYE", "481 BYE" } };

	(void)state;
	respond(180, "f1");
	for (unsigned i = 0; i < NR_OF(rows); i++) {
		wire_clear(w);
		request(rows[i].method, i + 1);
		assert_string_equal(w->a.sent[0].name, rows[i].sent);
	}
	assert_events(&w->a, "");
	respond(404, "f1");
}

/* 14.2: an INVITE of theirs while ours is open. */
static void test_invite_while_ours_is_open(void **state)
{
	(void)state;
	respond(180, "f1");
	assert_int_equal(A_(hangup, 0, NULL), 0);
	wire_drain(&w->a);
	request("INVITE", 1);
	assert_int_equal(wire_count(&w->a, "491 INVITE"), 1);
	respond(200, "f1"); /* crosses the CANCEL */
	assert_int_equal(wire_count(&w->a, "BYE"), 1);
}

static void test_invite_before_our_ack(void **state)
{
	(void)state;
	respond(200, "f1");
	request("INVITE", 1);
	assert_int_equal(wire_count(&w->a, "491 INVITE"), 1);
	assert_int_equal(A_(ack, NULL), 0);
	assert_int_equal(A_(hangup, 0, NULL), 0);
}

/* 13.2.2.4: the dialog is that of the 2xx: reversed route set, its Contact. */
static void test_route_set(void **state)
{
	(void)state;
	respond_as(VIA, 180, "f1", "Contact: <sip:early@192.0.2.3>\r\n");
	respond_as(VIA, 200, "f1",
		   "Record-Route: <sip:192.0.2.31;lr>, <sip:192.0.2.32;lr>\r\n"
		   "Contact: <sip:late@192.0.2.4>\r\n");
	assert_int_equal(A_(ack, NULL), 0);
	wire_drain(&w->a);
	assert_true(wire_last_has(&w->a, "ACK sip:late@192.0.2.4 SIP/2.0\r\n"));
	assert_true(wire_last_has(&w->a, "\r\nRoute: <sip:192.0.2.32;lr>\r\n"
					 "Route: <sip:192.0.2.31;lr>\r\n"));
	assert_true(wire_last_has(&w->a, "\r\nCSeq: 1 ACK\r\n"));
	assert_int_equal(A_(hangup, 0, NULL), 0);
}

/* Of a route set without an end nothing is kept, early or late. */
static void test_too_many_routes(void **state)
{
	char more[2048];
	size_t used = mem_used(w->mem);
	int n = snprintf(more, sizeof(more), CONTACT "Record-Route: <sip:a;lr>");

	(void)state;
	for (unsigned i = 0; i < 64; i++)
		n += snprintf(more + n, sizeof(more) - (size_t)n, ",<sip:a;lr>");
	snprintf(more + n, sizeof(more) - (size_t)n, "\r\n");
	respond_as(VIA, 180, "f1", more);
	assert_true(mem_used(w->mem) <= used);
	respond_as(VIA, 200, "f1", more);
	assert_events(&w->a, "PROGRESS:180 REJECTED:503 ENDED");
}

/* A Contact that needs DNS: back to where the response came from, until there is a resolver. */
static void test_contact_with_name(void **state)
{
	struct sip_out out;

	(void)state;
	respond_as(VIA, 200, "f1", "Contact: <sip:b@phone.example>\r\n");
	assert_int_equal(A_(ack, NULL), 0);
	assert_true(sip_stack_next_out(w->a.stack, &out));
	assert_true(addr_eq(&out.send.to, &w->b.addr));
	assert_int_equal(A_(hangup, 0, NULL), 0);
}

static void test_no_contact(void **state)
{
	(void)state;
	respond_as(VIA, 200, "f1", "");
	assert_int_equal(A_(ack, NULL), 0);
	wire_drain(&w->a);
	assert_true(wire_last_has(&w->a, "ACK sip:100@192.0.2.2 SIP/2.0\r\n"));
	assert_int_equal(A_(hangup, 0, NULL), 0);
}

/* 17.1.1.3: the ACK of a refusal is built from the INVITE and the response's To. */
static void test_ack_of_refusal(void **state)
{
	(void)state;
	respond(486, "f9");
	assert_events(&w->a, "REJECTED:486 ENDED");
	assert_int_equal(wire_count(&w->a, "ACK"), 1);
	assert_true(wire_last_has(&w->a, branch));
	assert_true(wire_last_has(&w->a, "\r\nTo: <sip:100@192.0.2.2>;tag=f9\r\n"));
	assert_true(wire_last_has(&w->a, "\r\nCSeq: 1 ACK\r\n"));
}

/* 18.1.2, 8.1.3.3, 17.1.3: none of these is a response to our INVITE. */
static void test_strays(void **state)
{
	char right[64];

	(void)state;
	respond_as("Via: SIP/2.0/UDP 192.0.2.77:5060;branch=%s\r\n", 200, "f1", CONTACT);
	respond_as("Via: SIP/2.0/UDP 192.0.2.1:5099;branch=%s\r\n", 200, "f1", CONTACT);
	respond_as(VIA "Via: SIP/2.0/UDP 192.0.2.9\r\n", 200, "f1", CONTACT);
	respond_as("Via: SIP/2.0/UDP 192.0.2.1:5060;branch=x%s\r\n", 200, "f1", CONTACT);
	strcpy(right, call_id);
	strcpy(call_id, "another");
	respond(200, "f1");
	strcpy(call_id, right);
	strcpy(right, from_tag);
	strcpy(from_tag, "another");
	respond(200, "f1");
	assert_events(&w->a, "");
	assert_int_equal(w->a.nr_sent, 0);
	strcpy(from_tag, right);
	respond(200, "f1");
	assert_events(&w->a, "ANSWERED:200");
	assert_int_equal(A_(hangup, 0, NULL), 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_second_answer),
		TEST(test_answer_after_end),
		TEST(test_too_many),
		TEST(test_requests_in_early_dialog),
		TEST(test_invite_while_ours_is_open),
		TEST(test_invite_before_our_ack),
		TEST(test_route_set),
		TEST(test_too_many_routes),
		TEST(test_contact_with_name),
		TEST(test_no_contact),
		TEST(test_ack_of_refusal),
		TEST(test_strays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
