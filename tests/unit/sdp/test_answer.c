/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Offer and answer (RFC 3264): what is chosen, what is refused, and the texts. */
#include <stdio.h>

#include <trunkgate/sdp/sdp.h>

#include "unit/support.h"

#define HEAD "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"

static struct sdp_caps our_caps(void)
{
	struct sdp_caps caps = { .session_id = 7,
				 .session_version = 8,
				 .product = STR("trunkgate") };

	assert_int_equal(addr_parse(&caps.local, STR("198.51.100.5:4000"), 0), 0);
	caps.nr_codecs = 2;
	caps.codec[0] = SDP_PCMA;
	caps.codec[1] = SDP_PCMU;
	caps.telephone_event_pt = 101;
	caps.ptime_ms = 20;
	caps.dir = SDP_SENDRECV;
	return caps;
}

static struct sdp parsed(struct str text)
{
	struct tg_diag d = TG_DIAG_NONE;
	struct sdp s;

	if (sdp_parse(&s, text, &d) < 0)
		fail_msg("%s (%s) at %zu", d.text, d.clause, d.offset);
	return s;
}

static const struct {
	const char *clause;
	struct str offer;
	enum sdp_codec_id codec;
	unsigned pt, ptime_ms;
	enum sdp_dir dir;
} taken[] = {
	{ "6.1, their order", STR_INIT(HEAD "m=audio 5 RTP/AVP 0 8\r\n"), SDP_PCMU, 0, 20,
	  SDP_SENDRECV },
	{ "6.1", STR_INIT(HEAD "m=audio 5 RTP/AVP 18 8\r\n"), SDP_PCMA, 8, 20, SDP_SENDRECV },
	{ "6.1, their number", STR_INIT(HEAD "m=audio 5 RTP/AVP 97\r\na=rtpmap:97 PCMA/8000\r\n"),
	  SDP_PCMA, 97, 20, SDP_SENDRECV },
	{ "6.1",
	  STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=rtpmap:8 X/8000\r\nm=audio 6 RTP/AVP 0\r\n"
			"m=audio 0 RTP/AVP 0\r\n"),
	  SDP_CODEC_OTHER, 0, 0, SDP_SENDRECV },
	{ "6.1", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=sendonly\r\n"), SDP_PCMA, 8, 20,
	  SDP_RECVONLY },
	{ "6.1", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=recvonly\r\n"), SDP_PCMA, 8, 20,
	  SDP_SENDONLY },
	{ "6.1", STR_INIT(HEAD "a=inactive\r\nm=audio 5 RTP/AVP 8\r\n"), SDP_PCMA, 8, 20,
	  SDP_INACTIVE },
	{ "RFC 4585 10", STR_INIT(HEAD "m=audio 5 RTP/AVPF 8\r\na=rtcp-fb:8 nack\r\n"), SDP_PCMA, 8,
	  20, SDP_SENDRECV },
	{ "RFC 5124 3.3: the one without keys is taken",
	  STR_INIT(HEAD "m=audio 4 RTP/SAVPF 0\r\nm=audio 5 RTP/SAVP 0\r\nm=audio 6 RTP/AVP 8\r\n"),
	  SDP_PCMA, 8, 20, SDP_SENDRECV },
	{ "RFC 8866 6.4", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=ptime:30\r\n"), SDP_PCMA, 8, 30,
	  SDP_SENDRECV },
	{ "RFC 8866 6.4", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=ptime:5\r\n"), SDP_PCMA, 8, 10,
	  SDP_SENDRECV },
	{ "RFC 8866 6.4", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=ptime:25\r\n"), SDP_PCMA, 8, 20,
	  SDP_SENDRECV },
	{ "RFC 8866 6.4", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=ptime:200\r\n"), SDP_PCMA, 8, 60,
	  SDP_SENDRECV },
	{ "RFC 8866 6.4", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=ptime:0\r\n"), SDP_PCMA, 8, 20,
	  SDP_SENDRECV },
	{ "RFC 8866 6.5", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=maxptime:10\r\n"), SDP_PCMA, 8,
	  10, SDP_SENDRECV },
};

