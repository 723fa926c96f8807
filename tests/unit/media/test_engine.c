/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine's records and rules: opening, changing, closing, who owns a timeslot, reports. */
#include "unit/support.h"
#include "unit/media/world.h"
#include "dsp/law.h"

static struct world w;

static struct rtp_packet last;
static uint8_t last_octets[12 + 480];

static void keep_last(struct world *world, unsigned channel, const struct addr *to,
		      struct str octets)
{
	(void)world;
	(void)channel;
	(void)to;
	memcpy(last_octets, octets.p, octets.len);
	assert_int_equal(rtp_packet_dec(&last, str_n(last_octets, octets.len), NULL), 0);
}

static void begin(void)
{
	world_init(&w, TDM_ALAW);
	w.sent = keep_last;
}

static struct med_open opened(uint32_t leg, uint16_t channel)
{
	struct med_open o = world_open(&w, leg, channel);

	world_cmd(&w, MED_CMD_OPEN, &o);
	return o;
}

static bool timeslot_is(unsigned ts, uint8_t octet)
{
	uint8_t want[TDM_BLOCK];

	memset(want, octet, sizeof(want));
	return memcmp(w.near_tx.octet[ts], want, sizeof(want)) == 0;
}

static void test_idle_and_silence(void **state)
{
	struct tdm_block tx;

	(void)state;
	begin();
	opened(1, 0);
	world_pass(&w, 1);
	assert_true(timeslot_is(0, TDM_IDLE_A));
	assert_true(timeslot_is(1, DSP_SILENCE_A));
	for (unsigned ts = 2; ts < TDM_MAX_TS; ts++)
		assert_true(timeslot_is(ts, TDM_IDLE_A));
	world_ref(&w, MED_CMD_CLOSE, 1, 0);
	world_pass(&w, 1);
	assert_true(timeslot_is(1, TDM_IDLE_A));
	med_engine_span(w.e, 1, &w.near_rx, &tx);
	assert_int_equal(tx.octet[31][7], TDM_IDLE_MU);
	world_fini(&w);
}

static void test_stale_ids_change_nothing(void **state)
{
	struct med_open o;

	(void)state;
	begin();
	o = opened(7, 2);
	world_ref(&w, MED_CMD_CLOSE, 8, 2);
	world_ref(&w, MED_CMD_CLOSE, 7, 3);
	world_ref(&w, MED_CMD_CLOSE, 7, 9999);
	world_ref(&w, MED_CMD_CLOSE, 0, 3);
	world_ref(&w, MED_CMD_QUERY, 8, 2);
	o.leg = 8;
	o.through = MED_CUT;
	world_cmd(&w, MED_CMD_MODIFY, &o);
	o.leg = 7;
	o.channel = 3;
	world_cmd(&w, MED_CMD_MODIFY, &o);
	world_no_report(&w);
	world_pass(&w, 100);
	assert_in_range(w.nr_sent, 3, 5);
	world_ref(&w, MED_CMD_CLOSE, 7, 2);
	world_ref(&w, MED_CMD_CLOSE, 7, 2);
	world_report(&w, MED_REP_CLOSED, 7);
	world_no_report(&w);
	world_fini(&w);
}

static void out_of_range(const struct med_open *o)
{
	struct med_counters c;

	world_cmd(&w, MED_CMD_MODIFY, o);
	world_no_report(&w);
	world_cmd(&w, MED_CMD_OPEN, o);
	c = world_report(&w, MED_REP_CLOSED, o->leg);
	assert_int_equal(c.channel, o->channel);
	world_no_report(&w);
}

#define OUT_OF_RANGE(member, value)                        \
	do {                                               \
		struct med_open o_ = world_open(&w, 1, 0); \
		o_.member = value;                         \
		out_of_range(&o_);                         \
	} while (0)

