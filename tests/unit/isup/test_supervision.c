/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocking, groups, requests and their queue (Q.764 2.8.2, 2.8.3, 2.9.3), through the front door. */
#include "unit/isup/world.h"

#include "isup/supervision.h"

#define CIRCUITS 520

static struct mem *mem;
static struct isup *x;
static isup_circuit_id id[CIRCUITS];
static struct {
	uint8_t type, range, kind;
	uint16_t cic;
	uint8_t status[33];
} last;

static int setup_nr(unsigned nr)
{
	world_now = TICK_ZERO;
	mem = mem_root("test");
	x = a_stack(mem, OPC, DPC, nr, id);
	assert_non_null(x);
	return 0;
}

static int setup(void **state)
{
	(void)state;
	return setup_nr(40);
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

/* What the stack says at its next deadline, `ms` from now. */
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

static void block(unsigned first, unsigned nr, enum isup_blocking kind, bool on)
{
	for (unsigned i = first; i < first + nr; i++) {
		assert_int_equal(isup_circuit_block(x, world_now, id[i - 1], kind, on), 0);
		assert_string_equal(outs(x), "");
	}
}

/* Runs to the next deadline and keeps the last group message that goes out; how many do. */
static int run_queue(void)
{
	struct isup_out o;
	struct str s;
	int nr = 0;
	uint8_t kind = 0;

	world_now = isup_deadline(x);
	isup_tick(x, world_now);
	while (isup_next_out(x, &o)) {
		check_out(&o);
		if (o.type != ISUP_OUT_SEND)
			continue;
		nr++;
		memset(&last, 0, sizeof(last));
		last.type = o.msg->type;
		last.cic = o.cic;
		isup_get_u8(o.msg, ISUP_P_CGS_TYPE, &kind);
		last.kind = kind;
		if (!isup_get(o.msg, ISUP_P_RANGE_AND_STATUS, &s))
			continue;
		last.range = (uint8_t)s.p[0];
		memcpy(last.status, s.p + 1, s.len - 1);
	}
	return nr;
}

#define BLOCKED(i) isup_circuit_blocked(x, id[(i)-1])
#define FREE(i)	   isup_circuit_is_free(x, id[(i)-1])

static void test_tables(void **state)
{
	(void)state;
	check_fsm(&isup_block_def, "isup_block");
	check_fsm(&isup_remote_def, "isup_remote");
	check_fsm(&isup_request_def, "isup_request");
}

/* Single circuits. ---------------------------------------------------------------------------- */
/* 2.8.2.1 with T12 and T13, T14 and T15. */
static void test_block_unblock(void **state)
{
	(void)state;
	block(1, 1, ISUP_MAINTENANCE, true);
	assert_false(FREE(1));
	assert_string_equal(after(20), "SEND BLO; ");
	for (int i = 0; i < 19; i++)
		assert_string_equal(after(15000), "SEND BLO; ");
	assert_string_equal(after(15000), "SEND BLO; ALARM; "); /* T13 */
	assert_string_equal(after(300000), "SEND BLO; ALARM; ");
	assert_true(BLOCKED(1).local_maintenance && BLOCKED(1).pending);
	assert_string_equal(said(rx(x, ISUP_BLA)), "");
	assert_false(BLOCKED(1).pending);
	assert_nothing_left(x);
	block(1, 1, ISUP_MAINTENANCE, false);
	assert_string_equal(after(20), "SEND UBL; ");
	assert_false(FREE(1));
	for (int i = 0; i < 19; i++)
		assert_string_equal(after(15000), "SEND UBL; ");
	assert_string_equal(after(15000), "SEND UBL; ALARM; "); /* T15 */
	assert_string_equal(said(rx(x, ISUP_UBA)), "IDLE; ");
	assert_true(FREE(1));
	assert_nothing_left(x);
}

/* 2.8.2.3: answers that nobody has asked for. */
static void test_odd_answers(void **state)
{
	(void)state;
	rx(x, ISUP_BLA);
	assert_string_equal(after(20), "SEND UBL; ");
	assert_string_equal(said(rx(x, ISUP_UBA)), "IDLE; ");
	assert_string_equal(said(rx(x, ISUP_UBA)), "");
	assert_nothing_left(x);
	block(1, 1, ISUP_MAINTENANCE, true);
	after(20);
	rx(x, ISUP_BLA);
	rx(x, ISUP_UBA);
	assert_string_equal(after(20), "SEND BLO; ");
	rx(x, ISUP_BLA);
	rx(x, ISUP_BLA);
	assert_nothing_left(x);
}

/* The mind is changed at every moment: nothing is taken back, the last wish wins. */
static void test_changed_mind(void **state)
{
	(void)state;
	block(1, 1, ISUP_MAINTENANCE, true);
	block(1, 1, ISUP_MAINTENANCE, false);
	assert_string_equal(after(20), "SEND UBL; ");
	assert_string_equal(said(rx(x, ISUP_UBA)), "IDLE; ");
	block(1, 1, ISUP_MAINTENANCE, true);
	assert_string_equal(after(20), "SEND BLO; ");
	block(1, 1, ISUP_MAINTENANCE, false);
	assert_string_equal(said(rx(x, ISUP_BLA)), "");
	assert_string_equal(after(20), "SEND UBL; ");
	rx(x, ISUP_BLA); /* late */
	block(1, 1, ISUP_MAINTENANCE, true);
	rx(x, ISUP_UBA);
	assert_string_equal(after(20), "SEND BLO; ");
	block(1, 1, ISUP_MAINTENANCE, false);
	block(1, 1, ISUP_MAINTENANCE, true);
	rx(x, ISUP_BLA);
	assert_string_equal(after(20), "SEND BLO; ");
	assert_string_equal(said(rx(x, ISUP_BLA)), "");
	assert_true(BLOCKED(1).local_maintenance);
	assert_nothing_left(x);
}

/* 2.8.2.3: an IAM on a circuit that we block is not taken, one on theirs unblocks it; test calls
 * pass both ways. */
static void test_iam_on_blocked(void **state)
{
	struct isup_msg iam = a_msg(ISUP_IAM, 0);

	(void)state;
	block(1, 1, ISUP_MAINTENANCE, true);
	after(20);
	rx(x, ISUP_BLA);
	assert_string_equal(said(rx(x, ISUP_IAM)), "");
	assert_string_equal(after(20), "SEND BLO; ");
	assert_int_equal(isup_circuit_state(x, id[0]), ISUP_IDLE);
	assert_int_equal(tx(x, id[0], ISUP_IAM), TG_ESTATE);
	isup_put_u8(&iam, ISUP_P_CPC, 13);
	assert_string_equal(said(isup_tx(x, world_now, id[0], &iam)), "SEND IAM; ");
	assert_string_equal(said(rx(x, ISUP_REL)), "CALL REL; SEND RLC; IDLE; ");
	rx_from(x, DPC, ISUP_BLO, 2);
	assert_string_equal(outs(x), "SEND BLA; ");
	assert_false(FREE(2));
	assert_string_equal(said(isup_tx(x, world_now, id[1], &iam)), "SEND IAM; ");
	rx_from(x, DPC, ISUP_REL, 2);
	assert_true(BLOCKED(2).remote_maintenance);
	rx_from(x, DPC, ISUP_IAM, 2);
	assert_false(BLOCKED(2).remote_maintenance);
}

static void test_test_call_comes(void **state)
{
	(void)state;
	block(1, 1, ISUP_MAINTENANCE, true);
	after(20);
	rx(x, ISUP_BLA);
	rx(x, ISUP_BLO);
	outs(x);
	assert_int_equal(
		isup_rx(x, world_now, DPC, OCTETS("0100 01 00 2001 0d 03 02 00 03 0310 21")), 0);
	assert_string_equal(outs(x), "CALL IAM; ");
	assert_true(BLOCKED(1).remote_maintenance);
}

/* 2.9.3.1: who is reset forgets the peer's blocking, and says its own again. */
static void test_reset_and_blocking(void **state)
{
	(void)state;
	block(1, 1, ISUP_MAINTENANCE, true);
	after(20);
	rx(x, ISUP_BLA);
	rx(x, ISUP_BLO);
	outs(x);
	assert_string_equal(said(rx(x, ISUP_RSC)), "SEND RLC; ");
	assert_false(BLOCKED(1).remote_maintenance);
	assert_string_equal(after(20), "SEND BLO; ");
	rx(x, ISUP_BLA);
	assert_string_equal(said(isup_circuit_reset(x, world_now, id[0])), "SEND RSC; ");
	assert_string_equal(said(rx(x, ISUP_RLC)), "IDLE; ");
	assert_string_equal(after(20), "SEND BLO; ");
	rx(x, ISUP_BLA);
	assert_nothing_left(x);
}

/* 2.12 */
static void test_unequipped(void **state)
{
	(void)state;
	block(1, 1, ISUP_MAINTENANCE, true);
	after(20);
	rx(x, ISUP_BLA);
	isup_circuit_reset(x, world_now, id[0]);
	outs(x);
	assert_string_equal(said(rx(x, ISUP_UCIC)), "ALARM; IDLE; ");
	assert_true(BLOCKED(1).unequipped);
	assert_nothing_left(x);
	assert_false(FREE(1));
}

/* 2.12: UCIC to BLO; and what the peer does not have is in no group. */
static void test_unequipped_in_groups(void **state)
{
	(void)state;
	block(2, 1, ISUP_MAINTENANCE, true);
	assert_string_equal(after(20), "SEND BLO; ");
	assert_string_equal(said(rx_from(x, DPC, ISUP_UCIC, 2)), "ALARM; ");
	assert_true(BLOCKED(2).unequipped);
	assert_nothing_left(x);
	for (int i = 0; i < 4; i++)
		isup_circuit_reset_soon(x, world_now, id[i]);
	assert_string_equal(after(20), "SEND RSC; SEND RSC; SEND GRS; ");
	rx_from(x, DPC, ISUP_RLC, 1);
	rx_from(x, DPC, ISUP_UCIC, 2);
	rx_group(x, ISUP_GRA, 3, 1, 0, 0);
	outs(x);
	/* hardware for one: the group of two is not made with it */
	block(1, 1, ISUP_HARDWARE, true);
	assert_int_equal(run_queue(), 1);
	block(3, 1, ISUP_HARDWARE, true);
	assert_int_equal(run_queue(), 1);
	assert_int_equal(last.cic, 3);
	assert_int_equal(last.range, 1);
	assert_int_equal(last.status[0], 1);
}

/* The call is lost before anybody hears that the circuit is free. */
static void test_unequipped_while_unblocking(void **state)
{
	(void)state;
	tx(x, id[0], ISUP_IAM);
	outs(x);
	block(1, 1, ISUP_MAINTENANCE, true);
	block(1, 1, ISUP_MAINTENANCE, false);
	assert_string_equal(after(20), "SEND UBL; ");
	assert_string_equal(said(rx(x, ISUP_UCIC)), "LOST; IDLE; IDLE; ");
	assert_nothing_left(x);
}

static void test_directions(void **state)
{
	struct isup_circuit_cfg k = { .dpc = 9, .cic = 1, .direction = ISUP_INCOMING_ONLY };
	struct rng_seeded seed;
	struct isup_cfg cfg = { .opc = OPC, .max_circuits = 2, .rng = rng_seeded_init(&seed, 1) };
	struct isup *y = isup_new(mem, &cfg);
	isup_circuit_id in, out;

	(void)state;
	assert_int_equal(isup_circuit_add(y, &k, &in), 0);
	k.cic = 2;
	k.direction = ISUP_OUTGOING_ONLY;
	assert_int_equal(isup_circuit_add(y, &k, &out), 0);
	assert_false(isup_circuit_is_free(y, in));
	assert_false(isup_circuit_is_ours(y, in));
	assert_int_equal(tx(y, in, ISUP_IAM), TG_ESTATE);
	rx_from(y, 9, ISUP_IAM, 1);
	assert_string_equal(outs(y), "CALL IAM; ");
	assert_true(isup_circuit_is_free(y, out) && isup_circuit_is_ours(y, out));
	rx_from(y, 9, ISUP_IAM, 2);
	assert_string_equal(outs(y), "SEND REL 44; ");
	rx_from(y, 9, ISUP_RLC, 2);
	outs(y);
	assert_int_equal(tx(y, out, ISUP_IAM), 0);
	rx_from(y, 9, ISUP_IAM, 2);
	assert_string_equal(outs(y), "SEND IAM; ");
}

/* Groups that we make. ------------------------------------------------------------------------ */
/* 2.8.2.2 with T18 and T19, T20 and T21; an answer in parts. */
static void test_group_blocking(void **state)
{
	(void)state;
	block(5, 10, ISUP_MAINTENANCE, true);
	assert_int_equal(run_queue(), 1);
	assert_int_equal(last.type, ISUP_CGB);
	assert_int_equal(last.cic, 5);
	assert_int_equal(last.range, 9);
	assert_int_equal(last.kind, 0);
	assert_int_equal(last.status[0] | last.status[1] << 8, 0x3ff);
	assert_string_equal(said(rx_group(x, ISUP_CGBA, 5, 9, 0, 0x00f)), "");
	assert_false(BLOCKED(8).pending);
	assert_true(BLOCKED(9).pending);
	assert_int_equal(run_queue(), 1); /* T18 */
	assert_int_equal(last.status[0] | last.status[1] << 8, 0x3f0);
	assert_string_equal(after(15000), "SEND CGB; ");
	/* it speaks, but not of these: each by BLO */
	assert_string_equal(after(15000), "ALARM; ");
	assert_string_equal(after(20), "SEND BLO; SEND BLO; SEND BLO; SEND BLO; ");
	assert_string_equal(after(20), "SEND BLO; SEND BLO; ");
	for (uint16_t cic = 9; cic <= 14; cic++)
		rx_from(x, DPC, ISUP_BLA, cic);
	assert_nothing_left(x);
	block(5, 10, ISUP_MAINTENANCE, false);
	assert_string_equal(after(20), "SEND CGU; ");
	for (int i = 0; i < 19; i++)
		assert_string_equal(after(15000), "SEND CGU; ");
	assert_string_equal(after(15000), "SEND CGU; ALARM; "); /* T21 */
	assert_int_equal(rx_group(x, ISUP_CGUA, 5, 9, 0, 0x3ff), 0);
	assert_non_null(strstr(outs(x), "IDLE; IDLE; "));
	assert_nothing_left(x);
	assert_true(FREE(5) && FREE(14));
}

/* Never across a CIC that we do not have. */
static void test_gap(void **state)
{
	static const uint16_t cics[] = { 1, 2, 4, 5, 9 };
	struct rng_seeded seed;
	struct isup_cfg cfg = { .opc = OPC, .max_circuits = 5, .rng = rng_seeded_init(&seed, 1) };

	(void)state;
	isup_free(x);
	x = isup_new(mem, &cfg);
	for (int i = 0; i < 5; i++) {
		struct isup_circuit_cfg k = { .dpc = DPC, .cic = cics[i] };
		assert_int_equal(isup_circuit_add(x, &k, &id[i]), 0);
	}
	block(1, 5, ISUP_HARDWARE, true);
	assert_string_equal(after(20), "SEND CGB; SEND CGB; SEND BLO; "); /* one alone: BLO */
	rx_group(x, ISUP_CGBA, 1, 1, 1, 3);
	rx_group(x, ISUP_CGBA, 4, 1, 1, 3);
	rx_from(x, DPC, ISUP_BLA, 9);
	assert_nothing_left(x);
	block(2, 1, ISUP_HARDWARE, false);
	assert_int_equal(run_queue(), 1);
	assert_int_equal(last.cic, 1); /* the group of two that there is */
	assert_int_equal(last.range, 1);
	assert_int_equal(last.status[0], 2);
}

/* 500 circuits are lost and back at once: few messages, few at a time. */
static void test_many(void **state)
{
	int messages = 0;

	(void)state;
	mem_free(mem);
	setup_nr(CIRCUITS);
	for (int i = 0; i < 500; i++) {
		assert_int_equal(isup_circuit_usable(x, world_now, id[i], false), 0);
		assert_string_equal(outs(x), "");
	}
	while (!tick_is_never(isup_deadline(x))) {
		int nr = run_queue();
		assert_true(nr <= 4);
		messages += nr;
		if (nr == 0 || messages % 4)
			continue;
		/* all are answered now and then */
		for (unsigned first = 1; first <= 500; first += 32)
			rx_group(x, ISUP_CGBA, (uint16_t)first, first + 31 > 500 ? 500 - first : 31,
				 1, UINT32_MAX);
		outs(x);
	}
	print_message("# %d messages for 500 circuits\n", messages);
	assert_true(messages <= 20);
	assert_nothing_left(x);
	for (int i = 0; i < 500; i++) {
		isup_circuit_usable(x, world_now, id[i], true);
		outs(x);
	}
	for (messages = 0; !tick_is_never(isup_deadline(x));) {
		messages += run_queue();
		rx_group(x, ISUP_CGUA, last.cic, last.range, 1, UINT32_MAX);
		for (unsigned first = 1; first <= 500; first += 32)
			rx_group(x, ISUP_CGUA, (uint16_t)first, first + 31 > 500 ? 500 - first : 31,
				 1, UINT32_MAX);
		outs(x);
	}
	assert_true(messages <= 20);
	assert_nothing_left(x);
	for (unsigned i = 1; i <= CIRCUITS; i++)
		assert_true(FREE(i));
}

/* A peer that never answers has few requests open before their long timers, and none is lost. */
static void test_silent_peer(void **state)
{
	int nr = 0;

	(void)state;
	for (unsigned i = 1; i < 40; i += 2)
		block(i, 1, ISUP_MAINTENANCE, true);
	for (int i = 0; i < 20; i++) {
		if (tick_diff_us(isup_deadline(x), world_now) > MS_US(1000))
			break;
		nr += run_queue();
	}
	assert_int_equal(nr, 8);
	for (int i = 0; i < 2000; i++)
		run_queue();
	for (unsigned i = 1; i < 40; i += 2)
		rx_from(x, DPC, ISUP_BLA, (uint16_t)i);
	outs(x);
	assert_nothing_left(x);
}

/* Groups that come. --------------------------------------------------------------------------- */
static void test_group_comes(void **state)
{
	struct isup_out o;

	(void)state;
	rx_from(x, DPC, ISUP_IAM, 3);
	tx(x, id[3], ISUP_IAM);
	rx_from(x, DPC, ISUP_IAM, 5);
	outs(x);
	/* 2.8.2.2: maintenance leaves a call, but an IAM of ours that it met is lost */
	assert_string_equal(said(rx_group(x, ISUP_CGB, 3, 2, 0, 7)),
			    "LOST; SEND REL 31; SEND CGBA; ");
	assert_true(BLOCKED(5).remote_maintenance && !BLOCKED(5).remote_hardware);
	rx_from(x, DPC, ISUP_RLC, 4);
	outs(x);
	/* hardware ends it, and nothing is exchanged about it */
	assert_string_equal(said(rx_group(x, ISUP_CGB, 3, 2, 1, 5)),
			    "CALL REL 31 local; IDLE; CALL REL 31 local; IDLE; SEND CGBA; ");
	assert_true(BLOCKED(5).remote_maintenance && BLOCKED(5).remote_hardware);
	assert_string_equal(said(rx_group(x, ISUP_CGU, 3, 2, 0, 7)), "SEND CGUA; ");
	assert_true(!BLOCKED(5).remote_maintenance && BLOCKED(5).remote_hardware);
	assert_true(FREE(4) && !FREE(3));
	assert_string_equal(said(rx_group(x, ISUP_CGU, 3, 2, 1, 7)), "SEND CGUA; ");
	rest();
	assert_true(FREE(3) && FREE(5));
	/* what we do not have is not in the answer */
	assert_int_equal(rx_group(x, ISUP_CGB, 40, 1, 0, 3), 0);
	assert_true(isup_next_out(x, &o));
	assert_octets_equal(o.octets, OCTETS("2800 1a 00 01 02 01 01"));
	assert_false(isup_next_out(x, &o));
	/* one circuit by range 0 */
	assert_string_equal(said(rx_group(x, ISUP_CGB, 7, 0, 0, 1)), "SEND CGBA; ");
	assert_false(FREE(7));
}

/* G04: ranges and status that are not right are discarded. */
static void t_G04(void **state)
{
	static const char *const bad[] = {
		"0100 17 01 01 20",		      /* GRS, range 32 */
		"0100 17 01 01 ff",		      /* GRS, range 255 */
		"0100 2a 01 01 20",		      /* CQM, range 32 */
		"0100 2a 01 01 ff",		      /* CQM, range 255 */
		"0100 18 00 01 02 1f ff",	      /* CGB, status too short */
		"0100 18 00 01 03 07 ff ff",	      /* CGB, status too long */
		"0100 18 00 01 01 03",		      /* CGB, no status */
		"0100 18 00 01 06 27 ff ff ff ff 01", /* CGB, 33 circuits */
		"0100 18 02 01 02 01 03",	      /* CGB of a reserved type */
		"0100 29 01 03 03 00 00",	      /* GRA, status too long */
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(bad); i++) {
		assert_int_equal(isup_rx(x, world_now, DPC, octets_of(bad[i])), TG_EINVAL);
		assert_string_equal(outs(x), "");
	}
	/* right at the edge; and wholly or partly outside the group */
	assert_string_equal(said(isup_rx(x, world_now, DPC, OCTETS("0100 17 01 01 1f"))),
			    "SEND GRA; ");
	assert_string_equal(said(isup_rx(x, world_now, DPC, OCTETS("2700 17 01 01 1f"))),
			    "SEND GRA; ");
	assert_int_equal(isup_rx(x, world_now, DPC, OCTETS("ff0f 17 01 01 1f")), TG_ENOENT);
	assert_int_equal(isup_rx(x, world_now, DPC, OCTETS("ff0f 2a 01 01 1f")), TG_ENOENT);
	assert_int_equal(isup_rx(x, world_now, DPC, OCTETS("ff0f 18 00 01 02 01 03")), TG_ENOENT);
	assert_string_equal(outs(x), "");
	assert_nothing_left(x);
}

/* GRS on circuits that we block: maintenance stands in GRA, hardware is said again. */
static void test_grs_on_blocked(void **state)
{
	struct isup_out o;

	(void)state;
	block(1, 2, ISUP_MAINTENANCE, true);
	block(3, 2, ISUP_HARDWARE, true);
	after(20);
	rx_group(x, ISUP_CGBA, 1, 1, 0, 3);
	rx_group(x, ISUP_CGBA, 3, 1, 1, 3);
	assert_nothing_left(x);
	rx_group(x, ISUP_GRS, 1, 4, 0, -1);
	assert_true(isup_next_out(x, &o));
	assert_octets_equal(o.octets, OCTETS("0100 29 01 02 04 03"));
	assert_false(isup_next_out(x, &o));
	assert_int_equal(run_queue(), 1);
	assert_int_equal(last.type, ISUP_CGB);
	assert_int_equal(last.kind, 1);
	assert_int_equal(last.cic, 3);
}

/* 2.8.3 with T28. */
static void test_query(void **state)
{
	struct isup_out o;

	(void)state;
	tx(x, id[0], ISUP_IAM);
	rx_from(x, DPC, ISUP_IAM, 2);
	rx_from(x, DPC, ISUP_BLO, 3);
	rx_group(x, ISUP_CGB, 4, 1, 1, 1);
	isup_circuit_reset(x, world_now, id[4]);
	outs(x);
	assert_int_equal(rx_group(x, ISUP_CQM, 1, 5, 0, -1), 0);
	assert_true(isup_next_out(x, &o));
	assert_octets_equal(o.octets, OCTETS("0100 2b 02 03 01 05 06 08 04 0e 2c 00 0c"));
	outs(x);
	assert_int_equal(isup_circuit_query(x, world_now, id[0], 33), TG_EINVAL);
	assert_int_equal(isup_circuit_query(x, world_now, id[39], 2), TG_ENOENT);
	assert_string_equal(said(isup_circuit_query(x, world_now, id[5], 3)), "SEND CQM; ");
	/* the first is in a call there; the second blocked, as it says, by it and by us */
	assert_int_equal(isup_rx(x, world_now, DPC, OCTETS("0600 2b 02 03 01 02 03 08 0f 0c")), 0);
	assert_true(BLOCKED(7).remote_maintenance);
	assert_string_equal(after(20), "SEND RSC; SEND UBL; ");
	assert_string_equal(said(isup_circuit_query(x, world_now, id[10], 3)), "SEND CQM; ");
	assert_string_equal(after(10000), "ALARM; "); /* T28 */
	assert_int_equal(isup_rx(x, world_now, DPC, OCTETS("0b00 2b 02 03 01 02 03 0c 0c 0c")),
			 TG_ESTATE);
}

/* MTP. ---------------------------------------------------------------------------------------- */
/* Nothing new while the destination is away; after that releases in doubt become resets. */
static void test_resume(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		tx(x, id[i], ISUP_IAM);
		outs(x);
	}
	rx_from(x, DPC, ISUP_ACM, 4);
	rx_from(x, DPC, ISUP_ANM, 4);
	outs(x);
	isup_mtp_available(x, world_now, DPC, false);
	block(20, 2, ISUP_MAINTENANCE, true);
	for (int i = 0; i < 2; i++)
		assert_string_equal(said(tx(x, id[i], ISUP_REL)), "SEND REL; ");
	assert_string_equal(after(15000), "SEND REL; SEND REL; "); /* T1 */
	assert_string_equal(after(5000), "CALL REL 102 local T7; SEND REL 102; ");
	isup_mtp_available(x, world_now, DPC, true);
	assert_string_equal(after(20), "SEND CGB; SEND GRS; ");
	assert_int_equal(isup_circuit_state(x, id[0]), ISUP_GROUP_RESETTING);
	assert_int_equal(isup_circuit_state(x, id[3]), ISUP_OUT_ANSWERED);
	assert_int_equal(rx_group(x, ISUP_GRA, 1, 2, 0, 0), 0);
	rest();
	assert_true(FREE(1) && FREE(2) && FREE(3));
}

