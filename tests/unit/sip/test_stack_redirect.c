/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An outgoing call that follows 3xx responses (RFC 3261 8.1.3.4). */
#include <stdio.h>

#include "unit/sip/wire.h"

static struct wire *w;

static int setup(void **state)
{
	(void)state;
	w = wire_new();
	w->b.deaf = true;
	w->a.max_redirects = 5;
	assert_int_equal(wire_start(w, &w->a, &wire_offer), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sip_call_hangup(w->a.stack, w->now, w->a.call, 0, NULL);
	wire_free(w);
	return 0;
}

static char sent_to[64], invite[4096];

/* The latest INVITE and where it goes. */
static void drain(void)
{
	struct sip_out out;
	static struct sip_msg m;

	while (sip_stack_next_out(w->a.stack, &out)) {
		if (out.type == SIP_OUT_EVENT) {
			strcat(w->a.events, sip_event_name(out.event.type));
			strcat(w->a.events, " ");
			w->a.status = out.event.status;
		} else if (str_starts(out.send.octets, STR("INVITE"))) {
			str_copyz(invite, sizeof(invite), out.send.octets);
			addr_print(&out.send.to, sent_to);
			assert_int_equal(sip_msg_parse(&m, str_of(invite), NULL), 0);
		}
	}
}

static void refuse(unsigned status, const char *more)
{
	static struct sip_msg m;
	static char text[4096];

	drain();
	assert_int_equal(sip_msg_parse(&m, str_of(invite), NULL), 0);
	snprintf(text, sizeof(text),
		 "SIP/2.0 %u X\r\nVia: " STR_FMT "\r\nFrom: " STR_FMT "\r\nTo: " STR_FMT
		 ";tag=x%u\r\nCall-ID: " STR_FMT
		 "\r\nCSeq: %u INVITE\r\n%sContent-Length: 0\r\n\r\n",
		 status, STR_ARG(m.via.text), STR_ARG(m.from.text), STR_ARG(m.to.text), m.cseq,
		 STR_ARG(m.call_id), m.cseq, more);
	sip_stack_rx(w->a.stack, w->now, WIRE_PATH, &w->b.addr, str_of(text));
	drain();
}

static bool invites(const char *line)
{
	return wire_has(str_of(invite), line);
}

/* By q value; a target that fails is followed by the next; the body and the caller stay. */
static void test_by_weight(void **state)
{
	(void)state;
	refuse(302, "Contact: <sip:low@192.0.2.8>;q=0.1, <sip:high@192.0.2.9:5070>;q=0.9\r\n");
	assert_string_equal(sent_to, "192.0.2.9:5070");
	assert_true(invites("INVITE sip:high@192.0.2.9:5070 SIP/2.0\r\n"));
	assert_true(invites("\r\nTo: <sip:100@192.0.2.2>\r\n"));
	assert_true(invites("\r\nCSeq: 2 INVITE\r\n"));
	assert_true(invites("v=0 offer"));
	refuse(486, "");
	assert_string_equal(sent_to, "192.0.2.8:5060");
	assert_true(invites("\r\nCSeq: 3 INVITE\r\n"));
	assert_events(&w->a, "");
	refuse(404, "");
	assert_events(&w->a, "REJECTED ENDED ");
	assert_int_equal(w->a.status, 0); /* of ENDED */
}

/* Two that send the caller to each other. */
static void test_loop(void **state)
{
	(void)state;
	refuse(302, "Contact: <sip:x@192.0.2.9>\r\n");
	refuse(302, "Contact: <sip:100@192.0.2.2>, <sip:x@192.0.2.9>\r\n");
	assert_true(invites("\r\nCSeq: 2 INVITE\r\n"));
	assert_events(&w->a, "REJECTED ENDED ");
}

static void test_bound(void **state)
{
	char contact[64];

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		snprintf(contact, sizeof(contact), "Contact: <sip:x%u@192.0.2.9>\r\n", i);
		if (!w->a.events[0])
			refuse(302, contact);
	}
	assert_true(invites("\r\nCSeq: 6 INVITE\r\n"));
	assert_events(&w->a, "REJECTED ENDED ");
}

/* 21.6: nobody wants it anywhere. */
static void test_global_failure(void **state)
{
	(void)state;
	refuse(302, "Contact: <sip:x@192.0.2.9>, <sip:y@192.0.2.9>\r\n");
	refuse(603, "");
	assert_events(&w->a, "REJECTED ENDED ");
}

/* What cannot be called from here is the user's. */
static void test_not_for_us(void **state)
{
	(void)state;
	refuse(302, "Contact: <tel:+49>, <sip:x@host.example>, <sips:x@192.0.2.9>, *\r\n"
		    "Contact: <sip:x@[2001:db8::1]>\r\n");
	assert_events(&w->a, "REJECTED ENDED ");
}

/* A target that is not there: the next one after its time-out. */
static void test_dead_target(void **state)
{
	(void)state;
	refuse(302, "Contact: <sip:x@192.0.2.9>, <sip:y@192.0.2.9>\r\n");
	for (unsigned i = 0; i < 34; i++) {
		w->now = tick_add_ms(w->now, 1000);
		sip_stack_tick(w->a.stack, w->now);
		drain();
	}
	assert_true(invites("INVITE sip:y@192.0.2.9 SIP/2.0\r\n"));
	assert_events(&w->a, "");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_by_weight),	   TEST(test_loop),	  TEST(test_bound),
		TEST(test_global_failure), TEST(test_not_for_us), TEST(test_dead_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