static void test_out_of_range(void **state)
{
	struct ring_rec rec = { .kind = 77 };

	(void)state;
	begin();
	opened(5, 0);
	OUT_OF_RANGE(leg, 0);
	OUT_OF_RANGE(channel, WORLD_CHANNELS);
	OUT_OF_RANGE(span, 2);
	OUT_OF_RANGE(timeslot, 0);
	OUT_OF_RANGE(timeslot, 32);
	OUT_OF_RANGE(codec, MED_CODED + 1);
	OUT_OF_RANGE(codec, MED_CODED); /* without a coder */
	OUT_OF_RANGE(objects, WORLD_OBJECTS + 1);
	OUT_OF_RANGE(through, 4);
	OUT_OF_RANGE(pt_tx, 128);
	OUT_OF_RANGE(pt_rx, 128);
	OUT_OF_RANGE(ptime_ms, 0);
	OUT_OF_RANGE(ptime_ms, 15);
	OUT_OF_RANGE(ptime_ms, 70);
	OUT_OF_RANGE(family, 5);
	OUT_OF_RANGE(gain_to_rtp, MED_GAIN_MAX + 1);
	OUT_OF_RANGE(gain_to_timeslot, MED_GAIN_MIN - 1);
	med_engine_cmd(w.e, &rec);
	world_no_report(&w);
	world_ref(&w, MED_CMD_CLOSE, 5, 0); /* it was left alone */
	world_report(&w, MED_REP_CLOSED, 5);
	world_fini(&w);
}

static void test_busy_channel(void **state)
{
	struct med_open o;

	(void)state;
	begin();
	opened(1, 0);
	world_pass(&w, 100);
	o = world_open(&w, 2, 0);
	o.timeslot = 9;
	world_cmd(&w, MED_CMD_OPEN, &o);
	assert_true(world_report(&w, MED_REP_CLOSED, 1).tx_packets > 0);
	world_pass(&w, 1);
	assert_true(timeslot_is(1, TDM_IDLE_A));
	assert_true(timeslot_is(9, DSP_SILENCE_A));
	world_cmd(&w, MED_CMD_OPEN, &o); /* the same leg: no report, no new stream */
	world_no_report(&w);
	world_pass(&w, 100);
	world_ref(&w, MED_CMD_QUERY, 2, 0);
	assert_in_range(world_report(&w, MED_REP_COUNTERS, 2).tx_packets, 3, 5);
	world_fini(&w);
}

static void test_last_one_has_the_timeslot(void **state)
{
	struct med_open first, second;
	unsigned sent;

	(void)state;
	begin();
	first = opened(1, 0);
	world_speech(&w, 0, 1, 0, 160);
	world_pass(&w, 100);
	second = world_open(&w, 2, 1);
	second.timeslot = first.timeslot;
	world_cmd(&w, MED_CMD_OPEN, &second);
	world_no_report(&w);
	sent = w.nr_sent;
	for (unsigned i = 0; i < 50; i++) { /* both receive, the second alone is heard and sends */
		world_speech(&w, 0, (uint16_t)(20 + i), 3000 + 160 * i, 160);
		world_pass(&w, 20);
		assert_true(timeslot_is(first.timeslot, DSP_SILENCE_A));
	}
	assert_in_range(w.nr_sent - sent, 49, 50);
	assert_int_equal(last.ssrc, 2000);
	world_ref(&w, MED_CMD_CLOSE, 1, 0);
	assert_int_equal(world_report(&w, MED_REP_CLOSED, 1).rx_packets, 51);
	world_pass(&w, 1);
	assert_true(timeslot_is(first.timeslot, DSP_SILENCE_A)); /* still the second's */
	world_ref(&w, MED_CMD_CLOSE, 2, 1);
	world_pass(&w, 1);
	assert_true(timeslot_is(first.timeslot, TDM_IDLE_A));
	world_fini(&w);
}

static uint8_t said, sent_octet;

static void say(struct world *world, const struct tdm_block *rx, struct tdm_block *tx)
{
	(void)world;
	(void)rx;
	memset(tx, said, sizeof(*tx));
}

static void keep_octet(struct world *world, unsigned channel, const struct addr *to,
		       struct str octets)
{
	(void)world;
	(void)channel;
	(void)to;
	sent_octet = (uint8_t)octets.p[octets.len - 1];
}

/* A packet and a millisecond of the timeslot behind the gain; the far end says `octet` both ways. */
static void with_gain(struct med_open *o, uint8_t octet, unsigned nr)
{
	uint8_t out[RTP_HEADER_LEN + 160];
	struct rtp_packet p = { .pt = o->pt_rx, .ssrc = 9 };

	world_cmd(&w, MED_CMD_MODIFY, o);
	said = octet;
	memset(out, octet, sizeof(out));
	for (unsigned i = 0; i < 10; i++) {
		p.seq = (uint16_t)(10 * nr + i);
		p.timestamp = p.seq * 160u;
		rtp_header_enc(out, &p);
		world_datagram(&w, 0, str_n(out, sizeof(out)));
		world_pass(&w, 20);
	}
}

