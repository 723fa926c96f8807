/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The messages of other projects and the tables beside the tree (../shared/standards/isup), when
 * they are there: clean ones decode, encode to the same octets and hold the numbers that another
 * decoder found; damaged ones are refused. Where we differ, the list here says why.
 */
#include <ctype.h>

#include "unit/support.h"
#include "unit/isup/vectors.h"

#include "isup/variant.h"

#define SHARED "../shared/standards/isup/"

/* Frames that we treat otherwise than the table's oracle. */
static const struct difference {
	const char *id, *why;
} differences[] = {
	{ "jss7-apt-1", "content of the application transport is not looked into: kept" },
	{ "jss7-pri-1", "content of the application transport is not looked into: kept" },
	{ "c-rlc-no-pointer", "RLC without a pointer is taken; encoded with one" },
	{ "c-unknown-mt", "unknown type: TG_ENOTSUP, type and CIC told" },
	{ "c-unknown-mt-compat", "unknown type: TG_ENOTSUP, the compatibility information told" },
	{ "neg-dup-opt-param", "the first of two calling numbers counts; both are kept" },
	{ "neg-opt-len-zero-cgpn", "kept; isup_get_number refuses it" },
	{ "neg-long-iam", "kept; isup_get_number refuses numbers of more than 32 digits" },
	{ "neg-range-no-status-gra", "lengths fit; call control judges range and status" },
	{ "neg-range-status-short", "lengths fit; call control judges range and status" },
	{ "neg-range-0-grs", "lengths fit; call control judges range and status" },
	{ "neg-range-255", "lengths fit; call control judges range and status" },
	{ "neg-digits-odd-nibble", "as the table says: the filler is not a digit" },
	{ "neg-cdpn-nibble-a-e", "as the table says: all 16 codes are carried" },
};

static const char *difference_of(const char *id)
{
	for (size_t i = 0; i < NR_OF(differences); i++)
		if (strcmp(differences[i].id, id) == 0)
			return differences[i].why;
	return NULL;
}

static bool number_is(const struct isup_msg *m, enum isup_param_code code, const char *want)
{
	struct isup_number n;

	if (!want[0])
		return true;
	return isup_get_number(m, code, &n) == 0 && strcmp(n.digits, want) == 0;
}

/* The row's "IAM (CIC 15)"; three messages have other names there. */
static bool is_named(const struct isup_msg *m, const char *info)
{
	static const char *const names[][2] = { { "UBA", "UBLA" },
						{ "USR", "UUI" },
						{ "IRS", "IDS" } };
	char buf[8], want[40];
	const char *name = isup_msg_name(m->type, buf);

	for (size_t i = 0; i < NR_OF(names); i++)
		if (strcmp(name, names[i][0]) == 0)
			name = names[i][1];
	snprintf(want, sizeof(want), "%s (CIC %u)", name, m->cic);
	return strncmp(info, want, strlen(want)) == 0;
}

/* Why this row is not as the table says, or NULL. */
static const char *judge(struct vector_file *f)
{
	struct isup_msg m;
	uint8_t buf[512];
	struct str octets = octets_of(f->column[3]);
	bool clean = strcmp(f->column[5], "ok") == 0 && strncmp(f->column[1], "neg-", 4) != 0;
	int rc = isup_msg_dec(&m, &isup_itu, octets, NULL);

	if (!clean)
		return rc < 0 ? NULL : "accepted";
	if (rc < 0)
		return "refused";
	if (!is_named(&m, f->column[4]))
		return "another message or CIC";
	int len = isup_msg_enc(&m, &isup_itu, buf, sizeof(buf), NULL);
	if (len < 0 || !str_eq(str_n(buf, (size_t)len), octets))
		return "encoded differently";
	if (!number_is(&m, ISUP_P_CALLED_NUMBER, f->column[6]) ||
	    !number_is(&m, ISUP_P_CALLING_NUMBER, f->column[7]))
		return "other digits";
	return NULL;
}

static void test_vectors(void **state)
{
	struct vector_file f;
	int nr = 0, unexplained = 0;

	(void)state;
	if (!vector_open(&f, SHARED "vectors.tsv"))
		skip_because("no " SHARED " beside the tree");
	for (; vector_next(&f); nr++) {
		const char *what = judge(&f), *why = difference_of(f.column[1]);
		if (!what)
			continue;
		print_message("# %s: %s: %s\n", f.column[1], what, why ? why : "UNEXPLAINED");
		unexplained += !why;
	}
	vector_close(&f);
	assert_int_equal(nr, 117);
	assert_int_equal(unexplained, 0);
}

static void test_message_formats(void **state)
{
	struct vector_file f;

	(void)state;
	if (!vector_open(&f, SHARED "message_formats.tsv"))
		skip_because("no " SHARED " beside the tree");
	while (vector_next(&f)) {
		unsigned code = (unsigned)strtoul(f.column[0], NULL, 16);
		const struct isup_msg_row *row = isup_msg_row(&isup_itu, (uint8_t)code);
		size_t fixed = 0, variable = 0;
		assert_non_null(row);
		assert_int_equal(strncmp(f.column[1], row->abbr, strlen(row->abbr)), 0);
		for (const char *p = f.column[3]; *p; p++)
			fixed += p == f.column[3] || *p == ',';
		for (const char *p = f.column[4]; *p; p++)
			variable += p == f.column[4] || (*p == ',' && p[1] != ' ');
		if (!row->raw) {
			assert_int_equal(fixed, strlen((const char *)row->fixed));
			assert_int_equal(variable, strlen((const char *)row->variable));
			assert_int_equal(row->optional, strcmp(f.column[5], "yes") == 0);
		}
	}
	vector_close(&f);
}

static void test_parameter_codes(void **state)
{
	struct vector_file f;

	(void)state;
	if (!vector_open(&f, SHARED "parameter_codes.tsv"))
		skip_because("no " SHARED " beside the tree");
	while (vector_next(&f)) {
		unsigned code = (unsigned)strtoul(f.column[0], NULL, 10);
		bool used = strcmp(f.column[2], "Not used") != 0 && code != 0;
		if ((isup_param_row(&isup_itu, (uint8_t)code) != NULL) != used)
			fail_msg("parameter %s %s", f.column[1], f.column[2]);
	}
	vector_close(&f);
}

static void test_cause_names(void **state)
{
	struct vector_file f;

	(void)state;
	if (!vector_open(&f, SHARED "q850_cause_names.tsv"))
		skip_because("no " SHARED " beside the tree");
	while (vector_next(&f)) {
		unsigned code = (unsigned)strtoul(f.column[0], NULL, 10);
		if (code)
			assert_true(isup_cause_name((uint8_t)code)[0]);
	}
	vector_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_message_formats),
		cmocka_unit_test(test_parameter_codes),
		cmocka_unit_test(test_cause_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
