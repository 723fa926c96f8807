/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/uac: requests outside dialogs (RFC 3261 8.1.1, 11.1, 13.2.1) and responses (18.1.2, 17.1.3). */
#include <ctype.h>
#include <string.h>

#include "sip/hunt.h"
#include "sip/session.h"

/* 18.1.2: a response comes back with the Via that was sent with the request, and with none below it
 * (8.1.3.3). */
static bool is_for_us(const struct sip_stack *s, const struct sip_msg *m)
{
	struct addr sent_by;

	if (m->nr_via != 1 || addr_parse(&sent_by, m->via.host, 0) < 0)
		return false;
	sent_by.port = m->via.port ? m->via.port : 5060;
	for (unsigned i = 0; i < s->nr_paths; i++)
		if (addr_eq(&sent_by, &s->path[i].local))
			return true;
	return false;
}

static uint8_t response_event(const struct sip_trans *t, unsigned status)
{
	if (t->class == &sip_ict)
		return status < 200 ? ICT_1XX : status < 300 ? ICT_2XX : ICT_300_699;
	return status < 200 ? NICT_1XX : NICT_200_699;
}

void sip_uac_rx(struct sip_stack *s)
{
	const struct sip_msg *m = &s->rx.msg;
	struct sip_trans_in in = { .msg = m };
	struct sip_trans *t = is_for_us(s, m) ? sip_trans_find_client(s) : NULL;

	if (!t || (t->session && !sip_session_expects(t->session, m))) {
		s->stats.dropped++; /* RFC 6026 8.9: strays are discarded */
		return;
	}
	sip_trans_feed(t, response_event(t, m->status), &in);
}

/* Outgoing calls. ------------------------------------------------------------------------------- */
static bool is_address(struct str value)
{
	struct sip_nameaddr a;

	return sip_nameaddr_parse(&a, value, NULL) == 0 && !a.star && !a.tag.len;
}

int sip_hop_check(const struct sip_stack *s, const struct sip_hop *hop, struct str uri)
{
	const struct sip_path *p = sip_path_find(s, hop->path);
	bool located = sip_is_located(&hop->addr);
	struct sip_uri u, next;

	if (!p)
		return TG_ENOENT;
	if (located ? addr_is_any(&hop->addr) || hop->addr.family != p->local.family ||
			      hop->addr.port == 0
		    : !s->cfg.resolve)
		return TG_EINVAL;
	if (sip_uri_parse(&u, uri, NULL) < 0 || u.scheme == SIP_SCHEME_OTHER)
		return TG_EINVAL;
	if (located) /* 26.2.2 */
		return u.scheme == SIP_SCHEME_SIPS && p->transport != SIP_TLS ? TG_EINVAL : 0;
	if (hop->next.len && sip_uri_parse(&next, hop->next, NULL) < 0)
		return TG_EINVAL;
	if (!hop->next.len)
		next = u;
	return next.scheme == SIP_SCHEME_SIP || next.scheme == SIP_SCHEME_SIPS ? 0 : TG_EINVAL;
}

/* The same call by another INVITE (RFC 3578 3.2). */
static int take_like(struct sip_session *ses, const struct sip_invite *inv)
{
	const struct sip_identity_of_call *like = inv->like;
	size_t size = like->call_id.len + like->from.len + inv->to.len + inv->uri.len +
		      inv->next.len;
	char *p = mem_alloc(ses->mem, size);
	struct sip_build b;

	if (!p)
		return TG_ENOMEM;
	sip_build_init(&b, p, size);
	sip_put_raw(&b, like->call_id);
	ses->call_id = str_n(p, b.len);
	ses->local = str_n(p + b.len, like->from.len);
	ses->local_tag = str_n(ses->local.p + like->from.len - like->tag.len, like->tag.len);
	sip_put_raw(&b, like->from);
	ses->remote = str_n(p + b.len, inv->to.len);
	sip_put_raw(&b, inv->to);
	ses->target = str_n(p + b.len, inv->uri.len);
	sip_put_raw(&b, inv->uri);
	ses->next = str_n(p + b.len, inv->next.len);
	sip_put_raw(&b, inv->next);
	ses->peer = inv->target;
	ses->user = inv->user;
	return 0;
}

