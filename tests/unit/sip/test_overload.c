/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Overload through the classifier and the whole stack (catalogue H01, J06, RFC 7339 5.10.1), in virtual
 * time in which each message costs 500 us: 2000 a second can be dealt with. By datagram and by streams.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sip/classify.h"
#include "unit/support.h"

#define COST_US 500
#define CALLS	40 /* each may have 16 re-INVITEs in 64*T1 */
#define UDP	1
#define TCP	2

static struct mem *mem;
static struct sip_stack *stack;
static struct sip_classify *inbox;
static struct rng_seeded seed;
static struct addr local, peer, flooder;
static tick_t now;
static sip_path_id conn, flood_conn;
static char tag[CALLS][32];
static unsigned nr_200, nr_503, nr_invites, nr_to_flooder, current;

static void on_event(const struct sip_event *e)
{
	nr_invites += e->type == SIP_EV_INVITE;
	if (e->type == SIP_EV_INVITE &&
	    sip_msg_header(e->msg, SIP_HDR_CALL_ID, 0)->value.p[0] == 'g')
		sip_call_answer(stack, now, e->call, NULL);
	else if (e->type == SIP_EV_INVITE)
		sip_call_reject(stack, now, e->call, 486, NULL);
	else if (e->type == SIP_EV_REINVITE)
		sip_call_answer(stack, now, e->call, NULL);
}

static void on_send(struct str octets)
{
	static struct sip_msg m;
	uint32_t n;

	if (sip_msg_parse(&m, octets, NULL) < 0 || m.is_request)
		return;
	if (m.call_id.p[0] != 'g') {
		nr_to_flooder++;
		if (m.status == 503) {
			nr_503++;
			assert_non_null(sip_msg_header(&m, SIP_HDR_RETRY_AFTER, 0));
		}
		return;
	}
	nr_200 += m.status == 200;
	if (m.status == 200 && str_to_u32(str_from(m.call_id, 1), &n) && n < CALLS)
		str_copyz(tag[n], sizeof(tag[n]), m.to.tag);
}

static void drain(void)
{
	struct sip_out out;

	while (sip_stack_next_out(stack, &out)) {
		if (out.type == SIP_OUT_EVENT)
			on_event(&out.event);
		else if (out.type == SIP_OUT_SEND)
			on_send(out.send.octets);
	}
}

static void spend(void)
{
	now = tick_add_us(now, COST_US);
}

/* What the daemon does in a turn, one thing at a time; false: there was nothing to do. */
static bool work_once(void)
{
	struct sip_classify_item item;

	if (sip_classify_next(inbox, now, &item)) {
		if (item.refusal) {
			on_send(item.octets);
		} else {
			sip_stack_rx(stack, now, item.path, &item.addr, item.octets);
			drain();
			spend();
		}
		return true;
	}
	if (!tick_due(sip_stack_deadline(stack), now))
		return false;
	sip_stack_tick(stack, now);
	drain();
	spend();
	return true;
}

static const char *message(const char *method, char side, unsigned call, unsigned cseq,
			   const char *to_tag, bool tcp)
{
	static char text[4096];
	static unsigned branch;

	snprintf(text, sizeof(text),
		 "%s sip:b@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/%s 192.0.2.9;branch=z9hG4bK%u\r\n"
		 "From: <sip:a@192.0.2.9>;tag=f\r\nTo: <sip:b@192.0.2.1>%s%s\r\n"
		 "Call-ID: %c%u\r\nCSeq: %u %s\r\nMax-Forwards: 70\r\n"
		 "Contact: <sip:a@192.0.2.9>\r\nContent-Length: 0\r\n\r\n",
		 method, tcp ? "TCP" : "UDP", ++branch, to_tag ? ";tag=" : "", to_tag ? to_tag : "",
		 side, call, cseq, method);
	return text;
}

static void give(bool tcp, const char *text)
{
	if (tcp && sip_stack_rx_room(stack, conn) > strlen(text)) {
		sip_stack_rx(stack, now, conn, NULL, str_of(text));
		drain();
	} else if (!tcp) {
		sip_classify_in(inbox, now, UDP, &peer, str_of(text));
	}
}

