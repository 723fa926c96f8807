/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stack around its circuits: timers in virtual time, groups, unknown circuits, bounds, memory. */
#include "unit/isup/world.h"

#include "isup/circuit.h"

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

static int rx_hex(const char *hex)
{
	return isup_rx(x, world_now, DPC, octets_of(hex));
}

/* Goes to the next deadline, which is `ms` from now. */
static const char *after(uint32_t ms)
{
	tick_t at = isup_deadline(x);

	assert_int_equal(tick_diff_us(at, world_now), MS_US(ms));
	isup_tick(x, (tick_t){ at.us - 1 });
	assert_string_equal(outs(x), "");
	world_now = at;
	isup_tick(x, at);
	return outs(x);
}

/* Timers. ------------------------------------------------------------------------------------ */
static void test_t7(void **state)
{
	(void)state;
	tx(x, id[0], ISUP_IAM);
	outs(x);
	assert_string_equal(after(20000), "CALL REL 102 local T7; SEND REL 102; ");
	rx(x, ISUP_RLC);
	assert_string_equal(outs(x), "IDLE; ");
	assert_nothing_left(x);
}

/* T7 starts again with each SAM and stops with ACM, CON and ANM. */
static void test_t7_stops(void **state)
{
	static const uint8_t types[] = { ISUP_CON, ISUP_ANM, ISUP_REL, ISUP_RSC };

	(void)state;
	for (size_t i = 0; i < NR_OF(types); i++) {
		tx(x, id[0], ISUP_IAM);
		world_now = tick_add_ms(world_now, 15000);
		tx(x, id[0], ISUP_SAM);
		assert_int_equal(tick_diff_us(isup_deadline(x), world_now), S_US(20));
		rx(x, types[i]);
		assert_true(tick_is_never(isup_deadline(x)));
		rx(x, ISUP_REL);
		outs(x);
	}
	assert_nothing_left(x);
}

static void test_t9(void **state)
{
	(void)state;
	tx(x, id[0], ISUP_IAM);
	rx(x, ISUP_ACM);
	outs(x);
	world_now = tick_add_ms(world_now, 60000);
	rx(x, ISUP_CPG); /* does not start it again */
	outs(x);
	assert_string_equal(after(120000), "CALL REL 19 local T9; SEND REL 19; ");
	rx(x, ISUP_RLC);
	outs(x);
	assert_nothing_left(x);
	tx(x, id[0], ISUP_IAM);
	rx(x, ISUP_ACM);
	rx(x, ISUP_ANM);
	assert_true(tick_is_never(isup_deadline(x)));
}

/* T1 repeats the REL as it was, T5 gives up: RSC by T17, with an alarm each time. */
static void test_t1_t5_t17(void **state)
{
	struct isup_msg rel = a_msg(ISUP_REL, 0);
	struct isup_out o;

	(void)state;
	isup_put(&rel, ISUP_P_CONGESTION_LEVEL, OCTETS("01"));
	isup_put_cause(&rel, &(struct isup_cause){ .location = 4, .value = 34 });
	rx(x, ISUP_IAM);
	assert_int_equal(isup_tx(x, world_now, id[0], &rel), 0);
	outs(x);
	for (int i = 1; i < 20; i++) {
		world_now = isup_deadline(x);
		assert_int_equal(world_now.us, S_US(15 * i));
		isup_tick(x, world_now);
		assert_true(isup_next_out(x, &o));
		assert_octets_equal(o.octets, OCTETS("0100 0c 02 04 02 84 a2 27 01 01 00"));
		assert_false(isup_next_out(x, &o));
	}
	/* T5 was armed behind the first T1, before the last */
	world_now = isup_deadline(x);
	isup_tick(x, world_now);
	assert_int_equal(world_now.us, S_US(300));
	assert_string_equal(outs(x), "SEND RSC; ALARM; ");
	assert_string_equal(after(300000), "SEND RSC; ALARM; ");
	assert_string_equal(after(300000), "SEND RSC; ALARM; ");
	rx(x, ISUP_RLC);
	assert_string_equal(outs(x), "IDLE; ");
	assert_nothing_left(x);
}

