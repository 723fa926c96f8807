/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_show_linkset: MTP's link sets and links as they are, and what an operator does with a link. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/vty_internal.h"

#define SHOW_CS7_STR SHOW_STR "Signalling System 7\n"

static const struct gw_config *running(void)
{
	return ops_state.act.running(ops_state.act.self);
}

static struct mtp3 *mtp3_of(struct vty *vty)
{
	if (!ops_state.mtp3)
		vty_out(vty, "%% there are no link sets%s", VTY_NEWLINE);
	return ops_state.mtp3;
}

#define SET_ROW "%-16s %-12s %-14s %6s %10s"

DEFUN(show_linksets, show_linksets_cmd, "show cs7 linksets",
      SHOW_CS7_STR "Links to each neighbour (MTP3)\n")
{
	const struct mtp3 *t = mtp3_of(vty);
	struct mtp3_linkset_info i;
	char row[200], pc[SS7_PC_TEXT_MAX], v[2][12];
	struct mtp3_stats s;

	if (!t)
		return CMD_WARNING;
	snprintf(row, sizeof(row), SET_ROW, "linkset", "adjacent", "state", "links", "available");
	ops_vty_line(vty, row);
	for (unsigned n = 0; n < running()->cs7.nr_linksets; n++) {
		mtp3_linkset_info(t, n, &i);
		snprintf(v[0], sizeof(v[0]), "%u", i.links);
		snprintf(v[1], sizeof(v[1]), "%u", i.available);
		snprintf(row, sizeof(row), SET_ROW, i.name,
			 gw_pc_print(running(), i.adjacent_pc, pc), i.state, v[0], v[1]);
		ops_vty_line(vty, row);
	}
	mtp3_stats(t, &s);
	vty_out(vty, "MTP: %s%s", mtp3_restart_state(t), VTY_NEWLINE);
	vty_out(vty,
		"sent %" PRIu64 ", received %" PRIu64 "; dropped: no route %" PRIu64
		", unavailable %" PRIu64 ", queue full %" PRIu64 ", not for us %" PRIu64
		", other network %" PRIu64 ", no user %" PRIu64 ", malformed %" PRIu64
		", given up in a changeover %" PRIu64 "%s",
		s.tx, s.rx, s.no_route, s.unavailable, s.full, s.not_ours, s.bad_ni, s.no_user,
		s.malformed, s.lost_in_change, VTY_NEWLINE);
	return CMD_SUCCESS;
}

static const char *place_text(const struct gw_link_cfg *k, char *buf, size_t size)
{
	char remote[ADDR_TEXT_MAX];

	if (k->m2pa)
		snprintf(buf, size, "m2pa %s %s", k->tcp ? "tcp" : "sctp",
			 addr_print(&k->remote, remote));
	else if (k->packet)
		snprintf(buf, size, "packet %s", k->path);
	else
		snprintf(buf, size, "span %u ts %u%s", k->span, k->ts, k->at_56k ? " 56k" : "");
	return buf;
}

#define LINK_ROW "%-16s %3s  %-16s %-14s %-18s %9s %9s %5s  %s"

static const char *remark(const struct mtp3_link_info *i, char *buf, size_t size)
{
	snprintf(buf, size, "%s%s%s%s", i->inhibited ? "inhibited; " : "",
		 i->remote_inhibited ? "inhibited by the neighbour; " : "",
		 i->processor_outage ? "the neighbour's processor is out; " : "",
		 mtp2_reason_text(i->last_reason));
	return buf;
}

static void link_row(struct vty *vty, const struct gw_link_cfg *k, const struct mtp3_link_info *i)
{
	char row[512], place[GW_LINK_PATH_MAX + 16], slc[8], rx[24], tx[24], n[12], why[160];

	snprintf(slc, sizeof(slc), "%u", i->slc);
	snprintf(rx, sizeof(rx), "%" PRIu64, i->rx_msu);
	snprintf(tx, sizeof(tx), "%" PRIu64, i->tx_msu);
	snprintf(n, sizeof(n), "%u", i->l2.failures);
	snprintf(row, sizeof(row), LINK_ROW, i->linkset, slc, place_text(k, place, sizeof(place)),
		 i->available ? "available" : i->state, i->level2, rx, tx, n,
		 remark(i, why, sizeof(why)));
	ops_vty_line(vty, row);
}

