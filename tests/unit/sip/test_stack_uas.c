/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the stack answers by itself: RFC 3261 8.2, 9.2, 12.2.2, 18; and what it keeps silent about.
 * Requests are written out, as B would see them from anybody. */
#include <stdio.h>

#include <trunkgate/sip/multipart.h>

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

#define B_(fn, ...) sip_call_##fn(w->b.stack, w->now, w->b.call, __VA_ARGS__)

/* A request with `more` header lines (each with its line end) and no body. */
static const char *request(const char *method, const char *branch, const char *to_tag,
			   unsigned cseq, const char *more)
{
	static char text[2048];

	snprintf(text, sizeof(text),
		 "%s sip:100@192.0.2.2 SIP/2.0\r\n"
		 "Via: SIP/2.0/UDP 192.0.2.9:7070;branch=%s;rport\r\n"
		 "From: <sip:x@192.0.2.9>;tag=ft\r\nTo: <sip:100@192.0.2.2>%s%s\r\n"
		 "Call-ID: uas@192.0.2.9\r\nCSeq: %u %s\r\nMax-Forwards: 70\r\n"
		 "Contact: <sip:x@192.0.2.9:7070>\r\n%sContent-Length: 0\r\n\r\n",
		 method, branch, to_tag ? ";tag=" : "", to_tag ? to_tag : "", cseq, method, more);
	return text;
}

static void inject(const char *text)
{
	wire_inject(w, &w->b, &peer, text);
}

static const char *sent(unsigned n)
{
	return n < w->b.nr_sent ? w->b.sent[n].name : "(nothing)";
}

/* The tag that B has given itself, from its last response. */
static const char *tag_of_b(void)
{
	static char tag[64];
	static struct sip_msg m;

	assert_int_equal(sip_msg_parse(&m, str_n(w->b.last, w->b.last_len), NULL), 0);
	assert_true(str_copyz(tag, sizeof(tag), m.to.tag));
	return tag;
}

static void assert_no_state(void)
{
	struct sip_stats st;

	sip_stack_stats(w->b.stack, &st);
	assert_int_equal(st.calls + st.transactions + st.timers, 0);
	assert_events(&w->b, "");
}

static void check_refused(const char *text, const char *response, const char *line)
{
	wire_clear(w);
	inject(text);
	assert_string_equal(sent(0), response);
	assert_int_equal(w->b.nr_sent, 1);
	if (line)
		assert_true(wire_last_has(&w->b, line));
	assert_no_state();
}

static void test_refused(void **state)
{
	(void)state;
	check_refused(request("REGISTER", "z9hG4bK1", NULL, 1, ""), "405 REGISTER",
		      "\r\nAllow: INVITE, ACK, BYE, CANCEL, OPTIONS\r\n");
	check_refused(request("INFO", "z9hG4bK1", NULL, 1, ""), "405 INFO", "\r\nAllow: ");
	check_refused(request("FROB", "z9hG4bK1", NULL, 1, ""), "501 FROB", "\r\nAllow: ");
	check_refused(request("BYE", "z9hG4bK1", NULL, 1, ""), "481 BYE", NULL);
	check_refused(request("BYE", "z9hG4bK1", "x", 1, ""), "481 BYE", NULL);
	check_refused(request("INVITE", "z9hG4bK1", "x", 1, ""), "481 INVITE", NULL);
	check_refused(request("CANCEL", "z9hG4bK1", NULL, 1, ""), "481 CANCEL", NULL);
	check_refused(request("INVITE", "z9hG4bK1", NULL, 1, "Require: 100rel, x\r\n"),
		      "420 INVITE", "\r\nUnsupported: 100rel, x\r\n");
	check_refused(request("INVITE", "z9hG4bK1", NULL, 1, "Require: a\r\nRequire: b\r\n"),
		      "420 INVITE", "\r\nUnsupported: a\r\nUnsupported: b\r\n");
}

static void test_silent(void **state)
{
	(void)state;
	inject(request("ACK", "z9hG4bK1", "x", 1, ""));
	inject(request("ACK", "z9hG4bK1", NULL, 1, ""));
	inject("\r\n\r\n");
	inject("hello\r\n\r\n");
	inject("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKx\r\n"
	       "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: 1\r\n"
	       "CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n");
	assert_int_equal(w->b.nr_sent, 0);
	assert_no_state();
}

