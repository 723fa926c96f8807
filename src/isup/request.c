/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests about circuits, each repeated until it is answered: beside Q.764 2.8.2, 2.9.3, 2.8.3 and
 * table A.1 (T12 to T23, T28). One machine; the type names the message and its two timers.
 */
#include <assert.h>

#include "isup/supervision.h"

#define DO(step, arg)            \
	{                        \
		do_##step, (arg) \
	}
#define MIN_REQUESTS 64
#define NO_TIMER     0xff
#define GROUP_TRIES  3 /* of a group, to a peer that speaks of others */

static const struct {
	uint8_t msg_type, fast, slow;
} types[ISUP_Q_NR_TYPES] = {
	[ISUP_Q_BLO] = { ISUP_BLO, ISUP_T12, ISUP_T13 },
	[ISUP_Q_UBL] = { ISUP_UBL, ISUP_T14, ISUP_T15 },
	[ISUP_Q_CGB] = { ISUP_CGB, ISUP_T18, ISUP_T19 },
	[ISUP_Q_CGU] = { ISUP_CGU, ISUP_T20, ISUP_T21 },
	[ISUP_Q_GRS] = { ISUP_GRS, ISUP_T22, ISUP_T23 },
	[ISUP_Q_CQM] = { ISUP_CQM, ISUP_T28, NO_TIMER },
	[ISUP_Q_CVT] = { ISUP_CVT, ISUP_TCVT, NO_TIMER },
};

static bool is_single(const struct isup_request *q)
{
	return q->type == ISUP_Q_BLO || q->type == ISUP_Q_UBL || q->type == ISUP_Q_CVT;
}

/* Steps. ------------------------------------------------------------------------------------- */
static void do_send(void *self, int arg, const void *ev)
{
	struct isup_request *q = self;
	const uint8_t status[] = { (uint8_t)q->bits, (uint8_t)(q->bits >> 8),
				   (uint8_t)(q->bits >> 16), (uint8_t)(q->bits >> 24) };
	struct isup_group g = {
		.cic = q->cic, .type = types[q->type].msg_type, .kind = q->kind, .range = q->range
	};

	(void)arg;
	(void)ev;
	q->nr_sent += q->nr_sent < UINT8_MAX;
	if (q->type == ISUP_Q_CGB || q->type == ISUP_Q_CGU)
		g.status = status;
	if (is_single(q))
		isup_out_send(isup_find(q->x, q->to->dpc, q->cic), g.type, 0, 0);
	else
		isup_out_send_group(q->x, q->to, &g);
}

static void arm(struct isup_request *q, struct timer *t, uint8_t which)
{
	t->kind = which;
	timerq_arm(&q->x->timers, t, tick_add_ms(q->x->now, q->x->timer_ms[which]));
}

static void do_start_short(void *self, int arg, const void *ev)
{
	struct isup_request *q = self;

	(void)arg;
	(void)ev;
	arm(q, &q->fast, types[q->type].fast);
}

static void do_start_long(void *self, int arg, const void *ev)
{
	struct isup_request *q = self;

	(void)arg;
	(void)ev;
	if (types[q->type].slow != NO_TIMER)
		arm(q, &q->slow, types[q->type].slow);
}

static void do_stop(void *self, int arg, const void *ev)
{
	struct isup_request *q = self;

	(void)ev;
	timerq_cancel(&q->x->timers, &q->fast);
	if (arg)
		timerq_cancel(&q->x->timers, &q->slow);
}

static void do_alarm(void *self, int arg, const void *ev)
{
	struct isup_request *q = self;
	struct isup_circuit *c = isup_find(q->x, q->to->dpc, q->cic);

	(void)arg;
	(void)ev;
	isup_out_tell(c, ISUP_OUT_ALARM);
}

/* It does not count among the requests that the peer is busy with. */
static void do_release(void *self, int arg, const void *ev)
{
	struct isup_request *q = self;

	(void)arg;
	(void)ev;
	if (q->uncounted)
		return;
	assert(q->to->outstanding > 0);
	q->to->outstanding--;
	isup_queue_wake(q->x, q->to);
}

/* CQM is sent once, CVT twice. */
static bool given_up(const void *self, const void *ev)
{
	const struct isup_request *q = self;

	(void)ev;
	return q->type == ISUP_Q_CQM || (q->type == ISUP_Q_CVT && q->nr_sent == 2);
}

/* The circuits of which the peer was asked. */
static void do_tested(void *self, int result, const void *ev)
{
	struct isup_request *q = self;

	(void)ev;
	for (unsigned i = 0; i <= q->range; i++) {
		struct isup_circuit *c = isup_find(q->x, q->to->dpc, (uint16_t)(q->cic + i));
		if (c && c->test == ISUP_TEST_WAITING)
			c->test = (uint8_t)result;
	}
}

