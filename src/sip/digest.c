/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/digest: digest authentication (RFC 3261 22, RFC 7616 3.4, RFC 8760 2). */
#include <stdio.h>

#include <trunkgate/sip/digest.h>

#include "base/cursor.h"
#include "base/digest.h"
#include "sip/scan.h"

/* A nonce: the time in 16 hexadecimal digits, and the first 16 octets of its HMAC. */
#define TIME_HEX  16
#define MAC_LEN	  16
#define NONCE_LEN (TIME_HEX + 2 * MAC_LEN)
#define AHEAD_US  S_US(1) /* of several that are made at one time */

static enum digest_alg base_alg(enum sip_digest_alg alg)
{
	return alg == SIP_DIGEST_MD5 ? DIGEST_MD5 : DIGEST_SHA256;
}

static const char *alg_name(enum sip_digest_alg alg)
{
	return alg == SIP_DIGEST_MD5 ? "MD5" : "SHA-256";
}

int sip_digest_ha1_init(struct sip_digest_ha1 *h, struct str user, struct str realm,
			struct str password)
{
	const struct str parts[] = { user, STR(":"), realm, STR(":"), password };
	int r = 0;

	for (unsigned alg = 0; r == 0 && alg < SIP_DIGEST_OTHER; alg++)
		r = digest_hex(base_alg((enum sip_digest_alg)alg), parts, 5, h->hex[alg]);
	return r;
}

/* RFC 7616 3.4.1; without a qop RFC 2069's. */
static int print_kd(const struct sip_digest_input *in, struct str ha2, char *hex)
{
	struct str ha1 = str_of(in->ha1->hex[in->alg]), colon = STR(":");
	const struct str old[] = { ha1, colon, in->nonce, colon, ha2 };
	char nc[9];
	const struct str kd[] = { ha1,	 colon,	     in->nonce,	    colon, str_n(nc, 8),
				  colon, in->cnonce, STR(":auth:"), ha2 };

	snprintf(nc, sizeof(nc), "%08x", in->nc);
	return digest_hex(base_alg(in->alg), in->has_qop ? kd : old, in->has_qop ? 9 : 5, hex);
}

int sip_digest_response(const struct sip_digest_input *in, char hex[SIP_DIGEST_HEX_MAX])
{
	const struct str a2[] = { in->method, STR(":"), in->uri };
	char ha2[DIGEST_HEX_MAX];
	int r = digest_hex(base_alg(in->alg), a2, 3, ha2);

	return r < 0 ? r : print_kd(in, str_of(ha2), hex);
}

/* One challenge, and the first user of its realm with a secret for its algorithm. */
static bool can_answer(struct sip_digest_choice *c, const struct sip_digest_user *users, size_t nr)
{
	const struct sip_auth *a = &c->challenge;

	if (!a->is_digest || a->algorithm == SIP_DIGEST_OTHER || !a->nonce.p ||
	    (a->has_qop && !a->qop_auth))
		return false;
	for (size_t i = 0; i < nr; i++) {
		if (!str_eq(users[i].realm, a->realm) || !users[i].ha1.hex[a->algorithm][0])
			continue;
		c->user = &users[i];
		return true;
	}
	return false;
}

static bool choose_of(const struct sip_msg *m, enum sip_hdr id, const struct sip_digest_user *users,
		      size_t nr, struct sip_digest_choice *c)
{
	struct sip_value_walk w = { 0 };
	struct sip_value v;
	struct str one;

	while (sip_msg_next_value(m, id, &w, &one)) {
		if (sip_value_parse(&v, id, one, NULL) < 0)
			continue; /* one that is not understood is ignored (RFC 8760 2.4) */
		c->challenge = v.auth;
		if (can_answer(c, users, nr))
			return true;
	}
	return false;
}

int sip_digest_choose(const struct sip_msg *response, const struct sip_digest_user *users,
		      size_t nr_users, struct sip_digest_choice *out)
{
	out->answer_header = SIP_HDR_AUTHORIZATION;
	if (choose_of(response, SIP_HDR_WWW_AUTHENTICATE, users, nr_users, out))
		return 0;
	out->answer_header = SIP_HDR_PROXY_AUTHORIZATION;
	if (choose_of(response, SIP_HDR_PROXY_AUTHENTICATE, users, nr_users, out))
		return 0;
	return TG_ENOENT;
}

