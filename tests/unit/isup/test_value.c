/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contents by their fields: tests/vectors/isup_param.tsv in words and there and back, every row of
 * every variant with random contents, and what is refused.
 */
#include "unit/support.h"
#include "unit/isup/random.h"
#include "unit/isup/vectors.h"

#include "isup/params.h"
#include "isup/print.h"

static const char file[] = "tests/vectors/isup_param.tsv";

/* Decodes and encodes the fields: the same octets. */
static void check_round(const struct isup_field *fields, size_t size, struct str content)
{
	union {
		uint8_t octets[256];
		struct str align;
	} value = { { 0 } };
	uint8_t buf[256];
	int len;

	assert_true(size > 0 && size <= sizeof(value));
	assert_int_equal(isup_fields_dec(fields, 0, content, &value), 0);
	len = isup_fields_enc(fields, &value, buf, sizeof(buf));
	assert_true(len >= (int)content.len);
	/* fields that the content ends before are there again, and 0 */
	assert_octets_equal(str_n(buf, content.len), content);
	while (len > (int)content.len)
		assert_int_equal(buf[--len], 0);
}

static void check_content(const struct isup_param_row *row, struct str content)
{
	if (row->fields)
		check_round(row->fields, row->size, content);
	for (size_t i = 0; i < isup_nr_elements(row, content); i++)
		check_round(row->each, row->each_size, isup_element_octets(row, content, i));
}

/* code, hex, words, clause */
static void test_vectors(void **state)
{
	struct vector_file f;
	bool seen[256] = { false };

	(void)state;
	assert_true(vector_open(&f, file));
	while (vector_next(&f)) {
		uint8_t copy[256], code = (uint8_t)strtoul(f.column[0], NULL, 16);
		struct str octets = octets_of(f.column[1]);
		const struct isup_param_row *row = isup_param_row(&isup_itu, code);
		char text[600] = "";
		struct wr w = wr_init(text, sizeof(text) - 1);
		assert_non_null(row);
		seen[code] = true;
		memcpy(copy, octets.p, octets.len);
		octets.p = (char *)copy;
		isup_print_param(&w, row, octets);
		text[w.len] = '\0';
		if (strcmp(text, f.column[2]) != 0)
			fail_msg("%s (%s) %s: %s", f.column[0], row->name, f.column[1], text);
		check_content(row, octets);
	}
	vector_close(&f);
	for (unsigned code = 1; code < 256; code++)
		if (isup_param_row(&isup_itu, (uint8_t)code) && !seen[code])
			fail_msg("parameter %02x has no vector", code);
}

static void check_random(const struct rng *rng, const struct isup_field *fields, size_t size)
{
	uint8_t buf[RANDOM_OCTETS];

	for (int i = 0; fields && i < 200; i++) {
		memset(buf, 0, sizeof(buf));
		check_round(fields, size, str_n(buf, random_fields(rng, fields, buf)));
	}
}

/* Two fields never share a bit, and each has a name. */
static void check_fields(const struct isup_param_row *row, const struct isup_field *fields)
{
	uint8_t used[64] = { 0 };

	for (const struct isup_field *f = fields; f && f->kind; f++) {
		assert_true(f->name && f->name[0]);
		if (f->kind != ISUP_FIELD_BITS && f->kind != ISUP_FIELD_ONE)
			continue;
		uint8_t mask = (uint8_t)(((1u << f->width) - 1) << f->shift);
		if (f->shift + f->width > 8 || used[f->octet] & mask)
			fail_msg("%s: %s", row->name, f->name);
		used[f->octet] |= mask;
		assert_true(f->nr_words <= 1u << f->width);
	}
}

static void test_rows(void **state)
{
	struct rng_seeded seeded;
	struct rng rng = rng_seeded_init(&seeded, 4);

	(void)state;
	for (int v = 0; isup_variants[v]; v++)
		for (unsigned code = 1; code < 256; code++) {
			const struct isup_param_row *row =
				isup_param_row(isup_variants[v], (uint8_t)code);
			if (!row)
				continue;
			assert_true(row->number || row->fields || row->each);
			check_fields(row, row->fields);
			check_fields(row, row->each);
			check_random(&rng, row->fields, row->size);
			check_random(&rng, row->each, row->each_size);
		}
}

