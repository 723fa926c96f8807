/* SPDX-License-Identifier: GPL-3.0-or-later */
/* number: RFC 3398 12.1 and 12.2, with the forms of RFC 3966. */
#include <stdio.h>

#include "interwork/number.h"
#include "unit/support.h"

static const struct iw_numbering germany = { ISUP_NOA_NATIONAL, "49" };

static int of_uri(const char *uri, const struct iw_numbering *plan, struct isup_number *n)
{
	struct sip_uri u;

	assert_int_equal(sip_uri_parse(&u, str_of(uri), NULL), 0);
	return iw_number_of_uri(&u, plan, n, NULL);
}

/* "noa:digits", or the status that is answered. */
static const char *try_uri(const char *uri, const struct iw_numbering *plan)
{
	static char text[60];
	struct isup_number n;
	int err = of_uri(uri, plan, &n);

	if (err < 0)
		snprintf(text, sizeof(text), "%u", iw_number_status(err));
	else
		snprintf(text, sizeof(text), "%u:%s", n.noa, n.digits);
	return text;
}

static void test_from_uris(void **state)
{
	const struct iw_numbering plan = IW_NUMBERING_DEFAULT;
	static const struct {
		const char *uri, *want;
	} rows[] = {
		{ "sip:100@192.0.2.1", "3:100" },
		{ "sip:100@192.0.2.1;user=phone", "3:100" },
		{ "sip:+49301234@192.0.2.1;user=phone", "4:49301234" },
		{ "sip:+49301234;phone-context=x.de@192.0.2.1;user=phone", "4:49301234" },
		{ "sips:+1-720.888(1000)@192.0.2.1", "4:17208881000" },
		{ "tel:+17208881000", "4:17208881000" },
		{ "tel:863-1234;phone-context=+1-914-555", "3:8631234" },
		{ "sip:%31%30%30@192.0.2.1", "3:100" },
		{ "sip:12345678901234567890123456789012@192.0.2.1",
		  "3:12345678901234567890123456789012" },
		{ "sip:123456789012345678901234567890123@192.0.2.1", "484" },
		{ "sip:alice@192.0.2.1", "404" },
		{ "sip:10a@192.0.2.1", "404" },
		{ "sip:*21@192.0.2.1", "404" },
		{ "sip:1%2B2@192.0.2.1", "404" },
		{ "sip:192.0.2.1", "484" },
		{ "sip:+@192.0.2.1", "484" },
		{ "sip:-()@192.0.2.1", "484" },
		{ "http://example.com/1", "404" },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++)
		if (strcmp(try_uri(rows[i].uri, &plan), rows[i].want) != 0)
			fail_msg("%s gives %s", rows[i].uri, try_uri(rows[i].uri, &plan));
}

static void test_own_country_is_national(void **state)
{
	const struct iw_numbering unknown = { 2, "" };

	(void)state;
	assert_string_equal(try_uri("tel:+49301234", &germany), "3:301234");
	assert_string_equal(try_uri("tel:+4", &germany), "4:4");
	assert_string_equal(try_uri("tel:+49", &germany), "4:49");
	assert_string_equal(try_uri("tel:+3301234", &germany), "4:3301234");
	assert_string_equal(try_uri("tel:49301234;phone-context=x", &germany), "3:49301234");
	assert_string_equal(try_uri("sip:0301234@192.0.2.1", &unknown), "2:0301234");
}

static void test_a_number_says_what_it_is(void **state)
{
	const struct iw_numbering plan = IW_NUMBERING_DEFAULT;
	struct tg_diag d = TG_DIAG_NONE;
	struct isup_number n;

	(void)state;
	assert_int_equal(iw_number_of_text(STR("100"), &plan, &n, &d), 0);
	assert_int_equal(n.npi, 1);
	assert_int_equal(iw_number_of_text(STR("1x"), &plan, &n, &d), TG_EINVAL);
	assert_non_null(strstr(d.text, "'1x'"));
	assert_int_equal(iw_number_of_text(STR(""), &plan, &n, &d), TG_ETRUNC);
}

/* What a huge user part does: refused, nothing is cut. */
static void test_long_garbage(void **state)
{
	const struct iw_numbering plan = IW_NUMBERING_DEFAULT;
	char uri[700] = "sip:";

	(void)state;
	memset(uri + 4, '1', 500);
	strcpy(uri + 504, "@192.0.2.1");
	assert_string_equal(try_uri(uri, &plan), "484");
	memset(uri + 4, 'x', 500);
	assert_string_equal(try_uri(uri, &plan), "484");
	memset(uri + 4, 'x', 100);
	strcpy(uri + 104, "@192.0.2.1");
	assert_string_equal(try_uri(uri, &plan), "404");
}

static void test_to_text(void **state)
{
	const struct iw_numbering plan = IW_NUMBERING_DEFAULT;
	static const struct {
		struct isup_number n;
		const char *plain, *germany;
	} rows[] = {
		{ { .noa = 4, .npi = 1, .digits = "17208881000" }, "+17208881000", "+17208881000" },
		{ { .noa = 3, .npi = 1, .digits = "301234" }, "301234", "+49301234" },
		{ { .noa = 1, .npi = 1, .digits = "1234" }, "1234", "1234" },
		{ { .noa = 2, .npi = 1, .digits = "0301234F" }, "0301234", "0301234" },
		{ { .noa = 4, .npi = 5, .digits = "1234" }, "1234", "1234" },
		{ { .noa = 3, .npi = 1, .digits = "100F" }, "100", "+49100" },
	};
	char buf[IW_NUMBER_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		assert_string_equal(iw_number_text(&rows[i].n, &plan, buf), rows[i].plain);
		assert_string_equal(iw_number_text(&rows[i].n, &germany, buf), rows[i].germany);
	}
}

