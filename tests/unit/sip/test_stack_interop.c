/* SPDX-License-Identifier: GPL-3.0-or-later */
/* INVITEs as phones, gateways and proxies in use write them, each with its own habits: what the
 * stack answers at once. None of it needs an extension (RFC 3261 8.2.2.3, 8.2.3, 20). */
#include <stdio.h>

#include "unit/sip/wire.h"

static struct wire *w;
static struct addr peer;

static int setup(void **state)
{
	(void)state;
	w = wire_new();
	assert_int_equal(addr_parse(&peer, STR("192.0.2.9:7070"), 0), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	wire_free(w);
	return 0;
}

#define VIA	"Via: SIP/2.0/UDP 192.0.2.9:7070;rport;branch=z9hG4bK1\r\n"
#define FROM	"From: <sip:x@192.0.2.9>;tag=ft\r\n"
#define TO	"To: <sip:100@192.0.2.2>\r\n"
#define ID	"Call-ID: c1\r\nCSeq: 1 INVITE\r\n"
#define MF	"Max-Forwards: 70\r\n"
#define CONTACT "Contact: <sip:x@192.0.2.9:7070>\r\n"
#define HEAD	VIA FROM TO ID MF
#define SDP(x)	x "Content-Length: 5\r\n\r\nv=0\r\n"
#define NO_BODY "Content-Length: 0\r\n\r\n"
#define LINE	"INVITE sip:100@192.0.2.2 SIP/2.0\r\n"

static const struct {
	const char *what, *text, *answer, *line;
} vectors[] = {
	{ "compact forms",
	  LINE "v: SIP/2.0/UDP 192.0.2.9:7070;branch=z9hG4bK1\r\nf: <sip:x@192.0.2.9>;tag=ft\r\n"
	       "t: <sip:100@192.0.2.2>\r\ni: c1\r\nCSeq: 1 INVITE\r\nm: <sip:x@192.0.2.9>\r\n"
	       "k: 100rel,timer\r\nc: application/sdp\r\nl: 5\r\n\r\nv=0\r\n",
	  "100 INVITE", NULL },
	{ "headers that nobody knows",
	  LINE HEAD CONTACT "X-Foo: \"a,b\" ;;=<\r\nAlert-Info: <http://a/b.wav>\r\n"
			    "P-Charging-Vector: icid-value=1;orig-ioi=a\r\n"
			    "Allow-Events: talk,hold\r\nx: 90;refresher=uac\r\n" NO_BODY,
	  "100 INVITE", NULL },
	{ "extensions that are only supported",
	  LINE HEAD CONTACT "Supported: 100rel, timer, replaces, outbound, gruu\r\n"
			    "Session-Expires: 1800;refresher=uac\r\nMin-SE: 90\r\n" NO_BODY,
	  "100 INVITE", NULL },
	{ "100rel required", LINE HEAD CONTACT "Require: 100rel\r\n" NO_BODY, "420 INVITE",
	  "\r\nUnsupported: 100rel\r\n" },
	{ "Proxy-Require is not for us", LINE HEAD CONTACT "Proxy-Require: sec-agree\r\n" NO_BODY,
	  "100 INVITE", NULL },
	{ "content type with parameters",
	  LINE HEAD CONTACT SDP("Content-Type: application/sdp;charset=UTF-8\r\n"), "100 INVITE",
	  NULL },
	{ "content type in another case",
	  LINE HEAD CONTACT SDP("Content-Type: Application/SDP ; charset=\"UTF-8\"\r\n"),
	  "100 INVITE", NULL },
	{ "content disposition",
	  LINE HEAD CONTACT SDP("Content-Type: application/sdp\r\n"
				"Content-Disposition: session;handling=required\r\n"),
	  "100 INVITE", NULL },
	{ "multipart", LINE HEAD CONTACT SDP("Content-Type: multipart/mixed;boundary=a\r\n"),
	  "400 INVITE", "multipart without its boundary line" },
	{ "tel URI in the request line and To",
	  "INVITE tel:+493012345;phone-context=a SIP/2.0\r\n" VIA FROM
	  "To: <tel:+493012345>\r\n" ID MF CONTACT NO_BODY,
	  "100 INVITE", NULL },
	{ "bare tel URI in To", LINE VIA FROM "To: tel:+49-30-12345\r\n" ID MF CONTACT NO_BODY,
	  "100 INVITE", NULL },
	{ "user=phone and parameters in the user part",
	  "INVITE sip:+493012345;npdi;rn=+4930@192.0.2.2;user=phone SIP/2.0\r\n" HEAD CONTACT
		  NO_BODY,
	  "100 INVITE", NULL },
	{ "'#' raw in the user part",
	  "INVITE sip:*43#@192.0.2.2:5060 SIP/2.0\r\n" HEAD CONTACT NO_BODY, "100 INVITE", NULL },
	{ "Contact of a phone with outbound",
	  LINE HEAD "Contact: \"X Y\" <sip:x@192.0.2.9:7070;transport=udp;ob>;expires=3600;"
		    "+sip.instance=\"<urn:uuid:0-1>\";reg-id=1;+sip.rendering=\"no\"\r\n" NO_BODY,
	  "100 INVITE", NULL },
	{ "Contact without brackets",
	  LINE HEAD "Contact: sip:x@192.0.2.9:7070;expires=60\r\n" NO_BODY, "100 INVITE", NULL },
	{ "no Contact", LINE HEAD NO_BODY, "400 INVITE", NULL },
	{ "no Max-Forwards", LINE VIA FROM TO ID CONTACT NO_BODY, "100 INVITE", NULL },
	{ "no Content-Length", LINE HEAD CONTACT "Content-Type: application/sdp\r\n\r\nv=0\r\n",
	  "100 INVITE", NULL },
	{ "no From tag", LINE VIA "From: <sip:x@192.0.2.9>\r\n" TO ID MF CONTACT NO_BODY,
	  "100 INVITE", NULL },
	{ "display name in UTF-8 without quotes",
	  LINE VIA "From: J\xc3\xb6rg B. <sip:x@192.0.2.9>;tag=ft\r\n" TO ID MF CONTACT NO_BODY,
	  "100 INVITE", NULL },
	{ "empty display name",
	  LINE VIA "From: \"\" <sip:x@192.0.2.9>;tag=ft\r\n" TO ID MF CONTACT NO_BODY, "100 INVITE",
	  NULL },
	{ "anonymous",
	  LINE VIA
	  "From: \"Anonymous\"<sip:anonymous@anonymous.invalid>;tag=ft\r\n" TO ID MF CONTACT
	  "P-Asserted-Identity: <tel:+4930>, <sip:+4930@a.example>\r\n"
	  "Privacy: id;critical\r\n" NO_BODY,
	  "100 INVITE", NULL },
	{ "a folded header", LINE HEAD CONTACT "Subject: one\r\n two\r\n\tthree\r\n" NO_BODY,
	  "100 INVITE", NULL },
	{ "Route that names us", LINE HEAD CONTACT "Route: <sip:192.0.2.2;lr>\r\n" NO_BODY,
	  "100 INVITE", NULL },
	{ "Record-Route of proxies",
	  LINE HEAD CONTACT
	  "Record-Route: <sip:192.0.2.7;lr=on;ftag=a>,<sip:p.example:5070;lr>\r\n"
	  "Record-Route: \"P\" <sip:192.0.2.8;transport=tcp;lr;r2=on>\r\n" NO_BODY,
	  "100 INVITE", NULL },
	{ "Expires", LINE HEAD CONTACT "Expires: 180\r\n" NO_BODY, "100 INVITE", NULL },
	{ "Timestamp", LINE HEAD CONTACT "Timestamp: 54.21\r\n" NO_BODY, "100 INVITE",
	  "\r\nTimestamp: 54.21\r\n" },
	{ "Via of a phone behind NAT",
	  LINE "Via: SIP/2.0/UDP 10.0.0.5:5060;branch=z9hG4bK1;rport;alias;i=ab\r\n" FROM TO ID MF
		  CONTACT NO_BODY,
	  "100 INVITE", ";received=192.0.2.9;rport=7070\r\n" },
	{ "Via with a name",
	  LINE "Via: SIP/2.0/UDP my_phone.local;branch=z9hG4bK1\r\n" FROM TO ID MF CONTACT NO_BODY,
	  "100 INVITE", ";received=192.0.2.9\r\n" },
	{ "two Vias in one line",
	  LINE "Via: SIP/2.0/UDP 192.0.2.9:7070;branch=z9hG4bK1 , SIP/2.0/TCP a.example\r\n" FROM TO
		  ID MF CONTACT NO_BODY,
	  "100 INVITE", "\r\nVia: SIP/2.0/TCP a.example\r\n" },
	{ "accepts other things too",
	  LINE HEAD CONTACT "Accept: multipart/mixed;q=0.5, */*\r\nAccept-Encoding: gzip\r\n"
			    "Accept-Language: de, en;q=0.5\r\n" NO_BODY,
	  "100 INVITE", NULL },
	{ "body that may be ignored",
	  LINE HEAD CONTACT SDP("Content-Type: application/x-q931\r\n"
				"Content-Disposition: signal;handling=optional\r\n"),
	  "100 INVITE", NULL },
	{ "empty list headers", LINE HEAD CONTACT "Supported:\r\nAllow: \r\nRequire:\r\n" NO_BODY,
	  "100 INVITE", NULL },
	{ "leading empty lines", "\r\n\r\n" LINE HEAD CONTACT NO_BODY, "100 INVITE", NULL },
	{ "more octets than the body", LINE HEAD CONTACT NO_BODY "trailing", "100 INVITE", NULL },
};

static void check(size_t i)
{
	wire_clear(w);
	wire_inject(w, &w->b, &peer, vectors[i].text);
	if (w->b.nr_sent != 1 || strcmp(w->b.sent[0].name, vectors[i].answer) != 0)
		fail_msg("%s: %s for %s", vectors[i].what,
			 w->b.nr_sent ? w->b.sent[0].name : "nothing", vectors[i].answer);
	if (vectors[i].line && !wire_last_has(&w->b, vectors[i].line))
		fail_msg("%s: no %s", vectors[i].what, vectors[i].line);
	if (strcmp(vectors[i].answer, "100 INVITE") != 0)
		return;
	assert_events(&w->b, "INVITE");
	assert_int_equal(sip_call_reject(w->b.stack, w->now, w->b.call, 486, NULL), 0);
	wire_run_ms(w, 40000);
}

static void test_invites(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(vectors); i++)
		check(i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_invites, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
