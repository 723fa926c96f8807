/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The transceiver of a continuity check: what it takes for its tone, how soon, and what not. */
#include "unit/support.h"

#include "dsp/continuity.h"

/* After how many ms a tone is heard; 0: not within 300. */
static unsigned heard_after(double hz, double dbm0, enum dsp_law_kind law)
{
	struct dsp_continuity c = dsp_continuity(DSP_CHECK_HZ, DSP_CHECK_HZ, law);
	struct dsp_tone t = dsp_tone(hz, dbm0, law);

	for (unsigned ms = 1; ms <= 300; ms++) {
		int16_t x[8];
		for (int i = 0; i < 8; i++)
			x[i] = dsp_tone_next(&t);
		if (dsp_continuity_hear(&c, x, 8))
			return ms;
	}
	return 0;
}

static void test_takes(void **state)
{
	static const double hz[] = { 1970, 1980, 2000, 2020, 2030 };
	static const double dbm0[] = { -18, -12, -6 };

	(void)state;
	for (int law = 0; law < 2; law++)
		for (size_t f = 0; f < NR_OF(hz); f++)
			for (size_t l = 0; l < NR_OF(dbm0); l++)
				assert_in_range(heard_after(hz[f], dbm0[l], (enum dsp_law_kind)law),
						30, 100);
}

static void test_takes_not(void **state)
{
	(void)state;
	assert_int_equal(heard_after(2000, -22, DSP_ALAW), 0);
	assert_int_equal(heard_after(2000, 0, DSP_ALAW), 0);
	assert_int_equal(heard_after(1800, -12, DSP_ALAW), 0);
	assert_int_equal(heard_after(2200, -12, DSP_ALAW), 0);
	assert_int_equal(heard_after(1780, -12, DSP_ALAW), 0);
	assert_int_equal(heard_after(425, -6, DSP_ALAW), 0);
}

/* With a tone of another kind over it, and in pieces. */
static void test_impure(void **state)
{
	struct dsp_continuity c = dsp_continuity(DSP_CHECK_HZ, DSP_CHECK_HZ, DSP_ALAW);
	struct dsp_tone other = dsp_tone(425, -8, DSP_ALAW);
	int16_t x[80];

	(void)state;
	for (int i = 0; i < 30; i++) {
		dsp_continuity_send(&c, x, 80);
		for (int k = 0; k < 80; k++)
			x[k] = (int16_t)(x[k] + dsp_tone_next(&other));
		assert_false(dsp_continuity_hear(&c, x, 80));
	}
	c = dsp_continuity(DSP_CHECK_HZ, DSP_CHECK_HZ, DSP_ALAW);
	for (int i = 0; i < 60; i++) {
		dsp_continuity_send(&c, x, 80);
		for (int k = 0; k < 80 && i % 5 == 4; k++)
			x[k] = 0;
		assert_false(dsp_continuity_hear(&c, x, 80));
	}
}

/* The tone of `hz` into a transponder for 300 ms, then silence: after how many ms what the other side of
 * a check of two wires waits for is there; 0: it never is. *stops: how long after the tone. */
static unsigned answered_after(double hz, double hear_hz, enum dsp_law_kind law, unsigned *stops)
{
	struct dsp_transponder t = dsp_transponder(law);
	struct dsp_continuity c = dsp_continuity(hz, hear_hz, law);
	unsigned first = 0;
	int16_t x[8], y[8];

	*stops = 0;
	for (unsigned ms = 1; ms <= 500; ms++) {
		bool heard;
		dsp_continuity_send(&c, x, 8);
		for (int i = 0; i < 8 && ms > 300; i++)
			x[i] = 0;
		dsp_transponder_pass(&t, x, y, 8);
		heard = dsp_continuity_hear(&c, y, 8);
		if (heard && !first)
			first = ms;
		if (heard && ms > 300)
			*stops = ms - 300;
	}
	return first;
}

/* Each of the pair is answered by the other, as long as it is there; nothing else is. */
static void test_transponder(void **state)
{
	unsigned stops;

	(void)state;
	for (int law = 0; law < 2; law++) {
		enum dsp_law_kind k = (enum dsp_law_kind)law;
		assert_in_range(answered_after(2010, 1780, k, &stops), 100, 200);
		assert_in_range(stops, 1, 60);
		assert_in_range(answered_after(1780, 2010, k, &stops), 100, 200);
		assert_in_range(stops, 1, 60);
		assert_int_equal(answered_after(2010, 2010, k, &stops), 0); /* it is no loop */
		assert_int_equal(answered_after(1100, 1780, k, &stops), 0);
		assert_int_equal(answered_after(425, 2010, k, &stops), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takes),
		cmocka_unit_test(test_takes_not),
		cmocka_unit_test(test_impure),
		cmocka_unit_test(test_transponder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
