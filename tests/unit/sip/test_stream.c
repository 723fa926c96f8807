/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages on streams: where they end, what ends a stream, keep-alives (RFC 3261 18.3, RFC 5626). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/sip/streams.h"

static const struct sip_body offer = { .content_type = STR_INIT("application/sdp"),
				       .octets = STR_INIT("v=0 offer") };

static size_t put_options(char *buf, unsigned n, const char *length)
{
	return (size_t)sprintf(buf,
			       "OPTIONS sip:192.0.2.2 SIP/2.0\r\n"
			       "Via: SIP/2.0/TCP 192.0.2.9:5060;branch=z9hG4bK-%u\r\n"
			       "From: <sip:t@192.0.2.9>;tag=1\r\nTo: <sip:192.0.2.2>\r\n"
			       "Call-ID: c%u\r\nCSeq: 1 OPTIONS\r\n%s\r\n",
			       n, n, length);
}

/* B01 */
static void check_many(unsigned nr, size_t piece)
{
	struct streams *w = streams_new(piece);
	struct link *l = streams_connect(w, &w->b, STREAMS_TCP);
	char *all = malloc(nr * 400), seek[32];
	const char *at;
	size_t len = 0;

	for (unsigned i = 0; i < nr; i++) {
		len += put_options(all + len, i, "Content-Length: 4\r\n");
		len += (size_t)sprintf(all + len, "\r\nAB");
	}
	streams_put(w, l, str_n(all, len));
	assert_int_equal(streams_count(l, "SIP/2.0 "), nr);
	at = l->got;
	for (unsigned i = 0; i < nr; i++) {
		sprintf(seek, "Call-ID: c%u\r\n", i);
		at = strstr(at, seek);
		assert_non_null(at);
	}
	assert_true(l->open);
	free(all);
	streams_free(w);
}

static void test_many_in_one(void **state)
{
	(void)state;
	check_many(2, 0);
	check_many(10, 0);
	check_many(1000, 0);
}

static void test_octet_by_octet(void **state)
{
	(void)state;
	check_many(1, 1);
	check_many(3, 7);
	check_many(100, 1);
}

/* B02, B04, B05: 400 and close, and what is behind is never read. */
static void test_bad_length(void **state)
{
	static const char *const lines[] = {
		"Content-Length: -1\r\n",
		"Content-Length: -2147483648\r\n",
		"Content-Length: +5\r\n",
		"Content-Length: 0x10\r\n",
		"Content-Length: 5 5\r\n",
		"Content-Length:\r\n",
		"",
		"Content-Length: 99999999999999999999\r\n",
		"Content-Length: 0\r\nContent-Length: 5\r\n",
		"Content-Length: 5\r\nl: 0\r\n",
		"l: 0\r\nl: 0\r\n",
		"Content-Length: 0\r\nX: a\nb\r\n",
		"Content-Length: 0\r\nX: a\rb\r\n",
	};
	char buf[2048];

	(void)state;
	for (unsigned i = 0; i < NR_OF(lines); i++) {
		struct streams *w = streams_new(i % 3);
		struct link *l = streams_connect(w, &w->b, STREAMS_TCP);
		size_t len = put_options(buf, 1, lines[i]);
		struct sip_stats st;

		len += put_options(buf + len, 2, "Content-Length: 0\r\n");
		streams_put(w, l, str_n(buf, len));
		streams_run_ms(w, 1);
		assert_int_equal(streams_count(l, "SIP/2.0 400"), 1);
		assert_int_equal(streams_count(l, "SIP/2.0 "), 1);
		assert_false(l->open);
		sip_stack_stats(w->b.stack, &st);
		assert_int_equal(st.connections, 0);
		streams_free(w);
	}
}

static void put_text(struct streams *w, struct link *l, const char *text)
{
	streams_put(w, l, str_of(text));
}

/* B07 */
static void test_keepalive(void **state)
{
	struct streams *w = streams_new(0);
	struct link *l = streams_connect(w, &w->b, STREAMS_TCP);
	char *many = malloc(20001);

	(void)state;
	put_text(w, l, "\r\n");
	assert_string_equal(l->got, "");
	put_text(w, l, "\r\n");
	assert_string_equal(l->got, "\r\n");
	put_text(w, l, "\r\n\r");
	put_text(w, l, "\n");
	assert_string_equal(l->got, "\r\n\r\n");
	for (unsigned i = 0; i < 10000; i++)
		memcpy(many + 2 * i, "\r\n", 2);
	streams_put(w, l, str_n(many, 20000));
	assert_true(l->open);
	assert_true(l->got_len <= 10004);
	assert_int_equal(tick_is_never(sip_stack_deadline(w->b.stack)), 1);
	free(many);
	streams_free(w);
}

