/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/session_rx: how a session comes to be and goes, and what reaches it from the network. */
#include <assert.h>

#include "sip/session.h"

int sip_session_new(struct sip_stack *s, const struct sip_path *path, struct sip_session **out)
{
	struct mem *m;
	struct sip_session *ses;

	if (ids_nr(s->calls) >= s->cfg.max_calls || !sip_trans_room(s, true))
		return TG_ELIMIT;
	m = mem_sub(s->mem, "sip session");
	ses = m ? MEM_NEW(m, struct sip_session) : NULL;
	if (!ses || ids_put(s->calls, ses, &ses->id) < 0) {
		mem_free(m);
		return TG_ENOMEM;
	}
	fsm_init(&ses->fsm, &sip_session_def, SES_START, ses);
	fsm_init(&ses->rel.fsm, &sip_rel_def, REL_IDLE, &ses->rel);
	fsm_init(&ses->expiry.fsm, &sip_expiry_def, EXP_OFF, &ses->expiry);
	ses->features = s->cfg.features;
	ses->stack = s;
	ses->mem = m;
	ses->path = path;
	list_init(&ses->early);
	*out = ses;
	return 0;
}

void sip_session_drop_early(struct sip_session *ses)
{
	struct sip_dialog *d;

	while ((d = list_first(&ses->early, struct sip_dialog, early))) {
		sip_inside_moved(ses, d, NULL);
		sip_dialog_free(d);
	}
	ses->nr_early = 0;
}

void sip_session_free(struct sip_session *ses)
{
	struct sip_stack *s = ses->stack;

	timerq_cancel(&s->timers, &ses->repeat);
	timerq_cancel(&s->timers, &ses->life);
	sip_rel_fini(ses);
	sip_inside_fini(ses);
	sip_expiry_fini(ses);
	ids_del(s->calls, ses->id);
	sip_session_drop_early(ses);
	mem_drop((char *)(uintptr_t)ses->target_new.p);
	sip_dialog_free(ses->dialog);
	sip_trans_drop(ses->held);
	if (ses->invite)
		sip_trans_orphan(ses->invite);
	if (ses->bye)
		sip_trans_orphan(ses->bye);
	sip_buf_retire(s, ses->answer);
	sip_buf_retire(s, ses->ack);
	mem_free(ses->mem);
}

struct sip_session *sip_session_find(const struct sip_stack *s, sip_call_id id)
{
	return ids_find(s->calls, id);
}

struct sip_owner sip_session_owner(const struct sip_session *ses)
{
	return (struct sip_owner){ ses->id, ses->user };
}

void sip_session_tell(struct sip_session *ses, const struct sip_event *e)
{
	struct sip_event full = *e;

	full.call = ses->id;
	full.path = ses->path->id;
	full.user = ses->user;
	sip_out_event(ses->stack, &full);
}

struct str sip_session_tag(const struct sip_session *ses)
{
	return ses && ses->dialog ? ses->dialog->local_tag : STR("");
}

bool sip_session_allows(const struct sip_session *ses, uint8_t event)
{
	return !sip_fsm_ignores(&ses->fsm, event);
}

void sip_session_feed(struct sip_session *ses, uint8_t event, struct sip_session_in *in)
{
	struct sip_session_in nothing = { 0 };
	struct sip_stack *s = ses->stack;

	ses->in = in ? in : &nothing;
	fsm_feed(&ses->fsm, event, ses->in);
	sip_buf_retire(s, ses->in->buf);
	sip_trans_drop(ses->in->trans);
	mem_drop((char *)(uintptr_t)ses->in->head.lines.p);
	ses->in = NULL;
	if (ses->fsm.state == SES_OVER)
		sip_session_free(ses);
}

/* A reliable response is repeated as a new one (RFC 3262 3), which a step cannot make. */
static void t_repeat(struct sip_session *ses)
{
	sip_session_feed(ses, SES_T_REPEAT, NULL);
	if (!ses->rel.due)
		return;
	ses->rel.due = false;
	sip_rel_progress(ses, ses->rel.status, NULL);
}

static void t_life(struct sip_session *ses)
{
	struct sip_session_in in = { .status = 408, .local = true };

	if (ses->fsm.state == SES_PROCEEDING && sip_session_make_cancel(ses, NULL, &in.trans) < 0)
		in.trans = NULL;
	if (ses->fsm.state != SES_PROCEEDING)
		in = (struct sip_session_in){ 0 };
	sip_session_feed(ses, SES_T_LIFE, &in);
}