#define HEAD                                                                           \
	"Via: SIP/2.0/UDP 192.0.2.9:7070;branch=z9hG4bK2\r\n"                          \
	"From: <sip:x@192.0.2.9>;tag=ft\r\nTo: <sip:100@192.0.2.2>\r\nCall-ID: c1\r\n" \
	"CSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:x@192.0.2.9>\r\n"

static void test_refused_content(void **state)
{
	(void)state;
	check_refused("INVITE sip:100@192.0.2.2 SIP/2.0\r\n" HEAD
		      "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi",
		      "415 INVITE", "\r\nAccept: application/sdp, multipart/mixed, ");
	check_refused("INVITE sip:100@192.0.2.2 SIP/2.0\r\n" HEAD
		      "Content-Type: application/sdp\r\nContent-Encoding: gzip\r\n"
		      "Content-Length: 2\r\n\r\nhi",
		      "415 INVITE", "\r\nAccept-Encoding: identity\r\n");
	check_refused("INVITE http://192.0.2.2/ SIP/2.0\r\n" HEAD "Content-Length: 0\r\n\r\n",
		      "416 INVITE", NULL);
	check_refused("INVITE sips:100@192.0.2.2 SIP/2.0\r\n" HEAD "Content-Length: 0\r\n\r\n",
		      "416 INVITE", NULL);
	check_refused("INVITE sip:100@192.0.2.2 SIP/7.0\r\n" HEAD "Content-Length: 0\r\n\r\n",
		      "505 INVITE", NULL);
}

static void test_optional_content(void **state)
{
	(void)state;
	inject("INVITE sip:100@192.0.2.2 SIP/2.0\r\n" HEAD
	       "Content-Disposition: render;handling=optional\r\n"
	       "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi");
	assert_events(&w->b, "INVITE");
	assert_int_equal(B_(reject, 488, NULL), 0);
}

#define MIXED(more)                                                 \
	"Content-Type: multipart/mixed;boundary=b7\r\n\r\n--b7\r\n" \
	"Content-Type: application/sdp\r\n\r\nv=0\r\n\r\n--b7\r\n" more "\r\n--b7--\r\n"

static const struct {
	const char *body; /* from Content-Type on */
	const char *answer;
	const char *sdp; /* NULL: none */
} bodies[] = {
	/* RFC 3204 3.2, RFC 5621 3.1: what may be ignored is */
	{ MIXED("Content-Type: application/isup;version=itu-t92+\r\n"
		"Content-Disposition: signal;handling=optional\r\n\r\n\x01\x02"),
	  "100 INVITE", "v=0\r\n" },
	{ MIXED("Content-Type: application/isup;version=itu-t92+\r\n"
		"Content-Disposition: signal;handling=required\r\n\r\n\x01\x02"),
	  "415 INVITE", NULL },
	/* required is what is meant when nothing is said */
	{ MIXED("Content-Type: application/isup;version=itu-t92+\r\n\r\n\x01\x02"), "415 INVITE",
	  NULL },
	/* a second description that is for something else (RFC 3959) */
	{ MIXED("Content-Type: application/sdp\r\nContent-Disposition: early-session\r\n\r\nv=1"),
	  "100 INVITE", "v=0\r\n" },
	/* RFC 2046 5.1.4: one of them is enough */
	{ "Content-Type: multipart/alternative;boundary=a\r\n\r\n--a\r\n"
	  "Content-Type: text/plain\r\n\r\nhello\r\n--a\r\n"
	  "Content-Type: application/sdp\r\n\r\nv=2\r\n--a--\r\n",
	  "100 INVITE", "v=2" },
	/* a text that only names the type is none */
	{ "Content-Type: multipart/mixed;boundary=a\r\n\r\n--a\r\n"
	  "Content-Disposition: render;handling=optional\r\n\r\n"
	  "Content-Type: application/sdp\r\n--a--\r\n",
	  "100 INVITE", NULL },
	{ "Content-Type: application/sdp\r\n\r\nv=3", "100 INVITE", "v=3" },
	/* no boundary line, none at all, no end (RFC 2046 5.1.1) */
	{ "Content-Type: multipart/mixed;boundary=a\r\n\r\nhello", "400 INVITE", NULL },
	{ "Content-Type: multipart/mixed\r\n\r\nhello", "400 INVITE", NULL },
	{ "Content-Type: multipart/mixed;boundary=a\r\n\r\n--a\r\n\r\nhello", "400 INVITE", NULL },
};

static char seen_sdp[32];

