/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/phone_args: the command line of the test phone as a value. Options are rows of one table,
 * from which the help is made too. Reads arguments only: no files, no sockets.
 *
 *	struct phone_cfg cfg;
 *	switch (phone_args_parse(&cfg, argc, argv, &diag)) {
 *	case 0: ...
 *	case PHONE_ARGS_HELP: phone_args_help(say, ctx); ...
 *	default: ... diag.text says what is wrong
 *	}
 */
#ifndef TRUNKGATE_LAB_PHONE_ARGS_H
#define TRUNKGATE_LAB_PHONE_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>
#include <trunkgate/sdp/sdp.h>

#define PHONE_ARGS_HELP 1
#define PHONE_URI_MAX	256
#define PHONE_NONE	INT32_MIN /* an expectation that was not asked for */

enum phone_mode { PHONE_CALL = 1, PHONE_ANSWER = 2 };
enum phone_play { PHONE_TONE, PHONE_SILENCE, PHONE_WAV, PHONE_RAW };

struct phone_sound_cfg {
	enum phone_play kind;
	uint32_t hz;
	int32_t cdbm0;	  /* hundredths of dBm0 */
	const char *path; /* WAV and RAW */
};

struct phone_cfg {
	enum phone_mode mode;
	char uri[PHONE_URI_MAX]; /* CALL */
	struct addr target;	 /* where the URI leads */
	struct addr local;	 /* family NONE or port 0: to be chosen */
	const char *from;
	uint32_t nr_codecs;
	enum sdp_codec_id codec[2];
	uint32_t ptime_ms;
	struct phone_sound_cfg play;
	const char *record, *raw_record; /* NULL: not wanted */
	uint32_t duration_ms;		 /* talk so long, then hang up; 0: until the others do */
	bool has_duration;
	uint32_t cancel_after_ms; /* CALL; 0: not */
	uint32_t wait_ms;	  /* CALL: for the answer; ANSWER: for each call, 0: for ever */
	uint32_t ring_ms, reject, calls;
	uint32_t session_expires_s; /* CALL; RFC 4028; 0: not asked for */
	bool json, trace;
	/* What has to be so for the exit status 0. */
	uint32_t expect_status; /* 0: what the other options make likely */
	int32_t expect_hz, expect_early_hz, expect_cdbm0;
	bool expect_echo, expect_octets, expect_hangup, no_gaps;
};

/* Arguments behind the name of the sub-command: "call URI ..." or "answer ...". Texts in *cfg are
 * views of argv. 0, PHONE_ARGS_HELP or TG_EINVAL. */
int phone_args_parse(struct phone_cfg *cfg, int argc, char *const *argv, struct tg_diag *diag);
void phone_args_help(void (*say)(void *ctx, const char *line), void *ctx);

#endif
