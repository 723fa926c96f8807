/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp/rtcp: see the header. */
#include "rtp/packet.h"
#include "rtp/rtcp.h"

#define BIT_PADDING    0x20
#define COUNT_MASK     0x1f
#define WORD	       4
#define SENDER_LEN     20 /* 6.4.1 */
#define BLOCK_LEN      24
#define SDES_END       0 /* 6.5 */
#define SDES_CNAME     1
#define XR_VOIP	       7 /* RFC 3611 4.7 */
#define XR_VOIP_LEN    32
#define XR_VOIP_WORDS  8
#define BLOCK_LOST_MAX 0x7fffff

/* Reading. ------------------------------------------------------------------------------------- */

static size_t packet_len(struct rd r)
{
	rd_be16(&r);
	return WORD * ((size_t)rd_be16(&r) + 1);
}

static int check_one(struct str octets, size_t at, size_t *len, struct tg_diag *d)
{
	struct rd r = rd_init(str_from(octets, at));
	uint8_t first, padding;

	if (rd_left(&r) < WORD)
		return tg_fail(d, TG_ETRUNC, at, "RFC 3550 A.2", "%zu octets left over",
			       rd_left(&r));
	*len = packet_len(r);
	if (*len > rd_left(&r))
		return tg_fail(d, TG_ETRUNC, at, "RFC 3550 6.4.1", "a packet of %zu in %zu octets",
			       *len, rd_left(&r));
	first = rd_u8(&r);
	if (first >> 6 != RTP_VERSION)
		return tg_fail(d, TG_EPROTO, at, "RFC 3550 A.2", "version %u", first >> 6);
	if (!(first & BIT_PADDING))
		return 0;
	padding = (uint8_t)octets.p[at + *len - 1];
	if (at + *len != octets.len)
		return tg_fail(d, TG_EPROTO, at, "RFC 3550 A.2", "padding before the last packet");
	if (!padding || padding % WORD || padding > *len - WORD)
		return tg_fail(d, TG_EPROTO, at, "RFC 3550 6.4.1", "padding of %u", padding);
	return 0;
}

int rtcp_check(struct str octets, bool reduced, struct tg_diag *d)
{
	size_t at = 0, len = 0;
	int err;

	if (octets.len >= 2 && !reduced) {
		uint8_t type = (uint8_t)octets.p[1];

		if (type != RTCP_SR && type != RTCP_RR)
			return tg_fail(d, TG_EPROTO, 0, "RFC 3550 6.1", "begins with type %u",
				       type);
	}
	do {
		err = check_one(octets, at, &len, d);
		if (err < 0)
			return err;
		at += len;
	} while (at < octets.len);
	return 0;
}

bool rtcp_next(struct str *rest, struct rtcp_packet *p)
{
	struct rd r = rd_init(*rest);
	uint8_t first = rd_u8(&r);
	size_t len;

	p->type = rd_u8(&r);
	p->count = first & COUNT_MASK;
	len = WORD * (size_t)rd_be16(&r);
	p->body = rd_bytes(&r, len);
	if (r.err)
		return false;
	if (first & BIT_PADDING && len)
		p->body.len -= (uint8_t)p->body.p[len - 1] <= len ? (uint8_t)p->body.p[len - 1]
								  : len;
	*rest = rd_rest(&r);
	r = rd_init(p->body);
	p->ssrc = rd_be32(&r);
	return true;
}

bool rtcp_sender(const struct rtcp_packet *p, struct rtcp_sender *out)
{
	struct rd r = rd_init(str_from(p->body, WORD));

	out->ntp_s = rd_be32(&r);
	out->ntp_fraction = rd_be32(&r);
	out->timestamp = rd_be32(&r);
	out->packets = rd_be32(&r);
	out->octets = rd_be32(&r);
	return p->type == RTCP_SR && !r.err;
}

static int32_t signed24(uint32_t v)
{
	return v & 0x800000 ? (int32_t)(v | 0xff000000) : (int32_t)v;
}

