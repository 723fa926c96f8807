/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/world.h"

const struct sim_plan sim_plan_default = {
	.ring_ms = 200, .answer = 200, .progress = 180, .hangup_ms = -1, .cancel_ms = -1
};

static const char sdp_alaw[] = "v=0\r\no=- 1 1 IN IP4 198.51.100.1\r\ns=-\r\n"
			       "c=IN IP4 198.51.100.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";
static const char sdp_mulaw[] = "v=0\r\no=- 1 1 IN IP4 198.51.100.1\r\ns=-\r\n"
				"c=IN IP4 198.51.100.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";

static struct sip_body sdp_body(const struct sim_plan *plan)
{
	return (struct sip_body){ .content_type = STR("application/sdp"),
				  .octets = str_of(plan->mulaw ? sdp_mulaw : sdp_alaw) };
}

static struct sim_call *call_new(struct sim_phone *p, const struct sim_plan *plan)
{
	for (unsigned i = 0; i < SIM_PHONE_CALLS; i++) {
		struct sim_call *c = &p->call[i];
		if (c->in_use && !c->over)
			continue;
		*c = (struct sim_call){ .phone = p, .in_use = true, .plan = *plan, .cause = -1 };
		return c;
	}
	return NULL;
}

/* A script step for a call; the call may be over, and its place taken, when its time comes. */
struct deferred {
	struct sim_call *call;
	sip_call_id id;
};

static void later(struct sim_call *c, int ms, void (*fn)(struct world *, void *))
{
	struct deferred *d;

	if (ms < 0)
		return;
	d = MEM_NEW(c->phone->w->mem, struct deferred);
	assert_non_null(d);
	*d = (struct deferred){ c, c->id };
	world_at(c->phone->w, ms, fn, d);
}

static struct sim_call *deferred_call(struct deferred *d)
{
	struct sim_call *c = d->call;
	bool gone = !c->in_use || c->over || c->id != d->id;

	mem_drop(d);
	return gone ? NULL : c;
}

static void do_hangup(struct world *w, void *arg)
{
	struct sim_call *c = deferred_call(arg);

	if (!c)
		return;
	sip_call_hangup(c->phone->sip, w->now, c->id, 0, NULL);
	sim_phone_drain(c->phone);
}

struct sim_call *phone_call(struct sim_phone *p, const char *number, const struct sim_plan *plan)
{
	char uri[80], host[ADDR_TEXT_MAX];
	struct sip_invite inv = { .path = 1, .from = STR("<sip:+4930555@198.51.100.1>") };
	struct sim_call *c = call_new(p, plan ? plan : &sim_plan_default);
	char to[90];

	if (!c)
		return NULL;
	assert_int_equal(addr_parse(&inv.target, STR("192.0.2.1:5060"), 5060), 0);
	snprintf(uri, sizeof(uri), "sip:%s%s%s", number, *number ? "@" : "",
		 addr_print(&inv.target, host));
	snprintf(to, sizeof(to), "<%s>", uri);
	snprintf(c->called, sizeof(c->called), "%s", number);
	inv.uri = str_of(uri);
	inv.to = str_of(to);
	if (!c->plan.no_offer)
		inv.body = sdp_body(&c->plan);
	inv.user = c;
	c->outgoing = true;
	assert_int_equal(sip_call_start(p->sip, p->w->now, &inv, &c->id), 0);
	later(c, c->plan.cancel_ms, do_hangup);
	sim_phone_drain(p);
	return c;
}

void phone_hangup(struct sim_call *c)
{
	if (c->over)
		return;
	sip_call_hangup(c->phone->sip, c->phone->w->now, c->id, 0, NULL);
	sim_phone_drain(c->phone);
}

void phone_hangup_all(struct sim_phone *p)
{
	for (unsigned i = 0; i < SIM_PHONE_CALLS; i++)
		if (p->call[i].in_use)
			phone_hangup(&p->call[i]);
}

struct sim_call *phone_incoming(struct sim_phone *p)
{
	struct sim_call *found = NULL;

	for (unsigned i = 0; i < SIM_PHONE_CALLS; i++)
		if (p->call[i].in_use && !p->call[i].outgoing &&
		    (!found || p->call[i].id > found->id))
			found = &p->call[i];
	return found;
}

