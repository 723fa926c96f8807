/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests to host names through the whole stack: RFC 3261 8.1.2, RFC 3263 4, catalogue H11. The DNS
 * is a text, "NAME TYPE TTL values" a line; servers are rows that say what they do. All that the stack
 * asks and sends is one line of text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <trunkgate/sip/locate.h>
#include <trunkgate/sip/request.h>

#include "unit/support.h"

enum { UDP = 1, TCP, TLS, UDP6 };
enum deed { LEADS_ON, SILENT, ANSWERS, BUSY_503, FULL_503, REFUSES, RINGS };

struct server {
	const char *addr;
	enum deed deed;
	unsigned nr; /* requests that came */
};

struct question {
	uint32_t id;
	enum sip_dns_type type;
	char name[SIP_NAME_MAX];
};

static struct mem *mem;
static struct sip_stack *stack;
static struct rng_seeded seed;
static tick_t now;
static const char *zone;
static struct server *server;
static unsigned nr_servers;
static bool dns_dead;		  /* nothing comes back */
static bool dns_fails;		  /* SERVFAIL */
static struct question held[160]; /* while dead */
static unsigned nr_held;
static char trace[8192], events[512], last[4096];
static sip_call_id call;

/* The DNS. -------------------------------------------------------------------------------------- */
static struct str word(struct str *line)
{
	struct str w;

	*line = str_split(*line, ' ', &w);
	return w;
}

static uint16_t number(struct str *line)
{
	uint32_t n = 0;

	assert_true(str_to_u32(word(line), &n));
	return (uint16_t)n;
}

static void parse(struct str line, enum sip_dns_type type, struct sip_dns_record *r)
{
	*r = (struct sip_dns_record){ 0 };
	if (type == SIP_DNS_ADDR) {
		assert_int_equal(addr_parse(&r->addr, word(&line), 0), 0);
		return;
	}
	if (type == SIP_DNS_SRV) {
		r->priority = number(&line);
		r->weight = number(&line);
		r->port = number(&line);
	} else {
		r->order = number(&line);
		r->preference = number(&line);
		r->flags = word(&line);
		r->service = word(&line);
	}
	r->name = word(&line);
}

static const char *const types[] = { "NAPTR", "SRV", "ADDR" };

static void resolve(const struct question *q)
{
	struct sip_dns_answer a = { .result = dns_fails ? SIP_DNS_FAILED : SIP_DNS_NONE };
	struct str rest = str_of(zone), line;
	struct sip_dns_record rec[64];

	while (!dns_fails && rest.len && a.nr < NR_OF(rec)) {
		rest = str_split(rest, '\n', &line);
		if (!str_eq(word(&line), str_of(q->name)) ||
		    !str_eq(word(&line), str_of(types[q->type])))
			continue;
		a.result = SIP_DNS_FOUND;
		a.ttl_s = number(&line);
		parse(line, q->type, &rec[a.nr++]);
	}
	a.rec = rec;
	assert_int_equal(sip_stack_resolved(stack, now, q->id, &a), 0);
}

/* The network. ---------------------------------------------------------------------------------- */
static void note(const char *fmt, const char *a, const char *b)
{
	size_t len = strlen(trace);

	snprintf(trace + len, sizeof(trace) - len, "%s", len ? " " : "");
	len = strlen(trace);
	snprintf(trace + len, sizeof(trace) - len, fmt, a, b);
}

static struct server *server_at(const struct addr *to)
{
	char text[ADDR_TEXT_MAX];

	addr_print(to, text);
	for (unsigned i = 0; i < nr_servers; i++)
		if (strcmp(server[i].addr, text) == 0)
			return &server[i];
	return NULL;
}

static void copy_line(char *out, const char *from, const char *name)
{
	const char *at = strstr(from, name), *end = at ? strstr(at, "\r\n") : NULL;

	if (at)
		strncat(out, at, (size_t)(end + 2 - at));
}

