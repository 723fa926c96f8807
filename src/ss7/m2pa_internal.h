/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ss7/m2pa_internal: a link of M2PA and its machine.
 *
 *	m2pa_feed(l, M2PA_RX_READY);
 */
#ifndef TRUNKGATE_SS7_M2PA_INTERNAL_H
#define TRUNKGATE_SS7_M2PA_INTERNAL_H

#include <trunkgate/base/timerq.h>

#include "base/fsm.h"
#include "ss7/m2pa.h"

#define M2PA_MOD      0x1000000u /* sequence numbers have 24 bits (2.2) */
#define M2PA_STATUSES 8
#define M2PA_OUTS     8

/* RFC 4165 2.3.2 */
enum m2pa_status {
	M2PA_ALIGNMENT = 1,
	M2PA_PROVING_NORMAL,
	M2PA_PROVING_EMERGENCY,
	M2PA_READY,
	M2PA_OUTAGE,
	M2PA_RECOVERED,
	M2PA_BUSY,
	M2PA_BUSY_ENDED,
	M2PA_OOS
};

enum m2pa_state {
	M2PA_S_OUT_OF_SERVICE,
	M2PA_S_NOT_ALIGNED,
	M2PA_S_ALIGNED,
	M2PA_S_PROVING,
	M2PA_S_READY,
	M2PA_S_IN_SERVICE,
	M2PA_S_OUTAGE,
	M2PA_NR_STATES
};

enum m2pa_event {
	M2PA_START,
	M2PA_STOP,
	M2PA_UP,
	M2PA_DOWN,
	M2PA_RX_ALIGNMENT,
	M2PA_RX_NORMAL,
	M2PA_RX_EMERGENCY,
	M2PA_RX_READY,
	M2PA_RX_DATA,
	M2PA_RX_OUTAGE,
	M2PA_RX_RECOVERED,
	M2PA_RX_OOS,
	M2PA_PROCEED,
	M2PA_T1,
	M2PA_T2,
	M2PA_T3,
	M2PA_T4,
	M2PA_T6,
	M2PA_T7,
	M2PA_AGAIN,
	M2PA_NR_EVENTS
};

enum m2pa_timer {
	M2PA_TM_T1,
	M2PA_TM_T2,
	M2PA_TM_T3,
	M2PA_TM_T4,
	M2PA_TM_T6,
	M2PA_TM_T7,
	M2PA_TM_AGAIN,
	M2PA_NR_TIMERS
};

struct m2pa_held {
	tick_t sent_at;
	uint16_t len;
	uint8_t octet[MTP2_MAX_MSU];
};

struct m2pa_status_out {
	uint8_t status, stream;
};

struct m2pa {
	struct mem *mem;
	struct m2pa_cfg cfg;
	tick_t now;
	struct timerq timers;
	struct timer timer[M2PA_NR_TIMERS];
	struct fsm fsm;
	bool is_up, emergency, peer_emergency, peer_ready, peer_busy, ack_due, stream;
	enum mtp2_reason why;
	/* What is not acknowledged: the first `sent` of `nr`, then what waits. */
	struct m2pa_held *held;
	unsigned head, nr, sent;
	uint32_t first_fsn; /* of held[head] */
	uint32_t rx_fsn;    /* the last one accepted */
	uint8_t level;
	struct m2pa_status_out status[M2PA_STATUSES];
	unsigned nr_status;
	struct mtp2_out out[M2PA_OUTS];
	unsigned nr_out, next_out;
	struct mtp2_stats stats;
};

extern const struct fsm_def m2pa_def;

void m2pa_feed(struct m2pa *l, uint8_t event);
void m2pa_arm(struct m2pa *l, enum m2pa_timer t, uint32_t ms);
void m2pa_cancel(struct m2pa *l, enum m2pa_timer t);
void m2pa_say(struct m2pa *l, enum mtp2_out_type type, struct str octets);
void m2pa_status(struct m2pa *l, enum m2pa_status s, uint8_t stream);
/* Sequence numbers and queues as at the beginning. */
void m2pa_forget(struct m2pa *l);
/* What the peer does not have goes out again (4.1.4). */
void m2pa_again(struct m2pa *l);

#endif
