/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SRTP against libsrtp2, an implementation that is not ours: every suite, both ways, SRTP with CSRCs
 * and a header extension, over the wrap of the sequence number (catalogue F10), and SRTCP.
 */
#include <srtp2/srtp.h>

#include "unit/support.h"
#include "rtp/srtp.h"

#define ROOM	(1500 + SRTP_MAX_TRAILER_LEN + 4)
#define PACKETS 400

static const char key_bytes[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP";
static struct mem *mem;

static void set_crypto(srtp_policy_t *p, enum rtp_srtp_suite suite)
{
	typedef void set(srtp_crypto_policy_t *);
	static set *const rtp[] = {
		[RTP_SRTP_AEAD_AES_256_GCM] = srtp_crypto_policy_set_aes_gcm_256_16_auth,
		[RTP_SRTP_AEAD_AES_128_GCM] = srtp_crypto_policy_set_aes_gcm_128_16_auth,
		[RTP_SRTP_AES_256_CM_SHA1_80] = srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80,
		[RTP_SRTP_AES_256_CM_SHA1_32] = srtp_crypto_policy_set_aes_cm_256_hmac_sha1_32,
		[RTP_SRTP_AES_CM_128_SHA1_80] = srtp_crypto_policy_set_rtp_default,
		[RTP_SRTP_AES_CM_128_SHA1_32] = srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32,
	};
	static set *const rtcp[] = {
		[RTP_SRTP_AEAD_AES_256_GCM] = srtp_crypto_policy_set_aes_gcm_256_16_auth,
		[RTP_SRTP_AEAD_AES_128_GCM] = srtp_crypto_policy_set_aes_gcm_128_16_auth,
		[RTP_SRTP_AES_256_CM_SHA1_80] = srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80,
		[RTP_SRTP_AES_256_CM_SHA1_32] = srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80,
		[RTP_SRTP_AES_CM_128_SHA1_80] = srtp_crypto_policy_set_rtcp_default,
		[RTP_SRTP_AES_CM_128_SHA1_32] = srtp_crypto_policy_set_rtcp_default,
	};

	rtp[suite](&p->rtp);
	rtcp[suite](&p->rtcp);
}

static srtp_t peer_of(enum rtp_srtp_suite suite, srtp_ssrc_type_t type)
{
	srtp_policy_t p = { 0 };
	srtp_t s;

	set_crypto(&p, suite);
	p.ssrc.type = type;
	p.key = (unsigned char *)key_bytes;
	p.window_size = 128;
	assert_int_equal(srtp_create(&s, &p), srtp_err_status_ok);
	return s;
}

static struct rtp_srtp *ours_of(enum rtp_srtp_suite suite)
{
	struct str key = str_n(key_bytes, rtp_srtp_key_len(suite));
	struct rtp_srtp *s = rtp_srtp_new(mem, suite, key, key);

	assert_non_null(s);
	return s;
}

/* Every other one has two CSRCs, every third an extension of one word. */
static size_t packet(uint8_t *out, unsigned nr)
{
	size_t at = 12;

	memset(out, 0x11, ROOM);
	out[0] = (uint8_t)(0x80 | (nr % 2 ? 2 : 0) | (nr % 3 ? 0 : 0x10));
	out[1] = 8;
	out[2] = (uint8_t)((65400 + nr) >> 8);
	out[3] = (uint8_t)(65400 + nr);
	at += nr % 2 ? 8 : 0;
	if (nr % 3 == 0) {
		memcpy(out + at, "\xbe\xde\x00\x01", 4);
		at += 8;
	}
	return at + nr % 200;
}

static void test_rtp(void **state)
{
	(void)state;
	for (int suite = 0; suite < RTP_SRTP_NR; suite++) {
		srtp_t tx = peer_of(suite, ssrc_any_outbound),
		       rx = peer_of(suite, ssrc_any_inbound);
		struct rtp_srtp *a = ours_of(suite);

		for (unsigned i = 0; i < PACKETS; i++) {
			uint8_t plain[ROOM], x[ROOM], y[ROOM];
			size_t len = packet(plain, i), n;
			int nr = (int)len;

			memcpy(x, plain, ROOM);
			memcpy(y, plain, ROOM);
			assert_int_equal(srtp_protect(tx, x, &nr), srtp_err_status_ok);
			n = rtp_srtp_protect(a, y, len);
			assert_octets_equal(str_n(y, n), str_n(x, (size_t)nr));
			assert_int_equal(rtp_srtp_unprotect(a, x, &n), RTP_SRTP_OK);
			assert_octets_equal(str_n(x, n), str_n(plain, len));
			assert_int_equal(srtp_unprotect(rx, y, &nr), srtp_err_status_ok);
			assert_octets_equal(str_n(y, (size_t)nr), str_n(plain, len));
		}
		srtp_dealloc(tx);
		srtp_dealloc(rx);
		rtp_srtp_free(a);
	}
}

static void test_rtcp(void **state)
{
	(void)state;
	for (int suite = 0; suite < RTP_SRTP_NR; suite++) {
		srtp_t tx = peer_of(suite, ssrc_any_outbound),
		       rx = peer_of(suite, ssrc_any_inbound);
		struct rtp_srtp *a = ours_of(suite);

		for (unsigned i = 0; i < PACKETS; i++) {
			uint8_t plain[ROOM] = { 0x80, 0xc9, 0, 1, 9, 9, 9, 9 }, x[ROOM], y[ROOM];
			size_t len = 8 + i % 50 * 4, n;
			int nr = (int)len;

			memcpy(x, plain, ROOM);
			memcpy(y, plain, ROOM);
			assert_int_equal(srtp_protect_rtcp(tx, x, &nr), srtp_err_status_ok);
			n = (size_t)nr;
			assert_int_equal(rtp_srtp_unprotect_rtcp(a, x, &n), RTP_SRTP_OK);
			assert_octets_equal(str_n(x, n), str_n(plain, len));
			nr = (int)rtp_srtp_protect_rtcp(a, y, len);
			assert_int_equal(srtp_unprotect_rtcp(rx, y, &nr), srtp_err_status_ok);
			assert_octets_equal(str_n(y, (size_t)nr), str_n(plain, len));
		}
		srtp_dealloc(tx);
		srtp_dealloc(rx);
		rtp_srtp_free(a);
	}
}

/* What the peer sends with an MKI (RFC 3711 3.1), of SRTP and of SRTCP; another one, and none. */
static void mki_of(enum rtp_srtp_suite suite, unsigned octets)
{
	srtp_master_key_t key = { .key = (unsigned char *)key_bytes, .mki_size = octets };
	srtp_master_key_t *keys[] = { &key };
	srtp_policy_t p = { .ssrc.type = ssrc_any_outbound, .keys = keys, .num_master_keys = 1 };
	struct rtp_srtp *a = ours_of(suite);
	uint8_t id[128] = { 0 };
	srtp_t tx;

	set_crypto(&p, suite);
	id[octets - 1] = 42;
	key.mki_id = id;
	assert_int_equal(srtp_create(&tx, &p), srtp_err_status_ok);
	rtp_srtp_mki(a, 42, (uint8_t)octets);
	for (unsigned i = 0; i < 40; i++) {
		uint8_t plain[ROOM], rtcp[ROOM] = { 0x80, 0xc9, 0, 1, 9, 9, 9, 9 }, x[ROOM + 128];
		int nr = (int)packet(plain, i), nr_rtcp = 8 + (int)i * 4;
		size_t len = (size_t)nr, n, n_rtcp;

		memcpy(x, plain, ROOM);
		assert_int_equal(srtp_protect_mki(tx, x, &nr, 1, 0), srtp_err_status_ok);
		n = (size_t)nr;
		rtp_srtp_mki(a, 43, (uint8_t)octets);
		assert_int_equal(rtp_srtp_unprotect(a, x, &n), RTP_SRTP_FORGED);
		rtp_srtp_mki(a, 42, (uint8_t)octets);
		assert_int_equal(rtp_srtp_unprotect(a, x, &n), RTP_SRTP_OK);
		assert_octets_equal(str_n(x, n), str_n(plain, len));
		n = octets - 1;
		assert_int_equal(rtp_srtp_unprotect(a, x, &n), RTP_SRTP_BAD);
		n_rtcp = (size_t)nr_rtcp;
		memcpy(x, rtcp, ROOM);
		assert_int_equal(srtp_protect_rtcp_mki(tx, x, &nr_rtcp, 1, 0), srtp_err_status_ok);
		n = (size_t)nr_rtcp;
		assert_int_equal(rtp_srtp_unprotect_rtcp(a, x, &n), RTP_SRTP_OK);
		assert_octets_equal(str_n(x, n), str_n(rtcp, n_rtcp));
	}
	srtp_dealloc(tx);
	rtp_srtp_free(a);
}

static void test_mki(void **state)
{
	(void)state;
	for (int suite = 0; suite < RTP_SRTP_NR; suite++) {
		mki_of(suite, 1);
		mki_of(suite, 4);
		mki_of(suite, 32); /* zeros in front */
	}
}

/* A sequence number is never sent twice with the same key (RFC 7714 8.4), nor from too many
 * sources. */
static void test_never_twice(void **state)
{
	struct rtp_srtp *a = ours_of(RTP_SRTP_AEAD_AES_128_GCM);
	uint8_t x[ROOM];
	unsigned sources = 0;

	(void)state;
	assert_true(rtp_srtp_protect(a, x, packet(x, 2)) > 0);
	assert_int_equal(rtp_srtp_protect(a, x, packet(x, 2)), 0);
	assert_int_equal(rtp_srtp_protect(a, x, packet(x, 1)), 0);
	assert_true(rtp_srtp_protect(a, x, packet(x, 3)) > 0);
	for (unsigned i = 0; i < 1000; i++) {
		size_t len = packet(x, 2);

		x[8] = (uint8_t)(i >> 8);
		x[9] = (uint8_t)i;
		sources += rtp_srtp_protect(a, x, len) > 0;
	}
	assert_int_equal(sources, 31);
	rtp_srtp_free(a);
}

/* Catalogue F10: each of the last 1 to 1000 packets again. */
static void test_replays(void **state)
{
	static uint8_t sent[1000][256];
	struct rtp_srtp *a = ours_of(RTP_SRTP_AES_CM_128_SHA1_80);
	size_t len[1000];

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		uint8_t x[ROOM];

		packet(x, i - i % 6 + 2);
		x[2] = (uint8_t)((65000 + i) >> 8);
		x[3] = (uint8_t)(65000 + i);
		len[i] = rtp_srtp_protect(a, x, 172);
		memcpy(sent[i], x, len[i]);
		assert_int_equal(rtp_srtp_unprotect(a, x, &len[i]), RTP_SRTP_OK);
		len[i] += 10;
	}
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(rtp_srtp_unprotect(a, sent[i], &len[i]), RTP_SRTP_REPLAY);
	rtp_srtp_free(a);
}

