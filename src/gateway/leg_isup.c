/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leg_isup: what both ISUP legs do alike. */
#include "gateway/leg_isup.h"
#include "interwork/cause.h"

/* Longer than T1 (15-60 s), so that a REL whose RLC was lost is seen to be repeated; what takes
 * longer is between ISUP and the exchange alone. */
#define CLEAR_MS 64000

const char *const gw_isup_event_names[GW_ISUP_NR_EVENTS] = {
	[GW_ISUP_TX_IAM] = "tx IAM",	 [GW_ISUP_TX_ACM] = "tx ACM",
	[GW_ISUP_TX_CPG] = "tx CPG",	 [GW_ISUP_TX_ANSWER] = "tx ANM, CON",
	[GW_ISUP_TX_OTHER] = "tx other", [GW_ISUP_TX_REL] = "tx REL",
	[GW_ISUP_RX_IAM] = "rx IAM",	 [GW_ISUP_RX_ACM] = "rx ACM",
	[GW_ISUP_RX_CPG] = "rx CPG",	 [GW_ISUP_RX_ANSWER] = "rx ANM, CON",
	[GW_ISUP_RX_OTHER] = "rx other", [GW_ISUP_RX_REL] = "rx REL",
	[GW_ISUP_LOST] = "circuit lost", [GW_ISUP_IDLE] = "circuit idle",
	[GW_ISUP_GONE] = "circuit gone", [GW_ISUP_OFFER_BAD] = "odd offer",
	[GW_ISUP_FAILED] = "failed",	 [GW_ISUP_TM] = "time is over",
};

/* The circuit. -------------------------------------------------------------------------------- */
void gw_isup_attach(struct gw_isup_leg *l, struct gw_circuit *c)
{
	struct gw_leg_info *info = &l->leg.call->rec->info.leg[l->leg.at];

	l->circuit = c;
	c->leg = &l->leg;
	info->cic = c->cic;
	info->span = c->span;
	info->timeslot = c->timeslot;
}

void gw_isup_detach(struct gw_isup_leg *l)
{
	if (l->circuit)
		l->circuit->leg = NULL;
	l->circuit = NULL;
}

void gw_isup_post_end(struct gw_isup_leg *l, enum gw_media_type type)
{
	const struct gw_trunk_cfg *t = gw_config_trunk_find(l->leg.gw->cfg, l->trunk->cfg.name);
	struct gw_media m = { .type = type,
			      .end = { .kind = GW_END_TIMESLOT,
				       .span = l->circuit->span,
				       .timeslot = l->circuit->timeslot,
				       .gain_receive_db = t ? t->gain_receive_db : 0,
				       .gain_transmit_db = t ? t->gain_transmit_db : 0 } };

	gw_leg_post_media(&l->leg, &m);
}

/* Steps. -------------------------------------------------------------------------------------- */
/* COT failed came (Q.764 2.1.8): the circuit is kept for CCR, for minutes, and no call is on it. */
static bool rechecks(const struct gw_isup_leg *l)
{
	enum isup_circuit_state s = isup_circuit_state(l->trunk->isup, l->circuit->id);

	return s == ISUP_IN_CHECK_FAILED || s == ISUP_IN_RECHECKING;
}

/* Why ISUP has made a REL by itself. */
static const char *why_local(const struct gw_isup_leg *l, const struct gw_isup_input *in)
{
	if (in->timer == ISUP_T7)
		return "T7 ran out: no ACM";
	if (in->timer == ISUP_T9)
		return "T9 ran out: no answer";
	if (l->circuit && rechecks(l))
		return "the continuity check has failed";
	return gw_isup_is_gone(l, in) ? "the span is down" : "the circuit was reset or misused";
}

void gw_isup_do_pass(void *self, int arg, const void *ev)
{
	const struct gw_isup_input *in = ev;
	struct gw_isup_leg *l = self;

	(void)arg;
	if (!in->local) {
		gw_leg_post(&l->leg, in->msg);
		return;
	}
	gw_leg_note(&l->leg, "REL", "%s", why_local(l, in));
	gw_leg_post_own(&l->leg, in->msg);
}

static int send(struct gw_isup_leg *l, const struct isup_msg *m)
{
	struct gw *g = l->leg.gw;
	char name[8];
	int err = isup_tx(l->trunk->isup, g->now, l->circuit->id, m);

	if (err < 0)
		gw_leg_note(&l->leg, isup_msg_name(m->type, name), "not sent: %s",
			    tg_strerror(err));
	return err;
}

