/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/msg: SIP messages (RFC 3261 section 7 and 20), parsed in place and built into a buffer.
 *
 * sip_msg_parse leaves views into the octets it was given; the message lives as long as they do.
 * Headers are kept in order, known or not; the ones a transaction layer needs are typed on the
 * way. Every limit is a constant here; what is over it is refused with a reason.
 *
 *	struct sip_msg m;
 *	struct tg_diag d = TG_DIAG_NONE;
 *	if (sip_msg_parse(&m, datagram, &d) < 0)
 *		... d.text says why, m.parse_status is the status to answer with
 *	if (m.is_request && m.method == SIP_INVITE)
 *		...
 *
 * Adding a header: one line in sip/header.def, src/sip/header_hash.py run once, a value parser when
 * it is typed, a vector.
 */
#ifndef TRUNKGATE_SIP_MSG_H
#define TRUNKGATE_SIP_MSG_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>
#include <trunkgate/base/str.h>
#include <trunkgate/sip/uri.h>

enum sip_method {
	SIP_METHOD_OTHER,
	SIP_INVITE,
	SIP_ACK,
	SIP_BYE,
	SIP_CANCEL,
	SIP_OPTIONS,
	SIP_REGISTER,
	SIP_PRACK,
	SIP_UPDATE,
	SIP_INFO,
	SIP_REFER,
	SIP_MESSAGE,
	SIP_SUBSCRIBE,
	SIP_NOTIFY,
	SIP_PUBLISH,
	SIP_NR_METHODS
};

/* The columns are explained in the table; the values' types are in sip/headers.h. */
enum sip_hdr {
	SIP_HDR_OTHER,
#define SIP_HDR_ROW(id, name, compact, repeat, value, clause) SIP_HDR_##id,
#include <trunkgate/sip/header.def>
#undef SIP_HDR_ROW
	SIP_NR_HDRS
};

#define SIP_MAX_HEADERS 128   /* header lines in a message */
#define SIP_MAX_MESSAGE 65535 /* octets, one datagram */

struct sip_header {
	enum sip_hdr id;
	struct str name;  /* as written */
	struct str value; /* trimmed; folded lines are still in it */
};

/* RFC 3261 20.42 */
struct sip_via {
	struct str transport; /* "UDP" */
	struct str host;      /* IPv6 without brackets */
	bool host_is_ip6;
	uint16_t port; /* 0: none written */
	struct str params;
	struct str branch, received, maddr;
	bool has_rport;
	uint16_t rport; /* 0: no value */
	struct str text;
};

/* RFC 3261 20.10: Contact, From, To, Route and others */
struct sip_nameaddr {
	struct str display; /* without quotes, escapes still in it */
	struct sip_uri uri;
	struct str params; /* header parameters, after the first ';' */
	struct str tag;	   /* From and To */
	bool star;	   /* Contact: * */
	struct str text;
};

struct sip_msg {
	struct str octets; /* all of it */
	bool is_request;
	enum sip_method method; /* of the request, or of CSeq in a response */
	struct str method_name;
	struct sip_uri uri; /* requests: the Request-URI */
	unsigned status;    /* responses: 100-699 */
	struct str reason;
	unsigned nr_headers;
	struct sip_header header[SIP_MAX_HEADERS];
	/* Typed; nr_via counts all Via values, via is the topmost. */
	unsigned nr_via;
	struct sip_via via;
	struct sip_nameaddr from, to;
	struct str call_id;
	uint32_t cseq;
	enum sip_method cseq_method;
	struct str cseq_method_name;
	bool has_contact;
	struct sip_nameaddr contact; /* the first */
	int max_forwards;	     /* -1: none */
	struct str content_type;     /* "application/sdp", parameters and all; empty: none */
	struct str body;
	/* After a failed parse of a request: what to answer (400, 505, 416, 501, 513), or 0 when it
	 * cannot be answered at all. Via, From, To, Call-ID and CSeq are then as far as known. */
	unsigned parse_status;
};

