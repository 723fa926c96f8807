/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * advance: when a route has failed before anything came back on it, the next one for the same numbers
 * is tried, if the cause is in the operator's list. A cause that says something about the user or his
 * number never is (iw_cause_may_advance). The leg that failed ends by itself; what it says is nobody's.
 */
#include "gateway/leg_sip.h"
#include "interwork/release.h"

void gw_call_forget_leg(struct gw_call *call)
{
	if (call->leg[1])
		call->tried[call->nr_tried++] = call->leg[1];
	call->leg[1] = NULL;
	call->path.end[1] = (struct gw_end){ 0 };
	call->path.through = GW_THROUGH_NONE;
	call->path.ring = DSP_RINGBACK_NONE;
}

bool gw_call_advance(struct gw_call *call, uint8_t cause)
{
	struct gw_log_at at = { call->gw->now, GW_LOG_NOTE, 1, false };
	const struct gw_route_cfg *next;

	if (!call->routed || call->backward || call->path.released ||
	    call->nr_tried == GW_MAX_CHOICES || !iw_cause_in(&call->gw->cfg->advance, cause))
		return false;
	next = gw_route_next(call->gw->cfg, &call->route);
	if (!next)
		return false;
	gw_log(call->rec, at, STR("next route"), "cause %u %s from %s", cause,
	       isup_cause_name(cause), call->route.to_name);
	gw_call_forget_leg(call);
	call->stripped = false;
	gw_call_take_route(call, next);
	return true;
}

/* RFC 3372 6, case 2: the peer does not know ISUP in bodies, and it was only preferred. */
bool gw_call_strip(struct gw_call *call)
{
	struct gw_log_at at = { call->gw->now, GW_LOG_NOTE, 1, false };
	const struct gw_route_cfg route = call->route;
	const struct iw_profile *p;

	if (!call->routed || call->stripped || call->backward || call->path.released ||
	    call->nr_tried == GW_MAX_CHOICES || call->leg[1]->side != GW_SIDE_SIP ||
	    call->rec->info.sip_status != 415)
		return false;
	p = &gw_sip_leg_of(call->leg[1])->profile;
	if (!iw_profile_rule(p, IW_RULE_ENCAPSULATION) ||
	    iw_profile_rule(p, IW_RULE_ISUP_HANDLING) != IW_HANDLING_PREFERRED)
		return false;
	gw_log(call->rec, at, STR("again"), "without ISUP in bodies (RFC 3372 6)");
	call->stripped = true;
	gw_call_forget_leg(call);
	gw_call_take_route(call, &route);
	return true;
}
