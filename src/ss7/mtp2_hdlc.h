/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ss7/mtp2_hdlc: a timeslot as the line of a signalling link (Q.703 clauses 2, 4 and figures 11 and
 * 12): flags, stuffing, check octets, octet counting. What repeats is kept here: the last FISU or
 * LSSU is sent again by itself, and one that is like the one before is only counted, so that a
 * quiet link costs the signalling thread nothing. The bits run in the media thread, the units come
 * out in the signalling thread; two queues lie between.
 *
 *	struct mtp2_hdlc *h = mtp2_hdlc_new(mem, false);
 *	media thread:		wake = mtp2_hdlc_block(h, rx, tx, TDM_BLOCK);
 *	signalling thread:	while (mtp2_hdlc_peek(h, &unit)) { ...; mtp2_hdlc_drop(h); }
 *				while (mtp2_hdlc_room(h) && (len = mtp2_next_tx(...)))
 *					mtp2_hdlc_send(h, str_n(buf, len));
 *
 * The queue to the line is short: what is in it cannot be taken back by level 2.
 */
#ifndef TRUNKGATE_SS7_MTP2_HDLC_H
#define TRUNKGATE_SS7_MTP2_HDLC_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>

struct mtp2_hdlc;

/* `at_56k`: the eighth bit of each octet is not ours (ANSI). */
struct mtp2_hdlc *mtp2_hdlc_new(struct mem *m, bool at_56k);

/* Media thread: `nr` octets each way, up to 64. True: there is something for the signalling thread,
 * or room for it again. */
bool mtp2_hdlc_block(struct mtp2_hdlc *h, const uint8_t *rx, uint8_t *tx, unsigned nr);

/* Signalling thread, in this order: units like the one before, errors, then the unit (or none). */
struct mtp2_hdlc_rx {
	uint32_t repeats, errors;
	struct str unit;
};
bool mtp2_hdlc_peek(const struct mtp2_hdlc *h, struct mtp2_hdlc_rx *rx);
void mtp2_hdlc_drop(struct mtp2_hdlc *h);
bool mtp2_hdlc_room(const struct mtp2_hdlc *h);
bool mtp2_hdlc_send(struct mtp2_hdlc *h, struct str unit);

#endif
