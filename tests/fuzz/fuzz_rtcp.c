/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as RTCP (RFC 3550 6, RFC 3611): what the parser takes is whole (its parts lie within the
 * datagram, its packets add up to it), a datagram is counted once, as good or as bad, and what we
 * report afterwards is a compound that the parser takes. Input: datagrams, each behind its length,
 * whose top bit lets 100 ms pass first.
 */
#include "fuzz/fuzz.h"
#include "rtp/report.h"

#define OURS  0x11111111u
#define EPOCH 0xe800000000000000ull

static bool within(struct str part, struct str whole)
{
	return part.len == 0 ||
	       (part.p >= whole.p && part.len <= whole.len - (size_t)(part.p - whole.p));
}

/* What one packet of a compound says; the octets of the blocks and names are looked at. */
static void read_all(const struct rtcp_packet *p, struct str datagram)
{
	struct rtcp_sender sender;
	struct rtcp_block block;
	struct rtcp_voip_metrics metrics;
	struct str name;
	unsigned nr = 0;

	fuzz_check(within(p->body, datagram) && p->count <= RTCP_BLOCKS_MAX);
	if (rtcp_sender(p, &sender))
		fuzz_check(p->type == RTCP_SR);
	while (rtcp_block(p, nr, &block)) {
		fuzz_check(block.lost >= -0x800000 && block.lost <= 0x7fffff);
		nr++;
	}
	fuzz_check(nr <= p->count && nr * 24 <= p->body.len);
	if (rtcp_cname(p, p->ssrc, &name))
		fuzz_check(within(name, datagram) && name.len <= RTCP_CNAME_MAX);
	if (rtcp_bye_has(p, OURS))
		fuzz_check(p->type == RTCP_BYE && p->count > 0);
	if (rtcp_voip_metrics(p, &metrics))
		fuzz_check(p->type == RTCP_XR);
}

static bool check_datagram(struct str datagram, bool reduced)
{
	struct tg_diag d = TG_DIAG_NONE;
	struct str rest = datagram;
	struct rtcp_packet p;

	if (rtcp_check(datagram, reduced, &d) < 0) {
		fuzz_check(d.text[0] && d.clause[0] && d.offset <= datagram.len);
		return false;
	}
	while (rtcp_next(&rest, &p))
		read_all(&p, datagram);
	fuzz_check(rest.len == 0);
	return true;
}

static void say(struct rtp_report *r, uint32_t now_ms, const struct rtp_seq *seq)
{
	uint8_t out[RTP_REPORT_MAX];
	struct wr w = wr_init(out, sizeof(out));
	struct rtp_report_state s = { .now_ms = now_ms,
				      .ntp = rtp_ntp(EPOCH, now_ms),
				      .ssrc = OURS,
				      .tx_packets = now_ms / 20,
				      .cname = STR("x@192.0.2.1"),
				      .remote_ssrc = r->sr_ssrc,
				      .seq = seq };

	fuzz_check(rtp_report_enc(r, &w, &s, false));
	fuzz_check(check_datagram(wr_str(&w), false));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rd in = rd_init(str_n(data, size));
	uint32_t now_ms = 0;
	struct rtp_report r;
	struct rtp_seq seq;

	rtp_report_init(&r, 0, (uint32_t)size);
	rtp_seq_init(&seq, 1);
	while (rd_left(&in) > 0) {
		uint16_t head = rd_be16(&in);
		size_t len = head & 0x7fff;
		struct str datagram = rd_bytes(&in, len < rd_left(&in) ? len : rd_left(&in));
		uint32_t good = r.rx_compounds, bad = r.rx_bad;

		now_ms += head & 0x8000 ? 100 : 0;
		check_datagram(datagram, true);
		rtp_report_rx(&r, now_ms, rtp_ntp(EPOCH, now_ms), OURS, datagram);
		if (check_datagram(datagram, false))
			fuzz_check(r.rx_compounds == good + 1 && r.rx_bad == bad);
		else
			fuzz_check(r.rx_compounds == good && r.rx_bad == bad + 1);
		if (rtp_report_due(&r, now_ms))
			say(&r, now_ms, &seq);
	}
	say(&r, now_ms, &seq);
	return 0;
}
