/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/registration: peers at which the gateway itself is registered (RFC 3261 10.2), so that calls
 * to its name come here: one <trunkgate/sip/registration.h> for each `register` of the configuration.
 * What a new configuration no longer has is taken away at the registrar first. It is the gateway's, and
 * one timer (GW_TM_REGISTER) is for all.
 *
 *	gw_registrations_swap(g);		(a new configuration)
 *	if (gw_registrations_rx(g, ev)) ...	(SIP_EV_RESPONSE: it was for one of these)
 *	gw_registrations_tick(g);		(GW_TM_REGISTER)
 */
#ifndef TRUNKGATE_GATEWAY_REGISTRATION_H
#define TRUNKGATE_GATEWAY_REGISTRATION_H

#include <trunkgate/sip/registration.h>

#include "gateway/core.h"

int gw_registrations_swap(struct gw *g);
void gw_registrations_tick(struct gw *g);
bool gw_registrations_rx(struct gw *g, const struct sip_event *ev);
/* Takes all away at their registrars. */
void gw_registrations_stop(struct gw *g);
/* The Service-Route of the peer's registration (RFC 3608), at most `max` values. */
unsigned gw_registrations_route(const struct gw *g, const char *peer, struct str *route,
				unsigned max);

#endif