static void test_t16_t17(void **state)
{
	(void)state;
	isup_circuit_reset(x, world_now, id[0]);
	assert_string_equal(outs(x), "SEND RSC; ");
	for (int i = 1; i < 20; i++)
		assert_string_equal(after(15000), "SEND RSC; ");
	assert_string_equal(after(15000), "SEND RSC; ALARM; ");
	assert_string_equal(after(300000), "SEND RSC; ALARM; ");
	rx(x, ISUP_RLC);
	assert_string_equal(outs(x), "IDLE; ");
	assert_nothing_left(x);
}

static void test_configured_timers(void **state)
{
	struct rng_seeded seed;
	struct isup_cfg cfg = { .max_circuits = 1,
				.timer_ms = { [ISUP_T7] = 1234 },
				.rng = rng_seeded_init(&seed, 1) };

	(void)state;
	isup_free(x);
	x = isup_new(mem, &cfg);
	isup_circuit_add(x, &(struct isup_circuit_cfg){ .dpc = DPC, .cic = 1 }, id);
	tx(x, id[0], ISUP_IAM);
	outs(x);
	assert_string_equal(after(1234), "CALL REL 102 local T7; SEND REL 102; ");
	rx(x, ISUP_RLC);
	assert_string_equal(outs(x), "IDLE; ");
}

/* All at once: what has no room in one go comes while the output is drained. */
static void test_many_at_once(void **state)
{
	const char *text;
	int rels = 0;

	(void)state;
	for (int i = 0; i < CIRCUITS; i++) {
		assert_int_equal(tx(x, id[i], ISUP_IAM), 0);
		outs(x);
	}
	world_now = isup_deadline(x);
	isup_tick(x, world_now);
	for (text = outs(x); (text = strstr(text, "SEND REL")); text++)
		rels++;
	assert_int_equal(rels, CIRCUITS);
	world_now = tick_add_ms(world_now, 15000);
	isup_tick(x, world_now);
	for (rels = 0, text = outs(x); (text = strstr(text, "SEND REL")); text++)
		rels++;
	assert_int_equal(rels, CIRCUITS);
	world_now = tick_add_ms(world_now, 5000); /* no RLC is under way any more */
	for (int i = 0; i < CIRCUITS; i++)
		assert_int_equal(isup_circuit_reset(x, world_now, id[i]), 0);
	outs(x);
	for (int i = 0; i < CIRCUITS; i++) {
		rx_from(x, DPC, ISUP_RLC, (uint16_t)(i + 1));
		assert_string_equal(outs(x), "IDLE; ");
	}
	assert_nothing_left(x);
}

/* Circuits. ---------------------------------------------------------------------------------- */
static void test_add_find(void **state)
{
	struct isup_circuit_cfg k = { .dpc = DPC, .cic = 1 };
	isup_circuit_id c = 0;
	struct isup_stats s;

	(void)state;
	assert_int_equal(isup_circuit_add(x, &k, &c), TG_EEXIST);
	k.cic = 4096;
	assert_int_equal(isup_circuit_add(x, &k, &c), TG_EINVAL);
	k.cic = 100;
	assert_int_equal(isup_circuit_add(x, &k, &c), TG_ELIMIT);
	assert_int_equal(isup_circuit_find(x, DPC, 7), id[6]);
	assert_int_equal(isup_circuit_find(x, DPC, 100), 0);
	assert_int_equal(isup_circuit_find(x, OPC, 7), 0);
	assert_int_equal(isup_circuit_reset(x, world_now, 0), TG_ENOENT);
	assert_int_equal(isup_circuit_usable(x, world_now, 12345, true), TG_ENOENT);
	assert_int_equal(tx(x, 12345, ISUP_IAM), TG_ENOENT);
	assert_false(isup_circuit_is_free(x, 0));
	isup_stats(x, &s);
	assert_int_equal(s.circuits, CIRCUITS);
	assert_string_equal(isup_circuit_state_name(ISUP_RESETTING), "RESETTING");
	assert_string_equal(isup_circuit_state_name(77), "?");
}

