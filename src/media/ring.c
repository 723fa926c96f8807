/* SPDX-License-Identifier: GPL-3.0-or-later */
/* media/ring: ringing tones (E.180) for who called, until there is something real to be heard. */
#include <string.h>

#include "media/channel.h"

_Static_assert(sizeof(struct med_ring) <= sizeof(((struct ring_rec *)0)->body), "fits a record");

bool med_ring_init(struct med_engine *e, struct mem *m)
{
	e->tone = mem_array(m, DSP_NR_RINGBACKS, sizeof(*e->tone));
	if (!e->tone)
		return false;
	for (int k = 0; k < DSP_NR_RINGBACKS; k++)
		for (int law = 0; law < 2; law++)
			dsp_ringback_fill((enum dsp_ringback_kind)k, DSP_RINGBACK_DBM0,
					  (enum dsp_law_kind)law, &e->table, e->tone[k][law]);
	return true;
}

void med_ring_cmd(struct med_engine *e, const struct med_ring *cmd)
{
	struct med_ts *t;

	if (cmd->span >= e->nr_spans || cmd->timeslot == 0 || cmd->timeslot >= TDM_MAX_TS ||
	    cmd->kind >= DSP_NR_RINGBACKS)
		return;
	t = &e->ts[cmd->span * TDM_MAX_TS + cmd->timeslot];
	if (!cmd->kind && t->ring.leg != cmd->leg)
		return;
	e->nr_ringing[cmd->span] =
		(uint16_t)(e->nr_ringing[cmd->span] + (cmd->kind != 0) - (t->ring.kind != 0));
	if (!t->ring.kind || t->ring.leg != cmd->leg)
		t->ring_since = e->now;
	t->ring = *cmd;
}

/* This millisecond of it. */
static const uint8_t *octets(const struct med_engine *e, unsigned key)
{
	const struct med_ts *t = &e->ts[key];
	uint32_t ms = e->now - t->ring_since;
	unsigned kind = t->ring.kind;

	if (!dsp_ringback_sounds((enum dsp_ringback_kind)kind, ms))
		kind = DSP_RINGBACK_NONE;
	return &e->tone[kind][med_law(e, key / TDM_MAX_TS)][ms % 1000 * TDM_BLOCK];
}

const uint8_t *med_ring_rx(const struct med_engine *e, unsigned key, const uint8_t *rx)
{
	const struct med_ring *r = &e->ts[key].ring;

	return r->kind && r->to_rtp ? octets(e, key) : rx;
}

static bool is_heard(const struct med_engine *e, unsigned key)
{
	const struct med_channel *c = e->channel + e->by_timeslot[key];

	if (e->by_timeslot[key] == MED_NONE)
		return e->ts[key].use == MED_TS_FREE;
	return !c->playing || !(c->through & MED_FROM_RTP);
}

void med_ring_tx(const struct med_engine *e, unsigned span, struct tdm_block *tx)
{
	for (unsigned ts = 1; ts < TDM_MAX_TS; ts++) {
		unsigned key = span * TDM_MAX_TS + ts;
		const struct med_ring *r = &e->ts[key].ring;

		if (r->kind && !r->to_rtp && is_heard(e, key))
			memcpy(tx->octet[ts], octets(e, key), TDM_BLOCK);
	}
}
