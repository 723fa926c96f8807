/* SPDX-License-Identifier: GPL-3.0-or-later */
/* E1 frames (G.704 2.3, G.706 4.1): timeslot 0, every place at which a frame may begin, loss of
 * alignment, the alarm; and SAToP (RFC 4553), which carries them. */
#include "unit/support.h"
#include "tdm/cesopsn.h"
#include "tdm/e1.h"

#define OCTETS_MS (TDM_BLOCK * TDM_E1_FRAME)

static uint8_t octet_of(uint32_t frame, unsigned ts)
{
	return (uint8_t)(0x20 | ((frame * 5 + ts * 3) & 0x0f) | (ts & 1) << 6);
}

static void fill(struct tdm_block *b, uint32_t frame)
{
	for (unsigned i = 0; i < TDM_BLOCK; i++)
		for (unsigned ts = 0; ts < TDM_MAX_TS; ts++)
			b->octet[ts][i] = octet_of(frame + i, ts);
}

/* `nr` milliseconds, which begin `bits` into what is sent; how many were given out whole, in order. */
static unsigned carry(struct tdm_e1 *rx, unsigned nr, unsigned bits, bool alarm)
{
	uint8_t line[2 * OCTETS_MS] = { 0 }, octets[OCTETS_MS];
	struct tdm_e1 tx;
	unsigned whole = 0;

	tdm_e1_init(&tx, false);
	for (uint32_t ms = 0; ms < nr; ms++) {
		struct tdm_block b, got = { 0 };
		unsigned k = 0;

		fill(&b, ms * TDM_BLOCK);
		memmove(line, line + OCTETS_MS, OCTETS_MS);
		tdm_e1_frame(&tx, &b, alarm, line + OCTETS_MS);
		for (unsigned i = 0; i < OCTETS_MS; i++) {
			const uint8_t *p = line + OCTETS_MS - bits / 8 - 1 + i;

			octets[i] = (uint8_t)((p[0] << 8 | p[1]) >> bits % 8);
		}
		if (!tdm_e1_deframe(rx, octets, &got))
			continue;
		while (k < 16 && octet_of(k, 1) != got.octet[1][0])
			k++;
		for (unsigned ts = 1; ts < TDM_MAX_TS; ts++)
			for (unsigned i = 0; i < TDM_BLOCK; i++)
				assert_int_equal(got.octet[ts][i], octet_of(k + i, ts));
		whole++;
	}
	return whole;
}

static void test_every_place(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits < 8 * TDM_E1_FRAME; bits++) {
		struct tdm_e1 rx;

		tdm_e1_init(&rx, false);
		assert_true(carry(&rx, 20, bits, false) >= 18);
		assert_true(rx.aligned && !rx.rai);
		assert_int_equal(rx.losses, 0);
	}
}

static void test_alarm(void **state)
{
	struct tdm_e1 rx;

	(void)state;
	tdm_e1_init(&rx, false);
	carry(&rx, 5, 9, true);
	assert_true(rx.rai);
	tdm_e1_init(&rx, false);
	carry(&rx, 5, 9, false);
	assert_false(rx.rai);
}

/* Three signals in a row: two wrong ones are borne. */
static void test_loss(void **state)
{
	uint8_t octets[OCTETS_MS];
	struct tdm_block b = { 0 };
	struct tdm_e1 tx, rx;

	(void)state;
	tdm_e1_init(&tx, false);
	tdm_e1_init(&rx, false);
	carry(&rx, 5, 0, false);
	assert_true(rx.aligned);
	tdm_e1_frame(&tx, &b, false, octets);
	octets[0] = octets[2 * TDM_E1_FRAME] = 0;
	tdm_e1_deframe(&rx, octets, &b);
	assert_true(rx.aligned);
	memset(octets, 0x54, sizeof(octets));
	assert_false(tdm_e1_deframe(&rx, octets, &b));
	assert_false(tdm_e1_deframe(&rx, octets, &b));
	assert_false(rx.aligned);
	assert_int_equal(rx.losses, 1);
	assert_true(carry(&rx, 5, 100, false) >= 3);
}

static unsigned bit_of(const uint8_t *octets, unsigned bit)
{
	return octets[bit / 8] >> (7 - bit % 8) & 1;
}

/* The remainder, bit by bit, of eight frames with their C bits as 0. */
static unsigned crc_of(const uint8_t *half)
{
	unsigned v = 0;

	for (unsigned i = 0; i < 8 * OCTETS_MS; i++) {
		bool is_c = i % (2 * 8 * TDM_E1_FRAME) == 0;
		unsigned carry = v >> 3 ^ (is_c ? 0 : bit_of(half, i));

		v = (v << 1 & 15) ^ (carry ? 3 : 0);
	}
	return v;
}

/* G.704 2.3.3: the alignment signal and C1 to C4 of what was sent before. */
static void test_crc4_sent(void **state)
{
	uint8_t octets[4][OCTETS_MS];
	struct tdm_block b;
	struct tdm_e1 tx;

	(void)state;
	tdm_e1_init(&tx, true);
	for (unsigned ms = 0; ms < 4; ms++) {
		unsigned sent = 0;

		fill(&b, ms * TDM_BLOCK);
		tdm_e1_frame(&tx, &b, false, octets[ms]);
		for (unsigned i = 0; i < 8; i += 2)
			sent = sent << 1 | octets[ms][i * TDM_E1_FRAME] >> 7;
		if (ms)
			assert_int_equal(sent, crc_of(octets[ms - 1]));
		for (unsigned i = 1; i < 8 && 8 * (ms % 2) + i < 13; i += 2)
			assert_int_equal(octets[ms][i * TDM_E1_FRAME] >> 7,
					 0x0b >> (5 - (8 * (ms % 2) + i) / 2) & 1);
	}
}

