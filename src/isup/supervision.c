/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages about circuits, as far as a peer needs an answer: BLO, UBL (Q.764 2.8.2), GRS (2.9.3.2),
 * an unequipped circuit (2.12), a message type that we don't know (2.9.5.2).
 */
#include "isup/circuit.h"

#define CAUSE_UNKNOWN_TYPE 97

/* Q.763 3.33: bits of the message compatibility information. */
#define RELEASE_CALL 0x02
#define NOTIFY	     0x04

bool isup_supervision_rx(struct isup *x, struct isup_circuit *c, const struct isup_msg *m)
{
	(void)x;
	switch (m->type) {
	case ISUP_UBL:
		c->remotely_barred = false;
		isup_out_send(c, ISUP_UBA, 0, 0);
		return true;
	case ISUP_CFN: /* 2.9.5: told the maintenance, no more */
		log_notice(LOG_ISUP, &((struct log_subject){ .cic = c->cic }),
			   "the peer sends CFN");
		return true;
	default:
		return false;
	}
}

/* All circuits of the range that we have; a range of 0 or over 31 is reserved (Q.763 3.43). */
int isup_grs_rx(struct isup *x, uint32_t opc, const struct isup_msg *m)
{
	uint8_t range;
	unsigned nr = 0;

	if (isup_get_u8(m, ISUP_P_RANGE_AND_STATUS, &range) < 0 || range == 0 ||
	    range >= ISUP_MAX_RANGE)
		return TG_EINVAL;
	for (unsigned i = 0; i <= range; i++) {
		struct isup_circuit *c = isup_find(x, opc, (uint16_t)(m->cic + i));
		if (c)
			isup_circuit_feed(c, ISUP_RX_GRS, NULL);
		nr += c != NULL;
	}
	if (nr == 0)
		return TG_ENOENT;
	isup_out_send_to(x, opc, m->cic, ISUP_GRA, range);
	return 0;
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
