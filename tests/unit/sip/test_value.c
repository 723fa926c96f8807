/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The typed values of headers: for each row of header.def what is taken and what is refused, and for
 * each kind what is in it. */
#include <trunkgate/sip/headers.h>

#include "unit/support.h"

static const struct {
	enum sip_hdr id;
	const char *good, *bad; /* NULL: nothing is bad */
} vectors[] = {
	{ SIP_HDR_VIA, "SIP / 2.0 / UDP h:5060 ;branch=z9hG4bK1", "SIP/2.0 h" },
	{ SIP_HDR_FROM, "\"A, B\" <sip:a@b>;tag=1", "\"A <sip:a@b>" },
	{ SIP_HDR_TO, "sip:a@b;tag=1", "*" },
	{ SIP_HDR_CALL_ID, "f81d4fae@foo.com", "a b" },
	{ SIP_HDR_CSEQ, "2147483647 INVITE", "2147483648 INVITE" },
	{ SIP_HDR_MAX_FORWARDS, "70", "-1" },
	{ SIP_HDR_CONTACT, "<sip:a@b>;q=0.7;expires=3600", "<sip:a@b>;q=1.1" },
	{ SIP_HDR_ROUTE, "<sip:p.example.com;lr>", "<sip:p.example.com;lr" },
	{ SIP_HDR_RECORD_ROUTE, "<sip:p.example.com;lr>;x=1", "<p.example.com>" },
	{ SIP_HDR_CONTENT_TYPE, "application/sdp", "application" },
	{ SIP_HDR_CONTENT_LENGTH, "349", "0x15" },
	{ SIP_HDR_CONTENT_ENCODING, "gzip", "g zip" },
	{ SIP_HDR_CONTENT_DISPOSITION, "session;handling=optional", ";handling=optional" },
	{ SIP_HDR_CONTENT_LANGUAGE, "mi-x", "(fr)" },
	{ SIP_HDR_MIME_VERSION, "1.0", "1 0" },
	{ SIP_HDR_ALLOW, "INVITE", "IN VITE" },
	{ SIP_HDR_ACCEPT, "text/*;level=1;q=0.5", "text/;q=0.5" },
	{ SIP_HDR_ACCEPT_ENCODING, "*;q=0", "gzip;q=2" },
	{ SIP_HDR_ACCEPT_LANGUAGE, "en-gb;q=0.8", "en;q=0.8888" },
	{ SIP_HDR_SUPPORTED, "100rel", "100 rel" },
	{ SIP_HDR_REQUIRE, "timer", "<timer>" },
	{ SIP_HDR_PROXY_REQUIRE, "foo", "foo;bar" },
	{ SIP_HDR_UNSUPPORTED, "foo", "@" },
	{ SIP_HDR_EXPIRES, "4294967295", "4294967296" },
	{ SIP_HDR_MIN_EXPIRES, "60", "60s" },
	{ SIP_HDR_RETRY_AFTER, "18000 (I'm (away)) ;duration=3600", "18000 (away" },
	{ SIP_HDR_WARNING, "399 h:5060 \"x \\\" y\"", "39 h \"x\"" },
	{ SIP_HDR_USER_AGENT, "Softphone Beta1.5 (x)", NULL },
	{ SIP_HDR_SERVER, "HomeServer v2", NULL },
	{ SIP_HDR_ORGANIZATION, "Boxes by Bob", NULL },
	{ SIP_HDR_PRIORITY, "emergency", "very urgent" },
	{ SIP_HDR_DATE, "Sat, 13 Nov 2010 23:29:00 GMT", "Fri, 01 Jan 2010 16:00:00 EST" },
	{ SIP_HDR_DATE, "Thu, 29 Feb 2024 00:00:00 GMT", "Wed, 29 Feb 2023 00:00:00 GMT" },
	{ SIP_HDR_SUBJECT, "I know, you're there", NULL },
	{ SIP_HDR_TIMESTAMP, "54.21 0.5", "54.2x" },
	{ SIP_HDR_IN_REPLY_TO, "70710@saturn.bell-tel.com", "a,b" },
	{ SIP_HDR_REPLY_TO, "Bob <sip:bob@biloxi.com>", "Bob" },
	{ SIP_HDR_ALERT_INFO, "<http://www.example.com/sounds/moo.wav>", "<moo.wav>" },
	{ SIP_HDR_CALL_INFO, "<http://www.example.com/p.jpg> ;purpose=icon", "<http://a> b" },
	{ SIP_HDR_ERROR_INFO, "<sip:not-in-service@atlanta.com>", "" },
	{ SIP_HDR_AUTHORIZATION, "Digest username=\"b\", realm=\"r\", nonce=\"n\", uri=\"sip:h\"",
	  "Digest username=\"b" },
	{ SIP_HDR_WWW_AUTHENTICATE, "Digest realm=\"r\", nonce=\"n\", qop=\"auth,auth-int\"",
	  "Digest realm=\"r\", realm=\"s\"" },
	{ SIP_HDR_PROXY_AUTHENTICATE, "Digest realm=\"r\",\r\n nonce=\"n\", stale=FALSE",
	  "Digest" },
	{ SIP_HDR_PROXY_AUTHORIZATION, "NoOneKnows opaque-data=x / y", "Digest nc=1" },
	{ SIP_HDR_AUTHENTICATION_INFO, "nextnonce=\"47364c23432d\", nc=00000001", "nextnonce" },
	{ SIP_HDR_RSEQ, "988789", "988789.1" },
	{ SIP_HDR_RACK, "776656 1 INVITE", "776656 INVITE" },
	{ SIP_HDR_PRIVACY, "user;id;critical", "user;;id" },
	{ SIP_HDR_P_ASSERTED_IDENTITY, "tel:+14085264000", "\"A\"" },
	{ SIP_HDR_P_PREFERRED_IDENTITY, "\"C. J.\" <sip:f@vovida.org>", "<>" },
	{ SIP_HDR_REASON, "Q.850 ;cause=16 ;text=\"Terminated\"", "Q.850;cause=x" },
	{ SIP_HDR_PATH, "<sip:P3.EXAMPLEHOME.COM;lr>", "<sip:>" },
	{ SIP_HDR_REFER_TO, "<sip:d@h?Replaces=12%40h%3Bto-tag%3D1>", "sip:d@h?Replaces=1" },
	{ SIP_HDR_SERVICE_ROUTE, "<sip:HSP.HOME.EXAMPLE.COM;lr>", "*" },
	{ SIP_HDR_REPLACES, "1@h;to-tag=7;from-tag=6;early-only", "1@h;to-tag=7" },
	{ SIP_HDR_REPLACES, "1;from-tag=0;to-tag=0;x=y", "1;to-tag=7;from-tag=6;to-tag=7" },
	{ SIP_HDR_REFERRED_BY, "<sip:r@h>;cid=\"20398823.2UWQFN309shb3@r\"", "<sip:r@h>;cid=" },
	{ SIP_HDR_SIP_ETAG, "12345", "1 2" },
	{ SIP_HDR_SIP_IF_MATCH, "dx200xyz", "" },
	{ SIP_HDR_SESSION_EXPIRES, "4000;refresher=UAC", "4000;refresher=me" },
	{ SIP_HDR_MIN_SE, "3600;x=y", ";x=y" },
	{ SIP_HDR_P_EARLY_MEDIA, "sendrecv", "send recv" },
	{ SIP_HDR_FLOW_TIMER, "126", "" },
	{ SIP_HDR_DIVERSION, "<sip:b@h>;reason=user-busy;counter=2", "<sip:b@h>;counter=two" },
	{ SIP_HDR_RECV_INFO, "foo", "f oo" },
	{ SIP_HDR_INFO_PACKAGE, "foo;x=1", ".foo" },
	{ SIP_HDR_EVENT, "presence.winfo;id=7", ";id=7" },
	{ SIP_HDR_ALLOW_EVENTS, "dialog", "dialog=" },
	{ SIP_HDR_SUBSCRIPTION_STATE, "active;expires=600", "active;expires=x" },
	{ SIP_HDR_HISTORY_INFO, "<sip:b@h?Reason=SIP%3Bcause%3D302>;index=1.1;rc=1",
	  "<sip:b@h>;index=1..1" },
	{ SIP_HDR_GEOLOCATION, "<cid:target123@atlanta.example.com>;x=1", "<cid:>;" },
	{ SIP_HDR_GEOLOCATION_ROUTING, "yes", "" },
	{ SIP_HDR_USER_TO_USER, "56a390f3d2b7310023a2;encoding=hex", "\"x" },
	{ SIP_HDR_IDENTITY, "abc+/.d=;info=<https://h/c.cer>;alg=ES256", "abc;alg=ES256" },
	{ SIP_HDR_IDENTITY, "a..b;info=<https://h/c.cer>;ppt=\"shaken\"", "a\"b;info=<https://h>" },
};

