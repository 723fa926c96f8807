/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locating servers (RFC 3263) with a scripted DNS: its text is "NAME TYPE values", a line each. */
#include <stdio.h>
#include <string.h>

#include <trunkgate/sip/locate.h>

#include "unit/support.h"

#define RECORDS 600

/* All that is asked and given out, as one line. */
struct trace {
	char text[4096];
};

static struct mem *mem;
static struct rng_seeded seed;
static struct sip_dns_record record[RECORDS];

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

static unsigned look_up(const char *zone, const struct sip_locate_step *q)
{
	static const char *const types[] = { "NAPTR", "SRV", "ADDR" };
	struct str rest = str_of(zone), line;
	unsigned nr = 0;

	while (rest.len && nr < RECORDS) {
		rest = str_split(rest, '\n', &line);
		if (str_caseeq(word(&line), q->name) && str_eq(word(&line), str_of(types[q->type])))
			parse(line, q->type, &record[nr++]);
	}
	return nr;
}

static void note(struct trace *t, const char *prefix, const char *what)
{
	size_t len = strlen(t->text);

	assert_true(len + strlen(prefix) + strlen(what) + 2 < sizeof(t->text));
	sprintf(t->text + len, "%s%s%s", len ? " " : "", prefix, what);
}

static struct sip_locate_cfg config(void)
{
	return (struct sip_locate_cfg){ .rng = rng_seeded_init(&seed, 5),
					.transport = { true, true, true },
					.ip4 = true,
					.ip6 = true };
}

static struct sip_locate *begin(const char *text, const struct sip_locate_cfg *cfg)
{
	struct sip_uri uri;

	assert_int_equal(sip_uri_parse(&uri, str_of(text), NULL), 0);
	return sip_locate_new(mem, cfg, &uri);
}

static void run(struct trace *t, struct sip_locate *l, const char *zone, tick_t now,
		const struct sip_blacklist *b)
{
	static const char *const types[] = { "?n:", "?s:", "?a:" };
	static const char *const names[] = { "udp:", "tcp:", "tls:", "sctp:" };
	struct sip_locate_step s;
	char text[SIP_DOMAIN_MAX + 32];
	enum sip_locate_result r;

	t->text[0] = '\0';
	assert_non_null(l);
	while ((r = sip_locate_step(l, now, b, &s)) != SIP_LOCATE_NONE) {
		if (r == SIP_LOCATE_ASK) {
			str_copyz(text, sizeof(text), s.name);
			note(t, types[s.type], text);
			sip_locate_answer(l, record, look_up(zone, &s));
		} else {
			note(t, names[s.transport], addr_print(&s.addr, text));
		}
	}
	sip_locate_free(l);
}

static void check(const char *uri, const char *zone, const char *wanted)
{
	struct sip_locate_cfg cfg = config();
	struct trace t;

	run(&t, begin(uri, &cfg), zone, TICK_ZERO, NULL);
	assert_string_equal(t.text, wanted);
}

static const char zone[] = "example.com NAPTR 90 50 s SIP+D2T _sip._tcp.example.com\n"
			   "example.com NAPTR 50 50 s SIPS+D2T _sips._tcp.example.com\n"
			   "example.com NAPTR 100 50 s SIP+D2U _sip._udp.example.com\n"
			   "example.com NAPTR 10 50 s SIP+D2S _sip._sctp.example.com\n"
			   "example.com NAPTR 10 50 u E2U+sip x.example.com\n"
			   "_sips._tcp.example.com SRV 0 1 5061 s1.example.com\n"
			   "_sip._tcp.example.com SRV 1 1 5060 s2.example.com\n"
			   "_sip._tcp.example.com SRV 0 1 5070 s1.example.com\n"
			   "_sip._udp.example.com SRV 0 1 5060 s1.example.com\n"
			   "s1.example.com ADDR 192.0.2.1\n"
			   "s1.example.com ADDR 2001:db8::1\n"
			   "s2.example.com ADDR 192.0.2.2\n"
			   "srv.example SRV 0 0 1 x\n"
			   "_sip._tcp.srv.example SRV 0 0 5080 s2.example.com\n"
			   "_sip._udp.gone.example SRV 0 0 5080 .\n"
			   "plain.example ADDR 192.0.2.7\n"
			   "gone.example ADDR 192.0.2.8\n";

