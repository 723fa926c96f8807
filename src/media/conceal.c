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
	return c->flags & MED_F_CONCEAL && c->codec != MED_CLEAR && !c->modem;
}

void med_conceal_stop(struct med_engine *e, struct med_channel *c)
{
	if (c->concealer)
		dsp_concealer_give(e->concealers, c->concealer);
	c->concealer = NULL;
	c->gap_ms = 0;
}

/* Octets before the n-th of the block, as samples. */
static unsigned history(struct med_engine *e, const struct med_channel *c, unsigned n, int16_t *out)
{
	const struct rtp_buf *b = &c->recv.buf;
	enum dsp_law_kind law = med_channel_law(e, c);
	uint32_t from = b->play - TDM_BLOCK + n - DSP_CONCEAL_HISTORY;

	for (unsigned i = 0; i < DSP_CONCEAL_HISTORY; i++)
		out[i] = dsp_octet_to_linear(&e->table, law,
					     b->octet[(from + i) & (RTP_BUF_SIZE - 1)]);
	return DSP_CONCEAL_HISTORY;
}

static void take(struct med_engine *e, struct med_channel *c, unsigned n)
{
	int16_t before[DSP_CONCEAL_HISTORY];

	if (!c->concealer)
		c->concealer = dsp_concealer_take(e->concealers, before, history(e, c, n, before));
}

static void noise(struct med_channel *c, int16_t *out, unsigned nr)
{
	if (!c->noise_known) {
		dsp_noise_init(&c->noise, c->report.random | 1);
		dsp_noise_level(&c->noise, DEFAULT_NOISE);
		c->noise_known = true;
	}
	dsp_noise(&c->noise, out, nr);
}

/* The coder goes on from what it decoded last; not when it has decoded what is behind the gap. */
static bool by_coder(const struct med_channel *c, unsigned n)
{
	uint32_t at = c->recv.buf.play - TDM_BLOCK + n;

	return c->codec == MED_CODED && c->coder && dsp_coder_conceals(c->coder) &&
	       (int32_t)(c->recv.end - at) <= 0;
}

/* In place of `nr` octets of the block from the n-th on. */
static void instead(struct med_engine *e, struct med_channel *c, unsigned n, int16_t *out,
		    unsigned nr)
{
	if (by_coder(c, n)) {
		dsp_coder_conceal(c->coder, out, nr);
		return;
	}
	if (c->quiet_here || c->gap_ms > DSP_CONCEAL_MS) {
		med_conceal_stop(e, c);
		c->gap_ms = DSP_CONCEAL_MS + 1;
		noise(c, out, nr);
		return;
	}
	if (c->gap_ms <= 1)
		take(e, c, n);
	if (c->concealer)
		dsp_conceal(c->concealer, out, nr);
	else
		noise(c, out, nr);
}

/* Octets that did not come, the n-th of the block and those behind it. What is heard instead is what
 * the next loss goes on from, so it is kept where they would be. */
static void fill(struct med_engine *e, struct med_channel *c, uint8_t *tx, unsigned n, unsigned nr)
{
	enum dsp_law_kind law = med_channel_law(e, c);
	struct rtp_buf *b = &c->recv.buf;
	uint32_t at = b->play - TDM_BLOCK + n;
	int16_t x[TDM_BLOCK];

	instead(e, c, n, x, nr);
	for (unsigned i = 0; i < nr; i++) {
		tx[n + i] = dsp_linear_to_octet(&e->table, law, x[i]);
		b->octet[(at + i) & (RTP_BUF_SIZE - 1)] = tx[n + i];
	}
}

/* Speech is here again: from what was concealed, or from noise, over to it. */
static void blend(struct med_engine *e, struct med_channel *c, uint8_t *tx, unsigned n, unsigned nr)
{
	enum dsp_law_kind law = med_channel_law(e, c);
	int16_t x[TDM_BLOCK];

	if (c->gap_ms > DSP_CONCEAL_MS)
		take(e, c, n);
	if (!c->concealer)
		return;
	for (unsigned i = 0; i < nr; i++)
		x[i] = dsp_octet_to_linear(&e->table, law, tx[n + i]);
	if (!dsp_conceal_blend(c->concealer, x, nr)) {
		dsp_concealer_give(e->concealers, c->concealer);
		c->concealer = NULL;
	}
	for (unsigned i = 0; i < nr; i++)
		tx[n + i] = dsp_linear_to_octet(&e->table, law, x[i]);
}

/* A block of which something did not come: run by run. */
static void missing(struct med_engine *e, struct med_channel *c, uint8_t *tx, uint8_t valid)
{
	unsigned lost = TDM_BLOCK - (unsigned)__builtin_popcount(valid);
	unsigned nr;

	if (!c->quiet_here)
		c->gap_octets += lost;
	if (!wants(c))
		return;
	if (c->gap_ms < UINT16_MAX)
		c->gap_ms++;
	if (!c->quiet_here)
		c->concealed_octets += lost;
	for (unsigned n = 0; n < TDM_BLOCK; n += nr) {
		bool came = valid >> n & 1;

		for (nr = 1; n + nr < TDM_BLOCK && (valid >> (n + nr) & 1) == came; nr++)
			;
		if (came)
			blend(e, c, tx, n, nr);
		else
			fill(e, c, tx, n, nr);
	}
}

void med_conceal(struct med_engine *e, struct med_channel *c, uint8_t *tx, uint8_t valid)
{
	if (valid != 0xff) {
		missing(e, c, tx, valid);
		return;
	}
	c->quiet_here = false;
	blend(e, c, tx, 0, TDM_BLOCK);
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
