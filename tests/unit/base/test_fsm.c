/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fsm: each rule of its header as it runs, and each fault that fsm_check must find. */
#include <stdio.h>

#include "unit/support.h"

/* A door bell: rings until answered or a timer ends it. */
enum { IDLE, RINGING, OPEN, NR_STATES };
enum { PRESS, ANSWER, TM_RING, CLOSE, NR_EVENTS };

struct bell {
	struct fsm fsm;
	char trace[200];
	bool broken;
};

static void note(struct bell *b, const char *text)
{
	strncat(b->trace, text, sizeof(b->trace) - strlen(b->trace) - 1);
}

static bool is_broken(const void *self, const void *ev)
{
	const struct bell *b = self;

	(void)ev;
	return b->broken;
}

static bool is_knock(const void *self, const void *ev)
{
	(void)self;
	return ev && strcmp(ev, "knock") == 0;
}

/* Notes its argument, the state it runs in and what came with the event. */
static void do_note(void *self, int arg, const void *ev)
{
	struct bell *b = self;
	char text[40];

	snprintf(text, sizeof(text), "%c@%s%s%s ", arg, b->fsm.def->states[b->fsm.state].name,
		 ev ? "=" : "", ev ? (const char *)ev : "");
	note(b, text);
}

static void do_raise(void *self, int arg, const void *ev)
{
	struct bell *b = self;

	(void)ev;
	fsm_raise(&b->fsm, (uint8_t)arg);
	note(b, "raise ");
}

static void entered(void *self, uint8_t from, uint8_t to)
{
	char text[20];

	snprintf(text, sizeof(text), "[%d>%d] ", from, to);
	note(self, text);
}

#define NOTE(c)            \
	{                  \
		do_note, c \
	}
#define RAISE(e)            \
	{                   \
		do_raise, e \
	}

static const struct fsm_state states[] = {
	[IDLE] = { "IDLE", .rest = true },
	[RINGING] = { "RINGING", .bound = "TM_RING" },
	[OPEN] = { "OPEN", .bound = "the visitor's patience" },
};

static const char *const events[] = {
	[PRESS] = "PRESS", [ANSWER] = "ANSWER", [TM_RING] = "TM_RING", [CLOSE] = "CLOSE"
};

/* clang-format off */
static const struct fsm_row rows[] = {
	{ IDLE,    PRESS,   is_broken, FSM_SAME, { NOTE('b') } },
	{ IDLE,    PRESS,   is_knock,  OPEN,     { NOTE('k'), NOTE('o') } },
	{ IDLE,    PRESS,   NULL,      RINGING,  { NOTE('r'), NOTE('s') } },
	{ IDLE,    FSM_ANY, NULL,      FSM_SAME, { }, IGNORE("nobody is at the door") },
	{ RINGING, ANSWER,  NULL,      OPEN,     { NOTE('1'), RAISE(PRESS), RAISE(CLOSE), NOTE('2') } },
	{ OPEN,    PRESS,   NULL,      FSM_SAME, { NOTE('p') } },
	{ FSM_ANY, CLOSE,   NULL,      IDLE,     { NOTE('c') } },
	{ FSM_ANY, TM_RING, NULL,      IDLE,     { NOTE('t') } },
	{ FSM_ANY, FSM_ANY, NULL,      FSM_SAME, { NOTE('?') } },
};
/* clang-format on */

static const struct fsm_def bell_def = {
	.name = "door bell",
	.clause = "test",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = NR_STATES,
	.nr_events = NR_EVENTS,
	.nr_rows = NR_OF(rows),
	.start = IDLE,
	.entered = entered,
};

static struct bell bell_in(uint8_t state)
{
	return (struct bell){ .fsm = { .state = state } };
}

static const char *feed(struct bell *b, uint8_t event, const void *ev)
{
	uint8_t state = b->fsm.state;

	fsm_init(&b->fsm, &bell_def, state, b);
	b->trace[0] = '\0';
	fsm_feed(&b->fsm, event, ev);
	return b->trace;
}

static void test_golden(void **state)
{
	(void)state;
	check_fsm(&bell_def, "base_fsm_test");
}

static void test_steps_run_in_order_in_the_new_state(void **state)
{
	struct bell b = bell_in(IDLE);

	(void)state;
	assert_string_equal(feed(&b, PRESS, "x"), "[0>1] r@RINGING=x s@RINGING=x ");
	assert_int_equal(b.fsm.state, RINGING);
}

static void test_rows_are_tried_in_order(void **state)
{
	struct bell b = bell_in(IDLE);

	(void)state;
	assert_string_equal(feed(&b, PRESS, "knock"), "[0>2] k@OPEN=knock o@OPEN=knock ");
	b = bell_in(IDLE);
	b.broken = true;
	assert_string_equal(feed(&b, PRESS, "knock"), "b@IDLE=knock ");
}

