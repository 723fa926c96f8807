/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dsp/answer_tone: is this the answering tone of a modem or a fax machine? 2100 Hz (V.25, T.30 CED; V.8
 * ANSam turns its phase each 450 ms and swells 15 times a second), or 2225 Hz of Bell modems, within
 * 25 Hz (figures from memory, not checked against the ITU text), from -36 dBm0, for 400 ms. What is
 * not loud, or no tone near it in three, or ten, of its samples, costs nothing more than these.
 *
 *	struct dsp_answer_tone t = { 0 };
 *	if (dsp_answer_tone_hear(&t, law->a_linear, payload, 160)) ... it is (each packet)
 *
 * A pure tone obeys x[n+1] + x[n-1] = 2 cos(w) x[n] whatever its phase and level are, so the factor
 * that fits best tells its frequency, and what is left over whether it is one.
 */
#ifndef TRUNKGATE_DSP_ANSWER_TONE_H
#define TRUNKGATE_DSP_ANSWER_TONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DSP_ANSWER_HZ	   2100
#define DSP_ANSWER_BELL_HZ 2225
#define DSP_ANSWER_MS	   400
#define DSP_ANSWER_MAX	   480 /* octets that are looked at in a call: 60 ms */

struct dsp_answer_tone {
	uint16_t heard; /* octets of it, less what was none */
};

/* `linear` is the table of the octets' law. True from when the tone has been there for DSP_ANSWER_MS. */
bool dsp_answer_tone_hear(struct dsp_answer_tone *t, const int16_t *linear, const uint8_t *octets,
			  size_t nr);

#endif
