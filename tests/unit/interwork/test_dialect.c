/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dialect: what a trunk has in other parameters, into the form of the legs and out of it. */
#include "interwork/dialect.h"
#include "mapping.h"

static const struct iw_ctx nobody;

static void expect(const struct isup_msg *m, unsigned code, const char *want, const char *what)
{
	struct str got = STR("");
	uint8_t buf[200];

	isup_get(m, (enum isup_param_code)code, &got);
	if (!str_eq(got, unhex(want, buf)))
		fail_msg("%s: %02x has %zu octets, wanted %s", what, code, got.len, want);
}

#define ALICE "20416c696365"

/* An IAM with these parameters to a trunk: its generic name and display information. */
static void test_name_to_trunk(void **state)
{
	static const struct {
		uint8_t word;
		const struct isup_variant *variant;
		bool transit;
		const char *params, *name, *display;
	} rows[] = {
		{ IW_NAME_VARIANT, &isup_ansi95, false, "c7:" ALICE, ALICE, "" },
		{ IW_NAME_VARIANT, &isup_itu, false, "c7:" ALICE, "", "" },
		{ IW_NAME_VARIANT, &isup_itu, true, "c7:" ALICE, ALICE, "" },
		{ IW_NAME_NONE, &isup_ansi95, true, "c7:" ALICE, "", "" },
		{ IW_NAME_GENERIC, &isup_itu, false, "c7:" ALICE, ALICE, "" },
		{ IW_NAME_GENERIC, &isup_itu, false, "c7:213132333435363738394142434445464748",
		  "21313233343536373839414243444546", "" },
		{ IW_NAME_DISPLAY, &isup_itu, false, "c7:" ALICE, "", "416c696365" },
		{ IW_NAME_DISPLAY, &isup_itu, false, "c7:21416c696365", "", "" },
		{ IW_NAME_DISPLAY, &isup_itu, false, "0a:8417940200 c7:23416c696365", "", "" },
		{ IW_NAME_DISPLAY, &isup_itu, false, "c7:23416c696365", "", "416c696365" },
		{ IW_NAME_DISPLAY, &isup_itu, true, "73:41", "", "41" },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		const struct iw_dialect d = { .caller_name = rows[i].word };
		struct isup_msg m = iam_of(rows[i].params);

		iw_dialect_tx(&nobody, &d, rows[i].variant, rows[i].transit, &m);
		expect(&m, ISUP_P_GENERIC_NAME, rows[i].name, rows[i].params);
		expect(&m, ISUP_P_DISPLAY, rows[i].display, rows[i].params);
	}
}

static void test_name_from_trunk(void **state)
{
	static const struct {
		uint8_t word;
		const char *params, *name;
	} rows[] = {
		{ IW_NAME_VARIANT, "c7:" ALICE, ALICE },
		{ IW_NAME_VARIANT, "73:416c696365", "" },
		{ IW_NAME_NONE, "c7:" ALICE, "" },
		{ IW_NAME_GENERIC, "c7:" ALICE, ALICE },
		{ IW_NAME_DISPLAY, "73:416c696365", ALICE },
		{ IW_NAME_DISPLAY, "0a:8417940200 73:416c696365", "21416c696365" },
		{ IW_NAME_DISPLAY, "c7:2042 73:416c696365", "2042" },
		{ IW_NAME_DISPLAY, "73:20", "" },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		const struct iw_dialect d = { .caller_name = rows[i].word };
		struct isup_msg m = iam_of(rows[i].params);

		iw_dialect_rx(&nobody, &d, &m);
		expect(&m, ISUP_P_GENERIC_NAME, rows[i].name, rows[i].params);
	}
}

static void test_explained(void **state)
{
	const struct iw_dialect d = { .caller_name = IW_NAME_DISPLAY };
	static struct iw_explain e;
	const struct iw_ctx x = { .explain = &e };
	struct isup_msg m = iam_of("c7:" ALICE);
	char buf[200];

	(void)state;
	iw_dialect_tx(&x, &d, &isup_itu, false, &m);
	assert_int_equal(e.nr, 1);
	assert_string_equal(iw_explained_print(&e.row[0], buf, sizeof(buf)),
			    "caller-name: Alice -> display information (T1.113 generic name, Q.763 "
			    "3.77; not checked against the ITU text)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name_to_trunk),
		cmocka_unit_test(test_name_from_trunk),
		cmocka_unit_test(test_explained),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
