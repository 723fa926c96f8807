/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transfer: RFC 3515, RFC 3891, RFC 5589. */
#include <stdio.h>

#include <trunkgate/sip/request.h>
#include <trunkgate/sip/subscription.h>

#include "gateway/registry.h"
#include "gateway/transfer.h"
#include "interwork/progress.h"
#include "isup/params.h"

/* The new leg. ---------------------------------------------------------------------------------- */
static void drop(struct gw_call *call)
{
	mem_drop(call->transfer);
	call->transfer = NULL;
}

/* Who referred hears it once. */
static void tell(struct gw_call *call, unsigned status)
{
	struct gw_transfer *t = call->transfer;

	if (!t->subscribed || t->told == status)
		return;
	t->told = status;
	sip_refer_progress(call->gw->sip, call->gw->now, t->subscription, status);
}

/* There is room in call->tried when those that are over are gone. */
static bool make_room(struct gw_call *call)
{
	unsigned nr = 0;

	for (unsigned i = 0; i < call->nr_tried; i++)
		if (call->tried[i]->over)
			gw_call_free_leg(call->tried[i]);
		else
			call->tried[nr++] = call->tried[i];
	call->nr_tried = nr;
	return nr < GW_MAX_CHOICES;
}

/* The old leg is the call's again; the new one is beside it. */
static void take_leg(struct gw_call *call, struct gw_leg *old, const struct gw_leg_info *was)
{
	struct gw_transfer *t = call->transfer;
	struct gw_sip_leg *a = gw_sip_leg_of(old), *b;

	t->leg = call->leg[t->at];
	t->info = call->rec->info.leg[t->at];
	call->rec->info.leg[t->at] = *was;
	call->leg[t->at] = old;
	call->tried[call->nr_tried++] = t->leg;
	if (t->leg->side != GW_SIDE_SIP || !a->channel)
		return;
	b = gw_sip_leg_of(t->leg);
	b->channel = a->channel;
	b->borrowed = true;
}

struct target {
	struct sip_uri uri;
	char number[IW_NUMBER_TEXT_MAX];
	char replaces[200];    /* in the Refer-To: "" when there is none */
	char referred_by[200]; /* "<sip:a@b>"; "": nobody says who it is */
};

static int make_leg(struct gw_call *call, const struct target *to, char called[GW_NUMBER_TEXT_MAX])
{
	const struct gw_leg *other = call->leg[!call->transfer->at];
	const char *from = call->rec->info.leg[!call->transfer->at].name;
	char contact[SIP_REGISTRAR_URI_MAX + 1];
	const struct gw_route_cfg *r;
	const struct gw_peer_cfg *p;
	struct gw_trunk *trunk;
	struct gw_peer_cfg peer;

	strcpy(called, to->number);
	if (gw_registry_find(call->gw, to->number, &peer, contact))
		return gw_sip_leg_out_new(call, &peer, contact);
	r = gw_route_find(call->gw->cfg, other->side, from, to->number);
	if (!r || gw_route_apply(r, to->number, called) < 0)
		return TG_ENOENT;
	if (r->to == GW_SIDE_TRUNK) {
		trunk = to->replaces[0] ? NULL : gw_trunk_find(call->gw, r->to_name);
		return trunk ? gw_isup_leg_out_new(call, trunk) : TG_ENOENT;
	}
	p = gw_peer_find_name(call->gw->cfg, r->to_name);
	return p && gw_registry_peer_up(call->gw, p) ? gw_sip_leg_out_new(call, p, NULL)
						     : TG_ENOENT;
}

static void copy(const struct isup_msg *from, enum isup_param_code code, struct isup_msg *to)
{
	struct str octets;

	if (isup_get(from, code, &octets))
		isup_put(to, code, octets);
}

/* From who stays: the caller of the call as it was, or who was called in it. */
static int make_iam(const struct gw_call *call, uint8_t at, const char *called,
		    struct isup_msg *iam)
{
	const enum isup_param_code code = at ? ISUP_P_CALLING_NUMBER : ISUP_P_CALLED_NUMBER;
	struct isup_number n, calling;
	int err;

