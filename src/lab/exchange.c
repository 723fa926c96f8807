/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/exchange: see the header. A call is on its circuit until it ends and then only in the list,
 * where the oldest ended one makes room. What the line has to be told is kept with the circuit
 * (one report wanted, one sound), so nothing can overflow. Timers of subscribers that are due run
 * while the outputs are drained, one after the other, when the ISUP stack is drained.
 */
#include <ctype.h>
#include <string.h>

#include "base/list.h"
#include "base/log.h"
#include "base/timerq.h"
#include "lab/exchange.h"
#include "lab/subscriber.h"

#define KEPT_CALLS	 64
#define DEFAULT_RING_MS	 200
#define CPC_ORDINARY	 0x0a /* Q.763 3.11 */
#define TMR_AUDIO	 0x03 /* Q.763 3.54: 3.1 kHz audio */
#define SI_NETWORK	 3    /* Q.763 3.10: screening, network provided */
#define CAUSE_NORMAL	 16
#define CAUSE_NO_CIRCUIT 34
#define MAX_TRIES	 5

struct circuit {
	isup_circuit_id id;
	uint16_t cic;
	uint8_t timeslot;
	struct call *call;
	struct list told; /* in x->untold while the line has something to hear */
	bool want_meter, want_play, want_listen;
	uint32_t meter_token, play_token;
	uint8_t sound;
};

struct call {
	struct list link; /* in x->calls, newest first */
	bool listed;
	uint32_t nr;
	bool outgoing;
	bool listened; /* it had a sound, with which the line's meter began anew */
	enum lab_call_state state;
	char from[34], to[34];
	struct circuit *circuit; /* NULL: ended */
	uint16_t cic;
	uint8_t timeslot, cause, step, tries;
	tick_t began;
	struct lab_line_heard heard;
	const struct lab_subscriber *who;
	struct timer timer;
};

struct lab_exchange {
	struct mem *mem;
	struct isup *isup;
	uint32_t opc, dpc, ring_ms, hold_ms;
	uint8_t ni;
	tick_t now;
	struct timerq timers;
	unsigned nr_circuits, nr_calls, last_circuit;
	struct circuit *circuit;
	struct call *call; /* nr_calls places */
	struct list calls, untold;
	uint32_t last_nr;
	bool span_up;
	unsigned span_told;  /* circuits that know of it; told one at a time, each drained */
	unsigned reset_told; /* the same of a reset */
	struct lab_exchange_counts counts;
};

/* Start and end. ------------------------------------------------------------------------------- */
static int add_circuits(struct lab_exchange *x, const struct lab_exchange_cfg *cfg)
{
	for (unsigned i = 0; i < cfg->nr_circuits; i++) {
		struct circuit *c = &x->circuit[i];
		struct isup_circuit_cfg k = { .dpc = cfg->dpc,
					      .cic = cfg->circuit[i].cic,
					      .user = c };
		int err = isup_circuit_add(x->isup, &k, &c->id);

		if (err < 0)
			return err;
		c->cic = cfg->circuit[i].cic;
		c->timeslot = cfg->circuit[i].timeslot;
		list_init(&c->told);
	}
	return 0;
}

static struct isup *new_isup(struct mem *m, const struct lab_exchange_cfg *cfg)
{
	struct isup_cfg k = { .opc = cfg->opc, .max_circuits = cfg->nr_circuits, .rng = cfg->rng };

	memcpy(k.timer_ms, cfg->timer_ms, sizeof(k.timer_ms));
	return isup_new(m, &k);
}

struct lab_exchange *lab_exchange_new(struct mem *parent, const struct lab_exchange_cfg *cfg)
{
	struct mem *m = mem_sub(parent, "exchange");
	struct lab_exchange *x = m ? MEM_NEW(m, struct lab_exchange) : NULL;

