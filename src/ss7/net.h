/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ss7/net: the signalling network as an MTP user sees it: its own point codes, routes to others
 * (Q.704 clause 2, RFC 4666 4.5.2.2) and what they lead over: M3UA application servers, which live
 * in here, and carriers, which are MTPs of their own elsewhere (an MTP3 with its link sets, the MTP
 * within the process) and are fed by whoever owns both. A user's PAUSE and RESUME come from the
 * state of all routes of a destination: PAUSE when the last is lost, RESUME with the first.
 *
 *	struct ss7_net *n = ss7_net_new(mem, &cfg);
 *	ss7_net_tx(n, now, &prim);			what the user sends
 *	ss7_net_carrier_rx(n, now, carrier, &prim);	what a carrier gives
 *	used = ss7_net_assoc_rx(n, now, asp, stream, octets);	(again until all is used)
 *	while (ss7_net_next_out(n, &out))
 *		switch (out.type) ...
 *	wake at ss7_net_deadline(n);
 *
 * After every input the caller drains ss7_net_next_out to empty; the octets of an input stay in
 * place until then. Views in an output are valid until the next call of ss7_net_next_out.
 */
#ifndef TRUNKGATE_SS7_NET_H
#define TRUNKGATE_SS7_NET_H

#include "ss7/m3ua.h"
#include "ss7/mtp.h"

#define SS7_NET_MAX_ROUTES   256
#define SS7_NET_MAX_DESTS    128
#define SS7_NET_MAX_OWN	     32
#define SS7_NET_MAX_CARRIERS 8

/* What lies behind a route: application server n of cfg.m3ua, or carrier n. */
enum ss7_via { SS7_VIA_AS, SS7_VIA_CARRIER };

/* For destinations with (pc & mask) == (this pc & mask). Of those that match, the most specific
 * mask counts, then the lowest priority number that is available. */
struct ss7_route_cfg {
	uint32_t pc, mask;
	uint8_t priority; /* 1 (first choice) to 7 */
	enum ss7_via via;
	unsigned number;
};

struct ss7_net_cfg {
	unsigned nr_own;
	uint32_t own[SS7_NET_MAX_OWN]; /* our point codes */
	unsigned nr_dests;
	uint32_t dest[SS7_NET_MAX_DESTS]; /* whom users want to hear of: PAUSE and RESUME */
	unsigned nr_routes;
	struct ss7_route_cfg route[SS7_NET_MAX_ROUTES];
	unsigned nr_carriers;
	uint8_t pc_bits; /* 14, 16 or 24: how a mask of RFC 4666 3.4.1 counts; 0: 14 */
	struct m3ua_cfg m3ua;
};

struct ss7_net;

/* NULL: out of memory, or a number in the configuration leads nowhere. The user is taken to
 * believe that each destination can be reached: the first drain says PAUSE for those that cannot
 * (all behind an AS; none behind a carrier: that says so itself). */
struct ss7_net *ss7_net_new(struct mem *parent, const struct ss7_net_cfg *cfg);
void ss7_net_free(struct ss7_net *n);

/* Inputs. --------------------------------------------------------------------------------------- */
void ss7_net_start(struct ss7_net *n, tick_t now); /* clients connect */
/* MTP-TRANSFER request. TG_EINVAL: no TRANSFER, too long; and counted as lost: TG_ENOENT: no route
 * to the DPC, TG_ESTATE: none that is available, TG_ELIMIT: no room. */
int ss7_net_tx(struct ss7_net *n, tick_t now, const struct mtp_prim *p);
/* TRANSFER for one of our point codes; PAUSE, RESUME and STATUS about a destination over this
 * carrier. */
int ss7_net_carrier_rx(struct ss7_net *n, tick_t now, unsigned carrier, const struct mtp_prim *p);
/* As m3ua_rx, m3ua_up, m3ua_down. */
size_t ss7_net_assoc_rx(struct ss7_net *n, tick_t now, unsigned asp, uint16_t stream,
			struct str octets);
void ss7_net_assoc_up(struct ss7_net *n, tick_t now, unsigned asp, uint16_t nr_streams);
void ss7_net_assoc_down(struct ss7_net *n, tick_t now, unsigned asp, const char *why);
void ss7_net_tick(struct ss7_net *n, tick_t now);
tick_t ss7_net_deadline(const struct ss7_net *n);

/* Outputs. -------------------------------------------------------------------------------------- */
enum ss7_net_out_type {
	SS7_NET_OUT_USER,    /* prim for the MTP user */
	SS7_NET_OUT_CARRIER, /* prim (TRANSFER) for carrier `number` */
	SS7_NET_OUT_SEND,    /* octets for association (ASP) `number`, on `stream` */
	SS7_NET_OUT_OPEN,    /* connect association `number` */
	SS7_NET_OUT_CLOSE,   /* and close it */
};

struct ss7_net_out {
	enum ss7_net_out_type type;
	unsigned number;
	uint16_t stream;
	struct str octets;
	struct mtp_prim prim;
};

bool ss7_net_next_out(struct ss7_net *n, struct ss7_net_out *out);

/* What the operator sees. ----------------------------------------------------------------------- */
struct m3ua *ss7_net_m3ua(struct ss7_net *n);
bool ss7_net_available(const struct ss7_net *n, uint32_t dpc);
enum ss7_route_state { SS7_ROUTE_UNAVAILABLE, SS7_ROUTE_RESTRICTED, SS7_ROUTE_AVAILABLE };
/* Route `i` of the configuration as far as destination `dpc` goes; false at the end. */
bool ss7_net_route(const struct ss7_net *n, unsigned i, uint32_t dpc, struct ss7_route_cfg *r,
		   enum ss7_route_state *state);

struct ss7_net_stats {
	uint64_t tx, rx, no_route, unavailable, not_ours, no_user;
};
void ss7_net_stats(const struct ss7_net *n, struct ss7_net_stats *out);

#endif
