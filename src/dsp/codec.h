/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dsp/codec: speech codecs as RTP carries them (RFC 3551 4.5), between 8 kHz linear samples and
 * payloads, on SpanDSP. G.711 is here too, so that a caller may treat all alike; a caller that
 * wants octets untouched uses dsp/law.h.
 *
 *	struct dsp_coder *c = dsp_coder_new(mem, DSP_G722);
 *	len = dsp_coder_enc(c, samples, 160, out, sizeof(out));	(a packet time of 20 ms)
 *	nr = dsp_coder_dec(c, payload, samples, 160);
 *	dsp_coder_free(c);
 *
 * One coder is one stream, both ways; it belongs to one thread at a time. Making one allocates
 * (SpanDSP has an allocator of its own), using it does not.
 */
#ifndef TRUNKGATE_DSP_CODEC_H
#define TRUNKGATE_DSP_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>

enum dsp_codec {
	DSP_PCMA,
	DSP_PCMU,
	DSP_G722, /* 64 kbit/s; a narrow band of its wide one */
	DSP_G726_16,
	DSP_G726_24,
	DSP_G726_32,
	DSP_G726_40,
	DSP_AAL2_G726_16, /* the other order of bits in an octet (RFC 3551 4.5.4) */
	DSP_AAL2_G726_24,
	DSP_AAL2_G726_32,
	DSP_AAL2_G726_40,
	DSP_GSM,
	DSP_L16,  /* at 8 kHz */
	DSP_G729, /* where it is built in */
	DSP_OPUS, /* the same; narrow band */
	DSP_NR_CODECS
};

struct dsp_codec_info {
	const char *name;     /* encoding name in SDP */
	uint8_t unit_samples; /* the smallest number of samples that is whole octets */
	uint8_t unit_octets;  /* and how many octets these are; 0: it varies */
	uint16_t clock_khz;   /* of its RTP timestamps, whatever its samples are */
	const char *clause;
};

const struct dsp_codec_info *dsp_codec_info(enum dsp_codec codec);
/* Octets of `nr` samples (a multiple of the unit); 0 where that varies, here and below. */
size_t dsp_codec_octets(enum dsp_codec codec, unsigned nr);
/* Samples of a payload; what is left over of a unit does not count. */
unsigned dsp_codec_samples(enum dsp_codec codec, size_t octets);

/* Not all builds have all of them. */
bool dsp_codec_built(enum dsp_codec codec);

struct dsp_coder;

/* NULL when out of memory, or when it is not built in. */
struct dsp_coder *dsp_coder_new(struct mem *parent, enum dsp_codec codec);
/* NULL is allowed. */
void dsp_coder_free(struct dsp_coder *c);
enum dsp_codec dsp_coder_codec(const struct dsp_coder *c);

/* What the far end wants of what we send (RFC 7587 6.1); only Opus looks at it. */
struct dsp_tuning {
	bool fec, dtx, cbr;
	uint32_t max_bitrate; /* bit/s; 0: ours */
};
void dsp_coder_tune(struct dsp_coder *c, const struct dsp_tuning *t);
/* What the far end says is lost of what we send, percent. */
void dsp_coder_loss(struct dsp_coder *c, unsigned percent);
/* `nr` samples, a multiple of the unit; the octets written. 0: they do not fit, or it is silence that
 * is not to be sent. */
size_t dsp_coder_enc(struct dsp_coder *c, const int16_t *samples, unsigned nr, uint8_t *out,
		     size_t room);
/* The samples of a payload, at most `room`; what does not fit, or is no whole unit, is dropped. */
unsigned dsp_coder_dec(struct dsp_coder *c, struct str payload, int16_t *samples, unsigned room);
/* How many that would give; 0: it is no payload of this codec. */
unsigned dsp_coder_samples(const struct dsp_coder *c, struct str payload);
/* Does what it decodes depend on what it has decoded before? */
bool dsp_coder_remembers(const struct dsp_coder *c);

/* Decoders that make up for what was lost themselves. Then packets are decoded in order only. */
bool dsp_coder_conceals(const struct dsp_coder *c);
#define DSP_FILL_STEP 20
/* `nr` samples, a multiple of DSP_FILL_STEP, right before a packet that has come and is not decoded
 * yet; `copied`: the last so many of them are what was sent, from a copy in that packet. */
unsigned dsp_coder_fill(struct dsp_coder *c, struct str payload, int16_t *samples, unsigned nr,
			unsigned *copied);
/* Has the packet a copy of what was sent before it? */
bool dsp_coder_has_copy(const struct dsp_coder *c, struct str payload);
/* What is heard while nothing has come. */
void dsp_coder_conceal(struct dsp_coder *c, int16_t *samples, unsigned nr);

#endif
