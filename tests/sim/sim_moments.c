/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two things happen to a call at every pair of moments: hold, another re-INVITE, CANCEL or BYE, REL,
 * SUS and RES. Whatever meets, both sides always agree on whether the call is there, and an end that
 * anybody has asked for comes within the timers: 64*T1 of SIP.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "isup/params.h"
#include "sim/world.h"

#define END_MS 33000 /* 64*T1, and the way */

enum action { HOLD, RETRIEVE, NO_OFFER, HANG_UP, REL, SUS, RES, NR_ACTIONS };

static const char *const names[NR_ACTIONS] = { "hold", "retrieve", "no offer", "hang up",
					       "REL",  "SUS",	   "RES" };

/* A call from SIP has its INVITE at 0, the IAM on the trunk at 15, ACM at 40, ANM at 100; one from the
 * trunk 180 at 15 and 200 at 100. A packet takes 5 ms, a signalling message 10 ms. */
static const int moments[] = { 0, 4, 8, 17, 25, 42, 60, 98, 102, 107, 113, 121, 150 };

enum { FROM_SIP, FROM_TRUNK };

struct step {
	struct sim_call **call;
	int type; /* enum action, or an ISUP message below 0 */
};

static void trunk_tx(struct world *w, uint8_t type)
{
	struct sim_office *o = w->office;
	isup_circuit_id id = isup_circuit_find(o->isup, 1, o->cic);
	struct isup_msg m;

	if (!o->cic)
		return;
	isup_msg_init(&m, type, 0);
	if (type == ISUP_REL)
		isup_put_cause(&m, &(struct isup_cause){ .value = 16 });
	if (type == ISUP_ACM)
		isup_put_bci(&m, &(struct isup_bci){ .charge = 2, .called_status = 1 });
	if (type == ISUP_SUS || type == ISUP_RES)
		isup_put_u8(&m, ISUP_P_SUSPEND_RESUME, 1);
	isup_tx(o->isup, w->now, id, &m); /* or it has no such call */
	world_drain(w);
}

static struct sim_call *call_of(struct world *w, struct sim_call *c)
{
	return c ? c : phone_incoming(w->phone[0]);
}

static void act(struct world *w, void *arg)
{
	static const uint8_t type[NR_ACTIONS] = {
		[REL] = ISUP_REL, [SUS] = ISUP_SUS, [RES] = ISUP_RES
	};
	static const enum sim_reinvite kind[NR_ACTIONS] = {
		[HOLD] = SIM_HOLD, [RETRIEVE] = SIM_RESUME, [NO_OFFER] = SIM_NO_OFFER
	};
	const struct step *s = arg;
	struct sim_call *c = call_of(w, *s->call);

	if (s->type < 0)
		trunk_tx(w, (uint8_t)-s->type);
	else if (s->type >= REL)
		trunk_tx(w, type[s->type]);
	else if (c && !c->over && s->type == HANG_UP)
		phone_hangup(c);
	else if (c && !c->over && c->answered)
		phone_reinvite(c, kind[s->type]);
}

static bool is_busy(struct world *w)
{
	isup_circuit_id id = isup_circuit_find(w->office->isup, 1, w->office->cic);

	return w->office->cic && !isup_circuit_is_free(w->office->isup, id);
}

static bool has_call(struct world *w)
{
	struct gw_stats s;

	gw_stats(w->gw, &s);
	return s.calls > 0;
}

struct pair {
	int from;
	enum action a, b;
	int a_ms, b_ms;
	unsigned loss;
};

/* So that the pairs are known to have met a call. */
static unsigned nr_runs, nr_answered, nr_reinvites, nr_on;

static void count(const struct sim_call *c)
{
	nr_runs++;
	nr_answered += c && c->answered;
	nr_reinvites += c && c->nr_reinvites;
	nr_on += c && !c->over;
}

