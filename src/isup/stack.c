/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stack: its circuits and the ways in. Each input asks for room first, then changes things. */
#include <assert.h>

#include "isup/supervision.h"

#define DEFAULT_MAX_CIRCUITS 1024
#define NO_EVENT	     0xff

/* Start and end. ----------------------------------------------------------------------------- */
static int init(struct isup *x, const struct isup_cfg *cfg)
{
	size_t max = cfg->max_circuits ? cfg->max_circuits : DEFAULT_MAX_CIRCUITS;
	int rc;

	x->circuits = ids_new(x->mem, max);
	if (!x->circuits)
		return TG_ENOMEM;
	rc = htab_init(&x->by_cic, x->mem, max, &cfg->rng);
	if (rc == 0)
		rc = isup_requests_init(x, max);
	return rc < 0 ? rc : isup_out_init(x, max);
}

/* Q.704 2.2.4 and T1.111.4: the low bits of the CIC, so that a circuit keeps its link. */
static uint8_t sls_mask(const struct isup_variant *v, uint8_t bits)
{
	if (bits == 0)
		bits = v->cic_bits > 12 ? 5 : 4;
	return (uint8_t)((1u << bits) - 1);
}

struct isup *isup_new(struct mem *parent, const struct isup_cfg *cfg)
{
	struct mem *m = mem_sub(parent, "isup");
	struct isup *x = m ? MEM_NEW(m, struct isup) : NULL;

	assert(cfg->rng.fill);
	if (!x) {
		mem_free(m);
		return NULL;
	}
	x->mem = m;
	x->v = cfg->variant ? cfg->variant : &isup_itu;
	x->opc = cfg->opc;
	x->role = (uint8_t)cfg->role;
	x->check_percent = cfg->continuity_percent > 100 ? 100 : cfg->continuity_percent;
	x->min_digits = cfg->min_digits;
	x->rests_after_start = cfg->rests_after_start;
	x->reserve = cfg->reserve;
	x->sls_mask = sls_mask(x->v, cfg->sls_bits);
	x->timer = -1;
	for (int t = 0; t < ISUP_NR_TIMERS; t++)
		x->timer_ms[t] = cfg->timer_ms[t] ? cfg->timer_ms[t]
						  : isup_timer_row(x->v, t)->default_ms;
	list_init(&x->destinations);
	timerq_init(&x->timers);
	if (init(x, cfg) == 0)
		return x;
	mem_free(m);
	return NULL;
}

void isup_free(struct isup *x)
{
	if (x)
		mem_free(x->mem);
}

/* Circuits. ---------------------------------------------------------------------------------- */
static uint64_t hash_of(const struct isup *x, uint32_t dpc, uint16_t cic)
{
	uint64_t key = (uint64_t)dpc << 16 | cic;

	return htab_hash(&x->by_cic, str_n(&key, sizeof(key)));
}

struct isup_circuit *isup_find(const struct isup *x, uint32_t dpc, uint16_t cic)
{
	struct htab_link *l;

	htab_for_each(l, &x->by_cic, hash_of(x, dpc, cic)) {
		struct isup_circuit *c = container_of(l, struct isup_circuit, link);
		if (c->cic == cic && c->to->dpc == dpc)
			return c;
	}
	return NULL;
}

struct isup_destination *isup_find_destination(const struct isup *x, uint32_t dpc)
{
	struct isup_destination *d;

	list_for_each(d, &x->destinations, link)
		if (d->dpc == dpc)
			return d;
	return NULL;
}

static struct isup_destination *get_destination(struct isup *x, uint32_t dpc)
{
	struct isup_destination *d = isup_find_destination(x, dpc);

	if (d)
		return d;
	d = MEM_NEW(x->mem, struct isup_destination);
	if (!d)
		return NULL;
	d->dpc = dpc;
	d->available = true;
	list_init(&d->work);
	list_add_tail(&x->destinations, &d->link);
	return d;
}

