/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/leg_sip: what the SIP legs of both directions share: their channel, session
 * descriptions, and what ends them. leg_sip_in.c is the machine of a leg that SIP has made (RFC
 * 3398 7.2), leg_sip_out.c that of a leg made towards SIP (8.2).
 *
 * Steps of either machine get a struct gw_sip_input.
 */
#ifndef TRUNKGATE_GATEWAY_LEG_SIP_H
#define TRUNKGATE_GATEWAY_LEG_SIP_H

#include "gateway/core.h"
#include "interwork/encap.h"
#include "interwork/headers.h"
#include "interwork/release.h"

#define GW_SDP_MAX	 2000 /* of ours */
#define GW_MAX_EXTRAS	 (IW_MAX_HEADERS + 5)
#define GW_RETRY_AFTER_S "5"

struct gw_sip_leg {
	struct gw_leg leg;
	/* Of this direction's machine: an event of the stack. */
	void (*rx)(struct gw_sip_leg *l, const struct sip_event *ev);
	sip_call_id sip;
	struct gw_peer_cfg peer; /* as at the beginning of the call */
	bool trusted;		 /* it is a configured one */
	const char *contact;	 /* of a registered phone: the Request-URI; NULL: none */
	struct str request_uri;	 /* of our INVITE, in the call's memory; empty: none */
	struct htab_link by_call_id;
	struct str call_id; /* in the call's memory; empty: not known yet */
	struct gw_channel *channel;
	bool borrowed;			      /* it is another leg's */
	bool owns_call_id;		      /* RFC 3261 14.1 */
	struct str referred_by;		      /* the same */
	struct str replaces;		      /* of our INVITE, in the call's memory; empty: none */
	struct sip_identity_of_call identity; /* of one that may be sent again without something */
	struct sdp_caps caps;
	struct sdp_choice choice; /* its hash and fingerprint are the leg's */
	bool agreed;		  /* choice is valid */
	bool we_offered;	  /* our 2xx has an offer: its answer comes in the ACK */
	uint8_t key[RTP_SRTP_NR][RTP_SRTP_KEY_MAX]; /* ours, as offered */
	char hash[GW_HASH_MAX], fingerprint[GW_FINGERPRINT_MAX];
	char sdp[GW_SDP_MAX];
	size_t sdp_len;		  /* ours, as last sent; 0: none */
	struct gw_sip_grow *grow; /* NULL: no more digits */
	bool acm_sent;		  /* towards SIP: an ACM has gone to who called */
	uint8_t fallback;	  /* towards SIP: of the caller's medium, IW_NO_FALLBACK */
	bool connected_wanted;	  /* towards SIP: who called wants to know who answers */
	bool end_isup;		  /* with this REL in its body */
	struct isup_msg end_rel;
	struct iw_release end;	   /* how the leg is ended, for a second attempt */
	struct iw_profile profile; /* as at the beginning of the call */
	struct str from_tag;	   /* of who called */
	/* leg_sip_early.c, towards who called */
	bool reliable;	/* 18x are acknowledged (RFC 3262) */
	bool waits_qos; /* for a precondition of theirs; to SIP: for COT */
	bool cot_came;
	bool qos_refused;    /* to SIP: by a 420 */
	bool bare;	     /* the 18x that goes out now is our own: no ISUP is in it */
	bool described;	     /* one of them had our description: nothing else has it */
	bool authorizes;     /* P-Early-Media is known there */
	struct list waiting; /* 18x, for the PRACK of the one before */
	unsigned nr_waiting;
	/* leg_sip_early.c, from who is called */
	struct list branches;
	struct gw_sip_branch *early; /* who is heard before the answer; NULL: nobody */
	/* leg_sip_renew.c */
	struct fsm renew;
	struct timer renew_timer;
	enum sdp_dir wanted, asked, told; /* our direction: to be, in our offer, agreed */
	bool held;			  /* by the peer */
	struct iw_ctx iw;		  /* of it, for what is mapped */
};

struct gw_sip_input {
	const struct sip_event *ev; /* NULL: not from the stack */
	const struct isup_msg *msg; /* NULL: not from the other leg */
	bool sdp_ok;		    /* it left us with an agreed session description */
	unsigned status;	    /* to refuse with */
	const char *text;	    /* why */
	uint8_t cause;		    /* Q.850 to go with it; 0: none */
};

static inline struct gw_sip_leg *gw_sip_leg_of(struct gw_leg *l)
{
	return (struct gw_sip_leg *)l;
}

extern const struct fsm_def gw_sip_in_def, gw_sip_out_def;

/* A channel and what we can do with it. TG_ELIMIT: none is free. */
int gw_sip_take_channel(struct gw_sip_leg *l);
/* The offer of a message: parsed, answered, the answer is in l->sdp. 0, or the status to refuse
 * it with (400, 488), and diag says why. Nothing is changed then. */
