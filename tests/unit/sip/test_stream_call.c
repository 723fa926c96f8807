/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls over connections: retransmission, death, 18.2.2, 18.1.1, RFC 5923. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/sip/streams.h"

static const struct sip_body offer = { .content_type = STR_INIT("application/sdp"),
				       .octets = STR_INIT("v=0 offer") };

static void hangup_and_free(struct streams *w, struct stream_end *by)
{
	struct sip_stats st;

	sip_call_hangup(by->stack, w->now, by->call, 0, NULL);
	streams_run_ms(w, 100000);
	sip_stack_stats(w->a.stack, &st);
	assert_int_equal(st.calls + st.transactions + st.timers, 0);
	sip_stack_stats(w->b.stack, &st);
	assert_int_equal(st.calls + st.transactions + st.timers, 0);
	streams_free(w);
}

static void check_call(size_t piece, sip_path_id path)
{
	struct streams *w = streams_new(piece);

	w->b.answers = true;
	assert_int_equal(streams_start(w, path, &offer), 0);
	streams_run_ms(w, 10000);
	assert_events(&w->a, "ANSWERED:200");
	assert_events(&w->b, "INVITE ACKED");
	assert_int_equal(w->a.nr_stream, 2); /* INVITE, ACK: nothing twice (17.1.1.2) */
	assert_int_equal(w->b.nr_stream, 2); /* 100, 200 */
	assert_int_equal(w->a.nr_udp + w->b.nr_udp, 0);
	assert_int_equal(w->a.nr_opened, 1);
	assert_string_equal(w->a.identity, "b.example");
	hangup_and_free(w, &w->a);
}

static void test_call(void **state)
{
	(void)state;
	check_call(0, STREAMS_TCP);
	check_call(1, STREAMS_TCP);
	check_call(97, STREAMS_TLS);
}

/* What the callee asks for goes by the connection that the caller has opened. */
static void test_reuse(void **state)
{
	struct streams *w = streams_new(0);

	(void)state;
	w->b.answers = true;
	streams_start(w, STREAMS_TCP, &offer);
	streams_run_ms(w, 100);
	sip_call_hangup(w->b.stack, w->now, w->b.call, 0, NULL);
	streams_run_ms(w, 100);
	assert_events(&w->a, "ANSWERED:200 BYE ENDED");
	assert_int_equal(w->b.nr_opened, 0);
	hangup_and_free(w, &w->a);
}

/* 18.2.2: the 200 goes by a new connection to the sent-by; the dialog stays. */
static void test_response_reconnects(void **state)
{
	struct streams *w = streams_new(0);

	(void)state;
	streams_start(w, STREAMS_TCP, &offer);
	streams_run_ms(w, 100);
	assert_events(&w->b, "INVITE");
	streams_break(w, streams_link(w));
	sip_call_answer(w->b.stack, w->now, w->b.call, &offer);
	streams_run_ms(w, 1000);
	assert_int_equal(w->b.nr_opened, 1);
	assert_events(&w->a, "ANSWERED:200");
	assert_events(&w->b, "INVITE ACKED");
	hangup_and_free(w, &w->b);
}

/* A dialog outlives its connection. */
static void test_dialog_outlives(void **state)
{
	struct streams *w = streams_new(0);

	(void)state;
	w->b.answers = true;
	streams_start(w, STREAMS_TCP, &offer);
	streams_run_ms(w, 1000);
	streams_break(w, streams_link(w));
	streams_run_ms(w, 100000);
	assert_events(&w->a, "ANSWERED:200");
	sip_call_hangup(w->a.stack, w->now, w->a.call, 0, NULL);
	streams_run_ms(w, 1000);
	assert_events(&w->b, "INVITE ACKED BYE ENDED");
	hangup_and_free(w, &w->a);
}

