/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/trans: making, feeding, telling and ending of transactions, and the steps of their tables. */
#include <assert.h>

#include "sip/hunt.h"
#include "sip/session.h"
#include "sip/subscription.h"
#include "sip/trans.h"

/* First values, RFC 3261 table 4 and RFC 6026 8.11. */
enum value { T1, T4, T1_64, D_32S };

static const struct timer_row {
	enum value value;
	bool repeats; /* sends something again: not on a reliable transport */
	bool zero;    /* 0 on a reliable transport */
	bool bounded; /* doubles up to T2 only */
	const char *clause;
} timer_rows[SIP_NR_TRANS_TIMERS] = {
	[SIP_TM_A] = { T1, .repeats = true, .clause = "17.1.1.2" },
	[SIP_TM_B] = { T1_64, .clause = "17.1.1.2" },
	[SIP_TM_D] = { D_32S, .zero = true, .clause = "17.1.1.2" },
	[SIP_TM_E] = { T1, .repeats = true, .bounded = true, .clause = "17.1.2.2" },
	[SIP_TM_F] = { T1_64, .clause = "17.1.2.2" },
	[SIP_TM_G] = { T1, .repeats = true, .bounded = true, .clause = "17.2.1" },
	[SIP_TM_H] = { T1_64, .clause = "17.2.1" },
	[SIP_TM_I] = { T4, .zero = true, .clause = "17.2.1" },
	[SIP_TM_J] = { T1_64, .zero = true, .clause = "17.2.2" },
	[SIP_TM_K] = { T4, .zero = true, .clause = "17.1.2.2" },
	[SIP_TM_L] = { T1_64, .clause = "RFC 6026 7.1" },
	[SIP_TM_M] = { T1_64, .clause = "RFC 6026 7.2" },
};

static int64_t value_us(const struct sip_cfg *cfg, enum value v)
{
	int64_t t1_64 = 64 * MS_US(cfg->t1_ms);

	switch (v) {
	case T1:
		return MS_US(cfg->t1_ms);
	case T4:
		return MS_US(cfg->t4_ms);
	case D_32S: /* at least 32 s, whatever T1 is */
		return t1_64 > S_US(32) ? t1_64 : S_US(32);
	default:
		return t1_64;
	}
}

static struct timer *timer_of(struct sip_trans *t, int letter)
{
	return timer_rows[letter].repeats ? &t->repeat : &t->life;
}

static void set_timer(struct sip_trans *t, int letter, int64_t us)
{
	struct timer *timer = timer_of(t, letter);

	timer->kind = (uint16_t)letter;
	timerq_arm(&t->stack->timers, timer, tick_add_us(t->stack->now, us));
}

/* Making and ending. ---------------------------------------------------------------------------- */
bool sip_trans_room(const struct sip_stack *s, bool new_call)
{
	uint32_t max = s->cfg.max_transactions;

	return s->nr_transactions < (new_call ? max - max / 4 : max);
}

static struct sip_trans *make(struct sip_stack *s, const struct sip_trans_class *class,
			      enum sip_method method, sip_path_id path)
{
	const struct sip_path *p = sip_path_find(s, path);
	struct sip_trans *t = sip_trans_room(s, false) ? MEM_NEW(s->mem, struct sip_trans) : NULL;

	if (!t)
		return NULL;
	fsm_init(&t->fsm, class->def, class->def->start, t);
	t->class = class;
	t->stack = s;
	t->method = (uint8_t)method;
	t->path = path;
	t->reliable = p && p->reliable;
	s->nr_transactions++;
	return t;
}

static void unmake(struct sip_trans *t)
{
	struct sip_stack *s = t->stack;

	sip_hunt_end(t);
	if (t->session)
		sip_session_forget_trans(t->session, t);
	if (t->reinvite)
		sip_session_uncount(s, t->call);
	htab_del(t->class->server ? &s->servers : &s->clients, &t->link);
	htab_del(t->class->server ? &s->merges : &s->targets, &t->other);
	timerq_cancel(&s->timers, &t->repeat);
	timerq_cancel(&s->timers, &t->life);
	sip_buf_retire(s, t->last);
	mem_drop(t->forks);
	mem_drop(t);
	s->nr_transactions--;
}

