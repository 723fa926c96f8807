/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Codecs: sizes of RFC 3551 4.5, a tone through each and back, the two orders of G.726, and payloads
 * that do not fit.
 */
#include <math.h>

#include "unit/support.h"
#include "dsp/codec.h"

#define NR 1600 /* 200 ms */

static void tone(int16_t *s, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++)
		s[i] = (int16_t)(8000 * sin(2 * M_PI * 437 * i / 8000));
}

/* Signal to noise in dB, at the delay that fits best; the first half is left out. */
static double snr_db(const int16_t *a, const int16_t *b, unsigned nr)
{
	double best = -99;

	for (unsigned delay = 0; delay < 64; delay++) {
		double signal = 0, noise = 1e-9;

		for (unsigned i = nr / 2; i + delay < nr; i++) {
			double d = a[i] - b[i + delay];

			signal += (double)a[i] * a[i];
			noise += d * d;
		}
		best = fmax(best, 10 * log10(signal / noise));
	}
	return best;
}

static void test_tone(void **state)
{
	static const double least_db[DSP_NR_CODECS] = {
		[DSP_PCMA] = 33,	 [DSP_PCMU] = 33,	  [DSP_G722] = 30,
		[DSP_G726_16] = 9,	 [DSP_G726_24] = 16,	  [DSP_G726_32] = 22,
		[DSP_G726_40] = 27,	 [DSP_AAL2_G726_16] = 9,  [DSP_AAL2_G726_24] = 16,
		[DSP_AAL2_G726_32] = 22, [DSP_AAL2_G726_40] = 27, [DSP_GSM] = 9,
		[DSP_L16] = 90,		 [DSP_G729] = 3,	  [DSP_OPUS] = 3,
	};
	struct mem *m = mem_root("test");
	int16_t in[NR], out[NR];
	uint8_t coded[2 * NR];

	(void)state;
	tone(in, NR);
	for (int codec = 0; codec < DSP_NR_CODECS; codec++) {
		struct dsp_coder *c = dsp_coder_new(m, codec);
		double db;

		if (!dsp_codec_built(codec)) {
			assert_null(c);
			continue;
		}
		assert_non_null(c);
		assert_int_equal(dsp_coder_codec(c), codec);
		for (unsigned at = 0; at < NR; at += 160) { /* packets of 20 ms */
			size_t len = dsp_coder_enc(c, in + at, 160, coded, sizeof(coded));

			if (dsp_codec_info(codec)->unit_octets)
				assert_int_equal(len, dsp_codec_octets(codec, 160));
			assert_int_equal(dsp_coder_dec(c, str_n(coded, len), out + at, 160), 160);
		}
		db = snr_db(in, out, NR);
		if (db < least_db[codec])
			fail_msg("%s: %.1f dB", dsp_codec_info(codec)->name, db);
		dsp_coder_free(c);
	}
	assert_int_equal(mem_used(m), 0);
	mem_free(m);
}

