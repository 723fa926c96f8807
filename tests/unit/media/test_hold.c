/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packets of coders that have a memory, out of their order (media/hold.c): what is heard is what is heard
 * when they come in order, octet for octet, as long as there was time; else what is heard when the
 * missing one never comes. Each coder; over the wrap of numbers; twice; with more behind the hole than
 * there is room for; another source, another codec and comfort noise while some are held.
 */
#include <math.h>

#include "unit/support.h"
#include "unit/media/world.h"
#include "dsp/codec.h"

#define PT	  108
#define CN	  13
#define PACKETS	  50
#define MS	  ((PACKETS + 2) * 20)
#define ODD	  20 /* the packet that something happens to */
#define NEVER	  10000
#define SSRC	  77
#define ANOTHER	  78
#define FIRST_SEQ 65000

static const enum dsp_codec codecs[] = { DSP_G722,	   DSP_G726_16, DSP_G726_24, DSP_G726_32,
					 DSP_G726_40,	   DSP_GSM,	DSP_G729,    DSP_OPUS,
					 DSP_AAL2_G726_32, DSP_L16 };

struct packet {
	uint8_t octet[400];
	size_t len;
	uint8_t pt;
	uint32_t ssrc;
	unsigned at[2]; /* ms, when it comes; NEVER */
};

struct run {
	struct packet packet[PACKETS];
	uint16_t first_seq;
	uint8_t buffer_ms, flags;
	bool without_hold;
	unsigned pcma_at; /* ms; 0: it stays as it is */
	uint8_t heard[MS][TDM_BLOCK];
	struct med_counters counters;
};

static struct run plain, odd;
static unsigned clock_khz;
static bool conceals;

/* Encodes a voice; false: the codec is not built in. */
static bool prepare(struct run *r, enum dsp_codec codec)
{
	struct mem *m = mem_root("test");
	struct dsp_coder *far = dsp_coder_new(m, codec);
	struct dsp_tuning t = { .fec = true };
	int16_t s[160];

	*r = (struct run){ .first_seq = FIRST_SEQ, .buffer_ms = 100, .flags = MED_F_CONCEAL };
	if (!far) {
		mem_free(m);
		return false;
	}
	dsp_coder_tune(far, &t);
	dsp_coder_loss(far, 10);
	clock_khz = dsp_codec_info(codec)->clock_khz;
	conceals = dsp_coder_conceals(far);
	for (unsigned i = 0; i < PACKETS; i++) {
		struct packet *p = &r->packet[i];

		for (unsigned k = 0; k < 160; k++) {
			double at = (i * 160 + k) / 8000.0;

			s[k] = (int16_t)(6000 * sin(2 * M_PI * (150 + 200 * at) * at) *
					 (1 + 0.5 * sin(20 * at)));
		}
		p->len = dsp_coder_enc(far, s, 160, p->octet, sizeof(p->octet));
		assert_true(p->len > 0 && dsp_coder_samples(far, str_n(p->octet, p->len)) == 160);
		p->pt = PT;
		p->ssrc = SSRC;
		p->at[0] = i * 20 + 1;
		p->at[1] = NEVER;
	}
	dsp_coder_free(far);
	mem_free(m);
	return true;
}

static void deliver(struct world *w, const struct run *r, unsigned i)
{
	const struct packet *p = &r->packet[i];
	uint8_t octets[500];
	struct wr wr = wr_init(octets, sizeof(octets));
	struct rtp_packet rtp = { .seq = (uint16_t)(r->first_seq + i),
				  .timestamp = 0xffffe000 + i * 20 * clock_khz,
				  .ssrc = p->ssrc,
				  .pt = p->pt,
				  .payload = str_n(p->octet, p->len) };

	rtp_packet_enc(&wr, &rtp);
	world_datagram(w, 0, wr_str(&wr));
}

static void come(struct world *w, const struct run *r, unsigned ms)
{
	for (unsigned i = 0; i < PACKETS; i++)
		for (unsigned n = 0; n < 2; n++)
			if (r->packet[i].at[n] == ms)
				deliver(w, r, i);
}

