/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sock: struct addr to sockaddr and back, and the datagram calls with them. */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "io/sock.h"

#define MAX_FD 65536

socklen_t io_sockaddr_of(const struct addr *a, struct sockaddr_storage *out)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;
	struct sockaddr_in *in = (struct sockaddr_in *)out;

	memset(out, 0, sizeof(*out));
	if (a->family == ADDR_IP6) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(a->port);
		memcpy(&in6->sin6_addr, a->ip, 16);
		return sizeof(*in6);
	}
	in->sin_family = AF_INET;
	in->sin_port = htons(a->port);
	memcpy(&in->sin_addr, a->ip, 4);
	return sizeof(*in);
}

bool io_addr_of(struct addr *a, const struct sockaddr_storage *from)
{
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)from;
	const struct sockaddr_in *in = (const struct sockaddr_in *)from;

	*a = (struct addr){ ADDR_NONE };
	if (from->ss_family == AF_INET6) {
		a->family = ADDR_IP6;
		a->port = ntohs(in6->sin6_port);
		memcpy(a->ip, &in6->sin6_addr, 16);
	} else if (from->ss_family == AF_INET) {
		a->family = ADDR_IP4;
		a->port = ntohs(in->sin_port);
		memcpy(a->ip, &in->sin_addr, 4);
	}
	return a->family != ADDR_NONE;
}

static int fail(struct tg_diag *diag, const struct addr *bind_to, const char *kind, int err)
{
	char text[ADDR_TEXT_MAX];

	addr_print(bind_to, text);
	if (err == EADDRINUSE)
		return tg_fail(diag, TG_EEXIST, 0, "", "%s (%s) is in use by another program", text,
			       kind);
	if (err == EADDRNOTAVAIL)
		return tg_fail(diag, TG_EIO, 0, "", "%s is no address of this machine", text);
	return tg_fail(diag, TG_EIO, 0, "", "%s (%s): %s", text, kind, strerror(err));
}

int io_sock_udp(const struct addr *bind_to, int *fd, struct tg_diag *diag)
{
	struct sockaddr_storage sa;
	socklen_t len = io_sockaddr_of(bind_to, &sa);
	int on = 1, err;

	*fd = socket(sa.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return fail(diag, bind_to, "UDP", errno);
	/* So that [::] and 0.0.0.0 are two sockets. */
	if (sa.ss_family == AF_INET6)
		setsockopt(*fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(*fd, (struct sockaddr *)&sa, len) == 0)
		return TG_OK;
	err = errno;
	close(*fd);
	*fd = -1;
	return fail(diag, bind_to, "UDP", err);
}

int io_sock_tcp_check(const struct addr *bind_to, struct tg_diag *diag)
{
	struct sockaddr_storage sa;
	socklen_t len = io_sockaddr_of(bind_to, &sa);
	int fd = socket(sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1, err = 0;

	if (fd < 0)
		return fail(diag, bind_to, "TCP", errno);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&sa, len) < 0 || listen(fd, 1) < 0)
		err = errno;
	close(fd);
	return err ? fail(diag, bind_to, "TCP", err) : TG_OK;
}

int io_sock_tcp_listening(uint16_t *port)
{
	for (int fd = 0; fd < MAX_FD; fd++) {
		socklen_t len = sizeof(int);
		struct addr local;
		int listening = 0;

		if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) < 0 || !listening)
			continue;
		if (io_sock_local(fd, &local) < 0)
			continue; /* a local (AF_UNIX) one */
		*port = local.port;
		return TG_OK;
	}
	return TG_ENOENT;
}

int io_sock_local(int fd, struct addr *out)
{
	struct sockaddr_storage sa;
	socklen_t len = sizeof(sa);

	if (getsockname(fd, (struct sockaddr *)&sa, &len) < 0 || !io_addr_of(out, &sa))
		return TG_EIO;
	return TG_OK;
}

ssize_t io_sock_recv(int fd, void *buf, size_t size, struct addr *from)
{
	struct sockaddr_storage sa;
	socklen_t len;
	ssize_t n;

	do {
		len = sizeof(sa);
		n = recvfrom(fd, buf, size, 0, (struct sockaddr *)&sa, &len);
	} while (n < 0 && errno == EINTR);
	if (n >= 0)
		io_addr_of(from, &sa);
	return n;
}

int io_sock_send(int fd, const struct addr *to, struct str octets)
{
	struct sockaddr_storage sa;
	socklen_t len = io_sockaddr_of(to, &sa);
	ssize_t n;

	do {
		n = sendto(fd, octets.p, octets.len, MSG_NOSIGNAL, (struct sockaddr *)&sa, len);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -1 : 0;
}

int io_sock_source(const struct addr *remote, struct addr *out)
{
	struct sockaddr_storage sa;
	socklen_t len = io_sockaddr_of(remote, &sa);
	int fd = socket(sa.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = TG_EIO;

	if (fd < 0)
		return TG_EIO;
	if (connect(fd, (struct sockaddr *)&sa, len) == 0)
		err = io_sock_local(fd, out);
	close(fd);
	return err;
}
