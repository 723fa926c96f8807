/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The receiving end of a stream. A virtual millisecond reads one block; a packet of the sender's
 * time t is handed in when the test says. Octet k of the stream is pattern(k), so what is heard
 * tells where it came from.
 */
#include "unit/support.h"
#include "rtp/recv.h"

#define LEN   160
#define DEPTH 320
#define HEARD 400000

struct run {
	struct rtp_recv r;
	uint32_t now;  /* ms */
	uint32_t base; /* timestamp of octet 0 */
	uint16_t seq;  /* of packet 0 */
	uint32_t ssrc;
	uint32_t gap_blocks, gap_runs;
	bool in_gap;
	uint8_t heard[HEARD];
	uint8_t valid[HEARD / 8];
};

static struct run run;

static uint8_t pattern(uint32_t k)
{
	return (uint8_t)((k * 2654435761u) >> 13);
}

static void begin(unsigned depth_ms)
{
	memset(&run, 0, sizeof(run));
	rtp_recv_init(&run.r, depth_ms);
	run.base = 0xffffff00u; /* wraps soon */
	run.seq = 65500;
	run.ssrc = 1;
}

static void give(uint32_t n)
{
	uint8_t octets[LEN];
	struct rtp_packet p = { .seq = (uint16_t)(run.seq + n),
				.timestamp = run.base + n * LEN,
				.ssrc = run.ssrc };

	for (uint32_t i = 0; i < LEN; i++)
		octets[i] = pattern(n * LEN + i);
	p.payload = str_n(octets, LEN);
	rtp_recv_packet(&run.r, run.now * 8, &p, NULL);
}

static void ms(uint32_t nr)
{
	for (; nr > 0; nr--, run.now++) {
		uint8_t v = rtp_buf_read(&run.r.buf, run.heard + 8 * run.now);

		run.valid[run.now] = v;
		run.gap_blocks += v != 0xff;
		run.gap_runs += v != 0xff && !run.in_gap;
		run.in_gap = v != 0xff;
	}
}

/* What was heard from `from` ms on is the stream at a constant distance. */
static void same(uint32_t from, uint32_t to, uint32_t delay)
{
	for (uint32_t i = 8 * from; i < 8 * to; i++)
		if (run.valid[i / 8] != 0xff || run.heard[i] != pattern(i - delay))
			fail_msg("octet %u of the play-out is wrong", i);
}

static void test_constant_delay(void **state)
{
	(void)state;
	begin(40);
	for (uint32_t n = 0; n < 1500; n++) {
		give(n);
		ms(20);
	}
	same(40, run.now, DEPTH);
	assert_int_equal(run.gap_blocks, 40); /* before the first */
	assert_int_equal(run.r.packets, 1500);
	assert_int_equal(run.r.octets, 1500 * LEN);
	assert_int_equal(rtp_seq_lost(&run.r.seq), 0);
	assert_int_equal(run.r.late + run.r.overrun + run.r.resyncs, 0);
	assert_int_equal(rtp_jitter(&run.r.jitter), 0);
}

static void test_loss_is_a_gap_in_place(void **state)
{
	(void)state;
	begin(40);
	for (uint32_t n = 0; n < 100; n++) {
		if (n != 50 && n != 51)
			give(n);
		ms(20);
	}
	same(40, 40 + 1000, DEPTH);
	same(40 + 1040, run.now, DEPTH);
	assert_int_equal(run.gap_blocks, 40 + 40);
	assert_int_equal(run.gap_runs, 2);
	assert_int_equal(rtp_seq_lost(&run.r.seq), 2);
}

static void test_duplicates_change_nothing(void **state)
{
	(void)state;
	begin(40);
	for (uint32_t n = 0; n < 100; n++) {
		give(n);
		give(n > 3 ? n - 3 : 0);
		ms(20);
	}
	same(40, run.now, DEPTH);
	assert_int_equal(run.r.late, 100);
	assert_int_equal(rtp_seq_lost(&run.r.seq), 0);
}

