/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two signalling points, joined by a link set of up to four 64 kbit/s links, each with its delay
 * and, at times, cut or disturbed. Traffic of 100 calls a second (IAM ACM ANM REL RLC, each way half of the calls)
 * carries a number for each SLS. What must hold: whatever happens to a link while another is clean,
 * nothing is lost, doubled or out of order within its SLS; and when no link is left, the users hear
 * PAUSE, and RESUME when one is back.
 *
 * TG_MTP3_SEED: only this one. TG_MTP3_SEEDS: so many times as many.
 */
#include <stdlib.h>

#include <trunkgate/base/rng.h>

#include "ss7/mtp3_internal.h"
#include "unit/support.h"

#define BIT_NS	   15625
#define FRAME_BITS 24
#define ON_WAY	   128
#define LINKS	   4
#define MESSAGES   250 /* a second, each way: 100 calls */

struct flight {
	tick_t at;
	uint16_t len;
	uint8_t octet[MTP2_MAX_UNIT];
};

struct line { /* one way */
	int64_t ns;
	uint8_t last[MTP2_MAX_UNIT];
	size_t last_len;
	struct flight f[ON_WAY];
	unsigned head, nr;
	int64_t delay_us;
	bool cut;
	unsigned one_in; /* units that are hit; 0: none */
};

static struct sim {
	struct mem *mem;
	struct mtp3 *t[2];
	struct line line[2][LINKS]; /* from */
	unsigned links;
	enum mtp3_variant variant;
	struct rng_seeded seed;
	struct rng rng;
	tick_t now, next_msg[2];
	uint32_t sent[2][256], got[2][256]; /* by SLS; got: by the other */
	uint64_t nr_sent, nr_got, refused, wrong, early;
	unsigned pauses[2], resumes[2];
	bool up[2];
	bool traffic;
} s;

static void rx_prim(int me, const struct mtp_prim *p)
{
	uint32_t n;
	uint8_t sls;

	if (p->type == MTP_PAUSE || p->type == MTP_RESUME) {
		(*(p->type == MTP_PAUSE ? &s.pauses[me] : &s.resumes[me]))++;
		s.up[me] = p->type == MTP_RESUME;
		return;
	}
	if (p->type != MTP_TRANSFER)
		return;
	/* Q.704 9: before our TRA nobody sends us anything */
	s.early += s.t[me]->restart.state <= RESTART_GATHERING;
	memcpy(&n, p->sif.p, sizeof(n));
	sls = (uint8_t)p->sif.p[sizeof(n)];
	s.wrong += n != s.got[me][sls] + 1 || p->label.sls != mtp3_sls_out(s.t[!me], sls);
	s.got[me][sls] = n;
	s.nr_got++;
}

static void drain(int me)
{
	struct mtp_prim p;

	while (mtp3_next_out(s.t[me], &p))
		rx_prim(me, &p);
}

