/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sdp: offer and answer (RFC 3264) for one audio stream. */
#include <trunkgate/sdp/sdp.h>

#include "sdp/codec.h"
#include "sdp/secure.h"

#define MAX_PTIME 60

static int no_audio(const struct sdp *s, struct tg_diag *d)
{
	const char *why = "no m= line";

	for (unsigned i = 0; i < s->nr_media; i++) {
		const struct sdp_media *m = &s->media[i];

		if (!str_caseeq(m->kind, STR("audio"))) {
			if (i == 0)
				why = "no audio stream";
			continue;
		}
		why = m->port ? "audio is not RTP as we know it" : "audio has port 0";
		break;
	}
	return tg_fail(d, TG_ENOTSUP, 0, "RFC 3264 6", "%s", why);
}

static bool is_multicast(const struct addr *a)
{
	return a->family == ADDR_IP4 ? a->ip[0] >> 4 == 14
				     : a->family == ADDR_IP6 && a->ip[0] == 0xff;
}

/* Where their stream wants to be sent to. Any address: hold as of old (8.4), whatever its family. */
static int remote_of(const struct sdp_caps *caps, const struct sdp_media *m, struct addr *out,
		     struct tg_diag *d)
{
	*out = m->rtp;
	if (m->rtp.family == ADDR_NONE)
		return tg_fail(d, TG_ENOTSUP, 0, "RFC 8866 5.7", "c= is not an IP address");
	if (is_multicast(&m->rtp))
		return tg_fail(d, TG_ENOTSUP, 0, "RFC 3264 6.2", "c= is a multicast address");
	if (m->rtp.family != caps->local.family && !addr_is_any(&m->rtp))
		return tg_fail(d, TG_ENOTSUP, 0, "RFC 8866 5.7",
			       "c= is of the other address family");
	return 0;
}

static bool is_ours(const struct sdp_caps *caps, enum sdp_codec_id id)
{
	for (unsigned i = 0; i < caps->nr_codecs; i++)
		if (caps->codec[i] == id)
			return id > SDP_CODEC_OTHER && id < SDP_CN;
	return false;
}

/* The first of theirs that is ours: theirs is the order of preference (6.1). */
static const struct sdp_codec *common_codec(const struct sdp_caps *caps, const struct sdp_media *m)
{
	for (unsigned i = 0; i < m->nr_codecs; i++)
		if (is_ours(caps, m->codec[i].id))
			return &m->codec[i];
	return NULL;
}

/* What goes beside a codec: telephone-event, comfort noise. */
static const struct sdp_codec *beside(const struct sdp_media *m, bool wanted, enum sdp_codec_id id)
{
	for (unsigned i = 0; wanted && i < m->nr_codecs; i++)
		if (m->codec[i].id == id)
			return &m->codec[i];
	return NULL;
}

/* Their ptime, or ours, within their minptime and maxptime and what we can: 10 to 60 by tens (6.1), or
 * by what the codec's frames are. */
static uint32_t packet_time(const struct sdp_caps *caps, const struct sdp_media *m,
			    const struct sdp_choice *c)
{
	uint32_t ms = m->ptime_ms ? m->ptime_ms : caps->ptime_ms;

	if (ms < c->opus.min_ptime_ms)
		ms = c->opus.min_ptime_ms;
	if (m->maxptime_ms && ms > m->maxptime_ms)
		ms = m->maxptime_ms;
	return sdp_codec_packet_ms(c->codec, ms > MAX_PTIME ? MAX_PTIME : ms);
}

/* Opus has silence of its own in place of RFC 3389's, whose clock is another one: we leave out what is
 * silent when both want that. */
static void choose_opus(const struct sdp_caps *caps, const struct sdp_codec *c,
			struct sdp_choice *out)
{
	sdp_opus_parse(&out->opus, c->fmtp);
	out->opus.dtx = out->opus.dtx && caps->comfort_noise;
}

/* As seen from us: what they take we may send, what they send we take, as far as we want. */
static enum sdp_dir direction(const struct sdp_caps *caps, const struct sdp_media *m)
{
	return sdp_dir_make(sdp_dir_receives(m->dir) && sdp_dir_sends(caps->dir),
			    sdp_dir_sends(m->dir) && sdp_dir_receives(caps->dir));
}

