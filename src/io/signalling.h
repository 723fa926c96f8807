/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/signalling: all that is below an MTP user, joined together: the signalling network (ss7/net,
 * M3UA in it) with its associations, and MTP3 with its link sets in timeslots, packet sockets and
 * M2PA. The daemon and the emulated exchange each have one.
 *
 *	struct io_signalling *s = io_signalling_new(mem, loop, &cfg, &user, &diag);
 *	io_signalling_assoc(s, 0, &assoc, &diag);	(each ASP of cfg.net->m3ua)
 *	worker_cfg.timeslot[n] = io_signalling_timeslot(s, 0, line, 16);
 *	io_signalling_start(s, now);			(when the worker runs)
 *	io_signalling_tx(s, now, &prim);		(what the user sends)
 *
 * After every input, those of the user too, the owner drains it:
 *
 *	do
 *		... what others have put out
 *	while (io_signalling_next(s, now) || io_signalling_flush(s, now));
 */
#ifndef TRUNKGATE_IO_SIGNALLING_H
#define TRUNKGATE_IO_SIGNALLING_H

#include "io/links.h"
#include "ss7/net.h"

struct io_signalling;

struct io_signalling_cfg {
	const struct ss7_net_cfg *net; /* these are copied or read */
	unsigned nr_assocs;	       /* ASPs of its M3UA */
	const struct mtp3_cfg *mtp3;   /* NULL: there are no link sets */
	unsigned mtp3_carrier;	       /* as which carrier of `net` */
	const struct io_link_cfg *link;
	unsigned nr_links;
};

struct io_signalling_user {
	void (*drain)(void *self, tick_t now); /* after an input from below */
	void (*mtp)(void *self, tick_t now, const struct mtp_prim *p);
	/* For a carrier that is not MTP3; NULL: there is none. */
	void (*carrier)(void *self, tick_t now, unsigned number, const struct mtp_prim *p);
	/* An association of M3UA is up, or not (`why`); may be NULL. */
	void (*assoc)(void *self, unsigned number, const char *why);
	void *self;
};

struct io_signalling *io_signalling_new(struct mem *m, struct io_loop *l,
					const struct io_signalling_cfg *cfg,
					const struct io_signalling_user *user,
					struct tg_diag *diag);
/* After the worker has stopped; NULL is allowed. */
void io_signalling_free(struct io_signalling *s);
int io_signalling_assoc(struct io_signalling *s, unsigned number, const struct io_assoc_cfg *cfg,
			struct tg_diag *diag);
struct io_worker_timeslot io_signalling_timeslot(struct io_signalling *s, unsigned link,
						 unsigned line, uint8_t ts);
void io_signalling_start(struct io_signalling *s, tick_t now);
/* The last thing that other signalling points hear of us. */
void io_signalling_leave(struct io_signalling *s, tick_t now);

void io_signalling_tx(struct io_signalling *s, tick_t now, const struct mtp_prim *p);
/* From a carrier that is not MTP3. */
void io_signalling_carrier_rx(struct io_signalling *s, tick_t now, unsigned number,
			      const struct mtp_prim *p);
/* In the worker's `woken`. */
void io_signalling_woken(struct io_signalling *s);
/* One thing that it has to say; false: nothing. */
bool io_signalling_next(struct io_signalling *s, tick_t now);
/* What links have room for goes down; true: that made something new. */
bool io_signalling_flush(struct io_signalling *s, tick_t now);
void io_signalling_tick(struct io_signalling *s, tick_t now);
tick_t io_signalling_deadline(const struct io_signalling *s);

struct ss7_net *io_signalling_net(struct io_signalling *s);
struct mtp3 *io_signalling_mtp3(struct io_signalling *s); /* NULL: there are no link sets */

#endif
