/* SPDX-License-Identifier: GPL-3.0-or-later */
/* io/udp on the loopback interface, with ports that the kernel chooses. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/random.h"
#include "io/sock.h"
#include "io/udp.h"
#include "unit/support.h"

struct end {
	struct io_udp *udp;
	unsigned rx;
	char text[256];
	struct addr from, failed_to;
	char why[64];
};

static struct mem *mem;
static struct io_loop *loop;
static struct end a, b;

static int setup(void **state)
{
	(void)state;
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	mem = mem_root("test");
	loop = io_loop_new(mem, NULL);
	return loop ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	io_udp_close(a.udp);
	io_udp_close(b.udp);
	io_loop_free(loop);
	mem_free(mem);
	return 0;
}

static void on_rx(void *self, const struct addr *from, struct str octets)
{
	struct end *e = self;

	e->rx++;
	e->from = *from;
	str_copyz(e->text, sizeof(e->text), octets);
	io_loop_stop(loop, 0);
}

static void on_failed(void *self, const struct addr *to, const char *why)
{
	struct end *e = self;

	e->failed_to = *to;
	str_copyz(e->why, sizeof(e->why), str_of(why));
	io_loop_stop(loop, 0);
}

static void open_end(struct end *e, const char *at)
{
	struct io_udp_user user = { .rx = on_rx, .failed = on_failed, .self = e };
	struct tg_diag d = TG_DIAG_NONE;
	struct addr addr;

	assert_int_equal(addr_parse(&addr, str_of(at), 0), 0);
	e->udp = io_udp_open(mem, loop, &addr, &user, &d);
	assert_non_null(e->udp);
	assert_int_not_equal(io_udp_local(e->udp)->port, 0);
}

static void give_up(void *self)
{
	(void)self;
	io_loop_stop(loop, -1);
}

static int run(void)
{
	struct io_timer t = { .fire = give_up };
	int rc;

	io_timer_arm(loop, &t, tick_add_ms(io_now(), 2000));
	rc = io_loop_run(loop);
	io_timer_cancel(loop, &t);
	return rc;
}

static void there_and_back(const char *at)
{
	open_end(&a, at);
	open_end(&b, at);
	assert_int_equal(io_udp_send(a.udp, io_udp_local(b.udp), STR("there")), 0);
	assert_int_equal(run(), 0);
	assert_string_equal(b.text, "there");
	assert_true(addr_eq(&b.from, io_udp_local(a.udp)));
	assert_int_equal(io_udp_send(b.udp, &b.from, STR("back")), 0);
	assert_int_equal(run(), 0);
	assert_string_equal(a.text, "back");
}

static void test_ip4(void **state)
{
	(void)state;
	there_and_back("127.0.0.1");
}

static void test_ip6(void **state)
{
	struct addr any;
	int fd;

	(void)state;
	assert_int_equal(addr_parse(&any, STR("::1"), 0), 0);
	if (io_sock_udp(&any, &fd, NULL) < 0)
		skip_because("no IPv6 here");
	close(fd);
	there_and_back("::1");
}

static void test_taken_port(void **state)
{
	struct io_udp_user user = { .rx = on_rx };
	struct tg_diag d = TG_DIAG_NONE;
	char want[128], text[ADDR_TEXT_MAX];

	(void)state;
	open_end(&a, "127.0.0.1");
	assert_null(io_udp_open(mem, loop, io_udp_local(a.udp), &user, &d));
	snprintf(want, sizeof(want), "%s (UDP) is in use by another program",
		 addr_print(io_udp_local(a.udp), text));
	assert_string_equal(d.text, want);
}

static void test_foreign_address(void **state)
{
	struct io_udp_user user = { .rx = on_rx };
	struct tg_diag d = TG_DIAG_NONE;
	struct addr addr;

	(void)state;
	addr_parse(&addr, STR("192.0.2.1:5060"), 0);
	assert_null(io_udp_open(mem, loop, &addr, &user, &d));
	assert_string_equal(d.text, "192.0.2.1:5060 is no address of this machine");
}

/* Nobody listens: the kernel's ICMP answer comes back with the address. */
static void test_refused_destination(void **state)
{
	struct addr gone;

	(void)state;
	open_end(&a, "127.0.0.1");
	open_end(&b, "127.0.0.1");
	gone = *io_udp_local(b.udp);
	io_udp_close(b.udp);
	b.udp = NULL;
	assert_int_equal(io_udp_send(a.udp, &gone, STR("anybody?")), 0);
	assert_int_equal(run(), 0);
	assert_true(addr_eq(&a.failed_to, &gone));
	assert_string_equal(a.why, "Connection refused");
}

