/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/subscriber: the table. Causes and locations: Q.850 2.2.3 and 2.2.5; messages: Q.764 2.1. */
#include <string.h>

#include "isup/msg.h"
#include "lab/subscriber.h"

#define ACM_FREE                                             \
	{                                                    \
		.does = LAB_DO_ACM, .value = LAB_CALLED_FREE \
	}
#define ANM_AFTER(ms, snd)                                           \
	{                                                            \
		.after_ms = (ms), .does = LAB_DO_ANM, .sound = (snd) \
	}
#define REL_AFTER(ms, cause, loc)                                                         \
	{                                                                                 \
		.after_ms = (ms), .does = LAB_DO_REL, .value = (cause), .location = (loc) \
	}

static const struct lab_subscriber subscribers[] = {
	{ "100", "echo", { ACM_FREE, ANM_AFTER(LAB_AFTER_RING, LAB_ECHO) }, LAB_ECHO },
	{ "101",
	  "1004 Hz at -10 dBm0",
	  { ACM_FREE, ANM_AFTER(LAB_AFTER_RING, LAB_TONE) },
	  LAB_TONE },
	{ "102", "busy", { REL_AFTER(0, 17, ISUP_LOC_USER) }, LAB_TONE },
	{ "103", "rings for ever", { ACM_FREE }, LAB_TONE },
	{ "104", "unallocated number", { REL_AFTER(0, 1, ISUP_LOC_PUBLIC_LOCAL) }, LAB_TONE },
	{ "105", "announcement", { ACM_FREE, ANM_AFTER(LAB_AFTER_RING, LAB_WAV) }, LAB_WAV },
	{ "106",
	  "hangs up after 5 s",
	  { ACM_FREE, ANM_AFTER(LAB_AFTER_RING, LAB_TONE), REL_AFTER(5000, 16, ISUP_LOC_USER) },
	  LAB_TONE },
	{ "107",
	  "3 s of in-band ringback",
	  { { .does = LAB_DO_ACM,
	      .value = LAB_CALLED_FREE,
	      .in_band = true,
	      .sound = LAB_RINGBACK },
	    ANM_AFTER(3000, LAB_TONE) },
	  LAB_TONE },
	{ "108", "congestion", { REL_AFTER(0, 34, ISUP_LOC_PUBLIC_LOCAL) }, LAB_TONE },
	{ "109", "answers at once", { { .does = LAB_DO_CON, .sound = LAB_TONE } }, LAB_TONE },
};

static const struct lab_subscriber nobody = {
	"", "no such number", { REL_AFTER(0, 1, ISUP_LOC_PUBLIC_LOCAL) }, LAB_TONE
};

#define NR_SUBSCRIBERS (sizeof(subscribers) / sizeof(subscribers[0]))

const struct lab_subscriber *lab_subscriber_of(const char *number)
{
	for (size_t i = 0; i < NR_SUBSCRIBERS; i++)
		if (strcmp(subscribers[i].number, number) == 0)
			return &subscribers[i];
	return &nobody;
}

const struct lab_subscriber *lab_subscriber_walk(unsigned n)
{
	return n < NR_SUBSCRIBERS ? &subscribers[n] : NULL;
}
