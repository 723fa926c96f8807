/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * net: routes, sorted once: the most specific first, then by priority. What users were told about a
 * destination is kept, so that PAUSE and RESUME need no room and cannot be lost.
 */
#include <stdlib.h>
#include <string.h>

#include <trunkgate/base/err.h>

#include "base/log.h"
#include "ss7/net.h"

#define QUEUE 128 /* messages for carriers, until they are drained */

struct queued {
	unsigned carrier;
	struct mtp_label label;
	uint16_t len;
	uint8_t sif[MTP_MAX_SIF];
};

struct ss7_net {
	struct mem *mem;
	struct ss7_net_cfg cfg; /* routes sorted */
	struct m3ua *m3ua;
	bool as_active[M3UA_MAX_AS];
	uint8_t as_dest[M3UA_MAX_AS][SS7_NET_MAX_DESTS]; /* enum m3ua_dest */
	bool carrier_lost[SS7_NET_MAX_CARRIERS][SS7_NET_MAX_DESTS];
	bool told[SS7_NET_MAX_DESTS]; /* the user was told that it can be reached */
	bool news;
	bool has_given;
	struct mtp_prim given; /* what a carrier gave, for the user */
	unsigned head, nr_queued;
	struct queued queue[QUEUE + 1]; /* the one given last stays untouched */
	struct ss7_net_stats stats;
};

static unsigned nr_bits(uint32_t mask)
{
	return (unsigned)__builtin_popcount(mask);
}

static int by_order(const void *a, const void *b)
{
	const struct ss7_route_cfg *ra = a, *rb = b;

	if (nr_bits(ra->mask) != nr_bits(rb->mask))
		return nr_bits(ra->mask) > nr_bits(rb->mask) ? -1 : 1;
	return (int)ra->priority - (int)rb->priority;
}

static bool cfg_is_good(const struct ss7_net_cfg *c)
{
	if (c->nr_own > SS7_NET_MAX_OWN || c->nr_dests > SS7_NET_MAX_DESTS ||
	    c->nr_routes > SS7_NET_MAX_ROUTES || c->nr_carriers > SS7_NET_MAX_CARRIERS)
		return false;
	for (unsigned i = 0; i < c->nr_routes; i++)
		if (c->route[i].number >=
		    (c->route[i].via == SS7_VIA_AS ? c->m3ua.nr_as : c->nr_carriers))
			return false;
	return true;
}

static bool matches(const struct ss7_route_cfg *r, uint32_t dpc)
{
	return (dpc & r->mask) == (r->pc & r->mask);
}

static bool leads_to(const struct ss7_net *n, unsigned as, uint32_t dpc)
{
	for (unsigned i = 0; i < n->cfg.nr_routes; i++)
		if (n->cfg.route[i].via == SS7_VIA_AS && n->cfg.route[i].number == as &&
		    matches(&n->cfg.route[i], dpc))
			return true;
	return false;
}

/* Each AS asks for the destinations that it has a route to (RFC 4666 4.5.3). */
static void fill_audits(struct ss7_net *n)
{
	for (unsigned s = 0; s < n->cfg.m3ua.nr_as; s++) {
		struct m3ua_as_cfg *as = &n->cfg.m3ua.as[s];
		for (unsigned i = 0; i < n->cfg.nr_dests; i++)
			if (as->nr_audit < M3UA_MAX_AUDIT && leads_to(n, s, n->cfg.dest[i]))
				as->audit[as->nr_audit++] = n->cfg.dest[i];
	}
}

struct ss7_net *ss7_net_new(struct mem *parent, const struct ss7_net_cfg *cfg)
{
	struct mem *mem = cfg_is_good(cfg) ? mem_sub(parent, "signalling network") : NULL;
	struct ss7_net *n = mem ? MEM_NEW(mem, struct ss7_net) : NULL;

	if (n) {
		n->mem = mem;
		n->cfg = *cfg;
		n->news = true;
		qsort(n->cfg.route, n->cfg.nr_routes, sizeof(n->cfg.route[0]), by_order);
		fill_audits(n);
		for (unsigned i = 0; i < cfg->nr_dests; i++)
			n->told[i] = true;
		memset(n->as_dest, M3UA_DEST_AVAILABLE, sizeof(n->as_dest));
		n->m3ua = m3ua_new(mem, &n->cfg.m3ua);
		if (n->m3ua)
			return n;
	}
	mem_free(mem);
	return NULL;
}