	isup_msg_init(iam, ISUP_IAM, 0);
	copy(&call->iam, ISUP_P_NCI, iam);
	copy(&call->iam, ISUP_P_FCI, iam);
	copy(&call->iam, ISUP_P_CPC, iam);
	copy(&call->iam, ISUP_P_TMR, iam);
	err = iw_number_of_text(str_of(called), &call->leg[0]->plan, &n, NULL);
	if (!err)
		err = isup_put_number(iam, ISUP_P_CALLED_NUMBER, &n);
	if (err < 0 || isup_get_number(&call->iam, code, &calling) < 0)
		return err;
	calling.inn = 0;
	if (!at) { /* the number that was called is the network's own knowledge */
		calling.si = 3;
		calling.apri = 0;
	}
	return isup_put_number(iam, ISUP_P_CALLING_NUMBER, &calling);
}

/* RFC 3891 6, RFC 3892 2.2: what the REFER gives to the INVITE. */
static void put_headers(struct gw_call *call, const struct target *to)
{
	struct gw_transfer *t = call->transfer;
	struct gw_sip_leg *l;

	if (t->leg->side != GW_SIDE_SIP)
		return;
	l = gw_sip_leg_of(t->leg);
	if (to->replaces[0])
		l->replaces = mem_keep(call->mem, str_of(to->replaces));
	if (to->referred_by[0] &&
	    iw_mapped(&l->iw, IW_MAP_REFERRED_BY, to->referred_by, "Referred-By"))
		l->referred_by = mem_keep(call->mem, str_of(to->referred_by));
}

static void set_up(struct gw_call *call, const struct isup_msg *iam)
{
	struct gw_transfer *t = call->transfer;
	struct gw_leg *other = call->leg[!t->at], *l = t->leg;
	struct gw_media offer = { .type = GW_MEDIA_OFFER, .end = call->path.end[!t->at] };
	struct isup_msg m = *iam;

	if (l->side == GW_SIDE_SIP)
		memcpy(l->plan.context, other->plan.context, sizeof(l->plan.context));
	iw_renumber(&m, &call->leg[0]->plan, &l->plan, call->leg[0]->side == GW_SIDE_SIP);
	l->ops->media_tx(l, &offer);
	if (!l->over)
		l->ops->call_tx(l, &m);
}

static void hang_up(struct gw_leg *l)
{
	struct isup_msg rel;

	if (l->over)
		return;
	iw_local_rel(IW_CAUSE_NORMAL, &rel);
	l->ops->call_tx(l, &rel);
}

/* Two calls of this gateway are made one (RFC 5589 7): who is on the circuit of the other call comes
 * here, the SIP legs of both end. */
static struct gw_leg *other_call(struct gw_call *call, const struct target *to)
{
	struct gw_sip_leg *here = gw_sip_leg_of(call->leg[call->transfer->at]);
	struct str id, rest;
	struct htab_link *h;

	rest = str_split(str_of(to->replaces), ';', &id);
	htab_for_each(h, &call->gw->by_call_id, htab_hash(&call->gw->by_call_id, id)) {
		struct gw_sip_leg *l = container_of(h, struct gw_sip_leg, by_call_id);
		struct gw_call *c = l->leg.call;
		struct gw_leg *stays = c->leg[!l->leg.at];
		if (str_eq(l->call_id, id) && c != call && &l->leg == c->leg[l->leg.at] &&
		    sip_call_is_dialog(call->gw->sip, l->sip, rest) && !c->transfer &&
		    !c->path.released && !tick_is_never(c->rec->info.answered) && stays &&
		    !stays->over && stays->side == GW_SIDE_TRUNK &&
		    strcmp(l->peer.name, here->peer.name) == 0)
			return stays;
	}
	return NULL;
}

static void join_calls(struct gw_call *call, struct gw_leg *l)
{
	struct gw_transfer *t = call->transfer;
	struct gw_leg *old = call->leg[t->at];
	struct gw_call *was = l->call;

	gw_leg_note(l, "transfer", "goes on in call %u", call->rec->info.nr);
	call->rec->info.leg[t->at] = was->rec->info.leg[l->at];
	call->path.end[t->at] = was->path.end[l->at];
	was->path.end[l->at] = (struct gw_end){ 0 };
	was->leg[l->at] = NULL;
	mem_move(call->mem, l);
	l->call = call;
	l->at = t->at;
	call->leg[t->at] = l;
	call->tried[call->nr_tried++] = old;
	gw_path_changed(call);
	gw_leg_note(l, "transfer", "has come from call %u", was->rec->info.nr);
	tell(call, 200);
	drop(call);
	hang_up(old);
	gw_call_release(was, IW_CAUSE_NORMAL, "its other leg has been transferred");
}

