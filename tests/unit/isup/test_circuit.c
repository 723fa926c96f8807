/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state machine of a circuit, every pair of state and input, through the front door. */
#include "unit/isup/world.h"

#include "isup/circuit.h"

struct t {
	struct mem *m;
	struct isup *x;
	isup_circuit_id c, id[2];
};

static void setup(struct t *t, uint32_t opc, uint32_t dpc)
{
	t->m = mem_root("test");
	t->x = a_stack(t->m, opc, dpc, 2, t->id);
	t->c = t->id[0];
	assert_non_null(t->x);
}

static void teardown(struct t *t)
{
	mem_free(t->m);
}

/* From idle. */
static void bring_to(struct t *t, enum isup_circuit_state s)
{
	static const struct {
		enum isup_circuit_state state;
		uint8_t tx[3], rx[3];
	} ways[] = {
		{ ISUP_IDLE, { 0 }, { 0 } },
		{ ISUP_OUT_SEIZED, { ISUP_IAM }, { 0 } },
		{ ISUP_OUT_ADDRESSED, { ISUP_IAM }, { ISUP_ACM } },
		{ ISUP_OUT_ANSWERED, { ISUP_IAM }, { ISUP_ACM, ISUP_ANM } },
		{ ISUP_IN_SEIZED, { 0 }, { ISUP_IAM } },
		{ ISUP_IN_ADDRESSED, { 0, ISUP_ACM }, { ISUP_IAM } },
		{ ISUP_IN_ANSWERED, { 0, ISUP_ACM, ISUP_ANM }, { ISUP_IAM } },
		{ ISUP_RELEASING, { ISUP_IAM, ISUP_REL }, { 0 } },
	};
	if (s == ISUP_RESETTING)
		assert_int_equal(isup_circuit_reset(t->x, world_now, t->c), 0);
	if (s == ISUP_GROUP_RESETTING) {
		isup_circuit_reset_soon(t->x, world_now, t->id[0]);
		isup_circuit_reset_soon(t->x, world_now, t->id[1]);
		world_now = isup_deadline(t->x);
		isup_tick(t->x, world_now);
	}
	bring_to_no_call(t->x, t->c, s);
	for (size_t w = 0; w < NR_OF(ways); w++)
		for (int i = 0; ways[w].state == s && i < 3; i++) {
			if (ways[w].tx[i])
				assert_int_equal(tx(t->x, t->c, ways[w].tx[i]), 0);
			if (ways[w].rx[i])
				assert_int_equal(rx(t->x, ways[w].rx[i]), 0);
		}
	outs(t->x);
	assert_int_equal(isup_circuit_state(t->x, t->c), s);
}

enum what { RX, TX, RESET, GONE };

struct expect {
	enum isup_circuit_state state;
	enum what what;
	uint8_t type;
	const char *outs;
	enum isup_circuit_state next;
};

#define RELEASED "CALL REL; SEND RLC; IDLE; "

/* What is the same in the states of a call. */
#define CALL_ROWS(s)                                                                        \
	{ s, RX, ISUP_REL, RELEASED, ISUP_IDLE },                                           \
		{ s, RX, ISUP_RLC, "CALL REL 101 local; SEND REL 101; ", ISUP_RELEASING },  \
		{ s, RX, ISUP_INR, "CALL INR; ", s }, { s, RX, ISUP_APM, "CALL APM; ", s }, \
		{ s, RX, ISUP_FAC, "CALL FAC; ", s }, { s, TX, ISUP_INF, "SEND INF; ", s }, \
		{ s, TX, ISUP_APM, "SEND APM; ", s },                                       \
		{ s, TX, ISUP_REL, "SEND REL; ", ISUP_RELEASING },                          \
		{ s, RESET, 0, "CALL REL 31 local; SEND RSC; ", ISUP_RESETTING },           \
	{                                                                                   \
		s, GONE, 0, "CALL REL 41 local; SEND REL 41; ", ISUP_RELEASING              \
	}
#define RESET_ROWS(s)                                                             \
	{ s, RX, ISUP_RSC, "CALL REL 31 local; SEND RLC; IDLE; ", ISUP_IDLE },    \
	{                                                                         \
		s, RX, ISUP_GRS, "CALL REL 31 local; IDLE; SEND GRA; ", ISUP_IDLE \
	}

