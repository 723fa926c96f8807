/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leg_isup_in: the leg of a call that comes from a trunk. */
#include "gateway/leg_isup.h"
#include "interwork/release.h"

static void gw_isup_do_offer(void *self, int arg, const void *ev)
{
	(void)arg;
	(void)ev;
	gw_isup_post_end(self, GW_MEDIA_OFFER);
}

#define DO(step, arg) GW_ISUP_STEP(step, arg)

/* clang-format off */
static const struct fsm_row rows[] = {
	{ GW_ISUP_START, GW_ISUP_RX_IAM, NULL, GW_ISUP_SEIZED, { DO(offer, 0), DO(pass, 0) } }, /* 8.2.1 */

	{ GW_ISUP_SEIZED, GW_ISUP_TX_ACM, NULL, GW_ISUP_ADDRESSED, { DO(send, 0) } }, /* 8.2.3 */
	{ GW_ISUP_SEIZED, GW_ISUP_TX_ANSWER, NULL, GW_ISUP_ANSWERED, { DO(send, 0) } }, /* 8.2.4 */
	{ GW_ISUP_SEIZED, GW_ISUP_RX_OTHER, NULL, FSM_SAME, { DO(pass, 0) } }, /* SAM, COT, INF */
	{ GW_ISUP_SEIZED, GW_ISUP_TX_OTHER, NULL, FSM_SAME, { DO(send, 0) } }, /* INR */
	GW_ISUP_RELEASED(GW_ISUP_SEIZED),

	{ GW_ISUP_ADDRESSED, GW_ISUP_TX_CPG, NULL, FSM_SAME, { DO(send, 0) } }, /* 8.2.3 */
	{ GW_ISUP_ADDRESSED, GW_ISUP_TX_ANSWER, NULL, GW_ISUP_ANSWERED, { DO(send, 0) } },
	{ GW_ISUP_ADDRESSED, GW_ISUP_TX_OTHER, NULL, FSM_SAME, { DO(send, 0) } },
	{ GW_ISUP_ADDRESSED, GW_ISUP_RX_OTHER, NULL, FSM_SAME, { DO(pass, 0) } },
	GW_ISUP_RELEASED(GW_ISUP_ADDRESSED),

	{ GW_ISUP_ANSWERED, GW_ISUP_TX_CPG, NULL, FSM_SAME, { DO(send, 0) } },
	{ GW_ISUP_ANSWERED, GW_ISUP_TX_OTHER, NULL, FSM_SAME, { DO(send, 0) } },
	{ GW_ISUP_ANSWERED, GW_ISUP_RX_CPG, NULL, FSM_SAME, { DO(pass, 0) } },
	{ GW_ISUP_ANSWERED, GW_ISUP_RX_OTHER, NULL, FSM_SAME, { DO(pass, 0) } }, /* SUS, RES */
	GW_ISUP_RELEASED(GW_ISUP_ANSWERED),

	GW_ISUP_END_ROWS,
};
/* clang-format on */

static const struct fsm_state states[GW_ISUP_NR_STATES] = {
	[GW_ISUP_START] = { .name = "START", .rest = true },
	[GW_ISUP_SEIZED] = { .name = "SEIZED", .bound = "the called leg: timers B, C" },
	[GW_ISUP_ADDRESSED] = { .name = "ADDRESSED", .bound = "the called leg: timer C; T9 there" },
	[GW_ISUP_ANSWERED] = { .name = "ANSWERED", .bound = "the users" },
	[GW_ISUP_CLEARING] = { .name = "CLEARING", .bound = "64 s; T5 of ISUP" },
	[GW_ISUP_OVER] = { .name = "OVER", .rest = true },
};

const struct fsm_def gw_isup_in_def = {
	.name = "ISUP leg that calls",
	.clause = "Q.764 2.1, RFC 3398 8.2",
	.states = states,
	.events = gw_isup_event_names,
	.rows = rows,
	.nr_states = GW_ISUP_NR_STATES,
	.nr_events = GW_ISUP_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = GW_ISUP_START,
};

/* Without a call: there is no room for one. A REL that ISUP has no room for is a reset later. */
static void refuse(struct gw *g, struct gw_circuit *c, uint8_t cause, const char *why)
{
	struct log_subject subj = { .trunk = c->trunk->cfg.name, .cic = c->cic };
	struct isup_msg rel;

	log_notice(LOG_GATEWAY, &subj, "IAM refused with cause %u: %s", cause, why);
	iw_local_rel(cause, &rel);
	if (isup_tx(c->trunk->isup, g->now, c->id, &rel) < 0)
		gw_circuit_reset_later(g, c);
}

/* As all legs know it. */
static void take_dialect(struct gw_isup_leg *l, struct isup_msg *iam)
{
	const struct iw_ctx x = { NULL, &l->leg.call->rec->explain, 0 };
	const struct iw_dialect d = gw_config_dialect(l->leg.gw->cfg, l->trunk->cfg.name);

	iw_dialect_rx(&x, &d, iam);
}

void gw_isup_in_new(struct gw *g, struct gw_circuit *c, const struct isup_msg *iam)
{
	struct isup_msg known = *iam;
	struct gw_isup_input in = { .msg = &known, .timer = -1 };
	struct gw_isup_leg *l;
	struct gw_call *call;

	gw_isup_circuit_gone(c); /* a leg that still waits for it */
	c->trunk->calls_in++;
	if (c->overloaded) {
		g->media_refused++;
		refuse(g, c, IW_CAUSE_CONGESTION, "the media side has too much to do");
		return;
	}
	call = !c->leg && gw_call_may_begin(g) ? gw_call_new(g) : NULL;
	l = call ? gw_isup_leg_new(call, 0, c->trunk, &gw_isup_in_def) : NULL;
	if (!l) {
		if (call)
			gw_call_drop(call);
		refuse(g, c, IW_CAUSE_CONGESTION, "no more calls now");
		return;
	}
	call->overlap_s = c->trunk->cfg.overlap_s;
	gw_isup_attach(l, c);
	gw_isup_log_msg(c, iam, false);
	take_dialect(l, &known);
	fsm_feed(&l->leg.fsm, GW_ISUP_RX_IAM, &in);
}
