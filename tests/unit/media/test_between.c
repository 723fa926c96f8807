/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Timeslots that are joined although each is another engine's: as if they were one's, later. */
#include <pthread.h>
#include <string.h>

#include "dsp/law.h"
#include "media/between.h"
#include "media/engine.h"
#include "unit/support.h"

static struct mem *mem;
static struct med_engine *e[2]; /* the first has span 0 and 2, the second has 1 */
static struct tdm_block rx[3], tx[3];

static int setup(void **state)
{
	struct med_cfg cfg = { .nr_channels = 4, .nr_spans = 3 };

	(void)state;
	cfg.law[2] = TDM_MULAW;
	mem = mem_root("test");
	cfg.between = med_between_new(mem, 3);
	assert_non_null(cfg.between);
	cfg.elsewhere[1] = true;
	e[0] = med_engine_new(mem, &cfg);
	memset(cfg.elsewhere, 1, sizeof(cfg.elsewhere));
	cfg.elsewhere[1] = false;
	e[1] = med_engine_new(mem, &cfg);
	assert_non_null(e[0]);
	assert_non_null(e[1]);
	memset(rx, 0, sizeof(rx));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static void pass(unsigned who)
{
	for (unsigned s = 0; s < 3; s++)
		if ((s == 1) == (who == 1))
			med_engine_span(e[who], s, &rx[s], &tx[s]);
	med_engine_tick(e[who]);
}

static void both(unsigned ms)
{
	memset(rx[0].octet[3], (int)(ms + 1), TDM_BLOCK);
	memset(rx[2].octet[3], (int)(ms + 1), TDM_BLOCK);
	memset(rx[1].octet[7], (int)(ms + 101), TDM_BLOCK);
	pass(ms % 2); /* whoever is first */
	pass(1 - ms % 2);
}

static void cmd(struct med_timeslot t)
{
	struct ring_rec rec;

	med_cmd_pack(&rec, MED_CMD_TIMESLOT, &t, sizeof(t));
	med_engine_cmd(e[0], &rec);
	med_engine_cmd(e[1], &rec);
}

static struct med_timeslot a_join(uint8_t span, uint8_t through)
{
	return (struct med_timeslot){ .leg = 1,
				      .use = MED_TS_JOIN,
				      .span = span,
				      .timeslot = 3,
				      .span2 = 1,
				      .timeslot2 = 7,
				      .through = through };
}

static bool is_all(const uint8_t *octets, uint8_t v)
{
	for (int i = 0; i < TDM_BLOCK; i++)
		if (octets[i] != v)
			return false;
	return true;
}

/* Nothing is lost or doubled once it runs, and what passes is changed without a glitch. */
static void test_join(void **state)
{
	struct med_timeslot j = a_join(0, MED_TO_FIRST);
	uint8_t delay;

	(void)state;
	cmd(j);
	for (unsigned ms = 0; ms < 10; ms++)
		both(ms);
	assert_true(is_all(tx[1].octet[7], DSP_SILENCE_A));
	delay = (uint8_t)(9 + 101 - tx[0].octet[3][0]);
	assert_true(delay <= MED_BETWEEN_BEGIN);
	j.through |= MED_TO_SECOND;
	cmd(j);
	for (unsigned ms = 10; ms < 100; ms++) {
		both(ms);
		assert_true(is_all(tx[0].octet[3], (uint8_t)(ms + 101 - delay)));
		if (ms > 30)
			assert_true((uint8_t)(ms + 1 - tx[1].octet[7][0]) <= MED_BETWEEN_BEGIN);
	}
	j.use = MED_TS_FREE;
	cmd(j);
	both(100);
	assert_true(is_all(tx[0].octet[3], TDM_IDLE_A) && is_all(tx[1].octet[7], TDM_IDLE_A));
}

/* Octets of mu-law cross as they are and are mapped once. */
static void test_laws(void **state)
{
	struct dsp_law *law = dsp_law_new(mem);

	(void)state;
	cmd(a_join(2, MED_TO_FIRST | MED_TO_SECOND));
	for (int v = 0; v < 256; v++) {
		memset(rx[2].octet[3], v, TDM_BLOCK);
		memset(rx[1].octet[7], v, TDM_BLOCK);
		for (int n = 0; n < 2 * MED_BETWEEN_BEGIN; n++) {
			pass(0);
			pass(1);
		}
		assert_true(is_all(tx[1].octet[7], law->mu_to_a[v]));
		assert_true(is_all(tx[2].octet[3], law->a_to_mu[v]));
	}
}

/* One thread is held up: silence, then no more in hand than that takes. */
static void test_held_up(void **state)
{
	unsigned ms;

	(void)state;
	cmd(a_join(0, MED_TO_FIRST | MED_TO_SECOND));
	for (ms = 0; ms < 20; ms++)
		both(ms);
	for (; ms < 80; ms++) {
		memset(rx[1].octet[7], (int)(ms + 101), TDM_BLOCK);
		pass(1);
	}
	assert_true(is_all(tx[1].octet[7], DSP_SILENCE_A));
	for (; ms < 120; ms++)
		both(ms);
	assert_true((uint8_t)(ms - 1 + 101 - tx[0].octet[3][0]) <= MED_BETWEEN_MOST);
	assert_true((uint8_t)(ms - 1 + 1 - tx[1].octet[7][0]) <= 2 * MED_BETWEEN_BEGIN);
}

/* How late a reader is behind a writer that was held up for 50 ms so many times. */
static unsigned in_hand_after(unsigned nr_times)
{
	struct med_between *b = med_between_new(mem, 1);
	struct med_between_reader r = { 0 };
	uint8_t octets[TDM_BLOCK];
	unsigned put = 0, got = 0;

	for (unsigned ms = 0; ms < 100 * (nr_times + 1); ms++) {
		if (ms % 100 < 50) {
			memset(octets, (int)++put, sizeof(octets));
			med_between_put(b, 5, octets);
		}
		got = med_between_get(b, 5, &r, octets) ? octets[0] : got;
		if (ms == 100 * nr_times + 45)
			return (uint8_t)(put - got);
	}
	return 0;
}

static void test_grows(void **state)
{
	(void)state;
	assert_int_equal(in_hand_after(0), MED_BETWEEN_BEGIN - 1);
	assert_int_equal(in_hand_after(1), 2 * MED_BETWEEN_BEGIN - 1);
	assert_int_equal(in_hand_after(2), MED_BETWEEN_GROWS - 1);
	assert_int_equal(in_hand_after(3), MED_BETWEEN_GROWS - 1);
}

/* The next call on a timeslot hears nothing of the last one. */
static void test_next_call(void **state)
{
	struct med_timeslot j = a_join(0, MED_TO_FIRST | MED_TO_SECOND);

	(void)state;
	cmd(j);
	for (unsigned ms = 0; ms < 50; ms++)
		both(ms);
	j.use = MED_TS_FREE;
	cmd(j);
	both(50);
	j.use = MED_TS_JOIN;
	j.leg = 2;
	cmd(j);
	for (unsigned ms = 200; ms < 240; ms++) {
		both(ms);
		assert_true(is_all(tx[0].octet[3], DSP_SILENCE_A) ||
			    (uint8_t)(ms + 101 - tx[0].octet[3][0]) <= MED_BETWEEN_BEGIN);
	}
}

static struct med_between *shared;

static void *writer(void *arg)
{
	uint8_t octets[TDM_BLOCK];

	for (unsigned n = 0; n < 200000; n++) {
		memset(octets, (int)n, sizeof(octets));
		med_between_put(shared, 5, octets);
	}
	return arg;
}

/* Two threads: a millisecond is whole, whatever the order. */
static void test_threads(void **state)
{
	struct med_between_reader r = { 0 };
	uint8_t octets[TDM_BLOCK];
	pthread_t t;

	(void)state;
	shared = med_between_new(mem, 1);
	assert_int_equal(pthread_create(&t, NULL, writer, NULL), 0);
	for (unsigned n = 0; n < 200000; n++)
		if (med_between_get(shared, 5, &r, octets))
			assert_true(is_all(octets, octets[0]));
	pthread_join(t, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_join, setup, teardown),
		cmocka_unit_test_setup_teardown(test_laws, setup, teardown),
		cmocka_unit_test_setup_teardown(test_held_up, setup, teardown),
		cmocka_unit_test_setup_teardown(test_grows, setup, teardown),
		cmocka_unit_test_setup_teardown(test_next_call, setup, teardown),
		cmocka_unit_test_setup_teardown(test_threads, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