void sip_session_timer(struct timer *timer)
{
	switch (timer->kind) {
	case SIP_TM_SESSION_REPEAT:
		t_repeat(container_of(timer, struct sip_session, repeat));
		break;
	case SIP_TM_SESSION_LIFE:
		t_life(container_of(timer, struct sip_session, life));
		break;
	case SIP_TM_SESSION_REL_REPEAT:
		sip_rel_timer(container_of(timer, struct sip_session, rel.repeat), timer->kind);
		break;
	case SIP_TM_SESSION_REL_LIFE:
		sip_rel_timer(container_of(timer, struct sip_session, rel.life), timer->kind);
		break;
	case SIP_TM_SESSION_PENDING:
		sip_inside_timer(container_of(timer, struct sip_session, inside.timer));
		break;
	default:
		sip_expiry_timer(container_of(timer, struct sip_session, expiry.timer));
		break;
	}
}

/* Transactions. --------------------------------------------------------------------------------- */
void sip_session_forget_trans(struct sip_session *ses, struct sip_trans *t)
{
	if (ses->held == t)
		ses->held = NULL;
	if (ses->bye == t)
		ses->bye = NULL;
	if (ses->invite != t)
		return;
	ses->invite = NULL;
	if (t->class == &sip_ict) { /* no 2xx comes again */
		sip_buf_retire(ses->stack, ses->ack);
		ses->ack = NULL;
	}
}

static struct sip_dialog_src client_src(struct sip_session *ses, const struct sip_msg *m)
{
	return (struct sip_dialog_src){ .stack = ses->stack,
					.session = ses,
					.msg = m,
					.path = ses->path,
					.source = ses->stack->rx.from,
					.uac = true,
					.call_id = ses->call_id,
					.local_tag = ses->local_tag,
					.remote_tag = m->to.tag,
					.local = ses->local,
					.remote = m->to.text,
					.target = ses->target,
					.cseq = ses->cseq_out };
}

static struct sip_dialog *find_of(const struct sip_session *ses, const struct sip_msg *m)
{
	return sip_dialog_find(ses->stack, ses->call_id, ses->local_tag, m->to.tag);
}

/* 13.2.2.1: one early dialog for each To tag, as far as there is room. */
static void take_early(struct sip_session *ses, const struct sip_msg *m)
{
	struct sip_dialog_src src = client_src(ses, m);
	struct sip_dialog *d;

	if (ses->dialog || m->status == 100 || !m->to.tag.len || ses->nr_early == SIP_MAX_FORKS ||
	    find_of(ses, m) || sip_dialog_new(&src, &d) < 0)
		return;
	d->offer.state = ses->offered ? OFF_OURS : OFF_EMPTY;
	list_add_tail(&ses->early, &d->early);
	ses->nr_early++;
}

/* What an early dialog had beyond what the 2xx says (13.2.2.4): sequence numbers, and how far offer
 * and answer are. */
static void take_over(struct sip_session *ses, struct sip_dialog *d, struct sip_dialog *old)
{
	d->remote_cseq = old->remote_cseq;
	d->local_cseq = old->local_cseq;
	d->offer.state = old->offer.state;
	d->allows_update |= old->allows_update;
	sip_inside_moved(ses, old, d);
}

/* 13.2.2.4: the route set is that of the 2xx. */
static bool take_confirmed(struct sip_session *ses, const struct sip_msg *m)
{
	struct sip_dialog_src src = client_src(ses, m);
	struct sip_dialog *old = find_of(ses, m), *d;

	if (sip_dialog_new(&src, &d) < 0)
		return false;
	d->offer.state = ses->offered ? OFF_OURS : OFF_EMPTY;
	if (old)
		take_over(ses, d, old);
	sip_session_drop_early(ses);
	d->confirmed = true;
	ses->dialog = d;
	return true;
}

/* The first 2xx of an INVITE of ours. */
static void take_2xx(struct sip_session *ses, const struct sip_msg *m)
{
	struct sip_dialog *d = ses->dialog;

	sip_dialog_refresh(d, m);
	sip_dialog_learn(d, m);
	if (d->offer.state != OFF_STABLE && sip_is_description(m->content_type, m->body))
		sip_offer_feed(&d->offer, OFF_RX);
	sip_expiry_settle(ses, true);
	sip_expiry_agreed(ses, m);
	mem_drop(ses->again);
	ses->again = NULL;
}

static void rx_2xx(struct sip_session *ses, struct sip_trans *t, struct sip_session_in *in)
{
	const struct sip_msg *m = in->msg;
	bool first;

	if (!ses->dialog && !take_confirmed(ses, m)) {
		/* No memory: the call ends here, and its next 2xx is a stray one. */
		struct sip_session_in failed = { .status = 503, .local = true };
		sip_session_feed(ses, SES_FAILED, &failed);
		return;
	}
	if (!str_eq(m->to.tag, ses->dialog->remote_tag)) {
		sip_session_stray(t, m);
		return;
	}
	first = !t->answered;
	t->answered = true;
	sip_trans_fork(t, m->to.tag);
	if (first)
		take_2xx(ses, m);
	sip_session_feed(ses, first ? SES_2XX : SES_2XX_AGAIN, in);
}

