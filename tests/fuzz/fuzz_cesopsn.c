/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as what a network brings to a span over UDP. The first octet chooses the form: frames a
 * packet, E1 or T1 (0x40), RTP (0x80), slave (0x20: and SAToP). Each datagram begins with its length, and the
 * top bit of that lets a millisecond pass first. What must hold: each datagram is received or
 * malformed or, of a reserved form, neither; what is sent is whole; the same core takes it.
 */
#include "fuzz/fuzz.h"
#include "base/cursor.h"
#include "tdm/cesopsn.h"

#define ROOM 2048

struct run {
	struct tdm_cesopsn *c, *far;
	uint64_t given, sent;
};

static struct run begin(struct mem *m, uint8_t form)
{
	struct tdm_cesopsn_cfg k = { .kind = form & 0x40 ? TDM_T1 : TDM_E1,
				     .frames = (form & 7) + 1,
				     .rtp = form & 0x80,
				     .satop = form & 0x20,
				     .crc4 = form & 0x02,
				     .octet_aligned = form & 0x01,
				     .pt = 97,
				     .depth_ms = (form >> 3 & 3) * 2 + 1,
				     .max_depth_ms = 128,
				     .slave = form & 0x20 };
	struct run r = { .c = tdm_cesopsn_new(m, &k), .far = tdm_cesopsn_new(m, &k) };

	fuzz_check(r.c && r.far);
	return r;
}

static void millisecond(struct run *r)
{
	struct tdm_block b;
	struct str out;

	tdm_cesopsn_read(r->c, &b);
	tdm_cesopsn_write(r->c, &b);
	while (tdm_cesopsn_next_out(r->c, &out)) {
		fuzz_check(out.len >= 4 && out.len <= TDM_CESOPSN_MAX);
		tdm_cesopsn_rx(r->far, out);
		r->sent++;
	}
	tdm_cesopsn_read(r->far, &b);
}

static void finish(struct run *r)
{
	struct tdm_status s;

	tdm_cesopsn_status(r->c, &s);
	fuzz_check(s.rx_packets + s.malformed <= r->given);
	fuzz_check(s.fill_us <= TDM_RECV_FRAMES * 125 && s.late <= s.rx_packets);
	fuzz_check(s.rate_ppb >= -5000000 && s.rate_ppb <= 5000000);
	tdm_cesopsn_status(r->far, &s);
	fuzz_check(s.malformed == 0 && s.rx_packets == r->sent && s.lost == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem *m = mem_root("fuzz");
	struct rd in = rd_init(str_n(data, size));
	struct run r = begin(m, rd_u8(&in));

	while (rd_left(&in) > 0) {
		uint16_t head = rd_be16(&in);
		size_t len = head & 0x7fff;
		struct str octets = rd_bytes(&in, len < rd_left(&in) ? len : rd_left(&in));

		if (head & 0x8000)
			millisecond(&r);
		if (octets.len > ROOM)
			continue;
		tdm_cesopsn_rx(r.c, octets);
		r.given++;
	}
	millisecond(&r);
	finish(&r);
	mem_free(m);
	return 0;
}