static void test_any_counts_below_the_specific_rows(void **state)
{
	struct bell b = bell_in(IDLE);

	(void)state;
	/* (IDLE, ANY) comes before (ANY, CLOSE) */
	assert_string_equal(feed(&b, CLOSE, NULL), "");
	assert_int_equal(b.fsm.state, IDLE);
	/* (ANY, TM_RING) comes before (ANY, ANY) */
	b = bell_in(RINGING);
	assert_string_equal(feed(&b, TM_RING, NULL), "[1>0] t@IDLE ");
	/* (ANY, ANY) is the last */
	b = bell_in(RINGING);
	assert_string_equal(feed(&b, PRESS, NULL), "?@RINGING ");
}

static void test_raised_events_wait_for_the_last_step(void **state)
{
	struct bell b = bell_in(RINGING);

	(void)state;
	assert_string_equal(feed(&b, ANSWER, "hi"),
			    "[1>2] 1@OPEN=hi raise raise 2@OPEN=hi p@OPEN [2>0] c@IDLE ");
	assert_false(b.fsm.running);
	assert_int_equal(b.fsm.q_len, 0);
}

static void test_the_queue_goes_round(void **state)
{
	struct bell b = bell_in(RINGING);

	(void)state;
	fsm_init(&b.fsm, &bell_def, RINGING, &b);
	for (int i = 0; i < 3 * FSM_QUEUE; i++) {
		b.trace[0] = '\0';
		fsm_feed(&b.fsm, ANSWER, NULL);
		assert_non_null(strstr(b.trace, "p@OPEN [2>0] c@IDLE"));
		fsm_feed(&b.fsm, PRESS, NULL);
	}
}

struct said {
	char text[2000];
	int lines;
};

static void collect(void *ctx, const char *line)
{
	struct said *s = ctx;

	strncat(s->text, line, sizeof(s->text) - strlen(s->text) - 2);
	strcat(s->text, "\n");
	s->lines++;
}

/* The bell with rows of its own that a test may change. */
struct copy {
	struct fsm_row rows[NR_OF(rows)];
	struct fsm_def def;
};

static struct copy *copy_bell(void)
{
	static struct copy c;

	memcpy(c.rows, rows, sizeof(rows));
	c.def = bell_def;
	c.def.rows = c.rows;
	return &c;
}

static void assert_faults(const struct fsm_def *def, int nr, const char *words)
{
	struct said s = { "", 0 };
	int faults = fsm_check(def, collect, &s);

	assert_int_equal(faults, s.lines);
	if (faults != nr || !strstr(s.text, words))
		fail_msg("wanted %d fault(s) '%s', got:\n%s", nr, words, s.text);
}

/* The bell with one row replaced has one fault, of these words. */
static void assert_row_fault(size_t at, struct fsm_row row, const char *words)
{
	struct copy *c = copy_bell();

	c->rows[at] = row;
	assert_faults(&c->def, 1, words);
}

static void test_the_unchanged_copy_is_sound(void **state)
{
	(void)state;
	assert_faults(&copy_bell()->def, 0, "");
}

static void test_finds_a_hole(void **state)
{
	(void)state;
	/* Without (ANY, ANY) nothing covers (RINGING, PRESS). */
	assert_row_fault(8, (struct fsm_row){ OPEN, ANSWER, NULL, FSM_SAME, { NOTE('x') } },
			 "hole: no row for (RINGING, PRESS)");
}

static void test_finds_an_unreachable_state(void **state)
{
	struct copy *c = copy_bell();

	(void)state;
	c->rows[1].next = RINGING;
	c->rows[4].next = FSM_SAME;
	assert_faults(&c->def, 1, "state OPEN is never reached");
}

static void test_reach_ignores_rows_that_never_count(void **state)
{
	struct copy *c = copy_bell();

	(void)state;
	/* (ANY, ANSWER) to OPEN is the only way there. It does not count in IDLE, which has
	 * (IDLE, ANY), but in RINGING. */
	c->rows[1].next = RINGING;
	c->rows[4] = (struct fsm_row){ RINGING, PRESS, NULL, FSM_SAME, { NOTE('x') } };
	c->rows[8] = (struct fsm_row){ FSM_ANY, ANSWER, NULL, OPEN, { NOTE('x') } };
	assert_faults(&c->def, 0, "");
	c->rows[1].next = c->rows[2].next = FSM_SAME;
	assert_faults(&c->def, 2, "state OPEN is never reached");
}

static void test_finds_a_guard_on_the_last_row(void **state)
{
	(void)state;
	assert_row_fault(2, (struct fsm_row){ IDLE, PRESS, is_knock, RINGING, { NOTE('r') } },
			 "row 2 (IDLE, PRESS): the last row of its pair has a guard");
	assert_row_fault(8, (struct fsm_row){ FSM_ANY, FSM_ANY, is_knock, FSM_SAME, { NOTE('r') } },
			 "row 8 (any state, any event): the last row of its pair has a guard");
}

