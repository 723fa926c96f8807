/* SPDX-License-Identifier: GPL-3.0-or-later */
/* release: how a call's end is told on the other side. */
#include <stdio.h>

#include "interwork/diagnostic.h"
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

/* What is in the response: the number of a 301; else nothing of them. */
static void explain_diagnostics(const struct iw_ctx *x, const struct isup_cause *c, bool carried)
{
	static const struct iw_source source = { "RFC 3326 2, Q.850 table 1", true };
	char text[IW_DIAGNOSTIC_MAX];

	if (iw_diagnostic_print(c, text)[0])
		iw_explain(x, "diagnostics", source, text, "%s",
			   carried ? "Contact" : "kept with the call: Reason has no place");
}

void iw_rel_to_sip(const struct iw_ctx *x, const struct isup_msg *rel,
		   const struct iw_numbering *plan, const char *host, struct iw_release *out)
{
	char text[IW_NUMBER_TEXT_MAX];
	struct isup_cause c;

	memset(out, 0, sizeof(*out));
	if (isup_get_cause(rel, &c) < 0)
		c = (struct isup_cause){ .value = IW_CAUSE_UNSPECIFIED,
					 .location = ISUP_LOC_PUBLIC_LOCAL };
	if (c.value == IW_CAUSE_NUMBER_CHANGED) {
		if (c.nr_diagnostics && new_number(&c, plan, text))
			snprintf(out->contact, sizeof(out->contact), "<sip:%s@%s;user=phone>", text,
				 host);
		else
			c.nr_diagnostics = 0;
	}
	out->cause = c.value;
	out->status = iw_status_of_cause(x, &c, &out->source);
	explain_diagnostics(x, &c, out->contact[0] && out->status == 301);
	/* a 503 that a cause has made says which (RFC 3398 5.8): it is not ours */
	if (out->status == 503 || iw_profile_rule(iw_profile_of(x), IW_RULE_REASON_OUT))
		iw_reason_print(&c, out->reason);
}

void iw_response_to_rel(const struct iw_ctx *x, unsigned status, const struct sip_msg *msg,
			bool local, struct isup_msg *rel, struct iw_source *source)
{
	struct isup_cause c = iw_cause_of_status(x, status, msg, local, source);

	build_rel(&c, rel);
}

void iw_request_to_rel(const struct iw_ctx *x, const struct sip_msg *msg, struct isup_msg *rel,
		       struct iw_source *source)
{
	bool bye = msg && msg->method == SIP_BYE;
	const struct iw_profile *p = iw_profile_of(x);
	struct iw_row r =
		iw_profile_find(p, IW_TABLE_RULE, bye ? IW_RULE_BYE_CAUSE : IW_RULE_CANCEL_CAUSE);
	struct isup_cause c = { .location = (uint8_t)iw_profile_rule(p, IW_RULE_LOCATION),
				.value = (uint8_t)r.value };

	if (msg && iw_reason_cause(x, msg, &c))
		r.source = (struct iw_source){ "RFC 3398 7.2.3, RFC 6432 3 (Reason)", false };
	iw_explain(x, "status", r.source, bye ? "BYE" : "CANCEL", "cause %u", c.value);
	if (source)
		*source = r.source;
	build_rel(&c, rel);
}

void iw_local_rel(uint8_t cause, struct isup_msg *rel)
{
	/* Q.850 2.2.5: the network that serves the user here is this gateway's */
	struct isup_cause c = { .location = ISUP_LOC_PUBLIC_LOCAL, .value = cause };

	build_rel(&c, rel);
}

/* What the user or his number has said is not asked again elsewhere: unallocated, cleared, busy, no
 * response, no answer, rejected, incomplete. */
bool iw_cause_may_advance(uint8_t cause)
{
	static const uint8_t never[] = { 1, 16, 17, 18, 19, 21, 28 };

	for (size_t i = 0; i < sizeof(never); i++)
		if (never[i] == cause)
			return false;
	return cause > 0 && cause < 128;
}

bool iw_cause_in(const struct iw_cause_set *set, uint8_t cause)
{
	return iw_cause_may_advance(cause) && set->bits[cause / 32] >> cause % 32 & 1;
}

int iw_cause_add(struct iw_cause_set *set, uint8_t cause)
{
	if (!iw_cause_may_advance(cause))
		return TG_EINVAL;
	set->bits[cause / 32] |= 1u << cause % 32;
	return 0;
}
