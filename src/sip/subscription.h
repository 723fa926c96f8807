/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/subscription: the two machines of RFC 6665: the notifier's (figure of 4.2) and the subscriber's
 * (figure 1 of 4.1.2), and what a subscription keeps. It is a usage of a dialog (RFC 5057): of one of
 * its own, or, after a REFER, of a call's. A dialog lasts as long as one of its usages.
 *
 *	if (sip_subscription_rx(d, &result))	(SUBSCRIBE, NOTIFY, REFER within a dialog)
 *		return result;
 *
 * A subscription owns its memory context and frees itself when its machine is over.
 */
#ifndef TRUNKGATE_SRC_SIP_SUBSCRIPTION_H
#define TRUNKGATE_SRC_SIP_SUBSCRIPTION_H

#include <trunkgate/sip/headers.h>
#include <trunkgate/sip/subscription.h>

#include "sip/dialog.h"

enum { NTF_ACTIVE, NTF_SENDING, NTF_ENDING, NTF_OVER, NTF_NR_STATES };

enum {
	NTF_E_STATE,   /* the user has another state */
	NTF_E_REFRESH, /* SUBSCRIBE */
	NTF_E_END,     /* the user, Expires: 0, or the time: `reason` says why */
	NTF_E_OK,      /* a NOTIFY has its 2xx */
	NTF_E_FAILED,  /* or another one, or none: 4.2.2 */
	NTF_NR_EVENTS
};

enum { SUB_ASKING, SUB_WAITING, SUB_ACTIVE, SUB_REFRESHING, SUB_LEAVING, SUB_OVER, SUB_NR_STATES };

enum {
	SUB_E_2XX,
	SUB_E_REFUSED, /* 300-699, or none: the subscription stays until its time is over */
	SUB_E_GONE,    /* 404, 405, 410, 416, 480-485, 489, 501, 604: it is no more (4.1.2.2) */
	SUB_E_NOTIFY,  /* active or pending */
	SUB_E_TERMINATED,
	SUB_E_TIMER,
	SUB_E_LEAVE,
	SUB_NR_EVENTS
};

extern const struct fsm_def sip_notifier_def, sip_subscriber_def;

struct sip_subscription {
	struct fsm fsm;
	struct sip_stack *stack;
	struct mem *mem;
	sip_subscription_id id;
	void *user;
	struct list link;	   /* among all */
	struct list usage;	   /* of its dialog */
	struct sip_dialog *dialog; /* subscriber: NULL before the first NOTIFY */
	sip_call_id call;	   /* of a REFER; 0: none */
	bool notifier, refer, guarded;
	struct str event; /* the value of Event */
	struct sip_trans *asked;
	struct timer timer;
	tick_t expires;
	bool over;
	/* told at the end */
	unsigned status;
	bool local;
	const struct sip_msg *last_msg;
	/* notifier */
	struct sip_body *state; /* NULL: none */
	bool changed, ending;
	struct str reason;
	uint32_t retry_after_s;
	/* subscriber */
	const struct sip_path *path;
	struct addr target;
	struct str uri, from, to, call_id, local_tag, accept;
	uint32_t cseq, expires_s;
	bool raised;		 /* a 423 has been followed */
	struct sip_login *login; /* NULL: none */
};

/* Outside a dialog, in s->rx. */
int sip_subscription_rx_new(struct sip_stack *s);
/* A NOTIFY that may make the dialog, in s->rx. False: it is for none of ours. */
bool sip_subscription_rx_first(struct sip_stack *s, int *result);
/* Within a dialog, in s->rx. */
int sip_subscription_rx(struct sip_dialog *d);
/* Its request goes on in another transaction (hunt.h). */
void sip_subscription_moved(struct sip_trans *was, struct sip_trans *now);
/* The SUBSCRIBE that was refused goes again, with credentials (22.2). False: it cannot. */
bool sip_subscription_again(struct sip_subscription *x);
void sip_subscription_told(struct sip_trans *t, enum sip_tell tell, const struct sip_msg *msg);
void sip_subscription_timer(struct timer *t);
/* Feeds, and frees it when it is over. `status` and `msg`: for SIP_EV_UNSUBSCRIBED. */
void sip_subscription_feed(struct sip_subscription *x, uint8_t event, const struct sip_msg *msg);
int sip_subscription_new(struct sip_stack *s, struct str event, bool notifier,
			 struct sip_subscription **out);
void sip_subscription_free(struct sip_subscription *x);
void sip_subscription_join(struct sip_subscription *x, struct sip_dialog *d);
struct sip_subscription *sip_subscription_find(const struct sip_stack *s, sip_subscription_id id);
/* With a transaction whose result is its own. */
void sip_subscription_start(struct sip_subscription *x, struct sip_trans *t);
/* Sends NOTIFY, SUBSCRIBE or REFER within its dialog. */
int sip_subscription_send(struct sip_subscription *x, enum sip_method method, struct str lines,
			  const struct sip_body *body);
void sip_subscription_event(struct sip_subscription *x, enum sip_event_type type,
			    const struct sip_msg *msg);
/* How much longer it lasts. */
uint32_t sip_subscription_left_s(const struct sip_subscription *x);
void sip_subscription_arm(struct sip_subscription *x, int64_t us);
/* refer.c */
int sip_refer_rx(struct sip_dialog *d);

#endif
