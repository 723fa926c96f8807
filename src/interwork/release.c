/* SPDX-License-Identifier: GPL-3.0-or-later */
/* release: how a call's end is told on the other side. */
#include <stdio.h>

#include "interwork/release.h"

static void build_rel(const struct isup_cause *c, struct isup_msg *rel)
{
	isup_msg_init(rel, ISUP_REL, 0);
	/* an empty message has room for a cause */
	isup_put_cause(rel, c);
}

/* Q.850 table 1: the diagnostic of cause 22 is the new number, laid out as a called party number. */
static bool new_number(const struct isup_cause *c, const struct iw_numbering *plan, char *text)
{
	struct isup_msg m;
	struct isup_number n;

	isup_msg_init(&m, ISUP_IAM, 0);
	if (isup_put(&m, ISUP_P_CALLED_NUMBER, str_n(c->diagnostics, c->nr_diagnostics)) < 0 ||
	    isup_get_number(&m, ISUP_P_CALLED_NUMBER, &n) < 0)
		return false;
	return iw_number_text(&n, plan, text)[0] != '\0';
}

void iw_rel_to_sip(const struct isup_msg *rel, const struct iw_numbering *plan, const char *host,
		   struct iw_release *out)
{
	char text[IW_NUMBER_TEXT_MAX];
	struct isup_cause c;

	memset(out, 0, sizeof(*out));
	if (isup_get_cause(rel, &c) < 0)
		c = (struct isup_cause){ .value = IW_CAUSE_UNSPECIFIED };
	if (c.value == IW_CAUSE_NUMBER_CHANGED) {
		if (c.nr_diagnostics && new_number(&c, plan, text))
			snprintf(out->contact, sizeof(out->contact), "<sip:%s@%s;user=phone>", text,
				 host);
		else
			c.nr_diagnostics = 0;
	}
	out->cause = c.value;
	out->status = iw_status_of_cause(&c, &out->clause);
	iw_reason_print(c.value, out->reason);
}

void iw_response_to_rel(unsigned status, const struct sip_msg *msg, bool local,
			struct isup_msg *rel, const char **clause)
{
	struct isup_cause c = iw_cause_of_status(status, msg, local, clause);

	build_rel(&c, rel);
}

void iw_request_to_rel(const struct sip_msg *msg, struct isup_msg *rel, const char **clause)
{
	struct isup_cause c = { .location = ISUP_LOC_BEYOND, .value = IW_CAUSE_NORMAL };
	uint8_t reason = msg ? iw_reason_cause(msg) : 0;

	if (reason)
		c.value = reason;
	if (clause)
		*clause = reason ? "RFC 3398 7.2.3 (Reason)" : "RFC 3398 7.2.3, 10.1";
	build_rel(&c, rel);
}

void iw_local_rel(uint8_t cause, struct isup_msg *rel)
{
	/* Q.850 2.2.5: the network that serves the user here is this gateway's */
	struct isup_cause c = { .location = ISUP_LOC_PUBLIC_LOCAL, .value = cause };

	build_rel(&c, rel);
}
