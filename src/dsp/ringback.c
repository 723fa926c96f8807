/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsp/ringback: ITU-T E.180/Q.35, not checked against the ITU text. */
#include <math.h>

#include "dsp/ringback.h"
#include "dsp/tone.h"

struct row {
	const char *name;
	uint16_t hz[2]; /* the second 0: there is one */
	uint16_t ms[4]; /* on, off, on, off */
};

static const struct row rows[DSP_NR_RINGBACKS] = {
	[DSP_RINGBACK_NONE] = { "none", { 0, 0 }, { 0, 1000, 0, 0 } },
	[DSP_RINGBACK_ETSI] = { "etsi", { 425, 0 }, { 1000, 4000, 0, 0 } },
	[DSP_RINGBACK_US] = { "us", { 440, 480 }, { 2000, 4000, 0, 0 } },
	[DSP_RINGBACK_UK] = { "uk", { 400, 450 }, { 400, 200, 400, 2000 } },
	[DSP_RINGBACK_FR] = { "france", { 440, 0 }, { 1500, 3500, 0, 0 } },
	[DSP_BUSY_ETSI] = { "etsi-busy", { 425, 0 }, { 500, 500, 0, 0 } },
	[DSP_BUSY_US] = { "us-busy", { 480, 620 }, { 500, 500, 0, 0 } },
	[DSP_BUSY_UK] = { "uk-busy", { 400, 0 }, { 375, 375, 0, 0 } },
	[DSP_BUSY_FR] = { "france-busy", { 440, 0 }, { 500, 500, 0, 0 } },
	[DSP_CONGESTION_ETSI] = { "etsi-congestion", { 425, 0 }, { 250, 250, 0, 0 } },
	[DSP_CONGESTION_US] = { "us-congestion", { 480, 620 }, { 250, 250, 0, 0 } },
	[DSP_CONGESTION_UK] = { "uk-congestion", { 400, 0 }, { 400, 350, 225, 525 } },
	[DSP_CONGESTION_FR] = { "france-congestion", { 440, 0 }, { 250, 250, 0, 0 } },
};

enum dsp_ringback_kind dsp_ringback_failed(enum dsp_ringback_kind ringback, bool busy)
{
	unsigned network = ringback - DSP_RINGBACK_ETSI;

	if (ringback < DSP_RINGBACK_ETSI || ringback > DSP_RINGBACK_FR)
		return DSP_RINGBACK_NONE;
	return (enum dsp_ringback_kind)((busy ? DSP_BUSY_ETSI : DSP_CONGESTION_ETSI) + network);
}

const char *dsp_ringback_name(enum dsp_ringback_kind kind)
{
	return rows[kind].name;
}

bool dsp_ringback_sounds(enum dsp_ringback_kind kind, uint32_t ms)
{
	const uint16_t *t = rows[kind].ms;

	ms %= (uint32_t)t[0] + t[1] + t[2] + t[3];
	return ms < t[0] || (ms >= (uint32_t)t[0] + t[1] && ms < (uint32_t)t[0] + t[1] + t[2]);
}

/* A sine by its recurrence: for a second it is exact enough, and 8000 of it cost next to nothing. */
struct sine {
	double last, before, twice_cos;
};

static struct sine sine(unsigned hz, double peak)
{
	double w = 2 * M_PI * hz / DSP_RATE_HZ;

	return (struct sine){ 0, -peak * sin(w), 2 * cos(w) };
}

static double next(struct sine *s)
{
	double x = s->last;

	s->last = s->twice_cos * x - s->before;
	s->before = x;
	return x;
}

void dsp_ringback_fill(enum dsp_ringback_kind kind, double dbm0, enum dsp_law_kind law,
		       const struct dsp_law *table, uint8_t octets[DSP_RATE_HZ])
{
	double peak = dsp_peak(dbm0, law);
	struct sine a = sine(rows[kind].hz[0], peak); /* 0 Hz is silence */
	struct sine b = sine(rows[kind].hz[1], peak);

	for (unsigned i = 0; i < DSP_RATE_HZ; i++)
		octets[i] = dsp_linear_to_octet(table, law, (int16_t)lround(next(&a) + next(&b)));
}
