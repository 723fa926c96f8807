/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cursor: every octet read or written passes through take() or room(), the only two checks. */
#include <stdio.h>

#include "base/cursor.h"

/* The next n octets, or NULL: then the reader stands at its end for good. */
static const uint8_t *take(struct rd *r, size_t n)
{
	const uint8_t *p = r->p;

	if (n > rd_left(r)) {
		r->err = true;
		r->p = r->end;
		return NULL;
	}
	if (n)
		r->p += n;
	return p;
}

uint8_t rd_u8(struct rd *r)
{
	const uint8_t *p = take(r, 1);
	return p ? p[0] : 0;
}

uint16_t rd_be16(struct rd *r)
{
	const uint8_t *p = take(r, 2);
	return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

uint16_t rd_le16(struct rd *r)
{
	const uint8_t *p = take(r, 2);
	return p ? (uint16_t)(p[1] << 8 | p[0]) : 0;
}

uint32_t rd_be32(struct rd *r)
{
	uint32_t high, low;

	if (rd_left(r) < 4) {
		take(r, 4);
		return 0;
	}
	high = rd_be16(r);
	low = rd_be16(r);
	return high << 16 | low;
}

struct str rd_bytes(struct rd *r, size_t n)
{
	const uint8_t *p = take(r, n);
	return p ? str_n(p, n) : str_n(r->p, 0);
}

/* Where the next n octets go, or NULL: then nothing is written any more. */
static uint8_t *room(struct wr *w, size_t n)
{
	uint8_t *p;

	if (w->err || n > w->cap - w->len) {
		w->err = true;
		return NULL;
	}
	if (n == 0)
		return NULL;
	p = w->buf + w->len;
	w->len += n;
	return p;
}

void wr_u8(struct wr *w, uint8_t v)
{
	uint8_t *p = room(w, 1);

	if (p)
		p[0] = v;
}

void wr_be16(struct wr *w, uint16_t v)
{
	wr_bytes(w, (const uint8_t[]){ (uint8_t)(v >> 8), (uint8_t)v }, 2);
}

void wr_le16(struct wr *w, uint16_t v)
{
	wr_bytes(w, (const uint8_t[]){ (uint8_t)v, (uint8_t)(v >> 8) }, 2);
}

void wr_be32(struct wr *w, uint32_t v)
{
	const uint8_t b[] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8),
			      (uint8_t)v };
	wr_bytes(w, b, sizeof(b));
}

void wr_bytes(struct wr *w, const void *p, size_t n)
{
	uint8_t *to = room(w, n);

	if (to)
		memcpy(to, p, n);
}

void wr_z(struct wr *w, const char *z)
{
	wr_s(w, str_of(z));
}

void wr_u(struct wr *w, uint64_t decimal)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + decimal % 10);
		decimal /= 10;
	} while (decimal);
	wr_bytes(w, digits + at, sizeof(digits) - at);
}

/* By way of a buffer of our own: printf's NUL must not cost the last octet of the room. */
void wr_f(struct wr *w, const char *fmt, ...)
{
	char text[WR_F_MAX + 1];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0 || n > WR_F_MAX)
		w->err = true;
	else
		wr_bytes(w, text, (size_t)n);
}

void wr_set_u8(struct wr *w, size_t at, uint8_t v)
{
	if (at >= w->len)
		w->err = true;
	else
		w->buf[at] = v;
}