	if (!x) {
		mem_free(m);
		return NULL;
	}
	*x = (struct lab_exchange){ .mem = m,
				    .opc = cfg->opc,
				    .dpc = cfg->dpc,
				    .ni = cfg->ni,
				    .ring_ms = cfg->ring_ms ? cfg->ring_ms : DEFAULT_RING_MS,
				    .hold_ms = cfg->hold_ms,
				    .nr_circuits = cfg->nr_circuits,
				    .span_up = true,
				    .span_told = cfg->nr_circuits,
				    .reset_told = cfg->nr_circuits,
				    .nr_calls = cfg->nr_circuits + KEPT_CALLS };
	list_init(&x->calls);
	list_init(&x->untold);
	timerq_init(&x->timers);
	x->circuit = MEM_ARRAY(m, cfg->nr_circuits, struct circuit);
	x->call = MEM_ARRAY(m, x->nr_calls, struct call);
	x->isup = new_isup(m, cfg);
	if (!x->circuit || !x->call || !x->isup || add_circuits(x, cfg) < 0) {
		mem_free(m);
		return NULL;
	}
	return x;
}

void lab_exchange_free(struct lab_exchange *x)
{
	if (x)
		mem_free(x->mem);
}

/* What the line is told. ----------------------------------------------------------------------- */
static void tell_line(struct lab_exchange *x, struct circuit *c)
{
	if (!list_linked(&c->told))
		list_add_tail(&x->untold, &c->told);
}

static void play(struct lab_exchange *x, struct circuit *c, uint32_t token, uint8_t sound)
{
	c->want_play = true;
	c->play_token = token;
	c->sound = sound;
	if (c->call)
		c->call->listened = true;
	tell_line(x, c);
}

static void read_meter(struct lab_exchange *x, struct circuit *c, uint32_t token)
{
	c->want_meter = true;
	c->meter_token = token;
	tell_line(x, c);
}

/* The next record; what was heard is asked for before another sound begins. */
static bool next_line_out(struct lab_exchange *x, struct ring_rec *rec)
{
	struct circuit *c = list_first(&x->untold, struct circuit, told);
	struct lab_line_req req;

	if (!c)
		return false;
	req = (struct lab_line_req){ .timeslot = c->timeslot, .sound = c->sound };
	if (c->want_meter) {
		c->want_meter = false;
		req.token = c->meter_token;
		lab_line_pack(rec, LAB_LINE_METER, &req);
	} else if (c->want_play) {
		c->want_play = false;
		req.token = c->play_token;
		lab_line_pack(rec, LAB_LINE_PLAY, &req);
	} else {
		c->want_listen = false;
		req.token = c->call ? c->call->nr : 0;
		lab_line_pack(rec, LAB_LINE_LISTEN, &req);
	}
	if (!c->want_meter && !c->want_play && !c->want_listen)
		list_del(&c->told);
	return true;
}

/* Calls. --------------------------------------------------------------------------------------- */
static struct call *take_place(struct lab_exchange *x)
{
	struct call *oldest = NULL;

	for (unsigned i = 0; i < x->nr_calls; i++) {
		struct call *c = &x->call[i];

		if (!c->listed)
			return c;
		if (!c->circuit && (!oldest || c->nr < oldest->nr))
			oldest = c;
	}
	/* There are more places than circuits, and a call that is not over has a circuit. */
	list_del(&oldest->link);
	return oldest;
}

static struct call *new_call(struct lab_exchange *x, struct circuit *circuit, bool outgoing)
{
	struct call *c = take_place(x);

	*c = (struct call){ .listed = true,
			    .nr = ++x->last_nr,
			    .outgoing = outgoing,
			    .began = x->now,
			    .circuit = circuit,
			    .cic = circuit->cic,
			    .timeslot = circuit->timeslot };
	list_add(&x->calls, &c->link);
	circuit->call = c;
	return c;
}

static void say(const struct call *c, const char *what, unsigned cause)
{
	struct log_subject subj = { .call = c->nr, .trunk = "exchange", .cic = c->cic };

	if (cause)
		log_info(LOG_LAB, &subj, "%s to %s: %s, cause %u (%s)", c->from, c->to, what, cause,
			 isup_cause_name((uint8_t)cause));
	else
		log_info(LOG_LAB, &subj, "%s to %s: %s", c->from, c->to, what);
}

static void end_call(struct lab_exchange *x, struct call *c, uint8_t cause)
{
	struct circuit *circuit = c->circuit;

	timerq_cancel(&x->timers, &c->timer);
	if (c->outgoing && c->state == LAB_CALL_TALKING)
		x->counts.made_ended[cause & 127]++;
	else if (c->outgoing)
		x->counts.made_failed[cause & 127]++;
	c->state = LAB_CALL_ENDED;
	c->cause = cause;
	c->circuit = NULL;
	circuit->call = NULL;
	read_meter(x, circuit, c->nr);
	play(x, circuit, 0, LAB_IDLE);
	say(c, "ended", cause);
}

