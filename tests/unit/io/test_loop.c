/* SPDX-License-Identifier: GPL-3.0-or-later */
/* io/loop: order of timers, descriptors that come and go, signals, the turn. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "io/loop.h"
#include "unit/support.h"

struct ctx {
	struct mem *mem;
	struct io_loop *loop;
	char seen[64];
};

static struct ctx c;

static int setup(void **state)
{
	struct tg_diag d = TG_DIAG_NONE;

	(void)state;
	memset(&c, 0, sizeof(c));
	c.mem = mem_root("test");
	c.loop = io_loop_new(c.mem, &d);
	return c.loop ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	io_loop_free(c.loop);
	mem_free(c.mem);
	return 0;
}

struct named {
	struct io_timer timer;
	char name;
};

static void fire(void *self)
{
	struct named *n = self;
	size_t len = strlen(c.seen);

	c.seen[len] = n->name;
	if (n->name == '!')
		io_loop_stop(c.loop, 7);
}

static void arm(struct named *n, char name, int64_t in_us)
{
	n->name = name;
	n->timer.fire = fire;
	n->timer.self = n;
	io_timer_arm(c.loop, &n->timer, tick_add_us(io_loop_now(c.loop), in_us));
}

/* libosmocore's own timers would come as "321" (measured): timers due in one pass are fired in
 * their order, and those of one deadline in the order of arming. */
static void test_timers_in_order(void **state)
{
	struct named n[6] = { 0 };

	(void)state;
	arm(&n[0], '!', 5000);
	arm(&n[1], '1', 1000);
	arm(&n[2], '2', 2000);
	arm(&n[3], 'b', 3000);
	arm(&n[4], 'a', 3000);
	arm(&n[5], 'x', 2500);
	io_timer_cancel(c.loop, &n[5].timer);
	usleep(10000);
	assert_int_equal(io_loop_run(c.loop), 7);
	assert_string_equal(c.seen, "12ba!");
}

static void test_timer_is_not_early(void **state)
{
	tick_t begin = io_loop_now(c.loop); /* what the timer counts from */
	struct named n = { 0 };
	int64_t took;

	(void)state;
	arm(&n, '!', 20900);
	io_loop_run(c.loop);
	took = tick_diff_us(io_now(), begin);
	assert_true(took >= 20900);
}

struct pipe_watch {
	struct io_watch watch, *other;
	int write_fd;
	unsigned calls;
};

static void on_pipe(void *self, unsigned what)
{
	struct pipe_watch *p = self;
	char octet;

	assert_true(what & IO_READ);
	assert_int_equal(read(p->watch.fd, &octet, 1), 1);
	p->calls++;
	if (p->other)
		io_loop_unwatch(c.loop, p->other);
	io_loop_stop(c.loop, 0);
}

static void open_pipe(struct pipe_watch *p)
{
	int fd[2];

	assert_int_equal(pipe(fd), 0);
	*p = (struct pipe_watch){ .watch = { .fd = fd[0], .ready = on_pipe, .self = p },
				  .write_fd = fd[1] };
	assert_int_equal(io_loop_watch(c.loop, &p->watch, IO_READ), 0);
}

/* Two are ready in one pass; the first one takes the second one away. */
static void test_unwatched_on_the_way_is_not_called(void **state)
{
	struct pipe_watch a, b;

	(void)state;
	open_pipe(&a);
	open_pipe(&b);
	a.other = &b.watch;
	b.other = &a.watch;
	assert_int_equal(write(a.write_fd, "x", 1), 1);
	assert_int_equal(write(b.write_fd, "x", 1), 1);
	io_loop_run(c.loop);
	assert_int_equal(a.calls + b.calls, 1);
	io_loop_unwatch(c.loop, &a.watch);
	io_loop_unwatch(c.loop, &b.watch);
	close(a.watch.fd);
	close(b.watch.fd);
	close(a.write_fd);
	close(b.write_fd);
}

static void test_bad_descriptor(void **state)
{
	struct io_watch w = { .fd = 9999, .ready = on_pipe };

	(void)state;
	assert_int_equal(io_loop_watch(c.loop, &w, IO_READ), TG_EIO);
	assert_false(w.watched);
	io_loop_unwatch(c.loop, &w);
}

static tick_t turn(void *self, tick_t now)
{
	unsigned *turns = self;

	if (++*turns == 3)
		io_loop_stop(c.loop, 0);
	return tick_add_ms(now, 2);
}

static void test_turn_wakes_by_itself(void **state)
{
	tick_t begin = io_now();
	unsigned turns = 0;

	(void)state;
	io_loop_on_turn(c.loop, turn, &turns);
	io_loop_run(c.loop);
	assert_int_equal(turns, 3);
	assert_true(tick_diff_us(io_now(), begin) >= 4000);
}

static void on_signal(void *self, int number)
{
	*(int *)self = number;
	io_loop_stop(c.loop, 0);
}

static void test_signal_comes_in_the_loop(void **state)
{
	struct tg_diag d = TG_DIAG_NONE;
	int number = 0;

	(void)state;
	assert_int_equal(io_loop_signals(c.loop, on_signal, &number, &d), 0);
	assert_int_equal(raise(SIGTERM), 0);
	assert_int_equal(number, 0);
	io_loop_run(c.loop);
	assert_int_equal(number, SIGTERM);
	assert_int_equal(raise(SIGPIPE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_timers_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_timer_is_not_early, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unwatched_on_the_way_is_not_called, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_bad_descriptor, setup, teardown),
		cmocka_unit_test_setup_teardown(test_turn_wakes_by_itself, setup, teardown),
		cmocka_unit_test_setup_teardown(test_signal_comes_in_the_loop, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
