/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages that are kept until the rest of them is there: an address that comes in pieces (Q.764
 * 2.1.2: IAM and SAM, T35) and a segmented message (2.1.12: SGM, T34). One may be kept for each
 * circuit; it has its own timer, and lives only while it waits.
 */
#include <string.h>

#include "isup/circuit_steps.h"

struct isup_held *isup_held_new(struct isup_circuit *c, const struct isup_msg *m)
{
	struct isup_held *h = MEM_NEW(c->x->mem, struct isup_held);

	if (!h)
		return NULL;
	h->circuit = c;
	h->msg = *m;
	return h;
}

void isup_held_drop(struct isup_circuit *c)
{
	if (!c->held)
		return;
	timerq_cancel(&c->x->timers, &c->held->timer);
	mem_drop(c->held);
	c->held = NULL;
}

static void arm(struct isup_held *h, enum isup_timer which)
{
	struct isup *x = h->circuit->x;

	h->timer.kind = (uint16_t)which;
	timerq_arm(&x->timers, &h->timer, tick_add_ms(x->now, x->timer_ms[which]));
}

/* Overlap. ------------------------------------------------------------------------------------- */
static bool is_enough(const struct isup *x, const char *digits, size_t before)
{
	size_t nr = strlen(digits);

	return before + nr >= x->min_digits || (nr && digits[nr - 1] == 'F'); /* ST */
}

bool isup_address_is_short(const struct isup *x, const struct isup_msg *iam)
{
	struct isup_number n;

	return x->min_digits && isup_get_number(iam, ISUP_P_CALLED_NUMBER, &n) == 0 &&
	       !is_enough(x, n.digits, 0);
}

bool isup_is_incomplete(const void *self, const void *ev)
{
	const struct isup_input *in = ev;

	(void)self;
	return in->held != NULL;
}

bool isup_is_complete_now(const void *self, const void *ev)
{
	const struct isup_circuit *c = self;
	const struct isup_input *in = ev;
	struct isup_number have, more;

	if (isup_get_number(&c->held->msg, ISUP_P_CALLED_NUMBER, &have) < 0 ||
	    isup_get_number(in->msg, ISUP_P_SUBSEQUENT_NUMBER, &more) < 0)
		return false;
	return is_enough(c->x, more.digits, strlen(have.digits));
}

void isup_do_collect(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;
	const struct isup_input *in = ev;

	(void)arg;
	c->held = in->held;
	arm(c->held, ISUP_T35);
}

void isup_do_collect_more(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;
	const struct isup_input *in = ev;
	struct isup_number have, more;

	(void)arg;
	if (isup_get_number(&c->held->msg, ISUP_P_CALLED_NUMBER, &have) < 0 ||
	    isup_get_number(in->msg, ISUP_P_SUBSEQUENT_NUMBER, &more) < 0)
		return;
	strncat(have.digits, more.digits, ISUP_MAX_DIGITS - strlen(have.digits));
	isup_put_number(&c->held->msg, ISUP_P_CALLED_NUMBER, &have);
	arm(c->held, ISUP_T35);
}

void isup_do_present_collected(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;

	isup_do_collect_more(self, arg, ev);
	isup_out_present(c, &c->held->msg);
	isup_held_drop(c);
}

/* Segments. ------------------------------------------------------------------------------------ */
/* Which parameter says that SGM follows, and its bit (Q.763 3.37, 3.38); 0: none can. */
static uint8_t indicator_of(uint8_t type)
{
	switch (type) {
	case ISUP_IAM:
		return ISUP_P_OFCI;
	case ISUP_ACM:
	case ISUP_CPG:
	case ISUP_CON:
	case ISUP_ANM:
		return ISUP_P_OBCI;
	default:
		return 0;
	}
}

#define SEGMENTATION 0x04 /* bit C of both */

static bool is_segmented(const struct isup_msg *m)
{
	uint8_t v, code = indicator_of(m->type);

	return code && isup_get_u8(m, code, &v) == 0 && v & SEGMENTATION;
}

static void mark(struct isup_msg *m, bool on)
{
	uint8_t v = 0, code = indicator_of(m->type);

	isup_get_u8(m, code, &v);
	isup_put_u8(m, code, on ? v | SEGMENTATION : v & ~SEGMENTATION);
}

static void add(struct isup_msg *to, const struct isup_msg *from, unsigned i)
{
	const struct isup_param *p = &from->param[i];

	isup_add(to, p->code, str_n(from->octets + p->at, p->len));
}

/* Takes what is kept for T34, without its mark. */
static bool take(struct isup_circuit *c, struct isup_msg *m)
{
	if (!c->held || c->held->timer.kind != ISUP_T34)
		return false;
	*m = c->held->msg;
	isup_held_drop(c);
	mark(m, false);
	return true;
}

bool isup_segment_rx(struct isup_circuit *c, struct isup_msg *m)
{
	struct isup_msg first;
	bool had = take(c, &first);

	if (m->type == ISUP_SGM) {
		if (!had)
			return true; /* 2.1.12: too late, or out of order: discarded */
		for (unsigned i = 0; i < m->nr_params; i++)
			add(&first, m, i);
		*m = first;
		return false;
	}
	if (had) /* 2.1.12: the segment does not come any more */
		isup_message_rx(c, &first);
	if (!is_segmented(m) || c->held || !isup_msg_row(c->x->v, ISUP_SGM))
		return false;
	c->held = isup_held_new(c, m);
	if (c->held)
		arm(c->held, ISUP_T34);
	return c->held != NULL;
}

bool isup_held_timeout(struct timer *t)
{
	struct isup_held *h = container_of(t, struct isup_held, timer);
	struct isup_circuit *c;
	struct isup_msg m;

	if (t->kind != ISUP_T34)
		return false;
	c = h->circuit;
	if (take(c, &m))
		isup_message_rx(c, &m);
	return true;
}

/* What SGM may carry (believed; not checked against the ITU text). */
static bool is_movable(uint8_t code)
{
	switch (code) {
	case ISUP_P_ACCESS_TRANSPORT:
	case ISUP_P_USER_TO_USER_INFORMATION:
	case ISUP_P_GENERIC_DIGITS:
	case ISUP_P_GENERIC_NUMBER:
	case ISUP_P_NOTIFICATION:
		return true;
	default:
		return false;
	}
}

bool isup_segment_split(const struct isup_variant *v, struct isup_msg *m, struct isup_msg *sgm)
{
	struct isup_msg whole = *m;

	if (!indicator_of(m->type) || !isup_msg_row(v, ISUP_SGM))
		return false;
	isup_msg_init(m, whole.type, whole.cic);
	isup_msg_init(sgm, ISUP_SGM, whole.cic);
	m->v = sgm->v = whole.v;
	for (unsigned i = 0; i < whole.nr_params; i++)
		add(is_movable(whole.param[i].code) ? sgm : m, &whole, i);
	mark(m, true);
	return sgm->nr_params > 0;
}
