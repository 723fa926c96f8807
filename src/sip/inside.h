/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/inside: requests other than INVITE within a dialog of a session: UPDATE (RFC 3311), INFO (RFC
 * 6086), and what PRACK shares with them: an offer that waits for the user's answer, and a request of
 * ours that changes the session when its response comes. There is one of each at most; an offer that
 * the user does not answer in 16*T1 is refused, so that the peer's timer F never decides.
 *
 *	err = sip_inside_send(d, SIP_UPDATE, lines, body, SIP_INSIDE_COUNTS);
 *	return sip_inside_rx(d);			(a request in s->rx)
 */
#ifndef TRUNKGATE_SIP_INSIDE_H
#define TRUNKGATE_SIP_INSIDE_H

#include "sip/compose.h"

struct sip_inside {
	/* ours */
	struct sip_trans *asked; /* NULL: none is open */
	struct sip_dialog *asked_in;
	bool asked_offer; /* an offer is in it */
	bool refresh;	  /* it is the session timer's */
	/* theirs */
	struct sip_trans *pending;
	struct sip_dialog *pending_in;
	struct sip_head head;
	struct timer timer;
};

enum sip_inside_kind {
	SIP_INSIDE_SILENT, /* nobody is told of its result */
	SIP_INSIDE_TOLD,   /* the user is */
	SIP_INSIDE_COUNTS, /* he is, and it changes the session */
};
int sip_inside_send(struct sip_dialog *d, enum sip_method method, struct str lines,
		    const struct sip_body *body, enum sip_inside_kind kind);
int sip_inside_rx(struct sip_dialog *d);
/* The session timer's UPDATE. */
int sip_inside_refresh(struct sip_session *ses);
/* Keeps the request in s->rx, with an offer, until the user answers it. */
int sip_inside_wait(struct sip_dialog *d);
void sip_inside_told(struct sip_trans *t, enum sip_tell tell, const struct sip_msg *msg);
/* An early dialog ends, or becomes `now`. */
void sip_inside_moved(struct sip_session *ses, struct sip_dialog *was, struct sip_dialog *now);
void sip_inside_timer(struct sip_session *ses);
void sip_inside_fini(struct sip_session *ses);
/* 500 with Retry-After (RFC 3311 5.2), or 491. */
int sip_inside_refuse(struct sip_stack *s, unsigned status);

#endif
