/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cause: every row of RFC 3398 7.2.4.1 and 8.2.6.1, as the RFC has it. */
#include <stdio.h>
#include <stdlib.h>

#include "interwork/cause.h"
#include "sipmsg.h"

/* 7.2.4.1, network location, no diagnostics. */
static const struct {
	uint8_t cause;
	unsigned status;
} to_status[] = {
	{ 1, 404 },
	{ 2, 404 },
	{ 3, 404 },
	{ 17, 486 },
	{ 18, 408 },
	{ 19, 480 },
	{ 20, 480 },
	{ 21, 403 },
	{ 22, 410 },
	{ 23, 410 },
	{ 26, 404 },
	{ 27, 502 },
	{ 28, 484 },
	{ 29, 501 },
	{ 31, 480 },
	{ 34, 503 },
	{ 38, 503 },
	{ 41, 503 },
	{ 42, 503 },
	{ 47, 503 },
	{ 55, 403 },
	{ 57, 403 },
	{ 58, 503 },
	{ 65, 488 },
	{ 70, 488 },
	{ 79, 501 },
	{ 87, 403 },
	{ 88, 503 },
	{ 102, 504 },
	{ 111, 500 },
	{ 127, 500 },
	/* no status of their own in the RFC */
	{ 16, 480 },
	{ 44, 503 },
};

/* 8.2.6.1 */
static const struct {
	unsigned status;
	uint8_t cause;
} to_cause[] = {
	{ 400, 41 },
	{ 401, 21 },
	{ 402, 21 },
	{ 403, 21 },
	{ 404, 1 },
	{ 405, 63 },
	{ 406, 79 },
	{ 407, 21 },
	{ 408, 102 },
	{ 410, 22 },
	{ 413, 127 },
	{ 414, 127 },
	{ 415, 79 },
	{ 416, 127 },
	{ 420, 127 },
	{ 421, 127 },
	{ 423, 127 },
	{ 480, 18 },
	{ 481, 41 },
	{ 482, 25 },
	{ 483, 25 },
	{ 484, 28 },
	{ 485, 1 },
	{ 486, 17 },
	{ 500, 41 },
	{ 501, 79 },
	{ 502, 38 },
	{ 503, 41 },
	{ 504, 102 },
	{ 505, 127 },
	{ 513, 127 },
	{ 600, 17 },
	{ 603, 21 },
	{ 604, 1 },
	/* no mapping, or by Warning: the default of the RFC */
	{ 487, 31 },
	{ 488, 31 },
	{ 606, 31 },
};

static unsigned status_of(uint8_t cause, uint8_t location)
{
	struct isup_cause c = { .location = location, .value = cause };

	return iw_status_of_cause(NULL, &c, NULL);
}

static uint8_t cause_of(unsigned status)
{
	return iw_cause_of_status(NULL, status, NULL, false, NULL).value;
}

static void test_each_cause(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(to_status); i++)
		if (status_of(to_status[i].cause, ISUP_LOC_TRANSIT) != to_status[i].status)
			fail_msg("cause %u gives %u", to_status[i].cause,
				 status_of(to_status[i].cause, ISUP_LOC_TRANSIT));
	assert_int_equal(iw_causes_rfc3398.nr - 1, NR_OF(to_status));
}

static void test_every_other_cause_is_500(void **state)
{
	(void)state;
	for (unsigned c = 1; c < 128; c++) {
		bool listed = false;
		for (size_t i = 0; i < iw_causes_rfc3398.nr; i++)
			listed |= iw_causes_rfc3398.row[i].cause == c;
		if (!listed)
			assert_int_equal(status_of((uint8_t)c, ISUP_LOC_TRANSIT), 500);
	}
}

static void test_rejected_by_the_user_is_603(void **state)
{
	(void)state;
	assert_int_equal(status_of(21, ISUP_LOC_USER), 603);
	assert_int_equal(status_of(17, ISUP_LOC_USER), 486);
}

