/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loop: one osmo_fd holds the nested epoll; the timerfd and the signalfd are watches in it. The
 * timerfd is set to the earliest of our timers and of what the turn asked for, before each sleep.
 */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <osmocom/core/select.h>

#include "io/loop.h"

#define BATCH 64 /* descriptors served in a pass */

struct io_loop {
	int epoll_fd;
	struct osmo_fd ofd;
	struct io_watch wake; /* the timerfd */
	struct io_watch sig;  /* the signalfd */
	io_signal_fn *on_signal;
	void *signal_self;
	struct timerq timers;
	tick_t now, wake_at, turn_at;
	io_turn_fn *turn;
	void *turn_self;
	bool stopped;
	int value;
	int nr_batch;
	struct epoll_event batch[BATCH];
};

tick_t io_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (tick_t){ S_US(ts.tv_sec) + ts.tv_nsec / 1000 };
}

tick_t io_loop_now(const struct io_loop *l)
{
	return l->now;
}

/* Ready descriptors; one that is unwatched on the way has been taken out of the batch. */
static int on_epoll(struct osmo_fd *ofd, unsigned int what)
{
	struct io_loop *l = ofd->data;

	(void)what;
	l->now = io_now();
	l->nr_batch = epoll_wait(l->epoll_fd, l->batch, BATCH, 0);
	for (int i = 0; i < l->nr_batch; i++) {
		struct io_watch *w = l->batch[i].data.ptr;
		uint32_t ev = l->batch[i].events;

		if (w)
			w->ready(w->self, (ev & EPOLLIN ? IO_READ : 0) |
						  (ev & EPOLLOUT ? IO_WRITE : 0) |
						  (ev & (EPOLLERR | EPOLLHUP) ? IO_ERROR : 0));
	}
	l->nr_batch = 0;
	return 0;
}

int io_loop_watch(struct io_loop *l, struct io_watch *w, unsigned what)
{
	struct epoll_event ev = { .events = (what & IO_READ ? EPOLLIN : 0) |
					    (what & IO_WRITE ? EPOLLOUT : 0),
				  .data.ptr = w };

	if (epoll_ctl(l->epoll_fd, w->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, w->fd, &ev) < 0)
		return TG_EIO;
	w->watched = true;
	return TG_OK;
}

void io_loop_unwatch(struct io_loop *l, struct io_watch *w)
{
	if (!w->watched)
		return;
	epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, w->fd, NULL);
	w->watched = false;
	for (int i = 0; i < l->nr_batch; i++)
		if (l->batch[i].data.ptr == w)
			l->batch[i].data.ptr = NULL;
}

static void on_wake(void *self, unsigned what)
{
	struct io_loop *l = self;
	uint64_t times;

	(void)what;
	if (read(l->wake.fd, &times, sizeof(times)) > 0)
		l->wake_at = TICK_NEVER;
}

static void set_wake(struct io_loop *l, tick_t at)
{
	struct itimerspec its = { 0 };

	if (at.us == l->wake_at.us)
		return;
	l->wake_at = at;
	if (!tick_is_never(at)) {
		/* 0 would switch it off */
		int64_t us = at.us > 0 ? at.us : 1;

		its.it_value.tv_sec = us / 1000000;
		its.it_value.tv_nsec = us % 1000000 * 1000;
	}
	timerfd_settime(l->wake.fd, TFD_TIMER_ABSTIME, &its, NULL);
}

static int open_fds(struct io_loop *l, struct tg_diag *diag)
{
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll_fd < 0)
		return tg_fail(diag, TG_EIO, 0, "", "epoll: %s", strerror(errno));
	l->wake.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (l->wake.fd < 0)
		return tg_fail(diag, TG_EIO, 0, "", "timerfd: %s", strerror(errno));
	if (io_loop_watch(l, &l->wake, IO_READ) < 0)
		return tg_fail(diag, TG_EIO, 0, "", "epoll: %s", strerror(errno));
	osmo_fd_setup(&l->ofd, l->epoll_fd, OSMO_FD_READ, on_epoll, l, 0);
	if (osmo_fd_register(&l->ofd) < 0)
		return tg_fail(diag, TG_EIO, 0, "", "the select loop takes no descriptor");
	return TG_OK;
}

