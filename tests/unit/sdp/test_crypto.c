/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a=crypto: the examples of RFC 4568 and what it forbids. */
#include "unit/support.h"
#include "sdp/crypto.h"

#define KEY "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"

static void test_example(void **state)
{
	struct sdp_crypto c;

	(void)state;
	assert_int_equal(sdp_crypto_parse(&c,
					  STR("1 AES_CM_128_HMAC_SHA1_80 inline:" KEY
					      "|2^20|1:32 -X WSH=128"),
					  NULL),
			 0);
	assert_int_equal(c.tag, 1);
	assert_octets_equal(c.suite, STR("AES_CM_128_HMAC_SHA1_80"));
	assert_int_equal(c.key_len, 30);
	assert_octets_equal(str_n(c.key, 30), STR("wDfvg&T+)xG7@fb5jU,RaA}\\|p0%*#"));
	assert_octets_equal(c.lifetime, STR("2^20"));
	assert_octets_equal(c.mki, STR("1:32"));
	assert_true(c.mki_value == 1 && c.mki_len == 32);
	assert_octets_equal(c.params, STR("-X WSH=128"));
	assert_int_equal(sdp_crypto_parse(&c, STR("999999999  A  INLINE:" KEY "|1066:4"), NULL), 0);
	assert_int_equal(c.lifetime.len, 0);
	assert_octets_equal(c.mki, STR("1066:4"));
	assert_true(c.mki_value == 1066 && c.mki_len == 4);
}

static void test_refused(void **state)
{
	static const struct {
		const char *value;
		int err;
	} cases[] = {
		{ "", TG_EINVAL },
		{ "x A inline:" KEY, TG_EINVAL },
		{ "1000000000 A inline:" KEY, TG_EINVAL },
		{ "1 A", TG_ENOTSUP },
		{ "1 A uri:" KEY, TG_ENOTSUP },
		{ "1 A inline:", TG_EINVAL },
		{ "1 A inline:ab*d", TG_EINVAL },
		{ "1 A inline:abcde", TG_EINVAL }, /* six bits over */
		{ "1 A inline:" KEY KEY KEY, TG_EINVAL },
		{ "1 A inline:" KEY "|2^49", TG_EINVAL },
		{ "1 A inline:" KEY "|0", TG_EINVAL },
		{ "1 A inline:" KEY "|1:4|2^20", TG_EINVAL },
		{ "1 A inline:" KEY "|1|2", TG_EINVAL },
		{ "1 A inline:" KEY ";inline:" KEY, TG_ENOTSUP },
		{ "1 A inline:" KEY " UNENCRYPTED_SRTP", TG_ENOTSUP },
		{ "1 A inline:" KEY " KDR=1", TG_ENOTSUP },
	};
	struct sdp_crypto c;
	struct tg_diag d;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(sdp_crypto_parse(&c, str_of(cases[i].value), &d), cases[i].err);
		assert_int_not_equal(d.text[0], 0);
	}
}

static void test_printed_and_back(void **state)
{
	(void)state;
	for (size_t len = 1; len <= SDP_CRYPTO_KEY_MAX; len++) {
		uint8_t key[SDP_CRYPTO_KEY_MAX];
		char out[200];
		struct wr w = wr_init(out, sizeof(out));
		struct sdp_crypto c;

		for (size_t i = 0; i < len; i++)
			key[i] = (uint8_t)(i * 77 + len);
		sdp_crypto_print(&w, 7, STR("AEAD_AES_128_GCM"), str_n(key, len));
		assert_false(w.err);
		assert_int_equal(sdp_crypto_parse(&c, wr_str(&w), NULL), 0);
		assert_int_equal(c.tag, 7);
		assert_octets_equal(str_n(c.key, c.key_len), str_n(key, len));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_printed_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
