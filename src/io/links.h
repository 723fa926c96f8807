/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/links: what is below the signalling links of an MTP3: a timeslot of a span (HDLC in the media
 * worker), a packet socket (io/units), or an association (M2PA), one for each link. Hands units up, and takes down what
 * there is room for.
 *
 *	struct io_links_user user = { drain, me };
 *	struct io_links *l = io_links_new(mem, loop, mtp3, cfg, nr, &user, &diag);
 *	worker_cfg.timeslot[n] = io_links_timeslot(l, 0, line, 16);
 *	mtp3_activate_all(mtp3, now);
 *	io_links_flush(l);		after whatever was told to mtp3
 *	io_links_woken(l);		in the worker's `woken`
 */
#ifndef TRUNKGATE_IO_LINKS_H
#define TRUNKGATE_IO_LINKS_H

#include <stdbool.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>

#include "io/assoc.h"
#include "io/loop.h"
#include "io/worker.h"
#include "ss7/mtp3.h"

#define IO_LINK_PATH 108

struct io_link_cfg {
	bool packet; /* else a timeslot, or */
	bool m2pa;   /* an association, over SCTP or TCP: */
	struct io_assoc_cfg assoc;
	bool listen;
	char path[IO_LINK_PATH];
	bool at_56k;
};

struct io_links;

struct io_links_user {
	void (*drain)(void *self); /* mtp3_next_out, after an input from below */
	void *self;
};

/* Link i of `t` is cfg[i]. `t` must outlive it. */
struct io_links *io_links_new(struct mem *m, struct io_loop *l, struct mtp3 *t,
			      const struct io_link_cfg *cfg, unsigned nr,
			      const struct io_links_user *user, struct tg_diag *diag);
/* After the worker has stopped. */
void io_links_free(struct io_links *l);
/* Connects associations; up and down are told to `t` from here on. */
void io_links_start(struct io_links *l);
struct io_worker_timeslot io_links_timeslot(struct io_links *l, unsigned link, unsigned line,
					    uint8_t ts);
void io_links_woken(struct io_links *l);
void io_links_flush(struct io_links *l);

#endif