struct io_loop *io_loop_new(struct mem *m, struct tg_diag *diag)
{
	struct io_loop *l = MEM_NEW(m, struct io_loop);

	if (!l) {
		tg_fail(diag, TG_ENOMEM, 0, "", "no memory for the loop");
		return NULL;
	}
	l->epoll_fd = l->wake.fd = l->sig.fd = -1;
	l->wake.ready = on_wake;
	l->wake.self = l;
	timerq_init(&l->timers);
	l->wake_at = l->turn_at = TICK_NEVER;
	l->now = io_now();
	if (open_fds(l, diag) == TG_OK)
		return l;
	io_loop_free(l);
	return NULL;
}

void io_loop_free(struct io_loop *l)
{
	if (!l)
		return;
	if (osmo_fd_is_registered(&l->ofd))
		osmo_fd_unregister(&l->ofd);
	if (l->sig.fd >= 0)
		close(l->sig.fd);
	if (l->wake.fd >= 0)
		close(l->wake.fd);
	if (l->epoll_fd >= 0)
		close(l->epoll_fd);
	mem_drop(l);
}

void io_timer_arm(struct io_loop *l, struct io_timer *t, tick_t at)
{
	timerq_arm(&l->timers, &t->node, at);
}

void io_timer_cancel(struct io_loop *l, struct io_timer *t)
{
	timerq_cancel(&l->timers, &t->node);
}

void io_loop_on_turn(struct io_loop *l, io_turn_fn *turn, void *self)
{
	l->turn = turn;
	l->turn_self = self;
}

/* Timers armed for now by a timer wait for the next pass: nobody can keep the loop in here. */
static void run_due(struct io_loop *l)
{
	uint64_t armed_before = l->timers.order;
	struct timer *t;

	while ((t = timerq_pop_due(&l->timers, l->now))) {
		struct io_timer *due = (struct io_timer *)t;

		if (t->order >= armed_before) {
			timerq_arm(&l->timers, t, t->at);
			break;
		}
		due->fire(due->self);
	}
	if (l->turn)
		l->turn_at = l->turn(l->turn_self, l->now);
}

void io_loop_pass(struct io_loop *l)
{
	assert(!l->nr_batch);
	set_wake(l, tick_min(timerq_deadline(&l->timers), l->turn_at));
	osmo_select_main(0);
	l->now = io_now();
	run_due(l);
}

int io_loop_run(struct io_loop *l)
{
	l->stopped = false;
	l->now = io_now();
	run_due(l);
	while (!l->stopped)
		io_loop_pass(l);
	return l->value;
}

void io_loop_stop(struct io_loop *l, int value)
{
	l->stopped = true;
	l->value = value;
}

static void on_signalfd(void *self, unsigned what)
{
	struct io_loop *l = self;
	struct signalfd_siginfo info;

	(void)what;
	while (read(l->sig.fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		l->on_signal(l->signal_self, (int)info.ssi_signo);
}

int io_loop_signals(struct io_loop *l, io_signal_fn *fn, void *self, struct tg_diag *diag)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return tg_fail(diag, TG_EIO, 0, "", "signals: %s", strerror(errno));
	l->on_signal = fn;
	l->signal_self = self;
	l->sig = (struct io_watch){ .ready = on_signalfd, .self = l };
	l->sig.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (l->sig.fd < 0 || io_loop_watch(l, &l->sig, IO_READ) < 0)
		return tg_fail(diag, TG_EIO, 0, "", "signalfd: %s", strerror(errno));
	return TG_OK;
}
