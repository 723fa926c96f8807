/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/guess: who guesses passwords: ten wrong ones from one address within a minute, and it is heard no
 * more until the minute is over. The table is of fixed size; of many sources the oldest is forgotten.
 *
 *	left_s = sip_guess_blocked(&g, now, from);	(not 0: 503 with Retry-After)
 *	sip_guess_wrong(&g, now, from);
 */
#ifndef TRUNKGATE_SIP_GUESS_H
#define TRUNKGATE_SIP_GUESS_H

#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/tick.h>

#define SIP_GUESSES	10
#define SIP_GUESS_S	60
#define SIP_GUESS_HOSTS 64

struct sip_guess {
	struct {
		struct addr host; /* family NONE: free; the port does not count */
		unsigned nr;
		tick_t since;
	} entry[SIP_GUESS_HOSTS];
};

/* Seconds until it is heard again; 0: it is. */
uint32_t sip_guess_blocked(const struct sip_guess *g, tick_t now, const struct addr *from);
void sip_guess_wrong(struct sip_guess *g, tick_t now, const struct addr *from);

#endif
