/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_show_cs7: associations, application servers and routes as they are. */
#include <inttypes.h>
#include <stdio.h>

#include "ops/vty_internal.h"

#define SHOW_CS7_STR SHOW_STR "Signalling System 7\n"
#define INSTANCE_STR "The network\nThere is one, 0\n"

static struct m3ua *m3ua_of(struct vty *vty)
{
	if (!ops_state.net)
		vty_out(vty, "%% there is no signalling network%s", VTY_NEWLINE);
	return ops_state.net ? ss7_net_m3ua(ops_state.net) : NULL;
}

static const struct gw_config *running(void)
{
	return ops_state.act.running(ops_state.act.self);
}

static const char *addr_of(const struct addr *list, unsigned nr, uint16_t port, char *buf)
{
	struct addr a = { .port = port };

	if (!nr)
		return "any";
	a = list[0];
	a.port = port;
	return addr_print(&a, buf);
}

#define ASP_ROW "%-16s %-5s %-22s %-6s %-4s %-11s %7s %9s %9s  %s"

static void asp_row(struct vty *vty, const struct gw_asp_cfg *cfg, const struct m3ua_asp_info *i)
{
	char row[400], remote[ADDR_TEXT_MAX], ups[12], rx[24], tx[24];
	uint64_t nr_rx = 0, nr_tx = 0;

	for (unsigned t = 0; m3ua_type_name(t); t++) {
		nr_rx += i->rx[t];
		nr_tx += i->tx[t];
	}
	snprintf(ups, sizeof(ups), "%u", i->nr_ups);
	snprintf(rx, sizeof(rx), "%" PRIu64, nr_rx);
	snprintf(tx, sizeof(tx), "%" PRIu64, nr_tx);
	snprintf(row, sizeof(row), ASP_ROW, i->name, ops_role_word[i->role],
		 addr_of(cfg->remote, cfg->nr_remote, cfg->remote_port, remote),
		 cfg->tcp ? "tcp" : "sctp", i->up ? "up" : "down", i->blocked ? "blocked" : i->own,
		 ups, rx, tx, i->trouble);
	ops_vty_line(vty, row);
}

static int show_asps(struct vty *vty)
{
	struct m3ua *m = m3ua_of(vty);
	struct m3ua_asp_info i;
	char row[400];

	if (!m)
		return CMD_WARNING;
	snprintf(row, sizeof(row), ASP_ROW, "ASP", "role", "remote", "on", "is", "ASPUP", "ups",
		 "received", "sent", "last trouble");
	ops_vty_line(vty, row);
	for (unsigned n = 0; m3ua_asp_info(m, n, &i); n++)
		asp_row(vty, &running()->cs7.asp[n], &i);
	return CMD_SUCCESS;
}

#define AS_ROW "%-16s %-12s %10s %10s %8s %8s  %s"

static void as_row(struct vty *vty, struct m3ua *m, unsigned n, const struct m3ua_as_info *i)
{
	char row[800], members[500] = "", v[4][24];
	const char *own, *peer;
	struct m3ua_asp_info asp;
	size_t len = 0;
	unsigned nr;

	for (unsigned k = 0; m3ua_member_info(m, n, k, &nr, &own, &peer); k++)
		if (m3ua_asp_info(m, nr, &asp) && len < sizeof(members))
			len += (size_t)snprintf(members + len, sizeof(members) - len,
						"%s%s (%s, its end %s)", k ? ", " : "", asp.name,
						own, peer);
	snprintf(v[0], sizeof(v[0]), "%" PRIu64, i->rx);
	snprintf(v[1], sizeof(v[1]), "%" PRIu64, i->tx);
	snprintf(v[2], sizeof(v[2]), "%" PRIu64, i->queued);
	snprintf(v[3], sizeof(v[3]), "%" PRIu64, i->lost);
	snprintf(row, sizeof(row), AS_ROW, i->name, i->state, v[0], v[1], v[2], v[3], members);
	ops_vty_line(vty, row);
}

static int show_as(struct vty *vty)
{
	struct m3ua *m = m3ua_of(vty);
	struct m3ua_as_info i;
	char row[400];

	if (!m)
		return CMD_WARNING;
	snprintf(row, sizeof(row), AS_ROW, "AS", "state", "received", "sent", "waited", "lost",
		 "ASPs (our traffic state)");
	ops_vty_line(vty, row);
	for (unsigned n = 0; m3ua_as_info(m, n, &i); n++)
		as_row(vty, m, n, &i);
	return CMD_SUCCESS;
}

static const char *via_name(const struct ss7_route_cfg *r)
{
	if (r->via == SS7_VIA_AS)
		return running()->cs7.as[r->number].name;
	return r->number == GW_CS7_LOCAL ? "(this process)" : "(link sets)";
}

/* The routes of each exchange that a trunk leads to. */
static void show_routes_to(struct vty *vty, uint32_t dpc)
{
	static const char *const names[] = { "unavailable", "restricted", "available" };
	char row[200], pc[SS7_PC_TEXT_MAX];
	enum ss7_route_state state;
	struct ss7_route_cfg r;
	bool any = false;

	gw_pc_print(running(), dpc, pc);
	for (unsigned i = 0; ss7_net_route(ops_state.net, i, dpc, &r, &state); i++) {
		if ((dpc & r.mask) != (r.pc & r.mask))
			continue;
		snprintf(row, sizeof(row), "%-16s %-16s %8u  %s", pc, via_name(&r), r.priority,
			 names[state]);
		ops_vty_line(vty, row);
		any = true;
	}
	if (!any)
		vty_out(vty, "%-16s no route%s", pc, VTY_NEWLINE);
}

