/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/expiry: session timers, RFC 4028. Who refreshes is agreed in each INVITE and UPDATE (7.1, 9);
 * when it is us, at half of the interval an UPDATE goes, or a re-INVITE with the description that was
 * last sent when the peer allows no UPDATE (7.4, 10). A session that nobody refreshes ends with BYE
 * a third of the interval before its end, at most 32 s (10).
 *
 *	sip_expiry_put_request(ses, &b);	(header lines of an INVITE or UPDATE)
 *	sip_expiry_rx_request(ses, msg);	(theirs; counts from our 2xx on)
 *	sip_expiry_agreed(ses, msg);		(their 2xx)
 */
#ifndef TRUNKGATE_SIP_EXPIRY_H
#define TRUNKGATE_SIP_EXPIRY_H

#include "sip/compose.h"

#define SIP_MIN_SE_S 90 /* RFC 4028 4 */

enum sip_expiry_state { EXP_OFF, EXP_OURS, EXP_REFRESHING, EXP_THEIRS, EXP_OVER, EXP_NR_STATES };
enum sip_expiry_event {
	EXP_E_OURS, /* agreed: we refresh */
	EXP_E_THEIRS,
	EXP_E_NONE,
	EXP_E_FAILED, /* a refresh was refused, or could not be sent */
	EXP_E_TIMER,
	EXP_NR_EVENTS
};

struct sip_expiry {
	struct fsm fsm;
	struct timer timer;
	tick_t end; /* when the BYE goes */
	uint32_t interval_s, min_se_s;
	uint32_t next_s; /* of the peer's request that is not answered yet; 0: none */
	bool next_ours, next_require;
	bool over; /* the BYE is due */
	uint8_t raises;
	struct str description, offered; /* the last one sent; one that is not agreed yet */
};

extern const struct fsm_def sip_expiry_def;

void sip_expiry_fini(struct sip_session *ses);
/* RFC 4028 9: the least interval when that of the request in s->rx is too small, else 0. */
uint32_t sip_expiry_too_small(const struct sip_stack *s);
int sip_expiry_refuse(struct sip_stack *s, uint32_t min_se_s);
void sip_expiry_rx_request(struct sip_session *ses, const struct sip_msg *m);
void sip_expiry_put_request(const struct sip_session *ses, struct sip_build *b);
void sip_expiry_put_response(const struct sip_session *ses, struct sip_build *b);
/* Our 2xx to it goes out; their 2xx has come. */
void sip_expiry_answered(struct sip_session *ses);
void sip_expiry_agreed(struct sip_session *ses, const struct sip_msg *m);
/* A description goes out: to be repeated by a refresh. */
void sip_expiry_keep(struct sip_session *ses, const struct sip_body *body);
/* The same of an offer, which counts when it was agreed to. */
void sip_expiry_offer(struct sip_session *ses, const struct sip_body *body);
void sip_expiry_settle(struct sip_session *ses, bool agreed);
/* A 422 to our INVITE: true when it may be tried again with a larger interval. */
bool sip_expiry_raise(struct sip_session *ses, const struct sip_msg *m);
/* The result of a refresh. */
void sip_expiry_done(struct sip_session *ses, unsigned status, const struct sip_msg *m);
void sip_expiry_timer(struct sip_session *ses);

#endif
