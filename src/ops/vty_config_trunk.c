/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vty_config_trunk: the configuration language: trunks with their circuits, SIP peers. The
 * node's index is the number of the thing in the configuration and 1, not a pointer: the
 * candidate can be dropped while a terminal is in the node.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ops/vty_config.h"
#include "ops/vty_internal.h"

#define NO_THING_STR "Take away\n"

static void enter(struct vty *vty, int node, size_t number)
{
	vty->node = node;
	vty->index = (void *)(uintptr_t)(number + 1);
}

/* The number of the thing whose node this is; it may be too high. */
static size_t here(const struct vty *vty)
{
	return (uintptr_t)vty->index - 1;
}

int ops_check_name(struct vty *vty, const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";

	if (strlen(name) >= GW_NAME_MAX || strspn(name, allowed) != strlen(name))
		return ops_refuse(
			vty, "\"%s\" is no name: letters, digits, '.', '_' and '-', %d at most",
			name, GW_NAME_MAX - 1);
	return CMD_SUCCESS;
}

DEFUN(cfg_trunk, cfg_trunk_cmd, "trunk NAME", "Circuits to one exchange\nIts name\n")
{
	struct gw_config *c = ops_edit(vty);
	struct gw_trunk_cfg *t;

	if (!c || ops_check_name(vty, argv[0]) != CMD_SUCCESS)
		return CMD_WARNING;
	t = gw_config_trunk_add(c, argv[0]);
	if (!t)
		return ops_refuse(vty, "there is room for %d trunks", GW_MAX_TRUNKS);
	enter(vty, OPS_TRUNK_NODE, (size_t)(t - c->trunk));
	return CMD_SUCCESS;
}

struct gw_trunk_cfg *ops_trunk_here(struct vty *vty)
{
	struct gw_config *c = ops_edit(vty);

	if (c && here(vty) < c->nr_trunks)
		return &c->trunk[here(vty)];
	ops_refuse(vty, "this trunk is gone");
	return NULL;
}

DEFUN(cfg_no_trunk, cfg_no_trunk_cmd, "no trunk NAME",
      NO_THING_STR "Circuits to one exchange\nIts name\n")
{
	struct gw_config *c = ops_edit(vty);

	for (unsigned i = 0; c && i < c->nr_trunks; i++)
		if (strcmp(c->trunk[i].name, argv[0]) == 0) {
			ops_remove(c->trunk, sizeof(c->trunk[0]), &c->nr_trunks, i);
			return CMD_SUCCESS;
		}
	return ops_refuse(vty, "there is no trunk %s", argv[0]);
}

DEFUN(cfg_point_code, cfg_point_code_cmd, "point-code (local|remote) CODE",
      "Point codes (Q.704 2.2.3)\nOurs\nThe exchange's\nA number, or as 1.2.3\n")
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);
	uint32_t pc;

	if (!t || ops_parse_pc(vty, argv[1], &pc) != CMD_SUCCESS)
		return CMD_WARNING;
	if (argv[0][0] == 'l')
		t->opc = pc;
	else
		t->dpc = pc;
	return CMD_SUCCESS;
}

DEFUN(cfg_network, cfg_network_cmd,
      "network-indicator (international|international-spare|national|national-spare)",
      "The network of the point codes (Q.704 14.2.2)\nInternational, 0\n"
      "International spare, 1\nNational, 2\nNational spare, 3\n")
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (!t)
		return CMD_WARNING;
	t->ni = (uint8_t)ops_word_find(ops_network_word, 4, argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_hunt, cfg_hunt_cmd, "hunt (longest-idle|ascending|descending|round-robin)",
      "How a free circuit is chosen\nOf those we control the one idle for longest "
      "(Q.764 2.9.1)\nThe lowest CIC\nThe highest CIC\nOne after another\n")
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (!t)
		return CMD_WARNING;
	t->hunt = (enum gw_hunt)ops_word_find(ops_hunt_word, 5, argv[0]);
	return CMD_SUCCESS;
}

