/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config: defaults, adding, and each thing that the check finds, with the words it says. */
#include <stdio.h>

#include "gateway/config.h"
#include "unit/gateway/world.h"

static struct mem *m;
static struct gw_config *c;

static int set_up(void **state)
{
	(void)state;
	m = mem_root("test");
	c = world_config(m);
	return m && c ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	mem_free(m);
	return 0;
}

static void good(void)
{
	struct tg_diag d = TG_DIAG_NONE;

	if (gw_config_check(c, &d) < 0)
		fail_msg("%s", d.text);
}

static void bad(const char *words)
{
	struct tg_diag d = TG_DIAG_NONE;

	assert_int_equal(gw_config_check(c, &d), TG_EINVAL);
	if (!strstr(d.text, words))
		fail_msg("'%s' does not say '%s'", d.text, words);
}

static void test_defaults(void **state)
{
	struct gw_config *d = gw_config_new(m);
	char text[ADDR_TEXT_MAX];

	(void)state;
	assert_int_equal(gw_config_check(d, NULL), 0);
	assert_string_equal(addr_print(&d->sip_bind, text), "0.0.0.0:5060");
	assert_string_equal(addr_print(&d->vty_bind, text), "127.0.0.1:4290");
	assert_int_equal(d->rtp_port_first, 10000);
	assert_int_equal(d->rtp_port_last, 19999);
	assert_int_equal(d->rtp_buffer_ms, 40);
	assert_int_equal(d->max_calls, 1000);
	assert_int_equal(d->call_history, 200);
	assert_int_equal(d->sip_t1_ms, 500);
	assert_int_equal(d->peer_default.nr_codecs, 2);
	assert_int_equal(d->peer_default.ptime_ms, 20);
	assert_false(d->sip_accept_any);
	good();
}

static void test_finds_or_adds(void **state)
{
	(void)state;
	assert_ptr_equal(gw_config_trunk_add(c, "east"), &c->trunk[0]);
	assert_ptr_equal(gw_config_trunk_add(c, "west"), &c->trunk[1]);
	assert_ptr_equal(gw_config_peer_add(c, "phone"), &c->peer[0]);
	assert_ptr_equal(gw_config_span_add(c, 0), &c->span[0]);
	assert_ptr_equal(gw_config_span_add(c, 3), &c->span[1]);
	assert_null(gw_config_span_add(c, GW_MAX_SPANS));
	assert_null(gw_config_trunk_add(c, ""));
	assert_null(gw_config_trunk_add(c, "a b"));
	assert_null(gw_config_peer_add(c, "a name that is longer than it may be"));
}

static void test_bounds_of_the_lists(void **state)
{
	char name[20];

	(void)state;
	for (int i = 0; i < GW_MAX_PEERS + 3; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		gw_config_peer_add(c, name);
		snprintf(name, sizeof(name), "t%d", i);
		gw_config_trunk_add(c, name);
		gw_config_span_add(c, (unsigned)i);
	}
	for (int i = 0; i < GW_MAX_ROUTES + 3; i++)
		gw_config_route_add(c);
	assert_int_equal(c->nr_peers, GW_MAX_PEERS);
	assert_int_equal(c->nr_trunks, GW_MAX_TRUNKS);
	assert_int_equal(c->nr_spans, GW_MAX_SPANS);
	assert_int_equal(c->nr_routes, GW_MAX_ROUTES);
}

static void test_copy(void **state)
{
	struct gw_config *d = gw_config_copy(m, c);

	(void)state;
	assert_ptr_not_equal(d->mem, c->mem);
	assert_string_equal(d->trunk[0].name, "east");
	mem_free(d->mem);
	good();
	assert_int_equal(gw_config_nr_circuits(c), 30);
}

