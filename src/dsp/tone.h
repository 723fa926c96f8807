/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dsp/tone: making sines, tones with a cadence and a scale of notes. The phase is counted in 32-bit
 * integers, so a tone does not drift in years. Levels are dBm0: 0 dBm0 is the digital milliwatt of
 * G.711, 3.14 dB (A-law) or 3.17 dB (mu-law) below the loudest sine.
 *
 *	struct dsp_tone t = dsp_tone(1004, -10, DSP_ALAW);
 *	for (i = 0; i < 8; i++)
 *		out[i] = dsp_linear_to_a(law, dsp_tone_next(&t));
 *
 *	struct dsp_cadence c = dsp_cadence(DSP_RINGBACK, -10, DSP_ALAW);
 *	x = dsp_cadence_next(&c);
 */
#ifndef TRUNKGATE_DSP_TONE_H
#define TRUNKGATE_DSP_TONE_H

#include <stddef.h>
#include <stdint.h>

#include "dsp/law.h"

#define DSP_TEST_TONE_HZ   1004.0 /* as O.6 and O.133 have it: no fraction of the sampling rate */
#define DSP_TEST_TONE_DBM0 -10.0

struct dsp_tone {
	uint32_t phase, step; /* 2^32 is one turn */
	double peak;
};

/* The peak of a linear sine of this level. */
double dsp_peak(double dbm0, enum dsp_law_kind law);
struct dsp_tone dsp_tone(double hz, double dbm0, enum dsp_law_kind law);
int16_t dsp_tone_next(struct dsp_tone *t);

/* Tones of ITU-T E.180/Q.35: 425 Hz, and times within the recommended ones. */
enum dsp_signal { DSP_RINGBACK, DSP_BUSY, DSP_CONGESTION, DSP_NR_SIGNALS };

struct dsp_cadence {
	struct dsp_tone tone;
	uint32_t on, period; /* samples */
	uint32_t at;	     /* sample within the period; it begins with the tone */
};

struct dsp_cadence dsp_cadence(enum dsp_signal signal, double dbm0, enum dsp_law_kind law);
int16_t dsp_cadence_next(struct dsp_cadence *c);

/* An announcement that needs no file: a C major scale up and down, over and over. */
struct dsp_scale {
	struct dsp_tone tone;
	double peak;
	enum dsp_law_kind law;
	uint32_t note, at; /* which one, and sample within it */
};

#define DSP_SCALE_NOTES	     16
#define DSP_SCALE_NOTE_LEN   2400 /* samples: 300 ms */
#define DSP_SCALE_PERIOD_LEN (DSP_SCALE_NOTES * DSP_SCALE_NOTE_LEN)

/* Frequency of note 0 to DSP_SCALE_NOTES - 1. */
double dsp_scale_hz(uint32_t note);
struct dsp_scale dsp_scale(double dbm0, enum dsp_law_kind law);
int16_t dsp_scale_next(struct dsp_scale *s);

#endif
