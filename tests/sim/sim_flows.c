/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The call flows of RFC 3398, message for message, with the values that matter in them: 7.1 from
 * SIP to the PSTN, 8.1 from the PSTN to SIP, 10 the normal ends. Comments name the figure.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/world.h"

#define CALLING		 "sip>INVITE+sdp sip<100 isup>IAM"
#define ANSWERED	 "isup<ANM sip<200+sdp sip>ACK"
#define SIP_HANGS_UP	 "sip>BYE sip<200:BYE isup>REL isup<RLC" /* 10.1 */
#define TRUNK_HANGS_UP	 "isup<REL isup>RLC sip<BYE sip>200:BYE" /* 10.2.1 */
#define CALLED		 "isup<IAM sip<INVITE+sdp sip>100"
#define TWO(a, b)	 a " " b
#define THREE(a, b, c)	 a " " b " " c
#define FOUR(a, b, c, d) a " " b " " c " " d

static struct world *office(void)
{
	struct world *w = world_new(&(struct world_cfg){
		.seed = 1, .office = true, .sip = { .delay_ms = 5 }, .mtp = { .delay_ms = 10 } });

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

static struct sim_call *dial(struct world *w, const struct sim_plan *plan)
{
	struct sim_call *c = phone_call(w->phone[0], "100", plan);

	world_run_ms(w, 100);
	return c;
}

static struct isup_bci bci_of(struct world *w, const char *name)
{
	struct isup_bci bci = { 0 };
	struct isup_msg m;

	record_isup(w, name, &m);
	assert_int_equal(isup_get_bci(&m, &bci), 0);
	return bci;
}

static unsigned event_of(struct world *w)
{
	struct isup_event e;
	struct isup_msg m;

	record_isup(w, "isup>CPG", &m);
	assert_int_equal(isup_get_event(&m, &e), 0);
	return e.event;
}

static void check_cause(struct world *w, const char *name, unsigned value, unsigned location)
{
	struct isup_cause c = record_cause(w, name);

	world_check(w, c.value == value && c.location == location,
		    "%s: cause %u location %u, expected %u and %u", name, c.value, c.location,
		    value, location);
}

/* --- 7.1: from SIP to the PSTN --- */

/* 7.2.1.1: the parameters that every IAM has, and the numbers. */
static void check_iam(struct world *w)
{
	struct isup_number n;
	struct isup_nci nci;
	struct isup_fci fci;
	struct isup_msg m;
	uint8_t v;

	record_isup(w, "isup>IAM", &m);
	assert_int_equal(isup_get_nci(&m, &nci), 0);
	assert_int_equal(nci.satellite, 0);
	assert_int_equal(nci.continuity, 0);
	assert_int_equal(isup_get_fci(&m, &fci), 0);
	assert_int_equal(fci.interworking, 0);	   /* no interworking */
	assert_int_equal(fci.isup_all_the_way, 1); /* ISUP used all the way */
	assert_int_equal(fci.isdn_access, 0);	   /* non-ISDN */
	assert_int_equal(isup_get_u8(&m, ISUP_P_CPC, &v), 0);
	assert_int_equal(v, 10); /* ordinary calling subscriber */
	assert_int_equal(isup_get_u8(&m, ISUP_P_TMR, &v), 0);
	assert_int_equal(v, 3); /* 3.1 kHz audio */
	assert_int_equal(isup_get_number(&m, ISUP_P_CALLED_NUMBER, &n), 0);
	assert_string_equal(n.digits, "100");
	assert_int_equal(n.noa, ISUP_NOA_NATIONAL);
	assert_int_equal(n.npi, 1);
	assert_int_equal(n.inn, 1);
	assert_int_equal(isup_get_number(&m, ISUP_P_CALLING_NUMBER, &n), 0);
	assert_string_equal(n.digits, "4930555");
	assert_int_equal(n.noa, ISUP_NOA_INTERNATIONAL);
	assert_int_equal(n.apri, 0);
	assert_int_equal(n.si, 3); /* network provided */
}

/* 7.1.1, and 10.1 */
static void en_bloc(void **state)
{
	(void)state;
	struct world *w = office();
	struct sim_call *c = dial(w, NULL);

	check_iam(w);
	record_check_media(w, "");
	office_acm(w, OFFICE_FREE, false);
	record_check_media(w, "OPEN:to_rtp");
	office_cpg(w, 6); /* call forwarding unconditional: 181 */
	assert_int_equal(c->last_progress, 181);
	office_anm(w);
	assert_true(c->answered);
	record_check_media(w, "OPEN:to_rtp MODIFY:both");
	phone_hangup(c);
	world_run_ms(w, 100);
	check_cause(w, "isup>REL", 16, ISUP_LOC_BEYOND);
	finish(w,
	       FOUR(CALLING, "isup<ACM sip<180+sdp isup<CPG sip<181+sdp", ANSWERED, SIP_HANGS_UP),
	       "OPEN:to_rtp MODIFY:both CLOSE");
}

/* 7.1.1 with an early ACM (7.2.5), 7.2.9, and 10.2.1 */
static void early_acm(void **state)
{
	(void)state;
	static const struct {
		uint8_t event;
		unsigned status;
	} rows[] = { { 2, 183 }, { 3, 183 }, { 4, 181 }, { 5, 181 }, { 6, 181 }, { 1, 180 } };
	struct world *w = office();
	struct sim_call *c = dial(w, NULL);

	office_acm(w, OFFICE_NO_INDICATION, false);
	assert_int_equal(c->last_progress, 183);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		office_cpg(w, rows[i].event);
		world_check(w, c->last_progress == rows[i].status, "CPG %u: status %u",
			    rows[i].event, c->last_progress);
	}
	office_anm(w);
	assert_int_equal(c->final, 200);
	office_rel(w, 16, ISUP_LOC_USER);
	assert_int_equal(record_reason(w, "sip<BYE"), 16);
	finish(w,
	       FOUR(CALLING,
		    "isup<ACM sip<183+sdp isup<CPG sip<183+sdp isup<CPG sip<183+sdp "
		    "isup<CPG sip<181+sdp isup<CPG sip<181+sdp isup<CPG sip<181+sdp "
		    "isup<CPG sip<180+sdp",
		    ANSWERED, TRUNK_HANGS_UP),
	       "OPEN:to_rtp MODIFY:both CLOSE");
}

