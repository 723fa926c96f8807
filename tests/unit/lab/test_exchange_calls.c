/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/exchange: the calls it makes, dual seizure, resets, lost links, counts, and random calls both
 * ways (exchange_world.h).
 */
#include "unit/lab/exchange_world.h"

/* Calls of the exchange. ----------------------------------------------------------------------- */
static uint32_t call_out(const char *from, const char *to)
{
	uint32_t nr = 0;

	assert_int_equal(lab_exchange_call(w.x, w.now, from, to, &nr), 0);
	settle();
	return nr;
}

static void test_outgoing_call(void **state)
{
	uint32_t nr = call_out("105", "4711");
	struct lab_call_info info = newest();

	(void)state;
	assert_int_equal(info.nr, nr);
	assert_true(info.outgoing);
	assert_int_equal(info.state, LAB_CALL_SETUP);
	assert_int_equal(info.cic % 2, 0); /* its own half */
	run_ms(100);
	gw_backward(info.cic, ISUP_ACM);
	settle();
	assert_int_equal(newest().state, LAB_CALL_RINGING);
	run_ms(400);
	gw_backward(info.cic, ISUP_ANM);
	settle();
	assert_int_equal(newest().state, LAB_CALL_TALKING);
	run_ms(2000);
	assert_int_equal(lab_exchange_hangup(w.x, w.now, nr, 16), 0);
	settle();
	assert_string_equal(w.log, "0:IAM 500:play3 2500:meter 2500:play0 2500:REL16");
	assert_int_equal(lab_exchange_hangup(w.x, w.now, nr, 16), TG_ESTATE);
	assert_int_equal(lab_exchange_hangup(w.x, w.now, nr + 1, 16), TG_ENOENT);
	assert_all_idle();
}

static void test_outgoing_numbers(void **state)
{
	static char long_number[] = "12345678901234567890123456789012";
	uint32_t nr;

	(void)state;
	assert_int_equal(lab_exchange_call(w.x, w.now, "100", "", &nr), TG_EINVAL);
	assert_int_equal(lab_exchange_call(w.x, w.now, "100", "bob", &nr), TG_EINVAL);
	assert_int_equal(lab_exchange_call(w.x, w.now, "x", "1", &nr), TG_EINVAL);
	assert_int_equal(lab_exchange_call(w.x, w.now, "100", "+", &nr), TG_EINVAL);
	assert_int_equal(lab_exchange_call(w.x, w.now, "100", long_number, &nr), TG_EINVAL);
	long_number[31] = '\0';
	assert_int_equal(lab_exchange_call(w.x, w.now, "", long_number, &nr), 0);
	assert_int_equal(lab_exchange_call(w.x, w.now, "100", "+4930123", &nr), 0);
	settle();
	assert_string_equal(newest().to, "+4930123");
	assert_string_equal(w.log, "0:IAM 0:IAM");
}

static void test_outgoing_refused(void **state)
{
	(void)state;
	call_out("100", "4711");
	gw_rel(newest().cic, 17);
	settle();
	assert_int_equal(newest().cause, 17);
	assert_int_equal(newest().state, LAB_CALL_ENDED);
	assert_all_idle();
}

static void test_outgoing_answered_at_once(void **state)
{
	(void)state;
	call_out("101", "4711");
	gw_backward(newest().cic, ISUP_CON);
	settle();
	assert_int_equal(newest().state, LAB_CALL_TALKING);
	assert_string_equal(w.log, "0:IAM 0:play2");
	gw_rel(newest().cic, 16);
	settle();
	assert_all_idle();
}

/* T7 of Q.764: nobody answers the IAM. */
static void test_outgoing_without_response(void **state)
{
	(void)state;
	close_world(NULL);
	open_world_with(NR_CIRCUITS, 2000);
	w.deaf = true;
	call_out("101", "4711");
	run_ms(1999);
	assert_int_equal(newest().state, LAB_CALL_SETUP);
	run_ms(2);
	assert_int_equal(newest().state, LAB_CALL_ENDED);
	assert_true(newest().cause > 0);
}

