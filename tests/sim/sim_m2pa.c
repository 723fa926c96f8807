/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two signalling points, joined by a link set of two to four links of M2PA (RFC 4165), each over an
 * association of its own that keeps the order, has a delay, and is aborted at times: what was on its way
 * is lost then. Traffic of 100 calls a second carries a number for each SLS. What must hold: as long as
 * one link is whole, nothing is lost, doubled or out of order within its SLS (4.2.3, changeover by XCO
 * and XCA); without a link the users hear PAUSE, and RESUME when one is back.
 *
 * TG_M2PA_SEED: only this one.
 */
#include <stdlib.h>

#include <trunkgate/base/rng.h>

#include "ss7/mtp3_internal.h"
#include "unit/support.h"

#define LINKS	 4
#define ON_WAY	 2048
#define MESSAGES 250 /* a second, each way: 100 calls */

struct flight {
	tick_t at;
	uint16_t len;
	uint8_t octet[LEVEL2_MAX_UNIT];
};

struct way {
	struct flight f[ON_WAY];
	unsigned head, nr;
};

static struct sim {
	struct mem *mem;
	struct mtp3 *t[2];
	struct way way[2][LINKS]; /* from */
	int64_t delay_us[LINKS];
	bool up[LINKS];
	unsigned links;
	struct rng_seeded seed;
	struct rng rng;
	tick_t now, next_msg[2];
	uint32_t sent[2][256], got[2][256]; /* by SLS; got: by the other */
	uint64_t nr_sent, refused, wrong;
	unsigned pauses[2];
	bool reaches[2], traffic;
} s;

static void heard(int me, const struct mtp_prim *p)
{
	uint32_t n;

	if (p->type == MTP_PAUSE || p->type == MTP_RESUME) {
		s.pauses[me] += p->type == MTP_PAUSE;
		s.reaches[me] = p->type == MTP_RESUME;
	}
	if (p->type != MTP_TRANSFER)
		return;
	memcpy(&n, p->sif.p, sizeof(n));
	s.wrong += n != s.got[me][p->label.sls] + 1;
	s.got[me][p->label.sls] = n;
}

/* All that this end has to say now: upwards, and on each association. */
static void drain(int me)
{
	struct mtp_prim p;
	uint8_t buf[LEVEL2_MAX_UNIT];
	size_t len;

	while (mtp3_next_out(s.t[me], &p))
		heard(me, &p);
	for (unsigned i = 0; i < s.links; i++)
		while ((len = mtp3_link_next_tx(s.t[me], s.now, i, buf))) {
			struct way *w = &s.way[me][i];
			struct flight *f = &w->f[(w->head + w->nr) % ON_WAY];

			while (mtp3_next_out(s.t[me], &p))
				heard(me, &p);
			if (!s.up[i])
				continue;
			assert_true(w->nr < ON_WAY);
			w->nr++;
			f->at = tick_add_us(s.now, s.delay_us[i]);
			f->len = (uint16_t)len;
			memcpy(f->octet, buf, len);
		}
}

static void offer(int me)
{
	while (s.traffic && s.reaches[me] && tick_due(s.next_msg[me], s.now)) {
		uint8_t sls = (uint8_t)rng_below(&s.rng, 16), sif[24] = { 0 };
		uint32_t n = s.sent[me][sls] + 1;
		struct mtp_prim p = {
			.type = MTP_TRANSFER,
			.label = { .dpc = me ? 1 : 2, .sls = sls, .si = MTP_SI_ISUP, .ni = 2 },
			.sif = str_n(sif, 8 + n % 14)
		};
		memcpy(sif, &n, sizeof(n));
		s.next_msg[me] =
			tick_add_us(s.next_msg[me], 1 + rng_below(&s.rng, 2000000 / MESSAGES));
		if (mtp3_tx(s.t[me], s.now, &p) == 0) {
			s.sent[me][sls] = n;
			s.nr_sent++;
		} else
			s.refused++;
		drain(me);
	}
}

static void arrive(int from, unsigned i)
{
	struct way *w = &s.way[from][i];
	struct flight f = w->f[w->head];

	w->head = (w->head + 1) % ON_WAY;
	w->nr--;
	mtp3_link_rx(s.t[!from], s.now, i, str_n(f.octet, f.len));
	drain(!from);
}

static tick_t next_at(tick_t until)
{
	tick_t at = until;

	for (int me = 0; me < 2; me++) {
		at = tick_min(at, mtp3_deadline(s.t[me]));
		if (s.traffic && s.reaches[me])
			at = tick_min(at, s.next_msg[me]);
		for (unsigned i = 0; i < s.links; i++)
			if (s.way[me][i].nr)
				at = tick_min(at, s.way[me][i].f[s.way[me][i].head].at);
	}
	return tick_before(at, s.now) ? s.now : at;
}

