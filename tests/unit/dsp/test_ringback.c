/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ringback: cadences, frequencies and levels of the ringing tones. */
#include <math.h>

#include "dsp/ringback.h"
#include "dsp/tone.h"
#include "unit/support.h"

static struct dsp_law table;
static uint8_t octets[DSP_RATE_HZ];

/* Amplitude of one frequency in a second of it. */
static double amplitude(unsigned hz, enum dsp_law_kind law)
{
	double re = 0, im = 0;

	for (unsigned i = 0; i < DSP_RATE_HZ; i++) {
		double x = dsp_octet_to_linear(&table, law, octets[i]);

		re += x * cos(2 * M_PI * hz * i / DSP_RATE_HZ);
		im += x * sin(2 * M_PI * hz * i / DSP_RATE_HZ);
	}
	return 2 * sqrt(re * re + im * im) / DSP_RATE_HZ;
}

static void test_frequencies(void **state)
{
	static const struct {
		enum dsp_ringback_kind kind;
		unsigned hz[2];
	} rows[] = {
		{ DSP_RINGBACK_ETSI, { 425, 0 } }, { DSP_RINGBACK_US, { 440, 480 } },
		{ DSP_RINGBACK_UK, { 400, 450 } }, { DSP_RINGBACK_FR, { 440, 0 } },
		{ DSP_BUSY_ETSI, { 425, 0 } },	   { DSP_BUSY_UK, { 400, 0 } },
		{ DSP_CONGESTION_FR, { 440, 0 } },
	};

	(void)state;
	dsp_law_init(&table);
	for (size_t i = 0; i < NR_OF(rows) * 2; i++) {
		enum dsp_law_kind law = i % 2 ? DSP_MULAW : DSP_ALAW;
		double peak = dsp_peak(-13, law);

		dsp_ringback_fill(rows[i / 2].kind, -13, law, &table, octets);
		assert_true(fabs(amplitude(rows[i / 2].hz[0], law) / peak - 1) < 0.02);
		if (rows[i / 2].hz[1])
			assert_true(fabs(amplitude(rows[i / 2].hz[1], law) / peak - 1) < 0.02);
		assert_true(amplitude(620, law) / peak < 0.02);
	}
	dsp_ringback_fill(DSP_RINGBACK_NONE, -13, DSP_ALAW, &table, octets);
	for (unsigned i = 0; i < DSP_RATE_HZ; i++)
		assert_int_equal(octets[i], DSP_SILENCE_A);
}

/* Milliseconds of tone in a minute, and the first edges. */
static void check_cadence(enum dsp_ringback_kind kind, unsigned in_a_minute, const unsigned *edge)
{
	unsigned on = 0, nr = 0;
	bool was = true;

	for (uint32_t ms = 0; ms < 60000; ms++) {
		bool is = dsp_ringback_sounds(kind, ms);

		on += is;
		if (is != was && nr < 3)
			assert_int_equal(ms, edge[nr++]);
		was = is;
	}
	assert_int_equal(on, in_a_minute);
}

static void test_cadences(void **state)
{
	(void)state;
	check_cadence(DSP_RINGBACK_ETSI, 12000, (const unsigned[]){ 1000, 5000, 6000 });
	check_cadence(DSP_RINGBACK_US, 20000, (const unsigned[]){ 2000, 6000, 8000 });
	check_cadence(DSP_RINGBACK_UK, 16000, (const unsigned[]){ 400, 600, 1000 });
	check_cadence(DSP_RINGBACK_FR, 18000, (const unsigned[]){ 1500, 5000, 6500 });
	check_cadence(DSP_BUSY_ETSI, 30000, (const unsigned[]){ 500, 1000, 1500 });
	check_cadence(DSP_BUSY_US, 30000, (const unsigned[]){ 500, 1000, 1500 });
	check_cadence(DSP_BUSY_UK, 30000, (const unsigned[]){ 375, 750, 1125 });
	check_cadence(DSP_BUSY_FR, 30000, (const unsigned[]){ 500, 1000, 1500 });
	check_cadence(DSP_CONGESTION_US, 30000, (const unsigned[]){ 250, 500, 750 });
	check_cadence(DSP_CONGESTION_UK, 25000, (const unsigned[]){ 400, 750, 975 });
	assert_int_equal(dsp_ringback_failed(DSP_RINGBACK_UK, true), DSP_BUSY_UK);
	assert_int_equal(dsp_ringback_failed(DSP_RINGBACK_FR, false), DSP_CONGESTION_FR);
	assert_int_equal(dsp_ringback_failed(DSP_RINGBACK_NONE, true), DSP_RINGBACK_NONE);
	assert_false(dsp_ringback_sounds(DSP_RINGBACK_NONE, 0));
	assert_string_equal(dsp_ringback_name(DSP_RINGBACK_US), "us");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frequencies),
		cmocka_unit_test(test_cadences),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
