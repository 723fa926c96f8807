/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/route: which way a called number goes. Numbers are texts: "+49301234", "100". A prefix
 * with a '+' matches international numbers only, one without only the others; "" matches all.
 *
 *	const struct gw_route_cfg *r = gw_route_find(cfg, GW_SIDE_SIP, "", "+49301234");
 *	char out[GW_NUMBER_TEXT_MAX];
 *	if (!r || gw_route_apply(r, "+49301234", out) < 0) ... cause 3
 */
#ifndef TRUNKGATE_GATEWAY_ROUTE_H
#define TRUNKGATE_GATEWAY_ROUTE_H

#include "gateway/config.h"

#define GW_NUMBER_TEXT_MAX (GW_DIGITS_MAX + 2) /* '+', digits, NUL */

/* The longest prefix wins; of equal ones that of this trunk (`name`), then the first that is for this
 * side. NULL: none. */
const struct gw_route_cfg *gw_route_find(const struct gw_config *c, enum gw_side from,
					 const char *name, const char *number);
/* The next choice for the same numbers; NULL: none. */
const struct gw_route_cfg *gw_route_next(const struct gw_config *c, const struct gw_route_cfg *r);
/* Strips and prepends. A '+' goes when digits are stripped or put before it; one may be prepended.
 * TG_ETRUNC: no digit is left; TG_ELIMIT: more than GW_DIGITS_MAX. */
int gw_route_apply(const struct gw_route_cfg *r, const char *number, char *out);

/* The peer with this address and port, else the first with this address; NULL: none. */
const struct gw_peer_cfg *gw_peer_find(const struct gw_config *c, const struct addr *from);
const struct gw_peer_cfg *gw_peer_find_name(const struct gw_config *c, const char *name);

/* The prefix as the configuration language writes it: "any" for the empty one. */
static inline const char *gw_route_name(const struct gw_route_cfg *r)
{
	return r->prefix[0] ? r->prefix : "any";
}

#endif