unsigned gw_sip_answer_offer(struct gw_sip_leg *l, const struct sip_msg *m, struct tg_diag *diag);
/* Our offer into l->sdp. */
int gw_sip_make_offer(struct gw_sip_leg *l);
/* The answer of a message to our offer; false when it has none that can be used. */
bool gw_sip_take_answer(struct gw_sip_leg *l, const struct sip_msg *m, struct tg_diag *diag);
/* The same without taking it. */
bool gw_sip_read_answer(struct gw_sip_leg *l, const struct sip_msg *m, struct sdp_choice *choice,
			struct tg_diag *diag);
bool gw_sip_has_sdp(const struct sip_msg *m);
/* leg_sip_media.c: what we can do, with keys of our own; an outcome is kept; the keys are wiped. */
void gw_sip_caps(struct gw_sip_leg *l);
void gw_sip_agree(struct gw_sip_leg *l, const struct sdp_choice *choice);
void gw_sip_wipe(struct gw_sip_leg *l);
/* The own end, for the media plane. */
struct gw_media gw_sip_end(const struct gw_sip_leg *l, enum gw_media_type type);
/* l->sdp as the body of a message. */
struct sip_body gw_sip_body(const struct gw_sip_leg *l);
/* leg_sip_isup.c: the message in the body, behind what is in it; `nr` headers are in `extra` (room for
 * GW_MAX_EXTRAS), and as many as then are is returned. */
unsigned gw_sip_put_isup(struct gw_sip_leg *l, const struct isup_msg *m, struct iw_encap *e,
			 struct sip_body *body, struct sip_extra *extra, unsigned nr);
/* The same of an INVITE, with where who called is (NULL: nothing of it). */
unsigned gw_sip_put_iam(struct gw_sip_leg *l, const struct isup_msg *m,
			const struct iw_location *where, struct iw_encap *e, struct sip_body *body,
			struct sip_extra *extra, unsigned nr);
/* What the body says of *m, which the headers have made. */
void gw_sip_take_isup(struct gw_sip_leg *l, const struct sip_msg *msg, struct isup_msg *m);
/* Has the body a message? */
bool gw_sip_has_isup(struct gw_sip_leg *l, const struct sip_msg *msg, struct isup_msg *m);
/* RFC 3372 6, case 2: who does not know it may have the INVITE without. */
bool gw_sip_isup_is_preferred(const struct gw_sip_leg *l);
/* The REL of a refusal of our own; cause 0: that of the status. */
unsigned gw_sip_put_rel(const struct iw_ctx *x, unsigned status, uint8_t cause, struct iw_encap *e,
			struct sip_body *body, struct sip_extra *extra, unsigned nr);
/* Headers of a mapping; how many, at most `room`. */
unsigned gw_sip_extras(const struct iw_headers *h, struct sip_extra *extra, unsigned room);
void gw_sip_remember(struct gw_sip_leg *l, struct str call_id);
void gw_sip_fini(struct gw_leg *l);

/* leg_sip_early.c. A new call: what its INVITE says of 100rel and P-Early-Media. */
void gw_sip_early_init(struct gw_sip_leg *l, const struct sip_msg *invite);
/* ACM, CPG as a 18x; when the one before waits for its PRACK it waits too. */
void gw_sip_progress(struct gw_sip_leg *l, const struct isup_msg *m);
/* A 183 that no exchange has asked for, before anything else: for the dialog that it makes. */
void gw_sip_progress_own(struct gw_sip_leg *l);
void gw_sip_progress_next(struct gw_sip_leg *l); /* the PRACK has come */
void gw_sip_progress_drop(struct gw_sip_leg *l); /* the final response goes */
/* A 18x of one branch. True: who is heard, or his end, has changed. */
bool gw_sip_early_rx(struct gw_sip_leg *l, const struct sip_msg *m, struct tg_diag *diag);
/* True: the path is to be as it is now. */
bool gw_sip_early_updated(struct gw_sip_leg *l, const struct sip_msg *m);
void gw_sip_early_fini(struct gw_sip_leg *l);
/* The 2xx; false: it leaves us without a description. */
bool gw_sip_early_answered(struct gw_sip_leg *l, const struct sip_msg *m, struct tg_diag *diag);

/* leg_sip_qos.c, of an INVITE whose offer has been answered: the status that refuses it, or 0; what the
 * IAM says; the first response; the caller's UPDATE has been answered. */
unsigned gw_sip_qos_status(struct gw_sip_leg *l, const struct sip_msg *invite, const char **why);
void gw_sip_qos_iam(const struct gw_sip_leg *l, struct isup_msg *iam);
void gw_sip_qos_begin(struct gw_sip_leg *l);
void gw_sip_qos_updated(struct gw_sip_leg *l);
/* To SIP: what our offer asks for; COT has come and may be told now. */
void gw_sip_qos_offer(struct gw_sip_leg *l, const struct isup_msg *iam);
void gw_sip_qos_tell(struct gw_sip_leg *l);
/* A refusal: was it this? */
void gw_sip_qos_rejected(struct gw_sip_leg *l, const struct sip_event *ev);
void gw_sip_do_cot(void *self, int arg, const void *ev);

