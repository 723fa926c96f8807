/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages at the edge of the syntax and beyond it: what is taken, what is answered with which
 * status, what is dropped. The points of RFC 4475 and RFC 5118 in messages of our own. */
#include <stdio.h>

#include <trunkgate/sip/msg.h>

#include "unit/support.h"

#define VIA  "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\n"
#define FROM "From: <sip:a@example.com>;tag=1\r\n"
#define TO   "To: <sip:b@example.com>\r\n"
#define ID   "Call-ID: c1@192.0.2.1\r\n"
#define CSEQ "CSeq: 1 INVITE\r\n"
#define MAX  "Max-Forwards: 70\r\n"
#define ALL  VIA FROM TO ID CSEQ MAX
#define LINE "INVITE sip:b@example.com SIP/2.0\r\n"
#define OK   "SIP/2.0 200 OK\r\n"

#define TAKEN	0
#define DROPPED 1

static const struct {
	const char *clause;
	struct str octets;
	unsigned status; /* TAKEN, DROPPED (an error nobody answers), or what is answered */
} vectors[] = {
	/* Start line, RFC 3261 7.1 and 7.2. */
	{ "7", STR_INIT(LINE ALL "\r\n"), TAKEN },
	{ "7.5", STR_INIT("\r\n\r\n" LINE ALL "\r\n"), TAKEN },
	{ "7.1", STR_INIT("INVITE sip:b@h sip/2.0\r\n" ALL "\r\n"), TAKEN },
	{ "RFC 5626 3.5.1", STR_INIT("\r\n\r\n"), DROPPED },
	{ "7", STR_INIT(""), DROPPED },
	{ "7", STR_INIT("\0\0\0\0"), DROPPED },
	{ "7", STR_INIT("INVITE sip:b@h SIP/2.0"), DROPPED },
	{ "7.1", STR_INIT("GET / HTTP/1.1\r\n" ALL "\r\n"), DROPPED },
	{ "7.1", STR_INIT("INVITE sip:b@h\r\n" ALL "\r\n"), DROPPED },
	{ "RFC 4475 3.1.2.9", STR_INIT("INVITE  sip:b@h  SIP/2.0\r\n" ALL "\r\n"), 400 },
	{ "RFC 4475 3.1.2.10", STR_INIT("INVITE sip:b@h SIP/2.0 \r\n" ALL "\r\n"), 400 },
	{ "RFC 4475 3.1.2.8", STR_INIT("INVITE sip:b@h; lr SIP/2.0\r\n" ALL "\r\n"), 400 },
	{ "RFC 4475 3.1.2.7", STR_INIT("INVITE <sip:b@h> SIP/2.0\r\n" ALL "\r\n"), 400 },
	{ "19.1.1 table 1", STR_INIT("INVITE sip:b@h?Route=x SIP/2.0\r\n" ALL "\r\n"), 400 },
	{ "7.1", STR_INIT("INVITE\tsip:b@h SIP/2.0\r\n" ALL "\r\n"), 400 },
	{ "7.1", STR_INIT(" INVITE sip:b@h SIP/2.0\r\n" ALL "\r\n"), 400 },
	{ "7.1", STR_INIT("INVITE sip:b@h SIP/2.0\r\n " ALL "\r\n"), DROPPED },
	{ "7.1", STR_INIT("INVITE sip:b\0@h SIP/2.0\r\n" ALL "\r\n"), 400 },
	{ "7.1", STR_INIT("INVITE sip:b@h\rX: SIP/2.0\r\n" ALL "\r\n"), 400 },
	{ "21.5.6", STR_INIT("INVITE sip:b@h SIP/7.0\r\n" ALL "\r\n"), 505 },
	{ "21.5.6", STR_INIT("INVITE sip:b@h SIP/2.00\r\n" ALL "\r\n"), 505 },
	{ "7.1", STR_INIT("INVITE sip:b@h SIP/2\r\n" ALL "\r\n"), 400 },
	{ "7.1", STR_INIT("INVITE sip:b@h SIP/2.x\r\n" ALL "\r\n"), 400 },
	{ "17.1.1.3", STR_INIT("ACK sip:b@h SIP/7.0\r\n" ALL "\r\n"), DROPPED },
	{ "8.2.2.1", STR_INIT("INVITE foo:bar SIP/2.0\r\n" ALL "\r\n"), TAKEN },
	{ "8.2.1", STR_INIT("FOO%41 sip:b@h SIP/2.0\r\n" VIA FROM TO ID "CSeq: 1 FOO%41\r\n\r\n"),
	  TAKEN },
	{ "7.2", STR_INIT(OK ALL "\r\n"), TAKEN },
	{ "RFC 4475 3.1.1.13", STR_INIT("SIP/2.0 100 \r\n" ALL "\r\n"), TAKEN },
	{ "7.2, leniently", STR_INIT("SIP/2.0 100\r\n" ALL "\r\n"), TAKEN },
	{ "7.2", STR_INIT("SIP/2.0 099 x\r\n" ALL "\r\n"), DROPPED },
	{ "RFC 4475 3.1.2.19", STR_INIT("SIP/2.0 4294967301 x\r\n" ALL "\r\n"), DROPPED },
	{ "7.2", STR_INIT("SIP/2.0 700 x\r\n" ALL "\r\n"), DROPPED },
	{ "7.2", STR_INIT("SIP/2.0 +20 x\r\n" ALL "\r\n"), DROPPED },
	{ "7.2", STR_INIT("SIP/3.0 200 OK\r\n" ALL "\r\n"), DROPPED },
	{ "7.2", STR_INIT("SIP/2.0\r\n" ALL "\r\n"), DROPPED },

	/* Header lines, 7.3.1 and 25.1. */
	{ "7", STR_INIT(LINE ALL), 400 },
	{ "7", STR_INIT(LINE ALL "X: y"), 400 },
	{ "7", STR_INIT(LINE ALL "\r"), 400 },
	{ "25.1 bare CR", STR_INIT(LINE ALL "Subject: a\rb\r\n\r\n"), 400 },
	{ "25.1 bare CR", STR_INIT(LINE ALL "Subject: a\r\r\n\r\n"), 400 },
	{ "25.1 bare LF", STR_INIT(LINE ALL "Subject: a\nX: b\r\n\r\n"), 400 },
	{ "25.1 bare LF", STR_INIT(LINE ALL "Subject: a\n\n"), 400 },
	{ "25.1 NUL", STR_INIT(LINE ALL "Subject: a\0b\r\n\r\n"), 400 },
	{ "25.1 NUL", STR_INIT(LINE ALL "Subject: a\\\0b\r\n\r\n"), 400 },
	{ "25.1 quoted-pair", STR_INIT(LINE ALL "X: \"a\\\0b\\\x07\"\r\n\r\n"), TAKEN },
	{ "25.1 quoted-pair", STR_INIT(LINE ALL "X: \"a\\\\\0b\"\r\n\r\n"), 400 },
	{ "25.1 NUL", STR_INIT(LINE ALL "Sub\0ject: a\r\n\r\n"), 400 },
	{ "25.1 control", STR_INIT(LINE ALL "Subject: a\x1b[2J\r\n\r\n"), 400 },
	{ "25.1 TEXT-UTF8", STR_INIT(LINE ALL "Subject:\t\xc3\xa4\tb\r\n\r\n"), TAKEN },
	{ "7.3.1", STR_INIT(LINE " X: y\r\n" ALL "\r\n"), 400 },
	{ "7.3.1", STR_INIT(LINE ALL "no colon\r\n\r\n"), 400 },
	{ "7.3.1", STR_INIT(LINE ALL ": no name\r\n\r\n"), 400 },
	{ "7.3.1", STR_INIT(LINE ALL "a b: c\r\n\r\n"), 400 },
	{ "7.3.1", STR_INIT(LINE ALL "Empty:\r\n\r\n"), TAKEN },
	{ "7.3.1", STR_INIT(LINE ALL "X:\r\n \r\n\r\n"), TAKEN },

	/* 8.1.1: what must be there, once. */
	{ "8.1.1", STR_INIT(LINE FROM TO ID CSEQ MAX "\r\n"), DROPPED },
	{ "8.1.1", STR_INIT(LINE VIA TO ID CSEQ MAX "\r\n"), 400 },
	{ "8.1.1", STR_INIT(LINE VIA FROM ID CSEQ MAX "\r\n"), 400 },
	{ "8.1.1", STR_INIT(LINE VIA FROM TO CSEQ MAX "\r\n"), 400 },
	{ "8.1.1", STR_INIT(LINE VIA FROM TO ID MAX "\r\n"), 400 },
	{ "RFC 4475 3.4.1", STR_INIT(LINE VIA FROM TO ID CSEQ "\r\n"), TAKEN },
	{ "8.1.1", STR_INIT(OK VIA FROM TO ID "\r\n"), DROPPED },
	{ "RFC 4475 3.3.8", STR_INIT(LINE ALL FROM "\r\n"), 400 },
	{ "RFC 4475 3.3.8", STR_INIT(LINE ALL "t: <sip:x@h>\r\n\r\n"), 400 },
	{ "RFC 4475 3.3.8", STR_INIT(LINE ALL ID "\r\n"), 400 },
	{ "RFC 4475 3.3.8", STR_INIT(LINE ALL CSEQ "\r\n"), 400 },
	{ "RFC 4475 3.3.8", STR_INIT(LINE ALL MAX "\r\n"), 400 },
	{ "7.3.1", STR_INIT(LINE ALL VIA "\r\n"), TAKEN },

	/* 20.42 Via. */
	{ "RFC 4475 3.1.2.1", STR_INIT(LINE "Via: SIP/2.0/UDP h;;,;,,\r\n" FROM TO ID CSEQ "\r\n"),
	  DROPPED },
	{ "20.42", STR_INIT(LINE "Via:\r\n" FROM TO ID CSEQ "\r\n"), DROPPED },
	{ "20.42", STR_INIT(LINE "Via: SIP/2.0/UDP\r\n" FROM TO ID CSEQ "\r\n"), DROPPED },
	{ "20.42", STR_INIT(LINE "Via: SIP/2.0/UDP h:0\r\n" FROM TO ID CSEQ "\r\n"), DROPPED },
	{ "20.42", STR_INIT(LINE "Via: SIP/2.0/UDP h x\r\n" FROM TO ID CSEQ "\r\n"), DROPPED },
	{ "20.42", STR_INIT(LINE "Via: SIP/2.0/UDP h;rport=x\r\n" FROM TO ID CSEQ "\r\n"),
	  DROPPED },
	{ "7.3.1", STR_INIT(LINE "v: ,, SIP/2.0/TLS h ,,\r\n" FROM TO ID CSEQ "\r\n"), TAKEN },

	/* 20.10, 20.20, 20.39: addresses. */
	{ "RFC 4475 3.1.2.6", STR_INIT(LINE VIA "From: \"A <sip:a@h>\r\n" TO ID CSEQ "\r\n"), 400 },
	{ "RFC 4475 3.1.2.14", STR_INIT(LINE VIA "From: < sip:a@h >\r\n" TO ID CSEQ "\r\n"), 400 },
	{ "RFC 4475 3.1.2.15", STR_INIT(LINE VIA "From: A, B <sip:a@h>\r\n" TO ID CSEQ "\r\n"),
	  400 },
	{ "20.20", STR_INIT(LINE VIA "From: \xc3\xa4 (x) <sip:a@h>\r\n" TO ID CSEQ "\r\n"), TAKEN },
	{ "20.20", STR_INIT(LINE VIA "From: *\r\n" TO ID CSEQ "\r\n"), 400 },
	{ "20.20", STR_INIT(LINE VIA "From:\r\n" TO ID CSEQ "\r\n"), 400 },
	{ "20.20", STR_INIT(LINE VIA "From: <sip:a@h\r\n" TO ID CSEQ "\r\n"), 400 },
	{ "20.20", STR_INIT(LINE VIA "From: <sip:a@h>;\r\n" TO ID CSEQ "\r\n"), 400 },
	{ "20.20", STR_INIT(LINE VIA "From: <sip:a@h>;tag=\r\n" TO ID CSEQ "\r\n"), 400 },
	{ "20.20", STR_INIT(LINE VIA "From: <sip:a@h> x\r\n" TO ID CSEQ "\r\n"), 400 },
	{ "20.20", STR_INIT(LINE VIA "From: <sip:a@h>,<sip:b@h>\r\n" TO ID CSEQ "\r\n"), 400 },
	{ "RFC 4475 3.1.2.13", STR_INIT(LINE ALL "Contact: sip:a@h?Route=x\r\n\r\n"), 400 },
	{ "RFC 4475 3.1.2.1", STR_INIT(LINE ALL "m: <sip:a@h>;;;\r\n\r\n"), 400 },
	{ "20.10", STR_INIT(LINE ALL "m: <http://x/y?z>, *\r\n\r\n"), TAKEN },
	{ "20.10", STR_INIT(LINE ALL "m: *\r\n\r\n"), TAKEN },

	/* 20.8, 20.14, 20.16, 20.22. */
	{ "20.8", STR_INIT(LINE VIA FROM TO "i: a b\r\n" CSEQ "\r\n"), 400 },
	{ "20.8", STR_INIT(LINE VIA FROM TO "i:\r\n" CSEQ "\r\n"), 400 },
	{ "RFC 4475 3.1.1.2",
	  STR_INIT(LINE VIA FROM TO "i: a.b%Z-!*_+'@c`~)(><:\\/\"][?}{\r\n" CSEQ "\r\n"), TAKEN },
	{ "8.1.1.5", STR_INIT(LINE VIA FROM TO ID "CSeq: 2147483647 INVITE\r\n\r\n"), TAKEN },
	{ "8.1.1.5", STR_INIT(LINE VIA FROM TO ID "CSeq: 2147483648 INVITE\r\n\r\n"), 400 },
	{ "RFC 4475 3.1.2.4",
	  STR_INIT(LINE VIA FROM TO ID "CSeq: 36893488147419103233 INVITE\r\n\r\n"), 400 },
	{ "20.16", STR_INIT(LINE VIA FROM TO ID "CSeq: -1 INVITE\r\n\r\n"), 400 },
	{ "20.16", STR_INIT(LINE VIA FROM TO ID "CSeq: 0x1 INVITE\r\n\r\n"), 400 },
	{ "20.16", STR_INIT(LINE VIA FROM TO ID "CSeq: 1\r\n\r\n"), 400 },
	{ "20.16", STR_INIT(LINE VIA FROM TO ID "CSeq: 1 INVITE x\r\n\r\n"), 400 },
	{ "20.16", STR_INIT(LINE VIA FROM TO ID "CSeq: 0009\r\n INVITE\r\n\r\n"), TAKEN },
	{ "RFC 4475 3.1.2.17", STR_INIT(LINE VIA FROM TO ID "CSeq: 1 OPTIONS\r\n\r\n"), 400 },
	{ "7.1", STR_INIT(LINE VIA FROM TO ID "CSeq: 1 invite\r\n\r\n"), 400 },
	{ "RFC 4475 3.1.2.18", STR_INIT("NEW sip:b@h SIP/2.0\r\n" ALL "\r\n"), 501 },
	{ "20.22", STR_INIT(LINE VIA FROM TO ID CSEQ "Max-Forwards: 0068\r\n\r\n"), TAKEN },
	{ "20.22", STR_INIT(LINE VIA FROM TO ID CSEQ "Max-Forwards: 256\r\n\r\n"), 400 },
	{ "20.22", STR_INIT(LINE VIA FROM TO ID CSEQ "Max-Forwards: -1\r\n\r\n"), 400 },
	{ "20.14", STR_INIT(LINE ALL "l: 3\r\n\r\nabc"), TAKEN },
	{ "18.3", STR_INIT(LINE ALL "l: 4\r\n\r\nabc"), 400 },
	{ "18.3", STR_INIT(OK ALL "l: 4\r\n\r\nabc"), DROPPED },
	{ "20.14", STR_INIT(LINE ALL "l: 3\r\nContent-Length: 3\r\n\r\nabc"), 400 },
	{ "RFC 4475 3.3.9", STR_INIT(LINE ALL "l: 1\r\nl: 3\r\n\r\nabc"), 400 },
	{ "RFC 4475 3.1.2.3", STR_INIT(LINE ALL "l: -3\r\n\r\nabc"), 400 },
	{ "20.14", STR_INIT(LINE ALL "l: +3\r\n\r\nabc"), 400 },
	{ "20.14", STR_INIT(LINE ALL "l: 0x3\r\n\r\nabc"), 400 },
	{ "20.14", STR_INIT(LINE ALL "l: 4294967299\r\n\r\nabc"), 400 },
	{ "20.14", STR_INIT(LINE ALL "l: 18446744073709551619\r\n\r\nabc"), 400 },
	{ "20.14", STR_INIT(LINE ALL "l: 3, 3\r\n\r\nabc"), 400 },
	{ "20.14", STR_INIT(LINE ALL "l:\r\n\r\nabc"), 400 },
	{ "RFC 4475 3.1.1.11", STR_INIT(LINE ALL "\r\na\0\r\n\n\xff"), TAKEN },
};

