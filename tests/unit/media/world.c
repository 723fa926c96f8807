/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit/support.h"
#include "unit/media/world.h"

uint8_t world_pattern(uint32_t k)
{
	return (uint8_t)((k * 2654435761u) >> 13);
}

void world_init(struct world *w, enum tdm_law law)
{
	struct med_cfg cfg = { .nr_channels = WORLD_CHANNELS,
			       .nr_spans = 2,
			       .nr_objects = WORLD_OBJECTS };

	memset(w, 0, sizeof(*w));
	cfg.law[0] = law;
	cfg.law[1] = TDM_MULAW;
	w->m = mem_root("world");
	w->e = med_engine_new(w->m, &cfg);
	w->cable = tdm_virtual_new(w->m, TDM_E1, law);
	assert_true(w->e && w->cable);
	w->near = tdm_virtual_end(w->cable, 0);
	w->far = tdm_virtual_end(w->cable, 1);
	assert_int_equal(addr_parse(&w->peer, STR("192.0.2.1:4000"), 0), 0);
	mem_fail_after(1); /* whoever allocates now is caught */
}

void world_fini(struct world *w)
{
	assert_false(mem_fail_hit());
	mem_fail_after(0);
	mem_free(w->m);
}

static void deliver(struct world *w, unsigned channel)
{
	for (int good = 0, bad = 0;
	     good < 4 && bad < MED_RX_BAD && w->get[channel] != w->put[channel];) {
		struct world_datagram *d = &w->queue[channel][w->get[channel]++ % WORLD_QUEUE];

		med_engine_rx(w->e, channel, &d->from, str_n(d->octet, d->len));
		if (med_engine_rx_aside(w->e))
			bad++;
		else
			good++;
	}
}

static void serve_due(struct world *w)
{
	unsigned channel;

	while (med_engine_due(w->e, &channel)) {
		struct addr to;
		struct str octets;

		w->nr_due++;
		deliver(w, channel);
		if (!med_engine_packet(w->e, channel, &to, &octets))
			continue;
		w->nr_sent++;
		if (w->sent)
			w->sent(w, channel, &to, octets);
	}
}

void world_pass(struct world *w, unsigned nr)
{
	for (; nr > 0; nr--) {
		struct tdm_block far_rx, far_tx;

		w->now++;
		w->near.ops->read(w->near.self, &w->near_rx);
		med_engine_span(w->e, 0, &w->near_rx, &w->near_tx);
		w->near.ops->write(w->near.self, &w->near_tx);
		w->far.ops->read(w->far.self, &far_rx);
		tdm_block_idle(&far_tx, w->far.law);
		if (w->exchange)
			w->exchange(w, &far_rx, &far_tx);
		w->far.ops->write(w->far.self, &far_tx);
		med_engine_tick(w->e);
		serve_due(w);
	}
}

struct med_open world_open(const struct world *w, uint32_t leg, uint16_t channel)
{
	struct med_open o = {
		.leg = leg,
		.channel = channel,
		.timeslot = (uint8_t)(channel + 1),
		.codec = MED_PCMA,
		.through = MED_BOTH,
		.pt_tx = 8,
		.pt_rx = 8,
		.ptime_ms = 20,
		.buffer_ms = 40,
		.seq = 65000,
		.ssrc = leg * 1000,
		.timestamp = 0xfffff000,
	};

	med_open_set_remote(&o, &w->peer);
	return o;
}

void world_cmd(struct world *w, enum med_cmd_kind kind, const struct med_open *o)
{
	struct ring_rec rec;

	med_cmd_pack(&rec, kind, o, sizeof(*o));
	assert_true(med_engine_ready(w->e));
	med_engine_cmd(w->e, &rec);
}

void world_ref(struct world *w, enum med_cmd_kind kind, uint32_t leg, uint16_t channel)
{
	struct med_ref ref = { .leg = leg, .channel = channel };
	struct ring_rec rec;

	med_cmd_pack(&rec, kind, &ref, sizeof(ref));
	assert_true(med_engine_ready(w->e));
	med_engine_cmd(w->e, &rec);
}

/* The next report that is no list of what was rejected (that is kept), and of no object. */
static bool next_report(struct world *w, struct ring_rec *rec)
{
	while (med_engine_report(w->e, rec))
		if (!med_rejected_unpack(rec, &w->rejected) && rec->kind != MED_REP_RELEASED)
			return true;
	return false;
}

struct med_counters world_report(struct world *w, enum med_report_kind kind, uint32_t leg)
{
	struct ring_rec rec;
	struct med_counters c;

	assert_true(next_report(w, &rec));
	assert_int_equal(rec.kind, kind);
	assert_true(med_report_unpack(&rec, &c));
	assert_int_equal(c.leg, leg);
	return c;
}

void world_no_report(struct world *w)
{
	struct ring_rec rec;

	assert_false(next_report(w, &rec));
}

void world_datagram(struct world *w, unsigned channel, struct str octets)
{
	world_datagram_from(w, channel, &w->peer, octets);
}

void world_datagram_from(struct world *w, unsigned channel, const struct addr *from,
			 struct str octets)
{
	struct world_datagram *d = &w->queue[channel][w->put[channel]++ % WORLD_QUEUE];

	assert_true(w->put[channel] - w->get[channel] <= WORLD_QUEUE);
	assert_true(octets.len <= sizeof(d->octet));
	d->from = *from;
	d->len = octets.len;
	if (octets.len)
		memcpy(d->octet, octets.p, octets.len);
}

void world_speech(struct world *w, unsigned channel, uint16_t seq, uint32_t from, size_t len)
{
	uint8_t octets[12 + 500], payload[500];
	struct wr wr = wr_init(octets, sizeof(octets));
	struct rtp_packet p = { .seq = seq, .timestamp = from, .ssrc = 77, .pt = 8 };

	for (size_t i = 0; i < len; i++)
		payload[i] = world_pattern(from + (uint32_t)i);
	p.payload = str_n(payload, len);
	rtp_packet_enc(&wr, &p);
	world_datagram(w, channel, wr_str(&wr));
}