/* 4.1, 4.2: numeric, with a port, with a transport. */
static void test_short_ways(void **state)
{
	(void)state;
	check("sip:a@192.0.2.9", zone, "udp:192.0.2.9:5060");
	check("sips:a@192.0.2.9", zone, "tls:192.0.2.9:5061");
	check("sip:192.0.2.9:5080;transport=tcp", zone, "tcp:192.0.2.9:5080");
	check("sip:a@[2001:db8::9]", zone, "udp:[2001:db8::9]:5060");
	check("sip:a@x.example;maddr=192.0.2.4", zone, "udp:192.0.2.4:5060");
	check("sip:plain.example:5090", zone, "?a:plain.example udp:192.0.2.7:5090");
	check("sips:plain.example:5090", zone, "?a:plain.example tls:192.0.2.7:5090");
	check("sip:srv.example;transport=tcp", zone,
	      "?s:_sip._tcp.srv.example ?a:s2.example.com tcp:192.0.2.2:5080");
	check("sips:example.com;transport=tcp", zone,
	      "?s:_sips._tcp.example.com ?a:s1.example.com tls:192.0.2.1:5061 "
	      "tls:[2001:db8::1]:5061");
}

/* The example of 4.1; what fails leads to the next (4.3). */
static void test_naptr(void **state)
{
	(void)state;
	check("sip:a@example.com", zone,
	      "?n:example.com ?s:_sips._tcp.example.com ?a:s1.example.com tls:192.0.2.1:5061 "
	      "tls:[2001:db8::1]:5061 ?s:_sip._tcp.example.com ?a:s1.example.com "
	      "tcp:192.0.2.1:5070 tcp:[2001:db8::1]:5070 ?a:s2.example.com tcp:192.0.2.2:5060 "
	      "?s:_sip._udp.example.com ?a:s1.example.com udp:192.0.2.1:5060 "
	      "udp:[2001:db8::1]:5060");
	check("sips:a@example.com", zone,
	      "?n:example.com ?s:_sips._tcp.example.com ?a:s1.example.com tls:192.0.2.1:5061 "
	      "tls:[2001:db8::1]:5061");
}

static void test_without_naptr(void **state)
{
	(void)state;
	check("sip:srv.example", zone,
	      "?n:srv.example ?s:_sip._udp.srv.example ?s:_sip._tcp.srv.example "
	      "?a:s2.example.com tcp:192.0.2.2:5080");
	check("sip:plain.example", zone,
	      "?n:plain.example ?s:_sip._udp.plain.example ?s:_sip._tcp.plain.example "
	      "?a:plain.example udp:192.0.2.7:5060");
	check("sips:plain.example", zone,
	      "?n:plain.example ?s:_sips._tcp.plain.example ?a:plain.example tls:192.0.2.7:5061");
	/* RFC 2782: "." is decidedly not available */
	check("sip:gone.example", zone,
	      "?n:gone.example ?s:_sip._udp.gone.example ?s:_sip._tcp.gone.example");
	check("sip:nowhere.example", zone,
	      "?n:nowhere.example ?s:_sip._udp.nowhere.example ?s:_sip._tcp.nowhere.example "
	      "?a:nowhere.example");
}

static void test_refused(void **state)
{
	struct sip_locate_cfg cfg = config();
	char text[600];

	(void)state;
	assert_null(begin("tel:+4930", &cfg));
	assert_null(begin("sips:a.example;transport=udp", &cfg));
	assert_null(begin("sip:a.example;transport=sctp", &cfg));
	cfg.transport[SIP_TLS] = false;
	assert_null(begin("sips:a.example", &cfg));
	sprintf(text, "sip:%0300d.example", 7);
	assert_null(begin(text, &cfg));
}