/* A group that was said often enough, to a peer that is there: it has said something since. */
static bool is_refused(const void *self, const void *ev)
{
	const struct isup_request *q = self;

	(void)ev;
	return q->type >= ISUP_Q_CGB && q->type <= ISUP_Q_GRS && q->range > 0 &&
	       q->nr_sent >= GROUP_TRIES && q->to->nr_heard != q->nr_heard;
}

/* Of a range in which it lacks circuits a peer may say nothing at all (Q.764 2.9.3.2 leaves that to
 * maintenance): RSC, BLO or UBL for each takes the place of the group, so that those that are there
 * are not lost with those that are not. Hardware has groups only: of two, with the next circuit and
 * in turn with the one before. */
static void do_split(void *self, int arg, const void *ev)
{
	struct isup_request *q = self;
	bool pair = !(q->bits & (q->bits - 1));

	(void)arg;
	(void)ev;
	for (unsigned i = 0; i <= q->range; i++) {
		struct isup_circuit *c = isup_find(q->x, q->to->dpc, (uint16_t)(q->cic + i));
		if (!c || !(q->bits >> i & 1))
			continue;
		c->single = pair && c->single != ISUP_ALONE_BEFORE ? ISUP_ALONE_BEFORE : ISUP_ALONE;
		if (q->type != ISUP_Q_GRS) {
			isup_block_feed(c, q->kind, ISUP_B_SPLIT);
		} else if (c->fsm.state == ISUP_GROUP_RESETTING) {
			c->reset = ISUP_RESET_SURE;
			isup_queue_add(c);
		}
	}
}

/* clang-format off */
static const struct fsm_row rows[] = {
	{ ISUP_Q_NEW, ISUP_Q_SEND, NULL, ISUP_Q_WAITING,
	  { DO(send, 0), DO(start_short, 0), DO(start_long, 0) } },
	{ ISUP_Q_WAITING, ISUP_Q_SHORT, given_up, ISUP_Q_DONE, /* T28, TCVT */
	  { DO(alarm, 0), DO(tested, ISUP_TEST_SILENT), DO(stop, 1), DO(release, 0) } },
	{ ISUP_Q_WAITING, ISUP_Q_SHORT, is_refused, ISUP_Q_DONE, /* T18, T20, T22 */
	  { DO(stop, 1), DO(alarm, 0), DO(release, 0), DO(split, 0) } },
	{ ISUP_Q_WAITING, ISUP_Q_SHORT, NULL, FSM_SAME, { DO(send, 0), DO(start_short, 0) } },
	{ ISUP_Q_WAITING, ISUP_Q_LONG, is_refused, ISUP_Q_DONE, /* T19, T21, T23 */
	  { DO(stop, 1), DO(alarm, 0), DO(release, 0), DO(split, 0) } },
	{ ISUP_Q_WAITING, ISUP_Q_LONG, NULL, ISUP_Q_OVERDUE,
	  { DO(stop, 0), DO(send, 0), DO(start_long, 0), DO(alarm, 0), DO(release, 0) } },
	{ ISUP_Q_WAITING, ISUP_Q_ANSWER, NULL, ISUP_Q_DONE, { DO(stop, 1), DO(release, 0) } },
	{ ISUP_Q_OVERDUE, ISUP_Q_LONG, is_refused, ISUP_Q_DONE,
	  { DO(stop, 1), DO(alarm, 0), DO(split, 0) } },
	{ ISUP_Q_OVERDUE, ISUP_Q_LONG, NULL, FSM_SAME,
	  { DO(send, 0), DO(start_long, 0), DO(alarm, 0) } },
	{ ISUP_Q_OVERDUE, ISUP_Q_ANSWER, NULL, ISUP_Q_DONE, { DO(stop, 1) } },
	{ FSM_ANY, FSM_ANY, NULL, FSM_SAME, {{0}}, IGNORE("cannot be here") },
};
/* clang-format on */

static const struct fsm_state states[ISUP_Q_NR_STATES] = {
	[ISUP_Q_NEW] = { .name = "NEW", .rest = true },
	[ISUP_Q_WAITING] = { "WAITING", "T12, T14, T18, T20, T22, T28, TCVT", false },
	[ISUP_Q_OVERDUE] = { "OVERDUE", "T13, T15, T19, T21, T23", false },
	[ISUP_Q_DONE] = { .name = "DONE", .rest = true },
};

