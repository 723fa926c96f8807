/* SPDX-License-Identifier: GPL-3.0-or-later */
/* links: what is below MTP3's links, by the configuration: timeslots, packet sockets, associations. */
#include <string.h>

#include "daemon/wire_internal.h"

unsigned wire_links_fill(const struct gw_cs7_cfg *c, struct io_link_cfg *out)
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

	for (unsigned n = 0; (link = gw_link(&w->running->cs7, n)); n++)
		if (!link->packet && !link->m2pa && wire_worker_of(w, link->span) == worker)
			k->timeslot[k->nr_timeslots++] = io_signalling_timeslot(
				w->signalling, n, w->span_line[line_of(w->running, link->span)],
				link->ts);
}
