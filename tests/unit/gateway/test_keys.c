/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Codecs and keys of a call as the media side is told of them: policy of the peer (RFC 4568, RFC 5763),
 * objects that stay while nothing changes, a handshake that gives keys or ends the call.
 */
#include "unit/gateway/world.h"
#include "dsp/codec.h"
#include "rtp/srtp.h"

#define HEAD "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define KEY  "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"
#define SDES HEAD "m=audio 4000 RTP/SAVP 8\r\na=crypto:5 AES_CM_128_HMAC_SHA1_80 inline:" KEY "\r\n"
#define PRINT                                                                                     \
	"4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:" \
	"02:12:DF"
#define DTLS                                                                   \
	HEAD "m=audio 4000 UDP/TLS/RTP/SAVP 8\r\na=fingerprint:sha-256 " PRINT \
	     "\r\na=setup:actpass\r\na=rtcp-mux\r\n"

static struct world w;

static void set_sdes(struct gw_config *c)
{
	c->peer_default.media.srtp = c->peer[0].media.srtp = GW_SRTP_SDES;
}

static void set_dtls(struct gw_config *c)
{
	c->peer_default.media.srtp = c->peer[0].media.srtp = GW_SRTP_DTLS;
	c->peer[0].media.rtcp_mux = true;
}

static void set_codecs(struct gw_config *c)
{

	c->peer[0].nr_codecs = 3;
	c->peer[0].codec[0] = SDP_G722;
	c->peer[0].codec[1] = SDP_CLEARMODE;
	c->peer[0].codec[2] = SDP_PCMA;
	c->peer[0].media.comfort_noise = true;
}

static void call_with(const char *sdp)
{
	phone_call_uri(&w, "sip:100@198.51.100.1", sdp, NULL);
}

static void answered(void)
{
	trunk_says(&w, ISUP_ACM, 1);
	trunk_says(&w, ISUP_ANM, 1);
}

static void test_sdes(void **state)
{
	uint16_t slot;

	(void)state;
	world_open_with(&w, set_sdes);
	call_with(SDES);
	saw(&w, "IAM:1");
	answered();
	assert_non_null(strstr(w.answer_sdp, "RTP/SAVP 8"));
	assert_non_null(strstr(w.answer_sdp, "a=crypto:5 AES_CM_128_HMAC_SHA1_80 inline:"));
	assert_null(strstr(w.answer_sdp, KEY)); /* ours is another one */
	assert_int_equal(w.open.flags & MED_F_SECURE, MED_F_SECURE);
	assert_int_equal(w.open.codec, MED_PCMA);
	slot = w.open.objects;
	assert_int_not_equal(slot, 0);
	phone_reinvite(&w, SDES "a=sendonly\r\n"); /* the same keys: the same cipher goes on */
	assert_int_equal(w.open.objects, slot);
	phone_reinvite(&w, HEAD "m=audio 4000 RTP/SAVP 8\r\na=crypto:5 AES_CM_128_HMAC_SHA1_80 "
				"inline:YUJDZGVmZ2hpSktMbW9QUXJzVHVWd3l6MTIzNDU2\r\n");
	assert_int_not_equal(w.open.objects, slot); /* rekeyed */
	phone_hangup(&w, NULL);
	world_close(&w);
}

/* The first number of a stream leaves half of them before the first wrap, which a receiver that
 * missed the beginning would not see (RFC 4568 6.4). */
static void test_first_seq(void **state)
{
	(void)state;
	world_open_with(&w, set_sdes);
	for (unsigned i = 0; i < 24; i++) {
		call_with(SDES);
		answered();
		assert_int_equal(w.open.leg, i + 1);
		assert_true(w.open.seq < 0x8000);
		phone_hangup(&w, NULL);
		trunk_says(&w, ISUP_RLC, 1);
	}
	world_close(&w);
}

static void test_refused(void **state)
{
	(void)state;
	world_open_with(&w, set_sdes);
	call_with(HEAD "m=audio 4000 RTP/AVP 8\r\n");
	assert_non_null(strstr(w.final, "488"));
	assert_non_null(strstr(w.final, "only encrypted RTP"));
	world_close(&w);
	world_open(&w);
	call_with(SDES);
	assert_non_null(strstr(w.final, "488"));
	world_close(&w);
}

