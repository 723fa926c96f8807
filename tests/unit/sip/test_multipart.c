/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bodies of several parts: RFC 2046 5.1, RFC 5621, RFC 3204; catalogue case A09. */
#include <stdio.h>

#include <trunkgate/sip/multipart.h>

#include "unit/support.h"

#define MIXED "multipart/mixed;boundary=b"

/* The types and bodies of all parts as "type/subtype:body|", or why there are none. */
static const char *list(const char *content_type, struct str body)
{
	static char text[4096];
	struct tg_diag d = TG_DIAG_NONE;
	struct sip_part_walk w;
	struct sip_part p;
	size_t n = 0;
	int r = sip_part_walk_init(&w, str_of(content_type), STR(""), body, &d);

	text[0] = '\0';
	while (r == 0 && (r = sip_part_next(&w, &p, &d)) > 0) {
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      STR_FMT "/" STR_FMT ":" STR_FMT "|", STR_ARG(p.media.type),
				      STR_ARG(p.media.subtype), STR_ARG(p.body));
		r = 0;
	}
	if (r < 0)
		snprintf(text, sizeof(text), "%s", d.text);
	return text;
}

static void t_A09_boundaries(void **state)
{
	static const struct {
		const char *type;
		struct str body;
		const char *want;
	} vectors[] = {
		{ "application/sdp", STR_INIT("v=0"), "application/sdp:v=0|" },
		{ "", STR_INIT("x"), "text/plain:x|" },
		{ MIXED, STR_INIT("--b\r\nContent-Type: a/b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b--\r\n"),
		  "a/b:1|text/plain:2|" },
		{ MIXED, STR_INIT("before\r\n--b  \r\nc: a/b\r\n\r\n1\r\n--b--after"), "a/b:1|" },
		{ MIXED, STR_INIT("--b\r\n\r\n--bx\r\n-- b\r\n\r\n--b--"),
		  "text/plain:--bx\r\n-- b\r\n|" },
		{ MIXED, STR_INIT("--b\r\nContent-Type:\r\n a/b\r\n\r\n\r\n--b--"), "a/b:|" },
		{ MIXED, STR_INIT("--b\r\nContent-Type: a/b\r\n--b--"), "a/b:|" },
		{ MIXED, STR_INIT("--b\r\n--b--"), "text/plain:|" },
		{ MIXED, STR_INIT("--b\r\nContent-Type: application/ISUP\r\n\r\n\r\n--b--"),
		  "application/ISUP:|" },
		{ MIXED, STR_INIT("--b--"), "" },
		{ "multipart/mixed;boundary=\"b c\"", STR_INIT("--b c\r\n\r\n1\r\n--b c--"),
		  "text/plain:1|" },
		{ MIXED,
		  STR_INIT(
			  "--b\r\nContent-Type: multipart/alternative;boundary=c\r\n\r\n"
			  "--c\r\n\r\n1\r\n--c\r\nc: a/b\r\n\r\n2\r\n--c--\r\n--b\r\n\r\n3\r\n--b--"),
		  "text/plain:1|a/b:2|text/plain:3|" },
		{ "multipart/mixed", STR_INIT("--b\r\n\r\n--b--"), "multipart without a boundary" },
		{ "multipart/mixed;boundary=\"\"", STR_INIT("--\r\n\r\n----"),
		  "bad value of Content-Type" },
		{ MIXED, STR_INIT("--c\r\n\r\n--c--"), "multipart without its boundary line" },
		{ MIXED, STR_INIT(""), "multipart without its boundary line" },
		{ MIXED, STR_INIT("--b\r\n\r\n1"), "multipart without its last boundary line" },
		{ MIXED, STR_INIT("--b"), "multipart without its boundary line" },
		{ MIXED, STR_INIT("--b\r\nno name\r\n\r\n1\r\n--b--"),
		  "header line without a name and ':'" },
		{ MIXED, STR_INIT("--b\r\nc: a/b\n\r\n1\r\n--b--"), "bare LF" },
		{ MIXED, STR_INIT("--b\r\nContent-Type: a\r\n\r\n1\r\n--b--"),
		  "bad value of Content-Type" },
		{ MIXED, STR_INIT("--b\r\nContent-Disposition: ;\r\n\r\n1\r\n--b--"),
		  "bad value of Content-Disposition" },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(vectors); i++)
		assert_string_equal(list(vectors[i].type, vectors[i].body), vectors[i].want);
}

