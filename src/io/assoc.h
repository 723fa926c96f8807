/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/assoc: signalling associations over SCTP of the kernel (RFC 9260, sockets of RFC 6458, one to
 * one) or over TCP: what M3UA and M2PA run on. The owner numbers them. A server's listens as long as
 * there is one with its address; who connects is known by his address.
 *
 *	struct io_assoc_user user = { up, down, rx, me };
 *	struct io_assocs *a = io_assocs_new(mem, loop, &user, nr);
 *	if (io_assoc_add(a, 0, &cfg, &diag) < 0) ... diag.text
 *	io_assoc_connect(a, 0);			(a client: up or down is told later)
 *	io_assoc_send(a, 0, stream, octets);
 *	io_assoc_close(a, 0);			(down is not told)
 *
 * Nothing is told from within these calls. What the other end does not read is bounded: a message
 * for which there is no room is dropped and counted.
 */
#ifndef TRUNKGATE_IO_ASSOC_H
#define TRUNKGATE_IO_ASSOC_H

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/sipio/loop.h>

#define IO_ASSOC_ADDRS	 4  /* of one end */
#define IO_ASSOC_STREAMS 17 /* one for each SLS of 4 bits, and stream 0 */
#define IO_PPID_M3UA	 3  /* RFC 4666 7.1 */
#define IO_PPID_M2PA	 5  /* RFC 4165 */

struct io_assoc_cfg {
	bool sctp, server;
	unsigned nr_local, nr_remote;				   /* nr_local 0: any address */
	struct addr local[IO_ASSOC_ADDRS], remote[IO_ASSOC_ADDRS]; /* ports: of the first; 0: any */
	uint32_t ppid;
};

struct io_assoc_user {
	void (*up)(void *self, unsigned number, uint16_t nr_streams);
	void (*down)(void *self, unsigned number, const char *why);
	/* A message of SCTP, any piece of a stream of TCP; valid during the call. */
	void (*rx)(void *self, unsigned number, uint16_t stream, struct str octets);
	void *self;
};

struct io_assocs;

struct io_assocs *io_assocs_new(struct mem *m, struct io_loop *l, const struct io_assoc_user *user,
				unsigned nr);
void io_assocs_free(struct io_assocs *a); /* NULL is allowed */
/* Of a server it listens from here on. TG_ENOTSUP: the kernel has no SCTP; TG_EEXIST: the address is
 * taken. */
int io_assoc_add(struct io_assocs *a, unsigned number, const struct io_assoc_cfg *cfg,
		 struct tg_diag *diag);
void io_assoc_connect(struct io_assocs *a, unsigned number);
void io_assoc_send(struct io_assocs *a, unsigned number, uint16_t stream, struct str octets);
void io_assoc_close(struct io_assocs *a, unsigned number);

struct io_assoc_stats {
	bool up;
	struct addr local, remote; /* the first of each */
	uint64_t tx, rx, dropped;  /* messages; of TCP pieces received */
};
bool io_assoc_stats(const struct io_assocs *a, unsigned number, struct io_assoc_stats *out);

#endif
