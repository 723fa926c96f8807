/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages in words, for logs, ladders and the operator. The words are Q.763's, shortened. */
#include <string.h>

#include "isup/print.h"
#include "isup/value.h"

#define LINE_OCTETS 1000

static void print_hex(struct wr *w, struct str content)
{
	for (size_t i = 0; i < content.len; i++)
		wr_f(w, i ? " %02x" : "%02x", (uint8_t)content.p[i]);
}

/* A word of a table, or the number. */
static void print_word(struct wr *w, const char *const *words, size_t nr, unsigned value)
{
	if (value < nr && words[value])
		wr_z(w, words[value]);
	else
		wr_u(w, value);
}
#define WORD(w, words, value) print_word((w), (words), sizeof(words) / sizeof((words)[0]), (value))

static uint8_t octet(struct str content, size_t i)
{
	return i < content.len ? (uint8_t)content.p[i] : 0;
}

void isup_print_ms(struct wr *w, const struct isup_param_row *row, struct str c)
{
	wr_f(w, "%u ms", isup_field_get(row->fields, c));
}

static const char *const natures[] = { NULL,	   "subscriber",    "unknown",
				       "national", "international", "network-specific" };
static const char *const plans[] = { NULL, "E.164", NULL, "X.121", "F.69", "private" };
static const char *const presentations[] = { "presentation allowed", "presentation restricted",
					     "address not available", "restricted by the network" };
static const char *const screenings[] = { "user provided, not verified",
					  "user provided, verified and passed",
					  "user provided, verified and failed",
					  "network provided" };

static void print_prefix(struct wr *w, enum isup_number_layout l, const struct isup_number *n)
{
	if (l == ISUP_NUMBER_SUBSEQUENT)
		return;
	if (l == ISUP_NUMBER_GENERIC)
		wr_f(w, "qualifier %u, ", n->nqi);
	wr_z(w, n->noa < 6 && natures[n->noa] ? "" : "nature ");
	WORD(w, natures, n->noa);
	wr_z(w, n->npi < 6 && plans[n->npi] ? ", " : ", plan ");
	WORD(w, plans, n->npi);
	if (n->inn)
		wr_z(w, ", no routing to internal numbers");
	if (n->ni)
		wr_z(w, ", incomplete");
	if (l != ISUP_NUMBER_CALLED && l != ISUP_NUMBER_CHARGE)
		wr_f(w, ", %s", presentations[n->apri]);
	if (l == ISUP_NUMBER_CALLING || l == ISUP_NUMBER_LOCATION || l == ISUP_NUMBER_GENERIC)
		wr_f(w, ", %s", screenings[n->si]);
	wr_z(w, ", ");
}

void isup_print_number(struct wr *w, const struct isup_param_row *row, struct str c)
{
	struct isup_number n;

	if (isup_number_dec(&n, row->number, c) < 0) {
		print_hex(w, c);
		return;
	}
	print_prefix(w, row->number, &n);
	wr_z(w, n.digits[0] ? n.digits : "no digits");
}

void isup_print_cause(struct wr *w, const struct isup_param_row *row, struct str c)
{
	static const char *const locations[] = {
		[ISUP_LOC_USER] = "user",
		[ISUP_LOC_PRIVATE_LOCAL] = "private network of the local user",
		[ISUP_LOC_PUBLIC_LOCAL] = "public network of the local user",
		[ISUP_LOC_TRANSIT] = "transit network",
		[ISUP_LOC_PUBLIC_REMOTE] = "public network of the remote user",
		[ISUP_LOC_PRIVATE_REMOTE] = "private network of the remote user",
		[ISUP_LOC_INTERNATIONAL] = "international network",
		[ISUP_LOC_BEYOND] = "network beyond interworking point",
	};
	struct isup_cause v;

	(void)row;
	if (isup_cause_dec(&v, c) < 0) {
		print_hex(w, c);
		return;
	}
	wr_u(w, v.value);
	if (v.coding)
		wr_f(w, " (coding %u)", v.coding);
	else
		wr_f(w, " (%s)", isup_cause_name(v.value));
	wr_z(w, ", ");
	WORD(w, locations, v.location);
	if (v.nr_diagnostics) {
		wr_z(w, ", diagnostics ");
		print_hex(w, str_n(v.diagnostics, v.nr_diagnostics));
	}
}

