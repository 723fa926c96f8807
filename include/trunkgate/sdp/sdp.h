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

#define SDP_MAX_CRYPTO 8
#define SDP_KEY_MAX    64 /* octets of an SRTP master key and its salt */

enum sdp_codec_id {
	SDP_CODEC_OTHER,
	SDP_PCMU,
	SDP_PCMA,
	SDP_G722,
	SDP_G726_16,
	SDP_G726_24,
	SDP_G726_32,
	SDP_G726_40,
	SDP_AAL2_G726_16,
	SDP_AAL2_G726_24,
	SDP_AAL2_G726_32,
	SDP_AAL2_G726_40,
	SDP_GSM,
	SDP_L16,       /* at 8 kHz */
	SDP_G729,      /* without annex B (RFC 4856 2.1.9) */
	SDP_OPUS,      /* RFC 7587; narrow band */
	SDP_CLEARMODE, /* RFC 4040: the 64 kbit/s as they are */
	SDP_CN,	       /* comfort noise, beside a codec (RFC 3389) */
	SDP_TELEPHONE_EVENT,
	SDP_NR_CODECS
};

/* How the stream is kept secret: not, by keys in SDP (RFC 4568), by DTLS (RFC 5763). */
enum sdp_keying { SDP_KEY_NONE, SDP_KEY_SDES, SDP_KEY_DTLS };

/* Who begins the handshake, as seen from who says it (RFC 4145 4). */
enum sdp_setup { SDP_SETUP_NONE, SDP_SETUP_ACTIVE, SDP_SETUP_PASSIVE, SDP_SETUP_ACTPASS };

/* Preconditions (RFC 3312) as seen from who says it: what is reserved, how strongly it is wanted, and
 * what is to be confirmed, of each segment and direction. */
enum { SDP_QOS_E2E, SDP_QOS_LOCAL, SDP_QOS_REMOTE, SDP_QOS_NR_SEGMENTS };
enum { SDP_QOS_SEND = 1, SDP_QOS_RECV = 2 };
enum { SDP_QOS_NONE, SDP_QOS_OPTIONAL, SDP_QOS_MANDATORY };
struct sdp_qos {
	uint8_t used; /* 1 << segment: it is said; 0: nothing is */
	uint8_t current[SDP_QOS_NR_SEGMENTS], confirm[SDP_QOS_NR_SEGMENTS];
	uint8_t strength[SDP_QOS_NR_SEGMENTS][2]; /* to send, to receive */
	bool unknown;				  /* a type that is not qos is mandatory */
};
bool sdp_qos_is_met(const struct sdp_qos *q);
/* What an answer says whose own segment is reserved: what is missing is to be confirmed (6). */
void sdp_qos_answer(const struct sdp_qos *offer, struct sdp_qos *out);

/* What who says it wants of the Opus that it is sent (RFC 7587 6.1). No padding: compared whole. */
struct sdp_opus {
	uint32_t max_bitrate; /* bit/s; 0: any */
	uint8_t fec, dtx, cbr;
	uint8_t min_ptime_ms; /* 0: any */
};

/* What who says it wants to be told by RTCP XR (RFC 3611 5): nothing is said; nothing that we have; VoIP
 * metrics. */
enum sdp_xr { SDP_XR_UNSAID, SDP_XR_NOTHING, SDP_XR_VOIP_METRICS };

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
	unsigned nr_crypto;
	struct str crypto[SDP_MAX_CRYPTO]; /* values of a=crypto; more than these are passed over */
	struct str hash, fingerprint;	   /* its own or the session's (RFC 8122 5); may be empty */
	enum sdp_setup setup;
	bool rtcp_mux;	    /* RFC 5761 */
	uint16_t rtcp_port; /* a=rtcp (RFC 3605); 0: the one behind the stream's */
	enum sdp_xr xr;	    /* its own or the session's */
	struct sdp_qos qos;
	unsigned nr_codecs;
	struct sdp_codec codec[SDP_MAX_CODECS];
};

struct sdp {
	struct str origin_user, session_name;
	uint64_t session_id, session_version;
	struct str timing; /* of the first t= line; an answer repeats it (RFC 3264 6) */
	unsigned nr_media;
	int audio; /* index of the first usable audio stream (RTP, port not 0), or -1 */
	struct sdp_media media[SDP_MAX_MEDIA];
};

/* TG_EINVAL, TG_ELIMIT (more streams or formats than we can mirror), TG_ETRUNC (empty). */
int sdp_parse(struct sdp *s, struct str text, struct tg_diag *diag);

/* A master key of ours for one crypto suite, with its name in SDP (RFC 4568 6.2). */
struct sdp_key {
	struct str suite;
	struct str key; /* key and salt; its length is the suite's */
};

/* What we can do, in order of preference. Offers have the keying wanted; answers take what was
 * offered, as far as we may. */
struct sdp_caps {
	struct addr local; /* where we receive RTP */
	uint64_t session_id, session_version;
	struct str product; /* the s= line; empty: "-" */
	unsigned nr_codecs;
	enum sdp_codec_id codec[SDP_NR_CODECS];
	bool comfort_noise;
	bool telephone_event;
	uint8_t telephone_event_pt; /* for our offers */
	uint32_t ptime_ms;	    /* what we ask for; 10-60 */
	enum sdp_dir dir;
	enum sdp_keying offer;		   /* of our offers */
	bool no_plain, may_sdes, may_dtls; /* of our answers; all false: plain RTP alone */
	bool best_effort;		   /* our offer is RTP/AVP with a=crypto in it */
	unsigned nr_keys;
	struct sdp_key key[SDP_MAX_CRYPTO]; /* SDES, in order of preference */
	struct str hash, fingerprint;	    /* of our certificate, for DTLS */
	enum sdp_setup setup;		    /* of our answer: active or passive */
	bool metrics;			    /* we send VoIP metrics and want them (RFC 3611) */
	bool rtcp_mux;			    /* we can have RTCP on the port of RTP */
	struct sdp_qos qos;		    /* goes into offer and answer as it is */
};

/* The outcome of an offer/answer: how one direction of speech is coded. */
struct sdp_choice {
	unsigned stream; /* which of the offer's is the one */
	enum sdp_codec_id codec;
	uint8_t pt_tx, pt_rx; /* payload type we send, and we receive */
	bool telephone_event;
	uint8_t te_pt_tx, te_pt_rx;
	uint32_t
		ptime_tx_ms; /* the packet time the peer asked for, 10-60 by tens; ours by default */
	struct sdp_opus opus; /* what they want of what we send */
	struct addr remote;   /* where to send; port 0 or any address: nowhere (held) */
	enum sdp_dir dir;     /* as seen from us */
	bool comfort_noise;
	uint8_t cn_pt_tx, cn_pt_rx;
	bool rtcp_mux;
	enum sdp_xr xr; /* what they want to be told */
	struct addr rtcp_remote;
	enum sdp_keying keying;
	/* SDES: their tag and key, and which of ours goes with it. */
	uint32_t tag;
	unsigned our_key;
	uint8_t their_key[SDP_KEY_MAX];
	size_t their_key_len;
	uint64_t
		their_mki; /* each packet of theirs has it (RFC 3711 3.1), in so many octets; 0: none */
	uint8_t their_mki_len;
	/* DTLS: their certificate, and who we are: active or passive. */
	struct str hash, fingerprint;
	enum sdp_setup setup;
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
