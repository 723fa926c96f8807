/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/phone_ear: what came by RTP, laid out in time by the timestamps (RFC 3550 5.1), and what can
 * be said of it at the end: level, frequency, gaps, and how it compares with what was sent. What
 * did not come is silence in its place. Bounded: PHONE_EAR_MAX_MS of speech are kept, what comes
 * behind it is counted only.
 *
 *	struct phone_ear e;
 *	phone_ear_init(&e, mem, DSP_ALAW);
 *	phone_ear_packet(&e, now, &packet);
 *	phone_ear_answered(&e, now);
 *	phone_ear_said(&e, now, octets);		(what we send)
 *	phone_ear_end(&e, now);
 *	phone_ear_heard(&e, tables, false, &heard);
 */
#ifndef TRUNKGATE_LAB_PHONE_EAR_H
#define TRUNKGATE_LAB_PHONE_EAR_H

#include <trunkgate/base/mem.h>
#include <trunkgate/base/tick.h>
#include "dsp/law.h"
#include "lab/meter.h"
#include "rtp/jitter.h"
#include "rtp/packet.h"
#include "rtp/seq.h"

#define PHONE_EAR_MAX_MS 3600000

/* Octets on a time line of 8 an ms. */
struct phone_tape {
	struct mem *mem;
	uint8_t *octet;
	size_t len, cap;
};

struct phone_ear {
	enum dsp_law_kind law;
	const struct dsp_law *table;
	struct phone_tape heard, said;
	tick_t started, said_started; /* first packet; first octet sent */
	bool any, said_any;
	uint32_t ssrc, base; /* base: timestamp at place 0 of `heard` */
	size_t answered;     /* place; what is before it is early media */
	size_t came;	     /* place behind the last octet that came */
	struct rtp_seq seq;
	struct rtp_jitter jitter;
	uint32_t packets, streams;
};

void phone_ear_init(struct phone_ear *e, struct mem *m, enum dsp_law_kind law,
		    const struct dsp_law *table);
/* A packet of the codec; the first, and the first of another source, is placed by its arrival. */
int phone_ear_packet(struct phone_ear *e, tick_t now, const struct rtp_packet *p);
void phone_ear_answered(struct phone_ear *e, tick_t now);
int phone_ear_said(struct phone_ear *e, tick_t now, struct str octets);
/* Nothing comes any more: the time line reaches to here. */
int phone_ear_end(struct phone_ear *e, tick_t now);

/* Before the answer (early) or from it on. */
void phone_ear_heard(const struct phone_ear *e, const struct lab_meter_tables *tables, bool early,
		     struct lab_heard *out);

struct phone_echo {
	uint32_t compared, different; /* octets */
	uint32_t delay_us;	      /* from sending to receiving */
	double correlation;	      /* of the linear values; 0: no echo found */
};
/* Looks for what was sent in what was heard, up to a second later. */
void phone_ear_echo(const struct phone_ear *e, struct phone_echo *out);

#endif