/* The user gives what may not be sent. */
static void test_tx_refused(void **state)
{
	struct isup_msg m = a_msg(ISUP_IAM, 0);
	uint8_t long_octets[255] = { 0 };

	(void)state;
	assert_int_equal(tx(x, id[0], ISUP_RLC), TG_ENOTSUP);
	assert_int_equal(tx(x, id[0], ISUP_GRS), TG_ENOTSUP);
	isup_del(&m, ISUP_P_CPC);
	assert_int_equal(isup_tx(x, world_now, id[0], &m), TG_EINVAL);
	isup_put_u8(&m, ISUP_P_CPC, 10);
	isup_put(&m, ISUP_P_USI, str_n(long_octets, 255)); /* no SGM may have it */
	assert_int_equal(isup_tx(x, world_now, id[0], &m), TG_ELIMIT);
	m.type = 0x7a;
	assert_int_equal(isup_tx(x, world_now, id[0], &m), TG_ENOTSUP);
	m.type = 0;
	assert_int_equal(isup_tx(x, world_now, id[0], &m), TG_ENOTSUP);
	assert_string_equal(outs(x), "");
	assert_int_equal(isup_circuit_state(x, id[0]), ISUP_IDLE);
}

/* Not drained: refused, and nothing has changed. */
static void test_no_room(void **state)
{
	int rc = 0, nr = 0;

	(void)state;
	for (; nr < CIRCUITS; nr++)
		tx(x, id[nr], ISUP_IAM);
	while (rc == 0 && nr < 1000) {
		rc = tx(x, id[0], ISUP_SAM);
		nr++;
	}
	assert_int_equal(rc, TG_ELIMIT);
	assert_int_equal(rx(x, ISUP_ACM), TG_ELIMIT);
	assert_int_equal(isup_circuit_state(x, id[0]), ISUP_OUT_SEIZED);
	outs(x);
	assert_int_equal(rx(x, ISUP_ACM), 0);
	assert_string_equal(outs(x), "CALL ACM; ");
}

/* Groups, unknown circuits, unknown messages. ------------------------------------------------- */
static void test_grs(void **state)
{
	struct isup_out o;

	(void)state;
	rx_from(x, DPC, ISUP_IAM, 3);
	tx(x, id[3], ISUP_IAM);
	rx_from(x, DPC, ISUP_ACM, 4);
	outs(x);
	assert_int_equal(rx_hex("0100 17 01 01 1e"), 0);
	assert_string_equal(outs(x),
			    "CALL REL 31 local; IDLE; CALL REL 31 local; IDLE; SEND GRA; ");
	assert_nothing_left(x);
	/* partly ours: 31 circuits from 30 on, and the answer as it goes out */
	assert_int_equal(rx_hex("1e00 17 01 01 1f"), 0);
	assert_true(isup_next_out(x, &o));
	assert_octets_equal(o.octets, OCTETS("1e00 29 01 05 1f 00 00 00 00"));
	assert_int_equal(o.circuit, 0);
	assert_int_equal(o.dpc, DPC);
	assert_false(isup_next_out(x, &o));
	/* a reserved range that some send for one circuit, and one that is none; none of ours */
	assert_int_equal(rx_hex("0100 17 01 01 00"), 0);
	assert_string_equal(outs(x), "SEND GRA; ");
	assert_int_equal(rx_hex("0100 17 01 01 20"), TG_EINVAL);
	assert_int_equal(rx_hex("0002 17 01 01 1e"), TG_ENOENT);
	assert_string_equal(outs(x), "");
}

static void test_unknown_circuit(void **state)
{
	static const uint8_t asked[] = { ISUP_IAM, ISUP_CCR, ISUP_RSC, ISUP_BLO, ISUP_UBL };
	static const uint8_t silent[] = { ISUP_RLC, ISUP_REL, ISUP_ACM, ISUP_BLA,
					  ISUP_UBA, ISUP_CFN, ISUP_UCIC };
	struct isup_stats s;

	(void)state;
	for (size_t i = 0; i < NR_OF(asked); i++) {
		assert_int_equal(rx_from(x, DPC, asked[i], 99), TG_ENOENT);
		assert_string_equal(outs(x), "SEND UCIC; ");
		assert_int_equal(rx_from(x, 77, asked[i], 1), TG_ENOENT);
		assert_string_equal(outs(x), "");
	}
	for (size_t i = 0; i < NR_OF(silent); i++) {
		assert_int_equal(rx_from(x, DPC, silent[i], 99), TG_ENOENT);
		assert_string_equal(outs(x), "");
	}
	isup_stats(x, &s);
	assert_int_equal(s.rx_unknown_circuit, 2 * NR_OF(asked) + NR_OF(silent));
}

