/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp/burst: see the header. */
#include "rtp/burst.h"
#include "rtp/seq.h"

/* What was open has ended: one bad packet alone is part of the gap. */
static void end(struct rtp_burst *b)
{
	if (b->open_bad == 1)
		b->gap_bad++;
	if (b->open_bad > 1) {
		b->begins_bad |= b->open_at == 0;
		b->bursts++;
		b->nr += b->open_nr;
		b->bad += b->open_bad;
	}
	b->open_nr = b->open_bad = 0;
}

/* `nr` bad ones in a row. */
static void bad(struct rtp_burst *b, uint32_t nr)
{
	if (b->run >= RTP_BURST_GMIN)
		end(b);
	if (!b->open_bad)
		b->open_at = b->packets;
	b->open_nr += nr + (b->open_bad ? b->run : 0);
	b->open_bad += nr;
	b->run = 0;
	b->packets += nr;
}

static void decide(struct rtp_burst *b)
{
	if (b->good >> --b->held & 1) {
		b->run++;
		b->packets++;
	} else {
		bad(b, 1);
	}
}

/* `by` places further; those between are bad until they come. */
static void advance(struct rtp_burst *b, uint16_t by)
{
	uint32_t all = b->held + by, nr = all > RTP_BURST_HOLD ? all - RTP_BURST_HOLD : 0;

	for (; nr && b->held; nr--)
		decide(b);
	if (nr)
		bad(b, nr);
	b->good = by < 64 ? b->good << by : 0;
	b->held = (uint8_t)(all > RTP_BURST_HOLD ? RTP_BURST_HOLD : all);
}

static void start(struct rtp_burst *b, uint16_t seq, bool in_time)
{
	b->max = seq;
	b->good = in_time;
	b->held = 1;
	b->started = true;
}

void rtp_burst_packet(struct rtp_burst *b, uint16_t seq, bool in_time)
{
	uint16_t by = (uint16_t)(seq - b->max), behind = (uint16_t)-by;

	b->discarded += !in_time;
	if (!b->started) {
		start(b, seq, in_time);
	} else if (by > 0 && by < RTP_SEQ_DROPOUT) {
		advance(b, by);
		b->max = seq;
		b->good |= in_time;
	} else if (behind < b->held && in_time) {
		b->good |= (uint64_t)1 << behind;
	}
}

void rtp_burst_restart(struct rtp_burst *b, uint16_t seq, bool in_time)
{
	while (b->held)
		decide(b);
	b->started = false;
	rtp_burst_packet(b, seq, in_time);
}

void rtp_burst_sum(const struct rtp_burst *b, struct rtp_burst_sum *out)
{
	struct rtp_burst all = *b;
	bool ends_bad;

	while (all.held)
		decide(&all);
	ends_bad = all.open_bad > 1 && all.run == 0;
	end(&all);
	*out = (struct rtp_burst_sum){ .bursts = all.bursts,
				       .burst_packets = all.nr,
				       .burst_bad = all.bad,
				       .gaps = all.bursts + 1 - all.begins_bad - ends_bad,
				       .gap_packets = all.packets - all.nr,
				       .gap_bad = all.gap_bad };
	if (!out->gap_packets)
		out->gaps = 0;
}
