/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/value: what a call, a dialog or a subscription is steered by: Reason (RFC 3326), Replaces (3891),
 * Session-Expires and Min-SE (4028), Event and Subscription-State (6665). */
#include "sip/value.h"

bool sip_value_reason(struct sip_value *v, struct sip_scan *s)
{
	struct sip_reason *x = &v->reason;
	struct sip_param p;
	int r;

	if (!sip_value_token(s, &x->protocol))
		return false;
	while ((r = sip_value_param(s, &p)) > 0) {
		if (SIP_WORD_IS(p.name, "cause") && !x->has_cause) {
			if (!str_to_u32(p.value, &x->cause))
				return false;
			x->has_cause = true;
		} else if (SIP_WORD_IS(p.name, "text")) {
			sip_first(&x->text, sip_unquote(p.value));
		} else if (SIP_WORD_IS(p.name, "location")) {
			sip_first(&x->location, p.value);
		}
	}
	return r == 0;
}

/* 6.1: exactly one to-tag and one from-tag. */
bool sip_value_replaces(struct sip_value *v, struct sip_scan *s)
{
	struct sip_replaces *x = &v->replaces;
	struct sip_param p;
	int r;

	x->call_id = sip_scan_class(s, SIP_C_WORD);
	while ((r = sip_value_param(s, &p)) > 0) {
		struct str *tag = SIP_WORD_IS(p.name, "to-tag")	    ? &x->to_tag
				  : SIP_WORD_IS(p.name, "from-tag") ? &x->from_tag
								    : NULL;

		if (tag && (tag->p || p.value.len == 0))
			return false;
		if (tag)
			*tag = p.value;
		else if (SIP_WORD_IS(p.name, "early-only"))
			x->early_only = true;
	}
	return r == 0 && x->call_id.len && x->to_tag.len && x->from_tag.len;
}

bool sip_value_session_expires(struct sip_value *v, struct sip_scan *s)
{
	struct sip_session_expires *x = &v->session_expires;
	struct sip_param p;
	int r;

	if (!sip_value_number(s, &x->interval_s))
		return false;
	while ((r = sip_value_param(s, &p)) > 0) {
		if (!SIP_WORD_IS(p.name, "refresher") || x->refresher)
			continue;
		if (str_caseeq(p.value, STR("uac")))
			x->refresher = SIP_REFRESHER_UAC;
		else if (str_caseeq(p.value, STR("uas")))
			x->refresher = SIP_REFRESHER_UAS;
		else
			return false;
	}
	return r == 0;
}

bool sip_value_event(struct sip_value *v, struct sip_scan *s)
{
	struct sip_event_value *x = &v->event;
	struct sip_param p;
	int r;

	if (!sip_value_token(s, &x->type))
		return false;
	str_split(x->type, '.', &x->package);
	while ((r = sip_value_param(s, &p)) > 0)
		if (SIP_WORD_IS(p.name, "id"))
			sip_first(&x->id, p.value);
	return r == 0 && x->package.len;
}

static bool seconds(struct str text, bool *has, uint32_t *out)
{
	if (*has)
		return true;
	*has = true;
	return str_to_u32(text, out);
}

static bool substate_param(struct sip_subscription_state *x, const struct sip_param *p)
{
	if (SIP_WORD_IS(p->name, "expires"))
		return seconds(p->value, &x->has_expires, &x->expires_s);
	if (SIP_WORD_IS(p->name, "retry-after"))
		return seconds(p->value, &x->has_retry_after, &x->retry_after_s);
	if (SIP_WORD_IS(p->name, "reason"))
		sip_first(&x->reason, p->value);
	return true;
}

bool sip_value_subscription_state(struct sip_value *v, struct sip_scan *s)
{
	struct sip_subscription_state *x = &v->subscription_state;
	struct sip_param p;
	int r;

	if (!sip_value_token(s, &x->name))
		return false;
	if (str_caseeq(x->name, STR("active")))
		x->state = SIP_SUBSTATE_ACTIVE;
	else if (str_caseeq(x->name, STR("pending")))
		x->state = SIP_SUBSTATE_PENDING;
	else if (str_caseeq(x->name, STR("terminated")))
		x->state = SIP_SUBSTATE_TERMINATED;
	while ((r = sip_value_param(s, &p)) > 0)
		if (!substate_param(x, &p))
			return false;
	return r == 0;
}
