/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/phone_report: the result of a call of the test phone: whether it went as asked, in words and
 * as JSON, and a line for a SIP message. No I/O.
 *
 *	char why[PHONE_WHY_MAX];
 *	bool ok = phone_judge(&cfg, &result, why);
 *	phone_report_text(&cfg, &result, ok ? NULL : why, say, ctx);
 */
#ifndef TRUNKGATE_LAB_PHONE_REPORT_H
#define TRUNKGATE_LAB_PHONE_REPORT_H

#include "lab/meter.h"
#include "lab/phone_args.h"
#include "lab/phone_ear.h"

#define PHONE_WHY_MAX	    200
#define PHONE_MAX_RESPONSES 16

enum phone_ended_by { PHONE_ENDED_HERE, PHONE_ENDED_THERE };

struct phone_result {
	char peer[PHONE_URI_MAX]; /* the URI called, or who called */
	unsigned nr_responses;	  /* different ones in a row, kept up to PHONE_MAX_RESPONSES */
	uint16_t response[PHONE_MAX_RESPONSES];
	unsigned status; /* the final one, 0: none */
	bool local;	 /* made here: nobody answered, or nobody listens */
	char reason[64]; /* its phrase */
	int cause;	 /* Q.850, from the Reason header (RFC 3326) of the end; -1: none */
	bool answered;
	enum phone_ended_by ended_by;
	uint32_t setup_ms, talk_ms;
	enum sdp_codec_id codec;
	uint32_t ptime_ms;
	uint32_t tx_packets, rx_packets, rx_lost, rx_other; /* other: not of this call's stream */
	uint32_t jitter_us;
	struct lab_heard heard, early;
	struct phone_echo echo;
	char failure[PHONE_WHY_MAX]; /* what went wrong before anything could be judged; "" */
};

/* True when it went as asked; otherwise `why` (PHONE_WHY_MAX octets) says what did not. */
bool phone_judge(const struct phone_cfg *cfg, const struct phone_result *r, char *why);

typedef void phone_say(void *ctx, const char *line);
/* `why` NULL: all as asked. */
void phone_report_text(const struct phone_cfg *cfg, const struct phone_result *r, const char *why,
		       phone_say *say, void *ctx);
void phone_report_json(const struct phone_cfg *cfg, const struct phone_result *r, const char *why,
		       phone_say *say, void *ctx);

/* "  0.123 -> INVITE sip:100@127.0.0.1" for a message sent (`out`) or received; `buf` as printf's. */
void phone_trace_line(char *buf, size_t size, int64_t at_us, bool out, struct str octets);

#endif
