/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * worker: see the header. What both threads touch are rings, atomics and the eventfd; all else
 * belongs to the worker from io_worker_start until the thread is joined.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "base/slots.h"
#include "io/lateness.h"
#include "io/rtp_link.h"
#include "io/sock.h"
#include "io/worker.h"

#define TICK_US		  1000
#define RING_RECORDS	  1024
#define CATCH_UP_MS	  20
#define RX_PER_PACKET	  4   /* datagrams a channel may have in its packet time */
#define FLUSH_MAX	  256 /* stale datagrams thrown away when a channel is opened */
#define CMDS_PER_TICK	  256
#define MAX_RTP		  2048
#define DTLS_SLOTS	  64
#define DTLS_HEAD	  8    /* leg and channel in front of a datagram */
#define ARRIVALS_MAX	  1000 /* blocks that are served in one pass */
#define ARRIVAL_WAIT_MS	  20
#define ARRIVAL_WAITS	  13 /* so many times in vain, and our own clock goes on */
#define STAT_ADD(w, name) atomic_fetch_add_explicit(&(w)->stat.name, 1, memory_order_relaxed)

/* An agent with its two rings. A report that found no room waits in `held`. */
struct channel {
	struct io_worker_agent agent;
	struct ring *to, *from;
	struct ring_rec held;
	bool holding;
};

struct stat {
	_Atomic uint64_t ticks, late, made_up, skipped, worst_us;
	_Atomic uint64_t rx_datagrams, tx_datagrams, tx_failed, slips, dtls_dropped;
};

struct io_worker {
	struct io_worker_cfg cfg;
	struct io_loop *loop;
	struct io_watch watch; /* the eventfd */
	unsigned nr_channels;
	struct channel channel[IO_WORKER_MAX_AGENTS];
	_Atomic bool line_up[IO_WORKER_MAX_LINES];
	struct io_lateness lateness;
	bool pinned, realtime;
	unsigned alarms[IO_WORKER_MAX_LINES];
	const struct tdm_span *clock; /* that we follow; NULL: none */
	unsigned in_vain;	      /* times that nothing came from it */
	int32_t tick_ns_rest;
	_Atomic bool wake_sent;
	_Atomic bool stop;
	pthread_t thread;
	bool started;
	struct stat stat;
	struct slots *dtls;
	struct io_rtp_link *link; /* NULL: packets go by their sockets */
	char dtls_buf[DTLS_HEAD + MAX_RTP];
	char buf[MAX_RTP];
};

/* Worker's thread. --------------------------------------------------------------------------- */

static void wake_loop(struct io_worker *w)
{
	uint64_t one = 1;

	if (!atomic_exchange(&w->wake_sent, true) && write(w->watch.fd, &one, sizeof(one)) < 0)
		atomic_store(&w->wake_sent, false);
}

static void take_cmds(struct io_worker *w)
{
	struct ring_rec rec;

	for (unsigned i = 0; i < w->nr_channels; i++) {
		struct channel *c = &w->channel[i];

		for (int n = 0; n < CMDS_PER_TICK && ring_get(c->to, &rec); n++)
			c->agent.cmd(c->agent.self, &rec);
	}
}

static void put_reports(struct io_worker *w)
{
	bool any = false;

	for (unsigned i = 0; i < w->nr_channels; i++) {
		struct channel *c = &w->channel[i];

		while (c->holding || c->agent.report(c->agent.self, &c->held)) {
			c->holding = !ring_put(c->from, &c->held);
			any = true;
			if (c->holding)
				break;
		}
	}
	if (any)
		wake_loop(w);
}

static void serve_timeslots(struct io_worker *w, unsigned line, const struct tdm_block *rx,
			    struct tdm_block *tx)
{
	bool wake = false;

