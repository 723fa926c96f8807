/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The built-in variants, variants from text, and every reason why a text is refused. */
#include "unit/support.h"
#include "unit/isup/vectors.h"

#include "isup/params.h"
#include "isup/variant_file.h"

static struct mem *mem;

static int set_up(void **state)
{
	(void)state;
	mem = mem_root("test");
	return mem ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	mem_free(mem);
	return mem_roots() ? -1 : 0;
}

static struct str enc(const struct isup_msg *m, const struct isup_variant *v)
{
	static uint8_t buf[300];
	struct tg_diag diag = TG_DIAG_NONE;
	int len = isup_msg_enc(m, v, buf, sizeof(buf), &diag);

	if (len < 0)
		fail_msg("%s at %zu", diag.text, diag.offset);
	return str_n(buf, (size_t)len);
}

static struct isup_msg dec(const char *hex, const struct isup_variant *v)
{
	struct tg_diag diag = TG_DIAG_NONE;
	struct isup_msg m;

	if (isup_msg_dec(&m, v, octets_of(hex), &diag) < 0)
		fail_msg("%s: %s at %zu", hex, diag.text, diag.offset);
	return m;
}

/* What the codec and the stack rely on. */
static void check_variant(const struct isup_variant *v)
{
	for (unsigned t = 0; t < 256; t++) {
		const struct isup_msg_row *row = isup_msg_row(v, (uint8_t)t);
		if (!row)
			continue;
		assert_true(row->abbr && row->clause);
		for (const uint8_t *c = row->fixed; *c; c++)
			assert_int_equal(isup_param_row(v, *c)->min, isup_param_row(v, *c)->max);
		for (const uint8_t *c = row->variable; *c; c++)
			assert_non_null(isup_param_row(v, *c));
	}
	for (int t = 0; t < ISUP_NR_TIMERS; t++) {
		const struct isup_timer_row *row = isup_timer_row(v, t);
		assert_true(row->name && row->clause && row->meaning);
		assert_in_range(row->default_ms, row->min_ms, row->max_ms);
		assert_true(row->default_ms > 0);
		assert_string_equal(row->name, isup_timer_row(&isup_itu, t)->name);
	}
	assert_in_range(v->cic_bits, 12, 14);
}

static void test_built_in(void **state)
{
	(void)state;
	for (int i = 0; isup_variants[i]; i++) {
		check_variant(isup_variants[i]);
		assert_ptr_equal(isup_variant_find(str_of(isup_variants[i]->name)),
				 isup_variants[i]);
	}
	assert_null(isup_variant_find(STR("itu93")));
	assert_non_null(isup_msg_row(&isup_itu2000, ISUP_APM));
	assert_null(isup_msg_row(&isup_itu92, ISUP_APM));
	assert_null(isup_param_row(&isup_itu92, ISUP_P_HOP_COUNTER));
	assert_non_null(isup_param_row(&isup_etsi3, ISUP_P_HOP_COUNTER));
	assert_null(isup_msg_row(&isup_etsi3, ISUP_PAM));
	assert_null(isup_msg_row(&isup_itu, ISUP_EXM));
}

