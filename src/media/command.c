/* SPDX-License-Identifier: GPL-3.0-or-later */
/* media/command: records to and from the engine. */
#include <assert.h>

#include "media/channel.h"

#define DEFAULT_BUFFER_MS 40

_Static_assert(sizeof(struct med_open) <= sizeof(((struct ring_rec *)0)->body), "fits a record");
_Static_assert(sizeof(struct med_ref) <= sizeof(((struct ring_rec *)0)->body), "fits a record");
_Static_assert(sizeof(struct med_rejected) <= sizeof(((struct ring_rec *)0)->body),
	       "fits a record");
_Static_assert(sizeof(struct med_counters) <= sizeof(((struct ring_rec *)0)->body),
	       "fits a record");

void med_open_set_remote(struct med_open *o, const struct addr *remote)
{
	o->family = remote->family;
	o->port = remote->port;
	memcpy(o->ip, remote->ip, sizeof(o->ip));
}

void med_cmd_pack(struct ring_rec *rec, enum med_cmd_kind kind, const void *body, size_t len)
{
	assert(len <= sizeof(rec->body));
	memset(rec, 0, sizeof(*rec));
	rec->kind = kind;
	memcpy(rec->body, body, len);
}

bool med_rejected_unpack(const struct ring_rec *rec, struct med_rejected *r)
{
	if (rec->kind != MED_REP_REJECTED)
		return false;
	memcpy(r, rec->body, sizeof(*r));
	return true;
}

bool med_released_unpack(const struct ring_rec *rec, struct med_released *r)
{
	if (rec->kind != MED_REP_RELEASED)
		return false;
	memcpy(r, rec->body, sizeof(*r));
	return true;
}

const char *med_reject_name(enum med_reject why)
{
	static const char *const names[MED_NR_REJECTS] = {
		[MED_REJECT_SOURCE] = "from another address",
		[MED_REJECT_FORMAT] = "not RTP or of a wrong length",
		[MED_REJECT_TYPE] = "of another payload type",
		[MED_REJECT_PLAIN] = "before there were keys",
		[MED_REJECT_FORGED] = "not authentic",
		[MED_REJECT_REPLAY] = "replayed",
		[MED_REJECT_SSRC] = "of another SSRC",
		[MED_REJECT_RTCP] = "malformed RTCP",
		[MED_REJECT_DTLS] = "too much DTLS",
	};

	return why < MED_NR_REJECTS ? names[why] : "?";
}

bool med_report_unpack(const struct ring_rec *rec, struct med_counters *c)
{
	if (rec->kind != MED_REP_COUNTERS && rec->kind != MED_REP_CLOSED)
		return false;
	memcpy(c, rec->body, sizeof(*c));
	return true;
}

/* Reports. ------------------------------------------------------------------------------------- */

static uint16_t jitter_us8(const struct rtp_jitter *j)
{
	uint64_t v = (uint64_t)j->scaled * 125 / 128; /* sixteenths of 125 us to 8 us */

	return v > UINT16_MAX ? UINT16_MAX : (uint16_t)v;
}

static uint32_t rejected(const struct med_channel *c)
{
	uint32_t nr = 0;

	for (unsigned i = 0; i < MED_NR_REJECTS; i++)
		nr += c->rejected[i];
	return nr;
}

/* What the far end says of our stream. */
static void far_end(struct med_counters *out, const struct med_channel *c)
{
	const struct rtp_report *r = &c->report;
	uint64_t jitter = (uint64_t)r->far_jitter / c->clock_ratio * 125 / 8;
	uint32_t ms = r->round_trip_us / 1000;

	out->far_r = r->far_r;
	out->far_mos10 = r->far_mos_cq;
	out->round_trip_ms = MED_UNKNOWN;
	out->far_lost_permille = MED_UNKNOWN;
	if (r->have_round_trip)
		out->round_trip_ms = ms < MED_UNKNOWN ? (uint16_t)ms : MED_UNKNOWN - 1;
	if (!r->told)
		return;
	out->far_lost_permille = (uint16_t)(r->far_fraction_lost * 1000u / 256);
	out->far_jitter_us8 = jitter < UINT16_MAX ? (uint16_t)jitter : UINT16_MAX;
}

static struct med_counters counters_of(const struct med_engine *e, const struct med_channel *c)
{
	const struct rtp_recv *r = &c->recv;
	uint32_t delay_ms = rtp_recv_delay(r) / TDM_BLOCK;
	struct med_counters out = {
		.leg = c->leg,
		.channel = (uint16_t)(c - e->channel),
		.jitter_us8 = jitter_us8(&r->jitter),
		.rx_packets = r->packets,
		.rx_octets = r->octets,
		.rx_lost = r->started ? rtp_seq_lost(&r->seq) : 0,
		.rx_late = r->late,
		.rx_rejected = rejected(c),
		.rx_overrun = r->overrun,
		.gaps_ms = (c->gap_octets + TDM_BLOCK - 1) / TDM_BLOCK,
		.tx_packets = c->tx_packets,
		.tx_octets = c->tx_octets,
		.concealed_ms = (c->concealed_octets + TDM_BLOCK - 1) / TDM_BLOCK,
		.delay_ms = delay_ms < UINT8_MAX ? (uint8_t)delay_ms : UINT8_MAX,
		.modem = c->modem,
	};

