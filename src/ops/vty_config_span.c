/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vty_config_span: the configuration language: spans and their drivers. The node's index is the
 * number of the span in the configuration and 1 (see vty_config_trunk.c).
 */
#include <stdlib.h>
#include <string.h>

#include "ops/vty_config.h"
#include "ops/vty_internal.h"

DEFUN(cfg_span, cfg_span_cmd, "span <0-15>", "An E1 or T1\nIts number\n")
{
	struct gw_config *c = ops_edit(vty);
	struct gw_span_cfg *s = c ? gw_config_span_add(c, (unsigned)atoi(argv[0])) : NULL;

	if (!c)
		return CMD_WARNING;
	if (!s)
		return ops_refuse(vty, "there is room for %d spans", GW_MAX_SPANS);
	vty->node = OPS_SPAN_NODE;
	vty->index = (void *)(uintptr_t)(s - c->span + 1);
	return CMD_SUCCESS;
}

static struct gw_span_cfg *span_here(struct vty *vty)
{
	struct gw_config *c = ops_edit(vty);

	if (c && (uintptr_t)vty->index - 1 < c->nr_spans)
		return &c->span[(uintptr_t)vty->index - 1];
	ops_refuse(vty, "this span is gone");
	return NULL;
}

DEFUN(cfg_no_span, cfg_no_span_cmd, "no span <0-15>",
      "Take away\n"
      "An E1 or T1\nIts number\n")
{
	struct gw_config *c = ops_edit(vty);

	for (unsigned i = 0; c && i < c->nr_spans; i++)
		if (c->span[i].number == (unsigned)atoi(argv[0])) {
			ops_remove(c->span, sizeof(c->span[0]), &c->nr_spans, i);
			return CMD_SUCCESS;
		}
	return ops_refuse(vty, "there is no span %s", argv[0]);
}

/* The words of enum gw_span_driver, in its order. */
const char *const ops_driver_word[] = { "virtual", "unix",  "cesopsn", "dahdi",
					"satop",   "tdmoe", NULL };

DEFUN(cfg_span_driver, cfg_span_driver_cmd, "driver (virtual|unix|cesopsn|dahdi|satop|tdmoe)",
      "Where its timeslots come from\nMemory: for the lab\nAnother process on this host\n"
      "Another machine, over UDP (RFC 5086)\nA card, by DAHDI\n"
      "Another machine, all bits (RFC 4553)\n"
      "Another machine or a card of DAHDI, over Ethernet\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	for (unsigned i = 0; ops_driver_word[i]; i++)
		if (strcmp(argv[0], ops_driver_word[i]) == 0)
			s->driver = (enum gw_span_driver)i;
	return CMD_SUCCESS;
}

