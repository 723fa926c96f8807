/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The codec: tests/vectors/isup_msg.tsv, the coverage of the tables, typed values, put and del. */
#include "unit/support.h"
#include "unit/isup/vectors.h"

#include "isup/print.h"
#include "isup/value.h"

static const char file[] = "tests/vectors/isup_msg.tsv";

static struct str enc(const struct isup_msg *m)
{
	static uint8_t buf[512];
	struct tg_diag diag = TG_DIAG_NONE;
	int len = isup_msg_enc(m, &isup_itu, buf, sizeof(buf), &diag);

	if (len < 0)
		fail_msg("%s at %zu", diag.text, diag.offset);
	return str_n(buf, (size_t)len);
}

static struct isup_msg dec(const char *hex)
{
	struct isup_msg m;
	struct tg_diag diag = TG_DIAG_NONE;

	if (isup_msg_dec(&m, &isup_itu, octets_of(hex), &diag) < 0)
		fail_msg("%s: %s at %zu", hex, diag.text, diag.offset);
	return m;
}

static int error_of(const char *word)
{
	static const struct {
		const char *word;
		int err;
	} errors[] = { { "trunc", TG_ETRUNC },
		       { "inval", TG_EINVAL },
		       { "limit", TG_ELIMIT },
		       { "notsup", TG_ENOTSUP } };
	for (size_t i = 0; i < NR_OF(errors); i++)
		if (strncmp(word, errors[i].word, strlen(errors[i].word)) == 0)
			return errors[i].err;
	return 0;
}

static void check_vector(struct vector_file *f)
{
	struct isup_msg m;
	struct tg_diag diag = TG_DIAG_NONE;
	struct str octets = octets_of(f->column[1]);
	const char *expect = f->column[2];
	int rc = isup_msg_dec(&m, &isup_itu, octets, &diag);

	if (rc != error_of(expect))
		fail_msg("%s: %d, %s at %zu", f->column[0], rc, diag.text, diag.offset);
	if (rc < 0) {
		if (diag.offset != strtoul(strchr(expect, ' '), NULL, 10))
			fail_msg("%s: %s at %zu", f->column[0], diag.text, diag.offset);
		assert_true(diag.text[0] && diag.clause[0]);
		return;
	}
	if (strncmp(expect, "as ", 3) == 0)
		octets = octets_of(expect + 3);
	if (!str_eq(enc(&m), octets))
		fail_msg("%s: encoded to %s", f->column[0], hex_of(enc(&m)));
}

static void test_vectors(void **state)
{
	struct vector_file f;
	int nr = 0;

	(void)state;
	assert_true(vector_open(&f, file));
	for (; vector_next(&f); nr++)
		check_vector(&f);
	vector_close(&f);
	assert_true(nr > 80);
}

/* Cut at every length, a message is refused or is one of those that end there. */
static void test_cut(void **state)
{
	struct vector_file f;
	struct isup_msg m;
	uint8_t copy[512];

	(void)state;
	assert_true(vector_open(&f, file));
	while (vector_next(&f)) {
		struct str octets = octets_of(f.column[1]);
		memcpy(copy, octets.p, octets.len);
		for (size_t len = 0; len < octets.len; len++) {
			struct tg_diag diag = TG_DIAG_NONE;
			int rc = isup_msg_dec(&m, &isup_itu, str_n(copy, len), &diag);
			assert_true(rc == 0 || (diag.text[0] && diag.offset <= len));
		}
	}
	vector_close(&f);
}

/* Every octet replaced by some others: what is accepted is stable from its canonical form on. */
static void check_stable(struct str octets)
{
	struct isup_msg m;
	uint8_t first[512];

	if (isup_msg_dec(&m, &isup_itu, octets, NULL) < 0)
		return;
	struct str once = enc(&m);
	memcpy(first, once.p, once.len);
	assert_int_equal(isup_msg_dec(&m, &isup_itu, str_n(first, once.len), NULL), 0);
	assert_octets_equal(enc(&m), str_n(first, once.len));
}

