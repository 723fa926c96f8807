/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * treatment: a call that has failed, and whose caller hears why before it ends. From SIP: the exchange
 * has said so by an ACM or CPG with a cause, and announces it (RFC 3398 7.1.6). From a trunk whose IAM
 * says that there is interworking: a refusal becomes an ACM, or a CPG, and a tone (RFC 3666 3.6). Both
 * end by the interwork timer when the caller does not end it. The rules are those of the SIP peer.
 */
#include "gateway/leg_sip.h"
#include "gateway/redirect.h"
#include "interwork/progress.h"

#define CAUSE_BUSY 17

/* The leg of the SIP peer in a call between SIP and a trunk; NULL: it is none. */
static struct gw_sip_leg *sip_leg(const struct gw_call *call)
{
	if (!call->leg[1] || call->leg[0]->side == call->leg[1]->side)
		return NULL;
	return gw_sip_leg_of(call->leg[call->leg[0]->side == GW_SIDE_SIP ? 0 : 1]);
}

static void arm(struct gw_call *call, const struct gw_sip_leg *l, uint8_t cause)
{
	int64_t s = iw_profile_rule(&l->profile, IW_RULE_INTERWORK_TIMER);

	if (call->treated)
		return;
	call->treated = cause;
	call->treatment_timer.kind = GW_TM_TREATMENT;
	if (s)
		timerq_arm(&call->gw->timers, &call->treatment_timer,
			   tick_add_ms(call->gw->now, s * 1000));
}

void gw_treatment_watch(struct gw_call *call, const struct isup_msg *m)
{
	struct gw_sip_leg *l = sip_leg(call);
	struct isup_cause c;

	if (!l || l->leg.at != 0)
		return;
	if (m->type == ISUP_ANM || m->type == ISUP_CON)
		timerq_cancel(&call->gw->timers, &call->treatment_timer);
	else if (isup_get_cause(m, &c) == 0)
		arm(call, l, c.value);
}

static bool is_interworking(const struct gw_call *call)
{
	struct isup_fci fci = { 0 };

	return call->routed && isup_get_fci(&call->iam, &fci) == 0 && fci.interworking;
}

static bool may_treat(const struct gw_call *call, const struct gw_sip_leg *l)
{
	return l && l->leg.at == 1 && !call->path.released && !call->treated &&
	       tick_is_never(call->rec->info.answered) && is_interworking(call) &&
	       call->leg[0]->ringback && iw_profile_rule(&l->profile, IW_RULE_ERROR_TONE);
}

bool gw_treatment_of_rel(struct gw_call *call, const struct isup_msg *rel)
{
	struct gw_sip_leg *l = sip_leg(call);
	struct gw_leg *caller = call->leg[0];
	struct isup_msg m[IW_PROGRESS_MAX];
	struct isup_cause c;

	if (!may_treat(call, l) || caller->over || isup_get_cause(rel, &c) < 0 ||
	    iw_progress_isup(&l->iw, 183, l->acm_sent, true, m) != 1)
		return false;
	gw_leg_note(&l->leg, "treatment", "cause %u %s: a tone for who called", c.value,
		    isup_cause_name(c.value));
	call->toned = true;
	gw_call_addressed(call, &m[0]);
	caller->ops->call_tx(caller, &m[0]);
	call->path.end[1].choice.dir = SDP_INACTIVE; /* late packets end no tone */
	call->path.ring = dsp_ringback_failed(caller->ringback, c.value == CAUSE_BUSY);
	gw_path_changed(call);
	arm(call, l, c.value);
	return true;
}

void gw_treatment_timer(struct timer *t)
{
	struct gw_call *call = container_of(t, struct gw_call, treatment_timer);

	if (!call->path.released && tick_is_never(call->rec->info.answered))
		gw_call_release(call, call->treated, "who called has heard why: interwork timer");
}