static void test_number_changed_with_diagnostics_is_301(void **state)
{
	struct isup_cause c = { .value = 22, .nr_diagnostics = 3 };

	(void)state;
	assert_int_equal(iw_status_of_cause(NULL, &c, NULL), 301);
	c.value = 17;
	assert_int_equal(iw_status_of_cause(NULL, &c, NULL), 486);
}

static void test_each_status(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(to_cause); i++)
		if (cause_of(to_cause[i].status) != to_cause[i].cause)
			fail_msg("status %u gives %u", to_cause[i].status,
				 cause_of(to_cause[i].status));
	assert_int_equal(iw_statuses_rfc3398.nr - 1, NR_OF(to_cause));
}

static void test_every_other_status(void **state)
{
	(void)state;
	assert_int_equal(cause_of(409), 31);
	assert_int_equal(cause_of(491), 31);
	assert_int_equal(cause_of(580), 31);
	assert_int_equal(cause_of(699), 31);
	/* 8.2.5 */
	assert_int_equal(cause_of(301), 23);
	assert_int_equal(cause_of(302), 23);
}

static void test_location(void **state)
{
	(void)state;
	assert_int_equal(iw_cause_of_status(NULL, 486, NULL, false, NULL).location,
			 ISUP_LOC_BEYOND);
	assert_int_equal(iw_cause_of_status(NULL, 500, NULL, false, NULL).location,
			 ISUP_LOC_BEYOND);
	assert_int_equal(iw_cause_of_status(NULL, 600, NULL, false, NULL).location, ISUP_LOC_USER);
}

static void test_nobody_answered_is_18(void **state)
{
	struct iw_source source;

	(void)state;
	assert_int_equal(iw_cause_of_status(NULL, 408, NULL, true, &source).value, 18);
	assert_string_equal(source.clause, "RFC 3398 8.1.3");
	assert_int_equal(iw_cause_of_status(NULL, 503, NULL, true, NULL).value, 41);
}

static uint8_t cause_with(unsigned status, const char *lines)
{
	struct sip_test t;
	char start[40];

	snprintf(start, sizeof(start), "SIP/2.0 %u x", status);
	return iw_cause_of_status(NULL, status, sip_test_parse(&t, start, lines), false, NULL)
		.value;
}

static void test_warning_tells_of_488_and_606(void **state)
{
	(void)state;
	assert_int_equal(cause_with(488, "Warning: 305 x \"Incompatible media format\"\r\n"), 65);
	assert_int_equal(cause_with(606, "Warning: 304 x \"Media type not available\"\r\n"), 65);
	assert_int_equal(cause_with(606, "Warning: 399 x \"a, b\", 305 x \"c\"\r\n"), 65);
	assert_int_equal(cause_with(488, "Warning: 370 x \"Insufficient bandwidth\"\r\n"), 31);
	assert_int_equal(cause_with(488, ""), 31);
	assert_int_equal(cause_with(486, "Warning: 305 x \"c\"\r\n"), 17);
}

static void test_reason_wins(void **state)
{
	(void)state;
	assert_int_equal(cause_with(480, "Reason: Q.850;cause=20\r\n"), 20);
	assert_int_equal(cause_with(488, "Reason: SIP;cause=200, Q.850 ;cause=17\r\n"), 17);
	assert_int_equal(cause_with(480, "Reason: SIP;cause=486\r\n"), 18);
	assert_int_equal(cause_with(480, "Reason: Q.850;cause=0\r\n"), 18);
	assert_int_equal(cause_with(480, "Reason: Q.850;cause=128\r\n"), 18);
	assert_int_equal(cause_with(480, "Reason: Q.850;text=\"no cause\"\r\n"), 18);
}

static void test_reason_text(void **state)
{
	struct isup_cause c = { .value = 17 };
	char buf[IW_REASON_MAX];

	(void)state;
	assert_string_equal(iw_reason_print(&c, buf),
			    "Q.850;cause=17;text=\"user busy\";location=U");
	c = (struct isup_cause){ .value = 125, .location = ISUP_LOC_BEYOND };
	assert_string_equal(iw_reason_print(&c, buf), "Q.850;cause=125;location=BI");
	for (c.value = 1; c.value < 128; c.value++)
		assert_true(strlen(iw_reason_print(&c, buf)) < IW_REASON_MAX - 1);
}

