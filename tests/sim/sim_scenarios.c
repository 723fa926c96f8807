/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Call flows through the whole gateway core: a SIP phone on one side, the emulated exchange on the
 * other, in virtual time. Each scenario ends with nothing left anywhere (world_settle).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/world.h"

#define SEED 1

static struct world *lossless(void)
{
	return world_new(&(struct world_cfg){
		.seed = SEED, .sip = { .delay_ms = 5 }, .mtp = { .delay_ms = 10 } });
}

static void finish(struct world *w)
{
	world_settle(w);
	world_free(w);
}

static bool only_gateway_call(struct world *w, struct gw_call_info *info)
{
	unsigned pos = 0;

	return gw_call_walk(w->gw, &pos, info);
}

/* --- from SIP to the trunk: every subscriber --- */

struct subscriber_row {
	const char *number;
	unsigned final; /* status that the caller sees */
	int cause;	/* Q.850 in its Reason; -1: none */
	const char *progress;
	const char *why;
};

static const struct subscriber_row subscriber_rows[] = {
	{ "100", 200, -1, "180+sdp", "ACM subscriber free, ANM" },
	{ "101", 200, -1, "180+sdp", "ACM subscriber free, ANM" },
	{ "102", 486, 17, "", "REL 17: RFC 3398 8.2.6.1" },
	{ "104", 404, 1, "", "REL 1: RFC 3398 8.2.6.1" },
	{ "105", 200, -1, "180+sdp", "ACM subscriber free, ANM" },
	{ "107", 200, -1, "180+sdp", "ACM with in-band indication, ANM" },
	{ "108", 503, 34, "", "REL 34: RFC 3398 8.2.6.1" },
	{ "109", 200, -1, "", "CON" },
	{ "199", 404, 1, "", "nobody: REL 1" },
};

static void one_subscriber(const struct subscriber_row *row)
{
	struct world *w = lossless();
	struct sim_call *c = phone_call(w->phone[0], row->number, NULL);

	world_run_ms(w, 4000);
	world_check(w, c->final == row->final, "%s: status %u, expected %u (%s)", row->number,
		    c->final, row->final, row->why);
	world_check(w, c->answered == (row->final == 200), "%s: answered %d", row->number,
		    c->answered);
	world_check(w, c->cause == row->cause, "%s: Reason cause %d, expected %d", row->number,
		    c->cause, row->cause);
	world_check(w, strcmp(c->progress_log, row->progress) == 0,
		    "%s: provisionals \"%s\", expected \"%s\"", row->number, c->progress_log,
		    row->progress);
	phone_hangup(c);
	finish(w);
}

static void sip_to_every_subscriber(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(subscriber_rows) / sizeof(subscriber_rows[0]); i++)
		one_subscriber(&subscriber_rows[i]);
}

static void the_trunk_hangs_up_after_5_s(void **state)
{
	(void)state;
	struct world *w = lossless();
	struct sim_call *c = phone_call(w->phone[0], "106", NULL);

	world_run_ms(w, 4000);
	assert_true(c->answered);
	assert_false(c->over);
	world_run_ms(w, 3000);
	assert_true(c->byed);
	assert_int_equal(c->cause, 16);
	assert_true(c->over);
	finish(w);
}

static void caller_gives_up_on_103(void **state)
{
	(void)state;
	struct world *w = lossless();
	struct sim_call *c = phone_call(w->phone[0], "103", NULL);
	struct gw_call_info info;

	world_run_ms(w, 30000);
	assert_int_equal(c->last_progress, 180);
	assert_false(c->over);
	phone_hangup(c);
	world_run_ms(w, 1000);
	assert_true(c->over);
	assert_true(only_gateway_call(w, &info));
	assert_int_equal(info.cause, 16);
	finish(w);
}

