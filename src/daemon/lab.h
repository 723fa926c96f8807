/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * daemon/lab: lab mode: the emulated exchange at the far end of the configuration's first trunk,
 * and its subscribers on the far end of that trunk's span. The exchange is a core that the wire
 * serves; the subscribers' line lives in the media worker.
 *
 *	struct daemon_lab *lab = daemon_lab_new(mem, cfg, "music.wav", &diag);
 *	... lab->exchange, lab->line, lab->span
 */
#ifndef TRUNKGATE_DAEMON_LAB_H
#define TRUNKGATE_DAEMON_LAB_H

#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>
#include "gateway/config.h"
#include "lab/exchange.h"
#include "lab/line.h"

struct daemon_lab {
	struct lab_exchange *exchange;
	struct lab_line *line;
	unsigned span;	     /* the gateway's number of the span whose far end is ours */
	uint32_t point_code; /* the exchange's */
};

/* What `trunkgate --lab` is configured with, in the VTY's language. */
extern const char daemon_lab_config[];

/* `wav`: what subscriber 105 plays, or NULL. The reason in *diag when it does not work. */
struct daemon_lab *daemon_lab_new(struct mem *m, const struct gw_config *cfg, const char *wav,
				  struct tg_diag *diag);

/* The commands of lab mode (vty_lab.c); `changed` is called after each input to the exchange. */
struct tdm_virtual;
struct daemon_lab_actions {
	tick_t (*now)(void *self);
	void (*changed)(void *self);
	void *self;
};
void daemon_lab_vty_init(struct daemon_lab *lab, struct tdm_virtual *cable,
			 const struct daemon_lab_actions *actions);

#endif
