/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/registry: the phones that have registered here (RFC 3261 10.3) and the peers that are
 * asked whether they are there (11). A call from a trunk to a number that is a user's name goes to
 * where that user has registered last, before any route.
 *
 *	struct gw_peer_cfg peer;
 *	char contact[SIP_REGISTRAR_URI_MAX + 1];
 *	if (gw_registry_find(g, "201", &peer, contact)) ... a leg to `peer` with that Request-URI
 */
#ifndef TRUNKGATE_GATEWAY_REGISTRY_H
#define TRUNKGATE_GATEWAY_REGISTRY_H

#include <trunkgate/sip/registrar.h>
#include "gateway/core.h"

int gw_registry_init(struct gw *g);
/* The users and peers of g->cfg from now on: who was there before keeps what is known of him. */
int gw_registry_swap(struct gw *g);

/* SIP_EV_REQUEST and SIP_EV_OPTIONS. */
void gw_registry_request(struct gw *g, const struct sip_event *ev);
void gw_registry_alive(struct gw *g, const struct sip_event *ev);
/* Who is asked next; its timer is GW_TM_PEERS. */
void gw_registry_ask(struct gw *g);

/* The number with or without its '+'. `peer`: as those that are no peer, with the phone's address
 * and the user's name. */
bool gw_registry_find(const struct gw *g, const char *number, struct gw_peer_cfg *peer,
		      char *contact);
/* Has somebody registered from here? */
bool gw_registry_knows(const struct gw *g, const struct addr *from);
/* Who a request from here comes from: by address, or among those that a host name leads to; NULL:
 * nobody who is known. */
const struct gw_peer_cfg *gw_registry_peer_of(const struct gw *g, const struct addr *from);
#define GW_NEXT_MAX (GW_DOMAIN_MAX + 32)
/* The URI of a host name: "sip:sip.example.net:5070;transport=tcp"; returns buf, GW_NEXT_MAX octets. */
const char *gw_peer_next(const struct gw_peer_cfg *p, char *buf);
/* False when it is asked and does not answer. */
bool gw_registry_peer_up(const struct gw *g, const struct gw_peer_cfg *peer);

#endif
