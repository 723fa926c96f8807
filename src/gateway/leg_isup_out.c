/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * leg_isup_out: the leg of a call that goes into a trunk: hunting, IAM, and another circuit when
 * the first one turns out not to be ours (automatic repeat attempt, Q.764 2.8.1 and 2.9.1.4).
 */
#include <string.h>

#include "gateway/leg_isup.h"
#include "interwork/cause.h"
#include "isup/transit.h"

/* IAMs on circuits, until one is taken by ISUP. */
static bool try_circuits(struct gw_isup_leg *l)
{
	struct gw *g = l->leg.gw;

	isup_tick(l->trunk->isup, g->now); /* some circuits may rest no longer */
	while (l->attempts < 1u + l->trunk->cfg.repeats) {
		struct gw_circuit *c = gw_trunk_hunt(l->trunk);
		if (!c)
			return false;
		l->attempts++;
		if (l->transit)
			isup_circuit_role(l->trunk->isup, c->id, ISUP_TRANSIT);
		if (l->no_isup)
			isup_circuit_onward(l->trunk->isup, c->id, ISUP_ONWARD_NONE);
		if (isup_tx(l->trunk->isup, g->now, c->id, &l->iam) == 0) {
			gw_isup_attach(l, c);
			return true;
		}
	}
	return false;
}

static void give_up(struct gw_isup_leg *l, uint8_t cause, const char *what, const char *why)
{
	gw_leg_note(&l->leg, what, "%s, after %u attempts", why, l->attempts);
	gw_leg_post_rel(&l->leg, cause);
	fsm_raise(&l->leg.fsm, GW_ISUP_FAILED);
}

/* Circuits that are all busy or blocked are cause 34. While signalling does not reach the other end
 * (MTP-PAUSE, or no ISUP there: Q.764 2.13) nothing may be seized, though there may be idle ones: that
 * is 38, network out of order, as it may last; 27 is of the called user's own interface (Q.850 2.2.7;
 * not checked against the ITU texts). */
static void seize(struct gw_isup_leg *l, enum gw_media_type type)
{
	if (try_circuits(l)) {
		gw_isup_post_end(l, type);
		return;
	}
	l->trunk->overflow++;
	if (gw_overload_takes(l->leg.gw, l->trunk)) {
		l->leg.call->held_back = true;
		give_up(l, IW_CAUSE_CONGESTION, "overload", "the media side has too much to do");
		return;
	}
	if (isup_reaches(l->trunk->isup, l->trunk->cfg.dpc))
		give_up(l, IW_CAUSE_NO_CIRCUIT, "no circuit", l->trunk->cfg.name);
	else
		give_up(l, IW_CAUSE_NETWORK_OUT_OF_ORDER, "not reached", l->trunk->cfg.name);
}

/* As the trunk has it now, in every parameter. */
static void put_dialect(struct gw_isup_leg *l)
{
	const struct iw_ctx x = { NULL, &l->leg.call->rec->explain, l->leg.at };
	const struct iw_dialect d = gw_config_dialect(l->leg.gw->cfg, l->trunk->cfg.name);

	iw_dialect_tx(&x, &d, l->trunk->variant, !l->no_isup, &l->iam);
}

static void gw_isup_do_seize(void *self, int arg, const void *ev)
{
	const struct gw_isup_input *in = ev;
	struct gw_isup_leg *l = self;

	(void)arg;
	l->trunk->calls_out++;
	l->iam = *in->msg;
	put_dialect(l);
	if (l->transit && isup_transit_iam(&l->iam, l->trunk->variant, &l->trunk->cfg.transit) < 0)
		give_up(l, IW_CAUSE_EXCHANGE_ROUTING, "hop counter", "it has come to 0");
	else if (isup_sheds(l->trunk->isup, l->leg.gw->now, l->trunk->cfg.dpc))
		give_up(l, IW_CAUSE_CONGESTION, "congestion", "there, this call is kept back");
	else
		seize(l, GW_MEDIA_ANSWER);
}

/* A COT or a digit that has come is in the IAM of the next circuit, too. */
static void gw_isup_do_forward(void *self, int arg, const void *ev)
{
	const struct gw_isup_input *in = ev;
	struct gw_isup_leg *l = self;
	struct isup_number n, more;
	struct isup_nci nci;

	if (in->msg->type == ISUP_COT && isup_get_nci(&l->iam, &nci) == 0) {
		nci.continuity = 0;
		isup_put_nci(&l->iam, &nci);
	}
	if (in->msg->type == ISUP_SAM && isup_get_number(&l->iam, ISUP_P_CALLED_NUMBER, &n) == 0 &&
	    isup_get_number(in->msg, ISUP_P_SUBSEQUENT_NUMBER, &more) == 0) {
		strncat(n.digits, more.digits, ISUP_MAX_DIGITS - strlen(n.digits));
		isup_put_number(&l->iam, ISUP_P_CALLED_NUMBER, &n);
	}
	gw_isup_do_send(self, arg, ev);
}

/* The old circuit is kept until the new one is found, so that it is not tried again at once. */
static void gw_isup_do_again(void *self, int arg, const void *ev)
{
	struct gw_isup_leg *l = self;
	struct gw_circuit *old = l->circuit;

	(void)arg;
	(void)ev;
	gw_leg_note(&l->leg, "repeat attempt", "CIC %u is not for us", old->cic);
	l->circuit = NULL;
	seize(l, GW_MEDIA_REBIND);
	old->leg = NULL;
}

