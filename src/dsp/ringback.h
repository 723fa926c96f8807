/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dsp/ringback: what a caller hears while the other end rings, or when a call has failed, in the networks of several countries
 * (ITU-T E.180 and its list of national tones, from memory: not checked against the ITU text; the
 * first is also that of ETSI TR 101 041). Frequencies are whole Hz, so a second of a tone is all of
 * it: one table each, made once, and any block is a copy.
 *
 *	dsp_ringback_fill(DSP_RINGBACK_US, -13, law, &table, octets);	(DSP_RATE_HZ of them)
 *	if (dsp_ringback_sounds(DSP_RINGBACK_US, ms))
 *		memcpy(block, octets + ms % 1000 * 8, 8);
 */
#ifndef TRUNKGATE_DSP_RINGBACK_H
#define TRUNKGATE_DSP_RINGBACK_H

#include <stdbool.h>
#include <stdint.h>

#include "dsp/law.h"

enum dsp_ringback_kind {
	DSP_RINGBACK_NONE,
	DSP_RINGBACK_ETSI, /* 425 Hz, 1 s on and 4 s off: most of Europe */
	DSP_RINGBACK_US,   /* 440 and 480 Hz, 2 s and 4 s: North America */
	DSP_RINGBACK_UK,   /* 400 and 450 Hz, 0.4 s, 0.2 s, 0.4 s, 2 s */
	DSP_RINGBACK_FR,   /* 440 Hz, 1.5 s and 3.5 s: France */
	/* Of a call that has failed, in the same order: busy, congestion. */
	DSP_BUSY_ETSI,	     /* 425 Hz, 0.5 s and 0.5 s */
	DSP_BUSY_US,	     /* 480 and 620 Hz, 0.5 s and 0.5 s */
	DSP_BUSY_UK,	     /* 400 Hz, 0.375 s and 0.375 s */
	DSP_BUSY_FR,	     /* 440 Hz, 0.5 s and 0.5 s */
	DSP_CONGESTION_ETSI, /* 425 Hz, 0.25 s and 0.25 s */
	DSP_CONGESTION_US,   /* 480 and 620 Hz, 0.25 s and 0.25 s */
	DSP_CONGESTION_UK,   /* 400 Hz, 0.4 s, 0.35 s, 0.225 s, 0.525 s */
	DSP_CONGESTION_FR,   /* 440 Hz, 0.25 s and 0.25 s */
	DSP_NR_RINGBACKS
};

/* The tone of the same network for a call that has failed. */
enum dsp_ringback_kind dsp_ringback_failed(enum dsp_ringback_kind ringback, bool busy);

#define DSP_RINGBACK_DBM0 (-13.0) /* of each frequency */

/* As the configuration language writes it: "none", "etsi", "us", "uk", "france"; "etsi-busy" and the like
 * are for logs. */
const char *dsp_ringback_name(enum dsp_ringback_kind kind);
/* So many ms after its beginning: is it the tone, or the silence between? */
bool dsp_ringback_sounds(enum dsp_ringback_kind kind, uint32_t ms);
/* A second of the tone in octets of the law. */
void dsp_ringback_fill(enum dsp_ringback_kind kind, double dbm0, enum dsp_law_kind law,
		       const struct dsp_law *table, uint8_t octets[DSP_RATE_HZ]);

#endif
