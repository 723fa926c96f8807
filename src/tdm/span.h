/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tdm/span: an E1 or T1 as a value: 1 ms blocks of 8 octets for each timeslot, both ways, with a
 * law and alarms. Where the octets come from (memory, a card, packets) is a driver's matter.
 *
 * A block is timeslot-major: octet[ts][i]. Timeslot 0 of an E1 is framing and not in use here.
 *
 *	struct tdm_virtual *v = tdm_virtual_new(mem, TDM_E1, TDM_ALAW);
 *	struct tdm_span a = tdm_virtual_end(v, 0), b = tdm_virtual_end(v, 1);
 *	a.ops->write(a.self, &block);	... one millisecond later:  b.ops->read(b.self, &block)
 */
#ifndef TRUNKGATE_TDM_SPAN_H
#define TRUNKGATE_TDM_SPAN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <trunkgate/base/mem.h>

#define TDM_BLOCK   8	 /* samples of a timeslot in a block: 1 ms */
#define TDM_MAX_TS  32	 /* timeslots, 0 included */
#define TDM_IDLE_A  0x54 /* idle pattern of an A-law timeslot (Q.522 2.12) */
#define TDM_IDLE_MU 0xff

enum tdm_law { TDM_ALAW, TDM_MULAW };
enum tdm_kind { TDM_E1, TDM_T1 };

struct tdm_block {
	uint8_t octet[TDM_MAX_TS][TDM_BLOCK];
};

/* Timeslots that carry something: 1-31 of an E1, 1-24 of a T1. */
static inline unsigned tdm_nr_ts(enum tdm_kind kind)
{
	return kind == TDM_E1 ? 31 : 24;
}

static inline uint8_t tdm_idle(enum tdm_law law)
{
	return law == TDM_ALAW ? TDM_IDLE_A : TDM_IDLE_MU;
}

/* All timeslots idle. */
static inline void tdm_block_idle(struct tdm_block *b, enum tdm_law law)
{
	memset(b, tdm_idle(law), sizeof(*b));
}

/* Why no speech can pass; a span without any is up. */
enum tdm_alarm {
	TDM_LOS = 1,	  /* nothing comes in (G.775 4) */
	TDM_AIS = 2,	  /* the far end has nothing to send (G.775 5.2) */
	TDM_RAI = 4,	  /* the far end does not hear us (G.704 2.3.2) */
	TDM_MISMATCH = 8, /* what comes in is of another law, size or form */
};

/* "LOS,RAI"; "-": none. */
#define TDM_ALARM_TEXT_MAX 32
const char *tdm_alarm_text(unsigned alarms, char buf[TDM_ALARM_TEXT_MAX]);

/* What the operator sees. Counters run from the start. */
struct tdm_status {
	unsigned alarms;		/* enum tdm_alarm, together */
	uint64_t rx_packets, rx_octets; /* blocks of a span between processes count as packets */
	uint64_t tx_packets, tx_octets;
	uint64_t tx_dropped;		     /* the outside took none */
	uint64_t lost;			     /* frames that never came, and were replaced */
	uint64_t late, reordered, malformed; /* packets */
	uint64_t slips_dropped;		     /* frames left out because the far clock is faster */
	uint64_t slips_repeated;	     /* frames said twice because it is slower */
	uint64_t underruns, overruns;	     /* the receive buffer was empty, or full */
	uint64_t losses;		     /* times that LOS began */
	uint64_t crc_errors,
		far_crc_errors;	    /* CRC-4, halves of a multiframe: ours, the far end's */
	uint32_t fill_us, depth_us; /* of the receive buffer: now, and when it begins to play */
	int32_t rate_ppb;	    /* clock recovery: how much faster than our own */
};

/* Who lives on a span: is given what was received in a millisecond and fills what is sent in the
 * same. Called by the media thread; may not allocate, lock or log. */
struct tdm_user {
	void (*block)(void *self, const struct tdm_block *rx, struct tdm_block *tx);
	void *self;
};

struct tdm_span_ops {
	/* One block; false when there is none (a gap: the reader fills with idle) or when the
	 * writer is ahead (the block is dropped and counted). */
	bool (*read)(void *self, struct tdm_block *rx);
	bool (*write)(void *self, const struct tdm_block *tx);
	bool (*up)(void *self); /* no alarm that forbids speech */

	/* What only some drivers have; NULL: not this one. */
	unsigned (*alarms)(void *self);
	void (*status)(const void *self, struct tdm_status *out); /* from any thread */
	/* Clocks that tick with what arrives: a descriptor that is readable then (-1: not now), and
	 * how many blocks have arrived that were not read. */
	int (*wait_fd)(void *self);
	unsigned (*arrived)(void *self);
	/* Clocks that are recovered: how much faster than ours the far one runs, in 10^-9. */
	int32_t (*rate_ppb)(void *self);
	/* Signalling bits abcd of each timeslot (G.704 5.1.3.2.2), where the span carries them. */
	void (*cas_tx)(void *self, const uint8_t abcd[TDM_MAX_TS]);
	void (*cas_rx)(void *self, uint8_t abcd[TDM_MAX_TS]);
};

struct tdm_span {
	const struct tdm_span_ops *ops;
	void *self;
	enum tdm_kind kind;
	enum tdm_law law;
};

/* Two ends in memory, used by one thread; a block written at one end is read at the other in the
 * next millisecond: each way begins with one idle block on the cable, so it does not matter which
 * end is served first. Up to TDM_VIRTUAL_MAX blocks are kept for a reader that is behind. A read
 * without a block fills in idle. */
#define TDM_VIRTUAL_MAX 4
struct tdm_virtual;
struct tdm_virtual *tdm_virtual_new(struct mem *m, enum tdm_kind kind, enum tdm_law law);
struct tdm_span tdm_virtual_end(struct tdm_virtual *v, int end);
/* Cuts the cable, or joins it again: both ends see up() false and idle; what is written is gone. May
 * be called from another thread. */
void tdm_virtual_cut(struct tdm_virtual *v, bool cut);
/* Blocks written at an end that were dropped because the other was behind, and reads there that
 * found none, while the cable was whole. */
uint64_t tdm_virtual_dropped(const struct tdm_virtual *v, int end);
uint64_t tdm_virtual_missed(const struct tdm_virtual *v, int end);

#endif
