/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mtp_local: a ring of messages, and for each pair of points what the one was last told about the
 * other, so that PAUSE and RESUME need no room and cannot be lost.
 */
#include <string.h>

#include <trunkgate/base/err.h>

#include "ss7/mtp.h"

struct point {
	uint32_t code;
	bool attached;
	/* Bit k: this point was told that point k is there. */
	uint16_t told;
};

struct queued {
	struct mtp_label label;
	uint16_t len;
	uint8_t sif[MTP_MAX_SIF];
};

struct mtp_local {
	struct point point[MTP_LOCAL_POINTS]; /* a place stays with its code once given */
	unsigned nr_points;
	unsigned max, head, nr; /* one slot more than max: the one given last stays untouched */
	uint64_t dropped;
	struct queued ring[];
};

struct mtp_local *mtp_local_new(struct mem *m, unsigned max_queued)
{
	struct mtp_local *l;

	if (max_queued == 0 || max_queued > 1u << 20)
		return NULL;
	l = mem_alloc(m, sizeof(*l) + (max_queued + 1u) * sizeof(l->ring[0]));
	if (l)
		l->max = max_queued;
	return l;
}

static struct point *find(struct mtp_local *l, uint32_t code)
{
	for (unsigned i = 0; i < l->nr_points; i++)
		if (l->point[i].code == code)
			return &l->point[i];
	return NULL;
}

static bool attached(struct mtp_local *l, uint32_t code)
{
	const struct point *p = find(l, code);

	return p && p->attached;
}

/* A place: that of this code, a new one, or that of a code which is gone and of which all have
 * heard so. */
static struct point *find_place(struct mtp_local *l, uint32_t code)
{
	struct point *p = find(l, code);

	if (p)
		return p;
	if (l->nr_points < MTP_LOCAL_POINTS)
		return &l->point[l->nr_points++];
	for (unsigned i = 0; i < MTP_LOCAL_POINTS; i++) {
		uint16_t heard = 0;
		for (unsigned k = 0; k < MTP_LOCAL_POINTS; k++)
			heard |= l->point[k].attached ? l->point[k].told : 0;
		if (!l->point[i].attached && !(heard >> i & 1))
			return &l->point[i];
	}
	return NULL;
}

/* What a point believes when it comes: that those are there which are. */
static uint16_t all_attached(const struct mtp_local *l)
{
	uint16_t bits = 0;

	for (unsigned i = 0; i < l->nr_points; i++)
		bits |= (uint16_t)(l->point[i].attached << i);
	return bits;
}

int mtp_local_attach(struct mtp_local *l, uint32_t point_code)
{
	struct point *p;

	if (attached(l, point_code))
		return TG_EEXIST;
	p = find_place(l, point_code);
	if (!p)
		return TG_ELIMIT;
	*p = (struct point){ .code = point_code, .attached = true };
	p->told = all_attached(l);
	return 0;
}

void mtp_local_detach(struct mtp_local *l, uint32_t point_code)
{
	struct point *p = find(l, point_code);

	if (p)
		p->attached = false;
}

int mtp_local_tx(struct mtp_local *l, const struct mtp_prim *p)
{
	struct queued *q = &l->ring[(l->head + l->nr) % (l->max + 1)];

	if (p->type != MTP_TRANSFER || p->sif.len > MTP_MAX_SIF)
		return TG_EINVAL;
	if (!attached(l, p->label.opc) || !attached(l, p->label.dpc)) {
		l->dropped++;
		return TG_ENOENT;
	}
	if (l->nr == l->max) {
		l->dropped++;
		return TG_ELIMIT;
	}
	q->label = p->label;
	q->len = (uint16_t)p->sif.len;
	if (p->sif.len)
		memcpy(q->sif, p->sif.p, p->sif.len);
	l->nr++;
	return 0;
}

/* News for one point about another, if there is any. */
static bool next_news(struct mtp_local *l, struct point *to, struct mtp_prim *p)
{
	uint16_t news = to->told ^ all_attached(l);

	for (unsigned i = 0; i < l->nr_points; i++) {
		if (!(news >> i & 1) || &l->point[i] == to)
			continue;
		to->told ^= (uint16_t)(1u << i);
		*p = (struct mtp_prim){ .type = l->point[i].attached ? MTP_RESUME : MTP_PAUSE,
					.label = { .dpc = l->point[i].code } };
		return true;
	}
	return false;
}

static bool next_message(struct mtp_local *l, struct mtp_prim *p)
{
	while (l->nr) {
		const struct queued *q = &l->ring[l->head];
		l->head = (l->head + 1) % (l->max + 1);
		l->nr--;
		*p = (struct mtp_prim){ .type = MTP_TRANSFER,
					.label = q->label,
					.sif = str_n(q->sif, q->len) };
		if (attached(l, q->label.opc) && attached(l, q->label.dpc))
			return true;
		l->dropped++;
	}
	return false;
}

bool mtp_local_next(struct mtp_local *l, uint32_t *point_code, struct mtp_prim *p)
{
	for (unsigned i = 0; i < l->nr_points; i++) {
		if (!l->point[i].attached || !next_news(l, &l->point[i], p))
			continue;
		*point_code = l->point[i].code;
		return true;
	}
	if (!next_message(l, p))
		return false;
	*point_code = p->label.dpc;
	return true;
}

uint64_t mtp_local_dropped(const struct mtp_local *l)
{
	return l->dropped;
}
