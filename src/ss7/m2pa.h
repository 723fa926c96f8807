/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ss7/m2pa: one signalling link at level 2 over an association (RFC 4165), beside MTP2 below MTP3. No
 * I/O: it is told whole messages and that the association is up or down, and asked for messages.
 * Link Status goes on stream 0, User Data and the processor outage's statuses on stream 1 (4.1.2).
 *
 *	struct m2pa *l = m2pa_new(mem, &cfg);
 *	struct level2 l2 = m2pa_level2(l);		start, tx, retrieve ...: see level2.h
 *	m2pa_up(l, now);
 *	m2pa_rx(l, now, message);
 *	while (l2.ops->next_out(l, &out)) ...
 *	while ((len = l2.ops->next_tx(l, now, buf)))
 *		send(buf, len, m2pa_tx_stream(l));
 *
 * The octets of m2pa_rx stay in place until next_out is drained. A processor outage of our own is not
 * there: nothing in this process could have one alone.
 */
#ifndef TRUNKGATE_SS7_M2PA_H
#define TRUNKGATE_SS7_M2PA_H

#include "ss7/level2.h"

#define M2PA_HEADER   16 /* common header and that of M2PA (2.1, 2.2) */
#define M2PA_MAX_UNIT (M2PA_HEADER + 1 + MTP2_MAX_MSU)
#define M2PA_MAX_RX   4096 /* Proving may have a filler (2.3.2.1) */

struct m2pa;

struct m2pa_cfg {
	bool ansi;			   /* other timer values */
	uint16_t max_queued;		   /* MSUs that wait or are not acknowledged; 0: 512 */
	uint32_t proving_ms;		   /* between two Proving messages (4.1.3); 0: 50 */
	uint32_t timer_ms[MTP2_NR_TIMERS]; /* 0: those of MTP2 (clause 4) */
};

struct m2pa *m2pa_new(struct mem *parent, const struct m2pa_cfg *cfg);
void m2pa_free(struct m2pa *l);
struct level2 m2pa_level2(struct m2pa *l);

/* The association. */
void m2pa_up(struct m2pa *l, tick_t now);
void m2pa_down(struct m2pa *l, tick_t now);
void m2pa_rx(struct m2pa *l, tick_t now, struct str message);
/* How long the message is that begins a stream of octets (TCP); 0: not known yet; TG_EINVAL: this is
 * no M2PA. */
int m2pa_frame(struct str octets);
/* Where the message of the last next_tx goes. */
uint16_t m2pa_tx_stream(const struct m2pa *l);

#endif
