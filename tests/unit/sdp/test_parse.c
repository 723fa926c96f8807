/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Session descriptions (RFC 8866): what is read out of them, and what is refused with which text. */
#include <stdio.h>

#include <trunkgate/sdp/sdp.h>

#include "unit/support.h"

#define O    "v=0\r\no=- 1 2 IN IP4 192.0.2.9\r\n"
#define C    "c=IN IP4 192.0.2.1\r\n"
#define HEAD O "s=-\r\n" C "t=0 0\r\n"

static struct sdp parsed(struct str text)
{
	struct tg_diag d = TG_DIAG_NONE;
	struct sdp s;

	if (sdp_parse(&s, text, &d) < 0)
		fail_msg("%s (%s) at %zu", d.text, d.clause, d.offset);
	return s;
}

static void assert_rtp(const struct sdp_media *m, const char *want)
{
	char text[ADDR_TEXT_MAX];

	assert_string_equal(addr_print(&m->rtp, text), want);
}

static void test_everything_in_one(void **state)
{
	struct sdp s = parsed(STR(
		"v=0\r\no=jdoe 3724394400 3724394405 IN IP4 198.51.100.1\r\ns=Call to J. Smith\r\n"
		"i=text\r\nu=https://example.com/\r\ne=jdoe@example.com\r\np=+1 617 555-6011\r\n"
		"c=IN IP4 198.51.100.1\r\nb=CT:128\r\nt=3724394400 3724398000\r\nt=9 9\r\n"
		"r=604800 3600 0 90000\r\nz=2882844526 -1h\r\nk=prompt\r\na=recvonly\r\n"
		"m=video 51372 RTP/AVP 99\r\na=rtpmap:99 h263-1998/90000\r\n"
		"m=audio 49170 RTP/AVP 8 0 18 96 101\r\nc=IN IP4 203.0.113.7\r\n"
		"a=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1; x\r\n"
		"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
		"a=ptime:20\r\na=maxptime:60.5\r\na=sendrecv\r\n"));
	const struct sdp_media *m = &s.media[1];

	(void)state;
	assert_str_equal(s.origin_user, STR("jdoe"));
	assert_true(s.session_id == 3724394400u && s.session_version == 3724394405u);
	assert_str_equal(s.session_name, STR("Call to J. Smith"));
	assert_str_equal(s.timing, STR("3724394400 3724398000"));
	assert_int_equal(s.nr_media, 2);
	assert_int_equal(s.audio, 1);
	assert_int_equal(s.media[0].dir, SDP_RECVONLY); /* 6.7: the session's, as it has none */
	assert_rtp(&s.media[0], "198.51.100.1:51372");
	assert_int_equal(m->dir, SDP_SENDRECV);
	assert_rtp(m, "203.0.113.7:49170");
	assert_str_equal(m->formats, STR("8 0 18 96 101"));
	assert_int_equal(m->ptime_ms, 20);
	assert_int_equal(m->maxptime_ms, 60);
	assert_int_equal(m->nr_codecs, 5);
	assert_int_equal(m->codec[0].id, SDP_PCMA);
	assert_int_equal(m->codec[1].id, SDP_PCMU);
	assert_str_equal(m->codec[2].name, STR("G729"));
	assert_int_equal(m->codec[3].id, SDP_OPUS);
	assert_int_equal(m->codec[3].clock_hz, 48000);
	assert_int_equal(m->codec[3].channels, 2);
	assert_str_equal(m->codec[3].fmtp, STR("useinbandfec=1; x"));
	assert_int_equal(m->codec[4].id, SDP_TELEPHONE_EVENT);
}