static void test_taken(void **state)
{
	struct sdp_caps caps = our_caps();

	(void)state;
	for (size_t i = 0; i < NR_OF(taken); i++) {
		struct sdp offer = parsed(taken[i].offer);
		struct tg_diag d = TG_DIAG_NONE;
		struct sdp_choice c;
		int r = sdp_answer(&caps, &offer, &c, &d);

		if (taken[i].codec == SDP_CODEC_OTHER) {
			assert_int_equal(r, TG_ENOTSUP); /* the first stream alone is ours */
			continue;
		}
		if (r < 0)
			fail_msg("%s: %s", taken[i].clause, d.text);
		assert_int_equal(c.codec, taken[i].codec);
		assert_int_equal(c.pt_tx, taken[i].pt);
		assert_int_equal(c.pt_rx, taken[i].pt);
		assert_int_equal(c.ptime_tx_ms, taken[i].ptime_ms);
		assert_int_equal(c.dir, taken[i].dir);
		assert_false(c.telephone_event);
	}
}

static const struct {
	const char *clause;
	struct str offer;
	const char *why;
} refused[] = {
	{ "6", STR_INIT(HEAD), "no m= line" },
	{ "6", STR_INIT(HEAD "m=video 5 RTP/AVP 31\r\n"), "no audio stream" },
	{ "6", STR_INIT(HEAD "m=image 5 udptl t38\r\nm=video 5 RTP/AVP 31\r\n"),
	  "no audio stream" },
	{ "6", STR_INIT(HEAD "m=video 5 RTP/AVP 31\r\nm=audio 0 RTP/AVP 8\r\n"), "port 0" },
	{ "6", STR_INIT(HEAD "m=audio 5 RTP/SAVP 8\r\n"), "encrypted RTP is not allowed" },
	{ "6", STR_INIT(HEAD "m=audio 5 RTP/XAVP 8\r\n"), "not RTP as we know it" },
	{ "6.1", STR_INIT(HEAD "m=audio 5 RTP/AVP 18 9\r\n"), "no codec in common" },
	{ "6.1", STR_INIT(HEAD "m=audio 5 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n"),
	  "no codec in common" },
	{ "6.2", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\nc=IN IP4 224.2.1.1/127\r\n"), "multicast" },
	{ "RFC 8866 5.7", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\nc=IN IP6 2001:db8::1\r\n"),
	  "other address family" },
	{ "RFC 8866 5.7", STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\nc=IN IP4 h.example.com\r\n"),
	  "not an IP address" },
};

static void test_refused(void **state)
{
	struct sdp_caps caps = our_caps();

	(void)state;
	caps.telephone_event = true;
	for (size_t i = 0; i < NR_OF(refused); i++) {
		struct sdp offer = parsed(refused[i].offer);
		struct tg_diag d = TG_DIAG_NONE;
		struct sdp_choice c;

		assert_int_equal(sdp_answer(&caps, &offer, &c, &d), TG_ENOTSUP);
		if (!strstr(d.text, refused[i].why))
			fail_msg("'%s', not '%s'", d.text, refused[i].why);
	}
}

/* 8.4: hold as of RFC 2543, by the address; our own wish narrows the direction. */
static void test_hold(void **state)
{
	struct sdp offer = parsed(STR(HEAD "m=audio 5 RTP/AVP 8\r\nc=IN IP4 0.0.0.0\r\n"));
	struct sdp_caps caps = our_caps();
	struct sdp_choice c;

	(void)state;
	assert_int_equal(sdp_answer(&caps, &offer, &c, NULL), 0);
	assert_true(addr_is_any(&c.remote));
	assert_int_equal(c.dir, SDP_SENDRECV);
	assert_int_equal(addr_parse(&caps.local, STR("[2001:db8::5]:4000"), 0), 0);
	assert_int_equal(sdp_answer(&caps, &offer, &c, NULL), 0);
	caps.dir = SDP_SENDONLY;
	assert_int_equal(sdp_answer(&caps, &offer, &c, NULL), 0);
	assert_int_equal(c.dir, SDP_SENDONLY);
}

#define EVENTS                                                                                \
	HEAD "m=audio 5 RTP/AVP 8 96 98\r\na=rtpmap:96 telephone-event/16000\r\na=rtpmap:98 " \
	     "telephone-event/8000\r\na=fmtp:98 0-15\r\n"

static void test_events_only_when_both_want(void **state)
{
	struct sdp with = parsed(STR(EVENTS)),
		   without = parsed(STR(HEAD "m=audio 5 RTP/AVP 8\r\n"));
	struct sdp_caps caps = our_caps();
	struct sdp_choice c;

	(void)state;
	assert_int_equal(sdp_answer(&caps, &with, &c, NULL), 0);
	assert_false(c.telephone_event);
	caps.telephone_event = true;
	assert_int_equal(sdp_answer(&caps, &without, &c, NULL), 0);
	assert_false(c.telephone_event);
	assert_int_equal(sdp_answer(&caps, &with, &c, NULL), 0);
	assert_true(c.telephone_event);
	assert_int_equal(c.te_pt_tx, 98); /* the one of the codec's clock (RFC 4733 2.1) */
	assert_int_equal(c.te_pt_rx, 98);
}

static const char offer_text[] =
	"v=0\r\no=- 7 8 IN IP4 198.51.100.5\r\ns=trunkgate\r\n"
	"c=IN IP4 198.51.100.5\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 0 101\r\n"
	"a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
	"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
	"a=ptime:20\r\na=sendrecv\r\n";

/* RFC 3551 table 4, RFC 4856 2.1.9: a static number, and no silence frames from us. */
static void test_g729(void **state)
{
	struct sdp_caps caps = our_caps();
	struct sdp_choice c;
	struct str out;
	char buf[600];
	struct sdp s;

	(void)state;
	caps.nr_codecs = 1;
	caps.codec[0] = SDP_G729;
	assert_int_equal(sdp_print_offer(&caps, buf, sizeof(buf) - 1, &out), 0);
	buf[out.len] = '\0';
	assert_non_null(strstr(buf, "RTP/AVP 18\r\na=rtpmap:18 G729/8000\r\n"
				    "a=fmtp:18 annexb=no\r\n"));
	assert_int_equal(sdp_parse(&s, out, NULL), 0);
	assert_int_equal(sdp_answer(&caps, &s, &c, NULL), 0);
	assert_int_equal(c.codec, SDP_G729);
	assert_int_equal(c.pt_tx, 18);
}

/* RFC 7587 6.1, 7: 48000/2 whatever is coded; what each side says holds for what it is sent. */
static void test_opus(void **state)
{
	struct sdp_caps caps = our_caps();
	struct sdp_choice c;
	struct str out;
	char buf[800];
	struct sdp s;

	(void)state;
	caps.nr_codecs = 2;
	caps.codec[0] = SDP_OPUS;
	caps.codec[1] = SDP_PCMA;
	caps.comfort_noise = true;
	assert_int_equal(sdp_print_offer(&caps, buf, sizeof(buf) - 1, &out), 0);
	buf[out.len] = '\0';
	assert_non_null(strstr(buf, "RTP/AVP 108 8 13\r\na=rtpmap:108 opus/48000/2\r\n"
				    "a=fmtp:108 maxplaybackrate=8000;stereo=0;useinbandfec=1;"
				    "minptime=10;usedtx=1\r\n"));
	s = parsed(STR("v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
		       "m=audio 4000 RTP/AVP 96 97 13\r\na=rtpmap:96 opus/48000\r\n"
		       "a=rtpmap:97 OPUS/48000/2\r\na=ptime:30\r\n"
		       "a=fmtp:97 useinbandfec=1; usedtx=1 ;x=y;cbr;maxaveragebitrate=12000;"
		       "minptime=40\r\n"));
	assert_int_equal(sdp_answer(&caps, &s, &c, NULL), 0);
	assert_int_equal(c.codec, SDP_OPUS);
	assert_int_equal(c.pt_tx, 97);
	assert_true(c.opus.fec && c.opus.dtx && !c.opus.cbr);
	assert_int_equal(c.opus.max_bitrate, 12000);
	assert_int_equal(c.ptime_tx_ms, 40);
	assert_false(c.comfort_noise); /* of another clock */
	assert_int_equal(sdp_print_answer(&caps, &s, &c, buf, sizeof(buf) - 1, &out), 0);
	buf[out.len] = '\0';
	assert_non_null(strstr(buf, "RTP/AVP 97\r\na=rtpmap:97 opus/48000/2\r\na=fmtp:97 max"));
	caps.comfort_noise = false;
	assert_int_equal(sdp_answer(&caps, &s, &c, NULL), 0);
	assert_false(c.opus.dtx); /* not here */
}

/* It has frames of 10 and 20 ms and multiples of these, but not of 30 or 50. */
static void test_opus_packet_times(void **state)
{
	static const struct {
		const char *text;
		uint32_t ms;
	} rows[] = { { "a=ptime:10\r\n", 10 },
		     { "a=ptime:30\r\n", 20 },
		     { "a=ptime:50\r\n", 40 },
		     { "a=ptime:60\r\n", 60 },
		     { "a=ptime:20\r\na=maxptime:10\r\n", 10 },
		     { "a=fmtp:96 minptime=999\r\n", 20 } };
	struct sdp_caps caps = our_caps();

	(void)state;
	caps.nr_codecs = 1;
	caps.codec[0] = SDP_OPUS;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct sdp_choice c;
		char text[400];
		struct sdp s;

		snprintf(text, sizeof(text),
			 "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\n"
			 "t=0 0\r\nm=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\n%s",
			 rows[i].text);
		s = parsed(str_of(text));
		assert_int_equal(sdp_answer(&caps, &s, &c, NULL), 0);
		assert_int_equal(c.ptime_tx_ms, rows[i].ms);
	}
}

