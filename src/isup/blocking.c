/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Blocking of a circuit, beside Q.764 2.8.2: what we block (once for maintenance, once for
 * hardware), what the peer blocks. The machines hold one octet each; `self` of the first names the
 * circuit and the kind.
 */
#include "isup/supervision.h"

#define DO(step, arg)            \
	{                        \
		do_##step, (arg) \
	}

struct subject {
	struct isup_circuit *c;
	enum isup_kind kind;
};

/* Ours. -------------------------------------------------------------------------------------- */
static void do_queue(void *self, int arg, const void *ev)
{
	struct subject *s = self;

	(void)arg;
	(void)ev;
	isup_queue_add(s->c);
}

static void do_leave(void *self, int arg, const void *ev)
{
	struct subject *s = self;

	(void)arg;
	(void)ev;
	isup_request_leave(s->c, s->kind);
}

/* It may be seized again, if nothing else speaks against it. */
static void do_idle(void *self, int arg, const void *ev)
{
	struct subject *s = self;

	(void)arg;
	(void)ev;
	if (s->c->fsm.state == ISUP_IDLE)
		isup_out_tell(s->c, ISUP_OUT_IDLE);
}

static bool is_wanted(const void *self, const void *ev);

static bool is_maintenance(const void *self, const void *ev)
{
	const struct subject *s = self;

	(void)ev;
	return s->kind == ISUP_KIND_M;
}

/* A request is never taken back: messages with another SLS may overtake it, and its answer may be
 * lost. What has changed meanwhile is said when it has been answered (AGAIN). */
/* clang-format off */
#define NOTHING(state, event, why) { state, event, NULL, FSM_SAME, {{0}}, IGNORE(why) }
#define FORGOTTEN(state, event, next) { state, event, NULL, next, { DO(queue, 0) } }

