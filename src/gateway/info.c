/* SPDX-License-Identifier: GPL-3.0-or-later */
/* info: what the operator sees. Positions are counts from the newest call on, running calls
 * first. */
#include <string.h>

#include "gateway/core.h"

static const struct gw_record *record_at(const struct gw *g, unsigned pos)
{
	const struct gw_record *rec;
	const struct gw_call *call;

	list_for_each(call, &g->calls, link)
		if (pos-- == 0)
			return call->rec;
	list_for_each(rec, &g->history, link)
		if (pos-- == 0)
			return rec;
	return NULL;
}

static const struct gw_record *record_find(const struct gw *g, uint32_t nr)
{
	const struct gw_record *rec;
	const struct gw_call *call;

	list_for_each(call, &g->calls, link)
		if (call->rec->info.nr == nr)
			return call->rec;
	list_for_each(rec, &g->history, link)
		if (rec->info.nr == nr)
			return rec;
	return NULL;
}

bool gw_call_walk(const struct gw *g, unsigned *pos, struct gw_call_info *info)
{
	const struct gw_record *rec = record_at(g, *pos);

	if (!rec)
		return false;
	*info = rec->info;
	(*pos)++;
	return true;
}

bool gw_call_find(const struct gw *g, uint32_t nr, struct gw_call_info *info)
{
	const struct gw_record *rec = record_find(g, nr);

	if (rec)
		*info = rec->info;
	return rec != NULL;
}

bool gw_log_walk(const struct gw *g, uint32_t call_nr, unsigned *pos, struct gw_log_line *line)
{
	const struct gw_record *rec = record_find(g, call_nr);

	return rec && gw_record_line(rec, pos, line);
}

bool gw_explain_walk(const struct gw *g, uint32_t call_nr, unsigned *pos, struct iw_explained *row,
		     unsigned *lost)
{
	const struct gw_record *rec = record_find(g, call_nr);

	*lost = rec ? rec->explain.lost : 0;
	if (!rec || *pos >= rec->explain.nr)
		return false;
	*row = rec->explain.row[(*pos)++];
	return true;
}

static bool is_checked(enum isup_circuit_state s)
{
	return s == ISUP_OUT_CHECK_FAILED || s == ISUP_OUT_RECHECKING ||
	       s == ISUP_IN_CHECK_FAILED || s == ISUP_IN_RECHECKING;
}

static void fill_circuit(const struct gw_circuit *c, struct gw_circuit_info *info)
{
	*info = (struct gw_circuit_info){
		.cic = c->cic,
		.span = c->span,
		.timeslot = c->timeslot,
		.state = isup_circuit_state(c->trunk->isup, c->id),
		.usable = c->usable,
		.ready = c->ready,
		.ours = isup_circuit_is_ours(c->trunk->isup, c->id),
		.continuity = is_checked(isup_circuit_state(c->trunk->isup, c->id)),
		.direction = c->direction,
		.test = isup_circuit_tested(c->trunk->isup, c->id),
		.blocked = isup_circuit_blocked(c->trunk->isup, c->id),
		.call_nr = c->leg ? c->leg->call->rec->info.nr : 0,
	};
	str_copyz(info->trunk, sizeof(info->trunk), str_of(c->trunk->cfg.name));
}

bool gw_circuit_walk(const struct gw *g, unsigned *pos, struct gw_circuit_info *info)
{
	unsigned n = *pos;

	for (unsigned i = 0; i < g->nr_trunks; i++) {
		if (n < g->trunk[i].nr_circuits) {
			fill_circuit(&g->trunk[i].circuit[n], info);
			(*pos)++;
			return true;
		}
		n -= g->trunk[i].nr_circuits;
	}
	return false;
}

static void count_circuits(const struct gw_trunk *t, struct gw_trunk_info *info)
{
	for (unsigned i = 0; i < t->nr_circuits; i++) {
		const struct gw_circuit *c = &t->circuit[i];
		enum isup_circuit_state s = isup_circuit_state(t->isup, c->id);
		if (c->usable && s == ISUP_IDLE)
			info->idle++;
		else if (c->usable && isup_circuit_has_call(t->isup, c->id))
			info->busy++;
		else
			info->other++;
	}
}

bool gw_trunk_walk(const struct gw *g, unsigned *pos, struct gw_trunk_info *info)
{
	const struct gw_trunk *t;

	if (*pos >= g->nr_trunks)
		return false;
	t = &g->trunk[(*pos)++];
	*info = (struct gw_trunk_info){
		.opc = t->cfg.opc,
		.dpc = t->cfg.dpc,
		.available = t->available,
		.circuits = t->nr_circuits,
		.calls_in = t->calls_in,
		.calls_out = t->calls_out,
		.overflow = t->overflow,
	};
	str_copyz(info->name, sizeof(info->name), str_of(t->cfg.name));
	count_circuits(t, info);
	return true;
}

static void add_isup(struct isup_stats *sum, const struct isup_stats *s)
{
	sum->circuits += s->circuits;
	sum->busy += s->busy;
	sum->timers += s->timers;
	sum->rx += s->rx;
	sum->rx_bad += s->rx_bad;
	sum->rx_unknown_circuit += s->rx_unknown_circuit;
	sum->tx += s->tx;
}

void gw_stats(const struct gw *g, struct gw_stats *out)
{
	struct isup_stats s;

	memset(out, 0, sizeof(*out));
	out->calls = g->nr_calls;
	out->legs = (uint32_t)ids_nr(g->legs);
	out->channels_busy = g->channels.busy;
	out->media_refused = g->media_refused;
	sip_stack_stats(g->sip, &out->sip);
	if (g->inbox)
		sip_classify_stats(g->inbox, &out->inbox);
	for (unsigned i = 0; i < g->nr_trunks; i++) {
		if (g->trunk[i].shares)
			continue;
		isup_stats(g->trunk[i].isup, &s);
		add_isup(&out->isup, &s);
	}
}

void gw_forget_ages(struct gw *g)
{
	if (g->inbox)
		sip_classify_forget_ages(g->inbox);
}
