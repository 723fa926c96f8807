/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leg_sip_out: the leg of a call that goes to SIP: RFC 3398 8.2 as seen from SIP. */
#include <stdio.h>

#include "gateway/leg_sip.h"
#include "gateway/redirect.h"
#include "gateway/registration.h"
#include "gateway/registry.h"
#include "interwork/backward.h"
#include "interwork/progress.h"
#include "interwork/setup.h"
#include "isup/params.h"

#define TIMER_C_MS 180000 /* RFC 3261 16.6, 11: for a peer that says 1xx and nothing else */

enum { START, TRYING, PROGRESSING, ALERTING, CONNECTED, RELEASING, OVER, NR_STATES };

enum {
	TX_IAM,
	TX_REL,
	TX_OTHER,
	TX_SAM,
	TX_COT,
	RX_UPDATE_BAD, /* ours has been refused */
	OFFER_BAD,     /* the other end cannot be joined to RTP */
	RX_ALERTING,   /* 180 */
	RX_PROGRESS,   /* other 101-199 */
	RX_ANSWER,
	RX_REJECT,
	RX_BYE,
	RX_REINVITE, /* or UPDATE with an offer */
	RX_INFO,
	RX_ACK, /* of our 2xx to a re-INVITE */
	RX_NO_ACK,
	RX_ENDED,
	TX_SUSPEND,	/* SUS, RES, CPG with hold or its end */
	RX_RENEWED,	/* our re-INVITE: answered, or refused */
	RX_RENEWED_BAD, /* its answer cannot be used */
	FAILED,		/* the INVITE could not be sent */
	TM,		/* T11, timer C, or a retry */
	NR_EVENTS
};

/* The INVITE. --------------------------------------------------------------------------------- */
/* RFC 4904 5: the trunk group that the call comes from, as the user part of Contact; "": none. Who hides
 * his number is not named there. */
static void print_group(struct gw_sip_leg *l, const struct iw_invite_out *out, char *buf,
			size_t size)
{
	const struct gw_leg *from = l->leg.call->leg[0];
	const struct gw_trunk *t =
		from->side == GW_SIDE_TRUNK
			? gw_trunk_find(l->leg.gw, l->leg.call->rec->info.leg[0].name)
			: NULL;
	bool shown = out->calling[0] && strstr(out->from, out->calling);

	buf[0] = '\0';
	if (t && t->cfg.group[0] && iw_mapped(&l->iw, IW_MAP_TRUNK_GROUP, t->cfg.group, "Contact"))
		snprintf(buf, size, "%s;tgrp=%s;trunk-context=%s",
			 shown ? out->calling : "anonymous", t->cfg.group, t->cfg.group_context);
}

/* Of the INVITE before, with less digits, or with what was refused. */
static const struct sip_identity_of_call *like(const struct gw_sip_leg *l)
{
	const struct gw_call *call = l->leg.call;

	if (l->grow)
		return gw_sip_grow_like(l);
	return &l->leg == call->leg[1] && call->again.call_id.len ? &call->again : NULL;
}

/* Whose location it is has called himself: it is not for who he is transferred to. */
static const struct iw_location *put_location(struct gw_sip_leg *l, struct iw_headers *h)
{
	const struct gw_call *call = l->leg.call;

	if (!call->location || l->leg.at != 1 || call->transfer ||
	    !iw_location_to_sip(&l->iw, call->location, h))
		return NULL;
	return call->location;
}

