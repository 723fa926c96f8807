/* SPDX-License-Identifier: GPL-3.0-or-later */
/* media/command: records to and from the engine. */
#include <assert.h>

#include "media/channel.h"

#define DEFAULT_BUFFER_MS 40

_Static_assert(sizeof(struct med_open) <= sizeof(((struct ring_rec *)0)->body), "fits a record");
_Static_assert(sizeof(struct med_ref) <= sizeof(((struct ring_rec *)0)->body), "fits a record");
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

static struct med_counters counters_of(const struct med_engine *e, const struct med_channel *c)
{
	const struct rtp_recv *r = &c->recv;

	return (struct med_counters){
		.leg = c->leg,
		.channel = (uint16_t)(c - e->channel),
		.jitter_us8 = jitter_us8(&r->jitter),
		.rx_packets = r->packets,
		.rx_octets = r->octets,
		.rx_lost = r->started ? rtp_seq_lost(&r->seq) : 0,
		.rx_late = r->late,
		.rx_rejected = c->rx_rejected + r->strays,
		.rx_overrun = r->overrun,
		.gaps_ms = (c->gap_octets + TDM_BLOCK - 1) / TDM_BLOCK,
		.tx_packets = c->tx_packets,
		.tx_octets = c->tx_octets,
	};
}

bool med_engine_ready(const struct med_engine *e)
{
	return e->closed_put - e->closed_get <= e->closed_mask;
}

static void report_closed(struct med_engine *e, const struct med_counters *c)
{
	assert(med_engine_ready(e));
	e->closed[e->closed_put++ & e->closed_mask] = *c;
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

static void pack_report(struct ring_rec *rec, enum med_report_kind kind,
			const struct med_counters *c)
{
	memset(rec, 0, sizeof(*rec));
	rec->kind = kind;
	memcpy(rec->body, c, sizeof(*c));
}

bool med_engine_report(struct med_engine *e, struct ring_rec *rec)
{
	if (e->closed_get != e->closed_put) {
		pack_report(rec, MED_REP_CLOSED, &e->closed[e->closed_get++ & e->closed_mask]);
		return true;
	}
	while (e->first_query != MED_NONE) {
		struct med_channel *c = &e->channel[e->first_query];

		e->first_query = c->next_query;
		c->in_query = false;
		if (c->leg && c->leg == c->query_leg) {
			struct med_counters counters = counters_of(e, c);

			pack_report(rec, MED_REP_COUNTERS, &counters);
			return true;
		}
	}
	return med_timeslot_report(e, rec);
}

/* Commands. ------------------------------------------------------------------------------------ */

static bool in_range(const struct med_engine *e, const struct med_open *o)
{
	if (o->leg == 0 || o->channel >= e->nr_channels || o->span >= e->nr_spans)
		return false;
	if (o->timeslot == 0 || o->timeslot >= TDM_MAX_TS)
		return false;
	if (o->codec > MED_PCMU || o->through > MED_BOTH)
		return false;
	if (o->pt_tx > RTP_PT_MAX || o->pt_rx > RTP_PT_MAX)
		return false;
	if (o->ptime_ms < 10 || o->ptime_ms > 60 || o->ptime_ms % 10)
		return false;
	return o->family == ADDR_NONE || o->family == ADDR_IP4 || o->family == ADDR_IP6;
}

/* Between the law of the timeslot and that of the codec. */
static void set_tables(struct med_engine *e, struct med_channel *c, enum tdm_law law)
{
	bool codec_is_a = c->codec == MED_PCMA;

	if (codec_is_a == (law == TDM_ALAW)) {
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
	take_timeslot(e, c, (uint16_t)(o->span * TDM_MAX_TS + o->timeslot));
	set_tables(e, c, e->law[o->span]);
}

static void close_channel(struct med_engine *e, struct med_channel *c)
{
	struct med_counters counters = counters_of(e, c);

	leave_timeslot(e, c);
	med_wheel_del(e, c);
	c->leg = 0;
	report_closed(e, &counters);
}

static void start_channel(struct med_engine *e, struct med_channel *c, const struct med_open *o)
{
	c->leg = o->leg;
	c->key = MED_NONE;
	c->tx_fill = 0;
	c->fresh = c->marker = true;
	c->playing = false;
	c->seq = o->seq;
	c->ssrc = o->ssrc;
	c->timestamp = o->timestamp;
	c->rx_rejected = c->gap_octets = c->tx_packets = c->tx_octets = 0;
	rtp_recv_init(&c->recv, buffer_ms(o));
	apply(e, c, o);
	med_wheel_add(e, c, med_wheel_room(e, o->ptime_ms));
}

static void modify(struct med_engine *e, struct med_channel *c, const struct med_open *o)
{
	enum tdm_law before = c->key == MED_NONE ? e->law[o->span] : e->law[c->key / TDM_MAX_TS];

	apply(e, c, o);
	rtp_recv_set_depth(&c->recv, buffer_ms(o));
	if (before != e->law[o->span]) {
		rtp_buf_cut(&c->recv.buf, c->recv.buf.play);
		med_tx_skip(c, c->tx_fill);
	}
}

static void open_or_modify(struct med_engine *e, const struct med_open *o, bool may_open)
{
	struct med_channel *c;

	if (!in_range(e, o)) {
		if (may_open)
			report_closed(e, &(struct med_counters){ .leg = o->leg,
								 .channel = o->channel });
		return;
	}
	c = &e->channel[o->channel];
	if (c->leg == o->leg) {
		modify(e, c, o);
		return;
	}
	if (!may_open)
		return;
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
	memcpy(&ref, rec->body, sizeof(ref));
	c = med_channel_find(e, ref.channel);
	if (!c || c->leg != ref.leg)
		return;
	if (rec->kind == MED_CMD_CLOSE)
		close_channel(e, c);
	else if (rec->kind == MED_CMD_QUERY)
		report_later(e, c);
}
