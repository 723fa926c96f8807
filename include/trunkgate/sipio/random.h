/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sipio/random: the kernel's random octets (getrandom) as the source that the cores ask for. Tags,
 * branches and SSRCs must not be guessable (RFC 3261 19.3, RFC 3550 8).
 *
 *	struct sip_cfg cfg = { .rng = io_random() };
 */
#ifndef TRUNKGATE_SIPIO_RANDOM_H
#define TRUNKGATE_SIPIO_RANDOM_H

#include <trunkgate/base/rng.h>

struct rng io_random(void);

#endif
