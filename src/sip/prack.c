/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/prack: reliable provisional responses; see prack.h. */
#include "sip/prack.h"

#include <trunkgate/sip/headers.h>

#include "sip/session.h"

#define SESSION(p) container_of(p, struct sip_session, rel)

static const struct fsm_state states[REL_NR_STATES] = {
	[REL_IDLE] = { .name = "Idle", .rest = true },
	[REL_SENT] = { .name = "Sent", .bound = "64*T1 (RFC 3262 3)" },
	[REL_LATE] = { .name = "Final sent", .rest = true },
	[REL_FAILED] = { .name = "Failed", .rest = true },
};

static const char *const events[REL_NR_EVENTS] = {
	[REL_U_SEND] = "send",	   [REL_PRACK] = "PRACK",  [REL_FINAL] = "final response",
	[REL_T_REPEAT] = "repeat", [REL_T_LIFE] = "64*T1",
};

/* Steps. ---------------------------------------------------------------------------------------- */
static void arm(struct sip_rel *r, struct timer *t, enum sip_timer kind, int64_t us)
{
	struct sip_stack *s = SESSION(r)->stack;

	t->kind = (uint16_t)kind;
	timerq_arm(&s->timers, t, tick_add_us(s->now, us));
}

static void do_begin(void *self, int arg, const void *ev)
{
	struct sip_rel *r = self;

	(void)arg;
	(void)ev;
	r->repeat_us = MS_US(SESSION(r)->stack->cfg.t1_ms);
	arm(r, &r->repeat, SIP_TM_SESSION_REL_REPEAT, r->repeat_us);
	arm(r, &r->life, SIP_TM_SESSION_REL_LIFE, 64 * r->repeat_us);
}

/* Section 3: the interval doubles, without the bound of T2. */
static void do_repeat(void *self, int arg, const void *ev)
{
	struct sip_rel *r = self;
	struct sip_session *ses = SESSION(r);

	(void)arg;
	(void)ev;
	if (ses->invite && ses->invite->last) {
		sip_out_send(ses->stack, ses->invite->last, sip_session_owner(ses));
		ses->stack->stats.retransmissions++;
	}
	r->repeat_us *= 2;
	arm(r, &r->repeat, SIP_TM_SESSION_REL_REPEAT, r->repeat_us);
}

static void do_stop(void *self, int arg, const void *ev)
{
	struct sip_rel *r = self;
	struct sip_stack *s = SESSION(r)->stack;

	(void)arg;
	(void)ev;
	timerq_cancel(&s->timers, &r->repeat);
	timerq_cancel(&s->timers, &r->life);
}

#define DO(step)             \
	{                    \
		do_##step, 0 \
	}

/* clang-format off */
static const struct fsm_row rows[] = {
	{ REL_IDLE, REL_U_SEND, NULL, REL_SENT, { DO(begin) } },
	{ REL_SENT, REL_T_REPEAT, NULL, REL_SENT, { DO(repeat) } },
	{ REL_SENT, REL_PRACK, NULL, REL_IDLE, { DO(stop) } },
	{ REL_SENT, REL_FINAL, NULL, REL_LATE, { DO(stop) } },
	{ REL_SENT, REL_T_LIFE, NULL, REL_FAILED, { DO(stop) } },
	{ REL_LATE, REL_PRACK, NULL, REL_IDLE, {} },

	{ FSM_ANY, REL_U_SEND, NULL, FSM_SAME, {}, IGNORE("TG_ESTATE: one at a time (3)") },
	{ FSM_ANY, REL_PRACK, NULL, FSM_SAME, {}, IGNORE("481: nothing waits for it (3)") },
	{ FSM_ANY, REL_FINAL, NULL, FSM_SAME, {}, IGNORE("nothing is repeated") },
	{ FSM_ANY, REL_T_REPEAT, NULL, FSM_SAME, {}, IGNORE("the timer does not run here") },
	{ FSM_ANY, REL_T_LIFE, NULL, FSM_SAME, {}, IGNORE("the timer does not run here") },
};
/* clang-format on */

const struct fsm_def sip_rel_def = {
	.name = "reliable provisional response",
	.clause = "RFC 3262 3",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = REL_NR_STATES,
	.nr_events = REL_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = REL_IDLE,
};

/* The callee. ----------------------------------------------------------------------------------- */
void sip_rel_init(struct sip_session *ses)
{
	const struct sip_msg *m = &ses->stack->rx.msg;
	struct sip_rel *r = &ses->rel;

	r->required = sip_msg_has_token(m, SIP_HDR_REQUIRE, STR("100rel"));
	r->supported = r->required || sip_msg_has_token(m, SIP_HDR_SUPPORTED, STR("100rel"));
}

