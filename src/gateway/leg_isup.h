/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/leg_isup: what the ISUP legs of both directions share: their circuit, sending, and how
 * they let go of it. leg_isup_in.c is the machine of a leg that the trunk has made, leg_isup_out.c
 * that of a leg made towards the trunk. A leg passes the call plane as it is; what is link by link
 * (RLC, T1, T5, reset) is the ISUP stack's.
 *
 * Steps of either machine get a struct gw_isup_input.
 */
#ifndef TRUNKGATE_GATEWAY_LEG_ISUP_H
#define TRUNKGATE_GATEWAY_LEG_ISUP_H

#include "gateway/core.h"

struct gw_isup_leg {
	struct gw_leg leg;
	struct gw_trunk *trunk;
	struct gw_circuit *circuit; /* NULL: none */
	unsigned attempts;	    /* circuits that were tried */
	bool transit;		    /* the other leg is a trunk, too */
	bool no_isup;		    /* it is SIP, and without ISUP in it */
	struct isup_msg iam;	    /* to be sent again on another circuit */
};

struct gw_isup_input {
	const struct isup_msg *msg; /* from the trunk or from the other leg */
	int timer;		    /* a REL of the stack's own: the timer that ran out, or -1 */
	bool local;		    /* nobody sent it */
};

/* The two machines know these events; each ignores what is not for it. */
enum gw_isup_event {
	GW_ISUP_TX_IAM,
	GW_ISUP_TX_ACM,
	GW_ISUP_TX_CPG,
	GW_ISUP_TX_ANSWER, /* ANM, CON */
	GW_ISUP_TX_OTHER,  /* SUS, RES and the like */
	GW_ISUP_TX_REL,
	GW_ISUP_RX_IAM,
	GW_ISUP_RX_ACM,
	GW_ISUP_RX_CPG,
	GW_ISUP_RX_ANSWER,
	GW_ISUP_RX_OTHER,
	GW_ISUP_RX_REL,
	GW_ISUP_LOST,	   /* the circuit is not for this call: another one */
	GW_ISUP_IDLE,	   /* the circuit is free again */
	GW_ISUP_GONE,	   /* its span is down, or it is somebody else's */
	GW_ISUP_OFFER_BAD, /* the other end cannot be joined to a timeslot */
	GW_ISUP_FAILED,	   /* what had to be sent was not */
	GW_ISUP_TM,	   /* the time to let go is over; ISUP gave up */
	GW_ISUP_NR_EVENTS
};

enum gw_isup_state {
	GW_ISUP_START,
	GW_ISUP_SEIZED,
	GW_ISUP_ADDRESSED,
	GW_ISUP_ANSWERED,
	GW_ISUP_CLEARING,
	GW_ISUP_OVER,
	GW_ISUP_NR_STATES
};

extern const char *const gw_isup_event_names[GW_ISUP_NR_EVENTS];
extern const struct fsm_def gw_isup_in_def, gw_isup_out_def;
extern const struct gw_leg_ops gw_isup_leg_ops;

static inline struct gw_isup_leg *gw_isup_leg_of(struct gw_leg *l)
{
	return (struct gw_isup_leg *)l;
}

struct gw_isup_leg *gw_isup_leg_new(struct gw_call *call, uint8_t at, struct gw_trunk *t,
				    const struct fsm_def *def);
/* The circuit is this leg's now, or nobody's. */
void gw_isup_attach(struct gw_isup_leg *l, struct gw_circuit *c);
void gw_isup_detach(struct gw_isup_leg *l);
/* OFFER, ANSWER or REBIND with the circuit's timeslot. */
void gw_isup_post_end(struct gw_isup_leg *l, enum gw_media_type type);
/* An incoming IAM. */
void gw_isup_in_new(struct gw *g, struct gw_circuit *c, const struct isup_msg *iam);

/* Steps of both machines. */
void gw_isup_do_pass(void *self, int arg, const void *ev);    /* to the other leg */
void gw_isup_do_send(void *self, int arg, const void *ev);    /* into the trunk */
void gw_isup_do_release(void *self, int arg, const void *ev); /* a REL into the trunk */
void gw_isup_do_wait(void *self, int arg, const void *ev);    /* for the circuit, bounded */
void gw_isup_do_drop(void *self, int arg, const void *ev);    /* the circuit */
void gw_isup_do_reject(void *self, int arg, const void *ev);  /* an OFFER */
void gw_isup_do_rel(void *self, int cause, const void *ev);   /* to the other leg, our own */
void gw_isup_do_over(void *self, int arg, const void *ev);
bool gw_isup_is_gone(const void *self, const void *ev); /* its circuit will not become idle */

/* What is alike in the states of a call. */
/* clang-format off */
#define GW_ISUP_STEP(step, arg) { gw_isup_do_##step, arg }
#define GW_ISUP_RELEASED(state) \
	{ state, GW_ISUP_RX_REL, gw_isup_is_gone, GW_ISUP_OVER, \
	  { GW_ISUP_STEP(pass, 0), GW_ISUP_STEP(drop, 0), GW_ISUP_STEP(over, 0) } }, \
	{ state, GW_ISUP_RX_REL, NULL, GW_ISUP_CLEARING, /* Q.764 2.3 */ \
	  { GW_ISUP_STEP(pass, 0), GW_ISUP_STEP(wait, 0) } }, \
	{ state, GW_ISUP_TX_REL, NULL, GW_ISUP_CLEARING, /* Q.764 2.3 */ \
	  { GW_ISUP_STEP(release, 0), GW_ISUP_STEP(wait, 0) } }, \
	{ state, GW_ISUP_IDLE, NULL, GW_ISUP_OVER, /* whatever took the call away */ \
	  { GW_ISUP_STEP(rel, 41), GW_ISUP_STEP(drop, 0), GW_ISUP_STEP(over, 0) } }
#define GW_ISUP_END_ROWS \
	{ GW_ISUP_START, GW_ISUP_TX_REL, NULL, GW_ISUP_OVER, { GW_ISUP_STEP(over, 0) } }, \
	{ GW_ISUP_CLEARING, GW_ISUP_IDLE, NULL, GW_ISUP_OVER, \
	  { GW_ISUP_STEP(drop, 0), GW_ISUP_STEP(over, 0) } }, \
	{ GW_ISUP_CLEARING, GW_ISUP_GONE, NULL, GW_ISUP_OVER, \
	  { GW_ISUP_STEP(drop, 0), GW_ISUP_STEP(over, 0) } }, \
	{ GW_ISUP_CLEARING, GW_ISUP_TM, NULL, GW_ISUP_OVER, \
	  { GW_ISUP_STEP(drop, 0), GW_ISUP_STEP(over, 0) } }, \
	{ GW_ISUP_CLEARING, FSM_ANY, NULL, FSM_SAME, {{0}}, IGNORE("the end is on its way") }, \
	{ GW_ISUP_OVER, FSM_ANY, NULL, FSM_SAME, {{0}}, IGNORE("the leg is over") }, \
	{ FSM_ANY, FSM_ANY, NULL, FSM_SAME, {{0}}, IGNORE("means nothing here") }
/* clang-format on */

#endif
