/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages of RFC 4475 and RFC 5118, when a copy of them lies beside the tree (it is no part of
 * it): the parser must take or refuse each as the RFC says, and the stack must answer each, in a datagram
 * and on a stream, as the RFC says, and live on. Catalogue cases A01 and A02. The same points in
 * messages of our own are in test_msg_fault. */
#include <stdio.h>
#include <stdlib.h>

#include <trunkgate/sip/frame.h>
#include <trunkgate/sip/stack.h>

#include "unit/support.h"

#define TAKEN	0
#define DROPPED 1
/* Of the stack: */
#define NONE   0 /* it says nothing */
#define CLOSED 1 /* nor that, and closes the stream */

/* What the parser says, and what the stack of a user agent without a registrar answers to a datagram
 * and on a stream. Where it is not what is expected of the message at first sight, why. */
static const struct {
	const char *clause, *file;
	unsigned status, udp, tcp;
} messages[] = {
	{ "RFC 4475 3.1.1.1", "rfc4475/wsinv.dat", TAKEN, 481,
	  481 }, /* its To has the tag of a dialog that nobody knows: 12.2.2 */
	{ "RFC 4475 3.1.1.2", "rfc4475/intmeth.dat", TAKEN, 501, 501 },
	{ "RFC 4475 3.1.1.3", "rfc4475/esc01.dat", TAKEN, 100, 100 },
	{ "RFC 4475 3.1.1.4", "rfc4475/escnull.dat", TAKEN, 405, 405 },
	{ "RFC 4475 3.1.1.5", "rfc4475/esc02.dat", TAKEN, 501, 501 },
	{ "RFC 4475 3.1.1.6", "rfc4475/lwsdisp.dat", TAKEN, 200, 200 },
	{ "RFC 4475 3.1.1.7", "rfc4475/longreq.dat", TAKEN, 100, 100 },
	{ "RFC 4475 3.1.1.8", "rfc4475/dblreq.dat", TAKEN, 405, 405 },
	{ "RFC 4475 3.1.1.9", "rfc4475/semiuri.dat", TAKEN, 200, 200 },
	{ "RFC 4475 3.1.1.10", "rfc4475/transports.dat", TAKEN, 200, 200 },
	{ "RFC 4475 3.1.1.11", "rfc4475/mpart01.dat", TAKEN, 405, 405 },
	{ "RFC 4475 3.1.1.12", "rfc4475/unreason.dat", TAKEN, NONE, NONE },
	{ "RFC 4475 3.1.1.13", "rfc4475/noreason.dat", TAKEN, NONE, NONE },
	{ "RFC 4475 3.1.2.1", "rfc4475/badinv01.dat", DROPPED, NONE,
	  NONE }, /* its only Via is the fault */
	{ "RFC 4475 3.1.2.2", "rfc4475/clerr.dat", 400, 400,
	  NONE }, /* on a stream the rest may follow: 18.3 */
	{ "RFC 4475 3.1.2.3", "rfc4475/ncl.dat", 400, 400, 400 },
	{ "RFC 4475 3.1.2.4", "rfc4475/scalar02.dat", 400, 400, 400 },
	{ "RFC 4475 3.1.2.5", "rfc4475/scalarlg.dat", DROPPED, NONE, NONE },
	{ "RFC 4475 3.1.2.6", "rfc4475/quotbal.dat", 400, 400, 400 },
	{ "RFC 4475 3.1.2.7", "rfc4475/ltgtruri.dat", 400, 400, 400 },
	{ "RFC 4475 3.1.2.8", "rfc4475/lwsruri.dat", 400, 400, 400 },
	{ "RFC 4475 3.1.2.9", "rfc4475/lwsstart.dat", 400, 400, 400 },
	{ "RFC 4475 3.1.2.10", "rfc4475/trws.dat", 400, 400, 400 },
	{ "RFC 4475 3.1.2.11", "rfc4475/escruri.dat", 400, 400, 400 },
	{ "RFC 4475 3.1.2.12", "rfc4475/baddate.dat", TAKEN, 100, 100 }, /* Date is not used */
	{ "RFC 4475 3.1.2.13", "rfc4475/regbadct.dat", 400, 400, 400 },
	{ "RFC 4475 3.1.2.14", "rfc4475/badaspec.dat", 400, 400, 400 },
	{ "RFC 4475 3.1.2.15", "rfc4475/baddn.dat", 400, 400,
	  NONE }, /* the copy lacks the empty line */
	{ "RFC 4475 3.1.2.16", "rfc4475/badvers.dat", 505, 505, 505 },
	{ "RFC 4475 3.1.2.17", "rfc4475/mismatch01.dat", 400, 400, 400 },
	{ "RFC 4475 3.1.2.18", "rfc4475/mismatch02.dat", 501, 501, 501 },
	{ "RFC 4475 3.1.2.19", "rfc4475/bigcode.dat", DROPPED, NONE, NONE },
	{ "RFC 4475 3.2.1", "rfc4475/badbranch.dat", TAKEN, 200, 200 },
	{ "RFC 4475 3.3.1", "rfc4475/insuf.dat", 400, 400, 400 },
	{ "RFC 4475 3.3.2", "rfc4475/unkscm.dat", TAKEN, 416, 416 },
	{ "RFC 4475 3.3.3", "rfc4475/novelsc.dat", TAKEN, 416, 416 },
	{ "RFC 4475 3.3.4", "rfc4475/unksm2.dat", TAKEN, 405, 405 },
	{ "RFC 4475 3.3.5", "rfc4475/bext01.dat", TAKEN, 420, 420 },
	{ "RFC 4475 3.3.6", "rfc4475/invut.dat", TAKEN, 415, 415 },
	{ "RFC 4475 3.3.7", "rfc4475/regaut01.dat", TAKEN, 405, 405 },
	{ "RFC 4475 3.3.8", "rfc4475/multi01.dat", 400, 400, 400 },
	{ "RFC 4475 3.3.9", "rfc4475/mcl01.dat", 400, 400, 400 },
	{ "RFC 4475 3.3.10", "rfc4475/bcast.dat", TAKEN, NONE, NONE },
	{ "RFC 4475 3.3.11", "rfc4475/zeromf.dat", TAKEN, 200, 200 },
	{ "RFC 4475 3.3.12", "rfc4475/cparam01.dat", TAKEN, 405, 405 },
	{ "RFC 4475 3.3.13", "rfc4475/cparam02.dat", TAKEN, 405, 405 },
	{ "RFC 4475 3.3.14", "rfc4475/regescrt.dat", TAKEN, 405, 405 },
	{ "RFC 4475 3.3.15", "rfc4475/sdp01.dat", TAKEN, 100,
	  100 }, /* 406 is allowed, not asked for */
	{ "RFC 4475 3.4.1", "rfc4475/inv2543.dat", TAKEN, 400,
	  400 }, /* no Contact: 8.1.1.8; on a stream no Content-Length */
	{ "no version", "rfc4475/test.dat", DROPPED, NONE, CLOSED },
	{ "RFC 5118 4.1", "rfc5118-crlf/ipv6-good.dat", TAKEN, 405, 405 },
	{ "RFC 5118 4.2", "rfc5118-crlf/ipv6-bad.dat", 400, 400, 400 },
	{ "RFC 5118 4.3", "rfc5118-crlf/port-ambiguous.dat", TAKEN, 405, 405 },
	{ "RFC 5118 4.4", "rfc5118-crlf/port-unambiguous.dat", TAKEN, 405, 405 },
	{ "RFC 5118 4.5", "rfc5118-crlf/via-received-param-with-delim.dat", TAKEN, 481, 481 },
	{ "RFC 5118 4.5", "rfc5118-crlf/via-received-param-no-delim.dat", TAKEN, 200, 200 },
	{ "RFC 5118 4.6", "rfc5118-crlf/ipv6-in-sdp.dat", TAKEN, 100, 100 },
	{ "RFC 5118 4.7", "rfc5118-crlf/mult-ip-in-header.dat", TAKEN, 481, 481 },
	{ "RFC 5118 4.8", "rfc5118-crlf/mult-ip-in-sdp.dat", TAKEN, 100, 100 },
	{ "RFC 5118 4.9", "rfc5118-crlf/ipv4-mapped-ipv6.dat", TAKEN, 100, 100 },
	{ "RFC 5118 4.10", "rfc5118-crlf/ipv6-bug-abnf-3-colons.dat", TAKEN, 200, 200 },
	{ "RFC 5118 4.10", "rfc5118-crlf/ipv6-correct-abnf-2-colons.dat", TAKEN, 200, 200 },
};

