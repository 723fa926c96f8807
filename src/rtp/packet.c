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

int rtp_packet_dec(struct rtp_packet *p, struct str octets, struct tg_diag *d)
{
	struct rd r = rd_init(octets);
	uint8_t first = rd_u8(&r), second = rd_u8(&r);

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

static void put_be32(uint8_t *out, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(v >> (24 - 8 * i));
}

void rtp_header_enc(uint8_t *out, const struct rtp_packet *p)
{
	out[0] = (uint8_t)(RTP_VERSION << 6 | (p->has_ext ? BIT_EXTENSION : 0) |
			   ((p->csrc.len / 4) & RTP_CSRC_MAX));
	out[1] = (uint8_t)((p->marker ? BIT_MARKER : 0) | (p->pt & RTP_PT_MAX));
	out[2] = (uint8_t)(p->seq >> 8);
	out[3] = (uint8_t)p->seq;
	put_be32(out + 4, p->timestamp);
	put_be32(out + 8, p->ssrc);
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