	for (unsigned i = 0; i < w->cfg.nr_timeslots; i++) {
		const struct io_worker_timeslot *t = &w->cfg.timeslot[i];

		if (t->line == line && t->ts < TDM_MAX_TS)
			wake = t->block(t->self, rx->octet[t->ts], tx->octet[t->ts], TDM_BLOCK) ||
			       wake;
	}
	if (wake)
		wake_loop(w);
}

static void line_block(struct io_worker *w, unsigned i)
{
	struct io_worker_line *line = &w->cfg.line[i];
	const struct tdm_span *s = &line->span;
	struct tdm_block rx, tx;

	if (!s->ops->read(s->self, &rx)) {
		memset(&rx, s->law == TDM_ALAW ? TDM_IDLE_A : TDM_IDLE_MU, sizeof(rx));
		if (s->ops->up(s->self))
			STAT_ADD(w, slips);
	}
	memset(&tx, s->law == TDM_ALAW ? TDM_IDLE_A : TDM_IDLE_MU, sizeof(tx));
	if (line->user.block)
		line->user.block(line->user.self, &rx, &tx);
	else
		med_engine_span(w->cfg.engine, line->engine_span, &rx, &tx);
	serve_timeslots(w, i, &rx, &tx);
	if (!s->ops->write(s->self, &tx))
		STAT_ADD(w, slips);
}

/* Is it up, or down, since we looked last? */
static bool up_changed(struct io_worker *w, unsigned i)
{
	const struct tdm_span *s = &w->cfg.line[i].span;
	bool up = s->ops->up(s->self);

	if (atomic_load_explicit(&w->line_up[i], memory_order_relaxed) == up)
		return false;
	atomic_store(&w->line_up[i], up);
	return true;
}

/* Are the alarms of a line others than before? */
static bool alarms_changed(struct io_worker *w, unsigned i)
{
	const struct tdm_span *s = &w->cfg.line[i].span;
	unsigned was = w->alarms[i];

	if (!s->ops->alarms)
		return false;
	w->alarms[i] = s->ops->alarms(s->self);
	return w->alarms[i] != was;
}

static void serve_lines(struct io_worker *w)
{
	bool changed = false;

	for (unsigned i = 0; i < w->cfg.nr_lines; i++) {
		line_block(w, i);
		changed = alarms_changed(w, i) || changed;
		changed = up_changed(w, i) || changed;
	}
	if (changed)
		wake_loop(w);
}

/* To the signalling thread, with whom it is for. */
static void pass_dtls(struct io_worker *w, uint32_t leg, uint16_t channel, struct str octets)
{
	memcpy(w->dtls_buf, &leg, sizeof(leg));
	memcpy(w->dtls_buf + sizeof(leg), &channel, sizeof(channel));
	memcpy(w->dtls_buf + DTLS_HEAD, octets.p, octets.len);
	if (!slots_put(w->dtls, str_n(w->dtls_buf, DTLS_HEAD + octets.len)))
		STAT_ADD(w, dtls_dropped);
	wake_loop(w);
}

static void count_sent(struct io_worker *w, int err)
{
	if (err < 0)
		STAT_ADD(w, tx_failed);
	else
		STAT_ADD(w, tx_datagrams);
}

static void send_rtp(struct io_worker *w, unsigned channel, const struct addr *to,
		     struct str octets)
{
	if (io_rtp_link_send(w->link, channel, to, octets))
		STAT_ADD(w, tx_datagrams);
	else
		count_sent(w, io_sock_send(w->cfg.rtp->fd[channel], to, octets));
}

static void serve_rtcp(struct io_worker *w, unsigned channel)
{
	struct med_engine *e = w->cfg.engine;
	struct addr addr;
	struct str octets;
	bool own_socket;

	/* Once a second: what strangers send there does not hide the reports of who may. */
	if (med_engine_rtcp_poll(e, channel))
		for (int i = 0; i < MED_RX_BAD; i++) {
			ssize_t n = io_sock_recv(w->cfg.rtp->rtcp_fd[channel], w->buf,
						 sizeof(w->buf), &addr);

			if (n < 0)
				break;
			med_engine_rtcp_rx(e, channel, &addr, str_n(w->buf, (size_t)n));
		}
	if (!med_engine_rtcp(e, channel, &addr, &octets, &own_socket))
		return;
	if (own_socket)
		count_sent(w, io_sock_send(w->cfg.rtp->rtcp_fd[channel], &addr, octets));
	else
		send_rtp(w, channel, &addr, octets);
}

