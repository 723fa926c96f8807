/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unknown: message types and parameters that nobody knows (Q.764 2.9.5.2, 2.9.5.3): by the
 * compatibility information that they bring (Q.763 3.33, 3.41), without one as the variant says;
 * as an exchange of type A where the call ends, of type B in transit.
 */
#include "isup/supervision.h"

#define CAUSE_UNKNOWN_TYPE	  97
#define CAUSE_PARAMETER_DISCARDED 99
#define CAUSE_MESSAGE_DISCARDED	  110

/* Q.763 3.33: bits of the message compatibility information. */
#define END_NODE	  0x01
#define RELEASE_CALL	  0x02
#define NOTIFY		  0x04
#define DISCARD_MESSAGE	  0x08
#define DISCARD_PARAMETER 0x10 /* of a parameter: 3.41 */

/* 2.9.5.2: as its compatibility information says; without one as the variant does. */
static uint8_t instruction_of(uint8_t reaction)
{
	static const uint8_t instruction[] = {
		[ISUP_PASS] = 0,
		[ISUP_DROP] = DISCARD_MESSAGE,
		[ISUP_RELEASE] = RELEASE_CALL,
		[ISUP_CONFUSION] = DISCARD_MESSAGE | NOTIFY,
	};

	return instruction[reaction];
}

/* Through a transit exchange it goes as it came, unless it says that it is meant for each (bit A). */
static bool passes(const struct isup_circuit *c, uint8_t instruction)
{
	return isup_is_transit(c->role) && !(instruction & END_NODE) &&
	       c->fsm.state >= ISUP_OUT_SEIZED && c->fsm.state <= ISUP_IN_ANSWERED;
}

static int pass_type(struct isup_circuit *c, const struct isup_msg *m)
{
	isup_circuit_feed(c, ISUP_RX_OTHER, &(struct isup_input){ .msg = m });
	return 0;
}

int isup_unknown_type_rx(struct isup_circuit *c, const struct isup_msg *m)
{
	uint8_t instruction = instruction_of(c->x->v->unknown_msg);
	bool says = isup_get_u8(m, ISUP_P_MESSAGE_COMPATIBILITY, &instruction) == 0;

	if ((says || c->x->v->unknown_msg == ISUP_PASS) && passes(c, instruction))
		return pass_type(c, m);
	c->x->cause = CAUSE_UNKNOWN_TYPE;
	c->x->diagnostic = m->type;
	if (instruction & RELEASE_CALL)
		isup_circuit_feed(c, ISUP_RX_UNKNOWN, NULL);
	else if (instruction & NOTIFY)
		isup_out_send(c, ISUP_CFN, CAUSE_UNKNOWN_TYPE, m->type);
	return TG_ENOTSUP;
}

/* Without information: as the variant does. */
static uint8_t parameter_reaction(const struct isup_variant *v)
{
	switch (v->unknown_parameter) {
	case ISUP_DROP:
		return DISCARD_PARAMETER;
	case ISUP_CONFUSION:
		return DISCARD_PARAMETER | NOTIFY;
	default:
		return instruction_of(v->unknown_parameter);
	}
}

/* Q.763 3.41: each parameter's code and its octets of instructions, of which the last has bit 8. */
static uint8_t parameter_instruction(const struct isup_circuit *c, const struct isup_msg *m,
				     uint8_t code)
{
	struct str s;
	size_t i = 0;

	if (!isup_get(m, ISUP_P_PARAMETER_COMPATIBILITY, &s))
		return parameter_reaction(c->x->v);
	while (i + 1 < s.len) {
		if ((uint8_t)s.p[i] == code)
			return (uint8_t)s.p[i + 1];
		for (i++; i < s.len && !(s.p[i] & 0x80); i++)
			;
		i++;
	}
	return parameter_reaction(c->x->v);
}

/* One parameter, in the order of 2.9.5.3; false: the message does not go on. */
static bool obey(struct isup_circuit *c, struct isup_msg *m, uint8_t code, uint8_t instruction)
{
	if (isup_is_transit(c->role) && !(instruction & END_NODE))
		return true;
	if (m->type == ISUP_REL || m->type == ISUP_RLC) { /* the call ends in any case */
		isup_del(m, code);
		return true;
	}
	if (instruction & RELEASE_CALL) {
		c->x->cause = CAUSE_PARAMETER_DISCARDED;
		c->x->diagnostic = code;
		isup_circuit_feed(c, ISUP_RX_UNKNOWN, NULL);
		return false;
	}
	if (instruction & DISCARD_MESSAGE) {
		if (instruction & NOTIFY)
			isup_out_send(c, ISUP_CFN, CAUSE_MESSAGE_DISCARDED, code);
		return false;
	}
	if (instruction & DISCARD_PARAMETER)
		isup_del(m, code);
	if (instruction & DISCARD_PARAMETER && instruction & NOTIFY)
		isup_out_send(c, ISUP_CFN, CAUSE_PARAMETER_DISCARDED, code);
	return true;
}

bool isup_unknown_parameters(struct isup_circuit *c, struct isup_msg *m)
{
	uint8_t unknown[ISUP_MAX_PARAMS];
	unsigned nr = 0;

	for (unsigned i = 0; i < m->nr_params; i++)
		if (m->param[i].code && !isup_param_row(c->x->v, m->param[i].code))
			unknown[nr++] = m->param[i].code;
	for (unsigned i = 0; i < nr; i++)
		if (!obey(c, m, unknown[i], parameter_instruction(c, m, unknown[i])))
			return false;
	return true;
}
