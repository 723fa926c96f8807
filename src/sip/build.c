/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/build: writing messages (RFC 3261 7). Whatever comes in, no line gets in that was not asked
 * for: each value is checked for line ends after it has been written. */
#include <stdarg.h>
#include <stdio.h>

#include <trunkgate/sip/msg.h>

#include "sip/scan.h"

void sip_build_init(struct sip_build *b, char *buf, size_t size)
{
	*b = (struct sip_build){ .buf = buf, .size = size };
}

static void put(struct sip_build *b, struct str s)
{
	if (b->overflow || s.len > b->size - b->len) {
		b->overflow = true;
		return;
	}
	if (s.len)
		memcpy(b->buf + b->len, s.p, s.len);
	b->len += s.len;
}

__attribute__((format(printf, 2, 0))) static void put_v(struct sip_build *b, const char *fmt,
							va_list ap)
{
	size_t room = b->size - b->len;
	int n = b->overflow ? -1 : vsnprintf(b->buf + b->len, room, fmt, ap);

	if (n < 0 || (size_t)n >= room)
		b->overflow = true;
	else
		b->len += (size_t)n;
}

__attribute__((format(printf, 2, 3))) static void put_f(struct sip_build *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_v(b, fmt, ap);
	va_end(ap);
}

/* printf costs as much as the rest of a response. */
static void put_number(struct sip_build *b, size_t n)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	put(b, str_n(digits + at, sizeof(digits) - at));
}

/* Copies within the buffer from `from` to its end onto itself without folds; refuses line ends
 * and control octets that are not a quoted-pair (25.1). */
static void clean(struct sip_build *b, size_t from)
{
	bool quoted = false;
	size_t to = from;

	for (size_t i = from; i < b->len && !b->overflow; i++) {
		char c = b->buf[i];

		if (c == '\r' && b->len - i > 2 && b->buf[i + 1] == '\n' &&
		    (b->buf[i + 2] == ' ' || b->buf[i + 2] == '\t')) {
			c = ' ';
			i += 2;
		} else if ((uint8_t)c < 0x20 && c != '\t') {
			b->overflow = true;
		} else if (c == '"') {
			quoted = !quoted;
		} else if (c == '\\' && quoted && b->len - i > 1 && b->buf[i + 1] != '\r' &&
			   b->buf[i + 1] != '\n') {
			b->buf[to++] = c;
			c = b->buf[++i];
		}
		b->buf[to++] = c;
	}
	if (!b->overflow)
		b->len = to;
}

static bool is_plain(struct str s, bool space)
{
	for (size_t i = 0; i < s.len; i++)
		if ((uint8_t)s.p[i] < (space ? 0x20 : 0x21))
			return false;
	return true;
}

void sip_build_request(struct sip_build *b, enum sip_method method, struct str uri)
{
	if (!is_plain(uri, false) || method == SIP_METHOD_OTHER)
		b->overflow = true;
	put(b, str_of(sip_method_name(method)));
	put(b, STR(" "));
	put(b, uri);
	put(b, STR(" SIP/2.0\r\n"));
}

void sip_build_status(struct sip_build *b, unsigned status, struct str reason)
{
	if (!is_plain(reason, true) || status < 100 || status > 699)
		b->overflow = true;
	put_f(b, "SIP/2.0 %u ", status);
	put(b, reason.len ? reason : str_of(sip_reason_phrase(status)));
	put(b, STR("\r\n"));
}

static void put_line(struct sip_build *b, struct str name, struct str value, struct str suffix)
{
	size_t from;

	put(b, name);
	put(b, STR(": "));
	from = b->len;
	put(b, value);
	put(b, suffix);
	clean(b, from);
	put(b, STR("\r\n"));
}

void sip_build_header(struct sip_build *b, enum sip_hdr id, struct str value)
{
	put_line(b, str_of(sip_hdr_name(id)), value, STR(""));
}

void sip_build_other(struct sip_build *b, struct str name, struct str value)
{
	struct sip_scan s = sip_scan_init(name);

	if (sip_scan_class(&s, SIP_C_TOKEN).len == 0 || !sip_scan_end(&s))
		b->overflow = true;
	put_line(b, name, value, STR(""));
}

void sip_build_header_f(struct sip_build *b, enum sip_hdr id, const char *fmt, ...)
{
	size_t from;
	va_list ap;

	put(b, str_of(sip_hdr_name(id)));
	put(b, STR(": "));
	from = b->len;
	va_start(ap, fmt);
	put_v(b, fmt, ap);
	va_end(ap);
	clean(b, from);
	put(b, STR("\r\n"));
}

void sip_build_copy(struct sip_build *b, const struct sip_header *h, struct str suffix)
{
	struct str name = h->id == SIP_HDR_OTHER ? h->name : str_of(sip_hdr_name(h->id));

	put_line(b, name, h->value, suffix);
}

static void put_param(struct sip_build *b, const struct sip_param *p)
{
	put(b, STR(";"));
	put(b, p->name);
	if (!p->has_value)
		return;
	put(b, STR("="));
	put(b, p->value);
}

/* The topmost Via: received and rport ours, everything else as it came. */
static void put_top_via(struct sip_build *b, const struct sip_via *v, const struct addr *from)
{
	struct sip_scan s = sip_scan_init(v->params);
	char ip[ADDR_TEXT_MAX];
	struct sip_param p;
	struct addr sent_by;
	bool same = str_eq(v->host, str_of(addr_print_ip(from, ip))) ||
		    (addr_parse(&sent_by, v->host, 0) == 0 && addr_ip_eq(&sent_by, from));

	put(b, STR("SIP/2.0/"));
	put(b, v->transport);
	put(b, v->host_is_ip6 ? STR(" [") : STR(" "));
	put(b, v->host);
	if (v->host_is_ip6)
		put(b, STR("]"));
	if (v->port) {
		put(b, STR(":"));
		put_number(b, v->port);
	}
	do {
		sip_scan_lws(&s);
		if (sip_scan_end(&s) || !sip_scan_param(&s, &p))
			break;
		if (!SIP_WORD_IS(p.name, "received") && !SIP_WORD_IS(p.name, "rport"))
			put_param(b, &p);
	} while (sip_scan_char(&s, ';'));
	if (v->has_rport || !same) {
		put(b, STR(";received="));
		put(b, str_of(ip));
	}
	if (v->has_rport) {
		put(b, STR(";rport="));
		put_number(b, from->port);
	}
}

void sip_build_vias(struct sip_build *b, const struct sip_msg *req, const struct addr *from)
{
	struct sip_value_walk w = { 0 };
	struct str value;
	size_t start;

	for (unsigned n = 0; sip_msg_next_value(req, SIP_HDR_VIA, &w, &value); n++) {
		if (n) {
			sip_build_header(b, SIP_HDR_VIA, value);
			continue;
		}
		put(b, STR("Via: "));
		start = b->len;
		put_top_via(b, &req->via, from);
		clean(b, start);
		put(b, STR("\r\n"));
	}
}

void sip_build_body(struct sip_build *b, struct str content_type, struct str body)
{
	if (body.len)
		sip_build_header(b, SIP_HDR_CONTENT_TYPE, content_type);
	put(b, STR("Content-Length: "));
	put_number(b, body.len);
	put(b, STR("\r\n\r\n"));
	put(b, body);
}

int sip_build_done(const struct sip_build *b, struct str *octets)
{
	if (b->overflow)
		return TG_ELIMIT;
	*octets = str_n(b->buf, b->len);
	return 0;
}
