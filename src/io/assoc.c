/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assoc: an association is Idle, Connecting or Up. What it cannot send at once waits in one buffer:
 * of TCP octets, of SCTP messages with their stream and length before them.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "io/assoc.h"
#include "io/sctp.h"
#include "io/sock.h"

#define QUEUE_MAX	(256 * 1024)
#define READ_SIZE	16384
#define BURST		32 /* reads in a pass */
#define CONNECT_MS	3000
#define USER_TIMEOUT_MS 8000 /* RFC 5482: what is sent is acknowledged by then */
#define BACKLOG		16

enum state { IDLE, CONNECTING, UP };

struct assoc {
	struct io_assocs *all;
	unsigned number;
	bool there; /* it was added */
	struct io_assoc_cfg cfg;
	enum state state;
	struct io_watch watch;
	struct io_timer deadline; /* while connecting; or due at once when it has failed */
	unsigned waits_for;
	char why[100];
	char *out;
	size_t out_len;
	struct io_assoc_stats stats;
};

struct listener {
	struct io_assocs *all;
	struct io_watch watch;
	bool sctp;
	struct addr local;
};

struct io_assocs {
	struct mem *mem;
	struct io_loop *loop;
	struct io_assoc_user user;
	unsigned nr, nr_listeners;
	struct assoc *assoc;
	struct listener *listener;
	char buf[READ_SIZE];
};

struct record {
	uint16_t stream, len;
};

/* Its end. -------------------------------------------------------------------------------------- */

static void drop(struct assoc *s)
{
	if (s->state == IDLE && s->watch.fd < 0)
		return;
	io_timer_cancel(s->all->loop, &s->deadline);
	io_loop_unwatch(s->all->loop, &s->watch);
	if (s->watch.fd >= 0)
		close(s->watch.fd);
	s->watch.fd = -1;
	s->state = IDLE;
	s->out_len = 0;
	s->stats.up = false;
}

/* Not from within a call of the user's. */
static void lose(struct assoc *s, const char *why)
{
	char text[sizeof(s->why)];

	snprintf(text, sizeof(text), "%s", why);
	drop(s);
	s->all->user.down(s->all->user.self, s->number, text);
}

static void on_deadline(void *self)
{
	struct assoc *s = self;

	lose(s, s->why[0] ? s->why : "no answer");
}

/* From within one: told soon. */
static void fail_soon(struct assoc *s, const char *why)
{
	snprintf(s->why, sizeof(s->why), "%s", why);
	io_timer_arm(s->all->loop, &s->deadline, io_loop_now(s->all->loop));
}

/* Sending. -------------------------------------------------------------------------------------- */

static void watch_for(struct assoc *s)
{
	unsigned want = IO_READ | (s->out_len || s->state == CONNECTING ? IO_WRITE : 0);

	if (want == s->waits_for)
		return;
	s->waits_for = want;
	io_loop_watch(s->all->loop, &s->watch, want);
}

