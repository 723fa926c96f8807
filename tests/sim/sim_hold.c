/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Call flows, message for message: RFC 3398 9 (suspend, hold) and 10.2.2, RFC 3578 (numbers in pieces).
 * sim_flows.c has the rest of RFC 3398.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/world.h"

static struct world *office(void (*configure)(struct gw_config *cfg))
{
	struct world *w = world_new(&(struct world_cfg){ .seed = 1,
							 .office = true,
							 .sip = { .delay_ms = 5 },
							 .mtp = { .delay_ms = 10 },
							 .configure = configure });

	record_start(w);
	return w;
}

static void finish(struct world *w, const char *flow)
{
	world_settle(w);
	record_check(w, flow);
	world_free(w);
}

static struct sim_call *talk(struct world *w)
{
	struct sim_call *c = phone_call(w->phone[0], "100", NULL);

	world_run_ms(w, 100);
	office_acm(w, OFFICE_FREE, false);
	office_anm(w);
	world_run_ms(w, 100);
	assert_true(c->answered);
	record_start(w);
	return c;
}

/* 9.1 */
static void suspended(void **state)
{
	(void)state;
	struct world *w = office(NULL);
	struct sim_call *c = talk(w);

	office_suspend(w, ISUP_SUS);
	assert_true(c->held);
	office_suspend(w, ISUP_RES);
	assert_false(c->held);
	record_check_media(w, "MODIFY:to_rtp MODIFY:both");
	phone_hangup(c);
	finish(w, "isup<SUS sip<INVITE+sdp sip>100 sip>200+sdp sip<ACK "
		  "isup<RES sip<INVITE+sdp sip>100 sip>200+sdp sip<ACK "
		  "sip>BYE sip<200:BYE isup>REL isup<RLC");
}

/* 9.2: the notification is checked in the unit tests */
static void held(void **state)
{
	(void)state;
	struct world *w = office(NULL);
	struct sim_call *c = talk(w);

	phone_reinvite(c, SIM_HOLD);
	world_run_ms(w, 100);
	phone_reinvite(c, SIM_RESUME);
	world_run_ms(w, 100);
	assert_int_equal(record_count(w, "isup>CPG"), 2);
	assert_int_equal(record_count(w, "isup>SUS"), 0);
	phone_hangup(c);
	finish(w, "sip>INVITE+sdp sip<100 isup>CPG sip<200+sdp sip>ACK "
		  "sip>INVITE+sdp sip<100 isup>CPG sip<200+sdp sip>ACK "
		  "sip>BYE sip<200:BYE isup>REL isup<RLC");
}

static void quiet(struct gw_config *cfg)
{
	cfg->peer[0].flow.quiet_suspend = true;
}

/* 10.2.2: the callee hangs up, and the network waits before it releases. */
static void callee_hangs_up(void **state)
{
	(void)state;
	struct world *w = office(quiet);

	talk(w);
	office_suspend(w, ISUP_SUS);
	world_run_ms(w, 3000);
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w, "isup<SUS isup<REL isup>RLC sip<BYE sip>200:BYE");
}

static void collects(struct gw_config *cfg)
{
	cfg->trunk[0].overlap_s = 5;
}

static void dial(struct world *w, const char *digits)
{
	const struct isup_number called = { .noa = ISUP_NOA_NATIONAL, .npi = 1, .inn = 1 };
	struct isup_number n = called;

	snprintf(n.digits, sizeof(n.digits), "%s", digits);
	office_iam(w, &n, NULL);
}

/* RFC 3578 2.2, figure 1 */
static void overlap_to_en_bloc(void **state)
{
	(void)state;
	struct world *w = office(collects);

	dial(w, "30");
	office_sam(w, "5");
	office_sam(w, "55");
	record_check(w, "isup<IAM isup<SAM isup<SAM");
	world_run_ms(w, 5500);
	assert_string_equal(phone_incoming(w->phone[0])->called, "30555");
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w, "isup<IAM isup<SAM isup<SAM sip<INVITE+sdp sip>100 sip>180 isup>ACM sip>200+sdp "
		  "isup>ANM sip<ACK isup<REL isup>RLC sip<BYE sip>200:BYE");
}

