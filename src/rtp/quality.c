/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp/quality: see the header. */
#include <assert.h>

#include "rtp/quality.h"

#define R_DEFAULT 93.2	/* G.107: all other values at their defaults */
#define KNEE_MS	  177.3 /* where delay begins to hurt conversation */

static const struct {
	double ie, bpl;
} codec[RTP_QUALITY_NR] = {
	[RTP_QUALITY_G711] = { 0, 4.3 },  [RTP_QUALITY_G711_PLC] = { 0, 25.1 },
	[RTP_QUALITY_G722] = { 0, 4.3 },  [RTP_QUALITY_G726_32] = { 7, 4.3 },
	[RTP_QUALITY_GSM] = { 20, 10.0 }, [RTP_QUALITY_G729] = { 11, 19.0 },
	[RTP_QUALITY_OPUS] = { 5, 20.0 },
};

static double delay_impairment(double d)
{
	return 0.024 * d + (d > KNEE_MS ? 0.11 * (d - KNEE_MS) : 0);
}

double rtp_quality_r(const struct rtp_quality *q)
{
	double percent = q->loss * 100, ie, r;

	assert(q->codec < RTP_QUALITY_NR);
	ie = codec[q->codec].ie;
	ie += (95 - ie) * percent / (percent + codec[q->codec].bpl);
	r = R_DEFAULT - delay_impairment(q->delay_ms) - ie;
	return r < 0 ? 0 : r;
}

double rtp_quality_mos(double r)
{
	if (r <= 0)
		return 1;
	if (r >= 100)
		return 4.5;
	r = 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6;
	return r < 1 ? 1 : r;
}
