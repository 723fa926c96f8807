/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an enemy or a broken sender may send to a channel's port while a call runs. The timeslot
 * gets its 8 octets each millisecond, nothing of the enemy is heard, and a stream that jumps is
 * taken up again with at most one gap of 60 ms.
 */
#include <trunkgate/base/rng.h>

#include "unit/support.h"
#include "unit/media/world.h"
#include "dsp/law.h"

static struct world w;

static struct {
	uint32_t blocks, silent, gaps, longest, run;
} heard;

static void listen(struct world *world, const struct tdm_block *rx, struct tdm_block *tx)
{
	uint8_t silence[TDM_BLOCK];
	bool silent;

	(void)world;
	(void)tx;
	memset(silence, DSP_SILENCE_A, sizeof(silence));
	silent = memcmp(rx->octet[1], silence, sizeof(silence)) == 0;
	heard.blocks++;
	heard.silent += silent;
	heard.gaps += silent && heard.run == 0;
	heard.run = silent ? heard.run + 1 : 0;
	if (heard.run > heard.longest)
		heard.longest = heard.run;
}

static uint16_t flags; /* of the leg */

static void begin(void)
{
	struct med_open o;

	world_init(&w, TDM_ALAW);
	w.exchange = listen;
	o = world_open(&w, 1, 0);
	o.flags = flags;
	world_cmd(&w, MED_CMD_OPEN, &o);
}

/* Catalogue F04: every pair of first octets with every length from 0 to 80. */
static void test_headers(void **state)
{
	uint8_t octets[80];
	struct med_counters c;

	(void)state;
	begin();
	memset(octets, 0xff, sizeof(octets));
	for (unsigned prefix = 0; prefix < 0x10000; prefix++) {
		octets[0] = (uint8_t)(prefix >> 8);
		octets[1] = (uint8_t)prefix;
		for (size_t len = 0; len <= sizeof(octets); len++)
			med_engine_rx(w.e, 0, &w.peer, str_n(octets, len));
		if (prefix % 64 == 0)
			world_pass(&w, 1);
	}
	assert_int_equal(heard.blocks, 1024);
	world_ref(&w, MED_CMD_CLOSE, 1, 0);
	c = world_report(&w, MED_REP_CLOSED, 1);
	assert_int_equal(c.rx_packets + c.rx_rejected, 65536 * 81);
	/* Version 2, payload type 8, with and without marker; no extension (it would be of 65535
	 * words) and no padding (of 255 octets); room for the CSRC list and an octet: */
	for (unsigned cc = 0; cc < 16; cc++)
		for (unsigned len = 12 + 4 * cc + 1; len <= 80; len++)
			c.rx_packets -= 2;
	assert_int_equal(c.rx_packets, 0);
	world_fini(&w);
}

static void test_random_datagrams(void **state)
{
	struct rng_seeded seed;
	struct rng rng = rng_seeded_init(&seed, 1);
	uint8_t octets[500];

	(void)state;
	begin();
	memset(&heard, 0, sizeof(heard));
	for (unsigned i = 0; i < 100000; i++) {
		size_t len = rng_below(&rng, sizeof(octets));

		rng_u64(&rng);
		rng.fill(rng.ctx, octets, len);
		if (len > 2 && i % 2) {
			octets[0] = 0x80;
			octets[1] = 8;
		}
		if (len > 12 && i % 8 == 1)
			memset(octets + 8, 0, 4); /* one SSRC */
		if (len > 12 && i % 16 == 1)
			memset(octets + 4, 0, 3); /* timestamps that may fit */
		med_engine_rx(w.e, 0, &w.peer, str_n(octets, len));
		if (i % 10 == 0)
			world_pass(&w, 1);
	}
	assert_int_equal(heard.blocks, 10000);
	world_fini(&w);
}

/* Datagrams from elsewhere during a call, 10 for each of ours: nothing of them is heard. */
static void test_injected(void **state)
{
	struct addr enemy;
	uint8_t octets[172] = { 0x80, 8 };
	struct med_counters c;

	(void)state;
	begin();
	memset(&heard, 0, sizeof(heard));
	assert_int_equal(addr_parse(&enemy, STR("198.51.100.9:4000"), 0), 0);
	for (uint16_t n = 0; n < 500; n++) {
		world_speech(&w, 0, n, 160u * n, 160);
		octets[2] = (uint8_t)(n >> 8);
		octets[3] = (uint8_t)n;
		octets[11] = 77; /* the right SSRC */
		for (unsigned i = 0; i < 10; i++)
			med_engine_rx(w.e, 0, &enemy, str_n(octets, sizeof(octets)));
		world_pass(&w, 20);
	}
	world_ref(&w, MED_CMD_CLOSE, 1, 0);
	c = world_report(&w, MED_REP_CLOSED, 1);
	assert_int_equal(c.rx_packets, 500);
	assert_int_equal(c.rx_rejected, 5000);
	assert_int_equal(c.gaps_ms, 0);
	world_fini(&w);
}

