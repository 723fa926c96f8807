/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ansi: what T1.113 has for circuits beyond Q.764: validation (CVT, CVR with TCVT), reservation by
 * the peer (CRM, CRA with TCRA) and by us (TCRM), the answer to CCR (LPA with TCCR), all of it
 * written from memory of the text. A circuit that the peer has reserved is idle, but not for us;
 * whatever comes for it next ends the reservation.
 */
#include <assert.h>

#include "isup/circuit_steps.h"
#include "isup/params.h"
#include "isup/supervision.h"

#define DIGITAL	      2
#define CONTROL_NONE  0
#define CONTROL_ODD   1
#define CONTROL_EVEN  2
#define CONTROL_ALL   3
#define CONTROL_SHIFT 2

static uint8_t control_of(const struct isup_circuit *c, bool we)
{
	if (c->direction != ISUP_BOTH_WAYS)
		return we == (c->direction == ISUP_OUTGOING_ONLY) ? CONTROL_ALL : CONTROL_NONE;
	return we == (c->x->opc > c->to->dpc) ? CONTROL_EVEN : CONTROL_ODD;
}

uint8_t isup_group_characteristic(const struct isup_circuit *c)
{
	return (uint8_t)(DIGITAL | control_of(c, true) << CONTROL_SHIFT);
}

/* What it says of itself must be what we do not say of us. */
static void cvr_rx(struct isup_circuit *c, const struct isup_msg *m)
{
	struct isup_request *q = isup_request_find(c->x, c->to->dpc, c->cic, ISUP_Q_CVT, 0, 0);
	struct log_subject subj = { .cic = c->cic };
	uint8_t failed = 1, group = 0, control;

	if (!q)
		return;
	isup_get_u8(m, ISUP_P_VALIDATION_RESPONSE, &failed);
	isup_get_u8(m, ISUP_P_GROUP_CHARACTERISTIC, &group);
	control = group >> CONTROL_SHIFT & 3;
	c->test = failed || control != control_of(c, false) ? ISUP_TEST_BAD : ISUP_TEST_GOOD;
	if (failed)
		log_error(LOG_ISUP, &subj, "validation failed at the peer");
	else if (c->test == ISUP_TEST_BAD)
		log_error(LOG_ISUP, &subj,
			  "validation: the peer's double seizing control is %u, not %u", control,
			  control_of(c, false));
	else
		log_notice(LOG_ISUP, &subj, "validation: the circuit is good");
	isup_request_answered(q);
}

/* While we would take an IAM. */
static void crm_rx(struct isup_circuit *c)
{
	isup_circuit_feed(c, ISUP_RX_CRM, NULL);
	if (c->fsm.state != ISUP_IDLE || c->unusable || c->direction == ISUP_OUTGOING_ONLY ||
	    isup_blocks(c, ISUP_KIND_M) || isup_blocks(c, ISUP_KIND_H))
		return;
	c->reserved = true;
	c->slow.kind = ISUP_TCRA;
	timerq_arm(&c->x->timers, &c->slow, tick_add_ms(c->x->now, c->x->timer_ms[ISUP_TCRA]));
	isup_out_send(c, ISUP_CRA, 0, 0);
}

bool isup_ansi_rx(struct isup_circuit *c, const struct isup_msg *m)
{
	switch (m->type) {
	case ISUP_CVT:
		isup_out_send(c, ISUP_CVR, 0, isup_group_characteristic(c));
		return true;
	case ISUP_CVR:
		cvr_rx(c, m);
		return true;
	case ISUP_CRM:
		crm_rx(c);
		return true;
	case ISUP_CRA:
		isup_circuit_feed(c, ISUP_RX_CRA, NULL);
		return true;
	default:
		return false;
	}
}

void isup_unreserve(struct isup_circuit *c)
{
	c->reserved = false;
	timerq_cancel(&c->x->timers, &c->slow);
}

bool isup_reserve_timeout(struct isup *x, struct timer *t)
{
	struct isup_circuit *c = container_of(t, struct isup_circuit, slow);

	(void)x;
	if (t->kind != ISUP_TCRA)
		return false;
	isup_unreserve(c);
	log_notice(LOG_ISUP, &((struct log_subject){ .cic = c->cic }),
		   "TCRA: the peer has reserved the circuit, and no IAM came");
	isup_out_tell(c, ISUP_OUT_IDLE);
	return true;
}

/* Ours. -------------------------------------------------------------------------------------- */
bool isup_reserves(const struct isup_circuit *c)
{
	return c->x->reserve && c->fsm.state == ISUP_IDLE && !c->held &&
	       c->direction == ISUP_BOTH_WAYS && isup_msg_row(c->x->v, ISUP_CRM);
}

bool isup_may_reserve(const void *self, const void *ev)
{
	const struct isup_input *in = ev;

	return in->held && isup_may_seize(self, ev);
}

/* CRM says of the connection what the IAM says. */
void isup_do_reserve(void *self, int arg, const void *ev)
{
	const struct isup_input *in = ev;
	struct isup_circuit *c = self;
	uint8_t nci = 0;

	(void)arg;
	isup_get_u8(in->msg, ISUP_P_NCI, &nci);
	c->held = in->held;
	c->held->check = in->check;
	c->held->previous = in->previous;
	isup_out_send(c, ISUP_CRM, 0, nci);
}

void isup_do_forward_reserved(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;
	struct isup_held *h = c->held;
	struct isup_input in = { .msg = &h->msg, .check = h->check, .previous = h->previous };
	uint8_t buf[ISUP_MAX_ENCODED];
	int len = isup_msg_enc(&h->msg, c->x->v, buf, sizeof(buf), NULL);

	(void)ev;
	assert(len > 0); /* it was encoded before it was kept */
	in.octets = str_n(buf, (size_t)len);
	isup_do_forward(c, arg, &in);
	isup_do_announce(c, arg, &in);
	isup_held_drop(c);
}

void isup_do_drop_reserved(void *self, int arg, const void *ev)
{
	(void)arg;
	(void)ev;
	isup_held_drop(self);
}

/* In Q.763 LPA is of national use. */
bool isup_has_lpa(const void *self, const void *ev)
{
	const struct isup_circuit *c = self;

	(void)ev;
	return c->x->v->cic_bits > 12 && isup_msg_row(c->x->v, ISUP_LPA);
}

bool isup_awaits_lpa(const void *self, const void *ev)
{
	const struct isup_circuit *c = self;

	(void)ev;
	return timer_armed(&c->fast) && c->fast.kind == ISUP_TCCR;
}

const char *isup_test_name(enum isup_test t)
{
	static const char *const names[] = { "-", "waiting", "good", "bad", "no answer" };

	return names[t];
}
