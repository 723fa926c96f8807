/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dsp/opus: Opus (RFC 6716) by libopus, where configure found it: narrow band, one channel, 8 kHz
 * samples on our side, while RTP counts 48 kHz (RFC 7587 4.1). Frames vary in size; silence may be
 * not sent at all. What was lost is made by the decoder: from the packet behind it, when that has a
 * copy (in-band FEC), else from what was before. Neither RFC is at hand: written from memory.
 *
 *	struct dsp_opus *o = dsp_opus_new(mem);		(NULL: no memory, or it is not built in)
 *	dsp_opus_tune(o, &tuning);
 *	len = dsp_opus_enc(o, samples, 160, octets, room);	(0: silence, nothing is to be sent)
 *	nr = dsp_opus_fill(o, payload, samples, 160, &copied);	(what was lost before this packet)
 *	nr = dsp_opus_dec(o, payload, samples, room);
 *	dsp_opus_free(o);
 *
 * Its memory is that of the context; using it allocates nothing.
 */
#ifndef TRUNKGATE_DSP_OPUS_H
#define TRUNKGATE_DSP_OPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>

#define DSP_OPUS_STEP  20 /* samples: 2.5 ms, the shortest frame */
#define DSP_OPUS_CHUNK 80 /* what is made at once in place of what did not come */

struct dsp_opus;
struct dsp_tuning;

bool dsp_opus_built(void);
struct dsp_opus *dsp_opus_new(struct mem *m);
/* NULL is allowed. */
void dsp_opus_free(struct dsp_opus *o);
void dsp_opus_tune(struct dsp_opus *o, const struct dsp_tuning *t);
/* What the far end says that it does not get: copies are sent then, if it wants them. */
void dsp_opus_loss(struct dsp_opus *o, unsigned percent);
/* 80, 160, 320 or 480 samples. 0: nothing is to be sent, or it does not fit. */
size_t dsp_opus_enc(struct dsp_opus *o, const int16_t *samples, unsigned nr, uint8_t *out,
		    size_t room);
/* How many samples dsp_opus_dec would give; 0: it is no packet of Opus. */
unsigned dsp_opus_samples(struct str payload);
unsigned dsp_opus_dec(struct dsp_opus *o, struct str payload, int16_t *samples, unsigned room);
/* `nr` samples (a multiple of DSP_OPUS_STEP) before the packet that has come, which is not decoded
 * yet. `copied`: the last so many of them are its copy of what was lost. */
unsigned dsp_opus_fill(struct dsp_opus *o, struct str payload, int16_t *samples, unsigned nr,
		       unsigned *copied);
/* Has it one of the frame before it? */
bool dsp_opus_has_copy(struct str payload);
/* In place of what did not come, while nothing behind it has come either. */
void dsp_opus_conceal(struct dsp_opus *o, int16_t *samples, unsigned nr);

#endif
