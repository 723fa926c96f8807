/* SPDX-License-Identifier: GPL-3.0-or-later */
/* media/path: the way of an octet: timeslot to packet, packet to timeslot. */
#include <assert.h>

#include "media/channel.h"

void med_tx_skip(struct med_channel *c, unsigned octets)
{
	c->tx_fill = (uint16_t)(c->tx_fill - octets);
	c->timestamp += octets;
	if (c->tx_fill > 0)
		memmove(c->tx, c->tx + octets, c->tx_fill);
}

static void gather(struct med_channel *c, const uint8_t *rx)
{
	if (c->tx_fill + TDM_BLOCK > MED_TX_ROOM)
		med_tx_skip(c, c->tx_fill); /* nobody asked whose packet time it is */
	memcpy(c->tx + c->tx_fill, rx, TDM_BLOCK);
	c->tx_fill += TDM_BLOCK;
}

static void play_out(struct med_channel *c, uint8_t *tx, uint8_t silence)
{
	uint8_t valid;

	memset(tx, silence, TDM_BLOCK);
	valid = rtp_buf_read(&c->recv.buf, tx);
	c->playing |= valid != 0;
	if (!(c->through & MED_FROM_RTP))
		memset(tx, silence, TDM_BLOCK);
	else if (valid != 0xff && c->playing)
		c->gap_octets += TDM_BLOCK - (unsigned)__builtin_popcount(valid);
}

static enum dsp_law_kind law_of(const struct med_engine *e, unsigned span)
{
	return e->law[span] == TDM_ALAW ? DSP_ALAW : DSP_MULAW;
}

void med_engine_span(struct med_engine *e, unsigned span, const struct tdm_block *rx,
		     struct tdm_block *tx)
{
	const uint16_t *nr = e->by_timeslot + span * TDM_MAX_TS;
	uint8_t silence, idle;

	assert(span < e->nr_spans);
	silence = dsp_silence(law_of(e, span));
	idle = tdm_idle(e->law[span]);
	for (unsigned ts = 0; ts < TDM_MAX_TS; ts++) {
		struct med_channel *c = e->channel + nr[ts];

		if (nr[ts] == MED_NONE) {
			if (!med_timeslot_block(e, span * TDM_MAX_TS + ts, rx->octet[ts],
						tx->octet[ts]))
				memset(tx->octet[ts], idle, TDM_BLOCK);
			continue;
		}
		gather(c, rx->octet[ts]);
		play_out(c, tx->octet[ts], silence);
	}
}

static bool may_come_from(const struct med_channel *c, const struct addr *from)
{
	return c->any_source || (c->remote.family != ADDR_NONE && addr_ip_eq(&c->remote, from));
}

void med_engine_rx(struct med_engine *e, unsigned channel, const struct addr *from,
		   struct str octets)
{
	struct med_channel *c = med_channel_find(e, channel);
	struct rtp_packet p;

	if (!c)
		return;
	if (!may_come_from(c, from) || rtp_packet_dec(&p, octets, NULL) < 0 || p.pt != c->pt_rx ||
	    p.payload.len == 0 || p.payload.len > RTP_RECV_PAYLOAD_MAX)
		c->rx_rejected++;
	else
		rtp_recv_packet(&c->recv, e->now * TDM_BLOCK, &p, c->to_timeslot);
}

static bool may_send(const struct med_channel *c)
{
	return c->through & MED_TO_RTP && c->remote.family != ADDR_NONE && c->remote.port != 0;
}

/* The first `len` octets gathered, in the codec's law. */
static void put_payload(uint8_t *out, const struct med_channel *c, unsigned len)
{
	if (!c->to_rtp)
		memcpy(out, c->tx, len);
	else
		for (unsigned i = 0; i < len; i++)
			out[i] = c->to_rtp[c->tx[i]];
}

static void put_packet(struct med_engine *e, struct med_channel *c, unsigned len)
{
	struct rtp_packet p = {
		.marker = c->marker,
		.pt = c->pt_tx,
		.seq = c->seq++,
		.timestamp = c->timestamp,
		.ssrc = c->ssrc,
	};

	rtp_header_enc(e->out, &p);
	put_payload(e->out + RTP_HEADER_LEN, c, len);
	c->marker = false;
	c->tx_packets++;
	c->tx_octets += len;
}

bool med_engine_packet(struct med_engine *e, unsigned channel, struct addr *to, struct str *octets)
{
	struct med_channel *c = med_channel_find(e, channel);
	unsigned len;
	bool send;

	if (!c || !c->full)
		return false;
	len = c->ptime_ms * TDM_BLOCK;
	c->full = false;
	send = may_send(c);
	if (send) {
		put_packet(e, c, len);
		*to = c->remote;
		*octets = str_n(e->out, RTP_HEADER_LEN + len);
	} else {
		c->marker = true;
	}
	med_tx_skip(c, len);
	return send;
}
