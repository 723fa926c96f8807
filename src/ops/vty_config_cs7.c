/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vty_config_cs7: the signalling network: `cs7 instance 0` with ASPs, ASs and the route table, in
 * Osmocom's words. A node's index is the number of the thing and 1, as in vty_config_trunk.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/vty_config.h"
#include "ops/vty_internal.h"

#define CS7_STR	   "Signalling System 7\n"
#define NO_STR_	   "Take away\n"
#define ASP_STR	   "An association: our end of it is an application server process\nIts name\n"
#define PORTS_STR  "Port of the other end; 0: any\nPort of ours; 0: any\nMTP3 user adaptation\n"
#define SERVER_STR "An application server: what ASPs carry together\nIts name\n"

static void enter(struct vty *vty, int node, size_t number)
{
	vty->node = node;
	vty->index = (void *)(uintptr_t)(number + 1);
}

static size_t here(const struct vty *vty)
{
	return (uintptr_t)vty->index - 1;
}

int ops_parse_pc(struct vty *vty, const char *text, uint32_t *pc)
{
	const struct gw_config *c = ops_edit(vty);
	char most[SS7_PC_TEXT_MAX];
	uint32_t max;

	if (!c)
		return CMD_WARNING;
	/* a plain number may be longer than the format: an ANSI trunk without `cs7` */
	if (ss7_pc_parse(&c->cs7.format, str_of(text), pc) == 0 ||
	    (str_to_u32(str_of(text), pc) && *pc >> SS7_PC_MAX_BITS == 0))
		return CMD_SUCCESS;
	max = (1u << ss7_pc_bits(&c->cs7.format)) - 1;
	return ops_refuse(vty, "%s is no point code: a number up to %u, or as %s", text, max,
			  ss7_pc_print(&c->cs7.format, max, most));
}

DEFUN(cfg_cs7, cfg_cs7_cmd, "cs7 instance <0-0>", CS7_STR "The network\nThere is one, 0\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->cs7.present = true;
	enter(vty, OPS_CS7_NODE, 0);
	return CMD_SUCCESS;
}

DEFUN(cfg_no_cs7, cfg_no_cs7_cmd, "no cs7 instance <0-0>",
      NO_STR_ CS7_STR "The network\nThere is one, 0\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	memset(&c->cs7, 0, sizeof(c->cs7));
	gw_cs7_defaults(&c->cs7);
	return CMD_SUCCESS;
}

DEFUN(cfg_pc, cfg_pc_cmd, "point-code CODE",
      "A point code of ours, besides those of the trunks\nIt\n")
{
	struct gw_config *c = ops_edit(vty);
	uint32_t pc;

	if (!c || ops_parse_pc(vty, argv[0], &pc) != CMD_SUCCESS)
		return CMD_WARNING;
	c->cs7.has_pc = true;
	c->cs7.pc = pc;
	return CMD_SUCCESS;
}

#define FORMAT_CMD "point-code format <1-24>"
#define FORMAT_STR \
	"Point codes\nHow they are written: in parts of so many bits\nBits of the first part\n"
#define SECOND_STR "Bits of the second part\n"

DEFUN(cfg_pc_format, cfg_pc_format_cmd, FORMAT_CMD " <1-23> <1-22>",
      FORMAT_STR SECOND_STR "Bits of the third part\n")
{
	struct gw_config *c = ops_edit(vty);
	struct ss7_pc_format f;

	if (!c)
		return CMD_WARNING;
	f = (struct ss7_pc_format){ .delimiter = c->cs7.format.delimiter };
	for (int i = 0; i < argc; i++)
		f.bits[i] = (uint8_t)atoi(argv[i]);
	if (f.bits[0] + f.bits[1] + f.bits[2] > SS7_PC_MAX_BITS)
		return ops_refuse(vty, "a point code has %d bits at most", SS7_PC_MAX_BITS);
	c->cs7.format = f;
	return CMD_SUCCESS;
}

ALIAS(cfg_pc_format, cfg_pc_format1_cmd, FORMAT_CMD, FORMAT_STR)
ALIAS(cfg_pc_format, cfg_pc_format2_cmd, FORMAT_CMD " <1-23>", FORMAT_STR SECOND_STR)

