/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsp/tone: ITU-T G.711 (level of the digital milliwatt), E.180/Q.35 (tones). */
#include <math.h>

#include "dsp/tone.h"

#define TURN 4294967296.0

double dsp_peak(double dbm0, enum dsp_law_kind law)
{
	/* The largest decision value, 4096 and 8159, in 16 bits; its sine is at T_max. */
	if (law == DSP_ALAW)
		return 4096 * 8 * pow(10, (dbm0 - 3.14) / 20);
	return 8159 * 4 * pow(10, (dbm0 - 3.17) / 20);
}

struct dsp_tone dsp_tone(double hz, double dbm0, enum dsp_law_kind law)
{
	return (struct dsp_tone){
		.step = (uint32_t)llround(hz / DSP_RATE_HZ * TURN),
		.peak = dsp_peak(dbm0, law),
	};
}

static int16_t to_linear(double x)
{
	if (x > INT16_MAX)
		return INT16_MAX;
	return x < INT16_MIN ? INT16_MIN : (int16_t)lround(x);
}

int16_t dsp_tone_next(struct dsp_tone *t)
{
	double x = t->peak * sin(t->phase * (2 * M_PI / TURN));

	t->phase += t->step;
	return to_linear(x);
}

static const struct {
	uint16_t on_ms, off_ms;
} cadences[DSP_NR_SIGNALS] = {
	[DSP_RINGBACK] = { 1000, 4000 }, /* E.180 table: 0.67-1.5 s on, 3-5 s off */
	[DSP_BUSY] = { 500, 500 },
	[DSP_CONGESTION] = { 250, 250 },
};

struct dsp_cadence dsp_cadence(enum dsp_signal signal, double dbm0, enum dsp_law_kind law)
{
	uint32_t on = cadences[signal].on_ms * (DSP_RATE_HZ / 1000u);
	uint32_t off = cadences[signal].off_ms * (DSP_RATE_HZ / 1000u);

	return (struct dsp_cadence){ dsp_tone(425, dbm0, law), on, on + off, 0 };
}

int16_t dsp_cadence_next(struct dsp_cadence *c)
{
	int16_t x = 0;

	if (c->at == 0)
		c->tone.phase = 0;
	if (c->at < c->on)
		x = dsp_tone_next(&c->tone);
	if (++c->at == c->period)
		c->at = 0;
	return x;
}

double dsp_scale_hz(uint32_t note)
{
	/* Half tones above C: up, and down again. */
	static const uint8_t step[DSP_SCALE_NOTES] = { 0,  2,  4, 5, 7, 9, 11, 12,
						       12, 11, 9, 7, 5, 4, 2,  0 };

	return 523.2511 * pow(2, step[note % DSP_SCALE_NOTES] / 12.0);
}

struct dsp_scale dsp_scale(double dbm0, enum dsp_law_kind law)
{
	return (struct dsp_scale){
		.tone = dsp_tone(dsp_scale_hz(0), dbm0, law),
		.peak = dsp_peak(dbm0, law),
		.law = law,
	};
}

/* A fade of 10 ms at both ends of a note, so that it does not click. */
static double fade(uint32_t at)
{
	const uint32_t len = DSP_RATE_HZ / 100;
	uint32_t to_end = DSP_SCALE_NOTE_LEN - 1 - at;
	uint32_t nearest = at < to_end ? at : to_end;

	return nearest < len ? (double)nearest / len : 1;
}

int16_t dsp_scale_next(struct dsp_scale *s)
{
	int16_t x;

	s->tone.peak = s->peak * fade(s->at);
	x = dsp_tone_next(&s->tone);
	if (++s->at == DSP_SCALE_NOTE_LEN) {
		s->at = 0;
		s->note = (s->note + 1) % DSP_SCALE_NOTES;
		s->tone = dsp_tone(dsp_scale_hz(s->note), 0, s->law);
	}
	return x;
}