/* Catalogue F05: a call of 10 s that jumps after 5 s. */
static void jump(uint16_t seq, uint32_t timestamp, uint32_t ssrc)
{
	struct med_counters c;

	begin();
	memset(&heard, 0, sizeof(heard));
	for (uint16_t n = 0; n < 500; n++) {
		uint8_t octets[172];
		struct wr wr = wr_init(octets, sizeof(octets));
		struct rtp_packet p = { .seq = n, .timestamp = 160u * n, .ssrc = 77, .pt = 8 };
		uint8_t payload[160];

		memset(payload, 0x2a, sizeof(payload));
		p.payload = str_n(payload, sizeof(payload));
		if (n >= 250) {
			p.seq = (uint16_t)(p.seq + seq);
			p.timestamp += timestamp;
			p.ssrc += ssrc;
		}
		rtp_packet_enc(&wr, &p);
		world_datagram(&w, 0, wr_str(&wr));
		if (n == 10)
			memset(&heard, 0, sizeof(heard)); /* the start is over */
		world_pass(&w, 20);
	}
	assert_int_equal(heard.blocks, 490 * 20);
	assert_true(heard.gaps <= 1);
	assert_true(heard.longest <= 60);
	world_ref(&w, MED_CMD_QUERY, 1, 0);
	c = world_report(&w, MED_REP_COUNTERS, 1);
	assert_in_range(c.gaps_ms, 0, 60); /* concealed or not */
	world_fini(&w);
}

static void jumps(void)
{
	jump(32768, 0, 0);
	jump((uint16_t)-32768, 0, 0);
	jump(0, 0x80000000u, 0);
	jump(0, 0x7fffffffu, 0);
	jump(0, (uint32_t)-4000, 0);
	jump(0, 8000 * 60, 0);
	jump(0, 0, 1);
	jump(12345, 0xdeadbeef, 4711);
	jump(32768, 0x80000000u, 0);
}

/* In a buffer of fixed depth, and in one that follows. */
static void test_jumps(void **state)
{
	(void)state;
	jumps();
	flags = MED_F_CONCEAL | MED_F_ADAPT;
	jumps();
	flags = 0;
}

/* A call whose peer sends a millisecond of silence and no more, on a channel that had another one. */
static uint8_t after[300 * TDM_BLOCK];
static uint32_t nr_after;

static void keep(struct world *world, const struct tdm_block *rx, struct tdm_block *tx)
{
	(void)world;
	(void)tx;
	if (nr_after < sizeof(after))
		memcpy(after + nr_after, rx->octet[1], TDM_BLOCK);
	nr_after += TDM_BLOCK;
}

static void call_before(const struct med_open *o)
{
	world_cmd(&w, MED_CMD_OPEN, o);
	for (uint16_t n = 0; n < 30; n++) {
		world_speech(&w, 0, n, n * 160u, 160);
		world_pass(&w, 20);
	}
	world_ref(&w, MED_CMD_CLOSE, o->leg, 0);
	world_report(&w, MED_REP_CLOSED, o->leg);
	world_pass(&w, 2); /* what is on the span comes to its end */
}

static void listen_behind(bool other)
{
	uint8_t octets[12 + TDM_BLOCK] = { 0x80, 8 };
	struct med_open o;

	world_init(&w, TDM_ALAW);
	o = world_open(&w, 2, 0);
	o.flags = MED_F_CONCEAL;
	if (other)
		call_before(&o);
	o.leg = 1;
	world_cmd(&w, MED_CMD_OPEN, &o);
	nr_after = 0;
	w.exchange = keep;
	memset(octets + 12, DSP_SILENCE_A, TDM_BLOCK);
	world_datagram(&w, 0, str_n(octets, sizeof(octets)));
	world_pass(&w, 300);
	world_fini(&w);
}

/* What conceals a loss goes on from what was heard: in this call. */
static void test_call_before_is_not_heard(void **state)
{
	uint8_t alone[sizeof(after)];

	(void)state;
	listen_behind(false);
	memcpy(alone, after, sizeof(after));
	for (uint32_t i = 0; i < 60 * TDM_BLOCK; i++)
		assert_in_range(after[i] & 0x7f, 0x50, 0x5f); /* of the lowest segment */
	listen_behind(true);
	assert_memory_equal(alone, after, sizeof(after));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_random_datagrams),
		cmocka_unit_test(test_injected),
		cmocka_unit_test(test_jumps),
		cmocka_unit_test(test_call_before_is_not_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
