/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profile: the built-in tables against vectors and sheets, profiles of an operator's own, and what
 * is explained. */
#include <stdio.h>
#include <stdlib.h>

#include "interwork/release.h"
#include "sipmsg.h"

static const uint8_t bases[] = { IW_RFC3398, IW_SIP_T, IW_Q1912_5_A, IW_Q1912_5_B, IW_SIP_I };

static unsigned status_of(const struct iw_profile *p, const struct isup_cause *c)
{
	return iw_status_of_cause(&(struct iw_ctx){ .profile = p }, c, NULL);
}

static unsigned cause_of(const struct iw_profile *p, unsigned status)
{
	return iw_cause_of_status(&(struct iw_ctx){ .profile = p }, status, NULL, false, NULL)
		.value;
}

/* Which column of the files a base is in. */
static bool is_itu(uint8_t base)
{
	return base == IW_Q1912_5_A || base == IW_Q1912_5_B || base == IW_SIP_I;
}

static void one_vector(const char *kind, unsigned key, const char *location, const unsigned *want)
{
	struct isup_cause c = { .value = (uint8_t)key, .location = ISUP_LOC_TRANSIT };

	if (strcmp(location, "user") == 0)
		c.location = ISUP_LOC_USER;
	if (strcmp(location, "diagnostic") == 0)
		c.nr_diagnostics = 5;
	for (size_t i = 0; i < sizeof(bases); i++) {
		struct iw_profile p = { .base = bases[i] };
		bool cause = strcmp(kind, "cause") == 0;
		unsigned got = cause ? status_of(&p, &c) : cause_of(&p, key);

		if (got != want[is_itu(bases[i])])
			fail_msg("%s: %s %u (%s) gives %u, not %u", iw_base_names[bases[i]], kind,
				 key, location, got, want[is_itu(bases[i])]);
	}
}

static void test_vectors(void **state)
{
	char line[200], kind[10], location[20];
	unsigned key, want[2], nr = 0;
	FILE *f = fopen(TG_SRCDIR "/tests/vectors/interwork.tsv", "r");

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (line[0] == '#')
			continue;
		assert_int_equal(sscanf(line, "%9s %u %19s %u %u", kind, &key, location, &want[0],
					&want[1]),
				 5);
		one_vector(kind, key, location, want);
		nr++;
	}
	fclose(f);
	assert_true(nr > 127 + 300);
}

/* The sheets beside the project: "404", "500 (default)", "403; 603 if ...", "111 / 127". A cell with
 * one number says it; one with several leaves the choice. */
static bool cell_allows(const char *cell, unsigned value)
{
	bool any = strstr(cell, "no mapping") != NULL;

	if (any)
		return true;
	for (const char *p = cell; *p;) {
		char *end;
		unsigned long n = strtoul(p, &end, 10);

		if (end == p) {
			p++;
			continue;
		}
		any = true;
		if (n == value)
			return true;
		p = end;
	}
	return !any;
}

static char *cell_of(char *line, unsigned n)
{
	char *cell = line;

	while (n-- && cell)
		cell = strchr(cell, '\t') ? strchr(cell, '\t') + 1 : NULL;
	return cell;
}

static unsigned sheet(const char *name, bool causes)
{
	char path[500], line[1000], cell[400];
	unsigned nr = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/../shared/standards/interworking/%s", TG_SRCDIR, name);
	f = fopen(path, "r");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		unsigned key = (unsigned)strtoul(line, NULL, 10);

		for (size_t i = 0; key && i < sizeof(bases); i++) {
			struct iw_profile p = { .base = bases[i] };
			struct isup_cause c = { .value = (uint8_t)key, .location = 3 };
			unsigned got = causes ? status_of(&p, &c) : cause_of(&p, key);
			const char *from = cell_of(line, 1 + is_itu(bases[i]));

			assert_non_null(from);
			snprintf(cell, sizeof(cell), "%.*s", (int)strcspn(from, "\t\n"), from);
			if (!cell_allows(cell, got))
				fail_msg("%s: %u gives %u, the sheet has '%s'",
					 iw_base_names[bases[i]], key, got, cell);
		}
		nr += key != 0;
	}
	fclose(f);
	return nr;
}

static void test_sheets(void **state)
{
	unsigned nr = sheet("cause_to_status.tsv", true);

	(void)state;
	if (!nr)
		skip_because("no ../shared/standards/interworking beside the tree");
	assert_true(nr > 40);
	assert_true(sheet("status_to_cause.tsv", false) > 40);
}

