/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Routes (Q.704 clauses 2, 11 to 13): which link set leads to a destination, what neighbours say of
 * it (TFP TFR TFA, and RST to ask again). Not checked against the ITU text.
 */
#include "base/list.h"
#include "base/log.h"
#include "ss7/mtp3_internal.h"

#define NO_ROUTE 0xff

struct mtp3_dest *mtp3_dest(struct mtp3 *t, uint32_t pc)
{
	for (unsigned i = 0; i < t->nr_dests; i++)
		if (t->dest[i].pc == pc)
			return &t->dest[i];
	return NULL;
}

static bool carries(const struct mtp3_set *s, uint8_t sls)
{
	return s->fsm.state == SET_UP && s->by_sls[sls] != NULL;
}

/* What a set is worth on the way to `pc`: a lower number is better. Restricted routes come behind
 * all others. */
static unsigned rank(const struct mtp3 *t, const struct mtp3_set *s, uint32_t pc,
		     const struct mtp3_dest *d)
{
	unsigned best = NO_ROUTE, state = d ? d->route[s->number] : ROUTE_ALLOWED;

	if (s->cfg->adjacent_pc == pc)
		return 0;
	for (unsigned i = 0; i < t->cfg.nr_routes; i++) {
		const struct mtp3_route_cfg *r = &t->cfg.route[i];

		if (r->linkset == s->number && ((r->pc ^ pc) & r->mask) == 0 && r->priority < best)
			best = r->priority;
	}
	if (best == NO_ROUTE || state == ROUTE_PROHIBITED)
		return NO_ROUTE;
	return best + (state == ROUTE_RESTRICTED ? 8 : 0);
}

/* Sets of one rank share the load by the highest bit of the SLS and their links by the lower ones; in
 * ANSI (T1.111.4 7, from memory) sets by the lowest, links by the others. */
static unsigned sls_of_sets(const struct mtp3 *t, uint8_t sls)
{
	return t->cfg.variant == MTP3_ANSI ? sls : sls >> (t->cfg.sls_bits - 1);
}

static struct mtp3_set *pick(struct mtp3 *t, uint32_t pc, uint8_t sls, bool *known)
{
	const struct mtp3_dest *d = mtp3_dest(t, pc);
	struct mtp3_set *equal[MTP3_MAX_LINKSETS];
	unsigned best = NO_ROUTE, nr = 0;

	*known = false;
	for (unsigned i = 0; i < t->cfg.nr_linksets; i++) {
		struct mtp3_set *s = &t->set[i];
		unsigned r = rank(t, s, pc, d);

		*known = *known || r != NO_ROUTE || (d && d->route[i] == ROUTE_PROHIBITED);
		if (r == NO_ROUTE || !carries(s, sls) || r > best)
			continue;
		if (r < best)
			nr = 0;
		best = r;
		equal[nr++] = s;
	}
	return nr ? equal[sls_of_sets(t, sls) % nr] : NULL;
}

bool mtp3_reaches(const struct mtp3 *t, uint32_t pc)
{
	bool known;

	return pick((struct mtp3 *)(uintptr_t)t, pc, 0, &known) != NULL;
}

bool mtp3_available(const struct mtp3 *t, uint32_t pc)
{
	return mtp3_reaches(t, pc);
}

bool mtp3_reached_otherwise(const struct mtp3_set *without)
{
	const struct mtp3 *t = without->t;
	uint32_t pc = without->cfg->adjacent_pc;
	const struct mtp3_dest *d = mtp3_dest(without->t, pc);

	for (unsigned i = 0; i < t->cfg.nr_linksets; i++)
		if (&t->set[i] != without && carries(&t->set[i], 0) &&
		    rank(t, &t->set[i], pc, d) != NO_ROUTE)
			return true;
	return false;
}

