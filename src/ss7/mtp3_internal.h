/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ss7/mtp3_internal: a link, a link set and a destination of MTP3, their machines, and what these
 * say to each other: as in mtp2_internal.h a machine posts, and posts run in order.
 *
 *	mtp3_post(t, &k->change, CHANGE_FAILED);
 */
#ifndef TRUNKGATE_SS7_MTP3_INTERNAL_H
#define TRUNKGATE_SS7_MTP3_INTERNAL_H

#include <trunkgate/base/timerq.h>

#include "base/fsm.h"
#include "ss7/m2pa.h"
#include "ss7/mtp3.h"

#define MTP3_SLS_MAX 256
#define MTP3_HELD    512 /* messages that wait for a changeover or changeback */
#define MTP3_POSTS   512
#define MTP3_PATTERN 4 /* octets of a link test */
#define MTP3_NO_LINK 0xff

enum { MTP3_SI_SNM = 0, MTP3_SI_TEST = 1, MTP3_SI_TEST_SPECIAL = 2 };

/* Heading codes: H1 << 4 | H0 (Q.704 table 1, Q.707 table 1) */
enum mtp3_heading {
	MTP3_COO = 0x11,
	MTP3_COA = 0x21,
	MTP3_XCO = 0x31,
	MTP3_XCA = 0x41,
	MTP3_CBD = 0x51,
	MTP3_CBA = 0x61,
	MTP3_ECO = 0x12,
	MTP3_ECA = 0x22,
	MTP3_RCT = 0x13,
	MTP3_TFC = 0x23,
	MTP3_TFP = 0x14,
	MTP3_TFR = 0x34,
	MTP3_TFA = 0x54,
	MTP3_RST = 0x15,
	MTP3_RSR = 0x25,
	MTP3_LIN = 0x16,
	MTP3_LUN = 0x26,
	MTP3_LIA = 0x36,
	MTP3_LUA = 0x46,
	MTP3_LID = 0x56,
	MTP3_LFU = 0x66,
	MTP3_LLT = 0x76,
	MTP3_LRT = 0x86,
	MTP3_TRA = 0x17,
	MTP3_TRW = 0x27,
	MTP3_UPU = 0x1a,
	MTP3_SLTM = 0x11,
	MTP3_SLTA = 0x21,
};

/* Activation, restoration and test of a link: Q.704 12.2, Q.707. */
enum act_state {
	ACT_INACTIVE,
	ACT_ALIGNING,
	ACT_TESTING,
	ACT_ACTIVE,
	ACT_ACTIVE_TESTING,
	ACT_WAITING,
	ACT_NR_STATES
};
enum act_event {
	ACT_ACTIVATE,
	ACT_DEACTIVATE,
	ACT_L2_UP,
	ACT_L2_DOWN,
	ACT_SLTA,
	ACT_SLT_T1,
	ACT_SLT_T2,
	ACT_T17,
	ACT_PEER_CHANGES,
	ACT_NR_EVENTS
};

/* Changeover and changeback: Q.704 clauses 5 and 6. */
enum change_state {
	CHANGE_IDLE,
	CHANGE_WAIT_COA,
	CHANGE_TIMED,
	CHANGE_WAIT_CBA,
	CHANGE_WAIT_CBA_AGAIN,
	CHANGE_NR_STATES
};
enum change_event {
	CHANGE_FAILED,
	CHANGE_RESTORED,
	CHANGE_COA, /* or a COO of the peer: it says the same */
	CHANGE_ECA,
	CHANGE_CBA,   /* or that link has changed over */
	CHANGE_AGAIN, /* another link has failed: what was said may have gone over it */
	CHANGE_T1,
	CHANGE_T2,
	CHANGE_T4,
	CHANGE_T5,
	CHANGE_NR_EVENTS
};

/* Inhibiting: Q.704 clause 10. */
enum inhibit_state { INH_NONE, INH_WAIT_LIA, INH_INHIBITED, INH_WAIT_LUA, INH_NR_STATES };
enum inhibit_event {
	INH_INHIBIT,
	INH_UNINHIBIT,
	INH_LIA,
	INH_LID,
	INH_LUA,
	INH_LFU,
	INH_T12,
	INH_T14,
	INH_NR_EVENTS
};

/* A neighbour's restart, and ours as the link set to it sees it: Q.704 clause 9. */
enum set_state { SET_DOWN, SET_OUR_RESTART, SET_WAIT_TRW, SET_WAIT_TRA, SET_UP, SET_NR_STATES };
enum set_event {
	SET_FIRST_LINK,
	SET_NO_LINK,
	SET_TRA,
	SET_TRW,
	SET_T21,
	SET_T28,
	SET_SAY_TRA, /* our restart: T18 is over */
	SET_SAY_TRW, /* T26 */
	SET_RESTARTED,
	SET_NR_EVENTS
};

