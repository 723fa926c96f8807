/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calllog: order, cutting, and what is kept of a long call. */
#include <stdio.h>

#include "gateway/calllog.h"
#include "unit/support.h"

static struct gw_record *fill(struct mem *m, unsigned nr)
{
	struct gw_record *rec = gw_record_new(m, 7, (tick_t){ 5 });

	assert_non_null(rec);
	for (unsigned i = 0; i < nr; i++) {
		struct gw_log_at at = { { i }, GW_LOG_SIP, (uint8_t)(i % 2), i % 2 };
		gw_log(rec, at, STR("label"), "%u", i);
	}
	return rec;
}

static unsigned count(const struct gw_record *rec, unsigned *left_out)
{
	struct gw_log_line l;
	unsigned pos = 0, nr = 0;
	int64_t last = -1;

	*left_out = 0;
	while (gw_record_line(rec, &pos, &l)) {
		if (l.kind == GW_LOG_NOTE)
			assert_int_equal(sscanf(l.text, "%u lines", left_out), 1);
		else
			assert_true(l.at.us > last);
		last = l.at.us;
		nr++;
	}
	return nr;
}

static void test_new(void **state)
{
	struct mem *m = mem_root("test");
	struct gw_record *rec = fill(m, 0);
	unsigned left_out;

	(void)state;
	assert_int_equal(rec->info.nr, 7);
	assert_int_equal(rec->info.started.us, 5);
	assert_true(tick_is_never(rec->info.answered));
	assert_true(tick_is_never(rec->info.ended));
	assert_int_equal(count(rec, &left_out), 0);
	mem_free(m);
}

static void test_all_lines_as_long_as_there_is_room(void **state)
{
	struct mem *m = mem_root("test");
	struct gw_log_line l;
	unsigned left_out, pos = 3;
	struct gw_record *rec = fill(m, GW_LOG_FIRST + GW_LOG_LAST);

	(void)state;
	assert_int_equal(count(rec, &left_out), GW_LOG_FIRST + GW_LOG_LAST);
	assert_int_equal(left_out, 0);
	assert_true(gw_record_line(rec, &pos, &l));
	assert_string_equal(l.label, "label");
	assert_string_equal(l.text, "3");
	assert_int_equal(l.leg, 1);
	assert_true(l.out);
	assert_int_equal(l.at.us, 3);
	mem_free(m);
}

static void test_first_and_last_of_many(void **state)
{
	struct mem *m = mem_root("test");
	struct gw_log_line l;
	unsigned left_out, pos;
	struct gw_record *rec;

	(void)state;
	rec = fill(m, GW_LOG_FIRST + GW_LOG_LAST + 1);
	assert_int_equal(count(rec, &left_out), GW_LOG_FIRST + GW_LOG_LAST + 1);
	assert_int_equal(left_out, 1);
	rec = fill(m, 1000);
	assert_int_equal(count(rec, &left_out), GW_LOG_FIRST + GW_LOG_LAST + 1);
	assert_int_equal(left_out, 1000 - GW_LOG_FIRST - GW_LOG_LAST);
	pos = GW_LOG_FIRST - 1;
	assert_true(gw_record_line(rec, &pos, &l));
	assert_int_equal(l.at.us, GW_LOG_FIRST - 1);
	assert_true(gw_record_line(rec, &pos, &l));
	assert_string_equal(l.label, "left out");
	assert_true(gw_record_line(rec, &pos, &l));
	assert_int_equal(l.at.us, 1000 - GW_LOG_LAST);
	mem_free(m);
}

static void test_cut(void **state)
{
	struct mem *m = mem_root("test");
	struct gw_record *rec = fill(m, 0);
	struct gw_log_line l;
	char text[300];
	unsigned pos = 0;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	gw_log(rec, (struct gw_log_at){ .kind = GW_LOG_ISUP }, str_of(text), "%s", text);
	gw_log(NULL, (struct gw_log_at){ .kind = GW_LOG_ISUP }, str_of(text), "%s", text);
	assert_true(gw_record_line(rec, &pos, &l));
	assert_int_equal(strlen(l.label), sizeof(l.label) - 1);
	assert_int_equal(strlen(l.text), sizeof(l.text) - 1);
	mem_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new),
		cmocka_unit_test(test_all_lines_as_long_as_there_is_room),
		cmocka_unit_test(test_first_and_last_of_many),
		cmocka_unit_test(test_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