static void offer(int me)
{
	while (s.traffic && s.up[me] && tick_due(s.next_msg[me], s.now)) {
		uint8_t sls = (uint8_t)rng_below(&s.rng, 1u << s.t[me]->cfg.sls_bits), sif[24];
		uint32_t n = s.sent[me][sls] + 1;
		struct mtp_prim p = {
			.type = MTP_TRANSFER,
			.label = { .dpc = me ? 1 : 2, .sls = sls, .si = MTP_SI_ISUP, .ni = 2 },
			.sif = str_n(sif, 8 + n % 14)
		};
		memset(sif, 0, sizeof(sif));
		memcpy(sif, &n, sizeof(n));
		sif[sizeof(n)] = sls;
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

static void begin_unit(int me, unsigned i)
{
	struct line *l = &s.line[me][i];
	struct flight *f = &l->f[(l->head + l->nr) % ON_WAY];
	size_t len = mtp3_link_next_tx(s.t[me], s.now, i, l->last);
	bool hit;

	assert_true(l->nr < ON_WAY);
	l->last_len = len ? len : l->last_len;
	l->ns += (int64_t)(l->last_len * 8 + FRAME_BITS) * BIT_NS;
	hit = l->cut || (l->one_in && rng_below(&s.rng, l->one_in) == 0);
	f->at = tick_add_us((tick_t){ l->ns / 1000 }, l->delay_us);
	f->len = hit ? 0 : (uint16_t)l->last_len;
	memcpy(f->octet, l->last, l->last_len);
	l->nr++;
}

static void arrive(int from, unsigned i)
{
	struct line *l = &s.line[from][i];
	struct flight *f = &l->f[l->head];

	l->head = (l->head + 1) % ON_WAY;
	l->nr--;
	if (f->len)
		mtp3_link_rx(s.t[!from], s.now, i, str_n(f->octet, f->len));
	else
		mtp3_link_rx_errors(s.t[!from], s.now, i, 1);
	drain(!from);
}

static tick_t next_at(void)
{
	tick_t at = TICK_NEVER;

	for (int me = 0; me < 2; me++) {
		at = tick_min(at, mtp3_deadline(s.t[me]));
		for (unsigned i = 0; i < s.links; i++) {
			struct line *l = &s.line[me][i];
			at = tick_min(at, (tick_t){ (l->ns + 999) / 1000 });
			if (l->nr)
				at = tick_min(at, l->f[l->head].at);
		}
	}
	return at;
}

static void run(int64_t us)
{
	tick_t until = tick_add_us(s.now, us);

	while (tick_before(s.now, until)) {
		s.now = next_at();
		for (int me = 0; me < 2; me++) {
			for (unsigned i = 0; i < s.links; i++)
				while (s.line[me][i].nr &&
				       tick_due(s.line[me][i].f[s.line[me][i].head].at, s.now))
					arrive(me, i);
			if (tick_due(mtp3_deadline(s.t[me]), s.now)) {
				mtp3_tick(s.t[me], s.now);
				drain(me);
			}
			offer(me);
			for (unsigned i = 0; i < s.links; i++)
				if (s.line[me][i].ns <= s.now.us * 1000)
					begin_unit(me, i);
		}
	}
}

static void make(int me)
{
	struct mtp3_cfg cfg = { .variant = s.variant,
				.own_pc = me ? 2 : 1,
				.ni = 2,
				.nr_linksets = 1,
				.nr_links = s.links,
				.linkset = { { .name = "peer", .adjacent_pc = me ? 1 : 2 } } };
	for (unsigned i = 0; i < s.links; i++)
		cfg.link[i] = (struct mtp3_link_cfg){ .slc = (uint8_t)i,
						      .mtp2.ansi = s.variant == MTP3_ANSI };
	s.t[me] = mtp3_new(s.mem, &cfg);
	assert_non_null(s.t[me]);
	s.up[me] = true;
	drain(me);
	assert_false(s.up[me]);
	mtp3_activate_all(s.t[me], s.now);
	drain(me);
}

static void begin_variant(unsigned links, uint64_t seed, enum mtp3_variant variant)
{
	memset(&s, 0, sizeof(s));
	s.mem = mem_root("sim");
	s.links = links;
	s.variant = variant;
	s.rng = rng_seeded_init(&s.seed, seed);
	for (int me = 0; me < 2; me++) {
		for (unsigned i = 0; i < links; i++)
			s.line[me][i].delay_us = 1000 + rng_below(&s.rng, 20000);
		make(me);
	}
	run(S_US(12));
	assert_true(s.up[0] && s.up[1]);
	assert_int_equal(s.pauses[0] + s.pauses[1], 2);
	s.next_msg[0] = s.next_msg[1] = s.now;
	s.traffic = true;
}

static void begin(unsigned links, uint64_t seed)
{
	begin_variant(links, seed, MTP3_ITU);
}

static void end(void)
{
	assert_int_equal(s.early, 0);
	mem_free(s.mem);
}

static void cut(unsigned link, bool is)
{
	s.line[0][link].cut = s.line[1][link].cut = is;
}

static void check_all_there(void)
{
	s.traffic = false;
	run(S_US(4));
	assert_int_equal(s.wrong, 0);
	for (int me = 0; me < 2; me++)
		for (unsigned sls = 0; sls < 256; sls++)
			assert_int_equal(s.got[!me][sls], s.sent[me][sls]);
	assert_true(s.nr_sent > 0);
}

static void lose_and_regain(unsigned links, uint64_t seed)
{
	struct mtp3_link_info info;

	begin_variant(links, seed, seed % 3 ? MTP3_ITU : MTP3_ANSI);
	run(S_US(5));
	cut((unsigned)seed % links, true);
	run(S_US(20));
	mtp3_link_info(s.t[0], (unsigned)seed % links, &info);
	assert_false(info.available);
	cut((unsigned)seed % links, false);
	run(S_US(80)); /* T2, T17, proving */
	mtp3_link_info(s.t[0], (unsigned)seed % links, &info);
	assert_true(info.available);
	assert_true(info.changebacks > 0);
	check_all_there();
	assert_int_equal(s.refused, 0);
	end();
}

static void each_seed(void (*fn)(unsigned links, uint64_t seed), unsigned links, uint64_t nr)
{
	const char *given = getenv("TG_MTP3_SEED"), *more = getenv("TG_MTP3_SEEDS");

	nr *= more ? strtoull(more, NULL, 10) : 1;
	for (uint64_t seed = 1; seed <= nr; seed++)
		fn(links, given ? strtoull(given, NULL, 10) : seed);
}

static void test_changeover(void **state)
{
	(void)state;
	each_seed(lose_and_regain, 2, 10);
	each_seed(lose_and_regain, 3, 6);
	each_seed(lose_and_regain, 4, 10);
}

/* One way only is cut, or disturbed so that the SUERM takes a while. */
static void disturb(unsigned links, uint64_t seed)
{
	struct mtp3_link_info info;

	begin(links, seed);
	run(S_US(3));
	s.line[seed & 1][1].one_in = 5 + (unsigned)seed % 20;
	run(S_US(30));
	mtp3_link_info(s.t[0], 1, &info);
	assert_false(info.available);
	s.line[seed & 1][1].one_in = 0;
	run(S_US(80));
	mtp3_link_info(s.t[0], 1, &info);
	assert_true(info.available);
	check_all_there();
	end();
}

static void test_disturbed(void **state)
{
	(void)state;
	each_seed(disturb, 2, 20);
}

static bool changes_over(unsigned link)
{
	return s.t[0]->link[link].change.state == CHANGE_WAIT_COA ||
	       s.t[1]->link[link].change.state == CHANGE_WAIT_COA;
}

/* A second link is lost before the changeover of the first is through (its COO or COA may be in it),
 * or while the first takes its traffic back. A third is clean: nothing is lost (Q.704 5.6, 6). */
static void lose_two(unsigned links, uint64_t seed)
{
	unsigned first = (unsigned)seed % links, second = (first + 1) % links;

	begin_variant(links, seed, seed % 3 ? MTP3_ITU : MTP3_ANSI);
	run(S_US(3));
	cut(first, true);
	for (unsigned i = 0; i < 2000 && !changes_over(first); i++)
		run(1000);
	run(rng_below(&s.rng, 40000) * (seed & 1));
	cut(second, true);
	run(S_US(5));
	cut(first, false);
	cut(second, false);
	run(S_US(20));
	check_all_there();
	assert_int_equal(s.refused, 0);
	end();
}

static void test_two_links_lost(void **state)
{
	(void)state;
	each_seed(lose_two, 3, 20);
	each_seed(lose_two, 4, 20);
}

static bool changes_back(unsigned link)
{
	return s.t[0]->link[link].change.state >= CHANGE_WAIT_CBA ||
	       s.t[1]->link[link].change.state >= CHANGE_WAIT_CBA;
}

static void lose_in_changeback(unsigned links, uint64_t seed)
{
	unsigned first = (unsigned)seed % links, second = (first + 1) % links;

	begin_variant(links, seed, seed % 3 ? MTP3_ITU : MTP3_ANSI);
	run(S_US(1));
	cut(first, true);
	run(S_US(3));
	cut(first, false);
	for (unsigned i = 0; i < 60000 && !changes_back(first); i++)
		run(1000);
	assert_true(changes_back(first));
	run(rng_below(&s.rng, 60000));
	cut(second, true);
	run(S_US(5));
	cut(second, false);
	run(S_US(20));
	check_all_there();
	assert_int_equal(s.refused, 0);
	end();
}

static void test_lost_in_changeback(void **state)
{
	(void)state;
	each_seed(lose_in_changeback, 2, 20);
	each_seed(lose_in_changeback, 3, 20);
}

/* A link that is being left in time (T1) fails before that is over. */
static void fail_while_inhibited(unsigned links, uint64_t seed)
{
	unsigned link = (unsigned)seed % links;

	begin(links, seed);
	run(S_US(2));
	mtp3_inhibit(s.t[0], s.now, link, true);
	run(rng_below(&s.rng, 300000));
	cut(link, true);
	run(S_US(5));
	cut(link, false);
	mtp3_inhibit(s.t[0], s.now, link, false);
	run(S_US(30));
	check_all_there();
	assert_int_equal(s.refused, 0);
	end();
}

static void test_fails_while_inhibited(void **state)
{
	(void)state;
	each_seed(fail_while_inhibited, 2, 20);
	each_seed(fail_while_inhibited, 3, 20);
}

/* Any links fail, come back, are inhibited at any time, but one that is clean. */
static void storm(unsigned links, uint64_t seed)
{
	begin_variant(links, seed, seed % 3 ? MTP3_ITU : MTP3_ANSI);
	for (unsigned i = 0; i < 25; i++) {
		unsigned link = 1 + rng_below(&s.rng, links - 1);

		if (rng_below(&s.rng, 4) == 0)
			mtp3_inhibit(s.t[i & 1], s.now, link, rng_below(&s.rng, 2));
		else
			cut(link, !s.line[0][link].cut);
		drain((int)(i & 1));
		run(rng_below(&s.rng, rng_below(&s.rng, 3) ? 300000 : S_US(11)));
	}
	for (unsigned i = 1; i < links; i++)
		cut(i, false);
	run(S_US(20));
	check_all_there();
	assert_int_equal(s.refused, 0);
	end();
}

static void test_storm(void **state)
{
	(void)state;
	each_seed(storm, 3, 12);
	each_seed(storm, 4, 12);
}

static void test_all_links_lost(void **state)
{
	(void)state;
	begin(2, 1);
	run(S_US(2));
	cut(0, true);
	cut(1, true);
	run(S_US(10));
	assert_false(s.up[0] || s.up[1]);
	assert_int_equal(s.pauses[0], 2);
	cut(0, false);
	run(S_US(90));
	assert_true(s.up[0] && s.up[1]);
	end();
}

/* The process of one end ends and begins again (Q.704 clause 9): the other sees all links fail, both
 * restart, and users' messages flow both ways once both have said TRA: not before (end()). */
static void restart(unsigned links, uint64_t seed, enum mtp3_variant variant)
{
	int me = (int)(seed & 1);
	uint64_t got;

	begin_variant(links, seed, variant);
	run(S_US(1) + rng_below(&s.rng, 1000000));
	mtp3_free(s.t[me]);
	for (unsigned i = 0; i < links; i++)
		s.line[me][i].last_len = 0;
	memset(s.got, 0, sizeof(s.got)); /* of what was on the way some is lost */
	memset(s.sent, 0, sizeof(s.sent));
	make(me);
	for (unsigned sls = 0; sls < 256; sls++)
		s.got[me][sls] = s.sent[!me][sls];
	run(S_US(30));
	assert_true(s.up[0] && s.up[1]);
	assert_string_equal(mtp3_restart_state(s.t[0]), "RESTART COMPLETE");
	assert_string_equal(mtp3_restart_state(s.t[1]), "RESTART COMPLETE");
	assert_true(s.resumes[!me] == 2 && s.pauses[!me] == 2 && s.resumes[me] == 2);
	got = s.nr_got;
	run(S_US(2));
	assert_true(s.nr_got > got + 2 * MESSAGES);
	end();
}

static void test_restart(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		restart(2, seed, MTP3_ITU);
		restart(1, seed, MTP3_ANSI);
	}
}

/* Inhibited by one end: the other diverts too, and nothing is lost. */
static void test_inhibit(void **state)
{
	struct mtp3_link_info a, b;

	(void)state;
	begin(3, 3);
	run(S_US(2));
	mtp3_inhibit(s.t[0], s.now, 1, true);
	run(S_US(5));
	mtp3_link_info(s.t[0], 1, &a);
	mtp3_link_info(s.t[1], 1, &b);
	assert_true(a.inhibited && b.remote_inhibited && !a.available && !b.available);
	mtp3_inhibit(s.t[0], s.now, 1, false);
	run(S_US(5));
	mtp3_link_info(s.t[0], 1, &a);
	mtp3_link_info(s.t[1], 1, &b);
	assert_true(a.available && b.available);
	check_all_there();
	end();
}

/* The load is spread: no link has more than twice the share of another. */
static void test_load_sharing(void **state)
{
	struct mtp3_link_info info;

	(void)state;
	for (enum mtp3_variant v = MTP3_ITU; v <= MTP3_ANSI; v++) {
		begin_variant(4, 9, v);
		run(S_US(20));
		for (unsigned i = 0; i < 4; i++) {
			mtp3_link_info(s.t[0], i, &info);
			assert_in_range(info.tx_msu, MESSAGES * 20 / 8, MESSAGES * 20 / 2);
		}
		check_all_there();
		end();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changeover),
		cmocka_unit_test(test_disturbed),
		cmocka_unit_test(test_two_links_lost),
		cmocka_unit_test(test_lost_in_changeback),
		cmocka_unit_test(test_fails_while_inhibited),
		cmocka_unit_test(test_storm),
		cmocka_unit_test(test_all_links_lost),
		cmocka_unit_test(test_inhibit),
		cmocka_unit_test(test_load_sharing),
		cmocka_unit_test(test_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
