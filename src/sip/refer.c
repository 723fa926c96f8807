/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/refer: REFER within a call, both roles (RFC 3515 2.4); see subscription.h. Its subscription uses
 * the call's dialog, and outlasts the call when it has to (RFC 5057 4.2). */
#include <stdio.h>

#include "sip/session.h"
#include "sip/subscription.h"

#define REFER_EXPIRES_S 180

static int refuse(struct sip_stack *s, unsigned status)
{
	return sip_reply_stateless(s, &(struct sip_reply){ .status = status }) ? 0 : TG_ENOMEM;
}

/* 2.4.2: one Refer-To; of two the parser has said so. */
int sip_refer_rx(struct sip_dialog *d)
{
	struct sip_stack *s = d->stack;
	const struct sip_msg *m = &s->rx.msg;
	struct sip_value v;

	if (!d->session)
		return refuse(s, 481);
	if (sip_msg_value(m, SIP_HDR_REFER_TO, &v, NULL) < 0)
		return refuse(s, 400);
	s->asked = true;
	sip_out_event(s, &(struct sip_event){ .type = SIP_EV_REFER,
					      .call = d->session->id,
					      .user = d->session->user,
					      .msg = m,
					      .path = s->rx.path->id });
	return 0;
}

static struct sip_body sipfrag(unsigned status, char *buf, size_t size)
{
	int n = snprintf(buf, size, "SIP/2.0 %u %s\r\n", status, sip_reason_phrase(status));

	return (struct sip_body){ .content_type = STR("message/sipfrag;version=2.0"),
				  .octets = str_n(buf, (size_t)n < size ? (size_t)n : size - 1) };
}

static int check_asked(const struct sip_stack *s)
{
	if (!s->asked || s->drained || !s->rx.msg.is_request || s->rx.msg.method != SIP_REFER)
		return TG_ESTATE;
	return sip_out_room(s) && sip_trans_room(s, true) ? 0 : TG_ELIMIT;
}

int sip_refer_accept(struct sip_stack *s, tick_t now, void *user, sip_subscription_id *id)
{
	const struct sip_msg *m = &s->rx.msg;
	struct sip_dialog *d;
	struct sip_subscription *x;
	char event[32];
	int err = check_asked(s);

	if (err < 0)
		return err;
	d = sip_dialog_find(s, m->call_id, m->to.tag, m->from.tag);
	if (!d || !d->session)
		return TG_ESTATE;
	/* 2.4.6: which of several REFERs it is about */
	snprintf(event, sizeof(event), "refer;id=%u", m->cseq);
	err = sip_subscription_new(s, str_of(event), true, &x);
	if (err < 0)
		return err;
	s->now = now;
	sip_subscription_join(x, d);
	x->refer = true;
	x->user = user;
	x->call = d->session->id;
	x->reason = STR("timeout");
	x->expires = tick_add_us(now, S_US(REFER_EXPIRES_S));
	if (!sip_reply_stateful(s, &(struct sip_reply){ .status = 202 }, d->session)) {
		sip_subscription_free(x);
		return TG_ENOMEM;
	}
	s->asked = false;
	*id = x->id;
	sip_subscription_arm(x, S_US(REFER_EXPIRES_S));
	return sip_refer_progress(s, now, x->id, 100);
}

int sip_refer_progress(struct sip_stack *s, tick_t now, sip_subscription_id id, unsigned status)
{
	struct sip_subscription *x = sip_subscription_find(s, id);
	struct sip_body body;
	char text[96];

	if (x && (!x->refer || !x->notifier))
		return TG_ESTATE;
	if (status < 100 || status > 699)
		return TG_EINVAL;
	body = sipfrag(status, text, sizeof(text));
	if (status < 200)
		return sip_subscription_notify(s, now, id, &body);
	return sip_subscription_end(s, now, id, "noresource", 0, &body);
}

/* RFC 3891 3: the call that an INVITE takes the place of: 0 and its id (0: none is named), or the status
 * that refuses it. */
unsigned sip_replaces_of(const struct sip_stack *s, sip_call_id *call)
{
	const struct sip_msg *m = &s->rx.msg;
	struct sip_dialog *d;
	struct sip_value v;

	*call = 0;
	if (!s->cfg.features.replaces || !sip_msg_header(m, SIP_HDR_REPLACES, 0))
		return 0;
	if (sip_msg_value(m, SIP_HDR_REPLACES, &v, NULL) < 0)
		return 400;
	d = sip_dialog_find(s, v.replaces.call_id, v.replaces.to_tag, v.replaces.from_tag);
	if (!d || !d->session)
		return 481;
	switch (d->session->fsm.state) {
	case SES_CALLING: /* early, and ours */
	case SES_PROCEEDING:
		break;
	case SES_INCOMING: /* an early one that we have not begun */
	case SES_ENDING:
	case SES_OVER:
		return 481;
	default:
		if (v.replaces.early_only)
			return 486;
	}
	*call = d->session->id;
	return 0;
}

bool sip_call_is_dialog(const struct sip_stack *s, sip_call_id id, struct str params)
{
	const struct sip_session *ses = sip_session_find(s, id);
	struct str to, from;

	return ses && ses->dialog && sip_params_find(params, STR("to-tag"), &to) &&
	       sip_params_find(params, STR("from-tag"), &from) &&
	       str_eq(to, ses->dialog->local_tag) && str_eq(from, ses->dialog->remote_tag);
}

/* Ours. ----------------------------------------------------------------------------------------- */
static int send_refer(struct sip_subscription *x, struct str refer_to, const struct sip_body *body)
{
	char lines[SIP_LINES_MAX], event[32];
	struct sip_build b;
	int err;

	sip_build_init(&b, lines, sizeof(lines));
	sip_build_header(&b, SIP_HDR_REFER_TO, refer_to);
	if (b.overflow)
		return TG_ELIMIT;
	err = sip_subscription_send(x, SIP_REFER, str_n(lines, b.len), body);
	if (err < 0)
		return err;
	/* 2.4.6: what is told of another one has its id */
	snprintf(event, sizeof(event), "refer;id=%u", x->dialog->local_cseq);
	x->event = mem_keep(x->mem, str_of(event));
	if (!x->event.p)
		x->event = STR("refer");
	return 0;
}

int sip_call_refer(struct sip_stack *s, tick_t now, sip_call_id call, struct str refer_to,
		   const struct sip_body *body, void *user, sip_subscription_id *id)
{
	struct sip_subscription *x;
	struct sip_session *ses;
	struct sip_nameaddr a;
	int err = sip_session_enter(s, now, call, body, &ses);

	if (err < 0)
		return err;
	if (sip_nameaddr_parse(&a, refer_to, NULL) < 0 || a.star)
		return TG_EINVAL;
	if (ses->fsm.state != SES_ESTABLISHED || !ses->dialog)
		return TG_ESTATE;
	err = sip_subscription_new(s, STR("refer"), false, &x);
	if (err < 0)
		return err;
	sip_subscription_join(x, ses->dialog);
	x->refer = true;
	x->user = user;
	x->call = call;
	x->expires_s = REFER_EXPIRES_S;
	*id = x->id;
	err = send_refer(x, refer_to, body);
	if (err < 0)
		sip_subscription_free(x);
	return err;
}
