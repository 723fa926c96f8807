/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unknown: message types and parameters that nobody knows (Q.764 2.9.5.2, 2.9.5.3): by the
 * compatibility information that they bring (Q.763 3.33, 3.41), without one as the variant says;
 * as an exchange of type A where the call ends or goes on in another signalling system, of type B in
 * transit. Of several parameters the strongest instruction counts. The tables are from memory of
 * Q.764, not checked against its text.
 */
#include "isup/supervision.h"

#define CAUSE_UNKNOWN_TYPE	  97
#define CAUSE_PARAMETER_DISCARDED 99
#define CAUSE_PARAMETER_PASSED	  103
#define CAUSE_MESSAGE_DISCARDED	  110

/* The instruction indicators, of a message (Q.763 3.33) and of a parameter (3.41). */
#define END_NODE	  0x01
#define RELEASE_CALL	  0x02
#define NOTIFY		  0x04
#define DISCARD_MESSAGE	  0x08
#define DISCARD_INSTEAD	  0x10 /* message: where pass on is not possible; else: release */
#define DISCARD_PARAMETER 0x10
#define TWO_BITS(octet)	  ((octet) >> 5 & 3) /* bits G and F */
#define LAST		  0x80

/* From the weakest to the strongest: what the strongest of a message's parameters says counts. */
enum action { PASS_ON, DISCARD_THE_PARAMETER, DISCARD_THE_MESSAGE, RELEASE_THE_CALL };

struct order {
	enum action action;
	bool notify;
};

/* 3.41, "pass on not possible"; 3 is spare and read as 0. */
static const uint8_t instead[4] = { RELEASE_THE_CALL, DISCARD_THE_MESSAGE, DISCARD_THE_PARAMETER,
				    RELEASE_THE_CALL };
/* 3.41 and (but for 3, read as 0) 3.33, "broadband/narrowband interworking". */
static const uint8_t into_broadband[4] = { PASS_ON, DISCARD_THE_MESSAGE, RELEASE_THE_CALL,
					   DISCARD_THE_PARAMETER };

/* Without compatibility information the variant says what is done. */
static uint8_t instruction_of(uint8_t reaction, uint8_t discard)
{
	switch (reaction) {
	case ISUP_DROP:
		return discard;
	case ISUP_RELEASE:
		return RELEASE_CALL;
	case ISUP_CONFUSION:
		return discard | NOTIFY;
	default:
		return 0;
	}
}

/* Type B (Q.764 2.9.5.3): what says nothing for each exchange goes through as it came. */
static bool is_for_others(const struct isup_circuit *c, uint8_t octet)
{
	return isup_is_transit(c->role) && !(octet & END_NODE);
}

/* Messages. ---------------------------------------------------------------------------------- */
static struct order message_order(const struct isup_circuit *c, uint8_t octet, bool says)
{
	struct order o = { .action = PASS_ON, .notify = octet & NOTIFY };

	if (says && c->onward == ISUP_ONWARD_BROADBAND) {
		unsigned i = TWO_BITS(octet);
		o.action = i == 3 ? PASS_ON : (enum action)into_broadband[i];
	} else if (is_for_others(c, octet)) {
		o.action = PASS_ON;
	} else if (octet & RELEASE_CALL) {
		o.action = RELEASE_THE_CALL;
	} else if (octet & DISCARD_MESSAGE) {
		o.action = DISCARD_THE_MESSAGE;
	} else if (says && c->onward == ISUP_ONWARD_NONE) {
		o.action = octet & DISCARD_INSTEAD ? DISCARD_THE_MESSAGE : RELEASE_THE_CALL;
	}
	return o;
}

static bool has_call(const struct isup_circuit *c)
{
	return c->fsm.state >= ISUP_OUT_SEIZED && c->fsm.state <= ISUP_IN_ANSWERED;
}

/* Where it goes on; at the end of a call there is nobody to pass it to. */
static bool passes(const struct isup_circuit *c, struct order o, uint8_t octet)
{
	return o.action == PASS_ON && has_call(c) &&
	       (is_for_others(c, octet) || c->onward == ISUP_ONWARD_BROADBAND);
}

int isup_unknown_type_rx(struct isup_circuit *c, const struct isup_msg *m)
{
	uint8_t reaction = c->x->v->unknown_msg;
	uint8_t octet = instruction_of(reaction, DISCARD_MESSAGE);
	bool says = isup_get_u8(m, ISUP_P_MESSAGE_COMPATIBILITY, &octet) == 0;
	struct order o = message_order(c, octet, says);

	if ((says || reaction == ISUP_PASS) && passes(c, o, octet)) {
		isup_circuit_feed(c, ISUP_RX_OTHER, &(struct isup_input){ .msg = m });
		return 0;
	}
	c->x->cause = CAUSE_UNKNOWN_TYPE;
	c->x->diagnostic = m->type;
	if (o.action == RELEASE_THE_CALL || (!says && reaction == ISUP_RELEASE))
		isup_circuit_feed(c, ISUP_RX_UNKNOWN, NULL);
	else if (o.notify)
		isup_out_send(c, ISUP_CFN, CAUSE_UNKNOWN_TYPE, m->type);
	return TG_ENOTSUP;
}

