/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * leg_sip_renew: hold, both ways: SUS, RES and CPG of the trunk become a direction in a re-INVITE of
 * ours and back (RFC 3398 9.1, 9.2), the peer's hold becomes a CPG (9.2), never a SUS. When both
 * re-INVITEs meet, ours waits as RFC 3261 14.1 says.
 */
#include "gateway/leg_sip.h"
#include "isup/params.h"

#define REMOTE_HOLD	 121 /* Q.763 3.25 */
#define REMOTE_RETRIEVAL 122
#define LAST_OCTET	 0x80

enum { QUIET, ASKED, LATER, NR_STATES };
enum { WANT, DONE, REFUSED, GLARE, NOT_NOW, TM, NR_EVENTS };

/* Our re-INVITE. -------------------------------------------------------------------------------- */
static void do_ask(void *self, int arg, const void *ev)
{
	struct gw_sip_leg *l = self;
	struct gw *g = l->leg.gw;
	struct sip_body body;
	int err;

	(void)arg;
	(void)ev;
	l->asked = l->caps.dir = l->wanted;
	err = gw_sip_make_offer(l);
	body = gw_sip_body(l);
	if (err == 0)
		err = sip_call_reinvite(g->sip, g->now, l->sip, &body);
	if (err < 0)
		fsm_raise(&l->renew, NOT_NOW);
}

/* 14.1: who owns the Call-ID waits 2.1 to 4 s, the other one up to 2 s, in steps of 10 ms. */
static void do_arm(void *self, int arg, const void *ev)
{
	struct gw_sip_leg *l = self;
	struct gw *g = l->leg.gw;
	int64_t ms = 10 * (int64_t)rng_below(&g->rng, l->owns_call_id ? 191 : 201);

	(void)arg;
	(void)ev;
	timerq_arm(&g->timers, &l->renew_timer,
		   tick_add_ms(g->now, ms + (l->owns_call_id ? 2100 : 0)));
}

static void do_told(void *self, int arg, const void *ev)
{
	struct gw_sip_leg *l = self;

	(void)arg;
	(void)ev;
	l->told = l->asked;
}

/* The session is as before (14.1). */
static void do_give_up(void *self, int arg, const void *ev)
{
	struct gw_sip_leg *l = self;

	(void)arg;
	(void)ev;
	gw_leg_note(&l->leg, "re-INVITE", "the peer refuses it: it goes on as before");
	l->wanted = l->caps.dir = l->told;
}

static bool is_other(const void *self, const void *ev)
{
	const struct gw_sip_leg *l = self;

	(void)ev;
	return l->wanted != l->told;
}

static bool was_other(const void *self, const void *ev)
{
	const struct gw_sip_leg *l = self;

	(void)ev;
	return l->wanted != l->asked;
}

#define DO(step)             \
	{                    \
		do_##step, 0 \
	}

/* clang-format off */
static const struct fsm_row rows[] = {
	{ QUIET, WANT, is_other, ASKED, { DO(ask) } }, /* RFC 3398 9.1 */
	{ QUIET, WANT, NULL, FSM_SAME, {{0}}, IGNORE("the peer has been told") },
	{ ASKED, DONE, was_other, ASKED, { DO(told), DO(ask) } },
	{ ASKED, DONE, NULL, QUIET, { DO(told) } },
	{ ASKED, REFUSED, NULL, QUIET, { DO(give_up) } },
	{ ASKED, GLARE, NULL, LATER, { DO(arm) } }, /* RFC 3261 14.1 */
	{ ASKED, NOT_NOW, NULL, LATER, { DO(arm) } },
	{ LATER, TM, is_other, ASKED, { DO(ask) } },
	{ LATER, TM, NULL, QUIET, {{0}} },
	{ FSM_ANY, WANT, NULL, FSM_SAME, {{0}}, IGNORE("seen when this one is over") },
	{ FSM_ANY, FSM_ANY, NULL, FSM_SAME, {{0}}, IGNORE("nothing was asked") },
};
/* clang-format on */

static const struct fsm_state states[NR_STATES] = {
	[QUIET] = { .name = "QUIET", .rest = true },
	[ASKED] = { .name = "ASKED", .bound = "the SIP stack: timer B, 64*T1" },
	[LATER] = { .name = "LATER", .bound = "at most 4 s (RFC 3261 14.1)" },
};

static const char *const events[NR_EVENTS] = {
	[WANT] = "direction", [DONE] = "2xx",	     [REFUSED] = "refused",
	[GLARE] = "491",      [NOT_NOW] = "not now", [TM] = "timer",
};