/* How many octets of the buffer went out; -1 when the association is broken. */
static ssize_t flush_some(struct assoc *s)
{
	struct record r;
	ssize_t n;

	if (!s->cfg.sctp) {
		n = send(s->watch.fd, s->out, s->out_len, MSG_NOSIGNAL);
		return n >= 0 || errno == EAGAIN || errno == EINTR ? (n < 0 ? 0 : n) : -1;
	}
	memcpy(&r, s->out, sizeof(r));
	if (io_sctp_send(s->watch.fd, r.stream, s->cfg.ppid, str_n(s->out + sizeof(r), r.len)) == 0)
		return (ssize_t)(sizeof(r) + r.len);
	return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

static int flush(struct assoc *s)
{
	while (s->out_len) {
		ssize_t n = flush_some(s);
		if (n <= 0)
			return n < 0 ? -1 : 0;
		s->out_len -= (size_t)n;
		memmove(s->out, s->out + n, s->out_len);
	}
	return 0;
}

static void keep(struct assoc *s, uint16_t stream, struct str octets)
{
	struct record r = { stream, (uint16_t)octets.len };
	size_t head = s->cfg.sctp ? sizeof(r) : 0;

	if (!s->out)
		s->out = mem_alloc(s->all->mem, QUEUE_MAX);
	if (!s->out || s->out_len + head + octets.len > QUEUE_MAX || octets.len > UINT16_MAX) {
		s->stats.dropped++;
		return;
	}
	memcpy(s->out + s->out_len, &r, head);
	memcpy(s->out + s->out_len + head, octets.p, octets.len);
	s->out_len += head + octets.len;
}

static struct assoc *get(struct io_assocs *a, unsigned number)
{
	return a && number < a->nr && a->assoc[number].there ? &a->assoc[number] : NULL;
}

void io_assoc_send(struct io_assocs *a, unsigned number, uint16_t stream, struct str octets)
{
	struct assoc *s = get(a, number);

	if (!s || s->state != UP || !octets.len)
		return;
	s->stats.tx++;
	keep(s, stream, octets);
	if (flush(s) < 0)
		fail_soon(s, strerror(errno));
	watch_for(s);
}

/* Receiving. ------------------------------------------------------------------------------------ */

static ssize_t read_once(struct assoc *s, uint16_t *stream, enum io_sctp_event *event)
{
	ssize_t n;

	if (s->cfg.sctp)
		return io_sctp_recv(s->watch.fd, s->all->buf, READ_SIZE, stream, event);
	n = recv(s->watch.fd, s->all->buf, READ_SIZE, 0);
	*stream = 0;
	*event = n == 0 ? IO_SCTP_OVER : IO_SCTP_DATA;
	return n;
}

static void set_up(struct assoc *s);

/* False when there is nothing more, or no association. */
static bool read_some(struct assoc *s)
{
	enum io_sctp_event event;
	uint16_t stream = 0;
	ssize_t n = read_once(s, &stream, &event);

	if (n < 0) {
		if (errno != EAGAIN && errno != EINTR)
			lose(s, strerror(errno));
		return false;
	}
	switch (event) {
	case IO_SCTP_OVER:
		lose(s, "closed by the other end");
		return false;
	case IO_SCTP_RESTART: /* RFC 9260 5.2: the other end began anew */
		s->out_len = 0;
		set_up(s);
		return s->state == UP;
	case IO_SCTP_NOTHING:
		return true;
	case IO_SCTP_DATA:
		s->stats.rx++;
		s->all->user.rx(s->all->user.self, s->number, stream,
				str_n(s->all->buf, (size_t)n));
	}
	return s->state == UP;
}

static void set_up(struct assoc *s)
{
	uint16_t streams = s->cfg.sctp ? io_sctp_streams(s->watch.fd) : 1;

	s->state = UP;
	s->stats.up = true;
	io_timer_cancel(s->all->loop, &s->deadline);
	s->waits_for = 0;
	watch_for(s);
	s->all->user.up(s->all->user.self, s->number, streams ? streams : 1);
}

static void connected(struct assoc *s)
{
	int err = 0;
	socklen_t len = sizeof(err);

	getsockopt(s->watch.fd, SOL_SOCKET, SO_ERROR, &err, &len);
	if (err)
		lose(s, strerror(err));
	else
		set_up(s);
}

static void on_ready(void *self, unsigned what)
{
	struct assoc *s = self;

	if (s->state == CONNECTING) {
		if (what & (IO_WRITE | IO_ERROR))
			connected(s);
		return;
	}
	for (int i = 0; i < BURST && (what & (IO_READ | IO_ERROR)); i++)
		if (!read_some(s))
			break;
	if (s->state != UP)
		return;
	if (flush(s) < 0)
		lose(s, strerror(errno));
	else
		watch_for(s);
}

/* Connecting. ----------------------------------------------------------------------------------- */

static void set_tcp(int fd)
{
	unsigned timeout = USER_TIMEOUT_MS;
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof(timeout));
}

