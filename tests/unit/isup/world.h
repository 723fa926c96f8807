/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world: messages to send, and what a stack puts out as one line of text.
 *
 *	rx(x, ISUP_ACM);
 *	assert_string_equal(outs(x), "CALL ACM; ");
 */
#ifndef TRUNKGATE_UNIT_ISUP_WORLD_H
#define TRUNKGATE_UNIT_ISUP_WORLD_H

#include <stdio.h>
#include <string.h>

#include "isup/stack.h"
#include "isup/variant.h"
#include "unit/support.h"

#define OPC 1
#define DPC 2

static tick_t world_now;
static const struct isup_variant *world_v = &isup_itu; /* set before a_stack */

/* The shortest message of a type: zeros in the mandatory parameters, but a cause of 16 and a COT that
 * is good. */
static inline struct isup_msg a_msg(uint8_t type, uint16_t cic)
{
	static const uint8_t zeros[4];
	const struct isup_msg_row *row = isup_msg_row(world_v, type);
	struct isup_cause cause = { .value = 16 };
	struct isup_msg m;

	if (!row) /* the variant has it not, but the user may say it */
		row = isup_msg_row(&isup_itu, type);

	isup_msg_init(&m, type, cic);
	for (const uint8_t *c = row->fixed; *c; c++)
		isup_put(&m, *c, str_n(zeros, isup_param_row(world_v, *c)->min));
	for (const uint8_t *c = row->variable; *c; c++)
		isup_put(&m, *c, str_n(zeros, isup_param_row(world_v, *c)->min));
	if (type == ISUP_COT)
		isup_put_u8(&m, ISUP_P_CONTINUITY, 1);
	if (row->variable[0] == ISUP_P_CAUSE)
		isup_put_cause(&m, &cause);
	return m;
}

static inline int rx_from(struct isup *x, uint32_t opc, uint8_t type, uint16_t cic)
{
	struct isup_msg m = a_msg(type, cic);
	uint8_t buf[300];
	int len = isup_msg_enc(&m, world_v, buf, sizeof(buf), NULL);

	assert_true(len > 0);
	return isup_rx(x, world_now, opc, str_n(buf, (size_t)len));
}

static inline int rx(struct isup *x, uint8_t type)
{
	return rx_from(x, DPC, type, 1);
}

/* A group message of DPC: `kind` for those that have one; `bits` < 0: no status. */
static inline int rx_group(struct isup *x, uint8_t type, uint16_t cic, uint8_t range, uint8_t kind,
			   int64_t bits)
{
	uint8_t o[5] = { range, (uint8_t)bits, (uint8_t)(bits >> 8), (uint8_t)(bits >> 16),
			 (uint8_t)(bits >> 24) };
	struct isup_msg m;
	uint8_t buf[60];
	int len;

	isup_msg_init(&m, type, cic);
	if (type >= ISUP_CGB && type <= ISUP_CGUA)
		isup_put_u8(&m, ISUP_P_CGS_TYPE, kind);
	isup_put(&m, ISUP_P_RANGE_AND_STATUS, str_n(o, bits < 0 ? 1 : 2u + range / 8u));
	len = isup_msg_enc(&m, world_v, buf, sizeof(buf), NULL);
	assert_true(len > 0);
	return isup_rx(x, world_now, DPC, str_n(buf, (size_t)len));
}

static inline int tx(struct isup *x, isup_circuit_id c, uint8_t type)
{
	struct isup_msg m = a_msg(type, 0);

	return isup_tx(x, world_now, c, &m);
}

static inline size_t add_msg(char *buf, size_t size, const struct isup_out *o)
{
	char name[8];
	struct isup_cause cause;
	int len = snprintf(buf, size, " %s", isup_msg_name(o->msg->type, name));

	if (isup_get_cause(o->msg, &cause) == 0 && cause.value != 16)
		len += snprintf(buf + len, size - (size_t)len, " %u", cause.value);
	if (o->local)
		len += snprintf(buf + len, size - (size_t)len, " local");
	if (o->timer >= 0)
		len += snprintf(buf + len, size - (size_t)len, " %s",
				isup_timer_row(world_v, o->timer)->name);
	return (size_t)len;
}

/* Checks what holds for every output, too. */
static inline void check_out(const struct isup_out *o)
{
	struct isup_msg m;

	assert_int_equal(o->msg != NULL, o->type == ISUP_OUT_SEND || o->type == ISUP_OUT_CALL);
	assert_int_equal(o->octets.len != 0, o->type == ISUP_OUT_SEND);
	assert_int_equal(o->sls, o->cic & (world_v->cic_bits > 12 ? 31 : 15));
	if (o->type != ISUP_OUT_SEND)
		return;
	assert_int_equal(isup_msg_dec(&m, world_v, o->octets, NULL), 0);
	assert_int_equal(m.type, o->msg->type);
	assert_int_equal(m.cic, o->cic);
	assert_int_equal(m.nr_params, o->msg->nr_params);
}

