/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_show_sip: what is going on: SIP peers, and phones that have registered. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ops/vty_internal.h"

static const char *const peer_states[] = {
	[GW_PEER_UNWATCHED] = "not watched",
	[GW_PEER_UNKNOWN] = "unknown",
	[GW_PEER_UP] = "up",
	[GW_PEER_DOWN] = "down",
};

static const char *since_text(const struct gw_peer_info *p, char *buf, size_t size)
{
	if (p->state == GW_PEER_UP || p->state == GW_PEER_DOWN)
		snprintf(buf, size, "%" PRId64 " s", tick_diff_us(ops_now(), p->since) / S_US(1));
	else
		snprintf(buf, size, "-");
	return buf;
}

/* A host name with the server of it that was asked last. */
static const char *where_text(const struct gw_peer_info *p, char *buf, size_t size)
{
	char addr[ADDR_TEXT_MAX];

	if (p->host[0] && p->addr.family)
		snprintf(buf, size, "%s (%s)", p->host, addr_print(&p->addr, addr));
	else
		snprintf(buf, size, "%s", p->host[0] ? p->host : addr_print(&p->addr, addr));
	return buf;
}

/* What "register" of the peer has come to; "-": it has none. */
static const char *registered_text(const struct gw_peer_info *p)
{
	struct gw_upstream_info u;
	unsigned pos = 0;

	while (gw_upstream_walk(ops_state.gw, ops_now(), &pos, &u))
		if (strcmp(u.peer, p->name) == 0)
			return u.leaving ? "leaving" : u.up ? "yes" : "no";
	return "-";
}

DEFUN(show_peers, show_peers_cmd, "show peers", SHOW_STR "SIP peers, and whether they are there\n")
{
	char addr[ADDR_TEXT_MAX + GW_DOMAIN_MAX + 16], every[16], since[32], status[16];
	struct gw_peer_info p;
	unsigned pos = 0;

	vty_out(vty, "%-16s %-24s %-11s %10s %6s %10s  %s%s", "peer", "address", "state", "since",
		"answer", "keep-alive", "registered", VTY_NEWLINE);
	while (gw_peer_walk(ops_state.gw, &pos, &p)) {
		snprintf(every, sizeof(every), p.keep_alive_s ? "%u s" : "-", p.keep_alive_s);
		snprintf(status, sizeof(status), p.status ? "%u" : "-", p.status);
		vty_out(vty, "%-16s %-24s %-11s %10s %6s %10s  %s%s", p.name,
			where_text(&p, addr, sizeof(addr)), peer_states[p.state],
			since_text(&p, since, sizeof(since)), status, every, registered_text(&p),
			VTY_NEWLINE);
	}
	return CMD_SUCCESS;
}

static const char *left_text(const struct gw_upstream_info *u, char *buf, size_t size)
{
	if (u->up)
		snprintf(buf, size, "%" PRId64 " s", tick_diff_us(u->expires, ops_now()) / S_US(1));
	else
		snprintf(buf, size, "-");
	return buf;
}

static void show_upstreams(struct vty *vty)
{
	struct gw_upstream_info u;
	char left[32], status[16];
	unsigned pos = 0, nr = 0;

	while (gw_upstream_walk(ops_state.gw, ops_now(), &pos, &u)) {
		if (!nr++)
			vty_out(vty, "%-16s %-16s %-14s %8s %6s%s", "registered at", "as", "state",
				"left", "answer", VTY_NEWLINE);
		snprintf(status, sizeof(status), u.status ? "%u" : "-", u.status);
		vty_out(vty, "%-16s %-16s %-14s %8s %6s%s", u.peer, u.user,
			u.leaving ? "leaving"
			: u.up	  ? "registered"
				  : "not registered",
			left_text(&u, left, sizeof(left)), status, VTY_NEWLINE);
	}
}

