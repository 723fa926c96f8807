/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MD5 (RFC 1321 A.5), SHA-256 (RFC 6234 8.5), HMAC (RFC 4231 4.3). */
#include "base/digest.h"
#include "unit/support.h"

static void test_digests(void **state)
{
	const struct str parts[] = { STR("a"), STR(""), STR("bc") };
	char hex[DIGEST_HEX_MAX];

	(void)state;
	assert_int_equal(digest_hex(DIGEST_MD5, parts, 3, hex), 0);
	assert_string_equal(hex, "900150983cd24fb0d6963f7d28e17f72");
	assert_int_equal(digest_hex(DIGEST_SHA256, parts, 3, hex), 0);
	assert_string_equal(hex,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(digest_hex(DIGEST_MD5, NULL, 0, hex), 0);
	assert_string_equal(hex, "d41d8cd98f00b204e9800998ecf8427e");
}

static void test_hmac(void **state)
{
	uint8_t mac[DIGEST_MAX];
	char hex[DIGEST_HEX_MAX];

	(void)state;
	assert_int_equal(digest_hmac(DIGEST_SHA256, STR("Jefe"),
				     STR("what do ya want for nothing?"), mac),
			 0);
	digest_print_hex(mac, sizeof(mac), hex);
	assert_string_equal(hex,
			    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void test_eq(void **state)
{
	(void)state;
	assert_true(digest_eq("abc", "abd", 2));
	assert_false(digest_eq("abc", "abd", 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digests),
		cmocka_unit_test(test_hmac),
		cmocka_unit_test(test_eq),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