static int send_rel(struct lab_exchange *x, struct call *c, uint8_t cause, uint8_t location)
{
	struct isup_msg m;

	isup_msg_init(&m, ISUP_REL, c->cic);
	isup_put_cause(&m, &(struct isup_cause){ .location = location, .value = cause });
	return isup_tx(x->isup, x->now, c->circuit->id, &m);
}

static void release(struct lab_exchange *x, struct call *c, uint8_t cause, uint8_t location)
{
	if (send_rel(x, c, cause, location) < 0)
		say(c, "REL refused by the circuit", 0);
	end_call(x, c, cause);
}

/* Called subscribers. -------------------------------------------------------------------------- */
/* Q.763 3.5: an ISDN terminal behind ISUP all the way, which may be charged for. */
static void put_bci(struct isup_msg *m, uint8_t called_status)
{
	struct isup_bci bci = { .charge = 2,
				.called_status = called_status,
				.called_category = 1,
				.isup_all_the_way = 1,
				.isdn_access = 1 };

	isup_put_bci(m, &bci);
}

static int send_backward(struct lab_exchange *x, struct call *c, const struct lab_step *s)
{
	static const uint8_t type[] = { [LAB_DO_ACM] = ISUP_ACM,
					[LAB_DO_CPG] = ISUP_CPG,
					[LAB_DO_ANM] = ISUP_ANM,
					[LAB_DO_CON] = ISUP_CON };
	struct isup_msg m;

	isup_msg_init(&m, type[s->does], c->cic);
	if (s->does == LAB_DO_ACM || s->does == LAB_DO_CON)
		put_bci(&m, s->does == LAB_DO_CON ? LAB_CALLED_FREE : s->value);
	if (s->does == LAB_DO_CPG)
		isup_put_event(&m, &(struct isup_event){ .event = s->value });
	if (s->in_band)
		isup_put_obci(&m, &(struct isup_obci){ .in_band = 1 });
	return isup_tx(x->isup, x->now, c->circuit->id, &m);
}

static void do_step(struct lab_exchange *x, struct call *c, const struct lab_step *s)
{
	if (s->does == LAB_DO_REL) {
		release(x, c, s->value, s->location);
		return;
	}
	if (send_backward(x, c, s) < 0) {
		say(c, "a message was refused by the circuit", 0);
		return;
	}
	if (s->does == LAB_DO_ANM || s->does == LAB_DO_CON) {
		c->state = LAB_CALL_TALKING;
		x->counts.taken_answered++;
	} else {
		c->state = LAB_CALL_RINGING;
	}
	play(x, c->circuit, c->nr, s->sound);
	say(c, c->state == LAB_CALL_TALKING ? "answered" : "rings", 0);
}

static void run_steps(struct lab_exchange *x, struct call *c)
{
	while (c->circuit) {
		const struct lab_step *s = &c->who->step[c->step];
		uint32_t ms = s->after_ms == LAB_AFTER_RING ? x->ring_ms : s->after_ms;

		if (s->does == LAB_DO_END)
			return;
		if (ms) {
			timerq_arm(&x->timers, &c->timer, tick_add_ms(x->now, ms));
			return;
		}
		c->step++;
		do_step(x, c, s);
	}
}

static void step_is_due(struct lab_exchange *x, struct call *c)
{
	const struct lab_step *s;

	if (c->outgoing) { /* it was held for long enough */
		release(x, c, CAUSE_NORMAL, ISUP_LOC_USER);
		return;
	}
	s = &c->who->step[c->step++];
	do_step(x, c, s);
	run_steps(x, c);
}

/* The digits without ST (Q.763 3.9). */
static void get_digits(const struct isup_msg *m, enum isup_param_code code, char *out)
{
	struct isup_number n;
	size_t len;

	out[0] = '\0';
	if (isup_get_number(m, code, &n) < 0)
		return;
	len = strcspn(n.digits, "F");
	memcpy(out, n.digits, len);
	out[len] = '\0';
}

