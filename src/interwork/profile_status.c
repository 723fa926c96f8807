/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profile_status: SIP final responses to Q.850 causes. */
#include "interwork/profile.h"

/* RFC 3398 8.2.6.1; (*): try with credentials first, (+): remedy it and try again first. ------------ */
#define T                                 \
	{                                 \
		"RFC 3398 8.2.6.1", false \
	}
#define TRY_AUTH                              \
	{                                     \
		"RFC 3398 8.2.6.1 (*)", false \
	}
#define REMEDY                                \
	{                                     \
		"RFC 3398 8.2.6.1 (+)", false \
	}
#define BY_WARNING                                  \
	{                                           \
		"RFC 3398 8.2.6.1 (Warning)", false \
	}
#define DEFAULT_ROW                                 \
	{                                           \
		"RFC 3398 8.2.6.1 (default)", false \
	}
static const struct iw_status_row rfc3398[] = {
	{ .status = 400, .cause = 41, .source = T },
	{ .status = 401, .cause = 21, .source = TRY_AUTH },
	{ .status = 402, .cause = 21, .source = T },
	{ .status = 403, .cause = 21, .source = T },
	{ .status = 404, .cause = 1, .source = T },
	{ .status = 405, .cause = 63, .source = T },
	{ .status = 406, .cause = 79, .source = REMEDY },
	{ .status = 407, .cause = 21, .source = TRY_AUTH },
	{ .status = 408, .cause = 102, .source = T },
	{ .status = 410, .cause = 22, .source = T },
	{ .status = 413, .cause = 127, .source = REMEDY },
	{ .status = 414, .cause = 127, .source = REMEDY },
	{ .status = 415, .cause = 79, .source = REMEDY },
	{ .status = 416, .cause = 127, .source = REMEDY },
	{ .status = 420, .cause = 127, .source = REMEDY },
	{ .status = 421, .cause = 127, .source = REMEDY },
	{ .status = 423, .cause = 127, .source = REMEDY },
	{ .status = 480, .cause = 18, .source = T },
	{ .status = 481, .cause = 41, .source = T },
	{ .status = 482, .cause = 25, .source = T },
	{ .status = 483, .cause = 25, .source = T },
	{ .status = 484, .cause = 28, .source = REMEDY },
	{ .status = 485, .cause = 1, .source = T },
	{ .status = 486, .cause = 17, .source = T },
	{ .status = 487, .source = T },
	{ .status = 488, .warning = true, .source = BY_WARNING },
	{ .status = 500, .cause = 41, .source = T },
	{ .status = 501, .cause = 79, .source = T },
	{ .status = 502, .cause = 38, .source = T },
	{ .status = 503, .cause = 41, .source = T },
	{ .status = 504, .cause = 102, .source = T },
	/* the table says 504 for "Version Not Supported"; RFC 3261 21.5.6 has it as 505 */
	{ .status = 505, .cause = 127, .source = REMEDY },
	{ .status = 513, .cause = 127, .source = REMEDY },
	{ .status = 600, .cause = 17, .source = T },
	{ .status = 603, .cause = 21, .source = T },
	{ .status = 604, .cause = 1, .source = T },
	{ .status = 606, .warning = true, .source = BY_WARNING },
	{ .status = 0, .cause = 31, .source = DEFAULT_ROW },
};
#undef T
#undef TRY_AUTH
#undef REMEDY
#undef BY_WARNING
#undef DEFAULT_ROW

/* Q.1912.5, the table of final responses to REL. ------------------------------------------------ */
#define T                                            \
	{                                            \
		"Q.1912.5, statuses to causes", true \
	}
#define ACR                                   \
	{                                     \
		"TS 29.163, RFC 5079 3", true \
	}
#define UNWANTED                                \
	{                                       \
		"RFC 8197 names no cause", true \
	}

static const struct iw_status_row q1912[] = {
	{ .status = 400, .cause = 127, .source = T },
	{ .status = 401, .cause = 127, .source = T },
	{ .status = 402, .cause = 127, .source = T },
	{ .status = 403, .cause = 127, .source = T },
	{ .status = 404, .cause = 1, .source = T },
	{ .status = 405, .cause = 127, .source = T },
	{ .status = 406, .cause = 127, .source = T },
	{ .status = 407, .cause = 127, .source = T },
	{ .status = 408, .cause = 127, .source = T },
	{ .status = 410, .cause = 22, .source = T },
	{ .status = 413, .cause = 127, .source = T },
	{ .status = 414, .cause = 127, .source = T },
	{ .status = 415, .cause = 127, .source = T },
	{ .status = 416, .cause = 127, .source = T },
	{ .status = 417, .cause = 79, .source = T },
	{ .status = 420, .cause = 127, .source = T },
	{ .status = 421, .cause = 127, .source = T },
	{ .status = 422, .cause = 31, .source = T },
	{ .status = 423, .cause = 127, .source = T },
	{ .status = 433, .cause = 24, .source = ACR },
	{ .status = 480, .cause = 20, .source = T },
	{ .status = 481, .cause = 127, .source = T },
	{ .status = 482, .cause = 127, .source = T },
	{ .status = 483, .cause = 127, .source = T },
	{ .status = 484, .cause = 28, .source = T },
	{ .status = 485, .cause = 127, .source = T },
	{ .status = 486, .cause = 17, .source = T },
	{ .status = 487, .cause = 127, .source = T },
	{ .status = 488, .cause = 127, .source = T },
	{ .status = 491, .source = T },
	{ .status = 493, .cause = 127, .source = T },
	{ .status = 500, .cause = 127, .source = T },
	{ .status = 501, .cause = 127, .source = T },
	{ .status = 502, .cause = 127, .source = T },
	{ .status = 503, .cause = 127, .source = T },
	{ .status = 504, .cause = 127, .source = T },
	{ .status = 505, .cause = 127, .source = T },
	{ .status = 513, .cause = 127, .source = T },
	{ .status = 580, .cause = 127, .source = T },
	{ .status = 600, .cause = 17, .source = T },
	{ .status = 603, .cause = 21, .source = T },
	{ .status = 604, .cause = 1, .source = T },
	{ .status = 606, .cause = 127, .source = T },
	{ .status = 607, .cause = 21, .source = UNWANTED },
	{ .status = 0, .cause = 127, .source = T },
};
#undef T
#undef ACR
#undef UNWANTED

#define NR_OF(a) (sizeof(a) / sizeof((a)[0]))

const struct iw_status_table iw_statuses_rfc3398 = { rfc3398, NR_OF(rfc3398) };
const struct iw_status_table iw_statuses_q1912 = { q1912, NR_OF(q1912) };
