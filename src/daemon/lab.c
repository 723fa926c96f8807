/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab: see the header. */
#include "daemon/lab.h"
#include "dsp/law.h"
#include "dsp/wav.h"
#include "io/file.h"
#include "io/random.h"

#define MAX_WAV (64 * 1024 * 1024)

const char daemon_lab_config[] = "sip\n"
				 " bind 127.0.0.1:5060\n"
				 " accept-any\n"
				 " registrar\n"
				 " user 200\n"
				 " user 201\n"
				 " user 202\n"
				 " user 203\n"
				 " user 204\n"
				 "media\n"
				 " bind 127.0.0.1\n"
				 "vty 127.0.0.1:4290\n"
				 "span 0\n"
				 " driver virtual\n"
				 " type e1\n"
				 " law a-law\n"
				 "trunk lab\n"
				 " point-code local 1\n"
				 " point-code remote 2\n"
				 " network-indicator national\n"
				 " circuits span 0 timeslots 1-15 cic 1\n"
				 " circuits span 0 timeslots 17-31 cic 17\n"
				 "peer phone\n"
				 " address 127.0.0.1:5070\n"
				 "route 1 from sip to trunk lab\n"
				 "route any from trunk to peer phone\n";

/* The announcement as 8 kHz linear samples. */
static int read_wav(struct mem *m, const char *path, struct lab_line_cfg *line,
		    struct tg_diag *diag)
{
	struct dsp_law *law = dsp_law_new(m);
	struct tg_diag why = TG_DIAG_NONE;
	struct dsp_wav wav;
	struct str file;
	int16_t *samples;

	if (io_file_read(m, path, MAX_WAV, &file, diag) < 0)
		return TG_EIO;
	if (dsp_wav_parse(&wav, file, &why) < 0)
		return tg_fail(diag, TG_EINVAL, 0, "", "%.60s: %s", path, why.text);
	samples = MEM_ARRAY(m, wav.nr_samples, int16_t);
	if (!wav.nr_samples)
		return tg_fail(diag, TG_EINVAL, 0, "", "%.60s: there is no sound in it", path);
	if (!law || !samples)
		return tg_fail(diag, TG_ENOMEM, 0, "", "%.60s: no memory", path);
	line->nr_wav = dsp_wav_linear(&wav, law, 0, samples, wav.nr_samples);
	line->wav = samples;
	return TG_OK;
}

/* The circuits of the trunk, as the exchange sees them; they must be on one span. */
static int list_circuits(struct mem *m, const struct gw_trunk_cfg *t, struct lab_exchange_cfg *x,
			 struct tg_diag *diag)
{
	struct lab_circuit_cfg *list =
		MEM_ARRAY(m, GW_MAX_RANGES * TDM_MAX_TS, struct lab_circuit_cfg);

	if (!list)
		return tg_fail(diag, TG_ENOMEM, 0, "", "no memory for the exchange");
	for (unsigned i = 0; i < t->nr_ranges; i++) {
		const struct gw_range_cfg *r = &t->range[i];

		if (r->span != t->range[0].span)
			return tg_fail(diag, TG_ENOTSUP, 0, "",
				       "lab mode: trunk %s has circuits on more than one span",
				       t->name);
		for (unsigned ts = r->first_ts; ts <= r->last_ts; ts++)
			list[x->nr_circuits++] = (struct lab_circuit_cfg){
				.cic = (uint16_t)(r->first_cic + ts - r->first_ts),
				.timeslot = (uint8_t)ts,
			};
	}
	x->circuit = list;
	return TG_OK;
}

/* The exchange lives at the far end of a cable in memory. */
static bool span_is_virtual(const struct gw_config *cfg, unsigned span)
{
	for (unsigned i = 0; i < cfg->nr_spans; i++)
		if (cfg->span[i].number == span)
			return cfg->span[i].driver == GW_SPAN_VIRTUAL;
	return false;
}

static enum tdm_law law_of(const struct gw_config *cfg, unsigned span)
{
	for (unsigned i = 0; i < cfg->nr_spans; i++)
		if (cfg->span[i].number == span)
			return cfg->span[i].law;
	return TDM_ALAW;
}

struct daemon_lab *daemon_lab_new(struct mem *m, const struct gw_config *cfg, const char *wav,
				  struct tg_diag *diag)
{
	const struct gw_trunk_cfg *t = &cfg->trunk[0];
	struct daemon_lab *lab = MEM_NEW(m, struct daemon_lab);
	struct lab_exchange_cfg x = { .rng = io_random() };
	struct lab_line_cfg line = { 0 };

	if (!cfg->nr_trunks || !t->nr_ranges) {
		tg_fail(diag, TG_EINVAL, 0, "",
			"lab mode: the configuration has no trunk with circuits");
		return NULL;
	}
	if (!span_is_virtual(cfg, t->range[0].span)) {
		tg_fail(diag, TG_ENOTSUP, 0, "",
			"lab mode: span %u of trunk %s is not `driver virtual`; "
			"trunkgate-lab exchange joins other spans",
			t->range[0].span, t->name);
		return NULL;
	}
	if (list_circuits(m, t, &x, diag) < 0 || (wav && read_wav(m, wav, &line, diag) < 0))
		return NULL;
	x.opc = t->dpc;
	x.dpc = t->opc;
	x.ni = t->ni;
	line.law = law_of(cfg, t->range[0].span);
	if (lab) {
		lab->span = t->range[0].span;
		lab->point_code = t->dpc;
		lab->exchange = lab_exchange_new(m, &x);
		lab->line = lab_line_new(m, &line);
	}
	if (lab && lab->exchange && lab->line)
		return lab;
	tg_fail(diag, TG_ENOMEM, 0, "", "no memory for the exchange");
	return NULL;
}