static void run(int64_t us)
{
	tick_t until = tick_add_us(s.now, us);

	while (tick_before(s.now, until)) {
		s.now = next_at(until);
		for (int me = 0; me < 2; me++) {
			for (unsigned i = 0; i < s.links; i++)
				while (s.way[me][i].nr &&
				       tick_due(s.way[me][i].f[s.way[me][i].head].at, s.now))
					arrive(me, i);
			if (tick_due(mtp3_deadline(s.t[me]), s.now)) {
				mtp3_tick(s.t[me], s.now);
				drain(me);
			}
			offer(me);
		}
	}
}

static void set_up(unsigned link, bool up)
{
	s.up[link] = up;
	for (int me = 0; me < 2; me++) {
		s.way[me][link].nr = 0;
		mtp3_link_up(s.t[me], s.now, link, up);
		drain(me);
	}
}

static void make_end(int me)
{
	struct mtp3_cfg cfg = { .own_pc = me ? 2 : 1,
				.ni = 2,
				.nr_linksets = 1,
				.nr_links = s.links,
				.linkset = { { .name = "peer", .adjacent_pc = me ? 1 : 2 } } };

	for (unsigned i = 0; i < s.links; i++)
		cfg.link[i] = (struct mtp3_link_cfg){ .slc = (uint8_t)i, .m2pa = true };
	s.t[me] = mtp3_new(s.mem, &cfg);
	assert_non_null(s.t[me]);
	drain(me);
	mtp3_activate_all(s.t[me], s.now);
	drain(me);
}

static void begin(unsigned links, uint64_t seed)
{
	memset(&s, 0, sizeof(s));
	s.mem = mem_root("sim");
	s.links = links;
	s.rng = rng_seeded_init(&s.seed, seed);
	for (int me = 0; me < 2; me++)
		make_end(me);
	for (unsigned i = 0; i < links; i++) {
		s.delay_us[i] = 1000 + rng_below(&s.rng, 60000);
		set_up(i, true);
	}
	run(S_US(12));
	assert_true(s.reaches[0] && s.reaches[1]);
	s.next_msg[0] = s.next_msg[1] = s.now;
	s.traffic = true;
}

static void check_all_there(void)
{
	s.traffic = false;
	run(S_US(4));
	assert_int_equal(s.wrong, 0);
	for (int me = 0; me < 2; me++)
		for (unsigned sls = 0; sls < 256; sls++)
			assert_int_equal(s.got[!me][sls], s.sent[me][sls]);
	assert_true(s.nr_sent > 1000);
	assert_int_equal(s.refused, 0);
	mem_free(s.mem);
}

/* One association after the other is aborted, and comes back. */
static void one_after_the_other(unsigned links, uint64_t seed)
{
	struct mtp3_link_info info;

	begin(links, seed);
	for (int n = 0; n < 4; n++) {
		unsigned link = rng_below(&s.rng, links);

		run(1000 * (int64_t)(500 + rng_below(&s.rng, 3000)));
		set_up(link, false);
		run(1000 * (int64_t)(1 + rng_below(&s.rng, 8000)));
		mtp3_link_info(s.t[0], link, &info);
		assert_false(info.available);
		set_up(link, true);
		run(S_US(30)); /* T2, T17, proving */
		mtp3_link_info(s.t[0], link, &info);
		assert_true(info.available);
	}
	mtp3_link_info(s.t[0], 0, &info);
	check_all_there();
}

/* All but one, each when the changeover of the one before is over: a COO that is lost with the next
 * link costs what it asks for (Q.704 5.7.2). */
static void all_but_one(unsigned links, uint64_t seed)
{
	begin(links, seed);
	run(S_US(3));
	for (unsigned i = 1; i < links; i++) {
		set_up((i + (unsigned)seed) % links, false);
		run(1000 * (int64_t)(200 + rng_below(&s.rng, 2000)));
	}
	run(S_US(5));
	for (unsigned i = 1; i < links; i++)
		set_up((i + (unsigned)seed) % links, true);
	run(S_US(40));
	assert_int_equal(s.pauses[0], 1); /* at the start */
	check_all_there();
}

static void each_seed(void (*fn)(unsigned links, uint64_t seed), unsigned links, uint64_t nr)
{
	const char *given = getenv("TG_M2PA_SEED");

	for (uint64_t seed = 1; seed <= nr; seed++)
		fn(links, given ? strtoull(given, NULL, 10) : seed);
}

static void test_changeover(void **state)
{
	(void)state;
	each_seed(one_after_the_other, 2, 10);
	each_seed(one_after_the_other, 4, 10);
}

static void test_all_but_one(void **state)
{
	(void)state;
	each_seed(all_but_one, 2, 6);
	each_seed(all_but_one, 4, 10);
}

static void test_all_lost(void **state)
{
	(void)state;
	begin(2, 7);
	run(S_US(2));
	set_up(0, false);
	set_up(1, false);
	run(S_US(3));
	assert_false(s.reaches[0] || s.reaches[1]);
	assert_int_equal(s.pauses[0], 2);
	set_up(1, true);
	run(S_US(30));
	assert_true(s.reaches[0] && s.reaches[1]);
	mem_free(s.mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changeover),
		cmocka_unit_test(test_all_but_one),
		cmocka_unit_test(test_all_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
