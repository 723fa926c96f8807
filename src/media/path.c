/* SPDX-License-Identifier: GPL-3.0-or-later */
/* media/path: a millisecond of the timeslots: what goes to packets, what comes from them. */
#include <assert.h>

#include "media/channel.h"

void med_tx_skip(struct med_channel *c, unsigned octets)
{
	c->tx_fill = (uint16_t)(c->tx_fill - octets);
	c->timestamp += octets;
	if (c->tx_fill > 0)
		memmove(c->tx, c->tx + octets, c->tx_fill);
}

static void map(uint8_t *octets, const uint8_t *table)
{
	for (unsigned i = 0; i < TDM_BLOCK; i++)
		octets[i] = table[octets[i]];
}

static void gather(struct med_channel *c, const uint8_t *rx)
{
	if (c->tx_fill + TDM_BLOCK > MED_TX_ROOM)
		med_tx_skip(c, c->tx_fill); /* nobody asked whose packet time it is */
	memcpy(c->tx + c->tx_fill, rx, TDM_BLOCK);
	if (c->gain_to_rtp)
		map(c->tx + c->tx_fill, c->gain_to_rtp);
	c->tx_fill += TDM_BLOCK;
}

static void play_out(struct med_engine *e, struct med_channel *c, uint8_t *tx, uint8_t silence)
{
	uint8_t valid;

	memset(tx, silence, TDM_BLOCK);
	if (c->held)
		med_hold_due(e, c);
	valid = rtp_buf_read(&c->recv.buf, tx);
	c->playing |= valid != 0;
	if (!(c->through & MED_FROM_RTP)) {
		memset(tx, silence, TDM_BLOCK);
		return;
	}
	if ((valid != 0xff || c->concealer || c->gap_ms) && c->playing)
		med_conceal(e, c, tx, valid);
	if (c->gain_to_timeslot)
		map(tx, c->gain_to_timeslot);
}

enum dsp_law_kind med_channel_law(const struct med_engine *e, const struct med_channel *c)
{
	if (c->key == MED_NONE)
		return c->codec == MED_PCMU ? DSP_MULAW : DSP_ALAW;
	return med_law(e, c->key / TDM_MAX_TS);
}

static void span_block(struct med_engine *e, unsigned span, const struct tdm_block *rx,
		       struct tdm_block *tx)
{
	const uint16_t *nr = e->by_timeslot + span * TDM_MAX_TS;
	bool rings = e->nr_ringing[span] > 0;
	uint8_t silence, idle;

	silence = dsp_silence(med_law(e, span));
	idle = tdm_idle(e->law[span]);
	for (unsigned ts = 0; ts < TDM_MAX_TS; ts++) {
		struct med_channel *c = e->channel + nr[ts];

		if (nr[ts] == MED_NONE) {
			if (!med_timeslot_block(e, span * TDM_MAX_TS + ts, rx->octet[ts],
						tx->octet[ts]))
				memset(tx->octet[ts], idle, TDM_BLOCK);
			continue;
		}
		gather(c, rings ? med_ring_rx(e, span * TDM_MAX_TS + ts, rx->octet[ts])
				: rx->octet[ts]);
		play_out(e, c, tx->octet[ts], silence);
	}
	if (rings)
		med_ring_tx(e, span, tx);
}

void med_engine_span(struct med_engine *e, unsigned span, const struct tdm_block *rx,
		     struct tdm_block *tx)
{
	assert(span < e->nr_outside);
	span_block(e, span, rx, tx);
}

/* 1 with 2, 3 with 4, ... 29 with 30. */
static unsigned partner(unsigned ts)
{
	return ts % 2 ? ts + 1 : ts - 1;
}

void med_path_inside(struct med_engine *e)
{
	for (unsigned span = e->nr_outside; span < e->nr_spans; span++) {
		const uint16_t *nr = e->by_timeslot + span * TDM_MAX_TS;
		struct tdm_block *said = &e->inside[span - e->nr_outside], rx = *said;

		if (e->elsewhere[span])
			continue;
		for (unsigned ts = 1; ts <= 2 * MED_INSIDE_PAIRS; ts++)
			memcpy(rx.octet[ts], said->octet[partner(ts)], TDM_BLOCK);
		span_block(e, span, &rx, said);
		for (unsigned ts = 0; ts < TDM_MAX_TS; ts++) /* nobody's idle pattern is heard */
			if (nr[ts] == MED_NONE)
				memset(said->octet[ts], dsp_silence(med_law(e, span)), TDM_BLOCK);
	}
}
