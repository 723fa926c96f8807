/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A signalling link of 64 kbit/s with bit errors: each unit takes its time on the line, and is hit
 * or not as the bit error rate has it; a hit one is lost, and the receiver hears of an error. What
 * must hold: up to 5e-6 the link stays in service for an hour of traffic and nothing is lost,
 * doubled or out of order; from 1e-4 on the SUERM takes it out of service within its bound, and
 * the AERM lets it not come back.
 *
 * TG_MTP2_MINUTES: minutes of virtual time of the first; TG_MTP2_SEED.
 */
#include <math.h>
#include <stdlib.h>

#include <trunkgate/base/rng.h>

#include "ss7/mtp2_internal.h"
#include "unit/support.h"

#define BIT_NS	   15625
#define FRAME_BITS 24 /* a flag and two check octets */
#define DELAY_US   5000
#define ON_WAY	   64

struct flight {
	tick_t at;
	uint16_t len; /* 0: in error */
	uint8_t octet[MTP2_MAX_UNIT];
};

struct end {
	struct mtp2 *l;
	int64_t line_ns; /* free from then on */
	uint8_t last[MTP2_MAX_UNIT];
	size_t last_len;
	struct flight flight[ON_WAY]; /* to the other end */
	unsigned head, nr;
	double bits_to_error;
	uint32_t sent, received;
	uint32_t failures, refusals;
	enum mtp2_reason reason;
	tick_t next_msu, down_at;
	bool in_service;
};

static struct sim {
	struct mem *mem;
	struct end e[2];
	struct rng_seeded seed;
	struct rng rng;
	double ber;
	tick_t now;
	int64_t msu_us; /* between two messages, on average; 0: as many as go */
	bool restart;
	unsigned wrong;
	uint64_t units;
} s;

static double chance(void)
{
	return ((double)rng_u32(&s.rng) + 1) / 4294967297.0;
}

static double gap(void)
{
	return s.ber > 0 ? log(chance()) / log1p(-s.ber) : 1e18;
}

static bool is_hit(struct end *e, unsigned bits)
{
	bool hit = false;

	while (e->bits_to_error < bits) {
		hit = true;
		e->bits_to_error += gap() + 1;
	}
	e->bits_to_error -= bits;
	return hit;
}

/* A message carries its number. */
static void rx_msu(struct end *e, struct str o)
{
	uint32_t n;

	memcpy(&n, o.p + 5, sizeof(n));
	if (n != e->received + 1)
		s.wrong++;
	e->received = n;
}

static void hear(struct end *e)
{
	struct mtp2_out out;

	while (mtp2_next_out(e->l, &out)) {
		switch (out.type) {
		case MTP2_OUT_MSU:
			rx_msu(e, out.octets);
			break;
		case MTP2_OUT_IN_SERVICE:
			e->in_service = true;
			break;
		case MTP2_OUT_OUT_OF_SERVICE:
			e->failures += e->in_service;
			e->refusals += !e->in_service;
			e->in_service = false;
			if (e->reason == MTP2_R_NONE)
				e->reason = out.reason;
			e->down_at = s.now;
			if (s.restart)
				mtp2_start(e->l, s.now);
			break;
		default:
			break;
		}
	}
}

static void offer(struct end *e)
{
	uint8_t o[60] = { 0x85 };

	while (e->in_service && tick_due(e->next_msu, s.now)) {
		uint32_t n = e->sent + 1;
		memcpy(o + 5, &n, sizeof(n));
		if (mtp2_tx(e->l, s.now, str_n(o, 20 + n % 40)) < 0)
			return;
		e->sent = n;
		e->next_msu =
			tick_add_us(s.now,
				    s.msu_us ? 1 + rng_below(&s.rng, (uint32_t)s.msu_us * 2) : 0);
	}
}

