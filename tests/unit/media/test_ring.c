/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ringing tones in timeslots and towards RTP, until there is something real. */
#include <string.h>

#include "dsp/law.h"
#include "dsp/ringback.h"
#include "media/engine.h"
#include "rtp/packet.h"
#include "unit/support.h"

static struct mem *mem;
static struct med_engine *e;
static struct tdm_block rx, tx;
static struct addr far_end = { .family = ADDR_IP4, .port = 4000, .ip = { 192, 0, 2, 9 } };
static uint8_t sent[400];
static size_t sent_len;

static int setup(void **state)
{
	struct med_cfg cfg = { .nr_channels = 4, .nr_spans = 1 };

	(void)state;
	mem = mem_root("test");
	e = med_engine_new(mem, &cfg);
	assert_non_null(e);
	memset(&rx, 0x55, sizeof(rx));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static void pass(unsigned ms)
{
	struct addr to;
	struct str octets;
	unsigned channel;

	while (ms--) {
		med_engine_span(e, 0, &rx, &tx);
		med_engine_tick(e);
		while (med_engine_due(e, &channel))
			if (med_engine_packet(e, channel, &to, &octets)) {
				sent_len = octets.len;
				memcpy(sent, octets.p, octets.len);
			}
	}
}

static void cmd(enum med_cmd_kind kind, const void *body, size_t len)
{
	struct ring_rec rec;

	med_cmd_pack(&rec, kind, body, len);
	med_engine_cmd(e, &rec);
}

static void ring(uint32_t leg, uint8_t timeslot, uint8_t kind, bool to_rtp)
{
	struct med_ring r = { .leg = leg, .timeslot = timeslot, .kind = kind, .to_rtp = to_rtp };

	cmd(MED_CMD_RING, &r, sizeof(r));
}

static void channel(enum med_through through)
{
	struct med_open o = { .leg = 7,
			      .timeslot = 3,
			      .codec = MED_PCMA,
			      .through = (uint8_t)through,
			      .pt_tx = 8,
			      .pt_rx = 8,
			      .ptime_ms = 20 };

	med_open_set_remote(&o, &far_end);
	cmd(MED_CMD_OPEN, &o, sizeof(o));
}

/* The loudest of 8 octets. */
static int loudness(const uint8_t *octets)
{
	struct dsp_law t;
	int max = 0;

	dsp_law_init(&t);
	for (int i = 0; i < TDM_BLOCK; i++) {
		int x = dsp_octet_to_linear(&t, DSP_ALAW, octets[i]);
		max = x > max ? x : -x > max ? -x : max;
	}
	return max;
}

static bool is_loud(unsigned timeslot)
{
	return loudness(tx.octet[timeslot]) > 1000;
}

static void packets(unsigned nr)
{
	static uint16_t seq;
	uint8_t octets[RTP_HEADER_LEN + 160];
	struct rtp_packet p = { .pt = 8, .ssrc = 1 };

	while (nr--) {
		p.seq = ++seq;
		p.timestamp = seq * 160u;
		rtp_header_enc(octets, &p);
		memset(octets + RTP_HEADER_LEN, 0xd5, 160);
		med_engine_rx(e, 0, &far_end, str_n(octets, sizeof(octets)));
		pass(20);
	}
}

static void test_cadence_in_a_timeslot(void **state)
{
	(void)state;
	ring(1, 3, DSP_RINGBACK_ETSI, false);
	for (unsigned ms = 0; ms < 11000; ms++) {
		pass(1);
		if (ms % 5000 > 2 && ms % 5000 < 998)
			assert_true(is_loud(3));
		if (ms % 5000 >= 1000)
			assert_int_equal(loudness(tx.octet[3]), 8);
		assert_true(tx.octet[4][0] == tdm_idle(TDM_ALAW));
	}
	ring(2, 3, DSP_RINGBACK_NONE, false); /* somebody else's */
	pass(4010);
	assert_true(is_loud(3));
	ring(1, 3, DSP_RINGBACK_NONE, false);
	pass(1);
	assert_int_equal(tx.octet[3][0], tdm_idle(TDM_ALAW));
}

static void test_until_the_first_packet(void **state)
{
	(void)state;
	ring(1, 3, DSP_RINGBACK_US, false);
	pass(500);
	channel(MED_FROM_RTP);
	pass(100);
	assert_true(is_loud(3));
	packets(5);
	assert_false(is_loud(3));
	assert_int_equal(tx.octet[3][0], 0xd5);
	ring(1, 3, DSP_RINGBACK_NONE, false);
}

/* What may not be heard does not end it. */
static void test_not_authorized(void **state)
{
	(void)state;
	ring(1, 3, DSP_RINGBACK_US, false);
	channel(MED_CUT);
	packets(5);
	assert_true(is_loud(3));
	channel(MED_FROM_RTP);
	packets(1);
	assert_false(is_loud(3));
	ring(1, 3, DSP_RINGBACK_NONE, false);
}

static void test_to_rtp(void **state)
{
	(void)state;
	channel(MED_TO_RTP);
	ring(1, 3, DSP_RINGBACK_ETSI, true);
	pass(100);
	assert_int_equal(sent_len, RTP_HEADER_LEN + 160);
	assert_true(loudness(sent + RTP_HEADER_LEN + 80) > 1000);
	assert_false(is_loud(3)); /* not into the timeslot */
	pass(1000);
	assert_int_equal(loudness(sent + RTP_HEADER_LEN), 8);
	ring(1, 3, DSP_RINGBACK_NONE, true);
	pass(100);
	assert_int_equal(sent[RTP_HEADER_LEN], 0x55);
}

static void test_out_of_range(void **state)
{
	struct med_ring r = { .leg = 1, .span = 1, .timeslot = 3, .kind = DSP_RINGBACK_UK };

	(void)state;
	cmd(MED_CMD_RING, &r, sizeof(r));
	ring(1, 0, DSP_RINGBACK_UK, false);
	ring(1, 32, DSP_RINGBACK_UK, false);
	ring(1, 3, DSP_NR_RINGBACKS, false);
	pass(10);
	assert_int_equal(tx.octet[3][0], tdm_idle(TDM_ALAW));
	ring(1, 3, DSP_RINGBACK_UK, false); /* another leg's is the one */
	ring(2, 3, DSP_RINGBACK_US, false);
	ring(1, 3, DSP_RINGBACK_NONE, false);
	pass(1500);
	assert_true(is_loud(3));
	ring(2, 3, DSP_RINGBACK_NONE, false);
	pass(1);
	assert_int_equal(tx.octet[3][0], tdm_idle(TDM_ALAW));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_cadence_in_a_timeslot, setup, teardown),
		cmocka_unit_test_setup_teardown(test_until_the_first_packet, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_authorized, setup, teardown),
		cmocka_unit_test_setup_teardown(test_to_rtp, setup, teardown),
		cmocka_unit_test_setup_teardown(test_out_of_range, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
