/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log: what a line names, and what happens without a sink. */
#include "unit/support.h"

static void test_no_sink(void **state)
{
	int evaluated = 0;

	(void)state;
	log_set_sink(NULL);
	assert_false(log_wanted(LOG_SIP, LOG_ERROR));
	log_error(LOG_SIP, NULL, "%d", ++evaluated);
	log_write(LOG_SIP, LOG_ERROR, NULL, "nobody hears");
	assert_int_equal(evaluated, 0);
}

static void test_subject(void **state)
{
	struct log_subject all = { .call = 7, .trunk = "ams1", .cic = 3 };
	struct log_subject some = { .cic = 31 }, none = { 0 };

	(void)state;
	log_capture_start();
	log_notice(LOG_ISUP, &all, "REL repeated: no %s within T%d", "RLC", 1);
	log_info(LOG_MEDIA, &some, "quiet");
	log_debug(LOG_SIP, &none, "a");
	log_error(LOG_GATEWAY, NULL, "b");
	log_capture_stop();
	assert_string_equal(log_capture_text(),
			    "isup notice: call 7 trunk ams1 cic 3: REL repeated: no RLC within T1\n"
			    "media info: cic 31: quiet\n"
			    "sip debug: a\n"
			    "gateway error: b\n");
	assert_true(log_captured("cic 31: quiet"));
	assert_false(log_captured("cic 32"));
}

static void count(void *ctx, enum log_area area, enum log_level level, const char *line)
{
	(void)area;
	(void)level;
	*(size_t *)ctx += strlen(line);
}

static bool only_errors(void *ctx, enum log_area area, enum log_level level)
{
	(void)ctx;
	(void)area;
	return level == LOG_ERROR;
}

static void test_wanted(void **state)
{
	size_t octets = 0;
	const struct log_sink sink = { count, only_errors, &octets };

	(void)state;
	log_set_sink(&sink);
	log_notice(LOG_IO, NULL, "12345");
	log_write(LOG_IO, LOG_NOTICE, NULL, "12345");
	assert_int_equal(octets, 0);
	log_error(LOG_IO, NULL, "12345");
	assert_int_equal(octets, 5);
	log_set_sink(NULL);
}

static void test_long_lines_are_cut(void **state)
{
	size_t octets = 0;
	const struct log_sink sink = { count, NULL, &octets };
	struct log_subject subj = { .call = 1 };

	(void)state;
	log_set_sink(&sink);
	log_info(LOG_IO, &subj, "%*d", 5000, 1);
	log_set_sink(NULL);
	assert_int_equal(octets, 1023);
}

static void test_a_long_subject_is_cut(void **state)
{
	static char name[3000];
	size_t octets = 0;
	const struct log_sink sink = { count, NULL, &octets };
	struct log_subject subj = { .call = 1, .trunk = name, .cic = 5 };

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	log_set_sink(&sink);
	log_info(LOG_IO, &subj, "text");
	log_set_sink(NULL);
	assert_in_range(octets, 1000, 1023);
}

static void test_names(void **state)
{
	(void)state;
	for (int a = 0; a < LOG_NR_AREAS; a++)
		assert_string_not_equal(log_area_name((enum log_area)a), "?");
	for (int l = 0; l < LOG_NR_LEVELS; l++)
		assert_string_not_equal(log_level_name((enum log_level)l), "?");
	assert_string_equal(log_area_name(LOG_NR_AREAS), "?");
	assert_string_equal(log_level_name((enum log_level) - 1), "?");
}

static void test_limit(void **state)
{
	struct log_limit l = { .nr = 0 };
	tick_t now = TICK_ZERO;
	uint32_t left_out = 9;
	unsigned nr = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		nr += log_limit(&l, now, 5, &left_out);
	assert_int_equal(nr, 5);
	assert_int_equal(left_out, 0);
	now = tick_add_ms(now, 999);
	assert_false(log_limit(&l, now, 5, &left_out));
	now = tick_add_ms(now, 1);
	assert_true(log_limit(&l, now, 5, &left_out));
	assert_int_equal(left_out, 996);
	assert_true(log_limit(&l, now, 5, &left_out));
	assert_int_equal(left_out, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_no_sink),
		cmocka_unit_test(test_subject),
		cmocka_unit_test(test_wanted),
		cmocka_unit_test(test_long_lines_are_cut),
		cmocka_unit_test(test_a_long_subject_is_cut),
		cmocka_unit_test(test_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
