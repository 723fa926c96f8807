/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/sock: UDP sockets as plain descriptors, without a loop: what io/udp and the media worker
 * share. The calls lock, log and allocate nothing.
 *
 *	int fd;
 *	if (io_sock_udp(&bind, &fd, &diag) < 0) ... diag.text
 *	while ((n = io_sock_recv(fd, buf, sizeof(buf), &from)) >= 0) ...
 */
#ifndef TRUNKGATE_IO_SOCK_H
#define TRUNKGATE_IO_SOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>
#include <trunkgate/base/str.h>

/* A bound, non-blocking, close-on-exec socket. TG_EEXIST: the address is taken. */
int io_sock_udp(const struct addr *bind, int *fd, struct tg_diag *diag);
/* Where it is bound. */
int io_sock_local(int fd, struct addr *out);
/* Octets received, or -1 when there is none (errno as recvfrom). What is longer is cut. */
ssize_t io_sock_recv(int fd, void *buf, size_t size, struct addr *from);
/* 0, or -1 with errno. */
int io_sock_send(int fd, const struct addr *to, struct str octets);

/* Could a TCP socket listen here? TG_EEXIST: the address is taken. For libraries that open their
 * own and do not say what is wrong. */
int io_sock_tcp_check(const struct addr *bind, struct tg_diag *diag);
/* The port of the first listening TCP socket of this process; TG_ENOENT: there is none. */
int io_sock_tcp_listening(uint16_t *port);

socklen_t io_sockaddr_of(const struct addr *a, struct sockaddr_storage *out);
bool io_addr_of(struct addr *a, const struct sockaddr_storage *from);
/* Which local address the kernel would send from to reach `remote` (for bind 0.0.0.0). */
int io_sock_source(const struct addr *remote, struct addr *out);

#endif
