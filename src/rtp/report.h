/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtp/report: the RTCP side of one stream between two parties: when a compound is due (RFC 3550
 * 6.2, 6.3: 5 s on average, 2.5 s for the first, spread by half to one and a half), what is in it
 * (SR or RR, CNAME, VoIP metrics), and what the other side's reports say: loss and jitter that it
 * saw, and the round trip (6.4.1). No clock: the caller gives milliseconds and NTP time.
 *
 *	rtp_report_init(&r, now_ms, random32);
 *	rtp_report_rx(&r, now_ms, ntp, our_ssrc, datagram);
 *	if (rtp_report_due(&r, now_ms))
 *		rtp_report_enc(&r, &w, &state);		(and is due again later)
 *
 * Nothing is allocated; no pointer in it.
 */
#ifndef TRUNKGATE_RTP_REPORT_H
#define TRUNKGATE_RTP_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "rtp/rtcp.h"
#include "rtp/seq.h"

#define RTP_REPORT_MAX 192 /* octets of a compound with a CNAME of up to 40 */

struct rtp_report {
	uint32_t due_ms, random;
	bool initial;
	bool have_sr; /* of the other side */
	/* What the other side told last; `told` when it did. */
	bool told, bye, have_round_trip;
	uint8_t far_fraction_lost; /* of 256 */
	/* RFC 3611 4.7: what it hears; RTCP_UNKNOWN: not told. MOS times 10. */
	uint8_t far_r, far_mos_cq;
	uint32_t sr_ssrc, lsr, lsr_ms;
	uint32_t expected_prior, received_prior;
	uint32_t tx_prior; /* packets sent at the last report */
	int32_t far_lost;
	uint32_t far_jitter; /* timestamp units */
	uint32_t round_trip_us;
	uint32_t rx_compounds, rx_bad;
};

/* What a compound says. `seq` NULL: nothing was received. */
struct rtp_report_state {
	uint32_t now_ms;
	uint64_t ntp; /* seconds since 1900 and fraction, 32 bits each */
	uint32_t ssrc, timestamp, tx_packets, tx_octets;
	struct str cname;
	uint32_t remote_ssrc, jitter;
	const struct rtp_seq *seq;
	const struct rtcp_voip_metrics *metrics; /* NULL: none are sent */
};

void rtp_report_init(struct rtp_report *r, uint32_t now_ms, uint32_t random);
bool rtp_report_due(const struct rtp_report *r, uint32_t now_ms);
/* The compound; with `bye` the stream's last (6.6). False: it does not fit. */
bool rtp_report_enc(struct rtp_report *r, struct wr *w, const struct rtp_report_state *s, bool bye);
/* A datagram that came. A bad one is counted and changes nothing. */
void rtp_report_rx(struct rtp_report *r, uint32_t now_ms, uint64_t ntp, uint32_t our_ssrc,
		   struct str datagram);

/* Milliseconds since `origin_ntp` as NTP time. */
static inline uint64_t rtp_ntp(uint64_t origin_ntp, uint32_t ms)
{
	return origin_ntp + (((uint64_t)ms << 32) / 1000);
}

#endif
