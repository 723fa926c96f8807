/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * leg_sip_in: the leg of a call that comes from SIP: RFC 3398 7.2 as seen from SIP. Its "Not
 * alerting" and "Alerting" are one state here: what tells them apart is the response's number.
 */
#include "gateway/leg_sip.h"
#include "gateway/registry.h"
#include "gateway/transfer.h"
#include "interwork/backward.h"
#include "interwork/params.h"
#include "interwork/setup.h"

enum { START, TRYING, PROGRESS, ANSWERED, CONNECTED, RELEASING, OVER, NR_STATES };

enum {
	RX_INVITE,
	RX_REFUSED, /* an INVITE that we do not take */
	RX_ACK,
	RX_CANCEL,
	RX_BYE,
	RX_NO_ACK,
	RX_REINVITE, /* or UPDATE with an offer */
	RX_INFO,
	RX_PRACK,
	RX_NO_PRACK,
	RX_RENEWED,	/* our re-INVITE: answered, or refused */
	RX_RENEWED_BAD, /* its answer cannot be used */
	RX_ENDED,
	TX_PROGRESS, /* ACM, CPG */
	TX_ANSWER,   /* ANM, CON */
	TX_REL,
	TX_SUSPEND, /* SUS, RES, CPG with hold or its end */
	TX_OTHER,
	FAILED, /* what we had to send could not be sent */
	TM_RETRY,
	NR_EVENTS
};

/* Steps. -------------------------------------------------------------------------------------- */
static void do_offer(void *self, int arg, const void *ev)
{
	struct gw_sip_leg *l = self;
	struct gw_media m = gw_sip_end(l, GW_MEDIA_OFFER);

	(void)arg;
	(void)ev;
	gw_leg_post_media(&l->leg, &m);
}

static void do_post(void *self, int arg, const void *ev)
{
	const struct gw_sip_input *in = ev;
	struct gw_sip_leg *l = self;

	(void)arg;
	gw_leg_post(&l->leg, in->msg);
}

static void do_refuse(void *self, int arg, const void *ev)
{
	const struct gw_sip_input *in = ev;
	struct gw_sip_leg *l = self;
	uint8_t cause = in->cause;

	(void)arg;
	if (!cause)
		cause = iw_cause_of_status(&l->iw, in->status, NULL, false, NULL).value;
	gw_leg_note(&l->leg, "refused", "%u: %s", in->status, in->text);
	gw_leg_post_rel(&l->leg, cause);
	l->leg.call->rec->info.sip_status = in->status;
	l->end = (struct iw_release){ .status = in->status };
	if (in->cause)
		iw_reason_print(&(struct isup_cause){ .location = ISUP_LOC_PUBLIC_LOCAL,
						      .value = in->cause },
				l->end.reason);
	if (gw_sip_refuse(l->leg.gw, &l->iw, l->sip, in->status, in->text, in->cause) < 0)
		gw_leg_arm(&l->leg, 1000);
}

static void do_progress(void *self, int arg, const void *ev)
{
	const struct gw_sip_input *in = ev;

	(void)arg;
	gw_sip_progress(self, in->msg);
}

static void do_progress_next(void *self, int arg, const void *ev)
{
	(void)arg;
	(void)ev;
	gw_sip_progress_next(self);
}

/* RFC 3262 5: a PRACK may have an offer, too. */
static void do_pracked(void *self, int arg, const void *ev)
{
	const struct gw_sip_input *in = ev;

	gw_sip_do_modify(self, arg, ev);
	if (in->ev->offer)
		gw_sip_reinvite(self, in->ev);
}

/* 7.2.7. Without an offer in the INVITE the 200 has ours (RFC 3261 13.3.1.4). */
static void do_answer(void *self, int arg, const void *ev)
{
	struct gw_sip_leg *l = self;
	const struct gw_sip_input *in = ev;
	struct sip_extra extra[GW_MAX_EXTRAS];
	struct iw_headers headers = { 0 };
	struct iw_encap e;
	struct gw *g = l->leg.gw;
	const struct iw_hosts hosts = { g->host, g->host, l->trusted };
	struct sip_body body;

	(void)arg;
	gw_sip_progress_drop(l);
	if (!l->agreed && !l->we_offered)
		l->we_offered = gw_sip_make_offer(l) == 0;
	body = gw_sip_body(l);
	if (l->described)
		body.octets = STR("");
	iw_connected_to_sip(&l->iw, in->msg, &l->leg.plan, &hosts, &headers);
	iw_backward_to_sip(&l->iw, in->msg, &l->leg.plan, g->host, l->leg.call->rec->info.called,
			   &headers);
	body.extra = extra;
	body.nr_extra = gw_sip_extras(&headers, extra, GW_MAX_EXTRAS - 1);
	if (l->sdp_len)
		body.nr_extra = gw_sip_put_isup(l, in->msg, &e, &body, extra, body.nr_extra);
	if (!l->sdp_len || sip_call_answer(g->sip, g->now, l->sip, &body) < 0)
		fsm_raise(&l->leg.fsm, FAILED);
	else
		l->leg.call->rec->info.sip_status = 200;
}

