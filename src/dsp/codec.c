/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsp/codec: see the header. */
#include <assert.h>
#include <spandsp.h>

#include "dsp/codec.h"
#include "dsp/g729.h"
#include "dsp/law.h"
#include "dsp/opus.h"

#define G722_RATE 64000

struct dsp_coder {
	struct mem *mem;
	enum dsp_codec codec;
	struct dsp_law *law;
	g722_encode_state_t *g722_enc;
	g722_decode_state_t *g722_dec;
	g726_state_t *g726_enc, *g726_dec;
	gsm0610_state_t *gsm_enc, *gsm_dec;
	struct dsp_g729 *g729;
	struct dsp_opus *opus;
};

static const struct dsp_codec_info codecs[DSP_NR_CODECS] = {
	[DSP_PCMA] = { "PCMA", 1, 1, 8, "RFC 3551 4.5.14" },
	[DSP_PCMU] = { "PCMU", 1, 1, 8, "RFC 3551 4.5.14" },
	[DSP_G722] = { "G722", 1, 1, 8, "RFC 3551 4.5.2" },
	[DSP_G726_16] = { "G726-16", 4, 1, 8, "RFC 3551 4.5.4" },
	[DSP_G726_24] = { "G726-24", 8, 3, 8, "RFC 3551 4.5.4" },
	[DSP_G726_32] = { "G726-32", 2, 1, 8, "RFC 3551 4.5.4" },
	[DSP_G726_40] = { "G726-40", 8, 5, 8, "RFC 3551 4.5.4" },
	[DSP_AAL2_G726_16] = { "AAL2-G726-16", 4, 1, 8, "RFC 3551 4.5.4" },
	[DSP_AAL2_G726_24] = { "AAL2-G726-24", 8, 3, 8, "RFC 3551 4.5.4" },
	[DSP_AAL2_G726_32] = { "AAL2-G726-32", 2, 1, 8, "RFC 3551 4.5.4" },
	[DSP_AAL2_G726_40] = { "AAL2-G726-40", 8, 5, 8, "RFC 3551 4.5.4" },
	[DSP_GSM] = { "GSM", 160, 33, 8, "RFC 3551 4.5.8" },
	[DSP_L16] = { "L16", 1, 2, 8, "RFC 3551 4.5.11" },
	[DSP_G729] = { "G729", DSP_G729_SAMPLES, DSP_G729_OCTETS, 8, "RFC 3551 4.5.6" },
	[DSP_OPUS] = { "opus", DSP_OPUS_CHUNK, 0, 48, "RFC 7587 4.1" },
};

_Static_assert(DSP_FILL_STEP == DSP_OPUS_STEP, "its shortest frame");

bool dsp_codec_built(enum dsp_codec codec)
{
	if (codec == DSP_OPUS)
		return dsp_opus_built();
	return codec != DSP_G729 || dsp_g729_built();
}

const struct dsp_codec_info *dsp_codec_info(enum dsp_codec codec)
{
	assert(codec < DSP_NR_CODECS);
	return &codecs[codec];
}

size_t dsp_codec_octets(enum dsp_codec codec, unsigned nr)
{
	return (size_t)nr / codecs[codec].unit_samples * codecs[codec].unit_octets;
}

unsigned dsp_codec_samples(enum dsp_codec codec, size_t octets)
{
	if (!codecs[codec].unit_octets)
		return 0;
	return (unsigned)(octets / codecs[codec].unit_octets * codecs[codec].unit_samples);
}

/* Making. -------------------------------------------------------------------------------------- */

static int g726_rate(enum dsp_codec codec)
{
	static const int rate[] = { 16000, 24000, 32000, 40000 };

	return rate[codec >= DSP_AAL2_G726_16 ? codec - DSP_AAL2_G726_16 : codec - DSP_G726_16];
}

