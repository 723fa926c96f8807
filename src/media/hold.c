/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * media/hold: packets of a coder that has a memory, which came before their turn: they are decoded in the
 * order in which they were sent, as if they had come in it. For a packet that is missing before them they
 * wait as long as nothing is to be heard of it: a coder that makes up for it (Opus) must begin
 * when its place is played, the others when that of the first that is held is. Counted and measured
 * was each when it came; its octets come into its place later. A leg's room is bounded: what is longer
 * than any packet of 60 ms that we would send, or one more, ends the wait.
 */
#include <string.h>

#include "media/channel.h"

#define HOLD_PACKETS 4
#define HOLD_OCTETS  480

struct med_hold {
	struct {
		uint32_t timestamp;
		uint16_t seq, len, nr;
		uint8_t octet[HOLD_OCTETS];
	} packet[HOLD_PACKETS];
};

_Static_assert(HOLD_PACKETS <= 8, "a bit in med_channel.held for each");

struct med_hold *med_hold_new(struct mem *m)
{
	return MEM_NEW(m, struct med_hold);
}

void med_hold_free(struct med_hold *h)
{
	mem_drop(h);
}

static struct med_hold *hold_of(const struct med_engine *e, const struct med_channel *c)
{
	return e->objects[c->objects].hold;
}

/* The one with the lowest number; there is one. */
static unsigned first(const struct med_engine *e, const struct med_channel *c)
{
	const struct med_hold *h = hold_of(e, c);
	unsigned best = (unsigned)__builtin_ctz(c->held);

	for (unsigned i = best + 1; i < HOLD_PACKETS; i++)
		if (c->held >> i & 1 &&
		    med_ahead_by(c, h->packet[i].seq) < med_ahead_by(c, h->packet[best].seq))
			best = i;
	return best;
}

static void decode(struct med_engine *e, struct med_channel *c, unsigned i)
{
	struct med_hold *h = hold_of(e, c);
	struct rtp_packet p = { .ssrc = c->recv.ssrc,
				.seq = h->packet[i].seq,
				.timestamp = h->packet[i].timestamp,
				.payload = str_n(h->packet[i].octet, h->packet[i].len) };

	c->held &= (uint8_t) ~(1u << i);
	med_decode_held(e, c, &p);
}

void med_hold_go_on(struct med_engine *e, struct med_channel *c)
{
	while (c->held && med_ahead_by(c, hold_of(e, c)->packet[first(e, c)].seq) <= 0)
		decode(e, c, first(e, c));
}

/* The next of them, whatever is missing before it, and those right behind it. */
static void give_up(struct med_engine *e, struct med_channel *c)
{
	decode(e, c, first(e, c));
	med_hold_go_on(e, c);
}

void med_hold_flush(struct med_engine *e, struct med_channel *c)
{
	while (c->held)
		give_up(e, c);
}

/* Where what is missing before it must be there, as far as it is not behind what was decoded last. */
static uint32_t wanted_at(const struct med_channel *c, uint16_t seq, uint32_t timestamp,
			  unsigned nr)
{
	uint32_t hole = timestamp - (uint32_t)med_ahead_by(c, seq) * nr;

	if (!dsp_coder_conceals(c->coder))
		return timestamp;
	return (int32_t)(c->next_timestamp - hole) > 0 ? c->next_timestamp : hole;
}

static bool is_due(const struct med_channel *c, uint16_t seq, uint32_t timestamp, unsigned nr)
{
	uint32_t at = wanted_at(c, seq, timestamp, nr) - c->recv.offset;

	return (int32_t)(at - c->recv.buf.play) < TDM_BLOCK;
}

void med_hold_due(struct med_engine *e, struct med_channel *c)
{
	const struct med_hold *h = hold_of(e, c);

	while (c->held) {
		unsigned i = first(e, c);

		if (!is_due(c, h->packet[i].seq, h->packet[i].timestamp, h->packet[i].nr))
			return;
		give_up(e, c);
	}
}

bool med_hold(struct med_engine *e, struct med_channel *c, const struct rtp_packet *p, unsigned nr)
{
	struct med_hold *h = hold_of(e, c);
	unsigned i = (unsigned)__builtin_ctz(~c->held);

	if (!h)
		return false;
	if (p->payload.len > HOLD_OCTETS || is_due(c, p->seq, p->timestamp, nr)) {
		med_hold_flush(e, c);
		return false;
	}
	if (i == HOLD_PACKETS) {
		give_up(e, c);
		if (med_ahead_by(c, p->seq) <= 0)
			return false;
		i = (unsigned)__builtin_ctz(~c->held);
	}
	h->packet[i].timestamp = p->timestamp;
	h->packet[i].seq = p->seq;
	h->packet[i].len = (uint16_t)p->payload.len;
	h->packet[i].nr = (uint16_t)nr;
	memcpy(h->packet[i].octet, p->payload.p, p->payload.len);
	c->held |= (uint8_t)(1u << i);
	return true;
}
