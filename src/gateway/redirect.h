/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/redirect: a 3xx from SIP (RFC 3398 8.2.5): by the peer's word the call is released with the
 * new number as the diagnostic, its Contacts that are telephone numbers are routed as our own routes
 * say, or they are followed wherever they point. The best q first, each once, GW_MAX_REDIRECTS in a
 * call; who redirected becomes the redirecting number of the IAM, and the counter has its limit.
 *
 *	gw_redirect_rx(leg, status, msg, &rel);	(the REL of a refusal, before it is posted)
 *	if (gw_call_redirect(call)) ...		(the REL has come: another target is tried instead)
 *
 * What is kept is in the call's memory.
 */
#ifndef TRUNKGATE_GATEWAY_REDIRECT_H
#define TRUNKGATE_GATEWAY_REDIRECT_H

#include "gateway/core.h"

#define GW_MAX_REDIRECTS 5

struct gw_sip_leg;

struct gw_redirect_target {
	struct str text; /* a number as routes have it, or a URI */
	bool is_uri, tried;
	bool is_proxy; /* of a 305: what was called is called by way of it */
	unsigned q;    /* thousandths */
};

struct gw_redirects {
	struct gw_redirect_target target[GW_MAX_REDIRECTS + 1];
	unsigned nr;
	bool fresh;		 /* a 3xx has come, and none of its targets has been tried */
	struct isup_msg iam;	 /* for the targets, all but the called number */
	struct gw_peer_cfg peer; /* who said it last; then who the next INVITE goes to */
	struct str uri;		 /* of the target that is tried; empty: it is a number */
	struct str called;	 /* Request-URI that a 305 was for */
};

/* 6xx ends the search (RFC 3261 16.7). */
void gw_redirect_rx(struct gw_sip_leg *l, unsigned status, const struct sip_msg *m,
		    struct isup_msg *rel);
/* False: no target is left. */
bool gw_call_redirect(struct gw_call *call);
/* Who called has an ACM: a second one is a CPG, and a CON an ANM. */
void gw_call_addressed(struct gw_call *call, struct isup_msg *m);

#endif