/* 7.2.7: an ANM at once after an early ACM, without any progress. */
static void answer_after_early_acm(void **state)
{
	(void)state;
	struct world *w = office();

	dial(w, NULL);
	office_acm(w, OFFICE_NO_INDICATION, false);
	office_anm(w);
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w, FOUR(CALLING, "isup<ACM sip<183+sdp", ANSWERED, TRUNK_HANGS_UP),
	       "OPEN:to_rtp MODIFY:both CLOSE");
}

/* 7.1.2 */
static void auto_answer(void **state)
{
	(void)state;
	struct world *w = office();
	struct sim_call *c = dial(w, NULL);

	office_con(w);
	assert_true(c->answered);
	phone_hangup(c);
	finish(w, THREE(CALLING, "isup<CON sip<200+sdp sip>ACK", SIP_HANGS_UP), "OPEN:both CLOSE");
}

/* 7.1.3; T7 is 20-30 s (Q.764 table A.1). */
static void t7_expires(void **state)
{
	(void)state;
	struct world *w = office();
	struct sim_call *c = dial(w, NULL);

	world_run_ms(w, 19000);
	record_check(w, CALLING);
	world_run_ms(w, 11000);
	assert_int_equal(c->final, 504);
	assert_int_equal(c->cause, 102);
	assert_int_equal(record_cause(w, "isup>REL").value, 102);
	finish(w, TWO(CALLING, "isup>REL sip<504 sip>ACK isup<RLC"), "");
}

/* 7.1.4: eleven 200s in 64*T1 (RFC 3261 13.3.1.4; the figure has seven), then BYE and REL 102. */
static void no_ack_comes(void **state)
{
	(void)state;
	struct sim_plan plan = sim_plan_default;
	struct world *w = office();

	plan.no_ack = true;
	dial(w, &plan);
	office_con(w);
	world_run_ms(w, 40000);
	assert_int_equal(record_count(w, "sip<200"), 11);
	assert_int_equal(record_count(w, "sip<BYE"), 1);
	assert_int_equal(record_count(w, "isup>REL"), 1);
	check_cause(w, "isup>REL", 102, ISUP_LOC_PUBLIC_LOCAL);
	world_settle(w);
	world_free(w);
}

