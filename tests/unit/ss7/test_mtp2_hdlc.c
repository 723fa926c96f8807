/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mtp2_hdlc: two ends of a timeslot, bit for bit: units arrive as sent, what repeats is counted,
 * broken bits and silence are errors; and level 2 aligns over it, at 64 and at 56 kbit/s.
 */

#include <trunkgate/base/rng.h>

#include "base/slots.h"
#include "ss7/mtp2.h"
#include "ss7/mtp2_hdlc.h"

#include "unit/support.h"

#define BLOCK 8

static struct line {
	struct mem *mem;
	struct mtp2_hdlc *h[2];
	uint8_t wire[2][BLOCK]; /* from */
	struct rng_seeded seed;
	struct rng rng;
	unsigned flip_one_in; /* blocks */
	bool silent, ones;
	bool at_56k;
} w;

static void begin(bool at_56k)
{
	w = (struct line){ .mem = mem_root("test"), .at_56k = at_56k };
	w.rng = rng_seeded_init(&w.seed, 5);
	for (int i = 0; i < 2; i++) {
		w.h[i] = mtp2_hdlc_new(w.mem, at_56k);
		assert_non_null(w.h[i]);
		memset(w.wire[i], 0x7e, BLOCK);
	}
}

static void end(void)
{
	mem_free(w.mem);
}

static void spoil(uint8_t *octets)
{
	if (w.silent)
		memset(octets, 0x54, BLOCK);
	if (w.ones)
		memset(octets, 0xff, BLOCK);
	if (w.at_56k)
		for (int i = 0; i < BLOCK; i++)
			octets[i] &= 0xfe; /* the bit that is not ours */
	if (w.flip_one_in && rng_below(&w.rng, w.flip_one_in) == 0)
		octets[rng_below(&w.rng, BLOCK)] ^= (uint8_t)(1u << (1 + rng_below(&w.rng, 7)));
}

static void pass(unsigned ms)
{
	while (ms--) {
		uint8_t tx[2][BLOCK];

		for (int i = 0; i < 2; i++)
			mtp2_hdlc_block(w.h[i], w.wire[!i], tx[i], BLOCK);
		for (int i = 0; i < 2; i++) {
			memcpy(w.wire[i], tx[i], BLOCK);
			spoil(w.wire[i]);
		}
	}
}

static void test_units(void **state)
{
	(void)state;
	for (int at_56k = 0; at_56k < 2; at_56k++) {
		struct mtp2_hdlc_rx rx;
		uint32_t sent = 0, got = 0;

		begin(at_56k);
		while (got < 2000) {
			uint8_t o[MTP2_MAX_UNIT];
			size_t len;

			while (mtp2_hdlc_room(w.h[0])) {
				len = 6 + sent % 270;
				for (size_t i = 0; i < len; i++)
					o[i] = (uint8_t)(sent * 7 + i * (sent % 5));
				assert_true(mtp2_hdlc_send(w.h[0], str_n(o, len)));
				sent++;
			}
			pass(1);
			while (mtp2_hdlc_peek(w.h[1], &rx)) {
				if (rx.unit.len) {
					assert_int_equal(rx.unit.len, 6 + got % 270);
					for (size_t i = 0; i < rx.unit.len; i++)
						assert_int_equal((uint8_t)rx.unit.p[i],
								 (uint8_t)(got * 7 +
									   i * (got % 5)));
					got++;
				}
				assert_true(got < 2 || rx.errors == 0);
				mtp2_hdlc_drop(w.h[1]);
			}
		}
		end();
	}
}

/* A FISU is sent once, arrives over and over, and is handed up once. */
static void test_repeats(void **state)
{
	struct mtp2_hdlc_rx rx;
	uint32_t units = 0, repeats = 0;

	(void)state;
	begin(false);
	assert_true(mtp2_hdlc_send(w.h[0], OCTETS("ff ff 00")));
	pass(1000);
	assert_true(mtp2_hdlc_send(w.h[0], OCTETS("ff ff 01 00")));
	pass(10);
	while (mtp2_hdlc_peek(w.h[1], &rx)) {
		units += rx.unit.len > 0;
		repeats += rx.repeats;
		mtp2_hdlc_drop(w.h[1]);
	}
	assert_int_equal(units, 2);
	assert_in_range(repeats, 1150, 1340); /* 8000 octets a second, six each */
	end();
}

/* A signalling thread that is late: what goes out behind a message has its sequence numbers, not those
 * of the FISU before it, whose BSN is an old one. */
static void test_behind_a_message(void **state)
{
	const uint8_t fisu[] = { 0x85, 0x83, 0 }, msu[] = { 0x86, 0x84, 5, 0x85, 1, 2, 3, 4 };
	struct mtp2_hdlc_rx rx;
	struct str last = { 0 };
	uint8_t octets[16];

	(void)state;
	begin(false);
	assert_true(mtp2_hdlc_send(w.h[0], str_n(fisu, sizeof(fisu))));
	pass(10);
	assert_true(mtp2_hdlc_send(w.h[0], str_n(msu, sizeof(msu))));
	pass(10);
	for (; mtp2_hdlc_peek(w.h[1], &rx); mtp2_hdlc_drop(w.h[1]))
		if (rx.unit.len && rx.unit.len <= sizeof(octets)) {
			memcpy(octets, rx.unit.p, rx.unit.len);
			last = str_n(octets, rx.unit.len);
		}
	assert_octets_equal(last, OCTETS("86 84 00"));
	end();
}

