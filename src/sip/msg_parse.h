/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/msg_parse: what the files of the message parser share: the state of one run.
 *
 *	struct sip_parse ps = { .m = m, .diag = diag, .content_length = -1 };
 *	if (!digits)
 *		sip_parse_bad(&ps, 400, value.p, "RFC 3261 20.14", "Content-Length is no number");
 */
#ifndef TRUNKGATE_SIP_MSG_PARSE_H
#define TRUNKGATE_SIP_MSG_PARSE_H

#include <trunkgate/sip/msg.h>

/* How far a line has been read, and where in its quoted strings that is. Only looked at when a
 * control octet turns up. */
struct sip_line_scan {
	const char *at;
	const char *quote_at;
	bool quoted;
};

struct sip_parse {
	struct sip_msg *m;    /* NULL while a stream is framed */
	struct tg_diag *diag; /* NULL once it has been filled */
	const char *start, *p, *end;
	bool stream;  /* a Content-Length is needed, and nothing is behind the body */
	bool partial; /* more octets may follow behind the end */
	int err;      /* the first fault, and the status for it */
	unsigned status;
	bool via_ok;				/* the topmost Via could be read */
	int64_t content_length;			/* -1: none */
	uint64_t seen[(SIP_NR_HDRS + 63) / 64]; /* a bit for each header id that has been */
};

size_t sip_parse_at(const struct sip_parse *ps, const char *p);
/* Remembers the first fault: the status it is answered with, where, and why. */
void sip_parse_bad(struct sip_parse *ps, unsigned status, const char *at, const char *clause,
		   const char *why);
/* The same with the diag filled already (or not wanted any more). */
void sip_parse_note(struct sip_parse *ps, unsigned status, int err);

/* From ps->p to the end of the line, folded lines included when `folds`; the view is without the
 * CRLF, ps->p behind it. A bare LF ends it as well, as a fault. False at the end of all: ps->p is
 * there, or, when more may follow, where it was, and the scan keeps how far it came. */
bool sip_take_line(struct sip_parse *ps, struct sip_line_scan *ls, bool folds, struct str *line);
/* The name of a header line and its ':'; ps->p is behind them. False when it is none. */
bool sip_take_name(struct sip_parse *ps, struct str *name);
static inline bool sip_is_crlf(const char *p, const char *end)
{
	return end - p >= 2 && p[0] == '\r' && p[1] == '\n';
}
/* Does this line say that it is SIP (7.1, 7.2)? */
bool sip_is_start_line(struct str line);
/* RFC 3261 20.14: digits alone. */
bool sip_content_length(struct sip_parse *ps, struct str value, uint32_t *n);

/* False when this is no SIP message at all. */
bool sip_parse_start_line(struct sip_parse *ps, struct str line);
/* The value of a header that the transaction layer needs (RFC 3261 8.1.1, 20). */
void sip_parse_typed(struct sip_parse *ps, const struct sip_header *h);
void sip_parse_mandatory(struct sip_parse *ps);

#endif
