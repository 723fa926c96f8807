/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/core: the gateway's inside, for the files of this folder. It owns the stacks below it,
 * the trunks, the channels, the calls and their history. `now` is the time of the input that is
 * being dealt with.
 */
#ifndef TRUNKGATE_GATEWAY_CORE_H
#define TRUNKGATE_GATEWAY_CORE_H

#include "base/htab.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/timerq.h"
#include "gateway/call.h"
#include "gateway/channel.h"
#include "gateway/inside.h"
#include "gateway/objects.h"
#include "gateway/route.h"
#include "gateway/trunk.h"
#include "interwork/number.h"

/* What one input can make legs say before it is delivered; see gw_leg_post. */
#define GW_QUEUE 32

enum gw_plane_type { GW_PLANE_CALL, GW_PLANE_MEDIA, GW_PLANE_OVER };

struct gw_plane {
	enum gw_plane_type type;
	struct gw_leg *from;
	bool local; /* a REL of our own, nobody sent it */
	struct isup_msg call;
	struct gw_media media;
};

enum gw_timer {
	GW_TM_LEG,
	GW_TM_RENEW,
	GW_TM_OVERLAP,
	GW_TM_TREATMENT,
	GW_TM_START,
	GW_TM_ORPHANS,
	GW_TM_PEERS,
	GW_TM_REGISTER,
	GW_TM_PRESENCE
};

#define GW_ORPHANS 64

/* A peer as far as it is known whether it is there: registry.c. */
struct gw_peer_watch {
	char name[GW_NAME_MAX];
	char host[GW_DOMAIN_MAX];
	struct addr addr;
	struct addr asked_at; /* of a host name: the server that was found last */
	tick_t look_up_at;    /* the same: when all of its servers are looked up again */
	enum gw_peer_state state;
	bool asked; /* an answer is awaited */
	tick_t at;  /* when it is to be asked again */
	tick_t since;
	unsigned status;
};

/* One that leaves may need its place for a while beside the one that follows it. */
#define GW_MAX_REGISTRATIONS (2 * GW_MAX_PEERS)

/* registration.c */
struct gw_registration {
	struct sip_registration *reg; /* NULL: the place is free */
	struct gw_peer_cfg peer;      /* as it was asked for */
	bool leaving;
	bool due; /* it is to be started or stopped at `at` */
	tick_t at;
	bool was_up; /* for the log */
	unsigned was_status;
};

#define GW_MAX_WATCHERS 64

/* presence.c */
struct gw_watcher {
	sip_subscription_id id;
	struct gw_trunk *trunk; /* NULL: the place is free */
	bool open;		/* as it has been told */
	struct addr from;
	tick_t since;
};

struct gw {
	struct mem *mem;
	struct gw_config *cfg;
	struct rng rng;
	tick_t now;
	char product[64];
	char host[ADDR_TEXT_MAX]; /* in URIs that point here */
	struct sip_stack *sip;
	struct sip_classify *inbox;
	struct gw_trunk *trunk;
	unsigned nr_trunks;
	struct gw_channels channels;
	struct gw_inside inside;
	struct gw_objects objects;
	char fingerprint[GW_FINGERPRINT_MAX]; /* ours; "": no DTLS */
	struct iw_numbering numbering;
	struct timerq timers;
	struct timer start_timer;
	unsigned start_trunk, start_circuit; /* the next to be reset after the start */
	struct list work;		     /* circuits with something to be done */
	struct list checks;		     /* circuits of which the media side is to be told */
	bool span_up[GW_MAX_SPANS];
	bool span_overloaded[GW_MAX_SPANS]; /* by the media side */
	uint64_t media_refused;		    /* calls, because of that */
	struct ids *legs;
	struct htab by_call_id; /* SIP legs */
	struct gw_plane queue[GW_QUEUE];
	unsigned queue_head, queue_len;
	struct list calls, media_due, over, clear;
	uint32_t nr_calls, max_calls; /* max_calls: at the start; memory is for these */
	struct list history;	      /* newest first */
	uint32_t nr_history;
	uint32_t last_nr, last_path;
	/* SIP calls without a leg that could not be refused for lack of memory: tried again */
	struct gw_orphan {
		sip_call_id id;
		unsigned status;
	} orphan[GW_ORPHANS];
	unsigned nr_orphans;
	struct timer orphan_timer;
	tick_t due; /* timers up to here run while the outputs are drained */
	bool started, refusing;
	struct sip_registrar *registrar;
	struct gw_peer_watch watch[GW_MAX_PEERS]; /* as cfg->peer */
	unsigned nr_watches;
	uint32_t watch_round; /* configurations so far: an answer may come after the next one */
	struct timer peer_timer;
	struct addr sip_local[SIP_NR_TRANSPORTS]; /* what Contact shows */
	struct gw_registration *registration;	  /* GW_MAX_REGISTRATIONS */
	struct timer registration_timer;
	struct gw_watcher *watcher; /* GW_MAX_WATCHERS */
	tick_t messages_since;	    /* the second that messages_said were said in */
	unsigned messages_said, messages_unsaid;
	unsigned nr_watchers;
	struct timer presence_timer;
};

