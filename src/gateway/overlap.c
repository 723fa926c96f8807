/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * overlap: a number that comes in pieces (RFC 3578). From a trunk to SIP the digits are collected until
 * ST, or until none has come for T10, and the INVITE has them all (2.2). From a peer that may do so,
 * each further INVITE of the call has more digits, which go on as a SAM (3.2).
 */
#include <string.h>

#include "gateway/leg_sip.h"
#include "interwork/setup.h"

/* From a trunk. --------------------------------------------------------------------------------- */
static bool is_whole(const struct isup_msg *iam)
{
	struct isup_number n;
	size_t len;

	if (isup_get_number(iam, ISUP_P_CALLED_NUMBER, &n) < 0)
		return true; /* there is nothing to collect */
	len = strlen(n.digits);
	return len && n.digits[len - 1] == 'F';
}

/* To a trunk, which hears SAM itself, or to a peer that has an INVITE for each (RFC 3578 3.2). */
static bool goes_on(struct gw_call *call, const struct isup_msg *iam)
{
	const struct gw_peer_cfg *p;
	char text[IW_NUMBER_TEXT_MAX];
	const struct gw_route_cfg *r;
	struct isup_number n;

	if (isup_get_number(iam, ISUP_P_CALLED_NUMBER, &n) < 0)
		return true;
	iw_number_text(&n, &call->leg[0]->plan, text);
	r = gw_route_find(call->gw->cfg, GW_SIDE_TRUNK, call->rec->info.leg[0].name, text);
	p = r ? gw_peer_find_name(call->gw->cfg, r->to_name) : NULL;
	return r && (r->to == GW_SIDE_TRUNK || (p && p->flow.overlap_out));
}

static void arm(struct gw_call *call)
{
	call->overlap_timer.kind = GW_TM_OVERLAP;
	timerq_arm(&call->gw->timers, &call->overlap_timer,
		   tick_add_ms(call->gw->now, 1000 * (int64_t)call->overlap_s));
}

bool gw_overlap_begins(struct gw_call *call, const struct isup_msg *iam)
{
	struct gw_log_at at = { call->gw->now, GW_LOG_NOTE, 0, false };

	if (!call->overlap_s || is_whole(iam) || goes_on(call, iam))
		return false;
	call->collected = MEM_NEW(call->mem, struct isup_msg);
	if (!call->collected)
		return false; /* en bloc, with what there is */
	*call->collected = *iam;
	gw_log(call->rec, at, STR("overlap"), "the number may go on: T10, %u s", call->overlap_s);
	arm(call);
	return true;
}

static void finish(struct gw_call *call, const char *why)
{
	struct gw_log_at at = { call->gw->now, GW_LOG_NOTE, 0, false };
	struct isup_msg *iam = call->collected;

	call->collected = NULL;
	timerq_cancel(&call->gw->timers, &call->overlap_timer);
	gw_log(call->rec, at, STR("overlap"), "%s", why);
	gw_call_route(call, iam);
}

static void take_digits(struct isup_msg *iam, const struct isup_msg *sam)
{
	struct isup_number n, more;

	if (isup_get_number(iam, ISUP_P_CALLED_NUMBER, &n) < 0 ||
	    isup_get_number(sam, ISUP_P_SUBSEQUENT_NUMBER, &more) < 0)
		return;
	strncat(n.digits, more.digits, ISUP_MAX_DIGITS - strlen(n.digits));
	isup_put_number(iam, ISUP_P_CALLED_NUMBER, &n);
}

/* A COT is for the IAM as well. */
bool gw_overlap_takes(struct gw_call *call, const struct isup_msg *m)
{
	struct isup_nci nci;

	if (call->held && m->type == ISUP_SAM && !call->path.released) {
		take_digits(call->held, m);
		return true;
	}
	if (!call->collected || call->path.released)
		return false;
	if (m->type == ISUP_COT && isup_get_nci(call->collected, &nci) == 0) {
		nci.continuity = 0;
		isup_put_nci(call->collected, &nci);
	}
	if (m->type != ISUP_SAM)
		return m->type == ISUP_COT;
	take_digits(call->collected, m);
	if (is_whole(call->collected))
		finish(call, "the number is whole");
	else
		arm(call);
	return true;
}

void gw_overlap_timer(struct timer *t)
{
	struct gw_call *call = container_of(t, struct gw_call, overlap_timer);

	if (call->collected && !call->path.released)
		finish(call, "T10 ran out");
	else if (!call->collected)
		gw_sip_grow_timer(call->leg[1]);
}

/* From a peer. ---------------------------------------------------------------------------------- */
static struct gw_sip_leg *leg_of(struct gw *g, const struct sip_msg *m)
{
	struct htab_link *h;

	htab_for_each(h, &g->by_call_id, htab_hash(&g->by_call_id, m->call_id)) {
		struct gw_sip_leg *l = container_of(h, struct gw_sip_leg, by_call_id);
		if (l->leg.at == 0 && !l->leg.over && str_eq(l->call_id, m->call_id) &&
		    str_eq(l->from_tag, m->from.tag))
			return l;
	}
	return NULL;
}

/* What the new number has more than the IAM; NULL: it is another one, or none. */
static const char *more_digits(const struct isup_msg *iam, const struct isup_number *n)
{
	struct isup_number old;
	size_t len;

	if (isup_get_number(iam, ISUP_P_CALLED_NUMBER, &old) < 0 || old.noa != n->noa)
		return NULL;
	len = strlen(old.digits);
	return strncmp(old.digits, n->digits, len) == 0 && n->digits[len] ? n->digits + len : NULL;
}