static void check(struct str octets, const char *clause, unsigned want)
{
	struct tg_diag d = TG_DIAG_NONE;
	struct sip_msg m;
	int r = sip_msg_parse(&m, octets, &d);
	unsigned status = want == DROPPED ? 0 : want;

	if ((r < 0) != (want != TAKEN) || m.parse_status != status)
		fail_msg("%s: result %d, status %u (%s), not %u, of:\n" STR_FMT, clause, r,
			 m.parse_status, d.text, want, STR_ARG(octets));
	if (r < 0 && (!d.text[0] || !d.clause[0] || d.offset > octets.len))
		fail_msg("%s: '%s' '%s' at %zu", clause, d.text, d.clause, d.offset);
	for (const char *p = d.text; *p; p++)
		assert_true((uint8_t)*p >= 0x20 && (uint8_t)*p < 0x7f);
}

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(vectors); i++)
		check(vectors[i].octets, vectors[i].clause, vectors[i].status);
}

/* What a 400 needs is there, whatever line the fault is on (8.2.6.2). */
static void test_answerable_after_any_fault(void **state)
{
	struct sip_msg m;

	(void)state;
	assert_int_equal(sip_msg_parse(&m, STR("INVITE <x> SIP/2.0\r\nbad\r\n" ALL "\r\n"), NULL),
			 TG_EINVAL);
	assert_int_equal(m.parse_status, 400);
	assert_true(m.is_request && m.method == SIP_INVITE);
	assert_str_equal(m.via.branch, STR("z9hG4bKa"));
	assert_str_equal(m.from.tag, STR("1"));
	assert_str_equal(m.to.uri.user, STR("b"));
	assert_str_equal(m.call_id, STR("c1@192.0.2.1"));
	assert_int_equal(m.cseq, 1);
}

