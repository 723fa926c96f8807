/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happens inside of dialogs, message for message: preconditions of ours (RFC 3312, RFC 3398
 * 8.2.1.1, Q.764 2.1.8) and a peer that knows none (RFC 3261 8.1.3.5), digits and ISUP in INFO, REFER
 * with Replaces (RFC 5589 7). Comments name the clause.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "interwork/encap.h"
#include "isup/params.h"
#include "sim/world.h"

#define INVITED	     "isup<IAM sip<INVITE+sdp sip>100"
#define RELIABLE(st) " sip>" st " sip<PRACK sip>200:PRACK"
#define UPDATED	     " sip<UPDATE+sdp sip>200:UPDATE+sdp"
#define TRUNK_CLEARS " isup<REL isup>RLC sip<BYE sip>200:BYE"
#define PHONE_CLEARS " sip>BYE sip<200:BYE isup>REL isup<RLC"
#define CANCELLED    " sip<CANCEL sip>200:CANCEL sip>487 sip<ACK"

static struct world *office(void (*change)(struct gw_config *c), bool isup, struct sip_features f)
{
	struct world *w = world_new(&(struct world_cfg){ .seed = 1,
							 .office = true,
							 .configure = change,
							 .isup_phones = isup,
							 .features = f,
							 .sip = { .delay_ms = 5 },
							 .mtp = { .delay_ms = 10 } });

	w->phone[0]->plan = (struct sim_plan){ .ring_ms = -1, .hangup_ms = -1, .cancel_ms = -1 };
	record_start(w);
	return w;
}

static void finish(struct world *w, const char *flow, const char *media)
{
	world_settle(w);
	record_check(w, flow);
	record_check_media(w, media);
	world_free(w);
}

static struct sim_call *incoming(struct world *w)
{
	struct sim_call *c = phone_incoming(w->phone[0]);

	assert_non_null(c);
	return c;
}

static void rings(struct world *w, unsigned status, bool sdp)
{
	phone_progress(incoming(w), status, sdp);
	world_run_ms(w, 50);
}

static void answers(struct world *w)
{
	phone_answer(incoming(w));
	world_run_ms(w, 50);
}

/* The whole message, from its first line on. */
static bool sip_says(struct world *w, const char *name, const char *what)
{
	static char text[4000];
	struct sip_msg m;

	record_sip(w, name, &m);
	str_copyz(text, sizeof(text), m.octets);
	return strstr(text, what) != NULL;
}

/* --- Preconditions of ours. --- */

static void preconditions(struct gw_config *c)
{
	c->peer[0].flow.preconditions = true;
}

static const struct sip_features knows = { .rel100 = SIP_REL100_SUPPORTED,
					   .update = true,
					   .precondition = true };

#define READY                                    \
	"a=curr:qos local sendrecv\r\n"          \
	"a=curr:qos remote none\r\n"             \
	"a=des:qos mandatory local sendrecv\r\n" \
	"a=des:qos mandatory remote sendrecv\r\n"

static struct world *waiting(void)
{
	struct world *w = office(preconditions, false, knows);

	w->phone[0]->plan.rel100 = true;
	w->phone[0]->plan.qos = READY;
	office_call_with_check(w, "30555");
	return w;
}

/* RFC 3312 13.2 with the trunk in place of who reserves: nobody is alerted before the UPDATE. */
static void callee_waits(void **state)
{
	(void)state;
	struct world *w = waiting();

	assert_true(sip_says(w, "sip<INVITE", "\r\nRequire: precondition\r\n"));
	assert_true(sip_says(w, "sip<INVITE", "a=curr:qos local none\r\n"));
	assert_true(sip_says(w, "sip<INVITE", "a=des:qos mandatory local sendrecv\r\n"));
	rings(w, 183, true);
	record_check(w, INVITED RELIABLE("183+sdp"));
	office_cot(w);
	assert_true(sip_says(w, "sip<UPDATE", "a=curr:qos local sendrecv\r\n"));
	rings(w, 180, false);
	answers(w);
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w,
	       INVITED RELIABLE("183+sdp") " isup<COT" UPDATED
					   " sip>180 sip<PRACK isup>ACM sip>200:PRACK sip>200 "
					   "isup>ANM sip<ACK" TRUNK_CLEARS,
	       "OPEN:from_rtp MODIFY:both CLOSE");
}