bool rtcp_block(const struct rtcp_packet *p, unsigned i, struct rtcp_block *out)
{
	size_t before = p->type == RTCP_SR ? WORD + SENDER_LEN : WORD;
	struct rd r = rd_init(str_from(p->body, before + i * BLOCK_LEN));
	uint32_t v;

	if ((p->type != RTCP_SR && p->type != RTCP_RR) || i >= p->count)
		return false;
	out->ssrc = rd_be32(&r);
	v = rd_be32(&r);
	out->fraction_lost = (uint8_t)(v >> 24);
	out->lost = signed24(v & 0xffffff);
	out->highest = rd_be32(&r);
	out->jitter = rd_be32(&r);
	out->lsr = rd_be32(&r);
	out->dlsr = rd_be32(&r);
	return !r.err;
}

/* One chunk of an SDES: true when it has a CNAME. Leaves the cursor behind the chunk. */
static bool chunk_cname(struct rd *r, struct str *out)
{
	bool found = false;
	uint8_t type;

	while ((type = rd_u8(r)) != SDES_END && !r->err) {
		struct str text = rd_bytes(r, rd_u8(r));

		if (type == SDES_CNAME && !r->err) {
			*out = text;
			found = true;
		}
	}
	while (!r->err && rd_at(r) % WORD)
		rd_u8(r);
	return found;
}

bool rtcp_cname(const struct rtcp_packet *p, uint32_t ssrc, struct str *out)
{
	struct rd r = rd_init(p->body);

	if (p->type != RTCP_SDES)
		return false;
	for (unsigned i = 0; i < p->count && !r.err; i++) {
		bool wanted = rd_be32(&r) == ssrc;

		if (chunk_cname(&r, out) && wanted)
			return true;
	}
	return false;
}

bool rtcp_bye_has(const struct rtcp_packet *p, uint32_t ssrc)
{
	struct rd r = rd_init(p->body);

	for (unsigned i = 0; p->type == RTCP_BYE && i < p->count; i++)
		if (rd_be32(&r) == ssrc && !r.err)
			return true;
	return false;
}

static void metrics_dec(struct rd *r, struct rtcp_voip_metrics *m)
{
	m->ssrc = rd_be32(r);
	m->loss_rate = rd_u8(r);
	m->discard_rate = rd_u8(r);
	m->burst_density = rd_u8(r);
	m->gap_density = rd_u8(r);
	m->burst_ms = rd_be16(r);
	m->gap_ms = rd_be16(r);
	m->round_trip_ms = rd_be16(r);
	m->end_system_ms = rd_be16(r);
	m->signal_dbm0 = (int8_t)rd_u8(r);
	m->noise_dbm0 = (int8_t)rd_u8(r);
	m->rerl_db = rd_u8(r);
	m->gmin = rd_u8(r);
	m->r_factor = rd_u8(r);
	m->ext_r_factor = rd_u8(r);
	m->mos_lq = rd_u8(r);
	m->mos_cq = rd_u8(r);
	m->rx_config = rd_u8(r);
	rd_u8(r);
	m->jb_nominal_ms = rd_be16(r);
	m->jb_maximum_ms = rd_be16(r);
	m->jb_abs_max_ms = rd_be16(r);
}

bool rtcp_voip_metrics(const struct rtcp_packet *p, struct rtcp_voip_metrics *out)
{
	struct rd r = rd_init(str_from(p->body, WORD));

	while (p->type == RTCP_XR && rd_left(&r) >= WORD) {
		uint8_t type = rd_u8(&r);
		struct str block;

		rd_u8(&r);
		block = rd_bytes(&r, WORD * (size_t)rd_be16(&r));
		if (r.err || type != XR_VOIP || block.len != XR_VOIP_LEN)
			continue;
		r = rd_init(block);
		metrics_dec(&r, out);
		return true;
	}
	return false;
}

/* Writing. ------------------------------------------------------------------------------------- */

static void head(struct wr *w, unsigned count, enum rtcp_type type, size_t words, uint32_t ssrc)
{
	wr_u8(w, (uint8_t)(RTP_VERSION << 6 | count));
	wr_u8(w, (uint8_t)type);
	wr_be16(w, (uint16_t)words);
	wr_be32(w, ssrc);
}