static int send_invite(struct gw_sip_leg *l, struct iw_invite_out *out, const struct isup_msg *iam)
{
	struct sip_extra extra[GW_MAX_EXTRAS];
	struct str route[SIP_REGISTRATION_ROUTES];
	struct gw *g = l->leg.gw;
	struct iw_encap e;
	const struct gw_login_cfg *login = &l->peer.login;
	const struct sip_digest_user user = { str_of(login->user), str_of(login->realm),
					      login->ha1 };
	const struct iw_location *where = put_location(l, &out->headers);
	char next[GW_NEXT_MAX], group[GW_GROUP_MAX + IW_CONTEXT_MAX + 80];
	static const sip_path_id paths[SIP_NR_TRANSPORTS] = {
		[SIP_UDP] = GW_SIP_PATH,
		[SIP_TCP] = GW_SIP_TCP_PATH,
		[SIP_TLS] = GW_SIP_TLS_PATH,
		[SIP_SCTP] = GW_SIP_SCTP_PATH,
	};
	struct sip_invite inv = {
		.path = paths[l->peer.transport],
		.target = l->peer.addr,
		.next = str_of(l->peer.host[0] ? gw_peer_next(&l->peer, next) : ""),
		.uri = str_of(l->contact ? l->contact : out->uri),
		.from = str_of(out->from),
		.to = str_of(out->to),
		.body = gw_sip_body(l),
		.user = (void *)(uintptr_t)l->leg.id,
		.like = like(l),
		.features = { .rel100 = l->peer.flow.rel100,
			      .session_expires_s = g->cfg->sip_session_expires_s,
			      .min_se_s = g->cfg->sip_min_se_s },
		.login = login->user[0] ? &user : NULL,
	};
	int err;

	if (!l->contact) {
		print_group(l, out, group, sizeof(group));
		inv.contact_user = str_of(group);
		inv.route = route;
		inv.nr_route =
			gw_registrations_route(g, l->peer.name, route, SIP_REGISTRATION_ROUTES);
	}
	if (l->peer.flow.redirects == GW_REDIRECT_FOLLOW && !l->request_uri.len)
		l->request_uri = mem_keep(l->leg.call->mem, inv.uri); /* a 305 may be for it */
	inv.body.extra = extra;
	inv.body.nr_extra = gw_sip_extras(&out->headers, extra, GW_MAX_EXTRAS);
	if (l->peer.flow.asks_early_media && inv.body.nr_extra < GW_MAX_EXTRAS) /* RFC 5009 8.1 */
		extra[inv.body.nr_extra++] =
			(struct sip_extra){ STR("P-Early-Media"), STR("supported") };
	if (l->waits_qos && inv.body.nr_extra < GW_MAX_EXTRAS) /* RFC 3312 11 */
		extra[inv.body.nr_extra++] =
			(struct sip_extra){ STR("Require"), STR("precondition") };
	if (l->replaces.len && inv.body.nr_extra < GW_MAX_EXTRAS) /* RFC 3891 6 */
		extra[inv.body.nr_extra++] = (struct sip_extra){ STR("Replaces"), l->replaces };
	if (l->referred_by.len && inv.body.nr_extra < GW_MAX_EXTRAS) /* RFC 3892 3 */
		extra[inv.body.nr_extra++] =
			(struct sip_extra){ STR("Referred-By"), l->referred_by };
	inv.max_forwards = out->max_forwards;
	inv.body.nr_extra = gw_sip_put_iam(l, iam, where, &e, &inv.body, extra, inv.body.nr_extra);
	err = sip_call_start(g->sip, g->now, &inv, &l->sip);
	if (inv.like == &l->leg.call->again) /* once */
		l->leg.call->again = (struct sip_identity_of_call){ 0 };
	return err;
}

static bool can_clear(const struct gw_peer_cfg *p)
{
	for (unsigned i = 0; i < p->nr_codecs; i++)
		if (p->codec[i] == SDP_CLEARMODE)
			return true;
	return false;
}

/* For data their codec alone, for speech all others, for data that may be speech both in this order;
 * false: none is left. */
static bool choose_medium(struct gw_peer_cfg *p, enum iw_medium medium)
{
	enum sdp_codec_id chosen[SDP_NR_CODECS];
	unsigned nr = 0;

	if (medium != IW_MEDIUM_AUDIO && can_clear(p))
		chosen[nr++] = SDP_CLEARMODE;
	for (unsigned i = 0; medium != IW_MEDIUM_CLEAR && i < p->nr_codecs; i++)
		if (p->codec[i] != SDP_CLEARMODE)
			chosen[nr++] = p->codec[i];
	memcpy(p->codec, chosen, nr * sizeof(chosen[0]));
	p->nr_codecs = nr;
	return nr > 0;
}