static void answer(const char *request, sip_path_id path, const struct addr *from,
		   const char *status, const char *extra)
{
	char text[4096];

	snprintf(text, sizeof(text), "SIP/2.0 %s\r\n", status);
	copy_line(text, request, "Via: ");
	copy_line(text, request, "From: ");
	copy_line(text, request, "To: ");
	if (status[0] != '1' || strncmp(status, "100", 3) != 0)
		strcpy(text + strlen(text) - 2, ";tag=t\r\n");
	copy_line(text, request, "Call-ID: ");
	copy_line(text, request, "CSeq: ");
	strcat(text, extra);
	strcat(text, "Content-Length: 0\r\n\r\n");
	sip_stack_rx(stack, now, path, path & SIP_PATH_CONN ? NULL : from, str_of(text));
}

static void drain(void);

static void serve(struct server *s, const char *request, sip_path_id path, const struct addr *to)
{
	static const struct {
		const char *status, *extra;
	} answers[] = {
		[LEADS_ON] = { "200 OK", "Contact: <sip:b@192.0.2.1:5071>\r\n" },
		[ANSWERS] = { "200 OK", "Contact: <sip:b@host.example>\r\n" },
		[BUSY_503] = { "503 Service Unavailable", "" },
		[FULL_503] = { "503 Service Unavailable", "Reason: Q.850;cause=34\r\n" },
		[RINGS] = { "180 Ringing", "Contact: <sip:b@192.0.2.1>\r\n" },
	};
	const char *status = answers[s->deed].status;

	if (strncmp(request, "ACK ", 4) == 0 || s->deed == SILENT)
		return;
	s->nr++;
	if (s->deed == REFUSES && !(path & SIP_PATH_CONN))
		sip_stack_send_failed(stack, now, path, to);
	else if (strncmp(request, "INVITE ", 7) != 0 && s->deed == RINGS)
		answer(request, path, to, "200 OK", "");
	else if (status)
		answer(request, path, to, status, answers[s->deed].extra);
}

static void take_send(const struct sip_out *out)
{
	sip_path_id path = out->send.path;
	struct addr to = out->send.to;
	char text[ADDR_TEXT_MAX], method[16] = "", request[sizeof(last)];
	struct server *s = server_at(&to);

	assert_true(out->send.octets.len < sizeof(last));
	memcpy(last, out->send.octets.p, out->send.octets.len);
	last[out->send.octets.len] = '\0';
	sscanf(last, "%15s", method);
	if (strcmp(method, "INVITE") == 0) /* of ours; the host is the path's */
		assert_non_null(strstr(last, out->send.path == TLS
						     ? "<sip:+49;tgrp=x@192.0.2.100:5061;"
						     : "<sip"));
	note("%s>%s", method, addr_print(&to, text));
	strcpy(request, last);
	if (s) {
		drain();
		serve(s, request, path, &to);
	}
}

static void take_open(const struct sip_out *out)
{
	struct sip_path_event ev = { .type = SIP_PATH_UP };
	const struct server *s = server_at(&out->send.to);
	sip_path_id id = out->send.path;

	note("%s%s", out->open.path == TLS ? "open-tls" : "open", "");
	if (!s || s->deed == REFUSES)
		ev.type = SIP_PATH_DOWN;
	drain();
	sip_stack_path(stack, now, id, &ev);
}

static void take_event(const struct sip_event *ev)
{
	size_t len = strlen(events);

	snprintf(events + len, sizeof(events) - len, "%s%s:%u", len ? " " : "",
		 sip_event_name(ev->type), ev->status);
	if (ev->type == SIP_EV_ANSWERED)
		sip_call_ack(stack, now, ev->call, NULL);
}

static void take_resolve(const struct sip_out *out)
{
	struct question q = { .id = out->resolve.id, .type = out->resolve.type };

	str_copyz(q.name, sizeof(q.name), out->resolve.name);
	note("?%s/%s", q.name, types[q.type]);
	if (dns_dead) {
		assert_true(nr_held < NR_OF(held));
		held[nr_held++] = q;
		return;
	}
	drain();
	resolve(&q);
}

static void drain(void)
{
	struct sip_out out;

	while (sip_stack_next_out(stack, &out)) {
		if (out.type == SIP_OUT_SEND)
			take_send(&out);
		else if (out.type == SIP_OUT_OPEN)
			take_open(&out);
		else if (out.type == SIP_OUT_RESOLVE)
			take_resolve(&out);
		else if (out.type == SIP_OUT_EVENT)
			take_event(&out.event);
	}
}