/* More than 24 bits can tell stays at their end (A.3). */
static uint32_t lost24(int32_t lost)
{
	if (lost > BLOCK_LOST_MAX)
		lost = BLOCK_LOST_MAX;
	if (lost < -BLOCK_LOST_MAX - 1)
		lost = -BLOCK_LOST_MAX - 1;
	return (uint32_t)lost & 0xffffff;
}

static void blocks_enc(struct wr *w, const struct rtcp_block *b, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++) {
		wr_be32(w, b[i].ssrc);
		wr_be32(w, (uint32_t)b[i].fraction_lost << 24 | lost24(b[i].lost));
		wr_be32(w, b[i].highest);
		wr_be32(w, b[i].jitter);
		wr_be32(w, b[i].lsr);
		wr_be32(w, b[i].dlsr);
	}
}

void rtcp_sr_enc(struct wr *w, uint32_t ssrc, const struct rtcp_sender *s,
		 const struct rtcp_block *blocks, unsigned nr)
{
	if (nr > RTCP_BLOCKS_MAX) {
		w->err = true;
		return;
	}
	head(w, nr, RTCP_SR, (WORD + SENDER_LEN + nr * BLOCK_LEN) / WORD, ssrc);
	wr_be32(w, s->ntp_s);
	wr_be32(w, s->ntp_fraction);
	wr_be32(w, s->timestamp);
	wr_be32(w, s->packets);
	wr_be32(w, s->octets);
	blocks_enc(w, blocks, nr);
}

void rtcp_rr_enc(struct wr *w, uint32_t ssrc, const struct rtcp_block *blocks, unsigned nr)
{
	if (nr > RTCP_BLOCKS_MAX) {
		w->err = true;
		return;
	}
	head(w, nr, RTCP_RR, (WORD + nr * BLOCK_LEN) / WORD, ssrc);
	blocks_enc(w, blocks, nr);
}

void rtcp_sdes_enc(struct wr *w, uint32_t ssrc, struct str cname)
{
	size_t len = WORD + 2 + cname.len + 1, padded = (len + WORD - 1) / WORD * WORD;

	if (cname.len > RTCP_CNAME_MAX) {
		w->err = true;
		return;
	}
	head(w, 1, RTCP_SDES, padded / WORD, ssrc);
	wr_u8(w, SDES_CNAME);
	wr_u8(w, (uint8_t)cname.len);
	wr_s(w, cname);
	for (; len <= padded; len++)
		wr_u8(w, SDES_END);
}

void rtcp_bye_enc(struct wr *w, uint32_t ssrc)
{
	head(w, 1, RTCP_BYE, 1, ssrc);
}

void rtcp_voip_metrics_enc(struct wr *w, uint32_t ssrc, const struct rtcp_voip_metrics *m)
{
	head(w, 0, RTCP_XR, 1 + 1 + XR_VOIP_WORDS, ssrc);
	wr_u8(w, XR_VOIP);
	wr_u8(w, 0);
	wr_be16(w, XR_VOIP_WORDS);
	wr_be32(w, m->ssrc);
	wr_u8(w, m->loss_rate);
	wr_u8(w, m->discard_rate);
	wr_u8(w, m->burst_density);
	wr_u8(w, m->gap_density);
	wr_be16(w, m->burst_ms);
	wr_be16(w, m->gap_ms);
	wr_be16(w, m->round_trip_ms);
	wr_be16(w, m->end_system_ms);
	wr_u8(w, (uint8_t)m->signal_dbm0);
	wr_u8(w, (uint8_t)m->noise_dbm0);
	wr_u8(w, m->rerl_db);
	wr_u8(w, m->gmin);
	wr_u8(w, m->r_factor);
	wr_u8(w, m->ext_r_factor);
	wr_u8(w, m->mos_lq);
	wr_u8(w, m->mos_cq);
	wr_u8(w, m->rx_config);
	wr_u8(w, 0);
	wr_be16(w, m->jb_nominal_ms);
	wr_be16(w, m->jb_maximum_ms);
	wr_be16(w, m->jb_abs_max_ms);
}
