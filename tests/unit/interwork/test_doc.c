/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * doc/interwork.md is what the tables say. With TG_GOLDEN_UPDATE=1 in the environment it is written
 * anew.
 */
#include <stdio.h>
#include <stdlib.h>

#include "interwork/encap.h"
#include "interwork/loss.h"
#include "interwork/profile.h"
#include "isup/variant.h"
#include "unit/support.h"

static char text[100000];
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

static const char *star(struct iw_source s)
{
	return s.unchecked ? "*" : "";
}

static void say_status(const struct iw_row *r)
{
	unsigned status = r->value ? r->value : r->value_if_none;

	say(" | %u", status);
	if (!r->value)
		say(" (only when a final response is due)");
	if (r->value_user)
		say(", %u from the user", r->value_user);
	if (r->value_diagnostic)
		say(", %u with a new number", r->value_diagnostic);
	say(" | %s%s", r->source.clause, star(r->source));
}

static void say_causes(void)
{
	struct iw_profile r = { .base = IW_RFC3398 }, q = { .base = IW_Q1912_5_B };

	say("\n## Causes to statuses\n\nA REL before the answer (REL after it: BYE).\n\n"
	    "| cause | rfc3398, sip-t | clause | q1912.5, sip-i | clause |\n|---|---|---|---|---|\n");
	for (unsigned c = 1; c <= 128; c++) {
		struct iw_row a = iw_profile_find(&r, IW_TABLE_CAUSE, c & 127);
		struct iw_row b = iw_profile_find(&q, IW_TABLE_CAUSE, c & 127);

		if (c < 128 && !a.key && !b.key)
			continue;
		if (c < 128)
			say("| %u", c);
		else
			say("| others");
		say_status(&a);
		say_status(&b);
		say(" |\n");
	}
}

static void say_cause(const struct iw_row *r)
{
	if (r->value)
		say(" | %u", r->value);
	else
		say(" | %s", r->warning ? "by its Warning: 65 or 31" : "none; as others");
	say(" | %s%s", r->source.clause, star(r->source));
}

static void say_statuses(void)
{
	struct iw_profile r = { .base = IW_RFC3398 }, q = { .base = IW_Q1912_5_B };

	say("\n## Statuses to causes\n\nA final response without a Q.850 Reason, which would win; a "
	    "3xx without a row is a matter of the rule `cause-3xx`.\n\n"
	    "| status | rfc3398, sip-t | clause | q1912.5, sip-i | clause |\n|---|---|---|---|---|\n");
	for (unsigned s = 400; s <= 700; s++) {
		uint16_t key = s < 700 ? (uint16_t)s : 0;
		struct iw_row a = iw_profile_find(&r, IW_TABLE_STATUS, key);
		struct iw_row b = iw_profile_find(&q, IW_TABLE_STATUS, key);

		if (key && !a.key && !b.key)
			continue;
		if (key)
			say("| %u", key);
		else
			say("| others");
		say_cause(&a);
		say_cause(&b);
		say(" |\n");
	}
}

static void say_rule(enum iw_rule rule)
{
	const struct iw_rule_row *r = &iw_rule_rows[rule];
	char buf[IW_WORD_MAX];

	say("| %s | %s", r->name, r->what);
	for (int b = 0; b < IW_NR_BASES; b++)
		say(" | %s", iw_rule_word(rule, r->value[b], buf));
	say(" | %s%s; %s%s |\n", r->source[IW_RFC3398].clause, star(r->source[IW_RFC3398]),
	    r->source[IW_SIP_I].clause, star(r->source[IW_SIP_I]));
}

static void say_header(const char *first)
{
	say("%s", first);
	for (int b = 0; b < IW_NR_BASES; b++)
		say(" | %s", iw_base_names[b]);
	say(" | clause |\n|---|---");
	for (int b = 0; b <= IW_NR_BASES; b++)
		say("|---");
}

static void say_rules(void)
{
	say("\n## Rules\n\n");
	say_header("| rule | what it is");
	say("|\n");
	for (int r = 0; r < IW_NR_RULES; r++)
		say_rule((enum iw_rule)r);
}