/* After the number has wrapped the codec changes: another object with the same keys, and one of which
 * only the peer's key is another. The peer, who keeps its own, opens what comes; what was received
 * before is not received again. */
static void test_goes_on(void **state)
{
	(void)state;
	for (int suite = 0; suite < RTP_SRTP_NR; suite++) {
		srtp_t rx = peer_of(suite, ssrc_any_inbound);
		struct str key = str_n(key_bytes, rtp_srtp_key_len(suite));
		struct str other = str_n(key_bytes + 5, rtp_srtp_key_len(suite));
		struct rtp_srtp *s[3] = { ours_of(suite), ours_of(suite) };
		uint8_t x[ROOM], old[ROOM];
		size_t old_len = 0;

		s[2] = rtp_srtp_new(mem, suite, key, other);
		for (unsigned i = 0; i < 600; i++) {
			size_t len = packet(x, i), n;
			int nr;

			if (i == 300 || i == 400)
				rtp_srtp_go_on(s[i / 100 - 2], s[i == 300 ? 0 : 1]);
			n = rtp_srtp_protect(s[i < 300 ? 0 : i < 400 ? 1 : 2], x, len);
			assert_true(n > len);
			nr = (int)n;
			if (i < 300) {
				uint8_t y[ROOM];

				memcpy(old, x, n);
				memcpy(y, x, n);
				old_len = n;
				assert_int_equal(rtp_srtp_unprotect(s[0], y, &n), RTP_SRTP_OK);
			}
			assert_int_equal(srtp_unprotect(rx, x, &nr), srtp_err_status_ok);
		}
		for (int i = 0; i < 3; i++) {
			memcpy(x, old, old_len);
			assert_int_equal(rtp_srtp_unprotect(s[i], x, &(size_t){ old_len }),
					 i < 2 ? RTP_SRTP_REPLAY : RTP_SRTP_FORGED);
			rtp_srtp_free(s[i]);
		}
		srtp_dealloc(rx);
	}
}

