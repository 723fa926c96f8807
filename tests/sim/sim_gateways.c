/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gateways that call each other: an exchange, a gateway, SIP, another gateway, its exchange. What one
 * exchange says is what the other one hears, and what the records of both gateways say; RFC 3666 2.3 with
 * the gateway of who calls in the place of the proxy.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "isup/params.h"
#include "sim/world.h"

#define NGW1 "192.0.2.2:5060"
#define NGW2 "192.0.2.3:5060"
#define HERE "192.0.2.1:5060"

static const char *profile; /* of both, towards each other */

static void add_peer(struct gw_config *c, const char *name, const char *addr)
{
	struct gw_peer_cfg *p = gw_config_peer_add(c, name);

	assert_non_null(p);
	assert_int_equal(addr_parse(&p->addr, str_of(addr), 5060), 0);
	p->nr_codecs = c->peer[0].nr_codecs;
	memcpy(p->codec, c->peer[0].codec, sizeof(p->codec));
	p->ptime_ms = 20;
	str_copyz(p->interworking, sizeof(p->interworking), str_of(profile));
}

static void add_route(struct gw_config *c, enum gw_side from, const char *to, uint8_t choice)
{
	struct gw_route_cfg *r = gw_config_route_add(c);

	assert_non_null(r);
	*r = (struct gw_route_cfg){ .from = from, .to = GW_SIDE_TRUNK, .choice = choice };
	if (from == GW_SIDE_TRUNK)
		r->to = GW_SIDE_SIP;
	str_copyz(r->prefix, sizeof(r->prefix), STR("+1"));
	str_copyz(r->to_name, sizeof(r->to_name), str_of(to));
}

static void america(struct gw_config *c)
{
	str_copyz(c->trunk[0].numbering.country, sizeof(c->trunk[0].numbering.country), STR("1"));
}

/* Two ways to the PSTN behind: the second when the first has no circuit. */
static void caller(struct gw_config *c)
{
	america(c);
	add_peer(c, "ngw1", NGW1);
	add_peer(c, "ngw2", NGW2);
	add_route(c, GW_SIDE_TRUNK, "ngw1", 0);
	add_route(c, GW_SIDE_TRUNK, "ngw2", 1);
	iw_cause_add(&c->advance, 34);
}

static void callee(struct gw_config *c)
{
	america(c);
	add_peer(c, "caller", HERE);
	add_route(c, GW_SIDE_SIP, "east", 0);
}

static struct world *gateway(struct world *beside, const char *address, unsigned nr_circuits,
			     void (*configure)(struct gw_config *c))
{
	struct world *w = world_new(&(struct world_cfg){ .seed = 1,
							 .office = true,
							 .beside = beside,
							 .address = address,
							 .nr_circuits = nr_circuits,
							 .sip = { .delay_ms = 5 },
							 .mtp = { .delay_ms = 10 },
							 .configure = configure });

	record_start(w);
	return w;
}

static void bob_is_called(struct world *w)
{
	const struct isup_number to = { .noa = 3, .npi = 1, .inn = 1, .digits = "9725552222" };
	const struct isup_number from = { .noa = 3, .npi = 1, .si = 3, .digits = "3145551111" };

	office_iam(w, &to, &from);
	world_run_ms(w, 100);
}

static struct gw_call_info newest(struct world *w)
{
	struct gw_call_info info, found = { 0 };
	unsigned pos = 0;

	while (gw_call_walk(w->gw, &pos, &info)) /* those that run come first */
		if (info.nr > found.nr)
			found = info;
	assert_int_not_equal(found.nr, 0);
	return found;
}

static void near(tick_t a, tick_t b)
{
	int64_t ms = tick_is_never(a) ? 0 : tick_diff_us(b, a) / 1000;

	assert_int_equal(tick_is_never(a), tick_is_never(b));
	assert_true(ms >= -50 && ms <= 50);
}

/* What both have written down of it. */
static void records_agree(struct world *a, struct world *b)
{
	struct gw_call_info x = newest(a), y = newest(b);

	assert_string_equal(x.calling, y.calling);
	assert_string_equal(x.called, y.called);
	assert_string_equal(x.codec, y.codec);
	assert_int_equal(x.cause, y.cause);
	assert_int_equal(x.sip_status, y.sip_status);
	near(x.started, y.started);
	near(x.answered, y.answered);
	near(x.ended, y.ended);
}

static void same_number(struct world *a, struct world *b, enum isup_param_code code)
{
	struct isup_number x, y;
	struct isup_msg m;

	record_isup(a, "isup<IAM", &m);
	assert_int_equal(isup_get_number(&m, code, &x), 0);
	record_isup(b, "isup>IAM", &m);
	assert_int_equal(isup_get_number(&m, code, &y), 0);
	assert_string_equal(x.digits, y.digits);
	assert_int_equal(x.noa, y.noa);
	assert_int_equal(x.apri, y.apri);
}