static int tcp_socket(const struct addr *local, int *fd, struct tg_diag *diag)
{
	struct sockaddr_storage sa;
	socklen_t len = io_sockaddr_of(local, &sa);
	char text[ADDR_TEXT_MAX];
	int on = 1, err;

	*fd = socket(sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*fd >= 0) {
		setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		set_tcp(*fd);
		if (bind(*fd, (struct sockaddr *)&sa, len) == 0)
			return 0;
	}
	err = errno;
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return tg_fail(diag, err == EADDRINUSE ? TG_EEXIST : TG_EIO, 0, "", "TCP at %s: %s",
		       addr_print(local, text), strerror(err));
}

static int make_socket(const struct io_assoc_cfg *c, int *fd, struct tg_diag *diag)
{
	if (c->sctp)
		return io_sctp_socket(c->local, c->nr_local, IO_ASSOC_STREAMS, fd, diag);
	return tcp_socket(&c->local[0], fd, diag);
}

static int start_connect(struct assoc *s)
{
	struct sockaddr_storage sa;
	socklen_t len;

	if (s->cfg.sctp)
		return io_sctp_connect(s->watch.fd, s->cfg.remote, s->cfg.nr_remote);
	len = io_sockaddr_of(&s->cfg.remote[0], &sa);
	if (connect(s->watch.fd, (struct sockaddr *)&sa, len) == 0 || errno == EINPROGRESS)
		return 0;
	return TG_EIO;
}

void io_assoc_connect(struct io_assocs *a, unsigned number)
{
	struct tg_diag diag = TG_DIAG_NONE;
	struct assoc *s = get(a, number);

	if (!s || s->state != IDLE || s->cfg.server)
		return;
	s->why[0] = '\0';
	s->waits_for = 0;
	if (make_socket(&s->cfg, &s->watch.fd, &diag) < 0) {
		fail_soon(s, diag.text);
		return;
	}
	s->state = CONNECTING;
	if (start_connect(s) < 0) {
		fail_soon(s, strerror(errno));
		return;
	}
	io_timer_arm(a->loop, &s->deadline, tick_add_ms(io_loop_now(a->loop), CONNECT_MS));
	watch_for(s);
}

void io_assoc_close(struct io_assocs *a, unsigned number)
{
	struct assoc *s = get(a, number);

	if (s)
		drop(s);
}

/* Being connected to. --------------------------------------------------------------------------- */

/* Whose address and port it is; else whose address, from whatever port. */
static struct assoc *find_caller(struct listener *l, const struct addr *from)
{
	struct assoc *any = NULL;

	for (unsigned i = 0; i < l->all->nr; i++) {
		struct assoc *s = &l->all->assoc[i];
		if (!s->there || !s->cfg.server || s->cfg.sctp != l->sctp ||
		    s->cfg.local[0].port != l->local.port)
			continue;
		for (unsigned k = 0; k < s->cfg.nr_remote; k++) {
			if (!addr_ip_eq(&s->cfg.remote[k], from))
				continue;
			if (s->cfg.remote[0].port == from->port)
				return s;
			if (!s->cfg.remote[0].port && (!any || any->state == UP))
				any = s;
		}
	}
	return any;
}

static void accepted(struct listener *l, int fd, const struct addr *from)
{
	struct assoc *s = find_caller(l, from);
	char text[ADDR_TEXT_MAX];

	if (!s) {
		log_notice(LOG_IO, NULL, "signalling: %s connected, and is no ASP of ours: closed",
			   addr_print(from, text));
		close(fd);
		return;
	}
	if (s->state != IDLE) /* the other end began anew, and we have not heard of its end */
		lose(s, "replaced by a new connection");
	s->why[0] = '\0';
	s->watch.fd = fd;
	s->stats.remote = *from;
	set_up(s);
}

