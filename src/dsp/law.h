/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dsp/law: the two laws of G.711 as tables, made by SpanDSP's conversions at the start. A-law to
 * linear and back is the identity; mu-law to linear and back changes one code (negative zero);
 * A-law to mu-law and back changes 16. Where octets must come through untouched, do not convert.
 *
 *	struct dsp_law *t = dsp_law_new(mem);
 *	uint8_t mu = t->a_to_mu[a];
 *	int16_t x = t->a_linear[a];
 *	a = dsp_linear_to_a(t, x);
 */
#ifndef TRUNKGATE_DSP_LAW_H
#define TRUNKGATE_DSP_LAW_H

#include <stdint.h>

#include <trunkgate/base/mem.h>

#define DSP_RATE_HZ    8000
#define DSP_SILENCE_A  0xd5 /* the smallest positive value of A-law */
#define DSP_SILENCE_MU 0xff /* zero of mu-law */

enum dsp_law_kind { DSP_ALAW, DSP_MULAW };

struct dsp_law {
	uint8_t a_to_mu[256], mu_to_a[256];
	int16_t a_linear[256], mu_linear[256];
	/* By magnitude: without the bits that a code cannot tell. */
	uint8_t linear_a[2048], linear_mu[8192];
};

/* NULL when out of memory. Freed with its context. */
struct dsp_law *dsp_law_new(struct mem *m);
void dsp_law_init(struct dsp_law *t);

static inline uint8_t dsp_linear_to_a(const struct dsp_law *t, int16_t x)
{
	return x >= 0 ? t->linear_a[x >> 4] : t->linear_a[~x >> 4] ^ 0x80;
}

static inline uint8_t dsp_linear_to_mu(const struct dsp_law *t, int16_t x)
{
	int magnitude = x >= 0 ? x : -(int)x;

	if (magnitude > INT16_MAX)
		magnitude = INT16_MAX;
	return t->linear_mu[magnitude >> 2] ^ (x >= 0 ? 0 : 0x80);
}

static inline uint8_t dsp_linear_to_octet(const struct dsp_law *t, enum dsp_law_kind law, int16_t x)
{
	return law == DSP_ALAW ? dsp_linear_to_a(t, x) : dsp_linear_to_mu(t, x);
}

static inline int16_t dsp_octet_to_linear(const struct dsp_law *t, enum dsp_law_kind law,
					  uint8_t octet)
{
	return law == DSP_ALAW ? t->a_linear[octet] : t->mu_linear[octet];
}

static inline uint8_t dsp_silence(enum dsp_law_kind law)
{
	return law == DSP_ALAW ? DSP_SILENCE_A : DSP_SILENCE_MU;
}

#endif