static void test_a_bad_from_is_still_its_text(void **state)
{
	struct sip_msg m;

	(void)state;
	assert_int_equal(sip_msg_parse(&m, STR(LINE VIA "From: \"A\r\n" TO ID CSEQ "\r\n"), NULL),
			 TG_EINVAL);
	assert_str_equal(m.from.text, STR("\"A"));
}

/* The first fault is the one that is told. */
static void test_first_fault_counts(void **state)
{
	struct tg_diag d = TG_DIAG_NONE;
	struct str octets = STR("INVITE sip:b@h SIP/7.0\r\nbad\r\n" ALL "l: x\r\n\r\n");
	struct sip_msg m;

	(void)state;
	assert_int_equal(sip_msg_parse(&m, octets, &d), TG_EINVAL);
	assert_int_equal(m.parse_status, 505);
	assert_int_equal(d.offset, 15);
	assert_string_equal(d.clause, "RFC 3261 21.5.6");
}

static void test_limit_of_header_lines(void **state)
{
	static char text[8192];
	struct sip_msg m;

	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		size_t n = (size_t)snprintf(text, sizeof(text), LINE);

		for (unsigned i = 0; i < SIP_MAX_HEADERS - 6 + more; i++)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "X-%u: y\r\n", i);
		snprintf(text + n, sizeof(text) - n, ALL "\r\n");
		assert_int_equal(sip_msg_parse(&m, str_of(text), NULL), more ? TG_EINVAL : 0);
		assert_int_equal(m.parse_status, more ? 513 : 0);
		assert_int_equal(m.nr_headers, SIP_MAX_HEADERS);
		assert_int_equal(m.cseq, 1);
	}
}

