/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages about groups of circuits, as they come in: CGB, CGU and their answers (Q.764 2.8.2.2),
 * GRS and GRA (2.9.3.2), CQM and CQR (2.8.3). The range of Q.763 3.43: 0 is reserved, but there are
 * peers that send it for one circuit, so it is taken as that. Circuits that we don't have are
 * passed over and are not in the answer's status.
 */
#include <string.h>

#include "isup/supervision.h"

#define MAX_STATUS 32 /* octets: 256 circuits */

/* The range and status of a message: what it says and what the answer says. */
struct range {
	struct isup *x;
	uint32_t opc;
	uint16_t cic;
	uint8_t range;
	const uint8_t *status; /* NULL: none */
	uint8_t answer[MAX_STATUS];
	unsigned nr_found;
};

static bool bit(const uint8_t *status, unsigned i)
{
	return status[i / 8] >> (i % 8) & 1;
}

/* 2.8.2.2: at most 32 circuits are meant by one message. */
static unsigned count(const struct range *r)
{
	unsigned nr = 0;

	for (unsigned i = 0; i <= r->range; i++)
		nr += bit(r->status, i);
	return nr;
}

static int get_range(struct range *r, struct isup *x, uint32_t opc, const struct isup_msg *m,
		     bool with_status)
{
	struct str o;

	*r = (struct range){ .x = x, .opc = opc, .cic = m->cic };
	if (!isup_get(m, ISUP_P_RANGE_AND_STATUS, &o) || o.len == 0)
		return TG_EINVAL;
	r->range = (uint8_t)o.p[0];
	if (!with_status)
		return r->range < ISUP_MAX_RANGE ? 0 : TG_EINVAL;
	if (o.len != 2u + r->range / 8u)
		return TG_EINVAL;
	r->status = (const uint8_t *)o.p + 1;
	return count(r) <= ISUP_MAX_RANGE ? 0 : TG_EINVAL;
}

static struct isup_circuit *at(struct range *r, unsigned i)
{
	struct isup_circuit *c = isup_find(r->x, r->opc, (uint16_t)(r->cic + i));

	r->nr_found += c != NULL;
	return c;
}

static int answer(struct range *r, uint8_t type, uint8_t kind)
{
	struct isup_group g = {
		.cic = r->cic, .type = type, .kind = kind, .range = r->range, .status = r->answer
	};

	if (r->nr_found == 0) {
		r->x->stats.rx_unknown_circuit++;
		return TG_ENOENT;
	}
	isup_out_send_group(r->x, isup_find_destination(r->x, r->opc), &g);
	return 0;
}

/* Blocking. ---------------------------------------------------------------------------------- */
static int get_kind(const struct isup_msg *m, enum isup_kind *kind)
{
	uint8_t v;

	if (isup_get_u8(m, ISUP_P_CGS_TYPE, &v) < 0 || (v & 3) >= ISUP_NR_KINDS)
		return TG_EINVAL;
	*kind = v & 3;
	return 0;
}

static void block_one(struct isup_circuit *c, enum isup_kind kind, bool block)
{
	static const uint8_t events[2][ISUP_NR_KINDS] = {
		{ ISUP_R_UNBLOCK_M, ISUP_R_UNBLOCK_H },
		{ ISUP_R_BLOCK_M, ISUP_R_BLOCK_H },
	};

	isup_remote_feed(c, events[block][kind]);
	if (block)
		isup_circuit_feed(c, kind == ISUP_KIND_H ? ISUP_RX_CGB_H : ISUP_RX_CGB_M, NULL);
}

static int block_rx(struct isup *x, uint32_t opc, const struct isup_msg *m, bool block)
{
	enum isup_kind kind;
	struct range r;

	if (get_kind(m, &kind) < 0 || get_range(&r, x, opc, m, true) < 0)
		return TG_EINVAL;
	for (unsigned i = 0; i <= r.range; i++) {
		struct isup_circuit *c = bit(r.status, i) ? at(&r, i) : NULL;
		if (!c)
			continue;
		r.answer[i / 8] |= (uint8_t)(1 << i % 8);
		block_one(c, kind, block);
	}
	return answer(&r, block ? ISUP_CGBA : ISUP_CGUA, (uint8_t)kind);
}