static bool make_sam(struct gw_sip_leg *l, const struct sip_msg *invite, struct isup_msg *sam)
{
	struct iw_invite_in in = { .msg = invite, .trusted = l->trusted };
	struct isup_msg *iam = &l->leg.call->iam, longer;
	struct tg_diag diag = TG_DIAG_NONE;
	struct isup_number n, more = { 0 };
	const char *digits;

	if (iw_invite_to_iam(&l->iw, &in, &l->leg.plan, &longer, &diag) < 0 ||
	    isup_get_number(&longer, ISUP_P_CALLED_NUMBER, &n) < 0)
		return false;
	digits = more_digits(iam, &n);
	if (!digits)
		return false;
	str_copyz(more.digits, sizeof(more.digits), str_of(digits));
	isup_msg_init(sam, ISUP_SAM, 0);
	return isup_put_number(sam, ISUP_P_SUBSEQUENT_NUMBER, &more) == 0 &&
	       isup_put_number(iam, ISUP_P_CALLED_NUMBER, &n) == 0;
}

/* The INVITE before is answered now: what is to come is for this one. */
static void take_place(struct gw_sip_leg *l, const struct sip_event *ev)
{
	struct gw *g = l->leg.gw;

	sip_call_set_user(g->sip, l->sip, NULL);
	if (gw_sip_reject(g, l->sip, 484, "more digits have come", 0) < 0)
		gw_sip_orphan(g, l->sip, 484);
	l->sip = ev->call;
	sip_call_set_user(g->sip, l->sip, (void *)(uintptr_t)l->leg.id);
	gw_sip_early_init(l, ev->msg);
}

bool gw_overlap_invite(struct gw *g, const struct sip_event *ev)
{
	struct gw_sip_leg *l = leg_of(g, ev->msg);
	struct tg_diag diag = TG_DIAG_NONE;
	struct isup_msg sam;
	unsigned status = 0;

	if (!l || l->peer.flow.overlap != GW_OVERLAP_INVITES || !gw_sip_in_may_grow(l))
		return false;
	if (gw_sip_has_sdp(ev->msg))
		status = gw_sip_answer_offer(l, ev->msg, &diag);
	if (!status && !make_sam(l, ev->msg, &sam))
		status = 484;
	if (status) {
		gw_leg_note(&l->leg, "overlap", "an INVITE that says nothing new: %u", status);
		if (gw_sip_reject(g, ev->call, status, diag.text, 0) < 0)
			gw_sip_orphan(g, ev->call, status);
		return true;
	}
	take_place(l, ev);
	gw_leg_post(&l->leg, &sam);
	return true;
}

/* Digits in an INFO. ---------------------------------------------------------------------------- */
/* The dialog that it needs is there when something but 100 has been said. */
void gw_overlap_offer_info(struct gw_sip_leg *l)
{
	if (l->peer.flow.overlap == GW_OVERLAP_INFO && !l->waits_qos)
		gw_sip_progress_own(l);
}

/* Q.1912.5 profile C: the SAM itself (not checked against the ITU text). */
static bool read_sam(struct gw_sip_leg *l, const struct sip_msg *m, struct isup_number *n)
{
	struct isup_msg sam;

	return gw_sip_has_isup(l, m, &sam) && sam.type == ISUP_SAM &&
	       isup_get_number(&sam, ISUP_P_SUBSEQUENT_NUMBER, n) == 0;
}

/* "SubsDigits: 12" of an application/x-session-info; false: it is another INFO. */
static bool read_digits(struct gw_sip_leg *l, const struct sip_msg *m, struct isup_number *n)
{
	struct str rest = m->body, line, name;

	memset(n, 0, sizeof(*n));
	if (read_sam(l, m, n))
		return true;
	if (!str_caseeq(str_trim(m->content_type), STR("application/x-session-info")))
		return false;
	while (rest.len && !n->digits[0]) {
		rest = str_split(rest, '\n', &line);
		line = str_trim(str_split(line, ':', &name));
		if (!str_caseeq(str_trim(name), STR("SubsDigits")) || line.len > ISUP_MAX_DIGITS)
			continue;
		for (size_t i = 0; i < line.len && line.p[i] >= '0' && line.p[i] <= '9'; i++)
			n->digits[i] = line.p[i];
	}
	return true;
}

bool gw_overlap_info(struct gw_sip_leg *l, const struct sip_msg *m)
{
	struct isup_msg *iam = &l->leg.call->iam, sam;
	struct isup_number more, n;

	if (l->peer.flow.overlap != GW_OVERLAP_INFO || !read_digits(l, m, &more))
		return false;
	if (!more.digits[0] || !gw_sip_in_may_grow(l) || is_whole(iam) ||
	    isup_get_number(iam, ISUP_P_CALLED_NUMBER, &n) < 0 ||
	    strlen(n.digits) + strlen(more.digits) > ISUP_MAX_DIGITS) {
		gw_leg_note(&l->leg, "overlap", "an INFO whose digits go no further");
		return true;
	}
	strcat(n.digits, more.digits);
	isup_msg_init(&sam, ISUP_SAM, 0);
	if (isup_put_number(&sam, ISUP_P_SUBSEQUENT_NUMBER, &more) == 0 &&
	    isup_put_number(iam, ISUP_P_CALLED_NUMBER, &n) == 0)
		gw_leg_post(&l->leg, &sam);
	return true;
}
