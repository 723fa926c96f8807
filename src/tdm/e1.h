/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tdm/e1: timeslot 0 of an E1 where it is carried, as in SAToP: frame alignment (G.704 2.3; G.706 4.1),
 * the alarm bit to the far end, and where it is asked for the CRC-4 multiframe (G.704 2.3.3, G.706 4.2 and
 * 4.3). Not checked against the ITU texts. What comes in are bits: where a frame begins in them is searched,
 * and found anew when three frame alignment signals in a row are wrong, or 915 of 1000 CRC-4.
 *
 *	struct tdm_e1 f;
 *	tdm_e1_init(&f, false);
 *	tdm_e1_frame(&f, &tx, alarm, octets);		8 frames to send
 *	if (tdm_e1_deframe(&f, octets, &rx)) ... timeslots 1 to 31 of rx are there
 */
#ifndef TRUNKGATE_TDM_E1_H
#define TRUNKGATE_TDM_E1_H

#include "tdm/span.h"

#define TDM_E1_FRAME  32
#define TDM_E1_WINDOW (4 * TDM_E1_FRAME)

struct tdm_e1_crc {
	uint8_t tx_nr;	     /* of the next frame sent, 0 to 15 */
	uint8_t tx, tx_sent; /* of this half of a multiframe, and of the one before: sent */
	uint8_t far;	     /* E bits to send: bit 0 for the first half; 0: there was an error */
	bool aligned;
	uint8_t rx_nr;
	uint8_t rx, rx_want, rx_got; /* of this half, the one before, what came for that */
	uint8_t history;    /* the first bits of the last frames without frame alignment signal */
	uint8_t bad;	    /* multiframes with another alignment signal, in a row */
	bool begun;	    /* a whole half has come */
	uint16_t nr, wrong; /* halves of this second */
	uint32_t silent;    /* frames without multiframe alignment */
	_Atomic uint32_t errors, far_errors;
	uint8_t table[256];
};

struct tdm_e1 {
	bool crc4;
	struct tdm_e1_crc crc;
	bool tx_second; /* the next frame sent has no frame alignment signal */
	bool aligned, rx_second, rai;
	unsigned at;	 /* bit of the window at which a frame begins */
	unsigned bad;	 /* frame alignment signals, in a row */
	uint32_t losses; /* of alignment */
	uint8_t window[TDM_E1_WINDOW];
};

/* Frames without multiframe alignment, until that is an alarm (G.706 4.2: 400 ms). */
#define TDM_E1_NO_CRC4 3200

void tdm_e1_init(struct tdm_e1 *f, bool crc4);
/* CRC-4 is asked for, and the far end does not send it. */
static inline bool tdm_e1_no_crc4(const struct tdm_e1 *f)
{
	return f->crc4 && f->crc.silent >= TDM_E1_NO_CRC4;
}
void tdm_e1_frame(struct tdm_e1 *f, const struct tdm_block *b, bool alarm,
		  uint8_t out[TDM_BLOCK * TDM_E1_FRAME]);
/* False: alignment was not there for all of it; what is in `b` of the others stays as it was. */
bool tdm_e1_deframe(struct tdm_e1 *f, const uint8_t octets[TDM_BLOCK * TDM_E1_FRAME],
		    struct tdm_block *b);

#endif
