/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ss7/level2: what MTP3 asks of a signalling link, whoever is it: MTP2 (Q.703) or M2PA (RFC 4165).
 * The primitives are those of Q.701 clause 8 and Q.704; the outputs are those of mtp2.h.
 *
 *	struct level2 l2 = mtp2_level2(mtp2);
 *	l2.ops->start(l2.self, now);
 */
#ifndef TRUNKGATE_SS7_LEVEL2_H
#define TRUNKGATE_SS7_LEVEL2_H

#include "ss7/mtp2.h"

/* The longest unit of any: M2PA has 16 octets of header and one before the SIO. */
#define LEVEL2_MAX_UNIT (17 + MTP2_MAX_MSU)

struct level2_ops {
	void (*start)(void *self, tick_t now);
	void (*stop)(void *self, tick_t now);
	void (*emergency)(void *self, tick_t now, bool emergency);
	void (*proceed)(void *self, tick_t now); /* after MTP2_OUT_OUTAGE_OVER */
	int (*tx)(void *self, tick_t now, struct str msu);
	uint32_t (*bsnt)(const void *self);
	void (*retrieve)(void *self, int32_t fsnc); /* -1: not known */
	bool (*retrieve_next)(void *self, struct str *msu);
	void (*rx)(void *self, tick_t now, struct str unit);
	void (*rx_errors)(void *self, tick_t now, uint32_t nr);
	bool (*next_out)(void *self, struct mtp2_out *out);
	size_t (*next_tx)(void *self, tick_t now, uint8_t *buf);
	void (*tick)(void *self, tick_t now);
	tick_t (*deadline)(const void *self);
	const char *(*state)(const void *self);
	void (*stats)(const void *self, struct mtp2_stats *out);
	bool wide; /* sequence numbers of 24 bits: XCO and XCA instead of COO and COA */
};

struct level2 {
	const struct level2_ops *ops;
	void *self;
};

struct level2 mtp2_level2(struct mtp2 *l);

#endif
