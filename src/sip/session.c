/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/session: the machine of an INVITE session; see session.h. */
#include <assert.h>

#include "sip/session.h"

#define REFRESH_US S_US(60) /* 13.3.1.1: a provisional response every minute */

static const struct fsm_state states[SES_NR_STATES] = {
	[SES_START] = { .name = "Start", .rest = true },
	[SES_CALLING] = { .name = "Calling", .bound = "timer B" },
	[SES_CANCEL_HELD] = { .name = "Cancel held", .bound = "timer B" },
	[SES_PROCEEDING] = { .name = "Proceeding", .bound = "silence, Expires (13.2.1, 16.6.11)" },
	[SES_CANCELLING] = { .name = "Cancelling", .bound = "timer B, begun again (9.1)" },
	[SES_ACK_DUE] = { .name = "ACK due", .bound = "the user: ack or hangup; the peer's BYE" },
	[SES_INCOMING] = { .name = "Incoming", .bound = "the user; CANCEL; Expires (13.3.1)" },
	[SES_WAIT_ACK] = { .name = "Wait for ACK", .bound = "64*T1 (13.3.1.4)" },
	[SES_BYE_HELD] = { .name = "BYE held", .bound = "64*T1 (15)" },
	[SES_ESTABLISHED] = { .name = "Established", .bound = "BYE; the session timer" },
	[SES_REINVITING] = { .name = "Re-inviting", .bound = "timer B; the user: hangup" },
	[SES_REINVITED] = { .name = "Re-invited", .bound = "the user; the peer's CANCEL" },
	[SES_ENDING] = { .name = "Ending", .bound = "timer F of the BYE" },
	[SES_OVER] = { .name = "Over", .rest = true },
};

static const char *const events[SES_NR_EVENTS] = {
	[SES_U_START] = "start",   [SES_U_PROGRESS] = "progress",
	[SES_U_ANSWER] = "answer", [SES_U_REJECT] = "reject",
	[SES_U_ACK] = "ack",	   [SES_U_REINVITE] = "reinvite",
	[SES_U_HANGUP] = "hangup", [SES_1XX] = "1xx",
	[SES_2XX] = "2xx",	   [SES_2XX_AGAIN] = "2xx again",
	[SES_REFUSED] = "300-699", [SES_FAILED] = "INVITE failed",
	[SES_INVITE] = "INVITE",   [SES_REINVITE] = "re-INVITE",
	[SES_ACK] = "ACK",	   [SES_CANCEL] = "CANCEL",
	[SES_BYE] = "BYE",	   [SES_BYE_DONE] = "BYE done",
	[SES_T_REPEAT] = "repeat", [SES_T_LIFE] = "life",
	[SES_AGAIN] = "once more", [SES_REL_FAILED] = "no PRACK",
	[SES_PEER_GONE] = "481",   [SES_EXPIRED] = "session expired",
};

/* Steps. ---------------------------------------------------------------------------------------- */
static void put_buf(struct sip_session *ses, const struct sip_buf *b)
{
	if (b)
		sip_out_send(ses->stack, b, sip_session_owner(ses));
}

static void arm(struct sip_session *ses, struct timer *t, enum sip_timer kind, int64_t us)
{
	t->kind = kind;
	timerq_arm(&ses->stack->timers, t, tick_add_us(ses->stack->now, us));
}

static void do_tell(void *self, int type, const void *ev)
{
	const struct sip_session_in *in = ev;
	struct sip_session *ses = self;
	struct sip_event e = { .type = (enum sip_event_type)type };

	if (in && type != SIP_EV_ENDED) {
		e.status = in->status;
		e.local = in->local;
		e.msg = in->msg;
		e.prack = in->prack;
		e.offer = in->offer;
	}
	if (type == SIP_EV_INVITE) {
		e.from = ses->stack->rx.from;
		sip_replaces_of(ses->stack, &e.replaces);
	}
	sip_session_tell(ses, &e);
}