static const struct fsm_row block_rows[] = {
	{ ISUP_B_UNBLOCKED, ISUP_B_BLOCK, NULL, ISUP_B_BLOCK_DUE, { DO(queue, 0) } },
	NOTHING(ISUP_B_UNBLOCKED, ISUP_B_UNBLOCK, "it is"),
	{ ISUP_B_UNBLOCKED, ISUP_B_BLA, NULL, ISUP_B_UNBLOCK_DUE, { DO(queue, 0) } }, /* 2.8.2.3 */
	NOTHING(ISUP_B_UNBLOCKED, ISUP_B_UBA, "2.8.2.3: discarded"),

	NOTHING(ISUP_B_BLOCK_DUE, ISUP_B_BLOCK, "it is going to be"),
	{ ISUP_B_BLOCK_DUE, ISUP_B_UNBLOCK, NULL, ISUP_B_UNBLOCK_DUE, { DO(queue, 0) } },
	{ ISUP_B_BLOCK_DUE, ISUP_B_SENT, NULL, ISUP_B_BLOCKING, {{0}} },

	NOTHING(ISUP_B_BLOCKING, ISUP_B_BLOCK, "it is going to be"),
	{ ISUP_B_BLOCKING, ISUP_B_UNBLOCK, NULL, ISUP_B_BLOCKING_AGAIN, {{0}} },
	{ ISUP_B_BLOCKING, ISUP_B_BLA, NULL, ISUP_B_BLOCKED, { DO(leave, 0) } }, /* 2.8.2.1 */
	{ ISUP_B_BLOCKING, ISUP_B_RESET, NULL, ISUP_B_BLOCKING_AGAIN, {{0}} },
	{ ISUP_B_BLOCKING, ISUP_B_GRA, NULL, ISUP_B_BLOCKING_AGAIN, {{0}} },

	NOTHING(ISUP_B_BLOCKING_AGAIN, ISUP_B_BLOCK, "looked at with the answer"),
	NOTHING(ISUP_B_BLOCKING_AGAIN, ISUP_B_UNBLOCK, "looked at with the answer"),
	{ ISUP_B_BLOCKING_AGAIN, ISUP_B_BLA, is_wanted, ISUP_B_BLOCK_DUE,
	  { DO(leave, 0), DO(queue, 0) } },
	{ ISUP_B_BLOCKING_AGAIN, ISUP_B_BLA, NULL, ISUP_B_UNBLOCK_DUE,
	  { DO(leave, 0), DO(queue, 0) } },

	NOTHING(ISUP_B_BLOCKED, ISUP_B_BLOCK, "it is"),
	{ ISUP_B_BLOCKED, ISUP_B_UNBLOCK, NULL, ISUP_B_UNBLOCK_DUE, { DO(queue, 0) } },
	{ ISUP_B_BLOCKED, ISUP_B_UBA, NULL, ISUP_B_BLOCK_DUE, { DO(queue, 0) } }, /* 2.8.2.3 */
	FORGOTTEN(ISUP_B_BLOCKED, ISUP_B_RESET, ISUP_B_BLOCK_DUE), /* 2.9.3.1 */
	/* 2.9.3.2: the status bits of GRA are for maintenance, hardware is told again */
	{ ISUP_B_BLOCKED, ISUP_B_GRA, is_maintenance, FSM_SAME, {{0}}, IGNORE("GRA has said it") },
	FORGOTTEN(ISUP_B_BLOCKED, ISUP_B_GRA, ISUP_B_BLOCK_DUE),
	FORGOTTEN(ISUP_B_BLOCKED, ISUP_B_IAM, ISUP_B_BLOCK_DUE), /* 2.8.2.3 */

	{ ISUP_B_UNBLOCK_DUE, ISUP_B_BLOCK, NULL, ISUP_B_BLOCK_DUE, { DO(queue, 0) } },
	NOTHING(ISUP_B_UNBLOCK_DUE, ISUP_B_UNBLOCK, "it is going to be"),
	{ ISUP_B_UNBLOCK_DUE, ISUP_B_SENT, NULL, ISUP_B_UNBLOCKING, {{0}} },

	{ ISUP_B_UNBLOCKING, ISUP_B_BLOCK, NULL, ISUP_B_UNBLOCKING_AGAIN, {{0}} },
	NOTHING(ISUP_B_UNBLOCKING, ISUP_B_UNBLOCK, "it is going to be"),
	{ ISUP_B_UNBLOCKING, ISUP_B_UBA, NULL, ISUP_B_UNBLOCKED, { DO(leave, 0), DO(idle, 0) } },

	NOTHING(ISUP_B_UNBLOCKING_AGAIN, ISUP_B_BLOCK, "looked at with the answer"),
	NOTHING(ISUP_B_UNBLOCKING_AGAIN, ISUP_B_UNBLOCK, "looked at with the answer"),
	{ ISUP_B_UNBLOCKING_AGAIN, ISUP_B_UBA, is_wanted, ISUP_B_BLOCK_DUE,
	  { DO(leave, 0), DO(queue, 0) } },
	{ ISUP_B_UNBLOCKING_AGAIN, ISUP_B_UBA, NULL, ISUP_B_UNBLOCKED,
	  { DO(leave, 0), DO(idle, 0) } },

	/* the peer may have heard it, so something is said in any case */
	{ ISUP_B_BLOCKING, ISUP_B_SPLIT, NULL, ISUP_B_BLOCK_DUE, { DO(queue, 0) } },
	{ ISUP_B_BLOCKING_AGAIN, ISUP_B_SPLIT, is_wanted, ISUP_B_BLOCK_DUE, { DO(queue, 0) } },
	{ ISUP_B_BLOCKING_AGAIN, ISUP_B_SPLIT, NULL, ISUP_B_UNBLOCK_DUE, { DO(queue, 0) } },
	{ ISUP_B_UNBLOCKING, ISUP_B_SPLIT, NULL, ISUP_B_UNBLOCK_DUE, { DO(queue, 0) } },
	{ ISUP_B_UNBLOCKING_AGAIN, ISUP_B_SPLIT, is_wanted, ISUP_B_BLOCK_DUE, { DO(queue, 0) } },
	{ ISUP_B_UNBLOCKING_AGAIN, ISUP_B_SPLIT, NULL, ISUP_B_UNBLOCK_DUE, { DO(queue, 0) } },

	{ FSM_ANY, ISUP_B_BLA, NULL, FSM_SAME, {{0}}, IGNORE("2.8.2.3: discarded; of an earlier one") },
	{ FSM_ANY, ISUP_B_UBA, NULL, FSM_SAME, {{0}}, IGNORE("2.8.2.3: discarded; of an earlier one") },
	{ FSM_ANY, ISUP_B_RESET, NULL, FSM_SAME, {{0}}, IGNORE("what is due is said all the same") },
	{ FSM_ANY, ISUP_B_GRA, NULL, FSM_SAME, {{0}}, IGNORE("what is due is said all the same") },
	{ FSM_ANY, ISUP_B_IAM, NULL, FSM_SAME, {{0}}, IGNORE("it is not blocked, or is being told") },
	{ FSM_ANY, ISUP_B_SENT, NULL, FSM_SAME, {{0}}, IGNORE("only the queue says it") },
	{ FSM_ANY, ISUP_B_SPLIT, NULL, FSM_SAME, {{0}}, IGNORE("no answer is awaited") },
};
/* clang-format on */

