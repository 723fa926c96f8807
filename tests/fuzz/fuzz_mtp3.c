/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as messages to a signalling point with two links to one neighbour and one to another:
 * network management and tests, whole and broken, users' messages, time, lost links. What must hold:
 * it ends; PAUSE and RESUME take turns for each destination; users' messages are for us.
 *
 * An input is a list of (what, argument), some with octets behind them.
 */
#include <string.h>

#include "ss7/mtp3_internal.h"

#include "fuzz/fuzz.h"

#define LINKS 3
#define PCS   4 /* we are 1; neighbours 2 and 3; 4 is far */

struct world {
	const uint8_t *p, *end;
	struct mtp3 *t;
	tick_t now;
	struct {
		uint8_t fsn, bsn, fib; /* the peer's side of level 2 */
		bool up;
	} peer[LINKS];
	bool down[PCS + 1];
};

static uint8_t take(struct world *w)
{
	return w->p < w->end ? *w->p++ : 0;
}

static void drain(struct world *w)
{
	uint8_t buf[MTP2_MAX_UNIT];
	struct mtp_prim p;
	unsigned nr = 0;
	size_t len;

	while (mtp3_next_out(w->t, &p)) {
		fuzz_check(++nr < 100);
		if (p.type == MTP_TRANSFER) {
			fuzz_check(p.label.dpc == 1 && p.label.si == MTP_SI_ISUP);
		} else if (p.type != MTP_STATUS) {
			fuzz_check(p.label.dpc >= 2 && p.label.dpc <= PCS);
			fuzz_check(w->down[p.label.dpc] == (p.type == MTP_RESUME));
			w->down[p.label.dpc] = p.type == MTP_PAUSE;
		}
	}
	for (unsigned i = 0; i < LINKS; i++)
		for (nr = 0; (len = mtp3_link_next_tx(w->t, w->now, i, buf)); nr++) {
			fuzz_check(nr < 1000);
			if (len > MTP2_HEADER + 2)
				w->peer[i].bsn = buf[1] & 127;
		}
}

static void unit(struct world *w, unsigned i, struct str rest)
{
	uint8_t o[MTP2_MAX_UNIT];

	if (rest.len > MTP2_MAX_MSU)
		return;
	if (rest.len > 2)
		w->peer[i].fsn = (w->peer[i].fsn + 1) & 127;
	o[0] = w->peer[i].bsn | 0x80;
	o[1] = w->peer[i].fsn | 0x80;
	o[2] = (uint8_t)(rest.len < 63 ? rest.len : 63);
	if (rest.len)
		memcpy(o + 3, rest.p, rest.len);
	mtp3_link_rx(w->t, w->now, i, str_n(o, 3 + rest.len));
	drain(w);
}

static void pass(struct world *w, int64_t ms)
{
	tick_t until = tick_add_ms(w->now, ms);

	for (unsigned i = 0; i < 5000 && tick_due(mtp3_deadline(w->t), until); i++) {
		tick_t at = mtp3_deadline(w->t);

		w->now = tick_before(w->now, at) ? at : w->now;
		mtp3_tick(w->t, w->now);
		drain(w);
		for (unsigned k = 0; k < LINKS; k++)
			unit(w, k, (struct str){ 0 }); /* acknowledges */
	}
	fuzz_check(!tick_due(mtp3_deadline(w->t), until));
	w->now = until;
}

/* As the neighbour: level 2 comes up, our test is answered, TRA is said. */
static void bring_up(struct world *w, unsigned i)
{
	uint8_t adjacent = i < 2 ? 2 : 3, slc = i == 1;
	uint8_t slta[] = { 0x81,
			   1,
			   (uint8_t)(adjacent << 6),
			   0,
			   (uint8_t)(slc << 4),
			   0x21,
			   0x40,
			   't',
			   'g',
			   'k',
			   (uint8_t)i };

	w->peer[i].fsn = w->peer[i].bsn = 127;
	unit(w, i, STR("\1"));
	pass(w, 9500);
	w->peer[i].bsn = 127;
	unit(w, i, (struct str){ 0 });
	unit(w, i, str_n(slta, sizeof(slta)));
	slta[0] = 0x80;
	slta[5] = MTP3_TRA;
	unit(w, i, str_n(slta, 6));
}

static void msu(struct world *w, unsigned i, uint8_t si)
{
	uint8_t o[40], n = take(w) % 20, adjacent = i < 2 ? 2 : 3;
	uint32_t label = 1 | (uint32_t)(si & 0x80 ? take(w) % 8 : adjacent) << 14 |
			 (uint32_t)take(w) << 28;

	o[0] = (uint8_t)(0x80 | (si & 15));
	for (unsigned k = 0; k < 4; k++)
		o[1 + k] = (uint8_t)(label >> 8 * k);
	for (unsigned k = 0; k < n; k++)
		o[5 + k] = take(w);
	unit(w, i, str_n(o, 5u + n));
}

static void send_some(struct world *w, uint8_t arg)
{
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .dpc = arg % 8, .sls = arg >> 4, .si = 5, .ni = 2 },
			      .sif = STR("0123456789") };

	mtp3_tx(w->t, w->now, &p);
	drain(w);
}

static void one_step(struct world *w)
{
	uint8_t what = take(w), arg = take(w);
	unsigned i = arg % LINKS;

	switch (what % 8) {
	case 0:
	case 1:
		msu(w, i, (arg & 0x80) | (arg >> 2 & 1)); /* management, tests */
		break;
	case 2:
		msu(w, i, arg);
		break;
	case 3:
		send_some(w, arg);
		break;
	case 4:
		pass(w, arg * 200);
		break;
	case 5:
		mtp3_link_rx_errors(w->t, w->now, i, 64);
		drain(w);
		break;
	case 6:
		if (arg & 0x80)
			mtp3_inhibit(w->t, w->now, i, arg & 0x40);
		else
			mtp3_activate(w->t, w->now, i, arg & 0x40);
		drain(w);
		break;
	case 7:
		bring_up(w, i);
		break;
	}
}

static void make(struct mem *m, struct world *w, bool ansi)
{
	struct mtp3_cfg cfg = { .own_pc = 1,
				.ni = 2,
				.nr_linksets = 2,
				.nr_links = LINKS,
				.nr_routes = 2,
				.nr_dests = 1,
				.linkset = { { .name = "a", .adjacent_pc = 2 },
					     { .name = "b", .adjacent_pc = 3 } },
				.link = { { .slc = 0 }, { .slc = 1 }, { .linkset = 1 } },
				.route = { { 4, 0x3fff, 0, 1 }, { 4, 0x3fff, 1, 2 } },
				.dest = { 4 } };

	cfg.variant = ansi ? MTP3_ANSI : MTP3_ITU;
	w->t = m ? mtp3_new(m, &cfg) : NULL;
	fuzz_check(w->t);
	drain(w);
	mtp3_activate_all(w->t, w->now);
	for (unsigned i = 0; i < LINKS; i++)
		bring_up(w, i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem *m = mem_root("fuzz");
	struct world w = { .p = data, .end = data + size };

	make(m, &w, size && data[0] & 1);
	while (w.p < w.end)
		one_step(&w);
	pass(&w, 200000);
	mem_free(m);
	return 0;
}
