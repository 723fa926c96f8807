/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What changes while calls are there: sessions (RFC 3261 14, RFC 3264 8), the configuration, MTP,
 * circuits, and the gateway's own end; with what the media side is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/world.h"

static struct world *office(void)
{
	struct world *w = world_new(&(struct world_cfg){
		.seed = 1, .office = true, .sip = { .delay_ms = 5 }, .mtp = { .delay_ms = 10 } });

	record_start(w);
	return w;
}

static void finish(struct world *w)
{
	world_settle(w);
	assert_int_equal(w->media.nr_opens, w->media.nr_closes);
	world_free(w);
}

/* Both ways of a call, so that all that follows is seen for each. */
enum { FROM_SIP, FROM_TRUNK };

static struct sim_call *talk(struct world *w, int from, const struct sim_plan *plan)
{
	struct sim_call *c;

	if (from == FROM_SIP) {
		c = phone_call(w->phone[0], "100", plan);
		world_run_ms(w, 100);
		office_acm(w, OFFICE_FREE, false);
		office_anm(w);
	} else {
		if (plan)
			w->phone[0]->plan = *plan;
		office_call(w, "30555");
		world_run_ms(w, 500);
		c = phone_incoming(w->phone[0]);
	}
	assert_true(c && c->answered);
	world_run_ms(w, 100);
	record_start(w);
	return c;
}

static struct gw_call_info only_call(struct world *w)
{
	struct gw_call_info info;
	unsigned pos = 0;

	assert_true(gw_call_walk(w->gw, &pos, &info));
	return info;
}

/* --- re-INVITE --- */

struct change_row {
	enum sim_reinvite kind;
	unsigned status;
	const char *media; /* from SIP and from the trunk alike */
	unsigned port;	   /* where we send; 0: nowhere */
};

/* As seen from us: the phone that only sends is heard, and hears nothing. */
static const struct change_row change_rows[] = {
	{ SIM_HOLD, 200, "MODIFY:from_rtp", 4000 },
	{ SIM_HOLD, 200, "", 4000 },
	{ SIM_INACTIVE, 200, "MODIFY:cut", 4000 },
	{ SIM_BAD, 488, "", 4000 },
	{ SIM_RESUME, 200, "MODIFY:both", 4000 },
	{ SIM_MOVE, 200, "MODIFY:both", 4002 },
	{ SIM_BAD, 488, "", 4002 },
	{ SIM_OLD_HOLD, 200, "MODIFY:both", 0 },
	{ SIM_RESUME, 200, "MODIFY:both", 4002 },
	{ SIM_NO_OFFER, 200, "", 4002 },
	{ SIM_HOLD, 200, "MODIFY:from_rtp", 4002 },
	{ SIM_NO_OFFER, 200, "", 4002 }, /* still held: the answer says so */
	{ SIM_RESUME, 200, "MODIFY:both", 4002 },
};

static void one_change(struct world *w, struct sim_call *c, const struct change_row *row, size_t i)
{
	struct med_open *o = &w->media.last;

	record_start(w);
	assert_int_equal(phone_reinvite(c, row->kind), 0);
	world_run_ms(w, 200);
	world_check(w, c->reinvite_status == row->status, "change %zu: %u", i, c->reinvite_status);
	record_check_media(w, row->media);
	world_check(w, row->port ? o->port == row->port : o->family == ADDR_NONE,
		    "change %zu: to port %u", i, o->port);
	world_check(w, !c->over && record_count(w, "isup>REL") == 0, "change %zu: it is over", i);
}

static void every_change(void **state)
{
	(void)state;
	for (int from = FROM_SIP; from <= FROM_TRUNK; from++) {
		struct world *w = office();
		struct sim_call *c = talk(w, from, NULL);

		for (size_t i = 0; i < sizeof(change_rows) / sizeof(change_rows[0]); i++)
			one_change(w, c, &change_rows[i], i);
		record_start(w);
		phone_hangup(c);
		world_run_ms(w, 500);
		record_check_media(w, "CLOSE");
		record_check(w, "sip>BYE sip<200:BYE isup>REL isup<RLC");
		finish(w);
	}
}

