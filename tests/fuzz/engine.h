/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An engine of one channel, which is made once, as its tables take longer than an input: each closes its
 * leg before it ends. */
#ifndef TRUNKGATE_ENGINE_H
#define TRUNKGATE_ENGINE_H

#include "fuzz/fuzz.h"
#include "media/engine.h"

static inline struct med_engine *fuzz_engine(void)
{
	static const struct med_cfg cfg = { .nr_channels = 1, .nr_spans = 1, .nr_objects = 1 };
	static struct med_engine *e;

	if (!e)
		e = med_engine_new(mem_root("engine"), &cfg);
	fuzz_check(e && med_engine_legs(e) == 0);
	return e;
}

#endif