static int add(struct isup *x, struct isup_circuit *c, const struct isup_circuit_cfg *cfg)
{
	int rc;

	c->x = x;
	c->user = cfg->user;
	c->cic = cfg->cic;
	c->direction = (uint8_t)cfg->direction;
	list_init(&c->work);
	c->to = get_destination(x, cfg->dpc);
	if (!c->to)
		return TG_ENOMEM;
	rc = ids_put(x->circuits, c, &c->id);
	if (rc < 0)
		return rc;
	isup_circuit_init(c);
	htab_add(&x->by_cic, &c->link, hash_of(x, cfg->dpc, cfg->cic));
	x->stats.circuits++;
	return 0;
}

int isup_circuit_add(struct isup *x, const struct isup_circuit_cfg *cfg, isup_circuit_id *id)
{
	struct isup_circuit *c;
	int rc;

	if (cfg->cic >> x->v->cic_bits)
		return TG_EINVAL;
	if (isup_find(x, cfg->dpc, cfg->cic))
		return TG_EEXIST;
	c = MEM_NEW(x->mem, struct isup_circuit);
	if (!c)
		return TG_ENOMEM;
	rc = add(x, c, cfg);
	if (rc < 0)
		mem_drop(c);
	else
		*id = c->id;
	return rc;
}

struct isup_circuit *isup_get_circuit(const struct isup *x, isup_circuit_id id)
{
	return ids_find(x->circuits, id);
}

int isup_circuit_role(struct isup *x, isup_circuit_id id, enum isup_role role)
{
	struct isup_circuit *c = isup_get_circuit(x, id);

	if (!c)
		return TG_ENOENT;
	c->role = (uint8_t)role;
	return 0;
}

int isup_circuit_onward(struct isup *x, isup_circuit_id id, enum isup_onward onward)
{
	struct isup_circuit *c = isup_get_circuit(x, id);

	if (!c)
		return TG_ENOENT;
	c->onward = (uint8_t)onward;
	return 0;
}

isup_circuit_id isup_circuit_find(const struct isup *x, uint32_t dpc, uint16_t cic)
{
	const struct isup_circuit *c = isup_find(x, dpc, cic);

	return c ? c->id : 0;
}

