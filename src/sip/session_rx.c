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
	ses->stack = s;
	ses->mem = m;
	ses->path = path;
	list_init(&ses->early);
	*out = ses;
	return 0;
}

static void free_early(struct sip_session *ses)
{
	struct sip_dialog *d;

	while ((d = list_first(&ses->early, struct sip_dialog, early)))
		sip_dialog_free(d);
	ses->nr_early = 0;
}

void sip_session_free(struct sip_session *ses)
{
	struct sip_stack *s = ses->stack;

	timerq_cancel(&s->timers, &ses->repeat);
	timerq_cancel(&s->timers, &ses->life);
	ids_del(s->calls, ses->id);
	free_early(ses);
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

void sip_session_timer(struct timer *timer)
{
	if (timer->kind == SIP_TM_SESSION_REPEAT)
		sip_session_feed(container_of(timer, struct sip_session, repeat), SES_T_REPEAT,
				 NULL);
	else
		sip_session_feed(container_of(timer, struct sip_session, life), SES_T_LIFE, NULL);
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

	if (ses->dialog || !m->to.tag.len || ses->nr_early == SIP_MAX_FORKS || find_of(ses, m) ||
	    sip_dialog_new(&src, &d) < 0)
		return;
	list_add_tail(&ses->early, &d->early);
	ses->nr_early++;
}

/* 13.2.2.4: the route set is that of the 2xx; all that an early dialog had beyond it is the
 * peer's sequence number. */
static bool take_confirmed(struct sip_session *ses, const struct sip_msg *m)
{
	struct sip_dialog_src src = client_src(ses, m);
	struct sip_dialog *old = find_of(ses, m), *d;

	if (sip_dialog_new(&src, &d) < 0)
		return false;
	if (old)
		d->remote_cseq = old->remote_cseq;
	free_early(ses);
	d->confirmed = true;
	ses->dialog = d;
	return true;
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
		sip_dialog_refresh(ses->dialog, m);
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

static void rx_response(struct sip_session *ses, struct sip_trans *t, const struct sip_msg *m)
{
	struct sip_session_in in = { .msg = m, .status = m->status };

	if (m->status >= 300) {
		sip_session_feed(ses, SES_REFUSED, &in);
	} else if (m->status >= 200) {
		rx_2xx(ses, t, &in);
	} else {
		take_early(ses, m);
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
	} else if (t->class == &sip_ict) {
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

static int begin(struct sip_session *ses, struct sip_session_in *in)
{
	char tag[2 * SIP_TAG_OCTETS + 1];
	int err;

	rng_hex(&ses->stack->cfg.rng, tag, SIP_TAG_OCTETS);
	ses->peer = ses->stack->rx.from;
	err = make_server_dialog(ses, str_of(tag));
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
	if (err < 0)
		sip_reply_stateless(s, &(struct sip_reply){ .status = 503 });
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
	if (ses->fsm.state == SES_ESTABLISHED)
		sip_dialog_refresh(d, &s->rx.msg);
	sip_session_feed(ses, SES_REINVITE, &in);
}

void sip_session_rx_ack(struct sip_dialog *d)
{
	struct sip_session *ses = d->session;
	struct sip_session_in in = { .msg = &ses->stack->rx.msg };

	if (in.msg->cseq == ses->cseq_in)
		sip_session_feed(ses, SES_ACK, &in);
}
