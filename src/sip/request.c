/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/request: the requests the stack writes; see compose.h. */
#include <stdio.h>

#include "sip/extension.h"
#include "sip/login.h"

static const struct sip_body no_body;

static bool is_clean(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == '\r' || s.p[i] == '\n' || s.p[i] == '\0')
			return false;
	return true;
}

/* The stack writes these itself. */
static bool is_ours(struct str name)
{
	static const enum sip_hdr ours[] = { SIP_HDR_VIA,	   SIP_HDR_FROM,
					     SIP_HDR_TO,	   SIP_HDR_CALL_ID,
					     SIP_HDR_CSEQ,	   SIP_HDR_MAX_FORWARDS,
					     SIP_HDR_CONTENT_TYPE, SIP_HDR_CONTENT_LENGTH };

	for (unsigned i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (str_caseeq(name, str_of(sip_hdr_name(ours[i]))))
			return true;
	return false;
}

int sip_body_check(const struct sip_body *body)
{
	if (!body)
		return 0;
	if (!is_clean(body->content_type) || (body->octets.len && !body->content_type.len))
		return TG_EINVAL;
	for (unsigned i = 0; i < body->nr_extra; i++) {
		const struct sip_extra *x = &body->extra[i];
		if (!x->name.len || !is_clean(x->name) || !is_clean(x->value) || is_ours(x->name))
			return TG_EINVAL;
	}
	return 0;
}

static struct str pack(char **p, struct str s)
{
	struct str out = { *p, s.len };

	if (s.len)
		memcpy(*p, s.p, s.len);
	*p += s.len;
	return out;
}

struct sip_body *sip_body_keep(struct mem *m, const struct sip_body *body)
{
	size_t size = body->content_type.len + body->octets.len;
	struct sip_extra *extra;
	struct sip_body *k;
	char *p;

	for (unsigned i = 0; i < body->nr_extra; i++)
		size += sizeof(*extra) + body->extra[i].name.len + body->extra[i].value.len;
	k = mem_alloc(m, sizeof(*k) + size);
	if (!k)
		return NULL;
	extra = (struct sip_extra *)(k + 1);
	p = (char *)(extra + body->nr_extra);
	for (unsigned i = 0; i < body->nr_extra; i++) {
		extra[i].name = pack(&p, body->extra[i].name);
		extra[i].value = pack(&p, body->extra[i].value);
	}
	*k = (struct sip_body){ .extra = extra, .nr_extra = body->nr_extra };
	k->content_type = pack(&p, body->content_type);
	k->octets = pack(&p, body->octets);
	return k;
}

const char *sip_branch_new(const struct sip_stack *s, char *buf)
{
	memcpy(buf, SIP_COOKIE, sizeof(SIP_COOKIE) - 1);
	rng_hex(&s->cfg.rng, buf + sizeof(SIP_COOKIE) - 1, SIP_BRANCH_OCTETS);
	return buf;
}

static struct sip_mark mark(size_t from, size_t to)
{
	return (struct sip_mark){ (uint16_t)from, (uint16_t)(to - from) };
}

/* A header, and where its value lies. */
static struct sip_mark put_marked(struct sip_build *b, enum sip_hdr id, struct str value)
{
	size_t from = b->len + strlen(sip_hdr_name(id)) + 2;

	sip_build_header(b, id, value);
	return b->overflow ? mark(0, 0) : mark(from, b->len - 2);
}

#define VIA_MAX (ADDR_TEXT_MAX + SIP_BRANCH_MAX + 48)

/* Returns where the branch lies in it. */
static size_t print_via(char *via, const struct sip_path *path, const char *branch)
{
	const char *alias = path->transport == SIP_TLS ? ";alias" : ""; /* RFC 5923 8.1 */
	size_t before;

	before = (size_t)snprintf(via, VIA_MAX, "SIP/2.0/%s %s;branch=", path->via_transport,
				  path->sent_by);
	snprintf(via + before, VIA_MAX - before, "%s;rport%s", branch, alias);
	return before;
}

static void put_via(struct sip_build *b, const struct sip_request *r, struct sip_marks *m)
{
	char via[VIA_MAX];
	size_t before = print_via(via, r->path, r->branch);

	m->via = put_marked(b, SIP_HDR_VIA, str_of(via));
	m->branch = mark(m->via.at + before, m->via.at + before + strlen(r->branch));
}

static struct sip_mark put_routes(struct sip_build *b, const struct sip_request *r)
{
	size_t from = b->len;

	struct str head, tail;

	for (unsigned i = 0; i < r->nr_route; i++)
		if (sip_is_sips(r->uri) && sip_sips_route(r->route[i], &head, &tail) == 0)
			sip_build_header_f(b, SIP_HDR_ROUTE, STR_FMT "sips:" STR_FMT, STR_ARG(head),
					   STR_ARG(tail));
		else
			sip_build_header(b, SIP_HDR_ROUTE, r->route[i]);
	if (r->last_route.len)
		sip_build_header_f(b, SIP_HDR_ROUTE, "<" STR_FMT ">", STR_ARG(r->last_route));
	return mark(from, b->len);
}

static void put_identity(struct sip_build *b, const struct sip_request *r, struct sip_marks *m)
{
	m->from = put_marked(b, SIP_HDR_FROM, r->from);
	m->to = put_marked(b, SIP_HDR_TO, r->to);
	m->call_id = put_marked(b, SIP_HDR_CALL_ID, r->call_id);
	m->cseq = r->cseq;
	sip_build_header_f(b, SIP_HDR_CSEQ, "%u %s", r->cseq, sip_method_name(r->method));
}

static void put_contact(struct sip_build *b, const struct sip_request *r)
{
	bool secure = sip_is_sips(r->uri) ||
		      (r->nr_route && str_starts(r->route[0], STR("<sips:"))); /* 8.1.1.8 */
	char contact[SIP_CONTACT_MAX];
	struct str value = str_of(sip_path_contact(r->path, secure, contact)), scheme;

	if (!r->contact_user.len) {
		sip_build_header(b, SIP_HDR_CONTACT, value);
		return;
	}
	value = str_split(value, ':', &scheme);
	sip_build_header_f(b, SIP_HDR_CONTACT, STR_FMT ":" STR_FMT "@" STR_FMT, STR_ARG(scheme),
			   STR_ARG(r->contact_user), STR_ARG(value));
}

static void put_rest(struct sip_stack *s, struct sip_build *b, const struct sip_request *r)
{
	const struct sip_body *body = r->body ? r->body : &no_body;
	char allow[SIP_ALLOW_MAX];

	if (r->contact)
		put_contact(b, r);
	if (r->method == SIP_INVITE || r->method == SIP_UPDATE)
		sip_build_header(b, SIP_HDR_ALLOW, sip_allow(s, allow));
	if (r->method == SIP_OPTIONS)
		sip_build_header(b, SIP_HDR_ACCEPT, sip_accept(s));
	if (s->cfg.product.len)
		sip_build_header(b, SIP_HDR_USER_AGENT, s->cfg.product);
	sip_put_raw(b, r->lines);
	sip_login_put(r->login, r->method, r->uri, b);
	for (unsigned i = 0; i < body->nr_extra; i++)
		sip_build_other(b, body->extra[i].name, body->extra[i].value);
	sip_build_body(b, body->content_type, body->octets);
}

static int build(struct sip_stack *s, const struct sip_request *r, struct sip_marks *m,
		 struct sip_buf **out)
{
	size_t uri_at = strlen(sip_method_name(r->method)) + 1;
	struct sip_build b;
	struct str octets;

	sip_build_init(&b, s->scratch, SIP_MAX_MESSAGE);
	sip_build_request(&b, r->method, r->uri);
	m->uri = mark(uri_at, uri_at + r->uri.len);
	put_via(&b, r, m);
	sip_build_header_f(&b, SIP_HDR_MAX_FORWARDS, "%u", r->max_forwards ? r->max_forwards : 70);
	m->route = put_routes(&b, r);
	put_identity(&b, r, m);
	put_rest(s, &b, r);
	if (sip_build_done(&b, &octets) < 0)
		return TG_ELIMIT;
	*out = sip_buf_new(s, r->path->id, &r->hop, octets);
	return *out ? 0 : TG_ENOMEM;
}

/* 18.1.1: the stream that a request of this size goes by; NULL: as it is. */
static const struct sip_path *stream_for(const struct sip_stack *s, const struct sip_path *path,
					 const struct addr *hop, size_t len)
{
	if (len <= SIP_MTU_MAX || path->reliable || hop->family == ADDR_NONE)
		return NULL;
	for (unsigned i = 0; i < s->nr_udp_only; i++)
		if (addr_ip_eq(&s->udp_only[i], hop))
			return NULL;
	return sip_path_like(s, path, SIP_TCP);
}

/* The same for a stream, with the first one to fall back to. It goes as it is when that fails. */
static void move_to(struct sip_stack *s, const struct sip_path *stream, const struct sip_request *r,
		    struct sip_marks *marks, struct sip_buf **out)
{
	struct sip_request other = *r;
	struct sip_marks other_marks, *kept = MEM_NEW(s->mem, struct sip_marks);
	struct sip_buf *b;

	other.path = stream;
	if (!kept || build(s, &other, &other_marks, &b) < 0) {
		mem_drop(kept);
		return;
	}
	*kept = *marks;
	*marks = other_marks;
	b->spare = *out;
	b->spare_marks = kept;
	*out = b;
}

int sip_request_build(struct sip_stack *s, const struct sip_request *r, struct sip_marks *marks,
		      struct sip_buf **out)
{
	struct sip_marks unused, *m = marks ? marks : &unused;
	const struct sip_path *stream;
	int err = build(s, r, m, out);

	if (err < 0)
		return err;
	stream = stream_for(s, r->path, &r->hop, (*out)->len);
	if (stream)
		move_to(s, stream, r, m, out);
	return 0;
}

struct str sip_trans_marked(const struct sip_trans *t, struct sip_mark m)
{
	return str_n(t->last->octets + m.at, m.len);
}

struct sip_buf *sip_trans_derive(struct sip_trans *t, enum sip_method method, struct str to,
				 const struct sip_body *body)
{
	const struct sip_marks *m = &t->marks;
	struct sip_stack *s = t->stack;
	struct sip_build b;
	struct str octets;

	if (!t->last)
		return NULL;
	sip_build_init(&b, s->scratch, SIP_MAX_MESSAGE);
	sip_build_request(&b, method, sip_trans_marked(t, m->uri));
	sip_build_header(&b, SIP_HDR_VIA, sip_trans_marked(t, m->via));
	sip_build_header(&b, SIP_HDR_MAX_FORWARDS, STR("70"));
	sip_put_raw(&b, sip_trans_marked(t, m->route));
	sip_build_header(&b, SIP_HDR_FROM, sip_trans_marked(t, m->from));
	sip_build_header(&b, SIP_HDR_TO, to.len ? to : sip_trans_marked(t, m->to));
	sip_build_header(&b, SIP_HDR_CALL_ID, sip_trans_marked(t, m->call_id));
	sip_build_header_f(&b, SIP_HDR_CSEQ, "%u %s", m->cseq, sip_method_name(method));
	for (unsigned i = 0; body && i < body->nr_extra; i++)
		sip_build_other(&b, body->extra[i].name, body->extra[i].value);
	sip_build_body(&b, STR(""), STR(""));
	return sip_build_done(&b, &octets) < 0 ? NULL : sip_buf_new(s, t->path, &t->peer, octets);
}

/* Another server for the same request (RFC 3263 4.3). -------------------------------------------- */
/* A Contact of ours behind its scheme and user part. */
static struct str contact_host(struct str value)
{
	struct str head, rest = str_split(value, ':', &head), host = str_split(rest, '@', &head);

	return host.len ? host : rest;
}

/* The Contact that the stack has put, behind its scheme and user part; empty: none. */
static struct str find_contact(const struct sip_buf *b, const struct sip_path *path)
{
	struct str rest = str_n(b->octets, b->len), line, value;
	char contact[SIP_CONTACT_MAX];

	while (rest.len) {
		rest = str_split(rest, '\n', &line);
		if (line.len <= 1)
			break;
		if (!str_starts(line, STR("Contact: ")))
			continue;
		str_split(str_from(line, 9), '\r', &value);
		value = contact_host(value);
		if (str_eq(value, contact_host(str_of(sip_path_contact(path, false, contact)))) ||
		    str_eq(value, contact_host(str_of(sip_path_contact(path, true, contact)))))
			return value;
	}
	return str_n(b->octets + b->len, 0);
}

/* Is the URI at whose host `at` is a sips one? */
static bool has_sips_contact(const struct sip_buf *b, size_t at)
{
	while (at > 0 && b->octets[at - 1] != '<')
		at--;
	return str_starts(str_n(b->octets + at, b->len - at), STR("sips:"));
}

/* The octets from `from` up to `to` of a message. */
static struct str part(const struct sip_buf *b, size_t from, size_t to)
{
	return str_n(b->octets + from, to - from);
}

static void shift(struct sip_mark *m, size_t behind, size_t by)
{
	if (m->at > behind)
		m->at = (uint16_t)(m->at + by);
}

static void shift_marks(struct sip_marks *m, const struct sip_marks *was, size_t via_len)
{
	size_t by = via_len - was->via.len, behind = was->via.at;

	*m = *was;
	m->via.len = (uint16_t)via_len;
	shift(&m->uri, behind, by);
	shift(&m->route, behind, by);
	shift(&m->from, behind, by);
	shift(&m->to, behind, by);
	shift(&m->call_id, behind, by);
}

static int edit(struct sip_stack *s, const struct sip_buf *b, const struct sip_marks *was,
		const struct sip_place *to, struct sip_marks *m, struct sip_buf **out)
{
	const struct sip_path *path = sip_path_find(s, b->path);
	size_t via_end = (size_t)was->via.at + was->via.len, before;
	struct str old = find_contact(b, path);
	size_t contact_at = (size_t)(old.p - b->octets);
	char via[VIA_MAX], contact[SIP_CONTACT_MAX] = "";
	struct str host = STR("");
	struct sip_build e;

	before = print_via(via, to->path, to->branch);
	if (old.len) /* RFC 5630: sips has no transport */
		host = contact_host(str_of(
			sip_path_contact(to->path, has_sips_contact(b, contact_at), contact)));
	sip_build_init(&e, s->scratch, SIP_MAX_MESSAGE);
	sip_put_raw(&e, part(b, 0, was->via.at));
	sip_put_raw(&e, str_of(via));
	sip_put_raw(&e, part(b, via_end, contact_at));
	sip_put_raw(&e, host);
	sip_put_raw(&e, part(b, contact_at + old.len, b->len));
	if (e.overflow)
		return TG_ELIMIT;
	shift_marks(m, was, strlen(via));
	m->branch = mark(m->via.at + before, m->via.at + before + strlen(to->branch));
	*out = sip_buf_new(s, to->path->id, &to->hop, str_n(e.buf, e.len));
	return *out ? 0 : TG_ENOMEM;
}

int sip_request_retarget(struct sip_stack *s, const struct sip_buf *b, const struct sip_marks *was,
			 const struct sip_place *to, struct sip_marks *m, struct sip_buf **out)
{
	struct sip_place stream = *to;
	struct sip_marks *kept;
	struct sip_buf *big;
	int err = edit(s, b, was, to, m, out);

	if (err < 0)
		return err;
	stream.path = stream_for(s, to->path, &to->hop, (*out)->len);
	kept = stream.path ? MEM_NEW(s->mem, struct sip_marks) : NULL;
	if (!kept)
		return 0;
	*kept = *m;
	if (edit(s, b, was, &stream, m, &big) < 0) {
		*m = *kept;
		mem_drop(kept);
		return 0;
	}
	big->spare = *out;
	big->spare_marks = kept;
	*out = big;
	return 0;
}