/* Both ways, as a modify says it; 0 dB and data are octets as they are. */
static void test_gain(void **state)
{
	struct mem *m = mem_root("law");
	struct dsp_law *law = dsp_law_new(m);
	struct med_open o;
	uint8_t loud = dsp_linear_to_octet(law, DSP_ALAW, 8064);

	(void)state;
	begin();
	w.exchange = say;
	w.sent = keep_octet;
	o = opened(1, 0);
	o.gain_to_rtp = -6;
	o.gain_to_timeslot = 6;
	with_gain(&o, loud, 0);
	assert_in_range(dsp_octet_to_linear(law, DSP_ALAW, sent_octet), 3900, 4200);
	assert_in_range(dsp_octet_to_linear(law, DSP_ALAW, w.near_tx.octet[1][0]), 15600, 16700);
	o.codec = MED_CLEAR;
	with_gain(&o, loud, 1);
	assert_int_equal(sent_octet, loud);
	assert_true(timeslot_is(1, loud));
	o.codec = MED_PCMA;
	o.gain_to_rtp = o.gain_to_timeslot = 0;
	with_gain(&o, 0x13, 2);
	assert_int_equal(sent_octet, 0x13);
	assert_true(timeslot_is(1, 0x13));
	mem_free(m);
	world_fini(&w);
}

static void test_through(void **state)
{
	struct med_open o;
	unsigned sent;
	uint32_t timestamp;
	uint16_t seq;

	(void)state;
	begin();
	o = opened(1, 0);
	world_pass(&w, 21);
	assert_true(last.marker);
	world_pass(&w, 79);
	assert_false(last.marker);
	timestamp = last.timestamp;
	seq = last.seq;
	sent = w.nr_sent;
	o.through = MED_FROM_RTP;
	world_cmd(&w, MED_CMD_MODIFY, &o);
	world_pass(&w, 200);
	assert_int_equal(w.nr_sent, sent);
	o.through = MED_TO_RTP;
	world_cmd(&w, MED_CMD_MODIFY, &o);
	world_pass(&w, 20);
	assert_int_equal(w.nr_sent, sent + 1);
	assert_true(last.marker); /* first after the pause; its timestamp went on */
	assert_int_equal((uint16_t)(last.seq - seq), 1);
	assert_int_equal(last.timestamp - timestamp, 8 * 220);
	for (unsigned i = 0; i < 10; i++) {
		world_speech(&w, 0, (uint16_t)i, 160 * i, 160);
		world_pass(&w, 20);
		assert_true(timeslot_is(1, DSP_SILENCE_A)); /* received, not let through */
	}
	world_ref(&w, MED_CMD_QUERY, 1, 0);
	assert_int_equal(world_report(&w, MED_REP_COUNTERS, 1).rx_packets, 10);
	o.through = MED_BOTH;
	world_cmd(&w, MED_CMD_MODIFY, &o);
	world_pass(&w, 1);
	assert_false(timeslot_is(1, DSP_SILENCE_A)); /* at once: it was kept in step */
	world_fini(&w);
}

static void test_no_remote(void **state)
{
	struct med_open o;

	(void)state;
	begin();
	o = world_open(&w, 1, 0);
	o.family = ADDR_NONE;
	world_cmd(&w, MED_CMD_OPEN, &o);
	world_speech(&w, 0, 1, 0, 160);
	world_pass(&w, 100);
	assert_int_equal(w.nr_sent, 0);
	o.family = ADDR_IP4;
	o.port = 0; /* as a=inactive of old: an address and port 0 */
	world_cmd(&w, MED_CMD_MODIFY, &o);
	world_pass(&w, 100);
	assert_int_equal(w.nr_sent, 0);
	world_ref(&w, MED_CMD_CLOSE, 1, 0);
	assert_int_equal(world_report(&w, MED_REP_CLOSED, 1).rx_rejected, 1);
	world_fini(&w);
}

