/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/registrar: who can be reached where (RFC 3261 10.3), for a few hundred phones. It keeps no
 * sockets, and stands beside the stack: its user hands it the REGISTER and sends what it says.
 *
 *	struct sip_registrar *r = sip_registrar_new(mem, &cfg);
 *	sip_registrar_user(r, STR("201"), NULL);
 *	...
 *	case SIP_EV_REQUEST:			(REGISTER is in sip_cfg.methods)
 *		sip_registrar_rx(r, now, ev->msg, &ev->from, &answer);
 *		sip_request_answer(stack, now, answer.status, &answer.body);
 *	...
 *	if (sip_registrar_find(r, now, STR("201"), &pos, &b))
 *		... an INVITE with b.uri as Request-URI, sent to b.source
 *
 * A binding ends by itself when its time is over: it is then neither found nor shown. Views in an
 * answer or a binding are valid until the next call that is told something.
 */
#ifndef TRUNKGATE_SIP_REGISTRAR_H
#define TRUNKGATE_SIP_REGISTRAR_H

#include <trunkgate/base/mem.h>
#include <trunkgate/base/rng.h>
#include <trunkgate/base/tick.h>
#include <trunkgate/sip/digest.h>
#include <trunkgate/sip/stack.h>

#define SIP_REGISTRAR_CONTACTS 8   /* of one user */
#define SIP_REGISTRAR_URI_MAX  256 /* octets of a contact */

struct sip_registrar;

struct sip_registrar_cfg {
	uint32_t min_expires_s;	    /* shorter ones get 423; 0: 60 */
	uint32_t default_expires_s; /* when none is asked for; 0: 3600 */
	uint32_t max_expires_s;	    /* longer ones are cut to it; 0: 3600 */
	uint32_t max_users;	    /* 0: 1000 */
	struct rng rng;		    /* for the key of nonces */
	const char *realm;	    /* a literal; NULL: "trunkgate" */
};

struct sip_registrar_answer {
	unsigned status;
	struct sip_body body;
	struct sip_extra extra[SIP_REGISTRAR_CONTACTS];
	char text[SIP_REGISTRAR_CONTACTS * (SIP_REGISTRAR_URI_MAX + 32)];
};

struct sip_binding {
	struct str user;    /* of the address of record */
	struct str uri;	    /* the contact */
	struct addr source; /* where the REGISTER came from: where a request to it goes */
	sip_path_id path;
	tick_t expires;
};

struct sip_registrar *sip_registrar_new(struct mem *parent, const struct sip_registrar_cfg *cfg);
void sip_registrar_free(struct sip_registrar *r);
/* Who may register: the user part of the address of record, as it is written. With `ha1` he has to
 * prove it by digest in the realm, and is challenged with the algorithms that it knows; NULL: anybody
 * may be him. TG_EEXIST, TG_ELIMIT, TG_ENOMEM. */
int sip_registrar_user(struct sip_registrar *r, struct str user, const struct sip_digest_ha1 *ha1);
/* All users that are not named since the last begin go, with their bindings; those that stay keep
 * them: for a new configuration. */
void sip_registrar_users_begin(struct sip_registrar *r);
void sip_registrar_users_end(struct sip_registrar *r);

/* All of a REGISTER or nothing of it is done (10.3 step 7). */
void sip_registrar_rx(struct sip_registrar *r, tick_t now, const struct sip_msg *m,
		      const struct addr *from, sip_path_id path, struct sip_registrar_answer *out);
/* Another request than REGISTER, of who says in From that he is a user with a password (RFC 3261 22): true
 * when he proves it; else `out` is the answer: 401, 403 when he is none, 400, 503. */
bool sip_registrar_admits(struct sip_registrar *r, tick_t now, const struct sip_msg *m,
			  const struct addr *from, struct sip_registrar_answer *out);
/* The bindings of a user, the latest first; *pos starts at 0. */
bool sip_registrar_find(const struct sip_registrar *r, tick_t now, struct str user, unsigned *pos,
			struct sip_binding *out);
/* Those of all users. */
bool sip_registrar_walk(const struct sip_registrar *r, tick_t now, unsigned *pos,
			struct sip_binding *out);

#endif
