/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip_log: SIP messages in the call log, of whatever leg they belong to. */
#include <stdio.h>

#include "gateway/leg_sip.h"

static struct gw_sip_leg *find_leg(const struct gw *g, struct str call_id)
{
	struct htab_link *link;

	htab_for_each(link, &g->by_call_id, htab_hash(&g->by_call_id, call_id)) {
		struct gw_sip_leg *l = container_of(link, struct gw_sip_leg, by_call_id);
		if (str_eq(l->call_id, call_id))
			return l;
	}
	return NULL;
}

/* "INVITE", or "180 Ringing". */
static void print_label(const struct sip_msg *m, char *buf, size_t size)
{
	if (m->is_request)
		str_copyz(buf, size, m->method_name);
	else
		snprintf(buf, size, "%u " STR_FMT, m->status, STR_ARG(m->reason));
}

/* "to 192.0.2.9:5060 for INVITE, SDP, Q.850;cause=17" */
static void log_msg(struct gw_sip_leg *l, const struct sip_msg *m, bool out,
		    const struct addr *peer)
{
	const struct sip_header *reason = sip_msg_header(m, SIP_HDR_REASON, 0);
	struct gw_log_at at = { l->leg.gw->now, GW_LOG_SIP, l->leg.at, out };
	struct str of = m->is_request ? STR("") : m->cseq_method_name;
	struct str why = reason ? reason->value : STR("");
	char label[60], addr[ADDR_TEXT_MAX];

	print_label(m, label, sizeof(label));
	gw_log(l->leg.call->rec, at, str_of(label), "%s %s%s" STR_FMT "%s%s" STR_FMT,
	       out ? "to" : "from", addr_print(peer, addr), of.len ? " for " : "", STR_ARG(of),
	       m->body.len ? ", SDP" : "", why.len ? ", " : "", STR_ARG(why));
}

void gw_sip_log_rx(struct gw *g)
{
	struct addr from;
	const struct sip_msg *m = sip_stack_shown(g->sip, &from);
	struct gw_sip_leg *l = m && g->nr_calls ? find_leg(g, m->call_id) : NULL;

	if (l)
		log_msg(l, m, false, &from);
}

void gw_sip_log_tx(struct gw *g, const struct sip_out *out)
{
	struct gw_leg *leg = gw_leg_find(g, (uint32_t)(uintptr_t)out->user);
	struct gw_sip_leg *l = leg && leg->side == GW_SIDE_SIP ? gw_sip_leg_of(leg) : NULL;
	struct sip_msg m;

	if (!l || sip_msg_parse(&m, out->send.octets, NULL) < 0)
		return;
	if (!l->call_id.p)
		gw_sip_remember(l, m.call_id);
	log_msg(l, &m, true, &out->send.to);
}
