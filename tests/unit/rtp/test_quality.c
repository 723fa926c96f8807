/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The E-model: known points of G.107 annex B, and what must get worse. */
#include <math.h>

#include "unit/support.h"
#include "rtp/quality.h"

static double mos(double loss, double delay_ms, enum rtp_quality_codec codec)
{
	const struct rtp_quality q = { loss, delay_ms, codec };

	return rtp_quality_mos(rtp_quality_r(&q));
}

static void test_points(void **state)
{
	(void)state;
	assert_true(fabs(rtp_quality_mos(93.2) - 4.41) < 0.01);
	assert_true(fabs(rtp_quality_mos(80) - 4.02) < 0.01);
	assert_true(fabs(rtp_quality_mos(50) - 2.58) < 0.01);
	assert_true(rtp_quality_mos(-5) == 1 && rtp_quality_mos(2) == 1);
	assert_true(rtp_quality_mos(120) == 4.5);
}

static void test_worse(void **state)
{
	double best = mos(0, 0, RTP_QUALITY_G711_PLC);

	(void)state;
	assert_true(best > 4.4);
	for (int codec = 0; codec < RTP_QUALITY_NR; codec++) {
		double before = mos(0, 20, codec);

		assert_true(before <= best);
		for (double loss = 0.01; loss <= 1; loss += 0.01) {
			double now = mos(loss, 20, codec);

			assert_true(now <= before && now >= 1);
			before = now;
		}
	}
	assert_true(mos(0.03, 50, RTP_QUALITY_G711_PLC) > mos(0.03, 50, RTP_QUALITY_G711));
	assert_true(mos(0, 400, RTP_QUALITY_G711) < mos(0, 150, RTP_QUALITY_G711) - 0.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_points),
					    cmocka_unit_test(test_worse) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