/* What is in the channel's socket, as far as it wants that. */
static void receive(struct io_worker *w, unsigned channel)
{
	struct med_engine *e = w->cfg.engine;
	unsigned good = 0, bad = 0;
	struct addr addr;
	uint32_t leg;

	while (good < RX_PER_PACKET && bad < MED_RX_BAD) {
		ssize_t n = io_sock_recv(w->cfg.rtp->fd[channel], w->buf, sizeof(w->buf), &addr);

		if (n < 0)
			break;
		STAT_ADD(w, rx_datagrams);
		med_engine_rx(e, channel, &addr, str_n(w->buf, (size_t)n));
		if (med_engine_dtls(e, &leg))
			pass_dtls(w, leg, (uint16_t)channel, str_n(w->buf, (size_t)n));
		if (med_engine_rx_aside(e))
			bad++;
		else
			good++;
		if (!med_engine_rx_more(e, channel))
			break;
	}
}

static void serve_channel(struct io_worker *w, unsigned channel)
{
	struct addr addr;
	struct str octets;

	receive(w, channel);
	if (med_engine_packet(w->cfg.engine, channel, &addr, &octets))
		send_rtp(w, channel, &addr, octets);
	serve_rtcp(w, channel);
}

/* What was counted as sent when it was gathered, and was not. */
static void flush_link(struct io_worker *w)
{
	unsigned failed = io_rtp_link_flush(w->link);

	atomic_fetch_add_explicit(&w->stat.tx_failed, failed, memory_order_relaxed);
	atomic_fetch_sub_explicit(&w->stat.tx_datagrams, failed, memory_order_relaxed);
}

/* The order is that of media/engine.h. */
static void run_tick(struct io_worker *w)
{
	unsigned channel;

	take_cmds(w);
	serve_lines(w);
	if (w->cfg.engine) {
		med_engine_tick(w->cfg.engine);
		while (med_engine_due(w->cfg.engine, &channel))
			if (w->cfg.rtp && channel < w->cfg.rtp->nr)
				serve_channel(w, channel);
	}
	flush_link(w);
	put_reports(w);
	STAT_ADD(w, ticks);
}

static uint64_t clock_us(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t) < 0)
		return 0;
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* Signalling is to know at once when there is too much to do, and when that is over. */
static void note_lateness(struct io_worker *w, int64_t behind_us, int64_t nr)
{
	bool was = io_lateness_overloaded(&w->lateness);

	if (!io_lateness_tick(&w->lateness, (uint64_t)behind_us, (unsigned)nr))
		return;
	io_lateness_judge(&w->lateness, clock_us(CLOCK_THREAD_CPUTIME_ID),
			  w->cfg.engine ? med_engine_legs(w->cfg.engine) : 0);
	if (io_lateness_overloaded(&w->lateness) != was)
		wake_loop(w);
}

/* How many ticks to run now. Those that are too far behind are left out: one packet time may be
 * made up in one pass, more would be a burst that no receive buffer takes. */
static int64_t ticks_due(struct io_worker *w, tick_t *next, tick_t now)
{
	int64_t behind_us = tick_diff_us(now, *next);
	int64_t due = behind_us / TICK_US + 1;
	int64_t max = w->cfg.catch_up_ms;

	if (behind_us >= TICK_US) {
		STAT_ADD(w, late);
		if ((uint64_t)behind_us > atomic_load(&w->stat.worst_us))
			atomic_store(&w->stat.worst_us, (uint64_t)behind_us);
	}
	if (due - 1 > max) {
		atomic_fetch_add(&w->stat.skipped, (uint64_t)(due - 1 - max));
		*next = tick_add_us(*next, (due - 1 - max) * TICK_US);
		due = max + 1;
	}
	atomic_fetch_add(&w->stat.made_up, (uint64_t)(due - 1));
	note_lateness(w, behind_us, due);
	*next = tick_add_us(*next, due * TICK_US);
	return due;
}

