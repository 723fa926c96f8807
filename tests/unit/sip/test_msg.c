/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in a parsed message: typed headers (RFC 3261 20), lookups, lists, Reason (RFC 3326). */
#include <trunkgate/sip/msg.h>

#include "unit/support.h"

/* Every liberty of 7.3.1 and 25.1 that does not change the meaning: folding, white space around
 * separators, case, compact forms, several values on a line. */
static const char tortuous[] =
	"INVITE sip:+4930123;phone-context=x@192.0.2.9:5070;user=phone SIP/2.0\r\n"
	"TO :\r\n sip:b@example.com ;   tag    = t2\r\n"
	"f   : \"A \\\\\\\"\"    <sip:a@[2001:db8::1]:5062;lr>\r\n  ;\r\n  tag = t1 ; x=\"a;b\"\r\n"
	"MaX-fOrWaRdS: 0068\r\n"
	"i: id-1@192.0.2.2\r\n"
	"content-length   : 4\r\n"
	"cseq: 0009\r\n  INVITE\r\n"
	"Via  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2 : 5071;branch=z9hG4bK1;rport\r\n"
	"v: SIP/2.0/TCP p.example.com ;branch=\r\n z9hG4bK2 , SIP/2.0/TLS [2001:db8::9]\r\n"
	"s :\r\n"
	"Subject-Like: ;;,,;;,;\r\n"
	"Supported: 100rel,\ttimer\r\n"
	"k: , replaces ,\r\n"
	"m: \"x, \\\"y\" <sip:c,1@h;p=q>; q = 0.3, <sip:d@h>\r\n"
	"c: application/sdp ; charset=utf-8\r\n"
	"\r\n"
	"bodyNEXT";

static struct sip_msg parsed(struct str text)
{
	struct tg_diag d = TG_DIAG_NONE;
	struct sip_msg m;

	if (sip_msg_parse(&m, text, &d) < 0)
		fail_msg("%s (%s) at %zu", d.text, d.clause, d.offset);
	return m;
}

static void test_request(void **state)
{
	struct sip_msg m = parsed(str_of(tortuous));

	(void)state;
	assert_true(m.is_request);
	assert_int_equal(m.method, SIP_INVITE);
	assert_str_equal(m.method_name, STR("INVITE"));
	assert_str_equal(m.uri.user, STR("+4930123;phone-context=x"));
	assert_int_equal(m.uri.port, 5070);
	assert_int_equal(m.nr_headers, 14);
	assert_int_equal(m.max_forwards, 68);
	assert_str_equal(m.call_id, STR("id-1@192.0.2.2"));
	assert_int_equal(m.cseq, 9);
	assert_int_equal(m.cseq_method, SIP_INVITE);
	assert_str_equal(m.content_type, STR("application/sdp ; charset=utf-8"));
	assert_str_equal(m.body, STR("body"));
	assert_int_equal(m.parse_status, 0);
}

static void test_addresses(void **state)
{
	struct sip_msg m = parsed(str_of(tortuous));

	(void)state;
	assert_str_equal(m.to.uri.text, STR("sip:b@example.com"));
	assert_str_equal(m.to.tag, STR("t2"));
	assert_str_equal(m.from.display, STR("A \\\\\\\""));
	assert_str_equal(m.from.uri.host, STR("2001:db8::1"));
	assert_str_equal(m.from.uri.params, STR("lr"));
	assert_str_equal(m.from.tag, STR("t1"));
	assert_str_equal(m.from.params, STR("tag = t1 ; x=\"a;b\""));
	assert_true(m.has_contact);
	assert_str_equal(m.contact.display, STR("x, \\\"y"));
	assert_str_equal(m.contact.uri.text, STR("sip:c,1@h;p=q"));
}