static void do_status(void *self, int arg, const void *ev)
{
	struct gw_sip_leg *l = self;

	(void)arg;
	(void)ev;
	l->leg.call->rec->info.sip_status = l->end.status;
	gw_leg_note(&l->leg, "status", "%u for cause %u %s (%s)", l->end.status, l->end.cause,
		    isup_cause_name(l->end.cause), l->end.source.clause);
}

static void do_set_status(void *self, int status, const void *ev)
{
	struct gw_sip_leg *l = self;

	(void)ev;
	l->leg.call->rec->info.sip_status = (unsigned)status;
}

#define DO(step, a)          \
	{                    \
		do_##step, a \
	}
#define SHARED(step, a)             \
	{                           \
		gw_sip_do_##step, a \
	}

/* clang-format off */
#define RELEASED_BEFORE_ANSWER(state) \
	{ state, TX_REL, NULL, RELEASING, { SHARED(hangup, 0), DO(status, 0) } }, /* 7.2.4 */ \
	{ state, RX_CANCEL, NULL, RELEASING, { SHARED(rel_request, 0), DO(set_status, 487) } }, \
	{ state, RX_REINVITE, NULL, FSM_SAME, { SHARED(reinvite, 0) } }, /* RFC 3311 5.2 */ \
	{ state, RX_PRACK, gw_sip_has_answer, FSM_SAME, { DO(pracked, 0), DO(progress_next, 0) } }, \
	{ state, RX_PRACK, NULL, RELEASING, \
	  { SHARED(abort, IW_CAUSE_BEARER_NOT_IMPLEMENTED), DO(status, 0) } }, \
	{ state, RX_NO_PRACK, NULL, RELEASING, /* RFC 3262 3 */ \
	  { SHARED(rel, IW_CAUSE_TIMER_EXPIRY), DO(set_status, 504) } }, \
	{ state, RX_BYE, NULL, RELEASING, { SHARED(rel_request, 0), DO(set_status, 487) } } /* 7.2.3 */
#define RELEASED_AFTER_ANSWER(state) \
	{ state, TX_REL, NULL, RELEASING, { SHARED(hangup, 0) } }, /* 10.2 */ \
	{ state, RX_BYE, NULL, RELEASING, { SHARED(rel_request, 0) } }, /* 10.1 */ \
	{ state, RX_NO_ACK, NULL, RELEASING, { SHARED(rel, IW_CAUSE_TIMER_EXPIRY) } } /* 7.1.4 */

