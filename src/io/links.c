/* SPDX-License-Identifier: GPL-3.0-or-later */
/* links: see the header. A unit for which the socket had no room waits here, for level 2 has given
 * it out already. */
#include <string.h>

#include "io/links.h"
#include "io/units.h"
#include "ss7/m2pa.h"
#include "ss7/mtp2_hdlc.h"

#define AGAIN_MS 1000 /* a client connects again */
#define GONE	 64   /* errors that take a link out: its line is cut */

struct one {
	struct io_links *all;
	unsigned number;
	struct io_units *units;
	struct mtp2_hdlc *hdlc;
	bool m2pa, client, up;
	struct io_timer again;
	uint8_t rx[M2PA_MAX_RX]; /* the begin of a message (TCP) */
	size_t rx_len;
	uint8_t waiting[LEVEL2_MAX_UNIT];
	size_t waiting_len;
};

struct io_links {
	struct io_loop *loop;
	struct mtp3 *mtp3;
	struct io_links_user user;
	struct io_assocs *assocs; /* NULL: no link has one */
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

/* M2PA. */
static void set_up(struct one *o, bool up)
{
	o->up = up;
	o->rx_len = o->waiting_len = 0;
	mtp3_link_up(o->all->mtp3, io_loop_now(o->all->loop), o->number, up);
	drain(o->all);
}

static void try_again(struct one *o)
{
	if (o->client)
		io_timer_arm(o->all->loop, &o->again,
			     tick_add_ms(io_loop_now(o->all->loop), AGAIN_MS));
}

static void on_again(void *self)
{
	struct one *o = self;

	io_assoc_connect(o->all->assocs, o->number);
}

static void on_assoc_up(void *self, unsigned number, uint16_t nr_streams)
{
	struct io_links *l = self;

	(void)nr_streams;
	set_up(&l->one[number], true);
}

static void on_assoc_down(void *self, unsigned number, const char *why)
{
	struct io_links *l = self;

	(void)why; /* io/assoc has said it */
	set_up(&l->one[number], false);
	try_again(&l->one[number]);
}

/* What is no M2PA ends the association. */
static void on_assoc_rx(void *self, unsigned number, uint16_t stream, struct str octets)
{
	struct io_links *l = self;
	struct one *o = &l->one[number];

	(void)stream;
	while (octets.len && o->up) {
		size_t n = sizeof(o->rx) - o->rx_len;
		int len;

		n = n < octets.len ? n : octets.len;
		memcpy(o->rx + o->rx_len, octets.p, n);
		o->rx_len += n;
		octets = str_from(octets, n);
		while ((len = m2pa_frame(str_n(o->rx, o->rx_len))) > 0 &&
		       (size_t)len <= o->rx_len) {
			mtp3_link_rx(l->mtp3, io_loop_now(l->loop), number,
				     str_n(o->rx, (size_t)len));
			drain(l);
			o->rx_len -= (size_t)len;
			memmove(o->rx, o->rx + len, o->rx_len);
		}
		if (len < 0) {
			io_assoc_close(l->assocs, number);
			set_up(o, false);
			try_again(o);
		}
	}
}

static bool make_assoc(struct io_links *l, struct mem *m, struct one *o,
		       const struct io_link_cfg *cfg, struct tg_diag *diag)
{
	struct io_assoc_user user = { on_assoc_up, on_assoc_down, on_assoc_rx, l };

	o->m2pa = true;
	o->client = !cfg->assoc.server;
	o->again = (struct io_timer){ .fire = on_again, .self = o };
	if (!l->assocs)
		l->assocs = io_assocs_new(m, l->loop, &user, l->nr);
	if (!l->assocs) {
		tg_fail(diag, TG_ENOMEM, 0, "", "no memory for a signalling link");
		return false;
	}
	return io_assoc_add(l->assocs, o->number, &cfg->assoc, diag) >= 0;
}

void io_links_start(struct io_links *l)
{
	for (unsigned i = 0; i < l->nr; i++)
		if (l->one[i].client)
			io_assoc_connect(l->assocs, i);
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
	if (cfg->m2pa)
		return make_assoc(l, m, o, cfg, diag);
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
	if (l)
		io_assocs_free(l->assocs);
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
	if (o->m2pa) {
		io_assoc_send(o->all->assocs, o->number, mtp3_link_stream(o->all->mtp3, o->number),
			      str_n(o->waiting, o->waiting_len));
		return true;
	}
	if (o->hdlc)
		return mtp2_hdlc_send(o->hdlc, str_n(o->waiting, o->waiting_len));
	return io_units_send(o->units, str_n(o->waiting, o->waiting_len)) != TG_ELIMIT;
}

static bool has_room(const struct one *o)
{
	if (o->m2pa)
		return o->up;
	return o->hdlc ? mtp2_hdlc_room(o->hdlc) : io_units_is_up(o->units);
}

static void flush(struct io_links *l, struct one *o)
{
	tick_t now = io_loop_now(l->loop);

	for (;;) {
		if (o->waiting_len && !send_one(o))
			return;
		o->waiting_len = 0;
		if (!has_room(o))
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
