/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tcp: each connection goes Connecting, Handshaking, Up, Flushing, Lingering, Dead. What happens
 * within a call of the user's is told by a timer that is due at once; a dead one is freed there too,
 * when nobody can be in the middle of it.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <trunkgate/sipio/tcp.h>

#include "base/list.h"
#include "io/sctp.h"
#include "io/sock.h"
#include "io/tls.h"

#define CHAINS	       256
#define MAX_CONNS      1500
#define BURST	       16    /* accepts, reads in a pass */
#define READ_SIZE      16384 /* octets */
#define QUEUE_MAX      (512 * 1024)
#define NAMES_SIZE     1024
#define HANDSHAKE_MS   5000
#define LINGER_MS      1000 /* for the other side to read what we said last */
#define PAUSE_MS       500  /* without descriptors */
#define USER_TIMEOUT_S 30

enum conn_state { CONNECTING, HANDSHAKING, UP, FLUSHING, LINGERING, DEAD };

struct conn {
	struct list link; /* in a chain, or among the dead */
	struct list soon; /* has something to tell */
	struct io_tcp *t;
	uint32_t id; /* 0: the user does not know it yet */
	enum conn_state state;
	struct io_watch watch;
	struct addr remote;
	bool accepted, blocked, told_blocked, failed;
	unsigned waits_for;
	struct io_tls_conn *tls;
	struct io_timer deadline;
	char *out;
	size_t out_at, out_len, out_size;
	char why[120];
	char identity[256];
};

struct io_tcp {
	struct mem *mem;
	struct io_loop *loop;
	struct io_tls *tls;
	bool sctp;
	struct io_tcp_user user;
	struct io_watch listen;
	struct io_timer soon_timer, resume;
	struct addr local;
	struct list chain[CHAINS];
	struct list soon, dead;
	struct io_tcp_stats stats;
	char buf[READ_SIZE];
};

static void wake_soon(struct io_tcp *t)
{
	io_timer_arm(t->loop, &t->soon_timer, io_loop_now(t->loop));
}

static void tell_soon(struct conn *c)
{
	if (!list_linked(&c->soon))
		list_add_tail(&c->t->soon, &c->soon);
	wake_soon(c->t);
}

static struct conn *find(struct io_tcp *t, uint32_t id)
{
	struct conn *c;

	list_for_each(c, &t->chain[id % CHAINS], link)
		if (id && c->id == id)
			return c;
	return NULL;
}

/* Its end. -------------------------------------------------------------------------------------- */
static void destroy(struct conn *c)
{
	struct io_tcp *t = c->t;

	if (c->state == DEAD)
		return;
	io_timer_cancel(t->loop, &c->deadline);
	io_loop_unwatch(t->loop, &c->watch);
	io_tls_conn_free(c->tls);
	c->tls = NULL;
	close(c->watch.fd);
	mem_drop(c->out);
	c->out = NULL;
	list_del(&c->link);
	list_del(&c->soon);
	c->state = DEAD;
	list_add_tail(&t->dead, &c->link);
	t->stats.connections--;
	wake_soon(t);
}

/* Not from within a call of the user's. */
static void lose(struct conn *c, const char *why)
{
	uint32_t id = c->state == UP || c->state == CONNECTING || c->state == HANDSHAKING ? c->id
											  : 0;
	struct io_tcp *t = c->t;
	char text[sizeof(c->why)];

	str_copyz(text, sizeof(text), str_of(why));
	t->stats.failed++;
	destroy(c);
	if (id)
		t->user.down(t->user.self, id, text);
}

static void fail_soon(struct conn *c, const char *why)
{
	c->failed = true;
	str_copyz(c->why, sizeof(c->why), str_of(why));
	tell_soon(c);
}

static void on_deadline(void *self)
{
	struct conn *c = self;

	if (c->state == CONNECTING || c->state == HANDSHAKING)
		lose(c, "it took too long");
	else
		destroy(c);
}