static void test_locations(void **state)
{
	struct iw_profile q = { .base = IW_Q1912_5_B }, r = { .base = IW_RFC3398 };
	struct iw_ctx xq = { .profile = &q }, xr = { .profile = &r };

	(void)state;
	assert_int_equal(iw_cause_of_status(&xr, 603, NULL, false, NULL).location, ISUP_LOC_USER);
	assert_int_equal(iw_cause_of_status(&xr, 486, NULL, false, NULL).location, ISUP_LOC_BEYOND);
	assert_int_equal(iw_cause_of_status(&xq, 603, NULL, false, NULL).location, ISUP_LOC_BEYOND);
}

/* 7.2.3, 10.1; Q.1912.5 has 31 for a CANCEL. */
static void test_cancel_and_bye(void **state)
{
	struct sip_test t;

	(void)state;
	for (size_t i = 0; i < sizeof(bases); i++) {
		struct iw_profile p = { .base = bases[i] };
		struct iw_ctx x = { .profile = &p };
		struct isup_cause c;
		struct isup_msg rel;

		iw_request_to_rel(&x, sip_test_parse(&t, "BYE sip:a@x SIP/2.0", ""), &rel, NULL);
		assert_int_equal(isup_get_cause(&rel, &c), 0);
		assert_int_equal(c.value, 16);
		iw_request_to_rel(&x, sip_test_parse(&t, "CANCEL sip:a@x SIP/2.0", ""), &rel, NULL);
		assert_int_equal(isup_get_cause(&rel, &c), 0);
		assert_int_equal(c.value, is_itu(bases[i]) ? 31 : 16);
	}
}

static void test_own_rows(void **state)
{
	struct iw_profile p = IW_PROFILE(IW_RFC3398, "mine");
	struct isup_cause c = { .value = 21, .location = ISUP_LOC_USER };

	(void)state;
	assert_int_equal(status_of(&p, &c), 603);
	assert_int_equal(iw_profile_set(&p, IW_TABLE_CAUSE, 21, 480), 0);
	assert_int_equal(status_of(&p, &c), 480);
	assert_int_equal(iw_profile_set(&p, IW_TABLE_CAUSE, 21, 433), 0);
	assert_int_equal(p.nr_changes, 1);
	assert_int_equal(status_of(&p, &c), 433);
	/* a row that the base has not */
	assert_int_equal(iw_profile_set(&p, IW_TABLE_STATUS, 499, 34), 0);
	assert_int_equal(cause_of(&p, 499), 34);
	assert_int_equal(cause_of(&p, 498), 31);
	assert_int_equal(iw_profile_unset(&p, IW_TABLE_CAUSE, 21), 0);
	assert_int_equal(iw_profile_unset(&p, IW_TABLE_CAUSE, 21), TG_ENOENT);
	assert_int_equal(status_of(&p, &c), 603);
	assert_int_equal(cause_of(&p, 499), 34);
	for (uint16_t i = 0; i < IW_MAX_CHANGES - 1; i++)
		assert_int_equal(iw_profile_set(&p, IW_TABLE_STATUS, (uint16_t)(500 + i), 1), 0);
	assert_int_equal(iw_profile_set(&p, IW_TABLE_STATUS, 699, 1), TG_ELIMIT);
}

/* Each row once, the own ones too; all have a clause. */
static void test_walk(void **state)
{
	struct iw_profile p = IW_PROFILE(IW_RFC3398, "mine");
	struct iw_row row;
	bool seen[700];
	unsigned nr = 0;

	(void)state;
	iw_profile_set(&p, IW_TABLE_STATUS, 499, 34);
	iw_profile_set(&p, IW_TABLE_STATUS, 486, 21);
	for (int t = 0; t < IW_NR_TABLES; t++) {
		memset(seen, 0, sizeof(seen));
		for (unsigned pos = 0; iw_profile_walk(&p, (enum iw_table)t, &pos, &row); nr++) {
			assert_false(seen[row.key]);
			seen[row.key] = true;
			assert_true(row.source.clause && row.source.clause[0]);
			assert_int_equal(row.changed, t == IW_TABLE_STATUS &&
							      (row.key == 499 || row.key == 486));
		}
		assert_true(t != IW_TABLE_STATUS || seen[499]);
	}
	assert_int_equal(nr, iw_causes_rfc3398.nr + iw_statuses_rfc3398.nr + 1 + IW_NR_RULES +
				     IW_NR_MAPS);
}

/* Names of Q.1912.5 and TS 29.163 are from memory, and say so. */
static void test_unchecked(void **state)
{
	(void)state;
	for (int b = 0; b < IW_NR_BASES; b++) {
		struct iw_profile p = { .base = (uint8_t)b };
		struct iw_row row;

		for (int t = 0; t < IW_NR_TABLES; t++)
			for (unsigned pos = 0; iw_profile_walk(&p, (enum iw_table)t, &pos, &row);)
				if (strstr(row.source.clause, "1912") ||
				    strstr(row.source.clause, "29.163"))
					assert_true(row.source.unchecked);
	}
}

