/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * advance: when a route has failed before anything came back on it, the next one for the same numbers
 * is tried, if the cause is in the operator's list. A cause that says something about the user or his
 * number never is (iw_cause_may_advance). The leg that failed ends by itself; what it says is nobody's.
 */
#include "gateway/leg_sip.h"
#include "interwork/release.h"
#include "isup/params.h"

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
	call->stripped = call->qos_refused = false;
	call->again = (struct sip_identity_of_call){ 0 };
	gw_call_take_route(call, next);
	return true;
}

/* RFC 3372 6, case 2: the peer does not know ISUP in bodies, and it was only preferred. */
static bool refused_isup(const struct gw_call *call, const struct gw_sip_leg *l)
{
	return !call->stripped && call->rec->info.sip_status == 415 && gw_sip_isup_is_preferred(l);
}

/* COT came while the peer was asked: nothing is to be waited for. */
static void take_cot(struct gw_call *call, const struct gw_sip_leg *l)
{
	struct isup_nci nci;

	if (!l->cot_came || isup_get_nci(&call->iam, &nci) < 0)
		return;
	nci.continuity = 0;
	isup_put_nci(&call->iam, &nci);
}

bool gw_call_try_plain(struct gw_call *call)
{
	struct gw_log_at at = { call->gw->now, GW_LOG_NOTE, 1, false };
	const struct gw_route_cfg route = call->route;
	struct gw_sip_leg *l;
	bool isup;

	if (!call->routed || call->backward || call->path.released ||
	    call->nr_tried == GW_MAX_CHOICES || call->leg[1]->side != GW_SIDE_SIP)
		return false;
	l = gw_sip_leg_of(call->leg[1]);
	isup = refused_isup(call, l);
	if (l->grow || (!isup && !l->qos_refused)) /* growing: the IAM has not all digits */
		return false;
	gw_log(call->rec, at, STR("again"), "without %s",
	       isup ? "ISUP in bodies (RFC 3372 6)" : "preconditions (RFC 3261 8.1.3.5)");
	call->stripped |= isup;
	call->qos_refused |= l->qos_refused;
	call->again = l->identity;
	take_cot(call, l);
	gw_call_forget_leg(call);
	gw_call_take_route(call, &route);
	return true;
}