/* The cause of what went wrong, or 0. */
static int to_invite(struct gw_sip_leg *l, const struct isup_msg *iam, struct iw_invite_out *out)
{
	char theirs[ADDR_TEXT_MAX];
	const char *host = addr_print(&l->peer.addr, theirs);
	struct iw_hosts hosts = { host, l->leg.gw->host, true, can_clear(&l->peer) };

	if (l->peer.host[0])
		hosts.theirs = l->peer.host;
	if (l->peer.domain[0])
		hosts.theirs = l->peer.domain;
	return iw_iam_to_invite(&l->iw, iam, &l->leg.plan, &hosts, out);
}

static uint8_t invite(struct gw_sip_leg *l, const struct isup_msg *iam)
{
	struct isup_ofci ofci;
	struct iw_invite_out out;

	if (to_invite(l, iam, &out) < 0)
		return out.cause;
	if (!choose_medium(&l->peer, (enum iw_medium)out.medium))
		return IW_CAUSE_BEARER_NOT_IMPLEMENTED;
	l->fallback = out.fallback;
	if (isup_get_value(iam, &isup_itu, ISUP_P_OFCI, &ofci, sizeof(ofci)) == 0)
		l->connected_wanted = ofci.connected_line;
	if (gw_sip_take_channel(l) < 0)
		return IW_CAUSE_RESOURCE_UNAVAILABLE;
	gw_sip_qos_offer(l, iam);
	if (gw_sip_make_offer(l) < 0)
		return IW_CAUSE_RESOURCE_UNAVAILABLE;
	return send_invite(l, &out, iam) < 0 ? IW_CAUSE_TEMPORARY_FAILURE : 0;
}

/* RFC 3578 3.2: with the offer of the one before. */
int gw_sip_invite_again(struct gw_sip_leg *l, const struct isup_msg *iam)
{
	struct iw_invite_out out;
	int err = to_invite(l, iam, &out);

	return err < 0 ? err : send_invite(l, &out, iam);
}

/* RFC 3261 8.1.3.5: what is sent again has "the same value of the Call-ID, To, and From of the previous
 * request". When the time for it comes the session is over. Without room it is a call of its own. */
static void keep_identity(struct gw_sip_leg *l)
{
	struct sip_identity_of_call *a = &l->identity;
	struct mem *m = l->leg.call->mem;

	if (!l->waits_qos && !gw_sip_isup_is_preferred(l))
		return;
	if (sip_call_identity(l->leg.gw->sip, l->sip, a) == 0) {
		a->call_id = mem_keep(m, a->call_id);
		a->from = mem_keep(m, a->from);
		a->tag = mem_keep(m, a->tag);
	}
	if (!a->call_id.p || !a->from.p || !a->tag.p)
		*a = (struct sip_identity_of_call){ 0 };
}

static void do_arm(void *self, int ms, const void *ev)
{
	struct gw_sip_leg *l = self;

	(void)ev;
	gw_leg_arm(&l->leg, ms);
}

/* Q.764 table A.1: 15-20 s, shorter than anybody's T7. Without it the peer has timer C's time. */
static void do_arm_t11(void *self, int arg, const void *ev)
{
	struct gw_sip_leg *l = self;
	unsigned s = iw_profile_rule(&l->profile, IW_RULE_T11);

	(void)arg;
	(void)ev;
	gw_leg_arm(&l->leg, s ? (int)s * 1000 : TIMER_C_MS);
}

static bool has_t11(const void *self, const void *ev)
{
	const struct gw_sip_leg *l = self;

	(void)ev;
	return iw_profile_rule(&l->profile, IW_RULE_T11) != 0;
}

/* 8.2.1.1 */
static void do_invite(void *self, int arg, const void *ev)
{
	const struct gw_sip_input *in = ev;
	struct gw_sip_leg *l = self;
	uint8_t cause = invite(l, in->msg);

	(void)arg;
	if (!cause) {
		keep_identity(l);
		gw_sip_grow_begin(l, in->msg);
		return;
	}
	gw_leg_note(&l->leg, "no INVITE", "cause %u %s", cause, isup_cause_name(cause));
	gw_leg_post_rel(&l->leg, cause);
	fsm_raise(&l->leg.fsm, FAILED);
}

