/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/session: one INVITE session from the first message to the last, as client or server: RFC 3261
 * sections 9, 13, 14 and 15. Its machine is the table in session.c; call.c holds the user's
 * actions, uas.c and trans.c bring it what comes from the network.
 *
 * Whatever can fail is made before an event is fed (a message, a transaction), so that a refused
 * action changes nothing; what a step makes by itself (a BYE after a crossing 2xx) may fail for
 * lack of memory, and then the session ends as if the peer had answered it.
 *
 * A session owns its memory context, its dialogs and the messages that only it repeats (the 2xx,
 * the ACK of a 2xx). It frees itself when its machine reaches Over. Transactions outlive it.
 */
#ifndef TRUNKGATE_SIP_SESSION_H
#define TRUNKGATE_SIP_SESSION_H

#include "sip/dialog.h"
#include "sip/expiry.h"
#include "sip/extension.h"
#include "sip/inside.h"
#include "sip/login.h"
#include "sip/prack.h"
#include "sip/redirect.h"

enum sip_session_state {
	SES_START,
	SES_CALLING,
	SES_CANCEL_HELD,
	SES_PROCEEDING,
	SES_CANCELLING,
	SES_ACK_DUE,
	SES_INCOMING,
	SES_WAIT_ACK,
	SES_BYE_HELD,
	SES_ESTABLISHED,
	SES_REINVITING,
	SES_REINVITED,
	SES_ENDING,
	SES_OVER,
	SES_NR_STATES
};

enum sip_session_event {
	/* from the user */
	SES_U_START,
	SES_U_PROGRESS,
	SES_U_ANSWER,
	SES_U_REJECT,
	SES_U_ACK,
	SES_U_REINVITE,
	SES_U_HANGUP,
	/* responses to our INVITE, or what stands for one */
	SES_1XX,
	SES_2XX,
	SES_2XX_AGAIN,
	SES_REFUSED, /* 300-699 */
	SES_FAILED,  /* time-out, transport */
	/* requests of the peer */
	SES_INVITE, /* the first one */
	SES_REINVITE,
	SES_ACK,
	SES_CANCEL,
	SES_BYE,
	/* our BYE has its final response, or will never have one */
	SES_BYE_DONE,
	/* timers */
	SES_T_REPEAT,
	SES_T_LIFE,
	/* from the extensions */
	SES_AGAIN,	/* the INVITE goes once more (RFC 4028 7.3) */
	SES_REL_FAILED, /* no PRACK (RFC 3262 3) */
	SES_PEER_GONE,	/* 12.2.1.2: 408 or 481 to a request of ours */
	SES_EXPIRED,	/* RFC 4028 10 */
	SES_NR_EVENTS
};

/* What comes with an event. What a step takes over it sets to NULL; the rest is given back by
 * sip_session_feed. */
struct sip_session_in {
	const struct sip_msg *msg;
	struct sip_buf *buf; /* a response or an ACK that is ready to go */
	struct sip_trans
		*trans;	      /* a request that is ready to go, or that of the peer's re-INVITE */
	struct sip_head head; /* of the peer's re-INVITE */
	unsigned status;
	bool local;
	bool prack, offer; /* of a provisional response: see struct sip_event */
};

