/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two engines, a timeslot each, and RTP between them: codecs, keys, comfort noise, loss and what the
 * ends tell each other by RTCP. A tone goes into one timeslot; what comes out of the other is
 * measured.
 */
#include <math.h>

#include "unit/support.h"
#include "dsp/codec.h"
#include "dsp/law.h"
#include "media/engine.h"
#include "rtp/srtp.h"

#define NR_OBJECTS 4
#define SLOT	   2

struct end {
	struct med_engine *e;
	struct addr addr;
	struct med_objects objects;
	struct tdm_block rx, tx;
	uint32_t phase, released, reports;
	double level; /* of the tone it sends; 0: silence */
	double heard; /* mean square of the last 100 ms */
	unsigned packets, rtcp;
};

static struct mem *mem;
static struct end end[2];
static unsigned lose_every; /* packets; 0: none are */
static unsigned sent;
static void (*spoil)(uint8_t *octets, size_t *len); /* what the network does to a packet */
static struct dsp_law law;

static const char keys[2][31] = { "0123456789abcdefghijklmnopqrst",
				  "abcdefghijklmnopqrst0123456789" };

static void begin(enum tdm_law law_a, enum tdm_law law_b)
{
	for (int i = 0; i < 2; i++) {
		struct med_cfg cfg = { .nr_channels = 1,
				       .nr_spans = 1,
				       .nr_objects = NR_OBJECTS,
				       .cname = "x@192.0.2.1",
				       .ntp_origin = 0xe800000000000000 };

		memset(&end[i], 0, sizeof(end[i]));
		cfg.law[0] = i ? law_b : law_a;
		end[i].e = med_engine_new(mem, &cfg);
		assert_non_null(end[i].e);
		end[i].addr = (struct addr){ ADDR_IP4,
					     (uint16_t)(4000 + 2 * i),
					     { 192, 0, 2, (uint8_t)(1 + i) } };
	}
	dsp_law_init(&law);
	lose_every = sent = 0;
	spoil = NULL;
}

static struct med_open open_of(int i)
{
	struct med_open o = { .leg = 7,
			      .timeslot = 1,
			      .through = MED_BOTH,
			      .pt_tx = 96,
			      .pt_rx = 96,
			      .ptime_ms = 20,
			      .buffer_ms = 40,
			      .ssrc = 10u + (unsigned)i,
			      .flags = MED_F_CONCEAL | MED_F_ADAPT };

	med_open_set_remote(&o, &end[1 - i].addr);
	return o;
}

static void cmd(int i, enum med_cmd_kind kind, const struct med_open *o)
{
	struct ring_rec rec;

	if (o->objects)
		med_engine_set_objects(end[i].e, o->objects, &end[i].objects);
	med_cmd_pack(&rec, kind, o, sizeof(*o));
	med_engine_cmd(end[i].e, &rec);
}

static struct med_counters ask(int i, enum med_cmd_kind kind)
{
	struct med_ref ref = { .leg = 7 };
	struct med_counters c = { 0 };
	struct med_released r;
	struct ring_rec rec;

	med_cmd_pack(&rec, kind, &ref, sizeof(ref));
	med_engine_cmd(end[i].e, &rec);
	while (med_engine_report(end[i].e, &rec)) {
		if (med_released_unpack(&rec, &r))
			end[i].released |= 1u << r.slot;
		med_report_unpack(&rec, &c);
	}
	return c;
}

static void speak(struct end *x, enum dsp_law_kind kind)
{
	double sum = 0;

	for (int i = 0; i < TDM_BLOCK; i++) {
		double v = x->level * sin(2 * M_PI * 437 * x->phase++ / 8000);
		double y = dsp_octet_to_linear(&law, kind, x->tx.octet[1][i]);

		x->rx.octet[1][i] = dsp_linear_to_octet(&law, kind, (int16_t)v);
		sum += y * y;
	}
	x->heard += (sum / TDM_BLOCK - x->heard) / 100;
}

static void deliver(int from, const struct addr *to, struct str octets, bool own_socket)
{
	uint8_t copy[2048];
	size_t len = octets.len;
	struct end *x = &end[1 - from];

	assert_true(addr_ip_eq(to, &x->addr) && len <= sizeof(copy));
	memcpy(copy, octets.p, len);
	if (spoil)
		spoil(copy, &len);
	if (own_socket) {
		assert_int_equal(to->port, x->addr.port + 1);
		med_engine_rtcp_rx(x->e, 0, &end[from].addr, str_n(copy, len));
	} else {
		assert_int_equal(to->port, x->addr.port);
		med_engine_rx(x->e, 0, &end[from].addr, str_n(copy, len));
	}
}

