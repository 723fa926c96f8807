/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A variant in words: what it does with the unknown, its messages, parameters and timers. Clauses:
 * those of the rows. */
#include "isup/print.h"
#include "isup/variant_file.h"

#define LINE_OCTETS 400

struct print {
	const struct isup_variant *v;
	void (*say)(void *ctx, const char *line);
	void *ctx;
	char line[LINE_OCTETS + 1];
	struct wr w;
};

/* w is cut at LINE_OCTETS. */
static void end_line(struct print *p)
{
	p->line[p->w.len] = '\0';
	p->say(p->ctx, p->line);
	p->w = wr_init(p->line, LINE_OCTETS);
}

static const char *base_name(const struct isup_variant *v)
{
	return v->base ? v->base->name : "nothing";
}

static void print_head(struct print *p)
{
	const struct isup_variant *v = p->v;

	wr_f(&p->w, "variant %s, derived from %s", v->name, base_name(v));
	end_line(p);
	wr_f(&p->w, "CIC of %u bits; location of our causes %u", v->cic_bits, v->location);
	end_line(p);
	wr_f(&p->w, "unknown message: %s; unknown parameter: %s; passed parameter: %s; ",
	     isup_reaction_name(v->unknown_msg), isup_reaction_name(v->unknown_parameter),
	     isup_reaction_name(v->notify_passed ? ISUP_CONFUSION : ISUP_PASS));
	wr_f(&p->w, "damaged message: %s", isup_reaction_name(v->damaged));
	end_line(p);
}

static void print_list(struct print *p, const char *what, const uint8_t *codes)
{
	for (unsigned i = 0; codes[i]; i++)
		wr_f(&p->w, "%s%s", i ? ", " : what, isup_param_row(p->v, codes[i])->name);
}

static void print_msg(struct print *p, unsigned type, const struct isup_msg_row *row)
{
	wr_f(&p->w, " 0x%02x %-4s %s", type, row->abbr, row->name);
	print_list(p, "; fixed: ", row->fixed);
	print_list(p, "; variable: ", row->variable);
	if (row->optional)
		wr_z(&p->w, "; optional part");
	if (row->raw)
		wr_z(&p->w, "; not looked into");
	end_line(p);
}

static void print_param(struct print *p, unsigned code, const struct isup_param_row *row)
{
	wr_f(&p->w, " 0x%02x %s, ", code, row->name);
	if (row->min == row->max)
		wr_f(&p->w, "%u octets", row->min);
	else
		wr_f(&p->w, "%u to %u octets", row->min, row->max);
	if (row->number)
		wr_f(&p->w, ", number as %s", isup_layout_name(row->number));
	wr_f(&p->w, " (%s)", row->clause);
	end_line(p);
}

static void print_seconds(struct print *p, uint32_t ms, const char *behind)
{
	wr_u(&p->w, ms / 1000);
	if (ms % 1000)
		wr_f(&p->w, ".%03u", ms % 1000);
	wr_z(&p->w, behind);
}

static void print_timer(struct print *p, const struct isup_timer_row *row)
{
	wr_f(&p->w, " %-4s ", row->name);
	print_seconds(p, row->min_ms, " to ");
	print_seconds(p, row->max_ms, " s, default ");
	print_seconds(p, row->default_ms, ": ");
	wr_f(&p->w, "%s (%s)", row->meaning, row->clause);
	end_line(p);
}

static void heading(struct print *p, const char *text)
{
	wr_z(&p->w, text);
	end_line(p);
}

void isup_variant_print(const struct isup_variant *v, void (*say)(void *ctx, const char *line),
			void *ctx)
{
	struct print p = { .v = v, .say = say, .ctx = ctx };

	p.w = wr_init(p.line, LINE_OCTETS);
	print_head(&p);
	heading(&p, "messages");
	for (unsigned t = 1; t < 256; t++)
		if (isup_msg_row(v, (uint8_t)t))
			print_msg(&p, t, isup_msg_row(v, (uint8_t)t));
	heading(&p, "parameters");
	for (unsigned c = 1; c < 256; c++)
		if (isup_param_row(v, (uint8_t)c))
			print_param(&p, c, isup_param_row(v, (uint8_t)c));
	heading(&p, "timers");
	for (int t = 0; t < ISUP_NR_TIMERS; t++)
		print_timer(&p, isup_timer_row(v, t));
}
