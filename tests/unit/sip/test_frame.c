/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages on streams (RFC 3261 18.3): each vector says where the message ends, or that the stream
 * does. All are fed whole and octet by octet, with the same verdict. */
#include <stdlib.h>

#include <trunkgate/sip/frame.h>

#include "unit/support.h"

#define LINE "OPTIONS sip:a@b SIP/2.0\r\n"
#define HEAD                                                                               \
	"Via: SIP/2.0/TCP h;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\n" \
	"Call-ID: x@y\r\nCSeq: 1 OPTIONS\r\n"

struct vector {
	const char *what;
	struct str octets;
	enum sip_frame verdict;
	size_t len; /* MESSAGE: 0 is all of it */
	unsigned status;
};
#define V(what, text, ...)                        \
	{                                         \
		what, STR_INIT(text), __VA_ARGS__ \
	}

static const struct vector vectors[] = {
	V("no body", LINE HEAD "Content-Length: 0\r\n\r\n", SIP_FRAME_MESSAGE),
	V("body", LINE HEAD "l: 4\r\n\r\nbody", SIP_FRAME_MESSAGE),
	V("octets of every kind in it", LINE HEAD "l: 6\r\n\r\n\r\n\0\n\rx", SIP_FRAME_MESSAGE),
	V("folded", LINE HEAD "Subject: a\r\n b\r\nl:\r\n\t4\r\n\r\nbody", SIP_FRAME_MESSAGE),
	V("space before the colon", LINE HEAD "Content-LENGTH \t:0\r\n\r\n", SIP_FRAME_MESSAGE),
	V("a status line", "SIP/2.0 200 OK\r\n" HEAD "l: 0\r\n\r\n", SIP_FRAME_MESSAGE),
	V("what a quoted string says is no header",
	  LINE HEAD "Subject: \"\r\n l: 9\r\n \"\r\nl: 0\r\n\r\n", SIP_FRAME_MESSAGE),
	V("one header wrong, its end clear", LINE HEAD "Max-Forwards: x\r\nl: 0\r\n\r\n",
	  SIP_FRAME_MESSAGE),
	V("a second behind it", LINE "l: 0\r\n\r\n" LINE, SIP_FRAME_MESSAGE,
	  sizeof(LINE "l: 0\r\n\r\n") - 1),
	V("keep-alive", "\r\n\r\n", SIP_FRAME_CRLF, 2),
	V("half a keep-alive", "\r", SIP_FRAME_MORE),
	V("nothing", "", SIP_FRAME_MORE),
	V("half a start line", "OPTIONS sip:a@b SI", SIP_FRAME_MORE),
	V("half a line end", "OPTIONS sip:a@b SIP/2.0\r", SIP_FRAME_MORE),
	V("a fold may follow", LINE HEAD "l: 4\r\n", SIP_FRAME_MORE),
	V("body to come", LINE HEAD "l: 5\r\n\r\nbody", SIP_FRAME_MORE),
	V("none", LINE HEAD "\r\n", SIP_FRAME_BAD, 0, 400),
	V("two", LINE HEAD "l: 0\r\nContent-Length: 0\r\n\r\n", SIP_FRAME_BAD, 0, 400),
	V("signed", LINE HEAD "l: +4\r\n\r\nbody", SIP_FRAME_BAD, 0, 400),
	V("negative", LINE HEAD "l: -4\r\n\r\nbody", SIP_FRAME_BAD, 0, 400),
	V("hexadecimal", LINE HEAD "l: 0x4\r\n\r\nbody", SIP_FRAME_BAD, 0, 400),
	V("two in one", LINE HEAD "l: 4, 4\r\n\r\nbody", SIP_FRAME_BAD, 0, 400),
	V("empty", LINE HEAD "l:\r\n\r\nbody", SIP_FRAME_BAD, 0, 400),
	V("overflow of 32 bits", LINE HEAD "l: 4294967300\r\n\r\nbody", SIP_FRAME_BAD, 0, 400),
	V("overflow of 64 bits", LINE HEAD "l: 18446744073709551620\r\n\r\nbody", SIP_FRAME_BAD, 0,
	  400),
	V("more than a message may have", LINE HEAD "l: 65535\r\n\r\n", SIP_FRAME_BAD, 0, 513),
	V("bare LF in the start line", "OPTIONS sip:a@b SIP/2.0\nl: 0\r\n\r\n", SIP_FRAME_BAD, 0,
	  400),
	V("bare CR in the start line", "OPTIONS sip:a@b\r SIP/2.0\r\n", SIP_FRAME_BAD, 0, 400),
	V("bare LF in a header", LINE HEAD "Subject: a\nl: 0\r\n\r\n", SIP_FRAME_BAD, 0, 400),
	V("bare CR in a header", LINE HEAD "Subject: a\rl: 0\r\n\r\n", SIP_FRAME_BAD, 0, 400),
	V("NUL in a header", LINE HEAD "Subject: a\0b\r\nl: 0\r\n\r\n", SIP_FRAME_BAD, 0, 400),
	V("empty line with a bare LF", LINE HEAD "l: 0\r\n\n", SIP_FRAME_BAD, 0, 400),
	V("empty line with a bare CR", LINE HEAD "l: 0\r\n\rx", SIP_FRAME_BAD, 0, 400),
	V("a line without a name", LINE HEAD "Content Length: 4\r\nl: 0\r\n\r\n", SIP_FRAME_BAD, 0,
	  400),
	V("a fold before any header", LINE " l: 0\r\n\r\n", SIP_FRAME_BAD, 0, 400),
	V("no SIP", "GET / HTTP/1.1\r\n", SIP_FRAME_BAD, 0, 0),
};

