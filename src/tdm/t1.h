/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tdm/t1: the bits of a T1 where all of them are carried, as in SAToP: frames of 193 bits in the
 * extended superframe (G.704 2.1.3.1: frame alignment in every fourth F bit, CRC-6, a data link), whose
 * link carries idle flags, or the yellow alarm (ANSI T1.403). Not checked against those texts. What comes in
 * are bits: where a frame begins in them is searched in 96 frames, and found anew when three of six
 * alignment bits are wrong. CRC-6 is sent, not checked.
 *
 *	struct tdm_t1 f;
 *	tdm_t1_init(&f);
 *	tdm_t1_frame(&f, &tx, alarm, octets);		8 frames to send
 *	if (tdm_t1_deframe(&f, octets, &rx)) ... timeslots 1 to 24 of rx are there
 */
#ifndef TRUNKGATE_TDM_T1_H
#define TRUNKGATE_TDM_T1_H

#include "tdm/span.h"

#define TDM_T1_BITS   193
#define TDM_T1_OCTETS 193 /* of a millisecond, 8 frames */
#define TDM_T1_WINDOW 13  /* milliseconds */

struct tdm_t1 {
	unsigned tx_nr; /* of the next frame sent, 0 to 23 */
	unsigned tx_link;
	uint8_t crc, crc_tx; /* of this superframe, and of the one before: sent */
	uint8_t table[256];

	bool aligned, rai;
	unsigned at;	   /* where in the window's last 193 bits but 8 frames a frame begins */
	unsigned rx_nr;	   /* number of that frame */
	uint8_t wrong;	   /* the last six alignment bits, 1: it was */
	uint8_t link;	   /* the last eight bits of the data link */
	unsigned inverted; /* how many in a row were not as eight before: the yellow alarm */
	uint32_t losses;   /* of alignment */
	uint8_t window[TDM_T1_WINDOW * TDM_T1_OCTETS + 1];
};

void tdm_t1_init(struct tdm_t1 *f);
void tdm_t1_frame(struct tdm_t1 *f, const struct tdm_block *b, bool alarm,
		  uint8_t out[TDM_T1_OCTETS]);
/* False: alignment was not there for all of it; `b` is as it was. */
bool tdm_t1_deframe(struct tdm_t1 *f, const uint8_t octets[TDM_T1_OCTETS], struct tdm_block *b);

#endif
