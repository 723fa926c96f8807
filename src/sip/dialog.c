/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/dialog: RFC 3261 section 12; see dialog.h. */
#include "sip/conn.h"
#include "sip/session.h"

/* Strings of one dialog lie behind it in one chunk. */
struct pack {
	char *p;
	size_t left;
};

static struct str pack(struct pack *k, struct str s)
{
	struct str out = { k->p, s.len };

	if (s.len)
		memcpy(k->p, s.p, s.len);
	k->p += s.len;
	k->left -= s.len;
	return out;
}

static size_t routes_size(const struct sip_msg *m, unsigned *nr)
{
	struct sip_value_walk w = { 0 };
	struct str value;
	size_t size = 0;

	for (*nr = 0; sip_msg_next_value(m, SIP_HDR_RECORD_ROUTE, &w, &value); (*nr)++)
		size += value.len;
	return size;
}

/* In the order of the request as server, reversed as client. */
static void take_routes(struct sip_dialog *d, const struct sip_dialog_src *src, struct pack *k)
{
	struct sip_value_walk w = { 0 };
	struct str value;

	for (unsigned i = 0; i < d->nr_route; i++) {
		sip_msg_next_value(src->msg, SIP_HDR_RECORD_ROUTE, &w, &value);
		d->route[src->uac ? d->nr_route - 1 - i : i] = pack(k, value);
	}
}

static struct sip_key dialog_key(const struct sip_stack *s, struct str call_id,
				 struct str local_tag, struct str remote_tag)
{
	struct str parts[] = { call_id, local_tag, remote_tag };

	return sip_key_of(s, parts, 3);
}

static void take_identity(struct sip_dialog *d, const struct sip_dialog_src *src, struct pack *k)
{
	d->call_id = pack(k, src->call_id);
	d->local_tag = pack(k, src->local_tag);
	d->remote_tag = pack(k, src->remote_tag);
	d->local = pack(k, src->local);
	d->remote = pack(k, src->remote);
	*(src->uac ? &d->local_cseq : &d->remote_cseq) = src->cseq;
}

/* 8.1.1.8: a sip or sips URI; as it may stand in a Request-URI: without headers (19.1.1). */
static struct str contact_of(const struct sip_msg *m)
{
	const struct sip_uri *u = &m->contact.uri;
	struct str text;

	if (!sip_contact_usable(m))
		return STR("");
	str_split(u->text, '?', &text);
	return u->headers.len ? text : u->text;
}

bool sip_contact_usable(const struct sip_msg *m)
{
	const struct sip_uri *u = &m->contact.uri;

	return m->has_contact && !m->contact.star && u->text.len &&
	       (u->scheme == SIP_SCHEME_SIP || u->scheme == SIP_SCHEME_SIPS);
}

int sip_dialog_new(const struct sip_dialog_src *src, struct sip_dialog **out)
{
	struct str contact = contact_of(src->msg);
	struct sip_dialog *d;
	unsigned nr_route;
	struct pack k;

	k.left = routes_size(src->msg, &nr_route) + src->remote_tag.len + src->remote.len;
	if (nr_route > SIP_MAX_ROUTES || k.left + contact.len > SIP_MAX_KEPT)
		return TG_ELIMIT;
	k.left += src->call_id.len + src->local_tag.len + src->local.len;
	d = mem_alloc(src->stack->mem, sizeof(*d) + nr_route * sizeof(d->route[0]) + k.left);
	if (!d)
		return TG_ENOMEM;
	d->target = mem_keep(src->stack->mem, contact.len ? contact : src->target);
	if (!d->target.p) {
		mem_drop(d);
		return TG_ENOMEM;
	}
	d->stack = src->stack;
	d->session = src->session;
	d->path = src->path;
	d->source = src->source;
	d->nr_route = nr_route;
	d->route = (struct str *)(d + 1);
	k.p = (char *)(d->route + nr_route);
	take_routes(d, src, &k);
	take_identity(d, src, &k);
	list_init(&d->early);
	list_init(&d->usages);
	sip_offer_init(&d->offer, OFF_STABLE);
	sip_dialog_learn(d, src->msg);
	if (d->session || src->usage)
		htab_add(&d->stack->dialogs, &d->link,
			 dialog_key(d->stack, d->call_id, d->local_tag, d->remote_tag).a);
	*out = d;
	return 0;
}

