/* SPDX-License-Identifier: GPL-3.0-or-later */
/* streams: see streams.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/sip/streams.h"

static const struct sip_body answer = { .content_type = STR_INIT("application/sdp"),
					.octets = STR_INIT("v=0 answer") };

static void drain(struct stream_end *e);

static bool end_init(struct streams *w, struct stream_end *e, const char *addr,
		     const struct sip_cfg *cfg)
{
	struct sip_cfg c = cfg ? *cfg : (struct sip_cfg){ .max_calls = 4 };
	struct addr tls;

	e->w = w;
	c.rng = rng_seeded_init(&w->seed, addr[8]);
	assert_int_equal(addr_parse(&e->addr, str_of(addr), 5060), 0);
	e->stack = sip_stack_new(w->mem, &c);
	if (!e->stack)
		return false;
	tls = e->addr;
	tls.port = 5061;
	return !sip_stack_path_add(e->stack, STREAMS_UDP, &e->addr) &&
	       !sip_stack_path_add_stream(e->stack, STREAMS_TCP, SIP_TCP, &e->addr) &&
	       !sip_stack_path_add_stream(e->stack, STREAMS_TLS, SIP_TLS, &tls);
}

struct streams *streams_try_new(size_t piece, const struct sip_cfg *cfg)
{
	struct streams *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->piece = piece;
	w->mem = mem_root("streams");
	if (w->mem && end_init(w, &w->a, "192.0.2.1", cfg) && end_init(w, &w->b, "192.0.2.2", cfg))
		return w;
	streams_free(w);
	return NULL;
}

struct streams *streams_new(size_t piece)
{
	struct streams *w = streams_try_new(piece, NULL);

	assert_non_null(w);
	return w;
}

void streams_free(struct streams *w)
{
	for (unsigned i = 0; i < LINKS; i++) {
		free(w->link[i].q[0]);
		free(w->link[i].q[1]);
		free(w->link[i].got);
	}
	mem_free(w->mem);
	free(w);
}

/* Links. ---------------------------------------------------------------------------------------- */
static struct stream_end *other(struct stream_end *e)
{
	return e == &e->w->a ? &e->w->b : &e->w->a;
}

static struct link *new_link(struct streams *w, sip_path_id path)
{
	for (unsigned i = 0; i < LINKS; i++) {
		struct link *l = &w->link[i];
		if (l->open || l->got)
			continue;
		free(l->q[0]);
		free(l->q[1]);
		*l = (struct link){ .open = true, .path = path };
		return l;
	}
	fail_msg("no more links");
	return NULL;
}

static void append(char **p, size_t *len, struct str octets)
{
	char *grown = realloc(*p, *len + octets.len + 1);

	assert_non_null(grown);
	memcpy(grown + *len, octets.p, octets.len);
	*len += octets.len;
	grown[*len] = '\0';
	*p = grown;
}

static struct link *link_of(struct stream_end *e, sip_path_id id, int *side)
{
	for (unsigned i = 0; i < LINKS; i++)
		for (*side = 0; *side < 2; (*side)++)
			if (e->w->link[i].open && e->w->link[i].end[*side] == e &&
			    e->w->link[i].id[*side] == id)
				return &e->w->link[i];
	return NULL;
}

static void tell(struct stream_end *e, sip_path_id id, enum sip_path_event_type type)
{
	struct sip_path_event ev = { .type = type,
				     .authenticated = e->w->authenticated,
				     .names = str_of(e->w->names ? e->w->names : "") };

	sip_stack_path(e->stack, e->w->now, id, &ev);
	drain(e);
}

static void take_open(struct stream_end *e, const struct sip_out *out)
{
	struct stream_end *to = other(e);
	struct addr from = e->addr;
	sip_path_id there = 0;
	struct link *l;

	e->nr_opened++;
	e->opened_to = out->send.to;
	str_copyz(e->identity, sizeof(e->identity), out->open.identity);
	l = new_link(e->w, out->open.path);
	l->end[0] = e;
	l->id[0] = out->send.path;
	from.port = (uint16_t)(40000 + e->nr_opened);
	if (to->refuses || !addr_ip_eq(&out->send.to, &to->addr)) {
		l->stuck = true;
		return;
	}
	l->end[1] = to;
	if (sip_stack_accept(to->stack, e->w->now, out->open.path, &from, &there) < 0)
		l->stuck = true;
	drain(to);
	l->id[1] = there;
	if (e->w->authenticated)
		tell(to, there, SIP_PATH_UP);
}

