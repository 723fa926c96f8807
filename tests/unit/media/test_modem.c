/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A call that turns out to be of modems or fax machines: behind the answering tone, from either side,
 * the receive buffer is fixed and deep enough, octets come out as they went in, and the tone itself
 * goes on without a break while the buffer becomes deeper.
 */
#include <math.h>

#include <trunkgate/base/rng.h>

#include "unit/support.h"
#include "unit/media/world.h"
#include "dsp/law.h"

#define PTIME  20
#define LEN    (PTIME * 8)
#define SPEECH (MED_F_CONCEAL | MED_F_ADAPT | MED_F_MODEM)
#define TONE   2000 /* ms */

static struct dsp_law law;
static struct world w;
static uint8_t heard[64 * 8000];
static uint32_t nr_heard;
static bool behind; /* the tone is behind the timeslot */
static uint32_t nr_cn;

static uint8_t tone(uint32_t n)
{
	return dsp_linear_to_octet(&law, DSP_ALAW, (int16_t)(8000 * sin(2 * M_PI * 21 * n / 80)));
}

/* Silence for a second, then the tone. */
static uint8_t answers(uint32_t n)
{
	return n >= 8000 && n < 8000 + 8 * TONE ? tone(n) : 0xd5;
}

/* What a modem says behind it: any octets; silence now and then, where speech would be stretched. */
static uint8_t data(uint32_t n)
{
	return n / 4000 % 2 ? 0xd5 ^ (n * 2654435761u >> 31 & 1) : (uint8_t)(n * 2654435761u >> 24);
}

static uint8_t says(uint32_t n)
{
	if (behind)
		return n < 8000 + 8 * TONE ? 0xd5 : data(n);
	return n < 8000 + 8 * TONE ? answers(n) : data(n);
}

static void exchange(struct world *world, const struct tdm_block *rx, struct tdm_block *tx)
{
	(void)world;
	for (unsigned i = 0; i < TDM_BLOCK; i++, nr_heard++) {
		if (nr_heard < sizeof(heard))
			heard[nr_heard] = rx->octet[1][i];
		tx->octet[1][i] = behind ? answers(nr_heard) : 0xd5;
	}
}

static void sent(struct world *world, unsigned channel, const struct addr *to, struct str octets)
{
	(void)world;
	(void)channel;
	(void)to;
	nr_cn += (octets.p[1] & 0x7f) == 13;
}

static void send(uint32_t n)
{
	uint8_t octets[12 + LEN];
	struct wr wr = wr_init(octets, sizeof(octets));
	struct rtp_packet p = { .seq = (uint16_t)n, .timestamp = n * LEN, .ssrc = 77, .pt = 8 };
	uint8_t payload[LEN];

	for (uint32_t i = 0; i < LEN; i++)
		payload[i] = says(n * LEN + i);
	p.payload = str_n(payload, LEN);
	rtp_packet_enc(&wr, &p);
	world_datagram(&w, 0, wr_str(&wr));
}

static struct med_open begin(uint16_t flags, bool is_behind)
{
	struct med_open o;

	behind = is_behind;
	nr_heard = nr_cn = 0;
	world_init(&w, TDM_ALAW);
	w.exchange = exchange;
	w.sent = sent;
	o = world_open(&w, 1, 0);
	o.flags = flags;
	o.cn_pt = flags & MED_F_DTX ? 13 : 0;
	world_cmd(&w, MED_CMD_OPEN, &o);
	return o;
}

/* Packets of `seconds`, from a clock that is `ppm` slower; those of a multiple of lose_every do not come. */
static void run(unsigned from_s, unsigned to_s, int ppm, unsigned lose_every)
{
	static uint32_t n;

	n = from_s ? n : 0;
	for (uint32_t ms = from_s * 1000; ms < to_s * 1000; ms++) {
		while (n * PTIME * (1 + ppm * 1e-6) <= ms) {
			if (!lose_every || n % lose_every)
				send(n);
			n++;
		}
		world_pass(&w, 1);
	}
}

static struct med_counters counters(void)
{
	world_ref(&w, MED_CMD_QUERY, 1, 0);
	return world_report(&w, MED_REP_COUNTERS, 1);
}

/* How late says(n) was heard; fails when any octet of [from, to) seconds was not. */
static int64_t lag_of(unsigned from_s, unsigned to_s)
{
	int64_t lag;

	for (lag = 0; lag < 4000; lag++) {
		uint32_t i;

		for (i = 0; i < 2000 &&
			    heard[from_s * 8000 + i] == says((uint32_t)(from_s * 8000 + i - lag));
		     i++)
			;
		if (i == 2000)
			break;
	}
	assert_true(lag < 4000);
	for (uint32_t i = from_s * 8000; i < to_s * 8000; i++)
		if (heard[i] != says((uint32_t)(i - lag)))
			fail_msg("octet %u ms behind the start is another one", i / 8);
	return lag;
}

static void finish(void)
{
	world_ref(&w, MED_CMD_CLOSE, 1, 0);
	world_report(&w, MED_REP_CLOSED, 1);
	world_fini(&w);
}

/* Speech is stretched where it is quiet, as the far clock wants it; data is not, and keeps 40 ms in hand
 * from the packet that came last. */
