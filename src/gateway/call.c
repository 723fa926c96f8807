/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call: beginning, routing and end of a call. */
#include <stdio.h>

#include "gateway/core.h"
#include "gateway/leg_test.h"
#include "gateway/redirect.h"
#include "gateway/registry.h"
#include "interwork/release.h"

bool gw_call_may_begin(const struct gw *g)
{
	uint32_t max = g->cfg->max_calls < g->max_calls ? g->cfg->max_calls : g->max_calls;

	return !g->refusing && g->nr_calls < max;
}

/* Q.764 2.11: the exchanges are told of our congestion in each REL: from nine calls of ten on, and
 * when there is no place at all. */
static void tell_congestion(struct gw *g)
{
	uint32_t max = g->cfg->max_calls < g->max_calls ? g->cfg->max_calls : g->max_calls;
	unsigned level = max < 10 ? 0 : g->nr_calls >= max ? 2 : g->nr_calls >= max - max / 10;

	for (unsigned i = 0; i < g->nr_trunks; i++)
		isup_congestion(g->trunk[i].isup, level);
}

static void link_call(struct gw *g, struct gw_call *call)
{
	list_init(&call->media_due);
	list_init(&call->over);
	list_init(&call->clear);
	list_add(&g->calls, &call->link);
	g->nr_calls++;
	tell_congestion(g);
}

struct gw_call *gw_call_new(struct gw *g)
{
	struct mem *m = mem_sub(g->mem, "call");
	struct gw_call *call = m ? MEM_NEW(m, struct gw_call) : NULL;

	if (call)
		call->rec = gw_record_new(g->mem, g->last_nr + 1, g->now);
	if (!call || !call->rec) {
		mem_free(m);
		return NULL;
	}
	g->last_nr++;
	call->mem = m;
	call->gw = g;
	call->next_at = 1;
	link_call(g, call);
	return call;
}

void gw_call_free_leg(struct gw_leg *l)
{
	if (!l)
		return;
	gw_leg_cancel(l);
	l->ops->fini(l);
	ids_del(l->gw->legs, l->id);
}

static void free_legs(struct gw_call *call)
{
	timerq_cancel(&call->gw->timers, &call->overlap_timer);
	timerq_cancel(&call->gw->timers, &call->treatment_timer);
	gw_call_free_leg(call->leg[0]);
	gw_call_free_leg(call->leg[1]);
	for (unsigned i = 0; i < call->nr_tried; i++)
		gw_call_free_leg(call->tried[i]);
}

static void unlink_call(struct gw_call *call)
{
	list_del(&call->link);
	list_del(&call->media_due);
	list_del(&call->over);
	list_del(&call->clear);
	call->gw->nr_calls--;
	tell_congestion(call->gw);
}

void gw_call_drop(struct gw_call *call)
{
	gw_path_fini(call);
	free_legs(call);
	unlink_call(call);
	mem_free(call->rec->mem);
	mem_free(call->mem);
}

static void trim_history(struct gw *g)
{
	/* the last one stays: its number has just been told */
	uint32_t max = g->cfg->call_history ? g->cfg->call_history : 1;

	while (g->nr_history > max) {
		struct gw_record *oldest = list_entry(g->history.prev, struct gw_record, link);
		list_del(&oldest->link);
		mem_free(oldest->mem);
		g->nr_history--;
	}
}

uint32_t gw_call_finish(struct gw_call *call)
{
	struct gw *g = call->gw;
	struct gw_record *rec = call->rec;

	gw_path_fini(call);
	free_legs(call);
	unlink_call(call);
	rec->info.state = GW_CALL_ENDED;
	rec->info.ended = g->now;
	list_add(&g->history, &rec->link);
	g->nr_history++;
	trim_history(g);
	mem_free(call->mem);
	return rec->info.nr;
}

void gw_call_check_over(struct gw_call *call)
{
	for (int i = 0; i < 2; i++)
		if (call->leg[i] && !call->leg[i]->over)
			return;
	for (unsigned i = 0; i < call->nr_tried; i++)
		if (!call->tried[i]->over)
			return;
	/* an open path is closed by a command that is on its way */
	if (gw_path_is_closed(&call->path) && !list_linked(&call->over))
		list_add_tail(&call->gw->over, &call->over);
}

