/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Flows beyond the plain call, message for message: ringing of ours (RFC 3398 8.2.3, Q.764 2.1.4),
 * redirections (RFC 3398 8.2.5), transfers (RFC 3515, 5589),
 * responses that are acknowledged, re-INVITEs that meet, preconditions (RFC 3312).
 * Comments name the clause.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/world.h"

#define CALLED	       "isup<IAM sip<INVITE+sdp sip>100"
#define TRUNK_CLEARS   " isup<REL isup>RLC sip<BYE sip>200:BYE"
#define PHONE_CLEARS   " sip>BYE sip<200:BYE isup>REL isup<RLC"
#define TRUNK_GIVES_UP " isup<REL isup>RLC sip<CANCEL sip>200:CANCEL sip>487 sip<ACK"

static struct world *office(void (*change)(struct gw_config *c))
{
	struct world *w = world_new(&(struct world_cfg){ .seed = 1,
							 .office = true,
							 .configure = change,
							 .sip = { .delay_ms = 5 },
							 .mtp = { .delay_ms = 10 } });

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

static void called(struct world *w, unsigned progress, bool sdp, int ring_ms, unsigned answer)
{
	struct sim_plan *plan = &w->phone[0]->plan;

	plan->progress = progress;
	plan->early_media = sdp;
	plan->ring_ms = ring_ms;
	plan->answer = answer;
	office_call(w, "30555");
	world_run_ms(w, 100);
}

/* --- Ringing. --- */

static void tones(struct gw_config *c)
{
	c->trunk[0].ringback = DSP_RINGBACK_ETSI;
	c->peer[0].flow.ringback = DSP_RINGBACK_US;
}

/* 8.1.1 with the tone that 8.2.3 asks for: a 180 without media. */
static void trunk_hears_ringing(void **state)
{
	(void)state;
	struct world *w = office(tones);

	called(w, 180, false, 500, 200);
	record_check_media(w, "RING:etsi");
	world_run_ms(w, 600);
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w, CALLED " sip>180 isup>ACM sip>200+sdp isup>ANM sip<ACK" TRUNK_CLEARS,
	       "RING:etsi RING:none OPEN:both CLOSE");
}

/* With a description: the path is there, and the tone goes on until its first packet. */
static void trunk_hears_ringing_before_media(void **state)
{
	(void)state;
	struct world *w = office(tones);

	called(w, 180, true, 5000, 200);
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w, CALLED " sip>180+sdp isup>ACM" TRUNK_GIVES_UP,
	       "RING:etsi OPEN:from_rtp RING:none CLOSE");
}

/* 183: something is to be heard, and nobody rings. */
static void trunk_hears_no_ringing(void **state)
{
	(void)state;
	struct world *w = office(tones);

	called(w, 183, true, 300, 486);
	world_run_ms(w, 500);
	finish(w, CALLED " sip>183+sdp isup>ACM sip>486 sip<ACK isup>REL isup<RLC",
	       "OPEN:from_rtp CLOSE");
}

/* 7.1.1: ACM, subscriber free, and nothing of a sound. */
static void phone_hears_ringing(void **state)
{
	(void)state;
	struct world *w = office(tones);
	struct sim_call *c = phone_call(w->phone[0], "100", NULL);

	world_run_ms(w, 100);
	office_acm(w, OFFICE_FREE, false);
	office_cpg(w, 3); /* in-band information */
	office_anm(w);
	phone_hangup(c);
	finish(w,
	       "sip>INVITE+sdp sip<100 isup>IAM isup<ACM sip<180+sdp isup<CPG sip<183+sdp isup<ANM "
	       "sip<200+sdp sip>ACK" PHONE_CLEARS,
	       "RING:us OPEN:to_rtp RING:none MODIFY:both CLOSE");
}

/* --- Redirections. --- */

static void follows(struct gw_config *c)
{
	c->peer[0].flow.redirects = GW_REDIRECT_FOLLOW;
}

/* The phone sends the first call on with this status to these contacts; what comes next is answered. */
static void redirected(struct world *w, unsigned progress, unsigned status, const char *contacts)
{
	struct sim_plan *plan = &w->phone[0]->plan;

	plan->header = "Contact";
	plan->value = contacts;
	plan->progress = progress;
	plan->ring_ms = 50;
	plan->answer = status;
	office_call(w, "30555"); /* 50 ms: the INVITE is there */
	plan->header = NULL;
	plan->progress = 180;
	plan->answer = 200;
	plan->ring_ms = 100;
}

/* 8.2.5: "one or more new call setup requests using URIs found in any Contact". */
static void trunk_is_redirected(void **state)
{
	(void)state;
	struct world *w = office(follows);
	struct sip_msg m;

	redirected(w, 0, 302, "<sip:alice@198.51.100.1:5060>");
	world_run_ms(w, 400);
	record_sip(w, "sip<ACK", &m);
	assert_true(str_eq(m.uri.host, STR("198.51.100.1")));
	assert_string_equal(phone_incoming(w->phone[0])->called, "alice");
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w,
	       CALLED " sip>302 sip<ACK sip<INVITE+sdp sip>100 sip>180 isup>ACM sip>200+sdp "
		      "isup>ANM sip<ACK" TRUNK_CLEARS,
	       "OPEN:both CLOSE");
}