/* Q.764 T9 (table A.1) ends what rings for ever; RFC 3398 7.2.8: 480. */
static void t9_ends_103(void **state)
{
	(void)state;
	struct world *w = lossless();
	struct sim_call *c = phone_call(w->phone[0], "103", NULL);

	world_run_ms(w, 4 * 60 * 1000);
	assert_true(c->over);
	assert_int_equal(c->final, 480);
	finish(w);
}

/* Nobody answers on the trunk: T7 (Q.764 table A.1), RFC 3398 7.2.8: 504. */
static void t7_ends_a_silent_trunk(void **state)
{
	(void)state;
	struct world *w = lossless();
	struct sim_call *c;

	w->mtp_cut = true;
	c = phone_call(w->phone[0], "100", NULL);
	world_run_ms(w, 35000);
	assert_int_equal(c->final, 504);
	w->mtp_cut = false;
	finish(w);
}

static void every_hang_up_order(void **state)
{
	(void)state;
	for (int who = 0; who < 3; who++) {
		struct world *w = lossless();
		struct sim_call *c = phone_call(w->phone[0], "100", NULL);
		struct lab_call_info info;
		unsigned pos = 0;

		world_run_ms(w, 2000);
		assert_true(c->answered);
		assert_true(lab_exchange_call_walk(w->exchange, &pos, &info));
		assert_int_equal(info.state, LAB_CALL_TALKING);
		if (who != 1)
			phone_hangup(c);
		if (who != 0) /* 2: both at once: REL crosses REL, BYE crosses BYE */
			assert_int_equal(lab_exchange_hangup(w->exchange, w->now, info.nr, 16), 0);
		world_run_ms(w, 2000);
		assert_true(c->over);
		finish(w);
	}
}

/* A CANCEL at every 5 ms from the INVITE to well past the answer. */
static void cancel_at_each_moment(void **state)
{
	(void)state;
	static const char *const number[] = { "100", "102", "107", "109" };

	for (size_t n = 0; n < 4; n++) {
		for (int ms = 0; ms <= 400; ms += 5) {
			struct world *w = lossless();
			struct sim_plan plan = sim_plan_default;
			plan.cancel_ms = ms;
			struct sim_call *c = phone_call(w->phone[0], number[n], &plan);
			world_run_ms(w, 5000);
			world_check(w, c->over, "%s cancelled at %d ms: not over", number[n], ms);
			finish(w);
		}
	}
}

static void a_full_trunk_answers_503(void **state)
{
	(void)state;
	struct world *w = world_new(&(struct world_cfg){ .seed = SEED, .nr_circuits = 2 });
	struct sim_call *a = phone_call(w->phone[0], "100", NULL);
	struct sim_call *b = phone_call(w->phone[0], "101", NULL);
	struct sim_call *c = phone_call(w->phone[0], "100", NULL);

	world_run_ms(w, 2000);
	assert_true(a->answered && b->answered);
	assert_int_equal(c->final, 503);
	assert_int_equal(c->cause, 34);
	phone_hangup(a);
	world_run_ms(w, 200);
	c = phone_call(w->phone[0], "100", NULL);
	world_run_ms(w, 2000);
	assert_true(c->answered); /* the next call right after a release works */
	phone_hangup(b);
	phone_hangup(c);
	finish(w);
}

static void delayed_offer(void **state)
{
	(void)state;
	struct world *w = lossless();
	struct sim_plan plan = sim_plan_default;
	struct sim_call *c;

	plan.no_offer = true;
	c = phone_call(w->phone[0], "100", &plan);
	world_run_ms(w, 3000);
	assert_true(c->answered);
	phone_hangup(c);
	finish(w);
}

/* RFC 3261 13.3.1.4: no ACK in 64*T1: BYE, and the trunk is released. */
static void no_ack(void **state)
{
	(void)state;
	struct world *w = lossless();
	struct sim_plan plan = sim_plan_default;
	struct sim_call *c;

	plan.no_ack = true;
	c = phone_call(w->phone[0], "100", &plan);
	world_run_ms(w, 40000);
	assert_true(c->byed);
	phone_hangup(c);
	finish(w);
}