/* Q.764 2.1.8: nobody rings before the check is done. */
static bool awaits_cot(const struct isup_msg *iam)
{
	struct isup_nci nci;

	return isup_get_nci(iam, &nci) == 0 && (nci.continuity == 1 || nci.continuity == 2);
}

static void rx_iam(struct lab_exchange *x, struct circuit *circuit, const struct isup_msg *m)
{
	struct call *c;

	if (circuit->call)
		end_call(x, circuit->call, CAUSE_NORMAL);
	c = new_call(x, circuit, false);
	x->counts.taken++;
	get_digits(m, ISUP_P_CALLED_NUMBER, c->to);
	get_digits(m, ISUP_P_CALLING_NUMBER, c->from);
	c->who = lab_subscriber_of(c->to);
	say(c, c->who->text, 0);
	if (!awaits_cot(m))
		run_steps(x, c);
}

/* Calls that the exchange makes. --------------------------------------------------------------- */
static struct circuit *hunt(struct lab_exchange *x, bool only_ours)
{
	for (unsigned i = 1; i <= x->nr_circuits; i++) {
		unsigned at = (x->last_circuit + i) % x->nr_circuits;
		struct circuit *c = &x->circuit[at];

		if (c->call || !isup_circuit_is_free(x->isup, c->id))
			continue;
		if (only_ours && !isup_circuit_is_ours(x->isup, c->id))
			continue;
		x->last_circuit = at;
		return c;
	}
	return NULL;
}

static struct circuit *hunt_any(struct lab_exchange *x)
{
	struct circuit *c = hunt(x, true);

	return c ? c : hunt(x, false);
}

/* "+49..." is international (Q.763 3.9), the rest national; a called number is complete: ST. */
static void put_number(struct isup_msg *m, enum isup_param_code code, const char *digits)
{
	bool called = code == ISUP_P_CALLED_NUMBER, plus = digits[0] == '+';
	struct isup_number n = { .noa = plus ? ISUP_NOA_INTERNATIONAL : ISUP_NOA_NATIONAL,
				 .npi = 1,
				 .si = called ? 0 : SI_NETWORK };

	str_copyz(n.digits, ISUP_MAX_DIGITS, str_of(digits + plus));
	if (called)
		strcat(n.digits, "F");
	isup_put_number(m, code, &n);
}

static int send_iam(struct lab_exchange *x, struct call *c)
{
	struct isup_msg m;

	isup_msg_init(&m, ISUP_IAM, c->cic);
	isup_put_nci(&m, &(struct isup_nci){ 0 });
	isup_put_fci(&m, &(struct isup_fci){ .isup_all_the_way = 1, .isdn_access = 1 });
	isup_put_u8(&m, ISUP_P_CPC, CPC_ORDINARY);
	isup_put_u8(&m, ISUP_P_TMR, TMR_AUDIO);
	put_number(&m, ISUP_P_CALLED_NUMBER, c->to);
	if (c->from[0])
		put_number(&m, ISUP_P_CALLING_NUMBER, c->from);
	return isup_tx(x->isup, x->now, c->circuit->id, &m);
}

static void move_to(struct call *c, struct circuit *circuit)
{
	c->circuit->call = NULL;
	c->circuit = circuit;
	c->cic = circuit->cic;
	c->timeslot = circuit->timeslot;
	circuit->call = c;
}

/* Q.764 2.8.1: the IAM came to nothing (dual seizure, or the circuit was reset or blocked); the
 * call is tried again on another circuit, a few times. */
static void lost_circuit(struct lab_exchange *x, struct call *c)
{
	struct circuit *other = ++c->tries < MAX_TRIES ? hunt_any(x) : NULL;

	if (!other) {
		end_call(x, c, CAUSE_NO_CIRCUIT);
		return;
	}
	say(c, "circuit lost, another is tried", 0);
	move_to(c, other);
	if (send_iam(x, c) < 0)
		end_call(x, c, CAUSE_NO_CIRCUIT);
}