/* What is not in the answer is repeated until it is (2.8.2.3). */
static int block_ack_rx(struct isup *x, uint32_t opc, const struct isup_msg *m, bool block)
{
	enum isup_kind kind;
	struct range r;

	if (get_kind(m, &kind) < 0 || get_range(&r, x, opc, m, true) < 0)
		return TG_EINVAL;
	for (unsigned i = 0; i <= r.range; i++) {
		struct isup_circuit *c = bit(r.status, i) ? at(&r, i) : NULL;
		if (c)
			isup_block_feed(c, kind, block ? ISUP_B_BLA : ISUP_B_UBA);
	}
	return r.nr_found ? 0 : TG_ENOENT;
}

/* Reset. ------------------------------------------------------------------------------------- */
static int grs_rx(struct isup *x, uint32_t opc, const struct isup_msg *m)
{
	struct range r;

	if (get_range(&r, x, opc, m, false) < 0)
		return TG_EINVAL;
	for (unsigned i = 0; i <= r.range; i++) {
		struct isup_circuit *c = at(&r, i);
		if (!c)
			continue;
		isup_circuit_feed(c, ISUP_RX_GRS, NULL);
		isup_block_feed_both(c, ISUP_B_GRA);
		if (isup_blocks(c, ISUP_KIND_M))
			r.answer[i / 8] |= (uint8_t)(1 << i % 8);
	}
	return answer(&r, ISUP_GRA, 0);
}

static int gra_rx(struct isup *x, uint32_t opc, const struct isup_msg *m)
{
	struct isup_request *q;
	struct range r;

	if (get_range(&r, x, opc, m, true) < 0)
		return TG_EINVAL;
	q = isup_request_find(x, opc, m->cic, ISUP_Q_GRS, 0, r.range);
	if (!q)
		return TG_ESTATE;
	isup_request_answered(q);
	for (unsigned i = 0; i <= r.range; i++) {
		struct isup_circuit *c = at(&r, i);
		if (!c)
			continue;
		if (bit(r.status, i))
			isup_remote_feed(c, ISUP_R_BLOCK_M);
		isup_circuit_feed(c, ISUP_RX_GRA, NULL);
	}
	return 0;
}

/* Query. ------------------------------------------------------------------------------------- */
#define STATE_TRANSIENT	 0x00 /* Q.763 3.14 */
#define STATE_UNEQUIPPED 0x03
#define STATE_INCOMING	 0x04
#define STATE_OUTGOING	 0x08
#define STATE_IDLE	 0x0c
#define CALL_BITS	 0x0c

static uint8_t call_bits(const struct isup_circuit *c)
{
	switch (c->fsm.state) {
	case ISUP_IDLE:
		return STATE_IDLE;
	case ISUP_OUT_SEIZED:
	case ISUP_OUT_ADDRESSED:
	case ISUP_OUT_ANSWERED:
		return STATE_OUTGOING;
	case ISUP_IN_SEIZED:
	case ISUP_IN_ADDRESSED:
	case ISUP_IN_COLLECTING:
	case ISUP_IN_ANSWERED:
		return STATE_INCOMING;
	default:
		return STATE_TRANSIENT;
	}
}

static uint8_t state_octet(const struct isup_circuit *c)
{
	uint8_t call, m, h;

	if (!c)
		return STATE_UNEQUIPPED;
	call = call_bits(c);
	if (call == STATE_TRANSIENT)
		return call;
	m = (uint8_t)(isup_blocks(c, ISUP_KIND_M) | (c->remote & ISUP_R_M) << 1);
	h = (uint8_t)(isup_blocks(c, ISUP_KIND_H) | (c->remote >> 1) << 1);
	return (uint8_t)(call | m | h << 4);
}