int mtp3_send(struct mtp3 *t, uint32_t dpc, uint8_t sls, struct str msu)
{
	bool known;
	struct mtp3_set *s = pick(t, dpc, sls, &known);
	int err;

	if (!s) {
		(*(known ? &t->stats.unavailable : &t->stats.no_route))++;
		return known ? TG_ESTATE : TG_ENOENT;
	}
	err = mtp3_link_send(s->by_sls[sls], msu);
	t->stats.full += err == TG_ELIMIT;
	return err;
}

struct mtp3_link *mtp3_link_to(struct mtp3 *t, uint32_t dpc, uint8_t sls)
{
	bool known;
	struct mtp3_set *s = pick(t, dpc, sls, &known);

	return s ? s->by_sls[sls] : NULL;
}

/* One that is on its way already: network management of a link that failed is given up. */
int mtp3_route_msu(struct mtp3 *t, struct str msu)
{
	struct mtp3_msg m;

	if (mtp3_dec(t, msu, &m) < 0)
		return TG_EINVAL;
	if (m.label.si < 3)
		return 0;
	return mtp3_send(t, m.label.dpc, mtp3_sls_in(t, m.label.sls), msu);
}

/* What neighbours say. -------------------------------------------------------------------------- */

static void arm_t10(struct mtp3 *t, struct mtp3_dest *d)
{
	d->t10.kind = MTP3_KIND_T10;
	timerq_arm(&t->timers, &d->t10, tick_add_ms(t->now, t->cfg.timer_ms[MTP3_T10]));
}

static void set_route(struct mtp3 *t, struct mtp3_dest *d, unsigned set, enum route_state to)
{
	if (d->route[set] == to)
		return;
	d->route[set] = (uint8_t)to;
	t->look = true;
	if (to != ROUTE_ALLOWED && !timer_armed(&d->t10))
		arm_t10(t, d);
}

void mtp3_route_heard(struct mtp3 *t, struct mtp3_set *from, uint8_t heading, struct str body)
{
	struct mtp3_dest *d;
	uint32_t pc;

	if (!mtp3_get_pc(t, body, 0, &pc)) {
		t->stats.malformed++;
		return;
	}
	if (heading == MTP3_RST || heading == MTP3_RSR) { /* we pass nothing on */
		mtp3_snm_tx(from, NULL, MTP3_TFP, 0, str_n(body.p, mtp3_pc_octets(t->cfg.variant)));
		return;
	}
	d = mtp3_dest(t, pc);
	if (!d || pc == from->own_pc || pc == from->cfg->adjacent_pc)
		return; /* of nobody that we speak to */
	switch (heading) {
	case MTP3_TFP:
		set_route(t, d, from->number, ROUTE_PROHIBITED);
		break;
	case MTP3_TFR:
		set_route(t, d, from->number, ROUTE_RESTRICTED);
		break;
	case MTP3_TFA:
		set_route(t, d, from->number, ROUTE_ALLOWED);
		break;
	case MTP3_TFC:
		mtp3_tfc(t, d, body);
		break;
	}
}

void mtp3_routes_forgotten(struct mtp3_set *s)
{
	for (unsigned i = 0; i < s->t->nr_dests; i++)
		s->t->dest[i].route[s->number] = ROUTE_ALLOWED;
	s->t->look = true;
}

static void test_route(struct mtp3 *t, struct mtp3_set *s, const struct mtp3_dest *d)
{
	bool restricted = d->route[s->number] == ROUTE_RESTRICTED;
	bool ansi = t->cfg.variant == MTP3_ANSI;
	uint8_t pc[3];

	mtp3_put_pc(t, pc, d->pc);
	mtp3_snm_tx(s, NULL, restricted && ansi ? MTP3_RSR : MTP3_RST, 0,
		    str_n(pc, mtp3_pc_octets(t->cfg.variant)));
}

/* 13.5: as long as a neighbour says no. */
void mtp3_t10(struct mtp3 *t, struct mtp3_dest *d)
{
	bool again = false;

	for (unsigned i = 0; i < t->cfg.nr_linksets; i++)
		if (d->route[i] != ROUTE_ALLOWED) {
			test_route(t, &t->set[i], d);
			again = true;
		}
	if (again)
		arm_t10(t, d);
}
