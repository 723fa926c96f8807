/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What T1.113 has of its own: CVT and CVR, CRM and CRA, EXM, no CON, 14 bits of CIC, its timers. */
#include "unit/isup/world.h"

#define FREE(i) isup_circuit_is_free(x, id[(i)-1])

static struct mem *mem;
static struct isup *x;
static isup_circuit_id id[40];

static int setup(void **state)
{
	(void)state;
	world_now = TICK_ZERO;
	world_v = &isup_ansi95;
	mem = mem_root("test");
	x = a_stack(mem, OPC, DPC, 40, id);
	return x ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return mem_roots() ? -1 : 0;
}

static const char *after(int64_t ms)
{
	world_now = tick_add_ms(world_now, ms);
	assert_int_equal(isup_deadline(x).us, world_now.us);
	isup_tick(x, world_now);
	return outs(x);
}

static const char *said(int rc)
{
	assert_int_equal(rc, 0);
	return outs(x);
}

static int rx_hex(const char *hex)
{
	return isup_rx(x, world_now, DPC, octets_of(hex));
}

/* The peer asks; 1 against 2: we control the odd circuits, the peer the even ones. */
static void test_validation_comes(void **state)
{
	struct isup_out o;

	(void)state;
	assert_int_equal(rx_hex("0100 ec"), 0);
	assert_true(isup_next_out(x, &o));
	assert_octets_equal(o.octets, OCTETS("0100 eb 00 06 00"));
	assert_string_equal(outs(x), "");
	assert_int_equal(rx_hex("6300 ec"), TG_ENOENT);
	assert_string_equal(outs(x), "SEND UCIC; ");
	assert_int_equal(rx_hex("6300 eb 00 06 00"), TG_ENOENT);
	assert_string_equal(outs(x), "");
}

static enum isup_test tested(unsigned i)
{
	return isup_circuit_tested(x, id[i - 1]);
}

static void test_validation_of_ours(void **state)
{
	(void)state;
	assert_int_equal(tested(1), ISUP_TEST_NONE);
	assert_string_equal(said(isup_circuit_test(x, world_now, id[0])), "SEND CVT; ");
	assert_string_equal(said(isup_circuit_test(x, world_now, id[0])), "");
	assert_int_equal(tested(1), ISUP_TEST_WAITING);
	assert_string_equal(said(rx_hex("0100 eb 00 0a 00")), "");
	assert_int_equal(tested(1), ISUP_TEST_GOOD);
	/* it takes control of the same circuits */
	isup_circuit_test(x, world_now, id[1]);
	outs(x);
	assert_string_equal(said(rx_hex("0200 eb 00 06 00")), "");
	assert_int_equal(tested(2), ISUP_TEST_BAD);
	isup_circuit_test(x, world_now, id[2]);
	outs(x);
	rx_hex("0300 eb 01 0a 00");
	assert_int_equal(tested(3), ISUP_TEST_BAD);
	assert_nothing_left(x);
	/* TCVT */
	assert_string_equal(said(isup_circuit_test(x, world_now, id[3])), "SEND CVT; ");
	assert_string_equal(after(10000), "SEND CVT; ");
	assert_string_equal(after(10000), "ALARM; ");
	assert_int_equal(tested(4), ISUP_TEST_SILENT);
	assert_string_equal(said(rx_hex("0400 eb 00 0a 00")), ""); /* too late */
	assert_int_equal(tested(4), ISUP_TEST_SILENT);
	/* the peer has no such circuit */
	isup_circuit_test(x, world_now, id[4]);
	outs(x);
	assert_string_equal(said(rx_hex("0500 2e")), "ALARM; ");
	assert_int_equal(tested(5), ISUP_TEST_BAD);
	assert_true(isup_circuit_blocked(x, id[4]).unequipped);
	assert_nothing_left(x);
}

static void test_reservation(void **state)
{
	(void)state;
	assert_string_equal(said(rx_hex("0100 ea 00")), "SEND CRA; ");
	assert_false(FREE(1));
	assert_int_equal(tx(x, id[0], ISUP_IAM), TG_ESTATE);
	assert_string_equal(after(20000), "IDLE; "); /* TCRA */
	assert_true(FREE(1));
	rx_hex("0100 ea 00");
	outs(x);
	assert_string_equal(said(rx(x, ISUP_IAM)), "CALL IAM; ");
	assert_string_equal(said(rx_hex("0100 ea 00")), ""); /* not while there is a call */
	assert_string_equal(said(rx(x, ISUP_REL)), "CALL REL; SEND RLC; IDLE; ");
	assert_nothing_left(x);
	/* taken back; reset */
	rx_hex("0100 ea 00");
	rx(x, ISUP_REL);
	assert_string_equal(outs(x), "SEND CRA; SEND RLC; ");
	rx_hex("0100 ea 00");
	rx(x, ISUP_RSC);
	assert_string_equal(outs(x), "SEND CRA; SEND RLC; ");
	assert_true(FREE(1));
	assert_nothing_left(x);
	rx_hex("0100 ea 00");
	isup_circuit_reset(x, world_now, id[0]);
	assert_string_equal(outs(x), "SEND CRA; SEND RSC; ");
	rx(x, ISUP_RLC);
	outs(x);
	/* one that we block, and one that we don't have */
	isup_circuit_block(x, world_now, id[0], ISUP_MAINTENANCE, true);
	assert_string_equal(said(rx_hex("0100 ea 00")), "");
	assert_int_equal(rx_hex("6300 ea 00"), TG_ENOENT);
	assert_string_equal(outs(x), "SEND UCIC; ");
}

