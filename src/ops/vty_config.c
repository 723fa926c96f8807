/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_config: the configuration language: the top level, `sip` and `media`. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "ops/vty_config.h"
#include "ops/vty_internal.h"

#define NO_OPTION_STR "Take back, or back to the default\n"

int ops_parse_addr(struct vty *vty, const char *text, uint16_t default_port, struct addr *out)
{
	if (addr_parse(out, str_of(text), default_port) < 0)
		return ops_refuse(vty,
				  "\"%s\" is no address; write 192.0.2.1:%u or [2001:db8::1]:%u",
				  text, default_port, default_port);
	return CMD_SUCCESS;
}

int ops_parse_range(struct vty *vty, const char *text, unsigned max, unsigned *first,
		    unsigned *last)
{
	struct str head, tail = str_split(str_of(text), '-', &head);
	uint32_t a, b;

	if (!str_to_u32(head, &a))
		return ops_refuse(vty, "\"%s\" is no range; write 1-15", text);
	if (!strchr(text, '-'))
		b = a;
	else if (!str_to_u32(tail, &b))
		return ops_refuse(vty, "\"%s\" is no range; write 1-15", text);
	if (a > b || b > max)
		return ops_refuse(vty, "\"%s\": the range goes up, to %u at most", text, max);
	*first = a;
	*last = b;
	return CMD_SUCCESS;
}

static int bind_to(struct vty *vty, struct addr *where, const char *text, uint16_t port)
{
	struct addr a;

	if (ops_parse_addr(vty, text, port, &a) != CMD_SUCCESS)
		return CMD_WARNING;
	*where = a;
	return CMD_SUCCESS;
}

DEFUN(cfg_vty, cfg_vty_cmd, "vty ADDRESS",
      "The operators' terminal\nWhere it listens: 127.0.0.1:4290\n")
{
	struct gw_config *c = ops_edit(vty);

	return c ? bind_to(vty, &c->vty_bind, argv[0], 4290) : CMD_WARNING;
}