void ss7_net_free(struct ss7_net *n)
{
	if (n)
		mem_free(n->mem);
}

/* Routes. --------------------------------------------------------------------------------------- */

static int find_dest(const struct ss7_net *n, uint32_t dpc)
{
	for (unsigned i = 0; i < n->cfg.nr_dests; i++)
		if (n->cfg.dest[i] == dpc)
			return (int)i;
	return -1;
}

/* `dest` -1: nobody watches it, so nothing is known but whether the way is there. */
static enum ss7_route_state state_of(const struct ss7_net *n, const struct ss7_route_cfg *r,
				     int dest)
{
	if (r->via == SS7_VIA_CARRIER)
		return dest >= 0 && n->carrier_lost[r->number][dest] ? SS7_ROUTE_UNAVAILABLE
								     : SS7_ROUTE_AVAILABLE;
	if (!n->as_active[r->number])
		return SS7_ROUTE_UNAVAILABLE;
	return dest < 0 ? SS7_ROUTE_AVAILABLE : (enum ss7_route_state)n->as_dest[r->number][dest];
}

/* Routes as good as this one: the same destinations and priority. They follow each other. */
static bool is_equal(const struct ss7_route_cfg *a, const struct ss7_route_cfg *b)
{
	return a->mask == b->mask && (a->pc & a->mask) == (b->pc & b->mask) &&
	       a->priority == b->priority;
}

/* Of those that share the load with the first one in state `at_least`: by SLS. */
static const struct ss7_route_cfg *share(const struct ss7_net *n, unsigned first, int dest,
					 uint8_t sls, enum ss7_route_state at_least)
{
	const struct ss7_route_cfg *list[8];
	unsigned nr = 0;

	for (unsigned i = first; i < n->cfg.nr_routes && nr < 8; i++) {
		const struct ss7_route_cfg *r = &n->cfg.route[i];
		if (is_equal(r, &n->cfg.route[first]) && state_of(n, r, dest) >= at_least)
			list[nr++] = r;
	}
	return list[sls % nr];
}

/* A restricted route is one for which there is no other (RFC 4666 3.4.6). */
static const struct ss7_route_cfg *choose(const struct ss7_net *n, uint32_t dpc, uint8_t sls,
					  bool *known)
{
	int dest = find_dest(n, dpc);

	*known = false;
	for (int want = SS7_ROUTE_AVAILABLE; want > SS7_ROUTE_UNAVAILABLE; want--)
		for (unsigned i = 0; i < n->cfg.nr_routes; i++) {
			const struct ss7_route_cfg *r = &n->cfg.route[i];
			if (!matches(r, dpc))
				continue;
			*known = true;
			if ((int)state_of(n, r, dest) >= want)
				return share(n, i, dest, sls, (enum ss7_route_state)want);
		}
	return NULL;
}

bool ss7_net_available(const struct ss7_net *n, uint32_t dpc)
{
	bool known;

	return choose(n, dpc, 0, &known) != NULL;
}

bool ss7_net_route(const struct ss7_net *n, unsigned i, uint32_t dpc, struct ss7_route_cfg *r,
		   enum ss7_route_state *state)
{
	if (i >= n->cfg.nr_routes)
		return false;
	*r = n->cfg.route[i];
	*state = matches(r, dpc) ? state_of(n, r, find_dest(n, dpc)) : SS7_ROUTE_UNAVAILABLE;
	return true;
}

/* From the user. -------------------------------------------------------------------------------- */

static int queue_carrier(struct ss7_net *n, unsigned carrier, const struct mtp_prim *p)
{
	struct queued *q = &n->queue[(n->head + n->nr_queued) % (QUEUE + 1)];

	if (n->nr_queued == QUEUE)
		return TG_ELIMIT;
	q->carrier = carrier;
	q->label = p->label;
	q->len = (uint16_t)p->sif.len;
	if (p->sif.len)
		memcpy(q->sif, p->sif.p, p->sif.len);
	n->nr_queued++;
	return 0;
}