void isup_print_range(struct wr *w, const struct isup_param_row *row, struct str c)
{
	(void)row;
	wr_f(w, "%u circuits", octet(c, 0) + 1u);
	if (c.len > 1) {
		wr_z(w, ", status ");
		print_hex(w, str_from(c, 1));
	}
}

/* The fields that are there, the silent ones left out. */
static void print_fields(struct wr *w, const struct isup_field *fields, struct str content)
{
	size_t start = w->len;

	for (const struct isup_field *f = fields; f->kind; f++) {
		size_t before = w->len;
		if (f->kind == ISUP_FIELD_ONE || f->octet >= content.len)
			continue;
		if (before > start)
			wr_z(w, ", ");
		size_t comma = w->len;
		isup_field_print(w, f, content);
		if (w->len == comma)
			w->len = before;
	}
}

/* 3.14: without a call in sight the blocking bits mean something else. */
void isup_print_circuit_states(struct wr *w, const struct isup_param_row *row, struct str c)
{
	static const char *const words[] = { "transient", NULL, NULL, "unequipped" };

	for (size_t i = 0; i < c.len; i++) {
		wr_z(w, i ? "; " : "");
		if (octet(c, i) >> 2 & 3)
			print_fields(w, row->each, isup_element_octets(row, c, i));
		else
			WORD(w, words, octet(c, i));
	}
}

static void print_elements(struct wr *w, const struct isup_param_row *row, struct str content)
{
	for (size_t i = 0; i < isup_nr_elements(row, content); i++) {
		wr_z(w, i ? "; " : "");
		print_fields(w, row->each, isup_element_octets(row, content, i));
	}
}

/* A field alone needs no name before its number or its octets. */
static bool print_single(struct wr *w, const struct isup_param_row *row, struct str content)
{
	const struct isup_field *f = row->fields;
	uint32_t v = isup_field_get(f, content);

	if (f[1].kind || (v < f->nr_words && f->words[v]))
		return false;
	if (f->kind == ISUP_FIELD_OCTETS)
		print_hex(w, content);
	else if (f->kind < ISUP_FIELD_OCTETS)
		wr_u(w, v);
	return f->kind <= ISUP_FIELD_OCTETS;
}

static void print_known(struct wr *w, const struct isup_param_row *row, struct str content)
{
	if (row->print)
		row->print(w, row, content);
	else if (row->fields && !print_single(w, row, content))
		print_fields(w, row->fields, content);
	else if (row->each)
		print_elements(w, row, content);
	else if (!row->fields)
		print_hex(w, content);
}

void isup_print_param(struct wr *w, const struct isup_param_row *row, struct str content)
{
	if (row && content.len >= row->min && content.len <= row->max && content.len)
		print_known(w, row, content);
	else if (content.len)
		print_hex(w, content);
	else
		wr_z(w, "empty");
}

/* One line, cut when it is too long. */
static void say_line(struct wr *w, void (*say)(void *ctx, const char *line), void *ctx)
{
	w->buf[w->len] = '\0';
	say(ctx, (const char *)w->buf);
}

void isup_msg_print(const struct isup_msg *m, const struct isup_variant *v,
		    void (*say)(void *ctx, const char *line), void *ctx)
{
	const struct isup_msg_row *msg = isup_msg_row(v, m->type);
	char line[LINE_OCTETS + 1];
	struct wr w = wr_init(line, LINE_OCTETS);

	if (msg)
		wr_f(&w, "%s (%s), CIC %u", msg->abbr, msg->name, m->cic);
	else
		wr_f(&w, "message 0x%02x, CIC %u", m->type, m->cic);
	say_line(&w, say, ctx);
	for (int i = 0; i < m->nr_params; i++) {
		const struct isup_param *p = &m->param[i];
		const struct isup_param_row *row = isup_param_row(v, p->code);
		w = wr_init(line, LINE_OCTETS);
		if (row)
			wr_f(&w, "%s: ", row->name);
		else
			wr_f(&w, p->code ? "parameter 0x%02x: " : "content: ", p->code);
		isup_print_param(&w, row, str_n(m->octets + p->at, p->len));
		say_line(&w, say, ctx);
	}
}