static void test_ansi(void **state)
{
	struct isup_msg m = dec("ff3f 01 00 6001 0a 03 06 0c 03 80 90 a2 06 83 10 15 32 54 06"
				"ea 01 3d 00",
				&isup_ansi95);
	struct isup_originating_line oli;
	struct isup_number n;
	struct tg_diag diag;
	char buf[8];

	(void)state;
	assert_int_equal(m.cic, 0x3fff);
	assert_int_equal(isup_get_number(&m, ISUP_P_CALLED_NUMBER, &n), 0);
	assert_string_equal(n.digits, "5123456");
	assert_int_equal(
		isup_get_value(&m, &isup_ansi95, ISUP_P_ORIGINATING_LINE, &oli, sizeof(oli)), 0);
	assert_int_equal(oli.ii_digits, 61);
	assert_octets_equal(enc(&m, &isup_ansi95),
			    OCTETS("ff3f 01 00 6001 0a 03 06 0c 03 80 90 a2 06 83 10 15 32 54 06"
				   "ea 01 3d 00"));
	/* in Q.763 the CIC has 12 bits */
	m = dec("ff3f 13", &isup_itu);
	assert_int_equal(m.cic, 0x0fff);
	m = dec("0500 ea 00", &isup_ansi95);
	assert_octets_equal(enc(&m, &isup_ansi95), OCTETS("0500 ea 00"));
	m = dec("0500 eb 01 a6 01 e9 0b 44414c4c54583030303031 00", &isup_ansi95);
	assert_octets_equal(enc(&m, &isup_ansi95),
			    OCTETS("0500 eb 01 a6 01 e9 0b 44414c4c54583030303031 00"));
	m = dec("0500 ed 01 e7 03 001200 00", &isup_ansi95);
	assert_octets_equal(enc(&m, &isup_ansi95), OCTETS("0500 ed 01 e7 03 001200 00"));
	assert_octets_equal((m = dec("0500 10", &isup_ansi95), enc(&m, &isup_ansi95)),
			    OCTETS("0500 10"));
	assert_int_equal(isup_msg_dec(&m, &isup_ansi95, OCTETS("0500 42 00"), &diag), TG_ENOTSUP);
	assert_int_equal(isup_msg_dec(&m, &isup_itu, OCTETS("0500 ec"), &diag), TG_ENOTSUP);
	assert_string_equal(isup_msg_name(ISUP_CVT, buf), "CVT");
}

/* T1.113 point codes are 24 bits long. */
static void test_ansi_params(void **state)
{
	struct isup_call_reference ref = { .identity = 0x010203, .point_code = 0xfe0102 }, out;
	struct isup_msg m;
	struct str octets;

	(void)state;
	isup_msg_init(&m, ISUP_ANM, 1);
	assert_int_equal(isup_put_value(&m, &isup_itu, ISUP_P_CALL_REFERENCE, &ref, sizeof(ref)),
			 TG_EINVAL);
	assert_int_equal(isup_put_value(&m, &isup_ansi95, ISUP_P_CALL_REFERENCE, &ref, sizeof(ref)),
			 0);
	assert_true(isup_get(&m, ISUP_P_CALL_REFERENCE, &octets));
	assert_octets_equal(octets, OCTETS("01 02 03 02 01 fe"));
	assert_int_equal(isup_get_value(&m, &isup_ansi95, ISUP_P_CALL_REFERENCE, &out, sizeof(out)),
			 0);
	assert_memory_equal(&ref, &out, sizeof(ref));
}

/* Variants from text. ------------------------------------------------------------------------ */
static const struct isup_variant *parse(const char *text)
{
	struct isup_variant_error e;
	const struct isup_variant *v = isup_variant_parse(mem, str_of(text), &e);

	if (!v)
		fail_msg("line %u: %s", e.line, e.text);
	return v;
}

static void test_example_file(void **state)
{
	char text[4000] = "";
	struct vector_file f;
	const struct isup_variant *v;
	size_t len;

	(void)state;
	assert_true(vector_open(&f, "contrib/variants/example.variant"));
	len = fread(text, 1, sizeof(text) - 1, f.f);
	vector_close(&f);
	assert_true(len > 100 && len < sizeof(text) - 1);
	v = parse(text);
	check_variant(v);
	assert_string_equal(v->name, "example");
	assert_null(isup_msg_row(v, ISUP_LPA));
	assert_null(isup_param_row(v, ISUP_P_CCSS));
	assert_null(isup_msg_row(v, ISUP_SDN));
	assert_int_equal(isup_timer_row(v, ISUP_T7)->default_ms, 25000);
	assert_int_equal(isup_timer_row(v, ISUP_T1)->default_ms, 15000);
	struct isup_msg m = dec("0500 f4 8305 01 3d 01 1f 00", v);
	assert_octets_equal(enc(&m, v), OCTETS("0500 f4 8305 01 3d 01 1f 00"));
}

static void keep_line(void *ctx, const char *line)
{
	char *text = ctx;

	strcat(strcat(text, line), "\n");
}