/* The event that a message is, or NO_EVENT. ---------------------------------------------------- */
static int event_of(uint8_t type, bool rx)
{
	static const struct {
		uint8_t rx, tx;
	} events[] = {
		[ISUP_IAM] = { ISUP_RX_IAM, ISUP_TX_IAM },
		[ISUP_SAM] = { ISUP_RX_SAM, ISUP_TX_SAM },
		[ISUP_INR] = { ISUP_RX_OTHER, ISUP_TX_INR },
		[ISUP_INF] = { ISUP_RX_INF, ISUP_TX_OTHER },
		[ISUP_COT] = { ISUP_RX_COT, ISUP_TX_COT },
		[ISUP_ACM] = { ISUP_RX_ACM, ISUP_TX_ACM },
		[ISUP_CON] = { ISUP_RX_CON, ISUP_TX_CON },
		[ISUP_FOT] = { ISUP_RX_OTHER, ISUP_TX_OTHER },
		[ISUP_ANM] = { ISUP_RX_ANM, ISUP_TX_ANM },
		[ISUP_REL] = { ISUP_RX_REL, ISUP_TX_REL },
		[ISUP_SUS] = { ISUP_RX_SUS_RES, ISUP_TX_SUS_RES },
		[ISUP_RES] = { ISUP_RX_SUS_RES, ISUP_TX_SUS_RES },
		[ISUP_RLC] = { ISUP_RX_RLC, NO_EVENT },
		[ISUP_CCR] = { ISUP_RX_CCR, NO_EVENT },
		[ISUP_OLM] = { ISUP_RX_OLM, NO_EVENT },
		[ISUP_RSC] = { ISUP_RX_RSC, NO_EVENT },
		[ISUP_BLO] = { ISUP_RX_BLO, NO_EVENT },
		[ISUP_UCIC] = { ISUP_RX_UCIC, NO_EVENT },
		[ISUP_FAR] = { ISUP_RX_OTHER, ISUP_TX_OTHER },
		[ISUP_FAA] = { ISUP_RX_OTHER, ISUP_TX_OTHER },
		[ISUP_FRJ] = { ISUP_RX_OTHER, ISUP_TX_OTHER },
		[ISUP_CPG] = { ISUP_RX_CPG, ISUP_TX_CPG },
		[ISUP_USR] = { ISUP_RX_OTHER, ISUP_TX_OTHER },
		[ISUP_CRG] = { ISUP_RX_OTHER, ISUP_TX_OTHER },
		[ISUP_NRM] = { ISUP_RX_OTHER, ISUP_TX_OTHER },
		[ISUP_FAC] = { ISUP_RX_OTHER, ISUP_TX_OTHER },
		[ISUP_IDR] = { ISUP_RX_OTHER, ISUP_TX_OTHER },
		[ISUP_IRS] = { ISUP_RX_OTHER, ISUP_TX_OTHER },
		[ISUP_LOP] = { ISUP_RX_OTHER, ISUP_TX_OTHER },
		[ISUP_APM] = { ISUP_RX_OTHER, ISUP_TX_OTHER },
		[ISUP_PRI] = { ISUP_RX_OTHER, ISUP_TX_OTHER },
		[ISUP_SDN] = { ISUP_RX_OTHER, ISUP_TX_OTHER },
	};
	if (type == ISUP_EXM) /* T1.113: it only tells */
		return rx ? ISUP_RX_OTHER : ISUP_TX_OTHER;
	if (type == ISUP_CFN) /* only what came so, through a transit exchange: supervision.c */
		return rx ? NO_EVENT : ISUP_TX_OTHER;
	/* no event of tx is 0: then there is no row */
	if (type >= sizeof(events) / sizeof(events[0]) || events[type].tx == 0)
		return NO_EVENT;
	return rx ? events[type].rx : events[type].tx;
}

/* Inputs. ------------------------------------------------------------------------------------ */
/* About no circuit at all. */
static bool rx_user_part(struct isup *x, uint32_t opc, const struct isup_msg *m)
{
	struct isup_destination *from = isup_find_destination(x, opc);

	if (from && from->no_user)
		isup_user_part_is(x, from, true);
	if (!from || (m->type != ISUP_UPT && m->type != ISUP_UPA))
		return false;
	if (m->type == ISUP_UPT)
		isup_out_send_to(x, opc, m->cic, ISUP_UPA, 0);
	return true;
}

/* Feeds the machine; an address that is too short is kept by it, or by nobody. */
static void feed(struct isup_circuit *c, enum isup_circuit_event event, const struct isup_msg *m)
{
	struct isup_input in = { .msg = m };

	if (event == ISUP_RX_IAM && isup_address_is_short(c->x, m))
		in.held = isup_held_new(c, m);
	if (event == ISUP_RX_REL)
		isup_congestion_rx(c, m);
	isup_circuit_feed(c, event, &in);
	if (in.held && c->held != in.held)
		mem_drop(in.held);
}

int isup_message_rx(struct isup_circuit *c, const struct isup_msg *m)
{
	int event = event_of(m->type, true);

	isup_aside_rx(c, m->type);
	if (event != NO_EVENT)
		feed(c, (enum isup_circuit_event)event, m);
	else if (!isup_supervision_rx(c, m))
		return TG_ENOTSUP;
	return 0;
}

static int rx_msg(struct isup *x, uint32_t opc, struct isup_msg *m, bool known)
{
	struct isup_circuit *c;

	if (known && rx_user_part(x, opc, m))
		return 0;
	if (known && isup_is_group(m->type))
		return isup_group_rx(x, opc, m);
	c = isup_find(x, opc, m->cic);
	if (!c)
		return isup_unknown_circuit_rx(x, opc, m);
	if (!known)
		return isup_unknown_type_rx(c, m);
	if (!isup_unknown_parameters(c, m))
		return TG_ENOTSUP;
	return isup_segment_rx(c, m) ? 0 : isup_message_rx(c, m);
}

