/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/publication: an event state compositor (RFC 3903 6): what others publish about a resource, kept for
 * as long as they say, under entity tags. It keeps no sockets and stands beside the stack, as the
 * registrar does: its user decides who may publish about what, hands it the PUBLISH and sends what it
 * says.
 *
 *	struct sip_publications *p = sip_publications_new(mem, &cfg);
 *	...
 *	case SIP_EV_REQUEST:			(PUBLISH is in sip_cfg.methods)
 *		sip_publications_rx(p, now, ev->msg, &answer);
 *		sip_request_answer(stack, now, answer.status, &answer.body);
 *		if (answer.changed) ...		(tell those who have subscribed)
 *	...
 *	for (pos = 0; sip_publications_find(p, now, resource, STR("presence"), &pos, &state);) ...
 *
 * Views in an answer or a state are valid until the next call that is told something.
 */
#ifndef TRUNKGATE_SIP_PUBLICATION_H
#define TRUNKGATE_SIP_PUBLICATION_H

#include <trunkgate/base/mem.h>
#include <trunkgate/base/rng.h>
#include <trunkgate/base/tick.h>
#include <trunkgate/sip/stack.h>

#define SIP_PUBLICATION_MAX 4096 /* octets of a state; more gets 413 */

struct sip_publications;

struct sip_publications_cfg {
	struct rng rng;		    /* for entity tags */
	struct str events;	    /* "presence, dialog": others get 489; must outlive it */
	uint32_t min_expires_s;	    /* shorter ones get 423; 0: 60 */
	uint32_t default_expires_s; /* when none is asked for; 0: 3600 */
	uint32_t max_expires_s;	    /* longer ones are cut to it; 0: 3600 */
	uint32_t max_publications;  /* more get 503; 0: 1000 */
};

struct sip_publication_answer {
	unsigned status;
	bool changed; /* what is known of the resource is another now */
	struct sip_body body;
	struct sip_extra extra[2];
	char etag[17], number[12];
};

struct sip_publication {
	struct str resource; /* the Request-URI */
	struct str event, etag;
	struct str content_type, octets;
	tick_t expires;
};

/* NULL: out of memory. */
struct sip_publications *sip_publications_new(struct mem *parent,
					      const struct sip_publications_cfg *cfg);
void sip_publications_free(struct sip_publications *p);
void sip_publications_rx(struct sip_publications *p, tick_t now, const struct sip_msg *m,
			 struct sip_publication_answer *out);
/* What is published about a resource (compared as URIs) and has not expired; *pos starts at 0. */
bool sip_publications_find(const struct sip_publications *p, tick_t now,
			   const struct sip_uri *resource, struct str event, unsigned *pos,
			   struct sip_publication *out);

#endif