/* Octets. --------------------------------------------------------------------------------------- */
static void wait_for(struct conn *c)
{
	bool write = c->out_len > c->out_at || c->state == CONNECTING ||
		     (c->tls && io_tls_wants_write(c->tls));
	unsigned what = IO_READ | (write ? IO_WRITE : 0);

	if (c->state == DEAD || (what == c->waits_for && c->watch.watched))
		return;
	c->waits_for = what;
	io_loop_watch(c->t->loop, &c->watch, what);
}

static ssize_t result(struct conn *c, ssize_t n)
{
	if (n > 0)
		return n;
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return IO_TLS_WAIT;
	str_copyz(c->why, sizeof(c->why), str_of(n == 0 ? "closed" : strerror(errno)));
	return IO_TLS_OVER;
}

static ssize_t put(struct conn *c, const char *p, size_t len)
{
	ssize_t n;

	if (!c->tls)
		return result(c, send(c->watch.fd, p, len, MSG_NOSIGNAL));
	n = io_tls_write(c->tls, p, len);
	if (n == IO_TLS_OVER)
		str_copyz(c->why, sizeof(c->why), str_of(io_tls_why(c->tls)));
	return n;
}

static ssize_t get(struct conn *c, char *p, size_t size)
{
	ssize_t n;

	if (!c->tls)
		return result(c, recv(c->watch.fd, p, size, 0));
	n = io_tls_read(c->tls, p, size);
	if (n == IO_TLS_OVER)
		str_copyz(c->why, sizeof(c->why), str_of(io_tls_why(c->tls)));
	return n;
}

/* What goes out next, behind `head` octets: of SCTP a message, whose length is before it. */
static size_t next_piece(const struct conn *c, size_t *head)
{
	uint32_t len;

	*head = 0;
	if (!c->t->sctp)
		return c->out_len - c->out_at;
	memcpy(&len, c->out + c->out_at, sizeof(len));
	*head = sizeof(len);
	return len;
}

/* False: it is over. */
static bool flush(struct conn *c)
{
	while (c->out_at < c->out_len) {
		size_t head, len = next_piece(c, &head);
		ssize_t n = put(c, c->out + c->out_at + head, len);

		if (n == IO_TLS_OVER)
			return false;
		if (n == IO_TLS_WAIT)
			return true;
		c->out_at += head + (size_t)n; /* a message of SCTP goes whole */
	}
	mem_drop(c->out);
	c->out = NULL;
	c->out_at = c->out_len = c->out_size = 0;
	return true;
}

static bool append_octets(struct conn *c, struct str octets)
{
	size_t waiting = c->out_len - c->out_at, size = c->out_size ? c->out_size : 4096;
	char *grown;

	if (waiting + octets.len > QUEUE_MAX)
		return false;
	if (c->out_at) {
		memmove(c->out, c->out + c->out_at, waiting);
		c->out_at = 0;
		c->out_len = waiting;
	}
	while (size < waiting + octets.len)
		size *= 2;
	if (size > c->out_size) {
		grown = mem_grow(c->t->mem, c->out, size);
		if (!grown)
			return false;
		c->out = grown;
		c->out_size = size;
	}
	memcpy(c->out + waiting, octets.p, octets.len);
	c->out_len += octets.len;
	return true;
}

static bool append(struct conn *c, struct str octets)
{
	uint32_t len = (uint32_t)octets.len;

	return (!c->t->sctp || append_octets(c, str_n(&len, sizeof(len)))) &&
	       append_octets(c, octets);
}

void io_tcp_send(struct io_tcp *t, uint32_t id, struct str octets)
{
	struct conn *c = find(t, id);

	if (!c || c->state != UP || c->failed || !octets.len)
		return;
	if (!append(c, octets))
		fail_soon(c, "the other side does not read");
	else if (!flush(c))
		fail_soon(c, c->why);
	c->blocked = c->out_len > c->out_at;
	if (c->blocked != c->told_blocked)
		tell_soon(c);
	wait_for(c);
}

/* Its life. ------------------------------------------------------------------------------------- */
/* So that our last words are not lost: a close with octets unread would reset it. */
static void linger(struct conn *c)
{
	c->state = LINGERING;
	if (c->tls) {
		destroy(c);
		return;
	}
	shutdown(c->watch.fd, SHUT_WR);
	wait_for(c);
}

