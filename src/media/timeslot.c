/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * media/timeslot: timeslots without RTP: two that are joined, and those of a continuity check (Q.724
 * 7): a loop or a transponder, or a tone that is to come back. A timeslot is used by one leg at a time, the last one.
 */
#include <string.h>

#include "media/channel.h"

_Static_assert(sizeof(struct med_timeslot) <= sizeof(((struct ring_rec *)0)->body), "fits");
_Static_assert(sizeof(struct med_check) <= sizeof(((struct ring_rec *)0)->body), "fits");

static enum dsp_law_kind law_of(const struct med_engine *e, unsigned key)
{
	return e->law[key / TDM_MAX_TS] == TDM_ALAW ? DSP_ALAW : DSP_MULAW;
}

void med_timeslot_free(struct med_engine *e, unsigned key)
{
	struct med_ts *t = &e->ts[key];

	if (t->use == MED_TS_JOIN)
		e->ts[t->peer].use = MED_TS_FREE;
	t->use = MED_TS_FREE;
}

/* Commands. ------------------------------------------------------------------------------------ */
static bool in_range(const struct med_engine *e, unsigned span, unsigned timeslot)
{
	return span < e->nr_spans && timeslot > 0 && timeslot < TDM_MAX_TS;
}

static struct med_ts *take(struct med_engine *e, const struct med_timeslot *cmd, unsigned key)
{
	struct med_ts *t = &e->ts[key];

	med_channel_leave(e, key);
	med_timeslot_free(e, key);
	t->leg = cmd->leg;
	t->use = cmd->use;
	t->reported = t->told = false;
	memset(t->block, dsp_silence(law_of(e, key)), sizeof(t->block));
	return t;
}

static bool is_same_join(const struct med_engine *e, const struct med_timeslot *cmd, unsigned a,
			 unsigned b)
{
	const struct med_ts *t = &e->ts[a];

	return t->use == MED_TS_JOIN && t->leg == cmd->leg && t->peer == b;
}

static bool is_elsewhere(const struct med_engine *e, unsigned key)
{
	return e->elsewhere[key / TDM_MAX_TS];
}

/* Our half of a join with a timeslot of another engine. */
static void join_far(struct med_engine *e, const struct med_timeslot *cmd, unsigned own,
		     unsigned far, bool hears, int gain)
{
	struct med_ts *t = &e->ts[own];

	if (t->use != MED_TS_FAR || t->leg != cmd->leg || t->peer != far) {
		take(e, cmd, own);
		t->use = MED_TS_FAR;
		t->peer = (uint16_t)far;
		t->from = (struct med_between_reader){ 0 };
	}
	t->hears = hears;
	t->gain = med_gain(e, law_of(e, own), gain);
}

/* True: it is, or is nothing to us. */
static bool joined_far(struct med_engine *e, const struct med_timeslot *cmd, unsigned a, unsigned b)
{
	bool a_far = is_elsewhere(e, a), b_far = is_elsewhere(e, b);

	if (!e->between || (!a_far && !b_far))
		return false;
	if (!a_far)
		join_far(e, cmd, a, b, cmd->through & MED_TO_FIRST, cmd->gain_to_first);
	else if (!b_far)
		join_far(e, cmd, b, a, cmd->through & MED_TO_SECOND, cmd->gain_to_second);
	return true;
}

static void join(struct med_engine *e, const struct med_timeslot *cmd, unsigned a)
{
	unsigned b = cmd->span2 * TDM_MAX_TS + cmd->timeslot2;
	struct med_ts *ta = &e->ts[a], *tb = &e->ts[b];

	if (!in_range(e, cmd->span2, cmd->timeslot2) || a == b || joined_far(e, cmd, a, b))
		return;
	if (!is_same_join(e, cmd, a, b)) {
		med_timeslot_free(e, a); /* both, before either is this leg's */
		med_timeslot_free(e, b);
		take(e, cmd, a);
		take(e, cmd, b);
	}
	ta->peer = (uint16_t)b;
	tb->peer = (uint16_t)a;
	ta->hears = cmd->through & MED_TO_FIRST;
	tb->hears = cmd->through & MED_TO_SECOND;
	ta->gain = med_gain(e, law_of(e, a), cmd->gain_to_first);
	tb->gain = med_gain(e, law_of(e, b), cmd->gain_to_second);
}

static void tone(struct med_engine *e, const struct med_timeslot *cmd, unsigned key)
{
	struct med_ts *t = take(e, cmd, key);

	t->check = dsp_continuity(cmd->two_wire ? DSP_CHECK_TWO_WIRE_HZ : DSP_CHECK_HZ,
				  cmd->two_wire ? DSP_CHECK_ANSWER_HZ : DSP_CHECK_HZ,
				  law_of(e, key));
}

/* The first timeslot was another engine's: ours is the second. */
static void free_far(struct med_engine *e, const struct med_timeslot *cmd, unsigned key)
{
	if (e->ts[key].use == MED_TS_FAR && e->ts[key].leg == cmd->leg)
		med_timeslot_free(e, key);
}

