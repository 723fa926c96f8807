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
 *		do	receive from that channel's socket: med_engine_rx(e, channel, &from, octets)
 *		while (it had one, no 4 good and no MED_RX_BAD bad ones yet, and
 *		       med_engine_rx_more(e, channel));
 *		if (med_engine_packet(e, channel, &to, &octets)) send	(asked for each that is due)
 *		if (med_engine_rtcp(e, channel, &to, &octets, &own_socket)) send
 *	}
 *	while (med_engine_report(e, &rec)) ring_put(from_worker, &rec);
 *
 * What the timeslots get: the idle pattern (Q.522 2.12) where no leg lives; where one does, speech,
 * and silence of the law (0xd5, 0xff) for what did not come or may not pass: the idle pattern of
 * A-law is for circuits without a call, and would be heard as a step. Octets of the same law are
 * carried untouched; A-law and mu-law convert by table, and so does gain, where there is any.
 *
 * RTP to RTP: a leg on each of two timeslots 2n-1 and 2n of a span inside (n from 1 to
 * MED_INSIDE_PAIRS): what one plays out the other sends, a millisecond later, through codecs, laws,
 * keys and packet times of each. Octets of the span's law pass untouched; what nobody is joined with
 * hears silence. The spans inside are numbers nr_spans to nr_spans + nr_inside - 1, and the tick
 * serves them, but not those that are another engine's. The gateway gives a call between two SIP legs
 * such a pair (gateway/inside.h): an OPEN for each leg, with the first timeslot and the second.
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

struct dsp_coder;
struct med_between;
struct med_engine;
struct med_hold;
struct rtp_srtp;

#define MED_CNAME_MAX	 40
#define MED_GAIN_MIN	 (-24) /* dB: of two trunks together */
#define MED_GAIN_MAX	 12
#define MED_INSIDE_PAIRS 15

#define MED_RX_BAD 250 /* datagrams: 10,000 a second with a packet time of 20 ms */

#define MED_DTLS_MAX 8 /* datagrams of a leg that go to the signalling thread in a packet time */

#define MED_CHANNELS_MAX 60000
#define MED_SPANS_MAX	 256

struct med_cfg {
	unsigned nr_channels;
	unsigned nr_spans;
	unsigned nr_inside; /* spans behind these that nobody has outside: RTP to RTP */
	enum tdm_law law[MED_SPANS_MAX]; /* of each span */
	unsigned nr_objects;		 /* 0: G.711 without secrets only */
	/* With other engines: the spans that they serve, and the octets between us. Two timeslots that
	 * are joined may be on spans of two engines: both are told the same record. NULL: alone. */
	struct med_between *between;
	bool elsewhere[MED_SPANS_MAX];
	char cname[MED_CNAME_MAX]; /* RTCP: who we are (RFC 3550 6.5.1) */
	uint64_t ntp_origin;	   /* NTP time of the first tick */
};

/* NULL when out of memory, or the numbers are out of range (MED_CHANNELS_MAX, MED_SPANS_MAX). */
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
	MED_CMD_RING,	  /* struct med_ring: who called hears that it rings */
};

enum med_codec {
	MED_PCMA,
	MED_PCMU,
	MED_CLEAR, /* 64 kbit/s of anything: octets as they are (RFC 4040) */
	MED_CODED, /* by the coder of the leg's objects */
};

enum med_flag {
	MED_F_CONCEAL = 1,   /* what is lost is concealed, then comfort noise; else silence */
	MED_F_ADAPT = 2,     /* the receive buffer follows the stream; else buffer_ms stays */
	MED_F_RTCP = 4,	     /* reports are sent */
	MED_F_RTCP_MUX = 8,  /* on the port of RTP (RFC 5761); else on the next */
	MED_F_LEARN = 16,    /* sends to where the first good packet came from */
	MED_F_DTX = 32,	     /* comfort noise packets instead of silence (RFC 3389) */
	MED_F_SECURE = 64,   /* nothing passes without keys */
	MED_F_METRICS = 128, /* reports have VoIP metrics (RFC 3611) */
	MED_F_MODEM = 256,   /* an answering tone (dsp/answer_tone.h) makes it a call of data */
};
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
	uint16_t objects;   /* slot of what med_engine_set_objects was given; 0: none */
	uint16_t flags;	    /* of enum med_flag */
	uint8_t cn_pt;	    /* comfort noise, both ways; 0: none (it is 13 or dynamic) */
	uint16_t rtcp_port; /* of the remote, when it is not the one behind `port`; 0: it is */
	/* dB, MED_GAIN_MIN to MED_GAIN_MAX; not applied to MED_CLEAR. 0: octets stay as they are. */
	int8_t gain_to_rtp, gain_to_timeslot;
};