static void run_s(int64_t s)
{
	tick_t end = tick_add_ms(now, 1000 * s);

	drain();
	while (tick_due(sip_stack_deadline(stack), end)) {
		if (tick_before(now, sip_stack_deadline(stack)))
			now = sip_stack_deadline(stack);
		sip_stack_tick(stack, now);
		drain();
	}
	now = end;
}

/* Set up. --------------------------------------------------------------------------------------- */
static bool make_stack(void)
{
	struct sip_cfg cfg = { .rng = rng_seeded_init(&seed, 3),
			       .resolve = true,
			       .max_calls = 200 };
	struct addr v4, tls, v6;

	assert_int_equal(addr_parse(&v4, STR("192.0.2.100:5060"), 0), 0);
	assert_int_equal(addr_parse(&tls, STR("192.0.2.100:5061"), 0), 0);
	assert_int_equal(addr_parse(&v6, STR("[2001:db8::100]:5060"), 0), 0);
	stack = sip_stack_new(mem, &cfg);
	return stack && sip_stack_path_add(stack, UDP, &v4) == 0 &&
	       sip_stack_path_add_stream(stack, TCP, SIP_TCP, &v4) == 0 &&
	       sip_stack_path_add_stream(stack, TLS, SIP_TLS, &tls) == 0 &&
	       sip_stack_path_add(stack, UDP6, &v6) == 0;
}

static int setup(void **state)
{
	(void)state;
	mem = mem_root("test");
	now = TICK_ZERO;
	dns_dead = dns_fails = false;
	nr_held = nr_servers = 0;
	trace[0] = events[0] = '\0';
	assert_true(mem && make_stack());
	return 0;
}

static int teardown(void **state)
{
	struct sip_stats st;

	(void)state;
	run_s(400);
	sip_stack_stats(stack, &st);
	assert_int_equal(st.calls, 0);
	assert_int_equal(st.transactions, 0);
	mem_free(mem);
	return 0;
}

#define SERVERS(list) (server = list, nr_servers = NR_OF(list))

static int call_to(const char *next, const char *uri)
{
	struct sip_invite inv = { .path = UDP,
				  .next = str_of(next),
				  .uri = str_of(uri),
				  .from = STR("<sip:a@192.0.2.100>"),
				  .to = STR("<sip:b@example>"),
				  .contact_user = STR("+49;tgrp=x") };
	int err = sip_call_start(stack, now, &inv, &call);

	drain();
	return err;
}

static int ask(const char *next)
{
	int err = sip_options_send_by(stack, now, UDP, str_of(next), STR("sip:example"), NULL);

	run_s(0);
	return err;
}

static void hang_up(void)
{
	sip_call_hangup(stack, now, call, 0, NULL);
	drain();
}

#define assert_trace(text)  (assert_string_equal(trace, text), trace[0] = '\0')
#define assert_events(text) (assert_string_equal(events, text), events[0] = '\0')

/* Finding. -------------------------------------------------------------------------------------- */
static void test_whole_way(void **state)
{
	static struct server s[] = { { "192.0.2.1:5070", ANSWERS, 0 },
				     { "192.0.2.1:5060", ANSWERS, 0 } };

	(void)state;
	SERVERS(s);
	zone = "example NAPTR 60 10 10 s SIP+D2U _sip._udp.example\n"
	       "_sip._udp.example SRV 60 0 0 5070 host.example\n"
	       "host.example ADDR 60 192.0.2.1\n";
	assert_int_equal(call_to("", "sip:b@example"), 0);
	run_s(1);
	/* the ACK goes to the Contact's host, whose address is known already */
	assert_trace("?example/NAPTR ?_sip._udp.example/SRV ?host.example/ADDR "
		     "INVITE>192.0.2.1:5070 ?host.example/NAPTR ?_sip._udp.host.example/SRV "
		     "?_sip._tcp.host.example/SRV ACK>192.0.2.1:5060");
	assert_events("ANSWERED:200");
	hang_up();
	run_s(1);
	/* nothing is asked again; a name without an answer of its own is not either */
	assert_trace("BYE>192.0.2.1:5060");
	run_s(100);
}