/* 7.1.5 */
static void setup_fails(void **state)
{
	(void)state;
	struct world *w = office();
	struct sim_call *c = dial(w, NULL);

	office_rel(w, 17, ISUP_LOC_USER);
	assert_int_equal(c->final, 486);
	assert_int_equal(record_reason(w, "sip<486"), 17);
	finish(w, TWO(CALLING, "isup<REL isup>RLC sip<486 sip>ACK"), "");
}

/* 7.2.4 after an ACM */
static void setup_fails_while_ringing(void **state)
{
	(void)state;
	struct world *w = office();
	struct sim_call *c = dial(w, NULL);

	office_acm(w, OFFICE_FREE, false);
	office_rel(w, 19, ISUP_LOC_PUBLIC_REMOTE);
	assert_int_equal(c->final, 480);
	assert_int_equal(c->cause, 19);
	finish(w, TWO(CALLING, "isup<ACM sip<180+sdp isup<REL isup>RLC sip<480 sip>ACK"),
	       "OPEN:to_rtp CLOSE");
}

/* 7.1.6: an ACM with a cause is a 183 whatever else it says; the caller hears the announcement.
 * Here the exchange ends it; the interwork timer of step 5 is not there, T9 ends it otherwise. */
static void acm_with_cause(void **state)
{
	(void)state;
	for (uint8_t called = OFFICE_NO_INDICATION; called <= OFFICE_FREE; called++) {
		struct world *w = office();
		struct sim_call *c = dial(w, NULL);
		struct isup_msg m;

		isup_msg_init(&m, ISUP_ACM, 0);
		isup_put_bci(&m, &(struct isup_bci){ .called_status = called });
		isup_put_cause(&m, &(struct isup_cause){ .location = ISUP_LOC_PUBLIC_REMOTE,
							 .value = 1 });
		office_tx(w, &m);
		assert_int_equal(c->last_progress, 183);
		assert_int_equal(record_reason(w, "sip<183"), 1);
		office_rel(w, 1, ISUP_LOC_PUBLIC_REMOTE);
		assert_int_equal(c->final, 404);
		finish(w, TWO(CALLING, "isup<ACM sip<183+sdp isup<REL isup>RLC sip<404 sip>ACK"),
		       "OPEN:to_rtp CLOSE");
	}
}

/* 7.1.7; 7.2.3 asks for 200, 487 and REL and leaves their order open. */
static void cancelled(void **state)
{
	(void)state;
	for (int acm = 0; acm < 2; acm++) {
		struct world *w = office();
		struct sim_call *c = dial(w, NULL);

		if (acm)
			office_acm(w, OFFICE_FREE, false);
		phone_hangup(c);
		world_run_ms(w, 100);
		assert_true(c->over);
		check_cause(w, "isup>REL", 16, ISUP_LOC_BEYOND);
		finish(w,
		       acm ? CALLING " isup<ACM sip<180+sdp sip>CANCEL sip<200:CANCEL sip<487 "
				     "isup>REL sip>ACK isup<RLC"
			   : CALLING " sip>CANCEL sip<200:CANCEL sip<487 isup>REL sip>ACK isup<RLC",
		       acm ? "OPEN:to_rtp CLOSE" : "");
	}
}

/* 7.2.3, 5.8, RFC 3326: the Reason of a CANCEL and of a BYE is the cause of the REL. */
static void reason_goes_along(void **state)
{
	(void)state;
	for (int answered = 0; answered < 2; answered++) {
		struct sim_plan plan = sim_plan_default;
		struct world *w = office();
		struct sim_call *c;

		plan.header = "Reason";
		plan.value = "SIP;cause=200, Q.850;cause=27;text=\"gone\"";
		c = dial(w, &plan);
		office_acm(w, OFFICE_FREE, false);
		if (answered)
			office_anm(w);
		phone_hangup(c);
		world_run_ms(w, 100);
		assert_int_equal(record_cause(w, "isup>REL").value, 27);
		world_settle(w);
		world_free(w);
	}
}

/* 7.2.8 */
static void t9_expires(void **state)
{
	(void)state;
	struct world *w = office();
	struct sim_call *c = dial(w, NULL);

	office_acm(w, OFFICE_FREE, false);
	world_run_ms(w, 85000);
	assert_int_equal(c->final, 0);
	world_run_ms(w, 100000);
	assert_int_equal(c->final, 480);
	assert_int_equal(record_cause(w, "isup>REL").value, 19);
	world_settle(w);
	world_free(w);
}

