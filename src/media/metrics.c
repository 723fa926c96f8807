/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * media/metrics: what RTCP XR says of a leg's quality (RFC 3611 4.7). Levels and echo are not measured.
 */
#include "media/channel.h"
#include "rtp/quality.h"

#define PLC_OFF	    0x40 /* 4.7.6 */
#define PLC_ON	    0xc0
#define JB_FIXED    0x20
#define JB_ADAPTIVE 0x30

static enum rtp_quality_codec codec_of(const struct med_channel *c)
{
	if (c->codec != MED_CODED || !c->coder)
		return c->flags & MED_F_CONCEAL ? RTP_QUALITY_G711_PLC : RTP_QUALITY_G711;
	switch (dsp_coder_codec(c->coder)) {
	case DSP_GSM:
		return RTP_QUALITY_GSM;
	case DSP_G729:
		return RTP_QUALITY_G729;
	case DSP_G722:
		return RTP_QUALITY_G722;
	case DSP_OPUS:
		return RTP_QUALITY_OPUS;
	case DSP_L16:
		return RTP_QUALITY_G711_PLC;
	default:
		return RTP_QUALITY_G726_32;
	}
}

static uint16_t ms16(uint64_t ms)
{
	return ms < UINT16_MAX ? (uint16_t)ms : UINT16_MAX;
}

/* Of all packets expected, in 256ths (4.7.1). */
static uint8_t rate(uint32_t nr, uint32_t expected)
{
	uint64_t r = expected ? (uint64_t)nr * 256 / expected : 0;

	return r < 255 ? (uint8_t)r : 255;
}

/* Durations are of as many packets as are usual in the stream. */
static void put_bursts(const struct rtp_recv *r, struct rtcp_voip_metrics *m)
{
	uint32_t octets = r->packets ? r->octets / r->packets : 0;
	struct rtp_burst_sum s;

	rtp_burst_sum(&r->burst, &s);
	m->burst_density = rate(s.burst_bad, s.burst_packets);
	m->gap_density = rate(s.gap_bad, s.gap_packets);
	if (s.bursts)
		m->burst_ms = ms16((uint64_t)s.burst_packets * octets / TDM_BLOCK / s.bursts);
	if (s.gaps)
		m->gap_ms = ms16((uint64_t)s.gap_packets * octets / TDM_BLOCK / s.gaps);
}

static void put_quality(const struct med_channel *c, uint32_t missing, uint32_t expected,
			struct rtcp_voip_metrics *m)
{
	struct rtp_quality q = { .loss = expected ? (double)missing / expected : 0,
				 .codec = codec_of(c) };

	m->mos_lq = (uint8_t)(rtp_quality_mos(rtp_quality_r(&q)) * 10);
	q.delay_ms = m->round_trip_ms / 2.0 + m->end_system_ms;
	m->r_factor = (uint8_t)rtp_quality_r(&q);
	m->mos_cq = (uint8_t)(rtp_quality_mos(rtp_quality_r(&q)) * 10);
}

void med_metrics(const struct med_channel *c, struct rtcp_voip_metrics *m)
{
	const struct rtp_recv *r = &c->recv;
	uint32_t lost = r->started ? rtp_seq_lost(&r->seq) : 0, expected = r->packets + lost;
	uint32_t discarded = r->burst.discarded, buffer_ms = rtp_recv_delay(r) / TDM_BLOCK;

	*m = (struct rtcp_voip_metrics){
		.ssrc = r->ssrc,
		.loss_rate = rate(lost, expected),
		.discard_rate = rate(discarded, expected),
		.round_trip_ms = c->report.have_round_trip ? ms16(c->report.round_trip_us / 1000)
							   : 0,
		.end_system_ms = ms16(buffer_ms + c->ptime_ms),
		.signal_dbm0 = RTCP_UNKNOWN,
		.noise_dbm0 = RTCP_UNKNOWN,
		.rerl_db = RTCP_UNKNOWN,
		.gmin = RTP_BURST_GMIN,
		.ext_r_factor = RTCP_UNKNOWN,
		.rx_config = (uint8_t)((c->flags & MED_F_CONCEAL ? PLC_ON : PLC_OFF) |
				       (c->flags & MED_F_ADAPT ? JB_ADAPTIVE : JB_FIXED)),
		.jb_nominal_ms = ms16(buffer_ms),
		.jb_maximum_ms = ms16(buffer_ms),
		.jb_abs_max_ms = MED_BUFFER_MAX_MS,
	};
	put_bursts(r, m);
	put_quality(c, lost + discarded, expected, m);
}
