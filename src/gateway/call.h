/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/call: a call is two legs and a join. The first leg makes the call; the IAM that it posts
 * is routed and makes the second. The call ends when both legs are over and the speech path is
 * closed; its record then goes into the history.
 *
 *	struct gw_call *call = gw_call_new(g);		(NULL: no room, no memory)
 *	leg = ... in call->mem, gw_leg_init(leg, ops, call, 0, side)
 */
#ifndef TRUNKGATE_GATEWAY_CALL_H
#define TRUNKGATE_GATEWAY_CALL_H

#include <trunkgate/sip/stack.h>

#include "gateway/calllog.h"
#include "gateway/leg.h"
#include "gateway/path.h"

struct gw_call {
	struct mem *mem;
	struct gw *gw;
	struct gw_record *rec;
	struct list link;		    /* all calls, newest first */
	struct list media_due, over, clear; /* in one of the gateway's lists, or alone */
	struct gw_leg *leg[2];
	struct isup_msg *held;	    /* the IAM, while COT is awaited; NULL: it is not */
	struct isup_msg *collected; /* the IAM, while digits are awaited; NULL: they are not */
	uint8_t overlap_s;	    /* T10 of the trunk */
	struct timer overlap_timer;
	uint8_t treated;  /* the cause that who called hears about; 0: none */
	bool stripped;	  /* the peer refused ISUP in bodies: none is sent again */
	bool qos_refused; /* it refused preconditions: none is sent again */
	struct sip_identity_of_call
		again;		      /* of what it refused (RFC 3261 8.1.3.5); empty: nothing */
	bool toned;		      /* by a tone of ours: who was called is gone */
	struct timer treatment_timer; /* interwork timer of RFC 3398 7.1.6 */
	struct gw_path path;
	/* Route advance: the IAM as it came, the route that is tried, legs that it failed on. */
	struct isup_msg iam;
	struct gw_route_cfg route;
	struct iw_location *location;	/* of who called, told by SIP; NULL: nothing */
	char to_trunk[GW_NAME_MAX];	/* who called wants this trunk (RFC 4904); "": any */
	bool routed;			/* by `route` */
	bool held_back;			/* we have too much to do: try again later */
	bool backward;			/* who is called has said something: no other is tried */
	bool addressed;			/* who called has an ACM */
	struct gw_transfer *transfer;	/* transfer.c; NULL: there is none */
	uint8_t next_at;		/* of the next leg that is called */
	struct gw_redirects *redirects; /* redirect.c; NULL: no 3xx has come */
	struct gw_leg *tried[GW_MAX_CHOICES];
	unsigned nr_tried;
};

bool gw_call_may_begin(const struct gw *g);
struct gw_call *gw_call_new(struct gw *g);
/* The forward IAM: routes it and makes the second leg. */
void gw_call_route(struct gw_call *call, const struct isup_msg *iam);
/* advance.c: the called leg has given this cause. True: another route is tried, and the leg is on its
 * own. */
bool gw_call_advance(struct gw_call *call, uint8_t cause);
/* The called leg is on its own from now on; there is room for it in call->tried. */
void gw_call_forget_leg(struct gw_call *call);
/* A leg to SIP by call->redirects. */
void gw_call_set_up_uri(struct gw_call *call);
/* The same route once more, without what the peer has refused (ISUP in bodies, preconditions), when
 * that is why it has failed. */
bool gw_call_try_plain(struct gw_call *call);
/* The leg by the route `r`; it has been found for call->iam. */
void gw_call_take_route(struct gw_call *call, const struct gw_route_cfg *r);
/* Ends it from here, on every leg that there is. */
void gw_call_release(struct gw_call *call, uint8_t cause, const char *why);
/* When nothing is left of it, it goes to the gateway's list of ended calls. */
void gw_call_check_over(struct gw_call *call);
/* Out of that list: into the history, and its memory is free. Returns its number. */
uint32_t gw_call_finish(struct gw_call *call);
/* One of its legs that is over, or the call is. */
void gw_call_free_leg(struct gw_leg *l);
/* Frees a call that never began. */
void gw_call_drop(struct gw_call *call);
/* join.c: delivers what a leg has posted. */
struct gw_plane;
void gw_join_rx(struct gw_plane *p);
/* A REL to every leg that is not over. */
void gw_join_release(struct gw_call *call, const struct isup_msg *rel);

#endif
