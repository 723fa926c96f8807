/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ss7/mtp3: level 3 of a signalling end point (Q.704, Q.707; T1.111.4 and .7 for ANSI): link sets,
 * load sharing by SLS, changeover and changeback, link tests, inhibiting, routes that neighbours
 * allow, restrict and prohibit, restart of ours and of neighbours. No I/O. It has no transfer function: what is for another
 * point code is dropped and counted.
 *
 *	struct mtp3 *t = mtp3_new(mem, &cfg);		(its links and their level 2 are in it)
 *	mtp3_activate(t, now, link, true);
 *	mtp3_tx(t, now, &prim);
 *	mtp3_link_rx(t, now, link, unit);
 *	while (mtp3_next_out(t, &prim)) ...		for the users: TRANSFER PAUSE RESUME STATUS
 *	for each link: while (room && (len = mtp3_link_next_tx(t, now, link, buf))) ...
 *	wake at mtp3_deadline(t);
 *
 * After every input the caller drains both. Octets of an input stay in place until then. The user is
 * taken to believe that all can be reached: the first drain says PAUSE for what cannot.
 *
 * Written without the ITU text: values and transitions are not checked against it.
 */
#ifndef TRUNKGATE_SS7_MTP3_H
#define TRUNKGATE_SS7_MTP3_H

#include "ss7/level2.h"
#include "ss7/mtp.h"

#define MTP3_MAX_LINKSETS 8
#define MTP3_MAX_LINKS	  64
#define MTP3_SET_LINKS	  16 /* links of a set: the SLC has 4 bits */
#define MTP3_MAX_ROUTES	  64
#define MTP3_MAX_DESTS	  128

enum mtp3_variant { MTP3_ITU, MTP3_ANSI, MTP3_CHINA, MTP3_JAPAN };

enum mtp3_timer {	       /* Q.704 16.8, Q.707 5.5 */
		  MTP3_T1,     /* time-controlled changeover */
		  MTP3_T2,     /* COA */
		  MTP3_T4,     /* CBA, first */
		  MTP3_T5,     /* CBA, second */
		  MTP3_T10,    /* RST again */
		  MTP3_T12,    /* LUA */
		  MTP3_T14,    /* LIA */
		  MTP3_T15,    /* congestion heard of, before RCT */
		  MTP3_T16,    /* RCT */
		  MTP3_T17,    /* before a link is started again */
		  MTP3_T18,    /* our restart: links come, neighbours say TRA (ANSI: T22) */
		  MTP3_T19,    /* TRA is not answered again so soon (ANSI: T29) */
		  MTP3_T20,    /* our restart in all (ANSI: T22 and T23) */
		  MTP3_T21,    /* TRA of a neighbour that restarts (ANSI: T25) */
		  MTP3_T26,    /* TRW again (ANSI) */
		  MTP3_T28,    /* does the neighbour restart? (ANSI) */
		  MTP3_SLT_T1, /* SLTA */
		  MTP3_SLT_T2, /* between tests */
		  MTP3_NR_TIMERS
};

struct mtp3_linkset_cfg {
	char name[32];
	uint32_t own_pc; /* 0: that of struct mtp3_cfg */
	uint32_t adjacent_pc;
};

struct mtp3_link_cfg {
	unsigned linkset;
	uint8_t slc;
	bool m2pa;    /* not MTP2; of `mtp2` timers and `ansi` count then */
	bool no_test; /* without SLTM */
	struct mtp2_cfg mtp2;
};

/* Of the routes to a destination the lowest priority number that is available counts; several of
 * one number share the load. A link set's neighbour needs none: it is 0 there. */
struct mtp3_route_cfg {
	uint32_t pc, mask;
	unsigned linkset;
	uint8_t priority; /* 1 to 7 */
};

