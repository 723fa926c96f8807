/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wire: see wire.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/sip/wire.h"

struct wire_packet {
	struct wire_packet *next;
	struct wire_end *to;
	struct addr from;
	tick_t at;
	size_t len;
	char octets[];
};

const struct sip_body wire_offer = { .content_type = STR_INIT("application/sdp"),
				     .octets = STR_INIT("v=0 offer") };
const struct sip_body wire_answer = { .content_type = STR_INIT("application/sdp"),
				      .octets = STR_INIT("v=0 answer") };
const struct sip_body wire_empty;

static struct wire_end *other(struct wire_end *e)
{
	return e == &e->wire->a ? &e->wire->b : &e->wire->a;
}

static bool end_init(struct wire *w, struct wire_end *e, const char *addr,
		     const struct sip_cfg *cfg)
{
	struct sip_cfg c = cfg ? *cfg : (struct sip_cfg){ .max_calls = 4 };

	e->wire = w;
	c.rng = w->rng;
	c.product = STR("trunkgate/test");
	assert_int_equal(addr_parse(&e->addr, str_of(addr), 5060), 0);
	e->stack = sip_stack_new(w->mem, &c);
	return e->stack && sip_stack_path_add(e->stack, WIRE_PATH, &e->addr) == 0;
}

struct wire *wire_try_new(const struct sip_cfg *cfg)
{
	struct wire *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->tail = &w->head;
	w->now = TICK_ZERO;
	w->rng = rng_seeded_init(&w->seed, 7);
	w->mem = mem_root("wire");
	if (w->mem && end_init(w, &w->a, "192.0.2.1", cfg) && end_init(w, &w->b, "192.0.2.2", cfg))
		return w;
	wire_free_unchecked(w);
	return NULL;
}

struct wire *wire_new(void)
{
	struct wire *w = wire_try_new(NULL);

	assert_non_null(w);
	return w;
}

void wire_free_unchecked(struct wire *w)
{
	while (w->head) {
		struct wire_packet *p = w->head;
		w->head = p->next;
		free(p);
	}
	mem_free(w->mem);
	free(w);
}

static void assert_idle(struct wire_end *e)
{
	struct sip_stats st;

	sip_stack_stats(e->stack, &st);
	assert_int_equal(st.calls, 0);
	assert_int_equal(st.transactions, 0);
	assert_int_equal(st.timers, 0);
}

void wire_free(struct wire *w)
{
	wire_run_ms(w, 200 * 1000);
	assert_idle(&w->a);
	assert_idle(&w->b);
	wire_free_unchecked(w);
}

/* "INVITE" or "200 INVITE". */
static void name_of(struct str octets, char *name)
{
	static struct sip_msg m;

	if (sip_msg_parse(&m, octets, NULL) < 0)
		snprintf(name, WIRE_NAME_MAX, "bad");
	else if (m.is_request)
		snprintf(name, WIRE_NAME_MAX, STR_FMT, STR_ARG(m.method_name));
	else
		snprintf(name, WIRE_NAME_MAX, "%u " STR_FMT, m.status, STR_ARG(m.cseq_method_name));
}

static bool is_lost(struct wire_end *from, const char *name)
{
	for (unsigned i = 0; i < NR_OF(from->lose); i++)
		if (from->lose[i].nr && strcmp(from->lose[i].name, name) == 0)
			return from->lose[i].nr--, true;
	return other(from)->deaf;
}

static void post(struct wire_end *from, struct str octets)
{
	struct wire_packet *p = malloc(sizeof(*p) + octets.len);

	assert_non_null(p);
	*p = (struct wire_packet){ .to = other(from),
				   .from = from->addr,
				   .at = tick_add_us(from->wire->now, WIRE_LATENCY_US),
				   .len = octets.len };
	memcpy(p->octets, octets.p, octets.len);
	*from->wire->tail = p;
	from->wire->tail = &p->next;
}

static void take_send(struct wire_end *e, const struct sip_out *out)
{
	char name[WIRE_NAME_MAX];

	name_of(out->send.octets, name);
	assert_string_not_equal(name, "bad");
	assert_true(e->nr_sent < NR_OF(e->sent));
	strcpy(e->sent[e->nr_sent].name, name);
	e->sent[e->nr_sent].ms = e->wire->now.us / 1000;
	e->sent[e->nr_sent].lost = is_lost(e, name);
	e->last_len = out->send.octets.len < sizeof(e->last) ? out->send.octets.len : 0;
	memcpy(e->last, out->send.octets.p, e->last_len);
	if (!e->sent[e->nr_sent++].lost && addr_eq(&out->send.to, &other(e)->addr)) {
		post(e, out->send.octets);
		if (other(e)->twice)
			post(e, out->send.octets);
	}
}

