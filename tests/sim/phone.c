/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <trunkgate/sip/subscription.h>

#include "sim/world.h"

const struct sim_plan sim_plan_default = {
	.ring_ms = 200, .answer = 200, .progress = 180, .hangup_ms = -1, .cancel_ms = -1
};

/* The phone's description as it is now; valid until the next call. */
static struct sip_body sdp_body(struct sim_call *c)
{
	static const char *const dir[SIM_NR_REINVITES] = {
		[SIM_HOLD] = "a=sendonly\r\n", [SIM_INACTIVE] = "a=inactive\r\n"
	};
	static char text[600];
	int pt = c->bad_codec ? 18 : c->plan.mulaw ? 0 : 8;

	snprintf(text, sizeof(text),
		 "v=0\r\no=- 1 %u IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
		 "m=audio %u RTP/AVP %d\r\n%s%s",
		 ++c->sdp_version, c->media == SIM_OLD_HOLD ? "0.0.0.0" : "198.51.100.1", c->port,
		 pt,
		 c->held	 ? "a=recvonly\r\n"
		 : dir[c->media] ? dir[c->media]
				 : "",
		 c->plan.qos ? c->plan.qos : "");
	return (struct sip_body){ .content_type = STR("application/sdp"), .octets = str_of(text) };
}

