/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * circuit: what is done to circuits but calls: reset after the start (Q.764 2.9.3.1), and out of
 * use and back with their span. One circuit at a time, with the outputs drained between, so that
 * one input never puts out more than a constant.
 */
#include <string.h>

#include "gateway/core.h"

#define START_AT_ONCE 8 /* circuits that get their RSC together */
#define START_GAP_MS  20

/* Circuits of all trunks between the points of this one. */
static unsigned count_between(const struct gw_config *c, const struct gw_trunk_cfg *t)
{
	unsigned nr = 0;

	for (unsigned i = 0; i < c->nr_trunks; i++)
		if (gw_config_same_points(t, &c->trunk[i]))
			nr += gw_config_trunk_circuits(&c->trunk[i]);
	return nr;
}

static int init_trunk(struct gw *g, const struct gw_trunk_cfg *cfg)
{
	struct gw_trunk_env env = { .max_circuits = count_between(g->cfg, cfg), .rng = g->rng };

	for (unsigned i = 0; i < g->nr_trunks && !env.isup; i++)
		if (gw_config_same_points(cfg, &g->trunk[i].cfg)) {
			env.isup = g->trunk[i].isup;
			env.variant = g->trunk[i].variant;
		}
	if (!env.variant)
		env.variant = gw_config_variant_keep(g->mem, g->cfg, cfg);
	return env.variant ? gw_trunk_init(&g->trunk[g->nr_trunks], g->mem, cfg, &env) : TG_ENOMEM;
}

int gw_trunks_init(struct gw *g)
{
	if (g->cfg->nr_trunks == 0)
		return 0;
	g->trunk = MEM_ARRAY(g->mem, g->cfg->nr_trunks, struct gw_trunk);
	if (!g->trunk)
		return TG_ENOMEM;
	while (g->nr_trunks < g->cfg->nr_trunks) {
		int err = init_trunk(g, &g->cfg->trunk[g->nr_trunks]);
		if (err < 0)
			return err;
		g->nr_trunks++;
	}
	return 0;
}

struct gw_trunk *gw_trunk_find(struct gw *g, const char *name)
{
	for (unsigned i = 0; i < g->nr_trunks; i++)
		if (strcmp(g->trunk[i].cfg.name, name) == 0)
			return &g->trunk[i];
	return NULL;
}

struct gw_trunk *gw_trunk_of(struct gw *g, uint32_t opc, uint32_t dpc, uint16_t cic)
{
	struct gw_trunk *first = NULL;

	for (unsigned i = 0; i < g->nr_trunks; i++) {
		struct gw_trunk *t = &g->trunk[i];
		if (t->cfg.opc != dpc || t->cfg.dpc != opc)
			continue;
		/* Q.763 1.2: 12 bits; ANSI 14 */
		if (gw_trunk_circuit(t, cic & ((1u << t->variant->cic_bits) - 1)))
			return t;
		if (!first)
			first = t;
	}
	return first;
}

static void add_work(struct gw *g, struct gw_circuit *c)
{
	if (!list_linked(&c->work))
		list_add_tail(&g->work, &c->work);
}

static struct gw_circuit *next_to_start(struct gw *g)
{
	while (g->start_trunk < g->nr_trunks) {
		struct gw_trunk *t = &g->trunk[g->start_trunk];
		if (g->start_circuit < t->nr_circuits)
			return &t->circuit[g->start_circuit++];
		g->start_trunk++;
		g->start_circuit = 0;
	}
	return NULL;
}

void gw_start_some(struct gw *g)
{
	for (int i = 0; i < START_AT_ONCE; i++) {
		struct gw_circuit *c = next_to_start(g);
		if (!c)
			return;
		c->reset_due = true;
		add_work(g, c);
	}
	timerq_arm(&g->timers, &g->start_timer, tick_add_ms(g->now, START_GAP_MS));
}

/* A call that came in since the start is no remainder of an earlier life: it stays. */
static void reset_circuit(struct gw *g, struct gw_circuit *c)
{
	struct isup *x = c->trunk->isup;

	bool idle = isup_circuit_state(x, c->id) == ISUP_IDLE;

	/* without room in ISUP's output it is tried again: the outputs have just been drained */
	if ((idle || c->forced) && isup_circuit_reset(x, g->now, c->id) < 0)
		return;
	c->reset_due = c->forced = false;
	c->ready = true;
}

