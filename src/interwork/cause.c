/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cause: between Q.850 causes, SIP statuses and the Reason header. */
#include <stdio.h>

#include <trunkgate/sip/headers.h>

#include "interwork/cause.h"

/* RFC 8606 4, by Q.850's code. */
static const char *const location_words[16] = { "U",	  "LPN",    "LN",     "TN",
						"RLN",	  "RPN",    "LOC-6",  "INTL",
						"LOC-8",  "LOC-9",  "BI",     "LOC-11",
						"LOC-12", "LOC-13", "LOC-14", "LOC-15" };

const char *iw_cause_location(uint8_t location)
{
	return location_words[location & 15];
}

static unsigned row_status(const struct iw_row *r, const struct isup_cause *c)
{
	if (r->value_user && c->location == ISUP_LOC_USER)
		return r->value_user;
	if (r->value_diagnostic && c->nr_diagnostics)
		return r->value_diagnostic;
	return r->value ? r->value : r->value_if_none;
}

unsigned iw_status_of_cause(const struct iw_ctx *x, const struct isup_cause *c,
			    struct iw_source *source)
{
	struct iw_row r = iw_profile_find(iw_profile_of(x), IW_TABLE_CAUSE, c->value);
	unsigned status = row_status(&r, c);
	char from[40];

	snprintf(from, sizeof(from), "cause %u, location %s", c->value,
		 location_words[c->location & 15]);
	iw_explain(x, "cause", r.source, from, "status %u", status);
	if (source)
		*source = r.source;
	return status;
}

/* RFC 3261 20.43: 304 and 305 say that a kind of media or its coding cannot be had; RFC 3398
 * 8.2.6.1 recommends 65 for warnings about an unavailable bearer capability, 31 for the others. */
static uint8_t cause_of_warning(const struct sip_msg *msg)
{
	struct sip_value_walk w = { 0 };
	struct str value, code;
	uint32_t n;

	while (msg && sip_msg_next_value(msg, SIP_HDR_WARNING, &w, &value)) {
		str_split(str_trim(value), ' ', &code);
		if (str_to_u32(code, &n) && (n == 304 || n == 305))
			return IW_CAUSE_BEARER_NOT_IMPLEMENTED;
	}
	return IW_CAUSE_UNSPECIFIED;
}

static uint8_t rule_cause(const struct iw_ctx *x, enum iw_rule rule, struct iw_source *source)
{
	struct iw_row r = iw_profile_find(iw_profile_of(x), IW_TABLE_RULE, rule);

	*source = r.source;
	return (uint8_t)r.value;
}

/* A status of no mapping that has to end the call nevertheless: as all others. */
static uint8_t row_cause(const struct iw_ctx *x, unsigned status, const struct sip_msg *msg,
			 struct iw_source *source)
{
	struct iw_row r = iw_profile_find(iw_profile_of(x), IW_TABLE_STATUS, (uint16_t)status);

	*source = r.source;
	if (r.warning)
		return cause_of_warning(msg);
	if (!r.value)
		r = iw_profile_find(iw_profile_of(x), IW_TABLE_STATUS, 0);
	return (uint8_t)r.value;
}

static uint8_t status_cause(const struct iw_ctx *x, unsigned status, const struct sip_msg *msg,
			    bool local, struct iw_source *source)
{
	if (status < 400 &&
	    iw_profile_find(iw_profile_of(x), IW_TABLE_STATUS, (uint16_t)status).key != status)
		return rule_cause(x, IW_RULE_REDIRECT_CAUSE, source);
	if (local && status == 408)
		return rule_cause(x, IW_RULE_TIMEOUT_CAUSE, source);
	return row_cause(x, status, msg, source);
}

struct isup_cause iw_cause_of_status(const struct iw_ctx *x, unsigned status,
				     const struct sip_msg *msg, bool local,
				     struct iw_source *source)
{
	enum iw_rule location = status >= 600 ? IW_RULE_LOCATION_USER : IW_RULE_LOCATION;
	struct isup_cause c = { .location = (uint8_t)iw_profile_rule(iw_profile_of(x), location) };
	struct iw_source s = { "RFC 6432 3", false };
	char from[40];

	if (!msg || !iw_reason_cause(x, msg, &c))
		c.value = status_cause(x, status, msg, local, &s);
	snprintf(from, sizeof(from), "status %u%s", status, local ? ", made here" : "");
	iw_explain(x, "status", s, from, "cause %u, location %s", c.value,
		   location_words[c.location & 15]);
	if (source)
		*source = s;
	return c;
}

static void take_location(struct str word, struct isup_cause *c)
{
	for (uint8_t i = 0; i < 16; i++)
		if (str_caseeq(word, str_of(location_words[i])))
			c->location = i;
}

bool iw_reason_cause(const struct iw_ctx *x, const struct sip_msg *msg, struct isup_cause *c)
{
	struct sip_value_walk w = { 0 };
	struct sip_value v;
	struct str text;

	if (!iw_profile_rule(iw_profile_of(x), IW_RULE_REASON_IN))
		return false;
	while (sip_msg_next_value(msg, SIP_HDR_REASON, &w, &text)) {
		if (sip_value_parse(&v, SIP_HDR_REASON, text, NULL) < 0 ||
		    !str_caseeq(v.reason.protocol, STR("Q.850")) || !v.reason.has_cause ||
		    v.reason.cause < 1 || v.reason.cause > 127)
			continue;
		c->value = (uint8_t)v.reason.cause;
		take_location(v.reason.location, c);
		return true;
	}
	return false;
}

char *iw_reason_print(const struct isup_cause *c, char *buf)
{
	const char *name = isup_cause_name(c->value), *quote = name[0] ? "\"" : "";

	snprintf(buf, IW_REASON_MAX, "Q.850;cause=%u%s%s%s%s;location=%s", c->value,
		 name[0] ? ";text=" : "", quote, name, quote, location_words[c->location & 15]);
	return buf;
}
