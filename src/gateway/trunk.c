/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trunk: circuits made from the ranges of the configuration, and hunting. */
#include <stdlib.h>

#include <trunkgate/base/err.h>
#include "gateway/trunk.h"

static int by_cic(const void *a, const void *b)
{
	const struct gw_circuit *ca = a, *cb = b;

	return (int)ca->cic - (int)cb->cic;
}

static void fill_circuits(struct gw_trunk *t)
{
	unsigned n = 0;

	for (unsigned i = 0; i < t->cfg.nr_ranges; i++) {
		const struct gw_range_cfg *r = &t->cfg.range[i];
		for (unsigned ts = r->first_ts; ts <= r->last_ts; ts++)
			t->circuit[n++] = (struct gw_circuit){
				.trunk = t,
				.cic = (uint16_t)(r->first_cic + (ts - r->first_ts)),
				.span = (uint8_t)r->span,
				.timeslot = (uint8_t)ts,
				.direction = r->direction,
				.usable = true,
				.wanted = true,
			};
	}
	qsort(t->circuit, t->nr_circuits, sizeof(*t->circuit), by_cic);
}

static int add_circuits(struct gw_trunk *t)
{
	for (unsigned i = 0; i < t->nr_circuits; i++) {
		struct gw_circuit *c = &t->circuit[i];
		const struct isup_circuit_cfg cc = {
			.dpc = t->cfg.dpc, .cic = c->cic, .direction = c->direction, .user = c
		};
		int err = isup_circuit_add(t->isup, &cc, &c->id);
		if (err < 0)
			return err;
		list_init(&c->work);
		list_init(&c->check_due);
		list_add_tail(&t->order, &c->order);
	}
	return 0;
}

static struct isup *make_isup(const struct gw_trunk *t, struct mem *m,
			      const struct gw_trunk_env *env)
{
	struct isup_cfg ic = { .variant = env->variant,
			       .opc = t->cfg.opc,
			       .max_circuits = env->max_circuits,
			       .continuity_percent = t->cfg.check_percent,
			       .min_digits = t->cfg.min_digits,
			       .sls_bits = t->cfg.sls_bits,
			       .reserve = t->cfg.reserve,
			       .role = t->cfg.incoming_international ? ISUP_INCOMING_INTERNATIONAL
								     : ISUP_END,
			       .rng = env->rng };

	for (int i = 0; i < ISUP_NR_TIMERS; i++)
		ic.timer_ms[i] = t->cfg.timer_ms[i];
	return isup_new(m, &ic);
}

int gw_trunk_init(struct gw_trunk *t, struct mem *m, const struct gw_trunk_cfg *cfg,
		  const struct gw_trunk_env *env)
{
	*t = (struct gw_trunk){ .cfg = *cfg, .variant = env->variant, .available = true };
	list_init(&t->order);
	t->nr_circuits = gw_config_trunk_circuits(cfg);
	t->last = t->nr_circuits - 1;
	t->circuit = MEM_ARRAY(m, t->nr_circuits, struct gw_circuit);
	if (!t->circuit)
		return TG_ENOMEM;
	fill_circuits(t);
	t->shares = env->isup != NULL;
	t->isup = t->shares ? env->isup : make_isup(t, m, env);
	return t->isup ? add_circuits(t) : TG_ENOMEM;
}

bool gw_circuit_is_free(const struct gw_circuit *c)
{
	return c->ready && c->usable && c->wanted && !c->overloaded && !c->leg &&
	       c->trunk->available && isup_circuit_is_free(c->trunk->isup, c->id);
}

/* Q.764 2.9.1.3, method 2: of the circuits that we control the one idle for longest; without one,
 * of the others the one that became idle last. */
static struct gw_circuit *hunt_idle(struct gw_trunk *t)
{
	struct gw_circuit *c, *other = NULL;

	list_for_each(c, &t->order, order) {
		if (!gw_circuit_is_free(c))
			continue;
		if (isup_circuit_is_ours(t->isup, c->id))
			return c;
		other = c;
	}
	return other;
}

/* From `first` on, in steps of one circuit, all the way round. */
static struct gw_circuit *hunt_from(struct gw_trunk *t, unsigned first, unsigned step)
{
	for (unsigned i = 0, at = first; i < t->nr_circuits; i++) {
		if (gw_circuit_is_free(&t->circuit[at])) {
			t->last = at;
			return &t->circuit[at];
		}
		at = (at + step) % t->nr_circuits;
	}
	return NULL;
}

struct gw_circuit *gw_trunk_hunt(struct gw_trunk *t)
{
	unsigned nr = t->nr_circuits;

	switch (t->cfg.hunt) {
	case GW_HUNT_ASCENDING:
		return hunt_from(t, 0, 1);
	case GW_HUNT_DESCENDING:
		return hunt_from(t, nr - 1, nr - 1);
	case GW_HUNT_METHOD_1:
		return t->cfg.opc > t->cfg.dpc ? hunt_from(t, 0, 1) : hunt_from(t, nr - 1, nr - 1);
	case GW_HUNT_ROUND_ROBIN:
		return hunt_from(t, (t->last + 1) % nr, 1);
	case GW_HUNT_LONGEST_IDLE:
		break;
	}
	return hunt_idle(t);
}

void gw_circuit_idle(struct gw_circuit *c)
{
	list_del(&c->order);
	list_add_tail(&c->trunk->order, &c->order);
}

struct gw_circuit *gw_trunk_circuit(struct gw_trunk *t, uint16_t cic)
{
	const struct gw_circuit key = { .cic = cic };

	return bsearch(&key, t->circuit, t->nr_circuits, sizeof(*t->circuit), by_cic);
}