#define CIRCUITS_CMD "circuits span <0-15> timeslots FIRST-LAST cic <0-16383>"
#define CIRCUITS_STR                                                        \
	"Speech circuits of this trunk\nThe span they are on\nIts number\n" \
	"Its timeslots\nAs 1-15\nCircuit identification codes\nThat of the first timeslot\n"

static int range_of(struct vty *vty, int argc, const char *argv[], struct gw_range_cfg *out)
{
	unsigned first, last;

	if (ops_parse_range(vty, argv[1], TDM_MAX_TS - 1, &first, &last) != CMD_SUCCESS)
		return CMD_WARNING;
	if (first == 0)
		return ops_refuse(vty, "timeslot 0 is no speech circuit");
	*out = (struct gw_range_cfg){ .span = (unsigned)atoi(argv[0]),
				      .first_ts = (uint8_t)first,
				      .last_ts = (uint8_t)last,
				      .first_cic = (uint16_t)atoi(argv[2]) };
	if (argc > 3)
		out->direction = (enum isup_direction)ops_word_find(ops_direction_word, 3, argv[3]);
	return CMD_SUCCESS;
}

static int range_find(const struct gw_trunk_cfg *t, const struct gw_range_cfg *r)
{
	for (unsigned i = 0; i < t->nr_ranges; i++)
		if (t->range[i].span == r->span && t->range[i].first_ts == r->first_ts &&
		    t->range[i].last_ts == r->last_ts && t->range[i].first_cic == r->first_cic)
			return (int)i;
	return -1;
}

DEFUN(cfg_circuits, cfg_circuits_cmd, CIRCUITS_CMD, CIRCUITS_STR)
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);
	struct gw_range_cfg r;
	int at;

	if (!t || range_of(vty, argc, argv, &r) != CMD_SUCCESS)
		return CMD_WARNING;
	at = range_find(t, &r);
	if (at < 0 && t->nr_ranges == GW_MAX_RANGES)
		return ops_refuse(vty, "a trunk has %d ranges at most", GW_MAX_RANGES);
	t->range[at < 0 ? (int)t->nr_ranges++ : at] = r;
	return CMD_SUCCESS;
}

ALIAS(cfg_circuits, cfg_circuits_direction_cmd, CIRCUITS_CMD " direction (both|incoming|outgoing)",
      CIRCUITS_STR "Who may seize them (Q.764 2.9.1)\nBoth exchanges\nThe exchange only\n"
		   "We only\n")

DEFUN(cfg_no_circuits, cfg_no_circuits_cmd, "no " CIRCUITS_CMD, NO_THING_STR CIRCUITS_STR)
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);
	struct gw_range_cfg r;
	int at;

	if (!t || range_of(vty, argc, argv, &r) != CMD_SUCCESS)
		return CMD_WARNING;
	at = range_find(t, &r);
	if (at < 0)
		return ops_refuse(vty, "this trunk has no such range");
	ops_remove(t->range, sizeof(t->range[0]), &t->nr_ranges, (unsigned)at);
	return CMD_SUCCESS;
}

static int timer_of(struct vty *vty, const char *name)
{
	for (int timer = 0; timer < ISUP_NR_TIMERS; timer++)
		if (strcasecmp(ops_timer_word(timer), name) == 0)
			return timer;
	ops_refuse(vty, "no timer %s (T1, T5 and so on)", name);
	return -1;
}

DEFUN(cfg_timer, cfg_timer_cmd, "timer TIMER <1-1800>",
      "A timer of Q.764 table A.1\nT1, T5 and so on\nSeconds\n")
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);
	int timer = timer_of(vty, argv[0]);

	if (!t || timer < 0)
		return CMD_WARNING;
	t->timer_ms[timer] = (uint32_t)atoi(argv[1]) * 1000;
	return CMD_SUCCESS;
}

DEFUN(cfg_no_timer, cfg_no_timer_cmd, "no timer TIMER",
      "Back to the default\nA timer of Q.764 table A.1\nT1, T5 and so on\n")
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);
	int timer = timer_of(vty, argv[0]);

	if (!t || timer < 0)
		return CMD_WARNING;
	t->timer_ms[timer] = 0;
	return CMD_SUCCESS;
}