static inline struct rng world_rng(void)
{
	static struct rng_seeded seed;

	return rng_seeded_init(&seed, 1);
}

static inline const char *outs(struct isup *x)
{
	static const char *const types[] = { "SEND", "CALL", "LOST", "IDLE", "", "ALARM" };
	static const char *const checks[] = { "STOP", "TONE", "LOOP" };
	static char text[20000];
	struct isup_out o;
	size_t len = 0;

	text[0] = '\0';
	while (isup_next_out(x, &o)) {
		check_out(&o);
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", types[o.type]);
		if (o.type == ISUP_OUT_CONTINUITY)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s",
						checks[o.check]);
		if (o.msg)
			len += add_msg(text + len, sizeof(text) - len, &o);
		len += (size_t)snprintf(text + len, sizeof(text) - len, "; ");
		assert_true(len < sizeof(text) - 100);
	}
	return text;
}

static inline int rx_with(struct isup *x, struct isup_msg m)
{
	uint8_t buf[300];
	int len = isup_msg_enc(&m, world_v, buf, sizeof(buf), NULL);

	assert_true(len > 0);
	return isup_rx(x, world_now, DPC, str_n(buf, (size_t)len));
}

static inline struct isup_msg a_cot(bool good)
{
	struct isup_msg m = a_msg(ISUP_COT, 1);

	isup_put_u8(&m, ISUP_P_CONTINUITY, good);
	return m;
}

/* An IAM with Q.763 3.35's continuity check indicator. */
static inline struct isup_msg a_checked_iam(uint8_t continuity)
{
	struct isup_msg m = a_msg(ISUP_IAM, 1);

	isup_put_nci(&m, &(struct isup_nci){ .continuity = continuity });
	return m;
}

/* Into a state in which there is no call, from idle; for the outgoing check the stack must check
 * all of its calls, for IN_COLLECTING it must have a shortest address. */
static inline void bring_to_no_call(struct isup *x, isup_circuit_id c, enum isup_circuit_state s)
{
	switch (s) {
	case ISUP_OUT_CHECK_FAILED:
	case ISUP_OUT_RECHECKING:
		assert_int_equal(tx(x, c, ISUP_IAM), 0);
		isup_continuity(x, world_now, c, false);
		if (s == ISUP_OUT_CHECK_FAILED)
			break;
		world_now = tick_add_ms(world_now, 5000);
		isup_tick(x, world_now);
		break;
	case ISUP_IN_CHECK_FAILED:
		rx_with(x, a_checked_iam(1));
		rx_with(x, a_cot(false));
		break;
	case ISUP_IN_RECHECKING:
		rx(x, ISUP_CCR);
		break;
	case ISUP_OUT_OVERLOADED:
		tx(x, c, ISUP_IAM);
		rx(x, ISUP_OLM);
		break;
	case ISUP_IN_COLLECTING:
		rx(x, ISUP_IAM);
		break;
	default:
		break;
	}
}

/* What the next stack does. */
static struct isup_cfg world_cfg;

static inline void world_cfg_for(enum isup_circuit_state s)
{
	world_cfg = (struct isup_cfg){
		.min_digits = s == ISUP_IN_COLLECTING ? 3 : 0,
		.continuity_percent = s == ISUP_OUT_CHECK_FAILED || s == ISUP_OUT_RECHECKING ? 100
											     : 0,
	};
}

/* A stack of OPC with circuits 1 .. nr to DPC. */
static inline struct isup *a_stack(struct mem *m, uint32_t opc, uint32_t dpc, unsigned nr,
				   isup_circuit_id *id)
{
	static struct rng_seeded seed;
	struct isup_cfg cfg = world_cfg;
	struct isup *x;

	if (!cfg.variant)
		cfg.variant = world_v;
	cfg.opc = opc;
	cfg.max_circuits = nr;
	cfg.rng = rng_seeded_init(&seed, 1);
	x = isup_new(m, &cfg);

	for (unsigned i = 0; x && i < nr; i++) {
		struct isup_circuit_cfg k = { .dpc = dpc, .cic = (uint16_t)(i + 1) };
		if (isup_circuit_add(x, &k, &id[i]) < 0) {
			isup_free(x);
			return NULL;
		}
	}
	return x;
}

static inline void assert_nothing_left(const struct isup *x)
{
	struct isup_stats s;

	isup_stats(x, &s);
	assert_int_equal(s.busy, 0);
	assert_int_equal(s.timers, 0);
	assert_true(tick_is_never(isup_deadline(x)));
}

#endif