static size_t nested(char *buf, size_t size, unsigned depth)
{
	size_t n = 0;

	for (unsigned i = 1; i < depth; i++)
		n += (size_t)snprintf(buf + n, size - n,
				      "--b%u\r\nContent-Type: multipart/mixed;boundary=b%u\r\n\r\n",
				      i, i + 1);
	n += (size_t)snprintf(buf + n, size - n, "--b%u\r\n\r\nx\r\n", depth);
	for (unsigned i = depth; i; i--)
		n += (size_t)snprintf(buf + n, size - n, "--b%u--\r\n", i);
	return n;
}

static void t_A09_depth(void **state)
{
	static char buf[16384];
	const char *type = "multipart/mixed;boundary=b1";

	(void)state;
	assert_string_equal(list(type, str_n(buf, nested(buf, sizeof(buf), SIP_MAX_PART_DEPTH))),
			    "text/plain:x|");
	assert_string_equal(list(type, str_n(buf, nested(buf, sizeof(buf), 9))),
			    "multipart bodies too deep");
	assert_string_equal(list(type, str_n(buf, nested(buf, sizeof(buf), 100))),
			    "multipart bodies too deep");
}

static void test_many(void **state)
{
	static char buf[8192];
	size_t n = 0;

	(void)state;
	for (unsigned i = 0; i <= SIP_MAX_PARTS; i++)
		n += (size_t)snprintf(buf + n, sizeof(buf) - n, "--b\r\n\r\n\r\n");
	n += (size_t)snprintf(buf + n, sizeof(buf) - n, "--b--");
	assert_string_equal(list(MIXED, str_n(buf, n)), "too many parts in a body");
}

#define MESSAGE                                                                                     \
	"INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n" \
	"To: <sip:a@b>\r\nCall-ID: x@y\r\nCSeq: 1 INVITE\r\nMIME-Version: 1.0\r\n"

/* RFC 3204 4's shape: an offer and an IAM, which has octets of every kind. */
static void test_isup(void **state)
{
	static const char text[] = MESSAGE
		"Content-Type: multipart/mixed; boundary=unique-boundary-1\r\n\r\n"
		"--unique-boundary-1\r\nContent-Type: application/SDP; charset=ISO-10646\r\n\r\n"
		"v=0\r\n\r\n--unique-boundary-1\r\n"
		"Content-Type: application/ISUP; version=nxv3; base=etsi121\r\n"
		"Content-Disposition: signal; handling=optional\r\nContent-ID: <i@h>\r\n"
		"Content-Transfer-Encoding: binary\r\nX-Other: 1\r\n\r\n"
		"\x01\0\r\n--\r\x0d\r\n--unique-boundary-1--";
	static struct sip_msg m;
	struct sip_part p;

	(void)state;
	assert_int_equal(sip_msg_parse(&m, str_n(text, sizeof(text) - 1), NULL), 0);
	assert_int_equal(sip_msg_find_part(&m, STR("application"), STR("isup"), &p, NULL), 0);
	assert_octets_equal(p.body, OCTETS("01 00 0d 0a 2d 2d 0d 0d"));
	assert_str_equal(p.media.version, STR("nxv3"));
	assert_str_equal(p.media.base, STR("etsi121"));
	assert_str_equal(p.disposition.type, STR("signal"));
	assert_true(p.optional);
	assert_int_equal(p.depth, 1);
	assert_str_equal(p.content_id, STR("<i@h>"));
	assert_str_equal(p.encoding, STR("binary"));
	assert_int_equal(sip_msg_find_part(&m, STR("application"), STR("sdp"), &p, NULL), 0);
	assert_str_equal(p.body, STR("v=0\r\n"));
	assert_false(p.optional);
	assert_int_equal(sip_msg_find_part(&m, STR("text"), STR("html"), &p, NULL), TG_ENOENT);
}

