/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/login: see login.h. */
#include "sip/login.h"

#include "sip/session.h"

#define MAX_CHALLENGES 3 /* the nonce may be too old when it comes (RFC 7616 3.4) */

struct sip_login *sip_login_new(struct mem *m, struct rng *rng, const struct sip_digest_user *user)
{
	struct sip_login *l = MEM_NEW(m, struct sip_login);

	if (!l)
		return NULL;
	l->mem = m;
	l->rng = rng;
	l->user = *user;
	l->user.name = mem_keep(m, user->name);
	l->user.realm = mem_keep(m, user->realm);
	return l->user.name.p && l->user.realm.p ? l : NULL;
}

int sip_login_init(struct sip_session *ses, const struct sip_digest_user *user)
{
	ses->login = sip_login_new(ses->mem, &ses->stack->cfg.rng, user);
	return ses->login ? 0 : TG_ENOMEM;
}

static struct str pack(char **p, struct str s)
{
	struct str out = { s.p ? *p : NULL, s.len };

	if (s.len)
		memcpy(*p, s.p, s.len);
	*p += s.len;
	return out;
}

/* What the answers need of it. */
static bool keep(struct sip_login *l, const struct sip_digest_choice *c)
{
	const struct sip_auth *a = &c->challenge;
	size_t len = a->realm.len + a->nonce.len + a->opaque.len + a->algorithm_name.len;
	char *p = mem_alloc(l->mem, len + 1);

	if (!p)
		return false;
	mem_drop(l->chunk);
	l->chunk = p;
	l->nc = 0;
	l->choice =
		(struct sip_digest_choice){ .user = &l->user, .answer_header = c->answer_header };
	l->choice.challenge.is_digest = true;
	l->choice.challenge.algorithm = a->algorithm;
	l->choice.challenge.has_qop = a->has_qop;
	l->choice.challenge.qop_auth = a->qop_auth;
	l->choice.challenge.realm = pack(&p, a->realm);
	l->choice.challenge.nonce = pack(&p, a->nonce);
	l->choice.challenge.opaque = pack(&p, a->opaque);
	l->choice.challenge.algorithm_name = pack(&p, a->algorithm_name);
	return true;
}

/* 22.2: a password that was refused is not offered again, but for a nonce that was only too old. */
bool sip_login_takes(struct sip_login *l, const struct sip_msg *m)
{
	struct sip_digest_choice c;

	if (!l || (m->status != 401 && m->status != 407) ||
	    sip_digest_choose(m, &l->user, 1, &c) < 0)
		return false;
	if (l->challenges && (!c.challenge.stale || l->challenges == MAX_CHALLENGES))
		return false;
	l->challenges++;
	return keep(l, &c);
}

void sip_login_good(struct sip_login *l)
{
	if (l)
		l->challenges = 0;
}

bool sip_login_answers(struct sip_session *ses, const struct sip_msg *m)
{
	return sip_login_takes(ses->login, m);
}

static struct str credentials(struct sip_login *l, enum sip_method method, struct str uri,
			      char *buf)
{
	char cnonce[17];
	struct str value;

	rng_hex(l->rng, cnonce, 8);
	if (sip_digest_answer(&l->choice, str_of(sip_method_name(method)), uri, str_of(cnonce),
			      ++l->nc, buf, SIP_LOGIN_MAX, &value) < 0)
		return STR("");
	return value;
}

void sip_login_put(struct sip_login *l, enum sip_method method, struct str uri, struct sip_build *b)
{
	char buf[SIP_LOGIN_MAX];
	struct str value;

	if (!l || !l->chunk)
		return;
	if (method == SIP_ACK) { /* 22.1: as in the INVITE */
		value = str_n(l->last, l->last_len);
	} else {
		value = credentials(l, method, uri, buf);
		if (method == SIP_INVITE && value.len) {
			memcpy(l->last, value.p, value.len);
			l->last_len = value.len;
		}
	}
	if (value.len)
		sip_build_header(b, l->choice.answer_header, value);
}
