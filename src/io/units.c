/* SPDX-License-Identifier: GPL-3.0-or-later */
/* units: see the header. A second peer that connects takes the place of the first. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/units.h"

#define UNIT_MAX 300
#define FCS	 2
#define BURST	 64
#define AGAIN_MS 1000

struct io_units {
	struct io_loop *loop;
	struct io_units_user user;
	struct sockaddr_un path;
	struct io_watch server, peer;
	struct io_timer again;
	bool listens, waits; /* for room */
	struct io_units_stats stats;
};

static void lost(struct io_units *u)
{
	if (u->peer.fd < 0)
		return;
	io_loop_unwatch(u->loop, &u->peer);
	close(u->peer.fd);
	u->peer.fd = -1;
	u->waits = false;
	if (!u->listens)
		io_timer_arm(u->loop, &u->again, tick_add_ms(io_loop_now(u->loop), AGAIN_MS));
	u->user.up(u->user.self, false);
}

static void read_units(struct io_units *u)
{
	uint8_t buf[UNIT_MAX];

	for (int i = 0; i < BURST && u->peer.fd >= 0; i++) {
		ssize_t n = recv(u->peer.fd, buf, sizeof(buf), 0);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			lost(u);
			return;
		}
		u->stats.rx++;
		if (n <= FCS)
			u->stats.short_units++;
		else
			u->user.rx(u->user.self, str_n(buf, (size_t)n - FCS));
	}
}

static void on_peer(void *self, unsigned what)
{
	struct io_units *u = self;

	if (what & (IO_READ | IO_ERROR))
		read_units(u);
	if (!(what & IO_WRITE) || u->peer.fd < 0)
		return;
	u->waits = false;
	io_loop_watch(u->loop, &u->peer, IO_READ);
	if (u->user.room)
		u->user.room(u->user.self);
}

static void joined(struct io_units *u, int fd)
{
	u->peer.fd = fd;
	if (io_loop_watch(u->loop, &u->peer, IO_READ) < 0) {
		close(fd);
		u->peer.fd = -1;
		return;
	}
	u->stats.connects++;
	u->user.up(u->user.self, true);
}

static void on_server(void *self, unsigned what)
{
	struct io_units *u = self;
	int fd = accept4(u->server.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)what;
	if (fd < 0)
		return;
	lost(u);
	joined(u, fd);
}

static void try_connect(void *self)
{
	struct io_units *u = self;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&u->path, sizeof(u->path)) == 0) {
		joined(u, fd);
		return;
	}
	if (fd >= 0)
		close(fd);
	io_timer_arm(u->loop, &u->again, tick_add_ms(io_loop_now(u->loop), AGAIN_MS));
}

static int start_listening(struct io_units *u, struct tg_diag *diag)
{
	const struct sockaddr *sa = (struct sockaddr *)&u->path;
	struct stat st;

	if (lstat(u->path.sun_path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(u->path.sun_path);
	u->server.fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (u->server.fd < 0 || bind(u->server.fd, sa, sizeof(u->path)) < 0 ||
	    listen(u->server.fd, 1) < 0 || io_loop_watch(u->loop, &u->server, IO_READ) < 0)
		return tg_fail(diag, TG_EIO, 0, "", "%s: %s", u->path.sun_path, strerror(errno));
	return 0;
}

struct io_units *io_units_open(struct mem *m, struct io_loop *l, const char *path, bool listens,
			       const struct io_units_user *user, struct tg_diag *diag)
{
	struct io_units *u = MEM_NEW(m, struct io_units);

	if (!u) {
		tg_fail(diag, TG_ENOMEM, 0, "", "no memory for a socket");
		return NULL;
	}
	*u = (struct io_units){ .loop = l, .user = *user, .listens = listens };
	u->path.sun_family = AF_UNIX;
	u->server = (struct io_watch){ .fd = -1, .ready = on_server, .self = u };
	u->peer = (struct io_watch){ .fd = -1, .ready = on_peer, .self = u };
	u->again = (struct io_timer){ .fire = try_connect, .self = u };
	if (!str_copyz(u->path.sun_path, sizeof(u->path.sun_path), str_of(path)))
		tg_fail(diag, TG_EINVAL, 0, "", "%s: the path is too long for a socket", path);
	else if (listens && start_listening(u, diag) == 0)
		return u;
	else if (!listens) {
		io_timer_arm(l, &u->again, io_loop_now(l));
		return u;
	}
	io_units_close(u);
	return NULL;
}

void io_units_close(struct io_units *u)
{
	if (!u)
		return;
	io_timer_cancel(u->loop, &u->again);
	io_loop_unwatch(u->loop, &u->peer);
	io_loop_unwatch(u->loop, &u->server);
	if (u->peer.fd >= 0)
		close(u->peer.fd);
	if (u->server.fd >= 0) {
		close(u->server.fd);
		unlink(u->path.sun_path);
	}
	mem_drop(u);
}

bool io_units_is_up(const struct io_units *u)
{
	return u->peer.fd >= 0;
}

int io_units_send(struct io_units *u, struct str unit)
{
	uint8_t buf[UNIT_MAX] = { 0 };

	if (unit.len > sizeof(buf) - FCS)
		return TG_EINVAL;
	if (u->peer.fd < 0)
		return TG_ESTATE;
	memcpy(buf, unit.p, unit.len);
	if (send(u->peer.fd, buf, unit.len + FCS, MSG_NOSIGNAL) >= 0) {
		u->stats.tx++;
		return 0;
	}
	if (errno != EAGAIN && errno != ENOBUFS)
		return TG_ESTATE; /* the read says that it is gone */
	if (!u->waits)
		io_loop_watch(u->loop, &u->peer, IO_READ | IO_WRITE);
	u->waits = true;
	return TG_ELIMIT;
}

void io_units_stats(const struct io_units *u, struct io_units_stats *out)
{
	*out = u->stats;
}
