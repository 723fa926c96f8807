/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/trans: the four transactions of RFC 3261 section 17 with RFC 6026. What they share is here:
 * matching (17.1.3, 17.2.3), the timers of table 4, and the steps of their tables; each table lies
 * in a file of its own beside its figure: ict.c (figure 5), nict.c (6), ist.c (7), nist.c (8).
 *
 * A transaction lives by its own timers and frees itself. Its user, a session or a pending
 * OPTIONS, is told of one thing per event, after the machine has come to rest; a session that ends
 * first lets go of it (sip_trans_orphan). One that only waits keeps sizeof(struct sip_trans), at
 * most 512 octets, and its last message.
 *
 *	struct sip_trans *t = sip_trans_client(s, SIP_BYE, branch, request);
 *	t->tu = SIP_TU_BYE, t->session = session;
 *	sip_trans_start(t);
 *
 * Tables are tested row by row: the definitions are public to tests/unit/sip.
 */
#ifndef TRUNKGATE_SIP_TRANS_H
#define TRUNKGATE_SIP_TRANS_H

#include "base/fsm.h"
#include "sip/core.h"

/* RFC 3261 table 4 and RFC 6026 8.11; timer C is a proxy's. The letters are also the kinds of
 * struct timer, with those of a session behind them. */
enum sip_timer {
	SIP_TM_A,
	SIP_TM_B,
	SIP_TM_D,
	SIP_TM_E,
	SIP_TM_F,
	SIP_TM_G,
	SIP_TM_H,
	SIP_TM_I,
	SIP_TM_J,
	SIP_TM_K,
	SIP_TM_L,
	SIP_TM_M,
	SIP_NR_TRANS_TIMERS,
	SIP_TM_SESSION_REPEAT = SIP_NR_TRANS_TIMERS,
	SIP_TM_SESSION_LIFE,
	SIP_TM_SESSION_REL_REPEAT,
	SIP_TM_SESSION_REL_LIFE,
	SIP_TM_SESSION_PENDING,
	SIP_TM_SESSION_EXPIRY,
	SIP_TM_SUBSCRIPTION,
};

enum sip_ict_state {
	ICT_START,
	ICT_CALLING,
	ICT_PROCEEDING,
	ICT_COMPLETED,
	ICT_ACCEPTED,
	ICT_TERMINATED,
	ICT_NR_STATES
};
enum sip_ict_event {
	ICT_INVITE, /* from the TU: the beginning */
	ICT_1XX,
	ICT_2XX,
	ICT_300_699,
	ICT_TRANSPORT_ERR,
	ICT_CANCELLED, /* from the TU: 9.1, a final response is now due */
	ICT_TM_A,
	ICT_TM_B,
	ICT_TM_D,
	ICT_TM_M,
	ICT_NR_EVENTS
};

enum sip_nict_state {
	NICT_START,
	NICT_TRYING,
	NICT_PROCEEDING,
	NICT_COMPLETED,
	NICT_TERMINATED,
	NICT_NR_STATES
};
enum sip_nict_event {
	NICT_REQUEST,
	NICT_1XX,
	NICT_200_699,
	NICT_TRANSPORT_ERR,
	NICT_TM_E,
	NICT_TM_F,
	NICT_TM_K,
	NICT_NR_EVENTS
};

enum sip_ist_state {
	IST_PROCEEDING,
	IST_COMPLETED,
	IST_CONFIRMED,
	IST_ACCEPTED,
	IST_TERMINATED,
	IST_NR_STATES
};
enum sip_ist_event {
	IST_INVITE,
	IST_ACK,
	IST_TU_1XX,
	IST_TU_2XX,
	IST_TU_300_699,
	IST_TU_GONE, /* the TU ended and could not make a final response */
	IST_TRANSPORT_ERR,
	IST_TM_G,
	IST_TM_H,
	IST_TM_I,
	IST_TM_L,
	IST_NR_EVENTS
};

