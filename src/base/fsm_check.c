/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fsm_check: the rules of fsm.h proven for a table, and its drawing. For tests and tools. */
#include <stdarg.h>
#include <stdio.h>

#include "base/fsm.h"

struct check {
	const struct fsm_def *def;
	fsm_say *say;
	void *ctx;
	int faults;
};

__attribute__((format(printf, 3, 4))) static void line(fsm_say *say, void *ctx, const char *fmt,
						       ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say(ctx, text);
}

#define FAULT(c, ...)                                  \
	do {                                           \
		(c)->faults++;                         \
		line((c)->say, (c)->ctx, __VA_ARGS__); \
	} while (0)

static const char *state_name(const struct fsm_def *d, uint8_t s)
{
	if (s == FSM_ANY)
		return "any state";
	return s < d->nr_states && d->states[s].name ? d->states[s].name : "?";
}

static const char *event_name(const struct fsm_def *d, uint8_t e)
{
	if (e == FSM_ANY)
		return "any event";
	return e < d->nr_events && d->events[e] ? d->events[e] : "?";
}

#define ROW_FAULT(c, r, text)                                                 \
	FAULT(c, "row %u (%s, %s): %s", (unsigned int)((r) - (c)->def->rows), \
	      state_name((c)->def, (r)->state), event_name((c)->def, (r)->event), text)

static int count_steps(const struct fsm_row *r)
{
	int n = 0;

	while (n < FSM_STEPS && r->steps[n].fn)
		n++;
	return n;
}

static void check_head(struct check *c)
{
	const struct fsm_def *d = c->def;

	if (!d->name || !d->clause)
		FAULT(c, "the machine has no name or no clause");
	if (d->nr_states == 0 || d->nr_states > FSM_STATE_MAX || d->nr_events == 0 ||
	    d->nr_events > FSM_EVENT_MAX || d->start >= d->nr_states)
		FAULT(c, "the number of states or events or the start state is out of range");
}

static void check_names(struct check *c)
{
	const struct fsm_def *d = c->def;

	for (uint8_t s = 0; s < d->nr_states; s++) {
		const struct fsm_state *st = &d->states[s];
		if (!st->name)
			FAULT(c, "state %u has no name", s);
		if (!st->rest && !st->bound)
			FAULT(c, "state %s waits without a bound", state_name(d, s));
		if (st->rest && st->bound)
			FAULT(c, "state %s rests and has a bound", state_name(d, s));
	}
	for (uint8_t e = 0; e < d->nr_events; e++)
		if (!d->events[e])
			FAULT(c, "event %u has no name", e);
}

static void check_steps(struct check *c, const struct fsm_row *r)
{
	bool stays = r->next == FSM_SAME || r->next == r->state;
	int n = count_steps(r);

	for (int i = n; i < FSM_STEPS; i++)
		if (r->steps[i].fn)
			ROW_FAULT(c, r, "a step behind a gap");
	if (r->ignore && n)
		ROW_FAULT(c, r, "IGNORE with steps");
	if (r->ignore && !stays)
		ROW_FAULT(c, r, "IGNORE with another state");
	if (r->ignore && !r->ignore[0])
		ROW_FAULT(c, r, "IGNORE without a reason");
	if (!r->ignore && stays && n == 0)
		ROW_FAULT(c, r, "does nothing and does not say IGNORE");
}

/* Rows of one pair end in the first, and only, one without a guard. */
static void check_order(struct check *c, const struct fsm_row *r)
{
	const struct fsm_row *end = c->def->rows + c->def->nr_rows, *later = r + 1;

	while (later < end && (later->state != r->state || later->event != r->event))
		later++;
	if (r->guard && later == end)
		ROW_FAULT(c, r, "the last row of its pair has a guard");
	if (!r->guard && later < end)
		ROW_FAULT(c, later, "stands behind a row without a guard");
}

static bool check_row(struct check *c, const struct fsm_row *r)
{
	const struct fsm_def *d = c->def;

	if ((r->state >= d->nr_states && r->state != FSM_ANY) ||
	    (r->event >= d->nr_events && r->event != FSM_ANY) ||
	    (r->next >= d->nr_states && r->next != FSM_SAME)) {
		ROW_FAULT(c, r, "names no state or no event of the machine");
		return false;
	}
	check_steps(c, r);
	check_order(c, r);
	return true;
}