/* Between quotes without an escape and without a line end. */
static bool can_quote(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((uint8_t)s.p[i] < 0x20 || s.p[i] == '"' || s.p[i] == '\\')
			return false;
	return true;
}

/* What came quoted goes out quoted, escapes and all; a fold in it does not. */
static bool can_repeat(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((uint8_t)s.p[i] < 0x20)
			return false;
	return true;
}

static void put_quoted(struct wr *w, const char *name, struct str value)
{
	wr_z(w, name);
	wr_z(w, "=\"");
	wr_s(w, value);
	wr_z(w, "\"");
}

static int done(const struct wr *w, struct str *value)
{
	*value = wr_str(w);
	return w->err ? TG_ELIMIT : 0;
}

static void put_credentials(struct wr *w, const struct sip_digest_choice *c,
			    const struct sip_digest_input *in, const char *response)
{
	const struct sip_auth *a = &c->challenge;

	put_quoted(w, "Digest username", c->user->name);
	put_quoted(w, ", realm", a->realm);
	put_quoted(w, ", nonce", a->nonce);
	put_quoted(w, ", uri", in->uri);
	put_quoted(w, ", response", str_of(response));
	if (a->algorithm_name.p) {
		wr_z(w, ", algorithm=");
		wr_z(w, alg_name(a->algorithm));
	}
	if (a->opaque.p)
		put_quoted(w, ", opaque", a->opaque);
	if (!in->has_qop)
		return;
	wr_f(w, ", qop=auth, nc=%08x", in->nc);
	put_quoted(w, ", cnonce", in->cnonce);
}

int sip_digest_answer(const struct sip_digest_choice *c, struct str method, struct str uri,
		      struct str cnonce, uint32_t nc, char *buf, size_t size, struct str *value)
{
	const struct sip_auth *a = &c->challenge;
	struct sip_digest_input in = { a->algorithm, &c->user->ha1, a->nonce, cnonce,
				       method,	     uri,	    nc,	      a->has_qop };
	char response[SIP_DIGEST_HEX_MAX];
	struct wr w = wr_init(buf, size);
	int r;

	if (!can_quote(c->user->name) || !can_quote(uri) || !can_quote(cnonce) ||
	    !can_repeat(a->realm) || !can_repeat(a->nonce) || !can_repeat(a->opaque))
		return TG_EINVAL;
	r = sip_digest_response(&in, response);
	if (r < 0)
		return r;
	put_credentials(&w, c, &in, response);
	return done(&w, value);
}

/* The nonce of a time; with its NUL. */
static int nonce_of(const struct sip_digest_server *s, uint64_t us, char out[NONCE_LEN + 1])
{
	uint8_t mac[DIGEST_MAX];
	int r;

	snprintf(out, TIME_HEX + 1, "%016llx", (unsigned long long)us);
	r = digest_hmac(DIGEST_SHA256, str_n(s->key, sizeof(s->key)), str_n(out, TIME_HEX), mac);
	if (r == 0)
		digest_print_hex(mac, MAC_LEN, out + TIME_HEX);
	return r;
}

int sip_digest_challenge(struct sip_digest_server *s, enum sip_digest_alg alg, bool stale,
			 tick_t now, char *buf, size_t size, struct str *value)
{
	char nonce[NONCE_LEN + 1];
	struct wr w = wr_init(buf, size);
	int r;

	/* each is another one, however many are made at one time */
	s->last_us = (uint64_t)now.us > s->last_us ? (uint64_t)now.us : s->last_us + 1;
	r = nonce_of(s, s->last_us, nonce);
	if (r < 0)
		return r;
	if (!can_quote(s->realm) || alg == SIP_DIGEST_OTHER)
		return TG_EINVAL;
	put_quoted(&w, "Digest realm", s->realm);
	put_quoted(&w, ", nonce", str_of(nonce));
	wr_z(&w, ", algorithm=");
	wr_z(&w, alg_name(alg));
	wr_z(&w, ", qop=\"auth\"");
	if (stale)
		wr_z(&w, ", stale=true");
	return done(&w, value);
}