static void test_contact_uri(void **state)
{
	struct tg_diag d = TG_DIAG_NONE;
	struct sip_nameaddr a;

	(void)state;
	assert_int_equal(sip_nameaddr_parse(&a, STR("sip:c@h;p=q"), &d), 0);
	assert_str_equal(a.uri.text, STR("sip:c@h")); /* 20.10: p is the header's */
	assert_str_equal(a.params, STR("p=q"));
	assert_int_equal(sip_nameaddr_q(&a), 1000);
	assert_int_equal(sip_nameaddr_parse(&a, STR("<sip:c@h>;q=0.72"), &d), 0);
	assert_int_equal(sip_nameaddr_q(&a), 720);
	assert_int_equal(sip_nameaddr_parse(&a, STR("<sip:c@h;p=q>"), &d), 0);
	assert_str_equal(a.uri.params, STR("p=q"));
	assert_int_equal(a.params.len, 0);
	assert_int_equal(sip_nameaddr_parse(&a, STR("c<sip:c@h>"), &d), 0); /* RFC 4475 3.1.1.6 */
	assert_str_equal(a.display, STR("c"));
	assert_int_equal(sip_nameaddr_parse(&a, STR(" * "), &d), 0);
	assert_true(a.star);
	assert_int_equal(sip_nameaddr_parse(&a, STR("* <sip:c@h>"), &d), 0);
	assert_false(a.star);
	assert_str_equal(a.display, STR("*"));
	assert_int_equal(sip_nameaddr_parse(&a, STR("<sip:c@h>, <sip:d@h>"), &d), TG_EINVAL);
	assert_int_equal(sip_nameaddr_parse(&a, str_n(NULL, 0), &d), TG_EINVAL);
}

static void test_topmost_via(void **state)
{
	struct sip_msg m = parsed(str_of(tortuous));

	(void)state;
	assert_int_equal(m.nr_via, 3);
	assert_str_equal(m.via.transport, STR("UDP"));
	assert_str_equal(m.via.host, STR("192.0.2.2"));
	assert_int_equal(m.via.port, 5071);
	assert_str_equal(m.via.branch, STR("z9hG4bK1"));
	assert_true(m.via.has_rport);
	assert_int_equal(m.via.rport, 0);
}

static void test_via_values(void **state)
{
	struct sip_via v;

	(void)state;
	assert_int_equal(sip_via_parse(&v,
				       STR("SIP/2.0/UDP [2001:db8::9:1];received=[::1];rport=7;"
					   "maddr=224.2.0.1;branch=b"),
				       NULL),
			 0);
	assert_true(v.host_is_ip6);
	assert_str_equal(v.host, STR("2001:db8::9:1"));
	assert_str_equal(v.received, STR("::1")); /* RFC 5118 4.5 */
	assert_str_equal(v.maddr, STR("224.2.0.1"));
	assert_int_equal(v.rport, 7);
	assert_int_equal(sip_via_parse(&v, STR("SIP/2.0/UDP h;received=2001:db8::1"), NULL), 0);
	assert_str_equal(v.received, STR("2001:db8::1"));
	assert_int_equal(sip_via_parse(&v, STR("SIP/2.0/UDP h, SIP/2.0/UDP i"), NULL), TG_EINVAL);
	assert_int_equal(sip_via_parse(&v, STR("SIP/2.0/UDP h;rport=65536"), NULL), TG_EINVAL);
	assert_int_equal(sip_via_parse(&v, STR("SIP/2.0/UDPh"), NULL), TG_EINVAL);
}

static void test_response(void **state)
{
	struct sip_msg m = parsed(STR("SIP/2.0 183 a b  c\r\nv: SIP/2.0/UDP h\r\nf: <sip:a@h>\r\n"
				      "t: <sip:b@h>;tag=2\r\ni: x\r\nCSeq: 4 BYE\r\n\r\n"));

	(void)state;
	assert_false(m.is_request);
	assert_int_equal(m.status, 183);
	assert_str_equal(m.reason, STR("a b  c"));
	assert_int_equal(m.method, SIP_BYE);
	assert_int_equal(m.max_forwards, -1);
	assert_false(m.has_contact);
	assert_int_equal(m.body.len, 0);
}