	far_end(&out, c);
	return out;
}

/* Leg 0: there is nothing to say. */
static struct med_rejected rejected_of(const struct med_engine *e, const struct med_channel *c)
{
	struct med_rejected r = { .leg = rejected(c) ? c->leg : 0,
				  .channel = (uint16_t)(c - e->channel) };

	memcpy(r.nr, c->rejected, sizeof(r.nr));
	return r;
}

bool med_engine_ready(const struct med_engine *e)
{
	return e->closed_put - e->closed_get <= e->closed_mask;
}

static void report_closed(struct med_engine *e, const struct med_closed *c)
{
	assert(med_engine_ready(e));
	e->closed[e->closed_put++ & e->closed_mask] = *c;
}

void med_channel_release(struct med_engine *e, struct med_channel *c)
{
	if (c->objects)
		e->released[e->nr_released++] = c->objects;
	c->objects = 0;
	c->coder = NULL;
	c->held = 0;
	c->srtp = NULL;
}

static void report_later(struct med_engine *e, struct med_channel *c)
{
	uint16_t nr = (uint16_t)(c - e->channel);

	c->query_leg = c->leg;
	if (c->in_query)
		return;
	c->in_query = true;
	c->next_query = MED_NONE;
	if (e->first_query == MED_NONE)
		e->first_query = nr;
	else
		e->channel[e->last_query].next_query = nr;
	e->last_query = nr;
}

static void pack_report(struct ring_rec *rec, enum med_report_kind kind, const void *body,
			size_t len)
{
	memset(rec, 0, sizeof(*rec));
	rec->kind = kind;
	memcpy(rec->body, body, len);
}

static bool report_counters(struct med_engine *e, struct ring_rec *rec)
{
	while (e->first_query != MED_NONE) {
		struct med_channel *c = &e->channel[e->first_query];
		struct med_counters counters;

		e->first_query = c->next_query;
		c->in_query = false;
		if (!c->leg || c->leg != c->query_leg)
			continue;
		counters = counters_of(e, c);
		e->rejected = rejected_of(e, c);
		pack_report(rec, MED_REP_COUNTERS, &counters, sizeof(counters));
		return true;
	}
	return false;
}

static bool report_released(struct med_engine *e, struct ring_rec *rec)
{
	struct med_released r;

	if (!e->nr_released)
		return false;
	r.slot = e->released[--e->nr_released];
	pack_report(rec, MED_REP_RELEASED, &r, sizeof(r));
	return true;
}

bool med_engine_report(struct med_engine *e, struct ring_rec *rec)
{
	if (e->rejected.leg) {
		pack_report(rec, MED_REP_REJECTED, &e->rejected, sizeof(e->rejected));
		e->rejected.leg = 0;
		return true;
	}
	if (e->closed_get != e->closed_put) {
		const struct med_closed *c = &e->closed[e->closed_get++ & e->closed_mask];

		pack_report(rec, MED_REP_CLOSED, &c->counters, sizeof(c->counters));
		e->rejected = c->rejected;
		return true;
	}
	return report_counters(e, rec) || report_released(e, rec) || med_timeslot_report(e, rec);
}

/* Commands. ------------------------------------------------------------------------------------ */

static bool in_range(const struct med_engine *e, const struct med_open *o)
{
	if (o->leg == 0 || o->channel >= e->nr_channels || o->span >= e->nr_spans)
		return false;
	if (o->timeslot == 0 || o->timeslot >= TDM_MAX_TS)
		return false;
	if (o->codec > MED_CODED || o->through > MED_BOTH || o->objects > e->nr_objects)
		return false;
	if (o->codec == MED_CODED && (!o->objects || !e->objects[o->objects].coder))
		return false;
	if (o->pt_tx > RTP_PT_MAX || o->pt_rx > RTP_PT_MAX)
		return false;
	if (o->ptime_ms < 10 || o->ptime_ms > 60 || o->ptime_ms % 10)
		return false;
	if (o->gain_to_rtp < MED_GAIN_MIN || o->gain_to_rtp > MED_GAIN_MAX ||
	    o->gain_to_timeslot < MED_GAIN_MIN || o->gain_to_timeslot > MED_GAIN_MAX)
		return false;
	return o->family == ADDR_NONE || o->family == ADDR_IP4 || o->family == ADDR_IP6;
}