static int show_routes(struct vty *vty)
{
	const struct gw_config *c = running();
	char row[200];

	if (!m3ua_of(vty))
		return CMD_WARNING;
	snprintf(row, sizeof(row), "%-16s %-16s %8s  %s", "point code", "over", "priority",
		 "state");
	ops_vty_line(vty, row);
	for (unsigned i = 0; i < c->nr_trunks; i++) {
		bool seen = false;
		for (unsigned k = 0; k < i; k++)
			seen = seen || c->trunk[k].dpc == c->trunk[i].dpc;
		if (!seen)
			show_routes_to(vty, c->trunk[i].dpc);
	}
	return CMD_SUCCESS;
}

static void counter_rows(struct vty *vty, const struct m3ua_asp_info *i)
{
	char row[200];

	for (unsigned t = 0; m3ua_type_name(t); t++) {
		if (!i->rx[t] && !i->tx[t])
			continue;
		snprintf(row, sizeof(row), "  %-10s received %10" PRIu64 "  sent %10" PRIu64,
			 m3ua_type_name(t), i->rx[t], i->tx[t]);
		ops_vty_line(vty, row);
	}
}

DEFUN(show_cs7_counters, show_cs7_counters_cmd, "show cs7 counters",
      SHOW_CS7_STR "Messages of each kind\n")
{
	struct m3ua *m = m3ua_of(vty);
	struct ss7_net_stats s;
	struct m3ua_asp_info i;

	if (!m)
		return CMD_WARNING;
	ss7_net_stats(ops_state.net, &s);
	vty_out(vty,
		"users sent %" PRIu64 ", received %" PRIu64 "; lost: no route %" PRIu64
		", unavailable %" PRIu64 ", not for us %" PRIu64 "%s",
		s.tx, s.rx, s.no_route, s.unavailable, s.not_ours, VTY_NEWLINE);
	for (unsigned n = 0; m3ua_asp_info(m, n, &i); n++) {
		vty_out(vty, "asp %s: dropped %" PRIu64 "%s", i.name, i.dropped, VTY_NEWLINE);
		counter_rows(vty, &i);
	}
	return CMD_SUCCESS;
}

DEFUN(show_cs7_asp, show_cs7_asp_cmd, "show cs7 asp", SHOW_CS7_STR "Associations\n")
{
	return show_asps(vty);
}

ALIAS(show_cs7_asp, show_cs7_asp_0_cmd, "show cs7 instance <0-0> asp",
      SHOW_CS7_STR INSTANCE_STR "Associations\n")

DEFUN(show_cs7_as, show_cs7_as_cmd, "show cs7 as", SHOW_CS7_STR "Application servers\n")
{
	return show_as(vty);
}

ALIAS(show_cs7_as, show_cs7_as_0_cmd, "show cs7 instance <0-0> as",
      SHOW_CS7_STR INSTANCE_STR "Application servers\n")

DEFUN(show_cs7_route, show_cs7_route_cmd, "show cs7 route",
      SHOW_CS7_STR "Routes to the exchanges of trunks\n")
{
	return show_routes(vty);
}

ALIAS(show_cs7_route, show_cs7_route_0_cmd, "show cs7 instance <0-0> route",
      SHOW_CS7_STR INSTANCE_STR "Routes to the exchanges of trunks\n")

DEFUN(cs7_asp_block, cs7_asp_block_cmd, "cs7 asp NAME (block|unblock)",
      "Signalling System 7\nAn association\nIts name\nASPDN, and it is closed\nBack in use\n")
{
	int at = gw_cs7_asp_find(&running()->cs7, argv[0]);
	struct m3ua *m = m3ua_of(vty);

	if (!m || at < 0)
		return ops_refuse(vty, "there is no asp %s", argv[0]);
	m3ua_block(m, ops_now(), (unsigned)at, argv[1][0] == 'b');
	ops_changed();
	return CMD_SUCCESS;
}

DEFUN(cs7_as_block, cs7_as_block_cmd, "cs7 as NAME (block|unblock)",
      "Signalling System 7\nAn application server\nIts name\nASPIA of its routing context\n"
      "ASPAC again\n")
{
	int at = gw_cs7_as_find(&running()->cs7, argv[0]);
	struct m3ua *m = m3ua_of(vty);

	if (!m || at < 0)
		return ops_refuse(vty, "there is no as %s", argv[0]);
	m3ua_block_as(m, ops_now(), (unsigned)at, argv[1][0] == 'b');
	ops_changed();
	return CMD_SUCCESS;
}

void ops_vty_show_cs7_init(void)
{
	install_element_ve(&show_cs7_asp_cmd);
	install_element_ve(&show_cs7_asp_0_cmd);
	install_element_ve(&show_cs7_as_cmd);
	install_element_ve(&show_cs7_as_0_cmd);
	install_element_ve(&show_cs7_route_cmd);
	install_element_ve(&show_cs7_route_0_cmd);
	install_element_ve(&show_cs7_counters_cmd);
	install_element(ENABLE_NODE, &cs7_asp_block_cmd);
	install_element(ENABLE_NODE, &cs7_as_block_cmd);
}
