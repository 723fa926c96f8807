/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ss7/mtp2_internal: the functional blocks of Q.703 figures 8 to 18, and what they say to each
 * other. A block never feeds another: it posts, and what is posted runs in order when the block
 * that runs has finished, as signals between the processes of the figures do.
 *
 *	mtp2_post(l, MTP2_M_LSC, LSC_FAILURE);
 */
#ifndef TRUNKGATE_SS7_MTP2_INTERNAL_H
#define TRUNKGATE_SS7_MTP2_INTERNAL_H

#include <trunkgate/base/timerq.h>

#include "base/fsm.h"
#include "ss7/mtp2.h"

#define MTP2_POSTS     32
#define MTP2_OUTS      12
#define MTP2_NO_STATUS 8 /* FISUs and MSUs */
#define MTP2_SILENT    9

/* Q.703 clause 10 */
#define MTP2_SUERM_T	    256 /* units until one error is forgiven: D */
#define MTP2_SUERM_LIMIT    64	/* T */
#define MTP2_AERM_NORMAL    4	/* Tin */
#define MTP2_AERM_EMERGENCY 1
#define MTP2_PROVINGS	    5 /* M */

enum mtp2_machine {
	MTP2_M_LSC,
	MTP2_M_IAC,
	MTP2_M_POC,
	MTP2_M_CC,
	MTP2_M_AERM,
	MTP2_M_SUERM,
	MTP2_M_TXC,
	MTP2_M_RC,
	MTP2_NR_MACHINES
};

/* Figure 8: link state control; its states are enum mtp2_state. */
enum lsc_event {
	LSC_START,
	LSC_STOP,
	LSC_EMERGENCY,
	LSC_EMERGENCY_CEASES,
	LSC_LOCAL_OUTAGE,
	LSC_LOCAL_RECOVERED,
	LSC_FLUSH,
	LSC_CONTINUE,
	LSC_ALIGNED,
	LSC_NOT_POSSIBLE,
	LSC_FAILURE,
	LSC_NO_OUTAGE,
	LSC_T1,
	LSC_RX_SIO,
	LSC_RX_SIN,
	LSC_RX_SIE,
	LSC_RX_SIOS,
	LSC_RX_SIPO,
	LSC_RX_FISU,
	LSC_NR_EVENTS
};

/* Figure 9: initial alignment control. */
enum iac_state { IAC_IDLE, IAC_NOT_ALIGNED, IAC_ALIGNED, IAC_PROVING, IAC_NR_STATES };
enum iac_event {
	IAC_START,
	IAC_STOP,
	IAC_EMERGENCY,
	IAC_RX_SIO,
	IAC_RX_SIN,
	IAC_RX_SIE,
	IAC_RX_SIOS,
	IAC_ABORT,
	IAC_CORRECT_SU,
	IAC_T2,
	IAC_T3,
	IAC_T4,
	IAC_NR_EVENTS
};

/* Figure 10: processor outage control. */
enum poc_state { POC_IDLE, POC_LOCAL, POC_REMOTE, POC_BOTH, POC_NR_STATES };
enum poc_event {
	POC_LOCAL_OUTAGE,
	POC_REMOTE_OUTAGE,
	POC_LOCAL_RECOVERED,
	POC_REMOTE_RECOVERED,
	POC_STOP,
	POC_NR_EVENTS
};

/* Figures 13 and 14 (basic method), 15 and 16 (preventive cyclic retransmission): what they do with
 * each unit is in mtp2_txc.c and mtp2_rc.c. */
enum txc_state { TXC_STATUS, TXC_FISU_ONLY, TXC_MESSAGES, TXC_NR_STATES };
enum txc_event {
	TXC_START,
	TXC_SIO,
	TXC_SIN,
	TXC_SIE,
	TXC_SIOS,
	TXC_SIPO,
	TXC_SIB,
	TXC_FISU,
	TXC_MSU,
	TXC_FLUSH,
	TXC_NACK,
	TXC_RX_SIB,
	TXC_T6,
	TXC_T7,
	TXC_NR_EVENTS
};
enum rc_state { RC_IDLE, RC_REJECTING, RC_ACCEPTING, RC_NR_STATES };
enum rc_event { RC_START, RC_STOP, RC_ACCEPT, RC_REJECT, RC_NR_EVENTS };

/* Figures 17 and 18: error rate monitors. */
enum erm_state { ERM_IDLE, ERM_MONITORING, ERM_NR_STATES };
enum erm_event { ERM_START, ERM_STOP, ERM_ERROR, ERM_NR_EVENTS };