enum sip_nist_state {
	NIST_TRYING,
	NIST_PROCEEDING,
	NIST_COMPLETED,
	NIST_TERMINATED,
	NIST_NR_STATES
};
enum sip_nist_event {
	NIST_REQUEST,
	NIST_TU_1XX,
	NIST_TU_200_699,
	NIST_TU_GONE,
	NIST_TRANSPORT_ERR,
	NIST_TM_J,
	NIST_NR_EVENTS
};

/* What a transaction tells its user. */
enum sip_tell {
	SIP_TELL_NOTHING,
	SIP_TELL_RESPONSE,  /* client: in `in->msg` */
	SIP_TELL_TIMEOUT,   /* B, F: no response; H: no ACK */
	SIP_TELL_TRANSPORT, /* the request could not be sent */
	SIP_TELL_ACK,	    /* server: the ACK of a 2xx */
};

/* Who uses it. */
enum sip_tu {
	SIP_TU_NONE,
	SIP_TU_INVITE,
	SIP_TU_BYE,
	SIP_TU_OPTIONS,
	SIP_TU_INSIDE,
	SIP_TU_SUBSCRIPTION
};

/* What comes with an event. */
struct sip_trans_in {
	const struct sip_msg *msg; /* received */
	struct sip_buf *buf;	   /* to be sent */
};

/* Where a part of a request built here lies, for the CANCEL and the ACK made from it. */
struct sip_mark {
	uint16_t at, len;
};
struct sip_marks {
	struct sip_mark uri, via, branch, route /* whole lines */, from, to, call_id;
	uint32_t cseq;
};

struct sip_trans_class {
	const struct fsm_def *def;
	bool server, invite;
	uint8_t timer_event[SIP_NR_TRANS_TIMERS]; /* event + 1; 0: none */
	uint8_t transport_event;
};

struct sip_trans {
	struct fsm fsm;
	const struct sip_trans_class *class;
	struct sip_stack *stack;
	struct htab_link link;	/* in clients or servers */
	struct htab_link other; /* in targets or merges */
	struct sip_key key, merge;
	struct timer repeat; /* A, E, G */
	struct timer life;   /* the others: never two at a time */
	int64_t repeat_us;
	struct sip_buf *last;  /* the message that is sent again */
	struct sip_hunt *hunt; /* client: to a host name; NULL: to an address */
	struct sip_session *session;
	void *token;	 /* OPTIONS: the user's; within a dialog: not NULL when he is told */
	uint64_t *forks; /* INVITE client: tags of 2xx that were seen, hashed; NULL: none yet */
	struct sip_marks marks;
	struct addr peer;
	sip_path_id path;
	sip_call_id call;
	uint8_t tu; /* enum sip_tu */
	uint8_t tell;
	uint8_t method;
	uint8_t depth; /* of feeding: freed when it is back at 0 */
	uint8_t nr_forks;
	bool ended, reliable;
	bool failed;   /* the life timer stands for a transport error */
	bool acked;    /* INVITE client: `last` is the ACK of a refusal */
	bool answered; /* INVITE client: its session has had its 2xx */
	bool orphan;   /* INVITE client: its session is over */
	bool reinvite; /* INVITE server: counts in the session that `call` names */
};
_Static_assert(sizeof(struct sip_trans) <= 512, "a waiting transaction keeps 512 octets at most");

extern const struct sip_trans_class sip_ict, sip_nict, sip_ist, sip_nist;

/* A client transaction that is not started yet; takes over `request` (on failure too). NULL when
 * out of memory or out of room. */
struct sip_trans *sip_trans_client(struct sip_stack *s, enum sip_method method, const char *branch,
				   struct sip_buf *request);
/* Sends the request; one without an address as soon as it has one: hunt.h. */
void sip_trans_start(struct sip_trans *t);
/* The steps of that: another message, for another place; out with it; or it cannot be sent. */
void sip_trans_move(struct sip_trans *t, struct sip_buf *b, const struct sip_marks *marks);
void sip_trans_launch(struct sip_trans *t);
void sip_trans_give_up(struct sip_trans *t);
/* A server transaction for the request in s->rx. NULL when out of memory or out of room. */
struct sip_trans *sip_trans_server(struct sip_stack *s);
/* Passes a response of the TU; keeps `b` when it may be sent again, else retires it. A 2xx of an
 * INVITE stays the TU's. */
