/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/headers: the values of headers, typed. Which value a header has is a column of header.def; each
 * is parsed when it is asked for, in place: views point into the message, nothing is kept.
 *
 *	struct sip_value v;
 *	if (sip_msg_value(m, SIP_HDR_SESSION_EXPIRES, &v, &diag) == 0)
 *		... v.session_expires.interval_s, v.session_expires.refresher
 *
 *	struct sip_value_walk w = { 0 };			(all values of a list)
 *	while (sip_msg_next_value(m, SIP_HDR_DIVERSION, &w, &text))
 *		if (sip_value_parse(&v, SIP_HDR_DIVERSION, text, &diag) == 0)
 *			... v.diversion.address.uri, v.diversion.reason
 *
 * Errors: TG_EINVAL against the grammar, TG_ENOENT no such header. A parameter that nobody here
 * knows is let through; of one that is there twice the first counts.
 */
#ifndef TRUNKGATE_SIP_HEADERS_H
#define TRUNKGATE_SIP_HEADERS_H

#include <trunkgate/sip/msg.h>

enum sip_value_kind {
	SIP_VALUE_TEXT,		   /* text: any (TEXT-UTF8-TRIM, server-val) */
	SIP_VALUE_TOKEN,	   /* token */
	SIP_VALUE_CALL_ID,	   /* token: callid */
	SIP_VALUE_METHOD,	   /* method */
	SIP_VALUE_NUMBER,	   /* number: below 2^32 */
	SIP_VALUE_VIA,		   /* via */
	SIP_VALUE_ADDRESS,	   /* address: name-addr, addr-spec or <absoluteURI>, parameters */
	SIP_VALUE_CONTACT,	   /* contact */
	SIP_VALUE_CSEQ,		   /* cseq */
	SIP_VALUE_RACK,		   /* rack */
	SIP_VALUE_MEDIA,	   /* media */
	SIP_VALUE_WEIGHTED,	   /* weighted */
	SIP_VALUE_DISPOSITION,	   /* disposition */
	SIP_VALUE_RETRY_AFTER,	   /* retry_after */
	SIP_VALUE_WARNING,	   /* warning */
	SIP_VALUE_DATE,		   /* date_s: seconds since 1970, of UTC */
	SIP_VALUE_TIMESTAMP,	   /* timestamp */
	SIP_VALUE_AUTH,		   /* auth */
	SIP_VALUE_AUTH_INFO,	   /* auth, without a scheme */
	SIP_VALUE_PRIVACY,	   /* privacy: SIP_PRIVACY_* */
	SIP_VALUE_REASON,	   /* reason */
	SIP_VALUE_REPLACES,	   /* replaces */
	SIP_VALUE_SESSION_EXPIRES, /* session_expires */
	SIP_VALUE_DIVERSION,	   /* diversion */
	SIP_VALUE_EVENT,	   /* event */
	SIP_VALUE_SUBSCRIPTION_STATE, /* subscription_state */
	SIP_VALUE_HISTORY,	      /* history */
	SIP_VALUE_USER_TO_USER,	      /* user_to_user */
	SIP_VALUE_IDENTITY,	      /* identity */
	SIP_NR_VALUE_KINDS
};

/* RFC 3261 20.10, RFC 5626, RFC 5627 */
struct sip_contact {
	struct sip_nameaddr address;
	bool has_expires;
	uint32_t expires_s;
	uint16_t q_milli;    /* 1000 when none is written */
	struct str instance; /* +sip.instance, with its quotes */
	uint32_t reg_id;     /* 0: none */
};

struct sip_method_value {
	enum sip_method id;
	struct str name;
};

struct sip_cseq {
	uint32_t number;
	struct sip_method_value method;
};

/* RFC 3262 7.2 */
struct sip_rack {
	uint32_t rseq, cseq;
	struct sip_method_value method;
};

/* RFC 3261 20.1, 20.15: "application" / "sdp", or with '*'. */
struct sip_media {
	struct str type, subtype;
	struct str params;
	struct str boundary;	  /* RFC 2046 5.1.1, without quotes */
	struct str version, base; /* RFC 3204 3.1: application/isup */
	uint16_t q_milli;
};

/* Accept-Encoding, Accept-Language (RFC 3261 20.2, 20.3): a token or '*'. */
struct sip_weighted {
	struct str token;
	uint16_t q_milli;
};

/* RFC 3261 20.11, RFC 5621 */
struct sip_disposition {
	struct str type; /* "session", "render", "early-session", "signal" (RFC 3204), ... */
	bool optional;	 /* handling=optional; required by default */
	struct str params;
};

/* RFC 3261 20.33 */
struct sip_retry_after {
	uint32_t seconds;
	struct str comment; /* without its parentheses */
	bool has_duration;
	uint32_t duration_s;
};

/* RFC 3261 20.43 */
struct sip_warning {
	uint16_t code;
	struct str agent;
	struct str text; /* without quotes, escapes as written */
};

/* RFC 3261 20.38 */
struct sip_timestamp {
	uint64_t stamp_ms, delay_ms;
	bool has_delay;
};

enum sip_digest_alg { SIP_DIGEST_MD5, SIP_DIGEST_SHA256, SIP_DIGEST_OTHER };

/* RFC 3261 20.7, 20.44, 25.1; RFC 8760. Strings without their quotes, escapes as written. Of a
 * scheme that is not Digest only the scheme and the text behind it (params) are known. */