/* Our own restart: Q.704 9.2, 9.3. */
enum restart_state {
	RESTART_ISOLATED,
	RESTART_GATHERING,
	RESTART_WAITING,
	RESTART_COMPLETE,
	RESTART_NR_STATES
};
enum restart_event {
	RESTART_FIRST_LINK,
	RESTART_NO_LINK,
	RESTART_HEARD, /* or a link set has gone */
	RESTART_T18,
	RESTART_T20,
	RESTART_T26,
	RESTART_NR_EVENTS
};

/* What a neighbour has said since its link set came up. */
enum mtp3_heard { HEARD_NOTHING, HEARD_TRW, HEARD_TRA };

/* Timers that are no link's. */
enum mtp3_kind {
	MTP3_KIND_T10 = MTP3_NR_TIMERS,
	MTP3_KIND_T15,
	MTP3_KIND_T16,
	MTP3_KIND_T18,
	MTP3_KIND_T19,
	MTP3_KIND_T20,
	MTP3_KIND_T21,
	MTP3_KIND_T26,
	MTP3_KIND_T28,
};

enum route_state { ROUTE_ALLOWED, ROUTE_RESTRICTED, ROUTE_PROHIBITED };

struct mtp3_held {
	uint16_t len;
	uint8_t octet[MTP2_MAX_MSU];
};

struct mtp3_link {
	struct mtp3 *t;
	struct mtp3_set *set;
	const struct mtp3_link_cfg *cfg;
	unsigned number;
	struct level2 l2;
	struct mtp2 *mtp2; /* NULL: M2PA */
	struct m2pa *m2pa;
	struct fsm act, change, inhibit;
	struct timer timer[MTP3_NR_TIMERS]; /* those of a link */
	bool in_service, processor_outage, remote_inhibited;
	bool available; /* for users' messages, as the link set knows */
	bool second;	/* the second SLTM, LIN or LUN is out */
	bool recorded;	/* changeover: the FSN that the peer has is known */
	int32_t fsnc;
	uint32_t bsnt; /* what had come over it when it failed last */
	uint16_t cbd;  /* links whose CBA is awaited, a bit for each SLC */
	struct mtp3_held *held;
	unsigned head, nr_held;
	bool holding;
	int insert_at; /* of what is held; -1: at the end */
	enum mtp2_reason reason;
	uint8_t level; /* congestion of its queue */
	uint64_t tx_msu, rx_msu, tx_octets, rx_octets;
	uint32_t changeovers, changebacks, slt_failures;
};

struct mtp3_set {
	struct mtp3 *t;
	const struct mtp3_linkset_cfg *cfg;
	unsigned number;
	uint32_t own_pc;
	struct fsm fsm;
	struct timer t19, t21, t28;
	uint8_t heard; /* enum mtp3_heard */
	unsigned nr_links;
	struct mtp3_link *link[MTP3_SET_LINKS];
	struct mtp3_link *by_sls[MTP3_SLS_MAX]; /* who carries it now; NULL: nobody */
	struct mtp3_link *old[MTP3_SLS_MAX];	/* who did before the last changeback */
};

struct mtp3_dest {
	uint32_t pc;
	bool told_available;
	bool status_due;
	uint8_t level, own_level;	  /* of congestion: TFC's, our links' */
	uint8_t nr_into;		  /* messages of users into the latter */
	uint8_t route[MTP3_MAX_LINKSETS]; /* enum route_state, by link set */
	struct timer t10, t15;		  /* t15: or T16 */
};

struct mtp3_post {
	struct fsm *fsm;
	uint8_t event;
};

struct mtp3 {
	struct mem *mem;
	struct mtp3_cfg cfg;
	tick_t now;
	struct timerq timers;
	struct fsm restart;
	struct timer t18, t20, t26;
	struct mtp3_link link[MTP3_MAX_LINKS];
	struct mtp3_set set[MTP3_MAX_LINKSETS];
	struct mtp3_dest dest[MTP3_MAX_DESTS + MTP3_MAX_LINKSETS];
	unsigned nr_dests;
	struct mtp3_post post[MTP3_POSTS];
	unsigned next_post, nr_posts;
	struct mtp_prim user; /* one at most for each input */
	bool has_user, has_status;
	struct mtp_prim status; /* from UPU */
	bool look;		/* destinations may have changed */
	unsigned looked;
	struct mtp3_stats stats;
};

