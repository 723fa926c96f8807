/* SPDX-License-Identifier: GPL-3.0-or-later */
/* media/engine: making it, and whose packet time it is. */
#include <assert.h>

#include "media/channel.h"

#define AGAIN_IN_HAND_MS 2
#define NTP_ROUND	 18446744073709552ull /* 2^32 ms as NTP time: 2^64 / 1000 */

static bool closed_new(struct med_engine *e, struct mem *m)
{
	unsigned room = 64;

	while (room < 2 * e->nr_channels + 64)
		room *= 2;
	e->closed_mask = room - 1;
	e->closed = MEM_ARRAY(m, room, struct med_closed);
	return e->closed != NULL;
}

static bool objects_new(struct med_engine *e, struct mem *m, unsigned nr)
{
	e->nr_objects = nr;
	e->objects = MEM_ARRAY(m, nr + 1, struct med_objects);
	e->released = MEM_ARRAY(m, nr + 1, uint16_t);
	e->concealers = dsp_concealer_pool_new(m, MED_CONCEALERS + e->nr_channels / 16);
	return e->objects && e->released && e->concealers;
}

/* Quiet is what a sample more or less of is not heard: about -42 dBm0 and below. */
#define QUIET_LINEAR 180

static void quiet_init(struct med_engine *e)
{
	for (unsigned i = 0; i < 256; i++) {
		int a = e->table.a_linear[i], mu = e->table.mu_linear[i];

		e->quiet[DSP_ALAW][i] = a < QUIET_LINEAR && a > -QUIET_LINEAR;
		e->quiet[DSP_MULAW][i] = mu < QUIET_LINEAR && mu > -QUIET_LINEAR;
	}
}

static void tables_init(struct med_engine *e, const struct med_cfg *cfg)
{
	e->nr_outside = cfg->nr_spans;
	e->nr_spans = cfg->nr_spans + cfg->nr_inside;
	memcpy(e->law, cfg->law, sizeof(e->law));
	memcpy(e->elsewhere, cfg->elsewhere, sizeof(e->elsewhere));
	e->between = cfg->between;
	memcpy(e->cname, cfg->cname, sizeof(e->cname) - 1);
	e->ntp_origin = cfg->ntp_origin;
	dsp_law_init(&e->table);
	quiet_init(e);
	for (unsigned i = 0; i < cfg->nr_inside; i++)
		memset(&e->inside[i], dsp_silence(med_law(e, cfg->nr_spans + i)),
		       sizeof(*e->inside));
	for (unsigned i = 0; i < MED_WHEEL; i++)
		e->wheel[i].head = MED_NONE;
	memset(e->by_timeslot, 0xff, sizeof(e->by_timeslot));
	e->first_query = e->last_query = MED_NONE;
}

struct med_engine *med_engine_new(struct mem *parent, const struct med_cfg *cfg)
{
	struct med_engine *e;
	struct mem *m;

	if (cfg->nr_channels == 0 || cfg->nr_channels > MED_CHANNELS_MAX ||
	    cfg->nr_spans > MED_SPANS_MAX || cfg->nr_inside > MED_SPANS_MAX - cfg->nr_spans ||
	    cfg->nr_objects >= UINT16_MAX)
		return NULL;
	m = mem_sub(parent, "media");
	e = m ? MEM_NEW(m, struct med_engine) : NULL;
	if (e) {
		e->nr_channels = cfg->nr_channels;
		e->channel = MEM_ARRAY(m, cfg->nr_channels, struct med_channel);
		e->ts = MEM_ARRAY(m, (cfg->nr_spans + cfg->nr_inside + 1) * TDM_MAX_TS,
				  struct med_ts);
		e->inside = MEM_ARRAY(m, cfg->nr_inside + 1, struct tdm_block);
	}
	if (!e || !e->channel || !e->ts || !e->inside || !closed_new(e, m) ||
	    !objects_new(e, m, cfg->nr_objects)) {
		mem_free(m);
		return NULL;
	}
	tables_init(e, cfg);
	if (!med_ring_init(e, m) || !med_level_init(e, m)) {
		mem_free(m);
		return NULL;
	}
	return e;
}

void med_engine_set_objects(struct med_engine *e, uint16_t slot, const struct med_objects *o)
{
	assert(slot > 0 && slot <= e->nr_objects);
	e->objects[slot] = *o;
}

void med_wheel_add(struct med_engine *e, struct med_channel *c, uint32_t at)
{
	struct med_slot *s = &e->wheel[at % MED_WHEEL];
	uint16_t nr = (uint16_t)(c - e->channel);

	c->slot = at % MED_WHEEL;
	c->prev = MED_NONE;
	c->next = s->head;
	if (s->head != MED_NONE)
		e->channel[s->head].prev = nr;
	s->head = nr;
	s->nr++;
}

