/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world: a gateway with a SIP phone on one side and a scripted exchange on the other, in virtual
 * time. All that is seen at the ends goes into one line of text, word by word:
 *
 *	PRACK re-INVITE:sendonly
 *	180+ 200+ 486/17 BYE/16 INVITE+ ...	at the phone; + with SDP, / the Q.850 cause of Reason
 *	IAM:1 REL:1/16 RLC:1			at the exchange: CIC and cause
 *	open:1:back open:1:both modify:...	at the media side: timeslot and what is through
 *	loop:5 tone:1 free:5 join:5-1:first	the same, without RTP
 *	ring:5:etsi ring:5:none ring:1:us:rtp	a ringing tone for who called
 *	dtls:active dtls:passive dtls:end	a handshake begins or ends
 *	close ended				and the end of the call
 *
 *	struct world w;
 *	world_open(&w);
 *	phone_call(&w, "100");
 *	saw(&w, "IAM:1");
 *	trunk_says(&w, ISUP_ACM, 1);
 *	saw(&w, "180+ open:1:back");
 *	world_close(&w);			(checks that nothing is left)
 */
#ifndef TRUNKGATE_UNIT_GATEWAY_WORLD_H
#define TRUNKGATE_UNIT_GATEWAY_WORLD_H

#include "gateway/gateway.h"
#include "unit/support.h"

#define WORLD_OPC	  1
#define WORLD_DPC	  2
#define WORLD_QUEUE	  64
#define WORLD_FINGERPRINT "00:11:22"

struct datagram {
	size_t len;
	char octets[3000];
};

struct world {
	struct mem *mem;
	struct gw_config *cfg;
	struct gw *gw;
	struct sip_stack *phone;
	tick_t now;
	struct rng_seeded seed;
	struct addr rtp[40], gw_addr, phone_addr;
	char trace[4000];
	/* to the gateway from the phone, and to the phone */
	struct datagram to_gw[WORLD_QUEUE], to_phone[WORLD_QUEUE];
	unsigned nr_to_gw, nr_to_phone;
	struct isup_msg to_trunk[WORLD_QUEUE]; /* what the exchange answers by itself */
	unsigned nr_to_trunk;
	struct ring_rec report[WORLD_QUEUE];
	unsigned nr_reports;
	sip_call_id call;	      /* the phone's */
	struct sdp_caps caps;	      /* the phone's */
	struct med_open open;	      /* as last commanded */
	struct med_timeslot timeslot; /* the same */
	struct med_ring ring;	      /* the same */
	struct isup_msg sent;	      /* the last message into the trunk, RLC and RSC aside */
	char final[3000];	      /* the last response of 300-699 at the phone */
	char ok[3000];		      /* the last 2xx to it */
	char invite[3000];	      /* the last INVITE at the phone */
	char bye[3000];		      /* the last BYE or CANCEL at the phone */
	char notify[3000];	      /* the last NOTIFY at the phone */
	char answer_sdp[1500];	      /* the last SDP at the phone */
	struct isup_msg in_body;      /* of the last message at the phone; type 0: none */
	const char *ack_sdp;	      /* for the ACK of a 2xx with an offer, and for a PRACK */
	struct sip_features features; /* of the phone's INVITEs */
	struct sip_extra extra;	      /* in them */
	char progress[3000];	      /* the last 18x at the phone */
	bool glare;		      /* the next re-INVITE of the gateway gets 491 */
	/* The DNS: this host is where the phone is; no other is known. */
	const char *host;
	uint32_t question[WORLD_QUEUE];
	bool question_hits[WORLD_QUEUE];
	unsigned nr_questions;
	uint32_t dtls_leg; /* of the last handshake */
	unsigned nr_ended;
	uint32_t ended_nr;
	/* how the ends behave */
	bool deaf_phone;		  /* hears nothing */
	bool mute_trunk;		  /* no RLC */
	bool mute_media;		  /* no MED_REP_CLOSED */
	const struct med_counters *heard; /* what the reports say; NULL: 50 packets */
	bool no_update;			  /* the phone refuses an UPDATE */
	bool no_ack;			  /* the phone does not acknowledge */
	bool loose;			  /* memory may fail: nothing is asserted on the way */
};

/* A trunk "east" to the exchange with CIC 1-15 and 17-31, a peer "phone", routes both ways. */
struct gw_config *world_config(struct mem *m);
void world_open(struct world *w);
/* With a configuration changed by `change` before the start. */
void world_open_with(struct world *w, void (*change)(struct gw_config *c));
bool world_try_open(struct world *w, void (*change)(struct gw_config *c));
void world_close(struct world *w);
/* Until nobody has anything to say. */
void world_run(struct world *w);
void world_wait(struct world *w, int64_t ms);
/* All that is alive is 0, but circuits. */
void world_check_empty(struct world *w);

/* What has been seen since the last time: compared, and forgotten. */
#define saw(w, words) world_saw((w), (words), __FILE__, __LINE__)
void world_saw(struct world *w, const char *words, const char *file, int line);

/* The phone. */
void phone_call(struct world *w, const char *number);
void phone_call_uri(struct world *w, const char *uri, const char *sdp, const char *from);
void phone_progress(struct world *w, unsigned status, bool sdp);
void phone_answer(struct world *w);
void phone_reject(struct world *w, unsigned status, const char *reason);
void phone_hangup(struct world *w, const char *reason);
void phone_reinvite(struct world *w, const char *sdp);
const char *phone_sdp(struct world *w);
/* As a Replaces to the gateway has it: the dialog of the phone's call that this response is of; "" when it
 * is of none. And a Refer-To with it. Each in a buffer of its own, good until the next. */
const char *phone_dialog(const char *response);
const char *phone_replaces(const char *number, const char *dialog);
/* Octets from elsewhere. */
void world_sip(struct world *w, const struct addr *from, const char *text);

/* The exchange. */
struct isup_msg trunk_msg(uint8_t type);
void trunk_send(struct world *w, const struct isup_msg *m, uint16_t cic);
void trunk_says(struct world *w, uint8_t type, uint16_t cic);
void trunk_rel(struct world *w, uint16_t cic, uint8_t cause);
void trunk_iam(struct world *w, uint16_t cic, const char *called, const char *calling);
/* ACM and CPG with their status, event and in-band information. */
void trunk_acm(struct world *w, uint16_t cic, uint8_t called_status, bool in_band);
void trunk_cpg(struct world *w, uint16_t cic, uint8_t event);

/* The log of a call, a line each: labels only, "<" in, ">" out, the leg. */
const char *world_log(struct world *w, uint32_t nr);

#endif