/* The status that it fails with at once, or 0. */
static unsigned start(struct gw_call *call, const struct target *to)
{
	struct gw_transfer *t = call->transfer;
	struct gw_leg *old = call->leg[t->at];
	const struct gw_leg_info was = call->rec->info.leg[t->at];
	char called[GW_NUMBER_TEXT_MAX];
	struct isup_msg iam;
	struct gw_leg *l;
	int err;

	if (to->replaces[0]) {
		l = other_call(call, to);
		if (l) {
			join_calls(call, l);
			return 0;
		}
	}
	if (!to->number[0])
		return 404;
	call->next_at = t->at;
	err = make_leg(call, to, called);
	call->next_at = 1;
	if (err < 0)
		return err == TG_ENOENT ? 404 : 503;
	take_leg(call, old, &was);
	gw_leg_note(t->leg, "transfer", "to %s, number %s", t->info.name, called);
	if (make_iam(call, t->at, called, &iam) < 0)
		return 484;
	put_headers(call, to);
	set_up(call, &iam);
	return 0;
}

/* The outcome. ---------------------------------------------------------------------------------- */
static void swap_legs(struct gw_call *call)
{
	struct gw_transfer *t = call->transfer;
	struct gw_leg *old = call->leg[t->at];

	for (unsigned i = 0; i < call->nr_tried; i++)
		if (call->tried[i] == t->leg)
			call->tried[i] = old;
	call->leg[t->at] = t->leg;
	call->rec->info.leg[t->at] = t->info;
	if (t->leg->side == GW_SIDE_SIP && gw_sip_leg_of(t->leg)->borrowed) {
		gw_sip_leg_of(t->leg)->borrowed = false;
		gw_sip_leg_of(old)->borrowed = true;
	}
}

/* Who stays was on hold: he is not any more. */
static void retrieve(struct gw_call *call, const struct gw_leg *old)
{
	struct gw_leg *other = call->leg[!call->transfer->at];
	const struct gw_sip_leg *l = (const struct gw_sip_leg *)old;
	struct isup_msg cpg;

	if (l->held && !l->peer.flow.quiet_hold && !other->over &&
	    gw_sip_hold_msg(false, &cpg) == 0)
		other->ops->call_tx(other, &cpg);
}

/* A leg that takes the place of one that rings: who called hears the answer from it. */
static void answer(struct gw_call *call, struct gw_leg *l)
{
	struct isup_msg m;

	if (tick_is_never(call->rec->info.answered) &&
	    iw_answer_isup(&gw_sip_leg_of(l)->iw, call->addressed, &m) == 0)
		gw_leg_post(l, &m);
}

static void take_over(struct gw_call *call)
{
	struct gw_transfer *t = call->transfer;
	struct gw_leg *old = call->leg[t->at], *l = t->leg;

	gw_leg_note(l, "transfer", "this leg is in the call now");
	swap_legs(call);
	call->path.end[t->at] = t->end;
	call->path.through = GW_THROUGH_BOTH;
	gw_path_changed(call);
	tell(call, 200);
	retrieve(call, old);
	drop(call);
	hang_up(old);
	if (l->side == GW_SIDE_SIP && !l->over)
		answer(call, l);
}

static void failed(struct gw_call *call, unsigned status, uint8_t cause)
{
	struct gw_transfer *t = call->transfer;
	struct gw_leg *l = t->leg;
	bool gone = t->referrer_gone;

	gw_leg_note(t->leg ? t->leg : call->leg[t->at], "transfer", "has failed: %u%s", status,
		    gone ? "" : ", the call goes on as before");
	call->rec->info.sip_status = t->sip_status;
	tell(call, status);
	drop(call);
	if (l)
		hang_up(l);
	if (gone)
		gw_call_release(call, cause, "the transfer has failed, who asked for it is gone");
}

static void refused(struct gw_call *call, const struct isup_msg *rel)
{
	struct gw_sip_leg *l = gw_sip_leg_of(call->leg[call->transfer->at]);
	unsigned status = call->rec->info.sip_status;
	struct isup_cause c = { .value = IW_CAUSE_UNSPECIFIED };
	struct iw_source source;

	isup_get_cause(rel, &c);
	if (status < 300 || call->transfer->leg->side != GW_SIDE_SIP)
		status = iw_status_of_cause(&l->iw, &c, &source);
	failed(call, status, c.value);
}

void gw_transfer_abort(struct gw_call *call, const struct isup_msg *rel)
{
	struct gw_leg *l = call->transfer ? call->transfer->leg : NULL;

	if (!call->transfer)
		return;
	tell(call, 487);
	drop(call);
	if (l && !l->over)
		l->ops->call_tx(l, rel);
}

