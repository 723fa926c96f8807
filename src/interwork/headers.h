/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/headers: the headers that a mapping puts into a message: nothing else goes out. A value of
 * fixed size; what does not fit is left out whole and counted.
 *
 *	struct iw_headers h = { 0 };
 *	iw_header_add(&h, "Diversion", "<sip:%s@%s>;reason=%s", number, host, reason);
 *	for (unsigned i = 0; i < h.nr; i++)
 *		... h.name[i], iw_header_value(&h, i)
 */
#ifndef TRUNKGATE_INTERWORK_HEADERS_H
#define TRUNKGATE_INTERWORK_HEADERS_H

#include <stdint.h>

#define IW_MAX_HEADERS 16

struct iw_headers {
	uint16_t nr, lost, len;
	const char *name[IW_MAX_HEADERS];
	uint16_t at[IW_MAX_HEADERS];
	char text[3200];
};

void iw_header_add(struct iw_headers *h, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
const char *iw_header_value(const struct iw_headers *h, unsigned i);

#endif
