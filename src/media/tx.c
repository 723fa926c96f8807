/* SPDX-License-Identifier: GPL-3.0-or-later */
/* media/tx: what was gathered from a timeslot to packets; comfort noise instead of silence; RTCP. */
#include "media/channel.h"

#define CN_EVERY_MS  200 /* RFC 3389 4 leaves it to us */
#define CN_HANG_MS   200 /* silence that is still sent as speech */
#define CN_LEVEL     48	 /* -dBov: softer than this is silence */
#define RTCP_POLL_MS 1000

static bool may_send(const struct med_channel *c)
{
	return c->through & MED_TO_RTP && c->remote.family != ADDR_NONE && c->remote.port != 0 &&
	       (c->srtp || !(c->flags & MED_F_SECURE));
}

static void to_samples(struct med_engine *e, const struct med_channel *c, unsigned nr)
{
	enum dsp_law_kind law = med_channel_law(e, c);

	for (unsigned i = 0; i < nr; i++)
		e->samples[i] = dsp_octet_to_linear(&e->table, law, c->tx[i]);
}

/* The first `nr` octets gathered as the codec has them; the octets written. */
static size_t put_payload(struct med_engine *e, struct med_channel *c, unsigned nr)
{
	uint8_t *out = e->out + RTP_HEADER_LEN;

	if (c->codec == MED_CODED) {
		to_samples(e, c, nr);
		return dsp_coder_enc(c->coder, e->samples, nr, out, MED_PAYLOAD_MAX);
	}
	if (!c->to_rtp)
		memcpy(out, c->tx, nr);
	else
		for (unsigned i = 0; i < nr; i++)
			out[i] = c->to_rtp[c->tx[i]];
	return nr;
}

/* One packet time of silence: is there a packet to send, and is it comfort noise? */
static bool is_silent(struct med_engine *e, struct med_channel *c, unsigned nr, uint8_t *level)
{
	if (!(c->flags & MED_F_DTX) || !c->cn_pt || c->codec == MED_CLEAR || c->modem)
		return false;
	to_samples(e, c, nr);
	*level = dsp_noise_measure(e->samples, nr);
	if (*level < CN_LEVEL) {
		c->quiet_ms = 0;
		c->quiet_there = false;
		return false;
	}
	c->quiet_ms = (uint16_t)(c->quiet_ms + c->ptime_ms);
	return c->quiet_there || c->quiet_ms > CN_HANG_MS;
}

/* In silence: a packet with its level, when it is time for one. */
static size_t put_noise(struct med_engine *e, struct med_channel *c, uint8_t level)
{
	if (c->quiet_there && c->quiet_ms < CN_EVERY_MS)
		return 0;
	c->quiet_there = true;
	c->quiet_ms = 0;
	c->marker = false;
	e->out[RTP_HEADER_LEN] = level;
	return 1;
}

static size_t put_packet(struct med_engine *e, struct med_channel *c, unsigned nr)
{
	uint8_t level = 0;
	bool silent = is_silent(e, c, nr, &level);
	size_t len = silent ? put_noise(e, c, level) : put_payload(e, c, nr);
	struct rtp_packet p = {
		.marker = c->marker,
		.pt = silent ? c->cn_pt : c->pt_tx,
		.timestamp = c->timestamp * c->clock_ratio,
		.ssrc = c->ssrc,
	};

	c->marker = silent || !len; /* speech behind silence begins with it */
	if (!len)
		return 0;
	p.seq = c->seq++;
	rtp_header_enc(e->out, &p);
	c->tx_packets++;
	c->tx_octets += (uint32_t)len;
	len += RTP_HEADER_LEN;
	return c->srtp ? rtp_srtp_protect(c->srtp, e->out, len) : len;
}

