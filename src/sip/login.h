/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/login: a call that proves who makes it: RFC 3261 22.1 to 22.3. The INVITE goes again with the
 * answer to a 401 or 407; what follows in the dialog carries credentials for the same nonce, counted
 * on, and the ACK those of its INVITE.
 *
 *	if (sip_login_answers(ses, m) && sip_session_again(ses) == 0)
 *		return;				(the INVITE is on its way again)
 *	sip_login_put(login, method, uri, &b);	(the line of a request, when there is one)
 *
 * All of it lies in the session's memory.
 */
#ifndef TRUNKGATE_SIP_LOGIN_H
#define TRUNKGATE_SIP_LOGIN_H

#include <trunkgate/sip/digest.h>

#include "sip/compose.h"

#define SIP_LOGIN_MAX 1024 /* octets of credentials */

struct sip_login {
	struct mem *mem;
	struct rng *rng;
	struct sip_digest_user user;
	struct sip_digest_choice choice;
	char *chunk;	     /* what the challenge's views point into; NULL: none yet */
	uint32_t nc;	     /* uses of its nonce */
	unsigned challenges; /* that were answered since the last request that was good */
	char last[SIP_LOGIN_MAX];
	size_t last_len; /* of the credentials of the last INVITE; 0: none */
};

/* For something that is no call; all of it lies in `m`. NULL: no memory. */
struct sip_login *sip_login_new(struct mem *m, struct rng *rng, const struct sip_digest_user *user);
/* The same for it as sip_login_answers; `l` may be NULL. */
bool sip_login_takes(struct sip_login *l, const struct sip_msg *m);
/* A request has its 2xx: the next challenge is a new one. `l` may be NULL. */
void sip_login_good(struct sip_login *l);
/* TG_ENOMEM. */
int sip_login_init(struct sip_session *ses, const struct sip_digest_user *user);
/* Takes the challenge of a refusal; false when it is none, or has been answered in vain. */
bool sip_login_answers(struct sip_session *ses, const struct sip_msg *m);
/* `l` may be NULL. */
void sip_login_put(struct sip_login *l, enum sip_method method, struct str uri,
		   struct sip_build *b);

#endif
