/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTCP XR: what the engine says of what it hears, and what it reads of the far end. */
#include "rtp/rtcp.h"
#include "unit/media/world.h"
#include "unit/support.h"

static struct world w;

/* The VoIP metrics of the next report, within 10 s; false: it has none. */
static bool next_metrics(struct rtcp_voip_metrics *m)
{
	struct rtcp_packet p;
	struct str octets;
	struct addr to;
	bool own, found = false;

	for (unsigned ms = 0; ms < 10000; ms++) {
		if (med_engine_rtcp(w.e, 0, &to, &octets, &own)) {
			while (rtcp_next(&octets, &p))
				found = rtcp_voip_metrics(&p, m) || found;
			return found;
		}
		world_pass(&w, 1);
	}
	return false;
}

/* RFC 3611 4.7: what we say of what we hear, and what the far end says of us. */
static void test_metrics(void **state)
{
	struct rtcp_voip_metrics m = { .mos_cq = 37, .r_factor = 71 };
	struct med_open o;
	struct wr out;
	uint8_t buf[200];

	(void)state;
	world_init(&w, TDM_ALAW);
	o = world_open(&w, 1, 0);
	o.flags = MED_F_RTCP;
	world_cmd(&w, MED_CMD_OPEN, &o);
	assert_false(next_metrics(&m));
	o.flags = MED_F_RTCP | MED_F_METRICS | MED_F_CONCEAL;
	world_cmd(&w, MED_CMD_MODIFY, &o);
	for (unsigned i = 0; i < 40; i++) { /* one of ten is lost */
		if (i % 10 != 5)
			world_speech(&w, 0, (uint16_t)i, 160 * i, 160);
		world_pass(&w, 20);
	}
	assert_true(next_metrics(&m));
	assert_in_range(m.loss_rate, 24, 27);
	assert_int_equal(m.discard_rate, 0);
	assert_in_range(m.burst_density, 29, 36); /* lost ones 10 apart: one burst (4.7.2) */
	assert_int_equal(m.burst_ms, 31 * 20);
	assert_int_equal(m.gap_density, 0);
	assert_in_range(m.gap_ms, 80, 100); /* before it and behind it, on average */
	assert_int_equal(m.gmin, 16);
	assert_int_equal(m.rx_config, 0xe0);
	assert_in_range(m.mos_lq, 25, 43);
	assert_true(m.r_factor < 93 && m.mos_cq <= m.mos_lq);
	m = (struct rtcp_voip_metrics){ .ssrc = o.ssrc, .mos_cq = 37, .r_factor = 71 };
	out = wr_init(buf, sizeof(buf));
	rtcp_rr_enc(&out, 9, NULL, 0);
	rtcp_sdes_enc(&out, 9, STR("x"));
	rtcp_voip_metrics_enc(&out, 9, &m);
	world_ref(&w, MED_CMD_QUERY, 1, 0);
	assert_int_equal(world_report(&w, MED_REP_COUNTERS, 1).far_mos10, RTCP_UNKNOWN);
	med_engine_rtcp_rx(w.e, 0, &w.peer, str_n(buf, out.len));
	world_ref(&w, MED_CMD_QUERY, 1, 0);
	assert_int_equal(world_report(&w, MED_REP_COUNTERS, 1).far_mos10, 37);
	world_fini(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_metrics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