/* The kernel's buffer is the flooder's, when ours is full. */
static void flood(bool tcp, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++) {
		const char *text = message("INVITE", 'f', ++current, 1, NULL, tcp);
		if (!tcp)
			sip_classify_in(inbox, now, UDP, &flooder, str_of(text));
		else if (sip_stack_rx_room(stack, flood_conn) > strlen(text))
			sip_stack_rx(stack, now, flood_conn, NULL, str_of(text)), drain();
	}
}

static void begin(void)
{
	struct sip_classify_cfg k = { .rng = rng_seeded_init(&seed, 5) };
	struct sip_cfg cfg = { .rng = k.rng, .max_calls = 500 };

	mem = mem_root("test");
	now = (tick_t){ S_US(10) };
	nr_200 = nr_503 = nr_invites = nr_to_flooder = current = 0;
	inbox = sip_classify_new(mem, &k);
	cfg.classify = inbox;
	stack = sip_stack_new(mem, &cfg);
	assert_non_null(stack);
	assert_int_equal(addr_parse(&local, STR("192.0.2.1:5060"), 0), 0);
	assert_int_equal(addr_parse(&peer, STR("192.0.2.9:5060"), 0), 0);
	assert_int_equal(addr_parse(&flooder, STR("192.0.2.66:5060"), 0), 0);
	assert_int_equal(sip_stack_path_add(stack, UDP, &local), 0);
	assert_int_equal(sip_stack_path_add_stream(stack, TCP, SIP_TCP, &local), 0);
	assert_int_equal(sip_stack_accept(stack, now, TCP, &peer, &conn), 0);
	assert_int_equal(sip_stack_accept(stack, now, TCP, &flooder, &flood_conn), 0);
}

static void set_up_calls(bool tcp)
{
	for (unsigned n = 0; n < CALLS; n++) {
		give(tcp, message("INVITE", 'g', n, 1, NULL, tcp));
		while (work_once())
			;
		give(tcp, message("ACK", 'g', n, 1, tag[n], tcp));
		while (work_once())
			;
	}
	assert_int_equal(nr_200, CALLS);
	nr_200 = 0;
}

/* Ten times what can be dealt with, for ten seconds; a re-INVITE each 20 ms. Each has its answer within
 * 500 ms. */
static void run(bool tcp)
{
	unsigned asked = 0, late = 0, n = 0, cseq = 1;
	size_t before;
	tick_t at;

	begin();
	set_up_calls(tcp);
	before = mem_used(mem);
	for (unsigned round = 0; round < 500; round++) {
		at = now;
		cseq += n == 0;
		give(tcp, message("INVITE", 'g', n, cseq, tag[n], tcp));
		asked++;
		while (tick_diff_us(now, at) < MS_US(20)) {
			flood(tcp, 10);
			if (!work_once())
				now = tick_add_us(now, COST_US);
			if (nr_200 < asked && tick_diff_us(now, at) > MS_US(500))
				late++;
		}
		assert_true(nr_200 + 1 >= asked);
		give(tcp, message("ACK", 'g', n, cseq, tag[n], tcp));
		n = (n + 1) % CALLS;
	}
	for (int i = 0; i < 200 && nr_200 < asked; i++)
		work_once();
	assert_int_equal(nr_200, asked);
	assert_int_equal(late, 0);
	assert_true(nr_503 > 100 && nr_to_flooder > 1000);
	assert_true(mem_used(mem) < before + 1500 * 2048);
	mem_free(mem);
}

static void test_datagrams(void **state)
{
	(void)state;
	run(false);
}

static void test_streams(void **state)
{
	(void)state;
	run(true);
}

/* A connection's own limit: more than its source may is refused, and the connection stays. */
static void test_source_limit(void **state)
{
	(void)state;
	begin();
	sip_classify_rate(inbox, 5);
	for (unsigned i = 0; i < 50; i++) {
		flood(true, 1);
		while (work_once())
			;
	}
	assert_in_range(nr_invites, 5, 6);
	assert_in_range(nr_503, 44, 45);
	give(true, message("INVITE", 'g', 0, 1, NULL, true));
	while (work_once())
		;
	assert_int_equal(nr_200, 1);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_datagrams),
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_source_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
