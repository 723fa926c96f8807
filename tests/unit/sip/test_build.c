/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing messages (RFC 3261 7), and that nothing gets a line of its own in one. */
#include <trunkgate/sip/msg.h>

#include "unit/support.h"

static void test_request(void **state)
{
	struct sip_build b;
	struct str out;
	char buf[512];

	(void)state;
	sip_build_init(&b, buf, sizeof(buf));
	sip_build_request(&b, SIP_INVITE, STR("sip:b@192.0.2.1"));
	sip_build_header(&b, SIP_HDR_CALL_ID, STR("x"));
	sip_build_header_f(&b, SIP_HDR_CSEQ, "%u %s", 7u, "INVITE");
	sip_build_other(&b, STR("X-Y"), STR("z"));
	sip_build_body(&b, STR("text/plain"), STR("a\r\n\0b"));
	assert_int_equal(sip_build_done(&b, &out), 0);
	assert_str_equal(out, STR("INVITE sip:b@192.0.2.1 SIP/2.0\r\nCall-ID: x\r\n"
				  "CSeq: 7 INVITE\r\nX-Y: z\r\nContent-Type: text/plain\r\n"
				  "Content-Length: 5\r\n\r\na\r\n\0b"));
}

static void test_status(void **state)
{
	struct sip_build b;
	struct str out;
	char buf[128];

	(void)state;
	sip_build_init(&b, buf, sizeof(buf));
	sip_build_status(&b, 180, STR(""));
	sip_build_status(&b, 400, STR("no CSeq"));
	sip_build_body(&b, STR("text/plain"), STR(""));
	assert_int_equal(sip_build_done(&b, &out), 0);
	assert_str_equal(out, STR("SIP/2.0 180 Ringing\r\nSIP/2.0 400 no CSeq\r\n"
				  "Content-Length: 0\r\n\r\n"));
}

/* Every size that is too small is refused, and nothing is written behind it. */
static void test_small_buffers(void **state)
{
	static const char want[] = "SIP/2.0 200 OK\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n";
	char buf[128];

	(void)state;
	for (size_t size = 0; size < sizeof(buf); size++) {
		struct sip_build b;
		struct str out;
		int r;

		memset(buf, '#', sizeof(buf));
		sip_build_init(&b, buf, size);
		sip_build_status(&b, 200, STR(""));
		sip_build_header_f(&b, SIP_HDR_CSEQ, "%d BYE", 1);
		sip_build_body(&b, STR(""), STR(""));
		r = sip_build_done(&b, &out);
		assert_int_equal(r, size >= strlen(want) ? 0 : TG_ELIMIT);
		if (r == 0)
			assert_str_equal(out, str_of(want));
		for (size_t i = size; i < sizeof(buf); i++)
			assert_int_equal(buf[i], '#');
	}
}

static const struct str refused[] = {
	STR_INIT("a\r\nX: y"), STR_INIT("a\rb"),     STR_INIT("a\nb"),	STR_INIT("a\0b"),
	STR_INIT("a\r\n"),     STR_INIT("a\x1b"),    STR_INIT("a\\\0"), STR_INIT("\"a\\\r\nb\""),
	STR_INIT("\"a\0\""),   STR_INIT("\"\\\n\""),
};

static void test_line_ends_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(refused); i++) {
		struct sip_build b;
		struct str out;
		char buf[128];

		sip_build_init(&b, buf, sizeof(buf));
		sip_build_header(&b, SIP_HDR_SUBJECT, refused[i]);
		if (sip_build_done(&b, &out) != TG_ELIMIT)
			fail_msg("row %zu was written", i);
		sip_build_init(&b, buf, sizeof(buf));
		sip_build_other(&b, refused[i], STR("x"));
		assert_int_equal(sip_build_done(&b, &out), TG_ELIMIT);
		sip_build_init(&b, buf, sizeof(buf));
		sip_build_status(&b, 400, refused[i]);
		assert_true(i == 6 || sip_build_done(&b, &out) == TG_ELIMIT);
		sip_build_init(&b, buf, sizeof(buf));
		sip_build_request(&b, SIP_BYE, refused[i]);
		assert_int_equal(sip_build_done(&b, &out), TG_ELIMIT);
	}
}

static void test_format_is_checked_too(void **state)
{
	struct sip_build b;
	struct str out;
	char buf[64];

	(void)state;
	sip_build_init(&b, buf, sizeof(buf));
	sip_build_header_f(&b, SIP_HDR_TO, STR_FMT ";tag=1", STR_ARG(STR("<sip:a@h>\r\nX: y")));
	assert_int_equal(sip_build_done(&b, &out), TG_ELIMIT);
	sip_build_init(&b, buf, sizeof(buf));
	sip_build_header_f(&b, SIP_HDR_TO, STR_FMT ";tag=1", STR_ARG(STR("<sip:a@h>\r\n\t;x")));
	assert_int_equal(sip_build_done(&b, &out), 0);
	assert_str_equal(out, STR("To: <sip:a@h> ;x;tag=1\r\n"));
	sip_build_request(&b, SIP_METHOD_OTHER, STR("sip:h"));
	assert_int_equal(sip_build_done(&b, &out), TG_ELIMIT);
}

