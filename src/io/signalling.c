/* SPDX-License-Identifier: GPL-3.0-or-later */
/* io/signalling: see the header. */
#include "io/signalling.h"

struct io_signalling {
	struct io_loop *loop;
	struct io_signalling_user user;
	struct ss7_net *net;
	unsigned nr_assocs;
	struct io_assocs *assocs;
	struct mtp3 *mtp3;
	unsigned mtp3_carrier;
	struct io_links *links;
};

/* From below. ----------------------------------------------------------------------------------- */

static void drain(struct io_signalling *s)
{
	s->user.drain(s->user.self, io_loop_now(s->loop));
}

static void say_assoc(const struct io_signalling *s, unsigned number, const char *why)
{
	if (s->user.assoc)
		s->user.assoc(s->user.self, number, why);
}

static void on_up(void *self, unsigned number, uint16_t nr_streams)
{
	struct io_signalling *s = self;

	say_assoc(s, number, NULL);
	ss7_net_assoc_up(s->net, io_loop_now(s->loop), number, nr_streams);
	drain(s);
}

static void on_down(void *self, unsigned number, const char *why)
{
	struct io_signalling *s = self;

	say_assoc(s, number, why);
	ss7_net_assoc_down(s->net, io_loop_now(s->loop), number, why);
	drain(s);
}

static void on_rx(void *self, unsigned number, uint16_t stream, struct str octets)
{
	struct io_signalling *s = self;
	tick_t now = io_loop_now(s->loop);

	while (octets.len) {
		octets = str_from(octets, ss7_net_assoc_rx(s->net, now, number, stream, octets));
		drain(s);
	}
}

static void on_link(void *self)
{
	drain(self);
}

void io_signalling_woken(struct io_signalling *s)
{
	if (s->links)
		io_links_woken(s->links);
}

/* Start and end. -------------------------------------------------------------------------------- */

static int make_links(struct io_signalling *s, struct mem *m, const struct io_signalling_cfg *cfg,
		      struct tg_diag *diag)
{
	struct io_links_user user = { on_link, s };

	if (!cfg->mtp3)
		return TG_OK;
	s->mtp3_carrier = cfg->mtp3_carrier;
	s->mtp3 = mtp3_new(m, cfg->mtp3);
	if (!s->mtp3)
		return tg_fail(diag, TG_ENOMEM, 0, "", "no memory for signalling links");
	s->links = io_links_new(m, s->loop, s->mtp3, cfg->link, cfg->nr_links, &user, diag);
	return s->links ? TG_OK : TG_EIO;
}

struct io_signalling *io_signalling_new(struct mem *m, struct io_loop *l,
					const struct io_signalling_cfg *cfg,
					const struct io_signalling_user *user, struct tg_diag *diag)
{
	struct io_signalling *s = MEM_NEW(m, struct io_signalling);
	struct io_assoc_user assoc = { on_up, on_down, on_rx, s };

	if (s) {
		*s = (struct io_signalling){ .loop = l,
					     .user = *user,
					     .nr_assocs = cfg->nr_assocs };
		s->net = ss7_net_new(m, cfg->net);
		s->assocs = io_assocs_new(m, l, &assoc, cfg->nr_assocs);
	}
	if (!s || !s->net || !s->assocs)
		tg_fail(diag, TG_ENOMEM, 0, "", "no memory for the signalling network");
	else if (make_links(s, m, cfg, diag) == 0)
		return s;
	io_signalling_free(s);
	return NULL;
}

void io_signalling_free(struct io_signalling *s)
{
	if (!s)
		return;
	io_links_free(s->links);
	io_assocs_free(s->assocs);
}

int io_signalling_assoc(struct io_signalling *s, unsigned number, const struct io_assoc_cfg *cfg,
			struct tg_diag *diag)
{
	return io_assoc_add(s->assocs, number, cfg, diag);
}

struct io_worker_timeslot io_signalling_timeslot(struct io_signalling *s, unsigned link,
						 unsigned line, uint8_t ts)
{
	return io_links_timeslot(s->links, link, line, ts);
}

void io_signalling_start(struct io_signalling *s, tick_t now)
{
	ss7_net_start(s->net, now);
	if (!s->mtp3)
		return;
	io_links_start(s->links);
	mtp3_activate_all(s->mtp3, now);
}

void io_signalling_leave(struct io_signalling *s, tick_t now)
{
	for (unsigned i = 0; i < s->nr_assocs; i++) {
		m3ua_leave(ss7_net_m3ua(s->net), now, i);
		s->user.drain(s->user.self, now);
	}
}

/* From above, and time. ------------------------------------------------------------------------- */

void io_signalling_tx(struct io_signalling *s, tick_t now, const struct mtp_prim *p)
{
	ss7_net_tx(s->net, now, p);
}

void io_signalling_carrier_rx(struct io_signalling *s, tick_t now, unsigned number,
			      const struct mtp_prim *p)
{
	ss7_net_carrier_rx(s->net, now, number, p);
}

void io_signalling_tick(struct io_signalling *s, tick_t now)
{
	if (tick_due(ss7_net_deadline(s->net), now)) {
		ss7_net_tick(s->net, now);
		s->user.drain(s->user.self, now);
	}
	if (s->mtp3 && tick_due(mtp3_deadline(s->mtp3), now)) {
		mtp3_tick(s->mtp3, now);
		s->user.drain(s->user.self, now);
	}
}

tick_t io_signalling_deadline(const struct io_signalling *s)
{
	tick_t at = ss7_net_deadline(s->net);

	return s->mtp3 ? tick_min(at, mtp3_deadline(s->mtp3)) : at;
}

/* What comes out. ------------------------------------------------------------------------------- */

static void to_carrier(struct io_signalling *s, tick_t now, const struct ss7_net_out *out)
{
	if (s->mtp3 && out->number == s->mtp3_carrier)
		mtp3_tx(s->mtp3, now, &out->prim);
	else if (s->user.carrier)
		s->user.carrier(s->user.self, now, out->number, &out->prim);
}

static bool next_of_net(struct io_signalling *s, tick_t now)
{
	struct ss7_net_out out;

	if (!ss7_net_next_out(s->net, &out))
		return false;
	switch (out.type) {
	case SS7_NET_OUT_USER:
		s->user.mtp(s->user.self, now, &out.prim);
		break;
	case SS7_NET_OUT_CARRIER:
		to_carrier(s, now, &out);
		break;
	case SS7_NET_OUT_SEND:
		io_assoc_send(s->assocs, out.number, out.stream, out.octets);
		break;
	case SS7_NET_OUT_OPEN:
		io_assoc_connect(s->assocs, out.number);
		break;
	case SS7_NET_OUT_CLOSE:
		io_assoc_close(s->assocs, out.number);
		break;
	}
	return true;
}

static bool next_of_mtp3(struct io_signalling *s, tick_t now)
{
	struct mtp_prim p;

	if (!s->mtp3 || !mtp3_next_out(s->mtp3, &p))
		return false;
	ss7_net_carrier_rx(s->net, now, s->mtp3_carrier, &p);
	return true;
}

bool io_signalling_next(struct io_signalling *s, tick_t now)
{
	return next_of_net(s, now) || next_of_mtp3(s, now);
}

bool io_signalling_flush(struct io_signalling *s, tick_t now)
{
	if (s->links)
		io_links_flush(s->links);
	return next_of_mtp3(s, now);
}

struct ss7_net *io_signalling_net(struct io_signalling *s)
{
	return s->net;
}

struct mtp3 *io_signalling_mtp3(struct io_signalling *s)
{
	return s->mtp3;
}
