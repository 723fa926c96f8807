/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sipio/tcp: connections in the loop, accepted at one place and opened from there, plain or with TLS
 * (RFC 3261 18, 26.2.1). What a SIP stack names in SIP_OUT_OPEN, SEND and CLOSE is done here, and
 * what it wants to know in sip_stack_path is told from here. Connections have the stack's numbers.
 *
 *	struct io_tcp_user user = { accepted, up, down, blocked, room, rx, me };
 *	struct io_tcp *t = io_tcp_open(mem, loop, &bind, NULL, &user, &diag);
 *	io_tcp_connect(t, id, &to, STR("example.com"));
 *	io_tcp_send(t, id, octets);
 *	io_tcp_close(t, id);			(when all has been sent)
 *
 * Nothing is told from within these calls, so a stack may be drained into them. Without descriptors
 * accepting pauses; a handshake has five seconds; what a peer does not read is bounded.
 */
#ifndef TRUNKGATE_SIPIO_TCP_H
#define TRUNKGATE_SIPIO_TCP_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>
#include <trunkgate/sipio/loop.h>

struct io_tcp;
struct io_tls;

struct io_tcp_user {
	/* A new one, its handshake done: 0 and its number, else it is closed. */
	int (*accepted)(void *self, const struct addr *from, uint32_t *id);
	/* `authenticated`: TLS has proved who is there; `names`: the domains of its certificate, a blank
	 * between. Of an accepted one only when it has. */
	void (*up)(void *self, uint32_t id, bool authenticated, struct str names);
	/* It is gone; also when it could not be opened. */
	void (*down)(void *self, uint32_t id, const char *why);
	void (*blocked)(void *self, uint32_t id, bool blocked);
	size_t (*room)(void *self, uint32_t id); /* how much rx takes */
	/* The octets are valid during the call. */
	void (*rx)(void *self, uint32_t id, struct str octets);
	void *self;
};

/* Listens at `bind`. `tls` stays the caller's. NULL with a reason in *diag. */
struct io_tcp *io_tcp_open(struct mem *m, struct io_loop *l, const struct addr *bind,
			   struct io_tls *tls, const struct io_tcp_user *user,
			   struct tg_diag *diag);
/* The same over SCTP (RFC 4168), where the kernel has it: each io_tcp_send is one message of SCTP, in
 * order on stream 0, so that what came is a stream as TCP's is. */
struct io_tcp *io_tcp_open_sctp(struct mem *m, struct io_loop *l, const struct addr *bind,
				const struct io_tcp_user *user, struct tg_diag *diag);
void io_tcp_shut(struct io_tcp *t); /* all of it; NULL is allowed */
const struct addr *io_tcp_local(const struct io_tcp *t);
void io_tcp_connect(struct io_tcp *t, uint32_t id, const struct addr *to, struct str identity);
void io_tcp_send(struct io_tcp *t, uint32_t id, struct str octets);
void io_tcp_close(struct io_tcp *t, uint32_t id);

struct io_tcp_stats {
	uint32_t connections;
	uint64_t accepted, opened, refused, failed, pauses;
};
void io_tcp_stats(const struct io_tcp *t, struct io_tcp_stats *out);

#endif