/* Between the law of the timeslot and that of the codec. */
static void set_tables(struct med_engine *e, struct med_channel *c, enum tdm_law law)
{
	bool codec_is_a = c->codec == MED_PCMA;

	if (c->codec >= MED_CLEAR || codec_is_a == (law == TDM_ALAW)) {
		c->to_rtp = c->to_timeslot = NULL;
		return;
	}
	c->to_rtp = codec_is_a ? e->table.mu_to_a : e->table.a_to_mu;
	c->to_timeslot = codec_is_a ? e->table.a_to_mu : e->table.mu_to_a;
}

static void leave_timeslot(struct med_engine *e, struct med_channel *c)
{
	if (c->key != MED_NONE)
		e->by_timeslot[c->key] = MED_NONE;
	c->key = MED_NONE;
}

void med_channel_leave(struct med_engine *e, unsigned key)
{
	if (e->by_timeslot[key] != MED_NONE)
		leave_timeslot(e, &e->channel[e->by_timeslot[key]]);
}

static void take_timeslot(struct med_engine *e, struct med_channel *c, uint16_t key)
{
	med_channel_leave(e, key);
	med_timeslot_free(e, key);
	leave_timeslot(e, c);
	e->by_timeslot[key] = (uint16_t)(c - e->channel);
	c->key = key;
}

static unsigned buffer_ms(const struct med_open *o)
{
	return o->buffer_ms ? o->buffer_ms : DEFAULT_BUFFER_MS;
}

/* Another clock of RTP timestamps is another source (RFC 7160 4.1). */
static void set_clock(struct med_channel *c)
{
	uint8_t ratio = 1;

	if (c->coder)
		ratio = (uint8_t)(dsp_codec_info(dsp_coder_codec(c->coder))->clock_khz / TDM_BLOCK);
	if (ratio == c->clock_ratio)
		return;
	c->clock_ratio = ratio;
	c->clock_known = false;
	if (c->tx_packets)
		c->ssrc = c->ssrc * 1664525u + 1013904223u;
}

static void apply_objects(struct med_engine *e, struct med_channel *c, uint16_t slot)
{
	const struct med_objects *o = &e->objects[slot];

	if (c->objects != slot) {
		med_hold_flush(e, c);
		if (c->srtp && o->srtp)
			rtp_srtp_go_on(o->srtp, c->srtp);
		med_channel_release(e, c);
		c->next_seq = (uint16_t)(c->recv.seq.max + 1);
	}
	c->objects = slot;
	c->coder = o->coder;
	c->srtp = o->srtp;
	set_clock(c);
}

/* Never for data. */
static void set_gain(struct med_engine *e, struct med_channel *c, const struct med_open *o)
{
	enum dsp_law_kind law = med_law(e, o->span);
	bool speech = o->codec != MED_CLEAR;

	c->gain_to_rtp = speech ? med_gain(e, law, o->gain_to_rtp) : NULL;
	c->gain_to_timeslot = speech ? med_gain(e, law, o->gain_to_timeslot) : NULL;
}

/* What OPEN and MODIFY have in common. */
static void apply(struct med_engine *e, struct med_channel *c, const struct med_open *o)
{
	c->through = o->through;
	c->pt_tx = o->pt_tx;
	c->pt_rx = o->pt_rx;
	c->codec = o->codec;
	c->ptime_ms = o->ptime_ms;
	c->any_source = o->any_source != 0;
	c->remote = (struct addr){ .family = o->family, .port = o->port };
	memcpy(c->remote.ip, o->ip, sizeof(o->ip));
	c->full = false;
	c->flags = o->flags;
	c->cn_pt = o->cn_pt;
	c->rtcp_port = o->rtcp_port;
	c->learnt = false;
	apply_objects(e, c, o->objects);
	take_timeslot(e, c, (uint16_t)(o->span * TDM_MAX_TS + o->timeslot));
	set_tables(e, c, e->law[o->span]);
	set_gain(e, c, o);
	rtp_recv_adapt(&c->recv, o->flags & MED_F_ADAPT && o->codec != MED_CLEAR && !c->modem
					 ? e->quiet[med_law(e, o->span)]
					 : NULL);
}

/* RFC 3550 6.3.7: who never sent anything says no BYE. */
static bool says_bye(const struct med_channel *c)
{
	return c->flags & MED_F_RTCP && c->remote.family != ADDR_NONE && c->remote.port != 0 &&
	       (c->srtp || !(c->flags & MED_F_SECURE)) && (c->tx_packets || !c->report.initial);
}

