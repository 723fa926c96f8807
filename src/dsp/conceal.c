/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsp/conceal: see the header. */
#include <math.h>
#include <spandsp.h>

#include "dsp/conceal.h"

#define OVERLOAD 32768.0 /* 0 dBov: RMS of the largest square wave (RFC 3389 3.1) */

#define CHUNK \
	40 /* the library joins smoothly within one call only: at least a quarter of a pitch */

struct dsp_concealer {
	plc_state_t plc;
	int16_t ahead[CHUNK];
	unsigned used, blended;
	struct dsp_concealer *next;
};

struct dsp_concealer_pool {
	struct dsp_concealer *free;
};

struct dsp_concealer_pool *dsp_concealer_pool_new(struct mem *m, unsigned nr)
{
	struct dsp_concealer_pool *pool = MEM_NEW(m, struct dsp_concealer_pool);
	struct dsp_concealer *all = MEM_ARRAY(m, nr, struct dsp_concealer);

	if (!pool || !all) {
		mem_drop(pool);
		mem_drop(all);
		return NULL;
	}
	for (unsigned i = 0; i < nr; i++)
		dsp_concealer_give(pool, &all[i]);
	return pool;
}

struct dsp_concealer *dsp_concealer_take(struct dsp_concealer_pool *pool, const int16_t *history,
					 unsigned nr)
{
	struct dsp_concealer *p = pool->free;
	int16_t copy[DSP_CONCEAL_HISTORY] = { 0 };

	if (!p)
		return NULL;
	pool->free = p->next;
	plc_init(&p->plc);
	if (nr > DSP_CONCEAL_HISTORY) {
		history += nr - DSP_CONCEAL_HISTORY;
		nr = DSP_CONCEAL_HISTORY;
	}
	/* Always all of it: with less the library copies between places that overlap. */
	memcpy(copy + DSP_CONCEAL_HISTORY - nr, history, nr * sizeof(*copy));
	plc_rx(&p->plc, copy, DSP_CONCEAL_HISTORY);
	p->used = CHUNK;
	p->blended = 0;
	return p;
}

void dsp_concealer_give(struct dsp_concealer_pool *pool, struct dsp_concealer *p)
{
	p->next = pool->free;
	pool->free = p;
}

static int16_t next_sample(struct dsp_concealer *p)
{
	if (p->used == CHUNK) {
		plc_fillin(&p->plc, p->ahead, CHUNK);
		p->used = 0;
	}
	return p->ahead[p->used++];
}

void dsp_conceal(struct dsp_concealer *p, int16_t *out, unsigned nr)
{
	p->blended = 0;
	for (unsigned i = 0; i < nr; i++)
		out[i] = next_sample(p);
}

bool dsp_conceal_blend(struct dsp_concealer *p, int16_t *samples, unsigned nr)
{
	for (unsigned i = 0; i < nr && p->blended < DSP_BLEND; i++) {
		int good = (int)++p->blended, old = DSP_BLEND - good;

		samples[i] = (int16_t)((samples[i] * good + next_sample(p) * old) / DSP_BLEND);
	}
	return p->blended < DSP_BLEND;
}

/* Noise. ---------------------------------------------------------------------------------------- */

void dsp_noise_init(struct dsp_noise *n, uint32_t seed)
{
	n->random = seed;
	n->peak = 0;
}

/* White and even: its RMS is the peak by the root of three. */
void dsp_noise_level(struct dsp_noise *n, uint8_t level)
{
	double peak = OVERLOAD * pow(10, -(level & DSP_NOISE_LEVEL_MAX) / 20.0) * sqrt(3);

	n->peak = (int16_t)(peak > INT16_MAX ? INT16_MAX : peak);
}

void dsp_noise(struct dsp_noise *n, int16_t *out, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++) {
		n->random = n->random * 1664525u + 1013904223u;
		out[i] = (int16_t)(((int64_t)(int32_t)n->random * n->peak) >> 31);
	}
}

uint8_t dsp_noise_measure(const int16_t *samples, unsigned nr)
{
	double sum = 0, db;

	for (unsigned i = 0; i < nr; i++)
		sum += (double)samples[i] * samples[i];
	if (nr == 0 || sum == 0)
		return DSP_NOISE_LEVEL_MAX;
	db = -10 * log10(sum / nr / (OVERLOAD * OVERLOAD));
	if (db < 0)
		return 0;
	return db > DSP_NOISE_LEVEL_MAX ? DSP_NOISE_LEVEL_MAX : (uint8_t)(db + 0.5);
}
