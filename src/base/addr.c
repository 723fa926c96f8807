/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * addr: text forms of addresses by hand, so that the protocol folders need no socket header.
 * Reading: RFC 3986 3.2.2 (IPv4address without leading zeros, IPv6address, brackets before a
 * port). Writing: RFC 5952, with section 5's mixed form for IPv4-mapped addresses.
 */
#include <stdio.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>

#define GROUPS 8

static bool parse_ip4(struct str s, uint8_t ip[4])
{
	for (int i = 0; i < 4; i++) {
		struct str octet;
		uint32_t v;

		if (i < 3 && str_chr(s, '.') == s.len)
			return false;
		if (i < 3)
			s = str_split(s, '.', &octet);
		else
			octet = s;
		if (octet.len > 3 || !str_to_u32(octet, &v) || v > 255 ||
		    (octet.len > 1 && octet.p[0] == '0'))
			return false;
		ip[i] = (uint8_t)v;
	}
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool parse_group(struct str s, uint16_t *group)
{
	unsigned int v = 0;

	if (s.len == 0 || s.len > 4)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		int digit = hex_digit(s.p[i]);
		if (digit < 0)
			return false;
		v = v << 4 | (unsigned int)digit;
	}
	*group = (uint16_t)v;
	return true;
}

/* Groups with colons between, an IPv4 address as the last two allowed when `tail`. Returns how
 * many groups, or -1. An empty text has none. */
static int parse_groups(struct str s, bool tail, uint16_t *groups, int room)
{
	int n = 0;

	while (s.len) {
		bool last = str_chr(s, ':') == s.len;
		struct str one, rest = str_split(s, ':', &one);
		uint8_t ip4[4];

		if (last && tail && n + 2 <= room && parse_ip4(one, ip4)) {
			groups[n++] = (uint16_t)(ip4[0] << 8 | ip4[1]);
			groups[n++] = (uint16_t)(ip4[2] << 8 | ip4[3]);
			return n;
		}
		if (n == room || !parse_group(one, &groups[n++]) || (!last && rest.len == 0))
			return -1;
		s = rest;
	}
	return n;
}

/* Offset of "::", or s.len. */
static size_t find_gap(struct str s)
{
	for (size_t i = 0; i + 1 < s.len; i++)
		if (s.p[i] == ':' && s.p[i + 1] == ':')
			return i;
	return s.len;
}

static bool parse_ip6(struct str s, uint8_t ip[16])
{
	uint16_t head[GROUPS], tail[GROUPS], all[GROUPS] = { 0 };
	size_t gap = find_gap(s);
	bool whole = gap == s.len;
	int nr_head = parse_groups(str_n(s.p, gap), whole, head, GROUPS);
	int nr_tail = whole ? 0 : parse_groups(str_from(s, gap + 2), true, tail, GROUPS);

	if (nr_head < 0 || nr_tail < 0 || (whole && nr_head != GROUPS) ||
	    (!whole && nr_head + nr_tail >= GROUPS))
		return false;
	for (int i = 0; i < nr_head; i++)
		all[i] = head[i];
	for (int i = 0; i < nr_tail; i++)
		all[GROUPS - nr_tail + i] = tail[i];
	for (int i = 0; i < GROUPS; i++) {
		ip[2 * i] = (uint8_t)(all[i] >> 8);
		ip[2 * i + 1] = (uint8_t)all[i];
	}
	return true;
}

/* Cuts "[v6]", "[v6]:port", "v4:port", "v4" or "v6" into host and port (empty when absent). */
static bool cut_port(struct str text, struct str *host, struct str *port, bool *has_port)
{
	*has_port = false;
	*port = str_n(NULL, 0);
	*host = text;
	if (text.len && text.p[0] == '[') {
		struct str rest = str_split(str_from(text, 1), ']', host);
		if (host->len + 1 == text.len)
			return false;
		*has_port = rest.len > 0;
		*port = str_from(rest, 1);
		return rest.len == 0 || rest.p[0] == ':';
	}
	if (str_chr(text, '.') < str_chr(text, ':')) {
		*port = str_split(text, ':', host);
		*has_port = host->len < text.len;
	}
	return true;
}

