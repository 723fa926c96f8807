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
		[DSP_L16] = 90,		 [DSP_G729] = 3,
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

static void test_does_not_fit(void **state)
{
	struct mem *m = mem_root("test");
	int16_t s[320] = { 0 };
	uint8_t out[400] = { 0 };

	(void)state;
	for (int codec = 0; codec < DSP_NR_CODECS; codec++) {
		struct dsp_coder *c = dsp_coder_new(m, codec);
		size_t octets = dsp_codec_octets(codec, 160);

		if (!c)
			continue; /* it is not built in */
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
		cmocka_unit_test(test_does_not_fit), cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
