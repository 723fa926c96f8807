/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_config_number: the configuration language: the numbering plan of a trunk (RFC 3398 12). */
#include <string.h>

#include "ops/vty_config.h"
#include "ops/vty_internal.h"

#define NO_THING_STR "Take away\n"

const char *const ops_noa_word[6] = {
	[1] = "subscriber", [2] = "unknown", [3] = "national", [5] = "network-specific"
};

/* Digits into a text of the plan; NULL takes it away. */
static int set_digits(struct vty *vty, char *to, size_t size, const char *digits)
{
	if (digits && (strlen(digits) >= size || strspn(digits, "0123456789") != strlen(digits)))
		return ops_refuse(vty, "\"%s\": 1 to %zu digits", digits, size - 1);
	str_copyz(to, size, str_of(digits ? digits : ""));
	return CMD_SUCCESS;
}

#define COUNTRY_STR "Numbers of this country are national here (RFC 3398 12)\n"
#define AREA_STR    "Numbers of subscribers here have it before them, with a country code\n"
#define PREFIX_STR                                                                   \
	"What a number without + from SIP may begin with, to be taken away\nBefore " \
	"national numbers\nBefore international numbers\n"
#define CONTEXT_STR "phone-context of numbers without + to SIP (RFC 3966 5.1.5)\n"
#define LOCAL_STR   "Nature of address of numbers without + from SIP (Q.763 3.9)\n"

DEFUN(cfg_country, cfg_country_cmd, "country-code CC", COUNTRY_STR "1 to 3 digits\n")
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	return t ? set_digits(vty, t->numbering.country, IW_COUNTRY_MAX, argv[0]) : CMD_WARNING;
}

DEFUN(cfg_no_country, cfg_no_country_cmd, "no country-code", NO_THING_STR COUNTRY_STR)
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	return t ? set_digits(vty, t->numbering.country, IW_COUNTRY_MAX, NULL) : CMD_WARNING;
}

DEFUN(cfg_area, cfg_area_cmd, "area-code CODE", AREA_STR "1 to 7 digits\n")
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	return t ? set_digits(vty, t->numbering.area, IW_AREA_MAX, argv[0]) : CMD_WARNING;
}

DEFUN(cfg_no_area, cfg_no_area_cmd, "no area-code", NO_THING_STR AREA_STR)
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	return t ? set_digits(vty, t->numbering.area, IW_AREA_MAX, NULL) : CMD_WARNING;
}

static int set_prefix(struct vty *vty, const char *which, const char *digits)
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (!t)
		return CMD_WARNING;
	return set_digits(vty, which[0] == 'n' ? t->numbering.national : t->numbering.international,
			  IW_PREFIX_MAX, digits);
}

DEFUN(cfg_prefix, cfg_prefix_cmd, "prefix (national|international) DIGITS",
      PREFIX_STR "1 to 7 digits, as 0 or 00\n")
{
	return set_prefix(vty, argv[0], argv[1]);
}

DEFUN(cfg_no_prefix, cfg_no_prefix_cmd, "no prefix (national|international)",
      NO_THING_STR PREFIX_STR)
{
	return set_prefix(vty, argv[0], NULL);
}

/* RFC 3966 3: a domain name, or a number with '+'. */
DEFUN(cfg_context, cfg_context_cmd, "phone-context CONTEXT",
      CONTEXT_STR "A domain, or + and digits\n")
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.-";
	struct gw_trunk_cfg *t = ops_trunk_here(vty);
	const char *text = argv[0] + (argv[0][0] == '+');

	if (!t)
		return CMD_WARNING;
	if (!*text || strspn(text, text == argv[0] ? allowed : "0123456789") != strlen(text) ||
	    strlen(argv[0]) >= IW_CONTEXT_MAX)
		return ops_refuse(vty, "\"%s\" is neither a domain nor + and digits, %d at most",
				  argv[0], IW_CONTEXT_MAX - 1);
	str_copyz(t->numbering.context, IW_CONTEXT_MAX, str_of(argv[0]));
	return CMD_SUCCESS;
}

DEFUN(cfg_no_context, cfg_no_context_cmd, "no phone-context", NO_THING_STR CONTEXT_STR)
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (!t)
		return CMD_WARNING;
	t->numbering.context[0] = '\0';
	return CMD_SUCCESS;
}

#define GROUP_STR "Its name in URIs (RFC 4904): tgrp and trunk-context choose it\n"

/* RFC 4904 4: labels of unreserved characters; contexts as phone-context. */
DEFUN(cfg_group, cfg_group_cmd, "trunk-group LABEL context CONTEXT",
      GROUP_STR "Letters, digits, '.', '_' and '-'\nWhere the name is known\n"
		"A domain, or + and digits\n")
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (!t || ops_check_name(vty, argv[0]) != CMD_SUCCESS ||
	    ops_check_name(vty, argv[1] + (argv[1][0] == '+')) != CMD_SUCCESS)
		return CMD_WARNING;
	str_copyz(t->group, GW_GROUP_MAX, str_of(argv[0]));
	str_copyz(t->group_context, IW_CONTEXT_MAX, str_of(argv[1]));
	return CMD_SUCCESS;
}

DEFUN(cfg_no_group, cfg_no_group_cmd, "no trunk-group", NO_THING_STR GROUP_STR)
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (!t)
		return CMD_WARNING;
	t->group[0] = t->group_context[0] = '\0';
	return CMD_SUCCESS;
}

DEFUN(cfg_local, cfg_local_cmd, "local-numbers (national|subscriber|unknown|network-specific)",
      LOCAL_STR "3, the default\n1\n2\n5\n")
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (!t)
		return CMD_WARNING;
	for (uint8_t i = 0; i < 6; i++)
		if (ops_noa_word[i] && strcmp(ops_noa_word[i], argv[0]) == 0)
			t->numbering.noa_local = i;
	return CMD_SUCCESS;
}

void ops_install_numbering(void)
{
	install_element(OPS_TRUNK_NODE, &cfg_country_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_country_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_area_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_area_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_prefix_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_prefix_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_context_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_context_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_local_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_group_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_group_cmd);
}
