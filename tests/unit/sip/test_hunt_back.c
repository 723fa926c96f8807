/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What has no client transaction and a host name to go to: a response by UDP that nobody hears (RFC
 * 3261 18.2.2, RFC 3263 5), and the ACK of a 2xx when it is large (18.1.1).
 */
#include <stdio.h>
#include <string.h>

#include <trunkgate/sip/request.h>

#include "unit/support.h"

enum { UDP = 1, TCP };

static struct mem *mem;
static struct sip_stack *stack;
static struct rng_seeded seed;
static tick_t now;
static char trace[2000], last[8192];
static sip_path_id conn;
static sip_call_id call;
static const char *host_is; /* what the DNS says of every name */

static struct addr at(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(&a, str_of(text), 0), 0);
	return a;
}

static void note(const char *what, const char *arg)
{
	size_t len = strlen(trace);

	snprintf(trace + len, sizeof(trace) - len, "%s%s%s", len ? " " : "", what, arg);
}

static void drain(void);

static void take(const struct sip_out *out)
{
	char text[ADDR_TEXT_MAX], first[20] = "";
	struct sip_dns_record rec = { .addr = at(host_is) };
	struct sip_dns_answer a = { .result = SIP_DNS_FOUND, .ttl_s = 60, .rec = &rec, .nr = 1 };
	struct sip_path_event up = { .type = SIP_PATH_UP };

	switch (out->type) {
	case SIP_OUT_SEND:
		memcpy(last, out->send.octets.p, out->send.octets.len);
		last[out->send.octets.len] = '\0';
		sscanf(last, "SIP/2.0 %3s", first);
		if (!first[0])
			sscanf(last, "%15s", first);
		if (first[0] == '1') /* 100 */
			break;
		note(first, ">");
		note(out->send.path & SIP_PATH_CONN ? "tcp" : "udp",
		     addr_print(&out->send.to, text));
		break;
	case SIP_OUT_RESOLVE:
		if (out->resolve.type != SIP_DNS_ADDR)
			a = (struct sip_dns_answer){ .result = SIP_DNS_NONE };
		drain();
		sip_stack_resolved(stack, now, out->resolve.id, &a);
		break;
	case SIP_OUT_OPEN:
		conn = out->send.path;
		drain();
		sip_stack_path(stack, now, conn, &up);
		break;
	case SIP_OUT_EVENT:
		call = out->event.call;
		if (out->event.type == SIP_EV_INVITE)
			sip_call_hangup(stack, now, call, 486, NULL);
		else if (out->event.type == SIP_EV_ANSWERED)
			note("ANSWERED", "");
		break;
	default:
		break;
	}
}

static void drain(void)
{
	struct sip_out out;

	while (sip_stack_next_out(stack, &out))
		take(&out);
}

static void run(void)
{
	drain();
	while (!tick_before(now, sip_stack_deadline(stack))) {
		sip_stack_tick(stack, now);
		drain();
	}
}

