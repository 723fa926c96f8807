/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sdp: session descriptions (RFC 8866) and offer/answer (RFC 3264) as pure functions.
 *
 * One audio stream is ours; every other m= line is kept only as far as an answer has to mirror it
 * (refused with port 0, RFC 3264 section 6). sdp_parse leaves views into the text.
 *
 *	struct sdp offer, answer;
 *	if (sdp_parse(&offer, body, &diag) < 0) ... 400
 *	if (sdp_answer(&caps, &offer, &choice, &diag) < 0) ... 488, diag.text says why
 *	sdp_print_answer(&caps, &offer, &choice, buf, sizeof(buf), &text);
 */
#ifndef TRUNKGATE_SDP_SDP_H
#define TRUNKGATE_SDP_SDP_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>
#include <trunkgate/base/str.h>

#define SDP_MAX_MEDIA  8
#define SDP_MAX_CODECS 32

enum sdp_dir { SDP_SENDRECV, SDP_SENDONLY, SDP_RECVONLY, SDP_INACTIVE };

enum sdp_codec_id { SDP_CODEC_OTHER, SDP_PCMU, SDP_PCMA, SDP_TELEPHONE_EVENT };

/* One format of an m= line with its rtpmap and fmtp. */
struct sdp_codec {
	uint8_t pt;
	enum sdp_codec_id id;
	struct str name; /* encoding name; static ones filled in (RFC 3551 table 4) */
	uint32_t clock_hz;
	uint8_t channels;
	struct str fmtp;
};

struct sdp_media {
	struct str kind;  /* "audio" */
	struct str proto; /* "RTP/AVP" */
	uint16_t port;
	struct str formats; /* the text after proto, as written */
	struct addr rtp; /* c= (its own or the session's) and port; family ADDR_NONE: no address */
	enum sdp_dir dir;
	uint32_t ptime_ms, maxptime_ms; /* 0: none */
	unsigned nr_codecs;
	struct sdp_codec codec[SDP_MAX_CODECS];
};

struct sdp {
	struct str origin_user, session_name;
	uint64_t session_id, session_version;
	struct str timing; /* of the first t= line; an answer repeats it (RFC 3264 6) */
	unsigned nr_media;
	int audio; /* index of the first usable audio stream (RTP/AVP or AVPF, port not 0), or -1 */
	struct sdp_media media[SDP_MAX_MEDIA];
};

/* TG_EINVAL, TG_ELIMIT (more streams or formats than we can mirror), TG_ETRUNC (empty). */
int sdp_parse(struct sdp *s, struct str text, struct tg_diag *diag);

/* What we can do, in order of preference. */
struct sdp_caps {
	struct addr local; /* where we receive RTP */
	uint64_t session_id, session_version;
	struct str product; /* the s= line; empty: "-" */
	unsigned nr_codecs;
	enum sdp_codec_id codec[4];
	bool telephone_event;
	uint8_t telephone_event_pt; /* for our offers */
	uint32_t ptime_ms;	    /* what we ask for; 10-60 */
	enum sdp_dir dir;
};

/* The outcome of an offer/answer: how one direction of speech is coded. */
struct sdp_choice {
	enum sdp_codec_id codec;
	uint8_t pt_tx, pt_rx; /* payload type we send, and we receive */
	bool telephone_event;
	uint8_t te_pt_tx, te_pt_rx;
	uint32_t
		ptime_tx_ms; /* the packet time the peer asked for, 10-60 by tens; ours by default */
	struct addr remote;  /* where to send; port 0 or any address: nowhere (held) */
	enum sdp_dir dir;    /* as seen from us */
};

/* What we answer to their offer. TG_ENOTSUP: nothing in common, no audio stream (488);
 * TG_EINVAL: contradictory. */
int sdp_answer(const struct sdp_caps *caps, const struct sdp *offer, struct sdp_choice *out,
	       struct tg_diag *diag);
/* What their answer to our offer means. TG_EPROTO: not an answer to it. TG_ENOTSUP: it refuses the
 * stream, or its address is of no use. */
int sdp_accept(const struct sdp_caps *caps, const struct sdp *answer, struct sdp_choice *out,
	       struct tg_diag *diag);

/* Texts with CRLF into buf; TG_ELIMIT when it is too small. */
int sdp_print_offer(const struct sdp_caps *caps, char *buf, size_t size, struct str *out);
int sdp_print_answer(const struct sdp_caps *caps, const struct sdp *offer,
		     const struct sdp_choice *choice, char *buf, size_t size, struct str *out);
enum sdp_dir sdp_dir_reverse(enum sdp_dir d);
const char *sdp_dir_name(enum sdp_dir d);
const char *sdp_codec_name(enum sdp_codec_id id);

#endif
