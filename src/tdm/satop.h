/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tdm/satop: what is in SAToP packets (RFC 4553 clause 5): an E1 by its octets; a T1 as a stream of bits,
 * 192 octets a packet (5.1), or octet-aligned (5.2): each 193 bits in 25 octets. A tdm_recv has slices of
 * 125 us of it (tdm_satop_slice octets), whose bits are made timeslots by tdm/e1 and tdm/t1.
 *
 *	tdm_satop_init(&s, kind, octet_aligned, false);
 *	tdm_satop_rx(&s, recv, packet_number, frames, payload);
 *	tdm_recv_get(recv, &block);  tdm_satop_deframe(&s, &block);	alarms, and timeslots in `block`
 *	nr = tdm_satop_frame(&s, &block, alarm, octets);		a millisecond to send
 */
#ifndef TRUNKGATE_TDM_SATOP_H
#define TRUNKGATE_TDM_SATOP_H

#include <trunkgate/base/str.h>
#include "tdm/e1.h"
#include "tdm/recv.h"
#include "tdm/t1.h"

#define TDM_SATOP_T1   192 /* octets of a packet */
#define TDM_SATOP_KEPT 64  /* packets of a T1, of which the next may have the rest of a slice */
#define TDM_SATOP_MS   256 /* the most octets of a millisecond */

struct tdm_satop {
	enum tdm_kind kind;
	bool octet_aligned;
	struct tdm_e1 e1;
	struct tdm_t1 t1;

	/* A T1 as a stream of bits. */
	bool any;
	uint64_t at;		      /* number of the newest packet */
	uint64_t tag[TDM_SATOP_KEPT]; /* of those that are kept: their number, and 1 */
	uint8_t packet[TDM_SATOP_KEPT][TDM_SATOP_T1];
};

/* Beside TDM_MISMATCH: it is an E1, without the CRC-4 that was asked for. */
#define TDM_SATOP_NO_CRC4 0x100

/* `crc4`: of an E1; `octet_aligned`: of a T1. */
void tdm_satop_init(struct tdm_satop *s, enum tdm_kind kind, bool octet_aligned, bool crc4);
/* Octets of a slice in the receive buffer. */
unsigned tdm_satop_slice(enum tdm_kind kind);
/* Octets of a packet of so many frames (which a stream of bits does not have). */
unsigned tdm_satop_payload(const struct tdm_satop *s, unsigned frames);
/* `number` is the packet's; an empty payload is that of a fault (L). */
void tdm_satop_rx(struct tdm_satop *s, struct tdm_recv *r, uint32_t number, unsigned frames,
		  struct str payload);
/* From slices as a tdm_recv gives them to timeslots; enum tdm_alarm. */
unsigned tdm_satop_deframe(struct tdm_satop *s, struct tdm_block *b, enum tdm_law law);
/* How many octets. */
unsigned tdm_satop_frame(struct tdm_satop *s, const struct tdm_block *b, bool alarm,
			 uint8_t out[TDM_SATOP_MS]);

#endif
