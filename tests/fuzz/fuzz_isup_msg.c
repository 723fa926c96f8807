/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as an ISUP message, in every variant. What must hold: a refusal says where; what is accepted encodes,
 * decodes to the same parameters, and encodes to the same octets again; typed values that come out
 * go in; the printer says a line for each parameter.
 */
#include <string.h>

#include "isup/variant.h"

#include "fuzz/fuzz.h"

#define ROOM 512

static bool same(const struct isup_msg *a, const struct isup_msg *b)
{
	if (a->type != b->type || a->cic != b->cic || a->nr_params != b->nr_params)
		return false;
	for (int i = 0; i < a->nr_params; i++) {
		const struct isup_param *p = &a->param[i], *q = &b->param[i];
		if (p->code != q->code || p->len != q->len ||
		    memcmp(a->octets + p->at, b->octets + q->at, p->len) != 0)
			return false;
	}
	return true;
}

static void check_round(const struct isup_msg *m, const struct isup_variant *v)
{
	uint8_t once[ROOM], twice[ROOM];
	struct isup_msg n;
	int len = isup_msg_enc(m, v, once, sizeof(once), NULL);

	/* parts that can no more be pointed to in the canonical order */
	if (len == TG_EINVAL && m->nr_octets > 200)
		return;
	fuzz_check(len >= 3);
	fuzz_check(isup_msg_dec(&n, v, str_n(once, (size_t)len), NULL) == 0);
	fuzz_check(same(m, &n));
	fuzz_check(isup_msg_enc(&n, v, twice, sizeof(twice), NULL) == len);
	fuzz_check(memcmp(once, twice, (size_t)len) == 0);
	for (int size = 0; size < len; size += 7)
		fuzz_check(isup_msg_enc(m, v, twice, (size_t)size, NULL) == TG_ELIMIT);
}

static void check_number(struct isup_msg m, uint8_t code)
{
	struct isup_number in, out;

	if (isup_get_number(&m, code, &in) < 0)
		return;
	fuzz_check(isup_put_number(&m, code, &in) == 0);
	fuzz_check(isup_get_number(&m, code, &out) == 0);
	fuzz_check(memcmp(&in, &out, sizeof(in)) == 0);
}

static void check_values(struct isup_msg m)
{
	struct isup_cause cause;
	struct isup_nci nci;
	struct isup_fci fci;
	struct isup_bci bci;
	struct isup_obci obci;
	struct isup_event event;

	if (isup_get_cause(&m, &cause) == 0)
		fuzz_check(isup_put_cause(&m, &cause) == 0);
	if (isup_get_nci(&m, &nci) == 0)
		fuzz_check(isup_put_nci(&m, &nci) == 0);
	if (isup_get_fci(&m, &fci) == 0)
		fuzz_check(isup_put_fci(&m, &fci) == 0);
	if (isup_get_bci(&m, &bci) == 0)
		fuzz_check(isup_put_bci(&m, &bci) == 0);
	if (isup_get_obci(&m, &obci) == 0)
		fuzz_check(isup_put_obci(&m, &obci) == 0);
	if (isup_get_event(&m, &event) == 0)
		fuzz_check(isup_put_event(&m, &event) == 0);
	while (m.nr_params)
		isup_del(&m, m.param[m.nr_params / 2].code);
	fuzz_check(m.nr_octets == 0);
}

static void count_line(void *ctx, const char *line)
{
	int *nr = ctx;

	fuzz_check(line[0]);
	(*nr)++;
}

/* Values come out of any content, and go in again. */
static void check_fields(struct isup_msg m, const struct isup_variant *v)
{
	union {
		uint8_t octets[256];
		struct str align;
	} value;

	for (int i = 0; i < m.nr_params; i++) {
		uint8_t code = m.param[i].code;
		const struct isup_param_row *row = isup_param_row(v, code);
		if (!row)
			continue;
		fuzz_check((size_t)row->size <= sizeof(value) &&
			   (size_t)row->each_size <= sizeof(value));
		if (row->fields && isup_get_value(&m, v, code, &value, row->size) == 0)
			isup_put_value(&m, v, code, &value, row->size);
		for (size_t k = 0; row->each; k++)
			if (isup_get_element(&m, v, code, k, &value, row->each_size) < 0)
				break;
	}
}

static void check_octets(const struct isup_variant *v, const uint8_t *data, size_t size)
{
	struct tg_diag d = TG_DIAG_NONE;
	struct isup_msg m;
	int lines = 0, rc = isup_msg_dec(&m, v, str_n(data, size), &d);

	fuzz_check(m.nr_params <= ISUP_MAX_PARAMS && m.nr_octets <= ISUP_MAX_OCTETS);
	if (rc < 0)
		fuzz_check(d.text[0] && d.clause[0] && d.offset <= size);
	else
		check_round(&m, v);
	if (rc < 0 && rc != TG_ENOTSUP)
		return;
	for (int i = 0; i < m.nr_params; i++)
		check_number(m, m.param[i].code);
	check_values(m);
	check_fields(m, v);
	isup_msg_print(&m, v, count_line, &lines);
	fuzz_check(lines == 1 + m.nr_params);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int i = 0; isup_variants[i]; i++)
		check_octets(isup_variants[i], data, size);
	return 0;
}
