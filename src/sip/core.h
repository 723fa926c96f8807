/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/core: what the files of the stack share: the stack itself, kept messages, and the queue of
 * outputs. Internal to src/sip.
 *
 * A message that is sent lives in one sip_buf: one contiguous copy, owned by whoever may have to
 * send it again (a transaction, a session), or by nobody. Its owner gives it up with
 * sip_buf_retire; it is freed when no output can show it any more, at the next input. So nothing
 * is copied to be sent, and views in an output stay valid as <trunkgate/sip/stack.h> promises.
 *
 *	struct sip_buf *b = sip_buf_new(s, path->id, &to, octets);
 *	sip_out_send(s, b, SIP_NOBODY);
 *	sip_buf_retire(s, b);
 *
 * One input puts out SIP_OUT_PER_INPUT things at most; what could exceed the room is not begun.
 */
#ifndef TRUNKGATE_SIP_CORE_H
#define TRUNKGATE_SIP_CORE_H

#include <trunkgate/sip/locate.h>
#include <trunkgate/sip/stack.h>

#include "base/htab.h"
#include "base/ids.h"
#include "base/list.h"
#include "base/timerq.h"

#define SIP_MAX_PATHS	  16
#define SIP_MAX_UDP_ONLY  64
#define SIP_MTU_MAX	  1300	/* 18.1.1: a request over it goes by a stream */
#define SIP_MAX_FORKS	  16	/* early dialogs of one INVITE */
#define SIP_MAX_REINVITES 16	/* of a peer, whose transactions last in one call: 64*T1 each */
#define SIP_MAX_ROUTES	  64	/* values of a route set */
#define SIP_MAX_KEPT	  16384 /* octets of a peer's message that a call keeps */
#define SIP_OUT_PER_INPUT 8	/* what one datagram, timer or action puts out at most */
#define SIP_LINES_MAX	  512	/* header lines of extensions in one message */
#define SIP_COOKIE	  "z9hG4bK"
#define SIP_TAG_OCTETS	  8 /* random octets in a tag, RFC 3261 19.3 asks for 32 bits */
#define SIP_BRANCH_OCTETS 12
#define SIP_BRANCH_MAX	  (sizeof(SIP_COOKIE) + 2 * SIP_BRANCH_OCTETS)
#define SIP_ACCEPT	  "application/sdp, multipart/mixed, multipart/alternative"

struct sip_trans;
struct sip_marks;
struct sip_session;
struct sip_dialog;

/* One sent message. */
struct sip_buf {
	struct list link; /* among the retired */
	sip_path_id path;
	struct addr to;
	sip_call_id call;      /* while it waits for its connection */
	struct sip_buf *spare; /* the same request for UDP, when TCP refuses (18.1.1) */
	struct sip_marks *spare_marks;
	bool last_way; /* a response that has been tried by RFC 3263 5 */
	size_t len;
	char octets[];
};

struct sip_path {
	sip_path_id id;
	struct addr local;
	bool reliable;		   /* a stream: no retransmission (17) */
	uint8_t transport;	   /* enum sip_transport */
	const char *via_transport; /* "UDP" */
	const char *uri_params;	   /* of a Contact: ";transport=tcp" */
	char sent_by[ADDR_TEXT_MAX];
};

/* A name of any length as 128 bits under two secret keys: what a sender chooses can neither grow
 * a table's entries nor meet somebody else's key but by chance of 2^-128. */
struct sip_key {
	uint64_t a, b;
};

/* The request or response that is being handled. */
struct sip_rx {
	const struct sip_path *path;
	struct addr from;
	struct addr reply_to; /* requests: where 18.2.2 sends the response */
	struct sip_msg msg;
	struct tg_diag diag;
};

/* Where a response went by UDP, and whose it is: its transaction, or for a 2xx its call. */
struct sip_sent_response {
	struct addr to;
	sip_path_id path; /* 0: none, or it has been dealt with */
	struct sip_key key;
	sip_call_id call;
};
#define SIP_MAX_SENT_RESPONSES 64
#define SIP_MAX_STATELESS      16   /* kept, so that they can go elsewhere */
#define SIP_MAX_STATELESS_LEN  2048 /* longer ones are not */

/* Whom a SEND or an event belongs to. */
struct sip_owner {
	sip_call_id call;
	void *user;
};
#define SIP_NOBODY ((struct sip_owner){ 0, NULL })

