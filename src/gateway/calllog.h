/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/calllog: what is known of a call, and what happened to it on both legs on one time line.
 * A record begins with its call and outlives it in the history. Bounded: of a long call the first
 * and the last lines are kept, and how many between them are missing is told.
 *
 *	gw_log(rec, (struct gw_log_at){ now, GW_LOG_NOTE, 0, false }, STR("486"), "cause %u", 17);
 *	while (gw_record_line(rec, &pos, &line)) ...
 */
#ifndef TRUNKGATE_GATEWAY_CALLLOG_H
#define TRUNKGATE_GATEWAY_CALLLOG_H

#include "base/list.h"
#include "gateway/gateway.h"
#include "interwork/explain.h"

#define GW_LOG_FIRST 44
#define GW_LOG_LAST  20

struct gw_record {
	struct mem *mem;
	struct list link; /* in the history */
	struct gw_call_info info;
	struct iw_explain explain;
	unsigned nr_lines; /* ever written */
	struct gw_log_line first[GW_LOG_FIRST];
	struct gw_log_line last[GW_LOG_LAST]; /* a ring */
};

/* NULL when out of memory. Freed by mem_free(rec->mem). */
struct gw_record *gw_record_new(struct mem *parent, uint32_t nr, tick_t now);

struct gw_log_at {
	tick_t at;
	enum gw_log_kind kind;
	uint8_t leg;
	bool out;
};
/* `label` is cut to its room; `rec` may be NULL. */
void gw_log(struct gw_record *rec, struct gw_log_at at, struct str label, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
bool gw_record_line(const struct gw_record *rec, unsigned *pos, struct gw_log_line *line);

#endif