static void run(unsigned ms, enum dsp_law_kind law_a, enum dsp_law_kind law_b)
{
	for (; ms > 0; ms--)
		for (int i = 0; i < 2; i++) {
			struct end *x = &end[i];
			struct addr to;
			struct str octets;
			unsigned channel;
			bool own;

			speak(x, i ? law_b : law_a);
			med_engine_span(x->e, 0, &x->rx, &x->tx);
			med_engine_tick(x->e);
			while (med_engine_due(x->e, &channel)) {
				if (med_engine_packet(x->e, channel, &to, &octets)) {
					x->packets++;
					if (!lose_every || ++sent % lose_every)
						deliver(i, &to, octets, false);
				}
				if (med_engine_rtcp(x->e, channel, &to, &octets, &own)) {
					x->rtcp++;
					deliver(i, &to, octets, own);
				}
			}
		}
}

static double heard_db(int i, double level)
{
	return 10 * log10(end[i].heard / (level * level / 2));
}

static void test_every_codec(void **state)
{
	(void)state;
	for (int codec = 0; codec < DSP_NR_CODECS; codec++)
		for (int other = 0; other < 2; other++) {
			enum dsp_law_kind far = other ? DSP_MULAW : DSP_ALAW;

			begin(TDM_ALAW, other ? TDM_MULAW : TDM_ALAW);
			for (int i = 0; i < 2; i++) {
				struct med_open o = open_of(i);

				o.codec = MED_CODED;
				o.objects = SLOT;
				end[i].objects.coder = dsp_coder_new(mem, codec);
				cmd(i, MED_CMD_OPEN, &o);
			}
			end[0].level = 8000;
			run(1000, DSP_ALAW, far);
			if (fabs(heard_db(1, 8000)) > 1.5)
				fail_msg("%s: %.1f dB", dsp_codec_info(codec)->name,
					 heard_db(1, 8000));
			assert_true(end[0].heard < 2000); /* silence the other way */
			for (int i = 0; i < 2; i++) {
				struct med_counters c = ask(i, MED_CMD_CLOSE);

				assert_in_range(c.rx_packets, 45, 50);
				assert_int_equal(c.rx_rejected + c.rx_late, 0);
				assert_int_equal(end[i].released, 1u << SLOT);
				dsp_coder_free(end[i].objects.coder);
			}
		}
}

static void open_secure(unsigned flags)
{
	for (int i = 0; i < 2; i++) {
		struct med_open o = open_of(i);

		o.codec = MED_PCMA;
		o.objects = SLOT;
		o.flags |= (uint8_t)(MED_F_SECURE | flags);
		end[i].objects.srtp = rtp_srtp_new(mem, RTP_SRTP_AES_CM_128_SHA1_80,
						   str_n(keys[i], 30), str_n(keys[1 - i], 30));
		cmd(i, MED_CMD_OPEN, &o);
	}
}

static void close_both(void)
{
	for (int i = 0; i < 2; i++) {
		ask(i, MED_CMD_CLOSE);
		run(1, DSP_ALAW, DSP_ALAW); /* they say BYE first */
		ask(i, MED_CMD_QUERY);
		assert_int_equal(end[i].released, 1u << SLOT);
		rtp_srtp_free(end[i].objects.srtp);
	}
}

static void test_srtp(void **state)
{
	struct med_counters c;

	(void)state;
	begin(TDM_ALAW, TDM_ALAW);
	open_secure(MED_F_RTCP | MED_F_RTCP_MUX);
	end[0].level = 8000;
	run(20000, DSP_ALAW, DSP_ALAW);
	assert_true(fabs(heard_db(1, 8000)) < 0.5);
	c = ask(0, MED_CMD_QUERY);
	assert_int_equal(c.rx_rejected, 0);
	assert_true(end[0].rtcp >= 3 && end[1].rtcp >= 3);
	assert_int_not_equal(c.round_trip_ms, MED_UNKNOWN);
	assert_in_range(c.round_trip_ms, 0, 40);
	assert_int_equal(c.far_lost_permille, 0);
	close_both();
}

static void forge(uint8_t *octets, size_t *len)
{
	octets[*len - 1] ^= 1;
}

