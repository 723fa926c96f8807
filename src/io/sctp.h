/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/sctp: SCTP sockets of the kernel, one to one style (RFC 6458 4), by its own interface and so
 * without libsctp. For io/assoc.
 *
 *	int fd = io_sctp_socket(local, nr_local, &diag);
 *	io_sctp_connect(fd, remote, nr_remote);		(TG_OK: on its way)
 *	n = io_sctp_recv(fd, buf, sizeof(buf), &stream, &event);
 */
#ifndef TRUNKGATE_IO_SCTP_H
#define TRUNKGATE_IO_SCTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>
#include <trunkgate/base/str.h>

/* Non-blocking, bound to all of `local` (ports: the first one's). TG_ENOTSUP: no SCTP here. */
int io_sctp_socket(const struct addr *local, unsigned nr, uint16_t nr_streams, int *fd,
		   struct tg_diag *diag);
/* How soon an association is given up, for a socket made elsewhere. */
void io_sctp_tune(int fd, uint16_t nr_streams);
/* What is written to it goes by stream 0, and nothing waits for what was lost before it. */
void io_sctp_unordered(int fd);
/* Connects to whichever of the addresses answers. 0: on its way; TG_EIO with errno. */
int io_sctp_connect(int fd, const struct addr *remote, unsigned nr);
/* Streams that we may send on; 0: not known. */
uint16_t io_sctp_streams(int fd);
/* 0, or -1 with errno. */
int io_sctp_send(int fd, uint16_t stream, uint32_t ppid, struct str octets);

enum io_sctp_event { IO_SCTP_DATA, IO_SCTP_NOTHING, IO_SCTP_OVER, IO_SCTP_RESTART };
/* Octets of a message (DATA), 0 for a notification; -1 with errno. */
ssize_t io_sctp_recv(int fd, void *buf, size_t size, uint16_t *stream, enum io_sctp_event *event);

#endif
