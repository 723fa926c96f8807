/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sdp: writing offers and answers (RFC 8866 5, RFC 3264 5 and 6). */
#include <trunkgate/sdp/sdp.h>

#include "base/cursor.h"
#include "sdp/codec.h"
#include "sdp/qos.h"
#include "sdp/secure.h"

static void address(struct wr *w, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];

	wr_z(w, a->family == ADDR_IP6 ? "IN IP6 " : "IN IP4 ");
	wr_z(w, addr_print_ip(a, text));
	wr_z(w, "\r\n");
}

static void session(struct wr *w, const struct sdp_caps *caps, struct str timing)
{
	wr_z(w, "v=0\r\no=- ");
	wr_u(w, caps->session_id);
	wr_z(w, " ");
	wr_u(w, caps->session_version);
	wr_z(w, " ");
	address(w, &caps->local);
	wr_z(w, "s=");
	wr_s(w, caps->product.len ? caps->product : STR("-"));
	wr_z(w, "\r\nc=");
	address(w, &caps->local);
	wr_z(w, "t=");
	wr_s(w, timing.len ? timing : STR("0 0"));
	wr_z(w, "\r\n");
}

/* RFC 4733 2.4.1, 3.2: the DTMF events; RFC 4856 2.1.9: we send no silence frames; RFC 7587 6.1: what we
 * want of what we are sent. */
static const char *fmtp_of(const struct sdp_caps *caps, enum sdp_codec_id id)
{
	switch (id) {
	case SDP_TELEPHONE_EVENT:
		return "0-15";
	case SDP_G729:
		return "annexb=no";
	case SDP_OPUS:
		return caps->comfort_noise ? "maxplaybackrate=8000;stereo=0;useinbandfec=1;"
					     "minptime=10;usedtx=1"
					   : "maxplaybackrate=8000;stereo=0;useinbandfec=1;"
					     "minptime=10;usedtx=0";
	default:
		return NULL;
	}
}

static void rtpmap(struct wr *w, const struct sdp_caps *caps, uint8_t pt, enum sdp_codec_id id)
{
	const char *fmtp = fmtp_of(caps, id);

	wr_z(w, "a=rtpmap:");
	wr_u(w, pt);
	wr_z(w, " ");
	wr_z(w, sdp_codec_name(id));
	wr_z(w, sdp_codec_clock(id));
	wr_z(w, "\r\n");
	if (!fmtp)
		return;
	wr_z(w, "a=fmtp:");
	wr_u(w, pt);
	wr_z(w, " ");
	wr_z(w, fmtp);
	wr_z(w, "\r\n");
}

/* RFC 3611 5.2: an answer says that it is understood, when the offer has it and we do without. */
static void xr(struct wr *w, const struct sdp_caps *caps, bool understood)
{
	if (caps->metrics)
		wr_z(w, "a=rtcp-xr:voip-metrics\r\n");
	else if (understood)
		wr_z(w, "a=rtcp-xr:\r\n");
}

static void attributes(struct wr *w, uint32_t ptime_ms, enum sdp_dir dir)
{
	if (ptime_ms) {
		wr_z(w, "a=ptime:");
		wr_u(w, ptime_ms);
		wr_z(w, "\r\n");
	}
	wr_z(w, "a=");
	wr_z(w, sdp_dir_name(dir));
	wr_z(w, "\r\n");
}

static int done(const struct wr *w, struct str *out)
{
	if (w->err)
		return TG_ELIMIT;
	*out = wr_str(w);
	return 0;
}

int sdp_print_offer(const struct sdp_caps *caps, char *buf, size_t size, struct str *out)
{
	struct wr w = wr_init(buf, size);

	session(&w, caps, STR(""));
	wr_z(&w, "m=audio ");
	wr_u(&w, caps->local.port);
	wr_z(&w, " ");
	wr_z(&w, sdp_secure_proto(caps));
	for (unsigned i = 0; i < caps->nr_codecs; i++) {
		wr_z(&w, " ");
		wr_u(&w, sdp_codec_pt(caps->codec[i]));
	}
	if (caps->comfort_noise) {
		wr_z(&w, " ");
		wr_u(&w, sdp_codec_pt(SDP_CN));
	}
	if (caps->telephone_event) {
		wr_z(&w, " ");
		wr_u(&w, caps->telephone_event_pt);
	}
	wr_z(&w, "\r\n");
	for (unsigned i = 0; i < caps->nr_codecs; i++)
		rtpmap(&w, caps, sdp_codec_pt(caps->codec[i]), caps->codec[i]);
	if (caps->comfort_noise)
		rtpmap(&w, caps, sdp_codec_pt(SDP_CN), SDP_CN);
	if (caps->telephone_event)
		rtpmap(&w, caps, caps->telephone_event_pt, SDP_TELEPHONE_EVENT);
	sdp_secure_print_offer(&w, caps);
	xr(&w, caps, false);
	attributes(&w, caps->ptime_ms, caps->dir);
	sdp_qos_print(&w, &caps->qos);
	return done(&w, out);
}

/* RFC 3264 6: refused, in its place, with the formats as they were. */
static void refused(struct wr *w, const struct sdp_media *m)
{
	wr_z(w, "m=");
	wr_s(w, m->kind);
	wr_z(w, " 0 ");
	wr_s(w, m->proto);
	wr_z(w, " ");
	wr_s(w, m->formats);
	wr_z(w, "\r\n");
}

static void accepted(struct wr *w, const struct sdp_caps *caps, const struct sdp_media *m,
		     const struct sdp_choice *choice)
{
	wr_z(w, "m=");
	wr_s(w, m->kind);
	wr_z(w, " ");
	wr_u(w, caps->local.port);
	wr_z(w, " ");
	wr_s(w, m->proto); /* RFC 3264 6: that of the offer */
	wr_z(w, " ");
	wr_u(w, choice->pt_rx);
	if (choice->comfort_noise) {
		wr_z(w, " ");
		wr_u(w, choice->cn_pt_rx);
	}
	if (choice->telephone_event) {
		wr_z(w, " ");
		wr_u(w, choice->te_pt_rx);
	}
	wr_z(w, "\r\n");
	rtpmap(w, caps, choice->pt_rx, choice->codec);
	if (choice->comfort_noise)
		rtpmap(w, caps, choice->cn_pt_rx, SDP_CN);
	if (choice->telephone_event)
		rtpmap(w, caps, choice->te_pt_rx, SDP_TELEPHONE_EVENT);
	sdp_secure_print_answer(w, caps, choice);
	xr(w, caps, choice->xr != SDP_XR_UNSAID);
	attributes(w, caps->ptime_ms, choice->dir);
	sdp_qos_print(w, &caps->qos);
}

int sdp_print_answer(const struct sdp_caps *caps, const struct sdp *offer,
		     const struct sdp_choice *choice, char *buf, size_t size, struct str *out)
{
	struct wr w = wr_init(buf, size);

	session(&w, caps, offer->timing);
	for (unsigned i = 0; i < offer->nr_media; i++) {
		if (i == choice->stream)
			accepted(&w, caps, &offer->media[i], choice);
		else
			refused(&w, &offer->media[i]);
	}
	return done(&w, out);
}