/* What calls are made of has values of its own with names, none is octets alone. */
static void test_none_is_octets(void **state)
{
	static const uint8_t itu[] = {
		ISUP_P_CALLED_NUMBER,
		ISUP_P_CALLING_NUMBER,
		ISUP_P_REDIRECTING_NUMBER,
		ISUP_P_ORIGINAL_CALLED_NUMBER,
		ISUP_P_REDIRECTION_NUMBER,
		ISUP_P_GENERIC_NUMBER,
		ISUP_P_CONNECTED_NUMBER,
		ISUP_P_LOCATION_NUMBER,
		ISUP_P_SUBSEQUENT_NUMBER,
		ISUP_P_CAUSE,
		ISUP_P_NCI,
		ISUP_P_FCI,
		ISUP_P_BCI,
		ISUP_P_OBCI,
		ISUP_P_OFCI,
		ISUP_P_CPC,
		ISUP_P_TMR,
		ISUP_P_USI,
		ISUP_P_EVENT,
		ISUP_P_CIRCUIT_STATE,
		ISUP_P_RANGE_AND_STATUS,
		ISUP_P_CONTINUITY,
		ISUP_P_SUSPEND_RESUME,
		ISUP_P_HOP_COUNTER,
		ISUP_P_PROPAGATION_DELAY,
		ISUP_P_ECHO_CONTROL,
		ISUP_P_ACCESS_TRANSPORT,
		ISUP_P_USER_TO_USER_INFORMATION,
		ISUP_P_USER_TO_USER_INDICATORS,
		ISUP_P_CUG_INTERLOCK,
		ISUP_P_APPLICATION_TRANSPORT,
		ISUP_P_REDIRECTION_INFORMATION,
		ISUP_P_NOTIFICATION,
		ISUP_P_PARAMETER_COMPATIBILITY,
		ISUP_P_MESSAGE_COMPATIBILITY,
		ISUP_P_NETWORK_FACILITY,
	};
	static const uint8_t ansi[] = { ISUP_P_CHARGE_NUMBER, ISUP_P_ORIGINATING_LINE,
					ISUP_P_JURISDICTION };
	unsigned nr = 0;

	(void)state;
	for (size_t i = 0; i < NR_OF(itu) + NR_OF(ansi); i++) {
		bool is_itu = i < NR_OF(itu);
		const struct isup_param_row *row =
			isup_param_row(is_itu ? &isup_itu2000 : &isup_ansi95,
				       is_itu ? itu[i] : ansi[i - NR_OF(itu)]);
		assert_non_null(row);
		assert_true(row->number || row->fields || row->each);
		if (row->fields && !row->fields[1].kind)
			assert_true(row->fields[0].kind != ISUP_FIELD_OCTETS ||
				    row == isup_param_row(&isup_itu, ISUP_P_ACCESS_TRANSPORT));
		nr++;
	}
	assert_int_equal(nr, 39);
}

static void test_messages(void **state)
{
	struct isup_redirection in = { 3, 1, 5, 6 }, out;
	struct isup_uui uui = { .discriminator = 4, .information = STR("Hello") };
	struct isup_hop_counter hops = { 33 };
	struct isup_msg m;

	(void)state;
	isup_msg_init(&m, ISUP_IAM, 1);
	assert_int_equal(isup_get_value(&m, &isup_itu, ISUP_P_REDIRECTION_INFORMATION, &out,
					sizeof(out)),
			 TG_ENOENT);
	assert_int_equal(
		isup_put_value(&m, &isup_itu, ISUP_P_REDIRECTION_INFORMATION, &in, sizeof(in)), 0);
	assert_int_equal(isup_get_value(&m, &isup_itu, ISUP_P_REDIRECTION_INFORMATION, &out,
					sizeof(out)),
			 0);
	assert_memory_equal(&in, &out, sizeof(in));
	/* one octet: the second half is not there */
	assert_int_equal(isup_put(&m, ISUP_P_REDIRECTION_INFORMATION, OCTETS("13")), 0);
	assert_int_equal(isup_get_value(&m, &isup_itu, ISUP_P_REDIRECTION_INFORMATION, &out,
					sizeof(out)),
			 0);
	assert_true(out.indicator == 3 && out.original_reason == 1 && out.counter == 0);
	/* another type's value, no fields, out of range, too short */
	assert_int_equal(isup_put_value(&m, &isup_itu, ISUP_P_NCI, &in, sizeof(in)), TG_EINVAL);
	assert_int_equal(isup_get_value(&m, &isup_itu, ISUP_P_REDIRECTION_INFORMATION, &uui,
					sizeof(uui)),
			 TG_EINVAL);
	assert_int_equal(isup_put_value(&m, &isup_itu, 0x14, &in, sizeof(in)), TG_ENOTSUP);
	assert_int_equal(isup_get_value(&m, &isup_itu, ISUP_P_CALLED_NUMBER, &in, sizeof(in)),
			 TG_ENOTSUP);
	assert_int_equal(isup_put_value(&m, &isup_itu, ISUP_P_HOP_COUNTER, &hops, sizeof(hops)),
			 TG_EINVAL);
	assert_int_equal(isup_put(&m, ISUP_P_FCI, OCTETS("20")), 0);
	assert_int_equal(isup_get_fci(&m, &(struct isup_fci){ 0 }), TG_EINVAL);
	uui.information.p = (const char *)m.octets;
	uui.information.len = 131;
	assert_int_equal(isup_put_value(&m, &isup_itu, ISUP_P_USER_TO_USER_INFORMATION, &uui,
					sizeof(uui)),
			 TG_EINVAL);
}

