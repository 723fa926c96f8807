/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets on the port of a leg that is to have its keys by DTLS (RFC 7983 7, RFC 5764): each
 * datagram goes one way alone - to the handshake, to the reports, to the stream, or it is counted as
 * rejected - by its first octet and by where it came from, and nothing is played before there are
 * keys. What goes to the handshake is read by a session, in both roles: it never ends with keys.
 *
 * The first octet: bit 0 RTCP on the same port, bit 1 the leg has keys, bit 2 we begin, bit 3 learning.
 * Then datagrams, each behind its length; the top bit of that lets 20 ms pass first, the next one is
 * for another source. The engine and our certificate are made once.
 */
#include "fuzz/engine.h"
#include "base/cursor.h"
#include "io/dtls.h"
#include "rtp/srtp.h"

#define ROOM 2048

struct run {
	struct mem *m;
	struct med_engine *e;
	struct addr peer, other;
	struct rtp_srtp *srtp;
	struct io_dtls_session *session;
	uint8_t flags;
};

static struct io_dtls *ours(void)
{
	static struct io_dtls *t;

	if (!t)
		t = io_dtls_new(mem_root("certificate"), NULL);
	fuzz_check(t != NULL);
	return t;
}

static void open_leg(struct run *r, uint8_t how)
{
	static const char key[] = "0123456789abcdefghijklmnopqr";
	struct med_open o = { .leg = 1, .timeslot = 1, .through = MED_BOTH, .ptime_ms = 20 };
	struct med_objects objects = { 0 };
	struct ring_rec rec;

	o.pt_tx = o.pt_rx = 8;
	o.flags = r->flags = MED_F_SECURE | MED_F_RTCP | (how & 1 ? MED_F_RTCP_MUX : 0) |
			     (how & 8 ? MED_F_LEARN : 0);
	if (how & 2) {
		objects.srtp = r->srtp = rtp_srtp_new(r->m, RTP_SRTP_AEAD_AES_128_GCM,
						      str_n(key, 28), str_n(key, 28));
		o.objects = 1;
		med_engine_set_objects(r->e, 1, &objects);
	}
	med_open_set_remote(&o, &r->peer);
	med_cmd_pack(&rec, MED_CMD_OPEN, &o, sizeof(o));
	med_engine_cmd(r->e, &rec);
}

static struct run begin(uint8_t how)
{
	struct run r = { .m = mem_root("fuzz"),
			 .peer = { ADDR_IP4, 4000, { 192, 0, 2, 1 } },
			 .other = { ADDR_IP4, 4000, { 192, 0, 2, 9 } } };
	struct io_dtls_peer peer = { STR("sha-256"), str_of(io_dtls_fingerprint(ours())), how & 4 };

	r.e = fuzz_engine();
	r.session = io_dtls_open(ours(), &peer);
	fuzz_check(r.session != NULL);
	open_leg(&r, how);
	return r;
}

/* What the leg has counted of all that came. */
static uint32_t counted(struct run *r, struct med_rejected *rejected, enum med_cmd_kind kind)
{
	struct med_ref ref = { .leg = 1 };
	struct med_counters c = { 0 };
	struct ring_rec rec;
	uint32_t nr = 0;

	med_cmd_pack(&rec, kind, &ref, sizeof(ref));
	med_engine_cmd(r->e, &rec);
	while (med_engine_report(r->e, &rec)) {
		if (med_report_unpack(&rec, &c))
			nr = c.rx_packets + c.rx_rejected;
		med_rejected_unpack(&rec, rejected);
	}
	fuzz_check(c.leg == 1 && c.rx_packets == 0);
	return nr;
}

static void drain(struct run *r)
{
	struct str d;

	while (io_dtls_next_out(r->session, &d))
		fuzz_check(d.len > 0 && d.len <= IO_DTLS_DATAGRAM_MAX && d.p[0] >= 20 &&
			   d.p[0] <= 63);
	fuzz_check(io_dtls_state(r->session) != IO_DTLS_DONE);
}

static void millisecond(struct run *r)
{
	struct tdm_block rx, tx;
	struct addr to;
	struct str octets;
	unsigned channel;
	bool own;

	tdm_block_idle(&rx, TDM_ALAW);
	med_engine_span(r->e, 0, &rx, &tx);
	for (int i = 0; i < TDM_BLOCK; i++)
		fuzz_check(tx.octet[1][i] == 0xd5);
	med_engine_tick(r->e);
	while (med_engine_due(r->e, &channel)) {
		if (med_engine_packet(r->e, channel, &to, &octets))
			fuzz_check(r->srtp && addr_eq(&to, &r->peer));
		if (med_engine_rtcp(r->e, channel, &to, &octets, &own))
			fuzz_check(r->srtp != NULL);
	}
}

static void datagram(struct run *r, struct str octets, bool other)
{
	struct med_rejected rejected = { 0 };
	uint32_t before = counted(r, &rejected, MED_CMD_QUERY), leg;
	uint8_t first = octets.len ? (uint8_t)octets.p[0] : 0;
	bool dtls;

	med_engine_rx(r->e, 0, other ? &r->other : &r->peer, octets);
	dtls = med_engine_dtls(r->e, &leg);
	fuzz_check(dtls == (!other && first >= 20 && first <= 63));
	fuzz_check(counted(r, &rejected, MED_CMD_QUERY) == before + !dtls);
	if (!dtls)
		return;
	fuzz_check(leg == 1 && !med_engine_dtls(r->e, &leg));
	io_dtls_rx(r->session, octets);
	drain(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rd in = rd_init(str_n(data, size));
	struct run r = begin(rd_u8(&in));
	struct med_rejected rejected;

	drain(&r);
	while (rd_left(&in) > 0) {
		uint16_t head = rd_be16(&in);
		size_t len = head & 0x3fff;
		struct str octets = rd_bytes(&in, len < rd_left(&in) ? len : rd_left(&in));

		for (int i = 0; head & 0x8000 && i < 20; i++)
			millisecond(&r);
		if (octets.len <= ROOM)
			datagram(&r, octets, head & 0x4000);
	}
	counted(&r, &rejected, MED_CMD_CLOSE);
	io_dtls_close(r.session);
	rtp_srtp_free(r.srtp);
	mem_free(r.m);
	return 0;
}
