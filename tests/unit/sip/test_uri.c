/* SPDX-License-Identifier: GPL-3.0-or-later */
/* URIs: syntax (RFC 3261 19.1.1, 25.1; RFC 3966 3), comparison (19.1.4), escapes, next hop. */
#include <trunkgate/sip/uri.h>

#include "unit/support.h"

static const struct {
	const char *clause, *text;
	enum sip_scheme scheme;
	const char *user, *password, *host;
	unsigned port;
	const char *params, *headers;
} good[] = {
	{ "19.1.3", "sip:alice@example.com", SIP_SCHEME_SIP, "alice", "", "example.com", 0, "",
	  "" },
	{ "19.1.3", "sip:alice:secret@example.com;transport=tcp", SIP_SCHEME_SIP, "alice", "secret",
	  "example.com", 0, "transport=tcp", "" },
	{ "19.1.3", "sips:alice@example.com?subject=x%20y&priority=urgent", SIP_SCHEME_SIPS,
	  "alice", "", "example.com", 0, "", "subject=x%20y&priority=urgent" },
	{ "19.1.3", "sip:+1-212-555-1212:1234@gw.example.com;user=phone", SIP_SCHEME_SIP,
	  "+1-212-555-1212", "1234", "gw.example.com", 0, "user=phone", "" },
	{ "19.1.3", "sip:alice;day=tuesday@example.com", SIP_SCHEME_SIP, "alice;day=tuesday", "",
	  "example.com", 0, "", "" },
	{ "19.1.1", "sip:example.com", SIP_SCHEME_SIP, NULL, "", "example.com", 0, "", "" },
	{ "19.1.1", "SIP:a@192.0.2.1:5061;lr;x=[y]", SIP_SCHEME_SIP, "a", "", "192.0.2.1", 5061,
	  "lr;x=[y]", "" },
	{ "25.1 user", "sip:a%40b%00@h", SIP_SCHEME_SIP, "a%40b%00", "", "h", 0, "", "" },
	{ "25.1 user", "sip:a?b/c&d=e+f$g,h@h", SIP_SCHEME_SIP, "a?b/c&d=e+f$g,h", "", "h", 0, "",
	  "" },
	{ "25.1, leniently", "sip:*21#@h", SIP_SCHEME_SIP, "*21#", "", "h", 0, "", "" },
	{ "25.1 host", "sip:a@host.example.", SIP_SCHEME_SIP, "a", "", "host.example.", 0, "", "" },
	{ "25.1 host", "sip:a@4th.example", SIP_SCHEME_SIP, "a", "", "4th.example", 0, "", "" },
	{ "RFC 5118 4.1", "sip:[2001:db8::10]", SIP_SCHEME_SIP, NULL, "", "2001:db8::10", 0, "",
	  "" },
	{ "RFC 5118 4.3", "sip:[2001:db8::10:5070]", SIP_SCHEME_SIP, NULL, "", "2001:db8::10:5070",
	  0, "", "" },
	{ "RFC 5118 4.4", "sip:a@[2001:db8::10]:5070;lr", SIP_SCHEME_SIP, "a", "", "2001:db8::10",
	  5070, "lr", "" },
	{ "RFC 5118 4.10", "sip:a@[2001:db8:::192.0.2.1]", SIP_SCHEME_SIP, "a", "",
	  "2001:db8:::192.0.2.1", 0, "", "" },
	{ "RFC 3966 3", "tel:+49-30-1234;ext=5", SIP_SCHEME_TEL, "+49-30-1234", "", "", 0, "ext=5",
	  "" },
	{ "RFC 3966 5.1.5", "tel:7042;phone-context=example.com", SIP_SCHEME_TEL, "7042", "", "", 0,
	  "phone-context=example.com", "" },
	{ "RFC 3966 3, leniently", "tel:*21#", SIP_SCHEME_TEL, "*21#", "", "", 0, "", "" },
	{ "8.2.2.1", "nobodyknows:opaque/?x", SIP_SCHEME_OTHER, NULL, "", "", 0, "", "" },
	{ "8.2.2.1", "soap.beep://192.0.2.103:3002", SIP_SCHEME_OTHER, NULL, "", "", 0, "", "" },
};

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(good); i++) {
		struct tg_diag d = TG_DIAG_NONE;
		struct sip_uri u;

		if (sip_uri_parse(&u, str_of(good[i].text), &d) < 0)
			fail_msg("%s: %s at %zu", good[i].text, d.text, d.offset);
		assert_int_equal(u.scheme, good[i].scheme);
		assert_int_equal(u.has_user, good[i].user != NULL);
		assert_str_equal(u.user, str_of(good[i].user));
		assert_str_equal(u.password, str_of(good[i].password));
		assert_str_equal(u.host, str_of(good[i].host));
		assert_int_equal(u.port, good[i].port);
		assert_str_equal(u.params, str_of(good[i].params));
		assert_str_equal(u.headers, str_of(good[i].headers));
		assert_int_equal(u.host_is_ip6, strchr(good[i].host, ':') != NULL);
		assert_true(sip_uri_eq(&u, &u));
	}
}