static void test_transport_of_naptr(void **state)
{
	static struct server s[] = { { "192.0.2.1:5071", ANSWERS, 0 } };

	(void)state;
	SERVERS(s);
	zone = "example NAPTR 60 10 10 s SIPS+D2T _sips._tcp.example\n"
	       "example NAPTR 60 20 10 s SIP+D2U _sip._udp.example\n"
	       "_sips._tcp.example SRV 60 0 0 5071 host.example\n"
	       "host.example ADDR 60 192.0.2.1\n";
	assert_int_equal(ask("sip:example"), 0);
	assert_trace("?example/NAPTR ?_sips._tcp.example/SRV ?host.example/ADDR open-tls "
		     "OPTIONS>192.0.2.1:5071");
	assert_non_null(strstr(last, "Via: SIP/2.0/TLS 192.0.2.100:5061;branch="));
	assert_non_null(strstr(last, "Contact: <sip:192.0.2.100:5061;transport=tls>\r\n"));
	run_s(1);
	assert_events("OPTIONS:200");
}

/* The dialog is where the INVITE has gone, and so is what its first refusal asks for. */
static void test_call_by_tls(void **state)
{
	static struct server s[] = { { "192.0.2.1:5071", ANSWERS, 0 } };

	(void)state;
	SERVERS(s);
	zone = "example NAPTR 60 10 10 s SIPS+D2T _sips._tcp.example\n"
	       "_sips._tcp.example SRV 60 0 0 5071 host.example\n"
	       "host.example ADDR 60 192.0.2.1\n";
	s[0].deed = LEADS_ON;
	assert_int_equal(call_to("", "sip:b@example"), 0);
	run_s(1);
	assert_events("ANSWERED:200");
	trace[0] = '\0';
	hang_up();
	run_s(1);
	assert_trace("BYE>192.0.2.1:5071");
	assert_non_null(strstr(last, "Via: SIP/2.0/TLS "));
	assert_events("ENDED:0");
}

static void test_address_family(void **state)
{
	static struct server s[] = { { "[2001:db8::1]:5060", ANSWERS, 0 } };

	(void)state;
	SERVERS(s);
	zone = "host.example ADDR 60 2001:db8::1\n";
	assert_int_equal(ask("sip:host.example:5060"), 0);
	assert_trace("?host.example/ADDR OPTIONS>[2001:db8::1]:5060");
	assert_non_null(strstr(last, "Via: SIP/2.0/UDP [2001:db8::100]:5060;"));
	assert_non_null(strstr(last, "Contact: <sip:[2001:db8::100]:5060>"));
}

/* 26.2.2, RFC 3263 4.1: never by anything but TLS, whatever the zone says. */
static void test_sips(void **state)
{
	static struct server s[] = { { "192.0.2.1:5061", RINGS, 0 } };

	(void)state;
	SERVERS(s);
	zone = "example NAPTR 60 10 10 s SIP+D2U _sip._udp.example\n"
	       "_sip._udp.example SRV 60 0 0 5060 host.example\n"
	       "host.example ADDR 60 192.0.2.1\n"
	       "example ADDR 60 192.0.2.1\n";
	assert_int_equal(call_to("", "sips:b@example"), 0);
	run_s(1);
	assert_non_null(strstr(trace, "open-tls INVITE>192.0.2.1:5061"));
	assert_null(strstr(trace, ">192.0.2.1:5060"));
	hang_up();
}

static void test_nowhere(void **state)
{
	(void)state;
	zone = "";
	assert_int_equal(call_to("", "sip:b@example"), 0);
	run_s(1);
	assert_events("REJECTED:503 ENDED:0");
	assert_int_equal(ask("sip:example:5060"), 0);
	run_s(1);
	assert_events("OPTIONS:503");
	assert_int_equal(ask("tel:+49"), TG_EINVAL);
	assert_int_equal(ask("sip:example;transport=sctp"), 0);
	run_s(1);
	assert_events("OPTIONS:503");
}

/* Failing over (4.3). --------------------------------------------------------------------------- */
static const char three[] = "_sip._udp.example SRV 600 1 0 5060 a.example\n"
			    "_sip._udp.example SRV 600 2 0 5060 b.example\n"
			    "_sip._udp.example SRV 600 3 0 5060 c.example\n"
			    "a.example ADDR 600 192.0.2.1\n"
			    "b.example ADDR 600 192.0.2.2\n"
			    "c.example ADDR 600 192.0.2.3\n";

