/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * media/modem: calls that turn out to be data. The answering tone of a modem or a fax machine, from
 * either side, is to them what CLEARMODE says of others (V.152 calls it voiceband data; not checked
 * against the ITU text): a receive buffer of fixed depth and no concealment for the rest of the leg,
 * and silence goes out as it is.
 */
#include "media/channel.h"

static void begin(struct med_engine *e, struct med_channel *c, enum med_modem heard)
{
	c->modem = heard;
	med_conceal_stop(e, c);
	c->quiet_here = c->quiet_there = false;
	c->quiet_ms = 0;
	rtp_recv_fix(&c->recv);
}

void med_modem_from_rtp(struct med_engine *e, struct med_channel *c, struct str octets)
{
	const int16_t *linear = c->codec == MED_PCMA ? e->table.a_linear : e->table.mu_linear;

	if (dsp_answer_tone_hear(&c->from_rtp, linear, (const uint8_t *)octets.p, octets.len))
		begin(e, c, MED_MODEM_FROM_RTP);
}

void med_modem_to_rtp(struct med_engine *e, struct med_channel *c, unsigned nr)
{
	bool a_law = med_channel_law(e, c) == DSP_ALAW;

	if (dsp_answer_tone_hear(&c->from_ts, a_law ? e->table.a_linear : e->table.mu_linear, c->tx,
				 nr))
		begin(e, c, MED_MODEM_TO_RTP);
}