/* leg_sip_grow.c: towards a peer that wants INVITEs with growing digits. The INVITE has been sent. */
void gw_sip_grow_begin(struct gw_sip_leg *l, const struct isup_msg *iam);
/* What a further INVITE has of the first; NULL: it is the first. */
const struct sip_identity_of_call *gw_sip_grow_like(const struct gw_sip_leg *l);
void gw_sip_do_grow(void *self, int arg, const void *ev); /* a SAM */
/* True: the event is not for the leg's machine. */
bool gw_sip_grow_rx(struct gw_sip_leg *l, const struct sip_event *ev);
/* All INVITEs but the last; the leg ends, or has been answered. */
void gw_sip_grow_hangup(struct gw_sip_leg *l);
void gw_sip_grow_timer(struct gw_leg *leg);
/* leg_sip_out.c, for it: the IAM with more digits; all have failed with in->status, in->msg is the REL;
 * nothing is left of them. */
int gw_sip_invite_again(struct gw_sip_leg *l, const struct isup_msg *iam);
void gw_sip_out_failed(struct gw_sip_leg *l, struct gw_sip_input *in);
void gw_sip_out_ended(struct gw_sip_leg *l);

/* overlap.c, from a peer: the first response; true: the INFO was about digits. */
void gw_overlap_offer_info(struct gw_sip_leg *l);
bool gw_overlap_info(struct gw_sip_leg *l, const struct sip_msg *m);

/* leg_sip_in.c: has nothing been said yet of the number? */
bool gw_sip_in_may_grow(const struct gw_sip_leg *l);

/* leg_sip_renew.c. A new leg of either direction. */
void gw_sip_begin(struct gw_sip_leg *l);
/* SUS, RES, CPG: does it mean hold (or its end)? */
bool gw_sip_is_hold(const struct isup_msg *m);
void gw_sip_do_suspend(void *self, int arg, const void *ev); /* the trunk's, to the peer */
/* The result of our re-INVITE. False: the answer cannot be used. */
bool gw_sip_renewed(struct gw_sip_leg *l, const struct sip_event *ev);
/* The peer's direction has changed: a CPG when it means hold or its end. */
void gw_sip_tell_hold(struct gw_sip_leg *l);
extern const struct fsm_def gw_sip_renew_def;

/* Ends the leg by what its state asks for: a response, CANCEL or BYE, with Reason; tried again
 * when there is no room for it now. `rel` is what the other leg said. */
void gw_sip_hangup(struct gw_sip_leg *l, const struct isup_msg *rel);
void gw_sip_hangup_again(struct gw_sip_leg *l);
/* A re-INVITE of the peer, or an offer in its UPDATE or PRACK, is answered here (14.2). */
void gw_sip_reinvite(struct gw_sip_leg *l, const struct sip_event *ev);
/* 488 and the like with a Warning (RFC 3261 20.43) that says why. */
int gw_sip_reject(struct gw *g, sip_call_id id, unsigned status, const char *text, uint8_t cause);
/* The same of a new call: with a REL in its body when the profile of `x` has such (NULL: none). */
int gw_sip_refuse(struct gw *g, const struct iw_ctx *x, sip_call_id id, unsigned status,
		  const char *text, uint8_t cause);
/* With a note: which cause for what, and why. */
void gw_sip_post_rel(struct gw_sip_leg *l, const struct isup_msg *rel, const char *label,
		     struct iw_source source, bool local);
/* The peer's profile for this call; l->peer is known. */
void gw_sip_profile(struct gw_sip_leg *l);

/* Steps of both machines: leg_sip_steps.c. */
void gw_sip_do_modify(void *self, int arg, const void *ev);	 /* the ACK had the answer */
void gw_sip_do_reinvite(void *self, int arg, const void *ev);	 /* it is answered here */
void gw_sip_do_hangup(void *self, int arg, const void *ev);	 /* by the other leg's REL */
void gw_sip_do_abort(void *self, int cause, const void *ev);	 /* both ways, our own reason */
void gw_sip_do_rel(void *self, int cause, const void *ev);	 /* to the other leg, our own */
void gw_sip_do_rel_request(void *self, int arg, const void *ev); /* for a CANCEL or BYE */
void gw_sip_do_again(void *self, int arg, const void *ev);	 /* the hangup had no room */
void gw_sip_do_info(void *self, int arg, const void *ev);	 /* leg_sip_isup.c: in an INFO */
void gw_sip_do_take_info(void *self, int arg, const void *ev);	 /* what an INFO has */
void gw_sip_do_over(void *self, int arg, const void *ev);
/* Guard: the message left us with an agreed session description. */
bool gw_sip_has_answer(const void *self, const void *ev);

/* Hold, or its end, as a CPG (RFC 3398 9.2). */
int gw_sip_hold_msg(bool held, struct isup_msg *m);
/* The leg call->next_at of an INVITE; NULL: no room. It then begins in the place of another one. */
struct gw_sip_leg *gw_sip_in_leg(struct gw_call *call, const struct gw_peer_cfg *peer,
				 const struct sip_event *ev);
void gw_sip_in_replace(struct gw_sip_leg *l, const struct sip_event *ev);
/* A new incoming call. */
void gw_sip_in_new(struct gw *g, const struct sip_event *ev);

#endif
