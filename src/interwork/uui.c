/* SPDX-License-Identifier: GPL-3.0-or-later */
/* uui: user-to-user information (Q.763 3.61) and User-to-User (RFC 7433, RFC 7434), in any message. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <trunkgate/sip/headers.h>

#include "interwork/backward.h"

#define MAX_UUI 131 /* Q.931 4.5.30 */

void iw_uui_to_sip(const struct iw_ctx *x, const struct isup_msg *m, struct iw_headers *h)
{
	char hex[2 * MAX_UUI + 1] = "";
	struct str v;

	if (!isup_get(m, ISUP_P_USER_TO_USER_INFORMATION, &v) || !v.len || v.len > MAX_UUI ||
	    !iw_mapped(x, IW_MAP_UUI, "user-to-user information", "User-to-User"))
		return;
	for (size_t i = 0; i < v.len; i++)
		snprintf(hex + 2 * i, 3, "%02x", (uint8_t)v.p[i]);
	iw_header_add(h, "User-to-User", "%s;encoding=hex;purpose=isdn-uui", hex);
}

static int hex_of(char c)
{
	const char *digits = "0123456789abcdef", *at = strchr(digits, tolower((unsigned char)c));

	return c && at ? (int)(at - digits) : -1;
}

static bool is_of_isdn(const struct sip_user_to_user *u)
{
	return !u->purpose.len || str_caseeq(u->purpose, STR("isdn-uui")) ||
	       str_caseeq(u->purpose, STR("isdn-interwork"));
}

/* RFC 7434 4: its first octet is the protocol discriminator. False: not all of it is hex. */
static bool octets_of_hex(struct str d, uint8_t buf[MAX_UUI])
{
	if (d.len < 2 || d.len % 2 || d.len / 2 > MAX_UUI)
		return false;
	for (size_t i = 0; i < d.len / 2; i++) {
		int hi = hex_of(d.p[2 * i]), lo = hex_of(d.p[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		buf[i] = (uint8_t)(hi << 4 | lo);
	}
	return true;
}

int iw_uui_to_isup(const struct iw_ctx *x, const struct sip_msg *msg, struct isup_msg *m)
{
	struct sip_value_walk w = { 0 };
	uint8_t buf[MAX_UUI];
	struct sip_value v;
	struct str text;

	while (sip_msg_next_value(msg, SIP_HDR_USER_TO_USER, &w, &text)) {
		const struct sip_user_to_user *u = &v.user_to_user;

		if (sip_value_parse(&v, SIP_HDR_USER_TO_USER, text, NULL) < 0 || !u->is_hex ||
		    !is_of_isdn(u) || !octets_of_hex(u->data, buf))
			continue;
		if (!iw_mapped(x, IW_MAP_UUI, "User-to-User", "user-to-user information"))
			return 0;
		return isup_put(m, ISUP_P_USER_TO_USER_INFORMATION,
				str_n((const char *)buf, u->data.len / 2));
	}
	return 0;
}
