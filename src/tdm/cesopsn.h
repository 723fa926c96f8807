/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tdm/cesopsn: a span over a packet network: CESoPSN (RFC 5086), basic NxDS0 (5.1): timeslots 1 to
 * 31 of an E1, 1 to 24 of a T1, 1 to 8 frames a packet, with an RTP header before the control word
 * (figure 1a) or without. Or, `satop`, all the bits of an E1 or T1, framing too (RFC 4553). No I/O: told
 * datagrams and blocks, asked for blocks and datagrams.
 *
 * What is received goes into a tdm_recv, which does the reordering, replacement, packet loss state
 * and clock recovery of 6.2.2. Not carried: signalling packets and CAS (5.4), which are dropped.
 *
 *	struct tdm_cesopsn *c = tdm_cesopsn_new(mem, &cfg);
 *	each millisecond:
 *		while (a datagram is there) tdm_cesopsn_rx(c, octets);
 *		tdm_cesopsn_read(c, &rx);
 *		tdm_cesopsn_write(c, &tx);
 *		while (tdm_cesopsn_next_out(c, &octets)) send
 */
#ifndef TRUNKGATE_TDM_CESOPSN_H
#define TRUNKGATE_TDM_CESOPSN_H

#include <trunkgate/base/str.h>
#include "tdm/recv.h"
#include "tdm/span.h"

struct tdm_cesopsn;

#define TDM_CESOPSN_FRAMES 8 /* a packet, at most */
#define TDM_CESOPSN_MAX	   (12 + 4 + 32 * TDM_CESOPSN_FRAMES)

struct tdm_cesopsn_cfg {
	enum tdm_kind kind;
	enum tdm_law law;
	unsigned frames; /* a packet: 1 to 8, the same at both ends */
	bool rtp;
	bool satop;
	bool crc4;	    /* an E1 of SAToP has the CRC-4 multiframe (G.704 2.3.3) */
	bool octet_aligned; /* a T1 of SAToP (RFC 4553 5.2); else `frames` does not count for it */
	uint8_t pt;	    /* with RTP: 96-127 */
	uint16_t seq;
	uint32_t ssrc, timestamp; /* random (4.3, 4.4) */
	unsigned depth_ms, max_depth_ms;
	unsigned los_ms; /* 0: 250 */
	bool slave;	 /* the reader's clock follows tdm_cesopsn_rate_ppb */
};

struct tdm_cesopsn *tdm_cesopsn_new(struct mem *m, const struct tdm_cesopsn_cfg *cfg);
void tdm_cesopsn_rx(struct tdm_cesopsn *c, struct str octets);
bool tdm_cesopsn_read(struct tdm_cesopsn *c, struct tdm_block *b);
/* NULL: there is nothing to send; the far end is told (L, without payload). */
void tdm_cesopsn_write(struct tdm_cesopsn *c, const struct tdm_block *b);
/* Valid until the next call. */
bool tdm_cesopsn_next_out(struct tdm_cesopsn *c, struct str *octets);
unsigned tdm_cesopsn_alarms(const struct tdm_cesopsn *c);
int32_t tdm_cesopsn_rate_ppb(const struct tdm_cesopsn *c);
void tdm_cesopsn_status(const struct tdm_cesopsn *c, struct tdm_status *out);
/* What the last datagram of a wrong form had wrong with it; any thread, NULL: none yet. */
const char *tdm_cesopsn_wrong(const struct tdm_cesopsn *c);

#endif