/* RFC 3264 8: the version of our description counts what we change. */
static unsigned version_of(struct world *w, const char *name)
{
	struct tg_diag diag = TG_DIAG_NONE;
	struct str rest, word;
	uint32_t version = 0;
	struct sip_msg m;

	(void)diag;
	record_sip(w, name, &m);
	rest = m.body;
	while (rest.len && !str_starts(rest, STR("o=")))
		rest = str_split(rest, '\n', &word);
	rest = str_split(rest, ' ', &word);
	rest = str_split(rest, ' ', &word);
	str_split(rest, ' ', &word);
	assert_true(str_to_u32(word, &version));
	return version;
}

static void our_version_counts(void **state)
{
	(void)state;
	struct world *w = office();
	struct sim_call *c = phone_call(w->phone[0], "100", NULL);
	unsigned first;

	world_run_ms(w, 100);
	office_con(w);
	first = version_of(w, "sip<200");
	phone_reinvite(c, SIM_HOLD);
	world_run_ms(w, 100);
	assert_int_equal(version_of(w, "sip<200"), first + 1);
	phone_reinvite(c, SIM_NO_OFFER);
	world_run_ms(w, 100);
	assert_int_equal(version_of(w, "sip<200"), first + 2);
	phone_hangup(c);
	finish(w);
}

/* A hang-up from the trunk while a re-INVITE is under way. */
static void hang_up_in_a_reinvite(void **state)
{
	(void)state;
	for (int ms = 0; ms <= 30; ms++) {
		for (int kind = 0; kind < SIM_NR_REINVITES; kind++) {
			struct world *w = office();
			struct sim_call *c = talk(w, ms % 2, NULL);
			struct isup_msg rel;

			isup_msg_init(&rel, ISUP_REL, 0);
			isup_put_cause(&rel, &(struct isup_cause){ .value = 16 });
			phone_reinvite(c, (enum sim_reinvite)kind);
			world_run_ms(w, ms);
			office_tx(w, &rel);
			world_run_ms(w, 3000);
			world_check(w, c->over, "kind %d, %d ms: not over", kind, ms);
			finish(w);
		}
	}
}

/* A call in mu-law over an A-law span. */
static void mulaw(void **state)
{
	(void)state;
	for (int from = FROM_SIP; from <= FROM_TRUNK; from++) {
		struct sim_plan plan = sim_plan_default;
		struct world *w = office();
		struct sim_call *c;

		plan.mulaw = true;
		c = talk(w, from, &plan);
		assert_int_equal(w->media.last.codec, MED_PCMU);
		assert_int_equal(w->media.last.pt_tx, 0);
		assert_int_equal(w->media.last.pt_rx, 0);
		assert_string_equal(only_call(w).codec, "PCMU");
		phone_hangup(c);
		finish(w);
	}
}

/* --- MTP, Q.764 2.13 --- */

/* Calls that talk go on; nothing new is seized; after MTP-RESUME all is as before. */
static void mtp_pauses(void **state)
{
	(void)state;
	for (int from = FROM_SIP; from <= FROM_TRUNK; from++) {
		struct world *w = office();
		struct sim_call *c = talk(w, from, NULL), *d;
		struct gw_trunk_info t;
		unsigned pos = 0;

		world_mtp_available(w, false);
		world_run_ms(w, 1000);
		assert_false(c->over);
		d = phone_call(w->phone[0], "100", NULL);
		world_run_ms(w, 1000);
		assert_int_equal(d->final, 503);
		assert_int_equal(d->cause, 38);
		assert_int_equal(record_count(w, "isup>IAM"), 0);
		assert_true(gw_trunk_walk(w->gw, &pos, &t));
		assert_false(t.available);
		world_run_ms(w, 5 * 60 * 1000);
		assert_false(c->over);
		world_mtp_available(w, true);
		d = phone_call(w->phone[0], "100", NULL);
		world_run_ms(w, 100);
		office_con(w);
		assert_true(d->answered);
		phone_hangup(d);
		phone_hangup(c);
		finish(w);
	}
}

