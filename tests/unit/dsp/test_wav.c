/* SPDX-License-Identifier: GPL-3.0-or-later */
/* WAV in memory: what is read, what is refused and why, and the low-pass at 16 kHz. */
#include <math.h>

#include "unit/support.h"
#include "base/cursor.h"
#include "dsp/meter.h"
#include "dsp/tone.h"
#include "dsp/wav.h"

#define RIFF(len) "52494646" len "57415645"
#define FMT(len)  "666d7420" len
#define ALAW8000  FMT("12000000") "0600 0100 401f0000 401f0000 0100 0800 0000"
#define PCM8000	  FMT("10000000") "0100 0100 401f0000 803e0000 0200 1000"
#define DATA(len) "64617461" len

static struct dsp_law law;

static struct dsp_wav parsed(const char *hex)
{
	struct dsp_wav w;
	struct tg_diag d = TG_DIAG_NONE;

	if (dsp_wav_parse(&w, OCTETS(hex), &d) < 0)
		fail_msg("refused: %s", d.text);
	return w;
}

static void test_alaw_untouched(void **state)
{
	struct dsp_wav w = parsed(RIFF("ffffffff") ALAW8000 DATA("04000000") "d5 54 00 ff");
	uint8_t out[8];

	(void)state;
	assert_int_equal(w.format, DSP_WAV_ALAW);
	assert_int_equal(w.nr_samples, 4);
	assert_int_equal(dsp_wav_octets(&w, &law, DSP_ALAW, 0, out, 8), 4);
	assert_octets_equal(str_n(out, 4), OCTETS("d5 54 00 ff"));
	assert_int_equal(dsp_wav_octets(&w, &law, DSP_ALAW, 3, out, 8), 1);
	assert_int_equal(dsp_wav_octets(&w, &law, DSP_ALAW, 4, out, 8), 0);
	assert_int_equal(dsp_wav_octets(&w, &law, DSP_ALAW, SIZE_MAX, out, 8), 0);
	assert_int_equal(dsp_wav_octets(&w, &law, DSP_MULAW, 0, out, 2), 2);
	assert_int_equal(out[0], law.a_to_mu[0xd5]);
	assert_int_equal(out[1], law.a_to_mu[0x54]);
}

static void test_pcm_and_odd_chunks(void **state)
{
	/* "LIST" of 3 octets and its filling octet; an odd octet at the end of the data. */
	struct dsp_wav w = parsed(
		RIFF("00000000") "4c495354 03000000 61626300" PCM8000
				 "66616374 04000000 02000000" DATA("05000000") "0080 ff7f 12");
	int16_t x[4];

	(void)state;
	assert_int_equal(dsp_wav_linear(&w, &law, 0, x, 4), 2);
	assert_int_equal(x[0], -32768);
	assert_int_equal(x[1], 32767);
}

static void test_pcm8_mulaw_extensible(void **state)
{
	struct dsp_wav w = parsed(RIFF("00000000") FMT(
		"10000000") "0100 0100 401f0000 401f0000 0100 0800" DATA("03000000") "00 80 ff");
	int16_t x[3];
	uint8_t out[2];

	(void)state;
	assert_int_equal(dsp_wav_linear(&w, &law, 0, x, 3), 3);
	assert_int_equal(x[0], -32768);
	assert_int_equal(x[1], 0);
	assert_int_equal(x[2], 32512);
	w = parsed(RIFF("00000000")
			   FMT("28000000") "feff 0100 401f0000 401f0000 0100 0800 1600 0800"
					   "00000000 0700 0000 00001000 800000aa00389b71" DATA(
						   "02000000") "ff 00");
	assert_int_equal(w.format, DSP_WAV_MULAW);
	assert_int_equal(dsp_wav_octets(&w, &law, DSP_MULAW, 0, out, 2), 2);
	assert_octets_equal(str_n(out, 2), OCTETS("ff 00"));
	assert_int_equal(dsp_wav_octets(&w, &law, DSP_ALAW, 0, out, 2), 2);
	assert_int_equal(out[0], 0xd5);
}

static void test_unknown_length(void **state)
{
	struct dsp_wav w = parsed(RIFF("ffffffff") ALAW8000 DATA("ffffffff") "01 02 03");

	(void)state;
	assert_int_equal(w.nr_samples, 3);
}

