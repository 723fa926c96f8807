/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/phone_call: calls placed and taken, as the events of the SIP stack have it. The offer is in the
 * INVITE and the answer in the 2xx or in a provisional before it (RFC 3261 13.2.1); as the called
 * side also our offer in the 2xx and the answer in the ACK.
 */
#include <stdio.h>
#include <string.h>

#include "lab/phone_internal.h"

/* Calls. --------------------------------------------------------------------------------------- */
void phone_call_fail(struct call *c, const char *what, const char *why)
{
	if (!c->result.failure[0])
		snprintf(c->result.failure, sizeof(c->result.failure), "%s%s%s", what,
			 why[0] ? ": " : "", why);
}

static void talk_begin(struct phone *p, struct call *c)
{
	c->answered = p->now;
	c->result.answered = true;
	c->result.setup_ms = (uint32_t)(tick_diff_us(p->now, c->began) / 1000);
	if (p->duration_ms)
		p->timer[T_HANGUP] = tick_add_ms(p->now, p->duration_ms);
}

/* The call is over as far as the user is concerned; what is heard ends here. */
static void talk_end(struct phone *p, struct call *c, enum phone_ended_by by)
{
	for (int i = 0; i < NR_T; i++)
		p->timer[i] = TICK_NEVER;
	if (c->over)
		return;
	c->over = true;
	c->sending = false;
	c->result.ended_by = by;
	if (c->result.answered)
		c->result.talk_ms = (uint32_t)(tick_diff_us(p->now, c->answered) / 1000);
	if (c->media)
		phone_ear_end(&c->ear, p->now);
}

static struct call *begin_call(struct phone *p, const char *peer, size_t len)
{
	struct mem *m = mem_sub(p->mem, "call");
	struct call *c = m ? MEM_NEW(m, struct call) : NULL;

	if (!c) {
		mem_free(m);
		return NULL;
	}
	if (p->call)
		mem_free(p->call->mem);
	c->mem = m;
	c->began = p->now;
	c->result.cause = -1;
	c->result.heard.level_cdbm0 = c->result.early.level_cdbm0 = LAB_METER_SILENCE;
	str_copyz(c->result.peer, sizeof(c->result.peer), str_n(peer, len));
	p->call = c;
	p->busy = true;
	return c;
}

static void end_call(struct phone *p, struct call *c)
{
	talk_end(p, c, PHONE_ENDED_THERE);
	/* Nobody has answered: all that was heard was before the answer. */
	if (!c->result.answered)
		c->ear.answered = c->ear.heard.len;
	if (c->media)
		phone_media_measure(c);
	p->busy = false;
	p->result_due = true;
	if (p->calls_left)
		p->calls_left--;
	if (!p->calls_left)
		phone_finish(p, NULL);
	else if (p->cfg->wait_ms)
		p->timer[T_WAIT] = tick_add_ms(p->now, p->cfg->wait_ms);
}

void phone_call_hang_up(struct phone *p, struct call *c)
{
	talk_end(p, c, PHONE_ENDED_HERE);
	if (sip_call_hangup(p->sip, p->now, c->id, 0, NULL) < 0 && p->busy)
		end_call(p, c);
}

static void note_response(struct call *c, unsigned status)
{
	struct phone_result *r = &c->result;

	if (r->nr_responses && r->response[r->nr_responses - 1] == status)
		return;
	if (r->nr_responses < PHONE_MAX_RESPONSES)
		r->response[r->nr_responses++] = (uint16_t)status;
}

static void note_final(struct phone *p, struct call *c, unsigned status, struct str reason)
{
	struct phone_result *r = &c->result;

	r->status = status;
	r->setup_ms = (uint32_t)(tick_diff_us(p->now, c->began) / 1000);
	if (reason.len)
		str_copyz(r->reason, sizeof(r->reason), reason);
	else
		str_copyz(r->reason, sizeof(r->reason), str_of(sip_reason_phrase(status)));
}

static void note_cause(struct call *c, const struct sip_msg *m)
{
	int cause = m ? sip_msg_reason_cause(m, STR("Q.850"), NULL) : -1;

	if (cause > 0)
		c->result.cause = cause;
}

