/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTCP packets: vectors laid out by RFC 3550 6.4-6.6 and RFC 3611 4.7, and what A.2 refuses. */
#include "unit/support.h"
#include "rtp/rtcp.h"

#define SR_ONE                                                                     \
	"81 c8 00 0c 00 00 00 01 83 aa 7e 80 40 00 00 00 00 00 01 40 00 00 00 05 " \
	"00 00 03 20 00 00 00 02 40 ff ff fe 00 01 00 10 00 00 00 07 7e 80 40 00 " \
	"00 01 80 00 "
#define SDES_ONE "81 ca 00 03 00 00 00 01 01 04 61 40 62 63 00 00 "
#define BYE_ONE	 "81 cb 00 01 00 00 00 01"
#define RR_EMPTY "80 c9 00 01 00 00 00 01 "

static void test_sr(void **state)
{
	struct str rest = OCTETS(SR_ONE SDES_ONE BYE_ONE), name;
	struct rtcp_packet p;
	struct rtcp_sender s;
	struct rtcp_block b;

	(void)state;
	assert_int_equal(rtcp_check(rest, false, NULL), 0);
	assert_true(rtcp_next(&rest, &p));
	assert_int_equal(p.type, RTCP_SR);
	assert_int_equal(p.ssrc, 1);
	assert_true(rtcp_sender(&p, &s));
	assert_int_equal(s.ntp_s, 0x83aa7e80u);
	assert_int_equal(s.ntp_fraction, 0x40000000);
	assert_int_equal(s.timestamp, 320);
	assert_int_equal(s.packets, 5);
	assert_int_equal(s.octets, 800);
	assert_true(rtcp_block(&p, 0, &b));
	assert_int_equal(b.ssrc, 2);
	assert_int_equal(b.fraction_lost, 64);
	assert_int_equal(b.lost, -2); /* duplicates: more came than was expected */
	assert_int_equal(b.highest, 0x10010);
	assert_int_equal(b.jitter, 7);
	assert_int_equal(b.lsr, 0x7e804000);
	assert_int_equal(b.dlsr, 0x18000);
	assert_false(rtcp_block(&p, 1, &b));
	assert_true(rtcp_next(&rest, &p));
	assert_true(rtcp_cname(&p, 1, &name));
	assert_octets_equal(name, STR("a@bc"));
	assert_false(rtcp_cname(&p, 2, &name));
	assert_true(rtcp_next(&rest, &p));
	assert_true(rtcp_bye_has(&p, 1));
	assert_false(rtcp_bye_has(&p, 2));
	assert_false(rtcp_next(&rest, &p));
}

static void test_same_octets_back(void **state)
{
	const struct rtcp_sender s = { 0x83aa7e80, 0x40000000, 320, 5, 800 };
	const struct rtcp_block b = { 2, 64, -2, 0x10010, 7, 0x7e804000, 0x18000 };
	uint8_t out[128];
	struct wr w = wr_init(out, sizeof(out));

	(void)state;
	rtcp_sr_enc(&w, 1, &s, &b, 1);
	rtcp_sdes_enc(&w, 1, STR("a@bc"));
	rtcp_bye_enc(&w, 1);
	assert_false(w.err);
	assert_octets_equal(wr_str(&w), OCTETS(SR_ONE SDES_ONE BYE_ONE));
}

/* The chunk ends with at least one null octet, at a word (6.5). */
static void test_sdes_padding(void **state)
{
	uint8_t out[64];

	(void)state;
	for (size_t len = 0; len < 12; len++) {
		struct wr w = wr_init(out, sizeof(out));
		struct rtcp_packet p;
		struct str rest, name;

		rtcp_rr_enc(&w, 1, NULL, 0);
		rtcp_sdes_enc(&w, 1, str_n("abcdefghijkl", len));
		rest = wr_str(&w);
		assert_int_equal(rtcp_check(rest, false, NULL), 0);
		assert_int_equal(out[w.len - 1], 0);
		assert_true(rtcp_next(&rest, &p) && rtcp_next(&rest, &p));
		assert_int_equal(rest.len, 0);
		assert_true(rtcp_cname(&p, 1, &name));
		assert_octets_equal(name, str_n("abcdefghijkl", len));
	}
}

