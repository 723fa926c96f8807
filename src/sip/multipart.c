/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/multipart: bodies taken apart (RFC 2046 5.1.1, RFC 5621). The header lines of a part are read by
 * the steps of sip/msg. A boundary counts at the begin of a line alone, and when nothing but white
 * space is behind it. */
#include <trunkgate/sip/multipart.h>

#include "sip/offer.h"
#include "sip/msg_parse.h"
#include "sip/scan.h"

#define CLAUSE "RFC 2046 5.1.1"

bool sip_part_is(const struct sip_part *part, struct str type, struct str subtype)
{
	return str_caseeq(part->media.type, type) && str_caseeq(part->media.subtype, subtype);
}

static int set_type(struct sip_part *part, struct str value, struct tg_diag *d)
{
	struct sip_value v;
	int r = sip_value_parse(&v, SIP_HDR_CONTENT_TYPE, value, d);

	part->content_type = value;
	if (r == 0)
		part->media = v.media;
	return r;
}

static int set_disposition(struct sip_part *part, struct str value, struct tg_diag *d)
{
	struct sip_value v;
	int r = sip_value_parse(&v, SIP_HDR_CONTENT_DISPOSITION, value, d);

	if (r < 0)
		return r;
	part->disposition = v.disposition;
	part->optional |= v.disposition.optional;
	return 0;
}

static int set_header(struct sip_part *part, struct str name, struct str value, struct tg_diag *d)
{
	switch (sip_hdr_of(name)) {
	case SIP_HDR_CONTENT_TYPE:
		return set_type(part, value, d);
	case SIP_HDR_CONTENT_DISPOSITION:
		return set_disposition(part, value, d);
	default:
		if (str_caseeq(name, STR("Content-ID")))
			part->content_id = value;
		else if (str_caseeq(name, STR("Content-Transfer-Encoding")))
			part->encoding = value;
		return 0;
	}
}

/* A part's header lines, and its body behind the empty line; both may be missing. */
static int parse_part(struct sip_part *part, struct str octets, struct tg_diag *d)
{
	struct sip_parse ps = { .diag = d, .start = octets.p, .p = octets.p };
	struct str name, line;
	int r;

	ps.end = octets.p + octets.len;
	while (ps.p < ps.end && !sip_is_crlf(ps.p, ps.end)) {
		struct sip_line_scan ls = { 0 };

		if (!sip_take_name(&ps, &name))
			return ps.err;
		ls.at = ls.quote_at = ps.p;
		sip_take_line(&ps, &ls, true, &line);
		r = ps.err ? ps.err : set_header(part, name, str_trim(line), d);
		if (r < 0)
			return r;
	}
	part->headers = str_n(octets.p, (size_t)(ps.p - octets.p));
	if (ps.p < ps.end)
		ps.p += 2;
	part->body = str_n(ps.p, (size_t)(ps.end - ps.p));
	if (part->content_type.len == 0) {
		part->media.type = STR("text");
		part->media.subtype = STR("plain");
	}
	return 0;
}

/* Is there a delimiter line at `p`? *next is behind its line end, NULL after the last one. */
static bool is_delimiter(const char *p, const char *end, struct str boundary, const char **next)
{
	if ((size_t)(end - p) < boundary.len + 2 || memcmp(p, "--", 2) != 0 ||
	    memcmp(p + 2, boundary.p, boundary.len) != 0)
		return false;
	p += 2 + boundary.len;
	if (end - p >= 2 && memcmp(p, "--", 2) == 0) {
		*next = NULL;
		return true;
	}
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	*next = p + 2;
	return sip_is_crlf(p, end);
}

/* Cuts off what is before the next delimiter line (its CRLF belongs to it). False without one. */
static bool cut(struct sip_part_level *l, struct str *part, bool *last)
{
	const char *start = l->rest.p, *end = start + l->rest.len, *p = start, *next;

	while (p && !is_delimiter(p, end, l->boundary, &next)) {
		do
			p = memchr(p, '\r', (size_t)(end - p));
		while (p && !sip_is_crlf(p, end) && ++p);
		if (p)
			p += 2;
	}
	if (!p)
		return false;
	*part = str_n(start, p == start ? 0 : (size_t)(p - start - 2));
	*last = !next;
	l->rest = next ? str_n(next, (size_t)(end - next)) : str_n(NULL, 0);
	return true;
}

