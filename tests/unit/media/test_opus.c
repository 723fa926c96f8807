/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opus in the engine: 48 kHz timestamps both ways (RFC 7587 4.1), over their wrap; what was lost is
 * made by the decoder before it is played; silence that is not sent; packets twice, out of order and
 * of another source; a codec of another clock in the middle of a call.
 */
#include <math.h>

#include "unit/support.h"
#include "unit/media/world.h"
#include "dsp/codec.h"
#include "dsp/law.h"
#include "rtp/rtcp.h"

#define PT 108

struct phone {
	struct dsp_coder *far; /* its coder */
	uint16_t seq;
	uint32_t timestamp, ssrc, at; /* at: samples coded */
};

static struct med_objects objects[WORLD_OBJECTS];
static uint16_t sent_seq;
static uint32_t sent_timestamp, sent_ssrc;
static uint8_t sent_pt;
static bool sent_marker, sent_copy;
static double heard; /* power of what the far end of the span has heard in a ms */
static struct dsp_law *law;

static void sent(struct world *w, unsigned channel, const struct addr *to, struct str octets)
{
	struct rtp_packet p;

	(void)w;
	(void)channel;
	(void)to;
	assert_int_equal(rtp_packet_dec(&p, octets, NULL), 0);
	sent_seq = p.seq;
	sent_timestamp = p.timestamp;
	sent_ssrc = p.ssrc;
	sent_pt = p.pt;
	sent_marker = p.marker;
	sent_copy = sent_copy || dsp_coder_has_copy(objects[1].coder, p.payload);
}

static bool silent; /* what the far end of the span says */

static void exchange(struct world *w, const struct tdm_block *rx, struct tdm_block *tx)
{
	heard = 0;
	for (int i = 0; i < TDM_BLOCK; i++) {
		double v = dsp_octet_to_linear(law, DSP_ALAW, rx->octet[1][i]);
		double t = (w->now * TDM_BLOCK + (unsigned)i) / 8000.0;

		heard += v * v / TDM_BLOCK;
		tx->octet[1][i] =
			dsp_linear_to_octet(law, DSP_ALAW,
					    silent ? 0
						   : (int16_t)(6000 * sin(2 * M_PI * 150 * t) *
							       (1 + 0.9 * sin(20 * t))));
	}
}

/* A leg with Opus; false: it is not built in. */
static bool start(struct world *w, struct phone *f, const struct dsp_tuning *t)
{
	struct med_open o;

	world_init(w, TDM_ALAW);
	mem_fail_after(0);
	memset(objects, 0, sizeof(objects));
	objects[1].coder = dsp_coder_new(w->m, DSP_OPUS);
	law = dsp_law_new(w->m);
	f->far = dsp_coder_new(w->m, DSP_OPUS);
	if (!f->far) {
		world_fini(w);
		return false;
	}
	dsp_coder_tune(objects[1].coder, t);
	dsp_coder_tune(f->far, t);
	mem_fail_after(1);
	w->sent = sent;
	w->exchange = exchange;
	silent = false;
	o = world_open(w, 1, 0);
	o.codec = MED_CODED;
	o.pt_tx = o.pt_rx = PT;
	o.objects = 1;
	o.flags = MED_F_CONCEAL;
	med_engine_set_objects(w->e, 1, &objects[1]);
	world_cmd(w, MED_CMD_OPEN, &o);
	*f = (struct phone){ f->far, 100, 0xffffe000, 77, 0 };
	return true;
}

static void stop(struct world *w, struct phone *f)
{
	world_ref(w, MED_CMD_CLOSE, 1, 0);
	world_report(w, MED_REP_CLOSED, 1);
	dsp_coder_free(f->far);
	dsp_coder_free(objects[1].coder);
	world_fini(w);
}

static void datagram(struct world *w, const struct phone *f, uint16_t seq, struct str payload)
{
	uint8_t octets[500];
	struct wr wr = wr_init(octets, sizeof(octets));
	struct rtp_packet p = {
		.seq = seq, .timestamp = f->timestamp, .ssrc = f->ssrc, .pt = PT, .payload = payload
	};

	rtp_packet_enc(&wr, &p);
	world_datagram(w, 0, wr_str(&wr));
}

