/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The receive buffer: order, loss, an empty buffer, LOS, two clocks, a clock that follows. */
#include "unit/support.h"
#include "tdm/recv.h"

#define NR_TS 31
#define IDLE  0x54
#define DEPTH (16 * TDM_BLOCK)

static struct mem *mem;
static struct tdm_recv *recv_;
static struct tdm_status st;

static int setup_of(bool slave, unsigned depth)
{
	struct tdm_recv_cfg cfg = { .nr_ts = NR_TS, .idle = IDLE, .depth = depth, .slave = slave };

	cfg.max_depth = 4 * depth;
	mem = mem_root("test");
	recv_ = tdm_recv_new(mem, &cfg);
	return recv_ ? 0 : -1;
}

static int setup(void **state)
{
	(void)state;
	return setup_of(false, DEPTH);
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static uint8_t octet_of(uint32_t frame, unsigned ts)
{
	return (uint8_t)(frame * 5 + ts);
}

static void put(uint32_t at, unsigned nr)
{
	uint8_t frames[NR_TS * 64];

	for (unsigned i = 0; i < nr; i++)
		for (unsigned ts = 1; ts <= NR_TS; ts++)
			frames[i * NR_TS + ts - 1] = octet_of(at + i, ts);
	tdm_recv_put(recv_, at, frames, nr);
}

/* Is this block the frames from `at` on? */
static bool is_block(const struct tdm_block *b, uint32_t at)
{
	for (unsigned i = 0; i < TDM_BLOCK; i++)
		for (unsigned ts = 1; ts <= NR_TS; ts++)
			if (b->octet[ts][i] != octet_of(at + i, ts))
				return false;
	return true;
}

static void get_block(uint32_t at)
{
	struct tdm_block b;

	assert_true(tdm_recv_get(recv_, &b));
	assert_true(is_block(&b, at));
}

static void get_idle(void)
{
	struct tdm_block b, idle;

	memset(&idle, IDLE, sizeof(idle));
	assert_false(tdm_recv_get(recv_, &b));
	assert_memory_equal(&b, &idle, sizeof(b));
}

/* Frames 0 .. DEPTH have come, and are read from the first on; the numbers begin at `base`. */
static void fill(uint32_t base)
{
	for (unsigned at = 0; at < DEPTH; at += TDM_BLOCK) {
		get_idle();
		put(base + at, TDM_BLOCK);
	}
}

static void test_in_order(void **state)
{
	uint32_t base = UINT32_MAX - 1000; /* numbers wrap on the way */

	(void)state;
	assert_int_equal(tdm_recv_alarms(recv_), TDM_LOS);
	fill(base);
	for (uint32_t at = 0; at < 8000; at += TDM_BLOCK) {
		get_block(base + at);
		put(base + DEPTH + at, TDM_BLOCK);
	}
	tdm_recv_status(recv_, &st);
	assert_int_equal(st.alarms, 0);
	assert_int_equal(st.lost + st.late + st.underruns + st.overruns + st.reordered, 0);
	assert_int_equal(st.rx_octets, (8000 + DEPTH) * NR_TS);
	assert_int_equal(st.depth_us, DEPTH * 125);
}

static void test_los_when_it_is_told(void **state)
{
	struct tdm_recv_cfg cfg = { .nr_ts = NR_TS, .idle = IDLE, .depth = DEPTH, .los_ms = 900 };

	(void)state;
	cfg.max_depth = 4 * DEPTH;
	recv_ = tdm_recv_new(mem, &cfg);
	assert_non_null(recv_);
	for (unsigned i = 0; i < 200; i++) {
		put(i * TDM_BLOCK, TDM_BLOCK);
		tdm_recv_get(recv_, &(struct tdm_block){ 0 });
	}
	for (int ms = 0; ms < 898; ms++)
		tdm_recv_get(recv_, &(struct tdm_block){ 0 });
	assert_int_equal(tdm_recv_alarms(recv_), 0);
	get_idle();
	assert_int_equal(tdm_recv_alarms(recv_), TDM_LOS);
}

/* Of packets 0 1 2 3 4 ...: 2 before 1, 3 twice, 4 never, 5 too late. */
static void test_order_and_loss(void **state)
{
	struct tdm_block b;

	(void)state;
	fill(0);
	get_block(0);
	put(DEPTH + 16, 8);
	put(DEPTH + 8, 8);
	put(DEPTH, 8);
	put(DEPTH + 24, 8);
	put(DEPTH + 24, 8);
	put(DEPTH + 48, 8);
	for (uint32_t at = 8; at < DEPTH + 32; at += 8)
		get_block(at);
	for (int i = 0; i < 2; i++) {
		assert_true(tdm_recv_get(recv_, &b));
		assert_int_equal(b.octet[1][0], IDLE);
	}
	put(DEPTH + 40, 8);
	get_block(DEPTH + 48);
	tdm_recv_status(recv_, &st);
	assert_int_equal(st.reordered, 3);
	assert_int_equal(st.lost, 16);
	assert_int_equal(st.late, 1);
	assert_int_equal(st.underruns, 0);
}

static void test_runs_dry_and_is_deeper_then(void **state)
{
	(void)state;
	fill(0);
	for (uint32_t at = 0; at < DEPTH; at += 8)
		get_block(at);
	get_idle();
	tdm_recv_status(recv_, &st);
	assert_int_equal(st.underruns, 1);
	assert_true(st.depth_us > DEPTH * 125);
	for (uint32_t at = DEPTH; at < 3 * DEPTH; at += 8)
		put(at, 8);
	get_block(3 * DEPTH - st.depth_us / 125);
}

static void test_los_and_back(void **state)
{
	uint32_t at = 0;

	(void)state;
	fill(0);
	for (; at < 2000; at += 8) {
		get_block(at);
		put(DEPTH + at, 8);
	}
	assert_int_equal(tdm_recv_alarms(recv_), 0);
	tdm_recv_far(recv_, TDM_RAI);
	get_block(at);
	assert_int_equal(tdm_recv_alarms(recv_), TDM_RAI);
	for (int ms = 0; ms < 248; ms++)
		tdm_recv_get(recv_, &(struct tdm_block){ 0 });
	assert_int_equal(tdm_recv_alarms(recv_), TDM_RAI);
	get_idle();
	assert_int_equal(tdm_recv_alarms(recv_), TDM_LOS);
	tdm_recv_far(recv_, 0);
	for (int ms = 0; ms < 200; ms++) {
		put(20000 + (uint32_t)ms * 8, 8);
		if (ms < 99)
			assert_int_equal(tdm_recv_alarms(recv_), TDM_LOS);
		tdm_recv_get(recv_, &(struct tdm_block){ 0 });
	}
	assert_int_equal(tdm_recv_alarms(recv_), 0);
	tdm_recv_status(recv_, &st);
	assert_int_equal(st.losses, 1);
	assert_int_equal(st.overruns, 1); /* the numbers jumped */
}

static void test_far_end_has_nothing(void **state)
{
	struct tdm_block b;

	(void)state;
	fill(0);
	get_block(0);
	tdm_recv_put_idle(recv_, DEPTH, 8);
	tdm_recv_far(recv_, TDM_AIS);
	for (uint32_t at = 8; at < DEPTH; at += 8)
		get_block(at);
	assert_true(tdm_recv_get(recv_, &b));
	assert_int_equal(b.octet[NR_TS][7], IDLE);
	tdm_recv_malformed(recv_);
	get_idle();
	assert_int_equal(tdm_recv_alarms(recv_) & TDM_MISMATCH, TDM_MISMATCH);
	tdm_recv_reset(recv_);
	assert_int_equal(tdm_recv_alarms(recv_), TDM_LOS);
}

/* The far clock is `ppm` faster; how far apart the two are is told in virtual time. With `follow`
 * the reader's millisecond is as long as the buffer says. */
static void run_clocks(int ppm, unsigned seconds, bool follow)
{
	int64_t end = (int64_t)seconds * 1000000000, read_ns = 0, write_ns = 0;
	uint32_t at = 0;

	while (read_ns < end) {
		if (write_ns <= read_ns) {
			put(at, 8);
			at += 8;
			write_ns += 1000000 - ppm;
		} else {
			tdm_recv_get(recv_, &(struct tdm_block){ 0 });
			read_ns += 1000000 - (follow ? tdm_recv_rate_ppb(recv_) / 1000 : 0);
		}
	}
	tdm_recv_status(recv_, &st);
}

static void test_two_clocks_slip(void **state)
{
	(void)state;
	run_clocks(300, 60, false);
	assert_int_equal(st.underruns + st.overruns + st.lost + st.slips_repeated, 0);
	/* 144 frames in 60 s, of which half of the depth is not felt */
	assert_in_range(st.slips_dropped, 144 - DEPTH / 2 - 8, 144 - DEPTH / 2 + 8);
}

static void test_a_slow_clock_is_heard_twice(void **state)
{
	(void)state;
	run_clocks(-300, 60, false);
	assert_in_range(st.slips_repeated, 144 - DEPTH / 2 - 8, 144 - DEPTH / 2 + 8);
	assert_int_equal(st.underruns + st.overruns + st.slips_dropped, 0);
}

static int setup_slave(void **state)
{
	(void)state;
	return setup_of(true, DEPTH);
}

static void test_a_slave_follows(void **state)
{
	(void)state;
	run_clocks(80, 240, true);
	assert_int_equal(st.underruns + st.overruns + st.lost, 0);
	assert_int_equal(st.slips_dropped + st.slips_repeated, 0);
	/* 80 ppm would have been 153 frames */
	assert_in_range(st.fill_us, DEPTH * 125 - 2000, DEPTH * 125 + 2000);
}

/* One that ticks with what arrives reads all that has come, at once. */
static int setup_arrival(void **state)
{
	(void)state;
	return setup_of(true, TDM_BLOCK);
}

static void test_arrivals(void **state)
{
	(void)state;
	assert_int_equal(tdm_recv_arrived(recv_), 0);
	put(0, 8);
	assert_int_equal(tdm_recv_arrived(recv_), 1);
	get_block(0);
	assert_int_equal(tdm_recv_arrived(recv_), 0);
	for (uint32_t at = 8; tdm_recv_room(recv_); at += 8)
		put(at, 8);
	assert_int_equal(tdm_recv_arrived(recv_), TDM_RECV_FRAMES / 8 - 1);
	for (uint32_t at = 8; tdm_recv_arrived(recv_); at += 8)
		get_block(at);
	get_idle();
	tdm_recv_status(recv_, &st);
	assert_int_equal(st.depth_us, 1000);
}

static void walk(void *ctx)
{
	struct tdm_recv_cfg cfg = { .nr_ts = NR_TS, .depth = 5000, .max_depth = 90000 };
	struct mem *m = mem_root("test");

	(void)ctx;
	if (m)
		tdm_recv_new(m, &cfg);
	mem_free(m);
}

static void test_no_memory(void **state)
{
	(void)state;
	assert_int_equal(walk_allocations(walk, NULL), 2);
}

#define RECV_TEST(fn)	     cmocka_unit_test_setup_teardown(fn, setup, teardown)
#define RECV_TEST_IN(fn, in) cmocka_unit_test_setup_teardown(fn, in, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RECV_TEST(test_in_order),
		RECV_TEST(test_order_and_loss),
		RECV_TEST(test_runs_dry_and_is_deeper_then),
		RECV_TEST(test_los_and_back),
		RECV_TEST(test_los_when_it_is_told),
		RECV_TEST(test_far_end_has_nothing),
		RECV_TEST(test_two_clocks_slip),
		RECV_TEST(test_a_slow_clock_is_heard_twice),
		RECV_TEST_IN(test_a_slave_follows, setup_slave),
		RECV_TEST_IN(test_arrivals, setup_arrival),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