static void done(const struct gw_keys *keys)
{
	gw_dtls_done(w.gw, w.now, w.dtls_leg, keys, "the certificate is another");
	world_run(&w);
}

static void test_dtls(void **state)
{
	struct gw_keys keys = {
		.suite = RTP_SRTP_AEAD_AES_128_GCM, .len = 28, .tx = { 1 }, .rx = { 2 }
	};
	uint16_t slot;

	(void)state;
	world_open_with(&w, set_dtls);
	call_with(DTLS);
	saw(&w, "IAM:1");
	answered();
	saw(&w, "open:1:to-rtp dtls:active 180+ modify:1:both 200+");
	assert_non_null(strstr(w.answer_sdp, "a=setup:active"));
	assert_non_null(strstr(w.answer_sdp, "a=fingerprint:sha-256 " WORLD_FINGERPRINT));
	assert_int_equal(w.open.objects, 0);
	assert_int_equal(w.open.flags & MED_F_SECURE, MED_F_SECURE);
	done(&keys);
	saw(&w, "modify:1:both");
	slot = w.open.objects;
	assert_int_not_equal(slot, 0);
	phone_reinvite(&w, DTLS "a=sendonly\r\n"); /* no second handshake */
	assert_int_equal(w.open.objects, slot);
	assert_null(strstr(w.trace, "dtls"));
	phone_hangup(&w, NULL);
	assert_non_null(strstr(w.trace, "dtls:end"));
	world_close(&w);
}

/* RFC 4568 6.1: a key that each of their packets names. */
static void test_mki(void **state)
{
	(void)state;
	world_open_with(&w, set_sdes);
	call_with(HEAD "m=audio 4000 RTP/SAVP 8\r\na=crypto:5 AES_CM_128_HMAC_SHA1_80 inline:" KEY
		       "|2^20|7:4\r\n");
	answered();
	assert_non_null(strstr(w.answer_sdp, "a=crypto:5 AES_CM_128_HMAC_SHA1_80 inline:"));
	assert_null(strstr(w.answer_sdp, "|"));
	assert_int_not_equal(w.open.objects, 0);
	phone_hangup(&w, NULL);
	world_close(&w);
}

/* RFC 5763 5: another certificate than SDP's: the session ends at once. */
static void test_dtls_fails(void **state)
{
	(void)state;
	world_open_with(&w, set_dtls);
	call_with(DTLS);
	answered();
	done(NULL);
	assert_non_null(strstr(w.trace, "BYE"));
	assert_non_null(strstr(w.trace, "REL"));
	world_close(&w);
}

static void test_codecs(void **state)
{
	(void)state;
	world_open_with(&w, set_codecs);
	call_with(HEAD "m=audio 4000 RTP/AVP 9 13\r\na=rtcp:5555\r\n");
	answered();
	assert_int_equal(w.open.codec, MED_CODED);
	assert_int_not_equal(w.open.objects, 0);
	assert_int_equal(w.open.cn_pt, 13);
	assert_int_equal(w.open.rtcp_port, 5555);
	assert_int_equal(w.open.flags,
			 MED_F_CONCEAL | MED_F_ADAPT | MED_F_MODEM | MED_F_RTCP | MED_F_DTX);
	phone_reinvite(&w, HEAD "m=audio 4000 RTP/AVP 99\r\na=rtpmap:99 CLEARMODE/8000\r\n");
	assert_int_equal(w.open.codec, MED_CLEAR);
	assert_int_equal(w.open.objects, 0);
	phone_hangup(&w, NULL);
	world_close(&w);
}

/* The buffer follows speech, unless the peer's is fixed; data never (Q.763 3.54). */
static void set_fixed(struct gw_config *c)
{
	c->peer[0].media.fixed_buffer = true;
}

static void test_buffer(void **state)
{
	(void)state;
	world_open(&w);
	call_with(HEAD "m=audio 4000 RTP/AVP 8\r\n");
	answered();
	assert_true(w.open.flags & MED_F_ADAPT);
	phone_hangup(&w, NULL);
	world_close(&w);
	world_open_with(&w, set_fixed);
	call_with(HEAD "m=audio 4000 RTP/AVP 8\r\n");
	answered();
	assert_false(w.open.flags & MED_F_ADAPT);
	phone_hangup(&w, NULL);
	world_close(&w);
}

