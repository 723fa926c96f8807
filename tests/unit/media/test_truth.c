/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Octet truth: what goes in on one side comes out on the other, octet for octet, after a constant
 * delay that keeps its bounds; by packets and by timeslots, with the laws as G.711 converts them.
 */
#include "unit/support.h"
#include "unit/media/world.h"
#include "dsp/law.h"

#define SECONDS	  30
#define NR_OCTETS (SECONDS * 8000)

static struct world w;
static struct dsp_law law;

/* What came back in packets, by timestamp from the first one on. */
static struct {
	bool started;
	uint16_t seq;
	uint32_t first, next; /* timestamps */
	uint8_t octet[NR_OCTETS + 8000];
	uint32_t left_at[NR_OCTETS + 8000]; /* pass in which it was sent */
	unsigned markers;
} back;

static void collect(struct world *world, unsigned channel, const struct addr *to, struct str octets)
{
	struct rtp_packet p;

	(void)channel;
	assert_true(addr_eq(to, &world->peer));
	assert_int_equal(rtp_packet_dec(&p, octets, NULL), 0);
	assert_int_equal(p.ssrc, 1000);
	if (!back.started) {
		back.seq = p.seq;
		back.first = back.next = p.timestamp;
		back.started = true;
	}
	assert_int_equal(p.seq, back.seq++);
	assert_int_equal(p.timestamp, back.next);
	back.markers += p.marker;
	assert_true(back.next - back.first + p.payload.len <= sizeof(back.octet));
	memcpy(back.octet + (back.next - back.first), p.payload.p, p.payload.len);
	for (size_t i = 0; i < p.payload.len; i++)
		back.left_at[back.next - back.first + i] = world->now;
	back.next += (uint32_t)p.payload.len;
}

static void echo(struct world *world, const struct tdm_block *rx, struct tdm_block *tx)
{
	(void)world;
	*tx = *rx;
}

/* Distance from the pattern to what came back; fails when it is nowhere in the first second. */
static uint32_t distance(const uint8_t *got)
{
	for (uint32_t d = 0; d < 8000; d++) {
		uint32_t i = 0;

		while (i < 64 && got[d + i] == world_pattern(i))
			i++;
		if (i == 64)
			return d;
	}
	fail_msg("the beginning of the stream did not come back");
	return 0;
}

/* RTP to timeslot to echo to RTP; packets are handed in at odd moments of the wheel. */
static void there_and_back(unsigned ptime, unsigned depth, unsigned phase)
{
	struct med_open o;
	uint32_t len = ptime * 8, d, total = NR_OCTETS / len * len;
	struct med_counters c;

	memset(&back, 0, sizeof(back));
	world_init(&w, TDM_ALAW);
	w.exchange = echo;
	w.sent = collect;
	o = world_open(&w, 1, 3);
	o.ptime_ms = (uint8_t)ptime;
	o.buffer_ms = (uint8_t)depth;
	world_cmd(&w, MED_CMD_OPEN, &o);
	world_pass(&w, 5 + phase);
	for (uint32_t k = 0; k < total; k += len) {
		world_speech(&w, 3, (uint16_t)(65000 + k / len), k, len);
		world_pass(&w, ptime);
	}
	d = distance(back.octet);
	for (uint32_t k = 0; k + d < back.next - back.first && k < total; k++) {
		uint32_t handed_in = 6 + phase + k / len * ptime;

		if (back.octet[k + d] != world_pattern(k))
			fail_msg("ptime %u: octet %u came back wrong", ptime, k);
		/* socket, buffer and tick, cable, echo and packet */
		if (back.left_at[k + d] >
		    handed_in + ptime + depth + 1 + 2 + ptime + 2 + k % len / 8)
			fail_msg("octet %u came back after %u ms", k,
				 back.left_at[k + d] - handed_in);
	}
	assert_true(back.next - back.first + 2 * len + 8 * depth + 32 >
		    total); /* all but the last */
	assert_int_equal(back.markers, 1);
	world_ref(&w, MED_CMD_CLOSE, 1, 3);
	c = world_report(&w, MED_REP_CLOSED, 1);
	assert_int_equal(c.rx_packets, total / len);
	assert_int_equal(c.rx_octets, total);
	assert_int_equal(c.rx_lost + c.rx_late + c.rx_rejected + c.rx_overrun + c.gaps_ms, 0);
	assert_int_equal(c.tx_octets, back.next - back.first);
	assert_int_equal(c.jitter_us8, 0);
	world_fini(&w);
}

static void test_ptime_10(void **state)
{
	(void)state;
	there_and_back(10, 40, 0);
	there_and_back(10, 10, 7);
}

static void test_ptime_20(void **state)
{
	(void)state;
	there_and_back(20, 40, 0);
	there_and_back(20, 1, 13);
}

static void test_ptime_30(void **state)
{
	(void)state;
	there_and_back(30, 40, 11);
}

