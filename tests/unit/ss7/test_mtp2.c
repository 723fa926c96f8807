/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mtp2: the tables, an alignment unit by unit, error correction, processor outage, congestion. */
#include "ss7/mtp2_internal.h"

#include "unit/support.h"

#define UNITS 400
#define NR    256

struct wire {
	uint8_t octet[UNITS][MTP2_MAX_UNIT];
	size_t len[UNITS];
	unsigned head, nr;
};

/* Two links and what is on its way between them. */
static struct pair {
	struct mem *mem;
	struct mtp2 *l[2];
	struct wire to[2];
	tick_t now;
	unsigned got[2]; /* MSUs */
	uint16_t last[2];
	struct mtp2_out said[2][NR];
	unsigned nr_said[2];
	unsigned lose; /* the n-th unit from now on is lost */
	bool disordered;
} w;

static void drain(int i)
{
	struct wire *to = &w.to[!i];
	struct mtp2_out out;
	uint8_t buf[MTP2_MAX_UNIT];
	size_t len;

	while (mtp2_next_out(w.l[i], &out)) {
		if (out.type == MTP2_OUT_MSU) {
			uint16_t number = (uint16_t)((uint8_t)out.octets.p[3] << 8 |
						     (uint8_t)out.octets.p[4]);
			w.disordered = w.disordered || number != w.last[i] + 1;
			w.last[i] = number;
			w.got[i]++;
			continue;
		}
		assert_true(w.nr_said[i] < NR);
		w.said[i][w.nr_said[i]++] = out;
		if (out.type == MTP2_OUT_OUTAGE_OVER)
			mtp2_continue(w.l[i], w.now);
	}
	while ((len = mtp2_next_tx(w.l[i], w.now, buf))) {
		unsigned at = (to->head + to->nr) % UNITS;
		if (w.lose && !--w.lose) {
			mtp2_rx_errors(w.l[!i], w.now, 1);
			continue;
		}
		assert_true(to->nr < UNITS);
		to->nr++;
		memcpy(to->octet[at], buf, len);
		to->len[at] = len;
	}
}

static void carry(void)
{
	drain(0);
	drain(1);
	while (w.to[0].nr || w.to[1].nr)
		for (int i = 0; i < 2; i++) {
			struct wire *to = &w.to[i];
			if (!to->nr)
				continue;
			mtp2_rx(w.l[i], w.now, str_n(to->octet[to->head], to->len[to->head]));
			to->head = (to->head + 1) % UNITS;
			to->nr--;
			drain(i);
		}
}

static void pass(int64_t ms)
{
	tick_t until = tick_add_ms(w.now, ms);

	for (;;) {
		tick_t at = tick_min(mtp2_deadline(w.l[0]), mtp2_deadline(w.l[1]));
		if (tick_before(until, at))
			break;
		w.now = tick_before(w.now, at) ? at : w.now;
		for (int i = 0; i < 2; i++)
			if (tick_due(mtp2_deadline(w.l[i]), w.now))
				mtp2_tick(w.l[i], w.now);
		carry();
	}
	w.now = until;
}

static void begin(const struct mtp2_cfg *cfg)
{
	memset(&w, 0, sizeof(w));
	w.mem = mem_root("test");
	for (int i = 0; i < 2; i++) {
		w.l[i] = mtp2_new(w.mem, cfg);
		assert_non_null(w.l[i]);
	}
	carry();
}

static void align(const struct mtp2_cfg *cfg)
{
	begin(cfg);
	for (int i = 0; i < 2; i++) {
		mtp2_start(w.l[i], w.now);
		carry();
	}
	pass(10000);
	assert_int_equal(mtp2_state(w.l[0]), MTP2_IN_SERVICE);
	assert_int_equal(mtp2_state(w.l[1]), MTP2_IN_SERVICE);
}

static void end(void)
{
	mem_free(w.mem);
}

static bool said(int i, enum mtp2_out_type type)
{
	for (unsigned n = 0; n < w.nr_said[i]; n++)
		if (w.said[i][n].type == type)
			return true;
	return false;
}

static int send_nr(int from, unsigned number)
{
	uint8_t o[40] = { 0x85, 1, 2, (uint8_t)(number >> 8), (uint8_t)number };

	return mtp2_tx(w.l[from], w.now, str_n(o, 5 + number % 30));
}

static void test_tables(void **state)
{
	(void)state;
	check_fsm(&mtp2_lsc_def, "mtp2_lsc");
	check_fsm(&mtp2_iac_def, "mtp2_iac");
	check_fsm(&mtp2_poc_def, "mtp2_poc");
	check_fsm(&mtp2_cc_def, "mtp2_cc");
	check_fsm(&mtp2_aerm_def, "mtp2_aerm");
	check_fsm(&mtp2_suerm_def, "mtp2_suerm");
	check_fsm(&mtp2_txc_def, "mtp2_txc");
	check_fsm(&mtp2_rc_def, "mtp2_rc");
}

