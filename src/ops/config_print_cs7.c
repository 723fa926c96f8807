/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config_print_cs7: the signalling network, in Osmocom's words. */
#include "ops/config_print.h"

const char *const ops_role_word[3] = {
	[M3UA_ROLE_ASP] = "asp",
	[M3UA_ROLE_IPSP] = "ipsp",
	[M3UA_ROLE_SG] = "sg",
};

static void print_format(const struct ops_out *o, const struct ss7_pc_format *f)
{
	if (f->bits[2])
		ops_say(o, " point-code format %u %u %u", f->bits[0], f->bits[1], f->bits[2]);
	else if (f->bits[1])
		ops_say(o, " point-code format %u %u", f->bits[0], f->bits[1]);
	else
		ops_say(o, " point-code format %u", f->bits[0]);
	ops_say(o, " point-code delimiter %s", f->delimiter == '-' ? "dash" : "default");
}

static void print_addrs(const struct ops_out *o, const char *word, const struct addr *list,
			unsigned nr)
{
	char text[ADDR_TEXT_MAX];

	for (unsigned i = 0; i < nr; i++)
		ops_say(o, "  %s %s", word, addr_print_ip(&list[i], text));
}

static void print_asp(const struct ops_out *o, const struct gw_asp_cfg *a)
{
	ops_say(o, " asp %s %u %u m3ua", a->name, a->remote_port, a->local_port);
	ops_say(o, "  transport %s", a->tcp ? "tcp" : "sctp");
	print_addrs(o, "remote-ip", a->remote, a->nr_remote);
	print_addrs(o, "local-ip", a->local, a->nr_local);
	ops_say(o, "  role %s", ops_role_word[a->role]);
	ops_say(o, "  transport-role %s", a->server ? "server" : "client");
	if (a->role == M3UA_ROLE_IPSP)
		ops_say(o, "  exchange %s", a->exchange == M3UA_DOUBLE ? "double" : "single");
	if (a->has_id)
		ops_say(o, "  identifier %u", a->id);
	ops_say(o, "  heartbeat %u", a->heartbeat_s);
	ops_say(o, "  ack-timer %u", a->t_ack_s);
}

static void print_as(const struct ops_out *o, const struct gw_config *c, const struct gw_as_cfg *as)
{
	char pc[SS7_PC_TEXT_MAX];

	ops_say(o, " as %s m3ua", as->name);
	for (unsigned i = 0; i < as->nr_asps; i++)
		ops_say(o, "  asp %s", as->asp[i]);
	if (as->has_rc)
		ops_say(o, "  routing-key %u %s", as->rc, gw_pc_print(c, as->dpc, pc));
	if (as->has_na)
		ops_say(o, "  network-appearance %u", as->na);
	if (as->has_mode)
		ops_say(o, "  traffic-mode %s",
			as->mode == M3UA_LOADSHARE ? "loadshare" : "override");
	ops_say(o, "  recovery-timeout %u", as->recovery_ms);
}

static void print_link(const struct ops_out *o, const struct gw_link_cfg *k)
{
	char local[ADDR_TEXT_MAX], remote[ADDR_TEXT_MAX];

	if (k->m2pa)
		ops_say(o, "  link %u m2pa %s %s local %s remote %s", k->slc,
			k->tcp ? "tcp" : "sctp", k->listen ? "server" : "client",
			addr_print(&k->local, local), addr_print(&k->remote, remote));
	else if (k->packet)
		ops_say(o, "  link %u packet %s %s", k->slc, k->path,
			k->listen ? "listen" : "connect");
	else
		ops_say(o, "  link %u span %u timeslot %u%s", k->slc, k->span, k->ts,
			k->at_56k ? " rate 56" : "");
}

static void print_linkset(const struct ops_out *o, const struct gw_config *c,
			  const struct gw_linkset_cfg *s)
{
	char pc[SS7_PC_TEXT_MAX];

	ops_say(o, " linkset %s", s->name);
	if (s->has_adjacent)
		ops_say(o, "  adjacent-point-code %s", gw_pc_print(c, s->adjacent_pc, pc));
	ops_say(o, "  network-indicator %s", ops_network_word[s->ni]);
	ops_say(o, "  variant %s", ops_mtp3_word[s->variant]);
	for (unsigned i = 0; i < s->nr_links; i++)
		print_link(o, &s->link[i]);
}

static void print_routes(const struct ops_out *o, const struct gw_config *c)
{
	char pc[SS7_PC_TEXT_MAX], mask[SS7_PC_TEXT_MAX];

	ops_say(o, " route-table system");
	for (unsigned i = 0; i < c->cs7.nr_routes; i++) {
		const struct gw_cs7_route_cfg *r = &c->cs7.route[i];
		ops_say(o, "  update route %s %s linkset %s priority %u", gw_pc_print(c, r->pc, pc),
			gw_pc_print(c, r->mask, mask), r->linkset, r->priority);
	}
}

void ops_config_print_cs7(const struct gw_config *c, ops_line_fn *say_line, void *ctx)
{
	struct ops_out o = { say_line, ctx };
	char pc[SS7_PC_TEXT_MAX];

	if (!c->cs7.present)
		return;
	ops_say(&o, "cs7 instance 0");
	print_format(&o, &c->cs7.format);
	if (c->cs7.has_pc)
		ops_say(&o, " point-code %s", gw_pc_print(c, c->cs7.pc, pc));
	for (unsigned i = 0; i < c->cs7.nr_asps; i++)
		print_asp(&o, &c->cs7.asp[i]);
	for (unsigned i = 0; i < c->cs7.nr_as; i++)
		print_as(&o, c, &c->cs7.as[i]);
	for (unsigned i = 0; i < c->cs7.nr_linksets; i++)
		print_linkset(&o, c, &c->cs7.linkset[i]);
	print_routes(&o, c);
	ops_say(&o, "!");
}
