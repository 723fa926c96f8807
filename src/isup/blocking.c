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

static void do_send(void *self, int type, const void *ev)
{
	struct subject *s = self;

	(void)ev;
	isup_out_send(s->c, (uint8_t)type, 0, 0);
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

static bool is_hardware(const void *self, const void *ev)
{
	const struct subject *s = self;

	(void)ev;
	return s->kind == ISUP_KIND_H;
}

/* clang-format off */
#define NOTHING(state, event, why) { state, event, NULL, FSM_SAME, {{0}}, IGNORE(why) }

static const struct fsm_row block_rows[] = {
	{ ISUP_B_UNBLOCKED, ISUP_B_BLOCK, NULL, ISUP_B_BLOCK_DUE, { DO(queue, 0) } },
	NOTHING(ISUP_B_UNBLOCKED, ISUP_B_UNBLOCK, "it is"),
	{ ISUP_B_UNBLOCKED, ISUP_B_BLA, NULL, ISUP_B_UNBLOCK_DUE, { DO(queue, 0) } }, /* 2.8.2.3 */
	NOTHING(ISUP_B_UNBLOCKED, ISUP_B_UBA, "2.8.2.3: discarded"),
	NOTHING(ISUP_B_UNBLOCKED, ISUP_B_RESET, "there is nothing to tell"),

	NOTHING(ISUP_B_BLOCK_DUE, ISUP_B_BLOCK, "it is going to be"),
	{ ISUP_B_BLOCK_DUE, ISUP_B_UNBLOCK, NULL, ISUP_B_UNBLOCKED, { DO(idle, 0) } },
	{ ISUP_B_BLOCK_DUE, ISUP_B_SENT, NULL, ISUP_B_BLOCKING, {{0}} },
	NOTHING(ISUP_B_BLOCK_DUE, ISUP_B_BLA, "of an earlier one"),
	NOTHING(ISUP_B_BLOCK_DUE, ISUP_B_UBA, "of an earlier one"),
	NOTHING(ISUP_B_BLOCK_DUE, ISUP_B_RESET, "it is going to be told"),

	NOTHING(ISUP_B_BLOCKING, ISUP_B_BLOCK, "it is going to be"),
	{ ISUP_B_BLOCKING, ISUP_B_UNBLOCK, NULL, ISUP_B_UNBLOCK_DUE, { DO(leave, 0), DO(queue, 0) } },
	{ ISUP_B_BLOCKING, ISUP_B_BLA, NULL, ISUP_B_BLOCKED, { DO(leave, 0) } }, /* 2.8.2.1 */
	NOTHING(ISUP_B_BLOCKING, ISUP_B_UBA, "of an earlier one"),
	{ ISUP_B_BLOCKING, ISUP_B_RESET, NULL, ISUP_B_BLOCK_DUE, { DO(leave, 0), DO(queue, 0) } },

	NOTHING(ISUP_B_BLOCKED, ISUP_B_BLOCK, "it is"),
	{ ISUP_B_BLOCKED, ISUP_B_UNBLOCK, NULL, ISUP_B_UNBLOCK_DUE, { DO(queue, 0) } },
	NOTHING(ISUP_B_BLOCKED, ISUP_B_BLA, "2.8.2.3: discarded"),
	{ ISUP_B_BLOCKED, ISUP_B_UBA, NULL, ISUP_B_BLOCK_DUE, { DO(queue, 0) } }, /* 2.8.2.3 */
	{ ISUP_B_BLOCKED, ISUP_B_RESET, NULL, ISUP_B_BLOCK_DUE, { DO(queue, 0) } }, /* 2.9.3.1 */

	{ ISUP_B_UNBLOCK_DUE, ISUP_B_BLOCK, NULL, ISUP_B_BLOCK_DUE, { DO(queue, 0) } },
	NOTHING(ISUP_B_UNBLOCK_DUE, ISUP_B_UNBLOCK, "it is going to be"),
	{ ISUP_B_UNBLOCK_DUE, ISUP_B_SENT, NULL, ISUP_B_UNBLOCKING, {{0}} },
	NOTHING(ISUP_B_UNBLOCK_DUE, ISUP_B_BLA, "of an earlier one"),
	NOTHING(ISUP_B_UNBLOCK_DUE, ISUP_B_UBA, "of an earlier one"),
	{ ISUP_B_UNBLOCK_DUE, ISUP_B_RESET, NULL, ISUP_B_UNBLOCKED, { DO(idle, 0) } },

	{ ISUP_B_UNBLOCKING, ISUP_B_BLOCK, NULL, ISUP_B_BLOCK_DUE, { DO(leave, 0), DO(queue, 0) } },
	NOTHING(ISUP_B_UNBLOCKING, ISUP_B_UNBLOCK, "it is going to be"),
	NOTHING(ISUP_B_UNBLOCKING, ISUP_B_BLA, "of an earlier one"),
	{ ISUP_B_UNBLOCKING, ISUP_B_UBA, NULL, ISUP_B_UNBLOCKED, { DO(leave, 0), DO(idle, 0) } },
	{ ISUP_B_UNBLOCKING, ISUP_B_RESET, NULL, ISUP_B_UNBLOCKED, { DO(leave, 0), DO(idle, 0) } },

	/* 2.9.3.2: the status bits of GRA are for maintenance, hardware is told again */
	{ ISUP_B_BLOCK_DUE, ISUP_B_GRA, is_hardware, FSM_SAME, { DO(queue, 0) } },
	{ ISUP_B_BLOCK_DUE, ISUP_B_GRA, NULL, ISUP_B_BLOCKED, {{0}} },
	{ ISUP_B_BLOCKING, ISUP_B_GRA, is_hardware, ISUP_B_BLOCK_DUE, { DO(leave, 0), DO(queue, 0) } },
	{ ISUP_B_BLOCKING, ISUP_B_GRA, NULL, ISUP_B_BLOCKED, { DO(leave, 0) } },
	{ ISUP_B_BLOCKED, ISUP_B_GRA, is_hardware, ISUP_B_BLOCK_DUE, { DO(queue, 0) } },
	NOTHING(ISUP_B_BLOCKED, ISUP_B_GRA, "the status bit has said it"),
	NOTHING(ISUP_B_UNBLOCKED, ISUP_B_GRA, "the status bit has said it"),
	{ ISUP_B_UNBLOCK_DUE, ISUP_B_GRA, NULL, ISUP_B_UNBLOCKED, { DO(idle, 0) } },
	{ ISUP_B_UNBLOCKING, ISUP_B_GRA, NULL, ISUP_B_UNBLOCKED, { DO(leave, 0), DO(idle, 0) } },

	/* 2.8.2.3: the peer is told again */
	{ ISUP_B_BLOCKING, ISUP_B_IAM, is_hardware, ISUP_B_BLOCK_DUE, { DO(leave, 0), DO(queue, 0) } },
	{ ISUP_B_BLOCKED, ISUP_B_IAM, is_hardware, ISUP_B_BLOCK_DUE, { DO(queue, 0) } },
	{ ISUP_B_BLOCKING, ISUP_B_IAM, NULL, FSM_SAME, { DO(send, ISUP_BLO) } },
	{ ISUP_B_BLOCKED, ISUP_B_IAM, NULL, FSM_SAME, { DO(send, ISUP_BLO) } },
	{ FSM_ANY, ISUP_B_IAM, NULL, FSM_SAME, {{0}}, IGNORE("it is not blocked for this kind") },
	{ FSM_ANY, ISUP_B_SENT, NULL, FSM_SAME, {{0}}, IGNORE("only the queue says it") },
};
/* clang-format on */

static const struct fsm_state block_states[ISUP_B_NR_STATES] = {
	[ISUP_B_UNBLOCKED] = { .name = "UNBLOCKED", .rest = true },
	[ISUP_B_BLOCK_DUE] = { "BLOCK_DUE", "the queue", false },
	[ISUP_B_BLOCKING] = { "BLOCKING", "T12, T13; T18, T19", false },
	[ISUP_B_BLOCKED] = { .name = "BLOCKED", .rest = true },
	[ISUP_B_UNBLOCK_DUE] = { "UNBLOCK_DUE", "the queue", false },
	[ISUP_B_UNBLOCKING] = { "UNBLOCKING", "T14, T15; T20, T21", false },
};

static const char *const block_events[ISUP_B_NR_EVENTS] = {
	[ISUP_B_BLOCK] = "block",      [ISUP_B_UNBLOCK] = "unblock",
	[ISUP_B_SENT] = "sent",	       [ISUP_B_BLA] = "rx BLA, CGBA",
	[ISUP_B_UBA] = "rx UBA, CGUA", [ISUP_B_RESET] = "RSC, GRS, GRA",
	[ISUP_B_GRA] = "tx GRA",       [ISUP_B_IAM] = "rx IAM",
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
	isup_block_feed(c, ISUP_KIND_M, event);
	isup_block_feed(c, ISUP_KIND_H, event);
}

/* Q.763 3.43: a group has two circuits or more; one that stands alone is blocked by BLO. */
static bool in_group(const struct isup_circuit *c)
{
	return isup_find(c->x, c->to->dpc, (uint16_t)(c->cic + 1)) ||
	       (c->cic && isup_find(c->x, c->to->dpc, (uint16_t)(c->cic - 1)));
}

void isup_block_why(struct isup_circuit *c, uint8_t reason, bool on)
{
	uint8_t h = ISUP_WHY_HARDWARE | ISUP_WHY_GONE;

	c->why = on ? c->why | reason : c->why & (uint8_t)~reason;
	if (!in_group(c)) {
		isup_block_feed(c, ISUP_KIND_M, c->why ? ISUP_B_BLOCK : ISUP_B_UNBLOCK);
		return;
	}
	isup_block_feed(c, ISUP_KIND_M,
			c->why & ISUP_WHY_MAINTENANCE ? ISUP_B_BLOCK : ISUP_B_UNBLOCK);
	isup_block_feed(c, ISUP_KIND_H, c->why & h ? ISUP_B_BLOCK : ISUP_B_UNBLOCK);
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
	GO(FSM_ANY, ISUP_R_CLEAR, ISUP_R_UNBLOCKED), /* 2.9.3; 2.8.2.3: an IAM */
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
	[ISUP_R_UNBLOCK_M] = "rx UBL, CGU maintenance",
	[ISUP_R_BLOCK_H] = "rx CGB hardware",
	[ISUP_R_UNBLOCK_H] = "rx CGU hardware",
	[ISUP_R_CLEAR] = "RSC, GRS, rx IAM",
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
	c->remote = f.state;
	if (event == ISUP_R_CLEAR)
		c->unequipped = false;
}