#define VARIANT_STR "The ISUP that is spoken\n"

DEFUN(cfg_variant, cfg_variant_cmd, "variant (itu92|itu2000|etsi3|ansi95)",
      VARIANT_STR "ISUP'92 (Q.763 03/93)\nQ.763 (12/99)\nETSI EN 300 356-1 version 3\n"
		  "ANSI T1.113-1995\n")
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (!t)
		return CMD_WARNING;
	str_copyz(t->variant, sizeof(t->variant), str_of(argv[0]));
	t->variant_is_file = false;
	return CMD_SUCCESS;
}

DEFUN(cfg_variant_file, cfg_variant_file_cmd, "variant file PATH",
      VARIANT_STR "What a file says, see contrib/variants\nIts path\n")
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);
	struct tg_diag diag = TG_DIAG_NONE;

	if (!t)
		return CMD_WARNING;
	if (ops_variant_read(ops_edit(vty), argv[0], &diag) < 0)
		return ops_refuse(vty, "%s", diag.text);
	str_copyz(t->variant, sizeof(t->variant), str_of(argv[0]));
	t->variant_is_file = true;
	return CMD_SUCCESS;
}

DEFUN(cfg_peer, cfg_peer_cmd, "peer NAME", "A SIP server or phone\nIts name\n")
{
	struct gw_config *c = ops_edit(vty);
	struct gw_peer_cfg *p;

	if (!c || ops_check_name(vty, argv[0]) != CMD_SUCCESS)
		return CMD_WARNING;
	p = gw_config_peer_add(c, argv[0]);
	if (!p)
		return ops_refuse(vty, "there is room for %d peers", GW_MAX_PEERS);
	enter(vty, OPS_PEER_NODE, (size_t)(p - c->peer));
	return CMD_SUCCESS;
}

struct gw_peer_cfg *ops_peer_here(struct vty *vty)
{
	struct gw_config *c = ops_edit(vty);

	if (c && here(vty) < c->nr_peers)
		return &c->peer[here(vty)];
	ops_refuse(vty, "this peer is gone");
	return NULL;
}

DEFUN(cfg_no_peer, cfg_no_peer_cmd, "no peer NAME",
      NO_THING_STR "A SIP server or phone\nIts name\n")
{
	struct gw_config *c = ops_edit(vty);

	for (unsigned i = 0; c && i < c->nr_peers; i++)
		if (strcmp(c->peer[i].name, argv[0]) == 0) {
			ops_remove(c->peer, sizeof(c->peer[0]), &c->nr_peers, i);
			return CMD_SUCCESS;
		}
	return ops_refuse(vty, "there is no peer %s", argv[0]);
}

static bool is_host(struct str s)
{
	bool letter = false;

	for (size_t i = 0; i < s.len; i++) {
		bool is_letter = isalpha((unsigned char)s.p[i]);
		if (!is_letter && !isdigit((unsigned char)s.p[i]) && s.p[i] != '-' && s.p[i] != '.')
			return false;
		letter |= is_letter;
	}
	return letter && s.p[0] != '.' && s.p[0] != '-'; /* digits alone are a bad address */
}

/* "sip.example.net" or "sip.example.net:5070" */
static int take_host(struct vty *vty, struct gw_peer_cfg *p, const char *text)
{
	struct str host, tail = str_split(str_of(text), ':', &host);
	uint32_t port = 0;

	if (!is_host(host) ||
	    (strchr(text, ':') && (!str_to_u32(tail, &port) || port == 0 || port > 65535)))
		return ops_refuse(vty,
				  "\"%s\" is no address and no host name; write 192.0.2.1:5060, "
				  "[2001:db8::1]:5060, sip.example.net or sip.example.net:5060",
				  text);
	if (!str_copyz(p->host, sizeof(p->host), host))
		return ops_refuse(vty, "a host name is longer than %d octets", GW_DOMAIN_MAX - 1);
	p->addr = (struct addr){ .port = (uint16_t)port };
	return CMD_SUCCESS;
}