static void look_at_sdp(struct wire_end *e, const struct sip_event *ev)
{
	struct str sdp;

	(void)e;
	if (ev->type == SIP_EV_INVITE && sip_msg_description(ev->msg, &sdp))
		str_copyz(seen_sdp, sizeof(seen_sdp), sdp);
}

static void test_parts(void **state)
{
	char text[2048];

	(void)state;
	w->b.on_event = look_at_sdp;
	for (unsigned i = 0; i < NR_OF(bodies); i++) {
		wire_clear(w);
		w->b.call = 0;
		seen_sdp[0] = '\0';
		snprintf(text, sizeof(text),
			 "INVITE sip:100@192.0.2.2 SIP/2.0\r\n"
			 "Via: SIP/2.0/UDP 192.0.2.9:7070;branch=z9hG4bKp%u\r\n"
			 "From: <sip:x@192.0.2.9>;tag=ft\r\nTo: <sip:100@192.0.2.2>\r\n"
			 "Call-ID: c%u\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n"
			 "Contact: <sip:x@192.0.2.9>\r\n%s",
			 i, i, bodies[i].body);
		inject(text);
		assert_string_equal(sent(0), bodies[i].answer);
		assert_string_equal(seen_sdp, bodies[i].sdp ? bodies[i].sdp : "");
		if (w->b.call)
			assert_int_equal(B_(reject, 486, NULL), 0);
		wire_drain(&w->b);
	}
}

/* Wrong octets get a 400 that says why. */
static void test_malformed(void **state)
{
	(void)state;
	assert_int_equal(wire_inject(w, &w->b, &peer,
				     "INVITE sip:100@192.0.2.2 SIP/2.0\r\n" HEAD
				     "Content-Length: 99\r\n\r\n"),
			 TG_EINVAL);
	assert_string_equal(sent(0), "400 INVITE");
	assert_true(wire_last_has(&w->b, "SIP/2.0 400 Content-Length is beyond the message\r\n"));
	assert_true(
		wire_last_has(&w->b, "\r\nWarning: 399 192.0.2.2:5060 \"Content-Length is beyond"));
	assert_no_state();
	wire_clear(w);
	inject("INVITE sip:100@192.0.2.2 SIP/2.0\r\n"
	       "Via: SIP/2.0/UDP 192.0.2.9:7070;branch=z9hG4bK2\r\n"
	       "From: <sip:x@192.0.2.9>;tag=ft\r\nTo: <sip:100@192.0.2.2>\r\nCall-ID: c1\r\n"
	       "CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n");
	assert_string_equal(sent(0), "400 INVITE"); /* no Contact */
	wire_clear(w);
	inject("ACK sip:100@192.0.2.2 SIP/2.0\r\n" HEAD "Content-Length: 99\r\n\r\n");
	assert_int_equal(w->b.nr_sent, 0);
	assert_no_state();
}

/* 8.2.7: a request that comes again gets the same response, tag and all. */
static void test_stateless_tag(void **state)
{
	char first[64];

	(void)state;
	inject(request("OPTIONS", "z9hG4bK1", NULL, 1, ""));
	strcpy(first, tag_of_b());
	inject(request("OPTIONS", "z9hG4bK1", NULL, 1, ""));
	assert_string_equal(first, tag_of_b());
	inject(request("OPTIONS", "z9hG4bK2", NULL, 1, ""));
	assert_string_not_equal(first, tag_of_b());
}

/* 18.2.2, RFC 3581. */
static void test_reply_route(void **state)
{
	struct sip_out out;

	(void)state;
	sip_stack_rx(
		w->b.stack, w->now, WIRE_PATH, &peer,
		STR("OPTIONS sip:b SIP/2.0\r\nVia: SIP/2.0/UDP host.example;branch=z9hG4bK1\r\n"
		    "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK0\r\n"
		    "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\n"
		    "CSeq: 1 OPTIONS\r\nMax-Forwards: 0\r\nContent-Length: 0\r\n\r\n"));
	assert_true(sip_stack_next_out(w->b.stack, &out));
	assert_true(addr_ip_eq(&out.send.to, &peer));
	assert_int_equal(out.send.to.port, 5060);
	wire_drain(&w->b);
	inject(request("OPTIONS", "z9hG4bK1", NULL, 1, ""));
	assert_true(wire_last_has(&w->b, ";received=192.0.2.9;rport=7070\r\n"));
}