/* COT first: there is no dialog yet that the UPDATE could be in. */
static void cot_comes_first(void **state)
{
	(void)state;
	struct world *w = waiting();

	office_cot(w);
	record_check(w, INVITED " isup<COT");
	rings(w, 183, true);
	rings(w, 180, false);
	answers(w);
	phone_hangup(incoming(w));
	finish(w,
	       INVITED
	       " isup<COT sip>183+sdp sip<PRACK isup>ACM sip<UPDATE+sdp sip>200:PRACK "
	       "sip>200:UPDATE+sdp sip>180 sip<PRACK isup>CPG sip>200:PRACK sip>200 isup>ANM "
	       "sip<ACK" PHONE_CLEARS,
	       "OPEN:from_rtp MODIFY:both CLOSE");
}

/* Q.764 2.1.8: T8, 10-15 s. */
static void no_cot_comes(void **state)
{
	(void)state;
	struct world *w = waiting();

	rings(w, 183, true);
	world_run_ms(w, 16000);
	assert_int_equal(record_cause(w, "isup>REL").value, 41);
	assert_true(incoming(w)->cancelled);
	finish(w, INVITED RELIABLE("183+sdp") " isup>REL" CANCELLED " isup<RLC",
	       "OPEN:from_rtp CLOSE");
}

/* RFC 3311 5.3: what has been asked for is not to be had. */
static void update_is_refused(void **state)
{
	(void)state;
	struct world *w = waiting();

	rings(w, 183, true);
	incoming(w)->plan.refuses_updates = 488;
	office_cot(w);
	world_run_ms(w, 100);
	assert_int_equal(record_cause(w, "isup>REL").value, 41);
	finish(w,
	       INVITED RELIABLE(
		       "183+sdp") " isup<COT sip<UPDATE+sdp sip>488:UPDATE isup>REL" CANCELLED
				  " isup<RLC",
	       "OPEN:from_rtp CLOSE");
}

static void gives_up_before_cot(void **state)
{
	(void)state;
	struct world *w = waiting();

	rings(w, 183, true);
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w, INVITED RELIABLE("183+sdp") " isup<REL isup>RLC" CANCELLED,
	       "OPEN:from_rtp CLOSE");
}

/* RFC 3261 8.1.3.5: the request once more, without what is not known there; RFC 3398 11.3: not before
 * COT. */
static void peer_knows_none(void **state)
{
	(void)state;
	for (int cot_first = 0; cot_first < 2; cot_first++) {
		struct world *w = office(preconditions, false, (struct sip_features){ 0 });
		struct sip_msg refused, again;

		w->phone[0]->plan.progress = 180;
		if (cot_first) { /* before the 420 is here */
			w->sip_cut = true;
			office_call_with_check(w, "30555");
			office_cot(w);
			w->sip_cut = false;
		} else {
			office_call_with_check(w, "30555");
			record_check(w, "isup<IAM sip<INVITE+sdp sip>420 sip<ACK");
			office_cot(w);
		}
		world_run_ms(w, 1000);
		record_sip(w, "sip>420", &refused);
		record_sip(w, "sip<INVITE", &again);
		assert_true(str_eq(refused.call_id, again.call_id));
		assert_true(str_eq(refused.from.tag, again.from.tag));
		assert_int_equal(again.cseq, refused.cseq + 1);
		assert_false(sip_says(w, "sip<INVITE", "precondition"));
		assert_false(sip_says(w, "sip<INVITE", "a=curr"));
		answers(w);
		office_rel(w, 16, ISUP_LOC_USER);
		finish(w,
		       cot_first
			       ? "isup<IAM sip<INVITE+sdp isup<COT sip<INVITE+sdp sip>420 sip<ACK "
				 "sip<INVITE+sdp sip>100 sip>180 isup>ACM sip>200+sdp isup>ANM "
				 "sip<ACK" TRUNK_CLEARS
			       : "isup<IAM sip<INVITE+sdp sip>420 sip<ACK isup<COT sip<INVITE+sdp "
				 "sip>100 sip>180 isup>ACM sip>200+sdp isup>ANM sip<ACK" TRUNK_CLEARS,
		       "OPEN:both CLOSE");
	}
}

/* --- Digits in INFO. --- */

static const struct sip_features hears_info = { .info = true };

static void digits_out(struct gw_config *c)
{
	c->trunk[0].overlap_s = 5;
	c->peer[0].flow.overlap_out = GW_OVERLAP_INFO;
}

static void call_begins(struct world *w, const char *digits)
{
	struct isup_number to = { .noa = ISUP_NOA_NATIONAL, .npi = 1, .inn = 1 };
	struct isup_number from = {
		.noa = ISUP_NOA_INTERNATIONAL, .npi = 1, .si = 3, .digits = "4930555"
	};

	snprintf(to.digits, sizeof(to.digits), "%s", digits);
	office_iam(w, &to, &from);
}