static const struct {
	const char *clause, *text;
	size_t offset;
} bad[] = {
	{ "25.1", "", 0 },
	{ "25.1 scheme", "sip", 0 },
	{ "25.1 scheme", ":a@h", 0 },
	{ "25.1 scheme", "1sip:a@h", 0 },
	{ "25.1 host", "sip:", 4 },
	{ "25.1 host", "sip:a@", 6 },
	{ "25.1 user", "sip:@h", 5 },
	{ "25.1 user", "sip::pw@h", 8 },
	{ "25.1 user", "sip:a b@h", 5 },
	{ "25.1 user", "sip:a\"@h", 5 },
	{ "25.1 escaped", "sip:a%4@h", 5 },
	{ "25.1 escaped", "sip:a%zz@h", 5 },
	{ "25.1 host", "sip:a@h..i", 6 },
	{ "25.1 host", "sip:a@.h", 6 },
	{ "25.1 host", "sip:a@b@c", 7 },
	{ "25.1 IPv4address", "sip:a@192.0.2", 6 },
	{ "25.1 IPv4address", "sip:a@192.0.2.256", 6 },
	{ "25.1 IPv4address", "sip:a@1.2.3.4.5", 6 },
	{ "RFC 5118 4.2", "sip:2001:db8::10", 4 },
	{ "25.1 IPv6reference", "sip:[2001:db8::10", 4 },
	{ "25.1 IPv6reference", "sip:[192.0.2.1]", 4 },
	{ "25.1 IPv6reference", "sip:[]", 4 },
	{ "25.1 port", "sip:a@h:", 8 },
	{ "25.1 port", "sip:a@h:0", 8 },
	{ "25.1 port", "sip:a@h:65536", 8 },
	{ "25.1 port", "sip:a@h:-1", 8 },
	{ "25.1 port", "sip:a@h:5060x", 12 },
	{ "25.1", "sip:a@h;x=\"y\"", 10 },
	{ "25.1", "sip:a@h ", 7 },
	{ "25.1", "sip:a@h>", 7 },
	{ "RFC 3966 3", "tel:", 4 },
	{ "RFC 3966 3", "tel:+", 5 },
	{ "RFC 3966 3", "tel:--", 6 },
	{ "RFC 3966 3", "tel:+49x", 7 },
	{ "RFC 3966 3", "tel:+4a", 6 },
	{ "25.1 absoluteURI", "http:", 5 },
	{ "25.1 absoluteURI", "http:<>", 5 },
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(bad); i++) {
		struct tg_diag d = TG_DIAG_NONE;
		struct sip_uri u;

		if (sip_uri_parse(&u, str_of(bad[i].text), &d) != TG_EINVAL)
			fail_msg("'%s' was taken (%s)", bad[i].text, bad[i].clause);
		if (d.offset != bad[i].offset)
			fail_msg("'%s': offset %zu, not %zu", bad[i].text, d.offset, bad[i].offset);
		assert_true(d.text[0] && d.clause[0]);
	}
}