static void test_source(void **state)
{
	struct addr other, same_host;
	struct med_open o;
	uint8_t octets[172] = { 0x80, 8 }, large[12 + 1601] = { 0x80, 8 };
	struct med_counters c;

	(void)state;
	begin();
	assert_int_equal(addr_parse(&other, STR("192.0.2.2:4000"), 0), 0);
	assert_int_equal(addr_parse(&same_host, STR("192.0.2.1:9"), 0), 0);
	o = opened(1, 0);
	med_engine_rx(w.e, 0, &other, str_n(octets, sizeof(octets)));
	med_engine_rx(w.e, 0, &same_host, str_n(octets, sizeof(octets)));
	med_engine_rx(w.e, 0, &w.peer, str_n(large, sizeof(large))); /* 200 ms and an octet */
	octets[1] = 0;						     /* payload type */
	med_engine_rx(w.e, 0, &w.peer, str_n(octets, sizeof(octets)));
	octets[1] = 8;
	med_engine_rx(w.e, 0, &w.peer, str_n(octets, 12));	       /* nothing in it */
	med_engine_rx(w.e, 1, &w.peer, str_n(octets, sizeof(octets))); /* nobody there */
	med_engine_rx(w.e, 9999, &w.peer, str_n(octets, sizeof(octets)));
	world_ref(&w, MED_CMD_QUERY, 1, 0);
	c = world_report(&w, MED_REP_COUNTERS, 1);
	assert_int_equal(c.rx_packets, 1);
	assert_int_equal(c.rx_rejected, 4);
	world_no_report(&w); /* but why, leg by leg */
	assert_int_equal(w.rejected.leg, 1);
	assert_int_equal(w.rejected.nr[MED_REJECT_SOURCE], 1);
	assert_int_equal(w.rejected.nr[MED_REJECT_TYPE], 1);
	assert_int_equal(w.rejected.nr[MED_REJECT_FORMAT], 2);
	o.any_source = 1;
	world_cmd(&w, MED_CMD_MODIFY, &o);
	octets[3] = 1;
	med_engine_rx(w.e, 0, &other, str_n(octets, sizeof(octets)));
	world_ref(&w, MED_CMD_QUERY, 1, 0);
	assert_int_equal(world_report(&w, MED_REP_COUNTERS, 1).rx_packets, 2);
	world_fini(&w);
}

/* Octet truth of what is sent while the packet time changes all the time. */
static struct {
	bool started;
	uint16_t seq;
	uint32_t timestamp, k;
	uint32_t given, behind; /* octets from the timeslot; of these, not sent yet */
} stream;

static void pattern_out(struct world *world, const struct tdm_block *rx, struct tdm_block *tx)
{
	(void)rx;
	stream.given = world->now * 8;
	for (uint32_t i = 0; i < 8; i++)
		tx->octet[1][i] = tx->octet[5][i] = world_pattern(world->now * 8 + i);
}

static void expect_next(struct world *world, unsigned channel, const struct addr *to,
			struct str octets)
{
	struct rtp_packet p;

	(void)channel;
	(void)to;
	assert_int_equal(rtp_packet_dec(&p, octets, NULL), 0);
	if (!stream.started) {
		stream.k = world->now * 8;
		while (memcmp(p.payload.p,
			      (uint8_t[]){ world_pattern(stream.k), world_pattern(stream.k + 1),
					   world_pattern(stream.k + 2) },
			      3) != 0)
			stream.k--;
		stream.seq = p.seq;
		stream.timestamp = p.timestamp;
		stream.started = true;
	}
	assert_int_equal(p.seq, stream.seq++);
	assert_int_equal(p.timestamp, stream.timestamp);
	stream.timestamp += (uint32_t)p.payload.len;
	for (size_t i = 0; i < p.payload.len; i++)
		assert_int_equal((uint8_t)p.payload.p[i], world_pattern(stream.k++));
	stream.behind = stream.given - stream.k;
}

static void test_modify_without_a_glitch(void **state)
{
	struct med_open o;

	(void)state;
	begin();
	memset(&stream, 0, sizeof(stream));
	w.exchange = pattern_out;
	w.sent = expect_next;
	o = opened(1, 0);
	for (unsigned i = 0; i < 300; i++) {
		world_pass(&w, 130 + i);
		assert_true(stream.behind <= 2 * TDM_BLOCK);
		o.ptime_ms = (uint8_t)(10 + i % 6 * 10);
		o.port++;
		world_cmd(&w, MED_CMD_MODIFY, &o);
		w.peer.port++;
		if (i % 10 == 9) { /* rebinding to another timeslot with the same speech */
			o.timeslot = o.timeslot == 1 ? 5 : 1;
			world_cmd(&w, MED_CMD_MODIFY, &o);
		}
	}
	world_no_report(&w);
	assert_true(w.nr_sent > 1500);
	world_fini(&w);
}

