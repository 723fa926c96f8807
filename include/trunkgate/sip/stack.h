/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/stack: one SIP stack for both directions: transactions (RFC 3261 17 with RFC 6026), dialogs
 * (12), INVITE sessions (13, 14, 15), CANCEL (9), OPTIONS (11), as user agent client and server.
 *
 * No I/O: the stack is told octets and time, and asked what to send and when to wake.
 *
 *	struct sip_stack *s = sip_stack_new(mem, &cfg);
 *	sip_stack_path_add(s, 1, &local);
 *	...
 *	sip_stack_rx(s, now, 1, &from, octets);		(or sip_stack_tick, or a user action)
 *	while (sip_stack_next_out(s, &out))
 *		out.type == SIP_OUT_SEND ? send(out.send...) : handle(&out.event);
 *	wake at sip_stack_deadline(s);
 *
 * After every input the caller drains sip_stack_next_out to empty; views in an output are valid
 * until the next input. While draining, user actions (sip_call_*) may be called: what they put out
 * is queued behind. Any order of calls with any octets is safe; an action that the state does not
 * allow returns TG_ESTATE and changes nothing.
 */
#ifndef TRUNKGATE_SIP_STACK_H
#define TRUNKGATE_SIP_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/base/rng.h>
#include <trunkgate/base/str.h>
#include <trunkgate/base/tick.h>
#include <trunkgate/sip/dns.h>
#include <trunkgate/sip/msg.h>

struct sip_stack;
struct sip_digest_user;
struct sip_classify;

typedef uint32_t sip_path_id; /* the caller's number for a socket, or a connection's; not 0 */
typedef uint32_t sip_call_id; /* one INVITE session; 0 is none; never reused soon */
typedef uint32_t sip_subscription_id; /* the same of a subscription */

/* RFC 3261 18, 26.2. */
enum sip_transport { SIP_UDP, SIP_TCP, SIP_TLS, SIP_SCTP, SIP_NR_TRANSPORTS };

/* Connections have numbers of their own, made by the stack: this bit, and a handle. */
#define SIP_PATH_CONN 0x80000000u

/* Extensions; all zero: none is spoken, beyond a session timer that the peer asks for. In sip_cfg they
 * are those of incoming calls, and of what is answered within any call; in sip_invite those of that
 * call. */
enum sip_rel100 {
	SIP_REL100_OFF,	      /* Require: 100rel gets 420 */
	SIP_REL100_SUPPORTED, /* reliable where the peer requires it; as caller where he likes */
	SIP_REL100_USED,      /* as callee wherever the peer supports it */
	SIP_REL100_REQUIRED,  /* as caller: Require: 100rel; as callee: 421 without support */
};
struct sip_features {
	enum sip_rel100 rel100; /* RFC 3262 */
	bool user_pracks;	/* each PRACK is the user's: sip_call_prack */
	bool update;		/* RFC 3311, as server (sip_cfg only) */
	bool info;		/* RFC 6086 and what was before it, as server (sip_cfg only) */
	bool refer;		/* RFC 3515 within calls, as server (sip_cfg only) */
	bool replaces;		/* RFC 3891, as server (sip_cfg only) */
	bool precondition; /* RFC 3312: an INVITE may require it, the user sees to it (sip_cfg only) */
	uint32_t session_expires_s; /* RFC 4028: what we ask for; 0: we do not ask */
	uint32_t min_se_s;	    /* the least we accept; 0: 90 */
	bool refresh_by_peer;	    /* what we ask for; the default is that the caller refreshes */
};

/* RFC 5630 5.1.2: which of sip and sips URIs this user agent wants to be reached by. */
enum sip_sips {
	SIP_SIPS_BEST_EFFORT, /* both; sips by TLS only */
	SIP_SIPS_ALWAYS,      /* what begins something needs sips: 480 with Warning 381 */
	SIP_SIPS_NEVER,	      /* 480 with Warning 380 */
};