/* RFC 3551 4.5.4: the first code in the least significant bits; in AAL2's order in the most. */
static bool g726_new(struct dsp_coder *c)
{
	int packing = c->codec >= DSP_AAL2_G726_16 ? G726_PACKING_LEFT : G726_PACKING_RIGHT;
	int rate = g726_rate(c->codec);

	c->g726_enc = g726_init(NULL, rate, G726_ENCODING_LINEAR, packing);
	c->g726_dec = g726_init(NULL, rate, G726_ENCODING_LINEAR, packing);
	return c->g726_enc && c->g726_dec;
}

static bool state_new(struct dsp_coder *c)
{
	switch (c->codec) {
	case DSP_PCMA:
	case DSP_PCMU:
		c->law = dsp_law_new(c->mem);
		return c->law != NULL;
	case DSP_G722:
		c->g722_enc = g722_encode_init(NULL, G722_RATE, G722_SAMPLE_RATE_8000);
		c->g722_dec = g722_decode_init(NULL, G722_RATE, G722_SAMPLE_RATE_8000);
		return c->g722_enc && c->g722_dec;
	case DSP_GSM:
		c->gsm_enc = gsm0610_init(NULL, GSM0610_PACKING_VOIP);
		c->gsm_dec = gsm0610_init(NULL, GSM0610_PACKING_VOIP);
		return c->gsm_enc && c->gsm_dec;
	case DSP_L16:
		return true;
	case DSP_G729:
		c->g729 = dsp_g729_new(c->mem);
		return c->g729 != NULL;
	case DSP_OPUS:
		c->opus = dsp_opus_new(c->mem);
		return c->opus != NULL;
	default:
		return g726_new(c);
	}
}

struct dsp_coder *dsp_coder_new(struct mem *parent, enum dsp_codec codec)
{
	struct mem *m = mem_sub(parent, "coder");
	struct dsp_coder *c = m ? MEM_NEW(m, struct dsp_coder) : NULL;

	assert(codec < DSP_NR_CODECS);
	if (!c) {
		mem_free(m);
		return NULL;
	}
	c->mem = m;
	c->codec = codec;
	if (state_new(c))
		return c;
	dsp_coder_free(c);
	return NULL;
}

void dsp_coder_free(struct dsp_coder *c)
{
	if (!c)
		return;
	if (c->g722_enc)
		g722_encode_free(c->g722_enc);
	if (c->g722_dec)
		g722_decode_free(c->g722_dec);
	if (c->g726_enc)
		g726_free(c->g726_enc);
	if (c->g726_dec)
		g726_free(c->g726_dec);
	if (c->gsm_enc)
		gsm0610_free(c->gsm_enc);
	if (c->gsm_dec)
		gsm0610_free(c->gsm_dec);
	dsp_g729_free(c->g729);
	dsp_opus_free(c->opus);
	mem_free(c->mem);
}

enum dsp_codec dsp_coder_codec(const struct dsp_coder *c)
{
	return c->codec;
}

void dsp_coder_tune(struct dsp_coder *c, const struct dsp_tuning *t)
{
	if (c->opus)
		dsp_opus_tune(c->opus, t);
}

void dsp_coder_loss(struct dsp_coder *c, unsigned percent)
{
	if (c->opus)
		dsp_opus_loss(c->opus, percent);
}

/* Coding. -------------------------------------------------------------------------------------- */

static void enc_law(const struct dsp_coder *c, const int16_t *samples, unsigned nr, uint8_t *out)
{
	enum dsp_law_kind law = c->codec == DSP_PCMA ? DSP_ALAW : DSP_MULAW;

	for (unsigned i = 0; i < nr; i++)
		out[i] = dsp_linear_to_octet(c->law, law, samples[i]);
}

static void enc_l16(const int16_t *samples, unsigned nr, uint8_t *out)
{
	for (unsigned i = 0; i < nr; i++) {
		out[2 * i] = (uint8_t)((uint16_t)samples[i] >> 8);
		out[2 * i + 1] = (uint8_t)samples[i];
	}
}