/* 8.2.2.2 */
static void test_merged(void **state)
{
	(void)state;
	inject(request("INVITE", "z9hG4bK1", NULL, 1, ""));
	inject(request("INVITE", "z9hG4bK2", NULL, 1, ""));
	assert_string_equal(sent(0), "100 INVITE");
	assert_string_equal(sent(1), "482 INVITE");
	inject(request("INVITE", "z9hG4bK1", NULL, 1, ""));
	assert_string_equal(sent(2), "100 INVITE");
	assert_events(&w->b, "INVITE");
	assert_int_equal(B_(reject, 404, NULL), 0);
}

static void answer(void)
{
	inject(request("INVITE", "z9hG4bK1", NULL, 10, ""));
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_drain(&w->b);
}

static void establish(void)
{
	answer();
	inject(request("ACK", "z9hG4bK2", tag_of_b(), 10, ""));
	assert_events(&w->b, "INVITE ACKED");
	wire_clear(w);
}

static void hangup(void)
{
	inject(request("BYE", "z9hG4bKbye", tag_of_b(), 1000, ""));
}

static void test_in_dialog(void **state)
{
	(void)state;
	establish();
	inject(request("INFO", "z9hG4bK3", tag_of_b(), 11, ""));
	assert_string_equal(sent(0), "405 INFO");
	inject(request("UPDATE", "z9hG4bK4", tag_of_b(), 12, ""));
	assert_string_equal(sent(1), "405 UPDATE");
	inject(request("OPTIONS", "z9hG4bK5", tag_of_b(), 13, ""));
	assert_string_equal(sent(2), "200 OPTIONS");
	inject(request("OPTIONS", "z9hG4bK6", tag_of_b(), 9, ""));
	assert_string_equal(sent(3), "500 OPTIONS");
	inject(request("INVITE", "z9hG4bK7", tag_of_b(), 9, ""));
	assert_string_equal(sent(4), "500 INVITE");
	inject(request("BYE", "z9hG4bK8", tag_of_b(), 9, ""));
	assert_string_equal(sent(5), "500 BYE");
	assert_events(&w->b, "");
	hangup();
	assert_string_equal(sent(6), "200 BYE");
	assert_events(&w->b, "BYE ENDED");
}

/* An ACK of another INVITE acknowledges nothing. */
static void test_ack_of_another(void **state)
{
	(void)state;
	answer();
	inject(request("ACK", "z9hG4bK2", tag_of_b(), 9, ""));
	assert_events(&w->b, "INVITE");
	inject(request("ACK", "z9hG4bK2", tag_of_b(), 10, ""));
	inject(request("ACK", "z9hG4bK2", tag_of_b(), 10, ""));
	assert_events(&w->b, "INVITE ACKED");
	hangup();
}

/* 14.2 */
static void test_second_invite(void **state)
{
	char tag[64];

	(void)state;
	inject(request("INVITE", "z9hG4bK1", NULL, 10, ""));
	assert_int_equal(B_(progress, 180, NULL), 0);
	wire_drain(&w->b);
	strcpy(tag, tag_of_b());
	wire_clear(w);
	inject(request("INVITE", "z9hG4bK2", tag, 11, ""));
	assert_string_equal(sent(0), "500 INVITE");
	assert_true(wire_last_has(&w->b, "\r\nRetry-After: "));
	inject(request("ACK", "z9hG4bK2", tag, 11, ""));
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_drain(&w->b);
	inject(request("INVITE", "z9hG4bK3", tag, 12, ""));
	assert_string_equal(sent(2), "491 INVITE");
	inject(request("ACK", "z9hG4bK3", tag, 12, ""));
	inject(request("ACK", "z9hG4bK4", tag, 10, ""));
	assert_events(&w->b, "ACKED");
	hangup();
}

/* 9.2, 14.2: the CANCEL of a re-INVITE leaves the call alone. */
static void test_cancel_of_reinvite(void **state)
{
	char tag[64];

	(void)state;
	establish();
	strcpy(tag, tag_of_b());
	inject(request("INVITE", "z9hG4bK3", tag, 11, ""));
	assert_events(&w->b, "REINVITE");
	inject(request("CANCEL", "z9hG4bK3", tag, 11, ""));
	assert_events(&w->b, "REINVITE CANCELLED");
	assert_string_equal(sent(1), "200 CANCEL");
	assert_string_equal(sent(2), "487 INVITE");
	inject(request("ACK", "z9hG4bK3", tag, 11, ""));
	assert_int_equal(B_(answer, NULL), TG_ESTATE);
	hangup();
	assert_events(&w->b, "REINVITE CANCELLED BYE ENDED");
}