static struct sip_value parsed(enum sip_hdr id, const char *text)
{
	struct tg_diag d = TG_DIAG_NONE;
	struct sip_value v;

	if (sip_value_parse(&v, id, str_of(text), &d) < 0)
		fail_msg("%s: %s: %s at %zu", sip_hdr_name(id), text, d.text, d.offset);
	return v;
}

static void test_vectors(void **state)
{
	bool has[SIP_NR_HDRS] = { true };

	(void)state;
	for (size_t i = 0; i < NR_OF(vectors); i++) {
		struct tg_diag d = TG_DIAG_NONE;
		struct sip_value v = parsed(vectors[i].id, vectors[i].good);

		has[vectors[i].id] = true;
		assert_int_equal(v.kind, sip_hdr_value(vectors[i].id));
		if (!vectors[i].bad)
			continue;
		if (sip_value_parse(&v, vectors[i].id, str_of(vectors[i].bad), &d) == 0)
			fail_msg("%s: %s is taken", sip_hdr_name(vectors[i].id), vectors[i].bad);
		assert_non_null(strstr(d.text, sip_hdr_name(vectors[i].id)));
		assert_string_equal(d.clause, sip_hdr_clause(vectors[i].id));
	}
	for (unsigned id = 0; id < SIP_NR_HDRS; id++)
		if (!has[id])
			fail_msg("no vector for %s", sip_hdr_name((enum sip_hdr)id));
	assert_int_equal(sip_hdr_value(SIP_HDR_OTHER), SIP_VALUE_TEXT);
}

