/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as what one peer sends to a channel, coded or not, of a depth that follows or not, which
 * the first octet says: each datagram begins with its length, and the top bit of that lets a
 * millisecond pass first, the next one 20 of them. What must hold: views of a parsed packet lie within
 * the datagram, and a packet that is built from one parses to the same; every datagram is counted
 * once; what the channel sends are packets of its own.
 */
#include "fuzz/engine.h"
#include "dsp/codec.h"
#include "rtp/packet.h"

#define ROOM   2048
#define MS_MAX 3500 /* of an input; then no time passes any more */

struct run {
	struct med_engine *e;
	struct addr peer;
	uint32_t given, ms;
	struct dsp_coder *coder;
	struct med_hold *hold;
};

static bool within(struct str part, struct str whole)
{
	return part.len == 0 ||
	       (part.p >= whole.p && part.len <= whole.len - (size_t)(part.p - whole.p));
}

static void check_packet(struct str octets)
{
	uint8_t buf[ROOM];
	struct wr w = wr_init(buf, sizeof(buf));
	struct rtp_packet p, again;
	struct tg_diag d = TG_DIAG_NONE;

	if (rtp_packet_dec(&p, octets, &d) < 0) {
		fuzz_check(d.text[0] && d.clause[0] && d.offset <= octets.len);
		return;
	}
	fuzz_check(within(p.payload, octets) && within(p.csrc, octets) && within(p.ext, octets));
	rtp_packet_enc(&w, &p);
	fuzz_check(!w.err && w.len <= octets.len);
	fuzz_check(rtp_packet_dec(&again, wr_str(&w), NULL) == 0);
	fuzz_check(again.seq == p.seq && again.timestamp == p.timestamp && again.ssrc == p.ssrc);
	fuzz_check(again.pt == p.pt && again.marker == p.marker && again.has_ext == p.has_ext);
	fuzz_check(str_eq(again.payload, p.payload) && str_eq(again.csrc, p.csrc));
	fuzz_check(str_eq(again.ext, p.ext));
}

/* Bits 0-3 of how: the codec; 4-6: adapt, conceal, comfort noise; 7: RTCP on the same port. */
static void choose(struct run *r, struct mem *m, struct med_open *o, uint8_t how)
{
	struct med_objects objects = { 0 };

	o->flags = (how & 16 ? MED_F_ADAPT : 0) | (how & 32 ? MED_F_CONCEAL : 0) |
		   (how & 64 ? MED_F_DTX : 0) |
		   (how & 128 ? MED_F_RTCP | MED_F_RTCP_MUX | MED_F_METRICS : 0);
	o->flags |= how & 16 ? MED_F_MODEM : 0;
	o->cn_pt = how & 64 ? 13 : 0;
	if ((how & 15) >= DSP_NR_CODECS)
		return;
	objects.coder = r->coder = dsp_coder_new(m, how & 15);
	objects.hold = r->hold = med_hold_new(m);
	o->codec = MED_CODED;
	o->objects = 1;
	med_engine_set_objects(r->e, 1, &objects);
}

static struct run begin(struct mem *m, uint8_t how)
{
	struct med_open o = { .leg = 1, .timeslot = 1, .through = MED_BOTH, .ptime_ms = 20 };
	struct run r = { .e = fuzz_engine(), .peer = { ADDR_IP4, 4000, { 192, 0, 2, 1 } } };
	struct ring_rec rec;

	o.pt_tx = o.pt_rx = 8;
	choose(&r, m, &o, how);
	med_open_set_remote(&o, &r.peer);
	med_cmd_pack(&rec, MED_CMD_OPEN, &o, sizeof(o));
	med_engine_cmd(r.e, &rec);
	return r;
}

static void millisecond(struct run *r)
{
	struct tdm_block rx, tx;
	struct addr to;
	struct str octets;
	struct rtp_packet p;
	unsigned channel;
	bool own;

	if (r->ms++ >= MS_MAX)
		return;
	tdm_block_idle(&rx, TDM_ALAW);
	med_engine_span(r->e, 0, &rx, &tx);
	med_engine_tick(r->e);
	while (med_engine_due(r->e, &channel)) {
		if (med_engine_packet(r->e, channel, &to, &octets)) {
			fuzz_check(addr_eq(&to, &r->peer));
			fuzz_check(rtp_packet_dec(&p, octets, NULL) == 0 && p.payload.len > 0);
		}
		if (med_engine_rtcp(r->e, channel, &to, &octets, &own))
			fuzz_check(octets.len >= 8 && !own);
	}
}

static void finish(struct run *r)
{
	struct med_ref ref = { .leg = 1 };
	struct med_counters c;
	struct ring_rec rec;

	med_cmd_pack(&rec, MED_CMD_CLOSE, &ref, sizeof(ref));
	med_engine_cmd(r->e, &rec);
	fuzz_check(med_engine_report(r->e, &rec) && med_report_unpack(&rec, &c));
	fuzz_check(rec.kind == MED_REP_CLOSED && c.leg == 1);
	fuzz_check(c.rx_packets + c.rx_rejected <= r->given);
	fuzz_check(c.rx_late <= c.rx_packets);
	while (med_engine_report(r->e, &rec))
		fuzz_check(rec.kind == MED_REP_REJECTED || rec.kind == MED_REP_RELEASED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem *m = mem_root("fuzz");
	struct rd in = rd_init(str_n(data, size));
	struct run r = begin(m, rd_u8(&in));

	while (rd_left(&in) > 0) {
		uint16_t head = rd_be16(&in);
		size_t len = head & 0x3fff;
		struct str octets = rd_bytes(&in, len < rd_left(&in) ? len : rd_left(&in));

		for (int i = (head & 0x8000 ? 1 : 0) + (head & 0x4000 ? 20 : 0); i > 0; i--)
			millisecond(&r);
		if (octets.len > ROOM)
			continue;
		check_packet(octets);
		med_engine_rx(r.e, 0, &r.peer, octets);
		r.given++;
	}
	finish(&r);
	dsp_coder_free(r.coder);
	med_hold_free(r.hold);
	mem_free(m);
	return 0;
}
