/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * leg_sip_qos: preconditions (RFC 3312) as the continuity check of ISUP (RFC 3398 7.2.1.1, 8.2.1.1): an
 * INVITE that is not to alert before its own side is reserved makes an IAM that announces COT, and its
 * UPDATE the COT; an IAM that announces COT makes an INVITE that asks to wait, and the COT our UPDATE.
 */
#include "gateway/leg_sip.h"
#include "isup/params.h"

/* From SIP. ------------------------------------------------------------------------------------- */
unsigned gw_sip_qos_status(struct gw_sip_leg *l, const struct sip_msg *invite, const char **why)
{
	struct gw *g = l->leg.gw;

	if (!l->peer.flow.preconditions) {
		*why = "no preconditions with this peer";
		return sip_msg_has_token(invite, SIP_HDR_REQUIRE, STR("precondition")) ? 420 : 0;
	}
	if (sdp_qos_is_met(&l->caps.qos))
		return 0;
	if (l->caps.qos.unknown) {
		*why = "a type of precondition that is not known (RFC 3312 8)";
		return 580;
	}
	*why = "a precondition needs 100rel";
	if (!l->reliable && !sip_msg_has_token(invite, SIP_HDR_SUPPORTED, STR("100rel")))
		return 421;
	l->reliable = true;
	sip_call_set_reliable(g->sip, l->sip, SIP_REL100_USED);
	l->waits_qos = true;
	return 0;
}

/* Q.763 3.35: continuity check on a previous circuit. */
void gw_sip_qos_iam(const struct gw_sip_leg *l, struct isup_msg *iam)
{
	struct isup_nci nci;

	if (l->waits_qos && isup_get_nci(iam, &nci) == 0) {
		nci.continuity = 2;
		isup_put_nci(iam, &nci);
	}
}

/* 6: the answer goes at once, with what is to be confirmed. */
void gw_sip_qos_begin(struct gw_sip_leg *l)
{
	if (!l->waits_qos)
		return;
	gw_leg_note(&l->leg, "precondition", "the trunk waits for COT, until the caller is ready");
	gw_sip_progress_own(l);
}

void gw_sip_qos_updated(struct gw_sip_leg *l)
{
	struct isup_msg cot;

	if (!l->waits_qos || !sdp_qos_is_met(&l->caps.qos))
		return;
	l->waits_qos = false;
	gw_leg_note(&l->leg, "precondition", "is met: COT");
	isup_msg_init(&cot, ISUP_COT, 0);
	if (isup_put_u8(&cot, ISUP_P_CONTINUITY, 1) == 0)
		gw_leg_post(&l->leg, &cot);
}

/* To SIP. --------------------------------------------------------------------------------------- */
void gw_sip_qos_offer(struct gw_sip_leg *l, const struct isup_msg *iam)
{
	struct sdp_qos *q = &l->caps.qos;

	l->waits_qos = l->peer.flow.preconditions && !l->leg.call->qos_refused &&
		       gw_call_awaits_cot(iam);
	if (!l->waits_qos)
		return;
	q->used = 1 << SDP_QOS_LOCAL | 1 << SDP_QOS_REMOTE;
	q->strength[SDP_QOS_LOCAL][0] = q->strength[SDP_QOS_LOCAL][1] = SDP_QOS_MANDATORY;
}

/* RFC 3261 21.4.15: a 420 says what is not known; one that does not say it means what was asked for. */
void gw_sip_qos_rejected(struct gw_sip_leg *l, const struct sip_event *ev)
{
	l->qos_refused = l->waits_qos && ev->status == 420 && ev->msg && !ev->local &&
			 (!sip_msg_header(ev->msg, SIP_HDR_UNSUPPORTED, 0) ||
			  sip_msg_has_token(ev->msg, SIP_HDR_UNSUPPORTED, STR("precondition")));
}

/* When there is an early dialog and no offer is open in it; else after the next response. */
void gw_sip_qos_tell(struct gw_sip_leg *l)
{
	struct gw *g = l->leg.gw;
	struct sdp_caps before = l->caps;
	struct sip_body body;

	if (!l->waits_qos || !l->cot_came)
		return;
	l->caps.qos.current[SDP_QOS_LOCAL] = SDP_QOS_SEND | SDP_QOS_RECV;
	if (gw_sip_make_offer(l) == 0) {
		body = gw_sip_body(l);
		if (sip_call_update(g->sip, g->now, l->sip, &body) == 0) {
			l->waits_qos = false;
			gw_leg_note(&l->leg, "precondition", "COT: UPDATE");
			return;
		}
	}
	l->caps = before;
}

void gw_sip_do_cot(void *self, int arg, const void *ev)
{
	const struct gw_sip_input *in = ev;
	struct gw_sip_leg *l = self;

	(void)arg;
	l->cot_came |= in->msg->type == ISUP_COT;
	gw_sip_qos_tell(l);
}