/* What a leg needs that is made where allocation is allowed: on the signalling thread. */
struct med_objects {
	struct dsp_coder *coder; /* of MED_CODED; may be NULL otherwise */
	struct med_hold *hold;	 /* of MED_CODED; NULL: packets are decoded as they come */
	struct rtp_srtp *srtp;	 /* NULL: plain RTP */
};

/* Room for packets that wait for their turn (media/hold.c); NULL when out of memory. */
struct med_hold *med_hold_new(struct mem *m);
/* NULL is allowed. */
void med_hold_free(struct med_hold *h);

/* Signalling thread: slot 1 to nr_objects gets these, before the record that names it is put into
 * the ring. From then on they are the engine's, until MED_REP_RELEASED comes for the slot: when the
 * leg is closed, or modified with another slot. */
void med_engine_set_objects(struct med_engine *e, uint16_t slot, const struct med_objects *o);

/* Timeslots without RTP. Each use ends another one, and that of a channel; FREE ends it when it is
 * still this leg's. A JOIN of the same two by the same leg changes what passes, without a glitch.
 * No counters; only TONE has a report, MED_REP_CHECK when the tone has come back. */
enum med_timeslot_use {
	MED_TS_FREE,
	MED_TS_LOOP, /* what comes goes back, octet for octet */
	MED_TS_TONE, /* continuity check: dsp/continuity.h */
	MED_TS_JOIN, /* with another one: octets as they are, or by table between the laws */
	/* Test lines; the level of the tone is 0 dBm0. What comes is heard by nobody. */
	MED_TS_MILLIWATT,
	MED_TS_SILENCE,
	MED_TS_TRANSPONDER, /* a check of a two-wire circuit: dsp/continuity.h */
	MED_TS_FAR, /* not in records: what JOIN is when the other one is another engine's */
};

enum med_join_through { MED_TO_SECOND = 1, MED_TO_FIRST = 2 };

struct med_timeslot {
	uint32_t leg;
	uint8_t use; /* enum med_timeslot_use */
	uint8_t span, timeslot;
	uint8_t span2, timeslot2;	      /* JOIN: the second */
	uint8_t through;		      /* JOIN: enum med_join_through, or both */
	uint8_t two_wire;		      /* TONE: 2010 Hz go, 1780 Hz come */
	int8_t gain_to_first, gain_to_second; /* JOIN: dB, 0 for data */
};

/* A ringing tone in place of what would pass, whatever else is done with the timeslot: into a timeslot
 * that nothing is on, or whose channel has heard no packet yet or lets none through; or to the RTP of
 * its channel, in place of what comes from the timeslot. A loop, a check and a join do not ring. It ends
 * by a record of the same leg with kind 0, and by one of another leg, which is then the one. */
struct med_ring {
	uint32_t leg; /* id, not 0 */
	uint8_t span, timeslot;
	uint8_t kind; /* enum dsp_ringback_kind */
	uint8_t to_rtp;
};

struct med_ref {
	uint32_t leg;
	uint16_t channel;
	uint8_t span; /* as in its OPEN: not looked at here, but by who has several engines */
};

void med_open_set_remote(struct med_open *o, const struct addr *remote);
void med_cmd_pack(struct ring_rec *rec, enum med_cmd_kind kind, const void *body, size_t len);

/* Records from the engine. When the ring to signalling is full, leave them where they are. */
enum med_report_kind {
	MED_REP_COUNTERS = 1, /* struct med_counters: answer to QUERY */
	MED_REP_CLOSED,	      /* struct med_counters: answer to CLOSE; the channel is free again */
	MED_REP_CHECK,	      /* struct med_check: the tone of a check has come back */
	MED_REP_RELEASED,     /* struct med_released: objects are not used any more */
	MED_REP_REJECTED, /* struct med_rejected: behind COUNTERS and CLOSED, when there were any */
};

/* Why a datagram was thrown away. */
enum med_reject {
	MED_REJECT_SOURCE, /* not from the address in SDP */
	MED_REJECT_FORMAT, /* not RTP, or a length that cannot be */
	MED_REJECT_TYPE,   /* a payload type that was not agreed on */
	MED_REJECT_PLAIN,  /* no keys yet */
	MED_REJECT_FORGED, /* SRTP: authentication failed */
	MED_REJECT_REPLAY, /* SRTP: seen before, or too old */
	MED_REJECT_SSRC,   /* a packet of another source than the stream's (RFC 3550 8.2) */
	MED_REJECT_RTCP,   /* not a compound as RFC 3550 A.2 wants it */
	MED_REJECT_DTLS,   /* more than MED_DTLS_MAX in a packet time */
	MED_NR_REJECTS
};

