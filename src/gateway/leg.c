/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leg: what all legs have in common, and the queue between legs and joins. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "gateway/core.h"
#include "interwork/release.h"

int gw_leg_init(struct gw_leg *l, const struct gw_leg_ops *ops, struct gw_call *call, uint8_t at,
		enum gw_side side)
{
	int err = ids_put(call->gw->legs, l, &l->id);

	if (err < 0)
		return err;
	l->ops = ops;
	l->gw = call->gw;
	l->call = call;
	l->at = at;
	l->side = side;
	l->plan = call->gw->numbering;
	l->timer.kind = GW_TM_LEG;
	call->leg[at] = l;
	call->rec->info.leg[at].side = side;
	return 0;
}

struct gw_leg *gw_leg_find(const struct gw *g, uint32_t id)
{
	return ids_find(g->legs, id);
}

static struct gw_plane *post(struct gw_leg *from, enum gw_plane_type type)
{
	struct gw *g = from->gw;
	struct gw_plane *p;

	assert(g->queue_len < GW_QUEUE && !from->over);
	p = &g->queue[(g->queue_head + g->queue_len++) % GW_QUEUE];
	p->type = type;
	p->from = from;
	p->local = false;
	return p;
}

void gw_leg_post(struct gw_leg *from, const struct isup_msg *m)
{
	post(from, GW_PLANE_CALL)->call = *m;
}

void gw_leg_post_own(struct gw_leg *from, const struct isup_msg *rel)
{
	struct gw_plane *p = post(from, GW_PLANE_CALL);

	p->local = true;
	p->call = *rel;
}

void gw_leg_post_rel(struct gw_leg *from, uint8_t cause)
{
	struct isup_msg rel;

	iw_local_rel(cause, &rel);
	gw_leg_post_own(from, &rel);
}

void gw_leg_post_media(struct gw_leg *from, const struct gw_media *m)
{
	post(from, GW_PLANE_MEDIA)->media = *m;
}

void gw_leg_over(struct gw_leg *from)
{
	post(from, GW_PLANE_OVER);
	from->over = true;
	gw_leg_cancel(from);
}

void gw_leg_arm(struct gw_leg *l, int64_t ms)
{
	timerq_arm(&l->gw->timers, &l->timer, tick_add_ms(l->gw->now, ms));
}

void gw_leg_cancel(struct gw_leg *l)
{
	timerq_cancel(&l->gw->timers, &l->timer);
}

void gw_leg_note(struct gw_leg *l, const char *label, const char *fmt, ...)
{
	struct gw_log_at at = { l->gw->now, GW_LOG_NOTE, l->at, false };
	char text[120];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	gw_log(l->call->rec, at, str_of(label), "%s", text);
}