/* The span is 5 blocks ahead of the ticks, once: within half a second the delay is as before. */
static void test_slip(void **state)
{
	struct tdm_block rx, tx;
	struct addr to;
	struct str octets;
	unsigned channel;

	(void)state;
	begin();
	memset(&stream, 0, sizeof(stream));
	stream.started = true;
	opened(1, 0);
	for (unsigned t = 0; t < 1000; t++) {
		for (unsigned nr = t == 500 ? 6 : 1; nr > 0; nr--) {
			for (uint32_t i = 0; i < 8; i++)
				rx.octet[1][i] = world_pattern(stream.given + i);
			stream.given += 8;
			med_engine_span(w.e, 0, &rx, &tx);
		}
		med_engine_tick(w.e);
		while (med_engine_due(w.e, &channel)) {
			if (!med_engine_packet(w.e, channel, &to, &octets))
				continue;
			if (w.nr_sent++ == 0) { /* where the stream begins */
				assert_int_equal(rtp_packet_dec(&last, octets, NULL), 0);
				stream.seq = last.seq;
				stream.timestamp = last.timestamp;
				stream.k = stream.given - 160;
			}
			expect_next(&w, channel, &to, octets);
			assert_true(stream.behind <= (t >= 500 && t < 900 ? 5 : 2) * 8u);
		}
	}
	assert_in_range(w.nr_sent, 48, 52);
	world_fini(&w);
}

/* To a span of the other law: what is sent from there is in the codec's law. */
static void test_rebind_to_other_law(void **state)
{
	struct tdm_block rx, tx;
	struct med_open o;

	(void)state;
	begin();
	o = opened(1, 0);
	world_pass(&w, 100);
	for (unsigned i = 0; i < 2; i++)
		world_speech(&w, 0, (uint16_t)(65534 + i), 160 * i - 320, 160);
	world_pass(&w, 20);
	o.span = 1;
	o.timeslot = 4;
	world_cmd(&w, MED_CMD_MODIFY, &o);
	memset(&rx, DSP_SILENCE_MU, sizeof(rx));
	med_engine_span(w.e, 1, &rx, &tx);
	for (unsigned i = 0; i < 40; i++, med_engine_span(w.e, 1, &rx, &tx))
		assert_int_equal(tx.octet[4][0],
				 DSP_SILENCE_MU); /* none of the other law's octets */
	for (unsigned i = 0; i < 50; i++) {
		world_speech(&w, 0, (uint16_t)i, 8 * i, 8);
		med_engine_span(w.e, 1, &rx, &tx);
		world_pass(&w, 1);
	}
	assert_int_equal((uint8_t)last.payload.p[0], DSP_SILENCE_A);
	assert_int_equal((uint8_t)last.payload.p[159], DSP_SILENCE_A);
	assert_true(timeslot_is(1, TDM_IDLE_A));
	assert_int_equal(tx.octet[5][0], TDM_IDLE_MU);
	world_fini(&w);
}

static void test_reports_merge_and_wait(void **state)
{
	(void)state;
	begin();
	for (uint16_t channel = 0; channel < 10; channel++)
		opened(channel + 1u, channel);
	for (unsigned i = 0; i < 1000; i++)
		world_ref(&w, MED_CMD_QUERY, 1 + i % 10, (uint16_t)(i % 10));
	world_ref(&w, MED_CMD_CLOSE, 3, 2);
	world_report(&w, MED_REP_CLOSED, 3);
	opened(33, 2);
	world_ref(&w, MED_CMD_QUERY, 33, 2);
	for (uint32_t leg = 1; leg <= 10; leg++)
		world_report(&w, MED_REP_COUNTERS, leg == 3 ? 33 : leg);
	world_no_report(&w);
	world_fini(&w);
}

static void test_query_of_a_closed_leg(void **state)
{
	(void)state;
	begin();
	opened(1, 0);
	world_ref(&w, MED_CMD_QUERY, 1, 0);
	world_ref(&w, MED_CMD_CLOSE, 1, 0);
	opened(2, 0);
	world_report(&w, MED_REP_CLOSED, 1);
	world_no_report(&w); /* nobody asked about leg 2 */
	world_fini(&w);
}