static void listen(struct run *r, enum dsp_codec codec)
{
	static struct world w;
	struct med_objects objects = { 0 };
	struct med_open o;

	world_init(&w, TDM_ALAW);
	mem_fail_after(0);
	objects.coder = dsp_coder_new(w.m, codec);
	objects.hold = r->without_hold ? NULL : med_hold_new(w.m);
	mem_fail_after(1);
	o = world_open(&w, 1, 0);
	o.codec = MED_CODED;
	o.pt_tx = o.pt_rx = PT;
	o.cn_pt = CN;
	o.objects = 1;
	o.buffer_ms = r->buffer_ms;
	o.flags = r->flags;
	med_engine_set_objects(w.e, 1, &objects);
	world_cmd(&w, MED_CMD_OPEN, &o);
	for (unsigned ms = 0; ms < MS; ms++) {
		if (ms && ms == r->pcma_at) {
			o.codec = MED_PCMA;
			o.objects = 0;
			world_cmd(&w, MED_CMD_MODIFY, &o);
		}
		come(&w, r, ms);
		world_pass(&w, 1);
		memcpy(r->heard[ms], w.near_tx.octet[1], TDM_BLOCK);
	}
	world_ref(&w, MED_CMD_CLOSE, 1, 0);
	r->counters = world_report(&w, MED_REP_CLOSED, 1);
	dsp_coder_free(objects.coder);
	med_hold_free(objects.hold);
	world_fini(&w);
}

static void assert_heard_the_same(enum dsp_codec codec)
{
	for (unsigned ms = 0; ms < MS; ms++)
		if (memcmp(plain.heard[ms], odd.heard[ms], TDM_BLOCK) != 0)
			fail_msg("%s: differs at %u ms", dsp_codec_info(codec)->name, ms);
}

/* A change of the packets, and whether what is heard then is as if all had come in order. */
typedef void change_fn(struct run *r);

static void in_order(struct run *r)
{
	(void)r;
}

static void by_one(struct run *r)
{
	r->packet[ODD].at[0] = (ODD + 1) * 20 + 5;
}

static void by_three(struct run *r)
{
	r->packet[ODD].at[0] = (ODD + 3) * 20 + 5;
}

static void backwards(struct run *r)
{
	for (unsigned i = 0; i < 4; i++)
		r->packet[ODD + i].at[0] = (ODD + 4 - i) * 20 + 5;
}

static void two_holes(struct run *r)
{
	r->packet[ODD].at[0] = (ODD + 3) * 20 + 5;
	r->packet[ODD + 2].at[0] = (ODD + 3) * 20 + 15;
}

static void over_the_wrap(struct run *r)
{
	r->first_seq = (uint16_t)(65535 - ODD);
	r->packet[ODD].at[0] = (ODD + 2) * 20 + 5;
}

/* The one that came too early, and the one that closed the hole. */
static void twice(struct run *r)
{
	r->packet[ODD].at[0] = (ODD + 1) * 20 + 8;
	r->packet[ODD].at[1] = (ODD + 1) * 20 + 9;
	r->packet[ODD + 1].at[1] = (ODD + 1) * 20 + 4;
}

static void test_in_time(void **state)
{
	static const struct {
		change_fn *change;
		unsigned late;
	} rows[] = { { in_order, 0 },  { by_one, 0 },	     { by_three, 0 }, { backwards, 0 },
		     { two_holes, 0 }, { over_the_wrap, 0 }, { twice, 2 } };

	(void)state;
	for (unsigned i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++) {
		if (!prepare(&plain, codecs[i]))
			continue;
		plain.without_hold = true;
		listen(&plain, codecs[i]);
		for (unsigned k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
			prepare(&odd, codecs[i]);
			rows[k].change(&odd);
			listen(&odd, codecs[i]);
			assert_heard_the_same(codecs[i]);
			assert_int_equal(odd.counters.rx_late, rows[k].late);
			assert_int_equal(odd.counters.rx_lost, 0);
			assert_int_equal(odd.counters.gaps_ms, plain.counters.gaps_ms);
			assert_int_equal(odd.counters.rx_packets, PACKETS + rows[k].late);
		}
	}
}