/* Catalogue F12, F09: forged packets of any source leave nothing, and good ones still pass. */
static void test_forged(void **state)
{
	struct rtp_srtp *a = ours_of(RTP_SRTP_AEAD_AES_128_GCM);
	uint8_t x[ROOM];
	size_t used = mem_used(mem), len;

	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		packet(x, 2);
		memcpy(x + 8, &i, sizeof(i));
		len = 188;
		assert_int_equal(rtp_srtp_unprotect(a, x, &len), RTP_SRTP_FORGED);
	}
	assert_int_equal(mem_used(mem), used);
	len = rtp_srtp_protect(a, x, packet(x, 2));
	assert_int_equal(rtp_srtp_unprotect(a, x, &len), RTP_SRTP_OK);
	rtp_srtp_free(a);
}

static int start(void **state)
{
	(void)state;
	mem = mem_root("test");
	return mem && srtp_init() == srtp_err_status_ok ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	if (mem_used(mem))
		return -1;
	mem_free(mem);
	return srtp_shutdown() == srtp_err_status_ok ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rtp),	cmocka_unit_test(test_rtcp),
		cmocka_unit_test(test_mki),	cmocka_unit_test(test_never_twice),
		cmocka_unit_test(test_replays), cmocka_unit_test(test_forged),
		cmocka_unit_test(test_goes_on),
	};

	return cmocka_run_group_tests(tests, start, end);
}
