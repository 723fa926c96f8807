/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/meter: see the header. The transform is the plain radix-2 one (decimation in time) over a
 * Hann window; the peak of the summed power spectrum is refined by a parabola through the
 * logarithms of its three highest points, which is good to half a hertz for a steady tone.
 */
#include <math.h>
#include <string.h>

#include "dsp/tone.h"
#include "lab/meter.h"

#define PER_MS	   8
#define BITS	   9 /* LAB_METER_WINDOW = 2^BITS */
#define BINS	   (LAB_METER_WINDOW / 2)
#define FIRST_BIN  3   /* below 47 Hz lies no telephone sound, but the window's skirt of DC */
#define SOUND_DBM0 -50 /* quieter milliseconds are silence */

struct complex_f {
	float re, im;
};

struct lab_meter_tables {
	double reference; /* mean square of 0 dBm0 */
	uint64_t sound;	  /* sum of squares of a millisecond that is no silence */
	float window[LAB_METER_WINDOW];
	struct complex_f twiddle[BINS];
	uint16_t reversed[LAB_METER_WINDOW];
};

static uint16_t reverse_bits(uint32_t v)
{
	uint32_t out = 0;

	for (int i = 0; i < BITS; i++)
		out |= (v >> i & 1) << (BITS - 1 - i);
	return (uint16_t)out;
}

struct lab_meter_tables *lab_meter_tables_new(struct mem *m, enum dsp_law_kind law)
{
	struct lab_meter_tables *t = MEM_NEW(m, struct lab_meter_tables);

	if (!t)
		return NULL;
	t->reference = dsp_peak(0, law) * dsp_peak(0, law) / 2;
	t->sound = (uint64_t)(t->reference * PER_MS * pow(10, SOUND_DBM0 / 10.0));
	for (uint32_t i = 0; i < LAB_METER_WINDOW; i++) {
		double turn = 2 * M_PI * i / LAB_METER_WINDOW;

		t->window[i] = (float)(0.5 - 0.5 * cos(turn));
		t->reversed[i] = reverse_bits(i);
		if (i < BINS)
			t->twiddle[i] = (struct complex_f){ (float)cos(turn), (float)-sin(turn) };
	}
	return t;
}

static void butterfly(struct complex_f *a, struct complex_f *b, struct complex_f w)
{
	struct complex_f t = { b->re * w.re - b->im * w.im, b->re * w.im + b->im * w.re };

	*b = (struct complex_f){ a->re - t.re, a->im - t.im };
	*a = (struct complex_f){ a->re + t.re, a->im + t.im };
}

static void transform(const struct lab_meter_tables *t, struct complex_f *x)
{
	for (uint32_t half = 1; half < LAB_METER_WINDOW; half *= 2)
		for (uint32_t group = 0; group < LAB_METER_WINDOW; group += 2 * half)
			for (uint32_t i = 0; i < half; i++)
				butterfly(&x[group + i], &x[group + i + half],
					  t->twiddle[i * (BINS / half)]);
}

/* Adds the power spectrum of the window as it is now. */
static void add_spectrum(const struct lab_meter *k, float *spectrum)
{
	const struct lab_meter_tables *t = k->tables;
	struct complex_f x[LAB_METER_WINDOW];

	for (uint32_t i = 0; i < LAB_METER_WINDOW; i++)
		x[t->reversed[i]] =
			(struct complex_f){ t->window[i] * (float)k->window[i] / 32768, 0 };
	transform(t, x);
	for (uint32_t i = 0; i < BINS; i++)
		spectrum[i] += x[i].re * x[i].re + x[i].im * x[i].im;
}

void lab_meter_init(struct lab_meter *k, const struct lab_meter_tables *tables, uint32_t offset)
{
	memset(k, 0, sizeof(*k));
	k->tables = tables;
	k->at = offset % LAB_METER_WINDOW;
}

static void count_gap(uint32_t quiet_ms, uint32_t *gaps, uint32_t *gap_ms, uint32_t *longest_ms)
{
	++*gaps;
	*gap_ms += quiet_ms;
	if (quiet_ms > *longest_ms)
		*longest_ms = quiet_ms;
}

static void end_millisecond(struct lab_meter *k)
{
	bool sounds = k->acc >= k->tables->sound;

	if (sounds && !k->sound_ms)
		k->first_ms = k->ms;
	if (sounds && k->quiet_ms >= LAB_METER_GAP_MS)
		count_gap(k->quiet_ms, &k->gaps, &k->gap_ms, &k->longest_gap_ms);
	if (sounds) {
		k->sound_ms++;
		k->quiet_ms = 0;
		k->energy += k->acc;
		k->window_sounds = true;
	} else if (k->sound_ms) {
		k->quiet_ms++;
	}
	k->ms++;
	k->acc = 0;
	k->acc_nr = 0;
}

static void end_window(struct lab_meter *k)
{
	k->at = 0;
	if (!k->window_sounds)
		return;
	add_spectrum(k, k->spectrum);
	k->nr_spectra++;
	k->window_sounds = false;
}

void lab_meter_feed(struct lab_meter *k, const int16_t *samples, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		k->acc += (uint64_t)((int32_t)samples[i] * samples[i]);
		if (++k->acc_nr == PER_MS)
			end_millisecond(k);
		k->window[k->at++] = samples[i];
		if (k->at == LAB_METER_WINDOW)
			end_window(k);
	}
}

static uint32_t highest(const float *spectrum)
{
	uint32_t best = FIRST_BIN;

	for (uint32_t i = FIRST_BIN; i < BINS - 1; i++)
		if (spectrum[i] > spectrum[best])
			best = i;
	return best;
}

static uint16_t dominant_hz(const float *spectrum)
{
	uint32_t i = highest(spectrum);
	double a = log(spectrum[i - 1] + 1e-20), b = log(spectrum[i] + 1e-20);
	double c = log(spectrum[i + 1] + 1e-20), curve = a - 2 * b + c;
	double shift = curve < 0 ? 0.5 * (a - c) / curve : 0;

	return (uint16_t)lround(((double)i + shift) * DSP_RATE_HZ / LAB_METER_WINDOW);
}

static int16_t level_cdbm0(const struct lab_meter *k)
{
	double mean = (double)k->energy / ((double)k->sound_ms * PER_MS);

	return (int16_t)lround(1000 * log10(mean / k->tables->reference));
}

void lab_meter_read(const struct lab_meter *k, struct lab_heard *out)
{
	float young[BINS] = { 0 };

	*out = (struct lab_heard){ .ms = k->ms,
				   .sound_ms = k->sound_ms,
				   .first_ms = k->first_ms,
				   .gaps = k->gaps,
				   .gap_ms = k->gap_ms,
				   .longest_gap_ms = k->longest_gap_ms,
				   .level_cdbm0 = LAB_METER_SILENCE };
	if (k->quiet_ms >= LAB_METER_TAIL_MS)
		count_gap(k->quiet_ms, &out->gaps, &out->gap_ms, &out->longest_gap_ms);
	if (!k->sound_ms)
		return;
	out->level_cdbm0 = level_cdbm0(k);
	if (!k->nr_spectra)
		add_spectrum(k, young);
	out->hz = dominant_hz(k->nr_spectra ? k->spectrum : young);
}