/* RFC 2782: priorities in order; among equals by weight, those without now and then. */
static void test_weights(void **state)
{
	static const char weights[] = "_sip._udp.w SRV 1 1 1 a\n_sip._udp.w SRV 1 3 2 a\n"
				      "_sip._udp.w SRV 1 0 3 a\n_sip._udp.w SRV 0 0 4 a\n"
				      "_sip._udp.w SRV 2 9 5 a\na ADDR 192.0.2.1\n";
	struct sip_locate_cfg cfg = config();
	unsigned second[6] = { 0 };
	struct trace t;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		const char *p;
		unsigned n = 0, port[8] = { 0 };

		run(&t, begin("sip:w;transport=udp", &cfg), weights, TICK_ZERO, NULL);
		for (p = t.text; (p = strstr(p, "192.0.2.1:")); p++)
			sscanf(p, "192.0.2.1:%u", &port[n++]);
		assert_int_equal(n, 5);
		assert_int_equal(port[0], 4);
		assert_int_equal(port[4], 5);
		second[port[1]]++;
	}
	/* tickets 0 to 4: one for no weight, one for 1, three for 3 */
	assert_in_range(second[3], 600, 1000);
	assert_in_range(second[1], 600, 1000);
	assert_in_range(second[2], 2200, 2600);
}

static void test_large_answer(void **state)
{
	static char large[32768];
	struct trace t;
	struct sip_locate_cfg cfg = config();
	size_t len = 0;
	unsigned nr = 0;

	(void)state;
	for (int i = 0; i < 512; i++)
		len += (size_t)sprintf(large + len, "_sip._udp.big SRV 0 1 %d h%d\n", i + 1, i);
	run(&t, begin("sip:big;transport=udp", &cfg), large, TICK_ZERO, NULL);
	for (const char *p = t.text; (p = strstr(p, "?a:")); p++)
		nr++;
	assert_int_equal(nr, 32);
}

/* What has failed comes last, and comes back; longer each time. */
static void test_blacklist(void **state)
{
	static const char two[] = "a.example ADDR 192.0.2.1\na.example ADDR 192.0.2.2\n";
	struct sip_locate_cfg cfg = config();
	struct sip_blacklist b = { 0 };
	struct addr one, many;
	struct trace t;

	(void)state;
	assert_int_equal(addr_parse(&one, STR("192.0.2.1:5060"), 0), 0);
	sip_blacklist_add(&b, TICK_ZERO, SIP_UDP, &one);
	run(&t, begin("sip:a.example:5060", &cfg), two, (tick_t){ S_US(29) }, &b);
	assert_string_equal(t.text, "?a:a.example udp:192.0.2.2:5060 udp:192.0.2.1:5060");
	assert_false(sip_blacklist_has(&b, (tick_t){ S_US(29) }, SIP_TCP, &one));
	assert_false(sip_blacklist_has(&b, (tick_t){ S_US(30) }, SIP_UDP, &one));
	sip_blacklist_add(&b, (tick_t){ S_US(30) }, SIP_UDP, &one);
	assert_true(sip_blacklist_has(&b, (tick_t){ S_US(89) }, SIP_UDP, &one));
	assert_false(sip_blacklist_has(&b, (tick_t){ S_US(90) }, SIP_UDP, &one));
	for (int i = 0; i < 20; i++)
		sip_blacklist_add(&b, (tick_t){ S_US(100) }, SIP_UDP, &one);
	assert_false(sip_blacklist_has(&b, (tick_t){ S_US(700) }, SIP_UDP, &one));
	/* after ten quiet minutes it begins anew */
	sip_blacklist_add(&b, (tick_t){ S_US(1400) }, SIP_UDP, &one);
	assert_false(sip_blacklist_has(&b, (tick_t){ S_US(1430) }, SIP_UDP, &one));
	sip_blacklist_add(&b, (tick_t){ S_US(2000) }, SIP_UDP, &one);
	sip_blacklist_clear(&b, SIP_UDP, &one);
	assert_false(sip_blacklist_has(&b, (tick_t){ S_US(2000) }, SIP_UDP, &one));
	many = one;
	for (uint16_t i = 1; i < 1000; i++) {
		many.port = i;
		sip_blacklist_add(&b, (tick_t){ S_US(3000) + i }, SIP_UDP, &many);
	}
	assert_true(sip_blacklist_has(&b, (tick_t){ S_US(3001) }, SIP_UDP, &many));
}