static void test_contact(void **state)
{
	struct sip_value v = parsed(SIP_HDR_CONTACT, "\"B\" <sip:b@h;ob>;Q=0.7;expires=60;reg-id=1;"
						     "+sip.instance=\"<urn:uuid:0>\"");

	(void)state;
	assert_int_equal(v.contact.q_milli, 700);
	assert_true(v.contact.has_expires);
	assert_int_equal(v.contact.expires_s, 60);
	assert_int_equal(v.contact.reg_id, 1);
	assert_str_equal(v.contact.instance, STR("\"<urn:uuid:0>\""));
	assert_str_equal(v.contact.address.uri.user, STR("b"));
	v = parsed(SIP_HDR_CONTACT, "*");
	assert_true(v.contact.address.star);
	assert_int_equal(parsed(SIP_HDR_CONTACT, "sip:a@b;q=1").contact.q_milli, 1000);
	assert_int_equal(parsed(SIP_HDR_CONTACT, "sip:a@b;q=0.05").contact.q_milli, 50);
}

static void test_numbers(void **state)
{
	struct sip_value v = parsed(SIP_HDR_RACK, "776656 1\r\n INVITE");

	(void)state;
	assert_int_equal(v.rack.rseq, 776656);
	assert_int_equal(v.rack.cseq, 1);
	assert_int_equal(v.rack.method.id, SIP_INVITE);
	v = parsed(SIP_HDR_CSEQ, "7 FOO");
	assert_int_equal(v.cseq.number, 7);
	assert_int_equal(v.cseq.method.id, SIP_METHOD_OTHER);
	assert_str_equal(v.cseq.method.name, STR("FOO"));
	assert_int_equal(parsed(SIP_HDR_ALLOW, "PRACK").method.id, SIP_PRACK);
	assert_int_equal(parsed(SIP_HDR_EXPIRES, "4294967295").number, UINT32_MAX);
}