/* One datagram. 0 or TG_E*; see parse_status. Bodies: Content-Length shorter than the datagram
 * cuts the body there (18.3); longer is an error for a request (400), a drop for a response. */
int sip_msg_parse(struct sip_msg *m, struct str octets, struct tg_diag *diag);

/* The n-th (from 0) header of a kind; NULL when there is none. */
const struct sip_header *sip_msg_header(const struct sip_msg *m, enum sip_hdr id, unsigned n);
/* By name, known or not; any case, compact forms too. */
const struct sip_header *sip_msg_header_named(const struct sip_msg *m, struct str name, unsigned n);
/* Walks the values of a list header over all its lines; quoted commas and <> are honoured. Start
 * with a zeroed walk. */
struct sip_value_walk {
	unsigned line;
	size_t offset;
};
bool sip_msg_next_value(const struct sip_msg *m, enum sip_hdr id, struct sip_value_walk *w,
			struct str *value);
/* Does a list header (Require, Supported, Allow) hold this token? */
bool sip_msg_has_token(const struct sip_msg *m, enum sip_hdr id, struct str token);

int sip_via_parse(struct sip_via *v, struct str value, struct tg_diag *diag);
int sip_nameaddr_parse(struct sip_nameaddr *a, struct str value, struct tg_diag *diag);
/* Its q parameter in thousandths (RFC 3261 20.10): "0.7" is 700; 1000 without one. */
unsigned sip_nameaddr_q(const struct sip_nameaddr *a);
/* RFC 3326: the first Reason value of this protocol ("Q.850", "SIP"); -1: none. `text` may be
 * NULL. */
int sip_msg_reason_cause(const struct sip_msg *m, struct str protocol, struct str *text);

enum sip_method sip_method_of(struct str name);
const char *sip_method_name(enum sip_method m); /* "INVITE"; "?" for OTHER */
/* The canonical name of a header. */
const char *sip_hdr_name(enum sip_hdr id);
/* The clause of a header that is known by number; "" for OTHER. */
const char *sip_hdr_clause(enum sip_hdr id);
/* RFC 3261 section 21's phrase; a class's phrase for others. Never NULL. */
const char *sip_reason_phrase(unsigned status);

/* Building: lines are written in order into the caller's buffer; overflow is sticky. */
struct sip_build {
	char *buf;
	size_t size, len;
	bool overflow;
};

void sip_build_init(struct sip_build *b, char *buf, size_t size);
void sip_build_request(struct sip_build *b, enum sip_method method, struct str uri);
void sip_build_status(struct sip_build *b, unsigned status, struct str reason);
/* "Name: value". A value from a parsed message may be given: a folded line end in it becomes one SP
 * (25.1). Any other CR, LF or control octet in it makes the build refuse (overflow), but for a
 * quoted-pair. Not to be used for Content-Length and Content-Type: sip_build_body writes them. */
void sip_build_header(struct sip_build *b, enum sip_hdr id, struct str value);
void sip_build_other(struct sip_build *b, struct str name, struct str value);
void sip_build_header_f(struct sip_build *b, enum sip_hdr id, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A header of a parsed message once more, under its canonical name; `suffix` (";tag=...") is put
 * behind its value. Unlike a %.*s this is right for a quoted NUL too. */
void sip_build_copy(struct sip_build *b, const struct sip_header *h, struct str suffix);
/* For a response: all Via lines of the request. The topmost gets `received` when its sent-by is not
 * the address the request came from, or when it asks for rport, which then gets the port (18.2.1,
 * RFC 3581 4). What the sender itself wrote as received or rport is not believed. */
void sip_build_vias(struct sip_build *b, const struct sip_msg *req, const struct addr *from);
/* Content-Type when the body is not empty, Content-Length always, the empty line, the body. */
void sip_build_body(struct sip_build *b, struct str content_type, struct str body);
/* 0 and the message, or TG_ELIMIT. */
int sip_build_done(const struct sip_build *b, struct str *octets);

#endif
