/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/leg: one side of a call. Every leg speaks the same two planes, whatever carries it:
 * the call plane, ISUP messages as values (IAM ACM CPG CON ANM REL ...), and the media plane below.
 * The join hands a leg what the other leg said (ops->call_tx, ops->media_tx); what the leg has to
 * say it posts. Posts are queued and delivered after the running step, so no leg is entered twice.
 *
 *	gw_leg_post(&l->leg, &acm);		from a step of the leg
 *	gw_leg_post_media(&l->leg, &(struct gw_media){ .type = GW_MEDIA_THROUGH, ... });
 *	gw_leg_over(&l->leg);			the last thing a leg says
 *
 * A leg lives in its call's memory until the call ends, which is when both legs are over and the
 * media side has let go of the channel.
 */
#ifndef TRUNKGATE_GATEWAY_LEG_H
#define TRUNKGATE_GATEWAY_LEG_H

#include <trunkgate/sdp/sdp.h>
#include "base/fsm.h"
#include "base/timerq.h"
#include "gateway/gateway.h"
#include "interwork/number.h"
#include "isup/msg.h"

struct gw_call;
struct gw_leg;

/* One end of the speech path by handles: nobody but its leg knows how it was agreed. */
enum gw_end_kind { GW_END_NONE, GW_END_RTP, GW_END_TIMESLOT, GW_END_TEST };

#define GW_HASH_MAX	   12
#define GW_FINGERPRINT_MAX 192 /* SHA-512 */

struct gw_end {
	enum gw_end_kind kind;
	/* RTP */
	uint16_t channel;
	bool agreed;	   /* the choice is known */
	bool carries_isup; /* SIP-I: what nobody here knows goes on */
	struct sdp_choice choice;
	const struct gw_media_cfg *media; /* of the peer; as long as the leg */
	struct gw_keys keys;		  /* SDES */
	/* DTLS: their certificate. */
	char hash[GW_HASH_MAX], fingerprint[GW_FINGERPRINT_MAX];
	/* TIMESLOT */
	uint8_t span, timeslot;
	int8_t gain_receive_db, gain_transmit_db; /* of its trunk */
	/* TEST */
	uint8_t use; /* enum med_timeslot_use */
};

enum gw_media_type {
	GW_MEDIA_OFFER,	  /* the end of the leg that calls, before its IAM */
	GW_MEDIA_ANSWER,  /* the end of the leg that is called */
	GW_MEDIA_REJECT,  /* of an OFFER: this leg cannot be joined to such an end */
	GW_MEDIA_MODIFY,  /* the own end is different now: direction, codec, address */
	GW_MEDIA_THROUGH, /* from the called leg: what is connected through */
	GW_MEDIA_REBIND,  /* the own end is another circuit now */
};

enum gw_through { GW_THROUGH_NONE, GW_THROUGH_BACKWARD, GW_THROUGH_BOTH };

struct gw_media {
	enum gw_media_type type;
	struct gw_end end;	 /* OFFER, ANSWER, MODIFY, REBIND */
	enum gw_through through; /* THROUGH */
};

struct gw_leg_ops {
	/* What the other leg said. */
	void (*call_tx)(struct gw_leg *l, const struct isup_msg *m);
	void (*media_tx)(struct gw_leg *l, const struct gw_media *m);
	void (*expired)(struct gw_leg *l); /* leg.timer */
	/* The call ends: let go of what is not the call's memory. */
	void (*fini)(struct gw_leg *l);
};

struct gw_leg {
	const struct gw_leg_ops *ops;
	struct gw *gw;
	struct gw_call *call;
	uint32_t id; /* for those who keep it longer than the leg lives */
	uint8_t at;  /* 0: who called, 1: who is called */
	bool over;
	enum gw_side side;
	enum dsp_ringback_kind ringback; /* for who is on it, when he calls */
	struct iw_numbering plan;	 /* of the numbers in its messages */
	struct fsm fsm;
	struct timer timer;
};

/* TG_ELIMIT: no room for one more. */
int gw_leg_init(struct gw_leg *l, const struct gw_leg_ops *ops, struct gw_call *call, uint8_t at,
		enum gw_side side);
/* NULL when it is gone. */
struct gw_leg *gw_leg_find(const struct gw *g, uint32_t id);

void gw_leg_post(struct gw_leg *from, const struct isup_msg *m);
/* A REL that nobody sent: a timer, or a reason of our own. */
void gw_leg_post_own(struct gw_leg *from, const struct isup_msg *rel);
void gw_leg_post_rel(struct gw_leg *from, uint8_t cause);
void gw_leg_post_media(struct gw_leg *from, const struct gw_media *m);
void gw_leg_over(struct gw_leg *from);
void gw_leg_arm(struct gw_leg *l, int64_t ms);
void gw_leg_cancel(struct gw_leg *l);
/* A note in the call's log, with the leg. */
void gw_leg_note(struct gw_leg *l, const char *label, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
