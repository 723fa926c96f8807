/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * random: any order of events. Phone, exchange, span, operator, memory and time act by chance,
 * seed by seed; in the end nothing is left of any call. A run that fails says its seed, and
 * TG_SEED=n runs that one alone.
 */
#include <stdio.h>
#include <stdlib.h>

#include "unit/gateway/world.h"

#define SEEDS 600
#define STEPS 120

static struct world w;
static struct rng dice;
static unsigned calls, answered;

static uint16_t some_cic(void)
{
	static const uint16_t cics[] = { 1, 2, 3, 4, 17, 31, 16 };

	return cics[rng_below(&dice, NR_OF(cics))];
}

static void some_message(void)
{
	static const uint8_t types[] = { ISUP_ACM, ISUP_ACM, ISUP_ANM, ISUP_ANM, ISUP_CON,
					 ISUP_CPG, ISUP_RSC, ISUP_RLC, ISUP_BLO, ISUP_UBL };

	trunk_says(&w, types[rng_below(&dice, NR_OF(types))], some_cic());
}

static void some_rel(void)
{
	static const uint8_t causes[] = { 1, 16, 17, 22, 34, 44, 44, 102, 127 };

	trunk_rel(&w, some_cic(), causes[rng_below(&dice, NR_OF(causes))]);
}

static void some_call(void)
{
	static const char *const numbers[] = { "100", "+4930", "alice", "" };
	uint32_t n = rng_below(&dice, 10);

	if (n == 0)
		phone_call_uri(&w, "sip:100@192.0.2.1", NULL, NULL);
	else
		phone_call(&w, numbers[n < 7 ? 0 : n - 7]);
}

static void some_session(void)
{
	static const enum sdp_dir dirs[] = { SDP_SENDRECV, SDP_SENDONLY, SDP_INACTIVE };

	w.caps.session_version++;
	w.caps.dir = dirs[rng_below(&dice, NR_OF(dirs))];
	phone_reinvite(&w, rng_below(&dice, 5) ? phone_sdp(&w) : "");
	w.caps.dir = SDP_SENDRECV;
}

static void some_behaviour(void)
{
	bool bad = rng_below(&dice, 3) == 0;

	switch (rng_below(&dice, 6)) {
	case 0:
		w.deaf_phone = bad;
		break;
	case 1:
		w.mute_trunk = bad;
		break;
	case 2:
		w.no_ack = bad;
		break;
	case 3:
		gw_span_state(w.gw, w.now, 0, !bad);
		world_run(&w);
		break;
	case 4:
		w.ack_sdp = bad ? "" : NULL;
		break;
	default:
		gw_circuit_reset(w.gw, w.now, "east", some_cic());
		world_run(&w);
		break;
	}
}

static void some_wait(void)
{
	static const int64_t ms[] = { 1, 20, 500, 1000, 5000, 35000, 70000, 200000 };

	world_wait(&w, ms[rng_below(&dice, NR_OF(ms))]);
}

static void one_step(void)
{
	switch (rng_below(&dice, 16)) {
	case 0:
	case 1:
		some_call();
		break;
	case 2:
	case 3:
		trunk_iam(&w, some_cic(), "200", rng_below(&dice, 2) ? "100" : NULL);
		break;
	case 4:
	case 5:
	case 6:
		some_message();
		break;
	case 7:
		some_rel();
		break;
	case 8:
		phone_progress(&w, 180 + rng_below(&dice, 4), rng_below(&dice, 2));
		break;
	case 9:
	case 10:
		phone_answer(&w);
		break;
	case 11:
		phone_reject(&w, 300 + rng_below(&dice, 399), NULL);
		break;
	case 12:
		phone_hangup(&w, NULL);
		break;
	case 13:
		some_session();
		break;
	case 14:
		some_wait();
		break;
	default:
		some_behaviour();
		break;
	}
}

static void behave(void)
{
	mem_fail_after(0);
	w.deaf_phone = w.mute_trunk = w.no_ack = false;
	gw_span_state(w.gw, w.now, 0, true);
	world_run(&w);
	gw_shutdown(w.gw, w.now, true);
	world_run(&w);
	world_wait(&w, 1200000);
}

/* What the seeds have seen, so that they do not test nothing. */
static void count(void)
{
	struct gw_call_info i;
	unsigned pos = 0;

	while (gw_call_walk(w.gw, &pos, &i)) {
		assert_int_equal(i.state, GW_CALL_ENDED);
		assert_int_not_equal(i.cause, 0);
		calls++;
		answered += !tick_is_never(i.answered);
	}
}

static void one_run(uint64_t seed)
{
	struct rng_seeded s;

	dice = rng_seeded_init(&s, seed);
	w.loose = true;
	assert_true(world_try_open(&w, NULL));
	for (int i = 0; i < STEPS; i++) {
		if (rng_below(&dice, 30) == 0) /* some allocation to come will fail */
			mem_fail_after(1 + rng_below(&dice, 60));
		one_step();
		w.trace[0] = '\0';
	}
	behave();
	world_check_empty(&w);
	count();
	mem_free(w.mem);
}

static void test_nothing_is_left(void **state)
{
	const char *only = getenv("TG_SEED");

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		if (only && strtoull(only, NULL, 10) != seed)
			continue;
		print_message("# seed %llu\n", (unsigned long long)seed);
		one_run(seed);
	}
	print_message("# %u calls, %u answered\n", calls, answered);
	if (!only)
		assert_true(calls > 10 * SEEDS && answered > SEEDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_nothing_is_left) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
