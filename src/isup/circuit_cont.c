/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The continuity check of a circuit (Q.764 2.1.8, 2.18; Q.724 7). The tone and the loop are the
 * media side's: it is asked by ISUP_OUT_CONTINUITY and gives its verdict by isup_continuity.
 */
#include "isup/circuit_steps.h"

static void ask(struct isup_circuit *c, enum isup_check what)
{
	isup_out_continuity(c, what);
}

void isup_do_tone(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;

	(void)arg;
	c->awaits |= ISUP_AWAITS_CHECK;
	isup_do_start(c, ISUP_T24, ev);
	ask(c, ISUP_CHECK_TONE);
}

/* T1.113: the exchange that has been asked by CCR says that the loop is there. */
void isup_do_loop(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;

	(void)arg;
	(void)ev;
	c->awaits |= ISUP_AWAITS_LOOP;
	ask(c, ISUP_CHECK_LOOP);
	if (isup_has_lpa(c, NULL))
		isup_out_send(c, ISUP_LPA, 0, 0);
}

void isup_do_cot(void *self, int good, const void *ev)
{
	(void)ev;
	isup_out_send(self, ISUP_COT, 0, (uint8_t)good);
}

void isup_do_announce(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;
	const struct isup_input *in = ev;

	(void)arg;
	if (in->previous)
		c->awaits |= ISUP_AWAITS_PREVIOUS;
	if (in->check)
		isup_do_tone(c, 0, ev);
}

/* Q.763 3.35: 1 on this circuit, 2 on a circuit before it. */
void isup_do_await_cot(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;
	const struct isup_input *in = ev;
	struct isup_nci nci;

	(void)arg;
	if (isup_get_nci(in->msg, &nci) < 0 || nci.continuity == 0 || nci.continuity > 2)
		return;
	c->awaits |= ISUP_AWAITS_COT;
	isup_do_start(c, ISUP_T8, ev);
	if (nci.continuity == 2)
		return;
	c->awaits |= ISUP_AWAITS_LOOP;
	ask(c, ISUP_CHECK_LOOP);
}

static void end_media(struct isup_circuit *c)
{
	if (c->awaits & (ISUP_AWAITS_CHECK | ISUP_AWAITS_LOOP))
		ask(c, ISUP_CHECK_STOP);
	c->awaits &= (uint8_t) ~(ISUP_AWAITS_CHECK | ISUP_AWAITS_LOOP);
}

void isup_check_over(struct isup_circuit *c)
{
	end_media(c);
	c->awaits = 0;
}

/* 2.1.8: COT says that all checks are done, ours and those before it. */
void isup_do_passed(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;

	(void)arg;
	isup_do_stop(c, ISUP_T24, ev);
	end_media(c);
	if (!(c->awaits & ISUP_AWAITS_PREVIOUS))
		isup_do_cot(c, 1, ev);
}

void isup_do_previous(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;

	c->awaits &= (uint8_t)~ISUP_AWAITS_PREVIOUS;
	if (!(c->awaits & ISUP_AWAITS_CHECK))
		isup_do_forward(c, arg, ev);
}

void isup_do_cot_came(void *self, int arg, const void *ev)
{
	struct isup_circuit *c = self;

	(void)arg;
	isup_do_stop(c, ISUP_T8, ev);
	isup_check_over(c);
	if (c->held)
		isup_put_continuity(&c->held->msg, 0);
}

/* Guards. ------------------------------------------------------------------------------------ */
static bool is_success(const struct isup_input *in)
{
	uint8_t v;

	return isup_get_u8(in->msg, ISUP_P_CONTINUITY, &v) == 0 && v & 1; /* Q.763 3.18 */
}

bool isup_awaits_any(const void *self, const void *ev)
{
	const struct isup_circuit *c = self;

	(void)ev;
	return c->awaits != 0;
}

bool isup_awaits_check(const void *self, const void *ev)
{
	const struct isup_circuit *c = self;

	(void)ev;
	return c->awaits & ISUP_AWAITS_CHECK;
}

bool isup_awaits_previous(const void *self, const void *ev)
{
	const struct isup_circuit *c = self;

	return c->awaits & ISUP_AWAITS_PREVIOUS && is_success(ev);
}

bool isup_awaits_cot(const void *self, const void *ev)
{
	const struct isup_circuit *c = self;

	(void)ev;
	return c->awaits & ISUP_AWAITS_COT;
}

bool isup_is_cot_good(const void *self, const void *ev)
{
	return isup_awaits_cot(self, ev) && is_success(ev);
}

bool isup_is_loop_bad(const void *self, const void *ev)
{
	const struct isup_circuit *c = self;

	return c->awaits & ISUP_AWAITS_LOOP && !is_success(ev);
}

/* Preparing our IAM. --------------------------------------------------------------------------- */
void isup_put_continuity(struct isup_msg *iam, uint8_t continuity)
{
	struct isup_nci nci;

	if (isup_get_nci(iam, &nci) < 0)
		return;
	nci.continuity = continuity;
	isup_put_nci(iam, &nci);
}

/* Of 100 calls as many as the configuration says, evenly. */
static bool is_turn(struct isup *x)
{
	x->check_turn = (uint8_t)(x->check_turn + x->check_percent);
	if (x->check_turn < 100)
		return false;
	x->check_turn = (uint8_t)(x->check_turn - 100);
	return true;
}

void isup_plan_check(struct isup *x, struct isup_msg *iam, struct isup_input *in)
{
	struct isup_nci nci;

	if (isup_get_nci(iam, &nci) < 0)
		return;
	in->previous = nci.continuity == 1 || nci.continuity == 2;
	in->check = is_turn(x);
	isup_put_continuity(iam, in->check ? 1 : in->previous ? 2 : 0);
}

int isup_continuity(struct isup *x, tick_t now, isup_circuit_id id, bool good)
{
	struct isup_circuit *c = isup_get_circuit(x, id);

	if (!c)
		return TG_ENOENT;
	if (!isup_out_room(x, ISUP_OUT_PER_INPUT))
		return TG_ELIMIT;
	x->now = now;
	isup_circuit_feed(c, good ? ISUP_CHECK_GOOD : ISUP_CHECK_BAD, NULL);
	return 0;
}