static void gw_isup_do_through(void *self, int arg, const void *ev)
{
	struct gw_isup_leg *l = self;

	(void)ev;
	gw_leg_post_media(&l->leg, &(struct gw_media){ .type = GW_MEDIA_THROUGH,
						       .through = (enum gw_through)arg });
}

/* RFC 3398 7.2.4.1: cause 44 asks for another circuit and is never passed on. */
static bool not_available(const void *self, const void *ev)
{
	const struct gw_isup_input *in = ev;
	struct isup_cause c;

	(void)self;
	return !in->local && isup_get_cause(in->msg, &c) == 0 &&
	       c.value == IW_CAUSE_CIRCUIT_NOT_AVAILABLE;
}

#define DO(step, arg) GW_ISUP_STEP(step, arg)

/* clang-format off */
static const struct fsm_row rows[] = {
	{ GW_ISUP_START, GW_ISUP_TX_IAM, NULL, GW_ISUP_SEIZED, { DO(seize, 0) } }, /* Q.764 2.1.1.1 */
	{ GW_ISUP_START, GW_ISUP_OFFER_BAD, NULL, GW_ISUP_OVER, { DO(reject, 0), DO(over, 0) } },

	{ GW_ISUP_SEIZED, GW_ISUP_FAILED, NULL, GW_ISUP_OVER, { DO(over, 0) } },
	{ GW_ISUP_SEIZED, GW_ISUP_LOST, NULL, FSM_SAME, { DO(again, 0) } }, /* Q.764 2.9.1.4 */
	{ GW_ISUP_SEIZED, GW_ISUP_RX_REL, not_available, FSM_SAME, { DO(again, 0) } },
	{ GW_ISUP_SEIZED, GW_ISUP_RX_ACM, NULL, GW_ISUP_ADDRESSED, /* RFC 3398 7.2.6 */
	  { DO(through, GW_THROUGH_BACKWARD), DO(pass, 0) } },
	{ GW_ISUP_SEIZED, GW_ISUP_RX_ANSWER, NULL, GW_ISUP_ANSWERED, /* 7.2.7 */
	  { DO(through, GW_THROUGH_BOTH), DO(pass, 0) } },
	{ GW_ISUP_SEIZED, GW_ISUP_RX_OTHER, NULL, FSM_SAME, { DO(pass, 0) } }, /* INR */
	{ GW_ISUP_SEIZED, GW_ISUP_TX_OTHER, NULL, FSM_SAME, { DO(forward, 0) } }, /* SAM, COT, INF */
	GW_ISUP_RELEASED(GW_ISUP_SEIZED),

	{ GW_ISUP_ADDRESSED, GW_ISUP_RX_CPG, NULL, FSM_SAME, { DO(pass, 0) } },
	{ GW_ISUP_ADDRESSED, GW_ISUP_RX_OTHER, NULL, FSM_SAME, { DO(pass, 0) } },
	{ GW_ISUP_ADDRESSED, GW_ISUP_TX_OTHER, NULL, FSM_SAME, { DO(send, 0) } },
	{ GW_ISUP_ADDRESSED, GW_ISUP_RX_ANSWER, NULL, GW_ISUP_ANSWERED,
	  { DO(through, GW_THROUGH_BOTH), DO(pass, 0) } },
	GW_ISUP_RELEASED(GW_ISUP_ADDRESSED),

	{ GW_ISUP_ANSWERED, GW_ISUP_RX_CPG, NULL, FSM_SAME, { DO(pass, 0) } },
	{ GW_ISUP_ANSWERED, GW_ISUP_RX_OTHER, NULL, FSM_SAME, { DO(pass, 0) } }, /* SUS, RES */
	{ GW_ISUP_ANSWERED, GW_ISUP_TX_OTHER, NULL, FSM_SAME, { DO(send, 0) } },
	{ GW_ISUP_ANSWERED, GW_ISUP_TX_CPG, NULL, FSM_SAME, { DO(send, 0) } },
	GW_ISUP_RELEASED(GW_ISUP_ANSWERED),

	GW_ISUP_END_ROWS,
};
/* clang-format on */

static const struct fsm_state states[GW_ISUP_NR_STATES] = {
	[GW_ISUP_START] = { .name = "START", .rest = true },
	[GW_ISUP_SEIZED] = { .name = "SEIZED", .bound = "T7 of ISUP" },
	[GW_ISUP_ADDRESSED] = { .name = "ADDRESSED", .bound = "T9 of ISUP" },
	[GW_ISUP_ANSWERED] = { .name = "ANSWERED", .bound = "the users" },
	[GW_ISUP_CLEARING] = { .name = "CLEARING", .bound = "64 s; T5 of ISUP" },
	[GW_ISUP_OVER] = { .name = "OVER", .rest = true },
};

const struct fsm_def gw_isup_out_def = {
	.name = "ISUP leg that is called",
	.clause = "Q.764 2.1, RFC 3398 7.2",
	.states = states,
	.events = gw_isup_event_names,
	.rows = rows,
	.nr_states = GW_ISUP_NR_STATES,
	.nr_events = GW_ISUP_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = GW_ISUP_START,
};

int gw_isup_leg_out_new(struct gw_call *call, struct gw_trunk *t)
{
	return gw_isup_leg_new(call, call->next_at, t, &gw_isup_out_def) ? 0 : TG_ENOMEM;
}
