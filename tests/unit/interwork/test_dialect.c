/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dialect: what a trunk has in other parameters, into the form of the legs and out of it. */
#include "interwork/dialect.h"
#include "interwork/generic.h"
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

/* The routing number is 7239, the dialled one 30123; FCI (07): 6010 is ported, 6000 is not. */
static struct isup_msg ported(const char *fci, const struct isup_number *called, bool gap)
{
	const struct isup_number dialled = { .noa = 3, .npi = 1, .nqi = 0xc0, .digits = "30123" };
	struct isup_msg m = iam_of(fci);

	assert_int_equal(isup_put_number(&m, ISUP_P_CALLED_NUMBER, called), 0);
	if (gap)
		assert_int_equal(iw_generic_put(&m, &dialled), 0);
	return m;
}

static void check_ported(const struct isup_msg *m, const struct isup_number *called,
			 const char *dialled, bool indicator, size_t row)
{
	struct isup_number n;
	struct isup_fci fci;
	bool gap = iw_generic_find(m, 0xc0, &n);

	if (gap != (dialled != NULL) || (gap && strcmp(n.digits, dialled) != 0))
		fail_msg("row %zu: dialled %s", row, gap ? n.digits : "none");
	assert_int_equal(isup_get_number(m, ISUP_P_CALLED_NUMBER, &n), 0);
	if (strcmp(n.digits, called->digits) != 0 || n.noa != called->noa || n.inn != called->inn)
		fail_msg("row %zu: called %s, nature %u", row, n.digits, n.noa);
	assert_int_equal(isup_get_fci(m, &fci), 0);
	if (fci.ported != indicator)
		fail_msg("row %zu: indicator %u", row, fci.ported);
}

#define NUMBER(a, d)                                      \
	{                                                 \
		.noa = a, .npi = 1, .inn = 1, .digits = d \
	}

static void test_ported_to_trunk(void **state)
{
	static const struct {
		struct iw_dialect d;
		const char *fci;
		struct isup_number called, want;
		bool gap;
		const char *dialled;
		bool indicator;
	} rows[] = {
		{ { 0 }, "07:6010", NUMBER(3, "7239"), NUMBER(3, "7239"), true, "30123", true },
		{ { 0, IW_PORTED_CONCATENATED, 4, false },
		  "07:6010",
		  NUMBER(3, "7239"),
		  NUMBER(3, "723930123"),
		  true,
		  NULL,
		  true },
		{ { 0, IW_PORTED_CONCATENATED, 4, true },
		  "07:6010",
		  NUMBER(3, "7239F"),
		  NUMBER(8, "723930123F"),
		  true,
		  NULL,
		  true },
		/* no routing number; not ported */
		{ { 0, IW_PORTED_CONCATENATED, 4, true },
		  "07:6010",
		  NUMBER(3, "30123"),
		  NUMBER(3, "30123"),
		  false,
		  NULL,
		  true },
		/* a routing number of another length would be taken apart in another place */
		{ { 0, IW_PORTED_CONCATENATED, 5, true },
		  "07:6010",
		  NUMBER(3, "7239F"),
		  NUMBER(3, "30123F"),
		  true,
		  NULL,
		  true },
		{ { 0, IW_PORTED_INDICATOR, 0, false },
		  "07:6010",
		  NUMBER(3, "7239F"),
		  NUMBER(3, "30123F"),
		  true,
		  NULL,
		  true },
		{ { 0, IW_PORTED_NONE, 0, false },
		  "07:6010",
		  NUMBER(3, "7239"),
		  NUMBER(3, "30123"),
		  true,
		  NULL,
		  false },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		struct isup_msg m = ported(rows[i].fci, &rows[i].called, rows[i].gap);

		iw_dialect_tx(&nobody, &rows[i].d, &isup_itu, false, &m);
		check_ported(&m, &rows[i].want, rows[i].dialled, rows[i].indicator, i);
	}
}