/* One full trunk group says nothing of the gateway. */
static void test_outcomes(void **state)
{
	static const struct {
		const char *status, *more;
		bool next, down;
	} rows[] = { { "503 Service Unavailable", "", true, true },
		     { "503 Service Unavailable", "Reason: Q.850;cause=34\r\n", true, false },
		     { "503 Service Unavailable", "Reason: SIP;cause=503\r\n", true, true },
		     { "486 Busy Here", "", false, false } };
	static struct sip_msg m;
	char text[600];

	(void)state;
	assert_true(sip_locate_try_next(NULL) && sip_locate_is_down(NULL));
	for (unsigned i = 0; i < NR_OF(rows); i++) {
		sprintf(text,
			"SIP/2.0 %s\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
			"To: <sip:a@b>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n%s"
			"Content-Length: 0\r\n\r\n",
			rows[i].status, rows[i].more);
		assert_int_equal(sip_msg_parse(&m, str_of(text), NULL), 0);
		assert_int_equal(sip_locate_try_next(&m), rows[i].next);
		assert_int_equal(sip_locate_is_down(&m), rows[i].down);
	}
}

static void test_answer_nobody_asked_for(void **state)
{
	struct sip_locate_cfg cfg = config();
	struct sip_locate *l = begin("sip:a@192.0.2.1", &cfg);

	(void)state;
	assert_int_equal(sip_locate_answer(l, record, 1), TG_ESTATE);
	sip_locate_free(l);
}

/* RFC 4168 with RFC 3263: only where we have it, and never for sips. */
static void test_sctp(void **state)
{
	static const char with[] = "example.com NAPTR 10 50 s SIP+D2S _sip._sctp.example.com\n"
				   "example.com NAPTR 20 50 s SIP+D2U _sip._udp.example.com\n"
				   "_sip._sctp.example.com SRV 0 1 5066 s1.example.com\n"
				   "_sip._udp.example.com SRV 0 1 5060 s1.example.com\n"
				   "s1.example.com ADDR 192.0.2.1\n"
				   "_sip._sctp.own.example SRV 0 1 5067 s1.example.com\n";
	struct sip_locate_cfg cfg = config();
	struct trace t;

	(void)state;
	cfg.transport[SIP_SCTP] = true;
	run(&t, begin("sip:a@example.com", &cfg), with, TICK_ZERO, NULL);
	assert_string_equal(t.text,
			    "?n:example.com ?s:_sip._sctp.example.com ?a:s1.example.com "
			    "sctp:192.0.2.1:5066 ?s:_sip._udp.example.com ?a:s1.example.com "
			    "udp:192.0.2.1:5060");
	run(&t, begin("sip:example.com;transport=sctp", &cfg), with, TICK_ZERO, NULL);
	assert_string_equal(t.text, "?s:_sip._sctp.example.com ?a:s1.example.com "
				    "sctp:192.0.2.1:5066");
	run(&t, begin("sip:192.0.2.9;transport=SCTP", &cfg), with, TICK_ZERO, NULL);
	assert_string_equal(t.text, "sctp:192.0.2.9:5060");
	run(&t, begin("sip:own.example", &cfg), with, TICK_ZERO, NULL);
	assert_non_null(strstr(t.text, "sctp:192.0.2.1:5067"));
	cfg.transport[SIP_SCTP] = false;
	run(&t, begin("sip:a@example.com", &cfg), with, TICK_ZERO, NULL);
	assert_string_equal(t.text, "?n:example.com ?s:_sip._udp.example.com ?a:s1.example.com "
				    "udp:192.0.2.1:5060");
}

static int setup(void **state)
{
	(void)state;
	mem = mem_root("test");
	return mem ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_short_ways),
		cmocka_unit_test(test_naptr),
		cmocka_unit_test(test_without_naptr),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_large_answer),
		cmocka_unit_test(test_blacklist),
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_answer_nobody_asked_for),
		cmocka_unit_test(test_sctp),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
