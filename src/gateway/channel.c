/* SPDX-License-Identifier: GPL-3.0-or-later */
/* channel: a free list of RTP channels. */
#include <assert.h>

#include <trunkgate/base/err.h>
#include "gateway/channel.h"

int gw_channels_init(struct gw_channels *p, struct mem *m, const struct addr *local, unsigned nr)
{
	list_init(&p->free);
	p->nr = nr;
	p->busy = 0;
	if (nr == 0)
		return 0;
	p->channel = MEM_ARRAY(m, nr, struct gw_channel);
	if (!p->channel)
		return TG_ENOMEM;
	for (unsigned i = 0; i < nr; i++) {
		p->channel[i].number = (uint16_t)i;
		p->channel[i].local = local[i];
		list_add_tail(&p->free, &p->channel[i].free_link);
	}
	return 0;
}

struct gw_channel *gw_channel_get(struct gw_channels *p, struct gw_call *call)
{
	struct gw_channel *ch = list_first(&p->free, struct gw_channel, free_link);

	if (!ch)
		return NULL;
	list_del(&ch->free_link);
	ch->call = call;
	p->busy++;
	return ch;
}

void gw_channel_put(struct gw_channels *p, struct gw_channel *ch)
{
	assert(ch->call);
	ch->call = NULL;
	p->busy--;
	list_add_tail(&p->free, &ch->free_link);
}

struct gw_channel *gw_channel_find(struct gw_channels *p, unsigned number)
{
	return number < p->nr ? &p->channel[number] : NULL;
}