bool sip_session_expects(const struct sip_session *ses, const struct sip_msg *m)
{
	const struct sip_dialog *d = ses->dialog;

	/* 12.2.1.2: another's 2xx to our re-INVITE would leave it open for ever */
	if (ses->fsm.state == SES_REINVITING && m->method == SIP_INVITE && m->status / 100 == 2 &&
	    !str_eq(m->to.tag, d->remote_tag))
		return false;
	return str_eq(m->call_id, d ? d->call_id : ses->call_id) &&
	       str_eq(m->from.tag, d ? d->local_tag : ses->local_tag);
}

static void rx_refusal(struct sip_session *ses, const struct sip_msg *m)
{
	struct sip_session_in in = { .msg = m, .status = m->status };

	if (ses->dialog) {
		sip_offer_feed(&ses->dialog->offer, OFF_CLOSE); /* as before (14.1) */
		sip_expiry_settle(ses, false);
	} else if (m->status == 422 && sip_expiry_raise(ses, m) && sip_session_again(ses) == 0) {
		return;
	} else if (sip_login_answers(ses, m) && sip_session_again(ses) == 0) {
		return;
	} else if (sip_redirect_follows(ses, m->status, m)) {
		return;
	}
	sip_session_feed(ses, SES_REFUSED, &in);
}

static void rx_response(struct sip_session *ses, struct sip_trans *t, const struct sip_msg *m)
{
	struct sip_session_in in = { .msg = m, .status = m->status };

	if (m->status >= 300) {
		rx_refusal(ses, m);
	} else if (m->status >= 200) {
		rx_2xx(ses, t, &in);
	} else {
		take_early(ses, m);
		if (!sip_rel_accept(ses, m, &in))
			in.status = 100; /* it says that somebody is there, and no more */
		sip_session_feed(ses, SES_1XX, &in);
	}
}

void sip_session_told(struct sip_session *ses, struct sip_trans *t, enum sip_tell tell,
		      const struct sip_msg *msg)
{
	struct sip_session_in in = { .status = tell == SIP_TELL_TRANSPORT ? 503 : 408,
				     .local = true };

	if (t == ses->bye) {
		if (tell != SIP_TELL_RESPONSE || msg->status >= 200)
			sip_session_feed(ses, SES_BYE_DONE, NULL);
	} else if (t != ses->invite) {
		return;
	} else if (tell == SIP_TELL_ACK) {
		sip_session_rx_ack(ses->dialog);
	} else if (t->class == &sip_ict && tell == SIP_TELL_RESPONSE) {
		rx_response(ses, t, msg);
	} else if (t->class == &sip_ict && !sip_redirect_follows(ses, in.status, NULL)) {
		sip_session_feed(ses, SES_FAILED, &in);
	}
}

/* 13.2.2.4 without a session that wants it: acknowledged, and hung up the first time. One that cannot
 * be hung up is not acknowledged either, so that the peer gives it up by itself (13.3.1.4). */
void sip_session_stray(struct sip_trans *t, const struct sip_msg *m)
{
	struct sip_stack *s = t->stack;
	struct sip_dialog_src src = { .stack = s,
				      .msg = m,
				      .path = sip_path_find(s, t->path),
				      .source = s->rx.from,
				      .uac = true,
				      .call_id = m->call_id,
				      .local_tag = m->from.tag,
				      .remote_tag = m->to.tag,
				      .local = m->from.text,
				      .remote = m->to.text,
				      .target = m->to.uri.text,
				      .cseq = m->cseq };
	struct sip_dialog *d;
	struct sip_trans *bye;
	struct sip_buf *ack;
	int err;

	if (m->status / 100 != 2 || sip_dialog_new(&src, &d) < 0)
		return;
	err = sip_trans_fork(t, m->to.tag);
	if ((err == 0 || err == TG_EEXIST) && sip_dialog_ack(d, m->cseq, NULL, &ack) == 0) {
		sip_out_send(s, ack, sip_trans_owner(t));
		sip_buf_retire(s, ack);
	}
	if (err == 0 && sip_dialog_request(d, SIP_BYE, NULL, &bye) == 0) {
		bye->call = t->call;
		sip_trans_start(bye);
	}
	sip_dialog_free(d);
}

/* Requests of the peer, in s->rx. --------------------------------------------------------------- */
/* "To-value;tag=..." in the stack's scratch. */
static struct str tagged(struct sip_stack *s, struct str value, struct str tag)
{
	struct sip_build b;