static int cqm_rx(struct isup *x, uint32_t opc, const struct isup_msg *m)
{
	uint8_t states[ISUP_MAX_RANGE];
	struct range r;
	struct isup_group g = { .type = ISUP_CQR, .states = states };

	if (get_range(&r, x, opc, m, false) < 0)
		return TG_EINVAL;
	for (unsigned i = 0; i <= r.range; i++)
		states[i] = state_octet(at(&r, i));
	if (r.nr_found == 0)
		return TG_ENOENT;
	g.cic = r.cic;
	g.range = r.range;
	isup_out_send_group(x, isup_find_destination(x, opc), &g);
	return 0;
}

/* 2.8.3: where the two ends differ about a call, the circuit is reset; about blocking, who blocks
 * says it again. */
static void compare(struct isup_circuit *c, uint8_t theirs)
{
	static const uint8_t peer_of[] = { [STATE_INCOMING] = STATE_OUTGOING,
					   [STATE_OUTGOING] = STATE_INCOMING,
					   [STATE_IDLE] = STATE_IDLE };
	uint8_t ours = call_bits(c), call = theirs & CALL_BITS;
	bool moved = c->moved;

	if (c->test == ISUP_TEST_WAITING)
		c->test = theirs == STATE_UNEQUIPPED || (call && ours && peer_of[call] != ours)
				  ? ISUP_TEST_BAD
				  : ISUP_TEST_GOOD;
	if (call == STATE_TRANSIENT || ours == STATE_TRANSIENT)
		return;
	if (peer_of[call] != ours) {
		c->reset = ISUP_RESET_SURE;
		isup_queue_add(c);
		return;
	}
	for (unsigned kind = 0; kind < ISUP_NR_KINDS; kind++) {
		bool by_us = theirs >> (4 * kind + 1) & 1;
		isup_block_feed(c, kind, by_us ? ISUP_B_BLA : ISUP_B_UBA);
		if (moved) /* later than the CQR was sent: group messages have other SLS */
			continue;
		if (theirs >> (4 * kind) & 1)
			isup_remote_feed(c, kind ? ISUP_R_BLOCK_H : ISUP_R_BLOCK_M);
		else
			isup_remote_feed(c, kind ? ISUP_R_UNBLOCK_H : ISUP_R_UNBLOCK_M);
	}
}

static int cqr_rx(struct isup *x, uint32_t opc, const struct isup_msg *m)
{
	struct isup_request *q;
	struct range r;
	struct str states;

	if (get_range(&r, x, opc, m, false) < 0 || !isup_get(m, ISUP_P_CIRCUIT_STATE, &states) ||
	    states.len != r.range + 1u)
		return TG_EINVAL;
	q = isup_request_find(x, opc, m->cic, ISUP_Q_CQM, 0, r.range);
	if (!q)
		return TG_ESTATE;
	isup_request_answered(q);
	for (unsigned i = 0; i <= r.range; i++) {
		struct isup_circuit *c = at(&r, i);
		if (c)
			compare(c, (uint8_t)states.p[i]);
	}
	return 0;
}

int isup_group_rx(struct isup *x, uint32_t opc, const struct isup_msg *m)
{
	switch (m->type) {
	case ISUP_GRS:
		return grs_rx(x, opc, m);
	case ISUP_GRA:
		return gra_rx(x, opc, m);
	case ISUP_CGB:
	case ISUP_CGU:
		return block_rx(x, opc, m, m->type == ISUP_CGB);
	case ISUP_CGBA:
	case ISUP_CGUA:
		return block_ack_rx(x, opc, m, m->type == ISUP_CGBA);
	case ISUP_CQM:
		return cqm_rx(x, opc, m);
	default:
		return cqr_rx(x, opc, m);
	}
}

bool isup_is_group(uint8_t type)
{
	return type == ISUP_GRS || type == ISUP_GRA || (type >= ISUP_CGB && type <= ISUP_CGUA) ||
	       type == ISUP_CQM || type == ISUP_CQR;
}
