/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * damaged: messages that are cut, or whose lengths and pointers contradict each other (Q.764 2.9.5:
 * discarded). The variant says whether that is all: by default the peer is told by CFN, and an IAM
 * on an idle circuit is released with cause 111 (catalogue G02), so that nobody waits for T7. What
 * goes back is one message at most. Not checked against the ITU text.
 */
#include "isup/supervision.h"

#define LINES_PER_SECOND 5
#define CAUSE_PROTOCOL	 111

bool isup_may_log(struct isup *x, uint32_t opc, uint32_t *left_out)
{
	struct isup_destination *from = isup_find_destination(x, opc);

	return log_limit(from ? &from->limit : &x->limit, x->now, LINES_PER_SECOND, left_out);
}

/* Groups are repeated by their timers; what says that something is wrong is not answered so. */
static bool worth_cfn(const struct isup *x, uint8_t type)
{
	return type != ISUP_CFN && !isup_is_group(type) && isup_msg_row(x->v, ISUP_CFN);
}

static void react(struct isup_circuit *c, uint8_t type)
{
	struct isup *x = c->x;

	x->cause = CAUSE_PROTOCOL;
	x->diagnostic = 0;
	if (x->v->damaged == ISUP_DROP)
		return;
	if (type == ISUP_IAM)
		isup_circuit_feed(c, ISUP_RX_DAMAGED, NULL);
	else if (x->v->damaged == ISUP_RELEASE)
		isup_circuit_feed(c, ISUP_RX_UNKNOWN, NULL);
	else if (worth_cfn(x, type))
		isup_out_send(c, ISUP_CFN, CAUSE_PROTOCOL, 0);
}

void isup_damaged_rx(struct isup *x, uint32_t opc, const struct tg_diag *diag)
{
	struct isup_circuit *c = isup_find(x, opc, x->rx.cic);
	uint32_t left_out;

	if (isup_may_log(x, opc, &left_out))
		log_info(LOG_ISUP, &((struct log_subject){ .cic = x->rx.cic }),
			 "message 0x%02x from point code %u damaged at octet %zu: %s (%s; %u lines "
			 "left out)",
			 x->rx.type, opc, diag->offset, diag->text, diag->clause, left_out);
	if (c && x->rx.type)
		react(c, x->rx.type);
	else if (x->rx.type && !isup_is_group(x->rx.type))
		isup_unknown_circuit_rx(x, opc, &x->rx);
}
