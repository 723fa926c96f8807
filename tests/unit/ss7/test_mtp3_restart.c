/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mtp3_restart: who says TRA and TRW, when, and when the users hear RESUME (Q.704 clause 9, T1.111.4
 * clause 9). The neighbours are level 2 alone: the test says their messages.
 */
#include "ss7/mtp3_internal.h"

#include "unit/support.h"

#define US   1
#define A    2
#define B    3
#define FAR  9
#define SAID 64

static struct world {
	struct mem *mem;
	struct mtp3 *t;
	struct level2 peer[2];
	tick_t now;
	bool cut[2];
	unsigned tra[2], trw[2]; /* what we said to each */
	unsigned pauses[FAR + 1], resumes[FAR + 1];
} w;

static void drain(void)
{
	struct mtp_prim p;

	while (mtp3_next_out(w.t, &p)) {
		assert_in_range(p.label.dpc, A, FAR);
		w.pauses[p.label.dpc] += p.type == MTP_PAUSE;
		w.resumes[p.label.dpc] += p.type == MTP_RESUME;
	}
}

static void heard_by(unsigned i, struct str msu)
{
	struct mtp3_msg m;

	assert_int_equal(mtp3_dec(w.t, msu, &m), 0);
	if (m.label.si != MTP3_SI_SNM)
		return;
	w.tra[i] += (uint8_t)m.body.p[0] == MTP3_TRA;
	w.trw[i] += (uint8_t)m.body.p[0] == MTP3_TRW;
}

static bool carry_one(unsigned i)
{
	uint8_t buf[LEVEL2_MAX_UNIT];
	struct mtp2_out out;
	size_t len, back;

	len = mtp3_link_next_tx(w.t, w.now, i, buf);
	drain();
	if (len && !w.cut[i])
		w.peer[i].ops->rx(w.peer[i].self, w.now, str_n(buf, len));
	while (w.peer[i].ops->next_out(w.peer[i].self, &out))
		if (out.type == MTP2_OUT_MSU)
			heard_by(i, out.octets);
	back = w.peer[i].ops->next_tx(w.peer[i].self, w.now, buf);
	if (back && !w.cut[i])
		mtp3_link_rx(w.t, w.now, i, str_n(buf, back));
	drain();
	return len || back;
}

static void carry(void)
{
	bool more;

	do {
		more = carry_one(0);
		more = carry_one(1) || more;
	} while (more);
}

static void tick(void)
{
	if (tick_due(mtp3_deadline(w.t), w.now))
		mtp3_tick(w.t, w.now);
	drain();
	for (unsigned i = 0; i < 2; i++)
		if (tick_due(w.peer[i].ops->deadline(w.peer[i].self), w.now))
			w.peer[i].ops->tick(w.peer[i].self, w.now);
	carry();
}

static void pass(int64_t ms)
{
	tick_t until = tick_add_ms(w.now, ms);

	for (;;) {
		tick_t at = mtp3_deadline(w.t);

		for (unsigned i = 0; i < 2; i++)
			at = tick_min(at, w.peer[i].ops->deadline(w.peer[i].self));
		if (tick_before(until, at))
			break;
		w.now = tick_before(w.now, at) ? at : w.now;
		tick();
	}
	w.now = until;
}

static void say(unsigned i, uint8_t heading, uint32_t about)
{
	struct mtp_label label = { .opc = i ? B : A, .dpc = US, .ni = 2 };
	uint8_t body[4] = { heading }, buf[MTP2_MAX_MSU];
	size_t len = 1;

	if (about) {
		mtp3_put_pc(w.t, body + 1, about);
		len += mtp3_pc_octets(w.t->cfg.variant);
	}
	len = mtp3_enc(w.t, &label, str_n(body, len), buf);
	assert_int_equal(w.peer[i].ops->tx(w.peer[i].self, w.now, str_n(buf, len)), 0);
	carry();
}

/* Level 2 of link i comes up: nothing is left out but the link test. */
static void up(unsigned i)
{
	struct mtp3_link_info info;

	mtp3_activate(w.t, w.now, i, true);
	w.peer[i].ops->start(w.peer[i].self, w.now);
	carry();
	for (unsigned n = 0; n < 200; n++) {
		mtp3_link_info(w.t, i, &info);
		if (info.available)
			return;
		pass(100);
	}
	fail();
}

/* The neighbour takes it out. */
static void down(unsigned i)
{
	w.peer[i].ops->stop(w.peer[i].self, w.now);
	carry();
	pass(50);
}

