/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsp/answer_tone: see the header. */
#include "dsp/answer_tone.h"

#define LOUD	   250 /* rms: about -36 dBm0 */
#define ROUGH	   16
#define GLANCE	   3  /* samples that tell most of what is no tone */
#define LOOK	   8  /* samples, and one on each side */
#define NR_MIN	   40 /* octets: less does not tell a frequency */
#define PER_MS	   8
#define LEFT_OVER  0.04 /* of the power: 17 dB of noise */
#define BAD_WEIGHT 2

/* 2 cos(w) 25 Hz above and below the tones. */
#define ANSWER_LOW  (-0.1960)
#define ANSWER_HIGH (-0.1177)
#define BELL_LOW    (-0.3902)
#define BELL_HIGH   (-0.3129)

/* Ten octets: are they loud, and near a tone of either frequency? A sixteenth of each sample is enough
 * for that, and fits 32 bits. */
static bool may_be(const int16_t *linear, const uint8_t *octets)
{
	int32_t before = linear[octets[0]] / ROUGH, x = linear[octets[1]] / ROUGH;
	uint32_t power = 0, other = 0;

	for (int i = 1; i <= LOOK; i++) {
		int32_t behind = linear[octets[i + 1]] / ROUGH, off = x + 4 * (before + behind);

		power += (uint32_t)(x * x);
		other += (uint32_t)(off *
				    off); /* 16 times what a factor between the two leaves over */
		before = x;
		x = behind;
		if (i == GLANCE && other >= 3 * power)
			return false;
	}
	return power > LOOK * (LOUD / ROUGH) * (LOUD / ROUGH) && other < 3 * power;
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