/* The next unit begins: a new one, or the last again. */
static void begin_unit(struct end *e)
{
	struct flight *f = &e->flight[(e->head + e->nr) % ON_WAY];
	size_t len = mtp2_next_tx(e->l, s.now, e->last);
	unsigned bits;
	bool hit;

	assert_true(e->nr < ON_WAY);
	e->last_len = len ? len : e->last_len;
	bits = (unsigned)e->last_len * 8 + FRAME_BITS;
	e->line_ns += (int64_t)bits * BIT_NS;
	s.units++;
	hit = is_hit(e, bits);
	f->at = tick_add_us((tick_t){ e->line_ns / 1000 }, DELAY_US);
	f->len = hit ? 0 : (uint16_t)e->last_len;
	memcpy(f->octet, e->last, e->last_len);
	e->nr++;
}

static void arrive(struct end *from, struct end *to)
{
	struct flight *f = &from->flight[from->head];

	from->head = (from->head + 1) % ON_WAY;
	from->nr--;
	if (f->len)
		mtp2_rx(to->l, s.now, str_n(f->octet, f->len));
	else
		mtp2_rx_errors(to->l, s.now, 1);
	hear(to);
}

static tick_t next_at(void)
{
	tick_t at = TICK_NEVER;

	for (int i = 0; i < 2; i++) {
		struct end *e = &s.e[i];
		at = tick_min(at, (tick_t){ (e->line_ns + 999) / 1000 });
		at = tick_min(at, mtp2_deadline(e->l));
		if (e->nr)
			at = tick_min(at, e->flight[e->head].at);
	}
	return at;
}

static void run(int64_t us)
{
	tick_t until = tick_add_us(s.now, us);

	while (tick_before(s.now, until)) {
		s.now = next_at();
		for (int i = 0; i < 2; i++) {
			struct end *e = &s.e[i];
			while (e->nr && tick_due(e->flight[e->head].at, s.now))
				arrive(e, &s.e[!i]);
			if (tick_due(mtp2_deadline(e->l), s.now)) {
				mtp2_tick(e->l, s.now);
				hear(e);
			}
			offer(e);
			if (e->line_ns <= s.now.us * 1000)
				begin_unit(e);
		}
	}
}

static void begin(double ber, uint64_t seed, const struct mtp2_cfg *cfg)
{
	const char *given = getenv("TG_MTP2_SEED");

	memset(&s, 0, sizeof(s));
	s.mem = mem_root("sim");
	s.ber = ber;
	s.rng = rng_seeded_init(&s.seed, given ? strtoull(given, NULL, 10) : seed);
	for (int i = 0; i < 2; i++) {
		s.e[i].l = mtp2_new(s.mem, cfg);
		assert_non_null(s.e[i].l);
		s.e[i].bits_to_error = gap();
		mtp2_start(s.e[i].l, s.now);
	}
}

static void hit_from_now_on(double ber)
{
	s.ber = ber;
	for (int i = 0; i < 2; i++)
		s.e[i].bits_to_error = gap();
}

static void end(void)
{
	mem_free(s.mem);
}

static int64_t minutes(void)
{
	const char *given = getenv("TG_MTP2_MINUTES");

	return given ? atoll(given) : 60;
}

static void hour(double ber, const struct mtp2_cfg *cfg)
{
	struct mtp2_stats a, b;

	begin(ber, 7, cfg);
	s.msu_us = 20000;
	s.restart = true;
	run(S_US(60)); /* an alignment may need another try */
	assert_true(s.e[0].in_service && s.e[1].in_service);
	s.e[0].failures = s.e[1].failures = 0;
	run(minutes() * S_US(60));
	mtp2_stats(s.e[0].l, &a);
	mtp2_stats(s.e[1].l, &b);
	print_message("# %g: %llu units, %llu errors, %llu MSUs each way, %llu sent again\n", ber,
		      (unsigned long long)s.units, (unsigned long long)(a.rx_errors + b.rx_errors),
		      (unsigned long long)(a.tx_msu + b.tx_msu) / 2,
		      (unsigned long long)(a.retransmitted + b.retransmitted));
	assert_int_equal(s.e[0].failures + s.e[1].failures, 0);
	s.e[0].next_msu = s.e[1].next_msu = TICK_NEVER;
	run(S_US(2));
	assert_int_equal(s.wrong, 0);
	assert_int_equal(s.e[0].received, s.e[1].sent);
	assert_int_equal(s.e[1].received, s.e[0].sent);
	assert_true(s.e[0].sent > 1000);
	assert_true(ber == 0 || a.rx_errors + b.rx_errors > 0);
	end();
}

