/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * media/level: gain as tables from octet to octet, one for each whole dB and law, and the digital
 * reference of a test line: a tone at 0 dBm0 (1020 Hz on A-law, 1004 Hz on mu-law; O.6 and ANSI
 * T1.206 from memory: not checked against their texts).
 */
#include <math.h>

#include "dsp/tone.h"
#include "media/channel.h"

#define NR_GAINS    (MED_GAIN_MAX - MED_GAIN_MIN + 1)
#define TONE_HZ_A   1020.0
#define TONE_HZ_MU  1004.0
#define LINEAR_MOST 32767

struct med_level {
	uint8_t gain[2][NR_GAINS][256]; /* by law and dB */
	uint8_t tone[2][DSP_RATE_HZ];	/* whole Hz: a second of it is all of it */
};

static void fill_gain(const struct dsp_law *table, enum dsp_law_kind law, int db, uint8_t *out)
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

static void fill_tone(const struct dsp_law *table, enum dsp_law_kind law, uint8_t *out)
{
	struct dsp_tone t = dsp_tone(law == DSP_ALAW ? TONE_HZ_A : TONE_HZ_MU, 0, law);

	for (int i = 0; i < DSP_RATE_HZ; i++)
		out[i] = dsp_linear_to_octet(table, law, dsp_tone_next(&t));
}

bool med_level_init(struct med_engine *e, struct mem *m)
{
	struct med_level *l = e->level = MEM_NEW(m, struct med_level);

	for (int law = 0; l && law < 2; law++) {
		for (int db = MED_GAIN_MIN; db <= MED_GAIN_MAX; db++)
			fill_gain(&e->table, (enum dsp_law_kind)law, db,
				  l->gain[law][db - MED_GAIN_MIN]);
		fill_tone(&e->table, (enum dsp_law_kind)law, l->tone[law]);
	}
	return l != NULL;
}

const uint8_t *med_gain(const struct med_engine *e, enum dsp_law_kind law, int db)
{
	if (db == 0 || db < MED_GAIN_MIN || db > MED_GAIN_MAX)
		return NULL;
	return e->level->gain[law][db - MED_GAIN_MIN];
}

void med_test_tone(const struct med_engine *e, enum dsp_law_kind law, uint8_t out[TDM_BLOCK])
{
	memcpy(out, &e->level->tone[law][e->now % 1000 * TDM_BLOCK], TDM_BLOCK);
}
