/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/uri: parsing of sip, sips (RFC 3261 19.1.1 and 25.1) and tel URIs (RFC 3966 3); a URI of
 * another scheme is taken whole as absoluteURI, for the user agent to answer 416 (8.2.2.1). */
#include <trunkgate/sip/uri.h>

#include "sip/scan.h"

#define CLAUSE "RFC 3261 25.1"

static bool scheme_char(char c)
{
	return (sip_is(c, SIP_C_HOST) && c != '_') || c == '+';
}

/* What is before the ':'; the scan stands behind it afterwards. */
static bool scan_scheme(struct sip_uri *u, struct sip_scan *s)
{
	const char *p = s->p;

	if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')))
		return false;
	while (p < s->end && scheme_char(*p))
		p++;
	if (p == s->end || *p != ':')
		return false;
	u->scheme_name = str_n(s->p, (size_t)(p - s->p));
	s->p = p + 1;
	if (SIP_WORD_IS(u->scheme_name, "sip"))
		u->scheme = SIP_SCHEME_SIP;
	else if (SIP_WORD_IS(u->scheme_name, "sips"))
		u->scheme = SIP_SCHEME_SIPS;
	else if (SIP_WORD_IS(u->scheme_name, "tel"))
		u->scheme = SIP_SCHEME_TEL;
	return true;
}

/* userinfo and its '@', when there is one. Everything that may stand before the host's end is in the
 * class of a user, so that a run of it that ends at an '@' is one. */
static bool scan_userinfo(struct sip_uri *u, struct sip_scan *s)
{
	const char *start = s->p;
	struct str run;

	if (!sip_scan_escaped(s, SIP_C_USER, &run) || sip_scan_peek(s) != '@') {
		s->p = start;
		return true;
	}
	s->p++;
	u->has_user = true;
	u->password = str_split(run, ':', &u->user);
	if (u->user.len == run.len)
		u->password = str_n(NULL, 0); /* none, which differs from an empty one */
	return u->user.len != 0;
}

/* Up to `end` octets of parameters and headers behind the hostport. */
static bool scan_tail(struct sip_uri *u, struct sip_scan *s)
{
	if (sip_scan_char(s, ';') && !sip_scan_escaped(s, SIP_C_PARAM, &u->params))
		return false;
	if (sip_scan_char(s, '?') && !sip_scan_escaped(s, SIP_C_URIC, &u->headers))
		return false;
	return sip_scan_end(s);
}

static int parse_sip(struct sip_uri *u, struct sip_scan *s, struct tg_diag *d)
{
	if (!scan_userinfo(u, s))
		return tg_fail(d, TG_EINVAL, sip_scan_at(s), CLAUSE, "no user before '@' in a URI");
	if (!sip_scan_host(s, &u->host, &u->host_is_ip6))
		return tg_fail(d, TG_EINVAL, sip_scan_at(s), CLAUSE, "bad host in a URI");
	if (sip_scan_char(s, ':') && !sip_scan_port(s, &u->port))
		return tg_fail(d, TG_EINVAL, sip_scan_at(s), CLAUSE, "bad port in a URI");
	if (!scan_tail(u, s))
		return tg_fail(d, TG_EINVAL, sip_scan_at(s), CLAUSE, "bad octet in a URI");
	return 0;
}

/* RFC 3966 3: digits, for a local number also hexadecimal ones, '*' and '#', and separators. A
 * local number without its phone-context is let through: the dial plan knows better. */
static bool phone_char(char c, bool global)
{
	if (c >= '0' && c <= '9')
		return true;
	if (c == '-' || c == '.' || c == '(' || c == ')')
		return true;
	return !global && (sip_hex(c) >= 0 || c == '*' || c == '#');
}

static int parse_tel(struct sip_uri *u, struct sip_scan *s, struct tg_diag *d)
{
	const char *start = s->p;
	bool global = sip_scan_char(s, '+');
	size_t digits = 0;

	for (; s->p < s->end && phone_char(*s->p, global); s->p++)
		digits += sip_hex(*s->p) >= 0 || *s->p == '*' || *s->p == '#';
	u->user = str_n(start, (size_t)(s->p - start));
	u->has_user = true;
	if (digits == 0)
		return tg_fail(d, TG_EINVAL, sip_scan_at(s), "RFC 3966 3",
			       "no number in a tel URI");
	if (sip_scan_char(s, ';') && !sip_scan_escaped(s, SIP_C_PARAM, &u->params))
		return tg_fail(d, TG_EINVAL, sip_scan_at(s), "RFC 3966 3", "bad tel parameters");
	if (!sip_scan_end(s))
		return tg_fail(d, TG_EINVAL, sip_scan_at(s), "RFC 3966 3",
			       "bad octet in a tel URI");
	return 0;
}

static int parse_other(struct sip_scan *s, struct tg_diag *d)
{
	struct str run;

	if (!sip_scan_escaped(s, SIP_C_URIC, &run) || run.len == 0 || !sip_scan_end(s))
		return tg_fail(d, TG_EINVAL, sip_scan_at(s), CLAUSE, "bad octet in a URI");
	return 0;
}

int sip_uri_scan(struct sip_uri *u, struct str text, const char *start, struct tg_diag *d)
{
	struct sip_scan s = { start, text.p, text.p + text.len };

	*u = (struct sip_uri){ .text = text };
	if (text.len == 0 || !scan_scheme(u, &s))
		return tg_fail(d, TG_EINVAL, sip_scan_at(&s), CLAUSE, "URI without a scheme");
	switch (u->scheme) {
	case SIP_SCHEME_SIP:
	case SIP_SCHEME_SIPS:
		return parse_sip(u, &s, d);
	case SIP_SCHEME_TEL:
		return parse_tel(u, &s, d);
	default:
		return parse_other(&s, d);
	}
}

int sip_uri_parse(struct sip_uri *u, struct str text, struct tg_diag *diag)
{
	if (!text.p)
		text = STR("");
	return sip_uri_scan(u, text, text.p, diag);
}

int sip_unescape(struct str s, char *buf, size_t size, struct str *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (c == '%') {
			int hi = s.len - i > 2 ? sip_hex(s.p[i + 1]) : -1;
			int lo = s.len - i > 2 ? sip_hex(s.p[i + 2]) : -1;

			if (hi < 0 || lo < 0 || (hi == 0 && lo == 0))
				return TG_EINVAL;
			c = (char)(hi << 4 | lo);
			i += 2;
		}
		if (n == size)
			return TG_ELIMIT;
		buf[n++] = c;
	}
	*out = str_n(buf, n);
	return 0;
}

int sip_uri_addr(const struct sip_uri *u, struct addr *out)
{
	uint16_t port = u->port ? u->port : u->scheme == SIP_SCHEME_SIPS ? 5061 : 5060;
	struct str host = u->host, maddr;
	bool is_ip6 = u->host_is_ip6;
	struct sip_scan s;

	if (u->scheme != SIP_SCHEME_SIP && u->scheme != SIP_SCHEME_SIPS)
		return TG_ENOTSUP;
	if (sip_uri_param(u, STR("maddr"), &maddr) && maddr.len) {
		s = sip_scan_init(maddr);
		if (!sip_scan_host(&s, &host, &is_ip6) || !sip_scan_end(&s))
			return TG_ENOTSUP;
	}
	if (is_ip6 ? !sip_ip6_parse(host, out) : addr_parse(out, host, port) < 0)
		return TG_ENOTSUP;
	out->port = port;
	return 0;
}