/* 20 ms of a voice; sent unless it is lost. */
static void speak(struct world *w, struct phone *f, bool lost)
{
	int16_t s[160];
	uint8_t payload[400];
	size_t len;

	for (unsigned i = 0; i < 160; i++) {
		double t = (f->at + i) / 8000.0;

		s[i] = (int16_t)(6000 * sin(2 * M_PI * 150 * t) * (1 + 0.5 * sin(20 * t)));
	}
	len = dsp_coder_enc(f->far, s, 160, payload, sizeof(payload));
	if (!lost && len)
		datagram(w, f, f->seq, str_n(payload, len));
	f->at += 160;
	f->seq++;
	f->timestamp += 960;
}

/* Of all milliseconds from the 100th on: how many nothing was heard in. */
static unsigned talk(struct world *w, struct phone *f, unsigned packets, unsigned lose_every)
{
	unsigned quiet = 0;

	for (unsigned i = 0; i < packets; i++) {
		speak(w, f, lose_every && i % lose_every == lose_every - 1);
		for (unsigned ms = 0; ms < 20; ms++) {
			world_pass(w, 1);
			quiet += w->now > 100 && heard < 100;
		}
	}
	return quiet;
}

static void test_timestamps(void **state)
{
	struct dsp_tuning t = { .fec = true };
	struct med_counters c;
	static struct world w;
	struct phone f;
	uint32_t before;
	uint16_t seq;

	(void)state;
	if (!start(&w, &f, &t))
		return;
	assert_int_equal(talk(&w, &f, 50, 0), 0); /* over the wrap at 2^32 */
	before = sent_timestamp;
	seq = sent_seq;
	talk(&w, &f, 10, 0);
	assert_int_equal(sent_timestamp - before, 960u * (uint16_t)(sent_seq - seq));
	assert_int_equal(sent_pt, PT);
	world_ref(&w, MED_CMD_QUERY, 1, 0);
	c = world_report(&w, MED_REP_COUNTERS, 1);
	assert_int_equal(c.rx_packets, 60);
	assert_int_equal(c.rx_lost, 0);
	assert_int_equal(c.gaps_ms, 0);
	assert_true(c.jitter_us8 < 2000 / 8);
	stop(&w, &f);
}

/* Filled by the decoder before they are played: no gap is heard; a copy is no gap at all. */
static void test_loss(void **state)
{
	(void)state;
	for (int fec = 0; fec < 2; fec++) {
		struct dsp_tuning t = { .fec = fec };
		struct med_counters c;
		static struct world w;
		struct phone f;

		if (!start(&w, &f, &t))
			return;
		dsp_coder_loss(f.far, 10);
		assert_int_equal(talk(&w, &f, 100, 10), 0);
		speak(&w, &f, false);
		world_pass(&w, 20);
		world_ref(&w, MED_CMD_QUERY, 1, 0);
		c = world_report(&w, MED_REP_COUNTERS, 1);
		assert_int_equal(c.rx_lost, 10);
		if (fec)
			assert_true(c.gaps_ms < 100);
		else
			assert_in_range(c.gaps_ms, 190, 200);
		assert_int_equal(c.concealed_ms, c.gaps_ms);
		stop(&w, &f);
	}
}

/* RFC 3550 6.4.1: what the far end says is lost. Copies go from then on, until it is no more. */
static void report(struct world *w, uint8_t fraction)
{
	struct rtcp_block b = { .ssrc = 1000, .fraction_lost = fraction };
	uint8_t buf[200];
	struct wr out = wr_init(buf, sizeof(buf));

	rtcp_rr_enc(&out, 9, &b, 1);
	rtcp_sdes_enc(&out, 9, STR("x"));
	med_engine_rtcp_rx(w->e, 0, &w->peer, str_n(buf, out.len));
}