int ss7_net_tx(struct ss7_net *n, tick_t now, const struct mtp_prim *p)
{
	const struct ss7_route_cfg *r;
	bool known;
	int err;

	if (p->type != MTP_TRANSFER || p->sif.len > MTP_MAX_SIF)
		return TG_EINVAL;
	r = choose(n, p->label.dpc, p->label.sls, &known);
	if (!r) {
		*(known ? &n->stats.unavailable : &n->stats.no_route) += 1;
		return known ? TG_ESTATE : TG_ENOENT;
	}
	err = r->via == SS7_VIA_AS ? m3ua_tx(n->m3ua, now, r->number, p)
				   : queue_carrier(n, r->number, p);
	if (err < 0)
		n->stats.unavailable++;
	else
		n->stats.tx++;
	return err;
}

/* From below. ----------------------------------------------------------------------------------- */

static bool is_own(const struct ss7_net *n, uint32_t pc)
{
	for (unsigned i = 0; i < n->cfg.nr_own; i++)
		if (n->cfg.own[i] == pc)
			return true;
	return n->cfg.nr_own == 0;
}

/* A message for somebody else is dropped: this is no signalling transfer point. */
static bool is_for_us(struct ss7_net *n, const struct mtp_prim *p)
{
	if (is_own(n, p->label.dpc)) {
		n->stats.rx++;
		return true;
	}
	if (n->stats.not_ours++ == 0)
		log_notice(LOG_SS7, NULL,
			   "a message from point code %u is for %u, which is not ours: dropped "
			   "(those that follow are counted)",
			   p->label.opc, p->label.dpc);
	return false;
}

int ss7_net_carrier_rx(struct ss7_net *n, tick_t now, unsigned carrier, const struct mtp_prim *p)
{
	int dest = find_dest(n, p->label.dpc);

	(void)now;
	if (carrier >= n->cfg.nr_carriers)
		return TG_EINVAL;
	switch (p->type) {
	case MTP_TRANSFER:
		if (!is_for_us(n, p))
			return TG_ENOENT;
		n->given = *p;
		n->has_given = true;
		return 0;
	case MTP_PAUSE:
	case MTP_RESUME:
		if (dest < 0)
			return TG_ENOENT;
		n->carrier_lost[carrier][dest] = p->type == MTP_PAUSE;
		n->news = true;
		return 0;
	case MTP_STATUS:
		n->given = *p;
		n->has_given = true;
		return 0;
	}
	return TG_EINVAL;
}

static uint32_t wild_mask(const struct ss7_net *n, uint32_t affected)
{
	uint32_t bits = affected >> 24, all = n->cfg.pc_bits ? n->cfg.pc_bits : 14;

	return bits >= all ? 0 : 0xffffffu << bits & 0xffffff;
}

static void set_dest(struct ss7_net *n, const struct m3ua_out *o)
{
	uint32_t mask = wild_mask(n, o->affected);

	for (unsigned i = 0; i < n->cfg.nr_dests; i++)
		if (((n->cfg.dest[i] ^ o->affected) & mask) == 0)
			n->as_dest[o->as][i] = (uint8_t)o->dest;
	n->news = true;
}

/* What was known of the other side of an AS is worth nothing once the AS is gone. */
static void set_as(struct ss7_net *n, const struct m3ua_out *o)
{
	n->as_active[o->as] = o->active;
	if (!o->active)
		memset(n->as_dest[o->as], M3UA_DEST_AVAILABLE, sizeof(n->as_dest[o->as]));
	n->news = true;
}

static bool status_out(const struct m3ua_out *o, struct ss7_net_out *out)
{
	bool congestion = o->type == M3UA_OUT_CONGESTION;

	if (congestion && !o->active)
		return false; /* there is no primitive for the end of it (Q.701 8.4) */
	out->type = SS7_NET_OUT_USER;
	out->prim = (struct mtp_prim){ .type = MTP_STATUS,
				       .label = { .dpc = o->affected & 0xffffff, .si = o->si },
				       .cause = congestion ? MTP_STATUS_CONGESTION : o->cause,
				       .congestion_level = congestion ? o->level : 0 };
	return true;
}

static void answer_audit(struct ss7_net *n, const struct m3ua_out *o)
{
	uint32_t pc = o->affected & 0xffffff;
	bool there = o->affected >> 24 == 0 && (is_own(n, pc) || ss7_net_available(n, pc));

	m3ua_audited(n->m3ua, o->as, o->asp, o->affected, there);
}