/* A peer that is there, but says nothing of a group of which it lacks a circuit: three times T22, then RSC of each;
 * what it has is free again, what it lacks is known, and groups are made around it. */
static void test_group_not_answered(void **state)
{
	(void)state;
	for (int i = 4; i < 8; i++)
		isup_circuit_reset_soon(x, world_now, id[i]);
	assert_string_equal(after(20), "SEND GRS; ");
	rx_from(x, DPC, ISUP_RLC, 30); /* it lives */
	outs(x);
	for (int i = 0; i < 2; i++)
		assert_string_equal(after(15000), "SEND GRS; ");
	assert_string_equal(after(15000), "ALARM; "); /* the third T22 */
	assert_string_equal(after(20), "SEND RSC; SEND RSC; SEND RSC; SEND RSC; ");
	assert_int_equal(rx_group(x, ISUP_GRA, 5, 3, 0, 0), TG_ESTATE); /* too late */
	rx_from(x, DPC, ISUP_RLC, 5);
	rx_from(x, DPC, ISUP_UCIC, 6);
	rx_from(x, DPC, ISUP_RLC, 7);
	outs(x);
	assert_true(FREE(5) && FREE(7) && !FREE(6) && !FREE(8));
	assert_string_equal(after(15000), "SEND RSC; "); /* T16: only CIC 8 is not answered for */
	for (int i = 4; i < 9; i++)
		isup_circuit_reset_soon(x, world_now, id[i]);
	assert_string_equal(after(20), "SEND RSC; SEND RSC; SEND RSC; SEND RSC; ");
	rx_from(x, DPC, ISUP_RLC, 8);
	outs(x);
	run_queue();
	for (uint16_t cic = 5; cic <= 9; cic++)
		rx_from(x, DPC, cic == 6 ? ISUP_UCIC : ISUP_RLC, cic);
	outs(x);
	isup_circuit_reset_soon(x, world_now, id[6]); /* in a group again */
	isup_circuit_reset_soon(x, world_now, id[7]);
	assert_string_equal(after(20), "SEND GRS; ");
	rx_group(x, ISUP_GRA, 7, 1, 0, 0);
	outs(x);
	assert_nothing_left(x);
}

