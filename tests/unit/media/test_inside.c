/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTP to RTP through a span that nobody has outside: octets of one law untouched, of two by table,
 * packet times of each, one way only, and what who is alone hears. */
#include <math.h>

#include "unit/support.h"
#include "dsp/law.h"
#include "media/engine.h"
#include "rtp/packet.h"

#define NR 4

static struct mem *mem;
static struct med_engine *e;
static struct addr peer[NR];
static struct {
	unsigned packets;
	uint32_t next; /* timestamp that the next packet has to have */
	size_t len;
	uint8_t octet[1 << 16];
} got[NR];
static uint16_t seq[NR];
static uint16_t flags;		 /* of legs */
static uint8_t answering[2][80]; /* 10 ms of 2100 Hz, by law */
static const uint8_t *tone_of_0; /* NULL: channel 0 is sent octets that tell their place */

static void begin(void)
{
	struct med_cfg cfg = { .nr_channels = NR, .nr_spans = 1, .nr_inside = 2 };

	cfg.law[2] = TDM_MULAW;
	memset(got, 0, sizeof(got));
	memset(seq, 0, sizeof(seq));
	e = med_engine_new(mem, &cfg);
	assert_non_null(e);
	for (unsigned i = 0; i < NR; i++)
		peer[i] = (struct addr){ ADDR_IP4, (uint16_t)(4000 + i), { 192, 0, 2, 1 } };
}

static void leg(enum med_cmd_kind kind, unsigned channel, unsigned span, unsigned ts,
		enum med_codec codec, unsigned ptime_ms, enum med_through through)
{
	struct med_open o = { .leg = channel + 1,
			      .channel = (uint16_t)channel,
			      .span = (uint8_t)span,
			      .timeslot = (uint8_t)ts,
			      .codec = (uint8_t)codec,
			      .through = (uint8_t)through,
			      .pt_tx = codec == MED_PCMU ? 0 : 8,
			      .pt_rx = codec == MED_PCMU ? 0 : 8,
			      .ptime_ms = (uint8_t)ptime_ms,
			      .ssrc = 1,
			      .flags = flags };
	struct ring_rec rec;

	med_open_set_remote(&o, &peer[channel]);
	med_cmd_pack(&rec, kind, &o, sizeof(o));
	med_engine_cmd(e, &rec);
}

/* Octet k of what channel c is sent. */
static uint8_t octet(unsigned c, uint32_t k)
{
	return (uint8_t)((k + c * 977) * 2654435761u >> 11);
}

static void give(unsigned c, uint8_t pt, unsigned len)
{
	uint8_t out[RTP_HEADER_LEN + 480];
	struct rtp_packet p = { .pt = pt, .seq = seq[c], .timestamp = seq[c] * len, .ssrc = 9 };

	rtp_header_enc(out, &p);
	for (unsigned i = 0; i < len; i++)
		out[RTP_HEADER_LEN + i] = tone_of_0 && c == 0 ? tone_of_0[(p.timestamp + i) % 80]
							      : octet(c, p.timestamp + i);
	seq[c]++;
	med_engine_rx(e, c, &peer[c], str_n(out, RTP_HEADER_LEN + len));
}

static void take(unsigned c, struct str octets)
{
	struct rtp_packet p;

	assert_int_equal(rtp_packet_dec(&p, octets, NULL), 0);
	assert_true(got[c].packets++ == 0 || p.timestamp == got[c].next);
	got[c].next = p.timestamp + (uint32_t)p.payload.len;
	assert_true(got[c].len + p.payload.len <= sizeof(got[c].octet));
	memcpy(got[c].octet + got[c].len, p.payload.p, p.payload.len);
	got[c].len += p.payload.len;
}

static void tick(void)
{
	struct addr to;
	struct str octets;
	unsigned c;

	med_engine_tick(e);
	while (med_engine_due(e, &c))
		if (med_engine_packet(e, c, &to, &octets)) {
			assert_true(addr_eq(&to, &peer[c]));
			take(c, octets);
		}
}

static void run(unsigned ms, const uint8_t pt[2], const unsigned len[2])
{
	for (unsigned t = 0; t < ms; t++) {
		for (unsigned c = 0; c < 2; c++)
			if (t * 8 % len[c] == 0)
				give(c, pt[c], len[c]);
		tick();
	}
}

/* Where in what c got the stream that `from` was sent begins; fails when it is not in it, or is not
 * whole from there on. */
static void same(unsigned c, unsigned from, const uint8_t *table)
{
	size_t at = 0, i;

	for (; at < got[c].len; at++) {
		for (i = 0; i < 16 && at + i < got[c].len; i++) {
			uint8_t x = octet(from, (uint32_t)i);

			if (got[c].octet[at + i] != (table ? table[x] : x))
				break;
		}
		if (i == 16)
			break;
	}
	assert_in_range(at, 1, 8 * 100);
	for (i = 0; at + i < got[c].len; i++) {
		uint8_t x = octet(from, (uint32_t)i);

		assert_int_equal(got[c].octet[at + i], table ? table[x] : x);
	}
	assert_true(i > 8 * 1500);
}

static void test_relay(void **state)
{
	(void)state;
	begin();
	leg(MED_CMD_OPEN, 0, 1, 1, MED_PCMA, 20, MED_BOTH);
	leg(MED_CMD_OPEN, 1, 1, 2, MED_PCMA, 30, MED_BOTH);
	run(2000, (uint8_t[]){ 8, 8 }, (unsigned[]){ 160, 80 });
	same(0, 1, NULL);
	same(1, 0, NULL);
	assert_in_range(got[0].packets, 98, 100);
	assert_in_range(got[1].packets, 64, 67);
}