static FILE *open_message(const char *file)
{
	const char *top = getenv("top_srcdir");
	char path[600];

	snprintf(path, sizeof(path), "%s/../shared/standards/sip-torture/%s", top ? top : TG_SRCDIR,
		 file);
	return fopen(path, "rb");
}

static struct str read_message(const char *file)
{
	static char buf[65536];
	FILE *f = open_message(file);
	size_t n;

	if (!f)
		fail_msg("%s is not there", file);
	n = fread(buf, 1, sizeof(buf), f);
	fclose(f);
	return str_n(buf, n);
}

static void check(const char *file, const char *clause, unsigned want)
{
	struct tg_diag d = TG_DIAG_NONE;
	struct sip_msg m;
	int r = sip_msg_parse(&m, read_message(file), &d);

	if ((r < 0) != (want != TAKEN) || m.parse_status != (want == DROPPED ? 0 : want))
		fail_msg("%s (%s): result %d, status %u: %s at %zu", file, clause, r,
			 m.parse_status, d.text, d.offset);
}

static bool have_messages(void)
{
	FILE *f = open_message(messages[0].file);

	if (f)
		fclose(f);
	return f;
}

static void t_A01_A02_parsed(void **state)
{
	(void)state;
	if (!have_messages())
		skip_because("no ../shared/standards/sip-torture beside the tree");
	for (size_t i = 0; i < NR_OF(messages); i++)
		check(messages[i].file, messages[i].clause, messages[i].status);
}