static void test_fails_over(void **state)
{
	static struct server s[] = { { "192.0.2.1:5060", BUSY_503, 0 },
				     { "192.0.2.2:5060", REFUSES, 0 },
				     { "192.0.2.3:5060", RINGS, 0 } };
	char call_id[64], branch[64];

	(void)state;
	SERVERS(s);
	zone = three;
	assert_int_equal(call_to("sip:example;transport=udp", "sip:b@example"), 0);
	assert_int_equal(sscanf(strstr(last, "Call-ID: "), "%*s %63s", call_id), 1);
	assert_int_equal(sscanf(strstr(last, "branch="), "branch=%63[^;]", branch), 1);
	run_s(1);
	assert_trace("?_sip._udp.example/SRV ?a.example/ADDR INVITE>192.0.2.1:5060 "
		     "ACK>192.0.2.1:5060 ?b.example/ADDR INVITE>192.0.2.2:5060 "
		     "?c.example/ADDR INVITE>192.0.2.3:5060");
	/* the same call, another branch (8.1.2, RFC 3263 4.3) */
	assert_non_null(strstr(last, call_id));
	assert_non_null(strstr(last, "CSeq: 1 INVITE"));
	assert_null(strstr(last, branch));
	assert_events("PROGRESS:180");
	/* what has failed is not tried again for a while */
	assert_int_equal(ask("sip:example;transport=udp"), 0);
	run_s(1);
	assert_trace("OPTIONS>192.0.2.3:5060");
	s[2].deed = ANSWERS;
	run_s(60);
	s[0].deed = s[1].deed = ANSWERS;
	trace[0] = '\0';
	assert_int_equal(ask("sip:example;transport=udp"), 0);
	assert_trace("OPTIONS>192.0.2.1:5060");
	hang_up();
}

static void test_fails_over_time_out(void **state)
{
	static struct server s[] = { { "192.0.2.1:5060", SILENT, 0 },
				     { "192.0.2.2:5060", ANSWERS, 0 } };

	(void)state;
	SERVERS(s);
	zone = three;
	assert_int_equal(call_to("sip:example;transport=udp", "sip:b@192.0.2.9"), 0);
	run_s(31);
	assert_int_equal(s[1].nr, 0);
	run_s(2);
	assert_int_equal(s[1].nr, 1);
	assert_events("ANSWERED:200");
	trace[0] = '\0';
	assert_int_equal(ask("sip:example;transport=udp"), 0);
	assert_trace("OPTIONS>192.0.2.2:5060");
	hang_up();
}

/* A full trunk group is not a gateway that is down: the next is tried, and it is not blacklisted. */
static void test_q850(void **state)
{
	static struct server s[] = { { "192.0.2.1:5060", FULL_503, 0 },
				     { "192.0.2.2:5060", ANSWERS, 0 } };

	(void)state;
	SERVERS(s);
	zone = three;
	assert_int_equal(call_to("sip:example;transport=udp", "sip:b@192.0.2.9"), 0);
	run_s(1);
	assert_events("ANSWERED:200");
	trace[0] = '\0';
	assert_int_equal(ask("sip:example;transport=udp"), 0);
	assert_true(strncmp(trace, "OPTIONS>192.0.2.1:5060", 22) == 0);
	hang_up();
}

/* The last refusal is the user's. */
static void test_all_fail(void **state)
{
	static struct server s[] = { { "192.0.2.1:5060", BUSY_503, 0 },
				     { "192.0.2.2:5060", BUSY_503, 0 },
				     { "192.0.2.3:5060", BUSY_503, 0 } };

	(void)state;
	SERVERS(s);
	zone = three;
	assert_int_equal(call_to("sip:example;transport=udp", "sip:b@192.0.2.9"), 0);
	run_s(1);
	assert_events("REJECTED:503 ENDED:0");
	assert_int_equal(s[0].nr + s[1].nr + s[2].nr, 3);
	/* all are on the blacklist: better than nothing */
	assert_int_equal(ask("sip:example;transport=udp"), 0);
	assert_int_equal(s[0].nr + s[1].nr + s[2].nr, 6);
	run_s(1);
	assert_events("OPTIONS:503");
}

