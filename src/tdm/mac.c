/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tdm/mac: see the header. */
#include "tdm/mac.h"

static bool hex_octet(struct str text, uint8_t *out)
{
	unsigned v = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c >= '0' && c <= '9')
			v = v << 4 | (unsigned)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			v = v << 4 | (unsigned)((c | 0x20) - 'a' + 10);
		else
			return false;
	}
	*out = (uint8_t)v;
	return text.len == 1 || text.len == 2;
}

bool tdm_mac_parse(struct str text, uint8_t mac[TDM_MAC_LEN])
{
	struct str one;

	for (unsigned i = 0; i < TDM_MAC_LEN; i++) {
		text = str_split(text, ':', &one);
		if (!hex_octet(one, &mac[i]))
			return false;
	}
	return !text.len && !(mac[0] & 1); /* of one station */
}

char *tdm_mac_print(const uint8_t mac[TDM_MAC_LEN], char buf[TDM_MAC_TEXT_MAX])
{
	static const char hex[] = "0123456789abcdef";

	for (unsigned i = 0; i < TDM_MAC_LEN; i++) {
		buf[3 * i] = hex[mac[i] >> 4];
		buf[3 * i + 1] = hex[mac[i] & 15];
		buf[3 * i + 2] = i == TDM_MAC_LEN - 1 ? '\0' : ':';
	}
	return buf;
}
