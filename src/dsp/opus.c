/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsp/opus: see the header. */
#include "config.h"

#include <string.h>

#include "dsp/codec.h"
#include "dsp/opus.h"

#ifdef HAVE_OPUS

#include <opus/opus.h>

#define RATE	    8000
#define BITRATE	    16000 /* narrow band: 8 to 12 kbit/s are the least that is advised */
#define BITRATE_FEC 20000
#define BITRATE_MIN 6000
#define COMPLEXITY  5
#define LOSS_MOST   20 /* percent; for more, copies are too dear */
#define SILENT	    2  /* octets: so few need not be sent */
#define CELT_ONLY   0x80
#define STEREO	    0x04

struct dsp_opus {
	OpusEncoder *enc;
	OpusDecoder *dec;
	int16_t ahead[DSP_OPUS_CHUNK];
	unsigned used;
	bool fec;
	uint32_t max_bitrate;
	unsigned loss;
};

bool dsp_opus_built(void)
{
	return true;
}

static bool init(struct dsp_opus *o)
{
	if (opus_encoder_init(o->enc, RATE, 1, OPUS_APPLICATION_VOIP) != OPUS_OK ||
	    opus_decoder_init(o->dec, RATE, 1) != OPUS_OK)
		return false;
	opus_encoder_ctl(o->enc, OPUS_SET_COMPLEXITY(COMPLEXITY));
	opus_encoder_ctl(o->enc, OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE));
	opus_encoder_ctl(o->enc, OPUS_SET_MAX_BANDWIDTH(OPUS_BANDWIDTH_NARROWBAND));
	opus_encoder_ctl(o->enc, OPUS_SET_BITRATE(BITRATE));
	return true;
}

struct dsp_opus *dsp_opus_new(struct mem *m)
{
	struct dsp_opus *o = MEM_NEW(m, struct dsp_opus);

	if (!o)
		return NULL;
	o->enc = (OpusEncoder *)(void *)MEM_ARRAY(m, (size_t)opus_encoder_get_size(1), uint8_t);
	o->dec = (OpusDecoder *)(void *)MEM_ARRAY(m, (size_t)opus_decoder_get_size(1), uint8_t);
	o->used = DSP_OPUS_CHUNK;
	if (o->enc && o->dec && init(o))
		return o;
	dsp_opus_free(o);
	return NULL;
}

void dsp_opus_free(struct dsp_opus *o)
{
	if (!o)
		return;
	mem_drop(o->enc);
	mem_drop(o->dec);
	mem_drop(o);
}

/* Copies take bits from what is said now, so there are some only while packets are lost. */
static void set_copies(struct dsp_opus *o)
{
	bool copies = o->fec && o->loss;
	uint32_t rate = copies ? BITRATE_FEC : BITRATE;

	if (o->max_bitrate && o->max_bitrate < rate)
		rate = o->max_bitrate < BITRATE_MIN ? BITRATE_MIN : o->max_bitrate;
	opus_encoder_ctl(o->enc, OPUS_SET_BITRATE((opus_int32)rate));
	opus_encoder_ctl(o->enc, OPUS_SET_INBAND_FEC(copies));
	opus_encoder_ctl(o->enc, OPUS_SET_PACKET_LOSS_PERC((opus_int32)(copies ? o->loss : 0)));
}

void dsp_opus_tune(struct dsp_opus *o, const struct dsp_tuning *t)
{
	o->fec = t->fec;
	o->max_bitrate = t->max_bitrate;
	opus_encoder_ctl(o->enc, OPUS_SET_DTX(t->dtx));
	opus_encoder_ctl(o->enc, OPUS_SET_VBR(!t->cbr));
	set_copies(o);
}

void dsp_opus_loss(struct dsp_opus *o, unsigned percent)
{
	percent = percent > LOSS_MOST ? LOSS_MOST : percent;
	if (o->loss == percent)
		return;
	o->loss = percent;
	set_copies(o);
}

size_t dsp_opus_enc(struct dsp_opus *o, const int16_t *samples, unsigned nr, uint8_t *out,
		    size_t room)
{
	int len = opus_encode(o->enc, samples, (int)nr, out, (opus_int32)room);

	return len > SILENT ? (size_t)len : 0;
}

unsigned dsp_opus_samples(struct str payload)
{
	int nr = payload.len ? opus_packet_get_nb_samples((const uint8_t *)payload.p,
							  (opus_int32)payload.len, RATE)
			     : 0;

	return nr > 0 ? (unsigned)nr : 0;
}