/* 15.1.2: what is pending when the BYE comes gets a 487. */
static void test_bye_of_pending(void **state)
{
	char tag[64];

	(void)state;
	inject(request("INVITE", "z9hG4bK1", NULL, 10, ""));
	assert_int_equal(B_(progress, 180, NULL), 0);
	wire_drain(&w->b);
	strcpy(tag, tag_of_b());
	inject(request("BYE", "z9hG4bK2", tag, 11, ""));
	assert_string_equal(sent(2), "200 BYE");
	assert_string_equal(sent(3), "487 INVITE");
	assert_events(&w->b, "INVITE BYE ENDED");
	inject(request("ACK", "z9hG4bK1", tag, 10, ""));
}

static void test_bye_instead_of_ack(void **state)
{
	(void)state;
	answer();
	inject(request("BYE", "z9hG4bK2", tag_of_b(), 11, ""));
	assert_events(&w->b, "INVITE BYE ENDED");
}

/* While our BYE waits for the ACK: a re-INVITE has to wait too, a BYE of theirs ends it. */
static void test_peer_acts_while_bye_held(void **state)
{
	char tag[64];

	(void)state;
	answer();
	strcpy(tag, tag_of_b());
	assert_int_equal(B_(hangup, 0, NULL), 0);
	inject(request("INVITE", "z9hG4bK2", tag, 11, ""));
	assert_int_equal(wire_count(&w->b, "491 INVITE"), 1);
	inject(request("ACK", "z9hG4bK2", tag, 11, ""));
	inject(request("BYE", "z9hG4bK3", tag, 12, ""));
	assert_int_equal(wire_count(&w->b, "BYE"), 0);
	assert_events(&w->b, "INVITE ENDED");
}

static void test_second_reinvite(void **state)
{
	char tag[64];

	(void)state;
	establish();
	strcpy(tag, tag_of_b());
	inject(request("INVITE", "z9hG4bK3", tag, 11, ""));
	inject(request("INVITE", "z9hG4bK4", tag, 12, ""));
	assert_int_equal(wire_count(&w->b, "500 INVITE"), 1);
	inject(request("ACK", "z9hG4bK4", tag, 12, ""));
	assert_int_equal(B_(reject, 488, NULL), 0);
	wire_drain(&w->b);
	inject(request("ACK", "z9hG4bK3", tag, 11, ""));
	assert_events(&w->b, "REINVITE");
	hangup();
}

static void test_reinvite_after_our_bye(void **state)
{
	char tag[64];

	(void)state;
	establish();
	strcpy(tag, tag_of_b());
	assert_int_equal(B_(hangup, 0, NULL), 0);
	wire_drain(&w->b);
	inject(request("INVITE", "z9hG4bK3", tag, 11, ""));
	assert_int_equal(wire_count(&w->b, "481 INVITE"), 1);
	inject(request("ACK", "z9hG4bK3", tag, 11, ""));
}

/* 12.1.1, 12.2.1.1: the route set in the order of the request. */
static void test_routes(void **state)
{
	(void)state;
	inject(request("INVITE", "z9hG4bK1", NULL, 10,
		       "Record-Route: <sip:192.0.2.21;lr>, <sip:192.0.2.22;lr>\r\n"
		       "Record-Route: <sip:192.0.2.23;lr>\r\n"));
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_drain(&w->b);
	assert_true(wire_last_has(&w->b,
				  "\r\nRecord-Route: <sip:192.0.2.21;lr>, <sip:192.0.2.22;lr>\r\n"
				  "Record-Route: <sip:192.0.2.23;lr>\r\n"));
	inject(request("ACK", "z9hG4bK2", tag_of_b(), 10, ""));
	assert_int_equal(B_(hangup, 0, NULL), 0);
	wire_drain(&w->b);
	assert_true(wire_last_has(&w->b, "BYE sip:x@192.0.2.9:7070 SIP/2.0\r\n"));
	assert_true(wire_last_has(&w->b, "\r\nRoute: <sip:192.0.2.21;lr>\r\n"
					 "Route: <sip:192.0.2.22;lr>\r\n"
					 "Route: <sip:192.0.2.23;lr>\r\n"));
}