static void test_hour_clean(void **state)
{
	(void)state;
	hour(0, &(struct mtp2_cfg){ 0 });
}

static void test_hour(void **state)
{
	(void)state;
	hour(5e-6, &(struct mtp2_cfg){ 0 });
}

static void test_hour_preventive(void **state)
{
	(void)state;
	hour(5e-6, &(struct mtp2_cfg){ .preventive = true });
}

/* As many messages as the line takes, just below what the SUERM forgives. */
static void test_full_line(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++) {
		begin(0, seed, &(struct mtp2_cfg){ .max_queued = 8 });
		run(S_US(12));
		hit_from_now_on(8e-6);
		run(S_US(100));
		s.e[0].next_msu = s.e[1].next_msu = TICK_NEVER;
		run(S_US(10));
		assert_true(s.e[0].received > 1000 && s.e[1].received > 1000);
		assert_int_equal(s.e[0].failures + s.e[1].failures, 0);
		assert_int_equal(s.wrong, 0);
		assert_int_equal(s.e[0].received, s.e[1].sent);
		assert_int_equal(s.e[1].received, s.e[0].sent);
		end();
	}
}

/* Q.703 10.2: with a share r of units in error the SUERM needs T / (r - 1/D) units, T errors more
 * than are forgiven; the bound here is four times that, and the two ends share the blame. */
static void bad(double ber, uint64_t seed)
{
	double bits = 41 * 8 + FRAME_BITS, r = 1 - pow(1 - ber, bits);
	double units = MTP2_SUERM_LIMIT / (r - 1.0 / MTP2_SUERM_T);
	double bound_s = 4 * units * bits / 64000;
	tick_t from;

	begin(0, seed, &(struct mtp2_cfg){ .max_queued = 8 });
	run(S_US(12));
	assert_true(s.e[0].in_service && s.e[1].in_service);
	hit_from_now_on(ber);
	from = s.now;
	while (s.e[0].in_service && tick_diff_us(s.now, from) < S_US(300))
		run(S_US(1) / 100);
	print_message("# %g: out of service after %.2f s, the bound is %.2f s: %s\n", ber,
		      (double)tick_diff_us(s.now, from) / 1e6, bound_s,
		      mtp2_reason_text(s.e[0].reason));
	assert_false(s.e[0].in_service);
	assert_true((double)tick_diff_us(s.now, from) / 1e6 <= bound_s);
	run(S_US(1));
	assert_true(s.e[0].reason == MTP2_R_SUERM || s.e[1].reason == MTP2_R_SUERM);
	/* nor does it come back */
	s.restart = true;
	for (int i = 0; i < 2; i++)
		mtp2_start(s.e[i].l, s.now);
	run(S_US(600));
	assert_false(s.e[0].in_service || s.e[1].in_service);
	assert_int_equal(s.e[0].failures + s.e[1].failures, 2);
	assert_true(s.e[0].refusals + s.e[1].refusals > 5);
	end();
}

static void test_bad_line(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		bad(1e-4, seed);
		bad(3e-4, seed);
		bad(1e-3, seed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hour_clean),	cmocka_unit_test(test_hour),
		cmocka_unit_test(test_hour_preventive), cmocka_unit_test(test_full_line),
		cmocka_unit_test(test_bad_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