static void test_numbers(void **state)
{
	(void)state;
	c->span[0].los_ms = 19;
	bad("los-after is 19, not 20 to 10000");
	c->span[0].los_ms = 10000;
	c->max_calls = 0;
	bad("the number of calls is 0, not 1 to 100000");
	c->max_calls = 1000;
	c->rtp_buffer_ms = 300;
	bad("the RTP receive buffer (ms) is 300");
	c->rtp_buffer_ms = 40;
	c->rtp_port_first = 20001;
	bad("the last RTP port is 19999, not 20001");
	c->rtp_port_last = 20001;
	bad("no even one");
	c->rtp_port_last = 20002;
	good();
	c->sip_bind.port = 0;
	bad("the SIP port");
	c->sip_bind = (struct addr){ .port = 5060 };
	bad("address must be set");
}

static void test_trunks(void **state)
{
	struct gw_trunk_cfg *t = &c->trunk[0];

	(void)state;
	t->opc = t->dpc;
	bad("trunk east: both ends have the point code 2");
	t->opc = 20000;
	bad("trunk east: point codes are 0 to 16383");
	t->opc = 1;
	t->ni = 4;
	bad("trunk east: the network indicator");
	t->ni = 2;
	t->dialect.portability = IW_PORTED_CONCATENATED;
	t->overlap_s = 5;
	bad("trunk east: numbers that come digit by digit (called-digits) cannot");
	t->overlap_s = 0;
	t->nr_ranges = 0;
	bad("trunk east has no circuits");
}

static void test_ranges(void **state)
{
	struct gw_range_cfg *r = c->trunk[0].range;

	(void)state;
	r[0].span = 1;
	bad("trunk east: there is no span 1");
	r[0].span = 0;
	r[0].first_ts = 0;
	bad("trunk east: timeslots 0-15: span 0 has 1 to 31");
	r[0].first_ts = 16;
	bad("trunk east: timeslots 16-15");
	r[0].first_ts = 1;
	r[1].last_ts = 32;
	bad("trunk east: timeslots 17-32");
	c->span[0].kind = TDM_T1;
	r[1].last_ts = 31;
	bad("span 0 has 1 to 24");
	c->span[0].kind = TDM_E1;
	r[1].first_cic = 4090;
	bad("trunk east: CICs from 4090 on go over 4095");
}

static void test_overlaps(void **state)
{
	struct gw_range_cfg *r = c->trunk[0].range;
	struct gw_trunk_cfg *t;

	(void)state;
	r[1].first_ts = 15;
	bad("trunks east and east: timeslots 1-15 and 15-31 of span 0 overlap");
	r[1].first_ts = 17;
	r[1].first_cic = 15;
	bad("trunks east and east: CICs from 1 and from 15 on overlap");
	r[1].first_cic = 17;
	good();
	gw_config_span_add(c, 1);
	t = gw_config_trunk_add(c, "west");
	t->opc = 1;
	t->dpc = 2;
	t->nr_ranges = 1;
	t->range[0] = (struct gw_range_cfg){ 1, 1, 2, 31 };
	bad("trunks east and west: CICs from 17 and from 31 on overlap");
	t->dpc = 3;
	good();
	t->range[0].span = 0;
	bad("trunks east and west: timeslots 1-15 and 1-2 of span 0 overlap");
}

