/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtp/quality: how a call sounds, from what was counted: the transmission rating R of the E-model
 * (ITU-T G.107, the part of it that loss and delay decide; figures not checked against the ITU
 * text) and the mean opinion score that belongs to it.
 *
 *	struct rtp_quality q = { .loss = 0.02, .delay_ms = 120, .codec = RTP_QUALITY_G711_PLC };
 *	double r = rtp_quality_r(&q), mos = rtp_quality_mos(r);
 */
#ifndef TRUNKGATE_RTP_QUALITY_H
#define TRUNKGATE_RTP_QUALITY_H

/* Equipment impairment Ie and packet loss robustness Bpl, G.113 appendix I. */
enum rtp_quality_codec {
	RTP_QUALITY_G711,     /* silence for what is lost */
	RTP_QUALITY_G711_PLC, /* concealed */
	RTP_QUALITY_G722,
	RTP_QUALITY_G726_32,
	RTP_QUALITY_GSM,
	RTP_QUALITY_G729,
	RTP_QUALITY_OPUS, /* an estimate of ours: G.113 has none for narrow band */
	RTP_QUALITY_NR
};

struct rtp_quality {
	double loss;	 /* of 1: lost and discarded packets */
	double delay_ms; /* mouth to ear, one way */
	enum rtp_quality_codec codec;
};

/* 0 to 93.2 */
double rtp_quality_r(const struct rtp_quality *q);
/* 1.0 to 4.5 (G.107 annex B) */
double rtp_quality_mos(double r);

#endif
