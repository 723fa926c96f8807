/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/line: sounds as the other end of the span measures them, and what the line says it heard.
 * The tone is measured with a Goertzel filter of this file's own.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "unit/support.h"
#include "dsp/law.h"
#include "dsp/tone.h"
#include "lab/line.h"
#include "lab/meter.h"

#define MAX_MS 12000
#define TS     5

static struct mem *mem;
static struct lab_line *line;
static struct dsp_law law;
static enum tdm_law span_law;
static uint8_t sent[MAX_MS * TDM_BLOCK];     /* what the timeslot played */
static uint8_t received[MAX_MS * TDM_BLOCK]; /* what it hears */

static void open_line(enum tdm_law which)
{
	mem = mem_root("test");
	span_law = which;
	dsp_law_init(&law);
	line = lab_line_new(mem, &(struct lab_line_cfg){ .law = which });
	assert_non_null(line);
	memset(received, which == TDM_ALAW ? TDM_IDLE_A : TDM_IDLE_MU, sizeof(received));
}

static int close_line(void **state)
{
	(void)state;
	mem_free(mem);
	mem = NULL;
	return 0;
}

static void command(enum lab_line_kind kind, uint32_t token, unsigned ts, enum lab_sound sound)
{
	struct ring_rec rec;

	lab_line_pack(&rec, kind,
		      &(struct lab_line_req){
			      .token = token, .timeslot = (uint8_t)ts, .sound = (uint8_t)sound });
	lab_line_cmd(line, &rec);
}

/* Milliseconds from..to-1 of `received` on timeslot TS, and what it plays into `sent`. */
static void run(unsigned from, unsigned to)
{
	struct tdm_user user = lab_line_user(line);
	struct tdm_block rx, tx;

	memset(&rx, span_law == TDM_ALAW ? TDM_IDLE_A : TDM_IDLE_MU, sizeof(rx));
	for (unsigned ms = from; ms < to; ms++) {
		memcpy(rx.octet[TS], received + (size_t)ms * TDM_BLOCK, TDM_BLOCK);
		user.block(user.self, &rx, &tx);
		memcpy(sent + (size_t)ms * TDM_BLOCK, tx.octet[TS], TDM_BLOCK);
	}
}

/* Puts a tone into `received`. */
static void hear(unsigned from_ms, unsigned to_ms, double hz, double dbm0)
{
	enum dsp_law_kind kind = span_law == TDM_ALAW ? DSP_ALAW : DSP_MULAW;
	struct dsp_tone t = dsp_tone(hz, dbm0, kind);

	for (size_t i = (size_t)from_ms * TDM_BLOCK; i < (size_t)to_ms * TDM_BLOCK; i++)
		received[i] = dsp_linear_to_octet(&law, kind, dsp_tone_next(&t));
}

static struct lab_line_heard report(uint32_t token)
{
	struct lab_line_heard heard;
	struct ring_rec rec;

	command(LAB_LINE_METER, token, TS, 0);
	assert_true(lab_line_report(line, &rec));
	assert_int_equal(rec.kind, LAB_LINE_METER);
	memcpy(&heard, rec.body, sizeof(heard));
	assert_int_equal(heard.token, token);
	assert_int_equal(heard.timeslot, TS);
	assert_false(lab_line_report(line, &rec));
	return heard;
}

static double linear_of(uint8_t octet)
{
	return span_law == TDM_ALAW ? law.a_linear[octet] : law.mu_linear[octet];
}

/* Peak of the sine at `hz` in a stretch of `sent`. */
static double goertzel(unsigned from_ms, unsigned to_ms, double hz)
{
	size_t from = (size_t)from_ms * TDM_BLOCK, n = (size_t)(to_ms - from_ms) * TDM_BLOCK;
	double c = 2 * cos(2 * M_PI * hz / 8000), s1 = 0, s2 = 0;

	for (size_t i = 0; i < n; i++) {
		double s = linear_of(sent[from + i]) + c * s1 - s2;

		s2 = s1;
		s1 = s;
	}
	return 2 * sqrt(s1 * s1 + s2 * s2 - c * s1 * s2) / (double)n;
}

static double dbm0_at(unsigned from_ms, unsigned to_ms, double hz)
{
	double full = span_law == TDM_ALAW ? 3.14 : 3.17;

	return 20 * log10(goertzel(from_ms, to_ms, hz) / 32768 + 1e-9) + full;
}

static bool all_are(unsigned from_ms, unsigned to_ms, uint8_t octet)
{
	for (size_t i = (size_t)from_ms * TDM_BLOCK; i < (size_t)to_ms * TDM_BLOCK; i++)
		if (sent[i] != octet)
			return false;
	return true;
}

static void test_idle(void **state)
{
	(void)state;
	open_line(TDM_ALAW);
	run(0, 20);
	assert_true(all_are(0, 20, TDM_IDLE_A));
	command(LAB_LINE_PLAY, 1, TS, LAB_SILENCE);
	run(20, 40);
	assert_true(all_are(20, 40, DSP_SILENCE_A));
	close_line(NULL);
	open_line(TDM_MULAW);
	run(0, 20);
	assert_true(all_are(0, 20, TDM_IDLE_MU));
}