static void test_ptime_40_50_60(void **state)
{
	(void)state;
	there_and_back(40, 60, 3);
	there_and_back(50, 150, 4);
	there_and_back(60, 60, 5);
}

/* From med_engine_rx to the timeslot: the buffer and at most one tick. */
static void test_delay_to_timeslot(void **state)
{
	struct med_open o;
	uint8_t octets[12 + 160] = { 0x80, 8 };
	unsigned passes = 0;

	(void)state;
	world_init(&w, TDM_ALAW);
	o = world_open(&w, 1, 0);
	world_cmd(&w, MED_CMD_OPEN, &o);
	world_pass(&w, 33);
	memset(octets + 12, 0x2a, 160);
	med_engine_rx(w.e, 0, &w.peer, str_n(octets, sizeof(octets)));
	while (w.near_tx.octet[1][0] != 0x2a && passes < 1000) {
		world_pass(&w, 1);
		passes++;
	}
	assert_int_equal(passes, 41);
	world_pass(&w, 19);
	assert_int_equal(w.near_tx.octet[1][7], 0x2a);
	world_pass(&w, 1);
	assert_int_equal(w.near_tx.octet[1][0], DSP_SILENCE_A);
	world_fini(&w);
}

/* A packet of silence, or of marks, into the socket. */
static void put_marks(uint16_t n, unsigned ptime, bool marks)
{
	uint8_t octets[12 + 480];
	struct wr wr = wr_init(octets, sizeof(octets));
	struct rtp_packet p = { .seq = n, .timestamp = n * ptime * 8, .ssrc = 77, .pt = 8 };

	rtp_packet_enc(&wr, &p);
	memset(octets + 12, marks ? 0x2a : DSP_SILENCE_A, ptime * 8);
	world_datagram(&w, 0, str_n(octets, 12 + ptime * 8));
}

/* In how many ms the first mark is in the timeslot; the last is there a packet time later. */
static unsigned marks_after(unsigned ptime)
{
	unsigned ms = 0;

	while (ms < 1000 && !memchr(w.near_tx.octet[1], 0x2a, TDM_BLOCK)) {
		world_pass(&w, 1);
		ms++;
	}
	world_pass(&w, ptime - 1);
	assert_int_equal(w.near_tx.octet[1][TDM_BLOCK - 1], 0x2a);
	world_pass(&w, 1);
	assert_int_equal(w.near_tx.octet[1][0], DSP_SILENCE_A);
	return ms;
}

/* From the socket to the timeslot: a packet time, a tick and the buffer at most, whenever the packet
 * comes between two packet times; of the first packet and of a later one. */
static void delay_from_socket(unsigned ptime, unsigned depth, unsigned phase)
{
	for (uint16_t marked = 0; marked < 10; marked += 9) {
		struct med_open o;
		unsigned ms;

		world_init(&w, TDM_ALAW);
		o = world_open(&w, 1, 0);
		o.ptime_ms = (uint8_t)ptime;
		o.buffer_ms = (uint8_t)depth;
		world_cmd(&w, MED_CMD_OPEN, &o);
		world_pass(&w, 70 + phase);
		for (uint16_t n = 0; n < marked; n++) {
			put_marks(n, ptime, false);
			world_pass(&w, ptime);
		}
		put_marks(marked, ptime, true);
		ms = marks_after(ptime);
		if (ms > ptime + 1 + depth || ms < depth)
			fail_msg("ptime %u, buffer %u, phase %u: %u ms", ptime, depth, phase, ms);
		world_fini(&w);
	}
}

static void test_delay_by_marks(void **state)
{
	static const unsigned depth[] = { 10, 40, 60, 150 };

	(void)state;
	for (unsigned ptime = 10; ptime <= 60; ptime += 10)
		for (size_t i = 0; i < sizeof(depth) / sizeof(*depth); i++)
			for (unsigned phase = 0; phase < ptime; phase += 3)
				delay_from_socket(ptime, depth[i], phase);
}

static uint32_t marked_in, marked_out;

static void mark(struct world *world, const struct tdm_block *rx, struct tdm_block *tx)
{
	(void)rx;
	if (world->now == marked_in - 1) /* a millisecond on the cable */
		memset(tx->octet[1], 0x2a, TDM_BLOCK);
}

static void watch(struct world *world, unsigned channel, const struct addr *to, struct str octets)
{
	(void)channel;
	(void)to;
	if (memchr(octets.p + 12, 0x2a, octets.len - 12))
		marked_out = world->now;
}