static void test_media(void **state)
{
	struct sip_value v =
		parsed(SIP_HDR_CONTENT_TYPE, "Multipart/Mixed ; Boundary = \"a b\";x=y");

	(void)state;
	assert_str_equal(v.media.type, STR("Multipart"));
	assert_str_equal(v.media.subtype, STR("Mixed"));
	assert_str_equal(v.media.boundary, STR("a b"));
	v = parsed(SIP_HDR_CONTENT_TYPE, "application/ISUP; version=itu-t92+; base=\"itu-t92+\"");
	assert_str_equal(v.media.version, STR("itu-t92+"));
	assert_str_equal(v.media.base, STR("itu-t92+"));
	v = parsed(SIP_HDR_ACCEPT, "*/*;q=0.25");
	assert_str_equal(v.media.type, STR("*"));
	assert_int_equal(v.media.q_milli, 250);
	assert_int_equal(parsed(SIP_HDR_ACCEPT_ENCODING, "gzip;q=0.5").weighted.q_milli, 500);
	v = parsed(SIP_HDR_CONTENT_DISPOSITION, "signal ; handling=Optional");
	assert_str_equal(v.disposition.type, STR("signal"));
	assert_true(v.disposition.optional);
	assert_false(parsed(SIP_HDR_CONTENT_DISPOSITION, "session").disposition.optional);
}

static void test_times(void **state)
{
	struct sip_value v = parsed(SIP_HDR_RETRY_AFTER, "120 (at \\( lunch) ;duration=7");

	(void)state;
	assert_int_equal(v.retry_after.seconds, 120);
	assert_int_equal(v.retry_after.duration_s, 7);
	assert_str_equal(v.retry_after.comment, STR("at \\( lunch"));
	assert_int_equal(parsed(SIP_HDR_DATE, "Sat, 13 Nov 2010 23:29:00 GMT").date_s, 1289690940);
	assert_int_equal(parsed(SIP_HDR_DATE, "Thu, 01 Jan 1970 00:00:00 GMT").date_s, 0);
	assert_int_equal(parsed(SIP_HDR_DATE, "Tue, 29 Feb 2000 12:00:00 GMT").date_s, 951825600);
	v = parsed(SIP_HDR_TIMESTAMP, "54.2105 3");
	assert_int_equal(v.timestamp.stamp_ms, 54210);
	assert_true(v.timestamp.has_delay);
	assert_int_equal(v.timestamp.delay_ms, 3000);
	v = parsed(SIP_HDR_WARNING, "307 isi.edu:5060 \"a \\\"b\\\"\"");
	assert_int_equal(v.warning.code, 307);
	assert_str_equal(v.warning.agent, STR("isi.edu:5060"));
	assert_str_equal(v.warning.text, STR("a \\\"b\\\""));
}

static void test_auth(void **state)
{
	struct sip_value v =
		parsed(SIP_HDR_AUTHORIZATION,
		       "digest username=\"bob\", realm=\"biloxi.com\", nonce=\"dcd9\", nc=0000001F,"
		       "uri=\"sip:bob@biloxi.com\", qop=auth , cnonce=\"0a4f113b\",, "
		       "response=\"6629fae4\", opaque=\"5ccc\", algorithm=sha-256, x=y");

	(void)state;
	assert_true(v.auth.is_digest && v.auth.qop_auth && !v.auth.qop_auth_int);
	assert_int_equal(v.auth.algorithm, SIP_DIGEST_SHA256);
	assert_int_equal(v.auth.nc, 0x1f);
	assert_str_equal(v.auth.username, STR("bob"));
	assert_str_equal(v.auth.uri, STR("sip:bob@biloxi.com"));
	assert_str_equal(v.auth.cnonce, STR("0a4f113b"));
	v = parsed(SIP_HDR_WWW_AUTHENTICATE, "Digest realm=\"r\", qop=\"auth-int , auth\", "
					     "stale=TRUE, algorithm=SHA-512-256");
	assert_true(v.auth.stale && v.auth.qop_auth && v.auth.qop_auth_int);
	assert_int_equal(v.auth.algorithm, SIP_DIGEST_OTHER);
	v = parsed(SIP_HDR_PROXY_AUTHORIZATION, "Basic QWxhZGRpbg==");
	assert_false(v.auth.is_digest);
	assert_str_equal(v.auth.params, STR("QWxhZGRpbg=="));
}

