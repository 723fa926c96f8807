/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changeover and changeback (Q.704 clauses 5 and 6; not checked against the ITU text), and which
 * link of a set carries an SLS. While a link changes, what is for it is held, so that nothing
 * overtakes what the peer may still be given over it.
 */
#include <string.h>

#include "base/log.h"
#include "ss7/mtp3_internal.h"

#define DO(step, arg) MTP3_DO(step, arg)

/* Load sharing. --------------------------------------------------------------------------------- */

static struct mtp3_link *ideal(const struct mtp3_set *s, unsigned sls)
{
	unsigned key = s->t->cfg.variant == MTP3_ANSI ? sls >> 1 : sls;
	struct mtp3_link *home = s->link[key % s->nr_links];
	unsigned nr = 0, at;

	if (home->available)
		return home;
	for (unsigned i = 0; i < s->nr_links; i++)
		nr += s->link[i]->available;
	if (!nr)
		return NULL;
	at = key / s->nr_links % nr;
	for (unsigned i = 0;; i++)
		if (s->link[i]->available && !at--)
			return s->link[i];
}

void mtp3_assign(struct mtp3_set *s)
{
	for (unsigned sls = 0; s->nr_links && sls < MTP3_SLS_MAX; sls++) {
		struct mtp3_link *now = s->by_sls[sls];

		if (!now || (!now->available && !now->holding))
			s->by_sls[sls] = ideal(s, sls);
	}
	s->t->look = true;
}

static bool has_old(const void *self, const void *ev);

/* The set as a whole; and a link that could take more back by now. */
static void check_set(struct mtp3_set *s)
{
	bool any = false, holding = false;

	for (unsigned i = 0; i < s->nr_links; i++) {
		any = any || s->link[i]->available;
		holding = holding || s->link[i]->holding;
		if (s->link[i]->available && !s->link[i]->holding && has_old(s->link[i], NULL))
			mtp3_post(s->t, &s->link[i]->change, CHANGE_RESTORED);
	}
	if (any || !holding)
		mtp3_set_links(s, any);
	s->t->look = true;
}

void mtp3_availability(struct mtp3_link *k)
{
	bool active = k->act.state == ACT_ACTIVE || k->act.state == ACT_ACTIVE_TESTING;
	bool inhibited = k->inhibit.state == INH_INHIBITED || k->inhibit.state == INH_WAIT_LUA;
	bool is = active && !inhibited && !k->remote_inhibited && !k->processor_outage;

	if (is == k->available) { /* it is being left in time, and fails */
		if (!is && !k->in_service && k->change.state == CHANGE_TIMED)
			mtp3_post(k->t, &k->change, CHANGE_FAILED);
		return;
	}
	k->available = is;
	log_notice(LOG_SS7, NULL, "link %u of %s is %s%s%s", k->cfg->slc, k->set->cfg->name,
		   is ? "available" : "not available", is || active ? "" : ": ",
		   is || active ? "" : mtp2_reason_text(k->reason));
	mtp3_post(k->t, &k->change, is ? CHANGE_RESTORED : CHANGE_FAILED);
	for (unsigned i = 0; !is && i < k->set->nr_links; i++)
		if (k->set->link[i] != k)
			mtp3_post(k->t, &k->set->link[i]->change, CHANGE_AGAIN);
}

/* Level 2 starts from nothing again, and the peer may ask late. */
void mtp3_note_bsnt(struct mtp3_link *k)
{
	if (k->in_service)
		k->bsnt = k->l2.ops->bsnt(k->l2.self);
}

/* Messages. ------------------------------------------------------------------------------------- */

static struct mtp3_held *held(struct mtp3_link *k, unsigned i)
{
	return &k->held[(k->head + i) % MTP3_HELD];
}

/* What another link gives up is older than all that waits for it here. */
static struct mtp3_held *place(struct mtp3_link *k)
{
	unsigned at = k->nr_held++;

	if (k->insert_at < 0)
		return held(k, at);
	for (; at > (unsigned)k->insert_at; at--)
		*held(k, at) = *held(k, at - 1);
	k->insert_at++;
	return held(k, at);
}

static int hold(struct mtp3_link *k, struct str msu)
{
	struct mtp3_held *h;

	if (k->nr_held >= MTP3_HELD || msu.len > MTP2_MAX_MSU) {
		k->t->stats.lost_in_change++;
		return TG_ELIMIT;
	}
	h = place(k);
	memcpy(h->octet, msu.p, msu.len);
	h->len = (uint16_t)msu.len;
	return 0;
}