DEFUN(show_links, show_links_cmd, "show cs7 links", SHOW_CS7_STR "Signalling links\n")
{
	const struct mtp3 *t = mtp3_of(vty);
	const struct gw_link_cfg *k;
	struct mtp3_link_info i;
	char row[512];

	if (!t)
		return CMD_WARNING;
	snprintf(row, sizeof(row), LINK_ROW, "linkset", "slc", "place", "state", "level 2",
		 "received", "sent", "fails", "last reason");
	ops_vty_line(vty, row);
	for (unsigned n = 0; (k = gw_link(&running()->cs7, n)); n++) {
		mtp3_link_info(t, n, &i);
		link_row(vty, k, &i);
	}
	return CMD_SUCCESS;
}

static void counter_rows(struct vty *vty, const struct mtp3_link_info *i)
{
	const struct {
		const char *what;
		uint64_t nr;
	} rows[] = {
		{ "octets received", i->rx_octets },
		{ "octets sent", i->tx_octets },
		{ "sent again", i->l2.retransmitted },
		{ "asked for again by the other end", i->l2.rx_nack },
		{ "asked for again by us", i->l2.tx_nack },
		{ "units in error", i->l2.rx_errors },
		{ "units of a wrong form", i->l2.rx_malformed },
		{ "times the other end was busy (SIB)", i->l2.rx_sib },
		{ "tries to align", i->l2.alignments },
		{ "messages that wait", i->l2.queued },
		{ "messages not acknowledged yet", i->l2.unacknowledged },
		{ "changeovers", i->changeovers },
		{ "changebacks", i->changebacks },
		{ "link tests that failed", i->slt_failures },
	};

	vty_out(vty, "link %u of %s%s", i->slc, i->linkset, VTY_NEWLINE);
	for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++)
		vty_out(vty, "  %-36s %10" PRIu64 "%s", rows[n].what, rows[n].nr, VTY_NEWLINE);
}

DEFUN(show_link_counters, show_link_counters_cmd, "show cs7 links counters",
      SHOW_CS7_STR "Signalling links\nWhat each has counted\n")
{
	const struct mtp3 *t = mtp3_of(vty);
	struct mtp3_link_info i;

	if (!t)
		return CMD_WARNING;
	for (unsigned n = 0; gw_link(&running()->cs7, n); n++) {
		mtp3_link_info(t, n, &i);
		counter_rows(vty, &i);
	}
	return CMD_SUCCESS;
}

DEFUN(cs7_link, cs7_link_cmd, "cs7 linkset NAME link <0-15> (shutdown|activate|inhibit|uninhibit)",
      "Signalling System 7\nLinks to a neighbour\nTheir name\nOne of them\nIts code\n"
      "Out of service, and it stays there\nAlign it\n"
      "No traffic of users, if the other end agrees (Q.704 clause 10)\nTraffic again\n")
{
	int n = gw_link_find(&running()->cs7, argv[0], (unsigned)atoi(argv[1]));
	struct mtp3 *t = mtp3_of(vty);

	if (!t || n < 0)
		return ops_refuse(vty, "there is no link %s of linkset %s", argv[1], argv[0]);
	if (argv[2][0] == 's' || argv[2][0] == 'a')
		mtp3_activate(t, ops_now(), (unsigned)n, argv[2][0] == 'a');
	else
		mtp3_inhibit(t, ops_now(), (unsigned)n, argv[2][0] == 'i');
	ops_changed();
	return CMD_SUCCESS;
}

void ops_vty_show_linkset_init(void)
{
	install_element_ve(&show_linksets_cmd);
	install_element_ve(&show_links_cmd);
	install_element_ve(&show_link_counters_cmd);
	install_element(ENABLE_NODE, &cs7_link_cmd);
}
