/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_config_sip: the configuration language: session timers in `sip`, and in `peer` who we are there:
 * `login` and `register`. */
#include <stdlib.h>
#include <string.h>

#include "ops/vty_config.h"
#include "ops/vty_internal.h"

#define SE_STR	     "Calls end when the other side is gone for so long (RFC 4028)\n"
#define MIN_SE_STR   "Shorter session timers are refused (422)\n"
#define LOGIN_STR    "Who we are when it asks for a password: REGISTER and calls\nThe user\n"
#define REALM_STR    "What it calls itself when it asks\nThe realm, without blanks\n"
#define REGISTER_STR "Register there, so that it sends calls to this name here\nThe name\n"

DEFUN(cfg_session_expires, cfg_session_expires_cmd, "session-expires <90-86400>",
      SE_STR "Seconds\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->sip_session_expires_s = (uint32_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_no_session_expires, cfg_no_session_expires_cmd, "no session-expires",
      "Take back: only when the other side asks for it\n" SE_STR)
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->sip_session_expires_s = 0;
	return CMD_SUCCESS;
}

DEFUN(cfg_min_se, cfg_min_se_cmd, "min-se <90-86400>", MIN_SE_STR "Seconds\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->sip_min_se_s = (uint32_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

#define MESSAGES_STR "MESSAGE goes to the log (RFC 3428)\n"
#define PRESENCE_STR "Peers may subscribe to sip:trunk-NAME (RFC 3856)\n"

static int set_flag(struct vty *vty, size_t offset, bool value)
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	*(bool *)((char *)c + offset) = value;
	return CMD_SUCCESS;
}

DEFUN(cfg_messages, cfg_messages_cmd, "messages", MESSAGES_STR)
{
	return set_flag(vty, offsetof(struct gw_config, sip_messages), true);
}

DEFUN(cfg_no_messages, cfg_no_messages_cmd, "no messages", "Refused with 405\n" MESSAGES_STR)
{
	return set_flag(vty, offsetof(struct gw_config, sip_messages), false);
}

DEFUN(cfg_presence, cfg_presence_cmd, "presence", PRESENCE_STR)
{
	return set_flag(vty, offsetof(struct gw_config, sip_presence), true);
}

DEFUN(cfg_no_presence, cfg_no_presence_cmd, "no presence", "Refused with 405\n" PRESENCE_STR)
{
	return set_flag(vty, offsetof(struct gw_config, sip_presence), false);
}

/* RFC 5630 5.1.2 */
DEFUN(cfg_sips, cfg_sips_cmd, "sips (accept|require|refuse)",
      "Requests to sips URIs, which come by TLS only (RFC 5630)\nThey and those to sip URIs: the "
      "default\nThose to sip URIs get 480 with Warning 381\nThey get 480 with Warning 380\n")
{
	struct gw_config *c = ops_edit(vty);

	for (unsigned i = 0; c && i < OPS_NR_SIPS; i++)
		if (strcmp(argv[0], ops_sips_word[i]) == 0)
			c->sip_sips = (enum sip_sips)i;
	return c ? CMD_SUCCESS : CMD_WARNING;
}

#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()&=+$,"

/* What goes into URIs and between quotes as it is. */
static bool is_plain(const char *s, const char *chars, size_t max)
{
	size_t len = strlen(s);

	return len && len < max && strspn(s, chars) == len;
}

static int set_login(struct vty *vty, const char *user, const char *realm,
		     const struct sip_digest_ha1 *ha1)
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	p->login = (struct gw_login_cfg){ .ha1 = *ha1 };
	str_copyz(p->login.user, sizeof(p->login.user), str_of(user));
	str_copyz(p->login.realm, sizeof(p->login.realm), str_of(realm));
	return CMD_SUCCESS;
}

static int check_login(struct vty *vty, const char *user, const char *realm)
{
	if (!is_plain(user, WORD, GW_NAME_MAX))
		return ops_refuse(vty,
				  "a user's name is 1 to %d letters, digits and -_.!~*'()&=+$,",
				  GW_NAME_MAX - 1);
	if (!is_plain(realm, WORD "@:", GW_DOMAIN_MAX))
		return ops_refuse(vty, "a realm is 1 to %d letters, digits and -_.!~*'()&=+$,@:",
				  GW_DOMAIN_MAX - 1);
	return CMD_SUCCESS;
}