static void test_no_free_circuit(void **state)
{
	uint32_t nr;

	(void)state;
	for (unsigned i = 0; i < NR_CIRCUITS; i++)
		call_out("101", "4711");
	assert_int_equal(lab_exchange_call(w.x, w.now, "101", "1", &nr), TG_ELIMIT);
	for (uint32_t n = 1; n <= NR_CIRCUITS; n++)
		assert_int_equal(lab_exchange_hangup(w.x, w.now, n, 16), 0);
	settle();
	assert_all_idle();
}

/* Q.764 2.9.1.4: on a circuit that the gateway controls, the exchange gives way and tries another;
 * the gateway's call goes on. */
static void test_dual_seizure(void **state)
{
	uint32_t nr;

	(void)state;
	/* All even circuits are taken: what is left is the gateway's half. */
	for (uint16_t i = 0; i < NR_CIRCUITS / 2; i++)
		call_out("101", "4711");
	assert_int_equal(lab_exchange_call(w.x, w.now, "105", "4712", &nr), 0);
	assert_int_equal(newest().cic % 2, 1);
	w.log[0] = '\0';
	gw_iam(newest().cic, "109F");
	settle();
	assert_string_equal(w.log, "0:play2 0:IAM 0:CON"); /* the IAM on the other circuit */
	assert_int_equal(newest().outgoing, false);
	assert_int_equal(newest().state, LAB_CALL_TALKING);
	assert_int_equal(lab_exchange_hangup(w.x, w.now, nr, 16), 0);
	settle();
}

static void test_dual_seizure_on_the_last_circuit(void **state)
{
	uint32_t nr;

	(void)state;
	close_world(NULL);
	open_world_with(1, 0);
	assert_int_equal(lab_exchange_call(w.x, w.now, "105", "4712", &nr), 0);
	gw_iam(1, "109F");
	settle();
	assert_int_equal(newest().state, LAB_CALL_TALKING);
	gw_rel(1, 16);
	settle();
	assert_all_idle();
}

/* RSC in a call ends it (Q.764 2.9.3.1). */
static void test_reset(void **state)
{
	(void)state;
	gw_iam(5, "100F");
	settle();
	run_ms(1000);
	assert_int_equal(newest().state, LAB_CALL_TALKING);
	assert_int_equal(isup_circuit_reset(w.gw, w.now, w.circuit[5]), 0);
	settle();
	assert_int_equal(newest().state, LAB_CALL_ENDED);
	run_ms(1000);
	assert_all_idle();
	gw_iam(5, "109F");
	settle();
	assert_int_equal(newest().state, LAB_CALL_TALKING);
}

/* Ended calls are kept, 64 of them at least, newest first; then the oldest makes room. */
static void test_history(void **state)
{
	struct lab_call_info info;
	unsigned pos = 0;
	uint32_t last = 300;

	(void)state;
	for (unsigned i = 0; i < last; i++) {
		gw_iam(1, "102F");
		settle();
	}
	while (lab_exchange_call_walk(w.x, &pos, &info)) {
		assert_int_equal(info.nr, last--);
		assert_int_equal(info.cause, 17);
	}
	assert_true(pos >= 64 && pos <= 64 + NR_CIRCUITS);
}

static void test_bad_input(void **state)
{
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .opc = GATEWAY, .dpc = EXCHANGE, .si = MTP_SI_ISUP },
			      .sif = OCTETS("63 00 01") };
	struct ring_rec rec = { .kind = 77 };

	(void)state;
	lab_exchange_mtp_rx(w.x, w.now, &p); /* a CIC that is not ours */
	settle();
	p.sif = OCTETS("01");
	lab_exchange_mtp_rx(w.x, w.now, &p);
	settle();
	p.label.si = 3;
	assert_int_equal(lab_exchange_mtp_rx(w.x, w.now, &p), TG_EINVAL);
	p.label.si = MTP_SI_ISUP;
	p.label.dpc = 99;
	assert_int_equal(lab_exchange_mtp_rx(w.x, w.now, &p), TG_EINVAL);
	lab_exchange_line_rx(w.x, w.now, &rec);
	settle();
	assert_all_idle();
}

