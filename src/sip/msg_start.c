/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/msg: the start line (RFC 3261 7.1, 7.2). Strict: one SP between its parts and none behind,
 * the only liberty being a status line that ends behind its code. */
#include <trunkgate/sip/msg.h>

#include "sip/msg_parse.h"
#include "sip/scan.h"

#define REQUEST_CLAUSE "RFC 3261 7.1"
#define STATUS_CLAUSE  "RFC 3261 7.2"

/* Does the name of the protocol stand at `at`? In any case (7.1). */
static bool protocol_at(struct str line, size_t at)
{
	return line.len >= at + 4 && str_caseeq(str_n(line.p + at, 4), STR("SIP/"));
}

static bool names_protocol(struct str line)
{
	if (line.len > 8 && line.p[line.len - 8] == ' ' && protocol_at(line, line.len - 7))
		return true;
	for (size_t at = 0; at + 5 <= line.len; at++)
		if (line.p[at] == ' ' && protocol_at(line, at + 1))
			return true;
	return false;
}

bool sip_is_start_line(struct str line)
{
	return protocol_at(line, 0) || names_protocol(line);
}

static bool is_version(struct str s)
{
	struct str major, minor;
	uint32_t v;

	if (!protocol_at(s, 0))
		return false;
	minor = str_split(str_from(s, 4), '.', &major);
	return str_to_u32(major, &v) && str_to_u32(minor, &v);
}

static void check_version(struct sip_parse *ps, struct str version)
{
	if (version.len == 7 && protocol_at(version, 0) && memcmp(version.p + 4, "2.0", 3) == 0)
		return;
	if (str_chr(version, ' ') != version.len)
		sip_parse_bad(ps, 400, version.p, REQUEST_CLAUSE,
			      "too much white space in the start line");
	else if (is_version(version))
		sip_parse_bad(ps, 505, version.p, "RFC 3261 21.5.6", "SIP version is not 2.0");
	else
		sip_parse_bad(ps, 400, version.p, REQUEST_CLAUSE,
			      "no SIP version where it belongs");
}

static void request_uri(struct sip_parse *ps, struct str uri)
{
	struct sip_msg *m = ps->m;
	int r = sip_uri_scan(&m->uri, uri, m->octets.p, ps->diag);

	if (r < 0)
		sip_parse_note(ps, 400, r);
	else if (m->uri.headers.p)
		sip_parse_bad(ps, 400, m->uri.headers.p, "RFC 3261 19.1.1",
			      "headers in the Request-URI");
}

static bool request_line(struct sip_parse *ps, struct str line)
{
	struct sip_msg *m = ps->m;
	struct sip_scan s = sip_scan_init(line);
	struct str uri, version;

	if (!names_protocol(line)) {
		sip_parse_bad(ps, 0, line.p, REQUEST_CLAUSE, "this is not SIP");
		return false;
	}
	m->is_request = true;
	m->method_name = sip_scan_class(&s, SIP_C_TOKEN);
	m->method = sip_method_of(m->method_name);
	if (m->method_name.len == 0 || !sip_scan_char(&s, ' ')) {
		sip_parse_bad(ps, 400, s.p, REQUEST_CLAUSE, "no method in the request line");
		return true;
	}
	version = str_split(str_n(s.p, (size_t)(s.end - s.p)), ' ', &uri);
	check_version(ps, version);
	request_uri(ps, uri);
	return true;
}

static bool status_line(struct sip_parse *ps, struct str line)
{
	struct sip_msg *m = ps->m;
	struct str version, code;
	uint32_t status;

	line = str_split(line, ' ', &version);
	check_version(ps, version);
	m->reason = str_split(line, ' ', &code);
	if (code.len != 3 || !str_to_u32(code, &status) || status < 100 || status > 699)
		sip_parse_bad(ps, 0, code.p, STATUS_CLAUSE, "status code is not 100 to 699");
	else
		m->status = status;
	return true;
}

bool sip_parse_start_line(struct sip_parse *ps, struct str line)
{
	return protocol_at(line, 0) ? status_line(ps, line) : request_line(ps, line);
}
