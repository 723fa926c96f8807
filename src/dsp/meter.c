/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsp/meter: sums of squares, and Goertzel's sum under a Hann window. */
#include <math.h>
#include <stdlib.h>

#include "dsp/meter.h"
#include "dsp/tone.h"

#define MIN_HZ	    100
#define MAX_HZ	    3900
#define MIN_SAMPLES (DSP_RATE_HZ / 100)
#define MAX_SAMPLES (DSP_RATE_HZ / 2)

struct dsp_meter dsp_meter(double threshold_dbm0, uint32_t min_gap_ms, enum dsp_law_kind law)
{
	return (struct dsp_meter){
		.law = law,
		.threshold = dsp_peak(threshold_dbm0, law),
		.min_gap = min_gap_ms * (DSP_RATE_HZ / 1000),
	};
}

static void close_gap(struct dsp_meter *m)
{
	if (m->active == 0 || m->quiet_run < m->min_gap)
		return;
	m->gaps++;
	m->gap_samples += m->quiet_run;
	if (m->quiet_run > m->longest_gap)
		m->longest_gap = m->quiet_run;
}

static void feed_one(struct dsp_meter *m, int16_t x)
{
	double square = (double)x * x;

	m->samples++;
	if (abs(x) <= m->threshold) {
		m->quiet_run++;
		m->quiet_energy += square;
		return;
	}
	close_gap(m);
	if (m->active > 0) {
		m->active += m->quiet_run;
		m->energy += m->quiet_energy;
	}
	m->active++;
	m->energy += square;
	m->quiet_run = 0;
	m->quiet_energy = 0;
}

void dsp_meter_feed(struct dsp_meter *m, const int16_t *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		feed_one(m, x[i]);
}

static double to_dbm0(double mean_square, enum dsp_law_kind law)
{
	double dbm0;

	if (mean_square <= 0)
		return DSP_DBM0_NONE;
	dbm0 = 20 * log10(sqrt(2 * mean_square) / dsp_peak(0, law));
	return dbm0 < DSP_DBM0_NONE ? DSP_DBM0_NONE : dbm0;
}

double dsp_meter_dbm0(const struct dsp_meter *m)
{
	return m->active ? to_dbm0(m->energy / (double)m->active, m->law) : DSP_DBM0_NONE;
}

double dsp_level_dbm0(const int16_t *x, size_t n, enum dsp_law_kind law)
{
	double energy = 0;

	for (size_t i = 0; i < n; i++)
		energy += (double)x[i] * x[i];
	return n ? to_dbm0(energy / (double)n, law) : DSP_DBM0_NONE;
}

/* Goertzel's sum at one frequency. */
struct sum {
	double k, s1, s2;
};

static struct sum sum_at(double hz)
{
	return (struct sum){ .k = 2 * cos(2 * M_PI * hz / DSP_RATE_HZ) };
}

static inline void sum_add(struct sum *g, double x)
{
	double s = x + g->k * g->s1 - g->s2;

	g->s2 = g->s1;
	g->s1 = s;
}

/* Its squared magnitude. */
static double sum_power(const struct sum *g)
{
	return g->s1 * g->s1 + g->s2 * g->s2 - g->k * g->s1 * g->s2;
}

double dsp_level_at_dbm0(const int16_t *x, size_t n, double hz, enum dsp_law_kind law)
{
	struct sum g = sum_at(hz);

	for (size_t i = 0; i < n; i++)
		sum_add(&g, x[i]);
	return n ? to_dbm0(2 * sum_power(&g) / ((double)n * (double)n), law) : DSP_DBM0_NONE;
}

static double power_at(const double *x, size_t n, double hz)
{
	struct sum g = sum_at(hz);

	for (size_t i = 0; i < n; i++)
		sum_add(&g, x[i]);
	return sum_power(&g);
}

/* The strongest of from, from + step, ... to. */
static double strongest(const double *x, size_t n, double from, double to, double step)
{
	double best = from, best_power = -1;

	for (double hz = from; hz <= to; hz += step) {
		double power = power_at(x, n, hz);

		if (power > best_power) {
			best_power = power;
			best = hz;
		}
	}
	return best;
}

double dsp_dominant_hz(const int16_t *x, size_t n)
{
	double windowed[MAX_SAMPLES], energy = 0, bin, hz;

	if (n < MIN_SAMPLES)
		return 0;
	if (n > MAX_SAMPLES)
		n = MAX_SAMPLES;
	for (size_t i = 0; i < n; i++) {
		windowed[i] = x[i] * (0.5 - 0.5 * cos(2 * M_PI * (double)i / (double)n));
		energy += windowed[i] * windowed[i];
	}
	if (energy <= (double)n * 64) /* nothing above the last bits of a law */
		return 0;
	bin = (double)DSP_RATE_HZ / (double)n;
	hz = strongest(windowed, n, MIN_HZ, MAX_HZ, bin);
	for (double step = bin / 4; step > 0.02; step /= 4)
		hz = strongest(windowed, n, hz - 4 * step, hz + 4 * step, step);
	return hz;
}