static const struct fsm_row rows[] = {
	{ START, RX_INVITE, NULL, TRYING, { DO(offer, 0), DO(post, 0) } }, /* 7.2.1 */
	{ START, RX_REFUSED, NULL, RELEASING, { DO(refuse, 0) } },

	{ TRYING, TX_PROGRESS, NULL, PROGRESS, { DO(progress, 0) } }, /* 7.2.5, 7.2.6 */
	{ TRYING, TX_ANSWER, NULL, ANSWERED, { DO(answer, 0) } }, /* 7.2.7 */
	{ TRYING, RX_INFO, NULL, FSM_SAME, { SHARED(take_info, 0) } },
	RELEASED_BEFORE_ANSWER(TRYING),

	{ PROGRESS, TX_PROGRESS, NULL, FSM_SAME, { DO(progress, 0) } }, /* 7.2.9 */
	{ PROGRESS, TX_ANSWER, NULL, ANSWERED, { DO(answer, 0) } }, /* 7.2.7 */
	{ PROGRESS, RX_INFO, NULL, FSM_SAME, { SHARED(take_info, 0) } },
	RELEASED_BEFORE_ANSWER(PROGRESS),

	{ ANSWERED, RX_ACK, gw_sip_has_answer, CONNECTED, { SHARED(modify, 0) } }, /* 7.3 */
	{ ANSWERED, RX_ACK, NULL, RELEASING, { SHARED(abort, IW_CAUSE_BEARER_NOT_IMPLEMENTED) } },
	{ ANSWERED, RX_PRACK, gw_sip_has_answer, FSM_SAME, { DO(pracked, 0) } }, /* RFC 3262 3 */
	{ ANSWERED, RX_PRACK, NULL, RELEASING, { SHARED(abort, IW_CAUSE_BEARER_NOT_IMPLEMENTED) } },
	{ ANSWERED, RX_NO_PRACK, NULL, RELEASING, { SHARED(rel, IW_CAUSE_TIMER_EXPIRY) } },
	{ ANSWERED, RX_CANCEL, NULL, RELEASING, { SHARED(rel_request, 0) } }, /* the 200 waits */
	{ ANSWERED, FAILED, NULL, RELEASING, { SHARED(abort, IW_CAUSE_RESOURCE_UNAVAILABLE) } },
	{ ANSWERED, RX_INFO, NULL, FSM_SAME, { SHARED(take_info, 0) } },
	{ ANSWERED, TX_OTHER, NULL, FSM_SAME, { SHARED(info, 0) } },
	{ ANSWERED, TX_PROGRESS, NULL, FSM_SAME, { SHARED(info, 0) } },
	RELEASED_AFTER_ANSWER(ANSWERED),

	{ CONNECTED, RX_REINVITE, NULL, FSM_SAME, { SHARED(reinvite, 0) } }, /* 9.2 */
	{ CONNECTED, TX_SUSPEND, NULL, FSM_SAME, { SHARED(suspend, 0) } }, /* 9.1 */
	{ CONNECTED, RX_RENEWED, NULL, FSM_SAME, {{0}}, IGNORE("the media plane knows it") },
	{ CONNECTED, RX_RENEWED_BAD, NULL, RELEASING, { SHARED(abort, IW_CAUSE_BEARER_NOT_IMPLEMENTED) } },
	{ CONNECTED, RX_ACK, gw_sip_has_answer, FSM_SAME, { SHARED(modify, 0) } },
	{ CONNECTED, RX_ACK, NULL, RELEASING, { SHARED(abort, IW_CAUSE_BEARER_NOT_IMPLEMENTED) } },
	{ CONNECTED, RX_INFO, NULL, FSM_SAME, { SHARED(take_info, 0) } },
	{ CONNECTED, TX_OTHER, NULL, FSM_SAME, { SHARED(info, 0) } },
	{ CONNECTED, TX_PROGRESS, NULL, FSM_SAME, { SHARED(info, 0) } },
	RELEASED_AFTER_ANSWER(CONNECTED),

	{ RELEASING, RX_ENDED, NULL, OVER, { SHARED(over, 0) } },
	{ RELEASING, TM_RETRY, NULL, FSM_SAME, { SHARED(again, 0) } },
	{ RELEASING, FSM_ANY, NULL, FSM_SAME, {{0}}, IGNORE("the end is on its way") },

	{ OVER, FSM_ANY, NULL, FSM_SAME, {{0}}, IGNORE("the leg is over") },

	{ FSM_ANY, RX_ENDED, NULL, OVER, { SHARED(rel, IW_CAUSE_TEMPORARY_FAILURE), SHARED(over, 0) } },
	{ FSM_ANY, FSM_ANY, NULL, FSM_SAME, {{0}}, IGNORE("means nothing here") },
};
/* clang-format on */

static const struct fsm_state states[NR_STATES] = {
	[START] = { .name = "START", .rest = true },
	[TRYING] = { .name = "TRYING", .bound = "the called leg: T7 of ISUP" },
	[PROGRESS] = { .name = "PROGRESS", .bound = "the called leg: T9 of ISUP" },
	[ANSWERED] = { .name = "ANSWERED", .bound = "the SIP stack: 64*T1 for the ACK" },
	[CONNECTED] = { .name = "CONNECTED", .bound = "the users" },
	[RELEASING] = { .name = "RELEASING", .bound = "the SIP stack: timers B, F, H, 64*T1" },
	[OVER] = { .name = "OVER", .rest = true },
};

