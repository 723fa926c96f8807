/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/dialog: the state of RFC 3261 section 12: identity, route set, remote target, sequence
 * numbers; and the requests made from it.
 *
 * A dialog belongs to its session, which frees it. One made from a 2xx that nobody wanted belongs
 * to nobody (session NULL) and is in no table.
 *
 *	err = sip_dialog_new(&src, &d);
 *	d = sip_dialog_find(s, call_id, local_tag, remote_tag);
 *	err = sip_dialog_request(d, SIP_BYE, &body, &trans);
 */
#ifndef TRUNKGATE_SIP_DIALOG_H
#define TRUNKGATE_SIP_DIALOG_H

#include "sip/compose.h"
#include "sip/offer.h"

struct sip_dialog {
	struct htab_link link;
	struct list early; /* in the session's list, while it is early */
	struct sip_stack *stack;
	struct sip_session *session; /* NULL: it is a subscription's alone, or nobody's */
	struct list usages;	     /* subscriptions in it (RFC 5057) */
	const struct sip_path *path;
	struct str call_id, local_tag, remote_tag;
	struct str local, remote; /* values of From and To of our requests, with tags */
	struct str target;	  /* remote target URI, a chunk of its own */
	struct str *route;	  /* route set in the order of our requests (12.1.1, 12.1.2) */
	unsigned nr_route;
	uint32_t local_cseq, remote_cseq; /* the last one used or seen; 0: empty */
	struct addr source;		  /* where the peer's messages come from */
	bool confirmed;
	bool allows_update; /* the peer has said so */
	struct fsm offer;   /* sip_offer_def */
	uint32_t rseq;	    /* client, early: of the last reliable response (RFC 3262 4) */
};

/* What a dialog is made from; the strings are copied. */
struct sip_dialog_src {
	struct sip_stack *stack;
	struct sip_session *session;
	bool usage;		   /* it is a subscription's */
	const struct sip_msg *msg; /* the request (as server) or response (as client) */
	const struct sip_path *path;
	struct addr source;
	bool uac;
	struct str call_id, local_tag, remote_tag, local, remote;
	struct str target; /* when msg has no Contact */
	uint32_t cseq;	   /* of the INVITE */
};

/* Has the message a Contact that can be a remote target? */
bool sip_contact_usable(const struct sip_msg *m);
int sip_dialog_new(const struct sip_dialog_src *src, struct sip_dialog **out);
/* NULL is allowed. As long as subscriptions are in it, it only loses its session. */
void sip_dialog_free(struct sip_dialog *d);
struct sip_dialog *sip_dialog_find(const struct sip_stack *s, struct str call_id,
				   struct str local_tag, struct str remote_tag);
/* 12.2.1.2, 12.2.2: the Contact of a target refresh; without one, or without memory, it stays. */
void sip_dialog_refresh(struct sip_dialog *d, const struct sip_msg *m);
/* The Contact that a target refresh would set; empty: none that could be. */
struct str sip_dialog_target_of(const struct sip_msg *m);
/* To a target that was kept by mem_keep, which it takes over; nothing for an empty one. */
void sip_dialog_retarget(struct sip_dialog *d, struct str *target);
/* What the peer says about himself. */
void sip_dialog_learn(struct sip_dialog *d, const struct sip_msg *m);
/* 12.2.2: false when it is out of order. */
bool sip_dialog_cseq_ok(const struct sip_dialog *d, uint32_t cseq);
/* A request within the dialog with a transaction that is not started yet; takes the next sequence
 * number when it succeeds. */
int sip_dialog_request(struct sip_dialog *d, enum sip_method method, const struct sip_body *body,
		       struct sip_trans **out);
/* The same with header lines of the caller's; those of an INVITE are put by the other. */
int sip_dialog_request_with(struct sip_dialog *d, enum sip_method method, struct str lines,
			    const struct sip_body *body, struct sip_trans **out);
/* 13.2.2.4: the ACK of a 2xx whose INVITE had this sequence number. */
int sip_dialog_ack(struct sip_dialog *d, uint32_t cseq, const struct sip_body *body,
		   struct sip_buf **out);

#endif