static void test_call(void **state)
{
	struct sip_value v = parsed(SIP_HDR_REASON, "SIP ;cause=200;text=\"a; b\";location=TN");

	(void)state;
	assert_str_equal(v.reason.protocol, STR("SIP"));
	assert_int_equal(v.reason.cause, 200);
	assert_str_equal(v.reason.text, STR("a; b"));
	assert_str_equal(v.reason.location, STR("TN"));
	assert_false(parsed(SIP_HDR_REASON, "Preemption").reason.has_cause);
	v = parsed(SIP_HDR_REPLACES, "98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff");
	assert_str_equal(v.replaces.call_id, STR("98732@sip.example.com"));
	assert_str_equal(v.replaces.from_tag, STR("r33th4x0r"));
	assert_str_equal(v.replaces.to_tag, STR("ff87ff"));
	assert_false(v.replaces.early_only);
	v = parsed(SIP_HDR_SESSION_EXPIRES, "1800 ; refresher=uas");
	assert_int_equal(v.session_expires.interval_s, 1800);
	assert_int_equal(v.session_expires.refresher, SIP_REFRESHER_UAS);
	v = parsed(SIP_HDR_SUBSCRIPTION_STATE, "Terminated;reason=rejected;retry-after=5");
	assert_int_equal(v.subscription_state.state, SIP_SUBSTATE_TERMINATED);
	assert_str_equal(v.subscription_state.reason, STR("rejected"));
	assert_int_equal(v.subscription_state.retry_after_s, 5);
	v = parsed(SIP_HDR_SUBSCRIPTION_STATE, "pending");
	assert_int_equal(v.subscription_state.state, SIP_SUBSTATE_PENDING);
	v = parsed(SIP_HDR_EVENT, "presence.winfo;id=\"7\"");
	assert_str_equal(v.event.type, STR("presence.winfo"));
	assert_str_equal(v.event.package, STR("presence"));
	assert_str_equal(v.event.id, STR("\"7\""));
}

static void test_parties(void **state)
{
	struct sip_value v = parsed(SIP_HDR_DIVERSION,
				    "\"B\" <tel:+491>;reason=\"no-answer\";counter=03;limit=9;"
				    "privacy=off;screen=yes");
	char buf[64];
	struct str s;

	(void)state;
	assert_str_equal(v.diversion.reason, STR("no-answer"));
	assert_int_equal(v.diversion.counter, 3);
	assert_int_equal(v.diversion.limit, 9);
	assert_str_equal(v.diversion.privacy, STR("off"));
	assert_str_equal(v.diversion.screen, STR("yes"));
	v = parsed(SIP_HDR_HISTORY_INFO,
		   "<sip:b@h?Reason=SIP%3Bcause%3D302&privacy=history>;index=1.2;mp=1.1");
	assert_str_equal(v.history.index, STR("1.2"));
	assert_int_equal(v.history.target, 'm');
	assert_str_equal(v.history.target_index, STR("1.1"));
	assert_int_equal(
		sip_uri_header(&v.history.address.uri, STR("reason"), buf, sizeof(buf), &s), 0);
	assert_str_equal(s, STR("SIP;cause=302"));
	assert_int_equal(sip_uri_header(&v.history.address.uri, STR("x"), buf, sizeof(buf), &s),
			 TG_ENOENT);
	assert_int_equal(parsed(SIP_HDR_PRIVACY, "ID; user , x").privacy,
			 SIP_PRIVACY_ID | SIP_PRIVACY_USER | SIP_PRIVACY_OTHER);
	v = parsed(SIP_HDR_USER_TO_USER, "04ab;purpose=isdn-uui;content=isdn-uui");
	assert_true(v.user_to_user.is_hex);
	assert_str_equal(v.user_to_user.data, STR("04ab"));
	assert_str_equal(v.user_to_user.purpose, STR("isdn-uui"));
	assert_false(parsed(SIP_HDR_USER_TO_USER, "\"x y\"").user_to_user.is_hex);
	v = parsed(SIP_HDR_IDENTITY,
		   "eyJh.eyJ_.x-y;ppt=shaken;info = <https://h/c?a=b;c>; alg=ES256");
	assert_str_equal(v.identity.digest, STR("eyJh.eyJ_.x-y"));
	assert_str_equal(v.identity.info, STR("https://h/c?a=b;c"));
	assert_str_equal(v.identity.alg, STR("ES256"));
	assert_str_equal(v.identity.ppt, STR("shaken"));
}

#define MESSAGE                                                                                     \
	"INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n" \
	"To: <sip:a@b>\r\nCall-ID: x@y\r\nCSeq: 1 INVITE\r\n"