int mtp3_link_send(struct mtp3_link *k, struct str msu)
{
	int err;

	if (k->holding)
		return hold(k, msu);
	err = k->l2.ops->tx(k->l2.self, k->t->now, msu);
	if (err == 0) {
		k->tx_msu++;
		k->tx_octets += msu.len;
	}
	return err;
}

static void again(struct mtp3 *t, struct str msu)
{
	if (mtp3_route_msu(t, msu) < 0)
		t->stats.lost_in_change++;
}

/* Does `k` wait for what is in `old` to be delivered? */
static bool waits_for(const struct mtp3_link *k, const struct mtp3_link *old)
{
	return (k->change.state == CHANGE_WAIT_CBA || k->change.state == CHANGE_WAIT_CBA_AGAIN) &&
	       k->cbd >> old->cfg->slc & 1;
}

/* To those that take traffic back from `k` what comes now goes ahead of what they hold. */
static void insert(struct mtp3_link *k, bool begins)
{
	for (unsigned i = 0; i < k->set->nr_links; i++) {
		struct mtp3_link *to = k->set->link[i];

		if (to == k || !waits_for(to, k))
			continue;
		to->insert_at = begins ? 0 : -1;
		if (begins)
			continue;
		to->cbd &= (uint16_t) ~(1u << k->cfg->slc);
		mtp3_post(k->t, &to->change, CHANGE_CBA);
	}
}

/* What was not delivered, then what was held, goes where its SLS leads now. */
static void release(struct mtp3_link *k, bool retrieve, int32_t fsnc)
{
	unsigned nr = k->nr_held;
	struct str msu;

	k->holding = false;
	mtp3_assign(k->set);
	insert(k, true);
	if (retrieve)
		k->l2.ops->retrieve(k->l2.self, fsnc);
	while (retrieve && k->l2.ops->retrieve_next(k->l2.self, &msu))
		again(k->t, msu);
	for (; nr; nr--) {
		struct mtp3_held *h = &k->held[k->head];

		k->head = (k->head + 1) % MTP3_HELD;
		k->nr_held--;
		again(k->t, str_n(h->octet, h->len));
	}
	insert(k, false);
	check_set(k->set);
}

/* Steps. ---------------------------------------------------------------------------------------- */

MTP3_STEP(arm)
{
	(void)ev;
	mtp3_arm(self, (enum mtp3_timer)arg);
}

MTP3_STEP(cancel)
{
	(void)ev;
	(void)arg;
	for (enum mtp3_timer i = MTP3_T1; i <= MTP3_T5; i++)
		mtp3_cancel(self, i);
}

MTP3_STEP(hold)
{
	struct mtp3_link *k = self;

	(void)ev;
	(void)arg;
	k->holding = true;
}

static struct str le(uint8_t *buf, uint32_t v, unsigned octets)
{
	for (unsigned i = 0; i < octets; i++)
		buf[i] = (uint8_t)(v >> 8 * i);
	return str_n(buf, octets);
}

static void say_fsn(struct mtp3_link *k, bool answer)
{
	bool wide = k->l2.ops->wide;
	uint8_t buf[4], heading = wide ? MTP3_XCO : MTP3_COO;

	if (answer)
		heading = wide ? MTP3_XCA : MTP3_COA;
	mtp3_note_bsnt(k);
	mtp3_snm_tx(k->set, NULL, heading, k->cfg->slc, le(buf, k->bsnt, wide ? 3 : 1));
}

MTP3_STEP(coo)
{
	struct mtp3_link *k = self;

	(void)ev;
	k->changeovers += !arg;
	say_fsn(k, false);
}

/* To whom the peer has given a number: the rest is sent again. */
MTP3_STEP(divert)
{
	struct mtp3_link *k = self;

	(void)ev;
	release(k, true, arg ? -1 : k->fsnc);
}

MTP3_STEP(release)
{
	(void)ev;
	(void)arg;
	release(self, false, -1);
}

/* To each link whose traffic comes back: over it, so that the answer is behind all that it
 * carries. */