/* The class of rows that counts for a pair, or FSM_CLASSES: a hole. */
static int class_of(const struct fsm_def *d, uint8_t s, uint8_t e)
{
	int class = 0;

	while (class < FSM_CLASSES && !fsm_class_row(d, class, s, e, NULL))
		class ++;
	return class;
}

static void check_holes(struct check *c)
{
	for (uint8_t s = 0; s < c->def->nr_states; s++)
		for (uint8_t e = 0; e < c->def->nr_events; e++)
			if (class_of(c->def, s, e) == FSM_CLASSES)
				FAULT(c, "hole: no row for (%s, %s)", state_name(c->def, s),
				      event_name(c->def, e));
}

/* The states that one event leads to. */
static uint64_t next_states(const struct fsm_def *d, uint8_t s, uint8_t e)
{
	int class = class_of(d, s, e);
	const struct fsm_row *r = NULL;
	uint64_t to = 0;

	while (class < FSM_CLASSES && (r = fsm_class_row(d, class, s, e, r)))
		if (r->next != FSM_SAME)
			to |= UINT64_C(1) << r->next;
	return to;
}

static uint64_t after_one_event(const struct fsm_def *d, uint64_t states)
{
	uint64_t to = states;

	for (uint8_t s = 0; s < d->nr_states; s++)
		for (uint8_t e = 0; e < d->nr_events; e++)
			if (states >> s & 1)
				to |= next_states(d, s, e);
	return to;
}

static void check_reach(struct check *c)
{
	uint64_t reached, more = UINT64_C(1) << c->def->start;

	do {
		reached = more;
		more = after_one_event(c->def, reached);
	} while (more != reached);
	for (uint8_t s = 0; s < c->def->nr_states; s++)
		if (!(reached >> s & 1))
			FAULT(c, "state %s is never reached", state_name(c->def, s));
}

int fsm_check(const struct fsm_def *def, fsm_say *say, void *ctx)
{
	struct check c = { def, say, ctx, 0 };
	bool rows_ok = true;

	check_head(&c);
	if (c.faults)
		return c.faults;
	check_names(&c);
	for (uint16_t i = 0; i < def->nr_rows; i++)
		rows_ok &= check_row(&c, &def->rows[i]);
	if (!rows_ok)
		return c.faults;
	check_holes(&c);
	check_reach(&c);
	return c.faults;
}

/* Behind the event: which alternative of its pair the row is. */
static void alternative(const struct fsm_def *d, const struct fsm_row *r, char *text, size_t size)
{
	int before = 0;

	for (const struct fsm_row *p = d->rows; p < r; p++)
		before += p->state == r->state && p->event == r->event;
	if (r->guard)
		snprintf(text, size, " [if %d]", before + 1);
	else
		snprintf(text, size, "%s", before ? " [else]" : "");
}

static void draw_row(const struct fsm_def *d, const struct fsm_row *r, fsm_say *say, void *ctx)
{
	uint8_t next = r->next == FSM_SAME ? r->state : r->next;
	int n = count_steps(r);
	char alt[24];

	alternative(d, r, alt, sizeof(alt));
	line(say, ctx, "\t\"%s\" -> \"%s\" [label=\"%s%s / %d step%s\"];", state_name(d, r->state),
	     state_name(d, next), event_name(d, r->event), alt, n, n == 1 ? "" : "s");
}

void fsm_dot(const struct fsm_def *def, fsm_say *say, void *ctx)
{
	line(say, ctx, "digraph \"%s\" {", def->name);
	line(say, ctx, "\tlabel=\"%s (%s)\";", def->name, def->clause);
	line(say, ctx, "\t\"start\" [shape=point];");
	for (uint8_t s = 0; s < def->nr_states; s++) {
		const struct fsm_state *st = &def->states[s];
		line(say, ctx, "\t\"%s\" [shape=%s, tooltip=\"%s\"];", st->name,
		     st->rest ? "doublecircle" : "ellipse", st->bound ? st->bound : "rests");
	}
	line(say, ctx, "\t\"start\" -> \"%s\";", state_name(def, def->start));
	for (uint16_t i = 0; i < def->nr_rows; i++)
		if (!def->rows[i].ignore)
			draw_row(def, &def->rows[i], say, ctx);
	line(say, ctx, "}");
}