/* Busy, but without a call. */
#define NO_CALL_ROWS_BUT(s, before)                                        \
	{ s, RX, ISUP_REL, before "SEND RLC; IDLE; ", ISUP_IDLE },         \
		{ s, RX, ISUP_RSC, before "SEND RLC; IDLE; ", ISUP_IDLE }, \
		{ s, RX, ISUP_GRS, before "IDLE; SEND GRA; ", ISUP_IDLE }, \
		{ s, RESET, 0, before "SEND RSC; ", ISUP_RESETTING },      \
	{                                                                  \
		s, GONE, 0, before "SEND REL 41; ", ISUP_RELEASING         \
	}
#define NO_CALL_ROWS(s)	 NO_CALL_ROWS_BUT(s, "")
#define CHECKING_ROWS(s) NO_CALL_ROWS_BUT(s, "STOP; ")

/* Pairs that do something. */
static const struct expect expects[] = {
	{ ISUP_IDLE, RX, ISUP_IAM, "CALL IAM; ", ISUP_IN_SEIZED },
	{ ISUP_IDLE, RX, ISUP_SAM, "SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IDLE, RX, ISUP_COT, "SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IDLE, RX, ISUP_ACM, "SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IDLE, RX, ISUP_CPG, "SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IDLE, RX, ISUP_CON, "SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IDLE, RX, ISUP_ANM, "SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IDLE, RX, ISUP_SUS, "SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IDLE, RX, ISUP_RES, "SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IDLE, RX, ISUP_INR, "SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IDLE, RX, ISUP_APM, "SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IDLE, RX, ISUP_FAC, "SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IDLE, RX, ISUP_CCR, "LOOP; ", ISUP_IN_RECHECKING },
	{ ISUP_IDLE, RX, ISUP_REL, "SEND RLC; ", ISUP_IDLE },
	{ ISUP_IDLE, RX, ISUP_RSC, "SEND RLC; ", ISUP_IDLE },
	{ ISUP_IDLE, TX, ISUP_IAM, "SEND IAM; ", ISUP_OUT_SEIZED },
	{ ISUP_IDLE, RESET, 0, "SEND RSC; ", ISUP_RESETTING },

	CALL_ROWS(ISUP_OUT_SEIZED),
	{ ISUP_OUT_SEIZED, RX, ISUP_RSC, "LOST; SEND RLC; IDLE; ", ISUP_IDLE },
	{ ISUP_OUT_SEIZED, RX, ISUP_GRS, "LOST; SEND RSC; SEND GRA; ", ISUP_RESETTING },
	{ ISUP_OUT_SEIZED, RX, ISUP_ACM, "CALL ACM; ", ISUP_OUT_ADDRESSED },
	{ ISUP_OUT_SEIZED, RX, ISUP_CON, "CALL CON; ", ISUP_OUT_ANSWERED },
	{ ISUP_OUT_SEIZED, RX, ISUP_ANM, "CALL ANM; ", ISUP_OUT_ANSWERED },
	{ ISUP_OUT_SEIZED, RX, ISUP_SAM, "LOST; SEND RSC; ", ISUP_RESETTING },
	{ ISUP_OUT_SEIZED, RX, ISUP_COT, "LOST; SEND RSC; ", ISUP_RESETTING },
	{ ISUP_OUT_SEIZED, RX, ISUP_CPG, "LOST; SEND RSC; ", ISUP_RESETTING },
	{ ISUP_OUT_SEIZED, RX, ISUP_SUS, "LOST; SEND RSC; ", ISUP_RESETTING },
	{ ISUP_OUT_SEIZED, RX, ISUP_RES, "LOST; SEND RSC; ", ISUP_RESETTING },
	{ ISUP_OUT_SEIZED, RX, ISUP_BLO, "SEND BLA; LOST; SEND REL 31; ", ISUP_RELEASING },
	{ ISUP_IDLE, RX, ISUP_UCIC, "ALARM; ", ISUP_IDLE },
	{ ISUP_OUT_SEIZED, RX, ISUP_UCIC, "LOST; IDLE; ", ISUP_IDLE },
	{ ISUP_OUT_SEIZED, TX, ISUP_SAM, "SEND SAM; ", ISUP_OUT_SEIZED },
	{ ISUP_OUT_SEIZED, RX, ISUP_OLM, "LOST; ", ISUP_OUT_OVERLOADED },

	CALL_ROWS(ISUP_OUT_ADDRESSED),
	RESET_ROWS(ISUP_OUT_ADDRESSED),
	{ ISUP_OUT_ADDRESSED, RX, ISUP_CPG, "CALL CPG; ", ISUP_OUT_ADDRESSED },
	{ ISUP_OUT_ADDRESSED, RX, ISUP_ANM, "CALL ANM; ", ISUP_OUT_ANSWERED },

	CALL_ROWS(ISUP_OUT_ANSWERED),
	RESET_ROWS(ISUP_OUT_ANSWERED),
	{ ISUP_OUT_ANSWERED, RX, ISUP_CPG, "CALL CPG; ", ISUP_OUT_ANSWERED },
	{ ISUP_OUT_ANSWERED, RX, ISUP_SUS, "CALL SUS; ", ISUP_OUT_ANSWERED },
	{ ISUP_OUT_ANSWERED, RX, ISUP_RES, "CALL RES; ", ISUP_OUT_ANSWERED },
	{ ISUP_OUT_ANSWERED, TX, ISUP_CPG, "SEND CPG; ", ISUP_OUT_ANSWERED },
	{ ISUP_OUT_ANSWERED, TX, ISUP_SUS, "SEND SUS; ", ISUP_OUT_ANSWERED },
	{ ISUP_OUT_ANSWERED, TX, ISUP_RES, "SEND RES; ", ISUP_OUT_ANSWERED },

	CALL_ROWS(ISUP_IN_SEIZED),
	RESET_ROWS(ISUP_IN_SEIZED),
	{ ISUP_IN_SEIZED, RX, ISUP_SAM, "CALL SAM; ", ISUP_IN_SEIZED },
	{ ISUP_IN_SEIZED, RX, ISUP_IAM, "CALL REL 101 local; SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IN_SEIZED, RX, ISUP_ACM, "CALL REL 101 local; SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IN_SEIZED, RX, ISUP_CPG, "CALL REL 101 local; SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IN_SEIZED, RX, ISUP_CON, "CALL REL 101 local; SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IN_SEIZED, RX, ISUP_ANM, "CALL REL 101 local; SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IN_SEIZED, RX, ISUP_SUS, "CALL REL 101 local; SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IN_SEIZED, RX, ISUP_RES, "CALL REL 101 local; SEND RSC; ", ISUP_RESETTING },
	{ ISUP_IN_SEIZED, TX, ISUP_ACM, "SEND ACM; ", ISUP_IN_ADDRESSED },
	{ ISUP_IN_SEIZED, TX, ISUP_CON, "SEND CON; ", ISUP_IN_ANSWERED },

	CALL_ROWS(ISUP_IN_ADDRESSED),
	RESET_ROWS(ISUP_IN_ADDRESSED),
	{ ISUP_IN_ADDRESSED, TX, ISUP_CPG, "SEND CPG; ", ISUP_IN_ADDRESSED },
	{ ISUP_IN_ADDRESSED, TX, ISUP_ANM, "SEND ANM; ", ISUP_IN_ANSWERED },

	CALL_ROWS(ISUP_IN_ANSWERED),
	RESET_ROWS(ISUP_IN_ANSWERED),
	{ ISUP_IN_ANSWERED, RX, ISUP_CPG, "CALL CPG; ", ISUP_IN_ANSWERED },
	{ ISUP_IN_ANSWERED, RX, ISUP_SUS, "CALL SUS; ", ISUP_IN_ANSWERED },
	{ ISUP_IN_ANSWERED, RX, ISUP_RES, "CALL RES; ", ISUP_IN_ANSWERED },
	{ ISUP_IN_ANSWERED, TX, ISUP_CPG, "SEND CPG; ", ISUP_IN_ANSWERED },
	{ ISUP_IN_ANSWERED, TX, ISUP_SUS, "SEND SUS; ", ISUP_IN_ANSWERED },
	{ ISUP_IN_ANSWERED, TX, ISUP_RES, "SEND RES; ", ISUP_IN_ANSWERED },

	{ ISUP_RELEASING, RX, ISUP_RLC, "IDLE; ", ISUP_IDLE },
	{ ISUP_RELEASING, RX, ISUP_REL, "SEND RLC; ", ISUP_RELEASING },
	{ ISUP_RELEASING, RX, ISUP_RSC, "SEND RLC; ", ISUP_RELEASING },
	{ ISUP_RELEASING, RESET, 0, "SEND RSC; ", ISUP_RESETTING },

	{ ISUP_RESETTING, RX, ISUP_RLC, "IDLE; ", ISUP_IDLE },
	{ ISUP_RESETTING, RX, ISUP_REL, "SEND RLC; ", ISUP_RESETTING },
	{ ISUP_RESETTING, RX, ISUP_RSC, "SEND RLC; ", ISUP_RESETTING },
	{ ISUP_RESETTING, RESET, 0, "SEND RSC; ", ISUP_RESETTING },
	{ ISUP_RESETTING, RX, ISUP_UCIC, "ALARM; IDLE; ", ISUP_IDLE },

	{ ISUP_GROUP_RESETTING, RX, ISUP_REL, "SEND RLC; ", ISUP_GROUP_RESETTING },
	{ ISUP_GROUP_RESETTING, RX, ISUP_RSC, "SEND RLC; ", ISUP_GROUP_RESETTING },

	NO_CALL_ROWS(ISUP_OUT_CHECK_FAILED),
	NO_CALL_ROWS(ISUP_IN_CHECK_FAILED),
	{ ISUP_IN_CHECK_FAILED, RX, ISUP_CCR, "LOOP; ", ISUP_IN_RECHECKING },
	NO_CALL_ROWS(ISUP_OUT_OVERLOADED),
	NO_CALL_ROWS(ISUP_IN_COLLECTING),
	CHECKING_ROWS(ISUP_OUT_RECHECKING),
	{ ISUP_OUT_RECHECKING, RX, ISUP_UCIC, "STOP; ALARM; IDLE; ", ISUP_IDLE },
	CHECKING_ROWS(ISUP_IN_RECHECKING),
	{ ISUP_IN_RECHECKING, RX, ISUP_COT, "STOP; ", ISUP_IN_CHECK_FAILED },
};

static unsigned nr_expected;

static const struct expect *expected(enum isup_circuit_state s, enum what what, uint8_t type)
{
	for (size_t i = 0; i < NR_OF(expects); i++)
		if (expects[i].state == s && expects[i].what == what && expects[i].type == type)
			return &expects[i];
	return NULL;
}

static int stimulate(struct t *t, enum what what, uint8_t type)
{
	struct isup_msg m;
	uint8_t buf[20];
	int len;

	if (what == TX)
		return tx(t->x, t->c, type);
	if (what == RESET)
		return isup_circuit_reset(t->x, world_now, t->c);
	if (what == GONE)
		return isup_circuit_usable(t->x, world_now, t->c, false);
	if (type != ISUP_GRS)
		return rx(t->x, type);
	isup_msg_init(&m, ISUP_GRS, 1);
	isup_put_u8(&m, ISUP_P_RANGE_AND_STATUS, 1);
	len = isup_msg_enc(&m, &isup_itu, buf, sizeof(buf), NULL);
	return isup_rx(t->x, world_now, DPC, str_n(buf, (size_t)len));
}

/* What a pair does that is not in the table: nothing, but an answer to BLO, UBL and GRS. */
static const char *otherwise(enum what what, uint8_t type)
{
	if (what != RX)
		return "";
	return type == ISUP_BLO	  ? "SEND BLA; "
	       : type == ISUP_UBL ? "SEND UBA; "
	       : type == ISUP_GRS ? "SEND GRA; "
				  : "";
}

static void check_pair(enum isup_circuit_state s, enum what what, uint8_t type)
{
	const struct expect *e = expected(s, what, type);
	struct t t;
	char name[8];
	int rc;

	nr_expected += e != NULL;
	world_cfg_for(s);
	setup(&t, OPC, DPC);
	bring_to(&t, s);
	rc = stimulate(&t, what, type);
	if (what == TX)
		assert_int_equal(rc, e ? 0 : TG_ESTATE);
	const char *got = outs(t.x), *want = e ? e->outs : otherwise(what, type);
	enum isup_circuit_state next = isup_circuit_state(t.x, t.c);
	if (strcmp(got, want) != 0 || next != (e ? e->next : s))
		fail_msg("%s, %s %s: '%s' -> %s", isup_circuit_state_name(s),
			 what == TX ? "tx" : "rx", isup_msg_name(type, name), got,
			 isup_circuit_state_name(next));
	teardown(&t);
}

static void test_every_pair(void **state)
{
	static const uint8_t call[] = { ISUP_IAM, ISUP_SAM, ISUP_COT, ISUP_ACM, ISUP_CPG,
					ISUP_CON, ISUP_ANM, ISUP_SUS, ISUP_RES, ISUP_REL };
	static const uint8_t more[] = {
		ISUP_INR, ISUP_APM, ISUP_FAC,  ISUP_RLC, ISUP_RSC, ISUP_GRS,
		ISUP_BLO, ISUP_UBL, ISUP_UCIC, ISUP_BLA, ISUP_UBA, ISUP_GRA,
		ISUP_CFN, ISUP_CGB, ISUP_LPA,  ISUP_CCR, ISUP_OLM, ISUP_SGM
	};

	(void)state;
	for (int s = 0; s < ISUP_OUT_RESERVING; s++) { /* that one: test_ansi */
		for (size_t i = 0; i < NR_OF(call); i++) {
			/* ours to control or not: test_dual_seizure */
			if (s != ISUP_OUT_SEIZED || call[i] != ISUP_IAM)
				check_pair(s, RX, call[i]);
			check_pair(s, TX, call[i]);
		}
		for (size_t i = 0; i < NR_OF(more); i++)
			check_pair(s, RX, more[i]);
		check_pair(s, TX, ISUP_INF);
		check_pair(s, TX, ISUP_APM);
		check_pair(s, RESET, 0);
		check_pair(s, GONE, 0);
	}
	assert_int_equal(nr_expected, NR_OF(expects)); /* none is left out */
	world_cfg_for(ISUP_IDLE);
}

static void test_table(void **state)
{
	(void)state;
	check_fsm(&isup_circuit_def, "isup_circuit");
}

/* Q.764 2.9.1.4: the higher point code controls the even CICs. */
static void check_seizure(uint32_t opc, uint32_t dpc, uint16_t cic, bool ours)
{
	struct t t;
	struct isup_circuit_cfg k = { .dpc = dpc, .cic = cic };

	t.m = mem_root("test");
	t.x = a_stack(t.m, opc, dpc, 0, NULL);
	assert_int_equal(isup_circuit_add(t.x, &k, &t.c), 0);
	assert_int_equal(isup_circuit_is_ours(t.x, t.c), ours);
	assert_int_equal(tx(t.x, t.c, ISUP_IAM), 0);
	outs(t.x);
	rx_from(t.x, dpc, ISUP_IAM, cic);
	assert_string_equal(outs(t.x), ours ? "" : "LOST; CALL IAM; ");
	assert_int_equal(isup_circuit_state(t.x, t.c), ours ? ISUP_OUT_SEIZED : ISUP_IN_SEIZED);
	teardown(&t);
}

static void test_dual_seizure(void **state)
{
	(void)state;
	for (uint16_t cic = 0; cic < 8; cic++) {
		check_seizure(9, 5, cic, cic % 2 == 0);
		check_seizure(5, 9, cic, cic % 2 == 1);
	}
	check_seizure(16383, 0, 4094, true);
	check_seizure(0, 16383, 4095, true);
}

/* Blocked by the peer: not ours to seize, but its calls come, and each kind of news unblocks. */
static void test_blocked(void **state)
{
	static const uint8_t unblocks[] = { ISUP_UBL, ISUP_RSC, ISUP_IAM };
	struct t t;

	(void)state;
	for (size_t i = 0; i < NR_OF(unblocks); i++) {
		setup(&t, OPC, DPC);
		rx(t.x, ISUP_BLO);
		assert_string_equal(outs(t.x), "SEND BLA; ");
		assert_false(isup_circuit_is_free(t.x, t.c));
		assert_int_equal(tx(t.x, t.c, ISUP_IAM), TG_ESTATE);
		rx(t.x, unblocks[i]);
		if (unblocks[i] == ISUP_IAM)
			rx(t.x, ISUP_REL);
		outs(t.x);
		assert_true(isup_circuit_is_free(t.x, t.c));
		teardown(&t);
	}
}

/* The timeslot goes in a call: the circuit is not idle again before it is back. */
static void test_unusable(void **state)
{
	struct t t;

	(void)state;
	setup(&t, OPC, DPC);
	bring_to(&t, ISUP_IN_ANSWERED);
	isup_circuit_usable(t.x, world_now, t.c, false);
	isup_circuit_usable(t.x, world_now, t.c, false);
	assert_string_equal(outs(t.x), "CALL REL 41 local; SEND REL 41; ");
	rx(t.x, ISUP_RLC);
	assert_string_equal(outs(t.x), "");
	assert_false(isup_circuit_is_free(t.x, t.c));
	assert_int_equal(tx(t.x, t.c, ISUP_IAM), TG_ESTATE);
	rx(t.x, ISUP_IAM);
	assert_string_equal(outs(t.x), "SEND REL 44; ");
	rx(t.x, ISUP_RLC);
	assert_string_equal(outs(t.x), "");
	isup_tick(t.x, isup_deadline(t.x));
	assert_string_equal(outs(t.x), "SEND CGB; ");
	rx_group(t.x, ISUP_CGBA, 1, 1, 1, 1);
	isup_circuit_usable(t.x, world_now, t.c, true);
	isup_tick(t.x, isup_deadline(t.x));
	assert_string_equal(outs(t.x), "SEND CGU; ");
	assert_false(isup_circuit_is_free(t.x, t.c));
	rx_group(t.x, ISUP_CGUA, 1, 1, 1, 1);
	assert_string_equal(outs(t.x), "IDLE; ");
	assert_true(isup_circuit_is_free(t.x, t.c));
	assert_nothing_left(t.x);
	teardown(&t);
}

static void test_paused(void **state)
{
	struct t t;

	(void)state;
	setup(&t, OPC, DPC);
	assert_int_equal(isup_mtp_available(t.x, world_now, 77, false), TG_ENOENT);
	bring_to(&t, ISUP_OUT_ANSWERED);
	assert_int_equal(isup_mtp_available(t.x, world_now, DPC, false), 0);
	assert_string_equal(outs(t.x), "");
	assert_int_equal(isup_circuit_state(t.x, t.c), ISUP_OUT_ANSWERED);
	rx(t.x, ISUP_REL);
	assert_string_equal(outs(t.x), RELEASED);
	assert_false(isup_circuit_is_free(t.x, t.c));
	assert_int_equal(tx(t.x, t.c, ISUP_IAM), TG_ESTATE);
	isup_mtp_available(t.x, world_now, DPC, true);
	assert_int_equal(tx(t.x, t.c, ISUP_IAM), 0);
	teardown(&t);
}

/* Who has been told of a release may seize the circuit at once: it is not told then that it is
 * idle. */
static void test_seized_while_draining(void **state)
{
	struct isup_out o;
	struct t t;

	(void)state;
	setup(&t, OPC, DPC);
	bring_to(&t, ISUP_OUT_ANSWERED);
	rx(t.x, ISUP_REL);
	assert_int_equal(isup_circuit_state(t.x, t.c), ISUP_IDLE);
	assert_false(isup_circuit_is_free(t.x, t.c));
	assert_int_equal(tx(t.x, t.c, ISUP_IAM), TG_ESTATE); /* not told of the release yet */
	assert_true(isup_next_out(t.x, &o));
	assert_int_equal(o.msg->type, ISUP_REL);
	assert_int_equal(tx(t.x, t.c, ISUP_IAM), 0);
	assert_int_equal(o.msg->type, ISUP_REL); /* the view holds */
	assert_string_equal(outs(t.x), "SEND RLC; SEND IAM; ");
	teardown(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_every_pair),
		cmocka_unit_test(test_dual_seizure),
		cmocka_unit_test(test_blocked),
		cmocka_unit_test(test_unusable),
		cmocka_unit_test(test_paused),
		cmocka_unit_test(test_seized_while_draining),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