static void test_metrics(void **state)
{
	const struct rtcp_voip_metrics m = {
		.ssrc = 9,
		.loss_rate = 5,
		.discard_rate = 1,
		.burst_density = 2,
		.gap_density = 3,
		.burst_ms = 100,
		.gap_ms = 2000,
		.round_trip_ms = 80,
		.end_system_ms = 60,
		.signal_dbm0 = -20,
		.noise_dbm0 = -60,
		.rerl_db = RTCP_UNKNOWN,
		.gmin = 16,
		.r_factor = 89,
		.ext_r_factor = RTCP_UNKNOWN,
		.mos_lq = 42,
		.mos_cq = 41,
		.rx_config = 0xb0,
		.jb_nominal_ms = 40,
		.jb_maximum_ms = 60,
		.jb_abs_max_ms = 150,
	};
	struct rtcp_voip_metrics got;
	struct rtcp_packet p;
	uint8_t out[64];
	struct wr w = wr_init(out, sizeof(out));
	struct str rest;

	(void)state;
	rtcp_voip_metrics_enc(&w, 1, &m);
	assert_octets_equal(wr_str(&w),
			    OCTETS("80 cf 00 0a 00 00 00 01 07 00 00 08 00 00 00 09 05 01 02 03 "
				   "00 64 07 d0 00 50 00 3c ec c4 7f 10 59 7f 2a 29 b0 00 00 28 "
				   "00 3c 00 96"));
	rest = wr_str(&w);
	assert_int_equal(rtcp_check(rest, true, NULL), 0);
	assert_int_equal(rtcp_check(rest, false, NULL), TG_EPROTO);
	assert_true(rtcp_next(&rest, &p));
	assert_true(rtcp_voip_metrics(&p, &got));
	assert_int_equal(got.signal_dbm0, -20);
	assert_int_equal(got.mos_lq, 42);
	assert_int_equal(got.jb_abs_max_ms, 150);
}

static void test_refused(void **state)
{
	static const struct {
		const char *hex;
		int err;
	} cases[] = {
		{ "", TG_ETRUNC },
		{ "80 c9 00", TG_ETRUNC },
		{ SDES_ONE, TG_EPROTO },			    /* 6.1: no report first */
		{ "40 c9 00 01 00 00 00 01", TG_EPROTO },	    /* version */
		{ "80 c9 00 02 00 00 00 01", TG_ETRUNC },	    /* longer than the datagram */
		{ RR_EMPTY "00", TG_ETRUNC },			    /* an octet left over */
		{ "a0 c9 00 01 00 00 00 04 " SDES_ONE, TG_EPROTO }, /* padding in front */
		{ "a0 c9 00 01 00 00 00 00", TG_EPROTO },	    /* padding of 0 */
		{ "a0 c9 00 01 00 00 00 03", TG_EPROTO },	    /* of no whole word */
		{ "a0 c9 00 01 00 00 00 08", TG_EPROTO },	    /* of more than there is */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(rtcp_check(OCTETS(cases[i].hex), false, NULL), cases[i].err);
}

/* Counts that promise more than is there. */
static void test_short_bodies(void **state)
{
	struct str rest = OCTETS("9f c9 00 01 00 00 00 01 9f ca 00 02 00 00 00 01 01 ff 61 62 "
				 "9f cb 00 00");
	struct rtcp_packet p;
	struct rtcp_block b;
	struct str name;

	(void)state;
	assert_int_equal(rtcp_check(rest, false, NULL), 0);
	assert_true(rtcp_next(&rest, &p));
	assert_false(rtcp_block(&p, 0, &b));
	assert_false(rtcp_block(&p, 31, &b));
	assert_true(rtcp_next(&rest, &p));
	assert_false(rtcp_cname(&p, 1, &name));
	assert_true(rtcp_next(&rest, &p));
	assert_int_equal(p.ssrc, 0);
	assert_false(rtcp_bye_has(&p, 0));
}

static void test_writer_limits(void **state)
{
	struct rtcp_block b[RTCP_BLOCKS_MAX + 1] = { 0 };
	uint8_t out[1000];
	struct wr w = wr_init(out, sizeof(out));
	char name[RTCP_CNAME_MAX + 1];

	(void)state;
	b[0].lost = 0x900000; /* more than 24 bits can tell */
	rtcp_rr_enc(&w, 1, b, RTCP_BLOCKS_MAX);
	assert_false(w.err);
	assert_octets_equal(str_n(out + 12, 4), OCTETS("00 7f ff ff"));
	rtcp_rr_enc(&w, 1, b, RTCP_BLOCKS_MAX + 1);
	assert_true(w.err);
	w = wr_init(out, sizeof(out));
	memset(name, 'a', sizeof(name));
	rtcp_sdes_enc(&w, 1, str_n(name, sizeof(name)));
	assert_true(w.err);
	w = wr_init(out, sizeof(out));
	rtcp_sr_enc(&w, 1, &(struct rtcp_sender){ 0 }, b, RTCP_BLOCKS_MAX + 1);
	assert_true(w.err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sr),
		cmocka_unit_test(test_same_octets_back),
		cmocka_unit_test(test_sdes_padding),
		cmocka_unit_test(test_metrics),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_short_bodies),
		cmocka_unit_test(test_writer_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
