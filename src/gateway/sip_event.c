/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip_event: events of the SIP stack to the leg that they are for. */
#include "gateway/leg_sip.h"
#include "gateway/presence.h"
#include "gateway/registration.h"
#include "gateway/registry.h"
#include "gateway/transfer.h"

#define ORPHAN_MS 1000

/* What is of no call. */
static bool outside(struct gw *g, const struct sip_event *ev)
{
	switch (ev->type) {
	case SIP_EV_REQUEST:
		(ev->msg->method == SIP_MESSAGE ? gw_message : gw_registry_request)(g, ev);
		return true;
	case SIP_EV_OPTIONS:
		gw_registry_alive(g, ev);
		return true;
	case SIP_EV_RESPONSE:
		gw_registrations_rx(g, ev);
		return true;
	case SIP_EV_SUBSCRIBE:
		gw_presence_subscribe(g, ev);
		return true;
	case SIP_EV_REFRESH:
		gw_presence_refresh(g, ev);
		return true;
	case SIP_EV_UNSUBSCRIBED:
		gw_presence_gone(g, ev);
		return true;
	default:
		return false;
	}
}

void gw_sip_event(struct gw *g, const struct sip_event *ev)
{
	struct gw_leg *leg;

	if (ev->type == SIP_EV_INVITE) {
		gw_sip_in_new(g, ev);
		return;
	}
	if (ev->type == SIP_EV_REFER) {
		gw_transfer_refer(g, ev);
		return;
	}
	if (outside(g, ev))
		return;
	leg = gw_leg_find(g, (uint32_t)(uintptr_t)ev->user);
	if (leg && leg->side == GW_SIDE_SIP)
		gw_sip_leg_of(leg)->rx(gw_sip_leg_of(leg), ev);
}

void gw_sip_orphan(struct gw *g, sip_call_id id, unsigned status)
{
	if (g->nr_orphans == GW_ORPHANS) {
		log_error(LOG_GATEWAY, NULL, "SIP call %u cannot be refused", id);
		return;
	}
	g->orphan[g->nr_orphans++] = (struct gw_orphan){ id, status };
	timerq_arm(&g->timers, &g->orphan_timer, tick_add_ms(g->now, ORPHAN_MS));
}

void gw_sip_orphans(struct gw *g)
{
	unsigned nr = g->nr_orphans;

	g->nr_orphans = 0;
	for (unsigned i = 0; i < nr; i++) {
		struct gw_orphan o = g->orphan[i];
		int err = sip_call_reject(g->sip, g->now, o.id, o.status, NULL);
		if (err == TG_ENOMEM || err == TG_ELIMIT)
			gw_sip_orphan(g, o.id, o.status);
	}
}