static void test_reports_not_taken(void **state)
{
	struct ring_rec rec;
	unsigned opens = 0, reports = 0;

	(void)state;
	begin();
	while (med_engine_ready(w.e)) {
		opened(1 + opens, 0);
		opens++;
	}
	assert_true(opens > 2 * WORLD_CHANNELS);
	while (med_engine_report(w.e, &rec))
		reports++;
	assert_int_equal(reports, opens - 1);
	assert_true(med_engine_ready(w.e));
	world_fini(&w);
}

static void test_counters(void **state)
{
	struct med_counters c;

	(void)state;
	begin();
	opened(1, 0);
	for (uint16_t n = 0; n < 100; n++) {
		if (n != 50)
			world_speech(&w, 0, n, 160u * n, 160);
		if (n == 60)
			world_speech(&w, 0, n, 160u * n, 160);
		world_pass(&w, 20);
	}
	world_pass(&w, 40);
	world_ref(&w, MED_CMD_CLOSE, 1, 0);
	c = world_report(&w, MED_REP_CLOSED, 1);
	assert_int_equal(c.rx_packets, 100);
	assert_int_equal(c.rx_octets, 16000);
	assert_int_equal(c.rx_lost, 1);
	assert_int_equal(c.rx_late, 1);
	assert_in_range(c.gaps_ms, 20, 40); /* the lost one, and behind the last */
	assert_in_range(c.tx_packets, 100, 102);
	assert_int_equal(c.tx_octets, 160 * c.tx_packets);
	world_fini(&w);
}

static void test_span_stops(void **state)
{
	struct med_counters c;
	unsigned sent;

	(void)state;
	begin();
	opened(1, 0);
	world_pass(&w, 100);
	sent = w.nr_sent;
	w.nr_due = 0;
	for (unsigned t = 0; t < 1000; t++) { /* no blocks: nothing to send, sockets are emptied */
		unsigned channel;
		struct addr to;
		struct str octets;

		med_engine_tick(w.e);
		while (med_engine_due(w.e, &channel)) {
			w.nr_due++;
			assert_false(med_engine_packet(w.e, channel, &to, &octets));
		}
	}
	assert_in_range(w.nr_due, 48, 54);
	for (unsigned t = 0; t < 1000; t++) /* blocks without ticks: bounded */
		med_engine_span(w.e, 0, &w.near_rx, &w.near_tx);
	world_pass(&w, 1000);
	assert_in_range(w.nr_sent - sent, 49, 55);
	world_ref(&w, MED_CMD_CLOSE, 1, 0);
	c = world_report(&w, MED_REP_CLOSED, 1);
	assert_int_equal(c.tx_packets, w.nr_sent);
	world_fini(&w);
}

static void test_undrained_due(void **state)
{
	unsigned channel;

	(void)state;
	begin();
	opened(1, 0);
	for (unsigned i = 0; i < 500; i++)
		med_engine_tick(w.e);
	assert_true(med_engine_due(w.e, &channel));
	assert_int_equal(channel, 0);
	assert_false(med_engine_due(w.e, &channel));
	world_fini(&w);
}

static void test_new_refuses(void **state)
{
	struct med_cfg none = { .nr_channels = 0, .nr_spans = 1 };
	struct med_cfg spans = { .nr_channels = 1, .nr_spans = MED_SPANS_MAX + 1 };
	struct med_cfg channels = { .nr_channels = MED_CHANNELS_MAX + 1 };
	struct mem *m = mem_root("test");

	(void)state;
	assert_null(med_engine_new(m, &none));
	assert_null(med_engine_new(m, &spans));
	assert_null(med_engine_new(m, &channels));
	mem_free(m);
}

static void walk(void *ctx)
{
	struct med_cfg cfg = { .nr_channels = 3, .nr_spans = 1 };
	struct mem *m = mem_root("test");

	(void)ctx;
	if (m)
		med_engine_new(m, &cfg);
	mem_free(m);
}

static void test_no_memory(void **state)
{
	(void)state;
	assert_int_equal(walk_allocations(walk, NULL), 13);
}