void io_tcp_close(struct io_tcp *t, uint32_t id)
{
	struct conn *c = find(t, id);

	if (!c || c->state > UP)
		return;
	if (c->state != UP || c->failed) {
		destroy(c);
		return;
	}
	c->state = FLUSHING;
	io_timer_arm(t->loop, &c->deadline, tick_add_ms(io_loop_now(t->loop), LINGER_MS));
	if (c->out_at == c->out_len)
		linger(c);
	else
		wait_for(c);
}

static void established(struct conn *c)
{
	bool known = c->tls && io_tls_authenticated(c->tls);
	char names[NAMES_SIZE];
	struct io_tcp *t = c->t;

	io_timer_cancel(t->loop, &c->deadline);
	c->state = UP;
	wait_for(c);
	if (c->accepted) {
		uint32_t id;

		if (t->user.accepted(t->user.self, &c->remote, &id) < 0) {
			t->stats.refused++;
			destroy(c);
			return;
		}
		c->id = id;
		list_del(&c->link);
		list_add_tail(&t->chain[id % CHAINS], &c->link);
	}
	if (!c->accepted || known)
		t->user.up(t->user.self, c->id, known,
			   str_n(names, known ? io_tls_names(c->tls, names, sizeof(names)) : 0));
}

static void shake_hands(struct conn *c)
{
	switch (io_tls_handshake(c->tls)) {
	case 0:
		established(c);
		break;
	case IO_TLS_WAIT:
		wait_for(c);
		break;
	default:
		lose(c, io_tls_why(c->tls));
	}
}

static void connected(struct conn *c)
{
	struct io_tcp *t = c->t;
	socklen_t len = sizeof(int);
	int err = 0;

	if (getsockopt(c->watch.fd, SOL_SOCKET, SO_ERROR, &err, &len) < 0 || err) {
		lose(c, strerror(err));
		return;
	}
	if (!t->tls) {
		established(c);
		return;
	}
	c->state = HANDSHAKING;
	c->tls = io_tls_connect(t->tls, c->watch.fd, str_of(c->identity));
	if (c->tls)
		shake_hands(c);
	else
		lose(c, "no memory");
}

static void receive(struct conn *c)
{
	struct io_tcp *t = c->t;

	for (int i = 0; i < BURST && c->state == UP; i++) {
		size_t room = t->user.room(t->user.self, c->id);
		ssize_t n;

		if (!room)
			break; /* as soon as the user has dealt with what he has */
		n = get(c, t->buf, room < READ_SIZE ? room : READ_SIZE);
		if (n == IO_TLS_WAIT)
			break;
		if (n == IO_TLS_OVER) {
			lose(c, c->why);
			return;
		}
		t->user.rx(t->user.self, c->id, str_n(t->buf, (size_t)n));
	}
	if (c->state == UP && c->tls && io_tls_pending(c->tls))
		tell_soon(c);
	wait_for(c);
}

static void is_up(struct conn *c, unsigned what)
{
	struct io_tcp *t = c->t;

	if (c->failed || ((what & (IO_WRITE | IO_ERROR)) && !flush(c))) {
		lose(c, c->why);
		return;
	}
	c->blocked = c->out_len > c->out_at;
	if (c->told_blocked && !c->blocked) {
		c->told_blocked = false;
		t->user.blocked(t->user.self, c->id, false);
	}
	if (c->state == UP)
		receive(c);
}

static void discard(struct conn *c)
{
	ssize_t n = 1;

	for (int i = 0; i < BURST && n > 0; i++)
		n = get(c, c->t->buf, READ_SIZE);
	if (n == IO_TLS_OVER)
		destroy(c);
}

static void on_ready(void *self, unsigned what)
{
	struct conn *c = self;

	switch (c->state) {
	case CONNECTING:
		connected(c);
		break;
	case HANDSHAKING:
		shake_hands(c);
		break;
	case UP:
		is_up(c, what);
		break;
	case FLUSHING:
		if (!flush(c))
			destroy(c);
		else if (c->out_at == c->out_len)
			linger(c);
		break;
	case LINGERING:
		discard(c);
		break;
	case DEAD:
		break;
	}
}