static void test_mtp_pause(void **state)
{
	struct mtp_prim p = { .type = MTP_PAUSE, .label = { .dpc = GATEWAY } };
	uint32_t nr;

	(void)state;
	lab_exchange_mtp_rx(w.x, w.now, &p);
	drain_exchange();
	assert_int_equal(lab_exchange_call(w.x, w.now, "101", "1", &nr), TG_ELIMIT);
	p.type = MTP_RESUME;
	lab_exchange_mtp_rx(w.x, w.now, &p);
	drain_exchange();
	assert_int_equal(lab_exchange_call(w.x, w.now, "101", "1", &nr), 0);
}

/* Random calls both ways with random ends, many at a time. ------------------------------------- */
static void random_step(const struct rng *rng)
{
	uint16_t cic = (uint16_t)(1 + rng_below(rng, 31));
	enum isup_circuit_state s;
	char number[8];
	uint32_t nr;

	if (cic == 16)
		return;
	s = isup_circuit_state(w.gw, w.circuit[cic]);
	snprintf(number, sizeof(number), "%uF", 100 + rng_below(rng, 11));
	if (rng_below(rng, 4) == 0)
		lab_exchange_call(w.x, w.now, "101", "4711", &nr);
	else if (rng_below(rng, 6) == 0)
		lab_exchange_hangup(w.x, w.now, newest().nr - rng_below(rng, 20), 16);
	else if (s == ISUP_IDLE)
		gw_iam(cic, number);
	else if (s == ISUP_IN_SEIZED)
		gw_backward(cic, rng_below(rng, 2) ? ISUP_ACM : ISUP_CON);
	else if (s == ISUP_IN_ADDRESSED)
		gw_backward(cic, ISUP_ANM);
	else if (s < ISUP_RELEASING && rng_below(rng, 2))
		gw_rel(cic, 16);
}

static void end_all(void)
{
	struct lab_call_info info;
	unsigned pos = 0;

	while (lab_exchange_call_walk(w.x, &pos, &info))
		if (info.state != LAB_CALL_ENDED)
			lab_exchange_hangup(w.x, w.now, info.nr, 16);
	settle();
	run_ms(200000);
}

static void test_random_calls(void **state)
{
	struct rng_seeded seed;
	struct rng rng = rng_seeded_init(&seed, 4711);

	(void)state;
	gw_iam(1, "100F");
	for (int i = 0; i < 5000; i++) {
		random_step(&rng);
		if (rng_below(&rng, 3))
			settle();
		run_ms(rng_below(&rng, 200));
	}
	settle();
	end_all();
	assert_true(newest().nr > 500);
	assert_all_idle();
}

static void new_exchange(void *ctx)
{
	struct lab_circuit_cfg circuit[] = { { 1, 1 }, { 2, 2 } };
	struct rng_seeded seed;
	struct lab_exchange_cfg cfg = { .opc = 2,
					.dpc = 1,
					.nr_circuits = 2,
					.circuit = circuit,
					.rng = rng_seeded_init(&seed, 1) };
	struct mem *m = mem_root("walk");

	(void)ctx;
	if (m)
		lab_exchange_new(m, &cfg);
	mem_free(m);
}

static void test_allocations(void **state)
{
	(void)state;
	assert_true(walk_allocations(new_exchange, NULL) > 4);
}

/* What a call hears so far is known while it goes on, and all of it when it is over. */
static void test_listening(void **state)
{
	(void)state;
	gw_iam(3, "109");
	settle();
	lab_exchange_listen(w.x, w.now);
	lab_exchange_listen(w.x, w.now);
	settle();
	assert_string_equal(w.log, "0:play2 0:CON 0:listen");
	gw_rel(3, 16);
	settle();
	lab_exchange_listen(w.x, w.now);
	settle();
	assert_string_equal(w.log, "0:play2 0:CON 0:listen 0:meter 0:play0");
	assert_all_idle();
}

