/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Telephone numbers in URIs: RFC 3966 3, RFC 4694 4, RFC 4904 5, RFC 3261 19.1.6. */
#include <trunkgate/sip/uri.h>

#include "unit/support.h"

static int phone_of(const char *uri, struct sip_phone *p)
{
	struct sip_uri u;

	assert_int_equal(sip_uri_parse(&u, str_of(uri), NULL), 0);
	return sip_uri_phone(&u, p);
}

static void test_tel(void **state)
{
	struct sip_phone p;

	(void)state;
	assert_int_equal(phone_of("tel:+1-800-123-4567;cic=+1-6789;NPDI;rn=+1-202-533-1234", &p),
			 0);
	assert_true(p.global && p.npdi);
	assert_str_equal(p.number, STR("+1-800-123-4567"));
	assert_str_equal(p.cic, STR("+1-6789"));
	assert_str_equal(p.rn, STR("+1-202-533-1234"));
	assert_int_equal(phone_of("tel:7042;phone-context=example.com;isub=12*;ext=1", &p), 0);
	assert_false(p.global);
	assert_str_equal(p.context, STR("example.com"));
	assert_str_equal(p.isub, STR("12*"));
	assert_str_equal(p.ext, STR("1"));
	assert_int_equal(phone_of("tel:1;rn=12;rn-context=+1;cic=23;cic-context=+1;postd=1p", &p),
			 0);
	assert_str_equal(p.rn_context, STR("+1"));
	assert_str_equal(p.cic_context, STR("+1"));
	assert_str_equal(p.postd, STR("1p"));
}

static void test_sip(void **state)
{
	struct sip_phone p;

	(void)state;
	assert_int_equal(phone_of("sip:+493012;cpc=payphone;oli=27;npdi@h;user=phone;rn=5", &p), 0);
	assert_str_equal(p.number, STR("+493012"));
	assert_str_equal(p.cpc, STR("payphone"));
	assert_str_equal(p.oli, STR("27"));
	assert_true(p.npdi);
	assert_null(p.rn.p); /* of the host, not of the number */
	assert_int_equal(phone_of("sip:+4930;isup-oli=62@h", &p), 0);
	assert_str_equal(p.oli, STR("62"));
	assert_int_equal(phone_of("sip:+16305550100;tgrp=TG-1;trunk-context=example.com@h", &p), 0);
	assert_str_equal(p.tgrp, STR("TG-1"));
	assert_str_equal(p.trunk_context, STR("example.com"));
}

static void test_refused(void **state)
{
	struct sip_phone p;

	(void)state;
	assert_int_equal(phone_of("sip:alice@h;user=phone", &p), TG_ENOENT);
	assert_int_equal(phone_of("sip:h", &p), TG_ENOENT);
	assert_int_equal(phone_of("mailto:1@h", &p), TG_ENOENT);
	assert_int_equal(phone_of("sip:+@h", &p), TG_ENOENT);
	assert_int_equal(phone_of("tel:1;isub=1;isub=2", &p), TG_EINVAL);
	assert_int_equal(phone_of("tel:1;rn", &p), TG_EINVAL);
	assert_int_equal(phone_of("tel:1;tgrp=TG-1", &p), 0);
	assert_null(p.tgrp.p);
}

static void test_ip6_is_compared_as_an_address(void **state)
{
	struct sip_uri a, b, c;

	(void)state;
	sip_uri_parse(&a, STR("sip:a@[2001:db8::1]"), NULL);
	sip_uri_parse(&b, STR("sip:a@[2001:0DB8:0:0::0:1]"), NULL);
	sip_uri_parse(&c, STR("sip:a@[2001:db8::2]"), NULL);
	assert_true(sip_uri_eq(&a, &b));
	assert_false(sip_uri_eq(&a, &c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tel),
		cmocka_unit_test(test_sip),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_ip6_is_compared_as_an_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
