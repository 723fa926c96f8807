/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue's cases of hostile messages that are the parser's matter, a test for each. A01 and A02
 * are in test_torture, A09 in test_multipart, A14 in test_digest. */
#include <stdio.h>
#include <stdlib.h>

#include <trunkgate/base/rng.h>
#include <trunkgate/sip/frame.h>
#include <trunkgate/sip/headers.h>

#include "unit/support.h"

#define VIA  "Via: SIP/2.0/UDP h;branch=z9hG4bKx\r\n"
#define REST "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: x@y\r\n"

static char text[4 * SIP_MAX_MESSAGE];
static struct sip_msg msg;

static int parse(size_t len)
{
	memset(&msg, 0xa5, sizeof(msg));
	return sip_msg_parse(&msg, str_n(text, len), NULL);
}

static size_t fill(size_t at, char c, size_t nr)
{
	memset(text + at, c, nr);
	return at + nr;
}

static size_t append(size_t at, const char *z)
{
	memcpy(text + at, z, strlen(z));
	return at + strlen(z);
}

static void t_A03_long_cseq(void **state)
{
	static const size_t lengths[] = { 10, 11, 64, 1024, 32768 };
	static const char *const methods[] = { " INVITE\r\n\r\n", " \xff\x01\r\n\r\n", "\r\n\r\n" };

	(void)state;
	for (size_t i = 0; i < NR_OF(lengths) * NR_OF(methods); i++) {
		size_t n = append(0, "INVITE sip:a@b SIP/2.0\r\n" VIA REST "CSeq: ");

		n = fill(n, '9', lengths[i % NR_OF(lengths)]);
		n = append(n, methods[i / NR_OF(lengths)]);
		assert_int_equal(parse(n), TG_EINVAL);
		assert_int_equal(msg.parse_status, 400);
		assert_int_equal(msg.cseq, 0);
	}
}

static void t_A04_cseq_of_another_request(void **state)
{
	static const struct {
		const char *cseq;
		int want;
	} vectors[] = {
		{ "1 INVITE", 0 },	     { "1 BYE", TG_EINVAL },
		{ "1 invite", TG_EINVAL },   { "2147483647 INVITE", 0 },
		{ "2147483648 INVITE", -1 }, { "4294967297 INVITE", TG_EINVAL },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(vectors); i++) {
		int n = snprintf(text, sizeof(text),
				 "INVITE sip:a@b SIP/2.0\r\n" VIA REST "CSeq: %s\r\n\r\n",
				 vectors[i].cseq);

		assert_int_equal(parse((size_t)n), vectors[i].want);
		assert_int_equal(msg.parse_status, vectors[i].want ? 400 : 0);
	}
}

/* As many of 1 KiB as 64 KiB hold are a message; more are refused, by datagram and stream alike. */
static void t_A06_repeated_headers(void **state)
{
	static const struct {
		const char *name, *value;
	} headers[] = { { "Accept", "text/" },
			{ "Via", "SIP/2.0/UDP h;branch=z9hG4bK" },
			{ "Route", "<sip:p;lr>;x=" },
			{ "Record-Route", "<sip:p;lr>;x=" } };
	static const unsigned counts[] = { 32, 64, 256 };

	(void)state;
	for (size_t i = 0; i < NR_OF(headers) * NR_OF(counts); i++) {
		unsigned count = counts[i / NR_OF(headers)];
		size_t n = append(0, "INVITE sip:a@b SIP/2.0\r\n" VIA REST "CSeq: 1 INVITE\r\n");
		struct sip_framer f = { 0 };
		bool fits;

		for (unsigned k = 0; k < count && n + 1100 < sizeof(text); k++) {
			n = append(n, headers[i % NR_OF(headers)].name);
			n = append(append(n, ": "), headers[i % NR_OF(headers)].value);
			n = append(fill(n, 'a', 1000), "\r\n");
		}
		n = append(n, "Content-Length: 0\r\n\r\n");
		fits = n <= SIP_MAX_MESSAGE;
		assert_int_equal(parse(n), fits ? 0 : TG_EINVAL);
		assert_int_equal(msg.parse_status, fits ? 0 : 513);
		assert_true(msg.nr_headers <= SIP_MAX_HEADERS);
		assert_int_equal(sip_msg_frame(&f, str_n(text, n), NULL),
				 fits ? SIP_FRAME_MESSAGE : SIP_FRAME_BAD);
	}
}