/* The cable is pulled: the call ends with cause 41 or 27 and no circuit can be had; put back, the
 * circuits can be used again. */
static void test_span_gone_and_back(void **state)
{
	struct lab_call_info info;
	uint32_t nr;

	(void)state;
	gw_iam(3, "109");
	settle();
	assert_int_equal(newest().state, LAB_CALL_TALKING);
	lab_exchange_span_state(w.x, w.now, false);
	settle();
	assert_int_equal(newest().state, LAB_CALL_ENDED);
	assert_int_equal(lab_exchange_call(w.x, w.now, "101", "200", &nr), TG_ELIMIT);
	lab_exchange_span_state(w.x, w.now, true);
	settle();
	run_ms(1000);
	assert_all_idle();
	assert_int_equal(lab_exchange_call(w.x, w.now, "101", "200", &nr), 0);
	settle();
	info = newest();
	assert_int_equal(info.state, LAB_CALL_SETUP);
}

/* A call that it made is held for so long; what became of all is counted. */
static void test_hold_and_counts(void **state)
{
	struct lab_exchange_counts c;
	uint32_t nr;

	(void)state;
	close_world(state);
	world_hold_ms = 3000;
	open_world(state);
	world_hold_ms = 0;
	assert_int_equal(lab_exchange_call(w.x, w.now, "101", "200", &nr), 0);
	settle();
	run_ms(500);
	gw_backward(newest().cic, ISUP_ACM);
	gw_backward(newest().cic, ISUP_ANM);
	settle();
	lab_exchange_counts(w.x, &c);
	assert_int_equal(c.made, 1);
	assert_int_equal(c.made_answered, 1);
	assert_int_equal(c.answer_us_max, 500000);
	assert_int_equal(c.now_talking, 1);
	run_ms(2999);
	assert_int_equal(newest().state, LAB_CALL_TALKING);
	run_ms(2);
	assert_int_equal(newest().state, LAB_CALL_ENDED);
	lab_exchange_counts(w.x, &c);
	assert_int_equal(c.made_ended[16], 1);
	assert_int_equal(c.now, 0);
	assert_int_equal(lab_exchange_call(w.x, w.now, "101", "200", &nr), 0);
	settle();
	gw_rel(newest().cic, 17);
	settle();
	gw_iam(3, "100F");
	settle();
	run_ms(1000);
	lab_exchange_counts(w.x, &c);
	assert_int_equal(c.made_failed[17], 1);
	assert_int_equal(c.taken, 1);
	assert_int_equal(c.taken_answered, 1);
}

/* An exchange that began anew knows nothing of calls: the gateway's are over. */
static void test_reset_of_all(void **state)
{
	(void)state;
	gw_iam(3, "100F");
	settle();
	run_ms(500);
	lab_exchange_reset(w.x, w.now);
	settle();
	run_ms(1000);
	assert_non_null(strstr(w.log, "REL"));
	assert_int_equal(newest().state, LAB_CALL_ENDED);
	assert_all_idle();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_outgoing_call),
		TEST(test_outgoing_numbers),
		TEST(test_outgoing_refused),
		TEST(test_outgoing_answered_at_once),
		TEST(test_outgoing_without_response),
		TEST(test_no_free_circuit),
		TEST(test_dual_seizure),
		TEST(test_dual_seizure_on_the_last_circuit),
		TEST(test_reset),
		TEST(test_history),
		TEST(test_bad_input),
		TEST(test_mtp_pause),
		TEST(test_random_calls),
		TEST(test_listening),
		TEST(test_span_gone_and_back),
		TEST(test_hold_and_counts),
		TEST(test_reset_of_all),
		cmocka_unit_test(test_allocations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
