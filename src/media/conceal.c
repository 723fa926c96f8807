/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * media/conceal: what is heard in place of speech that did not come. Loss: the last pitch period,
 * fading for DSP_CONCEAL_MS, then noise. After a comfort noise packet the far end is silent by
 * intent (RFC 3389): noise at once, and no gap is counted. What was heard before is still in the
 * buffer, so nothing is kept for a loss that may never come.
 */
#include "media/channel.h"

#define DEFAULT_NOISE 62 /* -dBov, when the far end never said how loud its silence is */

static bool wants(const struct med_channel *c)
{
	return c->flags & MED_F_CONCEAL && c->codec != MED_CLEAR;
}

void med_conceal_stop(struct med_engine *e, struct med_channel *c)
{
	if (c->concealer)
		dsp_concealer_give(e->concealers, c->concealer);
	c->concealer = NULL;
	c->gap_ms = 0;
}

/* Of what the block is: octets before it, as samples. */
static unsigned history(struct med_engine *e, const struct med_channel *c, int16_t *out)
{
	const struct rtp_buf *b = &c->recv.buf;
	enum dsp_law_kind law = med_channel_law(e, c);
	uint32_t from = b->play - TDM_BLOCK - DSP_CONCEAL_HISTORY;

	for (unsigned i = 0; i < DSP_CONCEAL_HISTORY; i++)
		out[i] = dsp_octet_to_linear(&e->table, law,
					     b->octet[(from + i) & (RTP_BUF_SIZE - 1)]);
	return DSP_CONCEAL_HISTORY;
}

static void noise(struct med_channel *c, int16_t *out)
{
	if (!c->noise_known) {
		dsp_noise_init(&c->noise, c->report.random | 1);
		dsp_noise_level(&c->noise, DEFAULT_NOISE);
		c->noise_known = true;
	}
	dsp_noise(&c->noise, out, TDM_BLOCK);
}

/* What the whole block would be without what came. */
static void instead(struct med_engine *e, struct med_channel *c, int16_t *out)
{
	int16_t before[DSP_CONCEAL_HISTORY];

	if (c->quiet_here || c->gap_ms > DSP_CONCEAL_MS) {
		med_conceal_stop(e, c);
		c->gap_ms = DSP_CONCEAL_MS + 1;
		noise(c, out);
		return;
	}
	if (!c->concealer && c->gap_ms <= 1)
		c->concealer = dsp_concealer_take(e->concealers, before, history(e, c, before));
	if (c->concealer)
		dsp_conceal(c->concealer, out, TDM_BLOCK);
	else
		noise(c, out);
}

static void missing(struct med_engine *e, struct med_channel *c, uint8_t *tx, uint8_t valid)
{
	enum dsp_law_kind law = med_channel_law(e, c);
	unsigned nr = TDM_BLOCK - (unsigned)__builtin_popcount(valid);
	int16_t x[TDM_BLOCK];

	if (!c->quiet_here)
		c->gap_octets += nr;
	if (!wants(c))
		return;
	if (c->gap_ms < UINT16_MAX)
		c->gap_ms++;
	instead(e, c, x);
	if (!c->quiet_here)
		c->concealed_octets += nr;
	for (unsigned i = 0; i < TDM_BLOCK; i++)
		if (!(valid >> i & 1))
			tx[i] = dsp_linear_to_octet(&e->table, law, x[i]);
}

/* Speech is here again: from what was concealed over to it. */
static void blend(struct med_engine *e, struct med_channel *c, uint8_t *tx)
{
	enum dsp_law_kind law = med_channel_law(e, c);
	int16_t x[TDM_BLOCK];

	for (unsigned i = 0; i < TDM_BLOCK; i++)
		x[i] = dsp_octet_to_linear(&e->table, law, tx[i]);
	if (!dsp_conceal_blend(c->concealer, x, TDM_BLOCK))
		med_conceal_stop(e, c);
	for (unsigned i = 0; i < TDM_BLOCK; i++)
		tx[i] = dsp_linear_to_octet(&e->table, law, x[i]);
}

void med_conceal(struct med_engine *e, struct med_channel *c, uint8_t *tx, uint8_t valid)
{
	if (valid != 0xff) {
		missing(e, c, tx, valid);
		return;
	}
	c->quiet_here = false;
	if (c->concealer)
		blend(e, c, tx);
	c->gap_ms = 0;
}

void med_conceal_noise(struct med_channel *c, struct str payload)
{
	if (!c->noise_known)
		dsp_noise_init(&c->noise, c->report.random | 1);
	c->noise_known = true;
	dsp_noise_level(&c->noise, payload.len ? (uint8_t)payload.p[0] : DEFAULT_NOISE);
	c->quiet_here = true;
}