/* Trunks between the same points have one ISUP. */
static void test_siblings(void **state)
{
	struct gw_trunk_cfg *t;

	(void)state;
	gw_config_span_add(c, 1);
	t = gw_config_trunk_add(c, "west");
	t->opc = 1;
	t->dpc = 2;
	t->nr_ranges = 1;
	t->range[0] = (struct gw_range_cfg){ 1, 1, 2, 100 };
	good();
	str_copyz(t->variant, sizeof(t->variant), STR("etsi3"));
	bad("trunks east and west: between the same point codes, but not of one ISUP variant");
	str_copyz(c->trunk[0].variant, sizeof(t->variant), STR("etsi3"));
	good();
	t->timer_ms[ISUP_T7] = 25000;
	bad("trunks east and west: between the same point codes, but their timers differ");
	t->timer_ms[ISUP_T7] = 0;
	t->sls_bits = 4;
	bad("trunks east and west: between the same point codes, but their sls-bits or "
	    "incoming-international differ");
	t->sls_bits = 0;
	t->incoming_international = true;
	bad("trunks east and west: between the same point codes, but their sls-bits or "
	    "incoming-international differ");
	t->incoming_international = false;
	good();
	t->dpc = 3;
	good();
	t->sls_bits = 5;
	bad("trunk west: sls-bits 5 is ANSI's; there are 4 in Q.704 2.2.4");
	t->sls_bits = 4;
	good();
	t->timer_ms[ISUP_T7] = 31000;
	bad("trunk west: timer T7 is 31 s, not 20 to 30");
	t->timer_ms[ISUP_T7] = 0;
	str_copyz(t->variant, sizeof(t->variant), STR("etsi4"));
	bad("trunk west: there is no ISUP variant etsi4");
	str_copyz(t->variant, sizeof(t->variant), STR("ansi95"));
	t->range[0].first_cic = 16382;
	t->dpc = 0xffffff;
	t->sls_bits = 8;
	good();
	t->reserve = true;
	good();
	str_copyz(t->variant, sizeof(t->variant), STR("etsi3"));
	t->sls_bits = 4;
	bad("trunk west: circuit-reservation is ANSI's; its variant has no CRM");
	str_copyz(t->variant, sizeof(t->variant), STR("ansi95"));
	t->sls_bits = 8;
	t->range[0].first_cic = 16383;
	bad("trunk west: CICs from 16383 on go over 16383");
}

static void test_spans(void **state)
{
	(void)state;
	c->span[c->nr_spans++].number = 0;
	bad("span 0 stands there twice");
	c->span[1].number = 16;
	bad("spans are 0 to 15");
}

static void test_peers(void **state)
{
	struct gw_peer_cfg *p = gw_config_peer_add(c, "b");

	(void)state;
	bad("peer b has no address");
	p->addr = c->peer[0].addr;
	bad("peers phone and b have one address");
	p->addr.port++;
	good();
	p->nr_codecs = 0;
	bad("b has no codec");
	p->nr_codecs = 2;
	p->codec[1] = p->codec[0];
	bad("b: a codec stands there twice");
	p->codec[1] = SDP_TELEPHONE_EVENT;
	bad("b: not a codec for speech or data");
	p->nr_codecs = 1;
	p->ptime_ms = 25;
	bad("b: ptime is 25");
	p->ptime_ms = 70;
	bad("b: ptime is 70");
	p->ptime_ms = 60;
	c->peer_default.nr_codecs = SDP_NR_CODECS;
	bad("the default peer");
}

static void test_routes(void **state)
{
	struct gw_route_cfg *r = &c->route[0];

	(void)state;
	strcpy(r->prefix, "12a");
	bad("route '12a': a prefix is digits");
	strcpy(r->prefix, "+49");
	good();
	strcpy(r->prepend, "x");
	bad("what is prepended is digits");
	strcpy(r->prepend, "+49");
	r->strip = 40;
	bad("no number has 40 digits");
	r->strip = 2;
	strcpy(r->to_name, "phone");
	bad("there is no trunk phone");
	r->to = GW_SIDE_SIP;
	good();
	strcpy(r->to_name, "east");
	bad("there is no peer east");
	r->to = GW_SIDE_NONE;
	bad("leads nowhere");
	*r = c->route[1];
	bad("route 'any' stands there twice");
}

static void make(void *ctx)
{
	struct mem *root = mem_root("walk");
	struct gw_config *a = root ? gw_config_new(root) : NULL;

	(void)ctx;
	if (a)
		gw_config_copy(root, a);
	mem_free(root);
}

static void test_no_memory(void **state)
{
	(void)state;
	assert_int_equal(walk_allocations(make, NULL), 5);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_defaults),
		TEST(test_finds_or_adds),
		TEST(test_bounds_of_the_lists),
		TEST(test_copy),
		TEST(test_numbers),
		TEST(test_trunks),
		TEST(test_ranges),
		TEST(test_overlaps),
		TEST(test_siblings),
		TEST(test_spans),
		TEST(test_peers),
		TEST(test_routes),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