int addr_parse(struct addr *a, struct str text, uint16_t default_port)
{
	struct str host, port_text;
	struct addr got = { 0 };
	uint32_t port = default_port;
	bool has_port;

	if (!cut_port(text, &host, &port_text, &has_port))
		return TG_EINVAL;
	if (has_port && (!str_to_u32(port_text, &port) || port > UINT16_MAX))
		return TG_EINVAL;
	if (parse_ip6(host, got.ip))
		got.family = ADDR_IP6;
	else if (host.p == text.p && parse_ip4(host, got.ip))
		got.family = ADDR_IP4;
	else
		return TG_EINVAL;
	got.port = (uint16_t)port;
	*a = got;
	return 0;
}

static uint16_t group_of(const struct addr *a, int i)
{
	return (uint16_t)(a->ip[2 * i] << 8 | a->ip[2 * i + 1]);
}

/* RFC 5952 4.2: the first longest run of at least two zero groups. */
static void find_zero_run(const struct addr *a, int *start, int *len)
{
	*start = -1;
	*len = 1;
	for (int i = 0; i < GROUPS; i++) {
		int n = 0;
		while (i + n < GROUPS && group_of(a, i + n) == 0)
			n++;
		if (n > *len) {
			*start = i;
			*len = n;
		}
	}
}

static bool is_mapped_ip4(const struct addr *a)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };
	return memcmp(a->ip, prefix, sizeof(prefix)) == 0;
}

static void print_ip4(const uint8_t *ip, char *buf)
{
	/* by hand: it is in each SIP response, and printf takes twenty times as long */
	for (int i = 0; i < 4; i++) {
		if (ip[i] >= 100)
			*buf++ = (char)('0' + ip[i] / 100);
		if (ip[i] >= 10)
			*buf++ = (char)('0' + ip[i] / 10 % 10);
		*buf++ = (char)('0' + ip[i] % 10);
		*buf++ = i < 3 ? '.' : '\0';
	}
}

static void print_ip6(const struct addr *a, char *buf)
{
	int start, len;

	if (is_mapped_ip4(a)) {
		buf += sprintf(buf, "::ffff:");
		print_ip4(a->ip + 12, buf);
		return;
	}
	find_zero_run(a, &start, &len);
	for (int i = 0; i < GROUPS; i++) {
		if (i == start) {
			buf += sprintf(buf, "::");
			i += len - 1;
			continue;
		}
		buf += sprintf(buf, "%s%x", i && i != start + len ? ":" : "", group_of(a, i));
	}
}

char *addr_print_ip(const struct addr *a, char *buf)
{
	buf[0] = '\0';
	if (a->family == ADDR_IP4)
		print_ip4(a->ip, buf);
	else if (a->family == ADDR_IP6)
		print_ip6(a, buf);
	else
		str_copyz(buf, ADDR_TEXT_MAX, STR("none"));
	return buf;
}

char *addr_print_host(const struct addr *a, char *buf)
{
	if (a->family != ADDR_IP6)
		return addr_print_ip(a, buf);
	buf[0] = '[';
	addr_print_ip(a, buf + 1);
	strcat(buf, "]");
	return buf;
}

char *addr_print(const struct addr *a, char *buf)
{
	addr_print_host(a, buf);
	if (a->family != ADDR_NONE)
		sprintf(buf + strlen(buf), ":%u", a->port);
	return buf;
}

bool addr_ip_eq(const struct addr *a, const struct addr *b)
{
	size_t len = a->family == ADDR_IP6 ? 16 : a->family == ADDR_IP4 ? 4 : 0;

	return a->family == b->family && memcmp(a->ip, b->ip, len) == 0;
}

bool addr_eq(const struct addr *a, const struct addr *b)
{
	return a->port == b->port && addr_ip_eq(a, b);
}

bool addr_is_any(const struct addr *a)
{
	static const uint8_t zero[16];
	size_t len = a->family == ADDR_IP6 ? 16 : a->family == ADDR_IP4 ? 4 : 0;

	return memcmp(a->ip, zero, len) == 0;
}