DEFUN(cfg_span_path, cfg_span_path_cmd, "path FILE",
      "Where the two ends of a span between processes meet\nA unix socket: its file name\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	if (argv[0][0] != '/' || strlen(argv[0]) >= sizeof(s->path))
		return ops_refuse(vty, "\"%s\": a path begins with '/' and has %zu letters at most",
				  argv[0], sizeof(s->path) - 1);
	strcpy(s->path, argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_span_role, cfg_span_role_cmd, "role (listen|connect)",
      "Who opens the connection to the other process\nThe other\nWe do\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	s->listen = argv[0][0] == 'l';
	return CMD_SUCCESS;
}

DEFUN(cfg_span_clock, cfg_span_clock_cmd, "clock (master|slave)",
      "Whose clock paces this span\nOurs\nThe far end's, and all that we send follows it\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	s->clock_slave = argv[0][0] == 's';
	return CMD_SUCCESS;
}

DEFUN(cfg_span_buffer, cfg_span_buffer_cmd, "receive-buffer <1-240>",
      "How long what comes in waits, so that what is late is in time\nMilliseconds\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	s->buffer_ms = (uint32_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_span_los, cfg_span_los_cmd, "los-after <20-10000>",
      "How long nothing may come until the signal is lost (LOS) and calls are cleared\n"
      "Milliseconds (default 250)\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	s->los_ms = (uint32_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_span_local, cfg_span_local_cmd, "local ADDR:PORT",
      "Where packets of this span are received\nOur address, and a UDP port of its own\n")
{
	struct gw_span_cfg *s = span_here(vty);

	return s ? ops_parse_addr(vty, argv[0], 0, &s->local) : CMD_WARNING;
}

DEFUN(cfg_span_remote, cfg_span_remote_cmd, "remote ADDR:PORT",
      "Who has the other end of this span\nIts address and UDP port\n")
{
	struct gw_span_cfg *s = span_here(vty);

	return s ? ops_parse_addr(vty, argv[0], 0, &s->remote) : CMD_WARNING;
}

DEFUN(cfg_span_frames, cfg_span_frames_cmd, "frames <1-8>",
      "Frames of 125 us in a packet, the same at both ends (RFC 5086 5.1)\nHow many\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	s->frames = (uint8_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_span_ethernet, cfg_span_ethernet_cmd, "ethernet INTERFACE MAC <0-65535>",
      "Where the other end of TDM over Ethernet is\nOur interface\nThe other's address\n"
      "Which of its spans, the same at both ends\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	if (strlen(argv[0]) >= sizeof(s->interface))
		return ops_refuse(vty, "\"%s\": an interface has %zu letters at most", argv[0],
				  sizeof(s->interface) - 1);
	if (!tdm_mac_parse(str_of(argv[1]), s->mac))
		return ops_refuse(vty, "\"%s\" is no address as 00:11:22:aa:bb:cc", argv[1]);
	strcpy(s->interface, argv[0]);
	s->subaddr = (uint16_t)atoi(argv[2]);
	return CMD_SUCCESS;
}

DEFUN(cfg_span_channel, cfg_span_channel_cmd, "channel <1-1023>",
      "The DAHDI channel of timeslot 1; the others follow\nIts number\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	s->channel = (uint16_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_span_rtp, cfg_span_rtp_cmd, "rtp payload-type <96-127>",
      "Packets have an RTP header (RFC 5086 4.4)\nOf this payload type\nThe same at both ends\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	s->rtp_pt = (uint8_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_span_no_rtp, cfg_span_no_rtp_cmd, "no rtp", "Take away\nThe RTP header of packets\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	s->rtp_pt = 0;
	return CMD_SUCCESS;
}

DEFUN(cfg_span_crc4, cfg_span_crc4_cmd, "crc4",
      "An E1 by SAToP: timeslot 0 has the CRC-4 multiframe (G.704 2.3.3)\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	s->crc4 = true;
	return CMD_SUCCESS;
}

DEFUN(cfg_span_no_crc4, cfg_span_no_crc4_cmd, "no crc4",
      "Take away\n"
      "The CRC-4 multiframe of timeslot 0\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	s->crc4 = false;
	return CMD_SUCCESS;
}

DEFUN(cfg_span_octets, cfg_span_octets_cmd, "octet-aligned",
      "A T1 by SAToP: each frame begins with an octet (RFC 4553 5.2)\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	s->octet_aligned = true;
	return CMD_SUCCESS;
}

DEFUN(cfg_span_no_octets, cfg_span_no_octets_cmd, "no octet-aligned",
      "Take away\n"
      "A T1 by SAToP is a stream of bits, 192 octets a packet (RFC 4553 5.1)\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	s->octet_aligned = false;
	return CMD_SUCCESS;
}

DEFUN(cfg_span_type, cfg_span_type_cmd, "type (e1|t1)",
      "How many timeslots it has\n31 (G.704 2.3)\n24 (G.704 2.1)\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	s->kind = argv[0][0] == 'e' ? TDM_E1 : TDM_T1;
	return CMD_SUCCESS;
}

DEFUN(cfg_span_law, cfg_span_law_cmd, "law (a-law|mu-law)",
      "How speech is coded in the timeslots (G.711)\nA-law\nmu-law\n")
{
	struct gw_span_cfg *s = span_here(vty);

	if (!s)
		return CMD_WARNING;
	s->law = argv[0][0] == 'a' ? TDM_ALAW : TDM_MULAW;
	return CMD_SUCCESS;
}

void ops_vty_config_span_init(void)
{
	install_element(CONFIG_NODE, &cfg_span_cmd);
	install_element(CONFIG_NODE, &cfg_no_span_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_driver_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_ethernet_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_crc4_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_no_crc4_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_octets_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_no_octets_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_path_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_role_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_clock_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_buffer_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_los_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_local_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_remote_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_frames_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_channel_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_rtp_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_no_rtp_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_type_cmd);
	install_element(OPS_SPAN_NODE, &cfg_span_law_cmd);
}