/* --- from the trunk to SIP --- */

struct answer_row {
	unsigned status;
	uint8_t cause; /* what the exchange is told; RFC 3398 7.2.4.1 */
};

static const struct answer_row answer_rows[] = {
	{ 486, 17 }, { 404, 1 }, { 480, 18 }, { 603, 21 }, { 503, 41 }, { 484, 28 }, { 410, 22 },
};

static struct lab_call_info exchange_call(struct world *w, uint32_t nr)
{
	struct lab_call_info info = { 0 };
	unsigned pos = 0;

	while (lab_exchange_call_walk(w->exchange, &pos, &info))
		if (info.nr == nr)
			return info;
	fail_msg("exchange call %u is gone", nr);
	return info;
}

static uint32_t call_from_exchange(struct world *w)
{
	uint32_t nr = 0;

	assert_int_equal(lab_exchange_call(w->exchange, w->now, "100", "30555", &nr), 0);
	return nr;
}

static void trunk_to_sip_answered(void **state)
{
	(void)state;
	for (int who = 0; who < 3; who++) {
		struct world *w = lossless();
		uint32_t nr = call_from_exchange(w);
		struct sim_call *c;

		world_run_ms(w, 100);
		assert_int_equal(exchange_call(w, nr).state, LAB_CALL_RINGING);
		world_run_ms(w, 1000);
		c = phone_incoming(w->phone[0]);
		assert_non_null(c);
		assert_string_equal(c->called, "30555");
		assert_int_equal(exchange_call(w, nr).state, LAB_CALL_TALKING);
		if (who != 1)
			phone_hangup(c);
		if (who != 0)
			lab_exchange_hangup(w->exchange, w->now, nr, 16);
		world_run_ms(w, 1000);
		assert_int_equal(exchange_call(w, nr).state, LAB_CALL_ENDED);
		assert_true(c->over);
		finish(w);
	}
}

static void trunk_to_sip_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(answer_rows) / sizeof(answer_rows[0]); i++) {
		struct world *w = lossless();
		uint32_t nr;

		w->phone[0]->plan.answer = answer_rows[i].status;
		nr = call_from_exchange(w);
		world_run_ms(w, 2000);
		world_check(w, exchange_call(w, nr).cause == answer_rows[i].cause,
			    "%u: cause %u, expected %u", answer_rows[i].status,
			    exchange_call(w, nr).cause, answer_rows[i].cause);
		finish(w);
	}
}

static void trunk_gives_up_at_each_moment(void **state)
{
	(void)state;
	for (int ms = 0; ms <= 400; ms += 5) {
		struct world *w = lossless();
		uint32_t nr = call_from_exchange(w);

		world_run_ms(w, ms);
		lab_exchange_hangup(w->exchange, w->now, nr, 16);
		world_run_ms(w, 3000);
		world_check(w, exchange_call(w, nr).state == LAB_CALL_ENDED, "at %d ms", ms);
		finish(w);
	}
}

/* Both ends seize the same circuits at the same time (Q.764 2.9.1): every call gets through. */
static void dual_seizure(void **state)
{
	(void)state;
	struct world *w = world_new(
		&(struct world_cfg){ .seed = SEED, .nr_circuits = 4, .mtp = { .delay_ms = 50 } });
	uint32_t nr[2];
	struct sim_call *c[2];

	for (int i = 0; i < 2; i++) {
		nr[i] = call_from_exchange(w);
		c[i] = phone_call(w->phone[0], "100", NULL);
	}
	world_run_ms(w, 3000);
	for (int i = 0; i < 2; i++) {
		assert_true(c[i]->answered);
		assert_int_equal(exchange_call(w, nr[i]).state, LAB_CALL_TALKING);
		lab_exchange_hangup(w->exchange, w->now, nr[i], 16);
		phone_hangup(c[i]);
	}
	finish(w);
}