static const char *const events[NR_EVENTS] = {
	[RX_INVITE] = "INVITE",
	[RX_REFUSED] = "INVITE refused",
	[RX_ACK] = "ACK",
	[RX_CANCEL] = "CANCEL",
	[RX_BYE] = "BYE",
	[RX_NO_ACK] = "no ACK",
	[RX_REINVITE] = "re-INVITE",
	[RX_INFO] = "INFO",
	[RX_PRACK] = "PRACK",
	[RX_NO_PRACK] = "no PRACK",
	[RX_RENEWED] = "renewed",
	[RX_RENEWED_BAD] = "renewed, no use",
	[TX_SUSPEND] = "SUS, RES, hold",
	[RX_ENDED] = "session ended",
	[TX_PROGRESS] = "ACM, CPG",
	[TX_ANSWER] = "ANM, CON",
	[TX_REL] = "REL",
	[TX_OTHER] = "other message",
	[FAILED] = "failed",
	[TM_RETRY] = "retry",
};

const struct fsm_def gw_sip_in_def = {
	.name = "SIP leg that calls",
	.clause = "RFC 3398 7.2",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = NR_STATES,
	.nr_events = NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = START,
};

/* In from both sides. ------------------------------------------------------------------------- */
static void call_tx(struct gw_leg *leg, const struct isup_msg *m)
{
	struct gw_sip_input in = { .msg = m };
	uint8_t event = TX_OTHER;

	if (leg->fsm.state == CONNECTED && gw_sip_is_hold(m))
		event = TX_SUSPEND;
	else if (m->type == ISUP_ACM || m->type == ISUP_CPG)
		event = TX_PROGRESS;
	else if (m->type == ISUP_ANM || m->type == ISUP_CON)
		event = TX_ANSWER;
	else if (m->type == ISUP_REL)
		event = TX_REL;
	fsm_feed(&leg->fsm, event, &in);
}

/* What the other end is, is the path's matter. */
static void media_tx(struct gw_leg *leg, const struct gw_media *m)
{
	(void)leg;
	(void)m;
}

static void expired(struct gw_leg *leg)
{
	fsm_feed(&leg->fsm, TM_RETRY, NULL);
}

static const struct gw_leg_ops ops = {
	.call_tx = call_tx, .media_tx = media_tx, .expired = expired, .fini = gw_sip_fini
};

static uint8_t event_of(struct gw_sip_leg *l, const struct sip_event *ev)
{
	switch (ev->type) {
	case SIP_EV_ACKED:
		return RX_ACK;
	case SIP_EV_CANCELLED:
		return RX_CANCEL;
	case SIP_EV_BYE:
		return RX_BYE;
	case SIP_EV_REINVITE:
	case SIP_EV_UPDATE:
		return RX_REINVITE;
	case SIP_EV_INFO:
		return RX_INFO;
	case SIP_EV_PRACK:
		return RX_PRACK;
	case SIP_EV_NO_PRACK:
		return RX_NO_PRACK;
	case SIP_EV_ANSWERED:
	case SIP_EV_REINVITE_FAILED:
		return gw_sip_renewed(l, ev) ? RX_RENEWED : RX_RENEWED_BAD;
	case SIP_EV_NO_ACK:
	case SIP_EV_EXPIRED: /* RFC 4028 10 */
		return RX_NO_ACK;
	case SIP_EV_ENDED:
		return RX_ENDED;
	default:
		return NR_EVENTS;
	}
}

/* The answer to an offer of ours is in the PRACK or in the ACK. */
static void rx(struct gw_sip_leg *l, const struct sip_event *ev)
{
	struct gw_sip_input in = { .ev = ev, .sdp_ok = true };
	struct tg_diag diag = TG_DIAG_NONE;
	uint8_t event;

	if (l->leg.over)
		return;
	event = event_of(l, ev);
	if (event == NR_EVENTS)
		return;
	if ((event == RX_ACK || event == RX_PRACK) && l->we_offered) {
		in.sdp_ok = gw_sip_take_answer(l, ev->msg, &diag);
		if (!in.sdp_ok)
			gw_leg_note(&l->leg, "answer", "%s", diag.text);
	}
	fsm_feed(&l->leg.fsm, event, &in);
}

bool gw_sip_in_may_grow(const struct gw_sip_leg *l)
{
	return l->leg.fsm.state == TRYING;
}

/* A new call. --------------------------------------------------------------------------------- */
static void feed_refused(struct gw_sip_leg *l, unsigned status, const char *text, uint8_t cause)
{
	struct gw_sip_input in = { .status = status, .text = text, .cause = cause };

	fsm_feed(&l->leg.fsm, RX_REFUSED, &in);
}