static void test_of_a_message(void **state)
{
	static struct sip_msg m;
	struct sip_part_walk w;
	struct sip_part p;

	(void)state;
	assert_int_equal(sip_msg_parse(&m, STR(MESSAGE "\r\n"), NULL), 0);
	assert_int_equal(sip_msg_parts(&m, &w, NULL), 0);
	assert_int_equal(sip_part_next(&w, &p, NULL), 0);
	assert_int_equal(sip_msg_parse(&m,
				       STR(MESSAGE
					   "c: application/pidf+xml\r\nContent-Disposition: "
					   "render;handling=optional\r\n\r\n<presence/>"),
				       NULL),
			 0);
	assert_int_equal(sip_msg_find_part(&m, STR("application"), STR("pidf+xml"), &p, NULL), 0);
	assert_true(p.optional);
	assert_int_equal(p.depth, 0);
	assert_int_equal(sip_msg_parse(&m, STR(MESSAGE "c: multipart/mixed\r\n\r\nx"), NULL), 0);
	assert_int_equal(sip_msg_find_part(&m, STR("a"), STR("b"), &p, NULL), TG_EINVAL);
}

/* RFC 5621 3.3: one of the alternatives is enough. */
static void test_alternatives_are_optional(void **state)
{
	struct sip_part_walk w;
	struct sip_part p;

	(void)state;
	assert_int_equal(sip_part_walk_init(&w, STR("multipart/alternative;boundary=b"), STR(""),
					    STR("--b\r\n\r\n1\r\n--b--"), NULL),
			 0);
	assert_int_equal(sip_part_next(&w, &p, NULL), 1);
	assert_true(p.optional);
	assert_int_equal(sip_part_next(&w, &p, NULL), 0);
}

static void test_build(void **state)
{
	char buf[512], small[40];
	struct sip_multipart b;
	struct str type, body;

	(void)state;
	sip_multipart_init(&b, buf, sizeof(buf), STR("b7"));
	sip_multipart_add(&b, STR("application/sdp"), STR(""), STR("v=0\r\n"));
	sip_multipart_add(&b, STR("application/isup;version=x"), STR("signal;handling=optional"),
			  STR("\0\1--b"));
	assert_int_equal(sip_multipart_done(&b, STR("mixed"), &type, &body), 0);
	assert_str_equal(type, STR("multipart/mixed;boundary=b7"));
	assert_str_equal(body,
			 STR("--b7\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--b7\r\n"
			     "Content-Type: application/isup;version=x\r\n"
			     "Content-Disposition: signal;handling=optional\r\n\r\n\0\1--b\r\n"
			     "--b7--\r\n"));
	sip_multipart_init(&b, small, sizeof(small), STR("b7"));
	sip_multipart_add(&b, STR("application/sdp"), STR(""), STR("v=0\r\n"));
	assert_int_equal(sip_multipart_done(&b, STR("mixed"), &type, &body), TG_ELIMIT);
	sip_multipart_init(&b, buf, sizeof(buf), STR("b7"));
	sip_multipart_add(&b, STR("a/b"), STR(""), STR("-\r\n--b7x"));
	assert_int_equal(sip_multipart_done(&b, STR("mixed"), &type, &body), TG_EINVAL);
	sip_multipart_init(&b, buf, sizeof(buf), STR("b 7"));
	sip_multipart_add(&b, STR("a/b"), STR(""), STR("x"));
	assert_int_equal(sip_multipart_done(&b, STR("mixed"), &type, &body), TG_EINVAL);
	sip_multipart_init(&b, buf, sizeof(buf), STR("b7"));
	assert_int_equal(sip_multipart_done(&b, STR("mixed"), &type, &body), TG_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_A09_boundaries),
		cmocka_unit_test(t_A09_depth),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_isup),
		cmocka_unit_test(test_of_a_message),
		cmocka_unit_test(test_alternatives_are_optional),
		cmocka_unit_test(test_build),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