static void test_refused(void **state)
{
	static const struct {
		const char *hex;
		int err;
		const char *says;
	} cases[] = {
		{ "", TG_EINVAL, "not a WAV" },
		{ "52494646", TG_EINVAL, "not a WAV" },
		{ "52494658 00000000 57415645", TG_EINVAL, "not a WAV" },
		{ "52494646 00000000 41564920", TG_EINVAL, "not a WAV" },
		{ RIFF("00000000"), TG_ETRUNC, "no fmt" },
		{ RIFF("00000000") ALAW8000, TG_ETRUNC, "no data" },
		{ RIFF("00000000") DATA("00000000") ALAW8000, TG_EINVAL, "before" },
		{ RIFF("00000000") ALAW8000 DATA("00000000"), TG_EINVAL, "no samples" },
		{ RIFF("00000000") PCM8000 DATA("01000000") "00", TG_EINVAL, "no samples" },
		{ RIFF("00000000") ALAW8000 DATA("05000000") "01020304", TG_ETRUNC, "chunk of 5" },
		{ RIFF("00000000") ALAW8000 DATA("feffffff") "01", TG_ETRUNC, "4294967294" },
		{ RIFF("00000000") ALAW8000 "4c495354 ffffffff", TG_ETRUNC, "ends inside" },
		{ RIFF("00000000") "4c495354 0000", TG_ETRUNC, "ends inside" },
		{ RIFF("00000000") FMT("0f000000") "0100 0100 401f0000 803e0000 0200 10", TG_EINVAL,
		  "fmt chunk of 15" },
		{ RIFF("00000000") FMT("10000000") "feff 0100 401f0000 803e0000 0200 1000",
		  TG_EINVAL, "extension" },
		{ RIFF("00000000") FMT("10000000") "0100 0200 401f0000 007d0000 0400 1000",
		  TG_ENOTSUP, "2 channels" },
		{ RIFF("00000000") FMT("10000000") "0100 0100 44ac0000 88580100 0200 1000",
		  TG_ENOTSUP, "44100 Hz" },
		{ RIFF("00000000") FMT("10000000") "0100 0100 401f0000 c05d0000 0300 1800",
		  TG_ENOTSUP, "24 bits" },
		{ RIFF("00000000") FMT("10000000") "5500 0100 401f0000 803e0000 0200 0000",
		  TG_ENOTSUP, "format 85" },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(cases); i++) {
		struct tg_diag d = TG_DIAG_NONE;
		struct dsp_wav w;

		assert_int_equal(dsp_wav_parse(&w, OCTETS(cases[i].hex), &d), cases[i].err);
		if (!strstr(d.text, cases[i].says))
			fail_msg("'%s' lacks '%s'", d.text, cases[i].says);
	}
}

static void test_every_cut(void **state)
{
	char file[200];
	struct str whole = OCTETS(
		RIFF("00000000") "4c495354 03000000 61626300" PCM8000 DATA("04000000") "00800180");
	struct dsp_wav w;

	(void)state;
	memcpy(file, whole.p, whole.len);
	for (size_t len = 0; len < whole.len; len++)
		assert_true(dsp_wav_parse(&w, str_n(file, len), NULL) < 0);
	assert_int_equal(dsp_wav_parse(&w, str_n(file, whole.len), NULL), 0);
}

static void header_round_trip(enum dsp_wav_format format, uint32_t rate, size_t header_len)
{
	uint8_t file[DSP_WAV_HEADER_MAX + 8] = { 0 };
	size_t len = dsp_wav_header(file, format, rate, 8);
	struct dsp_wav w;

	assert_int_equal(len, header_len);
	assert_int_equal(file[4] + 8, len + 8);
	assert_int_equal(dsp_wav_parse(&w, str_n(file, len + 8), NULL), 0);
	assert_int_equal(w.format, format);
	assert_int_equal(w.rate_hz, rate);
	assert_ptr_equal(w.data.p, file + len);
	assert_int_equal(w.data.len, 8);
}

static void test_header(void **state)
{
	(void)state;
	header_round_trip(DSP_WAV_PCM16, 8000, 44);
	header_round_trip(DSP_WAV_PCM8, 16000, 44);
	header_round_trip(DSP_WAV_ALAW, 8000, 58);
	header_round_trip(DSP_WAV_MULAW, 8000, 58);
}

static int16_t heard[16000];

/* A sine at 16 kHz, as it is heard at 8 kHz: its level there. */
static double through(double hz)
{
	static uint8_t file[DSP_WAV_HEADER_MAX + 32000];
	size_t len = dsp_wav_header(file, DSP_WAV_PCM16, 16000, 32000);
	struct dsp_wav w;

	for (size_t i = 0; i < 16000; i++) {
		int v = (int)lround(10000 * sin(2 * M_PI * hz * (double)i / 16000));

		file[len + 2 * i] = (uint8_t)v;
		file[len + 2 * i + 1] = (uint8_t)(v >> 8);
	}
	assert_int_equal(dsp_wav_parse(&w, str_n(file, len + 32000), NULL), 0);
	assert_int_equal(w.nr_samples, 8000);
	assert_int_equal(dsp_wav_linear(&w, &law, 0, heard, 16000), 8000);
	return dsp_level_dbm0(heard + 100, 7800, DSP_ALAW);
}

static void test_16_khz(void **state)
{
	const double want = 20 * log10(10000 / dsp_peak(0, DSP_ALAW));

	(void)state;
	assert_true(fabs(through(300) - want) < 0.1);
	assert_true(fabs(dsp_dominant_hz(heard, 8000) - 300) < 0.5);
	assert_true(fabs(through(1004) - want) < 0.1);
	assert_true(fabs(through(3300) - want) < 0.3);
	assert_true(through(4600) < want - 40); /* would be heard at 3400 Hz */
	assert_true(through(6996) < want - 40); /* would be heard at 1004 Hz */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alaw_untouched),
		cmocka_unit_test(test_pcm_and_odd_chunks),
		cmocka_unit_test(test_pcm8_mulaw_extensible),
		cmocka_unit_test(test_unknown_length),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_16_khz),
	};

	dsp_law_init(&law);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
