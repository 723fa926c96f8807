/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dsp/meter: what was heard: level, dominant frequency, gaps. For the test phone and for tests;
 * not meant for the media path.
 *
 *	struct dsp_meter m = dsp_meter(-45, 20, DSP_ALAW);
 *	dsp_meter_feed(&m, samples, n);			(any number of times)
 *	printf("%.1f dBm0, %u gaps\n", dsp_meter_dbm0(&m), m.gaps);
 *	printf("%.1f Hz\n", dsp_dominant_hz(samples, n));
 */
#ifndef TRUNKGATE_DSP_METER_H
#define TRUNKGATE_DSP_METER_H

#include <stddef.h>
#include <stdint.h>

#include "dsp/law.h"

#define DSP_DBM0_NONE -99.0 /* level of silence */

/* A gap is a run of samples below a threshold, at least so long, with sound before and after it. */
struct dsp_meter {
	enum dsp_law_kind law;
	double threshold;    /* peak */
	uint32_t min_gap;    /* samples */
	uint64_t samples;    /* all */
	uint64_t active;     /* from the first sound to the last */
	double energy;	     /* of the active ones, sum of squares */
	uint64_t quiet_run;  /* samples since the last sound */
	double quiet_energy; /* theirs */
	uint32_t gaps;
	uint64_t gap_samples, longest_gap;
};

struct dsp_meter dsp_meter(double threshold_dbm0, uint32_t min_gap_ms, enum dsp_law_kind law);
void dsp_meter_feed(struct dsp_meter *m, const int16_t *x, size_t n);
/* Level from the first sound to the last; DSP_DBM0_NONE when there was none. */
double dsp_meter_dbm0(const struct dsp_meter *m);

/* Level of a whole stretch, and the part of it at one frequency (Goertzel). */
double dsp_level_dbm0(const int16_t *x, size_t n, enum dsp_law_kind law);
double dsp_level_at_dbm0(const int16_t *x, size_t n, double hz, enum dsp_law_kind law);

/* The strongest frequency between 100 and 3900 Hz of the first half second, within 1 Hz for a steady
 * tone of 100 ms or more; 0 for silence and for less than 10 ms. */
double dsp_dominant_hz(const int16_t *x, size_t n);

#endif