int sip_call_identity(const struct sip_stack *s, sip_call_id id, struct sip_identity_of_call *out)
{
	const struct sip_session *ses = sip_session_find(s, id);

	if (!ses || !ses->call_id.len)
		return TG_ENOENT;
	*out = (struct sip_identity_of_call){ ses->call_id, ses->local, ses->local_tag,
					      ses->cseq_out + 1 };
	return 0;
}

static bool is_like(const struct sip_identity_of_call *l)
{
	return l->call_id.len && l->tag.len && l->from.len > l->tag.len && l->cseq &&
	       str_eq(str_n(l->from.p + l->from.len - l->tag.len, l->tag.len), l->tag);
}

/* The strings of a call in one chunk: Call-ID, tag, From with tag, To, Request-URI. */
static int take_strings(struct sip_session *ses, const struct sip_invite *inv)
{
	const struct rng *rng = &ses->stack->cfg.rng;
	char call_id[33], tag[2 * SIP_TAG_OCTETS + 1];
	struct sip_build b;
	size_t size = sizeof(call_id) + 2 * sizeof(tag) + 8 + inv->from.len + inv->to.len +
		      inv->uri.len + inv->next.len;
	size_t from;
	char *p = mem_alloc(ses->mem, size);

	if (!p)
		return TG_ENOMEM;
	rng_hex(rng, call_id, 16);
	rng_hex(rng, tag, SIP_TAG_OCTETS);
	sip_build_init(&b, p, size);
	sip_put_raw(&b, str_of(call_id));
	ses->call_id = str_n(p, b.len);
	from = b.len;
	sip_put_raw(&b, inv->from);
	sip_put_raw(&b, STR(";tag="));
	ses->local_tag = str_n(p + b.len, strlen(tag));
	sip_put_raw(&b, str_of(tag));
	ses->local = str_n(p + from, b.len - from);
	ses->remote = str_n(p + b.len, inv->to.len);
	sip_put_raw(&b, inv->to);
	ses->target = str_n(p + b.len, inv->uri.len);
	sip_put_raw(&b, inv->uri);
	ses->next = str_n(p + b.len, inv->next.len);
	sip_put_raw(&b, inv->next);
	ses->peer = inv->target;
	ses->user = inv->user;
	return 0;
}

static int make_invite(struct sip_session *ses, const struct sip_body *body, uint32_t cseq,
		       struct sip_trans **out)
{
	char branch[SIP_BRANCH_MAX], lines[SIP_LINES_MAX];
	struct sip_build lb;
	struct sip_request r = { .method = SIP_INVITE,
				 .path = ses->path,
				 .hop = ses->peer,
				 .branch = sip_branch_new(ses->stack, branch),
				 .uri = ses->target,
				 .from = ses->local,
				 .to = ses->remote,
				 .call_id = ses->call_id,
				 .cseq = cseq,
				 .max_forwards = ses->max_forwards,
				 .contact = true,
				 .contact_user = ses->contact_user,
				 .route = ses->route,
				 .nr_route = ses->nr_route,
				 .login = ses->login,
				 .body = body };
	struct sip_marks marks;
	struct sip_buf *b;
	int err;

	sip_build_init(&lb, lines, sizeof(lines));
	sip_ext_put_request(ses, SIP_INVITE, true, &lb);
	r.lines = str_n(lines, lb.len);
	err = sip_request_build(ses->stack, &r, &marks, &b);
	if (err < 0)
		return err;
	*out = sip_trans_client(ses->stack, SIP_INVITE, branch, b);
	if (!*out)
		return TG_ENOMEM;
	(*out)->marks = marks;
	if (sip_is_located(&ses->peer))
		return 0;
	err = sip_hunt_new(*out, ses->next);
	if (err < 0)
		sip_trans_drop(*out);
	return err;
}