/* The same for hardware, of which there are groups only: of two, behind and before in turn. */
static void test_hardware_not_answered(void **state)
{
	(void)state;
	block(5, 3, ISUP_HARDWARE, true);
	assert_int_equal(run_queue(), 1);
	assert_int_equal(last.range, 2);
	rx_from(x, DPC, ISUP_RLC, 30);
	outs(x);
	for (int i = 0; i < 2; i++)
		assert_string_equal(after(15000), "SEND CGB; ");
	assert_string_equal(after(15000), "ALARM; "); /* the third T18 */
	assert_string_equal(after(20), "SEND CGB; SEND CGB; SEND CGB; ");
	/* the peer lacks CIC 6: it answers for 7 and 8 only */
	assert_string_equal(said(rx_group(x, ISUP_CGBA, 7, 1, 1, 1)), "");
	assert_true(BLOCKED(5).pending && BLOCKED(6).pending && !BLOCKED(7).pending);
	for (int i = 0; i < 2; i++)
		assert_string_equal(after(15000), "SEND CGB; SEND CGB; ");
	assert_string_equal(after(15000), "ALARM; ALARM; ");
	assert_string_equal(after(20), "SEND CGB; SEND CGB; ");
	assert_string_equal(said(rx_group(x, ISUP_CGBA, 4, 1, 1, 2)), "");
	assert_false(BLOCKED(5).pending);
	assert_true(BLOCKED(6).pending);
	assert_string_equal(said(rx_from(x, DPC, ISUP_UCIC, 6)), "ALARM; ");
	assert_nothing_left(x);
}