/* What the CANCEL has led to. */
static void do_tell_cancelled(void *self, int arg, const void *ev)
{
	const struct sip_session_in *in = ev;
	struct sip_event e = { .type = SIP_EV_ENDED, .status = in ? in->status : 0 };

	(void)arg;
	sip_session_tell(self, &e);
}

/* The transaction that came with the event: our INVITE, or the peer's re-INVITE. */
static void do_take_invite(void *self, int arg, const void *ev)
{
	struct sip_session *ses = self;
	struct sip_trans *old = ses->invite;

	(void)arg;
	(void)ev;
	ses->invite = ses->in->trans;
	ses->in->trans = NULL;
	ses->invite->session = ses;
	ses->invite->tu = SIP_TU_INVITE;
	if (old)
		sip_trans_orphan(old);
}

static void do_start_invite(void *self, int arg, const void *ev)
{
	struct sip_session *ses = self;

	(void)arg;
	(void)ev;
	ses->cseq_out = ses->invite->marks.cseq;
	sip_buf_retire(ses->stack, ses->ack);
	ses->ack = NULL;
	sip_trans_start(ses->invite);
}

static void do_take_head(void *self, int arg, const void *ev)
{
	struct sip_session *ses = self;

	(void)arg;
	(void)ev;
	mem_drop((char *)(uintptr_t)ses->head.lines.p);
	ses->head = ses->in->head;
	ses->in->head = (struct sip_head){ 0 };
	ses->cseq_in = ses->stack->rx.msg.cseq;
}

/* 13.3.1: how long the caller wants to wait. */
static void do_expires(void *self, int arg, const void *ev)
{
	struct sip_session *ses = self;
	const struct sip_header *h = sip_msg_header(&ses->stack->rx.msg, SIP_HDR_EXPIRES, 0);
	uint32_t s;

	(void)arg;
	(void)ev;
	if (h && str_to_u32(h->value, &s) && s && s < 86400)
		arm(ses, &ses->life, SIP_TM_SESSION_LIFE, S_US((int64_t)s));
}

/* What 16.6 asks of a proxy (timer C) is good for a caller too; and 13.2.1: his own Expires. */
static void do_quiet(void *self, int arg, const void *ev)
{
	struct sip_session *ses = self;
	uint32_t silence_s = ses->stack->cfg.max_silence_s;
	tick_t at = TICK_NEVER;

	(void)arg;
	(void)ev;
	if (silence_s != UINT32_MAX)
		at = tick_add_ms(ses->stack->now, 1000 * (int64_t)silence_s);
	if (ses->expires_s)
		at = tick_min(at, ses->expires_at);
	ses->life.kind = SIP_TM_SESSION_LIFE;
	if (silence_s != UINT32_MAX || ses->expires_s)
		timerq_arm(&ses->stack->timers, &ses->life, at);
}

static void respond(struct sip_session *ses, unsigned status, struct sip_buf *b)
{
	if (status >= 300 && ses->dialog)
		sip_offer_feed(&ses->dialog->offer, OFF_CLOSE); /* as before (14.2) */
	if (ses->invite && ses->invite->class == &sip_ist)
		sip_trans_respond(ses->invite, status, b);
	else
		sip_buf_retire(ses->stack, b);
}

/* A response that the stack makes by itself; without memory for it the peer repeats, or gives up
 * by itself. */
static void do_respond(void *self, int status, const void *ev)
{
	struct sip_session *ses = self;
	struct sip_buf *b;

	(void)ev;
	if (ses->head.lines.p &&
	    sip_head_response(ses->stack, &ses->head, (unsigned)status, STR(""), NULL, &b) == 0)
		respond(ses, (unsigned)status, b);
}

/* The response that the user has given. */
static void do_respond_user(void *self, int arg, const void *ev)
{
	struct sip_session *ses = self;
	struct sip_buf *b = ses->in->buf;

	(void)arg;
	(void)ev;
	ses->in->buf = NULL;
	respond(ses, ses->in->status, b);
}

