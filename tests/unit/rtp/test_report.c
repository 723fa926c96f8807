/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTCP of a stream: two ends that report to each other in virtual time (RFC 3550 6.2-6.4). */
#include "unit/support.h"
#include "rtp/report.h"

#define EPOCH 0xe800000000000000ull
#define A     0xaaaa0001
#define B     0xbbbb0002

static struct rtp_report_state state_of(uint32_t now_ms, uint32_t ssrc, uint32_t remote,
					const struct rtp_seq *seq)
{
	return (struct rtp_report_state){
		.now_ms = now_ms,
		.ntp = rtp_ntp(EPOCH, now_ms),
		.ssrc = ssrc,
		.cname = STR("x@192.0.2.1"),
		.remote_ssrc = remote,
		.jitter = 12,
		.seq = seq,
	};
}

/* All intervals lie between half and one and a half of 5 s, shortened by 1.218; the first of 2.5. */
static void test_intervals(void **state)
{
	uint64_t sum = 0;
	unsigned nr = 0;

	(void)state;
	for (uint32_t seed = 0; seed < 50; seed++) {
		struct rtp_report r;
		uint8_t out[RTP_REPORT_MAX];
		uint32_t now = 1000;

		rtp_report_init(&r, now, seed * 7919);
		assert_in_range(r.due_ms - now, 1025, 3079);
		for (int i = 0; i < 20; i++) {
			struct wr w = wr_init(out, sizeof(out));
			struct rtp_report_state s;

			assert_false(rtp_report_due(&r, r.due_ms - 1));
			now = r.due_ms;
			assert_true(rtp_report_due(&r, now));
			s = state_of(now, A, B, NULL);
			assert_true(rtp_report_enc(&r, &w, &s, false));
			assert_in_range(r.due_ms - now, 2051, 6158);
			sum += r.due_ms - now;
			nr++;
		}
	}
	assert_in_range(sum / nr, 3900, 4300); /* 5 s / 1.218 */
}

/* B reports on A: what was lost, and how long the way there and back is. */
static void test_round_trip(void **state)
{
	struct rtp_report a, b;
	struct rtp_seq seq;
	uint8_t out[RTP_REPORT_MAX];
	struct wr w = wr_init(out, sizeof(out));
	struct rtp_report_state s = state_of(10000, A, B, NULL);

	(void)state;
	rtp_report_init(&a, 0, 1);
	rtp_report_init(&b, 0, 2);
	s.tx_packets = 100;
	s.tx_octets = 16000;
	assert_true(rtp_report_enc(&a, &w, &s, false));
	rtp_report_rx(&b, 10030, rtp_ntp(EPOCH, 777), B, wr_str(&w)); /* its clock is another */
	assert_true(b.have_sr);
	assert_false(b.told);

	rtp_seq_init(&seq, 1);
	for (uint16_t n = 2; n <= 100; n++)
		if (n % 4)
			rtp_seq_update(&seq, n);
	rtp_seq_update(&seq, 101);
	w = wr_init(out, sizeof(out));
	s = state_of(12030, B, A, &seq);
	assert_true(rtp_report_enc(&b, &w, &s, false));
	rtp_report_rx(&a, 12070, rtp_ntp(EPOCH, 12070), A, wr_str(&w));
	assert_true(a.told);
	assert_int_equal(a.far_lost, 25);
	assert_int_equal(a.far_fraction_lost, 25 * 256 / 101);
	assert_int_equal(a.far_jitter, 12);
	assert_true(a.have_round_trip);
	assert_in_range(a.round_trip_us, 69000, 71000); /* 30 there, 40 back */
}

/* A report of another's SSRC, or without LSR, says nothing of the round trip. */
static void test_not_ours(void **state)
{
	struct rtp_report a, b;
	struct rtp_seq seq;
	uint8_t out[RTP_REPORT_MAX];
	struct wr w = wr_init(out, sizeof(out));
	struct rtp_report_state s;

	(void)state;
	rtp_report_init(&a, 0, 1);
	rtp_report_init(&b, 0, 2);
	rtp_seq_init(&seq, 1);
	s = state_of(5000, B, A, &seq);
	assert_true(rtp_report_enc(&b, &w, &s, false));
	rtp_report_rx(&a, 5010, rtp_ntp(EPOCH, 5010), 0x1234, wr_str(&w));
	assert_false(a.told);
	rtp_report_rx(&a, 5010, rtp_ntp(EPOCH, 5010), A, wr_str(&w));
	assert_true(a.told);
	assert_false(a.have_round_trip);
	rtp_report_rx(&a, 5010, rtp_ntp(EPOCH, 5010), A, OCTETS("80 c9 00 09"));
	assert_int_equal(a.rx_bad, 1);
	assert_int_equal(a.rx_compounds, 2);
}

