/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/registrar: RFC 3261 10.3, see <trunkgate/sip/registrar.h>. */
#include <stdio.h>

#include <trunkgate/sip/registrar.h>

#include "base/list.h"
#include "sip/guess.h"

#define NONCE_US S_US(300)

struct binding {
	bool used;
	struct str uri, call_id; /* one chunk */
	uint32_t cseq;
	struct addr source;
	sip_path_id path;
	tick_t expires;
	uint64_t order; /* of its last update */
};

struct user {
	struct list link;
	struct str name;
	bool named; /* since users_begin */
	bool proves;
	struct sip_digest_ha1 ha1;
	struct last {
		struct str name; /* Call-ID and branch, one chunk */
		uint32_t cseq;
		struct addr source;
	} last; /* the REGISTER that was done last */
	struct binding binding[SIP_REGISTRAR_CONTACTS];
};

struct sip_registrar {
	struct mem *mem;
	struct sip_registrar_cfg cfg;
	struct sip_digest_server digest;
	struct sip_guess guess;
	struct list users;
	uint32_t nr_users;
	uint64_t order;
};

/* What a REGISTER asks for, read whole before anything is done. */
struct wish {
	struct str uri;
	uint32_t expires_s;
	struct binding *old; /* NULL: a new one */
	struct binding *place;
	char *chunk;
};

struct wishes {
	const struct sip_msg *m;
	bool all_away; /* Contact: * */
	unsigned nr;
	struct wish wish[SIP_REGISTRAR_CONTACTS];
};

static void set_default(uint32_t *v, uint32_t value)
{
	if (!*v)
		*v = value;
}

struct sip_registrar *sip_registrar_new(struct mem *parent, const struct sip_registrar_cfg *cfg)
{
	struct mem *m = mem_sub(parent, "registrar");
	struct sip_registrar *r = m ? MEM_NEW(m, struct sip_registrar) : NULL;

	if (!r) {
		mem_free(m);
		return NULL;
	}
	r->mem = m;
	r->cfg = *cfg;
	list_init(&r->users);
	set_default(&r->cfg.min_expires_s, 60);
	set_default(&r->cfg.default_expires_s, 3600);
	set_default(&r->cfg.max_expires_s, 3600);
	set_default(&r->cfg.max_users, 1000);
	r->digest.realm = str_of(cfg->realm ? cfg->realm : "trunkgate");
	r->digest.lifetime_us = NONCE_US;
	cfg->rng.fill(cfg->rng.ctx, r->digest.key, sizeof(r->digest.key));
	return r;
}

void sip_registrar_free(struct sip_registrar *r)
{
	if (r)
		mem_free(r->mem);
}

/* Users. ---------------------------------------------------------------------------------------- */
static struct user *find_user(const struct sip_registrar *r, struct str name)
{
	struct user *u;

	list_for_each(u, &r->users, link)
		if (str_eq(u->name, name))
			return u;
	return NULL;
}

static void drop_binding(struct binding *b)
{
	mem_drop((void *)b->uri.p);
	*b = (struct binding){ 0 };
}

static void drop_user(struct sip_registrar *r, struct user *u)
{
	for (unsigned i = 0; i < SIP_REGISTRAR_CONTACTS; i++)
		drop_binding(&u->binding[i]);
	list_del(&u->link);
	mem_drop((void *)u->last.name.p);
	mem_drop((void *)u->name.p);
	mem_drop(u);
	r->nr_users--;
}

static int new_user(struct sip_registrar *r, struct str name, struct user **out)
{
	struct user *u;

	if (r->nr_users == r->cfg.max_users)
		return TG_ELIMIT;
	u = MEM_NEW(r->mem, struct user);
	if (!u)
		return TG_ENOMEM;
	u->name = mem_keep(r->mem, name);
	if (!u->name.p) {
		mem_drop(u);
		return TG_ENOMEM;
	}
	list_add_tail(&r->users, &u->link);
	r->nr_users++;
	*out = u;
	return 0;
}

int sip_registrar_user(struct sip_registrar *r, struct str name, const struct sip_digest_ha1 *ha1)
{
	static const struct sip_digest_ha1 none;
	struct user *u = find_user(r, name);
	int err = u ? 0 : new_user(r, name, &u);

	if (err < 0)
		return err;
	if (u->named)
		return TG_EEXIST;
	u->named = true;
	u->proves = ha1 != NULL;
	u->ha1 = ha1 ? *ha1 : none;
	return 0;
}

void sip_registrar_users_begin(struct sip_registrar *r)
{
	struct user *u;

	list_for_each(u, &r->users, link)
		u->named = false;
}

