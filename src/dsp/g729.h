/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dsp/g729: G.729 annex A by bcg729, where configure found it; annex B's silence frames are
 * understood and not sent. Frames of 10 ms are 10 octets (RFC 3551 4.5.6).
 *
 *	struct dsp_g729 *g = dsp_g729_new(mem);		(NULL: no memory, or it is not built in)
 *	dsp_g729_enc(g, samples, 160, octets);		(20 octets)
 *	nr = dsp_g729_dec(g, payload, samples, 160);
 *	dsp_g729_free(g);
 */
#ifndef TRUNKGATE_DSP_G729_H
#define TRUNKGATE_DSP_G729_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>

#define DSP_G729_SAMPLES 80
#define DSP_G729_OCTETS	 10
#define DSP_G729_SID	 2 /* octets of a frame that says silence, the last of a payload */

struct dsp_g729;

bool dsp_g729_built(void);
struct dsp_g729 *dsp_g729_new(struct mem *m);
void dsp_g729_free(struct dsp_g729 *g);
void dsp_g729_enc(struct dsp_g729 *g, const int16_t *samples, unsigned nr, uint8_t *out);
/* How many samples dsp_g729_dec would give. */
unsigned dsp_g729_samples(struct str payload);
/* Samples of whole frames, as many as fit. */
unsigned dsp_g729_dec(struct dsp_g729 *g, struct str payload, int16_t *samples, unsigned room);

#endif