static void test_file_print(void **state)
{
	const struct isup_variant *v =
		parse("variant x\nderive itu2000\nparameter 0xf8 name pulses length 1 2\n"
		      "field 0xf8 class 0 0 4\nfield 0xf8 count 1 0 8\n"
		      "message 0xf4 abbr NCM name \"national charging\" optional\n"
		      "parameter 0xf9 name nrn number called\n");
	struct isup_msg m = dec("0500 f4 01 f8 02 03 05 f9 04 03 10 21 43 00", v);
	char text[300] = "";

	(void)state;
	isup_msg_print(&m, v, keep_line, text);
	assert_string_equal(text, "NCM (national charging), CIC 5\npulses: class 3, count 5\n"
				  "nrn: national, E.164, 1234\n");
}

static void test_file_changes(void **state)
{
	const struct isup_variant *v = parse(
		"# all that can be said\nvariant x\nderive itu92\n\ncic-bits 14\nlocation 3\n"
		"unknown-message drop\nunknown-parameter release\npassed-parameter confusion\n"
		"message IAM fixed 0x06 7 \"calling party's category\" variable 0x1d 0x04\n"
		"message CRG raw\nmessage RLC no-optional\nmessage 0xf0 abbr X name y # end\n"
		"parameter \"called party number\" name called length 3 9\n");
	const struct isup_msg_row *iam = isup_msg_row(v, ISUP_IAM);

	(void)state;
	assert_memory_equal(iam->fixed, "\x06\x07\x09\0", 5);
	assert_memory_equal(iam->variable, "\x1d\x04", 3);
	assert_true(iam->optional && isup_msg_row(v, ISUP_CRG)->raw);
	assert_false(isup_msg_row(v, ISUP_RLC)->optional);
	assert_int_equal(v->cic_bits, 14);
	assert_int_equal(v->location, 3);
	assert_int_equal(v->unknown_msg, ISUP_DROP);
	assert_int_equal(v->unknown_parameter, ISUP_RELEASE);
	assert_true(v->notify_passed);
	assert_string_equal(isup_param_row(v, ISUP_P_CALLED_NUMBER)->name, "called");
	assert_int_equal(isup_param_row(v, ISUP_P_CALLED_NUMBER)->max, 9);
	assert_string_equal(isup_msg_row(v, 0xf0)->abbr, "X");
}