struct sip_cfg {
	struct rng rng;
	struct str product;	       /* User-Agent and Server, as "trunkgate/0.1"; empty: none */
	uint32_t t1_ms, t2_ms, t4_ms;  /* 500, 4000, 5000 (RFC 3261 table 4); 0 takes these */
	uint32_t max_calls;	       /* 0: 1000 */
	uint32_t max_connections;      /* 0: 1000 */
	uint32_t max_conns_per_source; /* accepted ones from one address; 0: 64 */
	uint32_t max_conn_queue;       /* octets that wait in a blocked connection; 0: 65536 */
	uint32_t max_transactions;     /* 0: 4 * max_calls + 64 */
	uint32_t max_out;	       /* outputs of one input; 0: 64. There is room for three times
				       * as many that the user causes while draining. */
	/* 1u << SIP_REGISTER and others: requests outside dialogs that come as SIP_EV_REQUEST. */
	uint32_t methods;
	/* <trunkgate/sip/subscription.h>; 0: none. `events`: "presence, dialog"; copied. */
	uint32_t max_subscriptions;
	struct str events;
	bool no_events; /* SUBSCRIBE is refused all the same, refreshes too */
	struct sip_features features;
	/* Next hops may be host names (RFC 3263): SIP_OUT_RESOLVE is answered. Else they are refused,
	 * and within a dialog requests go to where the peer's come from. */
	bool resolve;
	enum sip_sips sips;
	/* The daemon's (src/sip/classify.h): messages from streams count there, and are refused when
	 * they are too many of one source or have waited too long; NULL: none are. */
	struct sip_classify *classify;
	bool isup_bodies; /* application/isup (RFC 3204) is the user's: it answers 415 if need be */
	bool location_bodies; /* the same of application/pidf+xml in INVITE (RFC 6442) */
	uint32_t
		max_silence_s; /* an outgoing call without a final response ends, as if it had timed
				 * out, so long after its last provisional one; 0: 200 (three of the
				 * repetitions of 13.3.1.1), UINT32_MAX: never */
};

/* Why there is no more room is answered 503 without state. NULL when out of memory. */
struct sip_stack *sip_stack_new(struct mem *parent, const struct sip_cfg *cfg);
void sip_stack_free(struct sip_stack *s);
/* A UDP socket to send and receive with. `local` is what Via and Contact show. */
int sip_stack_path_add(struct sip_stack *s, sip_path_id path, const struct addr *local);
/* The same for streams: a path is then a place to listen at and to connect from, `local` where
 * others reach it. Path numbers are below SIP_PATH_CONN. */
int sip_stack_path_add_stream(struct sip_stack *s, sip_path_id path, enum sip_transport transport,
			      const struct addr *local);

/* Inputs. ------------------------------------------------------------------------------------ */
/* One datagram; it may be reused at once. Errors are dealt with inside (a 400, a drop); the result
 * says what happened, for counters: 0, TG_EINVAL for octets that were no message, TG_ENOMEM for a
 * request that could not be answered. */
int sip_stack_rx(struct sip_stack *s, tick_t now, sip_path_id path, const struct addr *from,
		 struct str octets);
/* Streams. A connection begins with SIP_OUT_OPEN, or here when the other side has begun it: TG_ELIMIT
 * when there are too many (close it). What comes in goes to sip_stack_rx under its number, cut
 * anywhere, `from` NULL: at most sip_stack_rx_room octets (more: TG_ELIMIT and nothing is taken).
 * One message is dealt with in each input; while more are waiting the deadline is past. After
 * SIP_OUT_CLOSE, and after the event DOWN, the number is void. */
int sip_stack_accept(struct sip_stack *s, tick_t now, sip_path_id path, const struct addr *from,
		     sip_path_id *conn);
size_t sip_stack_rx_room(const struct sip_stack *s, sip_path_id conn);
/* The message that the last input has dealt with, and where it came from; NULL: none, or no message.
 * For logs; valid until the next input. */