size_t dsp_coder_enc(struct dsp_coder *c, const int16_t *samples, unsigned nr, uint8_t *out,
		     size_t room)
{
	size_t octets = dsp_codec_octets(c->codec, nr);

	assert(nr % codecs[c->codec].unit_samples == 0);
	if (c->opus)
		return dsp_opus_enc(c->opus, samples, nr, out, room);
	if (octets > room)
		return 0;
	if (c->law)
		enc_law(c, samples, nr, out);
	else if (c->g722_enc)
		g722_encode(c->g722_enc, out, samples, (int)nr);
	else if (c->g726_enc)
		g726_encode(c->g726_enc, out, samples, (int)nr);
	else if (c->gsm_enc)
		gsm0610_encode(c->gsm_enc, out, samples, (int)nr);
	else if (c->g729)
		dsp_g729_enc(c->g729, samples, nr, out);
	else
		enc_l16(samples, nr, out);
	return octets;
}

static void dec_law(const struct dsp_coder *c, const uint8_t *in, unsigned nr, int16_t *samples)
{
	enum dsp_law_kind law = c->codec == DSP_PCMA ? DSP_ALAW : DSP_MULAW;

	for (unsigned i = 0; i < nr; i++)
		samples[i] = dsp_octet_to_linear(c->law, law, in[i]);
}

static void dec_l16(const uint8_t *in, unsigned nr, int16_t *samples)
{
	for (unsigned i = 0; i < nr; i++)
		samples[i] = (int16_t)(in[2 * i] << 8 | in[2 * i + 1]);
}

unsigned dsp_coder_dec(struct dsp_coder *c, struct str payload, int16_t *samples, unsigned room)
{
	const uint8_t *in = (const uint8_t *)payload.p;
	unsigned unit = codecs[c->codec].unit_samples;
	unsigned nr = dsp_codec_samples(c->codec, payload.len);
	int octets;

	if (c->g729)
		return dsp_g729_dec(c->g729, payload, samples, room);
	if (c->opus)
		return dsp_opus_dec(c->opus, payload, samples, room);
	if (nr > room)
		nr = room / unit * unit;
	octets = (int)dsp_codec_octets(c->codec, nr);
	if (nr == 0)
		return 0;
	if (c->law)
		dec_law(c, in, nr, samples);
	else if (c->g722_dec)
		g722_decode(c->g722_dec, samples, in, octets);
	else if (c->g726_dec)
		g726_decode(c->g726_dec, samples, in, octets);
	else if (c->gsm_dec)
		gsm0610_decode(c->gsm_dec, samples, in, octets);
	else
		dec_l16(in, nr, samples);
	return nr;
}

unsigned dsp_coder_samples(const struct dsp_coder *c, struct str payload)
{
	if (c->g729)
		return dsp_g729_samples(payload);
	if (c->opus)
		return dsp_opus_samples(payload);
	return dsp_codec_samples(c->codec, payload.len);
}

bool dsp_coder_remembers(const struct dsp_coder *c)
{
	return !c->law && c->codec != DSP_L16;
}

/* Loss. ---------------------------------------------------------------------------------------- */

bool dsp_coder_conceals(const struct dsp_coder *c)
{
	return c->opus != NULL;
}

unsigned dsp_coder_fill(struct dsp_coder *c, struct str payload, int16_t *samples, unsigned nr,
			unsigned *copied)
{
	assert(c->opus && nr % DSP_FILL_STEP == 0);
	return dsp_opus_fill(c->opus, payload, samples, nr, copied);
}

bool dsp_coder_has_copy(const struct dsp_coder *c, struct str payload)
{
	return c->opus && dsp_opus_has_copy(payload);
}

void dsp_coder_conceal(struct dsp_coder *c, int16_t *samples, unsigned nr)
{
	assert(c->opus);
	dsp_opus_conceal(c->opus, samples, nr);
}
