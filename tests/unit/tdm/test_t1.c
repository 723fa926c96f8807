/* SPDX-License-Identifier: GPL-3.0-or-later */
/* T1 frames in the extended superframe (G.704 2.1.3.1): every place at which a frame may begin, CRC-6,
 * loss of alignment, the yellow alarm; and SAToP (RFC 4553 5.1, 5.2), which carries them. */
#include "unit/support.h"
#include "tdm/cesopsn.h"
#include "tdm/t1.h"

#define BITS (8 * TDM_T1_OCTETS)

static uint8_t octet_of(uint32_t frame, unsigned ts)
{
	return (uint8_t)(0x20 | ((frame * 5 + ts * 3) & 0x0f) | (ts & 1) << 6);
}

static void fill(struct tdm_block *b, uint32_t frame)
{
	for (unsigned i = 0; i < TDM_BLOCK; i++)
		for (unsigned ts = 1; ts <= 24; ts++)
			b->octet[ts][i] = octet_of(frame + i, ts);
}

/* Frames in order, from whichever; of one block after the other when *next is kept. */
static void check_block(const struct tdm_block *b, uint32_t *next)
{
	uint32_t k = 0;

	while (k < 16 && octet_of(k, 1) != b->octet[1][0])
		k++;
	assert_true(k < 16);
	if (*next != UINT32_MAX)
		assert_int_equal(k, *next % 16);
	for (unsigned ts = 1; ts <= 24; ts++)
		for (unsigned i = 0; i < TDM_BLOCK; i++)
			assert_int_equal(b->octet[ts][i], octet_of(k + i, ts));
	*next = k + TDM_BLOCK;
}

/* `nr` milliseconds, delayed by `bits`; how many were given out. */
static unsigned carry(struct tdm_t1 *rx, unsigned nr, unsigned bits, bool alarm)
{
	uint8_t line[2 * TDM_T1_OCTETS] = { 0 }, octets[TDM_T1_OCTETS];
	uint32_t next = UINT32_MAX;
	struct tdm_t1 tx;
	unsigned whole = 0;

	tdm_t1_init(&tx);
	for (uint32_t ms = 0; ms < nr; ms++) {
		struct tdm_block b = { 0 }, got = { 0 };

		fill(&b, ms * TDM_BLOCK);
		memmove(line, line + TDM_T1_OCTETS, TDM_T1_OCTETS);
		tdm_t1_frame(&tx, &b, alarm, line + TDM_T1_OCTETS);
		for (unsigned i = 0; i < TDM_T1_OCTETS; i++) {
			const uint8_t *p = line + TDM_T1_OCTETS - bits / 8 - 1 + i;

			octets[i] = (uint8_t)((p[0] << 8 | p[1]) >> bits % 8);
		}
		if (!tdm_t1_deframe(rx, octets, &got))
			continue;
		check_block(&got, &next);
		whole++;
	}
	return whole;
}

static void test_every_place(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits < 8 * 24; bits++) {
		struct tdm_t1 rx;

		tdm_t1_init(&rx);
		assert_true(carry(&rx, 40, bits, false) >= 25);
		assert_true(rx.aligned && !rx.rai);
		assert_int_equal(rx.losses, 0);
	}
}

static void test_alarm(void **state)
{
	struct tdm_t1 rx;

	(void)state;
	tdm_t1_init(&rx);
	carry(&rx, 40, 9, true);
	assert_true(rx.rai);
	tdm_t1_init(&rx);
	carry(&rx, 40, 9, false);
	assert_false(rx.rai);
}

/* A packet of eight frames that is lost, and all ones in its place, is borne; more is not. */
static void test_loss(void **state)
{
	uint8_t octets[TDM_T1_OCTETS];
	struct tdm_block b = { 0 };
	struct tdm_t1 tx, rx;

	(void)state;
	tdm_t1_init(&tx);
	tdm_t1_init(&rx);
	for (int ms = 0; ms < 100; ms++) {
		tdm_t1_frame(&tx, &b, false, octets);
		if (ms % 10 == 0)
			memset(octets, 0xff, sizeof(octets));
		tdm_t1_deframe(&rx, octets, &b);
	}
	assert_int_equal(rx.losses, 0);
	assert_true(rx.aligned);
	memset(octets, 0xff, sizeof(octets));
	for (int ms = 0; ms < 20; ms++)
		tdm_t1_deframe(&rx, octets, &b);
	assert_false(rx.aligned);
	assert_true(carry(&rx, 40, 100, false) >= 20);
}

static unsigned bit_of(const uint8_t *octets, unsigned bit)
{
	return octets[bit / 8] >> (7 - bit % 8) & 1;
}

/* The remainder, bit by bit, of a superframe with its F bits 1. */
static unsigned crc_of(const uint8_t *superframe)
{
	unsigned v = 0;

	for (unsigned i = 0; i < 24 * TDM_T1_BITS; i++) {
		unsigned in = i % TDM_T1_BITS ? bit_of(superframe, i) : 1;
		unsigned carry = v >> 5 ^ in;

		v = (v << 1 & 0x3f) ^ (carry ? 3 : 0);
	}
	return v;
}

