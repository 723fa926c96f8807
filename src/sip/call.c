/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/call: the user's actions of <trunkgate/sip/stack.h>. Each checks all that can be wrong and
 * makes all that can fail, and only then feeds the machine.
 */
#include "sip/hunt.h"
#include "sip/session.h"

int sip_session_enter(struct sip_stack *s, tick_t now, sip_call_id id, const struct sip_body *body,
		      struct sip_session **ses)
{
	*ses = sip_session_find(s, id);
	if (!*ses)
		return TG_ENOENT;
	if (!sip_out_room(s))
		return TG_ELIMIT;
	s->now = now;
	sip_out_begin(s, true);
	return sip_body_check(body);
}

/* The same, and whether the state allows it. */
static int enter(struct sip_stack *s, tick_t now, sip_call_id id, uint8_t event,
		 const struct sip_body *body, struct sip_session **ses)
{
	*ses = sip_session_find(s, id);
	if (*ses && !sip_session_allows(*ses, event))
		return TG_ESTATE;
	return sip_session_enter(s, now, id, body, ses);
}

static bool is_described(const struct sip_body *body)
{
	return body && sip_is_description(body->content_type, body->octets);
}

static int respond(struct sip_session *ses, uint8_t event, unsigned status,
		   const struct sip_body *body)
{
	struct sip_session_in in = { .status = status };
	int err = sip_head_response(ses->stack, &ses->head, status, STR(""), body, &in.buf);

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
	if (sip_rel_wanted(ses))
		return sip_rel_progress(ses, status, body);
	return respond(ses, SES_U_PROGRESS, status, body);
}

/* 13.2.1: what has its answer takes no second one. */
static int answer(struct sip_session *ses, const struct sip_body *body)
{
	struct sip_body bare = body ? *body : (struct sip_body){ 0 };
	struct sip_session_in in = { .status = 200 };
	struct fsm *offer = &ses->dialog->offer;
	char lines[SIP_LINES_MAX];
	struct sip_build b;
	int err;

	if (offer->state == OFF_STABLE || offer->state == OFF_OURS)
		bare.octets = STR("");
	sip_build_init(&b, lines, sizeof(lines));
	sip_expiry_put_response(ses, &b);
	err = sip_head_response(ses->stack, &ses->head, 200, str_n(lines, b.len), &bare, &in.buf);
	if (err < 0)
		return err;
	if (is_described(&bare)) {
		sip_offer_feed(offer, OFF_TX);
		sip_expiry_keep(ses, &bare);
	}
	if (!sip_rel_hold(ses, &in.buf))
		sip_session_feed(ses, SES_U_ANSWER, &in);
	return 0;
}

int sip_call_answer(struct sip_stack *s, tick_t now, sip_call_id id, const struct sip_body *body)
{
	struct sip_session *ses;
	int err = enter(s, now, id, SES_U_ANSWER, body, &ses);

	if (err < 0)
		return err;
	if (ses->rel.held)
		return TG_ESTATE;
	return answer(ses, body);
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
	if (err < 0)
		return err;
	if (is_described(body) && ses->dialog->offer.state == OFF_THEIRS)
		sip_expiry_keep(ses, body);
	sip_offer_feed(&ses->dialog->offer, OFF_CLOSE);
	sip_session_feed(ses, SES_U_ACK, &in);
	return 0;
}

static int reinvite(struct sip_session *ses, const struct sip_body *body)
{
	struct sip_session_in in = { 0 };
	struct fsm *offer = &ses->dialog->offer;
	uint8_t event = is_described(body) ? OFF_TX : OFF_INVITE_EMPTY;
	int err;

	if (offer->state != OFF_STABLE)
		return TG_ESTATE;
	err = sip_dialog_request(ses->dialog, SIP_INVITE, body, &in.trans);
	if (err < 0)
		return err;
	sip_offer_feed(offer, event);
	sip_session_feed(ses, SES_U_REINVITE, &in);
	return 0;
}

int sip_session_refresh(struct sip_session *ses)
{
	struct sip_body body = { .content_type = STR("application/sdp"),
				 .octets = ses->expiry.description };
	int err = body.octets.len ? reinvite(ses, &body) : TG_ENOENT;

	ses->refreshing = err == 0;
	return err;
}

int sip_call_reinvite(struct sip_stack *s, tick_t now, sip_call_id id, const struct sip_body *body)
{
	struct sip_session *ses;
	int err = enter(s, now, id, SES_U_REINVITE, body, &ses);

	if (err == 0)
		err = reinvite(ses, body);
	if (err == 0)
		sip_expiry_offer(ses, body);
	return err;
}

int sip_session_make_cancel(struct sip_session *ses, const struct sip_body *body,
			    struct sip_trans **out)
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
		return sip_head_response(ses->stack, &ses->head, in->status, STR(""), body,
					 &in->buf);
	case SES_CALLING:
	case SES_PROCEEDING:
		return sip_session_make_cancel(ses, body, &in->trans);
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
	if (err == 0 && (ses = sip_session_find(s, id)) && ses->invite)
		sip_hunt_cancel(ses->invite);
	return err;
}

void sip_call_set_user(struct sip_stack *s, sip_call_id id, void *user)
{
	struct sip_session *ses = sip_session_find(s, id);

	if (ses)
		ses->user = user;
}

void sip_call_set_reliable(struct sip_stack *s, sip_call_id id, enum sip_rel100 rel100)
{
	struct sip_session *ses = sip_session_find(s, id);

	if (ses)
		ses->features.rel100 = rel100;
}
