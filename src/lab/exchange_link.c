/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/exchange_link: the exchange's signalling: one M3UA association, over which its peer is
 * reached (RFC 4666). */
#include <stdio.h>

#include "lab/exchange_run.h"

static void on_up(void *self, unsigned number, uint16_t nr_streams)
{
	struct exchange_run *r = self;

	exchange_say_state(r, "the association is up");
	ss7_net_assoc_up(r->net, io_loop_now(r->loop), number, nr_streams);
	exchange_drain(r, io_loop_now(r->loop));
}

static void on_down(void *self, unsigned number, const char *why)
{
	struct exchange_run *r = self;
	char text[120];

	snprintf(text, sizeof(text), "the association is down: %s", why);
	if (r->linked || r->a.debug)
		exchange_say_state(r, text);
	ss7_net_assoc_down(r->net, io_loop_now(r->loop), number, why);
	exchange_drain(r, io_loop_now(r->loop));
}

static void on_rx(void *self, unsigned number, uint16_t stream, struct str octets)
{
	struct exchange_run *r = self;
	tick_t now = io_loop_now(r->loop);

	while (octets.len) {
		size_t used = ss7_net_assoc_rx(r->net, now, number, stream, octets);

		octets = str_n(octets.p + used, octets.len - used);
		exchange_drain(r, now);
	}
}

static void fill_m3ua(const struct exchange_args *a, struct m3ua_cfg *m)
{
	struct m3ua_asp_cfg *asp = &m->asp[0];
	struct m3ua_as_cfg *as = &m->as[0];

	m->nr_asps = m->nr_as = 1;
	*asp = (struct m3ua_asp_cfg){ .role = (enum m3ua_role)a->role,
				      .server = a->link_listen,
				      .stream = !a->link_sctp };
	snprintf(asp->name, sizeof(asp->name), "gateway");
	*as = (struct m3ua_as_cfg){ .has_rc = a->has_rc, .rc = a->rc, .nr_members = 1 };
	snprintf(as->name, sizeof(as->name), "gateway");
}

static struct ss7_net *new_net(struct exchange_run *r)
{
	struct ss7_net_cfg *cfg = MEM_NEW(r->mem, struct ss7_net_cfg);
	struct ss7_net *net;

	if (!cfg)
		return NULL;
	cfg->nr_own = cfg->nr_dests = cfg->nr_routes = 1;
	cfg->own[0] = r->a.point_code;
	cfg->dest[0] = r->a.peer_point_code;
	cfg->route[0] = (struct ss7_route_cfg){
		.pc = r->a.peer_point_code, .mask = 0xffffff, .priority = 1, .via = SS7_VIA_AS
	};
	fill_m3ua(&r->a, &cfg->m3ua);
	net = ss7_net_new(r->mem, cfg);
	mem_drop(cfg);
	return net;
}

int exchange_link_open(struct exchange_run *r, struct tg_diag *diag)
{
	const struct io_assoc_user user = { on_up, on_down, on_rx, r };
	struct io_assoc_cfg k = { .sctp = r->a.link_sctp,
				  .server = r->a.link_listen,
				  .ppid = IO_PPID_M3UA };

	if (r->a.link_listen) {
		k.nr_local = 1;
		k.local[0] = r->a.link;
	}
	k.nr_remote = 1;
	k.remote[0] = r->a.link_listen ? r->a.link_peer : r->a.link;
	r->net = new_net(r);
	r->assocs = io_assocs_new(r->mem, r->loop, &user, 1);
	if (!r->net || !r->assocs)
		return tg_fail(diag, TG_ENOMEM, 0, "", "no memory for the signalling link");
	return io_assoc_add(r->assocs, 0, &k, diag);
}

void exchange_link_close(struct exchange_run *r)
{
	if (r->net)
		ss7_net_free(r->net);
	io_assocs_free(r->assocs);
}

static void user_prim(struct exchange_run *r, tick_t now, const struct mtp_prim *p)
{
	if (p->type == MTP_PAUSE || p->type == MTP_RESUME) {
		r->linked = p->type == MTP_RESUME;
		exchange_say_state(r, r->linked ? "the gateway's point code can be reached"
						: "the gateway's point code cannot be reached");
	}
	lab_exchange_mtp_rx(r->exchange, now, p);
}

bool exchange_link_drain(struct exchange_run *r, tick_t now)
{
	struct ss7_net_out out;

	if (!ss7_net_next_out(r->net, &out))
		return false;
	switch (out.type) {
	case SS7_NET_OUT_USER:
		user_prim(r, now, &out.prim);
		break;
	case SS7_NET_OUT_SEND:
		io_assoc_send(r->assocs, out.number, out.stream, out.octets);
		break;
	case SS7_NET_OUT_OPEN:
		io_assoc_connect(r->assocs, out.number);
		break;
	case SS7_NET_OUT_CLOSE:
		io_assoc_close(r->assocs, out.number);
		break;
	case SS7_NET_OUT_CARRIER:
		break;
	}
	return true;
}