static void test_offer_text(void **state)
{
	struct sdp_caps caps = our_caps();
	struct str out;
	char buf[600];

	(void)state;
	caps.telephone_event = true;
	assert_int_equal(sdp_print_offer(&caps, buf, sizeof(buf), &out), 0);
	assert_str_equal(out, str_of(offer_text));
	for (size_t size = 0; size < sizeof(offer_text) - 1; size++)
		assert_int_equal(sdp_print_offer(&caps, buf, size, &out), TG_ELIMIT);
	assert_int_equal(sdp_print_offer(&caps, buf, sizeof(offer_text) - 1, &out), 0);
}

/* 6: as many m= lines as the offer, in its order, refused ones with port 0; t= as it was. */
static void test_answer_text(void **state)
{
	struct sdp offer =
		parsed(STR("v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nt=3724394400 0\r\n"
			   "m=video 6 RTP/AVP 31 34\r\nc=IN IP4 192.0.2.2\r\n"
			   "m=audio 5 RTP/AVP 97 98\r\nc=IN IP4 192.0.2.1\r\n"
			   "a=rtpmap:97 PCMA/8000\r\na=rtpmap:98 telephone-event/8000\r\n"
			   "a=sendonly\r\nm=image 7 udptl t38\r\n"
			   "c=IN IP4 192.0.2.2\r\nm=audio 8 RTP/AVP 0\r\n"
			   "c=IN IP4 192.0.2.2\r\n"));
	struct sdp_caps caps = our_caps();
	struct sdp_choice c;
	struct str out;
	char buf[600];

	(void)state;
	caps.telephone_event = true;
	caps.product = STR("");
	assert_int_equal(sdp_answer(&caps, &offer, &c, NULL), 0);
	assert_int_equal(sdp_print_answer(&caps, &offer, &c, buf, sizeof(buf), &out), 0);
	assert_str_equal(out, STR("v=0\r\no=- 7 8 IN IP4 198.51.100.5\r\ns=-\r\n"
				  "c=IN IP4 198.51.100.5\r\nt=3724394400 0\r\n"
				  "m=video 0 RTP/AVP 31 34\r\n"
				  "m=audio 4000 RTP/AVP 97 98\r\na=rtpmap:97 PCMA/8000\r\n"
				  "a=rtpmap:98 telephone-event/8000\r\na=fmtp:98 0-15\r\n"
				  "a=ptime:20\r\na=recvonly\r\n"
				  "m=image 0 udptl t38\r\nm=audio 0 RTP/AVP 0\r\n"));
	assert_int_equal(sdp_print_answer(&caps, &offer, &c, buf, out.len - 1, &out), TG_ELIMIT);
}

