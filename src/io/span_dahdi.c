/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * span_dahdi: an E1 or T1 card through the DAHDI kernel modules: a descriptor for each timeslot, in
 * clear channel mode (octets as they are on the line; the law is the line's). The kernel hands over
 * CHUNK octets of a channel at a time; all channels are read when the first one can be. As the
 * card's clock paces both directions, each chunk read is answered by one, primed with two.
 *
 * Compiled where <dahdi/user.h> is. What is asked of the kernel follows that header's comments.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <dahdi/user.h>

#include "io/span_driver.h"

#define DEVICE	"/dev/dahdi/channel"
#define CHUNK	(2 * TDM_BLOCK)
#define BUFFERS 8
#define PRIMED	2 /* chunks (facts of osmo-e1d and DAHDI: one is too few) */

struct span_dahdi {
	struct io_span span; /* first */
	unsigned nr_ts;
	int fd[TDM_MAX_TS]; /* by timeslot */
	_Atomic unsigned alarms;

	/* The worker's. */
	uint8_t rx[TDM_MAX_TS][CHUNK], tx[TDM_MAX_TS][CHUNK];
	unsigned rx_at, tx_at; /* octets of the chunk that are used */
	bool primed;
	_Atomic uint64_t rx_chunks, tx_chunks, tx_dropped, underruns, losses;
};

static struct span_dahdi *of(struct io_span *s)
{
	return (struct span_dahdi *)s;
}

/* The worker's thread. ------------------------------------------------------------------------ */

/* DAHDI_ALARM_* as ours. */
static unsigned alarms_of(unsigned dahdi)
{
	unsigned a = 0;

	if (dahdi & (DAHDI_ALARM_RED | DAHDI_ALARM_NOTOPEN))
		a |= TDM_LOS;
	if (dahdi & DAHDI_ALARM_BLUE)
		a |= TDM_AIS;
	if (dahdi & DAHDI_ALARM_YELLOW)
		a |= TDM_RAI;
	return a;
}

static void ask_alarms(struct span_dahdi *d)
{
	struct dahdi_params p = { 0 };
	struct dahdi_spaninfo info = { 0 };
	unsigned now, was;

	if (ioctl(d->fd[1], DAHDI_GET_PARAMS, &p) < 0)
		return;
	info.spanno = p.spanno;
	now = ioctl(d->fd[1], DAHDI_SPANSTAT, &info) < 0 ? alarms_of(p.chan_alarms)
							 : alarms_of((unsigned)info.alarms);
	was = atomic_exchange(&d->alarms, now);
	if (now & ~was & TDM_LOS)
		atomic_fetch_add(&d->losses, 1);
}

/* A read or write that ends with ELAST: an event waits on the channel. */
static void take_event(struct span_dahdi *d, int fd)
{
	int event = 0;

	if (ioctl(fd, DAHDI_GETEVENT, &event) == 0 &&
	    (event == DAHDI_EVENT_ALARM || event == DAHDI_EVENT_NOALARM))
		ask_alarms(d);
}

/* The next chunk of all timeslots, when the first has one. */
static bool read_chunk(struct span_dahdi *d)
{
	for (unsigned ts = 1; ts <= d->nr_ts; ts++) {
		ssize_t n = read(d->fd[ts], d->rx[ts], CHUNK);

		if (n == CHUNK)
			continue;
		if (n < 0 && errno == ELAST)
			take_event(d, d->fd[ts]);
		if (ts == 1)
			return false;
		memset(d->rx[ts], tdm_idle(d->span.cfg.law), CHUNK);
		atomic_fetch_add_explicit(&d->underruns, 1, memory_order_relaxed);
	}
	d->rx_at = 0;
	atomic_fetch_add_explicit(&d->rx_chunks, 1, memory_order_relaxed);
	return true;
}

static void write_chunk(struct span_dahdi *d)
{
	for (unsigned ts = 1; ts <= d->nr_ts; ts++) {
		ssize_t n = write(d->fd[ts], d->tx[ts], CHUNK);

		if (n < 0 && errno == ELAST)
			take_event(d, d->fd[ts]);
		if (n != CHUNK)
			atomic_fetch_add_explicit(&d->tx_dropped, 1, memory_order_relaxed);
	}
	d->tx_at = 0;
	atomic_fetch_add_explicit(&d->tx_chunks, 1, memory_order_relaxed);
}

static bool dahdi_read(void *self, struct tdm_block *rx)
{
	struct span_dahdi *d = self;

	tdm_block_idle(rx, d->span.cfg.law);
	if (d->rx_at == CHUNK && !read_chunk(d))
		return false;
	for (unsigned ts = 1; ts <= d->nr_ts; ts++)
		memcpy(rx->octet[ts], d->rx[ts] + d->rx_at, TDM_BLOCK);
	d->rx_at += TDM_BLOCK;
	return true;
}

static bool dahdi_write(void *self, const struct tdm_block *tx)
{
	struct span_dahdi *d = self;

	if (!d->primed) {
		d->primed = true;
		memset(d->tx, tdm_idle(d->span.cfg.law), sizeof(d->tx));
		for (int i = 0; i < PRIMED; i++)
			write_chunk(d);
	}
	for (unsigned ts = 1; ts <= d->nr_ts; ts++)
		memcpy(d->tx[ts] + d->tx_at, tx->octet[ts], TDM_BLOCK);
	d->tx_at += TDM_BLOCK;
	if (d->tx_at == CHUNK)
		write_chunk(d);
	return true;
}

static unsigned dahdi_alarms(void *self)
{
	return ((struct span_dahdi *)self)->alarms;
}

static bool dahdi_up(void *self)
{
	return dahdi_alarms(self) == 0;
}

static void dahdi_status(const void *self, struct tdm_status *out)
{
	const struct span_dahdi *d = self;

	*out = (struct tdm_status){ .alarms = d->alarms,
				    .rx_packets = d->rx_chunks,
				    .rx_octets = d->rx_chunks * CHUNK * d->nr_ts,
				    .tx_packets = d->tx_chunks,
				    .tx_octets = d->tx_chunks * CHUNK * d->nr_ts,
				    .tx_dropped = d->tx_dropped,
				    .underruns = d->underruns,
				    .losses = d->losses };
}

static int dahdi_wait_fd(void *self)
{
	return ((struct span_dahdi *)self)->fd[1];
}

static unsigned dahdi_arrived(void *self)
{
	struct span_dahdi *d = self;

	if (d->rx_at == CHUNK && !read_chunk(d))
		return 0;
	return (CHUNK - d->rx_at) / TDM_BLOCK;
}

/* The loop's thread. -------------------------------------------------------------------------- */

static void dahdi_look(struct io_span *s)
{
	char text[TDM_ALARM_TEXT_MAX];
	unsigned alarms = dahdi_alarms(s);

	io_span_say(s, !alarms, "DAHDI channels %u to %u%s%s", s->cfg.channel,
		    s->cfg.channel + of(s)->nr_ts - 1, alarms ? ", alarms: " : "",
		    alarms ? tdm_alarm_text(alarms, text) : "");
}

static void dahdi_close(struct io_span *s)
{
	for (unsigned ts = 1; ts <= of(s)->nr_ts; ts++)
		if (of(s)->fd[ts] >= 0)
			close(of(s)->fd[ts]);
	mem_drop(s);
}

/* Clear channel, buffers of our size, nothing old in them. */
static int set_up(int fd)
{
	struct dahdi_bufferinfo b = { .txbufpolicy = DAHDI_POLICY_IMMEDIATE,
				      .rxbufpolicy = DAHDI_POLICY_IMMEDIATE,
				      .numbufs = BUFFERS,
				      .bufsize = CHUNK };
	int clear = 0, flush = DAHDI_FLUSH_ALL;

	if (ioctl(fd, DAHDI_AUDIOMODE, &clear) < 0 || ioctl(fd, DAHDI_SET_BUFINFO, &b) < 0)
		return -1;
	return ioctl(fd, DAHDI_FLUSH, &flush);
}

static int open_channel(struct span_dahdi *d, unsigned ts, struct tg_diag *diag)
{
	int channel = (int)(d->span.cfg.channel + ts - 1);
	int fd = open(DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	d->fd[ts] = fd;
	if (fd < 0)
		return tg_fail(diag, TG_EIO, 0, "", "span %u: " DEVICE ": %s (is DAHDI loaded?)",
			       d->span.cfg.number, strerror(errno));
	if (ioctl(fd, DAHDI_SPECIFY, &channel) < 0 || set_up(fd) < 0)
		return tg_fail(diag, TG_EIO, 0, "",
			       "span %u: DAHDI channel %d: %s (is it a clear channel of "
			       "/etc/dahdi/system.conf, and free?)",
			       d->span.cfg.number, channel, strerror(errno));
	return TG_OK;
}

/* In clear channel mode the octets are the line's; a line of another law is a mistake. */
static int check_law(struct span_dahdi *d, struct tg_diag *diag)
{
	int want = d->span.cfg.law == TDM_ALAW ? DAHDI_LAW_ALAW : DAHDI_LAW_MULAW;
	struct dahdi_params p = { 0 };

	if (ioctl(d->fd[1], DAHDI_GET_PARAMS, &p) < 0 || p.curlaw == want)
		return TG_OK;
	return tg_fail(diag, TG_EINVAL, 0, "",
		       "span %u: the law of DAHDI channel %u is %s, ours is %s", d->span.cfg.number,
		       d->span.cfg.channel, p.curlaw == DAHDI_LAW_ALAW ? "a-law" : "mu-law",
		       d->span.cfg.law == TDM_ALAW ? "a-law" : "mu-law");
}

static struct io_span *dahdi_open(struct mem *m, struct io_loop *l, const struct gw_span_cfg *cfg,
				  struct tg_diag *diag)
{
	struct span_dahdi *d = MEM_NEW(m, struct span_dahdi);
	int err = TG_OK;

	(void)l;
	if (!d)
		return NULL;
	d->span = (struct io_span){ .driver = &io_span_dahdi, .cfg = *cfg };
	d->nr_ts = tdm_nr_ts(cfg->kind);
	d->rx_at = CHUNK;
	for (unsigned ts = 0; ts < TDM_MAX_TS; ts++)
		d->fd[ts] = -1;
	for (unsigned ts = 1; ts <= d->nr_ts && err == 0; ts++)
		err = open_channel(d, ts, diag);
	if (err == 0 && check_law(d, diag) == 0) {
		ask_alarms(d);
		dahdi_look(&d->span);
		return &d->span;
	}
	dahdi_close(&d->span);
	return NULL;
}

const struct io_span_driver io_span_dahdi = {
	.open = dahdi_open,
	.close = dahdi_close,
	.look = dahdi_look,
	.ops = { .read = dahdi_read,
		 .write = dahdi_write,
		 .up = dahdi_up,
		 .alarms = dahdi_alarms,
		 .status = dahdi_status,
		 .wait_fd = dahdi_wait_fd,
		 .arrived = dahdi_arrived },
};