static void check(const struct vector *v, bool slowly)
{
	struct tg_diag d = TG_DIAG_NONE;
	enum sip_frame got = SIP_FRAME_MORE;
	size_t n = slowly ? 0 : v->octets.len;
	struct sip_framer f;

	sip_framer_init(&f);
	for (; n <= v->octets.len && got == SIP_FRAME_MORE; n++)
		got = sip_msg_frame(&f, str_n(v->octets.p, n), &d);
	if (got != v->verdict || (got == SIP_FRAME_BAD && f.status != v->status))
		fail_msg("%s: verdict %d, status %u: %s", v->what, got, f.status, d.text);
	if (got == SIP_FRAME_MESSAGE)
		assert_int_equal(f.len, v->len ? v->len : v->octets.len);
	if (got == SIP_FRAME_BAD)
		assert_true(d.text[0] && d.clause[0]);
}

static void test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(vectors); i++) {
		check(&vectors[i], false);
		check(&vectors[i], true);
	}
}

/* What was framed is read to the same end; what was not is refused. */
static void test_parser_agrees(void **state)
{
	static struct sip_msg m;

	(void)state;
	for (size_t i = 0; i < NR_OF(vectors); i++) {
		const struct vector *v = &vectors[i];
		struct sip_framer f = { 0 };

		switch (sip_msg_frame(&f, v->octets, NULL)) {
		case SIP_FRAME_BAD:
			assert_true(sip_msg_parse_stream(&m, str_n(v->octets.p, f.len), NULL) < 0);
			break;
		case SIP_FRAME_MESSAGE:
			if (sip_msg_parse_stream(&m, str_n(v->octets.p, f.len), NULL) == 0)
				assert_ptr_equal(m.body.p + m.body.len, v->octets.p + f.len);
			break;
		default:
			break;
		}
	}
	assert_int_equal(sip_msg_parse_stream(&m, STR(LINE HEAD "l: 1\r\n\r\nxy"), NULL),
			 TG_EINVAL);
	assert_int_equal(m.parse_status, 400);
	assert_int_equal(sip_msg_parse_stream(&m, STR(LINE HEAD "\r\n"), NULL), TG_EINVAL);
	assert_int_equal(m.parse_status, 400);
}

/* A line that never ends is refused when it is longer than a message may be, and what has come of
 * it is read once: a quarter of a million calls are no work. */
static void test_endless(void **state)
{
	size_t room = SIP_MAX_MESSAGE + 2, head = sizeof(LINE) - 1;
	char *octets = malloc(room);
	struct sip_framer f = { 0 };

	(void)state;
	assert_non_null(octets);
	memset(octets, 'x', room);
	memcpy(octets, LINE "Subject: \"", head + 10);
	for (size_t n = 0; n <= SIP_MAX_MESSAGE; n++)
		assert_int_equal(sip_msg_frame(&f, str_n(octets, n), NULL), SIP_FRAME_MORE);
	assert_int_equal(sip_msg_frame(&f, str_n(octets, room), NULL), SIP_FRAME_BAD);
	assert_int_equal(f.status, 513);
	assert_int_equal(f.len, SIP_MAX_MESSAGE);
	free(octets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_parser_agrees),
		cmocka_unit_test(test_endless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
