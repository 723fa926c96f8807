/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/phone: see the header. What is due runs while the outputs are drained, when the SIP stack has
 * nothing more to say. Offer and answer: RFC 3264; INVITE with the offer, the answer in the 2xx or
 * in a reliable or unreliable provisional before it (RFC 3261 13.2.1); as the called side also with
 * our offer in the 2xx and the answer in the ACK.
 */
#include <stdio.h>
#include <string.h>

#include <trunkgate/sdp/sdp.h>
#include <trunkgate/sip/stack.h>

#include "lab/phone.h"

#define PATH	     1
#define PER_MS	     (DSP_RATE_HZ / 1000)
#define MAX_PAYLOAD  (60 * PER_MS)
#define SDP_MAX	     1500
#define LATE_MAX_MS  1000 /* packets this late are not made up for */
#define FILE_TAIL_MS 1000

enum { T_CANCEL, T_HANGUP, T_RING, T_WAIT, NR_T };

struct call {
	struct mem *mem;
	sip_call_id id;
	struct sdp_choice choice;
	bool media, sending, over, offered; /* offered: our 2xx has the offer */
	tick_t began, answered, next_packet;
	struct phone_ear ear;
	uint16_t seq;
	uint32_t timestamp, ssrc;
	struct phone_result result;
};

struct phone {
	struct mem *mem;
	struct phone_env env;
	const struct phone_cfg *cfg;
	struct sip_stack *sip;
	struct sdp_caps caps;
	uint32_t duration_ms, calls_left;
	tick_t now, timer[NR_T];
	struct call *call; /* the one there is, or the last one until the next begins */
	bool busy, result_due, done_due, done;
	char why[PHONE_WHY_MAX];
	char sdp_text[SDP_MAX];
	struct sip_body answer; /* made when the INVITE came, in sdp_text */
	uint8_t packet[RTP_HEADER_LEN + MAX_PAYLOAD];
};

/* Start and end. ------------------------------------------------------------------------------- */
static void set_caps(struct phone *p)
{
	const struct phone_cfg *cfg = p->cfg;

	p->caps = (struct sdp_caps){ .local = p->env.rtp_local,
				     .session_id = rng_u32(&p->env.rng),
				     .session_version = 1,
				     .nr_codecs = cfg->nr_codecs,
				     .ptime_ms = cfg->ptime_ms,
				     .dir = SDP_SENDRECV };
	memcpy(p->caps.codec, cfg->codec, sizeof(cfg->codec));
}

static struct sip_stack *new_stack(const struct phone *p)
{
	struct sip_cfg cfg = { .rng = p->env.rng, .product = STR("trunkgate-lab"), .max_calls = 8 };
	struct sip_stack *s = sip_stack_new(p->mem, &cfg);

	if (s && sip_stack_path_add(s, PATH, &p->env.sip_local) < 0)
		return NULL;
	return s;
}

struct phone *phone_new(struct mem *parent, const struct phone_env *env)
{
	struct mem *m = mem_sub(parent, "phone");
	struct phone *p = m ? MEM_NEW(m, struct phone) : NULL;
	uint32_t file_ms = phone_sound_ms(env->sound);

	if (!p) {
		mem_free(m);
		return NULL;
	}
	p->mem = m;
	p->env = *env;
	p->cfg = env->cfg;
	p->calls_left = env->cfg->calls;
	p->duration_ms = env->cfg->duration_ms;
	if (file_ms && !env->cfg->has_duration && env->cfg->mode == PHONE_CALL)
		p->duration_ms = file_ms + FILE_TAIL_MS;
	for (int i = 0; i < NR_T; i++)
		p->timer[i] = TICK_NEVER;
	set_caps(p);
	p->sip = new_stack(p);
	if (!p->sip) {
		mem_free(m);
		return NULL;
	}
	return p;
}

void phone_free(struct phone *p)
{
	if (p)
		mem_free(p->mem);
}