static void test_order_within_depth(void **state)
{
	(void)state;
	begin(40);
	give(0);
	ms(20);
	for (uint32_t n = 1; n + 1 < 200; n += 2) {
		ms(20);
		give(n + 1);
		give(n);
		ms(20);
	}
	same(40, run.now, DEPTH);
	assert_int_equal(run.r.late, 0);
	assert_int_equal(run.r.resyncs, 0);
}

/* Every packet 0 to 39 ms late against a depth of 40 ms: nothing is heard of it. */
static void test_jitter_within_depth(void **state)
{
	uint32_t next = 1;

	(void)state;
	begin(40);
	give(0);
	for (uint32_t t = 1; t < 10000; t++) {
		ms(1);
		while (next * 20 + pattern(next) % 40 <= t)
			give(next++);
	}
	same(40, run.now, DEPTH);
	assert_true(rtp_jitter(&run.r.jitter) > 8);
	assert_int_equal(run.r.late, 0);
}

static void test_old_packets_are_late(void **state)
{
	(void)state;
	begin(40);
	for (uint32_t n = 0; n < 300; n++) {
		if (n < 100 || n > 150)
			give(n);
		if (n > 160 && n <= 210)
			give(n - 60); /* 1.2 s late */
		ms(20);
	}
	same(40 + 151 * 20, run.now, DEPTH);
	assert_int_equal(run.r.resyncs, 0);
	assert_int_equal(run.r.late, 50);
	assert_int_equal(rtp_seq_lost(&run.r.seq), 1); /* 100 alone never came */
}

/* A stall of a second whose packets come all at once: late, and then as before. */
static void test_stall_and_burst(void **state)
{
	(void)state;
	begin(40);
	for (uint32_t n = 0; n < 50; n++, ms(20))
		give(n);
	ms(1000);
	for (uint32_t n = 50; n < 100; n++)
		give(n);
	for (uint32_t n = 100; n < 200; n++, ms(20))
		give(n);
	same(2000 + 20, run.now, DEPTH);
	assert_int_equal(run.r.resyncs, 0);
	assert_int_equal(run.gap_runs, 2);
}

/* From packet `at` on the stream goes on in step, `change` says how. */
static void go_on_changed(void (*change)(void), uint32_t at)
{
	begin(40);
	for (uint32_t n = 0; n < 200; n++) {
		if (n == at)
			change();
		give(n);
		ms(20);
	}
}

static void timestamp_half_turn(void)
{
	run.base += 0x80000000u;
}

static void timestamp_back(void)
{
	run.base -= 1000;
}

static void timestamp_ahead(void)
{
	run.base += 100000;
}

static void seq_half_turn(void)
{
	run.seq += 32768;
}

static void seq_and_timestamp(void)
{
	run.seq += 20000;
	run.base += 0x12345678;
}

static void other_source(void)
{
	run.ssrc = 2;
	seq_and_timestamp();
}

static void test_timestamp_jumps(void **state)
{
	void (*const jumps[])(void) = { timestamp_half_turn, timestamp_back, timestamp_ahead };

	(void)state;
	for (size_t i = 0; i < NR_OF(jumps); i++) {
		go_on_changed(jumps[i], 100);
		same(40, run.now, DEPTH); /* nothing is heard of it */
		assert_int_equal(run.r.resyncs, 1);
		assert_int_equal(rtp_jitter(&run.r.jitter), 0);
	}
}

static void test_seq_jump(void **state)
{
	(void)state;
	go_on_changed(seq_half_turn, 100);
	same(40, run.now, DEPTH);
	assert_int_equal(run.r.resyncs, 0); /* the timestamps went on */
	assert_int_equal(rtp_seq_lost(&run.r.seq), 0);
}

static void one_gap_of_a_packet(void)
{
	same(40, 40 + 100 * 20, DEPTH);
	same(40 + 101 * 20, run.now, DEPTH);
	assert_int_equal(run.r.resyncs, 1);
	assert_int_equal(run.gap_runs, 2);
	assert_int_equal(run.gap_blocks, 40 + 20);
}

