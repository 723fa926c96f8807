/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/subscriber: what the emulated exchange's subscribers do when they are called: a row for each,
 * a few steps after the IAM. Adding a subscriber is adding a row to subscriber.c (and to the table
 * in exchange.h); the exchange runs the steps.
 *
 *	const struct lab_subscriber *s = lab_subscriber_of("107");	(never NULL)
 *	s->step[0] ... the first that does LAB_DO_END ends them
 */
#ifndef TRUNKGATE_LAB_SUBSCRIBER_H
#define TRUNKGATE_LAB_SUBSCRIBER_H

#include <stdbool.h>
#include <stdint.h>

#include "lab/line.h"

#define LAB_STEPS	3
#define LAB_AFTER_RING	UINT16_MAX /* step.after_ms: the exchange's ring_ms */
#define LAB_CALLED_FREE 1	   /* Q.763 3.5: called party's status indicator */

enum lab_does {
	LAB_DO_END,
	LAB_DO_ACM, /* value: called party's status; in_band: OBCI says so (Q.763 3.37) */
	LAB_DO_CPG, /* value: event indicator (Q.763 3.21) */
	LAB_DO_ANM,
	LAB_DO_CON,
	LAB_DO_REL, /* value: cause (Q.850) */
};

struct lab_step {
	uint16_t after_ms; /* after the step before, or the IAM */
	uint8_t does;	   /* enum lab_does */
	uint8_t value;
	bool in_band;
	uint8_t location; /* REL: enum isup_location */
	uint8_t sound;	  /* enum lab_sound from here on (LAB_IDLE: idle pattern) */
};

struct lab_subscriber {
	const char *number, *text;
	struct lab_step step[LAB_STEPS + 1];
	uint8_t speaks; /* enum lab_sound: what it plays in calls that it makes */
};

/* The subscriber of this number; for others one whom nobody has heard of (REL 1). */
const struct lab_subscriber *lab_subscriber_of(const char *number);
/* All that have a number, in order; NULL at the end. */
const struct lab_subscriber *lab_subscriber_walk(unsigned n);

#endif