static void finish(struct phone *p, const char *why)
{
	if (p->done_due || p->done)
		return;
	p->done_due = true;
	if (why)
		snprintf(p->why, sizeof(p->why), "%s", why);
}

static void fail(struct call *c, const char *what, const char *why)
{
	if (!c->result.failure[0])
		snprintf(c->result.failure, sizeof(c->result.failure), "%s%s%s", what,
			 why[0] ? ": " : "", why);
}

/* Media. --------------------------------------------------------------------------------------- */
static enum dsp_law_kind law_of(const struct sdp_choice *choice)
{
	return choice->codec == SDP_PCMU ? DSP_MULAW : DSP_ALAW;
}

static void media_begin(struct phone *p, struct call *c, const struct sdp_choice *choice)
{
	bool same = c->media && law_of(choice) == c->ear.law;

	c->choice = *choice;
	c->result.codec = choice->codec;
	c->result.ptime_ms = p->cfg->ptime_ms;
	if (!same)
		phone_ear_init(&c->ear, c->mem, law_of(choice), p->env.law);
	c->media = true;
}

static void talk_begin(struct phone *p, struct call *c)
{
	c->answered = p->now;
	c->result.answered = true;
	c->result.setup_ms = (uint32_t)(tick_diff_us(p->now, c->began) / 1000);
	if (p->duration_ms)
		p->timer[T_HANGUP] = tick_add_ms(p->now, p->duration_ms);
}