DEFUN(cfg_pc_delimiter, cfg_pc_delimiter_cmd, "point-code delimiter (default|dash)",
      "Point codes\nWhat stands between the parts\nA dot\nA dash\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->cs7.format.delimiter = strcmp(argv[0], "dash") == 0 ? '-' : '.';
	return CMD_SUCCESS;
}

/* ASPs. ----------------------------------------------------------------------------------------- */

DEFUN(cfg_asp, cfg_asp_cmd, "asp NAME <0-65535> <0-65535> m3ua", ASP_STR PORTS_STR)
{
	struct gw_config *c = ops_edit(vty);
	struct gw_asp_cfg *a;

	if (!c || ops_check_name(vty, argv[0]) != CMD_SUCCESS)
		return CMD_WARNING;
	a = gw_cs7_asp_add(&c->cs7, argv[0]);
	if (!a)
		return ops_refuse(vty, "there is room for %d ASPs", GW_CS7_MAX_ASPS);
	a->remote_port = (uint16_t)atoi(argv[1]);
	a->local_port = (uint16_t)atoi(argv[2]);
	enter(vty, OPS_ASP_NODE, (size_t)(a - c->cs7.asp));
	return CMD_SUCCESS;
}

DEFUN(cfg_no_asp, cfg_no_asp_cmd, "no asp NAME", NO_STR_ ASP_STR)
{
	struct gw_config *c = ops_edit(vty);
	int at = c ? gw_cs7_asp_find(&c->cs7, argv[0]) : -1;

	if (at < 0)
		return ops_refuse(vty, "there is no asp %s", argv[0]);
	ops_remove(c->cs7.asp, sizeof(c->cs7.asp[0]), &c->cs7.nr_asps, (unsigned)at);
	return CMD_SUCCESS;
}

static struct gw_asp_cfg *asp_here(struct vty *vty)
{
	struct gw_config *c = ops_edit(vty);

	if (c && here(vty) < c->cs7.nr_asps)
		return &c->cs7.asp[here(vty)];
	ops_refuse(vty, "this asp is gone");
	return NULL;
}

static int add_addr(struct vty *vty, struct addr *list, unsigned *nr, const char *text)
{
	struct addr a;

	if (ops_parse_addr(vty, text, 0, &a) != CMD_SUCCESS)
		return CMD_WARNING;
	for (unsigned i = 0; i < *nr; i++)
		if (addr_ip_eq(&list[i], &a))
			return CMD_SUCCESS;
	if (*nr == GW_CS7_MAX_ADDRS)
		return ops_refuse(vty, "an end has %d addresses at most", GW_CS7_MAX_ADDRS);
	if (*nr && list[0].family != a.family)
		return ops_refuse(vty, "the addresses of an end are IPv4 or IPv6, not both");
	a.port = 0;
	list[(*nr)++] = a;
	return CMD_SUCCESS;
}

DEFUN(cfg_asp_remote, cfg_asp_remote_cmd, "remote-ip ADDRESS",
      "Where the other end is; several with SCTP\nAn address without a port\n")
{
	struct gw_asp_cfg *a = asp_here(vty);

	return a ? add_addr(vty, a->remote, &a->nr_remote, argv[0]) : CMD_WARNING;
}

DEFUN(cfg_asp_local, cfg_asp_local_cmd, "local-ip ADDRESS",
      "Where our end is; several with SCTP; none: any address\nAn address without a port\n")
{
	struct gw_asp_cfg *a = asp_here(vty);

	return a ? add_addr(vty, a->local, &a->nr_local, argv[0]) : CMD_WARNING;
}

DEFUN(cfg_asp_no_ip, cfg_asp_no_ip_cmd, "no (remote-ip|local-ip)",
      NO_STR_ "All addresses of the other end\nAll addresses of ours\n")
{
	struct gw_asp_cfg *a = asp_here(vty);

	if (!a)
		return CMD_WARNING;
	*(argv[0][0] == 'r' ? &a->nr_remote : &a->nr_local) = 0;
	return CMD_SUCCESS;
}