static void test_both_jump(void **state)
{
	(void)state;
	go_on_changed(seq_and_timestamp, 100);
	one_gap_of_a_packet();
	assert_int_equal(run.r.late, 1);
}

static void test_source_changes(void **state)
{
	(void)state;
	go_on_changed(other_source, 100);
	one_gap_of_a_packet();
	assert_int_equal(run.r.strays, 1);
	assert_int_equal(run.r.ssrc, 2);
}

/* A second source beside one that goes on is never heard. */
static void test_second_source(void **state)
{
	(void)state;
	begin(40);
	for (uint32_t n = 0; n < 200; n++) {
		give(n);
		run.ssrc = 2;
		run.base += 777;
		give(n + 7);
		run.base -= 777;
		run.ssrc = 1;
		ms(20);
	}
	same(40, run.now, DEPTH);
	assert_int_equal(run.r.strays, 200);
	assert_int_equal(run.r.resyncs, 0);
}

/* Packets of other sources that are not two in a row do not take over, not even in a pause. */
static void test_strays(void **state)
{
	(void)state;
	begin(40);
	for (uint32_t n = 0; n < 100; n++, ms(20)) {
		if (n < 40 || n >= 60) {
			give(n);
			continue;
		}
		run.ssrc = n < 50 ? 2 : 2 + n % 2;
		give(3 * n);
		run.ssrc = 1;
	}
	same(40, 40 + 800, DEPTH);
	same(40 + 1200, run.now, DEPTH);
	assert_int_equal(run.r.strays, 20);
	assert_int_equal(run.r.resyncs, 0);
}

/* One in ten is 60 ms late, for a long time: each is a gap, and none of them moves the rest. */
static void test_now_and_then_late(void **state)
{
	(void)state;
	begin(40);
	for (uint32_t n = 0; n < 500; n++, ms(20)) {
		if (n % 10 != 5)
			give(n);
		if (n % 10 == 8)
			give(n - 3);
	}
	assert_int_equal(run.r.late, 50);
	assert_int_equal(run.r.resyncs, 0);
	assert_int_equal(run.gap_blocks, 40 + 50 * 20);
	/* All that come in a row are late, but less long than counts as another path. */
	for (uint32_t n = 500; n < 1000; n++, ms(20)) {
		if (n % 10 >= 4)
			give(n);
		for (uint32_t late = n - 3; n % 10 == 3 && late <= n; late++)
			give(late);
	}
	assert_int_equal(run.r.resyncs, 0);
}

/* The path becomes 80 ms longer: one resync after RTP_RECV_LATE_MS, and whole again. */
static void test_path_becomes_longer(void **state)
{
	(void)state;
	begin(40);
	for (uint32_t n = 0; n < 50; n++, ms(20))
		give(n);
	ms(80);
	for (uint32_t n = 50; n < 150; n++, ms(20))
		give(n);
	same(run.now - 1000, run.now, DEPTH + 80 * 8);
	assert_int_equal(run.r.resyncs, 1);
	assert_true(run.r.late >= 5 && run.r.late <= 7);
}

/* A sender whose clock is 5 % fast: what does not fit is dropped now and then, the rest whole. */
static void test_fast_sender(void **state)
{
	uint32_t n = 0;

	(void)state;
	begin(40);
	for (uint32_t t = 0; t < 20000; t++) {
		if (t % 19 == 0)
			give(n++);
		ms(1);
	}
	assert_in_range(run.r.resyncs, 20000 / 20 / 45, 20000 / 20 / 35 + 2);
	assert_true(run.r.overrun > 0);
	assert_int_equal(run.gap_blocks, 40);
	assert_int_equal(run.r.late, 0);
}

/* With a depth that follows the stream, which here is never quiet: the delay grows with each packet
 * and the buffer with the delay, but not beyond its ring. */