static void speech_begin(struct phone *p, struct call *c)
{
	if (c->sending || c->over)
		return;
	phone_ear_answered(&c->ear, p->now);
	phone_sound_start(p->env.sound, c->ear.law);
	c->seq = (uint16_t)rng_u32(&p->env.rng);
	c->timestamp = rng_u32(&p->env.rng);
	c->ssrc = rng_u32(&p->env.rng);
	c->next_packet = p->now;
	c->sending = true;
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

/* RFC 3264 5.1: whether they want to hear us. */
static bool may_send(const struct call *c)
{
	return c->choice.remote.port && !addr_is_any(&c->choice.remote) &&
	       (c->choice.dir == SDP_SENDRECV || c->choice.dir == SDP_SENDONLY);
}

/* False when its time has come and nobody wants it. */
static bool take_packet(struct phone *p, struct call *c, struct phone_out *out)
{
	size_t nr = (size_t)c->result.ptime_ms * PER_MS;
	struct rtp_packet k = { .timestamp = c->timestamp,
				.ssrc = c->ssrc,
				.seq = c->seq++,
				.pt = c->choice.pt_tx,
				.marker = c->result.tx_packets == 0 };
	uint8_t *payload = p->packet + RTP_HEADER_LEN;

	rtp_header_enc(p->packet, &k);
	phone_sound_next(p->env.sound, payload, nr);
	phone_ear_said(&c->ear, c->next_packet, str_n(payload, nr));
	c->timestamp += (uint32_t)nr;
	c->next_packet = tick_add_ms(c->next_packet, c->result.ptime_ms);
	if (tick_diff_us(p->now, c->next_packet) > MS_US(LATE_MAX_MS))
		c->next_packet = p->now;
	if (!may_send(c))
		return false;
	c->result.tx_packets++;
	*out = (struct phone_out){ .type = PHONE_OUT_RTP,
				   .to = c->choice.remote,
				   .octets = str_n(p->packet, RTP_HEADER_LEN + nr) };
	return true;
}

static bool packet_due(const struct phone *p)
{
	const struct call *c = p->call;

	return p->busy && c->sending && tick_due(c->next_packet, p->now);
}

void phone_rtp_rx(struct phone *p, tick_t now, const struct addr *from, struct str octets)
{
	struct call *c = p->call;
	struct rtp_packet k;

	p->now = now;
	if (!p->busy || !c->media || c->over)
		return;
	if (rtp_packet_dec(&k, octets, NULL) < 0 || k.pt != c->choice.pt_rx ||
	    !addr_ip_eq(from, &c->choice.remote) || k.payload.len == 0) {
		c->result.rx_other++;
		return;
	}
	c->result.rx_packets++;
	phone_ear_packet(&c->ear, now, &k);
}

/* Calls. --------------------------------------------------------------------------------------- */
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

static void measure(const struct phone *p, struct call *c)
{
	struct lab_meter_tables *tables = lab_meter_tables_new(c->mem, c->ear.law);

	if (!tables) {
		fail(c, "out of memory", "");
		return;
	}
	phone_ear_heard(&c->ear, tables, false, &c->result.heard);
	phone_ear_heard(&c->ear, tables, true, &c->result.early);
	phone_ear_echo(&c->ear, &c->result.echo);
	c->result.rx_lost = c->ear.any ? rtp_seq_lost(&c->ear.seq) : 0;
	c->result.jitter_us = rtp_jitter(&c->ear.jitter) * 1000 / PER_MS;
	(void)p;
}

static void end_call(struct phone *p, struct call *c)
{
	talk_end(p, c, PHONE_ENDED_THERE);
	/* Nobody has answered: all that was heard was before the answer. */
	if (!c->result.answered)
		c->ear.answered = c->ear.heard.len;
	if (c->media)
		measure(p, c);
	p->busy = false;
	p->result_due = true;
	if (p->calls_left)
		p->calls_left--;
	if (!p->calls_left)
		finish(p, NULL);
	else if (p->cfg->wait_ms)
		p->timer[T_WAIT] = tick_add_ms(p->now, p->cfg->wait_ms);
}

static void hang_up(struct phone *p, struct call *c)
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

/* Descriptions. -------------------------------------------------------------------------------- */
static bool has_sdp(const struct sip_msg *m)
{
	return m && m->body.len && str_starts(m->content_type, STR("application/sdp"));
}

static struct sip_body sdp_body(struct str text)
{
	return (struct sip_body){ .content_type = STR("application/sdp"), .octets = text };
}

static int print_offer(struct phone *p, struct sip_body *body)
{
	struct str text;
	int err = sdp_print_offer(&p->caps, p->sdp_text, sizeof(p->sdp_text), &text);

	if (err == 0)
		*body = sdp_body(text);
	return err;
}

/* Their answer to our offer. */
static int take_answer(struct phone *p, struct call *c, const struct sip_msg *m)
{
	struct tg_diag why = TG_DIAG_NONE;
	struct sdp_choice choice;
	struct sdp s;
	int err = sdp_parse(&s, m->body, &why);

	if (err == 0)
		err = sdp_accept(&p->caps, &s, &choice, &why);
	if (err == 0)
		media_begin(p, c, &choice);
	else
		fail(c, "their session description", why.text);
	return err;
}

/* Our answer to their offer, as the body of a 2xx. */
static int make_answer(struct phone *p, struct call *c, const struct sip_msg *m,
		       struct sip_body *body)
{
	struct tg_diag why = TG_DIAG_NONE;
	struct sdp_choice choice;
	struct sdp s;
	struct str text;
	int err = sdp_parse(&s, m->body, &why);

	if (err == 0)
		err = sdp_answer(&p->caps, &s, &choice, &why);
	if (err == 0)
		err = sdp_print_answer(&p->caps, &s, &choice, p->sdp_text, sizeof(p->sdp_text),
				       &text);
	if (err < 0) {
		fail(c, "their session description", why.text);
		return err;
	}
	media_begin(p, c, &choice);
	*body = sdp_body(text);
	return 0;
}

/* Placing a call. ------------------------------------------------------------------------------ */
static int send_invite(struct phone *p, struct call *c)
{
	const struct phone_cfg *cfg = p->cfg;
	char from[400], to[PHONE_URI_MAX + 2], host[ADDR_TEXT_MAX];
	struct sip_invite inv = { .path = PATH,
				  .target = cfg->target,
				  .uri = str_of(cfg->uri),
				  .from = { from, 0 },
				  .to = { to, 0 } };
	int err = print_offer(p, &inv.body);

	if (err < 0)
		return err;
	inv.from.len = (size_t)snprintf(from, sizeof(from), "<sip:%.200s@%s:%u>", cfg->from,
					addr_print_host(&p->env.sip_local, host),
					p->env.sip_local.port);
	inv.to.len = (size_t)snprintf(to, sizeof(to), "<%s>", cfg->uri);
	return sip_call_start(p->sip, p->now, &inv, &c->id);
}

static void place_call(struct phone *p)
{
	struct call *c = begin_call(p, p->cfg->uri, strlen(p->cfg->uri));
	int err = c ? send_invite(p, c) : TG_ENOMEM;

	p->calls_left = 1;
	if (err < 0) {
		p->busy = false;
		finish(p, tg_strerror(err));
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
	if (has_sdp(ev->msg) && !c->media)
		take_answer(p, c, ev->msg);
}

static void on_answered(struct phone *p, struct call *c, const struct sip_event *ev)
{
	int err = has_sdp(ev->msg) ? take_answer(p, c, ev->msg) : 0;

	note_response(c, ev->status);
	note_final(p, c, ev->status, ev->msg ? ev->msg->reason : STR(""));
	p->timer[T_WAIT] = p->timer[T_CANCEL] = TICK_NEVER;
	sip_call_ack(p->sip, p->now, c->id, NULL);
	talk_begin(p, c);
	if (!c->media)
		fail(c, "it was answered without a session description", "");
	if (err < 0 || !c->media)
		hang_up(p, c);
	else
		speech_begin(p, c);
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
		err = print_offer(p, &body);
	c->offered = !c->media;
	if (err == 0)
		err = sip_call_answer(p->sip, p->now, c->id, &body);
	if (err < 0) {
		fail(c, "could not answer", tg_strerror(err));
		hang_up(p, c);
		return;
	}
	note_response(c, 200);
	note_final(p, c, 200, STR(""));
	talk_begin(p, c);
	if (c->media)
		speech_begin(p, c);
}

static void reject_call(struct phone *p, struct call *c, unsigned status)
{
	note_response(c, status);
	note_final(p, c, status, STR(""));
	sip_call_reject(p->sip, p->now, c->id, status, NULL);
}

static void ring_is_over(struct phone *p, struct call *c)
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
	if (has_sdp(ev->msg) && make_answer(p, c, ev->msg, &p->answer) < 0) {
		reject_call(p, c, 488);
		return;
	}
	if (p->cfg->ring_ms) {
		note_response(c, 180);
		sip_call_progress(p->sip, p->now, c->id, 180, NULL);
		p->timer[T_RING] = tick_add_ms(p->now, p->cfg->ring_ms);
		return;
	}
	ring_is_over(p, c);
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
	if (!has_sdp(ev->msg))
		fail(c, "the ACK has no session description", "");
	if (!has_sdp(ev->msg) || take_answer(p, c, ev->msg) < 0)
		hang_up(p, c);
	else
		speech_begin(p, c);
}

/* RFC 3264 8: the same codecs, maybe another address. */
static void on_reinvite(struct phone *p, struct call *c, const struct sip_event *ev)
{
	struct sip_body body;
	int err;

	c->offered = !has_sdp(ev->msg);
	err = c->offered ? print_offer(p, &body) : make_answer(p, c, ev->msg, &body);
	if (err < 0)
		sip_call_reject(p->sip, p->now, c->id, 488, NULL);
	else
		sip_call_answer(p->sip, p->now, c->id, &body);
}

static void on_event(struct phone *p, const struct sip_event *ev)
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
		fail(c, "our 200 got no ACK", "");
		break;
	case SIP_EV_ENDED:
		end_call(p, c);
		break;
	default:
		break;
	}
}

