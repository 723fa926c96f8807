/* SPDX-License-Identifier: GPL-3.0-or-later */
/* media/rx: datagrams to the receive buffer: who may send, which protocol it is, keys. */
#include "media/channel.h"

#define RTCP_FIRST 192 /* RFC 5761 4: payload types of RTCP, with the marker bit of RTP */
#define RTCP_LAST  223
#define DTLS_FIRST 20 /* RFC 7983 7 */
#define DTLS_LAST  63
#define RTP_FIRST  128
#define RTP_LAST   191

#define RX_ASK_EVERY  16 /* packet times */
#define RX_IN_HAND_MS 4

static bool may_come_from(const struct med_channel *c, const struct addr *from)
{
	return c->any_source || (c->remote.family != ADDR_NONE && addr_ip_eq(&c->remote, from));
}

/* DTLS is answered to the address of SDP and comes from there, port and all (symmetric RTP, RFC 5764
 * 3); a stranger's ClientHello must not end the handshake. */
static bool may_shake(const struct med_channel *c, const struct addr *from)
{
	return c->any_source || c->flags & MED_F_LEARN || addr_eq(&c->remote, from);
}

static uint8_t octet_at(struct str s, size_t i)
{
	return i < s.len ? (uint8_t)s.p[i] : 0;
}

/* Into our own memory and out of its cipher. False, and counted: not with our keys. */
static bool open_packet(struct med_engine *e, struct med_channel *c, struct str *octets, bool rtcp)
{
	enum rtp_srtp_verdict v;
	size_t len = octets->len;

	if (!c->srtp) {
		if (c->flags & MED_F_SECURE)
			med_reject(e, c, MED_REJECT_PLAIN);
		return !(c->flags & MED_F_SECURE);
	}
	if (len > sizeof(e->in)) {
		med_reject(e, c, MED_REJECT_FORMAT);
		return false;
	}
	memcpy(e->in, octets->p, len);
	v = rtcp ? rtp_srtp_unprotect_rtcp(c->srtp, e->in, &len)
		 : rtp_srtp_unprotect(c->srtp, e->in, &len);
	if (v != RTP_SRTP_OK)
		med_reject(e, c,
			   v == RTP_SRTP_REPLAY	  ? MED_REJECT_REPLAY
			   : v == RTP_SRTP_FORGED ? MED_REJECT_FORGED
						  : MED_REJECT_FORMAT);
	*octets = str_n(e->in, len);
	return v == RTP_SRTP_OK;
}

/* Symmetric RTP, where it is allowed: the first good packet says where to, and the IP address of
 * SDP holds unless any will do. */
static void learn(struct med_channel *c, const struct addr *from)
{
	if (!(c->flags & MED_F_LEARN) || c->learnt)
		return;
	c->learnt = true;
	c->remote = *from;
}

/* Silence of the stream's source (RFC 3389); that of another one says nothing. */
static void rx_noise(struct med_engine *e, struct med_channel *c, const struct addr *from,
		     const struct rtp_packet *p)
{
	if (!rtp_recv_other(&c->recv, p)) {
		med_reject(e, c, MED_REJECT_SSRC);
		return;
	}
	learn(c, from);
	med_decode_other(e, c, p->seq);
	med_conceal_noise(c, p->payload);
}

static void rx_rtp(struct med_engine *e, struct med_channel *c, const struct addr *from,
		   struct str octets)
{
	uint32_t strays = c->recv.strays;
	enum med_decoded decoded;
	struct rtp_packet p;