int sip_digest_find(const struct sip_msg *req, enum sip_hdr id, struct str realm,
		    struct sip_auth *auth, struct tg_diag *diag)
{
	struct sip_value_walk w = { 0 };
	struct sip_value v;
	struct str one;
	int r;

	while (sip_msg_next_value(req, id, &w, &one)) {
		r = sip_value_parse(&v, id, one, diag);
		if (r < 0)
			return r;
		if (!v.auth.is_digest || !str_eq(v.auth.realm, realm))
			continue;
		*auth = v.auth;
		return 0;
	}
	return TG_ENOENT;
}

static bool parse_time(struct str s, uint64_t *us)
{
	uint64_t v = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (sip_hex(s.p[i]) < 0)
			return false;
		v = v << 4 | (uint64_t)sip_hex(s.p[i]);
	}
	*us = v;
	return true;
}

/* Is it one of ours, and how old? */
static enum sip_digest_verdict check_nonce(const struct sip_digest_server *s, struct str nonce,
					   tick_t now, uint64_t *us)
{
	char own[NONCE_LEN + 1];

	if (nonce.len != NONCE_LEN || !parse_time(str_n(nonce.p, TIME_HEX), us) ||
	    nonce_of(s, *us, own) < 0 || !digest_eq(own, nonce.p, NONCE_LEN))
		return SIP_DIGEST_FOREIGN;
	if (*us > (uint64_t)now.us + AHEAD_US ||
	    (*us < (uint64_t)now.us && (uint64_t)now.us - *us > (uint64_t)s->lifetime_us))
		return SIP_DIGEST_STALE;
	return SIP_DIGEST_GOOD;
}

/* RFC 7616 3.4: a count has to be above the one before. A place is for one nonce at a time, and goes to
 * a younger one; an older one that has lost its place is never good again. */
static enum sip_digest_verdict use_up(struct sip_digest_server *s, uint64_t us, uint32_t nc)
{
	struct sip_digest_use *use = &s->use[(us * 0x9e3779b97f4a7c15u >> 32) % SIP_DIGEST_USES];

	if (us < use->us || (us == use->us && nc <= use->nc))
		return SIP_DIGEST_STALE;
	*use = (struct sip_digest_use){ us, nc };
	return SIP_DIGEST_GOOD;
}

static bool is_whole(const struct sip_auth *a)
{
	return a->username.p && a->nonce.p && a->uri.p && a->response.p &&
	       (!a->has_qop || (a->qop_auth && a->has_nc && a->nc && a->cnonce.p));
}

/* The lengths are equal before anything is compared: no octet beyond 32 or 64 is looked at. */
static bool response_is(const struct sip_auth *a, struct str method,
			const struct sip_digest_ha1 *ha1)
{
	struct sip_digest_input in = { a->algorithm, ha1,    a->nonce, a->cnonce,
				       method,	     a->uri, a->nc,    a->has_qop };
	char want[SIP_DIGEST_HEX_MAX], got[SIP_DIGEST_HEX_MAX];

	if (sip_digest_response(&in, want) < 0 || a->response.len != strlen(want))
		return false;
	for (size_t i = 0; i < a->response.len; i++)
		got[i] = a->response.p[i] >= 'A' && a->response.p[i] <= 'F'
				 ? (char)(a->response.p[i] | 0x20)
				 : a->response.p[i];
	return digest_eq(want, got, a->response.len);
}

enum sip_digest_verdict sip_digest_check(struct sip_digest_server *s, const struct sip_auth *auth,
					 struct str method, const struct sip_digest_ha1 *ha1,
					 tick_t now)
{
	enum sip_digest_verdict v;
	uint64_t us;

	if (!is_whole(auth))
		return SIP_DIGEST_BAD;
	if (auth->algorithm == SIP_DIGEST_OTHER || !str_eq(auth->realm, s->realm))
		return SIP_DIGEST_WRONG;
	v = check_nonce(s, auth->nonce, now, &us);
	if (v == SIP_DIGEST_FOREIGN)
		return v;
	if (!ha1 || !ha1->hex[auth->algorithm][0] || !response_is(auth, method, ha1))
		return SIP_DIGEST_WRONG;
	return v == SIP_DIGEST_GOOD ? use_up(s, us, auth->has_qop ? auth->nc : 1) : v;
}