/* Octets of a message signal unit from the SIO on. */
struct mtp3_msg {
	struct mtp_label label;
	struct str body; /* behind the label */
};

extern const struct fsm_def mtp3_act_def, mtp3_change_def, mtp3_inhibit_def, mtp3_set_def,
	mtp3_restart_def;

uint32_t mtp3_timer_default_ms(enum mtp3_variant variant, enum mtp3_timer timer);
void mtp3_post(struct mtp3 *t, struct fsm *f, uint8_t event);
void mtp3_run(struct mtp3 *t);
void mtp3_arm(struct mtp3_link *k, enum mtp3_timer timer);
void mtp3_cancel(struct mtp3_link *k, enum mtp3_timer timer);

/* mtp3_label.c */
size_t mtp3_label_len(enum mtp3_variant v);
unsigned mtp3_pc_octets(enum mtp3_variant v);
/* SIO, label and body; 0: it does not fit. */
size_t mtp3_enc(const struct mtp3 *t, const struct mtp_label *l, struct str body, uint8_t *buf);
int mtp3_dec(const struct mtp3 *t, struct str octets, struct mtp3_msg *m);
void mtp3_put_pc(const struct mtp3 *t, uint8_t *to, uint32_t pc);
bool mtp3_get_pc(const struct mtp3 *t, struct str body, size_t at, uint32_t *pc);
/* The SLS of a user as it goes out, and back. */
uint8_t mtp3_sls_out(const struct mtp3 *t, uint8_t sls);
uint8_t mtp3_sls_in(const struct mtp3 *t, uint8_t sls);

/* mtp3_route.c */
struct mtp3_dest *mtp3_dest(struct mtp3 *t, uint32_t pc);
int mtp3_send(struct mtp3 *t, uint32_t dpc, uint8_t sls, struct str msu);
/* What a user's message would take; NULL: nothing does. */
struct mtp3_link *mtp3_link_to(struct mtp3 *t, uint32_t dpc, uint8_t sls);
int mtp3_route_msu(struct mtp3 *t, struct str msu);
bool mtp3_reaches(const struct mtp3 *t, uint32_t pc);
/* Its neighbour, over other link sets. */
bool mtp3_reached_otherwise(const struct mtp3_set *without);
void mtp3_route_heard(struct mtp3 *t, struct mtp3_set *from, uint8_t heading, struct str body);
void mtp3_routes_forgotten(struct mtp3_set *s);
void mtp3_t10(struct mtp3 *t, struct mtp3_dest *d);

/* mtp3_congestion.c */
void mtp3_link_congestion(struct mtp3_link *k, uint8_t level);
/* A user's message to `pc` was. */
void mtp3_sent_over(struct mtp3_link *k, uint32_t pc);
/* For STATUS. */
uint8_t mtp3_level(const struct mtp3_dest *d);
/* `body` has the point code and maybe more. */
void mtp3_tfc(struct mtp3 *t, struct mtp3_dest *d, struct str body);
void mtp3_t15(struct mtp3 *t, struct mtp3_dest *d, enum mtp3_kind kind);

/* mtp3_restart.c */
void mtp3_restart_init(struct mtp3 *t);
/* Some link of a set may be available, or none of it any longer. */
void mtp3_set_links(struct mtp3_set *s, bool any);
void mtp3_restart_heard(struct mtp3_set *s, uint8_t heading);
void mtp3_restart_timeout(struct mtp3 *t, struct timer *timer);

/* mtp3_change.c */
void mtp3_change_heard(struct mtp3_set *s, uint8_t heading, uint8_t slc, struct str body);
void mtp3_assign(struct mtp3_set *s);
int mtp3_link_send(struct mtp3_link *k, struct str msu);
/* A link may carry users' messages, or no longer. */
void mtp3_availability(struct mtp3_link *k);
/* Before its level 2 forgets it. */
void mtp3_note_bsnt(struct mtp3_link *k);

/* mtp3_manage.c: signalling network management messages */
void mtp3_snm_rx(struct mtp3_link *from, const struct mtp3_msg *m);
void mtp3_test_rx(struct mtp3_link *from, const struct mtp3_msg *m);
void mtp3_test_tx(struct mtp3_link *k);
/* To the neighbour, over `via` or over whatever leads there. */
int mtp3_snm_tx(struct mtp3_set *s, struct mtp3_link *via, uint8_t heading, uint8_t slc,
		struct str body);
struct mtp3_link *mtp3_find_link(struct mtp3_set *s, uint8_t slc);

#define MTP3_STEP(name) static void do_##name(void *self, int arg, const void *ev)
#define MTP3_DO(step, arg)       \
	{                        \
		do_##step, (arg) \
	}

#endif
