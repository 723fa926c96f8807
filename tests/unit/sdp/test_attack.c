/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Catalogue E01 to E07: session descriptions of an enemy, as far as they are text. A parser's error
 * is a 400, an offer of which nothing can be taken a 488; what is answered can be printed and read.
 */
#include <stdio.h>

#include <trunkgate/sdp/sdp.h>

#include "unit/support.h"
#include "sdp/secure.h"

#define HEAD "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define A8   HEAD "m=audio 4000 RTP/AVP 8\r\n"
#define A96  HEAD "m=audio 4000 RTP/AVP 96\r\n"
#define SAVP HEAD "m=audio 4000 RTP/SAVP 8\r\n"
#define CM80 "AES_CM_128_HMAC_SHA1_80 inline:"
#define KEY  "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"
#define P20  "4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB"
#define P32  P20 ":4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF"
#define P64  P32 ":" P32
#define DTLS HEAD "m=audio 4000 UDP/TLS/RTP/SAVP 8\r\na=setup:actpass\r\na=fingerprint:"

struct row {
	const char *id;
	struct str sdp;
	int status;
};

static struct sdp_caps our_caps(void)
{
	static const char thirty[] = "0123456789abcdefghijklmnopqrst";
	struct sdp_caps caps = { .session_id = 7, .session_version = 8, .ptime_ms = 20 };

	assert_int_equal(addr_parse(&caps.local, STR("198.51.100.5:4000"), 0), 0);
	caps.nr_codecs = 1;
	caps.codec[0] = SDP_PCMA;
	caps.nr_keys = 1;
	caps.key[0] = (struct sdp_key){ STR("AES_CM_128_HMAC_SHA1_80"), str_n(thirty, 30) };
	caps.hash = STR("sha-256");
	caps.fingerprint = STR(P32);
	return caps;
}

/* As a SIP leg does (gateway/leg_sip.c). */
static int status_of(const struct sdp_caps *caps, struct str text, struct tg_diag *d)
{
	struct sdp offer, again;
	struct sdp_choice c;
	char out[3000];
	struct str answer;

	if (sdp_parse(&offer, text, d) < 0)
		return 400;
	if (sdp_answer(caps, &offer, &c, d) < 0)
		return 488;
	assert_int_equal(sdp_print_answer(caps, &offer, &c, out, sizeof(out), &answer), 0);
	assert_int_equal(sdp_parse(&again, answer, d), 0);
	assert_int_equal(again.nr_media, offer.nr_media); /* RFC 3264 6 */
	return 200;
}

static void check(const struct sdp_caps *caps, const struct row *rows, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		struct tg_diag d = TG_DIAG_NONE;
		int status = status_of(caps, rows[i].sdp, &d);

		if (status != rows[i].status)
			fail_msg("%s, row %zu: %d '%s'", rows[i].id, i, status, d.text);
		assert_true(status == 200 || (d.text[0] && d.clause[0]));
		assert_null(strstr(d.text, KEY)); /* what is said of it goes into logs */
	}
}

static const struct row plain[] = {
	{ "E01", STR_INIT(HEAD "m=audio 4000 RTP/AVP 4294967296\r\n"), 400 },
	{ "E01", STR_INIT(HEAD "m=audio 4000 RTP/AVP 128\r\n"), 400 },
	{ "E01", STR_INIT(HEAD "m=audio 4000 RTP/AVP -1\r\n"), 400 },
	{ "E01", STR_INIT(HEAD "m=audio 4000 RTP/AVP\r\n"), 400 },
	{ "E01", STR_INIT(HEAD "m=audio 4000 RTP/AVP \r\n"), 400 },
	{ "E01", STR_INIT(HEAD "m=audio 4294967296 RTP/AVP 8\r\n"), 400 },
	{ "E02", STR_INIT(A8 "a=fmtp:8 x\0y\r\n"), 400 },
	{ "E02", STR_INIT(A8 "a=rtpmap:8 PC\0MA/8000\r\n"), 400 },
	{ "E02", STR_INIT(A8 "a=fmtp\r\na=fmtp:\r\na=fmtp:8\r\na=fmtp:999 x\r\n"), 200 },
	{ "E02", STR_INIT(A8 "a=rtpmap\r\n"), 400 },
	{ "E02", STR_INIT(A8 "a=rtpmap:8\r\n"), 400 },
	{ "E02", STR_INIT(A96 "a=rtpmap:96 PCMA/0\r\n"), 400 },
	{ "E02", STR_INIT(A96 "a=rtpmap:96 PCMA/4294967296\r\n"), 400 },
	{ "E02", STR_INIT(A96 "a=rtpmap:96 PCMA/4294967295\r\n"), 488 },
	{ "E02", STR_INIT(A96 "a=rtpmap:96 PCMA/8000/0\r\n"), 400 },
	{ "E02", STR_INIT(A96 "a=rtpmap:96 PCMA/8000/1\r\n"), 200 },
	{ "E02", STR_INIT(A8 "a=ptime:0\r\na=maxptime:0\r\n"), 200 },
	{ "E02", STR_INIT(A8 "a=ptime:4294967296\r\na=maxptime:-1\r\n"), 200 },
	/* Streams that are not ours are refused in place, not the call. */
	{ "E04", STR_INIT(A8 "m=image 0 udptl t38\r\n"), 200 },
	{ "E04", STR_INIT(A8 "m=image 4002 udptl t38\r\na=T38FaxVersion:0\r\n"), 200 },
	{ "E04", STR_INIT(HEAD "m=image 4002 udptl t38\r\nm=audio 4000 RTP/AVP 8\r\n"), 200 },
	{ "E04", STR_INIT(HEAD "m=image 0 udptl t38\r\nm=audio 0 RTP/AVP 8\r\n"), 488 },
	{ "E04", STR_INIT(HEAD "m=image 4002 udptl t38\r\n"), 488 },
	{ "E07", STR_INIT(HEAD "m=audio 4000 RTP/\xc3\x9cVP 8\r\n"), 488 },
	{ "E07", STR_INIT(HEAD "m=audio 4000 \xff\xfe\xfd 8\r\n"), 488 },
	{ "E07", STR_INIT(HEAD "m=aud\xefo 4000 RTP/AVP 8\r\n"), 488 },
};