/* "a gateway MAY send a CPG message with an event code of 6"; the second alerting is a CPG. */
static void redirected_after_alerting(void **state)
{
	(void)state;
	struct world *w = office(follows);

	redirected(w, 180, 302, "<sip:alice@198.51.100.1:5060>");
	world_run_ms(w, 400);
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w,
	       CALLED " sip>180 isup>ACM sip>302 sip<ACK isup>CPG sip<INVITE+sdp sip>100 sip>180 "
		      "isup>CPG sip>200+sdp isup>ANM sip<ACK" TRUNK_CLEARS,
	       "OPEN:both CLOSE");
}

/* 300: the second of two, when the first does not take it. */
static void redirected_twice(void **state)
{
	(void)state;
	struct world *w = office(follows);

	redirected(w, 0, 300,
		   "<sip:alice@198.51.100.1:5060>;q=0.2, <sip:bob@198.51.100.1:5060>;q=0.9");
	w->phone[0]->plan.answer = 486;
	world_run_ms(w, 1000);
	assert_string_equal(phone_incoming(w->phone[0])->called, "alice");
	finish(w,
	       CALLED " sip>300 sip<ACK sip<INVITE+sdp sip>100 sip>180 isup>ACM sip>486 sip<ACK "
		      "isup>CPG sip<INVITE+sdp sip>100 sip>180 isup>CPG sip>486 sip<ACK "
		      "isup>REL isup<RLC",
	       "");
}

/* --- Transfers (RFC 3515, RFC 5589, RFC 3891). --- */

static struct sim_call *talk(struct world *w)
{
	struct sim_call *c = phone_call(w->phone[0], "100", NULL);

	world_run_ms(w, 100);
	office_con(w);
	world_run_ms(w, 100);
	assert_true(c->answered);
	record_start(w);
	return c;
}

/* "SIP/2.0 200 OK" and the like of the last NOTIFY. */
static void check_told(struct world *w, const char *line)
{
	struct sip_msg m;
	char text[100];

	record_sip(w, "sip<NOTIFY+sdp", &m); /* + is any body */
	str_copyz(text, sizeof(text), m.body);
	world_check(w, strstr(text, line) != NULL, "NOTIFY says %s", text);
}

/* RFC 5589 5.1: unattended. The circuit hears nothing of it, and the stream goes on. */
static void phone_transfers(void **state)
{
	(void)state;
	struct world *w = office(NULL);
	struct sim_call *c = talk(w);

	w->phone[0]->plan.ring_ms = 50;
	phone_refer(c, "<sip:30777@192.0.2.1:5060>");
	world_run_ms(w, 300);
	assert_string_equal(phone_incoming(w->phone[0])->called, "30777");
	assert_true(c->byed);
	check_told(w, "SIP/2.0 200 OK");
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w,
	       "sip>REFER sip<202:REFER sip<NOTIFY+sdp sip<INVITE+sdp sip>200:NOTIFY sip>100 sip>180 "
	       "sip<NOTIFY+sdp sip>200:NOTIFY sip>200+sdp sip<ACK sip<NOTIFY+sdp sip<BYE "
	       "sip>200:NOTIFY sip>200:BYE" TRUNK_CLEARS,
	       "CLOSE");
}

/* The new one is busy: the old leg speaks on. */
static void transfer_fails(void **state)
{
	(void)state;
	struct world *w = office(NULL);
	struct sim_call *c = talk(w);

	w->phone[0]->plan.ring_ms = 50;
	w->phone[0]->plan.progress = 0;
	w->phone[0]->plan.answer = 486;
	phone_refer(c, "<sip:30777@192.0.2.1:5060>");
	world_run_ms(w, 300);
	assert_false(c->byed);
	check_told(w, "SIP/2.0 486 Busy Here");
	phone_hangup(c);
	finish(w,
	       "sip>REFER sip<202:REFER sip<NOTIFY+sdp sip<INVITE+sdp sip>200:NOTIFY sip>100 sip>486 "
	       "sip<ACK sip<NOTIFY+sdp sip>200:NOTIFY" PHONE_CLEARS,
	       "CLOSE");
}

/* --- Responses that are acknowledged (RFC 3262), and re-INVITEs that meet (RFC 3261 14). --- */

static void reliable(struct gw_config *c)
{
	c->peer[0].flow.rel100 = SIP_REL100_USED;
}

