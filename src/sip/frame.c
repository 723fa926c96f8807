/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/frame: messages on streams are cut by their Content-Length (RFC 3261 18.3, 20.14). Lines and
 * names are read by the steps of sip/msg; a fault that leaves in doubt where a line or the message
 * ends is the end of the stream. */
#include <trunkgate/sip/frame.h>

#include "sip/msg_parse.h"
#include "sip/scan.h"

static enum sip_frame bad(struct sip_framer *f, const struct sip_parse *ps, size_t len)
{
	f->status = ps->status;
	f->len = len < SIP_MAX_MESSAGE ? len : SIP_MAX_MESSAGE;
	return SIP_FRAME_BAD;
}

static void start_line(struct sip_framer *f, struct sip_parse *ps, struct str line)
{
	f->has_start_line = true;
	if (!sip_is_start_line(line))
		sip_parse_bad(ps, 0, line.p, "RFC 3261 7.1", "this is not SIP");
}

/* ps->p is behind the line; a scan of its own looks at the name again. */
static void header_line(struct sip_framer *f, struct sip_parse *ps, struct str line)
{
	struct sip_parse one = *ps;
	struct str name;

	one.p = line.p;
	if (!sip_take_name(&one, &name)) {
		sip_parse_note(ps, 400, one.err);
		return;
	}
	if (sip_hdr_of(name) != SIP_HDR_CONTENT_LENGTH)
		return;
	if (f->has_length)
		sip_parse_bad(ps, 400, line.p, "RFC 3261 7.3.1", "a second Content-Length");
	f->has_length = true;
	sip_content_length(ps, sip_trim(str_n(one.p, (size_t)(line.p + line.len - one.p))),
			   &f->length);
}

/* One line more: true and a line or a fault; false when it is not all there. */
static bool next_line(struct sip_framer *f, struct sip_parse *ps)
{
	struct sip_line_scan ls = { ps->start + f->at, ps->start + f->quote_at, f->quoted };
	struct str line;
	bool whole;

	whole = sip_take_line(ps, &ls, f->has_start_line, &line);
	f->at = (size_t)(ls.at - ps->start);
	f->quote_at = (size_t)(ls.quote_at - ps->start);
	f->quoted = ls.quoted;
	if (!whole)
		return ps->err;
	if (f->has_start_line)
		header_line(f, ps, line);
	else
		start_line(f, ps, line);
	f->line = f->at = f->quote_at = (size_t)(ps->p - ps->start);
	f->quoted = false;
	return true;
}

/* The empty line has come; ps->p is behind it. */
static enum sip_frame body(struct sip_framer *f, struct sip_parse *ps)
{
	size_t head = (size_t)(ps->p - ps->start), left = (size_t)(ps->end - ps->p);

	if (!f->has_length)
		sip_parse_bad(ps, 400, ps->p, "RFC 3261 18.3", "no Content-Length on a stream");
	else if (f->length > SIP_MAX_MESSAGE - head)
		sip_parse_bad(ps, 513, ps->p, "RFC 3261 21.5.7", "message too large");
	if (ps->err)
		return bad(f, ps, head);
	if (f->length > left)
		return SIP_FRAME_MORE;
	f->len = head + f->length;
	return SIP_FRAME_MESSAGE;
}

/* An octet that cannot begin a line yet: CR alone, of which the LF may follow. */
static bool is_lone_cr(const struct sip_parse *ps)
{
	return ps->end - ps->p == 1 && *ps->p == '\r';
}

enum sip_frame sip_msg_frame(struct sip_framer *f, struct str octets, struct tg_diag *diag)
{
	struct sip_parse ps = { .diag = diag, .partial = true };

	if (octets.len == 0)
		return SIP_FRAME_MORE;
	ps.start = octets.p;
	ps.p = octets.p + f->line;
	ps.end = octets.p + octets.len;
	if (f->line == 0 && sip_is_crlf(ps.p, ps.end)) {
		f->len = 2;
		return SIP_FRAME_CRLF;
	}
	for (;;) {
		if (ps.p - ps.start > SIP_MAX_MESSAGE)
			break;
		if (f->has_start_line && sip_is_crlf(ps.p, ps.end)) {
			ps.p += 2;
			return body(f, &ps);
		}
		if (ps.p == ps.end || is_lone_cr(&ps) || !next_line(f, &ps)) {
			if (octets.len > SIP_MAX_MESSAGE)
				break;
			return SIP_FRAME_MORE;
		}
		if (ps.err)
			return bad(f, &ps, octets.len);
	}
	sip_parse_bad(&ps, 513, ps.p, "RFC 3261 21.5.7", "message too large");
	return bad(f, &ps, octets.len);
}