/* Ours: CRM before the IAM, with the same indicators; of CIC 1 we are in control, of CIC 2 the peer. */
static void reserving(bool checked)
{
	world_cfg = (struct isup_cfg){ .reserve = true, .continuity_percent = checked ? 100 : 0 };
	isup_free(x);
	x = a_stack(mem, OPC, DPC, 4, id);
	assert_non_null(x);
	world_cfg = (struct isup_cfg){ .reserve = false };
}

static void test_reserves(void **state)
{
	struct isup_msg iam = a_msg(ISUP_IAM, 0);
	struct isup_out o;
	uint8_t nci;

	(void)state;
	reserving(false);
	isup_put_nci(&iam, &(struct isup_nci){ .satellite = 1 });
	assert_int_equal(isup_tx(x, world_now, id[0], &iam), 0);
	assert_true(isup_next_out(x, &o) && o.msg->type == ISUP_CRM);
	assert_int_equal(isup_get_u8(o.msg, ISUP_P_NCI, &nci), 0);
	assert_int_equal(nci, 1);
	assert_string_equal(outs(x), "");
	assert_true(isup_circuit_has_call(x, id[0]) && !FREE(1));
	assert_int_equal(tx(x, id[0], ISUP_IAM), TG_ESTATE);
	assert_string_equal(said(rx_hex("0100 e9")), "SEND IAM; ");
	assert_string_equal(said(rx_hex("0100 e9")), "");
	assert_string_equal(after(20000), "CALL REL 102 local T7; SEND REL 102; ");
	assert_string_equal(said(rx(x, ISUP_RLC)), "IDLE; ");
	/* no answer */
	tx(x, id[0], ISUP_IAM);
	assert_string_equal(outs(x), "SEND CRM; ");
	assert_string_equal(after(3000), "ALARM; LOST; SEND REL 41; ");
	assert_string_equal(said(rx(x, ISUP_RLC)), "IDLE; ");
	assert_nothing_left(x);
	/* a check of the circuit begins with the IAM */
	reserving(true);
	tx(x, id[0], ISUP_IAM);
	assert_string_equal(outs(x), "SEND CRM; ");
	assert_string_equal(said(rx_hex("0100 e9")), "SEND IAM; TONE; ");
	/* only what both may seize is reserved */
	isup_free(x);
	x = isup_new(mem, &(struct isup_cfg){ .variant = &isup_ansi95,
					      .opc = OPC,
					      .reserve = true,
					      .rng = world_rng() });
	isup_circuit_add(x,
			 &(struct isup_circuit_cfg){
				 .dpc = DPC, .cic = 1, .direction = ISUP_OUTGOING_ONLY },
			 id);
	tx(x, id[0], ISUP_IAM);
	assert_string_equal(outs(x), "SEND IAM; ");
}

/* What may come instead of CRA. */
static void test_reservation_is_lost(void **state)
{
	static const struct {
		const char *hex, *outs;
		enum isup_circuit_state next;
	} rows[] = {
		{ "0200 0c 0200 0280 90", "LOST; SEND RLC; IDLE; ", ISUP_IDLE }, /* REL */
		{ "0200 12", "LOST; SEND RLC; IDLE; ", ISUP_IDLE },		 /* RSC */
		{ "0200 17 01 01 01", "LOST; IDLE; SEND GRA; ", ISUP_IDLE },	 /* GRS */
		{ "0200 13", "LOST; SEND BLA; SEND REL 31; ", ISUP_RELEASING },	 /* BLO */
		{ "0200 2e", "LOST; IDLE; ", ISUP_IDLE },			 /* UCIC */
		{ "0200 ea 00", "LOST; SEND CRA; ", ISUP_IDLE },		 /* CRM */
		{ "0200 01 00 2001 0a 03 06 00 03 8090a2 03 031021", "LOST; CALL IAM; ",
		  ISUP_IN_SEIZED },
		{ "0200 10", "", ISUP_OUT_RESERVING }, /* RLC */
		{ "0200 06 1404 00", "", ISUP_OUT_RESERVING },
		{ "0100 ea 00", "", ISUP_OUT_RESERVING }, /* CRM where we control */
		{ "0100 01 00 2001 0a 03 06 00 03 8090a2 03 031021", "", ISUP_OUT_RESERVING },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		isup_circuit_id c = id[rows[i].hex[1] - '1'];
		reserving(false);
		tx(x, id[rows[i].hex[1] - '1'], ISUP_IAM);
		assert_string_equal(outs(x), "SEND CRM; ");
		c = id[rows[i].hex[1] - '1'];
		rx_hex(rows[i].hex);
		assert_string_equal(outs(x), rows[i].outs);
		assert_int_equal(isup_circuit_state(x, c), rows[i].next);
	}
	/* and what its user, the operator and the timeslot do */
	reserving(false);
	tx(x, id[0], ISUP_IAM);
	tx(x, id[0], ISUP_REL);
	assert_string_equal(outs(x), "SEND CRM; SEND REL; ");
	tx(x, id[1], ISUP_IAM);
	isup_circuit_reset(x, world_now, id[1]);
	assert_string_equal(outs(x), "SEND CRM; CALL REL 31 local; SEND RSC; ");
	tx(x, id[2], ISUP_IAM);
	isup_circuit_usable(x, world_now, id[2], false);
	assert_string_equal(outs(x), "SEND CRM; LOST; SEND REL 41; ");
}