struct sip_auth {
	struct str scheme;
	bool is_digest;
	struct str params;
	struct str realm, nonce, opaque, domain;
	enum sip_digest_alg algorithm; /* MD5 when none is written (RFC 7616 3.3) */
	struct str algorithm_name;
	bool stale, qop_auth, qop_auth_int;
	bool has_qop;
	struct str username, uri, response, cnonce;
	bool has_nc;
	uint32_t nc;
	struct str rspauth, nextnonce;
};

/* RFC 3323 4.2, RFC 3325 9.3, RFC 7044 5.2 */
enum {
	SIP_PRIVACY_NONE = 0x01,
	SIP_PRIVACY_USER = 0x02,
	SIP_PRIVACY_HEADER = 0x04,
	SIP_PRIVACY_SESSION = 0x08,
	SIP_PRIVACY_CRITICAL = 0x10,
	SIP_PRIVACY_ID = 0x20,
	SIP_PRIVACY_HISTORY = 0x40,
	SIP_PRIVACY_OTHER = 0x80, /* a token nobody here knows */
};

/* RFC 3326 2, RFC 8606 */
struct sip_reason {
	struct str protocol; /* "Q.850", "SIP" */
	bool has_cause;
	uint32_t cause;
	struct str text; /* without quotes */
	struct str location;
};

/* RFC 3891 6.1 */
struct sip_replaces {
	struct str call_id, to_tag, from_tag;
	bool early_only;
};

enum sip_refresher { SIP_REFRESHER_NONE, SIP_REFRESHER_UAC, SIP_REFRESHER_UAS };

/* RFC 4028 4, 5 */
struct sip_session_expires {
	uint32_t interval_s;
	enum sip_refresher refresher;
};

/* RFC 5806 4. Quoted and bare values are the same here. */
struct sip_diversion {
	struct sip_nameaddr address;
	struct str reason, privacy, screen, extension;
	bool has_counter, has_limit;
	uint32_t counter, limit;
};

/* RFC 6665 8.2.1; RFC 6086 */
struct sip_event_value {
	struct str type; /* package and templates: "presence.winfo" */
	struct str package;
	struct str id;
};

enum sip_substate {
	SIP_SUBSTATE_OTHER,
	SIP_SUBSTATE_ACTIVE,
	SIP_SUBSTATE_PENDING,
	SIP_SUBSTATE_TERMINATED
};

/* RFC 6665 8.2.3 */
struct sip_subscription_state {
	enum sip_substate state;
	struct str name, reason;
	bool has_expires, has_retry_after;
	uint32_t expires_s, retry_after_s;
};

/* RFC 7044 5 */
struct sip_history {
	struct sip_nameaddr address; /* Reason and Privacy are in its uri.headers, escaped */
	struct str index;	     /* "1.2.1"; empty: none (RFC 4244 had it optional) */
	char target;		     /* 'r' rc, 'm' mp, 'n' np; NUL: none */
	struct str target_index;
};

/* RFC 7433 4.1 */
struct sip_user_to_user {
	struct str data; /* without quotes */
	bool is_hex;	 /* encoding=hex, or none and not quoted */
	struct str purpose, content, encoding;
};

/* RFC 8224 4 */
struct sip_identity {
	struct str digest; /* the PASSporT's signature, or all of it */
	struct str info;   /* the URI of the certificate */
	struct str alg, ppt;
};

struct sip_value {
	enum sip_value_kind kind;
	struct str text; /* as written */
	union {
		struct str token;
		struct sip_method_value method;
		uint32_t number;
		struct sip_via via;
		struct sip_nameaddr address;
		struct sip_contact contact;
		struct sip_cseq cseq;
		struct sip_rack rack;
		struct sip_media media;
		struct sip_weighted weighted;
		struct sip_disposition disposition;
		struct sip_retry_after retry_after;
		struct sip_warning warning;
		int64_t date_s;
		struct sip_timestamp timestamp;
		struct sip_auth auth;
		unsigned privacy;
		struct sip_reason reason;
		struct sip_replaces replaces;
		struct sip_session_expires session_expires;
		struct sip_diversion diversion;
		struct sip_event_value event;
		struct sip_subscription_state subscription_state;
		struct sip_history history;
		struct sip_user_to_user user_to_user;
		struct sip_identity identity;
	};
};

/* What kind of value a header has; TEXT for one that is not known. */
enum sip_value_kind sip_hdr_value(enum sip_hdr id);
/* One value of a header; lists are taken apart by sip_msg_next_value. */
int sip_value_parse(struct sip_value *v, enum sip_hdr id, struct str value, struct tg_diag *diag);
/* The same by kind, for a value that comes from elsewhere (a part's Content-Type). */
int sip_value_parse_kind(struct sip_value *v, enum sip_value_kind kind, struct str value,
			 struct tg_diag *diag);
/* All values of one header line, in one pass: 1 and the next one, 0 behind the last, TG_EINVAL at a bad
 * one, behind which nothing comes. `*at` starts at 0. */
int sip_header_next(const struct sip_header *h, size_t *at, struct sip_value *v,
		    struct tg_diag *diag);
/* The first value of a header in a message. */
int sip_msg_value(const struct sip_msg *m, enum sip_hdr id, struct sip_value *v,
		  struct tg_diag *diag);

/* A header in a URI: the Reason or Privacy in the URI of a
 * History-Info entry or a Refer-To (RFC 3261 19.1.1), unescaped into buf. TG_ENOENT when there is none. */
int sip_uri_header(const struct sip_uri *u, struct str name, char *buf, size_t size,
		   struct str *value);

#endif
