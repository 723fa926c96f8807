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
 *	while (ring_get(to_worker, &rec)) med_engine_cmd(e, &rec);
 *	for each span:	read block; med_engine_span(e, span, &rx, &tx); write block
 *	med_engine_tick(e);
 *	while (med_engine_due(e, &channel)) {
 *		receive from that channel's socket (at most 4): med_engine_rx(e, channel, &from, octets)
 *		if (med_engine_packet(e, channel, &to, &octets)) send
 *	}
 *	while (med_engine_report(e, &rec)) ring_put(from_worker, &rec);
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

struct med_engine *med_engine_new(struct mem *m, const struct med_cfg *cfg);

/* Records to the engine (ring_rec.kind), their bodies, and how they are packed. ---------------- */
enum med_cmd_kind {
	MED_CMD_OPEN = 1, /* struct med_open: a new leg on a channel */
	MED_CMD_MODIFY,	  /* struct med_open: the same leg, changed without a glitch */
	MED_CMD_CLOSE,	  /* struct med_ref */
	MED_CMD_QUERY,	  /* struct med_ref: report counters now */
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
	uint8_t span, timeslot;
	uint8_t codec;	 /* enum med_codec */
	uint8_t through; /* enum med_through */
	uint8_t pt_tx, pt_rx;
	uint8_t ptime_ms;  /* of what we send: 10-60 by tens */
	uint8_t buffer_ms; /* depth of the receive buffer; 0: 40 */
	uint16_t seq;	   /* first sequence number */
	uint32_t ssrc, timestamp;
	uint8_t family;	    /* remote: as in struct addr; ADDR_NONE: nothing is sent */
	uint8_t any_source; /* 0: packets must come from the remote IP address */
	uint16_t port;
	uint8_t ip[16];
};

struct med_ref {
	uint32_t leg;
	uint16_t channel;
};

void med_open_set_remote(struct med_open *o, const struct addr *remote);
void med_cmd_pack(struct ring_rec *rec, enum med_cmd_kind kind, const void *body, size_t len);

/* Records from the engine. */
enum med_report_kind {
	MED_REP_COUNTERS = 1, /* struct med_counters: answer to QUERY */
	MED_REP_CLOSED,	      /* struct med_counters: answer to CLOSE; the channel is free again */
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
	uint32_t gaps_ms;     /* milliseconds for which the timeslot got idle instead of speech */
	uint32_t tx_packets, tx_octets;
};

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
/* The packet this channel has to send now, when it has one; the view is valid until the next call. */
bool med_engine_packet(struct med_engine *e, unsigned channel, struct addr *to, struct str *octets);

#endif
