/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cursor: bounded reading and writing of octets with a sticky error.
 *
 * A reader past its end yields zeros, stays at its end and remembers it; a writer past its room writes nothing more
 * and remembers it. So a codec reads or writes straight through and asks once, at the end.
 *
 *	struct rd r = rd_init(octets);
 *	uint8_t type = rd_u8(&r);
 *	struct str rest = rd_bytes(&r, rd_u8(&r));
 *	if (r.err)
 *		return tg_fail(d, TG_ETRUNC, rd_at(&r), "Q.763 1.4", "ends inside a parameter");
 */
#ifndef TRUNKGATE_CURSOR_H
#define TRUNKGATE_CURSOR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <trunkgate/base/str.h>

struct rd {
	const uint8_t *start, *p, *end;
	bool err;
};

static inline struct rd rd_init(struct str octets)
{
	const uint8_t *p = (const uint8_t *)octets.p;
	return (struct rd){ p, p, octets.len ? p + octets.len : p, false };
}

static inline size_t rd_left(const struct rd *r)
{
	return (size_t)(r->end - r->p);
}

/* Octets read so far. */
static inline size_t rd_at(const struct rd *r)
{
	return (size_t)(r->p - r->start);
}

uint8_t rd_u8(struct rd *r);
uint16_t rd_be16(struct rd *r);
uint16_t rd_le16(struct rd *r);
uint32_t rd_be32(struct rd *r);
/* A view of the next n octets; empty, with err set, when there are fewer. */
struct str rd_bytes(struct rd *r, size_t n);
static inline struct str rd_rest(struct rd *r)
{
	return rd_bytes(r, rd_left(r));
}

struct wr {
	uint8_t *buf;
	size_t cap, len;
	bool err;
};

static inline struct wr wr_init(void *buf, size_t cap)
{
	return (struct wr){ buf, cap, 0, false };
}

/* What was written, as a view of the buffer. */
static inline struct str wr_str(const struct wr *w)
{
	return (struct str){ (const char *)w->buf, w->len };
}

void wr_u8(struct wr *w, uint8_t v);
void wr_be16(struct wr *w, uint16_t v);
void wr_le16(struct wr *w, uint16_t v);
void wr_be32(struct wr *w, uint32_t v);
void wr_bytes(struct wr *w, const void *p, size_t n);
static inline void wr_s(struct wr *w, struct str s)
{
	wr_bytes(w, s.p, s.len);
}
void wr_z(struct wr *w, const char *z);
void wr_u(struct wr *w, uint64_t decimal);
/* As printf; a text of more than WR_F_MAX octets is an error too. */
#define WR_F_MAX 1023
void wr_f(struct wr *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Overwrites one octet that was written before (a pointer or a length). Where nothing was
 * written it is an error of the writer. */
void wr_set_u8(struct wr *w, size_t at, uint8_t v);

#endif