struct sip_trans *sip_trans_client(struct sip_stack *s, enum sip_method method, const char *branch,
				   struct sip_buf *request)
{
	const struct sip_trans_class *class = method == SIP_INVITE ? &sip_ict : &sip_nict;
	struct sip_trans *t = make(s, class, method, request->path);

	if (!t) {
		sip_buf_retire(s, request);
		return NULL;
	}
	t->last = request;
	t->peer = request->to;
	sip_match_add_client(t, branch);
	return t;
}

struct sip_trans *sip_trans_server(struct sip_stack *s)
{
	enum sip_method method = s->rx.msg.method;
	const struct sip_trans_class *class = method == SIP_INVITE ? &sip_ist : &sip_nist;
	struct sip_trans *t = make(s, class, method, s->rx.path->id);

	if (!t)
		return NULL;
	t->peer = s->rx.reply_to;
	sip_match_add_server(t);
	return t;
}

void sip_trans_drop(struct sip_trans *t)
{
	if (t)
		unmake(t);
}

struct sip_owner sip_trans_owner(const struct sip_trans *t)
{
	if (t->session)
		return sip_session_owner(t->session);
	return (struct sip_owner){ t->call, NULL };
}

/* Feeding. -------------------------------------------------------------------------------------- */
static void tell_options(struct sip_trans *t, enum sip_tell tell, const struct sip_msg *msg)
{
	struct sip_event e = { .type = t->method == SIP_OPTIONS ? SIP_EV_OPTIONS : SIP_EV_RESPONSE,
			       .status = tell == SIP_TELL_RESPONSE ? msg->status : 408,
			       .local = tell != SIP_TELL_RESPONSE,
			       .msg = msg,
			       .from = t->peer,
			       .path = t->path,
			       .user = t->token };

	if (tell == SIP_TELL_TRANSPORT)
		e.status = 503;
	if (e.status >= 200)
		sip_out_event(t->stack, &e);
}

static void deliver(struct sip_trans *t, enum sip_tell tell, const struct sip_msg *msg)
{
	if (tell == SIP_TELL_NOTHING || (t->hunt && sip_hunt_goes_on(t, tell, msg)))
		return;
	if (t->tu == SIP_TU_OPTIONS)
		tell_options(t, tell, msg);
	else if (t->tu == SIP_TU_SUBSCRIPTION)
		sip_subscription_told(t, tell, msg);
	else if (t->tu == SIP_TU_INSIDE)
		sip_inside_told(t, tell, msg);
	else if (t->session)
		sip_session_told(t->session, t, tell, msg);
	else if (t->class == &sip_ict && tell == SIP_TELL_RESPONSE)
		sip_session_stray(t, msg);
}

void sip_trans_feed(struct sip_trans *t, uint8_t event, const struct sip_trans_in *in)
{
	static const struct sip_trans_in nothing;
	enum sip_tell tell;

	t->depth++;
	t->tell = SIP_TELL_NOTHING;
	fsm_feed(&t->fsm, event, in ? in : &nothing);
	tell = t->tell;
	deliver(t, tell, in ? in->msg : NULL);
	if (--t->depth == 0 && t->ended)
		unmake(t);
}

/* Without memory for its way it fails as if there were none. */
void sip_trans_start(struct sip_trans *t)
{
	if (t->session)
		t->call = sip_trans_owner(t).call;
	if (!t->hunt && !sip_is_located(&t->peer) && sip_hunt_new(t, STR("")) < 0) {
		t->failed = true;
		t->life.kind = t->class->invite ? SIP_TM_B : SIP_TM_F;
		timerq_arm(&t->stack->timers, &t->life, t->stack->now);
	} else if (t->hunt) {
		sip_hunt_go(t);
	} else {
		sip_trans_launch(t);
	}
}