static void test_changed_octets(void **state)
{
	static const uint8_t values[] = { 0, 1, 2, 3, 0x04, 0x10, 0x29, 0x7f, 0x80, 0xff };
	struct vector_file f;
	uint8_t copy[512];

	(void)state;
	assert_true(vector_open(&f, file));
	while (vector_next(&f)) {
		struct str octets = octets_of(f.column[1]);
		for (size_t at = 0; at < octets.len && at < 60; at++)
			for (size_t i = 0; i < NR_OF(values); i++) {
				memcpy(copy, octets.p, octets.len);
				copy[at] = values[i];
				check_stable(str_n(copy, octets.len));
			}
	}
	vector_close(&f);
}

/* A clean vector for each message row, and rows that the codec can work with. */
static void test_message_rows(void **state)
{
	struct vector_file f;
	bool seen[256] = { false };

	(void)state;
	assert_true(vector_open(&f, file));
	while (vector_next(&f))
		if (strcmp(f.column[2], "ok") == 0)
			seen[dec(f.column[1]).type] = true;
	vector_close(&f);
	for (unsigned t = 0; t < 256; t++) {
		const struct isup_msg_row *row = isup_msg_row(&isup_itu, (uint8_t)t);
		assert_int_equal(row != NULL, seen[t]);
		if (!row)
			continue;
		assert_true(row->abbr && row->clause);
		for (const uint8_t *c = row->fixed; *c; c++)
			assert_int_equal(isup_param_row(&isup_itu, *c)->min,
					 isup_param_row(&isup_itu, *c)->max);
		for (const uint8_t *c = row->variable; *c; c++)
			assert_non_null(isup_param_row(&isup_itu, *c));
	}
}

static void keep_line(void *ctx, const char *line)
{
	char *text = ctx;
	size_t len = strlen(text);

	snprintf(text + len, 100000 - len, "%s\n", line);
}

/* Each parameter, with its shortest content and with none, goes through codec and printer. */
static void test_param_rows(void **state)
{
	static char text[100000];
	uint8_t zeros[255] = { 0 };
	int nr = 0;

	(void)state;
	for (unsigned code = 1; code < 256; code++) {
		const struct isup_param_row *row = isup_param_row(&isup_itu, (uint8_t)code);
		struct isup_msg m;
		if (!row)
			continue;
		nr++;
		assert_true(row->clause && row->min <= row->max);
		isup_msg_init(&m, ISUP_ANM, 1);
		assert_int_equal(isup_put(&m, code, str_n(zeros, row->min)), 0);
		struct isup_msg n = dec(hex_of(enc(&m)));
		assert_octets_equal(enc(&n), enc(&m));
		text[0] = '\0';
		isup_msg_print(&m, &isup_itu, keep_line, text);
		assert_non_null(strstr(text, row->name));
		assert_int_equal(isup_put(&m, code, str_n(zeros, 0)), 0);
		isup_msg_print(&m, &isup_itu, keep_line, text);
		assert_non_null(strstr(text, "empty"));
	}
	assert_int_equal(nr, 105);
}

/* All clean vectors in words. */
static void test_print(void **state)
{
	static char text[100000];
	struct vector_file f;

	(void)state;
	text[0] = '\0';
	assert_true(vector_open(&f, file));
	while (vector_next(&f)) {
		if (strcmp(f.column[2], "ok") != 0)
			continue;
		struct isup_msg m = dec(f.column[1]);
		isup_msg_print(&m, &isup_itu, keep_line, text);
	}
	vector_close(&f);
	check_golden(str_of(text), "isup_print.txt");
}

