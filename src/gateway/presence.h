/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/presence: who wants to know whether a trunk takes calls (RFC 3856, RFC 3863): a SUBSCRIBE with
 * Event: presence to sip:trunk-NAME@gateway is told "open" or "closed", now and at each change. Closed is
 * a trunk whose exchange cannot be reached, or whose circuits are all blocked or without their span.
 * While somebody is subscribed it is looked at once a second (GW_TM_PRESENCE).
 *
 *	gw_presence_subscribe(g, ev);		(SIP_EV_SUBSCRIBE)
 *	gw_presence_refresh(g, ev);		(SIP_EV_REFRESH)
 *	gw_presence_gone(g, ev);		(SIP_EV_UNSUBSCRIBED)
 */
#ifndef TRUNKGATE_GATEWAY_PRESENCE_H
#define TRUNKGATE_GATEWAY_PRESENCE_H

#include <trunkgate/sip/subscription.h>

#include "gateway/core.h"

#define GW_PRESENCE_EVENT     "presence"
#define GW_PRESENCE_EXPIRES_S 3600

int gw_presence_init(struct gw *g);
void gw_presence_subscribe(struct gw *g, const struct sip_event *ev);
void gw_presence_refresh(struct gw *g, const struct sip_event *ev);
void gw_presence_gone(struct gw *g, const struct sip_event *ev);
void gw_presence_tick(struct gw *g);
/* MESSAGE (RFC 3428): text goes to the log. */
void gw_message(struct gw *g, const struct sip_event *ev);

#endif