static void span_pulled(void **state)
{
	(void)state;
	struct world *w = lossless();
	struct sim_call *c = phone_call(w->phone[0], "100", NULL);

	world_run_ms(w, 2000);
	assert_true(c->answered);
	gw_span_state(w->gw, w->now, 0, false);
	world_run_ms(w, 2000);
	assert_true(c->byed);
	c = phone_call(w->phone[0], "100", NULL);
	world_run_ms(w, 2000);
	assert_int_equal(c->final, 503);
	gw_span_state(w->gw, w->now, 0, true);
	world_run_ms(w, 2000);
	c = phone_call(w->phone[0], "100", NULL);
	world_run_ms(w, 2000);
	assert_true(c->answered);
	phone_hangup(c);
	finish(w);
}

/* --- what is not ours --- */

static unsigned transfers(struct world *w, uint8_t *type, uint16_t *cic)
{
	struct gw_out out;
	unsigned nr = 0;

	while (gw_next_out(w->gw, &out)) {
		if (out.type != GW_OUT_MTP || out.mtp.sif.len < 3)
			continue;
		nr++;
		*cic = (uint16_t)((uint8_t)out.mtp.sif.p[0] | (uint8_t)out.mtp.sif.p[1] << 8);
		*type = (uint8_t)out.mtp.sif.p[2];
	}
	return nr;
}

/* Q.764 2.12: a message for a circuit that is not equipped is answered UCIC; one from a point code
 * that is not configured, or that is no ISUP message, is dropped. Nothing else happens. */
static void what_is_not_ours(void **state)
{
	(void)state;
	struct world *w = lossless();
	static const char rsc[] = "\x63\x00\x12"; /* RSC, CIC 99 */
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .opc = 2, .dpc = 1, .si = MTP_SI_ISUP, .ni = 2 },
			      .sif = str_n(rsc, sizeof(rsc) - 1) };
	struct gw_stats stats;
	uint8_t type = 0;
	uint16_t cic = 0;
	struct sim_call *c;

	gw_mtp_rx(w->gw, w->now, &p);
	assert_int_equal(transfers(w, &type, &cic), 1);
	assert_int_equal(type, ISUP_UCIC);
	assert_int_equal(cic, 99);
	p.label.opc = 77;
	gw_mtp_rx(w->gw, w->now, &p);
	assert_int_equal(transfers(w, &type, &cic), 0);
	p.label.opc = 2;
	for (size_t len = 0; len < 3; len++) {
		p.sif.len = len;
		gw_mtp_rx(w->gw, w->now, &p);
		assert_int_equal(transfers(w, &type, &cic), 0);
	}
	gw_stats(w->gw, &stats);
	assert_int_equal(stats.calls, 0);
	c = phone_call(w->phone[0], "100", NULL);
	world_run_ms(w, 2000);
	assert_true(c->answered);
	phone_hangup(c);
	finish(w);
}

/* --- on a bad network --- */

static void ten_percent_loss(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct world *w = world_new(&(struct world_cfg){ .seed = seed,
								 .sip = { .loss_permille = 100,
									  .dup_permille = 50,
									  .delay_ms = 20,
									  .jitter_ms = 60 },
								 .mtp = { .delay_ms = 10 } });
		struct sim_call *c[5];
		uint32_t nr[5];

		for (int i = 0; i < 5; i++) {
			c[i] = phone_call(w->phone[0], "100", NULL);
			nr[i] = call_from_exchange(w);
			world_run_ms(w, 500);
		}
		world_run_ms(w, 20000);
		for (int i = 0; i < 5; i++) {
			world_check(w, c[i]->answered, "call %d not answered", i);
			world_check(w, exchange_call(w, nr[i]).state == LAB_CALL_TALKING,
				    "trunk call %d not answered", i);
			phone_hangup(c[i]);
			lab_exchange_hangup(w->exchange, w->now, nr[i], 16);
		}
		finish(w);
	}
}