static void expect_tx(const char *hex)
{
	uint8_t buf[MTP2_MAX_UNIT];
	size_t len = mtp2_next_tx(w.l[0], w.now, buf);

	assert_octets_equal(str_n(buf, len), OCTETS(hex));
}

static void rx(const char *hex)
{
	mtp2_rx(w.l[0], w.now, OCTETS(hex));
}

static void tick_at(int64_t ms)
{
	w.now = tick_add_ms(w.now, ms);
	mtp2_tick(w.l[0], w.now);
}

/* One end by hand; the peer's units come once each, as a filter below gives them. */
static void test_alignment_by_hand(void **state)
{
	struct mtp2_out out;

	(void)state;
	w = (struct pair){ .mem = mem_root("test") };
	w.l[0] = mtp2_new(w.mem, &(struct mtp2_cfg){ 0 });
	expect_tx("ff ff 01 03");
	expect_tx("");
	mtp2_start(w.l[0], w.now);
	expect_tx("ff ff 01 00");
	rx("ff ff 01 03");
	expect_tx("");
	rx("ff ff 01 00");
	expect_tx("ff ff 01 01");
	rx("ff ff 01 01");
	tick_at(8199);
	expect_tx("");
	tick_at(1);
	expect_tx("ff ff 00");
	assert_int_equal(mtp2_state(w.l[0]), MTP2_ALIGNED_READY);
	assert_false(mtp2_next_out(w.l[0], &out));
	rx("ff ff 00");
	assert_true(mtp2_next_out(w.l[0], &out));
	assert_int_equal(out.type, MTP2_OUT_IN_SERVICE);
	assert_int_equal(mtp2_tx(w.l[0], w.now, OCTETS("85 01 02 03 04 05")), 0);
	expect_tx("ff 80 06 85 01 02 03 04 05");
	expect_tx("ff 80 00");
	/* its MSU 0 is accepted, and acknowledges ours */
	rx("80 80 04 85 01 02 03");
	assert_true(mtp2_next_out(w.l[0], &out));
	assert_octets_equal(out.octets, OCTETS("85 01 02 03"));
	expect_tx("80 80 00");
	/* 2 comes, 1 is missing: NACK; what has the old bit is left alone; then both come again */
	rx("80 82 04 85 01 02 03");
	assert_false(mtp2_next_out(w.l[0], &out));
	expect_tx("00 80 00");
	rx("80 83 04 85 01 02 03");
	expect_tx("");
	rx("80 01 04 85 01 02 03");
	assert_true(mtp2_next_out(w.l[0], &out));
	expect_tx("01 80 00");
	/* it asks for ours again, which it has: nothing but the new bit */
	rx("00 01 00");
	expect_tx("01 00 00");
	end();
}

static void test_emergency(void **state)
{
	(void)state;
	begin(&(struct mtp2_cfg){ 0 });
	mtp2_emergency(w.l[1], w.now, true);
	mtp2_start(w.l[0], w.now);
	carry();
	mtp2_start(w.l[1], w.now);
	carry();
	pass(600);
	assert_int_equal(mtp2_state(w.l[0]), MTP2_IN_SERVICE);
	assert_int_equal(mtp2_state(w.l[1]), MTP2_IN_SERVICE);
	end();
}

static void test_nobody_there(void **state)
{
	struct mtp2_stats s;

	(void)state;
	begin(&(struct mtp2_cfg){ 0 });
	mtp2_start(w.l[0], w.now);
	carry();
	pass(49000);
	assert_int_equal(mtp2_state(w.l[0]), MTP2_INITIAL_ALIGNMENT);
	pass(2000);
	assert_int_equal(mtp2_state(w.l[0]), MTP2_OUT_OF_SERVICE);
	assert_int_equal(w.said[0][0].reason, MTP2_R_T2);
	mtp2_stats(w.l[0], &s);
	assert_int_equal(s.last_reason, MTP2_R_T2);
	end();
}

/* Each unit of a burst is lost in its turn; all arrive, once, in order. */
static void test_each_lost(void **state)
{
	(void)state;
	for (unsigned lose = 1; lose < 60; lose++) {
		align(&(struct mtp2_cfg){ 0 });
		w.lose = lose;
		for (unsigned n = 1; n <= 40; n++) {
			assert_int_equal(send_nr(0, n), 0);
			assert_int_equal(send_nr(1, n), 0);
			if (n % 5 == 0)
				carry();
		}
		pass(500);
		assert_int_equal(w.got[0], 40);
		assert_int_equal(w.got[1], 40);
		assert_false(w.disordered);
		end();
	}
}