static const char *const events[ISUP_Q_NR_EVENTS] = {
	[ISUP_Q_SEND] = "send",
	[ISUP_Q_SHORT] = "T12, T14, T18, T20, T22, T28, TCVT",
	[ISUP_Q_LONG] = "T13, T15, T19, T21, T23",
	[ISUP_Q_ANSWER] = "answered",
};

const struct fsm_def isup_request_def = {
	.name = "ISUP supervision request",
	.clause = "Q.764 2.8.2, 2.9.3, 2.8.3",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = ISUP_Q_NR_STATES,
	.nr_events = ISUP_Q_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = ISUP_Q_NEW,
};

/* Life. -------------------------------------------------------------------------------------- */
int isup_requests_init(struct isup *x, size_t max_circuits)
{
	list_init(&x->requests);
	x->request_pool =
		pool_new(x->mem, sizeof(struct isup_request), MIN_REQUESTS + max_circuits / 8);
	return x->request_pool ? 0 : TG_ENOMEM;
}

struct isup_request *isup_request_new(struct isup *x, struct isup_destination *to, uint16_t cic,
				      enum isup_request_type type)
{
	struct isup_request *q = pool_get(x->request_pool);

	if (!q)
		return NULL;
	q->x = x;
	q->to = to;
	q->cic = cic;
	q->type = (uint8_t)type;
	q->nr_heard = to->nr_heard;
	fsm_init(&q->fsm, &isup_request_def, ISUP_Q_NEW, q);
	list_add_tail(&x->requests, &q->link);
	to->outstanding++;
	return q;
}

static void feed(struct isup_request *q, enum isup_request_event event)
{
	struct isup *x = q->x;

	fsm_feed(&q->fsm, (uint8_t)event, NULL);
	if (q->fsm.state != ISUP_Q_DONE)
		return;
	list_del(&q->link);
	pool_put(x->request_pool, q);
}

void isup_request_send(struct isup_request *q)
{
	feed(q, ISUP_Q_SEND);
}

void isup_request_answered(struct isup_request *q)
{
	feed(q, ISUP_Q_ANSWER);
}

struct isup_request *isup_request_find(const struct isup *x, uint32_t dpc, uint16_t cic,
				       enum isup_request_type type, enum isup_kind kind,
				       uint8_t range)
{
	struct isup_request *q;

	list_for_each(q, &x->requests, link)
		if (q->to->dpc == dpc && q->cic == cic && q->type == type && q->kind == kind &&
		    q->range == range)
			return q;
	return NULL;
}

static bool covers(const struct isup_request *q, const struct isup_circuit *c, enum isup_kind kind)
{
	unsigned at = (unsigned)c->cic - q->cic;

	if (q->type > ISUP_Q_CGU || q->kind != kind || q->to != c->to)
		return false;
	return c->cic >= q->cic && at <= q->range && q->bits & 1u << at;
}

bool isup_is_reset_in_group(const struct isup_circuit *c)
{
	const struct isup_request *q;

	list_for_each(q, &c->x->requests, link)
		if (q->type == ISUP_Q_GRS && q->to == c->to && q->fsm.state != ISUP_Q_DONE &&
		    c->cic >= q->cic && c->cic - q->cic <= q->range)
			return true;
	return false;
}

void isup_request_leave(struct isup_circuit *c, enum isup_kind kind)
{
	struct isup_request *q, *next;

	c->single = ISUP_WITH_OTHERS; /* it is answered for */
	list_for_each_safe(q, next, &c->x->requests, link) {
		if (!covers(q, c, kind))
			continue;
		q->bits &= ~(1u << (c->cic - q->cic));
		if (q->bits == 0)
			isup_request_answered(q);
	}
}

/* What was sent last may have gone nowhere: with the timers of table A.1 circuits that were blocked or
 * unblocked in an outage would stay so for up to a minute behind it, and behind a long one for T13 to
 * T23. What is not repeated for ever goes by its timer as before. */
void isup_requests_again(struct isup *x, struct isup_destination *to)
{
	struct isup_request *q;

	list_for_each(q, &x->requests, link) {
		struct timer *t = timer_armed(&q->fast) ? &q->fast : &q->slow;

		if (q->to == to && q->type <= ISUP_Q_GRS && timer_armed(t))
			timerq_arm(&x->timers, t, x->now);
	}
}

bool isup_request_timeout(struct isup *x, struct timer *t)
{
	for (int i = 0; i < ISUP_Q_NR_TYPES; i++) {
		if (t->kind == types[i].fast)
			feed(container_of(t, struct isup_request, fast), ISUP_Q_SHORT);
		else if (t->kind == types[i].slow)
			feed(container_of(t, struct isup_request, slow), ISUP_Q_LONG);
		else
			continue;
		return true;
	}
	(void)x;
	return false;
}