static void on_soon(void *self)
{
	struct io_tcp *t = self;
	struct conn *c, *next;

	while ((c = list_first(&t->soon, struct conn, soon))) {
		list_del(&c->soon);
		if (c->state != UP)
			continue;
		if (c->failed) {
			lose(c, c->why);
		} else if (c->blocked != c->told_blocked) {
			c->told_blocked = c->blocked;
			t->user.blocked(t->user.self, c->id, c->blocked);
		} else {
			receive(c);
		}
	}
	list_for_each_safe(c, next, &t->dead, link) {
		list_del(&c->link);
		mem_drop(c);
	}
}

/* Making. --------------------------------------------------------------------------------------- */
static void tune(const struct io_tcp *t, int fd)
{
	int on = 1, idle = 60, every = 10, times = 3, ms = USER_TIMEOUT_S * 1000;

	if (t->sctp) {
		io_sctp_tune(fd, 1);
		io_sctp_unordered(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every, sizeof(every));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof(times));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms));
}

/* Takes the descriptor. */
static struct conn *conn_new(struct io_tcp *t, int fd, const struct addr *remote)
{
	struct conn *c = MEM_NEW(t->mem, struct conn);

	if (!c) {
		close(fd);
		return NULL;
	}
	c->t = t;
	c->remote = *remote;
	c->watch = (struct io_watch){ .fd = fd, .ready = on_ready, .self = c };
	c->deadline = (struct io_timer){ .fire = on_deadline, .self = c };
	list_init(&c->soon);
	list_init(&c->link);
	tune(t, fd);
	t->stats.connections++;
	io_timer_arm(t->loop, &c->deadline, tick_add_ms(io_loop_now(t->loop), HANDSHAKE_MS));
	return c;
}

static int new_socket(const struct io_tcp *t, const struct sockaddr_storage *sa)
{
	return socket(sa->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		      t->sctp ? IPPROTO_SCTP : 0);
}

void io_tcp_connect(struct io_tcp *t, uint32_t id, const struct addr *to, struct str identity)
{
	struct sockaddr_storage sa;
	socklen_t len = io_sockaddr_of(to, &sa);
	int fd = new_socket(t, &sa), err = 0;
	struct conn *c;

	/* without a descriptor or memory the user's own deadline ends it */
	c = fd < 0 ? NULL : conn_new(t, fd, to);
	if (!c)
		return;
	t->stats.opened++;
	c->id = id;
	list_add_tail(&t->chain[id % CHAINS], &c->link);
	str_copyz(c->identity, sizeof(c->identity), identity);
	if (connect(fd, (struct sockaddr *)&sa, len) < 0 && errno != EINPROGRESS)
		err = errno;
	if (err) {
		str_copyz(c->why, sizeof(c->why), str_of(strerror(err)));
		io_timer_arm(t->loop, &c->deadline, io_loop_now(t->loop));
		return;
	}
	wait_for(c);
}

static void take(struct io_tcp *t, int fd, const struct addr *from)
{
	struct conn *c;

	if (t->stats.connections >= MAX_CONNS) {
		t->stats.refused++;
		close(fd);
		return;
	}
	c = conn_new(t, fd, from);
	if (!c)
		return;
	t->stats.accepted++;
	c->accepted = true;
	list_add_tail(&t->chain[0], &c->link);
	if (!t->tls) {
		established(c);
		return;
	}
	c->state = HANDSHAKING;
	c->tls = io_tls_accept(t->tls, fd);
	if (c->tls)
		shake_hands(c);
	else
		destroy(c);
}

static void on_resume(void *self)
{
	struct io_tcp *t = self;

	io_loop_watch(t->loop, &t->listen, IO_READ);
}

static void on_listen(void *self, unsigned what)
{
	struct io_tcp *t = self;

	(void)what;
	for (int i = 0; i < BURST; i++) {
		struct sockaddr_storage sa;
		socklen_t len = sizeof(sa);
		struct addr from;
		int fd = accept4(t->listen.fd, (struct sockaddr *)&sa, &len,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0 && io_addr_of(&from, &sa)) {
			take(t, fd, &from);
			continue;
		}
		if (fd >= 0)
			close(fd);
		else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
			 errno == ENOMEM) {
			t->stats.pauses++;
			io_loop_unwatch(t->loop, &t->listen);
			io_timer_arm(t->loop, &t->resume,
				     tick_add_ms(io_loop_now(t->loop), PAUSE_MS));
		}
		if (fd < 0 && errno != ECONNABORTED && errno != EINTR)
			return;
	}
}