/* Parameters. -------------------------------------------------------------------------------- */
/* 3.41: each parameter's code and its octets of instructions, of which the last has bit H. */
static struct str instructions_for(const struct isup_msg *m, uint8_t code)
{
	struct str s;
	size_t i = 0, end;

	if (!isup_get(m, ISUP_P_PARAMETER_COMPATIBILITY, &s))
		return str_n(NULL, 0);
	while (i + 1 < s.len) {
		for (end = i + 1; end < s.len && !((uint8_t)s.p[end] & LAST); end++)
			;
		if ((uint8_t)s.p[i] == code)
			return str_n(s.p + i + 1, (end < s.len ? end + 1 : end) - i - 1);
		i = end + 1;
	}
	return str_n(NULL, 0);
}

static struct order parameter_order(const struct isup_circuit *c, struct str says)
{
	uint8_t octet = says.len ? (uint8_t)says.p[0]
				 : instruction_of(c->x->v->unknown_parameter, DISCARD_PARAMETER);
	struct order o = { .action = PASS_ON, .notify = octet & NOTIFY };

	if (c->onward == ISUP_ONWARD_BROADBAND && says.len > 1)
		o.action = (enum action)into_broadband[(uint8_t)says.p[1] & 3];
	else if (is_for_others(c, octet))
		o.action = PASS_ON;
	else if (octet & RELEASE_CALL)
		o.action = RELEASE_THE_CALL;
	else if (octet & DISCARD_MESSAGE)
		o.action = DISCARD_THE_MESSAGE;
	else if (octet & DISCARD_PARAMETER)
		o.action = DISCARD_THE_PARAMETER;
	else if (says.len && c->onward == ISUP_ONWARD_NONE)
		o.action = (enum action)instead[TWO_BITS(octet)];
	return o;
}

/* The unknown parameters of a message, and the strongest of their orders. */
struct unknown {
	uint8_t code[ISUP_MAX_PARAMS];
	struct order order[ISUP_MAX_PARAMS];
	unsigned nr, strongest;
};

static void find_unknown(const struct isup_circuit *c, const struct isup_msg *m, struct unknown *u)
{
	for (unsigned i = 0; i < m->nr_params; i++) {
		uint8_t code = m->param[i].code;
		if (!code || isup_param_row(c->x->v, code))
			continue;
		u->code[u->nr] = code;
		u->order[u->nr] = parameter_order(c, instructions_for(m, code));
		if (u->order[u->nr].action > u->order[u->strongest].action)
			u->strongest = u->nr;
		u->nr++;
	}
}

/* One CFN that names all parameters with which this was done (Q.850). */
static void notify(struct isup_circuit *c, const struct unknown *u, enum action action,
		   uint8_t value)
{
	struct isup_cause cause = { .location = c->x->v->location, .value = value };
	uint8_t buf[ISUP_MAX_ENCODED];
	struct isup_msg cfn;
	int len;

	for (unsigned i = 0; i < u->nr; i++)
		if (u->order[i].action == action && u->order[i].notify &&
		    cause.nr_diagnostics < sizeof(cause.diagnostics))
			cause.diagnostics[cause.nr_diagnostics++] = u->code[i];
	if (cause.nr_diagnostics == 0)
		return;
	isup_msg_init(&cfn, ISUP_CFN, c->cic);
	isup_put_cause(&cfn, &cause);
	len = isup_msg_enc(&cfn, c->x->v, buf, sizeof(buf), NULL);
	if (len > 0)
		isup_out_send_msg(c, &cfn, str_n(buf, (size_t)len));
}

static void delete_all(struct isup_msg *m, const struct unknown *u, enum action at_least)
{
	for (unsigned i = 0; i < u->nr; i++)
		if (u->order[i].action >= at_least)
			isup_del(m, u->code[i]);
}

bool isup_unknown_parameters(struct isup_circuit *c, struct isup_msg *m)
{
	struct unknown u = { .nr = 0 };

	find_unknown(c, m, &u);
	if (u.nr == 0)
		return true;
	if (m->type == ISUP_REL || m->type == ISUP_RLC) { /* the call ends in any case */
		delete_all(m, &u, DISCARD_THE_PARAMETER);
		return true;
	}
	switch (u.order[u.strongest].action) {
	case RELEASE_THE_CALL:
		c->x->cause = CAUSE_PARAMETER_DISCARDED;
		c->x->diagnostic = u.code[u.strongest];
		isup_circuit_feed(c, ISUP_RX_UNKNOWN, NULL);
		return false;
	case DISCARD_THE_MESSAGE:
		notify(c, &u, DISCARD_THE_MESSAGE, CAUSE_MESSAGE_DISCARDED);
		return false;
	case DISCARD_THE_PARAMETER:
		delete_all(m, &u, DISCARD_THE_PARAMETER);
		notify(c, &u, DISCARD_THE_PARAMETER, CAUSE_PARAMETER_DISCARDED);
		break;
	case PASS_ON:
		break;
	}
	if (c->x->v->notify_passed)
		notify(c, &u, PASS_ON, CAUSE_PARAMETER_PASSED);
	return true;
}