static void do_answer(void *self, int arg, const void *ev)
{
	struct sip_session *ses = self;

	(void)arg;
	(void)ev;
	sip_buf_retire(ses->stack, ses->answer);
	ses->answer = ses->in->buf;
	ses->in->buf = NULL;
	ses->dialog->confirmed = true;
	sip_dialog_retarget(ses->dialog, &ses->target_new);
	sip_expiry_answered(ses);
	fsm_feed(&ses->rel.fsm, REL_FINAL, NULL);
	respond(ses, 200, ses->answer);
	ses->repeat_us = MS_US(ses->stack->cfg.t1_ms);
	arm(ses, &ses->repeat, SIP_TM_SESSION_REPEAT, ses->repeat_us);
	arm(ses, &ses->life, SIP_TM_SESSION_LIFE, 64 * ses->repeat_us);
}

/* 13.3.1.4: from T1 to T2. */
static void do_repeat_answer(void *self, int arg, const void *ev)
{
	struct sip_session *ses = self;
	int64_t t2_us = MS_US(ses->stack->cfg.t2_ms);

	(void)arg;
	(void)ev;
	if (ses->invite)
		sip_trans_respond(ses->invite, 200, ses->answer);
	else
		put_buf(ses, ses->answer);
	ses->stack->stats.retransmissions++;
	ses->repeat_us = ses->repeat_us * 2 < t2_us ? ses->repeat_us * 2 : t2_us;
	arm(ses, &ses->repeat, SIP_TM_SESSION_REPEAT, ses->repeat_us);
}

static void do_refresh_later(void *self, int arg, const void *ev)
{
	struct sip_session *ses = self;

	(void)arg;
	(void)ev;
	arm(ses, &ses->repeat, SIP_TM_SESSION_REPEAT, REFRESH_US);
}

static void do_repeat_progress(void *self, int arg, const void *ev)
{
	struct sip_session *ses = self;

	if (ses->rel.rseq)
		sip_rel_refresh(ses);
	else if (ses->invite)
		put_buf(ses, ses->invite->last);
	do_refresh_later(self, arg, ev);
}

static void do_stop(void *self, int arg, const void *ev)
{
	struct sip_session *ses = self;

	(void)arg;
	(void)ev;
	timerq_cancel(&ses->stack->timers, &ses->repeat);
	timerq_cancel(&ses->stack->timers, &ses->life);
	sip_buf_retire(ses->stack, ses->answer);
	ses->answer = NULL;
}

/* A CANCEL or BYE that came with hangup and has to wait. */
static void do_hold(void *self, int arg, const void *ev)
{
	struct sip_session *ses = self;

	(void)arg;
	(void)ev;
	ses->held = ses->in->trans;
	ses->in->trans = NULL;
}

static void do_cancel(void *self, int arg, const void *ev)
{
	struct sip_session *ses = self;
	struct sip_trans *t = ses->held;

	(void)arg;
	(void)ev;
	ses->held = NULL;
	if (!t) {
		t = ses->in->trans;
		ses->in->trans = NULL;
	}
	if (t) { /* else there was no room for it: the INVITE's timer B ends it */
		t->session = ses;
		sip_trans_start(t);
		t->session = NULL; /* whatever its outcome, the INVITE's counts */
	}
	if (ses->invite)
		sip_trans_feed(ses->invite, ICT_CANCELLED, NULL);
}

static struct sip_trans *bye_of(struct sip_session *ses)
{
	struct sip_trans *t = ses->held;

	ses->held = NULL;
	if (t && t->method != SIP_BYE) {
		sip_trans_drop(t);
		t = NULL;
	}
	if (!t && ses->in && ses->in->trans && ses->in->trans->method == SIP_BYE) {
		t = ses->in->trans;
		ses->in->trans = NULL;
	}
	if (!t && sip_dialog_request(ses->dialog, SIP_BYE, NULL, &t) < 0)
		t = NULL;
	return t;
}

