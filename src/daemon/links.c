/* SPDX-License-Identifier: GPL-3.0-or-later */
/* links: MTP3 with its link sets, between the signalling network and timeslots or packet sockets. */
#include <string.h>

#include "base/log.h"
#include "daemon/wire_internal.h"

static void on_input(void *self)
{
	struct wire *w = self;

	wire_drain(w, io_loop_now(w->loop));
}

static unsigned fill(const struct gw_cs7_cfg *c, struct io_link_cfg *out)
{
	const struct gw_link_cfg *k;
	unsigned n = 0;

	for (; (k = gw_link(c, n)); n++) {
		out[n] = (struct io_link_cfg){ .packet = k->packet,
					       .listen = k->listen,
					       .at_56k = k->at_56k };
		memcpy(out[n].path, k->path, sizeof(k->path));
		out[n].m2pa = k->m2pa;
		out[n].assoc = (struct io_assoc_cfg){ .sctp = !k->tcp,
						      .server = k->listen,
						      .nr_local = 1,
						      .nr_remote = 1,
						      .local = { k->local },
						      .remote = { k->remote },
						      .ppid = IO_PPID_M2PA };
	}
	return n;
}

int wire_links_open(struct wire *w, struct tg_diag *diag)
{
	struct io_links_user user = { on_input, w };
	struct io_link_cfg *links;
	struct mtp3_cfg *cfg;
	unsigned nr;

	if (!w->running->cs7.nr_linksets)
		return TG_OK;
	cfg = MEM_NEW(w->mem, struct mtp3_cfg);
	links = MEM_ARRAY(w->mem, MTP3_MAX_LINKS, struct io_link_cfg);
	if (!cfg || !links)
		return tg_fail(diag, TG_ENOMEM, 0, "", "out of memory");
	gw_cs7_mtp3_cfg(w->running, cfg);
	nr = fill(&w->running->cs7, links);
	w->mtp3 = mtp3_new(w->mem, cfg);
	if (!w->mtp3)
		return tg_fail(diag, TG_ENOMEM, 0, "", "no memory for signalling links");
	w->links = io_links_new(w->mem, w->loop, w->mtp3, links, nr, &user, diag);
	mem_drop(cfg);
	mem_drop(links);
	return w->links ? TG_OK : TG_EIO;
}

static unsigned line_of(const struct gw_config *c, unsigned span)
{
	unsigned i = 0;

	while (c->span[i].number != span)
		i++;
	return i;
}

void wire_links_timeslots(struct wire *w, unsigned worker, struct io_worker_cfg *k)
{
	const struct gw_link_cfg *link;

	for (unsigned n = 0; w->links && (link = gw_link(&w->running->cs7, n)); n++)
		if (!link->packet && !link->m2pa && wire_worker_of(w, link->span) == worker)
			k->timeslot[k->nr_timeslots++] =
				io_links_timeslot(w->links, n,
						  w->span_line[line_of(w->running, link->span)],
						  link->ts);
}

void wire_links_start(struct wire *w, tick_t now)
{
	if (!w->mtp3)
		return;
	io_links_start(w->links);
	mtp3_activate_all(w->mtp3, now);
}

bool wire_next_link(struct wire *w, tick_t now)
{
	struct mtp_prim p;

	if (!w->mtp3 || !mtp3_next_out(w->mtp3, &p))
		return false;
	ss7_net_carrier_rx(w->net, now, GW_CS7_MTP3, &p);
	return true;
}

void wire_links_tick(struct wire *w, tick_t now)
{
	if (!w->mtp3 || !tick_due(mtp3_deadline(w->mtp3), now))
		return;
	mtp3_tick(w->mtp3, now);
	wire_drain(w, now);
}
