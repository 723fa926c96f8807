/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps that SIP legs of both directions have in common. */
#include "gateway/leg_sip.h"
#include "interwork/backward.h"

/* Only an answer to an offer of ours changes the own end. */
void gw_sip_do_modify(void *self, int arg, const void *ev)
{
	struct gw_sip_leg *l = self;
	struct gw_media m = gw_sip_end(l, GW_MEDIA_MODIFY);

	(void)arg;
	(void)ev;
	if (!l->we_offered)
		return;
	l->we_offered = false;
	gw_leg_post_media(&l->leg, &m);
	gw_sip_tell_hold(l);
}

void gw_sip_do_reinvite(void *self, int arg, const void *ev)
{
	const struct gw_sip_input *in = ev;

	(void)arg;
	gw_sip_reinvite(self, in->ev);
}

/* The other leg's REL becomes what the session's state asks for: RFC 3398 7.2.4.1, 8.2.7, 10.2. */
void gw_sip_do_hangup(void *self, int arg, const void *ev)
{
	const struct gw_sip_input *in = ev;

	(void)arg;
	gw_sip_hangup(self, in->msg);
}

void gw_sip_do_rel(void *self, int cause, const void *ev)
{
	struct gw_sip_leg *l = self;

	(void)ev;
	gw_leg_cancel(&l->leg);
	gw_leg_note(&l->leg, "cause", "%d %s", cause, isup_cause_name((uint8_t)cause));
	gw_leg_post_rel(&l->leg, (uint8_t)cause);
}

/* The hangup first: it may arm the leg's timer for a second attempt. */
void gw_sip_do_abort(void *self, int cause, const void *ev)
{
	struct gw_sip_leg *l = self;
	struct isup_msg rel;

	(void)ev;
	iw_local_rel((uint8_t)cause, &rel);
	gw_sip_hangup(l, &rel);
	gw_leg_note(&l->leg, "cause", "%d %s", cause, isup_cause_name((uint8_t)cause));
	gw_leg_post_rel(&l->leg, (uint8_t)cause);
}

/* RFC 3398 7.2.3, 10.1 */
void gw_sip_do_rel_request(void *self, int arg, const void *ev)
{
	const struct gw_sip_input *in = ev;
	struct gw_sip_leg *l = self;
	struct iw_source source;
	struct isup_msg rel;

	(void)arg;
	iw_request_to_rel(&l->iw, in->ev->msg, &rel, &source);
	iw_backward_to_isup(&l->iw, in->ev->msg, &l->leg.plan, &rel);
	gw_sip_take_isup(l, in->ev->msg, &rel);
	gw_sip_post_rel(l, &rel, in->ev->type == SIP_EV_BYE ? "BYE" : "CANCEL", source, false);
}

void gw_sip_do_again(void *self, int arg, const void *ev)
{
	(void)arg;
	(void)ev;
	gw_sip_hangup_again(self);
}

void gw_sip_do_over(void *self, int arg, const void *ev)
{
	struct gw_sip_leg *l = self;

	(void)arg;
	(void)ev;
	gw_leg_over(&l->leg);
}

/* The ACK of a 2xx with our offer has to have an answer (RFC 3261 13.2.2.4). */
bool gw_sip_has_answer(const void *self, const void *ev)
{
	const struct gw_sip_input *in = ev;

	(void)self;
	return in->sdp_ok;
}
