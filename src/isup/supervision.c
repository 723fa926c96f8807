/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages about one circuit: BLO, UBL and their answers (Q.764 2.8.2.1, 2.8.2.3), an unequipped
 * circuit (2.12), user part availability (2.13).
 */
#include "isup/supervision.h"

#define CAUSE_UNKNOWN_TYPE 97 /* the others that CFN has are about parameters */

/* About something that we do not know either: it came through here (2.9.5.3, from memory). */
static bool is_of_another(const struct isup_circuit *c, const struct isup_cause *cause)
{
	uint8_t code = cause->diagnostics[0];

	if (cause->nr_diagnostics == 0 || !isup_is_transit(c->role) ||
	    !isup_circuit_has_call(c->x, c->id))
		return false;
	return cause->value == CAUSE_UNKNOWN_TYPE ? !isup_msg_row(c->x->v, code)
						  : !isup_param_row(c->x->v, code);
}

/* 2.9.5: passed on to who sent what it is about; else told the maintenance, no more. */
static void cfn_rx(struct isup_circuit *c, const struct isup_msg *m)
{
	struct isup_cause cause = { .value = 0 };
	uint32_t left_out;

	isup_get_cause(m, &cause);
	if (is_of_another(c, &cause)) {
		isup_circuit_feed(c, ISUP_RX_OTHER, &(struct isup_input){ .msg = m });
		return;
	}
	if (isup_may_log(c->x, c->to->dpc, &left_out))
		log_notice(LOG_ISUP, &((struct log_subject){ .cic = c->cic }),
			   "the peer sends CFN, cause %u (%u lines left out)", cause.value,
			   left_out);
}

bool isup_supervision_rx(struct isup_circuit *c, const struct isup_msg *m)
{
	switch (m->type) {
	case ISUP_UBL:
		isup_remote_feed(c, ISUP_R_UNBLOCK_M);
		isup_out_send(c, ISUP_UBA, 0, 0);
		return true;
	case ISUP_BLA:
		isup_block_feed(c, ISUP_KIND_M, ISUP_B_BLA);
		return true;
	case ISUP_UBA:
		isup_block_feed(c, ISUP_KIND_M, ISUP_B_UBA);
		return true;
	case ISUP_LPA:
		isup_circuit_feed(c, ISUP_RX_LPA, NULL);
		return true;
	case ISUP_CFN:
		cfn_rx(c, m);
		return true;
	default:
		return isup_msg_row(c->x->v, ISUP_CVT) && isup_ansi_rx(c, m);
	}
}

/* The peer has no such circuit: nobody is there to be told of blocking. */
void isup_unequipped(struct isup_circuit *c)
{
	struct isup_request *q = isup_request_find(c->x, c->to->dpc, c->cic, ISUP_Q_CVT, 0, 0);

	c->unequipped = true;
	if (c->test == ISUP_TEST_WAITING)
		c->test = ISUP_TEST_BAD;
	if (q)
		isup_request_answered(q);
	for (int kind = 0; kind < ISUP_NR_KINDS; kind++)
		if (c->block[kind] == ISUP_B_BLOCKING || c->block[kind] == ISUP_B_BLOCKING_AGAIN)
			isup_block_feed(c, kind, ISUP_B_BLA);
		else if (c->block[kind] == ISUP_B_UNBLOCKING ||
			 c->block[kind] == ISUP_B_UNBLOCKING_AGAIN)
			isup_block_feed(c, kind, ISUP_B_UBA);
}

/* 2.12: those to which the peer waits for an answer, never an answer itself. */
static bool asks(uint8_t type)
{
	return type == ISUP_IAM || type == ISUP_CCR || type == ISUP_RSC || type == ISUP_BLO ||
	       type == ISUP_UBL || type == ISUP_CVT || type == ISUP_CRM;
}

int isup_unknown_circuit_rx(struct isup *x, uint32_t opc, const struct isup_msg *m)
{
	uint32_t left_out;

	x->stats.rx_unknown_circuit++;
	if (isup_may_log(x, opc, &left_out))
		log_info(LOG_ISUP, &((struct log_subject){ .cic = m->cic }),
			 "message 0x%02x from point code %u for no circuit of ours (%u lines left "
			 "out)",
			 m->type, opc, left_out);
	if (asks(m->type) && isup_find_destination(x, opc))
		isup_out_send_to(x, opc, m->cic, ISUP_UCIC, 0);
	return TG_ENOENT;
}

/* 2.13 */
void isup_user_part_is(struct isup *x, struct isup_destination *to, bool available)
{
	to->no_user = !available;
	timerq_cancel(&x->timers, &to->t4);
	if (available || !isup_msg_row(x->v, ISUP_UPT))
		return;
	to->t4.kind = ISUP_T4;
	timerq_arm(&x->timers, &to->t4, tick_add_ms(x->now, x->timer_ms[ISUP_T4]));
}

bool isup_user_part_timeout(struct isup *x, struct timer *t)
{
	struct isup_destination *to = container_of(t, struct isup_destination, t4);

	if (t->kind != ISUP_T4)
		return false;
	isup_out_send_to(x, to->dpc, 0, ISUP_UPT, 0);
	isup_user_part_is(x, to, false);
	return true;
}
