/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * daemon/wire: builds the objects and hands each its outputs: the gateway and its UDP socket, the
 * gateway and the exchange by an MTP in memory, both and the media worker by rings. After each
 * input everything is drained to empty; the loop wakes at the earliest of all deadlines.
 *
 *	struct wire_cfg cfg = { .config = config, .lab = options.lab, ... };
 *	struct wire *w = wire_new(mem, &cfg, &diag);	(diag.text: one line, what and what to do)
 *	return wire_run(w);				(until SIGTERM; 0)
 */
#ifndef TRUNKGATE_DAEMON_WIRE_H
#define TRUNKGATE_DAEMON_WIRE_H

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>
#include "gateway/config.h"

struct wire;

struct wire_cfg {
	const struct gw_config *config; /* copied */
	const char *path;		/* for `write`; NULL: none */
	bool lab;
	const char *wav;
	/* SIGHUP: makes a new configuration in `m`, or NULL when it is bad (and says so). */
	struct gw_config *(*reload)(struct mem *m, void *self);
	void *self;
};

struct wire *wire_new(struct mem *parent, const struct wire_cfg *cfg, struct tg_diag *diag);
void wire_free(struct wire *w);
const struct addr *wire_sip_local(const struct wire *w);
const struct addr *wire_vty_local(const struct wire *w);
int wire_run(struct wire *w);

#endif