void gw_isup_do_send(void *self, int arg, const void *ev)
{
	const struct gw_isup_input *in = ev;

	(void)arg;
	send(self, in->msg);
}

/* A REL that ISUP does not take: the circuit has no call any more, or there is no room. Then it is
 * reset when this leg lets go of it. */
void gw_isup_do_release(void *self, int arg, const void *ev)
{
	const struct gw_isup_input *in = ev;
	struct gw_isup_leg *l = self;

	(void)arg;
	if (l->circuit && send(l, in->msg) < 0)
		fsm_raise(&l->leg.fsm, GW_ISUP_TM);
}

void gw_isup_do_wait(void *self, int arg, const void *ev)
{
	struct gw_isup_leg *l = self;

	(void)arg;
	(void)ev;
	gw_leg_arm(&l->leg, CLEAR_MS);
}

/* Still with a call on it: nobody would ever release it. */
void gw_isup_do_drop(void *self, int arg, const void *ev)
{
	struct gw_isup_leg *l = self;
	struct gw_circuit *c = l->circuit;

	(void)arg;
	(void)ev;
	gw_isup_detach(l);
	if (c && isup_circuit_has_call(c->trunk->isup, c->id))
		gw_circuit_reset_later(l->leg.gw, c);
}

void gw_isup_do_reject(void *self, int arg, const void *ev)
{
	struct gw_isup_leg *l = self;

	(void)arg;
	(void)ev;
	gw_leg_post_media(&l->leg, &(struct gw_media){ .type = GW_MEDIA_REJECT });
}

void gw_isup_do_rel(void *self, int cause, const void *ev)
{
	struct gw_isup_leg *l = self;

	(void)ev;
	gw_leg_note(&l->leg, "cause", "%d %s", cause, isup_cause_name((uint8_t)cause));
	gw_leg_post_rel(&l->leg, (uint8_t)cause);
}

void gw_isup_do_over(void *self, int arg, const void *ev)
{
	struct gw_isup_leg *l = self;

	(void)arg;
	(void)ev;
	gw_leg_over(&l->leg);
}

bool gw_isup_is_gone(const void *self, const void *ev)
{
	const struct gw_isup_leg *l = self;

	(void)ev;
	return !l->circuit || !l->circuit->usable || rechecks(l);
}

/* In from both sides. ------------------------------------------------------------------------- */
static uint8_t tx_event(uint8_t type)
{
	switch (type) {
	case ISUP_IAM:
		return GW_ISUP_TX_IAM;
	case ISUP_ACM:
		return GW_ISUP_TX_ACM;
	case ISUP_CPG:
		return GW_ISUP_TX_CPG;
	case ISUP_ANM:
	case ISUP_CON:
		return GW_ISUP_TX_ANSWER;
	case ISUP_REL:
		return GW_ISUP_TX_REL;
	default:
		return GW_ISUP_TX_OTHER;
	}
}

static uint8_t rx_event(uint8_t type)
{
	switch (type) {
	case ISUP_ACM:
		return GW_ISUP_RX_ACM;
	case ISUP_CPG:
		return GW_ISUP_RX_CPG;
	case ISUP_ANM:
	case ISUP_CON:
		return GW_ISUP_RX_ANSWER;
	case ISUP_REL:
		return GW_ISUP_RX_REL;
	default:
		return GW_ISUP_RX_OTHER;
	}
}

static void call_tx(struct gw_leg *leg, const struct isup_msg *m)
{
	fsm_feed(&leg->fsm, tx_event(m->type), &(struct gw_isup_input){ .msg = m, .timer = -1 });
}

static enum isup_onward onward_of(const struct gw_isup_leg *l)
{
	return l->no_isup ? ISUP_ONWARD_NONE : ISUP_ONWARD_ISUP;
}

