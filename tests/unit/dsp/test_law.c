/* SPDX-License-Identifier: GPL-3.0-or-later */
/* G.711: identities of the conversions, and the tables against SpanDSP's functions. */
#include <spandsp.h>

#include "unit/support.h"
#include "dsp/law.h"

static struct dsp_law law;

static void test_identities(void **state)
{
	unsigned a = 0, mu = 0, a_mu_a = 0, mu_a_mu = 0;

	(void)state;
	for (unsigned i = 0; i < 256; i++) {
		a += dsp_linear_to_a(&law, law.a_linear[i]) != i;
		mu += dsp_linear_to_mu(&law, law.mu_linear[i]) != i;
		a_mu_a += law.mu_to_a[law.a_to_mu[i]] != i;
		mu_a_mu += law.a_to_mu[law.mu_to_a[i]] != i;
	}
	assert_int_equal(a, 0);
	assert_int_equal(mu, 1); /* negative zero */
	assert_int_equal(a_mu_a, 16);
	assert_true(mu_a_mu > 0);
}

static void test_as_spandsp(void **state)
{
	(void)state;
	for (int x = INT16_MIN; x <= INT16_MAX; x++) {
		if (dsp_linear_to_a(&law, (int16_t)x) != linear_to_alaw(x))
			fail_msg("A-law of %d", x);
		if (dsp_linear_to_mu(&law, (int16_t)x) != linear_to_ulaw(x))
			fail_msg("mu-law of %d", x);
	}
	for (unsigned i = 0; i < 256; i++) {
		assert_int_equal(law.a_to_mu[i], alaw_to_ulaw((uint8_t)i));
		assert_int_equal(law.mu_to_a[i], ulaw_to_alaw((uint8_t)i));
	}
}

static void test_silence(void **state)
{
	(void)state;
	assert_int_equal(dsp_linear_to_octet(&law, DSP_ALAW, 0), dsp_silence(DSP_ALAW));
	assert_int_equal(dsp_linear_to_octet(&law, DSP_MULAW, 0), dsp_silence(DSP_MULAW));
	assert_int_equal(dsp_octet_to_linear(&law, DSP_ALAW, DSP_SILENCE_A), 8);
	assert_int_equal(dsp_octet_to_linear(&law, DSP_MULAW, DSP_SILENCE_MU), 0);
	assert_int_equal(law.a_to_mu[DSP_SILENCE_A], 0xfe); /* G.711 table 3: 1 to 1, not 0 */
	assert_int_equal(law.mu_to_a[DSP_SILENCE_MU], DSP_SILENCE_A);
}

static void walk(void *ctx)
{
	struct mem *m = mem_root("test");

	(void)ctx;
	if (m)
		dsp_law_new(m);
	mem_free(m);
}

static void test_no_memory(void **state)
{
	(void)state;
	assert_int_equal(walk_allocations(walk, NULL), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identities),
		cmocka_unit_test(test_as_spandsp),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_no_memory),
	};

	dsp_law_init(&law);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