/* A splitter of its own, octet by octet: what the walk over a list must come to. */
static unsigned split(struct str s, struct str *out, unsigned max)
{
	bool quoted = false, angle = false;
	unsigned nr = 0;
	size_t from = 0;

	for (size_t i = 0; i <= s.len; i++) {
		char c = i < s.len ? s.p[i] : ',';

		if (quoted && c == '\\' && i < s.len) {
			i++;
		} else if (c == '"' && !angle && i < s.len) {
			quoted = !quoted;
		} else if (c == '<' && !quoted) {
			angle = true;
		} else if (c == '>' && !quoted) {
			angle = false;
		} else if (i == s.len || (c == ',' && !quoted && !angle)) {
			struct str one = str_trim(str_n(s.p + from, i - from));

			if (one.len && nr < max)
				out[nr++] = one;
			from = i + 1;
		}
	}
	return nr;
}

static const char *const pieces[] = {
	"SIP/2.0/UDP a;branch=z9hG4bK1",  ",",	     "\r\n ", " ",
	"SIP/2.0/TCP b;x=\"c,\\\",d\"",	  ",",	     ",\t,",  "SIP / 2.0 / TLS c ;y=z",
	"SIP/2.0/UDP [2001:db8::1]:5061", ",\r\n\t", ",",     ";q=\"\r\n ,\"",
};

static void t_A07_via_lists(void **state)
{
	struct rng_seeded seed;
	struct rng rng = rng_seeded_init(&seed, 7);

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		size_t n = append(0, "OPTIONS sip:a@b SIP/2.0\r\n" VIA "Via: "), from = n;
		struct sip_value_walk w = { 0 };
		struct str want[64], one;
		unsigned nr;

		for (unsigned k = rng_below(&rng, 12); k; k--)
			n = append(n, pieces[rng_below(&rng, NR_OF(pieces))]);
		nr = split(str_trim(str_n(text + from, n - from)), want, NR_OF(want));
		n = append(n, "\r\n" REST "CSeq: 1 OPTIONS\r\n\r\n");
		assert_int_equal(parse(n), 0);
		assert_int_equal(msg.nr_via, nr + 1);
		sip_msg_next_value(&msg, SIP_HDR_VIA, &w, &one);
		for (unsigned k = 0; k < nr; k++) {
			assert_true(sip_msg_next_value(&msg, SIP_HDR_VIA, &w, &one));
			assert_str_equal(one, want[k]);
		}
		assert_false(sip_msg_next_value(&msg, SIP_HDR_VIA, &w, &one));
	}
}

/* A NUL is a fault wherever it is in front of the body, and never the end of anything. */
static void t_A10_nul_at_every_octet(void **state)
{
	static const char good[] =
		"INVITE sip:a@b SIP/2.0\r\n" VIA REST
		"CSeq: 1 INVITE\r\nContact: \"A\" <sip:a@b>;x=\"y\"\r\nl: 5\r\n\r\nv=0\r\n";
	size_t len = sizeof(good) - 1, body = len - 5;

	(void)state;
	for (size_t i = 0; i < len; i++) {
		struct sip_framer f = { 0 };

		memcpy(text, good, len);
		text[i] = '\0';
		assert_int_equal(parse(len), i < body ? TG_EINVAL : 0);
		if (i >= body)
			assert_int_equal(msg.body.len, 5);
		assert_int_equal(sip_msg_frame(&f, str_n(text, len), NULL),
				 i < body ? SIP_FRAME_BAD : SIP_FRAME_MESSAGE);
	}
}

static void t_A12_methods(void **state)
{
	static const size_t lengths[] = { 1, 256, 65536 };

	(void)state;
	for (size_t i = 0; i < NR_OF(lengths); i++) {
		size_t n = append(fill(0, 'X', lengths[i]),
				  " sip:a@b SIP/2.0\r\n" VIA REST "CSeq: 1 ");

		n = append(fill(n, 'X', lengths[i]), "\r\n\r\n");
		assert_int_equal(parse(n), lengths[i] < 65536 ? 0 : TG_EINVAL);
		assert_int_equal(msg.method, SIP_METHOD_OTHER);
		assert_int_equal(msg.parse_status, lengths[i] < 65536 ? 0 : 513);
	}
	assert_int_equal(parse(append(0, " sip:a@b SIP/2.0\r\n" VIA REST "CSeq: 1 \r\n\r\n")),
			 TG_EINVAL);
	assert_int_equal(msg.parse_status, 400);
	assert_int_equal(parse(append(0, "invite sip:a@b SIP/2.0\r\n" VIA REST
					 "CSeq: 1 invite\r\n\r\n")),
			 0);
	assert_int_equal(msg.method, SIP_METHOD_OTHER);
}