/* TCCR: the tone waits for the loop, and where none comes the circuit is checked again later. */
static void test_lpa(void **state)
{
	(void)state;
	world_cfg = (struct isup_cfg){ .continuity_percent = 100 };
	isup_free(x);
	x = a_stack(mem, OPC, DPC, 4, id);
	world_cfg = (struct isup_cfg){ .reserve = false };
	tx(x, id[0], ISUP_IAM);
	assert_string_equal(outs(x), "SEND IAM; TONE; ");
	isup_continuity(x, world_now, id[0], false);
	assert_string_equal(outs(x), "STOP; SEND COT; LOST; ");
	assert_string_equal(after(5000), "SEND CCR; ");
	assert_string_equal(after(2000), "ALARM; ");
	assert_string_equal(after(120000), "SEND CCR; ");
	assert_string_equal(said(rx_hex("0100 24")), "TONE; ");
	assert_string_equal(said(rx_hex("0100 24")), "");
	isup_continuity(x, world_now, id[0], true);
	assert_string_equal(outs(x), "STOP; SEND REL 31; ");
	assert_string_equal(said(rx(x, ISUP_RLC)), "IDLE; ");
	assert_nothing_left(x);
}

/* No CON: ACM and ANM, with what they may have of it. EXM goes up. */
static void test_calls(void **state)
{
	(void)state;
	rx(x, ISUP_IAM);
	outs(x);
	struct isup_msg con;
	isup_msg_init(&con, ISUP_CON, 0);
	isup_put(&con, ISUP_P_BCI, OCTETS("1604"));
	assert_string_equal(said(isup_tx(x, world_now, id[0], &con)), "SEND ACM; SEND ANM; ");
	assert_int_equal(isup_circuit_state(x, id[0]), ISUP_IN_ANSWERED);
	tx(x, id[1], ISUP_IAM);
	outs(x);
	assert_string_equal(said(rx_hex("0200 ed 01 e7 03 001200 00")), "CALL EXM; ");
	assert_int_equal(isup_circuit_state(x, id[1]), ISUP_OUT_SEIZED);
}

/* REL by T1 in 15 s, RSC after a minute. */
static void test_timers(void **state)
{
	(void)state;
	tx(x, id[0], ISUP_IAM);
	tx(x, id[0], ISUP_REL);
	outs(x);
	for (int i = 0; i < 3; i++)
		assert_string_equal(after(15000), "SEND REL; ");
	assert_string_equal(after(15000), "SEND RSC; ALARM; ");
	rx(x, ISUP_RLC);
	isup_circuit_block(x, world_now, id[0], ISUP_MAINTENANCE, true);
	outs(x);
	assert_string_equal(after(20), "SEND BLO; ");
	for (int i = 0; i < 3; i++)
		assert_string_equal(after(15000), "SEND BLO; ");
	assert_string_equal(after(15000), "SEND BLO; ALARM; ");
	rx(x, ISUP_BLA);
	assert_nothing_left(x);
}

/* The upper two of 14 bits, and 5 of them for the link. */
static void test_cic(void **state)
{
	struct isup_circuit_cfg k = { .dpc = DPC, .cic = 0x3fff };
	struct rng_seeded seed;
	struct isup_cfg cfg = { .variant = &isup_ansi95,
				.opc = OPC,
				.max_circuits = 1,
				.rng = rng_seeded_init(&seed, 1) };
	struct isup_out o;

	(void)state;
	isup_free(x);
	x = isup_new(mem, &cfg);
	assert_int_equal(isup_circuit_add(x, &k, &id[0]), 0);
	k.cic = 0x4000;
	assert_int_equal(isup_circuit_add(x, &k, &id[1]), TG_EINVAL);
	rx_hex("ff3f 13");
	assert_true(isup_next_out(x, &o));
	assert_octets_equal(o.octets, OCTETS("ff3f 15"));
	assert_int_equal(o.sls, 31);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_validation_comes),
		T(test_validation_of_ours),
		T(test_reservation),
		T(test_calls),
		T(test_timers),
		T(test_cic),
		T(test_reserves),
		T(test_reservation_is_lost),
		T(test_lpa),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
