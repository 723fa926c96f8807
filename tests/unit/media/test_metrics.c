/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTCP XR: what the engine says of what it hears, and what it reads of the far end. BYE. What time it is. */
#include "rtp/rtcp.h"
#include "rtp/srtp.h"
#include "media/channel.h"
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

/* BYE: what comes by whom within 100 ms of the end; NULL: none. ---------------------------------- */

static struct rtp_srtp *far_end;

static bool is_bye(struct str octets, uint32_t ssrc)
{
	struct rtcp_packet p;
	uint8_t copy[300];
	size_t len = octets.len;
	bool bye = false;

	assert_true(len <= sizeof(copy));
	memcpy(copy, octets.p, len);
	if (far_end)
		assert_int_equal(rtp_srtp_unprotect_rtcp(far_end, copy, &len), RTP_SRTP_OK);
	octets = str_n(copy, len);
	assert_int_equal(rtcp_check(octets, false, NULL), 0);
	while (rtcp_next(&octets, &p))
		bye = bye || rtcp_bye_has(&p, ssrc);
	return bye;
}

/* As world_pass, which asks for no reports: how many BYEs go out. */
static unsigned byes(uint32_t ssrc, unsigned ms, bool *own)
{
	struct tdm_block rx, tx;
	struct addr to;
	struct str octets;
	unsigned channel, nr = 0;

	tdm_block_idle(&rx, TDM_ALAW);
	for (; ms > 0; ms--) {
		med_engine_span(w.e, 0, &rx, &tx);
		med_engine_tick(w.e);
		while (med_engine_due(w.e, &channel)) {
			med_engine_packet(w.e, channel, &to, &octets);
			if (!med_engine_rtcp(w.e, channel, &to, &octets, own))
				continue;
			assert_int_equal(channel, 0);
			assert_int_equal(to.port, w.peer.port + *own);
			nr += is_bye(octets, ssrc);
		}
	}
	return nr;
}

static bool released(uint16_t slot)
{
	struct ring_rec rec;
	struct med_released r;
	bool found = false;

	while (med_engine_report(w.e, &rec))
		found = found || (med_released_unpack(&rec, &r) && r.slot == slot);
	return found;
}

static void bye_of(uint16_t flags, bool secret, unsigned talks_ms, unsigned wanted)
{
	struct str a = STR("0123456789abcdefghijklmnopqr"), b = STR("ABCDEFGHIJKLMNOPQRSTUVWXYZab");
	struct med_objects objects = { 0 };
	struct mem *m = mem_root("keys");
	struct med_open o;
	bool own = false;

	if (secret) {
		objects.srtp = rtp_srtp_new(m, RTP_SRTP_AEAD_AES_128_GCM, a, b);
		far_end = rtp_srtp_new(m, RTP_SRTP_AEAD_AES_128_GCM, b, a);
	}
	world_init(&w, TDM_ALAW);
	med_engine_set_objects(w.e, 1, &objects);
	o = world_open(&w, 1, 0);
	o.flags = flags;
	o.objects = 1;
	world_cmd(&w, MED_CMD_OPEN, &o);
	assert_int_equal(byes(o.ssrc, talks_ms, &own), 0);
	world_ref(&w, MED_CMD_CLOSE, 1, 0);
	assert_int_equal(med_engine_legs(w.e), 0);
	assert_int_equal(byes(o.ssrc, 1, &own), wanted);
	assert_int_equal(own, wanted && !(flags & MED_F_RTCP_MUX));
	assert_true(released(1));
	assert_int_equal(byes(o.ssrc, 20000, &own), 0);
	world_fini(&w);
	rtp_srtp_free(objects.srtp);
	rtp_srtp_free(far_end);
	far_end = NULL;
	mem_free(m);
}

static void test_bye(void **state)
{
	(void)state;
	bye_of(MED_F_RTCP, false, 100, 1);
	bye_of(MED_F_RTCP | MED_F_METRICS, false, 20000, 1);
	bye_of(MED_F_RTCP | MED_F_RTCP_MUX, false, 100, 1);
	bye_of(MED_F_RTCP | MED_F_SECURE, true, 100, 1);
	bye_of(MED_F_RTCP | MED_F_SECURE, false, 100, 0); /* no keys yet */
	bye_of(MED_F_RTCP, false, 5, 0);		  /* nothing was sent (RFC 3550 6.3.7) */
	bye_of(0, false, 100, 0);
}

/* The next call is there before the tick: it says no BYE of the one before, and loses nothing. */
static void test_bye_of_nobody(void **state)
{
	struct med_objects objects = { 0 };
	struct med_open o;
	bool own;

	(void)state;
	world_init(&w, TDM_ALAW);
	o = world_open(&w, 1, 0);
	for (uint16_t slot = 1; slot <= 3; slot++)
		med_engine_set_objects(w.e, slot, &objects);
	o.flags = MED_F_RTCP;
	o.objects = 1;
	world_cmd(&w, MED_CMD_OPEN, &o);
	assert_int_equal(byes(o.ssrc, 100, &own), 0);
	world_ref(&w, MED_CMD_CLOSE, 1, 0);
	o.leg = 2;
	o.objects = 2;
	world_cmd(&w, MED_CMD_OPEN, &o);
	assert_true(released(1));
	assert_int_equal(byes(o.ssrc, 100, &own), 0);
	o.leg = 3; /* without a CLOSE */
	o.objects = 3;
	world_cmd(&w, MED_CMD_OPEN, &o);
	assert_true(released(2));
	assert_int_equal(byes(o.ssrc, 100, &own), 0);
	assert_int_equal(med_engine_legs(w.e), 1);
	world_ref(&w, MED_CMD_CLOSE, 3, 0);
	assert_int_equal(byes(o.ssrc, 1, &own), 1);
	world_fini(&w);
}

/* The NTP time of the next report, in ms. */
static uint64_t next_ntp_ms(void)
{
	struct rtcp_sender sender = { 0 };
	struct rtcp_packet p;
	struct str octets;
	struct addr to;
	bool own;

	for (unsigned ms = 0; ms < 10000; ms++) {
		if (med_engine_rtcp(w.e, 0, &to, &octets, &own)) {
			assert_true(rtcp_next(&octets, &p) && rtcp_sender(&p, &sender));
			return sender.ntp_s * 1000ull + (sender.ntp_fraction * 1000ull >> 32);
		}
		world_pass(&w, 1);
	}
	return 0;
}

/* Milliseconds in 32 bits go round after 49.7 days; what we say of the time goes on. */
static void test_day_50(void **state)
{
	struct med_open o;
	uint64_t ntp_ms, next;
	uint32_t at;

	(void)state;
	world_init(&w, TDM_ALAW);
	w.e->now = UINT32_MAX - 10000;
	o = world_open(&w, 1, 0);
	o.flags = MED_F_RTCP;
	world_cmd(&w, MED_CMD_OPEN, &o);
	world_pass(&w, 100);
	ntp_ms = next_ntp_ms();
	assert_true(ntp_ms > 0);
	for (at = w.now; w.now < 30000; ntp_ms = next, at = w.now) {
		next = next_ntp_ms();
		assert_in_range(next, ntp_ms + (w.now - at) - 1, ntp_ms + (w.now - at) + 1);
	}
	world_fini(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_metrics),
		cmocka_unit_test(test_bye),
		cmocka_unit_test(test_bye_of_nobody),
		cmocka_unit_test(test_day_50),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