DEFUN(cfg_peer_address, cfg_peer_address_cmd, "address ADDRESS",
      "Where its SIP comes from and goes to\n192.0.2.1:5060, [2001:db8::1]:5060, or a host name, "
      "with or without a port (RFC 3263)\n")
{
	struct gw_peer_cfg *p = ops_peer_here(vty);
	struct addr a;

	if (!p)
		return CMD_WARNING;
	if (addr_parse(&a, str_of(argv[0]), 5060) < 0)
		return take_host(vty, p, argv[0]);
	p->addr = a;
	p->host[0] = '\0';
	return CMD_SUCCESS;
}

DEFUN(cfg_peer_large, cfg_peer_large_cmd, "large-requests (tcp|udp)",
      "Requests over 1300 octets (RFC 3261 18.1.1)\nBy TCP where 'listen tcp' is, and by UDP when "
      "it refuses (default)\nAlways by UDP\n")
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	p->large_by_udp = argv[0][0] == 'u';
	return CMD_SUCCESS;
}

DEFUN(cfg_peer_transport, cfg_peer_transport_cmd, "transport (udp|tcp|tls|sctp)",
      "How SIP goes to it; without this a host name's DNS says it, and UDP is for addresses\n"
      "UDP\nTCP; wants 'listen tcp'\nTLS; wants 'listen tls'\nSCTP; wants 'listen sctp'\n")
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	p->transport = argv[0][0] == 'u'   ? SIP_UDP
		       : argv[0][0] == 's' ? SIP_SCTP
		       : argv[0][1] == 'c' ? SIP_TCP
					   : SIP_TLS;
	p->any_transport = false;
	return CMD_SUCCESS;
}

DEFUN(cfg_peer_no_transport, cfg_peer_no_transport_cmd, "no transport",
      "Take back\nHow SIP goes to it: as the DNS says, or by UDP\n")
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	p->transport = SIP_UDP;
	p->any_transport = true;
	return CMD_SUCCESS;
}

DEFUN(cfg_peer_domain, cfg_peer_domain_cmd, "domain NAME",
      "What its URIs have behind the @, and its certificate says\nName\n")
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	for (const char *c = argv[0]; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.", *c))
			return ops_refuse(vty, "%s is no domain name", argv[0]);
	if (!str_copyz(p->domain, sizeof(p->domain), str_of(argv[0])))
		return ops_refuse(vty, "a domain name is longer than %d octets", GW_DOMAIN_MAX - 1);
	return CMD_SUCCESS;
}

DEFUN(cfg_peer_no_domain, cfg_peer_no_domain_cmd, "no domain",
      "Take back\nWhat its URIs have behind the @: its address\n")
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	p->domain[0] = '\0';
	return CMD_SUCCESS;
}

DEFUN(cfg_peer_alive, cfg_peer_alive_cmd, "keep-alive <5-3600>",
      "Ask it with OPTIONS; while it does not answer it gets no calls\nSeconds\n")
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	p->keep_alive_s = (uint32_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_peer_no_alive, cfg_peer_no_alive_cmd, "no keep-alive",
      "Take away\n"
      "Ask it with OPTIONS; while it does not answer it gets no calls\n")
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	p->keep_alive_s = 0;
	return CMD_SUCCESS;
}

void ops_vty_config_trunk_init(void)
{
	install_element(CONFIG_NODE, &cfg_trunk_cmd);
	install_element(CONFIG_NODE, &cfg_no_trunk_cmd);
	install_element(CONFIG_NODE, &cfg_peer_cmd);
	install_element(CONFIG_NODE, &cfg_no_peer_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_point_code_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_network_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_hunt_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_circuits_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_circuits_direction_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_circuits_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_variant_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_variant_file_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_timer_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_timer_cmd);
	ops_vty_config_trunk_calls_init();
	ops_install_numbering();
	install_element(OPS_PEER_NODE, &cfg_peer_address_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_no_transport_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_large_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_alive_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_no_alive_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_transport_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_domain_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_no_domain_cmd);
}
