/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/exchange_link: the exchange's signalling by io/signalling: one M3UA association, or a link set of
 * MTP3, over which its peer is reached. */
#include <stdio.h>

#include "base/log.h"
#include "lab/exchange_run.h"

#define MTP3_CARRIER 0

static void on_assoc(void *self, unsigned number, const char *why)
{
	struct exchange_run *r = self;
	char text[120];

	(void)number;
	snprintf(text, sizeof(text), "the association is %s%.80s", why ? "down: " : "up",
		 why ? why : "");
	if (!why || r->linked || r->a.debug)
		exchange_say_state(r, text);
}

static void on_drain(void *self, tick_t now)
{
	exchange_drain(self, now);
}

static void on_mtp(void *self, tick_t now, const struct mtp_prim *p)
{
	struct exchange_run *r = self;

	if (p->type == MTP_PAUSE || p->type == MTP_RESUME) {
		r->linked = p->type == MTP_RESUME;
		exchange_say_state(r, r->linked ? "the gateway's point code can be reached"
						: "the gateway's point code cannot be reached");
	}
	lab_exchange_mtp_rx(r->exchange, now, p);
}

/* By the arguments. ----------------------------------------------------------------------------- */

static void fill_m3ua(const struct exchange_args *a, struct m3ua_cfg *m)
{
	struct m3ua_asp_cfg *asp = &m->asp[0];
	struct m3ua_as_cfg *as = &m->as[0];

	m->nr_asps = m->nr_as = 1;
	*asp = (struct m3ua_asp_cfg){ .role = (enum m3ua_role)a->role,
				      .server = a->link[0].listen,
				      .stream = !a->link[0].sctp };
	snprintf(asp->name, sizeof(asp->name), "gateway");
	*as = (struct m3ua_as_cfg){ .has_rc = a->has_rc, .rc = a->rc, .nr_members = 1 };
	snprintf(as->name, sizeof(as->name), "gateway");
}

static void fill_net(const struct exchange_args *a, struct ss7_net_cfg *n)
{
	static const uint8_t bits[] = { [MTP3_ITU] = 14, [MTP3_CHINA] = 24, [MTP3_JAPAN] = 16 };
	bool m3ua = a->link[0].kind == EXCHANGE_M3UA;

	n->nr_own = n->nr_dests = n->nr_routes = 1;
	n->own[0] = a->point_code;
	n->dest[0] = a->peer_point_code;
	n->route[0] = (struct ss7_route_cfg){ .pc = a->peer_point_code,
					      .mask = 0xffffff,
					      .priority = 1,
					      .via = m3ua ? SS7_VIA_AS : SS7_VIA_CARRIER,
					      .number = m3ua ? 0 : MTP3_CARRIER };
	n->pc_bits = bits[a->variant];
	if (m3ua)
		fill_m3ua(a, &n->m3ua);
	else
		n->nr_carriers = 1;
}

static void fill_mtp3(const struct exchange_args *a, struct mtp3_cfg *m)
{
	m->variant = (enum mtp3_variant)a->variant;
	m->own_pc = a->point_code;
	m->ni = (uint8_t)a->ni;
	m->nr_linksets = m->nr_dests = 1;
	snprintf(m->linkset[0].name, sizeof(m->linkset[0].name), "gateway");
	m->linkset[0].adjacent_pc = m->dest[0] = a->peer_point_code;
	m->nr_links = a->nr_links;
	for (unsigned i = 0; i < a->nr_links; i++)
		m->link[i] = (struct mtp3_link_cfg){ .slc = (uint8_t)i,
						     .m2pa = a->link[i].kind == EXCHANGE_M2PA };
}

static struct io_assoc_cfg assoc_cfg(const struct exchange_link *k, uint32_t ppid)
{
	struct io_assoc_cfg c = {
		.sctp = k->sctp, .server = k->listen, .nr_remote = 1, .ppid = ppid
	};

	c.remote[0] = k->listen ? k->peer : k->place;
	if (k->listen) {
		c.nr_local = 1;
		c.local[0] = k->place;
	}
	return c;
}

static void fill_link(const struct exchange_link *k, struct io_link_cfg *out)
{
	*out = (struct io_link_cfg){ .packet = k->kind == EXCHANGE_PACKET,
				     .m2pa = k->kind == EXCHANGE_M2PA,
				     .listen = k->listen,
				     .at_56k = k->at_56k };
	snprintf(out->path, sizeof(out->path), "%s", k->path);
	if (out->m2pa)
		out->assoc = assoc_cfg(k, IO_PPID_M2PA);
}

/* ----------------------------------------------------------------------------------------------- */

static int make(struct exchange_run *r, struct ss7_net_cfg *net, struct mtp3_cfg *mtp3,
		struct io_link_cfg *link, struct tg_diag *diag)
{
	struct io_signalling_user user = {
		.drain = on_drain, .mtp = on_mtp, .assoc = on_assoc, .self = r
	};
	struct io_signalling_cfg k = { .net = net, .mtp3_carrier = MTP3_CARRIER, .link = link };
	bool m3ua = r->a.link[0].kind == EXCHANGE_M3UA;
	struct io_assoc_cfg assoc;

	fill_net(&r->a, net);
	if (m3ua) {
		k.nr_assocs = 1;
	} else {
		fill_mtp3(&r->a, mtp3);
		k.mtp3 = mtp3;
		k.nr_links = r->a.nr_links;
		for (unsigned i = 0; i < k.nr_links; i++)
			fill_link(&r->a.link[i], &link[i]);
	}
	r->signalling = io_signalling_new(r->mem, r->loop, &k, &user, diag);
	if (!r->signalling)
		return TG_EIO;
	assoc = assoc_cfg(&r->a.link[0], IO_PPID_M3UA);
	return m3ua ? io_signalling_assoc(r->signalling, 0, &assoc, diag) : TG_OK;
}

int exchange_link_open(struct exchange_run *r, struct tg_diag *diag)
{
	struct ss7_net_cfg *net = MEM_NEW(r->mem, struct ss7_net_cfg);
	struct mtp3_cfg *mtp3 = MEM_NEW(r->mem, struct mtp3_cfg);
	struct io_link_cfg *link = MEM_ARRAY(r->mem, EXCHANGE_MAX_LINKS, struct io_link_cfg);
	int err;

	if (!net || !mtp3 || !link)
		return tg_fail(diag, TG_ENOMEM, 0, "", "no memory for the signalling link");
	err = make(r, net, mtp3, link, diag);
	mem_drop(net);
	mem_drop(mtp3);
	mem_drop(link);
	return err;
}

void exchange_link_timeslots(struct exchange_run *r, struct io_worker_cfg *k)
{
	for (unsigned i = 0; i < r->a.nr_links; i++)
		if (r->a.link[i].kind == EXCHANGE_TIMESLOT)
			k->timeslot[k->nr_timeslots++] =
				io_signalling_timeslot(r->signalling, i, 0, r->a.link[i].ts);
}