static void test_sizes(void **state)
{
	static const struct {
		enum dsp_codec codec;
		size_t octets; /* of 20 ms */
	} rows[] = {
		{ DSP_PCMA, 160 },   { DSP_PCMU, 160 },	  { DSP_G722, 160 },	{ DSP_G726_16, 40 },
		{ DSP_G726_24, 60 }, { DSP_G726_32, 80 }, { DSP_G726_40, 100 }, { DSP_GSM, 33 },
		{ DSP_L16, 320 },    { DSP_G729, 20 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_int_equal(dsp_codec_octets(rows[i].codec, 160), rows[i].octets);
		assert_int_equal(dsp_codec_samples(rows[i].codec, rows[i].octets), 160);
		assert_int_equal(dsp_codec_samples(rows[i].codec, 0), 0);
	}
	assert_int_equal(dsp_codec_samples(DSP_GSM, 40), 160); /* a frame and a rest */
}

/* The same codes, the other way round in the octet (RFC 3551 4.5.4, figures 2 and 3). */
static void test_orders(void **state)
{
	struct mem *m = mem_root("test");
	struct dsp_coder *rfc = dsp_coder_new(m, DSP_G726_32);
	struct dsp_coder *aal2 = dsp_coder_new(m, DSP_AAL2_G726_32);
	int16_t in[160];
	uint8_t a[80], b[80];

	(void)state;
	tone(in, 160);
	dsp_coder_enc(rfc, in, 160, a, sizeof(a));
	dsp_coder_enc(aal2, in, 160, b, sizeof(b));
	for (int i = 0; i < 80; i++)
		assert_int_equal(a[i], (uint8_t)(b[i] << 4 | b[i] >> 4));
	/* Silence first: the first code is in the low half where RFC 3551 says so. */
	dsp_coder_free(rfc);
	dsp_coder_free(aal2);
	rfc = dsp_coder_new(m, DSP_G726_32);
	memset(in, 0, sizeof(in));
	in[1] = 20000;
	dsp_coder_enc(rfc, in, 2, a, sizeof(a));
	assert_int_equal(a[0] & 0x0f, 0x0f); /* code of nothing */
	assert_int_equal(a[0] >> 4, 0x07);   /* of a large step up */
	dsp_coder_free(rfc);
	mem_free(m);
}

/* RFC 3551 4.5.6, G.729 annex B: the last frame of a payload may be one of silence. */
static void test_g729_silence(void **state)
{
	struct mem *m = mem_root("test");
	struct dsp_coder *c = dsp_coder_new(m, DSP_G729);
	int16_t in[160] = { 0 }, out[240];
	uint8_t octets[30] = { 0 };

	(void)state;
	if (c) {
		assert_int_equal(dsp_coder_enc(c, in, 160, octets, sizeof(octets)), 20);
		assert_int_equal(dsp_coder_dec(c, str_n(octets, 22), out, 240), 240);
		assert_int_equal(dsp_coder_dec(c, str_n(octets, 2), out, 240), 80);
		assert_int_equal(dsp_coder_dec(c, str_n(octets, 1), out, 240), 0);
		assert_int_equal(dsp_coder_dec(c, str_n(octets, 15), out, 240), 80);
	}
	dsp_coder_free(c);
	mem_free(m);
}

static struct dsp_coder *opus(struct mem *m, bool fec, bool dtx)
{
	struct dsp_coder *c = dsp_coder_new(m, DSP_OPUS);
	struct dsp_tuning t = { .fec = fec, .dtx = dtx };

	if (c)
		dsp_coder_tune(c, &t);
	return c;
}

/* RFC 6716 2.1.4, RFC 7587 4.2: packets of 10, 20, 40 and 60 ms, of varying length; 30 is none. */
static void test_opus_sizes(void **state)
{
	static const unsigned sizes[] = { 80, 160, 320, 480 };
	struct mem *m = mem_root("test");
	struct dsp_coder *c = opus(m, false, false);
	int16_t in[NR], out[NR];
	uint8_t octets[400];

	(void)state;
	tone(in, NR);
	for (unsigned i = 0; c && i < 4; i++) {
		size_t len = dsp_coder_enc(c, in, sizes[i], octets, sizeof(octets));

		assert_true(len > 2);
		assert_int_equal(dsp_coder_dec(c, str_n(octets, len), out, NR), sizes[i]);
		assert_int_equal(dsp_coder_dec(c, str_n(octets, len), out, sizes[i] - 1), 0);
	}
	if (c) {
		assert_int_equal(dsp_coder_enc(c, in, 240, octets, sizeof(octets)), 0);
		assert_int_equal(dsp_coder_enc(c, in, 160, octets, 2), 0); /* does not fit */
		assert_int_equal(dsp_coder_dec(c, str_n(octets, 0), out, NR), 0);
		assert_int_equal(dsp_coder_dec(c, STR("\xff\xff\xff"), out, NR), 0);
	}
	dsp_coder_free(c);
	assert_int_equal(mem_used(m), 0);
	mem_free(m);
}

static double power(const int16_t *s, unsigned nr)
{
	double p = 0;

	for (unsigned i = 0; i < nr; i++)
		p += (double)s[i] * s[i];
	return p / nr;
}

/* A voice with a pitch, for what a tone is not: worth a copy. */
static void voice(int16_t *s, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++)
		s[i] = (int16_t)(6000 * sin(2 * M_PI * 150 * i / 8000) *
					 (1 + 0.5 * sin(2 * M_PI * 3 * i / 8000)) +
				 ((i * 2654435761u) >> 22) % 512 - 256);
}

