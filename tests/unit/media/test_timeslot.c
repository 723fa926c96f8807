/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Timeslots without RTP: joined within a law and between two, looped, checked with a tone. */
#include <math.h>
#include <string.h>

#include "dsp/law.h"
#include "dsp/tone.h"
#include "media/engine.h"
#include "unit/support.h"

static struct mem *mem;
static struct med_engine *e;
static struct tdm_block rx[2], tx[2];

static int setup(void **state)
{
	struct med_cfg cfg = { .nr_channels = 4, .nr_spans = 2 };

	(void)state;
	cfg.law[0] = TDM_ALAW;
	cfg.law[1] = TDM_MULAW;
	mem = mem_root("test");
	e = med_engine_new(mem, &cfg);
	assert_non_null(e);
	memset(rx, 0, sizeof(rx));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static void pass(void)
{
	for (unsigned s = 0; s < 2; s++)
		med_engine_span(e, s, &rx[s], &tx[s]);
	med_engine_tick(e);
}

static void cmd(struct med_timeslot t)
{
	struct ring_rec rec;

	med_cmd_pack(&rec, MED_CMD_TIMESLOT, &t, sizeof(t));
	med_engine_cmd(e, &rec);
}

static struct med_timeslot a_join(uint8_t through)
{
	return (struct med_timeslot){
		.leg = 1, .use = MED_TS_JOIN, .timeslot = 3, .timeslot2 = 7, .through = through
	};
}

static bool is_all(const uint8_t *octets, uint8_t v)
{
	for (int i = 0; i < TDM_BLOCK; i++)
		if (octets[i] != v)
			return false;
	return true;
}

static void test_join(void **state)
{
	struct med_timeslot j = a_join(MED_TO_FIRST);

	(void)state;
	cmd(j);
	for (unsigned ms = 0; ms < 50; ms++) {
		memset(rx[0].octet[3], (int)(ms + 1), TDM_BLOCK);
		memset(rx[0].octet[7], (int)(ms + 101), TDM_BLOCK);
		pass();
		if (ms) /* from 7 to 3 a millisecond later: it is read after 3 is written */
			assert_true(is_all(tx[0].octet[3], (uint8_t)(ms + 100)));
		assert_true(is_all(tx[0].octet[7], DSP_SILENCE_A));
	}
	j.through = MED_TO_FIRST | MED_TO_SECOND;
	cmd(j);
	for (unsigned ms = 50; ms < 100; ms++) {
		memset(rx[0].octet[3], (int)(ms + 1), TDM_BLOCK);
		memset(rx[0].octet[7], (int)(ms + 101), TDM_BLOCK);
		pass();
		assert_true(is_all(tx[0].octet[3], (uint8_t)(ms + 100))); /* no gap */
		assert_true(is_all(tx[0].octet[7], (uint8_t)(ms + 1)));
	}
	j.use = MED_TS_FREE;
	j.leg = 2;
	cmd(j); /* somebody else's */
	pass();
	assert_false(is_all(tx[0].octet[7], TDM_IDLE_A));
	j.leg = 1;
	cmd(j);
	pass();
	assert_true(is_all(tx[0].octet[3], TDM_IDLE_A) && is_all(tx[0].octet[7], TDM_IDLE_A));
}

/* A-law and mu-law: the tables of G.711. */
static void test_two_laws(void **state)
{
	struct med_timeslot j = a_join(MED_TO_FIRST | MED_TO_SECOND);
	struct dsp_law *law = dsp_law_new(mem);

	(void)state;
	j.span2 = 1;
	cmd(j);
	for (int v = 0; v < 256; v++) {
		memset(rx[0].octet[3], v, TDM_BLOCK);
		memset(rx[1].octet[7], v, TDM_BLOCK);
		pass();
		pass();
		assert_true(is_all(tx[1].octet[7], law->a_to_mu[v]));
		assert_true(is_all(tx[0].octet[3], law->mu_to_a[v]));
	}
}

static void test_loop(void **state)
{
	(void)state;
	cmd((struct med_timeslot){ .leg = 9, .use = MED_TS_LOOP, .timeslot = 5 });
	for (int v = 0; v < 256; v++) {
		memset(rx[0].octet[5], v, TDM_BLOCK);
		pass();
		assert_true(is_all(tx[0].octet[5], (uint8_t)v));
	}
	cmd((struct med_timeslot){ .leg = 9, .use = MED_TS_FREE, .timeslot = 5 });
	pass();
	assert_true(is_all(tx[0].octet[5], TDM_IDLE_A));
}

static bool check_report(uint32_t leg)
{
	struct ring_rec rec;
	struct med_check c;

	if (!med_engine_report(e, &rec))
		return false;
	assert_int_equal(rec.kind, MED_REP_CHECK);
	memcpy(&c, rec.body, sizeof(c));
	assert_true(c.leg == leg && c.timeslot == 3);
	return true;
}

/* The far end loops, as an exchange that was asked for it does. */
static unsigned tone_back_after(unsigned span, bool loop)
{
	cmd((struct med_timeslot){
		.leg = 4, .use = MED_TS_TONE, .span = (uint8_t)span, .timeslot = 3 });
	for (unsigned ms = 1; ms < 300; ms++) {
		pass();
		if (loop)
			memcpy(rx[span].octet[3], tx[span].octet[3], TDM_BLOCK);
		else
			memset(rx[span].octet[3], 0xd5, TDM_BLOCK);
		if (check_report(4))
			return ms;
	}
	return 0;
}

static void test_tone(void **state)
{
	(void)state;
	for (unsigned span = 0; span < 2; span++) {
		assert_in_range(tone_back_after(span, true), 40, 120);
		assert_false(check_report(4)); /* told once */
		assert_int_equal(tone_back_after(span, false), 0);
	}
}

/* A check of two wires, and the transponder of who is asked for it (Q.724 7): on timeslot 3 of both spans,
 * whose laws differ. */
static void test_two_wires(void **state)
{
	struct dsp_law *table = dsp_law_new(mem);
	unsigned after = 0;

	(void)state;
	cmd((struct med_timeslot){ .leg = 4, .use = MED_TS_TONE, .two_wire = 1, .timeslot = 3 });
	cmd((struct med_timeslot){
		.leg = 5, .use = MED_TS_TRANSPONDER, .two_wire = 1, .span = 1, .timeslot = 3 });
	for (unsigned ms = 1; ms < 400 && !after; ms++) {
		pass();
		for (int i = 0; i < TDM_BLOCK; i++) {
			rx[1].octet[3][i] = table->a_to_mu[tx[0].octet[3][i]];
			rx[0].octet[3][i] = table->mu_to_a[tx[1].octet[3][i]];
		}
		if (check_report(4))
			after = ms;
	}
	assert_in_range(after, 100, 250);
	/* looped it is no good check */
	cmd((struct med_timeslot){ .leg = 4, .use = MED_TS_TONE, .two_wire = 1, .timeslot = 3 });
	for (unsigned ms = 1; ms < 400; ms++) {
		pass();
		memcpy(rx[0].octet[3], tx[0].octet[3], TDM_BLOCK);
		assert_false(check_report(4));
	}
	cmd((struct med_timeslot){ .leg = 5, .use = MED_TS_FREE, .span = 1, .timeslot = 3 });
	pass();
	assert_true(is_all(tx[1].octet[3], TDM_IDLE_MU));
}

/* Uses take timeslots from each other and from channels; nonsense changes nothing. */
static void test_takes(void **state)
{
	struct med_open o = { .leg = 77, .timeslot = 3, .ptime_ms = 20 };
	struct med_timeslot j = a_join(3);
	struct ring_rec rec;

	(void)state;
	cmd(j);
	cmd((struct med_timeslot){ .leg = 9, .use = MED_TS_LOOP, .timeslot = 7 });
	pass();
	assert_true(is_all(tx[0].octet[3], TDM_IDLE_A)); /* its other end is gone */
	med_cmd_pack(&rec, MED_CMD_OPEN, &o, sizeof(o));
	med_engine_cmd(e, &rec);
	pass();
	assert_true(is_all(tx[0].octet[3], DSP_SILENCE_A));
	cmd((struct med_timeslot){ .leg = 9, .use = MED_TS_LOOP, .timeslot = 3 });
	memset(rx[0].octet[3], 0x55, TDM_BLOCK);
	pass();
	assert_true(is_all(tx[0].octet[3], 0x55));
	j.timeslot2 = j.timeslot;
	cmd(j);
	j.timeslot2 = 32;
	cmd(j);
	j.timeslot2 = 7;
	j.span2 = 2;
	cmd(j);
	cmd((struct med_timeslot){ .leg = 9, .use = MED_TS_TONE, .span = 5, .timeslot = 3 });
	cmd((struct med_timeslot){ .leg = 9, .use = MED_TS_TONE, .timeslot = 0 });
	cmd((struct med_timeslot){ .leg = 9, .use = 200, .timeslot = 3 });
	pass();
	assert_true(is_all(tx[0].octet[3], 0x55));
}

/* The power of so many octets at a frequency, and of all, in dBm0 (A-law; a full sine is 3.14). */
static double level_dbm0(const struct dsp_law *law, enum dsp_law_kind kind, const uint8_t *octets,
			 unsigned nr)
{
	double sum = 0, full = dsp_peak(0, kind);

	for (unsigned i = 0; i < nr; i++) {
		double x = dsp_octet_to_linear(law, kind, octets[i]);

		sum += x * x;
	}
	return 10 * log10(2 * sum / nr / (full * full));
}

static unsigned crossings(const struct dsp_law *law, enum dsp_law_kind kind, const uint8_t *octets,
			  unsigned nr)
{
	unsigned n = 0;

	for (unsigned i = 1; i < nr; i++)
		n += dsp_octet_to_linear(law, kind, octets[i - 1]) < 0 &&
		     dsp_octet_to_linear(law, kind, octets[i]) >= 0;
	return n;
}

/* A test line: 0 dBm0 of 1020 Hz on A-law, 1004 Hz on mu-law, without a break; or silence. */
static void test_test_line(void **state)
{
	static const unsigned hz[2] = { 1020, 1004 };
	struct dsp_law *law = dsp_law_new(mem);
	static uint8_t heard[16000];

	(void)state;
	for (unsigned s = 0; s < 2; s++) {
		enum dsp_law_kind kind = s ? DSP_MULAW : DSP_ALAW;

		cmd((struct med_timeslot){
			.leg = 4, .use = MED_TS_MILLIWATT, .span = (uint8_t)s, .timeslot = 3 });
		for (unsigned ms = 0; ms < 2000; ms++) {
			pass();
			memcpy(heard + ms * TDM_BLOCK, tx[s].octet[3], TDM_BLOCK);
		}
		assert_true(fabs(level_dbm0(law, kind, heard, 16000)) < 0.05);
		assert_in_range(crossings(law, kind, heard, 16000), 2 * hz[s] - 1, 2 * hz[s] + 1);
		cmd((struct med_timeslot){
			.leg = 4, .use = MED_TS_SILENCE, .span = (uint8_t)s, .timeslot = 3 });
		pass();
		assert_true(is_all(tx[s].octet[3], s ? DSP_SILENCE_MU : DSP_SILENCE_A));
	}
}

/* Gain of a join: what goes each way is louder or softer by so much, silence is silence. */
static void test_gain(void **state)
{
	struct med_timeslot j = a_join(MED_TO_FIRST | MED_TO_SECOND);
	struct dsp_law *law = dsp_law_new(mem);

	(void)state;
	j.gain_to_second = -6;
	j.gain_to_first = 3;
	cmd(j);
	for (int v = 0; v < 256; v++) {
		double in = dsp_octet_to_linear(law, DSP_ALAW, (uint8_t)v), soft, loud;

		memset(rx[0].octet[3], v, TDM_BLOCK);
		memset(rx[0].octet[7], v, TDM_BLOCK);
		pass();
		pass();
		soft = dsp_octet_to_linear(law, DSP_ALAW, tx[0].octet[7][0]);
		loud = dsp_octet_to_linear(law, DSP_ALAW, tx[0].octet[3][0]);
		if (fabs(in) < 400) /* steps of the law are large there */
			continue;
		assert_true(fabs(soft / in - 0.501) < 0.03);
		assert_true(fabs(in) > 22000 || fabs(loud / in - 1.413) < 0.07);
	}
	memset(rx[0].octet[3], DSP_SILENCE_A, TDM_BLOCK);
	pass();
	assert_true(is_all(tx[0].octet[7], DSP_SILENCE_A));
	j.gain_to_second = 0;
	cmd(j);
	for (int v = 0; v < 256; v++) { /* no gain: every octet as it is */
		memset(rx[0].octet[3], v, TDM_BLOCK);
		pass();
		pass();
		assert_true(is_all(tx[0].octet[7], (uint8_t)v));
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_join),	   T(test_two_laws), T(test_loop),	T(test_tone),
		T(test_two_wires), T(test_takes),    T(test_test_line), T(test_gain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