/* Of data nothing is concealed or left out, and no tone makes data of it. */
static void set_data(struct gw_config *c)
{
	c->peer[0].nr_codecs = 1;
	c->peer[0].codec[0] = SDP_CLEARMODE;
	c->peer[0].media.comfort_noise = true;
}

static void set_no_modem(struct gw_config *c)
{
	c->peer[0].media.no_modem_detect = true;
}

static void test_data(void **state)
{
	(void)state;
	world_open_with(&w, set_data);
	call_with(HEAD "m=audio 4000 RTP/AVP 99 13\r\na=rtpmap:99 CLEARMODE/8000\r\n");
	answered();
	assert_int_equal(w.open.flags, MED_F_RTCP);
	phone_hangup(&w, NULL);
	world_close(&w);
	world_open_with(&w, set_no_modem);
	call_with(HEAD "m=audio 4000 RTP/AVP 8\r\n");
	answered();
	assert_int_equal(w.open.flags, MED_F_CONCEAL | MED_F_ADAPT | MED_F_RTCP);
	phone_hangup(&w, NULL);
	world_close(&w);
}

/* Digits in speech are not looked for, so nothing that would need it is agreed on (RFC 4733), and nothing
 * waits for it. */
static void test_digits(void **state)
{
	(void)state;
	world_open(&w);
	call_with(HEAD "m=audio 4000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n");
	answered();
	assert_non_null(strstr(w.answer_sdp, "RTP/AVP 8\r\n"));
	assert_null(strstr(w.answer_sdp, "telephone-event"));
	phone_hangup(&w, NULL);
	world_close(&w);
}

static void set_metrics(struct gw_config *c)
{
	c->peer[0].media.metrics = true;
}

/* RFC 3611 5.1: sent, unless the peer lists what it wants and these are not there. */
static void test_metrics(void **state)
{
	(void)state;
	world_open_with(&w, set_metrics);
	call_with(HEAD "m=audio 4000 RTP/AVP 8\r\n");
	answered();
	assert_non_null(strstr(w.answer_sdp, "a=rtcp-xr:voip-metrics\r\n"));
	assert_true(w.open.flags & MED_F_METRICS);
	phone_reinvite(&w, HEAD "m=audio 4000 RTP/AVP 8\r\na=rtcp-xr:\r\n");
	assert_false(w.open.flags & MED_F_METRICS);
	phone_reinvite(&w, HEAD "m=audio 4000 RTP/AVP 8\r\na=rtcp-xr:voip-metrics\r\n");
	assert_true(w.open.flags & MED_F_METRICS);
	phone_hangup(&w, NULL);
	world_close(&w);
}

static void set_opus(struct gw_config *c)
{
	c->peer[0].nr_codecs = 1;
	c->peer[0].codec[0] = SDP_OPUS;
}

/* What the far end wants of Opus (RFC 7587 6.1) may change in the middle: another coder. */
static void test_opus(void **state)
{
	uint16_t slot;

	(void)state;
	if (!dsp_codec_built(DSP_OPUS))
		skip();
	world_open_with(&w, set_opus);
	call_with(HEAD "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\n");
	answered();
	slot = w.open.objects;
	assert_int_not_equal(slot, 0);
	phone_reinvite(&w, HEAD
		       "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\na=sendonly\r\n");
	assert_int_equal(w.open.objects, slot);
	phone_reinvite(&w, HEAD "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\n"
				"a=fmtp:96 useinbandfec=1\r\n");
	assert_int_not_equal(w.open.objects, slot);
	phone_hangup(&w, NULL);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sdes),	   cmocka_unit_test(test_first_seq),
		cmocka_unit_test(test_refused),	   cmocka_unit_test(test_dtls),
		cmocka_unit_test(test_dtls_fails), cmocka_unit_test(test_codecs),
		cmocka_unit_test(test_mki),	   cmocka_unit_test(test_buffer),
		cmocka_unit_test(test_data),	   cmocka_unit_test(test_digits),
		cmocka_unit_test(test_metrics),	   cmocka_unit_test(test_opus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
