/* SPDX-License-Identifier: GPL-3.0-or-later */
/* point_code: see the header. */
#include <stdio.h>

#include <trunkgate/base/err.h>

#include "ss7/point_code.h"

const struct ss7_pc_format ss7_pc_itu = { { 3, 8, 3 }, '.' };

uint8_t ss7_pc_bits(const struct ss7_pc_format *f)
{
	return (uint8_t)(f->bits[0] + f->bits[1] + f->bits[2]);
}

static unsigned nr_parts(const struct ss7_pc_format *f)
{
	return f->bits[2] ? 3 : f->bits[1] ? 2 : 1;
}

int ss7_pc_parse(const struct ss7_pc_format *f, struct str text, uint32_t *pc)
{
	uint32_t value = 0, part;
	struct str one;

	if (str_to_u32(text, &part)) {
		if (part >> ss7_pc_bits(f))
			return TG_EINVAL;
		*pc = part;
		return 0;
	}
	for (unsigned i = 0; i < nr_parts(f); i++) {
		one = text;
		if (i + 1 < nr_parts(f))
			text = str_split(text, f->delimiter, &one);
		if (!str_to_u32(one, &part) || part >> f->bits[i])
			return TG_EINVAL;
		value = value << f->bits[i] | part;
	}
	*pc = value;
	return 0;
}

char *ss7_pc_print(const struct ss7_pc_format *f, uint32_t pc, char *buf)
{
	unsigned nr = nr_parts(f), shift = ss7_pc_bits(f);
	size_t len = 0;

	for (unsigned i = 0; i < nr; i++) {
		shift -= f->bits[i];
		len += (size_t)snprintf(buf + len, SS7_PC_TEXT_MAX - len, "%.*s%u", i ? 1 : 0,
					&f->delimiter, pc >> shift & ((1u << f->bits[i]) - 1));
	}
	return buf;
}