void sip_registrar_users_end(struct sip_registrar *r)
{
	struct user *u, *next;

	list_for_each_safe(u, next, &r->users, link)
		if (!u->named)
			drop_user(r, u);
}

/* Reading. -------------------------------------------------------------------------------------- */
static bool is_live(const struct binding *b, tick_t now)
{
	return b->used && !tick_due(b->expires, now);
}

static struct binding *find_binding(struct user *u, tick_t now, const struct sip_uri *uri)
{
	struct sip_uri other;

	for (unsigned i = 0; i < SIP_REGISTRAR_CONTACTS; i++)
		if (is_live(&u->binding[i], now) &&
		    sip_uri_parse(&other, u->binding[i].uri, NULL) == 0 && sip_uri_eq(&other, uri))
			return &u->binding[i];
	return NULL;
}

/* 10.2.1.1: the parameter, else the header, else our own choice. A value that is no number counts
 * as if it were not there (20.19: 3600). */
static uint32_t asked_expiry(const struct sip_registrar *r, const struct sip_msg *m,
			     struct str params)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_EXPIRES, 0);
	uint32_t s = r->cfg.default_expires_s;
	struct str value;

	if (sip_params_find(params, STR("expires"), &value))
		str_to_u32(value, &s);
	else if (h)
		str_to_u32(h->value, &s);
	return s;
}

/* Step 7: 0, or the status that refuses it. An older request must not undo a newer one. */
static unsigned check_contact(const struct sip_registrar *r, struct user *u, tick_t now,
			      const struct sip_nameaddr *a, struct wishes *w)
{
	struct wish *x = &w->wish[w->nr];

	if (w->nr == SIP_REGISTRAR_CONTACTS)
		return 403;
	if (a->uri.scheme == SIP_SCHEME_OTHER || a->uri.text.len > SIP_REGISTRAR_URI_MAX)
		return 400;
	for (unsigned i = 0; i < w->nr; i++)
		if (str_eq(w->wish[i].uri, a->uri.text))
			return 400;
	x->uri = a->uri.text;
	x->expires_s = asked_expiry(r, w->m, a->params);
	x->old = find_binding(u, now, &a->uri);
	if (x->expires_s && x->expires_s < r->cfg.min_expires_s)
		return 423;
	if (x->expires_s > r->cfg.max_expires_s)
		x->expires_s = r->cfg.max_expires_s;
	if (x->old && str_eq(x->old->call_id, w->m->call_id) && w->m->cseq <= x->old->cseq)
		return 500;
	w->nr++;
	return 0;
}

/* Step 6: a '*' stands alone, and only takes away. */
static unsigned check_star(const struct sip_msg *m, struct user *u, tick_t now)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_EXPIRES, 0);
	uint32_t s = 1;

	if (!h || !str_to_u32(h->value, &s) || s)
		return 400;
	for (unsigned i = 0; i < SIP_REGISTRAR_CONTACTS; i++) {
		const struct binding *b = &u->binding[i];
		if (is_live(b, now) && str_eq(b->call_id, m->call_id) && m->cseq <= b->cseq)
			return 500;
	}
	return 0;
}

static unsigned read_wishes(const struct sip_registrar *r, struct user *u, tick_t now,
			    struct wishes *w)
{
	struct sip_value_walk walk = { 0 };
	struct sip_nameaddr a;
	struct str value;
	unsigned status = 0, nr = 0;

	while (!status && sip_msg_next_value(w->m, SIP_HDR_CONTACT, &walk, &value)) {
		nr++;
		if (sip_nameaddr_parse(&a, value, NULL) < 0 || (w->all_away && nr > 1))
			return 400;
		if (a.star) {
			w->all_away = true;
			status = nr > 1 ? 400 : check_star(w->m, u, now);
		} else {
			status = check_contact(r, u, now, &a, w);
		}
	}
	return status;
}

/* Doing. ---------------------------------------------------------------------------------------- */
static struct binding *free_place(struct user *u, tick_t now, const struct wishes *w)
{
	for (unsigned i = 0; i < SIP_REGISTRAR_CONTACTS; i++) {
		struct binding *b = &u->binding[i];
		bool taken = is_live(b, now);
		for (unsigned j = 0; j < w->nr; j++)
			taken = taken || w->wish[j].place == b;
		if (!taken)
			return b;
	}
	return NULL;
}

/* Places and memory for all, or 403 or 500 and nothing has changed. */
static unsigned prepare(struct sip_registrar *r, struct user *u, tick_t now, struct wishes *w)
{
	for (unsigned i = 0; i < w->nr; i++) {
		struct wish *x = &w->wish[i];
		if (!x->expires_s)
			continue;
		x->place = x->old ? x->old : free_place(u, now, w);
		if (!x->place)
			return 403;
		x->chunk = mem_alloc(r->mem, x->uri.len + w->m->call_id.len);
		if (!x->chunk)
			return 500;
	}
	return 0;
}

