/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/offer: whose turn it is in the offer/answer exchange of one dialog: RFC 3264 4, RFC 3261 13.2.1,
 * RFC 3262 5, RFC 3311 5, RFC 6337 2. One machine for all messages that can hold a description: a
 * description is an offer when nothing is open and the answer when an offer of the other side is;
 * anything else is refused.
 *
 *	if (!sip_offer_may(&d->offer, OFF_TX))
 *		return TG_ESTATE;
 *	sip_offer_feed(&d->offer, OFF_TX);
 *
 * It owns nothing.
 */
#ifndef TRUNKGATE_SIP_OFFER_H
#define TRUNKGATE_SIP_OFFER_H

#include <trunkgate/sip/msg.h>

#include "base/fsm.h"

enum sip_offer_state {
	OFF_STABLE, /* agreed */
	OFF_EMPTY,  /* an INVITE without an offer is open: the callee offers */
	OFF_OURS,   /* the peer owes the answer */
	OFF_THEIRS, /* we owe it */
	OFF_NR_STATES
};

enum sip_offer_event {
	OFF_INVITE_EMPTY,
	OFF_TX, /* a description that counts: not in an unreliable provisional response */
	OFF_RX,
	OFF_CLOSE, /* the exchange is over: ACK, or a refusal, which leaves what was agreed before */
	OFF_NR_EVENTS
};

extern const struct fsm_def sip_offer_def;

void sip_offer_init(struct fsm *f, uint8_t state);
bool sip_offer_may(const struct fsm *f, uint8_t event);
/* What may not be changes nothing. */
void sip_offer_feed(struct fsm *f, uint8_t event);
/* RFC 3311 5.2: the status that refuses an offer that the state does not allow. */
unsigned sip_offer_refusal(const struct fsm *f);
/* A session description, alone or within a multipart body? */
bool sip_is_description(struct str content_type, struct str octets);
/* The same, and where it is (multipart.c). */
bool sip_find_description(struct str content_type, struct str octets, struct str *sdp);

#endif