static void do_reject_offer(void *self, int arg, const void *ev)
{
	struct gw_sip_leg *l = self;

	(void)arg;
	(void)ev;
	gw_leg_post_media(&l->leg, &(struct gw_media){ .type = GW_MEDIA_REJECT });
}

/* Backward. ----------------------------------------------------------------------------------- */
/* A session description came: who called may hear it (8.2.3). */
static void post_early(struct gw_sip_leg *l)
{
	const struct gw_media early = { .type = GW_MEDIA_THROUGH, .through = GW_THROUGH_BACKWARD };

	gw_leg_post_media(&l->leg, &early);
}

static void do_early(void *self, int arg, const void *ev)
{
	const struct gw_sip_input *in = ev;
	struct gw_sip_leg *l = self;
	struct gw_media m;

	(void)arg;
	if (!in->sdp_ok)
		return;
	m = gw_sip_end(l, GW_MEDIA_ANSWER);
	gw_leg_post_media(&l->leg, &m);
	post_early(l);
}

/* An UPDATE of one branch before the answer. */
static void do_update(void *self, int arg, const void *ev)
{
	const struct gw_sip_input *in = ev;
	struct gw_sip_leg *l = self;
	struct gw_media m;

	(void)arg;
	gw_sip_reinvite(l, in->ev);
	if (!gw_sip_early_updated(l, in->ev->msg))
		return;
	m = gw_sip_end(l, GW_MEDIA_ANSWER);
	gw_leg_post_media(&l->leg, &m);
	post_early(l);
}

/* Q.764 2.1.8: no ACM before COT. */
static bool is_too_early(const struct gw_sip_leg *l)
{
	return l->waits_qos && !l->cot_came;
}

static void do_progress(void *self, int arg, const void *ev)
{
	struct isup_msg m[IW_PROGRESS_MAX];
	const struct gw_sip_input *in = ev;
	struct gw_sip_leg *l = self;
	bool in_band = l->early && iw_early_media(&l->iw, in->ev->msg);
	int nr = iw_progress_isup(&l->iw, in->ev->status, l->acm_sent, in_band, m);

	(void)arg;
	if (is_too_early(l))
		return;
	for (int i = 0; i < nr; i++) {
		if (i == nr - 1)
			iw_backward_to_isup(&l->iw, in->ev->msg, &l->leg.plan, &m[i]);
		gw_sip_take_isup(l, in->ev->msg, &m[i]);
		gw_leg_post(&l->leg, &m[i]);
	}
	l->acm_sent |= nr > 0;
}

/* 8.2.8: keeps the T7 of who called from running out. */
static void do_early_acm(void *self, int arg, const void *ev)
{
	struct isup_msg m[IW_PROGRESS_MAX];
	struct gw_sip_leg *l = self;

	(void)arg;
	(void)ev;
	gw_leg_note(&l->leg, "T11", "ran out: an ACM without the peer's");
	if (is_too_early(l) || iw_progress_isup(&l->iw, 183, false, false, m) != 1)
		return;
	gw_leg_post(&l->leg, &m[0]);
	l->acm_sent = true;
}

/* 8.2.4: the ACK, both ways through, ANM or CON. Without memory for the ACK the 2xx comes again;
 * when it never can be sent the peer ends the call (13.3.1.4). */
static void do_answer(void *self, int arg, const void *ev)
{
	const struct gw_media both = { .type = GW_MEDIA_THROUGH, .through = GW_THROUGH_BOTH };
	struct gw_sip_leg *l = self;
	struct gw *g = l->leg.gw;
	struct gw_media m = gw_sip_end(l, GW_MEDIA_ANSWER);
	const struct gw_sip_input *in = ev;
	struct isup_msg answer;

	(void)arg;
	gw_leg_cancel(&l->leg);
	l->leg.call->rec->info.sip_status = 200;
	if (sip_call_ack(g->sip, g->now, l->sip, NULL) < 0)
		gw_leg_arm(&l->leg, 1000);
	gw_leg_post_media(&l->leg, &m);
	gw_leg_post_media(&l->leg, &both);
	iw_answer_isup(&l->iw, l->acm_sent, &answer);
	if (l->connected_wanted)
		iw_connected_to_isup(&l->iw, in->ev->msg, &l->leg.plan, &answer);
	iw_backward_to_isup(&l->iw, in->ev->msg, &l->leg.plan, &answer);
	iw_medium_used(&l->iw, l->fallback, l->choice.codec == SDP_CLEARMODE, &answer);
	gw_sip_take_isup(l, in->ev->msg, &answer);
	gw_leg_post(&l->leg, &answer);
}

