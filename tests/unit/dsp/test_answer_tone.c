/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answering tones of modems are heard, with all that V.25 and V.8 allow them; nothing else is. */
#include <math.h>
#include <stdio.h>

#include <trunkgate/base/rng.h>

#include "unit/support.h"
#include "dsp/answer_tone.h"
#include "dsp/tone.h"

#define LEN 160

static struct dsp_law law;

struct sound {
	double hz, dbm0;
	double hz2;	  /* a second one of the same level; 0: none */
	double noise_db;  /* below it; 0: none */
	double swell;	  /* of its amplitude, 15 times a second (V.8) */
	unsigned turn_ms; /* its phase turns so often; 0: never */
};

static double at(const struct sound *s, struct rng *rng, uint32_t n)
{
	double peak = dsp_peak(s->dbm0, DSP_ALAW), t = n / 8000.0, x = sin(2 * M_PI * s->hz * t);

	if (s->hz2 > 0)
		x += sin(2 * M_PI * s->hz2 * t);
	x *= 1 + s->swell * sin(2 * M_PI * 15 * t);
	if (s->turn_ms && n / (8 * s->turn_ms) % 2)
		x = -x;
	if (s->noise_db > 0)
		x += ((double)rng_below(rng, 2001) / 1000 - 1) * sqrt(1.5) *
		     pow(10, -s->noise_db / 20);
	return x * peak;
}

/* After how many ms it is heard; 0: not in 4 s. */
static unsigned heard_after(const struct sound *s, enum dsp_law_kind kind, unsigned len)
{
	const int16_t *linear = kind == DSP_ALAW ? law.a_linear : law.mu_linear;
	struct rng_seeded seeded;
	struct rng rng = rng_seeded_init(&seeded, 5);
	struct dsp_answer_tone t = { 0 };
	uint8_t octets[480];

	for (uint32_t n = 0; n < 32000; n += len) {
		for (uint32_t i = 0; i < len; i++)
			octets[i] = dsp_linear_to_octet(&law, kind, (int16_t)at(s, &rng, n + i));
		if (dsp_answer_tone_hear(&t, linear, octets, len))
			return (n + len) / 8;
	}
	return 0;
}

static void test_heard(void **state)
{
	static const struct sound is[] = {
		{ 2100, -10, 0, 0, 0, 0 },	{ 2085, -10, 0, 0, 0, 0 },
		{ 2115, -10, 0, 0, 0, 0 },	{ 2100, 0, 0, 0, 0, 0 },
		{ 2100, -35, 0, 0, 0, 0 },	{ 2100, -12, 0, 0, 0, 450 },
		{ 2100, -12, 0, 0, 0.2, 450 },	{ 2100, -12, 0, 0, 0.2, 0 },
		{ 2115, -25, 0, 20, 0.2, 450 }, { 2085, -25, 0, 20, 0.2, 425 },
		{ 2225, -10, 0, 0, 0, 0 },	{ 2235, -30, 0, 20, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(is); i++)
		for (unsigned len = 80; len <= 480; len += 80)
			for (int kind = DSP_ALAW; kind <= DSP_MULAW; kind++) {
				unsigned ms = heard_after(&is[i], (enum dsp_law_kind)kind, len);

				if (ms < DSP_ANSWER_MS || ms > 800)
					fail_msg("%.0f Hz, %.0f dBm0, row %zu, %u octets: %u ms",
						 is[i].hz, is[i].dbm0, i, len, ms);
			}
}

/* Other tones, and two at once: of digits, of MF, of ringing, of a check (2000, 2010 Hz), of a calling
 * fax (1100 Hz), of special information. */
static void test_not_heard(void **state)
{
	static const double hz[] = { 425,  950,	 1004, 1100, 1300, 1400, 1650, 1780, 1800,
				     1850, 2000, 2010, 2060, 2140, 2180, 2280, 2400, 2600 };
	static const double pair[][2] = { { 697, 1209 }, { 941, 1633 },	 { 1500, 1700 },
					  { 350, 440 },	 { 1900, 2300 }, { 2100, 2300 },
					  { 1000, 2100 } };
	struct sound s = { .dbm0 = -10 };

	(void)state;
	for (size_t i = 0; i < NR_OF(hz); i++) {
		s.hz = hz[i];
		if (heard_after(&s, DSP_ALAW, LEN) || heard_after(&s, DSP_MULAW, 80))
			fail_msg("%.0f Hz is heard", s.hz);
	}
	for (size_t i = 0; i < NR_OF(pair); i++) {
		s.hz = pair[i][0];
		s.hz2 = pair[i][1];
		if (heard_after(&s, DSP_ALAW, LEN))
			fail_msg("%.0f and %.0f Hz are heard", s.hz, s.hz2);
	}
	s = (struct sound){ .hz = 2100, .dbm0 = -45 };
	assert_int_equal(heard_after(&s, DSP_ALAW, LEN), 0);
	s = (struct sound){ .hz = 2100, .dbm0 = -20, .noise_db = 3 };
	assert_int_equal(heard_after(&s, DSP_ALAW, LEN), 0);
}

/* A tone that is too short, again and again. */
static void test_short(void **state)
{
	const struct sound s = { .hz = 2100, .dbm0 = -10 };
	struct rng_seeded seeded;
	struct rng rng = rng_seeded_init(&seeded, 5);
	struct dsp_answer_tone t = { 0 };
	uint8_t octets[LEN];

	(void)state;
	for (uint32_t n = 0; n < 80000; n += LEN) {
		bool on = n / LEN % 27 < 18; /* 360 ms of 540 */

		for (uint32_t i = 0; i < LEN; i++)
			octets[i] = dsp_linear_to_octet(&law, DSP_ALAW,
							on ? (int16_t)at(&s, &rng, n + i) : 0);
		assert_false(dsp_answer_tone_hear(&t, law.a_linear, octets, LEN));
	}
}

static void test_lengths(void **state)
{
	struct dsp_answer_tone t = { 0 };
	uint8_t octets[1600] = { 0 };

	(void)state;
	for (size_t nr = 0; nr <= sizeof(octets); nr++)
		assert_false(dsp_answer_tone_hear(&t, law.a_linear, octets, nr));
}

static void test_speech(void **state)
{
	FILE *f = popen("espeak-ng -v en --stdout 'She sells sea shells by the sea shore; the six "
			"thick thistle sticks are whistling, and we see three free fleas fleeing. "
			"Yes, please, these seas seize Caesar, who sees his niece in peace.' "
			"2>/dev/null",
			"r");
	struct dsp_answer_tone t[4] = { 0 };
	uint8_t octets[LEN];
	int16_t x[LEN];
	unsigned nr = 0;

	(void)state;
	if (!f)
		skip_because("no shell");
	/* As if at 8 kHz: all of its frequencies at a third, and at others by leaving samples out. */
	while (fread(x, sizeof(x[0]), LEN, f) == LEN) {
		for (unsigned step = 1; step <= 4; step++) {
			unsigned n = LEN / step;

			for (unsigned i = 0; i < n; i++)
				octets[i] = dsp_linear_to_octet(&law, DSP_ALAW, x[i * step]);
			assert_false(dsp_answer_tone_hear(&t[step - 1], law.a_linear, octets, n));
		}
		nr++;
	}
	if (pclose(f) != 0)
		skip_because("espeak-ng is not installed");
	assert_true(nr > 500);
}

static int begin(void **state)
{
	(void)state;
	dsp_law_init(&law);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_heard),  cmocka_unit_test(test_not_heard),
		cmocka_unit_test(test_short),  cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_speech),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
