/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/world.h"

#define STEPS_MAX 40000000ull /* a run that needs more has an endless loop in it */

enum { SIM_PACKET = 1, SIM_MTP, SIM_MEDIA, SIM_LINE, SIM_SCRIPT };

/* Anything on its way: one of the kinds above. */
struct sim_event {
	struct timer timer;
	struct world *w;
	struct addr from, to;
	bool to_exchange;
	struct mtp_prim mtp;
	struct ring_rec rec;
	void (*fn)(struct world *w, void *arg);
	void *arg;
	size_t len;
	uint8_t octets[];
};

void world_note(struct world *w, const char *fmt, ...)
{
	struct sim_trace *t = &w->trace[w->nr_trace++ % SIM_TRACE];
	va_list ap;

	t->at = w->now;
	va_start(ap, fmt);
	vsnprintf(t->text, sizeof(t->text), fmt, ap);
	va_end(ap);
}

void world_fail(struct world *w, const char *fmt, ...)
{
	char why[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	unsigned from = w->nr_trace > SIM_TRACE ? w->nr_trace - SIM_TRACE : 0;
	for (unsigned i = from; i < w->nr_trace; i++)
		print_message("# %10.3f  %s\n", (double)w->trace[i % SIM_TRACE].at.us / 1e6,
			      w->trace[i % SIM_TRACE].text);
	print_message("# TG_SEED=%llu, at %.3f s: %s\n", (unsigned long long)w->seed,
		      (double)w->now.us / 1e6, why);
	fail_msg("seed %llu: %s", (unsigned long long)w->seed, why);
}

static struct sim_event *event_new(struct world *w, uint16_t kind, struct str octets)
{
	struct sim_event *e = mem_alloc(w->mem, sizeof(*e) + octets.len);

	assert_non_null(e);
	e->timer.kind = kind;
	e->w = w;
	e->len = octets.len;
	if (octets.len)
		memcpy(e->octets, octets.p, octets.len);
	return e;
}

static tick_t arrival(struct world *w, const struct sim_quality *q)
{
	int64_t us = MS_US(q->delay_ms);

	if (q->jitter_ms)
		us += rng_below(&w->rng, q->jitter_ms * 1000);
	return tick_add_us(w->now, us);
}

static bool happens(struct world *w, unsigned permille)
{
	return permille && rng_below(&w->rng, 1000) < permille;
}

/* The first line of a SIP message, for the trace. */
static void note_packet(struct world *w, const char *what, const struct sim_event *e)
{
	char from[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX];
	struct str line;

	str_split(str_n(e->octets, e->len), '\r', &line);
	line.len = line.len > 60 ? 60 : line.len;
	world_note(w, "%s %s > %s: " STR_FMT, what, addr_print(&e->from, from),
		   addr_print(&e->to, to), STR_ARG(line));
}

/* Whose gateway is there? */
static struct world *world_at_addr(struct world *w, const struct addr *to)
{
	struct world *v = w;

	do {
		if (addr_eq(&v->self, to))
			return v;
		v = v->next;
	} while (v != w);
	return w;
}

void world_send(struct world *w, const struct addr *from, const struct addr *to, struct str octets)
{
	unsigned copies = happens(w, w->cfg.sip.dup_permille) ? 2 : 1;
	struct world *there = world_at_addr(w, to);

	w->nr_packets++;
	for (unsigned i = 0; i < copies; i++) {
		struct sim_event *e = event_new(there, SIM_PACKET, octets);
		e->from = *from;
		e->to = *to;
		if (w->sip_cut || happens(w, w->cfg.sip.loss_permille)) {
			note_packet(w, "SIP lost", e);
			mem_drop(e);
			continue;
		}
		timerq_arm(&there->timers, &e->timer, arrival(w, &w->cfg.sip));
	}
}

static void mtp_send(struct world *w, bool to_exchange, const struct mtp_prim *p)
{
	struct sim_event *e;
	tick_t at;

	if (p->type == MTP_TRANSFER && p->sif.len > 2)
		world_note(w, "ISUP %s CIC %u type %02x", to_exchange ? ">" : "<",
			   (uint8_t)p->sif.p[0] | (uint8_t)p->sif.p[1] << 8, (uint8_t)p->sif.p[2]);
	if (to_exchange)
		record_add_isup(w, false, p);
	if (w->mtp_cut || happens(w, w->cfg.mtp.loss_permille))
		return;
	e = event_new(w, SIM_MTP, p->sif);
	e->to_exchange = to_exchange;
	e->mtp = *p;
	e->mtp.sif = str_n(e->octets, e->len);
	at = arrival(w, &w->cfg.mtp);
	if (tick_before(at, w->last_mtp[to_exchange]))
		at = w->last_mtp[to_exchange];
	w->last_mtp[to_exchange] = at;
	timerq_arm(&w->timers, &e->timer, at);
}

/* The media side's answer to a record, a millisecond later, as the worker gives it. */
static void media_answer(struct world *w, const struct ring_rec *rec)
{
	struct med_counters c = { .rx_packets = 1, .tx_packets = 1 };
	struct med_ref ref;
	struct sim_event *e;

	if (!sim_media_cmd(w, rec))
		return;
	memcpy(&ref, rec->body, sizeof(ref));
	c.leg = ref.leg;
	c.channel = ref.channel;
	e = event_new(w, SIM_MEDIA, (struct str){ 0 });
	e->rec.kind = rec->kind == MED_CMD_CLOSE ? MED_REP_CLOSED : MED_REP_COUNTERS;
	memcpy(e->rec.body, &c, sizeof(c));
	timerq_arm(&w->timers, &e->timer, tick_add_ms(w->now, 1));
}

static void line_answer(struct world *w, const struct ring_rec *rec)
{
	struct lab_line_req req;
	struct lab_line_heard heard = { .ms = 1, .level_cdbm0 = -9999 };
	struct sim_event *e;

	if (rec->kind != LAB_LINE_METER)
		return;
	memcpy(&req, rec->body, sizeof(req));
	heard.token = req.token;
	heard.timeslot = req.timeslot;
	e = event_new(w, SIM_LINE, (struct str){ 0 });
	e->rec.kind = LAB_LINE_METER;
	memcpy(e->rec.body, &heard, sizeof(heard));
	timerq_arm(&w->timers, &e->timer, tick_add_ms(w->now, 1));
}

static void drain_gateway(struct world *w)
{
	struct gw_out out;

	while (gw_next_out(w->gw, &out)) {
		if (out.type == GW_OUT_SIP) {
			record_add_sip(w, false, out.sip.octets);
			world_send(w, &w->self, &out.sip.to, out.sip.octets);
		} else if (out.type == GW_OUT_MTP) {
			mtp_send(w, true, &out.mtp);
		} else if (out.type == GW_OUT_MEDIA) {
			media_answer(w, &out.media);
		}
	}
}

static void drain_exchange(struct world *w)
{
	struct lab_exchange_out out;
	struct mtp_prim p;

	while (w->office && sim_office_next_out(w->office, &p))
		mtp_send(w, false, &p);
	while (w->exchange && lab_exchange_next_out(w->exchange, &out)) {
		if (out.type == LAB_OUT_MTP)
			mtp_send(w, false, &out.mtp);
		else
			line_answer(w, &out.line);
	}
}

static void drain(struct world *w)
{
	drain_gateway(w);
	drain_exchange(w);
	for (unsigned i = 0; i < w->nr_phones; i++)
		sim_phone_drain(w->phone[i]);
}

static void deliver_packet(struct world *w, struct sim_event *e)
{
	struct str octets = str_n(e->octets, e->len);

	note_packet(w, "SIP", e);
	if (addr_eq(&e->to, &w->self)) {
		record_add_sip(w, true, octets);
		gw_sip_rx(w->gw, w->now, GW_SIP_PATH, &e->from, octets);
		return;
	}
	for (unsigned i = 0; i < w->nr_phones; i++)
		if (addr_eq(&e->to, &w->phone[i]->addr))
			sim_phone_rx(w->phone[i], &e->from, octets);
}

static void deliver_mtp(struct world *w, const struct mtp_prim *p, bool to_exchange)
{
	if (!to_exchange) {
		record_add_isup(w, true, p);
		gw_mtp_rx(w->gw, w->now, p);
	} else if (w->office) {
		sim_office_rx(w->office, p);
	} else {
		lab_exchange_mtp_rx(w->exchange, w->now, p);
	}
}

static void deliver(struct world *w, struct sim_event *e)
{
	switch (e->timer.kind) {
	case SIM_PACKET:
		deliver_packet(w, e);
		break;
	case SIM_MTP:
		deliver_mtp(w, &e->mtp, e->to_exchange);
		break;
	case SIM_MEDIA:
		gw_media_rx(w->gw, w->now, &e->rec);
		break;
	case SIM_LINE:
		lab_exchange_line_rx(w->exchange, w->now, &e->rec);
		break;
	default:
		e->fn(w, e->arg);
	}
	drain(w);
	mem_drop(e);
}

static tick_t exchange_deadline(const struct world *w)
{
	return w->office ? isup_deadline(w->office->isup) : lab_exchange_deadline(w->exchange);
}

static void exchange_tick(struct world *w)
{
	if (w->office)
		isup_tick(w->office->isup, w->now);
	else
		lab_exchange_tick(w->exchange, w->now);
}

static void exchange_stats(const struct world *w, struct isup_stats *x)
{
	if (w->office)
		isup_stats(w->office->isup, x);
	else
		lab_exchange_stats(w->exchange, x);
}

static tick_t next_event(const struct world *w)
{
	tick_t t = timerq_deadline(&w->timers);

	t = tick_min(t, gw_deadline(w->gw));
	t = tick_min(t, exchange_deadline(w));
	for (unsigned i = 0; i < w->nr_phones; i++)
		t = tick_min(t, sim_phone_deadline(w->phone[i]));
	return t;
}

/* One event at its time; everybody whose time has come is told. */
static void step(struct world *w)
{
	struct timer *t;

	world_check(w, ++w->nr_steps < STEPS_MAX, "endless: %llu steps",
		    (unsigned long long)w->nr_steps);
	t = timerq_pop_due(&w->timers, w->now);
	if (t) {
		deliver(w, container_of(t, struct sim_event, timer));
		return;
	}
	if (tick_due(gw_deadline(w->gw), w->now))
		gw_tick(w->gw, w->now);
	drain(w);
	if (tick_due(exchange_deadline(w), w->now))
		exchange_tick(w);
	drain(w);
	for (unsigned i = 0; i < w->nr_phones; i++)
		if (tick_due(sim_phone_deadline(w->phone[i]), w->now))
			sim_phone_tick(w->phone[i]);
	drain(w);
}

static tick_t next_of_all(const struct world *w)
{
	tick_t t = next_event(w);

	for (const struct world *v = w->next; v != w; v = v->next)
		t = tick_min(t, next_event(v));
	return t;
}

static void set_time(struct world *w, tick_t t)
{
	struct world *v = w;

	do {
		v->now = t;
		v = v->next;
	} while (v != w);
}

static void step_all(struct world *w)
{
	struct world *v = w;

	do {
		if (tick_due(next_event(v), v->now))
			step(v);
		v = v->next;
	} while (v != w);
}

void world_run_ms(struct world *w, int64_t ms)
{
	tick_t end = tick_add_ms(w->now, ms);

	drain(w);
	for (;;) {
		tick_t t = next_of_all(w);
		if (tick_before(end, t))
			break;
		if (tick_before(w->now, t))
			set_time(w, t);
		step_all(w);
	}
	set_time(w, end);
}

void world_at(struct world *w, int64_t ms, void (*fn)(struct world *w, void *arg), void *arg)
{
	struct sim_event *e = event_new(w, SIM_SCRIPT, (struct str){ 0 });

	e->fn = fn;
	e->arg = arg;
	timerq_arm(&w->timers, &e->timer, tick_add_ms(w->now, ms));
}

void world_mtp_available(struct world *w, bool available)
{
	struct mtp_prim p = { .type = available ? MTP_RESUME : MTP_PAUSE, .label = { .dpc = 2 } };

	w->mtp_cut = !available;
	gw_mtp_rx(w->gw, w->now, &p);
	drain(w);
}

void world_drain(struct world *w)
{
	drain(w);
}

static bool quiet(const struct world *w)
{
	struct gw_stats g;
	struct isup_stats x;

	gw_stats(w->gw, &g);
	exchange_stats(w, &x);
	if (g.calls || g.legs || g.channels_busy || g.sip.calls || g.sip.transactions ||
	    g.sip.timers || g.isup.busy || g.isup.timers || x.busy || x.timers || w->media.nr_open)
		return false;
	for (unsigned i = 0; i < w->nr_phones; i++) {
		struct sip_stats s;
		sip_stack_stats(w->phone[i]->sip, &s);
		if (s.calls || s.transactions || s.timers)
			return false;
	}
	return w->timers.nr == 0;
}

static bool all_quiet(const struct world *w)
{
	for (const struct world *v = w->next; v != w; v = v->next)
		if (!quiet(v))
			return false;
	return quiet(w);
}

static void say_what_is_left(struct world *w)
{
	struct gw_stats g;
	struct isup_stats x;
	struct sip_stats s;
	struct gw_circuit_info ci;
	unsigned pos = 0;

	gw_stats(w->gw, &g);
	exchange_stats(w, &x);
	world_note(w,
		   "gateway: %u calls %u legs %u channels; SIP %u calls %u transactions %u timers",
		   g.calls, g.legs, g.channels_busy, g.sip.calls, g.sip.transactions, g.sip.timers);
	world_note(w, "ISUP: gateway %u busy %u timers, exchange %u busy %u timers", g.isup.busy,
		   g.isup.timers, x.busy, x.timers);
	for (unsigned i = 0; i < w->nr_phones; i++) {
		sip_stack_stats(w->phone[i]->sip, &s);
		world_note(w, "phone %u: %u calls %u transactions %u timers", i, s.calls,
			   s.transactions, s.timers);
	}
	while (gw_circuit_walk(w->gw, &pos, &ci))
		if (ci.state != ISUP_IDLE)
			world_note(w, "CIC %u: %s", ci.cic, isup_circuit_state_name(ci.state));
	world_note(w, "%zu events on their way, %u legs open in the media", w->timers.nr,
		   w->media.nr_open);
}

static void check_circuits(struct world *w)
{
	struct gw_circuit_info ci;
	unsigned pos = 0;

	while (gw_circuit_walk(w->gw, &pos, &ci))
		world_check(w, ci.state == ISUP_IDLE && ci.call_nr == 0, "CIC %u is %s, call %u",
			    ci.cic, isup_circuit_state_name(ci.state), ci.call_nr);
}

void world_settle(struct world *w)
{
	struct world *v = w;

	for (int64_t ms = 0; !all_quiet(w) && ms < SIM_MAX_WAIT_MS; ms += 1000)
		world_run_ms(w, 1000);
	do {
		if (!quiet(v)) {
			say_what_is_left(v);
			world_fail(v, "state is left after %d s", SIM_MAX_WAIT_MS / 1000);
		}
		check_circuits(v);
		v = v->next;
	} while (v != w);
}

static void configure(struct world *w, struct gw_config *c)
{
	unsigned n = w->cfg.nr_circuits;
	struct gw_span_cfg *span = gw_config_span_add(c, 0);
	struct gw_trunk_cfg *trunk = gw_config_trunk_add(c, "east");
	struct gw_peer_cfg *peer = gw_config_peer_add(c, "phone");
	struct gw_route_cfg *route;

	assert_non_null(span);
	assert_non_null(trunk);
	assert_non_null(peer);
	span->kind = TDM_E1;
	span->law = TDM_ALAW;
	c->sip_accept_any = true;
	c->sip_bind = w->self;
	c->rtp_bind = c->sip_bind;
	trunk->opc = 1;
	trunk->dpc = 2;
	trunk->ni = 2;
	if (w->cfg.variant)
		str_copyz(trunk->variant, sizeof(trunk->variant), str_of(w->cfg.variant));
	trunk->ringback = DSP_RINGBACK_NONE; /* flows that have it say so */
	trunk->range[0] = (struct gw_range_cfg){ 0, 1, (uint8_t)(n < 15 ? n : 15), 1 };
	trunk->nr_ranges = 1;
	if (n > 15) {
		trunk->range[1] = (struct gw_range_cfg){ 0, 17, (uint8_t)(n + 1), 17 };
		trunk->nr_ranges = 2;
	}
	assert_int_equal(addr_parse(&peer->addr, STR("198.51.100.1:5060"), 5060), 0);
	peer->nr_codecs = 2;
	peer->codec[0] = SDP_PCMA;
	peer->codec[1] = SDP_PCMU;
	peer->ptime_ms = 20;
	route = gw_config_route_add(c);
	assert_non_null(route);
	*route = (struct gw_route_cfg){
		.prefix = "1", .from = GW_SIDE_SIP, .to = GW_SIDE_TRUNK, .to_name = "east"
	};
	route = gw_config_route_add(c);
	assert_non_null(route);
	*route = (struct gw_route_cfg){ .from = GW_SIDE_TRUNK,
					.to = GW_SIDE_SIP,
					.to_name = "phone" };
	if (w->cfg.configure)
		w->cfg.configure(c);
}

static void make_gateway(struct world *w)
{
	struct addr *rtp = mem_alloc(w->mem, w->cfg.nr_rtp * sizeof(*rtp));
	struct tg_diag diag = TG_DIAG_NONE;
	struct gw_config *c = gw_config_new(w->mem);
	struct gw_env env = { .rng = w->rng,
			      .product = "trunkgate/sim",
			      .sip_local = w->self,
			      .rtp = rtp,
			      .nr_rtp = w->cfg.nr_rtp };

	assert_non_null(c);
	assert_non_null(rtp);
	for (unsigned i = 0; i < env.nr_rtp; i++) {
		rtp[i] = w->self;
		rtp[i].port = (uint16_t)(10000 + 2 * i);
	}
	configure(w, c);
	if (gw_config_check(c, &diag) < 0)
		fail_msg("configuration: %s", diag.text);
	w->gw_cfg = c;
	w->gw = gw_new(w->mem, c, &env);
	assert_non_null(w->gw);
}

static void make_exchange(struct world *w)
{
	struct lab_circuit_cfg circuit[SIM_CIRCUITS];
	struct lab_exchange_cfg cfg = { .opc = 2,
					.dpc = 1,
					.ni = 2,
					.circuit = circuit,
					.nr_circuits = w->cfg.nr_circuits,
					.rng = w->rng };

	for (unsigned i = 0; i < cfg.nr_circuits; i++) {
		uint8_t ts = (uint8_t)(i < 15 ? i + 1 : i + 2);
		circuit[i] = (struct lab_circuit_cfg){ ts, ts };
	}
	w->exchange = lab_exchange_new(w->mem, &cfg);
	assert_non_null(w->exchange);
}

struct world *world_new(const struct world_cfg *cfg)
{
	struct mem *m = mem_root("world");
	struct world *w = MEM_NEW(m, struct world);

	assert_non_null(w);
	w->mem = m;
	w->cfg = *cfg;
	w->seed = cfg->seed;
	w->now = cfg->beside ? cfg->beside->now : tick_add_ms(TICK_ZERO, 1000);
	assert_int_equal(addr_parse(&w->self,
				    str_of(cfg->address ? cfg->address : "192.0.2.1:5060"), 5060),
			 0);
	w->next = w;
	w->rng = rng_seeded_init(&w->rng_state, cfg->seed);
	if (!w->cfg.nr_circuits)
		w->cfg.nr_circuits = SIM_CIRCUITS;
	if (!w->cfg.nr_rtp)
		w->cfg.nr_rtp = SIM_CIRCUITS + 2;
	w->nr_phones = cfg->nr_phones ? cfg->nr_phones : 1;
	timerq_init(&w->timers);
	make_gateway(w);
	if (cfg->office)
		w->office = sim_office_new(w, w->cfg.nr_circuits);
	else
		make_exchange(w);
	for (unsigned i = 0; i < w->nr_phones; i++) {
		struct addr a;
		assert_int_equal(addr_parse(&a, STR("198.51.100.1:5060"), 5060), 0);
		a.ip[3] = (uint8_t)(i + 1);
		w->phone[i] = sim_phone_new(w, &a, cfg->isup_phones >> i & 1);
	}
	if (cfg->beside) {
		w->next = cfg->beside->next;
		cfg->beside->next = w;
	}
	gw_start(w->gw, w->now);
	drain(w);
	if (!cfg->no_start_reset)
		world_run_ms(w, 5000);
	return w;
}

void world_free(struct world *w)
{
	struct world *before = w;
	struct timer *t;

	while (before->next != w)
		before = before->next;
	before->next = w->next;

	while ((t = timerq_pop_due(&w->timers, TICK_NEVER)))
		mem_drop(container_of(t, struct sim_event, timer));
	mem_free(w->mem);
}