static int keep_routes(struct sip_session *ses, const struct sip_invite *inv)
{
	ses->route = MEM_ARRAY(ses->mem, inv->nr_route, struct str);
	if (!ses->route)
		return TG_ENOMEM;
	for (; ses->nr_route < inv->nr_route; ses->nr_route++) {
		ses->route[ses->nr_route] = mem_keep(ses->mem, inv->route[ses->nr_route]);
		if (!ses->route[ses->nr_route].p)
			return TG_ENOMEM;
	}
	return 0;
}

/* Values that a Route may have. */
static bool are_routes(const struct str *route, unsigned nr)
{
	struct sip_nameaddr a;

	for (unsigned i = 0; i < nr; i++)
		if (sip_nameaddr_parse(&a, route[i], NULL) < 0 || a.star)
			return false;
	return nr <= SIP_MAX_ROUTES;
}

/* A user part as RFC 3261 25.1 has it, but for a password. */
static bool is_user(struct str s)
{
	static const char others[] = "-_.!~*'()%&=+$,;?/";

	for (size_t i = 0; i < s.len; i++)
		if (!isalnum((unsigned char)s.p[i]) && (!s.p[i] || !strchr(others, s.p[i])))
			return false;
	return s.len <= SIP_CONTACT_USER_MAX;
}

/* What of the user's wishes outlives the INVITE. */
static int take_wishes(struct sip_session *ses, const struct sip_invite *inv)
{
	const struct sip_features *all = &ses->stack->cfg.features;

	ses->features = inv->features;
	ses->features.update = all->update;
	ses->features.info = all->info;
	ses->max_forwards = inv->max_forwards;
	ses->expires_s = inv->expires_s;
	ses->expires_at = tick_add_ms(ses->stack->now, 1000 * (int64_t)inv->expires_s);
	ses->offered = sip_is_description(inv->body.content_type, inv->body.octets);
	if (inv->nr_route && keep_routes(ses, inv) < 0)
		return TG_ENOMEM;
	ses->contact_user = mem_keep(ses->mem, inv->contact_user);
	if (inv->contact_user.len && !ses->contact_user.p)
		return TG_ENOMEM;
	if (!inv->features.session_expires_s && !inv->max_redirects && !inv->login)
		return 0;
	if (inv->login && sip_login_init(ses, inv->login) < 0)
		return TG_ENOMEM;
	if (inv->max_redirects && sip_redirect_init(ses, inv->max_redirects) < 0)
		return TG_ENOMEM;
	ses->again = sip_body_keep(ses->mem, &inv->body);
	sip_expiry_offer(ses, &inv->body);
	return ses->again ? 0 : TG_ENOMEM;
}

int sip_session_again(struct sip_session *ses)
{
	struct sip_session_in in = { 0 };
	int err = ses->again ? 0 : TG_ESTATE;

	if (err == 0 && !sip_session_allows(ses, SES_AGAIN))
		err = TG_ESTATE;
	if (err == 0)
		err = make_invite(ses, ses->again, ses->cseq_out + 1, &in.trans);
	if (err < 0)
		return err;
	sip_session_drop_early(ses);
	sip_session_feed(ses, SES_AGAIN, &in);
	return 0;
}

int sip_call_start(struct sip_stack *s, tick_t now, const struct sip_invite *inv, sip_call_id *id)
{
	struct sip_session_in in = { 0 };
	struct sip_session *ses;
	const struct sip_hop hop = { inv->path, inv->target, inv->next };
	int err = sip_hop_check(s, &hop, inv->uri);

	if (err == 0 && inv->like && !is_like(inv->like))
		err = TG_EINVAL;
	if (err == 0)
		err = sip_body_check(&inv->body);
	if (err == 0 && ((!inv->like && !is_address(inv->from)) || !is_address(inv->to) ||
			 !are_routes(inv->route, inv->nr_route) || !is_user(inv->contact_user) ||
			 inv->max_forwards > 255))
		err = TG_EINVAL;
	if (err == 0 && !sip_out_room(s))
		err = TG_ELIMIT;
	if (err < 0)
		return err;
	s->now = now;
	sip_out_begin(s, true);
	err = sip_session_new(s, sip_path_find(s, inv->path), &ses);
	if (err < 0)
		return err;
	err = inv->like ? take_like(ses, inv) : take_strings(ses, inv);
	if (err == 0)
		err = take_wishes(ses, inv);
	if (err == 0)
		err = make_invite(ses, &inv->body, inv->like ? inv->like->cseq : 1, &in.trans);
	if (err < 0) {
		sip_session_free(ses);
		return err;
	}
	*id = ses->id;
	sip_session_feed(ses, SES_U_START, &in);
	return 0;
}