static void test_number(void **state)
{
	struct isup_msg m = dec("0500 01 00 2001 0a 03 02 09 07 83 10 94 03 21 43 05"
				"0a 06 04 17 94 98 21 43 00");
	struct isup_number n;

	(void)state;
	assert_int_equal(isup_get_number(&m, ISUP_P_CALLED_NUMBER, &n), 0);
	assert_string_equal(n.digits, "493012345");
	assert_int_equal(n.noa, ISUP_NOA_NATIONAL);
	assert_int_equal(n.npi, 1);
	assert_int_equal(isup_get_number(&m, ISUP_P_CALLING_NUMBER, &n), 0);
	assert_string_equal(n.digits, "49891234");
	assert_int_equal(n.noa, ISUP_NOA_INTERNATIONAL);
	assert_int_equal(n.apri, 1);
	assert_int_equal(n.si, 3);
	assert_int_equal(isup_get_number(&m, ISUP_P_CONNECTED_NUMBER, &n), TG_ENOENT);
	assert_int_equal(isup_get_number(&m, ISUP_P_FCI, &n), TG_EINVAL);
}

/* What is put comes out again, in each layout and number of digits. */
static void check_number(enum isup_param_code code, const struct isup_number *in)
{
	struct isup_number out;
	struct isup_msg m;

	isup_msg_init(&m, ISUP_IAM, 1);
	assert_int_equal(isup_put_number(&m, code, in), 0);
	assert_int_equal(isup_get_number(&m, code, &out), 0);
	assert_memory_equal(in, &out, sizeof(out));
}

static void test_number_round(void **state)
{
	static const char all[] = "0123456789ABCDEF0123456789ABCDEF";

	(void)state;
	for (size_t len = 0; len <= ISUP_MAX_DIGITS; len++) {
		struct isup_number called = { .noa = 4, .npi = 1, .inn = 1 };
		struct isup_number calling = { .noa = 3, .npi = 1, .ni = 1, .apri = 2, .si = 3 };
		struct isup_number generic = { .noa = 3, .npi = 1, .si = 1, .nqi = 6 };
		struct isup_number location = { .noa = 3, .npi = 1, .inn = 1, .si = 3 };
		struct isup_number redirecting = { .noa = 3, .npi = 1, .apri = 1 };
		struct isup_number subsequent = { 0 };
		memcpy(called.digits, all, len);
		memcpy(calling.digits, all, len);
		memcpy(generic.digits, all, len);
		memcpy(location.digits, all, len);
		memcpy(redirecting.digits, all, len);
		memcpy(subsequent.digits, all, len);
		check_number(ISUP_P_CALLED_NUMBER, &called);
		check_number(ISUP_P_CALLING_NUMBER, &calling);
		check_number(ISUP_P_GENERIC_NUMBER, &generic);
		check_number(ISUP_P_LOCATION_NUMBER, &location);
		check_number(ISUP_P_REDIRECTING_NUMBER, &redirecting);
		check_number(ISUP_P_SUBSEQUENT_NUMBER, &subsequent);
	}
}

static void test_number_refused(void **state)
{
	struct isup_msg m;
	struct isup_number n = { .noa = 3, .digits = "12x" };
	uint8_t octets[20] = { 3, 0x10 };

	(void)state;
	isup_msg_init(&m, ISUP_IAM, 1);
	assert_int_equal(isup_put_number(&m, ISUP_P_CALLED_NUMBER, &n), TG_EINVAL);
	memset(n.digits, '1', sizeof(n.digits)); /* no NUL */
	assert_int_equal(isup_put_number(&m, ISUP_P_CALLED_NUMBER, &n), TG_EINVAL);
	n = (struct isup_number){ .noa = 128 };
	assert_int_equal(isup_put_number(&m, ISUP_P_CALLED_NUMBER, &n), TG_EINVAL);
	assert_int_equal(isup_put_number(&m, ISUP_P_FCI, &n), TG_EINVAL);
	assert_int_equal(m.nr_params, 0);
	/* 33 and 34 digits */
	octets[0] = 0x83;
	assert_int_equal(isup_put(&m, ISUP_P_CALLED_NUMBER, str_n(octets, 2 + 17)), 0);
	assert_int_equal(isup_get_number(&m, ISUP_P_CALLED_NUMBER, &n), TG_EINVAL);
	octets[0] = 0x03;
	assert_int_equal(isup_put(&m, ISUP_P_CALLED_NUMBER, str_n(octets, 2 + 17)), 0);
	assert_int_equal(isup_get_number(&m, ISUP_P_CALLED_NUMBER, &n), TG_EINVAL);
	assert_int_equal(isup_put(&m, ISUP_P_CALLED_NUMBER, str_n(octets, 1)), 0);
	assert_int_equal(isup_get_number(&m, ISUP_P_CALLED_NUMBER, &n), TG_EINVAL);
}

