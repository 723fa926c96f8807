/* SPDX-License-Identifier: GPL-3.0-or-later */
/* str: views at their edges, and numbers that do not fit. */
#include "unit/support.h"

static const struct str none = { NULL, 0 };

static void test_equal(void **state)
{
	(void)state;
	assert_true(str_eq(STR("Via"), STR("Via")));
	assert_false(str_eq(STR("Via"), STR("via")));
	assert_false(str_eq(STR("Via"), STR("Vi")));
	assert_true(str_eq(none, STR("")));
	assert_true(str_eq(str_of(NULL), none));
	assert_true(str_caseeq(STR("Call-ID"), STR("CALL-id")));
	assert_false(str_caseeq(STR("Call-ID"), STR("Call-IDs")));
	/* Only letters fold: '[' and '{' differ by the same bit as 'A' and 'a'. */
	assert_false(str_caseeq(STR("[@"), STR("{`")));
	assert_true(str_caseeq(STR("\xc4"), STR("\xc4")));
	assert_false(str_caseeq(STR("\xc4"), STR("\xe4")));
}

static void test_starts(void **state)
{
	(void)state;
	assert_true(str_starts(STR("sip:a"), STR("sip:")));
	assert_true(str_starts(STR("sip:"), STR("sip:")));
	assert_false(str_starts(STR("sip"), STR("sip:")));
	assert_true(str_starts(none, none));
}

static void test_from(void **state)
{
	(void)state;
	assert_str_equal(str_from(STR("abc"), 1), STR("bc"));
	assert_str_equal(str_from(STR("abc"), 3), STR(""));
	assert_str_equal(str_from(STR("abc"), 99), STR(""));
	assert_null(str_from(none, 5).p);
}

static void test_trim(void **state)
{
	(void)state;
	assert_str_equal(str_trim(STR(" \t a b \r\n ")), STR("a b"));
	assert_str_equal(str_trim(STR(" \t\r\n")), STR(""));
	assert_str_equal(str_trim(none), none);
	assert_str_equal(str_trim(STR("x")), STR("x"));
}

static void test_split(void **state)
{
	struct str head;

	(void)state;
	assert_str_equal(str_split(STR("a=b=c"), '=', &head), STR("b=c"));
	assert_str_equal(head, STR("a"));
	assert_str_equal(str_split(STR("a="), '=', &head), STR(""));
	assert_str_equal(head, STR("a"));
	assert_str_equal(str_split(STR("abc"), '=', &head), STR(""));
	assert_str_equal(head, STR("abc"));
	assert_str_equal(str_split(none, '=', &head), none);
	assert_str_equal(head, none);
	assert_int_equal(str_chr(STR("abc"), 'c'), 2);
	assert_int_equal(str_chr(STR("abc"), 'd'), 3);
	assert_int_equal(str_chr(str_n("ab\0c", 4), '\0'), 2);
}

static void test_u32(void **state)
{
	static const char *const bad[] = { "",	   "-1",  "+1",		" 1",	       "1 ", "1x",
					   "0x10", "1.0", "4294967296", "99999999999", "/",  ":" };
	uint32_t v = 7;

	(void)state;
	for (size_t i = 0; i < NR_OF(bad); i++)
		assert_false(str_to_u32(str_of(bad[i]), &v));
	assert_int_equal(v, 7);
	assert_true(str_to_u32(STR("0"), &v) && v == 0);
	assert_true(str_to_u32(STR("4294967295"), &v) && v == UINT32_MAX);
	assert_true(str_to_u32(STR("00000000000000000000012"), &v) && v == 12);
	assert_true(str_to_u32(str_n("123x", 3), &v) && v == 123);
}

static void test_u64(void **state)
{
	uint64_t v = 7;

	(void)state;
	assert_false(str_to_u64(none, &v));
	assert_false(str_to_u64(STR("18446744073709551616"), &v));
	assert_false(str_to_u64(STR("18446744073709551620"), &v));
	assert_false(str_to_u64(STR("99999999999999999999"), &v));
	assert_int_equal(v, 7);
	assert_true(str_to_u64(STR("18446744073709551615"), &v) && v == UINT64_MAX);
}

static void test_copyz(void **state)
{
	char buf[4] = "###";

	(void)state;
	assert_false(str_copyz(buf, 0, STR("a")));
	assert_int_equal(buf[0], '#');
	assert_true(str_copyz(buf, 4, STR("abc")));
	assert_string_equal(buf, "abc");
	assert_false(str_copyz(buf, 4, STR("wxyz")));
	assert_string_equal(buf, "wxy");
	assert_true(str_copyz(buf, 1, none));
	assert_string_equal(buf, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal), cmocka_unit_test(test_starts),
		cmocka_unit_test(test_from),  cmocka_unit_test(test_trim),
		cmocka_unit_test(test_split), cmocka_unit_test(test_u32),
		cmocka_unit_test(test_u64),   cmocka_unit_test(test_copyz),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