/* Released during the pause: the RELs are lost until MTP-RESUME, then T1 or T5 (Q.764 2.9.6) frees
 * the circuit, and nobody gets it before. */
static void hang_up_while_paused(void **state)
{
	(void)state;
	static const int pause_s[] = { 5, 70, 400 };

	for (size_t i = 0; i < 3; i++) {
		struct world *w = office();
		struct sim_call *c = talk(w, FROM_SIP, NULL);
		uint16_t cic = w->office->cic;
		struct gw_circuit_info ci;
		unsigned pos = 0;

		world_mtp_available(w, false);
		phone_hangup(c);
		world_run_ms(w, pause_s[i] * 1000);
		assert_true(c->over);
		while (gw_circuit_walk(w->gw, &pos, &ci))
			if (ci.cic == cic)
				assert_int_not_equal(ci.state, ISUP_IDLE);
		world_mtp_available(w, true);
		finish(w);
	}
}

/* No ACM can come: T7. */
static void paused_in_setup(void **state)
{
	(void)state;
	struct world *w = office();
	struct sim_call *c = phone_call(w->phone[0], "100", NULL);

	world_run_ms(w, 100);
	world_mtp_available(w, false);
	world_run_ms(w, 35000);
	assert_int_equal(c->final, 504);
	world_mtp_available(w, true);
	finish(w);
}

/* --- the operator --- */

static void clear(void **state)
{
	(void)state;
	for (int from = FROM_SIP; from <= FROM_TRUNK; from++) {
		struct world *w = office();
		struct sim_call *c = talk(w, from, NULL);
		uint32_t nr = only_call(w).nr;

		assert_int_equal(gw_call_clear(w->gw, w->now, nr), 0);
		assert_int_equal(gw_call_clear(w->gw, w->now, nr), 0); /* twice is once */
		world_run_ms(w, 500);
		assert_true(c->byed);
		assert_int_equal(c->cause, 31);
		record_check(w, "isup>REL sip<BYE sip>200:BYE isup<RLC");
		assert_int_equal(record_cause(w, "isup>REL").value, 31);
		assert_int_equal(only_call(w).ended_by, GW_SIDE_NONE);
		assert_int_equal(gw_call_clear(w->gw, w->now, nr), TG_ENOENT);
		assert_int_equal(gw_call_clear(w->gw, w->now, 4711), TG_ENOENT);
		finish(w);
	}
}

/* At each moment of a call's life. */
static void clear_at_each_moment(void **state)
{
	(void)state;
	for (int ms = 0; ms <= 400; ms += 5) {
		struct world *w = world_new(&(struct world_cfg){
			.seed = 1, .sip = { .delay_ms = 5 }, .mtp = { .delay_ms = 10 } });
		struct gw_call_info info;
		unsigned pos = 0;
		uint32_t nr;

		phone_call(w->phone[0], ms % 2 ? "100" : "107", NULL);
		lab_exchange_call(w->exchange, w->now, "100", "30555", &nr);
		world_run_ms(w, ms);
		while (gw_call_walk(w->gw, &pos, &info))
			gw_call_clear(w->gw, w->now, info.nr);
		world_run_ms(w, 3000);
		phone_hangup_all(w->phone[0]);
		world_run_ms(w, 60000);
		lab_exchange_hangup(w->exchange, w->now, nr, 16);
		finish(w);
	}
}

static bool is_refused(struct world *w)
{
	struct sim_call *c = phone_call(w->phone[0], "100", NULL);

	world_run_ms(w, 200);
	office_call(w, "30555");
	return c->final == 503 && c->cause == 42 && record_count(w, "sip<INVITE") == 0 &&
	       record_count(w, "isup>IAM") == 0 && record_cause(w, "isup>REL").value == 42;
}

