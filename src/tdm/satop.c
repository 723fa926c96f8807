/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tdm/satop: see the header. */
#include "tdm/satop.h"

#define T1_SLICE    25 /* 193 bits, and 7 that nobody looks at */
#define PACKET_BITS (8 * TDM_SATOP_T1)
#define MOST_SLICES (PACKET_BITS / TDM_T1_BITS + 2)
#define AIS	    0xff

void tdm_satop_init(struct tdm_satop *s, enum tdm_kind kind, bool octet_aligned, bool crc4)
{
	memset(s, 0, sizeof(*s));
	s->kind = kind;
	s->octet_aligned = octet_aligned;
	tdm_e1_init(&s->e1, crc4);
	tdm_t1_init(&s->t1);
}

unsigned tdm_satop_slice(enum tdm_kind kind)
{
	return kind == TDM_E1 ? TDM_E1_FRAME : T1_SLICE;
}

static bool is_stream(const struct tdm_satop *s)
{
	return s->kind == TDM_T1 && !s->octet_aligned;
}

unsigned tdm_satop_payload(const struct tdm_satop *s, unsigned frames)
{
	return is_stream(s) ? TDM_SATOP_T1 : frames * tdm_satop_slice(s->kind);
}

/* `nr` bits from bit `at` of one to the begin of another, whose last octet is filled with 0. */
static void copy_bits(uint8_t *to, const uint8_t *from, unsigned at, unsigned nr)
{
	unsigned shift = at % 8;

	from += at / 8;
	for (unsigned i = 0; i < (nr + 7) / 8; i++) {
		unsigned left = nr - 8 * i;
		unsigned v = (unsigned)from[i] << shift;

		if (shift && left > 8 - shift)
			v |= from[i + 1] >> (8 - shift);
		to[i] = (uint8_t)(left < 8 ? v & 0xff00u >> left : v);
	}
}

/* A stream of bits. ----------------------------------------------------------------------------- */

static bool is_kept(const struct tdm_satop *s, uint64_t number)
{
	return s->tag[number % TDM_SATOP_KEPT] == number + 1;
}

/* Slice `n` of the stream; false: a packet of it is not there. */
static bool get_slice(const struct tdm_satop *s, uint64_t n, uint8_t out[T1_SLICE])
{
	uint64_t bit = n * TDM_T1_BITS, number = bit / PACKET_BITS;
	unsigned at = (unsigned)(bit % PACKET_BITS), i = 0;
	uint8_t both[T1_SLICE + 2] = { 0 };

	for (unsigned octet = at / 8; octet <= (at + TDM_T1_BITS - 1) / 8; octet++) {
		uint64_t of = number + octet / TDM_SATOP_T1;

		if (!is_kept(s, of))
			return false;
		both[i++] = s->packet[of % TDM_SATOP_KEPT][octet % TDM_SATOP_T1];
	}
	copy_bits(out, both, at % 8, TDM_T1_BITS);
	return true;
}

static void rx_stream(struct tdm_satop *s, struct tdm_recv *r, uint32_t number, struct str payload)
{
	uint8_t slices[MOST_SLICES * T1_SLICE];
	uint64_t at, n, first;
	unsigned nr = 0;

	if (!s->any)
		s->at = number;
	s->any = true;
	at = s->at + (uint64_t)(int64_t)(int32_t)(number - (uint32_t)s->at);
	s->at = at;
	s->tag[at % TDM_SATOP_KEPT] = at + 1;
	if (payload.len)
		memcpy(s->packet[at % TDM_SATOP_KEPT], payload.p, TDM_SATOP_T1);
	else
		memset(s->packet[at % TDM_SATOP_KEPT], AIS, TDM_SATOP_T1);
	/* all between its first and last, and those if its neighbours are there */
	for (first = n = at * PACKET_BITS / TDM_T1_BITS; n * TDM_T1_BITS < (at + 1) * PACKET_BITS;
	     n++) {
		if (get_slice(s, n, slices + (size_t)nr * T1_SLICE))
			nr++;
		else if (!nr)
			first = n + 1;
	}
	tdm_recv_put(r, (uint32_t)first, slices, nr);
}

void tdm_satop_rx(struct tdm_satop *s, struct tdm_recv *r, uint32_t number, unsigned frames,
		  struct str payload)
{
	if (is_stream(s))
		rx_stream(s, r, number, payload);
	else if (payload.len)
		tdm_recv_put(r, number * frames, (const uint8_t *)payload.p, frames);
	else
		tdm_recv_put_idle(r, number * frames, frames);
}

/* Bits and timeslots. --------------------------------------------------------------------------- */

/* Slices are 193 bits each. */
static void join(const uint8_t *slices, uint8_t out[TDM_T1_OCTETS])
{
	uint8_t padded[T1_SLICE + 1] = { 0 };

	memset(out, 0, TDM_T1_OCTETS);
	for (unsigned i = 0; i < TDM_BLOCK; i++) {
		unsigned at = i * TDM_T1_BITS, shift = at % 8;

		memcpy(padded, slices + (size_t)i * T1_SLICE, T1_SLICE);
		padded[T1_SLICE - 1] &= 0x80;
		for (unsigned n = 0; n <= T1_SLICE && at / 8 + n < TDM_T1_OCTETS; n++)
			out[at / 8 + n] |= (uint8_t)(padded[n] >> shift |
						     (n ? padded[n - 1] << (8 - shift) : 0));
	}
}

unsigned tdm_satop_deframe(struct tdm_satop *s, struct tdm_block *b, enum tdm_law law)
{
	uint8_t slices[TDM_SATOP_MS], bits[TDM_T1_OCTETS];
	unsigned size = tdm_satop_slice(s->kind);
	bool rai;

	for (unsigned i = 0; i < TDM_BLOCK; i++)
		for (unsigned n = 0; n < size; n++)
			slices[i * size + n] = b->octet[n][i];
	tdm_block_idle(b, law);
	if (s->kind == TDM_E1) {
		if (!tdm_e1_deframe(&s->e1, slices, b))
			return TDM_MISMATCH;
		if (tdm_e1_no_crc4(&s->e1))
			return TDM_MISMATCH | TDM_SATOP_NO_CRC4;
		rai = s->e1.rai;
	} else {
		join(slices, bits);
		if (!tdm_t1_deframe(&s->t1, bits, b))
			return TDM_MISMATCH;
		rai = s->t1.rai;
	}
	return rai ? TDM_RAI : 0;
}

unsigned tdm_satop_frame(struct tdm_satop *s, const struct tdm_block *b, bool alarm,
			 uint8_t out[TDM_SATOP_MS])
{
	uint8_t bits[TDM_T1_OCTETS + 1] = { 0 };

	if (s->kind == TDM_E1) {
		tdm_e1_frame(&s->e1, b, alarm, out);
		return TDM_BLOCK * TDM_E1_FRAME;
	}
	tdm_t1_frame(&s->t1, b, alarm, bits);
	if (!s->octet_aligned) {
		memcpy(out, bits, TDM_T1_OCTETS);
		return TDM_T1_OCTETS;
	}
	for (unsigned i = 0; i < TDM_BLOCK; i++)
		copy_bits(out + (size_t)i * T1_SLICE, bits, i * TDM_T1_BITS, TDM_T1_BITS);
	return TDM_BLOCK * T1_SLICE;
}
