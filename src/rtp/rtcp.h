/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtp/rtcp: RTCP packets of RFC 3550 section 6 (SR, RR, SDES, BYE) and the VoIP metrics of RFC 3611
 * 4.7. A datagram is checked whole (A.2) before any of it is read; all views lie within it.
 * Nothing is copied or owned.
 *
 *	if (rtcp_check(datagram, &why) == 0)
 *		while (rtcp_next(&datagram, &p))
 *			for (unsigned i = 0; rtcp_block(&p, i, &block); i++) ...
 *
 *	struct wr w = wr_init(out, sizeof(out));
 *	rtcp_sr_enc(&w, ssrc, &sender, &block, 1);	(a compound begins with SR or RR, 6.1)
 *	rtcp_sdes_enc(&w, ssrc, cname);			(and has a CNAME)
 */
#ifndef TRUNKGATE_RTCP_H
#define TRUNKGATE_RTCP_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/str.h>
#include "base/cursor.h"

enum rtcp_type { /* RFC 3550 12.1, RFC 4585 6.1, RFC 3611 2 */
		 RTCP_SR = 200,
		 RTCP_RR = 201,
		 RTCP_SDES = 202,
		 RTCP_BYE = 203,
		 RTCP_APP = 204,
		 RTCP_RTPFB = 205,
		 RTCP_PSFB = 206,
		 RTCP_XR = 207,
};

#define RTCP_BLOCKS_MAX 31
#define RTCP_CNAME_MAX	255

/* RFC 3550 6.4.1: jitter in timestamp units, lsr and dlsr in 1/65536 s. */
struct rtcp_block {
	uint32_t ssrc;
	uint8_t fraction_lost; /* of 256 */
	int32_t lost;	       /* 24 bits, signed */
	uint32_t highest, jitter, lsr, dlsr;
};

struct rtcp_sender {
	uint32_t ntp_s, ntp_fraction, timestamp, packets, octets;
};

struct rtcp_packet {
	uint8_t type, count; /* reports, sources or chunks */
	uint32_t ssrc;	     /* the first one; 0: there is none */
	struct str body;     /* what is behind the first word, without padding */
};

/* A compound as A.2 wants it: version, lengths that add up, SR or RR in front (or, where
 * `reduced`, anything: RFC 5506 3.1), no padding but in the last. TG_EPROTO, TG_ETRUNC. */
int rtcp_check(struct str octets, bool reduced, struct tg_diag *d);
/* Takes one packet off a compound that rtcp_check has passed. */
bool rtcp_next(struct str *rest, struct rtcp_packet *p);
/* False: it is no SR, or cut off. */
bool rtcp_sender(const struct rtcp_packet *p, struct rtcp_sender *out);
/* Report block i of an SR or RR. */
bool rtcp_block(const struct rtcp_packet *p, unsigned i, struct rtcp_block *out);
/* The CNAME of a source in an SDES (6.5.1). */
bool rtcp_cname(const struct rtcp_packet *p, uint32_t ssrc, struct str *out);
/* Is the source among those that leave (6.6)? */
bool rtcp_bye_has(const struct rtcp_packet *p, uint32_t ssrc);

/* RFC 3611 4.7; rates and densities of 256, times in ms, levels in dB; 127: unknown. */
struct rtcp_voip_metrics {
	uint32_t ssrc;
	uint8_t loss_rate, discard_rate, burst_density, gap_density;
	uint16_t burst_ms, gap_ms, round_trip_ms, end_system_ms;
	int8_t signal_dbm0, noise_dbm0;
	uint8_t rerl_db, gmin;
	uint8_t r_factor, ext_r_factor, mos_lq, mos_cq; /* MOS times 10 */
	uint8_t rx_config;
	uint16_t jb_nominal_ms, jb_maximum_ms, jb_abs_max_ms;
};

#define RTCP_UNKNOWN 127

bool rtcp_voip_metrics(const struct rtcp_packet *p, struct rtcp_voip_metrics *out);

void rtcp_sr_enc(struct wr *w, uint32_t ssrc, const struct rtcp_sender *s,
		 const struct rtcp_block *blocks, unsigned nr);
void rtcp_rr_enc(struct wr *w, uint32_t ssrc, const struct rtcp_block *blocks, unsigned nr);
void rtcp_sdes_enc(struct wr *w, uint32_t ssrc, struct str cname);
void rtcp_bye_enc(struct wr *w, uint32_t ssrc);
void rtcp_voip_metrics_enc(struct wr *w, uint32_t ssrc, const struct rtcp_voip_metrics *m);

#endif
