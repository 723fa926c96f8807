/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The outputs: a ring of small records. Most messages that the stack makes itself (RLC, RSC, REL
 * with a cause) are made from the record when it is taken out, so that all circuits can be reset at
 * once; a message that came from outside waits in a slot of its own.
 */
#include <assert.h>
#include <string.h>

#include "isup/supervision.h"

struct isup_waiting {
	struct isup_msg msg;
	uint16_t len; /* 0: not encoded, it is to be presented */
	uint8_t octets[ISUP_MAX_ENCODED];
};

int isup_out_init(struct isup *x, size_t max_circuits)
{
	size_t nr = ISUP_WAITING_PER_INPUT + 2 + ISUP_OUT_PER_INPUT * max_circuits;

	x->ring_size = ISUP_OUT_PER_CIRCUIT * max_circuits + ISUP_OUT_PER_INPUT * ISUP_MAX_RANGE;
	x->ring = MEM_ARRAY(x->mem, x->ring_size, struct isup_record);
	x->waiting = pool_new(x->mem, sizeof(struct isup_waiting),
			      nr < ISUP_MAX_WAITING ? nr : ISUP_MAX_WAITING);
	return x->ring && x->waiting ? 0 : TG_ENOMEM;
}

bool isup_out_room(const struct isup *x, size_t nr)
{
	return x->ring_size - x->nr >= nr && pool_left(x->waiting) > ISUP_WAITING_PER_INPUT;
}

static struct isup_record *put(struct isup *x, enum isup_out_type type)
{
	struct isup_record *r = &x->ring[(x->head + x->nr) % x->ring_size];

	assert(x->nr < x->ring_size);
	x->nr++;
	*r = (struct isup_record){ .type = (uint8_t)type, .timer = -1 };
	return r;
}

/* What changes the user's mind about the circuit. */
static bool is_news(const struct isup_record *r)
{
	return r->type == ISUP_OUT_CALL || r->type == ISUP_OUT_LOST;
}

static struct isup_record *put_for(struct isup_circuit *c, enum isup_out_type type)
{
	struct isup_record *r = put(c->x, type);

	c->news += is_news(r);
	c->doubt |= type == ISUP_OUT_SEND && !c->to->available;
	r->circuit = c;
	r->dpc = c->to->dpc;
	r->cic = c->cic;
	return r;
}

void isup_out_send(struct isup_circuit *c, uint8_t msg_type, uint8_t cause, uint8_t diagnostic)
{
	struct isup_record *r = put_for(c, ISUP_OUT_SEND);

	r->msg_type = msg_type;
	r->cause = cause;
	r->diagnostic = diagnostic;
}

void isup_out_send_to(struct isup *x, uint32_t dpc, uint16_t cic, uint8_t msg_type, uint8_t arg)
{
	struct isup_record *r = put(x, ISUP_OUT_SEND);

	r->dpc = dpc;
	r->cic = cic;
	r->msg_type = msg_type;
	r->diagnostic = arg;
}

static struct isup_waiting *wait(struct isup_record *r, struct isup *x)
{
	r->waiting = pool_get(x->waiting);
	assert(r->waiting);
	return r->waiting;
}

void isup_out_send_msg(struct isup_circuit *c, const struct isup_msg *m, struct str octets)
{
	struct isup_waiting *w = wait(put_for(c, ISUP_OUT_SEND), c->x);

	assert(octets.len && octets.len <= sizeof(w->octets));
	memcpy(w->octets, octets.p, octets.len);
	w->len = (uint16_t)octets.len;
	if (m)
		w->msg = *m;
	else
		isup_msg_dec(&w->msg, c->x->v, octets, NULL);
	w->msg.cic = c->cic;
}

void isup_out_present(struct isup_circuit *c, const struct isup_msg *m)
{
	wait(put_for(c, ISUP_OUT_CALL), c->x)->msg = *m;
}

void isup_out_present_rel(struct isup_circuit *c, uint8_t cause)
{
	struct isup_record *r = put_for(c, ISUP_OUT_CALL);

	r->msg_type = ISUP_REL;
	r->cause = cause;
	r->local = true;
	r->timer = c->x->timer;
}

void isup_out_continuity(struct isup_circuit *c, enum isup_check what)
{
	put_for(c, ISUP_OUT_CONTINUITY)->diagnostic = (uint8_t)what;
}

void isup_out_tell(struct isup_circuit *c, enum isup_out_type type)
{
	put_for(c, type)->timer = type == ISUP_OUT_ALARM ? c->x->timer : -1;
}

static void make_group(const struct isup_group *g, struct isup_msg *m)
{
	uint8_t o[1 + 32] = { g->range };
	bool has_type = g->type >= ISUP_CGB && g->type <= ISUP_CGUA;
	size_t nr = g->status ? g->range / 8u + 1 : 0;

	isup_msg_init(m, g->type, g->cic);
	if (nr)
		memcpy(o + 1, g->status, nr);
	if (has_type)
		isup_put_u8(m, ISUP_P_CGS_TYPE, g->kind);
	isup_put(m, ISUP_P_RANGE_AND_STATUS, str_n(o, 1 + nr));
	if (g->states)
		isup_put(m, ISUP_P_CIRCUIT_STATE, str_n(g->states, g->range + 1u));
}