/* From the timeslot to the packet: its packet time and at most 2 ms. */
static void test_delay_to_rtp(void **state)
{
	(void)state;
	for (unsigned ptime = 10; ptime <= 60; ptime += 10) {
		struct med_open o;

		world_init(&w, TDM_ALAW);
		w.exchange = mark;
		w.sent = watch;
		o = world_open(&w, 1, 0);
		o.ptime_ms = (uint8_t)ptime;
		world_cmd(&w, MED_CMD_OPEN, &o);
		world_pass(&w, 200);
		for (unsigned i = 0; i < ptime; i++) {
			marked_out = 0;
			marked_in = w.now + 5;
			world_pass(&w, 200);
			assert_in_range(marked_out, marked_in, marked_in + ptime + 2);
			world_pass(&w, 1);
		}
		world_fini(&w);
	}
}

/* Two channels whose packets go to each other. */
static void cross(struct world *world, unsigned channel, const struct addr *to, struct str octets)
{
	(void)to;
	world_datagram(world, 1 - channel, octets);
}

static uint8_t heard[3][NR_OCTETS];

static void two_talk(struct world *world, const struct tdm_block *rx, struct tdm_block *tx)
{
	uint32_t at = (world->now - 1) * 8;

	for (uint32_t i = 0; i < 8; i++) {
		tx->octet[1][i] = world_pattern(at + i);
		tx->octet[2][i] = (uint8_t)~world_pattern(at + i);
	}
	memcpy(heard[1] + at, rx->octet[1], 8);
	memcpy(heard[2] + at, rx->octet[2], 8);
}

/* What timeslot `ts` heard is `want` of the pattern at one distance, from `from` to the end. */
static void heard_is(unsigned ts, uint8_t (*want)(uint32_t k), uint32_t from)
{
	uint32_t d = 0, i = 0;

	for (; d < 8000 && i < 256; d++)
		for (i = 0; i < 256 && heard[ts][from + i] == want(from + i - d); i++)
			;
	assert_int_equal(i, 256);
	d--;
	for (uint32_t k = from; k < NR_OCTETS; k++)
		if (heard[ts][k] != want(k - d))
			fail_msg("timeslot %u heard octet %u wrong", ts, k);
	assert_true(d <= 8 * (20 + 2 + 20 + 40 + 1 + 2)); /* two packet times, buffer, cable */
}

static uint8_t inverted(uint32_t k)
{
	return (uint8_t)~world_pattern(k);
}

static void test_two_channels_joined(void **state)
{
	struct med_open o;

	(void)state;
	world_init(&w, TDM_ALAW);
	w.exchange = two_talk;
	w.sent = cross;
	for (uint16_t channel = 0; channel < 2; channel++) {
		o = world_open(&w, channel + 1u, channel);
		world_cmd(&w, MED_CMD_OPEN, &o);
		world_pass(&w, 6);
	}
	world_pass(&w, SECONDS * 1000 - 12);
	heard_is(2, world_pattern, 1600);
	heard_is(1, inverted, 1600);
	world_fini(&w);
}

static uint8_t a_mu_a(uint32_t k)
{
	return law.mu_to_a[law.a_to_mu[world_pattern(k)]];
}

static uint8_t inverted_a_mu_a(uint32_t k)
{
	return law.mu_to_a[law.a_to_mu[inverted(k)]];
}

/* PCMU between A-law timeslots: converted by table at both ends. */
static void test_other_law(void **state)
{
	struct med_open o;

	(void)state;
	world_init(&w, TDM_ALAW);
	w.exchange = two_talk;
	w.sent = cross;
	for (uint16_t channel = 0; channel < 2; channel++) {
		o = world_open(&w, channel + 1u, channel);
		o.codec = MED_PCMU;
		o.pt_tx = o.pt_rx = 0;
		world_cmd(&w, MED_CMD_OPEN, &o);
	}
	world_pass(&w, SECONDS * 1000);
	heard_is(2, a_mu_a, 1600);
	heard_is(1, inverted_a_mu_a, 1600);
	world_fini(&w);
}

/* The same on a mu-law span with PCMA: mu to A to mu. */
static uint8_t mu_a_mu(uint32_t k)
{
	return law.a_to_mu[law.mu_to_a[world_pattern(k)]];
}

static void test_mulaw_span(void **state)
{
	(void)state;
	world_init(&w, TDM_MULAW);
	w.exchange = two_talk;
	w.sent = cross;
	for (uint16_t channel = 0; channel < 2; channel++) {
		struct med_open o = world_open(&w, channel + 1u, channel);

		world_cmd(&w, MED_CMD_OPEN, &o);
	}
	world_pass(&w, SECONDS * 1000);
	heard_is(2, mu_a_mu, 1600);
	world_fini(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ptime_10),
		cmocka_unit_test(test_ptime_20),
		cmocka_unit_test(test_ptime_30),
		cmocka_unit_test(test_ptime_40_50_60),
		cmocka_unit_test(test_delay_to_timeslot),
		cmocka_unit_test(test_delay_by_marks),
		cmocka_unit_test(test_delay_to_rtp),
		cmocka_unit_test(test_two_channels_joined),
		cmocka_unit_test(test_other_law),
		cmocka_unit_test(test_mulaw_span),
	};

	dsp_law_init(&law);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
