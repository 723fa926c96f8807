/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resets of groups (Q.764 2.9.3.2) and what may be under way for the calls that they end. */
#include "unit/isup/world.h"

#include "isup/supervision.h"

#define CIRCUITS 40

static struct mem *mem;
static struct isup *x;
static isup_circuit_id id[CIRCUITS];

static int setup(void **state)
{
	(void)state;
	world_now = TICK_ZERO;
	mem = mem_root("test");
	x = a_stack(mem, OPC, DPC, CIRCUITS, id);
	assert_non_null(x);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

/* After a message about a group ended its call a circuit is not seized for 5 s. */
static void rest(void)
{
	outs(x);
	world_now = tick_add_ms(world_now, 5000);
	isup_tick(x, world_now);
	assert_string_equal(outs(x), "");
}

/* The start is long ago: nothing is under way for calls before it. */
static void began(void)
{
	for (uint16_t cic = 1; cic <= 3; cic++)
		rx_from(x, DPC, ISUP_RSC, cic);
	outs(x);
}

/* What the stack says at its next deadline, `ms` from now. */
static const char *after(int64_t ms)
{
	world_now = tick_add_ms(world_now, ms);
	assert_int_equal(isup_deadline(x).us, world_now.us);
	isup_tick(x, world_now);
	return outs(x);
}

#define BLOCKED(i) isup_circuit_blocked(x, id[(i)-1])
#define FREE(i)	   isup_circuit_is_free(x, id[(i)-1])

/* 2.9.3.2 with T22 and T23; the status bits of GRA are the peer's blocking. */
static void test_group_reset(void **state)
{
	(void)state;
	began();
	tx(x, id[0], ISUP_IAM);
	rx(x, ISUP_ACM);
	rx_from(x, DPC, ISUP_IAM, 2);
	outs(x);
	for (int i = 0; i < 3; i++)
		isup_circuit_reset_soon(x, world_now, id[i]);
	assert_string_equal(after(20), "CALL REL 31 local; CALL REL 31 local; SEND GRS; ");
	for (int i = 0; i < 19; i++)
		assert_string_equal(after(15000), "SEND GRS; ");
	assert_string_equal(after(15000), "SEND GRS; ALARM; ");		/* T23 */
	assert_int_equal(rx_group(x, ISUP_GRA, 1, 3, 0, 0), TG_ESTATE); /* not the same range */
	assert_int_equal(rx_group(x, ISUP_GRA, 1, 2, 0, 2), 0);
	assert_string_equal(outs(x), "IDLE; IDLE; IDLE; ");
	assert_false(FREE(2));
	assert_false(FREE(1)); /* what is on its way for its call may come later */
	assert_true(FREE(3));  /* it had none */
	rest();
	assert_true(BLOCKED(2).remote_maintenance && FREE(1) && FREE(3));
	assert_nothing_left(x);
	isup_circuit_reset_soon(x, world_now, id[9]); /* one is no group */
	assert_string_equal(after(20), "SEND RSC; ");
}

static void reset_three(void)
{
	for (int i = 0; i < 3; i++)
		isup_circuit_reset_soon(x, world_now, id[i]);
}

/* An IAM that is under way has the SLS of its circuit, a GRS that of another: it could come first, and
 * the peer would have a call that we know nothing of. So the circuit has an RSC of its own, which cannot
 * overtake it. After an answer, or 5 s, it goes with the others. */
static void test_reset_behind_iam(void **state)
{
	(void)state;
	tx(x, id[1], ISUP_IAM);
	outs(x);
	reset_three();
	assert_string_equal(after(20), "SEND RSC; CALL REL 31 local; SEND RSC; SEND RSC; ");
	for (uint16_t i = 0; i < 3; i++)
		rx_from(x, DPC, ISUP_RLC, i + 1);
	tx(x, id[1], ISUP_IAM);
	outs(x);
	world_now = tick_add_ms(world_now, 5000);
	reset_three();
	assert_string_equal(after(20), "CALL REL 31 local; SEND GRS; ");
}

/* The same with the peer's GRS: our GRA could be there before our IAM. */
static void test_grs_meets_iam(void **state)
{
	(void)state;
	tx(x, id[1], ISUP_IAM);
	outs(x);
	rx_group(x, ISUP_GRS, 1, 2, 0, 0);
	assert_string_equal(outs(x), "LOST; SEND RSC; SEND GRA; ");
	rx_from(x, DPC, ISUP_RLC, 2);
	assert_string_equal(outs(x), "IDLE; ");
	assert_true(FREE(2));
	tx(x, id[1], ISUP_IAM);
	world_now = tick_add_ms(world_now, 5000);
	outs(x);
	rx_group(x, ISUP_GRS, 1, 2, 0, 0);
	assert_string_equal(outs(x), "LOST; IDLE; SEND GRA; ");
}

/* RSC behind REL: the RLC that comes first is that to REL, unless it takes too long. */
static void test_two_rlc(void **state)
{
	(void)state;
	rx(x, ISUP_IAM);
	tx(x, id[0], ISUP_REL);
	isup_circuit_reset(x, world_now, id[0]);
	outs(x);
	rx(x, ISUP_RLC);
	assert_string_equal(outs(x), "");
	rx(x, ISUP_RLC);
	assert_string_equal(outs(x), "IDLE; ");
	rx(x, ISUP_IAM);
	tx(x, id[0], ISUP_REL);
	isup_circuit_reset(x, world_now, id[0]);
	outs(x);
	world_now = tick_add_ms(world_now, 5000);
	rx(x, ISUP_RLC);
	assert_string_equal(outs(x), "IDLE; ");
	assert_nothing_left(x);
}

static void reset_two(void)
{
	isup_circuit_reset_soon(x, world_now, id[0]);
	isup_circuit_reset_soon(x, world_now, id[1]);
	assert_string_equal(after(20), "SEND GRS; ");
	assert_int_equal(rx_group(x, ISUP_GRA, 1, 1, 0, 0), 0);
	outs(x);
}

/* After a start an ANM of a call that has been forgotten may be under way. A group message may come before
 * it, so the circuits rest once; RSC and its RLC have the SLS of the ANM, and so come after it. */
static void test_rest_after_start(void **state)
{
	(void)state;
	isup_free(x);
	world_cfg.rests_after_start = true;
	x = a_stack(mem, OPC, DPC, CIRCUITS, id);
	world_cfg.rests_after_start = false;
	reset_three();
	assert_string_equal(after(20), "SEND GRS; ");
	assert_int_equal(rx_group(x, ISUP_GRA, 1, 2, 0, 0), 0);
	assert_string_equal(outs(x), "IDLE; IDLE; IDLE; ");
	assert_true(!FREE(1) && !FREE(2) && !FREE(3));
	rx(x, ISUP_ANM); /* this one: it says nothing */
	assert_null(strstr(outs(x), "CALL"));
	rx_from(x, DPC, ISUP_RSC, 2);
	outs(x);
	assert_true(!FREE(1) && FREE(2) && !FREE(3));
	isup_circuit_reset(x, world_now, id[2]);
	outs(x);
	rx_from(x, DPC, ISUP_RLC, 3);
	outs(x);
	assert_true(!FREE(1) && FREE(3));
	world_now = tick_add_ms(world_now, 5000);
	isup_tick(x, world_now);
	outs(x);
	assert_int_equal(rx_group(x, ISUP_GRS, 1, 2, 0, 0), 0); /* once */
	outs(x);
	assert_true(FREE(2) && FREE(3));
	/* the peer's, when it comes first */
	assert_true(FREE(5));
	assert_int_equal(rx_group(x, ISUP_GRS, 5, 2, 0, 0), 0);
	outs(x);
	assert_true(!FREE(5) && !FREE(6) && FREE(8));
}

/* A CQR that was sent before a CGB and comes after it does not take the block back. */
static void test_old_query_response(void **state)
{
	struct isup_msg m;

	(void)state;
	began();
	assert_int_equal(isup_circuit_query(x, world_now, id[0], 2), 0);
	outs(x);
	assert_int_equal(rx_group(x, ISUP_CGB, 1, 2, 1, 7), 0);
	outs(x);
	assert_true(BLOCKED(1).remote_hardware && BLOCKED(2).remote_hardware);
	isup_msg_init(&m, ISUP_CQR, 1);
	assert_int_equal(isup_put(&m, ISUP_P_RANGE_AND_STATUS, STR("\x01")), 0);
	assert_int_equal(isup_put(&m, ISUP_P_CIRCUIT_STATE, STR("\x0c\x0c")), 0);
	assert_int_equal(rx_with(x, m), 0);
	assert_true(BLOCKED(1).remote_hardware && BLOCKED(2).remote_hardware);
	/* one that was asked for later does */
	assert_int_equal(isup_circuit_query(x, world_now, id[0], 2), 0);
	outs(x);
	assert_int_equal(rx_with(x, m), 0);
	assert_false(BLOCKED(1).remote_hardware);
}

/* A group of circuits that were idle can be seized at once, whatever resets came
 * before; a circuit rests on while others of its group do not. */
static void test_rest_is_of_calls(void **state)
{
	(void)state;
	began();
	assert_int_equal(rx_group(x, ISUP_GRS, 1, 2, 0, 0), 0);
	outs(x);
	assert_true(FREE(1) && FREE(2) && FREE(3));
	tx(x, id[0], ISUP_IAM);
	rx(x, ISUP_ACM);
	outs(x);
	assert_int_equal(rx_group(x, ISUP_GRS, 1, 2, 0, 0), 0);
	outs(x);
	assert_true(!FREE(1) && FREE(2) && FREE(3));
	world_now = tick_add_ms(world_now, 4000);
	reset_two();
	assert_true(!FREE(1) && FREE(2));
	world_now = tick_add_ms(world_now, 1000);
	reset_two();
	assert_true(FREE(1) && FREE(2));
	/* RSC before GRS, as when a destination comes back: no call, no rest ... */
	isup_circuit_reset(x, world_now, id[0]);
	isup_circuit_reset(x, world_now, id[1]);
	outs(x);
	reset_two();
	assert_true(FREE(1) && FREE(2));
	/* ... but a call that RSC ended and GRS was answered before */
	tx(x, id[0], ISUP_IAM);
	rx(x, ISUP_ACM);
	isup_circuit_reset(x, world_now, id[0]);
	isup_circuit_reset(x, world_now, id[1]);
	outs(x);
	reset_two();
	assert_true(!FREE(1) && FREE(2));
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_group_reset),	    T(test_reset_behind_iam), T(test_grs_meets_iam),
		T(test_rest_is_of_calls),   T(test_two_rlc),	      T(test_rest_after_start),
		T(test_old_query_response),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
