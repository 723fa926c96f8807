/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fsm: running a machine. A table that passes fsm_check always has a row; that it does is our own
 * promise, so a missing one is an assert.
 */
#include <assert.h>

#include "base/fsm.h"

/* A fuzzer learns from the row that is found, nothing from those that are passed over. */
#ifdef __clang__
#define NO_COVERAGE __attribute__((no_sanitize("coverage")))
#else
#define NO_COVERAGE
#endif

/* The four classes of rows, the specific ones first. */
NO_COVERAGE
const struct fsm_row *fsm_class_row(const struct fsm_def *def, int class, uint8_t state,
				    uint8_t event, const struct fsm_row *after)
{
	const struct fsm_row *end = def->rows + def->nr_rows;
	uint8_t s = class & 2 ? FSM_ANY : state;
	uint8_t e = class & 1 ? FSM_ANY : event;

	for (const struct fsm_row *r = after ? after + 1 : def->rows; r < end; r++)
		if (r->state == s && r->event == e)
			return r;
	return NULL;
}

static const struct fsm_row *find_row(const struct fsm *f, uint8_t event, const void *ev)
{
	for (int class = 0; class < FSM_CLASSES; class ++) {
		const struct fsm_row *r = NULL;
		while ((r = fsm_class_row(f->def, class, f->state, event, r)))
			if (!r->guard || r->guard(f->self, ev))
				return r;
	}
	return NULL;
}

static void handle(struct fsm *f, uint8_t event, const void *ev)
{
	const struct fsm_row *r = find_row(f, event, ev);
	uint8_t from = f->state;

	assert(r);
	if (r->next != FSM_SAME)
		f->state = r->next;
	if (f->state != from && f->def->entered)
		f->def->entered(f->self, from, f->state);
	for (int i = 0; i < FSM_STEPS && r->steps[i].fn; i++)
		r->steps[i].fn(f->self, r->steps[i].arg, ev);
}

void fsm_init(struct fsm *f, const struct fsm_def *def, uint8_t state, void *self)
{
	assert(state < def->nr_states);
	*f = (struct fsm){ .def = def, .self = self, .state = state };
}

void fsm_feed(struct fsm *f, uint8_t event, const void *ev)
{
	assert(!f->running && event < f->def->nr_events);
	f->running = true;
	handle(f, event, ev);
	while (f->q_len) {
		uint8_t raised = f->queue[f->q_head];
		f->q_head = (f->q_head + 1) % FSM_QUEUE;
		f->q_len--;
		handle(f, raised, NULL);
	}
	f->running = false;
}

void fsm_raise(struct fsm *f, uint8_t event)
{
	assert(f->running && f->q_len < FSM_QUEUE && event < f->def->nr_events);
	f->queue[(f->q_head + f->q_len++) % FSM_QUEUE] = event;
}