static void test_laws(void **state)
{
	struct dsp_law law;

	(void)state;
	dsp_law_init(&law);
	for (unsigned span = 1; span < 3; span++) {
		begin();
		leg(MED_CMD_OPEN, 0, span, 29, MED_PCMA, 20, MED_BOTH);
		leg(MED_CMD_OPEN, 1, span, 30, MED_PCMU, 20, MED_BOTH);
		run(2000, (uint8_t[]){ 8, 0 }, (unsigned[]){ 160, 160 });
		same(0, 1, law.mu_to_a);
		same(1, 0, law.a_to_mu);
	}
}

/* mu-law to mu-law where the span is of that law too. */
static void test_relay_of_mu_law(void **state)
{
	(void)state;
	begin();
	leg(MED_CMD_OPEN, 0, 2, 3, MED_PCMU, 20, MED_BOTH);
	leg(MED_CMD_OPEN, 1, 2, 4, MED_PCMU, 20, MED_BOTH);
	run(2000, (uint8_t[]){ 0, 0 }, (unsigned[]){ 160, 160 });
	same(0, 1, NULL);
	same(1, 0, NULL);
}

static void assert_silence(unsigned c, size_t from)
{
	for (size_t i = from; i < got[c].len; i++)
		assert_int_equal(got[c].octet[i], 0xd5);
}

static void test_alone_and_one_way(void **state)
{
	struct med_ref ref = { .leg = 2, .channel = 1 };
	struct ring_rec rec;
	size_t before;

	(void)state;
	begin();
	leg(MED_CMD_OPEN, 0, 1, 1, MED_PCMA, 20, MED_BOTH);
	run(400, (uint8_t[]){ 8, 8 }, (unsigned[]){ 160, 160 });
	assert_true(got[0].len > 0);
	assert_silence(0, 0);
	leg(MED_CMD_OPEN, 1, 1, 2, MED_PCMA, 20, MED_TO_RTP);
	before = got[0].len;
	run(400, (uint8_t[]){ 8, 8 }, (unsigned[]){ 160, 160 });
	assert_silence(0, before); /* it hears, and is not heard */
	assert_true(got[1].len > 0);
	leg(MED_CMD_MODIFY, 1, 1, 2, MED_PCMA, 20, MED_BOTH);
	run(400, (uint8_t[]){ 8, 8 }, (unsigned[]){ 160, 160 });
	assert_int_not_equal(got[0].octet[got[0].len - 1], 0xd5);
	med_cmd_pack(&rec, MED_CMD_CLOSE, &ref, sizeof(ref));
	med_engine_cmd(e, &rec);
	run(40, (uint8_t[]){ 8, 8 }, (unsigned[]){ 160, 160 });
	before = got[0].len;
	run(400, (uint8_t[]){ 8, 8 }, (unsigned[]){ 160, 160 });
	assert_silence(0, before);
}

static void test_limits(void **state)
{
	struct med_cfg cfg = { .nr_channels = 1, .nr_spans = 1, .nr_inside = MED_SPANS_MAX };

	(void)state;
	assert_null(med_engine_new(mem, &cfg));
	cfg.nr_inside = MED_SPANS_MAX - 1;
	assert_non_null(med_engine_new(mem, &cfg));
}

static struct med_counters counters_of(unsigned c)
{
	struct med_ref ref = { .leg = c + 1, .channel = (uint16_t)c };
	struct med_counters counters = { 0 };
	struct ring_rec rec;

	med_cmd_pack(&rec, MED_CMD_QUERY, &ref, sizeof(ref));
	med_engine_cmd(e, &rec);
	while (med_engine_report(e, &rec))
		med_report_unpack(&rec, &counters);
	assert_int_equal(counters.leg, c + 1);
	return counters;
}

/* A fax that answers behind one leg is one to both, whatever the laws are. */
static void test_modem(void **state)
{
	struct dsp_law law;

	(void)state;
	dsp_law_init(&law);
	for (unsigned i = 0; i < 80; i++) {
		int16_t x = (int16_t)(8000 * sin(2 * M_PI * 21 * i / 80));

		answering[DSP_ALAW][i] = dsp_linear_to_a(&law, x);
		answering[DSP_MULAW][i] = dsp_linear_to_mu(&law, x);
	}
	flags = MED_F_CONCEAL | MED_F_ADAPT | MED_F_MODEM;
	for (int a = 0; a < 2; a++)
		for (int b = 0; b < 2; b++) {
			unsigned span = a && b ? 2 : 1;
			uint8_t pt[2] = { a ? 0 : 8, b ? 0 : 8 };

			begin();
			tone_of_0 = answering[a ? DSP_MULAW : DSP_ALAW];
			leg(MED_CMD_OPEN, 0, span, 1, a ? MED_PCMU : MED_PCMA, 20, MED_BOTH);
			leg(MED_CMD_OPEN, 1, span, 2, b ? MED_PCMU : MED_PCMA, 30, MED_BOTH);
			run(1000, pt, (unsigned[]){ 160, 80 });
			assert_int_equal(counters_of(0).modem, MED_MODEM_FROM_RTP);
			assert_int_equal(counters_of(1).modem, MED_MODEM_TO_RTP);
		}
	flags = 0;
	tone_of_0 = NULL;
}

static int start(void **state)
{
	(void)state;
	mem = mem_root("test");
	return mem ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_relay),		cmocka_unit_test(test_laws),
		cmocka_unit_test(test_relay_of_mu_law), cmocka_unit_test(test_alone_and_one_way),
		cmocka_unit_test(test_limits),		cmocka_unit_test(test_modem),
	};

	return cmocka_run_group_tests(tests, start, end);
}
