/* SPDX-License-Identifier: GPL-3.0-or-later */
/* addr: text forms of RFC 3986 3.2.2 and RFC 5952, and what is not an address. */
#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>

#include "unit/support.h"

static struct addr parsed(const char *text)
{
	struct addr a;

	if (addr_parse(&a, str_of(text), 5060) != 0)
		fail_msg("not parsed: %s", text);
	return a;
}

/* What goes in, and how addr_print and addr_print_ip write it. */
static const struct {
	const char *text, *full, *ip;
} good[] = {
	{ "192.0.2.1", "192.0.2.1:5060", "192.0.2.1" },
	{ "192.0.2.1:0", "192.0.2.1:0", "192.0.2.1" },
	{ "255.255.255.255:65535", "255.255.255.255:65535", "255.255.255.255" },
	{ "0.0.0.0", "0.0.0.0:5060", "0.0.0.0" },
	{ "::", "[::]:5060", "::" },
	{ "::1", "[::1]:5060", "::1" },
	{ "1::", "[1::]:5060", "1::" },
	{ "[2001:DB8::1]", "[2001:db8::1]:5060", "2001:db8::1" },
	{ "[2001:db8::1]:5061", "[2001:db8::1]:5061", "2001:db8::1" },
	{ "2001:db8::1:5060", "[2001:db8::1:5060]:5060", "2001:db8::1:5060" },
	{ "2001:0db8:0:0:0:0:0:0001", "[2001:db8::1]:5060", "2001:db8::1" },
	{ "1:2:3:4:5:6:7:8", "[1:2:3:4:5:6:7:8]:5060", "1:2:3:4:5:6:7:8" },
	/* RFC 5952 4.2.2: a single zero group is not shortened */
	{ "1::3:4:5:6:7:8", "[1:0:3:4:5:6:7:8]:5060", "1:0:3:4:5:6:7:8" },
	/* RFC 5952 4.2.3: the longest run, of equals the first */
	{ "1:0:0:2:0:0:0:3", "[1:0:0:2::3]:5060", "1:0:0:2::3" },
	{ "1:0:0:2:3:0:0:4", "[1::2:3:0:0:4]:5060", "1::2:3:0:0:4" },
	{ "0:0:1:2:3:4:5:6", "[::1:2:3:4:5:6]:5060", "::1:2:3:4:5:6" },
	{ "1:2:3:4:5:6:0:0", "[1:2:3:4:5:6::]:5060", "1:2:3:4:5:6::" },
	/* RFC 5952 5 */
	{ "::ffff:192.0.2.1", "[::ffff:192.0.2.1]:5060", "::ffff:192.0.2.1" },
	{ "::FFFF:c000:201", "[::ffff:192.0.2.1]:5060", "::ffff:192.0.2.1" },
	{ "64:ff9b::192.0.2.1", "[64:ff9b::c000:201]:5060", "64:ff9b::c000:201" },
	{ "1:2:3:4:5:6:1.2.3.4", "[1:2:3:4:5:6:102:304]:5060", "1:2:3:4:5:6:102:304" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	  "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:5060",
	  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
};

static void test_forms(void **state)
{
	char buf[ADDR_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < NR_OF(good); i++) {
		struct addr a = parsed(good[i].text), again;

		assert_string_equal(addr_print(&a, buf), good[i].full);
		again = parsed(buf);
		assert_true(addr_eq(&a, &again));
		assert_string_equal(addr_print_ip(&a, buf), good[i].ip);
	}
}

static void test_bad_input(void **state)
{
	static const char *const bad[] = { "",
					   "example.com",
					   "1.2.3",
					   "1.2.3.4.5",
					   "1.2.3.",
					   ".1.2.3",
					   "1..2.3",
					   "256.1.1.1",
					   "01.2.3.4",
					   "1.2.3.1234",
					   "1.2.3.4:",
					   "1.2.3.4:x",
					   "1.2.3.4:65536",
					   "1.2.3.4:-1",
					   "1.2.3.4:1:2",
					   " 1.2.3.4",
					   "1.2.3.4 ",
					   "1.2.3.+4",
					   "[1.2.3.4]",
					   "[1.2.3.4]:5060",
					   ":",
					   ":::",
					   "1:",
					   ":1",
					   "1:2:3:4:5:6:7",
					   "1:2:3:4:5:6:7:8:9",
					   "1::2::3",
					   "1:2:3:4:5:6:7::8",
					   "::1:2:3:4:5:6:7:8",
					   "12345::",
					   "g::",
					   "[::1",
					   "::1]",
					   "[]",
					   "[::1]x",
					   "[::1]5060",
					   "[::1]:",
					   "[::1]:99999",
					   "[[::1]]",
					   "fe80::1%eth0",
					   "1.2.3.4::",
					   "::1.2.3",
					   "::1.2.3.4:5",
					   "1:2:3:4:5:6:7:1.2.3.4",
					   "[",
					   "]",
					   "[:" };
	struct addr a = { .port = 42 };

	(void)state;
	for (size_t i = 0; i < NR_OF(bad); i++)
		if (addr_parse(&a, str_of(bad[i]), 1) != TG_EINVAL)
			fail_msg("parsed: '%s'", bad[i]);
	assert_int_equal(addr_parse(&a, str_n(NULL, 0), 1), TG_EINVAL);
	assert_int_equal(a.port, 42);
}

static void test_a_view_ends_where_it_ends(void **state)
{
	struct addr a;
	char buf[ADDR_TEXT_MAX];

	(void)state;
	assert_int_equal(addr_parse(&a, str_n("10.0.0.1:50607", 13), 1), 0);
	assert_string_equal(addr_print(&a, buf), "10.0.0.1:5060");
	assert_int_equal(addr_parse(&a, str_n("10.0.0.123", 8), 1), 0);
	assert_string_equal(addr_print(&a, buf), "10.0.0.1:1");
}

static void test_host(void **state)
{
	struct addr v4 = parsed("10.0.0.1"), v6 = parsed("::1"), nobody = { 0 };
	char buf[ADDR_TEXT_MAX];

	(void)state;
	assert_string_equal(addr_print_host(&v4, buf), "10.0.0.1");
	assert_string_equal(addr_print_host(&v6, buf), "[::1]");
	assert_string_equal(addr_print_host(&nobody, buf), "none");
	assert_string_equal(addr_print(&nobody, buf), "none");
}

static void test_equal(void **state)
{
	struct addr a = parsed("10.0.0.1:1"), b = parsed("10.0.0.1:2"), c = parsed("10.0.0.2:1");
	struct addr zero4 = parsed("0.0.0.0:7"), zero6 = parsed("[::]:7"), nobody = { 0 };

	(void)state;
	assert_true(addr_eq(&a, &a));
	assert_false(addr_eq(&a, &b));
	assert_true(addr_ip_eq(&a, &b));
	assert_false(addr_ip_eq(&a, &c));
	assert_false(addr_ip_eq(&zero4, &zero6));
	/* What is behind the four octets of an IPv4 address does not count. */
	b = a;
	b.ip[15] = 1;
	assert_true(addr_eq(&a, &b));
	assert_true(addr_is_any(&zero4) && addr_is_any(&zero6) && addr_is_any(&nobody));
	a = parsed("::1");
	assert_false(addr_is_any(&a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_bad_input),
		cmocka_unit_test(test_a_view_ends_where_it_ends),
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_equal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