const struct sip_msg *sip_stack_shown(const struct sip_stack *s, struct addr *from);
/* Who is at its other end; false when it is gone. */
bool sip_stack_remote(const struct sip_stack *s, sip_path_id conn, struct addr *remote);

enum sip_path_event_type {
	SIP_PATH_UP,	   /* what SIP_OUT_OPEN asked for is there */
	SIP_PATH_DOWN,	   /* it could not be opened, or is closed: by whom does not matter */
	SIP_PATH_BLOCKED,  /* it takes nothing more for now: what is to be sent waits inside */
	SIP_PATH_WRITABLE, /* it does again */
};
struct sip_path_event {
	enum sip_path_event_type type;
	bool authenticated; /* UP: TLS has proved who the other side is (RFC 5922) */
	/* UP of an accepted one: the domains that its certificate is for, a blank between. It may be used
	 * for requests to these (RFC 5923). */
	struct str names;
};
/* TG_ENOENT: no such connection (any more). */
int sip_stack_path(struct sip_stack *s, tick_t now, sip_path_id conn,
		   const struct sip_path_event *ev);
/* RFC 3261 18.1.1: requests over 1300 octets go by TCP when there is a path for it, and by UDP when
 * the peer refuses. To the hosts named here they go by UDP at once. TG_ELIMIT: 64 are named. */
int sip_stack_udp_only(struct sip_stack *s, const struct addr *host);
void sip_stack_udp_only_none(struct sip_stack *s); /* takes all back */

/* The answer to SIP_OUT_RESOLVE `id`; what is in it is copied. TG_ENOENT: it is not awaited. One that
 * does not come in 15 s counts as failed. */
int sip_stack_resolved(struct sip_stack *s, tick_t now, uint32_t id,
		       const struct sip_dns_answer *answer);
/* Does the DNS, as far as it has been asked, say that this address is among those of the host in
 * `uri`? The port does not count. Nothing is asked. */
bool sip_stack_leads_to(const struct sip_stack *s, struct str uri, const struct addr *addr);
/* Asks all that it takes to know that. */
int sip_stack_look_up(struct sip_stack *s, tick_t now, struct str uri);

/* Sending to this address failed at once (ICMP unreachable and the like): client transactions to
 * it end as RFC 3261 8.1.3.1 says (503). */
int sip_stack_send_failed(struct sip_stack *s, tick_t now, sip_path_id path, const struct addr *to);
/* Runs what is due, as long as there is room for the outputs: what is left stays due, and the
 * deadline says so. */
void sip_stack_tick(struct sip_stack *s, tick_t now);
tick_t sip_stack_deadline(const struct sip_stack *s);

/* What may change while it runs: `methods`, `no_events`, `sips`, and of `features` session_expires_s and min_se_s.
 * Calls that there are keep what they began with; the rest of `cfg` is not looked at. */
void sip_stack_change(struct sip_stack *s, const struct sip_cfg *cfg);
/* While set, new INVITEs outside dialogs get this status (503) without reaching the user; 0: off. */
void sip_stack_refuse_new(struct sip_stack *s, unsigned status);

/* User actions. ------------------------------------------------------------------------------- */
/* A header that goes into the message beside the stack's own. CR, LF or NUL in it: TG_EINVAL. */
struct sip_extra {
	struct str name, value;
};

/* What an action may put into its message. All views are copied or used at once. */
struct sip_body {
	struct str content_type; /* "application/sdp" */
	struct str octets;	 /* empty: no body */
	const struct sip_extra *extra;
	unsigned nr_extra;
};

/* RFC 3578 3.2: several INVITEs of one call, each with more digits, have these in common, and a CSeq that
 * grows; `from` of struct sip_invite is not looked at then. */
struct sip_identity_of_call {
	struct str call_id, from; /* the latter ends with ";tag=" and the tag */
	struct str tag;
	uint32_t cseq; /* of the next one */
};