static bool is_number(const char *s)
{
	size_t len = strlen(s += *s == '+');

	for (size_t i = 0; i < len; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return len > 0 && len < ISUP_MAX_DIGITS;
}

int lab_exchange_call(struct lab_exchange *x, tick_t now, const char *from, const char *to,
		      uint32_t *nr)
{
	struct circuit *circuit;
	struct call *c;
	int err;

	if (!is_number(to) || (from[0] && !is_number(from)))
		return TG_EINVAL;
	x->now = now;
	isup_tick(x->isup, now); /* some may rest no longer */
	circuit = hunt_any(x);
	x->counts.no_circuit += !circuit;
	if (!circuit)
		return TG_ELIMIT;
	x->counts.made++;
	c = new_call(x, circuit, true);
	strcpy(c->from, from);
	strcpy(c->to, to);
	c->who = lab_subscriber_of(from);
	*nr = c->nr;
	err = send_iam(x, c);
	if (err < 0)
		end_call(x, c, CAUSE_NO_CIRCUIT);
	return err;
}

int lab_exchange_hangup(struct lab_exchange *x, tick_t now, uint32_t nr, uint8_t cause)
{
	struct call *c;

	x->now = now;
	list_for_each(c, &x->calls, link) {
		if (c->nr != nr)
			continue;
		if (!c->circuit)
			return TG_ESTATE;
		release(x, c, cause, ISUP_LOC_USER);
		return 0;
	}
	return TG_ENOENT;
}

static void answered(struct lab_exchange *x, struct call *c)
{
	uint64_t us = (uint64_t)tick_diff_us(x->now, c->began);

	if (c->state == LAB_CALL_TALKING)
		return;
	c->state = LAB_CALL_TALKING;
	x->counts.made_answered++;
	x->counts.answer_us_sum += us;
	if (us > x->counts.answer_us_max)
		x->counts.answer_us_max = us;
	play(x, c->circuit, c->nr, c->who->speaks);
	if (x->hold_ms)
		timerq_arm(&x->timers, &c->timer, tick_add_ms(x->now, x->hold_ms));
	say(c, "answered", 0);
}

static void rx_backward(struct lab_exchange *x, struct call *c, uint8_t type)
{
	if (type == ISUP_ACM) {
		c->state = LAB_CALL_RINGING;
		say(c, "rings", 0);
	} else if (type == ISUP_ANM || type == ISUP_CON) {
		answered(x, c);
	}
}

static void rx_rel(struct lab_exchange *x, struct call *c, const struct isup_msg *m)
{
	struct isup_cause cause = { .value = CAUSE_NORMAL };

	isup_get_cause(m, &cause);
	end_call(x, c, cause.value);
}

static void rx_call(struct lab_exchange *x, struct circuit *circuit, const struct isup_msg *m)
{
	struct call *c = circuit->call;

	if (m->type == ISUP_IAM)
		rx_iam(x, circuit, m);
	else if (!c)
		return;
	else if (m->type == ISUP_REL)
		rx_rel(x, c, m);
	else if (m->type == ISUP_COT)
		run_steps(x, c);
	else if (c->outgoing)
		rx_backward(x, c, m->type);
}

/* Inputs. -------------------------------------------------------------------------------------- */
int lab_exchange_mtp_rx(struct lab_exchange *x, tick_t now, const struct mtp_prim *p)
{
	x->now = now;
	switch (p->type) {
	case MTP_TRANSFER:
		if (p->label.si != MTP_SI_ISUP || p->label.dpc != x->opc)
			return TG_EINVAL;
		return isup_rx(x->isup, now, p->label.opc, p->sif);
	case MTP_PAUSE:
	case MTP_RESUME:
		return isup_mtp_available(x->isup, now, p->label.dpc, p->type == MTP_RESUME);
	default:
		return 0;
	}
}

void lab_exchange_line_rx(struct lab_exchange *x, tick_t now, const struct ring_rec *rec)
{
	struct lab_line_heard heard;
	struct call *c;

	x->now = now;
	if (rec->kind != LAB_LINE_METER)
		return;
	memcpy(&heard, rec->body, sizeof(heard));
	list_for_each(c, &x->calls, link) {
		if (c->nr == heard.token && c->listened)
			c->heard = heard;
	}
}

void lab_exchange_span_state(struct lab_exchange *x, tick_t now, bool up)
{
	x->now = now;
	x->span_up = up;
	x->span_told = 0;
}

void lab_exchange_reset(struct lab_exchange *x, tick_t now)
{
	x->now = now;
	x->reset_told = 0;
}

void lab_exchange_listen(struct lab_exchange *x, tick_t now)
{
	x->now = now;
	for (unsigned i = 0; i < x->nr_circuits; i++) {
		struct circuit *c = &x->circuit[i];

		if (!c->call)
			continue;
		c->want_listen = true;
		tell_line(x, c);
	}
}

static void tell_circuit(struct lab_exchange *x)
{
	struct circuit *c = &x->circuit[x->span_told++];

	isup_circuit_usable(x->isup, x->now, c->id, x->span_up);
}

void lab_exchange_tick(struct lab_exchange *x, tick_t now)
{
	x->now = now;
	isup_tick(x->isup, now);
}

tick_t lab_exchange_deadline(const struct lab_exchange *x)
{
	return tick_min(isup_deadline(x->isup), timerq_deadline(&x->timers));
}

/* Outputs. ------------------------------------------------------------------------------------- */
static void put_mtp(const struct lab_exchange *x, const struct isup_out *o, struct mtp_prim *p)
{
	*p = (struct mtp_prim){ .type = MTP_TRANSFER,
				.label = { .opc = x->opc,
					   .dpc = o->dpc,
					   .sls = o->sls,
					   .si = MTP_SI_ISUP,
					   .ni = x->ni },
				.sif = o->octets };
}

static void rx_isup(struct lab_exchange *x, const struct isup_out *o)
{
	struct circuit *circuit = o->user;

	if (o->type == ISUP_OUT_CONTINUITY)
		play(x, circuit, 0, o->check == ISUP_CHECK_LOOP ? LAB_ECHO : LAB_IDLE);
	else if (o->type == ISUP_OUT_CALL)
		rx_call(x, circuit, o->msg);
	else if (o->type == ISUP_OUT_LOST && circuit->call)
		lost_circuit(x, circuit->call);
	else if (o->type == ISUP_OUT_ALARM)
		log_error(LOG_LAB, &((struct log_subject){ .trunk = "exchange", .cic = o->cic }),
			  "no RLC within T5");
}

bool lab_exchange_next_out(struct lab_exchange *x, struct lab_exchange_out *out)
{
	struct isup_out o;
	struct timer *t;

	for (;;) {
		out->type = LAB_OUT_LINE;
		if (next_line_out(x, &out->line))
			return true;
		if (isup_next_out(x->isup, &o)) {
			if (o.type == ISUP_OUT_SEND) {
				out->type = LAB_OUT_MTP;
				put_mtp(x, &o, &out->mtp);
				return true;
			}
			rx_isup(x, &o);
			continue;
		}
		if (x->span_told < x->nr_circuits) {
			tell_circuit(x);
			continue;
		}
		if (x->reset_told < x->nr_circuits) {
			isup_circuit_reset(x->isup, x->now, x->circuit[x->reset_told++].id);
			continue;
		}
		t = timerq_pop_due(&x->timers, x->now);
		if (!t)
			return false;
		step_is_due(x, container_of(t, struct call, timer));
	}
}

/* What is going on. ---------------------------------------------------------------------------- */
static void describe(const struct call *c, struct lab_call_info *info)
{
	*info = (struct lab_call_info){ .nr = c->nr,
					.outgoing = c->outgoing,
					.state = c->state,
					.cic = c->cic,
					.timeslot = c->timeslot,
					.cause = c->cause,
					.heard = c->heard };
	strcpy(info->from, c->from);
	strcpy(info->to, c->to);
}

bool lab_exchange_call_walk(const struct lab_exchange *x, unsigned *pos, struct lab_call_info *info)
{
	const struct call *c;
	unsigned n = 0;

	list_for_each(c, &x->calls, link) {
		if (n++ != *pos)
			continue;
		++*pos;
		describe(c, info);
		return true;
	}
	return false;
}

void lab_exchange_counts(const struct lab_exchange *x, struct lab_exchange_counts *out)
{
	const struct call *c;

	*out = x->counts;
	list_for_each(c, &x->calls, link) {
		out->now += c->circuit != NULL;
		out->now_talking += c->circuit && c->state == LAB_CALL_TALKING;
	}
}

void lab_exchange_stats(const struct lab_exchange *x, struct isup_stats *out)
{
	isup_stats(x->isup, out);
}
