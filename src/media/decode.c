/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * media/decode: from a payload of any codec to octets of the timeslot's law and timestamps of 8 kHz, so
 * that one buffer does for all. A coder that makes up for what was lost itself (Opus) is asked for it
 * when the packet behind the hole comes: by then nothing but the order of packets says what is lost,
 * and the hole is not played yet. All that have a memory get packets in their order, as far as there is
 * time to wait for it (hold.c); then Opus takes no more for the hole, and the others what comes.
 */
#include "media/channel.h"

#define FILL_MAX (120 * TDM_BLOCK) /* samples: the longest packet of Opus */

/* Timestamps go round at 2^32, which is no whole number of samples when the clock is not 8 kHz: so by
 * steps from one that is known. Only the stream's own source moves that. */
static uint32_t timestamp(struct med_channel *c, const struct rtp_packet *p)
{
	int32_t by;

	if (!c->clock_known) {
		c->clock_in = p->timestamp;
		c->clock_out = p->timestamp / c->clock_ratio;
		c->clock_known = true;
	}
	by = (int32_t)(p->timestamp - c->clock_in) / c->clock_ratio;
	if (!c->recv.started || p->ssrc == c->recv.ssrc) {
		c->clock_in += (uint32_t)(by * c->clock_ratio);
		c->clock_out += (uint32_t)by;
		return c->clock_out;
	}
	return c->clock_out + (uint32_t)by;
}

static struct str to_octets(struct med_engine *e, const struct med_channel *c, unsigned nr)
{
	enum dsp_law_kind law = med_channel_law(e, c);

	for (unsigned i = 0; i < nr; i++)
		e->decoded[i] = dsp_linear_to_octet(&e->table, law, e->samples[i]);
	return str_n(e->decoded, nr);
}

static bool is_of_stream(const struct med_channel *c, const struct rtp_packet *p)
{
	return c->recv.started && p->ssrc == c->recv.ssrc;
}

/* Of those that are not far behind the highest number: it has been here, or what it was for was made
 * otherwise. */
static bool is_late(const struct med_channel *c, const struct rtp_packet *p)
{
	uint16_t behind = (uint16_t)(c->recv.seq.max - p->seq);

	if (!is_of_stream(c, p) || behind >= RTP_SEQ_MISORDER)
		return false;
	return c->recv.seq.window >> behind & 1 ||
	       (dsp_coder_conceals(c->coder) && med_ahead_by(c, p->seq) < 0);
}

/* Of another source, which takes over with its second packet in a row (RFC 3550 8.2): the first is not
 * played and must not come into the coder. */
static bool is_stray(const struct med_channel *c, const struct rtp_packet *p)
{
	const struct rtp_recv *r = &c->recv;

	return r->started && p->ssrc != r->ssrc &&
	       !(r->new_open && r->new_ssrc == p->ssrc && r->new_seq == p->seq);
}

/* What is missing before this packet, as far as there is time to play it. Silence that was not sent has
 * no number (RFC 7587 3.1.3), so what is made for it is no gap. */
static void fill(struct med_engine *e, struct med_channel *c, const struct rtp_packet *p)
{
	struct rtp_recv *r = &c->recv;
	int32_t gap = (int32_t)(p->timestamp - c->next_timestamp);
	int32_t ahead = (int32_t)(p->timestamp - r->offset - r->buf.play);
	int32_t nr = gap < ahead ? gap : ahead;
	unsigned made, copied;
	struct str octets;
	bool lost;

	if (!r->started || p->ssrc != r->ssrc || nr <= 0 || ahead > FILL_MAX)
		return;
	nr = (nr + DSP_FILL_STEP - 1) / DSP_FILL_STEP * DSP_FILL_STEP;
	made = dsp_coder_fill(c->coder, p->payload, e->samples, (unsigned)nr, &copied);
	octets = to_octets(e, c, made);
	if (!(c->flags & MED_F_CONCEAL))
		octets = str_from(octets, made - copied);
	rtp_recv_fill(r, p->timestamp - (uint32_t)octets.len, octets);
	lost = p->seq != c->next_seq;
	if (lost && made > copied && c->flags & MED_F_CONCEAL) {
		c->gap_octets += made - copied;
		c->concealed_octets += made - copied;
	}
}

/* Its samples are in the engine then: how many. */
static unsigned decode(struct med_engine *e, struct med_channel *c, struct rtp_packet *p)
{
	bool is_behind = is_of_stream(c, p) && med_ahead_by(c, p->seq) < 0 &&
			 med_ahead_by(c, p->seq) > -RTP_SEQ_MISORDER;
	unsigned nr;

	if (dsp_coder_conceals(c->coder))
		fill(e, c, p);
	nr = dsp_coder_dec(c->coder, p->payload, e->samples, RTP_RECV_PAYLOAD_MAX);
	if (!is_behind) {
		c->next_timestamp = p->timestamp + nr;
		c->next_seq = (uint16_t)(p->seq + 1);
	}
	p->payload = to_octets(e, c, nr);
	return nr;
}

void med_decode_held(struct med_engine *e, struct med_channel *c, struct rtp_packet *p)
{
	if (decode(e, c, p))
		rtp_recv_fill(&c->recv, p->timestamp, p->payload);
}

/* What is held behind it is not speech that goes on. */
void med_decode_other(struct med_engine *e, struct med_channel *c, uint16_t seq)
{
	if (med_ahead_by(c, seq) < 0)
		return;
	med_hold_flush(e, c);
	c->next_seq = (uint16_t)(seq + 1);
}

/* It waits for its turn, with nothing in its place yet. */
static bool waits(struct med_engine *e, struct med_channel *c, struct rtp_packet *p)
{
	unsigned nr;

	if (!is_of_stream(c, p) || med_ahead_by(c, p->seq) >= RTP_SEQ_MISORDER ||
	    med_ahead_by(c, p->seq) <= -RTP_SEQ_MISORDER) {
		med_hold_flush(e, c);
		return false;
	}
	if (med_ahead_by(c, p->seq) <= 0)
		return false;
	nr = dsp_coder_samples(c->coder, p->payload);
	if (nr == 0 || nr > RTP_RECV_PAYLOAD_MAX || !med_hold(e, c, p, nr))
		return false;
	p->payload = str_n(e->decoded, nr);
	return true;
}

enum med_decoded med_decode(struct med_engine *e, struct med_channel *c, struct rtp_packet *p)
{
	unsigned nr;
	bool copy;

	if (c->codec != MED_CODED)
		return MED_DECODED;
	if (!c->coder)
		return MED_DECODE_BAD;
	if (is_late(c, p))
		return MED_DECODE_LATE;
	if (c->clock_ratio != 1)
		p->timestamp = timestamp(c, p);
	if (is_stray(c, p))
		return MED_DECODED;
	copy = dsp_coder_has_copy(c->coder, p->payload);
	if (waits(e, c, p)) {
		c->recv.reserve = copy ? (uint16_t)p->payload.len : 0;
		return MED_DECODE_HELD;
	}
	nr = decode(e, c, p);
	c->recv.reserve = copy ? (uint16_t)nr : 0;
	return nr ? MED_DECODED : MED_DECODE_BAD;
}