/* OPTIONS, 11.1. -------------------------------------------------------------------------------- */
static int make_options(struct sip_stack *s, const struct sip_hop *hop, struct str uri,
			struct sip_buf **out, struct sip_marks *marks, char *branch)
{
	const struct sip_path *path = sip_path_find(s, hop->path);
	char call_id[33], from[ADDR_TEXT_MAX + 64], tag[2 * SIP_TAG_OCTETS + 1];
	struct sip_build to;
	struct sip_request r = { .method = SIP_OPTIONS,
				 .path = path,
				 .hop = hop->addr,
				 .branch = sip_branch_new(s, branch),
				 .uri = uri,
				 .cseq = 1,
				 .contact = true };
	char *p = mem_alloc(s->mem, uri.len + 2);
	int err;

	if (!p)
		return TG_ENOMEM;
	rng_hex(&s->cfg.rng, call_id, 16);
	rng_hex(&s->cfg.rng, tag, SIP_TAG_OCTETS);
	sip_build_init(&to, from, sizeof(from) - 1);
	sip_put_raw(&to, STR("<sip:"));
	sip_put_raw(&to, str_of(path->sent_by));
	sip_put_raw(&to, STR(">;tag="));
	sip_put_raw(&to, str_of(tag));
	r.from = str_n(from, to.len);
	sip_build_init(&to, p, uri.len + 2);
	sip_put_raw(&to, STR("<"));
	sip_put_raw(&to, uri);
	sip_put_raw(&to, STR(">"));
	r.to = str_n(p, to.len);
	r.call_id = str_of(call_id);
	err = sip_request_build(s, &r, marks, out);
	mem_drop(p);
	return err;
}

int sip_send_alone(struct sip_stack *s, enum sip_method method, const char *branch,
		   struct sip_buf *b, const struct sip_marks *marks, struct str next, void *token)
{
	struct sip_trans *t = sip_trans_client(s, method, branch, b);
	int err = t ? 0 : TG_ENOMEM;

	if (!t)
		return err;
	t->marks = *marks;
	t->tu = SIP_TU_OPTIONS;
	t->token = token;
	if (!sip_is_located(&t->peer))
		err = sip_hunt_new(t, next);
	if (err < 0)
		sip_trans_drop(t);
	else
		sip_trans_start(t);
	return err;
}

static int send_options(struct sip_stack *s, tick_t now, const struct sip_hop *hop, struct str uri,
			void *token)
{
	char branch[SIP_BRANCH_MAX];
	struct sip_marks marks;
	struct sip_buf *b;
	int err = sip_hop_check(s, hop, uri);

	if (err == 0 && (!sip_out_room(s) || !sip_trans_room(s, true)))
		err = TG_ELIMIT;
	if (err < 0)
		return err;
	s->now = now;
	sip_out_begin(s, true);
	err = make_options(s, hop, uri, &b, &marks, branch);
	return err < 0 ? err : sip_send_alone(s, SIP_OPTIONS, branch, b, &marks, hop->next, token);
}

int sip_options_send(struct sip_stack *s, tick_t now, sip_path_id path, const struct addr *target,
		     struct str uri, void *token)
{
	return send_options(s, now, &(struct sip_hop){ path, *target, STR("") }, uri, token);
}

int sip_options_send_by(struct sip_stack *s, tick_t now, sip_path_id path, struct str next,
			struct str uri, void *token)
{
	return send_options(s, now, &(struct sip_hop){ .path = path, .next = next }, uri, token);
}