static void test_nul_is_no_octet_of_a_uri(void **state)
{
	struct sip_uri u;

	(void)state;
	assert_int_equal(sip_uri_parse(&u, STR("sip:a\0b@h"), NULL), TG_EINVAL);
	assert_int_equal(sip_uri_parse(&u, STR("sip:h\0"), NULL), TG_EINVAL);
	assert_int_equal(sip_uri_parse(&u, STR("sip:h:5060\0"), NULL), TG_EINVAL);
}

/* The examples of 19.1.4 and what follows from its rules; a URI against itself is in test_good. */
static const struct {
	const char *a, *b;
	bool equal;
} pairs[] = {
	{ "sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp", true },
	{ "sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true },
	{ "sip:carol@chicago.com", "sip:carol@chicago.com;security=on", true },
	{ "sip:carol@chicago.com;security=off", "sip:carol@chicago.com;security=on", false },
	{ "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
	  "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com", true },
	{ "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
	  "sip:alice@atlanta.com?priority=urgent&subject=project%20x", true },
	{ "SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", false },
	{ "sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false },
	{ "sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false },
	{ "sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", false },
	{ "sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting", false },
	{ "sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4", false },
	{ "sip:a@h", "sips:a@h", false },
	{ "sip:h", "sip:a@h", false },
	{ "sip:a@h", "sip:a:@h", false },
	{ "sip:a@h;maddr=192.0.2.1", "sip:a@h", false },
	{ "sip:a@h;user=phone", "sip:a@h", false },
	{ "sip:a@h;ttl=1", "sip:a@h", false },
	{ "sip:a%3Bb@h", "sip:a;b@h", false },
	{ "sip:a%3bb@h", "sip:a%3Bb@h", true },
	{ "sip:a@h;%6C%72", "sip:a@h;lr", true },
	{ "tel:+49-30.(123)", "tel:+4930123", true },
	{ "tel:+4930123", "tel:4930123", false },
	{ "tel:+1;ext=2", "tel:+1", false },
	{ "tel:12;phone-context=+49-30", "tel:12;phone-context=+4930", true },
	{ "tel:12;ext=1;phone-context=a.B", "tel:12;Phone-Context=A.b;ext=1", true },
	{ "urn:a", "urn:a", true },
	{ "urn:a", "urn:b", false },
};

static void test_comparison(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(pairs); i++) {
		struct sip_uri a, b;

		assert_int_equal(sip_uri_parse(&a, str_of(pairs[i].a), NULL), 0);
		assert_int_equal(sip_uri_parse(&b, str_of(pairs[i].b), NULL), 0);
		if (sip_uri_eq(&a, &b) != pairs[i].equal || sip_uri_eq(&b, &a) != pairs[i].equal)
			fail_msg("%s and %s", pairs[i].a, pairs[i].b);
	}
}

static void test_many_parameters_cost_little(void **state)
{
	static char a[40000], b[40000];
	struct sip_uri x, y;

	(void)state;
	strcpy(a, "sip:h");
	for (size_t n = 5; n + 3 < sizeof(a); n += 2)
		memcpy(a + n, ";q", 3);
	memcpy(b, a, sizeof(a));
	b[strlen(b) - 1] = 'r';
	assert_int_equal(sip_uri_parse(&x, str_of(a), NULL), 0);
	assert_int_equal(sip_uri_parse(&y, str_of(b), NULL), 0);
	assert_true(sip_uri_eq(&x, &x));
	assert_false(sip_uri_eq(&x, &y));
}

static void test_parameters_by_name(void **state)
{
	struct str v = STR("untouched");
	struct sip_uri u;

	(void)state;
	assert_int_equal(sip_uri_parse(&u, STR("sip:h;lr;;User=phone;n%61me=1"), NULL), 0);
	assert_true(sip_uri_param(&u, STR("user"), &v));
	assert_str_equal(v, STR("phone"));
	assert_true(sip_uri_param(&u, STR("name"), &v));
	assert_true(sip_uri_param(&u, STR("lr"), &v));
	assert_int_equal(v.len, 0);
	v = STR("untouched");
	assert_false(sip_uri_param(&u, STR("ttl"), &v));
	assert_str_equal(v, STR("untouched"));

	assert_true(sip_params_find(STR("a=\"x;tag=0\" ; tag = 7 ;b"), STR("TAG"), &v));
	assert_str_equal(v, STR("7"));
	assert_true(sip_params_find(STR("a=\"x;tag=0\" ; tag = 7 ;b"), STR("b"), &v));
	assert_int_equal(v.len, 0);
	assert_false(sip_params_find(STR("t%61g=1"), STR("tag"), &v));
	assert_false(sip_params_find(STR(""), STR("tag"), &v));
	assert_false(sip_params_find(str_n(NULL, 0), STR("tag"), &v));
}

static void test_unescape(void **state)
{
	struct str out;
	char buf[4];

	(void)state;
	assert_int_equal(sip_unescape(STR("a%23%2Ab"), buf, sizeof(buf), &out), 0);
	assert_str_equal(out, STR("a#*b"));
	assert_int_equal(sip_unescape(STR("abcde"), buf, sizeof(buf), &out), TG_ELIMIT);
	assert_int_equal(sip_unescape(STR("%00"), buf, sizeof(buf), &out), TG_EINVAL);
	assert_int_equal(sip_unescape(STR("%"), buf, sizeof(buf), &out), TG_EINVAL);
	assert_int_equal(sip_unescape(STR("%4"), buf, sizeof(buf), &out), TG_EINVAL);
	assert_int_equal(sip_unescape(STR("%g1"), buf, sizeof(buf), &out), TG_EINVAL);
	assert_int_equal(sip_unescape(STR(""), buf, 0, &out), 0);
}

static const struct {
	const char *uri, *addr; /* NULL: a name, or not SIP */
} hops[] = {
	{ "sip:a@192.0.2.1", "192.0.2.1:5060" },
	{ "sip:a@192.0.2.1:5070", "192.0.2.1:5070" },
	{ "sips:a@192.0.2.1", "192.0.2.1:5061" },
	{ "sip:a@[2001:db8::1]:5070", "[2001:db8::1]:5070" },
	{ "sip:a@[2001:db8:::192.0.2.1]", "[2001:db8::c000:201]:5060" },
	{ "sip:a@example.com;maddr=192.0.2.9", "192.0.2.9:5060" },
	{ "sip:a@192.0.2.1:99;maddr=[::1]", "[::1]:99" },
	{ "sip:a@192.0.2.1;maddr=example.com", NULL },
	{ "sip:a@example.com", NULL },
	{ "tel:+49", NULL },
};

static void test_next_hop(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(hops); i++) {
		char text[ADDR_TEXT_MAX];
		struct sip_uri u;
		struct addr a;

		assert_int_equal(sip_uri_parse(&u, str_of(hops[i].uri), NULL), 0);
		if (!hops[i].addr) {
			assert_int_equal(sip_uri_addr(&u, &a), TG_ENOTSUP);
			continue;
		}
		assert_int_equal(sip_uri_addr(&u, &a), 0);
		assert_string_equal(addr_print(&a, text), hops[i].addr);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_nul_is_no_octet_of_a_uri),
		cmocka_unit_test(test_comparison),
		cmocka_unit_test(test_many_parameters_cost_little),
		cmocka_unit_test(test_parameters_by_name),
		cmocka_unit_test(test_unescape),
		cmocka_unit_test(test_next_hop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