DEFUN(cfg_call_limit, cfg_call_limit_cmd, "call-limit <1-100000>",
      "Calls at the same time; more are refused\nHow many\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->max_calls = (uint32_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_call_history, cfg_call_history_cmd, "call-history <0-100000>",
      "Calls that have ended and that 'show call' still knows\nHow many\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->call_history = (uint32_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_sip, cfg_sip_cmd, "sip", "SIP: the socket and its timers\n")
{
	if (!ops_edit(vty))
		return CMD_WARNING;
	vty->node = OPS_SIP_NODE;
	return CMD_SUCCESS;
}

DEFUN(cfg_sip_bind, cfg_sip_bind_cmd, "bind ADDRESS",
      "Where SIP is received and sent from (UDP)\n0.0.0.0:5060 or [::]:5060 or one address\n")
{
	struct gw_config *c = ops_edit(vty);

	return c ? bind_to(vty, &c->sip_bind, argv[0], 5060) : CMD_WARNING;
}

DEFUN(cfg_sip_tcp, cfg_sip_tcp_cmd, "listen tcp ADDRESS",
      "Where SIP is received, too\nBy TCP\n0.0.0.0:5060 or [::]:5060 or one address\n")
{
	struct gw_config *c = ops_edit(vty);

	return c ? bind_to(vty, &c->sip_tcp_bind, argv[0], 5060) : CMD_WARNING;
}

DEFUN(cfg_sip_sctp, cfg_sip_sctp_cmd, "listen sctp ADDRESS",
      "Where SIP is received, too\nBy SCTP (RFC 4168), if the kernel has it\n"
      "0.0.0.0:5060 or [::]:5060 or one address\n")
{
	struct gw_config *c = ops_edit(vty);

	return c ? bind_to(vty, &c->sip_sctp_bind, argv[0], 5060) : CMD_WARNING;
}

DEFUN(cfg_sip_tls, cfg_sip_tls_cmd,
      "listen tls ADDRESS certificate FILE key FILE ca FILE [verify-client]",
      "Where SIP is received, too\nBy TLS 1.2 and 1.3\n0.0.0.0:5061 or one address\n"
      "Ours, PEM, with its chain\nFile\nIts key, PEM\nFile\n"
      "Whose signature on others' certificates we believe, PEM\nFile\n"
      "Who connects must have such a certificate\n")
{
	struct gw_config *c = ops_edit(vty);
	struct gw_tls_cfg t = { .verify_client = argc > 4 };

	if (!c || bind_to(vty, &t.bind, argv[0], 5061) != CMD_SUCCESS)
		return CMD_WARNING;
	if (!str_copyz(t.certificate, sizeof(t.certificate), str_of(argv[1])) ||
	    !str_copyz(t.key, sizeof(t.key), str_of(argv[2])) ||
	    !str_copyz(t.ca, sizeof(t.ca), str_of(argv[3])))
		return ops_refuse(vty, "a file name is longer than %d octets", GW_FILE_MAX - 1);
	c->sip_tls = t;
	return CMD_SUCCESS;
}

DEFUN(cfg_sip_no_listen, cfg_sip_no_listen_cmd, "no listen (tcp|tls|sctp)",
      NO_OPTION_STR "Where SIP is received, too\nBy TCP\nBy TLS\nBy SCTP\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	if (strcmp(argv[0], "tcp") == 0)
		c->sip_tcp_bind = (struct addr){ .family = ADDR_NONE };
	else if (strcmp(argv[0], "sctp") == 0)
		c->sip_sctp_bind = (struct addr){ .family = ADDR_NONE };
	else
		c->sip_tls = (struct gw_tls_cfg){ .bind.family = ADDR_NONE };
	return CMD_SUCCESS;
}

DEFUN(cfg_sip_any, cfg_sip_any_cmd, "accept-any", "Take calls from addresses that are no peer\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->sip_accept_any = true;
	return CMD_SUCCESS;
}

DEFUN(cfg_sip_no_any, cfg_sip_no_any_cmd, "no accept-any",
      NO_OPTION_STR "Take calls from addresses that are no peer\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->sip_accept_any = false;
	return CMD_SUCCESS;
}

bool ops_is_digits(const char *s, size_t max)
{
	size_t len = strlen(s);

	return len && len <= max && strspn(s, "0123456789") == len;
}

DEFUN(cfg_sip_registrar, cfg_sip_registrar_cmd, "registrar",
      "Phones may register here: each `user`\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->registrar = true;
	return CMD_SUCCESS;
}

DEFUN(cfg_sip_no_registrar, cfg_sip_no_registrar_cmd, "no registrar",
      NO_OPTION_STR "Phones may register here: each `user`\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->registrar = false;
	return CMD_SUCCESS;
}

DEFUN(cfg_sip_limit, cfg_sip_limit_cmd, "source-limit <0-100000>",
      "New requests from one address; what is more gets 503\nA second; 0: no limit\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->sip_source_limit = (uint32_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_sip_dns, cfg_sip_dns_cmd, "dns-server ADDRESS",
      "Who is asked for the host names of SIP (RFC 3263)\n"
      "192.0.2.53 or 192.0.2.53:53\n")
{
	struct gw_config *c = ops_edit(vty);

	return c ? bind_to(vty, &c->dns_server, argv[0], 53) : CMD_WARNING;
}

DEFUN(cfg_sip_no_dns, cfg_sip_no_dns_cmd, "no dns-server",
      "Take back\nThose of /etc/resolv.conf are asked for the host names of SIP (default)\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->dns_server = (struct addr){ 0 };
	return CMD_SUCCESS;
}

#define USER_STR "Who may register; calls from trunks to this number go there\nThe number\n"

static int add_user(struct vty *vty, const char *number, const char *ha1)
{
	struct gw_config *c = ops_edit(vty);
	struct gw_user_cfg *u;

	if (!c)
		return CMD_WARNING;
	if (!ops_is_digits(number, GW_NAME_MAX - 1))
		return ops_refuse(vty, "a user's name is digits, a number that can be called");
	u = gw_config_user_add(c, number);
	if (!u)
		return ops_refuse(vty, "there is room for %d users", GW_MAX_USERS);
	strcpy(u->ha1, ha1);
	return CMD_SUCCESS;
}

DEFUN(cfg_sip_user, cfg_sip_user_cmd, "user NUMBER", USER_STR)
{
	return add_user(vty, argv[0], "");
}

DEFUN(cfg_sip_user_ha1, cfg_sip_user_ha1_cmd, "user NUMBER password-ha1 HEX",
      USER_STR "Only with a password (digest)\n"
	       "MD5 or SHA-256 of NUMBER:trunkgate:password, in lower-case hexadecimal\n")
{
	size_t len = strlen(argv[1]);

	if ((len != 32 && len != 64) || strspn(argv[1], "0123456789abcdef") != len)
		return ops_refuse(vty, "an HA1 has 32 (MD5) or 64 (SHA-256) digits 0-9 a-f");
	return add_user(vty, argv[0], argv[1]);
}

DEFUN(cfg_sip_no_user, cfg_sip_no_user_cmd, "no user NUMBER", "Take away\n" USER_STR)
{
	struct gw_config *c = ops_edit(vty);

	for (unsigned i = 0; c && i < c->nr_users; i++)
		if (strcmp(c->user[i].name, argv[0]) == 0) {
			ops_remove(c->user, sizeof(c->user[0]), &c->nr_users, i);
			return CMD_SUCCESS;
		}
	return ops_refuse(vty, "there is no user %s", argv[0]);
}

DEFUN(cfg_sip_timer, cfg_sip_timer_cmd, "timer TIMER <50-10000>",
      "A timer of RFC 3261 table 4\nT1\nMilliseconds\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	if (strcmp(argv[0], "T1") != 0)
		return ops_refuse(vty, "no timer %s; there is T1", argv[0]);
	c->sip_t1_ms = (uint32_t)atoi(argv[1]);
	return CMD_SUCCESS;
}

DEFUN(cfg_media, cfg_media_cmd, "media",
      "RTP: sockets, and what is used with callers who are no "
      "peer\n")
{
	if (!ops_edit(vty))
		return CMD_WARNING;
	vty->node = OPS_MEDIA_NODE;
	return CMD_SUCCESS;
}

DEFUN(cfg_media_bind, cfg_media_bind_cmd, "bind ADDRESS",
      "The address of RTP\nAn address without a port\n")
{
	struct gw_config *c = ops_edit(vty);

	return c ? bind_to(vty, &c->rtp_bind, argv[0], 0) : CMD_WARNING;
}

DEFUN(cfg_media_ports, cfg_media_ports_cmd, "ports FIRST-LAST",
      "UDP ports of RTP; even ones are used\n10000-19999\n")
{
	struct gw_config *c = ops_edit(vty);
	unsigned first, last;

	if (!c || ops_parse_range(vty, argv[0], 65535, &first, &last) != CMD_SUCCESS)
		return CMD_WARNING;
	if (first < 1024)
		return ops_refuse(vty, "ports below 1024 are not for RTP");
	c->rtp_port_first = (uint16_t)first;
	c->rtp_port_last = (uint16_t)last;
	return CMD_SUCCESS;
}

DEFUN(cfg_media_buffer, cfg_media_buffer_cmd, "receive-buffer <10-200>",
      "How long received packets wait, so that late ones are in time\nMilliseconds\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->rtp_buffer_ms = (uint32_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

void ops_remove(void *array, size_t size, unsigned *nr, unsigned at)
{
	char *p = array;

	(*nr)--;
	memmove(p + at * size, p + (at + 1) * size, (*nr - at) * size);
}

void ops_vty_config_init(void)
{
	install_element(CONFIG_NODE, &cfg_vty_cmd);
	install_element(CONFIG_NODE, &cfg_call_limit_cmd);
	install_element(CONFIG_NODE, &cfg_call_history_cmd);
	install_element(CONFIG_NODE, &cfg_sip_cmd);
	install_element(CONFIG_NODE, &cfg_media_cmd);
	install_element(OPS_SIP_NODE, &cfg_sip_bind_cmd);
	install_element(OPS_SIP_NODE, &cfg_sip_tcp_cmd);
	install_element(OPS_SIP_NODE, &cfg_sip_sctp_cmd);
	install_element(OPS_SIP_NODE, &cfg_sip_tls_cmd);
	install_element(OPS_SIP_NODE, &cfg_sip_no_listen_cmd);
	install_element(OPS_SIP_NODE, &cfg_sip_any_cmd);
	install_element(OPS_SIP_NODE, &cfg_sip_no_any_cmd);
	install_element(OPS_SIP_NODE, &cfg_sip_timer_cmd);
	install_element(OPS_SIP_NODE, &cfg_sip_limit_cmd);
	install_element(OPS_SIP_NODE, &cfg_sip_dns_cmd);
	install_element(OPS_SIP_NODE, &cfg_sip_no_dns_cmd);
	install_element(OPS_SIP_NODE, &cfg_sip_registrar_cmd);
	install_element(OPS_SIP_NODE, &cfg_sip_no_registrar_cmd);
	install_element(OPS_SIP_NODE, &cfg_sip_user_cmd);
	install_element(OPS_SIP_NODE, &cfg_sip_user_ha1_cmd);
	install_element(OPS_SIP_NODE, &cfg_sip_no_user_cmd);
	install_element(OPS_MEDIA_NODE, &cfg_media_bind_cmd);
	install_element(OPS_MEDIA_NODE, &cfg_media_ports_cmd);
	install_element(OPS_MEDIA_NODE, &cfg_media_buffer_cmd);
	ops_vty_config_media_init();
}
