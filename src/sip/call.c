/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/call: the user's actions of <trunkgate/sip/stack.h>. Each checks all that can be wrong and
 * makes all that can fail, and only then feeds the machine.
 */
#include "sip/session.h"

/* Of every action: who, whether the state allows it, whether there is room for what it puts out. */
static int enter(struct sip_stack *s, tick_t now, sip_call_id id, uint8_t event,
		 const struct sip_body *body, struct sip_session **ses)
{
	*ses = sip_session_find(s, id);
	if (!*ses)
		return TG_ENOENT;
	if (!sip_session_allows(*ses, event))
		return TG_ESTATE;
	if (!sip_out_room(s))
		return TG_ELIMIT;
	s->now = now;
	sip_out_begin(s, true);
	return sip_body_check(body);
}

static int respond(struct sip_session *ses, uint8_t event, unsigned status,
		   const struct sip_body *body)
{
	struct sip_session_in in = { .status = status };
	int err = sip_head_response(ses->stack, &ses->head, status, body, &in.buf);

	if (err == 0)
		sip_session_feed(ses, event, &in);
	return err;
}

int sip_call_progress(struct sip_stack *s, tick_t now, sip_call_id id, unsigned status,
		      const struct sip_body *body)
{
	struct sip_session *ses;
	int err = enter(s, now, id, SES_U_PROGRESS, body, &ses);

	if (err < 0)
		return err;
	if (status < 101 || status > 199)
		return TG_EINVAL;
	return respond(ses, SES_U_PROGRESS, status, body);
}

int sip_call_answer(struct sip_stack *s, tick_t now, sip_call_id id, const struct sip_body *body)
{
	struct sip_session *ses;
	int err = enter(s, now, id, SES_U_ANSWER, body, &ses);

	return err < 0 ? err : respond(ses, SES_U_ANSWER, 200, body);
}

int sip_call_reject(struct sip_stack *s, tick_t now, sip_call_id id, unsigned status,
		    const struct sip_body *body)
{
	struct sip_session *ses;
	int err = enter(s, now, id, SES_U_REJECT, body, &ses);

	if (err < 0)
		return err;
	if (status < 300 || status > 699)
		return TG_EINVAL;
	return respond(ses, SES_U_REJECT, status, body);
}

int sip_call_ack(struct sip_stack *s, tick_t now, sip_call_id id, const struct sip_body *body)
{
	struct sip_session_in in = { 0 };
	struct sip_session *ses;
	int err = enter(s, now, id, SES_U_ACK, body, &ses);

	if (err == 0)
		err = sip_dialog_ack(ses->dialog, ses->cseq_out, body, &in.buf);
	if (err == 0)
		sip_session_feed(ses, SES_U_ACK, &in);
	return err;
}

int sip_call_reinvite(struct sip_stack *s, tick_t now, sip_call_id id, const struct sip_body *body)
{
	struct sip_session_in in = { 0 };
	struct sip_session *ses;
	int err = enter(s, now, id, SES_U_REINVITE, body, &ses);

	if (err == 0)
		err = sip_dialog_request(ses->dialog, SIP_INVITE, body, &in.trans);
	if (err == 0)
		sip_session_feed(ses, SES_U_REINVITE, &in);
	return err;
}

/* 9.1: under the branch of the INVITE. */
static int make_cancel(struct sip_session *ses, const struct sip_body *body, struct sip_trans **out)
{
	const struct sip_trans *invite = ses->invite;
	char branch[SIP_BRANCH_MAX];
	struct sip_buf *b;

	if (!sip_trans_room(ses->stack, false))
		return TG_ELIMIT;
	b = sip_trans_derive(ses->invite, SIP_CANCEL, STR(""), body);
	if (!b)
		return TG_ENOMEM;
	str_copyz(branch, sizeof(branch), sip_trans_marked(invite, invite->marks.branch));
	*out = sip_trans_client(ses->stack, SIP_CANCEL, branch, b);
	return *out ? 0 : TG_ENOMEM;
}

/* What the state needs for it: a response, a CANCEL, or a BYE. */
static int prepare_hangup(struct sip_session *ses, const struct sip_body *body,
			  struct sip_session_in *in)
{
	switch (ses->fsm.state) {
	case SES_INCOMING:
		return sip_head_response(ses->stack, &ses->head, in->status, body, &in->buf);
	case SES_CALLING:
	case SES_PROCEEDING:
		return make_cancel(ses, body, &in->trans);
	default:
		return sip_dialog_request(ses->dialog, SIP_BYE, body, &in->trans);
	}
}

int sip_call_hangup(struct sip_stack *s, tick_t now, sip_call_id id, unsigned status,
		    const struct sip_body *body)
{
	struct sip_session_in in = { .status = status ? status : 480 };
	struct sip_session *ses;
	int err = enter(s, now, id, SES_U_HANGUP, body, &ses);

	if (err == 0 && (in.status < 300 || in.status > 699))
		err = TG_EINVAL;
	if (err == 0)
		err = prepare_hangup(ses, body, &in);
	/* Without room for a CANCEL or BYE the call ends all the same, the peer will find out. */
	if (ses && ses->fsm.state != SES_INCOMING && (err == TG_ENOMEM || err == TG_ELIMIT))
		err = 0;
	if (err == 0)
		sip_session_feed(ses, SES_U_HANGUP, &in);
	return err;
}

void sip_call_set_user(struct sip_stack *s, sip_call_id id, void *user)
{
	struct sip_session *ses = sip_session_find(s, id);

	if (ses)
		ses->user = user;
}
