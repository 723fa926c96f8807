/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/scan: the table of character classes, and the steps that are too long for the header. */
#include <string.h>

#include <trunkgate/base/addr.h>

#include "sip/scan.h"

#define T   SIP_C_TOKEN
#define W   SIP_C_WORD
#define U   SIP_C_USER
#define P   SIP_C_PARAM
#define Q   SIP_C_URIC
#define H   SIP_C_HOST
#define V   SIP_C_VALUE
#define D   SIP_C_DISPLAY
#define ALL (T | W | U | P | Q | H | V | D)

/* RFC 3261 25.1; what is taken beyond it is said at the classes in the header. */
const uint8_t sip_classes[256] = {
	['0' ... '9'] = ALL,
	['A' ... 'Z'] = ALL,
	['a' ... 'z'] = ALL,
	['\t'] = D,
	['\n'] = D,
	['\r'] = D,
	[' '] = D,
	['!'] = T | W | U | P | Q | V | D,
	['"'] = W,
	['#'] = U | V,
	['$'] = U | P | Q | V,
	['%'] = T | W | V | D,
	['&'] = U | P | Q | V,
	['\''] = T | W | U | P | Q | V | D,
	['('] = W | U | P | Q | V | D,
	[')'] = W | U | P | Q | V | D,
	['*'] = T | W | U | P | Q | V | D,
	['+'] = T | W | U | P | Q | V | D,
	[','] = U | Q,
	['-'] = T | W | U | P | Q | H | V | D,
	['.'] = T | W | U | P | Q | H | V | D,
	['/'] = W | U | P | Q | V | D,
	[':'] = W | U | P | Q | V,
	[';'] = U | P | Q,
	['<'] = W,
	['='] = U | P | Q | V | D,
	['>'] = W,
	['?'] = W | U | Q | V | D,
	['@'] = W | Q | V | D,
	['['] = W | P | Q | V | D,
	['\\'] = W,
	[']'] = W | P | Q | V | D,
	['^'] = V,
	['_'] = T | W | U | P | Q | H | V | D,
	['`'] = T | W | V | D,
	['{'] = W | V | D,
	['|'] = V,
	['}'] = W | V | D,
	['~'] = T | W | U | P | Q | V | D,
	[0x80 ... 0xff] = D, /* UTF8-NONASCII, unquoted by many a phone */
};

int sip_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool sip_scan_escaped(struct sip_scan *s, uint8_t class, struct str *run)
{
	const char *p = s->p, *end = s->end;

	for (; p < end; p++) {
		if (sip_is(*p, class))
			continue;
		if (*p != '%')
			break;
		if (end - p < 3 || sip_hex(p[1]) < 0 || sip_hex(p[2]) < 0) {
			s->p = p;
			return false;
		}
		p += 2;
	}
	*run = str_n(s->p, (size_t)(p - s->p));
	s->p = p;
	return true;
}

bool sip_scan_quoted(struct sip_scan *s, struct str *inner)
{
	const char *p = s->p + 1;

	while (p < s->end && *p != '"')
		p += *p == '\\' && s->end - p > 1 ? 2 : 1;
	if (p >= s->end)
		return false;
	*inner = str_n(s->p + 1, (size_t)(p - s->p - 1));
	s->p = p + 1;
	return true;
}

void sip_scan_to(struct sip_scan *s, char sep)
{
	bool angle = false;

	while (s->p < s->end) {
		struct str inner;

		if (*s->p == '"' && !angle) {
			if (!sip_scan_quoted(s, &inner))
				s->p = s->end;
			continue;
		}
		if (*s->p == sep && !angle)
			return;
		if (*s->p == '<')
			angle = true;
		else if (*s->p == '>')
			angle = false;
		s->p++;
	}
}

/* Four numbers of at most 255 with dots between. */
static bool is_ip4(struct str s)
{
	unsigned v = 0, digits = 0, dots = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '.') {
			if (digits == 0)
				return false;
			dots++;
			v = digits = 0;
			continue;
		}
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (unsigned)(s.p[i] - '0');
		if (++digits > 3 || v > 255)
			return false;
	}
	return dots == 3 && digits != 0;
}

/* Is the last label, but for a dot behind it, of digits alone? */
static bool ends_in_digits(struct str s)
{
	size_t n = s.len - (s.len && s.p[s.len - 1] == '.'), end = n;

	while (n && s.p[n - 1] >= '0' && s.p[n - 1] <= '9')
		n--;
	return n < end && (n == 0 || s.p[n - 1] == '.');
}

/* hostname or IPv4address: no empty label but the last, and a last label of digits alone makes it
 * an IPv4 address (toplabel begins with a letter). */
static bool scan_name(struct sip_scan *s, struct str *host)
{
	const char *p = s->p;
	char before = '.';

	for (; p < s->end && sip_is(*p, SIP_C_HOST); before = *p++)
		if (*p == '.' && before == '.')
			return false;
	*host = str_n(s->p, (size_t)(p - s->p));
	if (host->len == 0 || (ends_in_digits(*host) && !is_ip4(*host)))
		return false;
	s->p = p;
	return true;
}

bool sip_ip6_parse(struct str text, struct addr *a)
{
	char buf[ADDR_TEXT_MAX];
	size_t at = 0;

	if (addr_parse(a, text, 0) == 0)
		return a->family == ADDR_IP6;
	while (at + 2 < text.len && memcmp(text.p + at, ":::", 3) != 0)
		at++;
	if (at + 2 >= text.len || text.len > sizeof(buf))
		return false;
	memcpy(buf, text.p, at);
	memcpy(buf + at, text.p + at + 1, text.len - at - 1);
	return addr_parse(a, str_n(buf, text.len - 1), 0) == 0 && a->family == ADDR_IP6;
}

bool sip_scan_host(struct sip_scan *s, struct str *host, bool *is_ip6)
{
	const char *close;
	struct addr a;

	*is_ip6 = sip_scan_peek(s) == '[';
	if (!*is_ip6)
		return scan_name(s, host);
	close = memchr(s->p, ']', (size_t)(s->end - s->p));
	if (!close)
		return false;
	*host = str_n(s->p + 1, (size_t)(close - s->p - 1));
	if (host->len == 0 || host->p[0] == '[' || !sip_ip6_parse(*host, &a))
		return false;
	s->p = close + 1;
	return true;
}

bool sip_scan_port(struct sip_scan *s, uint16_t *port)
{
	const char *p = s->p;
	uint32_t v = 0;

	for (; p < s->end && *p >= '0' && *p <= '9'; p++) {
		v = v * 10 + (uint32_t)(*p - '0');
		if (v > 65535)
			return false;
	}
	if (p == s->p || v == 0)
		return false;
	*port = (uint16_t)v;
	s->p = p;
	return true;
}

bool sip_scan_param(struct sip_scan *s, struct sip_param *p)
{
	const char *start;
	struct str inner;

	p->value = str_n(NULL, 0);
	p->has_value = false;
	p->name = sip_scan_class(s, SIP_C_TOKEN);
	if (p->name.len == 0)
		return false;
	sip_scan_lws(s);
	if (!sip_scan_char(s, '='))
		return true;
	sip_scan_lws(s);
	start = s->p;
	if (sip_scan_peek(s) == '"') {
		if (!sip_scan_quoted(s, &inner))
			return false;
	} else {
		sip_scan_class(s, SIP_C_VALUE);
	}
	p->has_value = true;
	p->value = str_n(start, (size_t)(s->p - start));
	sip_scan_lws(s);
	return p->value.len != 0;
}