/* Wrong tags do nothing, and hearing none of them changes what follows. */
static void test_forged(void **state)
{
	struct med_counters c;

	(void)state;
	begin(TDM_ALAW, TDM_ALAW);
	open_secure(0);
	end[0].level = 8000;
	run(1000, DSP_ALAW, DSP_ALAW);
	spoil = forge;
	run(1000, DSP_ALAW, DSP_ALAW);
	spoil = NULL;
	c = ask(1, MED_CMD_QUERY);
	assert_in_range(c.rx_rejected, 49, 51);
	assert_true(heard_db(1, 8000) < -20);
	run(1000, DSP_ALAW, DSP_ALAW);
	assert_true(fabs(heard_db(1, 8000)) < 0.5);
	assert_int_equal(ask(1, MED_CMD_QUERY).rx_rejected, c.rx_rejected);
	close_both();
}

/* Keys are to come: nothing is sent and nothing taken; DTLS is handed out, from the right source. */
static void test_before_keys(void **state)
{
	struct addr stranger = { ADDR_IP4, 1, { 198, 51, 100, 9 } };
	uint8_t rtp[172] = { 0x80, 96 };
	struct med_open o;
	uint32_t leg;

	(void)state;
	begin(TDM_ALAW, TDM_ALAW);
	o = open_of(0);
	o.flags |= MED_F_SECURE | MED_F_RTCP;
	cmd(0, MED_CMD_OPEN, &o);
	run(10000, DSP_ALAW, DSP_ALAW);
	assert_int_equal(end[0].packets + end[0].rtcp, 0);
	med_engine_rx(end[0].e, 0, &end[1].addr, str_n(rtp, sizeof(rtp)));
	assert_int_equal(ask(0, MED_CMD_QUERY).rx_rejected, 1);
	med_engine_rx(end[0].e, 0, &stranger, STR("\x16\xfe\xfd"));
	assert_false(med_engine_dtls(end[0].e, &leg));
	med_engine_rx(end[0].e, 0, &end[1].addr, STR("\x16\xfe\xfd"));
	assert_true(med_engine_dtls(end[0].e, &leg));
	assert_int_equal(leg, 7);
	assert_false(med_engine_dtls(end[0].e, &leg));
	ask(0, MED_CMD_CLOSE);
	assert_int_equal(end[0].released, 0); /* there were none */
}

static void test_loss(void **state)
{
	(void)state;
	begin(TDM_ALAW, TDM_ALAW);
	for (int i = 0; i < 2; i++) {
		struct med_open o = open_of(i);

		o.flags |= MED_F_RTCP;
		cmd(i, MED_CMD_OPEN, &o);
	}
	end[0].level = end[1].level = 8000;
	lose_every = 21; /* about 5 % of each way */
	run(30000, DSP_ALAW, DSP_ALAW);
	for (int i = 0; i < 2; i++) {
		struct med_counters c = ask(i, MED_CMD_CLOSE);

		assert_in_range(c.rx_lost, 60, 80);
		assert_in_range(c.gaps_ms, c.rx_lost * 20 - 40, c.rx_lost * 20 + 40);
		assert_int_equal(c.concealed_ms, c.gaps_ms);
		assert_in_range(c.far_lost_permille, 20, 80);
	}
	assert_true(fabs(heard_db(1, 8000)) < 1.5);
}

/* A stream that ends: after the concealment there is noise, not the silence of a dead line. */
static void test_noise_after_loss(void **state)
{
	(void)state;
	begin(TDM_ALAW, TDM_ALAW);
	for (int i = 0; i < 2; i++) {
		struct med_open o = open_of(i);

		cmd(i, MED_CMD_OPEN, &o);
	}
	end[0].level = 8000;
	run(1000, DSP_ALAW, DSP_ALAW);
	lose_every = 1;
	run(2000, DSP_ALAW, DSP_ALAW);
	assert_true(end[1].heard > 100 && end[1].heard < 2000); /* -62 dBov */
	assert_in_range(ask(1, MED_CMD_CLOSE).gaps_ms, 1900, 2000);
}

