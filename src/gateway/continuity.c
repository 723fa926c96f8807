/* SPDX-License-Identifier: GPL-3.0-or-later */
/* continuity: between ISUP, which asks for tone and loop on a circuit, and the media side (Q.724 7). */
#include <string.h>

#include "gateway/core.h"

void gw_check_ask(struct gw *g, struct gw_circuit *c, enum isup_check what)
{
	static const char *const name[] = {
		[ISUP_CHECK_STOP] = "ends",
		[ISUP_CHECK_TONE] = "sends its tone",
		[ISUP_CHECK_LOOP] = "answers the tone",
	};

	log_info(LOG_GATEWAY, &((struct log_subject){ .trunk = c->trunk->cfg.name, .cic = c->cic }),
		 "continuity check: the circuit %s", name[what]);
	c->check = (uint8_t)what;
	if (what != ISUP_CHECK_STOP)
		c->check_leg = ++g->last_path ? g->last_path : ++g->last_path;
	if (!list_linked(&c->check_due))
		list_add_tail(&g->checks, &c->check_due);
}

bool gw_check_next(struct gw *g, struct ring_rec *rec)
{
	static const uint8_t use[] = {
		[ISUP_CHECK_STOP] = MED_TS_FREE,
		[ISUP_CHECK_TONE] = MED_TS_TONE,
		[ISUP_CHECK_LOOP] = MED_TS_LOOP,
	};
	struct gw_circuit *c = list_first(&g->checks, struct gw_circuit, check_due);
	struct med_timeslot cmd;

	if (!c)
		return false;
	list_del(&c->check_due);
	cmd = (struct med_timeslot){ .leg = c->check_leg,
				     .use = use[c->check],
				     .span = c->span,
				     .timeslot = c->timeslot,
				     .two_wire = c->trunk->cfg.two_wire };
	if (cmd.use == MED_TS_LOOP && cmd.two_wire) /* Q.724 7: two wires are no loop */
		cmd.use = MED_TS_TRANSPONDER;
	med_cmd_pack(rec, MED_CMD_TIMESLOT, &cmd, sizeof(cmd));
	return true;
}

static bool is_meant(const struct gw_circuit *c, const struct med_check *r)
{
	return c->check == ISUP_CHECK_TONE && c->check_leg == r->leg && c->span == r->span &&
	       c->timeslot == r->timeslot;
}

void gw_check_report(struct gw *g, const struct ring_rec *rec)
{
	struct med_check r;

	memcpy(&r, rec->body, sizeof(r));
	for (unsigned i = 0; i < g->nr_trunks; i++)
		for (unsigned k = 0; k < g->trunk[i].nr_circuits; k++) {
			struct gw_circuit *c = &g->trunk[i].circuit[k];
			if (is_meant(c, &r))
				isup_continuity(g->trunk[i].isup, g->now, c->id, true);
		}
}

bool gw_call_awaits_cot(const struct isup_msg *iam)
{
	struct isup_nci nci;

	return isup_get_nci(iam, &nci) == 0 && (nci.continuity == 1 || nci.continuity == 2);
}

/* RFC 3398 11.3: no INVITE before the check is done. The next exchange is told at once, and hears of
 * COT itself (Q.764 2.1.8). */
int gw_call_hold(struct gw_call *call, const struct isup_msg *iam)
{
	struct gw_log_at at = { call->gw->now, GW_LOG_NOTE, 0, false };

	call->held = MEM_NEW(call->mem, struct isup_msg);
	if (!call->held)
		return TG_ENOMEM;
	*call->held = *iam;
	gw_log(call->rec, at, STR("continuity"), "the call waits for COT");
	return 0;
}

bool gw_call_resume(struct gw_call *call, const struct isup_msg *m)
{
	struct isup_msg *iam = call->held;
	struct gw_route_cfg route;
	struct isup_nci nci;

	if (!iam || m->type != ISUP_COT || call->path.released)
		return false;
	call->held = NULL;
	if (isup_get_nci(iam, &nci) == 0) {
		nci.continuity = 0;
		isup_put_nci(iam, &nci);
	}
	route = call->route;
	call->iam = *iam;
	if (call->nr_tried) /* another has been asked before: it is not asked again */
		gw_call_take_route(call, &route);
	else
		gw_call_route(call, iam);
	return true;
}
