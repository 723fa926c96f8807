/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ss7/mtp2: one signalling link at level 2 (Q.703; T1.111.3 for ANSI): initial alignment, basic
 * error correction, error rate monitors, processor outage, congestion. No I/O and no bits: it is
 * told signal units and asked for them, each without flags and check octets:
 *
 *	BSN+BIB | FSN+FIB | LI | nothing (FISU), a status field (LSSU), SIO and SIF (MSU)
 *
 * What is below (HDLC on a timeslot, a packet socket) repeats the last FISU or LSSU by itself and
 * need not hand up what repeats itself; so a quiet link costs nothing here.
 *
 *	struct mtp2 *l = mtp2_new(mem, &cfg);
 *	mtp2_start(l, now);
 *	mtp2_rx(l, now, unit);	mtp2_rx_errors(l, now, 1);	mtp2_tick(l, now);
 *	while (mtp2_next_out(l, &out)) ...		what level 3 hears
 *	while (room && (len = mtp2_next_tx(l, now, buf))) ...	what goes out
 *	wake at mtp2_deadline(l);
 *
 * After every input the caller drains mtp2_next_out, then mtp2_next_tx as far as there is room
 * below: a unit that is taken early cannot be overtaken by a retransmission. The octets of mtp2_rx
 * stay in place until the drain.
 *
 * Written without the ITU text: values and transitions are not checked against it.
 */
#ifndef TRUNKGATE_SS7_MTP2_H
#define TRUNKGATE_SS7_MTP2_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>
#include <trunkgate/base/tick.h>

#define MTP2_HEADER   3
#define MTP2_MAX_MSU  273 /* SIO and SIF */
#define MTP2_MAX_UNIT (MTP2_HEADER + MTP2_MAX_MSU)
#define MTP2_WINDOW   127 /* MSUs that are not acknowledged (Q.703 5.2.3) */

struct mtp2;

enum mtp2_timer { /* Q.703 12.3 */
		  MTP2_T1,
		  MTP2_T2,
		  MTP2_T3,
		  MTP2_T4N,
		  MTP2_T4E,
		  MTP2_T5,
		  MTP2_T6,
		  MTP2_T7,
		  MTP2_NR_TIMERS
};

struct mtp2_cfg {
	bool ansi; /* other timer values */
	/* Preventive cyclic retransmission (Q.703 clause 6), for links of long delay. */
	bool preventive;
	uint16_t max_queued;		   /* MSUs that wait; 0: 512 */
	uint32_t timer_ms[MTP2_NR_TIMERS]; /* 0: the default */
};

struct mtp2 *mtp2_new(struct mem *parent, const struct mtp2_cfg *cfg);
void mtp2_free(struct mtp2 *l);
uint32_t mtp2_timer_default_ms(enum mtp2_timer t, bool ansi);

/* From level 3. --------------------------------------------------------------------------------- */
void mtp2_start(struct mtp2 *l, tick_t now);
void mtp2_stop(struct mtp2 *l, tick_t now);
/* The next alignment is (not) of the short proving period. */
void mtp2_emergency(struct mtp2 *l, tick_t now, bool emergency);
void mtp2_local_outage(struct mtp2 *l, tick_t now, bool outage);
/* After MTP2_OUT_OUTAGE_OVER: go on with what is queued, or without it. */
void mtp2_continue(struct mtp2 *l, tick_t now);
void mtp2_flush(struct mtp2 *l, tick_t now);
/* Level 3 cannot take more (Q.703 clause 9): SIB goes out. */
enum mtp2_busy { MTP2_FREE, MTP2_ACCEPT, MTP2_DISCARD };
void mtp2_set_busy(struct mtp2 *l, tick_t now, enum mtp2_busy busy);
/* SIO and SIF. TG_EINVAL: fewer than 3 or too many octets; TG_ESTATE: not in service; TG_ELIMIT. */
int mtp2_tx(struct mtp2 *l, tick_t now, struct str msu);

/* Changeover (Q.704 5.4), while not in service. */
uint8_t mtp2_bsnt(const struct mtp2 *l); /* the last FSN that was accepted */
/* What the peer has up to `fsnc` is gone; -1: nobody knows, all that was sent is. */
void mtp2_retrieve(struct mtp2 *l, int fsnc);
/* The next of what is left, oldest first; the view is good until the next input. */
bool mtp2_retrieve_next(struct mtp2 *l, struct str *msu);

/* From below. ----------------------------------------------------------------------------------- */
void mtp2_rx(struct mtp2 *l, tick_t now, struct str unit);
/* Good units that were like the one before, since the last input. */
void mtp2_rx_repeats(struct mtp2 *l, uint32_t nr);
/* Units in error, or blocks of 16 octets while octets are counted (Q.703 4.1.4). */
void mtp2_rx_errors(struct mtp2 *l, tick_t now, uint32_t nr);
void mtp2_tick(struct mtp2 *l, tick_t now);
tick_t mtp2_deadline(const struct mtp2 *l);

/* Outputs. -------------------------------------------------------------------------------------- */
enum mtp2_reason {
	MTP2_R_NONE,
	MTP2_R_STOPPED,
	MTP2_R_T1,
	MTP2_R_T2,
	MTP2_R_T3,
	MTP2_R_T6,
	MTP2_R_T7,
	MTP2_R_PROVING,
	MTP2_R_SUERM,
	MTP2_R_BSN,
	MTP2_R_FIB,
	MTP2_R_SIO,
	MTP2_R_SIN,
	MTP2_R_SIE,
	MTP2_R_SIOS,
	MTP2_R_ASSOCIATION, /* of M2PA */
	MTP2_NR_REASONS
};
const char *mtp2_reason_text(enum mtp2_reason r);

enum mtp2_out_type {
	MTP2_OUT_MSU, /* octets: SIO and SIF */
	MTP2_OUT_IN_SERVICE,
	MTP2_OUT_OUT_OF_SERVICE, /* reason */
	MTP2_OUT_REMOTE_OUTAGE,
	MTP2_OUT_OUTAGE_OVER, /* nobody has one: answer with mtp2_continue or mtp2_flush */
	MTP2_OUT_CONGESTION,  /* level 0 to 3 of our queue: Q.704 11.2.1.2 */
};

struct mtp2_out {
	enum mtp2_out_type type;
	enum mtp2_reason reason;
	uint8_t level;
	struct str octets;
};

bool mtp2_next_out(struct mtp2 *l, struct mtp2_out *out);
/* The next unit, into MTP2_MAX_UNIT octets; 0: the last FISU or LSSU goes on. */
size_t mtp2_next_tx(struct mtp2 *l, tick_t now, uint8_t *buf);

/* What the operator sees. ----------------------------------------------------------------------- */
enum mtp2_state {
	MTP2_OUT_OF_SERVICE,
	MTP2_INITIAL_ALIGNMENT,
	MTP2_ALIGNED_READY,
	MTP2_ALIGNED_NOT_READY,
	MTP2_IN_SERVICE,
	MTP2_PROCESSOR_OUTAGE,
	MTP2_NR_STATES
};
enum mtp2_state mtp2_state(const struct mtp2 *l);
const char *mtp2_state_name(enum mtp2_state s);

struct mtp2_stats {
	uint64_t tx_msu, rx_msu, retransmitted, rx_nack, tx_nack, rx_errors, rx_malformed, rx_sib;
	uint32_t failures, alignments; /* out of service after being in it; tries */
	uint16_t queued, unacknowledged;
	enum mtp2_reason last_reason;
};
void mtp2_stats(const struct mtp2 *l, struct mtp2_stats *out);

#endif
