/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/world: a gateway, an emulated exchange and SIP phones on networks that are ours: the clock
 * jumps from event to event, and a seed decides every loss, delay, duplicate and reordering. The
 * objects are the ones that the daemon runs.
 *
 *	struct world *w = world_new(&(struct world_cfg){ .seed = 7 });
 *	struct sim_call *c = phone_call(w->phone[0], "100", NULL);
 *	world_run_ms(w, 3000);
 *	assert_true(c->answered);
 *	phone_hangup(c);
 *	world_settle(w);	(runs on until nothing is left, checks that nothing is)
 *	world_free(w);
 *
 * A failing check names the seed; the environment's TG_SEED runs that one alone.
 */
#ifndef TRUNKGATE_SIM_WORLD_H
#define TRUNKGATE_SIM_WORLD_H

#include <trunkgate/base/rng.h>
#include <trunkgate/sip/stack.h>
#include "base/list.h"
#include "base/timerq.h"
#include "gateway/gateway.h"
#include "lab/exchange.h"
#include "sim/media.h"
#include "sim/office.h"
#include "sim/record.h"

#define SIM_MAX_PHONES	4
#define SIM_TRACE	400		 /* lines kept for a failing run */
#define SIM_MAX_WAIT_MS (20 * 60 * 1000) /* no state may outlive this */
#define SIM_CIRCUITS	30

/* How a network treats a packet. MTP keeps order whatever it says. */
struct sim_quality {
	unsigned loss_permille, dup_permille;
	unsigned delay_ms, jitter_ms; /* each packet: delay + up to jitter, so they overtake */
};

struct world_cfg {
	uint64_t seed;
	struct sim_quality sip, mtp;
	unsigned nr_phones;	      /* 0: 1 */
	unsigned nr_circuits;	      /* 0: SIM_CIRCUITS */
	unsigned nr_rtp;	      /* 0: SIM_CIRCUITS + 2 */
	bool no_start_reset;	      /* do not wait until the circuits have been reset */
	unsigned isup_phones;	      /* a bit for each phone that knows application/isup */
	struct sip_features features; /* of the phones, for what comes to them */
	const char *variant;	      /* of the trunk; NULL: that of ITU-T */
	bool office;		      /* an office (sim/office.h) in place of the exchange */
	/* One more gateway, with an exchange of its own, in the IP network of another world, whose time
	 * is its own too; both settle together and are freed one by one. */
	struct world *beside;
	const char *address; /* of the gateway; NULL: 192.0.2.1:5060 */
	/* Changes the configuration before the start; may be NULL. */
	void (*configure)(struct gw_config *cfg);
};

struct sim_trace {
	tick_t at;
	char text[120];
};

struct world {
	struct mem *mem;
	struct world *next; /* a ring of those beside each other */
	struct addr self;   /* the gateway's */
	uint64_t seed;
	struct rng_seeded rng_state;
	struct rng rng;
	struct world_cfg cfg;
	tick_t now;
	struct timerq timers; /* packets, MTP primitives, script steps */
	tick_t last_mtp[2];   /* per direction: order is kept */
	struct gw *gw;
	const struct gw_config *gw_cfg; /* as the gateway began */
	struct lab_exchange *exchange;	/* NULL when there is an office */
	struct sim_office *office;
	struct sim_media media;
	struct mem *record_mem; /* NULL: nothing is recorded */
	unsigned nr_records;
	struct sim_record record[SIM_RECORDS];
	unsigned nr_phones;
	struct sim_phone *phone[SIM_MAX_PHONES];
	bool mtp_cut, sip_cut;
	uint64_t nr_steps, nr_packets;
	unsigned nr_trace;
	struct sim_trace trace[SIM_TRACE]; /* a ring */
};

struct world *world_new(const struct world_cfg *cfg);
void world_free(struct world *w);
void world_run_ms(struct world *w, int64_t ms);
/* Runs until nothing moves any more and fails unless every call, transaction and timer is gone and
 * every circuit idle on both sides. */
