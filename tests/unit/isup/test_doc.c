/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * doc/isup-messages.md is what the tables say: messages, parameters with their fields, timers, and
 * what the variants change. With TG_GOLDEN_UPDATE=1 in the environment it is written anew.
 */
#include <stdio.h>

#include "unit/support.h"

#include "isup/variant.h"

static char text[200000];
static size_t len;

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	len += (size_t)vsnprintf(text + len, sizeof(text) - len, fmt, ap);
	va_end(ap);
	assert_true(len < sizeof(text));
}

static const char *star(bool unchecked)
{
	return unchecked ? "*" : "";
}

static void say_params(const struct isup_variant *v, const uint8_t *codes)
{
	for (const uint8_t *c = codes; *c; c++)
		say("%s%s", c == codes ? "" : "; ", isup_param_row(v, *c)->name);
}

static void say_msg(const struct isup_variant *v, unsigned type, const struct isup_msg_row *row)
{
	say("| %s | 0x%02x | %s | ", row->abbr, type, row->name);
	say_params(v, row->fixed);
	say(" | ");
	say_params(v, row->variable);
	say(" | %s | %s%s |\n",
	    row->raw	    ? "not looked into"
	    : row->optional ? "yes"
			    : "no",
	    row->clause, star(row->unchecked));
}

static void say_messages(void)
{
	say("## Messages\n\n| | type | message | fixed | variable | optional part | clause |\n"
	    "|---|---|---|---|---|---|---|\n");
	for (unsigned t = 1; t < 256; t++)
		if (isup_msg_row(&isup_itu, (uint8_t)t))
			say_msg(&isup_itu, t, isup_msg_row(&isup_itu, (uint8_t)t));
}

static void say_field(const struct isup_field *f)
{
	static const char *const kinds[] = { [ISUP_FIELD_BE] = "high octet first",
					     [ISUP_FIELD_LE] = "low octet first",
					     [ISUP_FIELD_OCTETS] = "octets",
					     [ISUP_FIELD_TEXT] = "IA5",
					     [ISUP_FIELD_DIGITS] = "digits" };

	say("%s (%u", f->name, f->octet + 1u);
	if (f->kind == ISUP_FIELD_BITS && f->width < 8)
		say(f->width > 1 ? ": %c-%c" : ": %c", 'A' + f->shift,
		    'A' + f->shift + f->width - 1);
	else if (f->kind != ISUP_FIELD_BITS)
		say(": %s", kinds[f->kind]);
	say(")");
}

static void say_fields(const struct isup_field *fields)
{
	bool first = true;

	for (const struct isup_field *f = fields; f && f->kind; f++) {
		if (f->kind == ISUP_FIELD_ONE)
			continue;
		say("%s", first ? "" : ", ");
		say_field(f);
		first = false;
	}
}

static void say_param(unsigned code, const struct isup_param_row *row)
{
	static const char *const layouts[] = {
		[ISUP_NUMBER_CALLED] = "number: nature, INN, plan, digits",
		[ISUP_NUMBER_CALLING] = "number: nature, NI, plan, presentation, screening, digits",
		[ISUP_NUMBER_REDIRECTING] = "number: nature, plan, presentation, digits",
		[ISUP_NUMBER_LOCATION] =
			"number: nature, INN, plan, presentation, screening, digits",
		[ISUP_NUMBER_GENERIC] =
			"number: qualifier, nature, NI, plan, presentation, screening, digits",
		[ISUP_NUMBER_SUBSEQUENT] = "number: digits",
		[ISUP_NUMBER_CHARGE] = "number: nature, plan, digits",
	};

	say("| 0x%02x | %s | %u", code, row->name, row->min);
	if (row->max != row->min)
		say("-%u", row->max);
	say(" | %s", row->number ? layouts[row->number] : "");
	say_fields(row->fields);
	if (row->each) {
		say("each: ");
		say_fields(row->each);
	}
	say(" | %s%s |\n", row->clause, star(row->unchecked));
}

static void say_parameters(void)
{
	say("\n## Parameters\n\nFields with their octet and bits; A is the lowest.\n\n"
	    "| code | parameter | octets | fields | clause |\n|---|---|---|---|---|\n");
	for (unsigned c = 1; c < 256; c++)
		if (isup_param_row(&isup_itu, (uint8_t)c))
			say_param(c, isup_param_row(&isup_itu, (uint8_t)c));
}

static void say_timer(const struct isup_timer_row *t)
{
	say("| %s | %u-%u s | %u s | %s | %s |\n", t->name, t->min_ms / 1000, t->max_ms / 1000,
	    t->default_ms / 1000, t->meaning, t->clause);
}

#define TIMER_HEAD \
	"| timer | range | default | when it runs out | clause |\n|---|---|---|---|---|\n"

static void say_timers(void)
{
	say("\n## Timers\n\n" TIMER_HEAD);
	for (int t = 0; t < ISUP_NR_TIMERS; t++)
		say_timer(isup_timer_row(&isup_itu, t));
}

static void say_gone(const struct isup_variant *v)
{
	const char *sep = "\nNot in it: ";

	for (unsigned t = 1; t < 256; t++)
		if (isup_msg_row(v->base, (uint8_t)t) && !isup_msg_row(v, (uint8_t)t)) {
			say("%s%s", sep, isup_msg_row(v->base, (uint8_t)t)->abbr);
			sep = ", ";
		}
	for (unsigned c = 1; c < 256; c++)
		if (isup_param_row(v->base, (uint8_t)c) && !isup_param_row(v, (uint8_t)c)) {
			say("%s%s", sep, isup_param_row(v->base, (uint8_t)c)->name);
			sep = ", ";
		}
	if (sep[0] == ',')
		say(".\n");
}

/* `head`, once, before the first row of a table. */
static void say_once(const char **head)
{
	say("%s", *head);
	*head = "";
}

static void say_changed(const struct isup_variant *v)
{
	const char *msgs = "\n| | type | message | fixed | variable | optional part | clause |\n"
			   "|---|---|---|---|---|---|---|\n";
	const char *params =
		"\n| code | parameter | octets | fields | clause |\n|---|---|---|---|---|\n";
	const char *timers = "\n" TIMER_HEAD;

	for (unsigned t = 1; t < v->nr_msgs; t++)
		if (v->msgs[t].name) {
			say_once(&msgs);
			say_msg(v, t, &v->msgs[t]);
		}
	for (unsigned c = 1; c < v->nr_params; c++)
		if (v->params[c].name) {
			say_once(&params);
			say_param(c, &v->params[c]);
		}
	for (int t = 0; t < ISUP_NR_TIMERS; t++)
		if (v->timers[t].name) {
			say_once(&timers);
			say_timer(&v->timers[t]);
		}
}

static void say_variants(void)
{
	say("\n## Variants\n\nWhat they change of the above.\n");
	for (int i = 0; isup_variants[i]; i++) {
		const struct isup_variant *v = isup_variants[i];
		if (!v->base)
			continue;
		say("\n### %s\n\nCIC of %u bits.\n", v->name, v->cic_bits);
		say_gone(v);
		say_changed(v);
	}
}

static void test_document(void **state)
{
	(void)state;
	say("# ISUP: messages, parameters, timers, variants\n\n"
	    "Made from the tables in `src/isup`. A * marks a row of which a length, a clause or a\n"
	    "difference was written from memory and not from the text.\n\n");
	say_messages();
	say_parameters();
	say_timers();
	say_variants();
	check_golden(str_n(text, len), "../../doc/isup-messages.md");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_document) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