/* An error that waits for one destination does not lose what is sent to another. */
static void test_error_of_another(void **state)
{
	struct addr gone = { ADDR_IP4, 9, { 127, 0, 0, 1 } };

	(void)state;
	open_end(&a, "127.0.0.1");
	open_end(&b, "127.0.0.1");
	assert_int_equal(io_udp_send(a.udp, &gone, STR("x")), 0);
	assert_int_equal(io_udp_send(a.udp, io_udp_local(b.udp), STR("y")), 0);
	for (int i = 0; i < 10 && !b.rx; i++)
		run();
	assert_string_equal(b.text, "y");
}

static void test_unroutable_is_an_error(void **state)
{
	struct addr ip6 = { ADDR_IP6, 5060, { 0x20, 0x01, 0x0d, 0xb8 } };

	(void)state;
	open_end(&a, "127.0.0.1");
	assert_int_equal(io_udp_send(a.udp, &ip6, STR("x")), TG_EIO);
}

static void test_empty_and_large_datagrams(void **state)
{
	static char big[65507];

	(void)state;
	open_end(&a, "127.0.0.1");
	open_end(&b, "127.0.0.1");
	assert_int_equal(io_udp_send(a.udp, io_udp_local(b.udp), STR("")), 0);
	assert_int_equal(run(), 0);
	assert_int_equal(b.rx, 1);
	memset(big, 'z', sizeof(big));
	assert_int_equal(io_udp_send(a.udp, io_udp_local(b.udp), str_n(big, sizeof(big))), 0);
	assert_int_equal(run(), 0);
	assert_int_equal(b.rx, 2);
	assert_int_equal(b.text[0], 'z');
}

static void test_source_address(void **state)
{
	struct addr remote = { ADDR_IP4, 5060, { 127, 0, 0, 1 } }, local;

	(void)state;
	assert_int_equal(io_sock_source(&remote, &local), 0);
	assert_true(addr_ip_eq(&remote, &local));
}

static void test_tcp_port_that_listens(void **state)
{
	struct addr at = { ADDR_IP4, 0, { 127, 0, 0, 1 } };
	struct tg_diag d = TG_DIAG_NONE;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_storage sa;
	uint16_t port;

	(void)state;
	assert_int_equal(io_sock_tcp_listening(&port), TG_ENOENT);
	assert_int_equal(io_sock_tcp_check(&at, &d), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, io_sockaddr_of(&at, &sa)), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(io_sock_tcp_listening(&port), 0);
	at.port = port;
	assert_int_equal(io_sock_tcp_check(&at, &d), TG_EEXIST);
	assert_non_null(strstr(d.text, "(TCP) is in use by another program"));
	close(fd);
}

static void test_random(void **state)
{
	struct rng r = io_random();

	(void)state;
	assert_true(rng_u64(&r) != rng_u64(&r));
}

#define IO_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IO_TEST(test_ip4),
		IO_TEST(test_ip6),
		IO_TEST(test_taken_port),
		IO_TEST(test_foreign_address),
		IO_TEST(test_refused_destination),
		IO_TEST(test_error_of_another),
		IO_TEST(test_unroutable_is_an_error),
		IO_TEST(test_empty_and_large_datagrams),
		IO_TEST(test_source_address),
		IO_TEST(test_tcp_port_that_listens),
		IO_TEST(test_random),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
