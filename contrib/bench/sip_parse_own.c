/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contrib/bench/sip-parse: trunkgate's part. Every header is typed, the SDP parsed. */
#include <trunkgate/sdp/sdp.h>
#include <trunkgate/sip/headers.h>

#include "sip_parse.h"

static uint64_t sum_s(uint64_t h, struct str s)
{
	return sum_n(h, s.p, s.len);
}

static uint64_t sum_uri(uint64_t h, const struct sip_uri *u)
{
	return sum_s(sum_s(h, u->user), u->host);
}

static uint64_t sum_value(uint64_t h, const struct sip_value *v)
{
	switch (v->kind) {
	case SIP_VALUE_VIA:
		return sum_s(sum_u(sum_s(h, v->via.host), v->via.port), v->via.branch);
	case SIP_VALUE_METHOD:
		return sum_s(h, v->method.name);
	case SIP_VALUE_SESSION_EXPIRES:
		return sum_u(h, v->session_expires.interval_s);
	case SIP_VALUE_ADDRESS:
		return sum_uri(h, &v->address.uri);
	case SIP_VALUE_PRIVACY:
		return sum_u(h, v->privacy == SIP_PRIVACY_NONE);
	case SIP_VALUE_MEDIA:
		return sum_s(sum_s(h, v->media.type), v->media.subtype);
	default:
		return sum_s(h, v->token);
	}
}

static uint64_t sum_header(uint64_t h, const struct sip_msg *m, const struct sip_header *header)
{
	struct sip_value v;
	size_t at = 0;
	int r;

	switch (header->id) { /* those that the message has typed already */
	case SIP_HDR_MAX_FORWARDS:
		return sum_u(h, (uint64_t)m->max_forwards);
	case SIP_HDR_FROM:
		return sum_s(sum_uri(h, &m->from.uri), m->from.tag);
	case SIP_HDR_TO:
		return sum_uri(h, &m->to.uri);
	case SIP_HDR_CALL_ID:
		return sum_s(h, m->call_id);
	case SIP_HDR_CSEQ:
		return sum_s(sum_u(h, m->cseq), m->cseq_method_name);
	case SIP_HDR_CONTACT:
		return sum_uri(h, &m->contact.uri);
	case SIP_HDR_CONTENT_LENGTH:
		return sum_u(h, m->body.len);
	default:
		break;
	}
	while ((r = sip_header_next(header, &at, &v, NULL)) > 0)
		h = sum_value(h, &v);
	return r < 0 ? 0 : h;
}

static uint64_t sum_sdp(uint64_t h, struct str text)
{
	static struct sdp sdp;
	const struct sdp_media *m = &sdp.media[0];

	if (sdp_parse(&sdp, text, NULL) < 0 || sdp.nr_media != 1)
		return 0;
	h = sum_u(sum_u(h, sdp.session_id), m->port);
	h = sum_u(h, m->rtp.ip[0]);
	for (unsigned i = 0; i < m->nr_codecs; i++)
		h = sum_u(sum_s(sum_u(h, m->codec[i].pt), m->codec[i].name), m->codec[i].clock_hz);
	return h;
}

static uint64_t parse_once(const char *message, size_t len)
{
	static struct sip_msg m;
	uint64_t h = 1;

	if (sip_msg_parse(&m, str_n(message, len), NULL) < 0)
		return 0;
	h = sum_uri(h, &m.uri);
	for (unsigned i = 0; i < m.nr_headers; i++)
		h = sum_header(h, &m, &m.header[i]);
	return sum_sdp(h, m.body);
}

int main(int argc, char **argv)
{
	return run(argc, argv);
}