/* A strict router gets itself as the Request-URI. */
static void test_strict_route(void **state)
{
	struct sip_out out;

	(void)state;
	inject(request("INVITE", "z9hG4bK1", NULL, 10,
		       "Record-Route: <sip:192.0.2.21:5070>, <sip:192.0.2.22>\r\n"));
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_drain(&w->b);
	inject(request("ACK", "z9hG4bK2", tag_of_b(), 10, ""));
	assert_int_equal(B_(hangup, 0, NULL), 0);
	assert_true(sip_stack_next_out(w->b.stack, &out));
	assert_int_equal(out.send.to.ip[3], 21);
	assert_int_equal(out.send.to.port, 5070);
	assert_true(str_starts(out.send.octets, STR("BYE sip:192.0.2.21:5070 SIP/2.0\r\n")));
	assert_true(wire_has(out.send.octets, "\r\nRoute: <sip:192.0.2.22>\r\n"
					      "Route: <sip:x@192.0.2.9:7070>\r\n"));
}

/* 12.2.2: a re-INVITE brings another remote target. */
static void test_target_refresh(void **state)
{
	char tag[64], text[2048], *contact;

	(void)state;
	establish();
	strcpy(tag, tag_of_b());
	strcpy(text, request("INVITE", "z9hG4bK3", tag, 11, ""));
	contact = strstr(text, "Contact: <sip:x@192.0.2.9:7070>");
	assert_non_null(contact);
	memcpy(contact, "Contact: <sip:y@192.0.2.8:7070>", 31);
	inject(text);
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_drain(&w->b);
	inject(request("ACK", "z9hG4bK4", tag, 11, ""));
	assert_int_equal(B_(hangup, 0, NULL), 0);
	wire_drain(&w->b);
	assert_true(wire_last_has(&w->b, "BYE sip:y@192.0.2.8:7070 SIP/2.0\r\n"));
}

/* 17.2.3 for a sender that knows no magic cookie. */
static void test_rfc2543_sender(void **state)
{
	(void)state;
	inject(request("INVITE", "1", NULL, 10, ""));
	inject(request("INVITE", "1", NULL, 10, ""));
	assert_string_equal(sent(1), "100 INVITE");
	assert_events(&w->b, "INVITE");
	assert_int_equal(B_(reject, 486, NULL), 0);
	wire_drain(&w->b);
	inject(request("ACK", "1", tag_of_b(), 10, ""));
	wire_run_ms(w, 20000);
	assert_int_equal(wire_count(&w->b, "486 INVITE"), 1);
}

/* RFC 6026 6: its ACK of a 2xx matches the transaction and reaches the session all the same. */
static void test_rfc2543_ack(void **state)
{
	(void)state;
	inject(request("INVITE", "1", NULL, 10, ""));
	assert_int_equal(B_(answer, &wire_answer), 0);
	wire_drain(&w->b);
	inject(request("ACK", "1", tag_of_b(), 10, ""));
	assert_events(&w->b, "INVITE ACKED");
	hangup();
}

/* No room: 503, and nothing of it stays. */
static void test_limits(void **state)
{
	struct sip_stats st;
	char branch[32];

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		snprintf(branch, sizeof(branch), "z9hG4bK%u", i);
		inject(request("INVITE", branch, NULL, i + 1, ""));
	}
	assert_int_equal(wire_count(&w->b, "100 INVITE"), 4);
	assert_int_equal(wire_count(&w->b, "503 INVITE"), 2);
	sip_stack_stats(w->b.stack, &st);
	assert_int_equal(st.calls, 4);
	for (unsigned i = 0; i < 4; i++) {
		snprintf(branch, sizeof(branch), "z9hG4bK%u", i);
		inject(request("CANCEL", branch, NULL, i + 1, ""));
	}
	assert_int_equal(wire_count(&w->b, "487 INVITE"), 4);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_refused),
		TEST(test_silent),
		TEST(test_refused_content),
		TEST(test_optional_content),
		TEST(test_parts),
		TEST(test_malformed),
		TEST(test_stateless_tag),
		TEST(test_reply_route),
		TEST(test_merged),
		TEST(test_in_dialog),
		TEST(test_ack_of_another),
		TEST(test_second_invite),
		TEST(test_cancel_of_reinvite),
		TEST(test_bye_of_pending),
		TEST(test_bye_instead_of_ack),
		TEST(test_peer_acts_while_bye_held),
		TEST(test_second_reinvite),
		TEST(test_reinvite_after_our_bye),
		TEST(test_routes),
		TEST(test_strict_route),
		TEST(test_target_refresh),
		TEST(test_rfc2543_sender),
		TEST(test_rfc2543_ack),
		TEST(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
