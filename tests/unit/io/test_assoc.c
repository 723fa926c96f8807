/* SPDX-License-Identifier: GPL-3.0-or-later */
/* io/assoc over TCP on the loopback interface: a server's end and a client's; what goes wrong. SCTP
 * is tried by tests/live where a kernel has it. */
#include <stdio.h>
#include <string.h>

#include "io/assoc.h"
#include "unit/support.h"

struct end {
	unsigned up[2], down[2];
	size_t rx;
	char text[64], why[100];
};

static struct mem *mem;
static struct io_loop *loop;
static struct end end;
static struct io_assocs *a;

static void on_up(void *self, unsigned number, uint16_t nr_streams)
{
	((struct end *)self)->up[number]++;
	assert_int_equal(nr_streams, 1);
}

static void on_down(void *self, unsigned number, const char *why)
{
	struct end *e = self;

	e->down[number]++;
	snprintf(e->why, sizeof(e->why), "%s", why);
}

static void on_rx(void *self, unsigned number, uint16_t stream, struct str octets)
{
	struct end *e = self;

	(void)number;
	assert_int_equal(stream, 0);
	e->rx += octets.len;
	str_copyz(e->text, sizeof(e->text), octets);
}

static const struct addr here = { ADDR_IP4, 0, { 127, 0, 0, 1 } };

/* Number 0 is the server, 1 the client. */
static int setup(void **state)
{
	struct io_assoc_user user = { on_up, on_down, on_rx, &end };
	struct tg_diag diag = TG_DIAG_NONE;

	(void)state;
	end = (struct end){ 0 };
	mem = mem_root("test");
	loop = io_loop_new(mem, &diag);
	a = io_assocs_new(mem, loop, &user, 2);
	assert_non_null(a);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	io_assocs_free(a);
	io_loop_free(loop);
	mem_free(mem);
	return 0;
}

static void add_both(uint16_t allowed_port)
{
	struct io_assoc_cfg c = { .server = true, .nr_local = 1, .nr_remote = 1 };
	struct tg_diag diag = TG_DIAG_NONE;
	struct io_assoc_stats stats;

	c.local[0] = c.remote[0] = here;
	c.remote[0].port = allowed_port;
	assert_int_equal(io_assoc_add(a, 0, &c, &diag), 0);
	assert_true(io_assoc_stats(a, 0, &stats));
	c.server = false;
	c.remote[0] = here;
	c.remote[0].port = stats.local.port;
	assert_true(stats.local.port > 0);
	assert_int_equal(io_assoc_add(a, 1, &c, &diag), 0);
}

static void until(const unsigned *what, unsigned value)
{
	for (int i = 0; i < 1000 && *what != value; i++)
		io_loop_pass(loop);
	assert_int_equal(*what, value);
}

static void test_there_and_back(void **state)
{
	struct io_assoc_stats stats;

	(void)state;
	add_both(0);
	io_assoc_connect(a, 1);
	until(&end.up[0], 1);
	until(&end.up[1], 1);
	io_assoc_send(a, 1, 5, STR("hello"));
	while (end.rx < 5)
		io_loop_pass(loop);
	assert_string_equal(end.text, "hello");
	io_assoc_send(a, 0, 0, STR("back"));
	while (end.rx < 9)
		io_loop_pass(loop);
	assert_string_equal(end.text, "back");
	assert_true(io_assoc_stats(a, 1, &stats));
	assert_true(stats.up && stats.tx == 1 && stats.rx == 1 && !stats.dropped);
	io_assoc_close(a, 1);
	until(&end.down[0], 1);
	assert_string_equal(end.why, "closed by the other end");
	assert_int_equal(end.down[1], 0);
	io_assoc_connect(a, 1);
	until(&end.up[0], 2);
}

/* Who is not expected is sent away. */
static void test_stranger(void **state)
{
	(void)state;
	add_both(9);
	log_capture_start();
	io_assoc_connect(a, 1);
	until(&end.down[1], 1);
	assert_true(log_captured("is no ASP of ours: closed"));
	log_capture_stop();
	assert_int_equal(end.up[0], 0);
}

static void test_refused(void **state)
{
	struct io_assoc_cfg c = { .nr_local = 1, .nr_remote = 1 };
	struct tg_diag diag = TG_DIAG_NONE;

	(void)state;
	c.local[0] = c.remote[0] = here;
	c.remote[0].port = 1;
	assert_int_equal(io_assoc_add(a, 0, &c, &diag), 0);
	io_assoc_connect(a, 0);
	until(&end.down[0], 1);
	assert_string_equal(end.why, "Connection refused");
	io_assoc_send(a, 0, 0, STR("x"));
	io_assoc_close(a, 0);
}

/* What the other end does not read is bounded. */
static void test_bound(void **state)
{
	static char big[8000];
	struct io_assoc_stats stats;

	(void)state;
	add_both(0);
	io_assoc_connect(a, 1);
	until(&end.up[0], 1);
	until(&end.up[1], 1);
	for (int i = 0; i < 2000; i++)
		io_assoc_send(a, 1, 0, str_n(big, sizeof(big)));
	assert_true(io_assoc_stats(a, 1, &stats));
	assert_true(stats.dropped > 0);
	while (end.rx < (stats.tx - stats.dropped) * sizeof(big))
		io_loop_pass(loop);
	assert_int_equal(end.rx, (stats.tx - stats.dropped) * sizeof(big));
}

static void test_no_sctp(void **state)
{
	struct io_assoc_cfg c = { .sctp = true, .server = true, .nr_remote = 1 };
	struct tg_diag diag = TG_DIAG_NONE;
	int err;

	(void)state;
	c.remote[0] = here;
	err = io_assoc_add(a, 0, &c, &diag);
	if (err == 0)
		skip_because("this kernel has SCTP");
	assert_int_equal(err, TG_ENOTSUP);
	assert_non_null(strstr(diag.text, "no SCTP"));
}

#define T(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = { T(there_and_back), T(stranger), T(refused), T(bound),
					    T(no_sctp) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
