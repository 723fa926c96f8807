/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tdm/virtual: a cable as two short queues of blocks. */
#include <assert.h>
#include <stdatomic.h>

#include "tdm/span.h"

struct end {
	struct tdm_virtual *cable;
	struct end *far;
	struct tdm_block queue[TDM_VIRTUAL_MAX]; /* on the way to here */
	unsigned first, nr;
	uint64_t dropped; /* of what was written here */
	uint64_t missed;  /* reads here without a block */
};

struct tdm_virtual {
	struct end end[2];
	enum tdm_kind kind;
	enum tdm_law law;
	atomic_bool cut;
};

static bool is_cut(const struct tdm_virtual *v)
{
	return atomic_load_explicit(&v->cut, memory_order_relaxed);
}

/* One idle block is on the way. */
static void prime(struct end *e)
{
	e->first = 0;
	e->nr = 1;
	tdm_block_idle(&e->queue[0], e->cable->law);
}

static bool virtual_read(void *self, struct tdm_block *rx)
{
	struct end *e = self;
	bool cut = is_cut(e->cable);

	if (cut)
		prime(e);
	if (cut || e->nr == 0) {
		e->missed += !cut;
		tdm_block_idle(rx, e->cable->law);
		return false;
	}
	*rx = e->queue[e->first];
	e->first = (e->first + 1) % TDM_VIRTUAL_MAX;
	e->nr--;
	return true;
}

static bool virtual_write(void *self, const struct tdm_block *tx)
{
	struct end *e = self, *far = e->far;

	if (is_cut(e->cable)) {
		prime(far);
		return true;
	}
	if (far->nr == TDM_VIRTUAL_MAX) {
		e->dropped++;
		return false;
	}
	far->queue[(far->first + far->nr) % TDM_VIRTUAL_MAX] = *tx;
	far->nr++;
	return true;
}

static bool virtual_up(void *self)
{
	struct end *e = self;

	return !is_cut(e->cable);
}

static void virtual_status(const void *self, struct tdm_status *out)
{
	const struct end *e = self;

	*out = (struct tdm_status){ .alarms = is_cut(e->cable) ? TDM_LOS : 0 };
}

struct tdm_virtual *tdm_virtual_new(struct mem *m, enum tdm_kind kind, enum tdm_law law)
{
	struct tdm_virtual *v = MEM_NEW(m, struct tdm_virtual);

	if (!v)
		return NULL;
	v->kind = kind;
	v->law = law;
	for (int i = 0; i < 2; i++) {
		v->end[i].cable = v;
		v->end[i].far = &v->end[1 - i];
		prime(&v->end[i]);
	}
	return v;
}

struct tdm_span tdm_virtual_end(struct tdm_virtual *v, int end)
{
	static const struct tdm_span_ops ops = { .read = virtual_read,
						 .write = virtual_write,
						 .up = virtual_up,
						 .status = virtual_status };

	assert(end == 0 || end == 1);
	return (struct tdm_span){ &ops, &v->end[end], v->kind, v->law };
}

void tdm_virtual_cut(struct tdm_virtual *v, bool cut)
{
	atomic_store_explicit(&v->cut, cut, memory_order_relaxed);
}

uint64_t tdm_virtual_dropped(const struct tdm_virtual *v, int end)
{
	return v->end[end].dropped;
}

uint64_t tdm_virtual_missed(const struct tdm_virtual *v, int end)
{
	return v->end[end].missed;
}