static void tone_is_right(enum tdm_law which)
{
	open_line(which);
	command(LAB_LINE_PLAY, 1, TS, LAB_TONE);
	run(0, 3000);
	assert_true(fabs(dbm0_at(0, 3000, 1004) + 10) < 0.1);
	assert_true(dbm0_at(0, 3000, 1000) < -30);
	/* No click where the loop of 250 ms begins again: each millisecond is as strong. */
	for (unsigned ms = 240; ms < 260; ms++)
		assert_true(fabs(dbm0_at(ms, ms + 1, 1004) + 10) < 0.5);
}

static void test_tone(void **state)
{
	(void)state;
	tone_is_right(TDM_ALAW);
	close_line(NULL);
	tone_is_right(TDM_MULAW);
}

/* Every octet value, back in the same millisecond. */
static void test_echo(void **state)
{
	(void)state;
	open_line(TDM_ALAW);
	for (size_t i = 0; i < 400 * TDM_BLOCK; i++)
		received[i] = (uint8_t)(i * 7 + i / 256);
	command(LAB_LINE_PLAY, 1, TS, LAB_ECHO);
	run(0, 400);
	assert_memory_equal(sent, received, 400 * TDM_BLOCK);
}

/* E.180/Q.35: 1 s of 425 Hz, 4 s of silence. */
static void test_ringback(void **state)
{
	(void)state;
	open_line(TDM_ALAW);
	command(LAB_LINE_PLAY, 1, TS, LAB_RINGBACK);
	run(0, 11000);
	for (unsigned ms = 0; ms < 11000; ms += 100) {
		double level = dbm0_at(ms, ms + 100, 425);

		if (ms % 5000 < 1000)
			assert_true(fabs(level + 10) < 0.5);
		else
			assert_true(level < -60);
	}
}

/* Without a WAV a scale is played, without a pause, over and over. */
static void test_scale(void **state)
{
	(void)state;
	open_line(TDM_ALAW);
	command(LAB_LINE_PLAY, 1, TS, LAB_WAV);
	run(0, 10000);
	for (unsigned note = 0; note < DSP_SCALE_NOTES; note++)
		assert_true(dbm0_at(note * 300 + 50, note * 300 + 250, dsp_scale_hz(note)) > -18);
	assert_memory_equal(sent, sent + DSP_SCALE_PERIOD_LEN, 5000 * TDM_BLOCK);
}

static void test_wav(void **state)
{
	int16_t wav[2000];
	struct dsp_tone t = dsp_tone(700, -20, DSP_ALAW);

	(void)state;
	for (size_t i = 0; i < NR_OF(wav); i++)
		wav[i] = dsp_tone_next(&t);
	open_line(TDM_ALAW);
	line = lab_line_new(mem, &(struct lab_line_cfg){
					 .law = TDM_ALAW, .wav = wav, .nr_wav = NR_OF(wav) });
	command(LAB_LINE_PLAY, 1, TS, LAB_WAV);
	run(0, 1000);
	assert_true(fabs(dbm0_at(0, 1000, 700) + 20) < 0.2);
	/* A new PLAY begins at the start of it, in the middle of a repetition. */
	run(1000, 1003);
	command(LAB_LINE_PLAY, 1, TS, LAB_WAV);
	run(1003, 1010);
	assert_memory_equal(sent + 1003 * TDM_BLOCK, sent, 7 * TDM_BLOCK);
}

static void test_hears_tones(void **state)
{
	static const struct {
		double hz, dbm0;
	} tone[] = { { 1004, -10 }, { 440, -16 }, { 300, -35 }, { 3400, 0 }, { 2100, -12 } };

	(void)state;
	open_line(TDM_ALAW);
	for (unsigned i = 0; i < NR_OF(tone); i++) {
		struct lab_line_heard h;

		hear(0, 1500, tone[i].hz, tone[i].dbm0);
		command(LAB_LINE_PLAY, i, TS, LAB_SILENCE);
		run(0, 1500);
		h = report(i + 100);
		assert_int_equal(h.sound, LAB_SILENCE);
		assert_int_equal(h.ms, 1500);
		assert_true(fabs(h.hz - tone[i].hz) <= 1);
		assert_true(fabs(h.level_cdbm0 - 100 * tone[i].dbm0) < 20);
		assert_int_equal(h.gaps, 0);
	}
}

/* Listening in does not disturb the measurement. */
static void test_listening_goes_on(void **state)
{
	struct lab_line_heard h;
	struct ring_rec rec;

	(void)state;
	open_line(TDM_ALAW);
	hear(0, 1000, 800, -13);
	command(LAB_LINE_PLAY, 1, TS, LAB_SILENCE);
	for (unsigned ms = 0; ms < 1000; ms += 250) {
		run(ms, ms + 250);
		command(LAB_LINE_LISTEN, 7, TS, 0);
		assert_true(lab_line_report(line, &rec));
		assert_int_equal(rec.kind, LAB_LINE_METER);
		memcpy(&h, rec.body, sizeof(h));
		assert_int_equal(h.token, 7);
		assert_int_equal(h.ms, ms + 250);
		assert_true(abs(h.hz - 800) <= 1);
	}
	assert_int_equal(report(2).ms, 1000);
	assert_int_equal(report(3).ms, 0);
}