static void cbd(struct mtp3_link *k)
{
	for (unsigned i = 0; i < k->set->nr_links; i++) {
		struct mtp3_link *old = k->set->link[i];
		uint8_t code = old->cfg->slc;

		if (k->cbd >> code & 1 && !old->holding)
			mtp3_snm_tx(k->set, old, MTP3_CBD, k->cfg->slc, str_n(&code, 1));
	}
}

MTP3_STEP(cbd)
{
	struct mtp3_link *k = self;

	(void)ev;
	k->changebacks += !arg;
	cbd(k);
}

MTP3_STEP(take_back)
{
	struct mtp3_link *k = self;

	(void)ev;
	(void)arg;
	for (unsigned sls = 0; sls < MTP3_SLS_MAX; sls++)
		if (ideal(k->set, sls) == k &&
		    !(k->set->by_sls[sls] && k->set->by_sls[sls]->holding)) {
			k->set->old[sls] = k->set->by_sls[sls];
			k->set->by_sls[sls] = k;
		}
	check_set(k->set);
}

static bool is_for(const struct mtp3_link *k, const struct mtp3_held *h)
{
	struct mtp3_msg m;

	if (mtp3_dec(k->t, str_n(h->octet, h->len), &m) < 0)
		return true;
	return k->set->by_sls[mtp3_sls_in(k->t, m.label.sls)] == k;
}

/* It fails while traffic comes back: that goes on over the old links, behind what they have. What
 * else it holds is its own. */
MTP3_STEP(give_back)
{
	struct mtp3_link *k = self;
	struct mtp3_held h;

	(void)ev;
	(void)arg;
	for (unsigned sls = 0; sls < MTP3_SLS_MAX; sls++) {
		struct mtp3_link *old = k->set->old[sls];

		if (k->set->by_sls[sls] == k && old && old != k && (old->available || old->holding))
			k->set->by_sls[sls] = old;
	}
	for (unsigned nr = k->nr_held; nr; nr--) {
		h = *held(k, 0);
		k->head = (k->head + 1) % MTP3_HELD;
		k->nr_held--;
		if (is_for(k, &h))
			hold(k, str_n(h.octet, h.len));
		else
			again(k->t, str_n(h.octet, h.len));
	}
}

MTP3_STEP(note_old)
{
	struct mtp3_link *k = self;

	(void)ev;
	(void)arg;
	k->cbd = 0;
	for (unsigned sls = 0; sls < MTP3_SLS_MAX; sls++) {
		struct mtp3_link *old = k->set->by_sls[sls];

		if (old && old != k && old->available && !old->holding && ideal(k->set, sls) == k)
			k->cbd |= (uint16_t)(1u << old->cfg->slc);
	}
}

/* Guards. --------------------------------------------------------------------------------------- */

static bool is_up(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct mtp3_link *)self)->in_service;
}

/* Is there another way to the neighbour? */
static bool has_path(const void *self, const void *ev)
{
	const struct mtp3_link *k = self;

	(void)ev;
	for (unsigned i = 0; i < k->set->nr_links; i++)
		if (k->set->link[i]->available)
			return true;
	return mtp3_reached_otherwise(k->set);
}

/* Does another link carry what this one shall? */
static bool has_old(const void *self, const void *ev)
{
	const struct mtp3_link *k = self;

	(void)ev;
	for (unsigned sls = 0; sls < MTP3_SLS_MAX; sls++) {
		const struct mtp3_link *old = k->set->by_sls[sls];

		if (old && old != k && old->available && !old->holding && ideal(k->set, sls) == k)
			return true;
	}
	return false;
}

static bool is_last_cba(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct mtp3_link *)self)->cbd == 0;
}

/* One of those whose traffic comes back has failed: its changeover comes first. */
static bool is_old_changing(const void *self, const void *ev)
{
	const struct mtp3_link *k = self;

	(void)ev;
	for (unsigned i = 0; i < k->set->nr_links; i++)
		if (k->set->link[i] != k && k->set->link[i]->holding &&
		    waits_for(k, k->set->link[i]))
			return true;
	return false;
}