struct sip_invite {
	sip_path_id path;
	/* Next hop. Family ADDR_NONE (with sip_cfg.resolve): `next`, a sip URI with a host name; without
	 * that the Request-URI. `path` then is the one that its Via and Contact begin with: the server
	 * that is found says which it really is. */
	struct addr target;
	struct str next;
	struct str uri;	       /* Request-URI */
	struct str from, to;   /* name-addr values without tag: "\"A\" <sip:+49@host;user=phone>" */
	uint32_t max_forwards; /* 0: 70 */
	struct sip_body body;
	void *user; /* comes back in every event of this call */
	struct sip_features features;
	unsigned
		max_redirects; /* other targets that a 3xx may name, at most 5 (8.1.3.4); 0: none */
	uint32_t expires_s;    /* 13.2.1: Expires; a CANCEL goes when it has passed; 0: none */
	/* Who answers a 401 or 407 (22.2, see <trunkgate/sip/digest.h>); copied; NULL: nobody. */
	const struct sip_digest_user *login;
	const struct sip_identity_of_call *like; /* NULL: it has its own */
	/* The user part of its Contact ("+49301;tgrp=TG-1;trunk-context=example.com", RFC 4904), escaped as
	 * in a URI; empty: none. Re-INVITEs have none. */
	struct str contact_user;
	const struct str *route; /* Route values: a Service-Route (RFC 3608); `target` is the hop */
	unsigned nr_route;
};

/* Sends an INVITE. With max_redirects it follows the Contacts of 3xx first. A 3xx-6xx, time-out or failure ends the call with SIP_EV_REJECTED, then
 * SIP_EV_ENDED. TG_ELIMIT: no room for one more call. */
int sip_call_start(struct sip_stack *s, tick_t now, const struct sip_invite *inv, sip_call_id *id);
/* Is this its dialog, as a Replaces names it behind the Call-ID: ";to-tag=" ours, ";from-tag=" theirs? */
bool sip_call_is_dialog(const struct sip_stack *s, sip_call_id id, struct str params);
/* Of an outgoing call; views as long as it lives. TG_ENOENT: there is no such. */
int sip_call_identity(const struct sip_stack *s, sip_call_id id, struct sip_identity_of_call *out);
/* Incoming call, no final response yet: a 101-199. With 100rel it goes reliably (RFC 3262 3) when
 * that is required or used: TG_ESTATE until the one before has its SIP_EV_PRACK. A description in it
 * is then the answer, or the offer when the INVITE had none. */
int sip_call_progress(struct sip_stack *s, tick_t now, sip_call_id id, unsigned status,
		      const struct sip_body *body);
/* Incoming call or re-INVITE: 200 with the body; repeated until the ACK (13.3.1.4). The body is left
 * out when the answer has been given before (13.2.1); the 200 waits for the PRACK of a description
 * (RFC 3262 3). */
int sip_call_answer(struct sip_stack *s, tick_t now, sip_call_id id, const struct sip_body *body);
/* Incoming call or re-INVITE: a 300-699. A call ends with it (SIP_EV_ENDED), a re-INVITE leaves
 * the session as it was. */
int sip_call_reject(struct sip_stack *s, tick_t now, sip_call_id id, unsigned status,
		    const struct sip_body *body);
/* Outgoing call answered with 2xx: the ACK, with an answer in it when the 2xx had the offer.
 * Until it is called no ACK is sent; the stack repeats it for repeated 2xx by itself. */
int sip_call_ack(struct sip_stack *s, tick_t now, sip_call_id id, const struct sip_body *body);
/* Changes the session: a re-INVITE (14.1) in an established call. The result comes as
 * SIP_EV_ANSWERED (then sip_call_ack) or SIP_EV_REINVITE_FAILED. 491 is retried by the user. */
int sip_call_reinvite(struct sip_stack *s, tick_t now, sip_call_id id, const struct sip_body *body);
/* Outgoing call: the PRACK that a SIP_EV_PROGRESS with `prack` waits for: with the answer to the offer
 * in it, or with an offer of one's own (RFC 3262 5). */
