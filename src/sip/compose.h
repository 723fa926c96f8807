/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/compose: the messages the stack writes: requests (RFC 3261 8.1.1, 12.2.1.1) and responses
 * (8.2.6). They are built in the stack's scratch and come back as a kept message of exact size,
 * owned by the caller.
 *
 *	struct sip_request r = { .method = SIP_BYE, ... };
 *	err = sip_request_build(s, &r, NULL, &buf);
 *	sip_reply_stateless(s, &(struct sip_reply){ .status = 481 });
 *
 * TG_EINVAL: a value from the user has an octet that it may not have, TG_ELIMIT: it is too long,
 * TG_ENOMEM.
 */
#ifndef TRUNKGATE_SIP_COMPOSE_H
#define TRUNKGATE_SIP_COMPOSE_H

#include "sip/trans.h"

struct sip_login;

struct sip_request {
	enum sip_method method;
	const struct sip_path *path;
	struct addr hop;
	const char *branch;
	struct str uri;
	const struct str *route; /* Route values in order */
	unsigned nr_route;
	struct str last_route; /* one more behind them, as <...>; empty: none */
	struct str from, to;   /* whole values, with tags */
	struct str call_id;
	uint32_t cseq;
	uint32_t max_forwards; /* 0: 70 */
	bool contact;
	struct str contact_user;     /* may be empty */
	struct str lines;	     /* whole header lines */
	struct sip_login *login;     /* may be NULL */
	const struct sip_body *body; /* may be NULL */
};

/* Where a request of the user's goes: as in struct sip_invite. */
struct sip_hop {
	sip_path_id path;
	struct addr addr;
	struct str next;
};
/* TG_ENOENT: no such path; TG_EINVAL: it cannot be, or not with this Request-URI. */
int sip_hop_check(const struct sip_stack *s, const struct sip_hop *hop, struct str uri);
/* A request outside dialogs, whose result is told with `token`; takes over `b` (on failure too). */
int sip_send_alone(struct sip_stack *s, enum sip_method method, const char *branch,
		   struct sip_buf *b, const struct sip_marks *marks, struct str next, void *token);
/* Values with CR, LF or NUL, headers that are the stack's own, a body without its type:
 * TG_EINVAL. NULL is fine. */
int sip_body_check(const struct sip_body *body);
/* `marks` may be NULL. */
int sip_request_build(struct sip_stack *s, const struct sip_request *r, struct sip_marks *marks,
		      struct sip_buf **out);
/* The same request for another place; `was` are its marks. What is over 1300 octets goes by a stream,
 * but for an ACK, whose marks have no CSeq. */
struct sip_place {
	const struct sip_path *path;
	struct addr hop;
	const char *branch;
};
int sip_request_retarget(struct sip_stack *s, const struct sip_buf *b, const struct sip_marks *was,
			 const struct sip_place *to, struct sip_marks *m, struct sip_buf **out);
/* A new branch (8.1.1.7); buf has SIP_BRANCH_MAX octets. */
const char *sip_branch_new(const struct sip_stack *s, char *buf);

/* Lines that were built before. */
static inline void sip_put_raw(struct sip_build *b, struct str s)
{
	if (b->overflow || s.len > b->size - b->len) {
		b->overflow = true;
		return;
	}
	if (s.len)
		memcpy(b->buf + b->len, s.p, s.len);
	b->len += s.len;
}

/* A response to the request in s->rx that needs no session. */
struct sip_reply {
	unsigned status;
	struct str reason;   /* empty: that of the status */
	enum sip_hdr hdr;    /* one more header; 0: none */
	struct str value;    /* its value */
	enum sip_hdr copied; /* or the values of this header of the request; 0: none */
	bool capabilities;   /* Allow, Accept, Supported: 11.2 */
	bool warning;	     /* s->rx.diag in a Warning */
	struct str tag;	     /* for To; empty: one that the request determines (8.2.7) */
	/* The user's; may be NULL. */
	const struct sip_body *body;
	struct str lines; /* whole header lines */
};
int sip_reply_build(struct sip_stack *s, const struct sip_reply *r, struct sip_buf **out);
/* Sent and forgotten (8.2.7). Never for an ACK. False when out of memory. */
bool sip_reply_stateless(struct sip_stack *s, const struct sip_reply *r);
/* The same through a transaction; stateless when there is no room for one. */
bool sip_reply_stateful(struct sip_stack *s, const struct sip_reply *r, struct sip_session *owner);

/* What all responses to one request begin with (8.2.6.2) and what of it makes a dialog (12.1.1),
 * kept while the user thinks about it. */
struct sip_head {
	struct str lines;	 /* Via to CSeq */
	struct str record_route; /* whole lines */
	const struct sip_path *path;
	struct addr reply_to;
	bool secure; /* the Request-URI was sips */
};
/* From s->rx; `h->lines.p` is what is to be dropped. */
int sip_head_keep(struct sip_stack *s, struct mem *m, struct str tag, struct sip_head *h);
/* `lines`: whole header lines that the stack adds. */
int sip_head_response(struct sip_stack *s, const struct sip_head *h, unsigned status,
		      struct str lines, const struct sip_body *body, struct sip_buf **out);
/* A copy of a body with all it has, in one chunk that begins with it; NULL when out of memory. */
struct sip_body *sip_body_keep(struct mem *m, const struct sip_body *body);

#endif
