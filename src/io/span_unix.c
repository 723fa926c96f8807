/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * span_unix: a span to another process on this host (tdm/pipe says what goes over the socket). The
 * loop connects or accepts, exchanges HELLO, and hands the descriptor to the worker, which has it
 * until the far end is gone; then the loop begins anew. One peer at a time.
 */
#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "io/span_driver.h"
#include "tdm/pipe.h"
#include "tdm/recv.h"

#define RETRY_MS   500
#define HELLO_MS   3000
#define SOCKET_BUF (1 << 20)
#define MS	   TDM_BLOCK /* frames */

struct span_unix {
	struct io_span span; /* first */
	struct io_loop *loop;
	struct io_watch listen, peer; /* peer: until its HELLO has come */
	struct io_timer timer;
	struct tdm_pipe_head hello;
	_Atomic int next_fd;  /* to the worker */
	_Atomic bool is_gone; /* from the worker */
	bool given;	      /* the worker has the peer */
	bool listen_is_ours;  /* the path is our socket */

	/* The worker's. */
	int fd;
	struct tdm_recv *recv;
	struct tdm_pipe_head head;
	uint8_t cas_rx[TDM_MAX_TS];
	_Atomic uint64_t tx_packets, tx_octets, tx_dropped;
};

static struct span_unix *of(struct io_span *s)
{
	return (struct span_unix *)s;
}

/* The worker's thread. ------------------------------------------------------------------------ */

static void drop(struct span_unix *u)
{
	close(u->fd);
	u->fd = -1;
	tdm_recv_reset(u->recv);
	atomic_store(&u->is_gone, true);
}

static void adopt(struct span_unix *u)
{
	int fd = atomic_exchange(&u->next_fd, -1);

	if (fd < 0)
		return;
	if (u->fd >= 0)
		close(u->fd);
	u->fd = fd;
	u->head.number = 0;
	tdm_recv_reset(u->recv);
}

static void rx_packet(struct span_unix *u, const void *buf, size_t len)
{
	struct tdm_pipe_head h;
	const uint8_t *frames;

	if (tdm_pipe_dec(&h, &frames, str_n(buf, len)) < 0 || h.kind != u->hello.kind ||
	    h.law != u->hello.law) {
		tdm_recv_malformed(u->recv);
		return;
	}
	if (!frames)
		return;
	memcpy(u->cas_rx, h.cas, sizeof(u->cas_rx));
	tdm_recv_far(u->recv, h.alarms);
	tdm_recv_put(u->recv, h.number * TDM_BLOCK, frames, TDM_BLOCK);
}

/* What does not fit into the buffer stays in the socket. */
static void drain(struct span_unix *u)
{
	uint8_t buf[TDM_PIPE_MAX + 1];

	adopt(u);
	while (u->fd >= 0 && tdm_recv_room(u->recv)) {
		ssize_t n = recv(u->fd, buf, sizeof(buf), MSG_DONTWAIT);

		if (n > 0)
			rx_packet(u, buf, (size_t)n);
		else if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		else
			drop(u);
	}
}

static bool unix_read(void *self, struct tdm_block *rx)
{
	struct span_unix *u = self;

	drain(u);
	return tdm_recv_get(u->recv, rx);
}

static bool unix_write(void *self, const struct tdm_block *tx)
{
	struct span_unix *u = self;
	uint8_t buf[TDM_PIPE_MAX];
	size_t len;

	if (u->fd < 0)
		return true;
	u->head.alarms = tdm_recv_alarms(u->recv) & TDM_LOS ? TDM_RAI : 0;
	len = tdm_pipe_enc(buf, &u->head, tx);
	u->head.number++;
	if (send(u->fd, buf, len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)len) {
		atomic_fetch_add_explicit(&u->tx_packets, 1, memory_order_relaxed);
		atomic_fetch_add_explicit(&u->tx_octets, len - TDM_PIPE_HEAD, memory_order_relaxed);
		return true;
	}
	atomic_fetch_add_explicit(&u->tx_dropped, 1, memory_order_relaxed);
	if (errno != EAGAIN && errno != EINTR)
		drop(u);
	return false;
}

static unsigned unix_alarms(void *self)
{
	return tdm_recv_alarms(((struct span_unix *)self)->recv);
}

static bool unix_up(void *self)
{
	return unix_alarms(self) == 0;
}

static void unix_status(const void *self, struct tdm_status *out)
{
	const struct span_unix *u = self;

	tdm_recv_status(u->recv, out);
	out->tx_packets = u->tx_packets;
	out->tx_octets = u->tx_octets;
	out->tx_dropped = u->tx_dropped;
}