void sip_dialog_free(struct sip_dialog *d)
{
	if (!d)
		return;
	d->session = NULL;
	if (!list_empty(&d->usages)) {
		list_del(&d->early);
		return;
	}
	htab_del(&d->stack->dialogs, &d->link);
	list_del(&d->early);
	mem_drop((char *)(uintptr_t)d->target.p);
	mem_drop(d);
}

struct sip_dialog *sip_dialog_find(const struct sip_stack *s, struct str call_id,
				   struct str local_tag, struct str remote_tag)
{
	struct sip_key key = dialog_key(s, call_id, local_tag, remote_tag);
	struct htab_link *l;

	htab_for_each(l, &s->dialogs, key.a) {
		struct sip_dialog *d = container_of(l, struct sip_dialog, link);
		if (str_eq(d->call_id, call_id) && str_eq(d->local_tag, local_tag) &&
		    str_eq(d->remote_tag, remote_tag))
			return d;
	}
	return NULL;
}

struct str sip_dialog_target_of(const struct sip_msg *m)
{
	return contact_of(m);
}

void sip_dialog_retarget(struct sip_dialog *d, struct str *target)
{
	if (!target->p)
		return;
	mem_drop((char *)(uintptr_t)d->target.p);
	d->target = *target;
	*target = (struct str){ 0 };
}

void sip_dialog_learn(struct sip_dialog *d, const struct sip_msg *m)
{
	if (sip_msg_header(m, SIP_HDR_ALLOW, 0))
		d->allows_update = sip_msg_has_token(m, SIP_HDR_ALLOW, STR("UPDATE"));
}

void sip_dialog_refresh(struct sip_dialog *d, const struct sip_msg *m)
{
	struct str contact = contact_of(m), kept;

	if (!contact.len || str_eq(contact, d->target))
		return;
	kept = mem_keep(d->stack->mem, contact);
	if (!kept.p)
		return;
	mem_drop((char *)(uintptr_t)d->target.p);
	d->target = kept;
}

bool sip_dialog_cseq_ok(const struct sip_dialog *d, uint32_t cseq)
{
	return d->remote_cseq == 0 || cseq >= d->remote_cseq;
}

/* 12.2.1.1: loose routing keeps the target in the Request-URI; a strict router gets itself there,
 * and the target at the end of the Route. */
static void set_route(const struct sip_dialog *d, struct sip_request *r, struct sip_uri *next)
{
	struct sip_nameaddr first;
	struct str flag;

	r->uri = d->target;
	r->route = d->route;
	r->nr_route = d->nr_route;
	if (!d->nr_route || sip_nameaddr_parse(&first, d->route[0], NULL) < 0) {
		if (sip_uri_parse(next, d->target, NULL) < 0)
			*next = (struct sip_uri){ 0 };
		return;
	}
	*next = first.uri;
	if (sip_uri_param(&first.uri, STR("lr"), &flag))
		return;
	r->uri = first.uri.text;
	r->route++;
	r->nr_route--;
	r->last_route = d->target;
}

/* The next hop. A host name is found later (hunt.h); where that is not done it is back to where the
 * peer sends from. */