static void lost(struct run *r)
{
	r->packet[ODD].at[0] = NEVER;
}

static void three_lost(struct run *r)
{
	for (unsigned i = 0; i < 3; i++)
		r->packet[ODD + i].at[0] = NEVER;
}

static void many_lost(struct run *r)
{
	for (unsigned i = 0; i < 10; i++)
		r->packet[ODD + i].at[0] = NEVER;
}

static void another_source(struct run *r)
{
	lost(r);
	for (unsigned i = ODD + 2; i < PACKETS; i++)
		r->packet[i].ssrc = ANOTHER;
}

static void noise_comes(struct run *r)
{
	lost(r);
	for (unsigned i = ODD + 3; i < ODD + 6; i++) {
		r->packet[i].pt = CN;
		r->packet[i].len = 1;
		r->packet[i].octet[0] = 60;
	}
}

static void no_packet_of_it(struct run *r)
{
	lost(r);
	r->packet[ODD + 1].len = 1; /* half a unit; for Opus too few octets for its frames */
	r->packet[ODD + 1].octet[0] = 3;
}

static void another_codec(struct run *r)
{
	lost(r);
	r->pcma_at = (ODD + 2) * 20 + 5;
}

static void concealed_by_nobody(struct run *r)
{
	lost(r);
	r->flags = 0;
}

/* What waits for one that never comes is heard as if it had not waited. */
static void test_never(void **state)
{
	static change_fn *const rows[] = { lost,	   three_lost,	       many_lost,
					   another_source, noise_comes,	       no_packet_of_it,
					   another_codec,  concealed_by_nobody };

	(void)state;
	for (unsigned i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++) {
		for (unsigned k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
			if (!prepare(&plain, codecs[i]))
				continue;
			rows[k](&plain);
			plain.without_hold = true;
			listen(&plain, codecs[i]);
			prepare(&odd, codecs[i]);
			rows[k](&odd);
			listen(&odd, codecs[i]);
			assert_heard_the_same(codecs[i]);
			assert_int_equal(odd.counters.rx_lost, plain.counters.rx_lost);
			assert_int_equal(odd.counters.rx_late, plain.counters.rx_late);
			assert_int_equal(odd.counters.gaps_ms, plain.counters.gaps_ms);
			assert_int_equal(odd.counters.jitter_us8, plain.counters.jitter_us8);
		}
	}
}

/* Behind its time, or behind more packets than there is room for. */
static void test_too_late(void **state)
{
	static const uint8_t buffer_ms[] = { 100, 150 };

	(void)state;
	for (unsigned i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++) {
		for (unsigned k = 0; k < 2; k++) {
			if (!prepare(&plain, codecs[i]))
				continue;
			lost(&plain);
			plain.buffer_ms = buffer_ms[k];
			listen(&plain, codecs[i]);
			prepare(&odd, codecs[i]);
			odd.buffer_ms = buffer_ms[k];
			odd.packet[ODD].at[0] = (ODD + 6) * 20 + 5;
			listen(&odd, codecs[i]);
			assert_int_equal(odd.counters.rx_lost, 0);
			assert_int_equal(odd.counters.rx_late, conceals || k == 0);
			if (conceals)
				assert_heard_the_same(codecs[i]);
		}
	}
}

/* With a depth that follows: nothing is late, and all is heard. */
static void test_adaptive(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++) {
		if (!prepare(&odd, codecs[i]))
			continue;
		odd.flags |= MED_F_ADAPT;
		for (unsigned k = 5; k < PACKETS - 5; k += 5)
			odd.packet[k].at[0] = (k + 1) * 20 + 5;
		listen(&odd, codecs[i]);
		assert_int_equal(odd.counters.rx_late, 0);
		assert_int_equal(odd.counters.rx_lost, 0);
		assert_true(odd.counters.gaps_ms <= 100); /* behind the end */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_time),
		cmocka_unit_test(test_never),
		cmocka_unit_test(test_too_late),
		cmocka_unit_test(test_adaptive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
