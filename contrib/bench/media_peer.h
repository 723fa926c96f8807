/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench/media_peer: rtpengine (user space, one thread, on the core where the worker is measured, too)
 * joining pairs of the generator's channels, told by its ng protocol (bencode over UDP).
 *
 *	if (!peer_start(core)) ... it is not installed
 *	peer_join(PEER_RELAY, nr, to);		(to[c]: where channel c sends to)
 *	... peer_cpu() before and behind a window ...
 *	peer_part(nr);  peer_stop();
 */
#ifndef TRUNKGATE_BENCH_MEDIA_PEER_H
#define TRUNKGATE_BENCH_MEDIA_PEER_H

#include <stdbool.h>

#include <trunkgate/base/addr.h>

/* PCMA both ways; PCMU on the first of a pair; AES_CM_128_HMAC_SHA1_80 on the second. */
enum peer_mode { PEER_RELAY, PEER_TRANSCODE, PEER_SRTP };

/* The key and salt with which the generator protects what it sends (SDES). */
#define PEER_KEY "benchmarks have no secrets, so"

bool peer_start(unsigned core);
/* False: it did not take a pair. */
bool peer_join(enum peer_mode mode, unsigned nr, struct addr *to);
void peer_part(unsigned nr);
double peer_cpu(void);
void peer_stop(void);

#endif
