/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calls from trunk to trunk (Q.764 2.1: a transit exchange), and continuity checks of both sides
 * with the media side (Q.724 7) and before SIP (RFC 3398 11.3). The two trunks of a transit call are
 * the same one here: in on CIC 5, out on the first that is free.
 */
#include <stdio.h>
#include <string.h>

#include "gateway/core.h"
#include "gateway/leg_test.h"
#include "isup/variant.h"
#include "unit/gateway/world.h"

static struct world w;

static void to_itself(struct gw_config *c)
{
	c->route[1].to = GW_SIDE_TRUNK;
	strcpy(c->route[1].to_name, "east");
	c->trunk[0].transit.delay_ms = 20;
	c->trunk[0].transit.satellite = true;
}

static void to_itself_checked(struct gw_config *c)
{
	to_itself(c);
	c->trunk[0].check_percent = 100;
}

static void checked(struct gw_config *c)
{
	c->trunk[0].check_percent = 100;
}

static void overlap(struct gw_config *c)
{
	to_itself(c);
	c->trunk[0].min_digits = 5;
}

static struct isup_msg an_iam(const char *digits, uint8_t continuity)
{
	const struct isup_nci nci = { .continuity = continuity };
	const struct isup_fci fci = { .isup_all_the_way = 1 };
	struct isup_number n = { .noa = 3, .npi = 1 };
	struct isup_msg m = trunk_msg(ISUP_IAM);

	strcpy(n.digits, digits);
	isup_put_nci(&m, &nci);
	isup_put_fci(&m, &fci);
	isup_put_u8(&m, ISUP_P_CPC, 10);
	isup_put_u8(&m, ISUP_P_TMR, 3);
	isup_put_number(&m, ISUP_P_CALLED_NUMBER, &n);
	return m;
}

static void iam(uint16_t cic, uint8_t continuity)
{
	struct isup_msg m = an_iam("200", continuity);

	trunk_send(&w, &m, cic);
}

/* Q.735.1: a closed group's call goes on between trunks with its interlock code, whatever it may; high
 * layer compatibility and all of access transport, too. */
