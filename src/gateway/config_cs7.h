/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/config_cs7: the signalling network in the configuration (`cs7 instance 0`): ASPs, ASs and
 * routes, by the words that Osmocom's users know, and MTP's link sets. Part of struct gw_config.
 *
 *	struct gw_asp_cfg *a = gw_cs7_asp_add(&c->cs7, "stp-a");	(NULL: no room)
 *	struct ss7_net_cfg *n = MEM_NEW(mem, struct ss7_net_cfg);
 *	gw_cs7_net_cfg(c, n);			what ss7_net_new wants
 */
#ifndef TRUNKGATE_GATEWAY_CONFIG_CS7_H
#define TRUNKGATE_GATEWAY_CONFIG_CS7_H

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>

#include "ss7/mtp3.h"
#include "ss7/net.h"
#include "ss7/point_code.h"

#define GW_CS7_MAX_ASPS	  M3UA_MAX_ASP
#define GW_CS7_MAX_AS	  M3UA_MAX_AS
#define GW_CS7_MAX_ROUTES 128
#define GW_CS7_MAX_ADDRS  4
#define GW_CS7_HEARTBEAT  10  /* seconds */
#define GW_CS7_LOCAL	  0   /* the carrier that is the MTP within the process */
#define GW_CS7_MTP3	  1   /* the carrier that is the link sets */
#define GW_LINK_PATH_MAX  104 /* of a socket (sun_path) */

struct gw_asp_cfg {
	char name[M3UA_NAME_MAX];
	uint16_t remote_port, local_port; /* 0: any */
	bool tcp, server;
	unsigned nr_remote, nr_local;
	struct addr remote[GW_CS7_MAX_ADDRS], local[GW_CS7_MAX_ADDRS]; /* ports unused */
	enum m3ua_role role;
	enum m3ua_exchange exchange;
	bool has_id;
	uint32_t id;
	uint32_t heartbeat_s; /* 0: none */
	uint32_t t_ack_s;
};

struct gw_as_cfg {
	char name[M3UA_NAME_MAX];
	bool has_rc, has_mode, has_na;
	uint32_t rc, dpc; /* of the routing key */
	enum m3ua_traffic mode;
	uint32_t na;
	uint32_t recovery_ms;
	unsigned nr_asps;
	char asp[M3UA_MAX_MEMBERS][M3UA_NAME_MAX];
};

struct gw_link_cfg {
	uint8_t slc; /* signalling link code: the same at both ends */
	bool packet; /* a socket; else a timeslot of a span */
	bool listen; /* packet: the other end connects to us */
	bool at_56k; /* timeslot: seven bits of each octet */
	uint8_t ts;
	unsigned span;
	char path[GW_LINK_PATH_MAX];
	bool m2pa, tcp; /* an association; `listen` as for a packet link */
	struct addr local, remote;
};

/* Links to one neighbour (Q.704 1.3.2). All link sets are of one network: one variant, one network
 * indicator. */
struct gw_linkset_cfg {
	char name[M3UA_NAME_MAX];
	bool has_adjacent;
	uint32_t adjacent_pc;
	uint8_t ni; /* default 2, national */
	enum mtp3_variant variant;
	unsigned nr_links;
	struct gw_link_cfg link[MTP3_SET_LINKS];
};

struct gw_cs7_route_cfg {
	uint32_t pc, mask;
	uint8_t priority;
	char linkset[M3UA_NAME_MAX]; /* a link set, or an AS */
};

struct gw_cs7_cfg {
	bool present;
	bool has_pc;
	uint32_t pc;
	struct ss7_pc_format format;
	unsigned nr_asps, nr_as, nr_routes, nr_linksets;
	struct gw_asp_cfg asp[GW_CS7_MAX_ASPS];
	struct gw_as_cfg as[GW_CS7_MAX_AS];
	struct gw_cs7_route_cfg route[GW_CS7_MAX_ROUTES];
	struct gw_linkset_cfg linkset[MTP3_MAX_LINKSETS];
};

struct gw_config;

void gw_cs7_defaults(struct gw_cs7_cfg *c);
/* Finds or adds by name; NULL: there is no room. */
struct gw_asp_cfg *gw_cs7_asp_add(struct gw_cs7_cfg *c, const char *name);
struct gw_as_cfg *gw_cs7_as_add(struct gw_cs7_cfg *c, const char *name);
/* The number of it, or -1. */
int gw_cs7_asp_find(const struct gw_cs7_cfg *c, const char *name);
int gw_cs7_as_find(const struct gw_cs7_cfg *c, const char *name);
int gw_cs7_check(const struct gw_config *c, struct tg_diag *diag);
/* Fills a zeroed one: the trunks' point codes are ours and those we hear of; what is ours and has no
 * route of its own is reached within the process. `lab`: so is this one (0: none). */
void gw_cs7_net_cfg(const struct gw_config *c, uint32_t lab, struct ss7_net_cfg *out);
/* config_linkset.c. Finds or adds; NULL: there is no room. */
struct gw_linkset_cfg *gw_linkset_add(struct gw_cs7_cfg *c, const char *name);
struct gw_link_cfg *gw_link_add(struct gw_linkset_cfg *s, uint8_t slc);
/* The number of it, or -1. */
int gw_linkset_find(const struct gw_cs7_cfg *c, const char *name);
int gw_linkset_check(const struct gw_config *c, struct tg_diag *diag);
/* Link `n` of all link sets, as MTP3 counts them; NULL: there is none. */
const struct gw_link_cfg *gw_link(const struct gw_cs7_cfg *c, unsigned n);
/* Its number, as MTP3 counts; -1: there is none. */
int gw_link_find(const struct gw_cs7_cfg *c, const char *linkset, unsigned slc);
/* Fills a zeroed one. */
void gw_cs7_mtp3_cfg(const struct gw_config *c, struct mtp3_cfg *out);
/* A point code as the configuration writes it: plain without `cs7`. */
char *gw_pc_print(const struct gw_config *c, uint32_t pc, char *buf);

#endif