void sip_rel_fini(struct sip_session *ses)
{
	do_stop(&ses->rel, 0, NULL);
	sip_buf_retire(ses->stack, ses->rel.held);
	ses->rel.held = NULL;
}

bool sip_rel_wanted(const struct sip_session *ses)
{
	const struct sip_rel *r = &ses->rel;

	return r->required || (r->supported && ses->features.rel100 >= SIP_REL100_USED);
}

/* Section 3: the first number is below 2^31, and each is one more. */
static uint32_t next_rseq(const struct sip_session *ses)
{
	if (ses->rel.rseq)
		return ses->rel.rseq + 1;
	return 1 + rng_below(&ses->stack->cfg.rng, 0x7ffffffe);
}

int sip_rel_progress(struct sip_session *ses, unsigned status, const struct sip_body *body)
{
	struct sip_session_in in = { .status = status };
	struct sip_rel *r = &ses->rel;
	struct fsm *offer = &ses->dialog->offer;
	struct sip_body bare = body ? *body : (struct sip_body){ 0 };
	char lines[SIP_LINES_MAX], allow[SIP_ALLOW_MAX];
	uint32_t rseq = next_rseq(ses);
	struct sip_build b;
	bool described;
	int err;

	if (sip_fsm_ignores(&r->fsm, REL_U_SEND))
		return TG_ESTATE;
	if (offer->state == OFF_STABLE) /* 13.2.1: it has been given */
		bare.octets = STR("");
	described = sip_is_description(bare.content_type, bare.octets);
	if (described && !sip_offer_may(offer, OFF_TX))
		return TG_ESTATE;
	sip_build_init(&b, lines, sizeof(lines));
	sip_build_header(&b, SIP_HDR_REQUIRE, STR("100rel"));
	sip_build_header_f(&b, SIP_HDR_RSEQ, "%u", rseq);
	sip_build_header(&b, SIP_HDR_ALLOW, sip_allow(ses->stack, allow));
	err = sip_head_response(ses->stack, &ses->head, status, str_n(lines, b.len), &bare,
				&in.buf);
	if (err < 0)
		return err;
	if (described)
		sip_offer_feed(offer, OFF_TX);
	r->rseq = rseq;
	r->status = (uint16_t)status;
	r->described = described;
	sip_session_feed(ses, SES_U_PROGRESS, &in);
	fsm_feed(&r->fsm, REL_U_SEND, NULL);
	return 0;
}

void sip_rel_refresh(struct sip_session *ses)
{
	if (ses->rel.fsm.state == REL_IDLE)
		ses->rel.due = true;
}

bool sip_rel_hold(struct sip_session *ses, struct sip_buf **answer)
{
	struct sip_rel *r = &ses->rel;

	if (r->fsm.state != REL_SENT || !r->described)
		return false;
	r->held = *answer;
	*answer = NULL;
	return true;
}

void sip_rel_timer(struct sip_session *ses, uint16_t kind)
{
	if (kind == SIP_TM_SESSION_REL_REPEAT) {
		fsm_feed(&ses->rel.fsm, REL_T_REPEAT, NULL);
		return;
	}
	fsm_feed(&ses->rel.fsm, REL_T_LIFE, NULL);
	sip_session_feed(ses, SES_REL_FAILED, NULL);
}

/* Section 7.2 */
static bool is_acked(const struct sip_session *ses, const struct sip_msg *m)
{
	struct sip_value v;

	if (sip_fsm_ignores(&ses->rel.fsm, REL_PRACK) ||
	    sip_msg_value(m, SIP_HDR_RACK, &v, NULL) < 0)
		return false;
	return v.rack.rseq == ses->rel.rseq && v.rack.cseq == ses->cseq_in &&
	       v.rack.method.id == SIP_INVITE;
}

/* The 2xx that has waited for it. */
static void release(struct sip_session *ses)
{
	struct sip_session_in in = { .status = 200, .buf = ses->rel.held };

	if (!in.buf)
		return;
	ses->rel.held = NULL;
	sip_session_feed(ses, SES_U_ANSWER, &in);
}