/* RFC 4585 10.1: AVPF is answered as AVPF, without feedback; streams that need keys are refused. */
static void test_profiles(void **state)
{
	struct sdp offer = parsed(STR(HEAD "m=audio 4 RTP/SAVP 8\r\nm=audio 5 RTP/AVPF 8\r\n"
					   "a=rtcp-fb:8 nack\r\nm=audio 6 RTP/AVP 8\r\n"));
	struct sdp_caps caps = our_caps();
	struct sdp_choice c;
	struct str out;
	char buf[600];

	(void)state;
	assert_int_equal(sdp_answer(&caps, &offer, &c, NULL), 0);
	assert_int_equal(c.remote.port, 5);
	assert_int_equal(sdp_print_answer(&caps, &offer, &c, buf, sizeof(buf), &out), 0);
	buf[out.len] = '\0';
	assert_non_null(strstr(buf, "m=audio 0 RTP/SAVP 8\r\nm=audio 4000 RTP/AVPF 8\r\n"
				    "a=rtpmap:8 PCMA/8000\r\na=ptime:20\r\na=sendrecv\r\n"
				    "m=audio 0 RTP/AVP 8\r\n"));
	assert_null(strstr(buf, "rtcp-fb"));
}

static void test_ip6_text(void **state)
{
	struct sdp_caps caps = our_caps();
	struct str out;
	char buf[600];

	(void)state;
	assert_int_equal(addr_parse(&caps.local, STR("[2001:db8::5]:4000"), 0), 0);
	assert_int_equal(sdp_print_offer(&caps, buf, sizeof(buf), &out), 0);
	assert_non_null(strstr(buf, "\r\nc=IN IP6 2001:db8::5\r\n"));
}