/* Goes into a container; what is before its first delimiter is nobody's. */
static int enter(struct sip_part_walk *w, const struct sip_part *part, struct tg_diag *d)
{
	struct sip_part_level *l = &w->level[w->depth];
	struct str preamble;
	bool last;

	if (w->depth == SIP_MAX_PART_DEPTH)
		return tg_fail(d, TG_ELIMIT, 0, "RFC 5621 3.1", "multipart bodies too deep");
	if (part->media.boundary.len == 0 || part->media.boundary.len > 70)
		return tg_fail(d, TG_EINVAL, 0, CLAUSE, "multipart without a boundary");
	l->boundary = part->media.boundary;
	l->rest = part->body;
	l->alternative = str_caseeq(part->media.subtype, STR("alternative"));
	if (l->rest.len == 0 || !cut(l, &preamble, &last))
		return tg_fail(d, TG_EINVAL, 0, CLAUSE, "multipart without its boundary line");
	if (last)
		l->rest = str_n(NULL, 0);
	w->depth++;
	return 0;
}

static bool is_container(const struct sip_part *part)
{
	return str_caseeq(part->media.type, STR("multipart"));
}

int sip_part_walk_init(struct sip_part_walk *w, struct str content_type, struct str disposition,
		       struct str body, struct tg_diag *diag)
{
	struct sip_part *whole = &w->whole;
	int r = 0;

	memset(w, 0, offsetof(struct sip_part_walk, level));
	w->nr = 1; /* the whole is to come */
	whole->body = body;
	whole->media.type = STR("text");
	whole->media.subtype = STR("plain");
	if (content_type.len)
		r = set_type(whole, content_type, diag);
	if (r == 0 && disposition.len)
		r = set_disposition(whole, disposition, diag);
	if (r == 0 && is_container(whole)) {
		w->nr = 0;
		r = enter(w, whole, diag);
	}
	return r;
}

int sip_msg_parts(const struct sip_msg *m, struct sip_part_walk *w, struct tg_diag *diag)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_CONTENT_DISPOSITION, 0);

	if (m->body.len == 0) {
		memset(w, 0, offsetof(struct sip_part_walk, level));
		return 0;
	}
	return sip_part_walk_init(w, m->content_type, h ? h->value : STR(""), m->body, diag);
}

/* The next part of the innermost container, whatever it is. */
static int next_of(struct sip_part_walk *w, struct sip_part *part, struct tg_diag *d)
{
	struct sip_part_level *l = &w->level[w->depth - 1];
	bool last;
	struct str octets;

	if (++w->nr > SIP_MAX_PARTS)
		return tg_fail(d, TG_ELIMIT, 0, CLAUSE, "too many parts in a body");
	if (!cut(l, &octets, &last))
		return tg_fail(d, TG_EINVAL, 0, CLAUSE, "multipart without its last boundary line");
	memset(part, 0, sizeof(*part));
	part->depth = w->depth;
	for (unsigned i = 0; i < w->depth; i++)
		part->optional |= w->level[i].alternative;
	return parse_part(part, octets, d);
}

int sip_part_next(struct sip_part_walk *w, struct sip_part *part, struct tg_diag *diag)
{
	int r;

	if (w->depth == 0 && w->nr == 1 && w->whole.body.p) {
		*part = w->whole;
		w->nr = 0;
		w->whole.body.p = NULL;
		return 1;
	}
	while (w->depth) {
		if (!w->level[w->depth - 1].rest.p) {
			w->depth--;
			continue;
		}
		r = next_of(w, part, diag);
		if (r == 0 && !is_container(part))
			return 1;
		if (r == 0)
			r = enter(w, part, diag);
		if (r < 0) {
			w->depth = 0;
			return r;
		}
	}
	return 0;
}

int sip_msg_find_part(const struct sip_msg *m, struct str type, struct str subtype,
		      struct sip_part *part, struct tg_diag *diag)
{
	struct sip_part_walk w;
	int r = sip_msg_parts(m, &w, diag);

	while (r == 0 && (r = sip_part_next(&w, part, diag)) > 0) {
		if (sip_part_is(part, type, subtype))
			return 0;
		r = 0;
	}
	return r < 0 ? r : TG_ENOENT;
}

/* RFC 3261 20.11: "session" is what SDP is for when nothing is said; "early-session" (RFC 3959) and
 * others are not. */
static bool is_description(const struct sip_part *part)
{
	struct str type = part->disposition.type;

	return sip_part_is(part, STR("application"), STR("sdp")) && !part->encoding.len &&
	       (!type.len || str_caseeq(type, STR("session")));
}

bool sip_find_description(struct str content_type, struct str octets, struct str *sdp)
{
	struct sip_part_walk w;
	struct sip_part part;
	struct str type;
	int r;

	*sdp = octets;
	str_split(content_type, ';', &type);
	if (!octets.len || str_caseeq(str_trim(type), STR("application/sdp")))
		return octets.len > 0;
	r = sip_part_walk_init(&w, content_type, STR(""), octets, NULL);
	while (r == 0 && sip_part_next(&w, &part, NULL) > 0)
		if (is_description(&part)) {
			*sdp = part.body;
			return part.body.len > 0;
		}
	return false;
}

bool sip_msg_description(const struct sip_msg *m, struct str *sdp)
{
	return sip_find_description(m->content_type, m->body, sdp);
}
