/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys in offers and answers: SDES (RFC 4568 5.1, 7.1), DTLS (RFC 5763 5), by policy; codecs, comfort
 * noise and the port of RTCP beside them.
 */
#include <stdio.h>

#include <trunkgate/sdp/sdp.h>

#include "unit/support.h"

#define HEAD "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define KEY  "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"
#define PRINT                                                                                     \
	"4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:" \
	"02:12:DF"
#define SECURE "m=audio 5 RTP/SAVP 8\r\n"
#define CM80   "AES_CM_128_HMAC_SHA1_80 inline:" KEY
#define DTLS   "m=audio 5 UDP/TLS/RTP/SAVPF 8\r\na=fingerprint:sha-256 " PRINT "\r\n"

static const char thirty[] = "0123456789abcdefghijklmnopqrst",
		  twenty_eight[] = "0123456789abcdefghijklmnopqr";

static struct sdp_caps our_caps(void)
{
	struct sdp_caps caps = { .session_id = 7, .session_version = 8, .ptime_ms = 20 };

	assert_int_equal(addr_parse(&caps.local, STR("198.51.100.5:4000"), 0), 0);
	caps.nr_codecs = 1;
	caps.codec[0] = SDP_PCMA;
	caps.nr_keys = 2;
	caps.key[0] = (struct sdp_key){ STR("AEAD_AES_128_GCM"), str_n(twenty_eight, 28) };
	caps.key[1] = (struct sdp_key){ STR("AES_CM_128_HMAC_SHA1_80"), str_n(thirty, 30) };
	caps.hash = STR("sha-256");
	caps.fingerprint = STR(PRINT);
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

enum may { PLAIN = 1, SDES = 2, BY_DTLS = 4 };

static const struct {
	struct str offer;
	unsigned may;
	int want; /* enum sdp_keying, or TG_ENOTSUP */
	unsigned stream;
} rows[] = {
	{ STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\n"), PLAIN | SDES, SDP_KEY_NONE, 0 },
	{ STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\n"), SDES | BY_DTLS, TG_ENOTSUP, 0 },
	{ STR_INIT(HEAD SECURE "a=crypto:1 " CM80 "\r\n"), PLAIN, TG_ENOTSUP, 0 },
	{ STR_INIT(HEAD SECURE "a=crypto:1 " CM80 "\r\n"), BY_DTLS, TG_ENOTSUP, 0 },
	{ STR_INIT(HEAD SECURE "a=crypto:1 " CM80 "\r\n"), SDES, SDP_KEY_SDES, 0 },
	{ STR_INIT(HEAD SECURE), SDES | BY_DTLS, TG_ENOTSUP, 0 },
	{ STR_INIT(HEAD SECURE "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abcd\r\n"), SDES,
	  TG_ENOTSUP, 0 },
	{ STR_INIT(HEAD SECURE "a=crypto:1 " CM80 "|1:4\r\n"), SDES, SDP_KEY_SDES, 0 },
	{ STR_INIT(HEAD SECURE "a=crypto:1 F8_128_HMAC_SHA1_80 inline:" KEY "\r\na=crypto:2 " CM80
			       "\r\n"),
	  SDES, SDP_KEY_SDES, 0 },
	/* best effort: the keys are an offer more */
	{ STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=crypto:1 " CM80 "\r\n"), PLAIN | SDES,
	  SDP_KEY_SDES, 0 },
	{ STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\na=crypto:1 " CM80 "\r\n"), PLAIN, SDP_KEY_NONE, 0 },
	/* the same twice: the first that we may have (RFC 5124 3.3) */
	{ STR_INIT(HEAD SECURE "a=crypto:1 " CM80 "\r\nm=audio 6 RTP/AVP 8\r\n"), PLAIN,
	  SDP_KEY_NONE, 1 },
	{ STR_INIT(HEAD DTLS "a=setup:actpass\r\n"), BY_DTLS, SDP_KEY_DTLS, 0 },
	{ STR_INIT(HEAD DTLS "a=setup:actpass\r\n"), SDES, TG_ENOTSUP, 0 },
	{ STR_INIT(HEAD DTLS), BY_DTLS, TG_ENOTSUP, 0 }, /* RFC 5763 5: setup MUST be there */
	{ STR_INIT(HEAD SECURE "a=setup:actpass\r\na=fingerprint:sha-256 " PRINT "\r\n"), BY_DTLS,
	  SDP_KEY_DTLS, 0 },
};

static void test_policy(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct sdp_caps caps = our_caps();
		struct sdp offer = parsed(rows[i].offer);
		struct tg_diag d = TG_DIAG_NONE;
		struct sdp_choice c;
		int r;

		caps.no_plain = !(rows[i].may & PLAIN);
		caps.may_sdes = rows[i].may & SDES;
		caps.may_dtls = rows[i].may & BY_DTLS;
		r = sdp_answer(&caps, &offer, &c, &d);
		if (r != (rows[i].want < 0 ? rows[i].want : 0))
			fail_msg("row %zu: %d, %s", i, r, d.text);
		if (r < 0)
			assert_int_not_equal(d.text[0], 0);
		else
			assert_true((int)c.keying == rows[i].want && c.stream == rows[i].stream);
	}
}

/* Offer of ours, answer of ours to it, and back. */
static struct sdp_choice both_ways(struct sdp_caps *a, struct sdp_caps *b, struct sdp_choice *cb)
{
	char offer_text[1500], answer_text[1500];
	struct sdp offer, answer;
	struct sdp_choice ca;
	struct str out;

	assert_int_equal(sdp_print_offer(a, offer_text, sizeof(offer_text), &out), 0);
	offer = parsed(out);
	assert_int_equal(sdp_answer(b, &offer, cb, NULL), 0);
	assert_int_equal(sdp_print_answer(b, &offer, cb, answer_text, sizeof(answer_text), &out),
			 0);
	answer = parsed(out);
	assert_int_equal(sdp_accept(a, &answer, &ca, NULL), 0);
	return ca;
}

static void test_sdes_both_ways(void **state)
{
	struct sdp_caps a = our_caps(), b = our_caps();
	struct sdp_choice ca, cb;

	(void)state;
	a.offer = SDP_KEY_SDES;
	b.may_sdes = true;
	b.nr_keys = 1;
	b.key[0] = (struct sdp_key){ STR("AES_CM_128_HMAC_SHA1_80"),
				     str_n("abcdefghijklmnopqrstuvwxyz4567", 30) };
	ca = both_ways(&a, &b, &cb);
	assert_int_equal(ca.keying, SDP_KEY_SDES);
	assert_int_equal(ca.our_key, 1);
	assert_int_equal(cb.our_key, 0);
	assert_int_equal(cb.tag, 2);
	assert_octets_equal(str_n(ca.their_key, ca.their_key_len), b.key[0].key);
	assert_octets_equal(str_n(cb.their_key, cb.their_key_len), a.key[1].key);
}

static void test_best_effort(void **state)
{
	struct sdp_caps a = our_caps(), b = our_caps();
	struct sdp_choice ca, cb;

	(void)state;
	a.offer = SDP_KEY_SDES;
	a.best_effort = true;
	ca = both_ways(&a, &b, &cb);
	assert_int_equal(ca.keying, SDP_KEY_NONE);
	b.may_sdes = true;
	ca = both_ways(&a, &b, &cb);
	assert_int_equal(ca.keying, SDP_KEY_SDES);
}

static void test_dtls_both_ways(void **state)
{
	struct sdp_caps a = our_caps(), b = our_caps();
	struct sdp_choice ca, cb;

	(void)state;
	a.offer = SDP_KEY_DTLS;
	a.rtcp_mux = b.rtcp_mux = true;
	b.may_dtls = true;
	ca = both_ways(&a, &b, &cb);
	assert_int_equal(cb.setup, SDP_SETUP_ACTIVE); /* recommended */
	assert_int_equal(ca.setup, SDP_SETUP_PASSIVE);
	assert_octets_equal(ca.fingerprint, STR(PRINT));
	assert_true(ca.rtcp_mux && cb.rtcp_mux);
	assert_int_equal(ca.rtcp_remote.port, 4000);
	b.setup = SDP_SETUP_PASSIVE;
	ca = both_ways(&a, &b, &cb);
	assert_int_equal(cb.setup, SDP_SETUP_PASSIVE);
	assert_int_equal(ca.setup, SDP_SETUP_ACTIVE);
}

static void test_wrong_answers(void **state)
{
	static const struct {
		enum sdp_keying offer;
		struct str answer;
	} wrong[] = {
		{ SDP_KEY_SDES, STR_INIT(HEAD "m=audio 5 RTP/AVP 8\r\n") },
		{ SDP_KEY_SDES, STR_INIT(HEAD SECURE) },
		{ SDP_KEY_SDES, STR_INIT(HEAD SECURE "a=crypto:1 " CM80 "\r\n") }, /* ours is 2 */
		{ SDP_KEY_SDES, STR_INIT(HEAD SECURE "a=crypto:2 F8_128 inline:" KEY "\r\n") },
		{ SDP_KEY_SDES,
		  STR_INIT(HEAD SECURE "a=crypto:2 " CM80 "\r\na=crypto:1 " CM80 "\r\n") },
		{ SDP_KEY_NONE, STR_INIT(HEAD SECURE "a=crypto:2 " CM80 "\r\n") },
		{ SDP_KEY_DTLS,
		  STR_INIT(HEAD "m=audio 5 UDP/TLS/RTP/SAVP 8\r\na=setup:active\r\n") },
		{ SDP_KEY_DTLS, STR_INIT(HEAD "m=audio 5 UDP/TLS/RTP/SAVP 8\r\na=setup:actpass\r\n"
					      "a=fingerprint:sha-256 " PRINT "\r\n") },
		{ SDP_KEY_DTLS, STR_INIT(HEAD DTLS "a=setup:active\r\n") }, /* SAVPF */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct sdp_caps caps = our_caps();
		struct sdp answer = parsed(wrong[i].answer);
		struct tg_diag d = TG_DIAG_NONE;
		struct sdp_choice c;

		caps.offer = wrong[i].offer;
		if (sdp_accept(&caps, &answer, &c, &d) != TG_EPROTO || !d.text[0])
			fail_msg("row %zu: %s", i, d.text);
	}
}

/* All codecs that we name go through an offer and an answer, with comfort noise and RTCP's port. */
static void test_codecs(void **state)
{
	(void)state;
	for (int id = SDP_PCMU; id < SDP_CN; id++) {
		struct sdp_caps a = our_caps(), b = our_caps();
		struct sdp_choice ca, cb;

		a.comfort_noise = b.comfort_noise = true;
		a.codec[0] = b.codec[0] = (enum sdp_codec_id)id;
		ca = both_ways(&a, &b, &cb);
		assert_int_equal(ca.codec, id);
		assert_int_equal(cb.codec, id);
		assert_int_equal(ca.pt_tx, cb.pt_rx);
		if (id == SDP_OPUS) /* has its own */
			assert_true(!ca.comfort_noise && ca.opus.dtx && cb.opus.fec);
		else
			assert_true(ca.comfort_noise && ca.cn_pt_rx == 13 && cb.cn_pt_tx == 13);
		assert_int_equal(ca.ptime_tx_ms % (id == SDP_GSM ? 20 : 10), 0);
		assert_int_equal(ca.rtcp_remote.port, 4001);
	}
}

static void test_rtcp_port(void **state)
{
	struct sdp_caps caps = our_caps();
	struct sdp offer =
		parsed(STR(HEAD "m=audio 5000 RTP/AVP 8\r\na=rtcp:53020\r\na=rtcp-mux\r\n"));
	struct sdp_choice c;

	(void)state;
	assert_int_equal(sdp_answer(&caps, &offer, &c, NULL), 0);
	assert_int_equal(c.rtcp_remote.port, 53020);
	assert_false(c.rtcp_mux);
	caps.rtcp_mux = true;
	assert_int_equal(sdp_answer(&caps, &offer, &c, NULL), 0);
	assert_int_equal(c.rtcp_remote.port, 5000);
}

/* RFC 3611 5.2: what each side wants to be told; an empty list says that it is understood. */
static void test_xr(void **state)
{
	static const struct {
		const char *session, *media;
		enum sdp_xr xr;
		bool metrics;
		const char *answer;
	} said[] = {
		{ "", "", SDP_XR_UNSAID, false, NULL },
		{ "", "", SDP_XR_UNSAID, true, "a=rtcp-xr:voip-metrics\r\n" },
		{ "", "a=rtcp-xr:voip-metrics\r\n", SDP_XR_VOIP_METRICS, false, "a=rtcp-xr:\r\n" },
		{ "", "a=rtcp-xr:rcvr-rtt=all:10 voip-metrics x\r\n", SDP_XR_VOIP_METRICS, true,
		  "a=rtcp-xr:voip-metrics\r\n" },
		{ "", "a=rtcp-xr:\r\n", SDP_XR_NOTHING, true, "a=rtcp-xr:voip-metrics\r\n" },
		{ "", "a=rtcp-xr\r\n", SDP_XR_NOTHING, false, "a=rtcp-xr:\r\n" },
		{ "a=rtcp-xr:voip-metrics\r\n", "", SDP_XR_VOIP_METRICS, false, "a=rtcp-xr:\r\n" },
		{ "a=rtcp-xr:voip-metrics\r\n", "a=rtcp-xr:stat-summary\r\n", SDP_XR_NOTHING, false,
		  "a=rtcp-xr:\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++) {
		struct sdp_caps caps = our_caps();
		struct sdp_choice c;
		char text[400], buf[600];
		struct str out;
		struct sdp s;

		caps.metrics = said[i].metrics;
		snprintf(text, sizeof(text),
			 "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
			 "%sm=audio 5000 RTP/AVP 8\r\n%s",
			 said[i].session, said[i].media);
		s = parsed(str_of(text));
		assert_int_equal(sdp_answer(&caps, &s, &c, NULL), 0);
		assert_int_equal(c.xr, said[i].xr);
		assert_int_equal(sdp_print_answer(&caps, &s, &c, buf, sizeof(buf) - 1, &out), 0);
		buf[out.len] = '\0';
		if (said[i].answer)
			assert_non_null(strstr(buf, said[i].answer));
		else
			assert_null(strstr(buf, "rtcp-xr"));
		assert_int_equal(sdp_print_offer(&caps, buf, sizeof(buf) - 1, &out), 0);
		buf[out.len] = '\0';
		assert_int_equal(strstr(buf, "a=rtcp-xr:voip-metrics\r\n") != NULL, caps.metrics);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_policy),	      cmocka_unit_test(test_sdes_both_ways),
		cmocka_unit_test(test_best_effort),   cmocka_unit_test(test_dtls_both_ways),
		cmocka_unit_test(test_wrong_answers), cmocka_unit_test(test_codecs),
		cmocka_unit_test(test_rtcp_port),     cmocka_unit_test(test_xr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
