/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two signalling networks joined by two M3UA associations in virtual time: associations are lost and
 * come back, an AS is taken out of use and back, each end hears of it when it hears of it, streams
 * arrive in pieces. By seed: who leads,
 * single or double exchange, override or load sharing. What must hold: nothing is doubled or out of
 * order within its SLS unless an association was lost; without a loss nothing is lost; two seconds
 * after the last return both ends can reach each other, and their users know it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <trunkgate/base/rng.h>

#include "ss7/net.h"
#include "unit/support.h"

#define SEEDS	  200 /* TG_M3UA_SEEDS: so many times as many */
#define ENDS	  2
#define ASSOCS	  2
#define SLS	  16
#define MINUTES	  2
#define FLIGHT	  4096
#define STEP_MS	  5
#define RETURN_MS 700 /* how long an association stays away */

struct packet {
	tick_t at;
	unsigned to, assoc;
	uint32_t life; /* of the association; of an older one it is lost */
	uint16_t stream;
	size_t len;
	uint8_t octets[512];
};

struct end {
	struct ss7_net *net;
	bool reachable;
	uint32_t sent[SLS], last[SLS];
	uint64_t tx, rx;
};

struct world {
	struct mem *mem;
	struct rng_seeded seeded;
	struct rng rng;
	tick_t now;
	bool loss, stream, blocked;
	struct end end[ENDS];
	bool up[ASSOCS];
	uint32_t life[ASSOCS];
	tick_t back[ASSOCS];
	uint32_t order_kept_from; /* messages before this number may be out of order */
	struct packet *flight[FLIGHT];
	unsigned nr_flight;
};

static void send_packet(struct world *w, unsigned to, const struct ss7_net_out *o)
{
	struct packet *p = MEM_NEW(w->mem, struct packet);

	assert_non_null(p);
	assert_true(w->nr_flight < FLIGHT && o->octets.len <= sizeof(p->octets));
	p->at = tick_add_ms(w->now, 10);
	p->to = to;
	p->assoc = o->number;
	p->life = w->life[o->number];
	p->stream = o->stream;
	p->len = o->octets.len;
	memcpy(p->octets, o->octets.p, p->len);
	w->flight[w->nr_flight++] = p;
}

static void on_transfer(struct world *w, struct end *e, const struct mtp_prim *p)
{
	uint32_t nr;

	assert_int_equal(p->sif.len, sizeof(nr));
	memcpy(&nr, p->sif.p, sizeof(nr));
	e->rx++;
	if (nr >= w->order_kept_from)
		assert_true(nr > e->last[p->label.sls]);
	if (!w->loss)
		assert_int_equal(nr, e->last[p->label.sls] + 1);
	if (nr > e->last[p->label.sls])
		e->last[p->label.sls] = nr;
}

static void drain(struct world *w, unsigned i)
{
	struct end *e = &w->end[i];
	struct ss7_net_out o;

	while (ss7_net_next_out(e->net, &o)) {
		if (o.type == SS7_NET_OUT_SEND && w->up[o.number])
			send_packet(w, 1 - i, &o);
		else if (o.type == SS7_NET_OUT_USER && o.prim.type == MTP_TRANSFER)
			on_transfer(w, e, &o.prim);
		else if (o.type == SS7_NET_OUT_USER)
			e->reachable = o.prim.type == MTP_RESUME;
	}
}

/* Of a stream in pieces. */
static void deliver(struct world *w, const struct packet *p)
{
	struct str octets = str_n(p->octets, p->len);

	if (!w->up[p->assoc] || p->life != w->life[p->assoc])
		return;
	while (octets.len) {
		size_t piece = w->stream ? 1 + rng_below(&w->rng, 60) : octets.len;
		size_t used =
			ss7_net_assoc_rx(w->end[p->to].net, w->now, p->assoc, p->stream,
					 str_n(octets.p, piece < octets.len ? piece : octets.len));
		assert_true(used > 0);
		octets = str_from(octets, used);
		drain(w, p->to);
	}
}

static void move(struct world *w)
{
	unsigned kept = 0, nr = w->nr_flight;
	struct packet *due[FLIGHT];
	unsigned nr_due = 0;

	for (unsigned i = 0; i < nr; i++) {
		if (tick_due(w->flight[i]->at, w->now))
			due[nr_due++] = w->flight[i];
		else
			w->flight[kept++] = w->flight[i];
	}
	w->nr_flight = kept;
	for (unsigned i = 0; i < nr_due; i++) {
		deliver(w, due[i]);
		mem_drop(due[i]);
	}
}

static void set_assoc(struct world *w, unsigned a, bool up)
{
	w->up[a] = up;
	w->life[a]++;
	for (unsigned i = 0; i < ENDS; i++) {
		if (up)
			ss7_net_assoc_up(w->end[i].net, w->now, a, w->stream ? 1 : 17);
		else
			ss7_net_assoc_down(w->end[i].net, w->now, a, "lost");
		drain(w, i);
	}
	w->order_kept_from = 0;
	for (unsigned i = 0; i < ENDS; i++)
		for (unsigned s = 0; s < SLS; s++)
			if (w->end[i].sent[s] >= w->order_kept_from)
				w->order_kept_from = w->end[i].sent[s] + 3;
}