/* What went out just before the way was lost is said again when it is back, not after T18, T20 or T21. */
static void test_requests_again(void **state)
{
	(void)state;
	block(5, 10, ISUP_MAINTENANCE, true);
	assert_string_equal(after(20), "SEND CGB; ");
	isup_mtp_available(x, world_now, DPC, false);
	isup_mtp_available(x, world_now, DPC, true);
	assert_string_equal(after(0), "SEND CGB; ");
	isup_mtp_available(x, world_now, DPC, true);
	assert_string_equal(after(15000), "SEND CGB; ");
	rx_group(x, ISUP_CGBA, 5, 9, 0, 0x3ff);
	assert_nothing_left(x);
	block(5, 10, ISUP_MAINTENANCE, false);
	assert_string_equal(after(20), "SEND CGU; ");
	for (int i = 0; i < 19; i++)
		assert_string_equal(after(15000), "SEND CGU; ");
	assert_string_equal(after(15000), "SEND CGU; ALARM; "); /* T21 */
	isup_mtp_available(x, world_now, DPC, false);
	isup_mtp_available(x, world_now, DPC, true);
	assert_string_equal(after(0), "SEND CGU; ALARM; ");
	assert_int_equal(rx_group(x, ISUP_CGUA, 5, 9, 0, 0x3ff), 0);
	assert_non_null(strstr(outs(x), "IDLE; IDLE; "));
	assert_nothing_left(x);
}