/* 8.1.3.1: without a response the request has failed; at once. */
static void test_refused(void **state)
{
	struct streams *w = streams_new(0);

	(void)state;
	w->b.refuses = true;
	streams_start(w, STREAMS_TCP, &offer);
	streams_run_ms(w, 10);
	assert_events(&w->a, "REJECTED:503 ENDED");
	hangup_and_free(w, &w->a);
}

/* A connection that does not come up in 5 s has failed. */
static void test_open_deadline(void **state)
{
	struct streams *w = streams_new(0);
	struct sip_out out;

	(void)state;
	streams_start(w, STREAMS_TCP, &offer);
	while (sip_stack_next_out(w->a.stack, &out))
		assert_int_equal(out.type, SIP_OUT_OPEN);
	streams_run_ms(w, 4990);
	assert_events(&w->a, "");
	streams_run_ms(w, 20);
	assert_events(&w->a, "REJECTED:503 ENDED");
	assert_int_equal(w->a.nr_closed, 1);
	hangup_and_free(w, &w->a);
}

static const struct sip_body *large(void)
{
	static char octets[1500];
	static struct sip_body body = { .content_type = STR_INIT("application/sdp") };

	memset(octets, 'x', sizeof(octets));
	body.octets = str_n(octets, sizeof(octets));
	return &body;
}

/* 18.1.1 */
static void test_large_by_tcp(void **state)
{
	struct streams *w = streams_new(0);

	(void)state;
	w->b.answers = true;
	streams_start(w, STREAMS_UDP, large());
	streams_run_ms(w, 10000);
	assert_events(&w->a, "ANSWERED:200");
	assert_int_equal(w->a.nr_opened, 1);
	hangup_and_free(w, &w->a);
}

static void test_large_refused(void **state)
{
	struct streams *w = streams_new(0);

	(void)state;
	w->b.answers = w->b.refuses = true;
	streams_start(w, STREAMS_UDP, large());
	streams_run_ms(w, 10000);
	assert_int_equal(w->a.nr_opened, 1);
	assert_events(&w->a, "ANSWERED:200");
	assert_events(&w->b, "INVITE ACKED");
	hangup_and_free(w, &w->a);
}

static void test_large_switched_off(void **state)
{
	struct streams *w = streams_new(0);

	(void)state;
	w->b.answers = true;
	assert_int_equal(sip_stack_udp_only(w->a.stack, &w->b.addr), 0);
	streams_start(w, STREAMS_UDP, large());
	streams_run_ms(w, 10000);
	assert_int_equal(w->a.nr_opened, 0);
	assert_events(&w->a, "ANSWERED:200");
	hangup_and_free(w, &w->a);
}

/* H05: replies pile up in a connection that takes nothing, up to the cap; then it is closed. */
static void test_blocked(void **state)
{
	struct sip_path_event blocked = { .type = SIP_PATH_BLOCKED };
	struct sip_path_event writable = { .type = SIP_PATH_WRITABLE };
	struct streams *w = streams_new(0);
	struct link *l = streams_connect(w, &w->b, STREAMS_TCP);
	char text[1024];
	unsigned n = 0;

	(void)state;
	sip_stack_path(w->b.stack, w->now, l->id[1], &blocked);
	for (unsigned i = 0; i < 20; i++, n++) {
		sprintf(text,
			"OPTIONS sip:192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK%u\r\n"
			"From: <sip:t@h>;tag=1\r\nTo: <sip:h>\r\nCall-ID: %u\r\nCSeq: 1 OPTIONS\r\n"
			"Content-Length: 0\r\n\r\n",
			n, n);
		streams_put(w, l, str_of(text));
	}
	assert_int_equal(l->got_len, 0);
	sip_stack_path(w->b.stack, w->now, l->id[1], &writable);
	streams_run_ms(w, 1);
	assert_int_equal(streams_count(l, "SIP/2.0 200"), 20);
	sip_stack_path(w->b.stack, w->now, l->id[1], &blocked);
	for (unsigned i = 0; i < 1000 && l->open; i++, n++)
		streams_put(w, l, str_of(text));
	assert_false(l->open);
	assert_true(n < 300);
	streams_free(w);
}

