/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/redirect: an INVITE that follows 3xx responses, RFC 3261 8.1.3.4 and 19.1.5: the targets that the
 * Contacts name are tried by q value, one after the other, each once, as many as the user allows. A 6xx
 * ends it. Other schemes than sip (and host names, when those are not resolved) are left to the user,
 * who gets the last refusal.
 *
 *	if (sip_redirect_follows(ses, status, msg))
 *		return;				(the INVITE goes to another target)
 *
 * All of it lies in the session's memory.
 */
#ifndef TRUNKGATE_SIP_REDIRECT_H
#define TRUNKGATE_SIP_REDIRECT_H

#include "sip/compose.h"

#define SIP_MAX_REDIRECTS 5

struct sip_redirect {
	unsigned nr_seen, nr_next, max;
	struct str seen[SIP_MAX_REDIRECTS + 1]; /* targets that were tried */
	struct sip_redirect_target {
		struct str uri;
		unsigned q; /* thousandths */
	} next[SIP_MAX_REDIRECTS];
};

/* TG_ENOMEM. */
int sip_redirect_init(struct sip_session *ses, unsigned max);
/* Our INVITE was refused, or failed (msg NULL). */
bool sip_redirect_follows(struct sip_session *ses, unsigned status, const struct sip_msg *msg);

#endif
