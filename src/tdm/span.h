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

static inline uint8_t tdm_idle(enum tdm_law law)
{
	return law == TDM_ALAW ? TDM_IDLE_A : TDM_IDLE_MU;
}

/* All timeslots idle. */
static inline void tdm_block_idle(struct tdm_block *b, enum tdm_law law)
{
	memset(b, tdm_idle(law), sizeof(*b));
}

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