void gw_circuit_reset_later(struct gw *g, struct gw_circuit *c)
{
	c->reset_due = c->forced = true;
	add_work(g, c);
}

static void use_circuit(struct gw *g, struct gw_circuit *c)
{
	struct log_subject subj = { .trunk = c->trunk->cfg.name, .cic = c->cic };

	c->usable = c->wanted;
	log_info(LOG_GATEWAY, &subj, "span %u is %s: the circuit is %susable", c->span,
		 c->usable ? "up" : "down", c->usable ? "" : "not ");
	isup_circuit_usable(c->trunk->isup, g->now, c->id, c->usable);
	if (!c->usable)
		gw_isup_circuit_gone(c);
}

/* What the operator wants. */
static void do_wish(struct gw *g, struct gw_circuit *c)
{
	struct isup *x = c->trunk->isup;
	enum isup_blocking kind = c->wish >= GW_WISH_BLOCK_H ? ISUP_HARDWARE : ISUP_MAINTENANCE;
	bool block = c->wish == GW_WISH_BLOCK_M || c->wish == GW_WISH_BLOCK_H;
	int err;

	if (c->wish == GW_WISH_RESET)
		err = isup_circuit_reset_soon(x, g->now, c->id);
	else if (c->wish == GW_WISH_TEST)
		err = isup_circuit_test(x, g->now, c->id);
	else
		err = isup_circuit_block(x, g->now, c->id, kind, block);
	if (err != TG_ELIMIT)
		c->wish = GW_WISH_NONE;
}

bool gw_circuit_work(struct gw *g)
{
	struct gw_circuit *c = list_first(&g->work, struct gw_circuit, work);

	if (!c)
		return false;
	if (c->reset_due)
		reset_circuit(g, c);
	else if (c->wanted != c->usable)
		use_circuit(g, c);
	else if (c->wish)
		do_wish(g, c);
	else
		list_del(&c->work);
	return true;
}

void gw_span_state(struct gw *g, tick_t now, unsigned span, bool up)
{
	g->now = now;
	if (span >= GW_MAX_SPANS || g->span_up[span] == up)
		return;
	g->span_up[span] = up;
	for (unsigned i = 0; i < g->nr_trunks; i++)
		for (unsigned k = 0; k < g->trunk[i].nr_circuits; k++) {
			struct gw_circuit *c = &g->trunk[i].circuit[k];
			if (c->span != span)
				continue;
			c->wanted = up;
			add_work(g, c);
		}
}

int gw_circuit_reset(struct gw *g, tick_t now, const char *trunk, uint16_t cic)
{
	struct gw_trunk *t = gw_trunk_find(g, trunk);
	struct gw_circuit *c = t ? gw_trunk_circuit(t, cic) : NULL;

	g->now = now;
	return c ? isup_circuit_reset(t->isup, now, c->id) : TG_ENOENT;
}

/* One circuit at a time, with the outputs drained between: a call on it may have much to say. */
static int mark(struct gw *g, const char *trunk, uint16_t first, uint16_t last, uint8_t wish)
{
	struct gw_trunk *t = gw_trunk_find(g, trunk);
	int nr = 0;

	for (unsigned i = 0; t && i < t->nr_circuits; i++) {
		struct gw_circuit *c = &t->circuit[i];
		if (c->cic < first || c->cic > last)
			continue;
		c->wish = wish;
		add_work(g, c);
		nr++;
	}
	return nr ? nr : TG_ENOENT;
}

int gw_circuits_reset(struct gw *g, tick_t now, const char *trunk, uint16_t first, uint16_t last)
{
	g->now = now;
	return mark(g, trunk, first, last, GW_WISH_RESET);
}

int gw_circuits_test(struct gw *g, tick_t now, const char *trunk, uint16_t first, uint16_t last)
{
	g->now = now;
	return mark(g, trunk, first, last, GW_WISH_TEST);
}

int gw_circuits_block(struct gw *g, tick_t now, const char *trunk, uint16_t first, uint16_t last,
		      enum isup_blocking kind, bool block)
{
	uint8_t wish = kind == ISUP_HARDWARE ? GW_WISH_BLOCK_H : GW_WISH_BLOCK_M;

	g->now = now;
	return mark(g, trunk, first, last, block ? wish : wish + 1);
}
