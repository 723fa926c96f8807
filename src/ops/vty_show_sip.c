/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_show_sip: what is going on: SIP peers, and phones that have registered. */
#include <inttypes.h>
#include <stdio.h>

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

DEFUN(show_peers, show_peers_cmd, "show peers", SHOW_STR "SIP peers, and whether they are there\n")
{
	char addr[ADDR_TEXT_MAX], every[16], since[32], status[16];
	struct gw_peer_info p;
	unsigned pos = 0;

	vty_out(vty, "%-16s %-24s %-11s %10s %6s %10s%s", "peer", "address", "state", "since",
		"answer", "keep-alive", VTY_NEWLINE);
	while (gw_peer_walk(ops_state.gw, &pos, &p)) {
		snprintf(every, sizeof(every), p.keep_alive_s ? "%u s" : "-", p.keep_alive_s);
		snprintf(status, sizeof(status), p.status ? "%u" : "-", p.status);
		vty_out(vty, "%-16s %-24s %-11s %10s %6s %10s%s", p.name, addr_print(&p.addr, addr),
			peer_states[p.state], since_text(&p, since, sizeof(since)), status, every,
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

void ops_vty_show_sip_init(void)
{
	install_element_ve(&show_peers_cmd);
	install_element_ve(&show_registrations_cmd);
}