/* Timers. -------------------------------------------------------------------------------------- */
static void wait_is_over(struct phone *p, struct call *c)
{
	char text[80];

	snprintf(text, sizeof(text), "no %s within %.1f s",
		 p->cfg->mode == PHONE_CALL ? "answer" : "call", p->cfg->wait_ms / 1000.0);
	if (!p->busy) {
		finish(p, text);
		return;
	}
	fail(c, text, "");
	hang_up(p, c);
}

static void fire(struct phone *p, int which)
{
	p->timer[which] = TICK_NEVER;
	switch (which) {
	case T_WAIT:
		wait_is_over(p, p->call);
		break;
	case T_RING:
		ring_is_over(p, p->call);
		break;
	case T_CANCEL:
	case T_HANGUP:
		hang_up(p, p->call);
		break;
	}
}

static bool own_timer(struct phone *p)
{
	for (int i = 0; i < NR_T; i++) {
		if (!tick_due(p->timer[i], p->now))
			continue;
		fire(p, i);
		return true;
	}
	return false;
}

/* Inputs. -------------------------------------------------------------------------------------- */
void phone_start(struct phone *p, tick_t now)
{
	p->now = now;
	if (p->cfg->mode == PHONE_CALL)
		place_call(p);
	else if (p->cfg->wait_ms)
		p->timer[T_WAIT] = tick_add_ms(now, p->cfg->wait_ms);
}