static void test_lookup(void **state)
{
	struct sip_msg m = parsed(str_of(tortuous));

	(void)state;
	assert_str_equal(sip_msg_header(&m, SIP_HDR_SUPPORTED, 1)->value, STR(", replaces ,"));
	assert_null(sip_msg_header(&m, SIP_HDR_SUPPORTED, 2));
	assert_str_equal(sip_msg_header_named(&m, STR("supported"), 1)->name, STR("k"));
	assert_str_equal(sip_msg_header_named(&m, STR("K"), 0)->value, STR("100rel,\ttimer"));
	assert_str_equal(sip_msg_header_named(&m, STR("SUBJECT-like"), 0)->value, STR(";;,,;;,;"));
	assert_null(sip_msg_header_named(&m, STR("subject-like"), 1));
	assert_null(sip_msg_header_named(&m, STR("Subject\rLike"), 0));
	assert_null(sip_msg_header_named(&m, STR(""), 0));
	assert_int_equal(sip_msg_header_named(&m, STR("Subject"), 0)->value.len, 0);
}

static void test_lists(void **state)
{
	struct sip_msg m = parsed(str_of(tortuous));
	struct sip_value_walk w = { 0 };
	struct str v;

	(void)state;
	assert_true(sip_msg_next_value(&m, SIP_HDR_CONTACT, &w, &v));
	assert_str_equal(v, STR("\"x, \\\"y\" <sip:c,1@h;p=q>; q = 0.3"));
	assert_true(sip_msg_next_value(&m, SIP_HDR_CONTACT, &w, &v));
	assert_str_equal(v, STR("<sip:d@h>"));
	assert_false(sip_msg_next_value(&m, SIP_HDR_CONTACT, &w, &v));
	assert_true(sip_msg_has_token(&m, SIP_HDR_SUPPORTED, STR("TIMER")));
	assert_true(sip_msg_has_token(&m, SIP_HDR_SUPPORTED, STR("replaces")));
	assert_false(sip_msg_has_token(&m, SIP_HDR_SUPPORTED, STR("")));
	assert_false(sip_msg_has_token(&m, SIP_HDR_REQUIRE, STR("timer")));
}

#define BYE(reason)                                                                         \
	"BYE sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nFrom: <sip:a@h>\r\nTo: <sip:b@h>\r\n" \
	"Call-ID: x\r\nCSeq: 1 BYE\r\n" reason "\r\n"

static void test_reason(void **state)
{
	struct sip_msg m = parsed(STR(
		BYE("Reason: SIP ;cause=200 ;text=\"Call completed elsewhere\" , x;cause=1\r\n"
		    "Reason: q.850 ; text=\"a;cause=9\" ;\r\n cause = 16, Q.850;cause=17\r\n")));
	struct str text;

	(void)state;
	assert_int_equal(sip_msg_reason_cause(&m, STR("SIP"), &text), 200);
	assert_str_equal(text, STR("Call completed elsewhere"));
	assert_int_equal(sip_msg_reason_cause(&m, STR("Q.850"), &text), 16);
	assert_str_equal(text, STR("a;cause=9"));
	assert_int_equal(sip_msg_reason_cause(&m, STR("x"), NULL), 1);
	assert_int_equal(sip_msg_reason_cause(&m, STR("y"), NULL), -1);

	m = parsed(STR(BYE("Reason: Q.850, Q.850;cause=-1, Q.850;cause=99999999999\r\n")));
	assert_int_equal(sip_msg_reason_cause(&m, STR("Q.850"), NULL), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),	    cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_contact_uri), cmocka_unit_test(test_topmost_via),
		cmocka_unit_test(test_via_values),  cmocka_unit_test(test_response),
		cmocka_unit_test(test_lookup),	    cmocka_unit_test(test_lists),
		cmocka_unit_test(test_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
