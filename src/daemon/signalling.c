/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signalling: the gateway as the user of io/signalling, and the MTP in memory beside it. */
#include "base/log.h"
#include "daemon/wire_internal.h"

/* Addresses have the port of their end. */
static void fill_addrs(const struct addr *from, unsigned nr, uint16_t port, struct addr *to)
{
	for (unsigned i = 0; i < nr; i++) {
		to[i] = from[i];
		to[i].port = port;
	}
}

static int add_assoc(struct wire *w, unsigned number, struct tg_diag *diag)
{
	const struct gw_asp_cfg *a = &w->running->cs7.asp[number];
	struct io_assoc_cfg c = { .sctp = !a->tcp,
				  .server = a->server,
				  .nr_local = a->nr_local,
				  .nr_remote = a->nr_remote,
				  .ppid = IO_PPID_M3UA };
	struct tg_diag why = TG_DIAG_NONE;
	int err;

	if (!c.nr_local) {
		c.nr_local = 1;
		c.local[0].family = a->remote[0].family;
		c.local[0].port = a->local_port;
	}
	fill_addrs(a->local, a->nr_local, a->local_port, c.local);
	fill_addrs(a->remote, a->nr_remote, a->remote_port, c.remote);
	err = io_signalling_assoc(w->signalling, number, &c, &why);
	return err < 0 ? tg_fail(diag, err, 0, "", "asp %s: %s", a->name, why.text) : 0;
}

static void warn_of_routes(const struct wire *w)
{
	const struct gw_config *c = w->running;
	enum ss7_route_state state;
	struct ss7_net *net = io_signalling_net(w->signalling);
	struct ss7_route_cfg r;
	char pc[SS7_PC_TEXT_MAX];

	for (unsigned i = 0; i < c->nr_trunks; i++) {
		uint32_t dpc = c->trunk[i].dpc;
		unsigned k = 0;
		while (ss7_net_route(net, k, dpc, &r, &state) && (dpc & r.mask) != (r.pc & r.mask))
			k++;
		if (!ss7_net_route(net, k, dpc, &r, &state))
			log_error(LOG_SS7, NULL,
				  "trunk %s: there is no route to point code %s: calls to it "
				  "fail (`update route` in `cs7`)",
				  c->trunk[i].name, gw_pc_print(c, dpc, pc));
	}
}

/* A line for each pair of point codes in turn, not for each message. */
static void to_gateway(void *self, tick_t now, const struct mtp_prim *p)
{
	char from[SS7_PC_TEXT_MAX], to[SS7_PC_TEXT_MAX];
	struct wire *w = self;
	int err = gw_mtp_rx(w->gw, now, p);

	if (err != TG_ENOENT || p->type != MTP_TRANSFER)
		return;
	if (w->stranger[0] == p->label.opc && w->stranger[1] == p->label.dpc)
		return;
	w->stranger[0] = p->label.opc;
	w->stranger[1] = p->label.dpc;
	log_notice(LOG_SS7, NULL, "ISUP from point code %s to %s: no trunk between them has CIC %u",
		   gw_pc_print(w->running, p->label.opc, from),
		   gw_pc_print(w->running, p->label.dpc, to),
		   (uint8_t)p->sif.p[0] | (uint8_t)p->sif.p[1] << 8);
}

static void to_carrier(void *self, tick_t now, unsigned number, const struct mtp_prim *p)
{
	(void)now;
	if (number == GW_CS7_LOCAL)
		mtp_local_tx(((struct wire *)self)->mtp, p);
}

static void drain(void *self, tick_t now)
{
	wire_drain(self, now);
}

/* All of it by the running configuration. */
static int make(struct wire *w, struct ss7_net_cfg *net, struct mtp3_cfg *mtp3,
		struct io_link_cfg *links, struct tg_diag *diag)
{
	struct io_signalling_user user = {
		.drain = drain, .mtp = to_gateway, .carrier = to_carrier, .self = w
	};
	struct io_signalling_cfg k = { .net = net,
				       .nr_assocs = w->running->cs7.nr_asps,
				       .mtp3_carrier = GW_CS7_MTP3,
				       .link = links };

	gw_cs7_net_cfg(w->running, w->lab ? w->lab->point_code : 0, net);
	if (w->running->cs7.nr_linksets) {
		gw_cs7_mtp3_cfg(w->running, mtp3);
		k.mtp3 = mtp3;
		k.nr_links = wire_links_fill(&w->running->cs7, links);
	}
	w->signalling = io_signalling_new(w->mem, w->loop, &k, &user, diag);
	return w->signalling ? TG_OK : TG_EIO;
}

int setup_signalling(struct wire *w, struct tg_diag *diag)
{
	struct ss7_net_cfg *net = MEM_NEW(w->mem, struct ss7_net_cfg);
	struct mtp3_cfg *mtp3 = MEM_NEW(w->mem, struct mtp3_cfg);
	struct io_link_cfg *links = MEM_ARRAY(w->mem, MTP3_MAX_LINKS, struct io_link_cfg);
	int err;

	if (!net || !mtp3 || !links)
		return tg_fail(diag, TG_ENOMEM, 0, "", "out of memory");
	err = make(w, net, mtp3, links, diag);
	mem_drop(net);
	mem_drop(mtp3);
	mem_drop(links);
	for (unsigned i = 0; i < w->running->cs7.nr_asps && err == 0; i++)
		err = add_assoc(w, i, diag);
	if (err == 0)
		warn_of_routes(w);
	return err;
}