const struct fsm_def gw_sip_renew_def = {
	.name = "re-INVITE of ours",
	.clause = "RFC 3398 9.1, RFC 3261 14.1",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = NR_STATES,
	.nr_events = NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = QUIET,
};

void gw_sip_begin(struct gw_sip_leg *l)
{
	list_init(&l->waiting);
	list_init(&l->branches);
	l->wanted = l->told = l->asked = SDP_SENDRECV;
	l->renew_timer.kind = GW_TM_RENEW;
	fsm_init(&l->renew, &gw_sip_renew_def, QUIET, l);
}

void gw_sip_renew_timer(struct timer *t)
{
	struct gw_sip_leg *l = container_of(t, struct gw_sip_leg, renew_timer);

	if (!l->leg.over)
		fsm_feed(&l->renew, TM, NULL);
}

static bool take_renewed(struct gw_sip_leg *l, const struct sip_event *ev)
{
	struct tg_diag diag = TG_DIAG_NONE;
	struct gw *g = l->leg.gw;
	struct gw_media m;
	bool ok = gw_sip_take_answer(l, ev->msg, &diag);

	/* without memory for the ACK the 2xx comes again (13.2.2.4), and the peer ends it at last */
	sip_call_ack(g->sip, g->now, l->sip, NULL);
	if (!ok) {
		gw_leg_note(&l->leg, "answer", "%s", diag.text);
		return false;
	}
	m = gw_sip_end(l, GW_MEDIA_MODIFY);
	gw_leg_post_media(&l->leg, &m);
	fsm_feed(&l->renew, DONE, NULL);
	return true;
}

bool gw_sip_renewed(struct gw_sip_leg *l, const struct sip_event *ev)
{
	if (l->renew.state != ASKED)
		return true;
	if (ev->type == SIP_EV_ANSWERED)
		return take_renewed(l, ev);
	fsm_feed(&l->renew, ev->status == 491 ? GLARE : REFUSED, NULL);
	return true;
}

/* Hold. ------------------------------------------------------------------------------------------ */
static unsigned notification_of(const struct isup_msg *m)
{
	uint8_t v;

	return isup_get_u8(m, ISUP_P_NOTIFICATION, &v) == 0 ? v & ~(unsigned)LAST_OCTET : 0;
}

bool gw_sip_is_hold(const struct isup_msg *m)
{
	unsigned v = m->type == ISUP_CPG ? notification_of(m) : 0;

	return m->type == ISUP_SUS || m->type == ISUP_RES || v == REMOTE_HOLD ||
	       v == REMOTE_RETRIEVAL;
}

void gw_sip_do_suspend(void *self, int arg, const void *ev)
{
	const struct gw_sip_input *in = ev;
	struct gw_sip_leg *l = self;
	bool hold = in->msg->type == ISUP_SUS || notification_of(in->msg) == REMOTE_HOLD;

	if (iw_profile_rule(&l->profile, IW_RULE_ENCAPSULATION)) { /* 9.1: it goes as it is */
		gw_sip_do_info(self, arg, ev);
		return;
	}
	if (l->peer.flow.quiet_suspend)
		return;
	l->wanted = hold ? SDP_SENDONLY : SDP_SENDRECV;
	fsm_feed(&l->renew, WANT, NULL);
}

/* A direction that lets us send nothing; 0.0.0.0 and port 0 are the old ways to say it (RFC 3264
 * 8.4). */
static bool is_held(const struct sdp_choice *c)
{
	return c->dir == SDP_RECVONLY || c->dir == SDP_INACTIVE || addr_is_any(&c->remote) ||
	       c->remote.port == 0;
}

int gw_sip_hold_msg(bool held, struct isup_msg *m)
{
	const struct isup_event progress = { .event = ISUP_EVENT_PROGRESS };
	int err;

	isup_msg_init(m, ISUP_CPG, 0);
	err = isup_put_event(m, &progress);
	return err < 0 ? err
		       : isup_put_u8(m, ISUP_P_NOTIFICATION,
				     LAST_OCTET | (held ? REMOTE_HOLD : REMOTE_RETRIEVAL));
}

void gw_sip_tell_hold(struct gw_sip_leg *l)
{
	bool held = is_held(&l->choice);
	struct isup_msg m;

	if (held == l->held || tick_is_never(l->leg.call->rec->info.answered))
		return;
	l->held = held;
	if (l->peer.flow.quiet_hold)
		return;
	if (gw_sip_hold_msg(held, &m) == 0)
		gw_leg_post(&l->leg, &m);
}