/* They wait for the 183 that makes a dialog, and that is no ACM. */
static void digits_to_the_peer(void **state)
{
	(void)state;
	struct world *w = office(digits_out, false, hears_info);

	call_begins(w, "30");
	office_sam(w, "5");
	record_check(w, INVITED " isup<SAM");
	rings(w, 183, false);
	assert_true(sip_says(w, "sip<INFO", "\r\n\r\nSubsDigits: 5\r\n"));
	office_sam(w, "55");
	assert_true(sip_says(w, "sip<INFO", "\r\n\r\nSubsDigits: 55\r\n"));
	rings(w, 180, false);
	answers(w);
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w,
	       INVITED
	       " isup<SAM sip>183 sip<INFO+sdp sip>200:INFO isup<SAM sip<INFO+sdp sip>200:INFO "
	       "sip>180 isup>ACM sip>200+sdp isup>ANM sip<ACK" TRUNK_CLEARS,
	       "OPEN:both CLOSE");
}

/* T10 without more: the number is what it is; the peer rings. */
static void no_more_digits_for_the_peer(void **state)
{
	(void)state;
	struct world *w = office(digits_out, false, hears_info);

	call_begins(w, "30");
	rings(w, 183, false);
	world_run_ms(w, 6000);
	office_sam(w, "5"); /* too late */
	rings(w, 180, false);
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w, INVITED " sip>183 isup<SAM sip>180 isup>ACM isup<REL isup>RLC" CANCELLED, "");
}

static void digits_in(struct gw_config *c)
{
	c->peer[0].flow.overlap = GW_OVERLAP_INFO;
}

static void digits_from_the_peer(void **state)
{
	(void)state;
	struct world *w = office(digits_in, false, hears_info);
	struct sim_call *c = phone_call(w->phone[0], "10", &w->phone[0]->plan);
	struct isup_number n;
	struct isup_msg m;

	world_run_ms(w, 100);
	phone_digits(c, "12");
	world_run_ms(w, 50);
	phone_digits(c, "3");
	world_run_ms(w, 50);
	record_isup(w, "isup>SAM", &m);
	assert_int_equal(isup_get_number(&m, ISUP_P_SUBSEQUENT_NUMBER, &n), 0);
	assert_string_equal(n.digits, "3");
	office_acm(w, OFFICE_FREE, false);
	phone_digits(c, "4"); /* it is whole */
	world_run_ms(w, 50);
	office_anm(w);
	phone_hangup(c);
	finish(w,
	       "sip>INVITE+sdp sip<100 isup>IAM sip<183+sdp sip>INFO+sdp sip<200:INFO isup>SAM "
	       "sip>INFO+sdp sip<200:INFO isup>SAM isup<ACM sip<180+sdp sip>INFO+sdp sip<200:INFO "
	       "isup<ANM sip<200+sdp sip>ACK" PHONE_CLEARS,
	       "OPEN:to_rtp MODIFY:both CLOSE");
}

/* --- ISUP in INFO (Q.1912.5 profile C, not checked against the ITU text). --- */

static const struct iw_profile profile_c = IW_PROFILE(IW_SIP_I, "sip-i");
static const struct iw_ctx sip_i_ctx = { .profile = &profile_c };

static void sip_i(struct gw_config *c)
{
	strcpy(c->peer[0].interworking, "sip-i");
}

static void info_of(struct sim_call *c, const struct isup_msg *m)
{
	struct sip_extra extra;
	struct sip_body body = { .extra = &extra, .nr_extra = 1 };
	struct iw_encap e;

	assert_int_equal(iw_encap(&sip_i_ctx, m, false, STR(""), NULL, &e), 1);
	extra = (struct sip_extra){ STR("Content-Disposition"), str_of(e.disposition) };
	body.content_type = e.content_type;
	body.octets = e.body;
	phone_info(c, &body);
	world_run_ms(c->phone->w, 50);
}

static void take_body(struct world *w, const char *name, struct isup_msg *m)
{
	struct sip_msg msg;

	record_sip(w, name, &msg);
	assert_int_equal(iw_decap(&sip_i_ctx, &msg, m, NULL), 1);
}

