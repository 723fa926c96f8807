/* SPDX-License-Identifier: GPL-3.0-or-later */
/* io/rtp_flow: a steady stream gets its own socket on the channel's port, strangers come to the first
 * one all the same; a far end that moves, a re-INVITE, an ICMP error and the end of the leg end it. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include "io/rtp_flow.h"
#include "io/sock.h"
#include "unit/support.h"

static struct mem *mem;
static struct io_rtp_ports ports;
static struct io_rtp_flows *flows;
static struct addr far, other;
static int far_fd, other_fd;

static void open_ports(void)
{
	struct addr at = { ADDR_IP4, 0, { 127, 0, 0, 1 } };

	for (unsigned first = 30000; first < 60000; first += 20)
		if (io_rtp_ports_open(mem, &at, (uint16_t)first, (uint16_t)(first + 19), 8, &ports,
				      NULL) == 0)
			return;
	fail_msg("no free port");
}

static int open_far(struct addr *at)
{
	struct addr any = { ADDR_IP4, 0, { 127, 0, 0, 1 } };
	int fd;

	assert_int_equal(io_sock_udp(&any, &fd, NULL), 0);
	assert_int_equal(io_sock_local(fd, at), 0);
	return fd;
}

static int setup(void **state)
{
	(void)state;
	mem = mem_root("test");
	open_ports();
	flows = io_rtp_flows_new(mem, &ports);
	assert_non_null(flows);
	far_fd = open_far(&far);
	other_fd = open_far(&other);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	io_rtp_flows_free(flows);
	io_rtp_ports_close(&ports);
	close(far_fd);
	close(other_fd);
	mem_free(mem);
	return 0;
}

static bool has_flow(unsigned c)
{
	return io_rtp_flow_fd(flows, c) >= 0;
}

/* What is in the socket, which says who it came from; 0: nothing. */
static char in(int fd, struct addr *from)
{
	char c[4] = { 0 };

	return fd >= 0 && io_sock_recv(fd, c, sizeof(c), from) > 0 ? c[0] : 0;
}

static unsigned refused(void)
{
	unsigned nr_open, nr;

	io_rtp_flows_stats(flows, &nr_open, &nr);
	return nr;
}

static char in_flow(unsigned c)
{
	struct addr from;

	return in(io_rtp_flow_fd(flows, c), &from);
}

/* The first socket's, as the worker has it. */
static char in_first(unsigned c, bool accepted)
{
	struct addr from;
	char got = in(ports.fd[c], &from);

	if (got)
		io_rtp_flow_heard(flows, c, &from, accepted);
	return got;
}

static void say(int fd, unsigned c, const char *what)
{
	assert_int_equal(io_sock_send(fd, &ports.local[c], str_of(what)), 0);
}

static bool send_and_hear(unsigned c, const struct addr *to, int fd)
{
	struct addr from;

	io_rtp_flows_tick(flows);
	assert_int_equal(io_rtp_flow_send(flows, c, to, STR("x")), 0);
	return in(fd, &from) == 'x' && addr_eq(&from, &ports.local[c]);
}

/* One packet each way, until the stream is steady. */
static void make_steady(unsigned c)
{
	for (int i = 0; i < IO_RTP_FLOW_STEADY; i++) {
		assert_false(has_flow(c));
		say(far_fd, c, "a");
		assert_int_equal(in_first(c, true), 'a');
		assert_true(send_and_hear(c, &far, far_fd));
	}
	assert_true(has_flow(c));
}

static void test_steady(void **state)
{
	(void)state;
	make_steady(0);
	say(far_fd, 0, "b");
	assert_int_equal(in_first(0, true), 0);
	assert_int_equal(in_flow(0), 'b');
	assert_int_equal(in_flow(0), 0);
	assert_true(send_and_hear(0, &far, far_fd));
	assert_true(has_flow(0));
	assert_false(has_flow(1));
}

/* What lies in the first socket when it gets its own is read, and before what comes there. */
static void test_nothing_is_left(void **state)
{
	(void)state;
	for (int i = 0; i < IO_RTP_FLOW_STEADY; i++) {
		say(far_fd, 0, "a");
		if (i == IO_RTP_FLOW_STEADY - 1)
			say(far_fd, 0, "b");
		assert_int_equal(in_first(0, true), 'a');
		assert_false(io_rtp_flow_fresh(flows, 0));
		assert_true(send_and_hear(0, &far, far_fd));
	}
	assert_true(has_flow(0));
	assert_true(io_rtp_flow_fresh(flows, 0));
	assert_int_equal(in_first(0, true), 'b');
	assert_true(has_flow(0));
	assert_true(io_rtp_flow_fresh(flows, 0));
	assert_false(io_rtp_flow_fresh(flows, 0));
}

/* Not when it answers from where ours do not go. */
static void test_asymmetric(void **state)
{
	(void)state;
	for (int i = 0; i < 3 * IO_RTP_FLOW_STEADY; i++) {
		say(other_fd, 0, "a");
		assert_int_equal(in_first(0, true), 'a');
		assert_true(send_and_hear(0, &far, far_fd));
		assert_false(has_flow(0));
	}
}

