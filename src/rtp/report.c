/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp/report: see the header. */
#include "rtp/report.h"

#define INTERVAL_MS    5000	     /* RFC 3550 6.2 */
#define CORRECTION     1218	     /* 6.3.1: e - 3/2, in thousandths */
#define CLOCK_STEP     131	     /* 2 ms in 1/65536 s */
#define ROUND_TRIP_MAX (4294u << 16) /* what microseconds in 32 bits can tell */
#define R_MAX	       100	     /* RFC 3611 4.7.5 */
#define MOS10_MIN      10
#define MOS10_MAX      50
#define NTP_SHORT(ntp) ((uint32_t)((ntp) >> 16))

/* Good enough to keep two ends out of step; no secret hangs on it. */
static uint32_t next_random(struct rtp_report *r)
{
	r->random = r->random * 1664525u + 1013904223u;
	return r->random >> 8;
}

static void arm(struct rtp_report *r, uint32_t now_ms)
{
	uint32_t t = r->initial ? INTERVAL_MS / 2 : INTERVAL_MS;

	t = t / 2 + next_random(r) % t;
	r->due_ms = now_ms + t * 1000 / CORRECTION;
}

void rtp_report_init(struct rtp_report *r, uint32_t now_ms, uint32_t random)
{
	*r = (struct rtp_report){
		.random = random, .initial = true, .far_r = RTCP_UNKNOWN, .far_mos_cq = RTCP_UNKNOWN
	};
	arm(r, now_ms);
}

bool rtp_report_due(const struct rtp_report *r, uint32_t now_ms)
{
	return (int32_t)(now_ms - r->due_ms) >= 0;
}

/* Writing. ------------------------------------------------------------------------------------- */

/* A.3: of those expected since the last report. */
static uint8_t fraction_lost(struct rtp_report *r, uint32_t expected, uint32_t received)
{
	uint32_t of = expected - r->expected_prior;
	uint32_t came = received - r->received_prior;

	r->expected_prior = expected;
	r->received_prior = received;
	if (of == 0 || of > INT32_MAX || came >= of)
		return 0;
	return (uint8_t)(((uint64_t)(of - came) << 8) / of > 255 ? 255 : ((of - came) << 8) / of);
}

static struct rtcp_block block_of(struct rtp_report *r, const struct rtp_report_state *s)
{
	uint32_t expected = rtp_seq_extended(s->seq) - s->seq->base + 1;
	uint32_t lost = rtp_seq_lost(s->seq);
	bool known = r->have_sr && r->sr_ssrc == s->remote_ssrc;

	return (struct rtcp_block){
		.ssrc = s->remote_ssrc,
		.fraction_lost = fraction_lost(r, expected, s->seq->received),
		.lost = lost < INT32_MAX ? (int32_t)lost : INT32_MAX,
		.highest = rtp_seq_extended(s->seq),
		.jitter = s->jitter,
		.lsr = known ? r->lsr : 0,
		.dlsr = known ? (uint32_t)(((uint64_t)(s->now_ms - r->lsr_ms) << 16) / 1000) : 0,
	};
}

bool rtp_report_enc(struct rtp_report *r, struct wr *w, const struct rtp_report_state *s, bool bye)
{
	struct rtcp_sender sender = { (uint32_t)(s->ntp >> 32), (uint32_t)s->ntp, s->timestamp,
				      s->tx_packets, s->tx_octets };
	struct rtcp_block block;
	unsigned nr = s->seq ? 1 : 0;

	if (nr)
		block = block_of(r, s);
	if (s->tx_packets != r->tx_prior)
		rtcp_sr_enc(w, s->ssrc, &sender, &block, nr);
	else
		rtcp_rr_enc(w, s->ssrc, &block, nr);
	r->tx_prior = s->tx_packets;
	rtcp_sdes_enc(w, s->ssrc, s->cname);
	if (s->metrics)
		rtcp_voip_metrics_enc(w, s->ssrc, s->metrics);
	if (bye)
		rtcp_bye_enc(w, s->ssrc);
	r->initial = false;
	arm(r, s->now_ms);
	return !w->err;
}

/* Reading. ------------------------------------------------------------------------------------- */

static void heard_about_us(struct rtp_report *r, uint64_t ntp, const struct rtcp_block *b)
{
	uint32_t passed = NTP_SHORT(ntp) - b->lsr - b->dlsr;

	r->told = true;
	r->far_fraction_lost = b->fraction_lost;
	r->far_lost = b->lost;
	r->far_jitter = b->jitter;
	if (passed > UINT32_MAX - CLOCK_STEP)
		passed = 0; /* both clocks are read in steps */
	if (b->lsr == 0 || passed > INT32_MAX)
		return;
	r->have_round_trip = true;
	r->round_trip_us = passed < ROUND_TRIP_MAX ? (uint32_t)((uint64_t)passed * 1000000 >> 16)
						   : UINT32_MAX;
}

/* Values beside the range are ignored (RFC 3611 4.7.5). */
static void take(uint8_t *out, uint8_t value, uint8_t least, uint8_t most)
{
	if ((value >= least && value <= most) || value == RTCP_UNKNOWN)
		*out = value;
}

static void rx_one(struct rtp_report *r, uint32_t now_ms, uint64_t ntp, uint32_t our_ssrc,
		   const struct rtcp_packet *p)
{
	struct rtcp_voip_metrics metrics;
	struct rtcp_sender sender;
	struct rtcp_block block;

	if (rtcp_voip_metrics(p, &metrics) && metrics.ssrc == our_ssrc) {
		take(&r->far_r, metrics.r_factor, 0, R_MAX);
		take(&r->far_mos_cq, metrics.mos_cq, MOS10_MIN, MOS10_MAX);
	}
	if (rtcp_sender(p, &sender)) {
		r->have_sr = true;
		r->sr_ssrc = p->ssrc;
		r->lsr = sender.ntp_s << 16 | sender.ntp_fraction >> 16;
		r->lsr_ms = now_ms;
	}
	for (unsigned i = 0; rtcp_block(p, i, &block); i++)
		if (block.ssrc == our_ssrc)
			heard_about_us(r, ntp, &block);
	if (p->type == RTCP_BYE)
		r->bye = true;
}

void rtp_report_rx(struct rtp_report *r, uint32_t now_ms, uint64_t ntp, uint32_t our_ssrc,
		   struct str datagram)
{
	struct rtcp_packet p;

	if (rtcp_check(datagram, false, NULL) < 0) {
		r->rx_bad++;
		return;
	}
	r->rx_compounds++;
	while (rtcp_next(&datagram, &p))
		rx_one(r, now_ms, ntp, our_ssrc, &p);
}
