/* SPDX-License-Identifier: GPL-3.0-or-later */
/* io/nexthop: what the kernel's tables say of the way to an address, in a network of the test's own. */
#include <net/if.h>

#include "io/nexthop.h"
#include "unit/io/veth.h"
#include "unit/support.h"

static struct mem *mem;
static struct io_nexthops *nexthops;
static bool have_veth;
static const struct addr here = VETH_HERE, there = VETH_THERE;

static int setup(void **state)
{
	(void)state;
	mem = mem_root("test");
	nexthops = io_nexthops_new(mem);
	return nexthops ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	io_nexthops_free(nexthops);
	mem_free(mem);
	return 0;
}

static enum io_nexthop_found find(const struct addr *local, const struct addr *remote)
{
	struct io_nexthop way;

	return io_nexthop_find(nexthops, local, remote, &way);
}

static void need_veth(void)
{
	if (!have_veth)
		skip();
}

static void test_not_by_ethernet(void **state)
{
	struct addr lo = { ADDR_IP4, 0, { 127, 0, 0, 1 } }, ip6 = { .family = ADDR_IP6 };

	(void)state;
	assert_int_equal(find(&lo, &lo), IO_NEXTHOP_OTHER);
	assert_int_equal(find(&ip6, &ip6), IO_NEXTHOP_OTHER);
}

static void test_this_machine(void **state)
{
	(void)state;
	need_veth();
	assert_int_equal(find(&here, &here), IO_NEXTHOP_OTHER);
}

static void test_no_route(void **state)
{
	struct addr far = { ADDR_IP4, 0, { 192, 0, 2, 1 } };

	(void)state;
	need_veth();
	assert_int_equal(find(&here, &far), IO_NEXTHOP_OTHER);
}

static void test_neighbour(void **state)
{
	static const uint8_t mac[] = VETH_MAC;
	struct addr any = { .family = ADDR_IP4 };
	struct io_nexthop way;

	(void)state;
	need_veth();
	assert_int_equal(find(&here, &there), IO_NEXTHOP_UNKNOWN);
	assert_true(veth_neighbour("10.77.0.2"));
	assert_int_equal(io_nexthop_find(nexthops, &any, &there, &way), IO_NEXTHOP_FOUND);
	assert_memory_equal(way.mac, mac, sizeof(mac));
	assert_int_equal(way.ifindex, if_nametoindex("va"));
	assert_true(addr_ip_eq(&way.source, &here));
}

static void test_behind_a_router(void **state)
{
	static const uint8_t mac[] = VETH_MAC;
	struct addr far = { ADDR_IP4, 0, { 198, 51, 100, 7 } };
	struct io_nexthop way;

	(void)state;
	need_veth();
	assert_true(veth_neighbour("10.77.0.3"));
	assert_true(veth_ip("route add 198.51.100.0/24 via 10.77.0.3"));
	assert_int_equal(io_nexthop_find(nexthops, &here, &far, &way), IO_NEXTHOP_FOUND);
	assert_memory_equal(way.mac, mac, sizeof(mac));
}

static void test_interface_goes_down(void **state)
{
	(void)state;
	need_veth();
	assert_true(veth_ip("link set va down"));
	assert_int_equal(find(&here, &there), IO_NEXTHOP_OTHER);
}

#define NEXTHOP_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

/* In this order: they change the network. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		NEXTHOP_TEST(test_not_by_ethernet), NEXTHOP_TEST(test_this_machine),
		NEXTHOP_TEST(test_no_route),	    NEXTHOP_TEST(test_neighbour),
		NEXTHOP_TEST(test_behind_a_router), NEXTHOP_TEST(test_interface_goes_down),
	};

	have_veth = veth_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