/* RFC 3551 6: a number of table 4 needs no rtpmap; RFC 8866 6.6: an rtpmap says what it is. */
static const struct {
	const char *lines;
	enum sdp_codec_id id;
	const char *name;
	unsigned clock_hz, channels;
} maps[] = {
	{ "m=audio 4 RTP/AVP 0\r\n", SDP_PCMU, "PCMU", 8000, 1 },
	{ "m=audio 4 RTP/AVP 8\r\n", SDP_PCMA, "PCMA", 8000, 1 },
	{ "m=audio 4 RTP/AVP 10\r\n", SDP_CODEC_OTHER, "L16", 44100, 2 },
	{ "m=audio 4 RTP/AVP 96\r\n", SDP_CODEC_OTHER, "", 0, 0 },
	{ "m=audio 4 RTP/AVP 1\r\n", SDP_CODEC_OTHER, "", 0, 0 },
	{ "m=audio 4 RTP/AVP 0\r\na=rtpmap:0 pcma/8000\r\n", SDP_PCMA, "pcma", 8000, 1 },
	{ "m=audio 4 RTP/AVP 96\r\na=rtpmap:96 PCMU/8000/1\r\n", SDP_PCMU, "PCMU", 8000, 1 },
	{ "m=audio 4 RTP/AVP 96\r\na=rtpmap:96 PCMU/16000\r\n", SDP_CODEC_OTHER, "PCMU", 16000, 1 },
	{ "m=audio 4 RTP/AVP 96\r\na=rtpmap:96 PCMA/8000/2\r\n", SDP_CODEC_OTHER, "PCMA", 8000, 2 },
	{ "m=audio 4 RTP/AVP 8\r\na=rtpmap:97 x/1\r\n", SDP_PCMA, "PCMA", 8000, 1 },
	{ "m=AUDIO 4/2 RTP/AVP  8  8\r\n", SDP_PCMA, "PCMA", 8000, 1 },
};

static void test_payload_types(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(maps); i++) {
		char text[300];
		struct sdp s;

		snprintf(text, sizeof(text), HEAD "%s", maps[i].lines);
		s = parsed(str_of(text));
		assert_int_equal(s.audio, 0);
		assert_int_equal(s.media[0].nr_codecs, 1);
		assert_int_equal(s.media[0].codec[0].id, maps[i].id);
		assert_str_equal(s.media[0].codec[0].name, str_of(maps[i].name));
		assert_int_equal(s.media[0].codec[0].clock_hz, maps[i].clock_hz);
		assert_int_equal(s.media[0].codec[0].channels, maps[i].channels);
	}
}

static const struct {
	const char *clause;
	struct str text;
	int audio;
	const char *rtp; /* of the first stream; NULL: no address */
} good[] = {
	{ "5.7", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\n"), 0, "192.0.2.1:5" },
	{ "5, LF alone", STR_INIT("v=0\no=- 1 2 IN IP4 h\nc=IN IP4 192.0.2.1\nm=audio 5 RTP/AVP 8"),
	  0, "192.0.2.1:5" },
	{ "5.7", STR_INIT(O "m=audio 5 RTP/AVP 8\r\nc=IN IP6 2001:db8::1\r\n"), 0,
	  "[2001:db8::1]:5" },
	{ "5.7", STR_INIT(O "c=IN IP4 224.2.1.1/127/3\r\nm=audio 5 RTP/AVP 8\r\n"), 0,
	  "224.2.1.1:5" },
	{ "5.7", STR_INIT(O "c=IN IP4 pc.example.com\r\nm=audio 5 RTP/AVP 8\r\n"), 0, NULL },
	{ "5.7", STR_INIT(O "c=ATM NSAP 47.0091\r\nm=audio 5 RTP/AVP 8\r\n"), 0, NULL },
	{ "5.7, the first", STR_INIT(O "m=audio 5 RTP/AVP 8\r\n" C "c=IN IP4 192.0.2.2\r\n"), 0,
	  "192.0.2.1:5" },
	{ "RFC 3264 8.4", STR_INIT(O "c=IN IP4 0.0.0.0\r\nm=audio 5 RTP/AVP 8\r\n"), 0,
	  "0.0.0.0:5" },
	{ "RFC 3264 5.1", STR_INIT(HEAD "m=audio 0 RTP/AVP 8\r\n"), -1, "192.0.2.1:0" },
	{ "RFC 3264 5", STR_INIT(HEAD "\r\n"), -1, NULL },
	{ "5.14", STR_INIT(HEAD "m=video 6 RTP/AVP 31\r\nm=audio 5 RTP/AVP 8\r\n"), 1,
	  "192.0.2.1:6" },
	{ "5.14", STR_INIT(HEAD "m=audio 6 RTP/SAVP 8\r\nm=audio 5 RTP/AVP 8\r\n"), 0,
	  "192.0.2.1:6" },
	{ "5.14", STR_INIT(HEAD "m=audio 6 RTP/XAVP 8\r\nm=audio 5 RTP/AVP 8\r\n"), 1,
	  "192.0.2.1:6" },
	{ "5.14", STR_INIT(HEAD "m=image 6 udptl t38\r\n"), -1, "192.0.2.1:6" },
	{ "5.13", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=\r\na=x\r\na=fmtp:\r\na=ptime:x\r\n"), 0,
	  "192.0.2.1:5" },
};

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(good); i++) {
		struct sdp s = parsed(good[i].text);

		assert_int_equal(s.audio, good[i].audio);
		if (good[i].rtp)
			assert_rtp(&s.media[0], good[i].rtp);
		else if (s.nr_media)
			assert_int_equal(s.media[0].rtp.family, ADDR_NONE);
	}
}

