/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp/seq: RFC 3550 A.1 and A.3. */
#include "rtp/seq.h"

#define NO_BAD 0x10000u

static void count_from(struct rtp_seq *s, uint16_t seq)
{
	s->max = seq;
	s->cycles = 0;
	s->base = seq;
	s->received = 1;
	s->window = 1;
	s->bad = NO_BAD;
}

void rtp_seq_init(struct rtp_seq *s, uint16_t seq)
{
	s->lost = 0;
	count_from(s, seq);
}

uint32_t rtp_seq_lost(const struct rtp_seq *s)
{
	uint32_t expected = rtp_seq_extended(s) - s->base + 1;

	return s->lost + (expected > s->received ? expected - s->received : 0);
}

void rtp_seq_restart(struct rtp_seq *s, uint16_t seq)
{
	s->lost = rtp_seq_lost(s);
	count_from(s, seq);
}

static enum rtp_seq_verdict ahead(struct rtp_seq *s, uint16_t seq, uint16_t by)
{
	if (seq < s->max)
		s->cycles += 0x10000;
	s->max = seq;
	s->window = by < 64 ? s->window << by | 1 : 1;
	s->received++;
	s->bad = NO_BAD;
	return RTP_SEQ_NEW;
}

static enum rtp_seq_verdict behind(struct rtp_seq *s, uint16_t by)
{
	uint32_t extended = rtp_seq_extended(s) - by;

	if (s->window >> by & 1)
		return RTP_SEQ_DUPLICATE;
	s->window |= (uint64_t)1 << by;
	s->received++;
	if ((int32_t)(extended - s->base) < 0)
		s->base = extended; /* sent before what came first */
	return RTP_SEQ_OLD;
}

enum rtp_seq_verdict rtp_seq_update(struct rtp_seq *s, uint16_t seq)
{
	uint16_t delta = (uint16_t)(seq - s->max);

	if (delta > 0 && delta < RTP_SEQ_DROPOUT)
		return ahead(s, seq, delta);
	if ((uint16_t)-delta < RTP_SEQ_MISORDER)
		return behind(s, (uint16_t)-delta);
	if (seq == s->bad) {
		rtp_seq_restart(s, seq);
		return RTP_SEQ_RESTART;
	}
	s->bad = (uint16_t)(seq + 1);
	return RTP_SEQ_JUMP;
}
