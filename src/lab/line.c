/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/line: see the header. All sounds are octets that were made at the start and are played round
 * and round, so that a millisecond costs a copy of eight octets and eight squares for the meter.
 */
#include <string.h>

#include "dsp/law.h"
#include "dsp/tone.h"
#include "lab/line.h"
#include "lab/meter.h"

#define NR_SOUNDS     (LAB_SILENCE + 1)
#define MAX_REPORTS   64
#define TONE_LEN      2000 /* 251 whole turns of 1004 Hz */
#define RINGBACK_DBM0 -10
#define SCALE_DBM0    -16

_Static_assert(sizeof(struct lab_line_req) <= sizeof(((struct ring_rec *)0)->body), "fits");
_Static_assert(sizeof(struct lab_line_heard) <= sizeof(((struct ring_rec *)0)->body), "fits");

/* A sound as octets, played from its start and repeated. */
struct sound {
	uint8_t *octet;
	size_t nr;
};

struct slot {
	uint8_t sound;
	size_t at; /* in the sound */
	struct lab_meter meter;
};

struct lab_line {
	enum dsp_law_kind law;
	uint8_t idle;
	const int16_t *linear;
	const struct lab_meter_tables *tables;
	uint32_t ms;
	struct sound sound[NR_SOUNDS];
	struct slot slot[TDM_MAX_TS];
	unsigned first_report, nr_reports;
	struct lab_line_heard report[MAX_REPORTS];
};

/* Sounds, made at the start. ------------------------------------------------------------------- */
static bool sound_new(struct mem *m, struct sound *s, size_t nr)
{
	s->octet = MEM_ARRAY(m, nr, uint8_t);
	s->nr = nr;
	return s->octet != NULL;
}

static bool make_tone(struct mem *m, struct lab_line *l, const struct dsp_law *t)
{
	struct dsp_tone tone = dsp_tone(DSP_TEST_TONE_HZ, DSP_TEST_TONE_DBM0, l->law);
	struct sound *s = &l->sound[LAB_TONE];

	if (!sound_new(m, s, TONE_LEN))
		return false;
	for (size_t i = 0; i < s->nr; i++)
		s->octet[i] = dsp_linear_to_octet(t, l->law, dsp_tone_next(&tone));
	return true;
}

static bool make_ringback(struct mem *m, struct lab_line *l, const struct dsp_law *t)
{
	struct dsp_cadence c = dsp_cadence(DSP_RINGBACK, RINGBACK_DBM0, l->law);
	struct sound *s = &l->sound[LAB_RINGBACK];

	if (!sound_new(m, s, c.period))
		return false;
	for (size_t i = 0; i < s->nr; i++)
		s->octet[i] = dsp_linear_to_octet(t, l->law, dsp_cadence_next(&c));
	return true;
}

static bool make_scale(struct mem *m, struct lab_line *l, const struct dsp_law *t)
{
	struct dsp_scale c = dsp_scale(SCALE_DBM0, l->law);
	struct sound *s = &l->sound[LAB_WAV];

	if (!sound_new(m, s, DSP_SCALE_PERIOD_LEN))
		return false;
	for (size_t i = 0; i < s->nr; i++)
		s->octet[i] = dsp_linear_to_octet(t, l->law, dsp_scale_next(&c));
	return true;
}

static bool make_wav(struct mem *m, struct lab_line *l, const struct dsp_law *t,
		     const struct lab_line_cfg *cfg)
{
	struct sound *s = &l->sound[LAB_WAV];

	if (!sound_new(m, s, cfg->nr_wav))
		return false;
	for (size_t i = 0; i < s->nr; i++)
		s->octet[i] = dsp_linear_to_octet(t, l->law, cfg->wav[i]);
	return true;
}

static bool make_constant(struct mem *m, struct sound *s, uint8_t octet)
{
	if (!sound_new(m, s, TDM_BLOCK))
		return false;
	memset(s->octet, octet, s->nr);
	return true;
}

static bool make_sounds(struct mem *m, struct lab_line *l, const struct dsp_law *t,
			const struct lab_line_cfg *cfg)
{
	return make_constant(m, &l->sound[LAB_IDLE], l->idle) &&
	       make_constant(m, &l->sound[LAB_SILENCE], dsp_silence(l->law)) &&
	       make_tone(m, l, t) && make_ringback(m, l, t) &&
	       (cfg->wav && cfg->nr_wav ? make_wav(m, l, t, cfg) : make_scale(m, l, t));
}

static void slot_start(struct lab_line *l, unsigned ts)
{
	/* Two milliseconds apart from slot to slot, within the 64 ms of a transform. */
	lab_meter_init(&l->slot[ts].meter, l->tables, (l->ms + 2 * ts) * TDM_BLOCK);
}