static void test_copies(void **state)
{
	static const uint8_t lost[] = { 0, 26, 0 };
	struct dsp_tuning t = { .fec = true };
	static struct world w;
	struct phone f;

	(void)state;
	if (!start(&w, &f, &t))
		return;
	for (int i = 0; i < 3; i++) {
		report(&w, lost[i]);
		world_pass(&w, 100);
		sent_copy = false;
		world_pass(&w, 400);
		assert_int_equal(sent_copy, lost[i] > 0);
	}
	stop(&w, &f);
}

/* Twice, behind its turn, of a stranger's source: counted, and the stream goes on as before. */
static void test_odd_packets(void **state)
{
	struct dsp_tuning t = { .fec = true };
	uint8_t junk[3] = { 0x08, 1, 2 };
	struct med_counters c;
	struct phone f, other;
	static struct world w;

	(void)state;
	if (!start(&w, &f, &t))
		return;
	talk(&w, &f, 10, 0);
	f.timestamp -= 960;
	datagram(&w, &f, (uint16_t)(f.seq - 1), str_n(junk, 3)); /* twice */
	f.timestamp += 960;
	other = f;
	other.ssrc = 99;
	other.timestamp += 0x50000000;
	for (int i = 0; i < 5; i++) {
		other.timestamp += 0x40000000; /* round and round */
		datagram(&w, &other, (uint16_t)(500 + 2 * i), str_n(junk, 3));
		assert_int_equal(talk(&w, &f, 2, 0), 0);
	}
	world_ref(&w, MED_CMD_QUERY, 1, 0);
	c = world_report(&w, MED_REP_COUNTERS, 1);
	assert_int_equal(c.rx_late, 1);
	assert_int_equal(c.rx_rejected, 5);
	assert_int_equal(c.gaps_ms, 0);
	stop(&w, &f);
}

/* Not sent and not lost: the numbers go on without a gap, and the noise of the decoder is heard. */
static void test_silence(void **state)
{
	struct dsp_tuning t = { .dtx = true };
	struct med_counters c;
	static struct world w;
	struct phone f;
	unsigned nr;
	uint32_t before;
	uint16_t seq;

	(void)state;
	if (!start(&w, &f, &t))
		return;
	talk(&w, &f, 20, 0);
	silent = true; /* from us */
	world_pass(&w, 1000);
	nr = w.nr_sent;
	before = sent_timestamp;
	seq = sent_seq;
	world_pass(&w, 1000);
	assert_true(w.nr_sent - nr < 20);
	silent = false;
	world_pass(&w, 100);
	assert_true(sent_timestamp - before >= 48000);
	assert_true((uint16_t)(sent_seq - seq) < 30);
	f.timestamp += 48 * 2100; /* from them: the same silence */
	talk(&w, &f, 10, 0);
	world_ref(&w, MED_CMD_QUERY, 1, 0);
	c = world_report(&w, MED_REP_COUNTERS, 1);
	assert_int_equal(c.rx_lost, 0);
	assert_true(heard > 100);
	stop(&w, &f);
}

/* RFC 7160 4.1: another clock, another source; and PCMA's timestamps are its samples again. */
static void test_other_clock(void **state)
{
	struct dsp_tuning t = { .fec = true };
	struct med_open o;
	uint32_t ssrc, before;
	static struct world w;
	struct phone f;

	(void)state;
	if (!start(&w, &f, &t))
		return;
	talk(&w, &f, 10, 0);
	ssrc = sent_ssrc;
	o = world_open(&w, 1, 0);
	world_cmd(&w, MED_CMD_MODIFY, &o);
	world_pass(&w, 40);
	assert_int_equal(sent_pt, 8);
	assert_int_not_equal(sent_ssrc, ssrc);
	before = sent_timestamp;
	world_pass(&w, 20);
	assert_int_equal(sent_timestamp - before, 160);
	stop(&w, &f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timestamps), cmocka_unit_test(test_loss),
		cmocka_unit_test(test_copies),	   cmocka_unit_test(test_odd_packets),
		cmocka_unit_test(test_silence),	   cmocka_unit_test(test_other_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
