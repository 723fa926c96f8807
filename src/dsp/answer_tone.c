/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsp/answer_tone: see the header. */
#include "dsp/answer_tone.h"

#define LOUD	   250 /* rms: about -36 dBm0 */
#define LOOK	   8   /* samples, and one on each side */
#define NR_MIN	   40  /* octets: less does not tell a frequency */
#define PER_MS	   8
#define LEFT_OVER  0.04 /* of the power: 17 dB of noise */
#define BAD_WEIGHT 2

/* 2 cos(w) 25 Hz above and below the tones. */
#define ANSWER_LOW  (-0.1960)
#define ANSWER_HIGH (-0.1177)
#define BELL_LOW    (-0.3902)
#define BELL_HIGH   (-0.3129)

/* Ten octets: are they loud, and near a tone of either frequency? */
static bool may_be(const int16_t *linear, const uint8_t *octets)
{
	int64_t power = 0, other = 0;

	for (int i = 1; i <= LOOK; i++) {
		int64_t x = linear[octets[i]];
		int64_t off = x + 4 * ((int64_t)linear[octets[i - 1]] + linear[octets[i + 1]]);

		power += x * x;
		other += off * off; /* 16 times what is left over by a factor between the two */
	}
	return power > (int64_t)LOOK * LOUD * LOUD && other < 3 * power;
}

static bool is_tone(const int16_t *linear, const uint8_t *octets, size_t nr)
{
	double xx = 0, xp = 0, pp = 0, factor;

	for (size_t i = 1; i + 1 < nr; i++) {
		double x = linear[octets[i]], p = linear[octets[i - 1]] + linear[octets[i + 1]];

		xx += x * x;
		xp += x * p;
		pp += p * p;
	}
	if (xx < (double)nr * LOUD * LOUD)
		return false;
	factor = xp / xx;
	if (pp - factor * xp > LEFT_OVER * xx)
		return false;
	return (factor > ANSWER_LOW && factor < ANSWER_HIGH) ||
	       (factor > BELL_LOW && factor < BELL_HIGH);
}

bool dsp_answer_tone_hear(struct dsp_answer_tone *t, const int16_t *linear, const uint8_t *octets,
			  size_t nr)
{
	size_t end = DSP_ANSWER_MS * PER_MS;

	nr = nr > DSP_ANSWER_MAX ? DSP_ANSWER_MAX : nr;
	if (nr < NR_MIN)
		return false;
	if (may_be(linear, octets + nr / 2 - LOOK / 2) && is_tone(linear, octets, nr))
		t->heard = (uint16_t)(t->heard + nr);
	else
		t->heard = (uint16_t)(t->heard > BAD_WEIGHT * nr ? t->heard - BAD_WEIGHT * nr : 0);
	if (t->heard > end)
		t->heard = (uint16_t)end;
	return t->heard >= end;
}