static void test_of_a_message(void **state)
{
	static struct sip_msg m;
	struct sip_value_walk w = { 0 };
	struct sip_value v;
	struct str one;

	(void)state;
	assert_int_equal(sip_msg_parse(&m,
				       STR(MESSAGE
					   "x: 90\r\nDate: Sat, 13 Nov 2010 23:29:00 GMT\r\n"
					   "Min-SE: x\r\n"
					   "Authorization: Digest realm=\"a\", nonce=\"b\"\r\n"
					   "Authorization: Digest realm=\"c\"\r\n\r\n"),
				       NULL),
			 0);
	assert_int_equal(sip_msg_value(&m, SIP_HDR_SESSION_EXPIRES, &v, NULL), 0);
	assert_int_equal(v.session_expires.interval_s, 90);
	assert_int_equal(sip_msg_value(&m, SIP_HDR_DATE, &v, NULL), 0);
	assert_int_equal(v.date_s, 1289690940);
	assert_int_equal(sip_msg_value(&m, SIP_HDR_MIN_SE, &v, NULL), TG_EINVAL);
	assert_int_equal(sip_msg_value(&m, SIP_HDR_RSEQ, &v, NULL), TG_ENOENT);
	assert_true(sip_msg_next_value(&m, SIP_HDR_AUTHORIZATION, &w, &one));
	assert_str_equal(one, STR("Digest realm=\"a\", nonce=\"b\""));
	assert_true(sip_msg_next_value(&m, SIP_HDR_AUTHORIZATION, &w, &one));
	assert_str_equal(one, STR("Digest realm=\"c\""));
	assert_false(sip_msg_next_value(&m, SIP_HDR_AUTHORIZATION, &w, &one));
	assert_int_equal(sip_value_parse_kind(&v, SIP_VALUE_MEDIA, STR("a/b"), NULL), 0);
}

static void test_values_of_a_line(void **state)
{
	static struct sip_msg m;
	struct tg_diag d = TG_DIAG_NONE;
	struct sip_value v;
	size_t at = 0;

	(void)state;
	assert_int_equal(sip_msg_parse(&m,
				       STR(MESSAGE
					   "Allow: , INVITE,ACK ,, BYE ,\r\n"
					   "Reason: SIP;cause=1, Q.850;cause=x, a\r\n"
					   "Expires: 1, 2\r\nX-Y: a,b\r\nSupported:\r\n\r\n"),
				       NULL),
			 0);
	assert_int_equal(sip_header_next(&m.header[5], &at, &v, NULL), 1);
	assert_int_equal(v.method.id, SIP_INVITE);
	assert_int_equal(sip_header_next(&m.header[5], &at, &v, NULL), 1);
	assert_str_equal(v.text, STR("ACK"));
	assert_int_equal(sip_header_next(&m.header[5], &at, &v, NULL), 1);
	assert_int_equal(v.method.id, SIP_BYE);
	assert_int_equal(sip_header_next(&m.header[5], &at, &v, NULL), 0);
	at = 0;
	assert_int_equal(sip_header_next(&m.header[6], &at, &v, &d), 1);
	assert_int_equal(sip_header_next(&m.header[6], &at, &v, &d), TG_EINVAL);
	assert_string_equal(d.text, "bad value of Reason");
	assert_int_equal(sip_header_next(&m.header[6], &at, &v, &d), 0);
	at = 0;
	assert_int_equal(sip_header_next(&m.header[7], &at, &v, &d), TG_EINVAL);
	assert_string_equal(d.text, "unexpected octet behind a value of Expires");
	at = 0;
	assert_int_equal(sip_header_next(&m.header[8], &at, &v, &d), 1);
	assert_str_equal(v.token, STR("a,b"));
	at = 0;
	assert_int_equal(sip_header_next(&m.header[9], &at, &v, &d), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),	     cmocka_unit_test(test_contact),
		cmocka_unit_test(test_numbers),	     cmocka_unit_test(test_media),
		cmocka_unit_test(test_times),	     cmocka_unit_test(test_auth),
		cmocka_unit_test(test_call),	     cmocka_unit_test(test_parties),
		cmocka_unit_test(test_of_a_message), cmocka_unit_test(test_values_of_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