/* RFC 3389: silence is a packet now and then, with its level, and no loss. */
static void test_dtx(void **state)
{
	unsigned before;
	struct med_counters c;

	(void)state;
	begin(TDM_ALAW, TDM_ALAW);
	for (int i = 0; i < 2; i++) {
		struct med_open o = open_of(i);

		o.flags |= MED_F_DTX;
		o.cn_pt = 13;
		cmd(i, MED_CMD_OPEN, &o);
	}
	end[0].level = 8000;
	run(1000, DSP_ALAW, DSP_ALAW);
	end[0].level = 60; /* -58 dBov */
	run(300, DSP_ALAW, DSP_ALAW);
	before = end[0].packets;
	run(2000, DSP_ALAW, DSP_ALAW);
	assert_in_range(end[0].packets - before, 9, 11);
	assert_in_range(-10 * log10(end[1].heard / (32768.0 * 32768)), 55, 61);
	end[0].level = 8000;
	run(1000, DSP_ALAW, DSP_ALAW);
	assert_true(fabs(heard_db(1, 8000)) < 0.5);
	c = ask(1, MED_CMD_CLOSE);
	assert_int_equal(c.rx_lost, 0);
	assert_in_range(c.gaps_ms, 0, 40);
}

/* Another slot of objects in the middle of a call: the old one comes back, speech goes on. */
static void test_rekey(void **state)
{
	struct rtp_srtp *old[2];

	(void)state;
	begin(TDM_ALAW, TDM_ALAW);
	open_secure(0);
	end[0].level = 8000;
	run(1000, DSP_ALAW, DSP_ALAW);
	for (int i = 0; i < 2; i++) {
		struct med_open o = open_of(i);

		old[i] = end[i].objects.srtp;
		o.objects = SLOT + 1;
		o.flags |= MED_F_SECURE;
		end[i].objects.srtp = rtp_srtp_new(mem, RTP_SRTP_AEAD_AES_128_GCM,
						   str_n(keys[i], 28), str_n(keys[1 - i], 28));
		cmd(i, MED_CMD_MODIFY, &o);
		ask(i, MED_CMD_QUERY);
		assert_int_equal(end[i].released, 1u << SLOT);
		rtp_srtp_free(old[i]);
		end[i].released = 0;
	}
	run(1000, DSP_ALAW, DSP_ALAW);
	assert_true(fabs(heard_db(1, 8000)) < 0.5);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ask(i, MED_CMD_CLOSE).rx_rejected, 0);
		assert_int_equal(end[i].released, 1u << (SLOT + 1));
		rtp_srtp_free(end[i].objects.srtp);
	}
}

/* NAT: who sends first is sent to, when that is allowed; from the address of SDP in any case. */
static void test_learn(void **state)
{
	struct addr real = { ADDR_IP4, 7777, { 192, 0, 2, 2 } }, to;
	uint8_t rtp[172] = { 0x80, 96 };
	struct med_open o;
	struct str octets;
	unsigned channel;
	int seen = 0;

	(void)state;
	begin(TDM_ALAW, TDM_ALAW);
	o = open_of(0);
	o.flags |= MED_F_LEARN;
	cmd(0, MED_CMD_OPEN, &o);
	med_engine_rx(end[0].e, 0, &real, str_n(rtp, sizeof(rtp)));
	med_engine_rx(end[0].e, 0, &end[1].addr, str_n(rtp, sizeof(rtp))); /* the first one holds */
	for (int ms = 0; ms < 100; ms++) {
		med_engine_span(end[0].e, 0, &end[0].rx, &end[0].tx);
		med_engine_tick(end[0].e);
		while (med_engine_due(end[0].e, &channel))
			if (med_engine_packet(end[0].e, channel, &to, &octets)) {
				assert_int_equal(to.port, 7777);
				seen++;
			}
	}
	assert_true(seen > 2);
	ask(0, MED_CMD_CLOSE);
}

/* Any octets come through as they are, whatever the laws of the spans. */
static void test_clear(void **state)
{
	(void)state;
	begin(TDM_ALAW, TDM_MULAW);
	for (int i = 0; i < 2; i++) {
		struct med_open o = open_of(i);

		o.codec = MED_CLEAR;
		cmd(i, MED_CMD_OPEN, &o);
	}
	end[0].level = 8000;
	run(1000, DSP_ALAW, DSP_ALAW); /* read as A-law on both sides: unchanged */
	assert_true(fabs(heard_db(1, 8000)) < 0.1);
	for (int i = 0; i < 2; i++)
		ask(i, MED_CMD_CLOSE);
}

static int start(void **state)
{
	(void)state;
	mem = mem_root("test");
	return mem ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_codec), cmocka_unit_test(test_srtp),
		cmocka_unit_test(test_forged),	    cmocka_unit_test(test_before_keys),
		cmocka_unit_test(test_loss),	    cmocka_unit_test(test_noise_after_loss),
		cmocka_unit_test(test_dtx),	    cmocka_unit_test(test_rekey),
		cmocka_unit_test(test_learn),	    cmocka_unit_test(test_clear),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