/* With a stop digit nothing waits. */
static void overlap_with_stop_digit(void **state)
{
	(void)state;
	struct world *w = office(collects);

	dial(w, "30");
	office_sam(w, "555F");
	world_run_ms(w, 100);
	assert_int_equal(record_count(w, "sip<INVITE"), 1);
	office_rel(w, 16, ISUP_LOC_USER);
	world_settle(w);
	world_free(w);
}

static void sends(struct gw_config *cfg)
{
	collects(cfg);
	cfg->peer[0].flow.overlap_out = GW_OVERLAP_INVITES;
}

/* RFC 3578 3.2 to 3.4, figure 2: the phone refuses what is too short. */
static void overlap_in_sip(void **state)
{
	(void)state;
	struct world *w = office(sends);
	struct sim_plan *plan = &w->phone[0]->plan;

	plan->progress = 0;
	plan->ring_ms = 10;
	plan->answer = 484;
	dial(w, "30");
	office_sam(w, "5");
	plan->answer = 200;
	plan->ring_ms = 100;
	office_sam(w, "55F");
	world_run_ms(w, 300);
	assert_string_equal(phone_incoming(w->phone[0])->called, "30555");
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w, "isup<IAM sip<INVITE+sdp sip>100 sip>484 sip<ACK isup<SAM sip<INVITE+sdp sip>100 "
		  "sip>484 sip<ACK isup<SAM sip<INVITE+sdp sip>100 sip>200+sdp isup>CON sip<ACK "
		  "isup<REL isup>RLC sip<BYE sip>200:BYE");
}

/* Figure 3: no more digits come. */
static void overlap_in_sip_fails(void **state)
{
	(void)state;
	struct world *w = office(sends);

	w->phone[0]->plan.progress = 0;
	w->phone[0]->plan.ring_ms = 10;
	w->phone[0]->plan.answer = 484;
	dial(w, "30");
	world_run_ms(w, 4500);
	record_check(w, "isup<IAM sip<INVITE+sdp sip>100 sip>484 sip<ACK");
	world_run_ms(w, 1000);
	assert_int_equal(record_cause(w, "isup>REL").value, 28);
	finish(w, "isup<IAM sip<INVITE+sdp sip>100 sip>484 sip<ACK isup>REL isup<RLC");
}

static void hears_info(struct gw_config *cfg)
{
	cfg->peer[0].flow.overlap = GW_OVERLAP_INFO;
}

/* RFC 3578 3.1, the approach that it does not recommend: a 183 makes the dialog that INFO needs. */
static void digits_in_info(void **state)
{
	(void)state;
	struct world *w = office(hears_info);
	struct sim_call *c = phone_call(w->phone[0], "10", NULL);

	world_run_ms(w, 100);
	phone_digits(c, "0");
	world_run_ms(w, 100);
	office_acm(w, OFFICE_FREE, false);
	office_anm(w);
	phone_hangup(c);
	finish(w, "sip>INVITE+sdp sip<100 isup>IAM sip<183+sdp sip>INFO+sdp sip<200:INFO isup>SAM "
		  "isup<ACM sip<180+sdp isup<ANM sip<200+sdp sip>ACK sip>BYE sip<200:BYE isup>REL "
		  "isup<RLC");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(suspended),
		cmocka_unit_test(held),
		cmocka_unit_test(callee_hangs_up),
		cmocka_unit_test(overlap_to_en_bloc),
		cmocka_unit_test(overlap_with_stop_digit),
		cmocka_unit_test(overlap_in_sip),
		cmocka_unit_test(overlap_in_sip_fails),
		cmocka_unit_test(digits_in_info),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