void isup_out_send_group(struct isup *x, const struct isup_destination *to,
			 const struct isup_group *g)
{
	struct isup_record *r = put(x, ISUP_OUT_SEND);
	struct isup_waiting *w = wait(r, x);
	int len;

	r->dpc = to->dpc;
	r->cic = g->cic;
	make_group(g, &w->msg);
	len = isup_msg_enc(&w->msg, x->v, w->octets, sizeof(w->octets), NULL);
	assert(len > 0);
	w->len = (uint16_t)len;
}

#define TAKEN_BACK 0xff /* as a record's type */

void isup_out_take_back(struct isup_circuit *c)
{
	struct isup *x = c->x;

	for (size_t i = 0; i < x->nr && c->news; i++) {
		struct isup_record *r = &x->ring[(x->head + i) % x->ring_size];
		if (r->circuit != c || !is_news(r))
			continue;
		if (r->waiting)
			pool_put(x->waiting, r->waiting);
		c->news--;
		*r = (struct isup_record){ .type = TAKEN_BACK };
	}
}

/* Taking out. -------------------------------------------------------------------------------- */
static void make_parameters(const struct isup *x, const struct isup_record *r, struct isup_msg *m)
{
	struct isup_cause cause = { .location = x->v->location,
				    .value = r->cause,
				    .nr_diagnostics = r->diagnostic != 0,
				    .diagnostics = { r->diagnostic } };

	if (r->cause)
		isup_put_cause(m, &cause);
	if (r->msg_type == ISUP_CRM)
		isup_put_u8(m, ISUP_P_NCI, r->diagnostic);
	if (r->msg_type == ISUP_COT)
		isup_put_u8(m, ISUP_P_CONTINUITY, r->diagnostic);
	if (r->msg_type == ISUP_REL && r->type == ISUP_OUT_SEND)
		isup_congestion_put(x, m);
	if (r->msg_type != ISUP_CVR)
		return;
	isup_put_u8(m, ISUP_P_VALIDATION_RESPONSE, 0); /* successful */
	isup_put_u8(m, ISUP_P_GROUP_CHARACTERISTIC, r->diagnostic);
}

static void make_msg(struct isup *x, const struct isup_record *r, struct isup_out *out)
{
	int len;

	isup_msg_init(&x->out_msg, r->msg_type, r->cic);
	make_parameters(x, r, &x->out_msg);
	out->msg = &x->out_msg;
	if (r->type != ISUP_OUT_SEND)
		return;
	len = isup_msg_enc(&x->out_msg, x->v, x->out_octets, sizeof(x->out_octets), NULL);
	assert(len > 0);
	out->octets = str_n(x->out_octets, (size_t)len);
}

static void give_waiting(struct isup *x, const struct isup_record *r, struct isup_out *out)
{
	x->held = r->waiting;
	out->msg = &x->held->msg;
	if (x->held->len)
		out->octets = str_n(x->held->octets, x->held->len);
}

static void give(struct isup *x, const struct isup_record *r, struct isup_out *out)
{
	*out = (struct isup_out){ .type = r->type,
				  .circuit = r->circuit ? r->circuit->id : 0,
				  .user = r->circuit ? r->circuit->user : NULL,
				  .cic = r->cic,
				  .dpc = r->dpc,
				  .sls = r->cic & x->sls_mask,
				  .check = r->type == ISUP_OUT_CONTINUITY ? r->diagnostic : 0,
				  .local = r->local,
				  .timer = r->timer };
	if (r->waiting)
		give_waiting(x, r, out);
	else if (r->msg_type)
		make_msg(x, r, out);
	if (r->type == ISUP_OUT_SEND)
		x->stats.tx++;
}

/* A circuit may have been seized again by who was told of the release before. */
static bool stale(const struct isup_record *r)
{
	return r->type == ISUP_OUT_IDLE &&
	       (r->circuit->fsm.state != ISUP_IDLE || r->circuit->unusable);
}

static void timeout(struct isup *x, struct timer *t)
{
	x->timer = t->kind < ISUP_NR_TIMERS ? (int8_t)t->kind : -1;
	if (!isup_circuit_timeout(t) && !isup_held_timeout(t) && !isup_request_timeout(x, t) &&
	    !isup_user_part_timeout(x, t) && !isup_reserve_timeout(x, t) &&
	    !isup_aside_timeout(x, t))
		isup_queue_run(x);
	x->timer = -1;
}

static void run_due(struct isup *x)
{
	struct timer *t;

	while (isup_out_room(x, ISUP_OUT_PER_INPUT) && (t = timerq_pop_due(&x->timers, x->due)))
		timeout(x, t);
}

void isup_tick(struct isup *x, tick_t now)
{
	x->now = x->due = now;
	run_due(x);
}

bool isup_next_out(struct isup *x, struct isup_out *out)
{
	if (x->held)
		pool_put(x->waiting, x->held);
	x->held = NULL;
	for (;;) {
		if (x->nr == 0)
			run_due(x);
		if (x->nr == 0)
			return false;
		struct isup_record r = x->ring[x->head];
		x->head = (x->head + 1) % x->ring_size;
		x->nr--;
		if (r.circuit)
			r.circuit->news -= is_news(&r);
		if (r.type == TAKEN_BACK || stale(&r))
			continue;
		give(x, &r, out);
		return true;
	}
}