static void give_back(struct wishes *w)
{
	for (unsigned i = 0; i < w->nr; i++)
		mem_drop(w->wish[i].chunk);
}

static void do_wish(struct sip_registrar *r, tick_t now, const struct wish *x,
		    const struct sip_msg *m, const struct addr *from, sip_path_id path)
{
	struct binding *b = x->place ? x->place : x->old;

	if (!b)
		return;
	drop_binding(b);
	if (!x->place)
		return;
	memcpy(x->chunk, x->uri.p, x->uri.len);
	memcpy(x->chunk + x->uri.len, m->call_id.p, m->call_id.len);
	*b = (struct binding){ .used = true,
			       .uri = str_n(x->chunk, x->uri.len),
			       .call_id = str_n(x->chunk + x->uri.len, m->call_id.len),
			       .cseq = m->cseq,
			       .source = *from,
			       .path = path,
			       .expires = tick_add_us(now, S_US(x->expires_s)),
			       .order = ++r->order };
}

/* Answering. ------------------------------------------------------------------------------------ */
static void add(struct sip_registrar_answer *out, const char *name, struct str value)
{
	out->extra[out->body.nr_extra++] = (struct sip_extra){ str_of(name), value };
	out->body.extra = out->extra;
}

/* Step 8: all that is known now, each with the seconds it has left. */
static void add_contacts(const struct user *u, tick_t now, struct sip_registrar_answer *out)
{
	size_t used = 0;

	for (unsigned i = 0; i < SIP_REGISTRAR_CONTACTS; i++) {
		const struct binding *b = &u->binding[i];
		int64_t left_s = (tick_diff_us(b->expires, now) + S_US(1) - 1) / S_US(1);
		int n;
		if (!is_live(b, now))
			continue;
		n = snprintf(out->text + used, sizeof(out->text) - used,
			     "<" STR_FMT ">;expires=%lld", STR_ARG(b->uri), (long long)left_s);
		add(out, "Contact", str_n(out->text + used, (size_t)n));
		used += (size_t)n;
	}
}

static void refuse(const struct sip_registrar *r, unsigned status, struct sip_registrar_answer *out)
{
	int n;

	out->status = status;
	if (status != 423)
		return;
	n = snprintf(out->text, sizeof(out->text), "%u", r->cfg.min_expires_s);
	add(out, "Min-Expires", str_n(out->text, (size_t)n));
}

/* RFC 8760 2.4: the better one first; one without its HA1 could not be checked. */
static void challenge(struct sip_registrar *r, const struct user *u, bool stale, tick_t now,
		      struct sip_registrar_answer *out)
{
	static const enum sip_digest_alg algs[] = { SIP_DIGEST_SHA256, SIP_DIGEST_MD5 };
	size_t half = sizeof(out->text) / 2;
	struct str value;

	out->status = 401;
	for (unsigned i = 0; i < 2; i++)
		if (u->ha1.hex[algs[i]][0] &&
		    sip_digest_challenge(&r->digest, algs[i], stale, now, out->text + i * half,
					 half, &value) == 0)
			add(out, "WWW-Authenticate", value);
}

/* Whoever has guessed too often: not even the right password is one now. */
static bool is_blocked(const struct sip_registrar *r, const struct addr *from, tick_t now,
		       struct sip_registrar_answer *out)
{
	uint32_t left_s = sip_guess_blocked(&r->guess, now, from);
	int n;

	if (!left_s)
		return false;
	out->status = 503;
	n = snprintf(out->text, sizeof(out->text), "%u", left_s);
	add(out, "Retry-After", str_n(out->text, (size_t)n));
	return true;
}

/* Steps 3 and 4: who he is; and that is who he registers. False when it is answered. */
static bool is_proved(struct sip_registrar *r, const struct user *u, const struct sip_msg *m,
		      const struct addr *from, tick_t now, struct sip_registrar_answer *out)
{
	enum sip_digest_verdict verdict = SIP_DIGEST_WRONG;
	struct sip_auth auth;
	int err;

	if (!u->proves)
		return true;
	if (is_blocked(r, from, now, out))
		return false;
	err = sip_digest_find(m, SIP_HDR_AUTHORIZATION, r->digest.realm, &auth, NULL);
	if (err == 0)
		verdict = sip_digest_check(&r->digest, &auth, m->method_name,
					   str_eq(auth.username, u->name) ? &u->ha1 : NULL, now);
	if (verdict == SIP_DIGEST_GOOD)
		return true;
	if (err == 0 && verdict == SIP_DIGEST_WRONG)
		sip_guess_wrong(&r->guess, now, from);
	if (err == TG_EINVAL || verdict == SIP_DIGEST_BAD)
		out->status = 400;
	else
		challenge(r, u, verdict == SIP_DIGEST_STALE, now, out);
	return false;
}