/* The stack with the status of its first response. */
struct bed {
	struct mem *mem;
	struct rng_seeded seed;
	struct sip_stack *stack;
	tick_t now;
	struct addr peer;
	unsigned status;
	bool closed;
};

static void bed_init(struct bed *b)
{
	struct addr local = { .family = ADDR_IP4, .port = 5060, .ip = { 192, 0, 2, 1 } };
	struct sip_cfg cfg = { .max_calls = 4 };

	*b = (struct bed){ .mem = mem_root("torture"), .now = { S_US(1) } };
	b->peer = (struct addr){ .family = ADDR_IP4, .port = 5060, .ip = { 192, 0, 2, 9 } };
	cfg.rng = rng_seeded_init(&b->seed, 1);
	b->stack = sip_stack_new(b->mem, &cfg);
	assert_non_null(b->stack);
	assert_int_equal(sip_stack_path_add(b->stack, 1, &local), 0);
	assert_int_equal(sip_stack_path_add_stream(b->stack, 2, SIP_TCP, &local), 0);
}

static void drain(struct bed *b)
{
	struct sip_out out;

	while (sip_stack_next_out(b->stack, &out)) {
		if (out.type == SIP_OUT_CLOSE)
			b->closed = true;
		if (out.type != SIP_OUT_SEND || b->status)
			continue;
		/* what it repeats of a bad message is as bad: only the status is read */
		assert_int_equal(sscanf(out.send.octets.p, "SIP/2.0 %3u", &b->status), 1);
	}
}

/* ALIVE (the catalogue): an OPTIONS behind it is answered. */
static void check_alive(struct bed *b, const char *file)
{
	b->status = 0;
	sip_stack_rx(
		b->stack, b->now, 1, &b->peer,
		STR("OPTIONS sip:192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKok\r\n"
		    "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: alive\r\n"
		    "CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n\r\n"));
	drain(b);
	if (b->status != 200)
		fail_msg("%s: OPTIONS behind it gets %u", file, b->status);
}

static unsigned answer_udp(const char *file)
{
	struct bed b;
	unsigned status;

	bed_init(&b);
	sip_stack_rx(b.stack, b.now, 1, &b.peer, read_message(file));
	drain(&b);
	status = b.status;
	check_alive(&b, file);
	sip_stack_free(b.stack);
	mem_free(b.mem);
	return status;
}

/* One connection for each, fed as the room allows. */
static unsigned answer_tcp(const char *file)
{
	struct str octets = read_message(file);
	sip_path_id conn;
	unsigned status;
	struct bed b;

	bed_init(&b);
	assert_int_equal(sip_stack_accept(b.stack, b.now, 2, &b.peer, &conn), 0);
	drain(&b);
	sip_stack_rx(b.stack, b.now, conn, NULL, octets);
	drain(&b);
	for (unsigned i = 0; i < 4 && !b.closed; i++) {
		sip_stack_tick(b.stack, b.now);
		drain(&b);
	}
	status = b.status ? b.status : b.closed ? CLOSED : 0;
	check_alive(&b, file);
	sip_stack_free(b.stack);
	mem_free(b.mem);
	return status;
}

static void t_A01_A02_answered(void **state)
{
	(void)state;
	if (!have_messages())
		skip_because("no ../shared/standards/sip-torture beside the tree");
	for (size_t i = 0; i < NR_OF(messages); i++) {
		unsigned udp = answer_udp(messages[i].file), tcp = answer_tcp(messages[i].file);

		if (udp != messages[i].udp || tcp != messages[i].tcp)
			fail_msg("%s (%s): %u to a datagram, %u on a stream", messages[i].file,
				 messages[i].clause, udp, tcp);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_A01_A02_parsed),
		cmocka_unit_test(t_A01_A02_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
