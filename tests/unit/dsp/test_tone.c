/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tones and the meter: each measured with the other, and with values of G.711. */
#include <math.h>

#include "unit/support.h"
#include "dsp/meter.h"
#include "dsp/tone.h"

#define SECOND 8000

static struct dsp_law law;
static int16_t x[20 * SECOND];

static void near(double got, double want, double by)
{
	if (!(fabs(got - want) <= by))
		fail_msg("%f is not within %f of %f", got, by, want);
}

/* A tone through a law, as a timeslot carries it. */
static void make(double hz, double dbm0, enum dsp_law_kind kind, size_t n)
{
	struct dsp_tone t = dsp_tone(hz, dbm0, kind);

	for (size_t i = 0; i < n; i++) {
		uint8_t octet = dsp_linear_to_octet(&law, kind, dsp_tone_next(&t));

		x[i] = dsp_octet_to_linear(&law, kind, octet);
	}
}

/* G.711 tables 5 and 6: the sequences that are 1 kHz at 0 dBm0. */
static void test_digital_milliwatt(void **state)
{
	static const uint8_t a[] = { 0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4 };
	static const uint8_t mu[] = { 0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e };

	(void)state;
	for (size_t i = 0; i < SECOND; i++)
		x[i] = law.a_linear[a[i % 8]];
	near(dsp_level_dbm0(x, SECOND, DSP_ALAW), 0, 0.02);
	near(dsp_dominant_hz(x, SECOND), 1000, 0.1);
	for (size_t i = 0; i < SECOND; i++)
		x[i] = law.mu_linear[mu[i % 8]];
	near(dsp_level_dbm0(x, SECOND, DSP_MULAW), 0, 0.02);
}

static void test_level_and_frequency(void **state)
{
	static const double hz[] = { 304, 425, 1004, 2010, 3400 };
	static const double level[] = { 0, -10, -20, -40 };

	(void)state;
	for (size_t i = 0; i < NR_OF(hz); i++) {
		for (size_t k = 0; k < NR_OF(level); k++) {
			enum dsp_law_kind kind = k % 2 ? DSP_MULAW : DSP_ALAW;

			make(hz[i], level[k], kind, SECOND / 4);
			near(dsp_level_dbm0(x, SECOND / 4, kind), level[k], 0.25);
			near(dsp_level_at_dbm0(x, SECOND / 4, hz[i], kind), level[k], 0.25);
			near(dsp_dominant_hz(x, SECOND / 4), hz[i], 0.5);
		}
	}
	assert_true(dsp_level_at_dbm0(x, SECOND / 4, 1004, DSP_MULAW) < -60);
}

static void test_short_and_silent(void **state)
{
	(void)state;
	memset(x, 0, sizeof(x));
	near(dsp_dominant_hz(x, SECOND), 0, 0);
	near(dsp_level_dbm0(x, SECOND, DSP_ALAW), DSP_DBM0_NONE, 0);
	near(dsp_level_dbm0(x, 0, DSP_ALAW), DSP_DBM0_NONE, 0);
	for (size_t i = 0; i < SECOND; i++)
		x[i] = law.a_linear[DSP_SILENCE_A];
	near(dsp_dominant_hz(x, SECOND), 0, 0);
	make(1004, -10, DSP_ALAW, 800);
	near(dsp_dominant_hz(x, 79), 0, 0);
	near(dsp_dominant_hz(x, 800), 1004, 1);
}

/* 1004 Hz turns 1004 times a second: after any whole second the phase is where it began. */
static void test_no_drift(void **state)
{
	struct dsp_tone t = dsp_tone(1004, -10, DSP_ALAW);

	(void)state;
	for (size_t i = 0; i < 3600u * SECOND; i++)
		t.phase += t.step;
	assert_true((int32_t)t.phase > -20000000 && (int32_t)t.phase < 20000000); /* 2 degrees */
	t.phase = 0;
	assert_int_equal(dsp_tone_next(&t), 0);
}

static void test_cadence(void **state)
{
	struct dsp_cadence c = dsp_cadence(DSP_RINGBACK, -10, DSP_ALAW);
	struct dsp_meter m = dsp_meter(-45, 100, DSP_ALAW);

	(void)state;
	for (size_t i = 0; i < 11 * SECOND; i++)
		x[i] = dsp_cadence_next(&c);
	near(dsp_dominant_hz(x, SECOND), 425, 0.5);
	near(dsp_level_dbm0(x, SECOND, DSP_ALAW), -10, 0.1);
	dsp_meter_feed(&m, x, 11 * SECOND);
	assert_int_equal(m.gaps, 2);
	assert_in_range(m.longest_gap, 4 * SECOND - 2, 4 * SECOND + 2);
	assert_memory_equal(x, x + 5 * SECOND, 5 * SECOND * sizeof(x[0]));
}

static void test_gaps(void **state)
{
	struct dsp_meter m = dsp_meter(-45, 15, DSP_ALAW);

	(void)state;
	make(1004, -10, DSP_ALAW, 10 * SECOND);
	memset(x, 0, 2 * SECOND * sizeof(x[0]));	      /* before the first sound */
	memset(x + 8 * SECOND, 0, 2 * SECOND * sizeof(x[0])); /* after the last */
	memset(x + 4 * SECOND, 0, 160 * sizeof(x[0]));	      /* 20 ms */
	memset(x + 5 * SECOND, 0, 80 * sizeof(x[0]));	      /* 10 ms: too short */
	for (size_t i = 0; i < 10 * SECOND; i += 160)
		dsp_meter_feed(&m, x + i, 160);
	assert_int_equal(m.gaps, 1);
	assert_in_range(m.longest_gap, 160, 163);
	assert_int_equal(m.samples, 10 * SECOND);
	assert_in_range(m.active, 6 * SECOND - 4, 6 * SECOND);
	near(dsp_meter_dbm0(&m), -10, 0.1);
	m = dsp_meter(-45, 15, DSP_ALAW);
	near(dsp_meter_dbm0(&m), DSP_DBM0_NONE, 0);
}

static void test_scale(void **state)
{
	struct dsp_scale s = dsp_scale(-15, DSP_ALAW);
	const size_t len = DSP_SCALE_NOTE_LEN;

	(void)state;
	for (size_t i = 0; i < DSP_SCALE_PERIOD_LEN + 100; i++)
		x[i] = dsp_scale_next(&s);
	for (uint32_t note = 0; note < DSP_SCALE_NOTES; note++) {
		near(dsp_dominant_hz(x + note * len, len), dsp_scale_hz(note), 1);
		near(dsp_level_dbm0(x + note * len + 200, len - 400, DSP_ALAW), -15, 0.3);
	}
	near(dsp_scale_hz(7), 2 * dsp_scale_hz(0), 0.01);
	assert_memory_equal(x, x + DSP_SCALE_PERIOD_LEN, 100 * sizeof(x[0]));
}

static void test_too_loud(void **state)
{
	struct dsp_tone t = dsp_tone(2000, 20, DSP_ALAW);

	(void)state;
	assert_int_equal(dsp_tone_next(&t), 0);
	assert_int_equal(dsp_tone_next(&t), INT16_MAX);
	dsp_tone_next(&t);
	assert_int_equal(dsp_tone_next(&t), INT16_MIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digital_milliwatt),
		cmocka_unit_test(test_level_and_frequency),
		cmocka_unit_test(test_short_and_silent),
		cmocka_unit_test(test_no_drift),
		cmocka_unit_test(test_cadence),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_scale),
		cmocka_unit_test(test_too_loud),
	};

	dsp_law_init(&law);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