/* More was lost than 24 bits, or 31, can tell (RFC 3550 6.4.1, A.3). */
static void test_much_lost(void **state)
{
	struct rtp_seq seq = { .lost = 0x90000000u, .bad = 0x10000, .received = 1 };
	struct rtp_report a, b;
	uint8_t out[RTP_REPORT_MAX];
	struct wr w = wr_init(out, sizeof(out));
	struct rtp_report_state s = state_of(5000, B, A, &seq);

	(void)state;
	rtp_report_init(&a, 0, 1);
	rtp_report_init(&b, 0, 2);
	assert_true(rtp_report_enc(&b, &w, &s, false));
	rtp_report_rx(&a, 5010, rtp_ntp(EPOCH, 5010), A, wr_str(&w));
	assert_int_equal(a.far_lost, 0x7fffff);
}

static void test_bye_and_metrics(void **state)
{
	const struct rtcp_voip_metrics m = { .ssrc = B, .mos_lq = 42 };
	struct rtp_report a, b;
	uint8_t out[RTP_REPORT_MAX];
	struct wr w = wr_init(out, 40);
	struct rtp_report_state s = state_of(100, A, B, NULL);
	struct rtcp_packet p;
	struct str rest;

	(void)state;
	rtp_report_init(&a, 0, 1);
	rtp_report_init(&b, 0, 1);
	s.metrics = &m;
	assert_false(rtp_report_enc(&a, &w, &s, true)); /* no room */
	w = wr_init(out, sizeof(out));
	assert_true(rtp_report_enc(&a, &w, &s, true));
	rest = wr_str(&w);
	assert_true(rtcp_next(&rest, &p));
	assert_int_equal(p.type, RTCP_RR); /* nothing was sent */
	rtp_report_rx(&b, 100, EPOCH, B, wr_str(&w));
	assert_true(b.bye);
}

static void told_by(struct rtp_report *r, uint8_t r_factor, uint8_t mos_cq)
{
	struct rtcp_voip_metrics m = { .ssrc = A, .r_factor = r_factor, .mos_cq = mos_cq };
	uint8_t out[RTP_REPORT_MAX];
	struct wr w = wr_init(out, sizeof(out));

	rtcp_rr_enc(&w, B, NULL, 0);
	rtcp_voip_metrics_enc(&w, B, &m);
	rtp_report_rx(r, 100, EPOCH, A, wr_str(&w));
}

/* R is 0 to 100, MOS 10 to 50, or 127; other values are ignored (RFC 3611 4.7.5). */
static void test_metrics_that_cannot_be(void **state)
{
	struct rtp_report r;

	(void)state;
	rtp_report_init(&r, 0, 1);
	told_by(&r, 101, 9);
	assert_int_equal(r.far_r, RTCP_UNKNOWN);
	assert_int_equal(r.far_mos_cq, RTCP_UNKNOWN);
	told_by(&r, 100, 50);
	told_by(&r, 128, 51);
	told_by(&r, 255, 255);
	assert_int_equal(r.far_r, 100);
	assert_int_equal(r.far_mos_cq, 50);
	told_by(&r, 0, 10);
	assert_int_equal(r.far_r, 0);
	assert_int_equal(r.far_mos_cq, 10);
	told_by(&r, RTCP_UNKNOWN, RTCP_UNKNOWN);
	assert_int_equal(r.far_r, RTCP_UNKNOWN);
	assert_int_equal(r.far_mos_cq, RTCP_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intervals),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_metrics_that_cannot_be),
		cmocka_unit_test(test_much_lost),
		cmocka_unit_test(test_not_ours),
		cmocka_unit_test(test_bye_and_metrics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