struct mtp3_cfg {
	enum mtp3_variant variant;
	uint32_t own_pc;
	uint8_t ni;
	uint8_t sls_bits; /* 0: 4, ANSI 5; ANSI may have 8 */
	unsigned nr_linksets, nr_links, nr_routes, nr_dests;
	struct mtp3_linkset_cfg linkset[MTP3_MAX_LINKSETS];
	struct mtp3_link_cfg link[MTP3_MAX_LINKS];
	struct mtp3_route_cfg route[MTP3_MAX_ROUTES];
	uint32_t dest[MTP3_MAX_DESTS]; /* whom the users speak to; neighbours are added */
	uint16_t users; /* service indicators that have a user, a bit each; 0: ISUP */
	uint32_t timer_ms[MTP3_NR_TIMERS]; /* 0: the default */
};

struct mtp3;

/* NULL: out of memory, or a number leads nowhere. */
struct mtp3 *mtp3_new(struct mem *parent, const struct mtp3_cfg *cfg);
void mtp3_free(struct mtp3 *t);

/* From the users. TG_EINVAL: no TRANSFER, too long; TG_ENOENT: no route; TG_ESTATE: none that is
 * available; TG_ELIMIT: the link's queue is full. All but the first are counted. */
int mtp3_tx(struct mtp3 *t, tick_t now, const struct mtp_prim *p);

/* From the operator. */
void mtp3_activate(struct mtp3 *t, tick_t now, unsigned link, bool active);
void mtp3_activate_all(struct mtp3 *t, tick_t now);
void mtp3_inhibit(struct mtp3 *t, tick_t now, unsigned link, bool inhibit);

/* From below, as mtp2_rx, mtp2_rx_repeats, mtp2_rx_errors. */
void mtp3_link_rx(struct mtp3 *t, tick_t now, unsigned link, struct str unit);
void mtp3_link_rx_repeats(struct mtp3 *t, unsigned link, uint32_t nr);
void mtp3_link_rx_errors(struct mtp3 *t, tick_t now, unsigned link, uint32_t nr);
/* M2PA: the association of a link; mtp3_link_rx has its messages whole (m2pa_frame). */
void mtp3_link_up(struct mtp3 *t, tick_t now, unsigned link, bool up);
/* On which of its streams the message of the last mtp3_link_next_tx goes. */
uint16_t mtp3_link_stream(const struct mtp3 *t, unsigned link);
void mtp3_tick(struct mtp3 *t, tick_t now);
tick_t mtp3_deadline(const struct mtp3 *t);

bool mtp3_next_out(struct mtp3 *t, struct mtp_prim *p);
/* Into LEVEL2_MAX_UNIT octets. */
size_t mtp3_link_next_tx(struct mtp3 *t, tick_t now, unsigned link, uint8_t *buf);

/* What the operator sees. ----------------------------------------------------------------------- */
struct mtp3_link_info {
	const char *linkset, *level2, *state; /* of level 2 and of level 3 */
	uint8_t slc;
	bool available, inhibited, remote_inhibited, processor_outage;
	enum mtp2_reason last_reason;
	uint64_t tx_msu, rx_msu, tx_octets, rx_octets;
	uint32_t changeovers, changebacks, slt_failures;
	struct mtp2_stats l2;
};
void mtp3_link_info(const struct mtp3 *t, unsigned link, struct mtp3_link_info *info);

struct mtp3_linkset_info {
	const char *name, *state;
	uint32_t adjacent_pc;
	unsigned links, available;
};
void mtp3_linkset_info(const struct mtp3 *t, unsigned linkset, struct mtp3_linkset_info *info);
bool mtp3_available(const struct mtp3 *t, uint32_t pc);

/* Of our own restart: "RESTART COMPLETE" once users were told. */
const char *mtp3_restart_state(const struct mtp3 *t);

struct mtp3_stats {
	uint64_t tx, rx, no_route, unavailable, full, not_ours, bad_ni, no_user, malformed,
		lost_in_change;
};
void mtp3_stats(const struct mtp3 *t, struct mtp3_stats *out);

#endif
