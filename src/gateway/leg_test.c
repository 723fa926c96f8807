/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * leg_test: a test line: a number that answers at once and sends a tone, silence, or what it hears
 * (the types 100 and 102 and the loop-around of North American practice). The timeslot itself is put
 * into that use: no other leg is behind it.
 */
#include "gateway/leg_test.h"
#include "gateway/core.h"
#include "interwork/progress.h"

enum { START, ANSWERED, OVER, NR_STATES };
enum { TX_IAM, TX_REL, TX_OTHER, OFFER_BAD, NR_EVENTS };

struct test_leg {
	struct gw_leg leg;
	enum med_timeslot_use use;
};

/* Q.763 3.5: no charge, subscriber free, ordinary subscriber. */
static void do_answer(void *self, int arg, const void *ev)
{
	const struct isup_bci bci = {
		.charge = 1, .called_status = 1, .called_category = 1, .isup_all_the_way = 1
	};
	struct test_leg *l = self;
	struct isup_msg con;
	struct gw_media m = { .type = GW_MEDIA_ANSWER,
			      .end = { .kind = GW_END_TEST, .use = (uint8_t)l->use } };

	(void)arg;
	(void)ev;
	isup_msg_init(&con, ISUP_CON, 0);
	if (isup_put_bci(&con, &bci) < 0)
		return;
	gw_leg_post_media(&l->leg, &m);
	m = (struct gw_media){ .type = GW_MEDIA_THROUGH, .through = GW_THROUGH_BOTH };
	gw_leg_post_media(&l->leg, &m);
	gw_leg_post(&l->leg, &con);
}

static void do_reject(void *self, int arg, const void *ev)
{
	struct test_leg *l = self;

	(void)arg;
	(void)ev;
	gw_leg_post_media(&l->leg, &(struct gw_media){ .type = GW_MEDIA_REJECT });
}

static void do_over(void *self, int arg, const void *ev)
{
	struct test_leg *l = self;

	(void)arg;
	(void)ev;
	gw_leg_over(&l->leg);
}

/* clang-format off */
static const struct fsm_row rows[] = {
	{ START, TX_IAM, NULL, ANSWERED, { { do_answer, 0 } } }, /* Q.764 2.1.7.6: CON without ACM */
	{ START, OFFER_BAD, NULL, OVER, { { do_reject, 0 }, { do_over, 0 } } },
	{ START, TX_REL, NULL, OVER, { { do_over, 0 } } },
	{ START, TX_OTHER, NULL, FSM_SAME, { { 0 } }, IGNORE("nothing comes before the IAM") },
	{ ANSWERED, TX_REL, NULL, OVER, { { do_over, 0 } } },
	{ ANSWERED, TX_OTHER, NULL, FSM_SAME, { { 0 } }, IGNORE("a test line has nothing to say to SUS or INR") },
	{ ANSWERED, TX_IAM, NULL, FSM_SAME, { { 0 } }, IGNORE("a leg has one IAM") },
	{ ANSWERED, OFFER_BAD, NULL, FSM_SAME, { { 0 } }, IGNORE("only the offer before the IAM") },
	{ OVER, FSM_ANY, NULL, FSM_SAME, { { 0 } }, IGNORE("it is over") },
};
/* clang-format on */

static const struct fsm_state states[NR_STATES] = {
	[START] = { .name = "START", .rest = true },
	[ANSWERED] = { .name = "ANSWERED", .bound = "who called" },
	[OVER] = { .name = "OVER", .rest = true },
};

static const char *const events[NR_EVENTS] = { "IAM", "REL", "other message",
					       "offer of no timeslot" };

const struct fsm_def gw_test_line_def = {
	.name = "test line",
	.clause = "Q.764 2.1.7.6",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = NR_STATES,
	.nr_events = NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = START,
};

static void call_tx(struct gw_leg *leg, const struct isup_msg *m)
{
	uint8_t event = m->type == ISUP_IAM ? TX_IAM : m->type == ISUP_REL ? TX_REL : TX_OTHER;

	fsm_feed(&leg->fsm, event, NULL);
}

static void media_tx(struct gw_leg *leg, const struct gw_media *m)
{
	if (m->type == GW_MEDIA_OFFER && !gw_path_joinable(m->end.kind, GW_END_TEST))
		fsm_feed(&leg->fsm, OFFER_BAD, NULL);
}

static void nothing(struct gw_leg *leg)
{
	(void)leg;
}

static const struct gw_leg_ops ops = {
	.call_tx = call_tx, .media_tx = media_tx, .expired = nothing, .fini = nothing
};

int gw_test_leg_new(struct gw_call *call, const struct gw_test_line_cfg *line)
{
	struct test_leg *l = MEM_NEW(call->mem, struct test_leg);
	int err = l ? gw_leg_init(&l->leg, &ops, call, 1, GW_SIDE_NONE) : TG_ENOMEM;

	if (err < 0)
		return err;
	l->use = line->use;
	fsm_init(&l->leg.fsm, &gw_test_line_def, START, l);
	str_copyz(call->rec->info.leg[1].name, sizeof(call->rec->info.leg[1].name),
		  STR("test line"));
	return 0;
}