static void test_lists(void **state)
{
	struct isup_param_compat a = { .code = 0xfe, .notify = 1, .last = 1 },
				 b = { .code = 0xfd, .discard_parameter = 1, .last = 1 }, c;
	struct isup_msg m;

	(void)state;
	isup_msg_init(&m, ISUP_ACM, 1);
	assert_int_equal(isup_get_element(&m, &isup_itu, ISUP_P_PARAMETER_COMPATIBILITY, 0, &c,
					  sizeof(c)),
			 TG_ENOENT);
	assert_int_equal(
		isup_add_element(&m, &isup_itu, ISUP_P_PARAMETER_COMPATIBILITY, &a, sizeof(a)), 0);
	assert_int_equal(
		isup_add_element(&m, &isup_itu, ISUP_P_PARAMETER_COMPATIBILITY, &b, sizeof(b)), 0);
	struct str octets;
	assert_true(isup_get(&m, ISUP_P_PARAMETER_COMPATIBILITY, &octets));
	assert_octets_equal(octets, OCTETS("fe 84 fd 90"));
	assert_int_equal(isup_get_element(&m, &isup_itu, ISUP_P_PARAMETER_COMPATIBILITY, 1, &c,
					  sizeof(c)),
			 0);
	assert_memory_equal(&b, &c, sizeof(b));
	assert_int_equal(isup_get_element(&m, &isup_itu, ISUP_P_PARAMETER_COMPATIBILITY, 2, &c,
					  sizeof(c)),
			 TG_ENOENT);
	assert_int_equal(isup_add_element(&m, &isup_itu, ISUP_P_NCI, &a, sizeof(a)), TG_ENOTSUP);
	assert_int_equal(isup_add_element(&m, &isup_itu, ISUP_P_NOTIFICATION, &a, sizeof(a)),
			 TG_EINVAL);
	while (isup_add_element(&m, &isup_itu, ISUP_P_PARAMETER_COMPATIBILITY, &a, sizeof(a)) == 0)
		assert_true(m.nr_octets <= 254);
	assert_int_equal(m.nr_octets, 254);
}

static void test_digits(void **state)
{
	struct isup_network_selection in = { .plan = 1, .type = 2, .digits = "288" }, out;
	struct isup_cug cug = { .network = "262", .code = 7 };
	struct isup_msg m;
	struct str octets;

	(void)state;
	isup_msg_init(&m, ISUP_IAM, 1);
	assert_int_equal(isup_put_value(&m, &isup_itu, ISUP_P_TRANSIT_NETWORK, &in, sizeof(in)), 0);
	assert_true(isup_get(&m, ISUP_P_TRANSIT_NETWORK, &octets));
	assert_octets_equal(octets, OCTETS("a1 82 08"));
	assert_int_equal(isup_get_value(&m, &isup_itu, ISUP_P_TRANSIT_NETWORK, &out, sizeof(out)),
			 0);
	assert_string_equal(out.digits, "288");
	/* a field of two octets has four digits */
	assert_int_equal(isup_put_value(&m, &isup_itu, ISUP_P_CUG_INTERLOCK, &cug, sizeof(cug)),
			 TG_EINVAL);
	strcpy(cug.network, "2620");
	assert_int_equal(isup_put_value(&m, &isup_itu, ISUP_P_CUG_INTERLOCK, &cug, sizeof(cug)), 0);
	cug.network[3] = 'x';
	assert_int_equal(isup_put_value(&m, &isup_itu, ISUP_P_CUG_INTERLOCK, &cug, sizeof(cug)),
			 TG_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),	       cmocka_unit_test(test_rows),
		cmocka_unit_test(test_none_is_octets), cmocka_unit_test(test_messages),
		cmocka_unit_test(test_lists),	       cmocka_unit_test(test_digits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