	sip_build_init(&b, s->scratch, SIP_MAX_MESSAGE);
	sip_put_raw(&b, value);
	sip_put_raw(&b, STR(";tag="));
	sip_put_raw(&b, tag);
	return b.overflow ? STR("") : str_n(b.buf, b.len);
}

static int make_server_dialog(struct sip_session *ses, struct str tag)
{
	struct sip_stack *s = ses->stack;
	const struct sip_msg *m = &s->rx.msg;
	struct sip_dialog_src src = { .stack = s,
				      .session = ses,
				      .msg = m,
				      .path = ses->path,
				      .source = s->rx.from,
				      .call_id = m->call_id,
				      .local_tag = tag,
				      .remote_tag = m->from.tag,
				      .local = tagged(s, m->to.text, tag),
				      .remote = m->from.text,
				      .target = m->from.uri.text,
				      .cseq = m->cseq };

	return src.local.len ? sip_dialog_new(&src, &ses->dialog) : TG_ELIMIT;
}

/* Of an INVITE of the peer. */
static void take_offer(struct sip_dialog *d)
{
	const struct sip_msg *m = &d->stack->rx.msg;
	bool described = sip_is_description(m->content_type, m->body);

	sip_offer_feed(&d->offer, described ? OFF_RX : OFF_INVITE_EMPTY);
}

static int begin(struct sip_session *ses, struct sip_session_in *in)
{
	char tag[2 * SIP_TAG_OCTETS + 1];
	int err;

	rng_hex(&ses->stack->cfg.rng, tag, SIP_TAG_OCTETS);
	ses->peer = ses->stack->rx.from;
	sip_rel_init(ses);
	sip_expiry_rx_request(ses, &ses->stack->rx.msg);
	err = make_server_dialog(ses, str_of(tag));
	if (err == 0)
		take_offer(ses->dialog);
	if (err == 0)
		err = sip_head_keep(ses->stack, ses->mem, str_of(tag), &in->head);
	if (err == 0) {
		in->trans = sip_trans_server(ses->stack);
		err = in->trans ? 0 : TG_ENOMEM;
	}
	return err;
}

void sip_session_rx_new(struct sip_stack *s)
{
	struct sip_session_in in = { .msg = &s->rx.msg };
	struct sip_session *ses;
	int err = sip_session_new(s, s->rx.path, &ses);

	if (err == 0) {
		err = begin(ses, &in);
		if (err < 0)
			sip_session_free(ses);
	}
	if (err < 0) /* 21.5.4 */
		sip_reply_stateless(s, &(struct sip_reply){ .status = 503,
							    .hdr = SIP_HDR_RETRY_AFTER,
							    .value = STR("5") });
	else
		sip_session_feed(ses, SES_INVITE, &in);
}

void sip_session_uncount(const struct sip_stack *s, sip_call_id id)
{
	struct sip_session *ses = sip_session_find(s, id);

	if (ses)
		ses->nr_reinvites--;
}

void sip_session_rx_again(struct sip_dialog *d)
{
	struct sip_session *ses = d->session;
	struct sip_stack *s = ses->stack;
	struct sip_session_in in = { .msg = &s->rx.msg };
	struct str target = sip_dialog_target_of(in.msg);

	if (ses->fsm.state == SES_ESTABLISHED && d->offer.state != OFF_STABLE) {
		sip_inside_refuse(s, sip_offer_refusal(&d->offer));
		return;
	}
	in.trans = ses->nr_reinvites < SIP_MAX_REINVITES ? sip_trans_server(s) : NULL;
	if (in.trans) {
		in.trans->reinvite = true;
		in.trans->call = ses->id;
		ses->nr_reinvites++;
	}
	if (!in.trans || sip_head_keep(s, ses->mem, STR(""), &in.head) < 0) {
		sip_trans_drop(in.trans);
		sip_reply_stateless(s, &(struct sip_reply){ .status = 503 });
		return;
	}
	if (ses->fsm.state == SES_ESTABLISHED) {
		mem_drop((char *)(uintptr_t)ses->target_new.p);
		ses->target_new = target.len ? mem_keep(s->mem, target) : (struct str){ 0 };
		sip_dialog_learn(d, in.msg);
		sip_expiry_rx_request(ses, in.msg);
		take_offer(d);
	}
	sip_session_feed(ses, SES_REINVITE, &in);
}

void sip_session_rx_ack(struct sip_dialog *d)
{
	struct sip_session *ses = d->session;
	struct sip_session_in in = { .msg = &ses->stack->rx.msg };

	if (in.msg->cseq != ses->cseq_in)
		return;
	if (ses->fsm.state == SES_WAIT_ACK)
		sip_offer_feed(&d->offer, OFF_CLOSE);
	sip_session_feed(ses, SES_ACK, &in);
}
