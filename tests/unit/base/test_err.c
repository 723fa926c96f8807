/* SPDX-License-Identifier: GPL-3.0-or-later */
/* err: every number has a text of its own, and a parser can say where it stopped. */
#include <trunkgate/base/err.h>

#include "unit/support.h"

static void test_texts(void **state)
{
	(void)state;
	for (int a = TG_EPROTO; a <= TG_OK; a++) {
		assert_string_not_equal(tg_strerror(a), "unknown error");
		for (int b = TG_EPROTO; b < a; b++)
			assert_string_not_equal(tg_strerror(a), tg_strerror(b));
	}
	assert_string_equal(tg_strerror(1), "unknown error");
	assert_string_equal(tg_strerror(TG_EPROTO - 1), "unknown error");
	assert_string_equal(tg_strerror(-0x7fffffff - 1), "unknown error");
}

static void test_fail(void **state)
{
	struct tg_diag d = TG_DIAG_NONE;

	(void)state;
	assert_int_equal(tg_fail(NULL, TG_EINVAL, 1, "", "x"), TG_EINVAL);
	assert_int_equal(tg_fail(&d, TG_ETRUNC, 17, "Q.763 1.4", "ends in %s", "a parameter"),
			 TG_ETRUNC);
	assert_int_equal(d.offset, 17);
	assert_string_equal(d.clause, "Q.763 1.4");
	assert_string_equal(d.text, "ends in a parameter");
	tg_fail(&d, TG_EINVAL, 0, "", "%*d", 500, 1);
	assert_int_equal(strlen(d.text), sizeof(d.text) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