static void heard(struct isup *x, uint32_t opc)
{
	struct isup_destination *d = isup_find_destination(x, opc);

	if (d)
		d->nr_heard++;
}

int isup_rx(struct isup *x, tick_t now, uint32_t opc, struct str octets)
{
	struct tg_diag diag = TG_DIAG_NONE;
	int rc;

	if (!isup_out_room(x, ISUP_OUT_PER_INPUT * ISUP_MAX_RANGE))
		return TG_ELIMIT;
	x->now = now;
	x->stats.rx++;
	heard(x, opc);
	rc = isup_msg_dec(&x->rx, x->v, octets, &diag);
	if (rc < 0 && rc != TG_ENOTSUP) {
		x->stats.rx_bad++;
		isup_damaged_rx(x, opc, &diag);
		return rc;
	}
	rc = rx_msg(x, opc, &x->rx, rc == 0);
	x->stats.rx_bad += rc == TG_EINVAL;
	return rc;
}

/* What was sent meanwhile may be lost: releases that are still open become resets. */
static void resumed(struct isup *x, struct isup_destination *d)
{
	struct isup_circuit *c;
	size_t pos = 0;

	while ((c = ids_walk(x->circuits, &pos))) {
		if (c->to != d || !c->doubt)
			continue;
		c->doubt = false;
		if (c->fsm.state != ISUP_RELEASING && c->fsm.state != ISUP_RESETTING)
			continue;
		if (c->reset == ISUP_RESET_NONE)
			c->reset = ISUP_RESET_DOUBT;
		isup_queue_add(c);
	}
}

int isup_mtp_available(struct isup *x, tick_t now, uint32_t dpc, bool available)
{
	struct isup_destination *d = isup_find_destination(x, dpc);

	x->now = now;
	if (!d)
		return TG_ENOENT;
	if (available && !d->available) {
		resumed(x, d);
		isup_requests_again(x, d);
	}
	d->available = available;
	isup_queue_wake(x, d);
	return 0;
}

int isup_user_part_unavailable(struct isup *x, tick_t now, uint32_t dpc)
{
	struct isup_destination *d = isup_find_destination(x, dpc);

	x->now = now;
	if (!d)
		return TG_ENOENT;
	isup_user_part_is(x, d, false);
	return 0;
}

bool isup_reaches(const struct isup *x, uint32_t dpc)
{
	const struct isup_destination *d = isup_find_destination(x, dpc);

	return d && d->available && !d->no_user;
}

/* A message of the user, encoded, and the segment that it may need. */
struct outgoing {
	struct isup_msg msg, sgm;
	uint8_t octets[ISUP_MAX_ENCODED], sgm_octets[ISUP_MAX_ENCODED];
	struct isup_input in;
};

static int enc(const struct isup *x, const struct isup_msg *m, uint8_t *buf, struct str *octets)
{
	int len = isup_msg_enc(m, x->v, buf, ISUP_MAX_ENCODED, NULL);

	if (len >= 0)
		*octets = str_n(buf, (size_t)len);
	return len < 0 ? len : 0;
}

static int prepare(struct isup_circuit *c, struct outgoing *o)
{
	struct isup *x = c->x;
	int err;

	o->msg.cic = c->cic;
	o->in.msg = &o->msg;
	if (o->msg.type == ISUP_IAM)
		isup_plan_check(x, &o->msg, &o->in);
	if (o->msg.type == ISUP_REL)
		isup_congestion_put(x, &o->msg);
	err = isup_msg_adapt(&o->msg, x->v);
	if (err == 0)
		err = enc(x, &o->msg, o->octets, &o->in.octets);
	if (err != TG_ELIMIT || !isup_segment_split(x->v, &o->msg, &o->sgm))
		return err;
	o->in.sgm = &o->sgm; /* 2.1.12 */
	err = enc(x, &o->msg, o->octets, &o->in.octets);
	return err < 0 ? err : enc(x, &o->sgm, o->sgm_octets, &o->in.sgm_octets);
}

