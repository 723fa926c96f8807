/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/phone: see the header. What is due runs while the outputs are drained, when the SIP stack has
 * nothing more to say.
 */
#include <stdio.h>
#include <string.h>

#include "lab/phone_internal.h"

#define FILE_TAIL_MS 1000 /* what follows a file: time for its echo */

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

	if (s && sip_stack_path_add(s, PHONE_PATH, &p->env.sip_local) < 0)
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

void phone_finish(struct phone *p, const char *why)
{
	if (p->done_due || p->done)
		return;
	p->done_due = true;
	if (why)
		snprintf(p->why, sizeof(p->why), "%s", why);
}

/* Timers. -------------------------------------------------------------------------------------- */
static void wait_is_over(struct phone *p, struct call *c)
{
	char text[80];

	snprintf(text, sizeof(text), "no %s within %.1f s",
		 p->cfg->mode == PHONE_CALL ? "answer" : "call", p->cfg->wait_ms / 1000.0);
	if (!p->busy) {
		phone_finish(p, text);
		return;
	}
	phone_call_fail(c, text, "");
	phone_call_hang_up(p, c);
}

static void fire(struct phone *p, int which)
{
	p->timer[which] = TICK_NEVER;
	switch (which) {
	case T_WAIT:
		wait_is_over(p, p->call);
		break;
	case T_RING:
		phone_call_ring_is_over(p, p->call);
		break;
	case T_CANCEL:
	case T_HANGUP:
		phone_call_hang_up(p, p->call);
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
		phone_call_place(p);
	else if (p->cfg->wait_ms)
		p->timer[T_WAIT] = tick_add_ms(now, p->cfg->wait_ms);
}

void phone_sip_rx(struct phone *p, tick_t now, const struct addr *from, struct str octets)
{
	p->now = now;
	if (p->busy && p->cfg->mode == PHONE_CALL)
		phone_call_look_for_final(p, p->call, octets);
	sip_stack_rx(p->sip, now, PHONE_PATH, from, octets);
}

void phone_sip_failed(struct phone *p, tick_t now, const struct addr *to)
{
	p->now = now;
	sip_stack_send_failed(p->sip, now, PHONE_PATH, to);
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
		phone_finish(p, "interrupted");
		return;
	}
	if (p->call->over)
		return;
	phone_call_fail(p->call, "interrupted", "");
	phone_call_hang_up(p, p->call);
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
				phone_call_event(p, &o.event);
				continue;
			}
			*out = (struct phone_out){ .type = PHONE_OUT_SIP,
						   .to = o.send.to,
						   .octets = o.send.octets };
			return true;
		}
		if (!p->done && own_timer(p))
			continue;
		if (!phone_media_due(p))
			break;
		if (phone_media_packet(p, p->call, out))
			return true;
	}
	if (!p->done_due)
		return false;
	p->done_due = false;
	p->done = true;
	*out = (struct phone_out){ .type = PHONE_OUT_DONE, .why = p->why[0] ? p->why : NULL };
	return true;
}
