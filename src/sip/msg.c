/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/msg: parsing of a message: start line, header lines, body (RFC 3261 7, 18.3, 20, 25.1).
 *
 * The first fault is what the diag and parse_status tell; parsing goes on behind it, so that Via,
 * From, To, Call-ID and CSeq are there for the answer. A line's end is found eight octets at a time
 * (control octets are all it looks at); what is typed is read by the value's own parser.
 */
#include <trunkgate/sip/frame.h>

#include "sip/msg_parse.h"
#include "sip/scan.h"

#define LINE_CLAUSE "RFC 3261 7.3.1"

size_t sip_parse_at(const struct sip_parse *ps, const char *p)
{
	return (size_t)(p - ps->start);
}

void sip_parse_bad(struct sip_parse *ps, unsigned status, const char *at, const char *clause,
		   const char *why)
{
	sip_parse_note(ps, status,
		       tg_fail(ps->diag, TG_EINVAL, sip_parse_at(ps, at), clause, "%s", why));
}

void sip_parse_note(struct sip_parse *ps, unsigned status, int err)
{
	if (ps->err == 0) {
		ps->err = err;
		ps->status = status;
	}
	ps->diag = NULL;
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* Eight at once: the lowest flagged octet is exact, those above may be false by the borrow. */
static const char *find_control(const char *p, const char *end)
{
	const uint64_t ones = 0x0101010101010101u;

	while (end - p >= 8) {
		uint64_t x, low;

		memcpy(&x, p, sizeof(x));
		low = (x - ones * 0x20) & ~x & ones * 0x80;
		if (low)
			return p + (__builtin_ctzll(low) >> 3);
		p += 8;
	}
	while (p < end && (uint8_t)*p >= 0x20)
		p++;
	return p;
}
#else
static const char *find_control(const char *p, const char *end)
{
	while (p < end && (uint8_t)*p >= 0x20)
		p++;
	return p;
}
#endif

/* Is `at` the second octet of a quoted-pair (25.1: any ASCII but CR and LF)? */
static bool is_quoted_pair(struct sip_line_scan *ls, const char *at)
{
	while (ls->quote_at < at) {
		if (ls->quoted && *ls->quote_at == '\\') {
			ls->quote_at += 2;
			if (ls->quote_at == at + 1)
				return *at != '\r' && *at != '\n';
			continue;
		}
		if (*ls->quote_at == '"')
			ls->quoted = !ls->quoted;
		ls->quote_at++;
	}
	return false;
}

static void bad_control(struct sip_parse *ps, const char *at)
{
	const char *why = *at == '\r' ? "bare CR" : *at == '\n' ? "bare LF" : "control octet";

	sip_parse_bad(ps, 400, at, "RFC 3261 25.1", why);
}

/* More octets may follow: does what this CR is depend on them? */
static bool is_undecided(const struct sip_parse *ps, const char *p, bool folds)
{
	if (!ps->partial || *p != '\r')
		return false;
	return ps->end - p < 2 || (folds && ps->end - p == 2 && p[1] == '\n');
}

bool sip_take_line(struct sip_parse *ps, struct sip_line_scan *ls, bool folds, struct str *line)
{
	for (;;) {
		const char *p = find_control(ls->at, ps->end);

		*line = str_n(ps->p, (size_t)(p - ps->p));
		ls->at = p;
		if (p == ps->end || is_undecided(ps, p, folds)) {
			if (!ps->partial)
				ps->p = p;
			return false;
		}
		if (sip_is_crlf(p, ps->end)) {
			if (folds && ps->end - p > 2 && (p[2] == ' ' || p[2] == '\t')) {
				ls->at = p + 3;
				continue;
			}
			ps->p = p + 2;
			return true;
		}
		if (*p != '\t' && !is_quoted_pair(ls, p)) {
			bad_control(ps, p);
			if (*p == '\n') {
				ps->p = p + 1;
				return true;
			}
		}
		ls->at = p + 1;
	}
}

static bool take_line(struct sip_parse *ps, bool folds, struct str *line)
{
	struct sip_line_scan ls = { ps->p, ps->p, false };

	return sip_take_line(ps, &ls, folds, line);
}

/* True while there is one more header line; false at the empty line and at the end. */
static bool more_headers(struct sip_parse *ps)
{
	if (sip_is_crlf(ps->p, ps->end)) {
		ps->p += 2;
		return false;
	}
	if (ps->p < ps->end && *ps->p == '\n') {
		bad_control(ps, ps->p++);
		return false;
	}
	if (ps->p == ps->end) {
		sip_parse_bad(ps, 400, ps->p, "RFC 3261 7", "no empty line behind the headers");
		return false;
	}
	return true;
}

bool sip_take_name(struct sip_parse *ps, struct str *name)
{
	struct sip_scan s = { ps->start, ps->p, ps->end };

	*name = sip_scan_class(&s, SIP_C_TOKEN);
	while (sip_scan_peek(&s) == ' ' || sip_scan_peek(&s) == '\t')
		s.p++;
	if (name->len == 0 || !sip_scan_char(&s, ':')) {
		sip_parse_bad(ps, 400, s.p, LINE_CLAUSE, "header line without a name and ':'");
		return false;
	}
	while (sip_scan_peek(&s) == ' ' || sip_scan_peek(&s) == '\t')
		s.p++;
	ps->p = s.p;
	return true;
}

static struct sip_header *store(struct sip_parse *ps, struct sip_header *spare)
{
	struct sip_msg *m = ps->m;

	if (m->nr_headers < SIP_MAX_HEADERS)
		return &m->header[m->nr_headers++];
	if (m->nr_headers == SIP_MAX_HEADERS && ps->err == 0)
		sip_parse_bad(ps, 513, ps->p, "RFC 3261 21.5.7", "too many header lines");
	return spare;
}

static void take_header(struct sip_parse *ps)
{
	struct sip_header spare, *h;
	struct str name, line;
	const char *at = ps->p;

	if (!sip_take_name(ps, &name)) {
		ps->p = at;
		take_line(ps, true, &line);
		return;
	}
	h = store(ps, &spare);
	h->name = name;
	h->id = sip_hdr_of(name);
	if (!take_line(ps, true, &line))
		sip_parse_bad(ps, 400, ps->p, "RFC 3261 7", "ends inside a header line");
	h->value = sip_trim(line);
	sip_parse_typed(ps, h);
}

static void check_stream_body(struct sip_parse *ps, size_t left)
{
	if (ps->content_length < 0)
		sip_parse_bad(ps, 400, ps->p, "RFC 3261 18.3", "no Content-Length on a stream");
	else if (ps->content_length > SIP_MAX_MESSAGE - (int64_t)sip_parse_at(ps, ps->p))
		sip_parse_bad(ps, 513, ps->p, "RFC 3261 21.5.7", "message too large");
	else if (ps->content_length < (int64_t)left)
		sip_parse_bad(ps, 400, ps->p + ps->content_length, "RFC 3261 18.3",
			      "octets behind the body");
}

/* RFC 3261 18.3. */
static void take_body(struct sip_parse *ps)
{
	size_t left = (size_t)(ps->end - ps->p);

	if (ps->stream)
		check_stream_body(ps, left);
	if (ps->content_length > (int64_t)left)
		sip_parse_note(ps, 400,
			       tg_fail(ps->diag, TG_ETRUNC, sip_parse_at(ps, ps->p),
				       "RFC 3261 18.3", "Content-Length is beyond the message"));
	else if (ps->content_length >= 0)
		left = (size_t)ps->content_length;
	ps->m->body = str_n(ps->p, left);
}

static void reset(struct sip_msg *m, struct str octets)
{
	size_t from = offsetof(struct sip_msg, header) + sizeof(m->header);

	memset(m, 0, offsetof(struct sip_msg, header));
	memset((char *)m + from, 0, sizeof(*m) - from);
	m->octets = octets;
	m->max_forwards = -1;
}

/* Nobody answers a response or an ACK (17.1.1.3), nor what does not say where it came from. */
static int result(struct sip_parse *ps)
{
	struct sip_msg *m = ps->m;

	if (ps->err && m->is_request && m->method != SIP_ACK && ps->via_ok)
		m->parse_status = ps->status;
	return ps->err;
}

static int parse(struct sip_msg *m, struct str octets, bool stream, struct tg_diag *diag)
{
	struct sip_parse ps = { .m = m, .diag = diag, .content_length = -1, .stream = stream };
	struct str line;

	if (!octets.p)
		octets = STR("");
	reset(m, octets);
	ps.start = ps.p = octets.p;
	ps.end = octets.p + octets.len;
	while (sip_is_crlf(ps.p, ps.end)) /* 7.5; RFC 5626 3.5.1 */
		ps.p += 2;
	if (ps.p == ps.end)
		return tg_fail(diag, TG_ETRUNC, octets.len, "RFC 3261 7", "no message");
	if (octets.len > SIP_MAX_MESSAGE)
		sip_parse_bad(&ps, 513, ps.end, "RFC 3261 21.5.7", "message too large");
	if (!take_line(&ps, false, &line))
		return tg_fail(diag, TG_ETRUNC, octets.len, "RFC 3261 7", "no start line");
	if (!sip_parse_start_line(&ps, line))
		return ps.err;
	while (more_headers(&ps))
		take_header(&ps);
	sip_parse_mandatory(&ps);
	take_body(&ps);
	return result(&ps);
}

int sip_msg_parse(struct sip_msg *m, struct str octets, struct tg_diag *diag)
{
	return parse(m, octets, false, diag);
}

int sip_msg_parse_stream(struct sip_msg *m, struct str octets, struct tg_diag *diag)
{
	return parse(m, octets, true, diag);
}