static void test_cause(void **state)
{
	struct isup_cause c = { .location = ISUP_LOC_BEYOND,
				.value = 102,
				.nr_diagnostics = 2,
				.diagnostics = { 'T', '7' } },
			  d;
	struct isup_msg m;

	(void)state;
	isup_msg_init(&m, ISUP_REL, 7);
	assert_int_equal(isup_get_cause(&m, &d), TG_ENOENT);
	assert_int_equal(isup_put_cause(&m, &c), 0);
	assert_octets_equal(enc(&m), OCTETS("0700 0c 02 00 04 8a e6 54 37"));
	assert_int_equal(isup_get_cause(&m, &d), 0);
	assert_memory_equal(&c, &d, sizeof(c));
	m = dec("0100 0c 02 00 03 02 80 90"); /* octet 1a */
	assert_int_equal(isup_get_cause(&m, &d), 0);
	assert_int_equal(d.location, ISUP_LOC_PUBLIC_LOCAL);
	assert_int_equal(d.value, 16);
	m = dec("0100 0c 02 00 02 02 80"); /* octet 1a and no cause value */
	assert_int_equal(isup_get_cause(&m, &d), TG_EINVAL);
	c.location = 16;
	assert_int_equal(isup_put_cause(&m, &c), TG_EINVAL);
	assert_string_equal(isup_cause_name(16), "normal call clearing");
	assert_string_equal(isup_cause_name(0), "");
	assert_string_equal(isup_cause_name(255), "");
}

static void test_indicators(void **state)
{
	struct isup_msg m;
	struct isup_nci nci = { 1, 2, 1 };
	struct isup_fci fci = { 1, 2, 0, 1, 1, 2, 1, 3, 1, 1 };
	struct isup_bci bci = { 2, 1, 1, 2, 1, 1, 1, 0, 1, 1, 2 };
	struct isup_obci obci = { 1, 0, 1, 1 };
	struct isup_event event = { ISUP_EVENT_IN_BAND, 1 };
	struct str octets;

	(void)state;
	isup_msg_init(&m, ISUP_IAM, 1);
	assert_int_equal(isup_put_nci(&m, &nci) | isup_put_fci(&m, &fci) | isup_put_bci(&m, &bci) |
				 isup_put_obci(&m, &obci) | isup_put_event(&m, &event),
			 0);
	assert_true(isup_get(&m, ISUP_P_NCI, &octets));
	assert_octets_equal(octets, OCTETS("19"));
	assert_true(isup_get(&m, ISUP_P_FCI, &octets));
	assert_octets_equal(octets, OCTETS("b5 37"));
	assert_true(isup_get(&m, ISUP_P_BCI, &octets));
	assert_octets_equal(octets, OCTETS("96 b7"));
	assert_true(isup_get(&m, ISUP_P_OBCI, &octets));
	assert_octets_equal(octets, OCTETS("0d"));
	assert_true(isup_get(&m, ISUP_P_EVENT, &octets));
	assert_octets_equal(octets, OCTETS("83"));
	struct isup_nci nci2;
	struct isup_fci fci2;
	struct isup_bci bci2;
	struct isup_obci obci2;
	struct isup_event event2;
	assert_int_equal(isup_get_nci(&m, &nci2) | isup_get_fci(&m, &fci2) |
				 isup_get_bci(&m, &bci2) | isup_get_obci(&m, &obci2) |
				 isup_get_event(&m, &event2),
			 0);
	assert_memory_equal(&nci, &nci2, sizeof(nci));
	assert_memory_equal(&fci, &fci2, sizeof(fci));
	assert_memory_equal(&bci, &bci2, sizeof(bci));
	assert_memory_equal(&obci, &obci2, sizeof(obci));
	assert_memory_equal(&event, &event2, sizeof(event));
}