/* 3: one at a time; the second waits for the PRACK of the first. The description is in the first. */
static void reliable_responses(void **state)
{
	(void)state;
	struct sim_plan plan = sim_plan_default;
	struct world *w = office(reliable);
	struct sim_call *c;

	plan.rel100 = true;
	c = phone_call(w->phone[0], "100", &plan);
	world_run_ms(w, 100);
	office_acm(w, OFFICE_NO_INDICATION, false);
	office_cpg(w, 1);
	office_anm(w);
	assert_true(c->answered);
	phone_hangup(c);
	finish(w,
	       "sip>INVITE+sdp sip<100 isup>IAM isup<ACM sip<183+sdp sip>PRACK sip<200:PRACK isup<CPG "
	       "sip<180 sip>PRACK sip<200:PRACK isup<ANM sip<200 sip>ACK" PHONE_CLEARS,
	       "OPEN:to_rtp MODIFY:both CLOSE");
}

static void required(struct gw_config *c)
{
	c->peer[0].flow.rel100 = SIP_REL100_REQUIRED;
}

/* RFC 3261 21.4.16: who cannot is told what he lacks. */
static void reliable_required(void **state)
{
	(void)state;
	struct world *w = office(required);
	struct sip_msg m;
	struct sim_call *c = phone_call(w->phone[0], "100", NULL);

	world_run_ms(w, 100);
	assert_int_equal(c->final, 421);
	record_sip(w, "sip<421", &m);
	assert_true(sip_msg_has_token(&m, SIP_HDR_REQUIRE, STR("100rel")));
	finish(w, "sip>INVITE+sdp sip<100 sip<421 sip>ACK", "");
}

static void hold_now(struct world *w, void *arg)
{
	(void)w;
	phone_reinvite(arg, SIM_HOLD);
}

/* 14.1, 14.2: both get 491; the phone owns the Call-ID, so ours goes again within 2 s. */
static void reinvites_meet(void **state)
{
	(void)state;
	struct world *w = office(NULL);
	struct sim_call *c = talk(w);

	world_at(w, 7, hold_now, c);
	office_suspend(w, ISUP_SUS);
	world_run_ms(w, 2500);
	assert_int_equal(c->reinvite_status, 491);
	assert_true(c->held);
	phone_hangup(c);
	finish(w,
	       "isup<SUS sip<INVITE+sdp sip>INVITE+sdp sip<491 sip>491 sip<ACK sip>ACK "
	       "sip<INVITE+sdp sip>100 sip>200+sdp sip<ACK" PHONE_CLEARS,
	       "MODIFY:to_rtp CLOSE");
}

/* --- Preconditions (RFC 3312) and COT (Q.764 2.1.8). --- */

static void preconditions(struct gw_config *c)
{
	c->peer[0].flow.preconditions = true;
}

#define QOS(current)                             \
	"a=curr:qos local " current "\r\n"       \
	"a=curr:qos remote none\r\n"             \
	"a=des:qos mandatory local sendrecv\r\n" \
	"a=des:qos mandatory remote sendrecv\r\n"

/* RFC 3312 13.1 with the trunk behind: nobody is alerted before the UPDATE. */
static void caller_is_not_ready(void **state)
{
	(void)state;
	struct sim_plan plan = sim_plan_default;
	struct world *w = office(preconditions);
	struct isup_nci nci;
	struct isup_msg m;
	struct sim_call *c;

	plan.rel100 = true;
	plan.qos = QOS("none");
	c = phone_call(w->phone[0], "100", &plan);
	world_run_ms(w, 100);
	record_isup(w, "isup>IAM", &m);
	assert_int_equal(isup_get_nci(&m, &nci), 0);
	assert_int_equal(nci.continuity, 2);
	phone_update(c, QOS("sendrecv"));
	world_run_ms(w, 100);
	office_acm(w, OFFICE_FREE, false);
	office_anm(w);
	assert_true(c->answered);
	phone_hangup(c);
	finish(w,
	       "sip>INVITE+sdp sip<100 isup>IAM sip<183+sdp sip>PRACK sip<200:PRACK sip>UPDATE+sdp "
	       "isup>COT sip<200:UPDATE+sdp isup<ACM sip<180 sip>PRACK sip<200:PRACK isup<ANM sip<200 "
	       "sip>ACK" PHONE_CLEARS,
	       "OPEN:to_rtp MODIFY:both CLOSE");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trunk_hears_ringing),
		cmocka_unit_test(trunk_hears_ringing_before_media),
		cmocka_unit_test(trunk_hears_no_ringing),
		cmocka_unit_test(phone_hears_ringing),
		cmocka_unit_test(trunk_is_redirected),
		cmocka_unit_test(redirected_after_alerting),
		cmocka_unit_test(redirected_twice),
		cmocka_unit_test(phone_transfers),
		cmocka_unit_test(transfer_fails),
		cmocka_unit_test(reliable_responses),
		cmocka_unit_test(reliable_required),
		cmocka_unit_test(reinvites_meet),
		cmocka_unit_test(caller_is_not_ready),
	};

	return cmocka_run_group_tests_name("sim services", tests, NULL, NULL);
}