/* RFC 3666 2.3 */
static void overflow(void **state)
{
	(void)state;
	profile = "rfc3398";
	struct world *a = gateway(NULL, HERE, 0, caller);
	struct world *one = gateway(a, NGW1, 1, callee), *two = gateway(a, NGW2, 0, callee);

	bob_is_called(a); /* takes the only circuit there */
	office_con(one);
	world_run_ms(a, 100);
	record_start(a);
	record_start(one);
	bob_is_called(a);
	office_acm(two, OFFICE_NO_INDICATION, false);
	world_run_ms(a, 50);
	office_anm(two);
	world_run_ms(a, 100);
	records_agree(a, two);
	office_rel(a, 16, ISUP_LOC_USER);
	world_run_ms(a, 100);
	same_number(a, two, ISUP_P_CALLED_NUMBER);
	same_number(a, two, ISUP_P_CALLING_NUMBER);
	assert_int_equal(record_reason(one, "sip<503"), 34);
	assert_int_equal(record_cause(two, "isup>REL").value, 16);
	records_agree(a, two);
	record_check(one, "sip>INVITE+sdp sip<100 sip<503 sip>ACK");
	record_check(two,
		     "sip>INVITE+sdp sip<100 isup>IAM isup<ACM sip<183+sdp isup<ANM sip<200+sdp "
		     "sip>ACK sip>BYE sip<200:BYE isup>REL isup<RLC");
	record_check(a,
		     "isup<IAM sip<INVITE+sdp sip>100 sip>503 sip<ACK sip<INVITE+sdp sip>100 "
		     "sip>183+sdp isup>ACM sip>200+sdp isup>ANM sip<ACK isup<REL isup>RLC sip<BYE "
		     "sip>200:BYE");
	office_rel(one, 16, ISUP_LOC_USER);
	world_settle(a);
	world_free(one);
	world_free(two);
	world_free(a);
}

static void callers_of(struct gw_config *c)
{
	caller(c);
	c->nr_routes--; /* one way only */
}

static const char *const profiles[] = { "rfc3398", "q1912.5-a", "q1912.5-b", "sip-i", "sip-t" };

/* The cause that the exchange behind gives is that which the exchange of who calls hears. */
static void one_cause(const char *name, uint8_t cause, bool ringing)
{
	struct world *a, *b;

	profile = name;
	a = gateway(NULL, HERE, 0, callers_of);
	b = gateway(a, NGW1, 0, callee);
	bob_is_called(a);
	if (ringing) {
		office_acm(b, OFFICE_FREE, false);
		world_run_ms(a, 50);
	}
	office_rel(b, cause, ISUP_LOC_USER);
	world_run_ms(a, 100);
	if (record_cause(a, "isup>REL").value != cause)
		fail_msg("%s: %u became %u%s", name, cause, record_cause(a, "isup>REL").value,
			 ringing ? ", while it rang" : "");
	records_agree(a, b);
	world_settle(a);
	world_free(b);
	world_free(a);
}

/* 44 is not among them: another circuit is tried (Q.764 2.9.6), and nobody hears of it. */
static void every_cause(void **state)
{
	static const uint8_t causes[] = { 1,  2,  3,  4,  16, 17, 18, 19, 20,  21,  22, 23,
					  27, 28, 29, 31, 34, 38, 41, 42, 47,  50,  55, 57,
					  58, 63, 65, 70, 79, 87, 88, 95, 102, 111, 127 };

	(void)state;
	for (size_t p = 0; p < sizeof(profiles) / sizeof(profiles[0]); p++)
		for (size_t i = 0; i < sizeof(causes); i++)
			one_cause(profiles[p], causes[i], i % 2);
}

/* Either exchange clears an answered call, or the caller's before the answer. */
static void one_clearing(const char *name, bool by_caller, bool answered, uint8_t cause)
{
	struct world *a, *b;

	profile = name;
	a = gateway(NULL, HERE, 0, callers_of);
	b = gateway(a, NGW1, 0, callee);
	bob_is_called(a);
	office_acm(b, OFFICE_FREE, true);
	world_run_ms(a, 50);
	if (answered)
		office_anm(b);
	world_run_ms(a, 500);
	office_rel(by_caller ? a : b, cause, ISUP_LOC_USER);
	world_run_ms(a, 100);
	assert_int_equal(record_cause(by_caller ? b : a, "isup>REL").value, cause);
	records_agree(a, b);
	world_settle(a);
	records_agree(a, b);
	world_free(b);
	world_free(a);
}

static void every_clearing(void **state)
{
	(void)state;
	for (size_t p = 0; p < sizeof(profiles) / sizeof(profiles[0]); p++)
		for (unsigned i = 0; i < 3; i++) {
			one_clearing(profiles[p], i != 1, i != 2, 16);
			one_clearing(profiles[p], i != 1, i != 2, 31);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(overflow),
		cmocka_unit_test(every_cause),
		cmocka_unit_test(every_clearing),
	};

	return cmocka_run_group_tests_name("sim gateways", tests, NULL, NULL);
}