/* What legs say. -------------------------------------------------------------------------------- */
/* An INVITE that takes a place: the 200 is its answer. */
static void accept(struct gw_call *call)
{
	struct gw_leg *l = call->transfer->leg;
	struct isup_msg anm;

	isup_msg_init(&anm, ISUP_ANM, 0);
	l->ops->call_tx(l, &anm);
	take_over(call);
}

static void rx_call(struct gw_call *call, const struct isup_msg *m)
{
	switch (m->type) {
	case ISUP_IAM:
		accept(call);
		break;
	case ISUP_ACM:
	case ISUP_CPG:
		tell(call, iw_progress_alerting(m) ? 180 : 183);
		break;
	case ISUP_ANM:
	case ISUP_CON:
		take_over(call);
		break;
	case ISUP_REL:
		refused(call, m);
		break;
	default:
		break;
	}
}

static void rx_media(struct gw_call *call, const struct gw_media *m)
{
	if (m->type == GW_MEDIA_REJECT)
		failed(call, 488, IW_CAUSE_BEARER_NOT_IMPLEMENTED);
	else if (m->type != GW_MEDIA_THROUGH)
		call->transfer->end = m->end;
}

static void from_new(struct gw_plane *p)
{
	struct gw_call *call = p->from->call;

	switch (p->type) {
	case GW_PLANE_CALL:
		rx_call(call, &p->call);
		break;
	case GW_PLANE_MEDIA:
		rx_media(call, &p->media);
		break;
	case GW_PLANE_OVER:
		failed(call, 500, IW_CAUSE_TEMPORARY_FAILURE);
		gw_call_check_over(call);
		break;
	}
}

/* Who referred hangs up before it is done: nobody speaks with who stays until it is. */
static bool from_old(struct gw_plane *p)
{
	struct gw_call *call = p->from->call;
	struct gw_transfer *t = call->transfer;

	if (p->type == GW_PLANE_OVER)
		return t->referrer_gone;
	if (p->type != GW_PLANE_CALL || p->call.type != ISUP_REL || !t->subscribed)
		return false;
	t->referrer_gone = true;
	call->path.end[t->at].choice.dir = SDP_INACTIVE;
	gw_path_changed(call);
	return true;
}

bool gw_transfer_takes(struct gw_plane *p)
{
	struct gw_call *call = p->from->call;
	struct gw_transfer *t = call->transfer;

	if (!t)
		return false;
	if (p->from == t->leg) {
		from_new(p);
		return true;
	}
	if (p->from == call->leg[t->at])
		return from_old(p);
	if (p->from == call->leg[!t->at] && p->type == GW_PLANE_CALL && p->call.type == ISUP_REL)
		gw_transfer_abort(call, &p->call);
	return false;
}

/* REFER. ---------------------------------------------------------------------------------------- */
/* The value of a header in a URI (RFC 3261 19.1.1), without its escapes. */
static void header_of(struct str headers, struct str name, char *buf, size_t size)
{
	struct str one, key, value = STR("");

	while (headers.len) {
		one = headers;
		headers = str_split(one, '&', &one);
		value = str_split(one, '=', &key);
		if (str_caseeq(key, name))
			break;
		value = STR("");
	}
	buf[0] = '\0';
	if (!value.len || sip_unescape(value, buf, size - 1, &one) < 0)
		return;
	buf[one.len] = '\0';
}

/* RFC 3892 3: a signed token stays here, and its cid with it. */
static void read_referrer(const struct sip_msg *m, struct target *to)
{
	struct sip_value v;

	if (sip_msg_value(m, SIP_HDR_REFERRED_BY, &v, NULL) < 0 ||
	    v.address.uri.scheme == SIP_SCHEME_OTHER ||
	    v.address.uri.text.len + 3 > sizeof(to->referred_by))
		return;
	snprintf(to->referred_by, sizeof(to->referred_by), "<" STR_FMT ">",
		 STR_ARG(v.address.uri.text));
}

/* False: it is not for calls. */
static bool read_target(const struct gw_sip_leg *l, const struct sip_msg *m, struct target *to)
{
	struct isup_number n;
	struct str method;
	struct sip_value v;

	memset(to, 0, sizeof(*to));
	if (sip_msg_value(m, SIP_HDR_REFER_TO, &v, NULL) < 0)
		return false;
	to->uri = v.address.uri;
	if (sip_uri_param(&to->uri, STR("method"), &method) && !str_caseeq(method, STR("INVITE")))
		return false;
	if (iw_number_of_uri(&to->uri, &l->leg.plan, &n, NULL) == 0)
		iw_number_text(&n, &l->leg.plan, to->number);
	read_referrer(m, to);
	header_of(to->uri.headers, STR("Replaces"), to->replaces, sizeof(to->replaces));
	return true;
}