/* A lost REL, RLC or RSC: T1, T5, T17 (Q.764 table A.1). */
static void signalling_link_loses(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++) {
		struct world *w = world_new(&(struct world_cfg){
			.seed = seed, .mtp = { .loss_permille = 300, .delay_ms = 10 } });
		for (int i = 0; i < 10; i++) {
			struct sim_plan plan = sim_plan_default;
			plan.hangup_ms = 1000;
			phone_call(w->phone[0], "100", &plan);
			call_from_exchange(w);
			world_run_ms(w, 700);
		}
		w->cfg.mtp.loss_permille = 0;
		world_run_ms(w, 60000);
		phone_hangup_all(w->phone[0]);
		finish(w);
	}
}

static void same_seed_same_run(void **state)
{
	(void)state;
	uint64_t steps[2];

	for (int i = 0; i < 2; i++) {
		struct world *w = world_new(&(struct world_cfg){
			.seed = 99,
			.sip = { .loss_permille = 200, .dup_permille = 100, .jitter_ms = 100 } });
		for (int k = 0; k < 10; k++)
			phone_call(w->phone[0], "106", NULL);
		world_settle(w);
		steps[i] = w->nr_steps;
		world_free(w);
	}
	assert_true(steps[0] > 100);
	assert_true(steps[0] == steps[1]);
}

/* --- session timers, RFC 4028 --- */

static struct sim_call *timed_call(struct world *w)
{
	struct sim_plan plan = sim_plan_default;
	struct sim_call *c;

	plan.session_expires_s = 90;
	c = phone_call(w->phone[0], "100", &plan);
	world_run_ms(w, 5000);
	world_check(w, c->answered, "no answer");
	return c;
}

/* The phone's re-INVITEs keep it alive. */
static void session_is_refreshed(void **state)
{
	struct world *w = lossless();
	struct sim_call *c = timed_call(w);
	struct gw_call_info info;

	(void)state;
	world_run_ms(w, 300 * 1000);
	world_check(w, only_gateway_call(w, &info) && info.state != GW_CALL_ENDED && !c->over,
		    "the call is gone");
	phone_hangup(c);
	finish(w);
}

/* Nobody hangs up: the call ends with its session timer, and the circuit is released (world_settle). */
static void peer_dies(void **state)
{
	struct world *w = lossless();
	struct gw_call_info info;

	(void)state;
	timed_call(w);
	w->sip_cut = true;
	world_run_ms(w, 50 * 1000);
	world_check(w, only_gateway_call(w, &info) && info.state != GW_CALL_ENDED,
		    "the call is gone too early");
	world_run_ms(w, 60 * 1000);
	world_check(w, only_gateway_call(w, &info) && info.state == GW_CALL_ENDED,
		    "the call is still there");
	w->sip_cut = false;
	finish(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sip_to_every_subscriber),
		cmocka_unit_test(the_trunk_hangs_up_after_5_s),
		cmocka_unit_test(caller_gives_up_on_103),
		cmocka_unit_test(t9_ends_103),
		cmocka_unit_test(t7_ends_a_silent_trunk),
		cmocka_unit_test(every_hang_up_order),
		cmocka_unit_test(cancel_at_each_moment),
		cmocka_unit_test(a_full_trunk_answers_503),
		cmocka_unit_test(delayed_offer),
		cmocka_unit_test(no_ack),
		cmocka_unit_test(trunk_to_sip_answered),
		cmocka_unit_test(trunk_to_sip_refused),
		cmocka_unit_test(trunk_gives_up_at_each_moment),
		cmocka_unit_test(dual_seizure),
		cmocka_unit_test(span_pulled),
		cmocka_unit_test(what_is_not_ours),
		cmocka_unit_test(session_is_refreshed),
		cmocka_unit_test(peer_dies),
		cmocka_unit_test(ten_percent_loss),
		cmocka_unit_test(signalling_link_loses),
		cmocka_unit_test(same_seed_same_run),
	};

	return cmocka_run_group_tests_name("sim scenarios", tests, NULL, NULL);
}