static void do_ack_again(void *self, int arg, const void *ev)
{
	struct gw_sip_leg *l = self;
	int err = sip_call_ack(l->leg.gw->sip, l->leg.gw->now, l->sip, NULL);

	(void)arg;
	(void)ev;
	if (err == TG_ENOMEM || err == TG_ELIMIT)
		gw_leg_arm(&l->leg, 1000);
}

/* 8.2.6.1 */
static void do_rel_status(void *self, int arg, const void *ev)
{
	const struct gw_sip_input *in = ev;
	struct gw_sip_leg *l = self;
	struct iw_source source;
	struct isup_msg rel;
	char label[40];

	(void)arg;
	gw_leg_cancel(&l->leg);
	if (in->msg) { /* the best of several */
		l->leg.call->rec->info.sip_status = in->status;
		gw_leg_post(&l->leg, in->msg);
		return;
	}
	l->leg.call->rec->info.sip_status = in->ev->status;
	gw_sip_qos_rejected(l, in->ev);
	if (in->ev->msg)
		l->identity.cseq = in->ev->msg->cseq + 1;
	iw_response_to_rel(&l->iw, in->ev->status, in->ev->msg, in->ev->local, &rel, &source);
	iw_backward_to_isup(&l->iw, in->ev->msg, &l->leg.plan, &rel);
	gw_sip_take_isup(l, in->ev->msg, &rel);
	gw_redirect_rx(l, in->ev->status, in->ev->msg, &rel);
	snprintf(label, sizeof(label), "%u%s", in->ev->status, in->ev->local ? ", by itself" : "");
	gw_sip_post_rel(l, &rel, label, source, in->ev->local);
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
#define BEFORE_ANSWER(state) \
	{ state, RX_ANSWER, gw_sip_has_answer, CONNECTED, { DO(answer, 0) } }, /* 8.2.4 */ \
	{ state, RX_ANSWER, NULL, RELEASING, { SHARED(abort, IW_CAUSE_BEARER_NOT_IMPLEMENTED) } }, \
	{ state, RX_REJECT, NULL, RELEASING, { DO(rel_status, 0) } }, /* 8.2.5, 8.2.6 */ \
	{ state, RX_INFO, NULL, FSM_SAME, { SHARED(take_info, 0) } }, \
	{ state, RX_REINVITE, NULL, FSM_SAME, { DO(update, 0) } }, /* RFC 3311 5.2 */ \
	{ state, TX_COT, NULL, FSM_SAME, { SHARED(cot, 0) } }, /* RFC 3312 6 */ \
	{ state, RX_UPDATE_BAD, NULL, RELEASING, { SHARED(abort, IW_CAUSE_TEMPORARY_FAILURE) } }, \
	{ state, RX_BYE, NULL, RELEASING, { SHARED(rel_request, 0) } }, \
	{ state, TX_REL, NULL, RELEASING, { SHARED(hangup, 0) } } /* 8.2.7 */

static const struct fsm_row rows[] = {
	{ START, TX_IAM, NULL, TRYING, { DO(arm_t11, 0), DO(invite, 0) } }, /* 8.2.1 */
	{ START, OFFER_BAD, NULL, OVER, { DO(reject_offer, 0), SHARED(over, 0) } },
	{ START, TX_REL, NULL, OVER, { SHARED(over, 0) } },

	{ TRYING, FAILED, NULL, OVER, { SHARED(over, 0) } },
	{ TRYING, RX_ALERTING, NULL, ALERTING, /* 8.2.3 */
	  { DO(arm, TIMER_C_MS), DO(early, 0), DO(progress, 0) } },
	{ TRYING, RX_PROGRESS, NULL, PROGRESSING,
	  { DO(arm, TIMER_C_MS), DO(early, 0), DO(progress, 0) } },
	{ TRYING, TM, has_t11, PROGRESSING, /* 8.2.8 */
	  { DO(arm, TIMER_C_MS), DO(early_acm, 0) } },
	{ TRYING, TM, NULL, RELEASING, { SHARED(abort, IW_CAUSE_TIMER_EXPIRY) } },
	{ TRYING, TX_SAM, NULL, FSM_SAME, { SHARED(grow, 0) } }, /* RFC 3578 3.2 */
	BEFORE_ANSWER(TRYING),

	{ PROGRESSING, RX_ALERTING, NULL, ALERTING, { DO(early, 0), DO(progress, 0) } },
	{ PROGRESSING, RX_PROGRESS, NULL, FSM_SAME, { DO(early, 0), DO(progress, 0) } },
	{ PROGRESSING, TM, NULL, RELEASING, { SHARED(abort, IW_CAUSE_TIMER_EXPIRY) } },
	BEFORE_ANSWER(PROGRESSING),

	{ ALERTING, RX_ALERTING, NULL, FSM_SAME, { DO(early, 0) } }, /* it is known: no CPG again */
	{ ALERTING, RX_PROGRESS, NULL, FSM_SAME, { DO(early, 0), DO(progress, 0) } },
	{ ALERTING, TM, NULL, RELEASING, { SHARED(abort, IW_CAUSE_NO_ANSWER) } },
	BEFORE_ANSWER(ALERTING),

	{ CONNECTED, RX_REINVITE, NULL, FSM_SAME, { SHARED(reinvite, 0) } }, /* 9.2 */
	{ CONNECTED, TX_SUSPEND, NULL, FSM_SAME, { SHARED(suspend, 0) } }, /* 9.1 */
	{ CONNECTED, RX_RENEWED, NULL, FSM_SAME, {{0}}, IGNORE("the media plane knows it") },
	{ CONNECTED, RX_RENEWED_BAD, NULL, RELEASING, { SHARED(abort, IW_CAUSE_BEARER_NOT_IMPLEMENTED) } },
	{ CONNECTED, RX_ACK, gw_sip_has_answer, FSM_SAME, { SHARED(modify, 0) } },
	{ CONNECTED, RX_ACK, NULL, RELEASING, { SHARED(abort, IW_CAUSE_BEARER_NOT_IMPLEMENTED) } },
	{ CONNECTED, RX_INFO, NULL, FSM_SAME, { SHARED(take_info, 0) } },
	{ CONNECTED, TX_OTHER, NULL, FSM_SAME, { SHARED(info, 0) } },
	{ CONNECTED, RX_NO_ACK, NULL, RELEASING, { SHARED(rel, IW_CAUSE_TIMER_EXPIRY) } },
	{ CONNECTED, RX_BYE, NULL, RELEASING, { SHARED(rel_request, 0) } }, /* 10.1 */
	{ CONNECTED, TX_REL, NULL, RELEASING, { SHARED(hangup, 0) } }, /* 10.2 */
	{ CONNECTED, TM, NULL, FSM_SAME, { DO(ack_again, 0) } },

	{ RELEASING, RX_ENDED, NULL, OVER, { SHARED(over, 0) } },
	{ RELEASING, TM, NULL, FSM_SAME, { SHARED(again, 0) } },
	{ RELEASING, FSM_ANY, NULL, FSM_SAME, {{0}}, IGNORE("the end is on its way") },

	{ OVER, FSM_ANY, NULL, FSM_SAME, {{0}}, IGNORE("the leg is over") },

	{ FSM_ANY, RX_ENDED, NULL, OVER, { SHARED(rel, IW_CAUSE_TEMPORARY_FAILURE), SHARED(over, 0) } },
	{ FSM_ANY, FSM_ANY, NULL, FSM_SAME, {{0}}, IGNORE("means nothing here") },
};
/* clang-format on */

static const struct fsm_state states[NR_STATES] = {
	[START] = { .name = "START", .rest = true },
	[TRYING] = { .name = "TRYING", .bound = "T11; without it timer C" },
	[PROGRESSING] = { .name = "PROGRESSING", .bound = "timer B of SIP; timer C; T9 there" },
	[ALERTING] = { .name = "ALERTING", .bound = "timer C; T9 of the peer's exchange" },
	[CONNECTED] = { .name = "CONNECTED", .bound = "the users" },
	[RELEASING] = { .name = "RELEASING", .bound = "the SIP stack: timers B, F, 64*T1" },
	[OVER] = { .name = "OVER", .rest = true },
};

static const char *const events[NR_EVENTS] = {
	[TX_IAM] = "IAM",
	[TX_REL] = "REL",
	[TX_OTHER] = "other message",
	[TX_SAM] = "SAM",
	[TX_COT] = "COT",
	[RX_UPDATE_BAD] = "UPDATE refused",
	[OFFER_BAD] = "odd offer",
	[RX_ALERTING] = "180",
	[RX_PROGRESS] = "1xx",
	[RX_ANSWER] = "2xx",
	[RX_REJECT] = "300-699",
	[RX_BYE] = "BYE",
	[RX_REINVITE] = "re-INVITE",
	[RX_INFO] = "INFO",
	[RX_ACK] = "ACK",
	[TX_SUSPEND] = "SUS, RES, hold",
	[RX_RENEWED] = "renewed",
	[RX_RENEWED_BAD] = "renewed, no use",
	[RX_NO_ACK] = "no ACK",
	[RX_ENDED] = "session ended",
	[FAILED] = "failed",
	[TM] = "timer",
};

const struct fsm_def gw_sip_out_def = {
	.name = "SIP leg that is called",
	.clause = "RFC 3398 8.2",
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
	uint8_t event = m->type == ISUP_IAM   ? TX_IAM
			: m->type == ISUP_REL ? TX_REL
			: m->type == ISUP_SAM ? TX_SAM
			: m->type == ISUP_COT ? TX_COT
			: gw_sip_is_hold(m)   ? TX_SUSPEND
					      : TX_OTHER;

	fsm_feed(&leg->fsm, event, &in);
	if (event == TX_REL)
		gw_sip_grow_hangup(gw_sip_leg_of(leg));
}

static void media_tx(struct gw_leg *leg, const struct gw_media *m)
{
	bool room = m->end.kind != GW_END_RTP || gw_inside_any(&leg->gw->inside);

	if (m->type == GW_MEDIA_OFFER && (!room || !gw_path_joinable(GW_END_RTP, m->end.kind)))
		fsm_feed(&leg->fsm, OFFER_BAD, NULL);
}

static void expired(struct gw_leg *leg)
{
	fsm_feed(&leg->fsm, TM, NULL);
}

static const struct gw_leg_ops ops = {
	.call_tx = call_tx, .media_tx = media_tx, .expired = expired, .fini = gw_sip_fini
};

static uint8_t event_of(const struct sip_event *ev)
{
	switch (ev->type) {
	case SIP_EV_PROGRESS:
		return ev->status == 180 ? RX_ALERTING : RX_PROGRESS;
	case SIP_EV_ANSWERED:
		return RX_ANSWER;
	case SIP_EV_REJECTED:
		return RX_REJECT;
	case SIP_EV_BYE:
		return RX_BYE;
	case SIP_EV_REINVITE:
	case SIP_EV_UPDATE:
		return RX_REINVITE;
	case SIP_EV_INFO:
		return RX_INFO;
	case SIP_EV_ACKED:
		return RX_ACK;
	case SIP_EV_NO_ACK:
	case SIP_EV_EXPIRED: /* RFC 4028 10 */
		return RX_NO_ACK;
	case SIP_EV_ENDED:
		return RX_ENDED;
	default:
		return NR_EVENTS;
	}
}

/* Does the message leave us with an agreed description? A response without one leaves it as it
 * was. */
static bool take_sdp(struct gw_sip_leg *l, const struct sip_event *ev)
{
	struct tg_diag diag = TG_DIAG_NONE;
	bool due = ev->type == SIP_EV_ACKED && l->we_offered;
	bool may = ev->type == SIP_EV_PROGRESS || ev->type == SIP_EV_ANSWERED;

	bool ok;

	if (!due && !may)
		return true;
	if (ev->type == SIP_EV_PROGRESS)
		ok = gw_sip_early_rx(l, ev->msg, &diag);
	else if (ev->type == SIP_EV_ANSWERED)
		ok = gw_sip_early_answered(l, ev->msg, &diag);
	else
		ok = gw_sip_take_answer(l, ev->msg, &diag);
	if (ok || diag.text[0] == '\0')
		return ok;
	gw_leg_note(&l->leg, "answer", "%s", diag.text);
	return false;
}

/* Our UPDATE: its answer is what holds now. */
static void updated(struct gw_sip_leg *l, const struct sip_event *ev)
{
	struct tg_diag diag = TG_DIAG_NONE;

	if (ev->status < 300 && gw_sip_early_rx(l, ev->msg, &diag)) {
		struct gw_media m = gw_sip_end(l, GW_MEDIA_MODIFY);
		gw_leg_post_media(&l->leg, &m);
	} else if (ev->status >= 300) {
		fsm_feed(&l->leg.fsm, RX_UPDATE_BAD, NULL);
	}
}

/* What a CANCEL has led to is the status of the call, unless there was one. */
static void note_end(struct gw_sip_leg *l, const struct sip_event *ev)
{
	struct gw_call_info *info = &l->leg.call->rec->info;

	if (ev->type == SIP_EV_ENDED && l->leg.fsm.state == RELEASING &&
	    &l->leg == l->leg.call->leg[1] && !info->sip_status)
		info->sip_status = ev->status;
}

static void rx(struct gw_sip_leg *l, const struct sip_event *ev)
{
	uint8_t event = event_of(ev);
	struct gw_sip_input in = { .ev = ev };

	if (l->leg.over || gw_sip_grow_rx(l, ev))
		return;
	if (ev->type == SIP_EV_DONE && ev->method == SIP_UPDATE) {
		updated(l, ev);
		return;
	}
	if (l->leg.fsm.state == CONNECTED && event == RX_ANSWER)
		event = gw_sip_renewed(l, ev) ? RX_RENEWED : RX_RENEWED_BAD;
	else if (ev->type == SIP_EV_REINVITE_FAILED)
		event = gw_sip_renewed(l, ev) ? RX_RENEWED : RX_RENEWED_BAD;
	else if (event != NR_EVENTS)
		in.sdp_ok = take_sdp(l, ev);
	if (event == NR_EVENTS)
		return;
	note_end(l, ev);
	fsm_feed(&l->leg.fsm, event, &in);
	gw_sip_qos_tell(l);
}

void gw_sip_out_failed(struct gw_sip_leg *l, struct gw_sip_input *in)
{
	fsm_feed(&l->leg.fsm, RX_REJECT, in);
}

void gw_sip_out_ended(struct gw_sip_leg *l)
{
	fsm_feed(&l->leg.fsm, RX_ENDED, NULL);
}

int gw_sip_leg_out_new(struct gw_call *call, const struct gw_peer_cfg *peer, const char *contact)
{
	struct gw_sip_leg *l = MEM_NEW(call->mem, struct gw_sip_leg);
	struct gw_leg_info *info = &call->rec->info.leg[call->next_at];
	int err;

	if (!l)
		return TG_ENOMEM;
	l->rx = rx;
	l->peer = *peer;
	l->trusted = true;
	l->acm_sent = call->addressed;
	if (contact) {
		l->contact = mem_keep(call->mem, str_of(contact)).p;
		if (!l->contact)
			return TG_ENOMEM;
	}
	err = gw_leg_init(&l->leg, &ops, call, call->next_at, GW_SIDE_SIP);
	if (err < 0)
		return err;
	gw_sip_profile(l);
	gw_sip_begin(l);
	l->owns_call_id = true;
	fsm_init(&l->leg.fsm, &gw_sip_out_def, START, l);
	str_copyz(info->name, sizeof(info->name), str_of(peer->name));
	return 0;
}