static int open_listen(const struct io_tcp *t, const struct addr *bind_to, int *fd)
{
	struct sockaddr_storage sa;
	socklen_t len = io_sockaddr_of(bind_to, &sa);
	int on = 1;

	*fd = new_socket(t, &sa);
	if (*fd < 0)
		return -1;
	if (t->sctp)
		io_sctp_tune(*fd, 1);
	setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (sa.ss_family == AF_INET6 && !t->sctp)
		setsockopt(*fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	return bind(*fd, (struct sockaddr *)&sa, len) < 0 || listen(*fd, 256) < 0 ? -1 : 0;
}

static const char *name_of(const struct io_tcp *t)
{
	return t->sctp ? "SCTP" : t->tls ? "TLS" : "TCP";
}

static const char *why_not(const struct io_tcp *t, int err)
{
	if (t->sctp && (err == EPROTONOSUPPORT || err == ESOCKTNOSUPPORT))
		return "this system's kernel has no SCTP (modprobe sctp)";
	return strerror(err);
}

static struct io_tcp *open_any(struct mem *m, struct io_loop *l, const struct addr *bind,
			       const struct io_tcp *like, struct tg_diag *diag)
{
	struct mem *own = mem_sub(m, "tcp");
	struct io_tcp *t = own ? MEM_NEW(own, struct io_tcp) : NULL;
	char text[ADDR_TEXT_MAX];

	if (!t) {
		mem_free(own);
		tg_fail(diag, TG_ENOMEM, 0, "", "no memory for a socket");
		return NULL;
	}
	*t = *like;
	t->mem = own;
	t->loop = l;
	for (int i = 0; i < CHAINS; i++)
		list_init(&t->chain[i]);
	list_init(&t->soon);
	list_init(&t->dead);
	t->listen = (struct io_watch){ .fd = -1, .ready = on_listen, .self = t };
	t->soon_timer = (struct io_timer){ .fire = on_soon, .self = t };
	t->resume = (struct io_timer){ .fire = on_resume, .self = t };
	if (open_listen(t, bind, &t->listen.fd) == 0 &&
	    io_sock_local(t->listen.fd, &t->local) == 0 &&
	    io_loop_watch(l, &t->listen, IO_READ) == 0)
		return t;
	tg_fail(diag, errno == EADDRINUSE ? TG_EEXIST : TG_EIO, 0, "", "%s (%s): %s",
		addr_print(bind, text), name_of(t), why_not(t, errno));
	io_tcp_shut(t);
	return NULL;
}

struct io_tcp *io_tcp_open(struct mem *m, struct io_loop *l, const struct addr *bind,
			   struct io_tls *tls, const struct io_tcp_user *user, struct tg_diag *diag)
{
	const struct io_tcp like = { .tls = tls, .user = *user };

	return open_any(m, l, bind, &like, diag);
}

struct io_tcp *io_tcp_open_sctp(struct mem *m, struct io_loop *l, const struct addr *bind,
				const struct io_tcp_user *user, struct tg_diag *diag)
{
	const struct io_tcp like = { .sctp = true, .user = *user };

	return open_any(m, l, bind, &like, diag);
}

void io_tcp_shut(struct io_tcp *t)
{
	struct conn *c, *next;

	if (!t)
		return;
	for (int i = 0; i < CHAINS; i++)
		list_for_each_safe(c, next, &t->chain[i], link)
			destroy(c);
	io_timer_cancel(t->loop, &t->soon_timer);
	io_timer_cancel(t->loop, &t->resume);
	io_loop_unwatch(t->loop, &t->listen);
	if (t->listen.fd >= 0)
		close(t->listen.fd);
	mem_free(t->mem);
}

const struct addr *io_tcp_local(const struct io_tcp *t)
{
	return &t->local;
}

void io_tcp_stats(const struct io_tcp *t, struct io_tcp_stats *out)
{
	*out = t->stats;
}