unsigned dsp_opus_dec(struct dsp_opus *o, struct str payload, int16_t *samples, unsigned room)
{
	int nr;

	if (!payload.len)
		return 0;
	o->used = DSP_OPUS_CHUNK;
	nr = opus_decode(o->dec, (const uint8_t *)payload.p, (opus_int32)payload.len, samples,
			 (int)room, 0);
	return nr > 0 ? (unsigned)nr : 0;
}

/* RFC 6716 4.2.3: of the first frame's first octet, behind a voice activity flag for each 20 ms of
 * it, a flag says that it has a copy of the frame before. */
static bool has_copy(struct str payload, unsigned frame)
{
	const uint8_t *in = (const uint8_t *)payload.p, *frames[48];
	opus_int16 size[48];
	unsigned char toc;
	unsigned flags = frame > RATE / 50 ? frame / (RATE / 50) : 1;
	int n = opus_packet_parse(in, (opus_int32)payload.len, &toc, frames, size, NULL);

	if (n < 1 || toc & CELT_ONLY || size[0] < 1)
		return false;
	return frames[0][0] >> (7 - flags) & 1 ||
	       (toc & STEREO && frames[0][0] >> (6 - 2 * flags) & 1);
}

static int frame_of(struct str payload)
{
	if (!payload.len)
		return 0;
	return opus_packet_get_samples_per_frame((const uint8_t *)payload.p, RATE);
}

bool dsp_opus_has_copy(struct str payload)
{
	return payload.len && has_copy(payload, (unsigned)frame_of(payload));
}

unsigned dsp_opus_fill(struct dsp_opus *o, struct str payload, int16_t *samples, unsigned nr,
		       unsigned *copied)
{
	const uint8_t *in = (const uint8_t *)payload.p;
	int frame = frame_of(payload);
	bool copy = frame > 0 && (unsigned)frame <= nr && has_copy(payload, (unsigned)frame);
	int made = opus_decode(o->dec, copy ? in : NULL, copy ? (opus_int32)payload.len : 0,
			       samples, (int)nr, copy);

	*copied = copy && made > 0 ? (unsigned)frame : 0;
	return made > 0 ? (unsigned)made : 0;
}

void dsp_opus_conceal(struct dsp_opus *o, int16_t *samples, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++) {
		if (o->used == DSP_OPUS_CHUNK) {
			if (opus_decode(o->dec, NULL, 0, o->ahead, DSP_OPUS_CHUNK, 0) !=
			    DSP_OPUS_CHUNK)
				memset(o->ahead, 0, sizeof(o->ahead));
			o->used = 0;
		}
		samples[i] = o->ahead[o->used++];
	}
}

#else

bool dsp_opus_built(void)
{
	return false;
}

struct dsp_opus *dsp_opus_new(struct mem *m)
{
	(void)m;
	return NULL;
}

void dsp_opus_free(struct dsp_opus *o)
{
	(void)o;
}

void dsp_opus_tune(struct dsp_opus *o, const struct dsp_tuning *t)
{
	(void)o;
	(void)t;
}

void dsp_opus_loss(struct dsp_opus *o, unsigned percent)
{
	(void)o;
	(void)percent;
}

size_t dsp_opus_enc(struct dsp_opus *o, const int16_t *samples, unsigned nr, uint8_t *out,
		    size_t room)
{
	(void)o;
	(void)samples;
	(void)nr;
	(void)out;
	(void)room;
	return 0;
}

unsigned dsp_opus_samples(struct str payload)
{
	(void)payload;
	return 0;
}

unsigned dsp_opus_dec(struct dsp_opus *o, struct str payload, int16_t *samples, unsigned room)
{
	(void)o;
	(void)payload;
	(void)samples;
	(void)room;
	return 0;
}

bool dsp_opus_has_copy(struct str payload)
{
	(void)payload;
	return false;
}

unsigned dsp_opus_fill(struct dsp_opus *o, struct str payload, int16_t *samples, unsigned nr,
		       unsigned *copied)
{
	(void)o;
	(void)payload;
	(void)samples;
	(void)nr;
	*copied = 0;
	return 0;
}

void dsp_opus_conceal(struct dsp_opus *o, int16_t *samples, unsigned nr)
{
	(void)o;
	memset(samples, 0, nr * sizeof(*samples));
}

#endif