static void test_words(void **state)
{
	char buf[IW_WORD_MAX];

	(void)state;
	for (int r = 0; r < IW_NR_RULES; r++) {
		const struct iw_rule_row *row = &iw_rule_rows[r];

		assert_int_equal(iw_rule_find(row->name), r);
		assert_int_equal(iw_rule_value((enum iw_rule)r, "nonsense"), -1);
		assert_int_equal(iw_rule_value((enum iw_rule)r, "70000"), -1);
		for (int b = 0; b < IW_NR_BASES; b++) {
			const char *word = iw_rule_word((enum iw_rule)r, row->value[b], buf);

			assert_int_equal(iw_rule_value((enum iw_rule)r, word), row->value[b]);
			assert_non_null(row->source[b].clause);
		}
	}
	for (int m = 0; m < IW_NR_MAPS; m++)
		assert_int_equal(iw_map_find(iw_map_rows[m].name), m);
	assert_int_equal(iw_rule_find("x"), -1);
	assert_int_equal(iw_map_find("x"), -1);
	assert_int_equal(iw_base_find("q1912.5-b"), IW_Q1912_5_B);
	assert_int_equal(iw_base_find("x"), -1);
}

/* Never: what the user or the number is the reason of. */
static void test_causes_that_advance(void **state)
{
	static const uint8_t never[] = { 0, 1, 16, 17, 18, 19, 21, 28, 128, 255 };
	struct iw_cause_set set = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(never); i++)
		assert_int_equal(iw_cause_add(&set, never[i]), TG_EINVAL);
	assert_int_equal(iw_cause_add(&set, 34), 0);
	assert_int_equal(iw_cause_add(&set, 127), 0);
	for (unsigned c = 0; c < 256; c++)
		assert_int_equal(iw_cause_in(&set, (uint8_t)c), c == 34 || c == 127);
	memset(&set, 0xff, sizeof(set));
	for (size_t i = 0; i < sizeof(never); i++)
		assert_false(iw_cause_in(&set, never[i]));
}

/* 5.8: a 503 for a cause has it, whatever the profile says of others. */
static void test_503_says_its_cause(void **state)
{
	struct iw_profile p = IW_PROFILE(IW_RFC3398, "quiet");
	struct iw_numbering plan = IW_NUMBERING_DEFAULT;
	struct iw_ctx x = { .profile = &p };
	struct iw_release r;
	struct isup_msg rel;

	(void)state;
	iw_profile_set(&p, IW_TABLE_RULE, IW_RULE_REASON_OUT, 0);
	iw_local_rel(34, &rel);
	iw_rel_to_sip(&x, &rel, &plan, "h", &r);
	assert_int_equal(r.status, 503);
	assert_non_null(strstr(r.reason, "cause=34"));
	iw_local_rel(17, &rel);
	iw_rel_to_sip(&x, &rel, &plan, "h", &r);
	assert_string_equal(r.reason, "");
}

static void test_explained(void **state)
{
	struct iw_profile p = IW_PROFILE(IW_Q1912_5_B, "q");
	struct iw_explain e = { 0 };
	struct iw_ctx x = { &p, &e, 1 };
	struct isup_cause c = { .value = 18, .location = ISUP_LOC_USER };
	char text[300];

	(void)state;
	iw_status_of_cause(&x, &c, NULL);
	assert_int_equal(e.nr, 1);
	assert_string_equal(iw_explained_print(&e.row[0], text, sizeof(text)),
			    "cause: cause 18, location U -> status 480 (Q.1912.5, causes to "
			    "statuses; not checked against the ITU text)");
	iw_profile_set(&p, IW_TABLE_CAUSE, 18, 408);
	iw_status_of_cause(&x, &c, NULL);
	assert_string_equal(iw_explained_print(&e.row[1], text, sizeof(text)),
			    "cause: cause 18, location U -> status 408 (configured)");
	for (int i = 0; i < 100; i++)
		iw_status_of_cause(&x, &c, NULL);
	assert_int_equal(e.nr, IW_EXPLAIN_MAX);
	assert_int_equal(e.lost, 102 - IW_EXPLAIN_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_sheets),
		cmocka_unit_test(test_locations),
		cmocka_unit_test(test_cancel_and_bye),
		cmocka_unit_test(test_own_rows),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_unchecked),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_causes_that_advance),
		cmocka_unit_test(test_503_says_its_cause),
		cmocka_unit_test(test_explained),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
