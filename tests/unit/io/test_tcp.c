/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sipio/tcp on the loopback interface: two places, connections between them; and by SCTP where the
 * kernel has it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <trunkgate/sipio/tcp.h>

#include "io/loop.h"
#include "unit/support.h"

#define ID 7

struct end {
	struct io_tcp *tcp;
	uint32_t next_id, id;
	unsigned accepted, up, down, blocked, unblocked, nr_rx;
	size_t rx;
	char text[64];
	bool refuses, deaf, echoes;
};

static struct mem *mem;
static struct io_loop *loop;
static struct end a, b;
static bool sctp;

static int on_accepted(void *self, const struct addr *from, uint32_t *id)
{
	struct end *e = self;

	assert_int_equal(from->family, ADDR_IP4);
	if (e->refuses)
		return TG_ELIMIT;
	*id = e->id = ++e->next_id;
	e->accepted++;
	return 0;
}

static void on_up(void *self, uint32_t id, bool authenticated, struct str names)
{
	struct end *e = self;

	assert_int_equal(names.len, 0);
	assert_int_equal(id, ID);
	assert_false(authenticated);
	e->up++;
}

static void on_down(void *self, uint32_t id, const char *why)
{
	struct end *e = self;

	assert_true(id != 0 && why[0]);
	e->down++;
}

static void on_blocked(void *self, uint32_t id, bool blocked)
{
	struct end *e = self;

	(void)id;
	e->blocked += blocked;
	e->unblocked += !blocked;
}

static size_t room(void *self, uint32_t id)
{
	(void)id;
	return ((struct end *)self)->deaf ? 0 : 100000;
}

static void on_rx(void *self, uint32_t id, struct str octets)
{
	struct end *e = self;

	e->rx += octets.len;
	e->nr_rx++;
	str_copyz(e->text, sizeof(e->text), octets);
	if (e->echoes) {
		io_tcp_send(e->tcp, id, octets);
		io_tcp_close(e->tcp, id);
	}
}

static void open_end(struct end *e)
{
	struct addr bind = { ADDR_IP4, 0, { 127, 0, 0, 1 } };
	struct io_tcp_user user = { on_accepted, on_up, on_down, on_blocked, room, on_rx, e };

	memset(e, 0, sizeof(*e));
	e->next_id = 100;
	e->tcp = sctp ? io_tcp_open_sctp(mem, loop, &bind, &user, NULL)
		      : io_tcp_open(mem, loop, &bind, NULL, &user, NULL);
	assert_true(sctp || e->tcp);
}

static int setup(void **state)
{
	(void)state;
	mem = mem_root("test");
	loop = io_loop_new(mem, NULL);
	open_end(&a);
	open_end(&b);
	return 0;
}

static int setup_sctp(void **state)
{
	sctp = true;
	setup(state);
	sctp = false;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	io_tcp_shut(a.tcp);
	io_tcp_shut(b.tcp);
	io_loop_free(loop);
	mem_free(mem);
	return 0;
}

static void stop(void *self)
{
	(void)self;
	io_loop_stop(loop, 0);
}

static void run_ms(int64_t ms)
{
	struct io_timer t = { .fire = stop };

	io_timer_arm(loop, &t, tick_add_ms(io_now(), ms));
	io_loop_run(loop);
}

static void run_until(const unsigned *count)
{
	for (int i = 0; i < 500 && !*count; i++)
		run_ms(10);
	assert_true(*count > 0);
}

static void test_there_and_back(void **state)
{
	struct io_tcp_stats st;

	(void)state;
	b.echoes = true;
	io_tcp_connect(a.tcp, ID, io_tcp_local(b.tcp), STR(""));
	run_until(&a.up);
	assert_int_equal(b.accepted, 1);
	io_tcp_send(a.tcp, ID, STR("hello"));
	run_until(&a.down); /* it was closed behind the echo */
	assert_string_equal(a.text, "hello");
	run_ms(50);
	assert_int_equal(b.down, 0); /* it has asked for that itself */
	io_tcp_stats(a.tcp, &st);
	assert_int_equal(st.connections, 0);
}