int sip_rel_rx_prack(struct sip_dialog *d)
{
	struct sip_session *ses = d->session;
	struct sip_stack *s = ses->stack;
	const struct sip_msg *m = &s->rx.msg;
	struct sip_event e = { .type = SIP_EV_PRACK, .status = ses->rel.status, .msg = m };
	bool described = sip_is_description(m->content_type, m->body);
	int err = 0;

	if (!is_acked(ses, m))
		return sip_inside_refuse(s, 481);
	e.offer = described && d->offer.state == OFF_STABLE;
	if (described && (!sip_offer_may(&d->offer, OFF_RX) || (e.offer && ses->inside.pending)))
		return sip_inside_refuse(s, sip_offer_refusal(&d->offer));
	if (e.offer)
		err = sip_inside_wait(d);
	else if (!sip_reply_stateful(s, &(struct sip_reply){ .status = 200 }, ses))
		err = TG_ENOMEM;
	if (err < 0)
		return err;
	if (described)
		sip_offer_feed(&d->offer, OFF_RX);
	fsm_feed(&ses->rel.fsm, REL_PRACK, NULL);
	ses->rel.acked = true;
	sip_session_tell(ses, &e);
	release(ses);
	return 0;
}

/* The caller. ----------------------------------------------------------------------------------- */
static bool is_reliable(const struct sip_session *ses, const struct sip_msg *m, uint32_t *rseq)
{
	struct sip_value v;

	if (ses->features.rel100 == SIP_REL100_OFF || ses->dialog ||
	    !sip_msg_has_token(m, SIP_HDR_REQUIRE, STR("100rel")) ||
	    sip_msg_value(m, SIP_HDR_RSEQ, &v, NULL) < 0)
		return false;
	*rseq = v.number;
	return v.number != 0;
}

static int send_prack(struct sip_session *ses, struct sip_dialog *d, const struct sip_body *body,
		      enum sip_inside_kind kind)
{
	char lines[64];
	struct sip_build b;

	sip_build_init(&b, lines, sizeof(lines));
	sip_build_header_f(&b, SIP_HDR_RACK, "%u %u INVITE", d->rseq, ses->cseq_out);
	return sip_inside_send(d, SIP_PRACK, str_n(lines, b.len), body, kind);
}

/* Whose turn it is after this response: the user's with an offer, or when he wants each. */
static int acknowledge(struct sip_session *ses, struct sip_dialog *d, bool offered)
{
	bool users = ses->fsm.state == SES_CALLING || ses->fsm.state == SES_PROCEEDING;

	if (!offered && !(users && ses->features.user_pracks))
		return send_prack(ses, d, NULL, SIP_INSIDE_SILENT);
	if (!users)
		return 0; /* it is being cancelled */
	if (ses->prack_in)
		return TG_ESTATE;
	ses->prack_in = d;
	return 0;
}

bool sip_rel_accept(struct sip_session *ses, const struct sip_msg *m, struct sip_session_in *in)
{
	bool described = sip_is_description(m->content_type, m->body), offered;
	struct sip_dialog *d;
	uint32_t rseq, was;

	if (!is_reliable(ses, m, &rseq))
		return true;
	d = sip_dialog_find(ses->stack, ses->call_id, ses->local_tag, m->to.tag);
	if (!d || (d->rseq && rseq != d->rseq + 1))
		return false; /* section 4: no PRACK, no meaning; it comes again when it is due */
	was = d->rseq;
	d->rseq = rseq;
	offered = described && d->offer.state == OFF_EMPTY;
	if (acknowledge(ses, d, offered) < 0) {
		d->rseq = was;
		return false;
	}
	if (described && d->offer.state != OFF_STABLE)
		sip_offer_feed(&d->offer, OFF_RX);
	in->prack = ses->prack_in == d;
	in->offer = offered;
	return true;
}

int sip_call_prack(struct sip_stack *s, tick_t now, sip_call_id id, const struct sip_body *body)
{
	struct sip_session *ses;
	struct sip_dialog *d;
	bool described, offer;
	int err = sip_session_enter(s, now, id, body, &ses);

	if (err < 0)
		return err;
	d = ses->prack_in;
	described = body && sip_is_description(body->content_type, body->octets);
	if (!d || (described && !sip_offer_may(&d->offer, OFF_TX)))
		return TG_ESTATE;
	offer = described && d->offer.state == OFF_STABLE;
	if ((offer && ses->inside.asked) || (!described && d->offer.state == OFF_THEIRS))
		return TG_ESTATE;
	err = send_prack(ses, d, body, offer ? SIP_INSIDE_COUNTS : SIP_INSIDE_TOLD);
	if (err < 0)
		return err;
	ses->prack_in = NULL;
	if (described)
		sip_offer_feed(&d->offer, OFF_TX);
	return 0;
}