static int setup(void **state)
{
	struct sip_cfg cfg = { .rng = rng_seeded_init(&seed, 3),
			       .resolve = true,
			       .max_calls = 200 };
	struct addr here = at("192.0.2.100:5060");

	(void)state;
	mem = mem_root("test");
	now = TICK_ZERO;
	trace[0] = '\0';
	host_is = "192.0.2.7";
	stack = sip_stack_new(mem, &cfg);
	assert_int_equal(sip_stack_path_add(stack, UDP, &here), 0);
	assert_int_equal(sip_stack_path_add_stream(stack, TCP, SIP_TCP, &here), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

#define assert_trace(text) (assert_string_equal(trace, text), trace[0] = '\0')

static void rx_request(const char *sent_by, int nr)
{
	char text[1000];
	struct addr from = at("192.0.2.9:4444");

	snprintf(text, sizeof(text),
		 "INVITE sip:192.0.2.100 SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%d\r\n"
		 "From: <sip:a@example>;tag=1\r\nTo: <sip:b@example>\r\nCall-ID: c%d\r\n"
		 "CSeq: 1 INVITE\r\nContact: <sip:a@192.0.2.9>\r\nMax-Forwards: 70\r\n"
		 "Content-Length: 0\r\n\r\n",
		 sent_by, nr, nr);
	assert_int_equal(sip_stack_rx(stack, now, UDP, &from, str_of(text)), 0);
	run();
}

static void refused(const char *to)
{
	struct addr a = at(to);

	sip_stack_send_failed(stack, now, UDP, &a);
	run();
}

static void test_response_by_udp(void **state)
{
	(void)state;
	rx_request("client.example:5080", 1);
	assert_trace("486> udp192.0.2.9:5080");
	refused("192.0.2.9:4444"); /* of something else */
	assert_trace("");
	refused("192.0.2.9:5080");
	assert_trace("486> udp192.0.2.7:5080");
	assert_non_null(strstr(last, "Via: SIP/2.0/UDP client.example:5080;"));
	refused("192.0.2.9:5080"); /* once for each that was sent: the 100, too */
	assert_trace("486> udp192.0.2.7:5080");
	refused("192.0.2.9:5080");
	refused("192.0.2.7:5080"); /* there is no third place */
	assert_trace("");
	/* the request again, the response again */
	rx_request("client.example:5080", 1);
	assert_trace("486> udp192.0.2.9:5080");
	refused("192.0.2.9:5080");
	assert_trace("486> udp192.0.2.7:5080");
}

/* Where the name leads to the place that was tried, and where it is an address. */
static void test_response_nowhere(void **state)
{
	(void)state;
	host_is = "192.0.2.9";
	rx_request("client.example:5080", 1);
	refused("192.0.2.9:5080");
	assert_trace("486> udp192.0.2.9:5080");
	rx_request("192.0.2.44", 2);
	refused("192.0.2.9:5060");
	assert_trace("486> udp192.0.2.9:5060 486> udp192.0.2.44:5060");
}

static void rx_bye(const char *sent_by, int nr)
{
	char text[600];
	struct addr from = at("192.0.2.9:4444");

	snprintf(text, sizeof(text),
		 "BYE sip:192.0.2.100 SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKb%d\r\n"
		 "From: <sip:a@example>;tag=1\r\nTo: <sip:b@example>;tag=2\r\nCall-ID: b%d\r\n"
		 "CSeq: 1 BYE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
		 sent_by, nr, nr);
	assert_int_equal(sip_stack_rx(stack, now, UDP, &from, str_of(text)), 0);
	run();
}

/* 481 has no transaction: the last 16 of them are known. */
static void test_stateless(void **state)
{
	char sent_by[40];

	(void)state;
	rx_bye("client.example:5080", 1);
	assert_trace("481> udp192.0.2.9:5080");
	refused("192.0.2.9:5080");
	assert_trace("481> udp192.0.2.7:5080");
	assert_non_null(strstr(last, "Via: SIP/2.0/UDP client.example:5080;"));
	refused("192.0.2.9:5080"); /* once */
	refused("192.0.2.7:5080");
	assert_trace("");
	for (int i = 0; i < 40; i++) {
		snprintf(sent_by, sizeof(sent_by), "client.example:%d", 6000 + i);
		rx_bye(sent_by, 2 + i);
	}
	trace[0] = '\0';
	refused("192.0.2.9:6023");
	assert_trace("");
	refused("192.0.2.9:6024");
	assert_trace("481> udp192.0.2.7:6024");
	refused("192.0.2.9:6039");
	assert_trace("481> udp192.0.2.7:6039");
}

/* Of many the last 64 are known: a 100 and a 486 of 32. */
static void test_many(void **state)
{
	char sent_by[40];

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(sent_by, sizeof(sent_by), "client.example:%d", 6000 + i);
		rx_request(sent_by, i);
	}
	trace[0] = '\0';
	refused("192.0.2.9:6067");
	assert_trace("");
	refused("192.0.2.9:6068");
	assert_trace("486> udp192.0.2.7:6068");
}

static void answer_invite(const char *status, const char *body)
{
	static char text[4000], via[400], from[200], id[200];
	const char *p = strstr(last, "Via: ");
	struct addr peer = at("192.0.2.7:5060");

	snprintf(via, sizeof(via), "%.*s", (int)strcspn(p, "\r"), p);
	p = strstr(last, "From: ");
	snprintf(from, sizeof(from), "%.*s", (int)strcspn(p, "\r"), p);
	p = strstr(last, "Call-ID: ");
	snprintf(id, sizeof(id), "%.*s", (int)strcspn(p, "\r"), p);
	snprintf(text, sizeof(text),
		 "SIP/2.0 %s\r\n%s\r\n%s\r\nTo: <sip:b@example>;tag=t\r\n%s\r\nCSeq: 1 INVITE\r\n"
		 "Contact: <sip:b@host.example:5060>\r\n%sContent-Length: %zu\r\n\r\n%s",
		 status, via, from, id, body[0] ? "Content-Type: application/sdp\r\n" : "",
		 strlen(body), body);
	sip_stack_rx(stack, now, UDP, &peer, str_of(text));
	run();
}

static void test_large_ack(void **state)
{
	static char sdp[2000];
	struct sip_invite inv = { .path = UDP,
				  .next = STR("sip:host.example:5060;transport=udp"),
				  .uri = STR("sip:b@host.example"),
				  .from = STR("<sip:a@192.0.2.100>"),
				  .to = STR("<sip:b@example>") };
	struct sip_body body = { STR("application/sdp"), str_of(sdp), NULL, 0 };

	(void)state;
	memset(sdp, 'x', 1200);
	assert_int_equal(sip_call_start(stack, now, &inv, &call), 0);
	run();
	assert_trace("INVITE> udp192.0.2.7:5060");
	answer_invite("200 OK", "v=0\r\n");
	assert_trace("ANSWERED");
	body.octets = str_of(sdp);
	assert_int_equal(sip_call_ack(stack, now, call, &body), 0);
	run();
	assert_trace("ACK> tcp192.0.2.7:5060");
	assert_non_null(strstr(last, "Via: SIP/2.0/TCP "));
	/* a host that has only UDP keeps it */
	struct addr host = at("192.0.2.7");
	assert_int_equal(sip_stack_udp_only(stack, &host), 0);
	assert_int_equal(sip_call_start(stack, now, &inv, &call), 0);
	run();
	answer_invite("200 OK", "v=0\r\n");
	assert_int_equal(sip_call_ack(stack, now, call, &body), 0);
	trace[0] = '\0';
	run();
	assert_trace("ACK> udp192.0.2.7:5060");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_response_by_udp), T(test_response_nowhere), T(test_stateless), T(test_many),
		T(test_large_ack),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