static void test_garbage(void **state)
{
	static const struct str junk[] = {
		STR_INIT("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
		STR_INIT("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
		STR_INIT("\x00\x01\x00\x00\x21\x12\xa4\x42\x30\x31\x32\x33"),
		STR_INIT("HEP3\x00\x06"),
		STR_INIT("\n\n\n"),
		STR_INIT("hello\r\n\r\n"),
	};

	(void)state;
	for (unsigned i = 0; i < NR_OF(junk); i++) {
		struct streams *w = streams_new(0);
		struct link *l = streams_connect(w, &w->b, STREAMS_TCP);

		streams_put(w, l, junk[i]);
		streams_run_ms(w, 6000);
		assert_false(l->open);
		assert_int_equal(l->got_len, 0);
		streams_free(w);
	}
}

/* However slowly it trickles in: five seconds from the first octet. */
static void test_deadline(void **state)
{
	struct streams *w = streams_new(0);
	struct link *l = streams_connect(w, &w->b, STREAMS_TCP);
	char buf[2048];
	size_t len = put_options(buf, 1, "Content-Length: 0\r\n");

	(void)state;
	streams_run_ms(w, 60000);
	assert_true(l->open);
	for (unsigned i = 0; i < 4; i++) {
		streams_put(w, l, str_n(buf + i, 1));
		streams_run_ms(w, 1200);
	}
	assert_true(l->open);
	streams_put(w, l, str_n(buf + 4, len - 5));
	streams_run_ms(w, 190);
	assert_true(l->open);
	streams_run_ms(w, 20);
	assert_false(l->open);
	streams_free(w);
}

static void test_too_large(void **state)
{
	struct streams *w = streams_new(0);
	struct link *l = streams_connect(w, &w->b, STREAMS_TCP);
	char buf[2048];

	(void)state;
	assert_int_equal(sip_stack_rx_room(w->b.stack, l->id[1]), 131070);
	streams_put(w, l, str_n(buf, put_options(buf, 1, "Content-Length: 65535\r\n")));
	assert_int_equal(streams_count(l, "SIP/2.0 513"), 1);
	assert_false(l->open);
	streams_free(w);
}

/* C07: the connection dies at any octet of an INVITE. */
static void test_dies_anywhere(void **state)
{
	char invite[2048];
	int len = sprintf(invite, "INVITE sip:100@192.0.2.2 SIP/2.0\r\n"
				  "Via: SIP/2.0/TCP 192.0.2.9:5060;branch=z9hG4bK-i\r\n"
				  "From: <sip:t@192.0.2.9>;tag=1\r\nTo: <sip:100@192.0.2.2>\r\n"
				  "Contact: <sip:t@192.0.2.9;transport=tcp>\r\nCall-ID: die\r\n"
				  "CSeq: 1 INVITE\r\nContent-Type: application/sdp\r\n"
				  "Content-Length: 9\r\n\r\nv=0 offer");

	(void)state;
	for (int at = 0; at <= len; at += 13) {
		struct streams *w = streams_new(0);
		struct link *l = streams_connect(w, &w->b, STREAMS_TCP);
		struct sip_stats st;

		w->b.answers = true;
		streams_put(w, l, str_n(invite, (size_t)at));
		if (l->open)
			streams_break(w, l);
		if (at == len)
			assert_events(&w->b, "INVITE");
		streams_run_ms(w, 100000);
		sip_stack_stats(w->b.stack, &st);
		assert_int_equal(st.calls + st.transactions + st.timers + st.connections, 0);
		streams_free(w);
	}
}

/* An input with memory that fails loses messages or the connection, nothing else. */
static void once(void *ctx)
{
	struct sip_cfg cfg = { .max_calls = 4, .max_connections = 8, .max_transactions = 16 };
	struct streams *w = streams_try_new(300, &cfg);

	(void)ctx;
	if (!w)
		return;
	w->b.answers = true;
	streams_start(w, STREAMS_TCP, &offer);
	streams_run_ms(w, 2000);
	sip_call_hangup(w->a.stack, w->now, w->a.call, 0, NULL);
	streams_run_ms(w, 2000);
	streams_free(w);
}

static void test_allocations(void **state)
{
	(void)state;
	assert_true(walk_allocations(once, NULL) > 0);
}

static void test_caps(void **state)
{
	struct sip_cfg cfg = { .max_calls = 4, .max_connections = 6, .max_conns_per_source = 3 };
	struct streams *w = streams_try_new(0, &cfg);
	struct addr from;
	sip_path_id id;

	(void)state;
	assert_non_null(w);
	for (unsigned i = 0; i < 3; i++)
		assert_true(streams_connect(w, &w->b, STREAMS_TCP)->open);
	assert_false(streams_connect(w, &w->b, STREAMS_TCP)->open);
	for (uint16_t i = 0; i < 3; i++) {
		assert_int_equal(addr_parse(&from, STR("192.0.2.10:1000"), 0), 0);
		from.port = (uint16_t)(from.port + i);
		assert_int_equal(sip_stack_accept(w->b.stack, w->now, STREAMS_TCP, &from, &id), 0);
	}
	assert_int_equal(addr_parse(&from, STR("192.0.2.11:1000"), 0), 0);
	assert_int_equal(sip_stack_accept(w->b.stack, w->now, STREAMS_TCP, &from, &id), TG_ELIMIT);
	assert_int_equal(sip_stack_accept(w->b.stack, w->now, STREAMS_UDP, &from, &id), TG_ENOENT);
	streams_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_in_one), cmocka_unit_test(test_octet_by_octet),
		cmocka_unit_test(test_bad_length),  cmocka_unit_test(test_keepalive),
		cmocka_unit_test(test_garbage),	    cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_too_large),   cmocka_unit_test(test_dies_anywhere),
		cmocka_unit_test(test_allocations), cmocka_unit_test(test_caps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
