/* SPDX-License-Identifier: GPL-3.0-or-later */
/* links: see the header. A unit for which the socket had no room waits here, for level 2 has given
 * it out already. */
#include <string.h>

#include "io/links.h"
#include "io/units.h"
#include "ss7/mtp2_hdlc.h"

#define GONE 64 /* errors that take a link out: its line is cut */

struct one {
	struct io_links *all;
	unsigned number;
	struct io_units *units;
	struct mtp2_hdlc *hdlc;
	uint8_t waiting[MTP2_MAX_UNIT];
	size_t waiting_len;
};

struct io_links {
	struct io_loop *loop;
	struct mtp3 *mtp3;
	struct io_links_user user;
	unsigned nr;
	struct one *one;
};

static void drain(struct io_links *l)
{
	l->user.drain(l->user.self);
	io_links_flush(l);
}

static void on_unit(void *self, struct str unit)
{
	struct one *o = self;

	mtp3_link_rx(o->all->mtp3, io_loop_now(o->all->loop), o->number, unit);
	drain(o->all);
}

static void on_up(void *self, bool up)
{
	struct one *o = self;

	o->waiting_len = 0;
	if (!up)
		mtp3_link_rx_errors(o->all->mtp3, io_loop_now(o->all->loop), o->number, GONE);
	drain(o->all);
}

static void on_room(void *self)
{
	drain(((struct one *)self)->all);
}

static bool make(struct io_links *l, struct mem *m, unsigned i, const struct io_link_cfg *cfg,
		 struct tg_diag *diag)
{
	struct one *o = &l->one[i];
	struct io_units_user user = { on_unit, on_up, on_room, o };

	o->all = l;
	o->number = i;
	if (cfg->packet) {
		o->units = io_units_open(m, l->loop, cfg->path, cfg->listen, &user, diag);
		return o->units != NULL;
	}
	o->hdlc = mtp2_hdlc_new(m, cfg->at_56k);
	if (!o->hdlc)
		tg_fail(diag, TG_ENOMEM, 0, "", "no memory for a signalling link");
	return o->hdlc != NULL;
}

struct io_links *io_links_new(struct mem *m, struct io_loop *loop, struct mtp3 *t,
			      const struct io_link_cfg *cfg, unsigned nr,
			      const struct io_links_user *user, struct tg_diag *diag)
{
	struct io_links *l = MEM_NEW(m, struct io_links);
	unsigned i = 0;

	if (l) {
		*l = (struct io_links){ .loop = loop, .mtp3 = t, .user = *user, .nr = nr };
		l->one = MEM_ARRAY(m, nr ? nr : 1, struct one);
	}
	if (!l || !l->one) {
		tg_fail(diag, TG_ENOMEM, 0, "", "no memory for signalling links");
		return NULL;
	}
	while (i < nr && make(l, m, i, &cfg[i], diag))
		i++;
	if (i == nr)
		return l;
	io_links_free(l);
	return NULL;
}

void io_links_free(struct io_links *l)
{
	for (unsigned i = 0; l && i < l->nr; i++)
		io_units_close(l->one[i].units);
}

static bool timeslot_block(void *self, const uint8_t *rx, uint8_t *tx, unsigned nr)
{
	return mtp2_hdlc_block(self, rx, tx, nr);
}

struct io_worker_timeslot io_links_timeslot(struct io_links *l, unsigned link, unsigned line,
					    uint8_t ts)
{
	return (struct io_worker_timeslot){ line, ts, timeslot_block, l->one[link].hdlc };
}

/* Up. */
static void fetch(struct io_links *l, struct one *o)
{
	tick_t now = io_loop_now(l->loop);
	struct mtp2_hdlc_rx rx;

	for (; mtp2_hdlc_peek(o->hdlc, &rx); mtp2_hdlc_drop(o->hdlc)) {
		mtp3_link_rx_repeats(l->mtp3, o->number, rx.repeats);
		if (rx.errors) {
			mtp3_link_rx_errors(l->mtp3, now, o->number, rx.errors);
			drain(l);
		}
		if (rx.unit.len) {
			mtp3_link_rx(l->mtp3, now, o->number, rx.unit);
			drain(l);
		}
	}
}

void io_links_woken(struct io_links *l)
{
	for (unsigned i = 0; i < l->nr; i++)
		if (l->one[i].hdlc)
			fetch(l, &l->one[i]);
	drain(l);
}

/* Down. False: no more for now. */
static bool send_one(struct one *o)
{
	if (o->hdlc)
		return mtp2_hdlc_send(o->hdlc, str_n(o->waiting, o->waiting_len));
	return io_units_send(o->units, str_n(o->waiting, o->waiting_len)) != TG_ELIMIT;
}

static void flush(struct io_links *l, struct one *o)
{
	tick_t now = io_loop_now(l->loop);

	for (;;) {
		if (o->waiting_len && !send_one(o))
			return;
		o->waiting_len = 0;
		if (o->hdlc ? !mtp2_hdlc_room(o->hdlc) : !io_units_is_up(o->units))
			return;
		o->waiting_len = mtp3_link_next_tx(l->mtp3, now, o->number, o->waiting);
		if (!o->waiting_len)
			return;
	}
}

void io_links_flush(struct io_links *l)
{
	for (unsigned i = 0; i < l->nr; i++)
		flush(l, &l->one[i]);
}
