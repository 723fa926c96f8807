/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dsp/continuity: the transceiver of a continuity check (Q.724 7; figures from memory, not checked
 * against the ITU text): it sends 2000 Hz at -12 dBm0 on a four-wire circuit, and hears whether the
 * tone comes back through the loop: within 30 Hz and 6 dB for 60 ms; not below -22 dBm0, nor 200 Hz
 * beside it. On a two-wire circuit the tone that is sent and the one that comes back differ (T1.113:
 * 2010 and 1780 Hz).
 *
 *	struct dsp_continuity c = dsp_continuity(DSP_CHECK_HZ, DSP_CHECK_HZ, DSP_ALAW);
 *	for (;;) {		(each millisecond)
 *		dsp_continuity_send(&c, tx, 8);
 *		if (dsp_continuity_hear(&c, rx, 8)) ... it is back
 *	}
 *
 * Who is asked for a check of a two-wire circuit cannot loop it: a transponder answers each tone of the
 * pair by the other one, as long as it is there.
 *
 *	struct dsp_transponder t = dsp_transponder(DSP_ALAW);
 *	dsp_transponder_pass(&t, rx, tx, 8);
 */
#ifndef TRUNKGATE_DSP_CONTINUITY_H
#define TRUNKGATE_DSP_CONTINUITY_H

#include <stdbool.h>

#include "dsp/tone.h"

#define DSP_CHECK_HZ	      2000.0
#define DSP_CHECK_TWO_WIRE_HZ 2010.0 /* sent; what comes back is */
#define DSP_CHECK_ANSWER_HZ   1780.0
#define DSP_CHECK_DBM0	      -12.0

struct dsp_continuity {
	struct dsp_tone tone;
	double coefficient; /* Goertzel's, of the tone that is to come */
	double min_power, max_power;
	double s1, s2, energy;
	uint32_t nr;   /* samples of this window */
	uint32_t good; /* windows in a row with the tone */
};

struct dsp_continuity dsp_continuity(double send_hz, double hear_hz, enum dsp_law_kind law);
void dsp_continuity_send(struct dsp_continuity *c, int16_t *x, size_t n);
/* true from when the tone is there, as long as it is. */
bool dsp_continuity_hear(struct dsp_continuity *c, const int16_t *x, size_t n);

struct dsp_transponder {
	struct dsp_continuity low, high; /* what each hears is what the other sends */
};

struct dsp_transponder dsp_transponder(enum dsp_law_kind law);
/* What goes back for what has come; silence while neither tone is there. */
void dsp_transponder_pass(struct dsp_transponder *t, const int16_t *rx, int16_t *tx, size_t n);

#endif