/* Numbers come out whole or not at all. */
static void t_A13_numbers(void **state)
{
	static const size_t lengths[] = { 0, 1, 15, 24, 32, 256 };
	static const char *const schemes[] = { "tel:", "sip:" };
	struct sip_phone p;
	struct sip_uri u;

	(void)state;
	for (size_t i = 0; i < 2 * NR_OF(lengths); i++) {
		size_t nr = lengths[i / 2], n = fill(append(0, schemes[i % 2]), '7', nr);

		n = append(n, i % 2 ? "@h" : "");
		if (nr == 0) {
			assert_int_equal(sip_uri_parse(&u, str_n(text, n), NULL), TG_EINVAL);
			continue;
		}
		assert_int_equal(sip_uri_parse(&u, str_n(text, n), NULL), 0);
		assert_int_equal(sip_uri_phone(&u, &p), 0);
		assert_int_equal(p.number.len, nr);
	}
	assert_int_equal(sip_uri_parse(&u, STR("tel:*12#ABCDEF;phone-context=+1"), NULL), 0);
	assert_int_equal(sip_uri_phone(&u, &p), 0);
	assert_str_equal(p.number, STR("*12#ABCDEF"));
	assert_int_equal(sip_uri_parse(&u, STR("tel:+12ABCDEF"), NULL), TG_EINVAL);
	assert_int_equal(sip_uri_parse(&u,
				       STR("tel:12\xff"
					   "34"),
				       NULL),
			 TG_EINVAL);
	assert_int_equal(sip_uri_parse(&u,
				       STR("sip:12\xff"
					   "34@h"),
				       NULL),
			 TG_EINVAL);
	assert_int_equal(sip_uri_parse(&u, STR("sip:*12#@h"), NULL), 0);
}

static void t_A15_identity(void **state)
{
	static const char *const bad[] = { "abc",
					   "abc;alg=ES256",
					   "abc info=<https://h/c>",
					   "a!c;info=<https://h/c>",
					   ";info=<https://h/c>",
					   "abc;info=<https://h/c",
					   "abc;info=https://h/c" };
	struct sip_value v;
	size_t n;

	(void)state;
	for (size_t i = 0; i < NR_OF(bad); i++)
		assert_int_equal(sip_value_parse(&v, SIP_HDR_IDENTITY, str_of(bad[i]), NULL),
				 TG_EINVAL);
	n = append(fill(0, 'A', 65536), ";info=<https://h/c>");
	assert_int_equal(sip_value_parse(&v, SIP_HDR_IDENTITY, str_n(text, n), NULL), 0);
	assert_int_equal(v.identity.digest.len, 65536);
}

/* RFC 3261 16.6: what nobody here knows goes on in its order, octet for octet. */
static void test_unknown_headers_pass(void **state)
{
	static char out[2048];
	static struct sip_msg again;
	struct sip_build b;
	struct str octets;

	(void)state;
	assert_int_equal(parse(append(0, "OPTIONS sip:a@b SIP/2.0\r\nX-A: 1,\"2\r\n ,3\"\r\n" VIA
					 "P-Odd: <\r\n" REST "X-A: 4\r\nCSeq: 1 OPTIONS\r\n"
					 "Z:\r\n\r\n")),
			 0);
	sip_build_init(&b, out, sizeof(out));
	sip_build_request(&b, msg.method, msg.uri.text);
	for (unsigned i = 0; i < msg.nr_headers; i++)
		sip_build_copy(&b, &msg.header[i], STR(""));
	sip_build_body(&b, STR(""), STR(""));
	assert_int_equal(sip_build_done(&b, &octets), 0);
	assert_int_equal(sip_msg_parse(&again, octets, NULL), 0);
	assert_int_equal(again.nr_headers, msg.nr_headers + 1);
	for (unsigned i = 0; i < msg.nr_headers; i++)
		assert_true(str_eq(again.header[i].name, msg.header[i].name));
	assert_str_equal(again.header[0].value, STR("1,\"2 ,3\""));
	assert_str_equal(again.header[2].value, STR("<"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_A03_long_cseq),
		cmocka_unit_test(t_A04_cseq_of_another_request),
		cmocka_unit_test(t_A06_repeated_headers),
		cmocka_unit_test(t_A07_via_lists),
		cmocka_unit_test(t_A10_nul_at_every_octet),
		cmocka_unit_test(t_A12_methods),
		cmocka_unit_test(t_A13_numbers),
		cmocka_unit_test(t_A15_identity),
		cmocka_unit_test(test_unknown_headers_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
