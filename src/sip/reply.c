/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/reply: the responses the stack writes; see compose.h. */
#include <stdio.h>

#include "sip/extension.h"
#include "sip/hunt.h"
#include "sip/session.h"

#define TAG_MAX (2 * SIP_TAG_OCTETS + 1)

/* 8.2.7: the same tag for the same request, without remembering it. */
static struct str tag_of_request(const struct sip_stack *s, char *buf)
{
	const struct sip_msg *m = &s->rx.msg;
	uint64_t h = htab_hash(&s->dialogs, m->call_id);

	h = htab_mix(&s->dialogs, h, m->from.tag);
	h = htab_mix(&s->dialogs, h, m->via.branch);
	snprintf(buf, TAG_MAX, "%016llx", (unsigned long long)h);
	return str_of(buf);
}

static void copy_first(struct sip_build *b, const struct sip_msg *m, enum sip_hdr id,
		       struct str suffix)
{
	const struct sip_header *h = sip_msg_header(m, id, 0);

	if (h)
		sip_build_copy(b, h, suffix);
}

/* 8.2.6.2. A To that could not be read is given back as it came. */
static void put_copied(struct sip_stack *s, struct sip_build *b, struct str tag)
{
	const struct sip_msg *m = &s->rx.msg;
	char suffix[160] = "";

	if (!m->to.tag.len && m->to.text.len)
		snprintf(suffix, sizeof(suffix), ";tag=" STR_FMT, STR_ARG(tag));
	sip_build_vias(b, m, &s->rx.from);
	copy_first(b, m, SIP_HDR_FROM, STR(""));
	copy_first(b, m, SIP_HDR_TO, str_of(suffix));
	copy_first(b, m, SIP_HDR_CALL_ID, STR(""));
	copy_first(b, m, SIP_HDR_CSEQ, STR(""));
}

static void put_capabilities(const struct sip_stack *s, struct sip_build *b)
{
	char allow[SIP_ALLOW_MAX];

	sip_build_header(b, SIP_HDR_ALLOW, sip_allow(s, allow));
	sip_build_header(b, SIP_HDR_ACCEPT, sip_accept(s));
	sip_build_header(b, SIP_HDR_SUPPORTED, sip_ext_supported(s));
}

/* All lines of one header under another's name. */
static void put_renamed(struct sip_build *b, const struct sip_msg *m, enum sip_hdr from,
			enum sip_hdr to)
{
	const struct sip_header *h;

	for (unsigned i = 0; (h = sip_msg_header(m, from, i)); i++)
		sip_build_header(b, to, h->value);
}

/* 20.43: 399 is for any text. */
static void put_warning(struct sip_stack *s, struct sip_build *b, struct str text)
{
	sip_build_header_f(b, SIP_HDR_WARNING, "399 %s \"" STR_FMT "\"", s->rx.path->sent_by,
			   STR_ARG(text));
}

/* A parser's text as a reason phrase or within quotes. */
static struct str plain(const char *text, char *buf, size_t size)
{
	size_t n = 0;

	for (; text[n] && n + 1 < size; n++) {
		bool odd = (uint8_t)text[n] < 0x20 || (uint8_t)text[n] > 0x7e || text[n] == '"' ||
			   text[n] == '\\';
		buf[n] = odd ? '\'' : text[n];
	}
	return str_n(buf, n);
}

int sip_reply_build(struct sip_stack *s, const struct sip_reply *r, struct sip_buf **out)
{
	char tag[TAG_MAX], text[sizeof(s->rx.diag.text)];
	struct str why = plain(s->rx.diag.text, text, sizeof(text));
	struct sip_build b;
	struct str octets;

	sip_build_init(&b, s->scratch, SIP_MAX_MESSAGE);
	sip_build_status(&b, r->status, r->warning ? why : r->reason);
	put_copied(s, &b, r->tag.len ? r->tag : tag_of_request(s, tag));
	if (r->hdr && r->copied)
		put_renamed(&b, &s->rx.msg, r->copied, r->hdr);
	else if (r->hdr)
		sip_build_header(&b, r->hdr, r->value);
	if (r->capabilities)
		put_capabilities(s, &b);
	if (r->warning)
		put_warning(s, &b, why);
	if (s->cfg.product.len)
		sip_build_header(&b, SIP_HDR_SERVER, s->cfg.product);
	sip_put_raw(&b, r->lines);
	for (unsigned i = 0; r->body && i < r->body->nr_extra; i++)
		sip_build_other(&b, r->body->extra[i].name, r->body->extra[i].value);
	if (r->body)
		sip_build_body(&b, r->body->content_type, r->body->octets);
	else
		sip_build_body(&b, STR(""), STR(""));
	if (sip_build_done(&b, &octets) < 0)
		return TG_ELIMIT;
	*out = sip_buf_new(s, s->rx.path->id, &s->rx.reply_to, octets);
	return *out ? 0 : TG_ENOMEM;
}