/* Two ends, the one's errors known to the other; one without CRC-4. */
static void test_crc4(void **state)
{
	uint8_t octets[OCTETS_MS];
	struct tdm_e1 end[2];
	struct tdm_block b;

	(void)state;
	for (int with = 0; with < 2; with++) {
		tdm_e1_init(&end[0], true);
		tdm_e1_init(&end[1], with);
		for (uint32_t ms = 0; ms < 1000; ms++)
			for (int e = 0; e < 2; e++) {
				fill(&b, ms * TDM_BLOCK);
				tdm_e1_frame(&end[e], &b, false, octets);
				octets[77] ^= with && !e && ms >= 500 && ms < 520 && ms % 4 == 0;
				tdm_e1_deframe(&end[!e], octets, &b);
			}
		assert_int_equal(tdm_e1_no_crc4(&end[0]), !with);
		assert_false(tdm_e1_no_crc4(&end[1]));
		assert_true(end[0].aligned && end[1].aligned);
		assert_int_equal(end[0].crc.aligned, with);
		assert_int_equal(end[0].crc.errors, 0);
		assert_int_equal(end[1].crc.errors, with ? 5 : 0);
		/* both E bits are 0 until the other end is aligned */
		assert_true(with ? end[0].crc.far_errors >= 5 && end[0].crc.far_errors < 15
				 : end[0].crc.far_errors == 0);
	}
}

/* G.706 4.3.2: 915 wrong ones of 1000. */
static void test_crc4_not_the_frame(void **state)
{
	uint8_t octets[OCTETS_MS];
	struct tdm_e1 tx, rx;
	struct tdm_block b;

	(void)state;
	tdm_e1_init(&tx, true);
	tdm_e1_init(&rx, true);
	for (uint32_t ms = 0; ms < 1100; ms++) {
		fill(&b, ms * TDM_BLOCK);
		tdm_e1_frame(&tx, &b, false, octets);
		octets[33] ^= ms > 20;
		tdm_e1_deframe(&rx, octets, &b);
	}
	assert_int_equal(rx.losses, 1);
	assert_true(rx.crc.errors > 1000);
}

/* Both ends of a SAToP span; packets of `frames`. */
static void talk(unsigned frames, unsigned ms)
{
	struct mem *m = mem_root("test");
	struct tdm_cesopsn_cfg k = {
		.satop = true, .frames = frames, .seq = 0xfff0, .depth_ms = 4, .max_depth_ms = 32
	};
	struct tdm_cesopsn *end[2] = { tdm_cesopsn_new(m, &k), tdm_cesopsn_new(m, &k) };
	struct tdm_block b;
	struct str out;
	unsigned there = 0;

	for (unsigned i = 0; i < ms; i++)
		for (int e = 0; e < 2; e++) {
			there += tdm_cesopsn_read(end[e], &b);
			fill(&b, i * TDM_BLOCK);
			tdm_cesopsn_write(end[e], &b);
			while (tdm_cesopsn_next_out(end[e], &out)) {
				assert_int_equal(out.len, 4 + frames * TDM_E1_FRAME);
				tdm_cesopsn_rx(end[!e], out);
			}
		}
	assert_true(there > 2 * ms - 20);
	assert_int_equal(tdm_cesopsn_alarms(end[0]), 0);
	assert_int_equal(tdm_cesopsn_alarms(end[1]), 0);
	mem_free(m);
}

static void test_satop(void **state)
{
	(void)state;
	for (unsigned frames = 1; frames <= TDM_CESOPSN_FRAMES; frames++)
		talk(frames, 300);
}

/* What has no frames in it is no E1; the reserved bits are not looked at. */
static void test_unframed(void **state)
{
	struct mem *m = mem_root("test");
	struct tdm_cesopsn_cfg k = {
		.satop = true, .frames = 8, .depth_ms = 4, .max_depth_ms = 32
	};
	struct tdm_cesopsn *c = tdm_cesopsn_new(m, &k);
	uint8_t packet[4 + OCTETS_MS] = { 0x03 };
	struct tdm_block b;

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		packet[2] = (uint8_t)(i >> 8);
		packet[3] = (uint8_t)i;
		tdm_cesopsn_rx(c, str_n(packet, sizeof(packet)));
		assert_false(tdm_cesopsn_read(c, &b));
		assert_int_equal(b.octet[7][7], TDM_IDLE_A);
	}
	assert_int_equal(tdm_cesopsn_alarms(c), TDM_MISMATCH);
	assert_string_equal(tdm_cesopsn_wrong(c), "no frame alignment of an E1 in it");
	mem_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_place), cmocka_unit_test(test_alarm),
		cmocka_unit_test(test_loss),	    cmocka_unit_test(test_satop),
		cmocka_unit_test(test_unframed),    cmocka_unit_test(test_crc4_sent),
		cmocka_unit_test(test_crc4),	    cmocka_unit_test(test_crc4_not_the_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
