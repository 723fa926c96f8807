/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/offer: the machine of offer and answer; see offer.h. */
#include "sip/offer.h"

#include "sip/trans.h"

static const struct fsm_state states[OFF_NR_STATES] = {
	[OFF_STABLE] = { .name = "Stable", .rest = true },
	[OFF_EMPTY] = { .name = "Offer awaited", .bound = "the INVITE" },
	[OFF_OURS] = { .name = "Our offer", .bound = "the request or response that holds it" },
	[OFF_THEIRS] = { .name = "Their offer", .bound = "the request or response that holds it" },
};

static const char *const events[OFF_NR_EVENTS] = {
	[OFF_INVITE_EMPTY] = "INVITE without offer",
	[OFF_TX] = "description sent",
	[OFF_RX] = "description received",
	[OFF_CLOSE] = "closed",
};

/* clang-format off */
static const struct fsm_row rows[] = {
	{ OFF_STABLE, OFF_INVITE_EMPTY, NULL, OFF_EMPTY, {} },
	{ OFF_STABLE, OFF_TX, NULL, OFF_OURS, {} },
	{ OFF_STABLE, OFF_RX, NULL, OFF_THEIRS, {} },

	{ OFF_EMPTY, OFF_TX, NULL, OFF_OURS, {} },
	{ OFF_EMPTY, OFF_RX, NULL, OFF_THEIRS, {} },
	{ OFF_EMPTY, OFF_CLOSE, NULL, OFF_STABLE, {} },

	{ OFF_OURS, OFF_RX, NULL, OFF_STABLE, {} },
	{ OFF_OURS, OFF_CLOSE, NULL, OFF_STABLE, {} },

	{ OFF_THEIRS, OFF_TX, NULL, OFF_STABLE, {} },
	{ OFF_THEIRS, OFF_CLOSE, NULL, OFF_STABLE, {} },

	{ OFF_STABLE, OFF_CLOSE, NULL, FSM_SAME, {}, IGNORE("nothing is open") },
	{ OFF_OURS, OFF_TX, NULL, FSM_SAME, {}, IGNORE("RFC 3264 4: one offer at a time") },
	{ OFF_THEIRS, OFF_RX, NULL, FSM_SAME, {}, IGNORE("RFC 3264 4: one offer at a time") },
	{ FSM_ANY, OFF_INVITE_EMPTY, NULL, FSM_SAME, {},
	  IGNORE("RFC 3311 5.1: an exchange is open") },
};
/* clang-format on */

const struct fsm_def sip_offer_def = {
	.name = "offer and answer",
	.clause = "RFC 3264 4, RFC 3261 13.2.1, RFC 3262 5, RFC 3311 5, RFC 6337 2",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = OFF_NR_STATES,
	.nr_events = OFF_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = OFF_STABLE,
};

void sip_offer_init(struct fsm *f, uint8_t state)
{
	fsm_init(f, &sip_offer_def, state, NULL);
}

bool sip_offer_may(const struct fsm *f, uint8_t event)
{
	return !sip_fsm_ignores(f, event);
}

void sip_offer_feed(struct fsm *f, uint8_t event)
{
	fsm_feed(f, event, NULL);
}

unsigned sip_offer_refusal(const struct fsm *f)
{
	return f->state == OFF_THEIRS ? 500 : 491;
}

bool sip_is_description(struct str content_type, struct str octets)
{
	struct str sdp;

	return sip_find_description(content_type, octets, &sdp);
}