static void test_accept(void **state)
{
	struct sdp answer =
		parsed(STR(HEAD "m=audio 5 RTP/AVP 0 96\r\na=rtpmap:96 "
				"telephone-event/8000\r\na=ptime:30\r\na=recvonly\r\n"));
	struct sdp_caps caps = our_caps();
	struct sdp_choice c;
	char text[ADDR_TEXT_MAX];

	(void)state;
	caps.telephone_event = true;
	assert_int_equal(sdp_accept(&caps, &answer, &c, NULL), 0);
	assert_int_equal(c.codec, SDP_PCMU);
	assert_int_equal(c.ptime_tx_ms, 30);
	assert_int_equal(c.dir, SDP_SENDONLY);
	assert_int_equal(c.te_pt_tx, 96);
	assert_int_equal(c.te_pt_rx, 101);
	assert_string_equal(addr_print(&c.remote, text), "192.0.2.1:5");
}

static const struct {
	struct str answer;
	int err;
} not_accepted[] = {
	{ STR_INIT(HEAD), TG_EPROTO },
	{ STR_INIT(HEAD "m=video 5 RTP/AVP 8\r\n"), TG_EPROTO },
	{ STR_INIT(HEAD "m=audio 5 RTP/SAVP 8\r\n"), TG_EPROTO },
	{ STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\nm=video 0 RTP/AVP 31\r\n"), TG_EPROTO },
	{ STR_INIT(HEAD "m=audio 5 RTP/AVP 18\r\n"), TG_EPROTO },
	{ STR_INIT(HEAD "m=audio 0 RTP/AVP 8\r\n"), TG_ENOTSUP },
	{ STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\nc=IN IP4 224.1.1.1\r\n"), TG_ENOTSUP },
};

static void test_not_accepted(void **state)
{
	struct sdp_caps caps = our_caps();

	(void)state;
	for (size_t i = 0; i < NR_OF(not_accepted); i++) {
		struct sdp answer = parsed(not_accepted[i].answer);
		struct tg_diag d = TG_DIAG_NONE;
		struct sdp_choice c;

		assert_int_equal(sdp_accept(&caps, &answer, &c, &d), not_accepted[i].err);
		assert_true(d.text[0] && d.clause[0]);
	}
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(sdp_dir_reverse(SDP_SENDONLY), SDP_RECVONLY);
	assert_int_equal(sdp_dir_reverse(SDP_RECVONLY), SDP_SENDONLY);
	assert_int_equal(sdp_dir_reverse(SDP_SENDRECV), SDP_SENDRECV);
	assert_int_equal(sdp_dir_reverse(SDP_INACTIVE), SDP_INACTIVE);
	assert_string_equal(sdp_dir_name(SDP_INACTIVE), "inactive");
	assert_string_equal(sdp_codec_name(SDP_PCMA), "PCMA");
	assert_string_equal(sdp_codec_name(SDP_CODEC_OTHER), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_hold),
		cmocka_unit_test(test_events_only_when_both_want),
		cmocka_unit_test(test_g729),
		cmocka_unit_test(test_opus),
		cmocka_unit_test(test_opus_packet_times),
		cmocka_unit_test(test_offer_text),
		cmocka_unit_test(test_answer_text),
		cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_ip6_text),
		cmocka_unit_test(test_accept),
		cmocka_unit_test(test_not_accepted),
		cmocka_unit_test(test_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