static void do_bye(void *self, int arg, const void *ev)
{
	struct sip_session *ses = self;

	(void)arg;
	(void)ev;
	ses->bye = bye_of(ses);
	if (!ses->bye) {
		fsm_raise(&ses->fsm, SES_BYE_DONE);
		return;
	}
	ses->bye->session = ses;
	ses->bye->tu = SIP_TU_BYE;
	sip_trans_start(ses->bye);
}

/* The user's ACK, or one without a body when he has hung up. */
static void do_ack(void *self, int arg, const void *ev)
{
	struct sip_session *ses = self;
	struct sip_buf *b = ses->in ? ses->in->buf : NULL;

	(void)arg;
	(void)ev;
	if (b)
		ses->in->buf = NULL;
	else if (sip_dialog_ack(ses->dialog, ses->cseq_out, NULL, &b) < 0)
		return; /* the 2xx comes again */
	sip_buf_retire(ses->stack, ses->ack);
	ses->ack = b;
	put_buf(ses, b);
}

static void do_ack_again(void *self, int arg, const void *ev)
{
	struct sip_session *ses = self;

	if (!ses->ack) {
		do_ack(self, arg, ev);
		return;
	}
	put_buf(ses, ses->ack);
	ses->stack->stats.retransmissions++;
}

/* A re-INVITE that cannot be handled now: the final response goes through its transaction. */
static void do_refuse(void *self, int status, const void *ev)
{
	struct sip_session *ses = self;
	struct sip_stack *s = ses->stack;
	struct sip_reply r = { .status = (unsigned)status };
	char seconds[4] = { (char)('0' + rng_below(&s->cfg.rng, 10)) };
	struct sip_buf *b;

	(void)ev;
	if (status == 500) {
		r.hdr = SIP_HDR_RETRY_AFTER; /* 14.2 */
		r.value = str_of(seconds);
	}
	if (sip_reply_build(s, &r, &b) < 0)
		return;
	sip_trans_respond(ses->in->trans, r.status, b);
	ses->in->trans = NULL;
}

/* The session timer's re-INVITE is over, and the user hears nothing of it. */
static void do_refreshed(void *self, int arg, const void *ev)
{
	const struct sip_session_in *in = ev;
	struct sip_session *ses = self;

	(void)arg;
	ses->refreshing = false;
	sip_offer_feed(&ses->dialog->offer, OFF_CLOSE);
	sip_expiry_done(ses, in->status, in->msg);
}

static bool is_refresh(const void *self, const void *ev)
{
	const struct sip_session *ses = self;

	(void)ev;
	return ses->refreshing;
}

static bool is_trying(const void *self, const void *ev)
{
	const struct sip_session_in *in = ev;

	(void)self;
	return in->status == 100;
}

/* 12.2.1.2: these end the dialog. */
static bool ends_dialog(const void *self, const void *ev)
{
	const struct sip_session_in *in = ev;

	(void)self;
	return in->status == 481 || in->status == 408;
}

static bool ends_refresh(const void *self, const void *ev)
{
	return is_refresh(self, ev) && ends_dialog(self, ev);
}

#define DO(step, a)          \
	{                    \
		do_##step, a \
	}
#define TELL(event) DO(tell, SIP_EV_##event)
#define TIMERS	    "the session's timers do not run here"

