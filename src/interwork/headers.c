/* SPDX-License-Identifier: GPL-3.0-or-later */
/* headers: names and values in one piece of text. */
#include <stdarg.h>
#include <stdio.h>

#include "interwork/headers.h"

void iw_header_add(struct iw_headers *h, const char *name, const char *fmt, ...)
{
	size_t room = sizeof(h->text) - h->len;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(h->text + h->len, room, fmt, ap);
	va_end(ap);
	if (h->nr == IW_MAX_HEADERS || len < 0 || (size_t)len >= room) {
		h->lost++;
		return;
	}
	h->name[h->nr] = name;
	h->at[h->nr++] = h->len;
	h->len = (uint16_t)(h->len + len + 1);
}

const char *iw_header_value(const struct iw_headers *h, unsigned i)
{
	return h->text + h->at[i];
}
