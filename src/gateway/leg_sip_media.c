/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * leg_sip_media: what a SIP leg offers and what it has agreed on: codecs, and keys by the peer's
 * policy (RFC 4568, RFC 5763). A key is made for each suite when the leg begins; it is the leg's
 * for as long as it lives, so that a re-INVITE changes no running cipher.
 */
#include "gateway/leg_sip.h"

static void make_keys(struct gw_sip_leg *l)
{
	const struct rng *rng = &l->leg.gw->rng;

	for (unsigned i = 0; i < RTP_SRTP_NR; i++) {
		rng->fill(rng->ctx, l->key[i], sizeof(l->key[i]));
		l->caps.key[i] = (struct sdp_key){ str_of(rtp_srtp_info(i)->name),
						   str_n(l->key[i], rtp_srtp_key_len(i)) };
	}
	l->caps.nr_keys = RTP_SRTP_NR;
}

/* What the policy allows and asks for. */
static void policy(struct gw_sip_leg *l)
{
	enum gw_srtp p = l->peer.media.srtp;
	struct sdp_caps *c = &l->caps;

	c->hash = STR("sha-256");
	c->fingerprint = str_of(l->leg.gw->fingerprint);
	c->no_plain = p == GW_SRTP_SDES || p == GW_SRTP_DTLS;
	c->may_sdes = p != GW_SRTP_REFUSE && p != GW_SRTP_DTLS;
	c->may_dtls = p != GW_SRTP_REFUSE && p != GW_SRTP_SDES && c->fingerprint.len;
	c->best_effort = p == GW_SRTP_BEST_EFFORT;
	if (p == GW_SRTP_SDES || p == GW_SRTP_BEST_EFFORT)
		c->offer = SDP_KEY_SDES;
	else if (p == GW_SRTP_DTLS)
		c->offer = SDP_KEY_DTLS;
	if (p != GW_SRTP_REFUSE)
		make_keys(l);
}

void gw_sip_caps(struct gw_sip_leg *l)
{
	struct gw *g = l->leg.gw;

	l->caps = (struct sdp_caps){
		.local = l->channel->local,
		.session_id = rng_u32(&g->rng),
		.session_version = 1,
		.product = str_of(g->product),
		.nr_codecs = l->peer.nr_codecs,
		.comfort_noise = l->peer.media.comfort_noise,
		.ptime_ms = l->peer.ptime_ms,
		.dir = SDP_SENDRECV,
		.rtcp_mux = l->peer.media.rtcp_mux,
		.metrics = l->peer.media.metrics && !l->peer.media.no_rtcp,
	};
	memcpy(l->caps.codec, l->peer.codec, sizeof(l->caps.codec));
	policy(l);
}

void gw_sip_agree(struct gw_sip_leg *l, const struct sdp_choice *choice)
{
	l->choice = *choice;
	str_copyz(l->hash, sizeof(l->hash), choice->hash);
	str_copyz(l->fingerprint, sizeof(l->fingerprint), choice->fingerprint);
	l->choice.hash = str_of(l->hash);
	l->choice.fingerprint = str_of(l->fingerprint);
	l->agreed = true;
}

static void put_keys(const struct gw_sip_leg *l, struct gw_end *e)
{
	const struct sdp_choice *c = &l->choice;
	const struct sdp_key *ours = &l->caps.key[c->our_key];

	if (!l->agreed || c->keying != SDP_KEY_SDES || c->their_key_len != ours->key.len)
		return;
	e->keys.suite = (enum rtp_srtp_suite)c->our_key;
	e->keys.len = (uint8_t)ours->key.len;
	memcpy(e->keys.tx, ours->key.p, ours->key.len);
	memcpy(e->keys.rx, c->their_key, c->their_key_len);
	e->keys.rx_mki = c->their_mki;
	e->keys.rx_mki_len = c->their_mki_len;
}

struct gw_media gw_sip_end(const struct gw_sip_leg *l, enum gw_media_type type)
{
	struct gw_media m = { .type = type,
			      .end = { .kind = GW_END_RTP,
				       .channel = l->channel->number,
				       .agreed = l->agreed,
				       .carries_isup =
					       iw_profile_rule(&l->profile, IW_RULE_ENCAPSULATION),
				       .choice = l->choice,
				       .media = &l->peer.media } };

	put_keys(l, &m.end);
	memcpy(m.end.hash, l->hash, sizeof(m.end.hash));
	memcpy(m.end.fingerprint, l->fingerprint, sizeof(m.end.fingerprint));
	return m;
}

void gw_sip_wipe(struct gw_sip_leg *l)
{
	explicit_bzero(l->key, sizeof(l->key));
	explicit_bzero(l->choice.their_key, sizeof(l->choice.their_key));
	explicit_bzero(l->sdp, sizeof(l->sdp));
}
