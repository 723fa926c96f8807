/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profile: rows of a base, and those that an operator has changed. */
#include <stdio.h>
#include <string.h>

#include "interwork/profile.h"

const char *const iw_base_names[IW_NR_BASES] = {
	[IW_RFC3398] = "rfc3398", [IW_Q1912_5_A] = "q1912.5-a", [IW_Q1912_5_B] = "q1912.5-b",
	[IW_SIP_I] = "sip-i",	  [IW_SIP_T] = "sip-t",
};

const char *const iw_table_names[IW_NR_TABLES] = {
	[IW_TABLE_CAUSE] = "cause",
	[IW_TABLE_STATUS] = "status",
	[IW_TABLE_RULE] = "rule",
	[IW_TABLE_MAP] = "mapping",
};

/* RFC 3372 6 says that its gateways do as RFC 3398 does. */
static bool is_rfc3398(enum iw_base base)
{
	return base == IW_RFC3398 || base == IW_SIP_T;
}

const struct iw_cause_table *iw_base_causes(enum iw_base base)
{
	return is_rfc3398(base) ? &iw_causes_rfc3398 : &iw_causes_q1912;
}

const struct iw_status_table *iw_base_statuses(enum iw_base base)
{
	return is_rfc3398(base) ? &iw_statuses_rfc3398 : &iw_statuses_q1912;
}

/* Rows of the base. --------------------------------------------------------------------------- */
static struct iw_row cause_row(const struct iw_cause_row *r)
{
	return (struct iw_row){ .key = r->cause,
				.value = r->status,
				.value_if_none = r->status_if_none,
				.value_user = r->status_user,
				.value_diagnostic = r->status_diagnostic,
				.source = r->source };
}

static struct iw_row status_row(const struct iw_status_row *r)
{
	return (struct iw_row){
		.key = r->status, .value = r->cause, .warning = r->warning, .source = r->source
	};
}

static size_t nr_rows(enum iw_base base, enum iw_table t)
{
	switch (t) {
	case IW_TABLE_CAUSE:
		return iw_base_causes(base)->nr;
	case IW_TABLE_STATUS:
		return iw_base_statuses(base)->nr;
	case IW_TABLE_RULE:
		return IW_NR_RULES;
	default:
		return IW_NR_MAPS;
	}
}

static struct iw_row row_at(enum iw_base base, enum iw_table t, size_t i)
{
	switch (t) {
	case IW_TABLE_CAUSE:
		return cause_row(&iw_base_causes(base)->row[i]);
	case IW_TABLE_STATUS:
		return status_row(&iw_base_statuses(base)->row[i]);
	case IW_TABLE_RULE:
		return (struct iw_row){ .key = (uint16_t)i,
					.value = iw_rule_rows[i].value[base],
					.source = iw_rule_rows[i].source[base] };
	default:
		return (struct iw_row){ .key = (uint16_t)i,
					.value = iw_map_rows[i].on >> base & 1,
					.source = iw_map_rows[i].source };
	}
}

/* Rules and mappings have a row each; causes and statuses end with that of all others. */
static size_t row_of(enum iw_base base, enum iw_table t, uint16_t key)
{
	size_t nr = nr_rows(base, t);

	if (t == IW_TABLE_RULE || t == IW_TABLE_MAP)
		return key < nr ? key : 0;
	for (size_t i = 0; i < nr; i++)
		if (row_at(base, t, i).key == key)
			return i;
	return nr - 1;
}

/* Changes. ------------------------------------------------------------------------------------ */
static int change_of(const struct iw_profile *p, enum iw_table t, uint16_t key)
{
	for (int i = 0; i < p->nr_changes; i++)
		if (p->change[i].table == t && p->change[i].key == key)
			return i;
	return -1;
}

static struct iw_row changed_row(const struct iw_change *c)
{
	return (struct iw_row){ .key = c->key,
				.value = c->value,
				.changed = true,
				.source = { .clause = "configured" } };
}

struct iw_row iw_profile_find(const struct iw_profile *p, enum iw_table t, uint16_t key)
{
	size_t i = row_of(p->base, t, key);
	struct iw_row row = row_at(p->base, t, i);
	int change = change_of(p, t, key);

	if (change < 0 && row.key != key)
		change = change_of(p, t, row.key);
	return change < 0 ? row : changed_row(&p->change[change]);
}

uint16_t iw_profile_rule(const struct iw_profile *p, enum iw_rule rule)
{
	return iw_profile_find(p, IW_TABLE_RULE, rule).value;
}

bool iw_profile_has(const struct iw_profile *p, enum iw_map map)
{
	return iw_profile_find(p, IW_TABLE_MAP, map).value;
}

/* The base's rows, then changes of keys that the base has no row for. */
bool iw_profile_walk(const struct iw_profile *p, enum iw_table t, unsigned *pos, struct iw_row *row)
{
	size_t nr = nr_rows(p->base, t);
	unsigned extra = 0;

	if (*pos < nr) {
		*row = iw_profile_find(p, t, row_at(p->base, t, *pos).key);
		(*pos)++;
		return true;
	}
	for (unsigned i = 0; i < p->nr_changes; i++) {
		const struct iw_change *c = &p->change[i];

		if (c->table != t || row_at(p->base, t, row_of(p->base, t, c->key)).key == c->key)
			continue;
		if (nr + extra++ < *pos)
			continue;
		*row = changed_row(c);
		(*pos)++;
		return true;
	}
	return false;
}

int iw_profile_set(struct iw_profile *p, enum iw_table t, uint16_t key, uint16_t value)
{
	int i = change_of(p, t, key);

	if (i < 0 && p->nr_changes == IW_MAX_CHANGES)
		return TG_ELIMIT;
	if (i < 0)
		i = p->nr_changes++;
	p->change[i] = (struct iw_change){ (uint8_t)t, key, value };
	return 0;
}

int iw_profile_unset(struct iw_profile *p, enum iw_table t, uint16_t key)
{
	int i = change_of(p, t, key);

	if (i < 0)
		return TG_ENOENT;
	p->nr_changes--;
	memmove(&p->change[i], &p->change[i + 1],
		(size_t)(p->nr_changes - i) * sizeof(p->change[0]));
	return 0;
}

/* Words. -------------------------------------------------------------------------------------- */
int iw_base_find(const char *name)
{
	for (int i = 0; i < IW_NR_BASES; i++)
		if (strcmp(iw_base_names[i], name) == 0)
			return i;
	return -1;
}

int iw_rule_find(const char *name)
{
	for (int i = 0; i < IW_NR_RULES; i++)
		if (strcmp(iw_rule_rows[i].name, name) == 0)
			return i;
	return -1;
}

int iw_map_find(const char *name)
{
	for (int i = 0; i < IW_NR_MAPS; i++)
		if (strcmp(iw_map_rows[i].name, name) == 0)
			return i;
	return -1;
}

int iw_rule_value(enum iw_rule rule, const char *word)
{
	const struct iw_rule_row *r = &iw_rule_rows[rule];
	uint32_t n;

	for (int i = 0; r->words && r->words[i]; i++)
		if (strcmp(r->words[i], word) == 0)
			return i;
	if (r->words || !str_to_u32(str_of(word), &n) || n < r->min || n > r->max)
		return -1;
	return (int)n;
}

const char *iw_rule_word(enum iw_rule rule, uint16_t value, char *buf)
{
	const struct iw_rule_row *r = &iw_rule_rows[rule];

	if (r->words)
		return r->words[value];
	snprintf(buf, IW_WORD_MAX, "%u", value);
	return buf;
}