/* RFC 4904 6.2: the trunk group that the Request-URI wants, of a peer. False: the context is ours, and
 * has none such. Those of others are as if they were not there. */
static bool take_group(struct gw_sip_leg *l, const struct sip_uri *u)
{
	const struct gw_trunk_cfg *t;
	struct sip_phone phone;
	bool ours;

	if (!l->trusted || sip_uri_phone(u, &phone) < 0 || !phone.tgrp.len)
		return true;
	t = gw_config_group_find(l->leg.gw->cfg, phone.tgrp, phone.trunk_context, &ours);
	if (!t || !iw_mapped(&l->iw, IW_MAP_TRUNK_GROUP, "tgrp", t->name))
		return t || !ours;
	str_copyz(l->leg.call->to_trunk, GW_NAME_MAX, str_of(t->name));
	gw_leg_note(&l->leg, "trunk group", STR_FMT " of " STR_FMT, STR_ARG(phone.tgrp),
		    STR_ARG(phone.trunk_context));
	return true;
}

/* RFC 6442: where who calls is, for a leg to SIP. Without memory the call goes on without it. */
static void take_location(struct gw_sip_leg *l, const struct sip_msg *m)
{
	struct gw_call *call = l->leg.call;

	if (l->leg.at != 0 || call->location || !l->trusted ||
	    !sip_msg_header(m, SIP_HDR_GEOLOCATION, 0))
		return;
	call->location = MEM_NEW(call->mem, struct iw_location);
	if (call->location && !iw_location_take(&l->iw, m, call->location)) {
		mem_drop(call->location);
		call->location = NULL;
	}
}

/* 7.2.1: what the call needs is reserved first, then it goes on. */
static void begin(struct gw_sip_leg *l, const struct sip_event *ev)
{
	struct iw_invite_in in = { .msg = ev->msg, .trusted = l->trusted };
	struct tg_diag diag = TG_DIAG_NONE;
	const char *why = diag.text;
	struct isup_msg iam, in_body;
	unsigned status;
	int found;

	if (l->peer.flow.rel100 == SIP_REL100_REQUIRED && !l->reliable) {
		feed_refused(l, 421, "100rel is needed here", 0);
		return;
	}
	if (iw_invite_to_iam(&l->iw, &in, &l->leg.plan, &iam, &diag) < 0) {
		feed_refused(l, in.status, diag.text, 0);
		return;
	}
	if (!take_group(l, &ev->msg->uri)) {
		feed_refused(l, 404, "no such trunk group here (RFC 4904)", IW_CAUSE_NO_ROUTE);
		return;
	}
	found = iw_decap(&l->iw, ev->msg, &in_body, &diag);
	if (found < 0) {
		feed_refused(l, 415, diag.text, 0);
		return;
	}
	if (iw_location_refused(&l->iw, ev->msg)) {
		feed_refused(l, 415, "no locations with this peer (RFC 6442)", 0);
		return;
	}
	if (found)
		iw_merge_iam(&l->iw, &in_body, &iam);
	if (gw_sip_take_channel(l) < 0) {
		feed_refused(l, 503, "no RTP channel is free", IW_CAUSE_RESOURCE_UNAVAILABLE);
		return;
	}
	status = gw_sip_has_sdp(ev->msg) ? gw_sip_answer_offer(l, ev->msg, &diag) : 0;
	if (!status && !found)
		iw_medium_to_isup(&l->iw, l->agreed && l->choice.codec == SDP_CLEARMODE, &iam);
	if (!status) {
		why = diag.text;
		status = gw_sip_qos_status(l, ev->msg, &why);
	}
	if (status) {
		feed_refused(l, status, why, 0);
		return;
	}
	gw_sip_qos_iam(l, &iam);
	take_location(l, ev->msg);
	fsm_feed(&l->leg.fsm, RX_INVITE, &(struct gw_sip_input){ .ev = ev, .msg = &iam });
	gw_sip_qos_begin(l);
	gw_overlap_offer_info(l);
}

static void log_invite(struct gw_sip_leg *l, const struct sip_event *ev)
{
	struct gw_log_at at = { l->leg.gw->now, GW_LOG_SIP, 0, false };
	char addr[ADDR_TEXT_MAX];

	gw_log(l->leg.call->rec, at, STR("INVITE"), "from %s%s, " STR_FMT,
	       addr_print(&ev->from, addr), ev->msg->body.len ? ", SDP" : "",
	       STR_ARG(ev->msg->uri.text));
	at.out = true;
	gw_log(l->leg.call->rec, at, STR("100 Trying"), "to %s for INVITE", addr);
}