static void test_crc(void **state)
{
	uint8_t octets[2][3 * TDM_T1_OCTETS];
	struct tdm_block b = { 0 };
	struct tdm_t1 tx;
	unsigned sent = 0;

	(void)state;
	tdm_t1_init(&tx);
	for (unsigned ms = 0; ms < 6; ms++) {
		fill(&b, ms * TDM_BLOCK);
		tdm_t1_frame(&tx, &b, false, octets[ms / 3] + ms % 3 * TDM_T1_OCTETS);
	}
	for (unsigned i = 0; i < 6; i++)
		sent = sent << 1 | bit_of(octets[1], (4 * i + 1) * TDM_T1_BITS);
	assert_int_equal(sent, crc_of(octets[0]));
	for (unsigned i = 0; i < 6; i++) /* 001011 in frames 4, 8 ... */
		assert_int_equal(bit_of(octets[1], (4 * i + 3) * TDM_T1_BITS), 0x0b >> (5 - i) & 1);
}

/* Both ends of a SAToP span; each `lose`th packet is lost, and two of the others change places. */
static void talk(const struct tdm_cesopsn_cfg *k, size_t size, unsigned lose)
{
	struct mem *m = mem_root("test");
	struct tdm_cesopsn *end[2] = { tdm_cesopsn_new(m, k), tdm_cesopsn_new(m, k) };
	uint8_t kept[2][TDM_CESOPSN_MAX];
	unsigned there = 0, nr = 0, held[2] = { 0 };
	uint32_t next[2] = { UINT32_MAX, UINT32_MAX };
	struct tdm_block b;
	struct str out;

	for (unsigned i = 0; i < 500; i++)
		for (int e = 0; e < 2; e++) {
			if (tdm_cesopsn_read(end[e], &b)) {
				there++;
				if (!lose)
					check_block(&b, &next[e]);
			}
			tdm_block_idle(&b, TDM_ALAW);
			fill(&b, i * TDM_BLOCK);
			tdm_cesopsn_write(end[e], &b);
			while (tdm_cesopsn_next_out(end[e], &out)) {
				assert_int_equal(out.len, size);
				if (lose && ++nr % lose == 0)
					continue;
				if (++held[e] % 40 == 20) {
					memcpy(kept[e], out.p, size);
					continue;
				}
				tdm_cesopsn_rx(end[!e], out);
				if (held[e] % 40 == 21)
					tdm_cesopsn_rx(end[!e], str_n(kept[e], size));
			}
		}
	assert_true(there > 2 * 500 - 100);
	for (int e = 0; e < 2; e++) {
		struct tdm_status s;

		tdm_cesopsn_status(end[e], &s);
		assert_int_equal(s.alarms, 0);
		assert_true(s.reordered > 8);
		assert_int_equal(s.malformed, 0);
		assert_true(lose ? s.lost > 0 : s.lost == 0);
	}
	mem_free(m);
}

static void test_satop(void **state)
{
	struct tdm_cesopsn_cfg k = { .kind = TDM_T1,
				     .satop = true,
				     .frames = 8,
				     .seq = 0xfff0,
				     .depth_ms = 5,
				     .max_depth_ms = 32 };

	(void)state;
	talk(&k, 4 + 192, 0);
	talk(&k, 4 + 192, 37);
	k.rtp = true;
	k.pt = 97;
	talk(&k, 12 + 4 + 192, 0);
	k.rtp = false;
	k.octet_aligned = true;
	for (k.frames = 1; k.frames <= TDM_CESOPSN_FRAMES; k.frames += 7)
		talk(&k, 4 + (size_t)k.frames * 25, 0);
}

/* RFC 4553 4.3.2: the timestamp counts frames, 7.96 a packet. */
static void test_timestamp(void **state)
{
	struct tdm_cesopsn_cfg k = { .kind = TDM_T1,
				     .satop = true,
				     .frames = 8,
				     .rtp = true,
				     .pt = 97,
				     .depth_ms = 5,
				     .max_depth_ms = 32 };
	struct mem *m = mem_root("test");
	struct tdm_cesopsn *c = tdm_cesopsn_new(m, &k);
	uint32_t last = 0;
	struct tdm_block b = { 0 };
	struct str out;

	(void)state;
	for (unsigned i = 0; i < 193; i++) {
		tdm_cesopsn_write(c, &b);
		while (tdm_cesopsn_next_out(c, &out))
			last = (uint32_t)(uint8_t)out.p[6] << 8 | (uint8_t)out.p[7];
	}
	assert_int_equal(last, 193 * 8 - 8); /* 194 packets; of the last the begin */
	mem_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_place), cmocka_unit_test(test_alarm),
		cmocka_unit_test(test_loss),	    cmocka_unit_test(test_crc),
		cmocka_unit_test(test_satop),	    cmocka_unit_test(test_timestamp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
