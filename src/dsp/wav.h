/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dsp/wav: WAV files in memory: parsing, reading as 8 kHz speech, and headers for writing. No file
 * is opened here. Taken are mono files of 8 or 16 kHz, PCM of 8 or 16 bits, A-law or mu-law; at
 * 16 kHz a low-pass of 63 taps goes before leaving out every other sample. Chunks that are not
 * known are stepped over; the length in the RIFF header is not believed.
 *
 *	struct dsp_wav w;
 *	struct tg_diag d = TG_DIAG_NONE;
 *	if (dsp_wav_parse(&w, file, &d) < 0) ...		(d.text says what is wrong)
 *	n = dsp_wav_octets(&w, law, DSP_ALAW, first, out, 160);	(from sample `first` on)
 *
 * The file's octets must outlive the struct.
 */
#ifndef TRUNKGATE_DSP_WAV_H
#define TRUNKGATE_DSP_WAV_H

#include <stddef.h>
#include <stdint.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/str.h>
#include "dsp/law.h"

enum dsp_wav_format { DSP_WAV_PCM16, DSP_WAV_PCM8, DSP_WAV_ALAW, DSP_WAV_MULAW };

#define DSP_WAV_TAPS	   63
#define DSP_WAV_HEADER_MAX 58

struct dsp_wav {
	enum dsp_wav_format format;
	uint32_t rate_hz;	  /* 8000 or 16000 */
	struct str data;	  /* samples as they are in the file */
	size_t nr_samples;	  /* at 8 kHz */
	float taps[DSP_WAV_TAPS]; /* for 16 kHz */
};

/* TG_EINVAL: no WAV, or a broken one; TG_ETRUNC: it ends too early; TG_ENOTSUP: a format that is
 * not taken. A data length of 0xffffffff (written by programs that did not know it) means the rest. */
int dsp_wav_parse(struct dsp_wav *w, struct str file, struct tg_diag *d);
/* Up to n samples at 8 kHz from sample `first` on; returns how many there were. */
size_t dsp_wav_linear(const struct dsp_wav *w, const struct dsp_law *t, size_t first, int16_t *out,
		      size_t n);
/* The same in a law; octets that are in it already come through untouched. */
size_t dsp_wav_octets(const struct dsp_wav *w, const struct dsp_law *t, enum dsp_law_kind law,
		      size_t first, uint8_t *out, size_t n);

/* Writes the header of a mono file with so much data; returns its length (44 or 58 octets). When
 * data_len is odd, an octet 0 belongs behind the data. */
size_t dsp_wav_header(uint8_t out[DSP_WAV_HEADER_MAX], enum dsp_wav_format format, uint32_t rate_hz,
		      uint32_t data_len);

#endif
