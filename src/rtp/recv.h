/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtp/recv: the receiving end of one G.711 stream: a buffer of fixed depth, played out at the pace
 * of a timeslot, and what RFC 3550 counts. The first packet is played `depth` after it came; from
 * then on its timestamp says when a packet is played, so the delay is constant and octets come out
 * in order. What did not come in time is a gap in place, never a shift.
 *
 * The mapping of timestamps to places is made anew (a resync, counted) when
 *  - another SSRC has sent two packets in a row and the old one none between them (RFC 3550 8.2);
 *  - a packet new by its number is behind the last by its timestamp, or further ahead than a buffer
 *    can grow (the sender's clock jumped, or runs faster than ours);
 *  - all packets of RTP_RECV_LATE_MS came too late (the path became longer, or our clock is
 *    faster).
 * What is in the buffer then is still played, and the new packet `depth` from now: a stream that
 * goes on in step is heard without a gap.
 *
 * With rtp_recv_adapt the depth follows the network (rtp/adapt.h), for speech; data and fax keep
 * the fixed one.
 *
 *	rtp_recv_init(&r, 40);
 *	rtp_recv_packet(&r, ticks_ms * 8, &packet, NULL);
 *	valid = rtp_buf_read(&r.buf, out);		(once a millisecond)
 *
 * Size about 4.8 KiB; nothing allocated.
 */
#ifndef TRUNKGATE_RTP_RECV_H
#define TRUNKGATE_RTP_RECV_H

#include <stdbool.h>
#include <stdint.h>

#include "rtp/adapt.h"
#include "rtp/buf.h"
#include "rtp/burst.h"
#include "rtp/jitter.h"
#include "rtp/packet.h"
#include "rtp/seq.h"

#define RTP_RECV_DEPTH_MAX_MS 150
#define RTP_RECV_PAYLOAD_MAX  1600 /* octets of a packet: 200 ms */
#define RTP_RECV_SLACK_MS     40   /* a buffer grows to depth + the larger of this and depth */
#define RTP_RECV_FOLLOW_MS    100  /* the same of one that follows the network */
#define RTP_RECV_LATE_MS      100
#define RTP_RECV_DELAY_SCALE  16
#define RTP_RECV_SWAPS_S      60 /* for so long one packet out of order is a sign of more */

struct rtp_recv {
	struct rtp_seq seq;
	struct rtp_jitter jitter;
	uint32_t ssrc, new_ssrc; /* new_ssrc: who may take over, when new_open */
	uint16_t new_seq;	 /* its next number */
	bool started, new_open;
	bool late_open;
	bool swapped;		 /* a packet came behind a later one */
	uint16_t last_seq;	 /* of the packet that was new last */
	uint32_t late_since;	 /* place of play-out at the first of a run of late packets */
	uint32_t offset;	 /* timestamp minus place */
	uint32_t last_timestamp; /* of the packet with the highest number */
	uint32_t depth;		 /* octets */
	int32_t ahead;		 /* time in hand of the packet that came last, octets */
	uint32_t end;		 /* place behind what was laid last in order */
	uint16_t wait;		 /* octets: what comes now was fetched so much before its turn, and
				     the depth is to be as if it had waited */
	uint16_t reserve;    /* octets: a packet may bring what was lost so long before it, and the
				     depth is to leave time for that */
	uint32_t delay;	     /* time in hand on average, octets times RTP_RECV_DELAY_SCALE */
	uint32_t swapped_at; /* place of play-out when one did last */
	uint32_t packets, octets; /* accepted for this stream, duplicates and late ones too */
	uint32_t late;		  /* packets: too late, at least in part, or twice */
	uint32_t strays;	  /* packets of an SSRC that is not the stream's */
	uint32_t overrun;	  /* octets thrown away because the buffer was full */
	uint32_t resyncs;
	uint32_t dropped, doubled; /* octets, to follow the sender */
	const uint8_t
		*quiet; /* by octet as it is laid: not 0 where it is quiet; NULL: fixed depth */
	struct rtp_adapt adapt;
	struct rtp_burst burst; /* of what was lost, or came when all of its time had passed */
	struct rtp_buf buf;
};

/* `depth_ms` is limited to RTP_RECV_DEPTH_MAX_MS. */
void rtp_recv_init(struct rtp_recv *r, unsigned depth_ms);
/* Another depth for the running stream: what comes from now on is played later, with a gap of the
 * difference, or earlier, over what was laid. The same depth changes nothing. */
void rtp_recv_set_depth(struct rtp_recv *r, unsigned depth_ms);
/* May what is missing before `end` still come? Not where packets keep their order. */
static inline bool rtp_recv_swaps(const struct rtp_recv *r)
{
	return r->swapped && r->buf.play - r->swapped_at < RTP_RECV_SWAPS_S * 8000u;
}

/* How long an octet waits for its time, on average: octets. */
static inline uint32_t rtp_recv_delay(const struct rtp_recv *r)
{
	return r->delay / RTP_RECV_DELAY_SCALE;
}

/* Makes the depth follow the stream from now on; NULL: keeps it as it is. `quiet` has 256 entries
 * and lives on. */
void rtp_recv_adapt(struct rtp_recv *r, const uint8_t *quiet);
/* The stream turns out to be data: the depth stays from now on, and nothing is dropped or doubled. One
 * that followed the network becomes as deep as it was to be at first, counted from the packet that came
 * last of late: by repeating the last 10 ms, which a tone of whole hundreds of Hz goes through in step. */
void rtp_recv_fix(struct rtp_recv *r);
/* `arrival` in timestamp units, from any origin; the payload (at most RTP_RECV_PAYLOAD_MAX octets,
 * not empty) goes through `table` unless that is NULL. */
void rtp_recv_packet(struct rtp_recv *r, uint32_t arrival, const struct rtp_packet *p,
		     const uint8_t *table);
/* The same, of a packet whose octets come later, by rtp_recv_fill: only the length of its payload
 * counts. */
void rtp_recv_held(struct rtp_recv *r, uint32_t arrival, const struct rtp_packet *p);

/* A packet of the stream that is not speech of its codec (comfort noise, telephone-event): counted,
 * nothing is laid. False: it is of another SSRC than the stream that has begun, a stray. */
bool rtp_recv_other(struct rtp_recv *r, const struct rtp_packet *p);
/* A packet of the stream that is not laid, as it came behind its turn or twice: counted. */
void rtp_recv_late(struct rtp_recv *r, const struct rtp_packet *p);
/* Octets for a place of the stream for which nothing came, as far as its time has not passed. Nothing
 * is counted, and what comes for the place takes it. */
void rtp_recv_fill(struct rtp_recv *r, uint32_t timestamp, struct str octets);

#endif
