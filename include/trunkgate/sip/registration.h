/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/registration: one contact kept registered at a registrar (RFC 3261 10.2), with digest (22),
 * the registrar's own interval (423, the expiry it grants), back-off (RFC 5626 4.5) and
 * Service-Route (RFC 3608); a Path between is supported (RFC 3327). It stands beside the stack and
 * is told of the stack's events.
 *
 *	struct sip_registration *r = sip_registration_new(mem, &cfg);
 *	sip_registration_start(r, stack, now);
 *	...
 *	case SIP_EV_RESPONSE:			(while draining)
 *		sip_registration_rx(r, stack, now, ev);		(false: it is not for this one)
 *	...
 *	if (tick_due(sip_registration_deadline(r), now))
 *		sip_registration_tick(r, stack, now);
 *	if (sip_registration_up(r, now)) ...
 */
#ifndef TRUNKGATE_SIP_REGISTRATION_H
#define TRUNKGATE_SIP_REGISTRATION_H

#include <trunkgate/base/mem.h>
#include <trunkgate/base/rng.h>
#include <trunkgate/base/tick.h>
#include <trunkgate/sip/digest.h>
#include <trunkgate/sip/stack.h>

#define SIP_REGISTRATION_ROUTES 8

struct sip_registration;

struct sip_registration_cfg {
	struct rng rng;
	sip_path_id path;
	struct addr target;	      /* next hop, as in struct sip_invite; */
	struct str next;	      /* this too */
	struct str registrar;	      /* Request-URI: "sip:example.net" */
	struct str aor;		      /* name-addr without tag: "<sip:201@example.net>" */
	struct str contact;	      /* URI: "sip:201@192.0.2.7:5060" */
	struct sip_digest_user login; /* an empty name: none */
	uint32_t expires_s;	      /* what is asked for; 0: 3600 */
};

/* Texts are copied. NULL: out of memory, or a contact that is no URI. */
struct sip_registration *sip_registration_new(struct mem *parent,
					      const struct sip_registration_cfg *cfg);
/* Its stack must not have a request of it under way, or be freed first. */
void sip_registration_free(struct sip_registration *r);
void sip_registration_start(struct sip_registration *r, struct sip_stack *s, tick_t now);
/* Takes the contact away at the registrar (10.2.2). */
void sip_registration_stop(struct sip_registration *r, struct sip_stack *s, tick_t now);
bool sip_registration_rx(struct sip_registration *r, struct sip_stack *s, tick_t now,
			 const struct sip_event *ev);
void sip_registration_tick(struct sip_registration *r, struct sip_stack *s, tick_t now);
tick_t sip_registration_deadline(const struct sip_registration *r);

/* Does the registrar know us now? */
bool sip_registration_up(const struct sip_registration *r, tick_t now);
/* Until when (in the past: it does not). */
tick_t sip_registration_expires(const struct sip_registration *r);
/* Nothing of it is under way and nothing is to come: it may be freed. */
bool sip_registration_idle(const struct sip_registration *r);
/* Of the last response; 0: none yet. */
unsigned sip_registration_status(const struct sip_registration *r);
/* The n-th Service-Route (from 0), for the Route headers of new requests. */
bool sip_registration_route(const struct sip_registration *r, unsigned n, struct str *value);

#endif