/* RFC 5923: only a connection that has proved who it is becomes an alias. */
static void check_alias(bool authenticated)
{
	struct streams *w = streams_new(0);
	struct addr to = w->a.addr;

	w->authenticated = authenticated;
	w->b.answers = true;
	streams_start(w, STREAMS_TLS, &offer);
	streams_run_ms(w, 1000);
	assert_events(&w->a, "ANSWERED:200");
	assert_non_null(strstr(w->a.first, ";alias"));
	to.port = 5061;
	sip_options_send(w->b.stack, w->now, STREAMS_TLS, &to, STR("sip:192.0.2.1"), NULL);
	streams_run_ms(w, 1000);
	assert_events(&w->b, "INVITE ACKED OPTIONS:200");
	assert_int_equal(w->b.nr_opened, authenticated ? 0 : 1);
	hangup_and_free(w, &w->a);
}

/* RFC 5922 7.3, RFC 5923 5: one address, two domains: two connections; and the peer's own connection
 * serves the domains of its certificate. */
static void test_identity(void **state)
{
	struct streams *w = streams_new(0);
	struct addr to = w->b.addr, back = w->a.addr;

	(void)state;
	to.port = back.port = 5061;
	w->authenticated = true;
	w->names = "one.example a.example";
	w->b.answers = true;
	for (int i = 0; i < 4; i++) {
		static const char *const uri[] = { "sip:one.example", "sip:two.example",
						   "sip:ONE.example", "sip:192.0.2.2" };
		sip_options_send(w->a.stack, w->now, STREAMS_TLS, &to, str_of(uri[i]), NULL);
		streams_run_ms(w, 100);
	}
	assert_int_equal(w->a.nr_opened, 2);
	streams_start(w, STREAMS_TLS, &offer); /* it has the alias parameter, too */
	streams_run_ms(w, 1000);
	sip_options_send(w->b.stack, w->now, STREAMS_TLS, &back, STR("sip:a.example"), NULL);
	streams_run_ms(w, 100);
	assert_int_equal(w->b.nr_opened, 0);
	sip_options_send(w->b.stack, w->now, STREAMS_TLS, &back, STR("sip:b.example"), NULL);
	streams_run_ms(w, 100);
	assert_int_equal(w->b.nr_opened, 1);
	streams_free(w);
}

static void test_alias(void **state)
{
	(void)state;
	check_alias(true);
	check_alias(false);
}

/* D07: sips is TLS only (RFC 3261 26.2.2). */
static void test_sips(void **state)
{
	struct streams *w = streams_new(0);
	struct link *l = streams_connect(w, &w->b, STREAMS_TCP);
	struct sip_invite inv = { .path = STREAMS_TCP,
				  .target = w->b.addr,
				  .uri = STR("sips:100@b.example"),
				  .from = STR("<sip:a@192.0.2.1>"),
				  .to = STR("<sip:100@192.0.2.2>") };

	(void)state;
	assert_int_equal(sip_call_start(w->a.stack, w->now, &inv, &w->a.call), TG_EINVAL);
	inv.path = STREAMS_UDP;
	assert_int_equal(sip_call_start(w->a.stack, w->now, &inv, &w->a.call), TG_EINVAL);
	streams_put(w, l,
		    STR("OPTIONS sips:192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bKs\r\n"
			"From: <sip:t@h>;tag=1\r\nTo: <sip:h>\r\nCall-ID: s\r\n"
			"CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"));
	assert_int_equal(streams_count(l, "SIP/2.0 480"), 1); /* RFC 5630 5.1.2: there is TLS */
	streams_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_call),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_response_reconnects),
		cmocka_unit_test(test_dialog_outlives),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_open_deadline),
		cmocka_unit_test(test_large_by_tcp),
		cmocka_unit_test(test_large_refused),
		cmocka_unit_test(test_large_switched_off),
		cmocka_unit_test(test_blocked),
		cmocka_unit_test(test_alias),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_sips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