static void test_tcp_refused(void **state)
{
	static struct server s[] = { { "192.0.2.1:5060", REFUSES, 0 },
				     { "192.0.2.2:5060", ANSWERS, 0 } };

	(void)state;
	SERVERS(s);
	zone = "_sip._tcp.example SRV 600 1 0 5060 a.example\n"
	       "_sip._tcp.example SRV 600 2 0 5060 b.example\n"
	       "a.example ADDR 600 192.0.2.1\n"
	       "b.example ADDR 600 192.0.2.2\n";
	assert_int_equal(ask("sip:example;transport=tcp"), 0);
	run_s(1);
	assert_trace("?_sip._tcp.example/SRV ?a.example/ADDR open ?b.example/ADDR open "
		     "OPTIONS>192.0.2.2:5060");
	assert_events("OPTIONS:200");
}

static void test_hang_up_meanwhile(void **state)
{
	(void)state;
	zone = three;
	dns_dead = true;
	assert_int_equal(call_to("sip:example;transport=udp", "sip:b@192.0.2.9"), 0);
	run_s(1);
	hang_up();
	run_s(1);
	assert_events("ENDED:0");
	assert_trace("?_sip._udp.example/SRV");
}

/* The DNS (H11). -------------------------------------------------------------------------------- */
static void test_time_to_live(void **state)
{
	static struct server s[] = { { "192.0.2.1:5060", ANSWERS, 0 },
				     { "192.0.2.2:5060", ANSWERS, 0 } };

	(void)state;
	SERVERS(s);
	zone = "host.example ADDR 60 192.0.2.1\n";
	assert_int_equal(ask("sip:host.example:5060"), 0);
	assert_trace("?host.example/ADDR OPTIONS>192.0.2.1:5060");
	run_s(59);
	zone = "host.example ADDR 0 192.0.2.2\n";
	assert_int_equal(ask("sip:HOST.Example:5060"), 0);
	assert_trace("OPTIONS>192.0.2.1:5060");
	run_s(2);
	assert_int_equal(ask("sip:host.example:5060"), 0);
	assert_trace("?host.example/ADDR OPTIONS>192.0.2.2:5060");
	/* 0: only for who has asked */
	assert_int_equal(ask("sip:host.example:5060"), 0);
	assert_trace("?host.example/ADDR OPTIONS>192.0.2.2:5060");
}

static void test_no_such_name(void **state)
{
	(void)state;
	zone = "";
	assert_int_equal(ask("sip:host.example:5060"), 0);
	run_s(58);
	assert_int_equal(ask("sip:host.example:5060"), 0);
	run_s(1);
	assert_trace("?host.example/ADDR");
	run_s(3);
	assert_int_equal(ask("sip:host.example:5060"), 0);
	assert_trace("?host.example/ADDR");
}

/* The last good answer goes on, and nobody waits long for another (RFC 8767 5). */
static void test_dead(void **state)
{
	static struct server s[] = { { "192.0.2.1:5060", ANSWERS, 0 } };

	(void)state;
	SERVERS(s);
	zone = "host.example ADDR 60 192.0.2.1\n";
	assert_int_equal(ask("sip:host.example:5060"), 0);
	run_s(61);
	dns_dead = true;
	trace[0] = '\0';
	assert_int_equal(ask("sip:host.example:5060"), 0);
	assert_trace("?host.example/ADDR");
	run_s(2);
	assert_trace("OPTIONS>192.0.2.1:5060");
	assert_int_equal(ask("sip:host.example:5060"), 0);
	assert_trace("OPTIONS>192.0.2.1:5060"); /* at once while the question is out */
	run_s(15);
	assert_int_equal(ask("sip:host.example:5060"), 0);
	assert_trace("OPTIONS>192.0.2.1:5060"); /* and for 30 s after it has failed */
	run_s(31);
	assert_int_equal(ask("sip:host.example:5060"), 0);
	assert_trace("?host.example/ADDR");
	run_s(86400);
	trace[0] = events[0] = '\0';
	assert_int_equal(ask("sip:host.example:5060"), 0);
	run_s(20);
	assert_trace("?host.example/ADDR"); /* not for ever */
	assert_events("OPTIONS:503");
}