/* 7.2.1: without SDP the 200 has the offer, and the 180 has none to answer. */
static void delayed_offer(void **state)
{
	(void)state;
	struct sim_plan plan = sim_plan_default;
	struct world *w = office();
	struct sim_call *c;

	plan.no_offer = true;
	c = dial(w, &plan);
	office_acm(w, OFFICE_FREE, false);
	office_anm(w);
	assert_true(c->answered);
	phone_hangup(c);
	finish(w,
	       TWO("sip>INVITE sip<100 isup>IAM isup<ACM sip<180 isup<ANM sip<200+sdp sip>ACK+sdp",
		   SIP_HANGS_UP),
	       "OPEN:both CLOSE");
}

/* 7.2.4.1: cause 44 and a dual seizure mean another circuit, and SIP hears nothing of it. */
static void another_circuit(void **state)
{
	(void)state;
	struct world *w = office();
	struct sim_call *c = dial(w, NULL);
	uint16_t first = w->office->cic;

	office_rel(w, 44, ISUP_LOC_PUBLIC_LOCAL);
	world_run_ms(w, 100);
	assert_int_not_equal(w->office->cic, first);
	office_con(w);
	assert_true(c->answered);
	phone_hangup(c);
	finish(w,
	       FOUR(CALLING, "isup<REL isup>RLC isup>IAM", "isup<CON sip<200+sdp sip>ACK",
		    SIP_HANGS_UP),
	       "OPEN:both CLOSE");
}

/* --- 8.1: from the PSTN to SIP --- */

static void called_by_trunk(struct world *w, unsigned progress, bool sdp, int ring_ms,
			    unsigned answer)
{
	struct sim_plan *plan = &w->phone[0]->plan;

	plan->progress = progress;
	plan->early_media = sdp;
	plan->ring_ms = ring_ms;
	plan->answer = answer;
	office_call(w, "30555");
	world_run_ms(w, 100);
}

/* 8.2.1.1 */
static void check_invite(struct world *w)
{
	struct sip_msg m;

	record_sip(w, "sip<INVITE", &m);
	assert_true(str_eq(m.uri.user, STR("30555")));
	assert_true(str_eq(m.from.uri.user, STR("+4930555")));
	assert_true(str_eq(m.to.uri.user, STR("30555")));
	assert_non_null(sip_msg_header(&m, SIP_HDR_P_ASSERTED_IDENTITY, 0));
}

/* The table at the end of 8.2.3. */
static void check_bci(struct world *w, const char *name, unsigned called_status)
{
	struct isup_bci b = bci_of(w, name);

	assert_int_equal(b.charge, 2);
	assert_int_equal(b.called_status, called_status);
	assert_int_equal(b.called_category, 1);
	assert_int_equal(b.end_to_end_method, 0);
	assert_int_equal(b.interworking, 0);
	assert_int_equal(b.end_to_end_info, 0);
	assert_int_equal(b.isup_all_the_way, 1);
	assert_int_equal(b.holding, 0);
	assert_int_equal(b.isdn_access, 0);
	assert_int_equal(b.sccp_method, 0);
}

/* 8.1.1, and both ends of 10 */
static void trunk_en_bloc(void **state)
{
	(void)state;
	for (int sip_ends = 0; sip_ends < 2; sip_ends++) {
		struct world *w = office();

		called_by_trunk(w, 180, false, 300, 200);
		check_invite(w);
		check_bci(w, "isup>ACM", OFFICE_FREE);
		record_check_media(w, "");
		world_run_ms(w, 500);
		if (sip_ends)
			phone_hangup(phone_incoming(w->phone[0]));
		else
			office_rel(w, 16, ISUP_LOC_USER);
		world_run_ms(w, 100);
		finish(w,
		       sip_ends ? CALLED
			       " sip>180 isup>ACM sip>200+sdp isup>ANM sip<ACK " SIP_HANGS_UP
				: CALLED
			       " sip>180 isup>ACM sip>200+sdp isup>ANM sip<ACK " TRUNK_HANGS_UP,
		       "OPEN:both CLOSE");
	}
}

/* 8.1.2: a phone that answers at once: CON */
static void trunk_auto_answer(void **state)
{
	(void)state;
	struct world *w = office();

	called_by_trunk(w, 0, false, 20, 200);
	check_bci(w, "isup>CON", OFFICE_FREE);
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w, THREE(CALLED, "sip>200+sdp isup>CON sip<ACK", TRUNK_HANGS_UP), "OPEN:both CLOSE");
}