bool sip_reply_stateless(struct sip_stack *s, const struct sip_reply *r)
{
	struct sip_buf *b;

	if (sip_reply_build(s, r, &b) < 0)
		return false;
	sip_out_send(s, b, SIP_NOBODY);
	if (!sip_hunt_keep(s, b))
		sip_buf_retire(s, b);
	return true;
}

bool sip_reply_stateful(struct sip_stack *s, const struct sip_reply *r, struct sip_session *owner)
{
	struct sip_trans *t;
	struct sip_buf *b;

	if (sip_reply_build(s, r, &b) < 0)
		return false;
	/* the last room is for what we have to say, not for what can be said again */
	t = sip_trans_room(s, true) ? sip_trans_server(s) : NULL;
	if (t) {
		t->session = owner;
		sip_trans_respond(t, r->status, b);
		t->session = NULL; /* it needs no user any more */
		return true;
	}
	sip_out_send(s, b, owner ? sip_session_owner(owner) : SIP_NOBODY);
	sip_buf_retire(s, b);
	return true;
}

/* Responses of a session. ----------------------------------------------------------------------- */
int sip_head_keep(struct sip_stack *s, struct mem *m, struct str tag, struct sip_head *h)
{
	const struct sip_header *rr;
	struct sip_build b;
	struct str all;
	size_t nr;

	sip_build_init(&b, s->scratch, SIP_MAX_MESSAGE);
	put_copied(s, &b, tag);
	nr = b.len;
	for (unsigned i = 0; (rr = sip_msg_header(&s->rx.msg, SIP_HDR_RECORD_ROUTE, i)); i++)
		sip_build_copy(&b, rr, STR(""));
	if (sip_build_done(&b, &all) < 0)
		return TG_ELIMIT;
	all = mem_keep(m, all);
	if (!all.p)
		return TG_ENOMEM;
	*h = (struct sip_head){ .lines = str_n(all.p, nr),
				.record_route = str_from(all, nr),
				.path = s->rx.path,
				.reply_to = s->rx.reply_to,
				.secure = sip_sips_contact(s) };
	return 0;
}

/* 12.1.1: what makes a dialog. */
static void put_dialog(const struct sip_stack *s, struct sip_build *b, const struct sip_head *h,
		       unsigned status)
{
	char contact[SIP_CONTACT_MAX];

	if (status == 100 || status >= 300)
		return;
	sip_put_raw(b, h->record_route);
	sip_build_header(b, SIP_HDR_CONTACT, str_of(sip_path_contact(h->path, h->secure, contact)));
	if (status >= 200)
		put_capabilities(s, b);
}

int sip_head_response(struct sip_stack *s, const struct sip_head *h, unsigned status,
		      struct str lines, const struct sip_body *body, struct sip_buf **out)
{
	static const struct sip_body none;
	struct sip_build b;
	struct str octets;

	if (!body)
		body = &none;
	sip_build_init(&b, s->scratch, SIP_MAX_MESSAGE);
	sip_build_status(&b, status, STR(""));
	sip_put_raw(&b, h->lines);
	put_dialog(s, &b, h, status);
	if (status == 100) /* 8.2.6.1; it is sent while the request is at hand */
		copy_first(&b, &s->rx.msg, SIP_HDR_TIMESTAMP, STR(""));
	if (s->cfg.product.len)
		sip_build_header(&b, SIP_HDR_SERVER, s->cfg.product);
	sip_put_raw(&b, lines);
	for (unsigned i = 0; i < body->nr_extra; i++)
		sip_build_other(&b, body->extra[i].name, body->extra[i].value);
	sip_build_body(&b, body->content_type, body->octets);
	if (sip_build_done(&b, &octets) < 0)
		return TG_ELIMIT;
	*out = sip_buf_new(s, h->path->id, &h->reply_to, octets);
	return *out ? 0 : TG_ENOMEM;
}
