/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/digest: digest authentication (RFC 3261 22, RFC 7616, RFC 8760) as pure functions: MD5 and
 * SHA-256, qop auth. Passwords are kept as HA1, the digest of user, realm and password. A server
 * keeps no state for a nonce that it gives out: it is the time and an HMAC over it, so its age is known
 * and nobody else can make one. What is kept is of fixed size and written by right answers only: the
 * count of each nonce that was used last (RFC 7616 3.4). It can forget a nonce, and then takes it for
 * too old; no request is good twice.
 *
 * Client, on a 401 or 407:
 *
 *	struct sip_digest_choice c;
 *	if (sip_digest_choose(response, users, nr_users, &c) == 0 &&
 *	    sip_digest_answer(&c, STR("INVITE"), uri, cnonce, 1, buf, sizeof(buf), &value) == 0)
 *		sip_build_header(&b, c.answer_header, value);
 *
 * Server:
 *
 *	if (sip_digest_find(req, SIP_HDR_AUTHORIZATION, server.realm, &auth, &diag) < 0) ... 400
 *	switch (sip_digest_check(&server, &auth, req->method_name, ha1_of(auth.username), now)) ...
 */
#ifndef TRUNKGATE_SIP_DIGEST_H
#define TRUNKGATE_SIP_DIGEST_H

#include <trunkgate/base/tick.h>
#include <trunkgate/sip/headers.h>

#define SIP_DIGEST_HEX_MAX 65

/* One user's secret in one realm; an empty string: not known for this algorithm. */
struct sip_digest_ha1 {
	char hex[SIP_DIGEST_OTHER][SIP_DIGEST_HEX_MAX]; /* [enum sip_digest_alg] */
};

/* From a password, for both algorithms (RFC 7616 3.4.2). */
int sip_digest_ha1_init(struct sip_digest_ha1 *h, struct str user, struct str realm,
			struct str password);

/* Client. */
struct sip_digest_user {
	struct str name, realm;
	struct sip_digest_ha1 ha1;
};

struct sip_digest_choice {
	const struct sip_digest_user *user;
	struct sip_auth challenge;  /* views into the response */
	enum sip_hdr answer_header; /* SIP_HDR_AUTHORIZATION or SIP_HDR_PROXY_AUTHORIZATION */
};

/* The topmost challenge that can be answered (RFC 8760 2.4). TG_ENOENT: there is none, or of no
 * realm that a user is configured for. */
int sip_digest_choose(const struct sip_msg *response, const struct sip_digest_user *users,
		      size_t nr_users, struct sip_digest_choice *out);
/* The value of Authorization. `cnonce` is random, of letters and digits; `nc` counts from 1 for each
 * use of the nonce. TG_ELIMIT: no room; TG_EINVAL: a name or URI that cannot be quoted. */
int sip_digest_answer(const struct sip_digest_choice *c, struct str method, struct str uri,
		      struct str cnonce, uint32_t nc, char *buf, size_t size, struct str *value);

/* Server. */
#define SIP_DIGEST_USES 256

struct sip_digest_server {
	struct str realm;
	uint8_t key[32];     /* random, made at the start */
	int64_t lifetime_us; /* of a nonce */
	/* Private, zero at first. */
	uint64_t last_us;
	struct sip_digest_use {
		uint64_t us; /* which nonce */
		uint32_t nc; /* its last count */
	} use[SIP_DIGEST_USES];
};

/* The value of WWW-Authenticate or Proxy-Authenticate. Of several the preferred one goes first. */
int sip_digest_challenge(struct sip_digest_server *s, enum sip_digest_alg alg, bool stale,
			 tick_t now, char *buf, size_t size, struct str *value);
/* The credentials of a request for a realm. TG_ENOENT: none (401), also those of other schemes and
 * realms; TG_EINVAL: against the grammar (400). */
int sip_digest_find(const struct sip_msg *req, enum sip_hdr id, struct str realm,
		    struct sip_auth *auth, struct tg_diag *diag);

enum sip_digest_verdict {
	SIP_DIGEST_GOOD,
	SIP_DIGEST_STALE,   /* right, but the nonce is too old, or its count has been used or
			   * passed: challenge with stale=true */
	SIP_DIGEST_WRONG,   /* challenge anew: no such user, wrong password */
	SIP_DIGEST_FOREIGN, /* challenge anew: a nonce that is not ours, as after a new start */
	SIP_DIGEST_BAD,	    /* parameters that must be there are not (400) */
};

/* `ha1` is that of the user named in the credentials, NULL when there is no such user. GOOD uses the
 * nonce count up; without a qop a nonce is good once. */
enum sip_digest_verdict sip_digest_check(struct sip_digest_server *s, const struct sip_auth *auth,
					 struct str method, const struct sip_digest_ha1 *ha1,
					 tick_t now);

/* KD(H(A1), nonce:nc:cnonce:qop:H(A2)), in hexadecimal; without a qop as RFC 2069 had it. */
struct sip_digest_input {
	enum sip_digest_alg alg;
	const struct sip_digest_ha1 *ha1;
	struct str nonce, cnonce, method, uri;
	uint32_t nc;
	bool has_qop;
};
int sip_digest_response(const struct sip_digest_input *in, char hex[SIP_DIGEST_HEX_MAX]);

#endif