/* Those that talk may go on, new ones are refused. */
static void shutdown_gently(void **state)
{
	(void)state;
	for (int from = FROM_SIP; from <= FROM_TRUNK; from++) {
		struct world *w = office();
		struct sim_call *c = talk(w, from, NULL);
		uint16_t cic = w->office->cic;

		gw_shutdown(w->gw, w->now, false);
		world_run_ms(w, 1000);
		assert_false(c->over);
		assert_true(is_refused(w));
		world_run_ms(w, 60000);
		assert_false(c->over);
		w->office->cic = cic;
		office_rel(w, 16, ISUP_LOC_USER);
		assert_true(c->byed);
		finish(w);
	}
}

static void shutdown_now(void **state)
{
	(void)state;
	struct world *w = office();
	struct sim_call *c = talk(w, FROM_SIP, NULL);
	struct sim_call *d = phone_call(w->phone[0], "100", NULL);
	struct sim_call *e;

	world_run_ms(w, 100);
	e = talk(w, FROM_TRUNK, NULL);
	gw_shutdown(w->gw, w->now, true);
	world_run_ms(w, 500);
	assert_true(c->byed && e->byed);
	assert_int_equal(d->final, 480); /* 31 */
	assert_int_equal(record_count(w, "isup>REL"), 3);
	assert_int_equal(record_count(w, "isup<RLC"), 3);
	record_start(w);
	assert_true(is_refused(w));
	finish(w);
}

/* Q.764 2.9.3.1: a reset, from either end, ends the call on the circuit with cause 31. */
static void reset_of_a_busy_circuit(void **state)
{
	(void)state;
	for (int k = 0; k < 4; k++) {
		struct world *w = office();
		struct sim_call *c = talk(w, k % 2, NULL);
		uint16_t cic = w->office->cic;

		if (k < 2)
			assert_int_equal(gw_circuit_reset(w->gw, w->now, "east", cic), 0);
		else
			office_reset(w, cic);
		world_run_ms(w, 500);
		assert_true(c->byed);
		assert_int_equal(c->cause, 31);
		record_check(w, k < 2 ? "isup>RSC sip<BYE sip>200:BYE isup<RLC"
				      : "isup<RSC isup>RLC sip<BYE sip>200:BYE");
		record_check_media(w, "CLOSE");
		c = talk(w, k % 2, NULL);
		phone_hangup(c);
		finish(w);
	}
}

/* Q.764 2.9.3.2: a group reset ends all calls of its range at once, and is answered by one GRA. */
static void group_reset(void **state)
{
	(void)state;
	struct world *w = office();
	uint8_t octets[ISUP_MAX_OCTETS], range = 29;
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .opc = 2, .dpc = 1, .si = MTP_SI_ISUP, .ni = 2 } };
	struct sim_call *c[3];
	struct isup_msg grs;
	int len;

	for (int i = 0; i < 3; i++)
		c[i] = talk(w, i % 2, NULL);
	isup_msg_init(&grs, ISUP_GRS, 1);
	isup_put_u8(&grs, ISUP_P_RANGE_AND_STATUS, range);
	len = isup_msg_enc(&grs, &isup_itu, octets, sizeof(octets), NULL);
	assert_true(len > 0);
	p.sif = str_n(octets, (size_t)len);
	gw_mtp_rx(w->gw, w->now, &p);
	world_drain(w);
	assert_int_equal(record_count(w, "isup>GRA"), 1);
	world_run_ms(w, 500);
	for (int i = 0; i < 3; i++) {
		assert_true(c[i]->byed);
		assert_int_equal(c[i]->cause, 31);
	}
	assert_int_equal(record_count(w, "isup>REL"), 0);
	assert_int_equal(w->media.nr_open, 0);
	for (uint16_t cic = 1; cic < 32; cic++) /* the office did not mean it: it resets, too */
		if (cic != 16)
			office_reset(w, cic);
	finish(w);
}

/* Before any backward message the call is tried on another circuit (Q.764 2.8.1). */
static void reset_in_setup(void **state)
{
	(void)state;
	for (int k = 0; k < 2; k++) {
		struct world *w = office();
		struct sim_call *c = phone_call(w->phone[0], "100", NULL);
		uint16_t cic;

		world_run_ms(w, 100);
		cic = w->office->cic;
		if (k)
			gw_circuit_reset(w->gw, w->now, "east", cic);
		else
			office_reset(w, cic);
		world_run_ms(w, 100);
		if (k) { /* our own reset ends it */
			world_check(w, c->over || w->office->cic != cic, "it hangs");
		} else {
			assert_int_not_equal(w->office->cic, cic);
			office_con(w);
			assert_true(c->answered);
		}
		phone_hangup(c);
		finish(w);
	}
}