/* How often the socket would be asked in `visits` packet times with `nr` packets in each. */
static unsigned asked_again(unsigned buffer_ms, unsigned nr, unsigned visits)
{
	struct med_open o;
	uint8_t out[RTP_HEADER_LEN + 160] = { 0 };
	struct rtp_packet p = { .pt = 8, .ssrc = 9 };
	unsigned channel, seen = 0, more = 0;
	struct str octets;
	struct addr to;

	world_init(&w, TDM_ALAW);
	o = world_open(&w, 7, 0);
	o.buffer_ms = (uint8_t)buffer_ms;
	world_cmd(&w, MED_CMD_OPEN, &o);
	while (seen < visits) {
		med_engine_span(w.e, 0, &w.near_rx, &w.near_tx);
		med_engine_tick(w.e);
		while (med_engine_due(w.e, &channel)) {
			for (unsigned i = 0; i < nr; i++, p.seq++) {
				p.timestamp = p.seq * 160u / nr;
				rtp_header_enc(out, &p);
				med_engine_rx(w.e, channel, &w.peer,
					      str_n(out, RTP_HEADER_LEN + 160 / nr));
			}
			more += med_engine_rx_more(w.e, channel);
			med_engine_packet(w.e, channel, &to, &octets);
			seen++;
		}
	}
	world_ref(&w, MED_CMD_CLOSE, 7, 0);
	world_report(&w, MED_REP_CLOSED, 7);
	world_fini(&w);
	return more;
}

/* In step and with time in hand now and then, else always. */
static void test_socket_is_asked_again(void **state)
{
	(void)state;
	assert_in_range(asked_again(40, 1, 160), 10, 11);
	assert_int_equal(asked_again(20, 1, 160), 160);
	assert_int_equal(asked_again(40, 2, 160), 160);
}

/* Spread over the ticks: at most 1.25 times the even share. */
static void test_spread(void **state)
{
	struct med_cfg cfg = { .nr_channels = 1000, .nr_spans = 16 };
	struct mem *m = mem_root("test");
	unsigned channel, most = 0, all = 0;

	(void)state;
	world_init(&w, TDM_ALAW);
	mem_fail_after(0);
	w.e = med_engine_new(m, &cfg);
	for (unsigned i = 0; i < 1000; i++) {
		struct med_open o = world_open(&w, 1 + i, (uint16_t)i);

		o.span = (uint8_t)(i / 31 % 16);
		o.timeslot = (uint8_t)(1 + i % 31);
		world_cmd(&w, MED_CMD_OPEN, &o);
		if (i % 7)
			continue;
		med_engine_tick(w.e);
		while (med_engine_due(w.e, &channel))
			;
	}
	for (unsigned t = 0; t < 400; t++) {
		unsigned nr = 0;

		med_engine_tick(w.e);
		while (med_engine_due(w.e, &channel))
			nr++;
		if (t >= 100)
			all += nr;
		if (t >= 100 && nr > most)
			most = nr;
	}
	assert_int_equal(all, 1000 * 300 / 20);
	assert_true(most <= 50 * 5 / 4);
	mem_free(m);
	mem_free(w.m);
}

/* What an operator plans with: a G.711 leg takes at most 6 KiB, its reports and its share of concealment
 * included. */
static void test_memory_of_a_leg(void **state)
{
	struct mem *m = mem_root("test"), *few = mem_sub(m, "few"), *many = mem_sub(m, "many");
	struct med_cfg cfg = { .nr_channels = 10, .nr_spans = 1 };

	(void)state;
	assert_non_null(med_engine_new(few, &cfg));
	cfg.nr_channels = 1010;
	assert_non_null(med_engine_new(many, &cfg));
	assert_in_range((mem_used(many) - mem_used(few)) / 1000, 5000, 6 * 1024);
	mem_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_idle_and_silence),
		cmocka_unit_test(test_stale_ids_change_nothing),
		cmocka_unit_test(test_out_of_range),
		cmocka_unit_test(test_busy_channel),
		cmocka_unit_test(test_last_one_has_the_timeslot),
		cmocka_unit_test(test_gain),
		cmocka_unit_test(test_through),
		cmocka_unit_test(test_no_remote),
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_modify_without_a_glitch),
		cmocka_unit_test(test_slip),
		cmocka_unit_test(test_rebind_to_other_law),
		cmocka_unit_test(test_reports_merge_and_wait),
		cmocka_unit_test(test_query_of_a_closed_leg),
		cmocka_unit_test(test_reports_not_taken),
		cmocka_unit_test(test_counters),
		cmocka_unit_test(test_span_stops),
		cmocka_unit_test(test_undrained_due),
		cmocka_unit_test(test_new_refuses),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_socket_is_asked_again),
		cmocka_unit_test(test_spread),
		cmocka_unit_test(test_memory_of_a_leg),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