/* Placing a call. ------------------------------------------------------------------------------ */
static int send_invite(struct phone *p, struct call *c)
{
	const struct phone_cfg *cfg = p->cfg;
	char from[400], to[PHONE_URI_MAX + 2], host[ADDR_TEXT_MAX];
	struct sip_invite inv = { .path = PHONE_PATH,
				  .target = cfg->target,
				  .uri = str_of(cfg->uri),
				  .from = { from, 0 },
				  .to = { to, 0 },
				  .features = { .session_expires_s = cfg->session_expires_s } };
	int err = phone_media_offer(p, &inv.body);

	if (err < 0)
		return err;
	inv.from.len = (size_t)snprintf(from, sizeof(from), "<sip:%.200s@%s:%u>", cfg->from,
					addr_print_host(&p->env.sip_local, host),
					p->env.sip_local.port);
	inv.to.len = (size_t)snprintf(to, sizeof(to), "<%s>", cfg->uri);
	return sip_call_start(p->sip, p->now, &inv, &c->id);
}

void phone_call_place(struct phone *p)
{
	struct call *c = begin_call(p, p->cfg->uri, strlen(p->cfg->uri));
	int err = c ? send_invite(p, c) : TG_ENOMEM;

	p->calls_left = 1;
	if (err < 0) {
		p->busy = false;
		phone_finish(p, tg_strerror(err));
		return;
	}
	if (p->cfg->cancel_after_ms)
		p->timer[T_CANCEL] = tick_add_ms(p->now, p->cfg->cancel_after_ms);
	if (p->cfg->wait_ms)
		p->timer[T_WAIT] = tick_add_ms(p->now, p->cfg->wait_ms);
}

static void on_progress(struct phone *p, struct call *c, const struct sip_event *ev)
{
	note_response(c, ev->status);
	if (phone_media_has_sdp(ev->msg) && !c->media)
		phone_media_take_answer(p, c, ev->msg);
}

static void on_answered(struct phone *p, struct call *c, const struct sip_event *ev)
{
	int err = phone_media_has_sdp(ev->msg) ? phone_media_take_answer(p, c, ev->msg) : 0;

	note_response(c, ev->status);
	note_final(p, c, ev->status, ev->msg ? ev->msg->reason : STR(""));
	p->timer[T_WAIT] = p->timer[T_CANCEL] = TICK_NEVER;
	sip_call_ack(p->sip, p->now, c->id, NULL);
	talk_begin(p, c);
	if (!c->media)
		phone_call_fail(c, "it was answered without a session description", "");
	if (err < 0 || !c->media)
		phone_call_hang_up(p, c);
	else
		phone_media_speak(p, c);
}

static void on_rejected(struct phone *p, struct call *c, const struct sip_event *ev)
{
	if (!ev->local)
		note_response(c, ev->status);
	note_final(p, c, ev->status, ev->msg ? ev->msg->reason : STR(""));
	note_cause(c, ev->msg);
	c->result.local = ev->local;
}

/* Being called. -------------------------------------------------------------------------------- */
static void answer_call(struct phone *p, struct call *c)
{
	struct sip_body body;
	int err = 0;

	if (c->media)
		body = p->answer;
	else
		err = phone_media_offer(p, &body);
	c->offered = !c->media;
	if (err == 0)
		err = sip_call_answer(p->sip, p->now, c->id, &body);
	if (err < 0) {
		phone_call_fail(c, "could not answer", tg_strerror(err));
		phone_call_hang_up(p, c);
		return;
	}
	note_response(c, 200);
	note_final(p, c, 200, STR(""));
	talk_begin(p, c);
	if (c->media)
		phone_media_speak(p, c);
}

static void reject_call(struct phone *p, struct call *c, unsigned status)
{
	note_response(c, status);
	note_final(p, c, status, STR(""));
	sip_call_reject(p->sip, p->now, c->id, status, NULL);
}

void phone_call_ring_is_over(struct phone *p, struct call *c)
{
	if (p->cfg->reject)
		reject_call(p, c, p->cfg->reject);
	else
		answer_call(p, c);
}