DEFUN(cfg_asp_transport, cfg_asp_transport_cmd, "transport (sctp|tcp)",
      "What it runs on\nSCTP of the kernel\nTCP (RFC 4666 1.3.1)\n")
{
	struct gw_asp_cfg *a = asp_here(vty);

	if (!a)
		return CMD_WARNING;
	a->tcp = argv[0][0] == 't';
	return CMD_SUCCESS;
}

DEFUN(cfg_asp_role, cfg_asp_role_cmd, "role (asp|ipsp|sg)",
      "What we are\nThe other end is a signalling gateway\nThe other end is a peer\n"
      "The other end is an ASP\n")
{
	struct gw_asp_cfg *a = asp_here(vty);

	if (!a)
		return CMD_WARNING;
	a->role = (enum m3ua_role)ops_word_find(ops_role_word, 3, argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_asp_side, cfg_asp_side_cmd, "transport-role (client|server)",
      "Who connects\nWe do\nThe other end does\n")
{
	struct gw_asp_cfg *a = asp_here(vty);

	if (!a)
		return CMD_WARNING;
	a->server = argv[0][0] == 's';
	return CMD_SUCCESS;
}

ALIAS(cfg_asp_side, cfg_asp_sctp_side_cmd, "sctp-role (client|server)",
      "The same as transport-role\nWe connect\nThe other end does\n")

DEFUN(cfg_asp_exchange, cfg_asp_exchange_cmd, "exchange (single|double)",
      "Of an IPSP (RFC 4666 4.3)\nOne end says ASPUP and ASPAC\nBoth do\n")
{
	struct gw_asp_cfg *a = asp_here(vty);

	if (!a)
		return CMD_WARNING;
	a->exchange = argv[0][0] == 'd' ? M3UA_DOUBLE : M3UA_SINGLE;
	return CMD_SUCCESS;
}

DEFUN(cfg_asp_id, cfg_asp_id_cmd, "identifier <0-4294967295>",
      "ASP identifier in ASPUP (RFC 4666 3.5.1)\nIts value\n")
{
	struct gw_asp_cfg *a = asp_here(vty);

	if (!a)
		return CMD_WARNING;
	a->has_id = true;
	a->id = (uint32_t)strtoul(argv[0], NULL, 10);
	return CMD_SUCCESS;
}

DEFUN(cfg_asp_no_id, cfg_asp_no_id_cmd, "no identifier", NO_STR_ "ASP identifier in ASPUP\n")
{
	struct gw_asp_cfg *a = asp_here(vty);

	if (!a)
		return CMD_WARNING;
	a->has_id = false;
	a->id = 0;
	return CMD_SUCCESS;
}

DEFUN(cfg_asp_beat, cfg_asp_beat_cmd, "heartbeat <0-3600>",
      "How often BEAT goes out; two without an answer close the association\n"
      "Seconds; 0: none\n")
{
	struct gw_asp_cfg *a = asp_here(vty);

	if (!a)
		return CMD_WARNING;
	a->heartbeat_s = (uint32_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_asp_ack, cfg_asp_ack_cmd, "ack-timer <1-60>",
      "T(ack) of RFC 4666 4.3.4.1: ASPUP and ASPAC go out again\nSeconds\n")
{
	struct gw_asp_cfg *a = asp_here(vty);

	if (!a)
		return CMD_WARNING;
	a->t_ack_s = (uint32_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

/* ASs. ------------------------------------------------------------------------------------------ */

DEFUN(cfg_as, cfg_as_cmd, "as NAME m3ua", SERVER_STR "MTP3 user adaptation\n")
{
	struct gw_config *c = ops_edit(vty);
	struct gw_as_cfg *as;

	if (!c || ops_check_name(vty, argv[0]) != CMD_SUCCESS)
		return CMD_WARNING;
	as = gw_cs7_as_add(&c->cs7, argv[0]);
	if (!as)
		return ops_refuse(vty, "there is room for %d ASs", GW_CS7_MAX_AS);
	enter(vty, OPS_AS_NODE, (size_t)(as - c->cs7.as));
	return CMD_SUCCESS;
}

DEFUN(cfg_no_as, cfg_no_as_cmd, "no as NAME", NO_STR_ SERVER_STR)
{
	struct gw_config *c = ops_edit(vty);
	int at = c ? gw_cs7_as_find(&c->cs7, argv[0]) : -1;

	if (at < 0)
		return ops_refuse(vty, "there is no as %s", argv[0]);
	ops_remove(c->cs7.as, sizeof(c->cs7.as[0]), &c->cs7.nr_as, (unsigned)at);
	return CMD_SUCCESS;
}

static struct gw_as_cfg *as_here(struct vty *vty)
{
	struct gw_config *c = ops_edit(vty);

	if (c && here(vty) < c->cs7.nr_as)
		return &c->cs7.as[here(vty)];
	ops_refuse(vty, "this as is gone");
	return NULL;
}

static int member_find(const struct gw_as_cfg *as, const char *name)
{
	for (unsigned i = 0; i < as->nr_asps; i++)
		if (strcmp(as->asp[i], name) == 0)
			return (int)i;
	return -1;
}

DEFUN(cfg_as_asp, cfg_as_asp_cmd, "asp NAME",
      "An ASP that carries it; the first is preferred\nIts name\n")
{
	struct gw_as_cfg *as = as_here(vty);

	if (!as || ops_check_name(vty, argv[0]) != CMD_SUCCESS)
		return CMD_WARNING;
	if (member_find(as, argv[0]) >= 0)
		return CMD_SUCCESS;
	if (as->nr_asps == M3UA_MAX_MEMBERS)
		return ops_refuse(vty, "an as has %d ASPs at most", M3UA_MAX_MEMBERS);
	str_copyz(as->asp[as->nr_asps++], M3UA_NAME_MAX, str_of(argv[0]));
	return CMD_SUCCESS;
}

DEFUN(cfg_as_no_asp, cfg_as_no_asp_cmd, "no asp NAME", NO_STR_ "An ASP that carries it\nIts name\n")
{
	struct gw_as_cfg *as = as_here(vty);
	int at = as ? member_find(as, argv[0]) : -1;

	if (at < 0)
		return ops_refuse(vty, "this as has no asp %s", argv[0]);
	ops_remove(as->asp, sizeof(as->asp[0]), &as->nr_asps, (unsigned)at);
	return CMD_SUCCESS;
}

#define KEY_CMD "routing-key <0-4294967295> CODE"
#define KEY_STR \
	"What the other end sends us\nIts routing context\nFor this point code: one of ours\n"

DEFUN(cfg_as_key, cfg_as_key_cmd, KEY_CMD, KEY_STR)
{
	struct gw_as_cfg *as = as_here(vty);
	uint32_t pc;

	if (!as || ops_parse_pc(vty, argv[1], &pc) != CMD_SUCCESS)
		return CMD_WARNING;
	as->has_rc = true;
	as->rc = (uint32_t)strtoul(argv[0], NULL, 10);
	as->dpc = pc;
	return CMD_SUCCESS;
}

ALIAS(cfg_as_key, cfg_as_key_si_cmd, KEY_CMD " si isup",
      KEY_STR "Service indicator\nISUP: there is no other user here\n")

DEFUN(cfg_as_no_key, cfg_as_no_key_cmd, "no routing-key",
      NO_STR_ "The routing context: the association has one AS only\n")
{
	struct gw_as_cfg *as = as_here(vty);

	if (!as)
		return CMD_WARNING;
	as->has_rc = false;
	as->rc = as->dpc = 0;
	return CMD_SUCCESS;
}

DEFUN(cfg_as_mode, cfg_as_mode_cmd, "traffic-mode (override|loadshare)",
      "Which ASP gets a message, and what ASPAC asks for (RFC 4666 3.7.1)\nThe first that can\n"
      "By signalling link selection\n")
{
	struct gw_as_cfg *as = as_here(vty);

	if (!as)
		return CMD_WARNING;
	as->has_mode = true;
	as->mode = argv[0][0] == 'l' ? M3UA_LOADSHARE : M3UA_OVERRIDE;
	return CMD_SUCCESS;
}

DEFUN(cfg_as_no_mode, cfg_as_no_mode_cmd, "no traffic-mode",
      NO_STR_ "The traffic mode: override, and ASPAC asks for none\n")
{
	struct gw_as_cfg *as = as_here(vty);

	if (!as)
		return CMD_WARNING;
	as->has_mode = false;
	as->mode = M3UA_OVERRIDE;
	return CMD_SUCCESS;
}

DEFUN(cfg_as_na, cfg_as_na_cmd, "network-appearance <0-4294967295>",
      "Which network it is, to the other end (RFC 4666 3.3.1)\nIts value\n")
{
	struct gw_as_cfg *as = as_here(vty);

	if (!as)
		return CMD_WARNING;
	as->has_na = true;
	as->na = (uint32_t)strtoul(argv[0], NULL, 10);
	return CMD_SUCCESS;
}

DEFUN(cfg_as_no_na, cfg_as_no_na_cmd, "no network-appearance",
      NO_STR_ "Which network it is, to the other end\n")
{
	struct gw_as_cfg *as = as_here(vty);

	if (!as)
		return CMD_WARNING;
	as->has_na = false;
	as->na = 0;
	return CMD_SUCCESS;
}

DEFUN(cfg_as_recovery, cfg_as_recovery_cmd, "recovery-timeout <1-10000>",
      "T(r) of RFC 4666 4.3.2: messages wait for an ASP of an IPSP so long\nMilliseconds\n")
{
	struct gw_as_cfg *as = as_here(vty);

	if (!as)
		return CMD_WARNING;
	as->recovery_ms = (uint32_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

/* Routes. --------------------------------------------------------------------------------------- */

DEFUN(cfg_rtable, cfg_rtable_cmd, "route-table system", "Routes\nThe table; there is one\n")
{
	if (!ops_edit(vty))
		return CMD_WARNING;
	enter(vty, OPS_RTABLE_NODE, 0);
	return CMD_SUCCESS;
}

#define ROUTE_CMD "update route CODE MASK linkset NAME"
#define WAY_STR                                                                                \
	"Add a route, or change one\nA route\nTo these point codes\nBits of them that count: " \
	"7.255.7 is one point code, 0.0.0 are all\nWhat it leads over\nA linkset, or an as\n"

static int update_route(struct vty *vty, const char *argv[], uint8_t priority)
{
	struct gw_config *c = ops_edit(vty);
	struct gw_cs7_route_cfg r = { .priority = priority };
	unsigned i;

	if (!c || ops_parse_pc(vty, argv[0], &r.pc) != CMD_SUCCESS ||
	    ops_parse_pc(vty, argv[1], &r.mask) != CMD_SUCCESS ||
	    ops_check_name(vty, argv[2]) != CMD_SUCCESS)
		return CMD_WARNING;
	str_copyz(r.linkset, sizeof(r.linkset), str_of(argv[2]));
	for (i = 0; i < c->cs7.nr_routes; i++)
		if (c->cs7.route[i].pc == r.pc && c->cs7.route[i].mask == r.mask &&
		    strcmp(c->cs7.route[i].linkset, r.linkset) == 0)
			break;
	if (i == GW_CS7_MAX_ROUTES)
		return ops_refuse(vty, "there is room for %d routes", GW_CS7_MAX_ROUTES);
	c->cs7.route[i] = r;
	c->cs7.nr_routes += i == c->cs7.nr_routes;
	return CMD_SUCCESS;
}

DEFUN(cfg_route_update, cfg_route_update_cmd, ROUTE_CMD, WAY_STR)
{
	return update_route(vty, argv, 1);
}

DEFUN(cfg_route_update_prio, cfg_route_update_prio_cmd, ROUTE_CMD " priority <1-7>",
      WAY_STR "Which is taken first; equal ones share by SLS\n1 is the first\n")
{
	return update_route(vty, argv, (uint8_t)atoi(argv[3]));
}

DEFUN(cfg_route_remove, cfg_route_remove_cmd, "remove route CODE MASK",
      NO_STR_ "Routes\nTo these point codes\nBits of them that count\n")
{
	struct gw_config *c = ops_edit(vty);
	uint32_t pc, mask;
	unsigned nr;

	if (!c || ops_parse_pc(vty, argv[0], &pc) != CMD_SUCCESS ||
	    ops_parse_pc(vty, argv[1], &mask) != CMD_SUCCESS)
		return CMD_WARNING;
	nr = c->cs7.nr_routes;
	for (unsigned i = nr; i-- > 0;)
		if (c->cs7.route[i].pc == pc && c->cs7.route[i].mask == mask)
			ops_remove(c->cs7.route, sizeof(c->cs7.route[0]), &c->cs7.nr_routes, i);
	return nr == c->cs7.nr_routes ? ops_refuse(vty, "there is no such route") : CMD_SUCCESS;
}

static void init_asp_node(void)
{
	install_element(OPS_ASP_NODE, &cfg_asp_remote_cmd);
	install_element(OPS_ASP_NODE, &cfg_asp_local_cmd);
	install_element(OPS_ASP_NODE, &cfg_asp_no_ip_cmd);
	install_element(OPS_ASP_NODE, &cfg_asp_transport_cmd);
	install_element(OPS_ASP_NODE, &cfg_asp_role_cmd);
	install_element(OPS_ASP_NODE, &cfg_asp_side_cmd);
	install_element(OPS_ASP_NODE, &cfg_asp_sctp_side_cmd);
	install_element(OPS_ASP_NODE, &cfg_asp_exchange_cmd);
	install_element(OPS_ASP_NODE, &cfg_asp_id_cmd);
	install_element(OPS_ASP_NODE, &cfg_asp_no_id_cmd);
	install_element(OPS_ASP_NODE, &cfg_asp_beat_cmd);
	install_element(OPS_ASP_NODE, &cfg_asp_ack_cmd);
}

static void init_as_node(void)
{
	install_element(OPS_AS_NODE, &cfg_as_asp_cmd);
	install_element(OPS_AS_NODE, &cfg_as_no_asp_cmd);
	install_element(OPS_AS_NODE, &cfg_as_key_cmd);
	install_element(OPS_AS_NODE, &cfg_as_key_si_cmd);
	install_element(OPS_AS_NODE, &cfg_as_no_key_cmd);
	install_element(OPS_AS_NODE, &cfg_as_mode_cmd);
	install_element(OPS_AS_NODE, &cfg_as_no_mode_cmd);
	install_element(OPS_AS_NODE, &cfg_as_na_cmd);
	install_element(OPS_AS_NODE, &cfg_as_no_na_cmd);
	install_element(OPS_AS_NODE, &cfg_as_recovery_cmd);
}

void ops_vty_config_cs7_init(void)
{
	install_element(CONFIG_NODE, &cfg_cs7_cmd);
	install_element(CONFIG_NODE, &cfg_no_cs7_cmd);
	install_element(OPS_CS7_NODE, &cfg_pc_cmd);
	install_element(OPS_CS7_NODE, &cfg_pc_format_cmd);
	install_element(OPS_CS7_NODE, &cfg_pc_format1_cmd);
	install_element(OPS_CS7_NODE, &cfg_pc_format2_cmd);
	install_element(OPS_CS7_NODE, &cfg_pc_delimiter_cmd);
	install_element(OPS_CS7_NODE, &cfg_asp_cmd);
	install_element(OPS_CS7_NODE, &cfg_no_asp_cmd);
	install_element(OPS_CS7_NODE, &cfg_as_cmd);
	install_element(OPS_CS7_NODE, &cfg_no_as_cmd);
	install_element(OPS_CS7_NODE, &cfg_rtable_cmd);
	init_asp_node();
	init_as_node();
	install_element(OPS_RTABLE_NODE, &cfg_route_update_cmd);
	install_element(OPS_RTABLE_NODE, &cfg_route_update_prio_cmd);
	install_element(OPS_RTABLE_NODE, &cfg_route_remove_cmd);
}