/* Q.764 2.9.5.2 */
static void test_unknown_message(void **state)
{
	(void)state;
	rx(x, ISUP_IAM);
	outs(x);
	assert_int_equal(rx_hex("0100 7a 00"), TG_ENOTSUP);
	assert_string_equal(outs(x), "SEND CFN 97; ");
	assert_int_equal(rx_hex("0100 7a 01 38 01 88 00"), TG_ENOTSUP); /* discard, say nothing */
	assert_string_equal(outs(x), "");
	assert_int_equal(rx_hex("0100 7a 01 38 01 8c 00"), TG_ENOTSUP); /* discard and notify */
	assert_string_equal(outs(x), "SEND CFN 97; ");
	assert_int_equal(isup_circuit_state(x, id[0]), ISUP_IN_SEIZED);
	assert_int_equal(rx_hex("0100 7a 01 38 01 82 00"), TG_ENOTSUP); /* release the call */
	assert_string_equal(outs(x), "CALL REL 97 local; SEND REL 97; ");
	assert_int_equal(rx_hex("6300 7a 00"), TG_ENOENT);
	assert_string_equal(outs(x), "");
}

static void test_damaged(void **state)
{
	struct isup_stats s;

	(void)state;
	log_capture_start();
	assert_int_equal(rx_hex("0100 0c 02 00 ff 80"), TG_ETRUNC);
	assert_true(log_captured("at octet 5"));
	assert_int_equal(rx_hex("01"), TG_ETRUNC);
	assert_int_equal(rx_hex(""), TG_ETRUNC);
	assert_string_equal(outs(x), "SEND CFN 111; ");
	isup_stats(x, &s);
	assert_int_equal(s.rx_bad, 3);
	log_capture_stop();
}

/* What is not known of a REL and of an IAM goes through. */
static void test_passes_unknown_parameters(void **state)
{
	struct isup_out o;
	struct str octets;

	(void)state;
	rx_hex("0100 01 00 2001 0a 03 02 05 03 0310 21 fe 02 aa bb 80 00 00");
	assert_true(isup_next_out(x, &o));
	assert_int_equal(o.type, ISUP_OUT_CALL);
	assert_true(isup_get(o.msg, 0xfe, &octets));
	assert_octets_equal(octets, OCTETS("aa bb"));
	assert_true(isup_get(o.msg, 0x80, &octets));
	assert_false(isup_next_out(x, &o));
}

/* Memory. ------------------------------------------------------------------------------------ */
static void test_size(void **state)
{
	size_t before, per_circuit;
	struct rng_seeded seed;
	struct isup_cfg cfg = { .max_circuits = 1000, .rng = rng_seeded_init(&seed, 1) };
	struct isup *y = isup_new(mem, &cfg);

	(void)state;
	before = mem_used(mem);
	for (uint16_t cic = 0; cic < 1000; cic++) {
		isup_circuit_id c;
		struct isup_circuit_cfg k = { .dpc = DPC, .cic = cic };
		assert_int_equal(isup_circuit_add(y, &k, &c), 0);
	}
	per_circuit = (mem_used(mem) - before) / 1000;
	print_message("# %zu octets a circuit\n", per_circuit);
	assert_true(per_circuit <= 512);
}

/* A call each way and a release with repetition, with the n-th allocation failing. */
static void whole_life(void *ctx)
{
	struct mem *m = mem_root("walk");
	struct isup *y = m ? a_stack(m, OPC, DPC, 2, id) : NULL;

	(void)ctx;
	if (y) {
		world_now = TICK_ZERO;
		tx(y, id[0], ISUP_IAM);
		rx(y, ISUP_ACM);
		rx(y, ISUP_ANM);
		tx(y, id[0], ISUP_REL);
		outs(y);
		world_now = isup_deadline(y);
		isup_tick(y, world_now);
		assert_string_equal(outs(y), "SEND REL; ");
		rx(y, ISUP_RLC);
		assert_string_equal(outs(y), "IDLE; ");
		assert_nothing_left(y);
	}
	mem_free(m);
}

static void test_allocations(void **state)
{
	(void)state;
	assert_true(walk_allocations(whole_life, NULL) > 5);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_t7),
		T(test_t7_stops),
		T(test_t9),
		T(test_t1_t5_t17),
		T(test_t16_t17),
		T(test_configured_timers),
		T(test_many_at_once),
		T(test_add_find),
		T(test_tx_refused),
		T(test_no_room),
		T(test_grs),
		T(test_unknown_circuit),
		T(test_unknown_message),
		T(test_damaged),
		T(test_passes_unknown_parameters),
		T(test_size),
		T(test_allocations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