static bool may_transfer(const struct gw_sip_leg *l)
{
	return l->trusted && !l->peer.flow.no_transfers;
}

/* Why not now, or 0. */
static unsigned why_not(const struct gw_sip_leg *l)
{
	struct gw_call *call = l->leg.call;

	if (!may_transfer(l))
		return 403;
	if (call->path.released || &l->leg != call->leg[l->leg.at] || !call->leg[!l->leg.at] ||
	    tick_is_never(call->rec->info.answered))
		return 603;
	if (call->gw->refusing)
		return 503;
	return call->transfer ? 491 : 0;
}

static struct gw_transfer *begin(struct gw_call *call, uint8_t at)
{
	struct gw_transfer *t = make_room(call) ? MEM_NEW(call->mem, struct gw_transfer) : NULL;

	if (!t)
		return NULL;
	t->at = at;
	t->sip_status = call->rec->info.sip_status;
	call->rec->info.sip_status = 0;
	call->transfer = t;
	return t;
}

/* The status to refuse it with, or 0. */
static unsigned refer(struct gw_sip_leg *l, const struct sip_event *ev)
{
	struct gw_call *call = l->leg.call;
	struct gw *g = l->leg.gw;
	struct gw_transfer *t;
	struct target to;
	unsigned status = why_not(l);

	if (!status && !read_target(l, ev->msg, &to))
		status = 603;
	if (status)
		return status;
	t = begin(call, l->leg.at);
	if (!t)
		return 503;
	if (sip_refer_accept(g->sip, g->now, NULL, &t->subscription) < 0) {
		call->rec->info.sip_status = t->sip_status;
		drop(call);
		return 503;
	}
	t->subscribed = true;
	status = start(call, &to);
	if (status)
		failed(call, status, IW_CAUSE_NO_ROUTE);
	return 0;
}

void gw_transfer_refer(struct gw *g, const struct sip_event *ev)
{
	struct gw_leg *l = gw_leg_find(g, (uint32_t)(uintptr_t)ev->user);
	unsigned status = l && l->side == GW_SIDE_SIP && !l->over ? refer(gw_sip_leg_of(l), ev)
								  : 481;

	if (!status)
		return;
	if (l)
		gw_leg_note(l, "REFER", "refused with %u", status);
	sip_request_answer(g->sip, g->now, status, NULL);
}

/* Replaces. ------------------------------------------------------------------------------------- */
static struct gw_sip_leg *leg_of(struct gw *g, sip_call_id id)
{
	struct gw_call *call;

	list_for_each(call, &g->calls, link)
		for (int at = 0; at < 2; at++) {
			struct gw_leg *l = call->leg[at];
			if (l && l->side == GW_SIDE_SIP && gw_sip_leg_of(l)->sip == id && !l->over)
				return gw_sip_leg_of(l);
		}
	return NULL;
}

/* RFC 3891 3: who may ask for a transfer may do it himself. */
static unsigned why_not_replace(const struct gw_sip_leg *l, const struct gw_peer_cfg *peer)
{
	struct gw_call *call;

	if (!l)
		return 481;
	call = l->leg.call;
	if (!peer || peer->flow.no_transfers)
		return 403;
	if (call->path.released || !call->leg[!l->leg.at])
		return 603;
	return call->transfer ? 491 : 0;
}

void gw_transfer_invite(struct gw *g, const struct sip_event *ev, const struct gw_peer_cfg *peer)
{
	struct gw_sip_leg *old = leg_of(g, ev->replaces), *l = NULL;
	unsigned status = why_not_replace(old, peer);
	struct gw_leg_info was;
	struct gw_call *call;
	uint8_t at;

	if (!status && begin(old->leg.call, old->leg.at)) {
		call = old->leg.call;
		at = old->leg.at;
		was = call->rec->info.leg[at];
		call->next_at = at;
		l = gw_sip_in_leg(call, peer, ev);
		call->next_at = 1;
		if (l)
			take_leg(call, &old->leg, &was);
		else
			drop(call);
	}
	if (l) {
		gw_sip_in_replace(l, ev);
		return;
	}
	status = status ? status : 503;
	if (gw_sip_reject(g, ev->call, status, "this call cannot be replaced", 0) < 0)
		gw_sip_orphan(g, ev->call, status);
}