static int tx_one(struct isup *x, tick_t now, isup_circuit_id id, const struct isup_msg *m)
{
	struct isup_circuit *c = ids_find(x->circuits, id);
	int event = event_of(m->type, false), err;
	struct outgoing o = { .msg = *m };

	if (!c)
		return TG_ENOENT;
	if (event == NO_EVENT && !isup_msg_row(x->v, m->type) && m->v)
		event = ISUP_TX_OTHER; /* that came so, through a transit exchange */
	if (event == NO_EVENT)
		return TG_ENOTSUP;
	if (!isup_out_room(x, ISUP_OUT_PER_INPUT))
		return TG_ELIMIT;
	err = prepare(c, &o);
	if (err < 0)
		return err;
	x->now = now;
	x->result = 0;
	if (event == ISUP_TX_IAM && isup_reserves(c) && !(o.in.held = isup_held_new(c, &o.msg)))
		return TG_ENOMEM;
	isup_circuit_feed(c, (enum isup_circuit_event)event, &o.in);
	if (o.in.held && c->held != o.in.held)
		mem_drop(o.in.held);
	if (x->result == 0)
		isup_aside_tx(c, m->type);
	return x->result;
}

int isup_tx(struct isup *x, tick_t now, isup_circuit_id id, const struct isup_msg *m)
{
	struct isup_msg acm, anm;
	int rc;

	if (!isup_con_split(x->v, m, &acm, &anm))
		return tx_one(x, now, id, m);
	if (!isup_out_room(x, 2 * ISUP_OUT_PER_INPUT))
		return TG_ELIMIT;
	rc = tx_one(x, now, id, &acm);
	return rc < 0 ? rc : tx_one(x, now, id, &anm);
}

int isup_circuit_reset(struct isup *x, tick_t now, isup_circuit_id id)
{
	struct isup_circuit *c = ids_find(x->circuits, id);

	if (!c)
		return TG_ENOENT;
	if (!isup_out_room(x, ISUP_OUT_PER_INPUT))
		return TG_ELIMIT;
	x->now = now;
	isup_circuit_feed(c, ISUP_RESET, NULL);
	return 0;
}

int isup_circuit_usable(struct isup *x, tick_t now, isup_circuit_id id, bool usable)
{
	struct isup_circuit *c = ids_find(x->circuits, id);

	if (!c)
		return TG_ENOENT;
	if (!isup_out_room(x, ISUP_OUT_PER_INPUT))
		return TG_ELIMIT;
	x->now = now;
	if (c->unusable == !usable)
		return 0;
	c->unusable = !usable;
	if (!usable)
		isup_circuit_feed(c, ISUP_GONE, NULL);
	isup_block_why(c, ISUP_WHY_GONE, !usable);
	return 0;
}

int isup_circuit_reset_soon(struct isup *x, tick_t now, isup_circuit_id id)
{
	struct isup_circuit *c = ids_find(x->circuits, id);

	if (!c)
		return TG_ENOENT;
	x->now = now;
	if (c->fsm.state == ISUP_GROUP_RESETTING)
		return 0;
	c->reset = ISUP_RESET_SURE;
	isup_queue_add(c);
	return 0;
}

int isup_circuit_block(struct isup *x, tick_t now, isup_circuit_id id, enum isup_blocking kind,
		       bool block)
{
	struct isup_circuit *c = ids_find(x->circuits, id);

	if (!c)
		return TG_ENOENT;
	if (!isup_out_room(x, ISUP_OUT_PER_INPUT))
		return TG_ELIMIT;
	x->now = now;
	if (kind == ISUP_HARDWARE && block)
		isup_circuit_feed(c, ISUP_GONE, NULL);
	isup_block_why(c, kind == ISUP_HARDWARE ? ISUP_WHY_HARDWARE : ISUP_WHY_MAINTENANCE, block);
	return 0;
}

