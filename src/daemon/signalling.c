/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signalling: the signalling network between the gateway, associations and the MTP in memory. */
#include "base/log.h"
#include "daemon/wire_internal.h"

static void on_up(void *self, unsigned number, uint16_t nr_streams)
{
	struct wire *w = self;
	tick_t now = io_loop_now(w->loop);

	ss7_net_assoc_up(w->net, now, number, nr_streams);
	wire_drain(w, now);
}

static void on_down(void *self, unsigned number, const char *why)
{
	struct wire *w = self;
	tick_t now = io_loop_now(w->loop);

	ss7_net_assoc_down(w->net, now, number, why);
	wire_drain(w, now);
}

static void on_rx(void *self, unsigned number, uint16_t stream, struct str octets)
{
	struct wire *w = self;
	tick_t now = io_loop_now(w->loop);

	while (octets.len) {
		octets = str_from(octets, ss7_net_assoc_rx(w->net, now, number, stream, octets));
		wire_drain(w, now);
	}
}

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
	err = io_assoc_add(w->assocs, number, &c, &why);
	return err < 0 ? tg_fail(diag, err, 0, "", "asp %s: %s", a->name, why.text) : 0;
}

static void warn_of_routes(const struct wire *w)
{
	const struct gw_config *c = w->running;
	enum ss7_route_state state;
	struct ss7_route_cfg r;
	char pc[SS7_PC_TEXT_MAX];

	for (unsigned i = 0; i < c->nr_trunks; i++) {
		uint32_t dpc = c->trunk[i].dpc;
		unsigned k = 0;
		while (ss7_net_route(w->net, k, dpc, &r, &state) &&
		       (dpc & r.mask) != (r.pc & r.mask))
			k++;
		if (!ss7_net_route(w->net, k, dpc, &r, &state))
			log_error(LOG_SS7, NULL,
				  "trunk %s: there is no route to point code %s: calls to it "
				  "fail (`update route` in `cs7`)",
				  c->trunk[i].name, gw_pc_print(c, dpc, pc));
	}
}

int setup_signalling(struct wire *w, struct tg_diag *diag)
{
	struct io_assoc_user user = { on_up, on_down, on_rx, w };
	struct ss7_net_cfg *cfg = MEM_NEW(w->mem, struct ss7_net_cfg);
	unsigned nr = w->running->cs7.nr_asps;

	if (!cfg)
		return tg_fail(diag, TG_ENOMEM, 0, "", "out of memory");
	gw_cs7_net_cfg(w->running, w->lab ? w->lab->point_code : 0, cfg);
	w->net = ss7_net_new(w->mem, cfg);
	mem_drop(cfg);
	w->assocs = io_assocs_new(w->mem, w->loop, &user, nr);
	if (!w->net || !w->assocs)
		return tg_fail(diag, TG_ENOMEM, 0, "", "no memory for the signalling network");
	for (unsigned i = 0; i < nr; i++) {
		int err = add_assoc(w, i, diag);
		if (err < 0)
			return err;
	}
	warn_of_routes(w);
	return 0;
}

static void carry(struct wire *w, tick_t now, unsigned carrier, const struct mtp_prim *p)
{
	if (carrier == GW_CS7_LOCAL)
		mtp_local_tx(w->mtp, p);
	else if (w->mtp3)
		mtp3_tx(w->mtp3, now, p);
}

/* A line for each pair of point codes in turn, not for each message. */
static void to_gateway(struct wire *w, tick_t now, const struct mtp_prim *p)
{
	char from[SS7_PC_TEXT_MAX], to[SS7_PC_TEXT_MAX];
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

bool wire_next_net(struct wire *w, tick_t now)
{
	struct ss7_net_out out;

	if (!ss7_net_next_out(w->net, &out))
		return false;
	switch (out.type) {
	case SS7_NET_OUT_USER:
		to_gateway(w, now, &out.prim);
		break;
	case SS7_NET_OUT_CARRIER:
		carry(w, now, out.number, &out.prim);
		break;
	case SS7_NET_OUT_SEND:
		io_assoc_send(w->assocs, out.number, out.stream, out.octets);
		break;
	case SS7_NET_OUT_OPEN:
		io_assoc_connect(w->assocs, out.number);
		break;
	case SS7_NET_OUT_CLOSE:
		io_assoc_close(w->assocs, out.number);
		break;
	}
	return true;
}

void wire_signalling_leave(struct wire *w, tick_t now)
{
	for (unsigned i = 0; i < w->running->cs7.nr_asps; i++) {
		m3ua_leave(ss7_net_m3ua(w->net), now, i);
		wire_drain(w, now);
	}
}
