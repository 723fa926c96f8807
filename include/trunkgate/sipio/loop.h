/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sipio/loop: the loop of the signalling thread. libosmocore's select loop carries it (its VTY needs
 * that one), with one nested epoll and one timerfd in it: poll() over every socket would cost 1.5
 * ms a pass at 10,000 sockets, and osmo_timer rounds down and follows the wall clock.
 *
 * One loop in a process, since libosmocore's is. Time is read once a pass; timers of one deadline
 * fire in the order in which they were armed. A callback may add, change and remove any watch and
 * timer, its own too.
 *
 *	struct io_loop *l = io_loop_new(mem, &diag);
 *	struct io_watch w = { .fd = fd, .ready = on_ready, .self = me };
 *	io_loop_watch(l, &w, IO_READ);
 *	struct io_timer t = { .fire = on_second, .self = me };
 *	io_timer_arm(l, &t, tick_add_ms(io_loop_now(l), 1000));
 *	io_loop_on_turn(l, wire_turn, wire);	(drains the cores after every pass)
 *	io_loop_run(l);				(until io_loop_stop)
 */
#ifndef TRUNKGATE_SIPIO_LOOP_H
#define TRUNKGATE_SIPIO_LOOP_H

#include <stdbool.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/base/tick.h>
#include <trunkgate/base/timerq.h>

struct io_loop;

#define IO_READ	 1u
#define IO_WRITE 2u
#define IO_ERROR 4u /* always reported, never asked for */

/* The owner's; must stay in place while it is watched. */
struct io_watch {
	int fd;
	void (*ready)(void *self, unsigned what);
	void *self;
	bool watched; /* the loop's */
};

struct io_timer {
	struct timer node; /* the loop's */
	void (*fire)(void *self);
	void *self;
};

/* CLOCK_MONOTONIC, now. */
tick_t io_now(void);

/* NULL with a reason in *diag. */
struct io_loop *io_loop_new(struct mem *m, struct tg_diag *diag);
void io_loop_free(struct io_loop *l);
/* The time of this pass; before the first the time of io_loop_new. */
tick_t io_loop_now(const struct io_loop *l);

/* Adds a descriptor, or changes what it waits for. TG_EIO when the kernel refuses. */
int io_loop_watch(struct io_loop *l, struct io_watch *w, unsigned what);
/* Before the descriptor is closed; harmless when it is not watched. */
void io_loop_unwatch(struct io_loop *l, struct io_watch *w);

void io_timer_arm(struct io_loop *l, struct io_timer *t, tick_t at);
void io_timer_cancel(struct io_loop *l, struct io_timer *t);

/* Called before the loop sleeps, once a pass, with the pass's time: does what is due and returns
 * when it wants to be called again at the latest (TICK_NEVER: when something else happens). */
typedef tick_t io_turn_fn(void *self, tick_t now);
void io_loop_on_turn(struct io_loop *l, io_turn_fn *turn, void *self);

/* One pass: waits, calls what is ready, then the timers, then the turn. */
void io_loop_pass(struct io_loop *l);
/* Passes until io_loop_stop; a stop is seen at the end of its pass. Returns the value given. */
int io_loop_run(struct io_loop *l);
void io_loop_stop(struct io_loop *l, int value);

/* SIGINT, SIGTERM and SIGHUP come as a call in the loop, and SIGPIPE is ignored. Before any thread
 * is started: the threads inherit the mask. */
typedef void io_signal_fn(void *self, int signal_number);
int io_loop_signals(struct io_loop *l, io_signal_fn *fn, void *self, struct tg_diag *diag);

#endif
