/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * join: hands one leg what the other said. It knows the two planes, and nothing of what carries
 * them: any leg joins any leg.
 */
#include "gateway/core.h"
#include "gateway/redirect.h"
#include "gateway/transfer.h"
#include "interwork/progress.h"
#include "interwork/release.h"

static void set_state(struct gw_call *call, enum gw_call_state state)
{
	if (call->rec->info.state < state)
		call->rec->info.state = state;
}

/* A trunk's caller hears our ringing until packets come; a SIP caller until the trunk announces a sound
 * (RFC 3398 8.2.3, Q.764 2.1.4). Between two trunks the exchanges see to it. */
static void ring(struct gw_call *call, const struct isup_msg *m)
{
	const struct gw_leg *caller = call->leg[0];
	bool by_trunk = caller->side == GW_SIDE_SIP;
	enum dsp_ringback_kind was = call->path.ring;

	if (m->type == ISUP_ANM || m->type == ISUP_CON || (by_trunk && iw_progress_in_band(m)))
		call->path.ring = DSP_RINGBACK_NONE;
	else if (iw_progress_alerting(m) && caller->side != call->leg[1]->side)
		call->path.ring = caller->ringback;
	if (call->path.ring != was)
		gw_path_changed(call);
}

/* What the operator sees of a backward message. */
static void watch(struct gw_call *call, const struct isup_msg *m)
{
	ring(call, m);
	gw_treatment_watch(call, m);
	if (iw_progress_alerting(m))
		set_state(call, GW_CALL_ALERTING);
	if (m->type != ISUP_ANM && m->type != ISUP_CON)
		return;
	set_state(call, GW_CALL_ANSWERED);
	if (tick_is_never(call->rec->info.answered))
		call->rec->info.answered = call->gw->now;
}

/* The first REL ends the call: its cause counts, and the speech path goes. */
static void released(struct gw_call *call, enum gw_side by, const struct isup_msg *rel)
{
	struct gw_call_info *info = &call->rec->info;
	struct isup_cause c;

	if (call->path.released)
		return;
	call->path.released = true;
	gw_path_changed(call);
	set_state(call, GW_CALL_ENDING);
	info->ended_by = by;
	if (isup_get_cause(rel, &c) < 0)
		return;
	info->cause = c.value;
	info->location = c.location;
	iw_diagnostic_print(&c, info->diagnostics);
}

void gw_join_release(struct gw_call *call, const struct isup_msg *rel)
{
	released(call, GW_SIDE_NONE, rel);
	gw_transfer_abort(call, rel);
	for (int i = 0; i < 2; i++)
		if (call->leg[i] && !call->leg[i]->over)
			call->leg[i]->ops->call_tx(call->leg[i], rel);
}

static struct gw_leg *other_leg(const struct gw_leg *l)
{
	struct gw_leg *other = l->call->leg[!l->at];

	return other && !other->over ? other : NULL;
}

/* Who is called has failed: is another one tried? A new 3xx comes before other routes, and these before
 * what is left of an old one. */
static bool advances(struct gw_call *call, const struct isup_msg *rel)
{
	struct isup_cause c;

	if (call->redirects && call->redirects->fresh && gw_call_redirect(call))
		return true;
	return gw_call_try_plain(call) ||
	       (isup_get_cause(rel, &c) == 0 && gw_call_advance(call, c.value)) ||
	       gw_call_redirect(call);
}

static void rx_call(struct gw_plane *p)
{
	struct gw_call *call = p->from->call;
	struct gw_leg *other = other_leg(p->from);

	if (p->from != call->leg[p->from->at])
		return; /* it has been tried, and another route is */
	if (p->call.type == ISUP_IAM) {
		if (!call->path.released && !gw_overlap_begins(call, &p->call))
			gw_call_route(call, &p->call);
		return;
	}
	if (p->call.type == ISUP_REL && p->from->at == 1 &&
	    (advances(call, &p->call) || gw_treatment_of_rel(call, &p->call)))
		return;
	call->backward |= p->from->at == 1;
	if (p->from->at == 1)
		gw_call_addressed(call, &p->call);
	if (other)
		iw_renumber(&p->call, &p->from->plan, &other->plan, p->from->side == GW_SIDE_SIP);
	if (p->call.type == ISUP_REL)
		released(call, p->local ? GW_SIDE_NONE : p->from->side, &p->call);
	else if (p->from->at == 1)
		watch(call, &p->call);
	else if (gw_overlap_takes(call, &p->call) || gw_call_resume(call, &p->call))
		return;
	if (other)
		other->ops->call_tx(other, &p->call);
}

static void through(struct gw_path *path, enum gw_through t)
{
	if (path->through < t)
		path->through = t;
}

/* MODIFY and REBIND go no further: a timeslot can do neither, and the media side does it here. */
static void rx_media(struct gw_plane *p)
{
	struct gw_call *call = p->from->call;
	struct gw_leg *other = other_leg(p->from);

	if (p->from != call->leg[p->from->at])
		return;
	switch (p->media.type) {
	case GW_MEDIA_REJECT:
		gw_call_release(call, IW_CAUSE_BEARER_NOT_IMPLEMENTED,
				"these two legs cannot be joined");
		return;
	case GW_MEDIA_THROUGH:
		through(&call->path, p->media.through);
		break;
	case GW_MEDIA_OFFER:
	case GW_MEDIA_ANSWER:
		call->path.end[p->from->at] = p->media.end;
		if (other)
			other->ops->media_tx(other, &p->media);
		break;
	case GW_MEDIA_MODIFY:
	case GW_MEDIA_REBIND:
		call->path.end[p->from->at] = p->media.end;
		break;
	}
	gw_path_changed(call);
}

/* A leg is over; the other one cannot be left alone, but with a tone. */
static void rx_over(struct gw_plane *p)
{
	struct gw_call *call = p->from->call;

	if (!call->path.released && p->from == call->leg[p->from->at] &&
	    !(call->toned && p->from->at == 1))
		gw_call_release(call, IW_CAUSE_TEMPORARY_FAILURE, "a leg is gone");
	gw_call_check_over(call);
}

void gw_join_rx(struct gw_plane *p)
{
	if (gw_transfer_takes(p))
		return;
	switch (p->type) {
	case GW_PLANE_CALL:
		rx_call(p);
		break;
	case GW_PLANE_MEDIA:
		rx_media(p);
		break;
	case GW_PLANE_OVER:
		rx_over(p);
		break;
	}
}
