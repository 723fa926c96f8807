/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a message goes when its first way is closed: an ACK that is too large for UDP (RFC 3261
 * 18.1.1), a response whose connection is gone (18.2.2, RFC 3263 5). */
#include <stdio.h>
#include <string.h>

#include "unit/sip/streams.h"

static const struct sip_body nothing;

static const struct sip_body *large(void)
{
	static char octets[1500];
	static struct sip_body body = { .content_type = STR_INIT("application/sdp") };

	memset(octets, 'x', sizeof(octets));
	body.octets = str_n(octets, sizeof(octets));
	return &body;
}

static void hangup_and_free(struct streams *w, struct stream_end *by)
{
	struct sip_stats st;

	sip_call_hangup(by->stack, w->now, by->call, 0, NULL);
	streams_run_ms(w, 100000);
	sip_stack_stats(w->a.stack, &st);
	assert_int_equal(st.calls + st.transactions + st.timers, 0);
	sip_stack_stats(w->b.stack, &st);
	assert_int_equal(st.calls + st.transactions, 0);
	streams_free(w);
}

/* The INVITE has no offer and is small, the answer in the ACK is not. */
static struct streams *call_with_large_ack(bool refuses)
{
	struct streams *w = streams_new(0);

	w->b.answers = true;
	w->b.refuses = refuses;
	w->a.ack = large();
	assert_int_equal(streams_start(w, STREAMS_UDP, &nothing), 0);
	streams_run_ms(w, 10000);
	assert_events(&w->a, "ANSWERED:200");
	assert_events(&w->b, "INVITE ACKED");
	return w;
}

static void test_ack_by_tcp(void **state)
{
	struct streams *w = call_with_large_ack(false);

	(void)state;
	assert_int_equal(w->a.nr_opened, 1);
	assert_int_equal(w->a.nr_stream, 1);
	assert_int_equal(w->a.nr_udp, 1); /* the INVITE */
	assert_true(strstr(w->a.first, "\r\nVia: SIP/2.0/TCP 192.0.2.1") != NULL);
	hangup_and_free(w, &w->a);
}

static void test_ack_refused(void **state)
{
	struct streams *w = call_with_large_ack(true);

	(void)state;
	assert_int_equal(w->a.nr_opened, 1);
	assert_int_equal(w->a.nr_udp, 2);
	assert_true(strstr(w->a.first, "\r\nVia: SIP/2.0/UDP 192.0.2.1") != NULL);
	hangup_and_free(w, &w->a);
}

static void test_ack_switched_off(void **state)
{
	struct streams *w = streams_new(0);

	(void)state;
	w->b.answers = true;
	w->a.ack = large();
	assert_int_equal(sip_stack_udp_only(w->a.stack, &w->b.addr), 0);
	assert_int_equal(streams_start(w, STREAMS_UDP, &nothing), 0);
	streams_run_ms(w, 10000);
	assert_int_equal(w->a.nr_opened, 0);
	assert_events(&w->b, "INVITE ACKED");
	hangup_and_free(w, &w->a);
}

/* An INVITE of a client that is gone when the answer is there. */
static void check_response(const char *sent_by, const char *asked, unsigned port, unsigned opened)
{
	const struct sip_cfg cfg = { .max_calls = 4, .resolve = true };
	struct streams *w = streams_try_new(0, &cfg);
	char text[512];
	struct link *l;

	assert_non_null(w);
	l = streams_connect(w, &w->b, STREAMS_TCP);
	snprintf(text, sizeof(text),
		 "INVITE sip:192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/TCP %s;branch=z9hG4bK1\r\n"
		 "From: <sip:t@h>;tag=1\r\nTo: <sip:h>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"
		 "Contact: <sip:t@192.0.2.9>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
		 sent_by);
	streams_put(w, l, str_of(text));
	assert_events(&w->b, "INVITE");
	streams_break(w, l);
	sip_call_reject(w->b.stack, w->now, w->b.call, 486, NULL);
	streams_run_ms(w, 1000);
	assert_string_equal(w->b.asked, asked);
	assert_int_equal(w->b.nr_opened, opened);
	assert_int_equal(w->b.opened_to.port, port);
	assert_true(!strncmp(w->b.first, "SIP/2.0 486 ", 12) == (*asked != '\0'));
	hangup_and_free(w, &w->b);
}

static void test_response_to_name(void **state)
{
	(void)state;
	check_response("gone.example:5070", "gone.example", 5070, 2);
	check_response("gone.example", "gone.example", 5060, 2); /* no SRV: the default port */
	check_response("192.0.2.9:5071", "", 5071, 1);		 /* it is there, or nowhere */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ack_by_tcp),
		cmocka_unit_test(test_ack_refused),
		cmocka_unit_test(test_ack_switched_off),
		cmocka_unit_test(test_response_to_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
