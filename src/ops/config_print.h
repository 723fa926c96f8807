/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ops/config_print: what the parts of the configuration's printer share.
 *
 *	const struct ops_out o = { line_fn, ctx };
 *	ops_say(&o, " receive-buffer %u", ms);
 */
#ifndef TRUNKGATE_OPS_CONFIG_PRINT_H
#define TRUNKGATE_OPS_CONFIG_PRINT_H

#include "ops/config_text.h"

#define OPS_LINE_MAX 256

struct ops_out {
	ops_line_fn *say;
	void *ctx;
};

/* One line, cut to OPS_LINE_MAX. */
__attribute__((format(printf, 2, 3))) void ops_say(const struct ops_out *o, const char *fmt, ...);

/* `cs7 instance 0` and all below it. */
void ops_config_print_cs7(const struct gw_config *c, ops_line_fn *say, void *ctx);

#endif
