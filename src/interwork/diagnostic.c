/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diagnostic: see diagnostic.h. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "interwork/diagnostic.h"
#include "isup/value.h"
#include "isup/variant.h"

enum kind { OCTETS, NUMBER, TIMER, MESSAGE, PARAMETERS, CONDITION, CCBS };

/* Q.850 table 1; others in hex. */
static const uint8_t kinds[128] = {
	[1] = CONDITION, [3] = CONDITION, [17] = CCBS,	      [21] = CONDITION,	  [22] = NUMBER,
	[23] = NUMBER,	 [34] = CCBS,	  [97] = MESSAGE,     [98] = MESSAGE,	  [99] = PARAMETERS,
	[101] = MESSAGE, [102] = TIMER,	  [103] = PARAMETERS, [110] = PARAMETERS,
};

struct text {
	char *buf;
	size_t len;
};

static void say(struct text *t, const char *word, const char *value)
{
	size_t room = IW_DIAGNOSTIC_MAX - t->len;
	int n = snprintf(t->buf + t->len, room, "%s%s%s", t->len ? " " : "", word, value);

	if (n > 0)
		t->len += (size_t)n < room ? (size_t)n : room - 1;
}

static void say_octets(struct text *t, const struct isup_cause *c)
{
	char hex[3];

	say(t, "octets", "");
	for (unsigned i = 0; i < c->nr_diagnostics; i++) {
		snprintf(hex, sizeof(hex), "%02x", c->diagnostics[i]);
		say(t, "", hex);
	}
}

static bool say_number(struct text *t, const struct isup_cause *c)
{
	struct isup_number n;

	if (isup_number_dec(&n, ISUP_NUMBER_CALLED,
			    str_n((const char *)c->diagnostics, c->nr_diagnostics)) < 0 ||
	    !n.digits[0])
		return false;
	say(t, n.noa == ISUP_NOA_INTERNATIONAL ? "number +" : "number ", n.digits);
	return true;
}

/* In IA5 (Q.850 note to 102): "309". */
static bool say_timer(struct text *t, const struct isup_cause *c)
{
	char name[sizeof(c->diagnostics) + 1] = "";

	for (unsigned i = 0; i < c->nr_diagnostics; i++) {
		if (!isalnum(c->diagnostics[i]))
			return false;
		name[i] = (char)c->diagnostics[i];
	}
	say(t, "timer T", name);
	return true;
}

static bool say_message(struct text *t, const struct isup_cause *c)
{
	char name[8];

	say(t, "message ", isup_msg_name(c->diagnostics[0], name));
	return true;
}

static bool say_parameters(struct text *t, const struct isup_cause *c)
{
	char hex[8];

	say(t, c->nr_diagnostics == 1 ? "parameter" : "parameters", "");
	for (unsigned i = 0; i < c->nr_diagnostics; i++) {
		const struct isup_param_row *row = isup_param_row(&isup_itu, c->diagnostics[i]);

		snprintf(hex, sizeof(hex), "0x%02x", c->diagnostics[i]);
		say(t, row ? row->name : hex, i + 1 < c->nr_diagnostics ? "," : "");
	}
	return true;
}

static bool say_condition(struct text *t, const struct isup_cause *c)
{
	static const char *const words[] = { "unknown", "permanent", "transient" };
	unsigned condition = c->diagnostics[0] & 3;

	if (condition == 3)
		return false;
	say(t, "condition ", words[condition]);
	return true;
}

static bool say_ccbs(struct text *t, const struct isup_cause *c)
{
	unsigned indicator = c->diagnostics[0] & 0x7f;

	if (indicator != 1 && indicator != 2)
		return false;
	say(t, "completion ", indicator == 1 ? "possible (CCBS)" : "not possible (CCBS)");
	return true;
}

char *iw_diagnostic_print(const struct isup_cause *c, char buf[IW_DIAGNOSTIC_MAX])
{
	static bool (*const sayers[])(struct text *, const struct isup_cause *) = {
		[NUMBER] = say_number,	       [TIMER] = say_timer,	    [MESSAGE] = say_message,
		[PARAMETERS] = say_parameters, [CONDITION] = say_condition, [CCBS] = say_ccbs,
	};
	uint8_t kind = kinds[c->value & 0x7f];
	struct text t = { buf, 0 };

	buf[0] = '\0';
	if (c->nr_diagnostics && (kind == OCTETS || !sayers[kind](&t, c)))
		say_octets(&t, c);
	return buf;
}
