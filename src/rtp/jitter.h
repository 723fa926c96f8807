/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtp/jitter: interarrival jitter of RFC 3550 6.4.1, in the integer form of A.8: the estimate is
 * kept times 16. Arrival and timestamp are in the same units (for G.711 an eighth of a ms).
 *
 *	struct rtp_jitter j = { 0 };
 *	rtp_jitter_update(&j, arrival, p.timestamp);
 *	uint32_t units = rtp_jitter(&j);
 */
#ifndef TRUNKGATE_RTP_JITTER_H
#define TRUNKGATE_RTP_JITTER_H

#include <stdbool.h>
#include <stdint.h>

struct rtp_jitter {
	uint32_t transit; /* arrival minus timestamp of the last packet */
	uint32_t scaled;  /* estimate times 16 */
	bool started;
};

/* Forgets the last packet, keeps the estimate: after a jump of the timestamp. */
static inline void rtp_jitter_restart(struct rtp_jitter *j)
{
	j->started = false;
}

static inline void rtp_jitter_update(struct rtp_jitter *j, uint32_t arrival, uint32_t timestamp)
{
	uint32_t transit = arrival - timestamp;
	uint32_t d = transit - j->transit;

	if (d > INT32_MAX)
		d = -d;
	if (j->started)
		j->scaled += d - ((j->scaled + 8) >> 4);
	j->transit = transit;
	j->started = true;
}

static inline uint32_t rtp_jitter(const struct rtp_jitter *j)
{
	return j->scaled >> 4;
}

#endif
