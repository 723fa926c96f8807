/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/channel: the RTP channels that the outside has made ready. The one that has been free
 * for longest is taken, so that late packets of an ended call meet nobody's. A channel that the
 * media side has opened is free again only when it says so (MED_REP_CLOSED).
 *
 *	struct gw_channel *ch = gw_channel_get(&pool, call);	(NULL: all are busy)
 *	... MED_CMD_OPEN ... MED_CMD_CLOSE ... MED_REP_CLOSED
 *	gw_channel_put(&pool, ch);
 */
#ifndef TRUNKGATE_GATEWAY_CHANNEL_H
#define TRUNKGATE_GATEWAY_CHANNEL_H

#include <trunkgate/base/addr.h>
#include <trunkgate/base/mem.h>
#include "base/list.h"

struct gw_call;

struct gw_channel {
	struct list free_link;
	struct gw_call *call; /* NULL: free */
	uint16_t number;
	struct addr local; /* what SDP shows */
};

struct gw_channels {
	struct gw_channel *channel;
	unsigned nr, busy;
	struct list free; /* longest free first */
};

int gw_channels_init(struct gw_channels *p, struct mem *m, const struct addr *local, unsigned nr);
struct gw_channel *gw_channel_get(struct gw_channels *p, struct gw_call *call);
void gw_channel_put(struct gw_channels *p, struct gw_channel *ch);
/* By number; NULL when there is no such one. */
struct gw_channel *gw_channel_find(struct gw_channels *p, unsigned number);

#endif