struct sip_stack {
	struct mem *mem;
	struct sip_cfg cfg; /* defaults filled in; product copied */
	tick_t now;
	bool drained;		       /* next_out has said that there is no more */
	bool asked;		       /* the request in rx is the user's to answer */
	sip_subscription_id refreshes; /* it is a SUBSCRIBE of this one; 0: of none */
	unsigned refuse_status;
	struct sip_path path[SIP_MAX_PATHS];
	unsigned nr_paths;
	struct timerq timers;
	struct ids *calls;
	struct ids *subscriptions; /* NULL: none are spoken */
	struct list all_subscriptions;
	struct htab clients; /* sip_trans by key */
	struct htab servers; /* sip_trans by key */
	struct htab targets; /* client sip_trans by where they send */
	struct htab merges;  /* server sip_trans by 8.2.2.2 */
	struct htab dialogs;
	uint32_t nr_transactions;
	/* Outputs: a ring. */
	struct sip_out *out;
	unsigned out_size, out_head, out_len;
	struct list retired;
	/* Streams: conn.c, stream.c. */
	struct ids *conns;
	struct htab conn_targets; /* sip_conn by path and remote address */
	struct htab conn_aliases; /* the same by RFC 5923 */
	struct htab conn_sources; /* accepted ones by host */
	struct list ready[3];	  /* sip_conn with more to read, by enum sip_class */
	struct timer ready_timer;
	struct addr udp_only[SIP_MAX_UDP_ONLY];
	unsigned nr_udp_only;
	/* Host names: resolve.c, hunt.c. */
	struct ids *answer_ids; /* NULL: none are resolved */
	struct htab answer_names;
	struct list answers; /* by when they were wanted */
	struct sip_blacklist blacklist;
	uint32_t nr_questions, nr_hunts;
	struct sip_sent_response sent[SIP_MAX_SENT_RESPONSES]; /* a ring: the last ones */
	unsigned next_sent;
	struct sip_buf *stateless[SIP_MAX_STATELESS]; /* a ring: the last ones by UDP; NULL: none */
	unsigned next_stateless;
	bool send_refused; /* there is no room for one more connection */
	bool shown;	   /* rx.msg is a message of this input */
	bool rx_used;	   /* this input has shown a message: no second one may take its place */
	struct sip_rx rx;
	char *in_octets; /* the datagram that rx.msg shows */
	char *scratch;	 /* where messages are built, SIP_MAX_MESSAGE octets */
	struct sip_stats stats;
};

/* out.c ---------------------------------------------------------------------------------------- */
/* NULL when out of memory. */
struct sip_buf *sip_buf_new(struct sip_stack *s, sip_path_id path, const struct addr *to,
			    struct str octets);
void sip_buf_retire(struct sip_stack *s, struct sip_buf *b); /* NULL is allowed */
/* A new input: nothing that was put out is shown any more. `action`: the user may still be looking
 * at the last output, which counts as seen only when he asked for one more in vain. */
void sip_out_begin(struct sip_stack *s, bool action);
/* Is there room for what an action may put out? */
bool sip_out_room(const struct sip_stack *s);
/* Is there room for one more timer's outputs within this input? */
bool sip_out_room_in(const struct sip_stack *s);
void sip_out_send(struct sip_stack *s, const struct sip_buf *b, struct sip_owner owner);
/* The queue keeps a copy of *e. */
void sip_out_event(struct sip_stack *s, const struct sip_event *e);

/* Without a look at the path's kind. */
struct sip_out *sip_out_put(struct sip_stack *s, enum sip_out_type type);

/* path.c --------------------------------------------------------------------------------------- */
const struct sip_path *sip_path_find(const struct sip_stack *s, sip_path_id id);
/* The path of this transport that is like this one; NULL when there is none. */
const struct sip_path *sip_path_like(const struct sip_stack *s, const struct sip_path *p,
				     enum sip_transport transport);
/* "<sip:192.0.2.1:5060;transport=tcp>"; returns buf, SIP_CONTACT_MAX octets. */
const char *sip_path_contact(const struct sip_path *p, bool secure, char *buf);
#define SIP_CONTACT_MAX	     (ADDR_TEXT_MAX + 32)
#define SIP_CONTACT_USER_MAX 160

/* stack.c -------------------------------------------------------------------------------------- */
/* The message in rx.msg, parsed with this result. */
int sip_stack_rx_msg(struct sip_stack *s, int parsed);
struct sip_key sip_key_of(const struct sip_stack *s, const struct str *parts, unsigned nr);
static inline bool sip_key_eq(struct sip_key x, struct sip_key y)
{
	return x.a == y.a && x.b == y.b;
}
/* The same when there is no time for it: 503 (21.5.4). */
int sip_stack_rx_busy(struct sip_stack *s, int parsed);
/* uas.c and uac.c: the message in s->rx. */
int sip_uas_rx(struct sip_stack *s);
int sip_uas_rx_busy(struct sip_stack *s, uint32_t retry_after_s);
void sip_uac_rx(struct sip_stack *s);
/* outside.c: is this method, outside a dialog, the user's to answer? Then he is asked. */
bool sip_is_asked(const struct sip_stack *s, enum sip_method method);
void sip_ask(struct sip_stack *s);
/* A request that could not be parsed gets its reason, when it can be answered at all. */
void sip_uas_rx_bad(struct sip_stack *s);

/* sips.c (RFC 5630) ---------------------------------------------------------------------------- */
/* The status that refuses s->rx for the scheme of its URIs, 0: none. `warning`: a value for Warning,
 * or empty. */
unsigned sip_sips_refusal(const struct sip_stack *s, char *warning, size_t size);
/* Must the Contact of a response to s->rx be sips? */
bool sip_sips_contact(const struct sip_stack *s);
bool sip_is_sips(struct str uri);
/* What stands before and behind the "sip:" of a Route value; TG_ENOENT: it has none. */
int sip_sips_route(struct str route, struct str *head, struct str *tail);

static inline struct str sip_accept(const struct sip_stack *s)
{
	return s->cfg.isup_bodies ? STR(SIP_ACCEPT ", application/isup") : STR(SIP_ACCEPT);
}

#endif