static void test_hears_nothing(void **state)
{
	struct lab_line_heard h;

	(void)state;
	open_line(TDM_ALAW);
	command(LAB_LINE_PLAY, 1, TS, LAB_TONE);
	run(0, 500);
	h = report(1);
	assert_int_equal(h.hz, 0);
	assert_int_equal(h.level_cdbm0, LAB_METER_SILENCE);
	assert_int_equal(h.ms, 500);
	assert_int_equal(h.gaps, 0);
}

/* Too short for a whole transform. */
static void test_hears_short_tone(void **state)
{
	struct lab_line_heard h;

	(void)state;
	open_line(TDM_ALAW);
	hear(0, 30, 1004, -10);
	command(LAB_LINE_PLAY, 1, TS, LAB_SILENCE);
	run(0, 30);
	h = report(1);
	assert_int_equal(h.ms, 30);
	assert_true(fabs(h.hz - 1004.0) < 20);
}

/* Silence before the first sound is no gap, 9 ms are none, a tail of less than 200 ms is none. */
static void test_counts_gaps(void **state)
{
	struct lab_line_heard h;

	(void)state;
	open_line(TDM_ALAW);
	hear(300, 1000, 1004, -10);
	hear(1009, 1500, 1004, -10);
	hear(1510, 2000, 1004, -10);
	hear(2060, 3000, 1004, -10);
	command(LAB_LINE_PLAY, 1, TS, LAB_SILENCE);
	run(0, 3199);
	h = report(1);
	assert_int_equal(h.gaps, 2);
	assert_int_equal(h.gap_ms, 70);
	assert_true(fabs(h.level_cdbm0 + 1000.0) < 20);
	/* Reading starts anew: what follows is silence only. */
	run(3199, 3500);
	h = report(2);
	assert_int_equal(h.ms, 301);
	assert_int_equal(h.gaps, 0);
	assert_int_equal(h.hz, 0);
}

static void test_counts_a_silent_tail(void **state)
{
	struct lab_line_heard h;

	(void)state;
	open_line(TDM_ALAW);
	hear(0, 1000, 1004, -10);
	command(LAB_LINE_PLAY, 1, TS, LAB_SILENCE);
	run(0, 1400);
	h = report(1);
	assert_int_equal(h.gaps, 1);
	assert_int_equal(h.gap_ms, 400);
}

/* Timeslots don't disturb each other. */
static void test_timeslots_are_separate(void **state)
{
	struct tdm_user user;
	struct tdm_block rx, tx;

	(void)state;
	open_line(TDM_ALAW);
	for (unsigned ts = 0; ts < TDM_MAX_TS; ts++)
		command(LAB_LINE_PLAY, ts, ts, ts % 2 ? LAB_ECHO : LAB_SILENCE);
	user = lab_line_user(line);
	for (unsigned ts = 0; ts < TDM_MAX_TS; ts++)
		memset(rx.octet[ts], (int)ts, TDM_BLOCK);
	user.block(user.self, &rx, &tx);
	for (unsigned ts = 0; ts < TDM_MAX_TS; ts++)
		assert_int_equal(tx.octet[ts][7], ts % 2 ? ts : DSP_SILENCE_A);
}

static void test_bad_records(void **state)
{
	struct ring_rec rec;

	(void)state;
	open_line(TDM_ALAW);
	command(LAB_LINE_PLAY, 1, TDM_MAX_TS, LAB_TONE);
	command(LAB_LINE_PLAY, 1, TS, 200);
	command(LAB_LINE_METER, 1, 255, 0);
	command(0x7777, 1, TS, LAB_TONE);
	assert_false(lab_line_report(line, &rec));
	run(0, 10);
	assert_true(all_are(0, 10, TDM_IDLE_A));
	for (int i = 0; i < 1000; i++)
		command(LAB_LINE_METER, (uint32_t)i, TS, 0);
	for (int i = 0; i < 64; i++)
		assert_true(lab_line_report(line, &rec));
	assert_false(lab_line_report(line, &rec));
}

static void make_line(void *ctx)
{
	struct mem *m = mem_root("walk");

	(void)ctx;
	if (m)
		lab_line_new(m, &(struct lab_line_cfg){ .law = TDM_MULAW });
	mem_free(m);
}

static void test_allocations(void **state)
{
	(void)state;
	assert_true(walk_allocations(make_line, NULL) > 5);
}

#define TEST(fn) cmocka_unit_test_teardown(fn, close_line)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_idle),
		TEST(test_tone),
		TEST(test_echo),
		TEST(test_ringback),
		TEST(test_scale),
		TEST(test_wav),
		TEST(test_hears_tones),
		TEST(test_listening_goes_on),
		TEST(test_hears_nothing),
		TEST(test_hears_short_tone),
		TEST(test_counts_gaps),
		TEST(test_counts_a_silent_tail),
		TEST(test_timeslots_are_separate),
		TEST(test_bad_records),
		TEST(test_allocations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