static void begin(enum mtp3_variant variant)
{
	struct mtp2_cfg l2 = { .ansi = variant == MTP3_ANSI };
	struct mtp3_cfg c = { .variant = variant,
			      .own_pc = US,
			      .ni = 2,
			      .nr_linksets = 2,
			      .nr_links = 2,
			      .nr_routes = 2,
			      .nr_dests = 1,
			      .linkset = { { .name = "A", .adjacent_pc = A },
					   { .name = "B", .adjacent_pc = B } },
			      .link = { { .no_test = true, .mtp2 = l2 },
					{ .linkset = 1, .no_test = true, .mtp2 = l2 } },
			      .route = { { FAR, 0xffffff, 0, 1 }, { FAR, 0xffffff, 1, 2 } },
			      .dest = { FAR } };

	memset(&w, 0, sizeof(w));
	w.mem = mem_root("test");
	w.t = mtp3_new(w.mem, &c);
	assert_non_null(w.t);
	for (unsigned i = 0; i < 2; i++)
		w.peer[i] = mtp2_level2(mtp2_new(w.mem, &l2));
	drain();
	assert_int_equal(w.pauses[FAR], 1);
}

static void end(void)
{
	mem_free(w.mem);
}

static void assert_state(const char *state)
{
	assert_string_equal(mtp3_restart_state(w.t), state);
}

/* 9.3: what TFP said before TRA counts when users hear RESUME; that is once all have spoken. */
static void test_all_speak(void **state)
{
	(void)state;
	begin(MTP3_ITU);
	assert_state("ISOLATED");
	mtp3_activate(w.t, w.now, 1, true); /* B is awaited */
	up(0);
	assert_state("RESTART, LINKS COME");
	say(0, MTP3_TFP, FAR);
	say(0, MTP3_TRA, 0);
	assert_int_equal(w.tra[0], 0);
	assert_int_equal(w.resumes[A], 0);
	pass(1800);
	assert_state("RESTART, LINKS COME");
	pass(300); /* T18: B has no link yet */
	assert_state("RESTART COMPLETE");
	assert_int_equal(w.tra[0], 1);
	assert_int_equal(w.resumes[A], 1);
	assert_int_equal(w.resumes[FAR], 0);
	/* B: a neighbour that is adjacent to us, or restarts */
	up(1);
	assert_int_equal(w.tra[1], 1);
	assert_int_equal(w.resumes[B], 0);
	say(1, MTP3_TRA, 0);
	assert_int_equal(w.tra[1], 1);
	assert_int_equal(w.resumes[B], 1);
	assert_int_equal(w.resumes[FAR], 1);
	end();
}

/* Both have links and have spoken: T18 need not end. */
static void test_early(void **state)
{
	(void)state;
	begin(MTP3_ITU);
	w.t->cfg.timer_ms[MTP3_T18] = 30000;
	mtp3_activate(w.t, w.now, 1, true);
	up(0);
	say(0, MTP3_TRA, 0);
	up(1);
	assert_int_equal(w.resumes[A], 0);
	say(1, MTP3_TRA, 0);
	assert_state("RESTART COMPLETE");
	assert_true(w.resumes[A] == 1 && w.resumes[B] == 1 && w.resumes[FAR] == 1);
	assert_true(w.tra[0] == 1 && w.tra[1] == 1);
	assert_int_equal(w.trw[0], 0);
	end();
}

/* T18: our TRA goes out; T20: who has not spoken by then is taken as it is. */
static void test_silence(void **state)
{
	(void)state;
	begin(MTP3_ITU);
	up(0);
	pass(2100);
	assert_state("RESTART, WAIT FOR TRA");
	assert_int_equal(w.tra[0], 1);
	up(1); /* has ours at once, and is awaited too */
	assert_int_equal(w.tra[1], 1);
	say(1, MTP3_TRA, 0);
	assert_int_equal(w.resumes[B], 0);
	pass(45000);
	assert_state("RESTART, WAIT FOR TRA");
	pass(15000);
	assert_state("RESTART COMPLETE");
	assert_true(w.resumes[A] == 1 && w.resumes[B] == 1 && w.resumes[FAR] == 1);
	assert_true(w.tra[0] == 1 && w.tra[1] == 1);
	end();
}

/* The silent one goes: nobody is left to wait for. */
static void test_silent_goes(void **state)
{
	(void)state;
	begin(MTP3_ITU);
	up(0);
	up(1);
	say(1, MTP3_TRA, 0);
	pass(2100);
	assert_state("RESTART, WAIT FOR TRA");
	down(0);
	assert_state("RESTART COMPLETE");
	assert_int_equal(w.resumes[B], 1);
	assert_int_equal(w.resumes[A], 0);
	down(1);
	assert_state("ISOLATED");
	assert_int_equal(w.pauses[FAR], 2);
	end();
}

static void complete(enum mtp3_variant variant)
{
	begin(variant);
	up(0);
	say(0, MTP3_TRA, 0);
	pass(2100);
	up(1);
	say(1, MTP3_TRA, 0);
	pass(100);
	assert_state("RESTART COMPLETE");
	assert_int_equal(w.resumes[FAR], 1);
}