void sip_trans_move(struct sip_trans *t, struct sip_buf *b, const struct sip_marks *marks)
{
	const struct sip_path *p = sip_path_find(t->stack, b->path);

	sip_buf_retire(t->stack, t->last);
	t->last = b;
	t->marks = *marks;
	t->path = b->path;
	t->peer = b->to;
	t->reliable = p && p->reliable;
	sip_match_move_client(t);
}

void sip_trans_give_up(struct sip_trans *t)
{
	t->depth++;
	sip_hunt_end(t);
	deliver(t, SIP_TELL_TRANSPORT, NULL);
	t->ended = true;
	if (--t->depth == 0)
		unmake(t);
}

void sip_trans_launch(struct sip_trans *t)
{
	struct sip_trans_in in = { .buf = t->last };

	t->last = NULL;
	t->stack->send_refused = false;
	t->depth++;
	sip_trans_feed(t, t->class->invite ? ICT_INVITE : NICT_REQUEST, &in);
	if (t->stack->send_refused)
		sip_trans_conn_failed(t->stack, t->path, &t->peer);
	if (--t->depth == 0 && t->ended)
		unmake(t);
}

void sip_trans_respond(struct sip_trans *t, unsigned status, struct sip_buf *b)
{
	struct sip_trans_in in = { .buf = b };
	struct sip_stack *s = t->stack;
	bool keeps = !(t->class->invite && status / 100 == 2);
	uint8_t event;

	if (t->session)
		t->call = sip_trans_owner(t).call;
	if (!t->class->invite)
		event = status < 200 ? NIST_TU_1XX : NIST_TU_200_699;
	else
		event = status < 200 ? IST_TU_1XX : status < 300 ? IST_TU_2XX : IST_TU_300_699;
	t->depth++; /* it shall outlive the question below */
	sip_trans_feed(t, event, &in);
	if (keeps && t->last != b)
		sip_buf_retire(s, b);
	if (--t->depth == 0 && t->ended)
		unmake(t);
}

void sip_trans_timer(struct timer *timer)
{
	bool repeats = timer_rows[timer->kind].repeats;
	struct sip_trans *t = repeats ? container_of(timer, struct sip_trans, repeat)
				      : container_of(timer, struct sip_trans, life);
	uint8_t event = t->class->timer_event[timer->kind];

	assert(event);
	if (t->failed && !sip_is_located(&t->peer)) {
		sip_trans_give_up(t);
		return;
	}
	sip_trans_feed(t, t->failed && !repeats ? t->class->transport_event : event - 1, NULL);
}

void sip_trans_orphan(struct sip_trans *t)
{
	t->session = NULL;
	t->orphan = true;
	if (t->class == &sip_ist)
		sip_trans_feed(t, IST_TU_GONE, NULL);
	else if (t->class == &sip_ict)
		sip_trans_feed(t, ICT_CANCELLED, NULL);
}

int sip_trans_fork(struct sip_trans *t, struct str tag)
{
	uint64_t hash = htab_hash(&t->stack->clients, tag);

	for (unsigned i = 0; i < t->nr_forks; i++)
		if (t->forks[i] == hash)
			return TG_EEXIST;
	if (!t->forks)
		t->forks = MEM_ARRAY(t->stack->mem, SIP_MAX_FORKS, uint64_t);
	if (!t->forks)
		return TG_ENOMEM;
	if (t->nr_forks == SIP_MAX_FORKS)
		return TG_ELIMIT;
	t->forks[t->nr_forks++] = hash;
	return 0;
}

