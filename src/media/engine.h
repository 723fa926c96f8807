/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * media/engine: the speech path of many calls: RTP on one side, timeslots on the other. No I/O and
 * no clock: a media worker (or a test) hands it datagrams and 1 ms span blocks and takes packets
 * to send. After med_engine_new it allocates nothing; it locks nothing and logs nothing.
 *
 * A channel is a slot for one RTP leg; channel n uses the n-th RTP socket of the worker. Channels
 * are opened, changed and closed by records (struct ring_rec) from the signalling thread, and
 * answer with records; a leg is named by its id, and a record with a stale id changes nothing.
 *
 * A tick (1 ms), in this order:
 *	while (med_engine_ready(e) && ring_get(to_worker, &rec)) med_engine_cmd(e, &rec);
 *	for each span:	read block; med_engine_span(e, span, &rx, &tx); write block
 *	med_engine_tick(e);
 *	while (med_engine_due(e, &channel)) {
 *		receive from that channel's socket (at most 4): med_engine_rx(e, channel, &from, octets)
 *		if (med_engine_packet(e, channel, &to, &octets)) send
 *	}
 *	while (med_engine_report(e, &rec)) ring_put(from_worker, &rec);
 *
 * What the timeslots get: the idle pattern (Q.522 2.12) where no leg lives; where one does, speech,
 * and silence of the law (0xd5, 0xff) for what did not come or may not pass: the idle pattern of
 * A-law is for circuits without a call, and would be heard as a step. Octets of the same law are
 * carried untouched; A-law and mu-law convert by table.
 *
 * Delays: from med_engine_rx to the timeslot buffer_ms and at most one tick; from the last octet of
 * a packet time to med_engine_packet at most 2 ticks.
 */
#ifndef TRUNKGATE_MEDIA_ENGINE_H
#define TRUNKGATE_MEDIA_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>
#include "base/ring.h"
#include "tdm/span.h"

struct med_engine;

struct med_cfg {
	unsigned nr_channels;
	unsigned nr_spans;
	enum tdm_law law[16]; /* of each span */
};

/* NULL when out of memory, or the numbers are out of range (MED_CHANNELS_MAX, MED_SPANS_MAX). */
#define MED_CHANNELS_MAX 60000
#define MED_SPANS_MAX	 16
struct med_engine *med_engine_new(struct mem *m, const struct med_cfg *cfg);

/* Records to the engine (ring_rec.kind), their bodies, and how they are packed. ------------------
 *
 * OPEN: on a channel that is busy with another leg closes that one first, with its report; with the
 * same leg it is a MODIFY. A timeslot belongs to the leg that opened it last; the one before keeps
 * its channel without a timeslot: it sends nothing, and what it receives is counted only. An OPEN
 * out of range changes nothing and is answered with CLOSED and counters of 0.
 * MODIFY: the stream goes on: ssrc, timestamp and seq of the record are not used. The buffer is
 * emptied only when the timeslot's law changes. Out of range, or for another leg than the
 * channel's: changes nothing.
 * CLOSE, QUERY: for a leg that is not the channel's change nothing and are not answered. A QUERY
 * that is not answered when the leg closes is answered by its CLOSED. */
enum med_cmd_kind {
	MED_CMD_OPEN = 1, /* struct med_open: a new leg on a channel */
	MED_CMD_MODIFY,	  /* struct med_open: the same leg, changed without a glitch */
	MED_CMD_CLOSE,	  /* struct med_ref */
	MED_CMD_QUERY,	  /* struct med_ref: report counters now */
	MED_CMD_TIMESLOT, /* struct med_timeslot: a timeslot without RTP */
};

enum med_codec { MED_PCMA, MED_PCMU };
enum med_through { /* what passes, as seen from the telephone user who called */
		   MED_CUT = 0,
		   MED_TO_RTP = 1,   /* timeslot to RTP */
		   MED_FROM_RTP = 2, /* RTP to timeslot */
		   MED_BOTH = 3,
};

