/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/inside: UPDATE, INFO and what waits for an answer within a dialog; see inside.h. */
#include "sip/inside.h"

#include <stdio.h>

#include "sip/session.h"

int sip_inside_refuse(struct sip_stack *s, unsigned status)
{
	char seconds[4] = { (char)('0' + rng_below(&s->cfg.rng, 10)) };
	struct sip_reply r = { .status = status };

	if (status == 500) {
		r.hdr = SIP_HDR_RETRY_AFTER;
		r.value = str_of(seconds);
	}
	return sip_reply_stateless(s, &r) ? 0 : TG_ENOMEM;
}

/* Ours. ----------------------------------------------------------------------------------------- */
int sip_inside_send(struct sip_dialog *d, enum sip_method method, struct str lines,
		    const struct sip_body *body, enum sip_inside_kind kind)
{
	struct sip_session *ses = d->session;
	struct sip_trans *t;
	int err = sip_dialog_request_with(d, method, lines, body, &t);

	if (err < 0)
		return err;
	t->tu = SIP_TU_INSIDE;
	t->call = ses->id;
	t->token = kind == SIP_INSIDE_SILENT ? NULL : ses;
	if (kind == SIP_INSIDE_COUNTS) {
		t->session = ses;
		ses->inside.asked = t;
		ses->inside.asked_in = d;
		ses->inside.refresh = false;
		ses->inside.asked_offer = body &&
					  sip_is_description(body->content_type, body->octets);
	}
	sip_trans_start(t);
	return 0;
}

static bool is_up(const struct sip_session *ses)
{
	switch (ses->fsm.state) {
	case SES_ACK_DUE:
	case SES_WAIT_ACK:
	case SES_ESTABLISHED:
	case SES_REINVITING:
	case SES_REINVITED:
		return true;
	default:
		return false;
	}
}

/* RFC 3311 5.1: confirmed, or early on both sides: for the callee when a reliable response has
 * arrived. */
static struct sip_dialog *dialog_of(const struct sip_session *ses)
{
	if (is_up(ses))
		return ses->dialog;
	if (ses->fsm.state == SES_INCOMING)
		return ses->rel.acked ? ses->dialog : NULL;
	if (ses->fsm.state == SES_PROCEEDING && ses->nr_early)
		return container_of(ses->early.prev, struct sip_dialog, early);
	return NULL;
}

static int send_update(struct sip_session *ses, struct sip_dialog *d, const struct sip_body *body)
{
	char lines[SIP_LINES_MAX];
	struct sip_build b;

	sip_build_init(&b, lines, sizeof(lines));
	sip_ext_put_request(ses, SIP_UPDATE, false, &b);
	return sip_inside_send(d, SIP_UPDATE, str_n(lines, b.len), body, SIP_INSIDE_COUNTS);
}

int sip_call_update(struct sip_stack *s, tick_t now, sip_call_id id, const struct sip_body *body)
{
	struct sip_session *ses;
	struct sip_dialog *d;
	bool offer;
	int err = sip_session_enter(s, now, id, body, &ses);

	if (err < 0)
		return err;
	offer = body && sip_is_description(body->content_type, body->octets);
	d = dialog_of(ses);
	if (!d || ses->inside.asked || (offer && d->offer.state != OFF_STABLE))
		return TG_ESTATE;
	err = send_update(ses, d, body);
	if (err == 0 && offer) {
		sip_offer_feed(&d->offer, OFF_TX);
		sip_expiry_offer(ses, body);
	}
	return err;
}

int sip_inside_refresh(struct sip_session *ses)
{
	int err = ses->inside.asked ? TG_ESTATE : send_update(ses, ses->dialog, NULL);

	if (err == 0)
		ses->inside.refresh = true;
	return err;
}

int sip_call_info(struct sip_stack *s, tick_t now, sip_call_id id, const struct sip_body *body)
{
	struct sip_session *ses;
	struct sip_dialog *d;
	int err = sip_session_enter(s, now, id, body, &ses);

	if (err < 0)
		return err;
	d = dialog_of(ses);
	return d ? sip_inside_send(d, SIP_INFO, STR(""), body, SIP_INSIDE_TOLD) : TG_ESTATE;
}

