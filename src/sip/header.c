/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/header: names of headers, methods and status codes, to and from their numbers. */
#include <trunkgate/sip/headers.h>

#include "sip/header_hash.h"
#include "sip/scan.h"

struct row {
	struct str name, compact;
	uint8_t repeat, value;
	const char *clause;
};

enum { ONE, LIST, LINES };

static const struct row rows[SIP_NR_HDRS] = {
#define SIP_HDR_ROW(id, name, compact, repeat, value, clause) \
	[SIP_HDR_##id] = { STR_INIT(name), STR_INIT(compact), repeat, SIP_VALUE_##value, clause },
#include <trunkgate/sip/header.def>
#undef SIP_HDR_ROW
};

static bool name_eq(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if ((a.p[i] | 0x20) != (b.p[i] | 0x20))
			return false;
	return true;
}

/* Names of tokens only: there the bit of lower case makes no two different octets equal. */
enum sip_hdr sip_hdr_of(struct str name)
{
	enum sip_hdr id;
	struct str want;

	if (name.len == 0)
		return SIP_HDR_OTHER;
	id = sip_hdr_slot[sip_hdr_hash(name)];
	want = name.len == 1 ? rows[id].compact : rows[id].name;
	return str_eq(name, want) || name_eq(name, want) ? id : SIP_HDR_OTHER;
}

bool sip_hdr_may_repeat(enum sip_hdr id)
{
	return rows[id].repeat != ONE;
}

bool sip_hdr_is_list(enum sip_hdr id)
{
	return rows[id].repeat == LIST;
}

enum sip_value_kind sip_hdr_value(enum sip_hdr id)
{
	return (unsigned)id < SIP_NR_HDRS ? (enum sip_value_kind)rows[id].value : SIP_VALUE_TEXT;
}

const char *sip_hdr_clause(enum sip_hdr id)
{
	return rows[id].clause ? rows[id].clause : "";
}

const char *sip_hdr_name(enum sip_hdr id)
{
	return (unsigned)id < SIP_NR_HDRS && rows[id].name.p ? rows[id].name.p : "?";
}

static const struct str methods[SIP_NR_METHODS] = {
	[SIP_METHOD_OTHER] = STR_INIT("?"),
	[SIP_INVITE] = STR_INIT("INVITE"),
	[SIP_ACK] = STR_INIT("ACK"),
	[SIP_BYE] = STR_INIT("BYE"),
	[SIP_CANCEL] = STR_INIT("CANCEL"),
	[SIP_OPTIONS] = STR_INIT("OPTIONS"),
	[SIP_REGISTER] = STR_INIT("REGISTER"),
	[SIP_PRACK] = STR_INIT("PRACK"),
	[SIP_UPDATE] = STR_INIT("UPDATE"),
	[SIP_INFO] = STR_INIT("INFO"),
	[SIP_REFER] = STR_INIT("REFER"),
	[SIP_MESSAGE] = STR_INIT("MESSAGE"),
	[SIP_SUBSCRIBE] = STR_INIT("SUBSCRIBE"),
	[SIP_NOTIFY] = STR_INIT("NOTIFY"),
	[SIP_PUBLISH] = STR_INIT("PUBLISH"),
};

/* RFC 3261 7.1: method names are case-sensitive. */
enum sip_method sip_method_of(struct str name)
{
	for (unsigned i = SIP_METHOD_OTHER + 1; i < SIP_NR_METHODS; i++)
		if (name.len == methods[i].len && str_eq(name, methods[i]))
			return (enum sip_method)i;
	return SIP_METHOD_OTHER;
}

const char *sip_method_name(enum sip_method m)
{
	return (unsigned)m < SIP_NR_METHODS ? methods[m].p : "?";
}

/* RFC 3261 21 (and the RFC named beside a row). */
static const struct {
	unsigned status;
	const char *phrase;
} phrases[] = {
	{ 100, "Trying" },
	{ 180, "Ringing" },
	{ 181, "Call Is Being Forwarded" },
	{ 182, "Queued" },
	{ 183, "Session Progress" },
	{ 199, "Early Dialog Terminated" }, /* RFC 6228 */
	{ 200, "OK" },
	{ 202, "Accepted" }, /* RFC 6665 */
	{ 300, "Multiple Choices" },
	{ 301, "Moved Permanently" },
	{ 302, "Moved Temporarily" },
	{ 305, "Use Proxy" },
	{ 380, "Alternative Service" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 402, "Payment Required" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 407, "Proxy Authentication Required" },
	{ 408, "Request Timeout" },
	{ 410, "Gone" },
	{ 413, "Request Entity Too Large" },
	{ 414, "Request-URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 416, "Unsupported URI Scheme" },
	{ 420, "Bad Extension" },
	{ 421, "Extension Required" },
	{ 422, "Session Interval Too Small" }, /* RFC 4028 */
	{ 423, "Interval Too Brief" },
	{ 433, "Anonymity Disallowed" }, /* RFC 5079 */
	{ 480, "Temporarily Unavailable" },
	{ 481, "Call/Transaction Does Not Exist" },
	{ 482, "Loop Detected" },
	{ 483, "Too Many Hops" },
	{ 484, "Address Incomplete" },
	{ 485, "Ambiguous" },
	{ 486, "Busy Here" },
	{ 487, "Request Terminated" },
	{ 488, "Not Acceptable Here" },
	{ 489, "Bad Event" }, /* RFC 6665 */
	{ 491, "Request Pending" },
	{ 493, "Undecipherable" },
	{ 500, "Server Internal Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Server Time-out" },
	{ 505, "Version Not Supported" },
	{ 513, "Message Too Large" },
	{ 580, "Precondition Failure" }, /* RFC 3312 */
	{ 600, "Busy Everywhere" },
	{ 603, "Decline" },
	{ 604, "Does Not Exist Anywhere" },
	{ 606, "Not Acceptable" },
};

/* RFC 3261 7.2. */
static const char *const classes[] = { "Unknown",	"Provisional",	"Success",
				       "Redirection",	"Client Error", "Server Error",
				       "Global Failure" };

const char *sip_reason_phrase(unsigned status)
{
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return classes[status / 100 < sizeof(classes) / sizeof(classes[0]) ? status / 100 : 0];
}
