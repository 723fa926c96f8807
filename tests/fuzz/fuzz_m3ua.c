/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as what happens to a signalling network of three associations (an ASP, an IPSP with a
 * double exchange, an IPSP on a stream that serves): messages whole and broken, associations coming
 * and going, time, traffic, the operator. What must hold: every message that goes out decodes, DATA
 * keeps off stream 0 where there are others, a user hears PAUSE and RESUME in turns and what he
 * believes is what is; once all associations are gone nothing can be reached.
 *
 * An input is a list of (what, association, argument), some with octets behind them.
 */
#include <string.h>

#include "ss7/m3ua_msg.h"
#include "ss7/net.h"

#include "fuzz/fuzz.h"

#define ASPS	3
#define DESTS	3
#define STREAMS 5
#define OUTS	5000 /* more than one input can put out */

struct world {
	const uint8_t *p, *end;
	struct ss7_net *n;
	tick_t now;
	bool up[ASPS];
	bool there[DESTS]; /* as the user was told */
};

static const uint32_t dest[DESTS] = { 2, 3, 20 };

/* Messages that lead somewhere, so that the rest of an input need not find them. */
static const struct {
	uint8_t len;
	uint8_t octets[40];
} known[] = {
	{ 8, { 1, 0, 3, 1, 0, 0, 0, 8 } },
	{ 8, { 1, 0, 3, 4, 0, 0, 0, 8 } },
	{ 8, { 1, 0, 4, 1, 0, 0, 0, 8 } },
	{ 8, { 1, 0, 4, 3, 0, 0, 0, 8 } },
	{ 8, { 1, 0, 4, 2, 0, 0, 0, 8 } },
	{ 8, { 1, 0, 4, 4, 0, 0, 0, 8 } },
	{ 8, { 1, 0, 3, 2, 0, 0, 0, 8 } },
	{ 8, { 1, 0, 3, 5, 0, 0, 0, 8 } },
	{ 16, { 1, 0, 2, 1, 0, 0, 0, 16, 0, 0x12, 0, 8, 3, 0, 0, 2 } },
	{ 16, { 1, 0, 2, 2, 0, 0, 0, 16, 0, 0x12, 0, 8, 0, 0, 0, 2 } },
	{ 16, { 1, 0, 2, 3, 0, 0, 0, 16, 0, 0x12, 0, 8, 0, 0, 0, 1 } },
	{ 28,
	  { 1, 0, 1, 1, 0, 0, 0, 28, 2, 0x10, 0, 18, 0, 0, 0, 2, 0, 0, 0, 1, 5, 2, 0, 3, 1, 2 } },
};

static uint8_t take(struct world *w)
{
	return w->p < w->end ? *w->p++ : 0;
}

static void check_message(const struct ss7_net_out *o)
{
	struct tg_diag diag = TG_DIAG_NONE;
	enum m3ua_error error;
	struct m3ua_msg m;

	fuzz_check(m3ua_msg_dec(&m, o->octets, &error, &diag) == 0);
	fuzz_check(o->octets.len % 4 == 0);
	fuzz_check(o->stream < STREAMS);
	fuzz_check(o->number == 2 ? o->stream == 0 : m.type != M3UA_DATA || o->stream != 0);
}

static void check_user(struct world *w, const struct mtp_prim *p)
{
	bool there = p->type == MTP_RESUME;

	if (p->type == MTP_TRANSFER) {
		fuzz_check(p->label.dpc == 1);
		fuzz_check(p->sif.len <= MTP_MAX_SIF);
	}
	if (p->type != MTP_PAUSE && p->type != MTP_RESUME)
		return;
	for (unsigned i = 0; i < DESTS; i++) {
		if (dest[i] != p->label.dpc)
			continue;
		fuzz_check(w->there[i] != there);
		w->there[i] = there;
	}
}

static void drain(struct world *w)
{
	struct ss7_net_out o;
	unsigned nr = 0;

	while (ss7_net_next_out(w->n, &o)) {
		fuzz_check(++nr < OUTS);
		switch (o.type) {
		case SS7_NET_OUT_SEND:
			check_message(&o);
			break;
		case SS7_NET_OUT_USER:
			check_user(w, &o.prim);
			break;
		case SS7_NET_OUT_CLOSE:
			w->up[o.number] = false;
			break;
		case SS7_NET_OUT_OPEN:
			fuzz_check(o.number != 2);
			break;
		case SS7_NET_OUT_CARRIER:
			fuzz_check(o.number == 0);
		}
	}
	for (unsigned i = 0; i < DESTS; i++)
		fuzz_check(ss7_net_available(w->n, dest[i]) == w->there[i]);
}

