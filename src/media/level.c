/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * media/level: gain as tables from octet to octet, one for each whole dB and law, made when the first
 * leg asks for one; and the digital reference of a test line: a tone at 0 dBm0 (1020 Hz on A-law,
 * 1004 Hz on mu-law; O.6 and ANSI T1.206 from memory: not checked against their texts).
 */
#include <math.h>

#include "dsp/tone.h"
#include "media/channel.h"

#define NR_GAINS    (MED_GAIN_MAX - MED_GAIN_MIN + 1)
#define TONE_HZ_A   1020.0
#define TONE_HZ_MU  1004.0
#define LINEAR_MOST 32767

struct med_level {
	bool made[2][NR_GAINS];
	uint8_t gain[2][NR_GAINS][256]; /* by law and dB */
};

static void fill(const struct dsp_law *table, enum dsp_law_kind law, int db, uint8_t *out)
{
	double factor = pow(10, db / 20.0);
	uint8_t silence = dsp_silence(law);

	for (int i = 0; i < 256; i++) {
		double x = dsp_octet_to_linear(table, law, (uint8_t)i) * factor;

		x = fmax(-LINEAR_MOST, fmin(LINEAR_MOST, x));
		out[i] = dsp_linear_to_octet(table, law, (int16_t)lrint(x));
	}
	out[silence] = silence; /* of both signs: silence stays silence */
	out[silence ^ 0x80] = silence ^ 0x80;
}

bool med_level_init(struct med_engine *e, struct mem *m)
{
	e->level = MEM_NEW(m, struct med_level);
	return e->level != NULL;
}

const uint8_t *med_gain(struct med_engine *e, enum dsp_law_kind law, int db)
{
	unsigned i = (unsigned)(db - MED_GAIN_MIN);

	if (db == 0 || db < MED_GAIN_MIN || db > MED_GAIN_MAX)
		return NULL;
	if (!e->level->made[law][i])
		fill(&e->table, law, db, e->level->gain[law][i]);
	e->level->made[law][i] = true;
	return e->level->gain[law][i];
}

struct dsp_tone med_test_tone(enum dsp_law_kind law)
{
	return dsp_tone(law == DSP_ALAW ? TONE_HZ_A : TONE_HZ_MU, 0, law);
}
