/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp/adapt: see the header. */
#include "rtp/adapt.h"

void rtp_adapt_restart(struct rtp_adapt *a)
{
	*a = (struct rtp_adapt){ 0 };
	a->low[0] = INT16_MAX;
}

void rtp_adapt_init(struct rtp_adapt *a)
{
	rtp_adapt_restart(a);
}

static int16_t least(const struct rtp_adapt *a, unsigned windows)
{
	int16_t low = INT16_MAX;

	for (unsigned i = 0; i < windows; i++) {
		int16_t v = a->low[(a->at + RTP_ADAPT_WINDOWS - i) % RTP_ADAPT_WINDOWS];

		low = v < low ? v : low;
	}
	return low;
}

int rtp_adapt_low(const struct rtp_adapt *a)
{
	return least(a, a->windows < RTP_ADAPT_WINDOWS ? a->windows + 1u : RTP_ADAPT_WINDOWS);
}

/* Too little shows in one window, too much only in all of them. */
static void decide(struct rtp_adapt *a)
{
	int16_t now = least(a, 1), long_ago = least(a, RTP_ADAPT_WINDOWS);

	a->excess = 0;
	if (now < RTP_ADAPT_MARGIN - RTP_ADAPT_SLACK)
		a->excess = (int16_t)(now - RTP_ADAPT_MARGIN);
	else if (a->windows >= RTP_ADAPT_WINDOWS && long_ago > RTP_ADAPT_MARGIN + RTP_ADAPT_SLACK)
		a->excess = (int16_t)(long_ago - RTP_ADAPT_MARGIN);
}

static void end_window(struct rtp_adapt *a)
{
	a->packets = a->missed = 0;
	if (a->windows < RTP_ADAPT_WINDOWS)
		a->windows++;
	decide(a);
	a->at = (uint8_t)((a->at + 1) % RTP_ADAPT_WINDOWS);
	a->low[a->at] = INT16_MAX;
}

static void see(struct rtp_adapt *a, int32_t ahead)
{
	if (ahead < a->low[a->at])
		a->low[a->at] = (int16_t)(ahead < INT16_MIN ? INT16_MIN : ahead);
}

int rtp_adapt_packet(struct rtp_adapt *a, int32_t ahead)
{
	see(a, ahead);
	if (++a->packets == RTP_ADAPT_WINDOW)
		end_window(a);
	if (a->excess > RTP_ADAPT_MUCH)
		return 8;
	return a->excess > 0 ? 1 : a->excess < 0 ? -1 : 0;
}

/* All windows are moved: what was seen is in hand of another place now. */
static void shift(struct rtp_adapt *a, int octets)
{
	for (unsigned i = 0; i < RTP_ADAPT_WINDOWS; i++)
		if (a->low[i] != INT16_MAX)
			a->low[i] = (int16_t)(a->low[i] - octets);
}

uint32_t rtp_adapt_late(struct rtp_adapt *a, uint32_t behind, uint32_t depth, uint32_t max)
{
	uint32_t deeper = behind + RTP_ADAPT_AT_ONCE;

	if (depth + deeper > max)
		return 0;
	shift(a, -(int)deeper);
	a->excess = 0;
	return deeper;
}

void rtp_adapt_overtaken(struct rtp_adapt *a, int32_t ahead)
{
	see(a, ahead);
}

uint32_t rtp_adapt_missed(struct rtp_adapt *a, uint32_t behind, uint32_t depth, uint32_t max)
{
	if (a->missed++ == 0)
		return 0;
	a->missed = 0;
	return rtp_adapt_late(a, behind, depth, max);
}

void rtp_adapt_done(struct rtp_adapt *a, int octets)
{
	a->excess = (int16_t)(a->excess - octets);
	shift(a, octets);
}