bool sip_registrar_admits(struct sip_registrar *r, tick_t now, const struct sip_msg *m,
			  const struct addr *from, struct sip_registrar_answer *out)
{
	const struct user *u = find_user(r, m->from.uri.user);

	out->body = (struct sip_body){ 0 };
	out->status = 403;
	return u && u->proves && is_proved(r, u, m, from, now, out);
}

/* 8.2.7: the same request once more, because its response was lost and no transaction knew it. It is
 * answered as it was and changes nothing, so it need not be proved again. */
static bool is_repeated(const struct user *u, const struct sip_msg *m, const struct addr *from)
{
	struct str name = u->last.name;

	return name.p && m->cseq == u->last.cseq && addr_eq(from, &u->last.source) &&
	       name.len == m->call_id.len + m->via.branch.len &&
	       str_eq(str_n(name.p, m->call_id.len), m->call_id) &&
	       str_eq(str_from(name, m->call_id.len), m->via.branch);
}

/* Without memory for it a repeated one is only refused. */
static void remember(struct sip_registrar *r, struct user *u, const struct sip_msg *m,
		     const struct addr *from)
{
	size_t len = m->call_id.len + m->via.branch.len;
	char *p = len ? mem_alloc(r->mem, len) : NULL;

	mem_drop((void *)u->last.name.p);
	u->last = (struct last){ { p, p ? len : 0 }, m->cseq, *from };
	if (!p)
		return;
	memcpy(p, m->call_id.p, m->call_id.len);
	memcpy(p + m->call_id.len, m->via.branch.p, m->via.branch.len);
}

void sip_registrar_rx(struct sip_registrar *r, tick_t now, const struct sip_msg *m,
		      const struct addr *from, sip_path_id path, struct sip_registrar_answer *out)
{
	struct user *u = find_user(r, m->to.uri.user);
	struct wishes w = { .m = m };
	unsigned status;

	out->body = (struct sip_body){ 0 };
	if (u && is_repeated(u, m, from)) {
		out->status = 200;
		add_contacts(u, now, out);
		return;
	}
	if (u && !is_proved(r, u, m, from, now, out))
		return;
	status = u ? read_wishes(r, u, now, &w) : 404;
	if (!status)
		status = prepare(r, u, now, &w);
	if (status) {
		give_back(&w);
		refuse(r, status, out);
		return;
	}
	for (unsigned i = 0; w.all_away && i < SIP_REGISTRAR_CONTACTS; i++)
		drop_binding(&u->binding[i]);
	for (unsigned i = 0; i < w.nr; i++)
		do_wish(r, now, &w.wish[i], m, from, path);
	remember(r, u, m, from);
	out->status = 200;
	add_contacts(u, now, out);
}

/* Asking. --------------------------------------------------------------------------------------- */
static void show(const struct user *u, const struct binding *b, struct sip_binding *out)
{
	*out = (struct sip_binding){ .user = u->name,
				     .uri = b->uri,
				     .source = b->source,
				     .path = b->path,
				     .expires = b->expires };
}

/* The latest whose order is below `before`. */
static const struct binding *latest(const struct user *u, tick_t now, uint64_t before)
{
	const struct binding *best = NULL;

	for (unsigned i = 0; i < SIP_REGISTRAR_CONTACTS; i++) {
		const struct binding *b = &u->binding[i];
		if (is_live(b, now) && b->order < before && (!best || b->order > best->order))
			best = b;
	}
	return best;
}

bool sip_registrar_find(const struct sip_registrar *r, tick_t now, struct str user, unsigned *pos,
			struct sip_binding *out)
{
	const struct user *u = find_user(r, user);
	const struct binding *b = u ? latest(u, now, UINT64_MAX) : NULL;

	for (unsigned i = 0; b && i < *pos; i++)
		b = latest(u, now, b->order);
	if (!b)
		return false;
	(*pos)++;
	show(u, b, out);
	return true;
}

bool sip_registrar_walk(const struct sip_registrar *r, tick_t now, unsigned *pos,
			struct sip_binding *out)
{
	unsigned nr = 0;
	struct user *u;

	list_for_each(u, &r->users, link)
		for (unsigned i = 0; i < SIP_REGISTRAR_CONTACTS; i++) {
			if (nr++ < *pos || !is_live(&u->binding[i], now))
				continue;
			*pos = nr;
			show(u, &u->binding[i], out);
			return true;
		}
	return false;
}