static void test_fast_sender_adapted(void **state)
{
	static const uint8_t never[256];

	(void)state;
	for (unsigned every = 12; every < 20; every++) {
		begin(40);
		rtp_recv_adapt(&run.r, never);
		for (uint32_t n = 0; n < 2000; n++) {
			give(n);
			ms(every);
			assert_true(rtp_recv_delay(&run.r) <= 16 * RTP_RECV_DEPTH_MAX_MS);
		}
		assert_true(run.r.resyncs > 0);
	}
}

/* One packet that was overtaken and is late changes no depth; a second of the same window does, for
 * those that come, and is itself not heard. One that is a second late never does. */
static void test_overtaken(void **state)
{
	static const uint8_t never[256];
	uint32_t delay;

	(void)state;
	begin(40);
	rtp_recv_adapt(&run.r, never);
	for (uint32_t n = 0; n < 60; n++) {
		if (n != 20 && n != 30 && n != 1)
			give(n);
		if (n == 59)
			give(10); /* of long ago, here for the second time */
		if (n == 53)
			give(1);
		if (n == 23 || n == 33)
			give(n - 3);
		delay = rtp_recv_delay(&run.r);
		if (n < 33)
			assert_int_equal(delay, DEPTH);
		else if (n == 33) /* 20 ms behind, and the margin */
			assert_int_equal(delay, DEPTH + 160 + RTP_ADAPT_AT_ONCE);
		ms(20);
	}
	assert_int_equal(rtp_recv_delay(&run.r), DEPTH + 160 + RTP_ADAPT_AT_ONCE);
	assert_int_equal(run.r.late, 4);
	assert_int_equal(run.r.resyncs, 0);
}

/* Fixed in the middle of it: not one octet is another one's, and there is as much in hand as was to be
 * at first, but never more than a buffer has. Before a stream, with nothing in it, twice: no harm. */
static void test_fix(void **state)
{
	static uint8_t always[256];

	(void)state;
	memset(always, 1, sizeof(always));
	for (unsigned depth = 10; depth <= 150; depth += 10) {
		begin(depth);
		rtp_recv_adapt(&run.r, always);
		for (uint32_t n = 0; n < 1500; n++) {
			if (n == 1200) {
				rtp_recv_fix(&run.r);
				rtp_recv_fix(&run.r);
				run.gap_blocks = 0;
			}
			give(n);
			ms(20);
		}
		assert_int_equal(run.gap_blocks + run.r.late, 0);
		assert_in_range(rtp_recv_delay(&run.r), 8 * depth - 16, 8 * depth + 96);
		assert_true(rtp_recv_delay(&run.r) <= 8 * RTP_RECV_DEPTH_MAX_MS + 80);
	}
	begin(40);
	rtp_recv_adapt(&run.r, always);
	rtp_recv_fix(&run.r);
	give(0);
	ms(1000);
	rtp_recv_fix(&run.r);
	give(50);
	ms(100);
	same(1040, 1060, DEPTH);
}

static void test_any_length_and_place(void **state)
{
	uint32_t k = 0, n = 0;

	(void)state;
	begin(40);
	while (k < 100000) {
		uint8_t octets[400];
		uint32_t len = 1 + pattern(n * 7) % 200;
		struct rtp_packet p = { .seq = (uint16_t)n++, .timestamp = k, .ssrc = 1 };

		for (uint32_t i = 0; i < len; i++)
			octets[i] = pattern(k + i);
		p.payload = str_n(octets, len);
		rtp_recv_packet(&run.r, run.now * 8, &p, NULL);
		k += len;
		while (8 * run.now + 8 < k)
			ms(1);
	}
	same(40, run.now, DEPTH);
	assert_int_equal(run.r.late + run.r.resyncs, 0);
}