static int unix_wait_fd(void *self)
{
	struct span_unix *u = self;

	adopt(u);
	return u->fd;
}

static unsigned unix_arrived(void *self)
{
	struct span_unix *u = self;

	drain(u);
	return tdm_recv_arrived(u->recv);
}

static void unix_cas_tx(void *self, const uint8_t abcd[TDM_MAX_TS])
{
	memcpy(((struct span_unix *)self)->head.cas, abcd, TDM_MAX_TS);
}

static void unix_cas_rx(void *self, uint8_t abcd[TDM_MAX_TS])
{
	memcpy(abcd, ((struct span_unix *)self)->cas_rx, TDM_MAX_TS);
}

/* The loop's thread: connecting. -------------------------------------------------------------- */

static const char *path_of(const struct span_unix *u)
{
	return u->span.cfg.path;
}

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	str_copyz(a.sun_path, sizeof(a.sun_path), str_of(path));
	return a;
}

static void try_later(struct span_unix *u, int ms)
{
	io_timer_arm(u->loop, &u->timer, tick_add_ms(io_now(), ms));
}

/* The peer that has not said what it is yet, or is not what it should be. */
static void refuse(struct span_unix *u)
{
	io_timer_cancel(u->loop, &u->timer);
	io_loop_unwatch(u->loop, &u->peer);
	close(u->peer.fd);
	u->peer.fd = -1;
	if (!u->span.cfg.listen)
		try_later(u, RETRY_MS);
}

/* It is what it should be: the worker has it from here on. */
static void give(struct span_unix *u)
{
	int size = SOCKET_BUF, old;

	io_timer_cancel(u->loop, &u->timer);
	io_loop_unwatch(u->loop, &u->peer);
	setsockopt(u->peer.fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	atomic_store(&u->is_gone, false);
	u->given = true;
	old = atomic_exchange(&u->next_fd, u->peer.fd);
	if (old >= 0)
		close(old);
	u->peer.fd = -1;
	io_span_say(&u->span, true, "joined at %.100s, clock %s", path_of(u),
		    u->span.cfg.clock_slave ? "slave" : "master");
}

/* TG_OK, or why these octets are no HELLO that fits. */
static int check_hello(const struct span_unix *u, struct str octets, struct tg_diag *why)
{
	struct tdm_pipe_head h;
	const uint8_t *frames;

	if (tdm_pipe_dec(&h, &frames, octets) == 0)
		return tdm_pipe_match(&u->hello, &h, why);
	if (h.version && h.version != TDM_PIPE_VERSION)
		return tg_fail(why, TG_EINVAL, 0, "",
			       "its protocol between processes is of version %u, ours of %u",
			       h.version, TDM_PIPE_VERSION);
	return tg_fail(why, TG_EINVAL, 0, "", "what it says is not the protocol of spans");
}

static void on_hello(void *self, unsigned what)
{
	struct span_unix *u = self;
	uint8_t buf[TDM_PIPE_MAX + 1];
	struct tg_diag why = TG_DIAG_NONE;
	ssize_t n = recv(u->peer.fd, buf, sizeof(buf), MSG_DONTWAIT);

	(void)what;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0 && check_hello(u, str_n(buf, (size_t)n), &why) == 0) {
		give(u);
		return;
	}
	if (n > 0)
		io_span_say(&u->span, false, "the peer at %.40s is refused: %s", path_of(u),
			    why.text);
	refuse(u);
}

