/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Concealment: a tone goes on through a short gap, fades in a long one, and joins what comes again;
 * comfort noise has the level it was told. */
#include <math.h>
#include <stdlib.h>

#include "unit/support.h"
#include "dsp/conceal.h"

static void tone(int16_t *s, unsigned from, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++)
		s[i] = (int16_t)(8000 * sin(2 * M_PI * 200 * (from + i) / 8000));
}

static double rms(const int16_t *s, unsigned nr)
{
	double sum = 0;

	for (unsigned i = 0; i < nr; i++)
		sum += (double)s[i] * s[i];
	return sqrt(sum / nr);
}

static void test_gap(void **state)
{
	struct mem *m = mem_root("test");
	struct dsp_concealer_pool *pool = dsp_concealer_pool_new(m, 1);
	int16_t s[2000];
	struct dsp_concealer *p;
	unsigned worst = 0;

	(void)state;
	tone(s, 0, 2000);
	p = dsp_concealer_take(pool, s, 800);
	assert_non_null(p);
	assert_null(dsp_concealer_take(pool, s, 800)); /* there is one */
	for (unsigned at = 800; at < 960; at += 8)
		dsp_conceal(p, s + at, 8);
	assert_true(rms(s + 800, 160) > 3000);
	for (unsigned at = 960; dsp_conceal_blend(p, s + at, 8); at += 8)
		assert_true(at < 960 + DSP_BLEND);
	for (unsigned i = 700; i < 1100;
	     i++) { /* no click: the tone's own steps are at most 1256 */
		unsigned step = (unsigned)abs(s[i + 1] - s[i]);

		worst = step > worst ? step : worst;
	}
	assert_in_range(worst, 1000, 2500);
	dsp_concealer_give(pool, p);
	p = dsp_concealer_take(pool, s, 100); /* with less history */
	assert_non_null(p);
	for (unsigned i = 0; i < DSP_CONCEAL_MS + 5; i++)
		dsp_conceal(p, s, 8);
	assert_true(rms(s, 8) < 1);
	mem_free(m);
}

static void test_noise(void **state)
{
	static int16_t s[8000];
	struct dsp_noise n;

	(void)state;
	for (uint8_t level = 20; level < 80; level += 10) {
		dsp_noise_init(&n, 1);
		dsp_noise_level(&n, level);
		for (unsigned i = 0; i < 8000; i += 8)
			dsp_noise(&n, s + i, 8);
		assert_in_range(dsp_noise_measure(s, 8000), level - 1, level + 1);
	}
	dsp_noise_level(&n, DSP_NOISE_LEVEL_MAX);
	dsp_noise(&n, s, 80);
	assert_int_equal(dsp_noise_measure(s, 80), DSP_NOISE_LEVEL_MAX);
	assert_int_equal(dsp_noise_measure(s, 0), DSP_NOISE_LEVEL_MAX);
	dsp_noise_level(&n, 0x80 | 30); /* the top bit is not the level's */
	dsp_noise(&n, s, 8000);
	assert_in_range(dsp_noise_measure(s, 8000), 29, 31);
	for (unsigned i = 0; i < 80; i++)
		s[i] = i & 1 ? -32768 : 32767;
	assert_int_equal(dsp_noise_measure(s, 80), 0);
}

static void walk(void *unused)
{
	struct mem *m = mem_root("walk");

	(void)unused;
	if (m)
		dsp_concealer_pool_new(m, 3);
	mem_free(m);
}

static void test_no_memory(void **state)
{
	(void)state;
	assert_int_equal(walk_allocations(walk, NULL), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_gap),
					    cmocka_unit_test(test_noise),
					    cmocka_unit_test(test_no_memory) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