static void test_silent_peer(void **state)
{
	(void)state;
	align(&(struct mtp2_cfg){ 0 });
	assert_int_equal(send_nr(0, 1), 0);
	w.lose = 1;
	drain(0); /* the MSU is lost, and nothing is said any more */
	w.now = tick_add_ms(w.now, 1200);
	mtp2_tick(w.l[0], w.now);
	assert_int_equal(mtp2_state(w.l[0]), MTP2_OUT_OF_SERVICE);
	w.nr_said[0] = 0;
	drain(0);
	assert_int_equal(w.said[0][0].reason, MTP2_R_T7);
	end();
}

static void test_window(void **state)
{
	uint8_t buf[MTP2_MAX_UNIT];
	unsigned nr = 0;

	(void)state;
	align(&(struct mtp2_cfg){ .max_queued = 200 });
	for (unsigned n = 1; n <= 200; n++)
		assert_int_equal(send_nr(0, n), 0);
	assert_int_equal(send_nr(0, 201), TG_ELIMIT);
	while (mtp2_next_tx(w.l[0], w.now, buf) > MTP2_HEADER)
		nr++;
	assert_int_equal(nr, MTP2_WINDOW);
	end();
}

static void test_congestion_levels(void **state)
{
	(void)state;
	align(&(struct mtp2_cfg){ .max_queued = 100 });
	w.nr_said[0] = 0;
	for (unsigned n = 1; n <= 90; n++)
		assert_int_equal(send_nr(0, n), 0);
	carry();
	assert_int_equal(w.got[1], 90);
	assert_int_equal(w.nr_said[0], 6);
	for (unsigned n = 0; n < 6; n++) {
		static const uint8_t level[] = { 1, 2, 3, 2, 1, 0 };
		assert_int_equal(w.said[0][n].type, MTP2_OUT_CONGESTION);
		assert_int_equal(w.said[0][n].level, level[n]);
	}
	end();
}

static void test_suerm(void **state)
{
	(void)state;
	align(&(struct mtp2_cfg){ 0 });
	for (int i = 0; i < 63; i++)
		mtp2_rx_errors(w.l[0], w.now, 1);
	assert_int_equal(mtp2_state(w.l[0]), MTP2_IN_SERVICE);
	mtp2_rx_repeats(w.l[0], 256 * 10); /* ten are forgiven */
	mtp2_rx_errors(w.l[0], w.now, 10);
	assert_int_equal(mtp2_state(w.l[0]), MTP2_IN_SERVICE);
	mtp2_rx_errors(w.l[0], w.now, 1);
	assert_int_equal(mtp2_state(w.l[0]), MTP2_OUT_OF_SERVICE);
	w.nr_said[0] = 0;
	carry();
	assert_int_equal(w.said[0][0].reason, MTP2_R_SUERM);
	assert_int_equal(w.said[1][w.nr_said[1] - 1].reason, MTP2_R_SIOS);
	end();
}

/* Four errors end a proving period, five periods the alignment. */
static void test_aerm(void **state)
{
	(void)state;
	begin(&(struct mtp2_cfg){ 0 });
	mtp2_start(w.l[0], w.now);
	carry();
	mtp2_start(w.l[1], w.now);
	carry();
	for (int i = 0; i < 4; i++) {
		mtp2_rx_errors(w.l[0], w.now, 4);
		assert_int_equal(mtp2_state(w.l[0]), MTP2_INITIAL_ALIGNMENT);
		mtp2_rx(w.l[0], w.now, OCTETS("ff ff 01 01"));
	}
	mtp2_rx_errors(w.l[0], w.now, 3);
	assert_int_equal(mtp2_state(w.l[0]), MTP2_INITIAL_ALIGNMENT);
	mtp2_rx_errors(w.l[0], w.now, 1);
	assert_int_equal(mtp2_state(w.l[0]), MTP2_OUT_OF_SERVICE);
	carry();
	assert_int_equal(w.said[0][0].reason, MTP2_R_PROVING);
	end();
}

static void test_processor_outage(void **state)
{
	(void)state;
	align(&(struct mtp2_cfg){ 0 });
	mtp2_local_outage(w.l[0], w.now, true);
	carry();
	assert_true(said(1, MTP2_OUT_REMOTE_OUTAGE));
	assert_int_equal(mtp2_state(w.l[0]), MTP2_PROCESSOR_OUTAGE);
	assert_int_equal(mtp2_state(w.l[1]), MTP2_PROCESSOR_OUTAGE);
	assert_int_equal(send_nr(1, 1), 0);
	pass(20000);
	assert_int_equal(w.got[0], 0);
	mtp2_local_outage(w.l[0], w.now, false);
	carry();
	assert_true(said(1, MTP2_OUT_OUTAGE_OVER));
	assert_int_equal(mtp2_state(w.l[0]), MTP2_IN_SERVICE);
	assert_int_equal(mtp2_state(w.l[1]), MTP2_IN_SERVICE);
	assert_int_equal(w.got[0], 1);
	end();
}