static void final_answer(struct world *w, void *arg)
{
	struct sim_call *c = deferred_call(arg);
	struct sip_body body;

	if (!c || c->cancelled)
		return;
	body = sdp_body(&c->plan);
	c->final = c->plan.answer;
	if (c->plan.answer == 200) {
		sip_call_answer(c->phone->sip, w->now, c->id, &body);
		c->answered = true;
		c->answered_at = w->now;
		later(c, c->plan.hangup_ms, do_hangup);
	} else {
		sip_call_reject(c->phone->sip, w->now, c->id, c->plan.answer, NULL);
	}
	sim_phone_drain(c->phone);
}

static void incoming(struct sim_phone *p, const struct sip_event *ev)
{
	struct sim_call *c = call_new(p, &p->plan);
	struct sip_body body;

	p->nr_incoming++;
	if (!c) {
		sip_call_reject(p->sip, p->w->now, ev->call, 486, NULL);
		return;
	}
	c->id = ev->call;
	str_copyz(c->called, sizeof(c->called), ev->msg->uri.user);
	sip_call_set_user(p->sip, ev->call, c);
	body = sdp_body(&c->plan);
	if (c->plan.progress)
		sip_call_progress(p->sip, p->w->now, ev->call, c->plan.progress,
				  c->plan.early_media ? &body : NULL);
	later(c, c->plan.ring_ms, final_answer);
}

static void note_progress(struct sim_call *c, const struct sip_event *ev)
{
	size_t at = strlen(c->progress_log);

	c->last_progress = ev->status;
	snprintf(c->progress_log + at, sizeof(c->progress_log) - at, "%s%u%s", at ? " " : "",
		 ev->status, ev->msg && ev->msg->body.len ? "+sdp" : "");
}

static void answered(struct sim_call *c, const struct sip_event *ev)
{
	struct sim_phone *p = c->phone;
	struct sip_body body = sdp_body(&c->plan);

	c->final = ev->status;
	if (c->plan.no_ack)
		return;
	if (!c->answered)
		later(c, c->plan.hangup_ms, do_hangup);
	c->answered = true;
	c->answered_at = p->w->now;
	sip_call_ack(p->sip, p->w->now, c->id, c->plan.no_offer ? &body : NULL);
}

static void note_cause(struct sim_call *c, const struct sip_event *ev)
{
	if (ev->msg)
		c->cause = sip_msg_reason_cause(ev->msg, STR("Q.850"), NULL);
}

static void call_event(struct sim_call *c, const struct sip_event *ev)
{
	switch (ev->type) {
	case SIP_EV_PROGRESS:
		note_progress(c, ev);
		break;
	case SIP_EV_ANSWERED:
		answered(c, ev);
		break;
	case SIP_EV_REJECTED:
		c->final = ev->status;
		note_cause(c, ev);
		break;
	case SIP_EV_CANCELLED:
		c->cancelled = true;
		note_cause(c, ev);
		break;
	case SIP_EV_BYE:
		c->byed = true;
		note_cause(c, ev);
		break;
	case SIP_EV_ENDED:
		c->over = true;
		break;
	default:
		break;
	}
}

static void phone_event(struct sim_phone *p, const struct sip_event *ev)
{
	struct sim_call *c = ev->user;

	if (ev->type == SIP_EV_INVITE)
		incoming(p, ev);
	else if (c)
		call_event(c, ev);
}

struct sim_phone *sim_phone_new(struct world *w, const struct addr *addr)
{
	struct sim_phone *p = MEM_NEW(w->mem, struct sim_phone);
	struct sip_cfg cfg = { .rng = w->rng, .max_calls = 2 * SIM_PHONE_CALLS };

	assert_non_null(p);
	p->w = w;
	p->addr = *addr;
	p->plan = sim_plan_default;
	p->sip = sip_stack_new(w->mem, &cfg);
	assert_non_null(p->sip);
	assert_int_equal(sip_stack_path_add(p->sip, 1, addr), 0);
	return p;
}

void sim_phone_drain(struct sim_phone *p)
{
	struct sip_out out;

	while (sip_stack_next_out(p->sip, &out)) {
		if (out.type == SIP_OUT_SEND)
			world_send(p->w, &p->addr, &out.send.to, out.send.octets);
		else
			phone_event(p, &out.event);
	}
}

void sim_phone_rx(struct sim_phone *p, const struct addr *from, struct str octets)
{
	sip_stack_rx(p->sip, p->w->now, 1, from, octets);
	sim_phone_drain(p);
}

void sim_phone_tick(struct sim_phone *p)
{
	sip_stack_tick(p->sip, p->w->now);
	sim_phone_drain(p);
}

tick_t sim_phone_deadline(const struct sim_phone *p)
{
	return sip_stack_deadline(p->sip);
}
