/* SPDX-License-Identifier: GPL-3.0-or-later */
/* point_code: formats there and back, and what is none. */
#include <trunkgate/base/err.h>

#include "ss7/point_code.h"
#include "unit/support.h"

static const struct ss7_pc_format ansi = { { 8, 8, 8 }, '-' };
static const struct ss7_pc_format japan = { { 7, 4, 5 }, '-' };
static const struct ss7_pc_format plain = { { 14, 0, 0 }, '.' };

static void test_there_and_back(void **state)
{
	static const struct {
		const struct ss7_pc_format *format;
		const char *text;
		uint32_t pc;
	} rows[] = {
		{ &ss7_pc_itu, "0.23.1", 185 },	 { &ss7_pc_itu, "7.255.7", 16383 },
		{ &ansi, "254-3-20", 0xfe0314 }, { &ansi, "255-255-255", 0xffffff },
		{ &japan, "127-15-31", 0xffff }, { &japan, "1-2-3", 1 << 9 | 2 << 5 | 3 },
		{ &plain, "16383", 16383 },
	};
	char text[SS7_PC_TEXT_MAX];
	uint32_t pc;

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		assert_int_equal(ss7_pc_parse(rows[i].format, str_of(rows[i].text), &pc), 0);
		assert_int_equal(pc, rows[i].pc);
		assert_string_equal(ss7_pc_print(rows[i].format, pc, text), rows[i].text);
	}
	assert_int_equal(ss7_pc_parse(&ansi, STR("12345"), &pc), 0);
	assert_int_equal(pc, 12345);
}

static void test_bad(void **state)
{
	static const char *const bad[] = { "",	     "8.0.0",	"0.256.0",	  "0.0.8", "16384",
					   "0.1",    "0.0.0.0", "0-0-1",	  "a.b.c", "1..2",
					   "0.0.1.", "-1",	"0.0.99999999999" };
	uint32_t pc;

	(void)state;
	for (size_t i = 0; i < NR_OF(bad); i++)
		assert_int_equal(ss7_pc_parse(&ss7_pc_itu, str_of(bad[i]), &pc), TG_EINVAL);
	assert_int_equal(ss7_pc_parse(&plain, STR("16384"), &pc), TG_EINVAL);
	assert_int_equal(ss7_pc_bits(&ansi), 24);
	assert_int_equal(ss7_pc_bits(&japan), 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