void med_wheel_del(struct med_engine *e, struct med_channel *c)
{
	struct med_slot *s = &e->wheel[c->slot];

	if (c->prev != MED_NONE)
		e->channel[c->prev].next = c->next;
	else
		s->head = c->next;
	if (c->next != MED_NONE)
		e->channel[c->next].prev = c->prev;
	s->nr--;
}

uint32_t med_wheel_room(const struct med_engine *e, unsigned ptime_ms)
{
	uint32_t best = e->now + 1;

	for (uint32_t at = best + 1; at <= e->now + ptime_ms; at++)
		if (e->wheel[at % MED_WHEEL].nr < e->wheel[best % MED_WHEEL].nr)
			best = at;
	return best;
}

void med_engine_tick(struct med_engine *e)
{
	struct med_slot *undrained = &e->wheel[e->now % MED_WHEEL];

	med_path_inside(e);
	if (++e->now == 0)
		e->ntp_origin += NTP_ROUND;
	while (undrained->head != MED_NONE) {
		struct med_channel *c = &e->channel[undrained->head];

		med_wheel_del(e, c);
		med_wheel_add(e, c, e->now);
	}
}

/* In how many ms the channel is due again; notes whether it has a packet now. */
static unsigned next_due(struct med_channel *c)
{
	unsigned need = c->ptime_ms * TDM_BLOCK, fill = c->tx_fill;
	bool came;

	c->full = false;
	if (c->fresh) { /* the first packet time begins here */
		c->fresh = false;
		med_tx_skip(c, fill);
		c->tx_left = 0;
		return c->ptime_ms;
	}
	c->full = fill >= need;
	came = fill != c->tx_left;
	c->tx_left = (uint16_t)(c->full ? fill - need : fill);
	if (c->full && fill >= 2 * need)
		return 1;
	if (c->full)
		return fill >= need + MED_TX_SLACK ? c->ptime_ms - 1u : c->ptime_ms;
	return came ? (need - fill) / TDM_BLOCK : c->ptime_ms;
}

bool med_engine_due(struct med_engine *e, unsigned *channel)
{
	struct med_slot *s = &e->wheel[e->now % MED_WHEEL];
	struct med_channel *c;
	unsigned turn_ms;

	if (s->head == MED_NONE)
		return false;
	*channel = s->head;
	c = &e->channel[s->head];
	e->bye_len = 0;
	if (c->leaving) {
		med_wheel_del(e, c);
		med_farewell(e, c);
		return true;
	}
	c->steady = c->nr_rx == 1 ? (uint8_t)(c->steady + 1) : 0;
	c->nr_rx = c->nr_dtls = 0;
	turn_ms = next_due(c);
	c->recv.wait = c->again ? (uint16_t)(turn_ms * TDM_BLOCK) : 0;
	med_wheel_del(e, c);
	med_wheel_add(e, c, e->now + turn_ms);
	return true;
}

static bool has_hole(const struct med_channel *c, uint32_t end)
{
	const struct rtp_buf *b = &c->recv.buf;

	for (uint32_t at = b->play / RTP_BUF_BLOCK; at != end / RTP_BUF_BLOCK; at++)
		if (b->valid[at % (RTP_BUF_SIZE / RTP_BUF_BLOCK)] != 0xff)
			return true;
	return false;
}

/* What has come does not last until the next turn, and a little longer; or there is a hole in it, and
 * packets do not keep their order. Where they do, what came behind a hole says that its packet is lost,
 * and looking again would not bring it. */
static bool may_want(const struct med_channel *c, unsigned ms)
{
	uint32_t end = c->recv.buf.play + (ms + AGAIN_IN_HAND_MS) * TDM_BLOCK;

	return (int32_t)(c->recv.end - end) < 0 || (rtp_recv_swaps(&c->recv) && has_hole(c, end));
}

/* The far end's clock drifts: one day its packet comes just behind our visit, and would wait for a
 * whole packet time. It is fetched out of turn, 1, 3, 7 and 15 ms behind it, until the buffer has
 * grown by that (rtp/adapt.h). Not when nothing has come for so long that the buffer is empty. */
void med_look_again(struct med_engine *e, struct med_channel *c)
{
	unsigned turn_ms = (c->slot - e->now) % MED_WHEEL, in_ms = 1u << c->again;

	if (!c->playing || (int32_t)(c->recv.end - c->recv.buf.play) <= 0 || in_ms >= turn_ms ||
	    !may_want(c, turn_ms)) {
		c->again = 0;
		return;
	}
	c->again++;
	med_wheel_del(e, c);
	med_wheel_add(e, c, e->now + in_ms);
}