static int ask(struct isup *x, struct isup_circuit *c, enum isup_request_type type, unsigned nr)
{
	struct isup_request *q;

	if (!isup_out_room(x, ISUP_OUT_PER_INPUT))
		return TG_ELIMIT;
	q = isup_request_new(x, c->to, c->cic, type);
	if (!q)
		return TG_ELIMIT;
	q->range = (uint8_t)(nr - 1);
	for (unsigned i = 0; i < nr; i++)
		isup_find(x, c->to->dpc, (uint16_t)(c->cic + i))->moved = false;
	isup_request_send(q);
	return 0;
}

int isup_circuit_query(struct isup *x, tick_t now, isup_circuit_id first, unsigned nr)
{
	struct isup_circuit *c = ids_find(x->circuits, first);

	if (!c || nr == 0 || nr > ISUP_MAX_RANGE)
		return c ? TG_EINVAL : TG_ENOENT;
	for (unsigned i = 1; i < nr; i++)
		if (!isup_find(x, c->to->dpc, (uint16_t)(c->cic + i)))
			return TG_ENOENT;
	x->now = now;
	return ask(x, c, ISUP_Q_CQM, nr);
}

int isup_circuit_test(struct isup *x, tick_t now, isup_circuit_id id)
{
	struct isup_circuit *c = ids_find(x->circuits, id);
	int rc;

	if (!c)
		return TG_ENOENT;
	if (c->test == ISUP_TEST_WAITING)
		return 0;
	x->now = now;
	rc = ask(x, c, isup_msg_row(x->v, ISUP_CVT) ? ISUP_Q_CVT : ISUP_Q_CQM, 1);
	if (rc == 0)
		c->test = ISUP_TEST_WAITING;
	return rc;
}

enum isup_test isup_circuit_tested(const struct isup *x, isup_circuit_id id)
{
	const struct isup_circuit *c = ids_find(x->circuits, id);

	return c ? (enum isup_test)c->test : ISUP_TEST_NONE;
}

tick_t isup_deadline(const struct isup *x)
{
	return timerq_deadline(&x->timers);
}

/* State. ------------------------------------------------------------------------------------- */
enum isup_circuit_state isup_circuit_state(const struct isup *x, isup_circuit_id id)
{
	const struct isup_circuit *c = ids_find(x->circuits, id);

	return c ? (enum isup_circuit_state)c->fsm.state : ISUP_IDLE;
}

bool isup_circuit_is_free(const struct isup *x, isup_circuit_id id)
{
	const struct isup_circuit *c = ids_find(x->circuits, id);

	return c && isup_circuit_seizable(c, false);
}

struct isup_circuit_blocked isup_circuit_blocked(const struct isup *x, isup_circuit_id id)
{
	const struct isup_circuit *c = ids_find(x->circuits, id);
	struct isup_circuit_blocked b = { .pending = false };

	if (!c)
		return b;
	b.local_maintenance = c->block[ISUP_KIND_M] != ISUP_B_UNBLOCKED;
	b.local_hardware = c->block[ISUP_KIND_H] != ISUP_B_UNBLOCKED;
	b.remote_maintenance = c->remote & ISUP_R_M;
	b.remote_hardware = c->remote & ISUP_R_H;
	b.unequipped = c->unequipped;
	for (int kind = 0; kind < ISUP_NR_KINDS; kind++)
		b.pending |= c->block[kind] != ISUP_B_UNBLOCKED && c->block[kind] != ISUP_B_BLOCKED;
	return b;
}

bool isup_circuit_is_ours(const struct isup *x, isup_circuit_id id)
{
	const struct isup_circuit *c = ids_find(x->circuits, id);

	return c && isup_circuit_controlled(c);
}

void isup_stats(const struct isup *x, struct isup_stats *out)
{
	*out = x->stats;
	out->timers = (uint32_t)x->timers.nr;
}
