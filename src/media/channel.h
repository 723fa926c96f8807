/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * media/channel: the engine's inside, shared by its files alone: command.c (records), path.c
 * (timeslots), rx.c, decode.c, hold.c and tx.c (packets), conceal.c (what is heard in place of speech), timeslot.c
 * (timeslots without RTP), engine.c (the wheel of packet times).
 *
 * The wheel has a slot for each of the next 64 ms, a list of the channels due then. A channel that
 * was due goes to the slot of its next packet time, so a tick touches nobody else; a new one goes
 * to the emptiest slot within its packet time.
 *
 * Octets from the timeslot are gathered in `tx`, and are a packet when the channel is due with a
 * packet time full. The wheel and the span may slip against each other: a channel that is short
 * comes again when the rest should be there (not when nothing came at all: its span stands still),
 * one that has 2 ms too much comes a tick earlier, one with two packets at once.
 */
#ifndef TRUNKGATE_MEDIA_CHANNEL_H
#define TRUNKGATE_MEDIA_CHANNEL_H

#include "dsp/answer_tone.h"
#include "dsp/codec.h"
#include "dsp/conceal.h"
#include "dsp/continuity.h"
#include "dsp/law.h"
#include "dsp/ringback.h"
#include "media/between.h"
#include "media/engine.h"
#include "rtp/recv.h"
#include "rtp/report.h"
#include "rtp/srtp.h"

#define MED_WHEEL	64 /* a power of two, more than the longest packet time in ms */
#define MED_NONE	0xffff
#define MED_TX_MAX	(60 * TDM_BLOCK)
#define MED_TX_ROOM	(MED_TX_MAX + 8 * TDM_BLOCK)
#define MED_TX_SLACK	(2 * TDM_BLOCK)
#define MED_PAYLOAD_MAX (2 * MED_TX_MAX) /* L16 */
#define MED_IN_MAX	2048
#define MED_CONCEALERS	64 /* and one for each 16 channels */

struct med_channel {
	uint32_t leg;		   /* 0: free */
	uint16_t key;		   /* span * TDM_MAX_TS + timeslot; MED_NONE: has none */
	uint16_t tx_fill, tx_left; /* octets gathered; of these, not sent when it was last due */
	uint8_t through;
	bool playing; /* the first octet has come to the timeslot: gaps count */
	uint8_t slot; /* of the wheel */
	bool learnt;  /* `remote`, of its first good packet */
	uint16_t prev, next;
	uint16_t next_query; /* list of those who have to report */
	uint32_t query_leg;
	bool in_query;
	uint8_t nr_rx;	 /* packets of this packet time that were not thrown away */
	uint8_t nr_dtls; /* datagrams of it that went to the signalling thread */
	uint8_t steady;	 /* packet times in a row with one */
	uint8_t again;	 /* times that its socket was asked out of its turn since it was its turn */
	bool fresh;	 /* was not due yet */
	bool full;	 /* is due, and has a packet */
	bool marker : 1; /* of the next packet */
	bool leaving : 1; /* has no leg any more, but a BYE to send when it is due */
	uint8_t pt_tx, pt_rx, codec, ptime_ms;
	bool any_source;
	bool quiet_there; /* we sent a CN packet last */
	uint16_t seq;
	uint32_t ssrc, timestamp;		       /* timestamp of tx[0] */
	const uint8_t *to_rtp, *to_timeslot;	       /* law tables; NULL: untouched */
	const uint8_t *gain_to_rtp, *gain_to_timeslot; /* the same, in the timeslot's law */
	struct addr remote;
	uint32_t gap_octets, tx_packets, tx_octets;
	uint32_t rejected[MED_NR_REJECTS];
	uint16_t objects; /* slot; 0: none */
	uint16_t flags;
	uint8_t cn_pt;
	uint8_t modem;				  /* enum med_modem: what it was heard from */
	struct dsp_answer_tone from_rtp, from_ts; /* one that may be one */
	uint8_t clock_ratio; /* of RTP timestamps to samples: of the codec (decode.c) */
	bool clock_known;    /* clock_in and clock_out */
	struct rtp_srtp *srtp;
	struct dsp_coder *coder;
	uint32_t clock_in, clock_out; /* a timestamp of RTP, and the same in samples */
	uint32_t next_timestamp;      /* behind the last that was decoded, in samples */
	uint16_t next_seq;	      /* the same as a number */
	uint8_t held;		      /* bit n: of packet[n] of its hold */
	/* In place of speech: conceal.c. */
	struct dsp_concealer *concealer;
	struct dsp_noise noise;
	uint32_t concealed_octets;
	uint16_t gap_ms; /* of the gap that it is in; 0: it is in none */
	bool quiet_here; /* a CN packet came last: what is missing is silence */
	bool noise_known;
	uint16_t quiet_ms; /* since when there is nothing to send, or since that packet */
	uint16_t rtcp_port;
	struct rtp_report report;
	uint8_t tx[MED_TX_ROOM];
	struct rtp_recv recv;
};