static void test_fixed(void **state)
{
	(void)state;
	for (int is_behind = 0; is_behind < 2; is_behind++)
		for (int ppm = -100; ppm <= 100; ppm += 50) {
			struct med_counters c;

			begin(SPEECH, is_behind);
			run(0, 60, ppm, 0);
			c = counters();
			assert_int_equal(c.modem,
					 is_behind ? MED_MODEM_TO_RTP : MED_MODEM_FROM_RTP);
			assert_int_equal(c.gaps_ms, 0);
			assert_int_equal(c.rx_late, 0);
			lag_of(4, 59);
			finish();
		}
}

/* The tone that one end of a call sends is not broken when the buffer becomes deeper: ten seconds of
 * speech have made it shallow. */
static void test_deeper(void **state)
{
	struct med_counters c;
	unsigned before;

	(void)state;
	begin(SPEECH, false);
	/* Ten seconds of silence, and so many packets that what is in hand becomes little. */
	for (uint32_t n = 0; n < 3000; n++) {
		uint8_t octets[12 + LEN], payload[LEN];
		struct wr wr = wr_init(octets, sizeof(octets));
		struct rtp_packet p = {
			.seq = (uint16_t)n, .timestamp = n * LEN, .ssrc = 77, .pt = 8
		};

		for (uint32_t i = 0; i < LEN; i++)
			payload[i] = n < 2900 ? 0xd5 : tone(n * LEN + i);
		p.payload = str_n(payload, LEN);
		rtp_packet_enc(&wr, &p);
		world_datagram(&w, 0, wr_str(&wr));
		world_pass(&w, PTIME);
		if (n == 2899)
			before = counters().delay_ms;
	}
	c = counters();
	assert_true(before < 15);
	assert_in_range(c.delay_ms, 38, 52);
	assert_int_equal(c.gaps_ms, 0);
	/* Once begun, each octet is that of 10 ms before. */
	for (uint32_t i = 2910 * LEN; i + 8 < nr_heard; i++)
		if (heard[i] != heard[i - 80])
			fail_msg("the tone breaks %u ms behind its start", (i - 2900 * LEN) / 8);
	finish();
}

/* What is lost is silence, and what is behind it comes as it was sent: nothing is faded in. */
static void test_loss(void **state)
{
	struct med_counters c;

	(void)state;
	begin(SPEECH, false);
	run(0, 4, 0, 0);
	c = counters();
	assert_int_equal(c.modem, MED_MODEM_FROM_RTP);
	run(4, 20, 0, 10);
	c = counters();
	assert_int_equal(c.concealed_ms, 0);
	assert_true(c.gaps_ms >= 70 * PTIME);
	for (int64_t lag = 0; lag < 4000; lag++) {
		uint32_t same = 0, silent = 0;

		for (uint32_t i = 6 * 8000; i < 19 * 8000; i++) {
			uint32_t n = (uint32_t)(i - lag);
			bool gone = n / LEN % 10 == 0;

			same += !gone && heard[i] == says(n);
			silent += gone && heard[i] == 0xd5;
		}
		if (same == 13 * 8000 * 9 / 10 && silent == 13 * 8000 / 10) {
			finish();
			return;
		}
	}
	fail_msg("octets are not those that were sent, with silence for the others");
}

/* A re-INVITE changes nothing of it; another leg begins anew. */
static void test_stays(void **state)
{
	struct med_open o;
	int64_t lag;

	(void)state;
	o = begin(SPEECH, true);
	run(0, 10, 0, 0);
	lag = lag_of(4, 9);
	o.ptime_ms = 10;
	world_cmd(&w, MED_CMD_MODIFY, &o);
	run(10, 20, 0, 0);
	assert_int_equal(lag_of(11, 19), lag);
	assert_int_equal(counters().modem, MED_MODEM_TO_RTP);
	o.leg = 2;
	world_cmd(&w, MED_CMD_OPEN, &o);
	world_report(&w, MED_REP_CLOSED, 1);
	world_ref(&w, MED_CMD_QUERY, 2, 0);
	assert_int_equal(world_report(&w, MED_REP_COUNTERS, 2).modem, MED_MODEM_NONE);
	world_fini(&w);
}

/* Silence of modems is sent (comfort noise would be another carrier), and not before. */
static void test_silence_is_sent(void **state)
{
	uint32_t before;

	(void)state;
	begin(SPEECH | MED_F_DTX, true);
	run(0, 2, 0, 0);
	before = nr_cn;
	assert_true(before > 0);
	assert_int_equal(counters().modem, MED_MODEM_TO_RTP);
	run(2, 20, 0, 0);
	assert_int_equal(nr_cn, before);
	finish();
}

/* Not where it was not asked for. */
static void test_not(void **state)
{
	(void)state;
	begin(MED_F_CONCEAL | MED_F_ADAPT, false);
	run(0, 5, 0, 0);
	assert_int_equal(counters().modem, MED_MODEM_NONE);
	finish();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_deeper),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_stays),
		cmocka_unit_test(test_silence_is_sent),
		cmocka_unit_test(test_not),
	};

	dsp_law_init(&law);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