static void test_limit_of_size(void **state)
{
	static char text[SIP_MAX_MESSAGE + 1];
	struct sip_msg m;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, LINE ALL "\r\n", sizeof(LINE ALL "\r\n") - 1);
	assert_int_equal(sip_msg_parse(&m, str_n(text, SIP_MAX_MESSAGE), NULL), 0);
	assert_int_equal(sip_msg_parse(&m, str_n(text, sizeof(text)), NULL), TG_EINVAL);
	assert_int_equal(m.parse_status, 513);
}

/* Every prefix of a message, and the message with each octet turned into each of a few nasty ones:
 * no result is asked for but that there is one. */
static void test_cut_and_spoiled(void **state)
{
	static const char nasty[] = { '\0', '\r', '\n', '"', '<', '>', ',', ';', '\\', ' ', '%' };
	static const char whole[] = LINE ALL "m: \"x\\\"\" <sip:a@h;lr>;q=1\r\nl: 1\r\n\r\nb";
	char copy[sizeof(whole)];
	struct sip_msg m;

	(void)state;
	for (size_t n = 0; n < sizeof(whole) - 1; n++)
		assert_true(sip_msg_parse(&m, str_n(whole, n), NULL) < 0);
	for (size_t n = 0; n < sizeof(whole) - 1; n++) {
		for (size_t k = 0; k < sizeof(nasty); k++) {
			memcpy(copy, whole, sizeof(whole));
			copy[n] = nasty[k];
			if (sip_msg_parse(&m, str_n(copy, sizeof(copy) - 1), NULL) < 0)
				assert_true(m.parse_status == 0 || m.parse_status >= 400);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_answerable_after_any_fault),
		cmocka_unit_test(test_a_bad_from_is_still_its_text),
		cmocka_unit_test(test_first_fault_counts),
		cmocka_unit_test(test_limit_of_header_lines),
		cmocka_unit_test(test_limit_of_size),
		cmocka_unit_test(test_cut_and_spoiled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