/* The operator of the end that leads takes the AS out of use, and back (ASPIA, ASPAC). */
static void block_and_unblock(struct world *w, bool quiet)
{
	bool is = w->blocked;

	if (quiet)
		is = false;
	else if (rng_below(&w->rng, is ? 100 : 4000) == 0)
		is = !is;
	if (is == w->blocked)
		return;
	w->blocked = is;
	m3ua_block_as(ss7_net_m3ua(w->end[0].net), w->now, 0, is);
	drain(w, 0);
}

static void lose_and_return(struct world *w, bool quiet)
{
	for (unsigned a = 0; a < ASSOCS; a++) {
		if (!w->up[a] && tick_due(w->back[a], w->now))
			set_assoc(w, a, true);
		else if (w->up[a] && w->loss && !quiet && rng_below(&w->rng, 2000) == 0) {
			set_assoc(w, a, false);
			w->back[a] = tick_add_ms(w->now, rng_below(&w->rng, 2 * RETURN_MS));
		}
	}
}

static void talk(struct world *w, unsigned i)
{
	uint8_t sls = (uint8_t)rng_below(&w->rng, SLS);
	struct end *e = &w->end[i];
	uint32_t nr = e->sent[sls] + 1;
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .opc = 1 + i, .dpc = 2 - i, .sls = sls, .si = 5 },
			      .sif = str_n(&nr, sizeof(nr)) };

	if (!e->reachable)
		return;
	if (ss7_net_tx(e->net, w->now, &p) == 0) {
		e->sent[sls] = nr;
		e->tx++;
	}
	drain(w, i);
}

static void step(struct world *w, bool quiet)
{
	w->now = tick_add_ms(w->now, STEP_MS);
	lose_and_return(w, quiet);
	if (w->loss)
		block_and_unblock(w, quiet);
	move(w);
	for (unsigned i = 0; i < ENDS; i++) {
		ss7_net_tick(w->end[i].net, w->now);
		drain(w, i);
		if (!quiet)
			talk(w, i);
	}
}

static struct ss7_net *make(struct world *w, unsigned i, unsigned kind)
{
	struct ss7_net_cfg *c = MEM_NEW(w->mem, struct ss7_net_cfg);
	bool ipsp = kind % 3;

	assert_non_null(c);
	c->nr_own = c->nr_dests = c->nr_routes = 1;
	c->own[0] = 1 + i;
	c->dest[0] = 2 - i;
	c->route[0] = (struct ss7_route_cfg){ 0, 0, 1, SS7_VIA_AS, 0 };
	c->m3ua.nr_asps = ASSOCS;
	c->m3ua.nr_as = 1;
	c->m3ua.as[0] = (struct m3ua_as_cfg){
		.has_rc = true, .rc = 7, .nr_members = ASSOCS, .member = { 0, 1 }
	};
	c->m3ua.as[0].mode = M3UA_LOADSHARE;
	for (unsigned a = 0; a < ASSOCS; a++)
		c->m3ua.asp[a] = (struct m3ua_asp_cfg){
			.role = ipsp ? M3UA_ROLE_IPSP
				: i  ? M3UA_ROLE_SG
				     : M3UA_ROLE_ASP,
			.exchange = kind % 3 == 2 ? M3UA_DOUBLE : M3UA_SINGLE,
			.server = i,
			.stream = w->stream,
			.t_beat_ms = 1000,
		};
	return ss7_net_new(w->mem, c);
}

static void run(unsigned seed, bool loss)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->mem = mem_root("world");
	w->rng = rng_seeded_init(&w->seeded, seed);
	w->loss = loss;
	w->stream = seed / 3 % 2;
	w->now = (tick_t){ 1000000 };
	for (unsigned i = 0; i < ENDS; i++) {
		w->end[i].net = make(w, i, seed);
		assert_non_null(w->end[i].net);
		w->end[i].reachable = true;
		drain(w, i);
		assert_false(w->end[i].reachable);
	}
	for (int i = 0; i < MINUTES * 60000 / STEP_MS; i++)
		step(w, false);
	for (int i = 0; i < (2 * RETURN_MS + 2000) / STEP_MS; i++)
		step(w, true);
	for (unsigned i = 0; i < ENDS; i++) {
		assert_true(w->end[i].reachable);
		assert_true(w->end[i].tx > 1000);
		assert_true(w->end[1 - i].rx <= w->end[i].tx);
		if (!loss)
			assert_int_equal(w->end[1 - i].rx, w->end[i].tx);
		else /* what is lost was under way, or waited for an ASP */
			assert_true(w->end[1 - i].rx > w->end[i].tx * 8 / 10);
	}
	mem_free(w->mem);
	free(w);
}

static void test_without_a_loss(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 6; seed++)
		run(seed, false);
}

static void test_lost_associations(void **state)
{
	const char *more = getenv("TG_M3UA_SEEDS");
	unsigned nr = SEEDS * (more ? (unsigned)strtoul(more, NULL, 10) : 1);

	(void)state;
	for (unsigned seed = 0; seed < nr; seed++)
		run(seed, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_a_loss),
		cmocka_unit_test(test_lost_associations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