static void run(const struct pair *p, uint64_t seed)
{
	struct world *w =
		world_new(&(struct world_cfg){ .seed = seed,
					       .office = true,
					       .nr_circuits = 2,
					       .sip = { .delay_ms = 5, .loss_permille = p->loss },
					       .mtp = { .delay_ms = 10 } });
	bool ends = p->a == HANG_UP || p->a == REL || p->b == HANG_UP || p->b == REL;
	struct sim_call *c = NULL;
	struct step steps[] = { { &c, (int)p->a }, { &c, (int)p->b }, { &c, -ISUP_ACM },
				{ &c, -ISUP_ANM }, { &c, HANG_UP },   { &c, REL } };

	w->phone[0]->plan.ring_ms = 80;
	if (p->from == FROM_SIP) {
		world_at(w, 40, act, &steps[2]);
		world_at(w, 100, act, &steps[3]);
	}
	world_at(w, p->a_ms, act, &steps[0]);
	world_at(w, p->b_ms, act, &steps[1]);
	if (p->from == FROM_SIP)
		c = phone_call(w->phone[0], "100", NULL);
	else
		office_call(w, "30555");
	world_run_ms(w, END_MS);
	if (p->loss)
		world_run_ms(w, 6 * END_MS); /* a BYE that was lost wholly, T1 */
	c = call_of(w, c);
	count(c);
	world_check(w, !c || (!c->over == is_busy(w) && !c->over == has_call(w)),
		    "%s %d at %d, %s at %d: phone %d trunk %d gateway %d", names[p->a], p->from,
		    p->a_ms, names[p->b], p->b_ms, c && !c->over, is_busy(w), has_call(w));
	if (c && !c->over && (p->from == FROM_SIP || !p->loss)) {
		/* an end asked for before there was a call to end says nothing */
		bool early = (p->a != HANG_UP && p->a != REL) || p->a_ms < 30;
		early = early && ((p->b != HANG_UP && p->b != REL) || p->b_ms < 30);
		world_check(w, !ends || early || p->loss, "%s at %d, %s at %d: it goes on",
			    names[p->a], p->a_ms, names[p->b], p->b_ms);
	}
	act(w, &steps[4 + p->a_ms % 2]);
	world_run_ms(w, END_MS);
	world_settle(w);
	world_check(w, !c || c->over, "%s at %d, %s at %d: not over", names[p->a], p->a_ms,
		    names[p->b], p->b_ms);
	world_free(w);
}

static void every_pair_of(int from)
{
	const int nr = sizeof(moments) / sizeof(moments[0]);

	for (int a = 0; a < NR_ACTIONS; a++)
		for (int b = 0; b < NR_ACTIONS; b++)
			for (int i = 0; i < nr; i++)
				for (int k = i; k < nr; k++)
					run(&(struct pair){ from, (enum action)a, (enum action)b,
							    moments[i], moments[k], 0 },
					    1);
}

static void every_pair_from_sip(void **state)
{
	(void)state;
	every_pair_of(FROM_SIP);
}

static void every_pair_from_the_trunk(void **state)
{
	(void)state;
	every_pair_of(FROM_TRUNK);
	print_message("%u calls, %u answered, %u with a re-INVITE, %u went on\n", nr_runs,
		      nr_answered, nr_reinvites, nr_on);
	assert_true(nr_answered > nr_runs / 2 && nr_reinvites > nr_runs / 10);
	assert_true(nr_on > nr_runs / 4 && nr_on < nr_runs);
}

/* Any two moments, and every tenth packet of SIP is lost. */
static void with_loss(void **state)
{
	struct rng_seeded seeded;
	struct rng rng = rng_seeded_init(&seeded, 11);

	(void)state;
	for (uint64_t i = 0; i < 1000; i++)
		run(&(struct pair){ (int)rng_below(&rng, 2),
				    (enum action)rng_below(&rng, NR_ACTIONS),
				    (enum action)rng_below(&rng, NR_ACTIONS),
				    (int)rng_below(&rng, 300), (int)rng_below(&rng, 300), 100 },
		    i + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_from_sip),
		cmocka_unit_test(every_pair_from_the_trunk),
		cmocka_unit_test(with_loss),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