static const struct fsm_state block_states[ISUP_B_NR_STATES] = {
	[ISUP_B_UNBLOCKED] = { .name = "UNBLOCKED", .rest = true },
	[ISUP_B_BLOCK_DUE] = { "BLOCK_DUE", "the queue", false },
	[ISUP_B_BLOCKING] = { "BLOCKING", "T12, T13; T18, T19", false },
	[ISUP_B_BLOCKING_AGAIN] = { "BLOCKING_AGAIN", "T12, T13; T18, T19", false },
	[ISUP_B_BLOCKED] = { .name = "BLOCKED", .rest = true },
	[ISUP_B_UNBLOCK_DUE] = { "UNBLOCK_DUE", "the queue", false },
	[ISUP_B_UNBLOCKING] = { "UNBLOCKING", "T14, T15; T20, T21", false },
	[ISUP_B_UNBLOCKING_AGAIN] = { "UNBLOCKING_AGAIN", "T14, T15; T20, T21", false },
};

static const char *const block_events[ISUP_B_NR_EVENTS] = {
	[ISUP_B_BLOCK] = "block",	  [ISUP_B_UNBLOCK] = "unblock",
	[ISUP_B_SENT] = "sent",		  [ISUP_B_BLA] = "rx BLA, CGBA",
	[ISUP_B_UBA] = "rx UBA, CGUA",	  [ISUP_B_RESET] = "RSC, GRS, GRA",
	[ISUP_B_GRA] = "tx GRA",	  [ISUP_B_IAM] = "rx IAM",
	[ISUP_B_SPLIT] = "group refused",
};

const struct fsm_def isup_block_def = {
	.name = "ISUP blocking sender",
	.clause = "Q.764 2.8.2",
	.states = block_states,
	.events = block_events,
	.rows = block_rows,
	.nr_states = ISUP_B_NR_STATES,
	.nr_events = ISUP_B_NR_EVENTS,
	.nr_rows = sizeof(block_rows) / sizeof(block_rows[0]),
	.start = ISUP_B_UNBLOCKED,
};

void isup_block_feed(struct isup_circuit *c, enum isup_kind kind, enum isup_block_event event)
{
	struct subject s = { c, kind };
	struct fsm f;

	fsm_init(&f, &isup_block_def, c->block[kind], &s);
	fsm_feed(&f, (uint8_t)event, NULL);
	c->block[kind] = f.state;
}

void isup_block_feed_both(struct isup_circuit *c, enum isup_block_event event)
{
	if (event == ISUP_B_RESET)
		c->single = ISUP_WITH_OTHERS; /* the peer has it */
	isup_block_feed(c, ISUP_KIND_M, event);
	isup_block_feed(c, ISUP_KIND_H, event);
}

/* Q.763 3.43: a group has two circuits or more; one that stands alone is blocked by BLO. */
static bool in_group(const struct isup_circuit *c)
{
	return isup_find(c->x, c->to->dpc, (uint16_t)(c->cic + 1)) ||
	       (c->cic && isup_find(c->x, c->to->dpc, (uint16_t)(c->cic - 1)));
}