/* Memory. ------------------------------------------------------------------------------------- */
/* Nothing runs for circuits that are idle, and they are small. */
static void test_idle_costs_nothing(void **state)
{
	struct rng_seeded seed;
	struct isup_cfg cfg = { .opc = OPC,
				.max_circuits = 10000,
				.rng = rng_seeded_init(&seed, 1) };
	size_t before = mem_used(mem);
	struct isup *y = isup_new(mem, &cfg);
	isup_circuit_id c;

	(void)state;
	for (unsigned i = 0; i < 10000; i++) {
		struct isup_circuit_cfg k = { .dpc = 10 + i / 4000, .cic = (uint16_t)(i % 4000) };
		assert_int_equal(isup_circuit_add(y, &k, &c), 0);
	}
	print_message("# %zu octets a circuit, with all that the stack has\n",
		      (mem_used(mem) - before) / 10000);
	assert_true((mem_used(mem) - before) / 10000 <= 512);
	assert_nothing_left(y);
	rx_from(y, 10, ISUP_RSC, 5);
	isup_circuit_block(y, world_now, c, ISUP_MAINTENANCE, true);
	outs(y);
	world_now = isup_deadline(y);
	isup_tick(y, world_now);
	rx_from(y, 12, ISUP_BLA, 1999);
	outs(y);
	assert_nothing_left(y);
}