/* --- the configuration --- */

static const struct gw_config *swapped(struct world *w, const char *prefix)
{
	struct gw_config *c = gw_config_copy(w->mem, w->gw_cfg);
	struct gw_route_cfg *r = gw_config_route_add(c);

	assert_non_null(r);
	*r = (struct gw_route_cfg){ .from = GW_SIDE_SIP, .to = GW_SIDE_TRUNK, .to_name = "east" };
	snprintf(r->prefix, sizeof(r->prefix), "%s", prefix);
	snprintf(r->prepend, sizeof(r->prepend), "77");
	r->strip = 1;
	return c;
}

/* Calls go on with what they began with, new ones are routed anew. */
static void configuration_is_swapped(void **state)
{
	(void)state;
	struct tg_diag diag = TG_DIAG_NONE;
	struct world *w = office();
	struct sim_call *c = phone_call(w->phone[0], "2", NULL), *d;
	struct isup_number n;
	struct isup_msg iam;

	world_run_ms(w, 100);
	assert_int_equal(c->final, 404);
	assert_int_equal(c->cause, 3);
	c = talk(w, FROM_SIP, NULL);
	assert_int_equal(gw_config_swap(w->gw, swapped(w, "2"), &diag), 0);
	world_drain(w);
	d = phone_call(w->phone[0], "25", NULL);
	world_run_ms(w, 100);
	record_isup(w, "isup>IAM", &iam);
	assert_int_equal(isup_get_number(&iam, ISUP_P_CALLED_NUMBER, &n), 0);
	assert_string_equal(n.digits, "775");
	office_con(w);
	assert_true(d->answered && !c->over);
	phone_reinvite(c, SIM_HOLD);
	world_run_ms(w, 100);
	assert_int_equal(c->reinvite_status, 200);
	phone_hangup(c);
	phone_hangup(d);
	finish(w);
}

/* Other trunks, or a route to nowhere: refused, and nothing is changed. */
static void configuration_is_refused(void **state)
{
	(void)state;
	struct tg_diag diag = TG_DIAG_NONE;
	struct world *w = office();
	struct sim_call *c = talk(w, FROM_TRUNK, NULL);
	struct gw_config *bad = gw_config_copy(w->mem, w->gw_cfg);

	bad->trunk[0].dpc = 3;
	assert_int_equal(gw_config_swap(w->gw, bad, &diag), TG_ENOTSUP);
	assert_true(diag.text[0] != '\0');
	bad->trunk[0].dpc = 2;
	snprintf(bad->route[0].to_name, sizeof(bad->route[0].to_name), "west");
	assert_int_equal(gw_config_swap(w->gw, bad, &diag), TG_EINVAL);
	world_drain(w);
	world_run_ms(w, 1000);
	assert_false(c->over);
	c = talk(w, FROM_SIP, NULL);
	phone_hangup_all(w->phone[0]);
	finish(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_change),
		cmocka_unit_test(our_version_counts),
		cmocka_unit_test(hang_up_in_a_reinvite),
		cmocka_unit_test(mulaw),
		cmocka_unit_test(mtp_pauses),
		cmocka_unit_test(hang_up_while_paused),
		cmocka_unit_test(paused_in_setup),
		cmocka_unit_test(clear),
		cmocka_unit_test(clear_at_each_moment),
		cmocka_unit_test(shutdown_gently),
		cmocka_unit_test(shutdown_now),
		cmocka_unit_test(reset_of_a_busy_circuit),
		cmocka_unit_test(group_reset),
		cmocka_unit_test(reset_in_setup),
		cmocka_unit_test(configuration_is_swapped),
		cmocka_unit_test(configuration_is_refused),
	};

	return cmocka_run_group_tests_name("sim changes", tests, NULL, NULL);
}
