/* SPDX-License-Identifier: GPL-3.0-or-later */
/* continuity: windows of 10 ms, each by Goertzel; six in a row with the tone are a good check. */
#include <math.h>
#include <string.h>

#include "dsp/continuity.h"

#define WINDOW	80  /* samples */
#define WINDOWS 6   /* 60 ms */
#define MARGIN	6.0 /* dB that the way there and back may add or take */
#define EDGE	1.5 /* dB that a window takes from a tone 30 Hz beside */
#define PURITY	0.6 /* of the power in the window: less is speech, noise or another tone */

/* Mean square of a sine of this level. */
static double power_of(double dbm0, enum dsp_law_kind law)
{
	double peak = dsp_peak(dbm0, law);

	return peak * peak / 2;
}

struct dsp_continuity dsp_continuity(double send_hz, double hear_hz, enum dsp_law_kind law)
{
	return (struct dsp_continuity){
		.tone = dsp_tone(send_hz, DSP_CHECK_DBM0, law),
		.coefficient = 2 * cos(2 * 3.14159265358979323846 * hear_hz / DSP_RATE_HZ),
		.min_power = power_of(DSP_CHECK_DBM0 - MARGIN - EDGE, law),
		.max_power = power_of(DSP_CHECK_DBM0 + MARGIN + EDGE, law),
	};
}

void dsp_continuity_send(struct dsp_continuity *c, int16_t *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] = dsp_tone_next(&c->tone);
}

static void window(struct dsp_continuity *c)
{
	double at = c->s1 * c->s1 + c->s2 * c->s2 - c->coefficient * c->s1 * c->s2;
	double power = at * 2 / ((double)WINDOW * WINDOW);
	double all = c->energy / WINDOW;

	if (power >= c->min_power && power <= c->max_power && power >= PURITY * all)
		c->good += c->good < WINDOWS;
	else
		c->good = 0;
	c->s1 = c->s2 = c->energy = 0;
	c->nr = 0;
}

bool dsp_continuity_hear(struct dsp_continuity *c, const int16_t *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double s = x[i] + c->coefficient * c->s1 - c->s2;

		c->s2 = c->s1;
		c->s1 = s;
		c->energy += (double)x[i] * x[i];
		if (++c->nr == WINDOW)
			window(c);
	}
	return c->good == WINDOWS;
}

struct dsp_transponder dsp_transponder(enum dsp_law_kind law)
{
	return (struct dsp_transponder){
		.low = dsp_continuity(DSP_CHECK_TWO_WIRE_HZ, DSP_CHECK_ANSWER_HZ, law),
		.high = dsp_continuity(DSP_CHECK_ANSWER_HZ, DSP_CHECK_TWO_WIRE_HZ, law),
	};
}

void dsp_transponder_pass(struct dsp_transponder *t, const int16_t *rx, int16_t *tx, size_t n)
{
	bool high = dsp_continuity_hear(&t->high, rx, n), low = dsp_continuity_hear(&t->low, rx, n);

	if (high)
		dsp_continuity_send(&t->high, tx, n);
	else if (low)
		dsp_continuity_send(&t->low, tx, n);
	else
		memset(tx, 0, n * sizeof(*tx));
}