	if (!open_packet(e, c, &octets, false))
		return;
	if (rtp_packet_dec(&p, octets, NULL) < 0 || p.payload.len > RTP_RECV_PAYLOAD_MAX) {
		med_reject(e, c, MED_REJECT_FORMAT);
		return;
	}
	if (c->cn_pt && p.pt == c->cn_pt) {
		rx_noise(e, c, from, &p);
		return;
	}
	if (p.pt != c->pt_rx) {
		med_reject(e, c, MED_REJECT_TYPE);
		return;
	}
	decoded = p.payload.len ? med_decode(e, c, &p) : MED_DECODE_BAD;
	if (decoded == MED_DECODE_BAD) {
		med_reject(e, c, MED_REJECT_FORMAT);
		return;
	}
	learn(c, from);
	if (decoded == MED_DECODE_LATE) {
		rtp_recv_late(&c->recv, &p);
		return;
	}
	if (decoded == MED_DECODE_HELD) {
		rtp_recv_held(&c->recv, e->now * TDM_BLOCK, &p);
		return;
	}
	rtp_recv_packet(&c->recv, e->now * TDM_BLOCK, &p, c->to_timeslot);
	if (c->recv.strays != strays)
		med_reject(e, c, MED_REJECT_SSRC);
	else if (c->held)
		med_hold_go_on(e, c);
	else if (med_modem_listens(c))
		med_modem_from_rtp(e, c, p.payload);
}

static void rx_rtcp(struct med_engine *e, struct med_channel *c, struct str octets)
{
	uint32_t bad = c->report.rx_bad;

	if (!open_packet(e, c, &octets, true))
		return;
	rtp_report_rx(&c->report, e->now, rtp_ntp(e->ntp_origin, e->now), c->ssrc, octets);
	if (c->report.rx_bad != bad)
		med_reject(e, c, MED_REJECT_RTCP);
	else if (c->coder && c->report.told)
		dsp_coder_loss(c->coder, c->report.far_fraction_lost * 100u / 256);
	e->aside = true;
}

/* Anybody may have sent it who knows the address: so never many for the signalling thread. */
static void rx_dtls(struct med_engine *e, struct med_channel *c, const struct addr *from)
{
	if (!may_shake(c, from)) {
		med_reject(e, c, MED_REJECT_SOURCE);
	} else if (c->nr_dtls >= MED_DTLS_MAX) {
		med_reject(e, c, MED_REJECT_DTLS);
	} else {
		c->nr_dtls++;
		e->dtls_leg = c->leg;
		e->aside = true;
	}
}

/* To whom it goes, by its first octets (RFC 7983 7, RFC 5761 4). */
static void rx_datagram(struct med_engine *e, struct med_channel *c, const struct addr *from,
			struct str octets)
{
	uint8_t first = octet_at(octets, 0), second = octet_at(octets, 1);

	if (!may_come_from(c, from))
		med_reject(e, c, MED_REJECT_SOURCE);
	else if (first >= DTLS_FIRST && first <= DTLS_LAST && c->flags & MED_F_SECURE)
		rx_dtls(e, c, from);
	else if (first < RTP_FIRST || first > RTP_LAST)
		med_reject(e, c, MED_REJECT_FORMAT);
	else if (c->flags & MED_F_RTCP_MUX && second >= RTCP_FIRST && second <= RTCP_LAST)
		rx_rtcp(e, c, octets);
	else
		rx_rtp(e, c, from, octets);
}

void med_engine_rx(struct med_engine *e, unsigned channel, const struct addr *from,
		   struct str octets)
{
	struct med_channel *c = med_channel_find(e, channel);

	e->dtls_leg = 0;
	e->aside = false;
	if (!c)
		return;
	rx_datagram(e, c, from, octets);
	if (!e->aside && c->nr_rx < UINT8_MAX)
		c->nr_rx++;
}

/* Now and then it is asked all the same, as the count knows only what was taken. */
bool med_engine_rx_more(const struct med_engine *e, unsigned channel)
{
	const struct med_channel *c = &e->channel[channel];

	return e->aside || c->nr_rx != 1 || c->steady % RX_ASK_EVERY == 0 ||
	       c->recv.ahead < (c->ptime_ms + RX_IN_HAND_MS) * TDM_BLOCK;
}

bool med_engine_rx_aside(const struct med_engine *e)
{
	return e->aside;
}

void med_engine_rtcp_rx(struct med_engine *e, unsigned channel, const struct addr *from,
			struct str octets)
{
	struct med_channel *c = med_channel_find(e, channel);

	if (!c)
		return;
	if (!may_come_from(c, from))
		med_reject(e, c, MED_REJECT_SOURCE);
	else
		rx_rtcp(e, c, octets);
}

bool med_engine_dtls(struct med_engine *e, uint32_t *leg)
{
	*leg = e->dtls_leg;
	e->dtls_leg = 0;
	return *leg != 0;
}