/* Steps. ---------------------------------------------------------------------------------------- */
static void out(struct sip_trans *t, const struct sip_buf *b)
{
	if (!b)
		return;
	if (t->class->server && !t->reliable)
		sip_hunt_sent(t, &b->to);
	sip_out_send(t->stack, b, sip_trans_owner(t));
}

void sip_trans_send(void *self, int arg, const void *ev)
{
	const struct sip_trans_in *in = ev;
	struct sip_trans *t = self;

	(void)arg;
	sip_buf_retire(t->stack, t->last);
	t->last = in->buf;
	out(t, t->last);
}

void sip_trans_pass(void *self, int arg, const void *ev)
{
	const struct sip_trans_in *in = ev;

	(void)arg;
	out(self, in->buf);
}

void sip_trans_resend(void *self, int arg, const void *ev)
{
	struct sip_trans *t = self;

	(void)arg;
	(void)ev;
	out(t, t->last);
	t->stack->stats.retransmissions += t->last != NULL;
}

void sip_trans_arm(void *self, int letter, const void *ev)
{
	const struct timer_row *row = &timer_rows[letter];
	struct sip_trans *t = self;
	int64_t us = value_us(&t->stack->cfg, row->value);

	(void)ev;
	if (row->repeats && t->reliable)
		return;
	if (row->repeats)
		t->repeat_us = us;
	else
		t->failed = false;
	set_timer(t, letter, row->zero && t->reliable ? 0 : us);
}

void sip_trans_stop(void *self, int letter, const void *ev)
{
	struct sip_trans *t = self;

	(void)ev;
	timerq_cancel(&t->stack->timers, timer_of(t, letter));
}

void sip_trans_backoff(void *self, int letter, const void *ev)
{
	struct sip_trans *t = self;
	int64_t t2_us = MS_US(t->stack->cfg.t2_ms);

	(void)ev;
	t->repeat_us *= 2;
	if (timer_rows[letter].bounded && t->repeat_us > t2_us)
		t->repeat_us = t2_us;
	set_timer(t, letter, t->repeat_us);
}

void sip_trans_at_t2(void *self, int letter, const void *ev)
{
	struct sip_trans *t = self;

	(void)ev;
	t->repeat_us = MS_US(t->stack->cfg.t2_ms);
	set_timer(t, letter, t->repeat_us);
}

void sip_trans_tell(void *self, int what, const void *ev)
{
	struct sip_trans *t = self;

	(void)ev;
	t->tell = (uint8_t)what;
}

void sip_trans_forget(void *self, int arg, const void *ev)
{
	struct sip_trans *t = self;

	(void)arg;
	(void)ev;
	sip_buf_retire(t->stack, t->last);
	t->last = NULL;
}

bool sip_trans_has_spare(const void *self, const void *ev)
{
	const struct sip_trans *t = self;

	(void)ev;
	return t->last && t->last->spare;
}

void sip_trans_by_udp(void *self, int arg, const void *ev)
{
	struct sip_trans *t = self;
	struct sip_buf *refused = t->last;

	(void)arg;
	(void)ev;
	t->last = refused->spare;
	t->marks = *refused->spare_marks;
	refused->spare = NULL;
	sip_buf_retire(t->stack, refused);
	t->path = t->last->path;
	t->reliable = false;
	sip_match_move_client(t);
	out(t, t->last);
}

void sip_trans_ack(void *self, int arg, const void *ev)
{
	const struct sip_trans_in *in = ev;
	struct sip_trans *t = self;
	struct sip_buf *ack;

	if (t->acked) {
		sip_trans_resend(t, arg, ev);
		return;
	}
	ack = sip_trans_derive(t, SIP_ACK, in->msg->to.text, NULL);
	if (!ack)
		return; /* the response comes again */
	t->acked = true;
	sip_buf_retire(t->stack, t->last);
	t->last = ack;
	out(t, ack);
}

void sip_trans_end(void *self, int arg, const void *ev)
{
	struct sip_trans *t = self;

	(void)arg;
	(void)ev;
	t->ended = true;
}
