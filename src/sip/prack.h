/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/prack: reliable provisional responses, RFC 3262. As callee: one at a time is repeated from T1,
 * doubling, until its PRACK or for 64*T1 (section 3); a 2xx waits for the PRACK of a description. As
 * caller: the next one in order of each early dialog is acknowledged once (section 4), by the stack
 * itself, or by the user when it holds an offer or he wants to.
 *
 *	if (sip_rel_wanted(ses))
 *		err = sip_rel_progress(ses, 183, &body);
 *	if (!sip_rel_accept(ses, msg, &in))
 *		return;				(repeated or out of order)
 *
 * It owns the response that it repeats and the 2xx that waits.
 */
#ifndef TRUNKGATE_SIP_PRACK_H
#define TRUNKGATE_SIP_PRACK_H

#include "sip/compose.h"

struct sip_session_in;

enum sip_rel_state { REL_IDLE, REL_SENT, REL_LATE, REL_FAILED, REL_NR_STATES };
enum sip_rel_event {
	REL_U_SEND,
	REL_PRACK,
	REL_FINAL, /* a final response is sent */
	REL_T_REPEAT,
	REL_T_LIFE,
	REL_NR_EVENTS
};

/* In the session of a callee. */
struct sip_rel {
	struct fsm fsm;
	struct sip_buf *held; /* the 2xx that waits */
	struct timer repeat, life;
	int64_t repeat_us;
	uint32_t rseq; /* of the last one; 0: none yet */
	uint16_t status;
	bool supported, required; /* what the INVITE said */
	bool described;		  /* a description is in it */
	bool due;		  /* the minute of 13.3.1.1 has passed */
	bool acked;		  /* one has been: the peer knows the early dialog */
};

extern const struct fsm_def sip_rel_def;

/* From the INVITE in s->rx. */
void sip_rel_init(struct sip_session *ses);
void sip_rel_fini(struct sip_session *ses);
/* Does a provisional response go reliably? */
bool sip_rel_wanted(const struct sip_session *ses);
/* TG_ESTATE: another one waits for its PRACK. */
int sip_rel_progress(struct sip_session *ses, unsigned status, const struct sip_body *body);
/* Every minute (RFC 3261 13.3.1.1), of what was acknowledged, the next one without a description. */
void sip_rel_refresh(struct sip_session *ses);
/* May a 2xx go now? If not it is held. */
bool sip_rel_hold(struct sip_session *ses, struct sip_buf **answer);
void sip_rel_timer(struct sip_session *ses, uint16_t kind);
/* A PRACK in s->rx. */
int sip_rel_rx_prack(struct sip_dialog *d);

/* As caller: false when the response is to be ignored; `prack` is set when the user has to. */
bool sip_rel_accept(struct sip_session *ses, const struct sip_msg *m, struct sip_session_in *in);

#endif