/* The password itself is not kept. */
DEFUN(cfg_login, cfg_login_cmd, "login USER realm REALM password PASSWORD",
      LOGIN_STR REALM_STR "Only its digest is kept\nThe password, without blanks\n")
{
	struct sip_digest_ha1 ha1;

	if (check_login(vty, argv[0], argv[1]) != CMD_SUCCESS)
		return CMD_WARNING;
	if (sip_digest_ha1_init(&ha1, str_of(argv[0]), str_of(argv[1]), str_of(argv[2])) < 0)
		return ops_refuse(vty, "no digest can be made here");
	return set_login(vty, argv[0], argv[1], &ha1);
}

static bool is_hex(const char *s, size_t len)
{
	return strlen(s) == len && strspn(s, "0123456789abcdef") == len;
}

DEFUN(cfg_login_ha1, cfg_login_ha1_cmd, "login USER realm REALM password-ha1 MD5 SHA256",
      LOGIN_STR REALM_STR "The digest of USER:REALM:PASSWORD, in lower-case hexadecimal\n"
			  "MD5: 32 digits\nSHA-256: 64 digits\n")
{
	struct sip_digest_ha1 ha1 = { 0 };

	if (check_login(vty, argv[0], argv[1]) != CMD_SUCCESS)
		return CMD_WARNING;
	if (!is_hex(argv[2], 32) || !is_hex(argv[3], 64))
		return ops_refuse(vty, "an HA1 has 32 (MD5) and 64 (SHA-256) digits 0-9 a-f");
	strcpy(ha1.hex[SIP_DIGEST_MD5], argv[2]);
	strcpy(ha1.hex[SIP_DIGEST_SHA256], argv[3]);
	return set_login(vty, argv[0], argv[1], &ha1);
}

DEFUN(cfg_no_login, cfg_no_login_cmd, "no login", "Take away\nWho we are there: nobody\n")
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	p->login = (struct gw_login_cfg){ 0 };
	return CMD_SUCCESS;
}

static int set_register(struct vty *vty, const char *user, uint32_t expires_s)
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	if (!is_plain(user, WORD, GW_NAME_MAX))
		return ops_refuse(vty, "a name is 1 to %d letters, digits and -_.!~*'()&=+$,",
				  GW_NAME_MAX - 1);
	str_copyz(p->register_as, sizeof(p->register_as), str_of(user));
	p->register_expires_s = expires_s;
	return CMD_SUCCESS;
}

DEFUN(cfg_register, cfg_register_cmd, "register USER", REGISTER_STR)
{
	return set_register(vty, argv[0], 3600);
}

DEFUN(cfg_register_expires, cfg_register_expires_cmd, "register USER expires <60-86400>",
      REGISTER_STR "For how long; the registrar may say otherwise\nSeconds: 3600\n")
{
	return set_register(vty, argv[0], (uint32_t)atoi(argv[1]));
}

DEFUN(cfg_no_register, cfg_no_register_cmd, "no register",
      "Take back\nRegister there, so that it sends calls to this name here\n")
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	p->register_as[0] = '\0';
	p->register_expires_s = 3600;
	return CMD_SUCCESS;
}

void ops_vty_config_sip_init(void)
{
	install_element(OPS_SIP_NODE, &cfg_session_expires_cmd);
	install_element(OPS_SIP_NODE, &cfg_no_session_expires_cmd);
	install_element(OPS_SIP_NODE, &cfg_min_se_cmd);
	install_element(OPS_SIP_NODE, &cfg_messages_cmd);
	install_element(OPS_SIP_NODE, &cfg_no_messages_cmd);
	install_element(OPS_SIP_NODE, &cfg_presence_cmd);
	install_element(OPS_SIP_NODE, &cfg_no_presence_cmd);
	install_element(OPS_SIP_NODE, &cfg_sips_cmd);
	install_element(OPS_PEER_NODE, &cfg_login_cmd);
	install_element(OPS_PEER_NODE, &cfg_login_ha1_cmd);
	install_element(OPS_PEER_NODE, &cfg_no_login_cmd);
	install_element(OPS_PEER_NODE, &cfg_register_cmd);
	install_element(OPS_PEER_NODE, &cfg_register_expires_cmd);
	install_element(OPS_PEER_NODE, &cfg_no_register_cmd);
}
