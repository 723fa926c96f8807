/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SRTP: a known packet (key derivation of RFC 3711 4.3 with the master key of its B.3), every suite
 * both ways, and what must be refused: forged, replayed, cut packets and wrong keys.
 */
#include "unit/support.h"
#include "rtp/srtp.h"

#define ROOM (1500 + RTP_SRTP_TRAILER)

static const char key_bytes[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP";

static struct mem *mem;

static struct str key_of(enum rtp_srtp_suite suite, unsigned nr)
{
	return str_n(key_bytes + nr, rtp_srtp_key_len(suite));
}

static struct rtp_srtp *end_of(enum rtp_srtp_suite suite, bool caller)
{
	struct rtp_srtp *s = rtp_srtp_new(mem, suite, key_of(suite, caller ? 0 : 3),
					  key_of(suite, caller ? 3 : 0));

	assert_non_null(s);
	return s;
}

/* An RTP packet of `nr` and `ssrc` with 160 octets. */
static size_t packet(uint8_t *out, uint16_t nr, uint32_t ssrc)
{
	memset(out, 0xd5, 172);
	memcpy(out, "\x80\x08", 2);
	for (int i = 0; i < 4; i++) {
		out[2 + i % 2] = (uint8_t)(nr >> (8 - 8 * (i % 2)));
		out[4 + i] = (uint8_t)((uint32_t)nr * 160 >> (24 - 8 * i));
		out[8 + i] = (uint8_t)(ssrc >> (24 - 8 * i));
	}
	return 172;
}

static void test_known_packet(void **state)
{
	struct str key = OCTETS("e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6");
	struct str plain = OCTETS("800f1234decafbadcafebabe abababababababababababababababab");
	struct rtp_srtp *s = rtp_srtp_new(mem, RTP_SRTP_AES_CM_128_SHA1_80, key, key);
	uint8_t buf[ROOM];
	size_t len;

	(void)state;
	assert_non_null(s);
	memcpy(buf, plain.p, plain.len);
	len = rtp_srtp_protect(s, buf, plain.len);
	assert_octets_equal(str_n(buf, len),
			    OCTETS("800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402"
				   "b78d6acc99ea179b8dbb"));
	assert_int_equal(rtp_srtp_unprotect(s, buf, &len), RTP_SRTP_OK);
	assert_octets_equal(str_n(buf, len), plain);
	rtp_srtp_free(s);
}

static void test_every_suite(void **state)
{
	(void)state;
	for (int suite = 0; suite < RTP_SRTP_NR; suite++) {
		struct rtp_srtp *a = end_of(suite, true), *b = end_of(suite, false);
		uint8_t buf[ROOM], plain[ROOM];
		size_t len, n = packet(plain, 7, 1);

		for (int way = 0; way < 2; way++) {
			struct rtp_srtp *tx = way ? b : a, *rx = way ? a : b;

			memcpy(buf, plain, n);
			len = rtp_srtp_protect(tx, buf, n);
			assert_in_range(len, n + 4, n + RTP_SRTP_TRAILER);
			assert_memory_not_equal(buf + 12, plain + 12, 160);
			assert_int_equal(rtp_srtp_unprotect(rx, buf, &len), RTP_SRTP_OK);
			assert_octets_equal(str_n(buf, len), str_n(plain, n));
			memcpy(buf, "\x80\xc9\x00\x01\x00\x00\x00\x01", 8);
			len = rtp_srtp_protect_rtcp(tx, buf, 8);
			assert_in_range(len, 8 + 4 + 10, 8 + RTP_SRTP_TRAILER);
			assert_int_equal(rtp_srtp_unprotect_rtcp(rx, buf, &len), RTP_SRTP_OK);
			assert_octets_equal(str_n(buf, len), OCTETS("80c9000100000001"));
		}
		rtp_srtp_free(a);
		rtp_srtp_free(b);
	}
}

static void test_refused(void **state)
{
	(void)state;
	for (int suite = 0; suite < RTP_SRTP_NR; suite++) {
		struct rtp_srtp *a = end_of(suite, true), *b = end_of(suite, false);
		uint8_t buf[ROOM], copy[ROOM];
		size_t len, n = packet(copy, 7, 1), protected;

		protected = rtp_srtp_protect(a, copy, n);
		for (size_t at = 0; at < protected; at += 13) { /* header, text, tag */
			memcpy(buf, copy, protected);
			buf[at] ^= 1;
			len = protected;
			assert_int_not_equal(rtp_srtp_unprotect(b, buf, &len), RTP_SRTP_OK);
		}
		for (len = 0; len < protected; len += 11) {
			size_t cut = len;

			memcpy(buf, copy, protected);
			assert_int_not_equal(rtp_srtp_unprotect(b, buf, &cut), RTP_SRTP_OK);
		}
		memcpy(buf, copy, protected);
		len = protected;
		assert_int_equal(rtp_srtp_unprotect(a, buf, &len),
				 RTP_SRTP_FORGED); /* its own key */
		memcpy(buf, copy, protected);
		len = protected;
		assert_int_equal(rtp_srtp_unprotect(b, buf, &len), RTP_SRTP_OK);
		memcpy(buf, copy, protected);
		len = protected;
		assert_int_equal(rtp_srtp_unprotect(b, buf, &len), RTP_SRTP_REPLAY);
		rtp_srtp_free(a);
		rtp_srtp_free(b);
	}
}

/* In disorder, up to the window; and over the wrap of the sequence number (RFC 3711 3.3.1). */
static void test_order(void **state)
{
	struct rtp_srtp *a = end_of(RTP_SRTP_AES_CM_128_SHA1_80, true);
	struct rtp_srtp *b = end_of(RTP_SRTP_AES_CM_128_SHA1_80, false);
	uint8_t buf[300][ROOM];
	size_t len[300];

	(void)state;
	for (unsigned i = 0; i < 300; i++)
		len[i] = rtp_srtp_protect(a, buf[i], packet(buf[i], (uint16_t)(65400 + i), 1));
	assert_int_equal(rtp_srtp_unprotect(b, buf[0], &len[0]), RTP_SRTP_OK);
	for (unsigned i = 2; i < 300; i += 2)
		assert_int_equal(rtp_srtp_unprotect(b, buf[i], &len[i]), RTP_SRTP_OK);
	for (unsigned i = 201; i < 300; i += 2)
		assert_int_equal(rtp_srtp_unprotect(b, buf[i], &len[i]), RTP_SRTP_OK);
	assert_int_equal(rtp_srtp_unprotect(b, buf[1], &len[1]), RTP_SRTP_REPLAY);
	rtp_srtp_free(a);
	rtp_srtp_free(b);
}

/* More sources than are remembered: the state of the one that was silent longest goes, and with
 * it what it knew of replays. */
static void test_sources(void **state)
{
	struct rtp_srtp *a = end_of(RTP_SRTP_AEAD_AES_128_GCM, true);
	struct rtp_srtp *b = end_of(RTP_SRTP_AEAD_AES_128_GCM, false);
	uint8_t buf[ROOM], last[ROOM];
	size_t len, last_len = 0;

	(void)state;
	for (uint32_t ssrc = 1; ssrc <= 3 * RTP_SRTP_SOURCES; ssrc++) {
		len = rtp_srtp_protect(a, buf, packet(buf, 1, ssrc));
		assert_true(len > 0);
		memcpy(last, buf, len);
		last_len = len;
		assert_int_equal(rtp_srtp_unprotect(b, buf, &len), RTP_SRTP_OK);
	}
	assert_int_equal(rtp_srtp_unprotect(b, last, &last_len), RTP_SRTP_REPLAY);
	rtp_srtp_free(a);
	rtp_srtp_free(b);
}

/* Who goes on sending is not forgotten for those who come and go, nor is how often its numbers wrapped
 * (RFC 3711 3.3.1). */
static void test_steady_source(void **state)
{
	struct rtp_srtp *a = end_of(RTP_SRTP_AEAD_AES_128_GCM, true);
	struct rtp_srtp *b = end_of(RTP_SRTP_AEAD_AES_128_GCM, false);
	uint8_t buf[ROOM];
	size_t len;

	(void)state;
	for (uint32_t n = 0; n < 3 * 0x10000; n += 1000) {
		len = rtp_srtp_protect(a, buf, packet(buf, (uint16_t)n, 1));
		assert_int_equal(rtp_srtp_unprotect(b, buf, &len), RTP_SRTP_OK);
		if (n < 2 * 0x10000 || n % 8000)
			continue;
		len = rtp_srtp_protect(a, buf, packet(buf, 1, 2 + n / 8000));
		assert_int_equal(rtp_srtp_unprotect(b, buf, &len), RTP_SRTP_OK);
	}
	rtp_srtp_free(a);
	rtp_srtp_free(b);
}

static void test_names(void **state)
{
	enum rtp_srtp_suite suite;

	(void)state;
	for (int i = 0; i < RTP_SRTP_NR; i++) {
		const struct rtp_srtp_info *info = rtp_srtp_info(i);

		assert_true(rtp_srtp_by_name(str_of(info->name), &suite));
		assert_int_equal(suite, i);
		assert_true(rtp_srtp_key_len(i) <= RTP_SRTP_KEY_MAX);
		if (info->dtls) {
			assert_true(rtp_srtp_by_profile(info->dtls, &suite));
			assert_int_equal(suite, i);
		}
	}
	assert_false(rtp_srtp_by_name(STR("F8_128_HMAC_SHA1_80"), &suite));
	assert_false(rtp_srtp_by_profile(0, &suite));
	assert_false(rtp_srtp_by_profile(5, &suite)); /* NULL cipher */
}

static void test_wrong_keys(void **state)
{
	struct str good = key_of(RTP_SRTP_AEAD_AES_128_GCM, 0);

	(void)state;
	assert_null(
		rtp_srtp_new(mem, RTP_SRTP_AEAD_AES_128_GCM, str_n(good.p, good.len - 1), good));
	assert_null(
		rtp_srtp_new(mem, RTP_SRTP_AEAD_AES_128_GCM, good, str_n(good.p, good.len + 1)));
	assert_null(rtp_srtp_new(mem, RTP_SRTP_NR, good, good));
	rtp_srtp_free(NULL);
}

static int start(void **state)
{
	(void)state;
	mem = mem_root("test");
	return mem ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	if (mem_used(mem))
		return -1;
	mem_free(mem);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_packet), cmocka_unit_test(test_every_suite),
		cmocka_unit_test(test_refused),	     cmocka_unit_test(test_order),
		cmocka_unit_test(test_sources),	     cmocka_unit_test(test_names),
		cmocka_unit_test(test_wrong_keys),   cmocka_unit_test(test_steady_source),
	};

	return cmocka_run_group_tests(tests, start, end);
}