static void test_busy(void **state)
{
	struct mtp2_stats s;

	(void)state;
	align(&(struct mtp2_cfg){ 0 });
	mtp2_set_busy(w.l[0], w.now, MTP2_DISCARD);
	carry();
	for (unsigned n = 1; n <= 10; n++)
		assert_int_equal(send_nr(1, n), 0);
	carry();
	pass(3000);
	assert_int_equal(w.got[0], 0);
	mtp2_set_busy(w.l[0], w.now, MTP2_FREE);
	carry();
	assert_int_equal(w.got[0], 10);
	assert_false(w.disordered);
	mtp2_stats(w.l[1], &s);
	assert_in_range(s.rx_sib, 29, 32);
	/* too long */
	mtp2_set_busy(w.l[0], w.now, MTP2_DISCARD);
	assert_int_equal(send_nr(1, 11), 0);
	pass(5000);
	assert_int_equal(w.said[1][w.nr_said[1] - 1].reason, MTP2_R_T6);
	end();
}

static void test_senseless_numbers(void **state)
{
	(void)state;
	align(&(struct mtp2_cfg){ 0 });
	mtp2_rx(w.l[0], w.now, OCTETS("85 ff 00"));
	mtp2_rx(w.l[0], w.now, OCTETS("ff ff 00"));
	assert_int_equal(mtp2_state(w.l[0]), MTP2_IN_SERVICE);
	mtp2_rx(w.l[0], w.now, OCTETS("86 ff 00"));
	assert_int_equal(mtp2_state(w.l[0]), MTP2_OUT_OF_SERVICE);
	mtp2_rx(w.l[1], w.now, OCTETS("ff 7f 00"));
	mtp2_rx(w.l[1], w.now, OCTETS("ff 7f 00"));
	assert_int_equal(mtp2_state(w.l[1]), MTP2_OUT_OF_SERVICE);
	mtp2_rx(w.l[1], w.now, OCTETS("ff"));
	mtp2_rx(w.l[1], w.now, OCTETS("ff ff 05 01"));
	end();
}

static void test_retrieval(void **state)
{
	uint8_t buf[MTP2_MAX_UNIT];
	struct str s;

	(void)state;
	align(&(struct mtp2_cfg){ 0 });
	for (unsigned n = 1; n <= 6; n++)
		assert_int_equal(send_nr(0, n), 0);
	for (int i = 0; i < 4; i++)
		mtp2_next_tx(w.l[0], w.now, buf);
	mtp2_stop(w.l[0], w.now);
	mtp2_retrieve(w.l[0], 1); /* 0 and 1 have arrived */
	for (uint8_t n = 3; n <= 6; n++) {
		assert_true(mtp2_retrieve_next(w.l[0], &s));
		assert_int_equal((uint8_t)s.p[4], n);
	}
	assert_false(mtp2_retrieve_next(w.l[0], &s));
	end();
	align(&(struct mtp2_cfg){ 0 });
	for (unsigned n = 1; n <= 6; n++)
		assert_int_equal(send_nr(0, n), 0);
	for (int i = 0; i < 4; i++)
		mtp2_next_tx(w.l[0], w.now, buf);
	mtp2_stop(w.l[0], w.now);
	mtp2_retrieve(w.l[0], -1); /* what was sent is given up: better lost than doubled */
	assert_true(mtp2_retrieve_next(w.l[0], &s));
	assert_int_equal((uint8_t)s.p[4], 5);
	end();
}

static void make_once(void *ctx)
{
	struct mem *m = mem_root("test");

	(void)ctx;
	if (m)
		mtp2_free(mtp2_new(m, &(struct mtp2_cfg){ 0 }));
	mem_free(m);
}

static void test_allocations(void **state)
{
	(void)state;
	assert_true(walk_allocations(make_once, NULL) >= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_alignment_by_hand),
		cmocka_unit_test(test_emergency),
		cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_each_lost),
		cmocka_unit_test(test_silent_peer),
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_congestion_levels),
		cmocka_unit_test(test_suerm),
		cmocka_unit_test(test_aerm),
		cmocka_unit_test(test_processor_outage),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_senseless_numbers),
		cmocka_unit_test(test_retrieval),
		cmocka_unit_test(test_allocations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