static void test_indicators_refused(void **state)
{
	struct isup_msg m;
	uint8_t v;

	(void)state;
	isup_msg_init(&m, ISUP_IAM, 1);
	assert_int_equal(isup_put_nci(&m, &(struct isup_nci){ .satellite = 4 }), TG_EINVAL);
	assert_int_equal(isup_put_fci(&m, &(struct isup_fci){ .isdn_access = 2 }), TG_EINVAL);
	assert_int_equal(isup_put_bci(&m, &(struct isup_bci){ .charge = 4 }), TG_EINVAL);
	assert_int_equal(isup_put_obci(&m, &(struct isup_obci){ .mlpp = 2 }), TG_EINVAL);
	assert_int_equal(isup_put_event(&m, &(struct isup_event){ .event = 128 }), TG_EINVAL);
	assert_int_equal(isup_get_u8(&m, ISUP_P_TMR, &v), TG_ENOENT);
	assert_int_equal(isup_put(&m, ISUP_P_TMR, str_n(NULL, 0)), 0);
	assert_int_equal(isup_get_u8(&m, ISUP_P_TMR, &v), TG_EINVAL);
	assert_int_equal(isup_put_u8(&m, ISUP_P_TMR, 3), 0);
	assert_int_equal(isup_get_u8(&m, ISUP_P_TMR, &v), 0);
	assert_int_equal(v, 3);
}

/* Putting over a longer and a shorter content moves the others. */
static void test_put_del(void **state)
{
	struct isup_msg m;

	(void)state;
	isup_msg_init(&m, ISUP_ANM, 1);
	assert_int_equal(isup_put(&m, ISUP_P_OBCI, OCTETS("01")), 0);
	assert_int_equal(isup_put(&m, ISUP_P_BCI, OCTETS("16 14")), 0);
	assert_int_equal(isup_put(&m, ISUP_P_CONNECTED_NUMBER, OCTETS("04 13 94")), 0);
	assert_int_equal(isup_put(&m, ISUP_P_BCI, OCTETS("aa bb cc dd")), 0);
	assert_octets_equal(enc(&m), OCTETS("010009 01 290101 1104aabbccdd 2103041394 00"));
	assert_int_equal(isup_put(&m, ISUP_P_BCI, OCTETS("ee")), 0);
	assert_octets_equal(enc(&m), OCTETS("010009 01 290101 1101ee 2103041394 00"));
	isup_del(&m, ISUP_P_OBCI);
	isup_del(&m, ISUP_P_OBCI);
	assert_octets_equal(enc(&m), OCTETS("010009 01 1101ee 2103041394 00"));
	isup_del(&m, ISUP_P_CONNECTED_NUMBER);
	isup_del(&m, ISUP_P_BCI);
	assert_octets_equal(enc(&m), OCTETS("010009 00"));
	assert_int_equal(m.nr_octets, 0);
}

static void test_put_bounds(void **state)
{
	static uint8_t octets[300];
	struct isup_msg m;

	(void)state;
	isup_msg_init(&m, ISUP_ANM, 1);
	assert_int_equal(isup_put(&m, ISUP_P_USI, str_n(octets, 256)), TG_ELIMIT);
	assert_int_equal(isup_put(&m, ISUP_P_USI, str_n(octets, 255)), 0);
	assert_int_equal(isup_put(&m, ISUP_P_NCI, str_n(octets, 255)), 0);
	assert_int_equal(isup_put(&m, ISUP_P_BCI, str_n(octets, 3)), TG_ELIMIT);
	assert_int_equal(isup_put(&m, ISUP_P_BCI, str_n(octets, 2)), 0);
	assert_int_equal(isup_put(&m, ISUP_P_BCI, str_n(octets, 3)), TG_ELIMIT);
	isup_del(&m, ISUP_P_USI);
	isup_del(&m, ISUP_P_NCI);
	isup_del(&m, ISUP_P_BCI);
	for (int i = 0; i < ISUP_MAX_PARAMS; i++)
		assert_int_equal(isup_put(&m, 100 + i, str_n(octets, 1)), 0);
	assert_int_equal(isup_put(&m, 99, str_n(octets, 1)), TG_ELIMIT);
	assert_int_equal(isup_put(&m, 100, str_n(octets, 2)), 0);
}