/* True when it is something for the caller. */
static bool from_m3ua(struct ss7_net *n, const struct m3ua_out *o, struct ss7_net_out *out)
{
	*out = (struct ss7_net_out){ .number = o->asp, .stream = o->stream, .octets = o->octets };
	switch (o->type) {
	case M3UA_OUT_SEND:
		out->type = SS7_NET_OUT_SEND;
		return true;
	case M3UA_OUT_OPEN:
		out->type = SS7_NET_OUT_OPEN;
		return true;
	case M3UA_OUT_CLOSE:
		out->type = SS7_NET_OUT_CLOSE;
		return true;
	case M3UA_OUT_TRANSFER:
		out->type = SS7_NET_OUT_USER;
		out->prim = o->prim;
		return is_for_us(n, &o->prim);
	case M3UA_OUT_CONGESTION:
	case M3UA_OUT_USER:
		return status_out(o, out);
	case M3UA_OUT_AS:
		set_as(n, o);
		return false;
	case M3UA_OUT_DEST:
		set_dest(n, o);
		return false;
	case M3UA_OUT_AUDIT:
		answer_audit(n, o);
		return false;
	}
	return false;
}

/* Outputs. -------------------------------------------------------------------------------------- */

static bool next_news(struct ss7_net *n, struct ss7_net_out *out)
{
	for (unsigned i = 0; n->news && i < n->cfg.nr_dests; i++) {
		bool there = ss7_net_available(n, n->cfg.dest[i]);
		if (there == n->told[i])
			continue;
		n->told[i] = there;
		*out = (struct ss7_net_out){ .type = SS7_NET_OUT_USER,
					     .prim = { .type = there ? MTP_RESUME : MTP_PAUSE,
						       .label = { .dpc = n->cfg.dest[i] } } };
		return true;
	}
	n->news = false;
	return false;
}

static bool next_queued(struct ss7_net *n, struct ss7_net_out *out)
{
	const struct queued *q = &n->queue[n->head];

	if (!n->nr_queued)
		return false;
	n->head = (n->head + 1) % (QUEUE + 1);
	n->nr_queued--;
	*out = (struct ss7_net_out){
		.type = SS7_NET_OUT_CARRIER,
		.number = q->carrier,
		.prim = { .type = MTP_TRANSFER, .label = q->label, .sif = str_n(q->sif, q->len) }
	};
	return true;
}

bool ss7_net_next_out(struct ss7_net *n, struct ss7_net_out *out)
{
	struct m3ua_out o;

	if (next_news(n, out) || next_queued(n, out))
		return true;
	if (n->has_given) {
		n->has_given = false;
		*out = (struct ss7_net_out){ .type = SS7_NET_OUT_USER, .prim = n->given };
		return true;
	}
	while (m3ua_next_out(n->m3ua, &o)) {
		if (from_m3ua(n, &o, out) || next_news(n, out))
			return true;
	}
	return false;
}

/* Passed on. ------------------------------------------------------------------------------------ */

void ss7_net_start(struct ss7_net *n, tick_t now)
{
	m3ua_start(n->m3ua, now);
}

size_t ss7_net_assoc_rx(struct ss7_net *n, tick_t now, unsigned asp, uint16_t stream,
			struct str octets)
{
	return m3ua_rx(n->m3ua, now, asp, stream, octets);
}

void ss7_net_assoc_up(struct ss7_net *n, tick_t now, unsigned asp, uint16_t nr_streams)
{
	m3ua_up(n->m3ua, now, asp, nr_streams);
}

void ss7_net_assoc_down(struct ss7_net *n, tick_t now, unsigned asp, const char *why)
{
	m3ua_down(n->m3ua, now, asp, why);
}

void ss7_net_tick(struct ss7_net *n, tick_t now)
{
	m3ua_tick(n->m3ua, now);
}

tick_t ss7_net_deadline(const struct ss7_net *n)
{
	return m3ua_deadline(n->m3ua);
}

struct m3ua *ss7_net_m3ua(struct ss7_net *n)
{
	return n->m3ua;
}

void ss7_net_stats(const struct ss7_net *n, struct ss7_net_stats *out)
{
	*out = n->stats;
}