static void t_E01_E02_E04_E07(void **state)
{
	struct sdp_caps caps = our_caps();

	(void)state;
	check(&caps, plain, NR_OF(plain));
}

/* E01: as many formats as a line can have, and more. */
static void t_E01_formats(void **state)
{
	struct sdp_caps caps = our_caps();
	char text[4000];
	size_t n = (size_t)snprintf(text, sizeof(text), HEAD "m=audio 4000 RTP/AVP");
	struct tg_diag d;

	(void)state;
	for (int i = 0; i < 300; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, " %d", 8 + i % 100);
	assert_int_equal(status_of(&caps, str_of(text), &d), 400);
	n = (size_t)snprintf(text, sizeof(text), HEAD "m=audio 4000 RTP/AVP");
	for (int i = 0; i < 300; i++) /* the same ones again and again */
		n += (size_t)snprintf(text + n, sizeof(text) - n, " %d", 8 + i % 10);
	assert_int_equal(status_of(&caps, str_of(text), &d), 200);
}

/* E04: an answer with more streams than were offered, or with none. */
static void t_E04_answers(void **state)
{
	static const struct row rows[] = {
		{ "E04", STR_INIT(A8), 200 },
		{ "E04", STR_INIT(A8 "m=audio 4002 RTP/AVP 8\r\nm=video 4004 RTP/AVP 31\r\n"),
		  488 },
		{ "E04", STR_INIT(HEAD), 488 },
		{ "E04", STR_INIT(HEAD "m=image 0 udptl t38\r\n"), 488 },
		{ "E04", STR_INIT(HEAD "m=audio 0 RTP/AVP 8\r\n"), 488 },
	};
	struct sdp_caps caps = our_caps();

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		struct tg_diag d = TG_DIAG_NONE;
		struct sdp_choice c;
		struct sdp answer;

		assert_int_equal(sdp_parse(&answer, rows[i].sdp, &d), 0);
		if ((sdp_accept(&caps, &answer, &c, &d) < 0) != (rows[i].status == 488))
			fail_msg("row %zu: '%s'", i, d.text);
	}
}

static const struct row crypto[] = {
	{ "E06", STR_INIT(SAVP "a=crypto:1 " CM80 KEY "\r\n"), 200 },
	{ "E06 unknown suite", STR_INIT(SAVP "a=crypto:1 NULL_HMAC_SHA1_80 inline:" KEY "\r\n"),
	  488 },
	{ "E06 29 octets of base64",
	  STR_INIT(SAVP "a=crypto:1 " CM80 "d0RmdmcmVCspeEc3QGZiNWpVLFJhQ\r\n"), 488 },
	{ "E06 29 octets",
	  STR_INIT(SAVP "a=crypto:1 " CM80 "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSo=\r\n"), 488 },
	{ "E06 too long", STR_INIT(SAVP "a=crypto:1 " CM80 KEY "AAAA\r\n"), 488 },
	{ "E06 much too long", STR_INIT(SAVP "a=crypto:1 " CM80 KEY KEY KEY KEY "\r\n"), 488 },
	{ "E06 empty", STR_INIT(SAVP "a=crypto:1 " CM80 "\r\n"), 488 },
	{ "E06 MKI of 129 octets", STR_INIT(SAVP "a=crypto:1 " CM80 KEY "|1:129\r\n"), 488 },
	{ "E06 MKI of 0 octets", STR_INIT(SAVP "a=crypto:1 " CM80 KEY "|1:0\r\n"), 488 },
	{ "E06 MKI without length", STR_INIT(SAVP "a=crypto:1 " CM80 KEY "|1:\r\n"), 488 },
	{ "E06 MKI that does not fit", STR_INIT(SAVP "a=crypto:1 " CM80 KEY "|256:1\r\n"), 488 },
	{ "E06 MKI with a zero in front", STR_INIT(SAVP "a=crypto:1 " CM80 KEY "|01:4\r\n"), 488 },
	{ "E06 lifetime of 2^64", STR_INIT(SAVP "a=crypto:1 " CM80 KEY "|2^64\r\n"), 488 },
	{ "E06 lifetime, decimal",
	  STR_INIT(SAVP "a=crypto:1 " CM80 KEY "|18446744073709551616\r\n"), 488 },
	{ "E06 the same tag twice",
	  STR_INIT(SAVP "a=crypto:1 " CM80 KEY "\r\na=crypto:1 " CM80 KEY "\r\n"), 488 },
	{ "E06 nine digits and one", STR_INIT(SAVP "a=crypto:1234567890 " CM80 KEY "\r\n"), 488 },
	{ "E06 not a number", STR_INIT(SAVP "a=crypto:one " CM80 KEY "\r\n"), 488 },
	{ "E06 the second is good",
	  STR_INIT(SAVP "a=crypto:1 " CM80 KEY "|1:129\r\na=crypto:2 " CM80 KEY "\r\n"), 200 },
};

