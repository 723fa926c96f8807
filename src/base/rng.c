/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rng: numbers made from random octets, and a seeded source for tests and simulation:
 * xoshiro256** by D. Blackman and S. Vigna, its state filled by splitmix64 as they advise.
 * Octets are taken in little-endian order, so a seed gives one sequence on every machine.
 */
#include <trunkgate/base/rng.h>

static uint64_t rotl(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

static uint64_t splitmix64(uint64_t *x)
{
	uint64_t z = (*x += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static uint64_t xoshiro_next(uint64_t s[4])
{
	uint64_t result = rotl(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return result;
}

static void seeded_fill(void *ctx, void *octets, size_t len)
{
	struct rng_seeded *s = ctx;
	uint8_t *p = octets;
	uint64_t word = 0;

	for (size_t i = 0; i < len; i++) {
		if (i % 8 == 0)
			word = xoshiro_next(s->s);
		p[i] = (uint8_t)(word >> (8 * (i % 8)));
	}
}

struct rng rng_seeded_init(struct rng_seeded *s, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		s->s[i] = splitmix64(&seed);
	return (struct rng){ seeded_fill, s };
}

uint64_t rng_u64(const struct rng *r)
{
	uint8_t b[8];
	uint64_t v = 0;

	r->fill(r->ctx, b, sizeof(b));
	for (int i = 7; i >= 0; i--)
		v = v << 8 | b[i];
	return v;
}

uint32_t rng_u32(const struct rng *r)
{
	uint8_t b[4];

	r->fill(r->ctx, b, sizeof(b));
	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* Draws again while in the part of the range that would favour low results; bounded, so that a
 * source that is stuck cannot hold us (a good one gets past 64 draws once in 2^64). */
uint32_t rng_below(const struct rng *r, uint32_t n)
{
	uint32_t uneven = (uint32_t)(0u - n) % n;
	uint32_t v = rng_u32(r);

	for (int i = 0; i < 64 && v < uneven; i++)
		v = rng_u32(r);
	return v % n;
}

void rng_hex(const struct rng *r, char *buf, size_t nr_octets)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t octet;

	for (size_t i = 0; i < nr_octets; i++) {
		r->fill(r->ctx, &octet, 1);
		buf[2 * i] = digits[octet >> 4];
		buf[2 * i + 1] = digits[octet & 15];
	}
	buf[2 * nr_octets] = '\0';
}