struct sip_session {
	struct fsm fsm;
	struct sip_stack *stack;
	struct mem *mem;
	sip_call_id id;
	void *user;
	const struct sip_path *path;
	struct addr peer; /* where the INVITE came from or went to; family ADDR_NONE: by `next` */
	struct str next, contact_user;
	struct str call_id, local_tag, local, remote, target;
	struct sip_dialog *dialog; /* the one that counts; client: since the 2xx */
	struct list early;	   /* client: the early ones */
	unsigned nr_early, nr_reinvites;
	struct sip_trans *invite; /* ours or theirs, the latest */
	struct sip_trans *bye;
	struct sip_trans *held;	    /* a CANCEL or BYE that waits to be sent */
	struct sip_buf *answer;	    /* our 2xx, until its ACK */
	struct sip_buf *ack;	    /* our ACK of a 2xx, for its repetitions */
	struct sip_head head;	    /* of their INVITE that we have not answered yet */
	uint32_t cseq_out, cseq_in; /* of the last INVITE of each direction */
	struct timer repeat, life;
	int64_t repeat_us;
	struct sip_session_in *in;
	struct sip_features features;
	uint32_t expires_s;
	tick_t expires_at; /* client: when the CANCEL of 13.2.1 goes */
	struct sip_rel rel;
	struct sip_inside inside;
	struct sip_expiry expiry;
	struct sip_dialog *prack_in;   /* client: the one whose PRACK the user owes */
	struct sip_redirect *redirect; /* client; NULL: 3xx are the user's */
	struct sip_login *login;       /* client; NULL: 401 and 407 are the user's */
	struct str *route;	       /* client: of the INVITE, before there is a dialog */
	unsigned nr_route;
	struct sip_body *again; /* client: of the INVITE, while it may have to go again */
	uint32_t max_forwards;
	bool offered;	       /* client: the INVITE has the offer */
	struct str target_new; /* of the peer's re-INVITE, until our 2xx (12.2.2) */
	bool refreshing;       /* the re-INVITE is the session timer's */
};

extern const struct fsm_def sip_session_def;

/* Takes a place among the calls; empty, in Start. TG_ELIMIT, TG_ENOMEM. */
int sip_session_new(struct sip_stack *s, const struct sip_path *path, struct sip_session **out);
/* Undoes sip_session_new before anything was fed. */
void sip_session_free(struct sip_session *ses);
struct sip_session *sip_session_find(const struct sip_stack *s, sip_call_id id);
struct sip_owner sip_session_owner(const struct sip_session *ses);
/* Our tag in the dialog; empty for no session. */
struct str sip_session_tag(const struct sip_session *ses);
void sip_session_feed(struct sip_session *ses, uint8_t event, struct sip_session_in *in);
/* To the user; call, path and user are filled in. */
void sip_session_tell(struct sip_session *ses, const struct sip_event *e);
/* Of every action: who, and whether there is room for what it puts out. */
int sip_session_enter(struct sip_stack *s, tick_t now, sip_call_id id, const struct sip_body *body,
		      struct sip_session **ses);
/* The session timer's re-INVITE. */
int sip_session_refresh(struct sip_session *ses);
/* 9.1: under the branch of the INVITE. */
int sip_session_make_cancel(struct sip_session *ses, const struct sip_body *body,
			    struct sip_trans **out);
void sip_session_drop_early(struct sip_session *ses);
/* Our INVITE once more, after a refusal that says how. */
int sip_session_again(struct sip_session *ses);
bool sip_session_allows(const struct sip_session *ses, uint8_t event);

/* Of the INVITE in s->rx: refer.c. */
unsigned sip_replaces_of(const struct sip_stack *s, sip_call_id *call);
/* An INVITE of the peer, in s->rx: a new call; within a dialog. */
void sip_session_rx_new(struct sip_stack *s);
void sip_session_rx_again(struct sip_dialog *d);
/* The ACK of a 2xx in s->rx. */
void sip_session_rx_ack(struct sip_dialog *d);
/* A response says what its request said (8.2.6.2): has this one our Call-ID and From tag, and a 2xx
 * of a re-INVITE the dialog's To tag? */
bool sip_session_expects(const struct sip_session *ses, const struct sip_msg *m);
/* From a transaction: what it has to tell; that it ends; a 2xx that belongs to no session. */
void sip_session_told(struct sip_session *ses, struct sip_trans *t, enum sip_tell tell,
		      const struct sip_msg *msg);
/* The transaction of a re-INVITE of the peer ends. */
void sip_session_uncount(const struct sip_stack *s, sip_call_id id);
void sip_session_forget_trans(struct sip_session *ses, struct sip_trans *t);
void sip_session_stray(struct sip_trans *t, const struct sip_msg *msg);
void sip_session_timer(struct timer *timer);

#endif