struct progress_row {
	unsigned status;
	const char *first; /* with no ACM sent */
	unsigned called_status;
	unsigned event;	    /* of the CPG after an ACM */
	unsigned event_sdp; /* the same when media plays */
};

/* Both tables of 8.2.3. */
static const struct progress_row progress_rows[] = {
	{ 180, "isup>ACM", OFFICE_FREE, 1, 1 },
	{ 181, "isup>ACM isup>CPG", OFFICE_NO_INDICATION, 6, 6 },
	{ 182, "isup>ACM", OFFICE_NO_INDICATION, 2, 3 },
	{ 183, "isup>ACM", OFFICE_NO_INDICATION, 2, 3 },
};

/* A first 18x of each kind, then each other one, without and with SDP. */
static void one_progress(const struct progress_row *a, const struct progress_row *b, bool sdp)
{
	struct world *w = office();
	struct isup_obci obci = { 0 };
	struct isup_msg m;
	char flow[300];
	struct sim_call *c;

	called_by_trunk(w, a->status, sdp, 5000, 486);
	check_bci(w, "isup>ACM", a->called_status);
	record_isup(w, "isup>ACM", &m);
	isup_get_obci(&m, &obci);
	assert_int_equal(obci.in_band, sdp);
	record_check_media(w, sdp ? "OPEN:from_rtp" : "");
	c = phone_incoming(w->phone[0]);
	sip_call_progress(w->phone[0]->sip, w->now, c->id, b->status, NULL);
	sim_phone_drain(w->phone[0]);
	world_run_ms(w, 100);
	if (a->status != 180 || b->status != 180) /* alerting is not told twice */
		assert_int_equal(event_of(w), sdp ? b->event_sdp : b->event);
	world_run_ms(w, 6000);
	check_cause(w, "isup>REL", 17, ISUP_LOC_BEYOND);
	snprintf(flow, sizeof(flow),
		 CALLED " sip>%u%s %s sip>%u%s sip>486 sip<ACK isup>REL isup<RLC", a->status,
		 sdp ? "+sdp" : "", a->first, b->status,
		 a->status == 180 && b->status == 180 ? "" : " isup>CPG");
	finish(w, flow, sdp ? "OPEN:from_rtp CLOSE" : "");
}

static void every_progress(void **state)
{
	(void)state;
	const size_t nr = sizeof(progress_rows) / sizeof(progress_rows[0]);

	for (size_t i = 0; i < nr * nr * 2; i++)
		one_progress(&progress_rows[i / nr % nr], &progress_rows[i % nr], i >= nr * nr);
}

/* 8.1.3: seven INVITEs, an early ACM when T11 runs out, REL 18. Nothing to CANCEL: no response has
 * come (RFC 3261 9.1). */
static void sip_does_not_answer(void **state)
{
	(void)state;
	struct world *w = office();

	w->sip_cut = true;
	office_call(w, "30555");
	world_run_ms(w, 20000);
	check_bci(w, "isup>ACM", OFFICE_NO_INDICATION);
	world_run_ms(w, 20000);
	check_cause(w, "isup>REL", 18, ISUP_LOC_BEYOND);
	finish(w,
	       "isup<IAM sip<INVITE+sdp sip<INVITE+sdp sip<INVITE+sdp sip<INVITE+sdp "
	       "sip<INVITE+sdp sip<INVITE+sdp isup>ACM sip<INVITE+sdp isup>REL isup<RLC",
	       "");
}

/* 8.2.8: a phone that says nothing but 100 for 30 s; its 180 is a CPG then. */
static void t11_keeps_the_call(void **state)
{
	(void)state;
	struct world *w = office();
	struct sim_call *c;

	called_by_trunk(w, 0, false, 40000, 200);
	world_run_ms(w, 30000);
	record_check(w, CALLED " isup>ACM");
	c = phone_incoming(w->phone[0]);
	sip_call_progress(w->phone[0]->sip, w->now, c->id, 180, NULL);
	sim_phone_drain(w->phone[0]);
	world_run_ms(w, 15000);
	assert_int_equal(event_of(w), 1);
	office_rel(w, 16, ISUP_LOC_USER);
	finish(w,
	       TWO(CALLED,
		   "isup>ACM sip>180 isup>CPG sip>200+sdp isup>ANM sip<ACK " TRUNK_HANGS_UP),
	       "OPEN:both CLOSE");
}

