/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tdm/tdmoe: TDM over Ethernet as DAHDI's dynamic spans have it (dahdi_dynamic_eth; there is no
 * specification): each millisecond a packet of Ethertype 0xd00d: two octets of sub-address, the number of
 * samples (8), flags, a counter and the number of channels (two octets each), signalling bits of four channels
 * in two octets where a flag says so, and eight samples of each channel. No I/O.
 *
 *	struct tdm_tdmoe *t = tdm_tdmoe_new(mem, &cfg);
 *	each millisecond:
 *		while (a packet is there) tdm_tdmoe_rx(t, octets);
 *		tdm_tdmoe_read(t, &rx);
 *		send tdm_tdmoe_write(t, &tx)
 */
#ifndef TRUNKGATE_TDM_TDMOE_H
#define TRUNKGATE_TDM_TDMOE_H

#include <trunkgate/base/str.h>
#include "tdm/recv.h"
#include "tdm/span.h"

struct tdm_tdmoe;

#define TDM_TDMOE_ETHERTYPE 0xd00d
#define TDM_TDMOE_MAX	    (8 + 2 * 8 + 31 * TDM_BLOCK)

struct tdm_tdmoe_cfg {
	enum tdm_kind kind; /* 31 or 24 channels */
	enum tdm_law law;
	uint16_t subaddr; /* what comes with another is for somebody else */
	unsigned depth_ms, max_depth_ms;
	unsigned los_ms; /* 0: 250 */
	bool slave;	 /* the reader's clock follows tdm_tdmoe_rate_ppb */
};

struct tdm_tdmoe *tdm_tdmoe_new(struct mem *m, const struct tdm_tdmoe_cfg *cfg);
void tdm_tdmoe_rx(struct tdm_tdmoe *t, struct str octets);
bool tdm_tdmoe_read(struct tdm_tdmoe *t, struct tdm_block *b);
/* The packet; valid until the next call. */
struct str tdm_tdmoe_write(struct tdm_tdmoe *t, const struct tdm_block *b);
unsigned tdm_tdmoe_alarms(const struct tdm_tdmoe *t);
int32_t tdm_tdmoe_rate_ppb(const struct tdm_tdmoe *t);
void tdm_tdmoe_status(const struct tdm_tdmoe *t, struct tdm_status *out);
/* As tdm_cesopsn_wrong. */
const char *tdm_tdmoe_wrong(const struct tdm_tdmoe *t);

#endif
