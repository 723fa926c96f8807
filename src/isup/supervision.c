/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages about one circuit: BLO, UBL and their answers (Q.764 2.8.2.1, 2.8.2.3), an unequipped
 * circuit (2.12), a message type that we don't know (2.9.5.2).
 */
#include "isup/supervision.h"

#define CAUSE_UNKNOWN_TYPE 97

/* Q.763 3.33: bits of the message compatibility information. */
#define RELEASE_CALL 0x02
#define NOTIFY	     0x04

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
	case ISUP_CFN: /* 2.9.5: told the maintenance, no more */
		log_notice(LOG_ISUP, &((struct log_subject){ .cic = c->cic }),
			   "the peer sends CFN");
		return true;
	default:
		return false;
	}
}

/* The peer has no such circuit: nobody is there to be told of blocking. */
void isup_unequipped(struct isup_circuit *c)
{
	c->unequipped = true;
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
	       type == ISUP_UBL;
}

int isup_unknown_circuit_rx(struct isup *x, uint32_t opc, const struct isup_msg *m)
{
	x->stats.rx_unknown_circuit++;
	if (asks(m->type) && isup_find_destination(x, opc))
		isup_out_send_to(x, opc, m->cic, ISUP_UCIC, 0);
	return TG_ENOENT;
}

/* 2.9.5.2: as its compatibility information says; without one it is discarded with CFN. */
int isup_unknown_type_rx(struct isup_circuit *c, const struct isup_msg *m)
{
	uint8_t instruction = NOTIFY;

	isup_get_u8(m, ISUP_P_MESSAGE_COMPATIBILITY, &instruction);
	if (instruction & RELEASE_CALL)
		isup_circuit_feed(c, ISUP_RX_UNKNOWN, NULL);
	else if (instruction & NOTIFY)
		isup_out_send(c, ISUP_CFN, CAUSE_UNKNOWN_TYPE, m->type);
	return TG_ENOTSUP;
}