static void say_map(const struct iw_map_row *m)
{
	static const char *const arrows[] = { "both ways", "to SIP", "to ISUP" };

	say("| %s | %s; %s (%s)", m->name, m->isup, m->sip, arrows[m->direction]);
	for (int b = 0; b < IW_NR_BASES; b++)
		say(" | %s", m->on >> b & 1 ? "on" : "off");
	say(" | %s%s |\n", m->source.clause, star(m->source));
}

static void say_maps(void)
{
	say("\n## Mappings\n\nWhat is carried over; messages are made of these and of nothing else.\n\n");
	say_header("| mapping | ISUP; SIP");
	say("|\n");
	for (int m = 0; m < IW_NR_MAPS; m++)
		say_map(&iw_map_rows[m]);
}

static void say_precedence(void)
{
	static const char *const winners[] = { "the body", "the header, when there is one",
					       "here" };

	say("\n## Header and body\n\nWith `encapsulation isup`: which value of an IAM counts. "
	    "Everything without a row is the body's;\nin backward messages all is, but a cause that a "
	    "Reason header gives.\n\n| parameter | wins | clause |\n|---|---|---|\n");
	for (size_t i = 0; i < iw_nr_precedence_rows; i++) {
		const struct iw_precedence_row *r = &iw_precedence_rows[i];

		say("| %s | %s | %s%s |\n", isup_param_row(&isup_itu, r->code)->name,
		    winners[r->winner], r->source.clause, star(r->source));
	}
}

static const char *carried(const struct iw_loss_row *r, uint8_t base)
{
	const struct iw_profile p = { .base = base };

	return iw_loss_carries(r, &p) ? "yes" : r->anew ? "anew" : "no";
}

static void say_losses(void)
{
	say("\n## What is lost\n\nOf an IAM that becomes an INVITE and an IAM again, without encapsulation: "
	    "what is carried, and what of\nthat is lost nevertheless. Parameters without a row are lost. "
	    "`anew`: the next IAM has one by the rules above.\nWith encapsulation all stays but what the "
	    "table before this one says.\n\n| parameter | rfc3398, sip-t | q1912.5, sip-i | lost "
	    "nevertheless |\n|---|---|---|---|\n");
	for (size_t i = 0; i < iw_nr_loss_rows; i++) {
		const struct iw_loss_row *r = &iw_loss_rows[i];
		const struct isup_param_row *p = isup_param_row(&isup_itu, r->code);

		say("| %s | %s | %s | %s |\n",
		    p ? p->name : isup_param_row(&isup_ansi95, r->code)->name,
		    carried(r, IW_RFC3398), carried(r, IW_Q1912_5_B), r->but ? r->but : "");
	}
}

static void test_doc(void **state)
{
	(void)state;
	say("# Interworking\n\nMade from the tables of src/interwork by tests/unit/interwork/test_doc. A "
	    "star: not checked against the ITU text.\n\nA peer names its profile (`interworking NAME`): "
	    "a built-in one, or one that the\nconfiguration derives from it:\n\n"
	    "    interworking carrier\n     from q1912.5-b\n     cause 34 status 503\n"
	    "     status 503 cause 41\n     rule hop-factor 2\n     mapping diversion on\n\n"
	    "`show interworking PROFILE` prints the rows, `explain call N` those that decided a call.\n");
	say_causes();
	say("\nDiagnostics (Q.850 table 1) are no matter of SIP, but the new number of a 301: `show call N` has them in "
	    "words,\n`explain call N` says so; in bodies of ISUP they go along.\n");
	say_statuses();
	say_rules();
	say_maps();
	say_precedence();
	say_losses();
	say("\n## Not there\n\nWithout bodies of ISUP these are not carried, as no source says where in SIP: bearer capability, "
	    "high and\nlow layer compatibility of access transport, user teleservice, the interlock code of a closed user "
	    "group (trunks\ngive it to each other; the rule `cug-refused` says what becomes of its calls to SIP), location "
	    "number and geodetic\nlocation, names other than that of who calls. From SIP one medium is chosen before the "
	    "exchange is asked: an IAM\nmade of an INVITE has 64 kbit/s or audio, never `preferred`. A routing number is in the "
	    "called number and the\ndialled one in the generic address, as ANSI has it, but where the word "
	    "`number-portability` of the trunk says\notherwise; network routing number and called directory number "
	    "(Q.769.1) as parameters of their own are not there.\n");
	check_golden(str_n(text, len), "../../doc/interwork.md");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_doc),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