static const struct fault {
	const char *text;
	unsigned line;
	const char *why;
} faults[] = {
#define HEAD "variant x\nderive itu92\n"
	{ "", 0, "a variant needs a name and a base" },
	{ "variant x\n", 0, "a variant needs a name and a base" },
	{ "derive itu92", 1, "variant NAME comes first" },
	{ "variant x\nlocation 2", 2, "derive comes before 'location'" },
	{ "variant x\nderive itu77", 2, "there is no variant 'itu77'" },
	{ HEAD "derive itu92", 3, "the variant has a base already" },
	{ HEAD "variant y", 3, "the variant has a name already" },
	{ "variant \"\"", 1, "the name is empty or longer than 30" },
	{ "variant x y", 1, "'y' is not expected here" },
	{ HEAD "vary", 3, "'vary' is no statement" },
	{ HEAD "message \"IAM", 3, "a quote is not closed" },
	{ HEAD "message 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8"
	       " 9 0 1",
	  3, "more than 40 words" },
	{ HEAD "cic-bits 11", 3, "the width of the CIC is '11', not 12 to 14" },
	{ HEAD "cic-bits", 3, "the width of the CIC is '', not 12 to 14" },
	{ HEAD "location 0x1g", 3, "the location is '0x1g', not 0 to 15" },
	{ HEAD "unknown-message explode", 3, "the reaction is 'explode', which is none" },
	{ HEAD "passed-parameter drop", 3, "what is passed on can have pass or confusion" },
	{ HEAD "unknown-parameter", 3, "the reaction is '', which is none" },
	{ HEAD "message XYZ", 3, "there is no message 'XYZ'" },
	{ HEAD "message 256", 3, "there is no message '256'" },
	{ HEAD "message 0xf0 abbr XYZ", 3, "a new message needs abbr and name" },
	{ HEAD "message IAM\nmessage 1", 4, "message 0x01 stands in line 3 already" },
	{ HEAD "message IAM fixed 0x14", 3, "there is no parameter '0x14'" },
	{ HEAD "message IAM fixed 6 6", 3, "parameter 0x06 stands twice" },
	{ HEAD "message IAM fixed 6 7 9 2 0x10", 3, "more than 4 fixed parameters" },
	{ HEAD "message IAM variable 4 0xa 0xb", 3, "more than 2 variable parameters" },
	{ HEAD "message IAM fixed 4", 3, "IAM: fixed parameter 0x04 has no fixed length" },
	{ HEAD "message IAM fixed 6 variable 6", 3, "IAM: parameter 0x06 is fixed and variable" },
	{ HEAD "message IAM longer", 3, "'longer' is not expected here" },
	{ HEAD "message 0xf0 abbr IAM name x", 3, "0x01 and 0xf0 are both IAM" },
	{ HEAD "message IAM abbr INITIALS", 3, "the abbreviation is empty or longer than 7" },
	{ HEAD "remove parameter 6", 0, "IAM: fixed parameter 0x06 was removed" },
	{ HEAD "remove parameter 4", 0, "IAM: parameter 0x04 was removed" },
	{ HEAD "remove message REL", 3, "the procedures need REL" },
	{ HEAD "remove message APM", 3, "there is no such message" },
	{ HEAD "remove parameter 0x3d", 3, "there is no parameter '0x3d'" },
	{ HEAD "remove all", 3, "remove a message or a parameter" },
	{ HEAD "parameter 0xf8 length 1 2", 3, "a new parameter needs a name" },
	{ HEAD "parameter thing", 3, "there is no parameter 'thing'" },
	{ HEAD "parameter 4 length 1", 3, "the longest length is '', not 1 to 255" },
	{ HEAD "parameter 4 length 0 1", 3, "the shortest length is '0', not 1 to 255" },
	{ HEAD "parameter 4 number odd", 3, "the layout of a number is 'odd', which is none" },
	{ HEAD "parameter 4\nparameter 4", 4, "parameter 0x04 stands in line 3 already" },
	{ HEAD "parameter 4 wide", 3, "'wide' is not expected here" },
	{ HEAD "field 6 x 0 0 8", 3, "fields belong below their parameter's line" },
	{ HEAD "parameter 6\nfield 6 x 0 4 5", 4, "the width is '5', not 1 to 4" },
	{ HEAD "parameter 6\nfield 6 x 0 8 1", 4, "the shift is '8', not 0 to 7" },
	{ HEAD "parameter 6\nfield 6 x 255 0 1", 4, "the octet is '255', not 0 to 254" },
	{ HEAD "parameter 6\nfield 6 x 1 0 1", 3,
	  "nature of connection indicators: field 'x' lies behind 1 octets" },
	{ HEAD "timer T77 1 2 3", 3, "there is no timer 'T77'" },
	{ HEAD "timer T7 20 10 10", 3, "the longest time is '10', not 20 to 86400" },
	{ HEAD "timer T7 20 30 31", 3, "the default is '31', not 20 to 30" },
};

static void test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(faults); i++) {
		struct isup_variant_error e;
		const struct fault *f = &faults[i];
		if (isup_variant_parse(mem, str_of(f->text), &e))
			fail_msg("accepted: %s", f->text);
		assert_string_equal(e.text, f->why);
		assert_int_equal(e.line, f->line);
		assert_int_equal(e.err, TG_EINVAL);
	}
	assert_int_equal(mem_used(mem), 0);
}

static void test_many(void **state)
{
	static char text[ISUP_VARIANT_MAX_LINES + 100];
	struct isup_variant_error e;
	size_t len;

	(void)state;
	strcpy(text, HEAD "parameter 6 length 9 9\n");
	for (int i = 0; i < 25; i++)
		strcat(text, "field 6 x 1 0 1\n");
	assert_null(isup_variant_parse(mem, str_of(text), &e));
	assert_string_equal(e.text, "more than 24 fields");
	strcpy(text, HEAD);
	len = strlen(text);
	memset(text + len, '\n', ISUP_VARIANT_MAX_LINES);
	assert_null(isup_variant_parse(mem, str_of(text), &e));
	assert_int_equal(e.err, TG_ELIMIT);
	assert_string_equal(e.text, "more than 10000 lines");
}

