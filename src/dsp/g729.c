/* SPDX-License-Identifier: GPL-3.0-or-later */
/* g729: see the header. The library's memory is its own, made with a coder and freed with it. */
#include "config.h"

#include "dsp/g729.h"

unsigned dsp_g729_samples(struct str payload)
{
	size_t frames = payload.len / DSP_G729_OCTETS;

	if (payload.len % DSP_G729_OCTETS == DSP_G729_SID)
		frames++;
	return (unsigned)frames * DSP_G729_SAMPLES;
}

#ifdef HAVE_BCG729

#include <bcg729/decoder.h>
#include <bcg729/encoder.h>

struct dsp_g729 {
	bcg729EncoderChannelContextStruct *enc;
	bcg729DecoderChannelContextStruct *dec;
};

bool dsp_g729_built(void)
{
	return true;
}

struct dsp_g729 *dsp_g729_new(struct mem *m)
{
	struct dsp_g729 *g = MEM_NEW(m, struct dsp_g729);

	if (!g)
		return NULL;
	g->enc = initBcg729EncoderChannel(0); /* without annex B */
	g->dec = initBcg729DecoderChannel();
	if (g->enc && g->dec)
		return g;
	dsp_g729_free(g);
	return NULL;
}

void dsp_g729_free(struct dsp_g729 *g)
{
	if (!g)
		return;
	if (g->enc)
		closeBcg729EncoderChannel(g->enc);
	if (g->dec)
		closeBcg729DecoderChannel(g->dec);
	mem_drop(g);
}

void dsp_g729_enc(struct dsp_g729 *g, const int16_t *samples, unsigned nr, uint8_t *out)
{
	uint8_t len;

	for (unsigned at = 0; at < nr; at += DSP_G729_SAMPLES, out += DSP_G729_OCTETS)
		bcg729Encoder(g->enc, samples + at, out, &len);
}

unsigned dsp_g729_dec(struct dsp_g729 *g, struct str payload, int16_t *samples, unsigned room)
{
	unsigned nr = 0;

	while (nr + DSP_G729_SAMPLES <= room) {
		bool sid = payload.len == DSP_G729_SID;
		uint8_t len = sid ? DSP_G729_SID : DSP_G729_OCTETS;

		if (payload.len < len)
			break;
		bcg729Decoder(g->dec, (const uint8_t *)payload.p, len, 0, sid, 0, samples + nr);
		payload = str_from(payload, len);
		nr += DSP_G729_SAMPLES;
	}
	return nr;
}

#else

bool dsp_g729_built(void)
{
	return false;
}

struct dsp_g729 *dsp_g729_new(struct mem *m)
{
	(void)m;
	return NULL;
}

void dsp_g729_free(struct dsp_g729 *g)
{
	(void)g;
}

void dsp_g729_enc(struct dsp_g729 *g, const int16_t *samples, unsigned nr, uint8_t *out)
{
	(void)g;
	(void)samples;
	(void)nr;
	(void)out;
}

unsigned dsp_g729_dec(struct dsp_g729 *g, struct str payload, int16_t *samples, unsigned room)
{
	(void)g;
	(void)payload;
	(void)samples;
	(void)room;
	return 0;
}

#endif
