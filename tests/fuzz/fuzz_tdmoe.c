/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as what comes over Ethernet. The first octet chooses: T1 (0x40), slave (0x20), the receive
 * buffer. Each packet begins with its length in two octets, and the top bit of those lets a millisecond pass
 * first. What must hold: each is received or malformed, or for another span; what is sent is taken.
 */
#include "fuzz/fuzz.h"
#include "base/cursor.h"
#include "tdm/tdmoe.h"

static void millisecond(struct tdm_tdmoe *t, struct tdm_tdmoe *far)
{
	struct tdm_block b;
	struct str out;

	tdm_tdmoe_read(t, &b);
	out = tdm_tdmoe_write(t, &b);
	fuzz_check(out.len <= TDM_TDMOE_MAX);
	tdm_tdmoe_rx(far, out);
	tdm_tdmoe_read(far, &b);
}

static void finish(const struct tdm_tdmoe *t, const struct tdm_tdmoe *far, uint64_t given,
		   uint64_t ms)
{
	struct tdm_status s;

	tdm_tdmoe_status(t, &s);
	fuzz_check(s.rx_packets + s.malformed <= given && s.late <= s.rx_packets);
	fuzz_check(s.fill_us <= TDM_RECV_FRAMES * 125);
	tdm_tdmoe_status(far, &s);
	fuzz_check(s.malformed == 0 && s.rx_packets == ms && s.lost == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem *m = mem_root("fuzz");
	struct rd in = rd_init(str_n(data, size));
	uint8_t form = rd_u8(&in);
	struct tdm_tdmoe_cfg k = { .kind = form & 0x40 ? TDM_T1 : TDM_E1,
				   .slave = form & 0x20,
				   .depth_ms = (form & 15) + 1u,
				   .max_depth_ms = 128 };
	struct tdm_tdmoe *t = tdm_tdmoe_new(m, &k), *far = tdm_tdmoe_new(m, &k);
	uint64_t given = 0, ms = 0;

	fuzz_check(t && far);
	while (rd_left(&in) > 0) {
		uint16_t head = rd_be16(&in);
		size_t len = head & 0x7fff;

		if (head & 0x8000) {
			millisecond(t, far);
			ms++;
		}
		tdm_tdmoe_rx(t, rd_bytes(&in, len < rd_left(&in) ? len : rd_left(&in)));
		given++;
	}
	finish(t, far, given, ms);
	mem_free(m);
	return 0;
}