static void test_dead_from_the_beginning(void **state)
{
	(void)state;
	dns_dead = true;
	zone = "";
	for (int i = 0; i < 100; i++)
		assert_int_equal(ask("sip:host.example:5060"), 0);
	assert_trace("?host.example/ADDR"); /* one question for all */
	run_s(14);
	assert_events("");
	run_s(2);
	assert_int_equal(strlen(events), 100 * strlen("OPTIONS:503 ") - 1 > sizeof(events) - 1
						 ? sizeof(events) - 1
						 : 100 * strlen("OPTIONS:503 ") - 1);
	events[0] = '\0';
	/* the answer that comes too late is nobody's */
	assert_int_equal(sip_stack_resolved(stack, now, held[0].id, &(struct sip_dns_answer){ 0 }),
			 TG_ENOENT);
	dns_dead = false;
	dns_fails = true;
	run_s(6);
	assert_int_equal(ask("sip:host.example:5060"), 0);
	run_s(1);
	assert_events("OPTIONS:503");
}

static void test_slow(void **state)
{
	static struct server s[] = { { "192.0.2.1:5060", ANSWERS, 0 } };

	(void)state;
	SERVERS(s);
	dns_dead = true;
	zone = "host.example ADDR 60 192.0.2.1\n";
	assert_int_equal(ask("sip:host.example:5060"), 0);
	run_s(5);
	resolve(&held[0]);
	run_s(0);
	assert_trace("?host.example/ADDR OPTIONS>192.0.2.1:5060");
	assert_events("OPTIONS:200");
}

/* However many names are called: so many questions at a time, the rest fails at once. */
static void test_bounded(void **state)
{
	char next[64];
	unsigned nr = 0;

	(void)state;
	dns_dead = true;
	zone = "";
	for (int i = 0; i < 300; i++) {
		snprintf(next, sizeof(next), "sip:h%d.example:5060", i);
		assert_int_equal(ask(next), 0);
		trace[0] = '\0';
	}
	nr = nr_held;
	assert_int_equal(nr, 128);
	run_s(20);
	events[0] = '\0';
	dns_dead = false;
	for (int i = 300; i < 2000; i++) {
		snprintf(next, sizeof(next), "sip:h%d.example:5060", i);
		assert_int_equal(ask(next), 0);
		run_s(1);
		trace[0] = events[0] = '\0';
	}
}

static void test_who_is_who(void **state)
{
	struct addr a, b;

	(void)state;
	addr_parse(&a, STR("192.0.2.1:6000"), 0);
	addr_parse(&b, STR("192.0.2.3"), 0);
	zone = three;
	assert_false(sip_stack_leads_to(stack, STR("sip:example"), &a));
	assert_int_equal(sip_stack_look_up(stack, now, STR("sip:example")), 0);
	run_s(1);
	assert_true(sip_stack_leads_to(stack, STR("sip:Example"), &a));
	assert_true(sip_stack_leads_to(stack, STR("sip:a.example"), &a));
	assert_true(sip_stack_leads_to(stack, STR("sip:example"), &b));
	assert_false(sip_stack_leads_to(stack, STR("sip:b.example"), &a));
	assert_events("");
}

/* Memory. --------------------------------------------------------------------------------------- */
static void one_call(void *ctx)
{
	static struct server s[] = { { "192.0.2.1:5060", BUSY_503, 0 },
				     { "192.0.2.2:5060", ANSWERS, 0 } };

	(void)ctx;
	mem = mem_root("test");
	now = TICK_ZERO;
	trace[0] = events[0] = '\0';
	SERVERS(s);
	zone = three;
	if (mem && make_stack()) {
		call_to("sip:example;transport=udp", "sip:b@192.0.2.9");
		run_s(2);
		hang_up();
		run_s(200);
	}
	mem_free(mem);
}

static void test_memory(void **state)
{
	(void)state;
	assert_true(walk_allocations(one_call, NULL) > 20);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_whole_way),    T(test_transport_of_naptr),
		T(test_call_by_tls),  T(test_address_family),

		T(test_sips),	      T(test_nowhere),
		T(test_fails_over),   T(test_fails_over_time_out),
		T(test_q850),	      T(test_all_fail),
		T(test_tcp_refused),  T(test_hang_up_meanwhile),
		T(test_time_to_live), T(test_no_such_name),
		T(test_dead),	      T(test_dead_from_the_beginning),
		T(test_slow),	      T(test_bounded),
		T(test_who_is_who),   cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
