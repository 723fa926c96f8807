/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/scan: character classes of RFC 3261 25.1 and the small steps that all of sip's parsers are
 * made of. A scan is a position in octets that somebody else owns; steps move it forward and
 * never past the end. White space is SP, HTAB and the CRLF of a folded line: whoever starts a
 * scan inside a message has made sure that each CR and LF in it belongs to a fold.
 *
 *	struct sip_scan s = sip_scan_init(value);
 *	struct str seq = sip_scan_class(&s, SIP_C_TOKEN);
 *	sip_scan_lws(&s);
 *	if (!sip_scan_char(&s, ';'))
 *		return tg_fail(d, TG_EINVAL, sip_scan_at(&s), "RFC 3261 25.1", "no ';'");
 */
#ifndef TRUNKGATE_SIP_SCAN_H
#define TRUNKGATE_SIP_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/str.h>
#include <trunkgate/sip/msg.h>

enum {
	SIP_C_TOKEN = 0x01,   /* token */
	SIP_C_WORD = 0x02,    /* word and '@': Call-ID */
	SIP_C_USER = 0x04,    /* user, and '#', which dialled digits have unescaped in real life */
	SIP_C_PARAM = 0x08,   /* uri-parameters: paramchar, ';', '=' */
	SIP_C_URIC = 0x10,    /* uric, and the brackets of RFC 3986 */
	SIP_C_HOST = 0x20,    /* hostname, and '_', which names of containers have */
	SIP_C_VALUE = 0x40,   /* gen-value but for the quoted string, and what is unambiguous */
	SIP_C_DISPLAY = 0x80, /* *(token LWS), and what is unambiguous before a '<' */
};

/* [octet]: the classes it belongs to. '%' is in none of USER, PARAM and URIC: there it has to
 * begin an escape. */
extern const uint8_t sip_classes[256];

struct sip_scan {
	const char *start, *p, *end;
};

static inline struct sip_scan sip_scan_init(struct str s)
{
	const char *p = s.p ? s.p : "";

	return (struct sip_scan){ p, p, p + s.len };
}

static inline size_t sip_scan_at(const struct sip_scan *s)
{
	return (size_t)(s->p - s->start);
}

static inline bool sip_scan_end(const struct sip_scan *s)
{
	return s->p == s->end;
}

/* The next octet, or NUL (which no syntax has) at the end. */
static inline char sip_scan_peek(const struct sip_scan *s)
{
	return s->p < s->end ? *s->p : '\0';
}

static inline bool sip_is_lws(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static inline bool sip_is(char c, uint8_t class)
{
	return sip_classes[(uint8_t)c] & class;
}

static inline void sip_scan_lws(struct sip_scan *s)
{
	while (s->p < s->end && sip_is_lws(*s->p))
		s->p++;
}

/* Takes `c` when it is next. */
static inline bool sip_scan_char(struct sip_scan *s, char c)
{
	if (sip_scan_peek(s) != c || sip_scan_end(s))
		return false;
	s->p++;
	return true;
}

/* Takes `c` with white space around it (SLASH, EQUAL, SEMI, COLON of 25.1); on false the white
 * space before it is taken all the same. */
static inline bool sip_scan_sep(struct sip_scan *s, char c)
{
	sip_scan_lws(s);
	if (!sip_scan_char(s, c))
		return false;
	sip_scan_lws(s);
	return true;
}

/* The longest run of octets of a class; may be empty. */
static inline struct str sip_scan_class(struct sip_scan *s, uint8_t class)
{
	const char *p = s->p;

	while (s->p < s->end && sip_is(*s->p, class))
		s->p++;
	return (struct str){ p, (size_t)(s->p - p) };
}

/* As str_trim, which is called where there is something to trim. */
static inline struct str sip_trim(struct str s)
{
	if (s.len && !sip_is_lws(s.p[0]) && !sip_is_lws(s.p[s.len - 1]))
		return s;
	return str_trim(s);
}

/* Equal but for case to a word of lower case letters, digits and '-'. The octets compared must be
 * of a token, for which setting the bit of lower case is exact. */
static inline bool sip_word_is(struct str s, const char *lower, size_t len)
{
	if (s.len != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((s.p[i] | 0x20) != lower[i])
			return false;
	return true;
}
#define SIP_WORD_IS(s, lit) sip_word_is((s), "" lit, sizeof(lit) - 1)

/* The value of a hexadecimal digit, or -1. */
int sip_hex(char c);
/* As sip_scan_class, and takes escapes (%HH) too. False at a '%' that begins none. */
bool sip_scan_escaped(struct sip_scan *s, uint8_t class, struct str *run);
/* A quoted string; the scan is at its '"'. *inner is what is between the quotes, escapes as
 * written. False when it does not end. */
bool sip_scan_quoted(struct sip_scan *s, struct str *inner);
/* The next octet of a value that is neither inside quotes nor inside <>: moves to the first `sep`
 * there, or to the end. */
void sip_scan_to(struct sip_scan *s, char sep);
/* host of 25.1: a name, an IPv4 address, or an IPv6 reference (taken without its brackets; a third
 * colon is forgiven, RFC 5118 4.10). */
bool sip_scan_host(struct sip_scan *s, struct str *host, bool *is_ip6);
/* An IPv6 address without brackets, with the same forgiveness. */
bool sip_ip6_parse(struct str text, struct addr *a);
/* port of 25.1: 1-65535. */
bool sip_scan_port(struct sip_scan *s, uint16_t *port);

/* One generic-param of 25.1 behind a ';' that has been taken. A quoted value keeps its quotes. */
struct sip_param {
	struct str name, value;
	bool has_value;
};
bool sip_scan_param(struct sip_scan *s, struct sip_param *p);

/* Parsers that stop behind the value they read, for a value inside a list. Offsets in the diag
 * count from s->start. */
int sip_via_scan(struct sip_via *v, struct sip_scan *s, struct tg_diag *diag);
int sip_nameaddr_scan(struct sip_nameaddr *a, struct sip_scan *s, struct tg_diag *diag);
/* As sip_uri_parse; the diag's offset counts from `start`. */
int sip_uri_scan(struct sip_uri *u, struct str text, const char *start, struct tg_diag *diag);

/* The number of a header name, or SIP_HDR_OTHER. */
enum sip_hdr sip_hdr_of(struct str name);
/* May a second line of it follow? */
bool sip_hdr_may_repeat(enum sip_hdr id);
/* Are several values on a line, with commas between? */
bool sip_hdr_is_list(enum sip_hdr id);

#endif
