/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dsp/conceal: what is heard in place of speech that did not come: the last pitch period, again and
 * fading (SpanDSP's packet loss concealment), and comfort noise (RFC 3389). A concealer is needed
 * only while something is missing, so few serve many streams: they are taken from a pool and given
 * back.
 *
 *	p = dsp_concealer_take(pool, last_samples, nr);	(NULL: all are in use; play noise)
 *	dsp_conceal(p, out, 8);				(each missing ms, up to DSP_CONCEAL_MS)
 *	dsp_conceal_blend(p, good, 8);			(what came again; false: it has joined)
 *	dsp_concealer_give(pool, p);
 *
 *	struct dsp_noise n;
 *	dsp_noise_init(&n, seed);
 *	dsp_noise_level(&n, 60);			(-60 dBov)
 *	dsp_noise(&n, out, 8);
 */
#ifndef TRUNKGATE_DSP_CONCEAL_H
#define TRUNKGATE_DSP_CONCEAL_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/mem.h>

#define DSP_CONCEAL_MS	    60	/* after that the concealer is silent */
#define DSP_CONCEAL_HISTORY 280 /* samples it wants to know */
#define DSP_BLEND	    32
#define DSP_NOISE_LEVEL_MAX 127 /* -127 dBov: silence */

struct dsp_concealer;
struct dsp_concealer_pool;

/* Freed with its context. NULL when out of memory. */
struct dsp_concealer_pool *dsp_concealer_pool_new(struct mem *m, unsigned nr);
struct dsp_concealer *dsp_concealer_take(struct dsp_concealer_pool *pool, const int16_t *history,
					 unsigned nr);
void dsp_concealer_give(struct dsp_concealer_pool *pool, struct dsp_concealer *p);
void dsp_conceal(struct dsp_concealer *p, int16_t *out, unsigned nr);
/* Goes over to what came, within DSP_BLEND samples; false: that is done, give it back. */
bool dsp_conceal_blend(struct dsp_concealer *p, int16_t *samples, unsigned nr);

struct dsp_noise {
	uint32_t random;
	int16_t peak;
};

void dsp_noise_init(struct dsp_noise *n, uint32_t seed);
/* As in the first octet of a CN packet: -dBov. */
void dsp_noise_level(struct dsp_noise *n, uint8_t level);
void dsp_noise(struct dsp_noise *n, int16_t *out, unsigned nr);
/* The level of samples in -dBov, for CN packets of our own. */
uint8_t dsp_noise_measure(const int16_t *samples, unsigned nr);

#endif
