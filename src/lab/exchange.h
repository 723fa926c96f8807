/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/exchange: an emulated exchange at the far end of a trunk: ISUP by the same call control as
 * the gateway, and a few subscribers who always behave in the same way. No I/O: in the daemon's
 * lab mode and in tests/sim it is joined to the gateway by an MTP and a span in memory.
 *
 *	number  behaviour
 *	100	answers, returns the caller's octets
 *	101	answers, 1004 Hz at -10 dBm0
 *	102	busy: REL 17		103	rings for ever
 *	104	unallocated: REL 1	105	answers, plays a WAV
 *	106	answers, hangs up after 5 s
 *	107	3 s of alerting with in-band ringback, then answers
 *	108	congestion: REL 34	109	answers at once: CON
 *	others	REL 1
 */
#ifndef TRUNKGATE_LAB_EXCHANGE_H
#define TRUNKGATE_LAB_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/mem.h>
#include <trunkgate/base/rng.h>
#include <trunkgate/base/tick.h>
#include "base/ring.h"
#include "isup/stack.h"
#include "lab/line.h"
#include "ss7/mtp.h"

struct lab_exchange;

struct lab_circuit_cfg {
	uint16_t cic;
	uint8_t timeslot;
};

struct lab_exchange_cfg {
	uint32_t opc, dpc; /* its own point code, the gateway's */
	uint8_t ni;
	unsigned nr_circuits;
	const struct lab_circuit_cfg *circuit;
	uint32_t
		hold_ms; /* calls that it makes end so long after the answer; 0: when the other does */
	uint32_t ring_ms; /* how long 100, 101, 105, 106 ring before they answer; default 200 */
	uint32_t timer_ms[ISUP_NR_TIMERS];
	struct rng rng;
};

struct lab_exchange *lab_exchange_new(struct mem *parent, const struct lab_exchange_cfg *cfg);
void lab_exchange_free(struct lab_exchange *x);

/* Inputs. */
int lab_exchange_mtp_rx(struct lab_exchange *x, tick_t now, const struct mtp_prim *p);
void lab_exchange_line_rx(struct lab_exchange *x, tick_t now, const struct ring_rec *rec);
/* The span of all its circuits is in alarm, or is well again: calls on it end (Q.764 2.8). */
void lab_exchange_span_state(struct lab_exchange *x, tick_t now, bool up);
/* Asks the line what is heard in the calls that are going on; it comes by lab_exchange_line_rx. */
void lab_exchange_listen(struct lab_exchange *x, tick_t now);
void lab_exchange_tick(struct lab_exchange *x, tick_t now);
tick_t lab_exchange_deadline(const struct lab_exchange *x);
/* Subscriber `from` calls `to` across the trunk; on answer `from`'s sound is heard. *nr is the
 * exchange's number of the call. TG_ELIMIT: no free circuit. */
int lab_exchange_call(struct lab_exchange *x, tick_t now, const char *from, const char *to,
		      uint32_t *nr);
/* Resets all circuits: of what was before nobody knows any more (Q.764 2.9.3.1). */
void lab_exchange_reset(struct lab_exchange *x, tick_t now);
/* Hangs up with a cause (16 normally). */
int lab_exchange_hangup(struct lab_exchange *x, tick_t now, uint32_t nr, uint8_t cause);

/* Outputs: MTP primitives and records for the line. */
struct lab_exchange_out {
	enum { LAB_OUT_MTP, LAB_OUT_LINE } type;
	struct mtp_prim mtp;
	struct ring_rec line;
};
bool lab_exchange_next_out(struct lab_exchange *x, struct lab_exchange_out *out);

/* What is going on. */
enum lab_call_state { LAB_CALL_SETUP, LAB_CALL_RINGING, LAB_CALL_TALKING, LAB_CALL_ENDED };
struct lab_call_info {
	uint32_t nr;
	bool outgoing; /* made by the exchange */
	enum lab_call_state state;
	char from[34], to[34];
	uint16_t cic;
	uint8_t timeslot;
	uint8_t cause;		     /* 0: none yet */
	struct lab_line_heard heard; /* as last reported; ms 0: nothing yet */
};
/* Newest first; ended calls are kept for a while (64). */
bool lab_exchange_call_walk(const struct lab_exchange *x, unsigned *pos,
			    struct lab_call_info *info);
/* Since the start. */
struct lab_exchange_counts {
	uint64_t made, made_answered; /* calls by lab_exchange_call */
	uint64_t made_ended[128]; /* and their causes: those that were answered, and the others */
	uint64_t made_failed[128];
	uint64_t taken, taken_answered;
	uint64_t no_circuit;		       /* calls that were not made for want of one */
	uint64_t answer_us_sum, answer_us_max; /* from IAM to ANM or CON */
	unsigned now, now_talking;
};
void lab_exchange_counts(const struct lab_exchange *x, struct lab_exchange_counts *out);
void lab_exchange_stats(const struct lab_exchange *x, struct isup_stats *out);

#endif