struct lab_line *lab_line_new(struct mem *m, const struct lab_line_cfg *cfg)
{
	struct lab_line *l = MEM_NEW(m, struct lab_line);
	struct dsp_law *t = dsp_law_new(m);

	if (!l || !t)
		return NULL;
	l->law = cfg->law == TDM_ALAW ? DSP_ALAW : DSP_MULAW;
	l->idle = cfg->law == TDM_ALAW ? TDM_IDLE_A : TDM_IDLE_MU;
	l->linear = cfg->law == TDM_ALAW ? t->a_linear : t->mu_linear;
	l->tables = lab_meter_tables_new(m, l->law);
	if (!l->tables || !make_sounds(m, l, t, cfg))
		return NULL;
	for (unsigned ts = 0; ts < TDM_MAX_TS; ts++)
		slot_start(l, ts);
	return l;
}

/* A millisecond. ------------------------------------------------------------------------------- */
static void slot_hear(const struct lab_line *l, struct slot *s, const uint8_t *rx)
{
	int16_t x[TDM_BLOCK];

	for (int i = 0; i < TDM_BLOCK; i++)
		x[i] = l->linear[rx[i]];
	lab_meter_feed(&s->meter, x, TDM_BLOCK);
}

static void slot_play(const struct lab_line *l, struct slot *s, const uint8_t *rx, uint8_t *tx)
{
	const struct sound *sound = &l->sound[s->sound];

	if (s->sound == LAB_ECHO) {
		memcpy(tx, rx, TDM_BLOCK);
		return;
	}
	for (int i = 0; i < TDM_BLOCK; i++) {
		tx[i] = sound->octet[s->at++];
		if (s->at == sound->nr)
			s->at = 0;
	}
}

static void line_block(void *self, const struct tdm_block *rx, struct tdm_block *tx)
{
	struct lab_line *l = self;

	for (unsigned ts = 0; ts < TDM_MAX_TS; ts++) {
		slot_hear(l, &l->slot[ts], rx->octet[ts]);
		slot_play(l, &l->slot[ts], rx->octet[ts], tx->octet[ts]);
	}
	l->ms++;
}

struct tdm_user lab_line_user(struct lab_line *l)
{
	return (struct tdm_user){ .block = line_block, .self = l };
}

/* Records. ------------------------------------------------------------------------------------- */
void lab_line_pack(struct ring_rec *rec, enum lab_line_kind kind, const struct lab_line_req *req)
{
	*rec = (struct ring_rec){ .kind = kind };
	memcpy(rec->body, req, sizeof(*req));
}

static void set_sound(struct lab_line *l, const struct lab_line_req *req)
{
	struct slot *s = &l->slot[req->timeslot];

	s->sound = req->sound;
	s->at = 0;
	slot_start(l, req->timeslot);
}

/* A report that nobody has fetched for so long that there is no room for one more is lost. */
static void read_meter(struct lab_line *l, const struct lab_line_req *req)
{
	struct slot *s = &l->slot[req->timeslot];
	struct lab_heard heard;

	if (l->nr_reports < MAX_REPORTS) {
		lab_meter_read(&s->meter, &heard);
		l->report[(l->first_report + l->nr_reports++) % MAX_REPORTS] =
			(struct lab_line_heard){ .token = req->token,
						 .timeslot = req->timeslot,
						 .sound = s->sound,
						 .hz = heard.hz,
						 .level_cdbm0 = heard.level_cdbm0,
						 .ms = heard.ms,
						 .gaps = heard.gaps,
						 .gap_ms = heard.gap_ms };
	}
}

void lab_line_cmd(struct lab_line *l, const struct ring_rec *rec)
{
	struct lab_line_req req;

	memcpy(&req, rec->body, sizeof(req));
	if (req.timeslot >= TDM_MAX_TS)
		return;
	if (rec->kind == LAB_LINE_PLAY && req.sound < NR_SOUNDS)
		set_sound(l, &req);
	else if (rec->kind == LAB_LINE_METER || rec->kind == LAB_LINE_LISTEN)
		read_meter(l, &req);
	if (rec->kind == LAB_LINE_METER)
		slot_start(l, req.timeslot);
}

bool lab_line_report(struct lab_line *l, struct ring_rec *rec)
{
	if (l->nr_reports == 0)
		return false;
	*rec = (struct ring_rec){ .kind = LAB_LINE_METER };
	memcpy(rec->body, &l->report[l->first_report], sizeof(l->report[0]));
	l->first_report = (l->first_report + 1) % MAX_REPORTS;
	l->nr_reports--;
	return true;
}