void med_timeslot_cmd(struct med_engine *e, const struct med_timeslot *cmd)
{
	unsigned key = cmd->span * TDM_MAX_TS + cmd->timeslot;

	if (!in_range(e, cmd->span, cmd->timeslot))
		return;
	switch (cmd->use) {
	case MED_TS_FREE:
		if (e->ts[key].leg == cmd->leg)
			med_timeslot_free(e, key);
		if (in_range(e, cmd->span2, cmd->timeslot2))
			free_far(e, cmd, cmd->span2 * TDM_MAX_TS + cmd->timeslot2);
		break;
	case MED_TS_LOOP:
	case MED_TS_SILENCE:
		take(e, cmd, key);
		break;
	case MED_TS_MILLIWATT:
		take(e, cmd, key)->check.tone = med_test_tone(law_of(e, key));
		break;
	case MED_TS_TONE:
		tone(e, cmd, key);
		break;
	case MED_TS_TRANSPONDER:
		take(e, cmd, key)->transponder = dsp_transponder(law_of(e, key));
		break;
	case MED_TS_JOIN:
		join(e, cmd, key);
		break;
	}
}

/* A millisecond. ------------------------------------------------------------------------------- */
static void check(struct med_engine *e, unsigned key, const uint8_t *rx, uint8_t *tx)
{
	struct med_ts *t = &e->ts[key];
	enum dsp_law_kind law = law_of(e, key);
	int16_t x[TDM_BLOCK];

	dsp_continuity_send(&t->check, x, TDM_BLOCK);
	for (int i = 0; i < TDM_BLOCK; i++)
		tx[i] = dsp_linear_to_octet(&e->table, law, x[i]);
	for (int i = 0; i < TDM_BLOCK; i++)
		x[i] = dsp_octet_to_linear(&e->table, law, rx[i]);
	if (dsp_continuity_hear(&t->check, x, TDM_BLOCK) && !t->reported) {
		t->reported = true;
		e->checks_due = true;
	}
}

static void answer(struct med_engine *e, unsigned key, const uint8_t *rx, uint8_t *tx)
{
	enum dsp_law_kind law = law_of(e, key);
	int16_t in[TDM_BLOCK], out[TDM_BLOCK];

	for (int i = 0; i < TDM_BLOCK; i++)
		in[i] = dsp_octet_to_linear(&e->table, law, rx[i]);
	dsp_transponder_pass(&e->ts[key].transponder, in, out, TDM_BLOCK);
	for (int i = 0; i < TDM_BLOCK; i++)
		tx[i] = dsp_linear_to_octet(&e->table, law, out[i]);
}

/* What the other one of a join received, in this one's law; NULL: nothing. */
static void from_peer(const struct med_engine *e, unsigned key, const uint8_t *said, uint8_t *tx)
{
	const struct med_ts *t = &e->ts[key];
	enum dsp_law_kind law = law_of(e, key);
	const uint8_t *table = law == DSP_ALAW ? e->table.mu_to_a : e->table.a_to_mu;

	if (!t->hears || !said)
		memset(tx, dsp_silence(law), TDM_BLOCK);
	else if (law == law_of(e, t->peer))
		memcpy(tx, said, TDM_BLOCK);
	else
		for (int i = 0; i < TDM_BLOCK; i++)
			tx[i] = table[said[i]];
	for (int i = 0; t->gain && i < TDM_BLOCK; i++)
		tx[i] = t->gain[tx[i]];
}

static void milliwatt(struct med_engine *e, unsigned key, uint8_t *tx)
{
	enum dsp_law_kind law = law_of(e, key);

	for (int i = 0; i < TDM_BLOCK; i++)
		tx[i] = dsp_linear_to_octet(&e->table, law, dsp_tone_next(&e->ts[key].check.tone));
}

static void far_block(struct med_engine *e, unsigned key, const uint8_t *rx, uint8_t *tx)
{
	struct med_ts *t = &e->ts[key];
	uint8_t said[TDM_BLOCK];

	med_between_put(e->between, key, rx);
	from_peer(e, key, med_between_get(e->between, t->peer, &t->from, said) ? said : NULL, tx);
}

bool med_timeslot_block(struct med_engine *e, unsigned key, const uint8_t *rx, uint8_t *tx)
{
	struct med_ts *t = &e->ts[key];

	switch (t->use) {
	case MED_TS_LOOP:
		memcpy(tx, rx, TDM_BLOCK);
		return true;
	case MED_TS_TONE:
		check(e, key, rx, tx);
		return true;
	case MED_TS_TRANSPONDER:
		answer(e, key, rx, tx);
		return true;
	case MED_TS_JOIN:
		from_peer(e, key, e->ts[t->peer].block, tx);
		memcpy(t->block, rx, TDM_BLOCK);
		return true;
	case MED_TS_MILLIWATT:
		milliwatt(e, key, tx);
		return true;
	case MED_TS_SILENCE:
		memset(tx, dsp_silence(law_of(e, key)), TDM_BLOCK);
		return true;
	case MED_TS_FAR:
		far_block(e, key, rx, tx);
		return true;
	default:
		return false;
	}
}

/* Reports. ------------------------------------------------------------------------------------- */
bool med_timeslot_report(struct med_engine *e, struct ring_rec *rec)
{
	for (unsigned key = 0; e->checks_due && key < e->nr_spans * TDM_MAX_TS; key++) {
		struct med_ts *t = &e->ts[key];
		struct med_check c = { .leg = t->leg,
				       .span = (uint8_t)(key / TDM_MAX_TS),
				       .timeslot = key % TDM_MAX_TS };

		if (t->use != MED_TS_TONE || !t->reported || t->told)
			continue;
		t->told = true;
		memset(rec, 0, sizeof(*rec));
		rec->kind = MED_REP_CHECK;
		memcpy(rec->body, &c, sizeof(c));
		return true;
	}
	e->checks_due = false;
	return false;
}
