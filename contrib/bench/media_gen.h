/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench/media_gen: who sends to what is measured: a thread that sends each of `nr` ports a packet of
 * 20 ms, spread over its ticks of 1 ms or of 100 us, and counts what comes back. Octets of a payload are its
 * number, so that what comes out of a loop of timeslots tells when it went in. It sends straight to the
 * interface where that can be (io/rtp_link.h), for on its own core it would not get 5,000 channels done.
 */
#ifndef TRUNKGATE_BENCH_MEDIA_GEN_H
#define TRUNKGATE_BENCH_MEDIA_GEN_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/mem.h>

#include "rtp/srtp.h"

#define GEN_MAX	      5000
#define GEN_PORTS_PER 64 /* channels that share a socket of the generator */

struct gen_run {
	unsigned nr;		/* channels */
	const struct addr *to;	/* of each */
	uint8_t pt, pt_even;	/* payload types, of channels with an even number */
	bool marks;		/* the answer's payload tells when it went in */
	bool bursts;		/* ticks of 1 ms, else of 100 us */
	unsigned loss;		/* per cent that are left out */
	struct rtp_srtp **srtp; /* of each, may be NULL; or NULL */
};

struct gen_result {
	uint64_t sent, received, lost;
	double delay_p50_ms, delay_p99_ms; /* 0: not known */
	uint64_t late_ticks;		   /* the generator's own: the run is worth less */
	double cpu_s;
};

/* Opens sockets on `bind`; false: they could not be had. Address that channel n sends from: */
bool gen_open(struct mem *m, const struct addr *bind);
struct addr gen_addr(unsigned channel);
void gen_core(unsigned core); /* the first is 0 */
/* Starts sending; counts from gen_count on, for gen_result; stops with gen_stop. */
void gen_start(const struct gen_run *run);
void gen_count(void);
struct gen_result gen_stop(void);

#endif