static void rx(struct world *w, unsigned asp, struct str octets)
{
	while (octets.len) {
		size_t used = ss7_net_assoc_rx(w->n, w->now, asp, 0, octets);
		fuzz_check(used > 0 && used <= octets.len);
		octets = str_from(octets, used);
		drain(w);
	}
}

static void tx(struct world *w, uint8_t arg)
{
	static const char octets[MTP_MAX_SIF];
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .opc = 1, .dpc = dest[arg % DESTS], .sls = arg / 8 },
			      .sif = str_n(octets, arg) };

	ss7_net_tx(w->n, w->now, &p);
}

static void carrier(struct world *w, uint8_t arg)
{
	struct mtp_prim p = { .type = (enum mtp_prim_type)(arg % 4),
			      .label = { .opc = 20, .dpc = arg % 4 == MTP_TRANSFER ? 1 : 20 } };

	ss7_net_carrier_rx(w->n, w->now, 0, &p);
}

static void set_up(struct world *w, unsigned asp, bool up)
{
	w->up[asp] = up;
	if (up)
		ss7_net_assoc_up(w->n, w->now, asp, asp == 2 ? 1 : STREAMS);
	else
		ss7_net_assoc_down(w->n, w->now, asp, "gone");
}

static void step(struct world *w)
{
	uint8_t what = take(w), asp = take(w) % ASPS, arg = take(w);
	size_t len;

	switch (what % 8) {
	case 0:
		set_up(w, asp, arg % 4);
		break;
	case 1:
		len = arg < w->end - w->p ? arg : (size_t)(w->end - w->p);
		w->p += len;
		rx(w, asp, str_n(w->p - len, len));
		break;
	case 2:
		w->now = tick_add_ms(w->now, 100 * arg);
		ss7_net_tick(w->n, w->now);
		break;
	case 3:
		tx(w, arg);
		break;
	case 4:
		m3ua_block(ss7_net_m3ua(w->n), w->now, asp, arg & 1);
		break;
	case 5:
		carrier(w, arg);
		break;
	default:
		arg %= sizeof(known) / sizeof(known[0]);
		rx(w, asp, str_n(known[arg].octets, known[arg].len));
	}
	drain(w);
}

static void fill(struct ss7_net_cfg *c)
{
	*c = (struct ss7_net_cfg){ .nr_own = 1, .own = { 1 }, .nr_dests = DESTS, .nr_carriers = 1 };
	memcpy(c->dest, dest, sizeof(dest));
	c->m3ua.nr_asps = ASPS;
	c->m3ua.nr_as = 2;
	c->m3ua.asp[0].t_beat_ms = 3000;
	c->m3ua.asp[1].role = c->m3ua.asp[2].role = M3UA_ROLE_IPSP;
	c->m3ua.asp[1].exchange = M3UA_DOUBLE;
	c->m3ua.asp[2].server = c->m3ua.asp[2].stream = true;
	c->m3ua.as[0] = (struct m3ua_as_cfg){
		.has_rc = true, .rc = 7, .mode = M3UA_LOADSHARE, .nr_members = 2, .member = { 0, 2 }
	};
	c->m3ua.as[1] = (struct m3ua_as_cfg){ .nr_members = 1, .member = { 1 } };
	c->nr_routes = 4;
	c->route[0] = (struct ss7_route_cfg){ 0, 0, 2, SS7_VIA_AS, 0 };
	c->route[1] = (struct ss7_route_cfg){ 2, 0x3fff, 1, SS7_VIA_AS, 1 };
	c->route[2] = (struct ss7_route_cfg){ 2, 0x3fff, 1, SS7_VIA_AS, 0 };
	c->route[3] = (struct ss7_route_cfg){ 20, 0x3fff, 1, SS7_VIA_CARRIER, 0 };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ss7_net_cfg cfg;
	struct mem *mem = mem_root("fuzz");
	struct world w = { .p = data, .end = data + size, .there = { true, true, true } };

	fill(&cfg);
	w.now = (tick_t){ 1000000 };
	w.n = ss7_net_new(mem, &cfg);
	fuzz_check(w.n);
	drain(&w);
	ss7_net_start(w.n, w.now);
	drain(&w);
	while (w.p < w.end)
		step(&w);
	for (unsigned i = 0; i < ASPS; i++)
		set_up(&w, i, false);
	drain(&w);
	w.now = tick_add_ms(w.now, 10000);
	ss7_net_tick(w.n, w.now);
	drain(&w);
	fuzz_check(!w.there[0] && !w.there[1]);
	ss7_net_free(w.n);
	mem_free(mem);
	return 0;
}
