/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What does not fit a transaction or a dialog, by the cases of the catalogue: C01 INVITE and ACK, C02 CANCEL, C04 a 200 that is
 * none, C05 merged requests, C08 responses to nothing. */
#include <stdio.h>

#include "unit/sip/wire.h"

static struct wire *w;
static struct addr other;

static int setup(void **state)
{
	(void)state;
	w = wire_new();
	return addr_parse(&other, STR("192.0.2.9:7070"), 0);
}

static int teardown(void **state)
{
	(void)state;
	wire_free(w);
	return 0;
}

static struct sip_stats stats_of(struct wire_end *e)
{
	struct sip_stats st;

	sip_stack_stats(e->stack, &st);
	return st;
}

/* The last message of an end, with one line replaced; `from` NULL: as it is. */
static const char *last_with(const struct wire_end *e, const char *from, const char *to)
{
	static char text[4200];
	const char *at;

	snprintf(text, sizeof(text), "%.*s", (int)e->last_len, e->last);
	at = from ? strstr(text, from) : NULL;
	if (from) {
		char rest[4200];
		const char *end = at ? strstr(at, "\r\n") : NULL;

		assert_non_null(end);
		snprintf(rest, sizeof(rest), "%s", end);
		snprintf(text + (at - text), sizeof(text) - (size_t)(at - text), "%s%s", to, rest);
	}
	return text;
}

static const char *cancel(const char *branch)
{
	static char text[2048];

	snprintf(text, sizeof(text),
		 "CANCEL sip:100@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:7070;branch=%s\r\n"
		 "From: <sip:x@192.0.2.9>;tag=ft\r\nTo: <sip:100@192.0.2.2>\r\nCall-ID: c\r\n"
		 "CSeq: 1 CANCEL\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
		 branch);
	return text;
}

static const char *invite(const char *branch)
{
	static char text[2048];

	snprintf(text, sizeof(text),
		 "INVITE sip:100@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:7070;branch=%s\r\n"
		 "From: <sip:x@192.0.2.9>;tag=ft\r\nTo: <sip:100@192.0.2.2>\r\nCall-ID: c\r\n"
		 "CSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:x@192.0.2.9:7070>\r\n"
		 "Content-Length: 0\r\n\r\n",
		 branch);
	return text;
}

/* 13.3.1.4, 17.2.1: seven times the INVITE is one call; no ACK comes, and the 200 is repeated for 64*T1,
 * then the BYE; the ACK is too late. */
static void t_C01(void **state)
{
	static const int after_ms[] = { 0, 500, 1000, 2000, 4000, 8000, 16000 };
	char ack[1024], tag[64] = "";
	const char *at;

	(void)state;
	for (unsigned i = 0; i < NR_OF(after_ms); i++) {
		wire_run_ms(w, after_ms[i]);
		wire_inject(w, &w->b, &other, invite("z9hG4bKa"));
	}
	assert_events(&w->b, "INVITE");
	assert_int_equal(wire_count(&w->b, "100 INVITE"), NR_OF(after_ms));
	assert_int_equal(sip_call_answer(w->b.stack, w->now, w->b.call, &wire_answer), 0);
	wire_drain(&w->b);
	at = strstr(w->b.last, ">;tag=");
	at = at ? strstr(at + 1, ">;tag=") : NULL;
	assert_non_null(at);
	snprintf(tag, sizeof(tag), "%.*s", (int)strcspn(at + 6, "\r"), at + 6);
	wire_run_ms(w, 31900);
	assert_int_equal(wire_count(&w->b, "200 INVITE"), 11); /* 0.5, 1, 2, 4, 4, ... s */
	assert_events(&w->b, "INVITE");
	wire_run_ms(w, 200);
	assert_int_equal(wire_count(&w->b, "BYE"), 1);
	assert_events(&w->b, "INVITE NO_ACK ENDED");
	snprintf(
		ack, sizeof(ack),
		"ACK sip:100@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:7070;branch=z9hG4bKb\r\n"
		"From: <sip:x@192.0.2.9>;tag=ft\r\nTo: <sip:100@192.0.2.2>;tag=%s\r\nCall-ID: c\r\n"
		"CSeq: 1 ACK\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
		tag);
	wire_inject(w, &w->b, &other, ack);
	assert_int_equal(wire_count(&w->b, "200 INVITE"), 11);
	wire_run_ms(w, 40000);
	assert_int_equal(stats_of(&w->b).calls + stats_of(&w->b).transactions, 0);
}