static void take_send(struct stream_end *e, const struct sip_out *out)
{
	int side;
	struct link *l = link_of(e, out->send.path, &side);

	str_copyz(e->first, sizeof(e->first), out->send.octets);
	if (!l) {
		assert_int_equal(out->send.path, STREAMS_UDP);
		e->nr_udp++;
		if (addr_eq(&out->send.to, &other(e)->addr)) {
			sip_stack_rx(other(e)->stack, e->w->now, STREAMS_UDP, &e->addr,
				     out->send.octets);
			drain(other(e));
		}
		return;
	}
	e->nr_stream++;
	append(&l->q[!side], &l->len[!side], out->send.octets);
}

static void close_link(struct streams *w, struct link *l, int by)
{
	(void)w;
	l->open = false;
	if (l->end[!by] && l->id[!by])
		tell(l->end[!by], l->id[!by], SIP_PATH_DOWN);
}

static void take_event(struct stream_end *e, const struct sip_event *ev)
{
	size_t len = strlen(e->events);

	assert_true(len + 40 < sizeof(e->events));
	sprintf(e->events + len, "%s%s", len ? " " : "", sip_event_name(ev->type));
	if (ev->status >= 101)
		sprintf(e->events + strlen(e->events), ":%u", ev->status);
	if (ev->type == SIP_EV_INVITE) {
		e->call = ev->call;
		if (e->answers)
			sip_call_answer(e->stack, e->w->now, ev->call, &answer);
	}
	if (ev->type == SIP_EV_ANSWERED)
		sip_call_ack(e->stack, e->w->now, ev->call, e->ack);
}

static void take_question(struct stream_end *e, const struct sip_out *out)
{
	const struct sip_dns_record r = { .addr = other(e)->addr };
	const struct sip_dns_answer a = { SIP_DNS_FOUND, .ttl_s = 60, .rec = &r, .nr = 1 };
	const struct sip_dns_answer none = { .result = SIP_DNS_NONE };

	str_copyz(e->asked, sizeof(e->asked), out->resolve.name);
	sip_stack_resolved(e->stack, e->w->now, out->resolve.id,
			   out->resolve.type == SIP_DNS_ADDR ? &a : &none);
	drain(e);
}

/* What a CLOSE still has to send arrives first. */
static void take_close(struct stream_end *e, sip_path_id id)
{
	int side;
	struct link *l = link_of(e, id, &side);

	e->nr_closed++;
	if (!l)
		return;
	l->id[side] = 0;
	l->end[side] = NULL;
	if (!l->end[!side]) {
		append(&l->got, &l->got_len, str_n(l->q[!side] ? l->q[!side] : "", l->len[!side]));
		l->open = false;
	}
}

static void drain(struct stream_end *e)
{
	struct sip_out out;

	while (sip_stack_next_out(e->stack, &out)) {
		if (out.type == SIP_OUT_OPEN)
			take_open(e, &out);
		else if (out.type == SIP_OUT_CLOSE)
			take_close(e, out.send.path);
		else if (out.type == SIP_OUT_SEND)
			take_send(e, &out);
		else if (out.type == SIP_OUT_RESOLVE)
			take_question(e, &out);
		else
			take_event(e, &out.event);
	}
}

/* Time. ----------------------------------------------------------------------------------------- */
static bool tick(struct stream_end *e)
{
	if (!tick_due(sip_stack_deadline(e->stack), e->w->now))
		return false;
	sip_stack_tick(e->stack, e->w->now);
	drain(e);
	return true;
}

