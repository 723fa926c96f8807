/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tdm/mac: the Ethernet address of one station, as text.
 *
 *	uint8_t mac[TDM_MAC_LEN];
 *	if (tdm_mac_parse(STR("00:11:22:aa:bb:cc"), mac)) ...
 *	char text[TDM_MAC_TEXT_MAX];
 *	puts(tdm_mac_print(mac, text));
 */
#ifndef TRUNKGATE_TDM_MAC_H
#define TRUNKGATE_TDM_MAC_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/str.h>

#define TDM_MAC_LEN	 6
#define TDM_MAC_TEXT_MAX 18

/* False: it is none, or of more stations than one. */
bool tdm_mac_parse(struct str text, uint8_t mac[TDM_MAC_LEN]);
char *tdm_mac_print(const uint8_t mac[TDM_MAC_LEN], char buf[TDM_MAC_TEXT_MAX]);

#endif