/* 6.7, with the blank that some leave behind the word. */
static void test_direction(void **state)
{
	struct sdp s = parsed(STR(HEAD "m=audio 5 RTP/AVP 8 \r\na=sendonly \r\n"
				       "m=video 6 RTP/AVP 31\r\na=sendonlyx\r\n"));

	(void)state;
	assert_int_equal(s.media[0].dir, SDP_SENDONLY);
	assert_int_equal(s.media[1].dir, SDP_SENDRECV);
}

static const struct {
	const char *clause;
	struct str text;
	int err;
	const char *why; /* a part of the diag's text */
} bad[] = {
	{ "5", STR_INIT(""), TG_ETRUNC, "empty" },
	{ "5.1", STR_INIT("\r\n" HEAD), TG_EINVAL, "v=0" },
	{ "5.1", STR_INIT("v=1\r\n"), TG_EINVAL, "v=0" },
	{ "5.1", STR_INIT("o=- 1 2 IN IP4 h\r\nv=0\r\n"), TG_EINVAL, "v=0" },
	{ "5.2", STR_INIT("v=0\r\ns=-\r\n"), TG_EINVAL, "no o=" },
	{ "5.2", STR_INIT("v=0\r\no=- 1 2 IN IP4\r\n"), TG_EINVAL, "six parts" },
	{ "5.2", STR_INIT("v=0\r\no=- -1 2 IN IP4 h\r\n"), TG_EINVAL, "session id" },
	{ "5.2", STR_INIT("v=0\r\no=- 1 99999999999999999999 IN IP4 h\r\n"), TG_EINVAL,
	  "session id" },
	{ "5", STR_INIT(O "x=1\r\n"), TG_EINVAL, "unknown type" },
	{ "5", STR_INIT(O "s\r\n"), TG_EINVAL, "type=value" },
	{ "5", STR_INIT(O "s =x\r\n"), TG_EINVAL, "type=value" },
	{ "9", STR_INIT(O "s=a\0b\r\n"), TG_EINVAL, "NUL" },
	{ "9", STR_INIT(O "\0=a\r\n"), TG_EINVAL, "NUL" },
	{ "9", STR_INIT(O "s=a\rb\r\n"), TG_EINVAL, "bare CR" },
	{ "5.7", STR_INIT(O "c=IN IP4\r\n"), TG_EINVAL, "three parts" },
	{ "5.7", STR_INIT(O "c=IN IP6 192.0.2.1\r\n"), TG_EINVAL, "differ" },
	{ "5.7", STR_INIT(O "c=IN IP4 192.0.2.1:5\r\n"), TG_EINVAL, "port" },
	{ "5.7", STR_INIT(O "m=audio 5 RTP/AVP 8\r\n"), TG_EINVAL, "no c=" },
	{ "5.14", STR_INIT(HEAD "m=audio 65536 RTP/AVP 8\r\n"), TG_EINVAL, "port" },
	{ "5.14", STR_INIT(HEAD "m=video 4294967301 RTP/AVP 8\r\n"), TG_EINVAL, "port" },
	{ "5.14", STR_INIT(HEAD "m=audio -1 RTP/AVP 8\r\n"), TG_EINVAL, "port" },
	{ "5.14", STR_INIT(HEAD "m=audio 5/0 RTP/AVP 8\r\n"), TG_EINVAL, "port" },
	{ "5.14", STR_INIT(HEAD "m=audio 5/ RTP/AVP 8\r\n"), TG_EINVAL, "port" },
	{ "5.14", STR_INIT(HEAD "m=audio\r\n"), TG_EINVAL, "port" },
	{ "5.14", STR_INIT(HEAD "m=audio 5 RTP/AVP\r\n"), TG_EINVAL, "four parts" },
	{ "5.14", STR_INIT(HEAD "m=audio 5 RTP/AVP 128\r\n"), TG_EINVAL, "0 to 127" },
	{ "5.14", STR_INIT(HEAD "m=audio 5 RTP/AVP x\r\n"), TG_EINVAL, "0 to 127" },
	{ "5.14", STR_INIT(HEAD "m=audio 5 RTP/AVP 8 -1\r\n"), TG_EINVAL, "0 to 127" },
	{ "6.6", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=rtpmap:8 PCMA/0\r\n"), TG_EINVAL,
	  "clock" },
	{ "6.6", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=rtpmap:8 PCMA\r\n"), TG_EINVAL, "clock" },
	{ "6.6", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=rtpmap:8 /8000\r\n"), TG_EINVAL, "clock" },
	{ "6.6", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=rtpmap:8 A/8000/0\r\n"), TG_EINVAL,
	  "channels" },
	{ "6.6", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=rtpmap:8 A/8000/256\r\n"), TG_EINVAL,
	  "channels" },
	{ "6.6", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=rtpmap:128 A/8000\r\n"), TG_EINVAL,
	  "0 to 127" },
	{ "6.6", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=rtpmap:\r\n"), TG_EINVAL, "0 to 127" },
};

static void check_bad(struct str text, int err, const char *why)
{
	struct tg_diag d = TG_DIAG_NONE;
	struct sdp s;
	int r = sdp_parse(&s, text, &d);

	if (r != err || !strstr(d.text, why) || d.offset > text.len || !d.clause[0])
		fail_msg("%d '%s' at %zu, not %d '%s', of:\n" STR_FMT, r, d.text, d.offset, err,
			 why, STR_ARG(text));
}

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(bad); i++)
		check_bad(bad[i].text, bad[i].err, bad[i].why);
}

static void test_limits(void **state)
{
	char text[4096];
	size_t n = (size_t)snprintf(text, sizeof(text), HEAD "m=audio 5 RTP/AVP");

	(void)state;
	for (int i = 0; i < SDP_MAX_CODECS; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, " %d", i);
	assert_int_equal(parsed(str_of(text)).media[0].nr_codecs, SDP_MAX_CODECS);
	for (int i = SDP_MAX_CODECS; i < 300; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, " %d", i % 128);
	check_bad(str_of(text), TG_ELIMIT, "too many formats");

	n = (size_t)snprintf(text, sizeof(text), HEAD);
	for (int i = 0; i < SDP_MAX_MEDIA; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "m=audio 5 RTP/AVP 8\r\n");
	assert_int_equal(parsed(str_of(text)).nr_media, SDP_MAX_MEDIA);
	snprintf(text + n, sizeof(text) - n, "m=audio 5 RTP/AVP 8\r\n");
	check_bad(str_of(text), TG_ELIMIT, "too many m=");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_in_one),
		cmocka_unit_test(test_payload_types),
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_direction),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