void gw_call_release(struct gw_call *call, uint8_t cause, const char *why)
{
	struct gw_log_at at = { call->gw->now, GW_LOG_NOTE, 0, false };
	struct log_subject subj = { .call = call->rec->info.nr };
	struct isup_msg rel;

	gw_log(call->rec, at, STR("released here"), "cause %u %s: %s", cause,
	       isup_cause_name(cause), why);
	log_info(LOG_GATEWAY, &subj, "released here, cause %u: %s", cause, why);
	iw_local_rel(cause, &rel);
	gw_join_release(call, &rel);
}

static bool read_numbers(struct gw_call *call, const struct isup_msg *iam)
{
	const struct iw_numbering *plan = &call->leg[0]->plan;
	struct gw_call_info *info = &call->rec->info;
	char text[IW_NUMBER_TEXT_MAX];
	struct isup_number n;

	if (isup_get_number(iam, ISUP_P_CALLING_NUMBER, &n) == 0)
		str_copyz(info->calling, sizeof(info->calling),
			  str_of(iw_number_text(&n, plan, text)));
	if (isup_get_number(iam, ISUP_P_CALLED_NUMBER, &n) < 0)
		return false;
	iw_number_text(&n, plan, text);
	return str_copyz(info->called, sizeof(info->called), str_of(text)) && text[0];
}

/* The IAM with the number that the route makes of it; unchanged when it is the same. */
static int rewrite(struct gw_call *call, const char *called, struct isup_msg *iam)
{
	struct isup_number old, n;
	int err;

	if (strcmp(called, call->rec->info.called) == 0)
		return 0;
	err = iw_number_of_text(str_of(called), &call->leg[0]->plan, &n, NULL);
	if (!err)
		err = isup_get_number(iam, ISUP_P_CALLED_NUMBER, &old);
	if (err < 0)
		return err;
	n.inn = old.inn;
	return isup_put_number(iam, ISUP_P_CALLED_NUMBER, &n);
}

static int make_leg(struct gw_call *call, const struct gw_route_cfg *r)
{
	const struct gw_peer_cfg *peer;
	struct gw_trunk *trunk;

	if (r->to == GW_SIDE_TRUNK) {
		trunk = gw_trunk_find(call->gw, call->to_trunk[0] ? call->to_trunk : r->to_name);
		return trunk ? gw_isup_leg_out_new(call, trunk) : TG_ENOENT;
	}
	peer = gw_peer_find_name(call->gw->cfg, r->to_name);
	return peer ? gw_sip_leg_out_new(call, peer, NULL) : TG_ENOENT;
}

static bool is_peer_down(const struct gw *g, const struct gw_route_cfg *r)
{
	const struct gw_peer_cfg *p;

	p = r->to == GW_SIDE_SIP ? gw_peer_find_name(g->cfg, r->to_name) : NULL;
	return p && !gw_registry_peer_up(g, p);
}

/* A phone that has registered under the number is called where it is. */
static int make_registered_leg(struct gw_call *call)
{
	char contact[SIP_REGISTRAR_URI_MAX + 1];
	struct gw_peer_cfg peer;

	if (!gw_registry_find(call->gw, call->rec->info.called, &peer, contact))
		return TG_ENOENT;
	return gw_sip_leg_out_new(call, &peer, contact);
}

/* Towards SIP a number that only the trunk's plan knows says whose it is (RFC 3966 5.1.5). */
static void take_plan(const struct gw_leg *from, struct gw_leg *to)
{
	if (from->side == GW_SIDE_TRUNK && to->side == GW_SIDE_SIP)
		memcpy(to->plan.context, from->plan.context, sizeof(to->plan.context));
}

/* Where a 3xx has pointed. */
static int make_redirected_leg(struct gw_call *call)
{
	const struct gw_redirects *r = call->redirects;
	char uri[SIP_REGISTRAR_URI_MAX + 1];

	if (!str_copyz(uri, sizeof(uri), r->uri))
		return TG_ELIMIT;
	return gw_sip_leg_out_new(call, &r->peer, uri);
}

static int make_any_leg(struct gw_call *call, const struct gw_route_cfg *r)
{
	const struct gw_test_line_cfg *t;

	if (r)
		return make_leg(call, r);
	t = gw_config_test_line(call->gw->cfg, call->rec->info.called);
	if (t && call->leg[0]->side == GW_SIDE_TRUNK && !call->redirects)
		return gw_test_leg_new(call, t);
	return call->redirects ? make_redirected_leg(call) : make_registered_leg(call);
}