/* The BYE goes in the next tick, unless the channel has another leg by then. */
static void close_channel(struct med_engine *e, struct med_channel *c)
{
	struct med_closed closed = { counters_of(e, c), rejected_of(e, c) };

	med_conceal_stop(e, c);
	leave_timeslot(e, c);
	med_wheel_del(e, c);
	c->leaving = says_bye(c);
	if (c->leaving)
		med_wheel_add(e, c, e->now + 1);
	else
		med_channel_release(e, c);
	c->leg = 0;
	e->nr_legs--;
	report_closed(e, &closed);
}

unsigned med_engine_legs(const struct med_engine *e)
{
	return e->nr_legs;
}

static void start_channel(struct med_engine *e, struct med_channel *c, const struct med_open *o)
{
	if (c->leaving) {
		med_wheel_del(e, c);
		med_channel_release(e, c);
		c->leaving = false;
	}
	e->nr_legs++;
	c->leg = o->leg;
	c->key = MED_NONE;
	c->tx_fill = 0;
	c->fresh = c->marker = true;
	c->again = 0;
	c->playing = false;
	c->nr_rx = c->nr_dtls = c->steady = 0;
	c->seq = o->seq;
	c->ssrc = o->ssrc;
	c->timestamp = o->timestamp;
	c->gap_octets = c->tx_packets = c->tx_octets = c->concealed_octets = 0;
	memset(c->rejected, 0, sizeof(c->rejected));
	c->noise_known = c->quiet_here = c->quiet_there = false;
	c->gap_ms = c->quiet_ms = 0;
	c->modem = MED_MODEM_NONE;
	c->from_rtp = c->from_ts = (struct dsp_answer_tone){ 0 };
	c->clock_ratio = 0; /* is set with the codec */
	rtp_report_init(&c->report, e->now, o->ssrc ^ o->timestamp);
	rtp_recv_init(&c->recv, buffer_ms(o));
	/* What conceals a loss goes on from what lies there: not from the call before. */
	memset(c->recv.buf.octet, dsp_silence(med_law(e, o->span)), sizeof(c->recv.buf.octet));
	apply(e, c, o);
	med_wheel_add(e, c, med_wheel_room(e, o->ptime_ms));
}

static void modify(struct med_engine *e, struct med_channel *c, const struct med_open *o)
{
	enum tdm_law before = c->key == MED_NONE ? e->law[o->span] : e->law[c->key / TDM_MAX_TS];

	apply(e, c, o);
	if (!c->modem)
		rtp_recv_set_depth(&c->recv, buffer_ms(o));
	if (before != e->law[o->span]) {
		rtp_buf_cut(&c->recv.buf, c->recv.buf.play);
		med_tx_skip(c, c->tx_fill);
	}
}

/* Nothing is changed; what it brought with it goes back, unless the channel has it. */
static void refuse(struct med_engine *e, const struct med_open *o, bool may_open)
{
	const struct med_channel *c = med_channel_find(e, o->channel);
	struct med_closed closed = { .counters = { .leg = o->leg, .channel = o->channel } };

	if (o->objects && o->objects <= e->nr_objects && !(c && c->objects == o->objects))
		e->released[e->nr_released++] = o->objects;
	if (may_open)
		report_closed(e, &closed);
}

static void open_or_modify(struct med_engine *e, const struct med_open *o, bool may_open)
{
	struct med_channel *c;

	c = in_range(e, o) ? &e->channel[o->channel] : NULL;
	if (!c || (c->leg != o->leg && !may_open)) {
		refuse(e, o, may_open);
		return;
	}
	if (c->leg == o->leg) {
		modify(e, c, o);
		return;
	}
	if (c->leg)
		close_channel(e, c);
	start_channel(e, c, o);
}

void med_engine_cmd(struct med_engine *e, const struct ring_rec *rec)
{
	struct med_open open;
	struct med_ref ref;
	struct med_channel *c;

	if (rec->kind == MED_CMD_OPEN || rec->kind == MED_CMD_MODIFY) {
		memcpy(&open, rec->body, sizeof(open));
		open_or_modify(e, &open, rec->kind == MED_CMD_OPEN);
		return;
	}
	if (rec->kind == MED_CMD_TIMESLOT) {
		struct med_timeslot cmd;

		memcpy(&cmd, rec->body, sizeof(cmd));
		med_timeslot_cmd(e, &cmd);
		return;
	}
	if (rec->kind == MED_CMD_RING) {
		struct med_ring ring;

		memcpy(&ring, rec->body, sizeof(ring));
		med_ring_cmd(e, &ring);
		return;
	}
	memcpy(&ref, rec->body, sizeof(ref));
	c = med_channel_find(e, ref.channel);
	if (!c || c->leg != ref.leg)
		return;
	if (rec->kind == MED_CMD_CLOSE)
		close_channel(e, c);
	else if (rec->kind == MED_CMD_QUERY)
		report_later(e, c);
}