/* 9.2: by the branch and what has sent it: before 180, after it, twice, and when it is too late. */
static void t_C02(void **state)
{
	(void)state;
	wire_inject(w, &w->b, &other, invite("z9hG4bKa"));
	assert_int_equal(sip_call_progress(w->b.stack, w->now, w->b.call, 180, NULL), 0);
	wire_drain(&w->b);
	wire_inject(w, &w->b, &other, cancel("z9hG4bKwrong"));
	assert_int_equal(wire_count(&w->b, "481 CANCEL"), 1);
	assert_int_equal(wire_count(&w->b, "487 INVITE"), 0);
	wire_inject(w, &w->b, &other, cancel("z9hG4bKa"));
	wire_inject(w, &w->b, &other, cancel("z9hG4bKa"));
	assert_int_equal(wire_count(&w->b, "200 CANCEL"), 2);
	assert_int_equal(wire_count(&w->b, "487 INVITE"), 1);
	assert_events(&w->b, "INVITE CANCELLED ENDED");
	wire_run_ms(w, 70000);
	assert_int_equal(stats_of(&w->b).transactions, 0);
	wire_inject(w, &w->b, &other, cancel("z9hG4bKa"));
	assert_int_equal(wire_count(&w->b, "481 CANCEL"), 2);
}

/* A 200 to a re-INVITE that cannot be read, or is of another dialog, is none: time decides. */
static void t_C04(void **state)
{
	(void)state;
	wire_establish(w);
	wire_lose(&w->b, "200 INVITE", 100);
	assert_int_equal(sip_call_reinvite(w->a.stack, w->now, w->a.call, &wire_offer), 0);
	wire_run_ms(w, 100);
	assert_int_equal(sip_call_answer(w->b.stack, w->now, w->b.call, &wire_answer), 0);
	wire_drain(&w->b);
	assert_true(wire_last_has(&w->b, "SIP/2.0 200 OK\r\n"));
	wire_clear(w);
	wire_inject(w, &w->a, &w->b.addr, last_with(&w->b, "CSeq:", "Subject: none"));
	wire_inject(w, &w->a, &w->b.addr, last_with(&w->b, "To:", "To: <sip:100@192.0.2.2>"));
	wire_inject(w, &w->a, &w->b.addr, last_with(&w->b, "To:", "To: <sip:x@y>;tag=else"));
	assert_events(&w->a, "");
	wire_run_ms(w, 25000);
	assert_events(&w->a, "");
	/* who waits for the ACK gives up first, by BYE (13.3.1.4) */
	wire_run_ms(w, 100000);
	assert_events(&w->a, "BYE ENDED");
	assert_int_equal(stats_of(&w->a).calls + stats_of(&w->a).transactions, 0);
	w->b.lose[0].nr = 0;
}

/* 8.2.2.2 */
static void t_C05(void **state)
{
	(void)state;
	wire_inject(w, &w->b, &other, invite("z9hG4bKa"));
	wire_inject(w, &w->b, &other, invite("z9hG4bKb"));
	assert_int_equal(wire_count(&w->b, "482 INVITE"), 1);
	assert_events(&w->b, "INVITE");
	assert_int_equal(sip_call_reject(w->b.stack, w->now, w->b.call, 486, NULL), 0);
	wire_drain(&w->b);
	wire_run_ms(w, 70000);
}

static const char *response(const char *status, const char *reason)
{
	static char text[4096];

	snprintf(text, sizeof(text),
		 "SIP/2.0 %s %s\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKnone\r\n"
		 "From: <sip:a@192.0.2.1>;tag=1\r\nTo: <sip:b@192.0.2.2>;tag=2\r\nCall-ID: n\r\n"
		 "CSeq: 1 INVITE\r\nContact: <sip:b@192.0.2.2>\r\nContent-Length: 0\r\n\r\n",
		 status, reason);
	return text;
}

/* 18.1.2: nothing is said to them and nothing stays. */
static void t_C08(void **state)
{
	static const char *const statuses[] = { "200", "99",   "099", "700",
						"999", "1000", "-1",  "2OO" };
	static char reason[2049];

	(void)state;
	memset(reason, 'r', sizeof(reason) - 1);
	for (unsigned i = 0; i < NR_OF(statuses); i++)
		wire_inject(w, &w->a, &w->b.addr, response(statuses[i], "x"));
	wire_inject(w, &w->a, &w->b.addr, response("180", reason));
	wire_inject(w, &w->a, &w->b.addr, response("200", reason));
	assert_int_equal(w->a.nr_sent, 0);
	assert_events(&w->a, "");
	assert_int_equal(stats_of(&w->a).calls + stats_of(&w->a).transactions, 0);
	assert_int_equal(stats_of(&w->a).timers, 0);
	/* the same to a call that is there */
	assert_int_equal(wire_start(w, &w->a, &wire_offer), 0);
	wire_run_ms(w, 100);
	wire_clear(w);
	for (unsigned i = 0; i < NR_OF(statuses); i++)
		wire_inject(w, &w->a, &w->b.addr, response(statuses[i], "x"));
	assert_events(&w->a, "");
	assert_int_equal(sip_call_reject(w->b.stack, w->now, w->b.call, 486, NULL), 0);
	wire_drain(&w->b);
	wire_run_ms(w, 1000);
	assert_events(&w->a, "REJECTED:486 ENDED");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(t_C01), TEST(t_C02), TEST(t_C04), TEST(t_C05), TEST(t_C08),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
