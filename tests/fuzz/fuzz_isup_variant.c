/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any text as a variant file. What must hold: a refusal has a line and a reason and leaves nothing
 * behind; a variant that is accepted is one that the codec can work with: messages of zeros go
 * out and come back.
 */
#include <string.h>

#include "isup/variant_file.h"

#include "fuzz/fuzz.h"

static void check_msg(const struct isup_variant *v, uint8_t type)
{
	static const uint8_t zeros[255];
	const struct isup_msg_row *row = isup_msg_row(v, type);
	struct isup_msg m, back;
	uint8_t buf[800];

	isup_msg_init(&m, type, 1);
	for (const uint8_t *c = row->fixed; *c && !row->raw; c++)
		if (isup_put(&m, *c, str_n(zeros, isup_param_row(v, *c)->min)) < 0)
			return;
	for (const uint8_t *c = row->variable; *c && !row->raw; c++)
		if (isup_put(&m, *c, str_n(zeros, isup_param_row(v, *c)->min)) < 0)
			return;
	int len = isup_msg_enc(&m, v, buf, sizeof(buf), NULL);
	if (len == TG_EINVAL && m.nr_octets > 200) /* beyond the reach of a pointer */
		return;
	fuzz_check(len >= 3);
	fuzz_check(isup_msg_dec(&back, v, str_n(buf, (size_t)len), NULL) == 0);
	fuzz_check(back.nr_params == m.nr_params);
}

static void ignore_line(void *ctx, const char *line)
{
	(void)ctx;
	fuzz_check(line[0]);
}

static void check_variant(const struct isup_variant *v)
{
	static const uint8_t iam[] = { 5, 0, 1, 0, 0x20, 1, 10, 3, 2, 0, 3, 0x83, 0x10, 1 };
	struct isup_msg m;

	fuzz_check(v->name && v->base && v->cic_bits >= 12 && v->cic_bits <= 14);
	for (unsigned t = 1; t < 256; t++)
		if (isup_msg_row(v, (uint8_t)t))
			check_msg(v, (uint8_t)t);
	for (int t = 0; t < ISUP_NR_TIMERS; t++)
		fuzz_check(isup_timer_row(v, t)->default_ms > 0);
	if (isup_msg_dec(&m, v, str_n(iam, sizeof(iam)), NULL) == 0)
		isup_msg_print(&m, v, ignore_line, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem *mem = mem_root("fuzz");
	struct isup_variant_error e;
	const struct isup_variant *v;

	if (!mem)
		return 0;
	v = isup_variant_parse(mem, str_n(data, size), &e);
	if (v)
		check_variant(v);
	else
		fuzz_check(e.err < 0 && e.text[0] && mem_used(mem) == 0);
	mem_free(mem);
	return 0;
}