static void test_ported_from_trunk(void **state)
{
	static const struct {
		struct iw_dialect d;
		const char *fci;
		struct isup_number called, want;
		bool gap;
		const char *dialled;
		bool indicator;
	} rows[] = {
		{ { 0 }, "07:6010", NUMBER(3, "7239"), NUMBER(3, "7239"), true, "30123", true },
		{ { 0, IW_PORTED_CONCATENATED, 4, false },
		  "07:6010",
		  NUMBER(3, "723930123"),
		  NUMBER(3, "7239"),
		  false,
		  "30123",
		  true },
		{ { 0, IW_PORTED_CONCATENATED, 4, false },
		  "07:6000",
		  NUMBER(3, "723930123"),
		  NUMBER(3, "723930123"),
		  false,
		  NULL,
		  false },
		{ { 0, IW_PORTED_CONCATENATED, 4, true },
		  "07:6000",
		  NUMBER(8, "723930123F"),
		  NUMBER(3, "7239F"),
		  false,
		  "30123",
		  true },
		{ { 0, IW_PORTED_CONCATENATED, 4, true },
		  "07:6010",
		  NUMBER(3, "30123"),
		  NUMBER(3, "30123"),
		  false,
		  NULL,
		  true },
		{ { 0, IW_PORTED_CONCATENATED, 4, false },
		  "07:6010",
		  NUMBER(3, "7239F"),
		  NUMBER(3, "7239F"),
		  false,
		  NULL,
		  true }, /* nothing would be left */
		{ { 0, IW_PORTED_INDICATOR, 0, false },
		  "07:6010",
		  NUMBER(3, "30123"),
		  NUMBER(3, "30123"),
		  false,
		  NULL,
		  true },
		{ { 0, IW_PORTED_NONE, 0, false },
		  "07:6010",
		  NUMBER(3, "7239F"),
		  NUMBER(3, "30123F"),
		  true,
		  NULL,
		  false },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		struct isup_msg m = ported(rows[i].fci, &rows[i].called, rows[i].gap);

		iw_dialect_rx(&nobody, &rows[i].d, &m);
		check_ported(&m, &rows[i].want, rows[i].dialled, rows[i].indicator, i);
	}
}

/* RFC 3398 7.2.1.1 and 8.2.1.1 with such a trunk: npdi and rn, there and back. */
static void test_ported_and_sip(void **state)
{
	const struct iw_dialect d = { 0, IW_PORTED_CONCATENATED, 4, true };
	char text[4000];
	struct isup_msg m;

	(void)state;
	assert_int_equal(iam_from(IW_RFC3398, "sip:30123;npdi;rn=7239@x", "", false, &m), 0);
	iw_dialect_tx(&nobody, &d, &isup_itu, false, &m);
	check_ported(&m, &(struct isup_number)NUMBER(8, "723930123"), NULL, true, 0);
	iw_dialect_rx(&nobody, &d, &m);
	invite_text(IW_RFC3398, &m, text, sizeof(text));
	assert_non_null(strstr(text, "INVITE sip:30123;npdi;rn=7239@there"));
}

/* A dialled number and one that the user gave, in one IAM: none takes the other's place. */
static void test_two_generic_numbers(void **state)
{
	const struct iw_numbering sip = IW_NUMBERING_DEFAULT;
	const struct iw_numbering germany = { .noa_local = 3, .country = "49" };
	struct isup_number n;
	struct isup_msg m;
	char text[4000];

	(void)state;
	assert_int_equal(iam_from(IW_Q1912_5_B, "sip:+4930123;npdi;rn=+497239@x",
				  "From: <sip:+49309@x>;tag=1\r\n"
				  "P-Asserted-Identity: <sip:+49200@x>\r\n",
				  true, &m),
			 0);
	invite_text(IW_Q1912_5_B, &m, text, sizeof(text));
	assert_non_null(strstr(text, "INVITE sip:+4930123;npdi;rn=+497239@there"));
	assert_non_null(strstr(text, "From: <sip:+49309@here"));
	iw_renumber(&m, &sip, &germany, true);
	assert_true(iw_generic_find(&m, 0xc0, &n));
	assert_string_equal(n.digits, "30123");
	assert_true(iw_generic_find(&m, 6, &n));
	assert_string_equal(n.digits, "309");
	iw_generic_del(&m, 6);
	assert_false(iw_generic_find(&m, 6, &n));
	assert_true(iw_generic_find(&m, 0xc0, &n));
	assert_string_equal(n.digits, "30123");
	iw_generic_del(&m, 6);
	iw_generic_del(&m, 0xc0);
	assert_false(iw_generic_find(&m, 0xc0, &n));
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
		cmocka_unit_test(test_name_to_trunk),	cmocka_unit_test(test_name_from_trunk),
		cmocka_unit_test(test_ported_to_trunk), cmocka_unit_test(test_ported_from_trunk),
		cmocka_unit_test(test_ported_and_sip),	cmocka_unit_test(test_two_generic_numbers),
		cmocka_unit_test(test_explained),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