void sip_trans_respond(struct sip_trans *t, unsigned status, struct sip_buf *b);
/* Feeds an event, tells the user, and frees the transaction if that was its end. */
void sip_trans_feed(struct sip_trans *t, uint8_t event, const struct sip_trans_in *in);
void sip_trans_timer(struct timer *timer);
/* Its session lets go: it ends by its own timers. */
void sip_trans_orphan(struct sip_trans *t);
/* Frees one that was never started. NULL is allowed. */
void sip_trans_drop(struct sip_trans *t);
/* Is there room for `new_call`, or for a request of a call that exists? The last quarter is kept
 * for the latter. */
bool sip_trans_room(const struct sip_stack *s, bool new_call);

/* 17.1.3: for the response in s->rx, NULL when it is a stray. */
struct sip_trans *sip_trans_find_client(struct sip_stack *s);
/* 17.2.3: for the request in s->rx, as if it were of this method. */
struct sip_trans *sip_trans_find_server(struct sip_stack *s, enum sip_method method);
/* The server transaction of this key, NULL when it is over. */
struct sip_trans *sip_trans_server_of(struct sip_stack *s, struct sip_key key);
/* 8.2.2.2: another transaction of the same request, which came by another way. */
bool sip_trans_merged(struct sip_stack *s);
/* Ends client transactions to this address, as soon as there is room for what they say. */
void sip_trans_target_failed(struct sip_stack *s, sip_path_id path, const struct addr *to);
/* The same for a connection: only those that have had no response, for a later one comes by another
 * connection (18.2.2). */
void sip_trans_conn_failed(struct sip_stack *s, sip_path_id path, const struct addr *to);
struct sip_owner sip_trans_owner(const struct sip_trans *t);
/* Marks one 2xx's tag as dealt with: 0, TG_EEXIST when it was so before, TG_ELIMIT when there are too
 * many, TG_ENOMEM. */
int sip_trans_fork(struct sip_trans *t, struct str tag);
/* An ACK of a refusal or a CANCEL, made from the request that t has kept (17.1.1.3, 9.1). `to`: of
 * the response; empty: as in the request. NULL when out of memory. */
struct str sip_trans_marked(const struct sip_trans *t, struct sip_mark m);
struct sip_buf *sip_trans_derive(struct sip_trans *t, enum sip_method method, struct str to,
				 const struct sip_body *body);

/* match.c, for trans.c: into the tables. */
void sip_match_add_client(struct sip_trans *t, const char *branch);
void sip_match_add_server(struct sip_trans *t);
void sip_match_move_client(struct sip_trans *t); /* its path or peer is another now */
/* Would this event do nothing in this state? (Guards count as passed.) */
bool sip_fsm_ignores(const struct fsm *f, uint8_t event);

/* Steps of the tables. */
void sip_trans_send(void *self, int arg, const void *ev);    /* in->buf, and keep it */
void sip_trans_pass(void *self, int arg, const void *ev);    /* in->buf, not kept */
void sip_trans_resend(void *self, int arg, const void *ev);  /* what is kept */
void sip_trans_arm(void *self, int arg, const void *ev);     /* a timer with its first value */
void sip_trans_stop(void *self, int arg, const void *ev);    /* a timer */
void sip_trans_backoff(void *self, int arg, const void *ev); /* a timer with twice its value */
void sip_trans_at_t2(void *self, int arg, const void *ev);   /* timer E in Proceeding */
void sip_trans_tell(void *self, int arg, const void *ev);    /* enum sip_tell */
void sip_trans_forget(void *self, int arg, const void *ev);  /* the kept message */
void sip_trans_by_udp(void *self, int arg, const void *ev);  /* 18.1.1: TCP was refused */
bool sip_trans_has_spare(const void *self, const void *ev);  /* the guard of that */
void sip_trans_ack(void *self, int arg, const void *ev);     /* send and keep the ACK */
void sip_trans_end(void *self, int arg, const void *ev);
#define SIP_DO(step, a)               \
	{                             \
		sip_trans_##step, (a) \
	}

#endif
