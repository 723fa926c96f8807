/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * aside: what is asked for beside a call and ends none. T37 (Q.764 2.7): an echo control device is
 * asked for by NRM, which the other end answers with NRM. T39 (Q.731.7): the malicious caller is
 * asked for by IDR, answered by IRS. Without an answer the maintenance is told and the call goes on.
 * One of them runs at a time, the one asked for last. From memory, not checked against the ITU text.
 */
#include "isup/circuit.h"

static bool runs(const struct isup_circuit *c, enum isup_timer which)
{
	return timer_armed(&c->aside) && c->aside.kind == which;
}

static void arm(struct isup_circuit *c, enum isup_timer which)
{
	c->aside.kind = (uint16_t)which;
	timerq_arm(&c->x->timers, &c->aside, tick_add_ms(c->x->now, c->x->timer_ms[which]));
}

void isup_aside_tx(struct isup_circuit *c, uint8_t type)
{
	if (!isup_circuit_has_call(c->x, c->id) || isup_is_transit(c->role))
		return;
	if (type == ISUP_IDR)
		arm(c, ISUP_T39);
	else if (type == ISUP_NRM)
		arm(c, ISUP_T37);
}

void isup_aside_rx(struct isup_circuit *c, uint8_t type)
{
	if ((type == ISUP_IRS && runs(c, ISUP_T39)) || (type == ISUP_NRM && runs(c, ISUP_T37)))
		timerq_cancel(&c->x->timers, &c->aside);
}

bool isup_aside_timeout(struct isup *x, struct timer *t)
{
	struct isup_circuit *c = container_of(t, struct isup_circuit, aside);
	const struct isup_timer_row *row;

	if (t->kind != ISUP_T37 && t->kind != ISUP_T39)
		return false;
	row = isup_timer_row(x->v, (enum isup_timer)t->kind);
	log_notice(LOG_ISUP, &((struct log_subject){ .cic = c->cic }), "%s: %s", row->name,
		   row->meaning);
	isup_out_tell(c, ISUP_OUT_ALARM);
	return true;
}