/* What a result changes. */
static void take_result(struct sip_session *ses, struct sip_dialog *d, enum sip_method method,
			unsigned status, const struct sip_msg *m)
{
	bool ok = status / 100 == 2;

	if (ses->inside.asked_offer && ok && m && sip_is_description(m->content_type, m->body))
		sip_offer_feed(&d->offer, OFF_RX);
	else if (ses->inside.asked_offer)
		sip_offer_feed(&d->offer, OFF_CLOSE);
	if (method != SIP_UPDATE)
		return;
	if (ok) {
		sip_dialog_refresh(d, m);
		sip_expiry_agreed(ses, m);
	}
	if (ses->inside.asked_offer)
		sip_expiry_settle(ses, ok);
}

void sip_inside_told(struct sip_trans *t, enum sip_tell tell, const struct sip_msg *msg)
{
	struct sip_session *ses = t->session ? t->session : sip_session_find(t->stack, t->call);
	struct sip_event e = { .type = SIP_EV_DONE, .method = (enum sip_method)t->method };
	bool refresh;

	if (tell == SIP_TELL_RESPONSE && msg->status < 200)
		return;
	if (!ses)
		return;
	e.local = tell != SIP_TELL_RESPONSE;
	e.status = !e.local ? msg->status : tell == SIP_TELL_TRANSPORT ? 503 : 408;
	e.msg = e.local ? NULL : msg;
	refresh = t == ses->inside.asked && ses->inside.refresh;
	if (t == ses->inside.asked) {
		ses->inside.asked = NULL;
		t->session = NULL;
		take_result(ses, ses->inside.asked_in, e.method, e.status, e.msg);
	}
	if (refresh && e.status != 481 && e.status != 408) {
		sip_expiry_done(ses, e.status, e.msg);
		return;
	}
	if (!refresh && t->token)
		sip_session_tell(ses, &e);
	/* 12.2.1.2; what a PRACK missed is the INVITE's matter */
	if (e.method != SIP_PRACK && (e.status == 481 || e.status == 408))
		sip_session_feed(ses, SES_PEER_GONE, NULL);
}

/* Theirs. --------------------------------------------------------------------------------------- */
static void pending_over(struct sip_session *ses)
{
	struct sip_inside *in = &ses->inside;

	timerq_cancel(&ses->stack->timers, &in->timer);
	mem_drop((char *)(uintptr_t)in->head.lines.p);
	in->head = (struct sip_head){ 0 };
	in->pending->session = NULL;
	in->pending = NULL;
}

/* Without memory for a response the peer gives up by itself. */
static void give_up(struct sip_session *ses, unsigned status)
{
	struct sip_inside *in = &ses->inside;
	struct sip_trans *t = in->pending;
	struct sip_buf *b;
	int err;

	if (!t)
		return;
	err = sip_head_response(ses->stack, &in->head, status, STR(""), NULL, &b);
	pending_over(ses);
	if (err == 0)
		sip_trans_respond(t, status, b);
	else
		sip_trans_feed(t, NIST_TU_GONE, NULL);
}

int sip_inside_wait(struct sip_dialog *d)
{
	struct sip_session *ses = d->session;
	struct sip_stack *s = ses->stack;
	struct sip_inside *in = &ses->inside;
	struct sip_trans *t = sip_trans_server(s);

	if (!t || sip_head_keep(s, ses->mem, STR(""), &in->head) < 0) {
		sip_trans_drop(t);
		return sip_reply_stateless(s, &(struct sip_reply){ .status = 503 }) ? TG_ELIMIT
										    : TG_ENOMEM;
	}
	t->session = ses;
	t->call = ses->id;
	in->pending = t;
	in->pending_in = d;
	in->timer.kind = SIP_TM_SESSION_PENDING;
	timerq_arm(&s->timers, &in->timer, tick_add_us(s->now, 16 * MS_US(s->cfg.t1_ms)));
	return 0;
}

void sip_inside_timer(struct sip_session *ses)
{
	sip_offer_feed(&ses->inside.pending_in->offer, OFF_CLOSE);
	give_up(ses, 504);
}

