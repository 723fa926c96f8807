/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vty_config_linkset: the configuration language: `linkset NAME` within `cs7 instance 0`, the links of
 * MTP3 to one neighbour. The node's index is the number of the set and 1 (see vty_config_trunk.c).
 */
#include <stdlib.h>
#include <string.h>

#include "ops/vty_config.h"
#include "ops/vty_internal.h"

#define LINKSET_STR "Signalling links to one neighbour (MTP3)\nIts name\n"
#define LINK_STR    "A signalling link (MTP2)\nIts code, the same at both ends\n"
#define TIME_STR    "In a timeslot\nOf this span\nWhich of its timeslots: no circuit of a trunk\nIt\n"
#define PACKET_STR  "One signal unit a datagram, without a span\nA unix socket: its file name\n"

const char *const ops_mtp3_word[4] = {
	[MTP3_ITU] = "itu",
	[MTP3_ANSI] = "ansi",
	[MTP3_CHINA] = "china",
	[MTP3_JAPAN] = "japan",
};

DEFUN(cfg_linkset, cfg_linkset_cmd, "linkset NAME", LINKSET_STR)
{
	struct gw_config *c = ops_edit(vty);
	struct gw_linkset_cfg *s;

	if (!c || ops_check_name(vty, argv[0]) != CMD_SUCCESS)
		return CMD_WARNING;
	s = gw_linkset_add(&c->cs7, argv[0]);
	if (!s)
		return ops_refuse(vty, "there is room for %d link sets", MTP3_MAX_LINKSETS);
	vty->node = OPS_LINKSET_NODE;
	vty->index = (void *)(uintptr_t)(s - c->cs7.linkset + 1);
	return CMD_SUCCESS;
}

DEFUN(cfg_no_linkset, cfg_no_linkset_cmd, "no linkset NAME", "Take away\n" LINKSET_STR)
{
	struct gw_config *c = ops_edit(vty);
	int at = c ? gw_linkset_find(&c->cs7, argv[0]) : -1;

	if (at < 0)
		return ops_refuse(vty, "there is no linkset %s", argv[0]);
	ops_remove(c->cs7.linkset, sizeof(c->cs7.linkset[0]), &c->cs7.nr_linksets, (unsigned)at);
	return CMD_SUCCESS;
}

static struct gw_linkset_cfg *set_here(struct vty *vty)
{
	struct gw_config *c = ops_edit(vty);

	if (c && (uintptr_t)vty->index - 1 < c->cs7.nr_linksets)
		return &c->cs7.linkset[(uintptr_t)vty->index - 1];
	ops_refuse(vty, "this linkset is gone");
	return NULL;
}

DEFUN(cfg_adjacent, cfg_adjacent_cmd, "adjacent-point-code CODE",
      "Who is at the other end\nIts point code\n")
{
	struct gw_linkset_cfg *s = set_here(vty);
	uint32_t pc;

	if (!s || ops_parse_pc(vty, argv[0], &pc) != CMD_SUCCESS)
		return CMD_WARNING;
	s->adjacent_pc = pc;
	s->has_adjacent = true;
	return CMD_SUCCESS;
}

