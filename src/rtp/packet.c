/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp/packet: see RFC 3550 5.1 (fixed header), 5.3.1 (extension), A.1 (what must be checked). */
#include "rtp/packet.h"

#define BIT_PADDING   0x20
#define BIT_EXTENSION 0x10
#define BIT_MARKER    0x80

static int dec_extension(struct rtp_packet *p, struct rd *r, struct tg_diag *d)
{
	size_t at = rd_at(r);

	p->has_ext = true;
	p->ext_profile = rd_be16(r);
	p->ext = rd_bytes(r, 4 * (size_t)rd_be16(r));
	if (r->err)
		return tg_fail(d, TG_ETRUNC, at, "RFC 3550 5.3.1", "extension is cut off");
	return 0;
}

static int dec_padding(struct rtp_packet *p, struct rd *r, struct tg_diag *d)
{
	size_t count = p->payload.len ? (uint8_t)p->payload.p[p->payload.len - 1] : 0;

	if (count == 0 || count > p->payload.len)
		return tg_fail(d, TG_EINVAL, rd_at(r), "RFC 3550 5.1", "padding count %zu of %zu",
			       count, p->payload.len);
	p->payload.len -= count;
	return 0;
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Nearly all packets: the fixed header, and behind it the payload. */
static bool dec_plain(struct rtp_packet *p, struct str octets)
{
	const uint8_t *h = (const uint8_t *)octets.p;

	if (octets.len < RTP_HEADER_LEN || h[0] != RTP_VERSION << 6)
		return false;
	*p = (struct rtp_packet){
		.timestamp = be32(h + 4),
		.ssrc = be32(h + 8),
		.seq = (uint16_t)(h[2] << 8 | h[3]),
		.pt = h[1] & RTP_PT_MAX,
		.marker = h[1] & BIT_MARKER,
		.payload = str_from(octets, RTP_HEADER_LEN),
	};
	return true;
}

int rtp_packet_dec(struct rtp_packet *p, struct str octets, struct tg_diag *d)
{
	struct rd r = rd_init(octets);
	uint8_t first, second;

	if (dec_plain(p, octets))
		return 0;
	first = rd_u8(&r);
	second = rd_u8(&r);
	if (octets.len < RTP_HEADER_LEN)
		return tg_fail(d, TG_ETRUNC, octets.len, "RFC 3550 5.1", "shorter than a header");
	if (first >> 6 != RTP_VERSION)
		return tg_fail(d, TG_EPROTO, 0, "RFC 3550 5.1", "version %u", first >> 6);
	*p = (struct rtp_packet){ .marker = second & BIT_MARKER, .pt = second & RTP_PT_MAX };
	p->seq = rd_be16(&r);
	p->timestamp = rd_be32(&r);
	p->ssrc = rd_be32(&r);
	p->csrc = rd_bytes(&r, 4 * (size_t)(first & RTP_CSRC_MAX));
	if (r.err)
		return tg_fail(d, TG_ETRUNC, RTP_HEADER_LEN, "RFC 3550 5.1", "CSRC list cut off");
	if (first & BIT_EXTENSION && dec_extension(p, &r, d) < 0)
		return TG_ETRUNC;
	p->payload = rd_rest(&r);
	return first & BIT_PADDING ? dec_padding(p, &r, d) : 0;
}

void rtp_packet_enc(struct wr *w, const struct rtp_packet *p)
{
	uint8_t header[RTP_HEADER_LEN];

	if (p->csrc.len % 4 || p->csrc.len / 4 > RTP_CSRC_MAX || p->ext.len % 4 ||
	    p->ext.len / 4 > UINT16_MAX || p->pt > RTP_PT_MAX) {
		w->err = true;
		return;
	}
	rtp_header_enc(header, p);
	wr_bytes(w, header, sizeof(header));
	wr_s(w, p->csrc);
	if (p->has_ext) {
		wr_be16(w, p->ext_profile);
		wr_be16(w, (uint16_t)(p->ext.len / 4));
		wr_s(w, p->ext);
	}
	wr_s(w, p->payload);
}