/* What is left of a leg until it is reported. */
struct med_closed {
	struct med_counters counters;
	struct med_rejected rejected;
};

/* A timeslot that no channel has: timeslot.c. */
struct med_ts {
	uint32_t leg;
	uint8_t use;			/* enum med_timeslot_use */
	bool hears;			/* JOIN: the other one */
	const uint8_t *gain;		/* JOIN: of what it hears; NULL: none */
	bool reported, told;		/* TONE: it came back; signalling knows */
	uint16_t peer;			/* JOIN: key of the other one */
	uint8_t block[TDM_BLOCK];	/* JOIN: what it received last */
	struct med_between_reader from; /* FAR */
	union {
		struct dsp_continuity check; /* MILLIWATT: its tone */
		struct dsp_transponder transponder;
	};
	struct med_ring ring; /* kind 0: it does not ring */
	uint32_t ring_since;  /* ms */
};

/* Tables of level.c. */
struct med_level;

struct med_slot {
	uint16_t head, nr;
};

struct med_engine {
	unsigned nr_channels;
	unsigned nr_spans, nr_outside; /* all; those that somebody serves */
	struct med_between *between;
	bool elsewhere[MED_SPANS_MAX];
	struct tdm_block *inside; /* what the timeslots of the others said last */
	enum tdm_law law[MED_SPANS_MAX];
	struct dsp_law table;
	struct med_level *level;
	unsigned nr_legs; /* channels that are open */
	uint32_t now;	  /* ms */
	struct med_slot wheel[MED_WHEEL];
	uint16_t by_timeslot[MED_SPANS_MAX * TDM_MAX_TS]; /* channel, or MED_NONE */
	struct med_channel *channel;
	struct med_ts *ts; /* by key */
	bool checks_due;
	uint16_t first_query, last_query;
	struct med_closed *closed; /* CLOSED reports: a ring */
	unsigned closed_mask, closed_put, closed_get;
	struct med_rejected rejected; /* the report behind one that went out; leg 0: none */
	unsigned nr_objects;
	struct med_objects *objects; /* [0] is nobody's */
	uint16_t *released;	     /* slots that are to be reported, as a stack */
	unsigned nr_released;
	struct dsp_concealer_pool *concealers;
	uint8_t quiet[2][256];		 /* by law: octets of little amplitude */
	uint8_t (*tone)[2][DSP_RATE_HZ]; /* of ringing: by kind and law */
	uint16_t nr_ringing[MED_SPANS_MAX];
	char cname[MED_CNAME_MAX];
	uint64_t ntp_origin;
	uint32_t dtls_leg; /* who the datagram was for; 0: it was none */
	bool aside;	   /* it was thrown away, or is no RTP */
	/* The BYE of a channel that was due, in `out`; 0 octets: there is none. */
	uint16_t bye_channel, bye_len;
	uint8_t out[RTP_HEADER_LEN + MED_PAYLOAD_MAX + RTP_SRTP_TRAILER];
	uint8_t in[MED_IN_MAX];
	uint8_t decoded[RTP_RECV_PAYLOAD_MAX];
	int16_t samples[RTP_RECV_PAYLOAD_MAX];
};

/* The channel when there is such and a leg is on it, else NULL. */
static inline struct med_channel *med_channel_find(struct med_engine *e, unsigned channel)
{
	return channel < e->nr_channels && e->channel[channel].leg ? &e->channel[channel] : NULL;
}

static inline void med_reject(struct med_engine *e, struct med_channel *c, enum med_reject why)
{
	c->rejected[why]++;
	e->aside = true;
}

static inline enum dsp_law_kind med_law(const struct med_engine *e, unsigned span)
{
	return e->law[span] == TDM_ALAW ? DSP_ALAW : DSP_MULAW;
}

/* The law of the channel's timeslot; of its codec, when it has none. */
enum dsp_law_kind med_channel_law(const struct med_engine *e, const struct med_channel *c);

