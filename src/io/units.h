/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/units: a signalling link without a span: one signal unit a datagram over a unix SEQPACKET
 * socket, with two octets for the check sum that nobody fills or looks at, as libss7 speaks it. One
 * side listens, the other connects, and again after a second whenever it is alone.
 *
 *	struct io_units_user user = { on_unit, on_up, me };
 *	struct io_units *u = io_units_open(mem, loop, "/run/trunkgate/link0", true, &user, &diag);
 *	if (io_units_send(u, unit) == TG_ELIMIT) ... the peer does not read: later
 */
#ifndef TRUNKGATE_IO_UNITS_H
#define TRUNKGATE_IO_UNITS_H

#include <stdbool.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>

#include "io/loop.h"

struct io_units;

struct io_units_user {
	void (*rx)(void *self, struct str unit);
	void (*up)(void *self, bool up); /* the other side is there, or gone */
	void (*room)(void *self);	 /* after TG_ELIMIT: it takes more; may be NULL */
	void *self;
};

struct io_units_stats {
	uint64_t rx, tx, short_units, connects;
};

/* `listen`: the file is made, and what was there before is removed if it is a socket. */
struct io_units *io_units_open(struct mem *m, struct io_loop *l, const char *path, bool listen,
			       const struct io_units_user *user, struct tg_diag *diag);
void io_units_close(struct io_units *u);
bool io_units_is_up(const struct io_units *u);
/* TG_ESTATE: nobody is there; TG_ELIMIT: the peer does not read; TG_EINVAL: too long. */
int io_units_send(struct io_units *u, struct str unit);
void io_units_stats(const struct io_units *u, struct io_units_stats *out);

#endif
