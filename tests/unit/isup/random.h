/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * random: valid contents by the rows of a variant, from a seed.
 *
 *	uint8_t buf[RANDOM_OCTETS];
 *	struct str content = random_content(&rng, isup_param_row(v, code), buf);
 */
#ifndef TRUNKGATE_UNIT_ISUP_RANDOM_H
#define TRUNKGATE_UNIT_ISUP_RANDOM_H

#include <string.h>

#include <trunkgate/base/rng.h>

#include "isup/value.h"

#define RANDOM_OCTETS 64

static inline void random_digits(const struct rng *rng, uint8_t *bcd, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		bcd[i] = (uint8_t)(rng_below(rng, 10) | rng_below(rng, 10) << 4);
}

/* Bits that are the field's. */
static inline uint8_t random_mask(const struct isup_field *f, size_t i, size_t nr)
{
	if (f->kind == ISUP_FIELD_BITS || f->kind == ISUP_FIELD_ONE)
		return (uint8_t)(((1u << f->width) - 1) << f->shift);
	if (f->kind == ISUP_FIELD_LE && i == nr - 1 && f->width % 8)
		return (uint8_t)((1u << f->width % 8) - 1);
	return 0xff;
}

static inline void random_field(const struct rng *rng, const struct isup_field *f, uint8_t *buf,
				size_t *len)
{
	size_t nr = f->kind < ISUP_FIELD_OCTETS ? (f->width + 7u) / 8 : f->width;

	if (f->kind == ISUP_FIELD_BITS || f->kind == ISUP_FIELD_ONE)
		nr = 1;
	else if (nr == 0)
		nr = 1 + rng_below(rng, 8);
	if (f->kind == ISUP_FIELD_DIGITS)
		random_digits(rng, buf + f->octet, nr);
	for (size_t i = 0; i < nr && f->kind != ISUP_FIELD_DIGITS; i++) {
		uint8_t mask = random_mask(f, i, nr), any = (uint8_t)rng_u32(rng);
		if (f->kind == ISUP_FIELD_ONE)
			any = 0xff;
		else if (f->kind == ISUP_FIELD_TEXT)
			any = (uint8_t)('A' + any % 26);
		buf[f->octet + i] |= any & mask;
	}
	if (f->octet + nr > *len)
		*len = f->octet + nr;
}

static inline size_t random_fields(const struct rng *rng, const struct isup_field *fields,
				   uint8_t *buf)
{
	size_t len = 0;

	for (const struct isup_field *f = fields; f->kind; f++)
		random_field(rng, f, buf, &len);
	return len;
}

static inline size_t random_number(const struct rng *rng, uint8_t layout, uint8_t *buf)
{
	struct isup_number n = { .noa = (uint8_t)(1 + rng_below(rng, 5)),
				 .npi = (uint8_t)rng_below(rng, 8),
				 .apri = (uint8_t)rng_below(rng, 4),
				 .si = (uint8_t)rng_below(rng, 4),
				 .inn = (uint8_t)rng_below(rng, 2),
				 .nqi = (uint8_t)rng_below(rng, 11) };
	size_t nr = 1 + rng_below(rng, 20);
	int len;

	n.ni = n.inn;
	for (size_t i = 0; i < nr; i++)
		n.digits[i] = "0123456789BC"[rng_below(rng, 12)];
	len = isup_number_enc(&n, layout, buf);
	return len < 0 ? 0 : (size_t)len;
}

static inline struct str random_content(const struct rng *rng, const struct isup_param_row *row,
					uint8_t *buf)
{
	size_t len = 0, nr = row->each ? 1 + rng_below(rng, 4) : 0;

	memset(buf, 0, RANDOM_OCTETS);
	if (row->number)
		len = random_number(rng, row->number, buf);
	else if (row->fields)
		len = random_fields(rng, row->fields, buf);
	for (size_t i = 0; i < nr; i++) {
		random_fields(rng, row->each, buf + row->each_at + i * row->each_octets);
		len = row->each_at + (i + 1) * row->each_octets;
	}
	if (len < row->min)
		len = row->min;
	return str_n(buf, len < row->max ? len : row->max);
}

#endif