/* A peer is there: each side says what its span is. */
static void greet(struct span_unix *u, int fd)
{
	uint8_t buf[TDM_PIPE_MAX];
	size_t len = tdm_pipe_enc(buf, &u->hello, NULL);

	u->peer.fd = fd;
	if (io_loop_watch(u->loop, &u->peer, IO_READ) < 0 ||
	    send(fd, buf, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		refuse(u);
	else
		try_later(u, HELLO_MS);
}

static void connect_now(struct span_unix *u)
{
	struct sockaddr_un a = address_of(path_of(u));
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0) {
		greet(u, fd);
		return;
	}
	io_span_say(&u->span, false, "nobody listens at %.100s yet: %s", path_of(u),
		    strerror(errno));
	if (fd >= 0)
		close(fd);
	try_later(u, RETRY_MS);
}

static void on_timer(void *self)
{
	struct span_unix *u = self;

	if (u->peer.fd >= 0) {
		io_span_say(&u->span, false, "the peer at %.100s says nothing", path_of(u));
		refuse(u);
	} else if (!u->span.cfg.listen) {
		connect_now(u);
	}
}

static void on_peer(void *self, unsigned what)
{
	struct span_unix *u = self;
	int fd = accept4(u->listen.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)what;
	if (fd < 0)
		return;
	if (!u->given && u->peer.fd < 0) {
		greet(u, fd);
		return;
	}
	log_notice(LOG_IO, NULL, "span %u: one more peer at %s is turned away", u->span.cfg.number,
		   path_of(u));
	close(fd);
}

static void unix_look(struct io_span *s)
{
	struct span_unix *u = of(s);

	if (!u->given || !atomic_exchange(&u->is_gone, false))
		return;
	u->given = false;
	io_span_say(s, false, "the peer at %.100s is gone", path_of(u));
	if (!s->cfg.listen)
		try_later(u, RETRY_MS / 5);
}

/* A path that nobody listens at any more is free again. */
static bool is_stale(const char *path)
{
	struct sockaddr_un a = address_of(path);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	bool stale = fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0 &&
		     errno == ECONNREFUSED;

	if (fd >= 0)
		close(fd);
	return stale;
}

static int listen_at(struct span_unix *u, struct tg_diag *diag)
{
	struct sockaddr_un a = address_of(path_of(u));

	u->listen.fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (is_stale(path_of(u)))
		unlink(path_of(u));
	if (u->listen.fd < 0 || bind(u->listen.fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    listen(u->listen.fd, 4) < 0)
		return tg_fail(diag, TG_EIO, 0, "", "span %u: cannot listen at %.80s: %s",
			       u->span.cfg.number, path_of(u), strerror(errno));
	io_span_say(&u->span, true, "nobody has come to %.100s yet", path_of(u));
	return io_loop_watch(u->loop, &u->listen, IO_READ);
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void unix_close(struct io_span *s)
{
	struct span_unix *u = of(s);

	io_timer_cancel(u->loop, &u->timer);
	io_loop_unwatch(u->loop, &u->peer);
	io_loop_unwatch(u->loop, &u->listen);
	if (u->listen.fd >= 0 && u->listen_is_ours)
		unlink(path_of(u));
	close_fd(u->listen.fd);
	close_fd(u->peer.fd);
	close_fd(u->next_fd);
	close_fd(u->fd);
	mem_drop(u);
}

static struct tdm_recv *new_recv(struct mem *m, const struct gw_span_cfg *cfg)
{
	/* One that ticks with what arrives needs no depth. */
	struct tdm_recv_cfg r = { .nr_ts = tdm_nr_ts(cfg->kind),
				  .idle = tdm_idle(cfg->law),
				  .depth = cfg->clock_slave ? MS : cfg->buffer_ms * MS,
				  .max_depth = cfg->clock_slave ? MS : TDM_RECV_GROWS,
				  .los_ms = cfg->los_ms,
				  .slave = cfg->clock_slave };

	return tdm_recv_new(m, &r);
}

static struct span_unix *unix_new(struct mem *m, struct io_loop *l, const struct gw_span_cfg *cfg)
{
	struct span_unix *u = MEM_NEW(m, struct span_unix);

	if (!u)
		return NULL;
	*u = (struct span_unix){ .span = { .driver = &io_span_unix, .cfg = *cfg }, .loop = l };
	u->listen = (struct io_watch){ .fd = -1, .ready = on_peer, .self = u };
	u->peer = (struct io_watch){ .fd = -1, .ready = on_hello, .self = u };
	u->timer = (struct io_timer){ .fire = on_timer, .self = u };
	u->next_fd = u->fd = -1;
	u->hello = (struct tdm_pipe_head){ .type = TDM_PIPE_HELLO,
					   .kind = cfg->kind,
					   .law = cfg->law,
					   .slave = cfg->clock_slave };
	u->head = u->hello;
	u->head.type = TDM_PIPE_BLOCK;
	u->recv = new_recv(m, cfg);
	return u->recv ? u : NULL;
}

static struct io_span *unix_open(struct mem *m, struct io_loop *l, const struct gw_span_cfg *cfg,
				 struct tg_diag *diag)
{
	struct span_unix *u = unix_new(m, l, cfg);

	if (!u)
		return NULL;
	if (!cfg->listen) {
		connect_now(u);
		return &u->span;
	}
	if (listen_at(u, diag) == 0) {
		u->listen_is_ours = true;
		return &u->span;
	}
	unix_close(&u->span);
	return NULL;
}

const struct io_span_driver io_span_unix = {
	.open = unix_open,
	.close = unix_close,
	.look = unix_look,
	.ops = { .read = unix_read,
		 .write = unix_write,
		 .up = unix_up,
		 .alarms = unix_alarms,
		 .status = unix_status,
		 .wait_fd = unix_wait_fd,
		 .arrived = unix_arrived,
		 .cas_tx = unix_cas_tx,
		 .cas_rx = unix_cas_rx },
};
