/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_isup: ISUP messages in words, from octets that an operator has from anywhere. */
#include <string.h>

#include "isup/variant.h"
#include "ops/vty_internal.h"

#define MAX_HEX (2 * (ISUP_MAX_OCTETS + 3))

/* Octets from hex digits; -1: something else. */
static int octets_of_hex(const char *hex, uint8_t *buf)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	size_t len = strlen(hex);

	if (len % 2 || len > MAX_HEX)
		return -1;
	for (size_t i = 0; i < len; i++) {
		const char *d = strchr(digits, hex[i]);
		if (!d)
			return -1;
		buf[i / 2] = (uint8_t)(buf[i / 2] << 4 | (d - digits) % 16);
	}
	return (int)(len / 2);
}

static int show_message(struct vty *vty, const struct isup_variant *v, const char *hex)
{
	struct tg_diag diag = TG_DIAG_NONE;
	uint8_t buf[MAX_HEX / 2] = { 0 };
	int len = octets_of_hex(hex, buf), rc;
	struct isup_msg m;

	if (len < 0)
		return ops_refuse(vty, "a message is hex digits from the CIC on, %d octets at most",
				  MAX_HEX / 2);
	rc = isup_msg_dec(&m, v, str_n(buf, (size_t)len), &diag);
	if (len >= 3)
		isup_msg_print(&m, v, ops_vty_line, vty);
	if (rc < 0)
		return ops_refuse(vty, "octet %zu: %s (%s)", diag.offset, diag.text, diag.clause);
	return CMD_SUCCESS;
}

#define MESSAGE_STR "ISUP\nA message in words\n"
#define HEX_STR	    "Its octets in hex, from the CIC on\n"

DEFUN(show_isup_message, show_isup_message_cmd, "show isup message HEX",
      SHOW_STR MESSAGE_STR HEX_STR)
{
	return show_message(vty, &isup_itu, argv[0]);
}

/* A built-in one, that of a trunk, or the one that a file of the configuration calls so. */
static const struct isup_variant *variant_of(struct vty *vty, const char *name)
{
	const struct isup_variant *v = isup_variant_find(str_of(name));
	const struct gw_config *c;

	if (v)
		return v;
	c = ops_state.act.running ? ops_state.act.running(ops_state.act.self) : NULL;
	for (unsigned i = 0; c && i < c->nr_variants; i++)
		if (strcmp(c->variant[i].v->name, name) == 0)
			return c->variant[i].v;
	for (unsigned i = 0; c && i < c->nr_trunks; i++)
		if (strcmp(c->trunk[i].name, name) == 0)
			return gw_config_variant(c, &c->trunk[i]);
	ops_refuse(vty,
		   "no variant %s: there are itu92, itu2000, etsi3, ansi95, trunks' names and "
		   "those in their files",
		   name);
	return NULL;
}

#define VARIANT_STR "A variant's name, or a trunk's\n"

DEFUN(show_isup_message_variant, show_isup_message_variant_cmd, "show isup message HEX VARIANT",
      SHOW_STR MESSAGE_STR HEX_STR VARIANT_STR)
{
	const struct isup_variant *v = variant_of(vty, argv[1]);

	return v ? show_message(vty, v, argv[0]) : CMD_WARNING;
}

DEFUN(show_isup_variant, show_isup_variant_cmd, "show isup variant VARIANT",
      SHOW_STR "ISUP\nMessages, parameters and timers of a variant\n" VARIANT_STR)
{
	const struct isup_variant *v = variant_of(vty, argv[0]);

	if (!v)
		return CMD_WARNING;
	isup_variant_print(v, ops_vty_line, vty);
	return CMD_SUCCESS;
}

void ops_vty_isup_init(void)
{
	install_element_ve(&show_isup_message_cmd);
	install_element_ve(&show_isup_message_variant_cmd);
	install_element_ve(&show_isup_variant_cmd);
}