/* Between two trunks this exchange is a transit exchange: the ends control the call (Q.764 2.1). */
static void media_tx(struct gw_leg *leg, const struct gw_media *m)
{
	struct gw_isup_leg *l = gw_isup_leg_of(leg);

	if (m->end.kind == GW_END_TIMESLOT) {
		l->transit = true;
		if (l->circuit)
			isup_circuit_role(l->trunk->isup, l->circuit->id,
					  l->trunk->cfg.incoming_international
						  ? ISUP_TRANSIT_INTERNATIONAL
						  : ISUP_TRANSIT);
	}
	/* What is passed on would be lost there (Q.764 2.9.5.3). */
	if (m->end.kind == GW_END_RTP) {
		l->no_isup = !m->end.carries_isup;
		if (l->circuit)
			isup_circuit_onward(l->trunk->isup, l->circuit->id, onward_of(l));
	}
	if (m->type == GW_MEDIA_OFFER && !gw_path_joinable(GW_END_TIMESLOT, m->end.kind))
		fsm_feed(&leg->fsm, GW_ISUP_OFFER_BAD, NULL);
}

static void expired(struct gw_leg *leg)
{
	fsm_feed(&leg->fsm, GW_ISUP_TM, NULL);
}

static void fini(struct gw_leg *leg)
{
	gw_isup_detach(gw_isup_leg_of(leg));
}

const struct gw_leg_ops gw_isup_leg_ops = {
	.call_tx = call_tx, .media_tx = media_tx, .expired = expired, .fini = fini
};

struct gw_isup_leg *gw_isup_leg_new(struct gw_call *call, uint8_t at, struct gw_trunk *t,
				    const struct fsm_def *def)
{
	struct gw_isup_leg *l = MEM_NEW(call->mem, struct gw_isup_leg);
	struct gw_leg_info *info = &call->rec->info.leg[at];

	if (!l || gw_leg_init(&l->leg, &gw_isup_leg_ops, call, at, GW_SIDE_TRUNK) < 0)
		return NULL;
	l->trunk = t;
	l->leg.plan = gw_config_numbering(call->gw->cfg, t->cfg.name);
	l->leg.ringback = gw_config_ringback(call->gw->cfg, t->cfg.name);
	fsm_init(&l->leg.fsm, def, GW_ISUP_START, l);
	str_copyz(info->name, sizeof(info->name), str_of(t->cfg.name));
	return l;
}

static void feed(struct gw_circuit *c, uint8_t event, const struct isup_out *out)
{
	struct gw_isup_input in = { .timer = -1 };

	if (!c->leg)
		return;
	if (out) {
		in.msg = out->msg;
		in.timer = out->timer;
		in.local = out->local;
	}
	fsm_feed(&c->leg->fsm, event, &in);
}

void gw_isup_circuit_gone(struct gw_circuit *c)
{
	feed(c, GW_ISUP_GONE, NULL);
}

/* The exchange does not answer for this circuit. What waits for its release waits no longer. */
static void alarm(struct gw_circuit *c, int timer)
{
	struct log_subject subj = { .trunk = c->trunk->cfg.name, .cic = c->cic };

	switch (timer) {
	case ISUP_T5:
	case ISUP_T17:
		log_error(LOG_GATEWAY, &subj, "no RLC for a long time: the circuit is being reset");
		feed(c, GW_ISUP_TM, NULL);
		break;
	case ISUP_T23:
		log_error(LOG_GATEWAY, &subj, "no GRA for a long time: GRS is repeated");
		break;
	case ISUP_T28:
		log_error(LOG_GATEWAY, &subj, "no CQR: the exchange does not say its states");
		break;
	case -1:
		log_error(LOG_GATEWAY, &subj, "the exchange has no such circuit (UCIC)");
		break;
	default:
		log_error(LOG_GATEWAY, &subj, "blocking or unblocking is not acknowledged");
	}
}

void gw_isup_event(struct gw *g, const struct isup_out *out)
{
	struct gw_circuit *c = out->user;

	switch (out->type) {
	case ISUP_OUT_CALL:
		if (out->msg->type == ISUP_IAM)
			gw_isup_in_new(g, c, out->msg);
		else
			feed(c, rx_event(out->msg->type), out);
		break;
	case ISUP_OUT_LOST:
		feed(c, GW_ISUP_LOST, NULL);
		break;
	case ISUP_OUT_IDLE:
		gw_circuit_idle(c);
		feed(c, GW_ISUP_IDLE, NULL);
		break;
	case ISUP_OUT_ALARM:
		alarm(c, out->timer);
		break;
	case ISUP_OUT_CONTINUITY:
		gw_check_ask(g, c, out->check);
		break;
	case ISUP_OUT_SEND:
		break;
	}
}