/* Of a lost packet the next one has a copy, when that is wanted; else it is made up. Either way
 * something is heard in its place. */
static void test_opus_loss(void **state)
{
	struct mem *m = mem_root("test");

	(void)state;
	for (int fec = 0; fec < 2; fec++) {
		struct dsp_coder *tx = opus(m, fec, false), *rx = opus(m, false, false);
		unsigned nr_copied = 0;
		int16_t in[NR], out[320];
		uint8_t octets[400];

		voice(in, NR);
		if (tx)
			dsp_coder_loss(tx, 10);
		for (unsigned at = 0; tx && rx && at < NR; at += 160) {
			size_t len = dsp_coder_enc(tx, in + at, 160, octets, sizeof(octets));
			unsigned copied;

			if (at % 480 == 320)
				continue; /* lost */
			if (at && at % 480 == 0) {
				assert_int_equal(dsp_coder_fill(rx, str_n(octets, len), out, 160,
								&copied),
						 160);
				assert_true(power(out, 160) > power(in + at - 160, 160) / 8);
				nr_copied += copied;
			}
			assert_int_equal(dsp_coder_dec(rx, str_n(octets, len), out, 160), 160);
		}
		if (tx && fec)
			assert_true(nr_copied >= 160);
		else
			assert_int_equal(nr_copied, 0);
		if (rx) { /* and nothing comes at all: it fades */
			assert_true(dsp_coder_conceals(rx));
			dsp_coder_conceal(rx, out, 8);
			assert_true(power(out, 8) > 0);
			for (int i = 0; i < 30; i++)
				dsp_coder_conceal(rx, out, 160);
			assert_true(power(out, 160) < 1000);
		}
		dsp_coder_free(tx);
		dsp_coder_free(rx);
	}
	mem_free(m);
}

/* RFC 7587 3.1.3: silence is not sent, and is told now and then. */
static void test_opus_silence(void **state)
{
	struct mem *m = mem_root("test");
	struct dsp_coder *c = opus(m, false, true);
	int16_t in[160] = { 0 };
	unsigned sent = 0;
	uint8_t octets[400];

	(void)state;
	for (int i = 0; c && i < 100; i++)
		sent += dsp_coder_enc(c, in, 160, octets, sizeof(octets)) > 0;
	if (c)
		assert_in_range(sent, 1, 40);
	dsp_coder_free(c);
	mem_free(m);
}

static void test_does_not_fit(void **state)
{
	struct mem *m = mem_root("test");
	int16_t s[320] = { 0 };
	uint8_t out[400] = { 0 };

	(void)state;
	for (int codec = 0; codec < DSP_NR_CODECS; codec++) {
		struct dsp_coder *c = dsp_coder_new(m, codec);
		size_t octets = dsp_codec_octets(codec, 160);

		if (!c || !octets) {
			dsp_coder_free(c);
			continue; /* it is not built in, or its payloads vary */
		}
		assert_int_equal(dsp_coder_enc(c, s, 160, out, octets - 1), 0);
		assert_int_equal(dsp_coder_dec(c, str_n(out, 0), s, 320), 0);
		assert_int_equal(dsp_coder_dec(c, str_n(out, 2 * octets > 400 ? 400 : 2 * octets),
					       s, 160),
				 160);
		assert_true(dsp_coder_dec(c, str_n(out, octets), s, 159) < 160);
		dsp_coder_free(c);
	}
	mem_free(m);
}

static void walk(void *unused)
{
	struct mem *m = mem_root("walk");

	(void)unused;
	if (!m)
		return;
	for (int codec = 0; codec < DSP_NR_CODECS; codec++)
		dsp_coder_free(dsp_coder_new(m, codec));
	mem_free(m);
}

static void test_no_memory(void **state)
{
	(void)state;
	assert_true(walk_allocations(walk, NULL) > DSP_NR_CODECS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tone),	     cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_orders),	     cmocka_unit_test(test_g729_silence),
		cmocka_unit_test(test_opus_sizes),   cmocka_unit_test(test_opus_loss),
		cmocka_unit_test(test_opus_silence), cmocka_unit_test(test_does_not_fit),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
