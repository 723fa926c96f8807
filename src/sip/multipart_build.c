/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/multipart: bodies put together (RFC 2046 5.1.1). */
#include <trunkgate/sip/multipart.h>

#include "sip/scan.h"

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

static void put_delimiter(struct sip_multipart *m)
{
	put(&m->b, m->b.len ? STR("\r\n--") : STR("--"));
	put(&m->b, m->boundary);
}

void sip_multipart_init(struct sip_multipart *m, char *buf, size_t size, struct str boundary)
{
	struct sip_scan s = sip_scan_init(boundary);

	sip_build_init(&m->b, buf, size);
	m->boundary = boundary;
	m->bad = sip_scan_class(&s, SIP_C_HOST).len == 0 || !sip_scan_end(&s) || boundary.len > 70;
}

/* A line that begins like the delimiter would end the part. */
static bool holds(struct str body, struct str boundary)
{
	const char *p = body.p, *end = p + body.len;

	while (p && (size_t)(end - p) >= boundary.len + 2) {
		if (memcmp(p, "--", 2) == 0 && memcmp(p + 2, boundary.p, boundary.len) == 0)
			return true;
		p = memchr(p + 1, '-', (size_t)(end - p - 1));
	}
	return false;
}

static void begin_part(struct sip_multipart *m, struct str content_type, struct str body)
{
	m->bad |= holds(body, m->boundary);
	put_delimiter(m);
	put(&m->b, STR("\r\n"));
	if (content_type.len)
		sip_build_header(&m->b, SIP_HDR_CONTENT_TYPE, content_type);
}

static void end_part(struct sip_multipart *m, struct str body)
{
	put(&m->b, STR("\r\n"));
	put(&m->b, body);
}

void sip_multipart_add(struct sip_multipart *m, struct str content_type, struct str disposition,
		       struct str body)
{
	begin_part(m, content_type, body);
	if (disposition.len)
		sip_build_header(&m->b, SIP_HDR_CONTENT_DISPOSITION, disposition);
	end_part(m, body);
}

void sip_multipart_add_id(struct sip_multipart *m, struct str content_type, struct str id,
			  struct str body)
{
	begin_part(m, content_type, body);
	sip_build_other(&m->b, STR("Content-ID"), id);
	end_part(m, body);
}

int sip_multipart_done(struct sip_multipart *m, struct str subtype, struct str *content_type,
		       struct str *body)
{
	size_t end;

	if (m->b.len == 0)
		return TG_EINVAL;
	put_delimiter(m);
	put(&m->b, STR("--\r\n"));
	end = m->b.len;
	put(&m->b, STR("multipart/"));
	put(&m->b, subtype);
	put(&m->b, STR(";boundary="));
	put(&m->b, m->boundary);
	if (m->bad || m->b.overflow)
		return m->bad ? TG_EINVAL : TG_ELIMIT;
	*body = str_n(m->b.buf, end);
	*content_type = str_n(m->b.buf + end, m->b.len - end);
	return 0;
}