static void on_invite(struct phone *p, const struct sip_event *ev)
{
	struct call *c;

	if (p->busy || p->cfg->mode != PHONE_ANSWER || !p->calls_left || p->done_due) {
		sip_call_reject(p->sip, p->now, ev->call, 486, NULL);
		return;
	}
	c = begin_call(p, ev->msg->from.uri.text.p, ev->msg->from.uri.text.len);
	if (!c) {
		sip_call_reject(p->sip, p->now, ev->call, 500, NULL);
		return;
	}
	c->id = ev->call;
	p->timer[T_WAIT] = TICK_NEVER;
	if (phone_media_has_sdp(ev->msg) &&
	    phone_media_make_answer(p, c, ev->msg, &p->answer) < 0) {
		reject_call(p, c, 488);
		return;
	}
	if (p->cfg->ring_ms) {
		note_response(c, 180);
		sip_call_progress(p->sip, p->now, c->id, 180, NULL);
		p->timer[T_RING] = tick_add_ms(p->now, p->cfg->ring_ms);
		return;
	}
	phone_call_ring_is_over(p, c);
}

static void on_cancelled(struct phone *p, struct call *c, const struct sip_event *ev)
{
	note_response(c, 487);
	note_final(p, c, 487, STR(""));
	note_cause(c, ev->msg);
}

static void on_acked(struct phone *p, struct call *c, const struct sip_event *ev)
{
	if (!c->offered || c->over)
		return;
	c->offered = false;
	if (!phone_media_has_sdp(ev->msg))
		phone_call_fail(c, "the ACK has no session description", "");
	if (!phone_media_has_sdp(ev->msg) || phone_media_take_answer(p, c, ev->msg) < 0)
		phone_call_hang_up(p, c);
	else
		phone_media_speak(p, c);
}

/* RFC 3264 8: the same codecs, maybe another address. */
static void on_reinvite(struct phone *p, struct call *c, const struct sip_event *ev)
{
	struct sip_body body;
	int err;

	c->offered = !phone_media_has_sdp(ev->msg);
	err = c->offered ? phone_media_offer(p, &body)
			 : phone_media_make_answer(p, c, ev->msg, &body);
	if (err < 0)
		sip_call_reject(p->sip, p->now, c->id, 488, NULL);
	else
		sip_call_answer(p->sip, p->now, c->id, &body);
}

void phone_call_event(struct phone *p, const struct sip_event *ev)
{
	struct call *c = p->call;

	if (ev->type == SIP_EV_INVITE) {
		on_invite(p, ev);
		return;
	}
	if (!p->busy || c->id != ev->call)
		return;
	switch (ev->type) {
	case SIP_EV_PROGRESS:
		on_progress(p, c, ev);
		break;
	case SIP_EV_ANSWERED:
		on_answered(p, c, ev);
		break;
	case SIP_EV_REJECTED:
		on_rejected(p, c, ev);
		break;
	case SIP_EV_ACKED:
		on_acked(p, c, ev);
		break;
	case SIP_EV_CANCELLED:
		on_cancelled(p, c, ev);
		break;
	case SIP_EV_BYE:
		note_cause(c, ev->msg);
		talk_end(p, c, PHONE_ENDED_THERE);
		break;
	case SIP_EV_REINVITE:
		on_reinvite(p, c, ev);
		break;
	case SIP_EV_NO_ACK:
		phone_call_fail(c, "our 200 got no ACK", "");
		break;
	case SIP_EV_ENDED:
		end_call(p, c);
		break;
	default:
		break;
	}
}

/* What the INVITE comes to after its CANCEL is the stack's own affair (RFC 3261 9.1); a test wants
 * to know it: 487, or a 2xx that crossed the CANCEL. */
void phone_call_look_for_final(struct phone *p, struct call *c, struct str octets)
{
	struct sip_msg m;

	if (c->result.status || !c->over || sip_msg_parse(&m, octets, NULL) < 0)
		return;
	if (m.is_request || m.cseq_method != SIP_INVITE || m.status < 200)
		return;
	note_response(c, m.status);
	note_final(p, c, m.status, m.reason);
	note_cause(c, &m);
}
