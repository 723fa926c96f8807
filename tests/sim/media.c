/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/world.h"

static struct med_open *slot_of(struct world *w, unsigned channel)
{
	world_check(w, channel < w->cfg.nr_rtp && channel < SIM_CHANNELS, "there is no channel %u",
		    channel);
	return &w->media.open[channel];
}

/* The timeslot belongs to this leg alone, and its circuit has a call. */
static void check_timeslot(struct world *w, const struct med_open *o)
{
	struct gw_circuit_info ci;
	unsigned pos = 0;

	for (unsigned i = 0; i < SIM_CHANNELS; i++) {
		const struct med_open *other = &w->media.open[i];
		world_check(w,
			    !other->leg || i == o->channel || other->span != o->span ||
				    other->timeslot != o->timeslot,
			    "legs %u and %u are on timeslot %u", other->leg, o->leg, o->timeslot);
	}
	while (gw_circuit_walk(w->gw, &pos, &ci))
		if (ci.span == o->span && ci.timeslot == o->timeslot) {
			world_check(w, ci.call_nr, "timeslot %u is opened without a call",
				    ci.timeslot);
			return;
		}
	world_fail(w, "timeslot %u is no circuit's", o->timeslot);
}

static void check_values(struct world *w, const struct med_open *o)
{
	world_check(w, o->leg != 0, "leg 0");
	world_check(w, o->through <= MED_BOTH, "through %u", o->through);
	world_check(w, o->codec == MED_PCMA || o->codec == MED_PCMU, "codec %u", o->codec);
	world_check(w, o->ptime_ms >= 10 && o->ptime_ms <= 60 && o->ptime_ms % 10 == 0, "ptime %u",
		    o->ptime_ms);
	check_timeslot(w, o);
}

static void rx_open(struct world *w, const struct ring_rec *rec)
{
	struct med_open o, *slot;

	memcpy(&o, rec->body, sizeof(o));
	slot = slot_of(w, o.channel);
	world_check(w, !slot->leg, "channel %u is leg %u's and is opened for %u", o.channel,
		    slot->leg, o.leg);
	check_values(w, &o);
	memcpy(slot, &o, sizeof(o));
	w->media.nr_open++;
	w->media.nr_opens++;
	w->media.last = o;
	record_add_media(w, "OPEN", o.through);
}

static void rx_modify(struct world *w, const struct ring_rec *rec)
{
	struct med_open o, *slot;

	memcpy(&o, rec->body, sizeof(o));
	slot = slot_of(w, o.channel);
	world_check(w, slot->leg == o.leg, "MODIFY of leg %u, channel %u is leg %u's", o.leg,
		    o.channel, slot->leg);
	world_check(w, memcmp(slot, &o, sizeof(o)) != 0, "MODIFY changes nothing");
	world_check(w, slot->ssrc == o.ssrc, "MODIFY has another SSRC");
	check_values(w, &o);
	memcpy(slot, &o, sizeof(o));
	w->media.nr_modifies++;
	w->media.last = o;
	record_add_media(w, "MODIFY", o.through);
}

static void rx_close(struct world *w, const struct ring_rec *rec)
{
	struct med_open *slot;
	struct med_ref ref;

	memcpy(&ref, rec->body, sizeof(ref));
	slot = slot_of(w, ref.channel);
	world_check(w, ref.leg && slot->leg == ref.leg, "CLOSE of leg %u, channel %u is leg %u's",
		    ref.leg, ref.channel, slot->leg);
	slot->leg = 0;
	w->media.nr_open--;
	w->media.nr_closes++;
	record_add_media(w, "CLOSE", ~0u);
}

bool sim_media_cmd(struct world *w, const struct ring_rec *rec)
{
	struct med_ref ref;

	switch (rec->kind) {
	case MED_CMD_OPEN:
		rx_open(w, rec);
		return false;
	case MED_CMD_MODIFY:
		rx_modify(w, rec);
		return false;
	case MED_CMD_CLOSE:
		rx_close(w, rec);
		return true;
	case MED_CMD_TIMESLOT:
		record_add_media(w, "TIMESLOT", ~0u);
		return false;
	case MED_CMD_RING: {
		struct med_ring r;
		char text[24];

		memcpy(&r, rec->body, sizeof(r));
		snprintf(text, sizeof(text), "RING:%s",
			 dsp_ringback_name((enum dsp_ringback_kind)r.kind));
		record_add_media(w, text, ~0u);
		return false;
	}
	case MED_CMD_QUERY:
		memcpy(&ref, rec->body, sizeof(ref));
		world_check(w, slot_of(w, ref.channel)->leg == ref.leg, "QUERY of leg %u", ref.leg);
		return true;
	}
	world_fail(w, "media command %u", rec->kind);
	return false;
}