/* USR, FAC: nothing of SIP says that. Both ways, in a call of either direction. */
static void isup_both_ways(void **state)
{
	(void)state;
	for (int from_sip = 0; from_sip < 2; from_sip++) {
		struct world *w = office(sip_i, true, hears_info);
		struct sim_plan plan = w->phone[0]->plan;
		struct isup_msg usr, m;
		struct sim_call *c;
		struct str text;

		isup_msg_init(&usr, ISUP_USR, 0);
		isup_put(&usr, ISUP_P_USER_TO_USER_INFORMATION, STR("\x04hello"));
		if (from_sip) {
			c = phone_call(w->phone[0], "100", &plan);
			world_run_ms(w, 100);
			office_con(w);
		} else {
			office_call(w, "30555");
			answers(w);
			c = incoming(w);
		}
		record_start(w);
		office_tx(w, &usr);
		take_body(w, "sip<INFO", &m);
		assert_int_equal(m.type, ISUP_USR);
		assert_true(isup_get(&m, ISUP_P_USER_TO_USER_INFORMATION, &text));
		assert_true(str_eq(text, STR("\x04hello")));
		info_of(c, &usr);
		record_isup(w, "isup>USR", &m);
		assert_true(isup_get(&m, ISUP_P_USER_TO_USER_INFORMATION, &text));
		assert_true(str_eq(text, STR("\x04hello")));
		phone_hangup(c);
		finish(w,
		       "isup<USR sip<INFO+sdp sip>200:INFO sip>INFO+sdp sip<200:INFO isup>USR "
		       "sip>BYE sip<200:BYE isup>REL isup<RLC",
		       "CLOSE");
	}
}

/* Profile C again: digits as the SAM itself (not checked against the ITU text). */
static void sam_out(struct gw_config *c)
{
	sip_i(c);
	digits_out(c);
}

static void rings_with(struct world *w, unsigned status, const struct isup_msg *m)
{
	struct sip_extra extra;
	struct sip_body body = { .extra = &extra, .nr_extra = 1 };
	struct iw_encap e;

	assert_int_equal(iw_encap(&sip_i_ctx, m, false, STR(""), NULL, &e), 1);
	extra = (struct sip_extra){ STR("Content-Disposition"), str_of(e.disposition) };
	body.content_type = e.content_type;
	body.octets = e.body;
	assert_int_equal(
		sip_call_progress(w->phone[0]->sip, w->now, incoming(w)->id, status, &body), 0);
	sim_phone_drain(w->phone[0]);
	world_run_ms(w, 50);
}

/* A 183 without ISUP makes the dialog, one with an ACM says that the number is whole. */
static void sam_to_the_peer(void **state)
{
	(void)state;
	struct world *w = office(sam_out, true, hears_info);
	struct isup_msg acm, m;
	struct isup_number n;

	call_begins(w, "30");
	rings(w, 183, false);
	office_sam(w, "5");
	take_body(w, "sip<INFO", &m);
	assert_int_equal(m.type, ISUP_SAM);
	assert_int_equal(isup_get_number(&m, ISUP_P_SUBSEQUENT_NUMBER, &n), 0);
	assert_string_equal(n.digits, "5");
	isup_msg_init(&acm, ISUP_ACM, 0);
	isup_put_bci(&acm, &(struct isup_bci){ .charge = 1, .called_category = 1 });
	rings_with(w, 183, &acm);
	answers(w);
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w,
	       INVITED " sip>183 isup<SAM sip<INFO+sdp sip>200:INFO sip>183+sdp isup>ACM "
		       "sip>200+sdp isup>ANM sip<ACK isup<REL isup>RLC sip<BYE+sdp sip>200:BYE",
	       "OPEN:both CLOSE");
}

static void sam_in(struct gw_config *c)
{
	sip_i(c);
	digits_in(c);
}

/* The stop digit ends it. */
static void sam_from_the_peer(void **state)
{
	(void)state;
	struct world *w = office(sam_in, true, hears_info);
	struct sim_call *c = phone_call(w->phone[0], "10", &w->phone[0]->plan);
	struct isup_number n = { .digits = "12F" };
	struct isup_msg sam, m;

	world_run_ms(w, 100);
	assert_false(sip_says(w, "sip<183", "application/isup"));
	isup_msg_init(&sam, ISUP_SAM, 0);
	isup_put_number(&sam, ISUP_P_SUBSEQUENT_NUMBER, &n);
	info_of(c, &sam);
	record_isup(w, "isup>SAM", &m);
	assert_int_equal(isup_get_number(&m, ISUP_P_SUBSEQUENT_NUMBER, &n), 0);
	assert_string_equal(n.digits, "12F");
	info_of(c, &sam); /* it is whole */
	office_rel(w, 17, ISUP_LOC_USER);
	finish(w,
	       "sip>INVITE+sdp sip<100 isup>IAM sip<183+sdp sip>INFO+sdp sip<200:INFO isup>SAM "
	       "sip>INFO+sdp sip<200:INFO isup<REL isup>RLC sip<486+sdp sip>ACK",
	       "");
}