/* clang-format off */
static const struct fsm_row rows[] = {
	/* Client: 13.2, 9.1 */
	{ SES_START, SES_U_START, NULL, SES_CALLING, { DO(take_invite, 0), DO(start_invite, 0) } },

	{ SES_CALLING, SES_1XX, is_trying, SES_PROCEEDING, { DO(quiet, 0) } },
	{ SES_CALLING, SES_1XX, NULL, SES_PROCEEDING, { DO(quiet, 0), TELL(PROGRESS) } },
	{ SES_CALLING, SES_2XX, NULL, SES_ACK_DUE, { TELL(ANSWERED) } },
	{ SES_CALLING, SES_AGAIN, NULL, SES_CALLING, { DO(take_invite, 0), DO(start_invite, 0) } },
	{ SES_CALLING, SES_REFUSED, NULL, SES_OVER, { TELL(REJECTED), TELL(ENDED) } },
	{ SES_CALLING, SES_FAILED, NULL, SES_OVER, { TELL(REJECTED), TELL(ENDED) } },
	{ SES_CALLING, SES_U_HANGUP, NULL, SES_CANCEL_HELD, { DO(hold, 0) } },

	{ SES_CANCEL_HELD, SES_1XX, NULL, SES_CANCELLING, { DO(cancel, 0) } },
	{ SES_CANCEL_HELD, SES_2XX, NULL, SES_ENDING, { DO(ack, 0), DO(bye, 0) } },
	{ SES_CANCEL_HELD, SES_REFUSED, NULL, SES_OVER, { TELL(ENDED) } },
	{ SES_CANCEL_HELD, SES_FAILED, NULL, SES_OVER, { TELL(ENDED) } },

	{ SES_PROCEEDING, SES_1XX, is_trying, FSM_SAME, {}, IGNORE("100 says nothing new") },
	{ SES_PROCEEDING, SES_1XX, NULL, SES_PROCEEDING, { DO(quiet, 0), TELL(PROGRESS) } },
	{ SES_PROCEEDING, SES_2XX, NULL, SES_ACK_DUE, { DO(stop, 0), TELL(ANSWERED) } },
	{ SES_PROCEEDING, SES_AGAIN, NULL, SES_CALLING,
	  { DO(stop, 0), DO(take_invite, 0), DO(start_invite, 0) } },
	{ SES_PROCEEDING, SES_T_LIFE, NULL, SES_CANCELLING, { TELL(REJECTED), DO(cancel, 0) } },
	{ SES_PROCEEDING, SES_REFUSED, NULL, SES_OVER, { TELL(REJECTED), TELL(ENDED) } },
	{ SES_PROCEEDING, SES_FAILED, NULL, SES_OVER, { TELL(REJECTED), TELL(ENDED) } },
	{ SES_PROCEEDING, SES_U_HANGUP, NULL, SES_CANCELLING, { DO(cancel, 0) } },

	{ SES_PROCEEDING, SES_REINVITE, NULL, SES_PROCEEDING, { DO(refuse, 491) } },

	{ SES_CANCELLING, SES_REINVITE, NULL, SES_CANCELLING, { DO(refuse, 491) } },
	{ SES_CANCELLING, SES_2XX, NULL, SES_ENDING, { DO(ack, 0), DO(bye, 0) } },
	{ SES_CANCELLING, SES_REFUSED, NULL, SES_OVER, { DO(tell_cancelled, 0) } },
	{ SES_CANCELLING, SES_FAILED, NULL, SES_OVER, { TELL(ENDED) } },

	/* after a 2xx to our INVITE or re-INVITE: 13.2.2.4 */
	{ SES_ACK_DUE, SES_U_ACK, NULL, SES_ESTABLISHED, { DO(ack, 0) } },
	{ SES_ACK_DUE, SES_U_HANGUP, NULL, SES_ENDING, { DO(ack, 0), DO(bye, 0) } },
	{ SES_ACK_DUE, SES_EXPIRED, NULL, SES_ENDING, { DO(ack, 0), TELL(EXPIRED), DO(bye, 0) } },
	{ SES_ACK_DUE, SES_REINVITE, NULL, SES_ACK_DUE, { DO(refuse, 491) } },
	{ SES_ACK_DUE, SES_BYE, NULL, SES_OVER, { TELL(BYE), TELL(ENDED) } },
	{ SES_ACK_DUE, SES_2XX_AGAIN, NULL, FSM_SAME, {}, IGNORE("the user's ACK is due") },

	/* Server: 13.3, 9.2 */
	{ SES_START, SES_INVITE, NULL, SES_INCOMING,
	  { DO(take_invite, 0), DO(take_head, 0), DO(expires, 0), DO(respond, 100),
	    TELL(INVITE) } },

	{ SES_INCOMING, SES_U_PROGRESS, NULL, SES_INCOMING,
	  { DO(respond_user, 0), DO(refresh_later, 0) } },
	{ SES_INCOMING, SES_T_REPEAT, NULL, SES_INCOMING, { DO(repeat_progress, 0) } },
	{ SES_INCOMING, SES_U_ANSWER, NULL, SES_WAIT_ACK, { DO(answer, 0) } },
	{ SES_INCOMING, SES_U_REJECT, NULL, SES_OVER, { DO(respond_user, 0), TELL(ENDED) } },
	{ SES_INCOMING, SES_U_HANGUP, NULL, SES_OVER, { DO(respond_user, 0), TELL(ENDED) } },
	{ SES_INCOMING, SES_CANCEL, NULL, SES_OVER,
	  { DO(respond, 487), TELL(CANCELLED), TELL(ENDED) } },
	{ SES_INCOMING, SES_T_LIFE, NULL, SES_OVER,
	  { DO(respond, 487), TELL(CANCELLED), TELL(ENDED) } },
	{ SES_INCOMING, SES_REL_FAILED, NULL, SES_OVER,
	  { DO(respond, 504), TELL(NO_PRACK), TELL(ENDED) } },
	{ SES_INCOMING, SES_BYE, NULL, SES_OVER, { DO(respond, 487), TELL(BYE), TELL(ENDED) } },
	{ SES_INCOMING, SES_REINVITE, NULL, SES_INCOMING, { DO(refuse, 500) } },

	/* after our 2xx to an INVITE or re-INVITE: 13.3.1.4 */
	{ SES_WAIT_ACK, SES_ACK, NULL, SES_ESTABLISHED, { DO(stop, 0), TELL(ACKED) } },
	{ SES_WAIT_ACK, SES_T_REPEAT, NULL, SES_WAIT_ACK, { DO(repeat_answer, 0) } },
	/* It ends with the BYE's sending (15): a peer that did not acknowledge may be none, and would
	 * hold the call for timer F once more. */
	{ SES_WAIT_ACK, SES_T_LIFE, NULL, SES_OVER,
	  { DO(stop, 0), TELL(NO_ACK), DO(bye, 0), TELL(ENDED) } },
	{ SES_WAIT_ACK, SES_U_HANGUP, NULL, SES_BYE_HELD, { DO(hold, 0) } },
	{ SES_WAIT_ACK, SES_BYE, NULL, SES_OVER, { TELL(BYE), TELL(ENDED) } },
	{ SES_WAIT_ACK, SES_REINVITE, NULL, SES_WAIT_ACK, { DO(refuse, 491) } },

	{ SES_BYE_HELD, SES_ACK, NULL, SES_ENDING, { DO(stop, 0), DO(bye, 0) } },
	{ SES_BYE_HELD, SES_T_REPEAT, NULL, SES_BYE_HELD, { DO(repeat_answer, 0) } },
	{ SES_BYE_HELD, SES_T_LIFE, NULL, SES_OVER, { DO(stop, 0), DO(bye, 0), TELL(ENDED) } },
	{ SES_BYE_HELD, SES_BYE, NULL, SES_OVER, { TELL(ENDED) } },
	{ SES_BYE_HELD, SES_REINVITE, NULL, SES_BYE_HELD, { DO(refuse, 491) } },

	/* Both: 14, 15 */
	{ SES_ESTABLISHED, SES_2XX_AGAIN, NULL, SES_ESTABLISHED, { DO(ack_again, 0) } },
	{ SES_ESTABLISHED, SES_U_REINVITE, NULL, SES_REINVITING,
	  { DO(take_invite, 0), DO(start_invite, 0) } },
	{ SES_ESTABLISHED, SES_REINVITE, NULL, SES_REINVITED,
	  { DO(take_invite, 0), DO(take_head, 0), DO(respond, 100), TELL(REINVITE) } },
	{ SES_ESTABLISHED, SES_U_HANGUP, NULL, SES_ENDING, { DO(bye, 0) } },
	{ SES_ESTABLISHED, SES_BYE, NULL, SES_OVER, { TELL(BYE), TELL(ENDED) } },
	{ SES_ESTABLISHED, SES_PEER_GONE, NULL, SES_ENDING, { TELL(EXPIRED), DO(bye, 0) } },
	{ SES_ESTABLISHED, SES_EXPIRED, NULL, SES_ENDING, { TELL(EXPIRED), DO(bye, 0) } },

	/* RFC 4028 10: our refresh */
	{ SES_REINVITING, SES_2XX, is_refresh, SES_ESTABLISHED, { DO(ack, 0), DO(refreshed, 0) } },
	{ SES_REINVITING, SES_REFUSED, ends_refresh, SES_ENDING,
	  { DO(refreshed, 0), TELL(EXPIRED), DO(bye, 0) } },
	{ SES_REINVITING, SES_REFUSED, is_refresh, SES_ESTABLISHED, { DO(refreshed, 0) } },
	{ SES_REINVITING, SES_FAILED, is_refresh, SES_ENDING,
	  { DO(refreshed, 0), TELL(EXPIRED), DO(bye, 0) } },
	{ SES_REINVITING, SES_EXPIRED, NULL, SES_ENDING, { TELL(EXPIRED), DO(bye, 0) } },

	{ SES_REINVITING, SES_2XX, NULL, SES_ACK_DUE, { TELL(ANSWERED) } },
	{ SES_REINVITING, SES_REFUSED, ends_dialog, SES_ENDING,
	  { TELL(REINVITE_FAILED), DO(bye, 0) } },
	{ SES_REINVITING, SES_REFUSED, NULL, SES_ESTABLISHED, { TELL(REINVITE_FAILED) } },
	{ SES_REINVITING, SES_FAILED, NULL, SES_ENDING, { TELL(REINVITE_FAILED), DO(bye, 0) } },
	{ SES_REINVITING, SES_REINVITE, NULL, SES_REINVITING, { DO(refuse, 491) } },
	{ SES_REINVITING, SES_U_HANGUP, NULL, SES_ENDING, { DO(bye, 0) } },
	{ SES_REINVITING, SES_BYE, NULL, SES_OVER, { TELL(BYE), TELL(ENDED) } },

	{ SES_REINVITED, SES_U_ANSWER, NULL, SES_WAIT_ACK, { DO(answer, 0) } },
	{ SES_REINVITED, SES_U_REJECT, NULL, SES_ESTABLISHED, { DO(respond_user, 0) } },
	{ SES_REINVITED, SES_CANCEL, NULL, SES_ESTABLISHED,
	  { DO(respond, 487), TELL(CANCELLED) } },
	{ SES_REINVITED, SES_REINVITE, NULL, SES_REINVITED, { DO(refuse, 500) } },
	{ SES_REINVITED, SES_U_HANGUP, NULL, SES_ENDING, { DO(respond, 487), DO(bye, 0) } },
	{ SES_REINVITED, SES_EXPIRED, NULL, SES_ENDING,
	  { DO(respond, 487), TELL(EXPIRED), DO(bye, 0) } },
	{ SES_REINVITED, SES_BYE, NULL, SES_OVER, { DO(respond, 487), TELL(BYE), TELL(ENDED) } },

	{ SES_ENDING, SES_BYE_DONE, NULL, SES_OVER, { TELL(ENDED) } },
	{ SES_ENDING, SES_2XX, NULL, SES_ENDING, { DO(ack, 0) } },
	{ SES_ENDING, SES_2XX_AGAIN, NULL, SES_ENDING, { DO(ack_again, 0) } },
	{ SES_ENDING, SES_REINVITE, NULL, SES_ENDING, { DO(refuse, 481) } },
	{ SES_ENDING, SES_BYE, NULL, FSM_SAME, {},
	  IGNORE("BYE crosses BYE: it has its 200, ours is awaited") },

	/* What does nothing, and why. */
	{ FSM_ANY, SES_U_START, NULL, FSM_SAME, {}, IGNORE("it has begun") },
	{ FSM_ANY, SES_INVITE, NULL, FSM_SAME, {}, IGNORE("it has begun") },
	{ FSM_ANY, SES_U_PROGRESS, NULL, FSM_SAME, {}, IGNORE("TG_ESTATE: no call waits here") },
	{ FSM_ANY, SES_U_ANSWER, NULL, FSM_SAME, {}, IGNORE("TG_ESTATE: no INVITE waits here") },
	{ FSM_ANY, SES_U_REJECT, NULL, FSM_SAME, {}, IGNORE("TG_ESTATE: no INVITE waits here") },
	{ FSM_ANY, SES_U_ACK, NULL, FSM_SAME, {}, IGNORE("TG_ESTATE: no 2xx waits for it") },
	{ FSM_ANY, SES_U_REINVITE, NULL, FSM_SAME, {}, IGNORE("TG_ESTATE: 14.1, one at a time") },
	{ FSM_ANY, SES_U_HANGUP, NULL, FSM_SAME, {}, IGNORE("TG_ESTATE: it ends already") },
	{ FSM_ANY, SES_1XX, NULL, FSM_SAME, {}, IGNORE("nothing is called, or nobody asks") },
	{ FSM_ANY, SES_2XX, NULL, FSM_SAME, {}, IGNORE("no INVITE of ours is open") },
	{ FSM_ANY, SES_2XX_AGAIN, NULL, FSM_SAME, {},
	  IGNORE("the ACK of an older INVITE cannot be wanted during a newer one") },
	{ FSM_ANY, SES_REFUSED, NULL, FSM_SAME, {}, IGNORE("no INVITE of ours is open") },
	{ FSM_ANY, SES_FAILED, NULL, FSM_SAME, {}, IGNORE("no INVITE of ours is open") },
	{ FSM_ANY, SES_REINVITE, NULL, FSM_SAME, {}, IGNORE("no confirmed dialog: refused by uas") },
	{ FSM_ANY, SES_ACK, NULL, FSM_SAME, {}, IGNORE("repeated, or of no 2xx of ours") },
	{ FSM_ANY, SES_CANCEL, NULL, FSM_SAME, {}, IGNORE("9.2: a final response was sent") },
	{ FSM_ANY, SES_BYE, NULL, FSM_SAME, {},
	  IGNORE("15: the callee may not send BYE on an early dialog; the INVITE ends by itself") },
	{ FSM_ANY, SES_BYE_DONE, NULL, FSM_SAME, {}, IGNORE("no BYE of ours is open") },
	{ FSM_ANY, SES_T_REPEAT, NULL, FSM_SAME, {}, IGNORE(TIMERS) },
	{ FSM_ANY, SES_T_LIFE, NULL, FSM_SAME, {}, IGNORE(TIMERS) },
	{ FSM_ANY, SES_AGAIN, NULL, FSM_SAME, {}, IGNORE("no INVITE of ours is open") },
	{ FSM_ANY, SES_REL_FAILED, NULL, FSM_SAME, {}, IGNORE("a final response was sent") },
	{ FSM_ANY, SES_PEER_GONE, NULL, FSM_SAME, {},
	  IGNORE("it ends, or an INVITE is open that will tell the same") },
	{ FSM_ANY, SES_EXPIRED, NULL, FSM_SAME, {},
	  IGNORE("it ends, or the ACK that is awaited has a bound of its own") },
};
/* clang-format on */

const struct fsm_def sip_session_def = {
	.name = "INVITE session",
	.clause = "RFC 3261 9, 13, 14, 15, RFC 4028 10",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = SES_NR_STATES,
	.nr_events = SES_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = SES_START,
};