static const char request[] =
	"OPTIONS sip:b@h SIP/2.0\r\n"
	"v: SIP / 2.0 / UDP\r\n h:5070 ; received=9.9.9.9;branch=z9;rport=1\r\n"
	" ;x=\"y\", SIP/2.0/UDP i;branch=2\r\n"
	"Via: SIP/2.0/TCP [::1]\r\n"
	"f: \"NUL:\\\0\"\r\n <sip:a@h>;tag=1\r\n"
	"t: <sip:b@h>\r\ni: x\r\nCSeq: 1 OPTIONS\r\nx-Z: 1\r\n\r\n";

static void test_echo_for_a_response(void **state)
{
	struct sip_msg m;
	struct sip_build b;
	struct str out;
	struct addr from;
	char buf[512];

	(void)state;
	assert_int_equal(sip_msg_parse(&m, str_n(request, sizeof(request) - 1), NULL), 0);
	assert_int_equal(addr_parse(&from, STR("192.0.2.7:5099"), 0), 0);
	sip_build_init(&b, buf, sizeof(buf));
	sip_build_vias(&b, &m, &from);
	sip_build_copy(&b, sip_msg_header(&m, SIP_HDR_FROM, 0), STR(""));
	sip_build_copy(&b, sip_msg_header(&m, SIP_HDR_TO, 0), STR(";tag=2"));
	sip_build_copy(&b, sip_msg_header_named(&m, STR("X-z"), 0), STR(""));
	assert_int_equal(sip_build_done(&b, &out), 0);
	assert_str_equal(out, STR("Via: SIP/2.0/UDP h:5070;branch=z9;x=\"y\";received=192.0.2.7;"
				  "rport=5099\r\nVia: SIP/2.0/UDP i;branch=2\r\n"
				  "Via: SIP/2.0/TCP [::1]\r\n"
				  "From: \"NUL:\\\0\" <sip:a@h>;tag=1\r\n"
				  "To: <sip:b@h>;tag=2\r\nx-Z: 1\r\n"));
}

/* 18.2.1: without rport, received only where the address differs from sent-by. */
static void test_received(void **state)
{
	static const struct {
		const char *sent_by, *from, *want;
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1:5060", "Via: SIP/2.0/UDP 192.0.2.1\r\n" },
		{ "192.0.2.1:5060", "192.0.2.1:99", "Via: SIP/2.0/UDP 192.0.2.1:5060\r\n" },
		{ "192.0.2.1", "192.0.2.2:5060",
		  "Via: SIP/2.0/UDP 192.0.2.1;received=192.0.2.2\r\n" },
		{ "[2001:db8::1]", "[2001:db8:0::1]:1", "Via: SIP/2.0/UDP [2001:db8::1]\r\n" },
		{ "h", "[2001:db8::1]:5060", "Via: SIP/2.0/UDP h;received=2001:db8::1\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		struct sip_build t, b;
		struct str in, out;
		struct sip_msg m;
		struct addr from;
		char text[512], buf[256];

		sip_build_init(&t, text, sizeof(text));
		sip_build_request(&t, SIP_BYE, STR("sip:b@h"));
		sip_build_header_f(&t, SIP_HDR_VIA, "SIP/2.0/UDP %s", rows[i].sent_by);
		sip_build_header(&t, SIP_HDR_FROM, STR("<sip:a@h>"));
		sip_build_header(&t, SIP_HDR_TO, STR("<sip:b@h>"));
		sip_build_header(&t, SIP_HDR_CALL_ID, STR("1"));
		sip_build_header(&t, SIP_HDR_CSEQ, STR("1 BYE"));
		sip_build_body(&t, STR(""), STR(""));
		assert_int_equal(sip_build_done(&t, &in), 0);
		assert_int_equal(sip_msg_parse(&m, in, NULL), 0);
		assert_int_equal(addr_parse(&from, str_of(rows[i].from), 0), 0);
		sip_build_init(&b, buf, sizeof(buf));
		sip_build_vias(&b, &m, &from);
		assert_int_equal(sip_build_done(&b, &out), 0);
		assert_str_equal(out, str_of(rows[i].want));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_small_buffers),
		cmocka_unit_test(test_line_ends_are_refused),
		cmocka_unit_test(test_format_is_checked_too),
		cmocka_unit_test(test_echo_for_a_response),
		cmocka_unit_test(test_received),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