void world_settle(struct world *w);
/* Runs `fn(arg)` at a time from now. */
void world_at(struct world *w, int64_t ms, void (*fn)(struct world *w, void *arg), void *arg);
/* MTP says that the gateway can (not) reach the exchange any more; nothing passes meanwhile. */
void world_mtp_available(struct world *w, bool available);
/* Lets out what an input given by the test itself has caused. */
void world_drain(struct world *w);
/* Prints the seed and the last events, then fails the test. */
void world_fail(struct world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#define world_check(w, cond, ...)                   \
	do {                                        \
		if (!(cond))                        \
			world_fail(w, __VA_ARGS__); \
	} while (0)
void world_note(struct world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* SIP phones. ---------------------------------------------------------------------------------- */
/* What a phone does with a call; negative times: never. */
struct sim_plan {
	int ring_ms;		    /* incoming: from 180 to the final answer */
	unsigned answer;	    /* incoming: 200, or the status to refuse with */
	bool early_media;	    /* incoming: the 18x carries SDP */
	unsigned progress;	    /* incoming: 180, 183, or 0 for none */
	int hangup_ms;		    /* after the answer */
	int cancel_ms;		    /* outgoing: after the INVITE */
	bool no_offer;		    /* outgoing: INVITE without SDP */
	unsigned session_expires_s; /* outgoing: RFC 4028, the phone refreshes; 0: none */
	const char *qos;	    /* behind its description (RFC 3312); NULL: nothing */
	bool rel100;		    /* outgoing: supports it (RFC 3262); incoming: uses it */
	unsigned refuses_updates;   /* the status; 0: it does not */
	bool no_ack;		    /* outgoing: never acknowledges */
	bool mulaw;		    /* offers or answers PCMU only */
	unsigned
		reinvite_ms; /* re-INVITEs as often in an answered call, all kinds in turn; 0: none */
	const char *header, *value; /* goes into what refuses the call and into BYE and CANCEL */
};

/* What a re-INVITE changes. */
enum sim_reinvite {
	SIM_HOLD,     /* a=sendonly */
	SIM_INACTIVE, /* a=inactive */
	SIM_OLD_HOLD, /* c=0.0.0.0, RFC 3264 8.4 */
	SIM_RESUME,   /* a=sendrecv, the address as at first */
	SIM_MOVE,     /* another port */
	SIM_NO_OFFER, /* the gateway's 200 has the offer */
	SIM_BAD,      /* no codec of ours: 488, nothing changes */
	SIM_NR_REINVITES
};
extern const struct sim_plan sim_plan_default; /* ring 200 ms, 180, answer, never hang up */

struct sim_call {
	struct sim_phone *phone;
	sip_call_id id;
	bool in_use, outgoing, answered, over;
	bool cancelled, byed;	       /* by the other side */
	unsigned last_progress, final; /* statuses seen (outgoing) or sent (incoming) */
	int cause;		       /* Q.850 in the Reason of what ended it; -1: none */
	char called[40];
	char progress_log[80]; /* "180 183": provisionals in order, with "+sdp" when with SDP */
	struct sim_plan plan;
	tick_t answered_at;
	/* The phone's session description. */
	unsigned sdp_version, port;
	enum sim_reinvite media;		/* HOLD, INACTIVE, OLD_HOLD, RESUME */
	bool held;				/* by the gateway */
	bool bad_codec, no_offer;		/* of the last re-INVITE */
	unsigned nr_reinvites, reinvite_status; /* of the last one, 0: none yet */
};

#define SIM_PHONE_CALLS 64

struct sim_phone {
	struct world *w;
	struct addr addr;
	struct sip_stack *sip;
	struct sim_plan plan; /* for incoming calls */
	struct sim_call call[SIM_PHONE_CALLS];
	unsigned nr_incoming;
};

/* NULL: no room for a call. `plan` NULL: the default. */
struct sim_call *phone_call(struct sim_phone *p, const char *number, const struct sim_plan *plan);
/* With a Request-URI, To and From of its own, and one more header; NULL: as phone_call has them. */
struct sim_dial {
	const char *uri, *to, *from;
	const char *header, *value;
};
struct sim_call *phone_dial(struct sim_phone *p, const struct sim_dial *d,
			    const struct sim_plan *plan);
void phone_hangup(struct sim_call *c);
/* TG_ESTATE: there is one under way already. */
int phone_reinvite(struct sim_call *c, enum sim_reinvite kind);
/* An INFO with more digits. */
void phone_digits(struct sim_call *c, const char *digits);
/* An UPDATE with this behind its description. */
void phone_update(struct sim_call *c, const char *qos);
/* An incoming call: a 18x, with its description or without; 200. */
void phone_progress(struct sim_call *c, unsigned status, bool sdp);
void phone_answer(struct sim_call *c);
/* An INFO with any body. */
void phone_info(struct sim_call *c, const struct sip_body *body);
/* A transfer to this name-addr. */
void phone_refer(struct sim_call *c, const char *to);
void phone_hangup_all(struct sim_phone *p);
/* The newest incoming call; NULL: none yet. */
struct sim_call *phone_incoming(struct sim_phone *p);

/* For world.c */
struct sim_phone *sim_phone_new(struct world *w, const struct addr *addr, bool isup_bodies);
void sim_phone_rx(struct sim_phone *p, const struct addr *from, struct str octets);
void sim_phone_tick(struct sim_phone *p);
tick_t sim_phone_deadline(const struct sim_phone *p);
void sim_phone_drain(struct sim_phone *p);
/* For phone.c: a datagram into the network. */
void world_send(struct world *w, const struct addr *from, const struct addr *to, struct str octets);

#endif
