/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The set-up of a call beside the machine of test_circuit: continuity check both ways with T8, T24 to
 * T27, T36; the roles of an exchange; overlap with T35; segments with T34; overload with T3;
 * congestion; what a transit exchange changes.
 */
#include "unit/isup/world.h"

#include "isup/circuit.h"
#include "isup/transit.h"

static struct mem *mem;
static struct isup *x;
static isup_circuit_id id[2];

static void start(struct isup_cfg cfg)
{
	world_now = TICK_ZERO;
	mem = mem_root("test");
	world_cfg = cfg;
	x = a_stack(mem, OPC, DPC, 2, id);
	world_cfg = (struct isup_cfg){ .opc = 0 };
	assert_non_null(x);
}

static void stop(void)
{
	assert_nothing_left(x);
	mem_free(mem);
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

static int send(struct isup_msg m)
{
	return isup_tx(x, world_now, id[0], &m);
}

static void assert_state(enum isup_circuit_state s)
{
	assert_int_equal(isup_circuit_state(x, id[0]), s);
}

/* The continuity check that the next IAM announces. */
static uint8_t announced(void)
{
	struct isup_out o;
	struct isup_nci nci = { .continuity = 9 };

	while (isup_next_out(x, &o))
		if (o.type == ISUP_OUT_SEND && o.msg->type == ISUP_IAM)
			isup_get_nci(o.msg, &nci);
	return nci.continuity;
}

/* Continuity. ---------------------------------------------------------------------------------- */
static void test_outgoing(void **state)
{
	(void)state;
	start((struct isup_cfg){ .continuity_percent = 100 });
	assert_string_equal(said(tx(x, id[0], ISUP_IAM)), "SEND IAM; TONE; ");
	assert_string_equal(said(isup_continuity(x, world_now, id[0], true)), "STOP; SEND COT; ");
	assert_string_equal(said(isup_continuity(x, world_now, id[0], true)), "");
	assert_string_equal(said(rx(x, ISUP_ACM)), "CALL ACM; ");
	assert_string_equal(said(rx(x, ISUP_REL)), "CALL REL; SEND RLC; IDLE; ");
	tx(x, id[0], ISUP_IAM);
	assert_int_equal(announced(), 1);
	assert_string_equal(said(tx(x, id[0], ISUP_REL)), "STOP; SEND REL; ");
	rx(x, ISUP_RLC);
	outs(x);
	assert_int_equal(isup_continuity(x, world_now, 99, true), TG_ENOENT);
	stop();
}

/* 2.1.8: no tone comes back; another circuit, CCR after T25, and after T26 again. */
static void test_outgoing_fails(void **state)
{
	(void)state;
	start((struct isup_cfg){ .continuity_percent = 100 });
	tx(x, id[0], ISUP_IAM);
	outs(x);
	assert_string_equal(after(1900), "STOP; SEND COT; LOST; ");
	assert_state(ISUP_OUT_CHECK_FAILED);
	assert_string_equal(after(5000), "SEND CCR; TONE; ");
	assert_string_equal(after(1900), "STOP; SEND COT; ALARM; ");
	assert_string_equal(after(120000), "SEND CCR; TONE; ");
	assert_string_equal(said(isup_continuity(x, world_now, id[0], false)),
			    "STOP; SEND COT; ALARM; ");
	assert_string_equal(after(120000), "SEND CCR; TONE; ");
	assert_string_equal(said(isup_continuity(x, world_now, id[0], true)),
			    "STOP; SEND REL 31; ");
	assert_string_equal(said(rx(x, ISUP_RLC)), "IDLE; ");
	stop();
}

/* Of so many calls in a hundred. */
static void test_share(void **state)
{
	unsigned nr = 0;

	(void)state;
	start((struct isup_cfg){ .continuity_percent = 30 });
	for (int i = 0; i < 200; i++) {
		tx(x, id[0], ISUP_IAM);
		nr += announced() == 1;
		tx(x, id[0], ISUP_REL);
		rx(x, ISUP_RLC);
		outs(x);
	}
	assert_int_equal(nr, 60);
	stop();
}

/* An exchange that does not wait for COT. */
static void test_too_early(void **state)
{
	static const uint8_t types[] = { ISUP_ACM, ISUP_CON, ISUP_ANM };

	(void)state;
	start((struct isup_cfg){ .continuity_percent = 100 });
	for (size_t i = 0; i < NR_OF(types); i++) {
		tx(x, id[0], ISUP_IAM);
		outs(x);
		assert_string_equal(said(rx(x, types[i])), "STOP; LOST; SEND RSC; ");
		rx(x, ISUP_RLC);
		outs(x);
	}
	stop();
}

/* Transit: the COT of the circuits before and our own check, in either order, and without ours. */
static void test_relayed(void **state)
{
	(void)state;
	start((struct isup_cfg){ .continuity_percent = 100 });
	assert_string_equal(said(send(a_checked_iam(2))), "SEND IAM; TONE; ");
	assert_string_equal(said(isup_continuity(x, world_now, id[0], true)), "STOP; ");
	assert_string_equal(said(tx(x, id[0], ISUP_COT)), "SEND COT; ");
	assert_int_equal(tx(x, id[0], ISUP_COT), TG_ESTATE);
	tx(x, id[0], ISUP_REL);
	rx(x, ISUP_RLC);
	outs(x);
	send(a_checked_iam(1));
	outs(x);
	assert_string_equal(said(tx(x, id[0], ISUP_COT)), "");
	assert_string_equal(said(isup_continuity(x, world_now, id[0], true)), "STOP; SEND COT; ");
	tx(x, id[0], ISUP_REL);
	rx(x, ISUP_RLC);
	outs(x);
	stop();
	start((struct isup_cfg){ .continuity_percent = 0 });
	send(a_checked_iam(1));
	assert_int_equal(announced(), 2);
	assert_string_equal(said(tx(x, id[0], ISUP_COT)), "SEND COT; ");
	assert_string_equal(said(rx(x, ISUP_REL)), "CALL REL; SEND RLC; IDLE; ");
	stop();
}

static void test_incoming(void **state)
{
	(void)state;
	start((struct isup_cfg){ .opc = 0 });
	assert_string_equal(said(rx_with(x, a_checked_iam(1))), "LOOP; CALL IAM; ");
	assert_int_equal(tx(x, id[0], ISUP_ACM), TG_ESTATE); /* not before COT */
	assert_int_equal(tx(x, id[0], ISUP_CON), TG_ESTATE);
	assert_string_equal(said(rx(x, ISUP_COT)), "STOP; CALL COT; ");
	assert_string_equal(said(rx(x, ISUP_COT)), "");
	assert_string_equal(said(tx(x, id[0], ISUP_ACM)), "SEND ACM; ");
	rx(x, ISUP_REL);
	outs(x);
	/* on a circuit before */
	assert_string_equal(said(rx_with(x, a_checked_iam(2))), "CALL IAM; ");
	assert_string_equal(said(rx(x, ISUP_COT)), "CALL COT; ");
	rx(x, ISUP_REL);
	outs(x);
	rx_with(x, a_checked_iam(2));
	outs(x);
	assert_string_equal(said(rx_with(x, a_cot(false))), "CALL REL 41 local; SEND REL 41; ");
	rx(x, ISUP_RLC);
	outs(x);
	/* we blocked it, but it is a test call's or CCR's all the same */
	assert_string_equal(said(rx(x, ISUP_CCR)), "LOOP; ");
	assert_string_equal(said(rx(x, ISUP_REL)), "STOP; SEND RLC; IDLE; ");
	stop();
}

static void test_incoming_fails(void **state)
{
	(void)state;
	start((struct isup_cfg){ .opc = 0 });
	rx_with(x, a_checked_iam(1));
	outs(x);
	assert_string_equal(said(rx_with(x, a_cot(false))), "STOP; CALL REL 41 local; ");
	assert_state(ISUP_IN_CHECK_FAILED);
	assert_string_equal(said(rx(x, ISUP_CCR)), "LOOP; ");
	assert_string_equal(said(rx_with(x, a_cot(false))), "STOP; ");
	assert_string_equal(said(rx(x, ISUP_CCR)), "LOOP; ");
	assert_string_equal(said(rx(x, ISUP_REL)), "STOP; SEND RLC; IDLE; ");
	/* T27 */
	rx_with(x, a_checked_iam(1));
	rx_with(x, a_cot(false));
	outs(x);
	assert_string_equal(after(240000), "SEND RSC; ALARM; ");
	rx(x, ISUP_RLC);
	outs(x);
	/* T36 */
	rx(x, ISUP_CCR);
	outs(x);
	assert_string_equal(after(10000), "STOP; SEND RSC; ");
	rx(x, ISUP_RLC);
	outs(x);
	stop();
}

/* T37 and T39: NRM and IDR without an answer end no call; in transit they are another's. */
static void test_asked_aside(void **state)
{
	static const struct {
		uint8_t asks, answers;
		int64_t ms;
	} rows[] = { { ISUP_NRM, ISUP_NRM, 3000 }, { ISUP_IDR, ISUP_IRS, 10000 } };

	(void)state;
	start((struct isup_cfg){ .opc = OPC });
	for (size_t i = 0; i < NR_OF(rows); i++) {
		rx(x, ISUP_IAM);
		tx(x, id[0], ISUP_CON);
		outs(x);
		assert_int_equal(tx(x, id[0], rows[i].asks), 0);
		outs(x);
		assert_string_equal(after(rows[i].ms), "ALARM; ");
		assert_int_equal(isup_circuit_state(x, id[0]), ISUP_IN_ANSWERED);
		tx(x, id[0], rows[i].asks);
		rx(x, rows[i].answers);
		outs(x);
		assert_true(tick_is_never(isup_deadline(x)));
		tx(x, id[0], rows[i].asks); /* goes with the call */
		outs(x);
		assert_false(tick_is_never(isup_deadline(x)));
		rx(x, ISUP_REL);
		outs(x);
		assert_nothing_left(x);
		rx(x, ISUP_IAM);
		tx(x, id[0], ISUP_CON);
		isup_circuit_role(x, id[0], ISUP_TRANSIT);
		tx(x, id[0], rows[i].asks);
		outs(x);
		assert_true(tick_is_never(isup_deadline(x)));
		rx(x, ISUP_REL);
		outs(x);
	}
	stop();
}

/* T1.113: CCR is answered with LPA. */
static void test_loopback_acknowledgement(void **state)
{
	struct isup_msg m;
	struct isup_out o;
	uint8_t buf[8];
	unsigned lpa = 0;
	int len;

	(void)state;
	start((struct isup_cfg){ .variant = &isup_ansi95 });
	isup_msg_init(&m, ISUP_CCR, 1);
	len = isup_msg_enc(&m, &isup_ansi95, buf, sizeof(buf), NULL);
	assert_true(len > 0);
	assert_int_equal(isup_rx(x, world_now, DPC, str_n(buf, (size_t)len)), 0);
	while (isup_next_out(x, &o))
		lpa += o.type == ISUP_OUT_SEND && o.msg->type == ISUP_LPA;
	assert_int_equal(lpa, 1);
	rx(x, ISUP_REL);
	while (isup_next_out(x, &o))
		;
	stop();
}

/* A dual seizure in the middle of our check: the tone goes, the loop comes. */
static void test_dual_seizure(void **state)
{
	struct isup_msg iam = a_checked_iam(1);

	(void)state;
	start((struct isup_cfg){ .continuity_percent = 100 });
	tx(x, id[1], ISUP_IAM);
	outs(x);
	iam.cic = 2; /* not ours to control */
	assert_string_equal(said(rx_with(x, iam)), "STOP; LOST; LOOP; CALL IAM; ");
	mem_free(mem);
}

/* Roles. --------------------------------------------------------------------------------------- */
static void test_role(void **state)
{
	struct isup_msg sus = a_msg(ISUP_SUS, 1);

	(void)state;
	start((struct isup_cfg){ .opc = 0 });
	assert_int_equal(isup_circuit_role(x, 99, ISUP_TRANSIT), TG_ENOENT);
	isup_circuit_role(x, id[0], ISUP_TRANSIT);
	tx(x, id[0], ISUP_IAM);
	rx(x, ISUP_ACM);
	outs(x);
	assert_true(tick_is_never(isup_deadline(x))); /* no T9 */
	rx(x, ISUP_REL);
	outs(x);
	tx(x, id[0], ISUP_IAM); /* and that was for one call */
	rx(x, ISUP_ACM);
	outs(x);
	assert_string_equal(after(180000), "CALL REL 19 local T9; SEND REL 19; ");
	rx(x, ISUP_RLC);
	outs(x);
	/* 2.4: T38 of an incoming international exchange */
	rx(x, ISUP_IAM);
	tx(x, id[0], ISUP_CON);
	isup_circuit_role(x, id[0], ISUP_INCOMING_INTERNATIONAL);
	send(sus);
	assert_true(tick_is_never(isup_deadline(x))); /* the subscriber's: T2, elsewhere */
	isup_put_u8(&sus, ISUP_P_SUSPEND_RESUME, 1);
	send(sus);
	sus.type = ISUP_RES;
	send(sus);
	assert_true(tick_is_never(isup_deadline(x)));
	sus.type = ISUP_SUS;
	send(sus);
	outs(x);
	assert_string_equal(after(120000), "CALL REL 102 local T38; SEND REL 102; ");
	rx(x, ISUP_RLC);
	outs(x);
	/* the same where the call goes on by ISUP */
	rx(x, ISUP_IAM);
	tx(x, id[0], ISUP_CON);
	isup_circuit_role(x, id[0], ISUP_TRANSIT_INTERNATIONAL);
	send(sus);
	outs(x);
	assert_string_equal(after(120000), "CALL REL 102 local T38; SEND REL 102; ");
	rx(x, ISUP_RLC);
	outs(x);
	stop();
}

static void test_transit_iam(void **state)
{
	struct isup_transit t = { .delay_ms = 300, .satellite = true, .echo_device = true };
	struct isup_msg iam = a_msg(ISUP_IAM, 1);
	struct isup_nci nci;
	struct str s;
	uint8_t hops;

	(void)state;
	assert_int_equal(isup_transit_iam(&iam, &isup_itu, &t), 0);
	assert_false(isup_get(&iam, ISUP_P_HOP_COUNTER, &s));
	assert_int_equal(isup_get_nci(&iam, &nci), 0);
	assert_true(nci.satellite == 1 && nci.echo_device == 1);
	t.initial_hops = 3;
	isup_put(&iam, ISUP_P_PROPAGATION_DELAY, OCTETS("00fe"));
	assert_int_equal(isup_transit_iam(&iam, &isup_itu, &t), 0);
	assert_true(isup_get(&iam, ISUP_P_PROPAGATION_DELAY, &s));
	assert_octets_equal(s, OCTETS("022a"));
	for (uint8_t left = 3; left > 1; left--) {
		assert_int_equal(isup_get_u8(&iam, ISUP_P_HOP_COUNTER, &hops), 0);
		assert_int_equal(hops, left);
		assert_int_equal(isup_transit_iam(&iam, &isup_itu, &t), 0);
	}
	assert_int_equal(isup_transit_iam(&iam, &isup_itu, &t), TG_ELIMIT);
	assert_int_equal(isup_get_nci(&iam, &nci), 0);
	assert_int_equal(nci.satellite, 2); /* never the spare value */
	isup_put(&iam, ISUP_P_PROPAGATION_DELAY, OCTETS("fff0"));
	isup_put_u8(&iam, ISUP_P_HOP_COUNTER, 31);
	isup_transit_iam(&iam, &isup_itu, &t);
	isup_get(&iam, ISUP_P_PROPAGATION_DELAY, &s);
	assert_octets_equal(s, OCTETS("ffff"));
}

/* Overlap. ------------------------------------------------------------------------------------- */
static struct isup_msg with_digits(uint8_t type, const char *digits)
{
	struct isup_msg m = a_msg(type, 1);
	struct isup_number n = { .noa = 3, .npi = 1 };

	strcpy(n.digits, digits);
	isup_put_number(&m, type == ISUP_IAM ? ISUP_P_CALLED_NUMBER : ISUP_P_SUBSEQUENT_NUMBER, &n);
	return m;
}

/* The called number of the IAM that is presented, "" for none. */
static const char *presented(void)
{
	static struct isup_number n;
	struct isup_out o;

	n.digits[0] = '\0';
	while (isup_next_out(x, &o))
		if (o.type == ISUP_OUT_CALL && o.msg->type == ISUP_IAM)
			isup_get_number(o.msg, ISUP_P_CALLED_NUMBER, &n);
	return n.digits;
}

static void test_overlap(void **state)
{
	(void)state;
	start((struct isup_cfg){ .min_digits = 6 });
	rx_with(x, with_digits(ISUP_IAM, "123456"));
	assert_string_equal(presented(), "123456");
	rx(x, ISUP_REL);
	rx_with(x, with_digits(ISUP_IAM, "12F"));
	assert_string_equal(presented(), "12F");
	rx(x, ISUP_REL);
	rx_with(x, with_digits(ISUP_IAM, "12"));
	assert_string_equal(presented(), "");
	assert_int_equal(tx(x, id[0], ISUP_ACM), TG_ESTATE);
	assert_false(isup_circuit_has_call(x, id[0]));
	world_now = tick_add_ms(world_now, 14000);
	rx_with(x, with_digits(ISUP_SAM, "34"));
	assert_string_equal(presented(), "");
	world_now = tick_add_ms(world_now, 14000);
	isup_tick(x, world_now);
	rx_with(x, with_digits(ISUP_SAM, "567"));
	assert_string_equal(presented(), "1234567");
	assert_string_equal(said(rx_with(x, with_digits(ISUP_SAM, "8"))), "CALL SAM; ");
	rx(x, ISUP_REL);
	outs(x);
	rx_with(x, with_digits(ISUP_IAM, "12"));
	rx_with(x, with_digits(ISUP_SAM, "F"));
	assert_string_equal(presented(), "12F");
	rx(x, ISUP_REL);
	outs(x);
	/* T35 */
	rx_with(x, with_digits(ISUP_IAM, "12"));
	assert_string_equal(after(15000), "SEND REL 28; ");
	rx(x, ISUP_RLC);
	outs(x);
	stop();
}

/* Digits and the check at the same time. */
static void test_overlap_and_cot(void **state)
{
	struct isup_msg iam = with_digits(ISUP_IAM, "12");
	struct isup_nci nci = { .continuity = 1 };
	struct isup_out o;

	(void)state;
	start((struct isup_cfg){ .min_digits = 6 });
	isup_put_nci(&iam, &nci);
	assert_string_equal(said(rx_with(x, iam)), "LOOP; ");
	assert_string_equal(said(rx(x, ISUP_COT)), "STOP; ");
	rx_with(x, with_digits(ISUP_SAM, "3456"));
	assert_true(isup_next_out(x, &o));
	assert_int_equal(isup_get_nci(o.msg, &nci), 0);
	assert_int_equal(nci.continuity, 0); /* it is done */
	assert_false(isup_next_out(x, &o));
	assert_string_equal(said(tx(x, id[0], ISUP_ACM)), "SEND ACM; ");
	rx(x, ISUP_REL);
	outs(x);
	rx_with(x, iam);
	outs(x);
	assert_string_equal(said(rx_with(x, a_cot(false))), "STOP; ");
	assert_state(ISUP_IN_CHECK_FAILED);
	assert_string_equal(said(rx(x, ISUP_REL)), "SEND RLC; IDLE; ");
	rx_with(x, iam);
	outs(x);
	assert_string_equal(after(10000), "STOP; SEND REL 41; "); /* T8 */
	rx(x, ISUP_RLC);
	outs(x);
	stop();
}

/* Segments. ------------------------------------------------------------------------------------ */
static struct isup_msg segmented(uint8_t type)
{
	struct isup_msg m = a_msg(type, 1);

	if (type == ISUP_IAM)
		isup_put_u8(&m, ISUP_P_OFCI, 4);
	else
		isup_put_obci(&m, &(struct isup_obci){ .segmentation = 1 });
	return m;
}

static struct isup_msg a_segment(void)
{
	struct isup_msg m;

	isup_msg_init(&m, ISUP_SGM, 1);
	isup_put(&m, ISUP_P_USER_TO_USER_INFORMATION, OCTETS("04aabb"));
	return m;
}

static void test_segment_received(void **state)
{
	struct isup_out o;
	struct str s;

	(void)state;
	start((struct isup_cfg){ .opc = 0 });
	assert_string_equal(said(rx_with(x, segmented(ISUP_IAM))), "");
	assert_int_equal(tx(x, id[0], ISUP_IAM), TG_ESTATE);
	rx_with(x, a_segment());
	assert_true(isup_next_out(x, &o));
	assert_true(isup_get(o.msg, ISUP_P_USER_TO_USER_INFORMATION, &s));
	assert_octets_equal(s, OCTETS("04aabb"));
	assert_false(isup_next_out(x, &o));
	assert_string_equal(said(rx_with(x, a_segment())), ""); /* of nothing */
	rx(x, ISUP_REL);
	outs(x);
	/* T34 */
	rx_with(x, segmented(ISUP_IAM));
	assert_string_equal(after(3000), "CALL IAM; ");
	rx(x, ISUP_REL);
	outs(x);
	/* another message instead */
	tx(x, id[0], ISUP_IAM);
	rx_with(x, segmented(ISUP_ACM));
	assert_string_equal(said(rx(x, ISUP_ANM)), "SEND IAM; CALL ACM; CALL ANM; ");
	assert_string_equal(said(rx_with(x, segmented(ISUP_CPG))), "");
	assert_string_equal(said(rx(x, ISUP_REL)), "CALL CPG; CALL REL; SEND RLC; IDLE; ");
	/* the call ends meanwhile: nothing is left for the next */
	tx(x, id[0], ISUP_IAM);
	rx_with(x, segmented(ISUP_ACM));
	tx(x, id[0], ISUP_REL);
	rx(x, ISUP_RLC);
	outs(x);
	stop();
}

/* The user releases at the first of two messages that came of one: the second is not for it. */
static void test_released_between(void **state)
{
	struct isup_out o;

	(void)state;
	start((struct isup_cfg){ .opc = 0 });
	rx_with(x, segmented(ISUP_IAM));
	rx(x, ISUP_APM);
	assert_true(isup_next_out(x, &o));
	assert_int_equal(o.msg->type, ISUP_IAM);
	assert_int_equal(tx(x, id[0], ISUP_REL), 0);
	assert_string_equal(outs(x), "SEND REL; ");
	rx(x, ISUP_RLC);
	outs(x);
	assert_true(isup_circuit_is_free(x, id[0]));
	stop();
}

static void test_segment_sent(void **state)
{
	struct isup_msg iam = a_msg(ISUP_IAM, 0);
	uint8_t octets[200] = { 4 };
	struct isup_out o;
	struct str s;

	(void)state;
	start((struct isup_cfg){ .opc = 0 });
	isup_put(&iam, ISUP_P_USER_TO_USER_INFORMATION, str_n(octets, 131));
	isup_put(&iam, ISUP_P_USI, str_n(octets, 11));
	isup_put(&iam, ISUP_P_ACCESS_TRANSPORT, str_n(octets, 120));
	assert_int_equal(send(iam), 0);
	assert_true(isup_next_out(x, &o));
	assert_true(o.octets.len < 268 && o.msg->type == ISUP_IAM);
	assert_true(isup_get(o.msg, ISUP_P_OFCI, &s) && s.p[0] & 4);
	assert_true(isup_get(o.msg, ISUP_P_USI, &s));
	assert_false(isup_get(o.msg, ISUP_P_ACCESS_TRANSPORT, &s));
	assert_true(isup_next_out(x, &o));
	assert_int_equal(o.msg->type, ISUP_SGM);
	assert_true(isup_get(o.msg, ISUP_P_ACCESS_TRANSPORT, &s) && s.len == 120);
	assert_true(isup_get(o.msg, ISUP_P_USER_TO_USER_INFORMATION, &s) && s.len == 131);
	assert_false(isup_next_out(x, &o));
	rx(x, ISUP_REL);
	outs(x);
	stop();
}

/* Overload and congestion. --------------------------------------------------------------------- */
static void test_overload(void **state)
{
	(void)state;
	start((struct isup_cfg){ .opc = 0 });
	tx(x, id[0], ISUP_IAM);
	outs(x);
	assert_string_equal(said(rx(x, ISUP_OLM)), "LOST; ");
	assert_false(isup_circuit_is_free(x, id[0]));
	assert_string_equal(after(120000), "SEND REL 42; ");
	assert_string_equal(said(rx(x, ISUP_RLC)), "IDLE; ");
	stop();
}

static unsigned shed_of_100(tick_t now)
{
	unsigned nr = 0;

	for (int i = 0; i < 100; i++)
		nr += isup_sheds(x, now, DPC);
	return nr;
}

static void test_congestion(void **state)
{
	struct isup_msg rel = a_msg(ISUP_REL, 1);
	struct isup_out o;
	uint8_t level = 0;

	(void)state;
	start((struct isup_cfg){ .opc = 0 });
	assert_int_equal(shed_of_100(world_now), 0);
	assert_false(isup_sheds(x, world_now, 77));
	isup_put_u8(&rel, ISUP_P_CONGESTION_LEVEL, 2);
	tx(x, id[0], ISUP_IAM);
	rx_with(x, rel);
	outs(x);
	assert_int_equal(shed_of_100(tick_add_ms(world_now, 100)), 75);
	assert_int_equal(shed_of_100(tick_add_ms(world_now, 5000)), 25);
	assert_int_equal(shed_of_100(tick_add_ms(world_now, 10000)), 0);
	/* the network's: T29 450 ms, T30 8 s */
	assert_int_equal(isup_mtp_congested(x, world_now, 77), TG_ENOENT);
	for (int i = 0; i < 3; i++)
		assert_int_equal(
			isup_mtp_congested(x, tick_add_ms(world_now, 20000 + 200 * i), DPC), 0);
	assert_int_equal(shed_of_100(tick_add_ms(world_now, 20400)), 20); /* once in T29 */
	isup_mtp_congested(x, tick_add_ms(world_now, 20450), DPC);
	assert_int_equal(shed_of_100(tick_add_ms(world_now, 20450)), 40);
	assert_int_equal(shed_of_100(tick_add_ms(world_now, 28450)), 20);
	assert_int_equal(shed_of_100(tick_add_ms(world_now, 36450)), 0);
	for (int i = 0; i < 20; i++)
		isup_mtp_congested(x, tick_add_ms(world_now, 40000 + 500 * i), DPC);
	assert_int_equal(shed_of_100(tick_add_ms(world_now, 49500)), 95); /* some try always */
	assert_int_equal(shed_of_100(tick_add_ms(world_now, 100000)), 0);
	/* our own, in what we and the user release */
	isup_congestion(x, 1);
	rx(x, ISUP_IAM);
	outs(x);
	tx(x, id[0], ISUP_REL);
	assert_true(isup_next_out(x, &o));
	assert_int_equal(isup_get_u8(o.msg, ISUP_P_CONGESTION_LEVEL, &level), 0);
	assert_int_equal(level, 1);
	rx(x, ISUP_RLC);
	outs(x);
	rx(x, ISUP_IAM);
	isup_circuit_usable(x, world_now, id[0], false);
	while (isup_next_out(x, &o))
		if (o.type == ISUP_OUT_SEND && o.msg->type == ISUP_REL)
			level = isup_get_u8(o.msg, ISUP_P_CONGESTION_LEVEL, &level) ? 9 : 2;
	assert_int_equal(level, 2);
	mem_free(mem);
}

/* What passes through a call untouched (2.1.x; the exchange has nothing to do with it). */
static void test_pass_along(void **state)
{
	static const uint8_t types[] = { ISUP_FAC, ISUP_FAR, ISUP_FAA, ISUP_FRJ, ISUP_IDR,
					 ISUP_IRS, ISUP_PRI, ISUP_LOP, ISUP_CRG, ISUP_APM,
					 ISUP_USR, ISUP_FOT, ISUP_NRM, ISUP_SDN };

	(void)state;
	start((struct isup_cfg){ .opc = 0 });
	for (int answered = 0; answered < 2; answered++) {
		tx(x, id[0], ISUP_IAM);
		rx(x, answered ? ISUP_CON : ISUP_ACM);
		outs(x);
		for (size_t i = 0; i < NR_OF(types); i++) {
			char name[8], want[40];
			isup_msg_name(types[i], name);
			snprintf(want, sizeof(want), "CALL %s; ", isup_msg_name(types[i], name));
			assert_string_equal(said(rx(x, types[i])), want);
			snprintf(want, sizeof(want), "SEND %s; ", isup_msg_name(types[i], name));
			assert_string_equal(said(tx(x, id[0], types[i])), want);
		}
		rx(x, ISUP_REL);
		outs(x);
	}
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outgoing),
		cmocka_unit_test(test_outgoing_fails),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_too_early),
		cmocka_unit_test(test_relayed),
		cmocka_unit_test(test_incoming),
		cmocka_unit_test(test_incoming_fails),
		cmocka_unit_test(test_loopback_acknowledgement),
		cmocka_unit_test(test_dual_seizure),
		cmocka_unit_test(test_role),
		cmocka_unit_test(test_transit_iam),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_overlap_and_cot),
		cmocka_unit_test(test_segment_received),
		cmocka_unit_test(test_released_between),
		cmocka_unit_test(test_segment_sent),
		cmocka_unit_test(test_overload),
		cmocka_unit_test(test_congestion),
		cmocka_unit_test(test_pass_along),
		cmocka_unit_test(test_asked_aside),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
