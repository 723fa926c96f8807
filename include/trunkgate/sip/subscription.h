/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/subscription: events of others (RFC 6665): SUBSCRIBE and NOTIFY in both roles, and REFER within a
 * call (RFC 3515), whose progress is a subscription, too. The stack keeps dialogs and time; the user
 * says what there is to tell. sip_cfg.events names the packages that others may subscribe to, and
 * sip_cfg.max_subscriptions bounds both roles together; 0: none of this is spoken.
 *
 * As notifier:
 *
 *	case SIP_EV_SUBSCRIBE:				(while draining)
 *		sip_subscription_accept(s, now, &accept, &id);	(or sip_request_answer with 300-699)
 *	...
 *	sip_subscription_notify(s, now, id, &state);	(something has changed)
 *	case SIP_EV_UNSUBSCRIBED:			(the id is void from here on)
 *
 * As subscriber:
 *
 *	sip_subscribe(s, now, &want, &id);
 *	case SIP_EV_NOTIFY:				(ev->msg has the state; 200 has been sent)
 *	case SIP_EV_UNSUBSCRIBED:			(ev->status, or ev->msg with the reason)
 *
 * What a notifier has been given last is kept and sent again when a subscriber refreshes, and in the
 * last NOTIFY. A subscriber refreshes by itself. One NOTIFY is under way at a time: what changes
 * meanwhile goes with the next, so the latest always arrives.
 */
#ifndef TRUNKGATE_SIP_SUBSCRIPTION_H
#define TRUNKGATE_SIP_SUBSCRIPTION_H

#include <trunkgate/sip/stack.h>

#define SIP_SUBSCRIPTION_STATE_MAX 4096 /* octets of a state that a notifier keeps */

struct sip_subscription_accept {
	uint32_t expires_s;	      /* what is granted; not above what was asked for */
	const struct sip_body *state; /* of the first NOTIFY; NULL: none */
	void *user;		      /* comes back in every event of it */
	bool guarded; /* each further SUBSCRIBE of it is the user's: a SIP_EV_REFRESH */
};

/* The SUBSCRIBE of the last SIP_EV_SUBSCRIBE gets 200, and a NOTIFY follows. TG_ESTATE: there is none, or
 * it has been answered; TG_ELIMIT, TG_ENOMEM: it has to be refused (503). */
int sip_subscription_accept(struct sip_stack *s, tick_t now,
			    const struct sip_subscription_accept *a, sip_subscription_id *id);
/* The SUBSCRIBE of the last SIP_EV_REFRESH (while draining) is good: it gets 200, and a NOTIFY follows. To
 * refuse it, or to ask for a digest with 401: sip_request_answer; the subscription stays as it was. */
int sip_subscription_refresh(struct sip_stack *s, tick_t now);
/* The state has changed. */
int sip_subscription_notify(struct sip_stack *s, tick_t now, sip_subscription_id id,
			    const struct sip_body *state);
/* As notifier: a last NOTIFY with this reason (RFC 6665 4.1.3: "noresource", "deactivated" ...) and,
 * when not 0, the seconds after which it may be tried again; `state` NULL: as before. As subscriber:
 * a SUBSCRIBE that ends it. SIP_EV_UNSUBSCRIBED comes when it is over. */
int sip_subscription_end(struct sip_stack *s, tick_t now, sip_subscription_id id,
			 const char *reason, uint32_t retry_after_s, const struct sip_body *state);

struct sip_subscribe {
	sip_path_id path;
	struct addr target;  /* next hop */
	struct str uri;	     /* Request-URI */
	struct str from, to; /* name-addr values without tag */
	struct str event;    /* "presence", with parameters or without */
	struct str accept;   /* content types; empty: those of the package */
	uint32_t expires_s;  /* 0: 3600 */
	/* Who answers a 401 or 407 (RFC 3261 22.2), also of a refresh; copied; NULL: nobody. */
	const struct sip_digest_user *login;
	void *user;
};

/* TG_EINVAL, TG_ENOENT (path), TG_ELIMIT, TG_ENOMEM. */
int sip_subscribe(struct sip_stack *s, tick_t now, const struct sip_subscribe *want,
		  sip_subscription_id *id);

/* REFER within an established call (RFC 3515): the peer is asked to call `refer_to` (a name-addr, with a
 * Replaces in its URI for an attended transfer, RFC 3891). How that goes comes as SIP_EV_NOTIFY with a
 * body of message/sipfrag, and SIP_EV_UNSUBSCRIBED at the end. */
int sip_call_refer(struct sip_stack *s, tick_t now, sip_call_id call, struct str refer_to,
		   const struct sip_body *body, void *user, sip_subscription_id *id);
/* The REFER of the last SIP_EV_REFER gets 202, and a NOTIFY "100 Trying" follows; the user tells the
 * rest by sip_refer_progress. To refuse it: sip_request_answer. */
int sip_refer_accept(struct sip_stack *s, tick_t now, void *user, sip_subscription_id *id);
/* A final status ends it (RFC 3515 2.4.7: reason noresource). */
int sip_refer_progress(struct sip_stack *s, tick_t now, sip_subscription_id id, unsigned status);

#endif