static void test_table_and_depth(void **state)
{
	uint8_t flip[256], out[8];
	struct rtp_packet p = { .ssrc = 1, .payload = STR_INIT("ABCDEFGH") };

	(void)state;
	for (unsigned i = 0; i < 256; i++)
		flip[i] = (uint8_t)~i;
	rtp_recv_init(&run.r, 255);
	assert_int_equal(run.r.depth, RTP_RECV_DEPTH_MAX_MS * 8);
	rtp_recv_init(&run.r, 0);
	rtp_recv_packet(&run.r, 0, &p, flip);
	assert_int_equal(rtp_buf_read(&run.r.buf, out), 0xff);
	assert_int_equal(out[7], (uint8_t) ~'H');
	rtp_recv_set_depth(&run.r, 3);
	p.seq = 1;
	p.timestamp = 8;
	rtp_recv_packet(&run.r, 0, &p, NULL);
	for (int i = 0; i < 3; i++)
		assert_int_equal(rtp_buf_read(&run.r.buf, out), 0);
	assert_int_equal(rtp_buf_read(&run.r.buf, out), 0xff);
	assert_memory_equal(out, "ABCDEFGH", 8);
}

/* Anything in any order: the places stay in the ring (asserted by it), play-out never stops. */
static void test_random_packets(void **state)
{
	uint8_t octets[RTP_RECV_PAYLOAD_MAX] = { 0 };
	uint64_t x = 88172645463325252ull;

	(void)state;
	begin(150);
	for (uint32_t i = 0; i < 200000; i++) {
		struct rtp_packet p = { .seq = (uint16_t)(i / 3) };

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		if (x % 5 == 0)
			p.seq = (uint16_t)(x >> 40);
		p.ssrc = (x >> 8) % 16 == 0 ? 2 : 1;
		p.timestamp = i * 50 + (uint32_t)((x >> 16) % 4096);
		if ((x >> 12) % 32 == 0)
			p.timestamp = (uint32_t)(x >> 20);
		p.payload = str_n(octets, 1 + (x >> 33) % RTP_RECV_PAYLOAD_MAX);
		rtp_recv_packet(&run.r, i, &p, NULL);
		if (x >> 60 < 6)
			rtp_buf_read(&run.r.buf, run.heard);
	}
	assert_int_equal(run.r.packets + run.r.strays, 200000);
}

/* A timestamp as far behind play-out as there is: 2^31. It is late, and that is all. */
static void test_farthest_behind(void **state)
{
	static const uint8_t quiet[256] = { 0 };
	struct rtp_packet p = { .ssrc = 1, .payload = STR("12345678") };

	(void)state;
	begin(40);
	rtp_recv_adapt(&run.r, quiet);
	give(0);
	p.seq = (uint16_t)(run.seq + 1);
	p.timestamp = run.base - DEPTH + 0x80000000u;
	rtp_recv_packet(&run.r, 0, &p, NULL);
	assert_int_equal(run.r.ahead, INT32_MIN);
	assert_int_equal(run.r.late, 1);
	assert_int_equal(run.r.resyncs, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_constant_delay),
		cmocka_unit_test(test_loss_is_a_gap_in_place),
		cmocka_unit_test(test_duplicates_change_nothing),
		cmocka_unit_test(test_order_within_depth),
		cmocka_unit_test(test_jitter_within_depth),
		cmocka_unit_test(test_old_packets_are_late),
		cmocka_unit_test(test_stall_and_burst),
		cmocka_unit_test(test_timestamp_jumps),
		cmocka_unit_test(test_seq_jump),
		cmocka_unit_test(test_both_jump),
		cmocka_unit_test(test_source_changes),
		cmocka_unit_test(test_second_source),
		cmocka_unit_test(test_strays),
		cmocka_unit_test(test_now_and_then_late),
		cmocka_unit_test(test_path_becomes_longer),
		cmocka_unit_test(test_fast_sender),
		cmocka_unit_test(test_fast_sender_adapted),
		cmocka_unit_test(test_overtaken),
		cmocka_unit_test(test_fix),
		cmocka_unit_test(test_any_length_and_place),
		cmocka_unit_test(test_table_and_depth),
		cmocka_unit_test(test_random_packets),
		cmocka_unit_test(test_farthest_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