int sip_call_respond(struct sip_stack *s, tick_t now, sip_call_id id, unsigned status,
		     const struct sip_body *body)
{
	char lines[SIP_LINES_MAX];
	struct sip_session *ses;
	struct sip_inside *in;
	struct sip_trans *t;
	struct sip_build b;
	struct sip_buf *buf;
	bool answer = body && sip_is_description(body->content_type, body->octets);
	int err = sip_session_enter(s, now, id, body, &ses);

	if (err < 0)
		return err;
	in = &ses->inside;
	if (!in->pending)
		return TG_ESTATE;
	if (answer ? status != 200 : status < 300 || status > 699)
		return TG_EINVAL;
	t = in->pending;
	sip_build_init(&b, lines, sizeof(lines));
	if (answer && t->method == SIP_UPDATE)
		sip_expiry_put_response(ses, &b);
	err = sip_head_response(s, &in->head, status, str_n(lines, b.len), body, &buf);
	if (err < 0)
		return err;
	sip_offer_feed(&in->pending_in->offer, answer ? OFF_TX : OFF_CLOSE);
	if (answer && t->method == SIP_UPDATE)
		sip_expiry_answered(ses);
	if (answer)
		sip_expiry_keep(ses, body);
	pending_over(ses);
	sip_trans_respond(t, status, buf);
	return 0;
}

/* RFC 3311 5.2, without an offer: a sign of life, and maybe another target. */
static int rx_update_empty(struct sip_session *ses)
{
	struct sip_stack *s = ses->stack;
	char lines[SIP_LINES_MAX + SIP_CONTACT_MAX], contact[SIP_CONTACT_MAX];
	bool secure = sip_sips_contact(s);
	struct sip_build b;

	sip_expiry_rx_request(ses, &s->rx.msg);
	sip_build_init(&b, lines, sizeof(lines));
	sip_build_header(&b, SIP_HDR_CONTACT,
			 str_of(sip_path_contact(s->rx.path, secure, contact)));
	sip_expiry_put_response(ses, &b);
	if (!sip_reply_stateful(s,
				&(struct sip_reply){ .status = 200,
						     .capabilities = true,
						     .lines = str_n(lines, b.len) },
				ses))
		return TG_ENOMEM;
	sip_expiry_answered(ses);
	return 0;
}

static int rx_update(struct sip_dialog *d)
{
	struct sip_session *ses = d->session;
	struct sip_stack *s = ses->stack;
	const struct sip_msg *m = &s->rx.msg;
	bool offer = sip_is_description(m->content_type, m->body);
	int err;

	if (ses->inside.pending)
		return sip_inside_refuse(s, 500);
	if (offer && d->offer.state != OFF_STABLE)
		return sip_inside_refuse(s, sip_offer_refusal(&d->offer));
	if (!offer) {
		err = rx_update_empty(ses);
	} else {
		sip_expiry_rx_request(ses, m);
		err = sip_inside_wait(d);
	}
	if (err < 0)
		return err;
	sip_dialog_refresh(d, m);
	if (offer) {
		sip_offer_feed(&d->offer, OFF_RX);
		sip_session_tell(ses, &(struct sip_event){
					      .type = SIP_EV_UPDATE, .msg = m, .offer = true });
	}
	return 0;
}

static int rx_info(struct sip_dialog *d)
{
	struct sip_session *ses = d->session;
	struct sip_stack *s = ses->stack;

	if (!sip_reply_stateful(s, &(struct sip_reply){ .status = 200 }, ses))
		return TG_ENOMEM;
	sip_session_tell(ses, &(struct sip_event){ .type = SIP_EV_INFO, .msg = &s->rx.msg });
	return 0;
}

int sip_inside_rx(struct sip_dialog *d)
{
	struct sip_session *ses = d->session;
	struct sip_stack *s = ses->stack;
	bool early = ses->fsm.state == SES_INCOMING || ses->fsm.state == SES_PROCEEDING;

	if (s->rx.msg.method == SIP_PRACK)
		return sip_rel_rx_prack(d);
	if (!is_up(ses) && !early)
		return sip_inside_refuse(s, 481);
	return s->rx.msg.method == SIP_UPDATE ? rx_update(d) : rx_info(d);
}

/* Ends. ----------------------------------------------------------------------------------------- */
void sip_inside_moved(struct sip_session *ses, struct sip_dialog *was, struct sip_dialog *now)
{
	struct sip_inside *in = &ses->inside;

	if (in->asked && in->asked_in == was) {
		in->asked_in = now;
		if (!now) {
			in->asked->session = NULL;
			in->asked = NULL;
		}
	}
	if (in->pending && in->pending_in == was) {
		in->pending_in = now;
		if (!now)
			give_up(ses, 487);
	}
	if (ses->prack_in == was)
		ses->prack_in = now;
}

void sip_inside_fini(struct sip_session *ses)
{
	if (ses->inside.asked)
		ses->inside.asked->session = NULL;
	ses->inside.asked = NULL;
	give_up(ses, 487); /* 15.1.2 */
}