int sip_call_prack(struct sip_stack *s, tick_t now, sip_call_id id, const struct sip_body *body);
/* An UPDATE (RFC 3311 5.1): with an offer, or only a sign of life; in a confirmed dialog, or in the
 * latest early one. One at a time. TG_ESTATE also for an offer that RFC 3264 does not allow now. The
 * result comes as SIP_EV_DONE; 491 is retried by the user. */
int sip_call_update(struct sip_stack *s, tick_t now, sip_call_id id, const struct sip_body *body);
/* The answer to the offer in a SIP_EV_UPDATE or SIP_EV_PRACK: 200 with a description, or 300-699. */
int sip_call_respond(struct sip_stack *s, tick_t now, sip_call_id id, unsigned status,
		     const struct sip_body *body);
/* An INFO (RFC 6086 4.2.1; the Info-Package is one of the extra headers) in a confirmed dialog,
 * or in the latest early one. The
 * result comes as SIP_EV_DONE. */
int sip_call_info(struct sip_stack *s, tick_t now, sip_call_id id, const struct sip_body *body);
/* Ends it from any state, by what the state asks for: CANCEL (held until a provisional has come,
 * 9.1), BYE (held until the ACK of our 2xx, 15), or `status` for an incoming call that waits
 * (0: 480). The extra headers (Reason) go into that message. SIP_EV_ENDED comes when it is over.
 * Lack of memory or room can stop the response alone: without a CANCEL or BYE it ends too.
 * A 2xx that crosses the CANCEL is acknowledged and followed by BYE without the user. */
int sip_call_hangup(struct sip_stack *s, tick_t now, sip_call_id id, unsigned status,
		    const struct sip_body *body);
void sip_call_set_user(struct sip_stack *s, sip_call_id id, void *user);
/* Incoming call without a response yet: its own rel100 in place of sip_cfg's. */
void sip_call_set_reliable(struct sip_stack *s, sip_call_id id, enum sip_rel100 rel100);

/* OPTIONS outside a dialog (11); the result comes as SIP_EV_OPTIONS with the status (408 by the
 * time-out). `token` comes back in event.user. `target`: as in struct sip_invite, `next` the URI. */
int sip_options_send(struct sip_stack *s, tick_t now, sip_path_id path, const struct addr *target,
		     struct str uri, void *token);
/* The same by way of a host. */
int sip_options_send_by(struct sip_stack *s, tick_t now, sip_path_id path, struct str next,
			struct str uri, void *token);

