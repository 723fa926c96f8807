/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tdm/pipe: the packets of a span between two processes (a unix SEQPACKET socket): a header of 32
 * octets and, in a block, 8 frames of all timeslots. Ours alone: no standard. Each side says first
 * what its span is (HELLO); speech follows when both are the same.
 *
 *	octet  0 'T'   1 version   2 type   3 kind   4 law   5 timeslots   6 alarms   7 flags
 *	      8-11 number of the block (network order)
 *	     12-15 0
 *	     16-31 signalling bits: abcd of two timeslots each, the even one above
 *	     32-   BLOCK: frame after frame, timeslot 1 first
 *
 *	struct tdm_pipe_head h = { .type = TDM_PIPE_BLOCK, .kind = TDM_E1, ... };
 *	size_t len = tdm_pipe_enc(buf, &h, &block);
 *	if (tdm_pipe_dec(&h, &frames, octets) == 0) tdm_recv_put(r, h.number * 8, frames, 8);
 */
#ifndef TRUNKGATE_TDM_PIPE_H
#define TRUNKGATE_TDM_PIPE_H

#include <trunkgate/base/err.h>
#include <trunkgate/base/str.h>
#include "tdm/span.h"

#define TDM_PIPE_VERSION 1
#define TDM_PIPE_HEAD	 32
#define TDM_PIPE_MAX	 (TDM_PIPE_HEAD + TDM_MAX_TS * TDM_BLOCK)

enum tdm_pipe_type { TDM_PIPE_HELLO, TDM_PIPE_BLOCK };

struct tdm_pipe_head {
	enum tdm_pipe_type type;
	uint8_t version;
	enum tdm_kind kind;
	enum tdm_law law;
	uint8_t alarms; /* TDM_AIS, TDM_RAI */
	bool slave;	/* the sender's clock follows what it receives */
	uint32_t number;
	uint8_t cas[TDM_MAX_TS];
};

/* buf: TDM_PIPE_MAX octets; `b` is not looked at in a HELLO. How many there are. */
size_t tdm_pipe_enc(uint8_t *buf, const struct tdm_pipe_head *h, const struct tdm_block *b);
/* *frames: 8 frames of tdm_nr_ts(kind) octets, a view of `octets`; NULL in a HELLO. TG_EINVAL: it is
 * none of ours, or of another version (which is in the head then). */
int tdm_pipe_dec(struct tdm_pipe_head *h, const uint8_t **frames, struct str octets);
/* Can these two be joined? The text of *diag says what is different. */
int tdm_pipe_match(const struct tdm_pipe_head *ours, const struct tdm_pipe_head *theirs,
		   struct tg_diag *diag);

/* The frames of a block one behind the other, timeslots 1 .. nr_ts; how many octets. */
size_t tdm_frames_of(const struct tdm_block *b, unsigned nr_ts, uint8_t *frames);

#endif