/* 8.1.4: the far exchange gives up before any response; the CANCEL waits for one. */
static void far_exchange_gives_up(void **state)
{
	(void)state;
	struct world *w = office();

	w->sip_cut = true;
	office_call(w, "30555");
	world_run_ms(w, 5000);
	office_rel(w, 102, ISUP_LOC_PUBLIC_LOCAL);
	w->sip_cut = false;
	world_run_ms(w, 10000);
	assert_int_equal(record_reason(w, "sip<CANCEL"), 102);
	finish(w,
	       "isup<IAM sip<INVITE+sdp sip<INVITE+sdp sip<INVITE+sdp sip<INVITE+sdp isup<REL "
	       "isup>RLC sip<INVITE+sdp sip>100 sip<CANCEL sip>180 sip>200:CANCEL sip>487 sip<ACK",
	       "");
}

/* 8.1.5 */
static void sip_refuses(void **state)
{
	(void)state;
	struct world *w = office();

	called_by_trunk(w, 0, false, 20, 486);
	check_cause(w, "isup>REL", 17, ISUP_LOC_BEYOND);
	finish(w, TWO(CALLED, "sip>486 sip<ACK isup>REL isup<RLC"), "");
}

/* 8.2.5: by default a redirection is not followed; 23 is the alternative. */
static void sip_redirects(void **state)
{
	(void)state;
	struct world *w = office();

	called_by_trunk(w, 180, false, 20, 302);
	check_cause(w, "isup>REL", 23, ISUP_LOC_BEYOND);
	finish(w, TWO(CALLED, "sip>180 isup>ACM sip>302 sip<ACK isup>REL isup<RLC"), "");
}

/* 8.1.7 */
static void trunk_gives_up(void **state)
{
	(void)state;
	struct world *w = office();

	called_by_trunk(w, 180, true, 5000, 200);
	office_rel(w, 31, ISUP_LOC_USER);
	assert_true(phone_incoming(w->phone[0])->cancelled);
	assert_int_equal(record_reason(w, "sip<CANCEL"), 31);
	finish(w,
	       TWO(CALLED, "sip>180+sdp isup>ACM isup<REL isup>RLC sip<CANCEL sip>200:CANCEL "
			   "sip>487 sip<ACK"),
	       "OPEN:from_rtp CLOSE");
}

/* 8.2.7: the 200 crosses the CANCEL: ACK and BYE. */
static void answer_crosses_cancel(void **state)
{
	(void)state;
	struct world *w = office();
	struct isup_msg rel;

	w->phone[0]->plan.ring_ms = 300;
	office_call(w, "30555");
	world_run_ms(w, 258); /* the REL is at the gateway at 318 ms, the phone answers at 320 */
	isup_msg_init(&rel, ISUP_REL, 0);
	isup_put_cause(&rel, &(struct isup_cause){ .value = 16 });
	office_tx(w, &rel);
	world_run_ms(w, 500);
	finish(w,
	       CALLED " sip>180 isup>ACM isup<REL isup>RLC sip<CANCEL sip>200+sdp sip<ACK sip<BYE "
		      "sip>200:CANCEL sip>200:BYE",
	       "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(en_bloc),
		cmocka_unit_test(early_acm),
		cmocka_unit_test(answer_after_early_acm),
		cmocka_unit_test(auto_answer),
		cmocka_unit_test(t7_expires),
		cmocka_unit_test(no_ack_comes),
		cmocka_unit_test(setup_fails),
		cmocka_unit_test(setup_fails_while_ringing),
		cmocka_unit_test(acm_with_cause),
		cmocka_unit_test(cancelled),
		cmocka_unit_test(reason_goes_along),
		cmocka_unit_test(t9_expires),
		cmocka_unit_test(delayed_offer),
		cmocka_unit_test(another_circuit),
		cmocka_unit_test(trunk_en_bloc),
		cmocka_unit_test(trunk_auto_answer),
		cmocka_unit_test(every_progress),
		cmocka_unit_test(sip_does_not_answer),
		cmocka_unit_test(t11_keeps_the_call),
		cmocka_unit_test(far_exchange_gives_up),
		cmocka_unit_test(sip_refuses),
		cmocka_unit_test(sip_redirects),
		cmocka_unit_test(trunk_gives_up),
		cmocka_unit_test(answer_crosses_cancel),
	};

	return cmocka_run_group_tests_name("sim flows", tests, NULL, NULL);
}