/* 9.4: T21 for one that says nothing; T19: TRA is answered once, then not so soon again. */
static void test_adjacent(void **state)
{
	(void)state;
	complete(MTP3_ITU);
	down(1);
	assert_int_equal(w.pauses[B], 2);
	up(1);
	assert_int_equal(w.tra[1], 2);
	pass(63000);
	assert_int_equal(w.resumes[B], 1);
	pass(1100);
	assert_int_equal(w.resumes[B], 2);
	say(1, MTP3_TRA, 0);
	assert_int_equal(w.tra[1], 2);
	pass(68000);
	say(1, MTP3_TFP, FAR);
	say(1, MTP3_TRA, 0); /* behind our back */
	assert_int_equal(w.tra[1], 3);
	say(1, MTP3_TRA, 0);
	assert_int_equal(w.tra[1], 3);
	assert_int_equal(w.t->dest[0].route[1], ROUTE_PROHIBITED);
	assert_int_equal(w.pauses[FAR], 1);
	end();
}

/* Its TRA may come before our own link test is over; and a link that fails forgets it. */
static void test_early_tra(void **state)
{
	(void)state;
	complete(MTP3_ITU);
	down(1);
	mtp3_restart_heard(&w.t->set[1], MTP3_TRA);
	mtp3_run(w.t);
	up(1);
	assert_int_equal(w.resumes[B], 2);
	end();
}

/* All links lost: we restart again. */
static void test_isolated_again(void **state)
{
	(void)state;
	complete(MTP3_ITU);
	down(0);
	down(1);
	assert_state("ISOLATED");
	up(1);
	assert_state("RESTART, LINKS COME");
	say(1, MTP3_TRA, 0);
	pass(2100);
	assert_state("RESTART COMPLETE");
	assert_int_equal(w.resumes[B], 2);
	assert_int_equal(w.resumes[FAR], 2);
	end();
}

/* ANSI: TRW with the first link and by T26; one that says TRW restarts as we do. */
static void test_ansi_both(void **state)
{
	(void)state;
	begin(MTP3_ANSI);
	w.t->cfg.timer_ms[MTP3_T18] = 30000; /* T22 */
	mtp3_activate(w.t, w.now, 1, true);
	up(0);
	assert_int_equal(w.trw[0], 1);
	pass(28000);
	assert_int_equal(w.trw[0], 3);
	assert_int_equal(w.tra[0], 0);
	say(0, MTP3_TRW, 0);
	pass(2100);
	assert_state("RESTART COMPLETE");
	assert_int_equal(w.tra[0], 1);
	assert_int_equal(w.resumes[A], 0); /* T25 */
	pass(20000);
	say(0, MTP3_TRW, 0);
	pass(20000);
	assert_int_equal(w.resumes[A], 0);
	say(0, MTP3_TRA, 0);
	assert_int_equal(w.resumes[A], 1);
	assert_int_equal(w.trw[0], 3);
	end();
}

/* ANSI, adjacent: T28 for one that does not restart, T25 for one that says so. */
static void test_ansi_adjacent(void **state)
{
	(void)state;
	complete(MTP3_ANSI);
	down(1);
	up(1);
	assert_int_equal(w.tra[1], 2);
	assert_int_equal(w.resumes[B], 1);
	pass(5100); /* T28 */
	assert_int_equal(w.resumes[B], 2);
	say(1, MTP3_TRW, 0); /* T29: it was answered */
	assert_int_equal(w.tra[1], 2);
	pass(62000);
	say(1, MTP3_TRW, 0);
	assert_int_equal(w.tra[1], 3);
	assert_int_equal(w.pauses[B], 2);
	down(1);
	up(1);
	say(1, MTP3_TRW, 0);
	pass(20000);
	assert_int_equal(w.resumes[B], 2);
	pass(13000); /* T25 */
	assert_int_equal(w.resumes[B], 3);
	end();
}

/* One that is reached over another all the time has not restarted. */
static void test_reached(void **state)
{
	(void)state;
	complete(MTP3_ITU);
	w.t->cfg.route[1].pc = B; /* to B over A */
	w.t->cfg.route[1].linkset = 0;
	down(1);
	assert_int_equal(w.pauses[B], 1);
	assert_true(mtp3_available(w.t, B));
	up(1);
	assert_string_equal(mtp3_set_def.states[w.t->set[1].fsm.state].name, "UP");
	assert_int_equal(w.tra[1], 2);
	end();
}

static void test_timers(void **state)
{
	static const struct {
		enum mtp3_timer timer;
		uint32_t itu, ansi;
	} rows[] = {
		{ MTP3_T19, 68000, 62000 },
		{ MTP3_T20, 60000, 60000 },
		{ MTP3_T21, 64000, 32000 },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		assert_int_equal(mtp3_timer_default_ms(MTP3_ITU, rows[i].timer), rows[i].itu);
		assert_int_equal(mtp3_timer_default_ms(MTP3_ANSI, rows[i].timer), rows[i].ansi);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_speak),      cmocka_unit_test(test_early),
		cmocka_unit_test(test_silence),	       cmocka_unit_test(test_silent_goes),
		cmocka_unit_test(test_adjacent),       cmocka_unit_test(test_early_tra),
		cmocka_unit_test(test_isolated_again), cmocka_unit_test(test_ansi_both),
		cmocka_unit_test(test_ansi_adjacent),  cmocka_unit_test(test_reached),
		cmocka_unit_test(test_timers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
