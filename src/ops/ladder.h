/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ops/ladder: a call's log drawn as a ladder: who sent what to whom, both legs on one time line,
 * in ASCII, within OPS_LADDER_WIDTH columns. SIP stands on the left when the call has a SIP leg.
 *
 *	ops_ladder(&info, next_line, ctx, print_line, out);
 *
 *	    ms  sip 127.0.0.1:5070              trunkgate              trunk lab CIC 1
 *	        |                                   |                                   |
 *	     0  |------------ INVITE 101 ---------->|                                   |
 *	     1  |                                   |-------------- IAM 101 ----------->|
 */
#ifndef TRUNKGATE_OPS_LADDER_H
#define TRUNKGATE_OPS_LADDER_H

#include "gateway/gateway.h"
#include "ops/config_text.h"

#define OPS_LADDER_WIDTH 100

/* The next line of the log, as gw_log_walk gives it; false at the end. */
typedef bool ops_log_next_fn(void *ctx, unsigned *pos, struct gw_log_line *line);

void ops_ladder(const struct gw_call_info *info, ops_log_next_fn *next, void *ctx, ops_line_fn *say,
		void *say_ctx);

#endif
