/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fsm: state machines as tables that can be laid beside the figure of the standard.
 *
 * A machine has states and events by number, and rows: in this state, on this event, if the guard
 * says so, go to that state and do these steps in order. A step is one short function of the
 * machine with an argument. Rules:
 *  - rows of one (state, event) are tried in the order of the table; the last has no guard;
 *  - FSM_ANY stands for every state, or for every event, and counts below the specific rows: first
 *    come the rows of (state, event), then (state, ANY), then (ANY, event), then (ANY, ANY);
 *  - steps run after the new state is set; an event that a step raises (fsm_raise) is queued to
 *    the same machine and handled after the last step, first come first served;
 *  - a pair that cannot or need not do anything says so in a row with IGNORE("why").
 * fsm_check finds holes, unreachable states, and waiting states without a timer; fsm_dot draws the
 * machine. Both run in the unit test of every machine; the drawing is compared with tests/golden.
 *
 *	#define DO(step, a) { do_##step, a }
 *	static const struct fsm_row rows[] = {
 *		{ CALLING, TM_A,   NULL, CALLING,    { DO(send, REQUEST), DO(double, A) } },
 *		{ CALLING, RX_1XX, NULL, PROCEEDING, { DO(stop, A), DO(stop, B) } },
 *		{ FSM_ANY, TM_D,   NULL, FSM_SAME,   { }, IGNORE("Timer D runs in COMPLETED only") },
 *	};
 *	static const struct fsm_def ict = { "INVITE client transaction", "RFC 3261 figure 5", ... };
 *
 *	fsm_init(&t->fsm, &ict, CALLING, t);
 *	fsm_feed(&t->fsm, RX_1XX, msg);
 */
#ifndef TRUNKGATE_FSM_H
#define TRUNKGATE_FSM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FSM_ANY	      0xff /* as a row's state or event */
#define FSM_SAME      0xfe /* as a row's next state: stay */
#define FSM_STEPS     8
#define FSM_QUEUE     8
#define FSM_STATE_MAX 64
#define FSM_EVENT_MAX 64

#define IGNORE(why) .ignore = (why)

struct fsm_step {
	/* `self` is the owner given to fsm_init, `ev` what came with the event (may be NULL). */
	void (*fn)(void *self, int arg, const void *ev);
	int arg;
};

struct fsm_row {
	uint8_t state, event;
	bool (*guard)(const void *self, const void *ev);
	uint8_t next;
	struct fsm_step steps[FSM_STEPS]; /* ends at the first without fn */
	const char *ignore;		  /* why nothing is done; then no steps */
};

struct fsm_state {
	const char *name;
	/* What ends the wait here: a timer's name, or what bounds it; NULL for a resting state
	 * (start and end states, where nothing is waited for). */
	const char *bound;
	bool rest;
};

struct fsm_def {
	const char *name;   /* as in the standard */
	const char *clause; /* figure or clause it lies beside */
	const struct fsm_state *states;
	const char *const *events; /* names */
	const struct fsm_row *rows;
	uint8_t nr_states, nr_events;
	uint16_t nr_rows;
	uint8_t start; /* where reachability begins */
	/* Called (when not NULL) after each change of state, before the steps. */
	void (*entered)(void *self, uint8_t from, uint8_t to);
};

struct fsm {
	const struct fsm_def *def;
	void *self;
	uint8_t state;
	bool running;
	uint8_t q_head, q_len;
	uint8_t queue[FSM_QUEUE];
};

void fsm_init(struct fsm *f, const struct fsm_def *def, uint8_t state, void *self);
/* Handles one event and all that its steps raise. `ev` is for this event's guard and steps; must
 * not be called from within a step (raise there). The owner must outlive the call: a machine that
 * ends tells its owner, who frees it after fsm_feed has returned. */
void fsm_feed(struct fsm *f, uint8_t event, const void *ev);
/* From within a step: queue an event, without a payload. */
void fsm_raise(struct fsm *f, uint8_t event);

/* Rows by class, in the order in which they count (0 to FSM_CLASSES - 1): the next row of the class
 * for this pair behind `after` (NULL: from the first), or NULL. For fsm_feed and fsm_check. */
#define FSM_CLASSES 4
const struct fsm_row *fsm_class_row(const struct fsm_def *def, int class, uint8_t state,
				    uint8_t event, const struct fsm_row *after);

/* Writes one line for each fault to `say` and returns how many there are. */
typedef void fsm_say(void *ctx, const char *line);
int fsm_check(const struct fsm_def *def, fsm_say *say, void *ctx);
/* The machine as a Graphviz digraph, one line a call; rows that ignore are left out. */
void fsm_dot(const struct fsm_def *def, fsm_say *say, void *ctx);

#endif
