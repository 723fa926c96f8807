/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A buffer that follows its stream, over ten virtual minutes each: senders whose clocks are 100 ppm
 * off, jitter that comes and goes. Two packets of four are quiet, as in speech. What counts: how
 * long nothing is heard, and how deep the buffer is in the end.
 */
#include "unit/support.h"
#include "rtp/recv.h"

#define LEN	160
#define MINUTES 10
#define PACKETS (MINUTES * 60 * 50)
#define QUIET	0xd5
#define IN_WAY	64 /* packets that may be on the way at once */

struct way {
	uint64_t at_us[IN_WAY]; /* arrival */
	uint32_t nr[IN_WAY];
	unsigned used;
};

struct result {
	uint64_t gap_ms; /* after the first ten seconds */
	uint32_t late, resyncs, dropped, doubled;
	uint32_t depth; /* octets of delay in the end */
};

static uint8_t quiet[256];

static uint32_t random_of(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void deliver(struct rtp_recv *r, uint32_t nr, uint32_t now_ms)
{
	uint8_t octets[LEN];
	struct rtp_packet p = { .seq = (uint16_t)nr, .timestamp = nr * LEN, .ssrc = 1 };

	memset(octets, nr & 2 ? QUIET : 0x2a, sizeof(octets));
	p.payload = str_n(octets, LEN);
	rtp_recv_packet(r, now_ms * 8, &p, NULL);
}

static void arrive(struct rtp_recv *r, struct way *w, uint32_t now_ms)
{
	for (unsigned i = 0; i < w->used;) {
		if (w->at_us[i] > (uint64_t)now_ms * 1000) {
			i++;
			continue;
		}
		deliver(r, w->nr[i], now_ms);
		w->used--;
		memmove(w->at_us + i, w->at_us + i + 1, (w->used - i) * sizeof(*w->at_us));
		memmove(w->nr + i, w->nr + i + 1, (w->used - i) * sizeof(*w->nr));
	}
}

static struct result run(int ppm, unsigned jitter_ms, unsigned jitter_until_s, bool adaptive)
{
	static struct rtp_recv r;
	struct way w = { .used = 0 };
	struct result res = { 0 };
	uint32_t seed = 1, sent = 0;

	rtp_recv_init(&r, 40);
	rtp_recv_adapt(&r, adaptive ? quiet : NULL);
	for (uint32_t now = 0; now < MINUTES * 60000; now++) {
		uint64_t next_us = (uint64_t)sent * (uint64_t)(20000000 - 20 * ppm) / 1000;
		uint8_t out[8], valid;

		while (next_us <= (uint64_t)now * 1000 && w.used < IN_WAY) {
			unsigned j = now / 1000 < jitter_until_s ? jitter_ms : 0;

			w.at_us[w.used] = next_us + (j ? random_of(&seed) % (j * 1000) : 0);
			w.nr[w.used++] = sent++;
			next_us = (uint64_t)sent * (uint64_t)(20000000 - 20 * ppm) / 1000;
		}
		arrive(&r, &w, now);
		valid = rtp_buf_read(&r.buf, out);
		if (now > 10000)
			res.gap_ms += valid != 0xff;
	}
	res.late = r.late;
	res.resyncs = r.resyncs;
	res.dropped = r.dropped;
	res.doubled = r.doubled;
	res.depth = rtp_recv_delay(&r);
	return res;
}

/* 100 ppm of ten minutes are 480 octets. */
static void test_drift(void **state)
{
	struct result fast = run(100, 0, 0, true), slow = run(-100, 0, 0, true);

	(void)state;
	assert_int_equal(fast.gap_ms, 0);
	assert_int_equal(slow.gap_ms, 0);
	assert_int_equal(fast.resyncs + slow.resyncs, 0);
	assert_in_range(fast.dropped - fast.doubled, 480, 480 + 320);
	assert_in_range(slow.doubled + 320 - slow.dropped, 480, 480 + 320);
}

/* Without: the buffer runs full, or empty. */
static void test_fixed(void **state)
{
	struct result fast = run(100, 0, 0, false), slow = run(-100, 0, 0, false);

	(void)state;
	assert_int_equal(fast.dropped + slow.doubled, 0);
	assert_true(fast.resyncs > 0 || slow.gap_ms > 0);
}

static void test_jitter(void **state)
{
	static const unsigned jitter_ms[] = { 5, 20, 40, 60 };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct result v = run(i & 1 ? 100 : -100, jitter_ms[i], MINUTES * 60, true);

		if (v.gap_ms > 100 || v.resyncs)
			fail_msg("%u ms: gaps of %llu ms, %u late, %u resyncs", jitter_ms[i],
				 (unsigned long long)v.gap_ms, v.late, v.resyncs);
	}
}

/* When the jitter is over, the delay goes back to what is needed. */
static void test_shrinks(void **state)
{
	struct result v = run(0, 60, 60, true);

	(void)state;
	assert_in_range(v.depth, 0, RTP_ADAPT_MARGIN + 2 * RTP_ADAPT_SLACK + 8);
	assert_true(v.dropped > 300);
	assert_in_range(v.gap_ms, 0, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drift),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_jitter),
		cmocka_unit_test(test_shrinks),
	};

	quiet[QUIET] = 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