static void test_group(void **state)
{
	static const char interlock[] = "\x12\x34\x00\x05", transport[] = "\x7d\x02\x91\x84";
	struct isup_msg m = an_iam("200", 0);
	struct str v;

	(void)state;
	world_open_with(&w, to_itself);
	isup_put(&m, ISUP_P_CUG_INTERLOCK, str_n(interlock, 4));
	isup_put(&m, ISUP_P_OFCI, STR("\x03"));
	isup_put(&m, ISUP_P_ACCESS_TRANSPORT, str_n(transport, 4));
	trunk_send(&w, &m, 5);
	assert_int_equal(w.sent.type, ISUP_IAM);
	assert_true(isup_get(&w.sent, ISUP_P_CUG_INTERLOCK, &v) && str_eq(v, str_n(interlock, 4)));
	assert_true(isup_get(&w.sent, ISUP_P_OFCI, &v) && str_eq(v, STR("\x03")));
	assert_true(isup_get(&w.sent, ISUP_P_ACCESS_TRANSPORT, &v) &&
		    str_eq(v, str_n(transport, 4)));
	trunk_rel(&w, 5, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

static void cot(uint16_t cic, bool good)
{
	struct isup_msg m = trunk_msg(ISUP_COT);

	isup_put_u8(&m, ISUP_P_CONTINUITY, good);
	trunk_send(&w, &m, cic);
}

/* The shortest of its type: zeros in what it must have. */
static void says(uint8_t type, uint16_t cic)
{
	static const uint8_t zeros[8];
	const struct isup_msg_row *row = isup_msg_row(&isup_itu, type);
	struct isup_msg m = trunk_msg(type);

	for (const uint8_t *c = row->fixed; *c; c++)
		isup_put(&m, *c, str_n(zeros, isup_param_row(&isup_itu, *c)->min));
	for (const uint8_t *c = row->variable; *c; c++)
		isup_put(&m, *c, str_n(zeros, isup_param_row(&isup_itu, *c)->min));
	trunk_send(&w, &m, cic);
}

/* The media side has heard the tone that it was last told to send. */
static void tone_is_back(void)
{
	struct med_check c = { .leg = w.timeslot.leg,
			       .span = w.timeslot.span,
			       .timeslot = w.timeslot.timeslot };
	struct ring_rec rec;

	med_cmd_pack(&rec, (enum med_cmd_kind)MED_REP_CHECK, &c, sizeof(c));
	gw_media_rx(w.gw, w.now, &rec);
	world_run(&w);
}

static void test_call(void **state)
{
	(void)state;
	world_open_with(&w, to_itself);
	iam(5, 0);
	saw(&w, "IAM:1");
	trunk_acm(&w, 1, 1, false);
	saw(&w, "ACM:5 join:5-1:first");
	says(ISUP_ANM, 1);
	saw(&w, "ANM:5 join:5-1:both");
	says(ISUP_SUS, 1);
	saw(&w, "SUS:5");
	says(ISUP_RES, 1);
	saw(&w, "RES:5");
	world_wait(&w, 300000); /* T2, T6 and T9 are the ends' */
	saw(&w, "");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 REL:1/16 free:5 ended");
	world_close(&w);
}

/* A join that goes to another timeslot (of whatever worker) is parted where it was, and made anew under
 * another id: who is not told of the new one hears that the old one has ended. */
static void test_moved(void **state)
{
	struct gw_call *call;
	uint32_t leg;

	(void)state;
	world_open_with(&w, to_itself);
	iam(5, 0);
	trunk_acm(&w, 1, 1, false);
	says(ISUP_ANM, 1);
	saw(&w, "IAM:1 ACM:5 join:5-1:first ANM:5 join:5-1:both");
	leg = w.timeslot.leg;
	call = list_first(&w.gw->calls, struct gw_call, link);
	call->path.end[1].timeslot = 9;
	gw_path_changed(call);
	world_run(&w);
	saw(&w, "free:5 join:5-9:both");
	assert_int_not_equal(w.timeslot.leg, leg);
	call->path.end[1].timeslot = 1;
	gw_path_changed(call);
	world_run(&w);
	saw(&w, "free:5 join:5-1:both");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 REL:1/16 free:5 ended");
	world_close(&w);
}

/* Gain of both trunks, of speech and 3.1 kHz audio alone; a change is for calls from then on. */
static void test_gain(void **state)
{
	struct isup_msg m = an_iam("200", 0);

	(void)state;
	world_open_with(&w, to_itself);
	w.cfg->trunk[0].gain_receive_db = -6;
	w.cfg->trunk[0].gain_transmit_db = 2;
	assert_int_equal(gw_config_swap(w.gw, w.cfg, NULL), 0);
	iam(5, 0);
	trunk_acm(&w, 1, 1, false);
	says(ISUP_ANM, 1);
	assert_int_equal(w.timeslot.gain_to_first, -4);
	assert_int_equal(w.timeslot.gain_to_second, -4);
	trunk_rel(&w, 5, 16);
	isup_put_u8(&m, ISUP_P_TMR, 2); /* 64 kbit/s of anything */
	trunk_send(&w, &m, 7);
	trunk_acm(&w, 1, 1, false);
	trunk_acm(&w, 2, 1, false);
	says(ISUP_ANM, 1);
	says(ISUP_ANM, 2);
	assert_int_equal(w.timeslot.timeslot, 7);
	assert_int_equal(w.timeslot.gain_to_first, 0);
	assert_int_equal(w.timeslot.gain_to_second, 0);
	trunk_rel(&w, 7, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

static void test_lines(struct gw_config *c)
{
	gw_config_test_line_add(c, "102")->use = MED_TS_MILLIWATT;
	gw_config_test_line_add(c, "108")->use = MED_TS_LOOP;
	gw_config_test_line_add(c, "100"); /* silence */
	assert_null(gw_config_test_line_add(c, "10a"));
}

static void to_test_line(uint16_t cic, const char *number, uint8_t continuity)
{
	struct isup_msg m = an_iam(number, continuity);

	trunk_send(&w, &m, cic);
}

/* It answers at once, without charge; the timeslot is in its use until who called has enough. */
static void test_test_lines(void **state)
{
	struct gw_call_info info;
	struct isup_bci bci;
	unsigned pos = 0;

	(void)state;
	check_fsm(&gw_test_line_def, "gw_test_line");
	world_open_with(&w, test_lines);
	to_test_line(5, "102", 0);
	saw(&w, "CON:5 milliwatt:5");
	assert_int_equal(isup_get_bci(&w.sent, &bci), 0);
	assert_int_equal(bci.charge, 1);
	assert_true(gw_call_walk(w.gw, &pos, &info));
	assert_string_equal(info.leg[1].name, "test line");
	to_test_line(6, "108", 0);
	saw(&w, "CON:6 loop:6");
	to_test_line(7, "100", 0);
	saw(&w, "CON:7 silence:7");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 free:5 ended");
	trunk_rel(&w, 6, 16);
	saw(&w, "RLC:6 free:6 ended");
	gw_call_clear(w.gw, w.now, 3);
	world_run(&w);
	saw(&w, "REL:7/31 free:7 ended");
	to_test_line(8, "102", 1); /* the circuit is checked first */
	saw(&w, "loop:8");
	cot(8, true);
	saw(&w, "CON:8 free:8 milliwatt:8");
	says(ISUP_RSC, 8);
	saw(&w, "RLC:8 free:8 ended");
	to_test_line(9, "1020", 0); /* another number */
	saw(&w, "INVITE+");
	trunk_rel(&w, 9, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

/* What a transit exchange has nothing to do with passes in all phases. */
static void test_passes(void **state)
{
	static const uint8_t types[] = {
		ISUP_FAC, ISUP_FAR, ISUP_FAA, ISUP_FRJ, ISUP_IDR, ISUP_IRS,
		ISUP_PRI, ISUP_LOP, ISUP_CRG, ISUP_APM, ISUP_USR, ISUP_FOT
	};
	char name[8], want[40];

	(void)state;
	world_open_with(&w, to_itself);
	iam(5, 0);
	trunk_acm(&w, 1, 1, false);
	for (int answered = 0; answered < 2; answered++) {
		w.trace[0] = '\0';
		for (size_t i = 0; i < NR_OF(types); i++) {
			says(types[i], 5);
			snprintf(want, sizeof(want), "%s:1", isup_msg_name(types[i], name));
			saw(&w, want);
			says(types[i], 1);
			snprintf(want, sizeof(want), "%s:5", isup_msg_name(types[i], name));
			saw(&w, want);
		}
		says(ISUP_ANM, 1);
	}
	trunk_rel(&w, 1, 31);
	w.trace[0] = '\0';
	world_close(&w);
}

/* 2.9.5.2, 2.9.5.3: so does a message that nobody knows, and the CFN about it; a CFN about what we
 * know is for us. */
static void test_unknown_passes(void **state)
{
	static const uint8_t known = ISUP_CPG;
	struct isup_cause cause = { .value = 97, .nr_diagnostics = 1, .diagnostics = { 0xfa } };
	struct isup_msg m, cfn = trunk_msg(ISUP_CFN);

	(void)state;
	world_open_with(&w, to_itself);
	iam(5, 0);
	trunk_acm(&w, 1, 1, false);
	w.trace[0] = '\0';
	assert_int_equal(isup_msg_dec(&m, &isup_itu, OCTETS("0500 fa 01 38 01 80 00"), NULL),
			 TG_ENOTSUP);
	trunk_send(&w, &m, 5);
	saw(&w, "0xfa:1");
	isup_put_cause(&cfn, &cause);
	trunk_send(&w, &cfn, 1);
	saw(&w, "CFN:5/97");
	trunk_send(&w, &m, 1);
	saw(&w, "0xfa:5");
	cause.value = 99;
	cause.diagnostics[0] = 0xfd;
	isup_put_cause(&cfn, &cause);
	trunk_send(&w, &cfn, 5);
	saw(&w, "CFN:1/99");
	cause.value = 97;
	cause.diagnostics[0] = known;
	isup_put_cause(&cfn, &cause);
	trunk_send(&w, &cfn, 5);
	saw(&w, "");
	trunk_rel(&w, 1, 31);
	w.trace[0] = '\0';
	world_close(&w);
}

static void test_the_iam(void **state)
{
	struct isup_msg m = an_iam("200", 0);
	struct isup_nci nci;
	struct str s;

	(void)state;
	world_open_with(&w, to_itself);
	isup_put_u8(&m, ISUP_P_HOP_COUNTER, 2);
	isup_put(&m, ISUP_P_PROPAGATION_DELAY, OCTETS("0005"));
	trunk_send(&w, &m, 5);
	saw(&w, "IAM:1");
	assert_true(isup_get(&w.sent, ISUP_P_HOP_COUNTER, &s) && s.p[0] == 1);
	assert_true(isup_get(&w.sent, ISUP_P_PROPAGATION_DELAY, &s) && s.p[1] == 25);
	assert_int_equal(isup_get_nci(&w.sent, &nci), 0);
	assert_int_equal(nci.satellite, 1);
	trunk_rel(&w, 5, 16);
	isup_put_u8(&m, ISUP_P_HOP_COUNTER, 1);
	w.trace[0] = '\0';
	trunk_send(&w, &m, 6);
	saw(&w, "REL:6/25 ended");
	world_close(&w);
}

/* The check is announced at once, its COT withheld until it is done; ours as well. */
static void test_cot_is_relayed(void **state)
{
	struct isup_nci nci;

	(void)state;
	world_open_with(&w, to_itself);
	iam(5, 1);
	saw(&w, "IAM:1 loop:5");
	isup_get_nci(&w.sent, &nci);
	assert_int_equal(nci.continuity, 2);
	cot(5, true);
	saw(&w, "COT:1 free:5");
	trunk_rel(&w, 1, 17);
	saw(&w, "RLC:1 REL:5/17 ended");
	/* it fails: the call goes back, and the circuit is checked again */
	iam(5, 1);
	w.trace[0] = '\0';
	cot(5, false);
	world_run(&w);
	assert_non_null(strstr(w.trace, "REL:"));
	assert_non_null(strstr(w.trace, "ended")); /* the call does not wait for that */
	w.trace[0] = '\0';
	says(ISUP_CCR, 5);
	saw(&w, "loop:5");
	trunk_rel(&w, 5, 31);
	saw(&w, "RLC:5 free:5");
	world_close(&w);
}

static void test_both_checks(void **state)
{
	(void)state;
	world_open_with(&w, to_itself_checked);
	iam(5, 1);
	saw(&w, "IAM:1 loop:5 tone:1");
	tone_is_back();
	saw(&w, "free:1");
	cot(5, true);
	saw(&w, "COT:1 free:5");
	trunk_acm(&w, 1, 1, false);
	saw(&w, "ACM:5 join:5-1:first");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 REL:1/16 free:5 ended");
	world_close(&w);
}

/* Q.724 7: a pair of tones, and a transponder in place of the loop. */
static void two_wires(struct gw_config *c)
{
	to_itself_checked(c);
	c->trunk[0].two_wire = true;
}

static void test_two_wires(void **state)
{
	(void)state;
	world_open_with(&w, two_wires);
	iam(5, 1);
	saw(&w, "IAM:1 transponder:5 tone:1");
	assert_true(w.timeslot.two_wire);
	tone_is_back();
	saw(&w, "free:1");
	cot(5, true);
	saw(&w, "COT:1 free:5");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 REL:1/16 ended");
	says(ISUP_CCR, 5);
	saw(&w, "transponder:5");
	trunk_rel(&w, 5, 31);
	saw(&w, "RLC:5 free:5");
	world_close(&w);
}

/* Out of SIP: COT when the tone is back; another circuit when it does not come. */
static void test_outgoing(void **state)
{
	(void)state;
	world_open_with(&w, checked);
	phone_call(&w, "100");
	saw(&w, "IAM:1 tone:1");
	tone_is_back();
	saw(&w, "COT:1 free:1");
	trunk_acm(&w, 1, 1, false);
	saw(&w, "open:1:to-rtp 180+");
	trunk_rel(&w, 1, 17);
	w.trace[0] = '\0';
	phone_call(&w, "100");
	w.trace[0] = '\0';
	world_wait(&w, 1900);
	assert_non_null(strstr(w.trace, "COT:"));
	assert_non_null(strstr(w.trace, "IAM:")); /* on another circuit */
	tone_is_back();
	trunk_rel(&w, w.sent.cic, 17);
	world_wait(&w, 5000);
	assert_non_null(strstr(w.trace, "tone:")); /* CCR for the first one */
	tone_is_back();
	w.trace[0] = '\0';
	world_close(&w);
}

/* Into SIP: no INVITE before COT. */
static void test_incoming(void **state)
{
	(void)state;
	world_open(&w);
	iam(5, 1);
	saw(&w, "loop:5");
	cot(5, true);
	saw(&w, "free:5 INVITE+");
	phone_answer(&w);
	w.trace[0] = '\0';
	trunk_rel(&w, 5, 16);
	w.trace[0] = '\0';
	iam(6, 2);
	saw(&w, "");
	cot(6, true);
	saw(&w, "INVITE+");
	trunk_rel(&w, 6, 16);
	w.trace[0] = '\0';
	/* T8 */
	iam(7, 2);
	world_wait(&w, 10000);
	saw(&w, "REL:7/41 ended");
	iam(7, 1);
	saw(&w, "loop:7");
	trunk_rel(&w, 7, 16);
	saw(&w, "RLC:7 free:7 ended");
	/* a check that failed ends the call at once; the circuit waits for CCR (Q.764 2.1.8) */
	iam(7, 1);
	saw(&w, "loop:7");
	cot(7, false);
	saw(&w, "free:7 ended");
	says(ISUP_CCR, 7);
	saw(&w, "loop:7");
	cot(7, true);
	saw(&w, "free:7");
	trunk_rel(&w, 7, 16);
	saw(&w, "RLC:7");
	world_close(&w);
}

static void test_overlap(void **state)
{
	struct isup_msg m = an_iam("200", 0), sam = trunk_msg(ISUP_SAM);
	struct isup_number n = { .digits = "34" };

	(void)state;
	world_open_with(&w, overlap);
	trunk_send(&w, &m, 5);
	saw(&w, "");
	isup_put_number(&sam, ISUP_P_SUBSEQUENT_NUMBER, &n);
	trunk_send(&w, &sam, 5);
	saw(&w, "IAM:1");
	assert_int_equal(isup_get_number(&w.sent, ISUP_P_CALLED_NUMBER, &n), 0);
	assert_string_equal(n.digits, "20034");
	trunk_send(&w, &sam, 5);
	saw(&w, "SAM:1");
	trunk_rel(&w, 5, 16);
	w.trace[0] = '\0';
	trunk_send(&w, &m, 5);
	world_wait(&w, 15000);
	saw(&w, "REL:5/28");
	world_close(&w);
}

static void ten_calls(struct gw_config *c)
{
	c->max_calls = 10;
}

/* Q.764 2.11: our congestion is in our REL; theirs keeps three calls of four back. */
static void test_congestion(void **state)
{
	struct isup_msg rel = trunk_msg(ISUP_REL);
	const struct isup_cause cause = { .value = 42 };
	unsigned kept_back = 0;
	uint8_t level = 0;

	(void)state;
	world_open_with(&w, ten_calls);
	for (uint16_t cic = 1; cic <= 11; cic++)
		iam(cic, 0);
	assert_int_equal(w.sent.type, ISUP_REL);
	assert_int_equal(isup_get_u8(&w.sent, ISUP_P_CONGESTION_LEVEL, &level), 0);
	assert_int_equal(level, 2);
	for (uint16_t cic = 1; cic <= 10; cic++)
		trunk_rel(&w, cic, 16);
	w.trace[0] = '\0';
	phone_call(&w, "100");
	isup_put_cause(&rel, &cause);
	isup_put_u8(&rel, ISUP_P_CONGESTION_LEVEL, 2);
	trunk_send(&w, &rel, w.sent.cic);
	for (int i = 0; i < 8; i++) {
		w.trace[0] = '\0';
		phone_call(&w, "100");
		if (strstr(w.trace, "IAM"))
			trunk_rel(&w, w.sent.cic, 17);
		else
			kept_back += strstr(w.trace, "/42") != NULL;
	}
	assert_int_equal(kept_back, 6);
	world_wait(&w, 10000);
	w.trace[0] = '\0';
	phone_call(&w, "100");
	assert_non_null(strstr(w.trace, "IAM"));
	trunk_rel(&w, w.sent.cic, 17);
	w.trace[0] = '\0';
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_group),	       cmocka_unit_test(test_gain),
		cmocka_unit_test(test_moved),	       cmocka_unit_test(test_test_lines),
		cmocka_unit_test(test_call),	       cmocka_unit_test(test_passes),
		cmocka_unit_test(test_unknown_passes), cmocka_unit_test(test_the_iam),
		cmocka_unit_test(test_cot_is_relayed), cmocka_unit_test(test_both_checks),
		cmocka_unit_test(test_two_wires),      cmocka_unit_test(test_outgoing),
		cmocka_unit_test(test_incoming),       cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_congestion),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