static const struct iw_numbering berlin = { 1, "49", .area = "30", .national = "0",
					    .international = "00" };

static void test_prefixes(void **state)
{
	static const struct {
		const char *uri, *want;
	} rows[] = {
		{ "sip:1234@h", "1:1234" },
		{ "sip:0891234@h", "3:891234" },
		{ "sip:00331234@h", "4:331234" },
		{ "sip:0049891234@h", "3:891234" },
		{ "sip:+49891234@h", "3:891234" },
		{ "sip:0@h", "1:0" },
		{ "sip:00@h", "1:00" },
		{ "sip:+331234@h", "4:331234" },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++)
		if (strcmp(try_uri(rows[i].uri, &berlin), rows[i].want) != 0)
			fail_msg("%s gives %s", rows[i].uri, try_uri(rows[i].uri, &berlin));
}

static const char *renumbered(const struct isup_number *n, const struct iw_numbering *from,
			      const struct iw_numbering *to, bool local)
{
	static char text[60];
	struct isup_number got;
	struct isup_msg m;

	isup_msg_init(&m, ISUP_IAM, 0);
	assert_int_equal(isup_put_number(&m, ISUP_P_CALLED_NUMBER, n), 0);
	iw_renumber(&m, from, to, local);
	assert_int_equal(isup_get_number(&m, ISUP_P_CALLED_NUMBER, &got), 0);
	assert_int_equal(got.inn, n->inn);
	snprintf(text, sizeof(text), "%u:%s", got.noa, got.digits);
	return text;
}

/* From one trunk to another, and from SIP (no country) to a trunk and back. */
static void test_other_plans(void **state)
{
	const struct iw_numbering sip = IW_NUMBERING_DEFAULT, france = { 3, "33" };
	static const struct {
		struct isup_number n;
		const char *to_sip, *to_france, *from_sip;
	} rows[] = {
		{ { .noa = 3, .npi = 1, .inn = 1, .digits = "891234" },
		  "4:49891234",
		  "4:49891234",
		  "1:891234" },
		{ { .noa = 3, .npi = 1, .digits = "0891234F" },
		  "4:490891234F",
		  "4:490891234F",
		  "3:891234F" },
		{ { .noa = 1, .npi = 1, .digits = "1234" }, "4:49301234", "4:49301234", "1:1234" },
		{ { .noa = 4, .npi = 1, .digits = "331234" }, "4:331234", "3:1234", "4:331234" },
		{ { .noa = 4, .npi = 1, .digits = "4930123F" },
		  "3:30123F",
		  "4:4930123F",
		  "3:30123F" },
		{ { .noa = 5, .npi = 1, .digits = "1234" }, "5:1234", "5:1234", "5:1234" },
		{ { .noa = 3, .npi = 0, .digits = "1234" }, "3:1234", "3:1234", "3:1234" },
		{ { .noa = 3, .npi = 1, .digits = "12B4" }, "3:12B4", "3:12B4", "3:12B4" },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		if (i != 4)
			assert_string_equal(renumbered(&rows[i].n, &berlin, &sip, false),
					    rows[i].to_sip);
		assert_string_equal(renumbered(&rows[i].n, &berlin, &france, false),
				    rows[i].to_france);
		assert_string_equal(renumbered(&rows[i].n, &sip, &berlin, true), rows[i].from_sip);
	}
	/* a trunk without a plan says nothing of its national numbers */
	assert_string_equal(renumbered(&rows[0].n, &sip, &berlin, false), "3:891234");
}

/* RFC 3966 3: in local numbers, when the plan allows it. */
static void test_hex_digits(void **state)
{
	static const struct {
		const char *text, *digits; /* NULL: refused */
	} rows[] = {
		{ "1A2", "1A2" }, { "a-b", "AB" }, { "*21#", "B21C" },
		{ "E", "E" },	  { "12F", NULL }, { "12f", NULL },
		{ "+1A2", NULL }, { "12G", NULL }, { "+*12", NULL },
	};
	struct iw_numbering hex = IW_NUMBERING_DEFAULT;
	struct isup_number n;
	char buf[IW_NUMBER_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		hex.hex = false;
		assert_int_equal(iw_number_of_text(str_of(rows[i].text), &hex, &n, NULL),
				 TG_EINVAL);
		hex.hex = true;
		assert_int_equal(iw_number_of_text(str_of(rows[i].text), &hex, &n, NULL),
				 rows[i].digits ? 0 : TG_EINVAL);
		if (rows[i].digits)
			assert_string_equal(iw_number_text(&n, &hex, buf), rows[i].digits);
	}
}

/* Nothing is left of a number without digits, whatever it is. */
static void test_no_digits(void **state)
{
	const struct iw_numbering local = { .noa_local = 3, .country = "49", .area = "30" };
	char buf[IW_NUMBER_TEXT_MAX];

	(void)state;
	for (uint8_t noa = 0; noa < 8; noa++) {
		const struct isup_number n = { .noa = noa, .npi = 1 };
		const struct isup_number st = { .noa = noa, .npi = 1, .digits = "F" };

		assert_string_equal(iw_number_text(&n, &local, buf), "");
		assert_string_equal(iw_number_text(&st, &local, buf), "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_uris),
		cmocka_unit_test(test_own_country_is_national),
		cmocka_unit_test(test_a_number_says_what_it_is),
		cmocka_unit_test(test_long_garbage),
		cmocka_unit_test(test_to_text),
		cmocka_unit_test(test_no_digits),
		cmocka_unit_test(test_hex_digits),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_other_plans),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
