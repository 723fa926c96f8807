/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cause: the tables of RFC 3398 between Q.850 causes and SIP statuses. */
#include <stdio.h>

#include "interwork/cause.h"

#define T "RFC 3398 7.2.4.1"

const struct iw_cause_row iw_cause_rows[] = {
	/* normal event */
	{ .cause = 1, .status = 404, .clause = T },
	{ .cause = 2, .status = 404, .clause = T },
	{ .cause = 3, .status = 404, .clause = T },
	/* usually a BYE or CANCEL; before the answer Q.1912.5 has 480 */
	{ .cause = 16, .status_if_none = 480, .clause = T " (*)" },
	{ .cause = 17, .status = 486, .clause = T },
	{ .cause = 18, .status = 408, .clause = T },
	{ .cause = 19, .status = 480, .clause = T },
	{ .cause = 20, .status = 480, .clause = T },
	{ .cause = 21, .status = 403, .status_user = 603, .clause = T " (+)" },
	{ .cause = 22, .status = 410, .status_diagnostic = 301, .clause = T },
	{ .cause = 23, .status = 410, .clause = T },
	{ .cause = 26, .status = 404, .clause = T " (=)" },
	{ .cause = 27, .status = 502, .clause = T },
	{ .cause = 28, .status = 484, .clause = T },
	{ .cause = 29, .status = 501, .clause = T },
	{ .cause = 31, .status = 480, .clause = T },
	/* resource unavailable */
	{ .cause = 34, .status = 503, .clause = T },
	{ .cause = 38, .status = 503, .clause = T },
	{ .cause = 41, .status = 503, .clause = T },
	{ .cause = 42, .status = 503, .clause = T },
	/* answered by another circuit, never translated; when all attempts are used up it is as 34 */
	{ .cause = 44, .status_if_none = 503, .clause = T },
	{ .cause = 47, .status = 503, .clause = T },
	/* service or option not available */
	{ .cause = 55, .status = 403, .clause = T },
	{ .cause = 57, .status = 403, .clause = T },
	{ .cause = 58, .status = 503, .clause = T },
	/* service or option not implemented */
	{ .cause = 65, .status = 488, .clause = T },
	{ .cause = 70, .status = 488, .clause = T },
	{ .cause = 79, .status = 501, .clause = T },
	/* invalid message */
	{ .cause = 87, .status = 403, .clause = T },
	{ .cause = 88, .status = 503, .clause = T },
	/* protocol error */
	{ .cause = 102, .status = 504, .clause = T },
	{ .cause = 111, .status = 500, .clause = T },
	/* interworking */
	{ .cause = 127, .status = 500, .clause = T },
};
#undef T

const size_t iw_nr_cause_rows = sizeof(iw_cause_rows) / sizeof(iw_cause_rows[0]);

#define T "RFC 3398 8.2.6.1"

const struct iw_status_row iw_status_rows[] = {
	{ .status = 400, .cause = 41, .clause = T },
	{ .status = 401, .cause = 21, .clause = T " (*)" },
	{ .status = 402, .cause = 21, .clause = T },
	{ .status = 403, .cause = 21, .clause = T },
	{ .status = 404, .cause = 1, .clause = T },
	{ .status = 405, .cause = 63, .clause = T },
	{ .status = 406, .cause = 79, .clause = T " (+)" },
	{ .status = 407, .cause = 21, .clause = T " (*)" },
	{ .status = 408, .cause = 102, .clause = T },
	{ .status = 410, .cause = 22, .clause = T },
	{ .status = 413, .cause = 127, .clause = T " (+)" },
	{ .status = 414, .cause = 127, .clause = T " (+)" },
	{ .status = 415, .cause = 79, .clause = T " (+)" },
	{ .status = 416, .cause = 127, .clause = T " (+)" },
	{ .status = 420, .cause = 127, .clause = T " (+)" },
	{ .status = 421, .cause = 127, .clause = T " (+)" },
	{ .status = 423, .cause = 127, .clause = T " (+)" },
	{ .status = 480, .cause = 18, .clause = T },
	{ .status = 481, .cause = 41, .clause = T },
	{ .status = 482, .cause = 25, .clause = T },
	{ .status = 483, .cause = 25, .clause = T },
	{ .status = 484, .cause = 28, .clause = T " (+)" },
	{ .status = 485, .cause = 1, .clause = T },
	{ .status = 486, .cause = 17, .clause = T },
	{ .status = 487, .cause = 0, .clause = T },
	{ .status = 488, .cause = 0, .clause = T " (Warning)" },
	{ .status = 500, .cause = 41, .clause = T },
	{ .status = 501, .cause = 79, .clause = T },
	{ .status = 502, .cause = 38, .clause = T },
	{ .status = 503, .cause = 41, .clause = T },
	{ .status = 504, .cause = 102, .clause = T },
	/* the table says 504 for "Version Not Supported"; RFC 3261 21.5.6 has it as 505 */
	{ .status = 505, .cause = 127, .clause = T " (+)" },
	{ .status = 513, .cause = 127, .clause = T " (+)" },
	{ .status = 600, .cause = 17, .clause = T },
	{ .status = 603, .cause = 21, .clause = T },
	{ .status = 604, .cause = 1, .clause = T },
	{ .status = 606, .cause = 0, .clause = T " (Warning)" },
};
#undef T

