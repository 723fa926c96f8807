/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profile_cause: Q.850 causes to SIP statuses. */
#include "interwork/profile.h"

/* RFC 3398 7.2.4.1. ------------------------------------------------------------------------------ */
#define T                                 \
	{                                 \
		"RFC 3398 7.2.4.1", false \
	}
#define DEFAULT_ROW                                 \
	{                                           \
		"RFC 3398 7.2.4.1 (default)", false \
	}

static const struct iw_cause_row rfc3398[] = {
	/* normal event */
	{ .cause = 1, .status = 404, .source = T },
	{ .cause = 2, .status = 404, .source = T },
	{ .cause = 3, .status = 404, .source = T },
	/* usually a BYE or CANCEL; before the answer Q.1912.5 has 480 */
	{ .cause = 16, .status_if_none = 480, .source = T },
	{ .cause = 17, .status = 486, .source = T },
	{ .cause = 18, .status = 408, .source = T },
	{ .cause = 19, .status = 480, .source = T },
	{ .cause = 20, .status = 480, .source = T },
	{ .cause = 21, .status = 403, .status_user = 603, .source = T },
	{ .cause = 22, .status = 410, .status_diagnostic = 301, .source = T },
	{ .cause = 23, .status = 410, .source = T },
	{ .cause = 26, .status = 404, .source = T },
	{ .cause = 27, .status = 502, .source = T },
	{ .cause = 28, .status = 484, .source = T },
	{ .cause = 29, .status = 501, .source = T },
	{ .cause = 31, .status = 480, .source = T },
	/* resource unavailable */
	{ .cause = 34, .status = 503, .source = T },
	{ .cause = 38, .status = 503, .source = T },
	{ .cause = 41, .status = 503, .source = T },
	{ .cause = 42, .status = 503, .source = T },
	/* answered by another circuit, never translated; when all attempts are used up it is as 34 */
	{ .cause = 44, .status_if_none = 503, .source = T },
	{ .cause = 47, .status = 503, .source = T },
	/* service or option not available */
	{ .cause = 55, .status = 403, .source = T },
	{ .cause = 57, .status = 403, .source = T },
	{ .cause = 58, .status = 503, .source = T },
	/* service or option not implemented */
	{ .cause = 65, .status = 488, .source = T },
	{ .cause = 70, .status = 488, .source = T },
	{ .cause = 79, .status = 501, .source = T },
	/* invalid message */
	{ .cause = 87, .status = 403, .source = T },
	{ .cause = 88, .status = 503, .source = T },
	/* protocol error */
	{ .cause = 102, .status = 504, .source = T },
	{ .cause = 111, .status = 500, .source = T },
	/* interworking */
	{ .cause = 127, .status = 500, .source = T },
	{ .cause = 0, .status = 500, .source = DEFAULT_ROW },
};
#undef T
#undef DEFAULT_ROW

/* Q.1912.5, the table of REL to statuses. ------------------------------------------------------- */
#define T                                            \
	{                                            \
		"Q.1912.5, causes to statuses", true \
	}
#define ACR                                   \
	{                                     \
		"TS 29.163, RFC 5079 3", true \
	}

static const struct iw_cause_row q1912[] = {
	/* normal event */
	{ .cause = 1, .status = 404, .source = T },
	{ .cause = 2, .status = 404, .source = T },
	{ .cause = 3, .status = 404, .source = T },
	{ .cause = 4, .status = 500, .source = T },
	{ .cause = 5, .status = 404, .source = T },
	{ .cause = 8, .status = 500, .source = T },
	{ .cause = 9, .status = 500, .source = T },
	{ .cause = 16, .status = 480, .source = T },
	{ .cause = 17, .status = 486, .source = T },
	{ .cause = 18, .status = 480, .source = T },
	{ .cause = 19, .status = 480, .source = T },
	{ .cause = 20, .status = 480, .source = T },
	{ .cause = 21, .status = 480, .status_user = 603, .source = T },
	{ .cause = 22, .status = 410, .status_diagnostic = 301, .source = T },
	{ .cause = 23, .status_if_none = 410, .source = T },
	{ .cause = 24, .status = 433, .source = ACR },
	{ .cause = 25, .status = 480, .source = T },
	{ .cause = 26, .status = 404, .source = T },
	{ .cause = 27, .status = 502, .source = T },
	{ .cause = 28, .status = 484, .source = T },
	{ .cause = 29, .status = 500, .source = T },
	{ .cause = 31, .status = 480, .source = T },
	/* resource unavailable */
	{ .cause = 34, .status = 480, .source = T },
	{ .cause = 38, .status = 500, .source = T },
	{ .cause = 41, .status = 500, .source = T },
	{ .cause = 42, .status = 500, .source = T },
	{ .cause = 43, .status = 500, .source = T },
	/* answered by another circuit; when all attempts are used up it is as 34 */
	{ .cause = 44, .status_if_none = 480, .source = T },
	{ .cause = 46, .status = 500, .source = T },
	{ .cause = 47, .status = 500, .source = T },
	/* service or option not available */
	{ .cause = 50, .status = 500, .source = T },
	{ .cause = 55, .status = 500, .source = T },
	{ .cause = 57, .status = 500, .source = T },
	{ .cause = 58, .status = 500, .source = T },
	{ .cause = 63, .status = 500, .source = T },
	/* service or option not implemented */
	{ .cause = 65, .status = 500, .source = T },
	{ .cause = 69, .status = 500, .source = T },
	{ .cause = 70, .status = 500, .source = T },
	{ .cause = 79, .status = 500, .source = T },
	/* invalid message */
	{ .cause = 87, .status = 500, .source = T },
	{ .cause = 88, .status = 500, .source = T },
	{ .cause = 90, .status = 500, .source = T },
	{ .cause = 91, .status = 500, .source = T },
	{ .cause = 95, .status = 500, .source = T },
	/* protocol error, interworking */
	{ .cause = 97, .status = 500, .source = T },
	{ .cause = 99, .status = 500, .source = T },
	{ .cause = 102, .status = 480, .source = T },
	{ .cause = 103, .status = 500, .source = T },
	{ .cause = 110, .status = 500, .source = T },
	{ .cause = 111, .status = 500, .source = T },
	{ .cause = 127, .status = 500, .source = T },
	{ .cause = 0, .status = 500, .source = T },
};
#undef T
#undef ACR

#define NR_OF(a) (sizeof(a) / sizeof((a)[0]))

const struct iw_cause_table iw_causes_rfc3398 = { rfc3398, NR_OF(rfc3398) };
const struct iw_cause_table iw_causes_q1912 = { q1912, NR_OF(q1912) };
