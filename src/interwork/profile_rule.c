/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profile_rule: what is one value in a profile. Columns: rfc3398, q1912.5-a, q1912.5-b, sip-i,
 * sip-t. */
#include "interwork/profile.h"

/* Rows that are alike in RFC 3398 and RFC 3372, and alike in the profiles of Q.1912.5. */
#define VALUES(r, q)                                                                      \
	{                                                                                 \
		[IW_RFC3398] = r, [IW_SIP_T] = r, [IW_Q1912_5_A] = q, [IW_Q1912_5_B] = q, \
		[IW_SIP_I] = q                                                            \
	}
#define SOURCES(r, q)                                                                      \
	{                                                                                  \
		[IW_RFC3398] = { r, false }, [IW_SIP_T] = { r, false },                    \
		[IW_Q1912_5_A] = { q, true }, [IW_Q1912_5_B] = { q, true }, [IW_SIP_I] = { \
			q,                                                                 \
			true                                                               \
		}                                                                          \
	}
#define ALL(v, c)              \
	.value = VALUES(v, v), \
	.source = { { c, false }, { c, false }, { c, false }, { c, false }, { c, false } }

static const char *const off_on[] = { "off", "on", NULL };
/* RFC 8606 4 */
static const char *const locations[] = { "user",
					 "private-local",
					 "public-local",
					 "transit",
					 "public-remote",
					 "private-remote",
					 "spare-6",
					 "international",
					 "spare-8",
					 "spare-9",
					 "beyond",
					 "spare-11",
					 "national-12",
					 "national-13",
					 "national-14",
					 "national-15",
					 NULL };
static const char *const preferences[] = { "preferred", "not-required", "required", NULL };
static const char *const screenings[] = { "not-verified", "verified", "failed", "network", NULL };
static const char *const callers[] = { "gateway", "unavailable", NULL };
static const char *const encapsulations[] = { "none", "isup", NULL };
static const char *const versions[] = { "itu-t92+", "itu-t88", "ansi88", "ansi00",
					"etsi121",  "etsi356", NULL };
/* `authorised`: P-Early-Media has to say so */
static const char *const early[] = { "any", "authorised", NULL };
static const char *const routings[] = { "plain", "global", NULL };
static const char *const untold[] = { "omitted", "not-available", NULL };
/* preferred: required, and without the body when the peer refuses it (415) */
static const char *const handlings[] = { "optional", "required", "preferred", NULL };

#define Q "Q.1912.5"

