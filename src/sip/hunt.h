/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/hunt: the way of a request whose next hop is a host name: RFC 3261 8.1.2 with RFC 3263. Its
 * transaction waits in Start until a server is found; when that one fails (4.3: 503, no response,
 * transport) the same request goes to the next with a new branch, in a new transaction. The ACK of a
 * 2xx has no transaction and goes to the first server that is found; so does a response whose
 * connection is gone and cannot be opened again (RFC 3261 18.2.2).
 *
 *	t = sip_trans_client(s, SIP_INVITE, branch, b);	(b->to.family is ADDR_NONE)
 *	err = sip_hunt_new(t, STR("sip:proxy.example.net"));	(else what the request says)
 *	sip_trans_start(t);
 *
 * A hunt belongs to the transaction that it is for at the moment, and ends with its final response.
 * There are as many as transactions at most.
 */
#ifndef TRUNKGATE_SIP_HUNT_H
#define TRUNKGATE_SIP_HUNT_H

#include <trunkgate/sip/locate.h>

#include "sip/compose.h"
#include "sip/resolve.h"

#define SIP_HUNT_TRIES 6 /* servers that are tried for one request */

struct sip_hunt {
	struct sip_wait wait;
	struct sip_stack *stack;
	struct sip_trans *trans; /* NULL: an ACK, or a response */
	struct sip_locate *locate;
	struct sip_buf *request; /* as it was built, for no server yet */
	struct sip_marks marks;
	const struct sip_path *path; /* that it was built for */
	struct sip_owner owner;	     /* ACK: whom it belongs to */
	struct addr last_resort;     /* within a dialog: where the peer's messages come from */
	char branch[SIP_BRANCH_MAX]; /* of the next attempt */
	const struct sip_path *found;
	struct addr target; /* of `found`, and of the attempt that is under way */
	uint8_t transport;
	uint8_t tries;
	bool response;
	bool waits; /* for an answer of the DNS */
};

/* Is this an address, or is it to be found? */
static inline bool sip_is_located(const struct addr *a)
{
	return a->family != ADDR_NONE;
}

/* For a transaction that is not started. `next`: the URI of a next hop that the user has chosen
 * (8.1.2); empty: the topmost Route, or the Request-URI. TG_ENOMEM, TG_ELIMIT. */
int sip_hunt_new(struct sip_trans *t, struct str next);
/* The transaction starts, as soon as there is a server. */
void sip_hunt_go(struct sip_trans *t);
/* What its transaction has to tell: true when the next server is tried, and nobody is told. */
bool sip_hunt_goes_on(struct sip_trans *t, enum sip_tell tell, const struct sip_msg *msg);
/* Its transaction ends, or its user wants no more of it: then one that waits is over soon. */
void sip_hunt_end(struct sip_trans *t);
void sip_hunt_cancel(struct sip_trans *t);
/* An ACK. The octets are copied. */
void sip_hunt_ack(struct sip_stack *s, const struct sip_buf *b, struct sip_owner owner);
/* A response that could not be sent to where its request came from: to its sent-by, over this path
 * (RFC 3263 5). The octets are copied; one server is tried. */
void sip_hunt_response(struct sip_stack *s, const struct sip_path *p, const struct sip_buf *b,
		       struct sip_owner owner);
/* A response of this server transaction goes by UDP. */
void sip_hunt_sent(const struct sip_trans *t, const struct addr *to);
/* A response without a transaction has been sent: true when it is kept here for a while. */
bool sip_hunt_keep(struct sip_stack *s, struct sip_buf *b);
/* ICMP said that nobody is there (18.2.2): the last response that went there goes to its sent-by. */
void sip_hunt_sent_failed(struct sip_stack *s, sip_path_id path, const struct addr *to);
/* The topmost Via of a response that the stack has built; false: it is none. */
bool sip_response_via(const struct sip_buf *b, struct sip_via *via);
void sip_hunt_timer(struct timer *t);

#endif