/* RFC 3605: where RTCP goes; RFC 5761 5.1.1: with RTP, when both say so. */
static void rtcp_of(const struct sdp_caps *caps, const struct sdp_media *m, struct sdp_choice *out)
{
	out->xr = m->xr;
	out->rtcp_mux = caps->rtcp_mux && m->rtcp_mux;
	out->rtcp_remote = out->remote;
	if (!out->rtcp_mux && m->port)
		out->rtcp_remote.port = m->rtcp_port ? m->rtcp_port : (uint16_t)(m->port + 1);
}

static void choose_beside(const struct sdp_caps *caps, const struct sdp_media *m,
			  struct sdp_choice *out)
{
	const struct sdp_codec *te = beside(m, caps->telephone_event, SDP_TELEPHONE_EVENT);
	const struct sdp_codec *cn = beside(m, caps->comfort_noise, SDP_CN);

	if (te) {
		out->telephone_event = true;
		out->te_pt_tx = out->te_pt_rx = te->pt;
	}
	if (cn) {
		out->comfort_noise = true;
		out->cn_pt_tx = out->cn_pt_rx = cn->pt;
	}
}

static int choose(const struct sdp_caps *caps, const struct sdp_media *m, struct sdp_choice *out,
		  struct tg_diag *d)
{
	const struct sdp_codec *c = common_codec(caps, m);
	int r;

	r = remote_of(caps, m, &out->remote, d);
	if (r < 0)
		return r;
	if (!c)
		return tg_fail(d, TG_ENOTSUP, 0, "RFC 3264 6.1", "no codec in common");
	out->codec = c->id;
	out->pt_tx = out->pt_rx = c->pt;
	if (c->id == SDP_OPUS)
		choose_opus(caps, c, out);
	else
		choose_beside(caps, m, out);
	rtcp_of(caps, m, out);
	out->ptime_tx_ms = packet_time(caps, m, out);
	out->dir = direction(caps, m);
	return 0;
}

int sdp_answer(const struct sdp_caps *caps, const struct sdp *offer, struct sdp_choice *out,
	       struct tg_diag *diag)
{
	int r;

	if (offer->audio < 0)
		return no_audio(offer, diag);
	for (unsigned i = (unsigned)offer->audio; i < offer->nr_media; i++) {
		const struct sdp_media *m = &offer->media[i];

		if (!sdp_is_usable(m))
			continue;
		memset(out, 0, sizeof(*out));
		r = sdp_secure_answer(caps, m, out, (int)i == offer->audio ? diag : NULL);
		out->stream = i;
		if (r == 0)
			return choose(caps, m, out, diag);
	}
	return TG_ENOTSUP; /* why, is what is wrong with the first */
}

/* Our offers have one stream, so an answer has one, and what is in it was in the offer (6). */
int sdp_accept(const struct sdp_caps *caps, const struct sdp *answer, struct sdp_choice *out,
	       struct tg_diag *diag)
{
	const struct sdp_media *m = answer->media;
	int r;

	if (answer->nr_media != 1 || !str_caseeq(m->kind, STR("audio")))
		return tg_fail(diag, TG_EPROTO, 0, "RFC 3264 6",
			       "the answer's streams are not those of the offer");
	if (m->port == 0)
		return tg_fail(diag, TG_ENOTSUP, 0, "RFC 3264 6", "the answer refuses the stream");
	if (!common_codec(caps, m))
		return tg_fail(diag, TG_EPROTO, 0, "RFC 3264 6.1",
			       "the answer has none of the offered codecs");
	memset(out, 0, sizeof(*out));
	r = choose(caps, m, out, diag);
	if (r < 0)
		return r;
	out->pt_rx = sdp_codec_pt(out->codec);
	out->cn_pt_rx = out->comfort_noise ? sdp_codec_pt(SDP_CN) : 0;
	if (out->telephone_event)
		out->te_pt_rx = caps->telephone_event_pt;
	return sdp_secure_accept(caps, m, out, diag);
}