/* `r` NULL: to a test line, to a registered phone, or where a 3xx has pointed. */
static void set_up(struct gw_call *call, const struct gw_route_cfg *r, const struct isup_msg *iam)
{
	struct gw_media offer = { .type = GW_MEDIA_OFFER, .end = call->path.end[0] };
	struct isup_msg m = *iam;
	struct gw_leg *l;

	if (make_any_leg(call, r) < 0) {
		gw_call_release(call, IW_CAUSE_RESOURCE_UNAVAILABLE, "no room for one more leg");
		return;
	}
	l = call->leg[1];
	take_plan(call->leg[0], l);
	iw_renumber(&m, &call->leg[0]->plan, &l->plan, call->leg[0]->side == GW_SIDE_SIP);
	l->ops->media_tx(l, &offer);
	if (!l->over)
		l->ops->call_tx(l, &m);
}

void gw_call_set_up_uri(struct gw_call *call)
{
	call->routed = false;
	set_up(call, NULL, &call->iam);
}

static bool is_registered(const struct gw_call *call)
{
	char contact[SIP_REGISTRAR_URI_MAX + 1];
	struct gw_peer_cfg peer;

	return call->leg[0]->side == GW_SIDE_TRUNK &&
	       gw_registry_find(call->gw, call->rec->info.called, &peer, contact);
}

/* For the check of a circuit, before anything goes to SIP. */
static bool waits(struct gw_call *call, const struct isup_msg *iam)
{
	if (!gw_call_awaits_cot(iam))
		return false;
	if (gw_call_hold(call, iam) < 0)
		gw_call_release(call, IW_CAUSE_RESOURCE_UNAVAILABLE, "no memory");
	return true;
}

void gw_call_route(struct gw_call *call, const struct isup_msg *iam)
{
	struct gw_log_at at = { call->gw->now, GW_LOG_NOTE, 0, false };
	const struct gw_test_line_cfg *test_line;
	const struct gw_route_cfg *r;

	if (!read_numbers(call, iam)) {
		gw_call_release(call, IW_CAUSE_ADDRESS_INCOMPLETE, "no called number");
		return;
	}
	test_line = gw_config_test_line(call->gw->cfg, call->rec->info.called);
	if ((test_line || is_registered(call)) && waits(call, iam))
		return;
	call->iam = *iam;
	if (test_line && call->leg[0]->side == GW_SIDE_TRUNK) {
		gw_log(call->rec, at, STR("route"), "to the test line %s", test_line->number);
		set_up(call, NULL, iam);
		return;
	}
	if (is_registered(call)) {
		gw_log(call->rec, at, STR("route"), "to the phone that registered as %s",
		       call->rec->info.called);
		set_up(call, NULL, iam);
		return;
	}
	r = gw_route_find(call->gw->cfg, call->leg[0]->side, call->rec->info.leg[0].name,
			  call->rec->info.called);
	if (!r) {
		gw_call_release(call, IW_CAUSE_NO_ROUTE, "no route for this number");
		return;
	}
	gw_call_take_route(call, r);
}

/* A peer that is asked not to alert before COT (RFC 3312). */
static bool hears_cot(const struct gw_call *call, const struct gw_route_cfg *r)
{
	const struct gw_peer_cfg *p = gw_peer_find_name(call->gw->cfg, r->to_name);

	return p && p->flow.preconditions && !call->qos_refused;
}

void gw_call_take_route(struct gw_call *call, const struct gw_route_cfg *r)
{
	struct gw_log_at at = { call->gw->now, GW_LOG_NOTE, 0, false };
	struct isup_msg m = call->iam;
	char called[GW_NUMBER_TEXT_MAX];

	call->route = *r;
	call->routed = true;
	if (is_peer_down(call->gw, r)) {
		if (!gw_call_advance(call, IW_CAUSE_TEMPORARY_FAILURE))
			gw_call_release(call, IW_CAUSE_TEMPORARY_FAILURE,
					"the peer does not answer");
		return;
	}
	if (r->to == GW_SIDE_SIP && !hears_cot(call, r) && waits(call, &call->iam))
		return;
	if (gw_route_apply(r, call->rec->info.called, called) < 0 ||
	    rewrite(call, called, &m) < 0) {
		gw_call_release(call, IW_CAUSE_ADDRESS_INCOMPLETE,
				"the route leaves no number that can be sent");
		return;
	}
	gw_log(call->rec, at, STR("route"), "%s to %s, number %s", gw_route_name(r),
	       r->to == GW_SIDE_TRUNK && call->to_trunk[0] ? call->to_trunk : r->to_name, called);
	set_up(call, r, &m);
}
