/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tdm/e1: timeslot 0 of an E1 where it is carried, as in SAToP: frame alignment (G.704 2.3, basic
 * frame without CRC-4; G.706 4.1), and the alarm bit to the far end. Not checked against the ITU texts.
 * What comes in are bits: where a frame begins in them is searched, and found anew when three frame
 * alignment signals in a row are wrong.
 *
 *	struct tdm_e1 f;
 *	tdm_e1_init(&f);
 *	tdm_e1_frame(&f, &tx, alarm, octets);		8 frames to send
 *	if (tdm_e1_deframe(&f, octets, &rx)) ... timeslots 1 to 31 of rx are there
 */
#ifndef TRUNKGATE_TDM_E1_H
#define TRUNKGATE_TDM_E1_H

#include "tdm/span.h"

#define TDM_E1_FRAME  32
#define TDM_E1_WINDOW (4 * TDM_E1_FRAME)

struct tdm_e1 {
	bool tx_second; /* the next frame sent has no frame alignment signal */
	bool aligned, rx_second, rai;
	unsigned at;	 /* bit of the window at which a frame begins */
	unsigned bad;	 /* frame alignment signals, in a row */
	uint32_t losses; /* of alignment */
	uint8_t window[TDM_E1_WINDOW];
};

void tdm_e1_init(struct tdm_e1 *f);
void tdm_e1_frame(struct tdm_e1 *f, const struct tdm_block *b, bool alarm,
		  uint8_t out[TDM_BLOCK * TDM_E1_FRAME]);
/* False: alignment was not there for all of it; what is in `b` of the others stays as it was. */
bool tdm_e1_deframe(struct tdm_e1 *f, const uint8_t octets[TDM_BLOCK * TDM_E1_FRAME],
		    struct tdm_block *b);

#endif