/* One piece to one side; false when there is none. */
static bool pass(struct streams *w, struct link *l, int side)
{
	struct stream_end *e = l->end[side];
	size_t n = l->len[side];
	size_t room;

	if (!l->open || l->stuck || !n)
		return false;
	if (!e && l->end[!side]) {
		append(&l->got, &l->got_len, str_n(l->q[side], n));
		l->len[side] = 0;
		return true;
	}
	if (!e) {
		l->len[side] = 0;
		return true;
	}
	n = w->piece && n > w->piece ? w->piece : n;
	room = sip_stack_rx_room(e->stack, l->id[side]);
	n = n > room ? room : n;
	if (!n)
		return false;
	w->inputs++;
	sip_stack_rx(e->stack, w->now, l->id[side], NULL, str_n(l->q[side], n));
	l->len[side] -= n;
	memmove(l->q[side], l->q[side] + n, l->len[side]);
	drain(e);
	return true;
}

/* A connection that is new comes up, or fails. */
static bool settle(struct streams *w)
{
	for (unsigned i = 0; i < LINKS; i++) {
		struct link *l = &w->link[i];
		if (!l->open || !l->end[0] || l->size[0])
			continue;
		l->size[0] = 1;
		if (l->stuck)
			l->open = false;
		tell(l->end[0], l->id[0], l->stuck ? SIP_PATH_DOWN : SIP_PATH_UP);
		return true;
	}
	return false;
}

static bool pass_all(struct streams *w)
{
	bool any = settle(w);

	for (unsigned i = 0; i < LINKS; i++) {
		struct link *l = &w->link[i];
		any |= pass(w, l, 0);
		any |= pass(w, l, 1);
		if (l->open && !!l->end[0] != !!l->end[1] && !l->got && l->size[1] == 0 &&
		    !l->len[0] && !l->len[1])
			close_link(w, l, l->end[0] ? 1 : 0);
	}
	return any;
}

static void settle_all(struct streams *w)
{
	bool any;

	do {
		any = pass_all(w);
		any |= tick(&w->a);
		any |= tick(&w->b);
	} while (any);
}

void streams_run_ms(struct streams *w, int64_t ms)
{
	tick_t end = tick_add_ms(w->now, ms), next;

	drain(&w->a);
	drain(&w->b);
	for (;;) {
		settle_all(w);
		next = tick_min(sip_stack_deadline(w->a.stack), sip_stack_deadline(w->b.stack));
		if (!tick_due(next, end))
			break;
		w->now = next;
	}
	w->now = end;
}

/* Actions. -------------------------------------------------------------------------------------- */
int streams_start(struct streams *w, sip_path_id path, const struct sip_body *body)
{
	bool tls = path == STREAMS_TLS;
	struct sip_invite inv = { .path = path,
				  .target = w->b.addr,
				  .uri = tls ? STR("sips:100@b.example") : STR("sip:100@b.example"),
				  .from = STR("<sip:a@192.0.2.1>"),
				  .to = STR("<sip:100@192.0.2.2>"),
				  .body = *body };

	if (tls)
		inv.target.port = 5061;
	return sip_call_start(w->a.stack, w->now, &inv, &w->a.call);
}

struct link *streams_connect(struct streams *w, struct stream_end *to, sip_path_id path)
{
	struct link *l = new_link(w, path);
	struct addr from;

	assert_int_equal(addr_parse(&from, STR("192.0.2.9:41000"), 0), 0);
	from.port = (uint16_t)(from.port + (l - w->link));
	l->size[0] = l->size[1] = 1; /* it is up, and stays so */
	l->end[1] = to;
	append(&l->got, &l->got_len, STR(""));
	if (sip_stack_accept(to->stack, w->now, path, &from, &l->id[1]) < 0)
		l->open = false;
	drain(to);
	return l;
}

void streams_put(struct streams *w, struct link *l, struct str octets)
{
	append(&l->q[1], &l->len[1], octets);
	settle_all(w);
}

void streams_break(struct streams *w, struct link *l)
{
	struct stream_end *a = l->end[0], *b = l->end[1];

	l->open = false;
	if (a)
		tell(a, l->id[0], SIP_PATH_DOWN);
	if (b)
		tell(b, l->id[1], SIP_PATH_DOWN);
	(void)w;
}

struct link *streams_link(struct streams *w)
{
	for (unsigned i = 0; i < LINKS; i++)
		if (w->link[i].open && w->link[i].end[0])
			return &w->link[i];
	return NULL;
}

unsigned streams_count(const struct link *l, const char *text)
{
	unsigned n = 0;

	for (const char *p = l->got; p && (p = strstr(p, text)); p++)
		n++;
	return n;
}