/* Outputs. ------------------------------------------------------------------------------------ */
enum sip_event_type {
	SIP_EV_INVITE,	  /* a new incoming call; 100 Trying has been sent */
	SIP_EV_PROGRESS,  /* outgoing: a 101-199 (status, msg) */
	SIP_EV_ANSWERED,  /* outgoing or our re-INVITE: a 2xx; sip_call_ack is due */
	SIP_EV_REJECTED,  /* outgoing: status 300-699, or 408/503 made here (local) */
	SIP_EV_ACKED,	  /* incoming or their re-INVITE: our 2xx has its ACK (msg: maybe SDP) */
	SIP_EV_CANCELLED, /* incoming: CANCEL came in time; 487 has been sent (msg: the CANCEL). Of
			   * a re-INVITE: the call goes on as before. */
	SIP_EV_BYE,	  /* the peer hung up; 200 has been sent */
	SIP_EV_REINVITE,  /* the peer wants to change the session: answer or reject */
	SIP_EV_REINVITE_FAILED, /* ours was refused (status); the session is as before */
	SIP_EV_NO_ACK,		/* no ACK for our 2xx in 64*T1: BYE has been sent (13.3.1.4) */
	SIP_EV_ENDED,		/* the call's last event: the id is void from here on (status: what
				 * our CANCEL has led to, 487; else 0) */
	SIP_EV_OPTIONS,		/* result of sip_options_send */
	SIP_EV_REQUEST,		/* a request of sip_cfg.methods: sip_request_answer, at once */
	SIP_EV_RESPONSE,	/* result of sip_request_send (status, msg) */
	/* Of extensions; a user who asks for none sees SIP_EV_EXPIRED alone. */
	SIP_EV_PRACK,	 /* our reliable response has arrived; `offer`: sip_call_respond is due */
	SIP_EV_NO_PRACK, /* it has not, in 64*T1: the INVITE has been refused with 504 */
	SIP_EV_UPDATE,	 /* the peer's, with an offer: sip_call_respond is due */
	SIP_EV_INFO,	 /* the peer's; 200 has been sent */
	SIP_EV_DONE, /* `method`: our PRACK, UPDATE or INFO has its final response (status, msg) */
	SIP_EV_EXPIRED, /* the session timer: the peer is gone; BYE has been sent */
	/* Of <trunkgate/sip/subscription.h>. */
	SIP_EV_SUBSCRIBE,    /* somebody wants to be told: sip_subscription_accept, at once */
	SIP_EV_NOTIFY,	     /* what we have subscribed to; 200 has been sent */
	SIP_EV_UNSUBSCRIBED, /* the id is void from here on (status, or msg with the reason) */
	SIP_EV_REFER,	     /* the peer's: sip_refer_accept or sip_request_answer, at once */
	SIP_EV_REFRESH,	     /* of a guarded subscription: sip_subscription_refresh, at once */
	SIP_NR_EVENTS
};

struct sip_event {
	enum sip_event_type type;
	sip_call_id call;
	unsigned status;
	bool local;		   /* made here (time-out, transport), no message behind it */
	const struct sip_msg *msg; /* may be NULL */
	struct addr
		from; /* INVITE, REQUEST, REFRESH: where it came from; OPTIONS, RESPONSE: where ours went */
	sip_path_id path;
	void *user;
	enum sip_method method; /* SIP_EV_DONE */
	bool prack;		/* SIP_EV_PROGRESS: sip_call_prack is due */
	bool offer;		/* in `msg` is an offer */
	sip_subscription_id subscription;
	sip_call_id
		replaces; /* SIP_EV_INVITE: the call whose place it takes (RFC 3891 3): when this
			       * one is answered, that one is to be hung up */
};

enum sip_out_type {
	SIP_OUT_SEND,
	SIP_OUT_EVENT,
	SIP_OUT_OPEN,	 /* a connection to send.to; sip_stack_path says what came of it */
	SIP_OUT_CLOSE,	 /* a connection: send what was given for it, and close it */
	SIP_OUT_RESOLVE, /* a question for the DNS: sip_stack_resolved, however late */
};

struct sip_out {
	enum sip_out_type type;
	sip_call_id call; /* the call a SEND belongs to, 0 when none: for traces of both legs */
	void *user;	  /* of that call */
	struct {
		sip_path_id path; /* on streams the connection; OPEN, CLOSE: the same */
		struct addr to;
		struct str octets;
	} send;
	struct {
		sip_path_id path; /* the stream path that it belongs to */
		struct str
			identity; /* the domain that the server must prove to be (RFC 5922 7.3) */
	} open;
	struct {
		uint32_t id;
		enum sip_dns_type type;
		struct str name;
	} resolve;
	struct sip_event event;
};

bool sip_stack_next_out(struct sip_stack *s, struct sip_out *out);
const char *sip_event_name(enum sip_event_type t);

/* For tests and `show`: what is alive. */
struct sip_stats {
	uint32_t calls, transactions, timers, subscriptions;
	uint32_t connections;
	uint32_t names, questions; /* kept of the DNS; open */
	uint64_t rx, rx_bad, tx, retransmissions, dropped;
};
void sip_stack_stats(const struct sip_stack *s, struct sip_stats *out);

#endif
