/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/transfer: another leg takes the place of a SIP leg of an answered call: one that a REFER has
 * asked for (RFC 3515), which is routed like a call from the trunk that stays, or an INVITE with
 * Replaces (RFC 3891). Until the new leg is answered the old one stays as it is, and it goes on when
 * the new one fails; when who referred has hung up meanwhile, the call then ends.
 *
 *	gw_transfer_refer(g, ev);		(SIP_EV_REFER)
 *	if (gw_transfer_takes(p)) return;	(what a leg has posted is a matter of a transfer)
 *
 * Both SIP legs have one RTP channel, the old one's, so that speech goes on in the same stream. The
 * legs that are not in the call any more are in call->tried until they are over.
 */
#ifndef TRUNKGATE_GATEWAY_TRANSFER_H
#define TRUNKGATE_GATEWAY_TRANSFER_H

#include "gateway/leg_sip.h"

#define GW_MAX_TRANSFERS 64 /* subscriptions to their progress at once */

struct gw_transfer {
	uint8_t at;
	struct gw_leg *leg; /* the new one */
	bool subscribed;    /* somebody wants to hear how it goes */
	sip_subscription_id subscription;
	bool referrer_gone;	 /* the old leg is over, or on its way */
	struct gw_end end;	 /* of the new leg */
	struct gw_leg_info info; /* of the new leg, then in the record */
	unsigned sip_status;	 /* of the call, before */
	unsigned told;		 /* the status that was told last */
};

void gw_transfer_refer(struct gw *g, const struct sip_event *ev);
/* An INVITE with ev->replaces; it is answered in any case. */
void gw_transfer_invite(struct gw *g, const struct sip_event *ev, const struct gw_peer_cfg *peer);
bool gw_transfer_takes(struct gw_plane *p);
/* The call ends: the new leg too. */
void gw_transfer_abort(struct gw_call *call, const struct isup_msg *rel);

#endif