/* A tick is as long as the clock that we follow says. */
static void adjust(struct io_worker *w, tick_t *next, int64_t ticks)
{
	int64_t ns;

	if (!w->clock || !w->clock->ops->rate_ppb)
		return;
	ns = w->tick_ns_rest - w->clock->ops->rate_ppb(w->clock->self) * ticks / 1000;
	*next = tick_add_us(*next, ns / 1000);
	w->tick_ns_rest = (int32_t)(ns % 1000);
}

static void sleep_until(tick_t at)
{
	struct timespec ts = { .tv_sec = at.us / 1000000, .tv_nsec = at.us % 1000000 * 1000 };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

/* Blocks that have come from the clock that we follow; -1: it has none for us, and we tick by
 * ourselves. While it is late we wait, so that each block read is answered by one. Times waited are
 * counted, not the time: when all of the machine has slept, nobody is to blame. */
static int64_t arrivals(struct io_worker *w, tick_t *next)
{
	const struct tdm_span *c = w->clock;
	struct pollfd p = { .fd = -1, .events = POLLIN };
	bool waited;
	unsigned nr;

	if (c && c->ops->wait_fd)
		p.fd = c->ops->wait_fd(c->self);
	if (p.fd < 0)
		return -1;
	nr = c->ops->arrived(c->self);
	if (!nr && w->in_vain >= ARRIVAL_WAITS)
		return -1;
	waited = !nr;
	if (waited) {
		w->in_vain += poll(&p, 1, ARRIVAL_WAIT_MS) == 0;
		nr = c->ops->arrived(c->self);
		*next = tick_add_us(io_now(), TICK_US);
	}
	if (nr) {
		w->in_vain = 0;
		atomic_fetch_add(&w->stat.made_up, nr - 1);
		/* Blocks that were there before we looked: we are late. Those that come together
		 * while we wait: the far end is. */
		note_lateness(w, waited ? 0 : (int64_t)(nr - 1) * TICK_US, nr);
	}
	return nr < ARRIVALS_MAX ? nr : ARRIVALS_MAX;
}

static int64_t wait_for_ticks(struct io_worker *w, tick_t *next)
{
	int64_t nr = arrivals(w, next);
	tick_t now;

	if (nr >= 0)
		return nr;
	sleep_until(*next);
	now = io_now();
	if (tick_before(now, *next))
		return 0;
	nr = ticks_due(w, next, now);
	adjust(w, next, nr);
	return nr;
}

static void *worker_main(void *arg)
{
	struct io_worker *w = arg;
	tick_t next = tick_add_us(io_now(), TICK_US);

	prctl(PR_SET_TIMERSLACK, 1UL);
	while (!atomic_load_explicit(&w->stop, memory_order_relaxed))
		for (int64_t n = wait_for_ticks(w, &next); n > 0; n--)
			run_tick(w);
	return NULL;
}

/* Signalling thread. ------------------------------------------------------------------------- */

static void engine_cmd(void *self, const struct ring_rec *rec)
{
	med_engine_cmd(self, rec);
}

static bool engine_report(void *self, struct ring_rec *rec)
{
	return med_engine_report(self, rec);
}

static bool no_report(void *self, struct ring_rec *rec)
{
	(void)self;
	(void)rec;
	return false;
}

static void no_cmd(void *self, const struct ring_rec *rec)
{
	(void)self;
	(void)rec;
}

static void on_woken(void *self, unsigned what)
{
	struct io_worker *w = self;
	uint64_t times;

	(void)what;
	if (read(w->watch.fd, &times, sizeof(times)) < 0)
		return;
	/* Cleared before the rings are emptied: what is put in from here on wakes again. */
	atomic_store(&w->wake_sent, false);
	w->cfg.woken(w->cfg.self);
}

static int add_channel(struct io_worker *w, struct mem *m, const struct io_worker_agent *a)
{
	unsigned records = w->cfg.ring_records;
	struct channel *c = &w->channel[w->nr_channels++];

	c->agent = *a;
	c->to = ring_new(m, records);
	c->from = ring_new(m, records);
	return c->to && c->from ? TG_OK : TG_ENOMEM;
}

static int add_channels(struct io_worker *w, struct mem *m)
{
	struct io_worker_agent engine = { no_cmd, no_report, NULL };
	int err;

	if (w->cfg.engine)
		engine = (struct io_worker_agent){ engine_cmd, engine_report, w->cfg.engine };
	w->dtls = slots_new(m, DTLS_SLOTS, DTLS_HEAD + MAX_RTP);
	err = w->dtls ? add_channel(w, m, &engine) : TG_ENOMEM;
	if (w->cfg.send_link && w->cfg.rtp)
		w->link = io_rtp_link_new(m, w->cfg.rtp);
	for (unsigned i = 0; i < w->cfg.nr_agents && !err; i++)
		err = add_channel(w, m, &w->cfg.agent[i]);
	return err;
}

struct io_worker *io_worker_new(struct mem *m, struct io_loop *l, const struct io_worker_cfg *cfg,
				struct tg_diag *diag)
{
	struct io_worker *w = MEM_NEW(m, struct io_worker);

	if (!w) {
		tg_fail(diag, TG_ENOMEM, 0, "", "no memory for the media worker");
		return NULL;
	}
	w->cfg = *cfg;
	w->loop = l;
	for (unsigned i = 0; i < cfg->nr_lines; i++)
		up_changed(w, i);
	for (unsigned i = cfg->nr_lines; i-- > 0;)
		if (cfg->line[i].clock)
			w->clock = &w->cfg.line[i].span;
	if (!w->cfg.ring_records)
		w->cfg.ring_records = RING_RECORDS;
	if (!w->cfg.catch_up_ms)
		w->cfg.catch_up_ms = CATCH_UP_MS;
	w->watch = (struct io_watch){ .ready = on_woken, .self = w };
	w->watch.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (w->watch.fd < 0 || io_loop_watch(l, &w->watch, IO_READ) < 0)
		tg_fail(diag, TG_EIO, 0, "", "eventfd: %s", strerror(errno));
	else if (add_channels(w, m) < 0)
		tg_fail(diag, TG_ENOMEM, 0, "", "no memory for the media worker's rings");
	else
		return w;
	io_worker_free(w);
	return NULL;
}

/* Where the system refuses, the worker goes on as it is: the statistics tell. */
static void place(struct io_worker *w)
{
	struct sched_param p = { .sched_priority = (int)w->cfg.priority };
	cpu_set_t one;

	CPU_ZERO(&one);
	if (w->cfg.core && w->cfg.core <= CPU_SETSIZE) {
		CPU_SET(w->cfg.core - 1, &one);
		w->pinned = pthread_setaffinity_np(w->thread, sizeof(one), &one) == 0;
	}
	w->realtime = p.sched_priority &&
		      pthread_setschedparam(w->thread, SCHED_FIFO | SCHED_RESET_ON_FORK, &p) == 0;
}

int io_worker_start(struct io_worker *w, struct tg_diag *diag)
{
	sigset_t all, old;
	int err;

	/* Signals are the loop's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&w->thread, NULL, worker_main, w);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err)
		return tg_fail(diag, TG_EIO, 0, "", "media thread: %s", strerror(err));
	pthread_setname_np(w->thread, "media");
	w->started = true;
	place(w);
	return TG_OK;
}

void io_worker_free(struct io_worker *w)
{
	if (!w)
		return;
	atomic_store(&w->stop, true);
	if (w->started)
		pthread_join(w->thread, NULL);
	io_loop_unwatch(w->loop, &w->watch);
	if (w->watch.fd >= 0)
		close(w->watch.fd);
	io_rtp_link_free(w->link);
	mem_drop(w);
}

bool io_worker_dtls(struct io_worker *w, struct io_worker_dtls *out)
{
	struct str octets;

	if (!slots_peek(w->dtls, &octets))
		return false;
	memcpy(&out->leg, octets.p, sizeof(out->leg));
	memcpy(&out->channel, octets.p + sizeof(out->leg), sizeof(out->channel));
	out->octets = str_from(octets, DTLS_HEAD);
	return true;
}

void io_worker_dtls_done(struct io_worker *w)
{
	slots_drop(w->dtls);
}

void io_worker_send(struct io_worker *w, unsigned channel, const struct addr *to, struct str octets)
{
	if (w->cfg.rtp && channel < w->cfg.rtp->nr)
		io_sock_send(w->cfg.rtp->fd[channel], to, octets);
}

static void flush(int fd)
{
	struct addr from;
	uint8_t buf[16];

	for (int i = 0; i < FLUSH_MAX; i++)
		if (io_sock_recv(fd, buf, sizeof(buf), &from) < 0)
			break;
}

/* What came for a channel before it was opened belongs to nobody. Thrown away by who opens it, before
 * anybody is told of its port: the worker may look only when the first packet of the call is there. */
static void flush_channel(const struct io_worker *w, const struct ring_rec *rec)
{
	struct med_open open;

	memcpy(&open, rec->body, sizeof(open));
	if (w->cfg.rtp && open.channel < w->cfg.rtp->nr)
		flush(w->cfg.rtp->fd[open.channel]);
}

bool io_worker_put(struct io_worker *w, unsigned agent, const struct ring_rec *rec)
{
	if (agent == IO_WORKER_ENGINE && rec->kind == MED_CMD_OPEN)
		flush_channel(w, rec);
	return ring_put(w->channel[agent].to, rec);
}

bool io_worker_room(const struct io_worker *w, unsigned agent)
{
	return ring_used(w->channel[agent].to) < w->cfg.ring_records;
}

bool io_worker_get(struct io_worker *w, unsigned agent, struct ring_rec *rec)
{
	return ring_get(w->channel[agent].from, rec);
}

bool io_worker_line_up(const struct io_worker *w, unsigned line)
{
	return atomic_load(&w->line_up[line]);
}

bool io_worker_overloaded(const struct io_worker *w)
{
	return io_lateness_overloaded(&w->lateness);
}

static uint64_t cpu_us(const struct io_worker *w)
{
	clockid_t clock;

	return w->started && pthread_getcpuclockid(w->thread, &clock) == 0 ? clock_us(clock) : 0;
}

void io_worker_stats(const struct io_worker *w, struct io_worker_stats *out)
{
	*out = (struct io_worker_stats){
		.ticks = atomic_load(&w->stat.ticks),
		.late = atomic_load(&w->stat.late),
		.made_up = atomic_load(&w->stat.made_up),
		.skipped = atomic_load(&w->stat.skipped),
		.worst_us = atomic_load(&w->stat.worst_us),
		.rx_datagrams = atomic_load(&w->stat.rx_datagrams),
		.tx_datagrams = atomic_load(&w->stat.tx_datagrams),
		.tx_failed = atomic_load(&w->stat.tx_failed),
		.slips = atomic_load(&w->stat.slips),
		.dtls_dropped = atomic_load(&w->stat.dtls_dropped),
		.cpu_us = cpu_us(w),
		.late_ticks = atomic_load(&w->lateness.late),
		.late_p999_us = io_lateness_us(&w->lateness, 999),
		.overloads = atomic_load(&w->lateness.overloads),
		.pinned = w->pinned,
		.realtime = w->realtime,
		.link = w->link != NULL,
		.tx_link = io_rtp_link_sent(w->link),
	};
}