const struct iw_rule_row iw_rule_rows[IW_NR_RULES] = {
	[IW_RULE_REASON_IN] = { "reason-in", "a Q.850 Reason decides before the tables do", off_on,
				ALL(1, "RFC 3398 5.8, RFC 6432 3") },
	[IW_RULE_REASON_OUT] = { "reason-out", "the cause and its location go out as a Reason",
				 off_on, ALL(1, "RFC 3326 2, RFC 8606 4") },
	[IW_RULE_LOCATION] = { "location", "of the cause made of a 3xx, 4xx, 5xx, BYE or CANCEL",
			       locations, .value = VALUES(10, 10),
			       .source = SOURCES("RFC 3398 8.2.6.1", Q " (location)") },
	[IW_RULE_LOCATION_USER] = { "location-6xx", "of the cause made of a 6xx", locations,
				    .value = VALUES(0, 10),
				    .source = SOURCES("RFC 3398 8.2.6.1", Q " (location)") },
	[IW_RULE_REDIRECT_CAUSE] = { "cause-3xx", "when a 3xx is not followed", NULL, 1, 127,
				     VALUES(23, 127), SOURCES("RFC 3398 8.2.5", Q " (3xx)") },
	[IW_RULE_TIMEOUT_CAUSE] = { "cause-timeout", "when nobody answers an INVITE", NULL, 1, 127,
				    VALUES(18, 102), SOURCES("RFC 3398 8.1.3", Q " (timer B)") },
	[IW_RULE_BYE_CAUSE] = { "cause-bye", "of a BYE without a Reason", NULL, 1, 127,
				VALUES(16, 16), SOURCES("RFC 3398 10.1", Q " (BYE)") },
	[IW_RULE_CANCEL_CAUSE] = { "cause-cancel", "of a CANCEL without a Reason", NULL, 1, 127,
				   VALUES(16, 31), SOURCES("RFC 3398 7.2.3", Q " (CANCEL)") },
	[IW_RULE_INTERWORKING] = { "interworking", "IAM: interworking encountered", off_on,
				   .value = VALUES(0, 1),
				   .source = SOURCES("RFC 3398 7.2.1.1", Q " (FCI)") },
	[IW_RULE_ALL_THE_WAY] = { "isup-all-the-way", "IAM: ISUP used all the way", off_on,
				  .value = VALUES(1, 0),
				  .source = SOURCES("RFC 3398 7.2.1.1", Q " (FCI)") },
	[IW_RULE_PREFERENCE] = { "isup-preference", "IAM: is ISUP wanted all the way", preferences,
				 .value = VALUES(0, 1),
				 .source = SOURCES("RFC 3398 7.2.1.1", Q " (FCI)") },
	[IW_RULE_ISDN_ACCESS] = { "isdn-access", "IAM: the caller's access is ISDN", off_on,
				  .value = VALUES(0, 0),
				  .source = SOURCES("RFC 3398 7.2.1.1", Q " (FCI)") },
	[IW_RULE_SATELLITE] = { "satellite", "IAM: satellite circuits in the connection", NULL, 0,
				2, VALUES(0, 1), SOURCES("RFC 3398 7.2.1.1", Q " (NCI)") },
	[IW_RULE_CPC] = { "category", "IAM: the caller's category when nothing tells", NULL, 0, 255,
			  VALUES(10, 10), SOURCES("RFC 3398 7.2.1.1", Q " (CPC)") },
	[IW_RULE_TMR] = { "medium", "IAM: transmission medium of speech", NULL, 0, 10, VALUES(3, 3),
			  SOURCES("RFC 3398 7.2.1.1", Q " (TMR)") },
	[IW_RULE_BACKWARD_INTERWORKING] = { "backward-interworking",
					    "ACM, CON: interworking encountered", off_on,
					    .value = VALUES(0, 1),
					    .source = SOURCES("RFC 3398 8.2.3", Q " (BCI)") },
	[IW_RULE_SCREENING] = { "screening-from", "of a caller whom From alone names", screenings,
				.value = VALUES(3, 0),
				.source = SOURCES("RFC 3398 12.2", Q " (calling number)") },
	[IW_RULE_NO_CALLER] = { "no-caller", "From without a calling number", callers,
				.value = VALUES(0, 1),
				.source = SOURCES("RFC 3398 8.2.1.1", "TS 29.163 (From)") },
	[IW_RULE_HOP_FACTOR] = { "hop-factor", "Max-Forwards for one of the hop counter", NULL, 1,
				 20, VALUES(3, 3),
				 SOURCES("RFC 3261 8.1.1.6, a factor of our own",
					 Q " (hop counter)") },
	/* an IAM knows two: the last that redirected, and the first */
	[IW_RULE_REDIRECT_MAX] = { "redirections",
				   "who redirected, that go out as Diversion or History-Info", NULL,
				   1, 2, VALUES(2, 2),
				   SOURCES("RFC 5806 4, Q.732.2 (counter)", Q " (redirection)") },
	[IW_RULE_ENCAPSULATION] = { "encapsulation", "bodies of application/isup", encapsulations,
				    .value = { [IW_SIP_I] = 1, [IW_SIP_T] = 1 },
				    .source = { { "RFC 3398 4.1", false },
						{ Q " profile A", true },
						{ Q " profile B", true },
						{ Q " profile C", true },
						{ "RFC 3372 3, RFC 3204 3", false } } },
	[IW_RULE_ISUP_VERSION] = { "isup-version", "of those bodies", versions,
				   ALL(0, "RFC 3204 3.1") },
	[IW_RULE_ISUP_HANDLING] = { "isup-handling", "of those bodies in an INVITE", handlings,
				    .value = { [IW_SIP_I] = 1 },
				    .source = { { "RFC 3204 3.3", false },
						{ "RFC 3204 3.3", false },
						{ "RFC 3204 3.3", false },
						{ Q " profile C", true },
						{ "RFC 3204 3.3", false } } },
	[IW_RULE_USER_SERVICE] = { "user-service", "IAM: user service information of speech, too",
				   off_on, .value = VALUES(0, 1),
				   .source = SOURCES("RFC 3398 7.2.1.1", Q " (USI)") },
	[IW_RULE_EARLY_MEDIA] = { "early-media",
				  "ACM, CPG: in-band information of a response with SDP", early,
				  .value = VALUES(0, 0),
				  .source = SOURCES("RFC 3398 8.2.3", "TS 29.163, RFC 5009 8") },
	/* 0: the peer's response alone makes the ACM (RFC 3666 3.7) */
	[IW_RULE_T11] = { "t11", "seconds until an ACM goes without a response of the peer, or 0",
			  NULL, 0, 20, VALUES(17, 17),
			  SOURCES("RFC 3398 8.2.8", Q " (early ACM)") },
	/* without encapsulation SIP has no word for the group */
	[IW_RULE_CUG_CAUSE] = { "cug-refused",
				"the call of a closed group that may not leave it; 0: it goes on",
				NULL, 0, 127, VALUES(29, 29),
				SOURCES("a policy of our own, after Q.735.1",
					"Q.735.1 (network without CUG)") },
	[IW_RULE_DELAY] = { "propagation-delay", "IAM: milliseconds added for SIP and RTP", NULL, 0,
			    1000, VALUES(0, 0),
			    SOURCES("Q.763 3.42, a value of our own", Q " (propagation delay)") },
	[IW_RULE_ERROR_TONE] = { "error-tone",
				 "a refusal is a tone for a caller whose IAM says interworking",
				 off_on, .value = VALUES(0, 0),
				 .source = SOURCES("RFC 3398 8.2.6, RFC 3666 3.6", Q " (tones)") },
	[IW_RULE_INTERWORK_TIMER] = { "interwork-timer",
				      "seconds of a tone, or after a cause in ACM; 0: not ended here",
				      NULL, 0, 180, VALUES(30, 30),
				      SOURCES("RFC 3398 7.1.6, a time of our own",
					      Q " (announcements)") },
	[IW_RULE_HEX_DIGITS] = { "hex-digits",
				 "numbers without + may have A to E, * (11) and # (12)", off_on,
				 ALL(0, "RFC 3966 3, Q.763 3.9") },
	[IW_RULE_ROUTING_NUMBER] = { "routing-number", "rn with + and country code, or without",
				     routings, .value = VALUES(0, 1),
				     .source = { [IW_RFC3398] = { "RFC 3398 8.2.1.1", false },
						 [IW_SIP_T] = { "RFC 3398 8.2.1.1", false },
						 [IW_Q1912_5_A] = { "RFC 4694 4", false },
						 [IW_Q1912_5_B] = { "RFC 4694 4", false },
						 [IW_SIP_I] = { "RFC 4694 4", false } } },
	[IW_RULE_NO_NUMBER] = { "no-number", "calling or connected number that SIP does not tell",
				untold, .value = VALUES(0, 1),
				.source = SOURCES("RFC 3398 7.2.1.1",
						  Q " (calling number), Q.731.5") },
};
