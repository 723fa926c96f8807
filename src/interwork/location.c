/* SPDX-License-Identifier: GPL-3.0-or-later */
/* location: see location.h. */
#include <stdio.h>

#include <trunkgate/sip/multipart.h>

#include "interwork/location.h"

static const struct iw_source clause = { "RFC 6442 4.1", false };

static bool is_scheme(struct str uri, const char *scheme)
{
	struct str head;

	return str_split(uri, ':', &head).len && str_caseeq(head, str_of(scheme));
}

static bool may_pass(struct str uri)
{
	static const char *const schemes[] = { "sip", "sips", "pres", "http", "https", "cid" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (is_scheme(uri, schemes[i]))
			return true;
	return false;
}

/* A line that goes on in the next one is none that can be sent. */
static bool is_printable(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((uint8_t)s.p[i] < ' ' || (uint8_t)s.p[i] >= 0x7f)
			return false;
	return true;
}

/* RFC 2392 2: the URL is the Content-ID without its <>, with escapes. */
static bool is_named(const struct sip_part *part, struct str url, char id[IW_LOCATION_ID_MAX])
{
	char buf[IW_LOCATION_ID_MAX];
	struct str name;

	if (sip_unescape(str_from(url, 4), buf, sizeof(buf) - 3, &name) < 0 || !name.len ||
	    !is_printable(name))
		return false;
	snprintf(id, IW_LOCATION_ID_MAX, "<" STR_FMT ">", STR_ARG(name));
	return str_eq(part->content_id, str_of(id));
}

/* What is not as it is in the message cannot be put into another one as it is. */
static bool is_plain(const struct sip_part *part)
{
	return !part->encoding.len || str_caseeq(part->encoding, STR("binary")) ||
	       str_caseeq(part->encoding, STR("8bit")) || str_caseeq(part->encoding, STR("7bit"));
}

/* False: the body that it points at is not there, or is none that passes. */
static bool take_body(const struct sip_msg *m, struct str url, struct iw_location *out)
{
	struct sip_part_walk w;
	struct sip_part part;

	if (out->id[0] || sip_msg_parts(m, &w, NULL) < 0)
		return false;
	while (sip_part_next(&w, &part, NULL) > 0) {
		if (!sip_part_is(&part, STR("application"), STR("pidf+xml")) ||
		    !is_named(&part, url, out->id))
			continue;
		if (part.body.len && part.body.len <= sizeof(out->body) && is_plain(&part)) {
			memcpy(out->body, part.body.p, part.body.len);
			out->len = (uint16_t)part.body.len;
			return true;
		}
	}
	out->id[0] = '\0';
	return false;
}

static bool add_value(struct iw_location *out, struct str value)
{
	size_t len = strlen(out->values);
	int n = snprintf(out->values + len, sizeof(out->values) - len, "%s" STR_FMT,
			 len ? ", " : "", STR_ARG(value));

	if (n >= 0 && (size_t)n < sizeof(out->values) - len)
		return true;
	out->values[len] = '\0';
	return false;
}

static bool take_value(const struct sip_msg *m, struct str value, struct iw_location *out)
{
	size_t len = strlen(out->values);
	struct sip_nameaddr a;

	if (sip_nameaddr_parse(&a, value, NULL) < 0 || a.star || !may_pass(a.uri.text) ||
	    !is_printable(value) || !add_value(out, value))
		return false;
	if (!is_scheme(a.uri.text, "cid") || take_body(m, a.uri.text, out))
		return true;
	out->values[len] = '\0';
	return false;
}

/* RFC 6442 4.2: what is neither "yes" nor "no" counts as "no". */
static void take_routing(const struct sip_msg *m, struct iw_location *out)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_GEOLOCATION_ROUTING, 0);

	if (h)
		snprintf(out->routing, sizeof(out->routing), "%s",
			 str_caseeq(str_trim(h->value), STR("yes")) ? "yes" : "no");
}

bool iw_location_take(const struct iw_ctx *x, const struct sip_msg *m, struct iw_location *out)
{
	struct sip_value_walk w = { 0 };
	struct str value;
	unsigned lost = 0;

	out->values[0] = out->routing[0] = out->id[0] = '\0';
	out->len = 0;
	if (!sip_msg_header(m, SIP_HDR_GEOLOCATION, 0) ||
	    !iw_mapped(x, IW_MAP_GEOLOCATION, "Geolocation", "kept for another SIP peer"))
		return false;
	while (sip_msg_next_value(m, SIP_HDR_GEOLOCATION, &w, &value))
		lost += !take_value(m, value, out);
	if (lost)
		iw_explain(x, "geolocation", clause, "Geolocation", "%u value%s left out", lost,
			   lost == 1 ? "" : "s");
	take_routing(m, out);
	return out->values[0] != '\0';
}

bool iw_location_refused(const struct iw_ctx *x, const struct sip_msg *m)
{
	struct sip_part part;

	return !iw_profile_has(iw_profile_of(x), IW_MAP_GEOLOCATION) &&
	       sip_msg_find_part(m, STR("application"), STR("pidf+xml"), &part, NULL) == 0 &&
	       !part.optional;
}

bool iw_location_to_sip(const struct iw_ctx *x, const struct iw_location *where,
			struct iw_headers *h)
{
	if (!iw_mapped(x, IW_MAP_GEOLOCATION, "location of who calls", "Geolocation"))
		return false;
	iw_header_add(h, "Geolocation", "%s", where->values);
	if (where->routing[0])
		iw_header_add(h, "Geolocation-Routing", "%s", where->routing);
	return true;
}
