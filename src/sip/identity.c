/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/identity: who must be at the other end of a TLS connection (RFC 3261 26.3.2.1, RFC 5922 7.3), and
 * which connection may be used for whom (RFC 5923 5); see conn.h. */
#include "sip/conn.h"

/* 26.3.2.1, RFC 5922 7.3: whom we want to talk to is in the topmost Route, else in the Request-URI. */
struct str sip_identity_of(const struct sip_buf *b)
{
	struct str rest = str_n(b->octets, b->len), line, uri_text;
	struct sip_nameaddr route;
	struct sip_uri uri;

	rest = str_split(rest, '\n', &line);
	str_split(str_split(line, ' ', &uri_text), ' ', &uri_text);
	if (sip_uri_parse(&uri, uri_text, NULL) < 0)
		return STR("");
	while (rest.len) {
		rest = str_split(rest, '\n', &line);
		if (line.len > 7 && str_starts(line, STR("Route: ")) &&
		    sip_nameaddr_parse(&route, str_trim(str_from(line, 7)), NULL) == 0)
			uri = route.uri;
		if (line.len <= 1 || str_starts(line, STR("Route: ")))
			break;
	}
	return uri.host;
}

static bool is_among(struct str names, struct str name)
{
	struct str one;

	while (names.len) {
		names = str_split(names, ' ', &one);
		if (str_caseeq(one, name))
			return true;
	}
	return false;
}

/* An address says where, and the connection goes there. The connection that the peer has made is its
 * own, whatever it calls itself, for what goes to the very port it comes from. */
bool sip_identity_fits(const struct sip_conn *c, bool alias, struct str identity)
{
	struct addr a;

	if (c->path->transport != SIP_TLS || !identity.len || addr_parse(&a, identity, 0) == 0)
		return true;
	if (c->accepted && !alias)
		return true;
	return is_among(c->names, identity);
}