DEFUN(show_registrations, show_registrations_cmd, "show registrations",
      SHOW_STR "Phones that have registered, and where they are; where we have\n")
{
	struct gw_registration_info r;
	char addr[ADDR_TEXT_MAX];
	unsigned pos = 0, nr = 0;

	while (gw_registration_walk(ops_state.gw, ops_now(), &pos, &r)) {
		if (!nr++)
			vty_out(vty, "%-16s %-24s %8s  %s%s", "user", "from", "left", "contact",
				VTY_NEWLINE);
		vty_out(vty, "%-16s %-24s %6u s  %s%s", r.user, addr_print(&r.source, addr),
			r.left_s, r.contact, VTY_NEWLINE);
	}
	vty_out(vty, "%u registered%s", nr, VTY_NEWLINE);
	show_upstreams(vty);
	return CMD_SUCCESS;
}

DEFUN(show_subscriptions, show_subscriptions_cmd, "show subscriptions",
      SHOW_STR "Who is told whether a trunk is open\n")
{
	struct gw_subscription_info s;
	char addr[ADDR_TEXT_MAX];
	unsigned pos = 0, nr = 0;

	while (gw_subscription_walk(ops_state.gw, &pos, &s)) {
		if (!nr++)
			vty_out(vty, "%-16s %-24s %-6s %10s%s", "trunk", "from", "told", "since",
				VTY_NEWLINE);
		vty_out(vty, "%-16s %-24s %-6s %8" PRId64 " s%s", s.trunk,
			addr_print(&s.from, addr), s.open ? "open" : "closed",
			tick_diff_us(ops_now(), s.since) / S_US(1), VTY_NEWLINE);
	}
	vty_out(vty, "%u subscribed%s", nr, VTY_NEWLINE);
	return CMD_SUCCESS;
}

static void show_classes(struct vty *vty, const struct sip_classify_stats *s)
{
	static const char *const names[SIP_NR_CLASSES] = {
		[SIP_CLASS_PROGRESS] = "in progress",
		[SIP_CLASS_EMERGENCY] = "emergency",
		[SIP_CLASS_NEW] = "new",
	};

	vty_out(vty, "%-12s %12s %16s%s", "class", "received", "longest wait", VTY_NEWLINE);
	for (int i = 0; i < SIP_NR_CLASSES; i++)
		vty_out(vty, "%-12s %12" PRIu64 " %13u ms%s", names[i], s->in[i], s->oldest_ms[i],
			VTY_NEWLINE);
	vty_out(vty, "waiting %u with %u octets, refused %" PRIu64 " (503), dropped %" PRIu64 "%s",
		s->waiting, s->waiting_octets, s->refused, s->dropped, VTY_NEWLINE);
}

DEFUN(show_sip, show_sip_cmd, "show sip", SHOW_STR "What SIP does, and what waits or is refused\n")
{
	struct gw_stats g;
	const struct sip_stats *s = &g.sip;

	gw_stats(ops_state.gw, &g);
	vty_out(vty,
		"received %" PRIu64 " (bad %" PRIu64 "), sent %" PRIu64 " (again %" PRIu64
		"), dropped %" PRIu64 "%s",
		s->rx, s->rx_bad, s->tx, s->retransmissions, s->dropped, VTY_NEWLINE);
	vty_out(vty, "calls %u, transactions %u, connections %u%s", s->calls, s->transactions,
		s->connections, VTY_NEWLINE);
	vty_out(vty, "DNS: %u answers kept, %u questions open%s", s->names, s->questions,
		VTY_NEWLINE);
	show_classes(vty, &g.inbox);
	return CMD_SUCCESS;
}

DEFUN(clear_sip_waits, clear_sip_waits_cmd, "clear sip waits",
      "Forget\nOf SIP\nThe longest waits of 'show sip': they are measured anew\n")
{
	gw_forget_ages(ops_state.gw);
	return CMD_SUCCESS;
}

void ops_vty_show_sip_init(void)
{
	install_element(ENABLE_NODE, &clear_sip_waits_cmd);
	install_element_ve(&show_sip_cmd);
	install_element_ve(&show_peers_cmd);
	install_element_ve(&show_registrations_cmd);
	install_element_ve(&show_subscriptions_cmd);
}
