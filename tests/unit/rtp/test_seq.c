/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sequence numbers (RFC 3550 A.1, A.3) and interarrival jitter (6.4.1, A.8). */
#include "unit/support.h"
#include "rtp/jitter.h"
#include "rtp/seq.h"

static void test_wrap(void **state)
{
	struct rtp_seq s;

	(void)state;
	rtp_seq_init(&s, 65530);
	for (unsigned i = 1; i < 20; i++)
		assert_int_equal(rtp_seq_update(&s, (uint16_t)(65530 + i)), RTP_SEQ_NEW);
	assert_int_equal(rtp_seq_extended(&s), 65530 + 19);
	assert_int_equal(rtp_seq_lost(&s), 0);
}

static void test_loss_and_order(void **state)
{
	struct rtp_seq s;

	(void)state;
	rtp_seq_init(&s, 65534);
	assert_int_equal(rtp_seq_update(&s, 2), RTP_SEQ_NEW); /* 65535, 0 and 1 are missing */
	assert_int_equal(rtp_seq_lost(&s), 3);
	assert_int_equal(rtp_seq_update(&s, 65535), RTP_SEQ_OLD);
	assert_int_equal(rtp_seq_lost(&s), 2);
	assert_int_equal(rtp_seq_update(&s, 65535), RTP_SEQ_DUPLICATE);
	assert_int_equal(rtp_seq_update(&s, 2), RTP_SEQ_DUPLICATE);
	assert_int_equal(rtp_seq_lost(&s), 2); /* a duplicate hides no loss */
}

static void test_before_the_first(void **state)
{
	struct rtp_seq s;

	(void)state;
	rtp_seq_init(&s, 10);
	assert_int_equal(rtp_seq_update(&s, 8), RTP_SEQ_OLD);
	assert_int_equal(rtp_seq_lost(&s), 1); /* 9 */
	assert_int_equal(rtp_seq_update(&s, 9), RTP_SEQ_OLD);
	assert_int_equal(rtp_seq_lost(&s), 0);
}

static void test_bounds_of_disorder(void **state)
{
	struct rtp_seq s;

	(void)state;
	rtp_seq_init(&s, 1000);
	assert_int_equal(rtp_seq_update(&s, 1000 - RTP_SEQ_MISORDER + 1), RTP_SEQ_OLD);
	assert_int_equal(rtp_seq_update(&s, 1000 - RTP_SEQ_MISORDER), RTP_SEQ_JUMP);
	assert_int_equal(rtp_seq_update(&s, 1000 + RTP_SEQ_DROPOUT), RTP_SEQ_JUMP);
	assert_int_equal(rtp_seq_update(&s, 1000 + RTP_SEQ_DROPOUT - 1), RTP_SEQ_NEW);
}

static void test_jump(void **state)
{
	struct rtp_seq s;

	(void)state;
	rtp_seq_init(&s, 100);
	rtp_seq_update(&s, 103); /* 2 lost */
	assert_int_equal(rtp_seq_update(&s, 103 + 32768), RTP_SEQ_JUMP);
	assert_int_equal(rtp_seq_update(&s, 104), RTP_SEQ_NEW); /* it was a stray */
	assert_int_equal(rtp_seq_update(&s, 104 + 32768), RTP_SEQ_JUMP);
	assert_int_equal(rtp_seq_update(&s, 105 + 32768), RTP_SEQ_RESTART);
	assert_int_equal(rtp_seq_update(&s, 106 + 32768), RTP_SEQ_NEW);
	assert_int_equal(rtp_seq_lost(&s), 2);
}

static void test_jitter_of_steady_stream(void **state)
{
	struct rtp_jitter j = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		rtp_jitter_update(&j, 12345 + 160 * i, 0xffffff00u + 160 * i);
	assert_int_equal(rtp_jitter(&j), 0);
}

/* Every second packet 10 ms late: |D| is 80 units always, and J comes to that (6.4.1). */
static void test_jitter_comes_to_the_mean(void **state)
{
	struct rtp_jitter j = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 400; i++)
		rtp_jitter_update(&j, 160 * i + (i % 2 ? 80 : 0), 160 * i);
	assert_in_range(rtp_jitter(&j), 79, 80);
	rtp_jitter_restart(&j);
	rtp_jitter_update(&j, 0, 0x80000000u); /* a jump of the timestamp does not count */
	assert_in_range(rtp_jitter(&j), 79, 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_loss_and_order),
		cmocka_unit_test(test_before_the_first),
		cmocka_unit_test(test_bounds_of_disorder),
		cmocka_unit_test(test_jump),
		cmocka_unit_test(test_jitter_of_steady_stream),
		cmocka_unit_test(test_jitter_comes_to_the_mean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