struct med_open {
	uint32_t leg; /* id, not 0 */
	uint16_t channel;
	uint8_t span, timeslot; /* timeslot 1-31 */
	uint8_t codec;		/* enum med_codec */
	uint8_t through;	/* enum med_through */
	uint8_t pt_tx, pt_rx;
	uint8_t ptime_ms;  /* of what we send: 10-60 by tens */
	uint8_t buffer_ms; /* depth of the receive buffer; 0: 40; at most 150 */
	uint16_t seq;	   /* first sequence number */
	uint32_t ssrc, timestamp;
	uint8_t family;	    /* remote: as in struct addr; ADDR_NONE: nothing is sent */
	uint8_t any_source; /* 0: packets must come from the remote IP address */
	uint16_t port;
	uint8_t ip[16];
};

/* Timeslots without RTP. Each use ends another one, and that of a channel; FREE ends it when it is
 * still this leg's. A JOIN of the same two by the same leg changes what passes, without a glitch.
 * No counters; only TONE has a report, MED_REP_CHECK when the tone has come back. */
enum med_timeslot_use {
	MED_TS_FREE,
	MED_TS_LOOP, /* what comes goes back, octet for octet */
	MED_TS_TONE, /* continuity check: dsp/continuity.h */
	MED_TS_JOIN, /* with another one: octets as they are, or by table between the laws */
};

enum med_join_through { MED_TO_SECOND = 1, MED_TO_FIRST = 2 };

struct med_timeslot {
	uint32_t leg;
	uint8_t use; /* enum med_timeslot_use */
	uint8_t span, timeslot;
	uint8_t span2, timeslot2; /* JOIN: the second */
	uint8_t through;	  /* JOIN: enum med_join_through, or both */
	uint8_t two_wire;	  /* TONE: 2010 Hz go, 1780 Hz come */
};

struct med_ref {
	uint32_t leg;
	uint16_t channel;
};

void med_open_set_remote(struct med_open *o, const struct addr *remote);
void med_cmd_pack(struct ring_rec *rec, enum med_cmd_kind kind, const void *body, size_t len);

/* Records from the engine. When the ring to signalling is full, leave them where they are. */
enum med_report_kind {
	MED_REP_COUNTERS = 1, /* struct med_counters: answer to QUERY */
	MED_REP_CLOSED,	      /* struct med_counters: answer to CLOSE; the channel is free again */
	MED_REP_CHECK,	      /* struct med_check: the tone of a check has come back */
};

struct med_counters {
	uint32_t leg;
	uint16_t channel;
	uint16_t jitter_us8; /* RFC 3550 6.4.1 interarrival jitter, in units of 8 us */
	uint32_t rx_packets, rx_octets;
	uint32_t rx_lost;     /* never came (by sequence number) */
	uint32_t rx_late;     /* came too late for the buffer, or twice */
	uint32_t rx_rejected; /* wrong source, payload type, version, length */
	uint32_t rx_overrun;  /* samples dropped because the buffer was full */
	uint32_t gaps_ms; /* milliseconds of silence in place of speech, from the first octet on,
				 while MED_FROM_RTP is through */
	uint32_t tx_packets, tx_octets;
};

struct med_check {
	uint32_t leg;
	uint8_t span, timeslot;
};

/* The body of such a record; false for another kind. */
bool med_report_unpack(const struct ring_rec *rec, struct med_counters *c);

/* There is room for a report of the next command; when not (reports were not taken for more than
 * 2 * nr_channels closed legs), leave commands in their ring until they are. */
bool med_engine_ready(const struct med_engine *e);
void med_engine_cmd(struct med_engine *e, const struct ring_rec *rec);
bool med_engine_report(struct med_engine *e, struct ring_rec *rec);

/* Media. --------------------------------------------------------------------------------------- */
void med_engine_span(struct med_engine *e, unsigned span, const struct tdm_block *rx,
		     struct tdm_block *tx);
/* A millisecond has passed. */
void med_engine_tick(struct med_engine *e);
/* The next channel whose packet time it is in this tick. */
bool med_engine_due(struct med_engine *e, unsigned *channel);
void med_engine_rx(struct med_engine *e, unsigned channel, const struct addr *from,
		   struct str octets);
/* The packet this channel has to send now, when it has one; the view is valid until the next call.
 * At most one for each time the channel is due. The first of a stream, and the first after a pause,
 * has the marker bit (RFC 3551 4.1); timestamps go on during a pause. */
bool med_engine_packet(struct med_engine *e, unsigned channel, struct addr *to, struct str *octets);

#endif