struct gw_sip_leg *gw_sip_in_leg(struct gw_call *call, const struct gw_peer_cfg *peer,
				 const struct sip_event *ev)
{
	struct gw_sip_leg *l = MEM_NEW(call->mem, struct gw_sip_leg);
	struct gw_leg_info *info = &call->rec->info.leg[call->next_at];
	char addr[ADDR_TEXT_MAX];

	if (!l || gw_leg_init(&l->leg, &ops, call, call->next_at, GW_SIDE_SIP) < 0)
		return NULL;
	fsm_init(&l->leg.fsm, &gw_sip_in_def, START, l);
	l->rx = rx;
	l->sip = ev->call;
	l->trusted = peer != NULL;
	l->peer = peer ? *peer : call->gw->cfg->peer_default;
	l->leg.ringback = l->peer.flow.ringback;
	gw_sip_profile(l);
	gw_sip_begin(l);
	gw_sip_early_init(l, ev->msg);
	str_copyz(info->name, sizeof(info->name),
		  str_of(peer ? peer->name : addr_print(&ev->from, addr)));
	gw_sip_remember(l, ev->msg->call_id);
	l->from_tag = mem_keep(call->mem, ev->msg->from.tag);
	return l;
}

/* Its number does not matter: it takes the place of a leg that is there. */
void gw_sip_in_replace(struct gw_sip_leg *l, const struct sip_event *ev)
{
	struct tg_diag diag = TG_DIAG_NONE;
	struct isup_msg iam;
	unsigned status = 0;

	sip_call_set_user(l->leg.gw->sip, ev->call, (void *)(uintptr_t)l->leg.id);
	log_invite(l, ev);
	isup_msg_init(&iam, ISUP_IAM, 0);
	if (gw_sip_take_channel(l) < 0)
		status = 503;
	else if (gw_sip_has_sdp(ev->msg))
		status = gw_sip_answer_offer(l, ev->msg, &diag);
	if (status)
		feed_refused(l, status, diag.text, 0);
	else
		fsm_feed(&l->leg.fsm, RX_INVITE, &(struct gw_sip_input){ .ev = ev, .msg = &iam });
}

static void refuse_new(struct gw *g, const struct sip_event *ev, const struct gw_peer_cfg *peer,
		       unsigned status, const char *text, uint8_t cause)
{
	struct iw_profile profile =
		gw_config_profile(g->cfg, (peer ? peer : &g->cfg->peer_default)->interworking);
	const struct iw_ctx x = { .profile = &profile };
	char addr[ADDR_TEXT_MAX];

	log_notice(LOG_GATEWAY, NULL, "INVITE from %s refused with %u: %s",
		   addr_print(&ev->from, addr), status, text);
	if (gw_sip_refuse(g, &x, ev->call, status, text, cause) < 0)
		gw_sip_orphan(g, ev->call, status);
}

void gw_sip_in_new(struct gw *g, const struct sip_event *ev)
{
	const struct gw_peer_cfg *peer = gw_registry_peer_of(g, &ev->from);
	struct gw_sip_leg *l;
	struct gw_call *call;

	if (!peer && !g->cfg->sip_accept_any && !gw_registry_knows(g, &ev->from)) {
		refuse_new(g, ev, NULL, 403, "not a peer of this gateway", 0);
		return;
	}
	if (ev->replaces) {
		gw_transfer_invite(g, ev, peer);
		return;
	}
	if (gw_overlap_invite(g, ev))
		return;
	if (gw_overload_everywhere(g)) {
		g->media_refused++;
		refuse_new(g, ev, peer, 503, "the media side has too much to do",
			   IW_CAUSE_CONGESTION);
		return;
	}
	call = gw_call_may_begin(g) ? gw_call_new(g) : NULL;
	if (!call) {
		refuse_new(g, ev, peer, 503, "no more calls now", IW_CAUSE_CONGESTION);
		return;
	}
	call->next_at = 0;
	l = gw_sip_in_leg(call, peer, ev);
	call->next_at = 1;
	if (!l) {
		gw_call_drop(call);
		refuse_new(g, ev, peer, 503, "no memory for one more call", IW_CAUSE_CONGESTION);
		return;
	}
	sip_call_set_user(g->sip, ev->call, (void *)(uintptr_t)l->leg.id);
	log_invite(l, ev);
	begin(l, ev);
}
