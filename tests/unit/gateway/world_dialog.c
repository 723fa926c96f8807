/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_dialog: dialogs as Replaces names them (RFC 3891 6.1); see world.h. */
#include <stdio.h>

#include "unit/gateway/world.h"

const char *phone_dialog(const char *response)
{
	static char buf[300];
	char id[120], from[60], to[60];
	const char *p = strstr(response, "\r\nCall-ID: "), *f = strstr(response, "\r\nFrom: "),
		   *t = strstr(response, "\r\nTo: ");

	buf[0] = '\0';
	f = f ? strstr(f, ";tag=") : NULL;
	t = t ? strstr(t, ";tag=") : NULL;
	if (p && f && t && sscanf(p, "\r\nCall-ID: %119[^\r]", id) == 1 &&
	    sscanf(f, ";tag=%59[^\r;]", from) == 1 && sscanf(t, ";tag=%59[^\r;]", to) == 1)
		snprintf(buf, sizeof(buf), "%s;to-tag=%s;from-tag=%s", id, to, from);
	return buf;
}

const char *phone_replaces(const char *number, const char *dialog)
{
	static char to[600];
	size_t n = (size_t)snprintf(to, sizeof(to), "<sip:%s@192.0.2.1?Replaces=", number);

	for (; *dialog && n < sizeof(to) - 8; dialog++)
		n += (size_t)snprintf(to + n, sizeof(to) - n,
				      *dialog == ';'   ? "%%3B"
				      : *dialog == '=' ? "%%3D"
						       : "%c",
				      *dialog);
	strcpy(to + n, ">");
	return to;
}
