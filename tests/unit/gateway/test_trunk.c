/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trunk: circuits of ranges, and each way to hunt; and the free list of channels. */
#include <stdio.h>

#include "gateway/channel.h"
#include "gateway/trunk.h"
#include "unit/gateway/world.h"

static struct mem *m;
static struct gw_trunk t;
static struct rng_seeded seed;

/* Exchange 1 against 2: we control the odd circuits. */
static void make(enum gw_hunt hunt)
{
	struct gw_trunk_cfg cfg = { .name = "t", .opc = 1, .dpc = 2, .hunt = hunt, .nr_ranges = 2 };
	struct gw_trunk_env env = { .variant = &isup_itu,
				    .max_circuits = 6,
				    .rng = rng_seeded_init(&seed, 1) };

	cfg.range[0] = (struct gw_range_cfg){ 1, 17, 19, 4 };
	cfg.range[1] = (struct gw_range_cfg){ 0, 1, 3, 1 };
	m = mem_root("test");
	assert_int_equal(gw_trunk_init(&t, m, &cfg, &env), 0);
	for (unsigned i = 0; i < t.nr_circuits; i++)
		t.circuit[i].ready = true;
}

static struct gw_leg *const somebody = (struct gw_leg *)&seed;

/* CICs as they are found, each taken, until none is left. */
static const char *hunt_all(void)
{
	static char text[60];
	struct gw_circuit *c;

	text[0] = '\0';
	while ((c = gw_trunk_hunt(&t))) {
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%u ", c->cic);
		c->leg = somebody;
	}
	return text;
}

static void let_go(uint16_t cic)
{
	struct gw_circuit *c = gw_trunk_circuit(&t, cic);

	c->leg = NULL;
	gw_circuit_idle(c);
}

static void test_circuits(void **state)
{
	(void)state;
	make(GW_HUNT_ASCENDING);
	assert_int_equal(t.nr_circuits, 6);
	assert_int_equal(gw_trunk_circuit(&t, 2)->timeslot, 2);
	assert_int_equal(gw_trunk_circuit(&t, 2)->span, 0);
	assert_int_equal(gw_trunk_circuit(&t, 6)->timeslot, 19);
	assert_int_equal(gw_trunk_circuit(&t, 6)->span, 1);
	assert_null(gw_trunk_circuit(&t, 7));
	mem_free(m);
}

static void test_ascending(void **state)
{
	(void)state;
	make(GW_HUNT_ASCENDING);
	assert_string_equal(hunt_all(), "1 2 3 4 5 6 ");
	let_go(5);
	let_go(2);
	assert_string_equal(hunt_all(), "2 5 ");
	mem_free(m);
}

static void test_descending(void **state)
{
	(void)state;
	make(GW_HUNT_DESCENDING);
	assert_string_equal(hunt_all(), "6 5 4 3 2 1 ");
	let_go(5);
	let_go(2);
	assert_string_equal(hunt_all(), "5 2 ");
	mem_free(m);
}

/* Q.764 2.9.1.3, method 1: the two ends begin at opposite ends; Q.704 2.2.4: which link. */
static void test_opposite(void **state)
{
	(void)state;
	make(GW_HUNT_METHOD_1);
	assert_string_equal(hunt_all(), "6 5 4 3 2 1 ");
	t.cfg.opc = 3;
	let_go(5);
	let_go(2);
	assert_string_equal(hunt_all(), "2 5 ");
	mem_free(m);
}

static void test_round_robin(void **state)
{
	(void)state;
	make(GW_HUNT_ROUND_ROBIN);
	assert_int_equal(gw_trunk_hunt(&t)->cic, 1);
	assert_int_equal(gw_trunk_hunt(&t)->cic, 2);
	assert_int_equal(gw_trunk_hunt(&t)->cic, 3);
	assert_string_equal(hunt_all(), "4 5 6 1 2 3 ");
	let_go(6);
	let_go(2);
	assert_string_equal(hunt_all(), "6 2 ");
	mem_free(m);
}

/* Q.764 2.9.1.3, method 2: ours first, first in first out; then theirs, last in first out. */
static void test_longest_idle(void **state)
{
	(void)state;
	make(GW_HUNT_LONGEST_IDLE);
	assert_string_equal(hunt_all(), "1 3 5 6 4 2 ");
	let_go(5);
	let_go(2);
	let_go(4);
	let_go(1);
	assert_string_equal(hunt_all(), "5 1 4 2 ");
	mem_free(m);
}

static void test_what_is_not_free(void **state)
{
	(void)state;
	make(GW_HUNT_ASCENDING);
	t.circuit[0].ready = false;
	t.circuit[1].usable = false;
	t.circuit[2].wanted = false;
	t.circuit[3].leg = somebody;
	assert_string_equal(hunt_all(), "5 6 ");
	let_go(5);
	t.available = false;
	assert_null(gw_trunk_hunt(&t));
	t.available = true;
	isup_circuit_reset(t.isup, (tick_t){ 0 }, gw_trunk_circuit(&t, 5)->id);
	assert_null(gw_trunk_hunt(&t));
	mem_free(m);
}

static void test_channels(void **state)
{
	struct addr local[3] = { { .port = 1 }, { .port = 2 }, { .port = 3 } };
	struct gw_call *call = (struct gw_call *)&seed;
	struct gw_channels p = { 0 };
	struct gw_channel *a, *b;

	(void)state;
	m = mem_root("test");
	assert_int_equal(gw_channels_init(&p, m, local, 3), 0);
	a = gw_channel_get(&p, call);
	b = gw_channel_get(&p, call);
	assert_int_equal(a->number, 0);
	assert_int_equal(b->local.port, 2);
	gw_channel_put(&p, a);
	assert_int_equal(gw_channel_get(&p, call)->number, 2);
	assert_int_equal(gw_channel_get(&p, call)->number, 0);
	assert_null(gw_channel_get(&p, call));
	assert_int_equal(p.busy, 3);
	assert_ptr_equal(gw_channel_find(&p, 1), b);
	assert_null(gw_channel_find(&p, 3));
	mem_free(m);
}

static void test_no_channels(void **state)
{
	struct gw_channels p = { 0 };

	(void)state;
	assert_int_equal(gw_channels_init(&p, NULL, NULL, 0), 0);
	assert_null(gw_channel_get(&p, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_circuits),	 cmocka_unit_test(test_ascending),
		cmocka_unit_test(test_descending),	 cmocka_unit_test(test_opposite),
		cmocka_unit_test(test_round_robin),	 cmocka_unit_test(test_longest_idle),
		cmocka_unit_test(test_what_is_not_free), cmocka_unit_test(test_channels),
		cmocka_unit_test(test_no_channels),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