static void on_listen(void *self, unsigned what)
{
	struct listener *l = self;

	(void)what;
	for (int i = 0; i < BURST; i++) {
		struct sockaddr_storage sa = { 0 };
		socklen_t len = sizeof(sa);
		struct addr from;
		int fd = accept4(l->watch.fd, (struct sockaddr *)&sa, &len,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			return;
		if (!l->sctp)
			set_tcp(fd);
		io_addr_of(&from, &sa);
		accepted(l, fd, &from);
	}
}

static int add_listener(struct io_assocs *a, struct io_assoc_cfg *c, struct tg_diag *diag)
{
	struct listener *l = &a->listener[a->nr_listeners];
	int err;

	for (unsigned i = 0; i < a->nr_listeners; i++)
		if (a->listener[i].sctp == c->sctp && addr_eq(&a->listener[i].local, &c->local[0]))
			return 0;
	*l = (struct listener){ .all = a,
				.sctp = c->sctp,
				.watch = { .ready = on_listen, .self = l } };
	err = make_socket(c, &l->watch.fd, diag);
	if (err < 0)
		return err;
	if (listen(l->watch.fd, BACKLOG) < 0 || io_sock_local(l->watch.fd, &l->local) < 0 ||
	    io_loop_watch(a->loop, &l->watch, IO_READ) < 0) {
		close(l->watch.fd);
		return tg_fail(diag, TG_EIO, 0, "", "cannot listen: %s", strerror(errno));
	}
	c->local[0].port = l->local.port;
	a->nr_listeners++;
	return 0;
}

/* Making. --------------------------------------------------------------------------------------- */

int io_assoc_add(struct io_assocs *a, unsigned number, const struct io_assoc_cfg *cfg,
		 struct tg_diag *diag)
{
	struct assoc *s = number < a->nr ? &a->assoc[number] : NULL;
	struct io_assoc_cfg c = *cfg;
	int err;

	if (!s || s->there || !c.nr_remote)
		return tg_fail(diag, TG_EINVAL, 0, "", "an association without the other end");
	if (!c.nr_local) { /* any address of the remote's family */
		c.nr_local = 1;
		c.local[0].family = c.remote[0].family;
	}
	err = c.server ? add_listener(a, &c, diag) : 0;
	if (err < 0)
		return err;
	s->all = a;
	s->number = number;
	s->there = true;
	s->cfg = c;
	s->watch = (struct io_watch){ .fd = -1, .ready = on_ready, .self = s };
	s->deadline = (struct io_timer){ .fire = on_deadline, .self = s };
	s->stats.local = c.local[0];
	s->stats.remote = c.remote[0];
	return 0;
}

struct io_assocs *io_assocs_new(struct mem *m, struct io_loop *l, const struct io_assoc_user *user,
				unsigned nr)
{
	struct io_assocs *a = MEM_NEW(m, struct io_assocs);

	if (!a)
		return NULL;
	a->mem = m;
	a->loop = l;
	a->user = *user;
	a->nr = nr;
	a->assoc = MEM_ARRAY(m, nr + 1u, struct assoc);
	a->listener = MEM_ARRAY(m, nr + 1u, struct listener);
	return a->assoc && a->listener ? a : NULL;
}

void io_assocs_free(struct io_assocs *a)
{
	for (unsigned i = 0; a && i < a->nr; i++)
		if (a->assoc[i].there)
			drop(&a->assoc[i]);
	for (unsigned i = 0; a && i < a->nr_listeners; i++) {
		io_loop_unwatch(a->loop, &a->listener[i].watch);
		close(a->listener[i].watch.fd);
	}
}

bool io_assoc_stats(const struct io_assocs *a, unsigned number, struct io_assoc_stats *out)
{
	if (number >= a->nr || !a->assoc[number].there)
		return false;
	*out = a->assoc[number].stats;
	return true;
}