struct med_rejected {
	uint32_t leg;
	uint16_t channel;
	uint32_t nr[MED_NR_REJECTS];
};

struct med_released {
	uint16_t slot;
};

struct med_counters {
	uint32_t leg;
	uint16_t channel;
	uint16_t jitter_us8; /* RFC 3550 6.4.1 interarrival jitter, in units of 8 us */
	uint32_t rx_packets, rx_octets;
	uint32_t rx_lost;     /* never came (by sequence number) */
	uint32_t rx_late;     /* came too late for the buffer, or twice */
	uint32_t rx_rejected; /* of all reasons: enum med_reject */
	uint32_t rx_overrun;  /* samples dropped because the buffer was full */
	uint32_t gaps_ms; /* milliseconds of silence in place of speech, from the first octet on,
				 while MED_FROM_RTP is through */
	uint32_t tx_packets, tx_octets;
	uint32_t concealed_ms;	    /* of gaps_ms, what was concealed */
	uint16_t round_trip_ms;	    /* by RTCP; MED_UNKNOWN: not known */
	uint16_t far_jitter_us8;    /* what the other side saw of ours */
	uint16_t far_lost_permille; /* the same, over its last interval; MED_UNKNOWN: not told */
	uint8_t delay_ms;	    /* of the receive buffer, on average */
	uint8_t far_r, far_mos10;   /* by RTCP XR: R and MOS times 10 there; 127: not told */
	uint8_t modem;		    /* enum med_modem */
};

#define MED_UNKNOWN 0xffff

/* Where the answering tone of a modem or a fax machine was heard (MED_F_MODEM): from then on the
 * receive buffer has a fixed depth, and octets go both ways as they come: nothing is concealed, dropped
 * or doubled, and silence is sent. */
enum med_modem { MED_MODEM_NONE, MED_MODEM_FROM_RTP, MED_MODEM_TO_RTP };

struct med_check {
	uint32_t leg;
	uint8_t span, timeslot;
};

/* The body of such a record; false for another kind. */
bool med_report_unpack(const struct ring_rec *rec, struct med_counters *c);
bool med_rejected_unpack(const struct ring_rec *rec, struct med_rejected *r);
bool med_released_unpack(const struct ring_rec *rec, struct med_released *r);
const char *med_reject_name(enum med_reject why);

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
/* Legs that are open now. */
unsigned med_engine_legs(const struct med_engine *e);
/* The next channel whose packet time it is in this tick. */
bool med_engine_due(struct med_engine *e, unsigned *channel);
void med_engine_rx(struct med_engine *e, unsigned channel, const struct addr *from,
		   struct str octets);
/* Right behind med_engine_rx: is the socket to be asked again at once? Not when packets come one in
 * each packet time and another that waited for the next would still be in time. */
bool med_engine_rx_more(const struct med_engine *e, unsigned channel);
/* Was it thrown away, or is it no RTP (DTLS, RTCP)? What anybody can send must not keep good packets
 * waiting in the socket: up to MED_RX_BAD of these are read in a packet time beside the good ones. */
bool med_engine_rx_aside(const struct med_engine *e);
/* The packet this channel has to send now, when it has one; the view is valid until the next call.
 * At most one for each time the channel is due. The first of a stream, and the first after a pause,
 * has the marker bit (RFC 3551 4.1); timestamps go on during a pause. */
bool med_engine_packet(struct med_engine *e, unsigned channel, struct addr *to, struct str *octets);
/* RTCP. A datagram of the channel's RTCP socket (with RTCP on the port of RTP they are told apart by
 * med_engine_rx, RFC 5761 4); and a report to send, when one is due, by which socket. A leg that has
 * sent something says BYE when it is closed (RFC 3550 6.3.7): its channel is due once more, in the
 * next tick, and what it brought is released then; not when another leg is on it by then. */
void med_engine_rtcp_rx(struct med_engine *e, unsigned channel, const struct addr *from,
			struct str octets);
bool med_engine_rtcp(struct med_engine *e, unsigned channel, struct addr *to, struct str *octets,
		     bool *own_socket);
/* True about once a second: time to look into the channel's RTCP socket. */
bool med_engine_rtcp_poll(const struct med_engine *e, unsigned channel);
/* A datagram of DTLS that med_engine_rx was given (RFC 7983 7), for the signalling thread: true once,
 * right behind that call. It came from where the media may come from. */
bool med_engine_dtls(struct med_engine *e, uint32_t *leg);

#endif