/* What the INVITE comes to after its CANCEL is the stack's own affair (RFC 3261 9.1); a test wants
 * to know it: 487, or a 2xx that crossed the CANCEL. */
static void look_for_final(struct phone *p, struct call *c, struct str octets)
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

void phone_sip_rx(struct phone *p, tick_t now, const struct addr *from, struct str octets)
{
	p->now = now;
	if (p->busy && p->cfg->mode == PHONE_CALL)
		look_for_final(p, p->call, octets);
	sip_stack_rx(p->sip, now, PATH, from, octets);
}

void phone_sip_failed(struct phone *p, tick_t now, const struct addr *to)
{
	p->now = now;
	sip_stack_send_failed(p->sip, now, PATH, to);
}

void phone_tick(struct phone *p, tick_t now)
{
	p->now = now;
	sip_stack_tick(p->sip, now);
}

tick_t phone_deadline(const struct phone *p)
{
	tick_t at = sip_stack_deadline(p->sip);

	for (int i = 0; i < NR_T; i++)
		at = tick_min(at, p->timer[i]);
	if (p->busy && p->call->sending)
		at = tick_min(at, p->call->next_packet);
	return at;
}

void phone_stop(struct phone *p, tick_t now)
{
	p->now = now;
	p->calls_left = p->busy ? 1 : 0;
	if (!p->busy) {
		finish(p, "interrupted");
		return;
	}
	if (p->call->over)
		return;
	fail(p->call, "interrupted", "");
	hang_up(p, p->call);
}

/* Outputs. ------------------------------------------------------------------------------------- */
static void take_result(struct phone *p, struct phone_out *out)
{
	struct call *c = p->call;

	p->result_due = false;
	*out = (struct phone_out){ .type = PHONE_OUT_RESULT, .result = &c->result };
	if (c->media && c->ear.heard.len)
		out->recorded = str_n(c->ear.heard.octet, c->ear.heard.len);
	out->law = c->ear.law;
}

bool phone_next_out(struct phone *p, struct phone_out *out)
{
	struct sip_out o;

	for (;;) {
		if (p->result_due) {
			take_result(p, out);
			return true;
		}
		if (sip_stack_next_out(p->sip, &o)) {
			if (o.type == SIP_OUT_EVENT) {
				on_event(p, &o.event);
				continue;
			}
			*out = (struct phone_out){ .type = PHONE_OUT_SIP,
						   .to = o.send.to,
						   .octets = o.send.octets };
			return true;
		}
		if (!p->done && own_timer(p))
			continue;
		if (!packet_due(p))
			break;
		if (take_packet(p, p->call, out))
			return true;
	}
	if (!p->done_due)
		return false;
	p->done_due = false;
	p->done = true;
	*out = (struct phone_out){ .type = PHONE_OUT_DONE, .why = p->why[0] ? p->why : NULL };
	return true;
}
