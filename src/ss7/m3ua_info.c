/* SPDX-License-Identifier: GPL-3.0-or-later */
/* m3ua_info: what the operator sees of M3UA. */
#include <string.h>

#include "ss7/m3ua_core.h"

bool m3ua_asp_info(const struct m3ua *m, unsigned asp, struct m3ua_asp_info *info)
{
	const struct m3ua_asp *a = asp < m->nr_asps ? &m->asp[asp] : NULL;

	if (!a)
		return false;
	*info = (struct m3ua_asp_info){ .name = a->cfg.name,
					.role = a->cfg.role,
					.up = a->up,
					.nr_streams = a->nr_streams,
					.own = m3ua_up_def.states[a->fsm.state].name,
					.blocked = a->blocked,
					.since = a->since,
					.nr_ups = a->nr_ups,
					.trouble = a->trouble,
					.dropped = a->dropped };
	memcpy(info->rx, a->rx, sizeof(a->rx));
	memcpy(info->tx, a->tx, sizeof(a->tx));
	return true;
}

const char *m3ua_type_name(unsigned type)
{
	return type < M3UA_NR_TYPES ? m3ua_msg_row((enum m3ua_type)type)->name : NULL;
}

bool m3ua_as_info(const struct m3ua *m, unsigned nr, struct m3ua_as_info *info)
{
	const struct m3ua_as *as = nr < m->nr_as ? &m->as[nr] : NULL;

	if (!as)
		return false;
	*info = (struct m3ua_as_info){ .name = as->cfg.name,
				       .state = m3ua_as_def.states[as->fsm.state].name,
				       .usable = as->fsm.state == M3UA_AS_ACTIVE,
				       .nr_members = as->cfg.nr_members,
				       .rx = as->rx,
				       .tx = as->tx,
				       .queued = as->queued,
				       .lost = as->lost };
	return true;
}

bool m3ua_member_info(const struct m3ua *m, unsigned nr, unsigned i, unsigned *asp,
		      const char **own, const char **peer)
{
	const struct m3ua_as *as = nr < m->nr_as ? &m->as[nr] : NULL;

	if (!as || i >= as->cfg.nr_members)
		return false;
	*asp = as->member[i].asp->number;
	*own = m3ua_traffic_def.states[as->member[i].traffic.state].name;
	*peer = m3ua_peer_def.states[as->member[i].peer.state].name;
	return true;
}
