/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/line: the ears and mouths of the emulated exchange's subscribers: what each timeslot of its
 * span plays, and a meter of what each hears. Lives in the media thread as a tdm_user; told what
 * to do by records, answers with records. Allocates nothing after the start.
 *
 *	struct lab_line *l = lab_line_new(mem, &cfg);
 *	struct tdm_user user = lab_line_user(l);
 *	lab_line_cmd(l, &rec);			(rec packed by lab_line_pack)
 */
#ifndef TRUNKGATE_LAB_LINE_H
#define TRUNKGATE_LAB_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/mem.h>
#include "base/ring.h"
#include "tdm/span.h"

struct lab_line;

enum lab_sound {
	LAB_IDLE,     /* idle pattern */
	LAB_ECHO,     /* the octets that were received in the millisecond before */
	LAB_TONE,     /* 1004 Hz, -10 dBm0 */
	LAB_WAV,      /* the announcement, from its start, repeated */
	LAB_RINGBACK, /* 425 Hz, 1 s on, 4 s off */
	LAB_SILENCE,
};

struct lab_line_cfg {
	enum tdm_law law;
	const int16_t *wav; /* 8 kHz linear; must outlive the line; NULL: a scale is generated */
	size_t nr_wav;
};

enum lab_line_kind {
	LAB_LINE_PLAY = 0x4c01,
	LAB_LINE_METER, /* report now, and start anew */
	LAB_LINE_LISTEN /* report now, and go on; the report's kind is LAB_LINE_METER */
};

/* Body of all of them. */
struct lab_line_req {
	uint32_t token; /* comes back in the report */
	uint8_t timeslot;
	uint8_t sound; /* enum lab_sound */
};

/* Report: what a timeslot heard since the sound was set or the meter was read. */
struct lab_line_heard {
	uint32_t token;
	uint8_t timeslot;
	uint8_t sound;
	uint16_t hz;	     /* dominant frequency; 0: none */
	int16_t level_cdbm0; /* hundredths of dBm0; -9999: silence */
	uint32_t ms;	     /* how long */
	uint32_t gaps; /* interruptions of 10 ms and more by idle or silence after first sound */
	uint32_t gap_ms;
};

struct lab_line *lab_line_new(struct mem *m, const struct lab_line_cfg *cfg);
struct tdm_user lab_line_user(struct lab_line *l);
void lab_line_pack(struct ring_rec *rec, enum lab_line_kind kind, const struct lab_line_req *req);
void lab_line_cmd(struct lab_line *l, const struct ring_rec *rec);
bool lab_line_report(struct lab_line *l, struct ring_rec *rec);

#endif