/* clang-format off */
#define NOTHING(state, event, why) { state, event, NULL, FSM_SAME, {{0}}, IGNORE(why) }
#define CBA(state) \
	{ state, CHANGE_CBA, is_last_cba, CHANGE_IDLE, { DO(cancel, 0), DO(release, 0) } }, \
	{ state, CHANGE_CBA, NULL, FSM_SAME, {{0}}, IGNORE("others are to come") }, \
	{ state, CHANGE_FAILED, is_up, CHANGE_TIMED, \
	  { DO(cancel, 0), DO(give_back, 0), DO(arm, MTP3_T1) } }, \
	{ state, CHANGE_FAILED, has_path, CHANGE_WAIT_COA, \
	  { DO(cancel, 0), DO(give_back, 0), DO(coo, 0), DO(arm, MTP3_T2) } }, \
	{ state, CHANGE_FAILED, NULL, CHANGE_IDLE, \
	  { DO(cancel, 0), DO(give_back, 0), DO(divert, 1) } }

static const struct fsm_row rows[] = {
	{ CHANGE_IDLE, CHANGE_FAILED, is_up, CHANGE_TIMED, { DO(hold, 0), DO(arm, MTP3_T1) } },
	{ CHANGE_IDLE, CHANGE_FAILED, has_path, CHANGE_WAIT_COA,
	  { DO(hold, 0), DO(coo, 0), DO(arm, MTP3_T2) } },
	{ CHANGE_IDLE, CHANGE_FAILED, NULL, FSM_SAME, { DO(divert, 1) } },
	{ CHANGE_IDLE, CHANGE_RESTORED, has_old, CHANGE_WAIT_CBA,
	  { DO(hold, 0), DO(note_old, 0), DO(take_back, 0), DO(cbd, 0), DO(arm, MTP3_T4) } },
	{ CHANGE_IDLE, CHANGE_RESTORED, NULL, FSM_SAME, { DO(take_back, 0) } },

	{ CHANGE_WAIT_COA, CHANGE_COA, NULL, CHANGE_IDLE, { DO(cancel, 0), DO(divert, 0) } },
	{ CHANGE_WAIT_COA, CHANGE_ECA, NULL, CHANGE_IDLE, { DO(cancel, 0), DO(divert, 1) } },
	/* COO or COA was in the link that has failed now */
	{ CHANGE_WAIT_COA, CHANGE_AGAIN, has_path, FSM_SAME, { DO(coo, 1), DO(arm, MTP3_T2) } },
	NOTHING(CHANGE_WAIT_COA, CHANGE_AGAIN, "there is no way to the neighbour: T2"),
	{ CHANGE_WAIT_COA, CHANGE_T2, NULL, CHANGE_IDLE, { DO(divert, 1) } },
	{ CHANGE_WAIT_COA, CHANGE_RESTORED, NULL, CHANGE_IDLE, { DO(cancel, 0), DO(release, 0) } },

	/* level 2 is up: what is in it is delivered, or is too old (processor outage) */
	{ CHANGE_TIMED, CHANGE_FAILED, is_up, FSM_SAME, {{0}}, IGNORE("T1 runs") },
	{ CHANGE_TIMED, CHANGE_FAILED, has_path, CHANGE_WAIT_COA,
	  { DO(cancel, 0), DO(coo, 0), DO(arm, MTP3_T2) } },
	{ CHANGE_TIMED, CHANGE_FAILED, NULL, CHANGE_IDLE, { DO(cancel, 0), DO(divert, 1) } },
	{ CHANGE_TIMED, CHANGE_T1, NULL, CHANGE_IDLE, { DO(release, 0) } },
	{ CHANGE_TIMED, CHANGE_RESTORED, NULL, CHANGE_IDLE, { DO(cancel, 0), DO(release, 0) } },
	{ CHANGE_TIMED, CHANGE_COA, NULL, CHANGE_IDLE, { DO(cancel, 0), DO(divert, 0) } },
	{ CHANGE_TIMED, CHANGE_ECA, NULL, CHANGE_IDLE, { DO(cancel, 0), DO(divert, 1) } },

	CBA(CHANGE_WAIT_CBA),
	{ CHANGE_WAIT_CBA, CHANGE_T4, NULL, CHANGE_WAIT_CBA_AGAIN,
	  { DO(cbd, 1), DO(arm, MTP3_T5) } },
	CBA(CHANGE_WAIT_CBA_AGAIN),
	{ CHANGE_WAIT_CBA_AGAIN, CHANGE_T5, is_old_changing, FSM_SAME, { DO(arm, MTP3_T5) } },
	{ CHANGE_WAIT_CBA_AGAIN, CHANGE_T5, NULL, CHANGE_IDLE, { DO(release, 0) } },

	NOTHING(FSM_ANY, CHANGE_FAILED, "known"),
	NOTHING(FSM_ANY, CHANGE_RESTORED, "known"),
	NOTHING(FSM_ANY, CHANGE_COA, "no changeover waits for it"),
	NOTHING(FSM_ANY, CHANGE_ECA, "no changeover waits for it"),
	NOTHING(FSM_ANY, CHANGE_CBA, "no changeback waits for it"),
	NOTHING(FSM_ANY, CHANGE_AGAIN, "nothing was said"),
	NOTHING(FSM_ANY, CHANGE_T1, "T1 runs in TIMED"),
	NOTHING(FSM_ANY, CHANGE_T2, "T2 runs with COO"),
	NOTHING(FSM_ANY, CHANGE_T4, "T4 runs with CBD"),
	NOTHING(FSM_ANY, CHANGE_T5, "T5 runs with the second CBD"),
};
/* clang-format on */