DEFUN(cfg_set_ni, cfg_set_ni_cmd,
      "network-indicator (international|international-spare|national|national-spare)",
      "The network of the point codes (Q.704 14.2.2)\nInternational, 0\n"
      "International spare, 1\nNational, 2\nNational spare, 3\n")
{
	struct gw_linkset_cfg *s = set_here(vty);

	if (!s)
		return CMD_WARNING;
	s->ni = (uint8_t)ops_word_find(ops_network_word, 4, argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_set_variant, cfg_set_variant_cmd, "variant (itu|ansi|china|japan)",
      "Which MTP: labels, timers\nQ.703 and Q.704\nT1.111\nQ.703 with point codes of 24 bits\n"
      "Of 16 bits (JT-Q704)\n")
{
	struct gw_linkset_cfg *s = set_here(vty);

	if (!s)
		return CMD_WARNING;
	s->variant = (enum mtp3_variant)ops_word_find(ops_mtp3_word, 4, argv[0]);
	return CMD_SUCCESS;
}

static struct gw_link_cfg *link_here(struct vty *vty, const char *slc)
{
	struct gw_linkset_cfg *s = set_here(vty);

	return s ? gw_link_add(s, (uint8_t)atoi(slc)) : NULL;
}

#define TIME_CMD "link <0-15> span <0-15> timeslot <1-31>"

DEFUN(cfg_link, cfg_link_cmd, TIME_CMD, LINK_STR TIME_STR)
{
	struct gw_link_cfg *k = link_here(vty, argv[0]);

	if (!k)
		return CMD_WARNING;
	k->span = (unsigned)atoi(argv[1]);
	k->ts = (uint8_t)atoi(argv[2]);
	k->at_56k = argc > 3 && strcmp(argv[3], "56") == 0;
	return CMD_SUCCESS;
}

ALIAS(cfg_link, cfg_link_rate_cmd, TIME_CMD " rate (56|64)",
      LINK_STR TIME_STR "Its speed in kbit/s\nSeven bits of each octet\nAll eight, the default\n")

DEFUN(cfg_link_packet, cfg_link_packet_cmd, "link <0-15> packet FILE (listen|connect)",
      LINK_STR PACKET_STR "The other end opens the connection\nWe do\n")
{
	struct gw_link_cfg *k;

	if (argv[1][0] != '/' || strlen(argv[1]) >= sizeof(k->path))
		return ops_refuse(vty, "\"%s\": a path begins with '/' and has %zu letters at most",
				  argv[1], sizeof(k->path) - 1);
	k = link_here(vty, argv[0]);
	if (!k)
		return CMD_WARNING;
	k->packet = true;
	k->listen = argv[2][0] == 'l';
	strcpy(k->path, argv[1]);
	return CMD_SUCCESS;
}

DEFUN(cfg_link_m2pa, cfg_link_m2pa_cmd,
      "link <0-15> m2pa (sctp|tcp) (client|server) local ADDR:PORT remote ADDR:PORT",
      LINK_STR "Over an association instead of MTP2 (RFC 4165)\n"
	       "SCTP of the kernel\nTCP: as some do it, there is no standard\n"
	       "We connect\nThe other end does\nOur end\nIts address and port; port 0: any\n"
	       "The other end\nIts address and port; port 0: any\n")
{
	struct addr local, remote;
	struct gw_link_cfg *k;

	if (ops_parse_addr(vty, argv[3], 0, &local) != CMD_SUCCESS ||
	    ops_parse_addr(vty, argv[4], 0, &remote) != CMD_SUCCESS)
		return CMD_WARNING;
	if (!(argv[2][0] == 's' ? local.port : remote.port))
		return ops_refuse(vty, "a server wants a local port, a client a remote one");
	k = link_here(vty, argv[0]);
	if (!k)
		return CMD_WARNING;
	k->m2pa = true;
	k->tcp = argv[1][0] == 't';
	k->listen = argv[2][0] == 's';
	k->local = local;
	k->remote = remote;
	return CMD_SUCCESS;
}

DEFUN(cfg_no_link, cfg_no_link_cmd, "no link <0-15>", "Take away\n" LINK_STR)
{
	struct gw_linkset_cfg *s = set_here(vty);

	for (unsigned i = 0; s && i < s->nr_links; i++)
		if (s->link[i].slc == (unsigned)atoi(argv[0])) {
			ops_remove(s->link, sizeof(s->link[0]), &s->nr_links, i);
			return CMD_SUCCESS;
		}
	return ops_refuse(vty, "there is no link %s", argv[0]);
}

void ops_vty_config_linkset_init(void)
{
	install_element(OPS_CS7_NODE, &cfg_linkset_cmd);
	install_element(OPS_CS7_NODE, &cfg_no_linkset_cmd);
	install_element(OPS_LINKSET_NODE, &cfg_adjacent_cmd);
	install_element(OPS_LINKSET_NODE, &cfg_set_ni_cmd);
	install_element(OPS_LINKSET_NODE, &cfg_set_variant_cmd);
	install_element(OPS_LINKSET_NODE, &cfg_link_cmd);
	install_element(OPS_LINKSET_NODE, &cfg_link_rate_cmd);
	install_element(OPS_LINKSET_NODE, &cfg_link_packet_cmd);
	install_element(OPS_LINKSET_NODE, &cfg_link_m2pa_cmd);
	install_element(OPS_LINKSET_NODE, &cfg_no_link_cmd);
}