static void parse_once(void *ctx)
{
	struct mem *m = mem_root("walk");
	struct isup_variant_error e;

	(void)ctx;
	if (m && !isup_variant_parse(m,
				     STR(HEAD "parameter 0xf8 name x\nfield 0xf8 a 0 0 1\n"
					      "field 0xf8 b 0 1 1\n"),
				     &e))
		assert_int_equal(e.err, TG_ENOMEM);
	mem_free(m);
}

static void test_no_memory(void **state)
{
	(void)state;
	assert_true(walk_allocations(parse_once, NULL) > 6);
}

/* A variant whose calling party number is laid out as the called one: what is read from a message
 * of it, put into one, and what becomes of it on the way to another network. */
static void test_number_layouts(void **state)
{
	struct isup_variant_error e;
	const struct isup_variant *v = isup_variant_parse(
		mem,
		STR("variant x\nderive itu2000\nparameter \"calling party number\" number called\n"
		    "parameter \"connected number\" number generic\n"),
		&e);
	const struct isup_number in = { .noa = 3, .npi = 1, .apri = 1, .si = 3, .digits = "301" };
	struct isup_number n;
	struct isup_msg m;
	struct str o;

	(void)state;
	assert_non_null(v);
	m = dec("0500 01 00 6001 0a 00 02 06 04 83 90 20 01 0a 04 83 9f 03 01 00", v);
	assert_int_equal(isup_get_number(&m, ISUP_P_CALLING_NUMBER, &n), 0);
	assert_int_equal(n.inn, 1);
	assert_int_equal(n.si, 0); /* as ITU-T it would be 3 */
	assert_int_equal(isup_put_number(&m, ISUP_P_CALLING_NUMBER, &in), 0);
	assert_true(isup_get(&m, ISUP_P_CALLING_NUMBER, &o));
	assert_octets_equal(o, OCTETS("83 10 03 01"));
	/* ours to theirs and back; the presentation has no place there */
	isup_msg_init(&m, ISUP_CON, 5);
	isup_put(&m, ISUP_P_BCI, OCTETS("0000"));
	assert_int_equal(isup_put_number(&m, ISUP_P_CALLING_NUMBER, &in), 0);
	assert_int_equal(isup_put_number(&m, ISUP_P_CONNECTED_NUMBER, &in), 0);
	assert_int_equal(isup_msg_adapt(&m, v), 0);
	assert_octets_equal(enc(&m, v),
			    OCTETS("0500 07 0000 01 0a 04 83 10 03 01 21 05 00 83 17 03 01 00"));
	assert_int_equal(isup_msg_adapt(&m, &isup_itu), 0);
	assert_octets_equal(enc(&m, &isup_itu),
			    OCTETS("0500 07 0000 01 0a 04 83 10 03 01 21 04 83 17 03 01 00"));
	/* no number at all */
	isup_put(&m, ISUP_P_CONNECTED_NUMBER, OCTETS("83"));
	assert_int_equal(isup_msg_adapt(&m, v), TG_EINVAL);
}

/* T1.113: an IAM has user service information where Q.763 has the transmission medium. */
static void test_iam_of_the_other(void **state)
{
	struct isup_msg m = dec("0100 01 00 6001 0a 03 02 06 04 83 90 20 01 00", &isup_itu);

	(void)state;
	assert_int_equal(isup_msg_adapt(&m, &isup_ansi95), 0);
	assert_octets_equal(enc(&m, &isup_ansi95),
			    OCTETS("0100 01 00 6001 0a 03 06 00 03 90 90 a2 04 83 90 20 01"));
	assert_int_equal(isup_msg_adapt(&m, &isup_itu92), 0);
	assert_octets_equal(enc(&m, &isup_itu92),
			    OCTETS("0100 01 00 6001 0a 03 02 06 04 83 90 20 01 1d 03 90 90 a2 00"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_built_in),
		cmocka_unit_test(test_ansi),
		cmocka_unit_test(test_ansi_params),
		cmocka_unit_test_setup_teardown(test_example_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_file_print, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_file_changes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_number_layouts, set_up, tear_down),
		cmocka_unit_test(test_iam_of_the_other),
		cmocka_unit_test_setup_teardown(test_faults, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many, set_up, tear_down),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