/* --- REFER with Replaces. --- */

static const struct sip_features speaks = { .info = true };

/* Two calls of the phone, on two circuits; record begins when both speak. */
static void two_calls(struct world *w, struct sim_call *c[2], uint16_t cic[2])
{
	for (int i = 0; i < 2; i++) {
		c[i] = phone_call(w->phone[0], "100", NULL);
		world_run_ms(w, 100);
		office_con(w);
		world_run_ms(w, 100);
		assert_true(c[i]->answered);
		cic[i] = w->office->cic;
	}
}

/* The Refer-To that names the dialog of the last 200 to the phone (RFC 3891 6.1). */
static const char *replaces(struct world *w, const char *number)
{
	static char to[400];
	struct sip_msg m;

	record_sip(w, "sip<200", &m);
	snprintf(to, sizeof(to),
		 "<sip:%s@192.0.2.1?Replaces=" STR_FMT "%%3Bto-tag%%3D" STR_FMT
		 "%%3Bfrom-tag%%3D" STR_FMT ">",
		 number, STR_ARG(m.call_id), STR_ARG(m.to.tag), STR_ARG(m.from.tag));
	return to;
}

/* RFC 5589 7: the timeslots are joined, both SIP legs end, and no circuit hears of it. */
static void two_calls_become_one(void **state)
{
	(void)state;
	struct world *w = office(NULL, false, speaks);
	struct isup_msg cpg;
	struct sim_call *c[2];
	uint16_t cic[2];
	const char *to;

	two_calls(w, c, cic);
	to = replaces(w, "100");
	record_start(w);
	phone_refer(c[0], to);
	world_run_ms(w, 500);
	assert_true(c[0]->byed);
	assert_true(c[1]->byed);
	isup_msg_init(&cpg, ISUP_CPG, 0); /* one hears the other */
	isup_put_event(&cpg, &(struct isup_event){ .event = ISUP_EVENT_PROGRESS });
	w->office->cic = cic[0];
	office_tx(w, &cpg);
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w,
	       "sip>REFER sip<202:REFER sip<NOTIFY+sdp sip<BYE sip<BYE sip>200:NOTIFY sip<NOTIFY+sdp "
	       "sip>200:BYE sip>200:BYE sip>200:NOTIFY isup<CPG isup>CPG isup<REL isup>RLC isup>REL "
	       "isup<RLC",
	       "CLOSE CLOSE TIMESLOT TIMESLOT");
}

/* There is no such dialog any more: the other one speaks on. */
static void the_other_call_is_gone(void **state)
{
	(void)state;
	struct world *w = office(NULL, false, speaks);
	struct sim_call *c[2];
	uint16_t cic[2];
	const char *to;

	two_calls(w, c, cic);
	to = replaces(w, "100");
	phone_hangup(c[1]);
	world_run_ms(w, 100);
	w->phone[0]->plan.ring_ms = 20;
	w->phone[0]->plan.answer = 481;
	record_start(w);
	phone_refer(c[0], to);
	world_run_ms(w, 500);
	assert_false(c[0]->byed);
	assert_true(sip_says(w, "sip<INVITE", "\r\nReplaces: "));
	phone_hangup(c[0]);
	finish(w,
	       "sip>REFER sip<202:REFER sip<NOTIFY+sdp sip<INVITE+sdp sip>200:NOTIFY sip>100 sip>481 "
	       "sip<ACK sip<NOTIFY+sdp sip>200:NOTIFY" PHONE_CLEARS,
	       "CLOSE");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(callee_waits),
		cmocka_unit_test(cot_comes_first),
		cmocka_unit_test(no_cot_comes),
		cmocka_unit_test(update_is_refused),
		cmocka_unit_test(gives_up_before_cot),
		cmocka_unit_test(peer_knows_none),
		cmocka_unit_test(digits_to_the_peer),
		cmocka_unit_test(no_more_digits_for_the_peer),
		cmocka_unit_test(digits_from_the_peer),
		cmocka_unit_test(isup_both_ways),
		cmocka_unit_test(sam_to_the_peer),
		cmocka_unit_test(sam_from_the_peer),
		cmocka_unit_test(two_calls_become_one),
		cmocka_unit_test(the_other_call_is_gone),
	};

	return cmocka_run_group_tests_name("sim dialogs", tests, NULL, NULL);
}