/* path.c: a millisecond of the spans that nobody has outside. */
void med_path_inside(struct med_engine *e);
/* decode.c: payload and timestamp as the buffer has them. */
enum med_decoded {
	MED_DECODED,
	MED_DECODE_HELD, /* its turn has not come: of its payload the length is known */
	MED_DECODE_LATE, /* too late for the coder, or twice: it only counts */
	MED_DECODE_BAD,
};
enum med_decoded med_decode(struct med_engine *e, struct med_channel *c, struct rtp_packet *p);
/* A packet of the stream, not of another source; into its place in the buffer. */
void med_decode_held(struct med_engine *e, struct med_channel *c, struct rtp_packet *p);
/* A packet of another payload type has taken this number. */
void med_decode_other(struct med_engine *e, struct med_channel *c, uint16_t seq);
/* How many numbers it is ahead of the coder's next one; negative: it is behind. */
static inline int med_ahead_by(const struct med_channel *c, uint16_t seq)
{
	return (int16_t)(uint16_t)(seq - c->next_seq);
}

/* hold.c: a packet that came before its turn, of so many samples; false: it is not held. */
bool med_hold(struct med_engine *e, struct med_channel *c, const struct rtp_packet *p, unsigned nr);
/* Those whose turn it is now that the one before them has been decoded. */
void med_hold_go_on(struct med_engine *e, struct med_channel *c);
/* A ms before the timeslot is served: those that must not wait any longer. */
void med_hold_due(struct med_engine *e, struct med_channel *c);
/* All. */
void med_hold_flush(struct med_engine *e, struct med_channel *c);
/* conceal.c: fills what did not come into the block (bit n of valid: octet n came). */
void med_conceal(struct med_engine *e, struct med_channel *c, uint8_t *tx, uint8_t valid);
void med_conceal_stop(struct med_engine *e, struct med_channel *c);
/* A comfort noise packet has come (RFC 3389 3). */
void med_conceal_noise(struct med_channel *c, struct str payload);
/* The channel on this timeslot, if there is one, is without it from now on. */
void med_channel_leave(struct med_engine *e, unsigned key);
#define MED_BUFFER_MAX_MS 150

/* modem.c: octets that have come, in the codec's law, and those that are about to go, in the timeslot's. */
void med_modem_from_rtp(struct med_engine *e, struct med_channel *c, struct str octets);
void med_modem_to_rtp(struct med_engine *e, struct med_channel *c, unsigned nr);
static inline bool med_modem_listens(const struct med_channel *c)
{
	return c->flags & MED_F_MODEM && !c->modem && c->codec <= MED_PCMU;
}

/* tx.c: a leg's last report, which is with the channel that is due. */
void med_farewell(struct med_engine *e, struct med_channel *c);
/* command.c: its objects are signalling's again. */
void med_channel_release(struct med_engine *e, struct med_channel *c);

/* metrics.c: of what the leg receives, for RTCP XR. */
void med_metrics(const struct med_channel *c, struct rtcp_voip_metrics *m);
/* level.c. The table for so many dB; NULL: 0, or none. The tone of a test line. */
bool med_level_init(struct med_engine *e, struct mem *m);
const uint8_t *med_gain(struct med_engine *e, enum dsp_law_kind law, int db);
struct dsp_tone med_test_tone(enum dsp_law_kind law);
void med_timeslot_free(struct med_engine *e, unsigned key);
void med_timeslot_cmd(struct med_engine *e, const struct med_timeslot *cmd);
/* false: it is free. */
bool med_timeslot_block(struct med_engine *e, unsigned key, const uint8_t *rx, uint8_t *tx);
bool med_timeslot_report(struct med_engine *e, struct ring_rec *rec);
/* ring.c */
bool med_ring_init(struct med_engine *e, struct mem *m);
void med_ring_cmd(struct med_engine *e, const struct med_ring *cmd);
/* What goes to the RTP of the channel on a timeslot of a span that rings; into such timeslots. */
const uint8_t *med_ring_rx(const struct med_engine *e, unsigned key, const uint8_t *rx);
void med_ring_tx(const struct med_engine *e, unsigned span, struct tdm_block *tx);
void med_wheel_add(struct med_engine *e, struct med_channel *c, uint32_t at);
/* Behind a visit of its socket: when what is in the buffer does not last until the next, it is
 * visited out of its turn. */
void med_look_again(struct med_engine *e, struct med_channel *c);
void med_wheel_del(struct med_engine *e, struct med_channel *c);
/* The ms within the next packet time in which the fewest are due. */
uint32_t med_wheel_room(const struct med_engine *e, unsigned ptime_ms);
/* Drops what was gathered; its time has passed all the same. */
void med_tx_skip(struct med_channel *c, unsigned octets);

#endif