static struct addr next_hop(const struct sip_dialog *d, const struct sip_path *p,
			    const struct sip_uri *next)
{
	struct addr hop, unknown = { 0 };

	if (d->stack->cfg.resolve && next->text.len && next->scheme != SIP_SCHEME_TEL &&
	    sip_uri_addr(next, &hop) < 0)
		return unknown;
	if (!next->text.len || sip_uri_addr(next, &hop) < 0 || addr_is_any(&hop) ||
	    hop.family != d->path->local.family)
		return d->source;
	if (p->transport == SIP_TLS && !next->port)
		hop.port = 5061; /* 18.1.1 */
	/* the connection that the peer itself has opened, as long as it is there */
	if (p == d->path && p->reliable && addr_ip_eq(&hop, &d->source) &&
	    sip_conn_to(d->stack, p, &d->source, STR("")))
		return d->source;
	return hop;
}

/* RFC 3263 4.1: what the URI names; sips stays with TLS; else as before. */
static const struct sip_path *next_path(const struct sip_dialog *d, const struct sip_uri *next)
{
	static const char *const names[SIP_NR_TRANSPORTS] = { "udp", "tcp", "tls", "sctp" };
	const struct sip_path *p = NULL;
	struct str name;

	if (next->scheme == SIP_SCHEME_SIPS || !next->text.len ||
	    !sip_uri_param(next, STR("transport"), &name))
		return d->path;
	for (unsigned i = 0; i < SIP_NR_TRANSPORTS; i++)
		if (str_caseeq(name, str_of(names[i])))
			p = sip_path_like(d->stack, d->path, (enum sip_transport)i);
	return p ? p : d->path;
}

/* 12.2.1.1, RFC 3311 5.1, RFC 6665 8.2, RFC 3515 2.2 */
static bool is_target_refresh(enum sip_method method)
{
	return method == SIP_INVITE || method == SIP_UPDATE || method == SIP_SUBSCRIBE ||
	       method == SIP_NOTIFY || method == SIP_REFER;
}

static struct sip_request request_of(const struct sip_dialog *d, enum sip_method method,
				     const char *branch, const struct sip_body *body)
{
	struct sip_request r = { .method = method,
				 .path = d->path,
				 .branch = branch,
				 .from = d->local,
				 .to = d->remote,
				 .call_id = d->call_id,
				 .contact = is_target_refresh(method),
				 .login = d->session ? d->session->login : NULL,
				 .body = body };
	struct sip_uri next;

	set_route(d, &r, &next);
	r.path = next_path(d, &next);
	r.hop = next_hop(d, r.path, &next);
	return r;
}

int sip_dialog_request(struct sip_dialog *d, enum sip_method method, const struct sip_body *body,
		       struct sip_trans **out)
{
	char lines[SIP_LINES_MAX];
	struct sip_build b;

	sip_build_init(&b, lines, sizeof(lines));
	if (d->session)
		sip_ext_put_request(d->session, method, false, &b);
	return sip_dialog_request_with(d, method, str_n(lines, b.len), body, out);
}

int sip_dialog_request_with(struct sip_dialog *d, enum sip_method method, struct str lines,
			    const struct sip_body *body, struct sip_trans **out)
{
	char branch[SIP_BRANCH_MAX];
	struct sip_request r = request_of(d, method, sip_branch_new(d->stack, branch), body);
	struct sip_marks marks;
	struct sip_buf *b;
	int err;

	if (!sip_trans_room(d->stack, false))
		return TG_ELIMIT;
	r.cseq = d->local_cseq + 1;
	r.lines = lines;
	err = sip_request_build(d->stack, &r, &marks, &b);
	if (err < 0)
		return err;
	*out = sip_trans_client(d->stack, method, branch, b);
	if (!*out)
		return TG_ENOMEM;
	(*out)->marks = marks;
	d->local_cseq = r.cseq;
	return 0;
}

int sip_dialog_ack(struct sip_dialog *d, uint32_t cseq, const struct sip_body *body,
		   struct sip_buf **out)
{
	char branch[SIP_BRANCH_MAX];
	struct sip_request r = request_of(d, SIP_ACK, sip_branch_new(d->stack, branch), body);

	r.cseq = cseq;
	return sip_request_build(d->stack, &r, NULL, out);
}
