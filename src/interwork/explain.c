/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain: what was decided by which row. */
#include <stdarg.h>
#include <stdio.h>

#include "interwork/explain.h"

static const struct iw_profile rfc3398 = IW_PROFILE(IW_RFC3398, "rfc3398");

const struct iw_profile *iw_profile_of(const struct iw_ctx *x)
{
	return x && x->profile ? x->profile : &rfc3398;
}

void iw_explain(const struct iw_ctx *x, const char *table, struct iw_source source,
		const char *from, const char *fmt, ...)
{
	struct iw_explain *e = x ? x->explain : NULL;
	struct iw_explained *row;
	va_list ap;

	if (!e)
		return;
	if (e->nr == IW_EXPLAIN_MAX) {
		e->lost += e->lost < UINT16_MAX;
		return;
	}
	row = &e->row[e->nr++];
	*row = (struct iw_explained){ .table = table, .source = source, .leg = x->leg };
	str_copyz(row->from, sizeof(row->from), str_of(from));
	va_start(ap, fmt);
	vsnprintf(row->to, sizeof(row->to), fmt, ap);
	va_end(ap);
}

bool iw_mapped(const struct iw_ctx *x, enum iw_map map, const char *from, const char *to)
{
	struct iw_row row = iw_profile_find(iw_profile_of(x), IW_TABLE_MAP, map);

	iw_explain(x, iw_map_rows[map].name, row.source, from, "%s", row.value ? to : "left out");
	return row.value;
}

uint16_t iw_ruled(const struct iw_ctx *x, enum iw_rule rule)
{
	struct iw_row row = iw_profile_find(iw_profile_of(x), IW_TABLE_RULE, rule);
	char buf[IW_WORD_MAX];

	iw_explain(x, "rule", row.source, iw_rule_rows[rule].name, "%s",
		   iw_rule_word(rule, row.value, buf));
	return row.value;
}

const char *iw_explained_print(const struct iw_explained *e, char *buf, size_t size)
{
	snprintf(buf, size, "%s: %s -> %s (%s%s)", e->table, e->from, e->to, e->source.clause,
		 e->source.unchecked ? "; not checked against the ITU text" : "");
	return buf;
}