/* circuit.c */
int gw_trunks_init(struct gw *g);
void gw_start_some(struct gw *g);   /* the next circuits get their RSC */
bool gw_circuit_work(struct gw *g); /* one thing that is to be done; false: none */
/* An RSC, also when there is a call, as soon as the outputs are drained. */
void gw_circuit_reset_later(struct gw *g, struct gw_circuit *c);
struct gw_trunk *gw_trunk_find(struct gw *g, const char *name);
/* Which trunk a message between these points with this CIC is for; NULL: none. */
struct gw_trunk *gw_trunk_of(struct gw *g, uint32_t opc, uint32_t dpc, uint16_t cic);

/* overload.c: of the media side. On all spans? Did a hunt in this trunk fail because of it (counted)? */
bool gw_overload_everywhere(struct gw *g);
bool gw_overload_takes(struct gw *g, const struct gw_trunk *t);

/* continuity.c: what ISUP asks for, the next command for the media side, its report. */
void gw_check_ask(struct gw *g, struct gw_circuit *c, enum isup_check what);
bool gw_check_next(struct gw *g, struct ring_rec *rec);
void gw_check_report(struct gw *g, const struct ring_rec *rec);
/* An IAM that announces COT: the call is kept until it comes; true: it did, and the call goes on. */
bool gw_call_awaits_cot(const struct isup_msg *iam);
int gw_call_hold(struct gw_call *call, const struct isup_msg *iam);
bool gw_call_resume(struct gw_call *call, const struct isup_msg *m);

/* treatment.c. What is said back; has this refusal become a tone? (Then the call goes on.) */
void gw_treatment_watch(struct gw_call *call, const struct isup_msg *m);
bool gw_treatment_of_rel(struct gw_call *call, const struct isup_msg *rel);
void gw_treatment_timer(struct timer *t);

/* overlap.c. Does this IAM wait for more digits? Are these for it? */
bool gw_overlap_begins(struct gw_call *call, const struct isup_msg *iam);
bool gw_overlap_takes(struct gw_call *call, const struct isup_msg *m);
void gw_overlap_timer(struct timer *t);
/* An INVITE with more digits for a call that is there; false: it is a new call. */
bool gw_overlap_invite(struct gw *g, const struct sip_event *ev);

/* sip_event.c, sip_log.c, leg_sip_out.c */
void gw_sip_renew_timer(struct timer *t);
void gw_sip_event(struct gw *g, const struct sip_event *ev);
void gw_sip_orphan(struct gw *g, sip_call_id id, unsigned status);
void gw_sip_orphans(struct gw *g); /* their timer */
void gw_sip_log_rx(struct gw *g);  /* what the last input of the stack was */
void gw_sip_log_tx(struct gw *g, const struct sip_out *out);
/* Either one is the leg call->next_at. `contact`: the Request-URI of a registered phone; NULL: the number at the peer. */
int gw_sip_leg_out_new(struct gw_call *call, const struct gw_peer_cfg *peer, const char *contact);

/* leg_isup.c, isup_log.c, leg_isup_out.c */
void gw_isup_event(struct gw *g, const struct isup_out *out);
void gw_isup_log_rx(struct gw *g, struct gw_trunk *t, struct str sif);
void gw_isup_log_tx(struct gw *g, const struct isup_out *out);
void gw_isup_log_msg(struct gw_circuit *c, const struct isup_msg *m, bool out);
int gw_isup_leg_out_new(struct gw_call *call, struct gw_trunk *t);
/* The span of the circuit is gone: what waits for the circuit waits no longer. */
void gw_isup_circuit_gone(struct gw_circuit *c);

#endif