/* RFC 8606 4: each word is its code; another is none. */
static void test_reason_location(void **state)
{
	static const char *const words[16] = { "U",	 "LPN",	   "LN",     "TN",
					       "RLN",	 "RPN",	   "LOC-6",  "INTL",
					       "LOC-8",	 "LOC-9",  "BI",     "LOC-11",
					       "LOC-12", "LOC-13", "LOC-14", "LOC-15" };
	char line[80], buf[IW_REASON_MAX];
	struct sip_test t;

	(void)state;
	for (uint8_t i = 0; i < 16; i++) {
		struct isup_cause c = { .location = (uint8_t)(15 - i) };

		snprintf(line, sizeof(line), "Reason: Q.850;cause=17;location=%s\r\n", words[i]);
		assert_true(iw_reason_cause(NULL, sip_test_parse(&t, "SIP/2.0 486 x", line), &c));
		assert_int_equal(c.location, i);
		assert_non_null(strstr(iw_reason_print(&c, buf), words[i]));
	}
	struct isup_cause c = { .location = 7 };
	assert_true(iw_reason_cause(
		NULL, sip_test_parse(&t, "SIP/2.0 486 x", "Reason: Q.850;cause=17;location=Z\r\n"),
		&c));
	assert_int_equal(c.location, 7);
}

static void test_rows_have_clauses(void **state)
{
	(void)state;
	for (size_t i = 0; i < iw_causes_rfc3398.nr; i++)
		assert_non_null(strstr(iw_causes_rfc3398.row[i].source.clause, "RFC 3398 7.2.4.1"));
	for (size_t i = 0; i < iw_statuses_rfc3398.nr; i++)
		assert_non_null(
			strstr(iw_statuses_rfc3398.row[i].source.clause, "RFC 3398 8.2.6.1"));
}

/* The sheets beside the project, when they are there: "key <tab> RFC 3398 column ...". Calls `row`
 * for rows that begin with two numbers, and returns how many there were. */
static int read_sheet(const char *name, void (*row)(unsigned key, unsigned value))
{
	char path[500], line[1000];
	unsigned key, value;
	int rows = 0, used;
	FILE *f;

	snprintf(path, sizeof(path), "%s/../shared/standards/interworking/%s", TG_SRCDIR, name);
	f = fopen(path, "r");
	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%u\t%u%n", &key, &value, &used) != 2)
			continue;
		row(key, value);
		rows++;
	}
	fclose(f);
	return rows;
}

static void cause_row(unsigned cause, unsigned status)
{
	if (status_of((uint8_t)cause, ISUP_LOC_TRANSIT) == status)
		return;
	/* "301 with diagnostic else 410" */
	assert_int_equal(cause, 22);
	assert_int_equal(status, 301);
}

static void status_row(unsigned status, unsigned cause)
{
	if (cause_of(status) != cause)
		fail_msg("sheet: status %u has cause %u", status, cause);
}

static void test_sheets(void **state)
{
	int rows;

	(void)state;
	rows = read_sheet("cause_to_status.tsv", cause_row);
	if (rows < 0)
		skip_because("no ../shared/standards/interworking beside the tree");
	assert_true(rows > 30);
	assert_true(read_sheet("status_to_cause.tsv", status_row) > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_cause),
		cmocka_unit_test(test_every_other_cause_is_500),
		cmocka_unit_test(test_rejected_by_the_user_is_603),
		cmocka_unit_test(test_number_changed_with_diagnostics_is_301),
		cmocka_unit_test(test_each_status),
		cmocka_unit_test(test_every_other_status),
		cmocka_unit_test(test_location),
		cmocka_unit_test(test_nobody_answered_is_18),
		cmocka_unit_test(test_warning_tells_of_488_and_606),
		cmocka_unit_test(test_reason_wins),
		cmocka_unit_test(test_reason_text),
		cmocka_unit_test(test_reason_location),
		cmocka_unit_test(test_rows_have_clauses),
		cmocka_unit_test(test_sheets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
