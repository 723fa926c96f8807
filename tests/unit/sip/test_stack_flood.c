/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one peer can make a stack hold: floods of requests that nobody ever acknowledges, in virtual
 * time, and requests that are large where a call keeps them. Whatever came, calls, transactions
 * and memory stay within their bounds and are back where they began when the timers have run. */
#include <stdio.h>
#include <stdlib.h>

#include <trunkgate/sip/stack.h>

#include "unit/support.h"

#define NR_INVITES 2000
#define GAP_US	   200 /* 5000 a second */

static struct mem *mem;
static struct sip_stack *stack;
static struct rng_seeded seed;
static struct rng rng;
static struct addr local, peer;
static tick_t now;
static bool answers;
static unsigned rejects; /* with this status; 0: not */
static sip_call_id call;
/* What came out. */
static unsigned nr_sent[700], nr_events[SIP_NR_EVENTS];
static uint32_t peak_calls, peak_transactions;
static size_t peak_octets;
static char last[72000], tag[64];

static int setup(void **state)
{
	struct sip_cfg cfg = { .max_calls = 500 };

	(void)state;
	now = TICK_ZERO;
	rng = rng_seeded_init(&seed, 1);
	cfg.rng = rng;
	answers = true;
	rejects = 0;
	memset(nr_sent, 0, sizeof(nr_sent));
	memset(nr_events, 0, sizeof(nr_events));
	peak_calls = peak_transactions = 0;
	peak_octets = 0;
	assert_int_equal(addr_parse(&local, STR("192.0.2.2"), 5060), 0);
	assert_int_equal(addr_parse(&peer, STR("192.0.2.9"), 5060), 0);
	mem = mem_root("flood");
	stack = sip_stack_new(mem, &cfg);
	assert_non_null(stack);
	assert_int_equal(sip_stack_path_add(stack, 1, &local), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static void on_event(const struct sip_event *e)
{
	nr_events[e->type]++;
	call = e->type == SIP_EV_INVITE ? e->call : call;
	if (e->type == SIP_EV_INVITE && rejects)
		assert_int_equal(sip_call_reject(stack, now, e->call, rejects, NULL), 0);
	else if (e->type == SIP_EV_INVITE && answers)
		assert_int_equal(sip_call_answer(stack, now, e->call, NULL), 0);
	else if (e->type == SIP_EV_REINVITE)
		assert_int_equal(sip_call_reject(stack, now, e->call, 488, NULL), 0);
}

static void on_send(struct str octets)
{
	static struct sip_msg m;

	assert_int_equal(sip_msg_parse(&m, octets, NULL), 0);
	nr_sent[m.status]++;
	str_copyz(last, sizeof(last), octets);
	if (!m.is_request)
		str_copyz(tag, sizeof(tag), m.to.tag);
}

static void drain(void)
{
	struct sip_stats st;
	struct sip_out out;

	while (sip_stack_next_out(stack, &out)) {
		if (out.type == SIP_OUT_EVENT)
			on_event(&out.event);
		else
			on_send(out.send.octets);
	}
	sip_stack_stats(stack, &st);
	peak_calls = st.calls > peak_calls ? st.calls : peak_calls;
	peak_transactions = st.transactions > peak_transactions ? st.transactions
								: peak_transactions;
	peak_octets = mem_used(mem) > peak_octets ? mem_used(mem) : peak_octets;
}

static void run_ms(int64_t ms)
{
	tick_t end = tick_add_ms(now, ms);

	while (tick_due(sip_stack_deadline(stack), end)) {
		if (tick_before(now, sip_stack_deadline(stack)))
			now = sip_stack_deadline(stack);
		sip_stack_tick(stack, now);
		drain();
	}
	now = end;
}

static void inject(const char *text)
{
	sip_stack_rx(stack, now, 1, &peer, str_of(text));
	drain();
}

/* Nothing is alive, and a drained stack holds no octet more than in the beginning. */
static void assert_base(size_t octets)
{
	struct sip_stats st;

	sip_stack_stats(stack, &st);
	assert_int_equal(st.calls, 0);
	assert_int_equal(st.transactions, 0);
	assert_int_equal(st.timers, 0);
	sip_stack_tick(stack, now); /* an input: what was shown is let go */
	assert_int_equal(mem_used(mem), octets);
}

/* Request n of a flood; `to_tag` NULL: outside a dialog, with a Call-ID of its own. */
static const char *request(const char *method, unsigned n, const char *to_tag, unsigned cseq,
			   const char *more)
{
	static char text[72000];

	snprintf(text, sizeof(text),
		 "%s sip:100@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK%u\r\n"
		 "From: <sip:x@192.0.2.9>;tag=ft\r\nTo: <sip:100@192.0.2.2>%s%s\r\n"
		 "Call-ID: c%u\r\nCSeq: %u %s\r\nMax-Forwards: 70\r\n"
		 "Contact: <sip:x@192.0.2.9>\r\n%sContent-Length: 0\r\n\r\n",
		 method, n, to_tag ? ";tag=" : "", to_tag ? to_tag : "", to_tag ? 0 : n, cseq,
		 method, more);
	return text;
}

static void flood(const char *more)
{
	for (unsigned n = 1; n <= NR_INVITES; n++) {
		inject(request("INVITE", n, NULL, 1, more));
		now = tick_add_us(now, GAP_US);
		run_ms(0);
	}
}

/* One call from the first message to the last. */
static void check_normal_call(void)
{
	unsigned ok = nr_sent[200];

	answers = true;
	inject(request("INVITE", 0, NULL, 1, ""));
	assert_int_equal(nr_sent[200], ok + 1);
	inject(request("ACK", 1000001, tag, 1, ""));
	inject(request("BYE", 1000002, tag, 2, ""));
	assert_int_equal(nr_sent[200], ok + 2);
	run_ms(40000);
}

/* H01: 2,000 calls, each answered, none acknowledged. */
static void test_never_acked(void **state)
{
	size_t base = mem_used(mem);
	struct sip_stats st;

	(void)state;
	flood("");
	assert_int_equal(nr_events[SIP_EV_INVITE], 500);
	assert_int_equal(nr_sent[503], NR_INVITES - 500);
	assert_int_equal(peak_calls, 500);
	run_ms(33000); /* 64*T1: given up, each with a BYE */
	assert_int_equal(nr_events[SIP_EV_NO_ACK], 500);
	assert_int_equal(nr_events[SIP_EV_ENDED], 500);
	sip_stack_stats(stack, &st);
	assert_int_equal(st.calls, 0);
	check_normal_call(); /* there is room again, while timer F of the BYEs runs */
	assert_in_range(peak_transactions, 500, 2064);
	assert_in_range(peak_octets - base, 1, 500 * 6000);
	assert_base(base);
}

/* The same with a user who leaves the calls alone, until he hangs all up. */
static void test_never_answered(void **state)
{
	size_t base = mem_used(mem);

	(void)state;
	answers = false;
	flood("");
	assert_int_equal(peak_calls, 500);
	for (unsigned n = 1; n <= NR_INVITES; n++)
		inject(request("CANCEL", n, NULL, 1, ""));
	assert_int_equal(nr_sent[487], 500);
	assert_int_equal(nr_events[SIP_EV_ENDED], 500);
	run_ms(33000);
	assert_base(base);
	check_normal_call();
	assert_base(base);
}

/* INVITEs that are refused, and a CANCEL for each when it is over: the last quarter of the
 * transactions is still there for our own requests. */
static void test_refused_and_cancelled(void **state)
{
	size_t base = mem_used(mem);
	sip_call_id good;

	(void)state;
	inject(request("INVITE", 0, NULL, 1, ""));
	good = call;
	inject(request("ACK", 1000001, tag, 1, ""));
	assert_int_equal(nr_events[SIP_EV_ACKED], 1);
	rejects = 404;
	flood("");
	assert_int_equal(peak_transactions, 2064 - 2064 / 4);
	for (unsigned n = 1; n <= NR_INVITES; n++)
		inject(request("CANCEL", n, NULL, 1, ""));
	assert_int_equal(peak_transactions, 2064 - 2064 / 4);
	assert_int_equal(nr_sent[0], 0);
	assert_int_equal(sip_call_hangup(stack, now, good, 0, NULL), 0);
	drain();
	assert_int_equal(nr_sent[0], 1);
	assert_non_null(strstr(last, "BYE sip:x@192.0.2.9 SIP/2.0\r\n"));
	run_ms(70000);
	assert_base(base);
}

/* A peer that floods its own call with re-INVITEs takes no more than a few transactions, so that
 * the others can still hang up; and it can have its way again later. */
static void test_reinvites(void **state)
{
	size_t base = mem_used(mem);
	char t[64];

	(void)state;
	inject(request("INVITE", 0, NULL, 1, ""));
	strcpy(t, tag);
	inject(request("ACK", 1, t, 1, ""));
	for (unsigned n = 2; n < 5000; n++)
		inject(request("INVITE", n, t, n, ""));
	assert_int_equal(nr_events[SIP_EV_REINVITE], 16);
	assert_int_equal(nr_sent[488], 16);
	assert_int_equal(nr_sent[503], 5000 - 2 - 16);
	assert_in_range(peak_transactions, 1, 18);
	run_ms(33000);
	inject(request("INVITE", 5000, t, 5000, ""));
	assert_int_equal(nr_events[SIP_EV_REINVITE], 17);
	inject(request("BYE", 6000, t, 6000, ""));
	assert_int_equal(nr_events[SIP_EV_ENDED], 1);
	run_ms(70000);
	assert_base(base);
	check_normal_call();
	assert_base(base);
}

/* `nr` times `text` in one header line. */
static const char *repeated(const char *name, const char *text, unsigned nr, const char *end)
{
	static char line[70000];
	int n = snprintf(line, sizeof(line), "%s: ", name);

	while (nr--)
		n += snprintf(line + n, sizeof(line) - (size_t)n, "%s", text);
	snprintf(line + n, sizeof(line) - (size_t)n, "%s\r\n", end);
	return line;
}

static void check_too_large(const char *more)
{
	size_t base = mem_used(mem);
	unsigned before = nr_sent[513];

	inject(request("INVITE", 0, NULL, 1, more));
	assert_int_equal(nr_sent[513], before + 1);
	assert_int_equal(nr_events[SIP_EV_INVITE], 0);
	assert_base(base);
}

#define TEXT_10	 "abcdefghij"
#define TEXT_100 TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10 TEXT_10
#define TEXT_400 TEXT_100 TEXT_100 TEXT_100 TEXT_100

/* A06; 21.5.7: what a call would have to keep of the request, and to repeat in each of its own, is
 * bounded, and nothing is kept of what is over it. */
static void test_too_large(void **state)
{
	(void)state;
	check_too_large(repeated("Record-Route", "<sip:a;lr>,", 65, "<sip:b;lr>"));
	check_too_large(repeated("Record-Route", "a,", 30000, "a"));
	check_too_large(repeated("Record-Route", "<sip:" TEXT_400 "@a;lr>,", 50, "<sip:b;lr>"));
	check_too_large(repeated("Via", "SIP/2.0/UDP a;x=" TEXT_400 ",", 50, "SIP/2.0/UDP a"));
}

/* The 200 of a CANCEL is kept for 64*T1. */
static void test_too_large_cancel(void **state)
{
	size_t base;

	(void)state;
	answers = false;
	inject(request("INVITE", 0, NULL, 1, ""));
	base = mem_used(mem);
	inject(request("CANCEL", 0, NULL, 1,
		       repeated("Via", "SIP/2.0/UDP a;x=" TEXT_400 ",", 50, "SIP/2.0/UDP a")));
	assert_int_equal(nr_sent[513], 1);
	sip_stack_tick(stack, now);
	assert_int_equal(mem_used(mem), base);
	inject(request("CANCEL", 0, NULL, 1, ""));
	assert_int_equal(nr_sent[487], 1);
}

/* Route values within the bound are taken, and what is none is refused (20.30). */
static void test_routes(void **state)
{
	(void)state;
	inject(request("INVITE", 0, NULL, 1, "Record-Route: <sip:a;lr>, a\r\n"));
	assert_int_equal(nr_sent[400], 1);
	assert_int_equal(nr_events[SIP_EV_INVITE], 0);
	inject(request("INVITE", 0, NULL, 1,
		       repeated("Record-Route", "<sip:192.0.2.7;lr>,", 31, "<sip:192.0.2.8;lr>")));
	assert_int_equal(nr_events[SIP_EV_INVITE], 1);
	run_ms(33000);
	assert_non_null(strstr(last, "BYE sip:x@192.0.2.9 SIP/2.0\r\n"));
	assert_non_null(strstr(last, "\r\nRoute: <sip:192.0.2.8;lr>\r\n"));
	run_ms(33000);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_never_acked), TEST(test_never_answered), TEST(test_refused_and_cancelled),
		TEST(test_reinvites),	TEST(test_too_large),	   TEST(test_too_large_cancel),
		TEST(test_routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