static void whole_life(void *ctx)
{
	struct mem *m = mem_root("walk");
	struct isup *y = m ? a_stack(m, OPC, DPC, 2, id) : NULL;

	(void)ctx;
	if (y) {
		world_now = TICK_ZERO;
		isup_circuit_block(y, world_now, id[0], ISUP_HARDWARE, true);
		isup_circuit_reset_soon(y, world_now, id[1]);
		outs(y);
		isup_tick(y, isup_deadline(y));
		assert_string_equal(outs(y), "SEND CGB; SEND RSC; ");
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
		cmocka_unit_test(test_tables),
		T(test_block_unblock),
		T(test_odd_answers),
		T(test_changed_mind),
		T(test_iam_on_blocked),
		T(test_test_call_comes),
		T(test_reset_and_blocking),
		T(test_unequipped),
		T(test_unequipped_in_groups),
		T(test_unequipped_while_unblocking),
		T(test_directions),
		T(test_group_blocking),
		T(test_gap),
		T(test_many),
		T(test_silent_peer),
		T(test_group_comes),
		T(t_G04),
		T(test_grs_on_blocked),
		T(test_query),
		T(test_resume),
		T(test_group_not_answered),
		T(test_hardware_not_answered),
		T(test_requests_again),
		T(test_idle_costs_nothing),
		T(test_allocations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