/* An encoder without room, or without a mandatory parameter, says so and writes no more. */
static void test_enc_refused(void **state)
{
	struct isup_msg m = dec("0500 01 00 2001 0a 03 02 07 05 0310 2143 65 3d 01 1f 00");
	struct tg_diag diag;
	uint8_t buf[64];
	size_t whole = enc(&m).len;

	(void)state;
	for (size_t size = 0; size < whole; size++) {
		memset(buf, 0xee, sizeof(buf));
		assert_int_equal(isup_msg_enc(&m, &isup_itu, buf, size, &diag), TG_ELIMIT);
		assert_int_equal(buf[size], 0xee);
	}
	isup_del(&m, ISUP_P_CPC);
	assert_int_equal(isup_msg_enc(&m, &isup_itu, buf, sizeof(buf), &diag), TG_EINVAL);
	assert_non_null(strstr(diag.text, "calling party's category is missing"));
	isup_put(&m, ISUP_P_CPC, OCTETS("0a 0a"));
	assert_int_equal(isup_msg_enc(&m, &isup_itu, buf, sizeof(buf), &diag), TG_EINVAL);
	m.type = 0x7a;
	m.v = NULL; /* it did not come so */
	assert_int_equal(isup_msg_enc(&m, &isup_itu, buf, sizeof(buf), &diag), TG_ENOTSUP);
}

/* What we don't know still gives type, CIC and compatibility information. */
static void test_unknown_type(void **state)
{
	struct isup_msg m;
	struct str octets;
	char buf[8];

	(void)state;
	assert_int_equal(isup_msg_dec(&m, &isup_itu, OCTETS("0101 7a 01 38 01 c0 00"), NULL),
			 TG_ENOTSUP);
	assert_int_equal(m.type, 0x7a);
	assert_int_equal(m.cic, 0x101);
	assert_true(isup_get(&m, ISUP_P_MESSAGE_COMPATIBILITY, &octets));
	assert_octets_equal(octets, OCTETS("c0"));
	assert_int_equal(isup_msg_dec(&m, &isup_itu, OCTETS("0101 7a 90 38"), NULL), TG_ENOTSUP);
	assert_int_equal(m.nr_params, 0);
	assert_string_equal(isup_msg_name(0x7a, buf), "0x7a");
	assert_string_equal(isup_msg_name(ISUP_IAM, buf), "IAM");
}

static void test_timer_rows(void **state)
{
	(void)state;
	for (int t = 0; t < ISUP_NR_TIMERS; t++) {
		const struct isup_timer_row *row = isup_timer_row(&isup_itu, t);
		assert_true(row->name && row->clause && row->meaning);
		assert_in_range(row->default_ms, row->min_ms, row->max_ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),	       cmocka_unit_test(test_cut),
		cmocka_unit_test(test_changed_octets), cmocka_unit_test(test_message_rows),
		cmocka_unit_test(test_param_rows),     cmocka_unit_test(test_print),
		cmocka_unit_test(test_number),	       cmocka_unit_test(test_number_round),
		cmocka_unit_test(test_number_refused), cmocka_unit_test(test_cause),
		cmocka_unit_test(test_indicators),     cmocka_unit_test(test_indicators_refused),
		cmocka_unit_test(test_put_del),	       cmocka_unit_test(test_put_bounds),
		cmocka_unit_test(test_enc_refused),    cmocka_unit_test(test_unknown_type),
		cmocka_unit_test(test_timer_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
