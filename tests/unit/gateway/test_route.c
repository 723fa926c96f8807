/* SPDX-License-Identifier: GPL-3.0-or-later */
/* route: longest prefix, sides, what is stripped and prepended, and who an address is. */
#include "gateway/route.h"
#include "unit/gateway/world.h"

static struct mem *m;
static struct gw_config *c;

static int set_up(void **state)
{
	(void)state;
	m = mem_root("test");
	c = gw_config_new(m);
	return c ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	mem_free(m);
	return 0;
}

static void add(const char *prefix, enum gw_side from, const char *name)
{
	struct gw_route_cfg *r = gw_config_route_add(c);

	strcpy(r->prefix, prefix);
	r->from = from;
	strcpy(r->to_name, name);
}

static const char *caller = "";

static const char *find(enum gw_side from, const char *number)
{
	const struct gw_route_cfg *r = gw_route_find(c, from, caller, number);

	return r ? r->to_name : "none";
}

static void test_longest_prefix(void **state)
{
	(void)state;
	add("4", GW_SIDE_NONE, "short");
	add("493", GW_SIDE_NONE, "long");
	add("+49", GW_SIDE_NONE, "international");
	assert_string_equal(find(GW_SIDE_SIP, "4930"), "long");
	assert_string_equal(find(GW_SIDE_SIP, "4831"), "short");
	assert_string_equal(find(GW_SIDE_SIP, "493"), "long");
	assert_string_equal(find(GW_SIDE_SIP, "49"), "short");
	assert_string_equal(find(GW_SIDE_SIP, "+4930"), "international");
	assert_string_equal(find(GW_SIDE_SIP, "+33"), "none");
	assert_string_equal(find(GW_SIDE_SIP, "5"), "none");
}

static void test_empty_matches_all(void **state)
{
	(void)state;
	add("", GW_SIDE_NONE, "all");
	assert_string_equal(find(GW_SIDE_TRUNK, "+4930"), "all");
	assert_string_equal(find(GW_SIDE_TRUNK, "1"), "all");
}

static void test_sides(void **state)
{
	(void)state;
	add("1", GW_SIDE_SIP, "out");
	add("1", GW_SIDE_TRUNK, "in");
	add("12", GW_SIDE_TRUNK, "in-long");
	add("1", GW_SIDE_NONE, "both");
	assert_string_equal(find(GW_SIDE_SIP, "123"), "out");
	assert_string_equal(find(GW_SIDE_TRUNK, "123"), "in-long");
	assert_string_equal(find(GW_SIDE_TRUNK, "13"), "in");
}

/* One trunk's goes before any trunk's with the same prefix, not before a longer one. */
static void test_one_trunk(void **state)
{
	(void)state;
	add("1", GW_SIDE_TRUNK, "any");
	add("1", GW_SIDE_TRUNK, "of east");
	strcpy(c->route[1].from_name, "east");
	add("12", GW_SIDE_TRUNK, "long");
	add("1", GW_SIDE_TRUNK, "next of east");
	strcpy(c->route[3].from_name, "east");
	c->route[3].choice = 1;
	assert_string_equal(find(GW_SIDE_TRUNK, "13"), "any");
	assert_null(gw_route_next(c, &c->route[0]));
	assert_string_equal(gw_route_next(c, &c->route[1])->to_name, "next of east");
	caller = "west";
	assert_string_equal(find(GW_SIDE_TRUNK, "13"), "any");
	caller = "east";
	assert_string_equal(find(GW_SIDE_TRUNK, "13"), "of east");
	assert_string_equal(find(GW_SIDE_TRUNK, "12"), "long");
	caller = "";
}

static const char *apply(uint8_t strip, const char *prepend, const char *number)
{
	struct gw_route_cfg r = { .strip = strip };
	static char out[GW_NUMBER_TEXT_MAX];

	strcpy(r.prepend, prepend);
	switch (gw_route_apply(&r, number, out)) {
	case 0:
		return out;
	case TG_ETRUNC:
		return "nothing";
	case TG_ELIMIT:
		return "too long";
	default:
		return "?";
	}
}

static void test_apply(void **state)
{
	(void)state;
	assert_string_equal(apply(0, "", "100"), "100");
	assert_string_equal(apply(0, "", "+4930"), "+4930");
	assert_string_equal(apply(1, "", "030"), "30");
	assert_string_equal(apply(1, "+49", "030"), "+4930");
	assert_string_equal(apply(2, "", "+4930"), "30");
	assert_string_equal(apply(2, "0", "+4930"), "030");
	assert_string_equal(apply(0, "00", "+4930"), "004930");
	assert_string_equal(apply(3, "", "100"), "nothing");
	assert_string_equal(apply(9, "", "100"), "nothing");
	assert_string_equal(apply(9, "5", "100"), "5");
	assert_string_equal(apply(0, "", "12345678901234567890123456789012"),
			    "12345678901234567890123456789012");
	assert_string_equal(apply(0, "1", "12345678901234567890123456789012"), "too long");
	assert_string_equal(apply(0, "+1", "12345678901234567890123456789012"), "too long");
}

static struct addr at(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(&a, str_of(text), 5060), 0);
	return a;
}

static const char *peer_at(const char *text)
{
	struct addr a = at(text);
	const struct gw_peer_cfg *p = gw_peer_find(c, &a);

	return p ? p->name : "none";
}

static void test_peers(void **state)
{
	(void)state;
	gw_config_peer_add(c, "a")->addr = at("192.0.2.1:5060");
	gw_config_peer_add(c, "b")->addr = at("192.0.2.1:5070");
	gw_config_peer_add(c, "six")->addr = at("[2001:db8::1]:5060");
	assert_string_equal(peer_at("192.0.2.1:5060"), "a");
	assert_string_equal(peer_at("192.0.2.1:5070"), "b");
	assert_string_equal(peer_at("192.0.2.1:33333"), "a");
	assert_string_equal(peer_at("[2001:db8::1]:9"), "six");
	assert_string_equal(peer_at("192.0.2.2:5060"), "none");
	assert_non_null(gw_peer_find_name(c, "b"));
	assert_null(gw_peer_find_name(c, "c"));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_longest_prefix), TEST(test_empty_matches_all), TEST(test_sides),
		TEST(test_apply),	   TEST(test_one_trunk),	 TEST(test_apply),
		TEST(test_peers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
