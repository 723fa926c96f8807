/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/meter: what somebody hears, in figures: level, dominant frequency, interruptions. Fed with
 * linear samples at 8 kHz; cheap enough for every timeslot of an E1 in every millisecond: eight
 * multiplications, and one Fourier transform of 512 points for each 64 ms with sound in them.
 *
 * A millisecond is sound when its mean power is over -50 dBm0 (the idle pattern of an A-law
 * timeslot is -57, Q.522 2.12). 0 dBm0 is that of dsp/tone. No clause stands behind the rest.
 *
 *	struct lab_meter_tables *t = lab_meter_tables_new(mem, DSP_ALAW);	(once, shared)
 *	struct lab_meter k;
 *	lab_meter_init(&k, t, 0);
 *	lab_meter_feed(&k, samples, nr);
 *	lab_meter_read(&k, &heard);		(reads; lab_meter_init starts anew)
 */
#ifndef TRUNKGATE_LAB_METER_H
#define TRUNKGATE_LAB_METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <trunkgate/base/mem.h>
#include "dsp/law.h"

#define LAB_METER_WINDOW  512	/* samples of one transform: 64 ms, bins of 15.6 Hz */
#define LAB_METER_SILENCE -9999 /* level in hundredths of dBm0 when there was no sound */
#define LAB_METER_GAP_MS  10	/* a shorter interruption is none */
#define LAB_METER_TAIL_MS 200	/* silence that still lasts is an interruption from here on */

/* Twiddle factors and window of the transform. */
struct lab_meter_tables;
struct lab_meter_tables *lab_meter_tables_new(struct mem *m, enum dsp_law_kind law);

/* Plain data: may be copied. The members are the meter's own. */
struct lab_meter {
	const struct lab_meter_tables *tables;
	uint32_t ms, sound_ms, first_ms, quiet_ms; /* all; with sound; before it; now silent */
	uint32_t gaps, gap_ms, longest_gap_ms;
	uint32_t acc_nr; /* samples of the millisecond that is being filled */
	uint64_t acc;	 /* sum of their squares */
	uint64_t energy; /* sum of squares of all milliseconds with sound */
	uint32_t at;	 /* next sample's place in the window */
	uint32_t nr_spectra;
	bool window_sounds;
	int16_t window[LAB_METER_WINDOW];
	float spectrum[LAB_METER_WINDOW / 2]; /* power, summed over the windows with sound */
};

/* `offset` in samples moves the moments of the transforms, so that many meters that are fed in
 * step don't all transform in the same millisecond. */
void lab_meter_init(struct lab_meter *k, const struct lab_meter_tables *tables, uint32_t offset);
void lab_meter_feed(struct lab_meter *k, const int16_t *samples, size_t nr);

struct lab_heard {
	uint32_t ms;	   /* how long it was listened to */
	uint32_t sound_ms; /* milliseconds with sound */
	uint32_t first_ms; /* when the sound began */
	uint32_t gaps;	   /* interruptions of LAB_METER_GAP_MS and more after the first sound */
	uint32_t gap_ms;   /* all of them together */
	uint32_t longest_gap_ms;
	uint16_t hz;	     /* dominant frequency over all sound; 0: none */
	int16_t level_cdbm0; /* RMS of the milliseconds with sound, or LAB_METER_SILENCE */
};

void lab_meter_read(const struct lab_meter *k, struct lab_heard *out);

#endif
