/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp/buf: one octet of validity bits belongs to one block of the reader. */
#include <assert.h>

#include "rtp/buf.h"

#define MASK (RTP_BUF_SIZE - 1)

void rtp_buf_init(struct rtp_buf *b)
{
	b->play = 0;
	memset(b->valid, 0, sizeof(b->valid));
}

static void mark(struct rtp_buf *b, uint32_t at, size_t len)
{
	for (; len > 0 && at % 8 != 0; at++, len--)
		b->valid[at / 8] |= (uint8_t)(1u << at % 8);
	memset(b->valid + at / 8, 0xff, len / 8);
	if (len % 8)
		b->valid[(at + len) / 8] |= (uint8_t)((1u << len % 8) - 1);
}

static void lay(struct rtp_buf *b, uint32_t at, const uint8_t *p, size_t len, const uint8_t *table)
{
	if (table)
		for (size_t i = 0; i < len; i++)
			b->octet[at + i] = table[p[i]];
	else
		memcpy(b->octet + at, p, len);
	mark(b, at, len);
}

void rtp_buf_put(struct rtp_buf *b, uint32_t place, struct str octets, const uint8_t *table)
{
	const uint8_t *p = (const uint8_t *)octets.p;
	uint32_t at = place & MASK;
	size_t first = octets.len;

	assert(place - b->play <= RTP_BUF_SIZE && octets.len <= RTP_BUF_SIZE - (place - b->play));
	if (octets.len == 0)
		return;
	if (first > RTP_BUF_SIZE - at)
		first = RTP_BUF_SIZE - at;
	lay(b, at, p, first, table);
	if (first < octets.len)
		lay(b, 0, p + first, octets.len - first, table);
}

unsigned rtp_buf_cut(struct rtp_buf *b, uint32_t place)
{
	unsigned nr = 0;

	for (; place - b->play < RTP_BUF_SIZE; place++) {
		uint8_t *valid = &b->valid[(place & MASK) / 8];

		nr += *valid >> (place & 7) & 1;
		*valid &= (uint8_t) ~(1u << (place & 7));
	}
	return nr;
}