static struct sim_call *call_new(struct sim_phone *p, const struct sim_plan *plan)
{
	for (unsigned i = 0; i < SIM_PHONE_CALLS; i++) {
		struct sim_call *c = &p->call[i];
		if (c->in_use && !c->over)
			continue;
		*c = (struct sim_call){ .phone = p,
					.in_use = true,
					.plan = *plan,
					.cause = -1,
					.port = 4000,
					.media = SIM_RESUME };
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

static unsigned plan_header(const struct sim_plan *plan, struct sip_extra *x)
{
	if (!plan->header)
		return 0;
	*x = (struct sip_extra){ str_of(plan->header), str_of(plan->value) };
	return 1;
}

void phone_hangup(struct sim_call *c)
{
	struct sip_extra extra;
	struct sip_body body = { .extra = &extra };

	if (c->over)
		return;
	body.nr_extra = plan_header(&c->plan, &extra);
	sip_call_hangup(c->phone->sip, c->phone->w->now, c->id, 0, &body);
	sim_phone_drain(c->phone);
}

static void do_hangup(struct world *w, void *arg)
{
	struct sim_call *c = deferred_call(arg);

	(void)w;
	if (c)
		phone_hangup(c);
}

void phone_update(struct sim_call *c, const char *qos)
{
	struct sip_body body;

	c->plan.qos = qos;
	body = sdp_body(c);
	assert_int_equal(sip_call_update(c->phone->sip, c->phone->w->now, c->id, &body), 0);
	sim_phone_drain(c->phone);
}

void phone_info(struct sim_call *c, const struct sip_body *body)
{
	assert_int_equal(sip_call_info(c->phone->sip, c->phone->w->now, c->id, body), 0);
	sim_phone_drain(c->phone);
}

void phone_digits(struct sim_call *c, const char *digits)
{
	char text[60];
	struct sip_body body = { .content_type = STR("application/x-session-info") };

	body.octets =
		str_n(text, (size_t)snprintf(text, sizeof(text), "SubsDigits: %s\r\n", digits));
	phone_info(c, &body);
}

void phone_refer(struct sim_call *c, const char *to)
{
	sip_subscription_id id;

	assert_int_equal(sip_call_refer(c->phone->sip, c->phone->w->now, c->id, str_of(to), NULL, c,
					&id),
			 0);
	sim_phone_drain(c->phone);
}

int phone_reinvite(struct sim_call *c, enum sim_reinvite kind)
{
	struct sip_body body = { 0 };
	int err;

	if (kind == SIM_MOVE)
		c->port += 2;
	else if (kind <= SIM_RESUME)
		c->media = kind;
	c->bad_codec = kind == SIM_BAD;
	if (kind != SIM_NO_OFFER)
		body = sdp_body(c);
	c->bad_codec = false;
	err = sip_call_reinvite(c->phone->sip, c->phone->w->now, c->id, &body);
	if (!err) {
		c->nr_reinvites++;
		c->reinvite_status = 0;
		c->no_offer = kind == SIM_NO_OFFER;
	}
	sim_phone_drain(c->phone);
	return err;
}

/* All kinds in turn, as the plan says. */
static void do_reinvite(struct world *w, void *arg)
{
	struct sim_call *c = deferred_call(arg);

	(void)w;
	if (!c)
		return;
	phone_reinvite(c, (enum sim_reinvite)(c->nr_reinvites % SIM_NR_REINVITES));
	if (!c->over)
		later(c, (int)c->plan.reinvite_ms, do_reinvite);
}

static void is_answered(struct sim_call *c)
{
	if (!c->answered) {
		later(c, c->plan.hangup_ms, do_hangup);
		if (c->plan.reinvite_ms)
			later(c, (int)c->plan.reinvite_ms, do_reinvite);
	}
	c->answered = true;
	c->answered_at = c->phone->w->now;
}

struct sim_call *phone_dial(struct sim_phone *p, const struct sim_dial *d,
			    const struct sim_plan *plan)
{
	struct sip_invite inv = { .path = 1 };
	struct sip_extra extra = { STR(""), STR("") };
	struct sim_call *c = call_new(p, plan ? plan : &sim_plan_default);
	char to[300];
	int err;

	if (!c)
		return NULL;
	assert_int_equal(addr_parse(&inv.target, STR("192.0.2.1:5060"), 5060), 0);
	snprintf(to, sizeof(to), "<%s>", d->uri);
	inv.uri = str_of(d->uri);
	inv.to = str_of(d->to ? d->to : to);
	inv.from = str_of(d->from ? d->from : "<sip:+4930555@198.51.100.1>");
	if (!c->plan.no_offer)
		inv.body = sdp_body(c);
	if (d->header) {
		extra = (struct sip_extra){ str_of(d->header), str_of(d->value) };
		inv.body.extra = &extra;
		inv.body.nr_extra = 1;
	}
	inv.user = c;
	inv.features.session_expires_s = c->plan.session_expires_s;
	c->outgoing = true;
	if (c->plan.rel100)
		inv.features.rel100 = SIP_REL100_SUPPORTED;
	err = sip_call_start(p->sip, p->w->now, &inv, &c->id);
	if (err == TG_ELIMIT) { /* transactions of re-INVITEs that have been */
		c->in_use = false;
		return NULL;
	}
	assert_int_equal(err, 0);
	later(c, c->plan.cancel_ms, do_hangup);
	sim_phone_drain(p);
	return c;
}

struct sim_call *phone_call(struct sim_phone *p, const char *number, const struct sim_plan *plan)
{
	char uri[80];
	struct sim_call *c;

	snprintf(uri, sizeof(uri), "sip:%s%s192.0.2.1:5060", number, *number ? "@" : "");
	c = phone_dial(p, &(struct sim_dial){ .uri = uri }, plan);
	if (c)
		snprintf(c->called, sizeof(c->called), "%s", number);
	return c;
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

void phone_progress(struct sim_call *c, unsigned status, bool sdp)
{
	struct sip_body body = sdp_body(c);
	int err = sip_call_progress(c->phone->sip, c->phone->w->now, c->id, status,
				    sdp ? &body : NULL);

	assert_int_equal(err, 0);
	sim_phone_drain(c->phone);
}

void phone_answer(struct sim_call *c)
{
	struct sip_body body = sdp_body(c);

	c->final = 200;
	assert_int_equal(sip_call_answer(c->phone->sip, c->phone->w->now, c->id, &body), 0);
	is_answered(c);
	sim_phone_drain(c->phone);
}

static void final_answer(struct world *w, void *arg)
{
	struct sim_call *c = deferred_call(arg);
	struct sip_extra extra;
	struct sip_body body;

	if (!c || c->cancelled)
		return;
	body = sdp_body(c);
	c->final = c->plan.answer;
	if (c->plan.answer == 200) {
		sip_call_answer(c->phone->sip, w->now, c->id, &body);
		is_answered(c);
	} else {
		body = (struct sip_body){ .extra = &extra };
		body.nr_extra = plan_header(&c->plan, &extra);
		sip_call_reject(c->phone->sip, w->now, c->id, c->plan.answer, &body);
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
	body = sdp_body(c);
	if (c->plan.rel100)
		sip_call_set_reliable(p->sip, ev->call, SIP_REL100_USED);
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

/* Of the INVITE or of a re-INVITE. The ACK has our answer when the 200 had the offer. */
static void answered(struct sim_call *c, const struct sip_event *ev)
{
	bool first = !c->final, answer;
	struct sim_phone *p = c->phone;
	struct sip_body body;

	if (first && c->outgoing)
		c->final = ev->status;
	else
		c->reinvite_status = ev->status;
	if (c->plan.no_ack)
		return;
	answer = first ? c->plan.no_offer : c->no_offer;
	if (answer)
		body = sdp_body(c);
	is_answered(c);
	sip_call_ack(p->sip, p->w->now, c->id, answer ? &body : NULL);
}

/* The gateway's: held while it only sends. */
static void rx_reinvite(struct sim_call *c, const struct sip_event *ev)
{
	char text[3000];
	struct sip_body body;

	str_copyz(text, sizeof(text), ev->msg->body);
	c->held = strstr(text, "a=sendonly") != NULL;
	body = sdp_body(c);
	sip_call_answer(c->phone->sip, c->phone->w->now, c->id, &body);
}

static void rx_update(struct sim_call *c)
{
	struct sip_body body = sdp_body(c);
	unsigned status = c->plan.refuses_updates ? c->plan.refuses_updates : 200;

	sip_call_respond(c->phone->sip, c->phone->w->now, c->id, status,
			 status == 200 ? &body : NULL);
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
	case SIP_EV_REINVITE:
		rx_reinvite(c, ev);
		break;
	case SIP_EV_UPDATE:
		rx_update(c);
		break;
	case SIP_EV_REINVITE_FAILED:
		c->reinvite_status = ev->status;
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

struct sim_phone *sim_phone_new(struct world *w, const struct addr *addr, bool isup_bodies)
{
	struct sim_phone *p = MEM_NEW(w->mem, struct sim_phone);
	struct sip_cfg cfg = { .rng = w->rng,
			       .max_calls = 2 * SIM_PHONE_CALLS,
			       .max_subscriptions = 8,
			       .features = w->cfg.features,
			       .isup_bodies = isup_bodies };

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
