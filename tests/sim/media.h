/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/media: stands for the media workers. It keeps what the gateway has opened and fails the run
 * when a command cannot be right: two legs on one channel or timeslot, a MODIFY or CLOSE of what
 * is not open, a timeslot without a call on its circuit.
 */
#ifndef TRUNKGATE_SIM_MEDIA_H
#define TRUNKGATE_SIM_MEDIA_H

#include "media/engine.h"

#define SIM_CHANNELS 64

struct world;

struct sim_media {
	struct med_open open[SIM_CHANNELS]; /* leg 0: closed */
	unsigned nr_open;
	unsigned nr_opens, nr_modifies, nr_closes;
	struct med_open last; /* of the last OPEN or MODIFY */
};

/* True when the record is to be answered. */
bool sim_media_cmd(struct world *w, const struct ring_rec *rec);

#endif