static void test_finds_a_row_behind_an_unguarded_one(void **state)
{
	(void)state;
	assert_row_fault(1, (struct fsm_row){ IDLE, PRESS, NULL, OPEN, { NOTE('r') } },
			 "row 2 (IDLE, PRESS): stands behind a row without a guard");
}

static void test_finds_an_ignore_that_does_something(void **state)
{
	struct fsm_row row = { IDLE, FSM_ANY, NULL, FSM_SAME, { NOTE('x') }, IGNORE("why") };

	(void)state;
	assert_row_fault(3, row, "row 3 (IDLE, any event): IGNORE with steps");
	row.steps[0].fn = NULL;
	row.next = OPEN;
	assert_row_fault(3, row, "IGNORE with another state");
	row.next = IDLE;
	row.ignore = "";
	assert_row_fault(3, row, "IGNORE without a reason");
	row.ignore = NULL;
	assert_row_fault(3, row, "does nothing and does not say IGNORE");
}

static void test_finds_a_step_behind_a_gap(void **state)
{
	(void)state;
	assert_row_fault(
		5,
		(struct fsm_row){
			OPEN, PRESS, NULL, FSM_SAME, { NOTE('p'), { NULL, 0 }, NOTE('q') } },
		"row 5 (OPEN, PRESS): a step behind a gap");
}

static void test_finds_numbers_out_of_range(void **state)
{
	static const char words[] = "names no state or no event of the machine";

	(void)state;
	assert_row_fault(5, (struct fsm_row){ NR_STATES, PRESS, NULL, 0, { NOTE('x') } }, words);
	assert_row_fault(5, (struct fsm_row){ OPEN, NR_EVENTS, NULL, 0, { NOTE('x') } }, words);
	assert_row_fault(5, (struct fsm_row){ OPEN, PRESS, NULL, NR_STATES, { NOTE('x') } }, words);
	assert_row_fault(5, (struct fsm_row){ OPEN, PRESS, NULL, FSM_ANY, { NOTE('x') } }, words);
}

static void assert_state_fault(struct fsm_state ringing, const char *words)
{
	struct fsm_state changed[NR_STATES];
	struct copy *c = copy_bell();

	memcpy(changed, states, sizeof(changed));
	changed[RINGING] = ringing;
	c->def.states = changed;
	assert_faults(&c->def, 1, words);
}

static void test_finds_faults_of_states(void **state)
{
	(void)state;
	assert_state_fault((struct fsm_state){ "RINGING", NULL, false },
			   "state RINGING waits without a bound");
	assert_state_fault((struct fsm_state){ "RINGING", "TM_RING", true },
			   "state RINGING rests and has a bound");
	assert_state_fault((struct fsm_state){ NULL, "TM_RING", false }, "state 1 has no name");
}

static void test_finds_faults_of_the_head(void **state)
{
	static const char *const no_names[NR_EVENTS] = { "A", "B", "C" };
	struct copy *c = copy_bell();

	(void)state;
	c->def.events = no_names;
	assert_faults(&c->def, 1, "event 3 has no name");
	c = copy_bell();
	c->def.clause = NULL;
	assert_faults(&c->def, 1, "no clause");
	c = copy_bell();
	c->def.start = NR_STATES;
	assert_faults(&c->def, 1, "out of range");
	c->def.start = IDLE;
	c->def.nr_states = FSM_STATE_MAX + 1;
	assert_faults(&c->def, 1, "out of range");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_steps_run_in_order_in_the_new_state),
		cmocka_unit_test(test_rows_are_tried_in_order),
		cmocka_unit_test(test_any_counts_below_the_specific_rows),
		cmocka_unit_test(test_raised_events_wait_for_the_last_step),
		cmocka_unit_test(test_the_queue_goes_round),
		cmocka_unit_test(test_the_unchanged_copy_is_sound),
		cmocka_unit_test(test_finds_a_hole),
		cmocka_unit_test(test_finds_an_unreachable_state),
		cmocka_unit_test(test_reach_ignores_rows_that_never_count),
		cmocka_unit_test(test_finds_a_guard_on_the_last_row),
		cmocka_unit_test(test_finds_a_row_behind_an_unguarded_one),
		cmocka_unit_test(test_finds_an_ignore_that_does_something),
		cmocka_unit_test(test_finds_a_step_behind_a_gap),
		cmocka_unit_test(test_finds_numbers_out_of_range),
		cmocka_unit_test(test_finds_faults_of_states),
		cmocka_unit_test(test_finds_faults_of_the_head),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
