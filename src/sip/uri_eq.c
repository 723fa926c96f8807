/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/uri: parameters by name, and when two URIs are the same (RFC 3261 19.1.4, RFC 3966 4). */
#include <trunkgate/sip/headers.h>

#include "sip/scan.h"

/* Parameters or headers of one URI that are compared one by one. Beyond, only URIs with the same
 * text there are equal: no work that grows with the square of what a stranger sends. */
#define MAX_COMPARED 32

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* One octet of a URI. An escaped one of the reserved set (RFC 2396 2.2) differs from itself
 * unescaped and comes out above 255. */
static unsigned next_unit(struct str *s, bool fold)
{
	unsigned char c = (unsigned char)s->p[0];
	size_t used = 1;
	bool reserved = false;

	if (c == '%' && s->len > 2 && sip_hex(s->p[1]) >= 0 && sip_hex(s->p[2]) >= 0) {
		c = (unsigned char)(sip_hex(s->p[1]) << 4 | sip_hex(s->p[2]));
		used = 3;
		reserved = c && memchr(";/?:@&=+$,", c, 10);
	}
	*s = str_from(*s, used);
	return (fold ? (unsigned char)lower((char)c) : c) + (reserved ? 256u : 0u);
}

static bool text_eq(struct str a, struct str b, bool fold)
{
	while (a.len && b.len)
		if (next_unit(&a, fold) != next_unit(&b, fold))
			return false;
	return a.len == 0 && b.len == 0;
}

/* Cuts the next name=value off a list with separators `sep`; empty ones are passed over. */
static bool next_pair(struct str *list, char sep, struct str *name, struct str *value)
{
	while (list->len) {
		struct str one;

		*list = str_split(*list, sep, &one);
		if (one.len == 0)
			continue;
		*value = str_split(one, '=', name);
		return true;
	}
	return false;
}

static bool find_pair(struct str list, char sep, struct str name, struct str *value)
{
	struct str n;

	while (next_pair(&list, sep, &n, value))
		if (text_eq(n, name, true))
			return true;
	return false;
}

bool sip_uri_param(const struct sip_uri *u, struct str name, struct str *value)
{
	struct str v;

	if (!find_pair(u->params, ';', name, &v))
		return false;
	*value = v;
	return true;
}

int sip_uri_header(const struct sip_uri *u, struct str name, char *buf, size_t size,
		   struct str *value)
{
	struct str v;

	if (!find_pair(u->headers, '&', name, &v))
		return TG_ENOENT;
	return sip_unescape(v, buf, size, value);
}

bool sip_params_find(struct str params, struct str name, struct str *value)
{
	struct sip_scan s = sip_scan_init(params);

	while (!sip_scan_end(&s)) {
		struct sip_scan one = s;
		struct str head;
		size_t eq;

		sip_scan_to(&s, ';');
		one.end = s.p;
		if (!sip_scan_end(&s))
			s.p++;
		head = str_n(one.p, (size_t)(one.end - one.p));
		eq = str_chr(head, '=');
		if (!str_caseeq(str_trim(str_n(head.p, eq)), name))
			continue;
		*value = eq == head.len ? str_n(NULL, 0) : str_trim(str_from(head, eq + 1));
		return true;
	}
	return false;
}

static size_t count(struct str list, char sep)
{
	struct str n, v;
	size_t nr = 0;

	while (next_pair(&list, sep, &n, &v))
		nr++;
	return nr;
}

/* 19.1.4: these never match their absence, whatever the default. */
static bool must_be_in_both(struct str name)
{
	static const struct str names[] = { STR_INIT("user"), STR_INIT("ttl"), STR_INIT("method"),
					    STR_INIT("maddr"), STR_INIT("transport") };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (text_eq(name, names[i], true))
			return true;
	return false;
}

/* RFC 3966 4: without visual separators, and any case. */
static bool number_eq(struct str a, struct str b)
{
	size_t i = 0, k = 0;

	for (;;) {
		while (i < a.len && memchr("-.()", a.p[i], 4))
			i++;
		while (k < b.len && memchr("-.()", b.p[k], 4))
			k++;
		if (i == a.len || k == b.len)
			return i == a.len && k == b.len;
		if (lower(a.p[i++]) != lower(b.p[k++]))
			return false;
	}
}

/* How a list is compared: its separator, and whether a pair may be missing on one side. */
enum list_kind { URI_PARAMS, URI_HEADERS, TEL_PARAMS };

static char separator(enum list_kind kind)
{
	return kind == URI_HEADERS ? '&' : ';';
}

static bool value_eq(enum list_kind kind, struct str a, struct str b)
{
	if (kind == TEL_PARAMS && a.len && b.len && a.p[0] == '+' && b.p[0] == '+')
		return number_eq(a, b); /* a phone-context that is a number */
	return text_eq(a, b, true);
}

/* Every pair of `a` is in `b` with the same value, or may be missing there. */
static bool pairs_in(struct str a, struct str b, enum list_kind kind)
{
	struct str name, value, other;

	while (next_pair(&a, separator(kind), &name, &value)) {
		if (find_pair(b, separator(kind), name, &other)) {
			if (!value_eq(kind, value, other))
				return false;
		} else if (kind != URI_PARAMS || must_be_in_both(name)) {
			return false;
		}
	}
	return true;
}

static bool pairs_eq(struct str a, struct str b, enum list_kind kind)
{
	if (str_eq(a, b))
		return true;
	if (count(a, separator(kind)) > MAX_COMPARED || count(b, separator(kind)) > MAX_COMPARED)
		return false;
	return pairs_in(a, b, kind) && pairs_in(b, a, kind);
}

/* IPv6 addresses are the same whatever they are written like (RFC 5954 4.2). */
static bool host_eq(const struct sip_uri *a, const struct sip_uri *b)
{
	struct addr x, y;

	if (str_caseeq(a->host, b->host))
		return true;
	return a->host_is_ip6 && sip_ip6_parse(a->host, &x) && sip_ip6_parse(b->host, &y) &&
	       addr_ip_eq(&x, &y);
}

bool sip_uri_eq(const struct sip_uri *a, const struct sip_uri *b)
{
	if (a->scheme != b->scheme)
		return false;
	if (a->scheme == SIP_SCHEME_TEL)
		return number_eq(a->user, b->user) && pairs_eq(a->params, b->params, TEL_PARAMS);
	if (a->scheme == SIP_SCHEME_OTHER)
		return str_caseeq(a->scheme_name, b->scheme_name) &&
		       text_eq(str_from(a->text, a->scheme_name.len),
			       str_from(b->text, b->scheme_name.len), false);
	return a->has_user == b->has_user && text_eq(a->user, b->user, false) &&
	       (a->password.p == NULL) == (b->password.p == NULL) &&
	       text_eq(a->password, b->password, false) && a->host_is_ip6 == b->host_is_ip6 &&
	       host_eq(a, b) && a->port == b->port && pairs_eq(a->params, b->params, URI_PARAMS) &&
	       pairs_eq(a->headers, b->headers, URI_HEADERS);
}