static const struct fsm_state states[CHANGE_NR_STATES] = {
	[CHANGE_IDLE] = { .name = "IDLE", .rest = true },
	[CHANGE_WAIT_COA] = { "WAIT FOR COA", "T2", false },
	[CHANGE_TIMED] = { "TIME CONTROLLED", "T1", false },
	[CHANGE_WAIT_CBA] = { "WAIT FOR CBA", "T4", false },
	[CHANGE_WAIT_CBA_AGAIN] = { "WAIT FOR SECOND CBA", "T5", false },
};

static const char *const events[CHANGE_NR_EVENTS] = {
	[CHANGE_FAILED] = "not available",
	[CHANGE_RESTORED] = "available",
	[CHANGE_COA] = "rx COA, COO",
	[CHANGE_ECA] = "rx ECA, ECO",
	[CHANGE_CBA] = "rx CBA",
	[CHANGE_AGAIN] = "another link fails",
	[CHANGE_T1] = "T1",
	[CHANGE_T2] = "T2",
	[CHANGE_T4] = "T4",
	[CHANGE_T5] = "T5",
};

const struct fsm_def mtp3_change_def = {
	.name = "MTP3 changeover and changeback",
	.clause = "Q.704 clauses 5 and 6",
	.states = states,
	.events = events,
	.rows = rows,
	.nr_states = CHANGE_NR_STATES,
	.nr_events = CHANGE_NR_EVENTS,
	.nr_rows = sizeof(rows) / sizeof(rows[0]),
	.start = CHANGE_IDLE,
};

/* From the neighbour. --------------------------------------------------------------------------- */

static uint32_t number(struct str body)
{
	uint32_t v = 0;

	for (size_t i = 0; i < body.len && i < 3; i++)
		v |= (uint32_t)(uint8_t)body.p[i] << 8 * i;
	return v;
}

/* The peer gives the link up: so do we, before it is told what we have. */
static void peer_changes(struct mtp3_link *k, bool known, int32_t fsnc)
{
	mtp3_post(k->t, &k->act, ACT_PEER_CHANGES);
	mtp3_run(k->t);
	k->fsnc = fsnc;
	mtp3_post(k->t, &k->change, known ? CHANGE_COA : CHANGE_ECA);
	say_fsn(k, true);
}

void mtp3_change_heard(struct mtp3_set *s, uint8_t heading, uint8_t slc, struct str body)
{
	struct mtp3_link *k = mtp3_find_link(s, slc);
	uint32_t v = number(body);

	if (!k)
		return;
	switch (heading) {
	case MTP3_COO:
	case MTP3_XCO:
		peer_changes(k, true, (int32_t)v);
		break;
	case MTP3_ECO:
		peer_changes(k, false, -1);
		break;
	case MTP3_COA:
	case MTP3_XCA:
		k->fsnc = (int32_t)v;
		mtp3_post(k->t, &k->change, CHANGE_COA);
		break;
	case MTP3_ECA:
		mtp3_post(k->t, &k->change, CHANGE_ECA);
		break;
	case MTP3_CBD:
		mtp3_snm_tx(s, NULL, MTP3_CBA, slc, body);
		break;
	case MTP3_CBA:
		k->cbd &= (uint16_t) ~(1u << (v & 15));
		mtp3_post(k->t, &k->change, CHANGE_CBA);
		break;
	}
}