const size_t iw_nr_status_rows = sizeof(iw_status_rows) / sizeof(iw_status_rows[0]);

static unsigned row_status(const struct iw_cause_row *r, const struct isup_cause *c)
{
	if (r->status_user && c->location == ISUP_LOC_USER)
		return r->status_user;
	if (r->status_diagnostic && c->nr_diagnostics)
		return r->status_diagnostic;
	return r->status ? r->status : r->status_if_none;
}

unsigned iw_status_of_cause(const struct isup_cause *c, const char **clause)
{
	for (size_t i = 0; i < iw_nr_cause_rows; i++) {
		const struct iw_cause_row *r = &iw_cause_rows[i];
		if (r->cause != c->value)
			continue;
		if (clause)
			*clause = r->clause;
		return row_status(r, c);
	}
	if (clause)
		*clause = "RFC 3398 7.2.4.1 (default)";
	return 500;
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

static uint8_t status_cause(unsigned status, const struct sip_msg *msg, const char **clause)
{
	*clause = "RFC 3398 8.2.6.1 (default)";
	if (status < 400) {
		*clause = "RFC 3398 8.2.5";
		return IW_CAUSE_REDIRECTION;
	}
	for (size_t i = 0; i < iw_nr_status_rows; i++) {
		const struct iw_status_row *r = &iw_status_rows[i];
		if (r->status != status)
			continue;
		*clause = r->clause;
		return r->cause ? r->cause : cause_of_warning(msg);
	}
	return IW_CAUSE_UNSPECIFIED;
}

/* Location: 6xx is the user's, 4xx and 5xx the network's (8.2.6.1), which lies beyond us. */
struct isup_cause iw_cause_of_status(unsigned status, const struct sip_msg *msg, bool local,
				     const char **clause)
{
	struct isup_cause c = { .location = status >= 600 ? ISUP_LOC_USER : ISUP_LOC_BEYOND };
	const char *why;

	c.value = status_cause(status, msg, &why);
	if (local && status == 408) {
		c.value = IW_CAUSE_NO_USER_RESPONDING;
		why = "RFC 3398 8.1.3";
	} else if (msg && iw_reason_cause(msg)) {
		c.value = iw_reason_cause(msg);
		why = "RFC 6432 3";
	}
	if (clause)
		*clause = why;
	return c;
}

uint8_t iw_reason_cause(const struct sip_msg *msg)
{
	int v = sip_msg_reason_cause(msg, STR("Q.850"), NULL);

	return v >= 1 && v <= 127 ? (uint8_t)v : 0;
}

char *iw_reason_print(uint8_t cause, char *buf)
{
	const char *name = isup_cause_name(cause);

	if (name[0])
		snprintf(buf, IW_REASON_MAX, "Q.850;cause=%u;text=\"%s\"", cause, name);
	else
		snprintf(buf, IW_REASON_MAX, "Q.850;cause=%u", cause);
	return buf;
}