static uint32_t errors_in(unsigned ms)
{
	struct mtp2_hdlc_rx rx;
	uint32_t errors = 0;

	while (mtp2_hdlc_peek(w.h[1], &rx))
		mtp2_hdlc_drop(w.h[1]);
	for (unsigned i = 0; i < ms; i++) {
		pass(1);
		while (mtp2_hdlc_peek(w.h[1], &rx)) {
			errors += rx.errors;
			mtp2_hdlc_drop(w.h[1]);
		}
	}
	return errors;
}

/* Nothing on the line: an error for each 16 octets, so 500 a second (4.1.4). */
static void test_silence(void **state)
{
	(void)state;
	begin(false);
	assert_true(mtp2_hdlc_send(w.h[0], OCTETS("ff ff 00")));
	pass(100);
	assert_int_equal(errors_in(1000), 0);
	w.silent = true;
	assert_in_range(errors_in(1000), 450, 510);
	w.silent = false;
	w.ones = true;
	assert_in_range(errors_in(1000), 480, 520);
	w.ones = false;
	errors_in(10);
	assert_int_equal(errors_in(1000), 0);
	end();
}

static void test_spoiled(void **state)
{
	(void)state;
	begin(false);
	assert_true(mtp2_hdlc_send(w.h[0], OCTETS("ff ff 00")));
	pass(100);
	w.flip_one_in = 100;
	assert_in_range(errors_in(10000), 60, 400);
	end();
}

/* Level 2 at both ends: what the daemon does, in one thread. */
static void serve(struct mtp2 *l, struct mtp2_hdlc *h, tick_t now, unsigned *got)
{
	struct mtp2_hdlc_rx rx;
	struct mtp2_out out;
	uint8_t buf[MTP2_MAX_UNIT];

	while (mtp2_hdlc_peek(h, &rx)) {
		mtp2_rx_repeats(l, rx.repeats);
		if (rx.errors)
			mtp2_rx_errors(l, now, rx.errors);
		if (rx.unit.len)
			mtp2_rx(l, now, rx.unit);
		while (mtp2_next_out(l, &out))
			*got += out.type == MTP2_OUT_MSU;
		mtp2_hdlc_drop(h);
	}
	while (tick_due(mtp2_deadline(l), now))
		mtp2_tick(l, now);
	while (mtp2_next_out(l, &out))
		;
	while (mtp2_hdlc_room(h)) {
		size_t len = mtp2_next_tx(l, now, buf);

		if (!len)
			break;
		mtp2_hdlc_send(h, str_n(buf, len));
	}
}

static void test_alignment(void **state)
{
	(void)state;
	for (int at_56k = 0; at_56k < 2; at_56k++) {
		struct mtp2 *l[2];
		unsigned got[2] = { 0 };
		tick_t now = TICK_ZERO;

		begin(at_56k);
		for (int i = 0; i < 2; i++) {
			l[i] = mtp2_new(w.mem, &(struct mtp2_cfg){ .ansi = at_56k });
			mtp2_start(l[i], now);
		}
		for (unsigned ms = 0; ms < 20000; ms++) {
			if (ms >= 10000 && ms < 19000 && ms % 10 == 0)
				assert_int_equal(mtp2_tx(l[0], now, OCTETS("85 01 02 03 04 05")),
						 0);
			for (int i = 0; i < 2; i++)
				serve(l[i], w.h[i], now, &got[i]);
			pass(1);
			now = tick_add_ms(now, 1);
		}
		assert_int_equal(mtp2_state(l[0]), MTP2_IN_SERVICE);
		assert_int_equal(mtp2_state(l[1]), MTP2_IN_SERVICE);
		assert_int_equal(got[1], 900);
		end();
	}
}

static void test_slots(void **state)
{
	struct mem *m = mem_root("test");
	struct slots *s = slots_new(m, 3, 10);
	struct str o;

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 4; i++)
			assert_true(slots_put(s, str_n("abcdefghij", (size_t)i)));
		assert_false(slots_put(s, STR("x")));
		assert_int_equal(slots_used(s), 4);
		for (size_t i = 0; i < 4; i++) {
			assert_true(slots_peek(s, &o));
			assert_str_equal(o, str_n("abcdefghij", i));
			slots_drop(s);
		}
		assert_false(slots_peek(s, &o));
	}
	assert_false(slots_put(s, str_n(w.wire, 200)));
	mem_free(m);
}

static void make_once(void *ctx)
{
	struct mem *m = mem_root("test");

	(void)ctx;
	if (m)
		mtp2_hdlc_new(m, false);
	mem_free(m);
}

static void test_allocations(void **state)
{
	(void)state;
	assert_true(walk_allocations(make_once, NULL) >= 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_units),	    cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_silence),	    cmocka_unit_test(test_spoiled),
		cmocka_unit_test(test_alignment),   cmocka_unit_test(test_slots),
		cmocka_unit_test(test_allocations), cmocka_unit_test(test_behind_a_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