static void test_two_sources(void **state)
{
	(void)state;
	for (int i = 0; i < 3 * IO_RTP_FLOW_STEADY; i++) {
		say(i % 2 ? far_fd : other_fd, 0, "a");
		assert_int_equal(in_first(0, true), 'a');
		assert_true(send_and_hear(0, &far, far_fd));
		assert_false(has_flow(0));
	}
}

/* A stranger neither ends it nor gets in, and is there to be counted. */
static void test_stranger(void **state)
{
	unsigned asked = 0;

	(void)state;
	for (int i = 0; i < IO_RTP_FLOW_STEADY; i++) {
		say(other_fd, 0, "s");
		assert_int_equal(in_first(0, false), 's');
		say(far_fd, 0, "a");
		assert_int_equal(in_first(0, true), 'a');
		assert_true(send_and_hear(0, &far, far_fd));
	}
	assert_true(has_flow(0));
	say(other_fd, 0, "s");
	say(far_fd, 0, "b");
	assert_int_equal(in_flow(0), 'b');
	assert_int_equal(in_flow(0), 0);
	for (int i = 0; i < 64; i++)
		asked += io_rtp_flow_ask(flows, 0, false);
	assert_in_range(asked, 2, 8);
	assert_int_equal(in_first(0, false), 's');
	assert_true(has_flow(0));
}

/* The far end goes on from another port of its. */
static void test_moves(void **state)
{
	(void)state;
	make_steady(0);
	say(other_fd, 0, "m");
	assert_int_equal(in_flow(0), 0);
	io_rtp_flow_ask(flows, 0, true);
	assert_true(io_rtp_flow_ask(flows, 0, true));
	assert_int_equal(in_first(0, true), 'm');
	assert_false(has_flow(0));
	assert_true(send_and_hear(0, &far, far_fd));
	assert_false(has_flow(0));
	say(far_fd, 0, "a");
	assert_int_equal(in_first(0, true), 'a');
}

/* A re-INVITE: ours go elsewhere from now on, and it may answer from there. */
static void test_reinvite(void **state)
{
	(void)state;
	make_steady(0);
	assert_true(send_and_hear(0, &other, other_fd));
	assert_false(has_flow(0));
	say(other_fd, 0, "n");
	assert_int_equal(in_first(0, true), 'n');
	for (int i = 1; i < IO_RTP_FLOW_STEADY; i++) {
		say(other_fd, 0, "n");
		assert_int_equal(in_first(0, true), 'n');
		assert_true(send_and_hear(0, &other, other_fd));
	}
	assert_true(has_flow(0));
}

/* Nobody is there: on the next packet the kernel has ECONNREFUSED. */
static void test_refused(void **state)
{
	struct addr from;

	(void)state;
	make_steady(0);
	close(far_fd);
	assert_int_equal(io_rtp_flow_send(flows, 0, &far, STR("x")), 0);
	assert_true(has_flow(0));
	assert_int_equal(io_rtp_flow_send(flows, 0, &far, STR("x")), 0);
	assert_false(has_flow(0));
	assert_int_equal(refused(), 1);
	far_fd = open_far(&far);
	make_steady(0);
	close(far_fd);
	assert_int_equal(io_rtp_flow_send(flows, 0, &far, STR("x")), 0);
	assert_int_equal(in(io_rtp_flow_fd(flows, 0), &from), 0);
	assert_true(has_flow(0)); /* heard by receiving: whoever did says so */
	io_rtp_flow_failed(flows, 0);
	io_rtp_flow_failed(flows, 0);
	assert_false(has_flow(0));
	assert_int_equal(refused(), 2);
	far_fd = open_far(&far);
}

/* The next leg on the channel hears nothing of it, and its far end may be the same. */
static void test_end(void **state)
{
	(void)state;
	make_steady(0);
	io_rtp_flow_end(flows, 0);
	assert_false(has_flow(0));
	say(far_fd, 0, "a");
	assert_int_equal(in_first(0, true), 'a');
	io_rtp_flow_end(flows, 0);
	make_steady(0);
}

/* So many in a tick, the others a little later. */
static void test_many(void **state)
{
	unsigned nr = 0;

	(void)state;
	for (unsigned c = 0; c < 8; c++)
		for (int i = 0; i < IO_RTP_FLOW_STEADY; i++)
			io_rtp_flow_heard(flows, c, &far, true);
	io_rtp_flows_tick(flows);
	for (unsigned c = 0; c < 8; c++) {
		assert_int_equal(io_rtp_flow_send(flows, c, &far, STR("x")), 0);
		nr += has_flow(c);
	}
	assert_int_equal(nr, IO_RTP_FLOW_PER_TICK);
	io_rtp_flows_tick(flows);
	for (unsigned c = 0; c < 8; c++)
		assert_int_equal(io_rtp_flow_send(flows, c, &far, STR("x")), 0);
	for (unsigned c = 0; c < 8; c++)
		assert_true(has_flow(c));
}

/* The port is still nobody else's. */
static void test_port_is_ours(void **state)
{
	int fd;

	(void)state;
	make_steady(0);
	assert_int_equal(io_sock_udp(&ports.local[0], &fd, NULL), TG_EEXIST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_steady, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_is_left, setup, teardown),
		cmocka_unit_test_setup_teardown(test_asymmetric, setup, teardown),
		cmocka_unit_test_setup_teardown(test_two_sources, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stranger, setup, teardown),
		cmocka_unit_test_setup_teardown(test_moves, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reinvite, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_port_is_ours, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