/* RFC 4168: what is sent is one message there, and comes as one, whoever has to wait. */
static void test_sctp(void **state)
{
	static char message[3000];
	unsigned nr = 0, behind = 0;
	size_t all = 0;

	if (!a.tcp || !b.tcp)
		skip(); /* no SCTP in this kernel */
	test_there_and_back(state);
	memset(message, 'x', sizeof(message));
	a = (struct end){ .tcp = a.tcp };
	b = (struct end){ .tcp = b.tcp, .next_id = 100, .deaf = true };
	io_tcp_connect(a.tcp, ID, io_tcp_local(b.tcp), STR(""));
	run_until(&a.up);
	/* until the kernel takes no more, and a few that wait here */
	while (nr < 5000 && (!a.blocked || ++behind < 20)) {
		size_t len = 1 + 700 * (nr++ % 4);
		io_tcp_send(a.tcp, ID, str_n(message, len));
		all += len;
		run_ms(0);
	}
	assert_true(a.blocked && !a.down);
	b.deaf = false;
	for (int i = 0; i < 500 && b.nr_rx < nr; i++)
		run_ms(10);
	assert_int_equal(b.nr_rx, nr);
	assert_int_equal(b.rx, all);
}

static void test_refused(void **state)
{
	struct addr nobody = { ADDR_IP4, 1, { 127, 0, 0, 1 } };

	(void)state;
	io_tcp_connect(a.tcp, ID, &nobody, STR(""));
	assert_int_equal(a.down, 0); /* not from within */
	run_until(&a.down);
	b.refuses = true;
	a.down = 0;
	io_tcp_connect(a.tcp, ID, io_tcp_local(b.tcp), STR(""));
	run_until(&a.down);
	assert_int_equal(b.accepted, 0);
}

/* What is not read is kept up to a bound; the sender is told. */
static void test_not_read(void **state)
{
	static char much[65536];
	unsigned n = 0;

	(void)state;
	b.deaf = true;
	io_tcp_connect(a.tcp, ID, io_tcp_local(b.tcp), STR(""));
	run_until(&a.up);
	for (n = 0; n < 1000 && !a.blocked; n++) {
		io_tcp_send(a.tcp, ID, str_n(much, sizeof(much)));
		if (n % 4 == 3)
			run_ms(1);
	}
	assert_int_equal(a.blocked, 1);
	b.deaf = false;
	run_until(&a.unblocked);
	run_ms(100);
	assert_int_equal(b.rx, n * sizeof(much));
	b.deaf = true;
	for (n = 0; n < 1000 && !a.down; n++) {
		io_tcp_send(a.tcp, ID, str_n(much, sizeof(much)));
		if (n % 16 == 15)
			run_ms(1);
	}
	assert_int_equal(a.down, 1);
}

static void test_unknown(void **state)
{
	(void)state;
	io_tcp_send(a.tcp, ID, STR("x"));
	io_tcp_close(a.tcp, ID);
	io_tcp_connect(a.tcp, ID, io_tcp_local(b.tcp), STR(""));
	io_tcp_close(a.tcp, ID);
	run_ms(50);
	assert_int_equal(a.up + a.down, 0);
}

static void test_address_taken(void **state)
{
	struct tg_diag diag = TG_DIAG_NONE;
	struct io_tcp_user user = { 0 };

	(void)state;
	assert_null(io_tcp_open(mem, loop, io_tcp_local(a.tcp), NULL, &user, &diag));
	assert_non_null(strstr(diag.text, "(TCP)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_there_and_back, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_read, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown, setup, teardown),
		cmocka_unit_test_setup_teardown(test_address_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sctp, setup_sctp, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