static void t_E06(void **state)
{
	struct sdp_caps caps = our_caps();

	(void)state;
	caps.no_plain = caps.may_sdes = true;
	check(&caps, crypto, NR_OF(crypto));
}

/* RFC 8122 5: a hash that we do not know, or that says nothing any more, cannot be checked. */
static const struct row prints[] = {
	{ "sha-256", STR_INIT(DTLS "sha-256 " P32 "\r\n"), 200 },
	{ "SHA-512", STR_INIT(DTLS "SHA-512 " P64 "\r\n"), 200 },
	{ "sha-1", STR_INIT(DTLS "sha-1 " P20 "\r\n"), 200 },
	{ "unknown", STR_INIT(DTLS "sha3-256 " P32 "\r\n"), 488 },
	{ "md5", STR_INIT(DTLS "md5 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B\r\n"), 488 },
	{ "short", STR_INIT(DTLS "sha-256 " P20 "\r\n"), 488 },
	{ "long", STR_INIT(DTLS "sha-1 " P32 "\r\n"), 488 },
	{ "no hexadecimal",
	  STR_INIT(DTLS "sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AG\r\n"),
	  488 },
	{ "no colon",
	  STR_INIT(DTLS "sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C AB\r\n"),
	  488 },
	{ "nothing", STR_INIT(DTLS "\r\n"), 488 },
	{ "no print", STR_INIT(DTLS "sha-256\r\n"), 488 },
	{ "the second is known",
	  STR_INIT(DTLS "sha3-256 " P32 "\r\na=fingerprint:sha-256 " P32 "\r\n"), 200 },
};

static void test_fingerprints(void **state)
{
	struct sdp_caps caps = our_caps();
	struct sdp offer;

	(void)state;
	caps.no_plain = caps.may_dtls = true;
	check(&caps, prints, NR_OF(prints));
	/* Of several the one we like best, wherever it stands. */
	assert_int_equal(sdp_parse(&offer,
				   STR(DTLS "sha-256 " P32 "\r\na=fingerprint:sha-1 " P20 "\r\n"
					    "a=fingerprint:x y\r\n"),
				   NULL),
			 0);
	assert_str_equal(offer.media[0].hash, STR("sha-256"));
	assert_str_equal(offer.media[0].fingerprint, STR(P32));
	assert_int_equal(sdp_fingerprint_rank(STR("sha-256"), STR(P20)), 0);
	assert_true(sdp_fingerprint_rank(STR("sha-256"), STR(P32)) >
		    sdp_fingerprint_rank(STR("sha-1"), STR(P20)));
}

/* The same in an answer to us: not an answer, so the call ends before a handshake begins. */
static void test_fingerprint_of_an_answer(void **state)
{
	static const struct str wrong[] = {
		STR_INIT("sha3-256 " P32),
		STR_INIT("md5 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B"),
		STR_INIT("sha-256 " P20),
		STR_INIT("sha-256"),
		STR_INIT(""),
	};
	struct sdp_caps caps = our_caps();

	(void)state;
	caps.offer = SDP_KEY_DTLS;
	for (size_t i = 0; i < NR_OF(wrong); i++) {
		struct tg_diag d = TG_DIAG_NONE;
		struct sdp_choice c;
		struct sdp answer;
		char text[1000];

		snprintf(text, sizeof(text),
			 HEAD
			 "m=audio 5 UDP/TLS/RTP/SAVP 8\r\na=setup:active\r\na=fingerprint:" STR_FMT
			 "\r\n",
			 STR_ARG(wrong[i]));
		assert_int_equal(sdp_parse(&answer, str_of(text), &d), 0);
		assert_int_equal(sdp_accept(&caps, &answer, &c, &d), TG_EPROTO);
		assert_non_null(strstr(d.text, "fingerprint"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_E01_E02_E04_E07),
		cmocka_unit_test(t_E01_formats),
		cmocka_unit_test(t_E04_answers),
		cmocka_unit_test(t_E06),
		cmocka_unit_test(test_fingerprints),
		cmocka_unit_test(test_fingerprint_of_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
