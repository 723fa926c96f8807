/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rng: where random octets come from. A core gets one in its configuration: the kernel's in the
 * daemon, a seeded one in the simulation, so that a run can be replayed from its seed.
 *
 *	struct rng_seeded s;
 *	struct rng r = rng_seeded_init(&s, 42);
 *	uint32_t tag = rng_u32(&r);
 */
#ifndef TRUNKGATE_BASE_RNG_H
#define TRUNKGATE_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	void (*fill)(void *ctx, void *octets, size_t len);
	void *ctx;
};

/* xoshiro256**; for tests and simulation only, never for tags or keys of the daemon. */
struct rng_seeded {
	uint64_t s[4];
};

struct rng rng_seeded_init(struct rng_seeded *s, uint64_t seed);
uint32_t rng_u32(const struct rng *r);
uint64_t rng_u64(const struct rng *r);
/* Evenly among 0 .. n-1; n > 0. */
uint32_t rng_below(const struct rng *r, uint32_t n);
/* Writes `nr_octets` random octets as lower-case hex and a NUL: buf has 2 * nr_octets + 1. */
void rng_hex(const struct rng *r, char *buf, size_t nr_octets);

#endif
