/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bursts and gaps: the example of RFC 3611 4.7.2, edges, disorder, and all of it against a slow count
 * by the definition. */
#include "rtp/burst.h"
#include "unit/support.h"

/* 1: came; 0: lost; X: too late. */
static struct rtp_burst_sum run(const char *pattern, uint16_t seq)
{
	struct rtp_burst b = { 0 };
	struct rtp_burst_sum sum;

	for (; *pattern; pattern++, seq++)
		if (*pattern != '0')
			rtp_burst_packet(&b, seq, *pattern == '1');
	rtp_burst_sum(&b, &sum);
	return sum;
}

static void test_example(void **state)
{
	struct rtp_burst_sum s =
		run("11110111111111111111111X111X1011110111111111111111111X111111111", 65500);

	(void)state;
	assert_int_equal(s.bursts, 1);
	assert_int_equal(s.burst_packets, 12);
	assert_int_equal(s.burst_bad, 4);
	assert_int_equal(s.gaps, 2);
	assert_int_equal(s.gap_packets, 23 + 28);
	assert_int_equal(s.gap_bad, 2);
}

static void test_edges(void **state)
{
	static const struct {
		const char *pattern;
		struct rtp_burst_sum sum;
	} rows[] = {
		{ "", { 0 } },
		{ "1", { .gaps = 1, .gap_packets = 1 } },
		{ "X", { .gaps = 1, .gap_packets = 1, .gap_bad = 1 } },
		{ "XX11", { 1, 2, 2, 1, 2, 0 } }, /* no gap before it */
		{ "11XX", { 1, 2, 2, 1, 2, 0 } }, /* nor behind */
		{ "XX", { 1, 2, 2, 0, 0, 0 } },
		{ "10111111111111111011", { 1, 17, 2, 2, 3, 0 } },  /* 15 between: one burst */
		{ "101111111111111111011", { 0, 0, 0, 1, 21, 2 } }, /* 16: none */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct rtp_burst_sum s = run(rows[i].pattern, 7);

		assert_memory_equal(&s, &rows[i].sum, sizeof(s));
	}
}

/* What comes behind its turn is no loss, unless it is too far behind. */
static void test_disorder(void **state)
{
	struct rtp_burst b = { 0 };
	struct rtp_burst_sum s;

	(void)state;
	for (uint16_t seq = 0; seq < 100; seq += 2) {
		rtp_burst_packet(&b, (uint16_t)(seq + 1), true);
		rtp_burst_packet(&b, seq, true);
	}
	rtp_burst_sum(&b, &s);
	assert_int_equal(s.bursts, 0);
	assert_int_equal(s.gap_bad, 0);
	rtp_burst_packet(&b, 140, true);
	rtp_burst_packet(&b, 101, true);
	rtp_burst_sum(&b, &s);
	assert_int_equal(s.bursts, 1);
	assert_int_equal(s.burst_bad, 40);
	rtp_burst_restart(&b, 9000, true);
	rtp_burst_packet(&b, 9001, true);
	rtp_burst_sum(&b, &s);
	assert_int_equal(s.burst_bad, 40);
	assert_int_equal(s.burst_packets + s.gap_packets, 140 + 2); /* the first that came was 1 */
	;
}

/* By the definition, over the whole pattern. */
static struct rtp_burst_sum slow(const char *p, size_t len)
{
	struct rtp_burst_sum s = { 0 };
	size_t last_end = 0; /* of the burst before */

	for (size_t i = 0; i < len;) {
		size_t to, good = 0, nr_bad = 1;

		if (p[i] == '1') {
			i++;
			continue;
		}
		to = i;
		for (size_t k = i + 1; k < len && good < RTP_BURST_GMIN; k++) {
			good = p[k] == '1' ? good + 1 : 0;
			if (p[k] != '1') {
				to = k;
				nr_bad++;
			}
		}
		if (nr_bad == 1) {
			s.gap_bad++;
		} else {
			s.bursts++;
			s.burst_packets += (uint32_t)(to - i + 1);
			s.burst_bad += (uint32_t)nr_bad;
			s.gaps += i > last_end;
			last_end = to + 1;
		}
		i = to + 1;
	}
	s.gaps += len > last_end;
	s.gap_packets = (uint32_t)len - s.burst_packets;
	return s;
}

static void test_random(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (unsigned i = 0; i < 3000; i++) {
		char pattern[300];
		size_t len = 2 + i % 290;
		struct rtp_burst_sum a, b;

		for (size_t k = 0; k < len; k++) {
			random = random * 1664525u + 1013904223u;
			pattern[k] = random >> 24 >= (i % 7) * 20 + 1 ? '1'
				     : random >> 20 & 1		      ? '0'
								      : 'X';
		}
		pattern[0] = pattern[0] == '0' ? 'X' : pattern[0]; /* the ends are known */
		pattern[len - 1] = pattern[len - 1] == '0' ? 'X' : pattern[len - 1];
		pattern[len] = '\0';
		a = run(pattern, (uint16_t)(i * 977));
		b = slow(pattern, len);
		if (memcmp(&a, &b, sizeof(a)) != 0)
			fail_msg("%s: %u/%u/%u %u/%u/%u, not %u/%u/%u %u/%u/%u", pattern, a.bursts,
				 a.burst_packets, a.burst_bad, a.gaps, a.gap_packets, a.gap_bad,
				 b.bursts, b.burst_packets, b.burst_bad, b.gaps, b.gap_packets,
				 b.gap_bad);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_disorder),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