static bool wanted(const struct isup_circuit *c, enum isup_kind kind)
{
	uint8_t h = ISUP_WHY_HARDWARE | ISUP_WHY_GONE;

	if (!in_group(c))
		return kind == ISUP_KIND_M && c->why;
	return c->why & (kind == ISUP_KIND_M ? ISUP_WHY_MAINTENANCE : h);
}

static bool is_wanted(const void *self, const void *ev)
{
	const struct subject *s = self;

	(void)ev;
	return wanted(s->c, s->kind);
}

void isup_block_why(struct isup_circuit *c, uint8_t reason, bool on)
{
	c->why = on ? c->why | reason : c->why & (uint8_t)~reason;
	for (int kind = 0; kind < ISUP_NR_KINDS; kind++)
		isup_block_feed(c, kind, wanted(c, kind) ? ISUP_B_BLOCK : ISUP_B_UNBLOCK);
}

bool isup_blocks(const struct isup_circuit *c, enum isup_kind kind)
{
	return c->block[kind] >= ISUP_B_BLOCK_DUE && c->block[kind] <= ISUP_B_BLOCKED;
}

/* The peer's. -------------------------------------------------------------------------------- */
/* clang-format off */
#define GO(state, event, next) { state, event, NULL, next, {{0}} }

static const struct fsm_row remote_rows[] = {
	GO(ISUP_R_UNBLOCKED, ISUP_R_BLOCK_M, ISUP_R_M),
	GO(ISUP_R_UNBLOCKED, ISUP_R_BLOCK_H, ISUP_R_H),
	GO(ISUP_R_M, ISUP_R_UNBLOCK_M, ISUP_R_UNBLOCKED),
	GO(ISUP_R_M, ISUP_R_BLOCK_H, ISUP_R_BOTH),
	GO(ISUP_R_H, ISUP_R_BLOCK_M, ISUP_R_BOTH),
	GO(ISUP_R_H, ISUP_R_UNBLOCK_H, ISUP_R_UNBLOCKED),
	GO(ISUP_R_BOTH, ISUP_R_UNBLOCK_M, ISUP_R_H),
	GO(ISUP_R_BOTH, ISUP_R_UNBLOCK_H, ISUP_R_M),
	GO(FSM_ANY, ISUP_R_CLEAR, ISUP_R_UNBLOCKED), /* 2.9.3 */
	{ FSM_ANY, FSM_ANY, NULL, FSM_SAME, {{0}}, IGNORE("2.8.2.3: it is so, and is answered") },
};
/* clang-format on */

static const struct fsm_state remote_states[ISUP_R_NR_STATES] = {
	[ISUP_R_UNBLOCKED] = { .name = "UNBLOCKED", .rest = true },
	[ISUP_R_M] = { .name = "MAINTENANCE", .rest = true },
	[ISUP_R_H] = { .name = "HARDWARE", .rest = true },
	[ISUP_R_BOTH] = { .name = "BOTH", .rest = true },
};

static const char *const remote_events[ISUP_R_NR_EVENTS] = {
	[ISUP_R_BLOCK_M] = "rx BLO, CGB maintenance",
	[ISUP_R_UNBLOCK_M] = "rx UBL, CGU maintenance, IAM",
	[ISUP_R_BLOCK_H] = "rx CGB hardware",
	[ISUP_R_UNBLOCK_H] = "rx CGU hardware",
	[ISUP_R_CLEAR] = "RSC, GRS",
};

const struct fsm_def isup_remote_def = {
	.name = "ISUP blocking receiver",
	.clause = "Q.764 2.8.2",
	.states = remote_states,
	.events = remote_events,
	.rows = remote_rows,
	.nr_states = ISUP_R_NR_STATES,
	.nr_events = ISUP_R_NR_EVENTS,
	.nr_rows = sizeof(remote_rows) / sizeof(remote_rows[0]),
	.start = ISUP_R_UNBLOCKED,
};

void isup_remote_feed(struct isup_circuit *c, enum isup_remote_event event)
{
	struct fsm f;

	fsm_init(&f, &isup_remote_def, c->remote, c);
	fsm_feed(&f, (uint8_t)event, NULL);
	c->moved |= c->remote != f.state;
	c->remote = f.state;
	if (event == ISUP_R_CLEAR)
		c->unequipped = false;
}