/* Figure 19: congestion control. */
enum cc_state { CC_IDLE, CC_LEVEL_1, CC_LEVEL_2, CC_NR_STATES };
enum cc_event { CC_BUSY_ACCEPT, CC_BUSY_DISCARD, CC_NORMAL, CC_STOP, CC_T5, CC_NR_EVENTS };

struct mtp2_msu {
	uint16_t len;
	uint8_t octet[MTP2_MAX_MSU];
};

struct mtp2_post {
	uint8_t machine, event;
};

struct mtp2 {
	struct mem *mem;
	struct mtp2_cfg cfg;
	tick_t now;
	struct fsm m[MTP2_NR_MACHINES];
	struct timerq timers;
	struct timer timer[MTP2_NR_TIMERS];
	struct mtp2_post post[MTP2_POSTS];
	unsigned nr_posts, next_post;
	struct mtp2_out out[MTP2_OUTS];
	unsigned nr_outs, next_out;
	enum mtp2_reason why;

	/* marks of the figures */
	bool emergency, local_outage, level_3_indication, no_outage;
	bool further_proving, iac_emergency, t4_emergency;
	unsigned provings; /* Cp */
	unsigned aerm_limit, aerm_errors, suerm_errors, suerm_units;
	uint64_t good;	 /* units since the SUERM was looked after */
	bool discarding; /* an MSU was dropped in CC_LEVEL_2 */

	/* TXC: one circular list, first what is not acknowledged (RTB), then what waits (TB) */
	struct mtp2_msu *msu;
	unsigned room, head, nr_rtb, nr_tb, retransmit;
	uint8_t fsnf, fib, bib, bsn, status;
	bool sib_due, sib_received, preventing, forced;
	uint8_t level; /* of congestion, as level 3 was told */
	uint8_t last[MTP2_HEADER + 1];
	size_t last_len;

	/* RC */
	uint8_t fsnx, fibx;
	bool nacked;
	uint8_t heard; /* what the peer repeats: a status, MTP2_NO_STATUS, or MTP2_SILENT */
	unsigned bad_bsn, bad_fib; /* of the last three, a bit each */

	struct mtp2_stats stats;
};

extern const struct fsm_def mtp2_lsc_def, mtp2_iac_def, mtp2_poc_def, mtp2_cc_def, mtp2_aerm_def,
	mtp2_suerm_def, mtp2_txc_def, mtp2_rc_def;

void mtp2_post(struct mtp2 *l, enum mtp2_machine m, uint8_t event);
void mtp2_say(struct mtp2 *l, const struct mtp2_out *out);
void mtp2_arm(struct mtp2 *l, enum mtp2_timer t);
void mtp2_cancel(struct mtp2 *l, enum mtp2_timer t);
/* Kept as the reason when a failure is posted. */
void mtp2_fail(struct mtp2 *l, enum mtp2_machine m, uint8_t event, enum mtp2_reason why);
void mtp2_suerm_settle(struct mtp2 *l);

static inline uint8_t mtp2_fsnt(const struct mtp2 *l) /* the last that was sent */
{
	return (l->fsnf + l->nr_rtb + 127) & 127;
}
/* From RC: the peer has up to `bsn`; it (does not) want a retransmission. */
void mtp2_txc_acknowledged(struct mtp2 *l, uint8_t bsn, uint8_t bib);
void mtp2_txc_level(struct mtp2 *l);
void mtp2_txc_release(struct mtp2 *l, unsigned nr);
void mtp2_rc_unit(struct mtp2 *l, struct str unit);
/* What repeats itself below is heard again in a new state. */
void mtp2_rc_hear_again(struct mtp2 *l);
/* All that was posted. */
void mtp2_run(struct mtp2 *l);

/* Status field (Q.703 11.1.3) */
enum { MTP2_SIO, MTP2_SIN, MTP2_SIE, MTP2_SIOS, MTP2_SIPO, MTP2_SIB };

#define MTP2_STEP(name) static void do_##name(void *self, int arg, const void *ev)
#define MTP2_DO(step, arg)       \
	{                        \
		do_##step, (arg) \
	}
/* The steps that only post, with their event as the argument. */
#define MTP2_POST_STEP(name, machine)                              \
	static void do_##name(void *self, int arg, const void *ev) \
	{                                                          \
		(void)ev;                                          \
		mtp2_post(self, machine, (uint8_t)arg);            \
	}

#endif