bool med_engine_packet(struct med_engine *e, unsigned channel, struct addr *to, struct str *octets)
{
	struct med_channel *c = med_channel_find(e, channel);
	size_t len = 0;
	unsigned nr;

	if (!c)
		return false;
	med_look_again(e, c);
	if (!c->full)
		return false;
	nr = c->ptime_ms * TDM_BLOCK;
	c->full = false;
	if (med_modem_listens(c))
		med_modem_to_rtp(e, c, nr);
	if (may_send(c))
		len = put_packet(e, c, nr);
	else
		c->marker = true;
	if (len) {
		*to = c->remote;
		*octets = str_n(e->out, len);
	}
	med_tx_skip(c, nr);
	return len > 0;
}

/* RTCP. ---------------------------------------------------------------------------------------- */

bool med_engine_rtcp_poll(const struct med_engine *e, unsigned channel)
{
	const struct med_channel *c = &e->channel[channel];

	return c->leg && c->flags & MED_F_RTCP && !(c->flags & MED_F_RTCP_MUX) &&
	       (e->now + channel) % RTCP_POLL_MS < c->ptime_ms;
}

static bool put_report(struct med_engine *e, struct med_channel *c, struct wr *w, bool bye)
{
	const struct rtp_recv *r = &c->recv;
	struct rtcp_voip_metrics metrics;
	struct rtp_report_state s = {
		.now_ms = e->now,
		.ntp = rtp_ntp(e->ntp_origin, e->now),
		.ssrc = c->ssrc,
		.timestamp = c->timestamp * c->clock_ratio,
		.tx_packets = c->tx_packets,
		.tx_octets = c->tx_octets,
		.cname = str_of(e->cname),
		.remote_ssrc = r->ssrc,
		.jitter = rtp_jitter(&r->jitter) * c->clock_ratio,
		.seq = r->started ? &r->seq : NULL,
	};

	if (c->flags & MED_F_METRICS && r->started) {
		med_metrics(c, &metrics);
		s.metrics = &metrics;
	}
	return rtp_report_enc(&c->report, w, &s, bye);
}

/* The port behind that of RTP, or the one that SDP named (RFC 3605). */
static void rtcp_to(const struct med_channel *c, struct addr *to)
{
	*to = c->remote;
	if (!(c->flags & MED_F_RTCP_MUX))
		to->port = c->rtcp_port ? c->rtcp_port : (uint16_t)(c->remote.port + 1);
}

static size_t protect(struct med_engine *e, struct med_channel *c, size_t len)
{
	return c->srtp ? rtp_srtp_protect_rtcp(c->srtp, e->out, len) : len;
}

void med_farewell(struct med_engine *e, struct med_channel *c)
{
	struct wr w = wr_init(e->out, sizeof(e->out) - RTP_SRTP_TRAILER);

	if (put_report(e, c, &w, true))
		e->bye_len = (uint16_t)protect(e, c, w.len);
	e->bye_channel = (uint16_t)(c - e->channel);
	c->leaving = false;
	med_channel_release(e, c);
}

/* The octets of a report that is due. */
static size_t due_report(struct med_engine *e, struct med_channel *c)
{
	struct wr w = wr_init(e->out, sizeof(e->out) - RTP_SRTP_TRAILER);

	if (!c || !(c->flags & MED_F_RTCP) || !rtp_report_due(&c->report, e->now) ||
	    c->remote.family == ADDR_NONE || c->remote.port == 0 ||
	    (!c->srtp && c->flags & MED_F_SECURE) || !put_report(e, c, &w, false))
		return 0;
	return protect(e, c, w.len);
}

bool med_engine_rtcp(struct med_engine *e, unsigned channel, struct addr *to, struct str *octets,
		     bool *own_socket)
{
	struct med_channel *c = med_channel_find(e, channel);
	size_t len;

	if (e->bye_len && e->bye_channel == channel) {
		c = &e->channel[channel];
		len = e->bye_len;
		e->bye_len = 0;
	} else {
		len = due_report(e, c);
	}
	if (!len)
		return false;
	*own_socket = !(c->flags & MED_F_RTCP_MUX);
	rtcp_to(c, to);
	*octets = str_n(e->out, len);
	return true;
}
