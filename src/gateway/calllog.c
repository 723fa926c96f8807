/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calllog: the record of a call. */
#include <stdarg.h>
#include <stdio.h>

#include "gateway/calllog.h"

struct gw_record *gw_record_new(struct mem *parent, uint32_t nr, tick_t now)
{
	struct mem *m = mem_sub(parent, "call record");
	struct gw_record *rec = m ? MEM_NEW(m, struct gw_record) : NULL;

	if (!rec) {
		mem_free(m);
		return NULL;
	}
	rec->mem = m;
	list_init(&rec->link);
	rec->info.nr = nr;
	rec->info.started = now;
	rec->info.answered = rec->info.ended = TICK_NEVER;
	return rec;
}

static struct gw_log_line *next_line(struct gw_record *rec)
{
	unsigned n = rec->nr_lines++;

	return n < GW_LOG_FIRST ? &rec->first[n] : &rec->last[(n - GW_LOG_FIRST) % GW_LOG_LAST];
}

void gw_log(struct gw_record *rec, struct gw_log_at at, struct str label, const char *fmt, ...)
{
	struct gw_log_line *l;
	va_list ap;

	if (!rec)
		return;
	l = next_line(rec);
	*l = (struct gw_log_line){ .at = at.at, .kind = at.kind, .out = at.out, .leg = at.leg };
	str_copyz(l->label, sizeof(l->label), label);
	va_start(ap, fmt);
	vsnprintf(l->text, sizeof(l->text), fmt, ap);
	va_end(ap);
}

static void left_out(const struct gw_record *rec, unsigned nr, struct gw_log_line *line)
{
	*line = (struct gw_log_line){ .at = rec->first[GW_LOG_FIRST - 1].at, .kind = GW_LOG_NOTE };
	snprintf(line->label, sizeof(line->label), "left out");
	snprintf(line->text, sizeof(line->text), "%u lines", nr);
}

/* Positions: the first lines, then one that tells how many are missing (when some are), then the
 * last ones. */
bool gw_record_line(const struct gw_record *rec, unsigned *pos, struct gw_log_line *line)
{
	unsigned nr = rec->nr_lines, kept = GW_LOG_FIRST + GW_LOG_LAST;
	unsigned missing = nr > kept ? nr - kept : 0;
	unsigned n = *pos;

	if (missing && n == GW_LOG_FIRST) {
		left_out(rec, missing, line);
		(*pos)++;
		return true;
	}
	if (missing && n > GW_LOG_FIRST)
		n += missing - 1;
	if (n >= nr)
		return false;
	*line = n < GW_LOG_FIRST ? rec->first[n] : rec->last[(n - GW_LOG_FIRST) % GW_LOG_LAST];
	(*pos)++;
	return true;
}