static void take_event(struct wire_end *e, const struct sip_event *ev)
{
	size_t len = strlen(e->events);
	char status[16] = "";

	if (ev->status >= 101)
		snprintf(status, sizeof(status), ":%u", ev->status);
	assert_true(len + 40 < sizeof(e->events));
	sprintf(e->events + len, "%s%s%s%s%s%s%s", len ? " " : "", sip_event_name(ev->type),
		ev->method ? "/" : "", ev->method ? sip_method_name(ev->method) : "", status,
		ev->prack ? "?" : "", ev->offer ? "!" : "");
	e->status = ev->status;
	if (ev->msg)
		str_copyz(e->body, sizeof(e->body), ev->msg->body);
	if (ev->type == SIP_EV_ACKED)
		strcpy(e->ack_body, e->body);
	if (ev->type == SIP_EV_INVITE)
		e->call = ev->call;
	if (e->on_event)
		e->on_event(e, ev);
}

void wire_drain(struct wire_end *e)
{
	struct sip_out out;

	while (sip_stack_next_out(e->stack, &out)) {
		if (out.type == SIP_OUT_SEND)
			take_send(e, &out);
		else
			take_event(e, &out.event);
	}
}

int wire_inject(struct wire *w, struct wire_end *to, const struct addr *from, const char *text)
{
	int err = sip_stack_rx(to->stack, w->now, WIRE_PATH, from, str_of(text));

	wire_drain(to);
	return err;
}

static void deliver(struct wire *w)
{
	struct wire_packet *p = w->head;

	w->head = p->next;
	if (!w->head)
		w->tail = &w->head;
	sip_stack_rx(p->to->stack, w->now, WIRE_PATH, &p->from, str_n(p->octets, p->len));
	wire_drain(p->to);
	free(p);
}

static tick_t next_at(const struct wire *w)
{
	tick_t at = tick_min(sip_stack_deadline(w->a.stack), sip_stack_deadline(w->b.stack));

	return w->head ? tick_min(at, w->head->at) : at;
}

static void tick(struct wire_end *e)
{
	if (!tick_due(sip_stack_deadline(e->stack), e->wire->now))
		return;
	sip_stack_tick(e->stack, e->wire->now);
	wire_drain(e);
}

void wire_run_ms(struct wire *w, int64_t ms)
{
	tick_t end = tick_add_ms(w->now, ms);

	wire_drain(&w->a);
	wire_drain(&w->b);
	while (tick_due(next_at(w), end)) {
		if (tick_before(w->now, next_at(w)))
			w->now = next_at(w);
		if (w->head && tick_due(w->head->at, w->now))
			deliver(w);
		tick(&w->a);
		tick(&w->b);
	}
	w->now = end;
}

int wire_start(struct wire *w, struct wire_end *from, const struct sip_body *body)
{
	struct sip_invite inv = { .path = WIRE_PATH,
				  .target = other(from)->addr,
				  .uri = STR("sip:100@192.0.2.2"),
				  .from = STR("\"A\" <sip:a@192.0.2.1>"),
				  .to = STR("<sip:100@192.0.2.2>"),
				  .body = *body,
				  .user = from,
				  .features = from->features,
				  .max_redirects = from->max_redirects,
				  .login = from->login,
				  .route = from->route,
				  .nr_route = from->nr_route,
				  .expires_s = from->expires_s };
	return sip_call_start(from->stack, w->now, &inv, &from->call);
}

void wire_call(struct wire *w)
{
	assert_int_equal(wire_start(w, &w->a, &wire_offer), 0);
	wire_run_ms(w, 25);
}

void wire_establish(struct wire *w)
{
	wire_call(w);
	assert_int_equal(sip_call_answer(w->b.stack, w->now, w->b.call, &wire_answer), 0);
	wire_run_ms(w, 15);
	assert_int_equal(sip_call_ack(w->a.stack, w->now, w->a.call, NULL), 0);
	wire_run_ms(w, 100);
	assert_events(&w->a, "ANSWERED:200");
	assert_events(&w->b, "INVITE ACKED");
	wire_clear(w);
}

void wire_lose(struct wire_end *from, const char *name, unsigned nr)
{
	unsigned i = 0;

	while (i < NR_OF(from->lose) && from->lose[i].nr)
		i++;
	assert_true(i < NR_OF(from->lose));
	strcpy(from->lose[i].name, name);
	from->lose[i].nr = nr;
}

unsigned wire_count(const struct wire_end *from, const char *name)
{
	unsigned n = 0;

	for (unsigned i = 0; i < from->nr_sent; i++)
		n += strcmp(from->sent[i].name, name) == 0;
	return n;
}

int64_t wire_sent_ms(const struct wire_end *from, const char *name, unsigned n)
{
	for (unsigned i = 0; i < from->nr_sent; i++)
		if (strcmp(from->sent[i].name, name) == 0 && n-- == 0)
			return from->sent[i].ms;
	return -1;
}

bool wire_has(struct str octets, const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i + len <= octets.len; i++)
		if (memcmp(octets.p + i, text, len) == 0)
			return true;
	return false;
}

bool wire_last_has(const struct wire_end *from, const char *text)
{
	return wire_has(str_n(from->last, from->last_len), text);
}

void wire_clear(struct wire *w)
{
	w->a.events[0] = w->b.events[0] = '\0';
	w->a.nr_sent = w->b.nr_sent = 0;
}
