/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sipio/udp: a non-blocking UDP socket in the loop, IPv4 or IPv6. At most IO_UDP_BURST datagrams are
 * received in a pass, so that one sender cannot hold up everybody. Refused destinations (ICMP) are
 * reported with their address (IP_RECVERR, ip(7)).
 *
 *	static void rx(void *self, const struct addr *from, struct str octets) ...
 *	static void failed(void *self, const struct addr *to, const char *why) ...
 *
 *	struct io_udp_user user = { .rx = rx, .failed = failed, .self = me };
 *	struct io_udp *u = io_udp_open(mem, loop, &bind, &user, &diag);	(diag.text says why not)
 *	io_udp_send(u, &to, octets);
 *	printf("%s\n", addr_print(io_udp_local(u), buf));	(the real port when it was 0)
 */
#ifndef TRUNKGATE_SIPIO_UDP_H
#define TRUNKGATE_SIPIO_UDP_H

#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>
#include <trunkgate/sipio/loop.h>

#define IO_UDP_BURST 64

struct io_udp;

struct io_udp_user {
	/* The octets are valid during the call. It may send, and may not close the socket. */
	void (*rx)(void *self, const struct addr *from, struct str octets);
	/* What was sent to this address did not arrive; may be NULL. Never called from within
	 * io_udp_send. */
	void (*failed)(void *self, const struct addr *to, const char *why);
	void *self;
};

/* NULL with a text like "127.0.0.1:5060 (UDP) is in use by another program" in *diag. */
struct io_udp *io_udp_open(struct mem *m, struct io_loop *l, const struct addr *bind,
			   const struct io_udp_user *user, struct tg_diag *diag);
void io_udp_close(struct io_udp *u);
/* Where it is bound, with the port that the kernel chose when it was 0. */
const struct addr *io_udp_local(const struct io_udp *u);
/* 0; TG_ELIMIT: the kernel's buffer is full, the datagram is lost; TG_EIO: this destination
 * cannot be reached. */
int io_udp_send(struct io_udp *u, const struct addr *to, struct str octets);

struct io_udp_stats {
	uint64_t rx, tx, tx_full, tx_failed;
};
void io_udp_stats(const struct io_udp *u, struct io_udp_stats *out);

#endif
